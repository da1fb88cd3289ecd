#pragma once
/* What import hands out is read back first. */

#include <stdbool.h>
#include <stddef.h>

struct cv_ctx;
struct cv_flat;

/* Reads `size` bytes at `text` as a profile, in a context of its own, and holds it
 * against what was meant.  False: proof-failed is reported, and nothing may be written.
 */
bool cv_import_prove(struct cv_ctx *ctx, const char *name, const char *text, size_t size,
		     const struct cv_flat *want);
