#include "page_fixture.h"

static void test_csv_page_is_a_table(void **state)
{
	(void)state;
	check_page(CV_PAGE_CSV, "Port,Protocol\n443,TCP\r\n53,UDP",
		   "table 3x2\n# Port | Protocol\n= 443 | TCP\n= 53 | UDP\n");
	check_page(CV_PAGE_TSV, "Port\tProtocol\n\tTCP\n53\t\n",
		   "table 3x2\n# Port | Protocol\n= . | TCP\n= 53 | .\n");
	check_page(CV_PAGE_CSV, "Port;Protocol\n443, 8443;\"T;\"\n",
		   "table 2x2\n# Port | Protocol\n= 443, 8443 | T;\n");
	check_page(CV_PAGE_CSV, "\xEF\xBB\xBF\"a\",\"b\"\nc,d\n",
		   "table 2x2\n# a | b\n= c | d\n");
}

static void test_csv_page_cells(void **state)
{
	(void)state;
	/* Blank is not empty: U+00A0 was put there by somebody. */
	check_page(CV_PAGE_CSV, "a,b,c,d\n,\xC2\xA0, ,\"\"\n",
		   "table 2x4\n# a | b | c | d\n= . | _ | . | .\n");
	/* Lines of a cell, quotes, folded white space. */
	check_page(CV_PAGE_CSV,
		   "a,b\n\"x\r\n  y\n\nz\",\"\"\"<M S>\\node.exe\"\" service.js\"\n"
		   "  c \xC2\xA0 d ,\"e,\tf\"\n",
		   "table 3x2\n# a | b\n= x|y|z | \"<M S>\\node.exe\" service.js\n"
		   "= c d | e, f\n");
	/* What the eye does not see stays, for whoever reads the value. */
	check_page(CV_PAGE_CSV, "a,b\nx\xE2\x80\x8By,';$(id)\n",
		   "table 2x2\n# a | b\n= x\xE2\x80\x8By | ';$(id)\n");
}

static void test_csv_page_ragged_records(void **state)
{
	(void)state;
	check_page(CV_PAGE_CSV, "a,b,c\nTCP,22\nx,y,z,w\nu\n",
		   "table 4x4\n# a | b | c | !\n= TCP | 22 | ! | !\n= x | y | z | w\n"
		   "= u | ! | ! | !\n");
}

static void test_csv_page_of_several_tables(void **state)
{
	(void)state;
	check_page(CV_PAGE_CSV, "Ports\n\na,b\nc,d\n\n \nExclusions\n\ne\nf\n",
		   "p Ports\ntable 2x2\n# a | b\n= c | d\np Exclusions\n"
		   "table 2x1\n# e\n= f\n");
	check_page(CV_PAGE_TSV, "a\tb\n\t\nc\td\n",
		   "table 3x2\n# a | b\n= . | .\n= c | d\n");
}

static void test_csv_page_places(void **state)
{
	const char *text = "a,b\n  x\xC3\xA4 ,\"y\"\"z\"\n\"v\nw\",\n";
	struct page_fixture fixture;

	(void)state;
	page_open(&fixture, CV_PAGE_CSV, text, strlen(text));
	assert_spelt(&fixture, page_cell(&fixture, "x\xC3\xA4")->words.at,
		     "  x\xC3\xA4 ");
	assert_spelt(&fixture, page_cell(&fixture, "y\"z")->words.at, "\"y\"\"z\"");
	assert_spelt(&fixture, page_cell(&fixture, "v\nw")->words.at, "\"v\nw\"");
	assert_int_equal(page_cell(&fixture, "")->words.at.offset, strlen(text) - 1);
	page_close(&fixture);
}

static void test_csv_page_refused(void **state)
{
	(void)state;
	check_refused(CV_PAGE_CSV, "a,b\nEdb.chk\",c\n", 14, CV_F_CSV_SHAPE, 2, 8,
		      "a quote inside a cell");
	check_refused(CV_PAGE_TSV, "a\tb\n\"x\" y\tc\n", 12, CV_F_CSV_SHAPE, 2, 4,
		      "followed by a tab");
	check_refused(CV_PAGE_CSV, "a;b\n\"x\" y;c\n", 12, CV_F_CSV_SHAPE, 2, 4,
		      "followed by a semicolon");
	check_refused(CV_PAGE_CSV, "a,b\n\"x,c\n", 8, CV_F_SYNTAX, 2, 1, "does not end");
}

static void test_csv_page_has_bounds(void **state)
{
	struct cv_buf page = repeated("", "a,", CV_MAX_COLUMNS - 1, "a\n");
	struct page_fixture fixture;

	(void)state;
	page_open(&fixture, CV_PAGE_CSV, page.data, page.size);
	assert_true(fixture.whole);
	page_close(&fixture);
	cv_buf_deinit(&page);
	page = repeated("b,c\n", "a,", 100000, "a\n");
	check_refused(CV_PAGE_CSV, page.data, page.size, CV_F_PAGE_TOO_LARGE, 2, 1,
		      "a row of more than 256 cells");
	cv_buf_deinit(&page);
	page = repeated("", "a,b\n", CV_MAX_PAGE_CELLS / 2, "");
	page_open(&fixture, CV_PAGE_CSV, page.data, page.size);
	assert_true(fixture.whole);
	page_close(&fixture);
	cv_buf_text(&page, "a,b\n");
	check_refused(CV_PAGE_CSV, page.data, page.size, CV_F_PAGE_TOO_LARGE,
		      CV_MAX_PAGE_CELLS / 2 + 1, 1, "tables of more than 1000000 cells");
	cv_buf_deinit(&page);
	/* Absent cells count as well: one wide row makes all of them wide. */
	page = repeated("", "a\n", CV_MAX_PAGE_CELLS / 2 - 1, "a,b,c\n");
	check_refused(CV_PAGE_CSV, page.data, page.size, CV_F_PAGE_TOO_LARGE, 1, 1,
		      "tables of more than 1000000 cells");
	cv_buf_deinit(&page);
	page = repeated("", "a\"\n", 10 * CV_MAX_FINDINGS, "");
	page_open(&fixture, CV_PAGE_CSV, page.data, page.size);
	assert_false(fixture.whole);
	assert_int_equal(fixture.base.ctx.findings.count, CV_MAX_FINDINGS);
	page_close(&fixture);
	cv_buf_deinit(&page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_csv_page_is_a_table),
		cmocka_unit_test(test_csv_page_cells),
		cmocka_unit_test(test_csv_page_ragged_records),
		cmocka_unit_test(test_csv_page_of_several_tables),
		cmocka_unit_test(test_csv_page_places),
		cmocka_unit_test(test_csv_page_refused),
		cmocka_unit_test(test_csv_page_has_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
