/* What Microsoft's pages say of the three lists.  Sources: "Configure and validate
 * exclusions based on file extension and folder location" (extensions and folders)
 * and "Configure exclusions for files opened by processes" (processes), both
 * Microsoft Defender documentation. */
#include "defender-powershell/facts.h"

/* `*` is one folder level, and in the last segment it matches files right there
 * only, so `C:\x*` is not a folder with all below it.  At most six wildcards, none
 * for the drive.  Defender keeps an entry as the name of a registry value, which
 * holds 16,383 characters at most. */
static const struct cv_dialect paths = {
	.name = "Defender path",
	.one_segment = true,
	.one_character = true,
	.most_wildcards = 6,
	.longest = 16383,
	.tree_suffix = "",
	.children_suffix = "\\*",
	.refused = "\"|<>",
};

/* The same, and a name alone is any program of that name, from wherever it runs,
 * removable media included. */
static const struct cv_dialect programs = {
	.name = "Defender program",
	.one_segment = true,
	.one_character = true,
	.most_wildcards = 6,
	.longest = 16383,
	.tree_suffix = "",
	.children_suffix = "\\*",
	.refused = "\"|<>",
	.bare_name = true,
};

static const struct cv_dialect extensions = {
	.name = "Defender extension",
	.longest = 16383,
	.refused = "\"|<>*?:\\/",
};

const struct cv_list cv_defender_lists[] = {
	{
		.name = "ExclusionPath",
		.kinds = 1u << CV_KIND_FOLDER | 1u << CV_KIND_FILE,
		.platforms = 1u << CV_WINDOWS,
		.effect = CV_EFFECT_FILE_UNSCANNED,
		.dialect = &paths,
	},
	{
		.name = "ExclusionExtension",
		.kinds = 1u << CV_KIND_EXTENSION,
		.platforms = 1u << CV_WINDOWS,
		.effect = CV_EFFECT_FILE_UNSCANNED,
		.dialect = &extensions,
	},
	{
		.name = "ExclusionProcess",
		.kinds = 1u << CV_KIND_PROCESS,
		.platforms = 1u << CV_WINDOWS,
		.effect = CV_EFFECT_OPENED_UNSCANNED,
		.dialect = &programs,
		.cost = "network protection and attack surface reduction rules cannot "
			"inspect an excluded process, and only real-time protection "
			"leaves "
			"alone what it opens, not a scheduled or on-demand scan",
	},
	{.name = NULL},
};

/* Where its program lies, and where newer ones come to lie with each platform update
 * ("Configure and manage Microsoft Defender Antivirus with the mpcmdrun.exe command-line
 * tool"). */
const char *const cv_defender_own_folders[] = {
	"C:\\Program Files\\Windows Defender",
	"C:\\ProgramData\\Microsoft\\Windows Defender",
	NULL,
};
