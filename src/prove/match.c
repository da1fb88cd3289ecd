/* Entries are expected in the order of the plan, or backwards, list by list and set by
 * set: an artefact may put these in another order, since that means nothing. */
#include "prove/match.h"

#include <assert.h>
#include <string.h>

#include "base/ahead.h"
#include "base/ctx.h"
#include "base/hash_table.h"
#include "model/value.h"

/* Entries of one kind, list and set.  Were two of these ever one to the hash, their
 * entries would share a group: what is expected next is a guess, and never believed. */
struct key {
	uint64_t list, name;
	uint64_t kind;
};

/* By their numbers among those planned; NOTHING: there is none (left). */
struct cv_match_group {
	UT_hash_handle hh;
	struct key key;
	const struct cv_entry *one; /* of them */
	uint32_t next, last;
	uint32_t ahead; /* some turns behind `next` */
};

#define NOTHING UINT32_MAX

/* Only flows are many of one name, that of their set. */
static const char *name_of(const struct cv_entry *entry)
{
	return entry->kind == CV_ENTRY_FLOW ? entry->more->name : NULL;
}

static bool is_alike(const struct cv_entry *a, const struct cv_entry *b)
{
	return a->kind == b->kind && cv_text_compare(a->list, b->list) == 0 &&
	       cv_text_compare(name_of(a), name_of(b)) == 0;
}

static uint64_t hash_of(const char *text)
{
	return text ? cv_hash(text, strlen(text)) : 0;
}

/* The group of an entry.  Where nothing like it is planned: NULL, or with `add` a new
 * one.  Two sets often take turns. */
static struct cv_match_group *group_of(struct cv_match *match,
				       const struct cv_entry *entry, bool add)
{
	struct cv_match_group *group;
	struct key key;

	for (int i = 0; i < 2; i++)
		if (match->recent[i] && is_alike(match->recent[i]->one, entry))
			return match->recent[i];
	key = (struct key){hash_of(entry->list), hash_of(name_of(entry)),
			   (uint64_t)entry->kind};
	HASH_FIND(hh, match->groups, &key, sizeof key, group);
	if (!group && add) {
		group = CV_NEW(match->ctx->arena, struct cv_match_group);
		*group = (struct cv_match_group){
			.key = key, .one = entry, .next = NOTHING, .last = NOTHING};
		HASH_ADD(hh, match->groups, key, sizeof key, group);
	}
	if (group) {
		match->recent[1] = match->recent[0];
		match->recent[0] = group;
	}
	return group;
}

static bool is_step(const struct cv_entry *entry)
{
	return entry->kind & (CV_ENTRY_HEADER | CV_ENTRY_STEP);
}

static bool is_ordered(const struct cv_form *form, const struct cv_entry *entry)
{
	return form->ordered && cv_text_compare(entry->list, form->ordered) == 0;
}

/* The planned entry of that number comes behind those of its group so far. */
static void expect(struct cv_match *match, uint32_t number)
{
	const struct cv_entry *entry = match->planned[number];
	struct cv_match_group *group = group_of(match, entry, true);

	if (group->next == NOTHING)
		group->next = number;
	else
		match->after[group->last] = number;
	group->last = number;
	match->after[number] = NOTHING;
	if (is_ordered(match->form, entry))
		*CV_ADD(match->ctx->arena, &match->ordered.items,
			const struct cv_entry *) = entry;
}

static void look_ahead(const struct cv_match *match, struct cv_match_group *group)
{
	if (group->ahead != NOTHING)
		group->ahead = match->after[group->ahead];
}

void cv_match_open(struct cv_match *match, struct cv_ctx *ctx, const struct cv_form *form,
		   const struct cv_entry *const *planned, size_t count)
{
	assert(count < NOTHING);
	*match = (struct cv_match){
		.ctx = ctx,
		.form = form,
		.planned = planned,
		.count = count,
		.after = CV_NEW_ARRAY(ctx->arena, count, uint32_t),
	};
	for (size_t i = 0; i < count; i++) {
		expect(match, (uint32_t)(form->backwards ? count - 1 - i : i));
		if (is_step(planned[i]))
			*CV_ADD(ctx->arena, &match->steps.items,
				const struct cv_entry *) = planned[i];
	}
	for (struct cv_match_group *group = match->groups; group;
	     group = group->hh.next) {
		group->ahead = group->next;
		for (int i = 0; i < CV_AHEAD; i++)
			look_ahead(match, group);
	}
}

void cv_match_close(struct cv_match *match)
{
	HASH_CLEAR(hh, match->groups);
}

/* The planned one whose turn it is, or NULL behind the last. */
static const struct cv_entry *next_in(const struct cv_match_order *order)
{
	return order->next < order->items.count
		       ? *CV_AT(&order->items, const struct cv_entry *, order->next)
		       : NULL;
}

static void hold_order(struct cv_match_order *order, const struct cv_entry *found)
{
	const struct cv_entry *planned = next_in(order);

	if (order->wrong || !planned)
		return;
	order->next++;
	if (cv_entry_compare(planned, found) != 0)
		order->wrong = planned;
}

void cv_match_order(struct cv_match *match, const struct cv_entry *found)
{
	if (is_step(found))
		hold_order(&match->steps, found);
	if (is_ordered(match->form, found))
		hold_order(&match->ordered, found);
}

static void end_order(struct cv_match_order *order)
{
	if (!order->wrong)
		order->wrong = next_in(order);
}

void cv_match_order_end(struct cv_match *match)
{
	end_order(&match->steps);
	end_order(&match->ordered);
}

/* The entries of a plan lie side by side, their notes do not. */
static void await(const struct cv_match *match, struct cv_match_group *group)
{
	const size_t soon = (size_t)group->next + 2 * CV_AHEAD;

	if (soon < match->count)
		cv_entry_await(match->planned[soon]);
	look_ahead(match, group);
	if (group->ahead != NOTHING)
		cv_await(match->planned[group->ahead]->note);
}

bool cv_match_take(struct cv_match *match, const struct cv_entry *found)
{
	struct cv_match_group *group = group_of(match, found, false);

	if (!group || group->next == NOTHING ||
	    cv_entry_compare(match->planned[group->next], found) != 0)
		return false;
	await(match, group);
	group->next = match->after[group->next];
	return true;
}

const struct cv_entry **cv_match_left(const struct cv_match *match, size_t *count_out)
{
	struct cv_arena *arena = match->ctx->arena;
	const struct cv_entry **left;
	struct cv_table found = {0};

	for (const struct cv_match_group *group = match->groups; group;
	     group = group->hh.next)
		for (uint32_t i = group->next; i != NOTHING; i = match->after[i])
			*CV_ADD(arena, &found, const struct cv_entry *) =
				match->planned[i];
	left = CV_NEW_ARRAY(arena, found.count, const struct cv_entry *);
	for (size_t i = 0; i < found.count; i++)
		left[i] = *CV_AT(&found, const struct cv_entry *, i);
	*count_out = found.count;
	return left;
}
