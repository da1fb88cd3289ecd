/* Folders that are left alone only for one program: both directions, each by the
 * functions of its own direction for the two paths. */
#include "model/dialect.h"

#include <string.h>

#include "base/ctx.h"
#include "model/policy.h"

static char separator_of(enum cv_platform platform)
{
	return platform == CV_WINDOWS ? '\\' : '/';
}

/* What opens the mark brings a separator of its own at most once. */
static const char *join(struct cv_ctx *ctx, enum cv_platform platform, const char *path,
			const char *open)
{
	const char separator = separator_of(platform);
	const size_t size = strlen(path);
	const bool is_root = size > 0 && path[size - 1] == separator;

	return cv_arena_format(ctx->arena, "%s%s", path,
			       open + (is_root && open[0] == separator));
}

/* Wildcards of the whole text, and variables that begin its parts. */
static const char *limited_fault(struct cv_ctx *ctx, const struct cv_dialect *dialect,
				 const char *path, const char *program,
				 const char *native)
{
	unsigned count = (path[0] == '%' ? 1U : 0U) + (program[0] == '%' ? 1U : 0U);

	for (const char *c = native; (c = strpbrk(c, "*?")); c++)
		count++;
	if (dialect->most_wildcards > 0 && count > dialect->most_wildcards)
		return cv_arena_format(ctx->arena,
				       "at most %u wildcards and variables are allowed, "
				       "the folder and `%s` have %u",
				       dialect->most_wildcards, program, count);
	if (dialect->longest > 0 && strlen(native) > dialect->longest)
		return cv_arena_format(
			ctx->arena,
			"at most %zu bytes are allowed, the folder and its program have "
			"%zu",
			dialect->longest, strlen(native));
	return NULL;
}

const char *
cv_dialect_write_only_for(struct cv_ctx *ctx, const struct cv_dialect *dialect,
			  enum cv_platform platform, const struct cv_exclusion *folder,
			  const struct cv_exclusion *program, const char **why_out)
{
	const struct cv_only_for *only_for = dialect->only_for;
	const char *path, *name, *native;

	if (folder->reach != CV_REACH_TREE) {
		*why_out = "only a folder with all below it can be limited to a program";
		return NULL;
	}
	path = cv_dialect_write(ctx, dialect, platform, folder->value, folder->reach,
				why_out);
	if (!path)
		return NULL;
	name = cv_dialect_write(ctx, only_for->program, platform, program->value,
				CV_REACH_ITSELF, why_out);
	if (!name)
		return NULL;
	native = cv_arena_format(ctx->arena, "%s%s%s",
				 join(ctx, platform, path, only_for->open), name,
				 only_for->close);
	*why_out = limited_fault(ctx, dialect, path, name, native);
	return *why_out ? NULL : native;
}

/* What stands between the marks of a limited text; false: it is not limited. */
static bool split_limited(struct cv_ctx *ctx, const struct cv_only_for *only_for,
			  enum cv_platform platform, const char *native,
			  const char **path_out, const char **program_out)
{
	const char *open = strstr(native, only_for->open), *program;
	const size_t size = strlen(native), close = strlen(only_for->close);
	char *path;

	if (!open || close > size || strcmp(native + size - close, only_for->close) != 0)
		return false;
	program = open + strlen(only_for->open);
	if (program + close > native + size)
		return false;
	path = cv_arena_array(ctx->arena, (size_t)(open - native) + 2, 1);
	memcpy(path, native, (size_t)(open - native));
	/* A root ends with the separator that the mark brings. */
	if (*open == separator_of(platform))
		path[open - native] = *open;
	*path_out = path;
	*program_out = cv_arena_copy(ctx->arena, program, strlen(program) - close);
	return true;
}

bool cv_dialect_read_only_for(struct cv_ctx *ctx, const struct cv_dialect *dialect,
			      enum cv_platform platform, const char *native,
			      bool is_folder_list, const char **program_out,
			      const char **pattern_out, enum cv_reach *reach_out)
{
	const char *path, *program;
	enum cv_reach itself;
	unsigned wildcards;

	*program_out = NULL;
	if (!dialect->only_for ||
	    !split_limited(ctx, dialect->only_for, platform, native, &path, &program))
		return cv_dialect_read(ctx, dialect, platform, native, is_folder_list,
				       pattern_out, reach_out);
	wildcards = (path[0] == '%' ? 1U : 0U) + (program[0] == '%' ? 1U : 0U);
	for (const char *c = native; *c; c++)
		wildcards += *c == '*' || *c == '?';
	return (dialect->most_wildcards == 0 || wildcards <= dialect->most_wildcards) &&
	       (dialect->longest == 0 || strlen(native) <= dialect->longest) &&
	       cv_dialect_read(ctx, dialect->only_for->program, platform, program, false,
			       program_out, &itself) &&
	       cv_dialect_read(ctx, dialect, platform, path, true, pattern_out,
			       reach_out) &&
	       *reach_out == CV_REACH_TREE;
}
