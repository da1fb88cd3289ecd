/* Cuts boxes apart.  Published tables overlap little: boxes are first divided into
 * groups that are connected on one side after the other, by sorting.  Only what stays
 * connected on every side has to be swept. */
#include "resolve/boxes_cut.h"

#include <stdlib.h>

#include "base/ahead.h"
#include "base/ctx.h"

/* Divisions within each other; behind that a group is swept as it is.  Tables that
 * people write need a handful. */
enum { MOST_DIVISIONS = 32 };

void cv_boxes_add(struct cv_boxes *boxes, const struct cv_box *box)
{
	if (boxes->count == boxes->capacity) {
		const size_t capacity = boxes->capacity ? boxes->capacity * 2 : 16;
		struct cv_box *items = realloc(boxes->items, capacity * sizeof *items);

		if (!items)
			cv_out_of_memory();
		boxes->items = items;
		boxes->capacity = capacity;
	}
	boxes->items[boxes->count++] = *box;
}

void cv_boxes_deinit(struct cv_boxes *boxes)
{
	free(boxes->items);
	*boxes = (struct cv_boxes){NULL, 0, 0};
}

bool cv_box_is_point(const struct cv_box *box)
{
	for (int side = 0; side < CV_BOX_SIDES; side++) {
		const struct cv_range range = cv_box_side(box, side);

		if (cv_address_compare(range.first, range.last) != 0)
			return false;
	}
	return true;
}

int cv_range_compare(const struct cv_range *a, const struct cv_range *b)
{
	const int order = cv_address_compare(a->first, b->first);

	return order ? order : cv_address_compare(a->last, b->last);
}

/* Equal sets are one. */
static bool is_same_side(const struct cv_box *a, const struct cv_box *b, int side)
{
	return side >= CV_BOX_PORTS
		       ? a->ports[side - CV_BOX_PORTS] == b->ports[side - CV_BOX_PORTS]
		       : a->addresses[side] == b->addresses[side];
}

static bool is_same_box(const struct cv_box *a, const struct cv_box *b)
{
	return a->addresses[0] == b->addresses[0] && a->addresses[1] == b->addresses[1] &&
	       a->ports[0] == b->ports[0] && a->ports[1] == b->ports[1];
}

static int compare_from(const struct cv_box *a, const struct cv_box *b, int first)
{
	for (int i = 0; i < CV_BOX_SIDES; i++) {
		const int side = (first + i) % CV_BOX_SIDES;
		const struct cv_range left = cv_box_side(a, side);
		const struct cv_range right = cv_box_side(b, side);
		const int order =
			is_same_side(a, b, side) ? 0 : cv_range_compare(&left, &right);

		if (order)
			return order;
	}
	return 0;
}

int cv_box_compare(const struct cv_box *a, const struct cv_box *b)
{
	return compare_from(a, b, 0);
}

static int compare_boxes(const void *a, const void *b)
{
	return cv_box_compare(a, b);
}

static const struct cv_box *box_of(const void *item)
{
	return (*(const struct cv_stack *const *)item)->boxes[0];
}

/* qsort has no room for the side, so there is a comparison for each. */
#define ORDER(name, side) \
	static int name(const void *a, const void *b) \
	{ \
		return compare_from(box_of(a), box_of(b), side); \
	}

ORDER(by_source, CV_BOX_SOURCE)
ORDER(by_destination, CV_BOX_DESTINATION)
ORDER(by_ports, CV_BOX_PORTS)
ORDER(by_source_ports, CV_BOX_SOURCE_PORTS)

int (*const cv_stack_orders[CV_BOX_SIDES])(const void *, const void *) = {
	by_source,
	by_destination,
	by_ports,
	by_source_ports,
};

static struct cv_range stack_side(const struct cv_stack *stack, int side)
{
	return cv_box_side(stack->boxes[0], side);
}

/* Sorts what is not in order yet: a group that was not divided by the sides before mostly
 * is. */
static void put_in_order(void *items, size_t count, size_t size,
			 int (*order)(const void *, const void *))
{
	const char *item = items;

	for (size_t i = 1; i < count; i++, item += size)
		if (order(item, item + size) > 0) {
			qsort(items, count, size, order);
			break;
		}
}

/* Divides a group on `side`; `same` counts the sides that did not divide it. */
static void divide(struct cv_cutting *cutting, const struct cv_stack **stacks,
		   size_t count, int side, int same, int depth)
{
	size_t start = 0;
	struct cv_address reach;

	if (count == 1)
		cv_stack_put(cutting, stacks[0]);
	else if (same == CV_BOX_SIDES || depth == MOST_DIVISIONS)
		cv_stacks_sweep(cutting, stacks, count);
	if (count == 1 || same == CV_BOX_SIDES || depth == MOST_DIVISIONS)
		return;
	put_in_order(stacks, count, sizeof *stacks, cv_stack_orders[side]);
	reach = stack_side(stacks[0], side).last;
	for (size_t i = 1; i <= count && !cutting->spent; i++) {
		const bool whole = i - start == count;
		struct cv_range range = {reach, reach};

		if (i < count)
			range = stack_side(stacks[i], side);
		if (i < count && cv_address_compare(range.first, reach) <= 0) {
			if (cv_address_compare(range.last, reach) > 0)
				reach = range.last;
			continue;
		}
		divide(cutting, stacks + start, i - start, (side + 1) % CV_BOX_SIDES,
		       whole ? same + 1 : 0, whole ? depth : depth + 1);
		start = i;
		reach = range.last;
	}
}

/* The stack of boxes that are equal to the first, which are sorted. */
static struct cv_stack stack_up(const struct cv_box *const *boxes, size_t count)
{
	struct cv_stack stack = {boxes, 0, 0};

	while (stack.count < count &&
	       (stack.count == 0 || is_same_box(boxes[0], boxes[stack.count])))
		stack.rows += boxes[stack.count++]->rows.count;
	return stack;
}

/* Of points no two can overlap but those that are equal. */
static void put_points(struct cv_cutting *cutting, const struct cv_box *const *boxes,
		       size_t count)
{
	for (size_t i = 0; i < count && !cutting->spent;) {
		const struct cv_stack stack = stack_up(boxes + i, count - i);

		if (i + CV_AHEAD < count)
			cv_await(boxes[i + CV_AHEAD]);
		cv_stack_put(cutting, &stack);
		i += stack.count;
	}
}

static void put_ranges(struct cv_cutting *cutting, const struct cv_box *const *boxes,
		       size_t box_count)
{
	struct cv_stack *stacks = malloc(box_count * sizeof *stacks);
	const struct cv_stack **list = malloc(box_count * sizeof *list);
	struct cv_boxes *out = cutting->out;
	size_t count = 0;

	if (!stacks || !list)
		cv_out_of_memory();
	for (size_t i = 0; i < box_count; i += stacks[count++].count) {
		if (i + CV_AHEAD < box_count)
			cv_await(boxes[i + CV_AHEAD]);
		stacks[count] = stack_up(boxes + i, box_count - i);
		list[count] = &stacks[count];
	}
	divide(cutting, list, count, CV_BOX_SOURCE, 0, 0);
	free(list);
	free(stacks);
	put_in_order(out->items, out->count, sizeof *out->items, compare_boxes);
}

static bool are_points(const struct cv_boxes *boxes)
{
	for (size_t i = 0; i < boxes->count; i++)
		if (!cv_box_is_point(&boxes->items[i]))
			return false;
	return true;
}

bool cv_boxes_cut(struct cv_ctx *ctx, struct cv_boxes *boxes,
		  struct cv_box_budget *budget)
{
	struct cv_boxes cut = {NULL, 0, 0};
	struct cv_cutting cutting = {.ctx = ctx, .budget = budget, .out = &cut};
	const struct cv_box **sorted;

	if (boxes->count == 0)
		return true;
	sorted = cv_boxes_sorted(boxes);
	cutting.scratch = cv_arena_open();
	if (are_points(boxes))
		put_points(&cutting, sorted, boxes->count);
	else
		put_ranges(&cutting, sorted, boxes->count);
	free(sorted);
	cv_arena_close(cutting.scratch);
	cv_boxes_deinit(boxes);
	*boxes = cut;
	return !cutting.spent;
}
