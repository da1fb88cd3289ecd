/* An entry of an artefact is the line that it begins in and what is indented below
 * that, with the line that closes it: so it is in all formats that have blocks. */
#include "commands/audit_mend.h"

#include <string.h>

#include "base/ctx.h"

enum { MOST_LINES = 24 };

struct cv_mend cv_mend_open(struct cv_ctx *ctx, const struct cv_plan *plan)
{
	struct cv_mend mend = {.ctx = ctx, .plan = plan};

	for (const struct cv_form *form = plan->use->target->forms; form->name; form++)
		mend.count += !form->undo;
	return mend;
}

static void make(struct cv_mend *mend)
{
	size_t at = 0;

	if (mend->made)
		return;
	mend->lines =
		CV_NEW_ARRAY(mend->ctx->arena, mend->count + 1, struct cv_artefact_lines);
	for (const struct cv_form *form = mend->plan->use->target->forms; form->name;
	     form++)
		if (!form->undo && !cv_artefact_lines_open(mend->ctx, mend->plan, form,
							   &mend->lines[at++]))
			mend->lines[at - 1].path = NULL;
	mend->made = true;
}

void cv_mend_close(struct cv_mend *mend)
{
	for (size_t i = 0; mend->made && i < mend->count; i++)
		cv_artefact_lines_close(&mend->lines[i]);
}

/* A line without its end; `next` is where the one behind it begins. */
struct line {
	const char *text, *next;
	size_t size, indent;
};

static struct line line_at(const char *text, const char *end)
{
	const char *stop = memchr(text, '\n', (size_t)(end - text));
	struct line line = {.text = text, .next = stop ? stop + 1 : end};

	line.size = (size_t)((stop ? stop : end) - text);
	while (line.size && line.text[line.size - 1] == '\r')
		line.size--;
	while (line.indent < line.size &&
	       (text[line.indent] == ' ' || text[line.indent] == '\t'))
		line.indent++;
	return line;
}

static bool closes(const struct line *line)
{
	const char *text = line->text + line->indent;

	return line->size > line->indent &&
	       (*text == '}' || *text == ']' || *text == ')' ||
		(line->size > line->indent + 1 && text[0] == '<' && text[1] == '/'));
}

/* Such a line belongs to the entry before it: where a rule is for one architecture, there
 * is one for each. */
static bool is_twin(const struct cv_artefact_lines *lines, size_t number,
		    const struct line *line, const char *value)
{
	return value && *value && !cv_artefact_line_begins(lines, number) &&
	       memmem(line->text, line->size, value, strlen(value));
}

static void take_lines(struct cv_ctx *ctx, const struct cv_artefact_lines *lines,
		       const char *text, const char *value, struct cv_mend_place *place)
{
	const char *end = lines->bytes.data + lines->bytes.size;
	size_t number = place->line;
	const struct line first = line_at(text, end);
	struct line line = first;
	bool deeper = false;

	place->lines = CV_NEW_ARRAY(ctx->arena, MOST_LINES, const char *);
	for (;;) {
		if (place->count < MOST_LINES)
			place->lines[place->count++] =
				cv_arena_copy(ctx->arena, line.text + first.indent,
					      line.size - first.indent);
		else
			place->more++;
		if (line.next == end || (deeper && line.indent == first.indent))
			return;
		line = line_at(line.next, end);
		number++;
		if (!deeper && line.indent == first.indent &&
		    is_twin(lines, number, &line, value))
			continue;
		if (line.size > line.indent && line.indent > first.indent)
			deeper = true;
		else if (!deeper || line.indent != first.indent || !closes(&line))
			return;
	}
}

bool cv_mend_find(struct cv_mend *mend, const struct cv_entry *entry,
		  struct cv_mend_place *place_out)
{
	make(mend);
	for (size_t i = 0; i < mend->count; i++) {
		const struct cv_artefact_lines *lines = &mend->lines[i];
		const char *bytes = lines->bytes.data;
		struct cv_artefact_line line;
		const char *start;

		if (!lines->path || !cv_artefact_line_of(lines, entry, &line))
			continue;
		*place_out =
			(struct cv_mend_place){.path = lines->path, .line = line.number};
		for (start = line.text; start > bytes && start[-1] != '\n';)
			start--;
		take_lines(mend->ctx, lines, start, entry->more->value, place_out);
		return true;
	}
	return false;
}
