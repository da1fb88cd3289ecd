/* review.md: one page for whoever must agree to the change. */
#include "commands/reports.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/memory.h"
#include "commands/commands.h"
#include "commands/compilation.h"
#include "commands/markdown.h"
#include "commands/review_parts.h"
#include "model/row_name.h"

enum {
	NAMED_ROWS = 20, /* that one line names; ledger.csv has all of them */
	/* Of one target and subject: rows that it carries exactly, but for a rule that
	 * somebody has to write; of the others, how many.  What grants or leaves
	 * something is told of every row. */
	LISTED_EXACT = 1000,
};

/* Says that a table has no lines, where one was begun and got none. */
static void end_table(struct cv_review *review)
{
	if (review->columns)
		cv_buf_text(review->out, "None.\n");
	review->columns = NULL;
}

void cv_review_heading(struct cv_review *review, const char *heading)
{
	end_table(review);
	cv_buf_format(review->out, "\n## %s\n\n", heading);
}

void cv_review_table(struct cv_review *review, const char *columns)
{
	end_table(review);
	review->columns = columns;
}

static void write_head(struct cv_review *review)
{
	size_t bars = 1;

	cv_buf_text(review->out, "| ");
	for (const char *at = review->columns; *at; at++) {
		bars += *at == '|';
		if (*at == '|')
			cv_buf_text(review->out, " | ");
		else
			cv_buf_char(review->out, *at);
	}
	cv_buf_text(review->out, " |\n|");
	while (bars--)
		cv_buf_text(review->out, "---|");
	cv_buf_text(review->out, "\n");
	review->columns = NULL;
}

void cv_review_line(struct cv_review *review, const char *const *cells, size_t count)
{
	if (review->columns)
		write_head(review);
	for (size_t i = 0; i < count; i++) {
		cv_buf_text(review->out, i ? " | " : "| ");
		cv_markdown_cell(review->out, cells[i] ? cells[i] : "");
	}
	cv_buf_text(review->out, " |\n");
	cv_buf_drain(review->out);
}

static const char *number(struct cv_review *review, size_t value)
{
	return cv_arena_format(review->ctx->arena, "%zu", value);
}

const char *cv_review_why_not(const struct cv_review *review, const struct cv_row *row)
{
	const struct cv_policy *policy = &review->compilation->policy;
	size_t at = cv_policy_first_use(policy, row->ordinal);
	const struct cv_used *as;
	const char *why = NULL;

	while ((as = cv_policy_next_used(policy, row->ordinal, &at))) {
		if (as->applies)
			return NULL;
		why = why ? why : as->why;
	}
	return why;
}

/* A page, and below it those that it says it was made from. */
static void write_source(struct cv_review *review, const struct cv_profile *profile,
			 const struct cv_source_note *note)
{
	CV_REVIEW_LINE(review, profile->id.text, note->key.text, note->title.text,
		       note->url.text, note->retrieved.text);
	for (size_t i = 0; i < note->cites.count; i++)
		CV_REVIEW_LINE(
			review, profile->id.text,
			cv_arena_format(review->ctx->arena, "%s cites", note->key.text),
			note->cites.items[i].key.text, note->cites.items[i].value.text,
			NULL);
}

/* How many rows below `end` apply anywhere, of the uses from the one numbered *at on,
 * which is moved behind them. */
static size_t count_applying(const struct cv_policy *policy, size_t *at, size_t end)
{
	uint32_t last = UINT32_MAX;
	size_t count = 0;

	for (; *at < policy->uses.count; ++*at) {
		const struct cv_use *use = CV_AT(&policy->uses, struct cv_use, *at);

		if (use->row >= end)
			break;
		if (use->row == last || !cv_used_as(policy, use)->applies)
			continue;
		last = use->row;
		count++;
	}
	return count;
}

static void write_asked(struct cv_review *review)
{
	const struct cv_compilation *compilation = review->compilation;
	const struct cv_policy *policy = &compilation->policy;
	size_t at = 0, end = 0; /* rows are numbered profile by profile */

	cv_review_heading(review, "What was asked");
	cv_review_table(review, "Profile|Title|Rows|Rows that apply|SHA-256 of its file");
	for (size_t i = 0; i < policy->profiles.count; i++) {
		const struct cv_profile *profile =
			*CV_AT(&policy->profiles, struct cv_profile *, i);
		size_t rows = 0;

		for (int table = 0; table < CV_TABLE_COUNT; table++)
			rows += profile->rows[table].count;
		end += rows;
		CV_REVIEW_LINE(review, profile->id.text, profile->title.text,
			       number(review, rows),
			       number(review, count_applying(policy, &at, end)),
			       profile->source->sha256);
	}
	cv_buf_text(review->out, "\n");
	cv_review_table(review, "Profile|Source|Title|Address|Retrieved");
	for (size_t i = 0; i < policy->profiles.count; i++) {
		const struct cv_profile *profile =
			*CV_AT(&policy->profiles, struct cv_profile *, i);
		const struct cv_source_note *notes = profile->sources.items;

		for (size_t n = 0; n < profile->sources.count; n++)
			write_source(review, profile, &notes[n]);
	}
}

static void write_granted(struct cv_review *review)
{
	const struct cv_table *artefacts = &review->compilation->artefacts;

	cv_review_heading(review, "What is granted");
	cv_review_table(review, "Target|For|Entries|File");
	for (size_t i = 0; i < artefacts->count; i++) {
		const struct cv_artefact *artefact =
			CV_AT(artefacts, struct cv_artefact, i);
		const struct cv_target *target = artefact->plan->use->target;

		if (!artefact->form->undo)
			CV_REVIEW_LINE(review,
				       target->preview
					       ? cv_arena_format(review->ctx->arena,
								 "%s (preview)",
								 target->name)
					       : target->name,
				       artefact->plan->subject->name,
				       number(review, artefact->entries), artefact->path);
	}
}

static bool is_different(const struct cv_judged *as)
{
	switch (as->verdict) {
	case CV_WIDER:
	case CV_NARROWER:
	case CV_DIFFERENT:
	case CV_IMPOSSIBLE:
	case CV_BASELINE:
		return true;
	default:
		return as->lacks;
	}
}

static int compare_texts(const char *a, const char *b)
{
	return a == b ? 0 : strcmp(a ? a : "", b ? b : "");
}

static int compare_ordinals(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

/* What the table has a line for. */
struct difference {
	const struct cv_judged *as;
	const char *missing; /* what the admin must add, or NULL */
	const struct cv_acceptance *accepted;
	uint32_t row; /* its ordinal, or CV_ROW_OURS */
};

/* Equal but for the row: one line that names all of the rows. */
static int compare_lines(const struct difference *a, const struct difference *b)
{
	const struct cv_acceptance *x = a->accepted, *y = b->accepted;
	int order = strcmp(a->as->target->name, b->as->target->name);

	if (!order)
		order = strcmp(a->as->subject->name, b->as->subject->name);
	if (!order)
		order = (a->as->verdict > b->as->verdict) -
			(a->as->verdict < b->as->verdict);
	if (!order)
		order = compare_texts(a->as->what, b->as->what);
	if (!order)
		order = compare_texts(a->as->carries, b->as->carries);
	if (!order)
		order = compare_texts(a->missing, b->missing);
	if (!order && x != y) /* by their place in the site's file */
		order = !x || (y && x->at.offset < y->at.offset) ? -1 : 1;
	return order;
}

static int compare_differences(const void *left, const void *right)
{
	const struct difference *a = left, *b = right;
	const int order = compare_lines(a, b);

	return order ? order : compare_ordinals(a->row, b->row);
}

static const char *acceptance_words(struct cv_review *review,
				    const struct cv_acceptance *accepted)
{
	const char *ticket;

	if (!accepted)
		return "";
	ticket = accepted->ticket.text ? cv_arena_format(review->ctx->arena, " (%s)",
							 accepted->ticket.text)
				       : "";
	return cv_arena_format(review->ctx->arena, "%s%s until %s: %s",
			       accepted->by.text ? accepted->by.text : "", ticket,
			       accepted->until.text ? accepted->until.text : "",
			       accepted->reason.text ? accepted->reason.text : "");
}

static const char *what_words(struct cv_review *review,
			      const struct difference *difference)
{
	const struct cv_judged *as = difference->as;
	struct cv_buf buf = CV_BUF_INIT;
	const char *words;

	if (as->what)
		cv_buf_text(&buf, as->what);
	if (as->carries)
		cv_buf_format(&buf, "%scarries %s", buf.size ? "; " : "", as->carries);
	if (difference->missing)
		cv_buf_format(&buf, "%s%s", buf.size ? "; " : "", difference->missing);
	words = cv_arena_text(review->ctx->arena, cv_buf_string(&buf));
	cv_buf_deinit(&buf);
	return words;
}

/* Adds row number `index` of `count` to a cell that names only the first few. */
static void name_row(struct cv_review *review, uint32_t row, size_t index, size_t count,
		     struct cv_buf *cell)
{
	if (index < NAMED_ROWS && index)
		cv_buf_text(cell, ", ");
	if (index == NAMED_ROWS)
		cv_buf_format(cell, " and %zu more, see ledger.csv", count - NAMED_ROWS);
	else if (index < NAMED_ROWS && row == CV_ROW_OURS)
		cv_buf_text(cell, "none");
	else if (index < NAMED_ROWS)
		cv_row_name_add(cell, cv_compilation_row(review->compilation, row));
}

static void difference_line(struct cv_review *review,
			    const struct difference *differences, size_t count)
{
	const struct cv_judged *as = differences[0].as;
	struct cv_buf rows = CV_BUF_INIT;

	for (size_t i = 0; i < count; i++)
		name_row(review, differences[i].row, i, count, &rows);
	CV_REVIEW_LINE(review, as->target->name, as->subject->name,
		       cv_verdict_names[as->verdict], what_words(review, differences),
		       cv_buf_string(&rows),
		       acceptance_words(review, differences[0].accepted));
	cv_buf_deinit(&rows);
}

/* Exact rows of one target and subject that are not listed. */
struct unlisted {
	const struct cv_target *target;
	const struct cv_subject *subject;
	size_t listed, count;
};

/* Whether to leave the judgement out.  Those of one target and subject stand side by
 * side in the ledger. */
static bool is_unlisted(struct cv_review *review, const struct cv_judged *as,
			struct cv_table *all)
{
	struct unlisted *last =
		all->count ? CV_AT(all, struct unlisted, all->count - 1) : NULL;

	if (as->verdict != CV_EXACT && as->verdict != CV_SPLIT)
		return false;
	if (!last || last->target != as->target || last->subject != as->subject) {
		last = CV_ADD(review->ctx->arena, all, struct unlisted);
		last->target = as->target;
		last->subject = as->subject;
	}
	if (last->listed < LISTED_EXACT) {
		last->listed++;
		return false;
	}
	last->count++;
	return true;
}

static void write_unlisted(struct cv_review *review, const struct cv_table *all)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct unlisted *unlisted = CV_AT(all, struct unlisted, i);

		if (unlisted->count)
			CV_REVIEW_LINE(review, unlisted->target->name,
				       unlisted->subject->name,
				       cv_verdict_names[CV_EXACT],
				       "carveout explain SITE --row ROW says what the "
				       "rule of each must name",
				       cv_arena_format(review->ctx->arena, "%zu more",
						       unlisted->count),
				       NULL);
	}
}

static bool any_different(const struct cv_ledger *ledger)
{
	for (size_t i = 0; i < ledger->judged.count; i++)
		if (is_different(CV_AT(&ledger->judged, struct cv_judged, i)))
			return true;
	return false;
}

/* What the table has lines for, sorted; to be freed. */
static struct difference *sort_differences(struct cv_review *review,
					   struct cv_table *unlisted, size_t *count_out)
{
	const struct cv_ledger *ledger = &review->compilation->ledger;
	const size_t all = any_different(ledger) ? ledger->judgements.count : 0;
	struct difference *sorted = NULL;
	size_t count = 0, room = 0;

	for (size_t i = 0; i < all; i++) {
		const struct cv_judgement *judgement =
			CV_AT(&ledger->judgements, struct cv_judgement, i);
		const struct cv_judged *as = cv_judged_as(ledger, judgement);
		const struct cv_risk *risk = cv_judgement_risk(ledger, judgement);

		if (!is_different(as) || is_unlisted(review, as, unlisted))
			continue;
		if (count == room) {
			room = room ? 2 * room : 64;
			sorted = cv_memory_give_more(sorted, room * sizeof *sorted);
		}
		sorted[count++] = (struct difference){
			as, cv_judgement_missing(review->ctx, ledger, judgement),
			risk ? risk->accepted : NULL, judgement->row};
	}
	if (count)
		qsort(sorted, count, sizeof *sorted, compare_differences);
	*count_out = count;
	return sorted;
}

static void write_differences(struct cv_review *review)
{
	struct cv_table unlisted = {0};
	size_t count, end;
	struct difference *sorted = sort_differences(review, &unlisted, &count);

	cv_review_heading(review, "Where a target does not say exactly what a row says");
	cv_buf_text(
		review->out,
		"`wider` and `different` grant something that the row does not ask "
		"for;\n`narrower` and `impossible` leave something undone; `baseline` "
		"is a rule\nthat no row asked for.\n\n");
	cv_review_table(review, "Target|For|Verdict|What|Rows|Accepted");
	for (size_t i = 0; i < count; i = end) {
		for (end = i + 1; end < count; end++)
			if (compare_lines(&sorted[i], &sorted[end]) != 0)
				break;
		difference_line(review, sorted + i, end - i);
	}
	free(sorted);
	write_unlisted(review, &unlisted);
}

/* In one row of the table; its words are gone behind it. */
static void risk_line(struct cv_review *review, const struct cv_risk *risk,
		      struct cv_buf *name, struct cv_buf *words)
{
	name->size = words->size = 0;
	cv_row_name_add(name, risk->row);
	if (risk->target)
		cv_buf_format(words, "in %s: ", risk->target->name);
	cv_buf_text(words, risk->detail);
	CV_REVIEW_LINE(review, cv_buf_string(name), cv_finding_kinds[risk->code].name,
		       cv_buf_string(words), acceptance_words(review, risk->accepted));
}

static void write_risks(struct cv_review *review)
{
	const struct cv_table *risks = &review->compilation->policy.risks;
	struct cv_buf name = CV_BUF_INIT, words = CV_BUF_INIT;

	cv_review_heading(review, "Risks of the rows themselves");
	cv_review_table(review, "Row|Finding|What|Accepted");
	for (size_t i = 0; i < risks->count; i++) {
		const struct cv_risk *risk = CV_AT(risks, struct cv_risk, i);

		if (!risk->subject)
			risk_line(review, risk, &name, &words);
	}
	cv_buf_deinit(&name);
	cv_buf_deinit(&words);
}

/* Series, or what does not apply: by group and condition, rows in order. */
struct use_line {
	const char *subject, *why;
	uint32_t row;
};

static int compare_conditions(const struct use_line *a, const struct use_line *b)
{
	const int order = strcmp(a->subject, b->subject);

	return order ? order : compare_texts(a->why, b->why);
}

static int compare_uses(const void *left, const void *right)
{
	const struct use_line *a = left, *b = right;
	const int order = compare_conditions(a, b);

	return order ? order : compare_ordinals(a->row, b->row);
}

static void use_line(struct cv_review *review, const struct use_line *lines, size_t count)
{
	struct cv_buf rows = CV_BUF_INIT;

	for (size_t i = 0; i < count; i++)
		name_row(review, lines[i].row, i, count, &rows);
	CV_REVIEW_LINE(review, lines[0].subject, lines[0].why, number(review, count),
		       cv_buf_string(&rows));
	cv_buf_deinit(&rows);
}

static bool is_told(const struct cv_used *used, bool applying)
{
	return used->applies == applying && (used->why || !applying);
}

static size_t count_told(const struct cv_table *used, bool applying)
{
	size_t count = 0;

	for (size_t i = 0; i < used->count; i++) {
		const struct cv_used *as = CV_AT(used, struct cv_used, i);

		count += is_told(as, applying) ? as->count : 0;
	}
	return count;
}

/* Those that are told, sorted. */
static struct use_line *sort_uses(struct cv_review *review, bool applying, size_t told)
{
	const struct cv_policy *policy = &review->compilation->policy;
	struct use_line *lines = CV_NEW_ARRAY(review->ctx->arena, told, struct use_line);
	size_t count = 0;

	for (size_t i = 0; count < told; i++) {
		const struct cv_use *use = CV_AT(&policy->uses, struct cv_use, i);
		const struct cv_used *as = cv_used_as(policy, use);

		if (is_told(as, applying))
			lines[count++] = (struct use_line){
				as->group ? as->group->name
					  : review->compilation->site->name.text,
				as->why, use->row};
	}
	if (count)
		qsort(lines, count, sizeof *lines, compare_uses);
	return lines;
}

static void write_uses(struct cv_review *review, bool applying)
{
	const size_t count = count_told(&review->compilation->policy.used, applying);
	const struct use_line *lines = sort_uses(review, applying, count);
	size_t end;

	cv_review_table(review, applying ? "For|Who needs it|Rows|Which"
					 : "For|Condition that failed|Rows|Which");
	for (size_t i = 0; i < count; i = end) {
		for (end = i + 1; end < count; end++)
			if (compare_conditions(&lines[i], &lines[end]) != 0)
				break;
		use_line(review, lines + i, end - i);
	}
}

void cv_review_write(struct cv_ctx *ctx, const struct cv_compilation *compilation,
		     struct cv_buf *out)
{
	struct cv_review review = {.ctx = ctx, .compilation = compilation, .out = out};

	cv_buf_format(out, "# Review of %s\n\n", compilation->site->name.text);
	cv_buf_format(out,
		      "Written by carveout " CV_VERSION "; dates are held against %s.\n",
		      ctx->today);
	write_asked(&review);
	write_granted(&review);
	write_differences(&review);
	write_risks(&review);
	cv_review_pins(&review);
	cv_review_holes(&review);
	cv_review_heading(&review, "Rows that only some computers of a group need");
	write_uses(&review, true);
	cv_review_heading(&review, "Rows that do not apply");
	write_uses(&review, false);
	cv_review_requirements(&review);
	cv_review_roles(&review);
	cv_review_order(&review);
}
