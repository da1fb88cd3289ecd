/* What the API of Deep Security and Cloud One Workload Security takes.  Sources: the
 * Ansible collection trendmicro.deepsec (directory lists: name, description, items) and
 * migration tools (file lists, the header api-version); the
 * vendor's pages on directory lists (what `D\` and `D*\` cover, comments behind `#`) and
 * on process image files (full paths).  One object holds a whole list; an anti-malware
 * configuration then names it, which is the admin's to do.  Whether an extension
 * stands in its list with a dot was not found, so none is written. */
#include "trend/facts.h"

#include <stddef.h>

#include "model/pattern.h"
#include "model/policy.h"

#define WINDOWS (1u << CV_WINDOWS)
#define POSIX (1u << CV_LINUX | 1u << CV_MACOS)

/* `D\` is the folder with all below it, `D*\` are folders whose names begin so; `D\*\`
 * leaves out the files of D itself and is never written. */
static const struct cv_dialect windows_directories = {
	.name = "Trend directory list, Windows",
	.one_segment = true,
	.tree_suffix = "\\",
	.wildcard_in_base_of_folder = true,
	.wildcard_in_base_only = true,
	.no_variables = true,
	.refused = "#",
};

static const struct cv_dialect posix_directories = {
	.name = "Trend directory list, Linux and macOS",
	.one_segment = true,
	.tree_suffix = "/",
	.wildcard_in_base_of_folder = true,
	.wildcard_in_base_only = true,
	.no_variables = true,
	.refused = "#",
};

/* A name alone is the file in any folder; a wildcard beside a path is not taken by every
 * agent. */
#define FILES(its_name) \
	{ \
		.name = its_name, .bare_name = true, .no_variables = true, \
		.refused = "#", \
	}

static const struct cv_dialect windows_files = FILES("Trend file list, Windows");
static const struct cv_dialect posix_files = FILES("Trend file list, Linux and macOS");

/* "Full path only". */
#define PROGRAMS(its_name) \
	{ \
		.name = its_name, .no_variables = true, .refused = "#", \
	}

static const struct cv_dialect windows_processes =
	PROGRAMS("Trend process image list, Windows");
static const struct cv_dialect posix_processes =
	PROGRAMS("Trend process image list, Linux and macOS");

#define LIST(id, its_kinds, its_platforms, its_effect, its_dialect, its_cost) \
	{ \
		.name = #id, .kinds = its_kinds, .platforms = its_platforms, \
		.effect = its_effect, .dialect = &(its_dialect), .cost = its_cost, \
	}
#define LISTS(id, its_kinds, its_effect, its_cost) \
	LIST(id, its_kinds, WINDOWS, its_effect, windows_##id, its_cost), \
		LIST(id, its_kinds, POSIX, its_effect, posix_##id, its_cost)

const struct cv_list cv_trend_lists[] = {
	LISTS(directories, 1u << CV_KIND_FOLDER, CV_EFFECT_FILE_UNSCANNED, NULL),
	LISTS(files, 1u << CV_KIND_FILE, CV_EFFECT_FILE_UNSCANNED, NULL),
	LISTS(processes, 1u << CV_KIND_PROCESS, CV_EFFECT_OPENED_UNSCANNED,
	      "real-time scans only; the program's modules are left out, too"),
	{.name = NULL},
};

static const struct cv_api_part shape[] = {
	{CV_API_OF_WORD, "name", CV_TREND_NAME},
	{CV_API_OF_WORD, "description", CV_TREND_DESCRIPTION},
	{CV_API_OF_ALL, "items", NULL},
	{CV_API_END, NULL, NULL},
};

const struct cv_api_call cv_trend_calls[] = {
	{"directories", "POST", "/api/directorylists", ".name", ".ID", shape},
	{"files", "POST", "/api/filelists", ".name", ".ID", shape},
	{"processes", "POST", "/api/filelists", ".name", ".ID", shape},
	{.list = NULL},
};

/* clang-format off */
#define L(text) {CV_API_LINE, text},
#define END {CV_API_LINE, NULL}

/* An object is found again by its name.  One that was sent before is changed: its items
 * become those of the file, and what somebody else put into it stays. */
static const struct cv_api_line console[] = {
	L("extra='api-version: v1'")
	L("")
	L("where() {")
	L("\tcase $1 in")
	L("\tdirectories) path=/api/directorylists member=directoryLists ;;")
	L("\t*) path=/api/filelists member=fileLists ;;")
	L("\tesac")
	L("}")
	L("")
	L("# ours LIST NAME: our object of that name, if there is one, in $work/ours.")
	L("ours() {")
	L("\twhere \"$1\"")
	L("\tcall GET \"$path\"")
	L("\tjq -c --arg member \"$member\" --arg name \"$2\" --arg tag \"$tag\" '.[$member][] |")
	L("\t\tselect(.name == $name)' \"$work/answer\" >\"$work/ours\"")
	L("\t[ ! -s \"$work/ours\" ] || jq -e --arg tag \"$tag\" '(.description // \"\") | startswith($tag)' \\")
	L("\t\t\"$work/ours\" >/dev/null || fail \"$2 is somebody else's\"")
	L("\tid=$(jq -r '.ID | tostring | @uri' \"$work/ours\")")
	L("}")
	L("")
	END
};

static const struct cv_api_line send_tail[] = {
	L("sent=0")
	L("known=0")
	L("")
	L("# send LIST METHOD PATH VALUE ID FILE: the file holds the body of one call.")
	L("send() {")
	L("\tif [ \"$live\" = no ]; then")
	L("\t\twhile IFS= read -r body; do")
	L("\t\t\tprintf 'would send %s %s %s\\n' \"$2\" \"$3\" \"$body\"")
	L("\t\tdone <\"$here/$6\"")
	L("\t\treturn 0")
	L("\tfi")
	L("\tours \"$1\" \"$(jq -r \"$4\" \"$here/$6\")\"")
	L("\tif [ ! -s \"$work/ours\" ]; then")
	L("\t\tcall \"$2\" \"$3\" \"$here/$6\"")
	L("\t\tsent=$((sent + 1))")
	L("\t\tjq -c --arg list \"$1\" '{list: $list, id: .ID}' \"$work/answer\" >>\"$record\"")
	L("\t\treturn 0")
	L("\tfi")
	L("\tjq -c --slurpfile new \"$here/$6\" '{items: ($new[0].items + (.items - $new[0].items))}' \\")
	L("\t\t\"$work/ours\" >\"$work/body\"")
	L("\tif jq -e --slurpfile new \"$work/body\" '(.items | sort) == ($new[0].items | sort)' \\")
	L("\t\t\"$work/ours\" >/dev/null; then")
	L("\t\tknown=$((known + 1))")
	L("\telse")
	L("\t\tcall \"$2\" \"$3/$id\" \"$work/body\"")
	L("\t\tsent=$((sent + 1))")
	L("\tfi")
	L("}")
	L("")
	{CV_API_CALLS, "send"},
	L("[ \"$live\" = no ] || printf 'sent %s, the console had %s already\\n' \"$sent\" \"$known\"")
	END
};

static const struct cv_api_line undo_tail[] = {
	L("gone=0")
	L("")
	L("# undo LIST FILE: takes the items that the file has of the list out of our object,")
	L("# and deletes it when nothing is left.")
	L("undo() {")
	L("\tif [ \"$live\" = no ]; then")
	L("\t\twhile IFS= read -r line; do")
	L("\t\t\tcase $line in")
	L("\t\t\t'{\"list\": \"'\"$1\"'\", '*) printf 'would look for %s\\n' \"$line\" ;;")
	L("\t\t\tesac")
	L("\t\tdone <\"$here/$2\"")
	L("\t\treturn 0")
	L("\tfi")
	L("\tours \"$1\" \"${tag%:} $1\"")
	L("\t[ -s \"$work/ours\" ] || return 0")
	L("\tjq -c --arg list \"$1\" --slurpfile gone \"$here/$2\" '{items: [.items[] |")
	L("\t\tselect((split(\" #\")[0]) as $value |")
	L("\t\t\tany($gone[]; .list == $list and .value == $value) | not)]}' \\")
	L("\t\t\"$work/ours\" >\"$work/body\"")
	L("\twhere \"$1\"")
	L("\tif jq -e '.items == []' \"$work/body\" >/dev/null; then")
	L("\t\tcall DELETE \"$path/$id\"")
	L("\telse")
	L("\t\tcall POST \"$path/$id\" \"$work/body\"")
	L("\tfi")
	L("\tgone=$((gone + 1))")
	L("}")
	L("")
	{CV_API_UNDOS, "undo"},
	L("[ \"$live\" = no ] || printf 'took back %s lists\\n' \"$gone\"")
	END
};

const struct cv_api_line *const cv_trend_send[] = {
	cv_api_template_send_head, cv_api_template_calls, console, send_tail, NULL,
};

const struct cv_api_line *const cv_trend_undo[] = {
	cv_api_template_undo_head, cv_api_template_calls, console, undo_tail, NULL,
};
