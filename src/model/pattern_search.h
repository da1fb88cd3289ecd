#pragma once
/* Of cv_pattern_inside: the search itself, for two patterns that begin with a drive, a
 * share, a variable or the root, or in the middle of a path. */

#include "model/pattern.h"

struct cv_pattern_side {
	const char *text; /* a pattern, or a wide one, without marks of its head */
	enum cv_reach reach;
	bool folds; /* no case is told apart */
};

/* Whether all paths of the inner side are ones of the outer side.  What is not known of a
 * wildcard counts as much in the inner one and as little in the outer one.  is_whole: the
 * texts begin where paths begin. */
enum cv_answer cv_pattern_search(enum cv_platform platform, bool is_whole,
				 const struct cv_pattern_side *inner,
				 const struct cv_pattern_side *outer);
