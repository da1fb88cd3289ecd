#pragma once
/* Cutting what nothing parts: a row of pieces (words of a line, cells of a row that slid)
 * into the columns of a table, by what may stand in each.  All ways of cutting are
 * weighed at once; where the cheapest ones differ about a cell, that cell is open. */

#include <stdbool.h>
#include <stddef.h>

#include "import/page.h"

struct cv_fit_cell {
	enum cv_cell_kind kind;
	size_t first, count; /* pieces; of an open cell all that may belong to it */
	bool open;
};

struct cv_fit {
	size_t columns, pieces;
	/* What it costs that the pieces are the words of the cell; negative: they cannot
	 * be. */
	int (*words)(void *user, size_t column, size_t first, size_t count);
	/* What it costs that the cell is nothing but that piece (negative: no): an empty
	 * cell. */
	int (*empty)(void *user, size_t column, size_t piece);
	/* What it costs that no piece stands for the cell: CV_CELL_SPANNED from above, or
	 * CV_CELL_BLANK; negative: cannot be. */
	int (*none)(void *user, size_t column, enum cv_cell_kind kind);
	/* A row must have words in one of these. */
	bool (*anchor)(void *user, size_t column);
	void *user;
	size_t longest; /* pieces of one cell at most */
};

/* The cells, `columns` of them.  False: there is no way. */
bool cv_fit_row(const struct cv_fit *fit, struct cv_fit_cell *cells);
