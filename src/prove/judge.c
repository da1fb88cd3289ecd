/* Verdicts of the ledger, from the plan against the policy and never declared. */
#include "prove/ledger.h"

#include "base/ctx.h"
#include "prove/compare.h"
#include "prove/prove.h"

const char *const cv_verdict_names[CV_VERDICT_COUNT + 1] = {
	"exact",      "split",    "wider",          "narrower", "different",
	"impossible", "baseline", "not-applicable", NULL,
};

static const enum cv_code codes[CV_VERDICT_COUNT] = {
	[CV_EXACT] = CV_F_COUNT,         [CV_SPLIT] = CV_F_COUNT,
	[CV_WIDER] = CV_F_WIDER,         [CV_NARROWER] = CV_F_NARROWER,
	[CV_DIFFERENT] = CV_F_DIFFERENT, [CV_IMPOSSIBLE] = CV_F_IMPOSSIBLE,
	[CV_BASELINE] = CV_F_COUNT,      [CV_NOT_APPLICABLE] = CV_F_COUNT,
};

static struct cv_comparison compare(struct cv_ctx *ctx, const struct cv_index *index,
				    const struct cv_row *row)
{
	switch (row->table) {
	case CV_EXCLUSIONS:
		return cv_compare_exclusions(ctx, index, row);
	case CV_URLS:
		return cv_compare_urls(ctx, index, row);
	case CV_PORTS:
	case CV_TABLE_COUNT:
		break;
	}
	return cv_compare_flows(ctx, index, row);
}

static void add_risk(struct cv_ctx *ctx, struct cv_policy *policy,
		     const struct cv_plan *plan, struct cv_judgement *judgement)
{
	struct cv_risk *risk = CV_ADD(ctx->arena, &policy->risks, struct cv_risk);

	risk->code = codes[judgement->verdict];
	risk->row = judgement->row;
	risk->target = plan->use->target;
	risk->subject = plan->subject;
	risk->detail = judgement->what;
	risk->text =
		cv_arena_format(ctx->arena, "%s in %s is %s: %s",
				cv_row_name(ctx, judgement->row), plan->use->target->name,
				cv_verdict_names[judgement->verdict], judgement->what);
	judgement->risk = risk;
}

/* Texts that many rows share are kept once. */
static const char *kept(struct cv_ctx *ctx, const char *text)
{
	return text ? cv_intern_text(ctx, text) : NULL;
}

/* Whether a use is the plan's business: exclusions are a group's, the rest the
 * site's, and a host has to do only with its own flows. */
static bool concerns(const struct cv_plan *plan, const struct cv_index *index,
		     const struct cv_use *use)
{
	const struct cv_behind *behind = &index->rows[use->row->ordinal];

	if (use->row->table == CV_EXCLUSIONS)
		return plan->use->target->can.lists && use->group &&
		       use->group == plan->subject->group;
	if (plan->subject->kind == CV_SUBJECT_SITE)
		return true;
	return (plan->use->target->can.subjects & CV_SUBJECT_HOST) &&
	       use->row->table == CV_PORTS && behind->flow_count > 0;
}

bool cv_judge(struct cv_ctx *ctx, struct cv_policy *policy, const struct cv_plan *plan,
	      struct cv_ledger *ledger)
{
	struct cv_ctx scratch = cv_scratch_open(ctx);
	struct cv_index index;

	cv_index_open(&index, plan);
	for (size_t i = 0; i < policy->uses.count; i++) {
		const struct cv_use *use = CV_AT(&policy->uses, struct cv_use, i);
		struct cv_judgement *judgement;
		struct cv_comparison comparison;

		if (!concerns(plan, &index, use))
			continue;
		judgement = CV_ADD(ctx->arena, &ledger->judgements, struct cv_judgement);
		judgement->row = use->row;
		judgement->subject = plan->subject;
		judgement->target = plan->use->target;
		if (!use->applies) {
			judgement->verdict = CV_NOT_APPLICABLE;
			judgement->what = use->why;
			continue;
		}
		comparison = compare(&scratch, &index, use->row);
		judgement->verdict = comparison.verdict;
		judgement->what = kept(ctx, comparison.what);
		judgement->carries = kept(ctx, comparison.carries);
		judgement->missing = kept(ctx, comparison.missing);
		cv_arena_reset(scratch.arena);
		judgement->entries = index.rows[use->row->ordinal].entry_count;
		if (codes[judgement->verdict] != CV_F_COUNT)
			add_risk(ctx, policy, plan, judgement);
	}
	cv_index_close(&index);
	cv_arena_close(scratch.arena);
	return true;
}
