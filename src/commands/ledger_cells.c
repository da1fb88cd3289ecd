/* Which cells a row of the ledger has, and in which order. */
#include "commands/ledger_cells.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/memory.h"
#include "commands/compilation.h"
#include "model/value.h"

/* To be called for the last item first. */
static void put(struct cv_cells *cells, uint32_t row, size_t item)
{
	uint32_t *first = &cells->firsts[row == CV_ROW_OURS ? cells->rows : row];

	cells->nexts[item - 1] = *first;
	*first = (uint32_t)item;
}

int cv_cells_compare(const struct cv_cell *a, const struct cv_cell *b)
{
	int order;

	if (a->row != b->row)
		return a->row < b->row ? -1 : 1;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	order = cv_text_compare(a->subject, b->subject);
	return order || a->row != CV_ROW_OURS
		       ? order
		       : strcmp(a->judgement->as->what, b->judgement->as->what);
}

static int compare_cells(const void *left, const void *right)
{
	const struct cv_cell *a = left, *b = right;
	const int lines = cv_cells_compare(a, b);

	if (lines)
		return lines;
	if (a->column != b->column)
		return a->column < b->column ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

/* The cells of one row are few, and mostly in order already. */
static void sort_row(struct cv_cell *items, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		if (compare_cells(&items[i - 1], &items[i]) < 0)
			continue;
		qsort(items, count, sizeof *items, compare_cells);
		return;
	}
}

uint16_t cv_column_of(const struct cv_compilation *compilation,
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
	return judgement->row ? judgement->row->ordinal : CV_ROW_OURS;
}

/* How many items come before judgements. */
static size_t before_judgements(const struct cv_cells *cells)
{
	return cells->compilation->policy.uses.count + cells->rows;
}

static void put_judgements(struct cv_cells *cells, bool all)
{
	const struct cv_table *judgements = &cells->compilation->ledger.judgements;

	for (size_t i = judgements->count; i > 0; i--) {
		const struct cv_judgement *judgement =
			CV_AT(judgements, struct cv_judgement, i - 1);

		if (all || !is_exact(judgement->verdict))
			put(cells, row_of(judgement), before_judgements(cells) + i);
	}
}

static void put_all(struct cv_cells *cells)
{
	const struct cv_policy *policy = &cells->compilation->policy;
	bool *unreached = cv_rows_unreached(policy);

	put_judgements(cells, true);
	for (size_t i = policy->rows.count; i > 0; i--)
		if (unreached[i - 1])
			put(cells, (uint32_t)(i - 1), policy->uses.count + i);
	free(unreached);
	for (size_t i = policy->uses.count; i > 0; i--)
		put(cells, CV_AT(&policy->uses, struct cv_use, i - 1)->row, i);
}

static void *allocate(size_t count, size_t size)
{
	void *memory = calloc(count + 1, size);

	if (!memory)
		cv_out_of_memory();
	return memory;
}

struct cv_cells cv_cells_collect(const struct cv_compilation *compilation, bool all)
{
	struct cv_cells cells = {.compilation = compilation,
				 .rows = compilation->policy.rows.count};

	cells.firsts = allocate(cells.rows + 1, sizeof *cells.firsts);
	cells.nexts =
		allocate(before_judgements(&cells) + compilation->ledger.judgements.count,
			 sizeof *cells.nexts);
	if (all)
		put_all(&cells);
	else
		put_judgements(&cells, false);
	return cells;
}

void cv_cells_free(struct cv_cells *cells)
{
	free(cells->firsts);
	free(cells->nexts);
	free(cells->row);
}

static struct cv_cell cell_of_use(const struct cv_compilation *compilation,
				  const struct cv_used *used)
{
	return (struct cv_cell){
		.kind = used->group ? CV_SUBJECT_GROUP : CV_SUBJECT_SITE,
		.subject = used->group ? used->group->name : compilation->site->name.text,
		.used = used,
	};
}

static struct cv_cell cell_of_judgement(const struct cv_compilation *compilation,
					struct cv_judgement *judgement)
{
	return (struct cv_cell){
		.kind = (uint8_t)judgement->as->subject->kind,
		.subject = judgement->as->subject->name,
		.column = cv_column_of(compilation, judgement->as->target),
		.judgement = judgement,
	};
}

static struct cv_cell make_cell(const struct cv_cells *cells, size_t item)
{
	const struct cv_compilation *compilation = cells->compilation;
	const size_t uses = compilation->policy.uses.count;

	if (item <= uses)
		return cell_of_use(
			compilation,
			cv_used_as(&compilation->policy, CV_AT(&compilation->policy.uses,
							       struct cv_use, item - 1)));
	if (item <= before_judgements(cells))
		return (struct cv_cell){.kind = CV_SUBJECT_SITE,
					.subject = compilation->site->name.text};
	return cell_of_judgement(compilation, CV_AT(&compilation->ledger.judgements,
						    struct cv_judgement,
						    item - before_judgements(cells) - 1));
}

static void make_room(struct cv_cells *cells)
{
	cells->room = cells->room ? 2 * cells->room : 16;
	cells->row = cv_memory_give_more(cells->row, cells->room * sizeof *cells->row);
}

size_t cv_cells_row(struct cv_cells *cells, size_t row)
{
	size_t count = 0;

	for (uint32_t item = cells->firsts[row]; item; item = cells->nexts[item - 1]) {
		if (count == cells->room)
			make_room(cells);
		cells->row[count] = make_cell(cells, item);
		cells->row[count].order = item;
		cells->row[count++].row =
			row == cells->rows ? CV_ROW_OURS : (uint32_t)row;
	}
	sort_row(cells->row, count);
	return count;
}
