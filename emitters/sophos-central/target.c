/* Sophos Central through its API: scanning exclusions of the tenant. */
#include <string.h>

#include "base/ctx.h"
#include "model/policy.h"
#include "sophos-central/facts.h"

static const char *const modes[] = {"onDemandAndOnAccess", "onAccess", "onDemand", NULL};

static const struct cv_lexical mode_lexical = {
	.name = "a scan mode",
	.words = modes,
};

static const struct cv_field fields[] = {
	{"scan-mode", CV_FIELD_TEXT, 0, offsetof(struct cv_sophos_options, scan_mode),
	 &mode_lexical, NULL, "onDemandAndOnAccess",
	 "when files and folders are left out; a process only on access"},
	{.key = NULL},
};

static const struct cv_fields options = {
	.name = "the sophos-central target",
	.size = sizeof(struct cv_sophos_options),
	.fields = fields,
	.holes = -1,
	.span = -1,
};

static bool arrange(struct cv_ctx *ctx, struct cv_plan *plan)
{
	const struct cv_sophos_options *set = plan->use->options;

	for (size_t i = 0; i < plan->entries.count; i++) {
		struct cv_entry *entry = CV_AT(&plan->entries, struct cv_entry, i);

		if (entry->kind == CV_ENTRY_EXCLUSION &&
		    strcmp(entry->list, "process") != 0)
			cv_api_describe(ctx, entry, CV_SOPHOS_MODE, set->scan_mode.text);
	}
	cv_api_arrange(ctx, plan, cv_sophos_calls, CV_SOPHOS_NOTE_MAX, "tenant");
	return true;
}

static const char *scope(const void *all)
{
	(void)all;
	return "makes exclusions for the whole tenant: this API has no smaller scope";
}

static const struct cv_form forms[] = {
	CV_API_BODIES_FORM(cv_sophos, path,
			   "bodies of exclusions on Windows, one a line"),
	CV_API_BODIES_FORM(cv_sophos, posix_path,
			   "bodies of exclusions on Linux and macOS, one a line"),
	CV_API_BODIES_FORM(cv_sophos, process,
			   "bodies of process exclusions, one a line"),
	CV_API_FORMS(cv_sophos_emit_send, cv_sophos_read_send, cv_sophos_emit_undo,
		     cv_sophos_read_undo),
	{.name = NULL},
};

static const char *const verified[] = {
	"curl and jq against a console of the tests' own: calls, bodies, undo",
	NULL,
};

const struct cv_target cv_target_sophos_central = {
	.name = "sophos-central",
	.summary = "Sophos Central scanning exclusions, as bodies of API calls",
	.preview = true,
	.can =
		{
			.subjects = CV_SUBJECT_GROUP,
			.platforms = 1u << CV_WINDOWS | 1u << CV_LINUX | 1u << CV_MACOS,
			.lists = cv_sophos_lists,
			.note_limit = CV_SOPHOS_NOTE_MAX,
		},
	.options = &options,
	.arrange = arrange,
	.forms = forms,
	.verified = verified,
	.scope = scope,
};
