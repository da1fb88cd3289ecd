/* Boxes in order.  Comparing them side by side costs more than all else that is done with
 * most of them.  Within one set they differ in a few bits: those make a key, and only
 * where two keys are the same are the boxes themselves looked at. */
#include "resolve/boxes_cut.h"

#include <stdlib.h>

#include "base/arena.h"

/* Of each side where it begins, and how far it goes from there. */
enum { FIELDS = 2 * CV_BOX_SIDES, KEY_BITS = 64 };

/* From MANY on they are sorted digit by digit, each of so many bits. */
enum { MANY = 2048, DIGIT = 11, DIGITS = 1 << DIGIT };

/* What boxes have in one of the fields. */
struct spread {
	uint64_t least, most;
};

struct keyed {
	uint64_t key;
	const struct cv_box *box;
};

static void numbers_of(const struct cv_box *box, uint64_t numbers[FIELDS])
{
	for (int side = 0; side < CV_BOX_SIDES; side++) {
		const struct cv_range range = cv_box_side(box, side);

		numbers[2 * side] = range.first.low;
		numbers[2 * side + 1] = range.last.low - range.first.low;
	}
}

/* On how many sides, from the first on, the box can be told by its lower halves: all of
 * these have the upper ones of `first`. */
static int count_low_sides(const struct cv_box *box, const struct cv_box *first, int most)
{
	for (int side = 0; side < most; side++) {
		const struct cv_range range = cv_box_side(box, side);
		const uint64_t high = cv_box_side(first, side).first.high;

		if (range.first.high != high || range.last.high != high)
			return side;
	}
	return most;
}

/* Returns how many of the fields make a key. */
static int measure(const struct cv_boxes *boxes, struct spread spreads[FIELDS])
{
	int sides = CV_BOX_SIDES;

	for (int field = 0; field < FIELDS; field++)
		spreads[field] = (struct spread){UINT64_MAX, 0};
	for (size_t i = 0; i < boxes->count; i++) {
		uint64_t numbers[FIELDS];

		sides = count_low_sides(&boxes->items[i], boxes->items, sides);
		numbers_of(&boxes->items[i], numbers);
		for (int field = 0; field < FIELDS; field++) {
			if (numbers[field] < spreads[field].least)
				spreads[field].least = numbers[field];
			if (numbers[field] > spreads[field].most)
				spreads[field].most = numbers[field];
		}
	}
	return 2 * sides;
}

static int bits_of(const struct spread *spread)
{
	const uint64_t most = spread->most - spread->least;

	return most ? KEY_BITS - __builtin_clzll(most) : 0;
}

/* As many fields, from the first on, as have room; the rest is left to comparing. */
static void make_keys(const struct cv_boxes *boxes, struct keyed *keyed)
{
	struct spread spreads[FIELDS];
	int shifts[FIELDS], left = KEY_BITS, fields = measure(boxes, spreads);

	for (int field = 0; field < fields; field++) {
		if (bits_of(&spreads[field]) > left) {
			fields = field;
			break;
		}
		left -= bits_of(&spreads[field]);
		shifts[field] = left;
	}
	for (size_t i = 0; i < boxes->count; i++) {
		uint64_t numbers[FIELDS];

		numbers_of(&boxes->items[i], numbers);
		keyed[i].box = &boxes->items[i];
		for (int field = 0; field < fields; field++)
			if (bits_of(&spreads[field]))
				keyed[i].key |= (numbers[field] - spreads[field].least)
						<< shifts[field];
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

/* Sorts by DIGIT bits of the keys into `out`; those of one digit stay in order.  False,
 * and nothing is done, where all have the same. */
static bool sort_by_digit(const struct keyed *keyed, size_t count, int shift,
			  struct keyed *out)
{
	size_t ends[DIGITS] = {0}, before = 0;

	for (size_t i = 0; i < count; i++)
		ends[keyed[i].key >> shift & (DIGITS - 1)]++;
	if (ends[keyed->key >> shift & (DIGITS - 1)] == count)
		return false;
	for (int digit = 0; digit < DIGITS; digit++) {
		const size_t own = ends[digit];

		ends[digit] = before;
		before += own;
	}
	for (size_t i = 0; i < count; i++)
		out[ends[keyed[i].key >> shift & (DIGITS - 1)]++] = keyed[i];
	return true;
}

/* Digit by digit, the last first: returns which of the two holds them in the end. */
static struct keyed *sort_many(struct keyed *keyed, size_t count, struct keyed *other)
{
	for (int shift = 0; shift < KEY_BITS; shift += DIGIT)
		if (sort_by_digit(keyed, count, shift, other)) {
			struct keyed *last = keyed;

			keyed = other;
			other = last;
		}
	return keyed;
}

/* Of one key boxes may yet differ in what had no room. */
static void sort_equals(struct keyed *keyed, size_t count)
{
	size_t end;

	for (size_t i = 0; i < count; i = end) {
		for (end = i + 1; end < count && keyed[end].key == keyed[i].key; end++)
			;
		if (end - i > 1)
			qsort(keyed + i, end - i, sizeof *keyed, compare_keyed);
	}
}

const struct cv_box **cv_boxes_sorted(const struct cv_boxes *boxes)
{
	const size_t count = boxes->count;
	struct keyed *keyed = calloc(count, sizeof *keyed), *other = NULL,
		     *sorted = keyed;
	const struct cv_box **list = malloc(count * sizeof *list);

	if (!keyed || !list)
		cv_out_of_memory();
	make_keys(boxes, keyed);
	if (count < MANY) {
		qsort(keyed, count, sizeof *keyed, compare_keyed);
	} else {
		other = malloc(count * sizeof *other);
		if (!other)
			cv_out_of_memory();
		sorted = sort_many(keyed, count, other);
		sort_equals(sorted, count);
	}
	for (size_t i = 0; i < count; i++)
		list[i] = sorted[i].box;
	free(keyed);
	free(other);
	return list;
}
