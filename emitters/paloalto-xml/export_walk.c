/* What the rules of an export do with a flow: the first that matches decides.  A rule
 * that matches a part decides about that part and leaves the rest to those behind it;
 * one of which it is not known whether it matches leaves everything, and makes the
 * answer a doubt where it would decide otherwise. */
#include "paloalto-xml/export_match.h"

#include <string.h>
#include <strings.h>

#include "base/ctx.h"
#include "model/policy.h"
#include "model/target.h"

enum {
	MAX_BOXES = 256, /* that one flow is cut into */
	/* Boxes that are held against services of rules: of one flow, of all. */
	MAX_FLOW_STEPS = 20000000,
	MAX_STEPS = 200000000,
};

/* What of a flow no rule has decided about. */
struct box {
	const struct cv_addresses *source, *destination; /* NULL: only names */
	const struct cv_ports *ports, *source_ports;     /* NULL: none; any */
};

struct decision {
	const struct cv_paloalto_rule *rule; /* the first; NULL: none */
	size_t others;
	bool by_default;
};

struct walk {
	struct cv_paloalto_policy *policy;
	struct cv_ctx *ctx; /* whose sets are thrown away with the flow */
	const struct cv_flow *flow;
	struct cv_paloalto_zone_set from, to;
	struct box boxes[MAX_BOXES];
	size_t count;
	bool too_many;
	struct decision through, stop;
	/* The first that may do so, and why it may not. */
	const struct cv_paloalto_rule *may_pass, *may_stop;
	const char *why_pass, *why_stop;
	size_t steps;
};

/* ---- ends ---- */

static bool has_names(const struct cv_paloalto_meaning *meaning,
		      const struct cv_party *party)
{
	for (size_t i = 0; i < party->names.count; i++) {
		size_t n = 0;

		while (n < meaning->name_count &&
		       strcasecmp(meaning->names[n], party->names.items[i].text) != 0)
			n++;
		if (n == meaning->name_count)
			return false;
	}
	return party->names.count > 0;
}

/* The end of a flow whose other end is only a name. */
static bool holds_party(const struct cv_paloalto_meaning *meaning,
			const struct cv_party *party)
{
	bool any = false;

	for (size_t family = 0; family < 2; family++) {
		const struct cv_addresses *set = party->addresses[family];

		if (set && cv_paloalto_in_set(set, meaning->sets[family]) !=
				   CV_PALOALTO_ALL_OF_IT)
			return false;
		any |= set != NULL;
	}
	return any;
}

/* Host names lead to addresses that are not known here. */
static enum cv_paloalto_match plain_end(const struct cv_paloalto_meaning *meaning,
					const struct cv_addresses *set,
					const struct cv_party *party)
{
	enum cv_paloalto_match match;

	if (has_names(meaning, party))
		return CV_PALOALTO_ALL_OF_IT;
	if (!set)
		return holds_party(meaning, party) ? CV_PALOALTO_ALL_OF_IT
						   : CV_PALOALTO_MAYBE;
	match = cv_paloalto_in_set(set, meaning->sets[set->family == 6]);
	return match != CV_PALOALTO_ALL_OF_IT && (meaning->doubt || meaning->name_count)
		       ? CV_PALOALTO_MAYBE
		       : match;
}

static enum cv_paloalto_match end_match(const struct cv_paloalto_rule_end *end,
					const struct cv_addresses *set,
					const struct cv_party *party)
{
	enum cv_paloalto_match match;

	if (end->any)
		return end->negated ? CV_PALOALTO_MAYBE : CV_PALOALTO_ALL_OF_IT;
	match = plain_end(end->meaning, set, party);
	if (end->negated)
		match = match == CV_PALOALTO_ALL_OF_IT    ? CV_PALOALTO_NONE_OF_IT
			: match == CV_PALOALTO_NONE_OF_IT ? CV_PALOALTO_ALL_OF_IT
							  : match;
	return match;
}

static enum cv_paloalto_match type_match(const struct walk *walk,
					 enum cv_paloalto_rule_type type)
{
	const enum cv_paloalto_match same = cv_paloalto_same_zone(&walk->from, &walk->to);

	if (type == CV_PALOALTO_UNIVERSAL || same == CV_PALOALTO_MAYBE)
		return type == CV_PALOALTO_UNIVERSAL ? CV_PALOALTO_ALL_OF_IT
						     : CV_PALOALTO_MAYBE;
	return (same == CV_PALOALTO_ALL_OF_IT) == (type == CV_PALOALTO_INTRAZONE)
		       ? CV_PALOALTO_ALL_OF_IT
		       : CV_PALOALTO_NONE_OF_IT;
}

/* ---- one rule ---- */

/* What stays of a box when a rule has decided about what it matches of it: first what
 * differs in the source, then of the rest what differs in the destination, ... */
static void cut_box(struct walk *walk, struct box box, const struct box *matched)
{
	struct box *out;
	const struct cv_addresses *sources =
		box.source ? cv_addresses_minus(walk->ctx, box.source, matched->source)
			   : NULL;
	const struct cv_addresses *destinations =
		box.destination ? cv_addresses_minus(walk->ctx, box.destination,
						     matched->destination)
				: NULL;
	const struct cv_ports *ports =
		box.ports ? cv_ports_minus(walk->ctx, box.ports, matched->ports) : NULL;
	const struct cv_ports *from =
		matched->source_ports
			? cv_ports_minus(walk->ctx,
					 box.source_ports ? box.source_ports
							  : cv_ports_all(walk->ctx),
					 matched->source_ports)
			: NULL;

	if (walk->count + 4 > MAX_BOXES) {
		walk->too_many = true;
		return;
	}
	out = walk->boxes + walk->count;
	if (sources) {
		*out = box;
		(out++)->source = sources;
	}
	box.source = matched->source;
	if (destinations) {
		*out = box;
		(out++)->destination = destinations;
	}
	box.destination = matched->destination;
	if (ports) {
		*out = box;
		(out++)->ports = ports;
	}
	box.ports = matched->ports;
	if (from) {
		*out = box;
		(out++)->source_ports = from;
	}
	walk->count = (size_t)(out - walk->boxes);
}

static void decide(struct walk *walk, const struct cv_paloalto_rule *rule)
{
	struct decision *decision = rule->lets_through ? &walk->through : &walk->stop;

	if (!decision->rule)
		decision->rule = rule;
	else if (decision->rule != rule)
		decision->others++;
}

static void may(struct walk *walk, const struct cv_paloalto_rule *rule, const char *why)
{
	if ((rule->lets_through || rule->either) && !walk->may_pass) {
		walk->may_pass = rule;
		walk->why_pass = why;
	}
	if ((!rule->lets_through || rule->either) && !walk->may_stop) {
		walk->may_stop = rule;
		walk->why_stop = why;
	}
}

/* The part of the box that addresses and ports of a rule match; a side of the set that
 * is NULL is all. */
static struct box matched_of(const struct walk *walk, const struct box *box,
			     const struct cv_paloalto_rule *rule,
			     const struct cv_paloalto_port_set *service)
{
	struct box matched = *box;
	const struct cv_paloalto_rule_end *ends[] = {&rule->source, &rule->destination};
	const struct cv_addresses **sets[] = {&matched.source, &matched.destination};

	for (size_t i = 0; i < 2; i++) {
		const struct cv_addresses *set = *sets[i], *own;

		if (!set || ends[i]->any ||
		    has_names(ends[i]->meaning,
			      i ? walk->flow->ends->to : walk->flow->ends->from))
			continue;
		own = ends[i]->meaning->sets[set->family == 6];
		*sets[i] = ends[i]->negated ? cv_addresses_minus(walk->ctx, set, own)
					    : cv_addresses_cut(walk->ctx, set, own);
	}
	if (service && box->ports)
		matched.ports = cv_ports_cut(walk->ctx, box->ports, service->ports);
	if (service && service->source_ports)
		matched.source_ports =
			box->source_ports ? cv_ports_cut(walk->ctx, box->source_ports,
							 service->source_ports)
					  : service->source_ports;
	return matched;
}

static enum cv_paloalto_match service_match(const struct walk *walk,
					    const struct box *box,
					    const struct cv_paloalto_port_set *service)
{
	enum cv_paloalto_match ports, sources = CV_PALOALTO_ALL_OF_IT;

	if (!service)
		return CV_PALOALTO_ALL_OF_IT;
	if (service->protocol != walk->flow->service->protocol || !box->ports)
		return CV_PALOALTO_NONE_OF_IT;
	ports = cv_paloalto_in_ports(box->ports, service->ports);
	if (service->source_ports)
		sources = cv_paloalto_in_ports(
			box->source_ports ? box->source_ports : cv_ports_all(walk->ctx),
			service->source_ports);
	return ports == CV_PALOALTO_NONE_OF_IT || sources == CV_PALOALTO_NONE_OF_IT
		       ? CV_PALOALTO_NONE_OF_IT
	       : ports == CV_PALOALTO_ALL_OF_IT && sources == CV_PALOALTO_ALL_OF_IT
		       ? CV_PALOALTO_ALL_OF_IT
		       : CV_PALOALTO_PART_OF_IT;
}

/* Holds a rule with one of its services (NULL: whatever service) against a box.  True:
 * the box is gone, what stays of it stands at the end. */
static bool hold_box(struct walk *walk, size_t index, const struct cv_paloalto_rule *rule,
		     const struct cv_paloalto_port_set *service, const char *doubt)
{
	const struct box box = walk->boxes[index];
	enum cv_paloalto_match source, destination;
	struct box matched;

	/* The cheapest question first: most rules are for other services. */
	if (service_match(walk, &box, service) == CV_PALOALTO_NONE_OF_IT)
		return false;
	source = end_match(&rule->source, box.source, walk->flow->ends->from);
	if (source == CV_PALOALTO_NONE_OF_IT)
		return false;
	destination =
		end_match(&rule->destination, box.destination, walk->flow->ends->to);
	if (destination == CV_PALOALTO_NONE_OF_IT)
		return false;
	if (doubt || source == CV_PALOALTO_MAYBE || destination == CV_PALOALTO_MAYBE) {
		may(walk, rule,
		    doubt                         ? doubt
		    : source == CV_PALOALTO_MAYBE ? rule->source.meaning->doubt
						  : rule->destination.meaning->doubt);
		return false;
	}
	matched = matched_of(walk, &box, rule, service);
	decide(walk, rule);
	walk->boxes[index] = walk->boxes[--walk->count];
	cut_box(walk, box, &matched);
	return true;
}

static void hold_service(struct walk *walk, const struct cv_paloalto_rule *rule,
			 const struct cv_paloalto_port_set *service, const char *doubt)
{
	for (size_t i = 0; i < walk->count && !walk->too_many;) {
		/* What stays of a box does not match again. */
		if (!hold_box(walk, i, rule, service, doubt))
			i++;
		walk->too_many |= ++walk->steps > MAX_FLOW_STEPS;
	}
}

/* Why it is not known whether a rule matches, zones included. */
static const char *doubt_of(const struct walk *walk, const struct cv_paloalto_rule *rule,
			    bool *matches_out)
{
	const enum cv_paloalto_match from =
		cv_paloalto_zone_match(rule->from, &walk->from);
	const enum cv_paloalto_match to = cv_paloalto_zone_match(rule->to, &walk->to);
	const enum cv_paloalto_match type = type_match(walk, rule->type);

	*matches_out = from != CV_PALOALTO_NONE_OF_IT && to != CV_PALOALTO_NONE_OF_IT &&
		       type != CV_PALOALTO_NONE_OF_IT;
	if (rule->doubt)
		return rule->doubt;
	if (from == CV_PALOALTO_MAYBE)
		return "for zones, and which the source is in is not known";
	if (to == CV_PALOALTO_MAYBE)
		return "for zones, and which the destination is in is not known";
	return type == CV_PALOALTO_MAYBE
		       ? "for ends in one zone or in two, which is not known"
		       : NULL;
}

static void ask(struct walk *walk, const struct cv_paloalto_rule *rule)
{
	const struct cv_ports *ports = walk->flow->service->ports;
	const char *doubt;
	bool matches;

	walk->steps++;
	if (ports ? ports->ranges[0].first > rule->last_port ||
			    ports->ranges[ports->count - 1].last < rule->first_port
		  : rule->first_port > 0)
		return;
	doubt = doubt_of(walk, rule, &matches);
	if (!matches)
		return;
	if (rule->either) {
		may(walk, rule, rule->doubt);
		return;
	}
	if (rule->any_service) {
		hold_service(walk, rule, NULL, doubt);
		return;
	}
	for (size_t i = 0; i < rule->services->service_count; i++)
		hold_service(walk, rule, &rule->services->services[i], doubt);
	/* Objects that are not defined are services all the same, with ports. */
	if (rule->services->doubt &&
	    (walk->flow->service->ports ||
	     rule->services->doubt == cv_paloalto_ports_of_applications))
		hold_service(walk, rule, NULL, doubt ? doubt : rule->services->doubt);
}

/* ---- a flow ---- */

/* What no rule has decided about goes to the two behind them all. */
static void end_walk(struct walk *walk)
{
	const bool passes =
		cv_paloalto_same_zone(&walk->from, &walk->to) == CV_PALOALTO_ALL_OF_IT
			? walk->policy->intrazone
			: walk->policy->interzone;

	if (walk->count)
		(passes ? &walk->through : &walk->stop)->by_default = true;
}

static void walk_flow(struct walk *walk)
{
	const struct cv_paloalto_options *options =
		walk->policy->config->reading->options;
	const struct cv_table *rules = &walk->policy->rules;
	const struct cv_flow *flow = walk->flow;

	walk->from = cv_paloalto_zones_of_end(walk->ctx, options, flow->ends->from,
					      flow->ends->source, true);
	walk->to = cv_paloalto_zones_of_end(walk->ctx, options, flow->ends->to,
					    flow->ends->destination, false);
	walk->boxes[0] = (struct box){flow->ends->source, flow->ends->destination,
				      flow->service->ports, flow->service->source_ports};
	walk->count = 1;
	for (size_t i = 0; i < rules->count && walk->count && !walk->too_many; i++)
		ask(walk, CV_AT(rules, struct cv_paloalto_rule, i));
	end_walk(walk);
}

/* ---- in words ---- */

static const char *by_rule(const struct walk *walk, const struct decision *decision,
			   bool passes)
{
	struct cv_arena *arena = walk->policy->config->reading->ctx->arena;
	const char *rule = decision->rule ? decision->rule->name : NULL;

	if (rule && decision->others)
		rule = cv_arena_format(arena, "%s and %zu more", rule, decision->others);
	if (!decision->by_default)
		return rule;
	if (rule)
		return cv_arena_format(arena, "%s and, where no rule matches, by default",
				       rule);
	if (passes ||
	    cv_paloalto_same_zone(&walk->from, &walk->to) == CV_PALOALTO_ALL_OF_IT)
		return "default, since no rule matches";
	return cv_paloalto_same_zone(&walk->from, &walk->to) == CV_PALOALTO_NONE_OF_IT
		       ? "default, since no rule matches"
		       : "default, since no rule matches, unless both "
			 "ends lie in one zone";
}

static const char *may_words(const struct walk *walk, bool pass)
{
	const struct cv_paloalto_rule *rule = pass ? walk->may_pass : walk->may_stop;
	const char *why = pass ? walk->why_pass : walk->why_stop;

	return cv_arena_format(walk->policy->config->reading->ctx->arena,
			       "may be %s by %s (%s)", pass ? "let through" : "stopped",
			       rule->name, why ? why : "it names hosts");
}

static void add_passage(const struct walk *walk)
{
	struct cv_export_reading *reading = walk->policy->config->reading;
	struct cv_arena *arena = reading->ctx->arena;
	const bool passes = walk->through.rule || walk->through.by_default;
	const bool stops = walk->stop.rule || walk->stop.by_default;
	const struct cv_paloalto_rule *first =
		stops ? walk->stop.rule : walk->through.rule;
	struct cv_passage *passage = CV_ADD(arena, &reading->passages, struct cv_passage);
	const char *what;

	passage->flow = walk->flow;
	passage->kind = passes && stops ? CV_PASSAGE_PARTLY
			: passes        ? CV_PASSAGE_THROUGH
					: CV_PASSAGE_STOPPED;
	if (passes && stops)
		what = cv_arena_format(arena,
				       "in part let through by %s, in part stopped by %s",
				       by_rule(walk, &walk->through, true),
				       by_rule(walk, &walk->stop, false));
	else
		what = cv_arena_format(
			arena, "%s by %s", passes ? "let through" : "stopped",
			by_rule(walk, passes ? &walk->through : &walk->stop, passes));
	if ((stops && walk->may_pass) || (passes && walk->may_stop)) {
		first = stops && walk->may_pass ? walk->may_pass : walk->may_stop;
		passage->kind = CV_PASSAGE_UNDECIDED;
		what = cv_arena_format(arena, "%s, and is otherwise %s",
				       may_words(walk, stops && walk->may_pass), what);
	}
	if (walk->too_many) {
		passage->kind = CV_PASSAGE_UNDECIDED;
		what = "cut into more pieces by the rules than carveout follows";
	}
	passage->what = what;
	passage->place = first && first->object ? first->object->node->place : 0;
}

/* Sets that a flow is cut into are of no use for another one. */
static size_t judge(struct cv_paloalto_policy *policy, struct walk *walk,
		    const struct cv_flow *flow)
{
	struct cv_ctx *ctx = policy->config->reading->ctx;
	struct cv_ctx scratch;

	scratch = *ctx;
	scratch.arena = cv_arena_open();
	scratch.sets = NULL;
	*walk = (struct walk){.policy = policy, .ctx = &scratch, .flow = flow};
	walk_flow(walk);
	add_passage(walk);
	cv_sets_close(&scratch);
	cv_arena_close(scratch.arena);
	return walk->steps;
}

void cv_paloalto_judge_flows(struct cv_paloalto_policy *policy)
{
	struct cv_export_reading *reading = policy->config->reading;
	const struct cv_table *flows = &reading->plan->policy->flows;
	struct walk *walk = CV_NEW(reading->ctx->arena, struct walk);
	size_t steps = 0;

	for (size_t i = 0; policy->shown && i < flows->count; i++) {
		if (steps > MAX_STEPS) {
			cv_paloalto_unknown(reading, 0,
					    "more flows and rules than carveout holds "
					    "against each other");
			return;
		}
		steps += judge(policy, walk, CV_AT(flows, struct cv_flow, i));
	}
}
