/* What Sysmon's rules take: Sysinternals/SysmonCommon, manifest.xml (fields and
 * conditions), rules.c (matching) and xml.cpp, commit ecdd806, schema 4.81.
 *
 * Conditions compare texts: no wildcards, no variables.  No case is told apart, on Linux
 * neither.  Some conditions cut their value at `;`, which cannot be escaped. */
#include "sysmon/facts.h"

#include "model/policy.h"

static const struct cv_dialect is = {
	.name = "Sysmon is",
	.caseless = true,
	.no_variables = true,
	.refused = ";*?",
};

/* `end with` a separator and a name is the program in any folder. */
static const struct cv_dialect end_with_windows = {
	.name = "Sysmon end with, Windows",
	.anywhere = {"\\", CV_WIDE_VOLUME "\\**\\", false},
	.caseless = true,
	.no_variables = true,
	.refused = ";*?",
};

static const struct cv_dialect end_with_linux = {
	.name = "Sysmon end with, Linux",
	.anywhere = {"/", "/**/", false},
	.caseless = true,
	.refused = ";*?",
};

static const struct cv_dialect begin_with_windows = {
	.name = "Sysmon begin with, Windows",
	.folders_only = true,
	.tree_suffix = "\\",
	.open_end = true,
	.caseless = true,
	.no_variables = true,
	.refused = ";*?",
};

static const struct cv_dialect begin_with_linux = {
	.name = "Sysmon begin with, Linux",
	.folders_only = true,
	.tree_suffix = "/",
	.open_end = true,
	.caseless = true,
	.refused = ";*?",
};

static bool serves_path(const void *options, const struct cv_exclusion *exclusion,
			const char **why_out)
{
	(void)options;
	(void)why_out;
	return !cv_path_is_bare(exclusion->value);
}

static bool serves_name(const void *options, const struct cv_exclusion *exclusion,
			const char **why_out)
{
	(void)options;
	(void)why_out;
	return cv_path_is_bare(exclusion->value);
}

#define BOTH (1u << CV_WINDOWS | 1u << CV_LINUX)
#define COST \
	"Sysmon logs nothing of it: who looks for traces of an attack finds none; no " \
	"antivirus leaves anything alone for it"

const struct cv_list cv_sysmon_lists[] = {
	{
		.name = CV_SYSMON_IMAGE,
		.kinds = 1u << CV_KIND_PROCESS,
		.platforms = BOTH,
		.effect = CV_EFFECT_STORAGE_OFF,
		.dialect = &is,
		.cost = COST,
		.serves = serves_path,
	},
	{
		.name = CV_SYSMON_NAME,
		.kinds = 1u << CV_KIND_PROCESS,
		.platforms = 1u << CV_WINDOWS,
		.effect = CV_EFFECT_STORAGE_OFF,
		.dialect = &end_with_windows,
		.cost = COST,
		.serves = serves_name,
	},
	{
		.name = CV_SYSMON_NAME,
		.kinds = 1u << CV_KIND_PROCESS,
		.platforms = 1u << CV_LINUX,
		.effect = CV_EFFECT_STORAGE_OFF,
		.dialect = &end_with_linux,
		.cost = COST,
		.serves = serves_name,
	},
	{
		.name = CV_SYSMON_FILE,
		.kinds = 1u << CV_KIND_FILE,
		.platforms = BOTH,
		.effect = CV_EFFECT_STORAGE_OFF,
		.dialect = &is,
		.cost = COST,
	},
	{
		.name = CV_SYSMON_FOLDER,
		.kinds = 1u << CV_KIND_FOLDER,
		.platforms = 1u << CV_WINDOWS,
		.effect = CV_EFFECT_STORAGE_OFF,
		.dialect = &begin_with_windows,
		.cost = COST,
	},
	{
		.name = CV_SYSMON_FOLDER,
		.kinds = 1u << CV_KIND_FOLDER,
		.platforms = 1u << CV_LINUX,
		.effect = CV_EFFECT_STORAGE_OFF,
		.dialect = &begin_with_linux,
		.cost = COST,
	},
	{.name = NULL},
};
