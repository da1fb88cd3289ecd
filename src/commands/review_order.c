/* In which order the files of the tree are applied and backed out. */
#include "commands/review_parts.h"

#include "base/buf.h"
#include "base/ctx.h"
#include "commands/compilation.h"
#include "commands/markdown.h"
#include "model/row_name.h"

static void list_files(struct cv_review *review, const struct cv_target_use *use,
		       bool undo)
{
	const struct cv_table *artefacts = &review->compilation->artefacts;
	size_t step = 0;

	for (size_t n = 0; n < artefacts->count; n++) {
		const struct cv_artefact *artefact =
			CV_AT(artefacts, struct cv_artefact,
			      undo ? artefacts->count - 1 - n : n);

		if (artefact->plan->use != use || artefact->form->undo != undo)
			continue;
		if (step++ == 0)
			cv_buf_text(review->out,
				    undo ? "\nTo back out:\n\n" : "\nTo apply:\n\n");
		cv_buf_format(review->out, "%zu. `%s`: %s\n", step, artefact->path,
			      artefact->form->summary);
	}
}

/* What the base has already: it is not the site's to take away. */
static void list_reused(struct cv_review *review, const struct cv_target_use *use)
{
	const struct cv_table *plans = &review->compilation->plans;
	bool any = false;

	for (size_t i = 0; i < plans->count; i++) {
		const struct cv_plan *plan = CV_AT(plans, struct cv_plan, i);
		const struct cv_entry *entry;
		size_t at = 0;

		if (plan->use != use)
			continue;
		while ((entry = cv_plan_next_reused(plan, &at))) {
			if (!any)
				cv_buf_text(review->out,
					    "\nUsed as it stands there already; backing "
					    "out leaves it:\n\n");
			any = true;
			cv_buf_format(review->out, "- %s `%s`", entry->list,
				      entry->more->name);
			for (size_t r = 0; r < entry->rows.count; r++) {
				cv_buf_text(review->out, r ? ", " : ", for ");
				cv_markdown_cell(
					review->out,
					cv_row_name(review->ctx, entry->rows.items[r]));
			}
			cv_buf_char(review->out, '\n');
		}
	}
}

void cv_review_order(struct cv_review *review)
{
	const struct cv_table *uses = &review->compilation->site->targets;

	cv_review_heading(review, "The order to apply and to back out");
	cv_buf_text(review->out,
		    "Targets are applied in this order and backed out from the last to "
		    "the first.\n");
	for (size_t i = 0; i < uses->count; i++) {
		const struct cv_target_use *use = CV_AT(uses, struct cv_target_use, i);

		cv_buf_format(review->out, "\n### %s\n\n%s\n", use->target->name,
			      use->target->summary);
		list_reused(review, use);
		list_files(review, use, false);
		list_files(review, use, true);
	}
}
