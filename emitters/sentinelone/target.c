/* SentinelOne through its API: path exclusions of a group, by mode. */
#include <string.h>

#include "base/ctx.h"
#include "model/lexical.h"
#include "model/policy.h"
#include "sentinelone/facts.h"

/* "225494730938493804": digits, some of them parted by commas. */
static bool check_ids(struct cv_ctx *ctx, struct cv_text value)
{
	return cv_lexical_is_list(value.text, cv_lexical_digits, 0) ||
	       cv_find(ctx, CV_F_BAD_VALUE, value.at,
		       "bad ids %s: digits, parted by commas", cv_shown(ctx, value.text));
}

static const struct cv_lexical ids_lexical = {
	.name = "ids of the console",
	.check = check_ids,
	.pattern = "^[0-9]+(,[0-9]+)*$",
};

static const char *const file_modes[] = {"suppress", "suppress_dynamic_only",
					 "suppress_dfi_only", NULL};
static const char *const process_modes[] = {
	"suppress",
	"suppress_dynamic_only",
	"suppress_dfi_only",
	"disable_in_process_monitor",
	"disable_all_monitors",
	NULL,
};

static const struct cv_lexical file_lexical = {
	.name = "a mode for files",
	.words = file_modes,
};

static const struct cv_lexical process_lexical = {
	.name = "a mode for programs",
	.words = process_modes,
};

#define OPTION(member) offsetof(struct cv_sentinelone_options, member)

static const struct cv_field fields[] = {
	{"sites", CV_FIELD_MAP, CV_FIELD_GROUPS, OPTION(sites), &ids_lexical, NULL, NULL,
	 "for each group the ids of the console's sites"},
	{"console-groups", CV_FIELD_MAP, CV_FIELD_GROUPS, OPTION(console_groups),
	 &ids_lexical, NULL, NULL,
	 "for each group the ids of the console's groups, beside those of their sites"},
	{"accounts", CV_FIELD_MAP, CV_FIELD_GROUPS, OPTION(accounts), &ids_lexical, NULL,
	 NULL, "for each group the ids of accounts"},
	{"tenant", CV_FIELD_FLAG, 0, OPTION(tenant), NULL, NULL, "false",
	 "for the whole tenant, where no ids are said"},
	{"file-rows", CV_FIELD_TEXTS, 0, OPTION(file_rows), &file_lexical, NULL,
	 "suppress", "the modes of file and folder rows"},
	{"process-rows", CV_FIELD_TEXTS, 0, OPTION(process_rows), &process_lexical, NULL,
	 "suppress",
	 "the modes of process rows; disable_in_process_monitor (interoperability) is "
	 "for "
	 "Windows only, disable_all_monitors is the performance focus"},
	{.key = NULL},
};

static const struct cv_fields options = {
	.name = "the sentinelone target",
	.size = sizeof(struct cv_sentinelone_options),
	.fields = fields,
	.holes = -1,
	.span = -1,
};

struct scope {
	const char *sites, *groups, *accounts;
	bool tenant;
};

static struct scope scope_of(const struct cv_plan *plan)
{
	const struct cv_sentinelone_options *set = plan->use->options;
	struct scope scope = {
		.sites = cv_api_for_group(&set->sites, plan),
		.groups = cv_api_for_group(&set->console_groups, plan),
		.accounts = cv_api_for_group(&set->accounts, plan),
	};

	scope.tenant =
		!scope.sites && !scope.groups && !scope.accounts && set->tenant == CV_YES;
	return scope;
}

/* "a group filter carries groupIds and siteIds". */
static bool check_scope(struct cv_ctx *ctx, const struct cv_plan *plan,
			const struct scope *scope)
{
	if (scope->groups && !scope->sites)
		return cv_find(
			ctx, CV_F_MISSING_SETTING, plan->use->name.at,
			"sentinelone: `console-groups` of %s need their `sites`, too",
			plan->subject->name);
	return scope->sites || scope->accounts || scope->tenant ||
	       cv_find(ctx, CV_F_MISSING_SETTING, plan->use->name.at,
		       "sentinelone: for whom are the exclusions of %s? set `sites`, "
		       "`console-groups`, `accounts` or `tenant: true`",
		       plan->subject->name);
}

/* As a query selects the same. */
static const char *query_of(struct cv_ctx *ctx, const struct scope *scope)
{
	if (scope->tenant)
		return "tenant=true";
	if (scope->groups)
		return cv_arena_format(ctx->arena, "siteIds=%s&groupIds=%s", scope->sites,
				       scope->groups);
	return scope->sites
		       ? cv_arena_format(ctx->arena, "siteIds=%s", scope->sites)
		       : cv_arena_format(ctx->arena, "accountIds=%s", scope->accounts);
}

/* In the order in which the shapes of the bodies name them. */
static void describe(struct cv_ctx *ctx, const struct cv_plan *plan,
		     struct cv_entry *entry, const struct scope *scope)
{
	static const char *const systems[] = {
		[CV_WINDOWS] = "windows", [CV_LINUX] = "linux", [CV_MACOS] = "macos"};
	const struct cv_exclusion *exclusion = cv_origin(entry)->exclusion;

	if (scope->sites)
		cv_api_describe(ctx, entry, CV_SENTINELONE_SITES, scope->sites);
	if (scope->groups)
		cv_api_describe(ctx, entry, CV_SENTINELONE_GROUPS, scope->groups);
	if (scope->accounts)
		cv_api_describe(ctx, entry, CV_SENTINELONE_ACCOUNTS, scope->accounts);
	if (scope->tenant)
		cv_api_describe(ctx, entry, CV_SENTINELONE_TENANT, "yes");
	cv_api_describe(ctx, entry, CV_SENTINELONE_OS,
			systems[plan->subject->group->platform]);
	if (strcmp(entry->list, "suppress_folder") != 0)
		cv_api_describe(ctx, entry, CV_SENTINELONE_PATH_TYPE,
				exclusion->kind == CV_KIND_FOLDER ? "subfolders"
								  : "file");
}

static bool arrange(struct cv_ctx *ctx, struct cv_plan *plan)
{
	const struct scope scope = scope_of(plan);

	for (size_t i = 0; i < plan->entries.count; i++) {
		struct cv_entry *entry = CV_AT(&plan->entries, struct cv_entry, i);

		if (entry->kind != CV_ENTRY_EXCLUSION)
			continue;
		if (!check_scope(ctx, plan, &scope))
			return false;
		describe(ctx, plan, entry, &scope);
	}
	cv_api_arrange(ctx, plan, cv_sentinelone_calls, CV_SENTINELONE_NOTE_MAX,
		       query_of(ctx, &scope));
	return true;
}

static const char *scope(const void *all)
{
	const struct cv_sentinelone_options *set = all;

	return set && set->tenant == CV_YES
		       ? "makes exclusions for the whole tenant where no ids are said"
		       : NULL;
}

static const struct cv_form forms[] = {
	CV_API_BODIES_FORM(cv_sentinelone, suppress,
			   "bodies of exclusions that suppress alerts, one a line"),
	CV_API_BODIES_FORM(cv_sentinelone, suppress_folder,
			   "the same for the files right in a folder"),
	CV_API_BODIES_FORM(cv_sentinelone, suppress_dynamic_only,
			   "bodies for dynamic detection only, one a line"),
	CV_API_BODIES_FORM(cv_sentinelone, suppress_dfi_only,
			   "bodies for static detection only, one a line"),
	CV_API_BODIES_FORM(cv_sentinelone, disable_in_process_monitor,
			   "bodies of interoperability, one a line"),
	CV_API_BODIES_FORM(cv_sentinelone, disable_in_process_monitor_deep,
			   "the same with the processes that they start"),
	CV_API_BODIES_FORM(cv_sentinelone, disable_all_monitors,
			   "bodies of performance focus, one a line"),
	CV_API_BODIES_FORM(cv_sentinelone, disable_all_monitors_deep,
			   "the same with the processes that they start"),
	CV_API_FORMS(cv_sentinelone_emit_send, cv_sentinelone_read_send,
		     cv_sentinelone_emit_undo, cv_sentinelone_read_undo),
	{.name = NULL},
};

static const char *const verified[] = {
	"curl and jq against a console of the tests' own: calls, bodies, undo",
	NULL,
};

const struct cv_target cv_target_sentinelone = {
	.name = "sentinelone",
	.summary = "SentinelOne path exclusions, as bodies of API calls",
	.preview = true,
	.can =
		{
			.subjects = CV_SUBJECT_GROUP,
			.platforms = 1u << CV_WINDOWS | 1u << CV_LINUX | 1u << CV_MACOS,
			.lists = cv_sentinelone_lists,
			.note_limit = CV_SENTINELONE_NOTE_MAX,
		},
	.options = &options,
	.arrange = arrange,
	.forms = forms,
	.verified = verified,
	.scope = scope,
};
