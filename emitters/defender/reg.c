/* Microsoft Defender Antivirus through its policy keys: what Group Policy writes, as a
 * file of the Registry Editor.  Source: "Configure and validate exclusions based on file
 * extension and folder location" (the lists and `0` as each item's value); the names of
 * the keys are those of the administrative template WindowsDefender.admx. */
#include "defender/reg.h"

#include <string.h>

#include "base/ctx.h"
#include "model/plan.h"

const struct cv_reg_key cv_reg_keys[] = {
	{"ExclusionPath", "Exclusions_Paths", "Paths"},
	{"ExclusionExtension", "Exclusions_Extensions", "Extensions"},
	{"ExclusionProcess", "Exclusions_Processes", "Processes"},
	{NULL, NULL, NULL},
};

/* The head says what the entries cost besides; a list counts once its DWORD is 1. */
static bool arrange(struct cv_ctx *ctx, struct cv_plan *plan)
{
	cv_plan_add_costs(ctx, plan);
	cv_plan_add(ctx, plan, CV_ENTRY_HEADER)->more->value =
		"the undo deletes each of these values, also one that was there before: "
		"the registry does not say whose it is; switches and keys stay";
	for (const struct cv_reg_key *key = cv_reg_keys; key->list; key++) {
		struct cv_entry *entry;

		if (!cv_plan_uses(plan, key->list))
			continue;
		entry = cv_plan_add(ctx, plan, CV_ENTRY_SETTING);
		entry->list = CV_REG_SWITCH;
		entry->more->name = key->switched;
		entry->more->value = "1";
	}
	return true;
}

static const struct cv_field option_fields[] = {
	CV_DEFENDER_PROCESS_ROWS,
	CV_DEFENDER_MAPPED_DRIVES,
	{.key = NULL},
};

static const struct cv_fields options = {
	.name = "the options of defender-reg",
	.size = sizeof(struct cv_defender_options),
	.fields = option_fields,
	.holes = -1,
	.span = -1,
};

static const struct cv_form forms[] = {
	{
		.name = "reg",
		.suffix = ".reg",
		.summary = "sets the group's exclusions as policy",
		.kinds = CV_ENTRY_HEADER | CV_ENTRY_SETTING | CV_ENTRY_EXCLUSION,
		.subjects = CV_SUBJECT_GROUP,
		.crlf = true,
		.change = CV_CHANGE_ENTRIES,
		.emit = cv_reg_emit,
		.read = cv_reg_read,
	},
	{
		.name = "undo",
		.suffix = ".undo.reg",
		.summary = "deletes the values of these exclusions, and no key",
		.kinds = CV_ENTRY_HEADER | CV_ENTRY_EXCLUSION,
		.subjects = CV_SUBJECT_GROUP,
		.undo = true,
		.crlf = true,
		.change = CV_CHANGE_ENTRIES,
		.emit = cv_reg_emit_undo,
		.read = cv_reg_read_undo,
	},
	{.name = NULL},
};

static const char *const verified[] = {
	"hivexregedit: each file is merged into a hive and exported again",
	NULL,
};

const struct cv_target cv_target_defender_reg = {
	.name = "defender-reg",
	.summary =
		"Microsoft Defender Antivirus exclusions, as policy keys of the registry",
	CV_DEFENDER_DESCRIPTION,
	.options = &options,
	.arrange = arrange,
	.forms = forms,
	.read_export = cv_reg_read_export,
	.export_command = "reg export \"HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows "
			  "Defender\\Exclusions\" exclusions.reg",
	.verified = verified,
};
