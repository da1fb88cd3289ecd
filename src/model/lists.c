/* Which of a target's native lists serve an exclusion. */
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
