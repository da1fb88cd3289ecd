/* ClamAV on Linux: lines for clamd.conf, which clamd and clamonacc read. */
#include <stddef.h>

#include "base/ctx.h"
#include "clamav/facts.h"
#include "model/plan.h"
#include "model/policy.h"
#include "model/site.h"

static bool arrange(struct cv_ctx *ctx, struct cv_plan *plan)
{
	struct cv_entry *block = cv_plan_add(ctx, plan, CV_ENTRY_SETTING);

	block->list = CV_CLAMAV_BLOCK;
	block->more->value = cv_arena_format(
		ctx->arena, "%s/%s", plan->policy->site->name.text, plan->subject->name);
	return true;
}

static const struct cv_field option_fields[] = {
	{.key = "on-access",
	 .type = CV_FIELD_FLAG,
	 .offset = offsetof(struct cv_clamav_options, on_access),
	 .fallback = "false",
	 .meaning = "whether the computers run clamonacc, which has a list of its own"},
	{.key = "version",
	 .type = CV_FIELD_TEXT,
	 .offset = offsetof(struct cv_clamav_options, version),
	 .lexical = &cv_lex_version,
	 .fallback = CV_CLAMAV_VERSION,
	 .meaning = "the oldest ClamAV that reads the file; clamonacc before 1.5.0 takes "
		    "folders as they are, from then on expressions"},
	{.key = NULL},
};

static const struct cv_fields options = {
	.name = "the options of clamav",
	.size = sizeof(struct cv_clamav_options),
	.fields = option_fields,
	.holes = -1,
	.span = -1,
};

static const struct cv_form forms[] = {
	{
		.name = "conf",
		.suffix = ".conf",
		.summary = "a block of lines for clamd.conf",
		.kinds = CV_ENTRY_HEADER | CV_ENTRY_SETTING | CV_ENTRY_EXCLUSION,
		.subjects = CV_SUBJECT_GROUP,
		.change = CV_CHANGE_WHOLE,
		.emit = cv_clamav_emit_conf,
		.read = cv_clamav_read_conf,
	},
	{
		.name = "undo",
		.suffix = ".undo.sh",
		.summary = "takes these lines out of clamd.conf",
		.kinds = CV_ENTRY_HEADER | CV_ENTRY_SETTING | CV_ENTRY_EXCLUSION,
		.subjects = CV_SUBJECT_GROUP,
		.undo = true,
		.change = CV_CHANGE_WHOLE,
		.emit = cv_clamav_emit_undo,
		.read = cv_clamav_read_undo,
		.strip = cv_strip_note,
	},
	{.name = NULL},
};

static const char *const verified[] = {
	"clamd and clamscan 1.4.6: what is left out and what beside it is not",
	"clamonacc 1.4.6: reads the block",
	"dash and mawk: the undo",
	NULL,
};

const struct cv_target cv_target_clamav = {
	.name = "clamav",
	.summary = "ClamAV exclusions of clamd and clamonacc, as lines for clamd.conf",
	.can =
		{
			.subjects = CV_SUBJECT_GROUP,
			.platforms = 1u << CV_LINUX,
			.lists = cv_clamav_lists,
			.note_limit = 400,
		},
	.options = &options,
	.arrange = arrange,
	.forms = forms,
	.read_export = cv_clamav_read_export,
	.export_command = "cat /etc/clamav/clamd.conf",
	.verified = verified,
	.own_folders = cv_clamav_own_folders,
};
