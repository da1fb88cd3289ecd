/* Records become the maps that the same rows would be in YAML. */
#include "read/csv.h"

#include <string.h>

#include "base/ctx.h"
#include "base/limits.h"
#include "model/node.h"
#include "model/value.h"
#include "read/records.h"
#include "read/yaml.h"

/* One name of a dotted column. */
struct column {
	struct cv_node *keys[4]; /* `when.os.rhel` is three */
	size_t depth;
	struct cv_span at;
};

struct reading {
	struct cv_ctx *ctx;
	const struct cv_source *source;
	const struct cv_csv_sink *sink;
	struct cv_arena *scratch; /* of the record */
	struct column *columns;
	size_t column_count;
	size_t rows, errors; /* errors before this file */
	bool has_header;     /* it was read */
};

static struct cv_span span_at(const struct reading *reading, size_t offset, size_t length)
{
	return cv_span(reading->source->id, offset, length);
}

static struct cv_node *add_member(struct reading *reading, struct cv_node *map,
				  struct cv_node *key, enum cv_node_kind kind,
				  struct cv_span at)
{
	struct cv_node *node = CV_NEW(reading->scratch, struct cv_node);

	node->kind = kind;
	node->key = key;
	node->at = at;
	node->from_csv = true;
	if (map->last)
		map->last->next = node;
	else
		map->first = node;
	map->last = node;
	map->count++;
	return node;
}

/* The map for all but the last name of a dotted column. */
static struct cv_node *parent_of(struct reading *reading, struct cv_node *map,
				 const struct column *column)
{
	for (size_t level = 0; level + 1 < column->depth; level++) {
		struct cv_node *key = column->keys[level], *member = map->first;

		while (member && strcmp(member->key->text, key->text) != 0)
			member = member->next;
		map = member ? member
			     : add_member(reading, map, key, CV_NODE_MAP, key->at);
	}
	return map;
}

static void add_hole(struct reading *reading, struct cv_node *map, struct cv_node *key,
		     const char *words, struct cv_span at)
{
	struct cv_node *hole = add_member(reading, map, key, CV_NODE_MAP, at);
	struct cv_node *name = CV_NEW(reading->scratch, struct cv_node);

	name->kind = CV_NODE_SCALAR;
	name->text = "hole";
	name->at = at;
	add_member(reading, hole, name, CV_NODE_SCALAR, at)->text = words;
}

static const char *without_returns(struct reading *reading,
				   const struct cv_record_cell *cell)
{
	char *text, *to;

	if (!memchr(cell->text, '\r', cell->size))
		return cell->text;
	text = to = cv_arena_copy(reading->scratch, cell->text, cell->size);
	for (const char *from = text; *from; from++)
		if (*from != '\r')
			*to++ = *from;
	*to = '\0';
	return text;
}

static bool add_cell(struct reading *reading, struct cv_node *row,
		     const struct column *column, const struct cv_record_cell *cell)
{
	const struct cv_span at = span_at(reading, cell->offset, cell->length);
	struct cv_node *key = column->keys[column->depth - 1];
	const char *text = without_returns(reading, cell);
	struct cv_node *map;

	if (cell->size == 0)
		return true;
	if (cell->size > CV_MAX_SCALAR)
		return cv_find(reading->ctx, CV_F_TOO_LONG, at,
			       "a value of %zu bytes; values have at most %d", cell->size,
			       CV_MAX_SCALAR);
	map = parent_of(reading, row, column);
	if (strncmp(text, "hole:", 5) == 0)
		add_hole(reading, map, key, text + 5, at);
	else
		add_member(reading, map, key, CV_NODE_SCALAR, at)->text = text;
	return true;
}

static void take_row(struct reading *reading, const struct cv_record *record)
{
	struct cv_node *row = CV_NEW(reading->scratch, struct cv_node);
	bool ok = true;

	if (record->count != reading->column_count) {
		cv_find(reading->ctx, CV_F_CSV_SHAPE, record->at,
			"%zu cells in this record, %zu in the header line", record->count,
			reading->column_count);
		return;
	}
	row->kind = CV_NODE_MAP;
	row->at = record->at;
	row->from_csv = true;
	for (size_t i = 0; i < record->count; i++)
		ok = add_cell(reading, row, &reading->columns[i], &record->cells[i]) &&
		     ok;
	if (ok)
		reading->sink->row(reading->sink->user, row);
}

/* Splits `when.os.rhel`.  What follows the third dot belongs to the last name. */
static bool name_column(struct reading *reading, struct column *column,
			const struct cv_record_cell *cell)
{
	struct cv_arena *arena = reading->ctx->arena;
	const size_t most = sizeof column->keys / sizeof *column->keys;
	size_t from = 0;

	column->at = span_at(reading, cell->offset, cell->length);
	if (cell->size > CV_MAX_NAME)
		return cv_find(reading->ctx, CV_F_TOO_LONG, column->at,
			       "a column's name of %zu bytes; names have at most %d",
			       cell->size, CV_MAX_NAME);
	while (column->depth < most) {
		const char *dot =
			column->depth + 1 < most
				? memchr(cell->text + from, '.', cell->size - from)
				: NULL;
		const size_t to = dot ? (size_t)(dot - cell->text) : cell->size;
		struct cv_node *key = CV_NEW(arena, struct cv_node);

		key->kind = CV_NODE_SCALAR;
		key->at = column->at;
		key->text = cv_arena_copy(arena, cell->text + from, to - from);
		key->from_csv = true;
		column->keys[column->depth++] = key;
		if (to == from)
			return cv_find(reading->ctx, CV_F_CSV_SHAPE, column->at,
				       "a column of the header line has no name");
		if (!dot)
			break;
		from = to + 1;
	}
	return true;
}

/* Two columns of one name, or one inside the other. */
static bool check_pair(struct reading *reading, const struct column *first,
		       const struct column *second)
{
	const size_t depth = first->depth < second->depth ? first->depth : second->depth;
	struct cv_finding *finding;

	for (size_t i = 0; i < depth; i++)
		if (strcmp(first->keys[i]->text, second->keys[i]->text) != 0)
			return true;
	finding = cv_find_more(
		reading->ctx, CV_F_DUPLICATE_KEY, second->at,
		first->depth == second->depth
			? "two columns are called `%s`"
			: "the column `%s` cannot have a value and others inside "
			  "it",
		cv_shown(reading->ctx, second->keys[depth - 1]->text));
	finding->also = first->at;
	finding->also_text = "first defined here";
	return false;
}

static bool take_header(struct reading *reading, const struct cv_record *record)
{
	struct cv_node *columns = CV_NEW(reading->scratch, struct cv_node);
	bool ok = true;

	if (record->count == 1 &&
	    record->cells[0].text[strcspn(record->cells[0].text, ";\t")])
		return cv_find(
			reading->ctx, CV_F_CSV_SHAPE, record->at,
			"the header line has one cell; cells are separated by commas, "
			"not by semicolons or tabs");
	reading->columns =
		CV_NEW_ARRAY(reading->ctx->arena, record->count, struct column);
	reading->column_count = record->count;
	columns->kind = CV_NODE_MAP;
	columns->at = record->at;
	columns->from_csv = true;
	for (size_t i = 0; i < record->count; i++) {
		struct column *column = &reading->columns[i];

		ok = name_column(reading, column, &record->cells[i]) && ok;
		for (size_t j = 0; j < i && ok; j++)
			ok = check_pair(reading, &reading->columns[j], column) && ok;
		if (ok)
			add_member(reading, parent_of(reading, columns, column),
				   column->keys[column->depth - 1], CV_NODE_SCALAR,
				   column->at)
				->text = "";
	}
	reading->has_header = true;
	return ok && (!reading->sink->header ||
		      reading->sink->header(reading->sink->user, columns));
}

static bool has_too_many_errors(struct reading *reading, struct cv_span at)
{
	if (cv_error_count(reading->ctx) - reading->errors < CV_MAX_ERRORS)
		return false;
	cv_find(reading->ctx, CV_F_TOO_LONG, at,
		"%s has %d errors or more; the rest of it was not read",
		reading->source->name, CV_MAX_ERRORS);
	return true;
}

static bool take_record(void *user, const struct cv_record *record)
{
	struct reading *reading = user;
	bool go_on = true;

	if (record->count > CV_MAX_COLUMNS)
		go_on = cv_find(reading->ctx, CV_F_TOO_LONG, record->at,
				"a record of %zu cells; there can be at most %d",
				record->count, CV_MAX_COLUMNS);
	else if (!reading->has_header)
		go_on = take_header(reading, record);
	else if (++reading->rows > CV_MAX_ROWS)
		go_on = cv_find(reading->ctx, CV_F_TOO_LONG, record->at,
				"a table of more than %d rows", CV_MAX_ROWS);
	else
		take_row(reading, record);
	cv_arena_reset(reading->scratch);
	return go_on && !has_too_many_errors(reading, record->at);
}

/* Without a header no row can be read. */
static bool goes_on_refused(void *user)
{
	const struct reading *reading = user;

	return reading->has_header;
}

bool cv_csv_read(struct cv_ctx *ctx, struct cv_source *source,
		 const struct cv_csv_sink *sink)
{
	struct reading reading = {.ctx = ctx,
				  .source = source,
				  .sink = sink,
				  .errors = cv_error_count(ctx)};
	const struct cv_record_sink records = {
		.delimiter = ',',
		.record = take_record,
		.refused = goes_on_refused,
		.user = &reading,
	};

	bool ascii;

	if (!cv_bytes_check(ctx, source, &ascii))
		return false;
	reading.scratch = cv_arena_open();
	cv_records_read(ctx, source, &records);
	cv_arena_close(reading.scratch);
	return cv_error_count(ctx) == reading.errors;
}
