/* What may stand in a column, as costs for the fit.  A cell read as what its column is
 * for costs nothing; a span costs a little, so that a typed word is not taken for prose
 * under a span; a required cell that is empty costs most. */
#include <ctype.h>
#include <string.h>

#include "base/ctx.h"
#include "import/answers.h"
#include "import/columns.h"
#include "import/fit.h"
#include "import/lines.h"
#include "import/texts.h"

enum {
	SPAN = 5,
	BLANK = 20,
	UNKNOWN_NAME = 1,
	EMPTY_REQUIRED = 100,
	MOST_PIECES = 96,
	MOST_NAME = 10,  /* words of a name */
	MOST_TYPED = 14, /* of a typed cell but a path */
};

struct row {
	struct cv_ctx *ctx;
	struct cv_arena *scratch;
	const struct cv_columns *columns;
	const struct cv_piece *pieces;
	const struct cv_page_row *above;
	const struct cv_answers *answers;
	bool whole;   /* each piece is a cell */
	char *joined; /* all pieces with a blank between them */
	size_t starts[MOST_PIECES + 1];
};

static const char *words_of(const struct row *row, size_t first, size_t count)
{
	const size_t end = row->starts[first + count] - 1;

	return cv_arena_copy(row->ctx->arena, row->joined + row->starts[first],
			     end - row->starts[first]);
}

static bool holds_empty(const struct row *row, size_t first, size_t count)
{
	for (size_t i = first; i < first + count; i++)
		if (row->pieces[i].empty)
			return true;
	return false;
}

/* 7.2.x, 10.11: digits with a dot between them. */
static bool has_version(const char *words)
{
	for (const char *p = words; *p; p++)
		if (isdigit((unsigned char)*p) && p[1] == '.' &&
		    (isdigit((unsigned char)p[2]) || p[2] == 'x'))
			return true;
	return false;
}

/* Whether the name is one that the answers know; 0 if there are none to know. */
static int name_cost(const struct row *row, const char *name)
{
	const struct cv_answers *answers = row->answers;

	if (!answers || (answers->devices.count == 0 && answers->parties.count == 0))
		return 0;
	for (size_t i = 0; i < answers->devices.count; i++)
		if (strcmp(((struct cv_device *)answers->devices.items)[i].name.text,
			   name) == 0)
			return 0;
	for (size_t i = 0; i < answers->parties.count; i++)
		if (strcmp(((struct cv_party_row *)answers->parties.items)[i].name.text,
			   name) == 0)
			return 0;
	return UNKNOWN_NAME;
}

/* A name is words that are nothing else: no path, port, protocol, version or arrow. */
static int cost_of_name(const struct row *row, size_t first, size_t count)
{
	struct cv_told_words protocol;
	struct cv_told_ports ports;
	const char *words, *direction, *why, *last;
	unsigned kinds;

	if (count > MOST_NAME)
		return -1;
	words = words_of(row, first, count);
	if (has_version(words) || cv_cell_is_path(words) || strpbrk(words, "\\/<>") ||
	    cv_cell_kinds(row->ctx, words, &kinds, &why) != CV_TOLD_NOT ||
	    cv_cell_direction(row->ctx, words, &direction, &why) != CV_TOLD_NOT)
		return -1;
	/* No typed word at its ends: that would be the neighbour's. */
	last = words_of(row, first + count - 1, 1);
	words = words_of(row, first, 1);
	if (cv_cell_protocol(row->ctx, words, row->pieces[first].at, &protocol) ==
		    CV_TOLD ||
	    cv_cell_protocol(row->ctx, last, row->pieces[first].at, &protocol) ==
		    CV_TOLD ||
	    cv_cell_ports(row->ctx, words, row->pieces[first].at,
			  (struct cv_footnotes){0}, &ports) == CV_TOLD ||
	    (count > 1 && isdigit((unsigned char)*last) &&
	     cv_cell_ports(row->ctx, last, row->pieces[first].at,
			   (struct cv_footnotes){0}, &ports) == CV_TOLD))
		return -1;
	return name_cost(row, words_of(row, first, count));
}

static int cost_of_told(enum cv_told told)
{
	return told == CV_TOLD_NOT ? -1 : told == CV_TOLD ? 0 : 2;
}

static int cost_of_ports(const struct row *row, const char *words, struct cv_span at)
{
	struct cv_told_ports ports;

	/* A port cell begins with a number or with one of a few words. */
	if (!isdigit((unsigned char)*words) && !strpbrk(words, "0123456789*") &&
	    strcasecmp(words, "any") != 0 && strcasecmp(words, "dynamic") != 0)
		return -1;
	return cost_of_told(cv_cell_ports(row->ctx, words, at, (struct cv_footnotes){0},
					  &ports)) == 0
		       ? 0
	       : isdigit((unsigned char)*words) && !strchr(words, ' ') ? 2
								       : -1;
}

static int cost_of_note(const struct row *row, const char *words)
{
	struct cv_told_when when;

	if (cv_cell_when(row->ctx, words, &when) != CV_TOLD)
		return row->whole ? 1 : -1;
	return when.count || when.optional ? 0 : row->whole ? 1 : -1;
}

static int typed_cost(const struct row *row, enum cv_column role, size_t first,
		      size_t count)
{
	struct cv_told_words told;
	const char *words = words_of(row, first, count), *one, *two;
	const struct cv_span at = row->pieces[first].at;
	unsigned kinds;

	switch (role) {
	case CV_COLUMN_PORT:
	case CV_COLUMN_INBOUND:
	case CV_COLUMN_SOURCE_PORT:
	case CV_COLUMN_TCP:
	case CV_COLUMN_UDP:
		return cost_of_ports(row, words, at);
	case CV_COLUMN_PROTOCOL:
		return cost_of_told(cv_cell_protocol(row->ctx, words, at, &told));
	case CV_COLUMN_DIRECTION:
		return cost_of_told(cv_cell_direction(row->ctx, words, &one, &two));
	case CV_COLUMN_TYPE:
		return cost_of_told(cv_cell_kinds(row->ctx, words, &kinds, &one));
	case CV_COLUMN_URL:
		return cv_cell_urls(row->ctx, words, at, &told) == CV_TOLD ? 0 : -1;
	case CV_COLUMN_NOTE:
	case CV_COLUMN_CONDITION:
		return cost_of_note(row, words);
	default:
		return -1;
	}
}

static bool is_path_column(enum cv_column role)
{
	return role == CV_COLUMN_VALUE || role == CV_COLUMN_PROCESS ||
	       role == CV_COLUMN_FOLDER || role == CV_COLUMN_FILE ||
	       role == CV_COLUMN_EXTENSION || role == CV_COLUMN_PROGRAM;
}

static bool is_name_column(enum cv_column role)
{
	return role == CV_COLUMN_FROM || role == CV_COLUMN_TO ||
	       role == CV_COLUMN_PARTY || role == CV_COLUMN_DEVICE;
}

static int cost_of_words(void *user, size_t column, size_t first, size_t count)
{
	struct row *row = user;
	const enum cv_column role = row->columns->roles[column];
	struct cv_asking asking;
	int cost;

	if (holds_empty(row, first, count))
		return -1;
	if (role == CV_COLUMN_PURPOSE || role == CV_COLUMN_OTHER)
		return 0;
	if (count > MOST_TYPED && !is_path_column(role))
		return -1;
	asking = cv_ctx_ask(row->ctx, row->scratch);
	if (is_path_column(role))
		cost = cv_cell_is_path(words_of(row, first, count)) ? 0 : -1;
	else
		cost = is_name_column(role) ? cost_of_name(row, first, count)
					    : typed_cost(row, role, first, count);
	cv_ctx_asked(row->ctx, &asking);
	return cost;
}

static int cost_of_empty(void *user, size_t column, size_t piece)
{
	const struct row *row = user;

	if (!row->pieces[piece].empty)
		return -1;
	return cv_column_is_required(row->columns->section, row->columns->roles[column])
		       ? EMPTY_REQUIRED
		       : 0;
}

static int cost_of_none(void *user, size_t column, enum cv_cell_kind kind)
{
	const struct row *row = user;
	const enum cv_column role = row->columns->roles[column];

	if (is_path_column(role) || role == CV_COLUMN_URL)
		return -1;
	if (kind == CV_CELL_BLANK)
		return cv_column_is_required(row->columns->section, role) ? -1 : BLANK;
	if (!row->above || role == CV_COLUMN_PURPOSE)
		return -1;
	return row->above->cells[column].kind == CV_CELL_ABSENT ||
			       row->above->cells[column].kind == CV_CELL_BLANK
		       ? -1
		       : SPAN;
}

static bool is_anchor(void *user, size_t column)
{
	const struct row *row = user;
	const enum cv_column role = row->columns->roles[column];

	return !is_name_column(role) && role != CV_COLUMN_PURPOSE &&
	       role != CV_COLUMN_OTHER && role != CV_COLUMN_NOTE &&
	       role != CV_COLUMN_CONDITION;
}

static void join(struct row *row, size_t piece_count)
{
	struct cv_buf buf = CV_BUF_INIT;

	for (size_t i = 0; i < piece_count; i++) {
		row->starts[i] = buf.size;
		cv_buf_add(&buf, row->pieces[i].text, row->pieces[i].size);
		cv_buf_char(&buf, ' ');
	}
	row->starts[piece_count] = buf.size;
	row->joined = cv_arena_copy(row->ctx->arena, buf.data ? buf.data : "", buf.size);
	cv_buf_deinit(&buf);
}

static struct cv_span span_of(const struct cv_piece *first, const struct cv_piece *last)
{
	return cv_span(first->at.file, first->at.offset,
		       last->at.offset + last->at.length - first->at.offset);
}

static void make_cell(struct row *row, const struct cv_fit_cell *fit, size_t column,
		      struct cv_cell *cell)
{
	*cell = (struct cv_cell){.kind = fit->kind, .words = {"", row->pieces[0].at}};
	if (fit->count && fit->kind == CV_CELL_WORDS)
		cell->words.text = words_of(row, fit->first, fit->count);
	if (fit->count)
		cell->words.at = span_of(&row->pieces[fit->first],
					 &row->pieces[fit->first + fit->count - 1]);
	if (fit->kind == CV_CELL_SPANNED && !fit->open) {
		cell->words = row->above->cells[column].words;
		cell->why = row->above->cells[column].why;
		if (row->above->cells[column].kind == CV_CELL_EMPTY)
			cell->kind = CV_CELL_EMPTY;
	}
	if (fit->open) {
		cell->kind = CV_CELL_WORDS;
		cell->why = "nothing tells where this cell begins and ends";
		if (!*cell->words.text && row->pieces)
			cell->words.text = words_of(row, 0, 1);
	}
}

bool cv_pieces_fit(struct cv_ctx *ctx, const struct cv_columns *columns, size_t count,
		   const struct cv_piece *pieces, size_t piece_count,
		   const struct cv_page_row *above, const struct cv_answers *answers,
		   bool whole, struct cv_cell *cells_out)
{
	struct row row = {.ctx = ctx,
			  .scratch = cv_arena_open(),
			  .columns = columns,
			  .pieces = pieces,
			  .above = above,
			  .answers = answers,
			  .whole = whole};
	struct cv_fit_cell cells[CV_COLUMNS_MOST];
	const struct cv_fit fit = {
		count,        piece_count, cost_of_words, cost_of_empty,
		cost_of_none, is_anchor,   &row,          whole ? 1 : MOST_PIECES};
	bool ok = piece_count && piece_count <= MOST_PIECES;

	if (ok) {
		join(&row, piece_count);
		ok = cv_fit_row(&fit, cells);
	}
	for (size_t i = 0; ok && i < count; i++)
		make_cell(&row, &cells[i], i, &cells_out[i]);
	cv_arena_close(row.scratch);
	return ok;
}
