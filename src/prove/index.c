/* Lists by row, counted first and then filled into one block of memory. */
#include "prove/index.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "model/beside.h"
#include "model/target.h"

bool cv_flow_concerns(const struct cv_plan *plan, const struct cv_flow *flow)
{
	const struct cv_subject *subject = plan->subject;

	return subject->kind == CV_SUBJECT_SITE || flow->from == subject->party ||
	       flow->to == subject->party;
}

/* The lists are gone through twice: what names a row is counted, and then put where
 * there is room for it. */
struct pass {
	struct cv_index *index;
	bool fills;
};

static void note_entry(const struct pass *pass, const struct cv_entry *entry)
{
	for (size_t i = 0; i < entry->rows.count; i++) {
		struct cv_behind *behind =
			&pass->index->rows[cv_rows_ordinal(&entry->rows, i)];

		if (pass->fills)
			behind->entries[behind->entry_count] = entry;
		behind->entry_count++;
	}
}

/* To be called when all entries are noted: it stands behind those. */
static void note_thing(const struct pass *pass, const struct cv_rows *rows,
		       const void *thing)
{
	for (size_t i = 0; i < rows->count; i++) {
		struct cv_behind *behind = &pass->index->rows[cv_rows_ordinal(rows, i)];

		if (pass->fills)
			cv_behind_things(behind)[behind->thing_count] = thing;
		behind->thing_count++;
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

static void note_all(const struct pass *pass)
{
	const struct cv_plan *plan = pass->index->plan;
	const struct cv_policy *policy = plan->policy;
	const bool site = plan->subject->kind == CV_SUBJECT_SITE;
	const bool host = (plan->use->target->can.subjects & CV_SUBJECT_HOST) &&
			  plan->subject->party;

	for (size_t i = 0; i < plan->entries.count; i++) {
		const struct cv_entry *entry = CV_AT(&plan->entries, struct cv_entry, i);

		if (grants(plan, entry))
			note_entry(pass, entry);
	}
	for (size_t i = 0; (site || host) && i < policy->flows.count; i++) {
		const struct cv_flow *flow = CV_AT(&policy->flows, struct cv_flow, i);

		if (cv_flow_concerns(plan, flow))
			note_thing(pass, &flow->rows, flow);
	}
	for (size_t i = 0; plan->subject->group && i < policy->exclusions.count; i++) {
		const struct cv_exclusion *exclusion =
			CV_AT(&policy->exclusions, struct cv_exclusion, i);

		if (exclusion->group == plan->subject->group)
			note_thing(pass, &exclusion->rows, exclusion);
	}
	for (size_t i = 0; site && i < policy->urls.count; i++) {
		const struct cv_url *url = CV_AT(&policy->urls, struct cv_url, i);

		note_thing(pass, &url->rows, url);
	}
}

/* Gives each row the room that was counted, and counts anew. */
static void share_out(struct cv_index *index, size_t row_count)
{
	const void **next;
	size_t all = 0;

	for (size_t i = 0; i < row_count; i++)
		all += (size_t)index->rows[i].entry_count + index->rows[i].thing_count;
	index->memory = calloc(all + 1, sizeof(void *));
	if (!index->memory)
		cv_out_of_memory();
	next = index->memory;
	for (size_t i = 0; i < row_count; i++) {
		struct cv_behind *behind = &index->rows[i];

		behind->entries = (const struct cv_entry **)next;
		next += (size_t)behind->entry_count + behind->thing_count;
		behind->entry_count = behind->thing_count = 0;
	}
}

static void fill(struct cv_index *index, size_t row_count)
{
	const struct pass count = {index, false}, put = {index, true};

	note_all(&count);
	share_out(index, row_count);
	note_all(&put);
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
			index->rows[loss->row->ordinal].loss = (uint32_t)i + 1;
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

	index->plan = plan;
	index->rows = calloc(count + 1, sizeof *index->rows);
	if (!index->rows)
		cv_out_of_memory();
	fill(index, count);
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
	return behind->loss
		       ? CV_AT(&index->plan->losses, struct cv_loss, behind->loss - 1)
				 ->why
		       : otherwise;
}

void cv_index_close(struct cv_index *index)
{
	cv_arena_close(index->arena);
	free(index->losses);
	free(index->rows);
	free(index->memory);
	cv_beside_close(index->beside);
}
