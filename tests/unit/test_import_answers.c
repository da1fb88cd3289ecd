/* Answers: read, filled into holes, and what is printed of those that are left. */
#include "draft_fixture.h"

#include "import/answers.h"
#include "model/profile.h"

static struct cv_answers *read_answers(struct drafting *drafting, const char *text)
{
	return cv_answers_read(
		drafting->ctx,
		cv_source_from_bytes(drafting->ctx, "answers.yaml", text, strlen(text)));
}

#define ANSWERS "carveout: answers/1\n"

static void test_read_takes_every_key(void **state)
{
	static const char text[] =
		ANSWERS "id: vendor/product\ntitle: Product\nsource: requirements\n"
			"source-title: Requirements\nurl: \"https://example.com/x\"\n"
			"retrieved: \"2026-11-23\"\neditions: [on-premises, cloud]\n"
			"blank: spanned\nversions: {client: Client}\n"
			"parties: {Cloud: {external: true}}\n"
			"devices: {Servers: {platform: windows, role: server}}\n"
			"holes:\n"
			"  - {table: ports, field: port, words: see note, row: a, value: "
			"[\"1\", \"2\"],\n     reason: the guide}\n";
	struct drafting drafting;
	struct cv_answers *answers;
	const struct cv_hole_answer *answer;

	(void)state;
	open_drafting(&drafting);
	answers = read_answers(&drafting, text);
	assert_non_null(answers);
	assert_string_equal(answers->source_title.text, "Requirements");
	assert_string_equal(answers->blank.text, "spanned");
	assert_int_equal(answers->editions.count, 2);
	assert_string_equal(((struct cv_device *)answers->devices.items)->role.text,
			    "server");
	answer = answers->holes.items;
	assert_string_equal(answer->table.text, "ports");
	assert_string_equal(answer->row.text, "a");
	assert_int_equal(answer->value.count, 2);
	assert_false(answer->used);
	fixture_close(&drafting.fixture);
}

static void test_read_refuses(void **state)
{
	static const struct {
		const char *text, *code, *says;
	} cases[] = {
		{"carveout: site/1\nname: x\n", "bad-value",
		 "this is a site, and a file of answers is wanted here"},
		{"carveout: answers/2\n", "bad-value", "answers/1"},
		{"id: a/b\n", "missing-key", "`carveout`"},
		{ANSWERS "hole: []\n", "unknown-key", "unknown key `hole`"},
		{ANSWERS "blank: none\n", "bad-value", "empty or spanned"},
		{ANSWERS "holes: [{field: port, value: \"1\"}]\n", "missing-key",
		 "`words`"},
		{ANSWERS "holes: [{table: rows, field: port, words: x}]\n", "bad-value",
		 "no table of a profile"},
		{ANSWERS "devices: {A: {platform: bsd, role: x}}\n", "bad-value",
		 "`bsd` is not a platform"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct drafting drafting;

		open_drafting(&drafting);
		assert_null(read_answers(&drafting, cases[i].text));
		if (strcmp(cases[i].code, "bad-value") == 0 && i == 6)
			assert_text(&drafting.fixture, 0, "`rows` is not a table");
		else
			assert_text(&drafting.fixture, 0, cases[i].says);
		assert_string_equal(
			cv_finding_kinds[fixture_finding(&drafting.fixture, 0)->code]
				.name,
			cases[i].code);
		fixture_close(&drafting.fixture);
	}
}

static void add_holes(struct drafting *drafting)
{
	add_device(drafting, "Windows", "windows", "endpoint");
	add_edition(drafting, "one");
	drafting->draft.ip.key = "ip";
	drafting->draft.ip.hole = "4 or 6";
	add_block(drafting, CV_SECTION_PORTS, NULL);
	add_row(drafting, "from", "A", "to", "hole:an empty cell", "port",
		"hole:an empty cell", "protocol", "tcp", NULL);
	add_row(drafting, "from", "B", "to", "A", "port", "hole:an empty cell",
		"protocol", "tcp", NULL);
	add_block(drafting, CV_SECTION_EXCLUSIONS, "one");
	add_row(drafting, "device", "Windows", "process", "C:\\a.exe", "when",
		"hole:see 'note' # 3", NULL);
	add_block(drafting, CV_SECTION_PERMISSIONS, NULL);
	drafting->block->caption = "Roles";
	add_row(drafting, "permission", "Package", "grants", "hole:WRITE WRITE", NULL);
	cv_draft_settle(drafting->ctx, &drafting->draft);
	cv_draft_name_rows(drafting->ctx, &drafting->draft, NULL);
}

static void test_fill_by_words_table_and_row(void **state)
{
	static const char text[] = ANSWERS
		"holes:\n"
		"  - {field: ip, words: 4 or 6, value: [\"4\", \"6\"]}\n"
		"  - {table: ports, field: to, words: an empty cell, value: Server}\n"
		"  - {table: ports, field: port, words: an empty cell, row: b-to-a, "
		"value: [\"443\", \"80\"]}\n"
		"  - {field: when.client, words: \"see 'note' # 3\", value: \"7.4.x\"}\n"
		"  - {field: grants.Reader, words: WRITE WRITE, value: read}\n"
		"  - {field: grants.Writer, words: WRITE WRITE, value: [read, write]}\n";
	struct drafting drafting;
	struct cv_answers *answers;
	struct cv_draft_row *row;
	struct cv_buf out = CV_BUF_INIT;

	(void)state;
	open_drafting(&drafting);
	add_holes(&drafting);
	row = CV_AT(&CV_AT(&drafting.draft.blocks, struct cv_draft_block, 1)->rows,
		    struct cv_draft_row, 0);
	answers = read_answers(&drafting, text);
	assert_non_null(answers);
	/* At one place two fields are open and one is answered; at the other all are. */
	drafting.ctx->strict = true;
	cv_find(drafting.ctx, CV_F_IMPORT_OPEN, (struct cv_span){1, 3, 0}, "x");
	cv_find(drafting.ctx, CV_F_IMPORT_OPEN, (struct cv_span){1, 2, 4}, "y");
	cv_draft_field(row, "when")->at = (struct cv_span){1, 2, 4};
	assert_int_equal(drafting.ctx->errors, 2);
	assert_true(cv_answers_fill(drafting.ctx, answers, &drafting.draft));
	assert_int_equal(drafting.ctx->findings.count, 2);
	assert_int_equal(drafting.ctx->errors, 1);
	assert_int_equal(fixture_finding(&drafting.fixture, 0)->severity, CV_ERROR);
	assert_int_equal(fixture_finding(&drafting.fixture, 1)->severity, CV_NOTE);
	write_draft(&drafting, &out);
	assert_non_null(strstr(out.data, "ip: [\"4\", \"6\"]"));
	assert_non_null(strstr(out.data, "{id: a, from: A, to: Server, port: {hole: "
					 "\"an empty cell\"}, protocol: tcp}"));
	assert_non_null(strstr(out.data, "port: [\"443\", \"80\"]"));
	assert_non_null(strstr(out.data, "when: {client: \"7.4.x\"}}"));
	assert_non_null(strstr(out.data, "  client: client\n"));
	assert_non_null(
		strstr(out.data, "grants: {Reader: [read], Writer: [read, write]}}"));
	cv_buf_deinit(&out);
	fixture_close(&drafting.fixture);
}

static void test_fill_reports_answers_without_holes(void **state)
{
	static const char text[] = ANSWERS
		"holes:\n"
		"  - {table: urls, field: to, words: an empty cell, value: Server}\n"
		"  - {table: ports, field: to, words: an empty  cell, value: Server}\n"
		"  - {table: ports, field: port, words: an empty cell, row: zz, value: "
		"\"1\"}\n";
	struct drafting drafting;
	struct cv_answers *answers;

	(void)state;
	open_drafting(&drafting);
	add_holes(&drafting);
	answers = read_answers(&drafting, text);
	assert_non_null(answers);
	assert_true(cv_answers_fill(drafting.ctx, answers, &drafting.draft));
	assert_int_equal(drafting.ctx->findings.count, 3);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(fixture_finding(&drafting.fixture, i)->code,
				 CV_F_UNUSED_ANSWER);
	assert_text(&drafting.fixture, 2, "in the row zz");
	fixture_close(&drafting.fixture);
}

static void test_fill_refuses_values(void **state)
{
	static const struct {
		const char *answer, *code, *says;
	} cases[] = {
		{"{field: port, words: an empty cell, value: \"0\"}", "bad-port", "0"},
		{"{field: port, words: an empty cell, value: }", "empty-port", ""},
		{"{field: when, words: \"see 'note' # 3\", value: \"7.x\"}", "bad-value",
		 "says of what"},
		{"{field: when.client, words: \"see 'note' # 3\", value: new}",
		 "bad-version", "new"},
		{"{field: grants, words: WRITE WRITE, value: read}", "bad-value",
		 "says whose"},
		{"{field: ip, words: 4 or 6, value: \"5\"}", "bad-value", "5"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct drafting drafting;
		struct cv_answers *answers;

		open_drafting(&drafting);
		add_holes(&drafting);
		answers = read_answers(&drafting,
				       cv_arena_format(drafting.ctx->arena,
						       "%sholes:\n- %s\n", ANSWERS,
						       cases[i].answer));
		assert_non_null(answers);
		assert_false(cv_answers_fill(drafting.ctx, answers, &drafting.draft));
		assert_string_equal(
			cv_finding_kinds[fixture_finding(&drafting.fixture, 0)->code]
				.name,
			cases[i].code);
		assert_text(&drafting.fixture, 0, cases[i].says);
		fixture_close(&drafting.fixture);
	}
}

/* An empty list: nothing stands there.  What a row must have is open again. */
static void test_fill_with_nothing(void **state)
{
	static const char text[] =
		ANSWERS "holes:\n"
			"  - {field: when, words: \"see 'note' # 3\", value: []}\n"
			"  - {field: port, words: an empty cell, value: []}\n";
	struct drafting drafting;
	struct cv_answers *answers;
	struct cv_buf out = CV_BUF_INIT;

	(void)state;
	open_drafting(&drafting);
	add_holes(&drafting);
	answers = read_answers(&drafting, text);
	assert_true(cv_answers_fill(drafting.ctx, answers, &drafting.draft));
	write_draft(&drafting, &out);
	assert_non_null(strstr(out.data, "process: 'C:\\a.exe'}"));
	assert_non_null(strstr(out.data, "port: {hole: \"an empty cell\"}"));
	assert_int_equal(fixture_finding(&drafting.fixture, 0)->code, CV_F_IMPORT_OPEN);
	cv_buf_deinit(&out);
	fixture_close(&drafting.fixture);
}

/* What is printed can be pasted: it is the same holes again. */
static void test_open_holes_can_be_pasted(void **state)
{
	static const char want[] =
		"  - {field: ip, words: \"4 or 6\", value: , reason: }\n"
		"  - {table: ports, field: to, words: \"an empty cell\", value: , "
		"reason: "
		"}\n"
		"  - {table: ports, field: port, words: \"an empty cell\", row: a, "
		"value: "
		", reason: }\n"
		"  - {table: ports, field: port, words: \"an empty cell\", row: b-to-a, "
		"value: , reason: }\n"
		"  - {table: exclusions, field: when.VERSION, words: \"see 'note' # 3\", "
		"value: , reason: }\n"
		"  - {table: permissions, field: grants.ROLE, words: \"WRITE WRITE\", "
		"value: , reason: }\n";
	struct drafting drafting;
	struct cv_answers *answers;
	struct cv_buf out = CV_BUF_INIT;

	(void)state;
	open_drafting(&drafting);
	add_holes(&drafting);
	assert_int_equal(cv_answers_open(&drafting.draft, &out), 6);
	assert_string_equal(out.data, want);
	answers = read_answers(
		&drafting,
		cv_arena_format(drafting.ctx->arena, "%sholes:\n%s", ANSWERS, out.data));
	assert_non_null(answers);
	assert_int_equal(answers->holes.count, 6);
	cv_buf_deinit(&out);
	fixture_close(&drafting.fixture);
}

static void test_older_profile_answers_too(void **state)
{
	static const char older[] =
		"carveout: profile/1\nid: a/b\ntitle: Old\neditions: [x, y]\n"
		"versions: {client: C}\n"
		"source: {p: {url: \"https://example.com/p\", retrieved: \"2026-01-01\"},"
		" q: {url: \"https://example.com/q\", retrieved: \"2026-01-01\"}}\n"
		"devices: {D: {platform: linux, role: d}, E: {platform: linux, role: "
		"e}}\n";
	struct drafting drafting;
	struct cv_answers *answers;
	struct cv_profile *profile;
	struct cv_load load;

	(void)state;
	open_drafting(&drafting);
	load = (struct cv_load){.ctx = drafting.ctx};
	profile = cv_load_profile(
		&load, cv_source_from_bytes(drafting.ctx, "older", older, strlen(older)),
		"older");
	assert_non_null(profile);
	answers = read_answers(&drafting, ANSWERS
			       "title: New\ndevices: {D: {platform: macos, role: m}}\n");
	cv_answers_of_profile(drafting.ctx, profile, NULL, "https://example.com/q",
			      answers);
	assert_string_equal(answers->id.text, "a/b");
	assert_string_equal(answers->title.text, "New");
	assert_string_equal(answers->source.text, "q");
	assert_int_equal(answers->editions.count, 2);
	assert_int_equal(answers->devices.count, 2);
	assert_string_equal(((struct cv_device *)answers->devices.items)->platform.text,
			    "macos");
	assert_string_equal(cv_map_get(&answers->versions, "client")->text, "C");
	/* Of two pages neither is taken for granted. */
	answers = read_answers(&drafting, ANSWERS);
	cv_answers_of_profile(drafting.ctx, profile, NULL, NULL, answers);
	assert_null(answers->source.text);
	fixture_close(&drafting.fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read_takes_every_key),
		cmocka_unit_test(test_read_refuses),
		cmocka_unit_test(test_fill_by_words_table_and_row),
		cmocka_unit_test(test_fill_reports_answers_without_holes),
		cmocka_unit_test(test_fill_refuses_values),
		cmocka_unit_test(test_fill_with_nothing),
		cmocka_unit_test(test_open_holes_can_be_pasted),
		cmocka_unit_test(test_older_profile_answers_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
