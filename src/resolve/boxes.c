/* Cuts boxes apart.  Published tables overlap little: boxes are first divided into
 * groups that are connected on one side after the other, by sorting, and only what
 * stays connected on every side is compared pair by pair. */
#include "resolve/boxes.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/limits.h"
#include "resolve/internal.h"

void cv_boxes_add(struct cv_boxes *boxes, const struct cv_box *box)
{
	if (boxes->count == boxes->capacity) {
		const size_t capacity = boxes->capacity ? boxes->capacity * 2 : 16;
		struct cv_box *items = realloc(boxes->items, capacity * sizeof *items);

		if (!items)
			cv_out_of_memory();
		boxes->items = items;
		boxes->capacity = capacity;
	}
	boxes->items[boxes->count++] = *box;
}

void cv_boxes_deinit(struct cv_boxes *boxes)
{
	free(boxes->items);
	*boxes = (struct cv_boxes){NULL, 0, 0};
}

static int compare_sides(const struct cv_box *a, const struct cv_box *b, int first)
{
	for (int i = 0; i < CV_BOX_SIDES; i++) {
		const int side = (first + i) % CV_BOX_SIDES;
		int order =
			cv_address_compare(a->sides[side].first, b->sides[side].first);

		if (order == 0)
			order = cv_address_compare(a->sides[side].last,
						   b->sides[side].last);
		if (order)
			return order;
	}
	return 0;
}

/* qsort has no room for the side, so there is a comparison for each. */
static int by_source(const void *a, const void *b)
{
	return compare_sides(a, b, CV_BOX_SOURCE);
}

static int by_destination(const void *a, const void *b)
{
	return compare_sides(a, b, CV_BOX_DESTINATION);
}

static int by_ports(const void *a, const void *b)
{
	return compare_sides(a, b, CV_BOX_PORTS);
}

static int by_source_ports(const void *a, const void *b)
{
	return compare_sides(a, b, CV_BOX_SOURCE_PORTS);
}

static int (*const orders[CV_BOX_SIDES])(const void *, const void *) = {
	by_source,
	by_destination,
	by_ports,
	by_source_ports,
};

static bool overlap(const struct cv_box *a, const struct cv_box *b)
{
	for (int i = 0; i < CV_BOX_SIDES; i++)
		if (cv_address_compare(a->sides[i].last, b->sides[i].first) < 0 ||
		    cv_address_compare(b->sides[i].last, a->sides[i].first) < 0)
			return false;
	return true;
}

/* Adds the parts of `box` outside `hole` to `out` and shrinks `box` to the rest,
 * which lies inside.  The two must overlap. */
static void peel(struct cv_box *box, const struct cv_box *hole, struct cv_boxes *out)
{
	for (int i = 0; i < CV_BOX_SIDES; i++) {
		struct cv_range *side = &box->sides[i];
		const struct cv_range *inner = &hole->sides[i];

		if (cv_address_compare(side->first, inner->first) < 0) {
			struct cv_box part = *box;

			part.sides[i].last = inner->first;
			cv_address_before(&part.sides[i].last);
			cv_boxes_add(out, &part);
			side->first = inner->first;
		}
		if (cv_address_compare(inner->last, side->last) < 0) {
			struct cv_box part = *box;

			part.sides[i].first = inner->last;
			cv_address_next(6, &part.sides[i].first);
			cv_boxes_add(out, &part);
			side->last = inner->last;
		}
	}
}

/* Adds one box to pieces that are disjoint, so that they stay so; their rows are none
 * of its business.  What is cut off a piece comes behind the others and is looked at,
 * too: another part of the box may reach into it. */
static bool insert(struct cv_boxes *pieces, const struct cv_box *box)
{
	struct cv_boxes rest = {NULL, 0, 0};

	cv_boxes_add(&rest, box);
	for (size_t p = 0; p < pieces->count; p++) {
		for (size_t r = 0; r < rest.count; r++) {
			struct cv_box common;

			if (!overlap(&rest.items[r], &pieces->items[p]))
				continue;
			/* What of the new box is outside goes on; the piece is cut to
			 * what they share. */
			common = rest.items[r];
			peel(&common, &pieces->items[p], &rest);
			rest.items[r] = rest.items[--rest.count];
			r--;
			struct cv_box piece = pieces->items[p];
			peel(&piece, &common, pieces);
			pieces->items[p] = piece;
			if (rest.count + pieces->count > CV_MAX_PIECES) {
				cv_boxes_deinit(&rest);
				return false;
			}
		}
	}
	for (size_t r = 0; r < rest.count; r++)
		cv_boxes_add(pieces, &rest.items[r]);
	cv_boxes_deinit(&rest);
	return true;
}

static int by_ordinal(const void *left, const void *right)
{
	const struct cv_row *a = *(const struct cv_row *const *)left;
	const struct cv_row *b = *(const struct cv_row *const *)right;

	return (a->ordinal > b->ordinal) - (a->ordinal < b->ordinal);
}

/* The rows of all boxes that a piece lies in.  They are gathered once it is cut: sets
 * that grew with every cut would cost memory with the third power of the boxes. */
static struct cv_rows rows_at(struct cv_ctx *ctx, const struct cv_box *piece,
			      const struct cv_box *boxes, size_t count,
			      const struct cv_row **room)
{
	struct cv_rows rows = {NULL, 0};
	size_t found = 0;

	for (size_t i = 0; i < count; i++) {
		if (!overlap(piece, &boxes[i]))
			continue;
		memcpy(room + found, boxes[i].rows.items,
		       boxes[i].rows.count * sizeof *room);
		found += boxes[i].rows.count;
	}
	qsort(room, found, sizeof *room, by_ordinal);
	for (size_t i = 0; i < found; i++)
		if (i == 0 || room[i] != room[i - 1])
			room[rows.count++] = room[i];
	rows.items = CV_NEW_ARRAY(ctx->arena, rows.count, const struct cv_row *);
	memcpy(rows.items, room, rows.count * sizeof *room);
	return rows;
}

/* Cuts the boxes of one group pair by pair. */
static bool cut_group(struct cv_ctx *ctx, struct cv_box *boxes, size_t count,
		      struct cv_boxes *out)
{
	struct cv_boxes pieces = {NULL, 0, 0};
	const struct cv_row **room;
	size_t rows = 0;
	bool ok = true;

	for (size_t i = 0; ok && i < count; i++) {
		ok = insert(&pieces, &boxes[i]);
		rows += boxes[i].rows.count;
	}
	room = calloc(rows + 1, sizeof *room);
	if (!room)
		cv_out_of_memory();
	for (size_t i = 0; ok && i < pieces.count; i++) {
		pieces.items[i].rows = rows_at(ctx, &pieces.items[i], boxes, count, room);
		cv_boxes_add(out, &pieces.items[i]);
	}
	free(room);
	cv_boxes_deinit(&pieces);
	return ok && out->count <= CV_MAX_PIECES;
}

/* Divides a group on `side`; `same` counts the sides that did not divide it. */
static bool divide(struct cv_ctx *ctx, struct cv_box *boxes, size_t count, int side,
		   int same, struct cv_boxes *out)
{
	size_t start = 0;
	struct cv_address reach;

	if (count == 1) {
		cv_boxes_add(out, boxes);
		return true;
	}
	if (same == CV_BOX_SIDES)
		return cut_group(ctx, boxes, count, out);
	qsort(boxes, count, sizeof *boxes, orders[side]);
	reach = boxes[0].sides[side].last;
	for (size_t i = 1; i <= count; i++) {
		const int next = (side + 1) % CV_BOX_SIDES;

		if (i < count &&
		    cv_address_compare(boxes[i].sides[side].first, reach) <= 0) {
			if (cv_address_compare(boxes[i].sides[side].last, reach) > 0)
				reach = boxes[i].sides[side].last;
			continue;
		}
		if (!divide(ctx, boxes + start, i - start, next,
			    i - start == count ? same + 1 : 0, out))
			return false;
		start = i;
		if (i < count)
			reach = boxes[i].sides[side].last;
	}
	return true;
}

bool cv_boxes_cut(struct cv_ctx *ctx, struct cv_boxes *boxes)
{
	struct cv_boxes cut = {NULL, 0, 0};
	size_t kept = 0;

	if (boxes->count == 0)
		return true;
	/* Equal boxes first, so that a row asked twice costs nothing below. */
	qsort(boxes->items, boxes->count, sizeof *boxes->items, by_source);
	for (size_t i = 1; i < boxes->count; i++) {
		struct cv_box *last = &boxes->items[kept];

		if (compare_sides(last, &boxes->items[i], 0) == 0)
			last->rows = cv_rows_union(ctx, last->rows, boxes->items[i].rows);
		else
			boxes->items[++kept] = boxes->items[i];
	}
	boxes->count = kept + 1;
	if (!divide(ctx, boxes->items, boxes->count, CV_BOX_SOURCE, 0, &cut)) {
		cv_boxes_deinit(&cut);
		return false;
	}
	qsort(cut.items, cut.count, sizeof *cut.items, by_source);
	cv_boxes_deinit(boxes);
	*boxes = cut;
	return true;
}
