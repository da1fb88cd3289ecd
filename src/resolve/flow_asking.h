#pragma once
/* The flows of a policy while they are made: each once, with all rows that ask for it. */

#include "base/ahead.h"
#include "base/numbers.h"
#include "base/table.h"
#include "model/policy.h"

struct cv_ctx;

/* A flow that a row asks for, not looked up yet. */
struct cv_flow_asked {
	struct cv_ends said;
	const struct cv_ends *ends; /* the same, of all flows; not looked up at first */
	const struct cv_service *service;
	const struct cv_row *row;
	uint32_t hash; /* of the ends, and then of the flow */
};

/* What many flows share, each once. */
struct cv_flow_shared {
	struct cv_table all;
	struct cv_numbers numbers; /* of them, by a hash of all that they say */
	size_t size;
	bool (*is_same)(const void *a, const void *b);
};

/* Private. */
struct cv_flow_asking {
	struct cv_ctx *ctx;
	struct cv_policy *policy;
	struct cv_flow_shared ends, services;     /* of struct cv_ends, cv_service */
	struct cv_numbers numbers;                /* of the flows, by the two */
	struct cv_flow_asked asked[2 * CV_AHEAD]; /* the last ones, in a circle */
	size_t asked_count; /* of all; of those, with their ends; and done */
	size_t shared_count, done_count;
};

void cv_flow_asking_open(struct cv_flow_asking *asking, struct cv_ctx *ctx,
			 struct cv_policy *policy);

/* All flows that were asked for are the policy's now, in the order of asking. */
void cv_flow_asking_close(struct cv_flow_asking *asking);

/* The one of all flows that says the same, in the compile's memory. */
const struct cv_service *cv_flow_service(struct cv_flow_asking *asking,
					 const struct cv_service *said);

/* The row asks for a flow between these ends, of a service by cv_flow_service().  Rows
 * ask in ascending order. */
void cv_flow_ask(struct cv_flow_asking *asking, const struct cv_ends *ends,
		 const struct cv_service *service, const struct cv_row *row);
