#pragma once
/* What diff is made of: the two sides, how they differ, and what is said and written
 * of it. */

#include <stdbool.h>
#include <stddef.h>

#include "base/table.h"
#include "commands/compilation.h"
#include "model/plan.h"
#include "model/policy.h"

struct cv_buf;
struct cv_ctx;
struct cv_request;

/* One side: a site, or a profile alone. */
struct cv_side {
	const char *name; /* as the user wrote it */
	const struct cv_source *source;
	const struct cv_compilation *compilation; /* NULL: a profile */
	const struct cv_profile *profile;         /* NULL: a site */
	const char *subject;                      /* of -s, or NULL: all */
	size_t first_source, source_count; /* of the context's, read for this side */
};

/* An object of the same list and name that is not the same. */
struct cv_object_change {
	const struct cv_entry *before, *after;
};

/* How the plans of one target and subject differ. */
struct cv_plan_change {
	const struct cv_plan *before, *after; /* one may be NULL */
	struct cv_table added, removed;       /* of const struct cv_entry * */
	struct cv_table changed;              /* of struct cv_object_change */
	size_t restyled; /* entries that stay, with other notes or columns */
	bool settings;   /* what the artefact needs besides is not the same */
	bool renamed;    /* the one does not find what the other left */
	bool anew;       /* so that what is the same must be loaded again, too */
};

struct cv_row_change {
	const struct cv_row *before, *after; /* NULL: added, removed */
};

/* What a profile says besides its rows. */
struct cv_fact_change {
	const char *profile, *key, *text;
	bool added;
};

/* What a row comes to for one target and subject that both sides have; NULL: nothing is
 * said of it. */
struct cv_verdict_change {
	const char *row;
	const struct cv_judged *before, *after;
};

struct cv_diff {
	struct cv_ctx *ctx;
	struct cv_side before, after;
	struct cv_table rows;     /* of struct cv_row_change */
	struct cv_table facts;    /* of struct cv_fact_change */
	struct cv_table plans;    /* of struct cv_plan_change; those that differ */
	struct cv_table verdicts; /* of struct cv_verdict_change *; what is the same in
				     words stands together */
};

/* Fill the tables of the diff. */
void cv_diff_rows(struct cv_diff *diff);
void cv_diff_facts(struct cv_diff *diff);
void cv_diff_plans(struct cv_diff *diff);
void cv_diff_verdicts(struct cv_diff *diff);

/* Whether a plan or a judgement is of the side's subject. */
bool cv_diff_concerns(const struct cv_side *side, const struct cv_subject *subject);

/* The order of subjects over both sides, so that those that belong together are
 * equal: those of -s, the sites, and else equal names. */
int cv_diff_compare_subjects(const struct cv_side *a, const struct cv_subject *x,
			     const struct cv_side *b, const struct cv_subject *y);

/* The plan that one side has for the target and the subject of the other, or NULL. */
const struct cv_plan *cv_diff_plan_of(const struct cv_side *there,
				      const struct cv_target *target,
				      const struct cv_side *side,
				      const struct cv_subject *subject);

/* All of it as text. */
void cv_diff_text(struct cv_diff *diff, struct cv_buf *out);

/* Writes the tree of the change to `directory`: artefacts, changes.txt (`text`) and a
 * manifest.  Adds to `out` what is to be done with them, in order.  False: reported,
 * and nothing was written. */
bool cv_diff_write(struct cv_diff *diff, const char *directory, const struct cv_buf *text,
		   struct cv_buf *out);
