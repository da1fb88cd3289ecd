/* What the policy API of Carbon Black Cloud takes.  Sources: the vendor's SDK for Python
 * (cbc_sdk/platform/models/policy_rule.yaml, policies.py) for rules and their paths, and
 * the vendor's pages on wildcards in policies.  A rule has no comment, so the rows stand
 * in a file beside it. */
#include "carbon-black/facts.h"

#include <stddef.h>

#include "model/pattern.h"
#include "model/policy.h"

/* `*` is one level, `**` any depth, `?` one character or none. */
static const struct cv_spelling spellings[] = {
	{"?", CV_WIDE_MAYBE, false},
	{NULL, NULL, false},
};

static const struct cv_dialect windows_globs = {
	.name = "Carbon Black path, Windows",
	.one_segment = true,
	.any_depth = true,
	.spellings = spellings,
	.anywhere = {"**\\", CV_WIDE_VOLUME "\\**\\", false},
	.tree_suffix = "\\**",
	.children_suffix = "\\*",
	.wildcard_in_base_of_folder = true,
	.refused_at_ends = ". ",
};

static const struct cv_dialect posix_globs = {
	.name = "Carbon Black path, Linux and macOS",
	.one_segment = true,
	.any_depth = true,
	.spellings = spellings,
	.anywhere = {"**/", "/**/", false},
	.tree_suffix = "/**",
	.children_suffix = "/*",
	.wildcard_in_base_of_folder = true,
	.refused_at_ends = ". ",
};

/* A rule names programs: that of a folder, all programs in it. */
#define RULES(its_platforms, its_dialect) \
	{ \
		.name = "rules", \
		.kinds = 1u << CV_KIND_FOLDER | 1u << CV_KIND_FILE | \
			 1u << CV_KIND_PROCESS, \
		.platforms = its_platforms, .effect = CV_EFFECT_UNWATCHED, \
		.dialect = &(its_dialect), \
		.cost = "what the programs do is not looked at; files that they write " \
			"are " \
			"scanned as before", \
	}

const struct cv_list cv_carbon_black_lists[] = {
	RULES(1u << CV_WINDOWS, windows_globs),
	RULES(1u << CV_LINUX | 1u << CV_MACOS, posix_globs),
	{.name = NULL},
};

static const struct cv_api_part rules_shape[] = {
	{CV_API_FALSE, "required", NULL},
	{CV_API_FIXED, "action", "IGNORE"},
	{CV_API_OBJECT, "application", NULL},
	{CV_API_FIXED, "type", "NAME_PATH"},
	{CV_API_OF_VALUE, "value", NULL},
	{CV_API_END, NULL, NULL},
	{CV_API_OF_WORD, "operation", CV_CARBON_BLACK_OPERATION},
	{CV_API_END, NULL, NULL},
};

static const struct cv_api_part rows_shape[] = {
	{CV_API_OF_VALUE, "value", NULL},
	{CV_API_OF_WORD, "operation", CV_CARBON_BLACK_OPERATION},
	{CV_API_OF_NOTE, "rows", NULL},
	{CV_API_END, NULL, NULL},
};

/* $scope is the policy: ORG/policies/ID.  The call's path is completed by the plan. */
const struct cv_api_call cv_carbon_black_calls[] = {
	{"rules", "POST", "/policyservice/v1/orgs/%s/rules", ".application.value", ".id",
	 rules_shape},
	{.list = NULL},
};

const struct cv_api_call cv_carbon_black_rows[] = {
	{"rules", NULL, NULL, NULL, NULL, rows_shape},
	{.list = NULL},
};

/* clang-format off */
#define L(text) {CV_API_LINE, text},
#define END {CV_API_LINE, NULL}

/* A rule shows no comment: what the record holds is ours. */
static const struct cv_api_line console[] = {
	L("there_rules() {")
	L("\tcall GET \"/policyservice/v1/orgs/$scope\"")
	L("\tjq -c '.rules[] | select(.action == \"IGNORE\" and .application.type == \"NAME_PATH\") |")
	L("\t\t{id, value: .application.value, comment: null}' \"$work/answer\"")
	L("}")
	L("")
	L("")
	L("remove_rules() { call DELETE \"/policyservice/v1/orgs/$scope/rules/$1\"; }")
	L("")
	END
};

const struct cv_api_line *const cv_carbon_black_send[] = {
	cv_api_template_send_head, cv_api_template_calls, console,
	cv_api_template_send_tail, NULL,
};

const struct cv_api_line *const cv_carbon_black_undo[] = {
	cv_api_template_undo_head, cv_api_template_calls, console,
	cv_api_template_undo_tail, NULL,
};
