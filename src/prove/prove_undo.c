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

/* The entry as an undo would name it. */
static const struct cv_entry *as_removal(struct cv_ctx *ctx, const struct cv_form *undo,
					 const struct cv_entry *entry)
{
	struct cv_entry *removal = CV_NEW(ctx->arena, struct cv_entry);

	*removal = *entry;
	removal->operation = CV_REMOVE;
	if (undo->strip)
		undo->strip(removal);
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

const struct cv_entry *cv_undo_excess(struct cv_ctx *ctx, const struct cv_plan *plan,
				      const struct cv_form *undo,
				      const struct cv_entry *const *removals,
				      size_t count)
{
	size_t added_count;
	const struct cv_entry **added = all_added(ctx, plan, undo, &added_count);

	for (size_t i = 0; i < count; i++) {
		if (removals[i]->kind == CV_ENTRY_HEADER)
			continue;
		if (removals[i]->operation != CV_REMOVE || added_count == 0 ||
		    !bsearch(&removals[i], added, added_count, sizeof *added, by_content))
			return removals[i];
	}
	return NULL;
}
