#include "load_fixture.h"

#include "base/buf.h"
#include "base/limits.h"

static struct cv_profile *load_profile(struct loading *loading, const char *text)
{
	open_loading(loading, "p.yaml", text);
	return cv_load_profile(&loading->load, loading->fixture.source, "p.yaml");
}

#define PARTIES "parties: {A: {}, B: {aliases: [Bee]}}\n"
#define DEVICES "devices: {PC: {platform: windows, role: endpoint}}\n"

static const char whole[] = HEAD
	"title: A product\n"
	"source: {page: {title: A page, url: \"https://example.com/x\", retrieved: "
	"\"2026-11-23\"}}\n"
	"versions: {client: The client}\n"
	"editions: [cloud, on-premises]\nfeatures: [fast]\n"
	"ip: {hole: 4 or 6}\n"
	"places:\n"
	"  Client:\n"
	"    aliases: [Client_folder]\n"
	"    windows:\n"
	"    - {when: {arch: x86_64}, path: '\\Program Files (x86)\\C'}\n"
	"    - '\\Program Files\\C'\n"
	"    linux: /opt/c\n"
	"  Tools: {linux: <Client>/tools}\n"
	"parameters: {web: {default: \"8443\", type: port}, plain: \"x\"}\n" PARTIES
		DEVICES
	"requires: [{component: Core, version: \">=7.2\"}, {component: {hole: x}}]\n"
	"supports: {macos: \">=10.11\", windows: {as: Core}}\n"
	"ports:\n"
	"- {id: one, from: A, to: [Bee, anyone], port: [443, \"${web}\"], protocol: tcp, "
	"source: page, initiates: either}\n"
	"- {id: two, from: A, to: B, protocol: esp, optional: true}\n"
	"exclusions:\n"
	"- when: {edition: on-premises}\n"
	"  source: page\n"
	"  rows:\n"
	"  - {id: one, device: PC, process: '<Client_folder>\\c.exe', when: {client: "
	"\"7.2.x\"}}\n"
	"  - {id: two, device: PC, folder: '<Client>\\d', recursive: false, source: "
	"page}\n"
	"- {id: three, device: PC, extension: .log, when: [{feature: fast}, {os: {rhel: "
	"\"7.x\"}}]}\n"
	"urls:\n- {id: one, from: A, url: \"*.example.com\", port: \"443\"}\n"
	"permissions:\n"
	"- {title: Roles, roles: [R1, R2], rows: [{permission: P, grants: {R1: [read, "
	"write]}}, "
	"{permission: Q, grants: {hole: W}}]}\n";

static void test_profile_whole(void **state)
{
	struct loading loading;
	const struct cv_profile *profile = load_profile(&loading, whole);
	const struct cv_port_row *port;
	const struct cv_exclusion_row *row;
	const struct cv_place_row *place;

	(void)state;
	if (!profile)
		fail_msg("%s", fixture_finding(&loading.fixture, 0)->text);
	assert_int_equal(loading.fixture.ctx.findings.count, 0);
	assert_string_equal(profile->id.text, "a/b");
	assert_string_equal(profile->origin, "p.yaml");
	assert_string_equal(profile->holes->words, "4 or 6");
	assert_int_equal(profile->rows[CV_PORTS].count, 2);
	port = cv_table_at(&profile->rows[CV_PORTS], 0);
	assert_int_equal(port->row.number, 1);
	assert_ptr_equal(port->row.profile, profile);
	assert_string_equal(cv_few_texts(&port->ports).items[1].text, "${web}");
	assert_string_equal(cv_port_more(port)->initiates.text, "either");
	row = cv_table_at(&profile->rows[CV_EXCLUSIONS], 0);
	assert_string_equal(cv_few_texts(&row->values[CV_KIND_PROCESS]).items[0].text,
			    "<Client_folder>\\c.exe");
	assert_string_equal(row->row.source.text, "page");
	row = cv_table_at(&profile->rows[CV_EXCLUSIONS], 1);
	assert_int_equal(row->recursive, CV_NO);
	assert_int_equal(row->row.number, 2);
	place = profile->places.items;
	assert_int_equal(place->paths[0].count, 2);
	assert_int_equal(profile->permissions.count, 1);
	fixture_close(&loading.fixture);
}

static void test_profile_is_the_same_in_json(void **state)
{
	static const char json[] =
		"{\"id\":\"a/"
		"b\",\"ports\":[{\"id\":\"one\",\"from\":\"A\",\"to\":[\"B\"],"
		"\"port\":443,\"protocol\":\"tcp\"}],\n\t\"parties\":{\"A\":{},\"B\":{}},"
		"\"carveout\":\"profile/1\"}";
	struct loading loading;
	const struct cv_profile *profile = load_profile(&loading, json);
	const struct cv_port_row *port;

	(void)state;
	assert_non_null(profile);
	port = cv_table_at(&profile->rows[CV_PORTS], 0);
	assert_string_equal(cv_few_texts(&port->ports).items[0].text, "443");
	assert_string_equal(cv_few_texts(&port->to).items[0].text, "B");
	fixture_close(&loading.fixture);
}

static const struct cv_exclusion_row *exclusion(const struct cv_profile *profile,
						size_t i)
{
	return cv_table_at(&profile->rows[CV_EXCLUSIONS], i);
}

static void test_profile_block_conditions_are_anded(void **state)
{
	struct loading loading;
	const struct cv_profile *profile = load_profile(
		&loading, HEAD DEVICES
		"versions: {client: c}\neditions: [x, y]\n"
		"exclusions:\n"
		"- when: [{edition: x}, {edition: y}]\n"
		"  device: PC\n"
		"  rows:\n"
		"  - {id: a, file: 'C:\\a'}\n"
		"  - {id: b, file: 'C:\\b', when: [{client: \"7.2.x\"}, {client: "
		"\"7.4.x\"}]}\n"
		"  - {id: c, file: 'C:\\c', when: {edition: x}, device: [PC]}\n"
		"  - {id: d, file: 'C:\\d', when: []}\n");
	const struct cv_when *when;

	(void)state;
	if (!profile)
		fail_msg("%s", fixture_finding(&loading.fixture, 0)->text);
	assert_int_equal(cv_row_more(&exclusion(profile, 0)->row)->when.count, 2);
	assert_string_equal(cv_few_texts(&exclusion(profile, 0)->device).items[0].text,
			    "PC");
	when = &cv_row_more(&exclusion(profile, 1)->row)->when;
	assert_int_equal(when->count, 4);
	assert_int_equal(when->items[0].count, 2);
	assert_string_equal(when->items[1].parts[0].values.items[0].text, "x");
	assert_string_equal(when->items[1].parts[1].values.items[0].text, "7.4.x");
	assert_string_equal(when->items[2].parts[0].values.items[0].text, "y");
	/* The same key in both: both parts must hold. */
	when = &cv_row_more(&exclusion(profile, 2)->row)->when;
	assert_int_equal(when->count, 2);
	assert_string_equal(when->items[1].parts[0].values.items[0].text, "y");
	assert_string_equal(when->items[1].parts[1].values.items[0].text, "x");
	/* A row that says "always" is still in its block. */
	assert_int_equal(cv_row_more(&exclusion(profile, 3)->row)->when.count, 2);
	fixture_close(&loading.fixture);
}

#define PORT_HEAD HEAD PARTIES
#define ROW_HEAD HEAD DEVICES

static void test_profile_refused_with_place(void **state)
{
	static const struct refused cases[] = {
		{"carveout: profile/2\nid: a/b\nnew: 1\n", "bad-value", 1, 11,
		 "`profile/2` is a format that this carveout does not know; it reads "
		 "profile/1",
		 NULL},
		{"carveout: site/1\nid: a/b\n", "bad-value", 1, 11, "this is a site",
		 NULL},
		{"carveout: 1\nid: a/b\n", "bad-value", 1, 11, NULL,
		 "carveout: profile/1"},
		{"id: a/b\n", "missing-key", 1, 1, "a profile needs `carveout`", NULL},
		{"carveout: profile/1\n", "missing-key", 1, 1, "a profile needs `id`",
		 NULL},
		{HEAD "prots: []\n", "unknown-key", 3, 1, NULL, "did you mean ports?"},
		{HEAD "id: c/d\n", "duplicate-key", 3, 1, NULL, NULL},
		{HEAD "editions: [x, y, x]\n", "duplicate-name", 3, 18, NULL, NULL},
		{HEAD "versions: {os: x}\n", "duplicate-name", 3, 12, NULL, NULL},
		{HEAD "title: {hole: x}\n", "hole-not-allowed", 3, 8, "only `ip`", NULL},
		{HEAD "ports: x\n", "wrong-type", 3, 8, "{csv: FILE}", NULL},
		{HEAD "ports: {hole: x}\n", "hole-not-allowed", 3, 8, NULL, NULL},
		{HEAD "ports:\n- x\n", "wrong-type", 4, 3,
		 "a port row must be a map, not a text", NULL},
		{PORT_HEAD "ports:\n- {id: r, from: A, to: B, protocol: tcp}\n",
		 "empty-port", 5, 3, "never taken for any", NULL},
		{PORT_HEAD "ports:\n- {id: r, from: A, to: B, port: [], protocol: tcp}\n",
		 "empty-port", 5, 3, NULL, NULL},
		{PORT_HEAD "ports:\n- {id: r, from: A, to: B, port: , protocol: tcp}\n",
		 "empty-port", 5, 33, NULL, NULL},
		{PORT_HEAD
		 "ports:\n- {id: r, from: A, to: B, port: 443, protocol: esp}\n",
		 "port-not-allowed", 5, 33, "`esp` has no ports", NULL},
		{PORT_HEAD "ports:\n- {id: r, from: A, to: B, port: 443, protocol: 50}\n",
		 "port-not-allowed", 5, 33, NULL, NULL},
		{PORT_HEAD
		 "ports:\n- {id: r, from: A, to: B, source-port: 1, protocol: icmp}\n",
		 "port-not-allowed", 5, 40, NULL, NULL},
		{PORT_HEAD "ports:\n- {id: r, from: A, to: B, port: 1, protocol: tcp, "
			   "icmp-type: 8}\n",
		 "bad-value", 5, 62, NULL, NULL},
		{PORT_HEAD
		 "ports:\n- {id: r, from: A, to: B, port: 443 # x\n  , protocol: tcp}\n",
		 "use-single-quotes", 5, 33, NULL, NULL},
		{PORT_HEAD
		 "ports:\n- {id: r, from: A, to: C, port: 443, protocol: tcp}\n",
		 "unknown-party", 5, 24, "unknown party `C` in a/b#ports/r", NULL},
		{PORT_HEAD
		 "ports:\n- {id: r, from: Bea, to: B, port: 443, protocol: tcp}\n",
		 "unknown-party", 5, 17, NULL, "did you mean Bee?"},
		{PORT_HEAD
		 "ports:\n- {id: r, from: A, to: B, port: \"${web}\", protocol: tcp}\n",
		 "unknown-parameter", 5, 34, "`web` in a/b#ports/r", NULL},
		{PORT_HEAD
		 "ports:\n- {id: r, from: A, to: B, port: List here, protocol: tcp}\n",
		 "template-leftover", 5, 33, NULL, NULL},
		{PORT_HEAD "ports:\n- {id: r, from: A, to: B, port: 1, protocol: tcp, "
			   "purpose: x <version>}\n",
		 "template-leftover", 5, 62, NULL, NULL},
		{PORT_HEAD
		 "ports:\n- {id: r, from: A, to: B, port: 1, protocol: tcp, source: x}\n",
		 "unknown-name", 5, 59, "unknown source `x`", NULL},
		{PORT_HEAD
		 "ports:\n- &a {id: r, from: A, to: B, port: 1, protocol: tcp}\n",
		 "refused-yaml", 5, 3, NULL, NULL},
		{ROW_HEAD "exclusions:\n- {id: r, device: PC}\n", "missing-key", 5, 3,
		 "at least one of", NULL},
		{ROW_HEAD "exclusions:\n- {id: r, device: PCs, file: 'C:\\a'}\n",
		 "unknown-device", 5, 19, NULL, "did you mean PC?"},
		{ROW_HEAD
		 "places: {Tanium Client: {}}\nexclusions:\n"
		 "- {id: cx, device: PC, process: '<Tanium Cilent>\\TaniumCX.exe'}\n",
		 "unknown-place", 6, 34,
		 "unknown place <Tanium Cilent> in a/b#exclusions/cx",
		 "did you mean <Tanium Client>?"},
		{ROW_HEAD "exclusions:\n- {id: r, device: PC, file: 'C:\\a'}\n"
			  "- {id: r, device: PC, file: 'C:\\b'}\n",
		 "duplicate-id", 6, 8, NULL, NULL},
		{ROW_HEAD "exclusions:\n- {id: {hole: x}, device: PC, file: 'C:\\a'}\n",
		 "hole-not-allowed", 5, 8, NULL, NULL},
		{ROW_HEAD
		 "versions: {client: c}\nexclusions:\n"
		 "- {id: r, device: PC, file: 'C:\\a', when: {clinet: '7.2.x'}}\n",
		 "unknown-name", 6, 44, "unknown condition `clinet`",
		 "did you mean client?"},
		{ROW_HEAD "versions: {client: c}\nexclusions:\n"
			  "- {id: r, device: PC, file: 'C:\\a', when: {client: 'foo'}}\n",
		 "bad-version", 6, 52, NULL, NULL},
		{ROW_HEAD
		 "versions: {client: c}\nexclusions:\n"
		 "- {id: r, device: PC, file: 'C:\\a', when: {client: '>=7.6,<7.2'}}\n",
		 "impossible-version", 6, 52, NULL, NULL},
		{ROW_HEAD "exclusions:\n- {id: r, device: PC, file: 'C:\\a', when: {os: "
			  "{rhel: foo}}}\n",
		 "bad-version", 5, 55, NULL, NULL},
		{ROW_HEAD
		 "exclusions:\n- {id: r, device: PC, file: 'C:\\a', when: {arch: x64}}\n",
		 "unknown-name", 5, 50, "x86, x86_64 or arm64", NULL},
		{ROW_HEAD "editions: [cloud]\nexclusions:\n"
			  "- {id: r, device: PC, file: 'C:\\a', when: {edition: clod}}\n",
		 "unknown-name", 6, 53, "unknown edition `clod`", "did you mean cloud?"},
		{ROW_HEAD "exclusions:\n- {id: r, device: PC, file: 'C:\\a', when: "
			  "{feature: x}}\n",
		 "unknown-name", 5, 53, "unknown feature `x`", NULL},
		{ROW_HEAD
		 "exclusions:\n- {device: PC, id: x, rows: [{id: a, file: 'C:\\a'}]}\n",
		 "unknown-key", 5, 16, "a block of rows has no `id`", NULL},
		{ROW_HEAD "exclusions:\n- {device: PC, rows: {id: a}}\n", "wrong-type", 5,
		 22, NULL, NULL},
		{ROW_HEAD
		 "exclusions:\n- {device: PC, fil: x, rows: [{id: a, file: 'C:\\a'}, "
		 "{id: b, file: 'C:\\b'}]}\n",
		 "unknown-key", 5, 16, NULL, "did you mean file?"},
		{ROW_HEAD "exclusions:\n- {device: PC, rows: [{id: a, rows: []}]}\n",
		 "unknown-key", 5, 31, NULL, NULL},
		{ROW_HEAD "exclusions:\n- {device: PC, when: {hole: x}, rows: []}\n",
		 "hole-not-allowed", 5, 22, NULL, NULL},
		{ROW_HEAD "exclusions:\n- device: PC\n  when: {arch: x86}\n"
			  "  rows: [{id: a, file: 'C:\\a', when: {hole: x}}]\n",
		 "hole-not-allowed", 7, 10, NULL, NULL},
		{HEAD "places: {One: {linux: opt/x}}\n", "bad-path", 3, 23,
		 "not absolute", NULL},
		{HEAD "places: {One: {windows: 'x\\y'}}\n", "bad-path", 3, 26, NULL,
		 NULL},
		{HEAD "places: {One: {linux: /a/../b}}\n", "bad-path", 3, 26, NULL, NULL},
		{HEAD "places: {One: {linux: <Two>/x}}\n", "unknown-place", 3, 23,
		 "unknown place <Two> in the place <One>", NULL},
		{HEAD "places: {One: {aliases: [One]}}\n", "duplicate-name", 3, 26, NULL,
		 NULL},
		{HEAD "places: {One: {aliases: [Two]}, Two: {}}\n", "duplicate-name", 3,
		 26, NULL, NULL},
		{HEAD "places: {One: {linux: <Uno>/x, aliases: [Uno]}}\n", "place-loop",
		 3, 23, "<Uno> leads back to itself", NULL},
		{HEAD
		 "places: {A: {linux: <B>/x}, B: {linux: <C>/x}, C: {linux: <A>/x}}\n",
		 "place-loop", 3, 59, NULL, NULL},
		{HEAD "parties: {A: {aliases: [B]}, B: {}}\n", "duplicate-name", 3, 25,
		 NULL, NULL},
		{HEAD "parameters: {web: {default: \"0\", type: port}}\n", "bad-port", 3,
		 30, NULL, NULL},
		{HEAD "parameters: {web: {type: port}}\n", "missing-key", 3, 19, NULL,
		 NULL},
		{HEAD "source: {p: {url: \"https://example.com\"}}\n", "missing-key", 3,
		 13, "`retrieved`", NULL},
		{HEAD "permissions: [{title: T, roles: [R], rows: [{permission: P, "
		      "grants: {S: x}}]}]\n",
		 "unknown-name", 3, 70, "unknown role `S`", NULL},
		{HEAD "requires: [{component: x, version: '>=7,<6'}]\n",
		 "impossible-version", 3, 36, NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct loading loading;

		if (load_profile(&loading, cases[i].text))
			fail_msg("taken: %s", cases[i].text);
		check_found(&loading, &cases[i]);
	}
}

static void test_profile_second_places_are_shown(void **state)
{
	struct loading loading;

	(void)state;
	assert_null(load_profile(&loading, ROW_HEAD
				 "exclusions:\n- {id: r, device: PC, file: 'C:\\a'}\n"
				 "- {id: r, device: PC, file: 'C:\\b'}\n"));
	assert_also(&loading.fixture, 0, "first defined here", 5, 8);
	fixture_close(&loading.fixture);
	assert_null(
		load_profile(&loading, HEAD
			     "places: {One: {aliases: [Two]}, Two: {aliases: [One]}}\n"));
	assert_found(&loading.fixture, 0, "place-loop", 3, 26);
	assert_also(&loading.fixture, 0, "first defined here", 3, 33);
	fixture_close(&loading.fixture);
}

static void test_profile_row_without_id_is_noted(void **state)
{
	struct loading loading;

	(void)state;
	assert_non_null(load_profile(&loading, ROW_HEAD
				     "exclusions:\n- {id: r, device: PC, file: 'C:\\a'}\n"
				     "- {device: PC, file: 'C:\\b'}\n"));
	assert_found(&loading.fixture, 0, "missing-id", 6, 3);
	assert_text(&loading.fixture, 0, "a/b#exclusions/2");
	assert_int_equal(cv_error_count(&loading.fixture.ctx), 0);
	fixture_close(&loading.fixture);
}

static void test_profile_place_paths_of_all_kinds(void **state)
{
	struct loading loading;

	(void)state;
	assert_non_null(load_profile(
		&loading, HEAD
		"parameters: {p: x}\n"
		"places: {A: {windows: ['\\a', 'C:\\a', '\\\\server\\share\\a', "
		"'%ProgramFiles%\\a', '<B>\\a', 'C:\\${p}\\a']}, B: {windows: '/b'}}\n"));
	fixture_close(&loading.fixture);
}

static void test_profile_reports_all_rows_in_one_run(void **state)
{
	struct loading loading;

	(void)state;
	/* What the rows' fields say, and of the sound rows what the names say. */
	assert_null(
		load_profile(&loading, PORT_HEAD
			     "ports:\n- {id: r, from: A, to: B, port: 0, protocol: tcp}\n"
			     "- {id: s, from: A, to: B, port: 80-70, protocol: tcq}\n"
			     "- {id: t, from: A, to: C, port: 443, protocol: tcp}\n"));
	assert_int_equal(loading.fixture.ctx.findings.count, 4);
	assert_found(&loading.fixture, 3, "unknown-party", 7, 24);
	fixture_close(&loading.fixture);
}

static void test_profile_errors_of_rows_have_a_bound(void **state)
{
	struct cv_buf buf = CV_BUF_INIT;
	struct loading loading;

	(void)state;
	cv_buf_text(&buf, PORT_HEAD "ports:\n");
	for (size_t i = 0; i < 2 * CV_MAX_ERRORS; i++)
		cv_buf_format(&buf,
			      "- {id: r%zu, from: A, to: C, port: 1, protocol: tcp}\n",
			      i);
	assert_null(load_profile(&loading, cv_buf_string(&buf)));
	assert_int_equal(loading.fixture.ctx.findings.count, CV_MAX_ERRORS);
	fixture_close(&loading.fixture);
	cv_buf_deinit(&buf);
}

static void test_profile_joined_conditions_have_bounds(void **state)
{
	struct cv_buf buf = CV_BUF_INIT;
	struct loading loading;

	(void)state;
	cv_buf_text(&buf,
		    ROW_HEAD "versions: {c: c}\nexclusions:\n- device: PC\n  when: [");
	for (size_t i = 0; i < CV_MAX_ALTERNATIVES; i++)
		cv_buf_text(&buf, "{c: 1.x},");
	cv_buf_text(&buf, "]\n  rows:\n");
	cv_buf_text(&buf, "  - {id: a, file: '/a', when: [{c: 1.x}, {c: 2.x}]}\n");
	assert_null(load_profile(&loading, cv_buf_string(&buf)));
	assert_found(&loading.fixture, 0, "too-long", 9, 31);
	fixture_close(&loading.fixture);
	for (size_t i = 0; i <= CV_MAX_JOINED / CV_MAX_ALTERNATIVES; i++)
		cv_buf_format(&buf, "  - {id: r%zu, file: '/a', when: {c: 1.x}}\n", i);
	assert_null(load_profile(&loading, cv_buf_string(&buf)));
	assert_text(&loading.fixture, 1, "make more than 1000000 alternatives");
	fixture_close(&loading.fixture);
	cv_buf_deinit(&buf);
}

static struct cv_profile *load_file(struct loading *loading, const char *name,
				    const char *text)
{
	write_file(name, text);
	open_loading(loading, name, text);
	return cv_load_profile(&loading->load, loading->fixture.source, name);
}

static void test_ids_that_stand_twice_among_many(void **state)
{
	enum { ROWS = 1000 };
	static char text[ROWS * 80];
	size_t size = (size_t)snprintf(text, sizeof text, PORT_HEAD "ports:\n");
	struct loading loading;
	struct cv_place first, again;
	size_t head = 1;

	(void)state;
	for (const char *c = text; (c = strchr(c, '\n')); c++)
		head++;
	for (size_t i = 0; i < ROWS; i++)
		size += (size_t)snprintf(
			text + size, sizeof text - size,
			"- {id: r%zu, from: A, to: B, port: 1, protocol: tcp}\n",
			i == 700 || i == 900 ? 3 : i);
	assert_null(load_profile(&loading, text));
	assert_int_equal(loading.fixture.ctx.findings.count, 2);
	for (size_t i = 0; i < 2; i++) {
		const struct cv_finding *finding = fixture_finding(&loading.fixture, i);

		assert_int_equal(finding->code, CV_F_DUPLICATE_ID);
		assert_true(cv_source_place(&loading.fixture.ctx, finding->at, &again));
		assert_true(cv_source_place(&loading.fixture.ctx, finding->also, &first));
		assert_int_equal(again.line, head + (i ? 900 : 700));
		assert_int_equal(first.line, head + 3);
	}
	fixture_close(&loading.fixture);
}

static void test_rows_share_what_few_say(void **state)
{
	struct loading loading;
	const struct cv_profile *profile = load_profile(
		&loading, PORT_HEAD
		"ports:\n"
		"- {from: A, to: B, port: 1, protocol: tcp, purpose: p, initiates: to,\n"
		"   rows: [{id: a}, {id: b}, {id: c, scope: same-subnet}]}\n"
		"- {id: d, from: A, to: B, port: 1, protocol: tcp}\n"
		"- {id: e, from: A, to: B, port: 1, protocol: udp, source-port: 7}\n");
	const struct cv_port_row *rows[5];

	(void)state;
	if (!profile)
		fail_msg("%s", fixture_finding(&loading.fixture, 0)->text);
	for (size_t i = 0; i < 5; i++)
		rows[i] = cv_table_at(&profile->rows[CV_PORTS], i);
	assert_ptr_equal(rows[0]->row.more, rows[1]->row.more);
	assert_string_equal(cv_row_more(&rows[1]->row)->purpose.text, "p");
	assert_string_equal(cv_port_more(rows[1])->initiates.text, "to");
	assert_null(cv_port_more(rows[1])->scope.text);
	assert_ptr_not_equal(rows[2]->row.more, rows[1]->row.more);
	assert_string_equal(cv_port_more(rows[2])->scope.text, "same-subnet");
	assert_null(rows[3]->row.more);
	assert_null(cv_row_more(&rows[3]->row)->purpose.text);
	assert_int_equal(cv_few_texts(&cv_port_more(rows[3])->source_ports).count, 0);
	assert_string_equal(
		cv_few_texts(&cv_port_more(rows[4])->source_ports).items[0].text, "7");
	assert_null(cv_row_more(&rows[4]->row)->purpose.text);
	fixture_close(&loading.fixture);
}

static void test_csv_table_beside_the_profile(void **state)
{
	struct loading loading;
	const struct cv_profile *profile;
	const struct cv_port_row *row;

	(void)state;
	mkdir("csv", 0700);
	write_file("csv/ports.csv",
		   "id,from,to,port,protocol,when.client,purpose\n"
		   "a,A,B,443,tcp,,\n"
		   "b,A;B,B,\"443,8443;any\",tcp,7.2.x,\"x, \"\"y\"\"\"\n"
		   "c,A,B,hole:an empty cell,tcp,7.2.x or 7.4.x,\n");
	profile = load_file(&loading, "csv/p.yaml",
			    PORT_HEAD "versions: {client: c}\nports: {csv: ports.csv}\n");
	if (!profile)
		fail_msg("%s", fixture_finding(&loading.fixture, 0)->text);
	assert_int_equal(profile->rows[CV_PORTS].count, 3);
	row = cv_table_at(&profile->rows[CV_PORTS], 1);
	assert_int_equal(cv_few_texts(&row->from).count, 2);
	assert_int_equal(cv_few_texts(&row->ports).count, 2);
	assert_string_equal(cv_few_texts(&row->ports).items[0].text, "443,8443");
	assert_string_equal(cv_row_more(&row->row)->purpose.text, "x, \"y\"");
	assert_int_equal(cv_row_more(&row->row)->when.count, 1);
	row = cv_table_at(&profile->rows[CV_PORTS], 2);
	assert_string_equal(cv_row_more(&row->row)->holes->words, "an empty cell");
	fixture_close(&loading.fixture);
}

static void test_csv_refused_with_place(void **state)
{
	static const struct refused cases[] = {
		{"id,from,to,prot,protocol\na,A,B,1,tcp\nb,A,B,1,tcp\n", "unknown-key", 1,
		 12, "`prot`", "did you mean port?"},
		{"id,from,port,protocol\na,A,1,tcp\n", "missing-key", 1, 1, "`to`", NULL},
		{"id,from,to,port,protocol,when\n", "wrong-type", 1, 26, "`when.client`",
		 NULL},
		{"id,from,to,port.x,protocol\n", "wrong-type", 1, 12, NULL, NULL},
		{"id,from,to,port,protocol\na,A,B,,tcp\n", "empty-port", 2, 1, NULL,
		 NULL},
		{"id,from,to,port,protocol\na,A,,1,tcp\n", "missing-key", 2, 1, "`to`",
		 NULL},
		{"id,from,to,port,protocol\na,A,B,\"443;08\",tcp\n", "bad-port", 2, 12,
		 NULL, NULL},
		{"id,from,to,port,protocol\na,A,B,List here,tcp\n", "template-leftover",
		 2, 7, NULL, NULL},
		{"id,from,to,port,protocol\na,A,C,1,tcp\n", "unknown-party", 2, 5, NULL,
		 NULL},
		{"id,from,to,port,protocol\na,A,B,1\n", "csv-shape", 2, 1, NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct loading loading;

		write_file("t.csv", cases[i].text);
		if (load_file(&loading, "p.yaml", PORT_HEAD "ports: {csv: t.csv}\n"))
			fail_msg("taken: %s", cases[i].text);
		check_found(&loading, &cases[i]);
	}
}

static void test_csv_lies_below_the_profile(void **state)
{
	static const struct refused cases[] = {
		{HEAD "ports: {csv: /etc/passwd}\n", "bad-path", 3, 14, NULL, NULL},
		{HEAD "ports: {csv: ../t.csv}\n", "bad-path", 3, 14, NULL, NULL},
		{HEAD "ports: {csv: a/../../t.csv}\n", "bad-path", 3, 14, NULL, NULL},
		{HEAD "ports: {csv: link.csv}\n", "bad-path", 3, 14, "below the folder",
		 NULL},
		{HEAD "ports: {csv: out/t.csv}\n", "bad-path", 3, 14, NULL, NULL},
		{HEAD "ports: {csv: none.csv}\n", "cannot-read", 3, 14, NULL, NULL},
		{HEAD "ports: {csv: '-'}\n", "cannot-read", 3, 14, NULL, NULL},
		{HEAD "ports: {csv: pipe.csv}\n", "bad-path", 3, 14, NULL, NULL},
		{HEAD "ports: {csv: folder}\n", "bad-path", 3, 14, NULL, NULL},
		{HEAD "ports: {csv: ./p.yaml/../../t.csv}\n", "bad-path", 3, 14, NULL,
		 NULL},
		{HEAD "ports: {csv: \"a\\tb\"}\n", "use-single-quotes", 3, 14, NULL,
		 NULL},
		{HEAD "ports: {csv: 't.csv', sep: x}\n", "unknown-key", 3, 23, NULL,
		 NULL},
	};

	(void)state;
	mkdir("below", 0700);
	write_file("t.csv", "id,from,to,port,protocol\n");
	assert_int_equal(symlink("../t.csv", "below/link.csv"), 0);
	assert_int_equal(symlink("..", "below/out"), 0);
	assert_int_equal(mkfifo("below/pipe.csv", 0600), 0);
	assert_int_equal(mkdir("below/folder", 0700), 0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct loading loading;

		if (load_file(&loading, "below/p.yaml", cases[i].text))
			fail_msg("taken: %s", cases[i].text);
		check_found(&loading, &cases[i]);
	}
}

static void test_kind_of_a_document(void **state)
{
	static const struct {
		const char *text;
		enum cv_document kind;
	} cases[] = {
		{"carveout: profile/1\n", CV_DOCUMENT_PROFILE},
		{"# x\na: b\n\"carveout\" : 'site/1'\n", CV_DOCUMENT_SITE},
		{"\xEF\xBB\xBF"
		 "carveout: site/1",
		 CV_DOCUMENT_SITE},
		{"{\"a\": {\"carveout\": \"profile/1\"}, \"carveout\": \"site/1\"}",
		 CV_DOCUMENT_SITE},
		{"{\"a\": \"carveout\\\": \\\"profile/1\", \"carveout\":\n\"site/1\"}",
		 CV_DOCUMENT_SITE},
		{"profiles:\n- carveout: profile/1\ncarveout: site/1\n",
		 CV_DOCUMENT_SITE},
		{"# carveout: site/1\n", CV_DOCUMENT_NEITHER},
		{"carveouts: site/1\n", CV_DOCUMENT_NEITHER},
		{"carveout", CV_DOCUMENT_NEITHER},
		{"{\"carveout", CV_DOCUMENT_NEITHER},
		{"{\"a\\", CV_DOCUMENT_NEITHER},
		{"", CV_DOCUMENT_NEITHER},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fixture fixture;

		fixture_open(&fixture, "t", cases[i].text, strlen(cases[i].text));
		assert_int_equal(cv_document_kind(fixture.source), cases[i].kind);
		fixture_close(&fixture);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_profile_whole),
		cmocka_unit_test(test_profile_is_the_same_in_json),
		cmocka_unit_test(test_profile_block_conditions_are_anded),
		cmocka_unit_test(test_profile_refused_with_place),
		cmocka_unit_test(test_profile_second_places_are_shown),
		cmocka_unit_test(test_profile_row_without_id_is_noted),
		cmocka_unit_test(test_profile_place_paths_of_all_kinds),
		cmocka_unit_test(test_profile_reports_all_rows_in_one_run),
		cmocka_unit_test(test_profile_errors_of_rows_have_a_bound),
		cmocka_unit_test(test_profile_joined_conditions_have_bounds),
		cmocka_unit_test(test_rows_share_what_few_say),
		cmocka_unit_test(test_ids_that_stand_twice_among_many),
		cmocka_unit_test(test_csv_table_beside_the_profile),
		cmocka_unit_test(test_csv_refused_with_place),
		cmocka_unit_test(test_csv_lies_below_the_profile),
		cmocka_unit_test(test_kind_of_a_document),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
