/* What Sysmon's rules take: Sysinternals/SysmonCommon, manifest.xml (events, fields and
 * conditions), rules.c (matching) and xml.cpp, commit ecdd806, schema 4.81.
 *
 * Conditions compare texts: no wildcards.  No case is told apart, on Linux neither.  Some
 * conditions cut their value at `;`, which cannot be escaped.  On Windows a value with
 * `%` is taken for one with an environment variable, which the driver cannot compare. */
#include "sysmon/facts.h"

#include <string.h>

#include "model/policy.h"

#define WINDOWS_REFUSED ";%"
#define LINUX_REFUSED ";"

static const struct cv_dialect is_windows = {
	.name = "Sysmon is, Windows",
	.caseless = true,
	.no_variables = true,
	.refused = "*?" WINDOWS_REFUSED,
};

static const struct cv_dialect is_linux = {
	.name = "Sysmon is, Linux",
	.caseless = true,
	.refused = "*?" LINUX_REFUSED,
};

/* `end with` a separator and a name is the program in any folder. */
static const struct cv_dialect end_with_windows = {
	.name = "Sysmon end with, Windows",
	.anywhere = {"\\", CV_WIDE_VOLUME "\\**\\", false},
	.caseless = true,
	.no_variables = true,
	.no_network = true,
	.refused = "*?" WINDOWS_REFUSED,
};

static const struct cv_dialect end_with_linux = {
	.name = "Sysmon end with, Linux",
	.anywhere = {"/", "/**/", false},
	.caseless = true,
	.refused = "*?" LINUX_REFUSED,
};

static const struct cv_dialect begin_with_windows = {
	.name = "Sysmon begin with, Windows",
	.folders_only = true,
	.tree_suffix = "\\",
	.open_end = true,
	.caseless = true,
	.no_variables = true,
	.refused = "*?" WINDOWS_REFUSED,
};

static const struct cv_dialect begin_with_linux = {
	.name = "Sysmon begin with, Linux",
	.folders_only = true,
	.tree_suffix = "/",
	.open_end = true,
	.caseless = true,
	.refused = "*?" LINUX_REFUSED,
};

/* One star: `begin with` what stands before it and `end with` what stands behind, which
 * is anything between the two.  A text that both say of, though it is too short for one
 * behind the other, is left out by `is not`.  ASCII, so that case is surely the same for
 * Sysmon and for us. */
static const struct cv_spelling anything[] = {
	{"*", CV_WIDE_ANY, false},
	{NULL, NULL, false},
};

static const struct cv_dialect both_windows = {
	.name = "Sysmon begin with and end with, Windows",
	.spellings = anything,
	.most_wildcards = 1,
	.caseless = true,
	.no_variables = true,
	.ascii = true,
	.refused = "?" WINDOWS_REFUSED,
	.refused_at_ends = "*",
};

static const struct cv_dialect both_linux = {
	.name = "Sysmon begin with and end with, Linux",
	.spellings = anything,
	.most_wildcards = 1,
	.caseless = true,
	.ascii = true,
	.refused = "?" LINUX_REFUSED,
	.refused_at_ends = "*",
};

/* ---- what goes where ---- */

static bool has_event(const struct cv_sysmon_options *options, const char *event)
{
	if (options->events.count == 0)
		return strcmp(event, CV_SYSMON_PROCESS_CREATE) == 0;
	return cv_texts_hold(&options->events, event);
}

/* Which condition says a path. */
enum saying { IS, END, BOTH };

static enum saying saying_of(const struct cv_exclusion *exclusion)
{
	if (cv_path_is_bare(exclusion->value))
		return END;
	return cv_path_has_wildcard(exclusion->value) ? BOTH : IS;
}

static bool serves(const struct cv_sysmon_options *options, const char *event,
		   const char **why_out)
{
	if (has_event(options, event))
		return true;
	*why_out = strcmp(event, CV_SYSMON_FILE_CREATE) == 0
			   ? "FileCreate is not among its `events`: where the "
			     "configuration has no such element, one switches it on for "
			     "all other files"
			   : "no event of processes is among its `events`";
	return false;
}

#define SERVES(function, event, saying) \
	static bool function(const void *options, const struct cv_exclusion *exclusion, \
			     const char **why_out) \
	{ \
		return serves(options, event, why_out) && \
		       saying_of(exclusion) == (saying); \
	}

SERVES(create_is, CV_SYSMON_PROCESS_CREATE, IS)
SERVES(create_end, CV_SYSMON_PROCESS_CREATE, END)
SERVES(create_both, CV_SYSMON_PROCESS_CREATE, BOTH)
SERVES(terminate_is, CV_SYSMON_PROCESS_TERMINATE, IS)
SERVES(terminate_end, CV_SYSMON_PROCESS_TERMINATE, END)
SERVES(terminate_both, CV_SYSMON_PROCESS_TERMINATE, BOTH)
SERVES(file_is, CV_SYSMON_FILE_CREATE, IS)
SERVES(file_both, CV_SYSMON_FILE_CREATE, BOTH)

static bool file_begin(const void *options, const struct cv_exclusion *exclusion,
		       const char **why_out)
{
	(void)exclusion;
	return serves(options, CV_SYSMON_FILE_CREATE, why_out);
}

#define COST \
	"Sysmon logs nothing of it: who looks for traces of an attack finds none; no " \
	"antivirus leaves anything alone for it"

#define LIST(its_name, kind, platform, its_dialect, function) \
	{ \
		.name = its_name, .kinds = 1u << (kind), .platforms = 1u << (platform), \
		.effect = CV_EFFECT_STORAGE_OFF, .dialect = &(its_dialect), \
		.cost = COST, .serves = function, \
	}

/* Each for Windows and for Linux. */
#define LISTS(name, kind, dialect, function) \
	LIST(name, kind, CV_WINDOWS, dialect##_windows, function), \
		LIST(name, kind, CV_LINUX, dialect##_linux, function)

#define PROGRAMS(event, prefix) \
	LISTS(CV_SYSMON_IS(event, CV_SYSMON_PROGRAM), CV_KIND_PROCESS, is, prefix##_is), \
		LISTS(CV_SYSMON_END(event, CV_SYSMON_PROGRAM), CV_KIND_PROCESS, \
		      end_with, prefix##_end), \
		LISTS(CV_SYSMON_BOTH(event, CV_SYSMON_PROGRAM), CV_KIND_PROCESS, both, \
		      prefix##_both)

const struct cv_list cv_sysmon_lists[] = {
	PROGRAMS(CV_SYSMON_PROCESS_CREATE, create),
	PROGRAMS(CV_SYSMON_PROCESS_TERMINATE, terminate),
	LISTS(CV_SYSMON_IS(CV_SYSMON_FILE_CREATE, CV_SYSMON_TARGET), CV_KIND_FILE, is,
	      file_is),
	LISTS(CV_SYSMON_BOTH(CV_SYSMON_FILE_CREATE, CV_SYSMON_TARGET), CV_KIND_FILE, both,
	      file_both),
	LISTS(CV_SYSMON_BEGIN(CV_SYSMON_FILE_CREATE, CV_SYSMON_TARGET), CV_KIND_FOLDER,
	      begin_with, file_begin),
	{.name = NULL},
};
