#pragma once
/* Small signs that HTML and Markdown share: entities, and marks of footnotes. */

#include <stdbool.h>
#include <stddef.h>

#include "model/value.h"

struct cv_ctx;

/* The character that an entity stands for: `&nbsp;`, `&#8594;`, `&#x2192;`.  `text`
 * begins with `&`.  Returns the entity's bytes, or 0: it is none.  One that names no
 * character
 * (`&#0;`) gives U+FFFD. */
size_t cv_entity_read(const char *text, size_t size, char out[4], size_t *out_size);

/* The character that HTML takes a number for: 128 to 159 are those of Windows, one that
 * is no character is U+FFFD. */
unsigned cv_entity_number(unsigned long number);

/* Adds what `text` holds to the marks when it looks like marks of footnotes: numbers of
 * up to two digits, single letters, stars and daggers, with commas, brackets or the word
 * `note` about them; `th` of 10th is none.  False: nothing was added. */
bool cv_marks_add(struct cv_ctx *ctx, struct cv_texts *marks, const char *text,
		  struct cv_span at);
