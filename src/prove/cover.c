/* Takes one space after the other away and looks whether anything is left.  The
 * sides are whole sets, so a party with a hundred prefixes is still one piece. */
#include "prove/cover.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/ctx.h"
#include "base/limits.h"
#include "prove/audit_spaces.h"

struct pieces {
	struct cv_space *items;
	size_t count, capacity;
};

static void keep(struct pieces *pieces, const struct cv_space *piece)
{
	if (pieces->count == pieces->capacity) {
		const size_t capacity = pieces->capacity ? pieces->capacity * 2 : 16;
		struct cv_space *items = realloc(pieces->items, capacity * sizeof *items);

		if (!items)
			cv_out_of_memory();
		pieces->items = items;
		pieces->capacity = capacity;
	}
	pieces->items[pieces->count++] = *piece;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* Whether the sides that are not cut up agree; `other` may be wider in them. */
static bool comparable(const struct cv_space *space, const struct cv_space *other)
{
	return space->family == other->family &&
	       (other->protocol < 0 || other->protocol == space->protocol) &&
	       (other->icmp_type < 0 || other->icmp_type == space->icmp_type) &&
	       (!other->program || same_text(space->program, other->program)) &&
	       same_text(space->chain, other->chain) &&
	       same_text(space->from_name, other->from_name) &&
	       same_text(space->to_name, other->to_name);
}

static bool are_apart(const struct cv_addresses *a, const struct cv_addresses *b)
{
	return a && b &&
	       (cv_address_compare(a->ranges[a->count - 1].last, b->ranges[0].first) <
			0 ||
		cv_address_compare(b->ranges[b->count - 1].last, a->ranges[0].first) < 0);
}

static bool are_ports_apart(const struct cv_ports *a, const struct cv_ports *b)
{
	return a && b &&
	       (a->ranges[a->count - 1].last < b->ranges[0].first ||
		b->ranges[b->count - 1].last < a->ranges[0].first);
}

bool cv_spaces_touch(const struct cv_space *space, const struct cv_space *other)
{
	return comparable(space, other) && !are_apart(space->source, other->source) &&
	       !are_apart(space->destination, other->destination) &&
	       !are_ports_apart(space->ports, other->ports);
}

/* Adds what of `space` lies outside `other` to `out`. */
static void subtract(struct cv_ctx *ctx, const struct cv_space *space,
		     const struct cv_space *other, struct pieces *out)
{
	struct cv_space rest = *space, part;

	/* A side that is NULL in `other` is all of it; one that is NULL only in `space`
	 * is wider than any set. */
	if (!comparable(space, other) || (other->source && !space->source) ||
	    (other->destination && !space->destination) ||
	    (other->ports && !space->ports) || !cv_spaces_meet(space, other)) {
		keep(out, space);
		return;
	}
	/* A side that the two share leaves nothing outside. */
	if (other->source && other->source != rest.source) {
		part = rest;
		part.source = cv_addresses_minus(ctx, rest.source, other->source);
		if (part.source)
			keep(out, &part);
		rest.source = cv_addresses_cut(ctx, rest.source, other->source);
		if (!rest.source)
			return;
	}
	if (other->destination && other->destination != rest.destination) {
		part = rest;
		part.destination =
			cv_addresses_minus(ctx, rest.destination, other->destination);
		if (part.destination)
			keep(out, &part);
		rest.destination =
			cv_addresses_cut(ctx, rest.destination, other->destination);
		if (!rest.destination)
			return;
	}
	if (other->ports && other->ports != rest.ports) {
		part = rest;
		part.ports = cv_ports_minus(ctx, rest.ports, other->ports);
		if (part.ports)
			keep(out, &part);
		rest.ports = cv_ports_cut(ctx, rest.ports, other->ports);
		if (!rest.ports)
			return;
	}
	if (other->source_ports && other->source_ports != rest.source_ports) {
		const struct cv_ports *all =
			rest.source_ports ? rest.source_ports : cv_ports_all(ctx);

		part = rest;
		part.source_ports = cv_ports_minus(ctx, all, other->source_ports);
		if (part.source_ports || !rest.source_ports)
			keep(out, &part);
	}
}

/* What is left of a space, and room for what will be. */
struct cutting {
	struct pieces left, next;
};

static void cut(struct cv_ctx *ctx, struct cutting *cutting, const struct cv_space *other)
{
	const struct pieces old = cutting->left;

	cutting->next.count = 0;
	for (size_t p = 0; p < old.count; p++)
		subtract(ctx, &old.items[p], other, &cutting->next);
	cutting->left = cutting->next;
	cutting->next = old;
}

static bool is_under_way(const struct cutting *cutting)
{
	return cutting->left.count && cutting->left.count <= CV_MAX_PIECES;
}

static enum cv_covered answer(struct cutting *cutting)
{
	const size_t count = cutting->left.count;

	free(cutting->left.items);
	free(cutting->next.items);
	return count == 0              ? CV_COVERED_YES
	       : count > CV_MAX_PIECES ? CV_COVERED_TOO_MANY
				       : CV_COVERED_NO;
}

enum cv_covered cv_space_covered(struct cv_ctx *ctx, const struct cv_space *space,
				 const struct cv_space *others, size_t count)
{
	struct cutting cutting = {{NULL, 0, 0}, {NULL, 0, 0}};

	keep(&cutting.left, space);
	for (size_t i = 0; i < count && is_under_way(&cutting); i++)
		if (cv_spaces_touch(space, &others[i]))
			cut(ctx, &cutting, &others[i]);
	return answer(&cutting);
}

static struct cv_address first_of(const struct cv_space *space)
{
	return space->source ? space->source->ranges[0].first : (struct cv_address){0, 0};
}

static struct cv_address last_of(const struct cv_space *space)
{
	return space->source ? space->source->ranges[space->source->count - 1].last
			     : (struct cv_address){UINT64_MAX, UINT64_MAX};
}

static int by_source(const void *left, const void *right)
{
	return cv_address_compare(first_of(left), first_of(right));
}

void cv_shelf_make(struct cv_ctx *ctx, struct cv_space *spaces, size_t count,
		   struct cv_shelf *shelf_out)
{
	struct cv_address *reach = CV_NEW_ARRAY(ctx->arena, count, struct cv_address);

	if (count)
		qsort(spaces, count, sizeof *spaces, by_source);
	for (size_t i = 0; i < count; i++) {
		reach[i] = last_of(&spaces[i]);
		if (i && cv_address_compare(reach[i], reach[i - 1]) < 0)
			reach[i] = reach[i - 1];
	}
	*shelf_out = (struct cv_shelf){spaces, reach, count};
}

void cv_shelf_near(const struct cv_shelf *shelf, const struct cv_space *space,
		   size_t *first_out, size_t *end_out)
{
	const struct cv_address first = first_of(space), last = last_of(space);
	size_t at = 0, end = shelf->count;

	/* Behind `end` all begin where the space has ended. */
	while (at < end) {
		const size_t middle = at + (end - at) / 2;

		if (cv_address_compare(first_of(&shelf->spaces[middle]), last) > 0)
			end = middle;
		else
			at = middle + 1;
	}
	while (at > 0 && cv_address_compare(shelf->reach[at - 1], first) >= 0)
		at--;
	*first_out = at;
	*end_out = end;
}

enum cv_covered cv_shelf_covers(struct cv_ctx *ctx, const struct cv_space *space,
				const struct cv_shelf *shelf)
{
	struct cutting cutting = {{NULL, 0, 0}, {NULL, 0, 0}};
	size_t first, end;

	cv_shelf_near(shelf, space, &first, &end);
	/* Mostly one of them holds all of it, and no set has to be made. */
	for (size_t i = first; i < end; i++)
		if (cv_space_holds(&shelf->spaces[i], space))
			return CV_COVERED_YES;
	keep(&cutting.left, space);
	for (; end > first && is_under_way(&cutting); end--)
		if (cv_spaces_touch(space, &shelf->spaces[end - 1]))
			cut(ctx, &cutting, &shelf->spaces[end - 1]);
	return answer(&cutting);
}
