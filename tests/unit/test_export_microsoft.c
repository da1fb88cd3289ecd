/* Exports of Defender's other ways: whatever is cut off, changed or put in, a reader
 * says what it does not understand and goes nowhere else. */
#include "export_fixture.h"

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

static const struct sample samples[] = {
	{&cv_target_mdatp_linux, managed, 2, NULL},
	{&cv_target_mdatp_linux, listing, 3, NULL},
	{&cv_target_mdatp_macos, listing, 3, NULL},
	{&cv_target_mdatp_macos, plist, 1, NULL},
	{&cv_target_defender_reg, registry, 3, NULL},
	{&cv_target_defender_intune, settings, 4, NULL},
};

enum { SAMPLES = sizeof samples / sizeof *samples };

static void test_exports_are_read(void **state)
{
	(void)state;
	assert_read(samples, SAMPLES);
}

static void test_exports_that_are_cut_or_changed(void **state)
{
	(void)state;
	cut_and_change(samples, SAMPLES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exports_are_read),
		cmocka_unit_test(test_exports_that_are_cut_or_changed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
