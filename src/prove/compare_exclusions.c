/* Exclusion rows: what an entry of a native list leaves alone against what the row
 * asks to be left alone. */
#include "prove/compare.h"

#include <string.h>

#include "base/arena.h"
#include "base/ctx.h"
#include "model/dialect.h"

/* How bad a verdict is when several parts of a row differ. */
static const int weight[CV_VERDICT_COUNT] = {
	[CV_EXACT] = 0, [CV_SPLIT] = 1,     [CV_NARROWER] = 2,
	[CV_WIDER] = 3, [CV_DIFFERENT] = 4, [CV_IMPOSSIBLE] = 5,
};

/* The gravest verdict counts, but all that differs is told: who accepts the one must
 * not accept the other unseen. */
static void worsen(struct cv_ctx *ctx, struct cv_comparison *comparison,
		   enum cv_verdict verdict, const char *what)
{
	if (weight[verdict] > weight[comparison->verdict])
		comparison->verdict = verdict;
	if (!comparison->what)
		comparison->what = what;
	else if (!strstr(comparison->what, what))
		comparison->what =
			cv_arena_format(ctx->arena, "%s; %s", comparison->what, what);
}

static bool is_pattern(enum cv_kind kind)
{
	return kind == CV_KIND_PROCESS || kind == CV_KIND_FOLDER || kind == CV_KIND_FILE;
}

/* An entry read back into neutral terms, from its own value and not from the row. */
struct granted {
	const struct cv_entry *entry;
	const char *pattern;
	enum cv_reach reach;
	bool understood;
};

static struct granted grant_of(struct cv_ctx *ctx, const struct cv_plan *plan,
			       const struct cv_entry *entry)
{
	const struct cv_list *list = entry->native;
	const bool folder = entry->exclusion->kind == CV_KIND_FOLDER;
	struct granted granted = {.entry = entry,
				  .pattern = entry->value,
				  .reach = CV_REACH_ITSELF,
				  .understood = true};

	if (!is_pattern(entry->exclusion->kind))
		return granted;
	granted.understood =
		cv_dialect_read(ctx, list->dialect, plan->subject->group->platform,
				entry->value, folder, &granted.pattern, &granted.reach);
	/* A list that shows the reach in a column of its own. */
	if (list->effect == CV_EFFECT_AS_ASKED)
		granted.reach = entry->exclusion->reach;
	return granted;
}

/* Whether the one covers the other, arguments and children aside. */
static enum cv_answer wanted_inside(const struct cv_exclusion *wanted,
				    const struct granted *granted)
{
	if (!is_pattern(wanted->kind))
		return wanted->kind == granted->entry->exclusion->kind &&
				       strcmp(wanted->value, granted->pattern) == 0
			       ? CV_ANSWER_YES
			       : CV_ANSWER_NO;
	if (!is_pattern(granted->entry->exclusion->kind))
		return CV_ANSWER_NO;
	return cv_pattern_inside(wanted->group->platform, wanted->value, wanted->reach,
				 granted->pattern, granted->reach);
}

static enum cv_answer granted_inside(const struct granted *granted,
				     const struct cv_exclusion *wanted)
{
	if (!is_pattern(wanted->kind))
		return wanted_inside(wanted, granted);
	if (!is_pattern(granted->entry->exclusion->kind))
		return CV_ANSWER_NO;
	return cv_pattern_inside(wanted->group->platform, granted->pattern,
				 granted->reach, wanted->value, wanted->reach);
}

static enum cv_effect wanted_effect(enum cv_kind kind)
{
	return kind == CV_KIND_PROCESS ? CV_EFFECT_OPENED_UNSCANNED
				       : CV_EFFECT_FILE_UNSCANNED;
}

static const char *effect_words(enum cv_effect effect)
{
	static const char *const words[] = {
		[CV_EFFECT_FILE_UNSCANNED] = "the file itself is not scanned",
		[CV_EFFECT_OPENED_UNSCANNED] = "the files that it opens are not scanned",
		[CV_EFFECT_UNWATCHED] = "what it does is not watched",
		[CV_EFFECT_ALERT_OFF] = "only its alerts are off",
		[CV_EFFECT_STORAGE_OFF] = "only its events are not stored",
		[CV_EFFECT_EXEC_ALLOWED] = "it may be run",
		[CV_EFFECT_AS_ASKED] = "what the row asks",
	};

	return words[effect];
}

static bool right_effect(const struct cv_list *list, enum cv_kind kind)
{
	return list->effect == CV_EFFECT_AS_ASKED || list->effect == wanted_effect(kind);
}

/* Whether any row that the entry names asks for all that it grants. */
static bool asked_for(const struct cv_index *index, const struct granted *granted,
		      bool with_arguments)
{
	const struct cv_rows *rows = &granted->entry->rows;

	for (size_t r = 0; r < rows->count; r++) {
		const struct cv_behind *behind = &index->rows[rows->items[r]->ordinal];

		for (size_t x = 0; x < behind->exclusion_count; x++)
			if ((with_arguments || !behind->exclusions[x]->arguments) &&
			    granted_inside(granted, behind->exclusions[x]) ==
				    CV_ANSWER_YES)
				return true;
	}
	return false;
}

/* One entry that names the row: does it grant more than its rows ask? */
static void judge_entry(struct cv_ctx *ctx, const struct cv_index *index,
			const struct granted *granted, struct cv_comparison *comparison)
{
	const struct cv_entry *entry = granted->entry;
	const struct cv_exclusion *own = entry->exclusion;

	if (!granted->understood || !asked_for(index, granted, true)) {
		worsen(ctx, comparison, CV_WIDER,
		       cv_arena_format(ctx->arena, "`%s` in %s reaches beyond the row",
				       entry->value, entry->list));
		return;
	}
	if (!entry->native->arguments && own->arguments &&
	    !asked_for(index, granted, false))
		worsen(ctx, comparison, CV_WIDER,
		       cv_arena_format(ctx->arena,
				       "`%s` with any arguments, not only with `%s`",
				       own->value, own->arguments));
}

/* One thing that the row asks for: is there an entry for it? */
static void judge_wanted(struct cv_ctx *ctx, const struct cv_behind *behind,
			 const struct granted *granted, const struct cv_exclusion *wanted,
			 struct cv_comparison *comparison)
{
	const struct cv_list *list = NULL;

	for (size_t e = 0; e < behind->entry_count; e++) {
		if (!granted[e].understood ||
		    wanted_inside(wanted, &granted[e]) != CV_ANSWER_YES)
			continue;
		if (!list || right_effect(granted[e].entry->native, wanted->kind))
			list = granted[e].entry->native;
	}
	if (!list)
		worsen(ctx, comparison, CV_NARROWER,
		       cv_arena_format(ctx->arena, "%s is not carried: %s", wanted->value,
				       behind->loss ? behind->loss->why : "no entry"));
	else if (!right_effect(list, wanted->kind))
		worsen(ctx, comparison, CV_DIFFERENT,
		       cv_arena_format(ctx->arena,
				       "%s means that %s; the row asks that %s",
				       list->name, effect_words(list->effect),
				       effect_words(wanted_effect(wanted->kind))));
	else if (wanted->children && !list->children)
		worsen(ctx, comparison, CV_NARROWER,
		       cv_arena_format(ctx->arena, "without the processes that %s starts",
				       wanted->value));
}

struct cv_comparison cv_compare_exclusions(struct cv_ctx *ctx,
					   const struct cv_index *index,
					   const struct cv_row *row)
{
	const struct cv_behind *behind = &index->rows[row->ordinal];
	struct cv_comparison comparison = {.verdict = CV_EXACT};
	struct granted *granted;

	if (behind->entry_count == 0)
		return (struct cv_comparison){
			.verdict = CV_IMPOSSIBLE,
			.what = behind->loss ? behind->loss->why : "no entry carries it",
		};
	granted = CV_NEW_ARRAY(ctx->arena, behind->entry_count, struct granted);
	for (size_t e = 0; e < behind->entry_count; e++)
		granted[e] = grant_of(ctx, index->plan, behind->entries[e]);
	for (size_t e = 0; e < behind->entry_count; e++)
		judge_entry(ctx, index, &granted[e], &comparison);
	for (size_t x = 0; x < behind->exclusion_count; x++)
		judge_wanted(ctx, behind, granted, behind->exclusions[x], &comparison);
	if (comparison.verdict == CV_EXACT &&
	    behind->entry_count > behind->exclusion_count)
		comparison.verdict = CV_SPLIT;
	comparison.carries = behind->entries[0]->list;
	return comparison;
}
