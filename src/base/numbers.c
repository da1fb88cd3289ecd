/* Slots one behind the other: those of one hash are neighbours in memory. */
#include "base/numbers.h"

#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"

enum { FIRST = 1024 };

static void put(struct cv_numbers *numbers, struct cv_number_slot slot)
{
	size_t at = slot.hash;

	while (numbers->slots[at & (numbers->capacity - 1)].number)
		at++;
	numbers->slots[at & (numbers->capacity - 1)] = slot;
}

static void grow_to(struct cv_numbers *numbers, size_t capacity)
{
	struct cv_numbers more = *numbers;

	more.capacity = capacity;
	more.slots = calloc(more.capacity, sizeof *more.slots);
	if (!more.slots)
		cv_out_of_memory();
	for (size_t i = 0; i < numbers->capacity; i++)
		if (numbers->slots[i].number)
			put(&more, numbers->slots[i]);
	free(numbers->slots);
	*numbers = more;
}

void cv_numbers_reserve(struct cv_numbers *numbers, size_t count)
{
	size_t capacity = FIRST;

	while (capacity / 2 < count)
		capacity *= 2;
	if (capacity > numbers->capacity)
		grow_to(numbers, capacity);
}

void cv_numbers_add(struct cv_numbers *numbers, uint32_t hash, uint32_t number)
{
	assert(number < CV_NO_NUMBER);
	if (2 * numbers->count >= numbers->capacity)
		grow_to(numbers, numbers->capacity ? 2 * numbers->capacity : FIRST);
	put(numbers, (struct cv_number_slot){hash, number + 1});
	numbers->count++;
}

void cv_numbers_deinit(struct cv_numbers *numbers)
{
	free(numbers->slots);
	*numbers = (struct cv_numbers){NULL, 0, 0};
}
