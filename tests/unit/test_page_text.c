#include "page_fixture.h"

static void test_text_keeps_lines_as_they_are(void **state)
{
	(void)state;
	check_page(CV_PAGE_TEXT,
		   "Source Port\r\n  a \tb  \n\xC2\xA0 Process <x>\n\n\t\t\n   \nlast",
		   "> Source Port\n>   a ^b  \n> ~ Process <x>\n-\n> ^^\n-\n> last\n");
	check_page(CV_PAGE_TEXT,
		   "\xEF\xBB\xBF"
		   "a\n",
		   "> a\n");
	check_page(CV_PAGE_TEXT, "\n\na", "-\n-\n> a\n");
}

static void test_text_form_feed_is_a_page_of_paper(void **state)
{
	(void)state;
	check_page(CV_PAGE_TEXT, "a\n\fb\nc\fd\n", "> a\n> b\n> c\n> d\n");
}

static void test_text_lines_have_places(void **state)
{
	struct page_fixture fixture;
	const char *text = "\xEF\xBB\xBF"
			   "a b\r\n\n  c\xC2\xA0\n\fd";

	(void)state;
	page_open(&fixture, CV_PAGE_TEXT, text, strlen(text));
	assert_spelt(&fixture, CV_AT(&fixture.page.blocks, struct cv_block, 0)->words.at,
		     "a b");
	assert_spelt(&fixture, CV_AT(&fixture.page.blocks, struct cv_block, 2)->words.at,
		     "  c\xC2\xA0");
	assert_spelt(&fixture, CV_AT(&fixture.page.blocks, struct cv_block, 3)->words.at,
		     "d");
	page_close(&fixture);
}

static void test_text_has_a_bound_of_lines(void **state)
{
	struct cv_buf page = repeated("", "\n", CV_MAX_PAGE_BLOCKS - 1, "a\n");
	struct page_fixture fixture;

	(void)state;
	page_open(&fixture, CV_PAGE_TEXT, page.data, page.size);
	assert_true(fixture.whole);
	assert_int_equal(fixture.page.blocks.count, CV_MAX_PAGE_BLOCKS);
	page_close(&fixture);
	cv_buf_text(&page, "b\nc\n");
	check_refused(CV_PAGE_TEXT, page.data, page.size, CV_F_PAGE_TOO_LARGE,
		      CV_MAX_PAGE_BLOCKS + 1, 1, "a page of more than 1000000 headings");
	cv_buf_deinit(&page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_keeps_lines_as_they_are),
		cmocka_unit_test(test_text_form_feed_is_a_page_of_paper),
		cmocka_unit_test(test_text_lines_have_places),
		cmocka_unit_test(test_text_has_a_bound_of_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
