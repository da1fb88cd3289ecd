/* ledger.csv: a line for each row and subject, a column for each target. */
#include "commands/reports.h"

#include <stdlib.h>
#include <string.h>

#include <csv.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/memory.h"
#include "commands/compilation.h"
#include "commands/ledger_cells.h"
#include "model/row_name.h"

/* What a spreadsheet takes for a formula. */
static bool is_formula(char first)
{
	return first == '=' || first == '+' || first == '-' || first == '@' ||
	       first == '\t';
}

static bool is_plain(const char *text, size_t size)
{
	return !is_formula(*text) && *text != ' ' && strcspn(text, "\",\r\n") == size;
}

/* Makes a field of what stands in the buffer from `start` on.  RFC 4180; quoted only
 * where it must be.  What a spreadsheet would take for a formula gets an apostrophe in
 * front. */
static void end_field(struct cv_buf *out, size_t start)
{
	const size_t size = out->size - start;
	char *text, *quoted;
	size_t need;

	if (is_plain(cv_buf_string(out) + start, size))
		return;
	text = cv_memory_give(size + 1);
	memcpy(text, out->data + start, size);
	text[size] = '\0';
	out->size = start;
	if (is_formula(*text))
		cv_buf_char(out, '\'');
	if (!strpbrk(text, "\",\r\n") && text[0] != ' ') {
		cv_buf_add(out, text, size);
	} else {
		need = csv_write(NULL, 0, text, size);
		quoted = cv_memory_give(need);
		csv_write(quoted, need, text, size);
		cv_buf_add(out, quoted, need);
		free(quoted);
	}
	free(text);
}

static void add_field(struct cv_buf *out, const char *text)
{
	const size_t start = out->size;

	cv_buf_text(out, text);
	end_field(out, start);
}

static void add_row_field(struct cv_buf *out, const struct cv_row *row)
{
	const size_t start = out->size;

	cv_row_name_add(out, row);
	end_field(out, start);
}

static const char *condition_of(struct cv_ctx *ctx,
				const struct cv_compilation *compilation,
				const struct cv_cell *line, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!line[i].used && !line[i].as)
			return cv_unreached_why(
				ctx, cv_compilation_row(compilation, line[i].row));
	for (size_t i = 0; i < count; i++)
		if (line[i].used && line[i].used->why)
			return line[i].used->why;
	for (size_t i = 0; i < count; i++)
		if (line[i].as && line[i].as->what &&
		    (line[i].as->verdict == CV_NOT_APPLICABLE ||
		     line[i].row == CV_ROW_OURS))
			return line[i].as->what;
	return "";
}

static void add_verdict(struct cv_buf *out, const struct cv_cell *cell)
{
	cv_buf_text(out, cv_verdict_names[cell->as->verdict]);
	if (cell->as->is_risk && cell->judgement->risk->accepted)
		cv_buf_text(out, " (accepted)");
}

/* What stands in a line behind the row's name, and what that was made of: most lines end
 * as the one before. */
struct ending {
	struct cv_buf text;
	struct cv_cell *of;
	size_t count, room;
};

/* Whether the cells of a line say what those did of which the ending is.  Acceptances
 * are a row's own, and so is why no group is its device. */
static bool is_ending_of(const struct ending *ending, const struct cv_cell *line,
			 size_t count)
{
	if (ending->count != count)
		return false;
	for (size_t i = 0; i < count; i++)
		if (line[i].used != ending->of[i].used ||
		    line[i].as != ending->of[i].as ||
		    (line[i].as ? line[i].as->is_risk : !line[i].used))
			return false;
	return true;
}

static void make_ending(struct ending *ending, struct cv_ctx *ctx,
			const struct cv_compilation *compilation,
			const struct cv_cell *line, size_t count)
{
	struct cv_buf *out = &ending->text;
	size_t at = 0;

	if (ending->room < count) {
		ending->room = 2 * count;
		ending->of = cv_memory_give_more(ending->of,
						 ending->room * sizeof *ending->of);
	}
	memcpy(ending->of, line, count * sizeof *line);
	ending->count = count;
	out->size = 0;
	cv_buf_char(out, ',');
	add_field(out, line->subject);
	cv_buf_char(out, ',');
	add_field(out, condition_of(ctx, compilation, line, count));
	while (at < count && line[at].column == 0)
		at++;
	for (size_t column = 1; column <= compilation->site->targets.count; column++) {
		cv_buf_char(out, ',');
		for (bool first = true; at < count && line[at].column == column; at++) {
			if (!first)
				cv_buf_text(out, "; ");
			add_verdict(out, &line[at]);
			first = false;
		}
	}
	cv_buf_char(out, '\n');
}

/* The lines of a row, each for a subject. */
static void add_row(struct cv_ctx *ctx, const struct cv_cells *cells,
		    struct ending *ending, struct cv_buf *out)
{
	const struct cv_compilation *compilation = cells->compilation;
	size_t end;

	for (size_t i = 0; i < cells->count; i = end) {
		const struct cv_cell *line = &cells->row[i];

		for (end = i + 1; end < cells->count; end++)
			if (cv_cells_compare(line, &cells->row[end]) != 0)
				break;
		if (line->row == CV_ROW_OURS)
			add_field(out, "baseline");
		else
			add_row_field(out, cv_compilation_row(compilation, line->row));
		if (!is_ending_of(ending, line, end - i))
			make_ending(ending, ctx, compilation, line, end - i);
		cv_buf_add(out, ending->text.data, ending->text.size);
	}
}

void cv_ledger_csv_write(struct cv_ctx *ctx, const struct cv_compilation *compilation,
			 struct cv_buf *out)
{
	const struct cv_table *uses = &compilation->site->targets;
	struct cv_cells cells = cv_cells_open(compilation, true);
	struct ending ending = {.text = CV_BUF_INIT};

	cv_buf_text(out, "row,subject,condition");
	for (size_t i = 0; i < uses->count; i++)
		cv_buf_format(out, ",%s",
			      CV_AT(uses, struct cv_target_use, i)->target->name);
	cv_buf_char(out, '\n');
	while (cv_cells_next(&cells)) {
		add_row(ctx, &cells, &ending, out);
		cv_buf_drain(out);
	}
	cv_buf_deinit(&ending.text);
	free(ending.of);
	cv_cells_free(&cells);
}
