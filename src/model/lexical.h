#pragma once
/* What lexical types are made of; those of targets, too. */

#include <stdbool.h>

#include "model/field.h"

struct cv_ctx;

/* Whether the value is, or holds, what a page's template leaves behind when nobody
 * fills it in; reported as template-leftover. */
bool cv_lexical_is_leftover(struct cv_ctx *ctx, struct cv_text value);

/* Bytes of `allowed` only, at least one. */
bool cv_lexical_is_made_of(const char *text, const char *allowed);

/* Such values parted by commas, each of `size` bytes (0: of any number). */
bool cv_lexical_is_list(const char *text, const char *allowed, size_t size);

extern const char cv_lexical_digits[], cv_lexical_hex[], cv_lexical_word[];
