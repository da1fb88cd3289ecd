/* Tables that a profile keeps outside of itself: {csv: FILE}, below its folder. */
#include "read/rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "model/node.h"
#include "read/csv.h"
#include "read/fields.h"
#include "read/files.h"
#include "read/load.h"

/* What a profile says of a table in a file. */
struct reference {
	struct cv_text file, sha256;
};

static const struct cv_field reference_field_table[] = {
	{"csv", CV_FIELD_TEXT, CV_FIELD_REQUIRED | CV_FIELD_EXACT,
	 offsetof(struct reference, file), &cv_lex_path, NULL, NULL,
	 "a file below the profile's folder"},
	{"sha256", CV_FIELD_TEXT, 0, offsetof(struct reference, sha256), &cv_lex_sha256,
	 NULL, NULL, "the SHA-256 of its bytes; needed where a site pins the profile"},
	{.key = NULL},
};

static const struct cv_fields reference_fields = {
	"a table in a file", sizeof(struct reference), reference_field_table, -1, -1};

struct csv_reading {
	struct cv_row_reading *reading;
	enum cv_table_kind table;
};

static bool take_row(void *user, const struct cv_node *row)
{
	const struct csv_reading *csv = user;

	return cv_rows_add_node(csv->reading, csv->table, row);
}

/* Unknown columns are told once, not for every row. */
static bool take_header(void *user, const struct cv_node *columns)
{
	const struct csv_reading *csv = user;
	const struct cv_fields *fields = cv_row_fields(csv->table);
	struct cv_ctx *ctx = csv->reading->ctx;
	bool ok = true;

	for (const struct cv_node *column = columns->first; column;
	     column = column->next) {
		const struct cv_field *field = cv_fields_know(ctx, fields, column->key);

		if (!field)
			ok = false;
		else if ((column->kind == CV_NODE_MAP) != (field->type == CV_FIELD_WHEN))
			ok = cv_find(ctx, CV_F_WRONG_TYPE, column->key->at,
				     field->type == CV_FIELD_WHEN
					     ? "the columns of `%s` are called "
					       "`%s.client` and "
					       "the like"
					     : "the column `%s` holds no others",
				     field->key, field->key);
	}
	for (size_t i = 0; fields->fields[i].key; i++)
		if (fields->fields[i].flags & CV_FIELD_REQUIRED &&
		    !cv_node_member(columns, fields->fields[i].key))
			ok = cv_find(
				ctx, CV_F_MISSING_KEY, columns->at,
				"%s needs `%s`, and the header line has no such column",
				fields->name, fields->fields[i].key);
	return ok;
}

static bool check_pins(struct cv_row_reading *reading, const struct reference *reference,
		       const struct cv_source *source)
{
	if (reference->sha256.text &&
	    strcasecmp(reference->sha256.text, source->sha256) != 0)
		return cv_find(reading->ctx, CV_F_PROFILE_CHANGED, reference->sha256.at,
			       "%s has the SHA-256 %s, the profile says another",
			       source->name, source->sha256);
	if (reading->pinned && !reference->sha256.text)
		return cv_find(
			reading->ctx, CV_F_PROFILE_CHANGED, reference->file.at,
			"the site pins this profile, but the profile does not pin %s; "
			"add sha256: %s",
			source->name, source->sha256);
	return true;
}

static bool add_file(struct cv_row_reading *reading, enum cv_table_kind table,
		     const struct cv_node *node)
{
	struct csv_reading csv = {reading, table};
	const struct cv_csv_sink sink = {take_row, &csv, take_header};
	struct reference reference = {0};
	struct cv_source *source;
	bool ok;

	if (!cv_fields_read(reading->ctx, &reference_fields, node, &reference))
		return false;
	source = cv_file_read_below(reading->ctx, reading->profile->source,
				    &reference.file);
	if (!source)
		return false;
	ok = check_pins(reading, &reference, source) &&
	     cv_csv_read(reading->ctx, source, &sink);
	cv_source_release(source);
	return ok;
}

bool cv_rows_add_table(struct cv_row_reading *reading, enum cv_table_kind table,
		       const struct cv_node *node)
{
	bool ok = true;

	/* A hole is reported with the profile's others. */
	if (node->streamed || (node->kind == CV_NODE_MAP && cv_node_member(node, "hole")))
		return true;
	if (node->kind == CV_NODE_MAP)
		return add_file(reading, table, node);
	if (node->kind != CV_NODE_LIST)
		return cv_find(reading->ctx, CV_F_WRONG_TYPE, node->at,
			       "`%s` must be a list of maps or {csv: FILE}, not a text",
			       cv_table_names[table]);
	for (const struct cv_node *row = node->first; row; row = row->next)
		ok = cv_rows_add_node(reading, table, row) && ok;
	return ok;
}
