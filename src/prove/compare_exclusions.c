/* Exclusion rows: what an entry of a native list leaves alone against what the row
 * asks to be left alone. */
#include "prove/compare.h"

#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/ctx.h"
#include "model/dialect.h"

#define uthash_fatal(message) cv_out_of_memory()
#include <uthash.h>

/* How bad a verdict is when several parts of a row differ. */
static const int weight[CV_VERDICT_COUNT] = {
	[CV_EXACT] = 0, [CV_SPLIT] = 1,     [CV_NARROWER] = 2,
	[CV_WIDER] = 3, [CV_DIFFERENT] = 4, [CV_IMPOSSIBLE] = 5,
};

/* Something that differs. */
struct said {
	UT_hash_handle hh;
	const char *text;
};

/* A verdict under way, with all that differs, each once. */
struct judging {
	struct cv_ctx *ctx;
	const struct cv_index *index;
	const struct cv_behind *behind;
	struct granted *granted;
	enum cv_verdict verdict;
	struct said *said;
};

/* The gravest verdict counts, but all that differs is told: who accepts the one must
 * not accept the other unseen. */
static void worsen(struct judging *judging, enum cv_verdict verdict, const char *what)
{
	struct said *said;

	if (weight[verdict] > weight[judging->verdict])
		judging->verdict = verdict;
	HASH_FIND_STR(judging->said, what, said);
	if (said)
		return;
	said = CV_NEW(judging->ctx->arena, struct said);
	said->text = what;
	HASH_ADD_KEYPTR(hh, judging->said, said->text, strlen(what), said);
}

/* All that was said, in its order; NULL: nothing. */
static const char *all_said(struct judging *judging)
{
	struct cv_buf buf = CV_BUF_INIT;
	const char *text;

	if (!judging->said)
		return NULL;
	for (const struct said *said = judging->said; said; said = said->hh.next)
		cv_buf_format(&buf, "%s%s", buf.size ? "; " : "", said->text);
	text = cv_arena_text(judging->ctx->arena, cv_buf_string(&buf));
	cv_buf_deinit(&buf);
	HASH_CLEAR(hh, judging->said);
	return text;
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

/* A list that says in columns of its own what an entry is must say what is asked;
 * one without such columns is held to what its effect is. */
static bool same_columns(const struct cv_exclusion *wanted, const struct granted *granted)
{
	const struct cv_entry *entry = granted->entry;

	return entry->native->effect != CV_EFFECT_AS_ASKED ||
	       (wanted->kind == entry->exclusion->kind &&
		wanted->children == entry->exclusion->children);
}

/* Whether the one covers the other, arguments aside. */
static enum cv_answer wanted_inside(const struct cv_exclusion *wanted,
				    const struct granted *granted)
{
	if (!same_columns(wanted, granted))
		return CV_ANSWER_NO;
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
	if (!same_columns(wanted, granted))
		return CV_ANSWER_NO;
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

/* Whether the exclusion asks for all that the entry grants. */
static bool asks_for(const struct cv_exclusion *wanted, const struct granted *granted,
		     bool with_arguments)
{
	return (with_arguments || !wanted->arguments) &&
	       granted_inside(granted, wanted) == CV_ANSWER_YES;
}

/* Whether any row that the entry names does.  Mostly the one that it is of does. */
static bool asked_for(const struct cv_index *index, const struct granted *granted,
		      bool with_arguments)
{
	const struct cv_rows *rows = &granted->entry->rows;
	bool asked = asks_for(granted->entry->exclusion, granted, with_arguments);

	for (size_t r = 0; !asked && r < rows->count; r++) {
		const struct cv_behind *behind = &index->rows[rows->items[r]->ordinal];

		for (size_t x = 0; !asked && x < behind->exclusion_count; x++)
			asked = asks_for(behind->exclusions[x], granted, with_arguments);
	}
	return asked;
}

/* One entry that names the row: does it grant more than its rows ask? */
static void judge_entry(struct judging *judging, const struct granted *granted)
{
	struct cv_arena *arena = judging->ctx->arena;
	const struct cv_entry *entry = granted->entry;
	const struct cv_exclusion *own = entry->exclusion;

	if (!granted->understood || !asked_for(judging->index, granted, true)) {
		worsen(judging, CV_WIDER,
		       cv_arena_format(arena, "`%s` in %s reaches beyond the row",
				       entry->value, entry->list));
		return;
	}
	if (!entry->native->arguments && own->arguments &&
	    !asked_for(judging->index, granted, false))
		worsen(judging, CV_WIDER,
		       cv_arena_format(arena,
				       "`%s` with any arguments, not only with `%s`",
				       own->value, own->arguments));
}

/* The list of an entry that carries what is wanted, of two the one with the right
 * effect; NULL: none does.  Entries and exclusions mostly go side by side, so the search
 * begins at `near`. */
static const struct cv_list *list_of(const struct judging *judging,
				     const struct cv_exclusion *wanted, size_t near)
{
	const size_t count = judging->behind->entry_count;
	const struct cv_list *list = NULL;

	for (size_t i = 0; i < count; i++) {
		const struct granted *granted = &judging->granted[(near + i) % count];

		if (!granted->understood ||
		    wanted_inside(wanted, granted) != CV_ANSWER_YES)
			continue;
		list = granted->entry->native;
		if (right_effect(list, wanted->kind))
			break;
	}
	return list;
}

/* One thing that the row asks for: is there an entry for it? */
static void judge_wanted(struct judging *judging, const struct cv_exclusion *wanted,
			 size_t near)
{
	struct cv_arena *arena = judging->ctx->arena;
	const struct cv_loss *loss = cv_loss_of(judging->index, wanted);
	const struct cv_list *list = list_of(judging, wanted, near);

	if (!list)
		worsen(judging, CV_NARROWER,
		       cv_arena_format(arena, "%s is not carried: %s", wanted->value,
				       loss ? loss->why : "no entry"));
	else if (!right_effect(list, wanted->kind))
		worsen(judging, CV_DIFFERENT,
		       cv_arena_format(arena, "%s means that %s; the row asks that %s",
				       list->name, effect_words(list->effect),
				       effect_words(wanted_effect(wanted->kind))));
	else if (wanted->children && !list->children)
		worsen(judging, CV_NARROWER,
		       cv_arena_format(arena, "without the processes that %s starts",
				       wanted->value));
}

static struct granted *grants_of(struct cv_ctx *ctx, const struct cv_index *index,
				 const struct cv_behind *behind)
{
	struct granted *granted =
		CV_NEW_ARRAY(ctx->arena, behind->entry_count, struct granted);

	for (size_t e = 0; e < behind->entry_count; e++)
		granted[e] = grant_of(ctx, index->plan, behind->entries[e]);
	return granted;
}

struct cv_comparison cv_compare_exclusions(struct cv_ctx *ctx,
					   const struct cv_index *index,
					   const struct cv_row *row)
{
	const struct cv_behind *behind = &index->rows[row->ordinal];
	struct judging judging = {ctx, index, behind, NULL, CV_EXACT, NULL};

	if (behind->entry_count == 0)
		return (struct cv_comparison){
			.verdict = CV_IMPOSSIBLE,
			.what = behind->loss ? behind->loss->why : "no entry carries it",
		};
	judging.granted = grants_of(ctx, index, behind);
	for (size_t e = 0; e < behind->entry_count; e++)
		judge_entry(&judging, &judging.granted[e]);
	for (size_t x = 0; x < behind->exclusion_count; x++)
		judge_wanted(&judging, behind->exclusions[x], x);
	if (judging.verdict == CV_EXACT && behind->entry_count > behind->exclusion_count)
		judging.verdict = CV_SPLIT;
	return (struct cv_comparison){
		.verdict = judging.verdict,
		.what = all_said(&judging),
		.carries = behind->entries[0]->list,
	};
}

static bool same_spelling(enum cv_platform platform, const char *a, const char *b)
{
	return platform == CV_LINUX ? strcmp(a, b) == 0 : strcasecmp(a, b) == 0;
}

/* A search may end at its bound; one spelling of both needs none. */
static bool is_carried_by(const struct cv_exclusion *wanted,
			  const struct granted *granted)
{
	if (!granted->understood || wanted_inside(wanted, granted) == CV_ANSWER_YES)
		return true;
	return is_pattern(wanted->kind) && wanted->reach == granted->reach &&
	       same_columns(wanted, granted) &&
	       same_spelling(wanted->group->platform, wanted->value, granted->pattern);
}

bool cv_exclusions_carried(struct cv_ctx *ctx, const struct cv_index *index,
			   const struct cv_row *row)
{
	const struct cv_behind *behind = &index->rows[row->ordinal];
	const struct granted *granted = grants_of(ctx, index, behind);
	const size_t count = behind->entry_count;

	for (size_t x = 0; x < behind->exclusion_count; x++) {
		const struct cv_exclusion *wanted = behind->exclusions[x];
		bool carried = cv_loss_of(index, wanted) != NULL;

		for (size_t e = 0; !carried && e < count; e++)
			carried = is_carried_by(wanted, &granted[(x + e) % count]);
		if (!carried)
			return false;
	}
	return true;
}
