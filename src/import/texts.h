#pragma once
/* Small things that the files of import share: lists of texts, lines of a cell. */

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "model/value.h"

struct cv_ctx;

/* Appends a copy of the list with one more; both lie in the compile arena. */
void cv_texts_add(struct cv_ctx *ctx, struct cv_texts *texts, const char *text,
		  struct cv_span at);

/* The texts in one line with ", " between them. */
const char *cv_texts_joined(struct cv_ctx *ctx, const struct cv_texts *texts,
			    const char *between);

/* The next line of a cell's words from *at on, without blanks at its ends; NULL at the
 * end.  Empty lines are passed over. */
const char *cv_line_next(struct cv_ctx *ctx, const char **at);

/* "a row of three empty cells", for rows of which nothing says which columns they fill.
 */
const char *cv_empty_row_words(struct cv_ctx *ctx, size_t count);
