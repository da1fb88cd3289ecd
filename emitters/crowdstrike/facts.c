/* What Falcon's API takes.  Sources: the request models of CrowdStrike's own SDK for Go
 * (gofalcon, exclusions_create_req_v1, sv_exclusions_create_req_v1,
 * ioa_exclusions_ioa_exclusion_create_req_v1) and PSFalcon, by the vendor, too; what a
 * pattern means is written behind a login, and known from copies and from the vendor's
 * Terraform provider, which also has the bound of 256 characters for regular
 * expressions. */
#include "crowdstrike/facts.h"

#include <stddef.h>
#include "model/pattern.h"
#include "model/policy.h"

/* A pattern begins at the root folder: no drive, no device, no separator in front, so
 * that it holds for every volume.  `*` is one part of the path, `**` any number; upper
 * and lower case are one. */
static const struct cv_dialect windows_globs = {
	.name = "Falcon glob, Windows",
	.one_segment = true,
	.any_depth = true,
	.volume = {"", CV_WIDE_VOLUME "\\", false},
	.anywhere = {"**\\", CV_WIDE_VOLUME "\\**\\", false},
	.tree_suffix = "\\**",
	.children_suffix = "\\*",
	.wildcard_in_base_of_folder = true,
	.no_variables = true,
	.no_network = true,
	.caseless = true,
	.ascii = true,
};

static const struct cv_dialect posix_globs = {
	.name = "Falcon glob, Linux and macOS",
	.one_segment = true,
	.any_depth = true,
	.anywhere = {"**/", "/**/", false},
	.tree_suffix = "/**",
	.children_suffix = "/*",
	.wildcard_in_base_of_folder = true,
	.caseless = true,
	.ascii = true,
};

/* Regular expressions over the whole path, of at most 256 characters.  Which dialect they
 * are in is not published: only what all have in common is written. */
#define ESCAPED "\\.()+[]{}^$|?*"
enum { LONGEST_EXPRESSION = 256 };

static const struct cv_spelling windows_spellings[] = {
	{"(\\\\[^\\\\]+)*", "\\**", false},
	{"[^\\\\]*", "*", false},
	{".*", CV_WIDE_ANY, false},
	{"[^\\\\]", CV_WIDE_BYTE, false},
	{NULL, NULL, false},
};

/* PSFalcon writes `.*\\` for the volume. */
static const struct cv_dialect windows_expressions = {
	.name = "IOA expression, Windows",
	.spellings = windows_spellings,
	.escaped = ESCAPED,
	.escape = '\\',
	.volume = {".*\\\\", CV_WIDE_ANY "\\", false},
	.anywhere = {".*\\\\", CV_WIDE_ANY "\\", false},
	.no_variables = true,
	.no_network = true,
	.longest_characters = LONGEST_EXPRESSION,
};

static const struct cv_spelling posix_spellings[] = {
	{"(/[^/]+)*", "/**", false},   {"[^/]*", "*", false}, {".*", CV_WIDE_ANY, false},
	{"[^/]", CV_WIDE_BYTE, false}, {NULL, NULL, false},
};

static const struct cv_dialect posix_expressions = {
	.name = "IOA expression, Linux and macOS",
	.spellings = posix_spellings,
	.escaped = ESCAPED,
	.escape = '\\',
	.anywhere = {".*/", CV_WIDE_ANY "/", false},
	.longest_characters = LONGEST_EXPRESSION,
};

static bool chosen(const struct cv_crowdstrike_options *options, const char *word)
{
	return cv_api_has_word(&options->process_rows, word);
}

static bool serves_ml(const void *options, const struct cv_exclusion *exclusion,
		      const char **why_out)
{
	(void)why_out;
	return exclusion->kind != CV_KIND_PROCESS || chosen(options, CV_CROWDSTRIKE_ML);
}

static bool serves_sv(const void *options, const struct cv_exclusion *exclusion,
		      const char **why_out)
{
	(void)exclusion;
	(void)why_out;
	return chosen(options, CV_CROWDSTRIKE_SV);
}

/* "pattern_id comes from a detection": no published table can know it. */
static bool serves_ioa(const void *options, const struct cv_exclusion *exclusion,
		       const char **why_out)
{
	const struct cv_crowdstrike_options *set = options;

	(void)exclusion;
	if (!chosen(set, CV_CROWDSTRIKE_IOA))
		return false;
	if (set->pattern_id.text && set->pattern_name.text)
		return true;
	*why_out = "an IOA exclusion needs the `pattern-id` and `pattern-name` of a "
		   "detection";
	return false;
}

#define FILES (1u << CV_KIND_FOLDER | 1u << CV_KIND_FILE)
#define PROCESSES (1u << CV_KIND_PROCESS)
#define WINDOWS (1u << CV_WINDOWS)
#define POSIX (1u << CV_LINUX | 1u << CV_MACOS)

#define ML(its_platforms, its_dialect) \
	{ \
		.name = CV_CROWDSTRIKE_ML, .kinds = FILES | PROCESSES, \
		.platforms = its_platforms, .effect = CV_EFFECT_FILE_UNSCANNED, \
		.dialect = &(its_dialect), .serves = serves_ml, \
	}

#define SV(its_platforms, its_dialect) \
	{ \
		.name = CV_CROWDSTRIKE_SV, .kinds = PROCESSES, \
		.platforms = its_platforms, .effect = CV_EFFECT_UNWATCHED, \
		.dialect = &(its_dialect), .children = true, \
		.cost = "a blind spot: no events of the process and no prevention; " \
			"takes up " \
			"to 40 minutes to come into force", \
		.serves = serves_sv, \
	}

#define IOA(its_platforms, its_dialect) \
	{ \
		.name = CV_CROWDSTRIKE_IOA, .kinds = PROCESSES, \
		.platforms = its_platforms, .effect = CV_EFFECT_ALERT_OFF, \
		.dialect = &(its_dialect), .serves = serves_ioa, \
	}

const struct cv_list cv_crowdstrike_lists[] = {
	ML(WINDOWS, windows_globs),
	ML(POSIX, posix_globs),
	SV(WINDOWS, windows_globs),
	SV(POSIX, posix_globs),
	IOA(WINDOWS, windows_expressions),
	IOA(POSIX, posix_expressions),
	{.name = NULL},
};

static const struct cv_api_part ml_shape[] = {
	{CV_API_OF_VALUE, "value", NULL},
	{CV_API_OF_WORDS, "excluded_from", CV_CROWDSTRIKE_FROM},
	{CV_API_OF_WORDS, "groups", CV_CROWDSTRIKE_GROUPS},
	{CV_API_OF_NOTE, "comment", NULL},
	{CV_API_END, NULL, NULL},
};

static const struct cv_api_part sv_shape[] = {
	{CV_API_OF_VALUE, "value", NULL},
	{CV_API_OF_FLAG, "is_descendant_process", CV_CROWDSTRIKE_CHILDREN},
	{CV_API_OF_WORDS, "groups", CV_CROWDSTRIKE_GROUPS},
	{CV_API_OF_NOTE, "comment", NULL},
	{CV_API_END, NULL, NULL},
};

/* `.*` for the command line: any.  The description is what the API shows again, so our
 * tag stands there. */
static const struct cv_api_part ioa_shape[] = {
	{CV_API_OF_WORD, "name", CV_CROWDSTRIKE_NAME},
	{CV_API_OF_NOTE, "description", NULL},
	{CV_API_OF_WORD, "pattern_id", CV_CROWDSTRIKE_PATTERN},
	{CV_API_OF_WORD, "pattern_name", CV_CROWDSTRIKE_PATTERN_NAME},
	{CV_API_OF_VALUE, "ifn_regex", NULL},
	{CV_API_FIXED, "cl_regex", ".*"},
	{CV_API_OF_WORDS, "groups", CV_CROWDSTRIKE_GROUPS},
	{CV_API_END, NULL, NULL},
};

const struct cv_api_call cv_crowdstrike_calls[] = {
	{CV_CROWDSTRIKE_ML, "POST", "/policy/entities/ml-exclusions/v1", ".value",
	 ".resources[0].id", ml_shape},
	{CV_CROWDSTRIKE_SV, "POST", "/policy/entities/sv-exclusions/v1", ".value",
	 ".resources[0].id", sv_shape},
	{CV_CROWDSTRIKE_IOA, "POST", "/policy/entities/ioa-exclusions/v1", ".ifn_regex",
	 ".resources[0].id", ioa_shape},
	{.list = NULL},
};

/* clang-format off */
#define L(text) {CV_API_LINE, text},
#define END {CV_API_LINE, NULL}

/* Queries give ids, entities give objects by ids; both and the deletion by id are those
 * of the vendor's SDKs.  Objects of ML and sensor visibility exclusions come without their
 * comment (gofalcon, exclusions_exclusion_v1). */
static const struct cv_api_line console[] = {
	L("# objects NAME MEMBERS: those of a kind that hold for all of our host groups.")
	L("objects() {")
	L("\toffset=0")
	L("\twhile :; do")
	L("\t\tcall GET \"/policy/queries/$1/v1?limit=100&offset=$offset\"")
	L("\t\tcount=$(jq '.resources | length' \"$work/answer\")")
	L("\t\t[ \"$count\" -gt 0 ] || break")
	L("\t\tids=$(jq -r '.resources | map(\"ids=\" + @uri) | join(\"&\")' \"$work/answer\")")
	L("\t\tcall GET \"/policy/entities/$1/v1?$ids\"")
	L("\t\tjq -c --arg scope \"$scope\" '.resources[] | select(.applied_globally == true or")
	L("\t\t\t(($scope | split(\",\")) - [.groups[]? | (.id? // .)] == [])) | '\"$2\" \"$work/answer\"")
	L("\t\toffset=$((offset + count))")
	L("\tdone")
	L("}")
	L("")
	L("there_ml() { objects ml-exclusions '{id, value, comment: null}'; }")
	L("there_sv() { objects sv-exclusions '{id, value, comment: null}'; }")
	L("there_ioa() {")
	L("\tobjects ioa-exclusions '{id, value: .ifn_regex, comment: (.description // \"\")}'")
	L("}")
	L("")
	L("")
	L("remove_ml() { call DELETE \"/policy/entities/ml-exclusions/v1?ids=$1\"; }")
	L("remove_sv() { call DELETE \"/policy/entities/sv-exclusions/v1?ids=$1\"; }")
	L("remove_ioa() { call DELETE \"/policy/entities/ioa-exclusions/v1?ids=$1\"; }")
	L("")
	END
};

const struct cv_api_line *const cv_crowdstrike_send[] = {
	cv_api_template_send_head, cv_api_template_calls, console,
	cv_api_template_send_tail, NULL,
};

const struct cv_api_line *const cv_crowdstrike_undo[] = {
	cv_api_template_undo_head, cv_api_template_calls, console,
	cv_api_template_undo_tail, NULL,
};
