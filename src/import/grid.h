#pragma once
/* Before rows are made of a table's cells: what blank ones are, and rows that slid. */

#include <stdbool.h>
#include <stddef.h>

struct cv_making;

/* Settles each blank cell as empty or spanned where page or answers say which, and marks
 * cells that cannot be what their column says.  A row that fits its columns only when its
 * cells move is moved, and reported. */
void cv_grid_settle(struct cv_making *making);

/* Whether the row is a heading inside the table ("Windows", "Processes"), for the rows
 * below it. */
bool cv_grid_is_heading(struct cv_making *making, size_t row);
