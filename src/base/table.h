#pragma once
/* A list that grows in an arena by whole chunks: items never move. */

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

/* The item at `index`, which must be below `count`. */
void *cv_table_at(const struct cv_table *table, size_t index);

#define CV_ADD(arena, table, type) ((type *)cv_table_add((arena), (table), sizeof(type)))
#define CV_AT(table, type, index) ((type *)cv_table_at((table), (index)))
