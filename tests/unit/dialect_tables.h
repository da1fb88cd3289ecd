#pragma once
/* What a value of a dialect covers, told without the model's code. */

#include <string.h>

#include "model/target.h"

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
