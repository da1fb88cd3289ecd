/* Flows by what they let through: list by list and family by family, each one that
 * has no equal is held against all of the other side. */
#include "prove/audit_parts.h"

#include <string.h>

#include "prove/audit_spaces.h"
#include "prove/flow_spaces.h"

/* Whether pieces cover a flow together may cost as much as their cube.  Beyond so many
 * of them, and beyond so much in all, the question is not asked. */
enum { MOST_PIECES = 200, MOST_WORK = 100000000 };

/* Of one list and family. */
struct lane {
	const struct cv_piece *pieces;
	size_t count;
	struct cv_piece *joined;
	size_t joined_count;
	struct cv_piece_index index, joined_index; /* made when first asked for */
	bool has_indexes;
};

static const struct cv_span nowhere;

/* Whether it says nothing of its ends, which goes for both families. */
static bool is_open(const struct cv_space *space)
{
	return space->family == 0 && !space->source && !space->destination &&
	       !space->from_name && !space->to_name;
}

/* One, or one of each family. */
static size_t add_pieces(const struct cv_auditing *auditing, struct cv_held *held,
			 struct cv_piece out[2], size_t order)
{
	struct cv_space space = cv_entry_space(auditing->plan, held->entry);

	space.chain = NULL; /* lists are looked at one by one */
	if (held->text) {
		space.from_name = held->text;
		space.to_name = NULL;
	}
	if (!is_open(&space)) {
		out[0] = (struct cv_piece){.space = space, .held = held, .order = order};
		return 1;
	}
	for (size_t i = 0; i < 2; i++) {
		space.family = i ? 6 : 4;
		out[i] = (struct cv_piece){
			.space = space, .held = held, .order = order + i};
	}
	return 2;
}

static const char *list_of(struct cv_held *held)
{
	return held->entry->list ? held->entry->list : "";
}

struct run {
	struct cv_held *const *items;
	size_t count;
};

/* The pieces of a run that are of the family, in the order of their side. */
static const struct cv_piece *pieces_of(const struct cv_auditing *auditing,
					struct run run, uint8_t family, size_t *count_out)
{
	struct cv_piece *pieces = CV_NEW_ARRAY(auditing->scratch->arena,
					       2 * run.count + 1, struct cv_piece);
	size_t filled = 0;

	for (size_t i = 0; i < run.count; i++) {
		struct cv_piece both[2];
		const size_t got = add_pieces(auditing, run.items[i], both, 2 * i);

		for (size_t n = 0; n < got; n++)
			if (both[n].space.family == family)
				pieces[filled++] = both[n];
	}
	*count_out = filled;
	return pieces;
}

static void make_indexes(const struct cv_auditing *auditing, struct lane *lane)
{
	struct cv_ctx *scratch = auditing->scratch;

	if (lane->has_indexes)
		return;
	lane->joined = CV_NEW_ARRAY(scratch->arena, lane->count + 1, struct cv_piece);
	if (lane->count)
		memcpy(lane->joined, lane->pieces, lane->count * sizeof *lane->pieces);
	lane->joined_count = cv_pieces_join(scratch, lane->joined, lane->count);
	cv_piece_index_make(scratch, lane->pieces, lane->count, &lane->index);
	cv_piece_index_make(scratch, lane->joined, lane->joined_count,
			    &lane->joined_index);
	lane->has_indexes = true;
}

/* Whether the lane has all of the space. */
static enum cv_covered is_covered(struct cv_auditing *auditing, struct lane *lane,
				  const struct cv_space *space)
{
	struct cv_piece_index *index = &lane->joined_index;
	struct cv_space others[MOST_PIECES];

	cv_piece_index_search(index, space);
	for (size_t i = 0; i < index->hit_count; i++)
		if (cv_space_holds(&index->hits[i]->space, space))
			return CV_COVERED_YES;
	if (index->hit_count < 2)
		return CV_COVERED_NO;
	if (index->hit_count > MOST_PIECES || auditing->work > MOST_WORK)
		return CV_COVERED_TOO_MANY;
	auditing->work += index->hit_count * index->hit_count * index->hit_count;
	for (size_t i = 0; i < index->hit_count; i++)
		others[i] = index->hits[i]->space;
	return cv_space_covered(auditing->scratch, space, others, index->hit_count);
}

/* The first of the lane that has anything of the space. */
static const struct cv_entry *first_of(struct lane *lane, const struct cv_space *space)
{
	const struct cv_piece *first = NULL;

	cv_piece_index_search(&lane->index, space);
	for (size_t i = 0; i < lane->index.hit_count; i++)
		if (!first || lane->index.hits[i]->order < first->order)
			first = lane->index.hits[i];
	return first ? first->held->entry : NULL;
}

/* Holds the pieces of one side against the other; false where that is too much. */
static bool hold(struct cv_auditing *auditing, const struct lane *own,
		 struct lane *against)
{
	bool good = true;

	for (size_t i = 0; i < own->count; i++) {
		struct cv_held *held = own->pieces[i].held;
		enum cv_covered covered;

		if (held->covered)
			continue;
		make_indexes(auditing, against);
		covered = is_covered(auditing, against, &own->pieces[i].space);
		good = good && covered != CV_COVERED_TOO_MANY;
		if (covered == CV_COVERED_YES)
			continue;
		held->open = true;
		if (!held->other)
			held->other = first_of(against, &own->pieces[i].space);
	}
	return good;
}

static void hold_lists(struct cv_auditing *auditing, struct run planned, struct run found)
{
	static const uint8_t families[] = {0, 4, 6};
	bool good = true;

	for (size_t i = 0; i < sizeof families; i++) {
		struct lane lanes[2] = {{0}, {0}};

		lanes[0].pieces =
			pieces_of(auditing, planned, families[i], &lanes[0].count);
		lanes[1].pieces =
			pieces_of(auditing, found, families[i], &lanes[1].count);
		good = hold(auditing, &lanes[0], &lanes[1]) && good;
		good = hold(auditing, &lanes[1], &lanes[0]) && good;
	}
	if (!good)
		cv_find(auditing->ctx, CV_F_TOO_MANY_PIECES, nowhere,
			"%s for %s: flows of %s overlap in too many pieces to be "
			"compared; "
			"they are taken to differ",
			auditing->plan->use->target->name, auditing->plan->subject->name,
			list_of(planned.count ? planned.items[0] : found.items[0]));
}

/* Takes those that are of the list at the head. */
static struct run take_list(struct run *all, const char *list)
{
	struct run run = {all->items, 0};

	while (run.count < all->count &&
	       strcmp(list_of(all->items[run.count]), list) == 0)
		run.count++;
	all->items += run.count;
	all->count -= run.count;
	return run;
}

static int by_list(const void *left, const void *right)
{
	return strcmp(list_of(*(struct cv_held *const *)left),
		      list_of(*(struct cv_held *const *)right));
}

static void settle(struct cv_side *side)
{
	for (size_t i = 0; i < side->count; i++)
		if (side->items[i].entry->kind == CV_ENTRY_FLOW && !side->items[i].open)
			side->items[i].covered = true;
}

void cv_audit_flows(struct cv_auditing *auditing)
{
	struct run planned, found;

	if (!cv_side_is_open(&auditing->planned, CV_ENTRY_FLOW) &&
	    !cv_side_is_open(&auditing->found, CV_ENTRY_FLOW))
		return;
	planned.items = cv_held_sorted(auditing, &auditing->planned, CV_ENTRY_FLOW,
				       by_list, &planned.count);
	found.items = cv_held_sorted(auditing, &auditing->found, CV_ENTRY_FLOW, by_list,
				     &found.count);
	while (planned.count || found.count) {
		const char *list =
			list_of(!found.count     ? planned.items[0]
				: !planned.count ? found.items[0]
				: by_list(&planned.items[0], &found.items[0]) <= 0
					? planned.items[0]
					: found.items[0]);
		const struct run own = take_list(&planned, list);

		hold_lists(auditing, own, take_list(&found, list));
	}
	settle(&auditing->planned);
	settle(&auditing->found);
}
