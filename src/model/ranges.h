#pragma once
/* Arithmetic on lists of ranges, for the sets of the model only: addresses of
 * either family, and ports as small numbers.  A list is normal when it is
 * ascending, disjoint and not adjacent; the results are, the operands must be. */

#include "model/sets.h"

/* Brings any list into the normal form, in place; the new count. */
size_t cv_ranges_normal(struct cv_range *ranges, size_t count);

/* Write at most a_count + b_count ranges into `out`, which may not be one of the
 * operands, and return how many. */
size_t cv_ranges_union(const struct cv_range *a, size_t a_count, const struct cv_range *b,
		       size_t b_count, struct cv_range *out);
size_t cv_ranges_cut(const struct cv_range *a, size_t a_count, const struct cv_range *b,
		     size_t b_count, struct cv_range *out);
size_t cv_ranges_minus(const struct cv_range *a, size_t a_count, const struct cv_range *b,
		       size_t b_count, struct cv_range *out);

/* One of the three above. */
typedef size_t cv_ranges_operation(const struct cv_range *a, size_t a_count,
				   const struct cv_range *b, size_t b_count,
				   struct cv_range *out);

/* Room for `count` ranges: `local` when it is large enough, else from the heap. */
struct cv_range_room {
	struct cv_range local[16];
	struct cv_range *items;
};

void cv_range_room_init(struct cv_range_room *room, size_t count);
void cv_range_room_deinit(struct cv_range_room *room);
