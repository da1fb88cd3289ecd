/* Flows as services and as they are; for a host those that it sends or receives. */
#include "resolve/internal.h"

#include "base/ctx.h"
#include "base/hash.h"
#include "base/hash_table.h"
#include "base/numbers.h"

/* Why the target cannot carry a flow at all, or NULL. */
static const char *refusal(const struct cv_abilities *can, const struct cv_flow *flow)
{
	const bool icmp = flow->service->protocol == 1 || flow->service->protocol == 58;

	if (flow->ends->family == 0 && !can->names && can->flows != CV_FLOWS_SERVICES)
		return "an end of the flow is only a name, and no address is pinned for "
		       "it";
	if (icmp && !can->icmp)
		return "ICMP has no place in this target";
	if (!icmp && !cv_protocol_has_ports(flow->service->protocol) &&
	    !can->other_protocols)
		return "the protocol has no ports and no place in this target";
	if (flow->service->source_ports && !can->source_ports)
		return "source ports have no place in this target";
	if (flow->service->program && !can->program)
		return "a flow of one program has no place in this target";
	return NULL;
}

bool cv_flow_refused(struct cv_ctx *ctx, struct cv_plan *plan, const struct cv_flow *flow)
{
	const struct cv_target *target = plan->use->target;
	const char *why = refusal(&target->can, flow);

	if (!why && target->refuses)
		why = target->refuses(flow);
	if (why)
		cv_plan_lose(ctx, plan, flow, &flow->rows, why);
	return why != NULL;
}

/* A service: flows that ask for the same ports are one entry. */
struct key {
	const struct cv_ports *ports, *source_ports;
	int64_t protocol;
};

/* The number of the entry, or CV_NO_NUMBER. */
static uint32_t find_service(const struct cv_plan *plan, const struct cv_numbers *numbers,
			     const struct cv_flow *flow, uint32_t hash)
{
	size_t at = hash;
	uint32_t number;

	while ((number = cv_numbers_next(numbers, hash, &at)) != CV_NO_NUMBER) {
		const struct cv_entry *entry =
			CV_AT(&plan->entries, struct cv_entry, number);

		if (entry->ports == flow->service->ports &&
		    entry->more->source_ports == flow->service->source_ports &&
		    entry->protocol == flow->service->protocol)
			break;
	}
	return number;
}

static void add_service(struct cv_ctx *ctx, struct cv_plan *plan,
			const struct cv_flow *flow)
{
	struct cv_entry *entry = cv_plan_add(ctx, plan, CV_ENTRY_OBJECT);

	entry->list = "service";
	entry->protocol = flow->service->protocol;
	entry->ports = flow->service->ports;
	entry->more->source_ports = flow->service->source_ports;
	cv_origin_make(ctx, entry)->flow = flow;
}

/* The services of a plan while they are made: of each flow the number of its own, and of
 * each service how many rows its flows name, of which some may be the same. */
struct services {
	struct cv_ctx *ctx;
	struct cv_plan *plan;
	size_t first;      /* entry of the plan that is one */
	uint32_t *of_flow; /* or CV_NO_NUMBER */
	size_t *most;
};

/* Makes a service of all flows that ask for the same, and counts their rows. */
static void find_services(const struct services *services)
{
	struct cv_plan *plan = services->plan;
	const struct cv_table *flows = &plan->policy->flows;
	struct cv_numbers numbers = {0}; /* of entries of the plan */

	for (size_t i = 0; i < flows->count; i++) {
		const struct cv_flow *flow = CV_AT(flows, struct cv_flow, i);
		const struct key key = {flow->service->ports, flow->service->source_ports,
					flow->service->protocol};
		const uint32_t hash = (uint32_t)cv_hash(&key, sizeof key);
		uint32_t number;

		services->of_flow[i] = CV_NO_NUMBER;
		if (cv_flow_refused(services->ctx, plan, flow))
			continue;
		number = find_service(plan, &numbers, flow, hash);
		if (number == CV_NO_NUMBER) {
			number = (uint32_t)plan->entries.count;
			cv_numbers_add(&numbers, hash, number);
			add_service(services->ctx, plan, flow);
		}
		services->of_flow[i] = number - (uint32_t)services->first;
		services->most[services->of_flow[i]] += flow->rows.count;
	}
	cv_numbers_deinit(&numbers);
}

/* Gives each service its rows.  Together they are as many as the policy has, so that each
 * list is made as large as it becomes. */
static void give_rows(const struct services *services)
{
	const struct cv_plan *plan = services->plan;
	const struct cv_table *flows = &plan->policy->flows;
	bool in_order = true;

	for (size_t i = 0; i < flows->count; i++) {
		const struct cv_flow *flow = CV_AT(flows, struct cv_flow, i);
		struct cv_rows *rows;
		size_t most;

		if (services->of_flow[i] == CV_NO_NUMBER)
			continue;
		rows = &CV_AT(&plan->entries, struct cv_entry,
			      services->first + services->of_flow[i])
				->rows;
		most = services->most[services->of_flow[i]];
		if (most == flow->rows.count) {
			*rows = flow->rows;
			continue;
		}
		if (!rows->items)
			rows->items = CV_NEW_ARRAY(services->ctx->arena, most,
						   const struct cv_row *);
		in_order = cv_rows_append(rows, flow->rows) && in_order;
	}
	for (size_t i = services->first; !in_order && i < plan->entries.count; i++)
		cv_rows_sort(&CV_AT(&plan->entries, struct cv_entry, i)->rows);
}

bool cv_lower_services(struct cv_ctx *ctx, struct cv_plan *plan)
{
	const size_t count = plan->policy->flows.count;
	struct cv_arena *aside = cv_arena_open();
	const struct services services = {
		.ctx = ctx,
		.plan = plan,
		.first = plan->entries.count,
		.of_flow = CV_NEW_ARRAY(aside, count, uint32_t),
		.most = CV_NEW_ARRAY(aside, count, size_t),
	};

	find_services(&services);
	give_rows(&services);
	cv_arena_close(aside);
	return true;
}

/* What tells the whole flows of one list apart. */
struct box {
	const struct cv_addresses *source, *destination;
	const struct cv_ports *ports, *source_ports;
	const char *program, *list;
	int protocol, icmp_type, family, unused;
};

struct whole {
	UT_hash_handle hh;
	struct box box;
	struct cv_entry *entry;
};

static struct box box_of(const struct cv_flow *flow, const char *list)
{
	return (struct box){
		.source = flow->ends->source,
		.destination = flow->ends->destination,
		.ports = flow->service->ports,
		.source_ports = flow->service->source_ports,
		.program = flow->service->program,
		.list = list,
		.protocol = flow->service->protocol,
		.icmp_type = flow->service->icmp_type,
		.family = flow->ends->family,
	};
}

static struct cv_entry *add_whole(struct cv_ctx *ctx, struct cv_plan *plan,
				  const struct cv_flow *flow, const char *list)
{
	struct cv_entry *entry = cv_plan_add(ctx, plan, CV_ENTRY_FLOW);

	entry->list = list;
	entry->family = flow->ends->family;
	entry->source = flow->ends->source;
	entry->destination = flow->ends->destination;
	entry->protocol = flow->service->protocol;
	entry->icmp_type = flow->service->icmp_type;
	entry->ports = flow->service->ports;
	entry->more->source_ports = flow->service->source_ports;
	entry->more->program = flow->service->program;
	cv_origin_make(ctx, entry)->flow = flow;
	return entry;
}

/* Two parties may have the same addresses; a host lets their flows through once. */
static void add_once(struct cv_ctx *ctx, struct cv_plan *plan, struct whole **wholes,
		     const struct cv_flow *flow, const char *list)
{
	const struct box box = box_of(flow, list);
	struct whole *whole;

	HASH_FIND(hh, *wholes, &box, sizeof box, whole);
	if (!whole) {
		whole = CV_NEW(ctx->arena, struct whole);
		whole->box = box;
		whole->entry = add_whole(ctx, plan, flow, list);
		HASH_ADD(hh, *wholes, box, sizeof whole->box, whole);
	}
	cv_rows_join(ctx, &whole->entry->rows, flow->rows);
}

/* What a host receives, and what it sends where that is not open already. */
static void lower_host(struct cv_ctx *ctx, struct cv_plan *plan)
{
	static const char input[] = "input", output[] = "output";
	const struct cv_target_use *use = plan->use;
	const struct cv_table *flows = &plan->policy->flows;
	const bool open = use->target->sending_is_open &&
			  use->target->sending_is_open(use->options);
	struct whole *wholes = NULL;

	for (size_t i = 0; i < flows->count; i++) {
		const struct cv_flow *flow = CV_AT(flows, struct cv_flow, i);
		const bool in = flow->ends->to == plan->subject->party;
		const bool out = flow->ends->from == plan->subject->party && !open;

		if ((!in && !out) || cv_flow_refused(ctx, plan, flow))
			continue;
		if (in)
			add_once(ctx, plan, &wholes, flow, input);
		if (out)
			add_once(ctx, plan, &wholes, flow, output);
	}
	HASH_CLEAR(hh, wholes);
}

bool cv_lower_rules(struct cv_ctx *ctx, struct cv_plan *plan)
{
	const struct cv_table losses = plan->losses;
	bool ok = cv_lower_services(ctx, plan);

	/* The same flows are refused a second time. */
	plan->losses = losses;
	ok = cv_lower_whole(ctx, plan) && ok;
	return ok;
}

bool cv_lower_whole(struct cv_ctx *ctx, struct cv_plan *plan)
{
	const struct cv_table *flows = &plan->policy->flows;

	if (plan->subject->kind != CV_SUBJECT_SITE) {
		lower_host(ctx, plan);
		return true;
	}
	for (size_t i = 0; i < flows->count; i++) {
		const struct cv_flow *flow = CV_AT(flows, struct cv_flow, i);

		if (!cv_flow_refused(ctx, plan, flow))
			add_whole(ctx, plan, flow, "flows")->rows = flow->rows;
	}
	return true;
}
