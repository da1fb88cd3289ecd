/* The command line: what is understood, and what is said where it is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "commands/options.h"

enum { MOST_WORDS = 16 };

struct line {
	struct cv_ctx ctx;
	struct cv_request request;
	char *argv[MOST_WORDS];
	bool ok;
};

/* Reads words up to a NULL as the command line behind `carveout`. */
static void read_line(struct line *line, ...)
{
	va_list words;
	char *word;
	int argc = 1;

	cv_ctx_open(&line->ctx);
	line->argv[0] = cv_arena_text(line->ctx.arena, "carveout");
	va_start(words, line);
	while ((word = va_arg(words, char *)))
		line->argv[argc++] = cv_arena_text(line->ctx.arena, word);
	va_end(words);
	line->ok = cv_request_read(&line->ctx, argc, line->argv, &line->request);
}

static const struct cv_finding *only_finding(const struct line *line)
{
	assert_int_equal(line->ctx.findings.count, 1);
	return *CV_AT(&line->ctx.findings, struct cv_finding *, 0);
}

static void expect_usage(struct line *line, const char *text, const char *hint)
{
	const struct cv_finding *finding;

	assert_false(line->ok);
	finding = only_finding(line);
	assert_int_equal(finding->code, CV_F_USAGE);
	assert_string_equal(finding->text, text);
	if (hint)
		assert_string_equal(finding->hint, hint);
	else
		assert_null(finding->hint);
	assert_int_equal(cv_exit_code(&line->ctx), 2);
	cv_ctx_close(&line->ctx);
}

static void test_options_reads_every_spelling(void **state)
{
	struct line line;

	(void)state;
	read_line(&line, "-q", "compile", "--output", "a", "-ob", "-vo", "c", "site.yaml",
		  "--diagnostics=json", "--color", "never", "--today=2026-11-23",
		  "--strict", "--dry-run", NULL);
	assert_true(line.ok);
	assert_string_equal(line.request.command->name, "compile");
	assert_string_equal(line.request.output, "c");
	assert_true(line.request.quiet && line.request.verbose && line.request.strict &&
		    line.request.dry_run);
	assert_int_equal(line.request.diagnostics, CV_DIAGNOSTICS_JSON);
	assert_int_equal(line.request.color, CV_COLOR_NEVER);
	assert_string_equal(line.ctx.today, "2026-11-23");
	assert_true(line.ctx.strict);
	assert_int_equal(line.request.argument_count, 1);
	assert_string_equal(line.request.arguments[0], "site.yaml");
	cv_ctx_close(&line.ctx);
}

static void test_options_join_targets(void **state)
{
	struct line line;

	(void)state;
	read_line(&line, "compile", "-t", "csv,json", "--targets=nftables", "s", NULL);
	assert_true(line.ok);
	assert_string_equal(line.request.targets, "csv,json,nftables");
	cv_ctx_close(&line.ctx);
}

static void test_options_end_at_two_dashes(void **state)
{
	struct line line;

	(void)state;
	read_line(&line, "check", "--", "--strict", "-", NULL);
	assert_true(line.ok);
	assert_false(line.request.strict);
	assert_int_equal(line.request.argument_count, 2);
	assert_string_equal(line.request.arguments[0], "--strict");
	assert_string_equal(line.request.arguments[1], "-");
	cv_ctx_close(&line.ctx);
}

static void test_options_refuse_what_they_do_not_know(void **state)
{
	struct line line;

	(void)state;
	read_line(&line, "compile", "--outptu=x", "s", NULL);
	expect_usage(&line, "unknown option --outptu", "did you mean --output?");
	read_line(&line, "compile", "--zzz", "s", NULL);
	expect_usage(&line, "unknown option --zzz", "carveout --help lists the options");
	read_line(&line, "compile", "-x", "s", NULL);
	expect_usage(&line, "unknown option -x", "carveout --help lists the options");
	read_line(&line, "complie", "s", NULL);
	expect_usage(&line,
		     "unknown command `complie`; there are compile, check, audit, "
		     "explain, diff, apply, import, targets, "
		     "profiles, schema, version",
		     "did you mean compile?");
	read_line(&line, NULL);
	expect_usage(&line,
		     "a command is missing; there are compile, check, audit, explain, "
		     "diff, apply, import, "
		     "targets, profiles, "
		     "schema, version",
		     NULL);
}

static void test_options_refuse_wrong_values(void **state)
{
	struct line line;

	(void)state;
	read_line(&line, "compile", "--color=alwys", "s", NULL);
	expect_usage(&line, "--color takes auto|always|never, not `alwys`",
		     "did you mean always?");
	read_line(&line, "compile", "s", "-o", NULL);
	expect_usage(&line, "--output needs DIR", NULL);
	read_line(&line, "compile", "s", "--output=", NULL);
	expect_usage(&line, "--output needs DIR, not an empty word", NULL);
	read_line(&line, "compile", "s", "--strict=yes", NULL);
	expect_usage(&line, "--strict takes no value, but has `yes`", NULL);
	read_line(&line, "check", "s", "-o", "x", NULL);
	expect_usage(&line, "carveout check takes no --output", NULL);
	read_line(&line, "compile", NULL);
	expect_usage(&line, "carveout compile needs SITE", NULL);
	read_line(&line, "compile", "a", "b", NULL);
	expect_usage(&line, "carveout compile takes SITE, `b` is one word too many",
		     NULL);
}

static void test_options_keep_how_to_print_an_error(void **state)
{
	struct line line;

	(void)state;
	read_line(&line, "compile", "--diagnostics=json", "--nonsense", NULL);
	assert_false(line.ok);
	assert_int_equal(line.request.diagnostics, CV_DIAGNOSTICS_JSON);
	cv_ctx_close(&line.ctx);
}

static void test_today_is_a_day_of_the_calendar(void **state)
{
	static const char *const good[] = {"2026-11-23", "2024-02-29", "2000-02-29",
					   "1999-12-31"};
	static const char *const bad[] = {"2026-2-1",
					  "2026-02-29",
					  "1900-02-29",
					  "2026-13-01",
					  "2026-00-10",
					  "2026-04-31",
					  "2026-04-00",
					  "2026/04/01",
					  "20260401",
					  "2026-04-011",
					  ""};
	struct line line;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_true(cv_is_date(good[i]));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(cv_is_date(bad[i]));
	read_line(&line, "compile", "--today=2026-02-30", "s", NULL);
	expect_usage(&line, "--today takes a day as YYYY-MM-DD, not `2026-02-30`", NULL);
}

static void test_today_follows_source_date_epoch(void **state)
{
	struct line line;

	(void)state;
	setenv("SOURCE_DATE_EPOCH", "1700000000", 1);
	read_line(&line, "compile", "s", NULL);
	assert_true(line.ok);
	assert_string_equal(line.ctx.today, "2023-11-14");
	cv_ctx_close(&line.ctx);
	read_line(&line, "compile", "s", "--today=2026-11-23", NULL);
	assert_string_equal(line.ctx.today, "2026-11-23");
	cv_ctx_close(&line.ctx);
	setenv("SOURCE_DATE_EPOCH", "17e8", 1);
	read_line(&line, "compile", "s", NULL);
	expect_usage(&line, "SOURCE_DATE_EPOCH holds seconds since 1970, not `17e8`",
		     NULL);
	unsetenv("SOURCE_DATE_EPOCH");
}

static void test_today_is_the_day_of_the_calendar(void **state)
{
	static const char *const days[][2] = {
		{"0", "1970-01-01"},          {"86399", "1970-01-01"},
		{"86400", "1970-01-02"},      {"951782400", "2000-02-29"},
		{"951868800", "2000-03-01"},  {"1709164800", "2024-02-29"},
		{"1735689599", "2024-12-31"}, {"4107456000", "2100-02-28"},
		{"4107542400", "2100-03-01"}, {"99999999999", "5138-11-16"},
	};
	struct line line;

	(void)state;
	for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
		setenv("SOURCE_DATE_EPOCH", days[i][0], 1);
		read_line(&line, "compile", "s", NULL);
		assert_true(line.ok);
		assert_string_equal(line.ctx.today, days[i][1]);
		cv_ctx_close(&line.ctx);
	}
	unsetenv("SOURCE_DATE_EPOCH");
}

static void test_help_and_version_need_no_argument(void **state)
{
	struct line line;

	(void)state;
	read_line(&line, "help", "compile", NULL);
	assert_true(line.ok && line.request.help);
	assert_string_equal(line.request.command->name, "compile");
	cv_ctx_close(&line.ctx);
	read_line(&line, "compile", "--help", NULL);
	assert_true(line.ok && line.request.help);
	cv_ctx_close(&line.ctx);
	read_line(&line, "--version", NULL);
	assert_true(line.ok);
	assert_string_equal(line.request.command->name, "version");
	cv_ctx_close(&line.ctx);
}

static void test_help_names_every_command_and_its_options(void **state)
{
	struct cv_buf out = CV_BUF_INIT;

	(void)state;
	cv_help(NULL, &out);
	for (const struct cv_command *at = cv_commands; at->name; at++)
		assert_non_null(strstr(cv_buf_string(&out), at->name));
	cv_buf_deinit(&out);
	for (const struct cv_command *at = cv_commands; at->name; at++) {
		cv_help(at, &out);
		assert_non_null(strstr(cv_buf_string(&out), at->summary));
		assert_non_null(strstr(cv_buf_string(&out), "--help"));
		assert_int_equal(strstr(cv_buf_string(&out), "--dry-run") != NULL,
				 at->bit == CV_ON_COMPILE || at->bit == CV_ON_APPLY ||
					 at->bit == CV_ON_IMPORT);
		cv_buf_deinit(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_options_reads_every_spelling),
		cmocka_unit_test(test_options_join_targets),
		cmocka_unit_test(test_options_end_at_two_dashes),
		cmocka_unit_test(test_options_refuse_what_they_do_not_know),
		cmocka_unit_test(test_options_refuse_wrong_values),
		cmocka_unit_test(test_options_keep_how_to_print_an_error),
		cmocka_unit_test(test_today_is_a_day_of_the_calendar),
		cmocka_unit_test(test_today_follows_source_date_epoch),
		cmocka_unit_test(test_today_is_the_day_of_the_calendar),
		cmocka_unit_test(test_help_and_version_need_no_argument),
		cmocka_unit_test(test_help_names_every_command_and_its_options),
	};

	unsetenv("SOURCE_DATE_EPOCH");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
