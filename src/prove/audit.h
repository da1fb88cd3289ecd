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

/* Compares the plan's granting entries (flows, exclusions, objects, URLs; settings
 * where the export shows them) with those of the export, by what they grant and not by
 * how they are cut: an entry that others cover together is not missing.  Notes do not
 * count.  With only_ours, found entries that are not `ours` can satisfy a plan, but are
 * never extra or wider.  Drift goes into the table (struct cv_drift), missing first, in
 * the plan's order, then the export's. */
void cv_audit(struct cv_ctx *ctx, const struct cv_plan *plan, const struct cv_table *found,
	      bool only_ours, struct cv_table *drift_out);
