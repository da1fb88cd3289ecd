#include "page_fixture.h"

#include "import/page_parts.h"

struct told {
	const char *bytes;
	enum cv_page_form form;
};

static void test_page_tells_its_form(void **state)
{
	static const struct told cases[] = {
		{"<!DOCTYPE html><p>x", CV_PAGE_HTML},
		{"\xEF\xBB\xBF\n  <HTML lang=en>", CV_PAGE_HTML},
		{"<table><tr><td>a,b\n<td>c,d", CV_PAGE_HTML},
		{"<!-- saved --><p>x", CV_PAGE_HTML},
		{"words before\n<table>\n", CV_PAGE_HTML},
		{"<Tanium Client>\\Python38\n", CV_PAGE_TEXT},
		{"<pre-shared key> and more\n", CV_PAGE_TEXT},
		{"<tables of ports>\n", CV_PAGE_TEXT},
		{"| a | b |\n|---|:-:|\n| c | d |\n", CV_PAGE_MARKDOWN},
		{"a | b\r\n--- | ---\r\nc | d\r\n", CV_PAGE_MARKDOWN},
		{"# Ports\n\n<table>\n", CV_PAGE_MARKDOWN},
		{"# Ports\n\nNone.\n", CV_PAGE_MARKDOWN},
		{"a | b\nc | d\n", CV_PAGE_TEXT},
		{"words\n|---|\n", CV_PAGE_TEXT},
		{"#comment\n", CV_PAGE_TEXT},
		{"a,b,c\nd,e,f\n", CV_PAGE_CSV},
		{"a,b\nc,\"d,\n\"\"e\"\n", CV_PAGE_CSV},
		{"a, b, c\nd, e, f\n", CV_PAGE_CSV},
		{"a, b\nc, d\n", CV_PAGE_TEXT},
		{"a,b\nc\n", CV_PAGE_TEXT},
		{"a,b\nc,\"d\n", CV_PAGE_TEXT},
		{"a,b,c\n", CV_PAGE_TEXT},
		{"a\tb\n\nc\td\n", CV_PAGE_TSV},
		{"a\tb, c\nd\te\n", CV_PAGE_TSV},
		{"Ports\n\na\tb\nc\td\n", CV_PAGE_TEXT},
		{"a;b,c\nd;e\n", CV_PAGE_CSV},
		{"words; and\nmore; words\n", CV_PAGE_TEXT},
		{"words\n", CV_PAGE_TEXT},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fixture fixture;
		enum cv_page_form form;

		fixture_open(&fixture, "page", cases[i].bytes, strlen(cases[i].bytes));
		form = cv_page_tell(fixture.source);
		if (form != cases[i].form)
			fail_msg("%s\nis %s, not %s", cases[i].bytes, cv_page_forms[form],
				 cv_page_forms[cases[i].form]);
		fixture_close(&fixture);
	}
}

static void test_page_form_can_be_said(void **state)
{
	(void)state;
	assert_string_equal(cv_page_forms[CV_PAGE_ANY], "any");
	assert_string_equal(cv_page_forms[CV_PAGE_TEXT], "text");
	assert_null(cv_page_forms[CV_PAGE_TEXT + 1]);
	check_page(CV_PAGE_TEXT, "a,b\nc,d\n", "> a,b\n> c,d\n");
	check_page(CV_PAGE_CSV, "a\n", "p a\n");
}

struct bad_bytes {
	const char *bytes;
	size_t size;
	enum cv_code code;
	size_t line, column;
	const char *part;
};

static void test_page_bytes_are_checked_in_every_form(void **state)
{
	static const struct bad_bytes cases[] = {
		{"a,b\nc\xE9,d\n", 9, CV_F_NOT_UTF8, 2, 2, "0xE9 at offset 5"},
		{"\xC0\xAF", 2, CV_F_NOT_UTF8, 1, 1, "0xC0"},
		{"\xED\xA0\x80", 3, CV_F_NOT_UTF8, 1, 1, "0xED"},
		{"\xFF\xFEx\0", 4, CV_F_NOT_UTF8, 1, 1, "UTF-16"},
		{"a\n\0b", 4, CV_F_CONTROL_CHARACTER, 2, 1, "NUL"},
		{"a\x1B[2J", 5, CV_F_CONTROL_CHARACTER, 1, 2, "U+001B"},
		{"a\xE2\x80\xA8z", 5, CV_F_CONTROL_CHARACTER, 1, 2, "U+2028"},
		{"a\rb", 3, CV_F_CONTROL_CHARACTER, 1, 2, "carriage return"},
		{"", 0, CV_F_EMPTY_FILE, 1, 1, "holds nothing"},
		{"\xEF\xBB\xBF \n\f\t", 7, CV_F_EMPTY_FILE, 1, 1, "holds nothing"},
	};

	(void)state;
	for (enum cv_page_form form = CV_PAGE_ANY; form <= CV_PAGE_TEXT; form++)
		for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
			check_refused(form, cases[i].bytes, cases[i].size, cases[i].code,
				      cases[i].line, cases[i].column, cases[i].part);
}

static void test_page_bytes_have_a_bound(void **state)
{
	struct cv_buf page = repeated("", "0123456789abcdef", CV_MAX_PAGE_BYTES / 16, "");
	struct page_fixture fixture;

	(void)state;
	page_open(&fixture, CV_PAGE_ANY, page.data, page.size);
	assert_true(fixture.whole);
	page_close(&fixture);
	cv_buf_char(&page, '\n');
	check_refused(CV_PAGE_ANY, page.data, page.size, CV_F_PAGE_TOO_LARGE, 1, 1,
		      "page has 33554433 bytes; a page has at most 33554432");
	cv_buf_deinit(&page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_page_tells_its_form),
		cmocka_unit_test(test_page_form_can_be_said),
		cmocka_unit_test(test_page_bytes_are_checked_in_every_form),
		cmocka_unit_test(test_page_bytes_have_a_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
