/* Findings as they are shown: the caret stands under the place whatever the line
 * holds, and nothing but printable characters reaches a terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/limits.h"
#include "commands/print.h"

static const struct cv_style plain, verbose = {.verbose = true}, quiet = {.quiet = true};

/* The place of `part` in a source of that text. */
static struct cv_span span_of(struct cv_ctx *ctx, const char *name, const char *text,
			      const char *part)
{
	const struct cv_source *source =
		cv_source_from_bytes(ctx, name, text, strlen(text));

	return cv_span(source->id, (size_t)(strstr(text, part) - text), strlen(part));
}

static void expect_text(struct cv_ctx *ctx, const struct cv_style *style,
			const char *text)
{
	struct cv_buf out = CV_BUF_INIT;

	cv_print_text(ctx, style, &out);
	assert_string_equal(cv_buf_string(&out), text);
	cv_buf_deinit(&out);
	cv_ctx_close(ctx);
}

static void test_print_shows_line_caret_and_hint(void **state)
{
	struct cv_ctx ctx;
	struct cv_finding *finding;

	(void)state;
	cv_ctx_open(&ctx);
	finding = cv_find_more(&ctx, CV_F_UNKNOWN_PLACE,
			       span_of(&ctx, "hq/site.yaml",
				       "a: 1\n  b: '<Cilent>\\x'\nc: 2\n", "<Cilent>"),
			       "unknown place <Cilent>");
	finding->hint = "did you mean <Client>?";
	finding->help = "first line\n\n  second line\n";
	expect_text(&ctx, &plain,
		    "hq/site.yaml:2:7: error: unknown place <Cilent> [unknown-place]\n"
		    "    2 |   b: '<Cilent>\\x'\n"
		    "      |       ^~~~~~~~ did you mean <Client>?\n"
		    "      first line\n"
		    "\n"
		    "        second line\n"
		    "1 error\n");
}

static void test_print_aligns_behind_tabs_and_wide_bytes(void **state)
{
	struct cv_ctx ctx;

	(void)state;
	cv_ctx_open(&ctx);
	cv_find(&ctx, CV_F_BAD_VALUE,
		span_of(&ctx, "f",
			"\tgr\xC3\xB6\xC3\x9F"
			"e: x\r\n",
			"x"),
		"wrong");
	expect_text(&ctx, &plain,
		    "f:1:9: error: wrong [bad-value]\n"
		    "    1 | \tgr\xC3\xB6\xC3\x9F"
		    "e: x\n"
		    "      | \t       ^\n"
		    "1 error\n");
}

static void test_print_sends_nothing_raw_to_the_terminal(void **state)
{
	static const char line[] = "a\033[31m\xE2\x80\xAE\xFF"
				   "bad";
	struct cv_ctx ctx;

	(void)state;
	cv_ctx_open(&ctx);
	cv_find(&ctx, CV_F_BAD_VALUE, span_of(&ctx, "n\nm", line, "bad"),
		"text \033[2J and \r\n and \t end");
	expect_text(&ctx, &plain,
		    "n<U+000A>m:1:9: error: text <U+001B>[2J and <U+000D><U+000A> and "
		    "<U+0009> end [bad-value]\n"
		    "    1 | a<U+001B>[31m<U+202E><0xFF>bad\n"
		    "      |                            ^~~\n"
		    "1 error\n");
}

static void test_print_cuts_a_long_line_round_the_place(void **state)
{
	struct cv_ctx ctx;
	struct cv_buf out = CV_BUF_INIT;
	char text[2001];
	const char *mark, *line;

	(void)state;
	memset(text, 'x', 2000);
	text[2000] = '\0';
	memcpy(text + 1000, "HERE", 4);
	cv_ctx_open(&ctx);
	cv_find(&ctx, CV_F_BAD_VALUE, span_of(&ctx, "f", text, "HERE"), "wrong");
	cv_print_text(&ctx, &plain, &out);
	line = strchr(cv_buf_string(&out), '\n') + 1;
	mark = strchr(line, '\n') + 1;
	assert_true(mark - line < 200);
	assert_memory_equal(line, "    1 | ...xxx", 14);
	assert_int_equal(strstr(line, "HERE") - line, strchr(mark, '^') - mark);
	assert_memory_equal(mark - 4, "...\n", 4);
	cv_buf_deinit(&out);
	cv_ctx_close(&ctx);
}

static void test_print_marks_the_end_of_a_line(void **state)
{
	struct cv_ctx ctx;
	struct cv_span span;

	(void)state;
	cv_ctx_open(&ctx);
	span = span_of(&ctx, "f", "ab\ncd", "ab");
	span.offset = 2;
	span.length = 40;
	cv_find(&ctx, CV_F_BAD_VALUE, span, "wrong");
	expect_text(&ctx, &plain,
		    "f:1:3: error: wrong [bad-value]\n"
		    "    1 | ab\n"
		    "      |   ^\n"
		    "1 error\n");
}

static void test_print_sorts_by_place_and_says_equal_things_once(void **state)
{
	struct cv_ctx ctx;
	struct cv_span span;

	(void)state;
	cv_ctx_open(&ctx);
	span = span_of(&ctx, "f", "one two", "two");
	cv_find(&ctx, CV_F_USAGE, (struct cv_span){0}, "no place");
	cv_find(&ctx, CV_F_BAD_VALUE, span, "second");
	cv_find(&ctx, CV_F_BAD_PORT, span, "third");
	cv_find(&ctx, CV_F_BAD_VALUE, span, "second");
	span.offset = 0;
	cv_find(&ctx, CV_F_UNREACHED_GROUP, span, "first");
	expect_text(&ctx, &plain,
		    "f:1:1: warning: first [unreached-group]\n"
		    "    1 | one two\n"
		    "      | ^~~\n"
		    "f:1:5: error: second [bad-value]\n"
		    "    1 | one two\n"
		    "      |     ^~~\n"
		    "f:1:5: error: third [bad-port]\n"
		    "    1 | one two\n"
		    "      |     ^~~\n"
		    "carveout: error: no place [usage]\n"
		    "3 errors, 1 warning\n");
}

static void test_print_stops_at_the_limit_of_a_kind(void **state)
{
	struct cv_ctx ctx;
	struct cv_buf out = CV_BUF_INIT;

	(void)state;
	cv_ctx_open(&ctx);
	for (int i = 0; i < CV_MAX_FINDINGS + 23; i++)
		cv_find(&ctx, CV_F_BAD_PORT, (struct cv_span){0}, "port %d", i);
	cv_find(&ctx, CV_F_BAD_PATH, (struct cv_span){0}, "path");
	cv_print_text(&ctx, &plain, &out);
	assert_non_null(strstr(cv_buf_string(&out), "port 99 [bad-port]\n"));
	assert_null(strstr(cv_buf_string(&out), "port 100 [bad-port]\n"));
	assert_non_null(strstr(cv_buf_string(&out), "path [bad-path]\n"
						    "carveout: and 23 more of bad-port\n"
						    "124 errors\n"));
	cv_buf_deinit(&out);
	cv_ctx_close(&ctx);
}

static void make_each(struct cv_ctx *ctx)
{
	cv_ctx_open(ctx);
	cv_find(ctx, CV_F_SERIES, (struct cv_span){0}, "a note");
	cv_find(ctx, CV_F_UNREACHED_GROUP, (struct cv_span){0}, "a warning");
	cv_find(ctx, CV_F_BAD_PATH, (struct cv_span){0}, "an error");
}

static void test_print_shows_what_was_asked_for(void **state)
{
	struct cv_ctx ctx;

	(void)state;
	make_each(&ctx);
	expect_text(&ctx, &plain,
		    "carveout: warning: a warning [unreached-group]\n"
		    "carveout: error: an error [bad-path]\n"
		    "1 error, 1 warning, 1 note (-v shows it)\n");
	make_each(&ctx);
	expect_text(&ctx, &verbose,
		    "carveout: note: a note [series]\n"
		    "carveout: warning: a warning [unreached-group]\n"
		    "carveout: error: an error [bad-path]\n"
		    "1 error, 1 warning, 1 note\n");
	make_each(&ctx);
	expect_text(&ctx, &quiet,
		    "carveout: error: an error [bad-path]\n"
		    "1 error\n");
}

static void test_print_never_quotes_an_export(void **state)
{
	struct cv_ctx ctx;
	struct cv_span span;

	(void)state;
	cv_ctx_open(&ctx);
	span = span_of(&ctx, "export.json", "x: secret", "secret");
	cv_source_by_id(&ctx, span.file)->quotable = false;
	cv_find_more(&ctx, CV_F_BAD_VALUE, span, "wrong")->hint = "a hint";
	expect_text(&ctx, &plain,
		    "export.json:1:4: error: wrong; a hint [bad-value]\n1 error\n");
}

static void test_print_shows_the_second_place(void **state)
{
	struct cv_ctx ctx;
	struct cv_finding *finding;
	struct cv_span span;

	(void)state;
	cv_ctx_open(&ctx);
	span = span_of(&ctx, "f", "a: 1\na: 2\n", "a: 2");
	finding = cv_find_more(&ctx, CV_F_DUPLICATE_KEY, span, "`a` stands twice");
	finding->also = (struct cv_span){span.file, 1, 0};
	finding->also_text = "first here";
	expect_text(&ctx, &plain,
		    "f:2:1: error: `a` stands twice [duplicate-key]\n"
		    "    2 | a: 2\n"
		    "      | ^~~~\n"
		    "f:1:1: note: first here\n"
		    "    1 | a: 1\n"
		    "      | ^\n"
		    "1 error\n");
}

/* As of a file that was changed since it was read. */
static void test_print_names_a_file_that_is_lost(void **state)
{
	struct cv_buf out = CV_BUF_INIT;
	struct cv_ctx ctx;
	struct cv_finding *finding;

	(void)state;
	cv_ctx_open(&ctx);
	finding = cv_find_more(&ctx, CV_F_DUPLICATE_ID, span_of(&ctx, "f", "x y", "y"),
			       "twice");
	finding->hint = "a hint";
	finding->also = cv_span(finding->at.file, 0, 1);
	finding->also_text = "first defined here";
	cv_source_by_id(&ctx, finding->at.file)->text = NULL;
	cv_print_json(&ctx, &plain, &out);
	assert_non_null(strstr(cv_buf_string(&out), "\"file\": \"f\""));
	assert_null(strstr(cv_buf_string(&out), "\"line\""));
	assert_null(strstr(cv_buf_string(&out), "\"offset\""));
	cv_buf_deinit(&out);
	expect_text(&ctx, &plain,
		    "f: error: twice; a hint [duplicate-id]\n"
		    "f: note: first defined here\n"
		    "1 error\n");
}

static void test_print_colors_only_when_asked(void **state)
{
	const struct cv_style color = {.color = true};
	struct cv_ctx ctx;

	(void)state;
	cv_ctx_open(&ctx);
	cv_find(&ctx, CV_F_BAD_VALUE, span_of(&ctx, "f", "x", "x"), "wrong");
	expect_text(&ctx, &color,
		    "\033[1mf:1:1: \033[1;31merror:\033[0m wrong [bad-value]\n"
		    "    1 | x\n"
		    "      | \033[1;32m^\033[0m\n"
		    "1 error\n");
}

static void test_print_json_is_one_document(void **state)
{
	struct cv_ctx ctx;
	struct cv_buf out = CV_BUF_INIT;
	struct cv_finding *finding;
	json_error_t error;
	json_t *root, *first;

	(void)state;
	cv_ctx_open(&ctx);
	finding =
		cv_find_more(&ctx, CV_F_BAD_VALUE,
			     span_of(&ctx, "f", "ab \"c\"", "\"c\""), "wrong \"\033\xFF");
	finding->hint = "a hint";
	cv_find(&ctx, CV_F_SERIES, (struct cv_span){0}, "a note");
	cv_print_json(&ctx, &plain, &out);
	root = json_loadb(cv_buf_string(&out), out.size, JSON_ALLOW_NUL, &error);
	assert_non_null(root);
	assert_int_equal(json_array_size(json_object_get(root, "findings")), 2);
	first = json_array_get(json_object_get(root, "findings"), 0);
	assert_string_equal(json_string_value(json_object_get(first, "file")), "f");
	assert_int_equal(json_integer_value(json_object_get(first, "line")), 1);
	assert_int_equal(json_integer_value(json_object_get(first, "column")), 4);
	assert_int_equal(json_integer_value(json_object_get(first, "offset")), 3);
	assert_int_equal(json_integer_value(json_object_get(first, "length")), 3);
	assert_string_equal(json_string_value(json_object_get(first, "code")),
			    "bad-value");
	assert_string_equal(json_string_value(json_object_get(first, "hint")), "a hint");
	assert_int_equal(json_integer_value(json_object_get(root, "errors")), 1);
	assert_int_equal(json_integer_value(json_object_get(root, "notes")), 1);
	json_decref(root);
	cv_buf_deinit(&out);
	cv_ctx_close(&ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_print_shows_line_caret_and_hint),
		cmocka_unit_test(test_print_aligns_behind_tabs_and_wide_bytes),
		cmocka_unit_test(test_print_sends_nothing_raw_to_the_terminal),
		cmocka_unit_test(test_print_cuts_a_long_line_round_the_place),
		cmocka_unit_test(test_print_marks_the_end_of_a_line),
		cmocka_unit_test(test_print_sorts_by_place_and_says_equal_things_once),
		cmocka_unit_test(test_print_stops_at_the_limit_of_a_kind),
		cmocka_unit_test(test_print_shows_what_was_asked_for),
		cmocka_unit_test(test_print_never_quotes_an_export),
		cmocka_unit_test(test_print_shows_the_second_place),
		cmocka_unit_test(test_print_names_a_file_that_is_lost),
		cmocka_unit_test(test_print_colors_only_when_asked),
		cmocka_unit_test(test_print_json_is_one_document),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
