/* Whether spaces cover a space, in both ways of asking, against counting every point of a
 * small universe. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "model/sets.h"
#include "prove/cover.h"
#include "prove/filled.h"

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

enum { ADDRESSES = 8, PORTS = 6, MOST_OTHERS = 9, BASE = 10 };

/* A space as the points of its sides, in bits.  The bit behind the last point stands
 * for everything else there is, which only a side that says "all" holds. */
struct points {
	unsigned source, destination, ports, source_ports, protocols, types;
	unsigned program, names, family;
};

static const char *const programs[] = {NULL, "/opt/a", "/opt/b"};
static const char *const names[] = {NULL, "one.example.com"};

static const struct cv_addresses *addresses_of(struct cv_ctx *ctx, uint8_t family,
					       unsigned bits)
{
	struct cv_range ranges[ADDRESSES];
	size_t count = 0;

	for (unsigned i = 0; i < ADDRESSES; i++)
		if (bits >> i & 1)
			ranges[count++] = (struct cv_range){{0, BASE + i}, {0, BASE + i}};
	return cv_addresses_make(ctx, family, ranges, count);
}

static const struct cv_ports *ports_of(struct cv_ctx *ctx, unsigned bits)
{
	struct cv_port_range ranges[PORTS];
	size_t count = 0;

	for (unsigned i = 0; i < PORTS; i++)
		if (bits >> i & 1)
			ranges[count++] = (struct cv_port_range){(uint16_t)(BASE + i),
								 (uint16_t)(BASE + i)};
	return cv_ports_make(ctx, ranges, count);
}

/* Some points, never none, mostly many of them; or all, with everything else. */
static unsigned random_side(uint32_t *seed, unsigned length)
{
	const unsigned all = (1U << length) - 1;
	unsigned bits = next_random(seed, all) | next_random(seed, all);

	if (next_random(seed, 4) == 0)
		return all << 1 | 1;
	if (next_random(seed, 3) == 0)
		bits = all;
	return bits ? bits : 1;
}

static void random_space(struct cv_ctx *ctx, uint32_t *seed, struct cv_space *space_out,
			 struct points *points_out)
{
	const uint8_t family = next_random(seed, 10) ? 4 : 6;
	const uint32_t protocol = next_random(seed, 5), type = next_random(seed, 4);
	const uint32_t program = next_random(seed, 6), name = next_random(seed, 12);
	struct points points = {
		.source = random_side(seed, ADDRESSES),
		.destination = random_side(seed, ADDRESSES),
		.ports = random_side(seed, PORTS),
		.source_ports = random_side(seed, PORTS),
		/* Bit 0 is 6, bit 1 is 17, bit 2 all others. */
		.protocols = protocol == 0   ? 7U
			     : protocol == 1 ? 2U
					     : 1U,
		.types = type == 0 ? 1U : 3U,
		.program = program > 2    ? 7U
			   : program == 0 ? 7U
					  : 1U << program,
		.names = name == 0,
		.family = family,
	};

	*space_out = (struct cv_space){
		.family = family,
		.protocol = points.protocols == 7   ? -1
			    : points.protocols == 1 ? 6
						    : 17,
		.icmp_type = points.types == 3 ? -1 : 8,
		.program = points.program == 7 ? NULL : programs[program],
		.from_name = names[points.names],
	};
	if (!(points.source >> ADDRESSES))
		space_out->source = addresses_of(ctx, family, points.source);
	if (!(points.destination >> ADDRESSES))
		space_out->destination = addresses_of(ctx, family, points.destination);
	if (!(points.ports >> PORTS))
		space_out->ports = ports_of(ctx, points.ports);
	if (!(points.source_ports >> PORTS))
		space_out->source_ports = ports_of(ctx, points.source_ports);
	*points_out = points;
}

/* Whether a point of `space`, given on every side but source ports and types, lies in
 * `other`. */
static bool reaches(const struct points *other, const unsigned at[5])
{
	return other->source >> at[0] & 1 && other->destination >> at[1] & 1 &&
	       other->ports >> at[2] & 1 && other->protocols >> at[3] & 1 &&
	       other->program >> at[4] & 1;
}

/* Along source ports and types, which are the last two sides. */
static bool last_sides_covered(const struct points *space, const struct points *others,
			       size_t count, const unsigned at[5])
{
	unsigned covered[2] = {0, 0};

	for (size_t i = 0; i < count; i++) {
		if (others[i].family != space->family ||
		    others[i].names != space->names || !reaches(&others[i], at))
			continue;
		for (unsigned type = 0; type < 2; type++)
			if (others[i].types >> type & 1)
				covered[type] |= others[i].source_ports;
	}
	for (unsigned type = 0; type < 2; type++)
		if (space->types >> type & 1 && space->source_ports & ~covered[type])
			return false;
	return true;
}

static bool covered_by_counting(const struct points *space, const struct points *others,
				size_t count)
{
	static const unsigned sizes[] = {ADDRESSES + 1, ADDRESSES + 1, PORTS + 1, 3, 3};
	unsigned at[5] = {0};

	for (;;) {
		size_t side = 0;

		if (reaches(space, at) && !last_sides_covered(space, others, count, at))
			return false;
		while (side < 5 && ++at[side] == sizes[side])
			at[side++] = 0;
		if (side == 5)
			return true;
	}
}

static void test_space_covered_equals_counting_points(void **state)
{
	uint32_t seed = 4711;
	unsigned yes = 0, no = 0;

	for (int round = 0; round < 6000; round++) {
		struct cv_space space, others[MOST_OTHERS];
		struct points points, other_points[MOST_OTHERS];
		const uint32_t count = next_random(&seed, MOST_OTHERS + 1);
		bool wanted;

		random_space(*state, &seed, &space, &points);
		for (uint32_t i = 0; i < count; i++)
			random_space(*state, &seed, &others[i], &other_points[i]);
		wanted = covered_by_counting(&points, other_points, count);
		assert_int_equal(cv_space_covered(*state, &space, others, count),
				 wanted ? CV_COVERED_YES : CV_COVERED_NO);
		assert_int_equal(cv_space_filled(&space, others, count), wanted);
		yes += wanted;
		no += !wanted;
	}
	/* Both answers are asked for often enough to mean something. */
	assert_true(yes > 300);
	assert_true(no > 300);
}

/* Halves of a space, and halves of these, cover it together and not one less. */
static void test_space_covered_by_its_parts(void **state)
{
	const struct cv_space whole = {.family = 4,
				       .protocol = 6,
				       .icmp_type = -1,
				       .source = addresses_of(*state, 4, 0xff),
				       .destination = addresses_of(*state, 4, 0x0f),
				       .ports = ports_of(*state, 0x3f)};
	struct cv_space parts[8];

	for (unsigned i = 0; i < 8; i++) {
		parts[i] = whole;
		parts[i].source = addresses_of(*state, 4, i & 1 ? 0xaa : 0x55);
		parts[i].destination = addresses_of(*state, 4, i & 2 ? 0x03 : 0x0c);
		parts[i].ports = ports_of(*state, i & 4 ? 0x38 : 0x07);
	}
	assert_int_equal(cv_space_covered(*state, &whole, parts, 8), CV_COVERED_YES);
	for (unsigned i = 0; i < 8; i++) {
		struct cv_space rest[8];
		size_t count = 0;

		for (unsigned j = 0; j < 8; j++)
			if (j != i)
				rest[count++] = parts[j];
		assert_int_equal(cv_space_covered(*state, &whole, rest, count),
				 CV_COVERED_NO);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_space_covered_equals_counting_points,
						open_ctx, close_ctx),
		cmocka_unit_test_setup_teardown(test_space_covered_by_its_parts, open_ctx,
						close_ctx),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
