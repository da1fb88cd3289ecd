/* The neutral lists as CSV: UTF-8, RFC 4180, a header line, lines end with LF. */
#include "write.h"

#include "base/buf.h"
#include "columns.h"
#include "csv_quote.h"

static void emit(const struct cv_emission *emission, const struct cv_neutral *table)
{
	struct cv_buf scratch = CV_BUF_INIT;
	struct cv_buf *out = emission->out;

	for (size_t i = 0; i < table->count; i++) {
		cv_buf_text(out, i ? "," : "");
		cv_buf_text(out, table->columns[i].name);
	}
	cv_buf_char(out, '\n');
	for (size_t n = 0; n < emission->count; n++) {
		struct cv_neutral_cells cells = {table, emission->entries[n], 0, 0,
						 &scratch};

		for (size_t i = 0; i < table->count; i++) {
			cv_buf_text(out, i ? "," : "");
			cv_csv_quote(out, cv_neutral_next_cell(&cells));
		}
		cv_buf_char(out, '\n');
		cv_buf_drain(out);
	}
	cv_buf_deinit(&scratch);
}

void cv_csv_emit_exclusions(const struct cv_emission *emission)
{
	emit(emission, &cv_neutral_exclusions);
}

void cv_csv_emit_flows(const struct cv_emission *emission)
{
	emit(emission, &cv_neutral_flows);
}

void cv_csv_emit_urls(const struct cv_emission *emission)
{
	emit(emission, &cv_neutral_urls);
}
