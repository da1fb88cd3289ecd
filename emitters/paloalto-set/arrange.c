/* The plan of paloalto-xml, with a step for each object from which is first taken away
 * what an older version left. */
#include "paloalto-set/target.h"

#include "base/ctx.h"
#include "paloalto-set/facts.h"
#include "paloalto-xml/target.h"

static void add_step(struct cv_ctx *ctx, struct cv_plan *plan,
		     const struct cv_entry *object)
{
	struct cv_entry *step = cv_plan_add(ctx, plan, CV_ENTRY_STEP);

	step->list = CV_SET_RENEW;
	step->more->name = object->more->name;
	step->more->value = object->list;
}

/* What the base has just so is not ours to take anything from. */
static bool is_renewed(const struct cv_entry *entry)
{
	return entry->kind == CV_ENTRY_OBJECT && !entry->reused &&
	       cv_set_lists[cv_paloalto_list_table(entry->list)].renewal != CV_SET_KEEP;
}

bool cv_set_arrange(struct cv_ctx *ctx, struct cv_plan *plan)
{
	size_t count;

	if (!cv_paloalto_arrange(ctx, plan))
		return false;
	count = plan->entries.count;
	for (size_t i = 0; i < count; i++) {
		const struct cv_entry *entry = CV_AT(&plan->entries, struct cv_entry, i);

		if (is_renewed(entry))
			add_step(ctx, plan, entry);
	}
	cv_paloalto_moves_add(ctx, plan);
	return true;
}
