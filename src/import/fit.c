/* The cheapest ways through a grid of columns and pieces, from both ends. */
#include "import/fit.h"

#include <limits.h>
#include <string.h>

#include "base/arena.h"

enum { NEVER = INT_MAX / 4 };

struct edge {
	size_t to; /* pieces used behind it */
	enum cv_cell_kind kind;
	int cost;
	bool anchors;
};

struct grid {
	const struct cv_fit *fit;
	int *before, *behind; /* by column, pieces and whether there was an anchor */
	struct edge *edges;   /* of one place */
	size_t edge_count;
};

static int *at(const struct grid *grid, int *costs, size_t column, size_t piece,
	       bool anchor)
{
	return &costs[(column * (grid->fit->pieces + 1) + piece) * 2 + anchor];
}

static void add_edge(struct grid *grid, size_t to, enum cv_cell_kind kind, int cost,
		     bool anchors)
{
	if (cost >= 0)
		grid->edges[grid->edge_count++] = (struct edge){to, kind, cost, anchors};
}

static void find_edges(struct grid *grid, size_t column, size_t piece)
{
	const struct cv_fit *fit = grid->fit;
	const bool anchors = fit->anchor(fit->user, column);

	grid->edge_count = 0;
	add_edge(grid, piece, CV_CELL_SPANNED,
		 fit->none(fit->user, column, CV_CELL_SPANNED), false);
	add_edge(grid, piece, CV_CELL_BLANK, fit->none(fit->user, column, CV_CELL_BLANK),
		 false);
	if (piece < fit->pieces)
		add_edge(grid, piece + 1, CV_CELL_EMPTY,
			 fit->empty(fit->user, column, piece), false);
	for (size_t count = 1; count <= fit->longest && piece + count <= fit->pieces;
	     count++)
		add_edge(grid, piece + count, CV_CELL_WORDS,
			 fit->words(fit->user, column, piece, count), anchors);
}

static void lower(int *cost, int other)
{
	if (other < *cost)
		*cost = other;
}

static void go_forwards(struct grid *grid)
{
	const struct cv_fit *fit = grid->fit;

	*at(grid, grid->before, 0, 0, false) = 0;
	for (size_t column = 0; column < fit->columns; column++)
		for (size_t piece = 0; piece <= fit->pieces; piece++) {
			find_edges(grid, column, piece);
			for (size_t i = 0; i < grid->edge_count; i++)
				for (int anchor = 0; anchor < 2; anchor++) {
					const struct edge *edge = &grid->edges[i];
					const int cost = *at(grid, grid->before, column,
							     piece, anchor);

					if (cost < NEVER)
						lower(at(grid, grid->before, column + 1,
							 edge->to,
							 anchor || edge->anchors),
						      cost + edge->cost);
				}
		}
}

static void go_backwards(struct grid *grid)
{
	const struct cv_fit *fit = grid->fit;

	*at(grid, grid->behind, fit->columns, fit->pieces, true) = 0;
	for (size_t column = fit->columns; column-- > 0;)
		for (size_t piece = 0; piece <= fit->pieces; piece++) {
			find_edges(grid, column, piece);
			for (size_t i = 0; i < grid->edge_count; i++)
				for (int anchor = 0; anchor < 2; anchor++) {
					const struct edge *edge = &grid->edges[i];
					const int cost =
						*at(grid, grid->behind, column + 1,
						    edge->to, anchor || edge->anchors);

					if (cost < NEVER)
						lower(at(grid, grid->behind, column,
							 piece, anchor),
						      cost + edge->cost);
				}
		}
}

/* Whether the edge lies on a cheapest way. */
static bool is_best(const struct grid *grid, size_t column, size_t piece,
		    const struct edge *edge, int best)
{
	for (int anchor = 0; anchor < 2; anchor++) {
		const int before = *at(grid, grid->before, column, piece, anchor);
		const int behind = *at(grid, grid->behind, column + 1, edge->to,
				       anchor || edge->anchors);

		if (before < NEVER && behind < NEVER &&
		    before + edge->cost + behind == best)
			return true;
	}
	return false;
}

/* All cheapest edges of a column come together in its cell. */
static void read_column(struct grid *grid, size_t column, int best,
			struct cv_fit_cell *cell)
{
	size_t found = 0, end = 0;

	memset(cell, 0, sizeof *cell);
	for (size_t piece = 0; piece <= grid->fit->pieces; piece++) {
		find_edges(grid, column, piece);
		for (size_t i = 0; i < grid->edge_count; i++) {
			const struct edge *edge = &grid->edges[i];

			if (!is_best(grid, column, piece, edge, best))
				continue;
			if (found++ == 0) {
				cell->first = piece;
				cell->kind = edge->kind;
			}
			if (edge->kind == CV_CELL_WORDS)
				cell->kind = CV_CELL_WORDS;
			if (edge->to > end)
				end = edge->to;
		}
	}
	cell->open = found > 1;
	cell->count = end > cell->first ? end - cell->first : 0;
}

bool cv_fit_row(const struct cv_fit *fit, struct cv_fit_cell *cells)
{
	const size_t places = (fit->columns + 1) * (fit->pieces + 1) * 2;
	struct cv_arena *scratch = cv_arena_open();
	struct grid grid = {fit, CV_NEW_ARRAY(scratch, places, int),
			    CV_NEW_ARRAY(scratch, places, int),
			    CV_NEW_ARRAY(scratch, fit->longest + 3, struct edge), 0};
	int best;

	for (size_t i = 0; i < places; i++)
		grid.before[i] = grid.behind[i] = NEVER;
	go_forwards(&grid);
	best = *at(&grid, grid.before, fit->columns, fit->pieces, true);
	if (best < NEVER) {
		go_backwards(&grid);
		for (size_t column = 0; column < fit->columns; column++)
			read_column(&grid, column, best, &cells[column]);
	}
	cv_arena_close(scratch);
	return best < NEVER;
}
