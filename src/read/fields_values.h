#pragma once
/* The plain values of fields.c: texts, flags, free maps, conditions. */

#include <stdbool.h>

#include "model/field.h"

struct cv_ctx;
struct cv_node;

/* Each reads a node into the struct that the field's type names.  False: reported. */
bool cv_value_read_text(struct cv_ctx *ctx, const struct cv_field *field,
			const struct cv_node *node, void *value);
bool cv_value_read_texts(struct cv_ctx *ctx, const struct cv_field *field,
			 const struct cv_node *node, void *value);
bool cv_value_read_few(struct cv_ctx *ctx, const struct cv_field *field,
		       const struct cv_node *node, void *value);
bool cv_value_read_flag(struct cv_ctx *ctx, const struct cv_field *field,
			const struct cv_node *node, void *value);
bool cv_value_read_map(struct cv_ctx *ctx, const struct cv_field *field,
		       const struct cv_node *node, void *value);
bool cv_value_read_when(struct cv_ctx *ctx, const struct cv_field *field,
			const struct cv_node *node, void *value);

/* Whether a value looks as its lexical type wants it (NULL: anything does).  False:
 * reported. */
bool cv_lexical_check(struct cv_ctx *ctx, const struct cv_lexical *lexical,
		      struct cv_text value);

/* A key that is a name of the file's own. */
bool cv_name_read(struct cv_ctx *ctx, const struct cv_node *key,
		  struct cv_text *name_out);

/* "`ports` must be a list of maps, not a text"; false. */
bool cv_field_wrong_type(struct cv_ctx *ctx, const struct cv_field *field,
			 const struct cv_node *node);

/* A deep copy in the compile arena. */
const struct cv_node *cv_node_copy(struct cv_ctx *ctx, const struct cv_node *node);
