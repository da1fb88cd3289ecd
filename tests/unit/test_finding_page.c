/* Every finding has its page, and the pages say no less than they must. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/finding_page.h"
#include "commands/check_explain.h"

static void test_page_of_every_finding(void **state)
{
	(void)state;
	for (int i = 0; i < CV_F_COUNT; i++) {
		const struct cv_finding_page *page = &cv_finding_pages[i];
		const char *name = cv_finding_kinds[i].name;

		if (!page->why || strlen(page->why) < 20 || !page->fix ||
		    strlen(page->fix) < 10 || !page->source)
			fail_msg("finding_pages.def has no page for %s", name);
		/* Sentences are put together from them. */
		if (page->why[strlen(page->why) - 1] == '.' ||
		    page->fix[strlen(page->fix) - 1] == '.')
			fail_msg("%s ends with a full stop", name);
	}
}

static void test_page_says_what_settling_accepts(void **state)
{
	(void)state;
	assert_int_equal(cv_finding_pages[CV_F_WIDER].accept, CV_ACCEPT_TARGET);
	assert_int_equal(cv_finding_pages[CV_F_IMPOSSIBLE].accept, CV_ACCEPT_TARGET);
	assert_int_equal(cv_finding_pages[CV_F_INTERPRETER].accept, CV_ACCEPT_ROW);
	assert_int_equal(cv_finding_pages[CV_F_EXPIRED_ROW].accept, CV_ACCEPT_ROW);
	assert_int_equal(cv_finding_pages[CV_F_ANYONE].accept, CV_ACCEPT_ROW);
	assert_int_equal(cv_finding_pages[CV_F_HOLE].accept, CV_ACCEPT_NO);
}

static void test_explain_prints_a_page_in_narrow_lines(void **state)
{
	struct cv_ctx ctx;
	struct cv_buf out = CV_BUF_INIT;
	const char *line;

	(void)state;
	cv_ctx_open(&ctx);
	assert_true(cv_explain_finding(&ctx, "any-port", &out));
	line = cv_buf_string(&out);
	assert_int_equal(
		strncmp(line, "any-port (warning)\n\nMeaning    a row opens", 40), 0);
	assert_non_null(strstr(line, "\nWhy        "));
	assert_null(strstr(line, "\nSource"));
	assert_non_null(strstr(line, "\nTo fix     "));
	assert_non_null(strstr(line, "finding: any-port,"));
	assert_null(strstr(line, " \n"));
	for (; *line; line += strcspn(line, "\n") + 1)
		assert_true(strcspn(line, "\n") <= 80);
	cv_buf_deinit(&out);
	cv_ctx_close(&ctx);
}

static void test_explain_proposes_a_name(void **state)
{
	struct cv_ctx ctx;
	struct cv_buf out = CV_BUF_INIT;
	const struct cv_finding *finding;

	(void)state;
	cv_ctx_open(&ctx);
	assert_false(cv_explain_finding(&ctx, "any-prot", &out));
	assert_int_equal(out.size, 0);
	finding = *CV_AT(&ctx.findings, struct cv_finding *, 0);
	assert_string_equal(finding->text, "there is no finding `any-prot`");
	assert_string_equal(finding->hint, "did you mean any-port?");
	assert_false(cv_explain_finding(&ctx, "x\x1b[31m", &out));
	finding = *CV_AT(&ctx.findings, struct cv_finding *, 1);
	assert_string_equal(finding->hint, "docs/findings.md lists them");
	cv_ctx_close(&ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_page_of_every_finding),
		cmocka_unit_test(test_page_says_what_settling_accepts),
		cmocka_unit_test(test_explain_prints_a_page_in_narrow_lines),
		cmocka_unit_test(test_explain_proposes_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
