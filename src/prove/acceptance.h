#pragma once
/* What an acceptance covers. */

#include <stdbool.h>
#include <stddef.h>

#include "model/policy.h"

struct cv_ctx;

/* `row` is the full name of the risk's row. */
bool cv_acceptance_covers(const struct cv_acceptance *acceptance,
			  const struct cv_risk *risk, const char *row);

/* Sets what the risks' rows come to on this site, where the page does not say all of it:
 * the digests below need it. */
void cv_risks_ground(struct cv_ctx *ctx, const struct cv_policy *policy);

/* The digest over what `count` risks are about: rows as published, what places and
 * parameters make of them, finding, target and what is wider; not whom they concern, so
 * that a new group needs no new acceptance of the same thing. */
void cv_risks_digest(struct cv_risk *const *risks, size_t count, char out[21]);

/* Days from 1970-01-01 to a date YYYY-MM-DD that the reader has checked. */
long cv_day_number(const char *date);
