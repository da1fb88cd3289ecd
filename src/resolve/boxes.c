/* Cuts boxes apart.  Published tables overlap little: boxes are first divided into
 * groups that are connected on one side after the other, by sorting.  Only what stays
 * connected on every side has to be swept. */
#include "resolve/boxes_cut.h"

#include <stdlib.h>

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

static int compare_ranges(const struct cv_range *a, const struct cv_range *b)
{
	const int order = cv_address_compare(a->first, b->first);

	return order ? order : cv_address_compare(a->last, b->last);
}

static int compare_from(const struct cv_range *a, const struct cv_range *b, int first)
{
	int order = 0;

	for (int i = 0; i < CV_BOX_SIDES && !order; i++)
		order = compare_ranges(&a[(first + i) % CV_BOX_SIDES],
				       &b[(first + i) % CV_BOX_SIDES]);
	return order;
}

int cv_sides_compare(const struct cv_range *a, const struct cv_range *b)
{
	return compare_from(a, b, 0);
}

static const struct cv_range *sides_of(const struct cv_stack *stack)
{
	return stack->boxes[0]->sides;
}

static const struct cv_range *stack_sides(const void *item)
{
	return sides_of(*(const struct cv_stack *const *)item);
}

/* qsort has no room for the side, so there is a comparison for each: of boxes, and of
 * pointers to stacks. */
#define ORDER(name, side) \
	static int name(const void *a, const void *b) \
	{ \
		return compare_from(((const struct cv_box *)a)->sides, \
				    ((const struct cv_box *)b)->sides, side); \
	} \
	static int stacks_##name(const void *a, const void *b) \
	{ \
		return compare_from(stack_sides(a), stack_sides(b), side); \
	}

ORDER(by_source, CV_BOX_SOURCE)
ORDER(by_destination, CV_BOX_DESTINATION)
ORDER(by_ports, CV_BOX_PORTS)
ORDER(by_source_ports, CV_BOX_SOURCE_PORTS)

int (*const cv_box_orders[CV_BOX_SIDES])(const void *, const void *) = {
	by_source,
	by_destination,
	by_ports,
	by_source_ports,
};

int (*const cv_stack_orders[CV_BOX_SIDES])(const void *, const void *) = {
	stacks_by_source,
	stacks_by_destination,
	stacks_by_ports,
	stacks_by_source_ports,
};

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
	qsort(stacks, count, sizeof *stacks, cv_stack_orders[side]);
	reach = sides_of(stacks[0])[side].last;
	for (size_t i = 1; i <= count && !cutting->spent; i++) {
		const struct cv_range *range =
			i < count ? &sides_of(stacks[i])[side] : NULL;
		const bool whole = i - start == count;

		if (range && cv_address_compare(range->first, reach) <= 0) {
			if (cv_address_compare(range->last, reach) > 0)
				reach = range->last;
			continue;
		}
		divide(cutting, stacks + start, i - start, (side + 1) % CV_BOX_SIDES,
		       whole ? same + 1 : 0, whole ? depth : depth + 1);
		start = i;
		if (range)
			reach = range->last;
	}
}

static bool is_point(const struct cv_box *box)
{
	for (int i = 0; i < CV_BOX_SIDES; i++)
		if (cv_address_compare(box->sides[i].first, box->sides[i].last) != 0)
			return false;
	return true;
}

/* Makes stacks of equal boxes, which are sorted, in memory that is the caller's to free;
 * whether all of them are points, of which no two can overlap any more. */
static bool stack_up(const struct cv_box *const *boxes, size_t box_count,
		     struct cv_stack **stacks_out, size_t *count_out)
{
	struct cv_stack *stacks = calloc(box_count, sizeof *stacks);
	size_t count = 0;
	bool points = true;

	if (!stacks)
		cv_out_of_memory();
	for (size_t i = 0; i < box_count; i++) {
		const struct cv_box *box = boxes[i];

		if (i == 0 ||
		    cv_sides_compare(sides_of(&stacks[count - 1]), box->sides) != 0) {
			points = points && is_point(box);
			stacks[count++].boxes = &boxes[i];
		}
		stacks[count - 1].count++;
		stacks[count - 1].rows += box->rows.count;
	}
	*stacks_out = stacks;
	*count_out = count;
	return points;
}

bool cv_boxes_cut(struct cv_ctx *ctx, struct cv_boxes *boxes,
		  struct cv_box_budget *budget)
{
	struct cv_boxes cut = {NULL, 0, 0};
	struct cv_cutting cutting = {.ctx = ctx, .budget = budget, .out = &cut};
	struct cv_stack *stacks;
	const struct cv_stack **list;
	const struct cv_box **sorted;
	size_t count;
	bool points;

	if (boxes->count == 0)
		return true;
	sorted = cv_boxes_sorted(boxes);
	points = stack_up(sorted, boxes->count, &stacks, &count);
	list = malloc(count * sizeof *list);
	if (!list)
		cv_out_of_memory();
	for (size_t i = 0; i < count; i++)
		list[i] = &stacks[i];
	cutting.scratch = cv_arena_open();
	for (size_t i = 0; points && i < count && !cutting.spent; i++)
		cv_stack_put(&cutting, list[i]);
	if (!points)
		divide(&cutting, list, count, CV_BOX_SOURCE, 0, 0);
	free(list);
	free(stacks);
	free(sorted);
	cv_arena_close(cutting.scratch);
	if (!points && cut.count)
		qsort(cut.items, cut.count, sizeof *cut.items, by_source);
	cv_boxes_deinit(boxes);
	*boxes = cut;
	return !cutting.spent;
}
