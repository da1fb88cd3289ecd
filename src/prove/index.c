/* Lists by row: the first of each stands in the row's own place, and what comes to more
 * is put side by side in one block of memory in the end. */
#include "prove/index.h"

#include <stdlib.h>
#include <string.h>

#include "base/ahead.h"
#include "base/arena.h"
#include "base/memory.h"
#include "model/beside.h"
#include "model/target.h"

bool cv_flow_concerns(const struct cv_plan *plan, const struct cv_flow *flow)
{
	const struct cv_subject *subject = plan->subject;

	return subject->kind == CV_SUBJECT_SITE || flow->ends->from == subject->party ||
	       flow->ends->to == subject->party;
}

/* One more of a list that has its first already. */
struct more {
	struct cv_behind *behind;
	const void *item;
	uint32_t place; /* in the list */
	bool is_thing;
};

/* An index while what names its rows is noted. */
struct noting {
	struct cv_index *index;
	struct more *more;
	size_t more_count, more_capacity;
	size_t lists; /* that came to more than one */
};

static void note_more(struct noting *noting, struct more more)
{
	if (noting->more_count == noting->more_capacity) {
		noting->more_capacity =
			noting->more_capacity ? noting->more_capacity * 2 : 64;
		noting->more = cv_memory_give_more(
			noting->more, noting->more_capacity * sizeof *noting->more);
	}
	noting->more[noting->more_count++] = more;
	noting->lists += more.place == 1;
}

/* The item is the next of one of the row's two lists. */
static void note(struct noting *noting, struct cv_behind *behind, const void *item,
		 bool is_thing)
{
	union cv_listed *list = is_thing ? &behind->things : &behind->entries;
	const uint32_t count = is_thing ? behind->thing_count : behind->entry_count;

	if (count == 0)
		list->one = item;
	else
		note_more(noting, (struct more){behind, item, count, is_thing});
	if (is_thing)
		behind->thing_count++;
	else
		behind->entry_count++;
}

static void note_entry(struct noting *noting, const struct cv_entry *entry)
{
	for (size_t i = 0; i < entry->rows.count; i++) {
		struct cv_behind *behind =
			&noting->index->rows[cv_rows_ordinal(&entry->rows, i)];

		if (i + CV_AHEAD < entry->rows.count)
			cv_await(&entry->rows.items[i + CV_AHEAD]->ordinal);
		note(noting, behind, entry, false);
	}
}

static void note_thing(struct noting *noting, const struct cv_rows *rows,
		       const void *thing)
{
	for (size_t i = 0; i < rows->count; i++) {
		note(noting, &noting->index->rows[cv_rows_ordinal(rows, i)], thing, true);
	}
}

/* Gives each list of several its room, and fills it.  A list's items come in order. */
static void put_lists(const struct noting *noting)
{
	const void **next =
		cv_memory_give((noting->more_count + noting->lists) * sizeof *next);

	noting->index->memory = next;
	for (size_t i = 0; i < noting->more_count; i++) {
		const struct more *more = &noting->more[i];
		struct cv_behind *behind = more->behind;
		union cv_listed *list =
			more->is_thing ? &behind->things : &behind->entries;

		if (more->place == 1) {
			*next = list->one;
			list->several = next;
			next += more->is_thing ? behind->thing_count
					       : behind->entry_count;
		}
		list->several[more->place] = more->item;
	}
}

/* Of named objects a service lets something through only where no rule does: beside
 * rules it is a part of theirs. */
static bool grants(const struct cv_plan *plan, const struct cv_entry *entry)
{
	if (entry->kind != CV_ENTRY_OBJECT)
		return true;
	return cv_flows_of(plan->use) == CV_FLOWS_SERVICES &&
	       entry->protocol != CV_NO_PROTOCOL;
}

/* That an entry will be noted soon. */
static void await_row(const struct cv_index *index, const struct cv_entry *entry)
{
	if (entry->rows.count)
		cv_await(&index->rows[entry->rows.last]);
}

static void note_all(struct noting *noting)
{
	const struct cv_plan *plan = noting->index->plan;
	const struct cv_policy *policy = plan->policy;
	const bool site = plan->subject->kind == CV_SUBJECT_SITE;
	const bool host = (plan->use->target->can.subjects & CV_SUBJECT_HOST) &&
			  plan->subject->party;

	for (size_t i = 0; i < plan->entries.count; i++) {
		const struct cv_entry *entry = CV_AT(&plan->entries, struct cv_entry, i);

		if (i + CV_AHEAD < plan->entries.count)
			await_row(noting->index,
				  CV_AT(&plan->entries, struct cv_entry, i + CV_AHEAD));
		if (grants(plan, entry))
			note_entry(noting, entry);
	}
	for (size_t i = 0; (site || host) && i < policy->flows.count; i++) {
		const struct cv_flow *flow = CV_AT(&policy->flows, struct cv_flow, i);

		if (cv_flow_concerns(plan, flow))
			note_thing(noting, &flow->rows, flow);
	}
	for (size_t i = 0; plan->subject->group && i < policy->exclusions.count; i++) {
		const struct cv_exclusion *exclusion =
			CV_AT(&policy->exclusions, struct cv_exclusion, i);

		if (exclusion->group == plan->subject->group)
			note_thing(noting, &exclusion->rows, exclusion);
	}
	for (size_t i = 0; site && i < policy->urls.count; i++) {
		const struct cv_url *url = CV_AT(&policy->urls, struct cv_url, i);

		note_thing(noting, &url->rows, url);
	}
}

static void fill(struct cv_index *index)
{
	struct noting noting = {.index = index};

	note_all(&noting);
	put_lists(&noting);
	free(noting.more);
}

static int compare_things(const void *a, const void *b)
{
	return ((uintptr_t)a > (uintptr_t)b) - ((uintptr_t)a < (uintptr_t)b);
}

static int by_thing(const void *left, const void *right)
{
	return compare_things((*(const struct cv_loss *const *)left)->of,
			      (*(const struct cv_loss *const *)right)->of);
}

static int is_of(const void *thing, const void *loss)
{
	return compare_things(thing, (*(const struct cv_loss *const *)loss)->of);
}

static int by_row(const void *left, const void *right)
{
	const struct cv_lost *a = left, *b = right;

	if (a->row != b->row)
		return a->row < b->row ? -1 : 1;
	return (a->number > b->number) - (a->number < b->number);
}

static void note_losses(struct cv_index *index)
{
	const struct cv_table *losses = &index->plan->losses;

	index->losses = cv_memory_give(losses->count * sizeof *index->losses);
	index->lost = cv_memory_give(losses->count * sizeof *index->lost);
	for (size_t i = 0; i < losses->count; i++) {
		const struct cv_loss *loss = CV_AT(losses, struct cv_loss, i);

		index->losses[i] = loss;
		index->lost[i] = (struct cv_lost){loss->row->ordinal, (uint32_t)i};
		index->rows[loss->row->ordinal].is_lost = true;
	}
	if (losses->count) {
		qsort(index->losses, losses->count, sizeof *index->losses, by_thing);
		qsort(index->lost, losses->count, sizeof *index->lost, by_row);
	}
}

/* Whether a process may be in a list that leaves the program's own file alone. */
static bool needs_beside(const struct cv_target *target)
{
	const struct cv_list *list = target->can.lists;

	for (; list && list->name; list++)
		if ((list->kinds >> CV_KIND_PROCESS & 1) &&
		    ((list->besides | 1u << list->effect) >> CV_EFFECT_FILE_UNSCANNED &
		     1))
			return true;
	return false;
}

void cv_index_open(struct cv_index *index, const struct cv_plan *plan)
{
	const size_t count = plan->policy->rows.count;

	index->plan = plan;
	if (plan->policy->flows.count >> CV_THING_BITS)
		cv_out_of_memory(); /* behind a row is no room for as many */
	index->rows = calloc(count + 1, sizeof *index->rows);
	if (!index->rows)
		cv_out_of_memory();
	fill(index);
	note_losses(index);
	index->arena = cv_arena_open();
	index->granted = plan->use->target->can.lists
				 ? CV_NEW_ARRAY(index->arena, count, struct cv_granted *)
				 : NULL;
	index->beside = needs_beside(plan->use->target)
				? cv_beside_open(&plan->policy->exclusions)
				: NULL;
}

const struct cv_loss *cv_loss_of(const struct cv_index *index, const void *thing)
{
	const size_t count = index->plan->losses.count;
	const struct cv_loss *const *found =
		count ? bsearch(thing, index->losses, count, sizeof *index->losses, is_of)
		      : NULL;

	return found ? *found : NULL;
}

const char *cv_behind_why(const struct cv_index *index, const struct cv_behind *behind,
			  const char *otherwise)
{
	const uint32_t row = (uint32_t)(behind - index->rows);
	size_t first = 0, end = index->plan->losses.count;

	if (!behind->is_lost)
		return otherwise;
	while (first < end) {
		const size_t middle = first + (end - first) / 2;

		if (index->lost[middle].row < row)
			first = middle + 1;
		else
			end = middle;
	}
	return CV_AT(&index->plan->losses, struct cv_loss, index->lost[first].number)
		->why;
}

void cv_index_close(struct cv_index *index)
{
	cv_arena_close(index->arena);
	free(index->losses);
	free(index->lost);
	free(index->rows);
	free(index->memory);
	cv_beside_close(index->beside);
}
