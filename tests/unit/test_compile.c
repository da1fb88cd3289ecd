/* The command compile in a directory of its own: what it says, what it refuses, and
 * that nothing is written where there is an error. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "commands/commands.h"
#include "model/sets.h"

static const char site[] = "carveout: site/1\n"
			   "name: s\n"
			   "ip: ['4']\n"
			   "groups:\n"
			   "  - {name: g, platform: linux, roles: [pc]}\n"
			   "profiles:\n"
			   "  - carveout: profile/1\n"
			   "    id: vendor/product\n"
			   "    ip: ['4']\n"
			   "    devices: {PC: {platform: linux, role: pc}}\n"
			   "    exclusions:\n"
			   "      - {id: one, device: PC, process: '/opt/agent'}\n";

static char start[4096];

static void put(const char *path, const char *text, const char *more)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fprintf(file, "%s%s", text, more);
	fclose(file);
}

static int enter(void **state)
{
	char *directory = strdup("/tmp/carveout-test-XXXXXX");

	if (!getcwd(start, sizeof start) || !mkdtemp(directory) || chdir(directory) != 0)
		return -1;
	put("site.yaml", site, "targets: {csv: {}, json: {}}\n");
	*state = directory;
	return 0;
}

static int leave(void **state)
{
	char command[4200];
	int result;

	snprintf(command, sizeof command, "rm -rf '%s'", (char *)*state);
	result = chdir(start) | system(command);
	free(*state);
	return result;
}

struct run {
	struct cv_ctx ctx;
	struct cv_buf out;
};

/* Runs `carveout compile` with these words behind it, up to a NULL. */
static void compile(struct run *run, ...)
{
	char *argv[16] = {"carveout", "compile", "--today=2026-11-23",
			  "--profiles=/none"};
	struct cv_request request;
	va_list words;
	int argc = 4;

	*run = (struct run){.out = CV_BUF_INIT};
	cv_ctx_open(&run->ctx);
	va_start(words, run);
	while ((argv[argc] = va_arg(words, char *)))
		argc++;
	va_end(words);
	assert_true(cv_request_read(&run->ctx, argc, argv, &request));
	request.command->run(&run->ctx, &request, &run->out);
}

static void finish(struct run *run)
{
	cv_buf_deinit(&run->out);
	cv_sets_close(&run->ctx);
	cv_ctx_close(&run->ctx);
}

static bool has(const struct run *run, const char *text)
{
	return strstr(cv_buf_string(&run->out), text) != NULL;
}

static const struct cv_finding *last_finding(const struct run *run)
{
	assert_true(run->ctx.findings.count > 0);
	return *CV_AT(&run->ctx.findings, struct cv_finding *,
		      run->ctx.findings.count - 1);
}

static void expect_refusal(struct run *run, int exit_code, const char *text)
{
	assert_string_equal(last_finding(run)->text, text);
	assert_int_equal(cv_exit_code(&run->ctx), exit_code);
	assert_int_equal(run->out.size, 0);
	assert_int_not_equal(access("carveout-s", F_OK), 0);
	finish(run);
}

static void test_compile_says_what_it_wrote(void **state)
{
	struct run run;

	(void)state;
	compile(&run, "site.yaml", NULL);
	assert_true(has(&run, "carveout-s/csv/g.csv        1 entry\n"));
	assert_true(has(&run, "carveout-s/json/g.json      1 entry\n"
			      "carveout-s/ledger.csv\n"
			      "carveout-s/ledger.json\n"
			      "carveout-s/review.md\n"
			      "carveout-s/manifest.json\n"
			      "proved 3 artefacts, 3 entries\n"
			      "verdicts: 2 exact\n"));
	assert_int_equal(cv_exit_code(&run.ctx), 0);
	finish(&run);
	assert_int_equal(access("carveout-s/json/g.json", R_OK), 0);
	compile(&run, "site.yaml", "-q", NULL);
	assert_int_equal(run.out.size, 0);
	finish(&run);
}

static void test_compile_dry_run_compares(void **state)
{
	struct run run;

	(void)state;
	compile(&run, "site.yaml", "--dry-run", NULL);
	assert_true(has(&run, "new      carveout-s/csv/g.csv "));
	assert_true(has(&run, "proved 3 artefacts, 3 entries; nothing was written\n"));
	assert_int_not_equal(access("carveout-s", F_OK), 0);
	finish(&run);
	compile(&run, "site.yaml", NULL);
	finish(&run);
	put("carveout-s/csv/g.csv", "", "edited\n");
	compile(&run, "site.yaml", "--dry-run", "-t", "csv", NULL);
	assert_true(has(&run, "changed  carveout-s/csv/g.csv "));
	assert_true(has(&run, "same     carveout-s/ledger.csv\n"));
	assert_true(has(&run, "gone     carveout-s/json/g.json\n"));
	assert_true(has(&run,
			"carveout-s/csv/g.csv was edited by hand; the edit would be "
			"lost\n"));
	finish(&run);
}

static void test_compile_replaces_an_edited_file_and_says_so(void **state)
{
	struct run run;

	(void)state;
	compile(&run, "site.yaml", NULL);
	finish(&run);
	put("carveout-s/csv/g.csv", "", "edited\n");
	compile(&run, "site.yaml", NULL);
	assert_int_equal(last_finding(&run)->code, CV_F_EDITED_FILE);
	assert_string_equal(
		last_finding(&run)->text,
		"carveout-s/csv/g.csv was edited by hand; the new tree replaces "
		"it");
	assert_true(
		has(&run, "carveout-s/csv/g.csv was edited by hand; the edit is lost\n"));
	assert_int_equal(cv_exit_code(&run.ctx), 0);
	finish(&run);
	compile(&run, "site.yaml", NULL);
	assert_int_equal(run.ctx.findings.count, 0);
	finish(&run);
}

static void test_compile_refuses_what_it_cannot_do(void **state)
{
	struct run run;

	(void)state;
	compile(&run, "site.yaml", "-t", "csv,jsn", NULL);
	assert_string_equal(last_finding(&run)->hint, "did you mean json?");
	expect_refusal(&run, 2, "this site has no target `jsn`; it has csv, json");
	compile(&run, "site.yaml", "-o", "-", NULL);
	expect_refusal(&run, 2,
		       "a tree cannot go to standard output; name a directory with -o");
	put("profile.yaml", "carveout: profile/1\n", "id: vendor/product\n");
	compile(&run, "profile.yaml", NULL);
	expect_refusal(&run, 2, "profile.yaml is a profile; only a site can be compiled");
	compile(&run, "none.yaml", NULL);
	expect_refusal(&run, 2, "cannot read none.yaml: No such file or directory");
}

static void test_compile_writes_nothing_where_there_is_an_error(void **state)
{
	struct run run;

	(void)state;
	put("site.yaml", site, "targets: {csv: {groups: [h]}, json: {}}\n");
	compile(&run, "site.yaml", NULL);
	expect_refusal(&run, 1, "this site has no group `h`");
}

#define IN_DIRECTORY(test) cmocka_unit_test_setup_teardown(test, enter, leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_DIRECTORY(test_compile_says_what_it_wrote),
		IN_DIRECTORY(test_compile_dry_run_compares),
		IN_DIRECTORY(test_compile_replaces_an_edited_file_and_says_so),
		IN_DIRECTORY(test_compile_refuses_what_it_cannot_do),
		IN_DIRECTORY(test_compile_writes_nothing_where_there_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
