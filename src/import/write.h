#pragma once
/* A draft as a profile in the house layout. */

#include <stdbool.h>
#include <stddef.h>

#include "import/draft.h"

struct cv_buf;
struct cv_ctx;

/* Adds the profile that a settled draft means (import/settle.h), with comments that say
 * what line or cell of the page each row comes from. */
void cv_draft_write(struct cv_ctx *ctx, const struct cv_draft *draft, struct cv_buf *out);

/* Adds a row with its line end as a member of a block list that stands `indent` blanks
 * in: on one line where that is short, else a line for each key.  `fields` are struct
 * cv_draft_field with dotted keys, in the order of writing. */
void cv_write_row(enum cv_section section, const struct cv_table *fields, size_t indent,
		  const char *origin, struct cv_buf *out);

/* The same on one line, in braces, without anything before or behind. */
void cv_write_row_flow(enum cv_section section, const struct cv_table *fields,
		       struct cv_buf *out);

/* Adds the value of a field as it stands behind `key: `: a scalar, a list or a hole. */
void cv_write_value(enum cv_section section, const struct cv_draft_field *field,
		    struct cv_buf *out);

/* Adds a map in braces of all fields whose keys begin with `prefix` ("when."). */
void cv_write_group(enum cv_section section, const struct cv_table *fields,
		    const char *prefix, struct cv_buf *out);

/* Adds what a declared name is: `{platform: windows, role: endpoint}`. */
void cv_write_name(const struct cv_draft_name *name, struct cv_buf *out);

/* Adds the key and value of the page in `source`, `indent` blanks in. */
void cv_write_source(const struct cv_draft *draft, size_t indent, struct cv_buf *out);

/* Adds a block of rows as members of the list of its section: a row that lacks its
 * condition stands in a block of its own, since nothing can be joined with it. */
void cv_write_block(struct cv_ctx *ctx, const struct cv_draft *draft,
		    const struct cv_draft_block *block, struct cv_buf *out);
