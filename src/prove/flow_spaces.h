#pragma once
/* What a flow of the policy asks for and what an entry lets through, as spaces that can
 * be held against each other. */

#include "model/plan.h"
#include "prove/cover.h"

/* Their sides alone: of no chain, and of no name where an end has no addresses. */
struct cv_space cv_flow_sides(const struct cv_flow *flow);
struct cv_space cv_entry_sides(const struct cv_entry *entry);

/* What an entry of a plan, or of an export in its terms, lets through. */
struct cv_space cv_entry_space(const struct cv_plan *plan, const struct cv_entry *entry);

/* What a flow asks for on the plan's machine, one space for each way; returns how many.
 * None: the machine only sends it, and that is open. */
size_t cv_flow_spaces(const struct cv_plan *plan, const struct cv_flow *flow,
		      struct cv_space spaces_out[2]);

/* Why what the plan's machine sends needs no entry, or NULL. */
const char *cv_sending_is_open(const struct cv_plan *plan);
