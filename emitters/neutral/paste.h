#pragma once
/* The neutral exclusions as lists to paste into the text boxes of a console: sections,
 * each a heading with the number of lines that follow it, and one value a line.
 *
 *   process, with wildcards (2)
 *   C:\Acme\*\agent.exe
 *   C:\Acme\?.exe
 *
 * A value has no line end and nothing that nobody sees in it, so a line holds it as it
 * stands.  What a text box could lose or read in another way is said by the heading. */

struct cv_entry;

/* The columns (columns.h) that say what is granted: an entry of this form has these
 * attributes and no others. */
enum {
	CV_PASTE_TYPE,
	CV_PASTE_MATCH,
	CV_PASTE_RECURSIVE,
	CV_PASTE_CHILDREN,
	CV_PASTE_ENGINES,
	CV_PASTE_SIGNER,
	CV_PASTE_SHA256,
	CV_PASTE_COLUMNS,
	CV_PASTE_BLANK = CV_PASTE_COLUMNS, /* no column: yes for a line that begins or
					      ends with a blank, else no */
	CV_PASTE_CELLS
};

/* A part of a heading, and what it says of the lines below. */
struct cv_paste_words {
	const char *words;                 /* NULL ends the choices of a part */
	const char *cells[CV_PASTE_CELLS]; /* NULL: another part says it */
};

/* The parts of a heading, in order: one of the choices of each.  Sections stand in the
 * order of the choices, the first part's weighing most. */
enum { CV_PASTE_PARTS = 4 };
extern const struct cv_paste_words *const cv_paste_parts_table[CV_PASTE_PARTS];

/* In a cell: the line itself. */
extern const char cv_paste_value_table[];

/* The lines before the first section; NULL ends them. */
extern const char *const cv_paste_head_table[];

/* Clears what the lists do not show: rows, versions, who accepted what. */
void cv_paste_strip(struct cv_entry *entry);
