/* An undo takes away at most what its artefact adds. */
#include "prove/prove.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"

static int by_content(const void *left, const void *right)
{
	return cv_entry_compare(*(const struct cv_entry *const *)left,
				*(const struct cv_entry *const *)right);
}

static bool is_for(const struct cv_form *form, const struct cv_subject *subject)
{
	return form->subjects & subject->kind ||
	       (form->subjects & CV_SUBJECT_HOST && subject->party);
}

/* Turns the entry into what an undo would name. */
static void show_as_removal(const struct cv_form *undo, struct cv_entry *entry)
{
	entry->operation = CV_REMOVE;
	if (undo->strip)
		undo->strip(entry);
}

static const struct cv_entry *as_removal(struct cv_ctx *ctx, const struct cv_form *undo,
					 const struct cv_entry *entry)
{
	struct cv_entry *removal = cv_entry_copy(ctx, entry);

	show_as_removal(undo, removal);
	return removal;
}

/* All that the artefacts of the plan's subject add, or take away themselves where an
 * older one left it, as the undo would name it; sorted. */
static const struct cv_entry **all_added(struct cv_ctx *ctx, const struct cv_plan *plan,
					 const struct cv_form *undo, size_t *count_out)
{
	const struct cv_form *forms = plan->use->target->forms;
	const struct cv_entry **all = NULL;
	size_t count = 0, most = 0;

	for (const struct cv_form *form = forms; form->name; form++)
		most += plan->entries.count;
	all = CV_NEW_ARRAY(ctx->arena, most, const struct cv_entry *);
	for (const struct cv_form *form = forms; form->name; form++) {
		const struct cv_entry **entries;
		size_t own;

		if (form->undo || !is_for(form, plan->subject))
			continue;
		entries = cv_form_entries(ctx, plan, form, &own);
		for (size_t i = 0; i < own; i++)
			all[count++] = as_removal(ctx, undo, entries[i]);
	}
	if (count)
		qsort(all, count, sizeof *all, by_content);
	*count_out = count;
	return all;
}

/* Whether an artefact adds the very entry of the plan that the undo takes away. */
static bool adds_itself(const struct cv_plan *plan, const struct cv_form *undo,
			const struct cv_entry *entry)
{
	struct cv_entry_more more[2];
	struct cv_entry removal = {.more = &more[0]}, added = {.more = &more[1]};

	cv_entry_say(&removal, entry);
	show_as_removal(undo, &removal);
	for (const struct cv_form *form = plan->use->target->forms; form->name; form++) {
		if (form->undo || !is_for(form, plan->subject) ||
		    !cv_form_holds(form, entry))
			continue;
		cv_entry_say(&added, entry);
		if (form->strip)
			form->strip(&added);
		show_as_removal(undo, &added);
		if (cv_entry_compare(&added, &removal) == 0)
			return true;
	}
	return false;
}

/* Mostly that is so of all that the undo holds, and no list has to be made. */
static bool all_add_themselves(const struct cv_plan *plan, const struct cv_form *undo)
{
	for (size_t i = 0; i < plan->entries.count; i++) {
		const struct cv_entry *entry = CV_AT(&plan->entries, struct cv_entry, i);

		if (entry->kind != CV_ENTRY_HEADER && !entry->reused &&
		    cv_form_holds(undo, entry) && !adds_itself(plan, undo, entry))
			return false;
	}
	return true;
}

const struct cv_entry *cv_undo_excess(struct cv_ctx *ctx, const struct cv_plan *plan,
				      const struct cv_form *undo,
				      const struct cv_entry *const *removals,
				      size_t count)
{
	const struct cv_entry **added;
	size_t added_count;

	if (all_add_themselves(plan, undo))
		return NULL;
	added = all_added(ctx, plan, undo, &added_count);
	for (size_t i = 0; i < count; i++) {
		if (removals[i]->kind == CV_ENTRY_HEADER)
			continue;
		if (removals[i]->operation != CV_REMOVE || added_count == 0 ||
		    !bsearch(&removals[i], added, added_count, sizeof *added, by_content))
			return removals[i];
	}
	return NULL;
}
