#include "read_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/limits.h"
#include "model/node.h"
#include "read/yaml.h"

/* Bytes that are refused with one finding. */
struct refused {
	const char *bytes;
	const char *code;
	size_t line, column;
	const char *text;
};

static struct cv_node *read_bytes(struct fixture *fixture, const char *bytes, size_t size)
{
	struct cv_node *root;

	fixture_open(fixture, "t.yaml", bytes, size);
	cv_yaml_read(&fixture->ctx, fixture->source, NULL, &root);
	return root;
}

static struct cv_node *read_text(struct fixture *fixture, const char *text)
{
	return read_bytes(fixture, text, strlen(text));
}

static void check_refused(const struct refused *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct fixture fixture;

		assert_null(read_text(&fixture, cases[i].bytes));
		assert_found(&fixture, 0, cases[i].code, cases[i].line, cases[i].column);
		if (cases[i].text)
			assert_text(&fixture, 0, cases[i].text);
		if (fixture.ctx.findings.count != 1)
			fail_msg("case %zu has %zu findings", i,
				 fixture.ctx.findings.count);
		fixture_close(&fixture);
	}
}

#define CHECK_REFUSED(cases) check_refused(cases, sizeof(cases) / sizeof *(cases))

static void test_bytes_refused_with_place(void **state)
{
	static const struct refused cases[] = {
		{"", "empty-file", 1, 1, NULL},
		{"\n  \n# nothing\n\t\n", "empty-file", 1, 1, NULL},
		{"\xEF\xBB\xBF", "empty-file", 1, 1, NULL},
		{"a: caf\xE9\n", "not-utf-8", 1, 7, "0xE9 at offset 6"},
		{"a: \xC3\xA4\xC0\x80\n", "not-utf-8", 1, 5, "0xC0 at offset 5"},
		{"a: \xED\xA0\x80\n", "not-utf-8", 1, 4, NULL},
		{"\xFF\xFE"
		 "a",
		 "not-utf-8", 1, 1, "UTF-16"},
		{"\xFE\xFF"
		 "a",
		 "not-utf-8", 1, 1, "UTF-16"},
		{"a: b\x07\n", "control-character", 1, 5, "U+0007"},
		{"a: b\x7F\n", "control-character", 1, 5, "U+007F"},
		{"a: b\rc: d\n", "control-character", 1, 5, "U+000D"},
		{"a: \xC2\x85\n", "control-character", 1, 4, "U+0085"},
		{"\xC3\xA4: 1\nb: \xE2\x80\xA8\n", "control-character", 2, 4,
		 "U+2028 at offset 9"},
		{"a: \xE2\x80\xA9\n", "control-character", 1, 4, "U+2029"},
		{"a: \xEF\xBB\xBF"
		 "b\n",
		 "control-character", 1, 4, "U+FEFF"},
		{"a: \xEF\xBF\xBE\n", "control-character", 1, 4, "U+FFFE"},
	};

	(void)state;
	CHECK_REFUSED(cases);
}

static void test_bytes_nul_has_true_offset(void **state)
{
	struct fixture fixture;

	(void)state;
	assert_null(read_bytes(&fixture, "ab: c\nd: e\0f\n", 13));
	assert_found(&fixture, 0, "control-character", 2, 5);
	assert_text(&fixture, 0, "U+0000 at offset 10");
	fixture_close(&fixture);
}

static void test_bytes_binary_file_is_bounded(void **state)
{
	char bytes[4096];
	struct fixture fixture;

	(void)state;
	memset(bytes, 1, sizeof bytes);
	assert_null(read_bytes(&fixture, bytes, sizeof bytes));
	assert_int_equal(fixture.ctx.findings.count, CV_MAX_FINDINGS);
	fixture_close(&fixture);
}

static void test_yaml_refused_with_place(void **state)
{
	static const struct refused cases[] = {
		{"a: &x b\n", "refused-yaml", 1, 4, "anchors"},
		{"a: &x {b: c}\n", "refused-yaml", 1, 4, "anchors"},
		{"a: *x\n", "refused-yaml", 1, 4, "aliases"},
		{"a: !!str b\n", "refused-yaml", 1, 4, "tags"},
		{"a: !x [b]\n", "refused-yaml", 1, 4, "tags"},
		{"a: {<<: b}\n", "refused-yaml", 1, 5, "merge"},
		{"a: b\n---\nc: d\n", "refused-yaml", 2, 1, "second document"},
		{"a: b\n...\n# x\n--- c\n", "refused-yaml", 4, 1, "second document"},
		{"%YAML 1.1\n---\na: b\n", "refused-yaml", 1, 1, "directives"},
		{"# x\n\n%TAG ! x\n---\na: b\n", "refused-yaml", 3, 1, "directives"},
		{"...\n", "syntax", 1, 1, NULL},
		{"{a: b} c\n", "syntax", 1, 8, "behind the end"},
		{"a: b\n...\n%TAG ! x\n", "syntax", 3, 1, "behind the end"},
		{"? [a]\n: b\n", "wrong-type", 1, 3, "a key must be a text, not a list"},
		{"a: {{b: c}: d}\n", "wrong-type", 1, 5, "not a map"},
		{"a: {'': b}\n", "bad-value", 1, 5, "a key is empty"},
		{"a: \"x\ny\n", "syntax", 1, 4, "does not end"},
		{"a: 'it''s\n", "syntax", 1, 4, "does not end"},
		{"a:\n\tb: 1\n", "syntax", 2, 1, "a tab in the indentation; use blanks"},
		{"a:\n  b: 1\n\tc: 2\n", "syntax", 3, 1, "a tab in the indentation"},
		{"a:\n  \tb: 1\n", "syntax", 2, 3, "a tab in the indentation"},
		{"a: |\n\tx\n", "syntax", 2, 1, "a tab in the indentation"},
		{"a: *.example.com\n", "syntax", 1, 4, "cannot begin with `*`"},
		{"a: *cdn.example.com\n", "syntax", 1, 4, "cannot begin with `*`"},
		{"a: %windir%\n", "syntax", 1, 4, "cannot begin with `%`"},
		{"a: @b\n", "syntax", 1, 4, "cannot begin with `@`"},
		{"a: C:\n", "syntax", 1, 5, "must be quoted"},
		{"a: 1\nbcd\ne: 2\n", "syntax", 2, 1, "a `:` must stand behind"},
		{"a: \"\xC3\xA4\\Users\"\n", "use-single-quotes", 1, 6, "`\\U`"},
		{"a: \"C:\\data\"\n", "use-single-quotes", 1, 7, "`\\d`"},
		{"{\"a\": \"\\ud83d\\ude00\"}", "syntax", 1, 8, "surrogate"},
		{"a: \"x\\0y\"\n", "control-character", 1, 4, "U+0000"},
		{"a: \"C:\\Program\"\n", "control-character", 1, 4, "U+2029"},
		{"{\"a\": \"\\u0007\"}", "control-character", 1, 7, "U+0007"},
	};

	(void)state;
	CHECK_REFUSED(cases);
}

static void test_yaml_unclosed_brace_shows_where_it_began(void **state)
{
	struct fixture fixture;

	(void)state;
	assert_null(read_text(&fixture, "a:\n  - {b: c\nd: e\n"));
	assert_found(&fixture, 0, "syntax", 3, 2);
	assert_also(&fixture, 0, "in the map that begins here", 2, 5);
	fixture_close(&fixture);
}

static void test_yaml_comment_that_ate_a_brace_is_named(void **state)
{
	struct fixture fixture;

	(void)state;
	assert_null(read_text(&fixture, "a: {b: /opt/app #1/bin}\nc: d\n"));
	assert_found(&fixture, 0, "syntax", 1, 17);
	assert_also(&fixture, 0, "in the map that begins here", 1, 4);
	assert_hint(&fixture, 0, "use single quotes");
	fixture_close(&fixture);
}

static void test_yaml_duplicate_key_shows_the_first(void **state)
{
	struct fixture fixture;
	struct cv_node *root;

	(void)state;
	root = read_text(&fixture, "a: 1\nb: {c: 1, d: 2, c: 3}\na: 2\n");
	/* The tree is there all the same, for what else may be wrong. */
	assert_non_null(root);
	assert_int_equal(fixture.ctx.findings.count, 2);
	assert_found(&fixture, 0, "duplicate-key", 2, 17);
	assert_also(&fixture, 0, "first defined here", 2, 5);
	assert_found(&fixture, 1, "duplicate-key", 3, 1);
	assert_also(&fixture, 1, "first defined here", 1, 1);
	fixture_close(&fixture);
}

static void test_yaml_duplicate_keys_in_maps_of_any_size(void **state)
{
	(void)state;
	for (size_t count = 2; count < 40; count++) {
		struct fixture fixture;
		char text[400];
		size_t size = 0;

		for (size_t i = 0; i < count; i++)
			size += (size_t)snprintf(text + size, sizeof text - size,
						 "k%zu: v\n", i);
		assert_non_null(read_text(&fixture, text));
		assert_int_equal(fixture.ctx.findings.count, 0);
		fixture_close(&fixture);
		snprintf(text + size, sizeof text - size, "k1: v\n");
		assert_non_null(read_text(&fixture, text));
		assert_int_equal(fixture.ctx.findings.count, 1);
		assert_found(&fixture, 0, "duplicate-key", count + 1, 1);
		assert_also(&fixture, 0, "first defined here", 2, 1);
		fixture_close(&fixture);
	}
}

static void test_yaml_keeps_scalars_as_text(void **state)
{
	static const char *const values[] = {"yes", "0x1F", "1e3", "12:30:45",
					     "~",   "08",   ""};
	struct fixture fixture;
	const struct cv_node *item;
	size_t i = 0;

	(void)state;
	item = read_text(&fixture, "- yes\n- 0x1F\n- 1e3\n- 12:30:45\n- ~\n- 08\n-\n")
		       ->first;
	for (; item; item = item->next)
		assert_string_equal(item->text, values[i++]);
	assert_int_equal(i, 7);
	assert_int_equal(fixture.ctx.findings.count, 0);
	fixture_close(&fixture);
}

static void assert_span(const struct fixture *fixture, struct cv_span at,
			const char *bytes)
{
	const char *text = fixture->source->text + at.offset;

	assert_int_equal(at.length, strlen(bytes));
	assert_memory_equal(text, bytes, at.length);
}

static void test_yaml_spans_count_bytes(void **state)
{
	/* A mark, letters of two, three and four bytes, and CRLF. */
	static const char bytes[] =
		"\xEF\xBB\xBF\xC3\xA4: \xE2\x82\xAC\r\n"
		"b: [\xF0\x9F\x98\x80, 'c d', \"e\"]\r\nf: {g: h}\r\n";
	struct fixture fixture;
	const struct cv_node *member;

	(void)state;
	member = read_bytes(&fixture, bytes, sizeof bytes - 1)->first;
	assert_span(&fixture, member->key->at, "\xC3\xA4");
	assert_span(&fixture, member->at, "\xE2\x82\xAC");
	member = member->next;
	assert_span(&fixture, member->key->at, "b");
	assert_span(&fixture, member->at, "[\xF0\x9F\x98\x80, 'c d', \"e\"]");
	assert_span(&fixture, member->first->at, "\xF0\x9F\x98\x80");
	assert_span(&fixture, member->first->next->at, "'c d'");
	assert_span(&fixture, member->last->at, "\"e\"");
	member = member->next;
	assert_span(&fixture, member->at, "{g: h}");
	assert_span(&fixture, member->first->key->at, "g");
	fixture_close(&fixture);
}

static bool flag_of(const char *text, bool comment)
{
	struct fixture fixture;
	const struct cv_node *root = read_text(&fixture, text);
	bool flag;

	assert_non_null(root);
	flag = comment ? root->first->comment_behind : root->first->escaped;
	fixture_close(&fixture);
	return flag;
}

static void test_yaml_marks_a_comment_behind(void **state)
{
	(void)state;
	assert_true(flag_of("a: /opt/app #1/bin\n", true));
	assert_true(flag_of("a: b\t # c\n", true));
	assert_true(flag_of("{a: b #\n}\n", true));
	assert_false(flag_of("a: b#c\n", true));
	assert_false(flag_of("a: 'b' # c\n", true));
	assert_false(flag_of("a: b\n# c\n", true));
	assert_false(flag_of("a: # c\n  b: c\n", true));
}

static void test_yaml_marks_escapes(void **state)
{
	(void)state;
	assert_true(flag_of("a: \"C:\\temp\"\n", false));
	assert_true(flag_of("a: \"\\u0041\"\n", false));
	assert_true(flag_of("a: \"\\/\"\n", false));
	assert_true(flag_of("a: \"b\\\n  c\"\n", false));
	assert_true(flag_of("{\"a\": \"C:\\temp\"}", false));
	assert_false(flag_of("a: \"C:\\\\temp \\\"x\\\"\"\n", false));
	assert_false(flag_of("a: 'C:\\temp'\n", false));
	assert_false(flag_of("{\"a\": \"\\u0041\\/\"}", false));
}

static void test_yaml_depth_ends_reading(void **state)
{
	static const char *const openings[] = {"[", "{a: ", "- "};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct cv_buf buf = CV_BUF_INIT;
		struct fixture fixture;

		for (size_t depth = 0; depth < 10000; depth++)
			cv_buf_text(&buf, openings[i]);
		assert_null(read_bytes(&fixture, buf.data, buf.size));
		assert_found(&fixture, 0, "too-deep", 1,
			     CV_MAX_DEPTH * strlen(openings[i]) + 1);
		assert_int_equal(fixture.ctx.findings.count, 1);
		fixture_close(&fixture);
		cv_buf_deinit(&buf);
	}
}

static void test_yaml_deepest_is_taken(void **state)
{
	struct cv_buf buf = CV_BUF_INIT;
	struct fixture fixture;

	(void)state;
	for (size_t depth = 0; depth < CV_MAX_DEPTH; depth++)
		cv_buf_char(&buf, '[');
	for (size_t depth = 0; depth < CV_MAX_DEPTH; depth++)
		cv_buf_char(&buf, ']');
	assert_non_null(read_bytes(&fixture, buf.data, buf.size));
	fixture_close(&fixture);
	cv_buf_deinit(&buf);
}

static void fill(struct cv_buf *buf, const char *before, size_t count, const char *behind)
{
	cv_buf_text(buf, before);
	while (count--)
		cv_buf_char(buf, 'a');
	cv_buf_text(buf, behind);
}

static void check_long(const char *before, size_t count, const char *behind,
		       const char *code, size_t line, size_t column)
{
	struct cv_buf buf = CV_BUF_INIT;
	struct fixture fixture;
	struct cv_node *root;

	fill(&buf, before, count, behind);
	root = read_bytes(&fixture, buf.data, buf.size);
	if (code) {
		assert_null(root);
		assert_found(&fixture, 0, code, line, column);
		assert_int_equal(fixture.ctx.findings.count, 1);
	} else {
		assert_non_null(root);
	}
	fixture_close(&fixture);
	cv_buf_deinit(&buf);
}

static void test_yaml_lengths_have_bounds(void **state)
{
	(void)state;
	check_long("b: ", CV_MAX_SCALAR, "\n", NULL, 0, 0);
	check_long("b: ", CV_MAX_SCALAR + 1, "\n", "too-long", 1, 4);
	check_long("b: |\n  ", CV_MAX_SCALAR + 1, "\n", "too-long", 1, 4);
	check_long("b: \"", CV_MAX_SCALAR + 1, "\"\n", "too-long", 1, 4);
	check_long("", CV_MAX_NAME, ": 1\n", NULL, 0, 0);
	check_long("", CV_MAX_NAME + 1, ": 1\n", "too-long", 1, 1);
	/* Beyond 1 KiB libyaml itself takes it for no key, with other words each time. */
	check_long("", 1100, ": 1\n", "too-long", 1, 1101);
	check_long("b: 1\n", 1100, ": 1\n", "too-long", 2, 1);
	check_long("- ", 1100, ": 1\n", "too-long", 1, 1103);
	check_long("{\"", 1100, "\": 1}\n", "too-long", 1, 2);
	check_long("b: {c: d, ", 1100, ": 1}\n", "too-long", 1, 11);
}

static void test_yaml_lists_have_bounds(void **state)
{
	struct cv_buf buf = CV_BUF_INIT;
	struct fixture fixture;

	(void)state;
	for (size_t i = 0; i <= CV_MAX_LIST; i++)
		cv_buf_text(&buf, "- a\n");
	assert_null(read_bytes(&fixture, buf.data, buf.size));
	assert_found(&fixture, 0, "too-long", CV_MAX_LIST + 1, 3);
	fixture_close(&fixture);
	cv_buf_deinit(&buf);
}

static void test_yaml_errors_of_a_file_have_a_bound(void **state)
{
	struct cv_buf buf = CV_BUF_INIT;
	struct fixture fixture;

	(void)state;
	for (size_t i = 0; i < 2 * CV_MAX_ERRORS; i++)
		cv_buf_text(&buf, "- *a\n");
	assert_null(read_bytes(&fixture, buf.data, buf.size));
	assert_int_equal(fixture.ctx.findings.count, CV_MAX_ERRORS + 1);
	assert_text(&fixture, CV_MAX_ERRORS, "the rest of it was not read");
	fixture_close(&fixture);
	cv_buf_deinit(&buf);
}

/* A sink that keeps what the rows were called. */
struct rows {
	char names[256];
	size_t count;
};

static bool wants(void *user, const char *key)
{
	(void)user;
	return strcmp(key, "ports") == 0;
}

static bool take_row(void *user, const char *key, const struct cv_node *row)
{
	struct rows *rows = user;
	const struct cv_node *id;

	assert_string_equal(key, "ports");
	rows->count++;
	id = row->kind == CV_NODE_MAP ? cv_node_member(row, "id") : row;
	strcat(rows->names, id ? id->text : "?");
	strcat(rows->names, " ");
	return true;
}

static struct cv_node *stream(struct fixture *fixture, struct rows *rows,
			      const char *text)
{
	const struct cv_row_sink sink = {wants, take_row, rows};
	struct cv_node *root;

	memset(rows, 0, sizeof *rows);
	fixture_open(fixture, "t.yaml", text, strlen(text));
	cv_yaml_read(&fixture->ctx, fixture->source, &sink, &root);
	return root;
}

static void test_yaml_streams_rows(void **state)
{
	struct fixture fixture;
	struct rows rows;
	const struct cv_node *root, *ports;

	(void)state;
	root = stream(&fixture, &rows,
		      "a: [1]\nports:\n- {id: x, p: [1, 2]}\n- id: y\n- z\nb: {ports: "
		      "[{id: n}]}\n");
	assert_string_equal(rows.names, "x y z ");
	ports = cv_node_member(root, "ports");
	assert_true(ports->streamed);
	assert_null(ports->first);
	assert_int_equal(ports->count, 3);
	assert_false(cv_node_member(root, "a")->streamed);
	assert_int_equal(cv_node_member(cv_node_member(root, "b"), "ports")->first->count,
			 1);
	fixture_close(&fixture);
}

static void test_yaml_streams_past_a_refused_row(void **state)
{
	struct fixture fixture;
	struct rows rows;

	(void)state;
	/* The row with a tag is told and left out; those round it are handed out. */
	assert_non_null(stream(
		&fixture, &rows,
		"ports:\n- {id: x}\n- {id: !!str y}\n- {id: z, id: w}\n- {id: v}\n"));
	assert_string_equal(rows.names, "x z v ");
	assert_int_equal(fixture.ctx.findings.count, 2);
	assert_found(&fixture, 0, "refused-yaml", 3, 8);
	assert_found(&fixture, 1, "duplicate-key", 4, 11);
	fixture_close(&fixture);
}

static void test_yaml_json_reads_the_same(void **state)
{
	struct fixture yaml, json;
	const struct cv_node *a = read_text(&yaml, "a: [b, 'c d']\ne: {f: \"\"}\n"),
			     *b = read_text(
				     &json,
				     "{\"a\":[\"b\",\"c d\"],\n\t\"e\":{\"f\":\"\"}}");

	(void)state;
	assert_string_equal(a->first->last->text, b->first->last->text);
	assert_string_equal(a->last->first->text, b->last->first->text);
	assert_string_equal(a->last->first->key->text, b->last->first->key->text);
	fixture_close(&yaml);
	fixture_close(&json);
}

/* What edits go by: a node's last byte, not what stands behind it. */
static void test_yaml_nodes_end_before_comments(void **state)
{
	static const char text[] = "\xEF\xBB\xBF# \xC3\xA4\n"
				   "rows:\n"
				   "- {a: '\xC3\xA4', b: [c]}  # d\n"
				   "- a: b c   # d\n"
				   "  e: \"f\"\n"
				   "\n"
				   "# g\n"
				   "h:\n"
				   "  i: j\n"
				   "# k\n";
	struct fixture fixture;
	struct cv_node *root = read_text(&fixture, text);
	const struct cv_node *row;

	(void)state;
	assert_non_null(root);
	row = root->first->first;
	assert_int_equal(row->end, strstr(text, "  # d") - text);
	assert_int_equal(row->first->end, strstr(text, ", b") - text);
	assert_int_equal(row->first->key->end, strstr(text, ": '") - text);
	assert_int_equal(row->next->first->end, strstr(text, "   # d") - text);
	assert_int_equal(row->next->end, strstr(text, "\n\n# g") - text);
	assert_int_equal(root->first->end, row->next->end);
	assert_int_equal(root->end, strstr(text, "\n# k") - text);
	fixture_close(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_yaml_nodes_end_before_comments),
		cmocka_unit_test(test_bytes_refused_with_place),
		cmocka_unit_test(test_bytes_nul_has_true_offset),
		cmocka_unit_test(test_bytes_binary_file_is_bounded),
		cmocka_unit_test(test_yaml_refused_with_place),
		cmocka_unit_test(test_yaml_unclosed_brace_shows_where_it_began),
		cmocka_unit_test(test_yaml_comment_that_ate_a_brace_is_named),
		cmocka_unit_test(test_yaml_duplicate_key_shows_the_first),
		cmocka_unit_test(test_yaml_duplicate_keys_in_maps_of_any_size),
		cmocka_unit_test(test_yaml_keeps_scalars_as_text),
		cmocka_unit_test(test_yaml_spans_count_bytes),
		cmocka_unit_test(test_yaml_marks_a_comment_behind),
		cmocka_unit_test(test_yaml_marks_escapes),
		cmocka_unit_test(test_yaml_depth_ends_reading),
		cmocka_unit_test(test_yaml_deepest_is_taken),
		cmocka_unit_test(test_yaml_lengths_have_bounds),
		cmocka_unit_test(test_yaml_lists_have_bounds),
		cmocka_unit_test(test_yaml_errors_of_a_file_have_a_bound),
		cmocka_unit_test(test_yaml_streams_rows),
		cmocka_unit_test(test_yaml_streams_past_a_refused_row),
		cmocka_unit_test(test_yaml_json_reads_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
