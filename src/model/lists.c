/* A target's native lists: which serve an exclusion, and which a plan uses. */
#include <string.h>

#include "base/ctx.h"
#include "model/policy.h"
#include "model/target.h"

const struct cv_list *cv_list_next(const struct cv_target_use *use,
				   const struct cv_exclusion *exclusion,
				   const struct cv_list *after, const char **why_out)
{
	const struct cv_list *list = after ? after + 1 : use->target->can.lists;

	for (; list->name; list++) {
		const char *why = NULL;

		if (!(list->kinds >> exclusion->kind & 1) ||
		    !(list->platforms >> exclusion->group->platform & 1))
			continue;
		if (!list->serves || list->serves(use->options, exclusion, &why))
			return list;
		if (!*why_out)
			*why_out = why;
	}
	return NULL;
}

bool cv_plan_uses(const struct cv_plan *plan, const char *list)
{
	for (size_t i = 0; i < plan->entries.count; i++) {
		const struct cv_entry *entry = CV_AT(&plan->entries, struct cv_entry, i);

		if (entry->kind == CV_ENTRY_EXCLUSION && strcmp(entry->list, list) == 0)
			return true;
	}
	return false;
}

/* Of two lists of one name each may cost something of its own. */
static bool is_used(const struct cv_plan *plan, const struct cv_list *list)
{
	for (size_t i = 0; i < plan->entries.count; i++)
		if (cv_origin(CV_AT(&plan->entries, struct cv_entry, i))->native == list)
			return true;
	return false;
}

void cv_plan_add_costs(struct cv_ctx *ctx, struct cv_plan *plan)
{
	const struct cv_list *list = plan->use->target->can.lists;

	for (; list && list->name; list++)
		if (list->cost && is_used(plan, list))
			cv_plan_add(ctx, plan, CV_ENTRY_HEADER)->more->value =
				cv_arena_format(ctx->arena, "%s: %s", list->name,
						list->cost);
}

void cv_strip_note(struct cv_entry *entry)
{
	entry->note = NULL;
}
