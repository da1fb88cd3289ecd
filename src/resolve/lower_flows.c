/* Flows as services and as they are. */
#include "resolve/internal.h"

#include <uthash.h>

#include "base/ctx.h"

/* Why the target cannot carry a flow at all, or NULL. */
static const char *refusal(const struct cv_abilities *can, const struct cv_flow *flow)
{
	const bool icmp = flow->protocol == 1 || flow->protocol == 58;

	if (flow->family == 0 && !can->names && can->flows != CV_FLOWS_SERVICES)
		return "an end of the flow is only a name, and no address is pinned for "
		       "it";
	if (icmp && !can->icmp)
		return "ICMP has no place in this target";
	if (!icmp && !cv_protocol_has_ports(flow->protocol) && !can->other_protocols)
		return "the protocol has no ports and no place in this target";
	if (flow->source_ports && !can->source_ports)
		return "source ports have no place in this target";
	if (flow->program && !can->program)
		return "a flow of one program has no place in this target";
	return NULL;
}

bool cv_flow_refused(struct cv_ctx *ctx, struct cv_plan *plan, const struct cv_flow *flow)
{
	const char *why = refusal(&plan->use->target->can, flow);

	if (why)
		cv_plan_lose(ctx, plan, flow, &flow->rows, why);
	return why != NULL;
}

struct key {
	const struct cv_ports *ports, *source_ports;
	int protocol, unused;
};

struct slot {
	UT_hash_handle hh;
	struct key key;
	struct cv_entry *entry;
};

bool cv_lower_services(struct cv_ctx *ctx, struct cv_plan *plan)
{
	const struct cv_table *flows = &plan->policy->flows;
	struct slot *slots = NULL, *slot;

	for (size_t i = 0; i < flows->count; i++) {
		const struct cv_flow *flow = CV_AT(flows, struct cv_flow, i);
		const struct key key = {flow->ports, flow->source_ports, flow->protocol,
					0};

		if (cv_flow_refused(ctx, plan, flow))
			continue;
		HASH_FIND(hh, slots, &key, sizeof key, slot);
		if (!slot) {
			slot = CV_NEW(ctx->arena, struct slot);
			slot->key = key;
			slot->entry = cv_plan_add(ctx, plan, CV_ENTRY_OBJECT);
			slot->entry->list = "service";
			slot->entry->protocol = flow->protocol;
			slot->entry->ports = flow->ports;
			slot->entry->source_ports = flow->source_ports;
			slot->entry->flow = flow;
			HASH_ADD(hh, slots, key, sizeof slot->key, slot);
		}
		cv_rows_join(ctx, &slot->entry->rows, flow->rows);
	}
	HASH_CLEAR(hh, slots);
	return true;
}

bool cv_lower_whole(struct cv_ctx *ctx, struct cv_plan *plan)
{
	const struct cv_table *flows = &plan->policy->flows;

	for (size_t i = 0; i < flows->count; i++) {
		const struct cv_flow *flow = CV_AT(flows, struct cv_flow, i);
		struct cv_entry *entry;

		if (cv_flow_refused(ctx, plan, flow))
			continue;
		entry = cv_plan_add(ctx, plan, CV_ENTRY_FLOW);
		entry->list = "flows";
		entry->family = flow->family;
		entry->source = flow->source;
		entry->destination = flow->destination;
		entry->protocol = flow->protocol;
		entry->icmp_type = flow->icmp_type;
		entry->ports = flow->ports;
		entry->source_ports = flow->source_ports;
		entry->program = flow->program;
		entry->flow = flow;
		entry->rows = flow->rows;
	}
	return true;
}
