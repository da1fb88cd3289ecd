#pragma once
/* The file that a machine loads at boot. */

#include <stdbool.h>

#include "commands/apply_policy.h"

struct cv_buf;

/* Writes the policy's bytes to `output`, or where the target keeps them: whole or not
 * at all, readable by its owner only.  What stands there must be a file that such a
 * policy was written to before.  Adds to `out` what was done, and what is left to do.
 * False: reported. */
bool cv_apply_persist(struct cv_ctx *ctx, const struct cv_apply_policy *policy,
		      const char *output, struct cv_buf *out);
