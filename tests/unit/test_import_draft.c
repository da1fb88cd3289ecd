/* From tables and lines to rows: what is read, what stays open, and what is said of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "import_fixture.h"
#include "model/profile.h"

#define NBSP "\xC2\xA0"

/* Lines of text into rows. */
static void check_lines(const char *page, const char *rows)
{
	struct import_world world;

	import_open(&world, CV_PAGE_TEXT);
	import_lines(&world, page);
	assert_string_equal(import_made(&world), rows);
	import_close(&world);
}

static void check_table(const char *table, const char *rows)
{
	struct import_world world;

	import_open(&world, CV_PAGE_MARKDOWN);
	import_table(&world, NULL, table);
	assert_string_equal(import_made(&world), rows);
	import_close(&world);
}

static void test_spans_and_empty_cells_of_a_line(void **state)
{
	(void)state;
	check_lines("Target Device Notes Exclusion Type Exclusion\n"
		    "Linux endpoints 7.2.x clients Process <P>/a\n" NBSP
		    " Process <P>/b\n"
		    "7.4.x clients Folder <P>/c\n"
		    "macOS endpoints 7.4.x clients Process\n\n<P>/d\n\n" NBSP
		    " Process <P>/e\n",
		    "exclusions device=[Linux endpoints] process=[<P>/a] "
		    "when.client=[7.2.x]\n"
		    "exclusions device=[Linux endpoints] process=[<P>/b]\n"
		    "exclusions device=[Linux endpoints] folder=[<P>/c] "
		    "when.client=[7.4.x]\n"
		    "exclusions device=[macOS endpoints] process=[<P>/d] "
		    "when.client=[7.4.x]\n"
		    "exclusions device=[macOS endpoints] process=[<P>/e]\n");
}

static void test_two_names_without_a_border(void **state)
{
	struct import_world world;
	struct cv_party_row parties[] = {{.name = {"Tanium Clients", {0}}},
					 {.name = {"Tanium Server", {0}}}};

	(void)state;
	check_lines("Source Destination Port Protocol\n"
		    "Tanium Clients Tanium Server 17472 TCP\n",
		    "ports from=?(Tanium Clients Tanium) to=?(Clients Tanium Server) "
		    "port=[17472] protocol=[tcp]\n");
	import_open(&world, CV_PAGE_TEXT);
	import_lines(&world, "Source Destination Port Protocol\n"
			     "Tanium Clients Tanium Server 17472 TCP\n");
	world.answers.parties = (struct cv_records){parties, 2};
	assert_string_equal(import_made(&world),
			    "ports from=[Tanium Clients] to=[Tanium Server] "
			    "port=[17472] protocol=[tcp]\n");
	import_close(&world);
}

static void test_a_header_that_can_be_cut_two_ways(void **state)
{
	(void)state;
	check_lines("Source Destination Port Protocol\nClient 443 TCP\n",
		    "ports from=[Client] to=?(the table names no destination) "
		    "port=[443] protocol=[tcp]\n");
	check_lines("Source\tDestination\tPort\tProtocol\tPurpose\nA\tB\t443\tTCP\tx y\n",
		    "ports from=[A] to=[B] port=[443] protocol=[tcp] purpose=[x y]\n");
}

static void test_a_row_that_is_empty(void **state)
{
	(void)state;
	check_lines("Source Destination Port Protocol Purpose\n"
		    "Module Server " NBSP " " NBSP " TCP " NBSP "\n" NBSP " " NBSP
		    " " NBSP "\n\nProse follows here, and names port 443 as well.\n",
		    "ports from=[Module Server] to=?(an empty cell) "
		    "port=?(an empty cell) protocol=[tcp]\n"
		    "ports from=?(a row of three empty cells) to=?(a row of three empty "
		    "cells) port=?(a row of three empty cells) "
		    "protocol=?(a row of three empty cells)\n");
}

static void test_a_line_that_is_no_row(void **state)
{
	struct import_world world;

	(void)state;
	import_open(&world, CV_PAGE_TEXT);
	import_lines(&world,
		     "Target Device Exclusion Type Exclusion\n"
		     "Windows endpoints Process C:\\a.exe\n"
		     "whatever this may be; $(reboot)\n\n"
		     "The folder C:\\b is not excluded, nor is 443/tcp opened.\n");
	assert_string_equal(
		import_made(&world),
		"exclusions device=[Windows endpoints] process=[C:\\a.exe]\n"
		"exclusions device=?(whatever this may be;) process=?($(reboot))\n");
	assert_int_equal(import_found(&world, CV_F_LINE_UNREAD), 1);
	assert_int_equal(import_found(&world, CV_F_OPEN_CELL), 2);
	import_close(&world);
}

static void test_services(void **state)
{
	(void)state;
	check_table("From|To|Port|Protocol\n"
		    "A|B|53/tcp, 53/udp|_\nA|B|TCP 443, UDP 53|_\nA|B|443|SSH\n"
		    "A|B|443/udp|TCP\nA|B|_|ICMP\nA|B|50/ip|_\nA|B|8|ICMP\n"
		    "A|B|_|UDP\nA|B|443|_\nA|B|see comments|TCP\nA|B|any|TCP\n",
		    "ports from=[A] to=[B] port=[53] protocol=[tcp+udp]\n"
		    "ports from=[A] to=[B] port=[443] protocol=[tcp]\n"
		    "ports from=[A] to=[B] port=[53] protocol=[udp]\n"
		    "ports from=[A] to=[B] port=[443] protocol=?(SSH)\n"
		    "ports from=[A] to=[B] port=[443] protocol=?(TCP)\n"
		    "ports from=[A] to=[B] port= protocol=[icmp]\n"
		    "ports from=[A] to=[B] port= protocol=[esp]\n"
		    "ports from=[A] to=[B] port=?(8) protocol=[icmp]\n"
		    "ports from=[A] to=[B] port=?(an empty cell) protocol=[udp]\n"
		    "ports from=[A] to=[B] port=[443] protocol=?(an empty cell)\n"
		    "ports from=[A] to=[B] port=?(see comments) protocol=[tcp]\n"
		    "ports from=[A] to=[B] port=[any] protocol=[tcp]\n");
}

static void test_ends(void **state)
{
	(void)state;
	check_table("From|To|Port|Protocol|Direction\n"
		    "A, B|C|1|TCP|_\nA/B|C|1|TCP|_\nInternet (any)|C|1|TCP|_\n"
		    "A|*|1|TCP|_\nA|C|1|TCP|-->\nA|C|1|TCP|<--\nA|C|1|TCP|<-->\n"
		    "A|C|1|TCP|Inbound\n",
		    "ports from=?(A, B) to=[C] port=[1] protocol=[tcp]\n"
		    "ports from=?(A/B) to=[C] port=[1] protocol=[tcp]\n"
		    "ports from=?(Internet (any)) to=[C] port=[1] protocol=[tcp]\n"
		    "ports from=[A] to=?(*) port=[1] protocol=[tcp]\n"
		    "ports from=[A] to=[C] port=[1] protocol=[tcp]\n"
		    "ports from=[A] to=[C] initiates=[to] port=[1] protocol=[tcp]\n"
		    "ports from=[A] to=[C] initiates=?(<-->) port=[1] protocol=[tcp]\n"
		    "ports from=[A] to=[C] initiates=?(Inbound) port=[1] "
		    "protocol=[tcp]\n");
	check_table("Component|Port|Protocol|Direction\n"
		    "A|1|TCP|Inbound\nA|2|TCP|Outbound\nA|3|TCP|Both\n",
		    "ports from=?(the table names no source) to=[A] port=[1] "
		    "protocol=[tcp]\n"
		    "ports from=[A] to=?(the table names no destination) port=[2] "
		    "protocol=[tcp]\n"
		    "ports from=?(A; Both) to=?(A; Both) port=[3] protocol=[tcp]\n");
}

static void test_heading_with_an_arrow(void **state)
{
	struct import_world world;

	(void)state;
	import_open(&world, CV_PAGE_HTML);
	import_block(&world, CV_BLOCK_HEADING, "Client --> Distribution point");
	import_table(&world, NULL, "Description|UDP|TCP\nHTTP|--|80\nBoth|69|443\n");
	assert_string_equal(
		import_made(&world),
		"ports from=[Client] to=[Distribution point] port=[80] protocol=[tcp] "
		"purpose=[HTTP]\n"
		"ports from=[Client] to=[Distribution point] port=[443] protocol=[tcp] "
		"purpose=[Both]\n"
		"ports from=[Client] to=[Distribution point] port=[69] protocol=[udp] "
		"purpose=[Both]\n");
	import_close(&world);
}

static void test_rows_that_slid(void **state)
{
	struct import_world world;

	(void)state;
	import_open(&world, CV_PAGE_MARKDOWN);
	import_table(&world, NULL,
		     "From|To|Protocol|Port|Notes\nA|B|TCP|443|x\n"
		     "TCP|22|SSH/SCP Access|.|.\n");
	assert_string_equal(
		import_made(&world),
		"ports from=[A] to=[B] port=[443] protocol=[tcp] purpose=[x]\n"
		"ports from=?(a blank cell) to=?(a blank cell) port=[22] "
		"protocol=[tcp] purpose=[SSH/SCP Access]\n");
	assert_int_equal(import_found(&world, CV_F_ROW_SLID), 1);
	import_close(&world);
	check_table("Name|Port|Protocol|Service\nA|443|Receptor|_\n",
		    "ports from=?(an empty cell) to=?(an empty cell) port=[443] "
		    "protocol=?(Receptor)\n");
}

static void test_blank_cells(void **state)
{
	static const char table[] = "Device|Notes|Type|Path\n"
				    "Windows|7.2.x clients|Process|C:\\a.exe\n"
				    ".|.|Process|C:\\b.exe\n";
	struct import_world world;

	(void)state;
	import_open(&world, CV_PAGE_MARKDOWN);
	import_table(&world, NULL, table);
	assert_string_equal(
		import_made(&world),
		"exclusions device=[Windows] process=[C:\\a.exe] when.client=[7.2.x]\n"
		"exclusions device=?(a blank cell; a blank note) process=[C:\\b.exe]\n");
	assert_int_equal(import_found(&world, CV_F_SPAN_OR_EMPTY), 2);
	import_close(&world);

	import_open(&world, CV_PAGE_MARKDOWN);
	import_table(&world, NULL, table);
	world.answers.blank.text = "spanned";
	assert_string_equal(
		import_made(&world),
		"exclusions device=[Windows] process=[C:\\a.exe] when.client=[7.2.x]\n"
		"exclusions device=[Windows] process=[C:\\b.exe] "
		"when.client=[7.2.x]\n");
	import_close(&world);
	/* A cell that says that it is empty tells what the others are. */
	check_table("Device|Notes|Type|Path\nWindows|7.2.x clients|Process|C:\\a.exe\n"
		    ".|_|Process|C:\\b.exe\n",
		    "exclusions device=[Windows] process=[C:\\a.exe] "
		    "when.client=[7.2.x]\n"
		    "exclusions device=[Windows] process=[C:\\b.exe]\n");
}

static void test_kinds_and_values(void **state)
{
	(void)state;
	check_table("Device|Type|Exclusion\n"
		    "Windows|File / Process|C:\\a.sys\nWindows|Registry|HKLM\\x\n"
		    "Windows|Prozess|C:\\a.exe\nWindows|_|C:\\a.exe\n"
		    "Windows|Process|_\nWindows|Extension|*.a, *.b\n",
		    "exclusions device=[Windows] process=[C:\\a.sys] file=[C:\\a.sys]\n"
		    "exclusions device=[Windows] file=?(Registry; HKLM\\x)\n"
		    "exclusions device=[Windows] file=?(Prozess; C:\\a.exe)\n"
		    "exclusions device=[Windows] file=?(C:\\a.exe)\n"
		    "exclusions device=[Windows] process=?(an empty cell)\n"
		    "exclusions device=[Windows] extension=[.a],[.b]\n");
	check_table("OS|Process|Folder\nWindows|a.exe|C:\\b\nLinux|_|/opt/c\n",
		    "exclusions device=[Windows] process=[a.exe] folder=[C:\\b]\n"
		    "exclusions device=[Linux] folder=[/opt/c]\n");
}

static void test_conditions(void **state)
{
	struct cv_text client = {"7.2.x", {0}};
	struct cv_hole_answer answers[] = {
		{.field = {"when.client", {0}},
		 .words = {"If CloudCache is enabled", {0}},
		 .value = {&client, 1}},
		{.field = {"when", {0}}, .words = {"IIS 6", {0}}}};
	struct import_world world;

	(void)state;
	check_table(
		"Device|Type|Path|Notes\nWindows|File|C:\\a|If CloudCache is enabled\n"
		"Windows|File|C:\\b|optional\nWindows|File|C:\\c|x64 systems only\n",
		"exclusions device=?(Windows; If CloudCache is enabled) "
		"file=[C:\\a]\n"
		"exclusions device=[Windows] file=[C:\\b] optional=[true]\n"
		"exclusions device=[Windows] file=[C:\\c] when.arch=[x86_64]\n");
	import_open(&world, CV_PAGE_HTML);
	import_table(&world, NULL,
		     "Device|Type|Path|Notes\nWindows|File|C:\\a|If CloudCache is "
		     "enabled\nWindows|File|C:\\b|IIS 6\n");
	world.answers.holes = (struct cv_records){answers, 2};
	assert_string_equal(
		import_made(&world),
		"exclusions device=[Windows] file=[C:\\a] when.client=[7.2.x]\n"
		"exclusions device=[Windows] file=[C:\\b]\n");
	assert_true(answers[0].used && answers[1].used);
	import_close(&world);
}

static void test_headings_inside_a_table(void **state)
{
	(void)state;
	check_table("Path|Description\nWindows|!\nProcesses|!\nC:\\a.exe|one\n"
		    "Folders|!\nC:\\b|two\n",
		    "exclusions device=[Windows] process=[C:\\a.exe] purpose=[one]\n"
		    "exclusions device=[Windows] folder=[C:\\b] purpose=[two]\n");
}

static void test_devices(void **state)
{
	struct import_world world;

	(void)state;
	import_open(&world, CV_PAGE_HTML);
	import_table(&world, NULL,
		     "Device|Type|Path\nModule Server|File|<M>\\a\nAppliance|File|/a\n"
		     "macOS endpoints|File|/b\n");
	assert_string_equal(import_made(&world),
			    "exclusions device=[Module Server] file=[<M>\\a]\n"
			    "exclusions device=?(Appliance) file=[/a]\n"
			    "exclusions device=[macOS endpoints] file=[/b]\n");
	assert_int_equal(import_found(&world, CV_F_CONCLUDED), 1);
	assert_int_equal(world.draft.devices.count, 2);
	assert_string_equal(
		CV_AT(&world.draft.devices, struct cv_draft_name, 0)->platform,
		"windows");
	assert_string_equal(CV_AT(&world.draft.devices, struct cv_draft_name, 0)->role,
			    "module-server");
	assert_string_equal(CV_AT(&world.draft.places, struct cv_draft_name, 0)->name,
			    "M");
	import_close(&world);
}

static void test_editions(void **state)
{
	static const char table[] = "Device|Type|Path\nWindows|File|C:\\a\n";
	struct cv_text names[] = {{"on-premises", {0}}, {"cloud", {0}}};
	struct import_world world;

	(void)state;
	import_open(&world, CV_PAGE_HTML);
	import_table(&world, "Exclusions of X", table);
	import_table(&world, "Exclusions of X", table);
	world.answers.editions = (struct cv_texts){names, 2};
	assert_string_equal(import_made(&world),
			    "edition on-premises\n"
			    "exclusions device=[Windows] file=[C:\\a]\n"
			    "edition cloud\n"
			    "exclusions device=[Windows] file=[C:\\a]\n");
	assert_int_equal(import_found(&world, CV_F_TABLE_EDITIONS), 1);
	import_close(&world);
}

static void test_permissions(void **state)
{
	struct import_world world;

	(void)state;
	import_open(&world, CV_PAGE_TEXT);
	import_lines(&world,
		     "Permission X Y Admin1 X Y Reader\nModule\n\nSees it\n\nREAD\n"
		     "WRITE2\n\nREAD\nPackage\nWRITE\n\n1 This role sees all.\n"
		     "2 Grants it.\n");
	assert_string_equal(
		import_made(&world),
		"permissions permission=[Module] grants.X Y Admin=[read],[write] "
		"note=[footnote 2 at write] grants.X Y Reader=[read]\n"
		"permissions permission=[Package] grants=?(WRITE)\n");
	assert_int_equal(import_found(&world, CV_F_LOST_CELLS), 1);
	assert_int_equal(import_found(&world, CV_F_EMPTY_CELL), 0);
	import_close(&world);
}

static void test_footnotes(void **state)
{
	struct import_world world;

	(void)state;
	import_open(&world, CV_PAGE_TEXT);
	import_block(&world, CV_BLOCK_PARAGRAPH, "1 Only where it is on.");
	import_table(&world, NULL,
		     "From|To|Port|Protocol\nZone Server1|B|2500 to 33001|TCP\n");
	assert_string_equal(import_made(&world),
			    "ports from=[Zone Server] to=[B] port=?(2500 to 33001) "
			    "protocol=[tcp]\n");
	assert_int_equal(import_found(&world, CV_F_GLUED_FOOTNOTE), 1);
	import_close(&world);
}

static void test_prose(void **state)
{
	struct import_world world;

	(void)state;
	import_open(&world, CV_PAGE_TEXT);
	import_lines(&world,
		     "X supports only IPv4 addresses.\n\nX supports IPv4 and IPv6 "
		     "addresses.\n\nAllow the following URLs.\n- *.example.com\n"
		     "- List here\n\nThese modules are required in these versions:\n"
		     "- Trends 3.6 or later\n- <OtherProductName> <version>\n");
	assert_string_equal(
		import_made(&world),
		"urls from=?(the list names no source) url=[*.example.com]\n"
		"urls from=?(the list names no source) url=?(List here)\n"
		"requires component=[Trends] version=[>=3.6]\n"
		"requires component=?(<OtherProductName>) version=?(<version>)\n");
	assert_int_equal(import_found(&world, CV_F_PAGE_CONTRADICTS), 1);
	assert_string_equal(world.draft.ip.hole, "supports only IPv4 addresses. / "
						 "supports IPv4 and IPv6 addresses.");
	import_close(&world);
}

static void test_unread_tables_are_said(void **state)
{
	struct import_world world;

	(void)state;
	import_open(&world, CV_PAGE_HTML);
	import_table(&world, NULL, "Quelle|Ziel\nA|B\n");
	assert_string_equal(import_made(&world), "");
	assert_int_equal(import_found(&world, CV_F_TABLE_UNREAD), 1);
	assert_int_equal(cv_exit_code(&world.ctx), 0);
	import_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spans_and_empty_cells_of_a_line),
		cmocka_unit_test(test_two_names_without_a_border),
		cmocka_unit_test(test_a_header_that_can_be_cut_two_ways),
		cmocka_unit_test(test_a_row_that_is_empty),
		cmocka_unit_test(test_a_line_that_is_no_row),
		cmocka_unit_test(test_services),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_heading_with_an_arrow),
		cmocka_unit_test(test_rows_that_slid),
		cmocka_unit_test(test_blank_cells),
		cmocka_unit_test(test_kinds_and_values),
		cmocka_unit_test(test_conditions),
		cmocka_unit_test(test_headings_inside_a_table),
		cmocka_unit_test(test_devices),
		cmocka_unit_test(test_editions),
		cmocka_unit_test(test_permissions),
		cmocka_unit_test(test_footnotes),
		cmocka_unit_test(test_prose),
		cmocka_unit_test(test_unread_tables_are_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
