/* What Microsoft's pages say of the three lists.  Sources: "Configure and validate
 * exclusions based on file extension and folder location" (extensions and folders),
 * "Configure exclusions for files opened by processes" (processes) and "Contextual file
 * and folder exclusions" (folders for one program), Microsoft Defender documentation. */
#include "defender/facts.h"

#include <string.h>
#include <strings.h>

#include "model/policy.h"

/* A newer page says that variables are not interpreted in exclusions ("Configure
 * exclusions"), an older one that those of the machine are; paths hold in both cases.
 * These are those of a Windows on C:, as installed. */
static const struct cv_variable variables[] = {
	{"%ProgramFiles%", "C:\\Program Files"},
	{"%ProgramFiles(x86)%", "C:\\Program Files (x86)"},
	{"%ProgramData%", "C:\\ProgramData"},
	{"%ALLUSERSPROFILE%", "C:\\ProgramData"},
	{"%SystemRoot%", "C:\\Windows"},
	{"%windir%", "C:\\Windows"},
	{"%SystemDrive%", "C:"},
	{"%PUBLIC%", "C:\\Users\\Public"},
	{NULL, NULL},
};

/* As of a path below, and a name alone is any program of that name, from wherever it
 * runs, removable media included. */
static const struct cv_dialect programs = {
	.name = "Defender program",
	.one_segment = true,
	.one_character = true,
	.most_wildcards = 6,
	.longest = 16383,
	.tree_suffix = "",
	.children_suffix = "\\*",
	.refused = "\"|<>",
	.variables = variables,
	.bare_name = true,
};

/* "Contextual file and folder exclusions".  Types and values are case-sensitive; all
 * conditions must hold, and the program stands in double quotes. */
static const struct cv_only_for contextual = {
	.open = "\\:{PathType:folder,Process:\"",
	.close = "\"}",
	.program = &programs,
};

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
	.variables = variables,
	.only_for = &contextual,
};

static const struct cv_dialect extensions = {
	.name = "Defender extension",
	.longest = 16383,
	.refused = "\"|<>*?:\\/",
};

static const char *const readings[] = {"files-opened", "image", "both", "contextual",
				       NULL};

const struct cv_lexical cv_lex_defender_process_rows = {
	.name = "what a row for a process becomes", .words = readings};

static bool reads(const void *options, const char *reading)
{
	const struct cv_defender_options *chosen = options;
	const char *word = chosen && chosen->process_rows.text ? chosen->process_rows.text
							       : readings[0];

	return strcmp(word, reading) == 0;
}

/* "Configure and validate exclusions": a mapped drive needs its network path. */
static bool is_mapped(const void *options, const struct cv_exclusion *exclusion,
		      const char **why_out)
{
	const struct cv_defender_options *chosen = options;
	const char *value = exclusion->value;
	bool is = false;

	for (size_t i = 0; chosen && !is && i < chosen->mapped_drives.count; i++)
		is = strncasecmp(value, chosen->mapped_drives.items[i].text, 2) == 0;
	if (is)
		*why_out =
			"it lies on a mapped drive, which Defender does not know: write "
			"its network path";
	return is;
}

static bool serves_whole(const void *options, const struct cv_exclusion *exclusion,
			 const char **why_out)
{
	return (exclusion->kind == CV_KIND_FILE || !reads(options, "contextual")) &&
	       !is_mapped(options, exclusion, why_out);
}

static bool serves_per_program(const void *options, const struct cv_exclusion *exclusion,
			       const char **why_out)
{
	return reads(options, "contextual") && !is_mapped(options, exclusion, why_out);
}

static bool serves_image(const void *options, const struct cv_exclusion *exclusion,
			 const char **why_out)
{
	return (reads(options, "image") || reads(options, "both")) &&
	       !is_mapped(options, exclusion, why_out);
}

static bool serves_opened(const void *options, const struct cv_exclusion *exclusion,
			  const char **why_out)
{
	if (reads(options, "contextual"))
		*why_out = "with `process-rows: contextual` only folders of the same "
			   "product carry a process, and it names none for this group";
	return (reads(options, "files-opened") || reads(options, "both")) &&
	       !is_mapped(options, exclusion, why_out);
}

#define REPARSE_POINTS \
	"subfolders of a folder that are reparse points (junctions, mounted volumes) " \
	"are not covered by its entry and need their own"

const struct cv_list cv_defender_lists[] = {
	{
		.name = "ExclusionPath",
		.kinds = 1u << CV_KIND_FOLDER | 1u << CV_KIND_FILE,
		.platforms = 1u << CV_WINDOWS,
		.effect = CV_EFFECT_FILE_UNSCANNED,
		.dialect = &paths,
		.cost = REPARSE_POINTS,
		.serves = serves_whole,
	},
	{
		.name = "ExclusionPath",
		.kinds = 1u << CV_KIND_FOLDER,
		.platforms = 1u << CV_WINDOWS,
		.effect = CV_EFFECT_FILE_UNSCANNED,
		.dialect = &paths,
		.cost = "a folder with a program behind it is left alone only when that "
			"program opens what is in it; a platform before 4.18.2205.7 or "
			"an "
			"engine before 1.1.19300.2 does not know such entries, and many "
			"of them cost performance; " REPARSE_POINTS,
		.per_program = true,
		.serves = serves_per_program,
	},
	{
		.name = "ExclusionPath",
		.kinds = 1u << CV_KIND_PROCESS,
		.platforms = 1u << CV_WINDOWS,
		.effect = CV_EFFECT_FILE_UNSCANNED,
		.dialect = &paths,
		.cost = "an excluded program's own file is not scanned in any scan, so "
			"whatever is put in its place is not scanned either",
		.serves = serves_image,
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
		.serves = serves_opened,
	},
	{.name = NULL},
};

const char *const cv_defender_list_names[] = {
	"ExclusionPath",
	"ExclusionExtension",
	"ExclusionProcess",
	NULL,
};

/* Where its program lies, and where newer ones come to lie with each platform update
 * ("Configure and manage Microsoft Defender Antivirus with the mpcmdrun.exe command-line
 * tool"). */
const char *const cv_defender_own_folders[] = {
	"C:\\Program Files\\Windows Defender",
	"C:\\ProgramData\\Microsoft\\Windows Defender",
	NULL,
};
