/* The ledger's change: rows that come to something else for a target and a subject. */
#include "commands/diff_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "model/target.h"

struct named {
	const char *row;
	const struct cv_judged *as;
	const struct cv_side *side;
};

static int compare(const void *left, const void *right)
{
	const struct named *a = left, *b = right;
	int order = strcmp(a->row, b->row);

	if (!order)
		order = strcmp(a->as->target->name, b->as->target->name);
	return order ? order
		     : cv_diff_compare_subjects(a->side, a->as->subject, b->side,
						b->as->subject);
}

static struct named *sorted(struct cv_ctx *ctx, const struct cv_side *side,
			    size_t *count_out)
{
	const struct cv_ledger *ledger = &side->compilation->ledger;
	const struct cv_table *judgements = &ledger->judgements;
	struct named *all = CV_NEW_ARRAY(ctx->arena, judgements->count, struct named);

	*count_out = 0;
	for (size_t i = 0; i < judgements->count; i++) {
		const struct cv_judgement *judgement =
			CV_AT(judgements, struct cv_judgement, i);
		const struct cv_judged *as = cv_judged_as(ledger, judgement);

		if (judgement->row != CV_ROW_OURS && cv_diff_concerns(side, as->subject))
			all[(*count_out)++] = (struct named){
				cv_row_name(ctx, cv_compilation_row(side->compilation,
								    judgement->row)),
				as, side};
	}
	if (*count_out)
		qsort(all, *count_out, sizeof *all, compare);
	return all;
}

/* Why a row does not apply is told in words of the group's own version; what is wider
 * or different must be the same to be no news. */
static bool same_verdict(const struct cv_judged *a, const struct cv_judged *b)
{
	if (a->verdict != b->verdict)
		return false;
	if (a->verdict == CV_NOT_APPLICABLE || a->what == b->what)
		return true;
	return a->what && b->what && strcmp(a->what, b->what) == 0;
}

static bool is_news(const struct cv_diff *diff, const struct cv_verdict_change *change)
{
	const struct cv_judged *one = change->before ? change->before : change->after;

	if (change->before && change->after)
		return !same_verdict(change->before, change->after);
	/* A row that came or went is news where it did something; a target or a subject
	 * that came or went is said to have. */
	if (one->verdict == CV_NOT_APPLICABLE)
		return false;
	return change->before ? cv_diff_plan_of(&diff->after, one->target, &diff->before,
						one->subject) != NULL
			      : cv_diff_plan_of(&diff->before, one->target, &diff->after,
						one->subject) != NULL;
}

static const char *what_of(const struct cv_judged *as)
{
	return as && as->what ? as->what : "";
}

static int verdict_of(const struct cv_judged *as)
{
	return as ? (int)as->verdict : -1;
}

/* Rows in order, and for each what is the same in words side by side. */
static int by_words(const void *left, const void *right)
{
	const struct cv_verdict_change *a = *(struct cv_verdict_change *const *)left;
	const struct cv_verdict_change *b = *(struct cv_verdict_change *const *)right;
	const struct cv_judged *x = a->after ? a->after : a->before;
	const struct cv_judged *y = b->after ? b->after : b->before;
	int order = strcmp(a->row, b->row);

	if (!order)
		order = verdict_of(a->before) - verdict_of(b->before);
	if (!order)
		order = verdict_of(a->after) - verdict_of(b->after);
	if (!order)
		order = strcmp(what_of(a->after), what_of(b->after));
	if (!order)
		order = strcmp(x->target->name, y->target->name);
	return order ? order : strcmp(x->subject->name, y->subject->name);
}

static void sort_by_words(struct cv_diff *diff, const struct cv_table *changes)
{
	struct cv_verdict_change **items = CV_NEW_ARRAY(diff->ctx->arena, changes->count,
							struct cv_verdict_change *);

	for (size_t i = 0; i < changes->count; i++)
		items[i] = CV_AT(changes, struct cv_verdict_change, i);
	if (changes->count)
		qsort(items, changes->count, sizeof(struct cv_verdict_change *),
		      by_words);
	for (size_t i = 0; i < changes->count; i++)
		*CV_ADD(diff->ctx->arena, &diff->verdicts, struct cv_verdict_change *) =
			items[i];
}

void cv_diff_verdicts(struct cv_diff *diff)
{
	size_t old_count, new_count, o = 0, n = 0;
	const struct named *before = sorted(diff->ctx, &diff->before, &old_count);
	const struct named *after = sorted(diff->ctx, &diff->after, &new_count);
	struct cv_table changes = {0};

	while (o < old_count || n < new_count) {
		const int order = o == old_count   ? 1
				  : n == new_count ? -1
						   : compare(&before[o], &after[n]);
		const struct cv_verdict_change change = {
			.row = order <= 0 ? before[o].row : after[n].row,
			.before = order <= 0 ? before[o].as : NULL,
			.after = order >= 0 ? after[n].as : NULL,
		};

		if (is_news(diff, &change))
			*CV_ADD(diff->ctx->arena, &changes, struct cv_verdict_change) =
				change;
		o += order <= 0;
		n += order >= 0;
	}
	sort_by_words(diff, &changes);
}
