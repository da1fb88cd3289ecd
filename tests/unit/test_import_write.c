/* A draft as YAML: what is written, that it reads back the same, and that no value of a
 * page leaves its quotes. */
#include "draft_fixture.h"

#include "base/json.h"
#include "base/limits.h"
#include "hostile_fixture.h"
#include "import/yaml_text.h"
#include "model/node.h"
#include "read/yaml.h"

static void test_write_house_layout(void **state)
{
	static const char want[] =
		"carveout: profile/1\n"
		"id: vendor/product\n"
		"title: Product\n"
		"\n"
		"source:\n"
		"  page:\n"
		"    title: Requirements\n"
		"    url: \"https://example.com/page\"\n"
		"    retrieved: \"2026-11-23\"\n"
		"\n"
		"versions:\n"
		"  client: Client of it\n"
		"\n"
		"editions: [on-premises, cloud]\n"
		"\n"
		"ip: {hole: \"only IPv4 / IPv4 and IPv6\"}\n"
		"\n"
		"places:\n"
		"  Client: {}\n"
		"\n"
		"parties:\n"
		"  Server: {}\n"
		"\n"
		"devices:\n"
		"  Windows endpoints: {platform: windows, role: endpoint}\n"
		"\n"
		"requires:\n"
		"  - {component: Core, version: \">=7.2\"}  # line 1\n"
		"  - {component: Console, version: {hole: \"nothing stands beside it\"}"
		"}  # line 2\n"
		"\n"
		"supports:\n"
		"  rhel: \"6.x or 7.x\"  # line 3\n"
		"\n"
		"ports:\n"
		"  - source: page\n"
		"    rows:\n"
		"      # Its cells are empty.\n"
		"      - id: server  # line 4\n"
		"        from: Server\n"
		"        to: {hole: \"an empty cell\"}\n"
		"        port: {hole: \"an empty cell, which is not any port at all\"}\n"
		"        protocol: [tcp, udp]\n"
		"      - {id: server-to-anyone, from: Server, to: anyone, protocol: icm"
		"p}  # line 5\n"
		"\n"
		"exclusions:\n"
		"  # Exclusions\n"
		"  - when: {edition: on-premises}\n"
		"    source: page\n"
		"    rows:\n"
		"      - {id: tpython-7-2-x, device: Windows endpoints, process: '<Clie"
		"nt>\\Python27\\TPython.exe', when: {client: \"7.2.x\"}}  # line 6\n"
		"  # The next rows stand in the table of the edition on-premises.\n"
		"  - source: page\n"
		"    rows:\n"
		"      - {id: a, device: Windows endpoints, process: '<Client>\\''a''.e"
		"xe', when: {hole: \"see note\"}}  # line 7\n"
		"  - when: {edition: on-premises}\n"
		"    source: page\n"
		"    rows:\n"
		"      - {id: tpython-7-4-x, device: Windows endpoints, process: '<Clie"
		"nt>\\Python38\\TPython.exe', when: {client: \"7.4.x\", os: {rhel: \"7."
		"x\"}}}  # line 8\n"
		"\n"
		"  - when: {edition: cloud}\n"
		"    source: page\n"
		"    rows:\n"
		"      - {id: \"on\", device: Windows endpoints, folder: 'C:\\on', recu"
		"rsive: true}  # line 9\n"
		"\n"
		"urls:\n"
		"  - source: page\n"
		"    rows:\n"
		"      - {id: list-here, url: {hole: \"List here\"}, optional: true}  #"
		" line 10\n"
		"\n"
		"permissions:\n"
		"  - title: \"Roles: all\"\n"
		"    source: page\n"
		"    roles:\n"
		"      - Administrator v1.0\n"
		"    rows:\n"
		"      - {permission: Module, grants: {Administrator v1.0: [read, write"
		"]}}  # line 11\n"
		"      - {permission: Package, grants: {hole: \"WRITE WRITE\"}}  # line"
		" 12\n";
	struct drafting drafting;
	struct cv_buf out = CV_BUF_INIT;
	struct cv_pair *pair;

	(void)state;
	open_drafting(&drafting);
	pair = CV_ADD(drafting.ctx->arena, &drafting.draft.versions, struct cv_pair);
	pair->key.text = "client";
	pair->value.text = "Client of it";
	add_edition(&drafting, "on-premises");
	add_edition(&drafting, "cloud");
	drafting.draft.ip.key = "ip";
	drafting.draft.ip.hole = "only IPv4\nIPv4 and IPv6";
	add_device(&drafting, "Windows endpoints", "windows", "endpoint");
	add_block(&drafting, CV_SECTION_REQUIRES, NULL);
	add_row(&drafting, "component", "Core", "version", ">=7.2", NULL);
	add_row(&drafting, "component", "Console", "version",
		"hole:nothing stands beside it", NULL);
	add_block(&drafting, CV_SECTION_SUPPORTS, NULL);
	add_row(&drafting, "system", "rhel", "version", "6.x or 7.x", NULL);
	add_block(&drafting, CV_SECTION_PORTS, NULL);
	*CV_ADD(drafting.ctx->arena,
		&add_row(&drafting, "from", "Server", "to", "hole:an empty cell", "port",
			 "hole:an empty cell, which is not any port at all", "protocol",
			 "tcp|udp", NULL)
			 ->remarks,
		const char *) = "Its cells are empty.";
	add_row(&drafting, "from", "Server", "to", "anyone", "protocol", "icmp", NULL);
	add_block(&drafting, CV_SECTION_EXCLUSIONS, "on-premises");
	drafting.block->caption = "Exclusions";
	add_row(&drafting, "device", "Windows endpoints", "process",
		"<Client>\\Python27\\TPython.exe", "when.client", "7.2.x", NULL);
	add_row(&drafting, "device", "Windows endpoints", "process", "<Client>\\'a'.exe",
		"when", "hole:see note", NULL);
	add_row(&drafting, "device", "Windows endpoints", "process",
		"<Client>\\Python38\\TPython.exe", "when.client", "7.4.x", "when.os.rhel",
		"7.x", NULL);
	add_block(&drafting, CV_SECTION_EXCLUSIONS, "cloud");
	add_row(&drafting, "device", "Windows endpoints", "folder", "C:\\on", "recursive",
		"true", NULL);
	add_block(&drafting, CV_SECTION_URLS, NULL);
	add_row(&drafting, "url", "hole:List here", "optional", "true", NULL);
	add_block(&drafting, CV_SECTION_PERMISSIONS, NULL);
	drafting.block->caption = "Roles: all";
	drafting.block->roles = one_text(drafting.ctx, "Administrator v1.0");
	add_row(&drafting, "permission", "Module", "grants.Administrator v1.0",
		"read|write", NULL);
	add_row(&drafting, "permission", "Package", "grants", "hole:WRITE WRITE", NULL);
	write_draft(&drafting, &out);
	assert_string_equal(strstr(out.data, "carveout: profile/1"), want);
	cv_buf_deinit(&out);
	fixture_close(&drafting.fixture);
}

/* Every way of writing, beside the same text as JSON. */
static void put_ways(struct cv_buf *file, const char *text)
{
	struct cv_draft_field field = {.key = "x", .hole = text};
	const enum cv_quotes ways[] = {CV_QUOTES_IF_NEEDED, CV_QUOTES_ALWAYS,
				       CV_QUOTES_SINGLE};

	cv_buf_text(file, "- - ");
	cv_json_quote(file, text);
	cv_buf_char(file, '\n');
	for (size_t i = 0; i < 3; i++) {
		cv_buf_text(file, "  - ");
		cv_yaml_put(file, text, ways[i]);
		cv_buf_text(file, "  ");
		cv_yaml_put_comment(file, text);
		cv_buf_text(file, "\n  - {a: ");
		cv_yaml_put(file, text, ways[i]);
		cv_buf_text(file, ", b: [");
		cv_yaml_put(file, text, ways[i]);
		cv_buf_text(file, "]}\n");
		cv_yaml_put_remark(file, text, 2);
	}
	cv_buf_text(file, "  - ");
	cv_write_value(CV_SECTION_PORTS, &field, file);
	cv_buf_text(file, "\n");
}

/* All of the list are texts, and the same one. */
static void assert_same(const struct cv_node *list)
{
	const char *text = list->first->text;

	for (const struct cv_node *node = list->first; node; node = node->next) {
		const struct cv_node *deep =
			node->kind == CV_NODE_MAP ? node->first : node;

		for (; deep; deep = deep == node ? NULL : deep->next) {
			const struct cv_node *scalar =
				deep->kind == CV_NODE_LIST ? deep->first : deep;

			assert_int_equal(scalar->kind, CV_NODE_SCALAR);
			assert_string_equal(scalar->text, text);
		}
	}
}

static void check_ways(const struct cv_buf *file, size_t count)
{
	static const char python[] =
		"/usr/bin/python3 -c 'import sys, yaml\n"
		"loader = getattr(yaml, \"CSafeLoader\", yaml.SafeLoader)\n"
		"def flat(x):\n"
		"    for y in x.values() if type(x) is dict else x if type(x) is list "
		"else []:\n"
		"        yield from flat(y)\n"
		"    if type(x) not in (dict, list): yield x\n"
		"n = 0\n"
		"for item in yaml.load(open(sys.argv[1], \"rb\"), loader):\n"
		"    values = list(flat(item))\n"
		"    assert len(values) == 11, item\n"
		"    assert all(type(v) is str and v == values[0] for v in values), "
		"item\n"
		"    n += 1\n"
		"print(n)'";
	struct cv_buf said = CV_BUF_INIT;
	struct fixture fixture;
	struct cv_node *root;
	size_t seen = 0;

	fixture_open(&fixture, "values.yaml", file->data, file->size);
	if (!cv_yaml_read(&fixture.ctx, fixture.source, NULL, &root))
		fail_msg("%s", fixture_finding(&fixture, 0)->text);
	for (const struct cv_node *item = root->first; item; item = item->next, seen++)
		assert_same(item);
	assert_int_equal(seen, count);
	fixture_close(&fixture);
	hostile_run(python, file, &said);
	assert_int_equal(strtoul(cv_buf_string(&said), NULL, 10), count);
	cv_buf_deinit(&said);
}

static const char *const words[] = {
	"yes",
	"No",
	"ON",
	"n",
	"Y",
	"null",
	"~",
	"NULL",
	"true",
	"7.2",
	"7.4.x",
	"443",
	"0x1F",
	"1e3",
	"1:30",
	"22:59:59",
	".inf",
	"-.INF",
	".nan",
	"2026-11-23",
	"=",
	"<<",
	"- a",
	"a: b",
	"a #b",
	"#a",
	"a,b",
	"[a]",
	"{a}",
	"&a",
	"*a",
	"!a",
	"%a",
	"@a",
	"`a`",
	"|",
	">",
	"?",
	"? a",
	"a:",
	":a",
	"-",
	"---",
	"...",
	"a  b",
	" a",
	"a ",
	"'",
	"\"",
	"'\"\\",
	"\\n",
	"it's",
	("a\xC2\xA0"
	 "b"),
	"\xE2\x80\x9C",
	"0o17",
	"017",
	"+1",
	"1_000",
	"0b1",
	"a-b",
	"a/b.c(d)",
	"",
	"Infinity",
	"NaN",
	"12e03",
	"685_230.15",
	"190:20:30",
	"!!str a",
};

static void test_put_words_of_yaml_stay_texts(void **state)
{
	struct cv_buf file = CV_BUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		put_ways(&file, words[i]);
	check_ways(&file, sizeof words / sizeof *words);
	cv_buf_deinit(&file);
}

static void test_put_hostile_values_read_back(void **state)
{
	struct cv_buf file = CV_BUF_INIT, value = CV_BUF_INIT;
	uint64_t random = 88172645463325252U;
	size_t count = 0, refused = 0, at;

	(void)state;
	while (count < 8000) {
		const char *text = hostile_next(&random, &value);

		if (!cv_yaml_takes(text, &at) || strlen(text) > 20000) {
			refused++;
			continue;
		}
		put_ways(&file, text);
		count++;
	}
	assert_true(refused > 1000);
	check_ways(&file, count);
	cv_buf_deinit(&file);
	cv_buf_deinit(&value);
}

/* Comments may hold anything, since they are the page's own words. */
static void test_put_comment_never_ends_early(void **state)
{
	struct cv_buf file = CV_BUF_INIT, value = CV_BUF_INIT;
	uint64_t random = 1234567;
	size_t count = 0;

	(void)state;
	for (; count < 3000; count++) {
		const char *text = hostile_next(&random, &value);

		cv_buf_text(&file, "- [\"a\", b, b, b, b, b, b, b, b, b, b]  ");
		file.size -= sizeof("\"a\", b, b, b, b, b, b, b, b, b, b]  ") - 1;
		cv_buf_text(&file, "b, b, b, b, b, b, b, b, b, b, b]  ");
		cv_yaml_put_comment(&file, text);
		cv_buf_char(&file, '\n');
		cv_yaml_put_remark(&file, text, count % 100);
	}
	cv_buf_text(&file, "- [b, b, b, b, b, b, b, b, b, b, b]  ");
	cv_yaml_put_comment(&file,
			    "\xFF\xFE \x80 \xED\xA0\x80 \xEF\xBF\xBE \xE2\x80\xAE");
	cv_buf_char(&file, '\n');
	check_ways(&file, count + 1);
	assert_non_null(strstr(file.data, "<0xFF><0xFE> <0x80>"));
	assert_non_null(strstr(file.data, "<U+FFFE> <U+202E>\n"));
	cv_buf_deinit(&file);
	cv_buf_deinit(&value);
}

static void test_takes_names_the_place(void **state)
{
	size_t at = 99;

	(void)state;
	assert_true(cv_yaml_takes("C:\\a b\xC3\xA9", &at));
	assert_false(cv_yaml_takes("a\nb", &at));
	assert_int_equal(at, 1);
	assert_false(cv_yaml_takes("ab\xE2\x80\xA8", &at));
	assert_int_equal(at, 2);
	assert_false(cv_yaml_takes("\xEF\xBB\xBF", &at));
	assert_false(cv_yaml_takes("a\tb", &at));
	assert_false(cv_yaml_takes("abc\xC3", &at));
	assert_int_equal(at, 3);
}

/* Whatever stands in the cells, the profile loads and says it. */
static void test_write_hostile_drafts(void **state)
{
	struct cv_buf value = CV_BUF_INIT, out = CV_BUF_INIT;
	uint64_t random = 42;

	(void)state;
	for (size_t round = 0; round < 60; round++) {
		struct drafting drafting;
		const char *text[12];

		open_drafting(&drafting);
		add_device(&drafting, "Windows", "windows", "endpoint");
		add_edition(&drafting, "one");
		for (size_t i = 0; i < 12; i++)
			text[i] = cv_arena_text(drafting.ctx->arena,
						hostile_next(&random, &value));
		add_block(&drafting, CV_SECTION_EXCLUSIONS, round % 2 ? "one" : NULL);
		drafting.block->caption = text[0];
		for (size_t i = 0; i < 12; i++) {
			add_row(&drafting, "device", "Windows", "process", text[i],
				"purpose", text[(i + 1) % 12], "when.client",
				text[(i + 2) % 12], NULL);
			add_row(&drafting, "device", "Windows", "signer", text[i], "when",
				"hole:x", NULL)
				->origin = text[(i + 3) % 12];
		}
		add_block(&drafting, CV_SECTION_PORTS, NULL);
		for (size_t i = 0; i < 12; i++)
			add_row(&drafting, "from", text[i], "to", "anyone", "port",
				text[(i + 1) % 12], "protocol", text[(i + 2) % 12], NULL);
		add_block(&drafting, CV_SECTION_PERMISSIONS, NULL);
		drafting.block->caption = text[3];
		add_row(&drafting, "permission", text[1], "grants.Role. of: all", text[2],
			NULL);
		out.size = 0;
		write_draft(&drafting, &out);
		fixture_close(&drafting.fixture);
	}
	cv_buf_deinit(&value);
	cv_buf_deinit(&out);
}

static void test_settle_leaves_open_what_no_field_takes(void **state)
{
	static char name[10001];
	struct drafting drafting;
	struct cv_draft_row *row;
	struct cv_buf out = CV_BUF_INIT;

	(void)state;
	memset(name, 'n', sizeof name - 1);
	open_drafting(&drafting);
	add_device(&drafting, "Windows", "windows", "endpoint");
	add_block(&drafting, CV_SECTION_PORTS, NULL);
	row = add_row(&drafting, "from", name, "to", "Server", "port", "33o01",
		      "protocol", "tcp", NULL);
	add_row(&drafting, "to", "Server", "port", "443", "protocol", "icmp", NULL);
	add_block(&drafting, CV_SECTION_EXCLUSIONS, NULL);
	add_row(&drafting, "device", "Windows", "process",
		"C:\\a\xE2\x80\x8B"
		"b.exe",
		NULL);
	add_row(&drafting, "device", "Windows", NULL);
	write_draft(&drafting, &out);
	assert_non_null(strstr(out.data, "port: {hole: \"33o01\"}"));
	assert_non_null(strstr(out.data, "port: {hole: \"443\"}"));
	assert_non_null(strstr(out.data, "from: {hole: \"an empty cell\"}"));
	assert_non_null(strstr(out.data, "process: {hole: 'C:\\a<U+200B>b.exe'}"));
	assert_non_null(strstr(out.data, "process: {hole: \"an empty cell\"}"));
	assert_found(&drafting.fixture, 0, "import-open", 1, 5);
	assert_code(&drafting, CV_F_IMPORT_OPEN);
	assert_text(&drafting.fixture, 0, "a name of 10000 bytes");
	assert_int_equal(drafting.ctx->findings.count, 6);
	assert_int_equal(drafting.ctx->errors, 0);
	assert_true(strlen(cv_draft_field(row, "from")->hole) < 2100);
	cv_buf_deinit(&out);
	fixture_close(&drafting.fixture);
}

/* A list has a bound: long tables stand in several blocks. */
static void test_write_more_rows_than_a_list_takes(void **state)
{
	struct drafting drafting;
	struct cv_buf out = CV_BUF_INIT;

	(void)state;
	open_drafting(&drafting);
	add_device(&drafting, "D", "linux", "d");
	add_block(&drafting, CV_SECTION_EXCLUSIONS, NULL);
	for (size_t i = 0; i < CV_MAX_LIST + 2; i++)
		add_row(&drafting, "device", "D", "file",
			cv_arena_format(drafting.ctx->arena, "/f/%zu", i), NULL);
	write_draft(&drafting, &out);
	cv_buf_deinit(&out);
	fixture_close(&drafting.fixture);
}

/* Prose of two cells is one text; a name is one, too, where both are the same. */
static void test_settle_joins_what_takes_one_value(void **state)
{
	struct drafting drafting;
	struct cv_buf out = CV_BUF_INIT;

	(void)state;
	open_drafting(&drafting);
	add_block(&drafting, CV_SECTION_REQUIRES, NULL);
	add_row(&drafting, "component", "A|A", "note", "one|two|one", NULL);
	add_row(&drafting, "component", "A|B", NULL);
	write_draft(&drafting, &out);
	assert_non_null(strstr(out.data, "{component: A, note: one / two}"));
	assert_non_null(strstr(out.data, "{component: {hole: \"A / B\"}}"));
	cv_buf_deinit(&out);
	fixture_close(&drafting.fixture);
}

static void test_check_says_what_is_to_be_given(void **state)
{
	struct drafting drafting;

	(void)state;
	open_drafting(&drafting);
	drafting.draft.id = drafting.draft.url = NULL;
	add_device(&drafting, "Servers", NULL, "server");
	assert_false(cv_draft_check(drafting.ctx, &drafting.draft));
	assert_int_equal(drafting.ctx->findings.count, 3);
	assert_code(&drafting, CV_F_IMPORT_UNTOLD);
	assert_hint(&drafting.fixture, 0, "--id VENDOR/PRODUCT");
	assert_hint(&drafting.fixture, 1, "--url URL");
	assert_text(&drafting.fixture, 2, "the platform of the device `Servers`");
	assert_string_equal(fixture_finding(&drafting.fixture, 2)->help,
			    "devices:\n  \"Servers\": {platform: , role: server}");
	fixture_close(&drafting.fixture);
}

/* A difference of one value is one too many. */
static void test_prove_finds_each_difference(void **state)
{
	static const char made[] =
		"carveout: profile/1\nid: vendor/product\ntitle: Product\n"
		"source: {page: {title: Requirements, url: \"https://example.com/page\", "
		"retrieved: \"2026-11-23\"}}\n"
		"devices: {Windows: {platform: windows, role: endpoint}}\n"
		"exclusions:\n- {id: a, device: Windows, process: 'C:\\a.exe', source: "
		"page}\n";
	static const struct {
		const char *from, *to, *says;
	} wrong[] = {
		{"a.exe", "b.exe", "process is `C:\\b.exe`, not `C:\\a.exe`"},
		{"id: a,", "id: b,", "id is `b`"},
		{", source: page}\n", "}\n", "source is lost"},
		{"role: endpoint", "role: server", "devices.Windows.role is"},
		{"process: 'C:\\a.exe'", "process: {hole: x}", "is a hole `x`"},
		{"11-23", "11-24", "source.page.retrieved"},
		{"source: page}\n", "source: page}\n- {device: Windows, file: '/a'}\n",
		 "exclusions has 2 rows, not 1"},
		{"exclusions:", "parties: {X: {}}\nexclusions:",
		 "parties.X was not asked for"},
		{"device: Windows", "device: Linux", "line 7: unknown device"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		const char *found = strstr(made, wrong[i].from);
		struct drafting drafting;
		struct cv_flat want;
		const char *text;

		open_drafting(&drafting);
		add_device(&drafting, "Windows", "windows", "endpoint");
		add_block(&drafting, CV_SECTION_EXCLUSIONS, NULL);
		add_row(&drafting, "device", "Windows", "process", "C:\\a.exe", NULL);
		cv_draft_name_rows(drafting.ctx, &drafting.draft, NULL);
		cv_flat_of_draft(drafting.ctx, &drafting.draft, &want);
		assert_true(
			cv_import_prove(drafting.ctx, "p", made, strlen(made), &want));
		assert_non_null(found);
		text = cv_arena_format(drafting.ctx->arena, "%.*s%s%s",
				       (int)(found - made), made, wrong[i].to,
				       found + strlen(wrong[i].from));
		assert_false(
			cv_import_prove(drafting.ctx, "p", text, strlen(text), &want));
		assert_text(&drafting.fixture, 0, wrong[i].says);
		assert_int_equal(drafting.ctx->worst, 3);
		fixture_close(&drafting.fixture);
	}
}

static void test_ids_say_what_tells_rows_apart(void **state)
{
	struct drafting drafting;

	(void)state;
	open_drafting(&drafting);
	add_block(&drafting, CV_SECTION_EXCLUSIONS, NULL);
	add_row(&drafting, "device", "Windows endpoints", "process",
		"C:\\P27\\TPython.exe", "when.client", "7.2.x", NULL);
	add_row(&drafting, "device", "Windows endpoints", "process",
		"C:\\P38\\TPython.exe", "when.client", "7.4.x", NULL);
	add_row(&drafting, "device", "Windows endpoints", "process", "C:\\x\\twsm.exe",
		NULL);
	add_row(&drafting, "device", "Linux endpoints", "process", "/x/TaniumCX", NULL);
	add_row(&drafting, "device", "macOS endpoints", "process", "/x/TaniumCX", NULL);
	add_row(&drafting, "device", "A", "folder", "C:\\a\\*", NULL);
	add_row(&drafting, "device", "A", "process", "C:\\b\\", NULL);
	add_row(&drafting, "device", "A", "process", "C:\\b\\", NULL);
	add_row(&drafting, "device", "A", "process", "\xE6\x97\xA5", NULL);
	add_row(&drafting, "device", "A", "process", "hole:see <Note> 3", NULL);
	add_block(&drafting, CV_SECTION_PORTS, NULL);
	add_row(&drafting, "from", "Client", "to", "Server", "port", "443", "protocol",
		"tcp", NULL);
	add_row(&drafting, "from", "Client", "to", "Server", "port", "443", "protocol",
		"udp", NULL);
	add_row(&drafting, "from", "hole:x", "to", "hole:x", "port", "hole:x", "protocol",
		"tcp", NULL);
	add_block(&drafting, CV_SECTION_URLS, NULL);
	add_row(&drafting, "url", "https://*.example.com/x", NULL);
	cv_draft_name_rows(drafting.ctx, &drafting.draft, NULL);
	assert_string_equal(id_at(&drafting, 0, 0), "tpython-7-2-x");
	assert_string_equal(id_at(&drafting, 0, 1), "tpython-7-4-x");
	assert_string_equal(id_at(&drafting, 0, 2), "twsm");
	assert_string_equal(id_at(&drafting, 0, 3), "taniumcx-linux-endpoints");
	assert_string_equal(id_at(&drafting, 0, 4), "taniumcx-macos-endpoints");
	assert_string_equal(id_at(&drafting, 0, 5), "a");
	assert_string_equal(id_at(&drafting, 0, 6), "b");
	assert_string_equal(id_at(&drafting, 0, 7), "b-2");
	assert_string_equal(id_at(&drafting, 0, 8), "process");
	assert_string_equal(id_at(&drafting, 0, 9), "see-note-3");
	assert_string_equal(id_at(&drafting, 1, 0), "client-to-server-443-tcp");
	assert_string_equal(id_at(&drafting, 1, 1), "client-to-server-443-udp");
	assert_string_equal(id_at(&drafting, 1, 2), "tcp");
	assert_string_equal(id_at(&drafting, 2, 0), "example-com-x");
	fixture_close(&drafting.fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_write_house_layout),
		cmocka_unit_test(test_put_words_of_yaml_stay_texts),
		cmocka_unit_test(test_put_hostile_values_read_back),
		cmocka_unit_test(test_put_comment_never_ends_early),
		cmocka_unit_test(test_takes_names_the_place),
		cmocka_unit_test(test_write_hostile_drafts),
		cmocka_unit_test(test_settle_leaves_open_what_no_field_takes),
		cmocka_unit_test(test_write_more_rows_than_a_list_takes),
		cmocka_unit_test(test_settle_joins_what_takes_one_value),
		cmocka_unit_test(test_check_says_what_is_to_be_given),
		cmocka_unit_test(test_prove_finds_each_difference),
		cmocka_unit_test(test_ids_say_what_tells_rows_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
