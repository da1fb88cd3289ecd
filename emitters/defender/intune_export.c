/* Reads what a base, or an export for the audit, says of the three settings: a JSON
 * object with their names as keys, each null, one text with `|` between its entries as
 * the setting holds it, or a list of texts. */
#include <string.h>

#include "base/ctx.h"
#include "defender/intune.h"
#include "export_json.h"
#include "model/plan.h"

static void add_item(struct cv_export_reading *reading, struct cv_table *items,
		     const char *text, size_t size, size_t place)
{
	struct cv_intune_item *item;

	if (size == 0)
		return;
	item = CV_ADD(reading->ctx->arena, items, struct cv_intune_item);
	item->value = cv_intern(reading->ctx, text, size);
	item->place = place;
}

static bool refuse(struct cv_export_reading *reading, size_t place)
{
	return cv_export_refuse(
		reading, place,
		"a setting is neither null nor a text nor a list of texts");
}

/* One text, which may hold several entries where the setting does. */
static bool add_text(struct cv_export_reading *reading, struct cv_table *items,
		     const json_t *value, size_t place)
{
	const char *text = json_string_value(value);

	if (!text || strlen(text) != json_string_length(value))
		return refuse(reading, place);
	while (*text) {
		const size_t size = strcspn(text, "|");

		add_item(reading, items, text, size, place);
		text += size + (text[size] != '\0');
	}
	return true;
}

static bool read_value(struct cv_frame *frame, struct cv_table *items)
{
	struct cv_slice none;
	json_t *value;
	size_t place;
	bool fine = true;

	if (!cv_frame_stands(frame, '[')) {
		value = cv_frame_load(frame, &place);
		fine = value && (json_is_null(value) ||
				 add_text(frame->reading, items, value, place));
		json_decref(value);
		return fine;
	}
	if (!cv_frame_enter(frame, '['))
		return false;
	while (fine && cv_frame_next(frame, &none)) {
		value = cv_frame_load(frame, &place);
		fine = value && add_text(frame->reading, items, value, place);
		json_decref(value);
	}
	return fine && !frame->reading->error;
}

/* An unknown key may be a setting by another name, whose entries would be lost. */
static bool read_member(struct cv_frame *frame, struct cv_slice key,
			struct cv_intune_shown *shown)
{
	for (int i = 0; i < CV_INTUNE_SETTINGS; i++) {
		if (!cv_slice_is(key, cv_intune_settings[i].setting))
			continue;
		if (shown->is_shown[i])
			return cv_export_refuse(frame->reading,
						cv_frame_place(frame, key.text),
						"a setting stands twice");
		shown->is_shown[i] = true;
		return read_value(frame, &shown->items[i]);
	}
	return cv_export_refuse(frame->reading, cv_frame_place(frame, key.text),
				"a key that is none of ExcludedPaths, "
				"ExcludedExtensions and ExcludedProcesses");
}

static bool read_shown(struct cv_export_reading *reading, struct cv_intune_shown *shown)
{
	struct cv_frame frame;
	struct cv_slice key;

	if (!cv_frame_open(&frame, reading) || !cv_frame_enter(&frame, '{'))
		return false;
	while (cv_frame_next(&frame, &key))
		if (!read_member(&frame, key, shown))
			return false;
	return cv_frame_close(&frame);
}

bool cv_intune_read_base(struct cv_base_reading *reading)
{
	struct cv_export_reading as_export = {.ctx = reading->ctx,
					      .bytes = reading->bytes,
					      .size = reading->size,
					      .options = reading->options};
	struct cv_intune_shown *shown =
		CV_NEW(reading->ctx->arena, struct cv_intune_shown);
	const bool fine = read_shown(&as_export, shown);

	reading->error = as_export.error;
	reading->error_at = as_export.error_at;
	reading->content = shown;
	return fine;
}

bool cv_intune_read_export(struct cv_export_reading *reading)
{
	struct cv_intune_shown shown = {.is_shown = {false}};

	reading->shows = CV_ENTRY_EXCLUSION;
	if (!read_shown(reading, &shown))
		return false;
	for (int i = 0; i < CV_INTUNE_SETTINGS; i++) {
		for (size_t n = 0; n < shown.items[i].count; n++) {
			const struct cv_intune_item *item =
				CV_AT(&shown.items[i], struct cv_intune_item, n);
			struct cv_entry *entry =
				cv_entries_add(reading->ctx, &reading->entries,
					       CV_ENTRY_EXCLUSION, item->place);

			entry->list = cv_intune_settings[i].list;
			/* Extensions stand with or without their dot. */
			entry->more->value =
				i == 1 && *item->value != '.'
					? cv_arena_format(reading->ctx->arena, ".%s",
							  item->value)
					: item->value;
		}
		if (!shown.is_shown[i])
			cv_export_unknown(
				reading, 0,
				cv_arena_format(reading->ctx->arena,
						"%s is not in the export: what it holds "
						"is not known",
						cv_intune_settings[i].setting));
	}
	return true;
}
