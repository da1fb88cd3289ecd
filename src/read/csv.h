#pragma once
/* Tables in CSV (RFC 4180, header line) through libcsv, with the place of every
 * cell.  A record comes out as the map that the same row would be in YAML: dotted
 * columns (`when.client`) nest, an empty cell is a key that is not there, a cell
 * `hole:WORDS` is {hole: WORDS}, and a list is written with `;` between its items. */

#include <stdbool.h>

struct cv_ctx;
struct cv_node;
struct cv_source;

struct cv_csv_sink {
	bool (*row)(void *user, const struct cv_node *row); /* in a scratch arena */
	void *user;
	/* The header line as a map from column to nothing (dotted ones nest), before any
	 * row; may be NULL.  False: reported, and no row is read. */
	bool (*header)(void *user, const struct cv_node *columns);
};

/* The rows before and behind one that is wrong are handed out all the same.  False:
 * reported. */
bool cv_csv_read(struct cv_ctx *ctx, struct cv_source *source,
		 const struct cv_csv_sink *sink);
