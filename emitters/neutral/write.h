#pragma once
/* The emitting half of both targets. */

#include <stddef.h>

struct cv_buf;
struct cv_emission;
struct cv_entry;
struct cv_neutral;

/* Goes through the cells of one entry after the other. */
struct cv_neutral_cells {
	const struct cv_neutral *table;
	const struct cv_entry *entry;
	size_t column, attribute; /* the next ones */
	struct cv_buf *scratch;   /* for cells that are formatted */
};

/* The text of the next column; valid until the next call. */
const char *cv_neutral_next_cell(struct cv_neutral_cells *cells);

void cv_csv_emit_exclusions(const struct cv_emission *emission);
void cv_csv_emit_flows(const struct cv_emission *emission);
void cv_csv_emit_urls(const struct cv_emission *emission);

void cv_paste_emit(const struct cv_emission *emission);

void cv_json_emit_exclusions(const struct cv_emission *emission);
void cv_json_emit_flows(const struct cv_emission *emission);
void cv_json_emit_urls(const struct cv_emission *emission);
