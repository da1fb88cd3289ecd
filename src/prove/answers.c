/* Whether the entries that name a port row are what its flows ask for, no less and no
 * more, by set arithmetic. */
#include "prove/compare.h"

#include <string.h>

#include "base/arena.h"
#include "base/ctx.h"
#include "model/value.h"
#include "prove/apart.h"
#include "prove/filled.h"
#include "prove/flow_spaces.h"

enum {
	MOST_ALIKE = 4,    /* flows and entries that are first held against each other */
	MOST_MEASURED = 4, /* flows of a row that all its entries are asked about */
};

static bool is_same(const struct cv_space *a, const struct cv_space *b)
{
	return a->family == b->family && a->protocol == b->protocol &&
	       a->icmp_type == b->icmp_type && a->source == b->source &&
	       a->destination == b->destination && a->ports == b->ports &&
	       a->source_ports == b->source_ports &&
	       cv_text_compare(a->program, b->program) == 0 &&
	       cv_text_compare(a->from_name, b->from_name) == 0 &&
	       cv_text_compare(a->to_name, b->to_name) == 0 &&
	       cv_text_compare(a->chain, b->chain) == 0;
}

/* What the row's flows ask for; returns how many spaces.  `out` has room for two of each
 * flow.  With `but_lost`, without the flows that are lost. */
static size_t spaces_of(const struct cv_index *index, const struct cv_behind *behind,
			bool but_lost, struct cv_space *out)
{
	size_t count = 0;

	for (size_t f = 0; f < behind->thing_count; f++)
		if (!but_lost || !cv_loss_of(index, cv_behind_flow(behind, f)))
			count += cv_flow_spaces(index->plan, cv_behind_flow(behind, f),
						out + count);
	return count;
}

/* Whether each entry is just what some flow asks for, and each flow just what some entry
 * lets through: mostly a row has one of both, and no set has to be made. */
static bool are_alike(const struct cv_index *index, const struct cv_behind *behind)
{
	struct cv_space flows[2 * MOST_ALIKE];
	bool met[2 * MOST_ALIKE] = {false};
	bool all = behind->thing_count <= MOST_ALIKE && behind->entry_count <= MOST_ALIKE;
	const size_t count = all ? spaces_of(index, behind, false, flows) : 0;

	for (size_t e = 0; all && e < behind->entry_count; e++) {
		const struct cv_space space =
			cv_entry_space(index->plan, cv_behind_entry(behind, e));
		bool any = false;

		for (size_t f = 0; f < count; f++) {
			const bool same = is_same(&space, &flows[f]);

			met[f] = met[f] || same;
			any = any || same;
		}
		all = any;
	}
	for (size_t f = 0; all && f < count; f++)
		all = met[f];
	return all;
}

/* Puts the spaces of a row's flows that touch `space` into `out`, or only counts them
 * where that is NULL. */
static size_t add_touching(const struct cv_plan *plan, const struct cv_behind *behind,
			   const struct cv_space *space, struct cv_space *out)
{
	struct cv_space flows[2];
	size_t found = 0;

	for (size_t f = 0; f < behind->thing_count; f++) {
		const size_t count =
			cv_flow_spaces(plan, cv_behind_flow(behind, f), flows);

		for (size_t i = 0; i < count; i++) {
			if (!cv_spaces_touch(space, &flows[i]))
				continue;
			if (out)
				out[found] = flows[i];
			found++;
		}
	}
	return found;
}

/* What all rows that the entry names ask for where the entry is. */
static struct cv_space *asked_by(struct cv_ctx *ctx, const struct cv_index *index,
				 const struct cv_entry *entry,
				 const struct cv_space *space, size_t *count_out)
{
	struct cv_space *spaces = NULL;
	size_t count = 0;

	for (int fill = 0; fill < 2; fill++) {
		if (fill)
			spaces = CV_NEW_ARRAY(ctx->arena, count, struct cv_space);
		count = 0;
		for (size_t r = 0; r < entry->rows.count; r++)
			count += add_touching(
				index->plan,
				&index->rows[cv_rows_ordinal(&entry->rows, r)], space,
				fill ? spaces + count : NULL);
	}
	*count_out = count;
	return spaces;
}

static void shelve_flows(struct cv_ctx *ctx, const struct cv_index *index,
			 const struct cv_behind *behind, bool but_lost,
			 struct cv_shelf *shelf_out)
{
	struct cv_space *spaces = CV_NEW_ARRAY(
		ctx->arena, 2 * (size_t)behind->thing_count, struct cv_space);

	cv_shelf_make(ctx, spaces, spaces_of(index, behind, but_lost, spaces), shelf_out);
}

/* Mostly the row's own flows hold the entry, and nothing else need be looked at. */
static bool entry_inside(struct cv_ctx *ctx, const struct cv_index *index,
			 const struct cv_shelf *own, const struct cv_entry *entry)
{
	const struct cv_space space = cv_entry_space(index->plan, entry);
	struct cv_space *asked;
	size_t count;

	if (cv_shelf_covers(ctx, &space, own) == CV_COVERED_YES)
		return true;
	asked = asked_by(ctx, index, entry, &space, &count);
	return cv_space_covered(ctx, &space, asked, count) == CV_COVERED_YES;
}

static void shelve_entries(struct cv_ctx *ctx, const struct cv_index *index,
			   const struct cv_behind *behind, struct cv_shelf *shelf_out)
{
	struct cv_space *spaces =
		CV_NEW_ARRAY(ctx->arena, behind->entry_count, struct cv_space);

	for (size_t e = 0; e < behind->entry_count; e++)
		spaces[e] = cv_entry_space(index->plan, cv_behind_entry(behind, e));
	cv_shelf_make(ctx, spaces, behind->entry_count, shelf_out);
}

/* Mostly a flow is cut into elements of one set.  These are apart, so that it is enough
 * to measure them. */
static bool is_measured(struct cv_ctx *ctx, const struct cv_index *index,
			const struct cv_behind *behind, const struct cv_space *flow)
{
	const struct cv_entry **near =
		CV_NEW_ARRAY(ctx->arena, behind->entry_count, const struct cv_entry *);
	size_t count = 0;

	for (size_t e = 0; e < behind->entry_count; e++) {
		const struct cv_space space =
			cv_entry_space(index->plan, cv_behind_entry(behind, e));

		if (cv_spaces_touch(&space, flow))
			near[count++] = cv_behind_entry(behind, e);
	}
	return cv_elements_fill(index->plan, flow, near, count);
}

/* Whether the entries cover all that is on the shelf. */
static bool flows_covered(struct cv_ctx *ctx, const struct cv_index *index,
			  const struct cv_behind *behind, const struct cv_shelf *flows)
{
	const bool elements = cv_flows_of(index->plan->use) == CV_FLOWS_ELEMENTS &&
			      flows->count <= MOST_MEASURED;
	struct cv_shelf have = {NULL, NULL, 0};

	for (size_t f = 0; f < flows->count; f++) {
		const struct cv_space *flow = &flows->spaces[f];
		size_t first, end;

		if (elements && is_measured(ctx, index, behind, flow))
			continue;
		if (!have.spaces)
			shelve_entries(ctx, index, behind, &have);
		cv_shelf_near(&have, flow, &first, &end);
		if (!cv_space_filled(flow, have.spaces + first, end - first))
			return false;
	}
	return true;
}

static const struct cv_entry *entry_outside(struct cv_ctx *ctx,
					    const struct cv_index *index,
					    const struct cv_behind *behind,
					    const struct cv_shelf *flows)
{
	for (size_t e = 0; e < behind->entry_count; e++)
		if (!entry_inside(ctx, index, flows, cv_behind_entry(behind, e)))
			return cv_behind_entry(behind, e);
	return NULL;
}

/* The long way, for what is not alike. */
static unsigned answers_by_sets(struct cv_ctx *ctx, const struct cv_index *index,
				const struct cv_behind *behind)
{
	unsigned answers = 0;
	struct cv_shelf flows;

	shelve_flows(ctx, index, behind, false, &flows);
	if (!entry_outside(ctx, index, behind, &flows))
		answers |= CV_INSIDE;
	if (flows_covered(ctx, index, behind, &flows))
		return answers | CV_WHOLE | CV_CARRIED;
	if (!behind->is_lost)
		return answers;
	shelve_flows(ctx, index, behind, true, &flows);
	return flows_covered(ctx, index, behind, &flows) ? answers | CV_CARRIED : answers;
}

unsigned cv_flows_answers(struct cv_ctx *ctx, struct cv_index *index,
			  const struct cv_row *row)
{
	struct cv_behind *behind = &index->rows[row->ordinal];

	if (!behind->answers) {
		const unsigned answers = are_alike(index, behind)
						 ? CV_WHOLE | CV_CARRIED | CV_INSIDE
						 : answers_by_sets(ctx, index, behind);

		behind->answers = (CV_ASKED | answers) & CV_ANSWERS;
	}
	return behind->answers;
}

const char *cv_flows_outside(struct cv_ctx *ctx, const struct cv_index *index,
			     const struct cv_row *row)
{
	const struct cv_behind *behind = &index->rows[row->ordinal];
	const struct cv_entry *outside;
	struct cv_shelf flows;

	shelve_flows(ctx, index, behind, false, &flows);
	outside = entry_outside(ctx, index, behind, &flows);
	return outside ? cv_arena_format(ctx->arena,
					 "%s lies outside the rows that it names",
					 cv_entry_words(ctx, outside))
		       : NULL;
}

bool cv_flows_need_entry(const struct cv_index *index, const struct cv_row *row)
{
	const struct cv_behind *behind = &index->rows[row->ordinal];
	struct cv_space spaces[2];

	for (size_t f = 0; f < behind->thing_count; f++)
		if (cv_flow_spaces(index->plan, cv_behind_flow(behind, f), spaces))
			return true;
	return false;
}
