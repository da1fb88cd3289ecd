#include "import/grid.h"

#include <string.h>

#include "base/ctx.h"
#include "import/answers.h"
#include "import/lines.h"
#include "import/making.h"
#include "import/texts.h"

static bool is_listed(const struct cv_making *making)
{
	return making->columns.section >= CV_SECTION_REQUIRES;
}

/* Whether the table has cells that say themselves that they are empty. */
static bool tells_empty(const struct cv_page_table *table)
{
	for (size_t row = 0; row < table->count; row++)
		for (size_t i = 0; i < table->columns; i++)
			if (table->rows[row].cells[i].kind == CV_CELL_EMPTY)
				return true;
	return false;
}

/* Under a note that is no condition it is one, whether the note reaches down or not. */
static bool is_remark_above(struct cv_making *making, size_t row, size_t column)
{
	const struct cv_cell *above = &making->table->rows[row - 1].cells[column];
	struct cv_told_when when;

	return making->columns.roles[column] == CV_COLUMN_NOTE && !above->why &&
	       cv_cell_when(making->ctx, above->words.text, &when) == CV_TOLD &&
	       when.count == 0 && !when.optional;
}

static void settle_blank(struct cv_making *making, size_t row, size_t column)
{
	struct cv_cell *cell = &making->table->rows[row].cells[column];
	const struct cv_answers *answers = making->answers;
	const char *blank = answers ? answers->blank.text : NULL;
	const enum cv_column role = making->columns.roles[column];

	if (role == CV_COLUMN_PURPOSE || role == CV_COLUMN_OTHER ||
	    role == CV_COLUMN_VALUE || role == CV_COLUMN_URL || row == making->first ||
	    is_remark_above(making, row, column) ||
	    (blank && strcmp(blank, "empty") == 0)) {
		cell->kind = CV_CELL_EMPTY;
	} else if (making->tells_empty || blank) {
		const struct cv_cell *above = &making->table->rows[row - 1].cells[column];

		*cell = *above;
		if (cell->kind == CV_CELL_WORDS)
			cell->kind = CV_CELL_SPANNED;
	} else {
		cell->why = "it may be empty, or the cell above may reach down to it";
	}
}

/* Whether a written cell can be what its column says. */
static const char *why_misplaced(struct cv_making *making, const struct cv_cell *cell,
				 enum cv_column role)
{
	const char *words = cell->words.text, *one, *two;
	struct cv_told_ports ports;
	struct cv_told_words told;
	unsigned kinds;

	if (cell->kind != CV_CELL_WORDS || cell->why)
		return NULL;
	switch (role) {
	case CV_COLUMN_PROTOCOL:
		return cv_cell_protocol(making->ctx, words, cell->words.at, &told)
			       ? NULL
			       : "it names no protocol";
	case CV_COLUMN_TYPE:
		return cv_cell_kinds(making->ctx, words, &kinds, &one)
			       ? NULL
			       : "it is no kind of exclusion";
	case CV_COLUMN_DIRECTION:
		return cv_cell_direction(making->ctx, words, &one, &two)
			       ? NULL
			       : "it is no direction";
	case CV_COLUMN_FROM:
	case CV_COLUMN_TO:
	case CV_COLUMN_DEVICE:
	case CV_COLUMN_PARTY:
		return cv_cell_protocol(making->ctx, words, cell->words.at, &told) ==
					       CV_TOLD ||
				       cv_cell_ports(making->ctx, words, cell->words.at,
						     (struct cv_footnotes){0},
						     &ports) == CV_TOLD
			       ? "it is no name"
			       : NULL;
	default:
		return NULL;
	}
}

static bool is_misplaced(struct cv_making *making, size_t row)
{
	struct cv_page_row *one = &making->table->rows[row];

	for (size_t i = 0; i < making->columns.count; i++)
		if (why_misplaced(making, &one->cells[i], making->columns.roles[i]))
			return true;
	return false;
}

static void mark_misplaced(struct cv_making *making, size_t row)
{
	struct cv_page_row *one = &making->table->rows[row];

	for (size_t i = 0; i < making->columns.count; i++) {
		const char *why =
			why_misplaced(making, &one->cells[i], making->columns.roles[i]);

		if (why)
			one->cells[i].why = why;
	}
}

/* Moves the cells of a row under the columns that they can be of; those that no cell is
 * left for are open. */
static bool move_row(struct cv_making *making, size_t row)
{
	struct cv_page_row *one = &making->table->rows[row];
	struct cv_piece pieces[CV_COLUMNS_MOST];
	struct cv_cell cells[CV_COLUMNS_MOST];
	size_t count = 0;

	for (size_t i = 0; i < making->columns.count; i++) {
		const struct cv_cell *cell = &one->cells[i];

		if (cell->kind == CV_CELL_WORDS || cell->kind == CV_CELL_EMPTY)
			pieces[count++] = (struct cv_piece){
				cell->words.text, strlen(cell->words.text),
				cell->kind == CV_CELL_EMPTY, cell->words.at};
	}
	if (!cv_pieces_fit(making->ctx, &making->columns, making->columns.count, pieces,
			   count, row > making->first ? one - 1 : NULL, making->answers,
			   true, cells))
		return false;
	for (size_t i = 0; i < making->columns.count; i++) {
		if (cells[i].kind == CV_CELL_SPANNED || cells[i].kind == CV_CELL_BLANK) {
			cells[i].kind = CV_CELL_BLANK;
			cells[i].words.text = "";
			cells[i].why = "the row slid, and no cell is left for this one";
		}
		one->cells[i] = cells[i];
	}
	cv_find(making->ctx, CV_F_ROW_SLID, one->at,
		"the cells of this row are not under their headings; what they hold "
		"tells what they are");
	return true;
}

/* A short row of nothing but empty cells: which columns they are of is open. */
static bool is_only_empty(struct cv_making *making, size_t row)
{
	struct cv_page_row *one = &making->table->rows[row];
	const char *words;
	size_t empty = 0;

	for (size_t i = 0; i < making->columns.count; i++) {
		if (one->cells[i].kind != CV_CELL_EMPTY &&
		    one->cells[i].kind != CV_CELL_ABSENT)
			return false;
		empty += one->cells[i].kind == CV_CELL_EMPTY;
	}
	if (empty == making->columns.count)
		return false;
	words = cv_empty_row_words(making->ctx, empty);
	for (size_t i = 0; i < making->columns.count; i++) {
		one->cells[i].kind = CV_CELL_WORDS;
		one->cells[i].words.text = words;
		one->cells[i].why = "nothing says which columns the empty cells are of";
	}
	return true;
}

static bool has_absent(const struct cv_making *making, const struct cv_page_row *row)
{
	for (size_t i = 0; i < making->columns.count; i++)
		if (row->cells[i].kind == CV_CELL_ABSENT)
			return true;
	return false;
}

void cv_grid_settle(struct cv_making *making)
{
	making->tells_empty = tells_empty(making->table);
	for (size_t row = making->first; !is_listed(making) && row < making->table->count;
	     row++) {
		struct cv_page_row *one = &making->table->rows[row];
		const bool slid =
			!is_only_empty(making, row) && one->written > 1 &&
			(is_misplaced(making, row) || has_absent(making, one)) &&
			move_row(making, row);

		if (!slid)
			mark_misplaced(making, row);
		for (size_t i = 0; i < making->columns.count; i++)
			if (one->cells[i].kind == CV_CELL_BLANK && !one->cells[i].why)
				settle_blank(making, row, i);
	}
}

bool cv_grid_is_heading(struct cv_making *making, size_t row)
{
	const struct cv_page_row *one = &making->table->rows[row];
	const struct cv_cell *first = &one->cells[0];
	const char *why;
	unsigned kinds;

	if (making->columns.count < 2 || one->written != 1 || !*first->words.text ||
	    first->why || making->columns.section != CV_SECTION_EXCLUSIONS)
		return false;
	/* With a column of its own it is no heading, but a row that lost its other cells.
	 */
	if (!cv_making_role(making, row, CV_COLUMN_TYPE) &&
	    cv_cell_kinds(making->ctx, first->words.text, &kinds, &why) == CV_TOLD) {
		making->kinds = kinds;
		return true;
	}
	if (cv_making_role(making, row, CV_COLUMN_DEVICE) ||
	    !cv_cell_platform(first->words.text))
		return false;
	making->device = first->words;
	return true;
}
