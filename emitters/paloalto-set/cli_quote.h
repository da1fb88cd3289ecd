#pragma once
/* The one place that quotes for the command line of PAN-OS. */

struct cv_buf;

/* Adds the text as one word: as it is where it holds nothing but cv_set_plain, else
 * between double quotes.  What cannot stand between them (a double quote, and all but
 * printable ASCII) comes out as an underscore, so that it differs when read back instead
 * of breaking out. */
void cv_cli_quote(struct cv_buf *out, const char *text);
