/* Plans that are wrong on purpose: whatever a lowering could lose, add or mix up, the
 * proof of the plan must see without the artefact. */
#include "resolve_world.h"

#include "prove/prove.h"
#include "proved_plan.h"

#define PROFILE \
	"    parties: {A: {}, B: {}}\n" \
	"    devices: {Linux: {platform: linux, role: pc}}\n" \
	"    ports:\n" \
	"      - {id: out, from: A, to: B, port: 443, protocol: tcp}\n" \
	"      - {id: back, from: B, to: A, port: 22, protocol: tcp}\n" \
	"      - {id: other, from: A, to: B, port: 53, protocol: udp}\n" \
	"      - {id: pair, from: A, to: B, port: 161, protocol: [tcp, udp]}\n" \
	"    urls:\n" \
	"      - {id: two, url: [a.example.com, b.example.com], port: 443}\n" \
	"    exclusions:\n" \
	"      - {id: both, device: Linux, folder: [/opt/a, /opt/b]}\n" \
	"      - {id: one, device: Linux, process: /opt/a/x, file: /opt/a/x}\n"

#define SITE \
	"parties: {A: {addresses: 10.0.0.1}, B: {addresses: 10.0.0.2}}\n" \
	"groups:\n  - {name: g, platform: linux, roles: [pc]}\n"

/* The plan of one target for one subject; fails the test when it is not proved. */
struct planned {
	struct world world;
	struct cv_target_use use;
	struct cv_subject subject;
	struct cv_plan plan;
};

static void plan_for(struct planned *planned, const char *target,
		     enum cv_subject_kind kind, const char *name)
{
	struct world *world = &planned->world;
	struct cv_target_use *use = &planned->use;

	world_open(world, PROFILE, SITE);
	if (!world->resolved)
		fail_msg("not resolved: %s", findings_of(world));
	*use = (struct cv_target_use){.name = {.text = target}};
	for (size_t i = 0; cv_targets[i]; i++)
		if (strcmp(cv_targets[i]->name, target) == 0)
			use->target = cv_targets[i];
	planned->subject = (struct cv_subject){
		.kind = kind,
		.name = name,
		.group = cv_policy_group(&world->policy, name),
		.party = cv_policy_party(&world->policy, name),
	};
	assert_true(cv_lower(&world->ctx, &world->policy, use, &planned->subject,
			     &planned->plan));
	assert_true(prove_plan(&world->ctx, &planned->plan));
}

/* The entry number `index` of a kind. */
static struct cv_entry *entry_at(struct planned *planned, enum cv_entry_kind kind,
				 size_t index)
{
	struct cv_table *entries = &planned->plan.entries;

	for (size_t i = 0; i < entries->count; i++) {
		struct cv_entry *entry = CV_AT(entries, struct cv_entry, i);

		if (entry->kind == kind && index-- == 0)
			return entry;
	}
	fail();
	return NULL;
}

/* The plan must not be proved, for that reason; ends the world. */
static void assert_unproved(struct planned *planned, const char *why)
{
	struct world *world = &planned->world;

	assert_false(prove_plan(&world->ctx, &planned->plan));
	if (!strstr(findings_of(world), why))
		fail_msg("%s does not say: %s", findings_of(world), why);
	world_close(world);
}

static void test_prove_sees_what_no_row_asks_for(void **state)
{
	struct planned planned;
	struct cv_entry *entry;

	(void)state;
	plan_for(&planned, "nftables", CV_SUBJECT_SITE, "s");
	entry = cv_plan_add(&planned.world.ctx, &planned.plan, CV_ENTRY_FLOW);
	entry->list = "forward";
	entry->family = 4;
	entry->protocol = 6;
	entry->source = cv_addresses_all(&planned.world.ctx, 4);
	entry->destination = entry->source;
	entry->ports = cv_ports_all(&planned.world.ctx);
	assert_unproved(&planned, "an entry that names no row");

	plan_for(&planned, "paloalto-xml", CV_SUBJECT_SITE, "s");
	entry = cv_plan_add(&planned.world.ctx, &planned.plan, CV_ENTRY_OBJECT);
	entry->list = "service";
	entry->protocol = 6;
	entry->ports = cv_ports_all(&planned.world.ctx);
	assert_unproved(&planned, "an entry that names no row");

	plan_for(&planned, "json", CV_SUBJECT_GROUP, "g");
	entry_at(&planned, CV_ENTRY_EXCLUSION, 0)->rows.count = 0;
	assert_unproved(&planned, "an entry that names no row");
}

static void test_prove_sees_the_wrong_chain(void **state)
{
	struct planned planned;

	(void)state;
	plan_for(&planned, "nftables", CV_SUBJECT_PARTY, "B");
	assert_string_equal(entry_at(&planned, CV_ENTRY_FLOW, 0)->list, "input");
	entry_at(&planned, CV_ENTRY_FLOW, 0)->list = "output";
	assert_unproved(&planned, "v/p#ports/pair: the entries do not cover all of it");
}

static void test_prove_sees_an_exclusion_that_was_dropped(void **state)
{
	const struct cv_exclusion *kept;
	struct planned planned;
	struct cv_entry *dropped;
	struct cv_loss *loss;

	(void)state;
	plan_for(&planned, "json", CV_SUBJECT_GROUP, "g");
	kept = CV_AT(&planned.world.policy.exclusions, struct cv_exclusion, 0);
	dropped = entry_at(&planned, CV_ENTRY_EXCLUSION, 1);
	assert_string_equal(dropped->more->value, "/opt/b");
	dropped->kind = CV_ENTRY_HEADER;
	dropped->rows.count = 0;
	/* The loss of the one says nothing of the other. */
	loss = CV_ADD(planned.world.ctx.arena, &planned.plan.losses, struct cv_loss);
	*loss = (struct cv_loss){kept->rows.items[0], "no room", kept};
	assert_unproved(&planned,
			"v/p#exclusions/both: the entries do not cover all of it");

	/* Nor does the entry that carries the one carry the other. */
	plan_for(&planned, "json", CV_SUBJECT_GROUP, "g");
	dropped = entry_at(&planned, CV_ENTRY_EXCLUSION, 1);
	dropped->kind = CV_ENTRY_HEADER;
	dropped->rows.count = 0;
	assert_unproved(&planned,
			"v/p#exclusions/both: the entries do not cover all of it");
}

static void test_prove_sees_columns_of_another(void **state)
{
	struct planned planned;

	(void)state;
	/* A file in the place of the process of the same path. */
	plan_for(&planned, "json", CV_SUBJECT_GROUP, "g");
	entry_at(&planned, CV_ENTRY_EXCLUSION, 2)->more->origin->exclusion =
		cv_origin(entry_at(&planned, CV_ENTRY_EXCLUSION, 3))->exclusion;
	assert_unproved(&planned,
			"v/p#exclusions/one: the entries do not cover all of it");

	/* An exclusion that no row of the entry asks for. */
	plan_for(&planned, "json", CV_SUBJECT_GROUP, "g");
	entry_at(&planned, CV_ENTRY_EXCLUSION, 3)->more->origin->exclusion =
		cv_origin(entry_at(&planned, CV_ENTRY_EXCLUSION, 0))->exclusion;
	assert_unproved(&planned, "an entry of something else than its rows ask for");

	/* The parties of a flow are shown from the flow that it is of. */
	plan_for(&planned, "json", CV_SUBJECT_SITE, "s");
	entry_at(&planned, CV_ENTRY_FLOW, 1)->more->origin->flow =
		cv_origin(entry_at(&planned, CV_ENTRY_FLOW, 0))->flow;
	assert_unproved(&planned, "an entry of something else than its rows ask for");
}

static void test_prove_sees_urls(void **state)
{
	struct planned planned;

	(void)state;
	plan_for(&planned, "json", CV_SUBJECT_SITE, "s");
	entry_at(&planned, CV_ENTRY_URL, 1)->more->value = "c.example.com";
	assert_unproved(&planned, "v/p#urls/two: the entries do not cover all of it");
	plan_for(&planned, "json", CV_SUBJECT_SITE, "s");
	entry_at(&planned, CV_ENTRY_URL, 0)->ports = NULL;
	assert_unproved(&planned, "v/p#urls/two: the entries do not cover all of it");
}

/* The two flows that the row `pair` has, as they are in the plan. */
static void plan_pair(struct planned *planned, struct cv_entry *pair_out[2])
{
	size_t count = 0;

	plan_for(planned, "csv", CV_SUBJECT_SITE, "s");
	for (size_t i = 0; i < planned->plan.entries.count; i++) {
		struct cv_entry *entry =
			CV_AT(&planned->plan.entries, struct cv_entry, i);

		if (entry->rows.count == 1 &&
		    strcmp(entry->rows.items[0]->id.text, "pair") == 0)
			pair_out[count++] = entry;
	}
	assert_int_equal(count, 2);
}

static void test_prove_sees_one_flow_in_the_place_of_another(void **state)
{
	struct cv_entry *pair[2];
	struct planned planned;

	(void)state;
	plan_pair(&planned, pair);
	cv_entry_say(pair[1], pair[0]);
	assert_unproved(&planned, "v/p#ports/pair: the entries do not cover all of it");
}

static void test_prove_sees_one_more_entry_of_a_row(void **state)
{
	struct cv_entry *pair[2], *third;
	struct planned planned;

	(void)state;
	for (int wide = 0; wide < 4; wide++) {
		plan_pair(&planned, pair);
		third = cv_plan_add(&planned.world.ctx, &planned.plan, CV_ENTRY_FLOW);
		cv_entry_say(third, pair[0]);
		third->more->origin = NULL;
		if (wide == 1)
			third->ports = cv_ports_all(&planned.world.ctx);
		if (wide == 2)
			third->destination = cv_addresses_all(&planned.world.ctx, 4);
		if (wide == 3)
			third->protocol = 132;
		if (wide)
			assert_unproved(&planned, "lies outside the rows that it names");
		else
			assert_true(prove_plan(&planned.world.ctx, &planned.plan));
		if (!wide)
			world_close(&planned.world);
	}
}

/* What was found for the proof stays for the ledger, and is what the ledger would find
 * by itself. */
static void test_judge_finds_what_the_proof_found(void **state)
{
	struct cv_ledger after = {0}, alone = {0};
	struct cv_entry *pair[2];
	struct planned planned;
	struct cv_index index;
	struct cv_loss *loss;

	(void)state;
	plan_pair(&planned, pair);
	/* One of two flows is lost, and said to be. */
	loss = CV_ADD(planned.world.ctx.arena, &planned.plan.losses, struct cv_loss);
	*loss = (struct cv_loss){pair[1]->rows.items[0], "no room",
				 cv_origin(pair[1])->flow};
	pair[1]->kind = CV_ENTRY_HEADER;
	pair[1]->rows.count = 0;
	cv_index_open(&index, &planned.plan);
	assert_true(cv_prove_plan(&planned.world.ctx, &index));
	cv_judge(&planned.world.ctx, &planned.world.policy, &index, &after);
	cv_index_close(&index);
	judge_plan(&planned.world.ctx, &planned.world.policy, &planned.plan, &alone);
	assert_int_equal(after.judgements.count, alone.judgements.count);
	for (size_t i = 0; i < after.judgements.count; i++) {
		const struct cv_judgement *a =
			CV_AT(&after.judgements, struct cv_judgement, i);
		const struct cv_judgement *b =
			CV_AT(&alone.judgements, struct cv_judgement, i);
		const struct cv_judged *said = cv_judged_as(&after, a);
		const bool is_pair = a->row == loss->row->ordinal;

		assert_int_equal(a->row, b->row);
		assert_int_equal(said->verdict, cv_judged_as(&alone, b)->verdict);
		assert_ptr_equal(said->what, cv_judged_as(&alone, b)->what);
		if (is_pair) {
			assert_int_equal(said->verdict, CV_NARROWER);
			assert_string_equal(said->what, "no room");
		}
	}
	world_close(&planned.world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_prove_sees_one_flow_in_the_place_of_another),
		cmocka_unit_test(test_prove_sees_one_more_entry_of_a_row),
		cmocka_unit_test(test_judge_finds_what_the_proof_found),
		cmocka_unit_test(test_prove_sees_what_no_row_asks_for),
		cmocka_unit_test(test_prove_sees_the_wrong_chain),
		cmocka_unit_test(test_prove_sees_an_exclusion_that_was_dropped),
		cmocka_unit_test(test_prove_sees_columns_of_another),
		cmocka_unit_test(test_prove_sees_urls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
