#pragma once
/* The one place that quotes for Markdown. */

struct cv_buf;

/* Adds a text as the content of a table cell or of a line of text: whatever it
 * holds, it stays one cell, opens no markup and no HTML, and shows no character that
 * the eye does not see.  Line ends become blanks. */
void cv_markdown_cell(struct cv_buf *out, const char *text);
