#pragma once
/* Fills structs from trees by their field tables. */

#include <stdbool.h>

#include "model/field.h"

struct cv_ctx;
struct cv_node;

/* Fills `record` (fields->size bytes, zeroed by the caller, who gives it something to
 * point to where fields lie beside it) from a map.  Unknown,
 * duplicate and missing keys, wrong types and values that their lexical type
 * refuses are reported with "did you mean".  A value {hole: WORDS} where the struct
 * has room for holes is put on its list and leaves the field unset.  All texts are
 * copied to the compile arena or interned, so the node may be scratch memory.
 * False: something was reported. */
bool cv_fields_read(struct cv_ctx *ctx, const struct cv_fields *fields,
		    const struct cv_node *map, void *record);

/* The same without asking for required keys: the defaults of a block of rows. */
bool cv_fields_read_partly(struct cv_ctx *ctx, const struct cv_fields *fields,
			   const struct cv_node *map, void *record);

/* The field of that key; NULL: reported as unknown, with "did you mean". */
const struct cv_field *cv_fields_know(struct cv_ctx *ctx, const struct cv_fields *fields,
				      const struct cv_node *key);

/* Sets only the keys that the map has, over what stands in `record` (a fill); each
 * key must be a field with an unfilled hole in it, which is marked as filled.
 * False: reported. */
bool cv_fields_fill(struct cv_ctx *ctx, const struct cv_fields *fields,
		    const struct cv_node *map, void *record);
