/* Flows as elements of a packet filter's sets: one address range, one port range
 * each, disjoint within a set. */
#include "resolve/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/limits.h"
#include "resolve/boxes.h"

/* The elements of one set: what they have in common, and their boxes.  Single values
 * and ranges are kept apart, since they go into sets of different kinds. */
struct bucket {
	const char *chain;
	uint8_t family;
	int protocol, icmp_type;
	bool has_ports, has_source_ports, exact;
	struct cv_boxes boxes;
};

struct elements {
	struct cv_ctx *ctx;
	struct cv_plan *plan;
	struct bucket *buckets;
	size_t count, capacity, boxes;
};

static bool is_single(const struct cv_range *range)
{
	return cv_address_compare(range->first, range->last) == 0;
}

static bool is_single_box(const struct cv_box *box)
{
	for (int side = 0; side < CV_BOX_SIDES; side++)
		if (!is_single(&box->sides[side]))
			return false;
	return true;
}

static struct bucket *bucket_of(struct elements *elements, const struct bucket *wanted)
{
	struct bucket *buckets = elements->buckets;

	for (size_t i = 0; i < elements->count; i++)
		if (buckets[i].chain == wanted->chain &&
		    buckets[i].family == wanted->family &&
		    buckets[i].protocol == wanted->protocol &&
		    buckets[i].icmp_type == wanted->icmp_type &&
		    buckets[i].has_ports == wanted->has_ports &&
		    buckets[i].has_source_ports == wanted->has_source_ports &&
		    buckets[i].exact == wanted->exact)
			return &buckets[i];
	if (elements->count == elements->capacity) {
		elements->capacity = elements->capacity ? elements->capacity * 2 : 16;
		buckets = realloc(buckets, elements->capacity * sizeof *buckets);
		if (!buckets)
			cv_out_of_memory();
		elements->buckets = buckets;
	}
	buckets[elements->count] = *wanted;
	return &buckets[elements->count++];
}

static struct cv_range port_side(const struct cv_ports *ports, size_t index)
{
	if (!ports)
		return (struct cv_range){{0, 0}, {0, 0}};
	return (struct cv_range){{0, ports->ranges[index].first},
				 {0, ports->ranges[index].last}};
}

static void add_box(struct elements *elements, const char *chain,
		    const struct cv_flow *flow, const struct cv_box *box)
{
	struct bucket wanted = {
		.chain = chain,
		.family = flow->family,
		.protocol = flow->protocol,
		.icmp_type = flow->icmp_type,
		.has_ports = flow->ports != NULL,
		.has_source_ports = flow->source_ports != NULL,
		.exact = is_single_box(box),
	};

	cv_boxes_add(&bucket_of(elements, &wanted)->boxes, box);
	elements->boxes++;
}

static bool too_many(struct elements *elements, const struct cv_row *row)
{
	return cv_find(elements->ctx, CV_F_TOO_MANY_PIECES, row->at,
		       "%s for %s: %s brings the elements to more than %d",
		       elements->plan->use->name.text, elements->plan->subject->name,
		       cv_row_name(elements->ctx, row), CV_MAX_PIECES);
}

/* The product of a flow's ranges; counted before it is made. */
static bool add_flow(struct elements *elements, const char *chain,
		     const struct cv_flow *flow)
{
	const size_t ports = flow->ports ? flow->ports->count : 1;
	const size_t source_ports = flow->source_ports ? flow->source_ports->count : 1;
	struct cv_box box = {.rows = flow->rows};

	if ((double)flow->source->count * (double)flow->destination->count *
			    (double)ports * (double)source_ports +
		    (double)elements->boxes >
	    CV_MAX_PIECES)
		return too_many(elements, flow->rows.items[0]);
	for (size_t s = 0; s < flow->source->count; s++)
		for (size_t d = 0; d < flow->destination->count; d++)
			for (size_t p = 0; p < ports; p++)
				for (size_t q = 0; q < source_ports; q++) {
					box.sides[CV_BOX_SOURCE] =
						flow->source->ranges[s];
					box.sides[CV_BOX_DESTINATION] =
						flow->destination->ranges[d];
					box.sides[CV_BOX_PORTS] =
						port_side(flow->ports, p);
					box.sides[CV_BOX_SOURCE_PORTS] =
						port_side(flow->source_ports, q);
					add_box(elements, chain, flow, &box);
				}
	return true;
}

static const struct cv_ports *ports_of(struct cv_ctx *ctx, const struct cv_range *side)
{
	const struct cv_port_range range = {(uint16_t)side->first.low,
					    (uint16_t)side->last.low};

	return cv_ports_make(ctx, &range, 1);
}

static void add_entries(struct elements *elements, const struct bucket *bucket)
{
	struct cv_ctx *ctx = elements->ctx;

	for (size_t i = 0; i < bucket->boxes.count; i++) {
		const struct cv_box *box = &bucket->boxes.items[i];
		struct cv_entry *entry = cv_plan_add(ctx, elements->plan, CV_ENTRY_FLOW);

		entry->list = bucket->chain;
		entry->family = bucket->family;
		entry->protocol = bucket->protocol;
		entry->icmp_type = bucket->icmp_type;
		entry->source =
			cv_addresses_one(ctx, bucket->family, box->sides[CV_BOX_SOURCE]);
		entry->destination = cv_addresses_one(ctx, bucket->family,
						      box->sides[CV_BOX_DESTINATION]);
		if (bucket->has_ports)
			entry->ports = ports_of(ctx, &box->sides[CV_BOX_PORTS]);
		if (bucket->has_source_ports)
			entry->source_ports =
				ports_of(ctx, &box->sides[CV_BOX_SOURCE_PORTS]);
		entry->rows = box->rows;
	}
}

static int by_set(const void *left, const void *right)
{
	const struct bucket *a = left, *b = right;
	const int chain = strcmp(a->chain, b->chain);

	if (chain)
		return chain;
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
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
static bool add_to_chains(struct elements *elements, const struct cv_flow *flow)
{
	const struct cv_subject *subject = elements->plan->subject;

	if (subject->kind == CV_SUBJECT_SITE)
		return cv_flow_refused(elements->ctx, elements->plan, flow) ||
		       add_flow(elements, "forward", flow);
	if (flow->from != subject->party && flow->to != subject->party)
		return true;
	if (cv_flow_refused(elements->ctx, elements->plan, flow))
		return true;
	return (flow->to != subject->party || add_flow(elements, "input", flow)) &&
	       (flow->from != subject->party || add_flow(elements, "output", flow));
}

/* What is left of ranges may be single values.  They go where the others of their kind
 * are, where an equal one may be already: one element has one comment, with all rows. */
static void move_singles(struct elements *elements, size_t ranges)
{
	struct bucket wanted = elements->buckets[ranges];
	struct cv_boxes boxes = wanted.boxes;
	struct cv_boxes *singles;
	size_t kept = 0;

	wanted.exact = true;
	wanted.boxes = (struct cv_boxes){NULL, 0, 0};
	for (size_t i = 0; i < boxes.count; i++) {
		if (!is_single_box(&boxes.items[i])) {
			boxes.items[kept++] = boxes.items[i];
			continue;
		}
		singles = &bucket_of(elements, &wanted)->boxes;
		cv_boxes_add(singles, &boxes.items[i]);
	}
	boxes.count = kept;
	elements->buckets[ranges].boxes = boxes;
}

/* Makes the boxes of each set disjoint, ranges first. */
static bool cut_all(struct elements *elements)
{
	for (int exact = 0; exact <= 1; exact++) {
		const size_t count = elements->count; /* grows by sets of singles */

		for (size_t i = 0; i < count; i++) {
			struct cv_boxes *boxes = &elements->buckets[i].boxes;

			if (elements->buckets[i].exact != exact)
				continue;
			if (!cv_boxes_cut(elements->ctx, boxes))
				return too_many(elements, boxes->items[0].rows.items[0]);
			if (!exact)
				move_singles(elements, i);
		}
	}
	return true;
}

bool cv_lower_elements(struct cv_ctx *ctx, struct cv_plan *plan)
{
	struct elements elements = {ctx, plan, NULL, 0, 0, 0};
	const struct cv_table *flows = &plan->policy->flows;
	bool ok = true;

	for (size_t i = 0; ok && i < flows->count; i++)
		ok = add_to_chains(&elements, CV_AT(flows, struct cv_flow, i));
	ok = ok && cut_all(&elements);
	if (elements.count)
		qsort(elements.buckets, elements.count, sizeof *elements.buckets, by_set);
	for (size_t i = 0; i < elements.count; i++) {
		if (ok)
			add_entries(&elements, &elements.buckets[i]);
		cv_boxes_deinit(&elements.buckets[i].boxes);
	}
	free(elements.buckets);
	return ok;
}
