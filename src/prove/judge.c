/* Verdicts of the ledger, from the plan against the policy and never declared. */
#include "prove/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/hash.h"
#include "base/numbers.h"
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

/* Judgements under way; what one of them says is kept once. */
struct judging {
	struct cv_ctx *ctx;
	struct cv_ledger *ledger;
	struct cv_numbers numbers; /* of ledger->judged, by that */
	/* By verdict: what was said last, as most say what a neighbour says. */
	const struct cv_judged *last[CV_VERDICT_COUNT];
	uint32_t last_index[CV_VERDICT_COUNT];
};

static struct judging judging_open(struct cv_ctx *ctx, struct cv_ledger *ledger)
{
	*CV_ADD(ctx->arena, &ledger->starts, size_t) = ledger->judgements.count;
	return (struct judging){.ctx = ctx, .ledger = ledger};
}

static void judging_close(struct judging *judging)
{
	cv_numbers_deinit(&judging->numbers);
}

static const struct cv_risk *add_risk(struct cv_ctx *ctx, struct cv_policy *policy,
				      const struct cv_row *row,
				      const struct cv_judged *as, bool image_only)
{
	struct cv_risk *risk = CV_ADD(ctx->arena, &policy->risks, struct cv_risk);

	risk->code = image_only ? CV_F_WIDER_IMAGE : codes[as->verdict];
	risk->row = row;
	risk->target = as->target;
	risk->subject = as->subject;
	risk->detail = as->what;
	risk->says = says[as->verdict];
	return risk;
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

static uint32_t hash_of_judged(const struct cv_judged *as)
{
	const struct {
		const void *target, *what, *carries, *missing;
		uint32_t entries, verdict, lacks, none;
	} key = {as->target,  as->what,    as->carries, as->missing,
		 as->entries, as->verdict, as->lacks,   0};

	return (uint32_t)cv_hash(&key, sizeof key);
}

/* Of one plan, or of rows that concern none: the subject is the same. */
static bool is_same_judged(const struct cv_judged *a, const struct cv_judged *b)
{
	return a->target == b->target && a->what == b->what && a->carries == b->carries &&
	       a->missing == b->missing && a->entries == b->entries &&
	       a->verdict == b->verdict && a->lacks == b->lacks;
}

/* Where it is kept, as the last of its verdict from now on. */
static uint32_t judged_index(struct judging *judging, const struct cv_judged *wanted)
{
	struct cv_table *all = &judging->ledger->judged;
	uint32_t *last = &judging->last_index[wanted->verdict];
	const struct cv_judged **kept = &judging->last[wanted->verdict];
	const uint32_t hash = hash_of_judged(wanted);
	size_t at = hash;

	do
		*last = cv_numbers_next(&judging->numbers, hash, &at);
	while (*last != CV_NO_NUMBER &&
	       !is_same_judged(CV_AT(all, struct cv_judged, *last), wanted));
	if (*last == CV_NO_NUMBER) {
		*last = (uint32_t)all->count;
		cv_numbers_add(&judging->numbers, hash, *last);
		*CV_ADD(judging->ctx->arena, all, struct cv_judged) = *wanted;
	}
	*kept = CV_AT(all, struct cv_judged, *last);
	return *last;
}

static struct cv_judgement *add_judgement(struct judging *judging, uint32_t row,
					  const struct cv_judged *as)
{
	struct cv_ledger *ledger = judging->ledger;
	const struct cv_judged *last = judging->last[as->verdict];
	const uint32_t index = last && is_same_judged(last, as)
				       ? judging->last_index[as->verdict]
				       : judged_index(judging, as);
	struct cv_judgement *judgement =
		CV_ADD(judging->ctx->arena, &ledger->judgements, struct cv_judgement);

	CV_AT(&ledger->judged, struct cv_judged, index)->count++;
	judgement->row = row;
	judgement->as = index;
	return judgement;
}

/* What no row asked for, each kind of it once. */
static void judge_baseline(struct cv_ctx *ctx, const struct cv_plan *plan,
			   struct cv_ledger *ledger)
{
	const size_t first = ledger->judged.count;

	for (size_t i = 0; i < plan->entries.count; i++) {
		const char *baseline =
			cv_origin(CV_AT(&plan->entries, struct cv_entry, i))->baseline;
		struct cv_judged *as = NULL;

		if (!baseline)
			continue;
		for (size_t j = first; !as && j < ledger->judged.count; j++) {
			as = CV_AT(&ledger->judged, struct cv_judged, j);
			if (strcmp(as->what, baseline) != 0)
				as = NULL;
		}
		if (!as) {
			*CV_ADD(ctx->arena, &ledger->judgements,
				struct cv_judgement) = (struct cv_judgement){
				.row = CV_ROW_OURS, .as = (uint32_t)ledger->judged.count};
			as = CV_ADD(ctx->arena, &ledger->judged, struct cv_judged);
			*as = (struct cv_judged){.subject = plan->subject,
						 .target = plan->use->target,
						 .what = baseline,
						 .count = 1,
						 .verdict = CV_BASELINE};
		}
		as->entries++;
	}
}

/* A row that applies.  The comparison's texts lie in `scratch`. */
static void judge_row(struct judging *judging, struct cv_policy *policy,
		      struct cv_index *index, struct cv_ctx *scratch, uint32_t ordinal)
{
	struct cv_ctx *ctx = judging->ctx;
	const struct cv_row *row = cv_policy_row(policy, ordinal);
	const struct cv_comparison comparison = compare(scratch, index, row);
	const struct cv_judged *like = judging->last[comparison.verdict];
	const bool is_risk = codes[comparison.verdict] != CV_F_COUNT;
	/* The place of the ends is the risk's. */
	const char *missing = is_risk && comparison.ends
				      ? cv_ends_words(scratch, &comparison.ends, 1)
				      : comparison.missing;
	const struct cv_judged as = {
		.subject = index->plan->subject,
		.target = index->plan->use->target,
		.what = kept(ctx, comparison.what, like ? like->what : NULL),
		.carries = kept(ctx, comparison.carries, like ? like->carries : NULL),
		.missing = kept(ctx, missing, like ? like->missing : NULL),
		.entries = index->rows[ordinal].entry_count,
		.verdict = comparison.verdict,
		.lacks = comparison.ends || comparison.missing,
		.is_risk = is_risk,
	};
	struct cv_judgement *judgement = add_judgement(judging, ordinal, &as);

	if (is_risk)
		judgement->risk = add_risk(ctx, policy, row, &as, comparison.image_only);
	else
		judgement->ends = comparison.ends;
}

void cv_judge(struct cv_ctx *ctx, struct cv_policy *policy, struct cv_index *index,
	      struct cv_ledger *ledger)
{
	const struct cv_plan *plan = index->plan;
	struct judging judging = judging_open(ctx, ledger);
	struct cv_ctx scratch = cv_scratch_open(ctx);

	for (size_t i = 0; i < policy->uses.count; i++) {
		const struct cv_use *use = CV_AT(&policy->uses, struct cv_use, i);
		const struct cv_used *used = cv_used_as(policy, use);

		if (!concerns(plan, index, used, use->row))
			continue;
		if (used->applies) {
			judge_row(&judging, policy, index, &scratch, use->row);
			cv_arena_reset(scratch.arena);
			continue;
		}
		add_judgement(&judging, use->row,
			      &(struct cv_judged){.subject = plan->subject,
						  .target = plan->use->target,
						  .what = used->why,
						  .verdict = CV_NOT_APPLICABLE});
	}
	cv_arena_close(scratch.arena);
	judging_close(&judging);
	judge_baseline(ctx, plan, ledger);
}

const char *cv_judgement_missing(struct cv_ctx *ctx, const struct cv_ledger *ledger,
				 const struct cv_judgement *judgement)
{
	const struct cv_judged *as = cv_judged_as(ledger, judgement);

	if (!as->lacks || as->missing)
		return as->missing;
	return cv_ends_words(ctx, &judgement->ends, 1);
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
	struct judging judging = judging_open(ctx, ledger);
	bool *unreached = cv_rows_unreached(policy);

	site->kind = CV_SUBJECT_SITE;
	site->name = policy->site->name.text;
	for (size_t i = 0; i < policy->rows.count; i++) {
		const char *why =
			unreached[i] ? cv_unreached_why(
					       ctx, cv_policy_row(policy, (uint32_t)i))
				     : NULL;

		for (size_t t = 0; unreached[i] && t < targets->count; t++) {
			const struct cv_target *target =
				CV_AT(targets, struct cv_target_use, t)->target;

			if (target->can.lists)
				add_judgement(&judging, (uint32_t)i,
					      &(struct cv_judged){
						      .subject = site,
						      .target = target,
						      .what = why,
						      .verdict = CV_NOT_APPLICABLE});
		}
	}
	judging_close(&judging);
	free(unreached);
}
