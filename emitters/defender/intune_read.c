/* Reads the settings back, in the one spelling that the emitter uses, and holds each
 * value against what it must be: what was there before, and behind it the entries that
 * were not. */
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "defender/intune.h"
#include "json_spelled.h"
#include "model/plan.h"
#include "take.h"

#define EXTENSIONS "ExclusionExtension"

struct cursor {
	struct cv_reading *reading;
	const char *at, *end;
	enum cv_operation operation;
	struct cv_buf value;
};

static bool fail(struct cursor *cursor, const char *why)
{
	cursor->reading->error = why;
	cursor->reading->error_at = (size_t)(cursor->at - cursor->reading->bytes);
	return false;
}

static bool take(struct cursor *cursor, const char *text)
{
	return cv_take(&cursor->at, cursor->end, text);
}

static struct cv_entry *add(struct cursor *cursor, enum cv_entry_kind kind,
			    const char *list)
{
	struct cv_entry *entry =
		cv_entries_add(cursor->reading->ctx, &cursor->reading->entries, kind,
			       (size_t)(cursor->at - cursor->reading->bytes));

	entry->operation = cursor->operation;
	entry->list = list;
	return entry;
}

/* A string behind the text, in the arena; NULL with the error set. */
static const char *read_string(struct cursor *cursor, const char *before)
{
	if (!take(cursor, before) ||
	    !cv_json_spelled_string(&cursor->at, cursor->end, &cursor->value)) {
		fail(cursor, "the setting differs");
		return NULL;
	}
	return cv_intern(cursor->reading->ctx, cv_buf_string(&cursor->value),
			 cursor->value.size);
}

/* Whether the value, with `|` between, has the item in any case of its letters; of
 * extensions also with or without a dot. */
static bool holds(const char *value, const char *item, bool extensions)
{
	size_t size;

	item += extensions && *item == '.';
	for (size = strlen(item); *value; value += *value != '\0') {
		const size_t dot = extensions && *value == '.';
		const size_t length = strcspn(value, "|");

		if (length - dot == size && strncasecmp(value + dot, item, size) == 0)
			return true;
		value += length;
	}
	return false;
}

static bool read_entries(struct cursor *cursor, const char *list, const char *base,
			 struct cv_buf *whole)
{
	if (take(cursor, "]"))
		return true;
	do {
		struct cv_entry *entry;

		if (!take(cursor, "\n    "))
			return fail(cursor, "an entry is not on a line of its own");
		entry = add(cursor, CV_ENTRY_EXCLUSION, list);
		entry->more->value = read_string(cursor, "{\"value\": ");
		if (!entry->more->value)
			return false;
		if (strchr(entry->more->value, CV_INTUNE_SEPARATOR))
			return fail(cursor, "an entry holds what separates entries");
		if (take(cursor, ", \"rows\": ")) {
			entry->note = read_string(cursor, "");
			if (!entry->note)
				return false;
		}
		if (!take(cursor, "}"))
			return fail(cursor, "an entry has more keys");
		if (holds(base, entry->more->value, strcmp(list, EXTENSIONS) == 0))
			continue;
		if (whole->size)
			cv_buf_char(whole, CV_INTUNE_SEPARATOR);
		cv_buf_text(whole, entry->more->value);
	} while (take(cursor, ","));
	return take(cursor, "\n  ]") || fail(cursor, "the list has no end");
}

/* Behind the URI of the setting. */
static bool read_setting(struct cursor *cursor, const struct cv_intune_setting *setting)
{
	const bool undo = cursor->operation == CV_REMOVE;
	struct cv_buf whole = CV_BUF_INIT;
	struct cv_entry *entry;
	const char *value, *base;
	bool fine;

	value = read_string(cursor, "\",\n  \"dataType\": \"" CV_INTUNE_TYPE
				    "\",\n  \"value\": ");
	base = value ? read_string(cursor, ",\n  \"base\": ") : NULL;
	if (!base)
		return false;
	if (!undo) {
		entry = add(cursor, CV_ENTRY_SETTING, setting->setting);
		entry->more->name = setting->uri;
		entry->more->value = value;
	}
	entry = add(cursor, CV_ENTRY_SETTING, setting->base);
	entry->more->name = setting->uri;
	entry->more->value = base;
	cv_buf_text(&whole, base);
	if (!take(cursor, ",\n  \"entries\": ["))
		fine = fail(cursor, "the setting differs");
	else
		fine = read_entries(cursor, setting->list, base, &whole);
	if (fine && strcmp(value, undo ? base : cv_buf_string(&whole)) != 0)
		fine = fail(cursor, undo ? "the value is not what was there before"
					 : "the value is not what was there before and "
					   "these entries");
	cv_buf_deinit(&whole);
	return fine;
}

static bool read_json(struct cv_reading *reading, enum cv_operation operation)
{
	struct cursor cursor = {.reading = reading,
				.at = reading->bytes,
				.end = reading->bytes + reading->size,
				.operation = operation,
				.value = CV_BUF_INIT};
	const struct cv_intune_setting *setting = NULL;
	bool fine = take(&cursor, "{\n  \"omaUri\": \"");
	const char *start = cursor.at;

	for (int i = 0; fine && i < CV_INTUNE_SETTINGS && !setting; i++) {
		cursor.at = start;
		if (take(&cursor, cv_intune_settings[i].uri) && *cursor.at == '"')
			setting = &cv_intune_settings[i];
	}
	if (!setting)
		return fail(&cursor, "no setting of Defender's exclusions");
	fine = read_setting(&cursor, setting) &&
	       ((take(&cursor, "\n}\n") && cursor.at == cursor.end) ||
		fail(&cursor, "something stands behind the setting"));
	cv_buf_deinit(&cursor.value);
	return fine;
}

bool cv_intune_read_json(struct cv_reading *reading)
{
	return read_json(reading, CV_ADD);
}

bool cv_intune_read_json_undo(struct cv_reading *reading)
{
	return read_json(reading, CV_REMOVE);
}

/* ---- CSV ---- */

/* A cell up to the end of its line, between quotes only where it needs them. */
static bool read_cell(struct cursor *cursor)
{
	const char *value;

	cursor->value.size = 0;
	cv_buf_text(&cursor->value, "");
	if (!take(cursor, "\"")) {
		while (cursor->at < cursor->end && *cursor->at != '\n') {
			if (strchr(",\"\r", *cursor->at))
				return fail(cursor, "a cell that needs quotes has none");
			cv_buf_char(&cursor->value, *cursor->at++);
		}
		value = cv_buf_string(&cursor->value);
		if (*value && strchr(" \t", value[cursor->value.size - 1]))
			return fail(cursor, "a cell that needs quotes has none");
		return (!*value || !strchr(" \t", *value)) && take(cursor, "\n");
	}
	while (cursor->at < cursor->end) {
		if (take(cursor, "\"\"")) {
			cv_buf_char(&cursor->value, '"');
			continue;
		}
		if (take(cursor, "\"")) {
			value = cv_buf_string(&cursor->value);
			if (!*value ||
			    (!strpbrk(value, ",\"\r\n") && !strchr(" \t", *value) &&
			     !strchr(" \t", value[cursor->value.size - 1])))
				return fail(cursor, "a cell has quotes without need");
			return take(cursor, "\n") || fail(cursor, "a line goes on");
		}
		if (*cursor->at == '\0')
			break;
		cv_buf_char(&cursor->value, *cursor->at++);
	}
	return fail(cursor, "a cell has no end");
}

static bool read_row(struct cursor *cursor)
{
	const char *start = cursor->at;

	for (int i = 0; i < CV_INTUNE_SETTINGS; i++) {
		const struct cv_intune_setting *setting = &cv_intune_settings[i];
		struct cv_entry *entry;

		cursor->at = start;
		if (!take(cursor, setting->setting) || !take(cursor, ",") ||
		    !take(cursor, setting->uri) || !take(cursor, "," CV_INTUNE_TYPE ","))
			continue;
		entry = add(cursor, CV_ENTRY_SETTING,
			    cursor->operation == CV_ADD ? setting->setting
							: setting->base);
		entry->more->name = setting->uri;
		if (!read_cell(cursor))
			return fail(cursor, "a cell is not spelled so");
		entry->more->value =
			cv_intern(cursor->reading->ctx, cv_buf_string(&cursor->value),
				  cursor->value.size);
		return true;
	}
	return fail(cursor, "a line of no setting");
}

static bool read_csv(struct cv_reading *reading, enum cv_operation operation)
{
	struct cursor cursor = {.reading = reading,
				.at = reading->bytes,
				.end = reading->bytes + reading->size,
				.operation = operation,
				.value = CV_BUF_INIT};
	bool fine = take(&cursor, CV_INTUNE_CSV_HEAD) ||
		    fail(&cursor, "the first line differs");

	while (fine && cursor.at < cursor.end)
		fine = read_row(&cursor);
	cv_buf_deinit(&cursor.value);
	return fine;
}

bool cv_intune_read_csv(struct cv_reading *reading)
{
	return read_csv(reading, CV_ADD);
}

bool cv_intune_read_csv_undo(struct cv_reading *reading)
{
	return read_csv(reading, CV_REMOVE);
}
