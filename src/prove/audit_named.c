/* What has a name, and URLs: each is held against what the other side has under the
 * same name, or for the same URL. */
#include "prove/audit_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "prove/flow_spaces.h"

enum { MOST_WORDS = 4 };

struct run {
	struct cv_held **items;
	size_t count;
};

typedef int comparison(const void *, const void *);
typedef void hold(const struct cv_auditing *auditing, struct cv_held *held,
		  const struct run *against, bool is_planned);

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static struct run run_at(struct cv_held **sorted, size_t count, size_t at,
			 comparison *compare)
{
	struct run run = {sorted + at, 1};

	while (at + run.count < count &&
	       compare(&sorted[at], &sorted[at + run.count]) == 0)
		run.count++;
	return run;
}

/* Several settings under one name are a list: what of it is not there just so is missing,
 * and what is there besides is extra. */
static bool is_list(const struct run *run, const struct run *against)
{
	return run->items[0]->entry->kind == CV_ENTRY_SETTING &&
	       (run->count > 1 || against->count > 1);
}

static void hold_run(const struct cv_auditing *auditing, const struct run *run,
		     const struct run *against, bool is_planned, hold *hold_one)
{
	if (is_list(run, against))
		return;
	for (size_t i = 0; i < run->count; i++)
		if (!run->items[i]->covered)
			hold_one(auditing, run->items[i], against, is_planned);
}

/* Walks both sides in one order; what has no partner stays as it is. */
static void hold_all(const struct cv_auditing *auditing, unsigned kinds,
		     comparison *compare, hold *hold_one)
{
	size_t planned_count, found_count, p = 0, f = 0;
	struct cv_held **planned = cv_held_sorted(auditing, &auditing->planned, kinds,
						  compare, &planned_count);
	struct cv_held **found =
		cv_held_sorted(auditing, &auditing->found, kinds, compare, &found_count);

	while (p < planned_count && f < found_count) {
		const int order = compare(&planned[p], &found[f]);
		const struct run own = run_at(planned, planned_count, p, compare);
		const struct run there = run_at(found, found_count, f, compare);

		if (order == 0) {
			hold_run(auditing, &own, &there, true, hold_one);
			hold_run(auditing, &there, &own, false, hold_one);
		}
		p += order <= 0 ? own.count : 0;
		f += order >= 0 ? there.count : 0;
	}
}

/* ---- objects and settings ---- */

static bool has_box(const struct cv_entry *entry)
{
	return entry->protocol != CV_NO_PROTOCOL || entry->source || entry->destination;
}

static int by_attribute(const void *left, const void *right)
{
	const struct cv_attribute *a = left, *b = right;
	const int order = strcmp(a->name, b->name);

	return order ? order : strcmp(a->value ? a->value : "", b->value ? b->value : "");
}

static struct cv_attribute *sorted_attributes(const struct cv_auditing *auditing,
					      const struct cv_entry *entry)
{
	const size_t count = entry->more->attribute_count;
	struct cv_attribute *sorted =
		CV_NEW_ARRAY(auditing->scratch->arena, count + 1, struct cv_attribute);

	if (count) {
		memcpy(sorted, entry->more->attributes, count * sizeof *sorted);
		qsort(sorted, count, sizeof *sorted, by_attribute);
	}
	return sorted;
}

/* Adds the attributes of `a` that `b` has not; how many there are.  A tag more than
 * was planned is a label and no more. */
static size_t add_lacking(const struct cv_auditing *auditing, const struct cv_entry *a,
			  const struct cv_entry *b, bool labels, struct cv_buf *out)
{
	const struct cv_attribute *own = sorted_attributes(auditing, a);
	const struct cv_attribute *other = sorted_attributes(auditing, b);
	size_t count = 0, j = 0;

	for (size_t i = 0; i < a->more->attribute_count; i++) {
		int order = -1;

		while (j < b->more->attribute_count &&
		       (order = by_attribute(&other[j], &own[i])) < 0)
			j++;
		if ((j < b->more->attribute_count && order == 0) ||
		    (!labels && strcmp(own[i].name, "tag") == 0))
			continue;
		if (count++ < MOST_WORDS)
			cv_buf_format(out, "%s%s %s", count > 1 ? ", " : "", own[i].name,
				      own[i].value ? own[i].value : "");
	}
	if (count > MOST_WORDS)
		cv_buf_format(out, " and %zu more", count - MOST_WORDS);
	return count;
}

/* Whether `held` lies inside what the other grants; if not, `how` it differs. */
static bool lies_inside(const struct cv_auditing *auditing, struct cv_held *held,
			const struct cv_held *other, bool is_planned)
{
	struct cv_buf words = CV_BUF_INIT;
	bool inside = same_text(held->text, other->text);

	if (has_box(held->entry) || has_box(other->entry)) {
		const struct cv_space own = cv_entry_space(auditing->plan, held->entry);
		const struct cv_space there =
			cv_entry_space(auditing->plan, other->entry);

		return inside && cv_space_covered(auditing->scratch, &own, &there, 1) ==
					 CV_COVERED_YES;
	}
	if (add_lacking(auditing, held->entry, other->entry, is_planned, &words)) {
		inside = false;
		held->how = cv_arena_format(auditing->ctx->arena, "%s %s",
					    is_planned ? "what is there lacks"
						       : "it was not planned to have",
					    cv_buf_string(&words));
	}
	cv_buf_deinit(&words);
	return inside;
}

static void hold_named(const struct cv_auditing *auditing, struct cv_held *held,
		       const struct run *against, bool is_planned)
{
	for (size_t i = 0; i < against->count && !held->covered; i++) {
		/* A setting says what it says: it has no more and no less. */
		if (held->entry->kind == CV_ENTRY_SETTING)
			held->covered = !is_planned;
		else
			held->covered = lies_inside(auditing, held, against->items[i],
						    is_planned);
	}
	if (!held->covered)
		held->other = against->items[0]->entry;
}

void cv_audit_named(struct cv_auditing *auditing)
{
	const unsigned kinds = CV_ENTRY_OBJECT | CV_ENTRY_SETTING;

	if (cv_side_is_open(&auditing->planned, kinds) ||
	    cv_side_is_open(&auditing->found, kinds))
		hold_all(auditing, kinds, cv_held_by_name, hold_named);
}

/* ---- URLs ---- */

/* Ports that are not said are all of them. */
static void hold_url(const struct cv_auditing *auditing, struct cv_held *held,
		     const struct run *against, bool is_planned)
{
	const struct cv_ports *there = NULL;

	(void)is_planned;
	for (size_t i = 0; i < against->count && !held->covered; i++) {
		const struct cv_ports *ports = against->items[i]->entry->ports;

		held->covered = !ports;
		there = cv_ports_union(auditing->scratch, there, ports);
	}
	if (!held->covered && held->entry->ports)
		held->covered = cv_ports_minus(auditing->scratch, held->entry->ports,
					       there) == NULL;
	if (!held->covered)
		held->other = against->items[0]->entry;
}

void cv_audit_urls(struct cv_auditing *auditing)
{
	if (cv_side_is_open(&auditing->planned, CV_ENTRY_URL) ||
	    cv_side_is_open(&auditing->found, CV_ENTRY_URL))
		hold_all(auditing, CV_ENTRY_URL, cv_held_by_text, hold_url);
}
