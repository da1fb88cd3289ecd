#pragma once
/* The rows of a profile's big tables, one by one as they are read. */

#include <stdbool.h>

#include "base/arena.h"
#include "model/profile.h"

struct cv_ctx;
struct cv_node;

struct cv_row_reading {
	struct cv_ctx *ctx;
	struct cv_profile *profile;
	struct cv_arena *scratch;  /* emptied for each row */
	struct cv_port_more more;  /* what the row under way says beside itself */
	const struct cv_row *last; /* that said something beside itself, or NULL */
	bool pinned;               /* the site holds the profile to its SHA-256 */
	size_t joined;             /* alternatives made of those of blocks and rows */
};

/* Whether a profile's key is one of the tables; which. */
bool cv_rows_is_table(const char *key, enum cv_table_kind *table_out);

/* A member of a table: a row, or a block of rows with defaults for them.  False:
 * reported. */
bool cv_rows_add_node(struct cv_row_reading *reading, enum cv_table_kind table,
		      const struct cv_node *node);

/* A table that is a tree: a list of rows, or {csv: FILE} with the rows in a file below
 * the profile's folder.  A streamed list has been read already.  False: reported. */
bool cv_rows_add_table(struct cv_row_reading *reading, enum cv_table_kind table,
		       const struct cv_node *node);
