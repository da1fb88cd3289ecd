/* What ClamAV takes, tried with clamd 1.4.6 where no source is named.
 *
 * ExcludePath is a POSIX extended regular expression, tried anywhere in the path of each
 * file and of each folder on the way, with case: what matches a folder leaves out all
 * below it.  It sees bytes.  A line of clamd.conf that is longer than 1,022 bytes is
 * refused, and a path is cut at 512 bytes before it is held against an expression. */
#include "clamav/facts.h"

#include "model/policy.h"
#include "model/version.h"

/* `#` begins a comment in any place from 1.5.0 on, so that all behind it is lost; before
 * it is one only at the start of a line.  The collating symbol stands for it in both. */
static const struct cv_spelling spellings[] = {
	{"(/[^/]+)*", "/**", false},       {"[^/]*", "*", false},
	{".*", CV_WIDE_ANY, false},        {"[^/]", CV_WIDE_BYTE, false},
	{"[[.number-sign.]]", "#", false}, {NULL, NULL, false},
};

#define SIGNS "\\.()+[]{}^$|?*"

/* 1,022 bytes less the name of the directive and a blank. */
static const struct cv_dialect expressions = {
	.name = "ClamAV expression",
	.spellings = spellings,
	.escaped = SIGNS,
	.escape = '\\',
	.before = "^",
	.file_suffix = "$",
	.tree_suffix = "/",
	.prunes = true,
	.wildcard_in_base_of_folder = true,
	.longest = 1010,
	.longest_path = 512,
	.longest_folder = 509,
	.refused = "#",
};

/* Whether clamonacc holds an expression against a folder with or without a separator at
 * its end is not published: this one takes both.  From 1.5.0 on (ClamAV, commit
 * cfae6dac9), and not tried. */
static const struct cv_dialect on_access_expressions = {
	.name = "clamonacc expression",
	.spellings = spellings,
	.escaped = SIGNS,
	.escape = '\\',
	.before = "^",
	.file_suffix = "$",
	.tree_suffix = "(/|$)",
	.prunes = true,
	.wildcard_in_base_of_folder = true,
	.longest = 1002,
	.longest_path = 512,
	.longest_folder = 509,
	.refused = "#",
};

/* Before 1.5.0: a folder that is there, as it is, with all below it.  A file, a wildcard
 * or a separator at the end does nothing, and nobody says so. */
static const struct cv_dialect on_access_folders = {
	.name = "clamonacc folder",
	.folders_only = true,
	.tree_suffix = "",
	.longest = 1002,
	.longest_folder = 509,
	.refused = "#*?",
	.refused_at_ends = " ",
};

bool cv_clamav_has_expressions(const struct cv_clamav_options *options)
{
	struct cv_version version, from;

	cv_version_parse(CV_CLAMAV_REGEX_VERSION, &from);
	return options && options->version.text &&
	       cv_version_parse(options->version.text, &version) &&
	       cv_version_compare(&version, &from) >= 0;
}

static bool serves_nothing(const void *options, const struct cv_exclusion *exclusion,
			   const char **why_out)
{
	(void)options;
	(void)exclusion;
	*why_out = "ClamAV leaves alone files by their path and has no list of programs";
	return false;
}

static bool serves_folders(const void *options, const struct cv_exclusion *exclusion,
			   const char **why_out)
{
	const struct cv_clamav_options *chosen = options;

	(void)exclusion;
	(void)why_out;
	return chosen && chosen->on_access == CV_YES &&
	       !cv_clamav_has_expressions(chosen);
}

static bool serves_expressions(const void *options, const struct cv_exclusion *exclusion,
			       const char **why_out)
{
	const struct cv_clamav_options *chosen = options;

	(void)exclusion;
	(void)why_out;
	return chosen && chosen->on_access == CV_YES && cv_clamav_has_expressions(chosen);
}

#define PATHS (1u << CV_KIND_FILE | 1u << CV_KIND_FOLDER)

const struct cv_list cv_clamav_lists[] = {
	{
		.name = "ExcludePath",
		.kinds = PATHS,
		.platforms = 1u << CV_LINUX,
		.effect = CV_EFFECT_FILE_UNSCANNED,
		.dialect = &expressions,
	},
	{
		.name = CV_CLAMAV_ON_ACCESS,
		.kinds = PATHS,
		.platforms = 1u << CV_LINUX,
		.effect = CV_EFFECT_FILE_UNSCANNED,
		.dialect = &on_access_folders,
		.serves = serves_folders,
	},
	{
		.name = CV_CLAMAV_ON_ACCESS_REGEX,
		.kinds = PATHS,
		.platforms = 1u << CV_LINUX,
		.effect = CV_EFFECT_FILE_UNSCANNED,
		.dialect = &on_access_expressions,
		.serves = serves_expressions,
	},
	{
		.name = "programs",
		.kinds = 1u << CV_KIND_PROCESS,
		.platforms = 1u << CV_LINUX,
		.effect = CV_EFFECT_OPENED_UNSCANNED,
		.dialect = &expressions,
		.serves = serves_nothing,
	},
	{.name = NULL},
};

/* Its database, where samples of malware would lie in the clear, and its settings. */
const char *const cv_clamav_own_folders[] = {"/var/lib/clamav", "/etc/clamav", NULL};
