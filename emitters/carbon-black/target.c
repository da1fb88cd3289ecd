/* Carbon Black Cloud through its API: rules of a policy by which programs are left alone.
 */
#include <string.h>

#include "base/ctx.h"
#include "carbon-black/facts.h"
#include "model/lexical.h"
#include "model/policy.h"

static bool check_org(struct cv_ctx *ctx, struct cv_text value)
{
	static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz";

	if (cv_lexical_is_made_of(value.text, letters))
		return true;
	return cv_find(ctx, CV_F_BAD_VALUE, value.at,
		       "bad org key %s: letters and digits", cv_shown(ctx, value.text));
}

static bool check_policy(struct cv_ctx *ctx, struct cv_text value)
{
	if (cv_lexical_is_made_of(value.text, cv_lexical_digits))
		return true;
	return cv_find(ctx, CV_F_BAD_VALUE, value.at, "bad policy %s: its id, in digits",
		       cv_shown(ctx, value.text));
}

static const struct cv_lexical org_lexical = {
	.name = "an org key",
	.check = check_org,
	.pattern = "^[0-9A-Za-z]+$",
};

static const struct cv_lexical policy_lexical = {
	.name = "the id of a policy",
	.check = check_policy,
	.pattern = "^[0-9]+$",
};

static const char *const operations[] = {"BYPASS_API", "BYPASS_ALL", NULL};

static const struct cv_lexical operation_lexical = {
	.name = "an operation",
	.words = operations,
};

#define OPTION(member) offsetof(struct cv_carbon_black_options, member)

static const struct cv_field fields[] = {
	{"org-key", CV_FIELD_TEXT, CV_FIELD_REQUIRED, OPTION(org), &org_lexical, NULL,
	 NULL, "the key of the organisation"},
	{"policies", CV_FIELD_MAP, CV_FIELD_REQUIRED | CV_FIELD_GROUPS, OPTION(policies),
	 &policy_lexical, NULL, NULL, "for each group the id of its policy"},
	{"operation", CV_FIELD_TEXT, 0, OPTION(operation), &operation_lexical, NULL,
	 "BYPASS_API",
	 "BYPASS_API leaves out what a program does by the API of the system, BYPASS_ALL "
	 "all that it does"},
	{.key = NULL},
};

static const struct cv_fields options = {
	.name = "the carbon-black target",
	.size = sizeof(struct cv_carbon_black_options),
	.fields = fields,
	.holes = -1,
	.span = -1,
};

static bool arrange(struct cv_ctx *ctx, struct cv_plan *plan)
{
	const struct cv_carbon_black_options *set = plan->use->options;
	const char *policy = cv_api_for_group(&set->policies, plan), *where;
	struct cv_api_call calls[2] = {cv_carbon_black_calls[0]};

	for (size_t i = 0; i < plan->entries.count; i++) {
		struct cv_entry *entry = CV_AT(&plan->entries, struct cv_entry, i);

		if (entry->kind != CV_ENTRY_EXCLUSION)
			continue;
		if (!policy)
			return cv_find(ctx, CV_F_MISSING_SETTING, plan->use->name.at,
				       "carbon-black: `policies` names none for %s",
				       plan->subject->name);
		cv_api_describe(ctx, entry, CV_CARBON_BLACK_OPERATION,
				set->operation.text);
	}
	where = cv_arena_format(ctx->arena, "%s/policies/%s", set->org.text,
				policy ? policy : "");
	calls[0].path =
		cv_arena_format(ctx->arena, "/policyservice/v1/orgs/%s/rules", where);
	cv_api_arrange(ctx, plan, calls, CV_CARBON_BLACK_NOTE_MAX, where);
	return true;
}

static const struct cv_form forms[] = {
	{
		.name = "rules",
		.suffix = ".rules.ndjson",
		.summary = "bodies of rules, one a line",
		.kinds = CV_ENTRY_EXCLUSION,
		.subjects = CV_SUBJECT_GROUP,
		.if_any = true,
		.emit = cv_carbon_black_emit_bodies,
		.read = cv_carbon_black_read_rules,
		.strip = cv_strip_note,
	},
	{
		.name = "rows",
		.suffix = ".rows.ndjson",
		.summary = "the rows behind each rule, which has no room for them",
		.kinds = CV_ENTRY_EXCLUSION,
		.subjects = CV_SUBJECT_GROUP,
		.if_any = true,
		.emit = cv_carbon_black_emit_rows,
		.read = cv_carbon_black_read_rows,
	},
	CV_API_FORMS(cv_carbon_black_emit_send, cv_carbon_black_read_send,
		     cv_carbon_black_emit_undo, cv_carbon_black_read_undo),
	{.name = NULL},
};

static const char *const verified[] = {
	"curl and jq against a console of the tests' own: calls, bodies, undo",
	NULL,
};

const struct cv_target cv_target_carbon_black = {
	.name = "carbon-black",
	.summary = "Carbon Black Cloud bypass rules, as bodies of API calls",
	.preview = true,
	.can =
		{
			.subjects = CV_SUBJECT_GROUP,
			.platforms = 1u << CV_WINDOWS | 1u << CV_LINUX | 1u << CV_MACOS,
			.lists = cv_carbon_black_lists,
			.note_limit = CV_CARBON_BLACK_NOTE_MAX,
		},
	.options = &options,
	.arrange = arrange,
	.forms = forms,
	.verified = verified,
};
