#pragma once
/* From profiles and a site to the policy, and from the policy to a plan. */

#include <stdbool.h>

#include "model/policy.h"
#include "model/target.h"

struct cv_ctx;

struct cv_pass {
	const char *name;
	bool (*run)(struct cv_ctx *ctx, struct cv_policy *policy); /* false: reported */
};

/* Ends with a NULL name. */
extern const struct cv_pass cv_passes[];

/* Runs every pass; stops between two when one of them reported an error. */
bool cv_resolve(struct cv_ctx *ctx, const struct cv_site *site,
		const struct cv_table *profiles, struct cv_policy *policy_out);

/* What the rows that do not apply would come to if they did: `aside_out` is the policy
 * with their flows, exclusions, URLs and uses in place of its own.  Rows with open
 * holes, and what cannot be resolved, are left out without a finding. */
void cv_resolve_aside(struct cv_ctx *ctx, const struct cv_policy *policy,
		      struct cv_policy *aside_out);

/* The subjects that a target of the site writes artefacts for (struct cv_subject
 * into the table), in order: the site, groups, parties.  False: reported. */
bool cv_subjects(struct cv_ctx *ctx, const struct cv_policy *policy,
		 const struct cv_target_use *use, struct cv_table *subjects_out);

/* The plan of one target for one subject.  False: reported. */
bool cv_lower(struct cv_ctx *ctx, const struct cv_policy *policy,
	      const struct cv_target_use *use, const struct cv_subject *subject,
	      struct cv_plan *plan_out);

/* Finds, in the plans of one site, hosts with addresses of another party whose flows
 * their plan does not hold (struct cv_plan in the table).  An error where the target
 * drops the rest, else a warning. */
void cv_shared_addresses(struct cv_ctx *ctx, const struct cv_table *plans);
