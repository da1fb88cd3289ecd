/* A neutral list that comes back as CSV: cells quoted or not, lines that end in LF or
 * CRLF, a byte-order mark.  libcsv gives the cells; before it, a scan finds where each
 * record ends, so that a row has a place and a bad one spoils no other. */
#include "export.h"

#include <csv.h>
#include <string.h>

#include "base/ctx.h"
#include "base/limits.h"
#include "export_text.h"
#include "model/target.h"

struct record {
	struct cv_ctx *ctx;
	const char *cells[CV_MAX_COLUMNS];
	size_t count, records;
};

struct list {
	struct cv_export_reading *reading;
	struct cv_export_text text;
	const struct cv_neutral *table;
	size_t columns[CV_MAX_COLUMNS]; /* of the table, by those of the export */
	size_t count;                   /* of the header's cells */
};

static void on_cell(void *text, size_t size, void *user)
{
	struct record *record = user;

	if (record->count < CV_MAX_COLUMNS)
		record->cells[record->count] =
			cv_arena_copy(record->ctx->arena, text ? text : "", size);
	record->count++;
}

static void on_record(int end, void *user)
{
	struct record *record = user;

	(void)end;
	record->records++;
}

/* Without this libcsv strips blanks, which a path may end in. */
static int is_no_blank(unsigned char c)
{
	(void)c;
	return 0;
}

/* Behind the record at `at`: a quote opens at a cell's beginning only, and again where
 * one has just closed, since two of them stand for one. */
static const char *record_end(const char *at, const char *end)
{
	bool quoted = false, opens = true;

	for (; at < end; at++) {
		if (quoted) {
			quoted = *at != '"';
			opens = !quoted;
			continue;
		}
		if (*at == '\n')
			return at + 1;
		quoted = *at == '"' && opens;
		opens = *at == ',';
	}
	return end;
}

/* False where the bytes are not one record.  The parser is new for each, since one that
 * has failed cannot go on. */
static bool read_record(struct list *list, const char *at, const char *end,
			struct record *record)
{
	const size_t size = (size_t)(end - at);
	struct csv_parser parser;
	bool fine;

	*record = (struct record){.ctx = list->reading->ctx};
	if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI))
		return false;
	csv_set_space_func(&parser, is_no_blank);
	fine = csv_parse(&parser, at, size, on_cell, on_record, record) == size &&
	       csv_fini(&parser, on_cell, on_record, record) == 0;
	csv_free(&parser);
	return fine && record->records <= 1 && record->count <= CV_MAX_COLUMNS;
}

/* The header's cells as cells of a row of that table; those that stand twice are
 * counted. */
static size_t match_header(const struct record *header, const struct cv_neutral *table,
			   const char *cells_out[CV_NEUTRAL_COLUMNS], size_t *twice_out)
{
	size_t matched = 0;

	*twice_out = 0;
	memset(cells_out, 0, CV_NEUTRAL_COLUMNS * sizeof *cells_out);
	for (size_t i = 0; i < header->count; i++) {
		const size_t column = cv_neutral_column(table, header->cells[i],
							strlen(header->cells[i]));

		if (column == table->count)
			continue;
		*twice_out += cells_out[column] != NULL;
		cells_out[column] = header->cells[i];
		matched++;
	}
	return matched;
}

/* Which of the lists the header belongs to: that with the most of its columns. */
static bool know_list(struct list *list, const struct record *header)
{
	const char *cells[CV_NEUTRAL_COLUMNS];
	const char *lacking;
	size_t most = 0, twice;

	for (size_t i = 0; i < CV_NEUTRAL_TABLES; i++) {
		const size_t matched =
			match_header(header, cv_neutral_tables[i], cells, &twice);

		if (matched > most) {
			most = matched;
			list->table = cv_neutral_tables[i];
		}
	}
	if (!list->table)
		return cv_export_refuse(list->reading, 0,
					"the first line names no column of a neutral "
					"list");
	match_header(header, list->table, cells, &twice);
	if (twice)
		return cv_export_refuse(list->reading, 0,
					"the first line names a column twice");
	lacking = cv_neutral_lacking(list->table, cells);
	return !lacking ||
	       cv_export_refuse(list->reading, 0,
				cv_arena_format(list->reading->ctx->arena,
						"the column `%s` is missing", lacking));
}

static bool read_header(struct list *list, const char *at, const char *end)
{
	struct record header;
	size_t unknown = 0;

	if (!read_record(list, at, end, &header) || header.records != 1)
		return cv_export_refuse(list->reading, 0,
					"the first line is no header of a CSV list");
	if (!know_list(list, &header))
		return false;
	list->count = header.count;
	for (size_t i = 0; i < header.count; i++) {
		list->columns[i] = cv_neutral_column(list->table, header.cells[i],
						     strlen(header.cells[i]));
		unknown += list->columns[i] == list->table->count;
	}
	if (unknown)
		cv_export_unknown(
			list->reading, 0,
			cv_arena_format(list->reading->ctx->arena,
					"%zu of the columns, which no neutral list has",
					unknown));
	return true;
}

static void read_row(struct list *list, const char *at, const char *end)
{
	const size_t place =
		cv_export_text_place(&list->text, (size_t)(at - list->text.text));
	const char *cells[CV_NEUTRAL_COLUMNS] = {NULL};
	struct record record;

	if (!read_record(list, at, end, &record)) {
		cv_export_unknown(list->reading, place, "a row that is no CSV");
		return;
	}
	if (record.records == 0)
		return; /* an empty line */
	if (record.count != list->count) {
		cv_export_unknown(list->reading, place,
				  "a row with another number of cells than the header");
		return;
	}
	for (size_t i = 0; i < record.count; i++)
		if (list->columns[i] < list->table->count)
			cells[list->columns[i]] = record.cells[i];
	cv_neutral_export_row(list->reading, list->table, cells, place);
}

static bool read_list(struct list *list)
{
	const char *const end = list->text.text + list->text.size;
	const char *at = list->text.text, *next = record_end(at, end);

	if (!read_header(list, at, next))
		return false;
	list->reading->shows = list->table->kind;
	for (at = next; at < end; at = next) {
		next = record_end(at, end);
		read_row(list, at, next);
	}
	return true;
}

bool cv_csv_read_export(struct cv_export_reading *reading)
{
	struct list list = {.reading = reading};

	return cv_export_text_open(reading, &list.text) && read_list(&list);
}
