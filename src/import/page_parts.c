/* Words, blocks and the laying out of spans.  Cells are counted before any room is made
 * for them, since a few bytes of a page can ask for a billion. */
#include "import/page_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "import/page_signs.h"

/* ---- words ---- */

/* White space that a browser does not fold away, so that a cell which holds nothing else
 * was meant to be empty. */
static bool is_hard_blank(uint32_t c)
{
	return c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F ||
	       c == 0x205F || c == 0x3000;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* Words need not come in the order of their places. */
static void widen(struct cv_words *words, size_t offset, size_t length)
{
	if (offset < words->first)
		words->first = offset;
	if (offset + length > words->last)
		words->last = offset + length;
}

static void add_character(struct cv_words *words, const char *text, size_t size,
			  size_t offset, size_t length)
{
	if (!words->begun)
		words->first = words->last = offset;
	else if (words->line)
		cv_buf_char(&words->text, '\n');
	else if (words->blank)
		cv_buf_char(&words->text, ' ');
	cv_buf_add(&words->text, text, size);
	words->begun = true;
	words->blank = words->line = false;
	widen(words, offset, length);
}

void cv_words_add(struct cv_words *words, const char *text, size_t size, size_t offset)
{
	size_t length;

	for (size_t at = 0; at < size; at += length) {
		length = 1;
		if (is_blank(text[at])) {
			words->blank = true;
			continue;
		}
		if ((unsigned char)text[at] < 0x80) {
			add_character(words, text + at, 1, offset + at, 1);
			continue;
		}
		if (is_hard_blank(cv_utf8_decode(text + at, size - at, &length)))
			words->blank = words->hard = true;
		else
			add_character(words, text + at, length, offset + at, length);
	}
}

void cv_words_spelt(struct cv_words *words, const char *text, size_t size, size_t offset,
		    size_t length)
{
	const size_t first = words->begun ? words->first : offset;
	const size_t last = words->begun ? words->last : offset;
	const size_t before = words->text.size;

	cv_words_add(words, text, size, offset);
	if (words->text.size == before)
		return;
	words->first = first;
	words->last = last;
	widen(words, offset, length);
}

void cv_words_line(struct cv_words *words)
{
	words->line = true;
}

void cv_gathered_forget(struct cv_gathered *gathered)
{
	gathered->marks = (struct cv_texts){NULL, 0};
	gathered->picture = false;
	gathered->why = NULL;
}

/* ---- blocks ---- */

void cv_parts_open(struct cv_parts *parts, struct cv_ctx *ctx, struct cv_page *page)
{
	*parts = (struct cv_parts){.ctx = ctx, .source = page->source, .page = page};
}

void cv_parts_close(struct cv_parts *parts)
{
	free(parts->cells);
	free(parts->rows);
}

struct cv_span cv_parts_at(const struct cv_parts *parts, size_t offset, size_t length)
{
	return cv_span(parts->source->id, offset, length);
}

struct cv_text cv_parts_words(struct cv_parts *parts, struct cv_words *words,
			      struct cv_span otherwise)
{
	struct cv_text text = {"", otherwise};

	if (words->begun) {
		text.text = cv_arena_copy(parts->ctx->arena, words->text.data,
					  words->text.size);
		text.at = cv_parts_at(parts, words->first, words->last - words->first);
	}
	words->text.size = 0;
	words->begun = words->blank = words->line = words->hard = false;
	return text;
}

struct cv_block *cv_parts_block(struct cv_parts *parts, enum cv_block_kind kind,
				unsigned level, struct cv_text words)
{
	struct cv_block *block;

	if (parts->full)
		return NULL;
	if (parts->page->blocks.count == CV_MAX_PAGE_BLOCKS) {
		parts->full = true;
		cv_find(parts->ctx, CV_F_PAGE_TOO_LARGE, words.at,
			"a page of more than %d headings, paragraphs, items, tables and "
			"lines",
			CV_MAX_PAGE_BLOCKS);
		return NULL;
	}
	block = CV_ADD(parts->ctx->arena, &parts->page->blocks, struct cv_block);
	block->kind = kind;
	block->level = level;
	block->words = words;
	return block;
}

void cv_parts_tell(struct cv_parts *parts, enum cv_code code, struct cv_span at,
		   const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (parts->told++ < CV_MAX_ERRORS) {
		cv_find(parts->ctx, code, at, "%s",
			cv_arena_vformat(parts->ctx->arena, format, args));
	} else if (!parts->full) {
		parts->full = true;
		cv_find(parts->ctx, CV_F_PAGE_TOO_LARGE, at,
			"a page with more than %d findings; the rest of it was not read",
			CV_MAX_ERRORS);
	}
	va_end(args);
}

/* What stands in front of all words is no mark: a footnote itself begins so. */
void cv_gathered_sup(struct cv_parts *parts, struct cv_gathered *gathered,
		     struct cv_words *sup)
{
	const bool blank = sup->blank;
	struct cv_texts none = {NULL, 0};
	struct cv_text text;

	if (!sup->begun)
		return;
	text = cv_parts_words(parts, sup, (struct cv_span){0});
	if (gathered->words.begun &&
	    cv_marks_add(parts->ctx, &gathered->marks, text.text, text.at))
		return;
	cv_words_spelt(&gathered->words, text.text, strlen(text.text),
		       (size_t)text.at.offset, text.at.length);
	/* `10th` is one word; `1This role` is two. */
	gathered->words.blank =
		blank || cv_marks_add(parts->ctx, &none, text.text, text.at);
}

void cv_parts_left_out(struct cv_parts *parts, struct cv_words *words, const char *why)
{
	const struct cv_text text = cv_parts_words(parts, words, (struct cv_span){0});

	if (*text.text)
		cv_parts_tell(parts, CV_F_HIDDEN_TEXT, text.at,
			      "\"%s\" %s on the page and was not read",
			      cv_shown(parts->ctx, text.text), why);
}

/* ---- tables ---- */

/* Room for one more of `size` bytes. */
static void *grow(void *items, size_t count, size_t *capacity, size_t size)
{
	void *more = items;

	if (count == *capacity) {
		*capacity = *capacity ? *capacity * 2 : 64;
		more = realloc(items, *capacity * size);
		if (!more)
			cv_out_of_memory();
	}
	return more;
}

struct cv_grid cv_grid_open(struct cv_parts *parts)
{
	return (struct cv_grid){.first_cell = parts->cell_count,
				.first_row = parts->row_count};
}

static bool tell_cells(struct cv_parts *parts, struct cv_span at)
{
	parts->full = true;
	return cv_find(parts->ctx, CV_F_PAGE_TOO_LARGE, at,
		       "tables of more than %d cells, with those that spans cover",
		       CV_MAX_PAGE_CELLS);
}

void cv_grid_row(struct cv_parts *parts, const struct cv_grid *grid, struct cv_span at)
{
	if (parts->full ||
	    (parts->row_count >= CV_MAX_PAGE_CELLS && !tell_cells(parts, at)))
		return;
	parts->rows = grow(parts->rows, parts->row_count, &parts->row_capacity,
			   sizeof *parts->rows);
	parts->rows[parts->row_count++] = (struct cv_grid_row){
		.first = parts->cell_count, .at = at, .group = grid->group};
}

void cv_grid_cell(struct cv_parts *parts, struct cv_grid_cell cell)
{
	if (parts->full || (parts->cell_count >= CV_MAX_PAGE_CELLS &&
			    !tell_cells(parts, cell.cell.words.at)))
		return;
	parts->cells = grow(parts->cells, parts->cell_count, &parts->cell_capacity,
			    sizeof *parts->cells);
	parts->cells[parts->cell_count++] = cell;
}

/* A table that is laid out; rows and cells are its own. */
struct layout {
	struct cv_parts *parts;
	struct cv_grid_row *rows;
	size_t count, columns;
	struct cv_page_table *table;
};

static size_t row_end(const struct layout *layout, size_t row)
{
	return row + 1 < layout->count ? layout->rows[row + 1].first
				       : layout->parts->cell_count;
}

/* Columns in which no cell begins are no columns, whatever spans say. */
static void drop_columns(struct layout *layout, size_t end)
{
	struct cv_grid_cell *cells = layout->parts->cells;
	size_t before[CV_MAX_COLUMNS + 1] = {0}; /* how many are left in front of each */
	bool begins[CV_MAX_COLUMNS] = {false};

	for (size_t i = layout->rows[0].first; i < end; i++)
		begins[cells[i].column] = true;
	for (size_t c = 0; c < CV_MAX_COLUMNS; c++)
		before[c + 1] = before[c] + begins[c];
	for (size_t i = layout->rows[0].first; i < end; i++) {
		struct cv_grid_cell *cell = &cells[i];
		const size_t behind = cell->column + cell->across < CV_MAX_COLUMNS
					      ? cell->column + cell->across
					      : CV_MAX_COLUMNS;

		cell->across = (unsigned)(before[behind] - before[cell->column]);
		cell->column = before[cell->column];
	}
	layout->columns = before[CV_MAX_COLUMNS];
}

/* Finds the column where each cell begins: the next that no cell above covers. */
static bool find_columns(struct layout *layout)
{
	struct cv_parts *parts = layout->parts;
	size_t until[CV_MAX_COLUMNS] = {0}; /* the row before which it is covered */
	size_t group_end = 0;

	for (size_t row = 0; row < layout->count; row++) {
		size_t column = 0;

		while (group_end <= row ||
		       (group_end < layout->count &&
			layout->rows[group_end].group == layout->rows[row].group))
			group_end++;
		for (size_t i = layout->rows[row].first; i < row_end(layout, row); i++) {
			struct cv_grid_cell *cell = &parts->cells[i];
			const size_t rows = group_end - row;

			while (column < CV_MAX_COLUMNS && until[column] > row)
				column++;
			if (column == CV_MAX_COLUMNS) {
				parts->full = true;
				return cv_find(parts->ctx, CV_F_PAGE_TOO_LARGE,
					       cell->cell.words.at,
					       "a row of more than %d cells",
					       CV_MAX_COLUMNS);
			}
			cell->column = column;
			if (cell->down > rows)
				cv_parts_tell(parts, CV_F_PAGE_SPAN, cell->cell.words.at,
					      "the cell spans %u rows, and %zu are left",
					      cell->down, rows);
			if (cell->down == 0 || cell->down > rows)
				cell->down = (unsigned)rows;
			for (size_t k = 0; k < cell->across && column < CV_MAX_COLUMNS;
			     k++, column++)
				if (until[column] < row + cell->down)
					until[column] = row + cell->down;
		}
	}
	drop_columns(layout, parts->cell_count);
	return true;
}

static void lay_cell(struct layout *layout, size_t row, const struct cv_grid_cell *from)
{
	for (size_t r = row; r < row + from->down; r++)
		for (size_t c = from->column;
		     c < from->column + from->across && c < layout->columns; c++) {
			struct cv_cell *cell = &layout->table->rows[r].cells[c];

			if (cell->kind != CV_CELL_ABSENT) {
				if (!cell->why)
					cv_parts_tell(layout->parts, CV_F_PAGE_SPAN,
						      from->cell.words.at,
						      "the cell spans others that span "
						      "as far as here");
				cell->why = "two cells span to this place";
				continue;
			}
			*cell = from->cell;
			if (r != row || c != from->column)
				cell->kind = CV_CELL_SPANNED;
		}
}

static void lay_out(struct layout *layout)
{
	struct cv_arena *arena = layout->parts->ctx->arena;
	struct cv_page_table *table = layout->table;
	struct cv_cell *cells =
		CV_NEW_ARRAY(arena, layout->count * layout->columns, struct cv_cell);

	table->columns = layout->columns;
	table->count = layout->count;
	table->rows = CV_NEW_ARRAY(arena, layout->count, struct cv_page_row);
	for (size_t row = 0; row < layout->count; row++) {
		const struct cv_span at = layout->rows[row].at;
		const struct cv_span end = {at.file, 0, at.offset + at.length};

		table->rows[row] = (struct cv_page_row){
			.cells = cells + row * layout->columns,
			.written = row_end(layout, row) - layout->rows[row].first,
			.at = at,
		};
		for (size_t c = 0; c < layout->columns; c++)
			table->rows[row].cells[c] = (struct cv_cell){
				.kind = CV_CELL_ABSENT, .words = {"", end}};
	}
	for (size_t row = 0; row < layout->count; row++)
		for (size_t i = layout->rows[row].first; i < row_end(layout, row); i++)
			lay_cell(layout, row, &layout->parts->cells[i]);
}

struct cv_page_table *cv_grid_finish(struct cv_parts *parts, struct cv_grid *grid)
{
	struct layout layout = {
		.parts = parts,
		.rows = parts->rows ? parts->rows + grid->first_row : NULL,
		.count = parts->row_count - grid->first_row,
	};
	struct cv_block *block;

	if (!parts->full && parts->cell_count > grid->first_cell &&
	    find_columns(&layout)) {
		const size_t left = CV_MAX_PAGE_CELLS - parts->laid_out;

		if (layout.count > left / layout.columns) {
			tell_cells(parts, layout.rows[0].at);
		} else if ((block = cv_parts_block(
				    parts, CV_BLOCK_TABLE, 0,
				    (struct cv_text){NULL, layout.rows[0].at}))) {
			parts->laid_out += layout.count * layout.columns;
			layout.table = CV_NEW(parts->ctx->arena, struct cv_page_table);
			layout.table->caption = grid->caption;
			block->table = layout.table;
			lay_out(&layout);
		}
	}
	parts->cell_count = grid->first_cell;
	parts->row_count = grid->first_row;
	return layout.table;
}
