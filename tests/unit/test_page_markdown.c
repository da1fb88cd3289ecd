#include "page_fixture.h"

static void check_md(const char *bytes, const char *expected)
{
	check_page(CV_PAGE_MARKDOWN, bytes, expected);
}

static void test_markdown_blocks(void **state)
{
	(void)state;
	check_md("# Ports\n\nThe *following* ports\nare **needed**.  \nTwo\n\n"
		 "Heading\n=======\nOther\n-----\n### C# ###\n#no heading\n",
		 "h1 Ports\np The following ports are needed.|Two\nh1 Heading\nh2 Other\n"
		 "h3 C#\np #no heading\n");
	check_md("- one\n  more\n  - two\n    * three\n- four\n\n1. five\n10) "
		 "six\n\nafter\n"
		 "- seven\n",
		 "i1 one more\ni2 two\ni3 three\ni1 four\ni1 five\ni1 six\np after\n"
		 "i1 seven\n");
	check_md("> **Note**\n> quoted\n\n---\n***\n```yaml\na: *b*\n  | c\n```\nend",
		 "p Note quoted\np a: *b*|| c\np end\n");
	check_md("\xEF\xBB\xBF# A\r\n\r\nb\r\n", "h1 A\np b\n");
	check_md("<!-- a\nb --> c\n<p>d</p>\n", "p c|d\n");
}

static void test_markdown_front_matter(void **state)
{
	const char *text = "---\ntitle: A page\ncanonicalUrl: https://x.example/\n"
			   "ms.date: 1\n---\n# H\n";
	struct page_fixture fixture;

	(void)state;
	page_open(&fixture, CV_PAGE_ANY, text, strlen(text));
	assert_string_equal(fixture.page.title.text, "A page");
	assert_spelt(&fixture, fixture.page.url.at, "https://x.example/");
	assert_string_equal(fixture.page.url.text, "https://x.example/");
	assert_string_equal(cv_buf_string(&fixture.text), "h1 H\n");
	page_close(&fixture);
}

static void test_markdown_tables(void **state)
{
	(void)state;
	check_md("| Port | Protocol |\n|------|:--------:|\n| 443 | TCP |\n| 53 | "
		 "|\n\nend\n",
		 "table 3x2\n# Port | Protocol\n= 443 | TCP\n= 53 | .\np end\n");
	check_md("a | b\r\n--|--\r\nc | d\r\n", "table 2x2\n# a | b\n= c | d\n");
	check_md("words\n| a |\n|---|\n| b |\n> not\n",
		 "p words\ntable 2x1\n# a\n= b\np not\n");
	check_md("> | a | b |\n> |---|---|\n> | c | d |\n",
		 "table 2x2\n# a | b\n= c | d\n");
	check_md("- x\n\n  | a | b |\n  |---|---|\n  | c | d |\n",
		 "i1 x\ntable 2x2\n# a | b\n= c | d\n");
	check_md("| a | b |\n|---|---|\n| c | d |\n# H\n",
		 "table 2x2\n# a | b\n= c | d\nh1 H\n");
	check_md("a | b\nno rule\n", "p a | b no rule\n");
	/* Empty is not blank. */
	check_md("| a | b | c |\n|-|-|-|\n| &nbsp; | \xC2\xA0 | |\n",
		 "table 2x3\n# a | b | c\n= _ | _ | .\n");
}

/* Shapes 4, 6 and 7 of published tables: nothing is moved. */
static void test_markdown_rows_that_slid(void **state)
{
	(void)state;
	check_md("| Protocol | Port | Purpose | Notes | More |\n|-|-|-|-|-|\n"
		 "TCP | 22 | SSH/SCP Access | ||\n| DNS | 53/tcp | |\n"
		 "| a | b | c | d | e | f |\n",
		 "table 4x6\n# Protocol | Port | Purpose | Notes | More | !\n"
		 "= TCP | 22 | SSH/SCP Access | . | . | !\n= DNS | 53/tcp | . | ! | ! | "
		 "!\n"
		 "= a | b | c | d | e | f\n");
	check_md(
		"| A | B | C |\n|-|-|-|\n| Mesh ingress | 443| Execution node |\n| x |\n",
		"table 3x3\n# A | B | C\n= Mesh ingress | 443 | Execution node\n"
		"= x | ! | !\n");
}

static void test_markdown_cells(void **state)
{
	(void)state;
	check_md("| a | b | c |\n|-|-|-|\n"
		 "| x \\| y | `C:\\*\\a_b_` | `p\\|q` |\n"
		 "| .chk <br> .edb<br/>.jfm | \\<Tanium Client\\>\\\\Python38 | "
		 "<version> |\n"
		 "| [text](http://x/(a) | [443](#p), [80][q] | <https://a_b.example/_c_> "
		 "|\n"
		 "| **TCP:** 443 | *Optional* | __bold__ _it_ snake_case_name |\n"
		 "| a\\_b | &lt;x&gt; &#8594; &bsol; | <ul><li>u</li><li>v</li></ul> |\n"
		 "| ![Yes](tick.png) | 5 * 3 | PROGRA~1 ~2 |\n",
		 "table 7x3\n# a | b | c\n= x | y | C:\\*\\a_b_ | p|q\n"
		 "= .chk|.edb|.jfm | <Tanium Client>\\Python38 | <version>\n"
		 "= text | 443, 80 | https://a_b.example/_c_\n"
		 "= TCP: 443 | Optional | bold it snake_case_name\n"
		 "= a_b | <x> \xE2\x86\x92 \\ | u|v\n= Yes | 5 * 3 | PROGRA~1 ~2\n");
	/* Paths as they are mostly written, and wildcards that are no emphasis. */
	check_md("| a | b |\n|-|-|\n| %ProgramFiles%\\Qualys\\Agent | C:\\Program "
		 "Files\\x.exe |\n"
		 "| *.mdf, *.ldf, *.ndf | \\*.mdf\\* |\n| *.vhdx | /opt/*/log |\n"
		 "| <Tanium Client>\\Python38 | https://*.x.example |\n",
		 "table 5x2\n# a | b\n= %ProgramFiles%\\Qualys\\Agent | C:\\Program "
		 "Files\\x.exe\n"
		 "= *.mdf, *.ldf, *.ndf | *.mdf*\n= *.vhdx | /opt/*/log\n"
		 "= <Tanium Client>\\Python38 | https://*.x.example\n");
}

static void check_unsure(const char *cell, const char *expected, const char *part)
{
	struct page_fixture fixture;
	struct cv_buf page = CV_BUF_INIT, text = CV_BUF_INIT;

	cv_buf_format(&page, "| a | b |\n|---|---|\n| x | %s |\n", cell);
	cv_buf_format(&text, "table 2x2\n# a | b\n= x | ?%s\n", expected);
	page_open(&fixture, CV_PAGE_MARKDOWN, page.data, page.size);
	assert_string_equal(cv_buf_string(&fixture.text), text.data);
	assert_true(fixture.whole);
	assert_int_equal(fixture.base.ctx.findings.count, 1);
	assert_found(&fixture.base, 0, cv_finding_kinds[CV_F_UNSURE_MARKUP].name, 3, 6);
	assert_text(&fixture.base, 0, part);
	page_close(&fixture);
	cv_buf_deinit(&page);
	cv_buf_deinit(&text);
}

/* What a renderer makes of these is not what was meant, or nobody knows. */
static void test_markdown_signs_that_are_not_sure(void **state)
{
	static const char *const stars[] = {
		"*.mdf*",
		"*\\veeamflr-*.flat",
		"**/node_modules/**",
		"80/443 *80/8445*",
		"80 **8080**",
		"http://*.a.example http://*.b.example",
		"*cache.tmp*",
		"*8443*",
		"a*b*c",
	};
	static const char *const slashes[] = {
		"C:\\Foo\\*.log",      "\\\\server\\share", "%windir%\\*.log",
		"C:\\x\\<version\\>y", "C:\\a\\_b",
	};

	(void)state;
	for (size_t i = 0; i < sizeof stars / sizeof *stars; i++)
		check_unsure(stars[i], stars[i], "stars or underscores");
	for (size_t i = 0; i < sizeof slashes / sizeof *slashes; i++)
		check_unsure(slashes[i], slashes[i], "backslashes");
	check_unsure("C:\\Foo\\| y", "C:\\Foo| y", "backslashes");
}

static void test_markdown_marks_and_struck(void **state)
{
	struct page_fixture fixture;
	const char *text = "| a |\n|---|\n| ~~8080~~ 8443 |\n";

	(void)state;
	check_md("| a | b |\n|-|-|\n| 2500 to 3300<sup>1</sup> | 22/tcp<sup>[Note "
		 "2](#n)</sup> |\n"
		 "| 443[^3] | 10<sup>th</sup> |\n\n[^3]: Configurable\n",
		 "table 3x2\n# a | b\n= 2500 to 3300{1} | 22/tcp{2}\n= 443{3} | 10th\n"
		 "p 3 : Configurable\n");
	page_open(&fixture, CV_PAGE_MARKDOWN, text, strlen(text));
	assert_string_equal(cv_buf_string(&fixture.text), "table 2x1\n# a\n= 8443\n");
	assert_found(&fixture.base, 0, cv_finding_kinds[CV_F_HIDDEN_TEXT].name, 3, 5);
	assert_text(&fixture.base, 0, "\"8080\" is struck out");
	page_close(&fixture);
}

/* Shape 8: the last cell of a row goes on below. */
static void test_markdown_cells_over_lines(void **state)
{
	(void)state;
	check_md("| a | b |\n|---|---|\n| c | d\n\nmore words |\n| e | f |\n",
		 "table 3x2\n# a | b\n= c | d|more words\n= e | f\n");
	check_md("| a | b |\n|---|---|\n| c | d\ne\n| f | g |\n",
		 "table 3x2\n# a | b\n= c | d|e\n= f | g\n");
	/* Nothing says that these belong to it. */
	check_md("| a | b |\n|---|---|\n| c | d\n\nwords\n\n# H\n",
		 "table 2x2\n# a | b\n= c | d\np words\nh1 H\n");
}

static void test_markdown_tables_of_html(void **state)
{
	(void)state;
	check_md("# Ports\n\n<table>\n<tr><td rowspan=2>a<td>*b*\n\n<tr><td><table><td>c"
		 "</table>\n</table>\n\nend\n",
		 "h1 Ports\ntable 1x1\n= c\ntable 2x2\n= a | *b*\n= <a> | c\np end\n");
	check_refused(CV_PAGE_MARKDOWN, "# A\n\n<table>\n<tr>\n", 18,
		      CV_F_PAGE_UNREADABLE, 3, 1, "the table that begins here");
	check_refused(CV_PAGE_MARKDOWN, "# A\n<!-- x\n", 11, CV_F_PAGE_UNREADABLE, 2, 1,
		      "the comment that begins here");
}

static void test_markdown_places(void **state)
{
	const char *text =
		"| a | b |\n|---|---|\n|  x\\_y | <b>22</b><sup>1</sup> |\n| | **z** |\n";
	struct page_fixture fixture;

	(void)state;
	page_open(&fixture, CV_PAGE_MARKDOWN, text, strlen(text));
	assert_spelt(&fixture, page_cell(&fixture, "x_y")->words.at, "x\\_y");
	assert_spelt(&fixture, page_cell(&fixture, "22")->words.at, "22");
	assert_spelt(&fixture, page_cell(&fixture, "22")->marks.items[0].at, "1");
	assert_spelt(&fixture, page_cell(&fixture, "")->words.at, " ");
	assert_spelt(&fixture, page_cell(&fixture, "z")->words.at, "z");
	page_close(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_markdown_blocks),
		cmocka_unit_test(test_markdown_front_matter),
		cmocka_unit_test(test_markdown_tables),
		cmocka_unit_test(test_markdown_rows_that_slid),
		cmocka_unit_test(test_markdown_cells),
		cmocka_unit_test(test_markdown_signs_that_are_not_sure),
		cmocka_unit_test(test_markdown_marks_and_struck),
		cmocka_unit_test(test_markdown_cells_over_lines),
		cmocka_unit_test(test_markdown_tables_of_html),
		cmocka_unit_test(test_markdown_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
