#pragma once
/* A published page as a row of blocks: what the readers of HTML, Markdown, CSV and text
 * make of its bytes, and all that the rest of `import` knows of them. */

#include <stdbool.h>
#include <stddef.h>

#include "base/table.h"
#include "model/value.h"

struct cv_ctx;
struct cv_source;

enum cv_cell_kind {
	CV_CELL_WORDS,   /* something stands in it */
	CV_CELL_EMPTY,   /* the page has the cell, and nothing is in it: <td></td>, U+00A0
			  */
	CV_CELL_SPANNED, /* covered by the cell above or to the left: words are that
			    cell's */
	CV_CELL_BLANK,   /* nothing, and the form cannot say which of the two it is */
	CV_CELL_ABSENT,  /* the row ends before it */
};

struct cv_cell {
	enum cv_cell_kind kind;
	bool header; /* <th>, the line above a Markdown rule, the first record of a CSV */
	/* Never NULL.  White space is folded to one blank, U+00A0 too; lines of the cell
	 * (<br>, paragraphs, list items) are parted by \n.  `at` is its place. */
	struct cv_text words;
	/* Why no value may come of the words: they may be another cell's, too, or the
	 * form's own signs can be read in two ways, as the stars of `*.mdf*`, and they
	 * stand as they were written.  NULL where nothing is in doubt. */
	const char *why;
	/* Marks of footnotes where the form tells them from the words (<sup>), else none.
	 */
	struct cv_texts marks;
};

struct cv_page_row {
	struct cv_cell *cells; /* as many as the table has columns */
	size_t written; /* cells that the row itself brings: neither spanned nor absent */
	struct cv_span at;
};

struct cv_page_table {
	struct cv_text caption; /* <caption>; text is NULL without */
	struct cv_page_row *rows;
	size_t count, columns;
};

enum cv_block_kind {
	CV_BLOCK_HEADING,
	CV_BLOCK_PARAGRAPH,
	CV_BLOCK_ITEM, /* of a list */
	CV_BLOCK_TABLE,
	/* Of plain text only: one line as it stands there, U+00A0 and tabs kept, without
	 * its end; and a line on which nothing is.  Which lines are tables is told later,
	 * by what stands in them (import/lines.h). */
	CV_BLOCK_LINE,
	CV_BLOCK_GAP,
};

struct cv_block {
	enum cv_block_kind kind;
	unsigned level; /* of a heading (from 1), or how deep an item lies */
	struct cv_text
		words; /* folded as those of a cell, but for lines; NULL for tables */
	struct cv_texts marks; /* as those of a cell */
	struct cv_page_table *table;
};

enum cv_page_form {
	CV_PAGE_ANY, /* told by its bytes */
	CV_PAGE_HTML,
	CV_PAGE_MARKDOWN,
	CV_PAGE_CSV,
	CV_PAGE_TSV,
	CV_PAGE_TEXT,
};

/* "html", "markdown", "csv", "tsv", "text" by enum cv_page_form, NULL-terminated; the
 * first is "any". */
extern const char *const cv_page_forms[];

struct cv_page {
	struct cv_source *source;
	enum cv_page_form form;
	struct cv_text title, url; /* <title>, <link rel=canonical>; text NULL without */
	struct cv_table blocks;    /* of struct cv_block */
};

/* The blocks of a page, in the compile arena.  Bounded in time and memory by the limits
 * CV_MAX_PAGE..., each a finding.  False: reported. */
bool cv_page_read(struct cv_ctx *ctx, struct cv_source *source, enum cv_page_form form,
		  struct cv_page *page_out);
