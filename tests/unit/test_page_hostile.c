/* Pages that ask for more than anybody has: each ends in a finding, or is read. */
#include "page_fixture.h"

static void check_bound(enum cv_page_form form, struct cv_buf page, enum cv_code code,
			const char *part)
{
	struct page_fixture fixture;
	const struct cv_finding *finding;

	page_open(&fixture, form, page.data, page.size);
	assert_false(fixture.whole);
	finding = fixture_finding(&fixture.base, fixture.base.ctx.findings.count - 1);
	assert_string_equal(cv_finding_kinds[finding->code].name,
			    cv_finding_kinds[code].name);
	if (!strstr(finding->text, part))
		fail_msg("\"%s\" does not say \"%s\"", finding->text, part);
	page_close(&fixture);
	cv_buf_deinit(&page);
}

static void check_read(enum cv_page_form form, struct cv_buf page, size_t blocks)
{
	struct page_fixture fixture;

	page_open(&fixture, form, page.data, page.size);
	if (!fixture.whole)
		fail_msg("%.40s: %s", page.data, fixture_finding(&fixture.base, 0)->text);
	assert_int_equal(fixture.page.blocks.count, blocks);
	page_close(&fixture);
	cv_buf_deinit(&page);
}

static void test_hostile_spans(void **state)
{
	struct cv_buf tail;

	(void)state;
	/* Laid out as it says this would be 65 million cells. */
	check_read(CV_PAGE_HTML,
		   repeated("<table><tr><td rowspan=65000 colspan=1000>", "<tr>", 3, ""),
		   1);
	tail = repeated("", "<tr>", 10000, "</table>");
	check_bound(CV_PAGE_HTML,
		    repeated("<table><tr>", "<td rowspan=65000>", 200, tail.data),
		    CV_F_PAGE_TOO_LARGE, "tables of more than 1000000 cells");
	cv_buf_deinit(&tail);
	tail = repeated("<tr>", "<td>", CV_MAX_COLUMNS, "</table>");
	check_bound(CV_PAGE_HTML,
		    repeated("<table>", "<tr><td colspan=1000>", 5000, tail.data),
		    CV_F_PAGE_TOO_LARGE, "tables of more than 1000000 cells");
	cv_buf_deinit(&tail);
}

static void test_hostile_rows(void **state)
{
	(void)state;
	check_bound(CV_PAGE_HTML, repeated("<table><tr>", "<td>", 100000, "</table>"),
		    CV_F_PAGE_TOO_LARGE, "a row of more than 256 cells");
	check_bound(CV_PAGE_HTML,
		    repeated("<table>", "<tr><td>a<td>b", CV_MAX_PAGE_CELLS / 2 + 1,
			     "</table>"),
		    CV_F_PAGE_TOO_LARGE, "tables of more than 1000000 cells");
	check_bound(CV_PAGE_HTML,
		    repeated("<table><tr><td>", "<tr>", CV_MAX_PAGE_CELLS, "</table>"),
		    CV_F_PAGE_TOO_LARGE, "tables of more than 1000000 cells");
	check_bound(CV_PAGE_HTML, repeated("", "<p>a", CV_MAX_PAGE_BLOCKS + 1, ""),
		    CV_F_PAGE_TOO_LARGE, "a page of more than 1000000 headings");
}

static void test_hostile_depth(void **state)
{
	(void)state;
	check_bound(CV_PAGE_HTML, repeated("", "<table><tr><td>", 1000, "x"),
		    CV_F_TOO_DEEP, "more than 8 deep");
	check_bound(CV_PAGE_HTML, repeated("", "<b>", 1000000, "x"), CV_F_TOO_DEEP,
		    "tags inside of tags, more than 256 deep");
	check_bound(CV_PAGE_HTML, repeated("", "<div><ul><li>", 100000, "x"),
		    CV_F_TOO_DEEP, "more than 256 deep");
	check_read(CV_PAGE_HTML, repeated("", "<div>", CV_MAX_PAGE_DEPTH - 8, "x"), 1);
	check_read(CV_PAGE_HTML, repeated("x", "</b></table></td>", 300000, "y"), 1);
	check_read(CV_PAGE_HTML, repeated("x", "<p><br><td>", 300000, "y"), 2);
}

static void test_hostile_tags(void **state)
{
	(void)state;
	check_bound(CV_PAGE_HTML, repeated("<p title='", "x", 10 << 20, "'>y"),
		    CV_F_PAGE_TOO_LARGE, "a tag of more than 1000000 bytes");
	check_bound(CV_PAGE_HTML, repeated("<p ", "x ", 1 << 20, ">y"),
		    CV_F_PAGE_TOO_LARGE, "a tag of more than 128 attributes");
	check_bound(CV_PAGE_HTML, repeated("<p ", "\"x=' ", 1 << 20, ">y"),
		    CV_F_PAGE_TOO_LARGE, "a tag of more than 128 attributes");
	check_read(CV_PAGE_HTML,
		   repeated("<p style='", "a: b; ", 100000, "' c d=e f=\"g h\">y"), 1);
}

struct open_end {
	const char *text, *part;
	size_t column;
};

static void test_hostile_ends_that_are_missing(void **state)
{
	static const struct open_end cases[] = {
		{"<p>x<!-- y <p>z", "the comment that begins here", 5},
		{"<p>x<table class=", "the tag that begins here", 5},
		{"<p>x<a b='c><p>", "the tag that begins here", 5},
		{"<p>x</p <p", "the tag that begins here", 5},
		{"<p>x<!DOCTYPE y", "the tag that begins here", 5},
		{"<p>x</ y", "the tag that begins here", 5},
		{"<p>x<!--> <p a=\"", "the tag that begins here", 11},
		{"<p>x<!-- --!> <p a=\"-->", "the tag that begins here", 15},
		{"<p>x<script>y<p>", "the script that begins here", 5},
		{"<p>x<STYLE a=b>y</script>", "the style that begins here", 5},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		check_refused(CV_PAGE_HTML, cases[i].text, strlen(cases[i].text),
			      CV_F_PAGE_UNREADABLE, 1, cases[i].column, cases[i].part);
}

/* Where libxml2 ends a comment, too, what follows is looked at. */
static void test_hostile_attributes_behind_comments(void **state)
{
	static const char *const heads[] = {"<!--><p ",
					    "<!---><p ",
					    "<!-- --!><p ",
					    "<!-- x --><p ",
					    "<script></SCRIPT><p ",
					    "<style>'</style ><p ",
					    "</x ><p "};

	(void)state;
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
		check_bound(CV_PAGE_HTML, repeated(heads[i], "x ", 1000, ">y<!-- -->"),
			    CV_F_PAGE_TOO_LARGE, "a tag of more than 128 attributes");
}

static void test_hostile_findings(void **state)
{
	(void)state;
	check_bound(CV_PAGE_HTML, repeated("", "<x>y</x>", 2 * CV_MAX_ERRORS, ""),
		    CV_F_PAGE_TOO_LARGE, "more than 10000 findings");
	check_bound(CV_PAGE_HTML, repeated("", "<del>y</del>", 2 * CV_MAX_ERRORS, ""),
		    CV_F_PAGE_TOO_LARGE, "more than 10000 findings");
}

static void test_hostile_entities(void **state)
{
	(void)state;
	check_read(CV_PAGE_HTML,
		   repeated("<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '", "&a;", 1000,
			    "'>]><p>&b;"),
		   3);
	check_read(CV_PAGE_HTML, repeated("<p>", "&", 1 << 20, ""), 1);
	check_bound(CV_PAGE_HTML, repeated("<p>", "&#", 1 << 20, ""), CV_F_PAGE_TOO_LARGE,
		    "more than 10000 findings");
	check_read(CV_PAGE_HTML, repeated("<p>", "<", 1 << 20, ""), 1);
	check_read(CV_PAGE_HTML, repeated("<p>&", "a", 1 << 20, ";"), 1);
}

static void test_hostile_markdown(void **state)
{
	static const char *const pieces[] = {
		"*",  "**a ", "_",      "`",     "``` `", "[",      "](",
		"[^", "![](", "<",      "<a",    "<!--",  "<table", "\\",
		"&",  "~~",   "<sup>a", "<del>", "|",     "\\|",    "- ",
		"> ", "#",    "1. ",    "=",     "`a``b", "a*b*",   "*.a* ",
	};

	(void)state;
	/* As a line, as a cell, and as a line each. */
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		static const char *const heads[] = {"x", "| a |\n|---|\n|", "# a\n"};

		for (size_t j = 0; j < sizeof heads / sizeof *heads; j++) {
			struct cv_buf page = repeated(heads[j], pieces[i], 100000, "\n");
			struct page_fixture fixture;

			page_open(&fixture, CV_PAGE_MARKDOWN, page.data, page.size);
			page_close(&fixture);
			for (char *c = page.data; (c = strchr(c, ' ')); c++)
				*c = '\n';
			page_open(&fixture, CV_PAGE_MARKDOWN, page.data, page.size);
			page_close(&fixture);
			cv_buf_deinit(&page);
		}
	}
}

static void test_hostile_markdown_tables(void **state)
{
	(void)state;
	check_bound(CV_PAGE_MARKDOWN, repeated("|a|\n|-|\n", "|b", 100000, "\n"),
		    CV_F_PAGE_TOO_LARGE, "a row of more than 256 cells");
	check_bound(CV_PAGE_MARKDOWN,
		    repeated("|a|b|\n|-|-|\n", "|c|d|\n", CV_MAX_PAGE_CELLS / 2, "\n"),
		    CV_F_PAGE_TOO_LARGE, "tables of more than 1000000 cells");
	check_bound(CV_PAGE_MARKDOWN,
		    repeated("|a|\n|-|\n", "|*.a*|\n", 2 * CV_MAX_ERRORS, ""),
		    CV_F_PAGE_TOO_LARGE, "more than 10000 findings");
	check_bound(CV_PAGE_MARKDOWN,
		    repeated("# A\n", "<table><tr><td>\n", 1000, "</table>"),
		    CV_F_PAGE_UNREADABLE, "the table that begins here");
	check_bound(CV_PAGE_MARKDOWN, repeated("# A\n", "a\n\n", CV_MAX_PAGE_BLOCKS, ""),
		    CV_F_PAGE_TOO_LARGE, "a page of more than 1000000 headings");
	/* Rows that are left open, each followed by what could belong to it. */
	check_read(CV_PAGE_MARKDOWN, repeated("|a|\n|-|\n", "|b\nc\n\n\n", 100000, ""),
		   2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hostile_spans),
		cmocka_unit_test(test_hostile_rows),
		cmocka_unit_test(test_hostile_depth),
		cmocka_unit_test(test_hostile_tags),
		cmocka_unit_test(test_hostile_ends_that_are_missing),
		cmocka_unit_test(test_hostile_attributes_behind_comments),
		cmocka_unit_test(test_hostile_findings),
		cmocka_unit_test(test_hostile_entities),
		cmocka_unit_test(test_hostile_markdown),
		cmocka_unit_test(test_hostile_markdown_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
