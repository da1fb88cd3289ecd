/* The fragment of the managed configuration: the list of exclusions and nothing else. */
#include <string.h>

#include "base/json.h"
#include "mdatp/facts.h"
#include "mdatp/write.h"
#include "model/plan.h"

static void write_object(struct cv_json *json, const struct cv_entry *entry)
{
	size_t list = 0;

	while (list + 1 < CV_MDATP_LISTS &&
	       strcmp(cv_mdatp_spellings[list].list, entry->list) != 0)
		list++;
	cv_json_begin_object(json, true);
	cv_json_member(json, "$type", cv_mdatp_spellings[list].type);
	if (list == CV_MDATP_FOLDER || list == CV_MDATP_FILE) {
		cv_json_key(json, "isDirectory");
		cv_json_bool(json, list == CV_MDATP_FOLDER);
	}
	cv_json_member(json, cv_mdatp_spellings[list].key, entry->more->value);
	cv_json_key(json, "scopes");
	cv_json_begin_list(json, true);
	cv_json_text(json, CV_MDATP_SCOPE);
	cv_json_end_list(json);
	cv_json_end_object(json);
}

void cv_mdatp_write_json(struct cv_buf *out, const struct cv_entry *entry)
{
	struct cv_json json;

	cv_json_open(&json, out);
	write_object(&json, entry);
	/* The writer ends the line behind a whole document. */
	out->data[--out->size] = '\0';
}

void cv_mdatp_json_emit(const struct cv_emission *emission)
{
	struct cv_json json;

	cv_json_open(&json, emission->out);
	cv_json_begin_object(&json, false);
	cv_json_key(&json, "exclusionSettings");
	cv_json_begin_object(&json, false);
	cv_json_key(&json, "exclusions");
	cv_json_begin_list(&json, false);
	for (size_t i = 0; i < emission->count; i++)
		write_object(&json, emission->entries[i]);
	cv_json_end_list(&json);
	cv_json_end_object(&json);
	cv_json_end_object(&json);
}
