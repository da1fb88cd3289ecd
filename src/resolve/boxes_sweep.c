/* A sweep over boxes that hang together on every side.  Box by box comes in, in the
 * order of one side, is held against the pieces that it may still meet, and cuts them.  A
 * piece only knows the chain of boxes that it lies in; the rows are gathered at the end.
 */
#include "resolve/boxes_cut.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"

/* The stacks that a piece lies in: pieces that come of one share their tails. */
struct cover {
	const struct cv_stack *stack;
	const struct cover *next;
	size_t rows;
};

struct piece {
	struct cv_range sides[CV_BOX_SIDES];
	const struct cover *cover;
};

struct pieces {
	struct piece *items;
	size_t count, capacity;
};

/* A piece that is not cut any more, with the rows of all boxes that it lies in. */
struct part {
	struct cv_range sides[CV_BOX_SIDES];
	struct cv_rows rows;
};

struct sweep {
	struct cv_cutting *cutting;
	struct cv_range incoming[CV_BOX_SIDES]; /* of the box that comes in */
	int order[CV_BOX_SIDES]; /* in which pieces are cut; the first is swept along */
	struct pieces active;    /* that a box may still meet */
	struct pieces done;      /* that none meets any more */
	struct pieces rest;      /* of the box that comes in, outside of all pieces */
	size_t *hits;            /* the active pieces that it meets, by their numbers */
	size_t hit_count, hit_room;
};

/* Room for one more in an array of malloc's memory. */
static void *room_for(void *items, size_t count, size_t *capacity, size_t size)
{
	if (count < *capacity)
		return items;
	*capacity = *capacity ? *capacity * 2 : 16;
	items = realloc(items, *capacity * size);
	if (!items)
		cv_out_of_memory();
	return items;
}

static void copy_sides(const struct cv_box *box, struct cv_range sides[CV_BOX_SIDES])
{
	for (int side = 0; side < CV_BOX_SIDES; side++)
		sides[side] = cv_box_side(box, side);
}

static int by_address(const void *a, const void *b)
{
	return cv_address_compare(*(const struct cv_address *)a,
				  *(const struct cv_address *)b);
}

static int by_ordinal(const void *left, const void *right)
{
	const struct cv_row *a = *(const struct cv_row *const *)left;
	const struct cv_row *b = *(const struct cv_row *const *)right;

	return (a->ordinal > b->ordinal) - (a->ordinal < b->ordinal);
}

/* ---- pieces ---- */

static bool overlap(const struct cv_range *a, const struct cv_range *b)
{
	for (int i = 0; i < CV_BOX_SIDES; i++)
		if (cv_address_compare(a[i].last, b[i].first) < 0 ||
		    cv_address_compare(b[i].last, a[i].first) < 0)
			return false;
	return true;
}

/* Takes what a piece costs off the budget. */
static bool pay(struct cv_cutting *cutting, size_t pieces, const struct cv_stack *stack,
		size_t rows)
{
	struct cv_box_budget *budget = cutting->budget;

	if (pieces <= budget->pieces && rows <= budget->rows) {
		budget->pieces -= pieces;
		budget->rows -= rows;
		return true;
	}
	if (pieces > budget->pieces)
		budget->pieces = 0;
	else
		budget->rows = 0;
	budget->row = stack->boxes[0]->rows.items[0];
	cutting->spent = true;
	return false;
}

static void keep(struct pieces *pieces, const struct piece *piece)
{
	pieces->items = room_for(pieces->items, pieces->count, &pieces->capacity,
				 sizeof *pieces->items);
	pieces->items[pieces->count++] = *piece;
}

static const struct cover *cover_with(struct sweep *sweep, const struct cv_stack *stack,
				      const struct cover *next)
{
	struct cover *cover = CV_NEW(sweep->cutting->scratch, struct cover);

	*cover = (struct cover){stack, next, stack->rows + (next ? next->rows : 0)};
	return cover;
}

/* Takes the part of `piece` before (or behind) the hole on a side off it. */
static struct piece split(struct piece *piece, int side, bool before,
			  const struct cv_range *hole)
{
	struct piece part = *piece;

	if (before) {
		part.sides[side].last = hole->first;
		cv_address_before(&part.sides[side].last);
		piece->sides[side].first = hole->first;
	} else {
		part.sides[side].first = hole->last;
		cv_address_next(6, &part.sides[side].first);
		piece->sides[side].last = hole->last;
	}
	return part;
}

/* Whether the piece goes on before (or behind) the hole. */
static bool goes_beyond(const struct piece *piece, int side, bool before,
			const struct cv_range *hole)
{
	return before ? cv_address_compare(piece->sides[side].first, hole->first) < 0
		      : cv_address_compare(hole->last, piece->sides[side].last) < 0;
}

/* Cuts a piece to what it shares with the box that comes in; the rest of it becomes
 * pieces behind the others. */
static void cut_piece(struct sweep *sweep, size_t at, const struct cv_stack *stack)
{
	const struct cv_range *box = sweep->incoming;
	struct piece piece = sweep->active.items[at];

	for (int i = 0; i < 2 * CV_BOX_SIDES && !sweep->cutting->spent; i++) {
		const int side = sweep->order[i / 2];
		const bool before = i % 2 == 0;
		struct piece part;

		if (!goes_beyond(&piece, side, before, &box[side]) ||
		    !pay(sweep->cutting, 1, piece.cover->stack, piece.cover->rows))
			continue;
		part = split(&piece, side, before, &box[side]);
		keep(&sweep->active, &part);
	}
	if (!pay(sweep->cutting, 0, stack, stack->rows))
		return;
	piece.cover = cover_with(sweep, stack, piece.cover);
	sweep->active.items[at] = piece;
}

/* A part of a box that came in, and the pieces that it meets, by their numbers. */
struct task {
	struct piece part;
	size_t *hits;
	size_t count;
};

struct tasks {
	struct task *items;
	size_t count, capacity;
};

static void add_task(const struct sweep *sweep, struct tasks *tasks,
		     const struct piece *part, const size_t *hits, size_t count)
{
	struct task task = {*part, malloc((count + 1) * sizeof *hits), 0};

	if (!task.hits)
		cv_out_of_memory();
	for (size_t i = 0; i < count; i++)
		if (overlap(part->sides, sweep->active.items[hits[i]].sides))
			task.hits[task.count++] = hits[i];
	tasks->items = room_for(tasks->items, tasks->count, &tasks->capacity,
				sizeof *tasks->items);
	tasks->items[tasks->count++] = task;
}

/* Puts what of the box that comes in lies outside all of the pieces that it hits into
 * `rest`.  The one in the middle is taken away first, so that each part that it leaves
 * has but a share of the others to do with. */
static void keep_rest(struct sweep *sweep, const struct cv_stack *stack)
{
	struct piece whole = {.cover = cover_with(sweep, stack, NULL)};
	struct tasks tasks = {NULL, 0, 0};

	memcpy(whole.sides, sweep->incoming, sizeof whole.sides);
	add_task(sweep, &tasks, &whole, sweep->hits, sweep->hit_count);
	while (tasks.count) {
		struct task task = tasks.items[--tasks.count];
		const struct cv_range *hole;

		if (task.count == 0 && pay(sweep->cutting, 1, stack, stack->rows))
			keep(&sweep->rest, &task.part);
		hole = task.count ? sweep->active.items[task.hits[task.count / 2]].sides
				  : NULL;
		for (int i = 0; hole && !sweep->cutting->spent && i < 2 * CV_BOX_SIDES;
		     i++) {
			const int side = sweep->order[i / 2];
			struct piece outside;

			if (!goes_beyond(&task.part, side, i % 2 == 0, &hole[side]))
				continue;
			outside = split(&task.part, side, i % 2 == 0, &hole[side]);
			add_task(sweep, &tasks, &outside, task.hits, task.count);
		}
		free(task.hits);
	}
	free(tasks.items);
}

/* ---- rows ---- */

/* The rows of all boxes that a piece lies in.  They are gathered once it is cut: sets
 * that grew with every cut would cost memory with the third power of the boxes. */
static struct cv_rows rows_of(struct cv_cutting *cutting, const struct cover *cover)
{
	const struct cv_row **room, **items;
	size_t found = 0, count = 0;

	if (!cover->next && cover->stack->count == 1)
		return cover->stack->boxes[0]->rows;
	room = malloc(cover->rows * sizeof *room);
	if (!room)
		cv_out_of_memory();
	for (; cover; cover = cover->next) {
		for (size_t i = 0; i < cover->stack->count; i++) {
			const struct cv_rows *more = &cover->stack->boxes[i]->rows;

			memcpy(room + found, more->items, more->count * sizeof *room);
			found += more->count;
		}
	}
	qsort(room, found, sizeof *room, by_ordinal);
	for (size_t i = 0; i < found; i++)
		if (i == 0 || room[i] != room[count - 1])
			room[count++] = room[i];
	items = CV_NEW_ARRAY(cutting->ctx->arena, count, const struct cv_row *);
	memcpy(items, room, count * sizeof *room);
	free(room);
	return cv_rows_of(items, count);
}

/* A box as it came, with the rows of all that a cover of it alone says. */
static void put_whole(struct cv_cutting *cutting, const struct cover *cover)
{
	struct cv_box box = *cover->stack->boxes[0];

	box.rows = rows_of(cutting, cover);
	cv_boxes_add(cutting->out, &box);
}

/* ---- parts ---- */

static bool is_same(const struct cv_range *a, const struct cv_range *b)
{
	return cv_range_compare(a, b) == 0;
}

/* Whether the second continues the first on a side and they are alike in all else. */
static bool continues(const struct part *a, const struct part *b, int side)
{
	struct cv_address next = a->sides[side].last;

	for (int i = 0; i < CV_BOX_SIDES; i++)
		if (i != side && !is_same(&a->sides[i], &b->sides[i]))
			return false;
	return cv_address_next(6, &next) &&
	       cv_address_compare(next, b->sides[side].first) == 0 &&
	       a->rows.count == b->rows.count &&
	       memcmp(a->rows.items, b->rows.items,
		      a->rows.count * sizeof *a->rows.items) == 0;
}

/* So that the side comes last of the four. */
static int compare_parts(const struct part *a, const struct part *b, int last)
{
	int order = 0;

	for (int i = 1; i <= CV_BOX_SIDES && !order; i++) {
		const int side = (last + i) % CV_BOX_SIDES;

		order = cv_range_compare(&a->sides[side], &b->sides[side]);
	}
	return order;
}

#define LAST(name, side) \
	static int name(const void *a, const void *b) \
	{ \
		return compare_parts(a, b, side); \
	}

LAST(source_last, CV_BOX_SOURCE)
LAST(destination_last, CV_BOX_DESTINATION)
LAST(ports_last, CV_BOX_PORTS)
LAST(source_ports_last, CV_BOX_SOURCE_PORTS)

/* Joins parts again that were cut apart without need; how many there are then. */
static size_t join(const struct sweep *sweep, struct part *parts, size_t count)
{
	static int (*const orders[CV_BOX_SIDES])(const void *, const void *) = {
		source_last,
		destination_last,
		ports_last,
		source_ports_last,
	};

	for (int i = CV_BOX_SIDES - 1; i >= 0; i--) {
		const int side = sweep->order[i];
		size_t kept = 0;

		qsort(parts, count, sizeof *parts, orders[side]);
		for (size_t at = 1; at < count; at++) {
			if (continues(&parts[kept], &parts[at], side))
				parts[kept].sides[side].last = parts[at].sides[side].last;
			else
				parts[++kept] = parts[at];
		}
		count = kept + 1;
	}
	return count;
}

/* A part has the sides that its box has. */
static void put_part(struct cv_cutting *cutting, const struct part *part,
		     const struct cv_box *of)
{
	struct cv_box box = {.rows = part->rows};

	for (int i = 0; i < 2; i++) {
		const struct cv_range *ports = &part->sides[CV_BOX_PORTS + i];
		const struct cv_port_range range = {(uint16_t)ports->first.low,
						    (uint16_t)ports->last.low};

		if (of->addresses[i])
			box.addresses[i] = cv_addresses_one(
				cutting->ctx, of->addresses[i]->family, part->sides[i]);
		if (of->ports[i])
			box.ports[i] = cv_ports_make(cutting->ctx, &range, 1);
	}
	cv_boxes_add(cutting->out, &box);
}

/* ---- groups ---- */

static size_t uniques(struct cv_address *addresses, size_t count)
{
	size_t kept = 0;

	qsort(addresses, count, sizeof *addresses, by_address);
	for (size_t i = 1; i < count; i++)
		if (cv_address_compare(addresses[kept], addresses[i]) != 0)
			addresses[++kept] = addresses[i];
	return kept + 1;
}

/* How many of the addresses lie below. */
static size_t below(const struct cv_address *addresses, size_t count,
		    struct cv_address limit)
{
	size_t first = 0;

	while (first < count) {
		const size_t middle = first + (count - first) / 2;

		if (cv_address_compare(addresses[middle], limit) < 0)
			first = middle + 1;
		else
			count = middle;
	}
	return first;
}

/* Into how many parts the stacks would fall, all together, if each were cut on the side
 * wherever one of them begins or ends. */
static double parts_on(const struct cv_stack *const *stacks, size_t count, int side)
{
	struct cv_address *firsts = calloc(2 * count, sizeof *firsts);
	struct cv_address *lasts = firsts + count;
	size_t first_count, last_count;
	double parts = 0;

	if (!firsts)
		cv_out_of_memory();
	for (size_t i = 0; i < count; i++) {
		const struct cv_range range = cv_box_side(stacks[i]->boxes[0], side);

		firsts[i] = range.first;
		lasts[i] = range.last;
	}
	first_count = uniques(firsts, count);
	last_count = uniques(lasts, count);
	for (size_t i = 0; i < count; i++) {
		const struct cv_range range = cv_box_side(stacks[i]->boxes[0], side);

		/* Beginnings behind its own, and ends before its own. */
		parts += (double)(below(firsts, first_count, range.last) -
				  below(firsts, first_count, range.first)) +
			 (double)(below(lasts, last_count, range.last) -
				  below(lasts, last_count, range.first)) +
			 1;
	}
	free(firsts);
	return parts;
}

/* The sides on which fewest parts would come of it first.  Of equal ones ports come
 * before addresses: a network that is cut leaves ranges that are no prefixes, which
 * cost a packet filter more. */
static void order_sides(struct sweep *sweep, const struct cv_stack *const *stacks,
			size_t count)
{
	static const int preferred[CV_BOX_SIDES] = {CV_BOX_PORTS, CV_BOX_SOURCE_PORTS,
						    CV_BOX_DESTINATION, CV_BOX_SOURCE};
	double parts[CV_BOX_SIDES];

	for (int i = 0; i < CV_BOX_SIDES; i++) {
		const int side = preferred[i];
		int at = i;

		parts[side] = parts_on(stacks, count, side);
		for (; at > 0 && parts[sweep->order[at - 1]] > parts[side]; at--)
			sweep->order[at] = sweep->order[at - 1];
		sweep->order[at] = side;
	}
}

/* Finds the active pieces that the box meets.  Those that end before it on the side of
 * the sweep are done, since no other box begins before it. */
static void find_hits(struct sweep *sweep)
{
	const struct cv_range *box = sweep->incoming;
	struct pieces *active = &sweep->active;
	const int side = sweep->order[0];
	size_t kept = 0;

	sweep->hit_count = 0;
	for (size_t i = 0; i < active->count; i++) {
		const struct piece *piece = &active->items[i];

		if (cv_address_compare(piece->sides[side].last, box[side].first) < 0) {
			keep(&sweep->done, piece);
			continue;
		}
		if (overlap(piece->sides, box)) {
			sweep->hits = room_for(sweep->hits, sweep->hit_count,
					       &sweep->hit_room, sizeof *sweep->hits);
			sweep->hits[sweep->hit_count++] = kept;
		}
		if (kept != i)
			active->items[kept] = *piece;
		kept++;
	}
	active->count = kept;
}

static bool is_whole(const struct piece *piece)
{
	bool same = !piece->cover->next;

	for (int side = 0; side < CV_BOX_SIDES && same; side++) {
		const struct cv_range range =
			cv_box_side(piece->cover->stack->boxes[0], side);

		same = is_same(&piece->sides[side], &range);
	}
	return same;
}

/* Boxes that nothing was cut off stay as they are. */
static void put_group(const struct sweep *sweep, const struct cv_box *any)
{
	struct cv_cutting *cutting = sweep->cutting;
	const struct pieces *done = &sweep->done;
	struct part *parts = malloc(done->count * sizeof *parts);
	size_t count = 0;

	if (!parts)
		cv_out_of_memory();
	for (size_t i = 0; i < done->count; i++) {
		const struct piece *piece = &done->items[i];

		if (is_whole(piece)) {
			put_whole(cutting, piece->cover);
			continue;
		}
		memcpy(parts[count].sides, piece->sides, sizeof piece->sides);
		parts[count++].rows = rows_of(cutting, piece->cover);
	}
	if (count)
		count = join(sweep, parts, count);
	for (size_t i = 0; i < count; i++)
		put_part(cutting, &parts[i], any);
	free(parts);
}

void cv_stacks_sweep(struct cv_cutting *cutting, const struct cv_stack **stacks,
		     size_t count)
{
	struct sweep sweep = {.cutting = cutting};

	order_sides(&sweep, stacks, count);
	qsort(stacks, count, sizeof *stacks, cv_stack_orders[sweep.order[0]]);
	for (size_t i = 0; i < count && !cutting->spent; i++) {
		copy_sides(stacks[i]->boxes[0], sweep.incoming);
		find_hits(&sweep);
		sweep.rest.count = 0;
		keep_rest(&sweep, stacks[i]);
		for (size_t h = 0; h < sweep.hit_count && !cutting->spent; h++)
			cut_piece(&sweep, sweep.hits[h], stacks[i]);
		for (size_t r = 0; r < sweep.rest.count; r++)
			keep(&sweep.active, &sweep.rest.items[r]);
	}
	for (size_t i = 0; i < sweep.active.count && !cutting->spent; i++)
		keep(&sweep.done, &sweep.active.items[i]);
	if (!cutting->spent)
		put_group(&sweep, stacks[0]->boxes[0]);
	free(sweep.active.items);
	free(sweep.done.items);
	free(sweep.rest.items);
	free(sweep.hits);
	cv_arena_reset(cutting->scratch);
}

void cv_stack_put(struct cv_cutting *cutting, const struct cv_stack *stack)
{
	const struct cover cover = {stack, NULL, stack->rows};

	if (pay(cutting, 1, stack, stack->rows))
		put_whole(cutting, &cover);
}
