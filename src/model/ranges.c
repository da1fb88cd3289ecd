/* Merging, cutting and taking away are single walks over two sorted lists, so a
 * long list costs no more than its length.  Nothing here needs to know a family:
 * "one more" is never asked for, only "one less" of a range's first address. */
#include "model/ranges.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"

void cv_range_room_init(struct cv_range_room *room, size_t count)
{
	room->items = room->local;
	if (count <= sizeof room->local / sizeof *room->local)
		return;
	if (count > SIZE_MAX / sizeof *room->items)
		cv_out_of_memory();
	room->items = malloc(count * sizeof *room->items);
	if (!room->items)
		cv_out_of_memory();
}

void cv_range_room_deinit(struct cv_range_room *room)
{
	if (room->items != room->local)
		free(room->items);
}

static int compare_first(const void *a, const void *b)
{
	const struct cv_range *x = a, *y = b;

	return cv_address_compare(x->first, y->first);
}

/* Appends a range that does not begin before the last one of `out`. */
static size_t append(struct cv_range *out, size_t count, struct cv_range range)
{
	struct cv_address before = range.first;

	if (count > 0 && (!cv_address_before(&before) ||
			  cv_address_compare(before, out[count - 1].last) <= 0)) {
		if (cv_address_compare(out[count - 1].last, range.last) < 0)
			out[count - 1].last = range.last;
		return count;
	}
	out[count] = range;
	return count + 1;
}

size_t cv_ranges_normal(struct cv_range *ranges, size_t count)
{
	size_t kept = 0;

	for (size_t i = 1; i < count; i++) {
		if (cv_address_compare(ranges[i - 1].first, ranges[i].first) > 0) {
			qsort(ranges, count, sizeof *ranges, compare_first);
			break;
		}
	}
	for (size_t i = 0; i < count; i++)
		kept = append(ranges, kept, ranges[i]);
	return kept;
}

size_t cv_ranges_union(const struct cv_range *a, size_t a_count, const struct cv_range *b,
		       size_t b_count, struct cv_range *out)
{
	size_t count = 0, i = 0, j = 0;

	while (i < a_count || j < b_count) {
		if (j == b_count ||
		    (i < a_count && cv_address_compare(a[i].first, b[j].first) <= 0))
			count = append(out, count, a[i++]);
		else
			count = append(out, count, b[j++]);
	}
	return count;
}

size_t cv_ranges_cut(const struct cv_range *a, size_t a_count, const struct cv_range *b,
		     size_t b_count, struct cv_range *out)
{
	size_t count = 0, i = 0, j = 0;

	while (i < a_count && j < b_count) {
		struct cv_range both = a[i];

		if (cv_address_compare(both.first, b[j].first) < 0)
			both.first = b[j].first;
		if (cv_address_compare(both.last, b[j].last) > 0)
			both.last = b[j].last;
		if (cv_address_compare(both.first, both.last) <= 0)
			out[count++] = both;
		if (cv_address_compare(a[i].last, b[j].last) < 0)
			i++;
		else
			j++;
	}
	return count;
}

size_t cv_ranges_minus(const struct cv_range *a, size_t a_count, const struct cv_range *b,
		       size_t b_count, struct cv_range *out)
{
	size_t count = 0, j = 0;

	for (size_t i = 0; i < a_count; i++) {
		struct cv_range rest = a[i];
		bool any = true;

		while (j < b_count && cv_address_compare(b[j].last, rest.first) < 0)
			j++;
		/* The last of these may reach into the next of `a`: `j` stays. */
		for (size_t k = j; any && k < b_count; k++) {
			struct cv_address before = b[k].first;

			if (cv_address_compare(b[k].first, rest.last) > 0)
				break;
			if (cv_address_compare(rest.first, b[k].first) < 0) {
				cv_address_before(&before);
				out[count++] = (struct cv_range){rest.first, before};
			}
			any = cv_address_compare(b[k].last, rest.last) < 0;
			rest.first = b[k].last;
			if (any)
				cv_address_next(6, &rest.first);
		}
		if (any)
			out[count++] = rest;
	}
	return count;
}
