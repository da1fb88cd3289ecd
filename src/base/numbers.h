#pragma once
/* Finds the numbers of items by a hash of their keys.  The keys stay where the items are:
 * the table holds only what tells most of them apart, so that few items are looked at
 * beside the one that is sought. */

#include <stddef.h>
#include <stdint.h>

#include "base/ahead.h"

struct cv_number_slot {
	uint32_t hash, number; /* counted from 1; 0: free */
};

/* In malloc's memory; begins as {0}. */
struct cv_numbers {
	struct cv_number_slot *slots; /* a power of two, at most half of them taken */
	size_t capacity, count;
};

#define CV_NO_NUMBER UINT32_MAX

/* Makes room for so many at once, so that the table need not grow up to them. */
void cv_numbers_reserve(struct cv_numbers *numbers, size_t count);

/* Adds a number below CV_NO_NUMBER; that it is there already is not asked. */
void cv_numbers_add(struct cv_numbers *numbers, uint32_t hash, uint32_t number);
void cv_numbers_deinit(struct cv_numbers *numbers);

/* That cv_numbers_next() will soon be asked with that hash: of a large table, what it
 * looks at comes from far, and may come while something else is done. */
static inline void cv_numbers_await(const struct cv_numbers *numbers, uint32_t hash)
{
	if (numbers->capacity)
		cv_await(&numbers->slots[hash & (numbers->capacity - 1)]);
}

/* One after the other the numbers that were added with that hash, then CV_NO_NUMBER.
 * `*at` begins as the hash. */
static inline uint32_t cv_numbers_next(const struct cv_numbers *numbers, uint32_t hash,
				       size_t *at)
{
	while (numbers->capacity) {
		const struct cv_number_slot *slot =
			&numbers->slots[(*at)++ & (numbers->capacity - 1)];

		if (slot->number == 0)
			break;
		if (slot->hash == hash)
			return slot->number - 1;
	}
	return CV_NO_NUMBER;
}
