#pragma once
/* One row against the entries of a plan that name it. */

#include <stdbool.h>

#include "model/plan.h"
#include "model/target.h"
#include "prove/index.h"
#include "prove/ledger.h"

struct cv_ctx;

/* What a row became.  `what` is NULL where it is exact or split. */
struct cv_comparison {
	enum cv_verdict verdict;
	const char *what, *carries, *missing;
	const struct cv_flow *ends; /* in place of `missing`: the rule must name these */
	bool image_only; /* wider, and only in that a program's own file is left alone */
};

struct cv_comparison cv_compare_flows(struct cv_ctx *ctx, struct cv_index *index,
				      const struct cv_row *row);
struct cv_comparison cv_compare_exclusions(struct cv_ctx *ctx, struct cv_index *index,
					   const struct cv_row *row);
struct cv_comparison cv_compare_urls(struct cv_ctx *ctx, const struct cv_index *index,
				     const struct cv_row *row);

/* What is so of the port row's flows and the entries that name it, as bits of enum
 * cv_answer; asked once and kept in the index.  The set arithmetic is done in the arena
 * of ctx. */
unsigned cv_flows_answers(struct cv_ctx *ctx, struct cv_index *index,
			  const struct cv_row *row);

/* Which of the entries that name the port row lies outside all the rows that it names;
 * NULL: none. */
const char *cv_flows_outside(struct cv_ctx *ctx, const struct cv_index *index,
			     const struct cv_row *row);

/* Whether the plan has to hold anything for the port row's flows; not where its machine
 * only sends them, and that is open. */
bool cv_flows_need_entry(const struct cv_index *index, const struct cv_row *row);

/* What a rule around a service has to name: the ends of flows, each pair once. */
const char *cv_ends_words(struct cv_ctx *ctx, const struct cv_flow *const *flows,
			  size_t flow_count);

/* Whether the entry is the URL, as the target spells it. */
bool cv_entry_is_url(const struct cv_plan *plan, const struct cv_entry *entry,
		     const struct cv_url *url);

/* Whether all that the row asks for is in the entries that name it, but for what is
 * lost.  An entry that the target's own reader does not understand counts: its verdict
 * says so. */
bool cv_exclusions_carried(struct cv_ctx *ctx, struct cv_index *index,
			   const struct cv_row *row);
bool cv_urls_carried(const struct cv_index *index, const struct cv_row *row);
