/* Both directions of a dialect.  They stand in one file so that a rule is not added
 * to one alone, and call nothing of each other. */
#include "model/dialect.h"

#include <string.h>

#include "base/ctx.h"
#include "model/policy.h"

static char separator_of(enum cv_platform platform)
{
	return platform == CV_WINDOWS ? '\\' : '/';
}

/* Why the wildcards of a pattern cannot be said, or NULL. */
static const char *wildcard_fault(const struct cv_dialect *dialect,
				  enum cv_platform platform, const char *pattern,
				  enum cv_reach reach)
{
	for (const char *c = pattern; (c = strpbrk(c, "*?")); c++) {
		if (*c == '?') {
			if (!dialect->one_character)
				return "`?` for one character cannot be written";
		} else if (c[1] == '*') {
			if (!dialect->any_depth)
				return "`**` for any depth cannot be written";
			c++;
		} else if (!dialect->one_segment) {
			return "`*` inside a part of the path cannot be written";
		}
	}
	if (reach != CV_REACH_ITSELF && !dialect->wildcard_in_base_of_folder &&
	    cv_path_has_wildcard(cv_path_base(platform, pattern)))
		return "the last part of a folder cannot hold a wildcard";
	return NULL;
}

static bool ends_with(const char *text, const char *end)
{
	const size_t size = strlen(text), end_size = strlen(end);

	return size >= end_size && strcmp(text + size - end_size, end) == 0;
}

/* A suffix behind a pattern, which brings a separator of its own at most once. */
static char *join(struct cv_ctx *ctx, enum cv_platform platform, const char *pattern,
		  const char *suffix)
{
	const char separator = separator_of(platform);
	const size_t size = strlen(pattern);
	const bool is_root = size > 0 && pattern[size - 1] == separator;

	if (is_root && suffix[0] == separator)
		suffix++;
	return cv_arena_format(ctx->arena, "%s%s", pattern, suffix);
}

static const char *bound_fault(struct cv_ctx *ctx, const struct cv_dialect *dialect,
			       enum cv_platform platform, const char *native)
{
	const size_t size = strlen(native);
	/* Whether a variable counts is not documented for Defender: it is counted. */
	const bool has_variable = platform == CV_WINDOWS && native[0] == '%';
	unsigned count = has_variable;
	size_t bad;

	for (const char *c = native; (c = strpbrk(c, "*?")); c++) {
		count++;
		if (c[0] == '*' && c[1] == '*')
			c++;
	}
	if (dialect->most_wildcards > 0 && count > dialect->most_wildcards)
		return cv_arena_format(
			ctx->arena, "at most %u wildcards%s are allowed, the path has %u",
			dialect->most_wildcards, has_variable ? " and variables" : "",
			count);
	if (dialect->longest > 0 && size > dialect->longest)
		return cv_arena_format(ctx->arena,
				       "at most %zu bytes are allowed, the path has %zu",
				       dialect->longest, size);
	bad = dialect->refused ? strcspn(native, dialect->refused) : size;
	if (bad < size)
		return cv_arena_format(ctx->arena, "the character %c cannot be written",
				       native[bad]);
	return NULL;
}

const char *cv_dialect_write(struct cv_ctx *ctx, const struct cv_dialect *dialect,
			     enum cv_platform platform, const char *pattern,
			     enum cv_reach reach, const char **why_out)
{
	const char *suffix = "", *other = NULL, *native;

	if (cv_path_is_bare(pattern) && !dialect->bare_name) {
		*why_out = "a program's name without its folder cannot be written";
		return NULL;
	}
	if (reach == CV_REACH_TREE) {
		suffix = dialect->tree_suffix;
		other = dialect->children_suffix;
		*why_out = "a folder with all below it cannot be written";
	} else if (reach == CV_REACH_CHILDREN) {
		suffix = dialect->children_suffix;
		other = dialect->tree_suffix;
		*why_out = other ? "only folders with all below them can be written"
				 : "a folder cannot be written";
	}
	if (!suffix)
		return NULL;
	*why_out = wildcard_fault(dialect, platform, pattern, reach);
	if (*why_out)
		return NULL;
	native = join(ctx, platform, pattern, suffix);
	/* `C:\a\*` as a tree where `\*` marks the files right in a folder. */
	if (other && strlen(other) > strlen(suffix) && ends_with(native, other)) {
		*why_out =
			reach == CV_REACH_TREE
				? "written so, only files right in the folder are meant"
				: "written so, all below the folder is meant";
		return NULL;
	}
	*why_out = bound_fault(ctx, dialect, platform, native);
	return *why_out ? NULL : native;
}

/* Whether the dialect has all wildcards of a text that it spelled. */
static bool has_wildcards_of(const struct cv_dialect *dialect, const char *text)
{
	for (size_t at = 0; text[at]; at++) {
		if (text[at] == '?' && !dialect->one_character)
			return false;
		if (text[at] != '*')
			continue;
		if (text[at + 1] == '*' ? !dialect->any_depth : !dialect->one_segment)
			return false;
		at += text[at + 1] == '*';
	}
	return true;
}

/* Whether a native text keeps to the bounds of the table. */
static bool is_in_bounds(const struct cv_dialect *dialect, enum cv_platform platform,
			 const char *native)
{
	unsigned wildcards = platform == CV_WINDOWS && native[0] == '%';
	size_t size = 0;

	for (; native[size]; size++) {
		if (dialect->refused && strchr(dialect->refused, native[size]))
			return false;
		/* Two stars are one wildcard, counted with the second. */
		wildcards += native[size] == '?' ||
			     (native[size] == '*' && native[size + 1] != '*');
	}
	return (dialect->longest == 0 || size <= dialect->longest) &&
	       (dialect->most_wildcards == 0 || wildcards <= dialect->most_wildcards);
}

/* The size of a suffix where the text ends with it and something stands before. */
static size_t suffix_at_end(const char *native, const char *suffix)
{
	const size_t size = strlen(native), suffix_size = suffix ? strlen(suffix) : 0;

	if (suffix_size == 0 || suffix_size > size ||
	    memcmp(native + size - suffix_size, suffix, suffix_size) != 0)
		return 0;
	return suffix_size;
}

bool cv_dialect_read(struct cv_ctx *ctx, const struct cv_dialect *dialect,
		     enum cv_platform platform, const char *native, bool is_folder_list,
		     const char **pattern_out, enum cv_reach *reach_out)
{
	const char *why, *bad, *base, *path = native;
	size_t cut = 0, bad_size;

	if (!is_in_bounds(dialect, platform, native))
		return false;
	*reach_out = CV_REACH_ITSELF;
	if (is_folder_list) {
		const size_t tree = suffix_at_end(native, dialect->tree_suffix);
		const size_t children = suffix_at_end(native, dialect->children_suffix);

		if (tree == 0 && children == 0 && dialect->tree_suffix &&
		    dialect->tree_suffix[0] == '\0')
			*reach_out = CV_REACH_TREE;
		else if (tree > 0 || children > 0)
			*reach_out = tree >= children ? CV_REACH_TREE : CV_REACH_CHILDREN;
		cut = tree >= children ? tree : children;
	}
	if (cut > 0) {
		const size_t kept = strlen(native) - cut;
		char *rest = cv_arena_array(ctx->arena, kept + 2, 1);

		memcpy(rest, native, kept);
		/* Without it a root would be no path; elsewhere it is dropped again. */
		if (native[kept] == separator_of(platform))
			rest[kept] = native[kept];
		path = rest;
	}
	if (!has_wildcards_of(dialect, path))
		return false;
	if (dialect->bare_name && !is_folder_list && cv_path_is_bare(path))
		*pattern_out = cv_path_bare(ctx, platform, path, &why, &bad, &bad_size);
	else
		*pattern_out = cv_path_normal(ctx, platform, path, &why, &bad, &bad_size);
	if (!*pattern_out)
		return false;
	base = cv_path_base(platform, *pattern_out);
	return *reach_out == CV_REACH_ITSELF || dialect->wildcard_in_base_of_folder ||
	       !strpbrk(base, "*?");
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
	const size_t close = suffix_at_end(native, only_for->close);
	char *path;

	if (!open || close == 0)
		return false;
	program = open + strlen(only_for->open);
	if (program + close > native + strlen(native))
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
