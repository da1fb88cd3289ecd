/* Reads the neutral lists back from CSV.  libcsv gives the values; before it, a scan
 * finds where each record ends and refuses every spelling but one: a cell quoted
 * without need, a blank at a cell's end, CR, a missing last line end. */
#include "read.h"

#include <csv.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "columns.h"

struct record {
	struct cv_buf *texts;             /* of the cells, a NUL behind each */
	size_t cells[CV_NEUTRAL_COLUMNS]; /* where they begin there */
	size_t count;                     /* of cells so far */
	size_t records;                   /* that libcsv saw */
};

static void on_cell(void *text, size_t size, void *user)
{
	struct record *record = user;

	if (record->count < CV_NEUTRAL_COLUMNS)
		record->cells[record->count] = record->texts->size;
	record->count++;
	cv_buf_add(record->texts, text ? text : "", size);
	cv_buf_char(record->texts, '\0');
}

static void on_record(int end, void *user)
{
	struct record *record = user;

	(void)end;
	record->records++;
}

/* libcsv strips blanks and takes CR for the end of a record unless told otherwise. */
static int is_no_blank(unsigned char c)
{
	(void)c;
	return 0;
}

static int is_line_end(unsigned char c)
{
	return c == '\n';
}

static bool may_be_stripped(char c)
{
	return c == ' ' || c == '\t';
}

/* Behind a quoted cell that begins at `at`, or NULL when it is not well formed or
 * had no need of quotes. */
static const char *quoted_end(const char *at, const char *end)
{
	const char *const first = at + 1;
	bool needed;

	if (first == end)
		return NULL;
	needed = may_be_stripped(*first);
	for (at = first; at < end; at++) {
		if (*at == '"') {
			if (at + 1 == end || at[1] != '"')
				return needed || (at > first && may_be_stripped(at[-1]))
					       ? at + 1
					       : NULL;
			at++;
			needed = true;
		} else if (*at == '\0') {
			return NULL;
		} else if (strchr(",\r\n", *at)) {
			needed = true;
		}
	}
	return NULL;
}

static const char *plain_end(const char *at, const char *end)
{
	const char *const first = at;

	while (at < end && *at != ',' && *at != '\n') {
		if (*at == '"' || *at == '\r' || *at == '\0')
			return NULL;
		at++;
	}
	return at > first && (may_be_stripped(*first) || may_be_stripped(at[-1])) ? NULL
										  : at;
}

/* The offset behind the record at `start`; 0 with the error set. */
static size_t record_end(struct cv_reading *reading, size_t start, size_t columns)
{
	const char *const end = reading->bytes + reading->size;
	const char *at = reading->bytes + start;

	for (size_t count = 1;; count++, at++) {
		const char *const cell = at;

		at = *at == '"' ? quoted_end(at, end) : plain_end(at, end);
		if (!at || (at < end && *at != ',' && *at != '\n')) {
			cv_neutral_refuse(reading, (size_t)(cell - reading->bytes),
					  "a cell is not quoted as it must be");
			return 0;
		}
		if (at < end && *at == ',' && count < columns)
			continue;
		if (at < end && *at == '\n' && count == columns)
			return (size_t)(at - reading->bytes) + 1;
		cv_neutral_refuse(reading, start,
				  at == end ? "the last line has no end"
					    : "the record has another number of cells");
		return 0;
	}
}

static bool read_header(struct cv_reading *reading, const struct cv_neutral *table,
			size_t end)
{
	const char *at = reading->bytes;

	for (size_t i = 0; i < table->count; i++) {
		const char *name = table->columns[i].name;
		const size_t size = strlen(name);

		if (strncmp(at, name, size) ||
		    at[size] != (i + 1 < table->count ? ',' : '\n'))
			return cv_neutral_refuse(reading, (size_t)(at - reading->bytes),
						 "the header line names other columns");
		at += size + 1;
	}
	return (size_t)(at - reading->bytes) == end ||
	       cv_neutral_refuse(reading, 0, "the header line is longer");
}

static bool read_record(struct cv_reading *reading, const struct cv_neutral *table,
			struct csv_parser *parser, struct cv_buf *texts, size_t start,
			size_t end)
{
	struct record record = {.texts = texts};
	const char *cells[CV_NEUTRAL_COLUMNS];

	texts->size = 0;
	if (csv_parse(parser, reading->bytes + start, end - start, on_cell, on_record,
		      &record) != end - start)
		return cv_neutral_refuse(reading, start, csv_strerror(csv_error(parser)));
	if (record.records != 1 || record.count != table->count)
		return cv_neutral_refuse(reading, start, "libcsv sees another record");
	for (size_t i = 0; i < table->count; i++)
		cells[i] = texts->data + record.cells[i];
	return cv_neutral_read_cells(reading, table, cells, start);
}

static bool read_all(struct cv_reading *reading, const struct cv_neutral *table)
{
	struct cv_buf texts = CV_BUF_INIT;
	struct csv_parser parser;
	size_t start, end;
	bool good = true;

	if (reading->size == 0)
		return cv_neutral_refuse(reading, 0, "no header line");
	end = record_end(reading, 0, table->count);
	if (end == 0 || !read_header(reading, table, end))
		return false;
	if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI))
		return cv_neutral_refuse(reading, 0, "libcsv does not start");
	csv_set_space_func(&parser, is_no_blank);
	csv_set_term_func(&parser, is_line_end);
	for (start = end; good && start < reading->size; start = end) {
		end = record_end(reading, start, table->count);
		good = end && read_record(reading, table, &parser, &texts, start, end);
	}
	csv_free(&parser);
	cv_buf_deinit(&texts);
	return good;
}

bool cv_csv_read_exclusions(struct cv_reading *reading)
{
	return read_all(reading, &cv_neutral_exclusions);
}

bool cv_csv_read_flows(struct cv_reading *reading)
{
	return read_all(reading, &cv_neutral_flows);
}

bool cv_csv_read_urls(struct cv_reading *reading)
{
	return read_all(reading, &cv_neutral_urls);
}
