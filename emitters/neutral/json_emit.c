/* The neutral lists as JSON: the columns are keys, each row stands on its line. */
#include "write.h"

#include "base/json.h"
#include "columns.h"

static void emit(const struct cv_emission *emission, const struct cv_neutral *table)
{
	struct cv_buf scratch = CV_BUF_INIT;
	struct cv_json json;

	cv_json_open(&json, emission->out);
	cv_json_begin_object(&json, false);
	cv_json_member(&json, "format", table->format);
	cv_json_member_number(&json, "version", CV_NEUTRAL_VERSION);
	cv_json_key(&json, "rows");
	cv_json_begin_list(&json, false);
	for (size_t n = 0; n < emission->count; n++) {
		struct cv_neutral_cells cells = {table, emission->entries[n], 0, 0,
						 &scratch};

		cv_json_begin_object(&json, true);
		for (size_t i = 0; i < table->count; i++)
			cv_json_member(&json, table->columns[i].name,
				       cv_neutral_next_cell(&cells));
		cv_json_end_object(&json);
		cv_buf_drain(emission->out);
	}
	cv_json_end_list(&json);
	cv_json_end_object(&json);
	cv_buf_deinit(&scratch);
}

void cv_json_emit_exclusions(const struct cv_emission *emission)
{
	emit(emission, &cv_neutral_exclusions);
}

void cv_json_emit_flows(const struct cv_emission *emission)
{
	emit(emission, &cv_neutral_flows);
}

void cv_json_emit_urls(const struct cv_emission *emission)
{
	emit(emission, &cv_neutral_urls);
}
