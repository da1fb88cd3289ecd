/* A text page, line by line: a line that is nothing but known header words begins a
 * table, and the lines behind it are its rows as long as they can be cut into its
 * columns. */
#include "import/lines.h"

#include <ctype.h>
#include <string.h>

#include "base/ctx.h"
#include "base/limits.h"
#include "import/columns.h"
#include "import/lines_parts.h"
#include "import/texts.h"

enum { MOST_PIECES = 96, MOST_JOINED = 4 };

static const struct cv_page_row *last_row(const struct cv_lines *lines);
static bool is_caption_of_next(const struct cv_lines *lines, size_t i);
static bool is_sentence(const char *line);
static void add_open_row(struct cv_lines *lines, const struct cv_block *line);

static bool is_nbsp(const char *p)
{
	return (unsigned char)p[0] == 0xC2 && (unsigned char)p[1] == 0xA0;
}

struct cv_span cv_span_within(struct cv_text text, const char *part, size_t size)
{
	return cv_span(text.at.file, text.at.offset + (size_t)(part - text.text), size);
}

/* Words of a line; U+00A0 that stands alone is an empty cell, one that hangs on a word is
 * white space. */
size_t cv_line_pieces(struct cv_text line, struct cv_piece *pieces, size_t most)
{
	size_t count = 0;

	for (const char *p = line.text; *p;) {
		const char *start;
		struct cv_piece *piece = &pieces[count];

		if (*p == ' ' || *p == '\t') {
			p++;
			continue;
		}
		if (count == most)
			return 0;
		start = p;
		piece->empty = is_nbsp(p);
		while (*p && *p != ' ' && *p != '\t' && !is_nbsp(p))
			p++;
		piece->text = start;
		piece->size = (size_t)(p - start);
		if (piece->empty)
			piece->size = 2;
		piece->at = cv_span_within(line, start, piece->size);
		p = is_nbsp(p) ? p + 2 : p;
		count++;
	}
	return count;
}

/* Cells of a line that tabs, or two blanks and more, part.  Fewer than two: nothing does.
 */
static size_t parted_cells(struct cv_ctx *ctx, struct cv_text line, struct cv_cell *cells,
			   size_t most)
{
	const bool tabs = strchr(line.text, '\t') != NULL;
	const char *p = line.text;
	size_t count = 0;

	while (count < most) {
		const char *end = tabs ? strchr(p, '\t') : strstr(p, "  ");
		const char *next = end;
		size_t size = end ? (size_t)(end - p) : strlen(p), from = 0;
		struct cv_cell *cell = &cells[count];

		while (from < size && p[from] == ' ')
			from++;
		while (size > from && p[size - 1] == ' ')
			size--;
		*cell = (struct cv_cell){.kind = CV_CELL_WORDS};
		cell->words.at = cv_span_within(line, p + from, size - from);
		cell->words.text = cv_arena_copy(ctx->arena, p + from, size - from);
		if (size == from)
			cell->kind = CV_CELL_BLANK;
		else if (size - from == 2 && is_nbsp(p + from))
			cell->kind = CV_CELL_EMPTY;
		if (cell->kind != CV_CELL_WORDS)
			cell->words.text = "";
		count++;
		if (!end)
			break;
		while (tabs ? next == end : *next == ' ')
			next++;
		p = next;
	}
	return count;
}

static const struct cv_block *line_at(const struct cv_lines *lines, size_t i)
{
	const struct cv_block *block;

	if (i >= lines->page->blocks.count)
		return NULL;
	block = CV_AT(&lines->page->blocks, struct cv_block, i);
	return block->kind == CV_BLOCK_LINE ? block : NULL;
}

static bool is_gap(const struct cv_lines *lines, size_t i)
{
	return i < lines->page->blocks.count &&
	       CV_AT(&lines->page->blocks, struct cv_block, i)->kind == CV_BLOCK_GAP;
}

/* The next line from *i on, over empty ones; *gap_out: there were some. */
const struct cv_block *cv_lines_next(const struct cv_lines *lines, size_t *i,
				     bool *gap_out)
{
	*gap_out = false;
	while (is_gap(lines, *i)) {
		*gap_out = true;
		++*i;
	}
	return line_at(lines, *i);
}

/* How many of the next lines are rows of such a table. */
static size_t fitting_rows(const struct cv_lines *lines, size_t i,
			   const struct cv_columns *columns)
{
	struct cv_piece pieces[MOST_PIECES];
	struct cv_cell cells[CV_COLUMNS_MOST];
	size_t fitting = 0;

	for (size_t k = i + 1; k <= i + 3; k++) {
		const struct cv_block *line = line_at(lines, k);
		const size_t count =
			line ? cv_line_pieces(line->words, pieces, MOST_PIECES) : 0;

		fitting += count &&
			   cv_pieces_fit(lines->ctx, columns, columns->count, pieces,
					 count, NULL, lines->answers, false, cells);
	}
	return fitting;
}

/* "Destination Port" may be one header or two: the rows below tell. */
static bool choose_cut(const struct cv_lines *lines, size_t i, struct cv_columns *columns)
{
	struct cv_columns cuts[CV_CUTS_MOST];
	const size_t count =
		cv_columns_cut(lines->ctx, line_at(lines, i)->words.text, cuts);
	size_t best = 0, best_rows = 0;

	if (count == 0)
		return false;
	for (size_t k = 0; count > 1 && k < count; k++) {
		const size_t rows = fitting_rows(lines, i, &cuts[k]);

		if (rows > best_rows) {
			best = k;
			best_rows = rows;
		}
	}
	*columns = cuts[best];
	return true;
}

/* How many lines from line `i` on are a row whose cells are a line each; 0: none. */
static size_t stacked_row(const struct cv_lines *lines, size_t i,
			  const struct cv_columns *columns,
			  const struct cv_page_row *above, struct cv_cell *cells)
{
	struct cv_piece pieces[CV_COLUMNS_MOST];
	size_t most = 0;

	while (most < columns->count && line_at(lines, i + most)) {
		const struct cv_text *words = &line_at(lines, i + most)->words;

		pieces[most++] = (struct cv_piece){words->text, strlen(words->text),
						   is_nbsp(words->text), words->at};
	}
	while (most && !cv_pieces_fit(lines->ctx, columns, columns->count, pieces, most,
				      above, lines->answers, true, cells))
		most--;
	return most;
}

/* Header words one below the other, each on a line of its own: how many there are. */
static size_t stacked_header(const struct cv_lines *lines, size_t i,
			     struct cv_columns *columns)
{
	const char *words[CV_COLUMNS_MOST];
	struct cv_cell cells[CV_COLUMNS_MOST];
	size_t most = 0;

	while (most < 8 && line_at(lines, i + most)) {
		words[most] = line_at(lines, i + most)->words.text;
		if (strlen(words[most]) > 40)
			break;
		most++;
	}
	for (; most > 1; most--) {
		size_t known = 0;

		cv_columns_tell(lines->ctx, words, most, columns);
		if (columns->section >= CV_SECTION_REQUIRES)
			continue;
		while (known < most && columns->roles[known] != CV_COLUMN_OTHER)
			known++;
		if (known == most && cv_columns_once_each(columns) &&
		    stacked_row(lines, i + most, columns, NULL, cells))
			return most;
	}
	return 0;
}

/* The next line from *i on that may be a row of the table at hand; NULL: it has ended. */
static const struct cv_block *next_of_table(const struct cv_lines *lines, size_t *i,
					    bool *gap_out)
{
	const struct cv_block *line = cv_lines_next(lines, i, gap_out);

	if (!line || lines->total > CV_MAX_PAGE_ROWS || is_caption_of_next(lines, *i) ||
	    (*gap_out && is_sentence(line->words.text)))
		return NULL;
	return line;
}

static void read_stacked_rows(struct cv_lines *lines, size_t *i)
{
	const enum cv_column last = lines->columns.roles[lines->columns.count - 1];

	for (;;) {
		struct cv_cell cells[CV_COLUMNS_MOST];
		size_t at = *i, count;
		bool gap;
		const struct cv_block *line = next_of_table(lines, &at, &gap);

		if (!line)
			return;
		count = stacked_row(lines, at, &lines->columns, last_row(lines), cells);
		if (count) {
			cv_lines_add_row(lines, cells, lines->columns.count,
					 line->words.at);
			*i = at + count;
		} else if (gap) {
			return;
		} else {
			/* Prose goes on below itself; anything else is open. */
			if (last != CV_COLUMN_PURPOSE || lines->rows.count < 2)
				add_open_row(lines, line);
			*i = at + 1;
		}
	}
}

static bool read_header(const struct cv_lines *lines, size_t i,
			struct cv_columns *columns, bool *parted_out)
{
	const struct cv_block *line = line_at(lines, i);
	struct cv_cell cells[CV_COLUMNS_MOST];
	const char *words[CV_COLUMNS_MOST];
	size_t count;

	*parted_out = false;
	if (!line || strlen(line->words.text) > 1000)
		return false;
	count = parted_cells(lines->ctx, line->words, cells, CV_COLUMNS_MOST);
	if (count > 1) {
		for (size_t k = 0; k < count; k++)
			words[k] = cells[k].words.text;
		cv_columns_tell(lines->ctx, words, count, columns);
		*parted_out = columns->section != CV_SECTION_COUNT;
		return *parted_out;
	}
	return choose_cut(lines, i, columns);
}

/* Every line is asked, and few are one. */
bool cv_lines_header(const struct cv_lines *lines, size_t i, struct cv_columns *columns,
		     bool *parted_out)
{
	const struct cv_asking asking = cv_ctx_ask(lines->ctx, lines->scratch);
	const bool found = read_header(lines, i, columns, parted_out);

	cv_ctx_asked(lines->ctx, &asking);
	return found && read_header(lines, i, columns, parted_out);
}

struct cv_page_row *cv_lines_add_row(struct cv_lines *lines, const struct cv_cell *cells,
				     size_t count, struct cv_span at)
{
	struct cv_page_row *row =
		CV_ADD(lines->ctx->arena, &lines->rows, struct cv_page_row);

	row->cells =
		CV_NEW_ARRAY(lines->ctx->arena, lines->columns.count, struct cv_cell);
	row->at = at;
	lines->total++;
	for (size_t i = 0; i < lines->columns.count; i++) {
		row->cells[i] = i < count ? cells[i]
					  : (struct cv_cell){.kind = CV_CELL_ABSENT,
							     .words = {"", at}};
		row->written += row->cells[i].kind != CV_CELL_SPANNED &&
				row->cells[i].kind != CV_CELL_ABSENT;
	}
	return row;
}

static const struct cv_page_row *last_row(const struct cv_lines *lines)
{
	return lines->rows.count > 1
		       ? CV_AT(&lines->rows, struct cv_page_row, lines->rows.count - 1)
		       : NULL;
}

/* A row of nothing but empty cells, fewer than columns: nothing says which they are. */
static bool is_only_empty(struct cv_lines *lines, const struct cv_piece *pieces,
			  size_t count)
{
	struct cv_cell cells[CV_COLUMNS_MOST];
	const char *words;

	for (size_t i = 0; i < count; i++)
		if (!pieces[i].empty)
			return false;
	if (count == 0 || count == lines->columns.count)
		return false;
	words = cv_empty_row_words(lines->ctx, count);
	for (size_t i = 0; i < lines->columns.count; i++)
		cells[i] = (struct cv_cell){
			.kind = CV_CELL_WORDS,
			.words = {words, pieces[0].at},
			.why = "nothing says which columns the empty cells are of"};
	cv_lines_add_row(lines, cells, lines->columns.count, pieces[0].at);
	return true;
}

/* Whether the pieces are a row without its last cells. */
static bool begins_row(struct cv_lines *lines, const struct cv_piece *pieces,
		       size_t count)
{
	struct cv_cell cells[CV_COLUMNS_MOST];

	for (size_t columns = lines->columns.count; columns-- > 1;)
		if (cv_pieces_fit(lines->ctx, &lines->columns, columns, pieces, count,
				  last_row(lines), lines->answers, false, cells))
			return true;
	return false;
}

/* A row from line *i on, which a paragraph inside a cell may spread over several. */
static bool read_cut_row(struct cv_lines *lines, size_t *i)
{
	struct cv_piece pieces[MOST_PIECES];
	struct cv_cell cells[CV_COLUMNS_MOST];
	size_t count = 0, at = *i;
	bool gap;

	for (size_t taken = 0; taken < MOST_JOINED; taken++) {
		const struct cv_block *line = cv_lines_next(lines, &at, &gap);
		size_t more;

		if (!line)
			return false;
		more = cv_line_pieces(line->words, pieces + count, MOST_PIECES - count);
		if (more == 0)
			return false;
		count += more;
		at++;
		if (taken == 0 && is_only_empty(lines, pieces, count)) {
			*i = at;
			return true;
		}
		if (cv_pieces_fit(lines->ctx, &lines->columns, lines->columns.count,
				  pieces, count, last_row(lines), lines->answers, false,
				  cells)) {
			cv_lines_add_row(lines, cells, lines->columns.count,
					 pieces[0].at);
			*i = at;
			return true;
		}
		if (taken == 0 && !begins_row(lines, pieces, count))
			return false;
	}
	return false;
}

/* A line inside a table that cannot be cut: all of it is open, in every cell. */
static void add_open_row(struct cv_lines *lines, const struct cv_block *line)
{
	struct cv_cell cells[CV_COLUMNS_MOST];

	for (size_t i = 0; i < lines->columns.count; i++)
		cells[i] = (struct cv_cell){
			.kind = CV_CELL_WORDS,
			.words = line->words,
			.why = "the line cannot be cut into the table's columns"};
	cv_lines_add_row(lines, cells, lines->columns.count, line->words.at);
}

static bool is_caption_of_next(const struct cv_lines *lines, size_t i)
{
	struct cv_columns columns;
	bool parted;

	return cv_lines_header(lines, i, &columns, &parted) ||
	       cv_lines_header(lines, i + 1, &columns, &parted);
}

/* A sentence of four words and more: behind an empty line it is no row. */
static bool is_sentence(const char *line)
{
	size_t size = strlen(line), blanks = 0;

	for (const char *p = line; *p; p++)
		blanks += *p == ' ';
	while (size && line[size - 1] == ' ')
		size--;
	return blanks > 2 && size && strchr(".!?:", line[size - 1]);
}

static void read_rows(struct cv_lines *lines, size_t *i, bool parted)
{
	for (;;) {
		struct cv_cell cells[CV_COLUMNS_MOST];
		size_t at = *i, count;
		bool gap;
		const struct cv_block *line = next_of_table(lines, &at, &gap);

		if (!line)
			return;
		count = parted ? parted_cells(lines->ctx, line->words, cells,
					      CV_COLUMNS_MOST)
			       : 0;
		if (count > 1) {
			if (count > lines->columns.count)
				add_open_row(lines, line);
			else
				cv_lines_add_row(lines, cells, count, line->words.at);
			*i = at + 1;
		} else if (parted || !read_cut_row(lines, &at)) {
			if (gap)
				return;
			add_open_row(lines, line);
			*i = at + 1;
		} else {
			*i = at;
		}
	}
}

static void add_header(struct cv_lines *lines, const struct cv_block *line)
{
	struct cv_cell cells[CV_COLUMNS_MOST];

	for (size_t i = 0; i < lines->columns.count; i++)
		cells[i] = (struct cv_cell){
			.kind = CV_CELL_WORDS,
			.header = true,
			.words = {lines->columns.words[i], line->words.at}};
	cv_lines_add_row(lines, cells, lines->columns.count, line->words.at);
}

static struct cv_block *add_block(struct cv_lines *lines, enum cv_block_kind kind,
				  struct cv_text words)
{
	struct cv_block *block =
		CV_ADD(lines->ctx->arena, &lines->blocks, struct cv_block);

	block->kind = kind;
	block->words = words;
	return block;
}

/* What a bulleted line says, or NULL. */
static const char *item_words(const char *line)
{
	static const char *const bullets[] = {
		"\xE2\x80\xA2", "\xC2\xB7", "-", "*", "o", NULL};

	line += strspn(line, " \t");
	for (size_t i = 0; bullets[i]; i++) {
		const size_t size = strlen(bullets[i]);

		if (strncmp(line, bullets[i], size) == 0 &&
		    (line[size] == ' ' || line[size] == '\t'))
			return line + size + strspn(line + size, " \t");
	}
	return NULL;
}

/* The line directly above the header is the table's caption. */
static struct cv_text caption_of(const struct cv_lines *lines, size_t header)
{
	const struct cv_block *line = header ? line_at(lines, header - 1) : NULL;

	return line && !item_words(line->words.text) ? line->words : (struct cv_text){0};
}

static void add_table(struct cv_lines *lines, size_t *i, bool parted, size_t stacked)
{
	struct cv_page_table *table = CV_NEW(lines->ctx->arena, struct cv_page_table);
	const struct cv_block *header = line_at(lines, *i);

	table->caption = caption_of(lines, *i);
	lines->rows = (struct cv_table){0};
	lines->caption = table->caption.text;
	add_header(lines, header);
	*i += stacked ? stacked : 1;
	if (stacked)
		read_stacked_rows(lines, i);
	else if (lines->columns.section < CV_SECTION_REQUIRES)
		read_rows(lines, i, parted);
	else
		cv_lines_read_listed(lines, i);
	table->columns = lines->columns.count;
	table->count = lines->rows.count;
	table->rows = CV_NEW_ARRAY(lines->ctx->arena, table->count, struct cv_page_row);
	for (size_t k = 0; k < table->count; k++)
		table->rows[k] = *CV_AT(&lines->rows, struct cv_page_row, k);
	add_block(lines, CV_BLOCK_TABLE, header->words)->table = table;
}

static void add_prose(struct cv_lines *lines, const struct cv_block *line)
{
	const char *item = item_words(line->words.text);
	const char *words = item ? item : line->words.text;
	size_t size = strlen(words);
	struct cv_text text;

	while (size && (words[size - 1] == ' ' ||
			(size > 1 && is_nbsp(words + size - 2) && size--)))
		size--;
	text.at = cv_span_within(line->words, words, size);
	text.text = cv_arena_copy(lines->ctx->arena, words, size);
	add_block(lines, item ? CV_BLOCK_ITEM : CV_BLOCK_PARAGRAPH, text)->level = 1;
}

void cv_lines_cut(struct cv_ctx *ctx, struct cv_page *page,
		  const struct cv_answers *answers, struct cv_footnotes notes)
{
	struct cv_lines lines = {.ctx = ctx,
				 .scratch = cv_arena_open(),
				 .page = page,
				 .answers = answers,
				 .notes = notes};
	size_t stacked;
	bool parted;

	for (size_t i = 0; i < page->blocks.count && lines.total <= CV_MAX_PAGE_ROWS;) {
		const struct cv_block *block = CV_AT(&page->blocks, struct cv_block, i);

		if (block->kind != CV_BLOCK_LINE && block->kind != CV_BLOCK_GAP) {
			*CV_ADD(ctx->arena, &lines.blocks, struct cv_block) = *block;
			i++;
		} else if (cv_lines_header(&lines, i, &lines.columns, &parted)) {
			add_table(&lines, &i, parted, 0);
		} else if ((stacked = stacked_header(&lines, i, &lines.columns))) {
			add_table(&lines, &i, false, stacked);
		} else {
			if (block->kind == CV_BLOCK_LINE)
				add_prose(&lines, block);
			i++;
		}
	}
	page->blocks = lines.blocks;
	cv_arena_close(lines.scratch);
}
