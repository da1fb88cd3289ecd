/* A neutral list that comes back as JSON: `format`, `version` and `rows` in any order,
 * a row's keys too.  Values may be texts, numbers, true, false or null. */
#include "export.h"

#include <string.h>

#include "base/ctx.h"
#include "export_json.h"
#include "model/target.h"

struct list {
	struct cv_export_reading *reading;
	struct cv_frame frame;
	const struct cv_neutral *table;
	bool has_rows, has_version, has_other_keys;
};

static bool refuse(struct list *list, const char *at, const char *why)
{
	return cv_export_refuse(list->reading, cv_frame_place(&list->frame, at), why);
}

static bool read_format(struct list *list, struct cv_slice value)
{
	const struct cv_neutral *table = NULL;

	for (size_t i = 0; i < CV_NEUTRAL_TABLES; i++)
		if (value.size == strlen(cv_neutral_tables[i]->format) + 2 &&
		    strncmp(value.text + 1, cv_neutral_tables[i]->format,
			    value.size - 2) == 0)
			table = cv_neutral_tables[i];
	if (!table || list->table)
		return refuse(list, value.text,
			      "`format` is none of ours, or stands twice");
	list->table = table;
	return true;
}

/* The first time through: all but the rows. */
static bool read_frame(struct list *list)
{
	struct cv_slice key, value;

	if (!cv_frame_enter(&list->frame, '{'))
		return false;
	while (cv_frame_next(&list->frame, &key)) {
		if (!cv_frame_value(&list->frame, &value))
			return false;
		if (cv_slice_is(key, "format")) {
			if (!read_format(list, value))
				return false;
		} else if (cv_slice_is(key, "version")) {
			if (list->has_version || !cv_slice_is(value, "1"))
				return refuse(list, value.text,
					      "`version` is not 1, or stands twice");
			list->has_version = true;
		} else if (cv_slice_is(key, "rows")) {
			if (list->has_rows)
				return refuse(list, key.text, "`rows` stands twice");
			list->has_rows = true;
		} else {
			cv_export_unknown(list->reading,
					  cv_frame_place(&list->frame, key.text),
					  "a key that no neutral list has");
		}
	}
	if (!cv_frame_close(&list->frame))
		return false;
	if (list->table && list->has_version && list->has_rows)
		return true;
	return cv_export_refuse(list->reading, 0,
				"no neutral list: `format`, `version` or `rows` is "
				"missing");
}

/* The value as a cell says it; NULL for a list or an object. */
static const char *cell_of(struct cv_ctx *ctx, const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_STRING:
		return cv_arena_copy(ctx->arena, json_string_value(value),
				     json_string_length(value));
	case JSON_INTEGER:
		return cv_arena_format(ctx->arena, "%" JSON_INTEGER_FORMAT,
				       json_integer_value(value));
	case JSON_TRUE:
		return "yes";
	case JSON_FALSE:
		return "no";
	case JSON_NULL:
		return "";
	default:
		return NULL;
	}
}

static void read_row(struct list *list, json_t *row, size_t place)
{
	const char *cells[CV_NEUTRAL_COLUMNS] = {NULL};
	struct cv_ctx *ctx = list->reading->ctx;
	bool other = false, good = json_is_object(row);
	const char *key, *lacking;
	json_t *value;

	json_object_foreach(row, key, value)
	{
		const size_t column = cv_neutral_column(list->table, key, strlen(key));

		if (column == list->table->count) {
			other = true;
			continue;
		}
		cells[column] = cell_of(ctx, value);
		good &= cells[column] != NULL;
	}
	if (other && !list->has_other_keys)
		cv_export_unknown(list->reading, place,
				  "a row has a key that no neutral list has, and others "
				  "may, too");
	list->has_other_keys |= other;
	lacking = good ? cv_neutral_lacking(list->table, cells) : NULL;
	if (lacking || !good)
		cv_export_unknown(list->reading, place,
				  lacking ? cv_arena_format(ctx->arena,
							    "a row without `%s`", lacking)
					  : "a row with a value that is a list or an "
					    "object, or that is no object itself");
	else
		cv_neutral_export_row(list->reading, list->table, cells, place);
}

static bool read_rows(struct list *list)
{
	struct cv_slice none;

	if (!cv_frame_enter(&list->frame, '['))
		return false;
	while (cv_frame_next(&list->frame, &none)) {
		size_t place;
		json_t *row = cv_frame_load(&list->frame, &place);

		if (!row)
			return false;
		read_row(list, row, place);
		json_decref(row);
	}
	return !list->reading->error;
}

/* The second time: all that has been seen before is sound. */
static bool read_again(struct list *list)
{
	struct cv_slice key, value;

	if (!cv_frame_enter(&list->frame, '{'))
		return false;
	while (cv_frame_next(&list->frame, &key))
		if (!(cv_slice_is(key, "rows") ? read_rows(list)
					       : cv_frame_value(&list->frame, &value)))
			return false;
	return !list->reading->error;
}

bool cv_json_read_export(struct cv_export_reading *reading)
{
	struct list list = {.reading = reading};
	struct cv_frame start;

	if (!cv_frame_open(&list.frame, reading))
		return false;
	start = list.frame;
	if (!read_frame(&list))
		return false;
	reading->shows = list.table->kind;
	list.frame = start;
	return read_again(&list);
}
