/* Which sets of addresses lie in which.  Their ranges are sorted, so that those around a
 * range lie on a stack when it is reached; what lies far down there is not looked at. */
#include "resolve/lint.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/hash_table.h"

enum { MOST = 8 }; /* ranges that one is held against */

/* A set, and those that it lies in. */
struct around {
	UT_hash_handle hh;
	const struct cv_addresses *set;
	unsigned number;
	size_t count;
	const struct cv_addresses *sets[MOST];
};

struct cv_arounds {
	struct cv_arena *memory;
	struct around *all;
	size_t range_count;
};

/* One range of a set. */
struct item {
	struct around *around;
	size_t index;
};

static const struct cv_range *range_of(const struct item *item)
{
	return &item->around->set->ranges[item->index];
}

static void add_set(struct cv_arounds *arounds, const struct cv_addresses *set)
{
	struct around *around;

	if (!set)
		return;
	HASH_FIND_PTR(arounds->all, &set, around);
	if (around)
		return;
	around = CV_NEW(arounds->memory, struct around);
	around->set = set;
	around->number = HASH_COUNT(arounds->all);
	HASH_ADD_PTR(arounds->all, set, around);
	arounds->range_count += set->count;
}

/* Of two ranges that begin together the wider comes first, and of two that are alike
 * that of the set that holds the other, if one does. */
static int compare_items(const void *left, const void *right)
{
	const struct item *a = left, *b = right;
	const struct cv_addresses *x = a->around->set, *y = b->around->set;
	size_t i = a->index, j = b->index;
	int order = (x->family > y->family) - (x->family < y->family);

	for (; !order && i < x->count && j < y->count; i++, j++) {
		order = cv_address_compare(x->ranges[i].first, y->ranges[j].first);
		if (!order)
			order = cv_address_compare(y->ranges[j].last, x->ranges[i].last);
	}
	if (!order)
		order = (i == x->count) - (j == y->count);
	if (!order)
		order = (a->index < b->index) - (a->index > b->index);
	return order ? order
		     : (a->around->number > b->around->number) -
			       (a->around->number < b->around->number);
}

static bool range_inside(const struct cv_range *range, const struct cv_addresses *outer)
{
	size_t low = 0, high = outer->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (cv_address_compare(outer->ranges[middle].last, range->last) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < outer->count &&
	       cv_address_compare(outer->ranges[low].first, range->first) <= 0;
}

static bool set_inside(const struct cv_addresses *inner, const struct cv_addresses *outer)
{
	for (size_t i = 0; i < inner->count; i++)
		if (!range_inside(&inner->ranges[i], outer))
			return false;
	return true;
}

/* Whether all of a range may lie in the one that began before it. */
static bool ends_before(const struct item *item, const struct item *earlier,
			struct cv_address address)
{
	return item->around->set->family != earlier->around->set->family ||
	       cv_address_compare(range_of(earlier)->last, address) < 0;
}

/* The set whose first range this is, against those on the stack. */
static void look_around(const struct item *item, const struct item **stack, size_t depth)
{
	struct around *inner = item->around;

	for (size_t i = depth, n = 0; i-- > 0 && n < MOST; n++) {
		const struct cv_addresses *outer = stack[i]->around->set;

		if (!ends_before(item, stack[i], range_of(item)->last) &&
		    set_inside(inner->set, outer))
			inner->sets[inner->count++] = outer;
	}
}

static void walk(struct cv_arounds *arounds, const struct item *items, size_t count)
{
	const struct item **stack =
		CV_NEW_ARRAY(arounds->memory, count, const struct item *);
	size_t depth = 0;

	for (size_t i = 0; i < count; i++) {
		const struct item *item = &items[i];

		while (depth &&
		       ends_before(item, stack[depth - 1], range_of(item)->first))
			depth--;
		if (item->index == 0)
			look_around(item, stack, depth);
		stack[depth++] = item;
	}
}

/* Puts the ranges of all sets in order, and walks along them. */
static void sweep(struct cv_arounds *arounds)
{
	struct around *around, *next;
	struct item *items =
		CV_NEW_ARRAY(arounds->memory, arounds->range_count, struct item);
	size_t count = 0;

	HASH_ITER(hh, arounds->all, around, next)
	{
		for (size_t i = 0; i < around->set->count; i++)
			items[count++] = (struct item){around, i};
	}
	if (count)
		qsort(items, count, sizeof *items, compare_items);
	walk(arounds, items, count);
}

struct cv_arounds *cv_arounds_open(struct cv_lint *lint, const uint32_t *flows,
				   size_t count)
{
	struct cv_arounds *arounds = CV_NEW(lint->memory, struct cv_arounds);

	arounds->memory = lint->memory;
	for (size_t i = 0; i < count; i++) {
		const struct cv_flow *flow =
			CV_AT(&lint->policy->flows, struct cv_flow, flows[i]);

		add_set(arounds, flow->ends->source);
		add_set(arounds, flow->ends->destination);
	}
	sweep(arounds);
	return arounds;
}

size_t cv_sets_around(const struct cv_arounds *arounds, const struct cv_addresses *set,
		      const struct cv_addresses *const **sets_out)
{
	const struct around *around = NULL;

	if (set)
		HASH_FIND_PTR(arounds->all, &set, around);
	*sets_out = around ? around->sets : NULL;
	return around ? around->count : 0;
}

void cv_arounds_close(struct cv_arounds *arounds)
{
	HASH_CLEAR(hh, arounds->all);
}
