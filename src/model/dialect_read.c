/* From a dialect's text to what it means: a neutral pattern, or a wide one. */
#include <limits.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/utf8.h"
#include "model/dialect.h"

/* A value on the way. */
struct value {
	const struct cv_dialect *dialect;
	enum cv_platform platform;
	const char *at, *end;           /* what is not yet read of its body */
	bool is_whole;                  /* the body ends where the value ends */
	bool is_special[UCHAR_MAX + 1]; /* bytes that may stand for something else */
	struct cv_buf means;
};

static char separator_of(enum cv_platform platform)
{
	return platform == CV_WINDOWS ? '\\' : '/';
}

/* Whether a native text keeps to the bounds of the table. */
static bool is_in_bounds(const struct cv_dialect *dialect, enum cv_platform platform,
			 const char *native)
{
	const char *const ends = dialect->refused_at_ends ? dialect->refused_at_ends : "";
	const char *const first = dialect->refused_first ? dialect->refused_first : "";
	unsigned wildcards = platform == CV_WINDOWS && native[0] == '%';
	size_t size = 0, characters = 0;

	if (dialect->refused && strpbrk(native, dialect->refused))
		return false;
	for (; native[size]; size++) {
		const unsigned char c = (unsigned char)native[size];

		if ((dialect->ascii && c >= 0x80) || c < ' ')
			return false;
		characters += (c & 0xC0) != 0x80;
		/* Two stars are one wildcard, counted with the second. */
		wildcards += native[size] == '?' ||
			     (native[size] == '*' && native[size + 1] != '*');
	}
	if (size > 0 && (strchr(first, native[0]) || strchr(ends, native[0]) ||
			 strchr(ends, native[size - 1])))
		return false;
	return (dialect->longest == 0 || size <= dialect->longest) &&
	       (dialect->longest_characters == 0 ||
		characters <= dialect->longest_characters) &&
	       (dialect->most_wildcards == 0 || wildcards <= dialect->most_wildcards);
}

static size_t left_in(const struct value *value)
{
	return (size_t)(value->end - value->at);
}

static bool begins_with(const struct value *value, const char *text)
{
	const char *at = value->at;

	while (*text && at < value->end && *at == *text)
		at++, text++;
	return *text == '\0';
}

/* The size of a suffix where the body ends with it; 0 where its first byte is one that
 * the escape before it makes plain. */
static size_t suffix_at_end(const struct value *value, const char *suffix)
{
	const size_t size = left_in(value), suffix_size = suffix ? strlen(suffix) : 0;
	size_t escapes = 0;

	if (suffix_size == 0 || suffix_size > size ||
	    memcmp(value->end - suffix_size, suffix, suffix_size) != 0)
		return 0;
	if (value->dialect->escape)
		while (suffix_size + escapes < size &&
		       value->end[-(ptrdiff_t)(suffix_size + escapes) - 1] ==
			       value->dialect->escape)
			escapes++;
	return escapes % 2 ? 0 : suffix_size;
}

/* Takes the suffix off; *is_open_out: what has none goes on. */
static enum cv_reach take_reach(struct value *value, bool is_folder, bool *is_open_out)
{
	const struct cv_dialect *dialect = value->dialect;
	const size_t file = suffix_at_end(value, dialect->file_suffix);
	const size_t tree = is_folder ? suffix_at_end(value, dialect->tree_suffix) : 0;
	const size_t children =
		is_folder ? suffix_at_end(value, dialect->children_suffix) : 0;
	enum cv_reach reach = CV_REACH_ITSELF;
	size_t cut = file;

	*is_open_out = false;
	if (tree > 0 || children > 0) {
		reach = tree >= children ? CV_REACH_TREE : CV_REACH_CHILDREN;
		cut = tree >= children ? tree : children;
	} else if (is_folder && dialect->tree_suffix && !*dialect->tree_suffix) {
		reach = CV_REACH_TREE;
	} else if (file == 0) {
		*is_open_out = dialect->open_end || dialect->file_suffix;
	}
	value->end -= cut;
	value->is_whole = cut == 0;
	return reach;
}

static void take_head(struct value *value)
{
	const struct cv_dialect *dialect = value->dialect;
	const struct cv_spelling *head = NULL;

	if (dialect->anywhere.native && begins_with(value, dialect->anywhere.native))
		head = &dialect->anywhere;
	else if (dialect->volume.native && value->platform == CV_WINDOWS &&
		 begins_with(value, dialect->volume.native))
		head = &dialect->volume;
	if (!head)
		return;
	value->at += strlen(head->native);
	cv_buf_text(&value->means, head->means);
}

/* The longest spelling that stands here; at the end one that is of the end only. */
static const struct cv_spelling *spelling_at(const struct value *value)
{
	static const struct cv_spelling plain[] = {
		{"*", "*", false}, {"**", "**", false}, {"?", "?", false}};
	const struct cv_dialect *dialect = value->dialect;
	const bool has[] = {dialect->one_segment, dialect->any_depth,
			    dialect->one_character};
	const struct cv_spelling *best = NULL, *spelling = dialect->spellings;

	for (size_t i = 0; i < 3; i++)
		if (has[i] && begins_with(value, plain[i].native) &&
		    (!best || strlen(plain[i].native) > strlen(best->native)))
			best = &plain[i];
	for (; spelling && spelling->native; spelling++) {
		const size_t size = strlen(spelling->native);

		if (!begins_with(value, spelling->native) ||
		    (spelling->at_end && !(value->is_whole && size == left_in(value))))
			continue;
		if (!best || size > strlen(best->native) ||
		    (size == strlen(best->native) && spelling->at_end))
			best = spelling;
	}
	return best;
}

static bool take_plain(struct value *value)
{
	const struct cv_dialect *dialect = value->dialect;
	char c = *value->at;

	if (dialect->escaped && c == dialect->escape && left_in(value) > 1 &&
	    strchr(dialect->escaped, value->at[1]))
		c = *++value->at;
	else if (dialect->escaped && strchr(dialect->escaped, c))
		return false;
	/* As themselves these stand in no pattern. */
	if (c == '*' || c == '?')
		return false;
	if (c == '/' && value->platform == CV_WINDOWS)
		c = '\\';
	cv_buf_char(&value->means, c);
	value->at++;
	return true;
}

static void mark_special(struct value *value, const char *bytes)
{
	for (; *bytes; bytes++)
		value->is_special[(unsigned char)*bytes] = true;
}

/* All that spelling_at() and take_plain() take for more than the byte that it is. */
static void mark_all_special(struct value *value)
{
	const struct cv_dialect *dialect = value->dialect;
	const struct cv_spelling *spelling = dialect->spellings;

	mark_special(value, CV_WILDCARDS);
	if (value->platform == CV_WINDOWS)
		mark_special(value, "/");
	if (dialect->escaped) {
		mark_special(value, dialect->escaped);
		value->is_special[(unsigned char)dialect->escape] = true;
	}
	for (; spelling && spelling->native; spelling++)
		value->is_special[(unsigned char)*spelling->native] = true;
}

/* What stands for itself, up to the next special byte. */
static void take_run(struct value *value)
{
	const char *start = value->at;

	while (value->at < value->end && !value->is_special[(unsigned char)*value->at])
		value->at++;
	cv_buf_add(&value->means, start, (size_t)(value->at - start));
}

static bool take_body(struct value *value)
{
	mark_all_special(value);
	for (take_run(value); value->at < value->end; take_run(value)) {
		const struct cv_spelling *spelling = spelling_at(value);

		/* Where a star is one part, nobody says what two of them are. */
		if (spelling && begins_with(value, "**") &&
		    strcmp(spelling->native, "*") == 0 &&
		    strcmp(spelling->means, CV_WIDE_ANY) != 0)
			return false;
		if (spelling) {
			cv_buf_text(&value->means, spelling->means);
			value->at += strlen(spelling->native);
		} else if (!take_plain(value)) {
			return false;
		}
	}
	return true;
}

/* A path that the wide pattern might stand for, for the checks of paths.  A hyphen for a
 * wildcard makes no variable of what stands around it, as a letter would. */
static const char *example_of(struct cv_ctx *ctx, enum cv_platform platform,
			      const char *wide)
{
	const char separator = separator_of(platform);
	const char *const drive = platform == CV_WINDOWS ? "C:" : "";
	struct cv_buf path = CV_BUF_INIT;
	const char *text;

	wide += *wide == CV_WIDE_CASELESS[0];
	if (*wide == CV_WIDE_VOLUME[0]) {
		cv_buf_text(&path, drive);
		wide++;
	} else if (*wide && strchr(CV_WILDCARDS, *wide)) {
		cv_buf_text(&path, drive);
		wide++;
		if (*wide != separator)
			cv_buf_format(&path, "%c-", separator);
	}
	for (; *wide; wide++) {
		/* `C:*` may stand for the separator, too. */
		if ((unsigned char)*wide < ' ' && path.size == strlen(drive))
			cv_buf_char(&path, separator);
		cv_buf_char(&path, (unsigned char)*wide < ' ' ? '-' : *wide);
	}
	text = cv_arena_text(ctx->arena, cv_buf_string(&path));
	cv_buf_deinit(&path);
	return text;
}

/* Two separators side by side behind a head: no path has them, and what a product makes
 * of them is its own affair. */
static bool has_empty_segment(enum cv_platform platform, const char *wide)
{
	const char two[] = {separator_of(platform), separator_of(platform), '\0'};

	wide += *wide == CV_WIDE_CASELESS[0];
	return strstr(*wide == two[0] ? wide + 1 : wide, two) != NULL;
}

static const char *finished(struct cv_ctx *ctx, struct value *value)
{
	const char *why, *bad, *path, *text = cv_buf_string(&value->means);
	size_t bad_size;

	if (!cv_pattern_is_wide(text)) {
		path = cv_path_normal(ctx, value->platform, text, &why, &bad, &bad_size);
		return path == text ? cv_arena_text(ctx->arena, text) : path;
	}
	if (has_empty_segment(value->platform, text) ||
	    !cv_path_normal(ctx, value->platform, example_of(ctx, value->platform, text),
			    &why, &bad, &bad_size))
		return NULL;
	return cv_arena_text(ctx->arena, text);
}

static bool are_wildcards_in_place(const struct value *value, const char *pattern,
				   enum cv_reach reach)
{
	const char *base = cv_path_base(value->platform, pattern);

	if (reach != CV_REACH_ITSELF && !value->dialect->wildcard_in_base_of_folder &&
	    cv_path_has_wildcard(base))
		return false;
	return !value->dialect->wildcard_in_base_only ||
	       strcspn(pattern, CV_WILDCARDS) >= (size_t)(base - pattern);
}

static bool is_short_enough(const struct cv_dialect *dialect, const char *pattern,
			    enum cv_reach reach)
{
	const size_t most = reach == CV_REACH_ITSELF ? dialect->longest_path
						     : dialect->longest_folder;

	return most == 0 || cv_pattern_is_wide(pattern) || strlen(pattern) <= most;
}

static bool read_value(struct cv_ctx *ctx, struct value *value, bool is_folder,
		       const char **pattern_out, enum cv_reach *reach_out)
{
	const struct cv_dialect *dialect = value->dialect;
	const char separator = separator_of(value->platform);
	bool is_open, was_cut;
	const char *means;

	if (dialect->caseless && value->platform == CV_LINUX)
		cv_buf_text(&value->means, CV_WIDE_CASELESS);
	if (dialect->before && begins_with(value, dialect->before))
		value->at += strlen(dialect->before);
	else if (dialect->before)
		cv_buf_text(&value->means, CV_WIDE_ANY);
	*reach_out = take_reach(value, is_folder, &is_open);
	was_cut = *reach_out != CV_REACH_ITSELF && !value->is_whole;
	take_head(value);
	if (!take_body(value))
		return false;
	means = cv_buf_string(&value->means);
	/* The suffix has taken a root's separator; elsewhere it is dropped again. */
	if (was_cut && (!cv_pattern_is_wide(means) || value->means.size == 1))
		cv_buf_char(&value->means, separator);
	if (is_open)
		cv_buf_text(&value->means, CV_WIDE_ANY);
	else if (dialect->prunes && *reach_out == CV_REACH_ITSELF &&
		 cv_path_has_wildcard(means))
		cv_buf_format(&value->means, "%c**", separator);
	*pattern_out = finished(ctx, value);
	if (*pattern_out)
		*pattern_out = cv_dialect_expanded(ctx, dialect, *pattern_out);
	return *pattern_out && is_short_enough(dialect, *pattern_out, *reach_out) &&
	       are_wildcards_in_place(value, *pattern_out, *reach_out);
}

bool cv_dialect_read(struct cv_ctx *ctx, const struct cv_dialect *dialect,
		     enum cv_platform platform, const char *native, bool is_folder_list,
		     const char **pattern_out, enum cv_reach *reach_out)
{
	struct value value = {.dialect = dialect,
			      .platform = platform,
			      .at = native,
			      .end = native + strlen(native),
			      .means = CV_BUF_INIT};
	const char *why, *bad;
	size_t bad_size;
	bool fine;

	if (!is_in_bounds(dialect, platform, native) ||
	    (dialect->folders_only && !is_folder_list))
		return false;
	if (dialect->bare_name && !is_folder_list && cv_path_is_bare(native)) {
		*reach_out = CV_REACH_ITSELF;
		*pattern_out = cv_path_bare(ctx, platform, native, &why, &bad, &bad_size);
		return *pattern_out != NULL;
	}
	fine = read_value(ctx, &value, is_folder_list, pattern_out, reach_out);
	cv_buf_deinit(&value.means);
	return fine;
}
