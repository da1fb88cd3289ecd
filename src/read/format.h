#pragma once
/* What a document says that it is. */

#include <stdbool.h>

#include "model/value.h"

struct cv_ctx;
struct cv_source;

/* Where the value of the top-level key `carveout` stands, found without parsing.
 * False: nowhere. */
bool cv_format_peek(const struct cv_source *source, struct cv_span *at_out);

/* That a format is "profile/1" or "site/1", as `wanted` says; else reported in words
 * that say what it is instead. */
bool cv_format_check(struct cv_ctx *ctx, struct cv_text format, const char *wanted);

/* Whether a source says that it is something else, which is then reported: read on, it
 * would give a finding for every key. */
bool cv_format_is_other(struct cv_ctx *ctx, const struct cv_source *source,
			const char *wanted);
