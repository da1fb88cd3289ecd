#pragma once
/* A list that grows in an arena by whole chunks: items never move. */

#include <assert.h>
#include <stddef.h>

#include "base/arena.h"

struct cv_table {
	size_t count, item_size;
	void **chunks;
	size_t chunk_count, chunk_capacity;
};

/* Adds a zeroed item of `item_size` bytes (the same for every add) and returns it. */
void *cv_table_add(struct cv_arena *arena, struct cv_table *table, size_t item_size);

/* Takes all items out; their room stays, and is zeroed. */
void cv_table_clear(struct cv_table *table);

/* Private, and here because it is asked more often than anything else: chunks double from
 * FIRST items to LARGEST, which is FIRST << (DOUBLINGS - 1). */
enum { CV_TABLE_FIRST = 8, CV_TABLE_LARGEST = 4096, CV_TABLE_DOUBLINGS = 10 };

/* Private: the chunk that holds the item at `index`, and how many lie before it. */
static inline size_t cv_table_chunk(size_t index, size_t *before_out)
{
	size_t chunk;

	if (index >= 2 * CV_TABLE_LARGEST) {
		*before_out = index / CV_TABLE_LARGEST * CV_TABLE_LARGEST;
		return CV_TABLE_DOUBLINGS - 1 + index / CV_TABLE_LARGEST;
	}
	/* The highest bit that is set, from that of FIRST on. */
	chunk = 61 -
		(size_t)__builtin_clzll((unsigned long long)index | (CV_TABLE_FIRST - 1));
	*before_out = chunk ? (size_t)CV_TABLE_FIRST << (chunk - 1) : 0;
	return chunk;
}

/* The item at `index`, which must be below `count`. */
static inline void *cv_table_at(const struct cv_table *table, size_t index)
{
	size_t before, chunk;

	assert(index < table->count);
	chunk = cv_table_chunk(index, &before);
	return (char *)table->chunks[chunk] + (index - before) * table->item_size;
}

#define CV_ADD(arena, table, type) ((type *)cv_table_add((arena), (table), sizeof(type)))
#define CV_AT(table, type, index) ((type *)cv_table_at((table), (index)))
