/* Microsoft Defender Antivirus through Intune, as values of the policy CSP.  Source:
 * "Policy CSP - Defender": the value of a setting is the whole list, entries are
 * separated by `|`, and a new value replaces the old one.  So what is there already has
 * to be known: the site names it as `base`. */
#include "defender/intune.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "model/plan.h"
#include "model/policy.h"
#include "model/site.h"

#define URI "./Device/Vendor/MSFT/Policy/Config/Defender/"
#define SETTING(list, name) \
	{ \
		list, name, name " before", URI name \
	}

const struct cv_intune_setting cv_intune_settings[CV_INTUNE_SETTINGS] = {
	SETTING("ExclusionPath", "ExcludedPaths"),
	SETTING("ExclusionExtension", "ExcludedExtensions"),
	SETTING("ExclusionProcess", "ExcludedProcesses"),
};

/* Defender takes an extension with and without its dot, and no letter case matters. */
static bool is_same(const char *a, const char *b, bool extensions)
{
	if (extensions && *a == '.')
		a++;
	if (extensions && *b == '.')
		b++;
	return strcasecmp(a, b) == 0;
}

static void add_part(struct cv_buf *whole, const char *value)
{
	if (whole->size)
		cv_buf_char(whole, CV_INTUNE_SEPARATOR);
	cv_buf_text(whole, value);
}

/* Marks what the base has already, which stays spelled as it is there. */
static void add_ours(struct cv_plan *plan, const struct cv_table *items,
		     const struct cv_intune_setting *setting, struct cv_buf *whole)
{
	const bool extensions = setting == &cv_intune_settings[1];

	for (size_t i = 0; i < plan->entries.count; i++) {
		struct cv_entry *entry = CV_AT(&plan->entries, struct cv_entry, i);

		if (entry->kind != CV_ENTRY_EXCLUSION ||
		    strcmp(entry->list, setting->list) != 0)
			continue;
		for (size_t n = 0; n < items->count && !entry->reused; n++)
			entry->reused =
				is_same(entry->more->value,
					CV_AT(items, struct cv_intune_item, n)->value,
					extensions);
		if (!entry->reused)
			add_part(whole, entry->more->value);
	}
}

static void add_setting(struct cv_ctx *ctx, struct cv_plan *plan, const char *list,
			const char *uri, const struct cv_buf *value)
{
	struct cv_entry *entry = cv_plan_add(ctx, plan, CV_ENTRY_SETTING);

	entry->list = list;
	entry->more->name = uri;
	entry->more->value = cv_arena_text(ctx->arena, cv_buf_string(value));
}

/* The union of what is there and what the rows ask for, in that order. */
static void arrange_setting(struct cv_ctx *ctx, struct cv_plan *plan,
			    const struct cv_intune_setting *setting,
			    const struct cv_table *items)
{
	struct cv_buf whole = CV_BUF_INIT;

	cv_buf_text(&whole, "");
	for (size_t i = 0; i < items->count; i++)
		add_part(&whole, CV_AT(items, struct cv_intune_item, i)->value);
	add_setting(ctx, plan, setting->base, setting->uri, &whole);
	add_ours(plan, items, setting, &whole);
	add_setting(ctx, plan, setting->setting, setting->uri, &whole);
	cv_buf_deinit(&whole);
}

static bool arrange(struct cv_ctx *ctx, struct cv_plan *plan)
{
	const struct cv_base *base = cv_plan_base(plan);
	const struct cv_intune_shown *shown = base ? base->content : NULL;

	if (!shown)
		return cv_find(
			ctx, CV_F_BASE_INCOMPLETE, plan->use->name.at,
			"defender-intune has no `base` for %s: a value of Intune "
			"replaces the whole list, so what is there already must be "
			"known; null for each setting says that nothing is",
			plan->subject->name);
	for (int i = 0; i < CV_INTUNE_SETTINGS; i++) {
		const struct cv_intune_setting *setting = &cv_intune_settings[i];

		/* One that the rows no longer ask for is written, too: its value of
		 * before would stay otherwise. */
		if (shown->is_shown[i])
			arrange_setting(ctx, plan, setting, &shown->items[i]);
		else if (cv_plan_uses(plan, setting->list))
			return cv_find(ctx, CV_F_BASE_INCOMPLETE, plan->use->name.at,
				       "the `base` of defender-intune for %s does not "
				       "show %s; null where nothing is set",
				       plan->subject->name, setting->setting);
	}
	return true;
}

static const struct cv_field option_fields[] = {
	CV_DEFENDER_PROCESS_ROWS,
	CV_DEFENDER_MAPPED_DRIVES,
	{.key = NULL},
};

static const struct cv_fields options = {
	.name = "the options of defender-intune",
	.size = sizeof(struct cv_defender_options),
	.fields = option_fields,
	.holes = -1,
	.span = -1,
};

static const char *const paths[] = {"ExclusionPath", "ExcludedPaths",
				    "ExcludedPaths before", NULL};
static const char *const extensions[] = {"ExclusionExtension", "ExcludedExtensions",
					 "ExcludedExtensions before", NULL};
static const char *const processes[] = {"ExclusionProcess", "ExcludedProcesses",
					"ExcludedProcesses before", NULL};
static const char *const paths_undo[] = {"ExclusionPath", "ExcludedPaths before", NULL};
static const char *const extensions_undo[] = {"ExclusionExtension",
					      "ExcludedExtensions before", NULL};
static const char *const processes_undo[] = {"ExclusionProcess",
					     "ExcludedProcesses before", NULL};
static const char *const values[] = {"ExcludedPaths", "ExcludedExtensions",
				     "ExcludedProcesses", NULL};
static const char *const before[] = {"ExcludedPaths before", "ExcludedExtensions before",
				     "ExcludedProcesses before", NULL};

#define JSON(part, ending, text, list_names) \
	{ \
		.name = part, .suffix = ending, .summary = text, \
		.kinds = CV_ENTRY_SETTING | CV_ENTRY_EXCLUSION, \
		.subjects = CV_SUBJECT_GROUP, .lists = list_names, .if_any = true, \
		.change = CV_CHANGE_WHOLE, .emit = cv_intune_emit_json, \
		.read = cv_intune_read_json \
	}
#define JSON_UNDO(part, ending, list_names) \
	{ \
		.name = part, .suffix = ending, \
		.summary = "the value of the base again", \
		.kinds = CV_ENTRY_SETTING | CV_ENTRY_EXCLUSION, \
		.subjects = CV_SUBJECT_GROUP, .lists = list_names, .if_any = true, \
		.undo = true, .change = CV_CHANGE_WHOLE, \
		.emit = cv_intune_emit_json_undo, .read = cv_intune_read_json_undo \
	}

static const struct cv_form forms[] = {
	JSON("paths", ".paths.json", "the value of ExcludedPaths", paths),
	JSON("extensions", ".extensions.json", "the value of ExcludedExtensions",
	     extensions),
	JSON("processes", ".processes.json", "the value of ExcludedProcesses", processes),
	{.name = "table",
	 .suffix = ".csv",
	 .summary = "all settings, to paste",
	 .kinds = CV_ENTRY_SETTING,
	 .subjects = CV_SUBJECT_GROUP,
	 .lists = values,
	 .change = CV_CHANGE_WHOLE,
	 .emit = cv_intune_emit_csv,
	 .read = cv_intune_read_csv},
	JSON_UNDO("paths-undo", ".paths.undo.json", paths_undo),
	JSON_UNDO("extensions-undo", ".extensions.undo.json", extensions_undo),
	JSON_UNDO("processes-undo", ".processes.undo.json", processes_undo),
	{.name = "table-undo",
	 .suffix = ".undo.csv",
	 .summary = "the values of the base again, to paste",
	 .kinds = CV_ENTRY_SETTING,
	 .subjects = CV_SUBJECT_GROUP,
	 .lists = before,
	 .undo = true,
	 .change = CV_CHANGE_WHOLE,
	 .emit = cv_intune_emit_csv,
	 .read = cv_intune_read_csv_undo},
	{.name = NULL},
};

static const char *const verified[] = {"Python's json and csv modules", NULL};

const struct cv_target cv_target_defender_intune = {
	.name = "defender-intune",
	.summary =
		"Microsoft Defender Antivirus exclusions, as OMA-URI values for Intune",
	CV_DEFENDER_DESCRIPTION,
	.options = &options,
	.arrange = arrange,
	.forms = forms,
	.read_export = cv_intune_read_export,
	.export_command = "a JSON object with the values of ExcludedPaths, "
			  "ExcludedExtensions and ExcludedProcesses as Intune holds them",
	.read_base = cv_intune_read_base,
	.verified = verified,
};
