/* Exports of Defender's other ways: whatever is cut off, changed or put in, a reader
 * says what it does not understand and goes nowhere else. */
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

extern const struct cv_target cv_target_mdatp_linux, cv_target_mdatp_macos,
	cv_target_defender_reg, cv_target_defender_intune;

static const char managed[] =
	"{\"antivirusEngine\": {\"exclusions\": [{\"$type\": \"excludedPath\","
	" \"isDirectory\": true, \"path\": \"/a\"}]}, \"exclusionSettings\": {"
	"\"exclusions\": [{\"$type\": \"excludedFileName\", \"name\": \"/b\", \"scopes\":"
	" [\"epp\"]}], \"mergePolicy\": \"merge\"}, \"x\": [1, {\"y\": null}]}";

static const char listing[] =
	"====\nExcluded folder\nPath: \"/a/\"\nScope: \"epp\"\n---\nExcluded process\n"
	"Process name: b\n---\nExcluded extension\nExtension: .c\n====\n";

static const char plist[] =
	"<?xml version=\"1.0\"?>\n<plist><dict><key>PayloadContent</key><array><dict>"
	"<key>PayloadType</key><string>com.microsoft.wdav</string>\n<key>antivirusEngine"
	"</key><dict><key>exclusions</key><array><dict><key>$type</key><string>"
	"excludedFileName</string><key>name</key><string>/b &amp; c</string></dict>\n"
	"</array></dict></dict></array></dict></plist>\n";

#define POLICY \
	"[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Windows " \
	"Defender\\Exclusions"

static const char registry[] =
	"Windows Registry Editor Version 5.00\r\n\r\n" POLICY "]\r\n"
	"\"Exclusions_Paths\"=dword:00000001\r\n\r\n" POLICY "\\Paths]\r\n"
	"\"C:\\\\a \\\"b\\\"\"=\"0\"\r\n\"C:\\\\c\"=hex(1):30,\\\r\n  00,00,00\r\n";

static const char settings[] = "{\"ExcludedPaths\": \"C:\\\\a|C:\\\\b\", "
			       "\"ExcludedExtensions\": [\"c\", \".d\"], "
			       "\"ExcludedProcesses\": null}";

static const struct sample {
	const struct cv_target *target;
	const char *text;
	size_t entries; /* that the whole text holds */
} samples[] = {
	{&cv_target_mdatp_linux, managed, 2},   {&cv_target_mdatp_linux, listing, 3},
	{&cv_target_mdatp_macos, listing, 3},   {&cv_target_mdatp_macos, plist, 1},
	{&cv_target_defender_reg, registry, 3}, {&cv_target_defender_intune, settings, 4},
};

/* Reads the bytes; how many entries came out. */
static size_t read_bytes(const struct cv_target *target, const char *bytes, size_t size)
{
	struct cv_ctx ctx;
	struct cv_export_reading reading = {.ctx = &ctx, .bytes = bytes, .size = size};
	size_t count;
	bool good;

	cv_ctx_open(&ctx);
	good = target->read_export(&reading);
	assert_true(good == !reading.error);
	assert_true(reading.error_at <= size);
	for (size_t i = 0; good && i < reading.entries.count; i++) {
		const struct cv_entry *entry =
			CV_AT(&reading.entries, struct cv_entry, i);

		assert_true(entry->place <= size);
		assert_non_null(entry->list);
		assert_non_null(entry->value);
	}
	for (size_t i = 0; i < reading.unknown.count; i++)
		assert_true(CV_AT(&reading.unknown, struct cv_unknown, i)->place <= size);
	count = good ? reading.entries.count : 0;
	cv_ctx_close(&ctx);
	return count;
}

static void test_exports_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
		assert_int_equal(read_bytes(samples[i].target, samples[i].text,
					    strlen(samples[i].text)),
				 samples[i].entries);
}

/* In memory of just that size, so that a sanitizer sees a byte too many. */
static void test_exports_that_are_cut_or_changed(void **state)
{
	static const char put[] = "\"'<>&[]{}=:,\\\r\n\t \xff\xc3*/|-0";

	(void)state;
	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
		const size_t size = strlen(samples[i].text);

		for (size_t at = 0; at <= size; at++) {
			char *cut = malloc(at + 1);

			assert_non_null(cut);
			memcpy(cut, samples[i].text, at);
			cut[at] = '\0';
			read_bytes(samples[i].target, cut, at);
			free(cut);
		}
		for (size_t at = 0; at < size; at++) {
			for (size_t p = 0; p < sizeof put; p++) {
				char *changed = malloc(size + 1);

				assert_non_null(changed);
				memcpy(changed, samples[i].text, size + 1);
				changed[at] = put[p];
				read_bytes(samples[i].target, changed, size);
				free(changed);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exports_are_read),
		cmocka_unit_test(test_exports_that_are_cut_or_changed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
