/* Sides are compared as they are: nothing is cut here, and no set is made but the
 * unions of those that are joined. */
#include "prove/audit_spaces.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"

/* The sides of a space along which it can be joined and searched. */
enum { SOURCE, DESTINATION, PORTS, SOURCE_PORTS, SIDES };

/* Where a piece begins and ends on a side, and how far those below it in the tree
 * reach. */
struct cv_bound {
	struct cv_address low, high, furthest;
	const struct cv_piece *piece;
};

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static const struct cv_addresses *addresses_of(const struct cv_space *space,
					       unsigned side)
{
	return side == SOURCE ? space->source : space->destination;
}

static const struct cv_ports *ports_of(const struct cv_space *space, unsigned side)
{
	return side == PORTS ? space->ports : space->source_ports;
}

/* The first range from `at` on that ends at `address` or behind it.  Looked for by
 * halves, since a set may have very many ranges and be asked very often. */
static size_t range_at(const struct cv_addresses *set, size_t at,
		       struct cv_address address)
{
	size_t end = set->count;

	while (at < end) {
		const size_t middle = at + (end - at) / 2;

		if (cv_address_compare(set->ranges[middle].last, address) < 0)
			at = middle + 1;
		else
			end = middle;
	}
	return at;
}

static bool addresses_meet(const struct cv_addresses *a, const struct cv_addresses *b)
{
	const struct cv_addresses *few = a, *many = b;
	size_t i = 0;

	if (a == b || !a || !b)
		return true;
	if (a->count > b->count) {
		few = b;
		many = a;
	}
	for (size_t j = 0; j < few->count; j++) {
		i = range_at(many, i, few->ranges[j].first);
		if (i == many->count)
			return false;
		if (cv_address_compare(many->ranges[i].first, few->ranges[j].last) <= 0)
			return true;
	}
	return false;
}

/* Ranges of a set do not touch, so one of the inner lies in one of the outer. */
static bool addresses_hold(const struct cv_addresses *outer,
			   const struct cv_addresses *inner)
{
	size_t i = 0;

	if (outer == inner || !outer)
		return true;
	if (!inner)
		return false;
	for (size_t j = 0; j < inner->count; j++) {
		i = range_at(outer, i, inner->ranges[j].last);
		if (i == outer->count || cv_address_compare(outer->ranges[i].first,
							    inner->ranges[j].first) > 0)
			return false;
	}
	return true;
}

static size_t port_range_at(const struct cv_ports *set, size_t at, uint16_t port)
{
	size_t end = set->count;

	while (at < end) {
		const size_t middle = at + (end - at) / 2;

		if (set->ranges[middle].last < port)
			at = middle + 1;
		else
			end = middle;
	}
	return at;
}

static bool ports_meet(const struct cv_ports *a, const struct cv_ports *b)
{
	const struct cv_ports *few = a, *many = b;
	size_t i = 0;

	if (a == b || !a || !b)
		return true;
	if (a->count > b->count) {
		few = b;
		many = a;
	}
	for (size_t j = 0; j < few->count; j++) {
		i = port_range_at(many, i, few->ranges[j].first);
		if (i == many->count)
			return false;
		if (many->ranges[i].first <= few->ranges[j].last)
			return true;
	}
	return false;
}

static bool ports_hold(const struct cv_ports *outer, const struct cv_ports *inner)
{
	size_t i = 0;

	if (outer == inner || !outer)
		return true;
	if (!inner)
		return false;
	for (size_t j = 0; j < inner->count; j++) {
		i = port_range_at(outer, i, inner->ranges[j].last);
		if (i == outer->count || outer->ranges[i].first > inner->ranges[j].first)
			return false;
	}
	return true;
}

static bool same_ends(const struct cv_space *a, const struct cv_space *b)
{
	return a->family == b->family && same_text(a->from_name, b->from_name) &&
	       same_text(a->to_name, b->to_name) && same_text(a->chain, b->chain);
}

static bool numbers_meet(int a, int b)
{
	return a < 0 || b < 0 || a == b;
}

bool cv_spaces_meet(const struct cv_space *a, const struct cv_space *b)
{
	return same_ends(a, b) && numbers_meet(a->protocol, b->protocol) &&
	       numbers_meet(a->icmp_type, b->icmp_type) &&
	       (!a->program || !b->program || same_text(a->program, b->program)) &&
	       addresses_meet(a->source, b->source) &&
	       addresses_meet(a->destination, b->destination) &&
	       ports_meet(a->ports, b->ports) &&
	       ports_meet(a->source_ports, b->source_ports);
}

bool cv_space_holds(const struct cv_space *outer, const struct cv_space *inner)
{
	return same_ends(outer, inner) &&
	       (outer->protocol < 0 || outer->protocol == inner->protocol) &&
	       (outer->icmp_type < 0 || outer->icmp_type == inner->icmp_type) &&
	       (!outer->program || same_text(outer->program, inner->program)) &&
	       addresses_hold(outer->source, inner->source) &&
	       addresses_hold(outer->destination, inner->destination) &&
	       ports_hold(outer->ports, inner->ports) &&
	       ports_hold(outer->source_ports, inner->source_ports);
}

/* ---- joining ---- */

static int compare_pointers(const void *a, const void *b)
{
	return (uintptr_t)a < (uintptr_t)b ? -1 : (uintptr_t)a > (uintptr_t)b;
}

static const void *side_of(const struct cv_space *space, unsigned side)
{
	return side < PORTS ? (const void *)addresses_of(space, side)
			    : (const void *)ports_of(space, side);
}

/* By all but the side that is being joined.  Sets are one when they are equal; in
 * which order they lie does not matter, only that equal pieces come together. */
static int by_the_rest(const void *left, const void *right)
{
	const struct cv_piece *a = left, *b = right;
	int order = a->space.family - b->space.family;

	if (!order)
		order = a->space.protocol - b->space.protocol;
	if (!order)
		order = a->space.icmp_type - b->space.icmp_type;
	for (unsigned side = 0; !order && side < SIDES; side++)
		if (side != a->side)
			order = compare_pointers(side_of(&a->space, side),
						 side_of(&b->space, side));
	if (!order)
		order = cv_text_compare(a->space.program, b->space.program);
	if (!order)
		order = cv_text_compare(a->space.from_name, b->space.from_name);
	if (!order)
		order = cv_text_compare(a->space.to_name, b->space.to_name);
	if (!order)
		order = cv_text_compare(a->space.chain, b->space.chain);
	return order;
}

static int by_order(const void *left, const void *right)
{
	const struct cv_piece *a = left, *b = right;

	return a->order < b->order ? -1 : a->order > b->order;
}

static const struct cv_addresses *join_addresses(struct cv_ctx *ctx,
						 const struct cv_piece *pieces,
						 size_t count, unsigned side)
{
	const uint8_t family = pieces->space.family;
	const struct cv_addresses *joined;
	struct cv_range *ranges;
	size_t total = 0, at = 0;

	for (size_t i = 0; i < count; i++) {
		const struct cv_addresses *set = addresses_of(&pieces[i].space, side);

		if (!set)
			return NULL;
		total += set->count;
	}
	ranges = calloc(total, sizeof *ranges);
	if (!ranges)
		cv_out_of_memory();
	for (size_t i = 0; i < count; i++) {
		const struct cv_addresses *set = addresses_of(&pieces[i].space, side);

		memcpy(ranges + at, set->ranges, set->count * sizeof *ranges);
		at += set->count;
	}
	joined = cv_addresses_make(ctx, family, ranges, total);
	free(ranges);
	return joined;
}

static const struct cv_ports *
join_ports(struct cv_ctx *ctx, const struct cv_piece *pieces, size_t count, unsigned side)
{
	const struct cv_ports *joined;
	struct cv_port_range *ranges;
	size_t total = 0, at = 0;

	for (size_t i = 0; i < count; i++) {
		const struct cv_ports *set = ports_of(&pieces[i].space, side);

		if (!set)
			return NULL;
		total += set->count;
	}
	ranges = calloc(total, sizeof *ranges);
	if (!ranges)
		cv_out_of_memory();
	for (size_t i = 0; i < count; i++) {
		const struct cv_ports *set = ports_of(&pieces[i].space, side);

		memcpy(ranges + at, set->ranges, set->count * sizeof *ranges);
		at += set->count;
	}
	joined = cv_ports_make(ctx, ranges, total);
	free(ranges);
	return joined;
}

/* One piece for `count` that differ in the side only. */
static struct cv_piece join(struct cv_ctx *ctx, const struct cv_piece *pieces,
			    size_t count, unsigned side)
{
	struct cv_piece joined = *pieces;

	if (count == 1)
		return joined;
	for (size_t i = 1; i < count; i++)
		if (pieces[i].order < joined.order)
			joined = pieces[i];
	if (side == SOURCE)
		joined.space.source = join_addresses(ctx, pieces, count, side);
	else if (side == DESTINATION)
		joined.space.destination = join_addresses(ctx, pieces, count, side);
	else if (side == PORTS)
		joined.space.ports = join_ports(ctx, pieces, count, side);
	else
		joined.space.source_ports = join_ports(ctx, pieces, count, side);
	return joined;
}

size_t cv_pieces_join(struct cv_ctx *ctx, struct cv_piece *pieces, size_t count)
{
	for (unsigned side = 0; side < SIDES && count; side++) {
		size_t kept = 0;

		for (size_t i = 0; i < count; i++)
			pieces[i].side = side;
		qsort(pieces, count, sizeof *pieces, by_the_rest);
		for (size_t i = 0, end; i < count; i = end) {
			for (end = i + 1; end < count; end++)
				if (by_the_rest(&pieces[i], &pieces[end]) != 0)
					break;
			pieces[kept++] = join(ctx, &pieces[i], end - i, side);
		}
		count = kept;
	}
	if (count)
		qsort(pieces, count, sizeof *pieces, by_order);
	return count;
}

/* ---- searching ---- */

static struct cv_bound bound_of(const struct cv_piece *piece,
				const struct cv_space *space, unsigned side)
{
	struct cv_bound bound = {.high = {UINT64_MAX, UINT64_MAX}, .piece = piece};

	if (side < PORTS) {
		const struct cv_addresses *set = addresses_of(space, side);

		if (set) {
			bound.low = set->ranges[0].first;
			bound.high = set->ranges[set->count - 1].last;
		}
	} else {
		const struct cv_ports *set = ports_of(space, side);

		if (set) {
			bound.low.low = set->ranges[0].first;
			bound.high =
				(struct cv_address){0, set->ranges[set->count - 1].last};
		}
	}
	return bound;
}

static int by_low(const void *left, const void *right)
{
	const struct cv_bound *a = left, *b = right;
	const int order = cv_address_compare(a->low, b->low);

	if (order)
		return order;
	return a->piece->order < b->piece->order ? -1 : a->piece->order > b->piece->order;
}

/* The middle of each part is the root of its tree. */
static struct cv_address set_furthest(struct cv_bound *bounds, size_t low, size_t high)
{
	const size_t middle = low + (high - low) / 2;
	struct cv_address furthest = {0, 0}, below[2];

	if (low == high)
		return furthest;
	furthest = bounds[middle].high;
	below[0] = set_furthest(bounds, low, middle);
	below[1] = set_furthest(bounds, middle + 1, high);
	for (int i = 0; i < 2; i++)
		if (cv_address_compare(below[i], furthest) > 0)
			furthest = below[i];
	bounds[middle].furthest = furthest;
	return furthest;
}

static int by_high(const void *left, const void *right)
{
	return cv_address_compare(*(const struct cv_address *)left,
				  *(const struct cv_address *)right);
}

/* How many pairs meet on the side that the bounds are of, in the order of by_low: the
 * fewer, the less a search along it looks at in vain. */
static double count_meetings(const struct cv_bound *bounds, struct cv_address *highs,
			     size_t count)
{
	double meetings = 0;
	size_t before = 0, begun = 0;

	for (size_t i = 0; i < count; i++)
		highs[i] = bounds[i].high;
	qsort(highs, count, sizeof *highs, by_high);
	/* For each end, those that have begun by then and not ended before it. */
	for (size_t i = 0; i < count; i++) {
		while (begun < count &&
		       cv_address_compare(bounds[begun].low, highs[i]) <= 0)
			begun++;
		if (i && cv_address_compare(highs[i - 1], highs[i]) < 0)
			before = i;
		meetings += (double)(begun - before);
	}
	return meetings;
}

static void sort_bounds(const struct cv_piece *pieces, size_t count, unsigned side,
			struct cv_bound *bounds)
{
	for (size_t i = 0; i < count; i++)
		bounds[i] = bound_of(&pieces[i], &pieces[i].space, side);
	qsort(bounds, count, sizeof *bounds, by_low);
}

void cv_piece_index_make(struct cv_ctx *ctx, const struct cv_piece *pieces, size_t count,
			 struct cv_piece_index *index_out)
{
	struct cv_bound *bounds = CV_NEW_ARRAY(ctx->arena, count + 1, struct cv_bound);
	struct cv_address *highs = CV_NEW_ARRAY(ctx->arena, count + 1, struct cv_address);
	double least = 0;

	*index_out = (struct cv_piece_index){
		.count = count,
		.bounds = bounds,
		.hits = CV_NEW_ARRAY(ctx->arena, count + 1, const struct cv_piece *)};
	if (!count)
		return;
	for (unsigned side = 0; side < SIDES; side++) {
		double meetings;

		sort_bounds(pieces, count, side, bounds);
		meetings = count_meetings(bounds, highs, count);
		if (side && meetings >= least)
			continue;
		least = meetings;
		index_out->side = side;
	}
	sort_bounds(pieces, count, index_out->side, bounds);
	set_furthest(bounds, 0, count);
}

static void search(struct cv_piece_index *index, const struct cv_space *space,
		   const struct cv_bound *wanted, size_t low, size_t high)
{
	const size_t middle = low + (high - low) / 2;
	const struct cv_bound *bound = &index->bounds[middle];

	if (low == high || cv_address_compare(bound->furthest, wanted->low) < 0)
		return;
	search(index, space, wanted, low, middle);
	if (cv_address_compare(bound->low, wanted->high) > 0)
		return;
	if (cv_spaces_meet(&bound->piece->space, space))
		index->hits[index->hit_count++] = bound->piece;
	search(index, space, wanted, middle + 1, high);
}

void cv_piece_index_search(struct cv_piece_index *index, const struct cv_space *space)
{
	const struct cv_bound wanted = bound_of(NULL, space, index->side);

	index->hit_count = 0;
	search(index, space, &wanted, 0, index->count);
}
