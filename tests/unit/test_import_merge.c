/* The next edition of a page over an older profile: what stays, what is edited. */
#include "draft_fixture.h"

#include "hostile_fixture.h"
#include "import/merge.h"

struct merging {
	struct drafting drafting;
	struct cv_load load;
	struct cv_merge *merge;
	struct cv_merge_counts counts;
	struct cv_table lines;
	struct cv_buf out;
};

static void open_merging(struct merging *merging, const char *older)
{
	struct cv_ctx *ctx;

	memset(merging, 0, sizeof *merging);
	open_drafting(&merging->drafting);
	ctx = merging->drafting.ctx;
	merging->load.ctx = ctx;
	merging->merge =
		cv_merge_open(&merging->load, cv_source_from_bytes(ctx, "older.yaml",
								   older, strlen(older)));
	if (!merging->merge)
		fail_msg("%s", fixture_finding(&merging->drafting.fixture, 0)->text);
}

static bool run_merge(struct merging *merging)
{
	struct drafting *drafting = &merging->drafting;
	const struct cv_profile *older = cv_merge_profile(merging->merge);

	cv_draft_settle(drafting->ctx, &drafting->draft);
	cv_draft_name_rows(drafting->ctx, &drafting->draft, NULL);
	cv_merge_pair(merging->merge, &drafting->draft);
	cv_merge_keep(merging->merge, &drafting->draft);
	cv_draft_name_rows(drafting->ctx, &drafting->draft, older);
	return cv_merge_write(merging->merge, &drafting->draft, &merging->out,
			      &merging->counts, &merging->lines);
}

static void do_merge(struct merging *merging)
{
	if (!run_merge(merging))
		fail_msg("%s\n%s",
			 fixture_finding(&merging->drafting.fixture,
					 merging->drafting.ctx->findings.count - 1)
				 ->text,
			 cv_buf_string(&merging->out));
}

static void close_merging(struct merging *merging)
{
	cv_buf_deinit(&merging->out);
	fixture_close(&merging->drafting.fixture);
}

static void assert_line(const struct merging *merging, const char *wanted)
{
	for (size_t i = 0; i < merging->lines.count; i++)
		if (strcmp(*CV_AT(&merging->lines, const char *, i), wanted) == 0)
			return;
	for (size_t i = 0; i < merging->lines.count; i++)
		print_message("%s\n", *CV_AT(&merging->lines, const char *, i));
	fail_msg("no line `%s`", wanted);
}

static void assert_counts(const struct merging *merging, size_t same, size_t added,
			  size_t changed, size_t withdrawn, size_t back)
{
	const struct cv_merge_counts *counts = &merging->counts;

	if (counts->same != same || counts->added != added ||
	    counts->changed != changed || counts->withdrawn != withdrawn ||
	    counts->back != back)
		fail_msg("%zu same, %zu added, %zu changed, %zu withdrawn, %zu back\n%s",
			 counts->same, counts->added, counts->changed, counts->withdrawn,
			 counts->back, merging->out.data);
}

#define TOP \
	"# By hand.\n" \
	"carveout: profile/1\n" \
	"id: vendor/product\n" \
	"title: Product\n" \
	"source:\n" \
	"  page: {title: Requirements, url: \"https://example.com/page\", retrieved: " \
	"\"2026-11-23\"}  # ours\n" \
	"versions: {client: Client}\n" \
	"editions: [one, two]\n" \
	"places:\n" \
	"  Client:\n" \
	"    aliases: [Client_folder]\n" \
	"    windows: 'C:\\Client'\n" \
	"parameters: {base: \"443\"}\n" \
	"parties:\n" \
	"  Server: {aliases: [The Server]}\n" \
	"  Client: {}\n" \
	"devices:\n" \
	"  Windows: {platform: windows, role: endpoint}\n" \
	"\n"

static const char older[] = TOP
	"ports:\n"
	"  # Hand-made remark.\n"
	"  - {id: to-server, from: Client, to: Server, port: \"${base}\", protocol: tcp, "
	"class: performance, source: page}  # line 3\n"
	"  - id: open\n"
	"    from: Client\n"
	"    to: Server  # filled in by hand\n"
	"    port: \"99\"\n"
	"    protocol: udp\n"
	"    source: page\n"
	"exclusions:\n"
	"  # First table.\n"
	"  - when: {edition: one}\n"
	"    source: page\n"
	"    rows:\n"
	"      # Why it is here.\n"
	"      - {id: py27, device: Windows, process: '<Client>\\Py27\\py.exe', when: "
	"{client: \"7.2.x\"}}  # line 10\n"
	"      - {id: py38, device: Windows, process: '<Client>\\Py38\\py.exe', when: "
	"{client: \"7.4.x\"}, purpose: mine}  # line 11\n"
	"      - {id: gone, device: Windows, process: '<Client>\\gone.exe', status: "
	"withdrawn, until: \"2025-01-01\"}\n"
	"  - when: {edition: two}\n"
	"    source: page\n"
	"    rows:\n"
	"      - id: cx\n"
	"        device: Windows\n"
	"        file: '<Client>\\cx.log'\n"
	"        # the last word\n";

/* What `older` says, as a page says it: the place by its alias, the parameter's value,
 * a hole where the hand filled in. */
static void add_ports(struct merging *merging)
{
	add_block(&merging->drafting, CV_SECTION_PORTS, NULL);
	merging->drafting.line = 2;
	add_row(&merging->drafting, "from", "Client", "to", "The Server", "port", "443",
		"protocol", "tcp", NULL);
	add_row(&merging->drafting, "from", "Client", "to", "hole:an empty cell", "port",
		"hole:an empty cell", "protocol", "udp", NULL);
}

static void add_first(struct merging *merging)
{
	add_edition(&merging->drafting, "one");
	add_edition(&merging->drafting, "two");
	add_device(&merging->drafting, "Windows", "windows", "endpoint");
	add_block(&merging->drafting, CV_SECTION_EXCLUSIONS, "one");
	merging->drafting.line = 9;
	add_row(&merging->drafting, "device", "Windows", "process",
		"<Client_folder>\\Py27\\py.exe", "when.client", "7.2.x", NULL);
	add_row(&merging->drafting, "device", "Windows", "process",
		"<Client>\\Py38\\py.exe", "when.client", "7.4.x", NULL);
}

static void add_second(struct merging *merging)
{
	add_block(&merging->drafting, CV_SECTION_EXCLUSIONS, "two");
	add_row(&merging->drafting, "device", "Windows", "file", "<Client>\\cx.log",
		NULL);
}

static void test_merge_same_page_changes_no_byte(void **state)
{
	struct merging merging;

	(void)state;
	open_merging(&merging, older);
	add_ports(&merging);
	add_first(&merging);
	add_second(&merging);
	do_merge(&merging);
	assert_string_equal(merging.out.data, older);
	assert_counts(&merging, 5, 0, 0, 0, 0);
	close_merging(&merging);
}

/* The old text with some of it replaced. */
static const char *replaced(struct cv_ctx *ctx, const char *text, const char *from,
			    const char *to)
{
	const char *found = strstr(text, from);

	if (!found)
		fail_msg("no `%s` in\n%s", from, text);
	return cv_arena_format(ctx->arena, "%.*s%s%s", (int)(found - text), text, to,
			       found + strlen(from));
}

static void test_merge_edits_only_what_the_page_changed(void **state)
{
	struct merging merging;
	struct cv_ctx *ctx;
	const char *want = older;

	(void)state;
	open_merging(&merging, older);
	ctx = merging.drafting.ctx;
	merging.drafting.draft.retrieved = "2026-12-01";
	add_edition(&merging.drafting, "one");
	add_edition(&merging.drafting, "two");
	add_device(&merging.drafting, "Windows", "windows", "endpoint");
	add_device(&merging.drafting, "Linux machines", "linux", "endpoint");
	add_block(&merging.drafting, CV_SECTION_PORTS, NULL);
	/* The port is another one; the hand-filled row goes on; one is new. */
	merging.drafting.line = 4;
	add_row(&merging.drafting, "from", "Client", "to", "Server", "port", "8443",
		"protocol", "tcp", NULL);
	add_row(&merging.drafting, "from", "Zone Server", "to", "Server", "port", "1|2",
		"protocol", "tcp", NULL);
	add_row(&merging.drafting, "from", "Client", "to", "hole:an empty cell", "port",
		"hole:an empty cell", "protocol", "udp", NULL);
	add_block(&merging.drafting, CV_SECTION_EXCLUSIONS, "one");
	/* A new first row; 7.2 without a condition; 3.8 is not there; `gone` is back. */
	add_row(&merging.drafting, "device", "Windows", "process", "<Client>\\first.exe",
		NULL);
	add_row(&merging.drafting, "device", "Windows", "process",
		"<Client>\\Py27\\py.exe", NULL);
	add_row(&merging.drafting, "device", "Windows", "process", "<Client>\\gone.exe",
		NULL);
	add_block(&merging.drafting, CV_SECTION_EXCLUSIONS, "two");
	add_row(&merging.drafting, "device", "Windows", "file", "<Client>\\cx2.log",
		NULL);
	add_row(&merging.drafting, "device", "Linux machines", "folder", "/opt/it's",
		"when.server", "8.x", NULL);
	do_merge(&merging);
	want = replaced(ctx, want, "2026-11-23", "2026-12-01");
	want = replaced(ctx, want, "versions: {client: Client}",
			"versions: {client: Client, server: server}");
	want = replaced(ctx, want, "  Client: {}\n", "  Client: {}\n  Zone Server: {}\n");
	want = replaced(ctx, want, "role: endpoint}\n",
			"role: endpoint}\n  Linux machines: {platform: linux, role: "
			"endpoint}\n");
	want = replaced(ctx, want, "\"${base}\"", "\"8443\"");
	want = replaced(
		ctx, want, "  # line 3\n",
		"  # line 5\n"
		"  - {id: zone-server-to-server-1, from: Zone Server, to: Server, "
		"port: [\"1\", \"2\"], protocol: tcp, source: page}  # line 6\n");
	want = replaced(ctx, want, "      # Why it is here.\n",
			"      - {id: first, device: Windows, process: "
			"'<Client>\\first.exe'}  # line 8\n      # Why it is here.\n");
	want = replaced(ctx, want, ", when: {client: \"7.2.x\"}}  # line 10",
			"}  # line 9");
	want = replaced(ctx, want, "purpose: mine}",
			"purpose: mine, status: withdrawn, until: \"2026-11-23\"}");
	want = replaced(ctx, want, ", status: withdrawn, until: \"2025-01-01\"}", "}");
	want = replaced(
		ctx, want, "cx.log'\n",
		"cx2.log'\n"
		"      - {id: it-s, device: Linux machines, folder: '/opt/it''s', "
		"when: {server: \"8.x\"}}  # line 12\n");
	assert_string_equal(merging.out.data, want);
	assert_counts(&merging, 1, 3, 3, 1, 1);
	assert_line(&merging,
		    "changed    ports/to-server  port: \"${base}\" -> \"8443\"");
	assert_line(&merging,
		    "changed    exclusions/py27  when.client: \"7.2.x\" -> nothing");
	assert_line(&merging, "withdrawn  exclusions/py38");
	assert_line(&merging, "back       exclusions/gone");
	assert_line(&merging, "added      exclusions/it-s");
	assert_code(&merging.drafting, CV_F_IMPORT_ADDED);
	assert_code(&merging.drafting, CV_F_IMPORT_CHANGED);
	assert_code(&merging.drafting, CV_F_IMPORT_WITHDRAWN);
	assert_code(&merging.drafting, CV_F_IMPORT_BACK);
	assert_code(&merging.drafting, CV_F_IMPORT_KEPT);
	assert_int_equal(merging.drafting.ctx->errors, 0);
	close_merging(&merging);
}

/* One respect makes another edition of a row, more make another row. */
static void test_merge_pairs_rows_that_differ_in_one_respect(void **state)
{
	static const char rows[] = TOP
		"ports:\n"
		"- {id: p, from: Client, to: Server, port: \"1\", protocol: tcp, source: "
		"page}\n"
		"exclusions:\n"
		"- {id: one, device: Windows, process: 'C:\\a\\one.exe', source: page}\n"
		"- {id: moved, device: Windows, file: 'C:\\v1\\x.log', source: page}\n"
		"- {id: grown, device: Windows, folder: 'C:\\g', when: {client: "
		"\"7.2.x\"}, "
		"source: page}\n"
		"- {id: both, device: Windows, process: 'C:\\v38\\py.exe', when: "
		"{client: "
		"\"7.4.x\"}, source: page}\n"
		"- {id: kind, device: Windows, process: 'C:\\k', source: page}\n"
		"urls:\n"
		"- {id: u, url: a.example.com, port: \"443\", source: page}\n";
	struct merging merging;

	(void)state;
	open_merging(&merging, rows);
	add_edition(&merging.drafting, "one");
	add_edition(&merging.drafting, "two");
	add_device(&merging.drafting, "Windows", "windows", "endpoint");
	add_block(&merging.drafting, CV_SECTION_PORTS, NULL);
	add_row(&merging.drafting, "from", "Server", "to", "Client", "port", "1",
		"protocol", "tcp", NULL);
	add_block(&merging.drafting, CV_SECTION_EXCLUSIONS, NULL);
	add_row(&merging.drafting, "device", "Windows", "process", "C:\\b\\two.exe",
		NULL);
	add_row(&merging.drafting, "device", "Windows", "file", "C:\\v2\\x.log", NULL);
	add_row(&merging.drafting, "device", "Windows", "folder", "C:\\g", "when.client",
		"7.2.x|7.4.x", NULL);
	add_row(&merging.drafting, "device", "Windows", "process", "C:\\v39\\py.exe",
		"when.client", "7.6.x", NULL);
	add_row(&merging.drafting, "device", "Windows", "folder", "C:\\k", NULL);
	add_block(&merging.drafting, CV_SECTION_URLS, NULL);
	add_row(&merging.drafting, "url", "z.example.org", "port", "443", NULL);
	do_merge(&merging);
	assert_line(&merging, "withdrawn  ports/p");
	assert_line(&merging, "withdrawn  exclusions/one");
	assert_line(&merging, "added      exclusions/two");
	assert_line(&merging, "changed    exclusions/moved  file: 'C:\\v1\\x.log' -> "
			      "'C:\\v2\\x.log'");
	assert_line(&merging, "changed    exclusions/grown  when.client: \"7.2.x\" -> "
			      "[\"7.2.x\", \"7.4.x\"]");
	assert_line(&merging, "withdrawn  exclusions/both");
	assert_line(&merging, "added      exclusions/py");
	assert_line(&merging, "changed    exclusions/kind  process: 'C:\\k' -> nothing");
	assert_line(&merging, "changed    exclusions/kind  folder: nothing -> 'C:\\k'");
	assert_line(&merging, "withdrawn  urls/u");
	assert_counts(&merging, 0, 4, 3, 4, 0);
	close_merging(&merging);
}

/* A block style row that loses its first, a middle and its last key, and gains some. */
static void test_merge_edits_rows_in_block_style(void **state)
{
	static const char rows[] = TOP "exclusions:\n"
				       "- device: Windows\n"
				       "  when:  # of old\n"
				       "    client: \"7.2.x\"\n"
				       "  process:\n"
				       "    - 'C:\\a\\a.exe'\n"
				       "    - 'C:\\b\\a.exe'\n"
				       "  id: one\n"
				       "  source: page  # ours\n"
				       "- status: withdrawn  # no more\n"
				       "  id: two\n"
				       "  device: Windows\n"
				       "  file: 'C:\\f'\n"
				       "  source: page\n"
				       "  until: \"2025-01-01\"  # was\n"
				       "# the end\n";
	struct merging merging;
	const char *want = rows;

	(void)state;
	open_merging(&merging, rows);
	add_edition(&merging.drafting, "one");
	add_edition(&merging.drafting, "two");
	add_device(&merging.drafting, "Windows", "windows", "endpoint");
	add_block(&merging.drafting, CV_SECTION_EXCLUSIONS, NULL);
	add_row(&merging.drafting, "device", "Windows", "process",
		"C:\\a\\a.exe|C:\\b\\a.exe", "recursive", "true", NULL);
	add_row(&merging.drafting, "device", "Windows", "file", "C:\\f", NULL);
	do_merge(&merging);
	want = replaced(merging.drafting.ctx, want,
			"  when:  # of old\n    client: \"7.2.x\"\n", "");
	want = replaced(merging.drafting.ctx, want, "source: page  # ours\n",
			"source: page  # ours\n  recursive: true\n");
	want = replaced(merging.drafting.ctx, want, "status: withdrawn  # no more\n  ",
			"");
	want = replaced(merging.drafting.ctx, want, "  until: \"2025-01-01\"  # was\n",
			"");
	assert_string_equal(merging.out.data, want);
	assert_counts(&merging, 0, 0, 1, 0, 1);
	close_merging(&merging);
}

static void test_merge_adds_blocks_and_sections(void **state)
{
	static const char few[] =
		"carveout: profile/1\nid: vendor/product\n"
		"exclusions:\n"
		"- {id: a, device: Windows, process: 'C:\\a.exe', source: other}\n"
		"source: {other: {url: \"https://example.com/other\", retrieved: "
		"\"2026-01-01\"}}\n"
		"devices: {Windows: {platform: windows, role: endpoint}}";
	static const char want[] =
		"carveout: profile/1\nid: vendor/product\n"
		"exclusions:\n"
		"- {id: a, device: Windows, process: 'C:\\a.exe', source: other}\n"
		"- when: {edition: cloud}\n"
		"  source: page\n"
		"  rows:\n"
		"    - {id: b, device: Windows, process: 'C:\\b.exe'}  # line 1\n"
		"source: {other: {url: \"https://example.com/other\", retrieved: "
		"\"2026-01-01\"}, page: {title: \"Requirements\", url: "
		"\"https://example.com/page\", retrieved: \"2026-11-23\"}}\n"
		"editions: [cloud]\n\n"
		"parties:\n  A: {}\n\n"
		"devices: {Windows: {platform: windows, role: endpoint}}\n"
		"\nurls:\n"
		"  - source: page\n"
		"    rows:\n"
		"      - {id: example-com, url: \"example.com\", from: A}  # line 2\n";
	struct merging merging;

	(void)state;
	open_merging(&merging, few);
	add_edition(&merging.drafting, "cloud");
	add_device(&merging.drafting, "Windows", "windows", "endpoint");
	add_block(&merging.drafting, CV_SECTION_EXCLUSIONS, "cloud");
	add_row(&merging.drafting, "device", "Windows", "process", "C:\\b.exe", NULL);
	add_block(&merging.drafting, CV_SECTION_URLS, NULL);
	add_row(&merging.drafting, "url", "example.com", "from", "A", NULL);
	do_merge(&merging);
	assert_string_equal(merging.out.data, want);
	assert_counts(&merging, 0, 2, 0, 0, 0);
	close_merging(&merging);
}

/* A warning about a hole that a hand has filled asks for nothing any more. */
static void test_merge_keeps_what_a_hand_filled_in(void **state)
{
	static const char filled[] = TOP "exclusions:\n"
					 "- {id: a, device: Windows, process: "
					 "'C:\\a.exe', when: {client: \"7.x\", "
					 "edition: one}, source: page}\n"
					 "- {id: b, device: Windows, process: "
					 "'C:\\b.exe', when: [{client: \"7.x\"}, "
					 "{arch: x86}], source: page}\n";
	struct merging merging;
	struct cv_draft_row *row;

	(void)state;
	open_merging(&merging, filled);
	add_edition(&merging.drafting, "one");
	add_device(&merging.drafting, "Windows", "windows", "endpoint");
	add_block(&merging.drafting, CV_SECTION_EXCLUSIONS, "one");
	row = add_row(&merging.drafting, "device", "Windows", "process", "C:\\a.exe",
		      "when", "hole:see note", NULL);
	cv_draft_field(row, "when")->at = (struct cv_span){1, 2, 2};
	cv_find(merging.drafting.ctx, CV_F_IMPORT_OPEN, (struct cv_span){1, 2, 2}, "x");
	cv_find(merging.drafting.ctx, CV_F_IMPORT_OPEN, (struct cv_span){1, 2, 3}, "y");
	add_block(&merging.drafting, CV_SECTION_EXCLUSIONS, NULL);
	add_row(&merging.drafting, "device", "Windows", "process", "C:\\b.exe",
		"when.client", "7.2.x", NULL);
	do_merge(&merging);
	assert_string_equal(merging.out.data, filled);
	assert_code(&merging.drafting, CV_F_IMPORT_KEPT);
	assert_int_equal(fixture_finding(&merging.drafting.fixture, 0)->severity,
			 CV_NOTE);
	assert_int_equal(fixture_finding(&merging.drafting.fixture, 1)->severity,
			 CV_WARNING);
	close_merging(&merging);
}

static void test_merge_says_what_is_to_be_done_by_hand(void **state)
{
	static const char listed[] =
		TOP "requires:\n"
		    "- {component: Core, version: \">=7.2\"}\n"
		    "- {component: Console, version: \">=3\", note: mine}\n"
		    "- {component: Gone}\n"
		    "supports:\n"
		    "  rhel: \"6.x\"\n"
		    "  macos: {as: Client}\n"
		    "permissions:\n"
		    "- title: Roles\n"
		    "  source: page\n"
		    "  roles: [A, B]\n"
		    "  rows:\n"
		    "  - {permission: X, grants: {A: [read], B: [read, write]}}\n"
		    "  - {permission: Y, grants: {A: [read]}}\n"
		    "  - {permission: Z, grants: {hole: WRITE}}\n";
	struct merging merging;

	(void)state;
	open_merging(&merging, listed);
	add_edition(&merging.drafting, "one");
	add_edition(&merging.drafting, "two");
	add_block(&merging.drafting, CV_SECTION_REQUIRES, NULL);
	add_row(&merging.drafting, "component", "Core", "version", ">=7.4", NULL);
	add_row(&merging.drafting, "component", "Console", "version",
		"hole:nothing stands beside it", NULL);
	add_row(&merging.drafting, "component", "New", NULL);
	add_block(&merging.drafting, CV_SECTION_SUPPORTS, NULL);
	add_row(&merging.drafting, "system", "rhel", "version", "6.x", NULL);
	add_row(&merging.drafting, "system", "macos", "version", ">=10", NULL);
	add_block(&merging.drafting, CV_SECTION_PERMISSIONS, NULL);
	merging.drafting.block->caption = "Roles";
	add_row(&merging.drafting, "permission", "X", "grants.A", "read", "grants.B",
		"read|write", NULL);
	add_row(&merging.drafting, "permission", "Y", "grants.A", "read|write", NULL);
	add_row(&merging.drafting, "permission", "Z", "grants", "hole:WRITE", NULL);
	do_merge(&merging);
	assert_string_equal(merging.out.data, listed);
	assert_line(&merging, "by hand    requires  the page says otherwise: {component: "
			      "Core, version: \">=7.4\"}");
	assert_line(&merging,
		    "by hand    requires  the page has besides: {component: New}");
	assert_line(&merging,
		    "by hand    requires  the page has no longer: {component: Gone}");
	assert_line(&merging, "by hand    supports  the page says otherwise: {system: "
			      "macos, version: \">=10\"}");
	assert_line(&merging, "by hand    permissions  the page says otherwise: "
			      "{permission: \"Y\", grants: {A: [read, write]}}");
	assert_int_equal(merging.lines.count, 5);
	assert_code(&merging.drafting, CV_F_IMPORT_BY_HAND);
	assert_int_equal(merging.drafting.ctx->errors, 0);
	close_merging(&merging);
}

static void test_merge_refuses_what_it_cannot_edit(void **state)
{
	static const char *const refused[] = {
		"{\"carveout\": \"profile/1\", \"id\": \"vendor/product\"}",
		"carveout: profile/1\nid: vendor/product\nports: {csv: no-such.csv}\n",
		"carveout: profile/1\nid: vendor/product\nports: [a]\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		struct drafting drafting;
		struct cv_load load;

		open_drafting(&drafting);
		load = (struct cv_load){.ctx = drafting.ctx};
		assert_null(cv_merge_open(
			&load, cv_source_from_bytes(drafting.ctx, "o", refused[i],
						    strlen(refused[i]))));
		assert_true(drafting.ctx->errors > 0);
		if (i == 0)
			assert_code(&drafting, CV_F_IMPORT_BY_HAND);
		fixture_close(&drafting.fixture);
	}
}

/* Import, import again: no byte; with other rows and back again: the old ids. */
static void test_merge_random_editions(void **state)
{
	uint64_t random = 7;

	(void)state;
	for (size_t round = 0; round < 40; round++) {
		static const char *const folders[] = {"C:\\A", "<P>\\B", "/x y",
						      "C:\\'q'"};
		char *text = NULL;
		struct cv_buf first = CV_BUF_INIT;

		for (size_t edition = 0; edition < 4; edition++) {
			struct merging merging;
			/* The last one is the one before it. */
			uint64_t seed = 1000 * round + (edition > 2 ? 2 : edition) + 1;
			struct drafting *drafting = &merging.drafting;

			if (text) {
				open_merging(&merging, text);
			} else {
				memset(&merging, 0, sizeof merging);
				open_drafting(drafting);
			}
			add_device(drafting, "Windows", "windows", "endpoint");
			add_device(drafting, "Linux", "linux", "endpoint");
			add_edition(drafting, "one");
			add_edition(drafting, "two");
			for (size_t b = 0; b < 3; b++) {
				add_block(drafting, CV_SECTION_EXCLUSIONS,
					  b == 2 ? NULL
					  : b    ? "two"
						 : "one");
				for (size_t r = 0; r < 8; r++) {
					const uint32_t dice = hostile_random(&seed);
					const char *path = cv_arena_format(
						drafting->ctx->arena, "%s\\p%u.exe",
						folders[dice % 4], dice / 4 % 6);

					if (dice / 100 % 3 == 0)
						continue;
					add_row(drafting, "device",
						dice / 1000 % 2 ? "Windows" : "Linux",
						dice / 7000 % 3 ? "process" : "file",
						dice / 77 % 5 ? path
							      : "hole:see # note: '",
						dice / 31 % 2 ? "when.client" : "purpose",
						dice / 311 % 2 ? "7.2.x" : "7.4.x", NULL);
				}
			}
			if (!text) {
				write_draft(drafting, &first);
				text = strdup(first.data);
				fixture_close(&drafting->fixture);
				continue;
			}
			do_merge(&merging);
			if (edition == 3) {
				assert_string_equal(merging.out.data, text);
				assert_int_equal(merging.lines.count, 0);
			}
			free(text);
			text = strdup(merging.out.data);
			close_merging(&merging);
			hostile_random(&random);
		}
		free(text);
		cv_buf_deinit(&first);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_merge_same_page_changes_no_byte),
		cmocka_unit_test(test_merge_edits_only_what_the_page_changed),
		cmocka_unit_test(test_merge_pairs_rows_that_differ_in_one_respect),
		cmocka_unit_test(test_merge_edits_rows_in_block_style),
		cmocka_unit_test(test_merge_adds_blocks_and_sections),
		cmocka_unit_test(test_merge_keeps_what_a_hand_filled_in),
		cmocka_unit_test(test_merge_says_what_is_to_be_done_by_hand),
		cmocka_unit_test(test_merge_refuses_what_it_cannot_edit),
		cmocka_unit_test(test_merge_random_editions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
