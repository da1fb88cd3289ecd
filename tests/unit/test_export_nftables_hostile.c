/* Exports that are none, that are odd, and that are meant to do harm. */
#include "export_nftables_fixture.h"

#include "base/limits.h"

static void test_what_is_no_export_is_refused(void **state)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{"", "not JSON"},
		{"table inet filter {\n", "not JSON"},
		{"[]", "not JSON"},
		{"{}", "no key `nftables`"},
		{"{\"nftables\": {}}", "no JSON list where one must stand"},
		{"{\"nftables\": []}", "does not begin with `metainfo`"},
		{"{\"nftables\": [{\"add\": {\"table\": {}}}]}",
		 "does not begin with `metainfo`"},
		{"{\"nftables\": [{\"metainfo\": {\"json_schema_version\": 2}}]}",
		 "another than 1"},
		{"{\"nftables\": [{\"metainfo\": {\"json_schema_version\": 1}}]} x",
		 "something stands behind"},
		{"{\"nftables\": [{\"metainfo\": {\"json_schema_version\": 1}}",
		 "a comma or a closing bracket is missing"},
		{"{\"nftables\": [{\"metainfo\": {\"json_schema_version\": 1}},]}",
		 "a value is missing"},
		{HEAD "], \"nftables\": []}", "or a second one"},
		{HEAD ", {\"chain\": {\"name\": 1, \"name\": 2}}]}", "holds a key twice"},
		{HEAD ", {\"chain\": {\"handle\": 99999999999999999999}}]}",
		 "a number too big"},
		{HEAD ", {\"chain\": \"\\ud800\"}]}", "not well formed"},
		{HEAD ", {\"chain\": \"\xff\"}]}", "not UTF-8"},
		{HEAD ", {\"chain]}", "a string has no end"},
		{HEAD ", {\"chain\": [}]}", "not well formed"},
		{HEAD ", {\"chain\": [", "a list or object has no end"},
		{"{\"nftables\" [", "a colon is missing"},
		{"{nftables: []}", "no key where one must stand"},
	};
	struct cv_export_reading reading;
	struct fixture f;

	(void)state;
	open_sample(&f, CV_SUBJECT_SITE);
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_false(read_text(&f, cases[i].text, &reading));
		if (!strstr(reading.error, cases[i].error))
			fail_msg("%s: %s", cases[i].text, reading.error);
	}
	assert_false(read_bytes(&f, HEAD END "\0", sizeof HEAD END, &reading));
	close_plan(&f);
}

static void test_odd_objects_do_no_harm(void **state)
{
	static const char *const texts[] = {
		HEAD ", 1, null, [], {}, \"x\", {\"a\": 1, \"b\": 2}, {\"chain\": 1}" END,
		HEAD OURS OURS END,
		HEAD OURS ", {\"rule\": {" TABLE "\"chain\": \"cv-hq-forward\"}}" END,
		HEAD OURS ", {\"rule\": {" TABLE
			  "\"chain\": \"cv-hq-forward\", \"expr\": 5}}" END,
		HEAD OURS RULE("cv-hq-forward", "1, null, {}, [], \"accept\"") END,
		HEAD OURS RULE("cv-hq-forward", ACCEPT "," ACCEPT) END,
		HEAD OURS RULE("cv-hq-forward", MATCH(SADDR, "{\"set\": 1}") "," ACCEPT)
			END,
		HEAD OURS RULE("cv-hq-forward",
			       MATCH(SADDR, "{\"prefix\": {\"addr\": \"10.0.0.1\", "
					    "\"len\": 8}}") "," ACCEPT) END,
		HEAD OURS RULE("cv-hq-forward",
			       MATCH(SADDR, "{\"prefix\": {\"addr\": \"10.0.0.0\", "
					    "\"len\": -1}}") "," ACCEPT) END,
		HEAD OURS RULE("cv-hq-forward", MATCH(SADDR, "{\"range\": [\"10.0.0.2\", "
							     "\"10.0.0.1\"]}") "," ACCEPT)
			END,
		HEAD OURS RULE("cv-hq-forward",
			       MATCH("{\"concat\": []}", "\"x\"") "," ACCEPT) END,
		HEAD OURS RULE("cv-hq-forward", MATCH("{\"concat\": [" SADDR "]}",
						      "\"@\"") "," ACCEPT) END,
		HEAD OURS RULE("cv-hq-forward",
			       MATCH("{\"concat\": [" SADDR "," SADDR "]}",
				     "{\"concat\": [\"10.0.0.1\"]}") "," ACCEPT) END,
		HEAD OURS RULE("cv-hq-forward", MATCH(DPORT, "65536") "," ACCEPT) END,
		HEAD OURS RULE("cv-hq-forward", MATCH(DPORT, "1.5") "," ACCEPT) END,
		HEAD OURS RULE("cv-hq-forward", MATCH(L4PROTO, "256") "," ACCEPT) END,
		HEAD OURS RULE("cv-hq-forward", MATCH(L4PROTO, "\"S3cret\"") "," ACCEPT)
			END,
		HEAD OURS
		", {\"set\": {" TABLE
		"\"name\": \"cv-hq-forward-4-exact\", \"type\": {\"typeof\": 1}, "
		"\"flags\": 7, \"size\": \"x\", \"elem\": {\"a\": 1}}}" END,
	};
	struct cv_export_reading reading;
	struct fixture f;

	(void)state;
	open_sample(&f, CV_SUBJECT_SITE);
	for (size_t i = 0; i < COUNT(texts); i++) {
		assert_true(read_text(&f, texts[i], &reading));
		assert_true(reading.unknown.count > 0);
		for (size_t n = 0; n < reading.entries.count; n++)
			assert_true(CV_AT(&reading.entries, struct cv_entry, n)->kind !=
				    CV_ENTRY_FLOW);
		for (size_t n = 0; n < reading.unknown.count; n++)
			assert_null(strstr(unknown_at(&reading, n), "S3cret"));
	}
	close_plan(&f);
}

static void test_deep_nesting_is_refused(void **state)
{
	const size_t deep = 100000;
	struct cv_export_reading reading;
	struct cv_buf text = CV_BUF_INIT;
	struct fixture f;

	(void)state;
	open_sample(&f, CV_SUBJECT_SITE);
	cv_buf_text(&text, HEAD ", {\"rule\": ");
	for (size_t i = 0; i < deep; i++)
		cv_buf_char(&text, '[');
	for (size_t i = 0; i < deep; i++)
		cv_buf_char(&text, ']');
	cv_buf_text(&text, "}" END);
	assert_false(read_text(&f, cv_buf_string(&text), &reading));
	assert_non_null(strstr(reading.error, "too deep"));
	cv_buf_deinit(&text);
	close_plan(&f);
}

static void test_too_many_flows_are_refused(void **state)
{
	struct cv_export_reading reading;
	struct cv_buf text = CV_BUF_INIT;
	struct fixture f;

	(void)state;
	open_sample(&f, CV_SUBJECT_SITE);
	cv_buf_text(&text, HEAD OURS);
	for (size_t i = 0; i <= CV_MAX_PIECES / 500; i++)
		cv_buf_text(&text,
			    RULE("cv-hq-forward",
				 MATCH(L4PROTO, "{\"range\": [0, 249]}") "," ACCEPT));
	cv_buf_text(&text, END);
	assert_false(read_text(&f, cv_buf_string(&text), &reading));
	assert_non_null(strstr(reading.error, "more flows than are read"));
	cv_buf_deinit(&text);
	close_plan(&f);
}

/* Every byte of a real export, gone and changed: no crash, and what is then not an
 * error reads as the plan only where the byte says nothing. */
static void test_no_changed_byte_breaks_the_reader(void **state)
{
	static const char others[] = "\"{}[],:\\ 0a@\x80";
	struct cv_export_reading reading;
	const struct cv_source *source;
	struct fixture f;
	char *bytes;

	(void)state;
	open_sample(&f, CV_SUBJECT_SITE);
	source = file_of(&f, "nft-gateway.json");
	bytes = cv_arena_copy(f.ctx.arena, source->text, source->size);
	for (size_t at = 0; at < source->size; at += 19) {
		struct cv_arena *outer = f.ctx.arena;

		f.ctx.arena = cv_arena_open();
		bytes[at] = others[at / 19 % (sizeof others - 1)];
		read_bytes(&f, bytes, source->size, &reading);
		read_bytes(&f, bytes, at, &reading);
		bytes[at] = source->text[at];
		cv_arena_close(f.ctx.arena);
		f.ctx.arena = outer;
	}
	close_plan(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_no_export_is_refused),
		cmocka_unit_test(test_odd_objects_do_no_harm),
		cmocka_unit_test(test_deep_nesting_is_refused),
		cmocka_unit_test(test_too_many_flows_are_refused),
		cmocka_unit_test(test_no_changed_byte_breaks_the_reader),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
