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

/* A product of ranges; a side that the set does not have is 0 to 0. */
struct cv_box {
	struct cv_range sides[CV_BOX_SIDES];
	struct cv_rows rows;
};

/* Boxes that grow in malloc's memory. */
struct cv_boxes {
	struct cv_box *items;
	size_t count, capacity;
};

void cv_boxes_add(struct cv_boxes *boxes, const struct cv_box *box);
void cv_boxes_deinit(struct cv_boxes *boxes);

/* Cuts overlapping boxes until none overlap; each piece names the rows of all boxes
 * that it lies in.  The order is that of the sides.  False when more than
 * CV_MAX_PIECES would come of it; the boxes are then to be thrown away. */
bool cv_boxes_cut(struct cv_ctx *ctx, struct cv_boxes *boxes);
