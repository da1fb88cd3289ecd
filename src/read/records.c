/* libcsv says what a record's cells hold and refuses what RFC 4180 does not allow; it
 * knows no places.  So it is fed line by line, and when a record is whole a light scan
 * of the same bytes finds where each of its cells begins. */
#include "read/records.h"

#include <string.h>

#include <csv.h>

#include "base/ctx.h"
#include "base/limits.h"

struct reading {
	struct cv_ctx *ctx;
	const struct cv_source *source;
	const struct cv_record_sink *sink;
	struct csv_parser parser;
	struct cv_arena *scratch;
	struct cv_record_cell *cells; /* of the record; CV_MAX_COLUMNS of room */
	size_t cell_count;
	size_t record; /* offset of the record's first byte */
	bool whole;    /* the record is at its end */
};

static struct cv_span span_at(const struct reading *reading, size_t offset, size_t length)
{
	return cv_span(reading->source->id, offset, length);
}

static int trims_nothing(unsigned char byte)
{
	(void)byte;
	return 0;
}

static void take_cell(void *text, size_t size, void *user)
{
	struct reading *reading = user;

	if (reading->cell_count < CV_MAX_COLUMNS)
		reading->cells[reading->cell_count] = (struct cv_record_cell){
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
	csv_set_delim(&reading->parser, (unsigned char)reading->sink->delimiter);
}

static void forget_record(struct reading *reading)
{
	reading->cell_count = 0;
	reading->whole = false;
	cv_arena_reset(reading->scratch);
}

/* The bytes of the quoted cell that begins there, its quotes included.  A doubled one
 * closes and opens again. */
static size_t quoted_size(const char *text)
{
	const char *at = text;

	while (*at == '"') {
		at = strchr(at + 1, '"');
		at = at ? at + 1 : text + strlen(text);
	}
	return (size_t)(at - text);
}

/* libcsv has accepted the bytes, so a quote opens only at a cell's start, and the text of
 * a cell without quotes is what stands in the file. */
static void find_places(struct reading *reading)
{
	const char *text = reading->source->text;
	size_t at = reading->record;

	for (size_t i = 0; i < reading->cell_count; i++) {
		struct cv_record_cell *cell = &reading->cells[i];

		cell->offset = at;
		cell->length = text[at] == '"' ? quoted_size(text + at) : cell->size;
		at += cell->length + 1;
	}
}

static bool end_record(struct reading *reading)
{
	const struct cv_record record = {
		.cells = reading->cells,
		.count = reading->cell_count,
		.at = span_at(reading, reading->record,
			      strcspn(reading->source->text + reading->record, "\r\n")),
	};
	bool go_on;

	if (reading->cell_count <= CV_MAX_COLUMNS)
		find_places(reading);
	go_on = reading->sink->record(reading->sink->user, &record);
	forget_record(reading);
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
			"double the quote");
	else
		cv_find(reading->ctx, CV_F_CSV_SHAPE, span_at(reading, at, 1),
			"a closing quote is followed by a %s or a line's end; a quote "
			"inside a cell is doubled",
			reading->sink->delimiter == '\t'  ? "tab"
			: reading->sink->delimiter == ';' ? "semicolon"
							  : "comma");
	forget_record(reading);
	csv_free(&reading->parser);
	open_parser(reading);
	return reading->sink->refused(reading->sink->user);
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

/* A tab is white space, but where it parts cells. */
static bool is_blank(const struct reading *reading, const char *line)
{
	line += strspn(line, reading->sink->delimiter == '\t' ? " \r" : " \t\r");
	return *line == '\n' || *line == '\0';
}

static void read_lines(struct reading *reading, size_t at)
{
	const struct cv_source *source = reading->source;
	const struct cv_record_sink *sink = reading->sink;
	bool inside = false, go_on = true;

	while (go_on && at < source->size) {
		const size_t end = line_end(source, at);
		size_t taken;

		if (!inside)
			reading->record = at;
		if (!inside && is_blank(reading, source->text + at)) {
			go_on = !sink->blank || sink->blank(sink->user, at);
			at = end;
			continue;
		}
		taken = csv_parse(&reading->parser, source->text + at, end - at,
				  take_cell, take_record_end, reading);
		if (taken < end - at) {
			go_on = tell_quote(reading, at + taken);
			inside = false;
		} else if (reading->whole) {
			go_on = end_record(reading);
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
		end_record(reading);
}

void cv_records_read(struct cv_ctx *ctx, const struct cv_source *source,
		     const struct cv_record_sink *sink)
{
	struct reading reading = {.ctx = ctx, .source = source, .sink = sink};

	reading.cells = CV_NEW_ARRAY(ctx->arena, CV_MAX_COLUMNS, struct cv_record_cell);
	reading.scratch = cv_arena_open();
	open_parser(&reading);
	read_lines(&reading, strncmp(source->text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0);
	csv_free(&reading.parser);
	cv_arena_close(reading.scratch);
}
