#pragma once
/* The cells of the ledger, by rows: what its CSV and its JSON are written from. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "prove/ledger.h"

struct cv_compilation;
struct cv_used;

/* What is known about one row, subject and target.  A line of the CSV is all cells
 * of one row and subject, side by side once they are sorted. */
struct cv_cell {
	const char *subject;
	const struct cv_judgement *judgement; /* and what it says: */
	const struct cv_judged *as;           /* or: */
	const struct cv_used *used; /* or none of them: no group is its device */
	uint32_t row;               /* its ordinal, or CV_ROW_OURS */
	uint32_t order;
	uint16_t column; /* of the target; 0: the row's use */
	uint8_t kind;    /* enum cv_subject_kind */
};

/* Judgements of a plan that are yet to come. */
struct cv_coming {
	size_t at, end;
	const struct cv_judgement *next; /* the one at `at` */
	uint32_t row;                    /* of that */
};

/* Cells row by row.  Uses are by row, and so are the judgements of each plan, so that
 * nothing is kept but where each of them is. */
struct cv_cells {
	const struct cv_compilation *compilation;
	bool all;
	uint32_t next; /* row, of all of them */
	size_t use;    /* the next, by index */
	/* A heap: none comes before the one at half its place. */
	struct cv_coming *coming;
	size_t coming_count;
	struct cv_cell *row; /* the cells of one row */
	size_t count, room;  /* of those */
};

/* Of all that is known, or only of what is not exact; to be freed by cv_cells_free(). */
struct cv_cells cv_cells_open(const struct cv_compilation *compilation, bool all);
void cv_cells_free(struct cv_cells *cells);

/* Puts those of the next row that has any, and at last of ours, in the ledger's order
 * into `row`.  Returns how many; 0: that was all. */
size_t cv_cells_next(struct cv_cells *cells);

/* Whether two stand in one line of the CSV: 0; else which line comes first. */
int cv_cells_compare(const struct cv_cell *a, const struct cv_cell *b);

/* The column of a target in the CSV, from 1. */
uint16_t cv_column_of(const struct cv_compilation *compilation,
		      const struct cv_target *target);
