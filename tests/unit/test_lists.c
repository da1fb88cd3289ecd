/* One exclusion in several lists of a target, by its options: which entries come out, and
 * the verdict on them, with targets of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "model/target.h"
#include "prove/ledger.h"
#include "prove/prove.h"
#include "proved_plan.h"
#include "read/load.h"
#include "resolve/resolve.h"

enum { WINDOWS_ONLY = 1 << CV_WINDOWS };

/* What the site chose: letters. */
struct options {
	struct cv_text use;
};

static bool chose(const void *options, const char *letter)
{
	return strstr(((const struct options *)options)->use.text, letter) != NULL;
}

static bool serves_opened(const void *options, const struct cv_exclusion *exclusion,
			  const char **why_out)
{
	(void)exclusion;
	*why_out = "the site chose not to fill `opened`";
	return chose(options, "o");
}

static bool serves_image(const void *options, const struct cv_exclusion *exclusion,
			 const char **why_out)
{
	(void)exclusion;
	(void)why_out;
	return chose(options, "i");
}

static bool serves_watch(const void *options, const struct cv_exclusion *exclusion,
			 const char **why_out)
{
	(void)exclusion;
	*why_out = "agents before 7 have no list of what is not watched";
	return chose(options, "w");
}

static bool serves_stored(const void *options, const struct cv_exclusion *exclusion,
			  const char **why_out)
{
	(void)exclusion;
	(void)why_out;
	return chose(options, "s");
}

static bool serves_allowed(const void *options, const struct cv_exclusion *exclusion,
			   const char **why_out)
{
	(void)exclusion;
	(void)why_out;
	return chose(options, "a");
}

static bool serves_double(const void *options, const struct cv_exclusion *exclusion,
			  const char **why_out)
{
	(void)exclusion;
	(void)why_out;
	return chose(options, "d");
}

static bool serves_whole(const void *options, const struct cv_exclusion *exclusion,
			 const char **why_out)
{
	(void)why_out;
	return exclusion->kind == CV_KIND_FILE || !chose(options, "p");
}

static bool serves_pairs(const void *options, const struct cv_exclusion *exclusion,
			 const char **why_out)
{
	(void)exclusion;
	(void)why_out;
	return chose(options, "p");
}

static const struct cv_dialect programs = {.name = "programs",
					   .one_segment = true,
					   .most_wildcards = 2,
					   .tree_suffix = "",
					   .refused = "\"",
					   .bare_name = true};
static const struct cv_only_for only_for = {"\\:{For:\"", "\"}", &programs};
static const struct cv_dialect paths = {.name = "paths",
					.one_segment = true,
					.most_wildcards = 2,
					.longest = 60,
					.tree_suffix = "",
					.children_suffix = "\\*",
					.refused = "\"",
					.only_for = &only_for};

#define PROCESS 1U << CV_KIND_PROCESS
#define PATHS 1U << CV_KIND_FOLDER | 1U << CV_KIND_FILE

static const struct cv_list lists[] = {
	{"files", PATHS, WINDOWS_ONLY, CV_EFFECT_FILE_UNSCANNED, 0, &paths, false, false,
	 NULL, false, serves_whole},
	{"files", 1U << CV_KIND_FOLDER, WINDOWS_ONLY, CV_EFFECT_FILE_UNSCANNED, 0, &paths,
	 false, false, NULL, true, serves_pairs},
	{"files", PROCESS, WINDOWS_ONLY, CV_EFFECT_FILE_UNSCANNED, 0, &paths, false,
	 false, NULL, false, serves_image},
	{"opened", PROCESS, WINDOWS_ONLY, CV_EFFECT_OPENED_UNSCANNED, 0, &programs, false,
	 false, NULL, false, serves_opened},
	{"watch", PROCESS, WINDOWS_ONLY, CV_EFFECT_UNWATCHED, 0, &programs, false, false,
	 NULL, false, serves_watch},
	{"stored", PROCESS | PATHS, WINDOWS_ONLY, CV_EFFECT_STORAGE_OFF, 0, &paths, false,
	 false, NULL, false, serves_stored},
	{"allowed", PROCESS | PATHS, WINDOWS_ONLY, CV_EFFECT_EXEC_ALLOWED, 0, &paths,
	 false, false, NULL, false, serves_allowed},
	{"double", PROCESS, WINDOWS_ONLY, CV_EFFECT_OPENED_UNSCANNED,
	 1U << CV_EFFECT_FILE_UNSCANNED | 1U << CV_EFFECT_UNWATCHED, &programs, false,
	 false, NULL, false, serves_double},
	{.name = NULL},
};

static const struct cv_field option_fields[] = {
	{.key = "use",
	 .type = CV_FIELD_TEXT,
	 .offset = offsetof(struct options, use),
	 .fallback = "o",
	 .meaning = "letters"},
	{.key = NULL},
};
static const struct cv_fields options = {"options", sizeof(struct options), option_fields,
					 -1, -1};
static const struct cv_form no_forms[] = {{.name = NULL}};
static const struct cv_target target = {
	.name = "agent",
	.can = {.subjects = CV_SUBJECT_GROUP, .platforms = WINDOWS_ONLY, .lists = lists},
	.options = &options,
	.forms = no_forms,
};
static const struct cv_target *const targets[] = {&target, NULL};

static void say_plan(struct cv_buf *said, struct cv_ctx *ctx, const struct cv_plan *plan,
		     const struct cv_ledger *ledger)
{
	for (size_t i = 0; i < plan->entries.count; i++) {
		const struct cv_entry *entry = CV_AT(&plan->entries, struct cv_entry, i);

		if (entry->kind != CV_ENTRY_EXCLUSION)
			continue;
		cv_buf_format(said, "%s %s:", entry->list, entry->more->value);
		for (size_t r = 0; r < entry->rows.count; r++)
			cv_buf_format(said, " %s", entry->rows.items[r]->id.text);
		cv_buf_char(said, '\n');
	}
	for (size_t i = 0; i < ledger->judgements.count; i++) {
		const struct cv_judgement *judgement =
			CV_AT(&ledger->judgements, struct cv_judgement, i);

		const struct cv_judged *as = cv_judged_as(ledger, judgement);
		const struct cv_risk *risk = cv_judgement_risk(ledger, judgement);
		const char *verdict = cv_verdict_names[as->verdict];
		const char *finding = risk ? cv_finding_kinds[risk->code].name : verdict;

		cv_buf_format(said, "%s %s",
			      cv_policy_row(plan->policy, judgement->row)->id.text,
			      finding);
		if (strcmp(finding, verdict) != 0)
			cv_buf_format(said, " (%s)", verdict);
		cv_buf_format(said, "%s%s\n", as->what ? ": " : "",
			      as->what ? as->what : "");
	}
	(void)ctx;
}

/* Entries as "list value: rows", then verdicts as "row finding: what". */
static void assert_said(const char *use, const char *const *rows, size_t count,
			const char *wanted)
{
	struct cv_buf document = CV_BUF_INIT, said = CV_BUF_INIT;
	struct cv_ctx ctx;
	struct cv_load load = {.ctx = &ctx, .targets = targets};
	struct cv_table profiles = {0}, subjects = {0};
	struct cv_ledger ledger = {0};
	struct cv_policy policy;
	struct cv_plan plan;
	struct cv_site *site;
	const struct cv_target_use *used;

	cv_ctx_open(&ctx);
	memcpy(ctx.today, "2026-11-23", sizeof ctx.today);
	cv_buf_format(&document,
		      "carveout: site/1\nname: s\ngroups:\n"
		      "  - {name: w, platform: windows, roles: [pc]}\n"
		      "targets: {agent: {use: %s}}\nprofiles:\n",
		      use);
	for (int p = 0; p < 2; p++) {
		cv_buf_format(&document,
			      "  - carveout: profile/1\n    id: v/p%d\n    devices:\n"
			      "      W: {platform: windows, role: pc}\n    exclusions:\n",
			      p);
		for (size_t i = 0; i < count; i++)
			if ((rows[i][0] == '!') == p)
				cv_buf_format(&document,
					      "      - {id: r%zu, device: W, %s}\n", i,
					      rows[i] + p);
		if (p == 0 || count == 0)
			continue;
		cv_buf_text(&document,
			    "      - {id: other, device: W, file: 'C:\\Other'}\n");
	}
	if (!cv_load_site(
		    &load,
		    cv_source_from_bytes(&ctx, "site.yaml", document.data, document.size),
		    &site, &profiles) ||
	    !cv_resolve(&ctx, site, &profiles, &policy))
		fail_msg("%s", (*CV_AT(&ctx.findings, struct cv_finding *, 0))->text);
	used = CV_AT(&site->targets, struct cv_target_use, 0);
	assert_true(cv_subjects(&ctx, &policy, used, &subjects));
	assert_int_equal(subjects.count, 1);
	assert_true(cv_lower(&ctx, &policy, used, CV_AT(&subjects, struct cv_subject, 0),
			     &plan));
	if (!prove_plan(&ctx, &plan))
		fail_msg("%s", (*CV_AT(&ctx.findings, struct cv_finding *,
				       ctx.findings.count - 1))
				       ->text);
	judge_plan(&ctx, &policy, &plan, &ledger);
	say_plan(&said, &ctx, &plan, &ledger);
	assert_string_equal(cv_buf_string(&said), wanted);
	cv_buf_deinit(&document);
	cv_buf_deinit(&said);
	cv_sets_close(&ctx);
	cv_ctx_close(&ctx);
}

#define OTHER_ENTRY "files C:\\Other: other\n"
#define OTHER_VERDICT "other exact\n"
#define ASSERT_SAID(use, wanted, ...) \
	do { \
		static const char *const rows_[] = {__VA_ARGS__}; \
		assert_said(use, rows_, sizeof rows_ / sizeof *rows_, wanted); \
	} while (0)

static void test_lists_the_site_chooses_one(void **state)
{
	(void)state;
	ASSERT_SAID("o", "opened C:\\a.exe: r0\n" OTHER_ENTRY "r0 exact\n" OTHER_VERDICT,
		    "process: 'C:\\a.exe'");
	ASSERT_SAID(
		"i",
		"files C:\\a.exe: r0\n" OTHER_ENTRY
		"r0 different: files means that the file itself is not scanned; the "
		"row asks that the files that it opens are not scanned\n" OTHER_VERDICT,
		"process: 'C:\\a.exe'");
}

static void test_lists_an_image_beside_what_it_opens_is_wider(void **state)
{
	(void)state;
	ASSERT_SAID("oi",
		    "files C:\\a.exe: r0\n"
		    "opened C:\\a.exe: r0\n" OTHER_ENTRY
		    "r0 wider-image (wider): `C:\\a.exe` in files: the program's own "
		    "file is not scanned either\n" OTHER_VERDICT,
		    "process: 'C:\\a.exe'");
	/* A row that asks for the file makes it no wider. */
	ASSERT_SAID("oi",
		    "files C:\\a.exe: r0 r1\n"
		    "opened C:\\a.exe: r0\n" OTHER_ENTRY "r0 split\n"
		    "r1 exact\n" OTHER_VERDICT,
		    "process: 'C:\\a.exe'", "file: 'C:\\A.exe'");
	/* It does not make the image alone right. */
	ASSERT_SAID("i",
		    "files C:\\a.exe: r0 r1\n" OTHER_ENTRY
		    "r0 different: files means that the file itself is not scanned; the "
		    "row asks that the files that it opens are not scanned\n"
		    "r1 exact\n" OTHER_VERDICT,
		    "process: 'C:\\a.exe'", "file: 'C:\\A.exe'");
	/* What else is wider is not accepted with it. */
	ASSERT_SAID("oi",
		    "files C:\\a.exe: r0\n"
		    "opened C:\\a.exe: r0\n" OTHER_ENTRY
		    "r0 wider: `C:\\a.exe` in files: the program's own file is not "
		    "scanned either; `C:\\a.exe` with any arguments, not only with "
		    "`-x`\n" OTHER_VERDICT,
		    "process: '\"C:\\a.exe\" -x'");
	/* A name alone is no path. */
	ASSERT_SAID("oi",
		    "opened a.exe: r0\n" OTHER_ENTRY
		    "r0 narrower: `a.exe` is not in files: a program's name without its "
		    "folder cannot be written\n" OTHER_VERDICT,
		    "process: a.exe");
}

static void test_lists_an_effect_nobody_asked_for_is_different(void **state)
{
	(void)state;
	ASSERT_SAID("ow",
		    "opened C:\\a.exe: r0\n"
		    "watch C:\\a.exe: r0\n" OTHER_ENTRY
		    "r0 different: watch means that what it does is not watched; the row "
		    "asks that the files that it opens are not scanned\n" OTHER_VERDICT,
		    "process: 'C:\\a.exe'");
	ASSERT_SAID("os",
		    "opened C:\\a.exe: r0\n"
		    "stored C:\\a.exe: r0\n"
		    "files C:\\V: r1\n"
		    "stored C:\\V: r1\n" OTHER_ENTRY "stored C:\\Other: other\n"
		    "r0 different: stored means that only its events are not stored; the "
		    "row asks that the files that it opens are not scanned\n"
		    "r1 different: stored means that only its events are not stored; the "
		    "row asks that the file itself is not scanned\n"
		    "other different: stored means that only its events are not stored; "
		    "the row asks that the file itself is not scanned\n",
		    "process: 'C:\\a.exe'", "folder: 'C:\\V'");
	ASSERT_SAID("oa",
		    "opened C:\\a.exe: r0\n"
		    "allowed C:\\a.exe: r0\n"
		    "files C:\\V: r1\n"
		    "allowed C:\\V: r1\n" OTHER_ENTRY "allowed C:\\Other: other\n"
		    "r0 different: allowed means that it may be run; the row asks that "
		    "the files that it opens are not scanned\n"
		    "r1 different: allowed means that it may be run; the row asks that "
		    "the file itself is not scanned\n"
		    "other different: allowed means that it may be run; the row asks "
		    "that the file itself is not scanned\n",
		    "process: 'C:\\a.exe'", "file: 'C:\\V'");
}

static void test_lists_what_an_entry_does_besides_is_wider(void **state)
{
	(void)state;
	ASSERT_SAID("d",
		    "double C:\\a.exe: r0\n" OTHER_ENTRY
		    "r0 wider: `C:\\a.exe` in double: the program's own file is not "
		    "scanned either; `C:\\a.exe` in double means besides that what it "
		    "does is not watched\n" OTHER_VERDICT,
		    "process: 'C:\\a.exe'");
}

static void test_lists_say_why_none_serves(void **state)
{
	(void)state;
	ASSERT_SAID("x",
		    OTHER_ENTRY
		    "r0 impossible: the site chose not to fill `opened`\n" OTHER_VERDICT,
		    "process: 'C:\\a.exe'");
}

static void test_lists_one_text_for_a_file_and_a_folder(void **state)
{
	(void)state;
	ASSERT_SAID("o",
		    "files C:\\V: r0 r1\n" OTHER_ENTRY "r0 exact\n"
		    "r1 exact\n" OTHER_VERDICT,
		    "file: 'C:\\V'", "folder: 'C:\\v'");
}

static void test_lists_folders_only_for_programs(void **state)
{
	(void)state;
	ASSERT_SAID("p",
		    "files C:\\V\\:{For:\"C:\\a.exe\"}: r0 r2\n"
		    "files C:\\V\\:{For:\"b.exe\"}: r1 r2\n"
		    "files C:\\W\\:{For:\"C:\\a.exe\"}: r0 r3\n"
		    "files C:\\W\\:{For:\"b.exe\"}: r1 r3\n"
		    "files D:\\X: r4\n" OTHER_ENTRY
		    "r0 narrower: `C:\\a.exe` is left alone only for what it opens in "
		    "`C:\\V` and 1 more\n"
		    "r1 narrower: `b.exe` is left alone only for what it opens in "
		    "`C:\\V` and 1 more\n"
		    "r2 narrower: `C:\\V` is left alone only for what `C:\\a.exe` opens "
		    "there and 1 more\n"
		    "r3 narrower: `C:\\W` is left alone only for what `C:\\a.exe` opens "
		    "there and 1 more\n"
		    "r4 exact\n" OTHER_VERDICT,
		    "process: 'C:\\a.exe'", "process: b.exe", "folder: 'C:\\V'",
		    "folder: 'C:\\W'", "!folder: 'D:\\X'");
	/* With what a program opens anywhere, only the folder's row is narrower. */
	ASSERT_SAID("po",
		    "opened C:\\a.exe: r0\n"
		    "files C:\\V\\:{For:\"C:\\a.exe\"}: r0 r1\n" OTHER_ENTRY "r0 split\n"
		    "r1 narrower: `C:\\V` is left alone only for what `C:\\a.exe` opens "
		    "there\n" OTHER_VERDICT,
		    "process: 'C:\\a.exe'", "folder: 'C:\\V'");
	/* No folder, or none that can be limited. */
	ASSERT_SAID("p",
		    OTHER_ENTRY
		    "r0 impossible: the site chose not to fill `opened`\n" OTHER_VERDICT,
		    "process: 'C:\\a.exe'");
	ASSERT_SAID("p",
		    OTHER_ENTRY "r0 impossible: only a folder with all below it can be "
				"limited to a program\n"
				"r1 impossible: only a folder with all below it can be "
				"limited to a program\n" OTHER_VERDICT,
		    "process: 'C:\\a.exe'", "folder: 'C:\\V', recursive: false");
	ASSERT_SAID("p",
		    OTHER_ENTRY
		    "r0 impossible: at most 2 wildcards and variables are allowed, the "
		    "folder and `C:\\*\\a.exe` have 3\n"
		    "r1 impossible: at most 2 wildcards and variables are allowed, the "
		    "folder and `C:\\*\\a.exe` have 3\n" OTHER_VERDICT,
		    "process: 'C:\\*\\a.exe'", "folder: 'C:\\*\\*\\V'");
	ASSERT_SAID("p",
		    "files C:\\:{For:\"C:\\a.exe\"}: r0 r1\n" OTHER_ENTRY
		    "r0 narrower: `C:\\a.exe` is left alone only for what it opens in "
		    "`C:\\`\n"
		    "r1 narrower: `C:\\` is left alone only for what `C:\\a.exe` opens "
		    "there\n" OTHER_VERDICT,
		    "process: 'C:\\a.exe'", "folder: 'C:\\'");
	ASSERT_SAID("p",
		    OTHER_ENTRY "r0 impossible: at most 60 bytes are allowed, the folder "
				"and its program have 64\n"
				"r1 impossible: at most 60 bytes are allowed, the folder "
				"and its program have 64\n" OTHER_VERDICT,
		    "process: 'C:\\a.exe'",
		    "folder: 'C:\\a-long-name-of-a-folder\\another-name-of-one'");
	/* Arguments: the folder's row asks for all of it. */
	ASSERT_SAID("p",
		    "files C:\\V\\:{For:\"C:\\a.exe\"}: r0 r1\n" OTHER_ENTRY
		    "r0 narrower: `C:\\a.exe` is left alone only for what it opens in "
		    "`C:\\V`\n"
		    "r1 narrower: `C:\\V` is left alone only for what `C:\\a.exe` opens "
		    "there\n" OTHER_VERDICT,
		    "process: '\"C:\\a.exe\" -x'", "folder: 'C:\\V'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists_the_site_chooses_one),
		cmocka_unit_test(test_lists_an_image_beside_what_it_opens_is_wider),
		cmocka_unit_test(test_lists_an_effect_nobody_asked_for_is_different),
		cmocka_unit_test(test_lists_what_an_entry_does_besides_is_wider),
		cmocka_unit_test(test_lists_say_why_none_serves),
		cmocka_unit_test(test_lists_one_text_for_a_file_and_a_folder),
		cmocka_unit_test(test_lists_folders_only_for_programs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
