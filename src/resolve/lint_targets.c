/* What the chosen targets make of exclusions: wildcards that they read otherwise, their
 * own folders, programs that they go on scanning; and where they write. */
#include "resolve/lint.h"

#include <string.h>

#include "base/ctx.h"
#include "model/beside.h"
#include "model/dialect.h"
#include "model/target.h"
#include "resolve/internal.h"

/* Rows of which something is said together: how many, each once, and the first. */
struct tally {
	const struct cv_exclusion *first;
	size_t count;
	bool *seen; /* by ordinal */
};

/* One target of the site. */
struct looking {
	struct cv_lint *lint;
	const struct cv_target_use *use;
	struct cv_ctx scratch; /* for what is asked of a dialect */
	struct tally passed_on, scanned;
	struct cv_lint_path *own[CV_PLATFORM_COUNT]; /* its folders, as each reads them */
};

static void count(struct tally *tally, const struct cv_exclusion *exclusion)
{
	for (size_t i = 0; i < exclusion->rows.count; i++) {
		bool *seen = &tally->seen[exclusion->rows.items[i]->ordinal];

		tally->count += !*seen;
		*seen = true;
	}
	if (!tally->first)
		tally->first = exclusion;
}

/* "`VALUE` of ROW and 2 more" */
static const char *words(const struct looking *looking, const struct tally *tally)
{
	struct cv_ctx *ctx = looking->lint->ctx;
	const char *first =
		cv_arena_format(ctx->arena, "`%s` of %s", tally->first->value,
				cv_row_name(ctx, tally->first->rows.items[0]));

	if (tally->count == 1)
		return first;
	return cv_arena_format(ctx->arena, "%s and %zu more", first, tally->count - 1);
}

static void found(struct looking *looking, enum cv_code code,
		  const struct cv_exclusion *exclusion, const char *detail)
{
	for (size_t i = 0; i < exclusion->rows.count; i++)
		cv_lint_row_in(looking->lint, code, exclusion->rows.items[i],
			       looking->use->target, detail);
}

static bool serves(const struct cv_target_use *use, const struct cv_group *group)
{
	return (use->target->can.platforms >> group->platform & 1) &&
	       (use->groups.count == 0 || cv_texts_hold(&use->groups, group->name));
}

/* ---- wildcards ---- */

static const char *meaning(struct cv_ctx *ctx, const char *pattern, enum cv_reach reach)
{
	switch (reach) {
	case CV_REACH_CHILDREN:
		return cv_arena_format(ctx->arena, "the files right in `%s`", pattern);
	case CV_REACH_TREE:
		return cv_arena_format(ctx->arena, "all that lies below `%s`", pattern);
	case CV_REACH_ITSELF:
		break;
	}
	return cv_arena_format(ctx->arena, "the files whose path is `%s`", pattern);
}

/* The same text, as the target would read it if somebody typed it there: as what it is,
 * else as a file.  False: it would not take it. */
static bool read_natively(struct looking *looking, const struct cv_list *list,
			  const struct cv_exclusion *exclusion, const char **pattern_out,
			  enum cv_reach *reach_out)
{
	const enum cv_platform platform = exclusion->group->platform;

	return (exclusion->kind == CV_KIND_FOLDER &&
		cv_dialect_read(&looking->scratch, list->dialect, platform,
				exclusion->value, true, pattern_out, reach_out)) ||
	       cv_dialect_read(&looking->scratch, list->dialect, platform,
			       exclusion->value, false, pattern_out, reach_out);
}

/* Where the target can say it, its artefact does, and nothing can be mistaken; unless the
 * list is only passed on. */
static void look_at_wildcards(struct looking *looking, const struct cv_list *list,
			      const struct cv_exclusion *exclusion)
{
	struct cv_ctx *ctx = looking->lint->ctx;
	const char *why, *pattern;
	enum cv_reach reach;

	if (cv_dialect_write(&looking->scratch, list->dialect, exclusion->group->platform,
			     exclusion->value, exclusion->reach, &why)) {
		if (list->dialect->passed_on)
			count(&looking->passed_on, exclusion);
		return;
	}
	if (!read_natively(looking, list, exclusion, &pattern, &reach) ||
	    (reach == exclusion->reach && strcmp(pattern, exclusion->value) == 0))
		return;
	if (cv_pattern_is_wide(pattern)) {
		found(looking, CV_F_WILDCARD_DIFFERS, exclusion,
		      cv_arena_format(ctx->arena,
				      "`%s` is here %s; in %s its signs would mean more",
				      exclusion->value,
				      meaning(ctx, exclusion->value, exclusion->reach),
				      list->name));
		return;
	}
	found(looking, CV_F_WILDCARD_DIFFERS, exclusion,
	      cv_arena_format(ctx->arena, "`%s` is here %s; in %s it would be %s",
			      exclusion->value,
			      meaning(ctx, exclusion->value, exclusion->reach),
			      list->name, meaning(ctx, pattern, reach)));
}

static void report_passed_on(const struct looking *looking)
{
	if (looking->passed_on.count == 0)
		return;
	cv_find(looking->lint->ctx, CV_F_WILDCARD_DIFFERS, looking->use->name.at,
		"%s passes on %s: here `*` stays within one part of a path, `**` is any "
		"number of parts and `?` one character; what reads the list may see it "
		"otherwise",
		looking->use->target->name, words(looking, &looking->passed_on));
}

/* ---- its own folders ---- */

static void read_folders(struct looking *looking)
{
	const char *const *folders = looking->use->target->own_folders;
	struct cv_arena *memory = looking->lint->memory;
	size_t count = 0;

	while (folders && folders[count])
		count++;
	for (int platform = 0; platform < CV_PLATFORM_COUNT; platform++) {
		looking->own[platform] = CV_NEW_ARRAY(memory, count, struct cv_lint_path);
		for (size_t i = 0; i < count; i++)
			cv_lint_path_read(memory, (enum cv_platform)platform, folders[i],
					  &looking->own[platform][i]);
	}
}

static void look_at_folders(struct looking *looking, const struct cv_exclusion *exclusion)
{
	const char *const *folders = looking->use->target->own_folders;
	const struct cv_lint_path *own = looking->own[exclusion->group->platform];
	struct cv_lint *lint = looking->lint;
	struct cv_lint_path path;

	if (!folders || cv_path_is_bare(exclusion->value))
		return;
	cv_lint_path_read(lint->scratch, exclusion->group->platform, exclusion->value,
			  &path);
	for (size_t i = 0; folders[i]; i++)
		if (cv_lint_path_ways(&path, &own[i]) & CV_NEVER_INSIDE) {
			found(looking, CV_F_OWN_FOLDER, exclusion,
			      cv_arena_format(lint->ctx->arena,
					      "`%s` lies in `%s`, which is its own",
					      exclusion->value, folders[i]));
			return;
		}
}

/* ---- programs whose own files are scanned ---- */

/* Whether an entry of the list leaves the program's own file alone. */
static bool leaves_image(const struct cv_list *list)
{
	return list->effect == CV_EFFECT_FILE_UNSCANNED ||
	       list->effect == CV_EFFECT_AS_ASKED ||
	       (list->besides >> CV_EFFECT_FILE_UNSCANNED & 1);
}

/* Some list leaves alone what the program opens, and none the program. */
static void look_at_program(struct looking *looking, const struct cv_exclusion *exclusion,
			    const struct cv_beside *beside)
{
	const struct cv_list *list = NULL;
	const char *why = NULL;
	bool opened = false;

	if (exclusion->kind != CV_KIND_PROCESS)
		return;
	while ((list = cv_list_next(looking->use, exclusion, list, &why))) {
		if (leaves_image(list))
			return;
		opened = opened || list->effect == CV_EFFECT_OPENED_UNSCANNED;
	}
	if (opened && !cv_beside_holds(beside, exclusion))
		count(&looking->scanned, exclusion);
}

static void report_scanned(const struct looking *looking)
{
	if (looking->scanned.count == 0)
		return;
	cv_find(looking->lint->ctx, CV_F_PROGRAM_SCANNED, looking->use->name.at,
		"%s goes on scanning %s: only what the program opens is left alone, and "
		"no `file` or `folder` names it",
		looking->use->target->name, words(looking, &looking->scanned));
}

/* ---- all of a target ---- */

static void look_at(struct looking *looking, const struct cv_exclusion *exclusion,
		    const struct cv_beside *beside)
{
	const struct cv_list *list = NULL;
	const char *why = NULL;

	if (!serves(looking->use, exclusion->group) || !cv_lint_is_path(exclusion))
		return;
	if (!cv_list_next(looking->use, exclusion, NULL, &why))
		return;
	while ((list = cv_list_next(looking->use, exclusion, list, &why)))
		if (cv_path_has_wildcard(exclusion->value))
			look_at_wildcards(looking, list, exclusion);
	look_at_folders(looking, exclusion);
	look_at_program(looking, exclusion, beside);
}

static void lint_exclusions(struct cv_lint *lint, const struct cv_target_use *use,
			    const struct cv_beside *beside)
{
	const struct cv_table *table = &lint->policy->exclusions;
	struct looking looking = {.lint = lint, .use = use, .scratch = *lint->ctx};
	const size_t rows = lint->policy->rows.count;

	looking.scratch.arena = lint->scratch;
	read_folders(&looking);
	looking.passed_on.seen = CV_NEW_ARRAY(lint->memory, rows, bool);
	looking.scanned.seen = CV_NEW_ARRAY(lint->memory, rows, bool);
	for (size_t i = 0; i < table->count; i++) {
		look_at(&looking, CV_AT(table, struct cv_exclusion, i), beside);
		cv_arena_reset(lint->scratch);
	}
	report_passed_on(&looking);
	report_scanned(&looking);
}

void cv_lint_targets(struct cv_lint *lint)
{
	const struct cv_table *uses = &lint->policy->site->targets;
	struct cv_beside *beside = cv_beside_open(&lint->policy->exclusions);

	for (size_t i = 0; i < uses->count; i++) {
		const struct cv_target_use *use = CV_AT(uses, struct cv_target_use, i);
		const char *scope =
			use->target->scope ? use->target->scope(use->options) : NULL;

		if (scope)
			cv_find(lint->ctx, CV_F_GLOBAL_SCOPE, use->name.at, "%s %s",
				use->target->name, scope);
		if (use->target->can.lists)
			lint_exclusions(lint, use, beside);
	}
	cv_beside_close(beside);
}
