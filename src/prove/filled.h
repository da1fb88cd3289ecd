#pragma once
/* Whether many spaces fill one, when the work of taking one after the other away would
 * grow with the square of their number. */

#include <stdbool.h>
#include <stddef.h>

#include "prove/cover.h"

/* Whether `space` lies inside the union of `others`, as cv_space_covered would say.
 * Makes no sets and has no bound to run into: the work grows with the pieces that the
 * others fall into along the sides of the space on which they differ. */
bool cv_space_filled(const struct cv_space *space, const struct cv_space *others,
		     size_t count);
