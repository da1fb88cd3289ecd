/* What the questions of explain share: words for the policy's things, verdicts, and
 * the lines of artefacts. */
#include "commands/explain_parts.h"

#include <stdarg.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "commands/artefact_lines.h"
#include "commands/print.h"

/* Of an artefact's line, and lines of one artefact: the rest is there to be looked up. */
enum { LINE_BYTES = 200, MOST_LINES = 10 };

void cv_explain_say(struct cv_explain *explain, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	cv_print_line(explain->out, cv_arena_vformat(explain->ctx->arena, format, args));
	va_end(args);
	cv_buf_char(explain->out, '\n');
}

bool cv_explain_names(const struct cv_rows *rows, const struct cv_row *row)
{
	size_t low = 0, high = rows->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (rows->items[middle]->ordinal < row->ordinal)
			low = middle + 1;
		else
			high = middle;
	}
	return low < rows->count && rows->items[low] == row;
}

const struct cv_judgement *cv_explain_judgement(const struct cv_explain *explain,
						const struct cv_row *row,
						const struct cv_plan *plan)
{
	const struct cv_ledger *ledger = &explain->compilation->ledger;

	for (size_t i = 0; i < ledger->judgements.count; i++) {
		const struct cv_judgement *judgement =
			CV_AT(&ledger->judgements, struct cv_judgement, i);
		const struct cv_judged *as = cv_judged_as(ledger, judgement);

		if (judgement->row == row->ordinal && as->target == plan->use->target &&
		    as->subject == plan->subject)
			return judgement;
	}
	return NULL;
}

static const char *accepted(struct cv_ctx *ctx, const struct cv_acceptance *acceptance)
{
	return cv_arena_format(ctx->arena, " (accepted by %s until %s: %s)",
			       acceptance->by.text ? acceptance->by.text : "nobody",
			       acceptance->until.text ? acceptance->until.text : "ever",
			       acceptance->reason.text ? acceptance->reason.text : "");
}

void cv_explain_verdict(struct cv_explain *explain, const struct cv_judgement *judgement)
{
	const struct cv_ledger *ledger = &explain->compilation->ledger;
	const struct cv_risk *risk = cv_judgement_risk(ledger, judgement);
	const struct cv_judged *as = cv_judged_as(ledger, judgement);
	const char *what = as->what;
	const char *missing = cv_judgement_missing(explain->ctx, ledger, judgement);

	cv_explain_say(explain, "%s%s%s%s%s%s", cv_verdict_names[as->verdict],
		       what ? ": " : "", what ? what : "", missing ? "; " : "",
		       missing ? missing : "",
		       risk && risk->accepted ? accepted(explain->ctx, risk->accepted)
		       : risk                 ? " (not accepted)"
					      : "");
}

void cv_explain_doubts(struct cv_explain *explain, const struct cv_plan *plan,
		       const bool *rows)
{
	const struct cv_compilation *compilation = explain->compilation;

	for (size_t i = 0; i < compilation->policy.rows.count; i++) {
		const struct cv_row *row = cv_compilation_row(compilation, i);
		const struct cv_judgement *judgement =
			rows[i] ? cv_explain_judgement(explain, row, plan) : NULL;
		const struct cv_judged *as =
			judgement ? cv_judged_as(&compilation->ledger, judgement) : NULL;

		if (!as || (as->verdict <= CV_SPLIT && !as->lacks))
			continue;
		cv_buf_format(explain->out,
			      "    %s there: ", cv_row_name(explain->ctx, row));
		cv_explain_verdict(explain, judgement);
	}
}

const char *cv_explain_why_not(const struct cv_explain *explain, const struct cv_row *row,
			       const struct cv_group *group)
{
	const struct cv_policy *policy = &explain->compilation->policy;
	size_t at = cv_policy_first_use(policy, row->ordinal);
	const struct cv_used *as;

	while ((as = cv_policy_next_used(policy, row->ordinal, &at)))
		if (as->group == group)
			return as->applies ? NULL : as->why;
	return NULL;
}

static bool holds_wanted(const struct cv_plan *plan, const struct cv_form *form,
			 const struct cv_wanted *wanted)
{
	for (size_t i = 0; i < plan->entries.count; i++) {
		const struct cv_entry *entry = CV_AT(&plan->entries, struct cv_entry, i);

		if (entry->kind & form->kinds && wanted->is_wanted(wanted, entry))
			return true;
	}
	return false;
}

static void add_line(struct cv_explain *explain, const struct cv_artefact_lines *lines,
		     const struct cv_artefact_line *line, const char *indent)
{
	const size_t shown = line->size < LINE_BYTES ? line->size : LINE_BYTES;

	cv_explain_say(explain, "%s%s:%zu: %.*s%s", indent, lines->path, line->number,
		       (int)shown, line->text, shown < line->size ? "..." : "");
}

static size_t add_lines(struct cv_explain *explain, const struct cv_artefact_lines *lines,
			const struct cv_wanted *wanted, const char *indent)
{
	const struct cv_plan *plan = lines->plan;
	size_t count = 0;

	for (size_t i = 0; i < plan->entries.count; i++) {
		const struct cv_entry *entry = CV_AT(&plan->entries, struct cv_entry, i);
		struct cv_artefact_line line;

		if (!wanted->is_wanted(wanted, entry) ||
		    !cv_artefact_line_of(lines, entry, &line))
			continue;
		if (count++ < MOST_LINES)
			add_line(explain, lines, &line, indent);
	}
	if (count > MOST_LINES)
		cv_explain_say(explain, "%s%s: and %zu more lines", indent, lines->path,
			       count - MOST_LINES);
	return count;
}

size_t cv_explain_lines(struct cv_explain *explain, const struct cv_plan *plan,
			const struct cv_wanted *wanted, const char *indent)
{
	size_t count = 0;

	for (const struct cv_form *form = plan->use->target->forms; form->name; form++) {
		struct cv_artefact_lines lines;

		if ((form->undo && !wanted->with_undo) ||
		    !holds_wanted(plan, form, wanted))
			continue;
		if (cv_artefact_lines_open(explain->ctx, plan, form, &lines))
			count += add_lines(explain, &lines, wanted, indent);
		cv_artefact_lines_close(&lines);
	}
	return count;
}
