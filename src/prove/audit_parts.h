#pragma once
/* What the parts of an audit share: the entries of both sides, and what each part
 * finds out about them. */

#include <stdbool.h>
#include <stddef.h>

#include "base/ctx.h"
#include "model/plan.h"
#include "model/target.h"

/* An entry of either side. */
struct cv_held {
	const struct cv_entry *entry;
	/* What it says beside its box, brought into the one spelling in which equal
	 * ones are equal texts; or NULL. */
	const char *text;
	bool covered; /* the other side grants all of it, or says just the same */
	bool open;    /* of flows: some of it is known not to be there */
	const struct cv_entry *other; /* not covered: one there that has a part of it */
	const char *how; /* how the two differ, where that is shorter; or NULL */
};

struct cv_side {
	struct cv_held *items; /* in the order of the plan or the export */
	size_t count;
};

struct cv_auditing {
	struct cv_ctx *ctx;     /* for findings, and what outlives the audit */
	struct cv_ctx *scratch; /* for all else */
	const struct cv_plan *plan;
	struct cv_side planned, found;
	size_t work; /* that putting flows together has cost */
};

/* Those of a side that are of these kinds, in an order.  In the scratch arena. */
struct cv_held **cv_held_sorted(const struct cv_auditing *auditing,
				const struct cv_side *side, unsigned kinds,
				int (*compare)(const void *, const void *),
				size_t *count_out);

/* By kind, list and name; by kind, list and text.  Of pointers to struct cv_held. */
int cv_held_by_name(const void *left, const void *right);
int cv_held_by_text(const void *left, const void *right);

/* Whether anything of these kinds is not known to be covered yet. */
bool cv_side_is_open(const struct cv_side *side, unsigned kinds);

/* The value of an attribute, or NULL where there is none or it is empty. */
const char *cv_attribute_of(const struct cv_entry *entry, const char *name);

/* The attributes that say what the entry grants, but for those of `skipped` (ends
 * with NULL): `\tname=value`, "" for none.  In the scratch arena. */
const char *cv_granting_text(const struct cv_auditing *auditing,
			     const struct cv_entry *entry, const char *const *skipped);

/* The text of an exclusion's struct cv_held.  In the scratch arena. */
const char *cv_exclusion_text(const struct cv_auditing *auditing,
			      const struct cv_entry *entry);

/* Each sets `covered`, `other` and `how` of what it looks at. */
void cv_audit_flows(struct cv_auditing *auditing);
void cv_audit_exclusions(struct cv_auditing *auditing);
void cv_audit_named(struct cv_auditing *auditing); /* objects and settings */
void cv_audit_urls(struct cv_auditing *auditing);
