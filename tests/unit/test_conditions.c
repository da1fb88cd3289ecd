/* When the rows of a whole site apply, and that what falls away or reaches too far is
 * said: flows hang on all groups together, names and places on the right one. */
#include "resolve_world.h"

#define ENDS \
	"parties: {A: {addresses: 10.0.0.1}, B: {addresses: [10.0.0.2, " \
	"\"2001:db8::2\"]}, C: {addresses: \"2001:db8::3\"}}\n"

#define PORTS(rows) \
	"    parties: {A: {}, B: {}, C: {}}\n" \
	"    versions: {client: Client, server: Server}\n" \
	"    editions: [cloud, local]\n" \
	"    devices: {Linux: {platform: linux, role: pc}}\n" \
	"    ports:\n" rows

#define EXCLUSIONS(head, rows) \
	"    devices: {Windows: {platform: windows, role: pc}, " \
	"Linux: {platform: linux, role: pc}}\n" head "    exclusions:\n" rows

static void test_flows_need_one_group_that_meets_all(void **state)
{
	static const char profile[] =
		PORTS("      - {id: both, from: A, to: B, port: 1, protocol: tcp, when: "
		      "{os: {rhel: \"7.x\"}, arch: arm64}}\n"
		      "      - {id: ends, from: A, to: B, port: 2, protocol: tcp, when: "
		      "{client: \"7.x\", server: \"9.x\"}}\n");
	struct world world;

	(void)state;
	world_open(&world, profile,
		   ENDS
		   "edition: cloud\ngroups:\n"
		   "  - {name: a, platform: linux, roles: [pc], os: {rhel: \"7.9\"}, "
		   "arch: x86_64, versions: {client: \"7.1\"}}\n"
		   "  - {name: b, platform: linux, roles: [pc], os: {rhel: \"8.1\"}, "
		   "arch: arm64, versions: {server: \"9.1\"}}\n");
	/* The versions are those of two ends, the system and the architecture are not. */
	assert_flows(&world, "10.0.0.1 -> 10.0.0.2 6 2 <- ends\n");
	world_close(&world);
}

static void test_flows_serve_groups_that_differ_from_the_site(void **state)
{
	static const char profile[] =
		PORTS("      - {id: old, from: A, to: B, port: 1, protocol: tcp, when: "
		      "{client: \"7.2.x\"}}\n"
		      "      - {id: new, from: A, to: B, port: 2, protocol: tcp, when: "
		      "{client: \"7.4.x\"}}\n"
		      "      - {id: local, from: A, to: B, port: 3, protocol: tcp, when: "
		      "{edition: local}}\n");
	struct world world;

	(void)state;
	world_open(&world, profile,
		   ENDS "edition: cloud\nversions: {client: \"7.4.1\"}\ngroups:\n"
			"  - {name: a, platform: linux, roles: [pc], edition: local, "
			"versions: {client: \"7.2.1\"}}\n"
			"  - {name: b, platform: linux, roles: [pc]}\n");
	assert_flows(&world, "10.0.0.1 -> 10.0.0.2 6 1 <- old\n"
			     "10.0.0.1 -> 10.0.0.2 6 2 <- new\n"
			     "10.0.0.1 -> 10.0.0.2 6 3 <- local\n");
	world_close(&world);
	/* Where every group has its own version, the site's is nobody's. */
	world_open(&world, profile,
		   ENDS "edition: cloud\nversions: {client: \"7.4.1\"}\ngroups:\n"
			"  - {name: a, platform: linux, roles: [pc], versions: {client: "
			"\"7.2.1\"}}\n");
	assert_flows(&world, "10.0.0.1 -> 10.0.0.2 6 1 <- old\n");
	world_close(&world);
}

static void test_flows_that_hang_on_machines_need_groups(void **state)
{
	(void)state;
	assert_stops(
		PORTS("      - {id: r, from: A, to: B, port: 1, protocol: tcp, when: "
		      "{arch: arm64}}\n"),
		ENDS "edition: cloud\n",
		"missing-setting: the site must have groups that say their `arch`: "
		"v/p#ports/r hangs on it\n");
}

static void test_protocols_without_a_number_of_their_own_stop(void **state)
{
	(void)state;
	assert_stops(PORTS("      - {id: r, from: A, to: B, protocol: \"0\"}\n"
			   "      - {id: s, from: A, to: B, protocol: \"255\"}\n"),
		     ENDS "edition: cloud\n",
		     "bad-protocol: v/p#ports/r: no protocol has the number 0\n"
		     "bad-protocol: v/p#ports/s: no protocol has the number 255\n");
}

static void test_ends_without_any_flow_stop(void **state)
{
	(void)state;
	assert_stops(PORTS("      - {id: r, from: [A, C], to: A, port: 1, protocol: "
			   "tcp}\n"),
		     ENDS "edition: cloud\n",
		     "empty-row: v/p#ports/r applies and yields nothing for `C`: it "
		     "shares no address family with the other end\n");
	assert_stops(PORTS("      - {id: r, from: anyone, to: B, port: 1, protocol: tcp, "
			   "scope: same-subnet}\n"),
		     ENDS "edition: cloud\n",
		     "party-without-address: the party `anyone` has no networks of its "
		     "own, which the scope same-subnet of v/p#ports/r needs\n");
	assert_stops(PORTS("      - {id: r, from: A, to: B, port: 1, protocol: tcp, "
			   "scope: same-subnet}\n"),
		     "edition: cloud\nparties: {A: {addresses: 10.0.0.1}, B: {fqdn: "
		     "b.example.com}}\n",
		     "party-without-address: the party `B` has no networks of its own, "
		     "which the scope same-subnet of v/p#ports/r needs\n");
}

static void test_programs_of_flows_are_whole_paths(void **state)
{
	(void)state;
	assert_stops("    places: {P: {windows: 'C:\\p'}}\n" PORTS(
			     "      - {id: r, from: A, to: B, port: 1, protocol: tcp, "
			     "program: '<P>\\a.exe'}\n"),
		     ENDS "edition: cloud\n",
		     "bad-path: v/p#ports/r: the program of a flow must be a whole path, "
		     "without a place\n");
}

static void test_every_address_is_anyone(void **state)
{
	struct world world;
	const struct cv_risk *risk;

	(void)state;
	world_open(
		&world,
		PORTS("      - {id: r, from: A, to: B, port: 1, protocol: tcp, "
		      "initiates: to}\n"),
		"edition: cloud\nparties: {A: {addresses: [0.0.0.0/1, 128.0.0.0/1]}, B: "
		"{addresses: 10.0.0.2}}\n");
	assert_true(world.resolved);
	assert_int_equal(world.policy.risks.count, 1);
	risk = CV_AT(&world.policy.risks, struct cv_risk, 0);
	assert_int_equal(risk->code, CV_F_ANYONE);
	assert_string_equal(risk->detail, "to any address");
	world_close(&world);
}

static void test_one_name_is_one_party(void **state)
{
	(void)state;
	assert_stops("    parties: {A: {aliases: [Server]}, B: {}}\n"
		     "  - carveout: profile/1\n    id: w/q\n"
		     "    parties: {A: {}, Server: {}}\n",
		     "parties: {A: {addresses: 10.0.0.1}}\n",
		     "duplicate-name: `Server` is an alias of the party `A` and means "
		     "`Server`, too\n");
	assert_stops("    parties: {A: {aliases: [anyone]}}\n",
		     "parties: {A: {addresses: 10.0.0.1}}\n",
		     "duplicate-name: `anyone` is an alias of the party `A` and means "
		     "`anyone`, too\n");
	assert_stops("    parties: {A: {}}\n",
		     "parties: {A: {addresses: 10.0.0.1, fqdn: a.example.com, pinned: "
		     "{addresses: 10.0.0.2, on: \"2026-11-01\"}}}\n",
		     "bad-value: the party `A` has addresses of its own; pinned ones are "
		     "for a party that has only names\n");
}

static void test_places_stand_at_the_start_of_a_path(void **state)
{
	static const char site[] =
		"groups:\n  - {name: l, platform: linux, roles: [pc]}\n";

	(void)state;
	assert_stops(EXCLUSIONS("    places: {P: {linux: /srv/p}}\n",
				"      - {id: middle, device: Linux, file: /opt/<P>/a}\n"
				"      - {id: glued, device: Linux, file: <P>x/a}\n"),
		     site,
		     "bad-path: v/p#exclusions/middle on linux: <P> stands only at the "
		     "start of a path, with a separator behind it\n"
		     "bad-path: v/p#exclusions/glued on linux: <P> stands only at the "
		     "start of a path, with a separator behind it\n");
	assert_stops(
		EXCLUSIONS("    parameters: {part: {default: a}}\n",
			   "      - {id: r, device: Linux, folder: '/opt/${part}'}\n"),
		"parameters: {part: ''}\ngroups:\n"
		"  - {name: l, platform: linux, roles: [pc]}\n",
		"bad-value: the parameter `part` is empty; v/p#exclusions/r needs "
		"it\n");
	assert_stops(EXCLUSIONS("    places: {P: {linux: /srv/p}}\n",
				"      - {id: r, device: Linux, signer: <P> Inc}\n"),
		     site,
		     "bad-value: v/p#exclusions/r: a place stands only in a path, not in "
		     "`<P> Inc`\n");
}

static void test_places_are_set_once(void **state)
{
	static const char profile[] =
		EXCLUSIONS("    places: {P: {aliases: [Q], linux: /srv/p}}\n",
			   "      - {id: r, device: Linux, file: <P>/a}\n");
	struct world world;

	(void)state;
	assert_stops(profile, "places: {P: {linux: /one}, Q: {linux: /two}}\n",
		     "duplicate-name: the place <P> is set twice on linux, as <P> and as "
		     "<Q>\n");
	world_open(&world, profile,
		   "places: {P: {linux: /all}, 'v/p:Q': {linux: /this}}\n"
		   "groups:\n  - {name: l, platform: linux, roles: [pc]}\n");
	assert_exclusions(&world, "l", "file /this/a <- r\n");
	world_close(&world);
}

static void test_arguments_have_places_too(void **state)
{
	struct world world;

	(void)state;
	world_open(&world,
		   EXCLUSIONS("    places: {P: {windows: 'C:\\p'}}\n"
			      "    parameters: {port: {default: \"80\"}}\n",
			      "      - {id: r, device: Windows, process: "
			      "'\"<P>\\a.exe\" <P>\\b.js ${port}'}\n"),
		   "groups:\n  - {name: w, platform: windows, roles: [pc]}\n");
	assert_exclusions(&world, "w", "process C:\\p\\a.exe (C:\\p\\b.js 80) <- r\n");
	world_close(&world);
}

static void test_names_with_a_profile_are_of_that_profile(void **state)
{
	static const char profile[] =
		"    versions: {client: Client}\n"
		"    devices: {Linux: {platform: linux, role: pc}}\n"
		"    exclusions:\n      - {id: r, device: Linux, file: /a}\n"
		"  - carveout: profile/1\n    id: w/q\n";
	struct world world;

	(void)state;
	assert_stops(
		profile, "versions: {'w/q:client': \"7.1\"}\n",
		"unknown-name: `w/q` is no profile of this site that has the version "
		"`client`\n");
	world_open(&world, profile,
		   "groups:\n  - {name: l, platform: linux, roles: ['v/p:pc']}\n");
	assert_exclusions(&world, "l", "file /a <- r\n");
	world_close(&world);
}

static void test_misspelt_systems_are_noticed(void **state)
{
	static const char profile[] =
		EXCLUSIONS("", "      - {id: r, device: Linux, file: /a, when: {os: "
			       "{rhel: \"7.x\"}}}\n"
			       "      - {id: s, device: Linux, file: /b}\n");
	struct world world;

	(void)state;
	world_open(
		&world, profile,
		"groups:\n"
		"  - {name: a, platform: linux, roles: [pc], os: {rhle: \"7.9\"}}\n"
		"  - {name: b, platform: linux, roles: [pc], os: {ubuntu: \"22.04\"}}\n");
	assert_findings(&world, "unsupported: no profile of this site speaks of the "
				"system `rhle`\n");
	world_close(&world);
}

static void test_rows_set_aside_cover_no_version(void **state)
{
	(void)state;
	assert_stops(
		EXCLUSIONS("    versions: {client: Client}\n",
			   "      - {id: r, device: Linux, file: /a, when: {client: "
			   "\"7.2.x\"}}\n"
			   "      - {id: s, device: Linux, file: /b, class: performance, "
			   "when: {client: \"7.4.x\"}}\n"),
		"groups:\n"
		"  - {name: l, platform: linux, roles: [pc], versions: {client: "
		"\"7.4.1\"}}\n",
		"version-not-covered: v/p has no rows for client 7.4.1 on Linux: they "
		"are "
		"for 7.2.x\n");
}

static void test_one_thing_in_two_spellings_is_one(void **state)
{
	struct world world;

	(void)state;
	world_open(&world,
		   EXCLUSIONS("", "      - {id: r, device: Windows, extension: [LOG, "
				  ".log]}\n"
				  "      - {id: s, device: Linux, extension: [LOG, "
				  ".log]}\n"),
		   "groups:\n  - {name: w, platform: windows, roles: [pc]}\n"
		   "  - {name: l, platform: linux, roles: [pc]}\n");
	assert_exclusions(&world, "w", "extension .LOG <- r\n");
	assert_exclusions(&world, "l", "extension .LOG <- s\nextension .log <- s\n");
	world_close(&world);
}

#define FILLED(row) \
	"    devices: {Linux: {platform: linux, role: pc}}\n" \
	"    editions: [cloud]\n    features: [mail]\n" \
	"    exclusions:\n      - " row "\n"

#define FILL(set) \
	"edition: cloud\ngroups:\n  - {name: l, platform: linux, roles: [pc]}\n" \
	"fill:\n  - {row: \"v/p#exclusions/r\", set: " set ", reason: r}\n"

static void test_fills_bring_no_unknown_names(void **state)
{
	static const char when[] =
		FILLED("{id: r, device: Linux, file: /a, when: {hole: w}}");

	(void)state;
	assert_stops(FILLED("{id: r, device: {hole: w}, file: /a}"),
		     FILL("{device: Linus}"),
		     "unknown-device: unknown device `Linus` in v/p#exclusions/r\n");
	assert_stops(when, FILL("{when: {edition: clout}}"),
		     "unknown-name: unknown edition `clout` in v/p#exclusions/r\n");
	assert_stops(when, FILL("{when: {feature: male}}"),
		     "unknown-name: unknown feature `male` in v/p#exclusions/r\n");
	assert_stops(when, FILL("{when: {arch: amd64}}"),
		     "unknown-name: unknown architecture `amd64` in v/p#exclusions/r\n");
	assert_stops(when, FILL("{when: {client: \"7\"}}"),
		     "unknown-name: unknown condition `client` in v/p#exclusions/r\n");
	assert_stops(FILLED("{id: r, device: Linux, file: {hole: w}}"),
		     FILL("{file: []}"),
		     "empty-row: v/p#exclusions/r applies and yields nothing: it names "
		     "nothing to leave alone\n");
}

static void test_open_devices_stop(void **state)
{
	static const char site[] =
		"edition: cloud\ngroups:\n  - {name: l, platform: linux, roles: [pc]}\n";
	struct world world;

	(void)state;
	assert_stops(FILLED("{id: r, device: {hole: all of them}, file: /a}"), site,
		     "hole: v/p#exclusions/r needs `device`, which the page leaves open: "
		     "\"all of them\"\n");
	/* One of another edition does no harm. */
	world_open(&world,
		   "    devices: {Linux: {platform: linux, role: pc}}\n"
		   "    editions: [cloud, local]\n    exclusions:\n"
		   "      - {id: r, device: {hole: all}, file: /a, when: {edition: "
		   "local}}\n"
		   "      - {id: s, device: Linux, file: /b}\n",
		   site);
	assert_exclusions(&world, "l", "file /b <- s\n");
	world_close(&world);
}

static void test_uses_share_what_goes_for_them(void **state)
{
	struct world world;
	const struct cv_policy *policy = &world.policy;
	const struct cv_used *used;

	(void)state;
	world_open(&world,
		   EXCLUSIONS("", "      - {id: r, device: Linux, file: /a}\n"
				  "      - {id: s, device: Linux, file: /b, until: "
				  "\"2020-01-01\"}\n"
				  "      - {id: t, device: Linux, file: /c}\n"
				  "      - {id: u, device: Linux, file: /d, until: "
				  "\"2020-01-01\"}\n"
				  "      - {id: v, device: Linux, file: /e, until: "
				  "\"2020-01-02\"}\n"),
		   "groups:\n  - {name: a, platform: linux, roles: [pc]}\n"
		   "  - {name: b, platform: linux, roles: [pc]}\n");
	assert_int_equal(policy->uses.count, 10);
	assert_int_equal(policy->used.count, 6); /* three of each group */
	for (size_t i = 0; i < policy->uses.count; i++) {
		const struct cv_use *use = CV_AT(&policy->uses, struct cv_use, i);

		used = cv_used_as(policy, use);
		assert_int_equal(use->row, i / 2);
		assert_string_equal(used->group->name, i % 2 ? "b" : "a");
		assert_int_equal(used->applies, i / 2 == 0 || i / 2 == 2);
		assert_int_equal(used->count, i / 2 == 4 ? 1 : 2);
		assert_int_equal(used->table, CV_EXCLUSIONS);
		if (used->applies)
			assert_null(used->why);
		else
			assert_string_equal(used->why, i / 2 == 4
							       ? "until 2020-01-02 only"
							       : "until 2020-01-01 only");
	}
	for (uint32_t row = 0; row <= 5; row++)
		assert_int_equal(cv_policy_first_use(policy, row), 2 * row);
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flows_need_one_group_that_meets_all),
		cmocka_unit_test(test_flows_serve_groups_that_differ_from_the_site),
		cmocka_unit_test(test_flows_that_hang_on_machines_need_groups),
		cmocka_unit_test(test_protocols_without_a_number_of_their_own_stop),
		cmocka_unit_test(test_ends_without_any_flow_stop),
		cmocka_unit_test(test_programs_of_flows_are_whole_paths),
		cmocka_unit_test(test_every_address_is_anyone),
		cmocka_unit_test(test_one_name_is_one_party),
		cmocka_unit_test(test_places_stand_at_the_start_of_a_path),
		cmocka_unit_test(test_places_are_set_once),
		cmocka_unit_test(test_arguments_have_places_too),
		cmocka_unit_test(test_names_with_a_profile_are_of_that_profile),
		cmocka_unit_test(test_misspelt_systems_are_noticed),
		cmocka_unit_test(test_rows_set_aside_cover_no_version),
		cmocka_unit_test(test_one_thing_in_two_spellings_is_one),
		cmocka_unit_test(test_fills_bring_no_unknown_names),
		cmocka_unit_test(test_open_devices_stop),
		cmocka_unit_test(test_uses_share_what_goes_for_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
