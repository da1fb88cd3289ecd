/* Exclusion rows: what an entry of a native list leaves alone against what the row
 * asks to be left alone. */
#include "prove/compare.h"

#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/ctx.h"
#include "base/hash_table.h"
#include "model/beside.h"
#include "model/dialect.h"

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
	struct cv_granted *granted;
	enum cv_verdict verdict;
	bool wider;        /* in more than that a program's own file is left alone, too */
	const char *first; /* that differs, which is mostly all; NULL: nothing */
	struct said *said; /* the others */
};

/* The gravest verdict counts, but all that differs is told: who accepts the one must
 * not accept the other unseen. */
static void worsen(struct judging *judging, enum cv_verdict verdict, const char *what)
{
	struct said *said;

	if (weight[verdict] > weight[judging->verdict])
		judging->verdict = verdict;
	if (!judging->first)
		judging->first = what;
	if (strcmp(judging->first, what) == 0)
		return;
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
		return judging->first;
	cv_buf_text(&buf, judging->first);
	for (const struct said *said = judging->said; said; said = said->hh.next)
		cv_buf_format(&buf, "; %s", said->text);
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
struct cv_granted {
	struct cv_ctx *ctx;
	const struct cv_index *index;
	const struct cv_entry *entry;
	const char *program; /* it is left alone only for this program; NULL: for all */
	const char *pattern;
	enum cv_reach reach;
	bool understood;
	/* What the same text is as a file's in the list, once it was asked for; NULL: it
	 * is none. */
	bool file_known;
	const char *file;
	const struct cv_exclusion *holds; /* found to lie inside; NULL: none yet */
};

static struct cv_granted grant_of(struct cv_ctx *ctx, const struct cv_index *index,
				  const struct cv_entry *entry)
{
	const struct cv_list *list = cv_origin(entry)->native;
	const bool folder = cv_origin(entry)->exclusion->kind == CV_KIND_FOLDER;
	struct cv_granted granted = {.ctx = ctx,
				     .index = index,
				     .entry = entry,
				     .pattern = entry->more->value,
				     .reach = CV_REACH_ITSELF,
				     .understood = true};

	if (!is_pattern(cv_origin(entry)->exclusion->kind))
		return granted;
	granted.understood = cv_dialect_read_only_for(
		ctx, list->dialect, index->plan->subject->group->platform,
		entry->more->value, folder, &granted.program, &granted.pattern,
		&granted.reach);
	/* A list that shows the reach in a column of its own. */
	if (list->effect == CV_EFFECT_AS_ASKED)
		granted.reach = cv_origin(entry)->exclusion->reach;
	return granted;
}

/* The file that the text of a folder stands for, too; NULL: none. */
static const char *file_of(struct cv_granted *granted)
{
	const struct cv_entry *entry = granted->entry;
	const struct cv_list *list = cv_origin(entry)->native;
	struct cv_ctx lasting = *granted->ctx;
	enum cv_reach itself;

	if (granted->file_known)
		return granted->file;
	granted->file_known = true;
	lasting.arena = granted->index->arena;
	if (cv_origin(entry)->exclusion->kind != CV_KIND_FOLDER || granted->program ||
	    list->effect == CV_EFFECT_AS_ASKED ||
	    !cv_dialect_read(&lasting, list->dialect,
			     granted->index->plan->subject->group->platform,
			     entry->more->value, false, &granted->file, &itself))
		granted->file = NULL;
	return granted->file;
}

/* A list that says in columns of its own what an entry is must say what is asked;
 * one without such columns is held to what its effect is. */
static bool same_columns(const struct cv_exclusion *wanted,
			 const struct cv_granted *granted)
{
	const struct cv_entry *entry = granted->entry;

	return cv_origin(entry)->native->effect != CV_EFFECT_AS_ASKED ||
	       (wanted->kind == cv_origin(entry)->exclusion->kind &&
		wanted->children == cv_origin(entry)->exclusion->children);
}

/* What the row's path is where the entry's list has no variables. */
static const char *value_of(const struct cv_exclusion *wanted,
			    const struct cv_granted *granted)
{
	return cv_dialect_expanded(
		granted->ctx, cv_origin(granted->entry)->native->dialect, wanted->value);
}

/* Whether the path of the one lies inside the other, whatever they do to it. */
static enum cv_answer path_inside(const struct cv_exclusion *wanted,
				  struct cv_granted *granted)
{
	const char *file;
	enum cv_answer answer;

	if (!is_pattern(wanted->kind) ||
	    !is_pattern(cv_origin(granted->entry)->exclusion->kind))
		return CV_ANSWER_NO;
	answer = cv_pattern_inside(wanted->group->platform, value_of(wanted, granted),
				   wanted->reach, granted->pattern, granted->reach);
	file = answer != CV_ANSWER_YES && wanted->reach == CV_REACH_ITSELF
		       ? file_of(granted)
		       : NULL;
	return file ? cv_pattern_inside(wanted->group->platform,
					value_of(wanted, granted), wanted->reach, file,
					CV_REACH_ITSELF)
		    : answer;
}

/* Whether the program that an entry is limited to is one that the row names. */
static enum cv_answer program_inside(const struct cv_granted *granted,
				     const struct cv_exclusion *wanted)
{
	return cv_pattern_inside(wanted->group->platform, granted->program,
				 CV_REACH_ITSELF, value_of(wanted, granted),
				 CV_REACH_ITSELF);
}

/* Whether the one covers the other, arguments aside.  What is limited to one program
 * covers nothing whole. */
static enum cv_answer is_held(const struct cv_exclusion *wanted,
			      struct cv_granted *granted)
{
	if (!same_columns(wanted, granted) || granted->program)
		return CV_ANSWER_NO;
	if (!is_pattern(wanted->kind))
		return wanted->kind == cv_origin(granted->entry)->exclusion->kind &&
				       strcmp(wanted->value, granted->pattern) == 0
			       ? CV_ANSWER_YES
			       : CV_ANSWER_NO;
	return path_inside(wanted, granted);
}

/* The same, and kept: the proof and the ledger ask it of the same two. */
static enum cv_answer wanted_inside(const struct cv_exclusion *wanted,
				    struct cv_granted *granted)
{
	enum cv_answer answer;

	if (granted->holds == wanted)
		return CV_ANSWER_YES;
	answer = is_held(wanted, granted);
	if (answer == CV_ANSWER_YES)
		granted->holds = wanted;
	return answer;
}

static enum cv_answer granted_inside(struct cv_granted *granted,
				     const struct cv_exclusion *wanted)
{
	if (!is_pattern(wanted->kind))
		return is_held(wanted, granted);
	if (!same_columns(wanted, granted))
		return CV_ANSWER_NO;
	if (!is_pattern(cv_origin(granted->entry)->exclusion->kind))
		return CV_ANSWER_NO;
	/* Whatever the program opens, in that folder, too. */
	if (granted->program && wanted->kind == CV_KIND_PROCESS)
		return program_inside(granted, wanted);
	return cv_pattern_inside(wanted->group->platform, granted->pattern,
				 granted->reach, value_of(wanted, granted),
				 wanted->reach);
}

/* Whether an entry that is limited to one program leaves alone a part of what the row
 * asks for. */
static bool is_part_of(struct cv_granted *granted, const struct cv_exclusion *wanted)
{
	if (!granted->understood || !granted->program)
		return false;
	return (wanted->kind == CV_KIND_PROCESS
			? program_inside(granted, wanted)
			: path_inside(wanted, granted)) == CV_ANSWER_YES;
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

static const char *other_effect(struct cv_ctx *ctx, const struct cv_list *list,
				enum cv_kind kind)
{
	return cv_arena_format(ctx->arena, "%s means that %s; the row asks that %s",
			       list->name, effect_words(list->effect),
			       effect_words(wanted_effect(kind)));
}

static bool right_effect(const struct cv_list *list, enum cv_kind kind)
{
	return list->effect == CV_EFFECT_AS_ASKED || list->effect == wanted_effect(kind);
}

/* What is asked of an entry. */
enum { ANY_ARGUMENTS = 1, SOME_EFFECT = 2 };

/* Whether the exclusion asks for all that the entry grants.  ANY_ARGUMENTS: but for
 * a program's arguments; else for that effect, or SOME_EFFECT: whichever. */
static bool asks_for(const struct cv_exclusion *wanted, struct cv_granted *granted,
		     unsigned but_for, enum cv_effect effect)
{
	/* Not scanned when a program opens it: asked by both kinds of rows. */
	const bool limited = granted->program && effect == CV_EFFECT_FILE_UNSCANNED;

	return ((but_for & ANY_ARGUMENTS) || !wanted->arguments) &&
	       ((but_for & SOME_EFFECT) || effect == CV_EFFECT_AS_ASKED || limited ||
		effect == wanted_effect(wanted->kind)) &&
	       granted_inside(granted, wanted) == CV_ANSWER_YES;
}

/* Whether any row that the entry names does.  Mostly the one that it is of does. */
static bool asked_for(const struct cv_index *index, struct cv_granted *granted,
		      unsigned but_for, enum cv_effect effect)
{
	const struct cv_rows *rows = &granted->entry->rows;
	bool asked =
		asks_for(cv_origin(granted->entry)->exclusion, granted, but_for, effect);

	for (size_t r = 0; !asked && r < rows->count; r++) {
		const struct cv_behind *behind = &index->rows[cv_rows_ordinal(rows, r)];

		for (size_t x = 0; !asked && x < behind->thing_count; x++)
			asked = asks_for(cv_behind_exclusion(behind, x), granted, but_for,
					 effect);
	}
	return asked;
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
		struct cv_granted *granted = &judging->granted[(near + i) % count];

		if (!granted->understood ||
		    wanted_inside(wanted, granted) != CV_ANSWER_YES)
			continue;
		list = cv_origin(granted->entry)->native;
		if (right_effect(list, wanted->kind))
			break;
	}
	return list;
}

/* The program's own file is left alone, where the row asks that of what it opens, and
 * no other exclusion asks for it. */
static void judge_image(struct judging *judging, const struct cv_granted *granted)
{
	if (cv_beside_holds(judging->index->beside, cv_origin(granted->entry)->exclusion))
		return;
	worsen(judging, CV_WIDER,
	       cv_arena_format(judging->ctx->arena,
			       "`%s` in %s: the program's own file is not scanned either",
			       granted->entry->more->value, granted->entry->list));
}

/* An entry whose effect none of its rows asks for.  Beside another one that is right, a
 * program's own file is something more; all else is something different. */
static void judge_effect(struct judging *judging, struct cv_granted *granted)
{
	const struct cv_list *native = cv_origin(granted->entry)->native, *list;

	for (size_t x = 0; x < judging->behind->thing_count; x++) {
		const struct cv_exclusion *wanted =
			cv_behind_exclusion(judging->behind, x);

		if (!asks_for(wanted, granted, ANY_ARGUMENTS | SOME_EFFECT,
			      native->effect))
			continue;
		list = list_of(judging, wanted, x);
		if (native->effect == CV_EFFECT_FILE_UNSCANNED &&
		    wanted->kind == CV_KIND_PROCESS && list &&
		    right_effect(list, wanted->kind))
			judge_image(judging, granted);
		else
			worsen(judging, CV_DIFFERENT,
			       other_effect(judging->ctx, native, wanted->kind));
	}
}

/* What an entry of the list does besides its effect, where no row asks for that. */
static void judge_besides(struct judging *judging, struct cv_granted *granted)
{
	const struct cv_list *native = cv_origin(granted->entry)->native;

	for (unsigned e = 0; native->besides >> e; e++) {
		if (!(native->besides >> e & 1) ||
		    asked_for(judging->index, granted, ANY_ARGUMENTS, (enum cv_effect)e))
			continue;
		if (e == CV_EFFECT_FILE_UNSCANNED &&
		    cv_origin(granted->entry)->exclusion->kind == CV_KIND_PROCESS) {
			judge_image(judging, granted);
			continue;
		}
		judging->wider = true;
		worsen(judging, CV_WIDER,
		       cv_arena_format(judging->ctx->arena,
				       "`%s` in %s means besides that %s",
				       granted->entry->more->value, granted->entry->list,
				       effect_words((enum cv_effect)e)));
	}
}

/* One entry that names the row: does it grant more than its rows ask? */
static void judge_entry(struct judging *judging, struct cv_granted *granted)
{
	struct cv_arena *arena = judging->ctx->arena;
	const struct cv_index *index = judging->index;
	const struct cv_entry *entry = granted->entry;
	const struct cv_exclusion *own = cv_origin(entry)->exclusion;
	const enum cv_effect effect = cv_origin(entry)->native->effect;

	if (!granted->understood ||
	    !asked_for(index, granted, ANY_ARGUMENTS | SOME_EFFECT, effect)) {
		judging->wider = true;
		worsen(judging, CV_WIDER,
		       cv_arena_format(arena, "`%s` in %s reaches beyond the row",
				       entry->more->value, entry->list));
		return;
	}
	if (!asked_for(index, granted, ANY_ARGUMENTS, effect))
		judge_effect(judging, granted);
	judge_besides(judging, granted);
	if (!cv_origin(entry)->native->arguments && own->arguments &&
	    !asked_for(index, granted, SOME_EFFECT, effect)) {
		judging->wider = true;
		worsen(judging, CV_WIDER,
		       cv_arena_format(arena,
				       "`%s` with any arguments, not only with `%s`",
				       own->value, own->arguments));
	}
}

/* The entries that are limited to programs: which, and how many more. */
static bool judge_parts(struct judging *judging, const struct cv_exclusion *wanted)
{
	const struct cv_granted *first = NULL;
	size_t count = 0;

	for (size_t e = 0; e < judging->behind->entry_count; e++) {
		struct cv_granted *granted = &judging->granted[e];

		if (!is_part_of(granted, wanted))
			continue;
		first = first ? first : granted;
		count++;
	}
	if (!first)
		return false;
	worsen(judging, CV_NARROWER,
	       cv_arena_format(
		       judging->ctx->arena,
		       wanted->kind == CV_KIND_PROCESS
			       ? "`%s` is left alone only for what it opens in `%s`%s"
			       : "`%s` is left alone only for what `%s` opens there%s",
		       wanted->value,
		       wanted->kind == CV_KIND_PROCESS ? first->pattern : first->program,
		       count == 1 ? ""
				  : cv_arena_format(judging->ctx->arena, " and %zu more",
						    count - 1)));
	return true;
}

/* Whether the target's own spelling means less here than the row's.  It does only where
 * what it means is no neutral pattern. */
static bool means_less(const struct cv_exclusion *wanted,
		       const struct cv_granted *granted)
{
	return granted->understood && !granted->program && is_pattern(wanted->kind) &&
	       wanted->kind == cv_origin(granted->entry)->exclusion->kind &&
	       cv_pattern_is_wide(granted->pattern);
}

static bool judge_less(struct judging *judging, const struct cv_exclusion *wanted)
{
	for (size_t e = 0; e < judging->behind->entry_count; e++) {
		struct cv_granted *granted = &judging->granted[e];

		if (!means_less(wanted, granted))
			continue;
		worsen(judging, CV_NARROWER,
		       cv_arena_format(judging->ctx->arena,
				       "`%s` in %s does not reach all of `%s`",
				       granted->entry->more->value, granted->entry->list,
				       wanted->value));
		return true;
	}
	return false;
}

/* One thing that the row asks for: is there an entry for it? */
static void judge_wanted(struct judging *judging, const struct cv_exclusion *wanted,
			 size_t near)
{
	struct cv_arena *arena = judging->ctx->arena;
	const struct cv_loss *loss = cv_loss_of(judging->index, wanted);
	const struct cv_list *list = list_of(judging, wanted, near);

	if (!list) {
		if (!(judge_parts(judging, wanted) || judge_less(judging, wanted)) ||
		    loss)
			worsen(judging, CV_NARROWER,
			       cv_arena_format(arena, "%s is not carried: %s",
					       wanted->value,
					       loss ? loss->why : "no entry"));
		return;
	}
	if (!right_effect(list, wanted->kind))
		worsen(judging, CV_DIFFERENT,
		       other_effect(judging->ctx, list, wanted->kind));
	else if (wanted->children && !list->children)
		worsen(judging, CV_NARROWER,
		       cv_arena_format(arena, "without the processes that %s starts",
				       wanted->value));
	/* Another list of the site's choice could not hold it. */
	if (loss)
		worsen(judging, CV_NARROWER,
		       cv_arena_format(arena, "`%s` is %s", wanted->value, loss->why));
}

/* What the entries that name the row mean; read once, and then in the index. */
static struct cv_granted *grants_of(struct cv_ctx *ctx, struct cv_index *index,
				    const struct cv_row *row)
{
	const struct cv_behind *behind = &index->rows[row->ordinal];
	struct cv_granted **granted = &index->granted[row->ordinal];
	struct cv_ctx lasting = *ctx;

	if (!*granted) {
		lasting.arena = index->arena;
		*granted = CV_NEW_ARRAY(index->arena, behind->entry_count,
					struct cv_granted);
		for (size_t e = 0; e < behind->entry_count; e++)
			(*granted)[e] =
				grant_of(&lasting, index, cv_behind_entry(behind, e));
	}
	for (size_t e = 0; e < behind->entry_count; e++)
		(*granted)[e].ctx = ctx;
	return *granted;
}

struct cv_comparison cv_compare_exclusions(struct cv_ctx *ctx, struct cv_index *index,
					   const struct cv_row *row)
{
	const struct cv_behind *behind = &index->rows[row->ordinal];
	struct judging judging = {.ctx = ctx, .index = index, .behind = behind};

	if (behind->entry_count == 0)
		return (struct cv_comparison){
			.verdict = CV_IMPOSSIBLE,
			.what = cv_behind_why(index, behind, "no entry carries it"),
		};
	judging.granted = grants_of(ctx, index, row);
	for (size_t e = 0; e < behind->entry_count; e++)
		judge_entry(&judging, &judging.granted[e]);
	for (size_t x = 0; x < behind->thing_count; x++)
		judge_wanted(&judging, cv_behind_exclusion(behind, x), x);
	if (judging.verdict == CV_EXACT && behind->entry_count > behind->thing_count)
		judging.verdict = CV_SPLIT;
	return (struct cv_comparison){
		.verdict = judging.verdict,
		.what = all_said(&judging),
		.carries = cv_behind_entry(behind, 0)->list,
		.image_only = judging.verdict == CV_WIDER && !judging.wider,
	};
}

static bool same_spelling(enum cv_platform platform, const char *a, const char *b)
{
	return platform == CV_LINUX ? strcmp(a, b) == 0 : strcasecmp(a, b) == 0;
}

/* A search may end at its bound; one spelling of both needs none. */
static bool is_carried_by(const struct cv_exclusion *wanted, struct cv_granted *granted)
{
	if (!granted->understood || wanted_inside(wanted, granted) == CV_ANSWER_YES)
		return true;
	/* What is not limited to its program is narrower by the verdict. */
	if (granted->program)
		return is_part_of(granted, wanted);
	if (means_less(wanted, granted))
		return true;
	return is_pattern(wanted->kind) && wanted->reach == granted->reach &&
	       same_columns(wanted, granted) &&
	       same_spelling(wanted->group->platform, value_of(wanted, granted),
			     granted->pattern);
}

bool cv_exclusions_carried(struct cv_ctx *ctx, struct cv_index *index,
			   const struct cv_row *row)
{
	const struct cv_behind *behind = &index->rows[row->ordinal];
	struct cv_granted *granted = grants_of(ctx, index, row);
	const size_t count = behind->entry_count;

	for (size_t x = 0; x < behind->thing_count; x++) {
		const struct cv_exclusion *wanted = cv_behind_exclusion(behind, x);
		bool carried = cv_loss_of(index, wanted) != NULL;

		for (size_t e = 0; !carried && e < count; e++)
			carried = is_carried_by(wanted, &granted[(x + e) % count]);
		if (!carried)
			return false;
	}
	return true;
}
