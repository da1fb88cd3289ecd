/* What the lint pass says of targets, with targets of its own: lists that read wildcards
 * otherwise, folders of the product, a scope. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "model/target.h"
#include "read/load.h"
#include "resolve/resolve.h"

enum { WINDOWS_ONLY = 1 << CV_WINDOWS, ALL = (1 << CV_PLATFORM_COUNT) - 1 };

/* As Defender's: a star at the end is the files right there. */
static const struct cv_dialect plain = {
	.name = "plain",
	.one_segment = true,
	.one_character = true,
	.most_wildcards = 2,
	.tree_suffix = "",
	.children_suffix = "\\*",
};

static const struct cv_dialect open_one = {
	.name = "open",
	.one_segment = true,
	.any_depth = true,
	.one_character = true,
	.wildcard_in_base_of_folder = true,
	.tree_suffix = "",
	.children_suffix = "",
	.passed_on = true,
};

static const struct cv_list scanner_lists[] = {
	{
		.name = "paths",
		.kinds = 1 << CV_KIND_FOLDER | 1 << CV_KIND_FILE,
		.platforms = WINDOWS_ONLY,
		.effect = CV_EFFECT_FILE_UNSCANNED,
		.dialect = &plain,
	},
	{
		.name = "programs",
		.kinds = 1 << CV_KIND_PROCESS,
		.platforms = WINDOWS_ONLY,
		.effect = CV_EFFECT_OPENED_UNSCANNED,
		.dialect = &plain,
	},
	{.name = NULL},
};

static const struct cv_list note_lists[] = {
	{
		.name = "notes",
		.kinds = 1 << CV_KIND_FOLDER | 1 << CV_KIND_FILE | 1 << CV_KIND_PROCESS,
		.platforms = ALL,
		.effect = CV_EFFECT_AS_ASKED,
		.dialect = &open_one,
	},
	{.name = NULL},
};

static const char *const own[] = {"C:\\Program Files\\Scanner", NULL};

static const char *everywhere(const void *options)
{
	(void)options;
	return "writes for everybody";
}

static const char *nowhere(const void *options)
{
	(void)options;
	return NULL;
}

static const struct cv_form no_forms[] = {{.name = NULL}};

static const struct cv_target scanner = {
	.name = "scanner",
	.can = {.subjects = CV_SUBJECT_GROUP,
		.platforms = WINDOWS_ONLY,
		.lists = scanner_lists},
	.forms = no_forms,
	.own_folders = own,
	.scope = everywhere,
};

static const struct cv_target notes = {
	.name = "notes",
	.can = {.subjects = CV_SUBJECT_GROUP, .platforms = ALL, .lists = note_lists},
	.forms = no_forms,
	.scope = nowhere,
};

static const struct cv_target *const targets[] = {&scanner, &notes, NULL};

/* Risks of rows in targets as "code row target: detail", then findings. */
static void assert_said(const char *used, const char *const *rows, size_t count,
			const char *wanted)
{
	struct cv_buf document = CV_BUF_INIT, said = CV_BUF_INIT;
	struct cv_ctx ctx;
	struct cv_load load = {.ctx = &ctx, .targets = targets};
	struct cv_table profiles = {0};
	struct cv_policy policy;
	struct cv_site *site;

	cv_ctx_open(&ctx);
	memcpy(ctx.today, "2026-11-23", sizeof ctx.today);
	cv_buf_format(&document,
		      "carveout: site/1\nname: s\ngroups:\n"
		      "  - {name: w, platform: windows, roles: [pc]}\n"
		      "  - {name: v, platform: windows, roles: [pc]}\n"
		      "  - {name: l, platform: linux, roles: [pc]}\n"
		      "targets: %s\nprofiles:\n  - carveout: profile/1\n    id: v/p\n"
		      "    devices:\n"
		      "      W: {platform: windows, role: pc}\n"
		      "      L: {platform: linux, role: pc}\n    exclusions:\n",
		      used);
	for (size_t i = 0; i < count; i++)
		cv_buf_format(&document, "      - {id: r%zu, %s}\n", i, rows[i]);
	if (!cv_load_site(
		    &load,
		    cv_source_from_bytes(&ctx, "site.yaml", document.data, document.size),
		    &site, &profiles) ||
	    !cv_resolve(&ctx, site, &profiles, &policy))
		fail_msg("%s", (*CV_AT(&ctx.findings, struct cv_finding *, 0))->text);
	for (size_t i = 0; i < policy.risks.count; i++) {
		const struct cv_risk *risk = CV_AT(&policy.risks, struct cv_risk, i);

		if (risk->target)
			cv_buf_format(&said, "%s %s %s: %s\n",
				      cv_finding_kinds[risk->code].name,
				      risk->row->id.text, risk->target->name,
				      risk->detail);
	}
	for (size_t i = 0; i < ctx.findings.count; i++) {
		const struct cv_finding *finding =
			*CV_AT(&ctx.findings, struct cv_finding *, i);

		if (finding->code != CV_F_UNREACHED_GROUP)
			cv_buf_format(&said, "%s: %s\n",
				      cv_finding_kinds[finding->code].name,
				      finding->text);
	}
	assert_string_equal(said.size ? cv_buf_string(&said) : "", wanted);
	cv_buf_deinit(&document);
	cv_buf_deinit(&said);
	cv_sets_close(&ctx);
	cv_ctx_close(&ctx);
}

#define ASSERT_SAID(used, wanted, ...) \
	do { \
		static const char *const rows_[] = {__VA_ARGS__}; \
		assert_said(used, rows_, sizeof rows_ / sizeof *rows_, wanted); \
	} while (0)

#define SCOPE "global-scope: scanner writes for everybody\n"

static void test_targets_wildcards_read_otherwise(void **state)
{
	(void)state;
	ASSERT_SAID(
		"{scanner: {}}",
		"wildcard-differs r0 scanner: `C:\\V\\*` is here all that lies below "
		"`C:\\V\\*`; in paths it would be the files right in `C:\\V`\n"
		"wildcard-differs r1 scanner: `C:\\V\\a*` is here all that lies below "
		"`C:\\V\\a*`; in paths it would be the files whose path is `C:\\V\\a*`\n"
		"wildcard-differs r2 scanner: `C:\\W\\*` is here the files right in "
		"`C:\\W\\*`; in paths it would be the files right in `C:\\W`\n" SCOPE,
		"device: W, folder: 'C:\\V\\*', recursive: true",
		"device: W, folder: 'C:\\V\\a*', recursive: true",
		"device: W, folder: 'C:\\W\\*', recursive: false",
		/* Said exactly, or not at all, or on a platform without the target. */
		"device: W, folder: 'C:\\V\\*\\b', recursive: true",
		"device: W, folder: 'C:\\V\\*\\b', recursive: false",
		"device: W, file: 'C:\\V\\*.log'", "device: W, file: 'C:\\V\\**\\x'",
		"device: W, folder: 'C:\\V\\*\\*\\*\\*', recursive: true",
		"device: L, folder: '/opt/*', recursive: true");
}

static void test_targets_that_pass_wildcards_on(void **state)
{
	(void)state;
	ASSERT_SAID("{notes: {}}",
		    "wildcard-differs: notes passes on `C:\\V\\*\\b` of "
		    "v/p#exclusions/r1 and 1 more: here `*` stays within one part of a "
		    "path, `**` is any number of parts and `?` one character; what reads "
		    "the list may see it otherwise\n",
		    "device: W, folder: 'C:\\V', recursive: true",
		    "device: W, folder: 'C:\\V\\*\\b', recursive: true",
		    "device: L, process: '/opt/*/a'");
	ASSERT_SAID("{notes: {}}", "", "device: W, folder: 'C:\\V', recursive: true",
		    "device: W, process: 'C:\\V\\a.exe'");
	ASSERT_SAID("{notes: {groups: [l]}}", "",
		    "device: W, folder: 'C:\\V\\*\\b', recursive: true");
}

static void test_targets_own_folders(void **state)
{
	(void)state;
	ASSERT_SAID(
		"{scanner: {}, notes: {}}",
		"own-folder r0 scanner: `C:\\program files (X86)\\SCANNER` lies in "
		"`C:\\Program Files\\Scanner`, which is its own\n"
		"own-folder r1 scanner: `%ProgramFiles%\\Scanner\\a.exe` lies in "
		"`C:\\Program Files\\Scanner`, which is its own\n"
		"own-folder r2 scanner: `C:\\Program Files\\Scan*\\x` lies in "
		"`C:\\Program Files\\Scanner`, which is its own\n" SCOPE
		"program-scanned: scanner goes on scanning "
		"`%ProgramFiles%\\Scanner\\a.exe` of v/p#exclusions/r1: "
		"only what the program opens is left alone, and no `file` or `folder` "
		"names it\n"
		"wildcard-differs: notes passes on `C:\\Program Files\\Scan*\\x` of "
		"v/p#exclusions/r2: here `*` stays within one part of a "
		"path, `**` is any number of parts and `?` one character; what reads "
		"the list may see it otherwise\n",
		"device: W, folder: 'c:\\program files (X86)\\SCANNER\\', recursive: "
		"true",
		"device: W, process: '%ProgramFiles%\\Scanner\\a.exe'",
		"device: W, file: 'C:\\Program Files\\Scan*\\x'",
		"device: W, folder: 'C:\\Program Files\\Scanners', recursive: true",
		"device: L, folder: /opt/scanner, recursive: true");
}

static void test_targets_that_scan_programs(void **state)
{
	(void)state;
	ASSERT_SAID("{scanner: {groups: [v]}}",
		    SCOPE "program-scanned: scanner goes on scanning `C:\\V\\a.exe` of "
			  "v/p#exclusions/r0: only what the program opens is left alone, "
			  "and no `file` or `folder` names it\n",
		    "device: W, process: 'C:\\V\\a.exe'",
		    "device: W, process: 'C:\\V\\b.exe', file: 'C:\\v\\B.exe'",
		    "device: W, process: 'C:\\W\\x\\c.exe'",
		    "device: W, folder: 'C:\\w', recursive: true",
		    /* Without subfolders, and for another group's platform. */
		    "device: L, process: /opt/a");
	ASSERT_SAID("{notes: {}}", "", "device: W, process: 'C:\\V\\a.exe'");
	ASSERT_SAID("{scanner: {groups: [v]}}",
		    SCOPE "program-scanned: scanner goes on scanning `C:\\V\\a.exe` of "
			  "v/p#exclusions/r0: only what the program opens is left alone, "
			  "and no `file` or `folder` names it\n",
		    "device: W, process: 'C:\\V\\a.exe'",
		    "device: W, folder: 'C:\\V', recursive: false");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_targets_wildcards_read_otherwise),
		cmocka_unit_test(test_targets_that_pass_wildcards_on),
		cmocka_unit_test(test_targets_own_folders),
		cmocka_unit_test(test_targets_that_scan_programs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
