/* The audit: what is equal is found by sorting; only the rest goes to the parts, which
 * compare what is granted.  What they found out becomes drift here. */
#include "prove/audit.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "prove/audit_parts.h"
#include "prove/prove.h"

enum { MOST_ATTRIBUTES = 8 };

static const unsigned granting =
	CV_ENTRY_FLOW | CV_ENTRY_OBJECT | CV_ENTRY_EXCLUSION | CV_ENTRY_URL;

const char *const cv_drift_names[CV_DRIFT_COUNT + 1] = {"missing", "narrower", "wider",
							"extra", NULL};

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

const char *cv_attribute_of(const struct cv_entry *entry, const char *name)
{
	for (size_t i = 0; i < entry->more->attribute_count; i++)
		if (strcmp(entry->more->attributes[i].name, name) == 0)
			return entry->more->attributes[i].value &&
					       *entry->more->attributes[i].value
				       ? entry->more->attributes[i].value
				       : NULL;
	return NULL;
}

/* ---- what is said of an entry ---- */

bool cv_is_granting(const struct cv_target *target, const char *name)
{
	if (!target->granting)
		return true;
	for (size_t i = 0; target->granting[i]; i++)
		if (strcmp(target->granting[i], name) == 0)
			return true;
	return false;
}

/* A tag says whose a thing is, and grants nothing. */
static bool is_label(const char *name)
{
	return name && strcmp(name, "tag") == 0;
}

const char *cv_granted_words(struct cv_ctx *ctx, const struct cv_target *target,
			     const struct cv_entry *entry)
{
	struct cv_attribute attributes[MOST_ATTRIBUTES];
	struct cv_entry_more more;
	struct cv_entry said = {.more = &more};
	size_t count = 0, left = 0;
	const char *words;

	cv_entry_say(&said, entry);
	said.note = NULL;
	if (!(entry->kind & (CV_ENTRY_OBJECT | CV_ENTRY_SETTING)))
		more.name = NULL;
	for (size_t i = 0; i < entry->more->attribute_count; i++) {
		const struct cv_attribute *attribute = &entry->more->attributes[i];

		if (!attribute->value || !*attribute->value ||
		    is_label(attribute->name) || !cv_is_granting(target, attribute->name))
			continue;
		if (count < MOST_ATTRIBUTES)
			attributes[count++] = *attribute;
		else
			left++;
	}
	more.attributes = attributes;
	more.attribute_count = (uint32_t)count;
	words = cv_entry_words(ctx, &said);
	return left ? cv_arena_format(ctx->arena, "%s and %zu more", words, left) : words;
}

/* What an entry is called, without all that it holds. */
static const char *named(struct cv_ctx *ctx, const struct cv_entry *entry)
{
	struct cv_entry_more more = {.name = entry->more->name};
	const struct cv_entry name = {.kind = entry->kind,
				      .list = entry->list,
				      .protocol = CV_NO_PROTOCOL,
				      .icmp_type = CV_NO_ICMP_TYPE,
				      .more = &more};

	return cv_entry_words(ctx, &name);
}

static const char *what_of(const struct cv_auditing *auditing, enum cv_drift_kind kind,
			   const struct cv_held *held)
{
	struct cv_ctx *ctx = auditing->ctx;
	const struct cv_target *target = auditing->plan->use->target;
	const char *own = cv_granted_words(ctx, target, held->entry);

	if (kind == CV_DRIFT_MISSING)
		return own;
	if (kind == CV_DRIFT_EXTRA)
		return cv_arena_format(ctx->arena, "%s: not asked for by any row", own);
	if (held->how)
		return cv_arena_format(ctx->arena, "%s: %s", named(ctx, held->entry),
				       held->how);
	if (kind == CV_DRIFT_NARROWER)
		return cv_arena_format(ctx->arena, "%s: there is only %s", own,
				       cv_granted_words(ctx, target, held->other));
	return cv_arena_format(ctx->arena, "%s: more than %s", own,
			       cv_granted_words(ctx, target, held->other));
}

/* ---- both sides ---- */

static bool is_one_of(const char *const *names, const char *name)
{
	for (; names && *names; names++)
		if (strcmp(*names, name) == 0)
			return true;
	return false;
}

static void add_attribute(struct cv_buf *out, const char *name, const char *value,
			  const char *const *skipped)
{
	if (value && *value && !is_one_of(skipped, name))
		cv_buf_format(out, "\t%s=%s", name, value);
}

const char *cv_granting_text(const struct cv_auditing *auditing,
			     const struct cv_entry *entry, const char *const *skipped)
{
	const char *const *names = auditing->plan->use->target->granting;
	struct cv_buf out = CV_BUF_INIT;
	const char *text = "";

	/* In the target's order, whatever the export's. */
	for (size_t i = 0; names && names[i]; i++)
		add_attribute(&out, names[i], cv_attribute_of(entry, names[i]), skipped);
	for (size_t i = 0; !names && i < entry->more->attribute_count; i++)
		add_attribute(&out, entry->more->attributes[i].name,
			      entry->more->attributes[i].value, skipped);
	if (out.size)
		text = cv_arena_copy(auditing->scratch->arena, out.data, out.size);
	cv_buf_deinit(&out);
	return text;
}

/* What entries of flows and URLs say beside their box are names of hosts and parties,
 * which no system tells apart by case. */
static const char *text_of(const struct cv_auditing *auditing,
			   const struct cv_entry *entry)
{
	/* Where the ends have addresses, what they are called is for people. */
	static const char *const ends[] = {"from", "to", NULL};
	struct cv_ctx *scratch = auditing->scratch;
	const char *text;

	switch (entry->kind) {
	case CV_ENTRY_EXCLUSION:
		return cv_exclusion_text(auditing, entry);
	case CV_ENTRY_FLOW:
		text = cv_granting_text(auditing, entry, entry->family ? ends : NULL);
		return *text ? cv_path_folded(scratch, CV_WINDOWS, text) : NULL;
	case CV_ENTRY_URL:
		text = cv_arena_format(scratch->arena, "%s%s",
				       entry->more->value ? entry->more->value : "",
				       cv_granting_text(auditing, entry, NULL));
		return cv_path_folded(scratch, CV_WINDOWS, text);
	case CV_ENTRY_OBJECT:
		/* What a tag says of itself is a note. */
		return is_label(entry->list) ? NULL : entry->more->value;
	default:
		return entry->more->value;
	}
}

/* What stands in for an entry when equal ones are looked for. */
static struct cv_entry grant_of(const struct cv_held *held,
				struct cv_entry_more *more_out)
{
	const struct cv_entry *entry = held->entry;
	const struct cv_entry grant = {
		.kind = entry->kind,
		.list = entry->list,
		.family = entry->family,
		.source = entry->source,
		.destination = entry->destination,
		.protocol = entry->protocol,
		.icmp_type = entry->icmp_type,
		.ports = entry->ports,
		.more = more_out,
	};

	*more_out = (struct cv_entry_more){
		.value = held->text,
		.source_ports = entry->more->source_ports,
		.program = entry->more->program,
	};

	if (entry->kind & (CV_ENTRY_OBJECT | CV_ENTRY_SETTING)) {
		more_out->name = entry->more->name;
		more_out->attributes = entry->more->attributes;
		more_out->attribute_count = entry->more->attribute_count;
	}
	return grant;
}

static int compare_lists(const struct cv_entry *a, const struct cv_entry *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return cv_text_compare(a->list, b->list);
}

int cv_held_by_name(const void *left, const void *right)
{
	const struct cv_held *a = *(struct cv_held *const *)left;
	const struct cv_held *b = *(struct cv_held *const *)right;
	int order = compare_lists(a->entry, b->entry);

	if (!order)
		order = cv_text_compare(a->entry->more->name, b->entry->more->name);
	return order;
}

int cv_held_by_text(const void *left, const void *right)
{
	const struct cv_held *a = *(struct cv_held *const *)left;
	const struct cv_held *b = *(struct cv_held *const *)right;
	int order = compare_lists(a->entry, b->entry);

	if (!order)
		order = cv_text_compare(a->text, b->text);
	return order;
}

static int by_grant(const void *left, const void *right)
{
	struct cv_entry_more beside[2];
	const struct cv_entry a = grant_of(*(struct cv_held *const *)left, &beside[0]);
	const struct cv_entry b = grant_of(*(struct cv_held *const *)right, &beside[1]);

	return cv_entry_compare(&a, &b);
}

typedef int comparison(const void *, const void *);

/* Equal ones stay in their order, so that what is said of them does not hang on how
 * the C library sorts. */
static int by_order_at_last(const void *left, const void *right, void *compare)
{
	const struct cv_held *a = *(struct cv_held *const *)left;
	const struct cv_held *b = *(struct cv_held *const *)right;
	const int order = (*(comparison **)compare)(left, right);

	if (order)
		return order;
	return a < b ? -1 : a > b;
}

struct cv_held **cv_held_sorted(const struct cv_auditing *auditing,
				const struct cv_side *side, unsigned kinds,
				comparison *compare, size_t *count_out)
{
	struct cv_held **sorted =
		CV_NEW_ARRAY(auditing->scratch->arena, side->count + 1, struct cv_held *);
	size_t count = 0;

	for (size_t i = 0; i < side->count; i++)
		if (side->items[i].entry->kind & kinds)
			sorted[count++] = &side->items[i];
	if (count)
		qsort_r(sorted, count, sizeof *sorted, by_order_at_last, &compare);
	*count_out = count;
	return sorted;
}

bool cv_side_is_open(const struct cv_side *side, unsigned kinds)
{
	for (size_t i = 0; i < side->count; i++)
		if (!side->items[i].covered && side->items[i].entry->kind & kinds)
			return true;
	return false;
}

/* The lists of which the export shows settings.  A reader may have no word for some,
 * and those are not missing. */
static struct cv_table setting_lists(const struct cv_auditing *auditing,
				     const struct cv_table *found)
{
	struct cv_table lists = {0};

	for (size_t i = 0; i < found->count; i++) {
		const struct cv_entry *entry = CV_AT(found, struct cv_entry, i);
		size_t known = 0;

		if (entry->kind != CV_ENTRY_SETTING)
			continue;
		while (known < lists.count &&
		       !same_text(*CV_AT(&lists, const char *, known), entry->list))
			known++;
		if (known == lists.count)
			*CV_ADD(auditing->scratch->arena, &lists, const char *) =
				entry->list;
	}
	return lists;
}

static bool is_shown(const struct cv_table *lists, const struct cv_entry *entry)
{
	if (entry->kind != CV_ENTRY_SETTING)
		return entry->kind & granting;
	for (size_t i = 0; i < lists->count; i++)
		if (same_text(*CV_AT(lists, const char *, i), entry->list))
			return true;
	return false;
}

static struct cv_side side_of(const struct cv_auditing *auditing,
			      const struct cv_table *entries,
			      const struct cv_table *lists)
{
	struct cv_side side = {.items = CV_NEW_ARRAY(auditing->scratch->arena,
						     entries->count + 1, struct cv_held)};

	for (size_t i = 0; i < entries->count; i++) {
		const struct cv_entry *entry = CV_AT(entries, struct cv_entry, i);

		if (entry->operation == CV_ADD && is_shown(lists, entry))
			side.items[side.count++] = (struct cv_held){
				.entry = entry, .text = text_of(auditing, entry)};
	}
	return side;
}

static void cover_run(struct cv_held *const *sorted, size_t count, size_t *at)
{
	struct cv_held *const *first = &sorted[*at];

	for (; *at < count && by_grant(first, &sorted[*at]) == 0; ++*at)
		sorted[*at]->covered = true;
}

/* What both sides have just so, however often. */
static void cover_equal(struct cv_auditing *auditing)
{
	const unsigned all = granting | CV_ENTRY_SETTING;
	size_t planned_count, found_count, p = 0, f = 0;
	struct cv_held **planned = cv_held_sorted(auditing, &auditing->planned, all,
						  by_grant, &planned_count);
	struct cv_held **found =
		cv_held_sorted(auditing, &auditing->found, all, by_grant, &found_count);

	while (p < planned_count && f < found_count) {
		const int order = by_grant(&planned[p], &found[f]);

		if (order < 0) {
			p++;
		} else if (order > 0) {
			f++;
		} else {
			cover_run(planned, planned_count, &p);
			cover_run(found, found_count, &f);
		}
	}
}

/* ---- drift ---- */

static void add(const struct cv_auditing *auditing, enum cv_drift_kind kind,
		const struct cv_held *held, struct cv_table *drift)
{
	const bool is_planned = kind == CV_DRIFT_MISSING || kind == CV_DRIFT_NARROWER;
	struct cv_drift *one = CV_ADD(auditing->ctx->arena, drift, struct cv_drift);

	one->kind = kind;
	one->planned = is_planned ? held->entry : held->other;
	one->found = is_planned ? held->other : held->entry;
	one->what = what_of(auditing, kind, held);
}

static void add_all(const struct cv_auditing *auditing, enum cv_drift_kind kind,
		    bool only_ours, struct cv_table *drift)
{
	const bool is_planned = kind == CV_DRIFT_MISSING || kind == CV_DRIFT_NARROWER;
	const bool has_other = kind == CV_DRIFT_NARROWER || kind == CV_DRIFT_WIDER;
	const struct cv_side *side = is_planned ? &auditing->planned : &auditing->found;

	for (size_t i = 0; i < side->count; i++) {
		const struct cv_held *held = &side->items[i];
		/* A setting of somebody else grants nothing. */
		const bool must_be_ours =
			!is_planned &&
			(only_ours || held->entry->kind == CV_ENTRY_SETTING);

		if (!held->covered && (held->other != NULL) == has_other &&
		    (held->entry->ours || !must_be_ours))
			add(auditing, kind, held, drift);
	}
}

void cv_audit(struct cv_ctx *ctx, const struct cv_plan *plan,
	      const struct cv_table *found, bool only_ours, struct cv_table *drift_out)
{
	struct cv_ctx scratch = cv_scratch_open(ctx);
	struct cv_auditing auditing = {.ctx = ctx, .scratch = &scratch, .plan = plan};
	const struct cv_table lists = setting_lists(&auditing, found);

	auditing.planned = side_of(&auditing, &plan->entries, &lists);
	auditing.found = side_of(&auditing, found, &lists);
	cover_equal(&auditing);
	cv_audit_flows(&auditing);
	cv_audit_exclusions(&auditing);
	cv_audit_named(&auditing);
	cv_audit_urls(&auditing);
	for (int kind = 0; kind < CV_DRIFT_COUNT; kind++)
		add_all(&auditing, (enum cv_drift_kind)kind, only_ours, drift_out);
	cv_arena_close(scratch.arena);
}
