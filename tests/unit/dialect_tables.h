#pragma once
/* Dialects for tests: of products that have no folder in emitters/ yet, by what their
 * vendors publish, and what a value of each covers, told without the model's code. */

#include <string.h>

#include "model/target.h"

/* `*` one part, `**` any depth, from the root folder without a drive; no case. */
static const struct cv_dialect falcon_windows = {
	.name = "Falcon glob, Windows",
	.one_segment = true,
	.any_depth = true,
	.volume = {"", CV_WIDE_VOLUME "\\", false},
	.anywhere = {"**\\", CV_WIDE_VOLUME "\\**\\", false},
	.tree_suffix = "\\**",
	.children_suffix = "\\*",
	.wildcard_in_base_of_folder = true,
	.no_variables = true,
	.no_network = true,
	.caseless = true,
	.ascii = true,
};

static const struct cv_dialect falcon_posix = {
	.name = "Falcon glob, Linux and macOS",
	.one_segment = true,
	.any_depth = true,
	.anywhere = {"**/", "/**/", false},
	.tree_suffix = "/**",
	.children_suffix = "/*",
	.wildcard_in_base_of_folder = true,
	.caseless = true,
	.ascii = true,
};

/* A regular expression over the whole path, whatever volume it begins with.  Whether it
 * sees characters or bytes is not published. */
static const struct cv_spelling ioa_spellings[] = {
	{"(\\\\[^\\\\]+)*", "\\**", false},
	{"[^\\\\]*", "*", false},
	{".*", CV_WIDE_ANY, false},
	{"[^\\\\]", CV_WIDE_BYTE, false},
	{NULL, NULL, false},
};

static const struct cv_dialect ioa_regex = {
	.name = "IOA regex",
	.spellings = ioa_spellings,
	.escaped = "\\.()+[]{}^$|?*",
	.escape = '\\',
	.volume = {".*\\\\", CV_WIDE_ANY "\\", false},
	.anywhere = {".*\\\\", CV_WIDE_ANY "\\", false},
	.no_variables = true,
	.no_network = true,
	.longest_characters = 256,
};

/* A folder ends with its separator; whether `*` crosses one is not published. */
static const struct cv_spelling unsure_spellings[] = {
	{"*", CV_WIDE_STAR, false},
	{NULL, NULL, false},
};

static const struct cv_dialect sentinelone_windows = {
	.name = "SentinelOne, Windows",
	.one_character = true,
	.spellings = unsure_spellings,
	.tree_suffix = "\\",
	.wildcard_in_base_of_folder = true,
	.refused_at_ends = " ",
};

static const struct cv_dialect sentinelone_posix = {
	.name = "SentinelOne, Linux",
	.one_character = true,
	.spellings = unsure_spellings,
	.tree_suffix = "/",
	.wildcard_in_base_of_folder = true,
	.refused_at_ends = " ",
};

static const struct cv_spelling crossing_spellings[] = {
	{"*", CV_WIDE_ANY, false},
	{"?", CV_WIDE_ONE, false},
	{NULL, NULL, false},
};

static const struct cv_dialect elastic_windows = {
	.name = "Elastic wildcard, Windows",
	.spellings = crossing_spellings,
	.anywhere = {"*\\", CV_WIDE_ANY "\\", false},
	.tree_suffix = "\\*",
	.wildcard_in_base_of_folder = true,
	.no_variables = true,
};

static const struct cv_dialect elastic_posix = {
	.name = "Elastic wildcard, Linux",
	.spellings = crossing_spellings,
	.anywhere = {"*/", CV_WIDE_ANY "/", false},
	.tree_suffix = "/*",
	.wildcard_in_base_of_folder = true,
	.longest_characters = 1024,
};

/* `?` is one character or none. */
static const struct cv_spelling maybe_spellings[] = {
	{"?", CV_WIDE_MAYBE, false},
	{NULL, NULL, false},
};

static const struct cv_dialect carbon_black = {
	.name = "Carbon Black Cloud, Windows",
	.one_segment = true,
	.any_depth = true,
	.spellings = maybe_spellings,
	.anywhere = {"**\\", CV_WIDE_VOLUME "\\**\\", false},
	.tree_suffix = "\\**",
	.children_suffix = "\\*",
	.wildcard_in_base_of_folder = true,
	.refused_at_ends = ". ",
};

static const struct cv_dialect sophos_windows = {
	.name = "Sophos Central, Windows",
	.one_segment = true,
	.tree_suffix = "\\",
	.wildcard_in_base_only = true,
};

static const struct cv_dialect sophos_posix = {
	.name = "Sophos Central, Linux and macOS",
	.one_character = true,
	.spellings = unsure_spellings,
	.tree_suffix = "/",
	.wildcard_in_base_of_folder = true,
};

/* `D*\` are folders whose names begin so. */
static const struct cv_dialect trend_folders = {
	.name = "Deep Security directory list, Windows",
	.one_segment = true,
	.tree_suffix = "\\",
	.wildcard_in_base_of_folder = true,
	.wildcard_in_base_only = true,
	.refused = "#",
};

static const struct cv_dialect trend_files = {
	.name = "Deep Security file list, Windows",
	.bare_name = true,
	.refused = "#",
};

/* ---- what a value covers ---- */

/* What a sign lets through. */
enum sign { PLAIN, SEGMENT, CROSSING, UNSURE /* either of the two */ };

struct glob {
	enum sign star;  /* `*` */
	enum sign stars; /* `**` */
	enum sign mark;  /* `?` */
	bool mark_none;  /* may be none */
	bool end_star;   /* a star at the very end crosses */
	bool folds;
	char separator;
};

static inline char glob_fold(const struct glob *glob, char c)
{
	return glob->folds && c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
}

/* Bytes of the character that begins there. */
static inline size_t glob_character(const char *text)
{
	size_t size = 1;

	while (((unsigned char)text[size] & 0xC0) == 0x80)
		size++;
	return size;
}

static inline bool glob_run(const struct glob *glob, const char *rest, const char *path,
			    bool crosses);

/* Plainly, by recursion. */
static inline bool glob_matches(const struct glob *glob, const char *text,
				const char *path)
{
	const char separator = glob->separator;

	if (text[0] == '\0')
		return path[0] == '\0';
	if (text[0] == separator && text[1] == '*' && text[2] == '*' && glob->stars) {
		/* Whole parts, none too. */
		if (glob_matches(glob, text + 3, path))
			return true;
		if (path[0] != separator || !path[1] || path[1] == separator)
			return false;
		for (path++; *path && *path != separator; path++)
			;
		return glob_matches(glob, text, path);
	}
	if (text[0] == '*' && text[1] == '*' && glob->stars)
		return glob_run(glob, text + 2, path, true);
	if (text[0] == '*' && glob->star)
		return glob_run(glob, text + 1, path,
				glob->star == CROSSING || (glob->end_star && !text[1]));
	if (text[0] == '?' && glob->mark) {
		if (glob->mark_none && glob_matches(glob, text + 1, path))
			return true;
		return path[0] && (glob->mark == CROSSING || path[0] != separator) &&
		       glob_matches(glob, text + 1, path + glob_character(path));
	}
	return glob_fold(glob, text[0]) == glob_fold(glob, path[0]) &&
	       glob_matches(glob, text + 1, path + 1);
}

static inline bool glob_run(const struct glob *glob, const char *rest, const char *path,
			    bool crosses)
{
	for (;; path++) {
		if (glob_matches(glob, rest, path))
			return true;
		if (!*path || (*path == glob->separator && !crosses))
			return false;
	}
}
