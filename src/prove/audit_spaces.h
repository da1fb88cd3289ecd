#pragma once
/* Many spaces at once: joined where they differ in one side only, and found by where
 * they lie, so that two large lists are held against each other without trying every
 * pair. */

#include <stdbool.h>
#include <stddef.h>

#include "prove/cover.h"

struct cv_ctx;
struct cv_held;

struct cv_piece {
	struct cv_space space;
	struct cv_held *held; /* whose it is; of joined ones the first's */
	size_t order;         /* the place in its list */
	unsigned side;        /* private: which one is being joined */
};

/* Whether the two have a point in common; whether the outer has all of the inner. */
bool cv_spaces_meet(const struct cv_space *a, const struct cv_space *b);
bool cv_space_holds(const struct cv_space *outer, const struct cv_space *inner);

/* Joins pieces that differ in their sources only, then in their destinations, their
 * ports and their source ports, in place; the new count.  The union stays the same. */
size_t cv_pieces_join(struct cv_ctx *ctx, struct cv_piece *pieces, size_t count);

/* Private: a tree of intervals along the side that tells most pieces apart. */
struct cv_piece_index {
	struct cv_bound *bounds;
	size_t count;
	unsigned side;
	const struct cv_piece **hits;
	size_t hit_count;
};

/* In the arena of ctx; the pieces must stay. */
void cv_piece_index_make(struct cv_ctx *ctx, const struct cv_piece *pieces, size_t count,
			 struct cv_piece_index *index_out);

/* Finds all pieces that meet the space: index->hits, index->hit_count, valid until the
 * next search. */
void cv_piece_index_search(struct cv_piece_index *index, const struct cv_space *space);
