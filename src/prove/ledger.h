#pragma once
/* For every row, subject and target one verdict, computed from the plan against
 * the policy, and the acceptances that cover what is not exact. */

#include <stdbool.h>

#include "model/plan.h"
#include "model/target.h"
#include "prove/index.h"

struct cv_ctx;

enum cv_verdict {
	CV_EXACT,
	CV_SPLIT,
	CV_WIDER,
	CV_NARROWER,
	CV_DIFFERENT,
	CV_IMPOSSIBLE,
	CV_BASELINE,
	CV_NOT_APPLICABLE,
	CV_VERDICT_COUNT
};

/* "exact", "split", ..., "not-applicable" */
extern const char *const cv_verdict_names[CV_VERDICT_COUNT + 1];

/* What many rows have in common, once for all judgements of a plan that say it. */
struct cv_judged {
	const struct cv_subject *subject;
	const struct cv_target *target;
	const char *what; /* what is wider, narrower or different, or why not; or NULL */
	const char *carries; /* aspects: "service", "addresses, protocol, ports", ...; or
				NULL */
};

/* What few judgements say. */
struct cv_judged_more {
	const char *missing;        /* what the admin must add, or NULL */
	const struct cv_flow *ends; /* what those words are yet to be made of, or NULL */
	struct cv_risk *risk;       /* when it needs an acceptance; else NULL */
};

/* There is one for each row, subject and target, so that it is kept small. */
struct cv_judgement {
	const struct cv_row *row; /* NULL: a baseline rule of ours */
	const struct cv_judged *as;
	union {
		const struct cv_flow *ends; /* as there, and that is all */
		struct cv_judged_more *more;
	};
	uint32_t entries; /* of the plan that name the row */
	enum cv_verdict verdict : 8;
	bool has_more : 1;
};

/* The same to be filled in, made where there is none. */
struct cv_judged_more *cv_judgement_more(struct cv_ctx *ctx,
					 struct cv_judgement *judgement);

/* Which needs an acceptance, or NULL. */
static inline struct cv_risk *cv_judgement_risk(const struct cv_judgement *judgement)
{
	return judgement->has_more ? judgement->more->risk : NULL;
}

/* Whether the admin must add something, as for a service without its rule; and what, or
 * NULL.  Few judgements are ever asked for the words, so they are made and kept then. */
bool cv_judgement_lacks(const struct cv_judgement *judgement);
const char *cv_judgement_missing(struct cv_ctx *ctx, struct cv_judgement *judgement);

/* The same of one that was asked before. */
static inline const char *cv_judgement_told(const struct cv_judgement *judgement)
{
	return judgement->has_more ? judgement->more->missing : NULL;
}

struct cv_ledger {
	struct cv_table
		judgements; /* of struct cv_judgement; plan by plan, rows in order */
};

/* Adds a judgement for every row that concerns the subject of the index's plan. */
void cv_judge(struct cv_ctx *ctx, struct cv_policy *policy, struct cv_index *index,
	      struct cv_ledger *ledger);

/* Exclusion rows for a device that no group of the site is concern no plan: each is
 * not-applicable, for the site, to every target that takes exclusions. */
void cv_judge_unreached(struct cv_ctx *ctx, const struct cv_policy *policy,
			struct cv_ledger *ledger);

/* Whether a row is one of those, by ordinal; the caller frees the array. */
bool *cv_rows_unreached(const struct cv_policy *policy);

/* Why such a row does not apply. */
const char *cv_unreached_why(struct cv_ctx *ctx, const struct cv_row *row);

/* Before the plans are made, since a target may write it: sets by whom the risks of the
 * rows themselves are accepted, of several acceptances the one that ends first.
 * Reports nothing: cv_settle() does, which holds all risks against all acceptances
 * anew and leaves with each risk the last that covers it. */
void cv_accept_rows(struct cv_ctx *ctx, const struct cv_policy *policy);

/* After all plans are judged: holds the risks against the site's acceptances and
 * reports what is not accepted, what has outgrown its acceptance, what is out of
 * date and what covers nothing; rows that no target of a subject carries.
 * False: an error was reported. */
bool cv_settle(struct cv_ctx *ctx, struct cv_policy *policy, struct cv_ledger *ledger);
