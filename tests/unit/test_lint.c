/* Risks of one value: each rule with what it finds, and with what lies right beside it
 * and is none. */
#include "lint_world.h"

#include <stdio.h>

/* The codes that one exclusion leads to, as "code code", but those about the twin of a
 * folder and a version in the path. */
static void assert_codes(const char *device, const char *kind, const char *value,
			 const char *wanted)
{
	struct world world;
	char profile[1000], codes[200] = "";

	snprintf(profile, sizeof profile,
		 DEVICES "    exclusions:\n"
			 "      - {id: r, device: %s, recursive: true, %s: '%s'}\n",
		 device, kind, value);
	world_open(&world, profile, GROUPS);
	if (!world.resolved)
		fail_msg("%s: %s", value, findings_of(&world));
	for (size_t i = 0; i < world.policy.risks.count; i++) {
		const struct cv_risk *risk =
			CV_AT(&world.policy.risks, struct cv_risk, i);

		if (risk->code == CV_F_NO_32_BIT_TWIN ||
		    risk->code == CV_F_VERSION_IN_PATH)
			continue;
		strcat(codes, *codes ? " " : "");
		strcat(codes, cv_finding_kinds[risk->code].name);
	}
	if (strcmp(codes, wanted) != 0)
		fail_msg("%s %s on %s: `%s`, wanted `%s`", kind, value, device, codes,
			 wanted);
	world_close(&world);
}

static void test_whole_drives_and_the_root(void **state)
{
	(void)state;
	assert_codes("W", "folder", "C:\\", "whole-drive");
	assert_codes("W", "folder", "d:\\*", "whole-drive");
	assert_codes("W", "folder", "C:\\**", "whole-drive");
	assert_codes("W", "file", "C:\\*", "whole-drive");
	assert_codes("W", "folder", "%SystemDrive%", "whole-drive");
	assert_codes("W", "folder", "%SYSTEMDRIVE%\\*", "whole-drive");
	assert_codes("L", "folder", "/", "whole-drive");
	assert_codes("L", "folder", "/**/*", "whole-drive");
	assert_codes("M", "folder", "/*", "whole-drive");
	assert_codes("W", "process", "C:\\*", "wildcard-in-program whole-drive");
	assert_codes("W", "folder", "C:\\Vendor", "");
	assert_codes("L", "file", "/vendor", "");
}

static void test_folders_of_the_system(void **state)
{
	(void)state;
	assert_codes("W", "folder", "C:\\Windows", "system-folder");
	assert_codes("W", "folder", "c:/WINDOWS/system32/", "system-folder");
	assert_codes("W", "folder", "%windir%\\SysWOW64\\*", "system-folder");
	assert_codes("W", "folder", "D:\\Program Files", "system-folder");
	assert_codes("W", "folder", "%ProgramFiles(x86)%", "system-folder");
	assert_codes("W", "folder", "C:\\ProgramData", "system-folder");
	assert_codes("W", "file", "C:\\Windows\\*", "system-folder");
	assert_codes("W", "folder", "C:\\Wind?ws", "wildcard-near-root");
	assert_codes("L", "folder", "/usr", "system-folder");
	assert_codes("L", "folder", "/usr/b*", "system-folder");
	assert_codes("M", "folder", "/library", "system-folder");
	assert_codes("W", "folder", "C:\\ProgramData\\Microsoft\\Windows\\Start Menu",
		     "system-folder");
	assert_codes("W", "folder", "C:\\Windows\\Vendor", "");
	assert_codes("W", "file", "C:\\Windows", "");
	assert_codes("L", "folder", "/usr/lib/vendor", "");
	assert_codes("L", "folder", "/usrlib", "");
	assert_codes("L", "folder", "/Library", "");
	assert_codes("L", "folder", "/USR", "");
}

static void test_where_users_write(void **state)
{
	(void)state;
	assert_codes("W", "folder", "C:\\Users\\Public\\Vendor", "user-writable");
	assert_codes("W", "file", "%PUBLIC%\\vendor.db", "user-writable");
	assert_codes("W", "folder", "C:\\Users\\*\\AppData\\Local\\Vendor",
		     "user-writable");
	assert_codes("W", "folder", "C:\\Users\\*\\AppData\\Local", "user-writable");
	assert_codes("W", "process", "C:\\Temp\\vendor\\a.exe", "user-writable");
	assert_codes("W", "folder", "%SystemRoot%\\TEMP\\Vendor", "user-writable");
	assert_codes("W", "file", "\\\\server\\share\\a.db", "user-writable");
	assert_codes("W", "folder", "\\\\server\\share", "user-writable");
	assert_codes("W", "folder", "C:\\ProgramData\\Vendor", "program-data");
	assert_codes("W", "process", "%ALLUSERSPROFILE%\\Vendor\\a.exe", "program-data");
	assert_codes("L", "folder", "/tmp", "user-writable");
	assert_codes("L", "file", "/var/tmp/vendor.sock", "user-writable");
	assert_codes("L", "folder", "/dev/shm/vendor", "user-writable");
	assert_codes("L", "folder", "/home/*/.vendor", "user-writable");
	assert_codes("L", "file", "/var/**/vendor.db", "user-writable");
	assert_codes("M", "folder", "/Users/*/Library/Vendor", "user-writable");
	assert_codes("M", "folder", "/private/var/folders/vendor", "user-writable");
	assert_codes("L", "folder", "/private/var/folders/vendor", "");
	assert_codes("W", "folder", "C:\\Tempest", "");
	assert_codes("W", "folder", "C:\\Vendor\\Users", "");
	assert_codes("W", "folder", "C:\\ProgramDataX\\a", "");
	assert_codes("L", "folder", "/tmpfs/vendor", "");
	assert_codes("L", "folder", "/Tmp/vendor", "");
	assert_codes("L", "folder", "/var/lib/vendor", "");
}

static void test_vendor_folders(void **state)
{
	(void)state;
	assert_codes("W", "folder", "C:\\Program Files\\Vendor", "vendor-root");
	assert_codes("W", "folder", "%ProgramFiles(x86)%\\Vendor\\*", "vendor-root");
	assert_codes("W", "folder", "C:\\Program Files\\Contoso", "vendor-root");
	assert_codes("W", "file", "C:\\Program Files\\*\\a.db", "vendor-root");
	assert_codes("W", "folder", "C:\\Program Files\\Contoso\\App", "");
	assert_codes("W", "file", "C:\\Program Files\\vendor.db", "");
	assert_codes("W", "folder", "C:\\PROGRA~1\\Vendor", "short-name vendor-root");
	assert_codes("W", "folder", "C:\\Vendor\\LONGNA~12.X", "short-name");
	assert_codes("W", "folder", "C:\\Vendor\\a~b", "");
	assert_codes("W", "folder", "C:\\Vendor\\~1", "");
	assert_codes("W", "folder", "C:\\Vendor\\LONGNAMES~1", "");
	assert_codes("L", "folder", "/opt/PROGRA~1", "");
}

static void test_wildcards(void **state)
{
	(void)state;
	assert_codes("W", "file", "C:\\*\\a.db", "wildcard-near-root");
	assert_codes("W", "folder", "C:\\**\\Vendor", "wildcard-near-root");
	assert_codes("L", "folder", "/*/vendor", "wildcard-near-root");
	assert_codes("L", "file", "/**/vendor.db", "wildcard-near-root");
	assert_codes("L", "process", "/v?ndor/a", "wildcard-near-root");
	assert_codes("L", "folder", "/opt/*/vendor", "");
	assert_codes("W", "process", "C:\\Vendor\\App\\*.exe", "wildcard-in-program");
	assert_codes("L", "process", "/opt/vendor/*", "wildcard-in-program");
	assert_codes("L", "process", "/opt/vendor/*/agent", "");
}

static void test_programs(void **state)
{
	(void)state;
	assert_codes("W", "process", "C:\\Vendor\\Python38\\TPython.exe", "interpreter");
	assert_codes("L", "process", "/opt/vendor/bin/python3.8", "interpreter");
	assert_codes("M", "process", "/Library/Vendor/NODE", "interpreter");
	assert_codes("L", "process", "/opt/vendor/dotnet", "interpreter");
	assert_codes("L", "process", "/usr/lib/vendor/java", "interpreter");
	/* Those of the machine, and what has no place in a product. */
	assert_codes("L", "process", "/usr/bin/perl", "never-exclude");
	assert_codes("M", "process", "/bin/zsh", "never-exclude");
	assert_codes("W", "process", "%SystemRoot%\\System32\\cmd.exe", "never-exclude");
	assert_codes("W", "process", "C:\\Windows\\SysWOW64\\wscript.EXE",
		     "never-exclude");
	assert_codes("W", "process", "C:\\Vendor\\PsExec.exe", "never-exclude");
	assert_codes("W", "process", "C:\\Office\\EXCEL.EXE", "never-exclude");
	assert_codes("L", "process", "/opt/vendor/excel.exe", "");
	assert_codes("L", "process", "/opt/vendor/pythonic", "");
	assert_codes("W", "process", "C:\\Vendor\\cmdr.exe", "");
	assert_codes("W", "process", "C:\\Vendor\\a.vbs", "not-a-program");
	assert_codes("L", "process", "/opt/vendor/a.vbs", "");
}

static void test_extensions_and_signers(void **state)
{
	(void)state;
	assert_codes("W", "extension", ".exe", "executable-extension");
	assert_codes("L", "extension", "PS1", "executable-extension");
	assert_codes("W", "extension", ".zip", "never-exclude");
	assert_codes("W", "extension", "vdb", "extension");
	assert_codes("W", "signer", "Microsoft Corporation", "signer-wide");
	assert_codes("W", "signer", "CN=ADOBE INC., C=US", "signer-wide");
	assert_codes("W", "signer", "Vendor, Inc.", "");
	assert_codes("W", "signer", "Adobelike Ltd.", "");
	assert_codes("W", "signer", "Notmicrosoft", "");
}

/* What a kind of the list is tried with: a member of a row, what stands before and
 * behind the value, and the finding. */
static const struct trial {
	const char *kind, *member, *before[2], *behind[2], *wanted; /* Unix, Windows */
} trials[] = {
	{"FOLDER", "folder", {"", ""}, {"", ""}, "never-exclude"},
	{"SYSTEM", "folder", {"", ""}, {"", ""}, "system-folder"},
	{"VENDOR", "folder", {"", ""}, {"", ""}, "vendor-root"},
	{"WRITABLE", "folder", {"", ""}, {"/a", "\\a"}, "user-writable"},
	{"PERHAPS", "folder", {"", ""}, {"/a", "\\a"}, "program-data"},
	{"SHARED", "process", {"", ""}, {"/perl", "\\bin\\perl.exe"}, "never-exclude"},
	{"PROCESS", "process", {"/opt/v/", "C:\\V\\"}, {"", ""}, "never-exclude"},
	{"INTERPRETER", "process", {"/opt/v/", "C:\\V\\"}, {"", ""}, "interpreter"},
	{"EXTENSION", "extension", {"", ""}, {"", ""}, "never-exclude"},
	{"EXECUTABLE", "extension", {"", ""}, {"", ""}, "executable-extension"},
	{"SIGNER", "signer", {"", ""}, {" Inc.", " Inc."}, "signer-wide"},
};

/* A drive, a user and two extensions in one are refused when they are read. */
static bool cannot_be_written(const char *value)
{
	return strcmp(value, "C:") == 0 || strchr(value, '<') ||
	       strcmp(value, ".ko.gz") == 0;
}

static bool is_root(const char *value)
{
	return strcmp(value, "/") == 0 || strcmp(value, "C:\\") == 0 ||
	       strcmp(value, "C:\\*") == 0 || strcmp(value, "%systemdrive%") == 0;
}

static void test_every_listed_value_is_found(void **state)
{
	static const struct {
		const char *platform, *kind, *value;
	} listed[] = {
#define CV_NEVER(platform, kind, value, source) {#platform, #kind, value},
#include "resolve/never_exclude.def"
#undef CV_NEVER
	};
	size_t tried = 0;

	(void)state;
	for (size_t i = 0; i < sizeof listed / sizeof *listed; i++) {
		const char *value = listed[i].value;
		const int windows = listed[i].platform[0] == 'W';
		const struct trial *trial = trials;
		char text[200];

		while (strcmp(trial->kind, listed[i].kind) != 0)
			trial++;
		if (cannot_be_written(value))
			continue;
		snprintf(text, sizeof text, "%s%s%s", trial->before[windows], value,
			 trial->behind[windows]);
		assert_codes(windows                        ? "W"
			     : listed[i].platform[0] == 'M' ? "M"
							    : "L",
			     trial->member, text,
			     is_root(value) ? "whole-drive" : trial->wanted);
		tried++;
	}
	assert_int_equal(tried, sizeof listed / sizeof *listed - 4);
}

static void test_names_alone(void **state)
{
	(void)state;
	assert_codes("W", "process", "Agent.exe", "bare-name");
	assert_codes("W", "process", "agent", "bare-name not-a-program");
	assert_codes("L", "process", "7za", "bare-name");
	assert_codes("M", "process", "agent", "bare-name");
	/* The machine's own is among them. */
	assert_codes("L", "process", "python3", "never-exclude bare-name");
	assert_codes("W", "process", "powershell.exe", "never-exclude bare-name");
	assert_codes("L", "process", "/opt/vendor/7za", "");
	assert_codes("L", "process", "/7za", "");
	/* Not the folder of that name. */
	assert_codes("L", "process", "tmp", "bare-name");
}

static void test_wildcards_for_volumes(void **state)
{
	(void)state;
	assert_codes("M", "folder", "/Volumes/*/Vendor", "wildcard-near-root");
	assert_codes("L", "file", "/run/media/*/vendor.db", "wildcard-near-root");
	assert_codes("L", "folder", "/mnt/disk?/vendor", "wildcard-near-root");
	assert_codes("L", "folder", "/media/**/vendor", "wildcard-near-root");
	assert_codes("M", "folder", "/Volumes/Data/*/Vendor", "");
	assert_codes("L", "folder", "/run/vendor/*/a", "");
	assert_codes("L", "folder", "/mnt/vendor", "");
}

static void test_drives_of_the_page(void **state)
{
	static const char site[] = "drive: 'D:'\n"
				   "groups:\n"
				   "  - {name: w, platform: windows, roles: [pc]}\n"
				   "  - {name: e, platform: windows, roles: [pc], drive: "
				   "'e:'}\n";
	static const char *const rows[] = {
		"device: W, file: 'd:\\V\\a.db'",
		"device: W, file: 'E:\\V\\a.db'",
		"device: W, file: 'C:\\V\\a.db'",
		"device: W, file: '\\V\\b.db'",
		"device: W, command: '\"f:\\V\\a.exe\" -x'",
	};

	(void)state;
	assert_risks("exclusions", rows, 5, site,
		     "mapped-drive r0: `D:\\V\\a.db` lies on the drive D:, which may "
		     "be one of the network\n"
		     "mapped-drive r1: `E:\\V\\a.db` lies on the drive E:, which may "
		     "be one of the network\n"
		     "command-arguments r4: `a.exe` is meant only with `-x`\n"
		     "mapped-drive r4: `F:\\V\\a.exe` lies on the drive F:, which may "
		     "be one of the network\n");
}

static void test_details_name_the_value_and_the_list(void **state)
{
	(void)state;
	ASSERT_EXCLUSIONS(
		"never-exclude r0: `C:\\Temp\\*` is on Microsoft's list of what never to "
		"exclude\n"
		"user-writable r1: `/tmp/a` lies in `/tmp`, where ordinary users write\n"
		"command-arguments r2: `node` is meant only with `a.js`\n"
		"interpreter r2: `node` runs whatever script it is given\n"
		"never-exclude r3: `.zip` is on Microsoft's list of what never to "
		"exclude\n"
		"extension r4: every file that ends in `.vdb` is excluded, wherever it "
		"lies\n",
		"device: W, folder: 'C:\\Temp\\*', recursive: true",
		"device: L, file: /tmp/a", "device: L, command: '\"/opt/v/node\" a.js'",
		"device: L, extension: zip", "device: L, extension: vdb");
}

static void test_children_need_a_reason(void **state)
{
	(void)state;
	ASSERT_EXCLUSIONS(
		"children-without-reason r0: whatever `a` starts is left alone, "
		"too, and no `purpose` says why\n",
		"device: L, process: /opt/v/a, children: true",
		"device: L, process: /opt/v/b, children: true, purpose: updates",
		"device: L, process: /opt/v/c, children: false");
}

static void test_details_of_one_row_are_counted(void **state)
{
	struct world world;
	struct cv_buf profile = CV_BUF_INIT;
	size_t count;

	(void)state;
	cv_buf_text(&profile,
		    DEVICES "    exclusions:\n      - {id: r, device: L, file: [/opt/a");
	for (int i = 0; i < 50; i++)
		cv_buf_format(&profile, ", /tmp/%d", i);
	cv_buf_text(&profile, "]}\n");
	world_open(&world, cv_buf_string(&profile), GROUPS);
	assert_non_null(strstr(risks_of(&world),
			       "user-writable r: the same of 30 more of its values\n"));
	count = world.policy.risks.count;
	assert_int_equal(count, 21);
	cv_buf_deinit(&profile);
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_drives_and_the_root),
		cmocka_unit_test(test_folders_of_the_system),
		cmocka_unit_test(test_where_users_write),
		cmocka_unit_test(test_vendor_folders),
		cmocka_unit_test(test_wildcards),
		cmocka_unit_test(test_programs),
		cmocka_unit_test(test_names_alone),
		cmocka_unit_test(test_wildcards_for_volumes),
		cmocka_unit_test(test_drives_of_the_page),
		cmocka_unit_test(test_extensions_and_signers),
		cmocka_unit_test(test_every_listed_value_is_found),
		cmocka_unit_test(test_details_name_the_value_and_the_list),
		cmocka_unit_test(test_children_need_a_reason),
		cmocka_unit_test(test_details_of_one_row_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
