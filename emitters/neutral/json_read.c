/* Reads the neutral lists back from JSON: the frame is held byte for byte, each row
 * goes to jansson by itself.  Before it, a scan refuses every spelling but one: other
 * blanks, other keys, an escape that is not needed or is written in another way. */
#include "read.h"

#include <jansson.h>
#include <string.h>

#include "base/ctx.h"
#include "base/utf8.h"
#include "columns.h"

struct scan {
	const char *at, *end;
};

/* Steps over a text that must stand there. */
static bool step(struct scan *scan, const char *text)
{
	const size_t size = strlen(text);

	if ((size_t)(scan->end - scan->at) < size || memcmp(scan->at, text, size))
		return false;
	scan->at += size;
	return true;
}

/* Behind \u: four digits in lower case, of a control character that has no letter. */
static bool step_code(struct scan *scan)
{
	uint32_t code = 0;

	for (int i = 0; i < 4; i++) {
		static const char hex[] = "0123456789abcdef";
		const char *digit =
			scan->at < scan->end && *scan->at ? strchr(hex, *scan->at) : NULL;

		if (!digit)
			return false;
		code = code * 16 + (uint32_t)(digit - hex);
		scan->at++;
	}
	return code && cv_is_control(code) &&
	       (code > 0x0D || code < 0x08 || code == 0x0B);
}

/* Over the characters that stand for themselves in one byte. */
static void step_plain(struct scan *scan)
{
	while (scan->at < scan->end && *scan->at >= ' ' && *scan->at <= '~' &&
	       *scan->at != '"' && *scan->at != '\\')
		scan->at++;
}

static bool step_string(struct scan *scan)
{
	if (!step(scan, "\""))
		return false;
	for (;;) {
		size_t length;
		uint32_t c;

		step_plain(scan);
		if (scan->at == scan->end)
			return false;
		if (step(scan, "\""))
			return true;
		if (step(scan, "\\u")) {
			if (!step_code(scan))
				return false;
			continue;
		}
		if (step(scan, "\\")) {
			if (scan->at == scan->end || !*scan->at ||
			    !strchr("\"\\btnfr", *scan->at))
				return false;
			scan->at++;
			continue;
		}
		c = cv_utf8_decode(scan->at, (size_t)(scan->end - scan->at), &length);
		if (c == 0 || cv_is_control(c))
			return false;
		scan->at += length;
	}
}

static bool is_spelled(const struct cv_neutral *table, const char *text, size_t size)
{
	struct scan scan = {text, text + size};

	if (!step(&scan, "{"))
		return false;
	for (size_t i = 0; i < table->count; i++)
		if ((i && !step(&scan, ", ")) || !step(&scan, "\"") ||
		    !step(&scan, table->columns[i].name) || !step(&scan, "\": ") ||
		    !step_string(&scan))
			return false;
	return step(&scan, "}") && scan.at == scan.end;
}

static bool read_members(struct cv_reading *reading, const struct cv_neutral *table,
			 json_t *row, size_t place)
{
	const char *cells[CV_NEUTRAL_COLUMNS];
	const char *key;
	json_t *value;
	size_t count = 0;

	json_object_foreach(row, key, value)
	{
		if (count == table->count || strcmp(key, table->columns[count].name) ||
		    !json_is_string(value))
			return cv_neutral_refuse(reading, place, "a row has other keys");
		cells[count++] = json_string_value(value);
	}
	if (count != table->count)
		return cv_neutral_refuse(reading, place, "a row has too few keys");
	return cv_neutral_read_cells(reading, table, cells, place);
}

static bool read_row(struct cv_reading *reading, const struct cv_neutral *table,
		     const char *text, size_t size)
{
	const size_t place = (size_t)(text - reading->bytes);
	json_error_t error;
	json_t *row;
	bool good;

	if (!is_spelled(table, text, size))
		return cv_neutral_refuse(reading, place,
					 "a row is not spelled as it must be");
	row = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
	if (!row)
		return cv_neutral_refuse(reading, place,
					 cv_arena_text(reading->ctx->arena, error.text));
	good = json_is_object(row)
		       ? read_members(reading, table, row, place)
		       : cv_neutral_refuse(reading, place, "a row is no object");
	json_decref(row);
	return good;
}

/* The lines between the brackets; the scan ends before the closing one. */
static bool read_rows(struct cv_reading *reading, const struct cv_neutral *table,
		      struct scan *scan)
{
	bool more = true;

	while (more) {
		const char *line;
		size_t size;

		if (!step(scan, "    "))
			return cv_neutral_refuse(reading,
						 (size_t)(scan->at - reading->bytes),
						 "no row where one must stand");
		line = memchr(scan->at, '\n', (size_t)(scan->end - scan->at));
		if (!line)
			return cv_neutral_refuse(reading,
						 (size_t)(scan->at - reading->bytes),
						 "a line has no end");
		size = (size_t)(line - scan->at);
		more = size && scan->at[size - 1] == ',';
		if (!read_row(reading, table, scan->at, size - more))
			return false;
		scan->at = line + 1;
	}
	return true;
}

static bool read_all(struct cv_reading *reading, const struct cv_neutral *table)
{
	struct scan scan = {reading->bytes, reading->bytes + reading->size};
	const char *head =
		cv_arena_format(reading->ctx->arena,
				"{\n  \"format\": \"%s\",\n  \"version\": %d,\n"
				"  \"rows\": [",
				table->format, CV_NEUTRAL_VERSION);

	if (!step(&scan, head))
		return cv_neutral_refuse(reading, 0, "the head is another one");
	if (step(&scan, "\n")) {
		if (!read_rows(reading, table, &scan))
			return false;
		if (!step(&scan, "  "))
			return cv_neutral_refuse(reading,
						 (size_t)(scan.at - reading->bytes),
						 "the list does not end");
	}
	if (!step(&scan, "]\n}\n") || scan.at != scan.end)
		return cv_neutral_refuse(reading, (size_t)(scan.at - reading->bytes),
					 "the end is another one");
	return true;
}

bool cv_json_read_exclusions(struct cv_reading *reading)
{
	return read_all(reading, &cv_neutral_exclusions);
}

bool cv_json_read_flows(struct cv_reading *reading)
{
	return read_all(reading, &cv_neutral_flows);
}

bool cv_json_read_urls(struct cv_reading *reading)
{
	return read_all(reading, &cv_neutral_urls);
}
