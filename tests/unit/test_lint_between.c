/* Risks that show only between rows, or in flows and dates: covered entries, twins,
 * shadowed rows, many ports, much of the Internet, rows of the past. */
#include "lint_world.h"

static void test_covered_by_a_wider_one(void **state)
{
	(void)state;
	ASSERT_EXCLUSIONS(
		"covered-entry r1: `/opt/a/b` is excluded already by `/opt/a` of "
		"v/p#exclusions/r0\n"
		"covered-entry r2: `/opt/a/b/c/d.db` is excluded already by `/opt/a` of "
		"v/p#exclusions/r0\n"
		"covered-entry r3: `/opt/a/**/d.db` is excluded already by `/opt/a` of "
		"v/p#exclusions/r0\n"
		"prefix-trap r0: `/opt/a` is also the beginning of `/opt/a-b` of "
		"v/p#exclusions/r5 (and of 1 more); a product that compares no more "
		"takes "
		"the one for the other\n",
		"device: L, folder: /opt/a, recursive: true",
		"device: L, folder: /opt/a/b, recursive: true",
		"device: L, file: /opt/a/b/c/d.db", "device: L, file: '/opt/a/**/d.db'",
		/* Beside it, of another kind, group or case. */
		"device: L, folder: /opt/appendix, recursive: true",
		"device: L, file: /opt/a-b", "device: L, process: /opt/a/agent",
		"device: M, file: /opt/a/x.db", "device: L, file: /opt/A/x.db");
}

static void test_covered_without_subfolders(void **state)
{
	(void)state;
	ASSERT_EXCLUSIONS(
		"covered-entry r1: `C:\\V\\A\\x.db` is excluded already by `C:\\V\\a` of "
		"v/p#exclusions/r0\n"
		"covered-entry r5: `C:\\V\\b` is excluded already by `C:\\v\\B` of "
		"v/p#exclusions/r4\n",
		"device: W, folder: 'C:\\V\\a', recursive: false",
		"device: W, file: 'C:\\V\\A\\x.db'",
		"device: W, file: 'C:\\V\\a\\b\\x.db'",
		"device: W, file: 'C:\\V\\a\\**\\y.db'",
		"device: W, folder: 'C:\\v\\B', recursive: true",
		"device: W, folder: 'C:\\V\\b', recursive: false");
}

/* What is the next in order, and for something else. */
static void test_covered_by_nothing(void **state)
{
	(void)state;
	ASSERT_EXCLUSIONS("", "device: L, folder: /opt/a, recursive: true",
			  "device: L, process: /opt/a/agent");
	ASSERT_EXCLUSIONS("", "device: L, folder: /opt/a, recursive: true",
			  "device: M, file: /opt/a/x.db");
	ASSERT_EXCLUSIONS("", "device: L, folder: /opt/a, recursive: true",
			  "device: L, folder: /opt/a/b, recursive: true, children: true");
	ASSERT_EXCLUSIONS("", "device: L, folder: /opt/a, recursive: true",
			  "device: L, file: /opt/a");
	ASSERT_EXCLUSIONS("covered-entry r0: `/opt/a` is excluded already by `/opt/a/**` "
			  "of v/p#exclusions/r1\n",
			  "device: L, folder: /opt/a, recursive: false",
			  "device: L, file: '/opt/a/**'");
	ASSERT_EXCLUSIONS("",
			  "device: L, folder: /opt/a, recursive: false, children: true",
			  "device: L, file: '/opt/a/**'");
	ASSERT_EXCLUSIONS("command-arguments r0: `a` is meant only with `-x`\n"
			  "command-arguments r1: `a` is meant only with `-y`\n",
			  "device: L, command: '\"/opt/a\" -x'",
			  "device: L, command: '\"/opt/a\" -y'");
}

static void test_covered_by_a_pattern(void **state)
{
	(void)state;
	ASSERT_EXCLUSIONS(
		"covered-entry r1: `/opt/a/x.log` is excluded already by `/opt/a/*.log` "
		"of v/p#exclusions/r0\n"
		"covered-entry r3: `/opt/a/1/t/y` is excluded already by `/opt/a/*/t` of "
		"v/p#exclusions/r2\n",
		"device: L, file: '/opt/a/*.log'", "device: L, file: /opt/a/x.log",
		"device: L, folder: '/opt/a/*/t', recursive: true",
		"device: L, file: /opt/a/1/t/y", "device: L, file: /opt/a/b/x.log",
		"device: L, file: /opt/ab/x.log");
}

/* With the programs that it starts a program is more than alone, and alone more than with
 * one set of arguments. */
static void test_covered_programs(void **state)
{
	(void)state;
	ASSERT_EXCLUSIONS(
		"command-arguments r1: `agent` is meant only with `--once`\n"
		"wildcard-in-program r4: `/opt/b/*` is every program whose name fits\n"
		"covered-entry r0: `/opt/a/agent` is excluded already by `/opt/a/agent` "
		"of v/p#exclusions/r2\n"
		"covered-entry r1: `/opt/a/agent` is excluded already by `/opt/a/agent` "
		"of v/p#exclusions/r2\n"
		"covered-entry r5: `/opt/b/agent` is excluded already by `/opt/b/*` of "
		"v/p#exclusions/r4\n",
		"device: L, process: /opt/a/agent",
		"device: L, command: '\"/opt/a/agent\" --once'",
		"device: L, process: /opt/a/agent, children: true, purpose: p",
		"device: L, process: /opt/a/agent/b", "device: L, process: '/opt/b/*'",
		"device: L, process: /opt/b/agent",
		"device: L, process: /opt/b/other, children: true, purpose: p");
}

static void test_a_row_may_list_both(void **state)
{
	(void)state;
	ASSERT_EXCLUSIONS("",
			  "device: L, folder: /opt/a, file: /opt/a/x.db, recursive: true",
			  "device: L, process: [/opt/b/Agent, /opt/b/agent]");
}

static void test_covered_by_a_name_alone(void **state)
{
	(void)state;
	ASSERT_EXCLUSIONS(
		"bare-name r0: `agent` is any program of that name, wherever it lies\n"
		"bare-name r5: `other` is any program of that name, wherever it lies\n"
		"bare-name r7: `Agent.exe` is any program of that name, wherever it "
		"lies\n"
		"covered-entry r1: `/opt/v/agent` is excluded already by `agent` of "
		"v/p#exclusions/r0\n"
		"covered-entry r8: `C:\\V\\AGENT.exe` is excluded already by `Agent.exe` "
		"of "
		"v/p#exclusions/r7\n",
		"device: L, process: agent", "device: L, process: /opt/v/agent",
		/* Of another name, kind or group, or with more. */
		"device: L, process: /opt/x/Agent", "device: L, file: /opt/w/agent",
		"device: M, process: /opt/v/agent", "device: L, process: other",
		"device: L, process: /opt/w/agent, children: true, purpose: p",
		"device: W, process: Agent.exe",
		"device: W, process: 'C:\\V\\AGENT.exe'");
}

static void test_beginnings_of_others(void **state)
{
	(void)state;
	ASSERT_EXCLUSIONS(
		"prefix-trap r0: `/opt/app` is also the beginning of `/opt/appendix/x` "
		"of "
		"v/p#exclusions/r1; a product that compares no more takes the one for "
		"the other\n"
		"prefix-trap r4: `C:\\V\\App` is also the beginning of `C:\\v\\APP-2` of "
		"v/p#exclusions/r5; a product that compares no more takes the one for "
		"the other\n",
		"device: L, folder: /opt/app, recursive: true",
		/* Two below one folder count once. */
		"device: L, file: /opt/appendix/x", "device: L, file: /opt/appendix/y",
		/* Of another group, list or case. */
		"device: [M, L], process: /opt/apps/agent",
		"device: W, folder: 'C:\\V\\App', recursive: true",
		"device: W, file: 'C:\\v\\APP-2'", "device: L, file: /opt/Application");
}

/* Nothing is caught by surprise: in it, the same, asked for by the same row, a root, a
 * pattern. */
static void test_no_beginnings_of_others(void **state)
{
	(void)state;
	ASSERT_EXCLUSIONS("covered-entry r1: `/opt/app/x` is excluded already by "
			  "`/opt/app` of v/p#exclusions/r0\n",
			  "device: L, folder: /opt/app, recursive: true",
			  "device: L, file: /opt/app/x");
	ASSERT_EXCLUSIONS("", "device: L, folder: /opt/app, recursive: true",
			  "device: L, file: /opt/app");
	ASSERT_EXCLUSIONS("", "device: L, file: [/opt/app, /opt/app.db]");
	ASSERT_EXCLUSIONS("", "device: L, folder: '/opt/a?', recursive: true",
			  "device: L, file: '/opt/a?b/x'");
	ASSERT_EXCLUSIONS("covered-entry r0: `/opt/app` is excluded already by "
			  "`/opt/app*` of v/p#exclusions/r1\n",
			  "device: L, file: /opt/app", "device: L, file: '/opt/app*'");
}

static void test_twins_by_case(void **state)
{
	(void)state;
	ASSERT_EXCLUSIONS(
		"case-twins r1: `/opt/v/agent` differs only in case from `/opt/v/Agent` "
		"of v/p#exclusions/r0; on linux these are two\n"
		"case-twins r4: differs only in case from v/p#exclusions/r3; on windows "
		"these are one\n"
		"case-twins r5: differs only in case from v/p#exclusions/r3; on windows "
		"these are one\n",
		"device: L, process: /opt/v/Agent", "device: L, process: /opt/v/agent",
		"device: L, process: /opt/v/sagent", "device: W, process: 'C:\\V\\A.exe'",
		"device: W, process: 'C:\\V\\a.exe'",
		"device: W, process: 'C:\\V\\a.exe'", "device: L, file: /opt/v/agent");
}

static void test_twins_by_separator_are_none(void **state)
{
	(void)state;
	ASSERT_EXCLUSIONS("", "device: W, process: 'C:\\V\\a.exe'",
			  "device: W, process: 'C:/V/a.exe'");
}

/* A place has a path for each architecture, and so has a row with a condition; a 32-bit
 * Windows has one folder. */
static void test_twins_that_are_not_missing(void **state)
{
	struct world world;

	(void)state;
	world_open(&world,
		   DEVICES "    places: {P: {windows: 'C:\\Program Files\\V'}}\n"
			   "    exclusions:\n"
			   "      - {id: a, device: W, process: '<P>\\a.exe'}\n"
			   "      - {id: b, device: W, process: 'C:\\Program "
			   "Files\\V\\b.exe', when: "
			   "{arch: x86_64}}\n",
		   "groups: [{name: w, platform: windows, arch: x86_64, roles: [pc]}]\n");
	assert_string_equal(risks_of(&world), "");
	world_close(&world);
	world_open(&world,
		   DEVICES "    exclusions:\n      - {id: a, device: W, process: "
			   "'C:\\Program Files\\V\\a.exe'}\n",
		   "groups: [{name: w, platform: windows, arch: x86, roles: [pc]}]\n");
	assert_string_equal(risks_of(&world), "");
	world_close(&world);
}

static void test_twins_of_32_bit_folders(void **state)
{
	(void)state;
	ASSERT_EXCLUSIONS(
		"no-32-bit-twin r0: `C:\\Program Files (x86)\\V\\a.exe` is there, "
		"`C:\\Program Files\\V\\a.exe` is not\n"
		"no-32-bit-twin r1: `%ProgramFiles%\\V\\b.exe` is there, "
		"`%ProgramFiles(x86)%\\V\\b.exe` is not\n",
		"device: W, process: 'C:\\Program Files (x86)\\V\\a.exe'",
		"device: W, process: '%ProgramFiles%\\V\\b.exe'",
		"device: W, process: 'C:\\Program Files\\V\\c.exe'",
		"device: W, process: 'c:\\program files (X86)\\v\\C.exe'",
		"device: W, process: 'C:\\V\\Program Files\\d.exe'");
}

static void test_nearly_all_ports(void **state)
{
	(void)state;
	ASSERT_PORTS("any-port r0: it opens every port\n"
		     "any-port r1: it opens every port\n"
		     "any-port r2: it opens 64512 of 65535 ports\n",
		     "from: A, to: B, port: any, protocol: udp",
		     "from: A, to: B, port: 1-65535, protocol: sctp",
		     "from: B, to: A, port: 1024-65535, protocol: tcp",
		     "from: B, to: A, port: 49152-65535, protocol: udp",
		     "from: A, to: B, port: \"443\", source-port: any, protocol: tcp");
}

static void test_rows_that_open_nothing_new(void **state)
{
	(void)state;
	ASSERT_PORTS(
		"shadowed-row r0: it opens nothing that v/p#ports/r1 does not open\n"
		"overlapping-row r1: some of what it opens is opened by v/p#ports/r6, "
		"too\n"
		"shadowed-row r2: it opens nothing that v/p#ports/r1 does not open\n"
		"shadowed-row r3: it opens nothing that v/p#ports/r1 does not open\n"
		"shadowed-row r4: it opens nothing that v/p#ports/r1 does not open\n"
		"overlapping-row r8: some of what it opens is opened by v/p#ports/r1, "
		"too\n"
		"overlapping-row r9: some of what it opens is opened by v/p#ports/r2, "
		"too\n",
		"from: A, to: B, port: \"443\", protocol: tcp",
		"from: A, to: B, port: \"400-500,8443\", protocol: tcp",
		"from: A, to: B, port: \"8443\", protocol: tcp",
		"from: A, to: B, port: \"400-500,8443\", protocol: tcp",
		"from: A, to: B, port: 450-470, source-port: 1024-65535, protocol: tcp",
		/* Something of each is open nowhere else. */
		"from: B, to: A, port: \"443\", protocol: tcp",
		"from: A, to: C, port: \"443\", protocol: tcp",
		"from: A, to: B, port: \"443\", protocol: udp",
		"from: A, to: B, port: \"443,600\", protocol: tcp",
		"from: [A, C], to: B, port: \"8443\", protocol: tcp");
}

/* Of rows that begin with the same port the wider one counts, whichever comes first. */
static void test_narrow_row_before_a_wide_one(void **state)
{
	(void)state;
	ASSERT_PORTS(
		"shadowed-row r0: it opens nothing that v/p#ports/r1 does not open\n",
		"from: A, to: B, port: \"22\", protocol: tcp",
		"from: A, to: B, port: \"22,24\", protocol: tcp");
}

static void test_rows_in_the_shadow_of_source_ports_and_types(void **state)
{
	(void)state;
	ASSERT_PORTS(
		"shadowed-row r1: it opens nothing that v/p#ports/r0 does not open\n"
		"overlapping-row r2: some of what it opens is opened by v/p#ports/r0, "
		"too\n"
		"shadowed-row r4: it opens nothing that v/p#ports/r3 does not open\n"
		"shadowed-row r6: it opens nothing that v/p#ports/r5 does not open\n",
		"from: A, to: B, port: 53-60, source-port: 100-200, protocol: udp",
		"from: A, to: B, port: \"54\", source-port: 110-120, protocol: udp",
		"from: A, to: B, port: \"55\", source-port: 110-220, protocol: udp",
		"from: A, to: B, protocol: icmp",
		"from: A, to: B, protocol: icmp, icmp-type: [\"8\", \"0\"]",
		"from: A, to: B, protocol: esp", "from: A, to: B, protocol: esp",
		"from: A, to: B, protocol: ah");
}

/* Of two that reach into each other one is told of, and none that only touch or have
 * other ends, protocols or source ports. */
static void test_rows_that_overlap(void **state)
{
	(void)state;
	ASSERT_PORTS(
		"overlapping-row r1: some of what it opens is opened by v/p#ports/r0, "
		"too\n"
		"overlapping-row r2: some of what it opens is opened by v/p#ports/r1, "
		"too\n"
		"overlapping-row r9: some of what it opens is opened by v/p#ports/r8, "
		"too\n",
		"from: A, to: B, port: 100-200, protocol: tcp",
		"from: A, to: B, port: 150-250, protocol: tcp",
		"from: A, to: B, port: \"240,300\", protocol: tcp",
		"from: A, to: B, port: 251-299, protocol: tcp",
		"from: A, to: B, port: 150-260, protocol: udp",
		"from: B, to: A, port: 90-120, protocol: tcp",
		"from: B, to: A, port: 100-200, source-port: 1-10, protocol: udp",
		"from: B, to: A, port: 150-250, source-port: 11-20, protocol: udp",
		"from: B, to: A, port: 150-250, source-port: \"30,50\", protocol: udp",
		"from: B, to: A, port: 200-300, source-port: 40-60, protocol: udp");
}

/* 10.0.0.0/8 is large and private; a /7 of anybody's addresses is not. */
static void test_a_large_part_of_the_internet(void **state)
{
	static const char *const rows[] = {
		"from: A, to: C, port: \"443\", protocol: tcp",
		"from: B, to: A, port: \"443\", protocol: tcp",
	};

	(void)state;
	assert_risks("ports", rows, 2, PARTIES, "");
	assert_risks("ports", rows, 2,
		     GROUPS "parties: {A: {addresses: [10.0.0.1]}, B: {addresses: "
			    "[10.0.0.2]}, C: {addresses: [44.0.0.0/7]}}\n",
		     "internet-flow r0: the addresses of `C` are a large part of the "
		     "Internet\n");
	assert_risks("ports", rows, 2,
		     GROUPS "parties: {A: {addresses: [\"2001:db8::1\"]}, B: {addresses: "
			    "[\"2001:db8::2\"]}, C: {addresses: [\"2000::/8\"]}}\n",
		     "internet-flow r0: the addresses of `C` are a large part of the "
		     "Internet\n");
	assert_risks("ports", rows, 2,
		     GROUPS "parties: {A: {addresses: [\"2001:db8::1\"]}, B: {addresses: "
			    "[\"2001:db8::2\"]}, C: {addresses: [\"2a00::/16\", "
			    "\"fc00::/7\"]}}\n",
		     "");
	/* All of it is the finding anyone. */
	assert_risks("ports", rows, 1,
		     GROUPS "parties: {A: {addresses: [10.0.0.1]}, B: {addresses: "
			    "[10.0.0.2]}, C: {addresses: [0.0.0.0/0]}}\n",
		     "anyone r0: to any address\n");
}

static void test_rows_of_the_past(void **state)
{
	(void)state;
	ASSERT_EXCLUSIONS(
		"withdrawn-row r0: the vendor has withdrawn it, so nothing comes of it\n"
		"expired-row r1: it was needed until 2026-11-22, so nothing comes of "
		"it\n",
		"device: L, folder: /tmp, status: withdrawn",
		"device: L, folder: /tmp, until: \"2026-11-22\"",
		"device: L, file: /opt/a, until: \"2026-11-23\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_covered_by_a_wider_one),
		cmocka_unit_test(test_covered_without_subfolders),
		cmocka_unit_test(test_covered_by_nothing),
		cmocka_unit_test(test_covered_by_a_pattern),
		cmocka_unit_test(test_covered_programs),
		cmocka_unit_test(test_a_row_may_list_both),
		cmocka_unit_test(test_covered_by_a_name_alone),
		cmocka_unit_test(test_beginnings_of_others),
		cmocka_unit_test(test_no_beginnings_of_others),
		cmocka_unit_test(test_twins_by_case),
		cmocka_unit_test(test_twins_by_separator_are_none),
		cmocka_unit_test(test_twins_that_are_not_missing),
		cmocka_unit_test(test_twins_of_32_bit_folders),
		cmocka_unit_test(test_nearly_all_ports),
		cmocka_unit_test(test_rows_that_open_nothing_new),
		cmocka_unit_test(test_narrow_row_before_a_wide_one),
		cmocka_unit_test(test_rows_in_the_shadow_of_source_ports_and_types),
		cmocka_unit_test(test_rows_that_overlap),
		cmocka_unit_test(test_a_large_part_of_the_internet),
		cmocka_unit_test(test_rows_of_the_past),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
