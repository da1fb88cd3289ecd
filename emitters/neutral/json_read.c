/* Reads the neutral lists back from JSON, byte by byte: every spelling but one is
 * refused, other blanks, other keys, an escape that is not needed or is written in
 * another way. */
#include "read.h"

#include "base/buf.h"
#include "base/ctx.h"
#include "columns.h"
#include "json_spelled.h"
#include "take.h"

struct scan {
	const char *at, *end;
	struct cv_buf cells[CV_NEUTRAL_COLUMNS]; /* of a row */
};

/* Steps over a text that must stand there. */
static bool step(struct scan *scan, const char *text)
{
	return cv_take(&scan->at, scan->end, text);
}

/* A row up to its closing brace, into scan->cells. */
static bool step_row(struct scan *scan, const struct cv_neutral *table)
{
	if (!step(scan, "{"))
		return false;
	for (size_t i = 0; i < table->count; i++)
		if ((i && !step(scan, ", ")) || !step(scan, "\"") ||
		    !step(scan, table->columns[i].name) || !step(scan, "\": ") ||
		    !cv_json_spelled_string(&scan->at, scan->end, &scan->cells[i]))
			return false;
	return step(scan, "}");
}

static bool read_row(struct cv_reading *reading, const struct cv_neutral *table,
		     struct scan *scan)
{
	const size_t place = (size_t)(scan->at - reading->bytes);
	const char *cells[CV_NEUTRAL_COLUMNS];

	if (!step_row(scan, table))
		return cv_neutral_refuse(reading, place,
					 "a row is not spelled as it must be");
	for (size_t i = 0; i < table->count; i++)
		cells[i] = cv_buf_string(&scan->cells[i]);
	return cv_neutral_read_cells(reading, table, cells, place);
}

/* The lines between the brackets; the scan ends before the closing one. */
static bool read_rows(struct cv_reading *reading, const struct cv_neutral *table,
		      struct scan *scan)
{
	do {
		if (!step(scan, "\n    "))
			return cv_neutral_refuse(reading,
						 (size_t)(scan->at - reading->bytes),
						 "no row where one must stand");
		if (!read_row(reading, table, scan))
			return false;
	} while (step(scan, ","));
	return true;
}

static bool read_list(struct cv_reading *reading, const struct cv_neutral *table,
		      struct scan *scan)
{
	const char *head =
		cv_arena_format(reading->ctx->arena,
				"{\n  \"format\": \"%s\",\n  \"version\": %d,\n"
				"  \"rows\": [",
				table->format, CV_NEUTRAL_VERSION);

	if (!step(scan, head))
		return cv_neutral_refuse(reading, 0, "the head is another one");
	if (scan->at < scan->end && *scan->at == '\n') {
		if (!read_rows(reading, table, scan))
			return false;
		if (!step(scan, "\n  "))
			return cv_neutral_refuse(reading,
						 (size_t)(scan->at - reading->bytes),
						 "the list does not end");
	}
	if (!step(scan, "]\n}\n") || scan->at != scan->end)
		return cv_neutral_refuse(reading, (size_t)(scan->at - reading->bytes),
					 "the end is another one");
	return true;
}

static bool read_all(struct cv_reading *reading, const struct cv_neutral *table)
{
	struct scan scan = {.at = reading->bytes, .end = reading->bytes + reading->size};
	const bool good = read_list(reading, table, &scan);

	for (size_t i = 0; i < CV_NEUTRAL_COLUMNS; i++)
		cv_buf_deinit(&scan.cells[i]);
	return good;
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
