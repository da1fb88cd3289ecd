/* What Kibana's exception-list API takes for Elastic Defend.  Sources: elastic/kibana,
 * the validators of trusted applications and event filters
 * (lists_integration/endpoint/validators), the schema of exception items
 * (kbn-securitysolution-exceptions-common, openapi) and the artifacts made of them
 * (server/endpoint/lib/artifacts/lists.ts: fields that end in `.caseless` or `.text` fold
 * case on Windows and macOS and do not on Linux).  What the lists do: a trusted
 * application is not monitored, and an event that a filter matches is not stored. */
#include "elastic-defend/facts.h"

#include <stddef.h>

#include "model/pattern.h"
#include "model/policy.h"

/* Kibana's page on wildcards says of neither sign that it stops at a separator: both are
 * taken to cross it. */
static const struct cv_spelling spellings[] = {
	{"*", CV_WIDE_ANY, false},
	{"?", CV_WIDE_ONE, false},
	{NULL, NULL, false},
};

static const struct cv_dialect windows_wildcards = {
	.name = "Elastic wildcard, Windows",
	.spellings = spellings,
	.anywhere = {"*\\", CV_WIDE_ANY "\\", false},
	.tree_suffix = "\\*",
	.wildcard_in_base_of_folder = true,
	.no_variables = true,
};

static const struct cv_dialect posix_wildcards = {
	.name = "Elastic wildcard, Linux and macOS",
	.spellings = spellings,
	.anywhere = {"*/", CV_WIDE_ANY "/", false},
	.tree_suffix = "/*",
	.wildcard_in_base_of_folder = true,
	.longest_characters = 1024,
};

#define WINDOWS (1u << CV_WINDOWS)
#define POSIX (1u << CV_LINUX | 1u << CV_MACOS)

#define TRUSTED_APPS(its_platforms, its_dialect) \
	{ \
		.name = "trusted_apps", .kinds = 1u << CV_KIND_PROCESS, \
		.platforms = its_platforms, .effect = CV_EFFECT_UNWATCHED, \
		.dialect = &(its_dialect), \
	}

#define EVENT_FILTERS(its_platforms, its_dialect) \
	{ \
		.name = "event_filters", \
		.kinds = 1u << CV_KIND_FOLDER | 1u << CV_KIND_FILE, \
		.platforms = its_platforms, .effect = CV_EFFECT_STORAGE_OFF, \
		.dialect = &(its_dialect), \
		.cost = "only keeps events from being stored: it saves no work on the " \
			"endpoint and changes no alert", \
	}

const struct cv_list cv_elastic_lists[] = {
	TRUSTED_APPS(WINDOWS, windows_wildcards),
	TRUSTED_APPS(POSIX, posix_wildcards),
	EVENT_FILTERS(WINDOWS, windows_wildcards),
	EVENT_FILTERS(POSIX, posix_wildcards),
	{.name = NULL},
};

#define SHAPE(id, list, field) \
	static const struct cv_api_part id##_shape[] = { \
		{CV_API_FIXED, "list_id", list}, \
		{CV_API_OF_WORD, "item_id", CV_ELASTIC_ITEM}, \
		{CV_API_FIXED, "type", "simple"}, \
		{CV_API_FIXED, "namespace_type", "agnostic"}, \
		{CV_API_OF_WORD, "name", CV_ELASTIC_NAME}, \
		{CV_API_OF_NOTE, "description", NULL}, \
		{CV_API_OF_WORDS, "os_types", CV_ELASTIC_OS}, \
		{CV_API_OF_WORDS, "tags", CV_ELASTIC_TAGS}, \
		{CV_API_LIST, "comments", NULL}, \
		{CV_API_END, NULL, NULL}, \
		{CV_API_LIST, "entries", NULL}, \
		{CV_API_OBJECT, NULL, NULL}, \
		{CV_API_FIXED, "field", field}, \
		{CV_API_OF_WORD, "type", CV_ELASTIC_TYPE}, \
		{CV_API_FIXED, "operator", "included"}, \
		{CV_API_OF_VALUE, "value", NULL}, \
		{CV_API_END, NULL, NULL}, \
		{CV_API_END, NULL, NULL}, \
		{CV_API_END, NULL, NULL}, \
	};

SHAPE(trusted_apps, "endpoint_trusted_apps", "process.executable.caseless")
SHAPE(event_filters, "endpoint_event_filters", "file.path.text")

#define PATH "/api/exception_lists/items"
#define VALUE ".entries[0].value"

const struct cv_api_call cv_elastic_calls[] = {
	{"trusted_apps", "POST", PATH, VALUE, ".item_id", trusted_apps_shape},
	{"event_filters", "POST", PATH, VALUE, ".item_id", event_filters_shape},
	{.list = NULL},
};

/* clang-format off */
#define L(text) {CV_API_LINE, text},
#define END {CV_API_LINE, NULL}

/* An item of several entries is somebody else's.  Whether an item holds for our scope is
 * seen by its tags. */
static const struct cv_api_line console[] = {
	L("extra='kbn-xsrf: carveout'")
	L("")
	L("# objects LIST: the items of a list that hold for all of our policies.")
	L("objects() {")
	L("\tpage=1")
	L("\twhile :; do")
	L("\t\tcall GET \"/api/exception_lists/items/_find?list_id=$1&namespace_type=agnostic&per_page=100&page=$page\"")
	L("\t\tcount=$(jq '.data | length' \"$work/answer\")")
	L("\t\t[ \"$count\" -gt 0 ] || break")
	L("\t\tjq -c --arg scope \"$scope\" '.data[] | select((.entries | length) == 1) |")
	L("\t\t\tselect(any(.tags[]?; . == \"policy:all\") or ($scope | split(\",\")) - .tags == []) |")
	L("\t\t\t{id: .item_id, value: .entries[0].value, comment: (.description // \"\")}' \"$work/answer\"")
	L("\t\tpage=$((page + 1))")
	L("\tdone")
	L("}")
	L("")
	L("there_trusted_apps() { objects endpoint_trusted_apps; }")
	L("there_event_filters() { objects endpoint_event_filters; }")
	L("")
	L("")
	L("remove() { call DELETE \"/api/exception_lists/items?item_id=$1&namespace_type=agnostic\"; }")
	L("remove_trusted_apps() { remove \"$1\"; }")
	L("remove_event_filters() { remove \"$1\"; }")
	L("")
	END
};

const struct cv_api_line *const cv_elastic_send[] = {
	cv_api_template_send_head, cv_api_template_calls, console,
	cv_api_template_send_tail, NULL,
};

const struct cv_api_line *const cv_elastic_undo[] = {
	cv_api_template_undo_head, cv_api_template_calls, console,
	cv_api_template_undo_tail, NULL,
};
