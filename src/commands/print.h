#pragma once
/* Findings as text for people or as JSON for machines.  Both go into a buffer:
 * only main touches standard output and standard error. */

#include <stdbool.h>
#include <stddef.h>

struct cv_buf;
struct cv_ctx;

struct cv_style {
	bool color;
	bool verbose; /* notes, too */
	bool quiet;   /* errors only */
};

/* The findings in order of file, place and being found, equal ones once, at most
 * CV_MAX_FINDINGS of a kind, and a line that counts them.  What a source or a value
 * holds reaches the terminal only as printable characters. */
void cv_print_text(struct cv_ctx *ctx, const struct cv_style *style, struct cv_buf *out);

/* One document with the same findings; notes always, unless quiet. */
void cv_print_json(struct cv_ctx *ctx, const struct cv_style *style, struct cv_buf *out);

/* "2 errors, 1 warning" of the findings from number `from` on, equal ones once;
 * false, and nothing, when there are only notes. */
bool cv_print_totals(const struct cv_ctx *ctx, size_t from, struct cv_buf *out);

/* Adds the character at `text` (`size` bytes left) in a form that is safe to show:
 * what is a control, invisible or not UTF-8 as <U+200B> or <0xFF>, tabs as they
 * are.  Returns its length in bytes; *columns_out is how many characters it took. */
size_t cv_print_character(struct cv_buf *out, const char *text, size_t size,
			  size_t *columns_out);

/* A whole text that way, line ends and tabs included in what is not shown raw. */
void cv_print_line(struct cv_buf *out, const char *text);
