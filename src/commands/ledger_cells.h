#pragma once
/* The cells of the ledger, by rows: what its CSV and its JSON are written from. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "prove/ledger.h"

struct cv_compilation;

/* In place of a row's ordinal: behind all rows. */
#define CV_ROW_OURS UINT32_MAX

/* What is known about one row, subject and target.  A line of the CSV is all cells
 * of one row and subject, side by side once they are sorted. */
struct cv_cell {
	const char *subject;
	struct cv_judgement *judgement; /* or: */
	const struct cv_used *used;     /* or neither: no group is its device */
	uint32_t row;                   /* its ordinal, or ours */
	uint32_t order;
	uint16_t column; /* of the target; 0: the row's use */
	uint8_t kind;    /* enum cv_subject_kind */
};

/* Cells by row.  There may be many times as many as rows, so that of all of them only
 * that is kept which comes after which, and the cells of one row are made at a time.  An
 * item is a use, a row (where no group is its device) or a judgement, numbered in that
 * order and from 1. */
struct cv_cells {
	const struct cv_compilation *compilation;
	uint32_t *firsts; /* by row, what is ours behind the last: its first item, or 0 */
	uint32_t *nexts;  /* by item: the next of its row, or 0 */
	size_t rows;
	struct cv_cell *row;
	size_t room; /* for cells of one row */
};

/* Of all that is known, or only of what is not exact; to be freed by cv_cells_free(). */
struct cv_cells cv_cells_collect(const struct cv_compilation *compilation, bool all);
void cv_cells_free(struct cv_cells *cells);

/* Puts those of one row, or at the end of ours, in the ledger's order into `row`.
 * Returns how many. */
size_t cv_cells_row(struct cv_cells *cells, size_t row);

/* Whether two stand in one line of the CSV: 0; else which line comes first. */
int cv_cells_compare(const struct cv_cell *a, const struct cv_cell *b);

/* The column of a target in the CSV, from 1. */
uint16_t cv_column_of(const struct cv_compilation *compilation,
		      const struct cv_target *target);
