#pragma once
/* The reading half of both targets. */

#include <stdbool.h>
#include <stddef.h>

struct cv_neutral;
struct cv_reading;

/* Adds the entry that a row of cells stands for (table->count of them, which may go
 * afterwards); `place` is the row's offset.  False with reading->error set where
 * a cell is not spelled in the one way that the table has for it. */
bool cv_neutral_read_cells(struct cv_reading *reading, const struct cv_neutral *table,
			   const char *const *cells, size_t place);

/* Sets reading->error; false. */
bool cv_neutral_refuse(struct cv_reading *reading, size_t at, const char *why);

bool cv_csv_read_exclusions(struct cv_reading *reading);
bool cv_csv_read_flows(struct cv_reading *reading);
bool cv_csv_read_urls(struct cv_reading *reading);

bool cv_paste_read(struct cv_reading *reading);

bool cv_json_read_exclusions(struct cv_reading *reading);
bool cv_json_read_flows(struct cv_reading *reading);
bool cv_json_read_urls(struct cv_reading *reading);
