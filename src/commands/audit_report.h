#pragma once
/* What an audit found, for people and for machines. */

#include <stdbool.h>
#include <stddef.h>

#include "model/plan.h"
#include "model/target.h"
#include "prove/audit.h"

struct cv_buf;
struct cv_ctx;
struct cv_source;

struct cv_audit_report {
	struct cv_ctx *ctx;
	const struct cv_plan *plan;
	const struct cv_source *actual;
	const struct cv_export_reading *reading;
	bool only_ours;
	bool live;             /* no file is there that a place could be looked up in */
	struct cv_table drift; /* of struct cv_drift */
	size_t of[CV_DRIFT_COUNT];
	size_t planned, found; /* entries that grant something */
};

/* "1 missing, 2 extra"; "" without drift. */
void cv_audit_counts(const struct cv_audit_report *report, struct cv_buf *out);

/* Both add all that the command prints.  The lines that would mend what is missing
 * come from the artefacts, which are made here; a finding where one does not prove.
 * The export is never quoted but for the entries that it holds. */
void cv_audit_text(const struct cv_audit_report *report, struct cv_buf *out);
void cv_audit_json(const struct cv_audit_report *report, struct cv_buf *out);
