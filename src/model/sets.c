/* Interning: one table of address sets for each family and one of port sets, by
 * their content.  The tables only find; nothing is ever listed out of them, so
 * their order reaches no artefact. */
#include "model/sets.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/hash_table.h"
#include "model/ranges.h"

struct address_entry {
	UT_hash_handle hh;
	struct cv_addresses set;
	struct cv_range ranges[];
};

struct port_entry {
	UT_hash_handle hh;
	struct cv_ports set;
	struct cv_port_range ranges[];
};

/* A set of one port, which most sets are. */
struct single_port {
	struct cv_ports set;
	struct cv_port_range range;
};

enum { SINGLES = UINT16_MAX + 1 };

struct cv_sets {
	struct cv_arena *arena; /* of the compile, whatever arena a caller works in */
	struct address_entry *addresses[2]; /* IPv4, IPv6 */
	struct port_entry *ports;           /* but for single ones */
	struct single_port *singles;        /* by number */
	uint64_t made[SINGLES / 64];        /* a bit for each that is made */
};

static struct cv_sets *sets_of(struct cv_ctx *ctx)
{
	if (!ctx->sets) {
		ctx->sets = CV_NEW(ctx->arena, struct cv_sets);
		ctx->sets->arena = ctx->arena;
	}
	return ctx->sets;
}

void cv_sets_close(struct cv_ctx *ctx)
{
	if (!ctx->sets)
		return;
	HASH_CLEAR(hh, ctx->sets->addresses[0]);
	HASH_CLEAR(hh, ctx->sets->addresses[1]);
	HASH_CLEAR(hh, ctx->sets->ports);
	ctx->sets = NULL;
}

/* The one set of these ranges, which are in normal form. */
static const struct cv_addresses *intern_addresses(struct cv_ctx *ctx, uint8_t family,
						   const struct cv_range *ranges,
						   size_t count)
{
	struct cv_sets *sets = sets_of(ctx);
	struct address_entry **all = &sets->addresses[family == 6];
	const size_t size = count * sizeof *ranges;
	struct address_entry *found;

	assert(family == 4 || family == 6);
	assert(size <= UINT_MAX);
	if (count == 0)
		return NULL;
	HASH_FIND(hh, *all, ranges, size, found);
	if (found)
		return &found->set;
	found = cv_arena_array(sets->arena, sizeof *found + size, 1);
	memcpy(found->ranges, ranges, size);
	found->set = (struct cv_addresses){family, count, found->ranges};
	HASH_ADD_KEYPTR(hh, *all, found->ranges, size, found);
	return &found->set;
}

/* What is made already is not touched: all of them together are more than a processor
 * keeps at hand. */
static const struct cv_ports *single_port(struct cv_sets *sets, uint16_t port)
{
	const uint64_t bit = (uint64_t)1 << port % 64;
	struct single_port *single;

	if (!sets->singles)
		sets->singles = CV_NEW_ARRAY(sets->arena, SINGLES, struct single_port);
	single = &sets->singles[port];
	if (!(sets->made[port / 64] & bit)) {
		single->range = (struct cv_port_range){port, port};
		single->set = (struct cv_ports){1, &single->range};
		sets->made[port / 64] |= bit;
	}
	return &single->set;
}

static const struct cv_ports *
intern_ports(struct cv_ctx *ctx, const struct cv_port_range *ranges, size_t count)
{
	struct cv_sets *sets = sets_of(ctx);
	const size_t size = count * sizeof *ranges;
	struct port_entry *found;

	if (count == 0)
		return NULL;
	if (count == 1 && ranges->first == ranges->last)
		return single_port(sets, ranges->first);
	HASH_FIND(hh, sets->ports, ranges, size, found);
	if (found)
		return &found->set;
	found = cv_arena_array(sets->arena, sizeof *found + size, 1);
	memcpy(found->ranges, ranges, size);
	found->set = (struct cv_ports){count, found->ranges};
	HASH_ADD_KEYPTR(hh, sets->ports, found->ranges, size, found);
	return &found->set;
}

const struct cv_addresses *cv_addresses_make(struct cv_ctx *ctx, uint8_t family,
					     const struct cv_range *ranges, size_t count)
{
	const struct cv_addresses *set;
	struct cv_range_room room;

	if (count == 0)
		return NULL;
	cv_range_room_init(&room, count);
	memcpy(room.items, ranges, count * sizeof *ranges);
	count = cv_ranges_normal(room.items, count);
	set = intern_addresses(ctx, family, room.items, count);
	cv_range_room_deinit(&room);
	return set;
}

const struct cv_addresses *cv_addresses_one(struct cv_ctx *ctx, uint8_t family,
					    struct cv_range range)
{
	return intern_addresses(ctx, family, &range, 1);
}

const struct cv_addresses *cv_addresses_all(struct cv_ctx *ctx, uint8_t family)
{
	const struct cv_address last =
		family == 4 ? (struct cv_address){0, UINT32_MAX}
			    : (struct cv_address){UINT64_MAX, UINT64_MAX};

	return cv_addresses_one(ctx, family, (struct cv_range){{0, 0}, last});
}

static const struct cv_addresses *combine_addresses(struct cv_ctx *ctx,
						    cv_ranges_operation *operation,
						    const struct cv_addresses *a,
						    const struct cv_addresses *b)
{
	const struct cv_addresses *set;
	struct cv_range_room room;
	size_t count;

	cv_range_room_init(&room, a->count + b->count);
	count = operation(a->ranges, a->count, b->ranges, b->count, room.items);
	set = intern_addresses(ctx, a->family, room.items, count);
	cv_range_room_deinit(&room);
	return set;
}

const struct cv_addresses *cv_addresses_union(struct cv_ctx *ctx,
					      const struct cv_addresses *a,
					      const struct cv_addresses *b)
{
	if (!a || !b || a == b)
		return a ? a : b;
	assert(a->family == b->family);
	return combine_addresses(ctx, cv_ranges_union, a, b);
}

const struct cv_addresses *cv_addresses_cut(struct cv_ctx *ctx,
					    const struct cv_addresses *a,
					    const struct cv_addresses *b)
{
	if (!a || !b || a->family != b->family)
		return NULL;
	return a == b ? a : combine_addresses(ctx, cv_ranges_cut, a, b);
}

const struct cv_addresses *cv_addresses_minus(struct cv_ctx *ctx,
					      const struct cv_addresses *a,
					      const struct cv_addresses *b)
{
	if (a == b)
		return NULL;
	if (!a || !b || a->family != b->family)
		return a;
	return combine_addresses(ctx, cv_ranges_minus, a, b);
}

/* Ports go through the same arithmetic as numbers of 128 bits, which costs a copy
 * of a few ranges and saves a second set of loops. */
static void widen_ports(const struct cv_port_range *ports, size_t count,
			struct cv_range *out)
{
	for (size_t i = 0; i < count; i++)
		out[i] = (struct cv_range){{0, ports[i].first}, {0, ports[i].last}};
}

static const struct cv_ports *intern_wide(struct cv_ctx *ctx,
					  const struct cv_range *ranges, size_t count)
{
	struct cv_port_range local[64], *narrow = local;

	if (count > sizeof local / sizeof *local)
		narrow = CV_NEW_ARRAY(ctx->arena, count, struct cv_port_range);
	for (size_t i = 0; i < count; i++)
		narrow[i] = (struct cv_port_range){(uint16_t)ranges[i].first.low,
						   (uint16_t)ranges[i].last.low};
	return intern_ports(ctx, narrow, count);
}

const struct cv_ports *cv_ports_make(struct cv_ctx *ctx,
				     const struct cv_port_range *ranges, size_t count)
{
	const struct cv_ports *set;
	struct cv_range_room room;

	if (count == 0)
		return NULL;
	if (count == 1)
		return intern_ports(ctx, ranges, count);
	cv_range_room_init(&room, count);
	widen_ports(ranges, count, room.items);
	set = intern_wide(ctx, room.items, cv_ranges_normal(room.items, count));
	cv_range_room_deinit(&room);
	return set;
}

const struct cv_ports *cv_ports_all(struct cv_ctx *ctx)
{
	const struct cv_port_range all = {1, UINT16_MAX};

	return intern_ports(ctx, &all, 1);
}

static const struct cv_ports *combine_ports(struct cv_ctx *ctx,
					    cv_ranges_operation *operation,
					    const struct cv_ports *a,
					    const struct cv_ports *b)
{
	const size_t both = a->count + b->count;
	const struct cv_ports *set;
	struct cv_range_room wide, out;

	cv_range_room_init(&wide, both);
	cv_range_room_init(&out, both);
	widen_ports(a->ranges, a->count, wide.items);
	widen_ports(b->ranges, b->count, wide.items + a->count);
	set = intern_wide(ctx, out.items,
			  operation(wide.items, a->count, wide.items + a->count, b->count,
				    out.items));
	cv_range_room_deinit(&wide);
	cv_range_room_deinit(&out);
	return set;
}

const struct cv_ports *cv_ports_union(struct cv_ctx *ctx, const struct cv_ports *a,
				      const struct cv_ports *b)
{
	if (!a || !b || a == b)
		return a ? a : b;
	return combine_ports(ctx, cv_ranges_union, a, b);
}

const struct cv_ports *cv_ports_cut(struct cv_ctx *ctx, const struct cv_ports *a,
				    const struct cv_ports *b)
{
	if (!a || !b || a == b)
		return a == b ? a : NULL;
	return combine_ports(ctx, cv_ranges_cut, a, b);
}

const struct cv_ports *cv_ports_minus(struct cv_ctx *ctx, const struct cv_ports *a,
				      const struct cv_ports *b)
{
	if (a == b)
		return NULL;
	return a && b ? combine_ports(ctx, cv_ranges_minus, a, b) : a;
}
