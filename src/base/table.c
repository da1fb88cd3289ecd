/* Chunks double from 8 items to 4,096: most lists are short, and a long one wastes no
 * more than it holds. */
#include "base/table.h"

#include <assert.h>
#include <string.h>

enum { FIRST = 8, LARGEST = 4096, DOUBLINGS = 10 }; /* LARGEST is FIRST << 9 */

/* The chunk that holds the item at `index`, and how many items lie before it. */
static size_t chunk_of(size_t index, size_t *before_out)
{
	size_t chunk;

	if (index >= 2 * LARGEST) {
		*before_out = index / LARGEST * LARGEST;
		return DOUBLINGS - 1 + index / LARGEST;
	}
	/* The highest bit that is set, from that of FIRST on. */
	chunk = 61 - (size_t)__builtin_clzll((unsigned long long)index | (FIRST - 1));
	*before_out = chunk ? (size_t)FIRST << (chunk - 1) : 0;
	return chunk;
}

static size_t items_of(size_t chunk)
{
	if (chunk > DOUBLINGS)
		return LARGEST;
	return chunk ? (size_t)FIRST << (chunk - 1) : FIRST;
}

void *cv_table_add(struct cv_arena *arena, struct cv_table *table, size_t item_size)
{
	size_t before;
	const size_t chunk = chunk_of(table->count, &before);

	assert(table->item_size == 0 || table->item_size == item_size);
	table->item_size = item_size;
	if (chunk == table->chunk_count) {
		if (chunk == table->chunk_capacity) {
			const size_t capacity = chunk ? chunk * 2 : 4;
			void **chunks = CV_NEW_ARRAY(arena, capacity, void *);

			if (chunk)
				memcpy(chunks, table->chunks, chunk * sizeof *chunks);
			table->chunks = chunks;
			table->chunk_capacity = capacity;
		}
		table->chunks[table->chunk_count++] =
			cv_arena_array(arena, items_of(chunk), item_size);
	}
	return (char *)table->chunks[chunk] + (table->count++ - before) * item_size;
}

void cv_table_clear(struct cv_table *table)
{
	for (size_t chunk = 0; chunk < table->chunk_count; chunk++)
		memset(table->chunks[chunk], 0, items_of(chunk) * table->item_size);
	table->count = 0;
}

void *cv_table_at(const struct cv_table *table, size_t index)
{
	size_t before, chunk;

	assert(index < table->count);
	chunk = chunk_of(index, &before);
	return (char *)table->chunks[chunk] + (index - before) * table->item_size;
}
