#pragma once
/* Boxes of one set of a packet filter, and how they are made disjoint.  A kernel
 * set of intervals refuses overlapping elements, so the compiler cuts them. */

#include <stdbool.h>
#include <stddef.h>

#include "model/policy.h"

struct cv_ctx;

enum {
	CV_BOX_SOURCE,
	CV_BOX_DESTINATION,
	CV_BOX_PORTS,
	CV_BOX_SOURCE_PORTS,
	CV_BOX_SIDES
};

/* A product of ranges: each side is a set of one, or NULL where these boxes do not have
 * it.  There may be one for each element of an artefact, and sets are shared. */
struct cv_box {
	const struct cv_addresses *addresses[2]; /* of source and destination */
	const struct cv_ports *ports[2];         /* of destination and source */
	struct cv_rows rows;
};

/* The range of a side; 0 to 0 where there is none. */
static inline struct cv_range cv_box_side(const struct cv_box *box, int side)
{
	if (side < CV_BOX_PORTS && box->addresses[side])
		return *box->addresses[side]->ranges;
	if (side >= CV_BOX_PORTS && box->ports[side - CV_BOX_PORTS]) {
		const struct cv_port_range *range =
			box->ports[side - CV_BOX_PORTS]->ranges;

		return (struct cv_range){{0, range->first}, {0, range->last}};
	}
	return (struct cv_range){{0, 0}, {0, 0}};
}

/* Whether the box is one value on each side. */
bool cv_box_is_point(const struct cv_box *box);

/* Boxes that grow in malloc's memory. */
struct cv_boxes {
	struct cv_box *items;
	size_t count, capacity;
};

/* What cuts may still make. */
struct cv_box_budget {
	size_t pieces;
	size_t rows;              /* that the pieces name, all together */
	const struct cv_row *row; /* when it did not suffice: one of those being cut */
};

void cv_boxes_add(struct cv_boxes *boxes, const struct cv_box *box);
void cv_boxes_deinit(struct cv_boxes *boxes);

/* Cuts overlapping boxes until none overlap; each piece names the rows of all boxes
 * that it lies in.  Boxes that overlap no other stay as they are.  The order is that of
 * the sides.
 *
 * Each piece, and each row that it will name, is taken off the budget before it is
 * made.  What is made comes to no more: pieces that can be joined again are taken off
 * singly, a row that several boxes of one piece name for each.  False when the budget
 * does not suffice: that of its two numbers is then 0, and the boxes are to be thrown
 * away. */
bool cv_boxes_cut(struct cv_ctx *ctx, struct cv_boxes *boxes,
		  struct cv_box_budget *budget);
