/* Whether one pattern lies inside another: what needs no search, names alone, and
 * patterns of more than one drive or share. */
#include "model/pattern.h"

#include <string.h>

#include "base/arena.h"
#include "model/pattern_search.h"

static bool is_wildcard(char c)
{
	return c && strchr(CV_WILDCARDS, c);
}

bool cv_pattern_is_wide(const char *pattern)
{
	/* Behind the two of the neutral patterns. */
	return strpbrk(pattern, &CV_WILDCARDS[2]) != NULL;
}

bool cv_pattern_is_bare(const char *pattern)
{
	return cv_path_is_bare(pattern) && !cv_pattern_is_wide(pattern);
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
}

static char fold(enum cv_platform platform, char c)
{
	return platform == CV_LINUX ? c : lower(c);
}

/* Whether variables keep us from comparing: where two heads differ and one of
 * them is a variable, they may still be one folder. */
static bool are_heads_open(enum cv_platform platform, const char *a, const char *b)
{
	const size_t size = strcspn(a, "\\");

	if (platform != CV_WINDOWS || (a[0] != '%' && b[0] != '%'))
		return false;
	if (size != strcspn(b, "\\"))
		return true;
	for (size_t i = 0; i < size; i++)
		if (fold(platform, a[i]) != fold(platform, b[i]))
			return true;
	return false;
}

static bool same_name(enum cv_platform platform, const char *a, const char *b)
{
	while (*a && fold(platform, *a) == fold(platform, *b))
		a++, b++;
	return *a == *b;
}

/* Both begin with a drive, a share, a variable or the root. */
static enum cv_answer fixed_inside(enum cv_platform platform,
				   const struct cv_pattern_side *inner,
				   const struct cv_pattern_side *outer)
{
	const char separator = platform == CV_WINDOWS ? '\\' : '/';
	const bool is_mixed = inner->folds != outer->folds;
	const char *a = inner->text, *b = outer->text;
	size_t at = 0, start = 0;

	if (are_heads_open(platform, a, b))
		return CV_ANSWER_UNKNOWN;
	/* What both begin with needs no search, and most pairs end here. */
	for (; !is_mixed && a[at] && !is_wildcard(a[at]) &&
	       (inner->folds ? lower(a[at]) == lower(b[at]) : a[at] == b[at]);
	     at++)
		if (a[at] == separator)
			start = at;
	if (!is_mixed && a[at] && b[at] && !is_wildcard(a[at]) && !is_wildcard(b[at]))
		return CV_ANSWER_NO;
	if (!is_mixed && !a[at] && !b[at] && inner->reach == outer->reach)
		return CV_ANSWER_YES;
	return cv_pattern_search(
		platform, start == 0,
		&(struct cv_pattern_side){a + start, inner->reach, inner->folds},
		&(struct cv_pattern_side){b + start, outer->reach, outer->folds});
}

/* Bytes of a drive, a share or a variable at the start of a Windows path. */
static size_t head_size(const char *text)
{
	size_t size = strcspn(text, "\\");

	if (size > 0 || text[1] != '\\')
		return size;
	size = 2 + strcspn(text + 2, "\\");
	return size + (text[size] ? 1 + strcspn(text + size + 1, "\\") : 0);
}

/* The pattern from its volume on, where it is of any drive and share: a program's name
 * alone lies below any folders, and so does what follows a wildcard that stands for
 * anything.  Elsewhere such paths begin with the root. */
static const char *opened(struct cv_arena *arena, enum cv_platform platform,
			  const char *text)
{
	const bool is_windows = platform == CV_WINDOWS;

	if (cv_pattern_is_bare(text))
		return cv_arena_format(arena, "%s%s",
				       is_windows ? CV_WIDE_VOLUME "\\**\\" : "/**/",
				       text);
	if (!is_windows || text[0] != CV_WIDE_ANY[0])
		return text;
	return text[1] == '\\' ? cv_arena_format(arena, CV_WIDE_VOLUME "\\**%s", text + 1)
			       : cv_arena_format(arena, CV_WIDE_VOLUME "\\%s", text);
}

/* One of them is of more than one drive or share. */
static enum cv_answer open_inside(struct cv_arena *arena, enum cv_platform platform,
				  struct cv_pattern_side inner,
				  struct cv_pattern_side outer)
{
	inner.text = opened(arena, platform, inner.text);
	outer.text = opened(arena, platform, outer.text);
	if (outer.text[0] == CV_WIDE_VOLUME[0]) {
		/* The outer one has the inner one's, whichever that is. */
		const bool are_both = inner.text[0] == CV_WIDE_VOLUME[0];
		const char *head = are_both ? "C:" : inner.text;

		outer.text = cv_arena_format(arena, "%.*s%s", (int)head_size(head), head,
					     outer.text + 1);
		if (are_both)
			inner.text = cv_arena_format(arena, "C:%s", inner.text + 1);
	} else if (inner.text[0] == CV_WIDE_VOLUME[0]) {
		return CV_ANSWER_NO;
	}
	return fixed_inside(platform, &inner, &outer);
}

static bool is_open(const char *text)
{
	return cv_pattern_is_bare(text) || text[0] == CV_WIDE_ANY[0] ||
	       text[0] == CV_WIDE_VOLUME[0];
}

enum cv_answer cv_pattern_inside(enum cv_platform platform, const char *inner,
				 enum cv_reach inner_reach, const char *outer,
				 enum cv_reach outer_reach)
{
	struct cv_pattern_side in = {inner, inner_reach, platform != CV_LINUX};
	struct cv_pattern_side out = {outer, outer_reach, platform != CV_LINUX};
	struct cv_arena *arena;
	enum cv_answer answer;

	/* Also where a search would end at its bound. */
	if (inner_reach == outer_reach && strcmp(inner, outer) == 0)
		return CV_ANSWER_YES;
	/* Most names alone need no search either. */
	if (cv_pattern_is_bare(outer) && !cv_pattern_is_wide(inner))
		return inner_reach == CV_REACH_ITSELF && outer_reach == CV_REACH_ITSELF &&
				       same_name(platform, cv_path_base(platform, inner),
						 outer)
			       ? CV_ANSWER_YES
			       : CV_ANSWER_NO;
	if (inner[0] == CV_WIDE_CASELESS[0]) {
		in.text++;
		in.folds = true;
	}
	if (outer[0] == CV_WIDE_CASELESS[0]) {
		out.text++;
		out.folds = true;
	}
	if (!is_open(in.text) && !is_open(out.text))
		return fixed_inside(platform, &in, &out);
	arena = cv_arena_open();
	answer = open_inside(arena, platform, in, out);
	cv_arena_close(arena);
	return answer;
}
