/* What a block and its row ask together, and what stands inside what: cases that a
 * second evaluator of the same documents saw otherwise. */
#include "resolve_world.h"

#define DEVICES \
	"    versions: {client: The client}\n" \
	"    devices: {PC: {platform: linux, role: pc}}\n"

#define GROUP(version) \
	"groups:\n  - {name: g, platform: linux, roles: [pc], versions: " \
	"{client: " version "}}\n"

/* Some 7.4 client meets either, none meets both. */
static void test_joint_versions_of_block_and_row_are_met_by_one_client(void **state)
{
	struct world world;

	(void)state;
	world_open(&world,
		   DEVICES "    exclusions:\n"
			   "      - when: {client: '<7.4.5'}\n"
			   "        rows:\n"
			   "          - {id: never, device: PC, file: /opt/never, when: "
			   "{client: '>=7.4.5'}}\n"
			   "          - {id: some, device: PC, file: /opt/some, when: "
			   "{client: '>=7.4.3'}}\n"
			   "      - {id: all, device: PC, file: /opt/all, when: {client: "
			   "'>=7'}}\n",
		   GROUP("7.4.x"));
	assert_exclusions(&world, "g", "file /opt/some <- some\nfile /opt/all <- all\n");
	assert_findings(&world,
			"series: v/p#exclusions/some for g: only client <7.4.5 and "
			">=7.4.3 needs it, of 7.4.x\n");
	world_close(&world);
}

/* Each of the two constraints holds for some row of the device, but for none both do. */
static void test_joint_versions_do_not_cover_apart(void **state)
{
	(void)state;
	assert_stops(
		DEVICES "    exclusions:\n"
			"      - when: {client: '7.4.x'}\n"
			"        rows:\n"
			"          - {id: one, device: PC, file: /opt/one, when: "
			"{client: '>=1'}}\n",
		GROUP("7.2.9"),
		"version-not-covered: v/p has no rows for client 7.2.9 on PC: they are "
		"for 7.4.x and >=1\n");
}

static void test_parameters_stand_in_the_path_of_a_place(void **state)
{
	struct world world;

	(void)state;
	world_open(&world,
		   DEVICES "    parameters: {base: {default: /srv/base, type: path}}\n"
			   "    places: {Data: {linux: '${base}/data'}}\n"
			   "    exclusions:\n"
			   "      - {id: one, device: PC, file: '<Data>/x.db'}\n",
		   GROUP("7.2.9"));
	assert_exclusions(&world, "g", "file /srv/base/data/x.db <- one\n");
	world_close(&world);
}

/* A single value that is cut out of a range may be asked for by itself, too: one
 * element, with the rows of both. */
static void test_single_values_cut_from_ranges_are_one_element(void **state)
{
	static const char profile[] =
		"    parties: {A: {}, B: {}, C: {}}\n"
		"    ports:\n"
		"      - {id: net, from: A, to: C, port: \"1-20\", protocol: tcp}\n"
		"      - {id: part, from: A, to: C, port: \"10-30\", protocol: tcp}\n"
		"      - {id: host, from: B, to: C, port: \"1-9\", protocol: tcp}\n"
		"      - {id: single, from: B, to: C, port: \"9\", protocol: tcp}\n"
		"      - {id: nine, from: A, to: C, port: \"9-10\", protocol: tcp}\n";
	struct world world;
	struct cv_target_use use = {.name = {.text = "nftables"}};
	struct cv_subject subject = {.kind = CV_SUBJECT_SITE, .name = "s"};
	struct cv_plan plan;
	size_t found = 0;

	(void)state;
	world_open(&world, profile,
		   "parties: {A: {addresses: [10.0.0.1, 10.0.0.2]}, B: {addresses: "
		   "10.0.0.1}, C: {addresses: 10.0.1.1}}\n");
	assert_true(world.resolved);
	for (size_t i = 0; cv_targets[i]; i++)
		if (strcmp(cv_targets[i]->name, "nftables") == 0)
			use.target = cv_targets[i];
	assert_true(cv_lower(&world.ctx, &world.policy, &use, &subject, &plan));
	for (size_t i = 0; i < plan.entries.count; i++) {
		const struct cv_entry *entry = CV_AT(&plan.entries, struct cv_entry, i);

		for (size_t j = 0; entry->kind == CV_ENTRY_FLOW && j < i; j++) {
			const struct cv_entry *other =
				CV_AT(&plan.entries, struct cv_entry, j);

			if (other->kind == CV_ENTRY_FLOW &&
			    strcmp(other->more->name, entry->more->name) == 0)
				assert_false(other->source == entry->source &&
					     other->ports == entry->ports);
		}
		found += entry->kind == CV_ENTRY_FLOW && entry->rows.count > 1;
	}
	assert_true(found > 0);
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_joint_versions_of_block_and_row_are_met_by_one_client),
		cmocka_unit_test(test_joint_versions_do_not_cover_apart),
		cmocka_unit_test(test_parameters_stand_in_the_path_of_a_place),
		cmocka_unit_test(test_single_values_cut_from_ranges_are_one_element),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
