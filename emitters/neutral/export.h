#pragma once
/* Reading neutral lists that come back from elsewhere: the columns by their names, in
 * any order, with others between them. */

#include <stdbool.h>
#include <stddef.h>

#include "columns.h"

struct cv_export_reading;

enum { CV_NEUTRAL_TABLES = 3 };

extern const struct cv_neutral *const cv_neutral_tables[CV_NEUTRAL_TABLES];

/* Names of the attributes that say what an entry grants; for struct cv_target. */
extern const char *const cv_neutral_granting[];

/* The number of the column of that name, or table->count. */
size_t cv_neutral_column(const struct cv_neutral *table, const char *name, size_t size);

/* The first column that says what is granted and has no cell (NULL), or NULL. */
const char *cv_neutral_lacking(const struct cv_neutral *table, const char *const *cells);

/* The entry of a row; its cells stand in the order of the table, those that the export
 * has no column for are NULL.  A row that is not understood is said to be. */
void cv_neutral_export_row(struct cv_export_reading *reading,
			   const struct cv_neutral *table, const char *const *cells,
			   size_t place);

bool cv_csv_read_export(struct cv_export_reading *reading);
bool cv_json_read_export(struct cv_export_reading *reading);
