#pragma once
/* One row against the entries of a plan that name it. */

#include <stdbool.h>

#include "model/plan.h"
#include "model/target.h"
#include "prove/cover.h"
#include "prove/ledger.h"

struct cv_ctx;

/* The entries, flows, exclusions, URLs and losses behind each row, by the row's
 * ordinal; made once for a plan. */
struct cv_behind {
	const struct cv_entry **entries;
	size_t entry_count;
	const struct cv_flow **flows;
	size_t flow_count;
	const struct cv_exclusion **exclusions;
	size_t exclusion_count;
	const struct cv_url **urls;
	size_t url_count;
	const struct cv_loss *loss; /* the first */
};

struct cv_index {
	const struct cv_plan *plan;
	struct cv_behind *rows;        /* by ordinal */
	void *memory;                  /* one block for all lists */
	const struct cv_loss **losses; /* in the order of what they are of */
	/* Files and folders of the policy, where a list of the target may leave a
	 * program's own file alone; else NULL. */
	struct cv_beside *beside;
};

/* To be closed by cv_index_close. */
void cv_index_open(struct cv_index *index, const struct cv_plan *plan);
void cv_index_close(struct cv_index *index);

/* What an entry of a plan, or of an export in its terms, lets through. */
struct cv_space cv_entry_space(const struct cv_plan *plan, const struct cv_entry *entry);

/* Whether the plan's subject has to do with the flow. */
bool cv_flow_concerns(const struct cv_plan *plan, const struct cv_flow *flow);

/* What a row became.  `what` is NULL where it is exact or split. */
struct cv_comparison {
	enum cv_verdict verdict;
	const char *what, *carries, *missing;
	bool image_only; /* wider, and only in that a program's own file is left alone */
};

struct cv_comparison cv_compare_flows(struct cv_ctx *ctx, const struct cv_index *index,
				      const struct cv_row *row);
struct cv_comparison cv_compare_exclusions(struct cv_ctx *ctx,
					   const struct cv_index *index,
					   const struct cv_row *row);
struct cv_comparison cv_compare_urls(struct cv_ctx *ctx, const struct cv_index *index,
				     const struct cv_row *row);

/* What lies outside all rows that it names, of the entries that name the port row; or
 * NULL. */
const char *cv_flows_outside(struct cv_ctx *ctx, const struct cv_index *index,
			     const struct cv_row *row);

/* Whether the plan has to hold anything for the port row's flows; not where its machine
 * only sends them, and that is open. */
bool cv_flows_need_entry(const struct cv_index *index, const struct cv_row *row);

/* What the plan says of a flow, exclusion or URL that it cannot carry, or NULL. */
const struct cv_loss *cv_loss_of(const struct cv_index *index, const void *thing);

/* Whether the entry is the URL, as the target spells it. */
bool cv_entry_is_url(const struct cv_plan *plan, const struct cv_entry *entry,
		     const struct cv_url *url);

/* Whether all that the row asks for is in the entries that name it, but for what is
 * lost.  An entry that the target's own reader does not understand counts: its verdict
 * says so. */
bool cv_flows_carried(struct cv_ctx *ctx, const struct cv_index *index,
		      const struct cv_row *row);
bool cv_exclusions_carried(struct cv_ctx *ctx, const struct cv_index *index,
			   const struct cv_row *row);
bool cv_urls_carried(const struct cv_index *index, const struct cv_row *row);
