/* Boxes and spaces, against counting every point of a small universe. */
#include "resolve/boxes.h"

#include <string.h>

#include "fuzz.h"
#include "model/sets.h"
#include "prove/cover.h"

/* ---- cutting boxes ---- */

enum { MOST_BOXES = 14, ROWS = 8 };

static const unsigned lengths[CV_BOX_SIDES] = {8, 6, 6, 3};

/* A box with its points of each side in bits. */
struct shadow {
	unsigned sides[CV_BOX_SIDES], rows;
};

/* At the very end of the addresses where that is asked for: nothing comes behind. */
static struct cv_address point(bool at_end, unsigned side, unsigned step)
{
	struct cv_address address = {0, step};

	if (at_end && side < CV_BOX_PORTS)
		address = (struct cv_address){UINT64_MAX,
					      UINT64_MAX - lengths[side] + 1 + step};
	else if (at_end)
		address.low = UINT16_MAX - lengths[side] + 1 + step;
	return address;
}

static struct shadow shadow_of(bool at_end, const struct cv_box *box)
{
	struct shadow shadow = {{0}, 0};

	for (unsigned side = 0; side < CV_BOX_SIDES; side++) {
		const struct cv_range range = cv_box_side(box, (int)side);
		unsigned first = lengths[side], last = lengths[side];

		for (unsigned i = 0; i < lengths[side]; i++) {
			const struct cv_address address = point(at_end, side, i);

			if (cv_address_compare(range.first, address) == 0)
				first = i;
			if (cv_address_compare(range.last, address) == 0)
				last = i;
		}
		FUZZ_CHECK(first <= last && last < lengths[side]);
		for (unsigned i = first; i <= last; i++)
			shadow.sides[side] |= 1U << i;
	}
	for (size_t i = 0; i < box->rows.count; i++) {
		FUZZ_CHECK(!i ||
			   box->rows.items[i - 1]->ordinal < box->rows.items[i]->ordinal);
		shadow.rows |= 1U << box->rows.items[i]->ordinal;
	}
	return shadow;
}

static bool has_point(const struct shadow *shadow, unsigned at)
{
	for (unsigned side = 0; side < CV_BOX_SIDES; side++) {
		if (!(shadow->sides[side] >> at % lengths[side] & 1))
			return false;
		at /= lengths[side];
	}
	return true;
}

/* At each point one piece where any box lies, with the rows of all that do. */
static void compare_points(const struct shadow *boxes, size_t box_count,
			   const struct shadow *pieces, size_t piece_count)
{
	const unsigned points = lengths[0] * lengths[1] * lengths[2] * lengths[3];

	for (unsigned at = 0; at < points; at++) {
		unsigned wanted = 0, found = 0, count = 0;

		for (size_t i = 0; i < box_count; i++)
			if (has_point(&boxes[i], at))
				wanted |= boxes[i].rows;
		for (size_t i = 0; i < piece_count; i++)
			if (has_point(&pieces[i], at)) {
				found |= pieces[i].rows;
				count++;
			}
		FUZZ_CHECK(count == (wanted != 0));
		FUZZ_CHECK(found == wanted);
	}
}

static void set_side(struct cv_ctx *ctx, struct cv_box *box, unsigned side,
		     struct cv_range range)
{
	const struct cv_port_range ports = {(uint16_t)range.first.low,
					    (uint16_t)range.last.low};

	if (side < CV_BOX_PORTS)
		box->addresses[side] = cv_addresses_one(ctx, 6, range);
	else
		box->ports[side - CV_BOX_PORTS] = cv_ports_make(ctx, &ports, 1);
}

static void add_box(struct cv_ctx *ctx, struct cv_boxes *boxes, bool at_end,
		    const struct cv_row *row, struct fuzz_input *input)
{
	const struct cv_row **rows = CV_NEW(ctx->arena, const struct cv_row *);
	struct cv_box box = {.rows = {NULL, 0, 0}};

	*rows = row;
	box.rows = cv_rows_of(rows, 1);
	for (unsigned side = 0; side < CV_BOX_SIDES; side++) {
		const unsigned first = fuzz_below(input, lengths[side]);
		const unsigned last = first + fuzz_below(input, lengths[side] - first);

		set_side(ctx, &box, side,
			 (struct cv_range){point(at_end, side, first),
					   point(at_end, side, last)});
	}
	cv_boxes_add(boxes, &box);
}

void fuzz_run_boxes(const struct fuzz_job *job, struct fuzz_input *input)
{
	const uint8_t choice = fuzz_byte(input);
	const bool at_end = choice & 1;
	struct cv_box_budget budget = {.pieces = choice & 2 ? choice >> 2 : 100000,
				       .rows = 100000};
	struct cv_row rows[ROWS] = {{.ordinal = 0}};
	struct shadow boxes[MOST_BOXES], *pieces;
	struct cv_boxes cut = {NULL, 0, 0};
	struct cv_ctx ctx;
	size_t count;

	(void)job;
	cv_ctx_open(&ctx);
	for (unsigned i = 0; i < ROWS; i++)
		rows[i].ordinal = i;
	for (count = 0; count < MOST_BOXES && input->left; count++) {
		add_box(&ctx, &cut, at_end, &rows[fuzz_below(input, ROWS)], input);
		boxes[count] = shadow_of(at_end, &cut.items[count]);
	}
	if (cv_boxes_cut(&ctx, &cut, &budget)) {
		pieces = CV_NEW_ARRAY(ctx.arena, cut.count, struct shadow);
		for (size_t i = 0; i < cut.count; i++)
			pieces[i] = shadow_of(at_end, &cut.items[i]);
		compare_points(boxes, count, pieces, cut.count);
	} else {
		FUZZ_CHECK(budget.pieces == 0 || budget.rows == 0);
	}
	cv_boxes_deinit(&cut);
	cv_sets_close(&ctx);
	cv_ctx_close(&ctx);
}

/* ---- whether spaces cover one ---- */

enum { MOST_SPACES = 8, WIDTH = 5 }; /* points on a side, the last is all the rest */

/* A space with its points in bits: of three sides, and of the others as they are. */
struct spot {
	unsigned source, destination, ports, source_ports;
	int protocol;
	const char *chain, *program;
};

static const struct cv_addresses *take_side(struct cv_ctx *ctx, struct fuzz_input *input,
					    unsigned *bits_out)
{
	const unsigned choice = fuzz_byte(input);
	const unsigned bits = choice & ((1U << (WIDTH - 1)) - 1);
	struct cv_range ranges[WIDTH];
	size_t count = 0;

	*bits_out = (1U << WIDTH) - 1;
	if (choice & 128 || !bits)
		return NULL;
	for (unsigned i = 0; i < WIDTH - 1; i++)
		if (bits >> i & 1)
			ranges[count++] = (struct cv_range){{0, i}, {0, i}};
	*bits_out = bits;
	return cv_addresses_make(ctx, 4, ranges, count);
}

static const struct cv_ports *take_ports(struct cv_ctx *ctx, struct fuzz_input *input,
					 unsigned *bits_out)
{
	const unsigned choice = fuzz_byte(input);
	const unsigned bits = choice & ((1U << WIDTH) - 1);
	struct cv_port_range ranges[WIDTH];
	size_t count = 0;

	*bits_out = (1U << WIDTH) - 1;
	if (choice & 128 || !bits)
		return NULL;
	for (unsigned i = 0; i < WIDTH; i++)
		if (bits >> i & 1)
			ranges[count++] = (struct cv_port_range){
				(uint16_t)(i + 1),
				i == WIDTH - 1 ? UINT16_MAX : (uint16_t)(i + 1)};
	*bits_out = bits;
	return cv_ports_make(ctx, ranges, count);
}

static struct cv_space take_space(struct cv_ctx *ctx, struct fuzz_input *input,
				  struct spot *spot_out)
{
	static const char *const names[] = {NULL, "a", "b"};
	struct cv_space space = {.family = 4, .icmp_type = -1};

	space.source = take_side(ctx, input, &spot_out->source);
	space.destination = take_side(ctx, input, &spot_out->destination);
	space.ports = take_ports(ctx, input, &spot_out->ports);
	space.source_ports = take_ports(ctx, input, &spot_out->source_ports);
	space.protocol = spot_out->protocol = (int)fuzz_below(input, 3) - 1;
	space.chain = spot_out->chain = names[fuzz_below(input, 2)];
	space.program = spot_out->program = names[fuzz_below(input, 3)];
	return space;
}

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* Protocols and programs are not cut up: one that is wider covers. */
static bool counts(const struct spot *space, const struct spot *other)
{
	return (other->protocol < 0 || other->protocol == space->protocol) &&
	       (!other->program || same(other->program, space->program)) &&
	       same(other->chain, space->chain);
}

static bool is_covered(const struct spot *space, const struct spot *others, size_t count)
{
	for (unsigned at = 0; at < WIDTH * WIDTH * WIDTH * WIDTH; at++) {
		const unsigned bits[] = {1U << at % WIDTH, 1U << at / WIDTH % WIDTH,
					 1U << at / WIDTH / WIDTH % WIDTH,
					 1U << at / WIDTH / WIDTH / WIDTH};
		bool found = false;

		if (!(space->source & bits[0] && space->destination & bits[1] &&
		      space->ports & bits[2] && space->source_ports & bits[3]))
			continue;
		for (size_t i = 0; i < count && !found; i++)
			found = counts(space, &others[i]) && others[i].source & bits[0] &&
				others[i].destination & bits[1] &&
				others[i].ports & bits[2] &&
				others[i].source_ports & bits[3];
		if (!found)
			return false;
	}
	return true;
}

void fuzz_run_covers(const struct fuzz_job *job, struct fuzz_input *input)
{
	struct cv_space space, others[MOST_SPACES];
	struct spot spot, other_spots[MOST_SPACES];
	struct cv_shelf shelf;
	struct cv_ctx ctx;
	size_t count;

	(void)job;
	cv_ctx_open(&ctx);
	space = take_space(&ctx, input, &spot);
	for (count = 0; count < MOST_SPACES && input->left; count++)
		others[count] = take_space(&ctx, input, &other_spots[count]);
	if (cv_space_covered(&ctx, &space, others, count) == CV_COVERED_YES)
		FUZZ_CHECK(is_covered(&spot, other_spots, count));
	else if (space.source && space.destination && space.ports && space.source_ports)
		FUZZ_CHECK(!is_covered(&spot, other_spots, count));
	cv_shelf_make(&ctx, others, count, &shelf);
	if (cv_shelf_covers(&ctx, &space, &shelf) == CV_COVERED_YES)
		FUZZ_CHECK(is_covered(&spot, other_spots, count));
	cv_sets_close(&ctx);
	cv_ctx_close(&ctx);
}
