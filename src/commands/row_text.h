#pragma once
/* A row, or anything that a table of keys describes, as the page has it: key and
 * text, one pair for each key that is set. */

#include <stddef.h>

#include "model/field.h"
#include "model/profile.h"

struct cv_buf;
struct cv_ctx;

struct cv_row_line {
	const char *key;
	const char *text;  /* the value, which may be the site's; NULL: an open hole */
	const char *words; /* of the page, where it leaves the key open; else NULL */
};

/* The row's lines in the order of its table of keys, without its id.  In the arena
 * of ctx. */
const struct cv_row_line *cv_row_lines(struct cv_ctx *ctx, const struct cv_row *row,
				       size_t *count_out);

/* Adds the value of a field of `record` on one line, in the style of YAML's flow
 * style: `[a, b]`, `{client: 7.2.x}`.  Adds nothing where it is not set, and for
 * tables, whose rows have lines of their own. */
void cv_field_text(struct cv_buf *out, const struct cv_field *field, const void *record);

/* What a field holds, one text for each member of a list or map; a list that the
 * caller may sort.  In the arena of ctx. */
const char **cv_field_items(struct cv_ctx *ctx, const struct cv_field *field,
			    const void *record, size_t *count_out);

/* Adds a `when`: `client: 7.2.x, edition: on-premises`; alternatives in braces, with
 * `or` between them. */
void cv_when_text(struct cv_buf *out, const struct cv_when *when);
