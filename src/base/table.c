/* The first chunk is small, since most lists are; the rest hold 4,096 items. */
#include "base/table.h"

#include <assert.h>
#include <string.h>

enum { FIRST = 64, REST = 4096 };

void *cv_table_add(struct cv_arena *arena, struct cv_table *table, size_t item_size)
{
	const size_t index = table->count;
	const size_t chunk = index < FIRST ? 0 : 1 + (index - FIRST) / REST;

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
			cv_arena_array(arena, chunk ? REST : FIRST, item_size);
	}
	table->count++;
	return cv_table_at(table, index);
}

void *cv_table_at(const struct cv_table *table, size_t index)
{
	assert(index < table->count);
	if (index < FIRST)
		return (char *)table->chunks[0] + index * table->item_size;
	index -= FIRST;
	return (char *)table->chunks[1 + index / REST] + index % REST * table->item_size;
}
