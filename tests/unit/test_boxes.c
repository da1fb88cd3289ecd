/* The cutting of boxes, against counting every point of a small universe. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "model/sets.h"
#include "resolve/boxes_cut.h"

static int open_ctx(void **state)
{
	static struct cv_ctx ctx;

	cv_ctx_open(&ctx);
	*state = &ctx;
	return 0;
}

static int close_ctx(void **state)
{
	cv_sets_close(*state);
	cv_ctx_close(*state);
	return 0;
}

/* xorshift, so that a failure comes back on every machine. */
static uint32_t next_random(uint32_t *seed, uint32_t below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed % below;
}

enum { ROWS = 6, MOST_BOXES = 14 };

/* Points along the sides of a box. */
static const unsigned lengths[CV_BOX_SIDES] = {8, 8, 6, 4};

/* Where a universe begins: its points on a side are `base` and those that follow. */
struct universe {
	struct cv_address bases[CV_BOX_SIDES];
	unsigned used[CV_BOX_SIDES]; /* points that boxes may lie on */
	struct cv_row rows[ROWS];
};

static struct cv_address point(const struct universe *universe, int side, unsigned step)
{
	struct cv_address address = universe->bases[side];

	for (; step; step--)
		assert_true(cv_address_next(6, &address));
	return address;
}

static bool holds(const struct cv_range *range, struct cv_address address)
{
	return cv_address_compare(range->first, address) <= 0 &&
	       cv_address_compare(address, range->last) <= 0;
}

static void set_side(struct cv_ctx *ctx, struct cv_box *box, int side,
		     struct cv_range range)
{
	const struct cv_port_range ports = {(uint16_t)range.first.low,
					    (uint16_t)range.last.low};

	if (side < CV_BOX_PORTS)
		box->addresses[side] = cv_addresses_one(ctx, 6, range);
	else
		box->ports[side - CV_BOX_PORTS] = cv_ports_make(ctx, &ports, 1);
}

/* The box with every point of a side, in bits: cheap to ask 2,000 times a box. */
struct shadow {
	unsigned sides[CV_BOX_SIDES];
	unsigned rows;
};

static struct shadow shadow_of(const struct universe *universe, const struct cv_box *box)
{
	struct shadow shadow = {{0}, 0};

	for (int side = 0; side < CV_BOX_SIDES; side++) {
		const struct cv_range range = cv_box_side(box, side);

		for (unsigned i = 0; i < lengths[side]; i++)
			if (holds(&range, point(universe, side, i)))
				shadow.sides[side] |= 1U << i;
		/* Nothing of a box may lie outside the universe. */
		assert_true(holds(&(struct cv_range){point(universe, side, 0),
						     point(universe, side,
							   universe->used[side] - 1)},
				  range.first));
		assert_true(cv_address_compare(range.last,
					       point(universe, side,
						     universe->used[side] - 1)) <= 0);
	}
	for (size_t i = 0; i < box->rows.count; i++) {
		if (i)
			assert_true(box->rows.items[i - 1]->ordinal <
				    box->rows.items[i]->ordinal);
		shadow.rows |= 1U << box->rows.items[i]->ordinal;
	}
	return shadow;
}

static bool shadow_holds(const struct shadow *shadow, const unsigned at[CV_BOX_SIDES])
{
	for (int side = 0; side < CV_BOX_SIDES; side++)
		if (!(shadow->sides[side] >> at[side] & 1))
			return false;
	return true;
}

/* Moves on to the next point; false behind the last. */
static bool next_point(unsigned at[CV_BOX_SIDES])
{
	for (int side = 0; side < CV_BOX_SIDES; side++) {
		if (++at[side] < lengths[side])
			return true;
		at[side] = 0;
	}
	return false;
}

/* The pieces at each point: one where any box lies, with the rows of all that do. */
static void compare_points(const struct shadow *boxes, size_t box_count,
			   const struct shadow *pieces, size_t piece_count)
{
	unsigned at[CV_BOX_SIDES] = {0};

	do {
		unsigned wanted = 0, found = 0;
		size_t lying = 0;

		for (size_t i = 0; i < box_count; i++)
			if (shadow_holds(&boxes[i], at))
				wanted |= boxes[i].rows;
		for (size_t i = 0; i < piece_count; i++) {
			if (shadow_holds(&pieces[i], at)) {
				found |= pieces[i].rows;
				lying++;
			}
		}
		assert_int_equal(lying, wanted ? 1 : 0);
		assert_int_equal(found, wanted);
	} while (next_point(at));
}

static void assert_sorted(const struct cv_boxes *boxes)
{
	for (size_t i = 1; i < boxes->count; i++) {
		int order = 0;

		for (int side = 0; side < CV_BOX_SIDES && order == 0; side++) {
			const struct cv_range a = cv_box_side(&boxes->items[i - 1], side);
			const struct cv_range b = cv_box_side(&boxes->items[i], side);

			order = cv_range_compare(&a, &b);
		}
		assert_true(order < 0);
	}
}

/* With all that there is to spend. */
static bool cut(struct cv_ctx *ctx, struct cv_boxes *boxes)
{
	struct cv_box_budget budget = {SIZE_MAX, SIZE_MAX, NULL};

	return cv_boxes_cut(ctx, boxes, &budget);
}

static void check_cut(struct cv_ctx *ctx, const struct universe *universe,
		      struct cv_boxes *boxes)
{
	struct shadow before[MOST_BOXES], *after;
	const size_t count = boxes->count;

	assert_true(count <= MOST_BOXES);
	for (size_t i = 0; i < count; i++)
		before[i] = shadow_of(universe, &boxes->items[i]);
	assert_true(cut(ctx, boxes));
	after = calloc(boxes->count + 1, sizeof *after);
	assert_non_null(after);
	for (size_t i = 0; i < boxes->count; i++)
		after[i] = shadow_of(universe, &boxes->items[i]);
	compare_points(before, count, after, boxes->count);
	assert_sorted(boxes);
	free(after);
}

static struct cv_box random_box(struct cv_ctx *ctx, struct universe *universe,
				uint32_t *seed)
{
	struct cv_box box = {.rows = {NULL, 0, 0}};
	const unsigned first = next_random(seed, ROWS), second = next_random(seed, ROWS);

	for (int side = 0; side < CV_BOX_SIDES; side++) {
		const unsigned used = universe->used[side];
		const unsigned a = next_random(seed, used), b = next_random(seed, used);

		set_side(ctx, &box, side,
			 (struct cv_range){point(universe, side, a < b ? a : b),
					   point(universe, side, a < b ? b : a)});
	}
	box.rows.items = CV_NEW_ARRAY(ctx->arena, 2, const struct cv_row *);
	box.rows.items[box.rows.count++] =
		&universe->rows[first < second ? first : second];
	if (first != second)
		box.rows.items[box.rows.count++] =
			&universe->rows[first < second ? second : first];
	return box;
}

static void make_universe(struct universe *universe, uint32_t *seed)
{
	/* The sides begin at zero, at the end of the first 64 bits, so that steps carry,
	 * and so that the last point is the last address there is. */
	static const struct cv_address bases[] = {
		{0, 0}, {7, UINT64_MAX - 2}, {UINT64_MAX, UINT64_MAX - 7}};

	memset(universe, 0, sizeof *universe);
	for (uint32_t i = 0; i < ROWS; i++)
		universe->rows[i].ordinal = i;
	for (int side = 0; side < CV_BOX_SIDES; side++) {
		const uint32_t which = next_random(seed, 3);

		universe->bases[side] =
			side < CV_BOX_PORTS ? bases[which] : (struct cv_address){0, 1};
		universe->used[side] = next_random(seed, 4)
					       ? 1 + next_random(seed, lengths[side])
					       : lengths[side];
	}
}

static void test_boxes_cut_equals_counting_points(void **state)
{
	uint32_t seed = 20261123;

	for (int round = 0; round < 400; round++) {
		struct cv_boxes boxes = {NULL, 0, 0};
		struct universe universe;
		const uint32_t count = 1 + next_random(&seed, MOST_BOXES);

		make_universe(&universe, &seed);
		for (uint32_t i = 0; i < count; i++) {
			const struct cv_box box = random_box(*state, &universe, &seed);

			cv_boxes_add(&boxes, &box);
		}
		check_cut(*state, &universe, &boxes);
		cv_boxes_deinit(&boxes);
	}
}

static bool same_rows(const struct cv_rows *a, const struct cv_rows *b)
{
	return a->count == b->count &&
	       memcmp(a->items, b->items, a->count * sizeof *a->items) == 0;
}

/* The pieces and their order come from the boxes, not from the order of the rows:
 * the same site gives the same bytes. */
static void test_boxes_cut_ignores_the_order_of_boxes(void **state)
{
	uint32_t seed = 1;

	for (int round = 0; round < 200; round++) {
		struct cv_boxes up = {NULL, 0, 0}, down = {NULL, 0, 0};
		struct cv_box boxes[MOST_BOXES];
		struct universe universe;

		make_universe(&universe, &seed);
		for (size_t i = 0; i < MOST_BOXES; i++) {
			boxes[i] = random_box(*state, &universe, &seed);
			cv_boxes_add(&up, &boxes[i]);
		}
		for (size_t i = MOST_BOXES; i > 0; i--)
			cv_boxes_add(&down, &boxes[i - 1]);
		assert_true(cut(*state, &up));
		assert_true(cut(*state, &down));
		assert_int_equal(up.count, down.count);
		for (size_t i = 0; i < up.count; i++) {
			assert_int_equal(cv_box_compare(&up.items[i], &down.items[i]), 0);
			assert_true(same_rows(&up.items[i].rows, &down.items[i].rows));
		}
		cv_boxes_deinit(&up);
		cv_boxes_deinit(&down);
	}
}

/* Numbers of as many bits as a side has in this round. */
static uint64_t number_of_bits(uint32_t *seed, uint32_t bits)
{
	const uint64_t number = (uint64_t)next_random(seed, UINT32_MAX) << 32 |
				next_random(seed, UINT32_MAX);

	return bits ? number >> (64 - bits) : 0;
}

static struct cv_box box_of_bits(struct cv_ctx *ctx, uint32_t *seed,
				 const uint32_t bits[2 * CV_BOX_SIDES])
{
	struct cv_box box = {.rows = {NULL, 0, 0}};

	for (int side = 0; side < CV_BOX_SIDES; side++) {
		const uint32_t low = bits[CV_BOX_SIDES + side];
		struct cv_range range = {{0, 0}, {0, 0}};

		if (side < CV_BOX_PORTS) {
			range.first.high = 0x20010db8 + number_of_bits(seed, bits[side]);
			range.first.low = number_of_bits(seed, low);
		} else {
			range.first.low = number_of_bits(seed, low < 16 ? low : 16);
		}
		range.last = range.first;
		if (next_random(seed, 2))
			range.last.low |= 0xff;
		set_side(ctx, &box, side, range);
	}
	return box;
}

static void check_sorted(struct cv_ctx *ctx, uint32_t *seed, int round, int count)
{
	uint32_t bits[2 * CV_BOX_SIDES];
	struct cv_boxes boxes = {NULL, 0, 0};
	const struct cv_box **sorted;

	for (int i = 0; i < CV_BOX_SIDES; i++) {
		bits[i] = round % 4 == 0 ? next_random(seed, 3) : 0;
		bits[CV_BOX_SIDES + i] = next_random(seed, round % 3 ? 5 : 65);
	}
	for (int i = 0; i < count; i++) {
		const struct cv_box box = box_of_bits(ctx, seed, bits);

		cv_boxes_add(&boxes, &box);
	}
	sorted = cv_boxes_sorted(&boxes);
	for (size_t i = 1; i < boxes.count; i++) {
		const int order = cv_box_compare(sorted[i - 1], sorted[i]);

		assert_true(order <= 0);
		assert_true(order < 0 || sorted[i - 1] < sorted[i]);
	}
	free(sorted);
	cv_boxes_deinit(&boxes);
}

/* Whatever the sides have of bits, and so whatever of them goes into a key; few boxes,
 * and so many that they are sorted in another way. */
static void test_boxes_are_sorted_by_their_sides(void **state)
{
	uint32_t seed = 7;

	for (int round = 0; round < 300; round++)
		check_sorted(*state, &seed, round, 100);
	for (int round = 0; round < 12; round++)
		check_sorted(*state, &seed, round, 5000);
}

static void test_boxes_cut_of_nothing_is_nothing(void **state)
{
	struct cv_boxes boxes = {NULL, 0, 0};

	assert_true(cut(*state, &boxes));
	assert_int_equal(boxes.count, 0);
	cv_boxes_deinit(&boxes);
}

/* Disjoint boxes are as they were, so that a row more changes no other line. */
static void test_boxes_cut_leaves_disjoint_boxes(void **state)
{
	struct cv_boxes boxes = {NULL, 0, 0};
	struct universe universe;
	uint32_t seed = 99;

	make_universe(&universe, &seed);
	for (unsigned i = 0; i < 1000; i++) {
		struct cv_box box = random_box(*state, &universe, &seed);

		/* A host of its own each, and one range of ports. */
		set_side(*state, &box, CV_BOX_SOURCE, (struct cv_range){{0, i}, {0, i}});
		cv_boxes_add(&boxes, &box);
	}
	assert_true(cut(*state, &boxes));
	assert_int_equal(boxes.count, 1000);
	for (unsigned i = 0; i < 1000; i++)
		assert_int_equal(cv_box_side(&boxes.items[i], CV_BOX_SOURCE).first.low,
				 i);
	cv_boxes_deinit(&boxes);
}

/* What cuts of the boxes of one round cost and make. */
struct bill {
	size_t pieces, rows;
};

static struct bill made(const struct cv_boxes *boxes)
{
	struct bill bill = {boxes->count, 0};

	for (size_t i = 0; i < boxes->count; i++)
		bill.rows += boxes->items[i].rows.count;
	return bill;
}

/* The same boxes whatever the budget: those of a seed. */
static bool cut_with(struct cv_ctx *ctx, uint32_t seed, struct cv_box_budget *budget,
		     struct bill *made_out)
{
	struct cv_boxes boxes = {NULL, 0, 0};
	struct universe universe;
	bool ok;

	make_universe(&universe, &seed);
	for (int i = 0; i < MOST_BOXES; i++) {
		const struct cv_box box = random_box(ctx, &universe, &seed);

		cv_boxes_add(&boxes, &box);
	}
	ok = cv_boxes_cut(ctx, &boxes, budget);
	if (ok)
		*made_out = made(&boxes);
	cv_boxes_deinit(&boxes);
	return ok;
}

static void test_boxes_cut_keeps_to_its_budget(void **state)
{
	for (uint32_t seed = 1; seed < 200; seed++) {
		struct cv_box_budget rich = {SIZE_MAX, SIZE_MAX, NULL}, budget;
		struct bill paid, bill;

		assert_true(cut_with(*state, seed, &rich, &bill));
		paid = (struct bill){SIZE_MAX - rich.pieces, SIZE_MAX - rich.rows};
		assert_true(bill.pieces <= paid.pieces);
		assert_true(bill.rows <= paid.rows);
		/* What was paid is enough, and one less of either is not. */
		budget = (struct cv_box_budget){paid.pieces, paid.rows, NULL};
		assert_true(cut_with(*state, seed, &budget, &bill));
		assert_int_equal(budget.pieces + budget.rows, 0);
		assert_null(budget.row);
		budget = (struct cv_box_budget){paid.pieces - 1, SIZE_MAX, NULL};
		assert_false(cut_with(*state, seed, &budget, &bill));
		assert_int_equal(budget.pieces, 0);
		assert_non_null(budget.row);
		budget = (struct cv_box_budget){SIZE_MAX, paid.rows - 1, NULL};
		assert_false(cut_with(*state, seed, &budget, &bill));
		assert_int_equal(budget.rows, 0);
		assert_true(budget.pieces > 0);
		assert_non_null(budget.row);
	}
}

/* Boxes that nest in each other on one side, as many as they are: the bill is known. */
static void test_boxes_cut_counts_rows_of_every_piece(void **state)
{
	struct cv_box_budget budget = {SIZE_MAX, SIZE_MAX, NULL};
	struct cv_boxes boxes = {NULL, 0, 0};
	struct universe universe;
	uint32_t seed = 5;

	make_universe(&universe, &seed);
	for (unsigned i = 0; i < ROWS; i++) {
		struct cv_box box = {.rows = {NULL, 0, 0}};

		set_side(*state, &box, CV_BOX_PORTS,
			 (struct cv_range){{0, 1 + i}, {0, 100 - i}});
		box.rows.items = CV_NEW_ARRAY(((struct cv_ctx *)*state)->arena, 1,
					      const struct cv_row *);
		box.rows.items[box.rows.count++] = &universe.rows[i];
		cv_boxes_add(&boxes, &box);
	}
	assert_true(cv_boxes_cut(*state, &boxes, &budget));
	assert_int_equal(boxes.count, 2 * ROWS - 1);
	/* 1 and 1, 2 and 2, ... up to all of them in the middle. */
	assert_int_equal(made(&boxes).rows, ROWS * ROWS);
	assert_int_equal(SIZE_MAX - budget.pieces, 2 * ROWS - 1);
	assert_int_equal(SIZE_MAX - budget.rows, ROWS * ROWS);
	cv_boxes_deinit(&boxes);
}

/* Pieces that only lie side by side are one again. */
static void test_boxes_cut_joins_what_one_row_asks(void **state)
{
	struct cv_boxes boxes = {NULL, 0, 0};
	struct universe universe;
	uint32_t seed = 5;
	struct cv_box box;

	make_universe(&universe, &seed);
	box = random_box(*state, &universe, &seed);
	set_side(*state, &box, CV_BOX_PORTS, (struct cv_range){{0, 10}, {0, 20}});
	cv_boxes_add(&boxes, &box);
	set_side(*state, &box, CV_BOX_PORTS, (struct cv_range){{0, 15}, {0, 30}});
	cv_boxes_add(&boxes, &box);
	assert_true(cut(*state, &boxes));
	assert_int_equal(boxes.count, 1);
	assert_int_equal(boxes.items[0].ports[0]->ranges->first, 10);
	assert_int_equal(boxes.items[0].ports[0]->ranges->last, 30);
	cv_boxes_deinit(&boxes);
}

static struct cv_box box_at(struct cv_ctx *ctx, const struct cv_row *row,
			    const uint64_t ends[6])
{
	struct cv_box box = {.rows = {NULL, 0, 0}};

	for (int side = 0; side < 3; side++)
		set_side(ctx, &box, side,
			 (struct cv_range){{0, ends[2 * side]}, {0, ends[2 * side + 1]}});
	box.rows.items = CV_NEW_ARRAY(ctx->arena, 1, const struct cv_row *);
	box.rows.items[box.rows.count++] = row;
	return box;
}

/* Neighbours that do not overlap stay two, so that a row more changes no other line.
 * Four boxes go round them, so that on each side all hang together. */
static void test_boxes_cut_leaves_neighbours(void **state)
{
	static const uint64_t ends[][6] = {
		{1, 1, 1, 1, 10, 14}, {1, 1, 1, 1, 15, 30}, {0, 1, 0, 0, 10, 30},
		{2, 2, 0, 1, 10, 30}, {1, 2, 2, 2, 10, 30}, {0, 0, 1, 2, 10, 30},
	};
	struct cv_boxes boxes = {NULL, 0, 0};
	const struct cv_row row = {.ordinal = 0};

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		const struct cv_box box = box_at(*state, &row, ends[i]);

		cv_boxes_add(&boxes, &box);
		if (i != 1 && i != 5)
			continue;
		assert_true(cut(*state, &boxes));
		assert_int_equal(boxes.count, i + 1);
	}
	cv_boxes_deinit(&boxes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_boxes_cut_equals_counting_points,
						open_ctx, close_ctx),
		cmocka_unit_test_setup_teardown(test_boxes_cut_ignores_the_order_of_boxes,
						open_ctx, close_ctx),
		cmocka_unit_test_setup_teardown(test_boxes_are_sorted_by_their_sides,
						open_ctx, close_ctx),
		cmocka_unit_test_setup_teardown(test_boxes_cut_of_nothing_is_nothing,
						open_ctx, close_ctx),
		cmocka_unit_test_setup_teardown(test_boxes_cut_leaves_disjoint_boxes,
						open_ctx, close_ctx),
		cmocka_unit_test_setup_teardown(test_boxes_cut_keeps_to_its_budget,
						open_ctx, close_ctx),
		cmocka_unit_test_setup_teardown(test_boxes_cut_counts_rows_of_every_piece,
						open_ctx, close_ctx),
		cmocka_unit_test_setup_teardown(test_boxes_cut_joins_what_one_row_asks,
						open_ctx, close_ctx),
		cmocka_unit_test_setup_teardown(test_boxes_cut_leaves_neighbours,
						open_ctx, close_ctx),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
