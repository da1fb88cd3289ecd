/* The proof: plan = entries, and nothing of the policy lost on the way to the plan. */
#include "prove/prove.h"

#include <stdlib.h>
#include <string.h>

#include "base/ahead.h"
#include "base/ctx.h"
#include "prove/apart.h"
#include "prove/compare.h"
#include "prove/match.h"

enum { MOST_AWAITED = 4 }; /* entries of a row */

struct cv_ctx cv_scratch_open(struct cv_ctx *ctx)
{
	struct cv_ctx scratch;

	/* The index of sets must be the compile's before it is copied. */
	cv_ports_all(ctx);
	scratch = *ctx;
	scratch.arena = cv_arena_open();
	return scratch;
}

bool cv_form_holds(const struct cv_form *form, const struct cv_entry *entry)
{
	if (!(form->kinds & entry->kind))
		return false;
	if (entry->kind == CV_ENTRY_HEADER || !entry->list)
		return true;
	for (size_t i = 0; form->lists; i++) {
		if (!form->lists[i])
			return false;
		if (strcmp(form->lists[i], entry->list) == 0)
			break;
	}
	return !form->list || strcmp(form->list, entry->list) == 0;
}

const struct cv_entry **cv_form_entries(struct cv_ctx *ctx, const struct cv_plan *plan,
					const struct cv_form *form, size_t *count_out)
{
	const struct cv_entry **entries =
		CV_NEW_ARRAY(ctx->arena, plan->entries.count, const struct cv_entry *);
	const struct cv_entry *last = NULL;
	bool held = false;
	size_t count = 0;

	for (size_t i = 0; i < plan->entries.count; i++) {
		const struct cv_entry *entry = CV_AT(&plan->entries, struct cv_entry, i);
		struct cv_entry *shown;

		/* Mostly those of one list stand side by side. */
		if (!last || last->kind != entry->kind || last->list != entry->list)
			held = cv_form_holds(form, entry);
		last = entry;
		if (!held || (form->undo && entry->reused))
			continue;
		if ((form->undo || form->strip) && entry->kind != CV_ENTRY_HEADER) {
			shown = cv_entry_copy(ctx, entry);
			if (form->undo)
				shown->operation = CV_REMOVE;
			if (form->strip)
				form->strip(shown);
			entry = shown;
		}
		entries[count++] = entry;
	}
	*count_out = count;
	return entries;
}

static int by_content(const void *left, const void *right)
{
	return cv_entry_compare(*(const struct cv_entry *const *)left,
				*(const struct cv_entry *const *)right);
}

static const char *rows_of(struct cv_ctx *ctx, const struct cv_entry *entry)
{
	return entry->rows.count ? cv_row_name(ctx, entry->rows.items[0]) : "no row";
}

/* The line of the artefact that a byte lies in. */
static size_t line_of(const char *bytes, size_t size, size_t at)
{
	size_t line = 1;

	for (const char *c = bytes; (c = memchr(c, '\n', size - (size_t)(c - bytes)));
	     c++) {
		if ((size_t)(c - bytes) >= at)
			break;
		line++;
	}
	return line;
}

static bool differ(struct cv_ctx *ctx, const char *artefact, const char *bytes,
		   size_t size, const struct cv_entry *planned,
		   const struct cv_entry *found)
{
	if (!found)
		return cv_find(ctx, CV_F_PROOF_FAILED, (struct cv_span){0},
			       "%s lacks an entry of %s: %s", artefact,
			       rows_of(ctx, planned), cv_entry_words(ctx, planned));
	return cv_find(ctx, CV_F_PROOF_FAILED, (struct cv_span){0},
		       "%s line %zu holds an entry that was not planned: %s", artefact,
		       line_of(bytes, size, found->more->place),
		       cv_entry_words(ctx, found));
}

static bool compare_all(struct cv_ctx *ctx, const char *artefact, const char *bytes,
			size_t size, const struct cv_entry **planned,
			size_t planned_count, const struct cv_entry **found,
			size_t found_count)
{
	size_t p = 0, f = 0;

	if (planned_count)
		qsort(planned, planned_count, sizeof *planned, by_content);
	if (found_count)
		qsort(found, found_count, sizeof *found, by_content);
	while (p < planned_count || f < found_count) {
		const int order = p == planned_count ? 1
				  : f == found_count ? -1
						     : by_content(&planned[p], &found[f]);

		if (order)
			return differ(ctx, artefact, bytes, size,
				      order < 0 ? planned[p] : NULL,
				      order < 0 ? NULL : found[f]);
		p++;
		f++;
	}
	return true;
}

/* Gets the entries of a reader that hands them over one by one. */
static bool take(void *match, const struct cv_entry *found)
{
	cv_match_order(match, found);
	return cv_match_take(match, found);
}

/* Those listed by the reader that equal no planned one where it was expected. */
static const struct cv_entry **
take_listed(struct cv_match *match, const struct cv_reading *reading, size_t *count_out)
{
	const struct cv_table *entries = &reading->entries;
	const struct cv_entry **left = CV_NEW_ARRAY(reading->ctx->arena, entries->count,
						    const struct cv_entry *);

	*count_out = 0;
	for (size_t i = 0; i < entries->count; i++) {
		const struct cv_entry *found = CV_AT(entries, struct cv_entry, i);

		/* The order of those that were handed over has been looked at. */
		if (reading->handed == 0)
			cv_match_order(match, found);
		if (!cv_match_take(match, found))
			left[(*count_out)++] = found;
	}
	return left;
}

static bool compare_order(struct cv_ctx *ctx, const char *artefact,
			  const struct cv_entry *wrong)
{
	return !wrong || cv_find(ctx, CV_F_PROOF_FAILED, (struct cv_span){0},
				 "%s: `%s` is not where it must be", artefact,
				 wrong->more->value  ? wrong->more->value
				 : wrong->more->name ? wrong->more->name
						     : "a step");
}

static bool read_and_match(struct cv_ctx *ctx, struct cv_reading *reading,
			   const struct cv_form *form, const char *artefact,
			   struct cv_match *match)
{
	const struct cv_entry **planned, **found;
	size_t planned_count, found_count;

	if (!form->read(reading))
		return cv_find(ctx, CV_F_PROOF_FAILED, (struct cv_span){0},
			       "%s line %zu: %s", artefact,
			       line_of(reading->bytes, reading->size, reading->error_at),
			       reading->error ? reading->error : "not understood");
	cv_reading_end(reading);
	found = take_listed(match, reading, &found_count);
	cv_match_order_end(match);
	planned = cv_match_left(match, &planned_count);
	return compare_order(ctx, artefact, match->steps.wrong) &&
	       compare_order(ctx, artefact, match->ordered.wrong) &&
	       compare_all(ctx, artefact, reading->bytes, reading->size, planned,
			   planned_count, found, found_count);
}

/* Where the entry stands in bytes that hold it. */
static size_t place_of(struct cv_ctx *scratch, const struct cv_form *form,
		       const struct cv_reading *read, const struct cv_entry *entry)
{
	struct cv_reading reading = {.ctx = scratch,
				     .bytes = read->bytes,
				     .size = read->size,
				     .options = read->options};

	form->read(&reading);
	for (size_t i = 0; i < reading.entries.count; i++) {
		const struct cv_entry *found =
			CV_AT(&reading.entries, struct cv_entry, i);

		if (cv_entry_compare(found, entry) == 0)
			return found->more->place;
	}
	return 0;
}

static bool prove_undo(struct cv_ctx *ctx, const struct cv_reading *reading,
		       const struct cv_plan *plan, const struct cv_form *form,
		       const char *artefact, const struct cv_entry *const *planned,
		       size_t count)
{
	const struct cv_entry *excess =
		cv_undo_excess(reading->ctx, plan, form, planned, count);

	return !excess ||
	       cv_find(ctx, CV_F_PROOF_FAILED, (struct cv_span){0},
		       "%s line %zu takes away what no artefact adds, of %s: %s",
		       artefact,
		       line_of(reading->bytes, reading->size,
			       place_of(reading->ctx, form, reading, excess)),
		       rows_of(ctx, excess), cv_entry_words(ctx, excess));
}

bool cv_prove_passing(struct cv_ctx *ctx, const struct cv_plan *plan,
		      const struct cv_form *form, const char *artefact,
		      const struct cv_passing *passing)
{
	struct cv_ctx scratch = cv_scratch_open(ctx), texts = cv_scratch_open(ctx);
	struct cv_match match;
	struct cv_reading reading = {.ctx = &scratch,
				     .bytes = passing->bytes,
				     .size = passing->size,
				     .options = plan->use->options,
				     .take = take,
				     .taker = &match,
				     .texts = &texts,
				     .passed = passing->passed,
				     .passer = passing->passer};
	bool ok;

	cv_match_open(&match, &scratch, form, passing->planned, passing->count);
	ok = read_and_match(ctx, &reading, form, artefact, &match) &&
	     (!form->undo || prove_undo(ctx, &reading, plan, form, artefact,
					passing->planned, passing->count));
	cv_match_close(&match);
	cv_arena_close(texts.arena);
	cv_arena_close(scratch.arena);
	return ok;
}

bool cv_prove_bytes(struct cv_ctx *ctx, const struct cv_plan *plan,
		    const struct cv_form *form, const char *artefact, const char *bytes,
		    size_t size)
{
	struct cv_ctx scratch = cv_scratch_open(ctx);
	struct cv_passing whole = {.bytes = bytes, .size = size};
	bool ok;

	whole.planned = cv_form_entries(&scratch, plan, form, &whole.count);
	ok = cv_prove_passing(ctx, plan, form, artefact, &whole);
	cv_arena_close(scratch.arena);
	return ok;
}

static bool plan_fails(struct cv_ctx *ctx, const struct cv_plan *plan,
		       const struct cv_row *row, const char *what)
{
	return cv_find(ctx, CV_F_PROOF_FAILED, row->at, "%s for %s: %s: %s",
		       plan->use->target->name, plan->subject->name,
		       cv_row_name(ctx, row), what);
}

/* A row is carried, or lost with a reason, thing by thing; a flow is never wider. */
static bool prove_row(struct cv_ctx *ctx, struct cv_ctx *scratch, struct cv_index *index,
		      const struct cv_row *row)
{
	const struct cv_behind *behind = &index->rows[row->ordinal];
	bool carried;

	if (behind->thing_count == 0)
		return behind->entry_count == 0 ||
		       plan_fails(ctx, index->plan, row, "an entry that no row asks for");
	if (row->table == CV_PORTS && behind->entry_count == 0 &&
	    !cv_flows_need_entry(index, row))
		return true;
	if (behind->entry_count == 0 && !behind->is_lost)
		return plan_fails(ctx, index->plan, row, "neither carried nor lost");
	if (row->table == CV_EXCLUSIONS)
		carried = cv_exclusions_carried(scratch, index, row);
	else if (row->table == CV_URLS)
		carried = cv_urls_carried(index, row);
	else
		carried = cv_flows_answers(scratch, index, row) & CV_CARRIED;
	if (!carried)
		return plan_fails(ctx, index->plan, row,
				  "the entries do not cover all of it");
	return row->table != CV_PORTS || behind->entry_count == 0 ||
	       (cv_flows_answers(scratch, index, row) & CV_INSIDE) ||
	       plan_fails(ctx, index->plan, row, cv_flows_outside(scratch, index, row));
}

/* What of the policy the entry says that it carries, or NULL. */
static const void *carried_by(const struct cv_entry *entry)
{
	const struct cv_origin *origin = cv_origin(entry);

	if (origin->flow)
		return origin->flow;
	return origin->exclusion ? (const void *)origin->exclusion : origin->url;
}

static bool asks_for(const struct cv_behind *behind, const void *thing)
{
	for (size_t i = 0; i < behind->thing_count; i++)
		if (cv_behind_thing(behind, i) == thing)
			return true;
	return false;
}

/* What the entry says that it carries is asked for by a row that it names: columns
 * beside the box come from there. */
static bool is_of_its_rows(const struct cv_index *index, const struct cv_entry *entry)
{
	const void *thing = carried_by(entry);
	bool found = thing == NULL;

	for (size_t r = 0; !found && r < entry->rows.count; r++)
		found = asks_for(&index->rows[cv_rows_ordinal(&entry->rows, r)], thing);
	return found;
}

/* What a rule holds of a flow may be a part of its ports: the rest is in another
 * entry, and the comparison of what is covered sees to it. */
static bool is_its_flow(const struct cv_plan *plan, const struct cv_entry *entry)
{
	const struct cv_flow *flow = cv_origin(entry)->flow;

	if (flow->ends->family != entry->family || flow->ends->source != entry->source ||
	    flow->ends->destination != entry->destination ||
	    flow->service->protocol != entry->protocol)
		return false;
	return cv_flows_of(plan->use) == CV_FLOWS_RULES ||
	       (flow->service->icmp_type == entry->icmp_type &&
		flow->service->ports == entry->ports &&
		flow->service->source_ports == entry->more->source_ports);
}

/* What lets through or leaves alone does so for a row; ours are only the names and
 * the settings around it. */
static bool prove_entry(struct cv_ctx *ctx, const struct cv_index *index,
			const struct cv_entry *entry)
{
	const struct cv_plan *plan = index->plan;
	const unsigned grants = CV_ENTRY_FLOW | CV_ENTRY_EXCLUSION | CV_ENTRY_URL;
	const char *what = NULL;

	if (!(entry->kind & grants) &&
	    (entry->kind != CV_ENTRY_OBJECT || entry->protocol == CV_NO_PROTOCOL))
		return true;
	if (cv_origin(entry)->baseline)
		what = entry->rows.count ? "a rule of ours that names a row" : NULL;
	else if (entry->rows.count == 0)
		what = "an entry that names no row";
	else if (!is_of_its_rows(index, entry))
		what = "an entry of something else than its rows ask for";
	else if (entry->kind == CV_ENTRY_FLOW && cv_origin(entry)->flow &&
		 !is_its_flow(plan, entry))
		what = "an entry that is not the flow that it is of";
	else if (entry->kind == CV_ENTRY_URL && cv_origin(entry)->url &&
		 !cv_entry_is_url(plan, entry, cv_origin(entry)->url))
		what = "an entry that is not the URL that it is of";
	return !what || cv_find(ctx, CV_F_PROOF_FAILED, (struct cv_span){0},
				"%s for %s: %s: %s", plan->use->target->name,
				plan->subject->name, what, cv_entry_words(ctx, entry));
}

/* Asks ahead for what stands behind rows after this one: for its list, if it is one,
 * twice as far ahead as for the entries. */
static void await_entries(const struct cv_index *index, size_t ordinal)
{
	const size_t count = index->plan->policy->rows.count;

	if (ordinal + 2 * CV_AHEAD < count)
		cv_await(index->rows[ordinal + 2 * CV_AHEAD].entries.one);
	if (ordinal + CV_AHEAD < count) {
		const struct cv_behind *behind = &index->rows[ordinal + CV_AHEAD];

		for (size_t e = 0; e < behind->entry_count && e < MOST_AWAITED; e++)
			cv_await(cv_behind_entry(behind, e));
	}
}

bool cv_prove_plan(struct cv_ctx *ctx, struct cv_index *index)
{
	const struct cv_plan *plan = index->plan;
	const struct cv_policy *policy = plan->policy;
	const struct cv_abilities *can = &plan->use->target->can;
	struct cv_ctx scratch = cv_scratch_open(ctx);
	bool ok = true;

	if (cv_flows_of(plan->use) == CV_FLOWS_ELEMENTS)
		ok = cv_prove_apart(ctx, plan);
	for (size_t i = 0; i < plan->entries.count; i++)
		ok = prove_entry(ctx, index, CV_AT(&plan->entries, struct cv_entry, i)) &&
		     ok;
	for (size_t i = 0; i < policy->rows.count; i++) {
		const struct cv_row *row =
			*CV_AT(&policy->rows, const struct cv_row *, i);

		await_entries(index, i);
		/* A target without such a list is not asked about the rows. */
		if ((row->table == CV_EXCLUSIONS && !can->lists) ||
		    (row->table == CV_PORTS && can->flows == CV_FLOWS_NONE))
			continue;
		ok = prove_row(ctx, &scratch, index, row) && ok;
		cv_arena_reset(scratch.arena);
	}
	cv_arena_close(scratch.arena);
	return ok;
}
