/* Verdicts of the ledger, from the plan against the policy and never declared. */
#include "prove/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
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

/* Of those that are a risk. */
static const char *const says[CV_VERDICT_COUNT] = {
	[CV_WIDER] = " is wider: ",
	[CV_NARROWER] = " is narrower: ",
	[CV_DIFFERENT] = " is different: ",
	[CV_IMPOSSIBLE] = " is impossible: ",
};

static struct cv_comparison compare(struct cv_ctx *ctx, struct cv_index *index,
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
		     const struct cv_plan *plan, struct cv_judgement *judgement,
		     bool image_only)
{
	struct cv_risk *risk = CV_ADD(ctx->arena, &policy->risks, struct cv_risk);

	risk->code = image_only ? CV_F_WIDER_IMAGE : codes[judgement->verdict];
	risk->row = judgement->row;
	risk->target = plan->use->target;
	risk->subject = plan->subject;
	risk->detail = judgement->as->what;
	risk->says = says[judgement->verdict];
	cv_judgement_more(ctx, judgement)->risk = risk;
}

/* Texts that many rows share are kept once.  `last` is one that was kept, or NULL:
 * mostly neighbours say the same. */
static const char *kept(struct cv_ctx *ctx, const char *text, const char *last)
{
	if (!text || (last && strcmp(text, last) == 0))
		return text ? last : NULL;
	return cv_intern_text(ctx, text);
}

/* Whether a use is the plan's business: exclusions are a group's, the rest the
 * site's, and a host has to do only with its own flows. */
static bool concerns(const struct cv_plan *plan, const struct cv_index *index,
		     const struct cv_used *as, uint32_t row)
{
	if (as->table == CV_EXCLUSIONS)
		return plan->use->target->can.lists && as->group &&
		       as->group == plan->subject->group;
	if (plan->subject->kind == CV_SUBJECT_SITE)
		return true;
	return (plan->use->target->can.subjects & CV_SUBJECT_HOST) &&
	       as->table == CV_PORTS && index->rows[row].thing_count > 0;
}

/* As the last judgement of the same verdict, where that says the same. */
static const struct cv_judged *judged_as(struct cv_ctx *ctx,
					 const struct cv_judged **last,
					 const struct cv_judged *wanted)
{
	struct cv_judged *as;

	if (*last && (*last)->subject == wanted->subject &&
	    (*last)->target == wanted->target && (*last)->what == wanted->what &&
	    (*last)->carries == wanted->carries)
		return *last;
	as = CV_NEW(ctx->arena, struct cv_judged);
	*as = *wanted;
	*last = as;
	return as;
}

static struct cv_judgement *add_judgement(struct cv_ctx *ctx, struct cv_ledger *ledger,
					  const struct cv_row *row,
					  enum cv_verdict verdict)
{
	struct cv_judgement *judgement =
		CV_ADD(ctx->arena, &ledger->judgements, struct cv_judgement);

	judgement->row = row;
	judgement->verdict = verdict;
	return judgement;
}

/* What no row asked for, each kind of it once. */
static void judge_baseline(struct cv_ctx *ctx, const struct cv_plan *plan,
			   struct cv_ledger *ledger)
{
	const size_t first = ledger->judgements.count;
	const struct cv_judged *last = NULL;

	for (size_t i = 0; i < plan->entries.count; i++) {
		const struct cv_entry *entry = CV_AT(&plan->entries, struct cv_entry, i);
		struct cv_judgement *judgement = NULL;

		if (!cv_origin(entry)->baseline)
			continue;
		for (size_t j = first; !judgement && j < ledger->judgements.count; j++) {
			judgement = CV_AT(&ledger->judgements, struct cv_judgement, j);
			if (strcmp(judgement->as->what, cv_origin(entry)->baseline) != 0)
				judgement = NULL;
		}
		if (!judgement) {
			const struct cv_judged as = {plan->subject, plan->use->target,
						     cv_origin(entry)->baseline, NULL};

			judgement = add_judgement(ctx, ledger, NULL, CV_BASELINE);
			judgement->as = judged_as(ctx, &last, &as);
		}
		judgement->entries++;
	}
}

void cv_judge(struct cv_ctx *ctx, struct cv_policy *policy, struct cv_index *index,
	      struct cv_ledger *ledger)
{
	const struct cv_plan *plan = index->plan;
	const struct cv_judged *last[CV_VERDICT_COUNT] = {NULL};
	struct cv_ctx scratch = cv_scratch_open(ctx);

	for (size_t i = 0; i < policy->uses.count; i++) {
		const struct cv_use *use = CV_AT(&policy->uses, struct cv_use, i);
		const struct cv_used *used = cv_used_as(policy, use);
		const struct cv_row *row = cv_policy_row(policy, use->row);
		struct cv_judged as = {plan->subject, plan->use->target, used->why, NULL};
		struct cv_judgement *judgement;
		struct cv_comparison comparison;
		const struct cv_judged *like;

		if (!concerns(plan, index, used, use->row))
			continue;
		if (!used->applies) {
			add_judgement(ctx, ledger, row, CV_NOT_APPLICABLE)->as =
				judged_as(ctx, &last[CV_NOT_APPLICABLE], &as);
			continue;
		}
		comparison = compare(&scratch, index, row);
		like = last[comparison.verdict];
		as.what = kept(ctx, comparison.what, like ? like->what : NULL);
		as.carries = kept(ctx, comparison.carries, like ? like->carries : NULL);
		judgement = add_judgement(ctx, ledger, row, comparison.verdict);
		judgement->as = judged_as(ctx, &last[comparison.verdict], &as);
		judgement->ends = comparison.ends;
		if (comparison.missing)
			cv_judgement_more(ctx, judgement)->missing =
				kept(ctx, comparison.missing, NULL);
		cv_arena_reset(scratch.arena);
		judgement->entries = index->rows[use->row].entry_count;
		if (codes[judgement->verdict] != CV_F_COUNT)
			add_risk(ctx, policy, plan, judgement, comparison.image_only);
	}
	cv_arena_close(scratch.arena);
	judge_baseline(ctx, plan, ledger);
}

struct cv_judged_more *cv_judgement_more(struct cv_ctx *ctx,
					 struct cv_judgement *judgement)
{
	struct cv_judged_more *more;

	if (judgement->has_more)
		return judgement->more;
	more = CV_NEW(ctx->arena, struct cv_judged_more);
	more->ends = judgement->ends;
	judgement->more = more;
	judgement->has_more = true;
	return more;
}

bool cv_judgement_lacks(const struct cv_judgement *judgement)
{
	if (!judgement->has_more)
		return judgement->ends != NULL;
	return judgement->more->missing || judgement->more->ends;
}

const char *cv_judgement_missing(struct cv_ctx *ctx, struct cv_judgement *judgement)
{
	struct cv_judged_more *more;

	if (!cv_judgement_lacks(judgement))
		return NULL;
	more = cv_judgement_more(ctx, judgement);
	if (!more->missing)
		more->missing = cv_ends_words(ctx, &more->ends, 1);
	return more->missing;
}

const char *cv_unreached_why(struct cv_ctx *ctx, const struct cv_row *row)
{
	const struct cv_texts devices =
		cv_few_texts(&((const struct cv_exclusion_row *)row)->device);
	struct cv_buf words = CV_BUF_INIT;
	const char *why;

	cv_buf_text(&words, "no group is such a device: ");
	for (size_t i = 0; i < devices.count; i++)
		cv_buf_format(&words, "%s%s", i ? ", " : "", devices.items[i].text);
	why = cv_intern(ctx, words.data, words.size);
	cv_buf_deinit(&words);
	return why;
}

bool *cv_rows_unreached(const struct cv_policy *policy)
{
	bool *unreached = calloc(policy->rows.count + 1, sizeof *unreached);
	bool any = false;

	if (!unreached)
		cv_out_of_memory();
	for (size_t p = 0; p < policy->profiles.count; p++) {
		const struct cv_profile *profile =
			*CV_AT(&policy->profiles, struct cv_profile *, p);
		const struct cv_table *rows = &profile->rows[CV_EXCLUSIONS];

		for (size_t i = 0; i < rows->count; i++)
			unreached[((const struct cv_row *)cv_table_at(rows, i))
					  ->ordinal] = true;
		any = any || rows->count;
	}
	for (size_t i = 0; any && i < policy->uses.count; i++)
		unreached[CV_AT(&policy->uses, struct cv_use, i)->row] = false;
	return unreached;
}

void cv_judge_unreached(struct cv_ctx *ctx, const struct cv_policy *policy,
			struct cv_ledger *ledger)
{
	const struct cv_table *targets = &policy->site->targets;
	struct cv_subject *site = CV_NEW(ctx->arena, struct cv_subject);
	const struct cv_judged *last = NULL;
	bool *unreached = cv_rows_unreached(policy);

	site->kind = CV_SUBJECT_SITE;
	site->name = policy->site->name.text;
	for (size_t i = 0; i < policy->rows.count; i++) {
		const struct cv_row *row =
			*CV_AT(&policy->rows, const struct cv_row *, i);
		const char *why = unreached[i] ? cv_unreached_why(ctx, row) : NULL;

		for (size_t t = 0; unreached[i] && t < targets->count; t++) {
			const struct cv_target *target =
				CV_AT(targets, struct cv_target_use, t)->target;
			const struct cv_judged as = {site, target, why, NULL};

			if (target->can.lists)
				add_judgement(ctx, ledger, row, CV_NOT_APPLICABLE)->as =
					judged_as(ctx, &last, &as);
		}
	}
	free(unreached);
}
