/* The proof: plan = entries, and nothing of the policy lost on the way to the plan. */
#include "prove/prove.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "prove/compare.h"

struct cv_ctx cv_scratch_open(struct cv_ctx *ctx)
{
	struct cv_ctx scratch;

	/* The index of sets must be the compile's before it is copied. */
	cv_ports_all(ctx);
	scratch = *ctx;
	scratch.arena = cv_arena_open();
	return scratch;
}

const struct cv_entry **cv_form_entries(struct cv_ctx *ctx, const struct cv_plan *plan,
					const struct cv_form *form, size_t *count_out)
{
	const struct cv_entry **entries =
		CV_NEW_ARRAY(ctx->arena, plan->entries.count, const struct cv_entry *);
	size_t count = 0;

	for (size_t i = 0; i < plan->entries.count; i++) {
		const struct cv_entry *entry = CV_AT(&plan->entries, struct cv_entry, i);
		struct cv_entry *removal;

		if (!(form->kinds & entry->kind) ||
		    (form->list && entry->kind != CV_ENTRY_HEADER && entry->list &&
		     strcmp(form->list, entry->list) != 0))
			continue;
		if (form->undo && entry->kind != CV_ENTRY_HEADER) {
			removal = CV_NEW(ctx->arena, struct cv_entry);
			*removal = *entry;
			removal->operation = CV_REMOVE;
			if (form->strip)
				form->strip(removal);
			entry = removal;
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
		       line_of(bytes, size, found->place), cv_entry_words(ctx, found));
}

static bool compare_all(struct cv_ctx *ctx, const char *artefact, const char *bytes,
			size_t size, const struct cv_entry **planned,
			size_t planned_count, const struct cv_entry **found,
			size_t found_count)
{
	size_t p = 0, f = 0;

	qsort(planned, planned_count, sizeof *planned, by_content);
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

/* Entries whose order is their meaning (steps, header lines) must come in it. */
static bool compare_order(struct cv_ctx *ctx, const char *artefact,
			  const struct cv_entry *const *planned, size_t planned_count,
			  const struct cv_table *found)
{
	const unsigned ordered = CV_ENTRY_HEADER | CV_ENTRY_STEP;
	size_t f = 0;

	for (size_t p = 0; p < planned_count; p++) {
		if (!(planned[p]->kind & ordered))
			continue;
		while (f < found->count &&
		       !(CV_AT(found, struct cv_entry, f)->kind & ordered))
			f++;
		if (f == found->count ||
		    cv_entry_compare(planned[p], CV_AT(found, struct cv_entry, f)) != 0)
			return cv_find(ctx, CV_F_PROOF_FAILED, (struct cv_span){0},
				       "%s: `%s` is not where it must be", artefact,
				       planned[p]->value ? planned[p]->value : "a step");
		f++;
	}
	return true;
}

static bool read_and_compare(struct cv_ctx *ctx, struct cv_ctx *scratch,
			     const struct cv_plan *plan, const struct cv_form *form,
			     const char *artefact, const char *bytes, size_t size)
{
	struct cv_reading reading = {.ctx = scratch,
				     .bytes = bytes,
				     .size = size,
				     .options = plan->use->options};
	const struct cv_entry **planned, **found;
	size_t planned_count;

	if (!form->read(&reading))
		return cv_find(ctx, CV_F_PROOF_FAILED, (struct cv_span){0},
			       "%s line %zu: %s", artefact,
			       line_of(bytes, size, reading.error_at),
			       reading.error ? reading.error : "not understood");
	planned = cv_form_entries(scratch, plan, form, &planned_count);
	if (!compare_order(ctx, artefact, planned, planned_count, &reading.entries))
		return false;
	found = CV_NEW_ARRAY(scratch->arena, reading.entries.count,
			     const struct cv_entry *);
	for (size_t i = 0; i < reading.entries.count; i++)
		found[i] = CV_AT(&reading.entries, struct cv_entry, i);
	return compare_all(ctx, artefact, bytes, size, planned, planned_count, found,
			   reading.entries.count);
}

bool cv_prove_bytes(struct cv_ctx *ctx, const struct cv_plan *plan,
		    const struct cv_form *form, const char *artefact, const char *bytes,
		    size_t size)
{
	struct cv_ctx scratch = cv_scratch_open(ctx);
	const bool ok =
		read_and_compare(ctx, &scratch, plan, form, artefact, bytes, size);

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

/* A row is carried, or lost with a reason; a flow is never wider, and narrower only
 * where a part of it was lost. */
static bool prove_row(struct cv_ctx *ctx, struct cv_ctx *scratch,
		      const struct cv_index *index, const struct cv_row *row)
{
	const struct cv_behind *behind = &index->rows[row->ordinal];
	struct cv_comparison comparison;

	if (behind->flow_count + behind->exclusion_count + behind->url_count == 0)
		return behind->entry_count == 0 ||
		       plan_fails(ctx, index->plan, row, "an entry that no row asks for");
	if (behind->entry_count == 0 && !behind->loss)
		return plan_fails(ctx, index->plan, row, "neither carried nor lost");
	if (row->table != CV_PORTS || behind->entry_count == 0)
		return true;
	comparison = cv_compare_flows(scratch, index, row);
	if (comparison.verdict == CV_WIDER ||
	    (comparison.verdict == CV_NARROWER && !behind->loss))
		return plan_fails(ctx, index->plan, row, comparison.what);
	return true;
}

bool cv_prove_plan(struct cv_ctx *ctx, const struct cv_plan *plan)
{
	const struct cv_policy *policy = plan->policy;
	const struct cv_abilities *can = &plan->use->target->can;
	struct cv_ctx scratch = cv_scratch_open(ctx);
	struct cv_index index;
	bool ok = true;

	cv_index_open(&index, plan);
	for (size_t i = 0; i < policy->rows.count; i++) {
		const struct cv_row *row =
			*CV_AT(&policy->rows, const struct cv_row *, i);

		if (row->table == CV_EXCLUSIONS ? !can->lists
						: can->flows == CV_FLOWS_NONE)
			continue;
		ok = prove_row(ctx, &scratch, &index, row) && ok;
		cv_arena_reset(scratch.arena);
	}
	cv_index_close(&index);
	cv_arena_close(scratch.arena);
	return ok;
}
