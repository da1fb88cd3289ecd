/* From a neutral pattern to a dialect's text.  The way back is dialect_read.c: the two
 * share the dialect's table and nothing else, so that each can prove the other. */
#include "model/dialect.h"

#include <limits.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/utf8.h"

struct writing {
	struct cv_ctx *ctx;
	const struct cv_dialect *dialect;
	enum cv_platform platform;
	bool has_suffix;
	bool is_special[UCHAR_MAX + 1]; /* bytes that may not be written as they are */
	struct cv_buf out;
	const char *why;
};

static char separator_of(enum cv_platform platform)
{
	return platform == CV_WINDOWS ? '\\' : '/';
}

/* The text of a neutral wildcard of the table that is written as it is. */
static const char *plain_native(const struct cv_dialect *dialect, const char *means)
{
	if ((strcmp(means, "*") == 0 && dialect->one_segment) ||
	    (strcmp(means, "**") == 0 && dialect->any_depth) ||
	    (strcmp(means, "?") == 0 && dialect->one_character))
		return means;
	return NULL;
}

/* Whether the text means something else at the end of a value. */
static bool is_other_at_end(const struct cv_dialect *dialect, const char *native)
{
	const struct cv_spelling *spelling = dialect->spellings;

	for (; spelling && spelling->native; spelling++)
		if (spelling->at_end && strcmp(spelling->native, native) == 0)
			return true;
	return false;
}

/* The text that means just that; NULL: none does. */
static const char *native_of(const struct cv_dialect *dialect, const char *means,
			     bool is_end)
{
	const struct cv_spelling *spelling = dialect->spellings;
	const char *native = plain_native(dialect, means);

	if (native && (!is_end || !is_other_at_end(dialect, native)))
		return native;
	for (; spelling && spelling->native; spelling++)
		if (strcmp(spelling->means, means) == 0 &&
		    (spelling->at_end
			     ? is_end
			     : !is_end || !is_other_at_end(dialect, spelling->native)))
			return spelling->native;
	return NULL;
}

/* The first of the meanings that has a text. */
static const char *first_native_of(const struct cv_dialect *dialect,
				   const char *const *meanings, bool is_end)
{
	const char *native = NULL;

	for (; *meanings && !native; meanings++)
		native = native_of(dialect, *meanings, is_end);
	return native;
}

/* Whether some text of the table means just the character. */
static bool is_spelled(const struct cv_dialect *dialect, char c)
{
	const struct cv_spelling *spelling = dialect->spellings;

	for (; spelling && spelling->native; spelling++)
		if (spelling->means[0] == c && spelling->means[1] == '\0')
			return true;
	return false;
}

static void put_plain(struct writing *writing, char c)
{
	const char means[] = {c, '\0'};
	const char *native = is_spelled(writing->dialect, c)
				     ? native_of(writing->dialect, means, false)
				     : NULL;

	if (native) {
		cv_buf_text(&writing->out, native);
		return;
	}
	if (writing->dialect->escaped && strchr(writing->dialect->escaped, c))
		cv_buf_char(&writing->out, writing->dialect->escape);
	cv_buf_char(&writing->out, c);
}

/* `/` and two stars: as one, as two, or as what stands for anything. */
static bool put_depth(struct writing *writing, bool is_end)
{
	const char separator = separator_of(writing->platform);
	const char with[] = {separator, '*', '*', '\0'};
	const char *native = native_of(writing->dialect, with, is_end);

	if (!native) {
		native = native_of(writing->dialect, "**", is_end);
		if (native)
			put_plain(writing, separator);
		else
			native = native_of(writing->dialect, CV_WIDE_ANY, is_end);
	}
	if (!native)
		return false;
	cv_buf_text(&writing->out, native);
	return true;
}

static bool put_wildcard(struct writing *writing, char c, bool is_end)
{
	static const char *const stars[] = {"*", CV_WIDE_ANY, CV_WIDE_STAR, NULL};
	static const char *const marks[] = {"?", CV_WIDE_ONE, CV_WIDE_MAYBE, CV_WIDE_BYTE,
					    NULL};
	const char *native =
		first_native_of(writing->dialect, c == '*' ? stars : marks, is_end);

	if (!native)
		return false;
	cv_buf_text(&writing->out, native);
	return true;
}

static void mark_special(struct writing *writing, const char *bytes)
{
	for (; *bytes; bytes++)
		writing->is_special[(unsigned char)*bytes] = true;
}

/* Wildcards, what begins one, and what put_plain() may change. */
static void mark_all_special(struct writing *writing)
{
	const struct cv_dialect *dialect = writing->dialect;
	const struct cv_spelling *spelling = dialect->spellings;

	mark_special(writing, CV_WILDCARDS);
	writing->is_special[(unsigned char)separator_of(writing->platform)] = true;
	if (dialect->escaped)
		mark_special(writing, dialect->escaped);
	for (; spelling && spelling->native; spelling++)
		writing->is_special[(unsigned char)*spelling->means] = true;
}

/* What stands for itself, up to the next special byte. */
static const char *put_run(struct writing *writing, const char *text)
{
	const char *start = text;

	while (*text && !writing->is_special[(unsigned char)*text])
		text++;
	cv_buf_add(&writing->out, start, (size_t)(text - start));
	return text;
}

/* All of the pattern that stands behind its head. */
static bool put_body(struct writing *writing, const char *text)
{
	const char separator = separator_of(writing->platform);

	mark_all_special(writing);
	for (text = put_run(writing, text); *text; text = put_run(writing, text)) {
		const bool is_depth =
			text[0] == separator && text[1] == '*' && text[2] == '*';
		/* Where the drive is not written, the first segment has no separator. */
		const bool is_first = text[0] == '*' && text[1] == '*';
		const size_t size = is_depth ? 3 : is_first ? 2 : 1;
		const bool is_end = text[size] == '\0' && !writing->has_suffix;

		if (is_depth && !put_depth(writing, is_end)) {
			writing->why = "`**` for any depth cannot be written";
			return false;
		}
		if (is_first) {
			const char *native = native_of(writing->dialect, "**", is_end);

			writing->why = "`**` for any depth cannot be written";
			if (!native)
				return false;
			cv_buf_text(&writing->out, native);
		} else if (*text == '*' || *text == '?') {
			writing->why =
				*text == '*' ? "`*` inside a part of the path cannot be "
					       "written"
					     : "`?` for one character cannot be written";
			if (!put_wildcard(writing, *text, is_end))
				return false;
		} else if (!is_depth) {
			put_plain(writing, *text);
		}
		text += size;
	}
	return true;
}

/* What stands for the drive, or for any folder; then *text_inout is what is left. */
static bool put_head(struct writing *writing, const char **text_inout)
{
	const struct cv_dialect *dialect = writing->dialect;
	const char *text = *text_inout;

	if (cv_path_is_bare(text)) {
		writing->why = "a program's name without its folder cannot be written";
		if (!dialect->bare_name && !dialect->anywhere.native)
			return false;
		cv_buf_text(&writing->out,
			    dialect->bare_name ? "" : dialect->anywhere.native);
		return true;
	}
	if (writing->platform != CV_WINDOWS)
		return true;
	if (text[0] == '%') {
		writing->why = "an environment variable cannot be written";
		return !dialect->no_variables;
	}
	if (text[0] == '\\') {
		writing->why = "a network path cannot be written";
		return !dialect->no_network;
	}
	if (dialect->volume.native) {
		cv_buf_text(&writing->out, dialect->volume.native);
		*text_inout = text + 3;
	}
	return true;
}

/* Where the wildcards stand. */
static const char *place_fault(const struct cv_dialect *dialect,
			       enum cv_platform platform, const char *pattern,
			       enum cv_reach reach)
{
	const char *base = cv_path_base(platform, pattern);

	if (reach != CV_REACH_ITSELF && !dialect->wildcard_in_base_of_folder &&
	    cv_path_has_wildcard(base))
		return "the last part of a folder cannot hold a wildcard";
	if (dialect->wildcard_in_base_only &&
	    strcspn(pattern, CV_WILDCARDS) < (size_t)(base - pattern))
		return "a wildcard can stand in the last part of the path only";
	return NULL;
}

static const char *path_fault(struct cv_ctx *ctx, const struct cv_dialect *dialect,
			      const char *pattern, enum cv_reach reach)
{
	const bool is_file = reach == CV_REACH_ITSELF;
	const size_t most = is_file ? dialect->longest_path : dialect->longest_folder;

	if (most == 0 || strlen(pattern) <= most)
		return NULL;
	return cv_arena_format(
		ctx->arena,
		"at most %zu bytes are allowed in the path of a %s, it has %zu", most,
		is_file ? "file" : "folder", strlen(pattern));
}

static bool ends_with(const char *text, const char *end)
{
	const size_t size = strlen(text), end_size = strlen(end);

	return size >= end_size && strcmp(text + size - end_size, end) == 0;
}

/* The suffix brings a separator of its own at most once. */
static bool put_suffix(struct writing *writing, const char *body, const char *suffix)
{
	const char separator = separator_of(writing->platform);
	const size_t size = strlen(body);
	const bool is_root = size == 0 || body[size - 1] == separator;
	struct writing spelled = {.dialect = writing->dialect, .out = CV_BUF_INIT};
	bool begins;

	put_plain(&spelled, separator);
	begins = strncmp(suffix, cv_buf_string(&spelled.out), spelled.out.size) == 0;
	if (is_root && begins)
		suffix += spelled.out.size;
	cv_buf_deinit(&spelled.out);
	cv_buf_text(&writing->out, suffix);
	writing->why = "the root folder cannot be written";
	return !is_root || begins || !*suffix;
}

/* ---- bounds ---- */

static const char *length_fault(struct cv_ctx *ctx, const struct cv_dialect *dialect,
				const char *native)
{
	const size_t size = strlen(native);
	size_t characters = 0, length;

	if (dialect->longest > 0 && size > dialect->longest)
		return cv_arena_format(ctx->arena,
				       "at most %zu bytes are allowed, the path has %zu",
				       dialect->longest, size);
	if (dialect->longest_characters == 0)
		return NULL;
	for (size_t at = 0; at < size; at += length, characters++)
		cv_utf8_decode(native + at, size - at, &length);
	if (characters > dialect->longest_characters)
		return cv_arena_format(
			ctx->arena,
			"at most %zu characters are allowed, the path has %zu",
			dialect->longest_characters, characters);
	return NULL;
}

static const char *character_name(struct cv_ctx *ctx, char c)
{
	if (c == ' ')
		return "a blank";
	return cv_arena_format(ctx->arena, "the character %c", c);
}

static const char *character_fault(struct cv_ctx *ctx, const struct cv_dialect *dialect,
				   const char *native)
{
	const size_t size = strlen(native);
	const char *ends = dialect->refused_at_ends;
	const size_t bad = dialect->refused ? strcspn(native, dialect->refused) : size;

	if (bad < size)
		return cv_arena_format(ctx->arena, "%s cannot be written",
				       character_name(ctx, native[bad]));
	if (dialect->refused_first && size > 0 &&
	    strchr(dialect->refused_first, native[0]))
		return cv_arena_format(ctx->arena, "%s at the start cannot be written",
				       character_name(ctx, native[0]));
	for (size_t i = 0; dialect->ascii && i < size; i++)
		if ((unsigned char)native[i] >= 0x80)
			return "only ASCII can be written";
	if (ends && size > 0 &&
	    (strchr(ends, native[0]) || strchr(ends, native[size - 1])))
		return cv_arena_format(
			ctx->arena, "%s at the start or the end cannot be written",
			character_name(ctx, strchr(ends, native[0]) ? native[0]
								    : native[size - 1]));
	return NULL;
}

static const char *bound_fault(struct cv_ctx *ctx, const struct cv_dialect *dialect,
			       enum cv_platform platform, const char *native)
{
	/* Whether a variable counts is not documented for Defender: it is counted. */
	const bool has_variable = platform == CV_WINDOWS && native[0] == '%';
	unsigned count = has_variable;
	const char *why;

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
	why = length_fault(ctx, dialect, native);
	return why ? why : character_fault(ctx, dialect, native);
}

/* ---- all of it ---- */

/* The suffix of that reach, and the one that the other would have; NULL and a reason
 * where there is none. */
static const char *suffix_of(const struct cv_dialect *dialect, enum cv_reach reach,
			     const char **other_out, const char **why_out)
{
	*other_out = NULL;
	switch (reach) {
	case CV_REACH_TREE:
		*other_out = dialect->children_suffix;
		*why_out = "a folder with all below it cannot be written";
		return dialect->tree_suffix;
	case CV_REACH_CHILDREN:
		*other_out = dialect->tree_suffix;
		*why_out = *other_out ? "only folders with all below them can be written"
				      : "a folder cannot be written";
		return dialect->children_suffix;
	case CV_REACH_ITSELF:
		*why_out = "only folders can be written";
		if (dialect->folders_only)
			return NULL;
		break;
	}
	return dialect->file_suffix ? dialect->file_suffix : "";
}

static const char *write_value(struct writing *writing, const char *pattern,
			       enum cv_reach reach, const char *suffix)
{
	const char *body = pattern;

	writing->why = place_fault(writing->dialect, writing->platform, pattern, reach);
	if (!writing->why)
		writing->why = path_fault(writing->ctx, writing->dialect, pattern, reach);
	if (writing->why)
		return NULL;
	writing->has_suffix = *suffix != '\0';
	if (writing->dialect->before)
		cv_buf_text(&writing->out, writing->dialect->before);
	if (!put_head(writing, &body) || !put_body(writing, body))
		return NULL;
	writing->why = "two wildcards side by side cannot be written";
	if (!native_of(writing->dialect, "**", false) &&
	    strstr(cv_buf_string(&writing->out), "**"))
		return NULL;
	if (!put_suffix(writing, body, suffix))
		return NULL;
	return cv_arena_text(writing->ctx->arena, cv_buf_string(&writing->out));
}

const char *cv_dialect_write(struct cv_ctx *ctx, const struct cv_dialect *dialect,
			     enum cv_platform platform, const char *pattern,
			     enum cv_reach reach, const char **why_out)
{
	struct writing writing = {
		.ctx = ctx, .dialect = dialect, .platform = platform, .out = CV_BUF_INIT};
	const char *other, *suffix = suffix_of(dialect, reach, &other, why_out);
	const char *native;

	if (!suffix)
		return NULL;
	pattern = cv_dialect_expanded(ctx, dialect, pattern);
	native = write_value(&writing, pattern, reach, suffix);
	cv_buf_deinit(&writing.out);
	*why_out = writing.why;
	if (!native)
		return NULL;
	/* Two stars at the end are the file before them, too. */
	if (reach == CV_REACH_ITSELF && ends_with(pattern, "**") &&
	    dialect->tree_suffix && *dialect->tree_suffix &&
	    ends_with(native, dialect->tree_suffix)) {
		*why_out = "written so, all below the folder is meant";
		return NULL;
	}
	/* `/` and two stars where one star at the end is both. */
	if (dialect->bare_name && cv_path_is_bare(native) && !cv_path_is_bare(pattern)) {
		*why_out = "written so, a name in any folder is meant";
		return NULL;
	}
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
