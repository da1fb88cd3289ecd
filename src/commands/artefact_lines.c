/* A plan's entries and the lines that hold them.  The reader gives each entry its
 * place in the bytes but not the plan's entry that it came from: sorted by content
 * the two lists pair up, as the proof shows. */
#include "commands/artefact_lines.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/utf8.h"
#include "prove/prove.h"

struct cv_line_place {
	const struct cv_entry *entry; /* the plan's own */
	size_t place;
};

/* What a form holds of a plan, with the plan's own entry for each. */
struct pair {
	const struct cv_entry *held, *own;
};

bool cv_form_serves(const struct cv_form *form, const struct cv_subject *subject)
{
	if (form->subjects & subject->kind)
		return true;
	return form->subjects & CV_SUBJECT_HOST && subject->party;
}

const char *cv_form_path(struct cv_ctx *ctx, const struct cv_plan *plan,
			 const struct cv_form *form)
{
	return cv_arena_format(ctx->arena, "%s/%s%s", plan->use->target->name,
			       plan->subject->name, form->suffix);
}

bool cv_form_emit(struct cv_ctx *ctx, const struct cv_plan *plan,
		  const struct cv_form *form, const struct cv_entry *const *planned,
		  size_t count, struct cv_buf *out, size_t *entries_out)
{
	struct cv_ctx scratch = cv_scratch_open(ctx);
	const struct cv_emission emission = {.ctx = &scratch,
					     .plan = plan,
					     .options = plan->use->options,
					     .entries = planned,
					     .count = count,
					     .out = out};
	size_t entries = 0;

	for (size_t i = 0; i < count; i++)
		entries += planned[i]->kind != CV_ENTRY_HEADER;
	if (!form->if_any || entries)
		form->emit(&emission);
	cv_arena_close(scratch.arena);
	*entries_out = entries;
	return !form->if_any || entries;
}

bool cv_form_write(struct cv_ctx *ctx, const struct cv_plan *plan,
		   const struct cv_form *form, struct cv_buf *out, size_t *entries_out)
{
	struct cv_ctx scratch = cv_scratch_open(ctx);
	const struct cv_entry **planned;
	size_t count;
	bool written;

	planned = cv_form_entries(&scratch, plan, form, &count);
	written = cv_form_emit(ctx, plan, form, planned, count, out, entries_out);
	cv_arena_close(scratch.arena);
	return written;
}

static void *allocate(size_t count, size_t size)
{
	void *memory = calloc(count + 1, size);

	if (!memory)
		cv_out_of_memory();
	return memory;
}

static void find_lines(struct cv_artefact_lines *lines)
{
	const char *bytes = cv_buf_string(&lines->bytes);
	const char *end = bytes + lines->bytes.size;
	size_t count = 1;

	for (const char *c = bytes; (c = memchr(c, '\n', (size_t)(end - c))); c++)
		count++;
	lines->starts = allocate(count, sizeof *lines->starts);
	for (const char *c = bytes; (c = memchr(c, '\n', (size_t)(end - c))); c++)
		lines->starts[++lines->line_count] = (size_t)(c + 1 - bytes);
	lines->line_count++;
}

/* A file of the Registry Editor is UTF-16LE.  Its lines are shown as UTF-8: the bytes
 * are turned into that, and the places with them. */
static void show_as_utf8(struct cv_artefact_lines *lines)
{
	const unsigned char *bytes = (const unsigned char *)lines->bytes.data;
	const size_t units = lines->bytes.size / 2;
	struct cv_buf text = CV_BUF_INIT;
	size_t *offsets;
	char utf8[4];

	if (units == 0 || bytes[0] != 0xFF || bytes[1] != 0xFE)
		return;
	offsets = allocate(units + 1, sizeof *offsets);
	for (size_t i = 1; i < units; i++) {
		uint32_t c = (uint32_t)(bytes[2 * i] | bytes[2 * i + 1] << 8);

		offsets[i] = text.size;
		if (c >= 0xD800 && c < 0xDC00 && i + 1 < units) {
			i++;
			offsets[i] = text.size;
			c = 0x10000 + ((c - 0xD800) << 10) +
			    ((uint32_t)(bytes[2 * i] | bytes[2 * i + 1] << 8) - 0xDC00);
		}
		cv_buf_add(&text, utf8, cv_utf8_encode(c, utf8));
	}
	for (size_t i = 0; i < lines->count; i++)
		lines->places[i].place = offsets[lines->places[i].place / 2];
	free(offsets);
	cv_buf_deinit(&lines->bytes);
	lines->bytes = text;
}

static int by_content(const void *left, const void *right)
{
	return cv_entry_compare(((const struct pair *)left)->held,
				((const struct pair *)right)->held);
}

static int by_address(const void *left, const void *right)
{
	const uintptr_t a = (uintptr_t)((const struct cv_line_place *)left)->entry;
	const uintptr_t b = (uintptr_t)((const struct cv_line_place *)right)->entry;

	return a < b ? -1 : a > b;
}

/* What the form holds, in the order of content. */
static struct pair *pairs_of(struct cv_ctx *scratch, const struct cv_plan *plan,
			     const struct cv_form *form, size_t *count_out)
{
	const struct cv_entry **held = cv_form_entries(scratch, plan, form, count_out);
	struct cv_form as_planned = *form;
	const struct cv_entry **own;
	struct pair *pairs;

	/* The same choice as it stands in the plan: its own entries. */
	as_planned.undo = false;
	as_planned.strip = NULL;
	own = cv_form_entries(scratch, plan, &as_planned, count_out);
	pairs = CV_NEW_ARRAY(scratch->arena, *count_out, struct pair);
	for (size_t i = 0; i < *count_out; i++)
		pairs[i] = (struct pair){held[i], own[i]};
	if (*count_out)
		qsort(pairs, *count_out, sizeof *pairs, by_content);
	return pairs;
}

static struct pair *pairs_found(struct cv_ctx *scratch, const struct cv_table *entries)
{
	struct pair *pairs = CV_NEW_ARRAY(scratch->arena, entries->count, struct pair);

	for (size_t i = 0; i < entries->count; i++)
		pairs[i].held = CV_AT(entries, struct cv_entry, i);
	if (entries->count)
		qsort(pairs, entries->count, sizeof *pairs, by_content);
	return pairs;
}

static bool place_entries(struct cv_ctx *scratch, struct cv_artefact_lines *lines)
{
	struct cv_reading reading = {.ctx = scratch,
				     .bytes = cv_buf_string(&lines->bytes),
				     .size = lines->bytes.size,
				     .options = lines->plan->use->options};
	struct pair *planned, *found;
	size_t count;

	if (!lines->form->read(&reading))
		return false;
	planned = pairs_of(scratch, lines->plan, lines->form, &count);
	if (count != reading.entries.count)
		return false;
	found = pairs_found(scratch, &reading.entries);
	lines->places = allocate(count, sizeof *lines->places);
	lines->count = count;
	for (size_t i = 0; i < count; i++) {
		if (by_content(&planned[i], &found[i]) != 0)
			return false;
		lines->places[i] = (struct cv_line_place){planned[i].own,
							  found[i].held->more->place};
	}
	if (count)
		qsort(lines->places, count, sizeof *lines->places, by_address);
	return true;
}

/* The number of the last line that begins at or before the place, from 0. */
static size_t line_at(const struct cv_artefact_lines *lines, size_t place)
{
	size_t low = 0, high = lines->line_count;

	while (high - low > 1) {
		const size_t middle = low + (high - low) / 2;

		if (lines->starts[middle] <= place)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static void note_begins(struct cv_artefact_lines *lines)
{
	lines->begins = allocate(lines->line_count, sizeof *lines->begins);
	for (size_t i = 0; i < lines->count; i++)
		lines->begins[line_at(lines, lines->places[i].place)] = true;
}

bool cv_artefact_line_begins(const struct cv_artefact_lines *lines, size_t number)
{
	return number <= lines->line_count && lines->begins[number - 1];
}

bool cv_artefact_lines_open(struct cv_ctx *ctx, const struct cv_plan *plan,
			    const struct cv_form *form,
			    struct cv_artefact_lines *lines_out)
{
	struct cv_ctx scratch;
	size_t entries;
	bool ok;

	*lines_out = (struct cv_artefact_lines){.plan = plan, .form = form};
	if (!cv_form_serves(form, plan->subject) ||
	    !cv_form_write(ctx, plan, form, &lines_out->bytes, &entries))
		return false;
	lines_out->path = cv_form_path(ctx, plan, form);
	scratch = cv_scratch_open(ctx);
	ok = place_entries(&scratch, lines_out);
	cv_arena_close(scratch.arena);
	if (!ok) /* what differs, and where, is the proof's to say */
		return cv_prove_bytes(ctx, plan, form, lines_out->path,
				      cv_buf_string(&lines_out->bytes),
				      lines_out->bytes.size) &&
		       false;
	show_as_utf8(lines_out);
	find_lines(lines_out);
	note_begins(lines_out);
	return true;
}

void cv_artefact_lines_close(struct cv_artefact_lines *lines)
{
	cv_buf_deinit(&lines->bytes);
	free(lines->places);
	free(lines->starts);
	free(lines->begins);
	*lines = (struct cv_artefact_lines){0};
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool cv_artefact_line_of(const struct cv_artefact_lines *lines,
			 const struct cv_entry *entry, struct cv_artefact_line *line_out)
{
	const struct cv_line_place key = {entry, 0}, *place;
	size_t line, from, to;

	place = lines->count ? bsearch(&key, lines->places, lines->count,
				       sizeof *lines->places, by_address)
			     : NULL;
	if (!place)
		return false;
	line = line_at(lines, place->place);
	from = lines->starts[line];
	to = line + 1 < lines->line_count ? lines->starts[line + 1] : lines->bytes.size;
	while (from < to && is_blank(lines->bytes.data[from]))
		from++;
	while (to > from && is_blank(lines->bytes.data[to - 1]))
		to--;
	*line_out =
		(struct cv_artefact_line){line + 1, lines->bytes.data + from, to - from};
	return true;
}
