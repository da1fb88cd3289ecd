#pragma once
/* A live export against a plan: what is missing, extra, wider or narrower. */

#include <stdbool.h>

#include "model/plan.h"
#include "model/target.h"

struct cv_ctx;

enum cv_drift_kind {
	CV_DRIFT_MISSING,  /* planned, and no entry there grants any of it */
	CV_DRIFT_NARROWER, /* planned, and only a part of it is there */
	CV_DRIFT_WIDER,    /* there, and grants what was planned and more */
	CV_DRIFT_EXTRA,    /* there, and not asked for by any row */
	CV_DRIFT_COUNT
};

/* "missing", "narrower", "wider", "extra" */
extern const char *const cv_drift_names[CV_DRIFT_COUNT + 1];

struct cv_drift {
	enum cv_drift_kind kind;
	const struct cv_entry *planned; /* NULL with extra */
	const struct cv_entry *found;   /* NULL with missing */
	const char *what;               /* in words: both sides where there are two */
};

/* Whether an attribute says what an entry of the target grants. */
bool cv_is_granting(const struct cv_target *target, const char *name);

/* An entry of the target in words, as cv_entry_words says it, without what grants
 * nothing: notes, names of sets, words for people. */
const char *cv_granted_words(struct cv_ctx *ctx, const struct cv_target *target,
			     const struct cv_entry *entry);

/* Compares the plan's granting entries (flows, exclusions, objects, URLs; settings
 * where the export shows them) with those of the export, by what they grant and not by
 * how they are cut: an entry that others cover together is not missing.  Notes do not
 * count.  With only_ours, found entries that are not `ours` can satisfy a plan, but are
 * never extra or wider.  Drift goes into the table (struct cv_drift), missing first, in
 * the plan's order, then the export's.
 *
 * An object or a setting is held against what stands under its name: where that is
 * another thing, what was planned is narrower and what is there wider.  Settings that
 * are not `ours` are never extra, and those of a list of which the export shows none
 * are not missing.  Where flows overlap in too many pieces to be compared, that is the
 * finding too-many-pieces, and they count as not covered. */
void cv_audit(struct cv_ctx *ctx, const struct cv_plan *plan,
	      const struct cv_table *found, bool only_ours, struct cv_table *drift_out);
