/* libcsv says what a record's cells hold and refuses what RFC 4180 does not allow; it
 * knows no places.  So it is fed line by line, and when a record is whole a light scan
 * of the same bytes finds where each of its cells begins. */
#include "read/csv.h"

#include <string.h>

#include <csv.h>

#include "base/ctx.h"
#include "base/limits.h"
#include "model/node.h"
#include "model/value.h"
#include "read/yaml.h"

/* One name of a dotted column. */
struct column {
	struct cv_node *keys[4]; /* `when.os.rhel` is three */
	size_t depth;
	struct cv_span at;
};

struct cell {
	const char *text;
	size_t size, offset, length; /* what libcsv made of it; its bytes in the file */
};

struct reading {
	struct cv_ctx *ctx;
	struct cv_source *source;
	const struct cv_csv_sink *sink;
	struct csv_parser parser;
	struct cv_arena *scratch;
	struct column *columns;
	size_t column_count;
	struct cell *cells; /* of the record; CV_MAX_COLUMNS + 1 of room */
	size_t cell_count;
	size_t record;          /* offset of the record's first byte */
	size_t rows, errors;    /* errors before this file */
	bool has_header, whole; /* the header was read; the record is at its end */
};

static struct cv_span span_at(const struct reading *reading, size_t offset, size_t length)
{
	return (struct cv_span){reading->source->id, (uint32_t)length, offset};
}

static int trims_nothing(unsigned char byte)
{
	(void)byte;
	return 0;
}

static void take_cell(void *text, size_t size, void *user)
{
	struct reading *reading = user;

	if (reading->cell_count <= CV_MAX_COLUMNS)
		reading->cells[reading->cell_count] = (struct cell){
			.text = cv_arena_copy(reading->scratch, text, size),
			.size = size,
		};
	reading->cell_count++;
}

static void take_record_end(int end, void *user)
{
	struct reading *reading = user;

	(void)end;
	reading->whole = true;
}

static void open_parser(struct reading *reading)
{
	if (csv_init(&reading->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) !=
	    0)
		cv_out_of_memory();
	csv_set_space_func(&reading->parser, trims_nothing);
}

static void forget_record(struct reading *reading)
{
	reading->cell_count = 0;
	reading->whole = false;
	cv_arena_reset(reading->scratch);
}

/* libcsv has accepted the bytes, so a quote opens only at a cell's start and a
 * doubled one closes and opens again. */
static void find_places(struct reading *reading, size_t end)
{
	const char *text = reading->source->text;
	size_t cell = 0, start = reading->record;
	bool quoted = false;

	while (end > start && (text[end - 1] == '\n' || text[end - 1] == '\r'))
		end--;
	for (size_t at = start; at <= end && cell < reading->cell_count; at++) {
		if (at < end && text[at] == '"')
			quoted = !quoted;
		if (at < end && (quoted || text[at] != ','))
			continue;
		reading->cells[cell].offset = start;
		reading->cells[cell].length = at - start;
		start = at + 1;
		cell++;
	}
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

static const char *without_returns(struct reading *reading, const struct cell *cell)
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
		     const struct column *column, const struct cell *cell)
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

static void take_row(struct reading *reading, struct cv_span at)
{
	struct cv_node *row = CV_NEW(reading->scratch, struct cv_node);
	bool ok = true;

	if (reading->cell_count != reading->column_count) {
		cv_find(reading->ctx, CV_F_CSV_SHAPE, at,
			"%zu cells in this record, %zu in the header line",
			reading->cell_count, reading->column_count);
		return;
	}
	row->kind = CV_NODE_MAP;
	row->at = at;
	row->from_csv = true;
	for (size_t i = 0; i < reading->cell_count; i++)
		ok = add_cell(reading, row, &reading->columns[i], &reading->cells[i]) &&
		     ok;
	if (ok)
		reading->sink->row(reading->sink->user, row);
}

/* Splits `when.os.rhel`.  What follows the third dot belongs to the last name. */
static bool name_column(struct reading *reading, struct column *column,
			const struct cell *cell)
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

static bool take_header(struct reading *reading, struct cv_span at)
{
	struct cv_node *columns = CV_NEW(reading->scratch, struct cv_node);
	bool ok = true;

	if (reading->cell_count == 1 &&
	    reading->cells[0].text[strcspn(reading->cells[0].text, ";\t")])
		return cv_find(
			reading->ctx, CV_F_CSV_SHAPE, at,
			"the header line has one cell; cells are separated by commas, "
			"not by semicolons or tabs");
	reading->columns =
		CV_NEW_ARRAY(reading->ctx->arena, reading->cell_count, struct column);
	reading->column_count = reading->cell_count;
	columns->kind = CV_NODE_MAP;
	columns->at = at;
	columns->from_csv = true;
	for (size_t i = 0; i < reading->cell_count; i++) {
		struct column *column = &reading->columns[i];

		ok = name_column(reading, column, &reading->cells[i]) && ok;
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

/* False: the file is given up. */
static bool end_record(struct reading *reading, size_t end)
{
	const struct cv_span at =
		span_at(reading, reading->record,
			strcspn(reading->source->text + reading->record, "\r\n"));
	bool go_on = true;

	if (reading->cell_count > CV_MAX_COLUMNS) {
		go_on = cv_find(reading->ctx, CV_F_TOO_LONG, at,
				"a record of %zu cells; there can be at most %d",
				reading->cell_count, CV_MAX_COLUMNS);
	} else {
		find_places(reading, end);
		if (!reading->has_header)
			go_on = take_header(reading, at);
		else if (++reading->rows > CV_MAX_ROWS)
			go_on = cv_find(reading->ctx, CV_F_TOO_LONG, at,
					"a table of more than %d rows", CV_MAX_ROWS);
		else
			take_row(reading, at);
	}
	forget_record(reading);
	if (go_on && cv_error_count(reading->ctx) - reading->errors >= CV_MAX_ERRORS)
		return cv_find(reading->ctx, CV_F_TOO_LONG, at,
			       "%s has %d errors or more; the rest of it was not read",
			       reading->source->name, CV_MAX_ERRORS);
	return go_on;
}

/* libcsv stops at the byte that it refuses: a quote inside a cell, or something
 * behind the quote that closes one. */
static bool tell_quote(struct reading *reading, size_t at)
{
	if (csv_error(&reading->parser) == CSV_ENOMEM)
		cv_out_of_memory();
	if (reading->source->text[at] == '"')
		cv_find(reading->ctx, CV_F_CSV_SHAPE, span_at(reading, at, 1),
			"a quote inside a cell that is not quoted; quote the cell and "
			"double "
			"the quote");
	else
		cv_find(reading->ctx, CV_F_CSV_SHAPE, span_at(reading, at, 1),
			"a closing quote is followed by a comma or a line's end; a quote "
			"inside a cell is doubled");
	forget_record(reading);
	csv_free(&reading->parser);
	open_parser(reading);
	return reading->has_header;
}

/* The quote that was opened last in a record that never ends. */
static void tell_unended_quote(struct reading *reading)
{
	const char *text = reading->source->text;
	size_t open = reading->record;
	bool quoted = false;

	for (size_t at = reading->record; at < reading->source->size; at++) {
		if (text[at] != '"')
			continue;
		if (!quoted)
			open = at;
		quoted = !quoted;
	}
	cv_find(reading->ctx, CV_F_SYNTAX, span_at(reading, open, 1),
		"the quote that begins here does not end");
}

static size_t line_end(const struct cv_source *source, size_t at)
{
	const char *end = memchr(source->text + at, '\n', source->size - at);

	return end ? (size_t)(end + 1 - source->text) : source->size;
}

static bool is_blank(const char *line)
{
	return line[strspn(line, " \t\r")] == '\n' || line[strspn(line, " \t\r")] == '\0';
}

static void read_lines(struct reading *reading, size_t at)
{
	const struct cv_source *source = reading->source;
	bool inside = false, go_on = true;

	while (go_on && at < source->size) {
		const size_t end = line_end(source, at);
		size_t taken;

		if (!inside)
			reading->record = at;
		if (!inside && is_blank(source->text + at)) {
			at = end;
			continue;
		}
		taken = csv_parse(&reading->parser, source->text + at, end - at,
				  take_cell, take_record_end, reading);
		if (taken < end - at) {
			go_on = tell_quote(reading, at + taken);
			inside = false;
		} else if (reading->whole) {
			go_on = end_record(reading, end);
			inside = false;
		} else {
			inside = true;
		}
		at = end;
	}
	if (!go_on || !inside)
		return;
	/* The last line has no end of its own, or a quote is still open. */
	if (csv_fini(&reading->parser, take_cell, take_record_end, reading) != 0)
		tell_unended_quote(reading);
	else if (reading->whole)
		end_record(reading, source->size);
}

bool cv_csv_read(struct cv_ctx *ctx, struct cv_source *source,
		 const struct cv_csv_sink *sink)
{
	struct reading reading = {.ctx = ctx,
				  .source = source,
				  .sink = sink,
				  .errors = cv_error_count(ctx)};

	if (!cv_bytes_check(ctx, source))
		return false;
	reading.cells = CV_NEW_ARRAY(ctx->arena, CV_MAX_COLUMNS + 1, struct cell);
	reading.scratch = cv_arena_open();
	open_parser(&reading);
	read_lines(&reading, strncmp(source->text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0);
	csv_free(&reading.parser);
	cv_arena_close(reading.scratch);
	return cv_error_count(ctx) == reading.errors;
}
