/* Cuts a space into strips along one side, wherever one of the others begins or ends
 * there.  Each strip has to be filled by those that reach over it, on the sides that are
 * left.  A side on which all of the others hold the space whole is not looked at. */
#include "prove/filled.h"

#include <stdlib.h>

#include "base/arena.h"

enum { SOURCE, DESTINATION, PORTS, SOURCE_PORTS, SIDES };

/* A side of a space; ranges of ports are made on the way. */
struct side {
	const struct cv_addresses *addresses;
	const struct cv_ports *ports;
	size_t count;
};

/* A place along the ranges of the space, without the gaps between them, so that what
 * reaches over a gap is one stretch. */
struct place {
	size_t range;
	struct cv_address at;
};

/* How far one of the others reaches on a side: up to, and not with, `to`. */
struct stretch {
	struct place from, to;
	const struct cv_space *by;
};

/* All that is known of one side. */
struct strips {
	struct stretch *stretches;
	struct place *bounds; /* where stretches begin and end, each once */
	size_t count, capacity, bound_count, whole;
	double parts; /* strips that the stretches reach over, all together */
};

static struct side side_of(const struct cv_space *space, unsigned number)
{
	struct side side = {NULL, NULL, 0};

	if (number == SOURCE || number == DESTINATION)
		side.addresses = number == SOURCE ? space->source : space->destination;
	else
		side.ports = number == PORTS ? space->ports : space->source_ports;
	side.count = side.addresses ? side.addresses->count
		     : side.ports   ? side.ports->count
				    : 0;
	return side;
}

static struct cv_range range_of(const struct side *side, size_t at)
{
	if (side->addresses)
		return side->addresses->ranges[at];
	return (struct cv_range){{0, side->ports->ranges[at].first},
				 {0, side->ports->ranges[at].last}};
}

static bool is_same(const struct side *a, const struct side *b)
{
	return a->addresses == b->addresses && a->ports == b->ports;
}

static int compare_places(const void *left, const void *right)
{
	const struct place *a = left, *b = right;

	if (a->range != b->range)
		return a->range < b->range ? -1 : 1;
	return cv_address_compare(a->at, b->at);
}

static int by_begin(const void *left, const void *right)
{
	return compare_places(&((const struct stretch *)left)->from,
			      &((const struct stretch *)right)->from);
}

/* The place behind the last address of a range of the space. */
static struct place end_of(const struct side *space, size_t range)
{
	struct place place = {range + 1, {0, 0}};

	if (place.range < space->count)
		place.at = range_of(space, place.range).first;
	return place;
}

static struct place place_behind(const struct side *space, size_t range,
				 struct cv_address last)
{
	struct place place = {range, last};

	if (cv_address_compare(last, range_of(space, range).last) >= 0)
		return end_of(space, range);
	cv_address_next(6, &place.at);
	return place;
}

static struct stretch *add_stretch(struct strips *strips)
{
	if (strips->count == strips->capacity) {
		strips->capacity = strips->capacity * 2 + 16;
		strips->stretches = realloc(strips->stretches,
					    strips->capacity * sizeof(struct stretch));
		if (!strips->stretches)
			cv_out_of_memory();
	}
	return &strips->stretches[strips->count++];
}

/* The first range of the space that ends at the address or behind it. */
static size_t range_at(const struct side *space, struct cv_address address)
{
	size_t first = 0, end = space->count;

	while (first < end) {
		const size_t middle = first + (end - first) / 2;

		if (cv_address_compare(range_of(space, middle).last, address) < 0)
			first = middle + 1;
		else
			end = middle;
	}
	return first;
}

/* Adds where one of the others reaches over the space. */
static void add_reach(struct strips *strips, const struct side *space,
		      const struct side *other, const struct cv_space *by)
{
	struct stretch *last = NULL;

	if (!other->count || is_same(space, other)) {
		*add_stretch(strips) = (struct stretch){{0, range_of(space, 0).first},
							end_of(space, space->count - 1),
							by};
		return;
	}
	for (size_t i = 0; i < other->count; i++) {
		const struct cv_range range = range_of(other, i);

		for (size_t r = range_at(space, range.first); r < space->count; r++) {
			const struct cv_range mine = range_of(space, r);
			struct place from = {r, mine.first};

			if (cv_address_compare(mine.first, range.last) > 0)
				break;
			if (cv_address_compare(mine.first, range.first) < 0)
				from.at = range.first;
			if (!last || compare_places(&last->to, &from) != 0) {
				last = add_stretch(strips);
				last->from = from;
				last->by = by;
			}
			last->to = place_behind(space, r, range.last);
		}
	}
}

/* The number of a bound, all of which are known. */
static size_t number_of(const struct strips *strips, const struct place *place)
{
	const struct place *found = bsearch(place, strips->bounds, strips->bound_count,
					    sizeof *place, compare_places);

	return (size_t)(found - strips->bounds);
}

static void find_bounds(struct strips *strips)
{
	struct place *bounds = calloc(2 * strips->count + 1, sizeof *bounds);
	size_t kept = 0;

	if (!bounds)
		cv_out_of_memory();
	for (size_t i = 0; i < strips->count; i++) {
		bounds[2 * i] = strips->stretches[i].from;
		bounds[2 * i + 1] = strips->stretches[i].to;
	}
	qsort(bounds, 2 * strips->count, sizeof *bounds, compare_places);
	for (size_t i = 1; i < 2 * strips->count; i++)
		if (compare_places(&bounds[kept], &bounds[i]) != 0)
			bounds[++kept] = bounds[i];
	strips->bounds = bounds;
	strips->bound_count = kept + 1;
	for (size_t i = 0; i < strips->count; i++)
		strips->parts += (double)(number_of(strips, &strips->stretches[i].to) -
					  number_of(strips, &strips->stretches[i].from));
}

static void strips_make(struct strips *strips, const struct side *space, unsigned number,
			const struct cv_space *const *others, size_t count)
{
	const struct place end = end_of(space, space->count - 1);

	*strips = (struct strips){NULL, NULL, 0, 0, 0, 0, 0};
	for (size_t i = 0; i < count; i++) {
		const struct side other = side_of(others[i], number);
		const size_t before = strips->count;

		add_reach(strips, space, &other, others[i]);
		if (strips->count == before + 1 &&
		    strips->stretches[before].from.range == 0 &&
		    cv_address_compare(strips->stretches[before].from.at,
				       range_of(space, 0).first) == 0 &&
		    compare_places(&strips->stretches[before].to, &end) == 0)
			strips->whole++;
	}
}

static void strips_deinit(struct strips *strips)
{
	free(strips->stretches);
	free(strips->bounds);
}

static bool fill(const struct cv_space *space, const struct cv_space *const *others,
		 size_t count, unsigned sides);

/* The same where no other side is left. */
static bool fill_line(const struct strips *strips, const struct side *side)
{
	const struct place end = end_of(side, side->count - 1);
	struct place reached = {0, range_of(side, 0).first};

	qsort(strips->stretches, strips->count, sizeof *strips->stretches, by_begin);
	for (size_t i = 0; i < strips->count; i++) {
		if (compare_places(&strips->stretches[i].from, &reached) > 0)
			return false;
		if (compare_places(&strips->stretches[i].to, &reached) > 0)
			reached = strips->stretches[i].to;
	}
	return compare_places(&reached, &end) == 0;
}

/* Whether each strip is filled on the sides that are left. */
static bool fill_strips(const struct cv_space *space, const struct strips *strips,
			const struct side *side, unsigned sides)
{
	const struct place begin = {0, range_of(side, 0).first};
	const struct place end = end_of(side, side->count - 1);
	const struct cv_space **over = calloc(strips->count, sizeof *over);
	const struct stretch **active = calloc(strips->count, sizeof *active);
	size_t next = 0, count = 0;
	bool ok = compare_places(&strips->bounds[0], &begin) == 0 &&
		  compare_places(&strips->bounds[strips->bound_count - 1], &end) == 0;

	if (!over || !active)
		cv_out_of_memory();
	qsort(strips->stretches, strips->count, sizeof *strips->stretches, by_begin);
	for (size_t b = 0; ok && b + 1 < strips->bound_count; b++) {
		const struct place *bound = &strips->bounds[b];
		size_t kept = 0;

		for (size_t i = 0; i < count; i++)
			if (compare_places(&active[i]->to, bound) > 0)
				active[kept++] = active[i];
		for (count = kept; next < strips->count; next++) {
			if (compare_places(&strips->stretches[next].from, bound) > 0)
				break;
			active[count++] = &strips->stretches[next];
		}
		for (size_t i = 0; i < count; i++)
			over[i] = active[i]->by;
		ok = fill(space, over, count, sides);
	}
	free(over);
	free(active);
	return ok;
}

/* The one of the sides on which the others fall into the fewest parts. */
static unsigned best_of(struct strips strips[SIDES], unsigned sides)
{
	unsigned best = SIDES;

	for (unsigned i = 0; i < SIDES; i++) {
		if (!(sides >> i & 1))
			continue;
		find_bounds(&strips[i]);
		if (best == SIDES || strips[i].parts < strips[best].parts)
			best = i;
	}
	return best;
}

/* Whether the others fill the space on these sides; on all others they hold it. */
static bool fill(const struct cv_space *space, const struct cv_space *const *others,
		 size_t count, unsigned sides)
{
	struct strips strips[SIDES];
	unsigned left = 0, best = 0;
	bool ok = count > 0;

	for (unsigned i = 0; count && i < SIDES; i++) {
		const struct side side = side_of(space, i);

		strips[i] = (struct strips){NULL, NULL, 0, 0, 0, 0, 0};
		if (!(sides >> i & 1))
			continue;
		strips_make(&strips[i], &side, i, others, count);
		if (strips[i].whole < count) {
			left |= 1U << i;
			best = i;
		}
		ok = ok && strips[i].count > 0;
	}
	if (ok && left) {
		const bool line = (left & (left - 1)) == 0;
		struct side side;

		if (!line)
			best = best_of(strips, left);
		side = side_of(space, best);
		/* One alone that does not hold it all cannot fill it. */
		ok = count > 1 && (line ? fill_line(&strips[best], &side)
					: fill_strips(space, &strips[best], &side,
						      left & ~(1U << best)));
	}
	for (unsigned i = 0; count && i < SIDES; i++)
		strips_deinit(&strips[i]);
	return ok;
}

bool cv_space_filled(const struct cv_space *space, const struct cv_space *others,
		     size_t count)
{
	const struct cv_space **touching = calloc(count + 1, sizeof *touching);
	unsigned sides = 0;
	size_t found = 0;
	bool ok;

	if (!touching)
		cv_out_of_memory();
	for (unsigned i = 0; i < SIDES; i++)
		if (side_of(space, i).count)
			sides |= 1U << i;
	for (size_t i = 0; i < count; i++) {
		bool wide = cv_spaces_touch(space, &others[i]);

		/* Where the space is wider than any set, only "all" holds it. */
		for (unsigned s = 0; s < SIDES; s++)
			if (!(sides >> s & 1) && side_of(&others[i], s).count)
				wide = false;
		if (wide)
			touching[found++] = &others[i];
	}
	ok = fill(space, touching, found, sides);
	free(touching);
	return ok;
}
