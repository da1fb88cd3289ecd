#pragma once
/* Plain text: which lines are tables, and where the cells of a line begin.  Only what
 * stands in them tells; see import/fit.h. */

#include "import/cells.h"
#include "import/page.h"

struct cv_answers;
struct cv_columns;
struct cv_ctx;

/* Puts headings, paragraphs, items and tables where a text page has lines; pages of the
 * other forms stay as they are.  `answers` may be NULL. */
void cv_lines_cut(struct cv_ctx *ctx, struct cv_page *page,
		  const struct cv_answers *answers, struct cv_footnotes notes);

/* A piece of a row: a word of a line, or a cell. */
struct cv_piece {
	const char *text;
	size_t size;
	bool empty; /* U+00A0 alone: an empty cell */
	struct cv_span at;
};

/* Cuts pieces into the columns' cells.  `above` is the row above, whose cells may span
 * this one; NULL for the first.  `whole`: each piece is a cell.  False: they are no row
 * of such a table. */
bool cv_pieces_fit(struct cv_ctx *ctx, const struct cv_columns *columns, size_t count,
		   const struct cv_piece *pieces, size_t piece_count,
		   const struct cv_page_row *above, const struct cv_answers *answers,
		   bool whole, struct cv_cell *cells_out);
