/* Entries are expected in the order of the plan, or backwards, list by list and set by
 * set: an artefact may put these in another order, since that means nothing. */
#include "prove/match.h"

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

struct cv_match_group {
	UT_hash_handle hh;
	struct key key;
	const struct cv_entry *first; /* one of them */
	const struct cv_entry **items;
	size_t count, next;
};

/* Only flows are many of one name, that of their set. */
static const char *name_of(const struct cv_entry *entry)
{
	return entry->kind == CV_ENTRY_FLOW ? entry->name : NULL;
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
		if (match->recent[i] && is_alike(match->recent[i]->first, entry))
			return match->recent[i];
	key = (struct key){hash_of(entry->list), hash_of(name_of(entry)),
			   (uint64_t)entry->kind};
	HASH_FIND(hh, match->groups, &key, sizeof key, group);
	if (!group && add) {
		group = CV_NEW(match->ctx->arena, struct cv_match_group);
		group->key = key;
		group->first = entry;
		HASH_ADD(hh, match->groups, key, sizeof key, group);
	}
	if (group) {
		match->recent[1] = match->recent[0];
		match->recent[0] = group;
	}
	return group;
}

/* Room for all that is planned, by what was counted. */
static void share_out(struct cv_match *match)
{
	struct cv_arena *arena = match->ctx->arena;
	const struct cv_entry **next =
		CV_NEW_ARRAY(arena, match->count, const struct cv_entry *);

	for (struct cv_match_group *group = match->groups; group;
	     group = group->hh.next) {
		group->items = next;
		next += group->count;
		group->count = 0;
	}
	match->steps.items =
		CV_NEW_ARRAY(arena, match->steps.count, const struct cv_entry *);
	match->ordered.items =
		CV_NEW_ARRAY(arena, match->ordered.count, const struct cv_entry *);
	match->steps.count = match->ordered.count = 0;
}

static bool is_step(const struct cv_entry *entry)
{
	return entry->kind & (CV_ENTRY_HEADER | CV_ENTRY_STEP);
}

static bool is_ordered(const struct cv_form *form, const struct cv_entry *entry)
{
	return form->ordered && cv_text_compare(entry->list, form->ordered) == 0;
}

static void count_all(struct cv_match *match, const struct cv_entry *const *planned)
{
	for (size_t i = 0; i < match->count; i++) {
		group_of(match, planned[i], true)->count++;
		match->steps.count += is_step(planned[i]);
		match->ordered.count += is_ordered(match->form, planned[i]);
	}
}

static void put_all(struct cv_match *match, const struct cv_entry *const *planned)
{
	const bool backwards = match->form->backwards;

	for (size_t i = 0; i < match->count; i++) {
		const struct cv_entry *entry =
			planned[backwards ? match->count - 1 - i : i];
		struct cv_match_group *group = group_of(match, entry, false);

		group->items[group->count++] = entry;
		if (is_ordered(match->form, entry))
			match->ordered.items[match->ordered.count++] = entry;
		if (is_step(planned[i]))
			match->steps.items[match->steps.count++] = planned[i];
	}
}

void cv_match_open(struct cv_match *match, struct cv_ctx *ctx, const struct cv_form *form,
		   const struct cv_entry *const *planned, size_t count)
{
	*match = (struct cv_match){.ctx = ctx, .form = form, .count = count};
	count_all(match, planned);
	share_out(match);
	put_all(match, planned);
}

void cv_match_close(struct cv_match *match)
{
	HASH_CLEAR(hh, match->groups);
}

static void hold_order(struct cv_match_order *order, const struct cv_entry *found)
{
	const struct cv_entry *planned;

	if (order->wrong || order->next == order->count)
		return;
	planned = order->items[order->next++];
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
	if (!order->wrong && order->next < order->count)
		order->wrong = order->items[order->next];
}

void cv_match_order_end(struct cv_match *match)
{
	end_order(&match->steps);
	end_order(&match->ordered);
}

bool cv_match_take(struct cv_match *match, const struct cv_entry *found)
{
	struct cv_match_group *group = group_of(match, found, false);

	if (!group || group->next == group->count ||
	    cv_entry_compare(group->items[group->next], found) != 0)
		return false;
	group->next++;
	if (group->next + 2 * CV_AHEAD < group->count)
		cv_entry_await(group->items[group->next + 2 * CV_AHEAD]);
	if (group->next + CV_AHEAD < group->count)
		cv_await(group->items[group->next + CV_AHEAD]->note);
	return true;
}

const struct cv_entry **cv_match_left(const struct cv_match *match, size_t *count_out)
{
	const struct cv_entry **left;
	size_t count = 0;

	for (const struct cv_match_group *group = match->groups; group;
	     group = group->hh.next)
		count += group->count - group->next;
	left = CV_NEW_ARRAY(match->ctx->arena, count, const struct cv_entry *);
	count = 0;
	for (const struct cv_match_group *group = match->groups; group;
	     group = group->hh.next)
		for (size_t i = group->next; i < group->count; i++)
			left[count++] = group->items[i];
	*count_out = count;
	return left;
}
