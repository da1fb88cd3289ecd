/* Trend Micro Deep Security and Workload Security through their API: lists of folders,
 * files and programs, one object each. */
#include <string.h>

#include "base/ctx.h"
#include "model/policy.h"
#include "trend/facts.h"

/* "carveout hq/windows directories": the undo script makes it of the tag. */
static const char *name_of(struct cv_ctx *ctx, const char *tag, const char *list)
{
	return cv_arena_format(ctx->arena, "%.*s %s", (int)(strlen(tag) - 1), tag, list);
}

static bool arrange(struct cv_ctx *ctx, struct cv_plan *plan)
{
	const char *tag = cv_api_tag(ctx, plan);

	for (size_t i = 0; i < plan->entries.count; i++) {
		struct cv_entry *entry = CV_AT(&plan->entries, struct cv_entry, i);

		if (entry->kind != CV_ENTRY_EXCLUSION)
			continue;
		cv_api_describe(ctx, entry, CV_TREND_NAME,
				name_of(ctx, tag, entry->list));
		cv_api_describe(ctx, entry, CV_TREND_DESCRIPTION,
				cv_arena_format(ctx->arena, "%s made by carveout", tag));
	}
	cv_api_arrange(ctx, plan, cv_trend_calls, 0, "tenant");
	return true;
}

static const struct cv_form forms[] = {
	CV_API_BODIES_FORM(cv_trend, directories, "the directory list"),
	CV_API_BODIES_FORM(cv_trend, files, "the file list"),
	CV_API_BODIES_FORM(cv_trend, processes, "the list of process image files"),
	CV_API_FORMS(cv_trend_emit_send, cv_trend_read_send, cv_trend_emit_undo,
		     cv_trend_read_undo),
	{.name = NULL},
};

static const char *const verified[] = {
	"curl and jq against a console of the tests' own: calls, bodies, undo",
	NULL,
};

const struct cv_target cv_target_trend = {
	.name = "trend",
	.summary = "Trend Micro Deep Security exclusion lists, as bodies of API calls",
	.preview = true,
	.can =
		{
			.subjects = CV_SUBJECT_GROUP,
			.platforms = 1u << CV_WINDOWS | 1u << CV_LINUX | 1u << CV_MACOS,
			.lists = cv_trend_lists,
			.note_limit = CV_TREND_NOTE_MAX,
		},
	.arrange = arrange,
	.forms = forms,
	.verified = verified,
};
