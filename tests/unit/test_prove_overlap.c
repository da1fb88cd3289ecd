/* The proof of plans whose rows overlap: networks in networks, hosts in both, `any`
 * on a tenth of the rows.  And the same plans with one defect each, which it must see. */
#include "resolve_world.h"

#include <stdlib.h>

#include "prove/ledger.h"
#include "prove/prove.h"
#include "proved_plan.h"

enum { MANY = 60, FEW = 9 }; /* parties: the fewer, the more rows overlap */
enum { ROWS = 3000, SAMPLES = 400, DEFECTS = 400, MOST_FOUND = 64 };

enum shape { DISJOINT, NESTED };

struct planned {
	struct world world;
	struct cv_target_use use;
	struct cv_subject subject;
	struct cv_plan plan;
};

/* Of three parties one is a /16, one a /24 in it and one a host in both; or all are
 * hosts. */
static void add_party(struct cv_buf *site, enum shape shape, int i)
{
	const int network = i - i % 3;

	if (shape == DISJOINT)
		cv_buf_format(site, "  P%d: {addresses: 10.%d.7.9}\n", i, i);
	else if (i % 3 == 0)
		cv_buf_format(site, "  P%d: {addresses: 10.%d.0.0/16}\n", i, network);
	else if (i % 3 == 1)
		cv_buf_format(site, "  P%d: {addresses: 10.%d.7.0/24}\n", i, network);
	else
		cv_buf_format(site, "  P%d: {addresses: 10.%d.7.9}\n", i, network);
}

static void add_row(struct cv_buf *profile, int parties, int i)
{
	const int from = i * 7 % parties;
	const int to = (from + 1 + i * 13 % (parties - 1)) % parties;

	cv_buf_format(profile, "      - {id: r%d, from: P%d, to: P%d, protocol: %s, ", i,
		      from, to, i % 4 == 0 ? "udp" : "tcp");
	if (i % 10 == 9)
		cv_buf_text(profile, "port: any}\n");
	else if (i % 10 == 4)
		cv_buf_format(profile, "port: \"%d-%d\"}\n", 1000 + i, 1400 + i);
	else
		cv_buf_format(profile, "port: \"%d\"}\n", 1000 + i);
}

static void plan_for(struct planned *planned, const char *target, enum shape shape,
		     int parties, int rows)
{
	struct world *world = &planned->world;
	struct cv_buf profile = CV_BUF_INIT, site = CV_BUF_INIT;

	memset(planned, 0, sizeof *planned);
	cv_buf_text(&profile, "    parties: {P0: {}");
	for (int i = 1; i < parties; i++)
		cv_buf_format(&profile, ", P%d: {}", i);
	cv_buf_text(&profile, "}\n    ports:\n");
	for (int i = 0; i < rows; i++)
		add_row(&profile, parties, i);
	cv_buf_text(&site, "parties:\n");
	for (int i = 0; i < parties; i++)
		add_party(&site, shape, i);
	world_open(world, cv_buf_string(&profile), cv_buf_string(&site));
	cv_buf_deinit(&profile);
	cv_buf_deinit(&site);
	if (!world->resolved)
		fail_msg("not resolved: %s", findings_of(world));
	planned->use.name.text = target;
	for (size_t i = 0; cv_targets[i]; i++)
		if (strcmp(cv_targets[i]->name, target) == 0)
			planned->use.target = cv_targets[i];
	planned->subject = (struct cv_subject){.kind = CV_SUBJECT_SITE, .name = "s"};
	assert_true(cv_lower(&world->ctx, &world->policy, &planned->use,
			     &planned->subject, &planned->plan));
}

static bool lies_in(const struct cv_addresses *set, struct cv_address address)
{
	for (size_t i = 0; i < set->count; i++)
		if (cv_address_compare(set->ranges[i].first, address) <= 0 &&
		    cv_address_compare(address, set->ranges[i].last) <= 0)
			return true;
	return false;
}

static bool has_port(const struct cv_ports *set, uint16_t port)
{
	for (size_t i = 0; i < set->count; i++)
		if (set->ranges[i].first <= port && port <= set->ranges[i].last)
			return true;
	return false;
}

/* One packet, and whether a flow or an entry lets it through. */
struct packet {
	struct cv_address source, destination;
	int protocol;
	uint16_t port;
};

static bool flow_holds(const struct cv_flow *flow, const struct packet *packet)
{
	return flow->service->protocol == packet->protocol &&
	       lies_in(flow->ends->source, packet->source) &&
	       lies_in(flow->ends->destination, packet->destination) &&
	       has_port(flow->service->ports, packet->port);
}

static bool entry_holds(const struct cv_entry *entry, const struct packet *packet)
{
	return entry->kind == CV_ENTRY_FLOW && entry->protocol == packet->protocol &&
	       lies_in(entry->source, packet->source) &&
	       lies_in(entry->destination, packet->destination) &&
	       has_port(entry->ports, packet->port);
}

static uint32_t next(uint32_t *random, size_t limit)
{
	*random = *random * 1664525u + 1013904223u;
	return (uint32_t)((*random >> 8) % limit);
}

static struct cv_address some_address(uint32_t *random, const struct cv_addresses *set)
{
	struct cv_address address = set->ranges[0].first;
	const uint64_t size = set->ranges[0].last.low - address.low + 1;

	address.low += next(random, size);
	return address;
}

/* A packet that a row asks for is in at most one entry of a set: there is one of single
 * values, one of ranges, and the same of a source class.  Rules that are flows by
 * themselves may overlap.  Together they name the rows that ask for it and no others. */
static void assert_found(const struct planned *planned, const struct packet *packet)
{
	const struct cv_table *flows = &planned->world.policy.flows;
	const struct cv_table *entries = &planned->plan.entries;
	const struct cv_table *rows = &planned->world.policy.rows;
	bool *named = calloc(rows->count, sizeof *named);
	bool *asked = calloc(rows->count, sizeof *asked);
	const struct cv_entry *found[MOST_FOUND];
	size_t count = 0;

	for (size_t i = 0; i < entries->count; i++) {
		const struct cv_entry *entry = CV_AT(entries, struct cv_entry, i);

		if (!entry_holds(entry, packet))
			continue;
		for (size_t f = 0; f < count && !entry->own_rule; f++)
			assert_true(found[f]->own_rule ||
				    strcmp(found[f]->more->name, entry->more->name) != 0);
		assert_true(count < MOST_FOUND);
		found[count++] = entry;
		for (size_t r = 0; r < entry->rows.count; r++)
			named[entry->rows.items[r]->ordinal] = true;
	}
	for (size_t i = 0; i < flows->count; i++) {
		const struct cv_flow *flow = CV_AT(flows, struct cv_flow, i);

		for (size_t r = 0; flow_holds(flow, packet) && r < flow->rows.count; r++)
			asked[flow->rows.items[r]->ordinal] = true;
	}
	assert_memory_equal(named, asked, rows->count * sizeof *named);
	free(named);
	free(asked);
}

static void assert_proved(struct planned *planned)
{
	struct world *world = &planned->world;
	struct cv_ledger ledger = {0};
	size_t said = 0;

	if (!prove_plan(&world->ctx, &planned->plan))
		fail_msg("%s", findings_of(world));
	judge_plan(&world->ctx, &world->policy, &planned->plan, &ledger);
	assert_int_equal(ledger.judgements.count, world->policy.rows.count);
	assert_int_equal(ledger.starts.count, 1);
	for (size_t i = 0; i < ledger.judged.count; i++)
		said += CV_AT(&ledger.judged, struct cv_judged, i)->count;
	assert_int_equal(said, world->policy.rows.count);
	for (size_t i = 0; i < ledger.judgements.count; i++) {
		const struct cv_judgement *judgement =
			CV_AT(&ledger.judgements, struct cv_judgement, i);

		const enum cv_verdict verdict = cv_judged_as(&ledger, judgement)->verdict;

		if (verdict != CV_EXACT && verdict != CV_SPLIT)
			fail_msg("%s is %s",
				 cv_policy_row(&world->policy, judgement->row)->id.text,
				 cv_verdict_names[verdict]);
	}
}

static void check_shape(enum shape shape)
{
	struct planned planned;
	uint32_t random = 1;

	plan_for(&planned, "nftables", shape, MANY, ROWS);
	assert_proved(&planned);
	for (int i = 0; i < SAMPLES; i++) {
		const struct cv_table *flows = &planned.world.policy.flows;
		const struct cv_flow *flow =
			CV_AT(flows, struct cv_flow, next(&random, flows->count));
		const struct cv_port_range *ports = &flow->service->ports->ranges[0];
		const struct packet packet = {
			.source = some_address(&random, flow->ends->source),
			.destination = some_address(&random, flow->ends->destination),
			.protocol = flow->service->protocol,
			.port = (uint16_t)(ports->first +
					   next(&random, (size_t)(ports->last -
								  ports->first + 1))),
		};

		assert_found(&planned, &packet);
	}
	world_close(&planned.world);
}

static void test_prove_disjoint_rows(void **state)
{
	(void)state;
	check_shape(DISJOINT);
}

static void test_prove_nested_rows(void **state)
{
	(void)state;
	check_shape(NESTED);
}

static void test_prove_other_targets_of_nested_rows(void **state)
{
	static const char *const targets[] = {"csv", "json", "paloalto-xml"};

	(void)state;
	for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
		struct planned planned;

		plan_for(&planned, targets[i], NESTED, MANY, 300);
		assert_proved(&planned);
		world_close(&planned.world);
	}
}

/* ---- defects ---- */

/* Each changes the entry and says whether that changes what it grants. */
typedef bool (*defect)(struct cv_ctx *ctx, struct cv_entry *entry);

static bool drop_entry(struct cv_ctx *ctx, struct cv_entry *entry)
{
	(void)ctx;
	entry->kind = CV_ENTRY_HEADER;
	entry->rows.count = 0;
	return true;
}

/* Not even `any` asks for port 0. */
static bool widen_ports(struct cv_ctx *ctx, struct cv_entry *entry)
{
	const struct cv_port_range zero = {0, 0};

	entry->ports = cv_ports_union(ctx, entry->ports, cv_ports_make(ctx, &zero, 1));
	return true;
}

static bool swap_ends(struct cv_ctx *ctx, struct cv_entry *entry)
{
	const struct cv_addresses *source = entry->source;

	(void)ctx;
	if (!source || source == entry->destination)
		return false;
	entry->source = entry->destination;
	entry->destination = source;
	return true;
}

static bool forget_row(struct cv_ctx *ctx, struct cv_entry *entry)
{
	const struct cv_row **rows =
		CV_NEW_ARRAY(ctx->arena, entry->rows.count, const struct cv_row *);

	for (size_t i = 1; i < entry->rows.count; i++)
		rows[i - 1] = entry->rows.items[i];
	entry->rows = cv_rows_of(rows, entry->rows.count - 1);
	return true;
}

static bool shift_address(struct cv_ctx *ctx, struct cv_entry *entry)
{
	struct cv_range range;

	if (!entry->source)
		return false;
	range = entry->source->ranges[0];
	range.first.low += 1 << 23; /* 10.128 and beyond: nobody is there */
	range.last.low += 1 << 23;
	entry->source = cv_addresses_one(ctx, 4, range);
	return true;
}

static bool other_protocol(struct cv_ctx *ctx, struct cv_entry *entry)
{
	(void)ctx;
	entry->protocol = entry->protocol == 6 ? 17 : 6;
	return true;
}

static bool other_chain(struct cv_ctx *ctx, struct cv_entry *entry)
{
	(void)ctx;
	if (strcmp(entry->list, "forward") != 0)
		return false;
	entry->list = "output";
	return true;
}

static const struct {
	const char *name;
	defect make;
} defects[] = {
	{"drops an entry", drop_entry},       {"widens its ports", widen_ports},
	{"swaps its ends", swap_ends},        {"forgets a row", forget_row},
	{"shifts an address", shift_address}, {"changes the protocol", other_protocol},
	{"changes the chain", other_chain},
};

static struct cv_entry *some_entry(struct planned *planned, uint32_t *random)
{
	struct cv_table *entries = &planned->plan.entries;

	for (;;) {
		struct cv_entry *entry =
			CV_AT(entries, struct cv_entry, next(random, entries->count));

		if (entry->rows.count)
			return entry;
	}
}

static void check_defects(const char *target, enum shape shape)
{
	struct planned planned;
	uint32_t random = 7;

	plan_for(&planned, target, shape, FEW, 60);
	assert_proved(&planned);
	for (size_t i = 0; i < DEFECTS; i++) {
		const size_t kind = i % (sizeof defects / sizeof *defects);
		struct cv_entry *entry = some_entry(&planned, &random);
		const struct cv_entry before = *cv_entry_copy(&planned.world.ctx, entry);
		const char *words = cv_entry_words(&planned.world.ctx, entry);

		if (defects[kind].make(&planned.world.ctx, entry) &&
		    prove_plan(&planned.world.ctx, &planned.plan))
			fail_msg("%s: a plan that %s of %s is proved", target,
				 defects[kind].name, words);
		*entry = before;
	}
	/* All of it came of the defects. */
	assert_true(prove_plan(&planned.world.ctx, &planned.plan));
	world_close(&planned.world);
}

static void test_prove_sees_every_defect(void **state)
{
	(void)state;
	check_defects("nftables", DISJOINT);
	check_defects("nftables", NESTED);
	check_defects("json", NESTED);
	check_defects("paloalto-xml", NESTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_prove_disjoint_rows),
		cmocka_unit_test(test_prove_nested_rows),
		cmocka_unit_test(test_prove_other_targets_of_nested_rows),
		cmocka_unit_test(test_prove_sees_every_defect),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
