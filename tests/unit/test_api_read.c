/* What goes to a console is read only as it was written: one spelling of each text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/buf.h"
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

static bool is_read_whole(const char *form, const char *bytes, size_t size)
{
	struct cv_reading reading = {.bytes = bytes, .size = size};
	struct cv_ctx ctx;
	bool ok;

	cv_ctx_open(&ctx);
	reading.ctx = &ctx;
	ok = form_of(form)->read(&reading);
	assert_true(ok || reading.error);
	cv_ctx_close(&ctx);
	return ok;
}

static bool is_read(const char *form, const char *bytes)
{
	return is_read_whole(form, bytes, strlen(bytes));
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
	/* What our writer escapes. */
	assert_false(is_read("rows", ROW("/opt/a\x7F")));
	assert_false(is_read("rows", ROW("/opt/\xC2\x85")));
	assert_false(is_read("rows", ROW("/opt/\xE2\x80\xA8")));
	assert_true(is_read("rows", ROW("/opt/a\\u007f")));
	/* What shapes do not have, or not so. */
	assert_false(is_read("rows", "{\"value\": \"/a\", \"rows\": \"r\", "
				     "\"operation\": \"BYPASS_ALL\"}\n"));
	assert_false(is_read("rows", "{\"value\": \"/a\", \"operation\": \"BYPASS_ALL\", "
				     "\"rows\": \"r\", \"more\": 1}\n"));
	assert_false(is_read("rows", "{\"value\": \"/a\",\"operation\": \"BYPASS_ALL\", "
				     "\"rows\": \"r\"}\n"));
	assert_false(is_read("rows", ROW("/a") " "));
	assert_false(is_read("rows", "{}\n"));
	assert_false(is_read("rows", "\n"));
	assert_false(is_read("rows", "{\"value\": \"/a\", \"operation\": \"BYPASS_ALL\", "
				     "\"rows\": \"r\"}"));
}

/* A shell goes on behind it. */
static void test_api_reads_no_nul(void **state)
{
	const struct cv_form *form = form_of("undo-script");
	struct cv_entry_more of_tag = {.value = "carveout"};
	struct cv_entry_more of_scope = {.value = "all"};
	const struct cv_entry tag = {.kind = CV_ENTRY_SETTING,
				     .list = "tag",
				     .protocol = -1,
				     .icmp_type = -1,
				     .more = &of_tag};
	const struct cv_entry scope = {.kind = CV_ENTRY_SETTING,
				       .list = "scope",
				       .protocol = -1,
				       .icmp_type = -1,
				       .more = &of_scope};
	const struct cv_entry *const entries[] = {&tag, &scope};
	struct cv_buf out = CV_BUF_INIT;
	struct cv_ctx ctx;
	const struct cv_emission emission = {
		.ctx = &ctx, .entries = entries, .count = 2, .out = &out};
	char *value;

	(void)state;
	cv_ctx_open(&ctx);
	form->emit(&emission);
	value = strstr(cv_buf_string(&out), "carveout'");
	assert_non_null(value);
	assert_true(is_read_whole("undo-script", out.data, out.size));
	memcpy(value, "car\0out", 7);
	assert_false(is_read_whole("undo-script", out.data, out.size));
	cv_buf_deinit(&out);
	cv_ctx_close(&ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_api_reads_one_spelling),
		cmocka_unit_test(test_api_reads_no_nul),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
