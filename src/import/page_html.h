#pragma once
/* Between the two halves of the HTML reader: what libxml2 says of tags and text, each
 * with its place, and what is made of it. */

#include <stdbool.h>
#include <stddef.h>

#include "base/limits.h"
#include "import/page_parts.h"

/* Reads `size` bytes of the source from `start` on as HTML. */
void cv_page_read_html_part(struct cv_parts *parts, size_t start, size_t size);

/* One pass over the tags before libxml2 sees them: what never ends would swallow the rest
 * of the page in silence, and some sizes cost it a time that grows with their square.
 * False: reported, and parts->full is set. */
bool cv_html_check_tags(struct cv_parts *parts, size_t start, size_t size);

/* ---- page_html_tags.c ---- */

/* What a tag is to a page. */
enum cv_html_role {
	CV_HTML_INLINE,
	CV_HTML_UNKNOWN, /* no element of HTML: `<Tanium Client>` that was not escaped */
	CV_HTML_BREAK,
	CV_HTML_BLOCK,
	CV_HTML_HEADING,
	CV_HTML_LIST,
	CV_HTML_ITEM,
	CV_HTML_TABLE,
	CV_HTML_GROUP,
	CV_HTML_HEAD, /* of a table */
	CV_HTML_ROW,
	CV_HTML_CELL,
	CV_HTML_HEADER_CELL,
	CV_HTML_CAPTION,
	CV_HTML_SUP,
	CV_HTML_EMPHASIS,
	CV_HTML_PRE,
	CV_HTML_TITLE,
	CV_HTML_LINK,
	CV_HTML_BUTTON,  /* shown, but in a cell it is something to press */
	CV_HTML_PICTURE, /* shown, and no words */
	CV_HTML_STRUCK,  /* words that were taken back */
	CV_HTML_SKIPPED, /* never shown as words */
};

enum cv_html_role cv_html_role(const char *name);

/* ---- page_html_blocks.c ---- */

struct cv_html_table {
	struct cv_grid grid;
	struct cv_gathered cell, caption;
	struct cv_grid_cell raw; /* of the cell that is open */
	size_t emphasised;       /* figures of the cell in words that begin with one */
	size_t row;              /* number of the row that is open, among parts->rows */
	bool in_head, in_row, in_cell, in_caption;
	/* Headings inside of the cell: of the page where a table follows in it, as pages
	 * do that are laid out by tables; else they are only words of the cell. */
	struct cv_block *headings;
	size_t heading_count;
};

struct cv_html_element {
	enum cv_html_role role;
	char name[16]; /* cut, if need be */
	bool hides;    /* what is in it */
	bool counts;   /* a list or an item of the page */
	bool inert;    /* inside of one that hides */
};

struct cv_html {
	struct cv_parts *parts;
	struct cv_html_element elements[CV_MAX_PAGE_DEPTH];
	size_t element_count;
	struct cv_html_table tables[CV_MAX_PAGE_TABLES];
	size_t table_count;
	struct cv_gathered block; /* of the page, outside of tables */
	unsigned heading;         /* the level of the heading that is open; 0: none */
	unsigned lists, items;    /* that are open outside of tables */
	size_t emphasis; /* that is open in a cell: where its words begin, or SIZE_MAX */
	size_t heading_at;      /* in the source, the heading of a cell that is open */
	size_t heading_begins;  /* in the words of the cell that it stands in */
	size_t hidden;          /* elements that are open and hide what is in them */
	struct cv_words secret; /* what they hide */
	const char *secret_why; /* NULL: nobody need know */
	struct cv_words sup;
	bool in_sup, in_pre, in_title;
	struct cv_words title;
};

struct cv_html *cv_html_open(struct cv_parts *parts);
void cv_html_close(struct cv_html *html); /* ends what is open, and frees */

/* `attributes` are names and values in turn, NULL at their end, or NULL. */
void cv_html_start(struct cv_html *html, const char *name, const char *const *attributes,
		   struct cv_span tag);
void cv_html_end(struct cv_html *html, const char *name, size_t offset);

/* Text that stands in the source as it is, or is spelt otherwise by `length` bytes. */
void cv_html_text(struct cv_html *html, const char *text, size_t size, size_t offset,
		  size_t length);

/* ---- page_html_words.c: where words go ---- */

/* The table that is open and holds no other, or NULL. */
struct cv_html_table *cv_html_inmost(struct cv_html *html);

/* The inmost cell or caption, or the block of the page.  What stands between the cells of
 * a table belongs outside of it. */
struct cv_gathered *cv_html_current(struct cv_html *html);
bool cv_html_is_of_page(struct cv_html *html);

/* Ends the block of the page. */
void cv_html_flush(struct cv_html *html);

/* A block of HTML begins or ends: a line in a cell, an item or a heading. */
void cv_html_boundary(struct cv_html *html);

/* The value, "" where it has none, or NULL. */
const char *cv_html_attribute(const char *const *attributes, const char *name);

/* ---- page_html_tables.c ---- */

void cv_html_begin_table(struct cv_html *html, struct cv_span tag);
/* Figures of a text, each a character. */
size_t cv_html_figures(const char *text);

void cv_html_end_table(struct cv_html *html, size_t offset);

/* Captions, groups, rows and cells. */
void cv_html_begin_of_table(struct cv_html *html, enum cv_html_role role,
			    const char *const *attributes, struct cv_span tag);
void cv_html_end_of_table(struct cv_html *html, enum cv_html_role role, size_t offset);
