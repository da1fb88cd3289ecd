/* Choosing, sorting and printing what was found. */
#include "commands/print.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "commands/commands.h"

/* Characters of a source line that are shown, and those before the place. */
enum { WINDOW = 160, BEFORE = 80 };

#define BOLD "\033[1m"
#define GREEN "\033[1;32m"
#define PLAIN "\033[0m"

static const char *const severity_names[] = {"note", "warning", "error"};
static const char *const severity_plurals[] = {"notes", "warnings", "errors"};
static const char *const severity_colors[] = {"\033[1;36m", "\033[1;35m", "\033[1;31m"};

/* What is printed, and what is only counted. */
struct selection {
	const struct cv_finding **items;
	size_t count;
	size_t left[CV_F_COUNT];
	size_t total[3]; /* by severity, equal findings once */
};

/* A finding by its place: those about no place come last, nearest to the prompt. */
struct placed {
	uint64_t place;
	const struct cv_finding *finding;
};

static uint64_t place_of(const struct cv_finding *finding)
{
	const uint32_t file = finding->at.file - 1;

	return (uint64_t)file << 32 | finding->at.offset;
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int compare_order(const void *left, const void *right)
{
	const struct placed *a = left, *b = right;
	const int places = compare_numbers(a->place, b->place);

	return places ? places : compare_numbers(a->finding->order, b->finding->order);
}

static int compare_content(const struct placed *a, const struct placed *b)
{
	const int places = compare_numbers(a->place, b->place);

	if (places)
		return places;
	if (a->finding->code != b->finding->code)
		return a->finding->code < b->finding->code ? -1 : 1;
	return strcmp(a->finding->text, b->finding->text);
}

/* Equal ones side by side, the first found in front. */
static int compare_equal(const void *left, const void *right)
{
	const struct placed *a = left, *b = right;
	const int content = compare_content(a, b);

	return content ? content : compare_numbers(a->finding->order, b->finding->order);
}

static bool is_wanted(const struct cv_style *style, const struct cv_finding *finding)
{
	if (style->quiet)
		return finding->severity == CV_ERROR;
	return style->verbose || finding->severity != CV_NOTE;
}

/* Each finding once, sorted; the caller's to free. */
static struct placed *unique_findings(const struct cv_ctx *ctx, size_t from,
				      size_t *count_out)
{
	const size_t count = ctx->findings.count - from;
	struct placed *all = calloc(count + 1, sizeof *all);
	size_t unique = 0;

	if (!all)
		cv_out_of_memory();
	for (size_t i = 0; i < count; i++) {
		all[i].finding = *CV_AT(&ctx->findings, struct cv_finding *, from + i);
		all[i].place = place_of(all[i].finding);
	}
	if (count)
		qsort(all, count, sizeof *all, compare_equal);
	for (size_t i = 0; i < count; i++)
		if (!unique || compare_content(&all[unique - 1], &all[i]) != 0)
			all[unique++] = all[i];
	*count_out = unique;
	return all;
}

/* The items are the caller's to free. */
static struct selection select_findings(const struct cv_ctx *ctx,
					const struct cv_style *style, size_t from)
{
	size_t of_kind[CV_F_COUNT] = {0}, unique, wanted = 0;
	struct placed *all = unique_findings(ctx, from, &unique);
	struct selection chosen = {0};

	for (size_t i = 0; i < unique; i++) {
		chosen.total[all[i].finding->severity]++;
		if (is_wanted(style, all[i].finding))
			all[wanted++] = all[i];
	}
	if (wanted)
		qsort(all, wanted, sizeof *all, compare_order);
	chosen.items = calloc(wanted + 1, sizeof(const struct cv_finding *));
	if (!chosen.items)
		cv_out_of_memory();
	for (size_t i = 0; i < wanted; i++) {
		const enum cv_code code = all[i].finding->code;

		if (++of_kind[code] > CV_MAX_FINDINGS)
			chosen.left[code]++;
		else
			chosen.items[chosen.count++] = all[i].finding;
	}
	free(all);
	return chosen;
}

size_t cv_print_character(struct cv_buf *out, const char *text, size_t size,
			  size_t *columns_out)
{
	const size_t before = out->size;
	size_t length;
	const uint32_t character = cv_utf8_decode(text, size, &length);
	char name[12];

	*columns_out = 1;
	if (character == 0 && *text != '\0') {
		cv_buf_format(out, "<0x%02X>", (unsigned)(unsigned char)*text);
		*columns_out = out->size - before;
	} else if (character != '\t' &&
		   (cv_is_control(character) || cv_is_invisible(character))) {
		cv_character_name(character, name);
		cv_buf_format(out, "<%s>", name);
		*columns_out = out->size - before;
	} else {
		cv_buf_add(out, text, length);
	}
	return length;
}

static void print_bytes(struct cv_buf *out, const char *text, size_t size)
{
	size_t columns, length;

	for (size_t at = 0; at < size; at += length) {
		length = 1;
		if (text[at] == '\t')
			cv_buf_text(out, "<U+0009>");
		else
			length = cv_print_character(out, text + at, size - at, &columns);
	}
}

void cv_print_line(struct cv_buf *out, const char *text)
{
	print_bytes(out, text, strlen(text));
}

static void repeat(struct cv_buf *out, char c, size_t count)
{
	while (count--)
		cv_buf_char(out, c);
}

/* Steps `count` characters back or forward from `at`, in the line's bounds. */
static size_t step_back(const char *line, size_t at, size_t count)
{
	while (count && at) {
		at--;
		if (((unsigned char)line[at] & 0xC0) != 0x80)
			count--;
	}
	return at;
}

static size_t step_on(const char *line, size_t size, size_t at, size_t count)
{
	size_t length;

	for (; count && at < size; count--) {
		cv_utf8_decode(line + at, size - at, &length);
		at += length;
	}
	return at;
}

/* The line, cut to a window round the place when it is long, and the mark below it. */
static void draw_line(const struct cv_place *place, size_t length, struct cv_buf *line,
		      struct cv_buf *mark)
{
	const size_t caret =
		place->column_byte < place->size ? place->column_byte : place->size;
	size_t from = 0, to = step_on(place->text, place->size, 0, WINDOW), step, columns;
	bool marked = false;

	if (to < place->size) {
		from = step_back(place->text, caret, BEFORE);
		to = step_on(place->text, place->size, from, WINDOW);
	}
	if (from) {
		cv_buf_text(line, "...");
		repeat(mark, ' ', 3);
	}
	for (size_t at = from; at < to; at += step) {
		step = cv_print_character(line, place->text + at, to - at, &columns);
		if (at < caret) {
			repeat(mark, place->text[at] == '\t' ? '\t' : ' ', columns);
		} else if (at == caret || at < caret + length) {
			cv_buf_char(mark, marked ? '~' : '^');
			repeat(mark, '~', columns - 1);
			marked = true;
		}
	}
	if (!marked)
		cv_buf_char(mark, '^');
	if (to < place->size)
		cv_buf_text(line, "...");
}

static void print_quote(const struct cv_style *style, const struct cv_place *place,
			size_t length, const char *hint, struct cv_buf *out)
{
	struct cv_buf line = CV_BUF_INIT, mark = CV_BUF_INIT;

	draw_line(place, length, &line, &mark);
	cv_buf_format(out, "%5zu | %s\n      | ", place->line, cv_buf_string(&line));
	cv_buf_format(out, "%s%s", style->color ? GREEN : "", cv_buf_string(&mark));
	if (hint) {
		cv_buf_char(out, ' ');
		cv_print_line(out, hint);
	}
	cv_buf_format(out, "%s\n", style->color ? PLAIN : "");
	cv_buf_deinit(&line);
	cv_buf_deinit(&mark);
}

/* `name:line:column: severity: `, `name: severity: ` where the file has changed, or
 * `carveout: severity: ` without a place. */
static void print_head(struct cv_ctx *ctx, const struct cv_style *style,
		       struct cv_span at, const struct cv_place *place,
		       enum cv_severity severity, struct cv_buf *out)
{
	const struct cv_source *source = cv_source_by_id(ctx, at.file);

	cv_buf_text(out, style->color ? BOLD : "");
	cv_print_line(out, source ? source->name : "carveout");
	if (place)
		cv_buf_format(out, ":%zu:%zu", place->line, place->column);
	cv_buf_text(out, ": ");
	cv_buf_format(out, "%s%s:%s ", style->color ? severity_colors[severity] : "",
		      severity_names[severity], style->color ? PLAIN : "");
}

static void print_help(const char *help, struct cv_buf *out)
{
	while (*help) {
		const size_t size = strcspn(help, "\n");

		if (size)
			cv_buf_text(out, "      ");
		print_bytes(out, help, size);
		cv_buf_char(out, '\n');
		help += size + (help[size] == '\n');
	}
}

/* The second place of a finding, which was `first defined here` or the like. */
static void print_also(struct cv_ctx *ctx, const struct cv_style *style,
		       const struct cv_finding *finding, struct cv_buf *out)
{
	const struct cv_source *source = cv_source_by_id(ctx, finding->also.file);
	struct cv_place place;
	bool placed;

	if (!finding->also_text || !source)
		return;
	placed = cv_source_place(ctx, finding->also, &place);
	print_head(ctx, style, finding->also, placed ? &place : NULL, CV_NOTE, out);
	cv_print_line(out, finding->also_text);
	cv_buf_char(out, '\n');
	if (placed && source->quotable)
		print_quote(style, &place, finding->also.length, NULL, out);
}

static void print_finding(struct cv_ctx *ctx, const struct cv_style *style,
			  const struct cv_finding *finding, struct cv_buf *out)
{
	const char *hint = finding->hint;
	struct cv_place place;
	const bool placed = cv_source_place(ctx, finding->at, &place);
	const bool quotable = placed && cv_source_by_id(ctx, finding->at.file)->quotable;

	print_head(ctx, style, finding->at, placed ? &place : NULL, finding->severity,
		   out);
	cv_print_line(out, finding->text);
	if (hint && !quotable) {
		cv_buf_text(out, "; ");
		cv_print_line(out, hint);
	}
	cv_buf_format(out, " [%s]\n", cv_finding_kinds[finding->code].name);
	if (quotable)
		print_quote(style, &place, finding->at.length, hint, out);
	print_also(ctx, style, finding, out);
	if (finding->help)
		print_help(finding->help, out);
}

bool cv_print_totals(const struct cv_ctx *ctx, size_t from, struct cv_buf *out)
{
	const struct cv_style style = {.verbose = false};
	struct selection chosen = select_findings(ctx, &style, from);
	bool first = true;

	for (int severity = CV_ERROR; severity > CV_NOTE; severity--) {
		if (!chosen.total[severity])
			continue;
		cv_buf_text(out, first ? "" : ", ");
		cv_count_words(out, chosen.total[severity], severity_names[severity],
			       severity_plurals[severity]);
		first = false;
	}
	free(chosen.items);
	return !first;
}

static void print_counts(const struct cv_style *style, const struct selection *chosen,
			 struct cv_buf *out)
{
	bool first = true;

	for (int severity = CV_ERROR; severity >= CV_NOTE; severity--) {
		if (!chosen->total[severity] || (style->quiet && severity != CV_ERROR))
			continue;
		cv_buf_text(out, first ? "" : ", ");
		cv_count_words(out, chosen->total[severity], severity_names[severity],
			       severity_plurals[severity]);
		if (severity == CV_NOTE && !style->verbose)
			cv_buf_text(out, chosen->total[CV_NOTE] == 1
						 ? " (-v shows it)"
						 : " (-v shows them)");
		first = false;
	}
	if (!first)
		cv_buf_char(out, '\n');
}

void cv_print_text(struct cv_ctx *ctx, const struct cv_style *style, struct cv_buf *out)
{
	struct selection chosen = select_findings(ctx, style, 0);

	for (size_t i = 0; i < chosen.count; i++)
		print_finding(ctx, style, chosen.items[i], out);
	for (size_t code = 0; code < CV_F_COUNT; code++)
		if (chosen.left[code])
			cv_buf_format(out, "carveout: and %zu more of %s\n",
				      chosen.left[code], cv_finding_kinds[code].name);
	print_counts(style, &chosen, out);
	free(chosen.items);
}

/* A place as members of the object that is open. */
static void json_place(struct cv_ctx *ctx, struct cv_span at, struct cv_json *json)
{
	const struct cv_source *source = cv_source_by_id(ctx, at.file);
	struct cv_place place;

	if (source)
		cv_json_member(json, "file", source->name);
	if (!cv_source_place(ctx, at, &place))
		return;
	cv_json_member_number(json, "line", place.line);
	cv_json_member_number(json, "column", place.column);
	cv_json_member_number(json, "offset", at.offset);
	cv_json_member_number(json, "length", at.length);
}

static void json_finding(struct cv_ctx *ctx, const struct cv_finding *finding,
			 struct cv_json *json)
{
	cv_json_begin_object(json, true);
	json_place(ctx, finding->at, json);
	cv_json_member(json, "severity", severity_names[finding->severity]);
	cv_json_member(json, "code", cv_finding_kinds[finding->code].name);
	cv_json_member(json, "text", finding->text);
	if (finding->hint)
		cv_json_member(json, "hint", finding->hint);
	if (finding->help)
		cv_json_member(json, "help", finding->help);
	if (finding->also_text) {
		cv_json_key(json, "also");
		cv_json_begin_object(json, true);
		json_place(ctx, finding->also, json);
		cv_json_member(json, "text", finding->also_text);
		cv_json_end_object(json);
	}
	cv_json_end_object(json);
}

void cv_print_json(struct cv_ctx *ctx, const struct cv_style *style, struct cv_buf *out)
{
	const struct cv_style all = {.verbose = true, .quiet = style->quiet};
	struct selection chosen = select_findings(ctx, &all, 0);
	struct cv_json json;

	cv_json_open(&json, out);
	cv_json_begin_object(&json, false);
	cv_json_member(&json, "carveout", "findings/1");
	cv_json_key(&json, "findings");
	cv_json_begin_list(&json, false);
	for (size_t i = 0; i < chosen.count; i++)
		json_finding(ctx, chosen.items[i], &json);
	cv_json_end_list(&json);
	cv_json_key(&json, "more");
	cv_json_begin_object(&json, true);
	for (size_t code = 0; code < CV_F_COUNT; code++)
		if (chosen.left[code])
			cv_json_member_number(&json, cv_finding_kinds[code].name,
					      chosen.left[code]);
	cv_json_end_object(&json);
	for (int severity = CV_ERROR; severity >= CV_NOTE; severity--)
		cv_json_member_number(&json, severity_plurals[severity],
				      chosen.total[severity]);
	cv_json_end_object(&json);
	free(chosen.items);
}
