#pragma once
/* Documents and rows as flat lists of fields, so that what was meant, what stands in a
 * file and what a page says can be compared. */

#include <stdbool.h>

#include "base/table.h"
#include "import/draft.h"
#include "model/field.h"

struct cv_profile;
struct cv_row;

/* Tables of struct cv_draft_field; keys are dotted as those of a draft. */
struct cv_flat_row {
	struct cv_table fields;
};

struct cv_flat {
	struct cv_table fields;                    /* of all but the three big tables */
	struct cv_table rows[CV_SECTION_URLS + 1]; /* of struct cv_flat_row */
};

/* Adds the fields of a struct, each key behind `prefix`. */
void cv_flat_add(struct cv_ctx *ctx, const struct cv_fields *fields, const void *record,
		 const char *prefix, struct cv_table *flat);

/* A profile as it was read. */
void cv_flat_of_profile(struct cv_ctx *ctx, const struct cv_profile *profile,
			struct cv_flat *flat_out);

/* A profile as a draft means it. */
void cv_flat_of_draft(struct cv_ctx *ctx, const struct cv_draft *draft,
		      struct cv_flat *flat_out);

/* The row of a draft with what its block adds: edition and source. */
void cv_flat_of_row(struct cv_ctx *ctx, const struct cv_draft *draft,
		    const struct cv_draft_block *block, const struct cv_draft_row *row,
		    struct cv_flat_row *flat_out);

/* The field with that key, or NULL. */
struct cv_draft_field *cv_flat_find(const struct cv_table *fields, const char *key);

/* Sets a field to values, to a hole, or with neither takes it away. */
void cv_flat_set(struct cv_ctx *ctx, struct cv_table *fields, const char *key,
		 struct cv_texts values, const char *hole);

/* Whether two say the same: the same values in the same order, or the same hole. */
bool cv_flat_same_field(const struct cv_draft_field *a, const struct cv_draft_field *b);

/* NULL where both say the same; else where they differ and how, in words. */
const char *cv_flat_difference(struct cv_ctx *ctx, const struct cv_flat *want,
			       const struct cv_flat *got);

/* The table that describes the rows of a section. */
const struct cv_fields *cv_section_fields(enum cv_section section);

/* The field of a row that a dotted key begins with, or NULL. */
const struct cv_field *cv_section_field(enum cv_section section, const char *key);

/* What a value under that key must look like, or NULL: anything. */
const struct cv_lexical *cv_section_lexical(enum cv_section section, const char *key);
