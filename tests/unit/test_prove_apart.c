/* The proof that the elements of one set are apart, and that those that are apart fill
 * what they are as large as; both against counting every point of a small universe. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/ctx.h"
#include "model/target.h"
#include "prove/apart.h"
#include "prove/flow_spaces.h"
#include "prove/prove.h"
#include "proved_plan.h"

enum { LENGTH = 6, MOST = 10 };

struct made {
	struct cv_ctx *ctx;
	struct cv_target target;
	struct cv_target_use use;
	struct cv_subject subject;
	struct cv_policy policy;
	struct cv_plan plan;
};

static int open_made(void **state)
{
	static struct cv_ctx ctx;
	struct made *made;

	cv_ctx_open(&ctx);
	made = CV_NEW(ctx.arena, struct made);
	made->ctx = &ctx;
	made->target.name = "t";
	made->target.can.flows = CV_FLOWS_ELEMENTS;
	made->use.target = &made->target;
	made->subject = (struct cv_subject){.kind = CV_SUBJECT_SITE, .name = "s"};
	made->plan = (struct cv_plan){
		.policy = &made->policy, .use = &made->use, .subject = &made->subject};
	*state = made;
	return 0;
}

static int close_made(void **state)
{
	struct cv_ctx *ctx = ((struct made *)*state)->ctx;

	cv_sets_close(ctx);
	cv_ctx_close(ctx);
	return 0;
}

static const struct cv_addresses *addresses(struct made *made, uint64_t first,
					    uint64_t last)
{
	return cv_addresses_one(made->ctx, 4, (struct cv_range){{0, first}, {0, last}});
}

/* Two hosts far from all others. */
static const struct cv_addresses *some_class(struct made *made, uint64_t first)
{
	const struct cv_range ranges[] = {{{0, 1000 + first}, {0, 1000 + first}},
					  {{0, 2000 + first}, {0, 2000 + first}}};

	return cv_addresses_make(made->ctx, 4, ranges, 2);
}

static const struct cv_ports *ports(struct made *made, uint16_t first, uint16_t last)
{
	const struct cv_port_range range = {first, last};

	return cv_ports_make(made->ctx, &range, 1);
}

static void forget(struct made *made)
{
	made->plan.entries = (struct cv_table){0};
	made->ctx->findings = (struct cv_table){0};
	made->ctx->errors = 0;
}

/* An element of ranges: source and destination 10 to 20, ports 10 to 20. */
static struct cv_entry *add(struct made *made)
{
	struct cv_entry *entry = cv_plan_add(made->ctx, &made->plan, CV_ENTRY_FLOW);

	entry->list = "forward";
	entry->more->name = "set";
	entry->family = 4;
	entry->protocol = 6;
	entry->source = addresses(made, 10, 20);
	entry->destination = addresses(made, 10, 20);
	entry->ports = ports(made, 10, 20);
	return entry;
}

/* Adds a second element; it is one of the same set that overlaps unless changed. */
static struct cv_entry *add_two(struct made *made)
{
	forget(made);
	add(made);
	return add(made);
}

static void assert_apart(struct made *made, bool wanted)
{
	assert_int_equal(cv_prove_apart(made->ctx, &made->plan), wanted);
	assert_int_equal(made->ctx->findings.count, wanted ? 0 : 1);
	if (!wanted)
		assert_int_equal(
			(*CV_AT(&made->ctx->findings, struct cv_finding *, 0))->code,
			CV_F_PROOF_FAILED);
}

static void test_apart_sees_two_that_overlap(void **state)
{
	struct made *made = *state;

	add_two(made);
	assert_apart(made, false);
	assert_string_equal((*CV_AT(&made->ctx->findings, struct cv_finding *, 0))->text,
			    "t for s: two elements of one set overlap: forward set 4 "
			    "0.0.0.10-0.0.0.20 -> 0.0.0.10-0.0.0.20 tcp 10-20, and "
			    "forward set 4 0.0.0.10-0.0.0.20 -> 0.0.0.10-0.0.0.20 tcp "
			    "10-20");
	add_two(made)->source = addresses(made, 20, 30);
	assert_apart(made, false);
	add_two(made)->source = addresses(made, 21, 30);
	assert_apart(made, true);
	add_two(made)->destination = addresses(made, 0, 10);
	assert_apart(made, false);
	add_two(made)->destination = addresses(made, 0, 9);
	assert_apart(made, true);
	add_two(made)->ports = ports(made, 15, 15);
	assert_apart(made, false);
	add_two(made)->ports = ports(made, 21, 21);
	assert_apart(made, true);
}

/* An element of single values. */
static struct cv_entry *add_single(struct made *made, uint64_t source,
				   uint64_t destination, uint16_t port)
{
	struct cv_entry *entry = add(made);

	entry->source = addresses(made, source, source);
	entry->destination = addresses(made, destination, destination);
	entry->ports = ports(made, port, port);
	return entry;
}

/* In the order of plans or in another, beside each other or not. */
static void test_apart_sees_equal_single_values(void **state)
{
	struct made *made = *state;

	forget(made);
	add_single(made, 10, 20, 80);
	add_single(made, 10, 20, 81);
	add_single(made, 10, 21, 80);
	add_single(made, 11, 20, 80);
	assert_apart(made, true);
	add_single(made, 11, 20, 80);
	assert_apart(made, false);
	forget(made);
	add_single(made, 11, 20, 80);
	add_single(made, 10, 20, 81);
	add_single(made, 10, 20, 80);
	assert_apart(made, true);
	add_single(made, 11, 20, 80);
	assert_apart(made, false);
	/* Something of another set in between. */
	forget(made);
	add_single(made, 10, 20, 80);
	add_single(made, 10, 20, 81)->list = "input";
	add_single(made, 10, 20, 80);
	assert_apart(made, false);
}

/* The proof of a plan asks it. */
static void test_prove_plan_sees_two_that_overlap(void **state)
{
	struct made *made = *state;

	add_two(made);
	assert_false(prove_plan(made->ctx, &made->plan));
	assert_non_null(
		strstr((*CV_AT(&made->ctx->findings, struct cv_finding *, 0))->text,
		       "two elements of one set overlap"));
}

static void test_apart_compares_within_a_set(void **state)
{
	struct made *made = *state;
	struct cv_entry *entry;

	add_two(made)->more->name = "other";
	assert_apart(made, true);
	add_two(made)->more->name = NULL;
	assert_apart(made, true);
	add_two(made)->list = "input";
	assert_apart(made, true);
	add_two(made)->protocol = 17;
	assert_apart(made, true);
	add_two(made)->more->source_ports = ports(made, 1, 2);
	assert_apart(made, true);
	add_two(made)->ports = NULL;
	assert_apart(made, true);
	entry = add_two(made);
	entry->ports = NULL;
	entry->icmp_type = 8;
	assert_apart(made, true);
	/* Single values stand in a set of another kind. */
	entry = add_two(made);
	entry->source = entry->destination = addresses(made, 15, 15);
	entry->ports = ports(made, 15, 15);
	assert_apart(made, true);
}

static void test_apart_compares_classes_of_one_source(void **state)
{
	struct made *made = *state;

	for (int i = 0; i < 4; i++) {
		struct cv_entry *first, *second;

		forget(made);
		first = add(made);
		second = add(made);
		first->own_rule = second->own_rule = true;
		first->source = some_class(made, 1);
		second->source = some_class(made, i == 1 ? 2 : 1);
		if (i == 2)
			second->destination = addresses(made, 21, 21);
		if (i == 3)
			second->own_rule = false;
		if (i == 3)
			second->source = addresses(made, 1001, 1001);
		assert_apart(made, i != 0);
	}
}

/* Such are no elements: each is a rule by itself, and may say what another says. */
static void test_apart_leaves_rules_alone(void **state)
{
	struct made *made = *state;

	for (int i = 0; i < 4; i++) {
		forget(made);
		for (int copy = 0; copy < 2; copy++) {
			struct cv_entry *entry = add(made);

			entry->own_rule = i < 3;
			cv_origin_make(made->ctx, entry)->baseline =
				i == 3 ? "icmp" : NULL;
			if (i == 0)
				entry->ports = ports(made, 1, 1 + CV_WIDE_PORTS);
			if (i == 1)
				entry->more->source_ports = ports(made, 1, 65535);
			if (i == 2)
				entry->destination = some_class(made, 1);
			if (i < 2)
				entry->source = some_class(made, 1);
			assert_false(cv_entry_is_element(entry));
		}
		assert_apart(made, true);
	}
	forget(made);
	for (int copy = 0; copy < 2; copy++) {
		struct cv_entry *entry = add(made);

		entry->own_rule = true;
		entry->source = some_class(made, 1);
		entry->ports = ports(made, 1, CV_WIDE_PORTS);
		assert_true(cv_entry_is_element(entry));
	}
	assert_apart(made, false);
}

/* ---- against counting ---- */

/* xorshift, so that a failure comes back on every machine. */
static uint32_t next_random(uint32_t *seed, uint32_t below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed % below;
}

struct sides {
	unsigned first[4], last[4];
};

static struct sides random_sides(uint32_t *seed, unsigned length)
{
	struct sides sides;

	for (int i = 0; i < 4; i++) {
		const unsigned a = next_random(seed, length),
			       b = next_random(seed, length);

		sides.first[i] = a < b ? a : b;
		sides.last[i] = a < b ? b : a;
	}
	return sides;
}

static void set_sides(struct made *made, struct cv_entry *entry,
		      const struct sides *sides)
{
	entry->source = addresses(made, sides->first[0], sides->last[0]);
	entry->destination = addresses(made, sides->first[1], sides->last[1]);
	entry->ports = ports(made, (uint16_t)sides->first[2], (uint16_t)sides->last[2]);
	entry->more->source_ports =
		ports(made, (uint16_t)sides->first[3], (uint16_t)sides->last[3]);
}

static bool meet(const struct sides *a, const struct sides *b)
{
	for (int i = 0; i < 4; i++)
		if (a->last[i] < b->first[i] || b->last[i] < a->first[i])
			return false;
	return true;
}

/* Adds up to MOST elements, none of which overlaps another unless `any`. */
static size_t add_random(struct made *made, uint32_t *seed, struct sides all[MOST],
			 bool any)
{
	const uint32_t wanted = 2 + next_random(seed, MOST - 1);
	const unsigned length = 3 + next_random(seed, LENGTH);
	size_t count = 0;

	forget(made);
	for (uint32_t tries = 0; count < wanted && tries < 200; tries++) {
		bool free = true;

		all[count] = random_sides(seed, length);
		for (size_t i = 0; i < count; i++)
			free = free && !meet(&all[i], &all[count]);
		/* All ranges, so that they are of one kind. */
		if ((!free && !any) || all[count].first[0] == all[count].last[0])
			continue;
		set_sides(made, add(made), &all[count++]);
	}
	return count;
}

static void test_apart_equals_comparing_pairs(void **state)
{
	struct made *made = *state;
	uint32_t seed = 4711;
	unsigned yes = 0, no = 0;

	for (int round = 0; round < 6000; round++) {
		struct sides all[MOST];
		const size_t count = add_random(made, &seed, all, round % 2);
		bool wanted = true;

		for (size_t i = 0; i < count; i++)
			for (size_t j = 0; j < i; j++)
				wanted = wanted && !meet(&all[i], &all[j]);
		assert_apart(made, wanted);
		yes += wanted;
		no += !wanted;
	}
	assert_true(yes > 1000);
	assert_true(no > 1000);
}

/* Slices of a box along one side after the other, which fill it; or all but one, or one
 * of them moved. */
static size_t add_slices(struct made *made, uint32_t *seed, const struct sides *box)
{
	struct sides rest = *box;
	size_t count = 0;

	for (int i = 0; i < 12; i++) {
		const uint32_t side = next_random(seed, 4);
		struct sides slice = rest;

		if (rest.first[side] == rest.last[side])
			continue;
		slice.last[side] = rest.first[side];
		rest.first[side]++;
		set_sides(made, add(made), &slice);
		count++;
	}
	set_sides(made, add(made), &rest);
	return count + 1;
}

static bool fills(struct made *made, const struct cv_space *space)
{
	const struct cv_entry *elements[64];
	size_t count = 0;

	for (size_t i = 0; i < made->plan.entries.count; i++)
		elements[count++] = CV_AT(&made->plan.entries, struct cv_entry, i);
	return cv_elements_fill(&made->plan, space, elements, count);
}

static void test_slices_fill_what_they_are_of(void **state)
{
	struct made *made = *state;
	uint32_t seed = 99;

	for (int round = 0; round < 2000; round++) {
		/* No slice is single on all sides, so that all are of one kind. */
		const struct sides box = {{100, 100, 100, 100}, {120, 120, 120, 120}};
		struct cv_space space;
		struct cv_entry *entry;
		struct cv_entry_more other;
		struct cv_entry before;
		size_t count;

		forget(made);
		set_sides(made, add(made), &box);
		space = cv_entry_space(&made->plan,
				       CV_AT(&made->plan.entries, struct cv_entry, 0));
		assert_true(fills(made, &space));
		forget(made);
		count = add_slices(made, &seed, &box);
		assert_apart(made, true);
		assert_true(fills(made, &space));
		entry = CV_AT(&made->plan.entries, struct cv_entry,
			      next_random(&seed, (uint32_t)count));
		before = *entry;
		entry->source = addresses(made, before.source->ranges[0].first.low,
					  before.source->ranges[0].last.low + 1);
		assert_false(fills(made, &space));
		*entry = before;
		entry->destination = addresses(made, 100, 100);
		if (before.destination->ranges[0].first.low !=
		    before.destination->ranges[0].last.low)
			assert_false(fills(made, &space));
		*entry = before;
		/* As large, but elsewhere. */
		entry->source = addresses(made, before.source->ranges[0].first.low + 100,
					  before.source->ranges[0].last.low + 100);
		assert_false(fills(made, &space));
		*entry = before;
		other = *before.more;
		other.name = "other";
		entry->more = &other;
		assert_int_equal(fills(made, &space), count == 1);
		*entry = before;
		entry->protocol = 17;
		assert_false(fills(made, &space));
	}
}

/* Single values stand in a set of their own; those that lie in a range are counted twice
 * and must not make up for what is missing. */
static void test_single_values_and_ranges_fill_together(void **state)
{
	static const uint16_t singles[][2] = {{19, 20}, {18, 20}, {18, 19}, {20, 21}};
	struct made *made = *state;

	for (size_t i = 0; i < sizeof singles / sizeof *singles; i++) {
		struct cv_space space;

		forget(made);
		for (int e = 0; e < 3; e++) {
			struct cv_entry *entry = add(made);

			entry->source = addresses(made, 15, 15);
			entry->destination = addresses(made, 15, 15);
			space = cv_entry_space(&made->plan, entry);
			entry->ports = ports(made, 10, 18);
			if (e == 0)
				continue;
			entry->ports = ports(made, singles[i][e - 1], singles[i][e - 1]);
			entry->more->name = "singles";
		}
		assert_apart(made, true);
		assert_int_equal(fills(made, &space), i == 0);
	}
}

/* Nearly the largest sets there are, where sizes need all their bits. */
static void test_halves_of_very_much_fill_it(void **state)
{
	struct made *made = *state;
	const struct cv_range low = {{0, 1}, {UINT64_MAX >> 1, 0}};
	const struct cv_range high = {{UINT64_MAX >> 1, 1}, {UINT64_MAX, 0}};
	const struct cv_range short_of = {{UINT64_MAX >> 1, 1},
					  {UINT64_MAX - 1, UINT64_MAX}};
	const struct cv_range both = {{0, 1}, {UINT64_MAX, 0}};
	struct cv_space space;

	forget(made);
	for (int i = 0; i < 4; i++) {
		struct cv_entry *entry = add(made);

		entry->family = 6;
		entry->ports = entry->more->source_ports = NULL;
		entry->source = cv_addresses_one(made->ctx, 6, i & 1 ? high : low);
		entry->destination = cv_addresses_one(made->ctx, 6, i & 2 ? high : low);
		space = cv_entry_space(&made->plan, entry);
	}
	space.source = space.destination = cv_addresses_one(made->ctx, 6, both);
	assert_apart(made, true);
	assert_true(fills(made, &space));
	/* A side without a size cannot be told. */
	space.source = NULL;
	assert_false(fills(made, &space));
	space.source = space.destination;
	CV_AT(&made->plan.entries, struct cv_entry, 3)->source =
		cv_addresses_one(made->ctx, 6, short_of);
	assert_false(fills(made, &space));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_apart_sees_two_that_overlap,
						open_made, close_made),
		cmocka_unit_test_setup_teardown(test_apart_sees_equal_single_values,
						open_made, close_made),
		cmocka_unit_test_setup_teardown(test_prove_plan_sees_two_that_overlap,
						open_made, close_made),
		cmocka_unit_test_setup_teardown(test_apart_compares_within_a_set,
						open_made, close_made),
		cmocka_unit_test_setup_teardown(test_apart_compares_classes_of_one_source,
						open_made, close_made),
		cmocka_unit_test_setup_teardown(test_apart_leaves_rules_alone, open_made,
						close_made),
		cmocka_unit_test_setup_teardown(test_apart_equals_comparing_pairs,
						open_made, close_made),
		cmocka_unit_test_setup_teardown(test_slices_fill_what_they_are_of,
						open_made, close_made),
		cmocka_unit_test_setup_teardown(
			test_single_values_and_ranges_fill_together, open_made,
			close_made),
		cmocka_unit_test_setup_teardown(test_halves_of_very_much_fill_it,
						open_made, close_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
