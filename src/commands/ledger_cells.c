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

static const struct cv_judgement *judgement_at(const struct cv_cells *cells, size_t at)
{
	return CV_AT(&cells->compilation->ledger.judgements, struct cv_judgement, at);
}

/* Moves to the first from `at` on that is wanted.  False: there is none. */
static bool find_wanted(const struct cv_cells *cells, struct cv_coming *coming)
{
	const struct cv_ledger *ledger = &cells->compilation->ledger;
	const struct cv_judgement *judgement = NULL;

	for (; coming->at < coming->end; coming->at++) {
		judgement = judgement_at(cells, coming->at);
		if (cells->all || !is_exact(cv_judged_as(ledger, judgement)->verdict))
			break;
	}
	if (coming->at == coming->end)
		return false;
	coming->row = judgement->row;
	return true;
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

static void add_cell(struct cv_cells *cells, size_t count, struct cv_cell cell)
{
	if (count == cells->room) {
		cells->room = cells->room ? 2 * cells->room : 16;
		cells->row =
			cv_memory_give_more(cells->row, cells->room * sizeof *cells->row);
	}
	cell.order = (uint32_t)count;
	cells->row[count] = cell;
}

/* How a row is used; where no group is its device, that. */
static size_t add_uses(struct cv_cells *cells, uint32_t row)
{
	const struct cv_policy *policy = &cells->compilation->policy;
	const char *site = cells->compilation->site->name.text;
	size_t count = 0;

	for (; cells->use < policy->uses.count; cells->use++) {
		const struct cv_use *use =
			CV_AT(&policy->uses, struct cv_use, cells->use);
		const struct cv_used *used = cv_used_as(policy, use);
		const struct cv_group *group = used->group;

		if (use->row != row)
			break;
		add_cell(cells, count++,
			 (struct cv_cell){
				 .kind = group ? CV_SUBJECT_GROUP : CV_SUBJECT_SITE,
				 .subject = group ? group->name : site,
				 .used = used,
				 .row = row,
			 });
	}
	if (count == 0)
		add_cell(cells, count++,
			 (struct cv_cell){
				 .kind = CV_SUBJECT_SITE, .subject = site, .row = row});
	return count;
}

/* And what is judged of it; `count` cells are there already. */
static size_t add_judgements(struct cv_cells *cells, uint32_t row, size_t count)
{
	while (cells->coming_count && cells->coming[0].row == row) {
		struct cv_coming *first = &cells->coming[0];
		const struct cv_judgement *judgement = judgement_at(cells, first->at);
		const struct cv_judged *as =
			cv_judged_as(&cells->compilation->ledger, judgement);

		add_cell(cells, count++,
			 (struct cv_cell){
				 .kind = (uint8_t)as->subject->kind,
				 .subject = as->subject->name,
				 .column = cv_column_of(cells->compilation, as->target),
				 .judgement = judgement,
				 .as = as,
				 .row = row,
			 });
		first->at++;
		if (!find_wanted(cells, first))
			*first = cells->coming[--cells->coming_count];
		sink(cells, 0);
	}
	return count;
}

size_t cv_cells_next(struct cv_cells *cells)
{
	const size_t rows = cells->compilation->policy.rows.count;
	uint32_t row = CV_ROW_OURS;
	size_t count = 0;

	if (cells->all && cells->next < rows)
		row = cells->next++;
	else if (cells->coming_count)
		row = cells->coming[0].row;
	if (cells->all && row != CV_ROW_OURS)
		count = add_uses(cells, row);
	count = add_judgements(cells, row, count);
	sort_row(cells->row, count);
	return count;
}
