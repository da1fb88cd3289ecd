/* CrowdStrike Falcon through its API: exclusions of a group, by kind, with the calls that
 * make them. */
#include <string.h>

#include "base/ctx.h"
#include "crowdstrike/facts.h"
#include "model/lexical.h"
#include "model/policy.h"

/* 32 hexadecimal digits, some of them parted by commas, or `all`. */
static bool check_ids(struct cv_ctx *ctx, struct cv_text value)
{
	return strcmp(value.text, CV_CROWDSTRIKE_ALL) == 0 ||
	       cv_lexical_is_list(value.text, "0123456789abcdef",
				  CV_CROWDSTRIKE_ID_SIZE) ||
	       cv_find(ctx, CV_F_BAD_VALUE, value.at,
		       "bad host groups %s: ids of %d hexadecimal digits, parted by "
		       "commas, or the word " CV_CROWDSTRIKE_ALL,
		       cv_shown(ctx, value.text), CV_CROWDSTRIKE_ID_SIZE);
}

static const struct cv_lexical ids_lexical = {
	.name = "host groups",
	.check = check_ids,
	.pattern = "^(all|[0-9a-f]{32}(,[0-9a-f]{32})*)$",
};

static const char *const from_words[] = {"blocking", "extraction", NULL};
static const char *const row_words[] = {CV_CROWDSTRIKE_SV, CV_CROWDSTRIKE_IOA,
					CV_CROWDSTRIKE_ML, NULL};

static const struct cv_lexical from_lexical = {
	.name = "what is left out",
	.words = from_words,
};

static const struct cv_lexical rows_lexical = {
	.name = "a kind of exclusion",
	.words = row_words,
};

static const struct cv_field fields[] = {
	{"host-groups", CV_FIELD_MAP, CV_FIELD_REQUIRED | CV_FIELD_GROUPS,
	 offsetof(struct cv_crowdstrike_options, host_groups), &ids_lexical, NULL, NULL,
	 "for each group of the site the ids of its host groups, or all"},
	{"excluded-from", CV_FIELD_TEXTS, 0,
	 offsetof(struct cv_crowdstrike_options, excluded_from), &from_lexical, NULL,
	 "blocking",
	 "what files are left out of: blocking, and extraction, by which files are "
	 "uploaded"},
	{"process-rows", CV_FIELD_TEXTS, 0,
	 offsetof(struct cv_crowdstrike_options, process_rows), &rows_lexical, NULL,
	 CV_CROWDSTRIKE_SV,
	 "what process rows become: sv (not watched), ioa (no alerts of one pattern), ml "
	 "(its file is not scanned)"},
	{"pattern-id", CV_FIELD_TEXT, 0,
	 offsetof(struct cv_crowdstrike_options, pattern_id), &cv_lex_title, NULL, NULL,
	 "ioa: the pattern_id of a detection"},
	{"pattern-name", CV_FIELD_TEXT, 0,
	 offsetof(struct cv_crowdstrike_options, pattern_name), &cv_lex_title, NULL, NULL,
	 "ioa: the pattern_name of the same"},
	{.key = NULL},
};

static const struct cv_fields options = {
	.name = "the crowdstrike target",
	.size = sizeof(struct cv_crowdstrike_options),
	.fields = fields,
	.holes = -1,
	.span = -1,
};

static const char *joined(struct cv_ctx *ctx, const struct cv_texts *texts)
{
	const char *all = texts->items[0].text;

	for (size_t i = 1; i < texts->count; i++)
		all = cv_arena_format(ctx->arena, "%s,%s", all, texts->items[i].text);
	return all;
}

/* In the order in which the shapes of the bodies name them. */
static void describe(struct cv_ctx *ctx, const struct cv_plan *plan,
		     struct cv_entry *entry, const char *ids)
{
	const struct cv_crowdstrike_options *set = plan->use->options;

	if (strcmp(entry->list, CV_CROWDSTRIKE_ML) == 0) {
		cv_api_describe(ctx, entry, CV_CROWDSTRIKE_FROM,
				joined(ctx, &set->excluded_from));
	} else if (strcmp(entry->list, CV_CROWDSTRIKE_SV) == 0) {
		cv_api_describe(ctx, entry, CV_CROWDSTRIKE_CHILDREN,
				cv_origin(entry)->exclusion->children ? "yes" : "no");
	} else {
		cv_api_describe(ctx, entry, CV_CROWDSTRIKE_NAME,
				cv_arena_format(ctx->arena, "carveout %s",
						cv_api_id(ctx, plan, entry)));
		cv_api_describe(ctx, entry, CV_CROWDSTRIKE_PATTERN, set->pattern_id.text);
		cv_api_describe(ctx, entry, CV_CROWDSTRIKE_PATTERN_NAME,
				set->pattern_name.text);
	}
	cv_api_describe(ctx, entry, CV_CROWDSTRIKE_GROUPS, ids);
}

static bool arrange(struct cv_ctx *ctx, struct cv_plan *plan)
{
	const struct cv_crowdstrike_options *set = plan->use->options;
	const char *ids = cv_api_for_group(&set->host_groups, plan);

	for (size_t i = 0; i < plan->entries.count; i++) {
		struct cv_entry *entry = CV_AT(&plan->entries, struct cv_entry, i);

		if (entry->kind != CV_ENTRY_EXCLUSION)
			continue;
		if (!ids)
			return cv_find(ctx, CV_F_MISSING_SETTING, plan->use->name.at,
				       "crowdstrike: `host-groups` names none for %s",
				       plan->subject->name);
		describe(ctx, plan, entry, ids);
	}
	cv_api_arrange(ctx, plan, cv_crowdstrike_calls, CV_CROWDSTRIKE_NOTE_MAX, ids);
	return true;
}

static const char *scope(const void *all)
{
	const struct cv_crowdstrike_options *set = all;

	for (size_t i = 0; set && i < set->host_groups.count; i++)
		if (strcmp(set->host_groups.items[i].value.text, CV_CROWDSTRIKE_ALL) == 0)
			return "makes exclusions for all host groups";
	return NULL;
}

static const struct cv_form forms[] = {
	CV_API_BODIES_FORM(cv_crowdstrike, ml,
			   "bodies of machine learning exclusions, one a line"),
	CV_API_BODIES_FORM(cv_crowdstrike, sv,
			   "bodies of sensor visibility exclusions, one a line"),
	CV_API_BODIES_FORM(cv_crowdstrike, ioa, "bodies of IOA exclusions, one a line"),
	CV_API_FORMS(cv_crowdstrike_emit_send, cv_crowdstrike_read_send,
		     cv_crowdstrike_emit_undo, cv_crowdstrike_read_undo),
	{.name = NULL},
};

static const char *const verified[] = {
	"curl and jq against a console of the tests' own: calls, bodies, undo",
	NULL,
};

const struct cv_target cv_target_crowdstrike = {
	.name = "crowdstrike",
	.summary = "CrowdStrike Falcon exclusions, as bodies of API calls",
	.preview = true,
	.can =
		{
			.subjects = CV_SUBJECT_GROUP,
			.platforms = 1u << CV_WINDOWS | 1u << CV_LINUX | 1u << CV_MACOS,
			.lists = cv_crowdstrike_lists,
			.note_limit = CV_CROWDSTRIKE_NOTE_MAX,
		},
	.options = &options,
	.arrange = arrange,
	.forms = forms,
	.verified = verified,
	.scope = scope,
};
