/* Tables of pipes.  A row has the cells that its pipes give it: one that is short is
 * short, one that is long has more columns, and nothing is moved. */
#include <string.h>

#include "base/ctx.h"
#include "base/limits.h"
#include "import/page_markdown.h"

struct row {
	/* Without blanks, marks of quotation, and its first and last pipe. */
	size_t at, end;
	bool opens, closes; /* with a pipe */
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Whether the byte at `at` stands behind an odd number of backslashes. */
static bool is_escaped(const char *line, size_t at)
{
	size_t slashes = 0;

	while (slashes < at && line[at - slashes - 1] == '\\')
		slashes++;
	return slashes % 2 == 1;
}

static const char *next_pipe(const char *line, size_t from, size_t size)
{
	const char *pipe = from < size ? memchr(line + from, '|', size - from) : NULL;

	while (pipe && is_escaped(line, (size_t)(pipe - line)))
		pipe = memchr(pipe + 1, '|', size - (size_t)(pipe - line) - 1);
	return pipe;
}

bool cv_markdown_has_pipe(const char *line, size_t size)
{
	return next_pipe(line, 0, size) != NULL;
}

bool cv_markdown_is_rule(const char *line, size_t size)
{
	size_t dashes = 0, pipes = 0;

	for (size_t i = 0; i < size; i++) {
		if (!strchr("|-: \t\r", line[i]))
			return false;
		dashes += line[i] == '-';
		pipes += line[i] == '|';
	}
	return dashes && pipes;
}

static struct row read_row(const struct cv_markdown *markdown, size_t at)
{
	const char *text = markdown->text;
	struct row row = {.at = at, .end = cv_markdown_line_end(markdown, at)};

	while (row.at < row.end && (is_blank(text[row.at]) || text[row.at] == '>'))
		row.at++;
	while (row.end > row.at && is_blank(text[row.end - 1]))
		row.end--;
	if (row.at < row.end && text[row.at] == '|') {
		row.opens = true;
		row.at++;
	}
	if (row.end > row.at && text[row.end - 1] == '|' &&
	    !is_escaped(text + at, row.end - 1 - at)) {
		row.closes = true;
		row.end--;
	}
	return row;
}

struct table {
	struct cv_markdown *markdown;
	struct cv_grid grid;
	struct cv_gathered cell;
	bool header, closed; /* its rows begin and end with a pipe */
};

static void end_cell(struct table *table, size_t from, size_t to)
{
	struct cv_parts *parts = table->markdown->parts;
	struct cv_gathered *gathered = &table->cell;
	struct cv_grid_cell cell = {.across = 1, .down = 1};
	const struct cv_span at = cv_parts_at(parts, from, to - from);

	cell.cell.kind = gathered->words.begun                        ? CV_CELL_WORDS
			 : gathered->words.hard && !gathered->picture ? CV_CELL_EMPTY
								      : CV_CELL_BLANK;
	if (gathered->picture && !gathered->words.begun)
		cv_parts_tell(parts, CV_F_PICTURE_CELL, at,
			      "the cell shows a picture, and no words");
	cell.cell.header = table->header;
	cell.cell.words = cv_parts_words(parts, &gathered->words, at);
	cell.cell.marks = gathered->marks;
	cell.cell.why = gathered->why;
	cv_gathered_forget(gathered);
	cv_grid_cell(parts, cell);
}

/* A table goes on below paragraphs when a row was left open and rows follow that begin as
 * its rows do.  The end of what belongs to the open cell, or `at`: nothing does. */
static size_t find_continuation(const struct table *table, size_t at)
{
	const struct cv_markdown *markdown = table->markdown;
	enum { MOST_LINES = 20 };

	for (size_t i = 0, next = at; i < MOST_LINES && next < markdown->end; i++) {
		const struct row row = read_row(markdown, next);

		if (row.opens)
			return next;
		if (markdown->text[row.at] == '#')
			return at;
		next = cv_markdown_next(markdown, next);
		if (row.closes)
			return next;
	}
	return at;
}

/* The lines between `at` and `end` are lines of the last cell. */
static void add_continuation(struct table *table, size_t at, size_t end)
{
	while (at < end) {
		const struct row row = read_row(table->markdown, at);

		cv_words_line(&table->cell.words);
		cv_markdown_words(table->markdown->parts, &table->cell, row.at,
				  row.end - row.at, true);
		at = cv_markdown_next(table->markdown, at);
	}
}

/* Returns where the next row may begin. */
static size_t take_row(struct table *table, size_t at)
{
	struct cv_markdown *markdown = table->markdown;
	struct cv_parts *parts = markdown->parts;
	const struct row row = read_row(markdown, at);
	const char *text = markdown->text;
	size_t next = cv_markdown_next(markdown, at), from = row.at;
	const size_t more = table->closed && row.opens && !row.closes
				    ? find_continuation(table, next)
				    : next;

	cv_grid_row(parts, &table->grid,
		    cv_parts_at(parts, at, cv_markdown_line_end(markdown, at) - at));
	for (;;) {
		const char *pipe = next_pipe(text + at, from - at, row.end - at);
		const size_t to = pipe ? (size_t)(pipe - text) : row.end;

		cv_markdown_words(parts, &table->cell, from, to - from, true);
		if (!pipe) {
			add_continuation(table, next, more);
			end_cell(table, from, to);
			return more;
		}
		end_cell(table, from, to);
		from = to + 1;
	}
}

void cv_markdown_table(struct cv_markdown *markdown)
{
	struct table table = {.markdown = markdown,
			      .grid = cv_grid_open(markdown->parts),
			      .header = true};
	const struct row header = read_row(markdown, markdown->at);
	size_t at;

	table.closed = header.opens && header.closes;
	at = take_row(&table, markdown->at);
	at = cv_markdown_next(markdown, at); /* the rule */
	table.header = false;
	while (at < markdown->end && !markdown->parts->full) {
		const struct row row = read_row(markdown, at);

		if (row.at == row.end && !row.opens)
			break;
		/* Rows may do without pipes, but what begins another block is none. */
		if (!row.opens &&
		    !cv_markdown_has_pipe(markdown->text + row.at, row.end - row.at) &&
		    (table.closed || strchr("#>-*+`<", markdown->text[row.at])))
			break;
		at = take_row(&table, at);
	}
	cv_grid_finish(markdown->parts, &table.grid);
	cv_buf_deinit(&table.cell.words.text);
	markdown->at = at;
}
