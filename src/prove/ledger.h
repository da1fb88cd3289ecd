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

/* What is said of many rows, once for all judgements of a plan that say it. */
struct cv_judged {
	const struct cv_subject *subject;
	const struct cv_target *target;
	const char *what; /* what is wider, narrower or different, or why not; or NULL */
	const char *carries; /* aspects: "service", "addresses, protocol, ports", ...; or
				NULL */
	const char *missing; /* what the admin must add, or NULL; see also below */
	uint32_t entries;    /* of the plan that name the row */
	uint32_t count;      /* judgements that say it */
	enum cv_verdict verdict : 8;
	bool lacks : 1;   /* the admin must add something, as a rule for a service */
	bool is_risk : 1; /* and needs an acceptance */
};

/* There is one for each row, subject and target, so that it is kept small. */
struct cv_judgement {
	uint32_t row; /* its ordinal, or CV_ROW_OURS */
	uint32_t as;  /* index in ledger->judged */
	union {
		const struct cv_flow *ends; /* what `missing` is yet to be made of */
		const struct cv_risk *risk; /* where it is one */
	};
};

/* In place of a row's ordinal: behind all rows, a baseline rule of ours. */
#define CV_ROW_OURS UINT32_MAX

struct cv_ledger {
	/* of struct cv_judgement; plan by plan, rows in order */
	struct cv_table judgements;
	struct cv_table starts; /* of size_t: where those of a plan begin */
	struct cv_table judged; /* of struct cv_judged */
};

static inline const struct cv_judged *cv_judged_as(const struct cv_ledger *ledger,
						   const struct cv_judgement *judgement)
{
	return CV_AT(&ledger->judged, struct cv_judged, judgement->as);
}

/* Which needs an acceptance, or NULL. */
static inline const struct cv_risk *
cv_judgement_risk(const struct cv_ledger *ledger, const struct cv_judgement *judgement)
{
	return cv_judged_as(ledger, judgement)->is_risk ? judgement->risk : NULL;
}

/* What the admin must add, or NULL.  Few judgements are ever asked for the words, so
 * that most are made then. */
const char *cv_judgement_missing(struct cv_ctx *ctx, const struct cv_ledger *ledger,
				 const struct cv_judgement *judgement);

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
