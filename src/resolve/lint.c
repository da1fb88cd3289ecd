/* Risks of a row itself, whatever the target: findings that an acceptance may
 * cover.  Each table names where its members come from. */
#include "resolve/internal.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include <uthash.h>

#include "base/ctx.h"

/* Programs that run what they are given.  Microsoft, "Common mistakes to avoid when
 * defining exclusions" (Windows and Unix process lists), and "Applications that can
 * bypass App Control"; names marked + are ours, by the same reason. */
static const char *const interpreters[] = {
	"addinprocess",
	"addinprocess32",
	"aspnet_compiler",
	"autohotkey" /* + */,
	"bash",
	"bginfo",
	"bitsadmin",
	"bun" /* + */,
	"cdb",
	"cmd",
	"cscript",
	"csi",
	"dash" /* + */,
	"deno" /* + */,
	"dnx",
	"dotnet",
	"fsi",
	"fsianycpu",
	"groovy" /* + */,
	"installutil",
	"java",
	"javaw",
	"ksh" /* + */,
	"lua" /* + */,
	"msbuild",
	"mshta",
	"node" /* + */,
	"osascript" /* + */,
	"perl" /* + */,
	"php" /* + */,
	"powershell",
	"powershell_ise",
	"psexec",
	"pwsh" /* + */,
	"pybin" /* +, Tanium's Python */,
	"python",
	"pythonw" /* + */,
	"rcsi",
	"regsvr32",
	"rundll32",
	"ruby" /* + */,
	"sh",
	"svchost",
	"tclsh" /* + */,
	"tpowershell" /* +, Tanium's PowerShell */,
	"tpython" /* +, Tanium's Python */,
	"wmic",
	"wscript",
	"wsl",
	"zsh",
};

/* What Windows starts as a process of that name; a .vbs runs in wscript.exe, a .cab
 * is an archive. */
static const char *const programs[] = {".exe", ".com", ".scr", ".sys",
				       ".dll", ".bat", ".cmd"};

/* Risks noted already, so that a row that several groups use is told of once. */
struct slot {
	UT_hash_handle hh;
	char key[];
};

struct lint {
	struct cv_ctx *ctx;
	struct cv_policy *policy;
	struct slot *slots;
};

static void note_risk(struct lint *lint, enum cv_code code, const struct cv_row *row,
		      const char *detail)
{
	const char *key = cv_arena_format(lint->ctx->arena, "%u %d %s",
					  (unsigned)row->ordinal, (int)code, detail);
	const size_t size = strlen(key);
	struct cv_risk *risk;
	struct slot *slot;

	HASH_FIND(hh, lint->slots, key, size, slot);
	if (slot)
		return;
	slot = cv_arena_array(lint->ctx->arena, sizeof *slot + size + 1, 1);
	memcpy(slot->key, key, size);
	HASH_ADD_KEYPTR(hh, lint->slots, slot->key, size, slot);
	risk = CV_ADD(lint->ctx->arena, &lint->policy->risks, struct cv_risk);
	risk->code = code;
	risk->row = row;
	risk->detail = detail;
	risk->text = cv_arena_format(lint->ctx->arena, "%s: %s",
				     cv_row_name(lint->ctx, row), detail);
}

/* The base name without `.exe`, and without a version behind it (python3.8). */
static const char *stem(struct cv_ctx *ctx, const char *base)
{
	char *name = cv_arena_text(ctx->arena, base);
	size_t size = strlen(name);

	for (size_t i = 0; i < size; i++)
		name[i] = (char)tolower((unsigned char)name[i]);
	if (size > 4 && strcmp(name + size - 4, ".exe") == 0)
		size -= 4;
	while (size && (isdigit((unsigned char)name[size - 1]) || name[size - 1] == '.'))
		size--;
	name[size] = '\0';
	return name;
}

static bool is_interpreter(struct cv_ctx *ctx, const char *base)
{
	const char *name = stem(ctx, base);

	for (size_t i = 0; i < sizeof interpreters / sizeof *interpreters; i++)
		if (strcmp(interpreters[i], name) == 0)
			return true;
	return false;
}

static void lint_process(struct lint *lint, const struct cv_exclusion *exclusion,
			 const struct cv_row *row)
{
	struct cv_ctx *ctx = lint->ctx;
	const char *base = cv_path_base(exclusion->group->platform, exclusion->value);
	const char *dot = strrchr(base, '.');
	bool runs = exclusion->group->platform != CV_WINDOWS;

	if (exclusion->arguments)
		note_risk(lint, CV_F_COMMAND_ARGUMENTS, row,
			  cv_arena_format(ctx->arena, "`%s` is meant only with `%s`",
					  base, exclusion->arguments));
	if (is_interpreter(ctx, base))
		note_risk(lint, CV_F_INTERPRETER, row,
			  cv_arena_format(ctx->arena,
					  "`%s` runs whatever script it is given", base));
	for (size_t i = 0; !runs && i < sizeof programs / sizeof *programs; i++)
		runs = dot && strcasecmp(dot, programs[i]) == 0;
	if (!runs)
		note_risk(lint, CV_F_NOT_A_PROGRAM, row,
			  cv_arena_format(ctx->arena,
					  "`%s` is typed as a process, but is none",
					  base));
}

static bool asks_a_version(const struct cv_row *row)
{
	for (size_t c = 0; c < row->when.count; c++)
		for (size_t p = 0; p < row->when.items[c].count; p++)
			if (cv_map_get(&row->profile->versions,
				       row->when.items[c].parts[p].key.text))
				return true;
	return false;
}

/* A folder or program name with a version in it (python27, Python38, node-18). */
static const char *version_in(struct cv_ctx *ctx, const char *path)
{
	static const char *const products[] = {"python", "node", "java", "jre", "jdk",
					       "perl",   "ruby", "php",  "lua", "tcl"};
	const char *at = path;

	while (*at) {
		const size_t size = strcspn(at, "\\/");

		for (size_t i = 0; i < sizeof products / sizeof *products; i++) {
			const size_t word = strlen(products[i]);
			size_t digit = word;

			if (size <= word || strncasecmp(at, products[i], word) != 0)
				continue;
			digit += at[digit] == '-' || at[digit] == '_';
			if (digit < size && isdigit((unsigned char)at[digit]))
				return cv_arena_copy(ctx->arena, at, size);
		}
		at += size;
		at += *at != '\0';
	}
	return NULL;
}

static void lint_row(struct lint *lint, const struct cv_exclusion *exclusion,
		     const struct cv_row *row, const char *version)
{
	const struct cv_exclusion_row *published = (const struct cv_exclusion_row *)row;

	if (exclusion->kind == CV_KIND_PROCESS)
		lint_process(lint, exclusion, row);
	if (exclusion->kind == CV_KIND_FOLDER && published->recursive == CV_UNSET)
		note_risk(lint, CV_F_ASSUMED_RECURSIVE, row,
			  "taken with all subfolders, which the page does not say");
	if (version && !asks_a_version(row))
		note_risk(lint, CV_F_VERSION_IN_PATH, row,
			  cv_arena_format(lint->ctx->arena,
					  "the path says `%s`, the row has no version "
					  "condition",
					  version));
}

bool cv_pass_lint(struct cv_ctx *ctx, struct cv_policy *policy)
{
	struct lint lint = {ctx, policy, NULL};

	for (size_t i = 0; i < policy->exclusions.count; i++) {
		const struct cv_exclusion *exclusion =
			CV_AT(&policy->exclusions, struct cv_exclusion, i);
		const bool is_path = exclusion->kind == CV_KIND_PROCESS ||
				     exclusion->kind == CV_KIND_FOLDER ||
				     exclusion->kind == CV_KIND_FILE;
		const char *version = is_path ? version_in(ctx, exclusion->value) : NULL;

		for (size_t r = 0; r < exclusion->rows.count; r++)
			lint_row(&lint, exclusion, exclusion->rows.items[r], version);
	}
	HASH_CLEAR(hh, lint.slots);
	return true;
}
