/* Chunks double from 8 items to 4,096: most lists are short, and a long one wastes no
 * more than it holds. */
#include "base/table.h"

#include <assert.h>
#include <string.h>

static size_t items_of(size_t chunk)
{
	if (chunk > CV_TABLE_DOUBLINGS)
		return CV_TABLE_LARGEST;
	return chunk ? (size_t)CV_TABLE_FIRST << (chunk - 1) : CV_TABLE_FIRST;
}

void *cv_table_add(struct cv_arena *arena, struct cv_table *table, size_t item_size)
{
	size_t before;
	const size_t chunk = cv_table_chunk(table->count, &before);

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
