/* Flows as elements of a packet filter's sets: one address range, one port range
 * each, disjoint within a set.  Where the target has room for rules of their own, a
 * source set with all that it may reach, or a wide range of ports, is one. */
#include "resolve/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/limits.h"
#include "resolve/boxes.h"
#include "resolve/elements.h"

/* The elements of one set: what they have in common, and their boxes.  Single values
 * and ranges are kept apart, since they go into sets of different kinds. */
struct bucket {
	const char *chain;
	uint8_t family;
	int protocol, icmp_type;
	const struct cv_addresses *source; /* of a class; else NULL */
	bool has_ports, has_source_ports, exact;
	bool steered; /* a class that stands aside */
	struct cv_boxes boxes;
};

struct elements {
	struct cv_ctx *ctx;
	struct cv_plan *plan;
	struct cv_demands demands;
	struct bucket *buckets;
	size_t count, capacity;
};

/* The number of the bucket that is like `wanted`, which has no boxes. */
static size_t bucket_of(struct elements *elements, const struct bucket *wanted)
{
	struct bucket *buckets = elements->buckets;

	for (size_t i = 0; i < elements->count; i++)
		if (buckets[i].chain == wanted->chain &&
		    buckets[i].family == wanted->family &&
		    buckets[i].protocol == wanted->protocol &&
		    buckets[i].icmp_type == wanted->icmp_type &&
		    buckets[i].source == wanted->source &&
		    buckets[i].has_ports == wanted->has_ports &&
		    buckets[i].has_source_ports == wanted->has_source_ports &&
		    buckets[i].exact == wanted->exact &&
		    buckets[i].steered == wanted->steered)
			return i;
	if (elements->count == elements->capacity) {
		elements->capacity = elements->capacity ? elements->capacity * 2 : 16;
		buckets = realloc(buckets, elements->capacity * sizeof *buckets);
		if (!buckets)
			cv_out_of_memory();
		elements->buckets = buckets;
	}
	buckets[elements->count] = *wanted;
	return elements->count++;
}

/* One range of a set, as a set. */
static const struct cv_addresses *
one_of(struct cv_ctx *ctx, const struct cv_addresses *addresses, size_t index)
{
	return addresses->count == 1 ? addresses
				     : cv_addresses_one(ctx, addresses->family,
							addresses->ranges[index]);
}

static const struct cv_ports *one_port_of(struct cv_ctx *ctx,
					  const struct cv_ports *ports, size_t index)
{
	return !ports || ports->count == 1 ? ports
					   : cv_ports_make(ctx, &ports->ranges[index], 1);
}

/* What the boxes of a demand have in common. */
static struct bucket bucket_for(const struct cv_demand *demand)
{
	const struct cv_flow *flow = demand->flow;

	return (struct bucket){
		.chain = demand->chain,
		.family = flow->ends->family,
		.protocol = flow->service->protocol,
		.icmp_type = flow->service->icmp_type,
		.source = cv_demand_rule(demand) ? flow->ends->source : NULL,
		.steered = cv_demand_rule(demand) && cv_demand_rule(demand)->steered,
		.has_ports = demand->ports != NULL,
		.has_source_ports = demand->source_ports != NULL,
	};
}

/* The buckets of a demand's boxes, ranges and single values, once they are there. */
struct pair {
	struct bucket kind;
	size_t numbers[2];
};

static void add_box(struct elements *elements, struct pair *pair,
		    const struct cv_box *box)
{
	const bool exact = cv_box_is_point(box);

	if (pair->numbers[exact] == SIZE_MAX) {
		pair->kind.exact = exact;
		pair->numbers[exact] = bucket_of(elements, &pair->kind);
	}
	cv_boxes_add(&elements->buckets[pair->numbers[exact]].boxes, box);
}

/* Of all ports that are asked for. */
static void add_ports(struct elements *elements, const struct cv_demand *demand,
		      struct pair *pair, struct cv_box *box)
{
	const size_t ports = demand->ports ? demand->ports->count : 1;
	const size_t source_ports =
		demand->source_ports ? demand->source_ports->count : 1;

	for (size_t p = 0; p < ports; p++) {
		box->ports[0] = one_port_of(elements->ctx, demand->ports, p);
		for (size_t q = 0; q < source_ports; q++) {
			box->ports[1] =
				one_port_of(elements->ctx, demand->source_ports, q);
			add_box(elements, pair, box);
		}
	}
}

/* The product of what is asked: of all sides, in a class of all but the source. */
static void add_boxes(struct elements *elements, const struct cv_demand *demand)
{
	const struct cv_flow *flow = demand->flow;
	const bool is_class = cv_demand_rule(demand) != NULL;
	const size_t sources = is_class ? 1 : flow->ends->source->count;
	struct pair pair = {bucket_for(demand), {SIZE_MAX, SIZE_MAX}};
	struct cv_box box = {.rows = flow->rows};

	for (size_t s = 0; s < sources; s++) {
		if (!is_class)
			box.addresses[0] = one_of(elements->ctx, flow->ends->source, s);
		for (size_t d = 0; d < flow->ends->destination->count; d++) {
			box.addresses[1] =
				one_of(elements->ctx, flow->ends->destination, d);
			add_ports(elements, demand, &pair, &box);
		}
	}
}

static bool too_many(struct elements *elements, const struct cv_row *row,
		     const char *what, int most)
{
	return cv_find(elements->ctx, CV_F_TOO_MANY_PIECES, row->at,
		       "%s for %s: %s brings %s to more than %d",
		       elements->plan->use->name.text, elements->plan->subject->name,
		       cv_row_name(elements->ctx, row), what, most);
}

/* Makes the boxes of all that is asked; counted before they are made. */
static bool add_all_boxes(struct elements *elements)
{
	const struct cv_demands *demands = &elements->demands;
	double boxes = 0;

	for (size_t i = 0; i < demands->count; i++) {
		const struct cv_demand *demand = &demands->items[i];

		boxes += cv_demand_elements(demand);
		if (boxes > CV_MAX_PIECES)
			return too_many(elements, demand->flow->rows.items[0],
					"the elements", CV_MAX_PIECES);
	}
	for (size_t i = 0; i < demands->count; i++) {
		const struct cv_rule_choice *rule = cv_demand_rule(&demands->items[i]);

		if (!rule || !rule->wide)
			add_boxes(elements, &demands->items[i]);
	}
	return true;
}

static void add_entries(struct elements *elements, const struct bucket *bucket)
{
	struct cv_ctx *ctx = elements->ctx;

	for (size_t i = 0; i < bucket->boxes.count; i++) {
		const struct cv_box *box = &bucket->boxes.items[i];
		struct cv_entry *entry =
			box->ports[1]
				? cv_plan_add(ctx, elements->plan, CV_ENTRY_FLOW)
				: cv_plan_add_bare(ctx, elements->plan, CV_ENTRY_FLOW);

		entry->list = bucket->chain;
		entry->family = bucket->family;
		entry->protocol = cv_entry_number(bucket->protocol);
		entry->icmp_type = cv_entry_number(bucket->icmp_type);
		entry->own_rule = bucket->source != NULL;
		entry->steered = bucket->steered;
		entry->source = bucket->source ? bucket->source : box->addresses[0];
		entry->destination = box->addresses[1];
		entry->ports = box->ports[0];
		if (box->ports[1])
			entry->more->source_ports = box->ports[1];
		entry->rows = box->rows;
	}
}

/* One flow that is a rule of its own. */
static void add_wide_entries(struct elements *elements)
{
	for (size_t i = 0; i < elements->demands.choice_count; i++) {
		const struct cv_rule_choice *choice = elements->demands.choices[i];

		if (!choice->chosen || !choice->wide)
			continue;
		*cv_plan_add_bare(elements->ctx, elements->plan, CV_ENTRY_FLOW) =
			choice->entry;
	}
}

static int compare_sources(const struct bucket *a, const struct bucket *b)
{
	const struct cv_entry left = {.source = a->source, .more = CV_NO_MORE};
	const struct cv_entry right = {.source = b->source, .more = CV_NO_MORE};

	return cv_entry_compare(&left, &right);
}

/* Sets with names before classes, whose elements stand together. */
static int by_set(const void *left, const void *right)
{
	const struct bucket *a = left, *b = right;
	const int chain = strcmp(a->chain, b->chain);

	if (chain)
		return chain;
	if (!a->source != !b->source)
		return a->source ? 1 : -1;
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	if (a->source != b->source)
		return compare_sources(a, b);
	if (a->has_source_ports != b->has_source_ports)
		return a->has_source_ports ? 1 : -1;
	if (a->has_ports != b->has_ports)
		return a->has_ports ? -1 : 1;
	if (a->exact != b->exact)
		return a->exact ? -1 : 1;
	if (a->protocol != b->protocol)
		return a->protocol < b->protocol ? -1 : 1;
	return a->icmp_type < b->icmp_type ? -1 : a->icmp_type > b->icmp_type;
}

/* Which chains a flow belongs to: all of them to a gateway's, to a host's those
 * that it sends or receives. */
static void ask_chains(struct elements *elements, const struct cv_flow *flow)
{
	const struct cv_subject *subject = elements->plan->subject;
	const bool rules = elements->plan->use->target->can.most_rules > 0;
	const bool site = subject->kind == CV_SUBJECT_SITE;
	const bool in = !site && flow->ends->to == subject->party;
	const bool out = !site && flow->ends->from == subject->party;

	if ((!site && !in && !out) ||
	    cv_flow_refused(elements->ctx, elements->plan, flow))
		return;
	if (site)
		cv_demands_add(elements->ctx, &elements->demands, "forward", flow, rules);
	if (in)
		cv_demands_add(elements->ctx, &elements->demands, "input", flow, rules);
	if (out)
		cv_demands_add(elements->ctx, &elements->demands, "output", flow, rules);
}

/* What is left of ranges may be single values.  They go where the others of their kind
 * are, where an equal one may be already: one element has one comment, with all rows. */
static void move_singles(struct elements *elements, size_t ranges)
{
	struct bucket wanted = elements->buckets[ranges];
	struct cv_boxes boxes = wanted.boxes;
	size_t kept = 0;

	wanted.exact = true;
	wanted.boxes = (struct cv_boxes){NULL, 0, 0};
	for (size_t i = 0; i < boxes.count; i++) {
		if (!cv_box_is_point(&boxes.items[i])) {
			boxes.items[kept++] = boxes.items[i];
			continue;
		}
		const size_t singles = bucket_of(elements, &wanted);
		cv_boxes_add(&elements->buckets[singles].boxes, &boxes.items[i]);
	}
	boxes.count = kept;
	elements->buckets[ranges].boxes = boxes;
}

/* Makes the boxes of each set disjoint, ranges first. */
static bool cut_all(struct elements *elements)
{
	struct cv_box_budget budget = {CV_MAX_PIECES, CV_MAX_PIECE_ROWS, NULL};

	for (int exact = 0; exact <= 1; exact++) {
		const size_t count = elements->count; /* grows by sets of singles */

		for (size_t i = 0; i < count; i++) {
			if (elements->buckets[i].exact != exact)
				continue;
			if (!cv_boxes_cut(elements->ctx, &elements->buckets[i].boxes,
					  &budget))
				return budget.pieces == 0
					       ? too_many(elements, budget.row,
							  "the elements", CV_MAX_PIECES)
					       : too_many(elements, budget.row,
							  "the rows that elements name",
							  CV_MAX_PIECE_ROWS);
			if (!exact)
				move_singles(elements, i);
		}
	}
	return true;
}

bool cv_lower_elements(struct cv_ctx *ctx, struct cv_plan *plan)
{
	struct elements elements = {.ctx = ctx, .plan = plan};
	const struct cv_table *flows = &plan->policy->flows;
	bool ok;

	for (size_t i = 0; i < flows->count; i++)
		ask_chains(&elements, CV_AT(flows, struct cv_flow, i));
	cv_demands_choose(ctx, &elements.demands, plan->use->target->can.most_rules,
			  plan->use->target->can.most_steered);
	ok = add_all_boxes(&elements) && cut_all(&elements);
	if (elements.count)
		qsort(elements.buckets, elements.count, sizeof *elements.buckets, by_set);
	for (size_t i = 0; i < elements.count; i++) {
		if (ok)
			add_entries(&elements, &elements.buckets[i]);
		cv_boxes_deinit(&elements.buckets[i].boxes);
	}
	if (ok)
		add_wide_entries(&elements);
	free(elements.buckets);
	cv_demands_deinit(&elements.demands);
	return ok;
}
