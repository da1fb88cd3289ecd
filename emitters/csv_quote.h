#pragma once
/* The one place that quotes for CSV. */

struct cv_buf;

/* A cell by RFC 4180, between double quotes where it needs them.  Blanks at the ends are
 * quoted, since many readers strip them otherwise. */
void cv_csv_quote(struct cv_buf *out, const char *text);
