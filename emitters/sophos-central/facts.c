/* What the endpoint API of Sophos Central takes.  Sources: a client for Go that cites the
 * vendor's API description (types, scan modes and their defaults, the bound on comments)
 * and the vendor's page on scanning exclusions (values, what a process exclusion does).
 * The whole grammar of wildcards of today's product was not found. */
#include "sophos-central/facts.h"

#include <stddef.h>

#include "model/pattern.h"
#include "model/policy.h"

/* A folder ends with its separator.  On Windows `*` is said of the name of a file and of
 * its extension alone. */
static const struct cv_dialect windows_paths = {
	.name = "Sophos path, Windows",
	.one_segment = true,
	.tree_suffix = "\\",
	.wildcard_in_base_only = true,
};

/* Whether `*` crosses a separator is not published: it means the one or the other. */
static const struct cv_spelling posix_spellings[] = {
	{"*", CV_WIDE_STAR, false},
	{NULL, NULL, false},
};

static const struct cv_dialect posix_paths = {
	.name = "Sophos path, Linux and macOS",
	.one_character = true,
	.spellings = posix_spellings,
	.tree_suffix = "/",
	.wildcard_in_base_of_folder = true,
};

/* "Use the full path": no wildcards are told of. */
static const struct cv_dialect programs = {
	.name = "Sophos process",
};

const struct cv_list cv_sophos_lists[] = {
	{
		.name = "path",
		.kinds = 1u << CV_KIND_FOLDER | 1u << CV_KIND_FILE,
		.platforms = 1u << CV_WINDOWS,
		.effect = CV_EFFECT_FILE_UNSCANNED,
		.dialect = &windows_paths,
	},
	{
		.name = "posix_path",
		.kinds = 1u << CV_KIND_FOLDER | 1u << CV_KIND_FILE,
		.platforms = 1u << CV_LINUX | 1u << CV_MACOS,
		.effect = CV_EFFECT_FILE_UNSCANNED,
		.dialect = &posix_paths,
	},
	{
		.name = "process",
		.kinds = 1u << CV_KIND_PROCESS,
		.platforms = 1u << CV_WINDOWS,
		.effect = CV_EFFECT_OPENED_UNSCANNED,
		.dialect = &programs,
		.cost = "only on access, and only while the program uses a file; "
			"exploits "
			"are still looked for",
	},
	{.name = NULL},
};

#define SHAPE(id, type, mode) \
	static const struct cv_api_part id##_shape[] = \
		{ \
			{CV_API_FIXED, "type", type}, \
			{CV_API_OF_VALUE, "value", NULL}, \
			mode, \
			{CV_API_OF_NOTE, "comment", NULL}, \
			{CV_API_END, NULL, NULL}, \
	};

#define MODE \
	{ \
		CV_API_OF_WORD, "scanMode", CV_SOPHOS_MODE \
	}
/* The only mode of a process exclusion. */
#define ON_ACCESS \
	{ \
		CV_API_FIXED, "scanMode", "onAccess" \
	}

SHAPE(path, "path", MODE)
SHAPE(posix_path, "posixPath", MODE)
SHAPE(process, "process", ON_ACCESS)

#define PATH "/endpoint/v1/settings/exclusions/scanning"

const struct cv_api_call cv_sophos_calls[] = {
	{"path", "POST", PATH, ".value", ".id", path_shape},
	{"posix_path", "POST", PATH, ".value", ".id", posix_path_shape},
	{"process", "POST", PATH, ".value", ".id", process_shape},
	{.list = NULL},
};

/* clang-format off */
#define L(text) {CV_API_LINE, text},
#define END {CV_API_LINE, NULL}

static const struct cv_api_line console[] = {
	L("# objects TYPE: the tenant's exclusions of a type.")
	L("objects() {")
	L("\tpage=1")
	L("\twhile :; do")
	L("\t\tcall GET \"/endpoint/v1/settings/exclusions/scanning?page=$page&pageSize=100\"")
	L("\t\tcount=$(jq '.items | length' \"$work/answer\")")
	L("\t\t[ \"$count\" -gt 0 ] || break")
	L("\t\tjq -c --arg type \"$1\" '.items[] | select(.type == $type) |")
	L("\t\t\t{id, value, comment: (.comment // \"\")}' \"$work/answer\"")
	L("\t\tpage=$((page + 1))")
	L("\tdone")
	L("}")
	L("")
	L("there_path() { objects path; }")
	L("there_posix_path() { objects posixPath; }")
	L("there_process() { objects process; }")
	L("")
	L("")
	L("remove() { call DELETE \"/endpoint/v1/settings/exclusions/scanning/$1\"; }")
	L("remove_path() { remove \"$1\"; }")
	L("remove_posix_path() { remove \"$1\"; }")
	L("remove_process() { remove \"$1\"; }")
	L("")
	END
};

const struct cv_api_line *const cv_sophos_send[] = {
	cv_api_template_send_head, cv_api_template_calls, console,
	cv_api_template_send_tail, NULL,
};

const struct cv_api_line *const cv_sophos_undo[] = {
	cv_api_template_undo_head, cv_api_template_calls, console,
	cv_api_template_undo_tail, NULL,
};
