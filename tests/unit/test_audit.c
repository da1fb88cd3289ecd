/* Flows and settings of an export against a plan.  The last test holds the arithmetic
 * against counting every point of a small universe. */
#include "audit_world.h"

/* ---- flows ---- */

static void test_audit_equal_flows_are_no_drift(void **state)
{
	struct world *world = open_world(CV_LINUX);

	(void)state;
	plan_flow(world, "10.0.0.1", "10.0.0.2", "443");
	plan_flow(world, "2001:db8::1", "2001:db8::2", "443");
	find_flow(world, "2001:db8::1", "2001:db8::2", "443");
	find_flow(world, "10.0.0.1", "10.0.0.2", "443")->note = "another note";
	find_flow(world, "10.0.0.1", "10.0.0.2", "443")->more->name = "twice";
	expect(world, false, NULL);
	close_world(world);
}

static void test_audit_flows_missing_extra_wider_narrower(void **state)
{
	struct world *world = open_world(CV_LINUX);

	(void)state;
	plan_flow(world, "10.0.0.1", "10.0.0.2", "443");
	plan_flow(world, "10.0.1.0/24", "10.0.0.2", "80");
	plan_flow(world, "10.0.2.1", "10.0.0.2", "80");
	find_flow(world, "10.0.1.0-10.0.1.9", "10.0.0.2", "80");
	find_flow(world, "10.0.2.0/24", "10.0.0.2", "80");
	find_flow(world, "10.9.0.1", "10.0.0.2", "22");
	expect(world, false, "missing: forward 4 10.0.0.1 -> 10.0.0.2 tcp 443",
	       "narrower: forward 4 10.0.1.0/24 -> 10.0.0.2 tcp 80: there is only "
	       "forward 4 10.0.1.0-10.0.1.9 -> 10.0.0.2 tcp 80",
	       "wider: forward 4 10.0.2.0/24 -> 10.0.0.2 tcp 80: more than forward 4 "
	       "10.0.2.1 -> 10.0.0.2 tcp 80",
	       "extra: forward 4 10.9.0.1 -> 10.0.0.2 tcp 22: not asked for by any row",
	       NULL);
	close_world(world);
}

static void test_audit_flows_cut_differently_are_equal(void **state)
{
	struct world *world = open_world(CV_LINUX);

	(void)state;
	plan_flow(world, "10.0.0.0/24", "10.0.9.1", "80-90");
	plan_flow(world, "10.0.1.0/24", "10.0.9.1", "80-90");
	find_flow(world, "10.0.0.0/23", "10.0.9.1", "80-85");
	find_flow(world, "10.0.0.0-10.0.0.9", "10.0.9.1", "86-90");
	find_flow(world, "10.0.0.10-10.0.1.255", "10.0.9.1", "86-90");
	expect(world, false, NULL);
	close_world(world);
}

static void test_audit_flows_of_another_list_do_not_count(void **state)
{
	struct world *world = open_world(CV_LINUX);

	(void)state;
	plan_flow(world, "10.0.0.1", "10.0.0.2", "443");
	find_flow(world, "10.0.0.1", "10.0.0.2", "443")->list = "input";
	expect(world, false, "missing: forward 4 10.0.0.1 -> 10.0.0.2 tcp 443",
	       "extra: input 4 10.0.0.1 -> 10.0.0.2 tcp 443: not asked for by any row",
	       NULL);
	close_world(world);
}

/* Each protocol by itself, however the pieces are put together. */
static void test_audit_protocols_are_kept_apart(void **state)
{
	struct world *world = open_world(CV_LINUX);

	(void)state;
	plan_flow(world, "10.0.0.1", "10.0.0.9", "53");
	plan_flow(world, "10.0.0.2", "10.0.0.9", "53");
	find_flow(world, "10.0.0.1", "10.0.0.9", "53");
	find_flow(world, "10.0.0.2", "10.0.0.9", "53")->protocol = 17;
	expect(world, false, "missing: forward 4 10.0.0.2 -> 10.0.0.9 tcp 53",
	       "extra: forward 4 10.0.0.2 -> 10.0.0.9 udp 53: not asked for by any row",
	       NULL);
	world->found = (struct cv_table){0};
	find_flow(world, "10.0.0.1", "10.0.0.9", "53");
	find_flow(world, "10.0.0.2", "10.0.0.9", "53")->protocol = CV_NO_PROTOCOL;
	expect(world, false,
	       "wider: forward 4 10.0.0.2 -> 10.0.0.9 53: more than forward 4 10.0.0.2 "
	       "-> 10.0.0.9 tcp 53",
	       NULL);
	close_world(world);
}

static void test_audit_families_are_kept_apart(void **state)
{
	struct world *world = open_world(CV_LINUX);

	(void)state;
	plan_flow(world, NULL, NULL, "443");
	CV_AT(&world->plan.entries, struct cv_entry, 0)->family = 4;
	find_flow(world, NULL, NULL, "443")->family = 6;
	expect(world, false, "missing: forward 4 tcp 443",
	       "extra: forward 6 tcp 443: not asked for by any row", NULL);
	close_world(world);
}

/* What the ends are called does not count where they have addresses. */
static void test_audit_names_of_parties_do_not_count(void **state)
{
	struct world *world = open_world(CV_LINUX);
	struct cv_entry *entry;

	(void)state;
	plan_flow(world, "10.0.0.1", "10.0.0.2", "443");
	entry = CV_AT(&world->plan.entries, struct cv_entry, 0);
	attach(world, entry, "from", "Client", "to", "Server", NULL);
	entry = find_flow(world, "10.0.0.1", "10.0.0.2", "443");
	attach(world, entry, "from", "Clients", "to", "Servers", NULL);
	expect(world, false, NULL);
	close_world(world);
}

/* A network as hundreds of smaller ones, the first of them wider. */
static void test_audit_many_pieces_are_put_together(void **state)
{
	struct world *world = open_world(CV_LINUX);

	(void)state;
	plan_flow(world, "10.1.0.0/16", "10.0.0.1", "80-90");
	plan_flow(world, "10.2.0.0/16", "10.0.0.1", "80-90");
	for (unsigned i = 0; i < 512; i++)
		find_flow(world,
			  cv_arena_format(world->ctx.arena, "10.%u.%u.0/24", 1 + i / 256,
					  i % 256),
			  "10.0.0.1", i ? "80-90" : "80-91");
	expect(world, false,
	       "wider: forward 4 10.1.0.0/24 -> 10.0.0.1 tcp 80-91: more than forward 4 "
	       "10.1.0.0/16 -> 10.0.0.1 tcp 80-90",
	       NULL);
	close_world(world);
}

/* Of several that hold a part the first is named, in the order of its side. */
static void test_audit_the_first_part_is_named(void **state)
{
	struct world *world = open_world(CV_LINUX);

	(void)state;
	plan_flow(world, "10.0.0.0/24", "10.0.1.1", "443");
	find_flow(world, "10.0.0.9", "10.0.1.1", "443");
	find_flow(world, "10.0.0.1", "10.0.1.1", "443");
	expect(world, false,
	       "narrower: forward 4 10.0.0.0/24 -> 10.0.1.1 tcp 443: there is only "
	       "forward 4 10.0.0.9 -> 10.0.1.1 tcp 443",
	       NULL);
	close_world(world);
}

/* A rule without addresses, or without a protocol, lets through all of them. */
static void test_audit_open_flows_are_wider(void **state)
{
	struct world *world = open_world(CV_LINUX);
	struct cv_entry *entry;

	(void)state;
	plan_flow(world, "10.0.0.1", "10.0.0.2", "443");
	plan_flow(world, "2001:db8::1", "2001:db8::2", "443");
	find_flow(world, NULL, NULL, "443");
	expect(world, false,
	       "wider: forward tcp 443: more than forward 4 10.0.0.1 -> 10.0.0.2 tcp 443",
	       NULL);
	world->found = (struct cv_table){0};
	entry = find_flow(world, "10.0.0.1", NULL, NULL);
	entry->protocol = CV_NO_PROTOCOL;
	expect(world, false, "missing: forward 6 2001:db8::1 -> 2001:db8::2 tcp 443",
	       "wider: forward 4 10.0.0.1 -> any: more than forward 4 10.0.0.1 -> "
	       "10.0.0.2 tcp 443",
	       NULL);
	close_world(world);
}

static void test_audit_only_ours_satisfies_and_is_not_told(void **state)
{
	struct world *world = open_world(CV_LINUX);

	(void)state;
	plan_flow(world, "10.0.0.1", "10.0.0.2", "443");
	find_flow(world, "10.0.0.0/8", "10.0.0.2", "443")->ours = false;
	find_flow(world, "10.9.9.9", "10.9.9.8", "1")->ours = false;
	find_flow(world, "10.9.9.9", "10.9.9.8", "2");
	expect(world, true,
	       "extra: forward 4 10.9.9.9 -> 10.9.9.8 tcp 2: not asked for by any row",
	       NULL);
	expect(world, false,
	       "wider: forward 4 10.0.0.0/8 -> 10.0.0.2 tcp 443: more than forward 4 "
	       "10.0.0.1 -> 10.0.0.2 tcp 443",
	       "extra: forward 4 10.9.9.9 -> 10.9.9.8 tcp 1: not asked for by any row",
	       "extra: forward 4 10.9.9.9 -> 10.9.9.8 tcp 2: not asked for by any row",
	       NULL);
	close_world(world);
}

/* Ends that are only names are themselves and nothing else. */
static void test_audit_flows_between_names(void **state)
{
	struct world *world = open_world(CV_LINUX);
	struct cv_entry *entry;

	(void)state;
	entry = plan_entry(world, CV_ENTRY_FLOW, "flows");
	set_flow(world, entry, NULL, NULL, "443,8443");
	attach(world, entry, "source", "10.0.0.1", "destination", "tenant.example.com",
	       "purpose", "a", NULL);
	entry = find_entry(world, CV_ENTRY_FLOW, "flows");
	set_flow(world, entry, NULL, NULL, "443");
	attach(world, entry, "source", "10.0.0.1", "destination", "Tenant.example.com",
	       "purpose", "b", NULL);
	entry = find_entry(world, CV_ENTRY_FLOW, "flows");
	set_flow(world, entry, NULL, NULL, "8443");
	attach(world, entry, "source", "10.0.0.1", "destination", "other.example.com",
	       NULL);
	expect(world, false,
	       "narrower: flows tcp 443,8443 source=10.0.0.1 "
	       "destination=tenant.example.com: there is only flows tcp 443 "
	       "source=10.0.0.1 destination=Tenant.example.com",
	       "extra: flows tcp 8443 source=10.0.0.1 destination=other.example.com: not "
	       "asked for by any row",
	       NULL);
	close_world(world);
}

static void test_audit_what_is_planned_as_a_removal_is_not_missing(void **state)
{
	struct world *world = open_world(CV_LINUX);
	struct cv_entry *entry;

	(void)state;
	entry = plan_entry(world, CV_ENTRY_SETTING, "set");
	entry->operation = CV_REMOVE;
	entry->more->name = "gone";
	plan_entry(world, CV_ENTRY_HEADER, NULL)->more->value = "a line";
	plan_entry(world, CV_ENTRY_STEP, "load")->more->value = "a command";
	find_entry(world, CV_ENTRY_SETTING, "set")->more->name = "left";
	find_entry(world, CV_ENTRY_SETTING, "set")->ours = false;
	expect(world, false, "extra: set left: not asked for by any row", NULL);
	close_world(world);
}

static void test_audit_settings_only_where_the_export_shows_them(void **state)
{
	struct world *world = open_world(CV_LINUX);
	struct cv_entry *entry;

	(void)state;
	entry = plan_entry(world, CV_ENTRY_SETTING, "chain");
	entry->more->name = "a";
	entry->more->value = "inet filter";
	plan_entry(world, CV_ENTRY_SETTING, "rule")->more->name = "r";
	expect(world, false, NULL);
	find_entry(world, CV_ENTRY_SETTING, "chain")->more->name = "b";
	expect(world, false, "missing: chain a inet filter",
	       "extra: chain b: not asked for by any row", NULL);
	entry = find_entry(world, CV_ENTRY_SETTING, "chain");
	entry->more->name = "a";
	entry->more->value = "ip other";
	expect(world, false,
	       "narrower: chain a inet filter: there is only chain a ip other",
	       "extra: chain b: not asked for by any row", NULL);
	close_world(world);
}

/* Beyond a bound the question is refused, and what was asked counts as not there. */
static void test_audit_too_many_pieces_are_a_finding(void **state)
{
	struct world *world = open_world(CV_LINUX);

	(void)state;
	plan_flow(world, "10.0.0.0/8", "10.0.0.0/8", "1-65535");
	for (unsigned i = 0; i < 300; i++) {
		const char *address =
			cv_arena_format(world->ctx.arena, "10.0.%u.%u", i / 200, i % 200);

		find_flow(world, address, address,
			  cv_arena_format(world->ctx.arena, "%u", i + 1));
	}
	cv_audit(&world->ctx, &world->plan, &world->found, false, &world->drift);
	assert_int_equal(world->drift.count, 1);
	assert_int_equal(CV_AT(&world->drift, struct cv_drift, 0)->kind,
			 CV_DRIFT_NARROWER);
	assert_int_equal(world->ctx.findings.count, 1);
	assert_int_equal((*CV_AT(&world->ctx.findings, struct cv_finding *, 0))->code,
			 CV_F_TOO_MANY_PIECES);
	close_world(world);
}

/* ---- against counting ---- */

enum { SIDE = 6, PORTS = 5, MOST = 7 };

struct points {
	bool has[SIDE][SIDE][PORTS];
};

static uint32_t next_random(uint32_t *seed, uint32_t below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed % below;
}

/* Any set of addresses, not only one range. */
static const struct cv_addresses *random_addresses(struct world *world, uint32_t *seed,
						   bool on[SIDE])
{
	struct cv_range ranges[SIDE];
	size_t count = 0;
	const uint32_t bits = 1 + next_random(seed, (1U << SIDE) - 1);

	for (unsigned i = 0; i < SIDE; i++) {
		on[i] = bits >> i & 1;
		if (on[i])
			ranges[count++] = (struct cv_range){{0, 0x0A000000 + i},
							    {0, 0x0A000000 + i}};
	}
	return cv_addresses_make(&world->ctx, 4, ranges, count);
}

static void random_flow(struct world *world, uint32_t *seed, struct cv_entry *entry,
			struct points *points)
{
	const unsigned low = next_random(seed, PORTS);
	const unsigned high = low + next_random(seed, PORTS - low);
	const struct cv_port_range range = {(uint16_t)(low + 1), (uint16_t)(high + 1)};
	bool source[SIDE], destination[SIDE];

	entry->family = 4;
	entry->protocol = 6;
	entry->source = random_addresses(world, seed, source);
	entry->destination = random_addresses(world, seed, destination);
	entry->ports = cv_ports_make(&world->ctx, &range, 1);
	for (unsigned s = 0; s < SIDE; s++)
		for (unsigned d = 0; d < SIDE; d++)
			for (unsigned p = low; p <= high; p++)
				points->has[s][d][p] |= source[s] && destination[d];
}

static void add_points(struct points *all, const struct points *some)
{
	bool *to = &all->has[0][0][0];
	const bool *from = &some->has[0][0][0];

	for (size_t i = 0; i < sizeof *all / sizeof(bool); i++)
		to[i] |= from[i];
}

/* All, some or none of the points are there: no drift, the one kind, or the other. */
static int drift_of(const struct points *own, const struct points *there, int part,
		    int none)
{
	const bool *a = &own->has[0][0][0], *b = &there->has[0][0][0];
	size_t in = 0, out = 0;

	for (size_t i = 0; i < sizeof *own / sizeof(bool); i++) {
		in += a[i] && b[i];
		out += a[i] && !b[i];
	}
	return !out ? -1 : in ? part : none;
}

static int kind_of(const struct world *world, const struct cv_entry *entry)
{
	int kind = -1;

	for (size_t i = 0; i < world->drift.count; i++) {
		const struct cv_drift *drift = CV_AT(&world->drift, struct cv_drift, i);
		const bool is_planned = drift->kind == CV_DRIFT_MISSING ||
					drift->kind == CV_DRIFT_NARROWER;

		if ((is_planned ? drift->planned : drift->found) != entry)
			continue;
		assert_int_equal(kind, -1);
		kind = (int)drift->kind;
	}
	return kind;
}

static void test_audit_counts_every_point(void **state)
{
	size_t seen[CV_DRIFT_COUNT + 1] = {0};
	uint32_t seed = 2463534242U;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		struct points planned[MOST] = {0}, found[MOST] = {0};
		struct points all_planned = {0}, all_found = {0};
		struct world *world = open_world(CV_LINUX);
		const size_t p_count = next_random(&seed, MOST);
		const size_t f_count = next_random(&seed, MOST);

		for (size_t i = 0; i < p_count; i++) {
			random_flow(world, &seed,
				    plan_entry(world, CV_ENTRY_FLOW, "forward"),
				    &planned[i]);
			add_points(&all_planned, &planned[i]);
		}
		for (size_t i = 0; i < f_count; i++) {
			random_flow(world, &seed,
				    find_entry(world, CV_ENTRY_FLOW, "forward"),
				    &found[i]);
			add_points(&all_found, &found[i]);
		}
		cv_audit(&world->ctx, &world->plan, &world->found, false, &world->drift);
		for (size_t i = 0; i < p_count; i++) {
			const int kind = drift_of(&planned[i], &all_found,
						  CV_DRIFT_NARROWER, CV_DRIFT_MISSING);

			assert_int_equal(kind, kind_of(world, CV_AT(&world->plan.entries,
								    struct cv_entry, i)));
			seen[kind + 1]++;
		}
		for (size_t i = 0; i < f_count; i++) {
			const int kind = drift_of(&found[i], &all_planned, CV_DRIFT_WIDER,
						  CV_DRIFT_EXTRA);

			assert_int_equal(kind, kind_of(world, CV_AT(&world->found,
								    struct cv_entry, i)));
			seen[kind + 1]++;
		}
		close_world(world);
	}
	for (size_t i = 0; i <= CV_DRIFT_COUNT; i++)
		assert_true(seen[i] > 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_audit_equal_flows_are_no_drift),
		cmocka_unit_test(test_audit_flows_missing_extra_wider_narrower),
		cmocka_unit_test(test_audit_flows_cut_differently_are_equal),
		cmocka_unit_test(test_audit_flows_of_another_list_do_not_count),
		cmocka_unit_test(test_audit_open_flows_are_wider),
		cmocka_unit_test(test_audit_protocols_are_kept_apart),
		cmocka_unit_test(test_audit_families_are_kept_apart),
		cmocka_unit_test(test_audit_names_of_parties_do_not_count),
		cmocka_unit_test(test_audit_many_pieces_are_put_together),
		cmocka_unit_test(test_audit_the_first_part_is_named),
		cmocka_unit_test(test_audit_only_ours_satisfies_and_is_not_told),
		cmocka_unit_test(test_audit_flows_between_names),
		cmocka_unit_test(test_audit_what_is_planned_as_a_removal_is_not_missing),
		cmocka_unit_test(test_audit_settings_only_where_the_export_shows_them),
		cmocka_unit_test(test_audit_too_many_pieces_are_a_finding),
		cmocka_unit_test(test_audit_counts_every_point),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
