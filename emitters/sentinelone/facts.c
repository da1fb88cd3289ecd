/* What SentinelOne's API takes.  The vendor's own documents are behind a login.  Sources:
 * the Ansible module svalabs/sva.sentinelone (sentinelone_path_exclusions, which works
 * against the product: types, modes, the end of a folder's value), clients generated from
 * the vendor's description (words and their values), and copies of the vendor's text on
 * path exclusions (wildcards, drives, case).  Another project has the modes of
 * interoperability and of performance the other way round; the Ansible module is taken to
 * be right. */
#include "sentinelone/facts.h"

#include <stddef.h>

#include "model/pattern.h"
#include "model/policy.h"

#define WINDOWS (1u << CV_WINDOWS)
#define POSIX (1u << CV_LINUX | 1u << CV_MACOS)
#define FILES (1u << CV_KIND_FOLDER | 1u << CV_KIND_FILE)
#define PROCESSES (1u << CV_KIND_PROCESS)

/* Whether `*` crosses a separator is not published: it means the one or the other. */
static const struct cv_spelling spellings[] = {
	{"*", CV_WIDE_STAR, false},
	{NULL, NULL, false},
};

/* A folder ends with its separator, whether all below it is meant or its own files only:
 * that is said beside the value. */
static const struct cv_dialect windows_paths = {
	.name = "SentinelOne path, Windows",
	.one_character = true,
	.spellings = spellings,
	.tree_suffix = "\\",
	.wildcard_in_base_of_folder = true,
	.refused_at_ends = " ",
};

static const struct cv_dialect windows_folders = {
	.name = "SentinelOne folder, Windows",
	.one_character = true,
	.spellings = spellings,
	.children_suffix = "\\",
	.wildcard_in_base_of_folder = true,
	.refused_at_ends = " ",
};

static const struct cv_dialect posix_paths = {
	.name = "SentinelOne path, Linux and macOS",
	.one_character = true,
	.spellings = spellings,
	.tree_suffix = "/",
	.wildcard_in_base_of_folder = true,
	.no_variables = true,
	.refused_at_ends = " ",
};

static const struct cv_dialect posix_folders = {
	.name = "SentinelOne folder, Linux and macOS",
	.one_character = true,
	.spellings = spellings,
	.children_suffix = "/",
	.wildcard_in_base_of_folder = true,
	.no_variables = true,
	.refused_at_ends = " ",
};

/* A mode for files, a mode for programs, the same for the processes that they start. */
static bool mode_serves(const struct cv_sentinelone_options *options,
			const struct cv_exclusion *exclusion, const char *mode)
{
	return cv_api_has_word(exclusion->kind == CV_KIND_PROCESS ? &options->process_rows
								  : &options->file_rows,
			       mode);
}

/* Files right in a folder have a type of their own, and so a list. */
static bool serves_suppress(const void *options, const struct cv_exclusion *exclusion,
			    const char **why_out)
{
	(void)why_out;
	return exclusion->reach != CV_REACH_CHILDREN &&
	       mode_serves(options, exclusion, "suppress");
}

static bool serves_suppress_folder(const void *options,
				   const struct cv_exclusion *exclusion,
				   const char **why_out)
{
	(void)why_out;
	return exclusion->reach == CV_REACH_CHILDREN &&
	       mode_serves(options, exclusion, "suppress");
}

#define SERVES(mode) \
	static bool serves_##mode(const void *options, \
				  const struct cv_exclusion *exclusion, \
				  const char **why_out) \
	{ \
		(void)why_out; \
		return mode_serves(options, exclusion, #mode); \
	}

/* The mode is extended to what the program starts where the row says so. */
#define SERVES_BY_CHILDREN(mode, with_children, list) \
	static bool serves_##list(const void *options, \
				  const struct cv_exclusion *exclusion, \
				  const char **why_out) \
	{ \
		(void)why_out; \
		return exclusion->children == (with_children) && \
		       mode_serves(options, exclusion, #mode); \
	}

SERVES(suppress_dynamic_only)
SERVES(suppress_dfi_only)
SERVES_BY_CHILDREN(disable_in_process_monitor, false, disable_in_process_monitor)
SERVES_BY_CHILDREN(disable_in_process_monitor, true, disable_in_process_monitor_deep)
SERVES_BY_CHILDREN(disable_all_monitors, false, disable_all_monitors)
SERVES_BY_CHILDREN(disable_all_monitors, true, disable_all_monitors_deep)

#define LIST(id, its_kinds, its_platforms, its_effect, its_dialect, with_children, \
	     its_cost) \
	{ \
		.name = #id, .kinds = its_kinds, .platforms = its_platforms, \
		.effect = its_effect, .dialect = &(its_dialect), \
		.children = with_children, .cost = its_cost, .serves = serves_##id, \
	}

#define INTEROPERABILITY "comes into force when the program is started anew"
#define PERFORMANCE \
	"the agent does not look at the program at all; comes into force when " \
	"it is started anew"

#define ON(id, system, its_kinds, its_effect, its_dialect, with_children, its_cost) \
	LIST(id, its_kinds, system, its_effect, its_dialect, with_children, its_cost)
#define SUPPRESS(id, its_kinds, kind_of_path) \
	ON(id, WINDOWS, its_kinds, CV_EFFECT_ALERT_OFF, windows_##kind_of_path, false, \
	   NULL), \
		ON(id, POSIX, its_kinds, CV_EFFECT_ALERT_OFF, posix_##kind_of_path, \
		   false, NULL)

const struct cv_list cv_sentinelone_lists[] = {
	SUPPRESS(suppress, FILES | PROCESSES, paths),
	SUPPRESS(suppress_folder, 1u << CV_KIND_FOLDER, folders),
	SUPPRESS(suppress_dynamic_only, FILES | PROCESSES, paths),
	SUPPRESS(suppress_dfi_only, FILES | PROCESSES, paths),
	ON(disable_in_process_monitor, WINDOWS, PROCESSES, CV_EFFECT_UNWATCHED,
	   windows_paths, false, INTEROPERABILITY),
	ON(disable_in_process_monitor_deep, WINDOWS, PROCESSES, CV_EFFECT_UNWATCHED,
	   windows_paths, true, INTEROPERABILITY),
	ON(disable_all_monitors, WINDOWS, PROCESSES, CV_EFFECT_UNWATCHED, windows_paths,
	   false, PERFORMANCE),
	ON(disable_all_monitors, POSIX, PROCESSES, CV_EFFECT_UNWATCHED, posix_paths,
	   false, PERFORMANCE),
	ON(disable_all_monitors_deep, WINDOWS, PROCESSES, CV_EFFECT_UNWATCHED,
	   windows_paths, true, PERFORMANCE),
	ON(disable_all_monitors_deep, POSIX, PROCESSES, CV_EFFECT_UNWATCHED, posix_paths,
	   true, PERFORMANCE),
	{.name = NULL},
};

#define SHAPE(id, mode, path_type) \
	static const struct cv_api_part id##_shape[] = { \
		{CV_API_OBJECT, "filter", NULL}, \
		{CV_API_OF_WORDS, "siteIds", CV_SENTINELONE_SITES}, \
		{CV_API_OF_WORDS, "groupIds", CV_SENTINELONE_GROUPS}, \
		{CV_API_OF_WORDS, "accountIds", CV_SENTINELONE_ACCOUNTS}, \
		{CV_API_OF_FLAG, "tenant", CV_SENTINELONE_TENANT}, \
		{CV_API_END, NULL, NULL}, \
		{CV_API_OBJECT, "data", NULL}, \
		{CV_API_FIXED, "type", "path"}, \
		{CV_API_OF_VALUE, "value", NULL}, \
		{CV_API_OF_WORD, "osType", CV_SENTINELONE_OS}, \
		{CV_API_FIXED, "mode", mode}, \
		path_type, \
		{CV_API_LIST, "actions", NULL}, \
		{CV_API_FIXED, NULL, "detect"}, \
		{CV_API_END, NULL, NULL}, \
		{CV_API_FIXED, "source", "user"}, \
		{CV_API_OF_NOTE, "description", NULL}, \
		{CV_API_END, NULL, NULL}, \
		{CV_API_END, NULL, NULL}, \
	};

/* Of what the path is: file, or folder with all below it ("subfolders"). */
#define PATH_TYPE \
	{ \
		CV_API_OF_WORD, "pathExclusionType", CV_SENTINELONE_PATH_TYPE \
	}
#define RIGHT_IN_FOLDER \
	{ \
		CV_API_FIXED, "pathExclusionType", "folder" \
	}

SHAPE(suppress, "suppress", PATH_TYPE)
SHAPE(suppress_folder, "suppress", RIGHT_IN_FOLDER)
SHAPE(suppress_dynamic_only, "suppress_dynamic_only", PATH_TYPE)
SHAPE(suppress_dfi_only, "suppress_dfi_only", PATH_TYPE)
SHAPE(disable_in_process_monitor, "disable_in_process_monitor", PATH_TYPE)
SHAPE(disable_in_process_monitor_deep, "disable_in_process_monitor_deep", PATH_TYPE)
SHAPE(disable_all_monitors, "disable_all_monitors", PATH_TYPE)
SHAPE(disable_all_monitors_deep, "disable_all_monitors_deep", PATH_TYPE)

#define CALL(id) \
	{ \
#id, "POST", "/web/api/v2.1/exclusions", ".data.value", \
			"(.data | if type == \"array\" then .[0] else . end).id", \
			id##_shape \
	}

const struct cv_api_call cv_sentinelone_calls[] = {
	CALL(suppress),
	CALL(suppress_folder),
	CALL(suppress_dynamic_only),
	CALL(suppress_dfi_only),
	CALL(disable_in_process_monitor),
	CALL(disable_in_process_monitor_deep),
	CALL(disable_all_monitors),
	CALL(disable_all_monitors_deep),
	{.list = NULL},
};

/* clang-format off */
#define L(text) {CV_API_LINE, text},
#define END {CV_API_LINE, NULL}
#define FUNCTIONS(id, mode, folder) \
	L("there_" #id "() { objects " mode " " folder "; }") \
	L("remove_" #id "() { remove \"$1\"; }")

static const struct cv_api_line console[] = {
	L("# objects MODE FOLDER: those of the mode in our scope; FOLDER: those for the files")
	L("# right in a folder, or the others.")
	L("objects() {")
	L("\tcursor=")
	L("\twhile :; do")
	L("\t\tcall GET \"/web/api/v2.1/exclusions?type=path&limit=1000&$scope$cursor\"")
	L("\t\tjq -c --arg mode \"$1\" --argjson folder \"$2\" '.data[] | select(.mode == $mode and")
	L("\t\t\t(.pathExclusionType == \"folder\") == $folder) |")
	L("\t\t\t{id, value, comment: (.description // \"\")}' \"$work/answer\"")
	L("\t\tcursor=$(jq -r '.pagination.nextCursor // \"\" | @uri' \"$work/answer\")")
	L("\t\t[ -n \"$cursor\" ] || break")
	L("\t\tcursor=\"&cursor=$cursor\"")
	L("\tdone")
	L("}")
	L("")
	L("")
	L("remove() {")
	L("\tprintf '{\"data\": {\"ids\": [\"%s\"], \"type\": \"path\"}}\\n' \"$1\" >\"$work/body\"")
	L("\tcall DELETE /web/api/v2.1/exclusions \"$work/body\"")
	L("}")
	L("")
	FUNCTIONS(suppress, "suppress", "false")
	FUNCTIONS(suppress_folder, "suppress", "true")
	FUNCTIONS(suppress_dynamic_only, "suppress_dynamic_only", "false")
	FUNCTIONS(suppress_dfi_only, "suppress_dfi_only", "false")
	FUNCTIONS(disable_in_process_monitor, "disable_in_process_monitor", "false")
	FUNCTIONS(disable_in_process_monitor_deep, "disable_in_process_monitor_deep", "false")
	FUNCTIONS(disable_all_monitors, "disable_all_monitors", "false")
	FUNCTIONS(disable_all_monitors_deep, "disable_all_monitors_deep", "false")
	L("")
	END
};

const struct cv_api_line *const cv_sentinelone_send[] = {
	cv_api_template_send_head, cv_api_template_calls, console,
	cv_api_template_send_tail, NULL,
};

const struct cv_api_line *const cv_sentinelone_undo[] = {
	cv_api_template_undo_head, cv_api_template_calls, console,
	cv_api_template_undo_tail, NULL,
};
