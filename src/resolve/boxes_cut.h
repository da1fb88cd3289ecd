#pragma once
/* Between the two halves of cutting boxes: the groups, and the sweep over one. */

#include <stdbool.h>
#include <stddef.h>

#include "resolve/boxes.h"

struct cv_arena;

/* Boxes that are equal on every side: neighbours in a sorted list. */
struct cv_stack {
	const struct cv_box *const *boxes;
	size_t count, rows; /* rows that they name, all together */
};

struct cv_cutting {
	struct cv_ctx *ctx;
	struct cv_arena *scratch; /* of one sweep */
	struct cv_box_budget *budget;
	struct cv_boxes *out;
	bool spent; /* the budget does not suffice */
};

/* Pointers to stacks by the ranges of a side, and then by those of the sides behind it,
 * in a circle. */
extern int (*const cv_stack_orders[CV_BOX_SIDES])(const void *, const void *);

/* The boxes, of which there are some, by all sides; the caller frees the list. */
const struct cv_box **cv_boxes_sorted(const struct cv_boxes *boxes);

/* By all sides, the first first. */
int cv_box_compare(const struct cv_box *a, const struct cv_box *b);

int cv_range_compare(const struct cv_range *a, const struct cv_range *b);

/* Puts the pieces of stacks that hang together into `out`; the stacks change their
 * order. */
void cv_stacks_sweep(struct cv_cutting *cutting, const struct cv_stack **stacks,
		     size_t count);

/* Puts a stack that overlaps no other into `out`. */
void cv_stack_put(struct cv_cutting *cutting, const struct cv_stack *stack);
