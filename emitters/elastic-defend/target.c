/* Elastic Defend through Kibana's API: trusted applications and event filters. */
#include <string.h>

#include "base/ctx.h"
#include "elastic-defend/facts.h"
#include "model/lexical.h"
#include "model/policy.h"
#include "model/version.h"

#define ALL "all"
#define DEFAULT_SPACE "default"

/* The first that imports items from a file; before it: "Import is not supported for
 * Endpoint artifact exceptions". */
#define FIRST_TO_IMPORT "9.4"

static bool check_policies(struct cv_ctx *ctx, struct cv_text value)
{
	return cv_lexical_is_list(value.text, cv_lexical_word, 0) ||
	       cv_find(ctx, CV_F_BAD_VALUE, value.at,
		       "bad policies %s: ids of letters, digits, hyphens and "
		       "underscores, parted by commas, or the word " ALL,
		       cv_shown(ctx, value.text));
}

static const struct cv_lexical policies_lexical = {
	.name = "policies of the console",
	.check = check_policies,
	.pattern = "^[0-9A-Za-z_-]+(,[0-9A-Za-z_-]+)*$",
};

#define OPTION(member) offsetof(struct cv_elastic_options, member)

static const struct cv_field fields[] = {
	{"policies", CV_FIELD_MAP, CV_FIELD_REQUIRED | CV_FIELD_GROUPS, OPTION(policies),
	 &policies_lexical, NULL, NULL,
	 "for each group the ids of its integration policies, or all"},
	{"version", CV_FIELD_TEXT, 0, OPTION(version), &cv_lex_version, NULL, NULL,
	 "of Kibana; from " FIRST_TO_IMPORT
	 " on the bodies can be imported as a file, too"},
	{"space", CV_FIELD_TEXT, 0, OPTION(space), &cv_lex_name, NULL, DEFAULT_SPACE,
	 "the space that owns the items"},
	{.key = NULL},
};

static const struct cv_fields options = {
	.name = "the elastic-defend target",
	.size = sizeof(struct cv_elastic_options),
	.fields = fields,
	.holes = -1,
	.span = -1,
};

/* `policy:ID`, each. */
static const char *tags_of(struct cv_ctx *ctx, const char *policies)
{
	const char *tags = "";

	while (*policies) {
		const size_t size = strcspn(policies, ",");

		tags = cv_arena_format(ctx->arena, "%s%spolicy:%.*s", tags,
				       *tags ? "," : "", (int)size, policies);
		policies += size + (policies[size] == ',');
	}
	return tags;
}

/* People look for the program or the folder in the console's list. */
static const char *name_of(struct cv_ctx *ctx, const struct cv_plan *plan,
			   const struct cv_entry *entry)
{
	const char *pattern = cv_origin(entry)->exclusion->value;
	const char *base = cv_path_base(plan->subject->group->platform, pattern);
	const char *name =
		cv_arena_format(ctx->arena, "%s/%s %s", plan->policy->site->name.text,
				plan->subject->name, base);

	return strlen(name) <= CV_ELASTIC_NAME_MAX
		       ? name
		       : cv_arena_format(ctx->arena, "carveout %s",
					 cv_api_id(ctx, plan, entry));
}

/* In the order in which the shapes of the bodies name them. */
static void describe(struct cv_ctx *ctx, const struct cv_plan *plan,
		     struct cv_entry *entry, const char *tags)
{
	static const char *const systems[] = {
		[CV_WINDOWS] = "windows", [CV_LINUX] = "linux", [CV_MACOS] = "macos"};
	const struct cv_elastic_options *set = plan->use->options;

	cv_api_describe(
		ctx, entry, CV_ELASTIC_ITEM,
		cv_arena_format(ctx->arena, "carveout-%s", cv_api_id(ctx, plan, entry)));
	cv_api_describe(ctx, entry, CV_ELASTIC_NAME, name_of(ctx, plan, entry));
	cv_api_describe(ctx, entry, CV_ELASTIC_OS,
			systems[plan->subject->group->platform]);
	cv_api_describe(
		ctx, entry, CV_ELASTIC_TAGS,
		cv_arena_format(ctx->arena, "%s,ownerSpaceId:%s", tags, set->space.text));
	cv_api_describe(ctx, entry, CV_ELASTIC_TYPE,
			strpbrk(entry->more->value, "*?") ? "wildcard" : "match");
}

static bool can_import(const struct cv_elastic_options *set)
{
	struct cv_version version, first;

	return set->version.text && cv_version_parse(set->version.text, &version) &&
	       cv_version_parse(FIRST_TO_IMPORT, &first) &&
	       cv_version_compare(&version, &first) >= 0;
}

static bool arrange(struct cv_ctx *ctx, struct cv_plan *plan)
{
	const struct cv_elastic_options *set = plan->use->options;
	const char *policies = cv_api_for_group(&set->policies, plan), *tags;
	bool used = false;

	for (size_t i = 0; i < plan->entries.count; i++) {
		struct cv_entry *entry = CV_AT(&plan->entries, struct cv_entry, i);

		if (entry->kind != CV_ENTRY_EXCLUSION)
			continue;
		if (!policies)
			return cv_find(ctx, CV_F_MISSING_SETTING, plan->use->name.at,
				       "elastic-defend: `policies` names none for %s",
				       plan->subject->name);
		describe(ctx, plan, entry, tags_of(ctx, policies));
		used = true;
	}
	tags = policies ? tags_of(ctx, policies) : "";
	if (used)
		cv_plan_add(ctx, plan, CV_ENTRY_HEADER)->more->value =
			can_import(set) ? "the .ndjson files beside it can be imported "
					  "in the console, "
					  "too, one kind at a time (untested)"
					: "Kibana before " FIRST_TO_IMPORT
					  " refuses to import such items from a file";
	cv_api_arrange(ctx, plan, cv_elastic_calls, CV_ELASTIC_NOTE_MAX, tags);
	return true;
}

static const char *scope(const void *all)
{
	const struct cv_elastic_options *set = all;

	for (size_t i = 0; set && i < set->policies.count; i++)
		if (strcmp(set->policies.items[i].value.text, ALL) == 0)
			return "makes items for all policies";
	return NULL;
}

static const struct cv_form forms[] = {
	CV_API_BODIES_FORM(cv_elastic, trusted_apps, "trusted applications, one a line"),
	CV_API_BODIES_FORM(cv_elastic, event_filters, "event filters, one a line"),
	CV_API_FORMS(cv_elastic_emit_send, cv_elastic_read_send, cv_elastic_emit_undo,
		     cv_elastic_read_undo),
	{.name = NULL},
};

static const char *const verified[] = {
	"curl and jq against a console of the tests' own: calls, bodies, undo",
	NULL,
};

const struct cv_target cv_target_elastic_defend = {
	.name = "elastic-defend",
	.summary = "Elastic Defend trusted applications and event filters, as API calls",
	.preview = true,
	.can =
		{
			.subjects = CV_SUBJECT_GROUP,
			.platforms = 1u << CV_WINDOWS | 1u << CV_LINUX | 1u << CV_MACOS,
			.lists = cv_elastic_lists,
			.note_limit = CV_ELASTIC_NOTE_MAX,
		},
	.options = &options,
	.arrange = arrange,
	.forms = forms,
	.verified = verified,
	.scope = scope,
};
