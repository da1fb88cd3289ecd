#pragma once
/* The page of a finding, for `carveout check --explain`. */

#include <stdbool.h>

struct cv_buf;
struct cv_ctx;

/* Adds the page of that finding: what it means, why it matters, where that is published,
 * how to mend it and how to accept it.  False: there is none of that name, which is
 * reported. */
bool cv_explain_finding(struct cv_ctx *ctx, const char *name, struct cv_buf *out);
