/* Microsoft Defender for Endpoint on Linux: the list of exclusions as a fragment of the
 * managed configuration, the script that merges it, and the commands. */
#include <string.h>

#include "base/ctx.h"
#include "mdatp/facts.h"
#include "model/plan.h"
#include "model/policy.h"
#include "model/site.h"

/* The head says what the entries cost besides; where the record lies is an entry, so
 * that the proof holds it, too. */
static bool arrange(struct cv_ctx *ctx, struct cv_plan *plan)
{
	struct cv_entry *record;

	cv_plan_add_costs(ctx, plan);
	record = cv_plan_add(ctx, plan, CV_ENTRY_SETTING);
	record->list = CV_MDATP_RECORD;
	record->more->value =
		cv_arena_format(ctx->arena, CV_MDATP_RECORD_FORMAT,
				plan->policy->site->name.text, plan->subject->name);
	return true;
}

static const struct cv_form forms[] = {
	/* JSON has no comments, and Defender's answer to a key that it does not know is
	 * not documented. */
	{
		.name = "fragment",
		.suffix = ".json",
		.summary = "the exclusions as a part of mdatp_managed.json",
		.kinds = CV_ENTRY_EXCLUSION,
		.subjects = CV_SUBJECT_GROUP,
		.change = CV_CHANGE_NONE,
		.emit = cv_mdatp_json_emit,
		.read = cv_mdatp_json_read,
		.strip = cv_strip_note,
	},
	{
		.name = "merge",
		.suffix = ".merge.sh",
		.summary = "adds them to the managed configuration of a computer",
		.kinds = CV_ENTRY_HEADER | CV_ENTRY_SETTING | CV_ENTRY_EXCLUSION,
		.subjects = CV_SUBJECT_GROUP,
		.change = CV_CHANGE_WHOLE,
		.emit = cv_mdatp_merge_emit,
		.read = cv_mdatp_merge_read,
	},
	{
		.name = "commands",
		.suffix = ".commands.sh",
		.summary = "adds them from the command line instead",
		.kinds = CV_ENTRY_HEADER | CV_ENTRY_EXCLUSION,
		.subjects = CV_SUBJECT_GROUP,
		.change = CV_CHANGE_ENTRIES,
		.emit = cv_mdatp_commands_emit,
		.read = cv_mdatp_commands_read,
	},
	{
		.name = "undo",
		.suffix = ".undo.sh",
		.summary = "takes away what the merge added",
		.kinds = CV_ENTRY_HEADER | CV_ENTRY_SETTING | CV_ENTRY_EXCLUSION,
		.subjects = CV_SUBJECT_GROUP,
		.undo = true,
		.change = CV_CHANGE_WHOLE,
		.emit = cv_mdatp_merge_undo_emit,
		.read = cv_mdatp_merge_undo_read,
	},
	{
		.name = "commands-undo",
		.suffix = ".commands.undo.sh",
		.summary = "removes from the command line what the commands added",
		.kinds = CV_ENTRY_HEADER | CV_ENTRY_EXCLUSION,
		.subjects = CV_SUBJECT_GROUP,
		.undo = true,
		.change = CV_CHANGE_ENTRIES,
		.emit = cv_mdatp_commands_undo_emit,
		.read = cv_mdatp_commands_undo_read,
	},
	{.name = NULL},
};

static const char *const verified[] = {
	"jq 1.6 and dash: the merge, twice over, and its undo, on files with entries of "
	"others",
	"dash: each command with its words, before a stand-in for mdatp",
	NULL,
};

const struct cv_target cv_target_mdatp_linux = {
	.name = "mdatp-linux",
	.summary = "Microsoft Defender for Endpoint on Linux: managed configuration and "
		   "commands",
	.preview = true,
	.can =
		{
			.subjects = CV_SUBJECT_GROUP,
			.platforms = 1u << CV_LINUX,
			.lists = cv_mdatp_linux_lists,
			.note_limit = 400,
		},
	.arrange = arrange,
	.forms = forms,
	.read_export = cv_mdatp_linux_read_export,
	.export_command = "cat /etc/opt/microsoft/mdatp/managed/mdatp_managed.json, or "
			  "mdatp exclusion list",
	.verified = verified,
	.own_folders = cv_mdatp_linux_own_folders,
};
