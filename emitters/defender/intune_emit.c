/* Writes the settings: each as JSON, with the value, what of it was there before and
 * which rows ask for the rest; and all of them as a table to paste. */
#include <string.h>

#include "base/json.h"
#include "csv_quote.h"
#include "defender/intune.h"
#include "model/plan.h"

/* The SETTING entry of that list, or NULL. */
static const struct cv_entry *setting_of(const struct cv_emission *emission,
					 const char *list)
{
	for (size_t i = 0; i < emission->count; i++)
		if (emission->entries[i]->kind == CV_ENTRY_SETTING &&
		    strcmp(emission->entries[i]->list, list) == 0)
			return emission->entries[i];
	return NULL;
}

static void write_entries(struct cv_json *json, const struct cv_emission *emission)
{
	cv_json_key(json, "entries");
	cv_json_begin_list(json, false);
	for (size_t i = 0; i < emission->count; i++) {
		const struct cv_entry *entry = emission->entries[i];

		if (entry->kind != CV_ENTRY_EXCLUSION)
			continue;
		cv_json_begin_object(json, true);
		cv_json_member(json, "value", entry->more->value);
		if (entry->note)
			cv_json_member(json, "rows", entry->note);
		cv_json_end_object(json);
	}
	cv_json_end_list(json);
}

/* An undo sets what was there before. */
static void emit_json(const struct cv_emission *emission, bool undo)
{
	for (int i = 0; i < CV_INTUNE_SETTINGS; i++) {
		const struct cv_intune_setting *setting = &cv_intune_settings[i];
		const struct cv_entry *base = setting_of(emission, setting->base);
		const struct cv_entry *value =
			undo ? base : setting_of(emission, setting->setting);
		struct cv_json json;

		if (!base || !value)
			continue;
		cv_json_open(&json, emission->out);
		cv_json_begin_object(&json, false);
		cv_json_member(&json, "omaUri", setting->uri);
		cv_json_member(&json, "dataType", CV_INTUNE_TYPE);
		cv_json_member(&json, "value", value->more->value);
		cv_json_member(&json, "base", base->more->value);
		write_entries(&json, emission);
		cv_json_end_object(&json);
	}
}

void cv_intune_emit_json(const struct cv_emission *emission)
{
	emit_json(emission, false);
}

void cv_intune_emit_json_undo(const struct cv_emission *emission)
{
	emit_json(emission, true);
}

void cv_intune_emit_csv(const struct cv_emission *emission)
{
	cv_buf_text(emission->out, CV_INTUNE_CSV_HEAD);
	for (size_t n = 0; n < emission->count; n++) {
		const struct cv_entry *entry = emission->entries[n];
		const struct cv_intune_setting *setting = cv_intune_settings;

		while (strcmp(setting->setting, entry->list) != 0 &&
		       strcmp(setting->base, entry->list) != 0)
			setting++;
		cv_buf_format(emission->out, "%s,%s," CV_INTUNE_TYPE ",",
			      setting->setting, setting->uri);
		cv_csv_quote(emission->out, entry->more->value);
		cv_buf_char(emission->out, '\n');
	}
}
