/* The command diff: what it says of two sites, and what it writes of the change. */
#include "command_fixture.h"

#include "commands/compilation.h"
#include "commands/diff_parts.h"
#include "commands/options.h"

/* The site's name, the version of the group `g`, more keys of the site, more rows of
 * ports. */
static const char format[] =
	"carveout: site/1\n"
	"name: %s\n"
	"ip: ['4']\n"
	"drive: 'C:'\n"
	"groups:\n"
	"  - {name: g, platform: windows, roles: [pc], versions: {app: '%s'}}\n"
	"  - {name: h, platform: windows, roles: [pc], versions: {app: '7.4'}}\n"
	"parties: {A: {addresses: [10.0.0.0/24]}, B: {addresses: [10.1.0.5]}}\n"
	"targets: {nftables: {gateway: true}, paloalto-xml: {}, defender-powershell: "
	"{},\n"
	"  csv: {}, json: {}}\n"
	"%s"
	"profiles:\n"
	"  - carveout: profile/1\n"
	"    id: vendor/product\n"
	"    versions: {app: The App}\n"
	"    ip: ['4']\n"
	"    parties: {A: {}, B: {}}\n"
	"    devices: {PC: {platform: windows, role: pc}}\n"
	"    exclusions:\n"
	"      - {id: one, device: PC, process: '\\app\\72\\one.exe', when: {app: "
	"'7.2'}}\n"
	"      - {id: two, device: PC, process: '\\app\\74\\two.exe', when: {app: "
	"'7.4'}}\n"
	"      - {id: both, device: PC, folder: '\\app\\data', recursive: true}\n"
	"    ports:\n"
	"      - {id: web, from: A, to: B, port: '443', protocol: tcp}\n"
	"%s";

static void put_site(const char *path, const char *version, const char *ports,
		     const char *name, const char *more)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fprintf(file, format, name, version, more, ports);
	fclose(file);
}

static int enter(void **state)
{
	if (enter_directory(state) != 0)
		return -1;
	put_site("old.yaml", "7.2",
		 "      - {id: alt, from: A, to: B, port: '8080', protocol: tcp}\n", "s",
		 "");
	put_site("new.yaml", "7.4",
		 "      - {id: alt, from: A, to: B, port: '8081', protocol: tcp}\n", "s",
		 "");
	return 0;
}

static const char *read_file(const char *path)
{
	static char text[65536];
	FILE *file = fopen(path, "r");
	size_t size;

	if (!file)
		fail_msg("there is no %s", path);
	size = fread(text, 1, sizeof text - 1, file);
	fclose(file);
	text[size] = '\0';
	return text;
}

static void test_same_site_has_no_difference(void **state)
{
	struct run run;

	(void)state;
	assert_int_equal(run_command(&run, "diff", "old.yaml", "old.yaml", NULL), 0);
	assert_string_equal(cv_buf_string(&run.out), "no difference\n");
	finish_run(&run);
	/* Another file with the same bytes is another compile. */
	put_site("copy.yaml", "7.2",
		 "      - {id: alt, from: A, to: B, port: '8080', protocol: tcp}\n", "s",
		 "");
	assert_int_equal(run_command(&run, "diff", "old.yaml", "copy.yaml", NULL), 0);
	assert_string_equal(cv_buf_string(&run.out), "no difference\n");
	finish_run(&run);
}

static void test_rows_entries_and_verdicts_are_told(void **state)
{
	struct run run;

	(void)state;
	assert_int_equal(run_command(&run, "diff", "old.yaml", "new.yaml", NULL), 0);
	assert_true(says(&run, "rows:\n~ vendor/product#ports/alt\n"
			       "    port: 8080 -> 8081\n"));
	assert_true(says(&run, "nftables for s:\n"
			       "  - forward 4 10.0.0.0/24 -> 10.1.0.5 tcp 8080  # "
			       "vendor/product#ports/alt\n"
			       "  + forward 4 10.0.0.0/24 -> 10.1.0.5 tcp 8081  # "
			       "vendor/product#ports/alt\n"));
	assert_true(says(&run, "  ~ service-group s-services\n"
			       "      - member s-tcp-8080\n"
			       "      + member s-tcp-8081\n"));
	assert_true(says(&run, "  vendor/product#exclusions/one: exact -> "
			       "not-applicable (app 7.4 is not 7.2) [csv for g, "
			       "defender-powershell for g, json for g]\n"));
	finish_run(&run);
}

static void test_groups_differ_by_their_versions_alone(void **state)
{
	static const char expected[] =
		"defender-powershell for g -> h:\n"
		"  - ExclusionProcess C:\\app\\72\\one.exe  # "
		"vendor/product#exclusions/one\n"
		"  + ExclusionProcess C:\\app\\74\\two.exe  # "
		"vendor/product#exclusions/two\n"
		"\n"
		"csv for g -> h:\n"
		"  - exclusions process C:\\app\\72\\one.exe  # "
		"vendor/product#exclusions/one\n"
		"  + exclusions process C:\\app\\74\\two.exe  # "
		"vendor/product#exclusions/two\n"
		"  1 entry stays, with other rows, versions or notes beside it\n";
	struct run run;

	(void)state;
	assert_int_equal(
		run_command(&run, "diff", "old.yaml", "old.yaml", "-s", "g,h", NULL), 0);
	assert_memory_equal(cv_buf_string(&run.out), expected, strlen(expected));
	finish_run(&run);
}

static void test_change_is_written_as_what_each_form_does(void **state)
{
	const char *text;
	struct run run;

	(void)state;
	assert_int_equal(
		run_command(&run, "diff", "old.yaml", "new.yaml", "-o", "out", NULL), 0);
	assert_true(says(&run, "1. what comes:\n   nftables/s.nft: "));
	finish_run(&run);
	/* A script with a record: all of it, and it takes away what went by itself. */
	text = read_file("out/defender-powershell/g.ps1");
	assert_non_null(strstr(text, "two.exe"));
	assert_non_null(strstr(text, "app\\data"));
	assert_null(strstr(text, "one.exe"));
	assert_int_not_equal(access("out/defender-powershell/g.undo.ps1", F_OK), 0);
	/* What is replaced: all of it. */
	text = read_file("out/nftables/s.nft");
	assert_non_null(strstr(text, " 443 "));
	assert_non_null(strstr(text, " 8081 "));
	assert_null(strstr(text, "8080"));
	assert_int_not_equal(access("out/nftables/s.undo.nft", F_OK), 0);
	/* A merge: what went is taken out of the group first, then deleted. */
	assert_string_equal(read_file("out/paloalto-xml/s.trim.txt"),
			    "set cli scripting-mode on\nconfigure\n"
			    "delete service-group s-services members s-tcp-8080\n");
	assert_string_equal(read_file("out/paloalto-xml/s.undo.txt"),
			    "set cli scripting-mode on\nconfigure\n"
			    "delete service s-tcp-8080\n");
	/* Lists, and what was said. */
	assert_non_null(strstr(read_file("out/csv/s.add.flows.csv"), ",8081,"));
	assert_non_null(strstr(read_file("out/csv/s.remove.flows.csv"), ",8080,"));
	assert_non_null(strstr(read_file("out/changes.txt"), "to do, in this order:\n"));
	assert_int_not_equal(access("out/csv/h.add.csv", F_OK), 0);
}

static void test_tree_follows_the_rules_of_output_directories(void **state)
{
	struct run run;
	char *before;

	(void)state;
	assert_int_equal(
		run_command(&run, "diff", "old.yaml", "new.yaml", "-o", "tree", NULL), 0);
	finish_run(&run);
	before = strdup(read_file("tree/manifest.json"));
	assert_int_equal(
		run_command(&run, "diff", "old.yaml", "new.yaml", "-o", "tree", NULL), 0);
	finish_run(&run);
	assert_string_equal(read_file("tree/manifest.json"), before);
	free(before);
	/* The other way round there are other files, and none of the first is left. */
	assert_int_equal(
		run_command(&run, "diff", "old.yaml", "old.yaml", "-o", "tree", NULL), 0);
	assert_string_equal(cv_buf_string(&run.out),
			    "no difference\nwritten to tree, with all of this in "
			    "changes.txt\n");
	finish_run(&run);
	assert_int_not_equal(access("tree/csv", F_OK), 0);
	put_file("tree/mine", "");
	assert_int_equal(
		run_command(&run, "diff", "old.yaml", "new.yaml", "-o", "tree", NULL), 2);
	finish_run(&run);
	assert_int_equal(run_command(&run, "compile", "old.yaml", "-o", "whole", NULL),
			 0);
	finish_run(&run);
	assert_int_equal(
		run_command(&run, "diff", "old.yaml", "new.yaml", "-o", "whole", NULL),
		2);
	assert_non_null(strstr(last_finding(&run), "whole holds what compile wrote"));
	finish_run(&run);
	assert_int_equal(access("whole/review.md", F_OK), 0);
}

static void test_errors_of_the_new_site_keep_it_from_being_written(void **state)
{
	static const char accepts[] =
		"accept:\n  - {row: '*', finding: wider, target: csv, reason: none, by: "
		"x,\n     of: '00000000000000000000', until: '2027-01-01'}\n";
	struct run run;

	(void)state;
	put_site("bad.yaml", "7.4", "", "s", accepts);
	assert_int_equal(
		run_command(&run, "diff", "old.yaml", "bad.yaml", "-o", "none", NULL), 1);
	assert_true(says(&run, "nothing was written to none: the site has errors\n"));
	assert_int_not_equal(access("none", F_OK), 0);
	finish_run(&run);
	/* What was is no question of today. */
	assert_int_equal(
		run_command(&run, "diff", "bad.yaml", "old.yaml", "-o", "none", NULL), 0);
	assert_int_equal(access("none/manifest.json", F_OK), 0);
	finish_run(&run);
}

static void test_plan_that_is_gone_is_undone_whole(void **state)
{
	struct run run;

	(void)state;
	put_site("other.yaml", "7.2",
		 "      - {id: alt, from: A, to: B, port: '8080', protocol: tcp}\n", "t",
		 "");
	assert_int_equal(
		run_command(&run, "diff", "old.yaml", "other.yaml", "-o", "gone", NULL),
		0);
	/* The flows are the same, but the chains have other names. */
	assert_true(says(&run, "nftables for s -> t:\n"
			       "  its names are others, so all of it is to be loaded "
			       "anew\n"));
	finish_run(&run);
	assert_non_null(strstr(read_file("gone/nftables/t.nft"), "cv-t-forward"));
	assert_non_null(strstr(read_file("gone/nftables/s.undo.nft"), "cv-s-forward"));
	/* Nothing to do for computers whose exclusions stay. */
	assert_int_not_equal(access("gone/defender-powershell", F_OK), 0);
}

static void test_verdict_alone_may_differ(void **state)
{
	struct run run;
	struct cv_buf text = CV_BUF_INIT;
	const char *old = read_file("old.yaml"), *at = strstr(old, "10.0.0.0/24");

	(void)state;
	assert_non_null(at);
	cv_buf_add(&text, old, (size_t)(at - old));
	cv_buf_text(&text, "10.2.0.0/24, ");
	cv_buf_text(&text, at);
	put_file("two.yaml", cv_buf_string(&text));
	cv_buf_deinit(&text);
	assert_int_equal(run_command(&run, "diff", "old.yaml", "two.yaml", NULL), 0);
	assert_true(says(&run, "  vendor/product#ports/web: exact -> split [nftables "
			       "for s]\n"));
	finish_run(&run);
}

/* An undo of the one spelling would take away the other, too. */
static void test_case_alone_is_no_change_on_windows(void **state)
{
	struct run run;
	char *text, *folder;

	(void)state;
	text = strdup(read_file("old.yaml"));
	folder = strstr(text, "app\\data");
	assert_non_null(folder);
	memcpy(folder, "APP", 3);
	put_file("upper.yaml", text);
	free(text);
	assert_int_equal(run_command(&run, "diff", "old.yaml", "upper.yaml", NULL), 0);
	assert_true(says(&run, "    folder: \\app\\data -> \\APP\\data\n"));
	assert_true(says(&run, "0 entries to add, 0 to take away"));
	finish_run(&run);
}

static void test_profiles_are_compared_row_by_row(void **state)
{
	static const char profile[] = "carveout: profile/1\n"
				      "id: vendor/%s\n"
				      "devices: {PC: {platform: linux, role: pc}}\n"
				      "places: {P: {linux: %s}}\n"
				      "exclusions:\n"
				      "  - {id: same, device: PC, process: '<P>/a'}\n"
				      "  - {id: %s, device: PC, file: /opt/b}\n";
	char text[1024];
	struct run run;

	(void)state;
	snprintf(text, sizeof text, profile, "a", "/opt/p", "was");
	put_file("a.yaml", text);
	snprintf(text, sizeof text, profile, "b", "/srv/p", "is");
	put_file("b.yaml", text);
	assert_int_equal(run_command(&run, "diff", "a.yaml", "b.yaml", NULL), 0);
	assert_true(says(&run, "rows:\n+ vendor/b#exclusions/is\n"));
	assert_true(says(&run, "- vendor/a#exclusions/was\n"));
	assert_false(says(&run, "exclusions/same"));
	assert_true(says(&run, "- vendor/b places: P: {linux: [{path: /opt/p}]}\n"
			       "+ vendor/b places: P: {linux: [{path: /srv/p}]}\n"));
	assert_true(says(&run, "\n2 rows differ\n"));
	finish_run(&run);
}

/* The entries of the old plan without those removed and with those added are as many
 * as the new one's, for every target; and turned round it is the same change. */
static void test_change_leads_from_the_old_plan_to_the_new(void **state)
{
	struct cv_compilation *sides[2];
	struct cv_diff there, back;
	struct run run;

	(void)state;
	run_command(&run, "check", "old.yaml", NULL);
	for (int i = 0; i < 2; i++) {
		sides[i] = CV_NEW(run.ctx.arena, struct cv_compilation);
		assert_true(cv_compilation_make(
			&run.ctx, &run.request,
			cv_source_read(&run.ctx, i ? "new.yaml" : "old.yaml",
				       (struct cv_span){0}),
			sides[i]));
	}
	there = (struct cv_diff){.ctx = &run.ctx,
				 .before = {.compilation = sides[0]},
				 .after = {.compilation = sides[1]}};
	back = (struct cv_diff){
		.ctx = &run.ctx, .before = there.after, .after = there.before};
	cv_diff_plans(&there);
	cv_diff_plans(&back);
	assert_int_equal(there.plans.count, back.plans.count);
	assert_true(there.plans.count > 3);
	for (size_t i = 0; i < there.plans.count; i++) {
		const struct cv_plan_change *a =
			CV_AT(&there.plans, struct cv_plan_change, i);
		const struct cv_plan_change *b =
			CV_AT(&back.plans, struct cv_plan_change, i);

		assert_ptr_equal(a->before, b->after);
		assert_int_equal(a->added.count, b->removed.count);
		assert_int_equal(a->removed.count, b->added.count);
		assert_int_equal(a->changed.count, b->changed.count);
		for (size_t e = 0; e < a->added.count; e++)
			assert_ptr_equal(*CV_AT(&a->added, const struct cv_entry *, e),
					 *CV_AT(&b->removed, const struct cv_entry *, e));
	}
	finish_run(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_site_has_no_difference),
		cmocka_unit_test(test_rows_entries_and_verdicts_are_told),
		cmocka_unit_test(test_groups_differ_by_their_versions_alone),
		cmocka_unit_test(test_change_is_written_as_what_each_form_does),
		cmocka_unit_test(test_tree_follows_the_rules_of_output_directories),
		cmocka_unit_test(test_errors_of_the_new_site_keep_it_from_being_written),
		cmocka_unit_test(test_plan_that_is_gone_is_undone_whole),
		cmocka_unit_test(test_verdict_alone_may_differ),
		cmocka_unit_test(test_case_alone_is_no_change_on_windows),
		cmocka_unit_test(test_profiles_are_compared_row_by_row),
		cmocka_unit_test(test_change_leads_from_the_old_plan_to_the_new),
	};

	return cmocka_run_group_tests(tests, enter, leave_directory);
}
