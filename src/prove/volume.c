/* How large a space is, exactly: as many as 2^288 packets, so in parts of 32 bits.
 * Elements that lie in a space and do not overlap fill it when they are as large
 * together. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "prove/apart.h"
#include "prove/audit_spaces.h"
#include "prove/flow_spaces.h"

enum { PARTS = 10, SIDES = 4 };

/* More than this of both sets are not held against each other. */
enum { MOST_SINGLE = 256 };

struct volume {
	uint32_t parts[PARTS]; /* the lowest first */
};

static void add(struct volume *volume, const struct volume *more)
{
	uint64_t carry = 0;

	for (int i = 0; i < PARTS; i++) {
		carry += (uint64_t)volume->parts[i] + more->parts[i];
		volume->parts[i] = (uint32_t)carry;
		carry >>= 32;
	}
}

static void multiply(struct volume *volume, const struct volume *by)
{
	struct volume product = {{0}};

	for (int i = 0; i < PARTS; i++) {
		uint64_t carry = 0;

		for (int j = 0; volume->parts[i] && i + j < PARTS; j++) {
			carry += product.parts[i + j] +
				 (uint64_t)volume->parts[i] * by->parts[j];
			product.parts[i + j] = (uint32_t)carry;
			carry >>= 32;
		}
	}
	*volume = product;
}

/* One less than the number of addresses would be their distance. */
static void add_range(struct volume *volume, struct cv_address first,
		      struct cv_address last)
{
	const struct volume one = {{1}};
	const uint64_t low = last.low - first.low;
	const uint64_t high = last.high - first.high - (last.low < first.low);
	const struct volume distance = {{(uint32_t)low, (uint32_t)(low >> 32),
					 (uint32_t)high, (uint32_t)(high >> 32)}};

	add(volume, &distance);
	add(volume, &one);
}

static struct volume size_of_addresses(const struct cv_addresses *set)
{
	struct volume size = {{0}};

	for (size_t i = 0; i < set->count; i++)
		add_range(&size, set->ranges[i].first, set->ranges[i].last);
	return size;
}

static struct volume size_of_ports(const struct cv_ports *set)
{
	struct volume size = {{0}};

	for (size_t i = 0; i < set->count; i++)
		size.parts[0] += 1U + set->ranges[i].last - set->ranges[i].first;
	return size;
}

/* On the sides in bits; the others are the same for all that are compared. */
static struct volume volume_of(const struct cv_space *space, unsigned sides)
{
	const struct cv_addresses *const addresses[] = {space->source,
							space->destination};
	const struct cv_ports *const ports[] = {space->ports, space->source_ports};
	struct volume volume = {{1}};

	for (unsigned i = 0; i < SIDES; i++) {
		if (!(sides >> i & 1))
			continue;
		const struct volume size = i < 2 ? size_of_addresses(addresses[i])
						 : size_of_ports(ports[i - 2]);

		multiply(&volume, &size);
	}
	return volume;
}

/* Elements of single values and of ranges, and the sides on which they differ from the
 * space. */
struct halves {
	const struct cv_plan *plan;
	const struct cv_space *space;
	struct {
		const struct cv_entry **items;
		size_t count;
	} of[2];
	unsigned sides;
};

/* False where the element is not one of the sets, or does not lie in the space. */
static bool add_element(struct halves *halves, const struct cv_entry *element)
{
	const struct cv_space *space = halves->space;
	const struct cv_space part = cv_entry_space(halves->plan, element);
	bool exact;

	if (!cv_entry_is_element(element) || !cv_space_holds(space, &part))
		return false;
	exact = cv_element_is_exact(element);
	if (halves->of[exact].count &&
	    cv_elements_compare(halves->of[exact].items[0], element) != 0)
		return false;
	halves->of[exact].items[halves->of[exact].count++] = element;
	halves->sides |= (part.source != space->source ? 1U : 0) |
			 (part.destination != space->destination ? 2U : 0) |
			 (part.ports != space->ports ? 4U : 0) |
			 (part.source_ports != space->source_ports ? 8U : 0);
	return true;
}

/* What ranges that were cut leave may be single values: mostly few, so that each may be
 * held against all ranges. */
static bool are_halves_apart(const struct halves *halves)
{
	const size_t few = halves->of[0].count < halves->of[1].count ? 0 : 1;

	if (halves->of[few].count > MOST_SINGLE)
		return false;
	for (size_t i = 0; i < halves->of[few].count; i++) {
		const struct cv_space one =
			cv_entry_space(halves->plan, halves->of[few].items[i]);

		for (size_t j = 0; j < halves->of[1 - few].count; j++) {
			const struct cv_space other = cv_entry_space(
				halves->plan, halves->of[1 - few].items[j]);

			if (cv_spaces_meet(&one, &other))
				return false;
		}
	}
	return true;
}

static bool are_as_large(const struct halves *halves)
{
	const struct cv_space *space = halves->space;
	const unsigned sides = halves->sides;
	struct volume sum = {{0}}, whole;

	/* A side that is not limited has no size to be compared with. */
	if ((sides & 1 && !space->source) || (sides & 2 && !space->destination) ||
	    (sides & 4 && !space->ports) || (sides & 8 && !space->source_ports))
		return false;
	for (int half = 0; half < 2; half++) {
		for (size_t i = 0; i < halves->of[half].count; i++) {
			const struct cv_space part =
				cv_entry_space(halves->plan, halves->of[half].items[i]);
			const struct volume volume = volume_of(&part, sides);

			add(&sum, &volume);
		}
	}
	whole = volume_of(space, sides);
	return memcmp(&sum, &whole, sizeof sum) == 0;
}

bool cv_elements_fill(const struct cv_plan *plan, const struct cv_space *space,
		      const struct cv_entry *const *elements, size_t count)
{
	const struct cv_entry **room = calloc(2 * count + 1, sizeof *room);
	struct halves halves = {.plan = plan, .space = space};
	bool ok = count > 0;

	if (!room)
		cv_out_of_memory();
	halves.of[0].items = room;
	halves.of[1].items = room + count;
	for (size_t i = 0; ok && i < count; i++)
		ok = add_element(&halves, elements[i]);
	ok = ok && are_halves_apart(&halves) && are_as_large(&halves);
	free(room);
	return ok;
}
