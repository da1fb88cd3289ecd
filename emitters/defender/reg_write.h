#pragma once
/* The one place that quotes for a .reg file. */

struct cv_buf;

/* The text between double quotes, backslashes and double quotes with a backslash before
 * them.  There is no way to write a control character, a line end least of all: each
 * becomes U+FFFD, so that it differs when read back. */
void cv_reg_quote(struct cv_buf *out, const char *text);
