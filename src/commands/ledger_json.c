/* ledger.json: counts, what is not exact, risks, costs. */
#include "commands/reports.h"

#include <string.h>

#include "base/ctx.h"
#include "base/json.h"
#include "commands/compilation.h"
#include "commands/ledger_cells.h"
#include "model/row_name.h"

static void json_acceptance(struct cv_json *json, const struct cv_acceptance *acceptance)
{
	cv_json_key(json, "acceptance");
	if (!acceptance) {
		cv_json_text(json, NULL);
		return;
	}
	cv_json_begin_object(json, true);
	cv_json_member(json, "by", acceptance->by.text);
	cv_json_member(json, "reason", acceptance->reason.text);
	if (acceptance->ticket.text)
		cv_json_member(json, "ticket", acceptance->ticket.text);
	cv_json_member(json, "until", acceptance->until.text);
	cv_json_end_object(json);
}

static void json_row(struct cv_json *json, struct cv_buf *words, const struct cv_row *row)
{
	words->size = 0;
	if (row)
		cv_row_name_add(words, row);
	cv_json_member(json, "row", row ? cv_buf_string(words) : NULL);
}

static void json_judgement(struct cv_ctx *ctx, struct cv_json *json, struct cv_buf *words,
			   const struct cv_compilation *compilation,
			   const struct cv_cell *cell)
{
	const struct cv_judged *as = cell->as;

	cv_json_begin_object(json, true);
	json_row(json, words,
		 cell->row == CV_ROW_OURS ? NULL
					  : cv_compilation_row(compilation, cell->row));
	cv_json_member(json, "subject", as->subject->name);
	cv_json_member(json, "target", as->target->name);
	cv_json_member(json, "verdict", cv_verdict_names[as->verdict]);
	cv_json_member(json, "what", as->what);
	cv_json_member(json, "carries", as->carries);
	cv_json_member(json, "missing",
		       cv_judgement_missing(ctx, &compilation->ledger, cell->judgement));
	cv_json_member_number(json, "entries", as->entries);
	json_acceptance(json, as->is_risk ? cell->judgement->risk->accepted : NULL);
	cv_json_end_object(json);
}

static void json_counts(struct cv_json *json, const size_t counts[CV_VERDICT_COUNT])
{
	cv_json_begin_object(json, true);
	for (size_t i = 0; i < CV_VERDICT_COUNT; i++)
		cv_json_member_number(json, cv_verdict_names[i], counts[i]);
	cv_json_end_object(json);
}

/* Of all, and of each target. */
static void json_all_counts(struct cv_ctx *ctx, struct cv_json *json,
			    const struct cv_compilation *compilation)
{
	const struct cv_table *judged = &compilation->ledger.judged;
	const struct cv_table *uses = &compilation->site->targets;
	size_t(*counts)[CV_VERDICT_COUNT] =
		cv_arena_array(ctx->arena, uses->count + 2, sizeof *counts);

	for (size_t i = 0; i < judged->count; i++) {
		const struct cv_judged *as = CV_AT(judged, struct cv_judged, i);

		counts[0][as->verdict] += as->count;
		counts[cv_column_of(compilation, as->target)][as->verdict] += as->count;
	}
	cv_json_key(json, "counts");
	json_counts(json, counts[0]);
	cv_json_key(json, "targets");
	cv_json_begin_object(json, false);
	for (size_t i = 0; i < uses->count; i++) {
		cv_json_key(json, CV_AT(uses, struct cv_target_use, i)->target->name);
		json_counts(json, counts[i + 1]);
	}
	cv_json_end_object(json);
}

static void json_risk(struct cv_json *json, struct cv_buf *words,
		      const struct cv_risk *risk)
{
	cv_json_begin_object(json, true);
	json_row(json, words, risk->row);
	cv_json_member(json, "finding", cv_finding_kinds[risk->code].name);
	if (risk->target)
		cv_json_member(json, "target", risk->target->name);
	words->size = 0;
	cv_risk_text_add(words, risk);
	cv_json_member(json, "text", cv_buf_string(words));
	cv_json_member(json, "detail", risk->detail);
	json_acceptance(json, risk->accepted);
	cv_json_end_object(json);
	cv_buf_drain(json->out);
}

static void json_risks(struct cv_json *json, struct cv_buf *words,
		       const struct cv_compilation *compilation)
{
	const struct cv_table *risks = &compilation->policy.risks;

	cv_json_key(json, "risks");
	cv_json_begin_list(json, false);
	for (size_t i = 0; i < risks->count; i++) {
		const struct cv_risk *risk = CV_AT(risks, struct cv_risk, i);

		/* One of a subject is a verdict, and among those. */
		if (!risk->subject)
			json_risk(json, words, risk);
	}
	cv_json_end_list(json);
}

/* A list of a target whose cost was said. */
struct costly {
	const struct cv_target *target;
	const char *list;
};

static bool was_said(const struct cv_table *said, const struct cv_target *target,
		     const char *list)
{
	for (size_t i = 0; i < said->count; i++) {
		const struct costly *one = CV_AT(said, struct costly, i);

		if (one->target == target && strcmp(one->list, list) == 0)
			return true;
	}
	return false;
}

static void json_cost(struct cv_json *json, const struct cv_target *target,
		      const struct cv_list *list)
{
	cv_json_begin_object(json, true);
	cv_json_member(json, "target", target->name);
	cv_json_member(json, "list", list->name);
	cv_json_member(json, "cost", list->cost);
	cv_json_end_object(json);
}

/* What entries of a list cost besides, which no verdict says: also that of exact rows.
 * No key where there is nothing of the kind. */
static void json_costs(struct cv_ctx *ctx, struct cv_json *json,
		       const struct cv_compilation *compilation)
{
	struct cv_table said = {0};

	for (size_t i = 0; i < compilation->plans.count; i++) {
		const struct cv_plan *plan =
			CV_AT(&compilation->plans, struct cv_plan, i);
		const struct cv_target *target = plan->use->target;

		for (size_t n = 0; target->can.lists && n < plan->entries.count; n++) {
			const struct cv_list *list =
				cv_origin(CV_AT(&plan->entries, struct cv_entry, n))
					->native;

			if (!list || !list->cost || was_said(&said, target, list->name))
				continue;
			if (!said.count) {
				cv_json_key(json, "costs");
				cv_json_begin_list(json, false);
			}
			*CV_ADD(ctx->arena, &said, struct costly) =
				(struct costly){target, list->name};
			json_cost(json, target, list);
		}
	}
	if (said.count)
		cv_json_end_list(json);
}

static void json_reused_entry(struct cv_ctx *ctx, struct cv_json *json,
			      const struct cv_plan *plan, const struct cv_entry *entry)
{
	cv_json_begin_object(json, true);
	cv_json_member(json, "target", plan->use->target->name);
	cv_json_member(json, "subject", plan->subject->name);
	cv_json_member(json, "list", entry->list);
	cv_json_member(json, "name", entry->more->name);
	cv_json_key(json, "rows");
	cv_json_begin_list(json, true);
	for (size_t i = 0; i < entry->rows.count; i++)
		cv_json_text(json, cv_row_name(ctx, entry->rows.items[i]));
	cv_json_end_list(json);
	cv_json_end_object(json);
}

/* What a base has already; no key where there is nothing of the kind. */
static void json_reused(struct cv_ctx *ctx, struct cv_json *json,
			const struct cv_compilation *compilation)
{
	bool any = false;

	for (size_t i = 0; i < compilation->plans.count; i++) {
		const struct cv_plan *plan =
			CV_AT(&compilation->plans, struct cv_plan, i);
		const struct cv_entry *entry;
		size_t at = 0;

		while ((entry = cv_plan_next_reused(plan, &at))) {
			if (!any) {
				cv_json_key(json, "reused");
				cv_json_begin_list(json, false);
			}
			any = true;
			json_reused_entry(ctx, json, plan, entry);
		}
	}
	if (any)
		cv_json_end_list(json);
}

void cv_ledger_json_write(struct cv_ctx *ctx, const struct cv_compilation *compilation,
			  struct cv_buf *out)
{
	struct cv_cells cells = cv_cells_open(compilation, false);
	struct cv_buf words = CV_BUF_INIT; /* room for one name or text */
	struct cv_json json;
	size_t count;

	cv_json_open(&json, out);
	cv_json_begin_object(&json, false);
	cv_json_member(&json, "carveout", "ledger/1");
	cv_json_member(&json, "site", compilation->site->name.text);
	json_all_counts(ctx, &json, compilation);
	cv_json_key(&json, "not-exact");
	cv_json_begin_list(&json, false);
	while ((count = cv_cells_next(&cells))) {
		for (size_t i = 0; i < count; i++)
			json_judgement(ctx, &json, &words, compilation, &cells.row[i]);
		cv_buf_drain(out);
	}
	cv_json_end_list(&json);
	json_risks(&json, &words, compilation);
	json_costs(ctx, &json, compilation);
	json_reused(ctx, &json, compilation);
	cv_json_end_object(&json);
	cv_buf_deinit(&words);
	cv_cells_free(&cells);
}
