/* Port rows that open nothing that another row does not open.  Flows with the same ends
 * and protocol are put side by side and sorted by their ports, so that the one that may
 * hold another was seen before it: no pair is tried that shares nothing.  Where networks
 * lie in others, the flows between those are looked up. */
#include "resolve/lint.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/hash_table.h"
#include "resolve/internal.h"

/* What must be the same.  Compared as bytes, so it has no padding. */
struct ends {
	const void *source, *destination; /* sets; parties where only names are known */
	const char *program;
	int64_t protocol;
};

struct bucket {
	UT_hash_handle hh;
	struct ends ends;
	uint32_t number;
};

/* One range of a flow: of its ports, or of ICMP types. */
struct item {
	uint32_t bucket, first, last;
	uint32_t width; /* of all ranges of the flow */
	uint32_t flow;  /* its number */
};

/* What a row may be shadowed by, so far. */
struct shadow {
	bool seen;
	bool is_wider;              /* a network of by[1] */
	const struct cv_row *by[2]; /* NULL: none, or not any more */
};

struct shadows {
	struct cv_lint *lint;
	struct bucket *buckets;
	struct item *items;
	size_t count;
	size_t *furthest; /* of those up to an item in its bucket, which reaches furthest
			   */
	size_t *begins;   /* of buckets by number, and the end */
	struct cv_arounds *arounds;
	const struct cv_flow **holders; /* of each flow, the wider one or NULL */
	struct shadow *rows;            /* by ordinal */
};

static const struct cv_flow *flow_at(const struct shadows *all, size_t number)
{
	return CV_AT(&all->lint->policy->flows, struct cv_flow, number);
}

static struct ends ends_of(const struct cv_flow *flow)
{
	return (struct ends){
		.source = flow->family ? (const void *)flow->source : flow->from,
		.destination = flow->family ? (const void *)flow->destination : flow->to,
		.program = flow->program,
		.protocol = flow->protocol,
	};
}

static uint32_t bucket_of(struct shadows *all, const struct cv_flow *flow)
{
	const struct ends ends = ends_of(flow);
	struct bucket *bucket;

	HASH_FIND(hh, all->buckets, &ends, sizeof ends, bucket);
	if (!bucket) {
		bucket = CV_NEW(all->lint->memory, struct bucket);
		bucket->ends = ends;
		bucket->number = HASH_COUNT(all->buckets);
		HASH_ADD(hh, all->buckets, ends, sizeof bucket->ends, bucket);
	}
	return bucket->number;
}

static size_t range_count(const struct cv_flow *flow)
{
	return flow->ports ? flow->ports->count : 1;
}

/* A range of a flow's ports, or of its ICMP types. */
static struct item item_of(const struct cv_flow *flow, size_t range)
{
	struct item item = {.last = 255};

	if (flow->ports) {
		item.first = flow->ports->ranges[range].first;
		item.last = flow->ports->ranges[range].last;
	} else if (flow->icmp_type != CV_NO_ICMP_TYPE) {
		item.first = item.last = (uint32_t)flow->icmp_type;
	}
	return item;
}

static void add_items(struct shadows *all, const struct cv_flow *flow, size_t number)
{
	const uint32_t bucket = bucket_of(all, flow);
	const size_t begin = all->count;
	uint32_t width = 0;

	for (size_t i = 0; i < range_count(flow); i++) {
		struct item *item = &all->items[all->count++];

		*item = item_of(flow, i);
		item->bucket = bucket;
		item->flow = (uint32_t)number;
		width += item->last - item->first + 1;
	}
	for (size_t i = begin; i < all->count; i++)
		all->items[i].width = width;
}

static int compare_numbers(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int compare_items(const void *left, const void *right)
{
	const struct item *a = left, *b = right;
	int order = compare_numbers(a->bucket, b->bucket);

	if (!order)
		order = compare_numbers(a->first, b->first);
	if (!order)
		order = compare_numbers(b->last, a->last);
	if (!order)
		order = compare_numbers(b->width, a->width);
	return order ? order : compare_numbers(a->flow, b->flow);
}

/* NULL is every source port. */
static bool ports_inside(const struct cv_ports *inner, const struct cv_ports *outer)
{
	size_t at = 0;

	if (!outer || inner == outer)
		return true;
	if (!inner)
		return false;
	for (size_t i = 0; i < inner->count; i++) {
		while (at < outer->count &&
		       outer->ranges[at].last < inner->ranges[i].first)
			at++;
		if (at == outer->count ||
		    outer->ranges[at].first > inner->ranges[i].first ||
		    outer->ranges[at].last < inner->ranges[i].last)
			return false;
	}
	return true;
}

/* Ends and protocol are the same, and so are ICMP types that both have. */
static bool holds(const struct cv_flow *outer, const struct cv_flow *inner)
{
	if (inner->ports && !ports_inside(inner->ports, outer->ports))
		return false;
	return ports_inside(inner->source_ports, outer->source_ports);
}

/* What begins no later and ends no earlier than a range is the one that reaches
 * furthest of those before it, when there is any. */
static void find_holders(struct shadows *all)
{
	size_t furthest = 0;

	if (all->count)
		qsort(all->items, all->count, sizeof *all->items, compare_items);
	for (size_t i = 0; i < all->count; i++) {
		const struct item *item = &all->items[i], *held = &all->items[furthest];
		const bool is_first = i == 0 || held->bucket != item->bucket;

		if (is_first)
			all->begins[item->bucket] = i;
		else if (held->last >= item->last && !all->holders[item->flow] &&
			 holds(flow_at(all, held->flow), flow_at(all, item->flow)))
			all->holders[item->flow] = flow_at(all, held->flow);
		if (is_first || held->last < item->last)
			furthest = i;
		all->furthest[i] = furthest;
		all->begins[item->bucket + 1] = i + 1;
	}
}

/* Between these ends, what holds the flow; the ends hold those of the flow. */
static const struct cv_flow *holder_between(const struct shadows *all,
					    const struct cv_flow *flow,
					    const struct cv_addresses *source,
					    const struct cv_addresses *destination)
{
	const struct item inner = item_of(flow, 0);
	struct ends ends = ends_of(flow);
	const struct item *outer;
	struct bucket *bucket;
	size_t low, high;

	ends.source = source;
	ends.destination = destination;
	HASH_FIND(hh, all->buckets, &ends, sizeof ends, bucket);
	if (!bucket)
		return NULL;
	low = all->begins[bucket->number];
	high = all->begins[bucket->number + 1];
	/* The last that begins no later. */
	while (high - low > 1) {
		const size_t middle = low + (high - low) / 2;

		if (all->items[middle].first <= inner.first)
			low = middle;
		else
			high = middle;
	}
	outer = &all->items[all->furthest[low]];
	return outer->first <= inner.first && outer->last >= inner.last &&
			       holds(flow_at(all, outer->flow), flow)
		       ? flow_at(all, outer->flow)
		       : NULL;
}

static bool has_row(const struct cv_flow *flow, const struct cv_row *row)
{
	return flow && row && cv_lint_has_row(&flow->rows, row);
}

/* A flow of another row between networks that hold those of this one. */
static const struct cv_flow *wider_holder(const struct shadows *all,
					  const struct cv_flow *flow)
{
	const struct cv_addresses *const *sources, *const *destinations;
	const size_t source_count = cv_sets_around(all->arounds, flow->source, &sources);
	const size_t destination_count =
		cv_sets_around(all->arounds, flow->destination, &destinations);

	for (size_t s = 0; s <= source_count; s++)
		for (size_t d = s == 0; d <= destination_count; d++) {
			const struct cv_flow *holder = holder_between(
				all, flow, s ? sources[s - 1] : flow->source,
				d ? destinations[d - 1] : flow->destination);

			if (holder && !has_row(flow, holder->rows.items[0]))
				return holder;
		}
	return NULL;
}

static void find_wider_holders(struct shadows *all)
{
	all->arounds = cv_arounds_open(all->lint);
	for (size_t i = 0; i < all->lint->policy->flows.count; i++)
		if (!all->holders[i] && flow_at(all, i)->family)
			all->holders[i] = wider_holder(all, flow_at(all, i));
	cv_arounds_close(all->arounds);
}

/* Of two rows that are alike only the later is shadowed. */
static const struct cv_row *other_row(const struct cv_flow *flow,
				      const struct cv_row *row)
{
	return flow && flow->rows.items[0] != row ? flow->rows.items[0] : NULL;
}

/* One more flow of a row: what shadows the row must hold this one, too. */
static void add_flow(struct shadow *shadow, const struct cv_row *row,
		     const struct cv_flow *flow, const struct cv_flow *holder)
{
	shadow->is_wider = shadow->is_wider ||
			   (holder && (holder->source != flow->source ||
				       holder->destination != flow->destination));
	if (!shadow->seen) {
		shadow->seen = true;
		shadow->by[0] = other_row(flow, row);
		shadow->by[1] = other_row(holder, row);
		return;
	}
	for (int i = 0; i < 2; i++)
		if (!has_row(flow, shadow->by[i]) && !has_row(holder, shadow->by[i]))
			shadow->by[i] = NULL;
}

static void report(struct shadows *all)
{
	struct cv_ctx *ctx = all->lint->ctx;
	const struct cv_table *rows = &all->lint->policy->rows;

	for (size_t i = 0; i < rows->count; i++) {
		const struct shadow *shadow = &all->rows[i];
		const struct cv_row *by = shadow->by[0] ? shadow->by[0] : shadow->by[1];
		const bool is_wider = shadow->is_wider && by == shadow->by[1];

		if (by)
			cv_lint_row(
				all->lint, CV_F_SHADOWED_ROW,
				*CV_AT(rows, const struct cv_row *, i),
				cv_arena_format(
					ctx->arena,
					"it opens nothing that %s%s does not open",
					cv_row_name(ctx, by),
					is_wider ? ", whose networks are wider," : ""));
		cv_arena_reset(all->lint->scratch);
	}
}

void cv_lint_shadowed(struct cv_lint *lint)
{
	const struct cv_policy *policy = lint->policy;
	struct shadows all = {.lint = lint};
	size_t ranges = 0;

	for (size_t i = 0; i < policy->flows.count; i++)
		ranges += range_count(CV_AT(&policy->flows, struct cv_flow, i));
	all.items = CV_NEW_ARRAY(lint->memory, ranges, struct item);
	all.furthest = CV_NEW_ARRAY(lint->memory, ranges, size_t);
	all.holders =
		CV_NEW_ARRAY(lint->memory, policy->flows.count, const struct cv_flow *);
	all.rows = CV_NEW_ARRAY(lint->memory, policy->rows.count, struct shadow);
	for (size_t i = 0; i < policy->flows.count; i++)
		add_items(&all, flow_at(&all, i), i);
	all.begins = CV_NEW_ARRAY(lint->memory, HASH_COUNT(all.buckets) + 1, size_t);
	find_holders(&all);
	find_wider_holders(&all);
	HASH_CLEAR(hh, all.buckets);
	for (size_t i = 0; i < policy->flows.count; i++) {
		const struct cv_flow *flow = flow_at(&all, i);

		for (size_t r = 0; r < flow->rows.count; r++)
			add_flow(&all.rows[flow->rows.items[r]->ordinal],
				 flow->rows.items[r], flow, all.holders[i]);
	}
	report(&all);
}
