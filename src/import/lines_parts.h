#pragma once
/* What the files that cut lines share. */

#include "import/columns.h"
#include "import/lines.h"

struct cv_lines {
	struct cv_ctx *ctx;
	struct cv_arena *scratch;   /* for what is only asked */
	const struct cv_page *page; /* with its lines */
	const struct cv_answers *answers;
	struct cv_footnotes notes;
	struct cv_table blocks;    /* of struct cv_block: what comes out */
	struct cv_columns columns; /* of the table at hand */
	const char *caption;       /* or NULL */
	struct cv_table rows;      /* of struct cv_page_row, the header first */
	size_t total;              /* rows of all tables */
};

/* The place of a part of a text that its source spells the same. */
struct cv_span cv_span_within(struct cv_text text, const char *part, size_t size);

/* The words of a line; 0 where it has more than `most`, or none. */
size_t cv_line_pieces(struct cv_text line, struct cv_piece *pieces, size_t most);

/* The next line from *i on, over empty ones; NULL: none. */
const struct cv_block *cv_lines_next(const struct cv_lines *lines, size_t *i,
				     bool *gap_out);

/* Whether line `i` is a header. */
bool cv_lines_header(const struct cv_lines *lines, size_t i, struct cv_columns *columns,
		     bool *parted_out);

/* Adds a row; cells behind `count` are absent. */
struct cv_page_row *cv_lines_add_row(struct cv_lines *lines, const struct cv_cell *cells,
				     size_t count, struct cv_span at);

/* Rows of requirements, supported systems, permissions and roles, whose cells stand on
 * lines of their own or side by side with nothing but words in them. */
void cv_lines_read_listed(struct cv_lines *lines, size_t *i);
