/* Port rows that open nothing, or not all, that another row does not open.  Flows with
 * the same ends and protocol are put side by side and sorted by their ports, so that the
 * one that may hold another was seen before it: no pair is tried that shares nothing.
 * Where networks lie in others, the flows between those are looked up. */
#include "resolve/lint.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/hash.h"
#include "base/numbers.h"
#include "resolve/internal.h"

enum { NEAREST = 8 }; /* items that one is held against where source ports differ */

/* What must be the same.  Compared as bytes, so it has no padding. */
struct ends {
	const void *source, *destination; /* sets; parties where only names are known */
	const char *program;
	int64_t protocol;
};

/* One range of a flow: of its ports, or of ICMP types. */
struct item {
	uint32_t first, last;
	uint32_t width; /* of all ranges of the flow */
	uint32_t flow;  /* its number */
};

/* What a row may be shadowed by, so far.  Rows are told by their ordinals from 1; 0:
 * there is none, or not any more. */
struct shadow {
	uint32_t by[2];
	uint32_t in_part; /* what opens some of it */
	bool seen;
	bool is_wider; /* a network of by[1] */
};

/* What opens a flow, too, with other ports or between wider ends, by number from 1; 0:
 * nothing does. */
struct others {
	uint32_t holder, in_part;
};

struct shadows {
	struct cv_lint *lint;
	uint32_t *firsts; /* of buckets by number: the first flow */
	uint32_t bucket_count;
	struct cv_numbers numbers; /* of buckets, by their ends */
	uint32_t *buckets;         /* of each flow, by number */
	struct item *items;        /* bucket by bucket */
	uint32_t *furthest;        /* of those up to an item in its bucket, which reaches
				      furthest */
	uint32_t *begins;          /* of buckets by number, and the end */
	struct cv_arounds *arounds;
	bool any_source_ports; /* of a flow */
	struct others *others; /* of each flow */
	struct shadow *rows;   /* by ordinal */
};

static const struct cv_flow *flow_at(const struct shadows *all, size_t number)
{
	return CV_AT(&all->lint->policy->flows, struct cv_flow, number);
}

/* By its number from 1; NULL for 0. */
static const struct cv_flow *other_flow(const struct shadows *all, uint32_t number)
{
	return number ? flow_at(all, number - 1) : NULL;
}

static struct ends ends_of(const struct cv_flow *flow)
{
	return (struct ends){
		.source = flow->ends->family ? (const void *)flow->ends->source
					     : flow->ends->from,
		.destination = flow->ends->family ? (const void *)flow->ends->destination
						  : flow->ends->to,
		.program = flow->service->program,
		.protocol = flow->service->protocol,
	};
}

/* The bucket of these ends, or CV_NO_NUMBER. */
static uint32_t find_bucket(const struct shadows *all, const struct ends *ends,
			    uint32_t hash)
{
	size_t at = hash;
	uint32_t number;

	while ((number = cv_numbers_next(&all->numbers, hash, &at)) != CV_NO_NUMBER) {
		const struct ends own = ends_of(flow_at(all, all->firsts[number]));

		if (memcmp(&own, ends, sizeof own) == 0)
			break;
	}
	return number;
}

static uint32_t hash_of(const struct ends *ends)
{
	return (uint32_t)cv_hash(ends, sizeof *ends);
}

static uint32_t bucket_of(struct shadows *all, size_t flow, uint32_t hash)
{
	const struct ends ends = ends_of(flow_at(all, flow));
	uint32_t bucket = find_bucket(all, &ends, hash);

	if (bucket == CV_NO_NUMBER) {
		bucket = all->bucket_count++;
		all->firsts[bucket] = (uint32_t)flow;
		cv_numbers_add(&all->numbers, hash, bucket);
	}
	return bucket;
}

static size_t range_count(const struct cv_flow *flow)
{
	return flow->service->ports ? flow->service->ports->count : 1;
}

/* A range of a flow's ports, or of its ICMP types. */
static struct item item_of(const struct cv_flow *flow, size_t range)
{
	struct item item = {.last = 255};

	if (flow->service->ports) {
		item.first = flow->service->ports->ranges[range].first;
		item.last = flow->service->ports->ranges[range].last;
	} else if (flow->service->icmp_type != CV_NO_ICMP_TYPE) {
		item.first = item.last = (uint32_t)flow->service->icmp_type;
	}
	return item;
}

/* Puts the ranges of a flow where the next ones of its bucket belong. */
static void add_items(struct shadows *all, size_t number, uint32_t *next)
{
	const struct cv_flow *flow = flow_at(all, number);
	const uint32_t begin = *next;
	uint32_t width = 0;

	for (size_t i = 0; i < range_count(flow); i++) {
		struct item *item = &all->items[(*next)++];

		*item = item_of(flow, i);
		item->flow = (uint32_t)number;
		width += item->last - item->first + 1;
	}
	for (size_t i = begin; i < *next; i++)
		all->items[i].width = width;
}

/* Puts a flow into its bucket, some flows after its hash was asked for. */
static void add_to_bucket(struct shadows *all, size_t number, uint32_t hash)
{
	const struct cv_flow *flow = flow_at(all, number);

	all->buckets[number] = bucket_of(all, number, hash);
	all->begins[all->buckets[number]] += (uint32_t)range_count(flow);
	all->any_source_ports = all->any_source_ports || flow->service->source_ports;
}

/* Finds the buckets of the flows, and how many ranges lie before each. */
static void find_buckets(struct shadows *all)
{
	const size_t count = all->lint->policy->flows.count;
	uint32_t before = 0, hashes[CV_AHEAD];

	all->firsts = CV_NEW_ARRAY(all->lint->memory, count, uint32_t);
	all->buckets = CV_NEW_ARRAY(all->lint->memory, count, uint32_t);
	all->begins = CV_NEW_ARRAY(all->lint->memory, count + 1, uint32_t);
	for (size_t i = 0; i < count + CV_AHEAD; i++) {
		uint32_t *hash = &hashes[i % CV_AHEAD];
		struct ends ends;

		if (i >= CV_AHEAD)
			add_to_bucket(all, i - CV_AHEAD, *hash);
		if (i >= count)
			continue;
		ends = ends_of(flow_at(all, i));
		*hash = hash_of(&ends);
		cv_numbers_await(&all->numbers, *hash);
	}
	for (size_t i = 0; i <= all->bucket_count; i++) {
		const uint32_t own = all->begins[i];

		all->begins[i] = before;
		before += own;
	}
}

static int compare_numbers(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int compare_items(const void *left, const void *right)
{
	const struct item *a = left, *b = right;
	int order = compare_numbers(a->first, b->first);

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
	if (inner->service->ports &&
	    !ports_inside(inner->service->ports, outer->service->ports))
		return false;
	return ports_inside(inner->service->source_ports, outer->service->source_ports);
}

/* Whether two flows with the same ends and protocol, of whose ports some are the same,
 * have source ports in common. */
static bool source_ports_meet(const struct cv_flow *a, const struct cv_flow *b)
{
	const struct cv_ports *x = a->service->source_ports,
			      *y = b->service->source_ports;
	size_t i = 0, j = 0;

	if (!x || !y)
		return true;
	while (i < x->count && j < y->count)
		if (x->ranges[i].last < y->ranges[j].first)
			i++;
		else if (y->ranges[j].last < x->ranges[i].first)
			j++;
		else
			return true;
	return false;
}

/* Takes down what a flow has to do with one that begins no later: that holds it, or
 * reaches into it. */
static void compare_with(const struct shadows *all, const struct item *outer,
			 const struct item *inner)
{
	const struct cv_flow *flow = flow_at(all, outer->flow),
			     *held = flow_at(all, inner->flow);
	struct others *others = &all->others[inner->flow];

	if (others->holder || outer->last < inner->first || flow == held)
		return;
	if (outer->last >= inner->last && holds(flow, held))
		others->holder = outer->flow + 1;
	else if (!others->in_part && source_ports_meet(flow, held))
		others->in_part = outer->flow + 1;
}

/* The one that reaches furthest may have other source ports than one that it is in the
 * way of: then those just before the item are tried, too. */
static void compare_with_nearest(const struct shadows *all, size_t begin, size_t index)
{
	const size_t most = index - begin < NEAREST ? index - begin : NEAREST;

	for (size_t i = 1; i <= most; i++)
		compare_with(all, &all->items[index - i], &all->items[index]);
}

/* What begins no later and ends no earlier than a range is the one that reaches
 * furthest of those before it, when there is any. */
static void walk(struct shadows *all, size_t begin, size_t end)
{
	uint32_t furthest = (uint32_t)begin;

	for (uint32_t i = furthest; i < end; i++) {
		const struct item *item = &all->items[i], *held = &all->items[furthest];

		if (i > begin) {
			compare_with(all, held, item);
			if (all->any_source_ports &&
			    flow_at(all, held->flow)->service->source_ports)
				compare_with_nearest(all, begin, i);
		}
		if (held->last < item->last)
			furthest = i;
		all->furthest[i] = furthest;
	}
}

/* Sorts within buckets: most of them hold but a few. */
static void find_holders(struct shadows *all)
{
	const size_t count = all->lint->policy->flows.count;
	uint32_t *next = CV_NEW_ARRAY(all->lint->memory, all->bucket_count + 1, uint32_t);

	memcpy(next, all->begins, (all->bucket_count + 1) * sizeof *next);
	for (size_t i = 0; i < count; i++)
		add_items(all, i, &next[all->buckets[i]]);
	for (size_t b = 0; b < all->bucket_count; b++) {
		const size_t begin = all->begins[b], end = all->begins[b + 1];

		if (end - begin > 1)
			qsort(all->items + begin, end - begin, sizeof *all->items,
			      compare_items);
		walk(all, begin, end);
	}
}

/* The item that reaches furthest of those of a bucket that begin at that port or before,
 * or NULL. */
static const struct item *reaching_from(const struct shadows *all, uint32_t bucket,
					uint32_t port)
{
	size_t low = all->begins[bucket];
	size_t high = all->begins[bucket + 1];

	if (all->items[low].first > port)
		return NULL;
	/* The last that begins no later. */
	while (high - low > 1) {
		const size_t middle = low + (high - low) / 2;

		if (all->items[middle].first <= port)
			low = middle;
		else
			high = middle;
	}
	return &all->items[all->furthest[low]];
}

/* The ordinal of the first row from 1; 0 where there is no flow. */
static uint32_t first_row(const struct cv_flow *flow)
{
	return flow ? cv_rows_ordinal(&flow->rows, 0) + 1 : 0;
}

static const struct cv_row *row_at(const struct shadows *all, uint32_t ordinal)
{
	return cv_policy_row(all->lint->policy, ordinal - 1);
}

static bool has_row(const struct shadows *all, const struct cv_flow *flow,
		    uint32_t ordinal)
{
	return flow && ordinal && cv_lint_has_row(&flow->rows, row_at(all, ordinal));
}

/* Between these ends, which hold those of the flow, what holds the flow or has some of
 * its ports. */
static void compare_between(const struct shadows *all, size_t number,
			    const struct cv_addresses *source,
			    const struct cv_addresses *destination)
{
	const struct cv_flow *flow = flow_at(all, number);
	struct ends ends = ends_of(flow);
	uint32_t bucket;

	ends.source = source;
	ends.destination = destination;
	bucket = find_bucket(all, &ends, hash_of(&ends));
	for (size_t i = 0; bucket != CV_NO_NUMBER && i < range_count(flow); i++) {
		struct item inner = item_of(flow, i);
		const struct item *outer = reaching_from(all, bucket, inner.first);

		inner.flow = (uint32_t)number;
		if (!outer || outer->last < inner.first)
			outer = reaching_from(all, bucket, inner.last);
		if (outer && !has_row(all, flow, first_row(flow_at(all, outer->flow))))
			compare_with(all, outer, &inner);
	}
}

/* Flows of other rows between networks that hold those of this one. */
static void compare_wider(const struct shadows *all, size_t number)
{
	const struct cv_flow *flow = flow_at(all, number);
	const struct cv_addresses *const *sources, *const *destinations;
	const size_t source_count =
		cv_sets_around(all->arounds, flow->ends->source, &sources);
	const size_t destination_count =
		cv_sets_around(all->arounds, flow->ends->destination, &destinations);

	for (size_t s = 0; s <= source_count; s++)
		for (size_t d = s == 0;
		     d <= destination_count && !all->others[number].holder; d++)
			compare_between(
				all, number, s ? sources[s - 1] : flow->ends->source,
				d ? destinations[d - 1] : flow->ends->destination);
}

/* Whether one of the ends of a bucket's flows lies in other sets. */
static bool has_wider(const struct shadows *all, size_t bucket)
{
	const struct cv_flow *first = flow_at(all, all->firsts[bucket]);
	const struct cv_addresses *const *sets;

	return first->ends->family &&
	       (cv_sets_around(all->arounds, first->ends->source, &sets) ||
		cv_sets_around(all->arounds, first->ends->destination, &sets));
}

static void find_wider_holders(struct shadows *all)
{
	bool *wider = CV_NEW_ARRAY(all->lint->memory, all->bucket_count, bool);
	bool any = false;

	all->arounds = cv_arounds_open(all->lint, all->firsts, all->bucket_count);
	for (size_t b = 0; b < all->bucket_count; b++) {
		wider[b] = has_wider(all, b);
		any = any || wider[b];
	}
	for (size_t i = 0; any && i < all->lint->policy->flows.count; i++)
		if (wider[all->buckets[i]] && !all->others[i].holder)
			compare_wider(all, i);
	cv_arounds_close(all->arounds);
}

/* Of two rows that are alike only the later is shadowed. */
static uint32_t other_row(const struct cv_flow *flow, uint32_t row)
{
	const uint32_t first = first_row(flow);

	return first != row ? first : 0;
}

/* Another row that opens the flow or some of it. */
static uint32_t partner(const struct cv_flow *flow, const struct cv_flow *holder,
			const struct cv_flow *in_part, uint32_t row)
{
	uint32_t found = other_row(flow, row);

	if (!found)
		found = other_row(holder, row);
	return found ? found : other_row(in_part, row);
}

/* One more flow of a row: what shadows the row must hold this one, too. */
static void add_flow(const struct shadows *all, uint32_t row, size_t number)
{
	const struct cv_flow *flow = flow_at(all, number);
	const struct others *others = &all->others[number];
	const struct cv_flow *holder = other_flow(all, others->holder);
	struct shadow *shadow = &all->rows[row - 1];

	shadow->is_wider =
		shadow->is_wider ||
		(holder && (holder->ends->source != flow->ends->source ||
			    holder->ends->destination != flow->ends->destination));
	if (!shadow->in_part)
		shadow->in_part =
			partner(flow, holder, other_flow(all, others->in_part), row);
	if (!shadow->seen) {
		shadow->seen = true;
		shadow->by[0] = other_row(flow, row);
		shadow->by[1] = other_row(holder, row);
		return;
	}
	for (int i = 0; i < 2; i++)
		if (!has_row(all, flow, shadow->by[i]) &&
		    !has_row(all, holder, shadow->by[i]))
			shadow->by[i] = 0;
}

static uint32_t shadowed_by(const struct shadow *shadow)
{
	return shadow->by[0] ? shadow->by[0] : shadow->by[1];
}

static void report_shadowed(struct shadows *all, const struct cv_row *row)
{
	struct cv_ctx *ctx = all->lint->ctx;
	const struct shadow *shadow = &all->rows[row->ordinal];
	const uint32_t by = shadowed_by(shadow);
	const bool is_wider = shadow->is_wider && by == shadow->by[1];

	cv_lint_row(all->lint, CV_F_SHADOWED_ROW, row,
		    cv_arena_format(ctx->arena,
				    "it opens nothing that %s%s does not open",
				    cv_row_name(ctx, row_at(all, by)),
				    is_wider ? ", whose networks are wider," : ""));
}

static void report_overlapping(struct shadows *all, const struct cv_row *row)
{
	struct cv_ctx *ctx = all->lint->ctx;
	const struct cv_row *other = row_at(all, all->rows[row->ordinal].in_part);

	cv_lint_row(all->lint, CV_F_OVERLAPPING_ROW, row,
		    cv_arena_format(ctx->arena,
				    "some of what it opens is opened by %s, too",
				    cv_row_name(ctx, other)));
}

/* Of two rows that overlap one is told of; what a row shadows is told of there. */
static void report(struct shadows *all)
{
	const struct cv_table *rows = &all->lint->policy->rows;

	for (size_t i = 0; i < rows->count; i++) {
		const struct cv_row *row = *CV_AT(rows, const struct cv_row *, i);
		const uint32_t in_part = all->rows[i].in_part;

		if (shadowed_by(&all->rows[i]))
			report_shadowed(all, row);
		else if (in_part && shadowed_by(&all->rows[in_part - 1]) != i + 1)
			report_overlapping(all, row);
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
	/* They are numbered in 32 bits, and would take 80 GB. */
	if (ranges >= UINT32_MAX)
		cv_out_of_memory();
	all.items = CV_NEW_ARRAY(lint->memory, ranges, struct item);
	all.furthest = CV_NEW_ARRAY(lint->memory, ranges, uint32_t);
	all.others = CV_NEW_ARRAY(lint->memory, policy->flows.count, struct others);
	all.rows = CV_NEW_ARRAY(lint->memory, policy->rows.count, struct shadow);
	find_buckets(&all);
	find_holders(&all);
	find_wider_holders(&all);
	cv_numbers_deinit(&all.numbers);
	for (size_t i = 0; i < policy->flows.count; i++) {
		const struct cv_flow *flow = flow_at(&all, i);

		for (size_t r = 0; r < flow->rows.count; r++)
			add_flow(&all, cv_rows_ordinal(&flow->rows, r) + 1, i);
	}
	report(&all);
}
