#pragma once
/* What a document says that it is. */

#include <stdbool.h>

#include "model/value.h"

struct cv_ctx;
struct cv_source;

/* The value of the top-level key `carveout`, found without parsing; its text is NULL
 * where there is none. */
struct cv_text cv_format_peek(struct cv_ctx *ctx, const struct cv_source *source);

/* That a format is "profile/1" or "site/1", as `wanted` says; else reported in words
 * that say what it is instead. */
bool cv_format_check(struct cv_ctx *ctx, struct cv_text format, const char *wanted);
