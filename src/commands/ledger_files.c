/* ledger.csv and ledger.json. */
#include "commands/reports.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <csv.h>

#include "base/ctx.h"
#include "base/json.h"
#include "commands/compilation.h"
#include "model/row_name.h"
#include "model/value.h"

/* In place of a row's ordinal: behind all rows. */
static const uint32_t ours = UINT32_MAX;

/* What is known about one row, subject and target.  A line of the CSV is all cells
 * of one row and subject, side by side once they are sorted. */
struct cell {
	const char *subject;
	struct cv_judgement *judgement; /* or: */
	const struct cv_use *use;       /* or neither: no group is its device */
	uint32_t row;                   /* its ordinal, or ours */
	uint32_t order;
	uint16_t column; /* of the target; 0: the row's use */
	uint8_t kind;    /* enum cv_subject_kind */
};

/* Cells by row.  There may be many times as many as rows, so that of all of them only
 * that is kept which comes after which, and the cells of one row are made at a time.  An
 * item is a use, a row (where no group is its device) or a judgement, numbered in that
 * order and from 1. */
struct cells {
	const struct cv_compilation *compilation;
	uint32_t *firsts; /* by row, what is ours behind the last: its first item, or 0 */
	uint32_t *nexts;  /* by item: the next of its row, or 0 */
	size_t rows;
	struct cell *row;
	size_t room; /* for cells of one row */
};

/* To be called for the last item first. */
static void put(struct cells *cells, uint32_t row, size_t item)
{
	uint32_t *first = &cells->firsts[row == ours ? cells->rows : row];

	cells->nexts[item - 1] = *first;
	*first = (uint32_t)item;
}

static int compare_lines(const struct cell *a, const struct cell *b)
{
	int order;

	if (a->row != b->row)
		return a->row < b->row ? -1 : 1;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	order = cv_text_compare(a->subject, b->subject);
	return order || a->row != ours
		       ? order
		       : strcmp(a->judgement->as->what, b->judgement->as->what);
}

static int compare_cells(const void *left, const void *right)
{
	const struct cell *a = left, *b = right;
	const int lines = compare_lines(a, b);

	if (lines)
		return lines;
	if (a->column != b->column)
		return a->column < b->column ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

/* The cells of one row are few, and mostly in order already. */
static void sort_row(struct cell *items, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		if (compare_cells(&items[i - 1], &items[i]) < 0)
			continue;
		qsort(items, count, sizeof *items, compare_cells);
		return;
	}
}

static uint16_t column_of(const struct cv_compilation *compilation,
			  const struct cv_target *target)
{
	const struct cv_table *uses = &compilation->site->targets;
	uint16_t column = 1;

	while (column <= uses->count &&
	       CV_AT(uses, struct cv_target_use, column - 1)->target != target)
		column++;
	return column;
}

static bool is_exact(enum cv_verdict verdict)
{
	return verdict == CV_EXACT || verdict == CV_SPLIT || verdict == CV_NOT_APPLICABLE;
}

static uint32_t row_of(const struct cv_judgement *judgement)
{
	return judgement->row ? judgement->row->ordinal : ours;
}

/* How many items come before judgements. */
static size_t before_judgements(const struct cells *cells)
{
	return cells->compilation->policy.uses.count + cells->rows;
}

static void put_judgements(struct cells *cells, bool all)
{
	const struct cv_table *judgements = &cells->compilation->ledger.judgements;

	for (size_t i = judgements->count; i > 0; i--) {
		const struct cv_judgement *judgement =
			CV_AT(judgements, struct cv_judgement, i - 1);

		if (all || !is_exact(judgement->verdict))
			put(cells, row_of(judgement), before_judgements(cells) + i);
	}
}

static void put_not_exact(struct cells *cells)
{
	put_judgements(cells, false);
}

static void put_all(struct cells *cells)
{
	const struct cv_policy *policy = &cells->compilation->policy;
	bool *unreached = cv_rows_unreached(policy);

	put_judgements(cells, true);
	for (size_t i = policy->rows.count; i > 0; i--)
		if (unreached[i - 1])
			put(cells, (uint32_t)(i - 1), policy->uses.count + i);
	free(unreached);
	for (size_t i = policy->uses.count; i > 0; i--)
		put(cells, CV_AT(&policy->uses, struct cv_use, i - 1)->row->ordinal, i);
}

static void *allocate(size_t count, size_t size)
{
	void *memory = calloc(count + 1, size);

	if (!memory)
		cv_out_of_memory();
	return memory;
}

/* What `put_some` puts; to be freed by free_cells(). */
static struct cells collect(const struct cv_compilation *compilation,
			    void (*put_some)(struct cells *cells))
{
	struct cells cells = {.compilation = compilation,
			      .rows = compilation->policy.rows.count};

	cells.firsts = allocate(cells.rows + 1, sizeof *cells.firsts);
	cells.nexts =
		allocate(before_judgements(&cells) + compilation->ledger.judgements.count,
			 sizeof *cells.nexts);
	put_some(&cells);
	return cells;
}

static void free_cells(struct cells *cells)
{
	free(cells->firsts);
	free(cells->nexts);
	free(cells->row);
}

static struct cell cell_of_use(const struct cv_compilation *compilation,
			       const struct cv_use *use)
{
	return (struct cell){
		.kind = use->group ? CV_SUBJECT_GROUP : CV_SUBJECT_SITE,
		.subject = use->group ? use->group->name : compilation->site->name.text,
		.use = use,
	};
}

static struct cell cell_of_judgement(const struct cv_compilation *compilation,
				     struct cv_judgement *judgement)
{
	return (struct cell){
		.kind = (uint8_t)judgement->as->subject->kind,
		.subject = judgement->as->subject->name,
		.column = column_of(compilation, judgement->as->target),
		.judgement = judgement,
	};
}

static struct cell make_cell(const struct cells *cells, size_t item)
{
	const struct cv_compilation *compilation = cells->compilation;
	const size_t uses = compilation->policy.uses.count;

	if (item <= uses)
		return cell_of_use(compilation, CV_AT(&compilation->policy.uses,
						      struct cv_use, item - 1));
	if (item <= before_judgements(cells))
		return (struct cell){.kind = CV_SUBJECT_SITE,
				     .subject = compilation->site->name.text};
	return cell_of_judgement(compilation, CV_AT(&compilation->ledger.judgements,
						    struct cv_judgement,
						    item - before_judgements(cells) - 1));
}

static void make_room(struct cells *cells)
{
	cells->room = cells->room ? 2 * cells->room : 16;
	cells->row = realloc(cells->row, cells->room * sizeof *cells->row);
	if (!cells->row)
		cv_out_of_memory();
}

/* Puts those of one row, or at the end of ours, in the ledger's order into `row`.
 * Returns how many. */
static size_t make_row(struct cells *cells, size_t row)
{
	size_t count = 0;

	for (uint32_t item = cells->firsts[row]; item; item = cells->nexts[item - 1]) {
		if (count == cells->room)
			make_room(cells);
		cells->row[count] = make_cell(cells, item);
		cells->row[count].order = item;
		cells->row[count++].row = row == cells->rows ? ours : (uint32_t)row;
	}
	sort_row(cells->row, count);
	return count;
}

/* What a spreadsheet takes for a formula. */
static bool is_formula(char first)
{
	return first == '=' || first == '+' || first == '-' || first == '@' ||
	       first == '\t';
}

static bool is_plain(const char *text, size_t size)
{
	return !is_formula(*text) && *text != ' ' && strcspn(text, "\",\r\n") == size;
}

/* Makes a field of what stands in the buffer from `start` on.  RFC 4180; quoted only
 * where it must be.  What a spreadsheet would take for a formula gets an apostrophe in
 * front. */
static void end_field(struct cv_buf *out, size_t start)
{
	const size_t size = out->size - start;
	char *text, *quoted;
	size_t need;

	if (is_plain(cv_buf_string(out) + start, size))
		return;
	text = allocate(size, 1);
	memcpy(text, out->data + start, size);
	out->size = start;
	if (is_formula(*text))
		cv_buf_char(out, '\'');
	if (!strpbrk(text, "\",\r\n") && text[0] != ' ') {
		cv_buf_add(out, text, size);
	} else {
		need = csv_write(NULL, 0, text, size);
		quoted = allocate(need, 1);
		csv_write(quoted, need, text, size);
		cv_buf_add(out, quoted, need);
		free(quoted);
	}
	free(text);
}

static void add_field(struct cv_buf *out, const char *text)
{
	const size_t start = out->size;

	cv_buf_text(out, text);
	end_field(out, start);
}

static void add_row_field(struct cv_buf *out, const struct cv_row *row)
{
	const size_t start = out->size;

	cv_row_name_add(out, row);
	end_field(out, start);
}

static const char *condition_of(struct cv_ctx *ctx,
				const struct cv_compilation *compilation,
				const struct cell *line, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!line[i].use && !line[i].judgement)
			return cv_unreached_why(
				ctx, cv_compilation_row(compilation, line[i].row));
	for (size_t i = 0; i < count; i++)
		if (line[i].use && line[i].use->why)
			return line[i].use->why;
	for (size_t i = 0; i < count; i++)
		if (line[i].judgement && line[i].judgement->as->what &&
		    (line[i].judgement->verdict == CV_NOT_APPLICABLE ||
		     line[i].row == ours))
			return line[i].judgement->as->what;
	return "";
}

static void add_verdict(struct cv_buf *out, const struct cv_judgement *judgement)
{
	cv_buf_text(out, cv_verdict_names[judgement->verdict]);
	if (cv_judgement_risk(judgement) && cv_judgement_risk(judgement)->accepted)
		cv_buf_text(out, " (accepted)");
}

static void add_line(struct cv_ctx *ctx, const struct cv_compilation *compilation,
		     const struct cell *line, size_t count, struct cv_buf *out)
{
	size_t at = 0;

	if (line->row == ours)
		add_field(out, "baseline");
	else
		add_row_field(out, cv_compilation_row(compilation, line->row));
	cv_buf_char(out, ',');
	add_field(out, line->subject);
	cv_buf_char(out, ',');
	add_field(out, condition_of(ctx, compilation, line, count));
	while (at < count && line[at].column == 0)
		at++;
	for (size_t column = 1; column <= compilation->site->targets.count; column++) {
		cv_buf_char(out, ',');
		for (bool first = true; at < count && line[at].column == column; at++) {
			if (!first)
				cv_buf_text(out, "; ");
			add_verdict(out, line[at].judgement);
			first = false;
		}
	}
	cv_buf_char(out, '\n');
}

/* The lines of a row, each for a subject. */
static void add_row(struct cv_ctx *ctx, const struct cells *cells, size_t count,
		    struct cv_buf *out)
{
	size_t end;

	for (size_t i = 0; i < count; i = end) {
		for (end = i + 1; end < count; end++)
			if (compare_lines(&cells->row[i], &cells->row[end]) != 0)
				break;
		add_line(ctx, cells->compilation, &cells->row[i], end - i, out);
	}
}

void cv_ledger_csv_write(struct cv_ctx *ctx, const struct cv_compilation *compilation,
			 struct cv_buf *out)
{
	const struct cv_table *uses = &compilation->site->targets;
	struct cells cells = collect(compilation, put_all);

	cv_buf_text(out, "row,subject,condition");
	for (size_t i = 0; i < uses->count; i++)
		cv_buf_format(out, ",%s",
			      CV_AT(uses, struct cv_target_use, i)->target->name);
	cv_buf_char(out, '\n');
	for (size_t row = 0; row <= cells.rows; row++) {
		add_row(ctx, &cells, make_row(&cells, row), out);
		cv_buf_drain(out);
	}
	free_cells(&cells);
}

static void json_acceptance(struct cv_json *json, const struct cv_acceptance *acceptance)
{
	cv_json_key(json, "acceptance");
	if (!acceptance) {
		cv_json_text(json, NULL);
		return;
	}
	cv_json_begin_object(json, true);
	cv_json_member(json, "by", acceptance->by.text);
	cv_json_member(json, "reason", acceptance->reason.text);
	if (acceptance->ticket.text)
		cv_json_member(json, "ticket", acceptance->ticket.text);
	cv_json_member(json, "until", acceptance->until.text);
	cv_json_end_object(json);
}

static void json_row(struct cv_json *json, struct cv_buf *words, const struct cv_row *row)
{
	words->size = 0;
	if (row)
		cv_row_name_add(words, row);
	cv_json_member(json, "row", row ? cv_buf_string(words) : NULL);
}

static void json_judgement(struct cv_ctx *ctx, struct cv_json *json, struct cv_buf *words,
			   struct cv_judgement *judgement)
{
	const struct cv_risk *risk = cv_judgement_risk(judgement);

	cv_json_begin_object(json, true);
	json_row(json, words, judgement->row);
	cv_json_member(json, "subject", judgement->as->subject->name);
	cv_json_member(json, "target", judgement->as->target->name);
	cv_json_member(json, "verdict", cv_verdict_names[judgement->verdict]);
	cv_json_member(json, "what", judgement->as->what);
	cv_json_member(json, "carries", judgement->as->carries);
	cv_json_member(json, "missing", cv_judgement_missing(ctx, judgement));
	cv_json_member_number(json, "entries", judgement->entries);
	json_acceptance(json, risk ? risk->accepted : NULL);
	cv_json_end_object(json);
}

static void json_counts(struct cv_json *json, const size_t counts[CV_VERDICT_COUNT])
{
	cv_json_begin_object(json, true);
	for (size_t i = 0; i < CV_VERDICT_COUNT; i++)
		cv_json_member_number(json, cv_verdict_names[i], counts[i]);
	cv_json_end_object(json);
}

/* Of all, and of each target, in one pass. */
static void json_all_counts(struct cv_json *json,
			    const struct cv_compilation *compilation)
{
	const struct cv_table *judgements = &compilation->ledger.judgements;
	const struct cv_table *uses = &compilation->site->targets;
	size_t(*counts)[CV_VERDICT_COUNT] = allocate(uses->count + 2, sizeof *counts);

	for (size_t i = 0; i < judgements->count; i++) {
		const struct cv_judgement *judgement =
			CV_AT(judgements, struct cv_judgement, i);

		counts[0][judgement->verdict]++;
		counts[column_of(compilation, judgement->as->target)]
		      [judgement->verdict]++;
	}
	cv_json_key(json, "counts");
	json_counts(json, counts[0]);
	cv_json_key(json, "targets");
	cv_json_begin_object(json, false);
	for (size_t i = 0; i < uses->count; i++) {
		cv_json_key(json, CV_AT(uses, struct cv_target_use, i)->target->name);
		json_counts(json, counts[i + 1]);
	}
	cv_json_end_object(json);
	free(counts);
}

static void json_risk(struct cv_json *json, struct cv_buf *words,
		      const struct cv_risk *risk)
{
	cv_json_begin_object(json, true);
	json_row(json, words, risk->row);
	cv_json_member(json, "finding", cv_finding_kinds[risk->code].name);
	if (risk->target)
		cv_json_member(json, "target", risk->target->name);
	words->size = 0;
	cv_risk_text_add(words, risk);
	cv_json_member(json, "text", cv_buf_string(words));
	cv_json_member(json, "detail", risk->detail);
	json_acceptance(json, risk->accepted);
	cv_json_end_object(json);
	cv_buf_drain(json->out);
}

static void json_risks(struct cv_json *json, struct cv_buf *words,
		       const struct cv_compilation *compilation)
{
	const struct cv_table *risks = &compilation->policy.risks;

	cv_json_key(json, "risks");
	cv_json_begin_list(json, false);
	for (size_t i = 0; i < risks->count; i++) {
		const struct cv_risk *risk = CV_AT(risks, struct cv_risk, i);

		/* One of a subject is a verdict, and among those. */
		if (!risk->subject)
			json_risk(json, words, risk);
	}
	cv_json_end_list(json);
}

/* A list of a target whose cost was said. */
struct costly {
	const struct cv_target *target;
	const char *list;
};

static bool was_said(const struct cv_table *said, const struct cv_target *target,
		     const char *list)
{
	for (size_t i = 0; i < said->count; i++) {
		const struct costly *one = CV_AT(said, struct costly, i);

		if (one->target == target && strcmp(one->list, list) == 0)
			return true;
	}
	return false;
}

static void json_cost(struct cv_json *json, const struct cv_target *target,
		      const struct cv_list *list)
{
	cv_json_begin_object(json, true);
	cv_json_member(json, "target", target->name);
	cv_json_member(json, "list", list->name);
	cv_json_member(json, "cost", list->cost);
	cv_json_end_object(json);
}

/* What entries of a list cost besides, which no verdict says: also that of exact rows.
 * No key where there is nothing of the kind. */
static void json_costs(struct cv_ctx *ctx, struct cv_json *json,
		       const struct cv_compilation *compilation)
{
	struct cv_table said = {0};

	for (size_t i = 0; i < compilation->plans.count; i++) {
		const struct cv_plan *plan =
			CV_AT(&compilation->plans, struct cv_plan, i);
		const struct cv_target *target = plan->use->target;

		for (size_t n = 0; target->can.lists && n < plan->entries.count; n++) {
			const struct cv_list *list =
				cv_origin(CV_AT(&plan->entries, struct cv_entry, n))
					->native;

			if (!list || !list->cost || was_said(&said, target, list->name))
				continue;
			if (!said.count) {
				cv_json_key(json, "costs");
				cv_json_begin_list(json, false);
			}
			*CV_ADD(ctx->arena, &said, struct costly) =
				(struct costly){target, list->name};
			json_cost(json, target, list);
		}
	}
	if (said.count)
		cv_json_end_list(json);
}

static void json_reused_entry(struct cv_ctx *ctx, struct cv_json *json,
			      const struct cv_plan *plan, const struct cv_entry *entry)
{
	cv_json_begin_object(json, true);
	cv_json_member(json, "target", plan->use->target->name);
	cv_json_member(json, "subject", plan->subject->name);
	cv_json_member(json, "list", entry->list);
	cv_json_member(json, "name", entry->name);
	cv_json_key(json, "rows");
	cv_json_begin_list(json, true);
	for (size_t i = 0; i < entry->rows.count; i++)
		cv_json_text(json, cv_row_name(ctx, entry->rows.items[i]));
	cv_json_end_list(json);
	cv_json_end_object(json);
}

/* What a base has already; no key where there is nothing of the kind. */
static void json_reused(struct cv_ctx *ctx, struct cv_json *json,
			const struct cv_compilation *compilation)
{
	bool any = false;

	for (size_t i = 0; i < compilation->plans.count; i++) {
		const struct cv_plan *plan =
			CV_AT(&compilation->plans, struct cv_plan, i);

		if (!cv_plan_base(plan))
			continue;
		for (size_t n = 0; n < plan->entries.count; n++) {
			const struct cv_entry *entry =
				CV_AT(&plan->entries, struct cv_entry, n);

			if (!entry->reused)
				continue;
			if (!any) {
				cv_json_key(json, "reused");
				cv_json_begin_list(json, false);
			}
			any = true;
			json_reused_entry(ctx, json, plan, entry);
		}
	}
	if (any)
		cv_json_end_list(json);
}

void cv_ledger_json_write(struct cv_ctx *ctx, const struct cv_compilation *compilation,
			  struct cv_buf *out)
{
	struct cells cells = collect(compilation, put_not_exact);
	struct cv_buf words = CV_BUF_INIT; /* room for one name or text */
	struct cv_json json;

	cv_json_open(&json, out);
	cv_json_begin_object(&json, false);
	cv_json_member(&json, "carveout", "ledger/1");
	cv_json_member(&json, "site", compilation->site->name.text);
	json_all_counts(&json, compilation);
	cv_json_key(&json, "not-exact");
	cv_json_begin_list(&json, false);
	for (size_t row = 0; row <= cells.rows; row++) {
		const size_t count = make_row(&cells, row);

		for (size_t i = 0; i < count; i++)
			json_judgement(ctx, &json, &words, cells.row[i].judgement);
		cv_buf_drain(out);
	}
	cv_json_end_list(&json);
	json_risks(&json, &words, compilation);
	json_costs(ctx, &json, compilation);
	json_reused(ctx, &json, compilation);
	cv_json_end_object(&json);
	cv_buf_deinit(&words);
	free_cells(&cells);
}
