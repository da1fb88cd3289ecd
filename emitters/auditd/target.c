/* The kernel's audit on Linux: rules for /etc/audit/rules.d. */
#include "auditd/facts.h"
#include "base/ctx.h"
#include "model/plan.h"
#include "model/policy.h"
#include "model/site.h"

static bool arrange(struct cv_ctx *ctx, struct cv_plan *plan)
{
	struct cv_entry *file;

	cv_plan_add(ctx, plan, CV_ENTRY_HEADER)->more->value =
		"telemetry only: no antivirus leaves anything alone for these rules";
	file = cv_plan_add(ctx, plan, CV_ENTRY_SETTING);
	file->list = CV_AUDITD_FILE;
	file->more->value =
		cv_arena_format(ctx->arena, CV_AUDITD_FILE_FORMAT,
				plan->policy->site->name.text, plan->subject->name);
	return true;
}

static const struct cv_form forms[] = {
	{
		.name = "rules",
		.suffix = ".rules",
		.summary = "rules that record nothing of what they name",
		.kinds = CV_ENTRY_HEADER | CV_ENTRY_SETTING | CV_ENTRY_EXCLUSION,
		.subjects = CV_SUBJECT_GROUP,
		.change = CV_CHANGE_WHOLE,
		.emit = cv_auditd_emit_rules,
		.read = cv_auditd_read_rules,
	},
	{
		.name = "undo",
		.suffix = ".undo.rules",
		.summary = "takes these rules out of the kernel",
		.kinds = CV_ENTRY_HEADER | CV_ENTRY_SETTING | CV_ENTRY_EXCLUSION,
		.subjects = CV_SUBJECT_GROUP,
		.undo = true,
		.change = CV_CHANGE_WHOLE,
		.emit = cv_auditd_emit_undo,
		.read = cv_auditd_read_undo,
		.strip = cv_strip_note,
	},
	{.name = NULL},
};

static const char *const verified[] = {
	"auditctl 3.0.9: parses each rule, and what it makes of it; none is loaded",
	NULL,
};

const struct cv_target cv_target_auditd = {
	.name = "auditd",
	.summary =
		"rules of the Linux kernel's audit that record nothing of what they name",
	.can =
		{
			.subjects = CV_SUBJECT_GROUP,
			.platforms = 1u << CV_LINUX,
			.lists = cv_auditd_lists,
			.note_limit = 400,
		},
	.arrange = arrange,
	.forms = forms,
	.read_export = cv_auditd_read_export,
	.export_command = "auditctl -l, as root",
	.verified = verified,
	.named_only = true,
};
