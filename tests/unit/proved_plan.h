#pragma once
/* A plan, proved or judged with an index of its own, for plans that are changed between.
 */

#include "prove/ledger.h"
#include "prove/prove.h"

static inline bool prove_plan(struct cv_ctx *ctx, const struct cv_plan *plan)
{
	struct cv_index index;
	bool ok;

	cv_index_open(&index, plan);
	ok = cv_prove_plan(ctx, &index);
	cv_index_close(&index);
	return ok;
}

static inline void judge_plan(struct cv_ctx *ctx, struct cv_policy *policy,
			      const struct cv_plan *plan, struct cv_ledger *ledger)
{
	struct cv_index index;

	cv_index_open(&index, plan);
	cv_judge(ctx, policy, &index, ledger);
	cv_index_close(&index);
}
