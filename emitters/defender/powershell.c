/* Microsoft Defender Antivirus through its PowerShell cmdlets: one script a group
 * that adds the group's exclusions, and one that takes them away again. */
#include "base/ctx.h"
#include "defender/powershell.h"
#include "model/plan.h"
#include "model/policy.h"
#include "model/site.h"

static struct cv_entry *add(struct cv_ctx *ctx, struct cv_plan *plan,
			    enum cv_entry_kind kind, const char *value)
{
	struct cv_entry *entry = cv_plan_add(ctx, plan, kind);

	entry->more->value = value;
	return entry;
}

static bool has_variables(const struct cv_plan *plan)
{
	for (size_t i = 0; i < plan->entries.count; i++) {
		const struct cv_entry *entry = CV_AT(&plan->entries, struct cv_entry, i);

		if (cv_origin(entry)->exclusion &&
		    cv_origin(entry)->exclusion->value[0] == '%')
			return true;
	}
	return false;
}

/* The head says what the entries cost besides; the key of the record is an entry, so
 * that the proof holds it, too. */
static bool arrange(struct cv_ctx *ctx, struct cv_plan *plan)
{
	const struct cv_defender_powershell_options *chosen = plan->use->options;
	const char *key =
		cv_arena_format(ctx->arena, CV_DEFENDER_RECORD_FORMAT,
				plan->policy->site->name.text, plan->subject->name);

	if (has_variables(plan))
		add(ctx, plan, CV_ENTRY_HEADER,
		    "variables such as %ProgramData% are written out, as they are on a "
		    "Windows on C:");
	cv_plan_add_costs(ctx, plan);
	add(ctx, plan, CV_ENTRY_SETTING, key)->list = CV_DEFENDER_RECORD;
	add(ctx, plan, CV_ENTRY_SETTING, chosen ? chosen->other_groups.text : "remove")
		->list = CV_DEFENDER_OTHER_GROUPS;
	return true;
}

static const char *const fates[] = {"remove", "keep", NULL};

static const struct cv_lexical lex_fate = {
	.name = "what becomes of the entries of other groups", .words = fates};

static const struct cv_field option_fields[] = {
	CV_DEFENDER_PROCESS_ROWS,
	CV_DEFENDER_MAPPED_DRIVES,
	{.key = "other-groups",
	 .type = CV_FIELD_TEXT,
	 .offset = offsetof(struct cv_defender_powershell_options, other_groups),
	 .lexical = &lex_fate,
	 .fallback = "remove",
	 .meaning = "entries that scripts for other groups of the site added on the same "
		    "computer and that this group's policy does not have: `remove` them, "
		    "since a computer is in one group, or `keep` them"},
	{.key = NULL},
};

static const struct cv_fields options = {
	.name = "the options of defender-powershell",
	.size = sizeof(struct cv_defender_powershell_options),
	.fields = option_fields,
	.holes = -1,
	.span = -1,
};

/* All but what becomes of other groups' entries: an undo leaves them alone. */
static const char *const undo_lists[] = {
	CV_DEFENDER_RECORD,
	"ExclusionPath",
	"ExclusionExtension",
	"ExclusionProcess",
	NULL,
};

/* A script takes away what it recorded and does not hold, so that a change is a whole
 * script. */
static const struct cv_form forms[] = {
	{
		.name = "script",
		.suffix = ".ps1",
		.summary = "adds the group's exclusions that are missing, takes away "
			   "recorded ones that are no longer asked for",
		.kinds = CV_ENTRY_HEADER | CV_ENTRY_SETTING | CV_ENTRY_EXCLUSION,
		.subjects = CV_SUBJECT_GROUP,
		.crlf = true,
		.change = CV_CHANGE_RECORD,
		.emit = cv_defender_powershell_emit_script,
		.read = cv_defender_powershell_read_script,
	},
	{
		.name = "paste",
		.suffix = ".paste.ps1",
		.summary = "the same as one block to paste into a console",
		.kinds = CV_ENTRY_HEADER | CV_ENTRY_SETTING | CV_ENTRY_EXCLUSION,
		.subjects = CV_SUBJECT_GROUP,
		.crlf = true,
		.change = CV_CHANGE_RECORD,
		.emit = cv_defender_powershell_emit_paste,
		.read = cv_defender_powershell_read_paste,
	},
	{
		.name = "detect",
		.suffix = ".detect.ps1",
		.summary = "the detection script of an Intune remediation",
		.kinds = CV_ENTRY_HEADER | CV_ENTRY_SETTING | CV_ENTRY_EXCLUSION,
		.subjects = CV_SUBJECT_GROUP,
		.crlf = true,
		.change = CV_CHANGE_RECORD,
		.emit = cv_defender_powershell_emit_detect,
		.read = cv_defender_powershell_read_detect,
	},
	{
		.name = "remediate",
		.suffix = ".remediate.ps1",
		.summary = "its remediation script",
		.kinds = CV_ENTRY_HEADER | CV_ENTRY_SETTING | CV_ENTRY_EXCLUSION,
		.subjects = CV_SUBJECT_GROUP,
		.crlf = true,
		.change = CV_CHANGE_RECORD,
		.emit = cv_defender_powershell_emit_remediate,
		.read = cv_defender_powershell_read_remediate,
	},
	{
		.name = "undo",
		.suffix = ".undo.ps1",
		.summary = "takes away the exclusions that the script added",
		.kinds = CV_ENTRY_HEADER | CV_ENTRY_SETTING | CV_ENTRY_EXCLUSION,
		.subjects = CV_SUBJECT_GROUP,
		.undo = true,
		.crlf = true,
		.change = CV_CHANGE_RECORD,
		.emit = cv_defender_powershell_emit_undo,
		.read = cv_defender_powershell_read_undo,
		.lists = undo_lists,
	},
	{.name = NULL},
};

static const char *const verified[] = {
	"tree-sitter-powershell 0.26.4: syntax, commands and literals of each script",
	NULL,
};

const struct cv_target cv_target_defender_powershell = {
	.name = "defender-powershell",
	.summary = "Microsoft Defender Antivirus exclusions, as PowerShell scripts",
	CV_DEFENDER_DESCRIPTION,
	.options = &options,
	.arrange = arrange,
	.forms = forms,
	.read_export = cv_defender_powershell_read_export,
	.export_command = "Get-MpPreference | Select-Object Exclusion* | ConvertTo-Json",
	.verified = verified,
};
