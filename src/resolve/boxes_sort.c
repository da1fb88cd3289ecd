/* Boxes in order.  Comparing them side by side costs more than all else that is done with
 * most of them.  Within one set they differ in a few bits: those make a key, and only
 * where two keys are the same are the boxes themselves looked at. */
#include "resolve/boxes_cut.h"

#include <stdlib.h>

#include "base/arena.h"

/* Of each side where it begins, and how far it goes from there. */
enum { FIELDS = 2 * CV_BOX_SIDES, KEY_BITS = 64 };

/* What boxes have in one of the fields. */
struct spread {
	uint64_t least, most;
};

struct keyed {
	uint64_t key;
	const struct cv_box *box;
};

static uint64_t number_of(const struct cv_box *box, int field)
{
	const struct cv_range range = cv_box_side(box, field / 2);

	return field % 2 ? range.last.low - range.first.low : range.first.low;
}

/* How many of the fields can be told by their lower halves. */
static int count_fields(const struct cv_boxes *boxes)
{
	int most = CV_BOX_SIDES;

	for (size_t i = 0; i < boxes->count; i++)
		for (int side = 0; side < most; side++) {
			const struct cv_range range = cv_box_side(&boxes->items[i], side);
			const uint64_t high = cv_box_side(boxes->items, side).first.high;

			if (range.first.high != high || range.last.high != high)
				most = side;
		}
	return 2 * most;
}

static void measure(const struct cv_boxes *boxes, int fields, struct spread *spreads)
{
	for (int field = 0; field < fields; field++)
		spreads[field].least = UINT64_MAX;
	for (size_t i = 0; i < boxes->count; i++)
		for (int field = 0; field < fields; field++) {
			const uint64_t number = number_of(&boxes->items[i], field);

			if (number < spreads[field].least)
				spreads[field].least = number;
			if (number > spreads[field].most)
				spreads[field].most = number;
		}
}

static int bits_of(const struct spread *spread)
{
	const uint64_t most = spread->most - spread->least;

	return most ? KEY_BITS - __builtin_clzll(most) : 0;
}

/* As many fields, from the first on, as have room; the rest is left to comparing. */
static void make_keys(const struct cv_boxes *boxes, struct keyed *keyed)
{
	struct spread spreads[FIELDS] = {{0, 0}};
	const int fields = count_fields(boxes);
	int left = KEY_BITS;

	measure(boxes, fields, spreads);
	for (size_t i = 0; i < boxes->count; i++)
		keyed[i].box = &boxes->items[i];
	for (int field = 0; field < fields && bits_of(&spreads[field]) <= left; field++) {
		const uint64_t least = spreads[field].least;
		const int bits = bits_of(&spreads[field]);

		left -= bits;
		for (size_t i = 0; bits && i < boxes->count; i++)
			keyed[i].key |= (number_of(&boxes->items[i], field) - least)
					<< left;
	}
}

/* Equal boxes stay in the order in which they came. */
static int compare_keyed(const void *left, const void *right)
{
	const struct keyed *a = left, *b = right;
	int order;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	order = cv_box_compare(a->box, b->box);
	return order ? order : (a->box > b->box) - (a->box < b->box);
}

const struct cv_box **cv_boxes_sorted(const struct cv_boxes *boxes)
{
	struct keyed *keyed = calloc(boxes->count, sizeof *keyed);
	const struct cv_box **sorted = malloc(boxes->count * sizeof *sorted);

	if (!keyed || !sorted)
		cv_out_of_memory();
	make_keys(boxes, keyed);
	qsort(keyed, boxes->count, sizeof *keyed, compare_keyed);
	for (size_t i = 0; i < boxes->count; i++)
		sorted[i] = keyed[i].box;
	free(keyed);
	return sorted;
}
