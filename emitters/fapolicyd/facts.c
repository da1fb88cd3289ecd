/* What fapolicyd takes, tried with 1.1.7.
 *
 * It allows files to be run, and does not keep any antivirus from looking at them.  A
 * trust file holds the path, the size and the SHA-256 of each file, so that a file that
 * somebody put in its place is not trusted.  A rule allows whatever lies at its path: one
 * for a folder that a user writes to is a hole. */
#include "fapolicyd/facts.h"

#include <string.h>

#include "model/policy.h"

/* fapolicyd-cli adds a folder with all files in it that are there at that time. */
static const struct cv_dialect trusted = {
	.name = "fapolicyd trust",
	.tree_suffix = "/",
	.refused = "*?%",
};

/* Blanks end a value, and a rule that is cut there is loaded as if it were whole; `%`
 * begins the name of a set.  What a comma, a colon or an equals sign do in a value is not
 * published. */
#define SIGNS " *?%,:="

static const struct cv_dialect files = {
	.name = "fapolicyd file",
	.refused = SIGNS,
};

/* What has no separator at its end is the beginning of names, too. */
static const struct cv_dialect folders = {
	.name = "fapolicyd folder",
	.folders_only = true,
	.tree_suffix = "/",
	.open_end = true,
	.refused = SIGNS,
};

static const char *const entries[] = {"trust", "rules", NULL};

const struct cv_lexical cv_lex_fapolicyd_entries = {.name = "what the rows become",
						    .words = entries};

bool cv_fapolicyd_wants_rules(const struct cv_fapolicyd_options *options)
{
	return options && options->entries.text &&
	       strcmp(options->entries.text, "rules") == 0;
}

/* By the name without its version: python3.11. */
static bool is_interpreter(const char *path)
{
	static const char *const names[] = {"sh",      "bash",
					    "dash",    "zsh",
					    "ksh",     "csh",
					    "tcsh",    "fish",
					    "awk",     "gawk",
					    "mawk",    "perl",
					    "php",     "python",
					    "pypy",    "ruby",
					    "lua",     "luajit",
					    "node",    "nodejs",
					    "deno",    "bun",
					    "java",    "mono",
					    "pwsh",    "tclsh",
					    "wish",    "expect",
					    "Rscript", "guile",
					    "gjs",     "env",
					    "busybox", "ld-linux-x86-64.so.",
					    "ld.so"};
	const char *base = cv_path_base(CV_LINUX, path);
	size_t size = strlen(base);

	while (size > 0 && strchr("0123456789.-", base[size - 1]))
		size--;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if ((strlen(names[i]) == size && strncmp(names[i], base, size) == 0) ||
		    strncmp(base, "ld-linux", 8) == 0)
			return true;
	return false;
}

static bool serves_trust(const void *options, const struct cv_exclusion *exclusion,
			 const char **why_out)
{
	(void)exclusion;
	(void)why_out;
	return !cv_fapolicyd_wants_rules(options);
}

static bool serves_rules(const void *options, const struct cv_exclusion *exclusion,
			 const char **why_out)
{
	if (!cv_fapolicyd_wants_rules(options))
		return false;
	if (exclusion->kind != CV_KIND_PROCESS || !is_interpreter(exclusion->value))
		return true;
	*why_out = "perm=any for an interpreter would let every script run that it is "
		   "given";
	return false;
}

#define COST "it may be run; no antivirus leaves anything alone for it"

const struct cv_list cv_fapolicyd_lists[] = {
	{
		.name = "trust",
		.kinds =
			1u << CV_KIND_PROCESS | 1u << CV_KIND_FILE | 1u << CV_KIND_FOLDER,
		.platforms = 1u << CV_LINUX,
		.effect = CV_EFFECT_EXEC_ALLOWED,
		.dialect = &trusted,
		.cost = COST,
		.serves = serves_trust,
	},
	{
		.name = "exe",
		.kinds = 1u << CV_KIND_PROCESS,
		.platforms = 1u << CV_LINUX,
		.effect = CV_EFFECT_EXEC_ALLOWED,
		.dialect = &files,
		.cost = COST,
		.serves = serves_rules,
	},
	{
		.name = "dir",
		.kinds = 1u << CV_KIND_FOLDER,
		.platforms = 1u << CV_LINUX,
		.effect = CV_EFFECT_EXEC_ALLOWED,
		.dialect = &folders,
		.cost = COST,
		.serves = serves_rules,
	},
	{
		.name = "path",
		.kinds = 1u << CV_KIND_FILE,
		.platforms = 1u << CV_LINUX,
		.effect = CV_EFFECT_EXEC_ALLOWED,
		.dialect = &files,
		.cost = COST,
		.serves = serves_rules,
	},
	{.name = NULL},
};

const char *const cv_fapolicyd_trust_lists[] = {"trust", CV_FAPOLICYD_TRUST, NULL};
const char *const cv_fapolicyd_rule_lists[] = {
	"exe", "dir", "path", CV_FAPOLICYD_RULES, CV_FAPOLICYD_CHECK, NULL};
const char *const cv_fapolicyd_undo_lists[] = {"exe", "dir", "path", CV_FAPOLICYD_RULES,
					       NULL};
