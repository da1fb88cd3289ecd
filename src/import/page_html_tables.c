/* Rows and cells as their tags come.  Which cell stands in which column is found when the
 * table is whole (page_parts.c). */
#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/limits.h"
#include "import/page_html.h"

/* A number that a span may be, or `otherwise` and it is told. */
static unsigned read_span(struct cv_html *html, const char *const *attributes,
			  const char *name, unsigned least, unsigned most,
			  struct cv_span tag, bool *wrong_out)
{
	const char *value = cv_html_attribute(attributes, name);
	const char *digits = value ? value + strspn(value, " \t\r\n") : "1";
	const size_t count = strspn(digits, "0123456789");
	const unsigned long number = strtoul(digits, NULL, 10);

	if (count && digits[count + strspn(digits + count, " \t\r\n")] == '\0' &&
	    number >= least && number <= most)
		return (unsigned)number;
	*wrong_out = true;
	cv_parts_tell(html->parts, CV_F_PAGE_SPAN, tag, "%s=\"%s\"; it is %u to %u", name,
		      cv_shown(html->parts->ctx, value), least, most);
	/* As browsers do: what is too much is as far as it goes. */
	return count && number > most ? (least ? most : 0) : 1;
}

size_t cv_html_figures(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += *text >= '0' && *text <= '9';
	return count;
}

static void begin_cell(struct cv_html *html, struct cv_html_table *table, bool header,
		       const char *const *attributes, struct cv_span tag)
{
	bool wrong = false;

	table->raw = (struct cv_grid_cell){
		.across = read_span(html, attributes, "colspan", 1, CV_MAX_COLUMN_SPAN,
				    tag, &wrong),
		.down = read_span(html, attributes, "rowspan", 0, CV_MAX_ROW_SPAN, tag,
				  &wrong),
	};
	table->raw.cell.header = header || table->in_head;
	table->raw.cell.words.at = tag;
	cv_gathered_forget(&table->cell);
	table->emphasised = 0;
	table->cell.why = wrong ? "how far the cell spans is not told" : NULL;
	table->in_cell = true;
	table->heading_count = 0;
	table->headings = NULL;
}

static void end_cell(struct cv_html *html, struct cv_html_table *table)
{
	struct cv_gathered *gathered = &table->cell;
	struct cv_cell *cell = &table->raw.cell;

	if (!table->in_cell)
		return;
	table->in_cell = false;
	cell->kind = gathered->words.begun ? CV_CELL_WORDS
		     : gathered->picture   ? CV_CELL_BLANK
					   : CV_CELL_EMPTY;
	if (cell->kind == CV_CELL_BLANK)
		cv_parts_tell(html->parts, CV_F_PICTURE_CELL, cell->words.at,
			      "the cell shows a picture or a field, and no words");
	cell->words = cv_parts_words(html->parts, &gathered->words, cell->words.at);
	cell->marks = gathered->marks;
	cell->why = gathered->why;
	if (table->emphasised && !cell->why &&
	    cv_html_figures(cell->words.text) > table->emphasised)
		cell->why = "some of its figures stand out, and it does not say why";
	cv_grid_cell(html->parts, table->raw);
}

static void end_row(struct cv_html *html, struct cv_html_table *table, size_t offset)
{
	end_cell(html, table);
	if (table->in_row && !html->parts->full) {
		struct cv_span *at = &html->parts->rows[table->row].at;

		*at = cv_span(at->file, at->offset, offset - at->offset);
	}
	table->in_row = false;
}

static void begin_row(struct cv_html *html, struct cv_html_table *table,
		      struct cv_span tag)
{
	end_row(html, table, (size_t)tag.offset);
	cv_html_boundary(html);
	table->row = html->parts->row_count;
	table->in_row = true;
	cv_grid_row(html->parts, &table->grid, tag);
}

void cv_html_begin_table(struct cv_html *html, struct cv_span tag)
{
	struct cv_parts *parts = html->parts;
	struct cv_html_table *table;

	if (html->table_count == CV_MAX_PAGE_TABLES) {
		parts->full = true;
		cv_find(parts->ctx, CV_F_TOO_DEEP, tag,
			"tables inside of tables, more than %d deep", CV_MAX_PAGE_TABLES);
		return;
	}
	if (cv_html_is_of_page(html))
		cv_html_flush(html);
	for (size_t i = 0; i < html->table_count; i++) {
		struct cv_html_table *outer = &html->tables[i];

		for (size_t j = 0; j < outer->heading_count; j++)
			cv_parts_block(parts, CV_BLOCK_HEADING, outer->headings[j].level,
				       outer->headings[j].words);
		outer->heading_count = 0;
	}
	table = &html->tables[html->table_count++];
	table->grid = cv_grid_open(parts);
	table->in_head = table->in_row = table->in_cell = table->in_caption = false;
	table->heading_count = 0;
	cv_gathered_forget(&table->cell);
	cv_gathered_forget(&table->caption);
}

/* The words of a table inside of a cell are words of that cell as well: a line a row. */
static void add_inner(struct cv_html *html, const struct cv_page_table *inner)
{
	struct cv_gathered *outer = cv_html_current(html);

	if (outer == &html->block)
		return;
	for (size_t i = 0; inner && i < inner->count; i++) {
		cv_words_line(&outer->words);
		for (size_t j = 0; j < inner->columns; j++) {
			const struct cv_cell *cell = &inner->rows[i].cells[j];

			if (cell->kind != CV_CELL_WORDS)
				continue;
			cv_words_spelt(
				&outer->words, cell->words.text, strlen(cell->words.text),
				(size_t)cell->words.at.offset, cell->words.at.length);
			outer->words.blank = true;
		}
	}
	cv_words_line(&outer->words);
}

static void end_caption(struct cv_html *html, struct cv_html_table *table)
{
	if (!table->in_caption)
		return;
	table->in_caption = false;
	if (table->caption.words.begun && !table->grid.caption.text)
		table->grid.caption = cv_parts_words(html->parts, &table->caption.words,
						     (struct cv_span){0});
}

void cv_html_end_table(struct cv_html *html, size_t offset)
{
	struct cv_html_table *table = cv_html_inmost(html);

	if (!table)
		return;
	end_caption(html, table);
	end_row(html, table, offset);
	cv_html_boundary(html);
	html->table_count--;
	add_inner(html, cv_grid_finish(html->parts, &table->grid));
}

void cv_html_begin_of_table(struct cv_html *html, enum cv_html_role role,
			    const char *const *attributes, struct cv_span tag)
{
	struct cv_html_table *table = cv_html_inmost(html);

	if (!table) {
		cv_html_boundary(html);
		return;
	}
	if (role == CV_HTML_CAPTION) {
		end_row(html, table, (size_t)tag.offset);
		table->in_caption = true;
		return;
	}
	end_caption(html, table);
	if (role == CV_HTML_ROW) {
		begin_row(html, table, tag);
		return;
	}
	if (role == CV_HTML_CELL || role == CV_HTML_HEADER_CELL) {
		if (!table->in_row)
			begin_row(html, table, tag);
		end_cell(html, table);
		cv_html_boundary(html);
		begin_cell(html, table, role == CV_HTML_HEADER_CELL, attributes, tag);
		return;
	}
	end_row(html, table, (size_t)tag.offset);
	table->grid.group++;
	table->in_head = role == CV_HTML_HEAD;
}

void cv_html_end_of_table(struct cv_html *html, enum cv_html_role role, size_t offset)
{
	struct cv_html_table *table = cv_html_inmost(html);

	if (!table) {
		cv_html_boundary(html);
	} else if (role == CV_HTML_CAPTION) {
		end_caption(html, table);
	} else if (role == CV_HTML_CELL || role == CV_HTML_HEADER_CELL) {
		end_cell(html, table);
	} else {
		end_row(html, table, offset);
		if (role == CV_HTML_ROW)
			return;
		table->grid.group++;
		table->in_head = false;
	}
}
