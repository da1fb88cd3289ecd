/* A flow is looked up in tables that are larger than what a processor keeps at hand: by
 * its ends, by its service, and by the two. */
#include "resolve/flow_asking.h"

#include <string.h>

#include "base/ctx.h"
#include "base/hash.h"
#include "resolve/internal.h"

static bool is_same_ends(const void *a, const void *b)
{
	const struct cv_ends *x = a, *y = b;

	return x->from == y->from && x->to == y->to && x->source == y->source &&
	       x->destination == y->destination && x->family == y->family;
}

static bool is_same_service(const void *a, const void *b)
{
	const struct cv_service *x = a, *y = b;

	return x->ports == y->ports && x->source_ports == y->source_ports &&
	       x->program == y->program && x->protocol == y->protocol &&
	       x->icmp_type == y->icmp_type;
}

/* The one that says the same. */
static const void *share(struct cv_flow_asking *asking, struct cv_flow_shared *shared,
			 uint32_t hash, const void *said)
{
	size_t at = hash;
	uint32_t number;
	void *made;

	while ((number = cv_numbers_next(&shared->numbers, hash, &at)) != CV_NO_NUMBER) {
		const void *there = cv_table_at(&shared->all, number);

		if (shared->is_same(there, said))
			return there;
	}
	cv_numbers_add(&shared->numbers, hash, (uint32_t)shared->all.count);
	made = cv_table_add(asking->ctx->arena, &shared->all, shared->size);
	return memcpy(made, said, shared->size);
}

/* Of two ends in both families, the source tells which it is. */
static uint32_t hash_of_ends(const struct cv_ends *ends)
{
	const void *const key[] = {ends->from, ends->to, ends->source, ends->destination};

	return (uint32_t)cv_hash(key, sizeof key);
}

const struct cv_service *cv_flow_service(struct cv_flow_asking *asking,
					 const struct cv_service *said)
{
	const struct {
		const void *ports, *source_ports, *program;
		int32_t protocol, icmp_type;
	} key = {said->ports, said->source_ports, said->program, said->protocol,
		 said->icmp_type};

	return share(asking, &asking->services, (uint32_t)cv_hash(&key, sizeof key),
		     said);
}

static struct cv_flow *find_flow(struct cv_flow_asking *asking,
				 const struct cv_flow_asked *asked)
{
	size_t at = asked->hash;
	uint32_t number;

	while ((number = cv_numbers_next(&asking->numbers, asked->hash, &at)) !=
	       CV_NO_NUMBER) {
		struct cv_flow *flow =
			CV_AT(&asking->policy->flows, struct cv_flow, number);

		if (flow->ends == asked->ends && flow->service == asked->service)
			return flow;
	}
	return NULL;
}

static struct cv_flow *new_flow(struct cv_flow_asking *asking,
				const struct cv_flow_asked *asked)
{
	struct cv_table *all = &asking->policy->flows;
	struct cv_flow *flow = CV_ADD(asking->ctx->arena, all, struct cv_flow);

	flow->ends = asked->ends;
	flow->service = asked->service;
	cv_numbers_add(&asking->numbers, asked->hash, (uint32_t)(all->count - 1));
	return flow;
}

static struct cv_flow_asked *asked_at(struct cv_flow_asking *asking, size_t number)
{
	return &asking->asked[number % (2 * CV_AHEAD)];
}

static void look_up_ends(struct cv_flow_asking *asking)
{
	struct cv_flow_asked *asked = asked_at(asking, asking->shared_count++);
	const void *key[2];

	asked->ends = share(asking, &asking->ends, asked->hash, &asked->said);
	key[0] = asked->ends;
	key[1] = asked->service;
	asked->hash = (uint32_t)cv_hash(key, sizeof key);
	cv_numbers_await(&asking->numbers, asked->hash);
}

static void look_up(struct cv_flow_asking *asking)
{
	const struct cv_flow_asked *asked = asked_at(asking, asking->done_count++);
	struct cv_flow *flow = find_flow(asking, asked);

	if (!flow)
		flow = new_flow(asking, asked);
	cv_rows_join(asking->ctx, &flow->rows, cv_rows_one(asking->policy, asked->row));
}

/* The tables of many ends and flows are far: what a row asks for is looked up in the one
 * some flows later, and in the other again some later. */
void cv_flow_ask(struct cv_flow_asking *asking, const struct cv_ends *ends,
		 const struct cv_service *service, const struct cv_row *row)
{
	const uint32_t hash = hash_of_ends(ends);

	if (asking->shared_count - asking->done_count == CV_AHEAD)
		look_up(asking);
	if (asking->asked_count - asking->shared_count == CV_AHEAD)
		look_up_ends(asking);
	cv_numbers_await(&asking->ends.numbers, hash);
	*asked_at(asking, asking->asked_count++) = (struct cv_flow_asked){
		.said = *ends, .service = service, .row = row, .hash = hash};
}

void cv_flow_asking_open(struct cv_flow_asking *asking, struct cv_ctx *ctx,
			 struct cv_policy *policy)
{
	*asking = (struct cv_flow_asking){
		.ctx = ctx,
		.policy = policy,
		.ends = {.size = sizeof(struct cv_ends), .is_same = is_same_ends},
		.services = {.size = sizeof(struct cv_service),
			     .is_same = is_same_service},
	};
	/* Most rows become one flow. */
	cv_numbers_reserve(&asking->numbers, policy->uses.count);
}

void cv_flow_asking_close(struct cv_flow_asking *asking)
{
	while (asking->done_count < asking->asked_count) {
		if (asking->shared_count < asking->asked_count)
			look_up_ends(asking);
		look_up(asking);
	}
	cv_numbers_deinit(&asking->numbers);
	cv_numbers_deinit(&asking->ends.numbers);
	cv_numbers_deinit(&asking->services.numbers);
}
