/* Flows and entries as spaces, each by its own members. */
#include "prove/flow_spaces.h"

#include "model/target.h"

static const char *name_of(const struct cv_party *party)
{
	return party->addresses[0] || party->addresses[1] ? NULL : party->name;
}

struct cv_space cv_flow_sides(const struct cv_flow *flow)
{
	return (struct cv_space){
		.family = flow->ends->family,
		.protocol = flow->service->protocol,
		.icmp_type = flow->service->icmp_type,
		.source = flow->ends->source,
		.destination = flow->ends->destination,
		.ports = flow->service->ports,
		.source_ports = flow->service->source_ports,
		.program = flow->service->program,
	};
}

struct cv_space cv_entry_sides(const struct cv_entry *entry)
{
	return (struct cv_space){
		.family = entry->family,
		.protocol = entry->protocol,
		.icmp_type = entry->icmp_type,
		.source = entry->source,
		.destination = entry->destination,
		.ports = entry->ports,
		.source_ports = entry->more->source_ports,
		.program = entry->more->program,
	};
}

/* A flow as a space; a target of services carries no addresses. */
static struct cv_space flow_space(const struct cv_flow *flow, bool services)
{
	struct cv_space space = cv_flow_sides(flow);

	if (services) {
		space.family = 0;
		space.source = space.destination = NULL;
	} else if (flow->ends->family == 0) {
		space.from_name = name_of(flow->ends->from);
		space.to_name = name_of(flow->ends->to);
	}
	return space;
}

/* Whether the plan is of one machine, whose lists are the ways in and out. */
static bool has_ways(const struct cv_plan *plan)
{
	const enum cv_flow_form form = cv_flows_of(plan->use);

	return form == CV_FLOWS_ELEMENTS ||
	       (form == CV_FLOWS_WHOLE && plan->subject->kind != CV_SUBJECT_SITE);
}

const char *cv_sending_is_open(const struct cv_plan *plan)
{
	const struct cv_target_use *use = plan->use;

	if (plan->subject->kind == CV_SUBJECT_SITE || !use->target->sending_is_open)
		return NULL;
	return use->target->sending_is_open(use->options);
}

/* The ways that a flow has to be let through on the plan's machine.  A host that
 * only sends it needs no way in, and no way at all where sending is open. */
static size_t ways_of(const struct cv_plan *plan, const struct cv_flow *flow,
		      const char *chains_out[2])
{
	size_t count = 0;

	chains_out[0] = NULL;
	if (!has_ways(plan))
		return 1;
	if (plan->subject->kind == CV_SUBJECT_SITE) {
		chains_out[0] = "forward";
		return 1;
	}
	if (flow->ends->to == plan->subject->party)
		chains_out[count++] = "input";
	if (flow->ends->from == plan->subject->party && !cv_sending_is_open(plan))
		chains_out[count++] = "output";
	return count;
}

struct cv_space cv_entry_space(const struct cv_plan *plan, const struct cv_entry *entry)
{
	struct cv_space space = cv_entry_sides(entry);

	if (has_ways(plan))
		space.chain = entry->list;
	if (entry->kind == CV_ENTRY_FLOW && entry->family == 0 &&
	    cv_origin(entry)->flow) {
		space.from_name = name_of(cv_origin(entry)->flow->ends->from);
		space.to_name = name_of(cv_origin(entry)->flow->ends->to);
	}
	return space;
}

size_t cv_flow_spaces(const struct cv_plan *plan, const struct cv_flow *flow,
		      struct cv_space spaces_out[2])
{
	const bool services = cv_flows_of(plan->use) == CV_FLOWS_SERVICES;
	const char *chains[2];
	const size_t count = ways_of(plan, flow, chains);

	for (size_t i = 0; i < count; i++) {
		spaces_out[i] = flow_space(flow, services);
		spaces_out[i].chain = chains[i];
	}
	return count;
}
