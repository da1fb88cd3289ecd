/* What goes to a console is read only as it was written: one spelling of each text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/ctx.h"
#include "model/target.h"

extern const struct cv_target cv_target_carbon_black;

static const struct cv_form *form_of(const char *name)
{
	const struct cv_form *form = cv_target_carbon_black.forms;

	while (form->name && strcmp(form->name, name) != 0)
		form++;
	assert_non_null(form->name);
	return form;
}

static bool is_read(const char *form, const char *bytes)
{
	struct cv_reading reading = {.bytes = bytes, .size = strlen(bytes)};
	struct cv_ctx ctx;
	bool ok;

	cv_ctx_open(&ctx);
	reading.ctx = &ctx;
	ok = form_of(form)->read(&reading);
	assert_true(ok || reading.error);
	cv_ctx_close(&ctx);
	return ok;
}

static void test_api_reads_one_spelling(void **state)
{
#define ROW(value) \
	"{\"value\": \"" value "\", \"operation\": \"BYPASS_ALL\", \"rows\": \"r\"}\n"
	(void)state;
	assert_true(is_read("rows", ROW("/opt/a")));
	assert_true(is_read("rows", ROW("/opt/\xC3\xBC")));
	assert_true(is_read("rows", ROW("/opt/a\\n")));
	/* Other spellings of what could be written. */
	assert_false(is_read("rows", ROW("/opt/\\u0061")));
	assert_false(is_read("rows", ROW("\\/opt/a")));
	assert_false(is_read("rows", ROW("/opt/\\u00fc")));
	/* What our writer escapes and jansson does not. */
	assert_false(is_read("rows", ROW("/opt/a\x7F")));
	assert_false(is_read("rows", ROW("/opt/\xC2\x85")));
	assert_false(is_read("rows", ROW("/opt/\xE2\x80\xA8")));
	assert_false(is_read("rows", ROW("/opt/a\\u007f")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_api_reads_one_spelling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
