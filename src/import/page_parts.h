#pragma once
/* What the readers of all forms put a page together with: words as they gather, blocks,
 * and tables whose spans are laid out.  Of nobody else's concern than the readers'. */

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/finding.h"
#include "import/page.h"

struct cv_parts;

/* Words with white space folded: lines are parted by \n, other white space is one blank.
 */
struct cv_words {
	struct cv_buf text;
	size_t first, last; /* bytes of the source that they come from, once begun */
	bool begun;         /* something but white space was added */
	bool blank, line;   /* white space or a line's end waits for what comes next */
	bool hard; /* white space was added that is content: U+00A0 and its kin */
};

/* Adds `size` bytes that stand in the source at `offset` as they are. */
void cv_words_add(struct cv_words *words, const char *text, size_t size, size_t offset);

/* Adds bytes that `length` bytes of the source spell otherwise, as an entity does. */
void cv_words_spelt(struct cv_words *words, const char *text, size_t size, size_t offset,
		    size_t length);

/* What follows begins a line. */
void cv_words_line(struct cv_words *words);

/* What a cell, a caption or a block is made of. */
struct cv_gathered {
	struct cv_words words;
	struct cv_texts marks;
	bool picture;    /* something is shown that is no words */
	const char *why; /* no value may come of it; NULL: one may */
};

/* All but the words, which cv_parts_words() takes. */
void cv_gathered_forget(struct cv_gathered *gathered);

/* Words that stand raised: marks of what is in front of them, or words like any other. */
void cv_gathered_sup(struct cv_parts *parts, struct cv_gathered *gathered,
		     struct cv_words *sup);

/* Tells of words that a page does not show, and takes them. */
void cv_parts_left_out(struct cv_parts *parts, struct cv_words *words, const char *why);

/* A cell as a row brings it, and how far it spans; down 0 is to the end of its group. */
struct cv_grid_cell {
	struct cv_cell cell;
	unsigned across, down;
	size_t column; /* where it begins: cv_grid_finish() finds it */
};

struct cv_grid_row {
	size_t first; /* of its cells */
	struct cv_span at;
	unsigned group; /* which no span leaves: <thead>, <tbody> */
};

/* The rows and cells of all tables that are open, the inmost last. */
struct cv_parts {
	struct cv_ctx *ctx;
	struct cv_source *source;
	struct cv_page *page;
	struct cv_grid_cell *cells;
	struct cv_grid_row *rows;
	size_t cell_count, cell_capacity, row_count, row_capacity;
	size_t told;     /* findings about what is read all the same */
	size_t laid_out; /* cells of the tables that are finished */
	bool full;       /* a limit was passed, which is reported: read no further */
};

/* A table while it is read. */
struct cv_grid {
	size_t first_cell, first_row;
	unsigned group;
	struct cv_text caption;
};

void cv_parts_open(struct cv_parts *parts, struct cv_ctx *ctx, struct cv_page *page);
void cv_parts_close(struct cv_parts *parts);

/* The words so far, or "" at `otherwise`; `words` is as new and keeps its memory. */
struct cv_text cv_parts_words(struct cv_parts *parts, struct cv_words *words,
			      struct cv_span otherwise);

/* A place in the page. */
struct cv_span cv_parts_at(const struct cv_parts *parts, size_t offset, size_t length);

/* Adds a block, or NULL: the page has too many. */
struct cv_block *cv_parts_block(struct cv_parts *parts, enum cv_block_kind kind,
				unsigned level, struct cv_text words);

/* Reports what does not end the reading; too many of them do. */
void cv_parts_tell(struct cv_parts *parts, enum cv_code code, struct cv_span at,
		   const char *format, ...) __attribute__((format(printf, 4, 5)));

struct cv_grid cv_grid_open(struct cv_parts *parts);
void cv_grid_row(struct cv_parts *parts, const struct cv_grid *grid, struct cv_span at);

/* Adds a cell to the row that was begun last; what it points to must last. */
void cv_grid_cell(struct cv_parts *parts, struct cv_grid_cell cell);

/* Lays the spans out and adds the table as a block; one without cells is dropped.  NULL:
 * it was, or is too large. */
struct cv_page_table *cv_grid_finish(struct cv_parts *parts, struct cv_grid *grid);

/* The form that the bytes look like: never CV_PAGE_ANY. */
enum cv_page_form cv_page_tell(const struct cv_source *source);

/* ---- the forms: blocks of parts->source, into parts->page ---- */

void cv_page_read_html(struct cv_parts *parts);
void cv_page_read_markdown(struct cv_parts *parts);
void cv_page_read_csv(struct cv_parts *parts);
void cv_page_read_text(struct cv_parts *parts);
