/* CSV and TSV.  An empty line ends a table, and a line of one cell between such lines is
 * a paragraph; the first record of each table is its header. */
#include <string.h>

#include "base/ctx.h"
#include "base/limits.h"
#include "import/page_parts.h"
#include "read/records.h"

struct reading {
	struct cv_parts *parts;
	struct cv_grid grid;
	struct cv_words words;
	size_t rows; /* of the table so far */
};

static void end_table(struct reading *reading)
{
	struct cv_parts *parts = reading->parts;
	const size_t cells = parts->cell_count - reading->grid.first_cell;

	if (reading->rows == 1 && cells == 1) {
		const struct cv_cell *only = &parts->cells[reading->grid.first_cell].cell;

		if (only->kind == CV_CELL_WORDS)
			cv_parts_block(parts, CV_BLOCK_PARAGRAPH, 0, only->words);
		parts->cell_count = reading->grid.first_cell;
		parts->row_count = reading->grid.first_row;
	} else {
		cv_grid_finish(parts, &reading->grid);
	}
	reading->grid = cv_grid_open(parts);
	reading->rows = 0;
}

static void gather(struct cv_words *words, const struct cv_record_cell *cell)
{
	const char *line = cell->text;

	/* The place is the whole cell's, since quotes may be spelt in it. */
	while (line) {
		const char *end = strchr(line, '\n');

		cv_words_spelt(words, line, end ? (size_t)(end - line) : strlen(line),
			       cell->offset, cell->length);
		if (end)
			cv_words_line(words);
		line = end ? end + 1 : NULL;
	}
}

static void take_cell(struct reading *reading, const struct cv_record_cell *from)
{
	struct cv_words *words = &reading->words;
	struct cv_grid_cell cell = {.across = 1, .down = 1};

	gather(words, from);
	cell.cell.kind = words->begun  ? CV_CELL_WORDS
			 : words->hard ? CV_CELL_EMPTY
				       : CV_CELL_BLANK;
	cell.cell.header = reading->rows == 1;
	cell.cell.words =
		cv_parts_words(reading->parts, words,
			       cv_parts_at(reading->parts, from->offset, from->length));
	cv_grid_cell(reading->parts, cell);
}

static bool take_record(void *user, const struct cv_record *record)
{
	struct reading *reading = user;
	struct cv_parts *parts = reading->parts;

	if (record->count > CV_MAX_COLUMNS) {
		parts->full = true;
		return cv_find(parts->ctx, CV_F_PAGE_TOO_LARGE, record->at,
			       "a row of more than %d cells", CV_MAX_COLUMNS);
	}
	reading->rows++;
	cv_grid_row(parts, &reading->grid, record->at);
	for (size_t i = 0; i < record->count; i++)
		take_cell(reading, &record->cells[i]);
	return !parts->full;
}

static bool take_blank(void *user, size_t offset)
{
	struct reading *reading = user;

	(void)offset;
	if (reading->rows)
		end_table(reading);
	return !reading->parts->full;
}

/* What else is wrong is told in the same run; enough is enough. */
static bool goes_on_refused(void *user)
{
	const struct reading *reading = user;

	return cv_error_count(reading->parts->ctx) < CV_MAX_FINDINGS;
}

/* In countries whose numbers have a comma, spreadsheets part cells by semicolons. */
static char delimiter_of(const struct cv_parts *parts)
{
	const char *text = parts->source->text;
	const size_t line = strcspn(text, "\n");

	if (parts->page->form == CV_PAGE_TSV)
		return '\t';
	return memchr(text, ';', line) && !memchr(text, ',', line) ? ';' : ',';
}

void cv_page_read_csv(struct cv_parts *parts)
{
	struct reading reading = {.parts = parts, .grid = cv_grid_open(parts)};
	const struct cv_record_sink sink = {
		.delimiter = delimiter_of(parts),
		.record = take_record,
		.blank = take_blank,
		.refused = goes_on_refused,
		.user = &reading,
	};

	cv_records_read(parts->ctx, parts->source, &sink);
	if (reading.rows)
		end_table(&reading);
	cv_buf_deinit(&reading.words.text);
}
