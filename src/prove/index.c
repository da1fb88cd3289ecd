/* Lists by row, counted first and then filled into one block of memory. */
#include "prove/compare.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "model/beside.h"

bool cv_flow_concerns(const struct cv_plan *plan, const struct cv_flow *flow)
{
	const struct cv_subject *subject = plan->subject;

	return subject->kind == CV_SUBJECT_SITE || flow->from == subject->party ||
	       flow->to == subject->party;
}

static void put(struct cv_behind *behind, int list, const void *thing, bool fill)
{
	switch (list) {
	case 0:
		if (fill)
			behind->entries[behind->entry_count] = thing;
		behind->entry_count++;
		break;
	case 1:
		if (fill)
			behind->flows[behind->flow_count] = thing;
		behind->flow_count++;
		break;
	case 2:
		if (fill)
			behind->exclusions[behind->exclusion_count] = thing;
		behind->exclusion_count++;
		break;
	default:
		if (fill)
			behind->urls[behind->url_count] = thing;
		behind->url_count++;
		break;
	}
}

static void put_all(struct cv_index *index, int list, const struct cv_rows *rows,
		    const void *thing, bool fill)
{
	for (size_t i = 0; i < rows->count; i++)
		put(&index->rows[rows->items[i]->ordinal], list, thing, fill);
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

static void walk(struct cv_index *index, bool fill)
{
	const struct cv_plan *plan = index->plan;
	const struct cv_policy *policy = plan->policy;
	const bool site = plan->subject->kind == CV_SUBJECT_SITE;
	const bool host = (plan->use->target->can.subjects & CV_SUBJECT_HOST) &&
			  plan->subject->party;

	for (size_t i = 0; i < plan->entries.count; i++) {
		const struct cv_entry *entry = CV_AT(&plan->entries, struct cv_entry, i);

		if (grants(plan, entry))
			put_all(index, 0, &entry->rows, entry, fill);
	}
	for (size_t i = 0; (site || host) && i < policy->flows.count; i++) {
		const struct cv_flow *flow = CV_AT(&policy->flows, struct cv_flow, i);

		if (cv_flow_concerns(plan, flow))
			put_all(index, 1, &flow->rows, flow, fill);
	}
	for (size_t i = 0; plan->subject->group && i < policy->exclusions.count; i++) {
		const struct cv_exclusion *exclusion =
			CV_AT(&policy->exclusions, struct cv_exclusion, i);

		if (exclusion->group == plan->subject->group)
			put_all(index, 2, &exclusion->rows, exclusion, fill);
	}
	for (size_t i = 0; site && i < policy->urls.count; i++) {
		const struct cv_url *url = CV_AT(&policy->urls, struct cv_url, i);

		put_all(index, 3, &url->rows, url, fill);
	}
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

static void note_losses(struct cv_index *index)
{
	const struct cv_table *losses = &index->plan->losses;

	index->losses = calloc(losses->count + 1, sizeof *index->losses);
	if (!index->losses)
		cv_out_of_memory();
	for (size_t i = 0; i < losses->count; i++) {
		const struct cv_loss *loss = CV_AT(losses, struct cv_loss, i);

		index->losses[i] = loss;
		if (!index->rows[loss->row->ordinal].loss)
			index->rows[loss->row->ordinal].loss = loss;
	}
	if (losses->count)
		qsort(index->losses, losses->count, sizeof *index->losses, by_thing);
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
	const void **next;
	size_t total = 0;

	index->plan = plan;
	index->rows = calloc(count + 1, sizeof *index->rows);
	if (!index->rows)
		cv_out_of_memory();
	walk(index, false);
	for (size_t i = 0; i < count; i++)
		total += index->rows[i].entry_count + index->rows[i].flow_count +
			 index->rows[i].exclusion_count + index->rows[i].url_count;
	index->memory = calloc(total + 1, sizeof(void *));
	if (!index->memory)
		cv_out_of_memory();
	next = index->memory;
	for (size_t i = 0; i < count; i++) {
		struct cv_behind *behind = &index->rows[i];

		behind->entries = (const struct cv_entry **)next;
		next += behind->entry_count;
		behind->flows = (const struct cv_flow **)next;
		next += behind->flow_count;
		behind->exclusions = (const struct cv_exclusion **)next;
		next += behind->exclusion_count;
		behind->urls = (const struct cv_url **)next;
		next += behind->url_count;
		behind->entry_count = behind->flow_count = 0;
		behind->exclusion_count = behind->url_count = 0;
	}
	walk(index, true);
	note_losses(index);
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

void cv_index_close(struct cv_index *index)
{
	free(index->losses);
	free(index->rows);
	free(index->memory);
	cv_beside_close(index->beside);
}
