/* What Get-MpPreference shows, as ConvertTo-Json of Windows PowerShell 5.1 lays it out,
 * in the encodings that its `>` and other tools write. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "model/plan.h"
#include "model/target.h"

extern const struct cv_target cv_target_defender_powershell;

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static const char usual[] =
	"{\r\n"
	"    \"ExclusionExtension\":  null,\r\n"
	"    \"ExclusionIpAddress\":  null,\r\n"
	"    \"ExclusionPath\":  [\r\n"
	"                          \"C:\\\\Program Files (x86)\\\\Acme\\\\agent\",\r\n"
	"                          "
	"\"D:\\\\Caf\xc3\xa9\\\\\xf0\x9f\x98\x80\\\\x\\u0026y\"\r\n"
	"                      ],\r\n"
	"    \"ExclusionProcess\":  \"C:\\\\Acme\\\\agent.exe\"\r\n"
	"}\r\n";

struct fixture {
	struct cv_ctx ctx;
	struct cv_plan plan;
	struct cv_export_reading reading;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	assert_non_null(f);
	cv_ctx_open(&f->ctx);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	cv_sets_close(&f->ctx);
	cv_ctx_close(&f->ctx);
	free(f);
	return 0;
}

static bool read_bytes(struct fixture *f, const char *bytes, size_t size)
{
	/* A copy of its own, so that a read behind its end is seen. */
	char *copy = malloc(size + 1);
	bool fine;

	assert_non_null(copy);
	memcpy(copy, bytes, size);
	copy[size] = '\0';
	f->reading = (struct cv_export_reading){
		.ctx = &f->ctx, .bytes = copy, .size = size, .plan = &f->plan};
	fine = cv_target_defender_powershell.read_export(&f->reading);
	assert_true(fine == !f->reading.error);
	assert_true(f->reading.error_at <= size);
	free(copy);
	return fine;
}

static bool read_text(struct fixture *f, const char *text)
{
	return read_bytes(f, text, strlen(text));
}

static void assert_entry(struct fixture *f, size_t i, const char *list, const char *value)
{
	const struct cv_entry *entry;

	assert_true(i < f->reading.entries.count);
	entry = CV_AT(&f->reading.entries, struct cv_entry, i);
	assert_int_equal(entry->kind, CV_ENTRY_EXCLUSION);
	assert_int_equal(entry->operation, CV_ADD);
	assert_string_equal(entry->list, list);
	assert_string_equal(entry->more->value, value);
	assert_false(entry->ours);
}

static const char *unknown_at(const struct fixture *f, size_t i)
{
	assert_true(i < f->reading.unknown.count);
	return CV_AT(&f->reading.unknown, struct cv_unknown, i)->what;
}

/* UTF-16 with its mark, from UTF-8 that holds no more than the basic plane and one
 * pair's worth beyond it. */
static void widen(struct cv_buf *out, const char *text, bool big)
{
	const unsigned char *at = (const unsigned char *)text;

	cv_buf_add(out, big ? "\xfe\xff" : "\xff\xfe", 2);
	while (*at) {
		const int length = *at < 0x80 ? 1 : *at < 0xe0 ? 2 : *at < 0xf0 ? 3 : 4;
		uint32_t c = length == 1 ? *at : *at & (0xffU >> (length + 1));
		uint32_t units[2];
		size_t count = 1;

		for (int i = 1; i < length; i++)
			c = c << 6 | (at[i] & 0x3fU);
		units[0] = c;
		if (c > 0xffff) {
			units[0] = 0xd800 + ((c - 0x10000) >> 10);
			units[1] = 0xdc00 + ((c - 0x10000) & 0x3ff);
			count = 2;
		}
		for (size_t i = 0; i < count; i++) {
			const char low = (char)(units[i] & 0xff);
			const char high = (char)(units[i] >> 8);

			cv_buf_char(out, big ? high : low);
			cv_buf_char(out, big ? low : high);
		}
		at += length;
	}
}

static void assert_usual(struct fixture *f)
{
	assert_int_equal(f->reading.entries.count, 3);
	assert_entry(f, 0, "ExclusionPath", "C:\\Program Files (x86)\\Acme\\agent");
	assert_entry(f, 1, "ExclusionPath", "D:\\Caf\xc3\xa9\\\xf0\x9f\x98\x80\\x&y");
	assert_entry(f, 2, "ExclusionProcess", "C:\\Acme\\agent.exe");
	assert_int_equal(f->reading.unknown.count, 0);
	assert_int_equal(f->reading.shows, CV_ENTRY_EXCLUSION);
}

static void test_lists_texts_and_nulls_are_read(void **state)
{
	struct fixture *f = *state;

	assert_true(read_text(f, usual));
	assert_usual(f);
	assert_int_equal(CV_AT(&f->reading.entries, struct cv_entry, 2)->more->place,
			 strstr(usual, "\"C:\\\\Acme") - usual);
}

static void test_every_encoding_says_the_same(void **state)
{
	const size_t place = (size_t)(strstr(usual, "\"C:\\\\Acme") - usual);
	struct fixture *f = *state;
	struct cv_buf bytes = CV_BUF_INIT;

	cv_buf_text(&bytes, "\xef\xbb\xbf");
	cv_buf_text(&bytes, usual);
	assert_true(read_bytes(f, bytes.data, bytes.size));
	assert_usual(f);
	assert_int_equal(CV_AT(&f->reading.entries, struct cv_entry, 2)->more->place,
			 place + 3);
	for (int big = 0; big < 2; big++) {
		bytes.size = 0;
		widen(&bytes, usual, big);
		assert_true(read_bytes(f, bytes.data, bytes.size));
		assert_usual(f);
		/* The mark, and before the place two characters that are shorter as
		 * UTF-16 than two bytes for each of UTF-8: by one and by two units. */
		assert_int_equal(
			CV_AT(&f->reading.entries, struct cv_entry, 2)->more->place,
			2 + 2 * (place - 1 - 2));
	}
	cv_buf_deinit(&bytes);
}

static void test_half_a_pair_is_refused(void **state)
{
	static const struct {
		const char *bytes;
		size_t size, at;
	} cases[] = {
		{"\xff\xfe{\0\x00\xd8}\0", 8, 4},
		{"\xff\xfe{\0\x00\xdc}\0", 8, 4},
		{"\xff\xfe{\0\x00\xd8\x00\xd8", 8, 4},
		{"\xff\xfe{\0\x00\xd8", 6, 4},
		{"\xff\xfe{\0}", 5, 4},
		{"\xff\xfe{\0\0\0}\0", 8, 4},
		{"\xfe\xff\0{\xd8\x00\0}", 8, 4},
		{"{\0}", 3, 1},
		{"{\"a\": \"\xed\xa0\x80\"}", 12, 7},
		{"{\"a\": \"\xc3\"}", 10, 7},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_false(read_bytes(f, cases[i].bytes, cases[i].size));
		assert_int_equal(f->reading.error_at, cases[i].at);
		assert_non_null(strstr(f->reading.error, "UTF-"));
	}
}

static void test_whoever_may_not_see_gets_no_answer(void **state)
{
	static const char *const texts[] = {
		"{\"ExclusionPath\": [\"N/A: Must be an administrator to view "
		"exclusions\"]}",
		"{\"ExclusionPath\": \"N/A: Administrators are not allowed to view "
		"exclusions\"}",
		"{\"ExclusionPath\": null, \"ExclusionExtension\": null, "
		"\"ExclusionProcess\": [\"N/A: Must be an administrator to view "
		"exclusions\"]}",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(texts); i++) {
		assert_false(read_text(f, texts[i]));
		assert_non_null(strstr(f->reading.error, "elevated"));
		assert_non_null(
			strstr(f->reading.error, "HideExclusionsFromLocalAdmins"));
	}
}

static void test_extensions_have_a_dot(void **state)
{
	struct fixture *f = *state;

	assert_true(read_text(f,
			      "{\"ExclusionExtension\": [\"vdb\", \".Log\"], "
			      "\"ExclusionPath\": \"vdb\", \"ExclusionProcess\": []}"));
	assert_entry(f, 0, "ExclusionExtension", ".vdb");
	assert_entry(f, 1, "ExclusionExtension", ".Log");
	assert_entry(f, 2, "ExclusionPath", "vdb");
}

static void test_other_keys_do_not_matter(void **state)
{
	struct fixture *f = *state;

	assert_true(read_text(
		f, "{\"CimClass\": {\"a\": [1, {\"b\": \"]}\\\"\"}]}, \"ExclusionPath\": "
		   "null, \"DisableAutoExclusions\": false, \"ExclusionProcess\": null, "
		   "\"ExclusionExtension\": null, \"PSComputerName\": null}"));
	assert_int_equal(f->reading.entries.count, 0);
	assert_int_equal(f->reading.unknown.count, 0);
}

static void test_what_is_not_understood_is_said(void **state)
{
	struct fixture *f = *state;

	assert_true(read_text(f,
			      "{\"ExclusionPath\": [1, \"\", {\"a\": 1}, \"C:\\\\x\"], "
			      "\"ExclusionIpAddress\": [\"10.0.0.1\"]}"));
	assert_int_equal(f->reading.entries.count, 1);
	assert_int_equal(f->reading.unknown.count, 6);
	assert_string_equal(unknown_at(f, 0), "a value of ExclusionPath that is no text");
	assert_string_equal(unknown_at(f, 3), "entries of ExclusionIpAddress");
	assert_string_equal(unknown_at(f, 4), "ExclusionExtension is not in the export: "
					      "what it holds is not known");
	assert_string_equal(unknown_at(f, 5), "ExclusionProcess is not in the export: "
					      "what it holds is not known");
}

static void test_what_is_no_export_is_refused(void **state)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{"", "no JSON object"},
		{"ExclusionPath : {C:\\x}", "no JSON object"},
		{"[]", "no JSON object"},
		{"{}", "not what Get-MpPreference shows"},
		{"{\"ThreatID\": 1}", "not what Get-MpPreference shows"},
		{"{\"ExclusionPath\": null, \"ExclusionPath\": null}", "stands twice"},
		{"{\"ExclusionPath\": [\"C:\\x\"]}", "no JSON that can be read"},
		{"{\"ExclusionPath\": [\"a\" \"b\"]}", "a comma or a closing"},
		{"{\"ExclusionPath\": [\"\\ud800\"]}", "no JSON that can be read"},
		{"{\"ExclusionPath\": [\"\\u0000\"]}", "no JSON that can be read"},
		{"{\"ExclusionPath\": ", "a value is missing"},
		{"{\"ExclusionPath\": null}{", "something stands behind"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_false(read_text(f, cases[i].text));
		if (!strstr(f->reading.error, cases[i].error))
			fail_msg("%s: %s", cases[i].text, f->reading.error);
	}
}

static void test_no_changed_byte_breaks_the_reader(void **state)
{
	static const char others[] = "\"{}[],:\\ 0aN\x80\xff\xd8";
	struct fixture *f = *state;
	struct cv_buf bytes = CV_BUF_INIT;

	for (int wide = 0; wide < 2; wide++) {
		bytes.size = 0;
		if (wide)
			widen(&bytes, usual, false);
		else
			cv_buf_text(&bytes, usual);
		for (size_t at = 0; at < bytes.size; at++) {
			const char was = bytes.data[at];

			for (size_t i = 0; i < sizeof others - 1; i++) {
				bytes.data[at] = others[i];
				read_bytes(f, bytes.data, bytes.size);
			}
			bytes.data[at] = was;
			read_bytes(f, bytes.data, at);
		}
	}
	cv_buf_deinit(&bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_lists_texts_and_nulls_are_read,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_every_encoding_says_the_same, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_half_a_pair_is_refused, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_whoever_may_not_see_gets_no_answer,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_extensions_have_a_dot, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_other_keys_do_not_matter, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_what_is_not_understood_is_said,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_what_is_no_export_is_refused, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_no_changed_byte_breaks_the_reader,
						set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
