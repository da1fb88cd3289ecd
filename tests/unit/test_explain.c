/* The command explain: what it answers, with which exit code, and that the lines it
 * shows are the artefacts' own. */
#include "command_fixture.h"

#include "commands/artefact_lines.h"
#include "commands/compilation.h"
#include "commands/explain_question.h"
#include "commands/options.h"

static const char site[] =
	"carveout: site/1\n"
	"name: s\n"
	"ip: ['4', '6']\n"
	"drive: 'C:'\n"
	"groups:\n"
	"  - {name: old, platform: windows, roles: [pc], versions: {app: '7.2'}}\n"
	"  - {name: new, platform: windows, roles: [pc], versions: {app: '7.4'}}\n"
	"  - {name: linux, platform: linux, roles: [pc], versions: {app: '7.4'}, party: "
	"A}\n"
	"parties:\n"
	"  A: {addresses: [10.0.0.0/24, '2001:db8::/64']}\n"
	"  B: {addresses: [10.1.0.5, '2001:db8:1::5']}\n"
	"  C: {fqdn: [c.example.com]}\n"
	"targets: {nftables: {gateway: true, hosts: [linux]}, paloalto-xml: {},\n"
	"  defender-powershell: {}, csv: {}, json: {}}\n"
	"profiles:\n"
	"  - carveout: profile/1\n"
	"    id: vendor/product\n"
	"    versions: {app: The App}\n"
	"    features: [extra]\n"
	"    ip: ['4', '6']\n"
	"    parties: {A: {aliases: [Alias of A]}, B: {}, C: {}}\n"
	"    devices: {PC: {platform: windows, role: pc}, L: {platform: linux, role: "
	"pc}}\n"
	"    ports:\n"
	"      - {id: web, from: A, to: B, port: '443', protocol: tcp}\n"
	"      - {id: more, from: A, to: B, port: '444-450', protocol: tcp}\n"
	"      - {id: esp, from: B, to: A, protocol: esp}\n"
	"      - {id: name, from: B, to: C, port: '80', protocol: tcp}\n"
	"      - {id: extra, from: A, to: B, port: '9000', protocol: tcp, when: "
	"{feature: "
	"extra}}\n"
	"    exclusions:\n"
	"      - {id: one, device: PC, process: '\\app\\72\\one.exe', when: {app: "
	"'7.2'}}\n"
	"      - {id: two, device: PC, process: '\\app\\74\\two.exe', when: {app: "
	"'7.4'}}\n"
	"      - {id: tree, device: PC, folder: '\\app\\tree', recursive: true}\n"
	"      - {id: flat, device: PC, folder: '\\app\\flat', recursive: false}\n"
	"      - {id: lower, device: L, process: '/opt/app/lower'}\n"
	"      - {id: hostile, device: L, file: '/opt/a''b\"c;d$e&f;g#h'}\n";

static int enter(void **state)
{
	if (enter_directory(state) != 0)
		return -1;
	put_file("site.yaml", site);
	return 0;
}

static void expect_flow(const char *flow, int exit_code, const char *text)
{
	struct run run;

	assert_int_equal(run_command(&run, "explain", "site.yaml", "--flow", flow, NULL),
			 exit_code);
	if (exit_code < 2 && !says(&run, text))
		fail_msg("%s: no `%s` in %s", flow, text, cv_buf_string(&run.out));
	if (exit_code == 2)
		assert_non_null(strstr(last_finding(&run), text));
	finish_run(&run);
}

static void test_flow_is_held_against_the_union_of_all_rows(void **state)
{
	(void)state;
	expect_flow("A -> B:443/tcp", 0, ": allowed\n  by vendor/product#ports/web\n");
	/* No row by itself: two of them together. */
	expect_flow("A -> B:443-450/tcp", 0, "by vendor/product#ports/more\n");
	expect_flow("A -> B:443-451/tcp", 1, ": partly allowed\n");
	expect_flow("10.0.0.255 -> 10.1.0.5:443/tcp", 0, ": allowed\n");
	expect_flow("10.0.0.0/23 -> 10.1.0.5:443/tcp", 1, ": partly allowed\n");
	expect_flow("10.0.1.0 -> 10.1.0.5:443/tcp", 1, ": not allowed\n");
	expect_flow("A -> B:443/udp", 1, ": not allowed\n");
	expect_flow("any -> B:443/tcp", 1, ": partly allowed\n");
}

static void test_flow_reads_every_way_to_name_an_end(void **state)
{
	(void)state;
	expect_flow("alias of a->b:443/tcp", 0, ": allowed\n");
	expect_flow("linux -> B:443/tcp", 0, ": allowed\n");
	expect_flow("2001:db8::1 -> 2001:db8:1::5:443/tcp", 0, ": allowed\n");
	expect_flow("[2001:db8::/64] -> [2001:db8:1::5]:443/tcp", 0, ": allowed\n");
	expect_flow("B -> A/esp", 0, ": allowed\n");
	expect_flow("B -> A:/esp", 0, ": allowed\n");
	expect_flow("B -> A esp", 0, ": allowed\n");
	expect_flow("B -> A:/50", 0, ": allowed\n");
	expect_flow("B -> 10.0.0.0/24:/51", 1, ": not allowed\n");
	expect_flow("B -> C:80/tcp", 0, "by vendor/product#ports/name\n");
	expect_flow("10.1.0.5 -> C:80/tcp", 0, ": allowed\n");
	expect_flow("10.9.0.9 -> C:80/tcp", 1, ": not allowed\n");
}

static void test_flow_that_is_not_understood_is_usage(void **state)
{
	(void)state;
	expect_flow("A B:443/tcp", 2, "--flow takes 'A -> B:443/tcp'");
	expect_flow("A -> B", 2, "does not say what is opened");
	expect_flow("A -> B:443", 2, "does not say what is opened");
	expect_flow("A -> 10.1.0.0/8", 2, "does not say what is opened");
	expect_flow("A -> B:0/tcp", 2, "does not say what is opened");
	expect_flow("A -> B:256/icmp", 2, "has no ports");
	expect_flow("A -> B:443/esp", 2, "the protocol of `A -> B:443/esp` has no ports");
	expect_flow("A -> D:443/tcp", 2, "`D` is no party of this site and no address");
	expect_flow("10.0.0.1/24 -> B:443/tcp", 2, "host bits are set under /24");
	expect_flow("10.0.0.1 -> 2001:db8:1::5:443/tcp", 2, "no address family");
}

static void test_flow_names_what_comes_nearest(void **state)
{
	(void)state;
	expect_flow("A -> B:9000/tcp", 1,
		    "would allow it, but does not apply:\n"
		    "    vendor/product#ports/extra: feature extra is not in use\n");
	expect_flow("B -> A:443/tcp", 1,
		    "the other way round:\n    vendor/product#ports/web: ");
	expect_flow("B -> A:443/tcp", 1,
		    "the same ends, something else open:\n"
		    "    vendor/product#ports/esp: ");
	expect_flow("10.7.0.1 -> B:443/tcp", 1,
		    "the same open, another end:\n    vendor/product#ports/web: ");
	expect_flow("10.7.0.1 -> 10.8.0.1:25/tcp", 1, "no row comes near it");
}

static void test_flow_shows_the_line_of_each_artefact(void **state)
{
	(void)state;
	expect_flow("10.0.0.9 -> 10.1.0.5:443/tcp", 0, "  in nftables/s.nft:");
	expect_flow("10.0.0.9 -> 10.1.0.5:443/tcp", 0,
		    ": 10.0.0.0/24 . 10.1.0.5 . 6 . 443 comment");
	expect_flow("10.0.0.9 -> 10.1.0.5:443/tcp", 0, ": <entry name=\"s-tcp-443\">\n");
	expect_flow("10.0.0.9 -> 10.1.0.5:443/tcp", 0,
		    "there: exact; the rule must name source A and destination B\n");
	expect_flow("A -> B:443/tcp", 0, ": 2001:db8::/64 . 2001:db8:1::5 . 6 . 443");
}

static void expect_path(const char *group, const char *path, int exit_code,
			const char *text)
{
	struct run run;

	assert_int_equal(run_command(&run, "explain", "site.yaml", "-s", group, "--path",
				     path, NULL),
			 exit_code);
	if (exit_code < 2 && !says(&run, text))
		fail_msg("%s: no `%s` in %s", path, text, cv_buf_string(&run.out));
	if (exit_code == 2)
		assert_non_null(strstr(last_finding(&run), text));
	finish_run(&run);
}

static void test_path_follows_the_rules_of_its_platform(void **state)
{
	(void)state;
	expect_path("old", "c:\\APP\\72\\ONE.exe", 0,
		    ": excluded\n  by "
		    "vendor/product#exclusions/one: ");
	expect_path("old", "C:/app/tree/a/b/c", 0, "exclusions/tree: ");
	expect_path("old", "C:\\app\\flat\\a", 0, "exclusions/flat: ");
	expect_path("old", "C:\\app\\flat\\a\\b", 1, "it does not reach into subfolders");
	expect_path("old", "C:\\app\\treetop", 1, ": not excluded\n");
	expect_path("linux", "/opt/app/lower", 0, ": excluded\n");
	expect_path("linux", "/opt/app/Lower", 1, "upper and lower case differ");
	expect_path("old", "\\app\\72", 2, "is no path of windows");
	expect_path("odl", "C:\\app\\72", 2, "this site has no group `odl`");
}

static void test_path_names_the_condition_that_failed(void **state)
{
	(void)state;
	expect_path("new", "C:\\app\\72\\one.exe", 1,
		    "would cover it, but does not apply:\n"
		    "    vendor/product#exclusions/one: app 7.4 is not 7.2\n");
	expect_path("new", "C:\\app\\72\\one.exe", 1,
		    "excluded for other groups:\n"
		    "    old, by vendor/product#exclusions/one\n");
	expect_path("linux", "/var/x", 1, "no row comes near it");
}

static void test_path_says_what_each_list_does(void **state)
{
	(void)state;
	expect_path("old", "C:\\app\\72\\one.exe", 0, "in defender-powershell/old.ps1:");
	expect_path("old", "C:\\app\\72\\one.exe", 0,
		    "ExclusionProcess: the files that the program opens");
	expect_path("old", "C:\\app\\tree\\x", 0, "ExclusionPath: it is not scanned\n");
}

static void test_row_is_told_from_the_page_to_the_line(void **state)
{
	struct run run;

	(void)state;
	assert_int_equal(run_command(&run, "explain", "site.yaml", "--row",
				     "vendor/product#exclusions/one", NULL),
			 0);
	assert_true(says(&run, "  when: app: 7.2\n"));
	assert_true(says(&run, "group old: applies\n  process C:\\app\\72\\one.exe\n"));
	assert_true(says(&run, "group new: does not apply: app 7.4 is not 7.2\n"));
	assert_true(says(&run, "defender-powershell/old.undo.ps1:"));
	finish_run(&run);
	assert_int_equal(
		run_command(&run, "explain", "site.yaml", "--row", "ports/web", NULL), 2);
	assert_string_equal((*CV_AT(&run.ctx.findings, struct cv_finding *, 0))->hint,
			    "did you mean vendor/product#ports/web?");
	finish_run(&run);
}

static void test_row_of_a_site_with_errors_is_told_as_far_as_it_got(void **state)
{
	struct cv_buf text = CV_BUF_INIT;
	struct run run;

	(void)state;
	cv_buf_text(&text, site);
	cv_buf_text(&text, "    urls:\n      - {id: u, url: {hole: List here}}\n");
	put_file("hole.yaml", cv_buf_string(&text));
	cv_buf_deinit(&text);
	assert_int_equal(run_command(&run, "explain", "hole.yaml", "--row",
				     "vendor/product#urls/u", NULL),
			 1);
	assert_true(says(&run, "  url: left open by the page: \"List here\"\n"
			       "    the site does not fill it\n"));
	assert_true(says(&run, "the site has errors, so nothing came of it yet\n"));
	finish_run(&run);
	assert_int_equal(run_command(&run, "explain", "hole.yaml", "--flow",
				     "A -> B:443/tcp", NULL),
			 1);
	assert_int_equal(run.out.size, 0);
	finish_run(&run);
}

/* Whether the bytes of the line hold what the entry is about. */
static bool line_shows(const struct cv_artefact_line *line, const struct cv_entry *entry)
{
	const char *shown =
		entry->kind == CV_ENTRY_OBJECT ? entry->more->name : entry->more->value;

	return !shown || strpbrk(shown, "'\"\\&<>") ||
	       memmem(line->text, line->size, shown, strlen(shown));
}

static size_t check_form(struct cv_ctx *ctx, const struct cv_plan *plan,
			 const struct cv_form *form)
{
	struct cv_artefact_lines lines;
	size_t count = 0;

	if (cv_artefact_lines_open(ctx, plan, form, &lines)) {
		for (size_t i = 0; i < plan->entries.count; i++) {
			const struct cv_entry *entry =
				CV_AT(&plan->entries, struct cv_entry, i);
			struct cv_artefact_line line;

			if (!cv_artefact_line_of(&lines, entry, &line))
				continue;
			count++;
			assert_true(line.number > 0);
			assert_null(memchr(line.text, '\n', line.size));
			if (!line_shows(&line, entry))
				fail_msg("%s:%zu: %.*s does not show %s", lines.path,
					 line.number, (int)line.size, line.text,
					 entry->more->value ? entry->more->value
							    : entry->more->name);
		}
		assert_int_equal(count, lines.count);
	}
	cv_artefact_lines_close(&lines);
	return count;
}

static void test_lines_are_found_for_every_entry_of_every_form(void **state)
{
	struct cv_compilation *compilation;
	size_t found = 0;
	struct run run;

	(void)state;
	assert_int_equal(run_command(&run, "check", "site.yaml", NULL), 0);
	compilation = CV_NEW(run.ctx.arena, struct cv_compilation);
	assert_true(cv_compilation_make(
		&run.ctx, &run.request,
		cv_source_read(&run.ctx, "site.yaml", (struct cv_span){0}), compilation));
	for (size_t i = 0; i < compilation->plans.count; i++) {
		const struct cv_plan *plan =
			CV_AT(&compilation->plans, struct cv_plan, i);

		for (const struct cv_form *form = plan->use->target->forms; form->name;
		     form++)
			found += check_form(&run.ctx, plan, form);
	}
	assert_true(found > 100);
	assert_int_equal(cv_exit_code(&run.ctx), 0);
	finish_run(&run);
}

static void test_quiet_says_nothing_but_the_exit_code(void **state)
{
	struct run run;

	(void)state;
	assert_int_equal(run_command(&run, "explain", "site.yaml", "-q", "--flow",
				     "A -> B:25/tcp", NULL),
			 1);
	assert_int_equal(run.out.size, 0);
	finish_run(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flow_is_held_against_the_union_of_all_rows),
		cmocka_unit_test(test_flow_reads_every_way_to_name_an_end),
		cmocka_unit_test(test_flow_that_is_not_understood_is_usage),
		cmocka_unit_test(test_flow_names_what_comes_nearest),
		cmocka_unit_test(test_flow_shows_the_line_of_each_artefact),
		cmocka_unit_test(test_path_follows_the_rules_of_its_platform),
		cmocka_unit_test(test_path_names_the_condition_that_failed),
		cmocka_unit_test(test_path_says_what_each_list_does),
		cmocka_unit_test(test_row_is_told_from_the_page_to_the_line),
		cmocka_unit_test(test_row_of_a_site_with_errors_is_told_as_far_as_it_got),
		cmocka_unit_test(test_lines_are_found_for_every_entry_of_every_form),
		cmocka_unit_test(test_quiet_says_nothing_but_the_exit_code),
	};

	return cmocka_run_group_tests(tests, enter, leave_directory);
}
