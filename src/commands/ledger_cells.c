/* Which cells a row of the ledger has, and in which order. */
#include "commands/ledger_cells.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "commands/compilation.h"
#include "model/value.h"

int cv_cells_compare(const struct cv_cell *a, const struct cv_cell *b)
{
	int order;

	if (a->row != b->row)
		return a->row < b->row ? -1 : 1;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	order = cv_text_compare(a->subject, b->subject);
	return order || a->row != CV_ROW_OURS ? order : strcmp(a->as->what, b->as->what);
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

/* Moves to the first from `at` on that is wanted.  False: there is none. */
static bool find_wanted(const struct cv_cells *cells, struct cv_coming *coming)
{
	const struct cv_ledger *ledger = &cells->compilation->ledger;

	for (; coming->at < coming->end; coming->at++) {
		coming->next =
			CV_AT(&ledger->judgements, struct cv_judgement, coming->at);
		coming->row = coming->next->row;
		if (cells->all || !is_exact(cv_judged_as(ledger, coming->next)->verdict))
			return true;
	}
	return false;
}

static bool comes_before(const struct cv_coming *a, const struct cv_coming *b)
{
	return a->row != b->row ? a->row < b->row : a->at < b->at;
}

/* Puts the one at `place` behind those that come before it. */
static void sink(struct cv_cells *cells, size_t place)
{
	struct cv_coming *heap = cells->coming;
	const struct cv_coming moved = heap[place];

	for (size_t below; (below = 2 * place + 1) < cells->coming_count; place = below) {
		if (below + 1 < cells->coming_count &&
		    comes_before(&heap[below + 1], &heap[below]))
			below++;
		if (comes_before(&moved, &heap[below]))
			break;
		heap[place] = heap[below];
	}
	heap[place] = moved;
}

static bool any_wanted(const struct cv_cells *cells)
{
	const struct cv_table *judged = &cells->compilation->ledger.judged;

	for (size_t i = 0; !cells->all && i < judged->count; i++)
		if (!is_exact(CV_AT(judged, struct cv_judged, i)->verdict))
			return true;
	return cells->all;
}

struct cv_cells cv_cells_open(const struct cv_compilation *compilation, bool all)
{
	const struct cv_table *starts = &compilation->ledger.starts;
	struct cv_cells cells = {.compilation = compilation, .all = all};

	if (!any_wanted(&cells))
		return cells;
	cells.coming = cv_memory_give(starts->count * sizeof *cells.coming);
	for (size_t i = 0; i < starts->count; i++) {
		struct cv_coming *coming = &cells.coming[cells.coming_count];

		coming->at = *CV_AT(starts, size_t, i);
		coming->end = i + 1 < starts->count
				      ? *CV_AT(starts, size_t, i + 1)
				      : compilation->ledger.judgements.count;
		cells.coming_count += find_wanted(&cells, coming);
	}
	for (size_t place = cells.coming_count / 2; place > 0; place--)
		sink(&cells, place - 1);
	return cells;
}

void cv_cells_free(struct cv_cells *cells)
{
	free(cells->coming);
	free(cells->row);
}

static struct cv_cell *add_cell(struct cv_cells *cells, uint32_t row)
{
	struct cv_cell *cell;

	if (cells->count == cells->room) {
		cells->room = cells->room ? 2 * cells->room : 16;
		cells->row =
			cv_memory_give_more(cells->row, cells->room * sizeof *cells->row);
	}
	cell = &cells->row[cells->count];
	*cell = (struct cv_cell){.row = row, .order = (uint32_t)cells->count++};
	return cell;
}

/* How a row is used; where no group is its device, that. */
static void add_uses(struct cv_cells *cells, uint32_t row)
{
	const struct cv_policy *policy = &cells->compilation->policy;
	const char *site = cells->compilation->site->name.text;
	const struct cv_used *used;
	struct cv_cell *cell = NULL;

	while ((used = cv_policy_next_used(policy, row, &cells->use))) {
		cell = add_cell(cells, row);
		cell->used = used;
		cell->kind = used->group ? CV_SUBJECT_GROUP : CV_SUBJECT_SITE;
		cell->subject = used->group ? used->group->name : site;
	}
	if (cell)
		return;
	cell = add_cell(cells, row);
	cell->kind = CV_SUBJECT_SITE;
	cell->subject = site;
}

/* And what is judged of it. */
static void add_judgements(struct cv_cells *cells, uint32_t row)
{
	while (cells->coming_count && cells->coming[0].row == row) {
		struct cv_coming *first = &cells->coming[0];
		struct cv_cell *cell = add_cell(cells, row);

		cell->judgement = first->next;
		cell->as = cv_judged_as(&cells->compilation->ledger, cell->judgement);
		cell->kind = (uint8_t)cell->as->subject->kind;
		cell->subject = cell->as->subject->name;
		cell->column = cv_column_of(cells->compilation, cell->as->target);
		first->at++;
		if (!find_wanted(cells, first))
			*first = cells->coming[--cells->coming_count];
		sink(cells, 0);
	}
}

size_t cv_cells_next(struct cv_cells *cells)
{
	const size_t rows = cells->compilation->policy.rows.count;
	uint32_t row = CV_ROW_OURS;

	cells->count = 0;
	if (cells->all && cells->next < rows)
		row = cells->next++;
	else if (cells->coming_count)
		row = cells->coming[0].row;
	if (cells->all && row != CV_ROW_OURS)
		add_uses(cells, row);
	add_judgements(cells, row);
	sort_row(cells->row, cells->count);
	return cells->count;
}
