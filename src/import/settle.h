#pragma once
/* A draft made fit to be a profile, whatever the page held. */

#include <stdbool.h>

struct cv_ctx;
struct cv_draft;
struct cv_profile;

/* Brings the words of holes into one line, makes a hole of each value that its field
 * would refuse and of each field that a row must have and lacks, and declares what rows
 * name and nothing declares.  Reports the values that were refused.  To be called before
 * answers are filled in, so that they meet the same words as a reader does, and again
 * behind them. */
void cv_draft_settle(struct cv_ctx *ctx, struct cv_draft *draft);

/* Whether it says all that a profile needs besides its rows: id, source with its URL
 * and day, platform and role of each device.  False: reported, with what to give. */
bool cv_draft_check(struct cv_ctx *ctx, const struct cv_draft *draft);
