/* Takes one space after the other away and looks whether anything is left.  The
 * sides are whole sets, so a party with a hundred prefixes is still one piece. */
#include "prove/cover.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/limits.h"

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
	       same_text(space->from_name, other->from_name) &&
	       same_text(space->to_name, other->to_name);
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
	    (other->ports && !space->ports)) {
		keep(out, space);
		return;
	}
	if (other->source) {
		part = rest;
		part.source = cv_addresses_minus(ctx, rest.source, other->source);
		if (part.source)
			keep(out, &part);
		rest.source = cv_addresses_cut(ctx, rest.source, other->source);
		if (!rest.source)
			return;
	}
	if (other->destination) {
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
	if (other->ports) {
		part = rest;
		part.ports = cv_ports_minus(ctx, rest.ports, other->ports);
		if (part.ports)
			keep(out, &part);
		rest.ports = cv_ports_cut(ctx, rest.ports, other->ports);
		if (!rest.ports)
			return;
	}
	if (other->source_ports) {
		const struct cv_ports *all =
			rest.source_ports ? rest.source_ports : cv_ports_all(ctx);

		part = rest;
		part.source_ports = cv_ports_minus(ctx, all, other->source_ports);
		if (part.source_ports || !rest.source_ports)
			keep(out, &part);
	}
}

enum cv_covered cv_space_covered(struct cv_ctx *ctx, const struct cv_space *space,
				 const struct cv_space *others, size_t count)
{
	struct pieces left = {NULL, 0, 0}, next = {NULL, 0, 0};
	enum cv_covered covered;

	keep(&left, space);
	for (size_t i = 0; i < count && left.count; i++) {
		struct pieces swap;

		next.count = 0;
		for (size_t p = 0; p < left.count; p++)
			subtract(ctx, &left.items[p], &others[i], &next);
		swap = left;
		left = next;
		next = swap;
		if (left.count > CV_MAX_PIECES)
			break;
	}
	covered = left.count == 0              ? CV_COVERED_YES
		  : left.count > CV_MAX_PIECES ? CV_COVERED_TOO_MANY
					       : CV_COVERED_NO;
	free(left.items);
	free(next.items);
	return covered;
}
