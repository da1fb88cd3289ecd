#pragma once
/* What apply says of a policy and of the machine. */

#include "commands/apply_policy.h"

struct cv_buf;
struct cv_request;

struct cv_apply_report {
	struct cv_ctx *ctx;
	const struct cv_request *request;
	const struct cv_apply_policy *policy;
	const struct cv_live_work *work; /* the last step */
	bool no_effect;                  /* it is in force, and nothing comes to it */
};

/* `hq.nft for hq: 12 entries`, safe to show. */
void cv_apply_name(const struct cv_apply_report *report, struct cv_buf *out);

/* What the system remarked on the last step beside errors, a line each. */
void cv_apply_notes(const struct cv_apply_report *report, struct cv_buf *out);

/* What --status prints, as text or as JSON. */
void cv_apply_status(const struct cv_apply_report *report, struct cv_buf *out);

/* After a trial began, and after a step that stays. */
void cv_apply_tried(const struct cv_apply_report *report, struct cv_buf *out);
void cv_apply_loaded(const struct cv_apply_report *report, struct cv_buf *out);

/* Why what is in force is not the policy, in words: for findings; and of a policy that
 * nothing comes to. */
const char *cv_apply_state_words(enum cv_live_state state);
extern const char cv_apply_no_effect[];
