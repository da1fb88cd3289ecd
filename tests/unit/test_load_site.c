#include "load_fixture.h"

#include "base/digest.h"

/* Two targets of our own, with options of every kind that has a default. */
struct options {
	struct cv_text mode;
	enum cv_flag strong;
	struct cv_texts zones;
	struct cv_text free;
};

static const char *const modes[] = {"include", "enforce", NULL};
static const struct cv_lexical mode = {.name = "a mode", .words = modes};

static const struct cv_field option_fields[] = {
	{"mode", CV_FIELD_TEXT, 0, offsetof(struct options, mode), &mode, NULL, "include",
	 ""},
	{"strong", CV_FIELD_FLAG, 0, offsetof(struct options, strong), NULL, NULL, "true",
	 ""},
	{"zones", CV_FIELD_TEXTS, 0, offsetof(struct options, zones), NULL, NULL, "lan",
	 ""},
	{"free", CV_FIELD_TEXT, 0, offsetof(struct options, free), NULL, NULL, NULL, ""},
	{.key = NULL},
};

static const struct cv_fields options = {"the options of wall", sizeof(struct options),
					 option_fields, -1, -1};

static bool check_options(struct cv_ctx *ctx, const void *all, struct cv_span at)
{
	const struct options *set = all;

	return !set->free.text || strcmp(set->free.text, "bad") != 0 ||
	       cv_find(ctx, CV_F_BAD_VALUE, at, "no");
}

static const struct cv_target wall = {
	.name = "wall",
	.can = {.subjects = CV_SUBJECT_SITE | CV_SUBJECT_HOST},
	.options = &options,
	.check_options = check_options,
};
static const struct cv_target list = {.name = "list",
				      .can = {.subjects = CV_SUBJECT_GROUP}};
static const struct cv_target *const targets[] = {&wall, &list, NULL};

static bool load_site(struct loading *loading, const char *name, const char *text)
{
	open_loading(loading, name, text);
	loading->load.targets = targets;
	return cv_load_site(&loading->load, loading->fixture.source, &loading->site,
			    &loading->profiles);
}

#define SITE "carveout: site/1\nname: hq\n"
#define INLINE "profiles: [{carveout: profile/1, id: a/b}]\n"

static void test_site_whole(void **state)
{
	struct loading loading;
	const struct cv_site *site;
	const struct cv_group_row *groups;
	const struct cv_party_setting *party;
	const struct cv_target_use *use;
	const struct options *set;

	(void)state;
	if (!load_site(
		    &loading, "s.yaml",
		    SITE INLINE
		    "edition: cloud\nversions: {server: \"7.4.2\"}\nip: [4, "
		    "6]\nfeatures: []\n"
		    "classes: [performance]\ndrive: 'C:'\ndynamic-ports: 49152-65535\n"
		    "groups:\n"
		    "- {name: one, platform: windows, roles: [endpoint], versions: "
		    "{client: \"7.2.x or 7.4.x\"}}\n"
		    "- {name: two, platform: linux, os: {rhel: \"7.9\"}, features: [], "
		    "drive: 'D:'}\n"
		    "parties:\n"
		    "  A: {addresses: [10.0.0.1, \"2001:db8::/32\"], zone: lan}\n"
		    "  B: {fqdn: t.example.com, pinned: {addresses: 10.0.0.2, on: "
		    "\"2026-11-20\"}}\n"
		    "places: {P: {windows: 'D:\\P'}}\nparameters: {web: 443}\n"
		    "targets:\n  list: {groups: [one]}\n  wall: {gateway: true, hosts: "
		    "[two], free: x}\n"
		    "accept:\n- {row: [\"a/b#ports/*\", x], finding: wider, target: "
		    "list, "
		    "of: 3f9a1c0be27d44e1908c, reason: r, by: b, until: \"2027-06-30\"}\n"
		    "inventory: {Core: \"7.4.2\"}\n"))
		fail_msg("%s", fixture_finding(&loading.fixture, 0)->text);
	site = loading.site;
	assert_string_equal(site->name.text, "hq");
	assert_string_equal(site->edition.text, "cloud");
	groups = site->groups.items;
	assert_false(groups[0].has_features);
	assert_true(groups[1].has_features);
	assert_string_equal(cv_map_get(&groups[1].os, "rhel")->text, "7.9");
	party = site->parties.items;
	assert_string_equal(party[1].pinned.on.text, "2026-11-20");
	assert_string_equal(party[1].fqdn.items[0].text, "t.example.com");
	assert_int_equal(site->accepts.count, 1);
	/* In the order of the list of targets, not of the file. */
	assert_int_equal(site->targets.count, 2);
	use = CV_AT(&site->targets, struct cv_target_use, 0);
	assert_ptr_equal(use->target, &wall);
	assert_int_equal(use->gateway, CV_YES);
	set = use->options;
	assert_string_equal(set->mode.text, "include");
	assert_int_equal(set->strong, CV_YES);
	assert_string_equal(set->zones.items[0].text, "lan");
	assert_string_equal(set->free.text, "x");
	use = CV_AT(&site->targets, struct cv_target_use, 1);
	assert_null(use->options);
	assert_string_equal(use->groups.items[0].text, "one");
	assert_int_equal(loading.profiles.count, 1);
	fixture_close(&loading.fixture);
}

static void test_site_edition_may_be_a_map(void **state)
{
	struct loading loading;

	(void)state;
	assert_true(load_site(&loading, "s.yaml", SITE INLINE "edition: {a/b: cloud}\n"));
	assert_null(loading.site->edition.text);
	assert_string_equal(cv_map_get(&loading.site->editions, "a/b")->text, "cloud");
	fixture_close(&loading.fixture);
}

static void test_site_target_options_may_be_absent(void **state)
{
	struct loading loading;
	const struct cv_target_use *use;

	(void)state;
	assert_true(load_site(&loading, "s.yaml",
			      SITE INLINE "targets:\n  wall:\n  list: {}\n"));
	use = CV_AT(&loading.site->targets, struct cv_target_use, 0);
	assert_string_equal(((const struct options *)use->options)->mode.text, "include");
	assert_int_equal(use->gateway, CV_UNSET);
	fixture_close(&loading.fixture);
}

static void test_site_refused_with_place(void **state)
{
	static const struct refused cases[] = {
		{"carveout: profile/1\nid: a/b\n", "bad-value", 1, 11,
		 "this is a profile, and a site is wanted here", NULL},
		{SITE INLINE "name: x\n", "duplicate-key", 4, 1, NULL, NULL},
		{SITE "profiles: a/b\n", "wrong-type", 3, 11, NULL, NULL},
		{SITE "profiles: [[a]]\n", "wrong-type", 3, 12, NULL, NULL},
		{SITE "profiles: ['']\n", "wrong-type", 3, 12, NULL, NULL},
		{SITE "profiles: [Tanium]\n", "bad-value", 3, 12, "vendor/product", NULL},
		{SITE "profiles: [../a]\n", "cannot-read", 3, 12, NULL, NULL},
		{SITE INLINE "edition: [x]\n", "wrong-type", 4, 10, NULL, NULL},
		{SITE INLINE "drive: C\n", "bad-value", 4, 8, NULL, NULL},
		{SITE INLINE "ip: [5]\n", "bad-value", 4, 6, "4 or 6", NULL},
		{SITE INLINE
		 "groups: [{name: a, platform: windows}, {name: a, platform: linux}]\n",
		 "duplicate-name", 4, 47, "two groups", NULL},
		{SITE INLINE "groups: [{name: A, platform: windows}]\n", "bad-value", 4,
		 17, NULL, NULL},
		{SITE INLINE "groups: [{name: a, platform: win}]\n", "bad-value", 4, 30,
		 NULL, NULL},
		{SITE INLINE "parties: {A: {addresses: 10.0.0.1/33}}\n", "bad-address", 4,
		 26, NULL, NULL},
		{SITE INLINE "targets: {lsit: {}}\n", "unknown-target", 4, 11, NULL,
		 "did you mean list?"},
		{SITE INLINE "targets: [list]\n", "wrong-type", 4, 10, NULL, NULL},
		{SITE INLINE "targets: {list: {gateway: true}}\n", "unknown-key", 4, 18,
		 NULL, "known are groups"},
		{SITE INLINE "targets: {wall: {groups: [a]}}\n", "unknown-key", 4, 18,
		 NULL, NULL},
		{SITE INLINE "targets: {wall: {moed: include}}\n", "unknown-key", 4, 18,
		 NULL, "did you mean mode?"},
		{SITE INLINE "targets: {wall: {mode: x}}\n", "bad-value", 4, 24,
		 "include or enforce", NULL},
		{SITE INLINE "targets: {wall: {free: bad}}\n", "bad-value", 4, 17, NULL,
		 NULL},
		{SITE INLINE "targets: {wall: [x]}\n", "wrong-type", 4, 17,
		 "the target wall", NULL},
		{SITE INLINE "accept: x\n", "wrong-type", 4, 9, "{file: FILE}", NULL},
		{SITE INLINE "accept: [x]\n", "wrong-type", 4, 10,
		 "an acceptance must be a map", NULL},
		{SITE INLINE "accept: {file: none.yaml}\n", "cannot-read", 4, 16, NULL,
		 NULL},
		{SITE INLINE "fill: [{row: r, reason: x}]\n", "missing-key", 4, 8,
		 "`set`", NULL},
		{SITE INLINE
		 "fill: [{row: \"a/b#ports/x\", set: {port: 1}, reason: x}]\n",
		 "unknown-row", 4, 14, NULL, NULL},
		{SITE INLINE "places: {P: {windows: \"D:\\tools\"}}\n",
		 "use-single-quotes", 4, 23, NULL, NULL},
		{SITE "profiles:\n- {carveout: profile/1, id: a/b}\n- {carveout: "
		      "profile/1, id: a/b}\n",
		 "duplicate-name", 5, 3, "stands twice", NULL},
		{SITE "profiles: [{carveout: profile/2, id: a/b}]\n", "bad-value", 3, 23,
		 NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct loading loading;

		if (load_site(&loading, "s.yaml", cases[i].text))
			fail_msg("taken: %s", cases[i].text);
		check_found(&loading, &cases[i]);
	}
}

static void test_site_fills_holes(void **state)
{
	struct loading loading;
	const struct cv_profile *profile;
	const struct cv_port_row *row;

	(void)state;
	assert_true(load_site(
		&loading, "s.yaml",
		SITE
		"profiles:\n- carveout: profile/1\n  id: a/b\n  ip: {hole: x}\n"
		"  parties: {A: {}, B: {}}\n"
		"  ports: [{id: r, from: A, to: B, port: {hole: y}, protocol: tcp}]\n"
		"fill:\n- {row: \"a/b#ports/r\", set: {port: 443}, reason: z}\n"
		"- {row: \"a/b#ip\", set: {ip: [4, 6]}, reason: z}\n"));
	profile = *CV_AT(&loading.profiles, struct cv_profile *, 0);
	row = cv_table_at(&profile->rows[CV_PORTS], 0);
	assert_string_equal(cv_few_texts(&row->ports).items[0].text, "443");
	assert_true(cv_row_more(&row->row)->holes->filled);
	assert_int_equal(profile->ip.count, 2);
	fixture_close(&loading.fixture);
}

static void test_site_fills_what_rows_share(void **state)
{
	struct loading loading;
	const struct cv_profile *profile;
	const struct cv_port_row *filled, *other;

	(void)state;
	assert_true(load_site(
		&loading, "s.yaml",
		SITE
		"profiles:\n- carveout: profile/1\n  id: a/b\n"
		"  parties: {A: {}, B: {}}\n"
		"  ports:\n  - {from: A, to: B, protocol: tcp, port: 1, class: "
		"operational,\n"
		"     rows: [{id: r, program: {hole: y}}, {id: s, scope: {hole: z}}]}\n"
		"fill:\n- {row: \"a/b#ports/r\", set: {program: /bin/x}, reason: z}\n"));
	profile = *CV_AT(&loading.profiles, struct cv_profile *, 0);
	filled = cv_table_at(&profile->rows[CV_PORTS], 0);
	other = cv_table_at(&profile->rows[CV_PORTS], 1);
	assert_string_equal(cv_port_more(filled)->program.text, "/bin/x");
	assert_string_equal(cv_row_more(&filled->row)->class.text, "operational");
	assert_null(cv_port_more(other)->program.text);
	assert_string_equal(cv_row_more(&other->row)->class.text, "operational");
	fixture_close(&loading.fixture);
}

static void test_site_lists_in_files(void **state)
{
	struct loading loading;

	(void)state;
	write_file("accepted.yaml", "- {row: r, finding: wider, target: list, "
				    "of: 3f9a1c0be27d44e1908c, reason: r, by: b, "
				    "until: \"2027-06-30\"}\n");
	assert_true(load_site(&loading, "s.yaml",
			      SITE INLINE "accept: {file: accepted.yaml}\n"));
	assert_int_equal(loading.site->accepts.count, 1);
	fixture_close(&loading.fixture);
	write_file("accepted.yaml", "accept: []\n");
	assert_false(load_site(&loading, "s.yaml",
			       SITE INLINE "accept: {file: accepted.yaml}\n"));
	assert_found(&loading.fixture, 0, "wrong-type", 1, 1);
	assert_string_equal(cv_source_by_id(&loading.fixture.ctx,
					    fixture_finding(&loading.fixture, 0)->at.file)
				    ->name,
			    "accepted.yaml");
	fixture_close(&loading.fixture);
}

static bool load_with(struct loading *loading, const char *name, const char *text)
{
	open_loading(loading, name, text);
	loading->load.targets = targets;
	loading->load.profile_directory = "installed";
	return cv_load_site(&loading->load, loading->fixture.source, &loading->site,
			    &loading->profiles);
}

static const struct cv_profile *first_profile(const struct loading *loading)
{
	return *CV_AT(&loading->profiles, struct cv_profile *, 0);
}

static void test_site_finds_profiles(void **state)
{
	struct loading loading;

	(void)state;
	mkdir("installed", 0700);
	mkdir("installed/a", 0700);
	mkdir("site", 0700);
	mkdir("site/a", 0700);
	write_file("installed/a/b.yaml", HEAD "title: installed\n");
	write_file("installed/a/c.json",
		   "{\"carveout\": \"profile/1\", \"id\": \"a/c\"}");
	assert_true(load_with(&loading, "site/s.yaml", SITE "profiles: [a/b, a/c]\n"));
	assert_string_equal(first_profile(&loading)->source->name, "installed/a/b.yaml");
	assert_string_equal(first_profile(&loading)->origin, "a/b");
	assert_int_equal(loading.profiles.count, 2);
	fixture_close(&loading.fixture);

	/* One beside the site goes before the installed one. */
	write_file("site/a/b.yaml", HEAD "title: beside\n");
	assert_true(load_with(&loading, "site/s.yaml", SITE "profiles: [a/b]\n"));
	assert_string_equal(first_profile(&loading)->title.text, "beside");
	fixture_close(&loading.fixture);

	assert_true(load_with(&loading, "site/s.yaml", SITE "profiles: [./a/b.yaml]\n"));
	assert_string_equal(first_profile(&loading)->origin, "./a/b.yaml");
	assert_string_equal(first_profile(&loading)->source->name, "site/a/b.yaml");
	fixture_close(&loading.fixture);

	assert_false(load_with(&loading, "site/s.yaml", SITE "profiles: [a/d]\n"));
	assert_found(&loading.fixture, 0, "no-profile", 3, 12);
	assert_text(&loading.fixture, 0,
		    "there is no a/d.yaml or a/d.json beside the site");
	assert_hint(&loading.fixture, 0, "did you mean a/b?");
	assert_int_equal(cv_exit_code(&loading.fixture.ctx), 2);
	fixture_close(&loading.fixture);

	assert_false(
		load_with(&loading, "site/s.yaml", SITE "profiles: [a/b, ./a/b.yaml]\n"));
	assert_found(&loading.fixture, 0, "duplicate-name", 3, 17);
	assert_also(&loading.fixture, 0, "first named here", 3, 12);
	fixture_close(&loading.fixture);

	write_file("site/a/x.yaml", HEAD);
	assert_false(load_with(&loading, "site/s.yaml", SITE "profiles: [a/x]\n"));
	assert_found(&loading.fixture, 0, "bad-value", 2, 5);
	assert_text(&loading.fixture, 0,
		    "this profile is `a/b`, and the site asks for `a/x`");
	assert_also(&loading.fixture, 0, "asked for here", 3, 12);
	fixture_close(&loading.fixture);
}

static void test_site_holds_profiles_to_their_digest(void **state)
{
	static const char profile[] = HEAD "ports: {csv: t.csv}\n";
	static const char table[] = "id,from,to,port,protocol\n";
	struct loading loading;
	char text[512], hex[65], inner[65], pinned[256];

	(void)state;
	mkdir("pin", 0700);
	write_file("pin/p.yaml", HEAD);
	cv_sha256_hex(HEAD, strlen(HEAD), hex);
	snprintf(text, sizeof text, SITE "profiles: ['./p.yaml@sha256:%s']\n", hex);
	assert_true(load_site(&loading, "pin/s.yaml", text));
	fixture_close(&loading.fixture);

	write_file("pin/p.yaml", HEAD "# changed\n");
	assert_false(load_site(&loading, "pin/s.yaml", text));
	assert_found(&loading.fixture, 0, "profile-changed", 3, 29);
	fixture_close(&loading.fixture);

	/* A table in a file would get past the pin, so the profile must pin it. */
	write_file("pin/t.csv", table);
	write_file("pin/p.yaml", profile);
	cv_sha256_hex(profile, strlen(profile), hex);
	snprintf(text, sizeof text, SITE "profiles: ['./p.yaml@sha256:%s']\n", hex);
	assert_false(load_site(&loading, "pin/s.yaml", text));
	assert_found(&loading.fixture, 0, "profile-changed", 3, 14);
	fixture_close(&loading.fixture);
	cv_sha256_hex(table, strlen(table), inner);
	snprintf(pinned, sizeof pinned, HEAD "ports: {csv: t.csv, sha256: %s}\n", inner);
	write_file("pin/p.yaml", pinned);
	cv_sha256_hex(pinned, strlen(pinned), hex);
	snprintf(text, sizeof text, SITE "profiles: ['./p.yaml@sha256:%s']\n", hex);
	assert_true(load_site(&loading, "pin/s.yaml", text));
	fixture_close(&loading.fixture);
	write_file("pin/t.csv", "id,from,to,port,protocol,purpose\n");
	assert_false(load_site(&loading, "pin/s.yaml", text));
	assert_found(&loading.fixture, 0, "profile-changed", 3, 29);
	fixture_close(&loading.fixture);

	assert_false(load_site(&loading, "pin/s.yaml",
			       SITE "profiles: ['./p.yaml@sha256:00']\n"));
	assert_found(&loading.fixture, 0, "bad-value", 3, 29);
	fixture_close(&loading.fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_site_whole),
		cmocka_unit_test(test_site_edition_may_be_a_map),
		cmocka_unit_test(test_site_target_options_may_be_absent),
		cmocka_unit_test(test_site_refused_with_place),
		cmocka_unit_test(test_site_fills_holes),
		cmocka_unit_test(test_site_fills_what_rows_share),
		cmocka_unit_test(test_site_lists_in_files),
		cmocka_unit_test(test_site_finds_profiles),
		cmocka_unit_test(test_site_holds_profiles_to_their_digest),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
