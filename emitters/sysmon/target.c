/* Sysmon on Windows and Linux: rules to merge into its configuration, or a whole one. */
#include <stddef.h>
#include <string.h>

#include "base/ctx.h"
#include "model/plan.h"
#include "model/policy.h"
#include "sysmon/facts.h"

/* Two hyphens end a comment of XML. */
static const char *harmless(struct cv_ctx *ctx, const char *text)
{
	char *copy;
	size_t size = 0;

	if (!text || !strstr(text, "--"))
		return text;
	copy = cv_arena_array(ctx->arena, 2 * strlen(text) + 1, 1);
	for (; *text; text++) {
		copy[size++] = *text;
		if (text[0] == '-' && text[1] == '-')
			copy[size++] = ' ';
	}
	return copy;
}

static bool arrange(struct cv_ctx *ctx, struct cv_plan *plan)
{
	const struct cv_sysmon_options *options = plan->use->options;
	struct cv_entry *schema;

	cv_plan_add(ctx, plan, CV_ENTRY_HEADER)->more->value =
		"telemetry only: no antivirus leaves anything alone for these rules";
	for (size_t i = 0; i < plan->entries.count; i++) {
		struct cv_entry *entry = CV_AT(&plan->entries, struct cv_entry, i);

		entry->note = harmless(ctx, entry->note);
		if (entry->kind == CV_ENTRY_HEADER)
			entry->more->value = harmless(ctx, entry->more->value);
	}
	schema = cv_plan_add(ctx, plan, CV_ENTRY_SETTING);
	schema->list = CV_SYSMON_SCHEMA;
	schema->more->value = options && options->schema.text ? options->schema.text
							      : CV_SYSMON_SCHEMA_VERSION;
	return true;
}

static const char *const event_words[] = {CV_SYSMON_PROCESS_CREATE,
					  CV_SYSMON_PROCESS_TERMINATE,
					  CV_SYSMON_FILE_CREATE, NULL};

static const struct cv_lexical event_lexical = {
	.name = "an event",
	.words = event_words,
};

static const struct cv_field option_fields[] = {
	{.key = "schema",
	 .type = CV_FIELD_TEXT,
	 .offset = offsetof(struct cv_sysmon_options, schema),
	 .lexical = &cv_lex_version,
	 .fallback = CV_SYSMON_SCHEMA_VERSION,
	 .meaning = "the version of the schema that a whole configuration names"},
	{.key = "events",
	 .type = CV_FIELD_TEXTS,
	 .offset = offsetof(struct cv_sysmon_options, events),
	 .lexical = &event_lexical,
	 .fallback = CV_SYSMON_PROCESS_CREATE,
	 .meaning =
		 "the events that the rules are for; FileCreate for files and folders, "
		 "which an element for it switches on for all others"},
	{.key = NULL},
};

static const struct cv_fields option_table = {
	.name = "the options of sysmon",
	.size = sizeof(struct cv_sysmon_options),
	.fields = option_fields,
	.holes = -1,
	.span = -1,
};

static const struct cv_form forms[] = {
	{
		.name = "fragment",
		.suffix = ".xml",
		.summary = "rules to merge into a configuration",
		.kinds = CV_ENTRY_HEADER | CV_ENTRY_EXCLUSION,
		.subjects = CV_SUBJECT_GROUP,
		.change = CV_CHANGE_WHOLE,
		.emit = cv_sysmon_emit_fragment,
		.read = cv_sysmon_read_fragment,
	},
	{
		.name = "full",
		.suffix = ".full.xml",
		.summary = "a whole configuration",
		.kinds = CV_ENTRY_HEADER | CV_ENTRY_SETTING | CV_ENTRY_EXCLUSION,
		.subjects = CV_SUBJECT_GROUP,
		.change = CV_CHANGE_WHOLE,
		.emit = cv_sysmon_emit_full,
		.read = cv_sysmon_read_full,
	},
	{
		.name = "undo",
		.suffix = ".undo.xml",
		.summary = "the rules to take out of a configuration",
		.kinds = CV_ENTRY_HEADER | CV_ENTRY_EXCLUSION,
		.subjects = CV_SUBJECT_GROUP,
		.undo = true,
		.change = CV_CHANGE_WHOLE,
		.emit = cv_sysmon_emit_undo,
		.read = cv_sysmon_read_undo,
	},
	{.name = NULL},
};

static const char *const verified[] = {
	"xmllint: each file against a DTD made by hand after Sysmon's manifest",
	"a model of Sysmon's decision after its source: what is logged and what is not",
	NULL,
};

const struct cv_target cv_target_sysmon = {
	.name = "sysmon",
	.summary = "Sysmon rules that log nothing of what they name",
	.preview = true,
	.can =
		{
			.subjects = CV_SUBJECT_GROUP,
			.platforms = 1u << CV_WINDOWS | 1u << CV_LINUX,
			.lists = cv_sysmon_lists,
			.note_limit = 400,
		},
	.options = &option_table,
	.arrange = arrange,
	.forms = forms,
	.read_export = cv_sysmon_read_export,
	.export_command = "the XML that was loaded last with sysmon -c FILE",
	.verified = verified,
	.named_only = true,
};
