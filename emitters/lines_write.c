/* Writes files of lines; see lines.h. */
#include "lines_write.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/utf8.h"
#include "model/target.h"

static void write_raw(struct cv_buf *out, const char *value, size_t size)
{
	size_t length;

	for (size_t at = 0; at < size; at += length) {
		uint32_t c;

		length = cv_utf8_printable(value + at, size - at);
		if (length) {
			cv_buf_add(out, value + at, length);
			continue;
		}
		c = cv_utf8_decode(value + at, size - at, &length);
		if (c == 0 || cv_is_control(c))
			cv_buf_char(out, '?');
		else
			cv_buf_add(out, value + at, length);
	}
}

static void write_shell(struct cv_buf *out, const char *value)
{
	cv_buf_char(out, '\'');
	while (*value) {
		const size_t plain = strcspn(value, "'");

		write_raw(out, value, plain);
		value += plain;
		if (*value == '\'') {
			cv_buf_text(out, "'\\''");
			value++;
		}
	}
	cv_buf_char(out, '\'');
}

static void write_xml(struct cv_buf *out, const char *value)
{
	static const char *const references[] = {"&amp;", "&lt;", "&gt;", "&quot;",
						 "&apos;"};
	static const char signs[] = "&<>\"'";

	while (*value) {
		const size_t plain = strcspn(value, signs);

		write_raw(out, value, plain);
		value += plain;
		if (*value)
			cv_buf_text(out, references[strchr(signs, *value++) - signs]);
	}
}

void cv_line_quote(struct cv_buf *out, enum cv_line_quoting quoting, const char *value)
{
	switch (quoting) {
	case CV_LINE_RAW:
		write_raw(out, value, strlen(value));
		break;
	case CV_LINE_SHELL:
		write_shell(out, value);
		break;
	case CV_LINE_XML:
		write_xml(out, value);
		break;
	}
}

/* Comments are plain ASCII; in XML none holds two hyphens, which would end it.  What
 * follows one is a line's end or a blank. */
static void write_comment(struct cv_buf *out, enum cv_line_quoting quoting,
			  const char *text)
{
	if (quoting != CV_LINE_XML) {
		cv_buf_ascii(out, text);
		return;
	}
	for (; *text; text++) {
		const bool ends = text[0] == '-' && text[1] == '-';

		cv_buf_char(out, *text >= ' ' && *text <= '~' && !ends ? *text : '?');
	}
}

static void write_between(const struct cv_emission *emission,
			  const struct cv_line_ends *ends, enum cv_line_quoting quoting,
			  const char *text)
{
	cv_buf_text(emission->out, ends->before);
	cv_line_quote(emission->out, quoting, text);
	cv_buf_text(emission->out, ends->after);
	cv_buf_char(emission->out, '\n');
}

/* The end of the head is the beginning of the tail. */
static void write_twice(const struct cv_emission *emission,
			const struct cv_line_ends *ends, enum cv_line_quoting quoting,
			const char *head, const char *tail)
{
	struct cv_arena *arena = emission->ctx->arena;
	const size_t size = strlen(head);

	for (size_t n = 1; n <= size && n <= strlen(tail); n++)
		if (strncasecmp(head + size - n, tail, n) == 0)
			write_between(emission, ends, quoting,
				      cv_arena_format(arena, "%s%s", head, tail + n));
}

static void write_part(const struct cv_emission *emission,
		       const struct cv_line_ends *ends, enum cv_line_part part,
		       enum cv_line_quoting quoting, const char *value)
{
	const char *star = strchr(value, '*'), *head;

	if (part == CV_LINE_WHOLE || part == CV_LINE_NOTHING) {
		write_between(emission, ends, quoting,
			      part == CV_LINE_WHOLE ? value : "");
		return;
	}
	head = cv_arena_format(emission->ctx->arena, "%.*s", (int)(star - value), value);
	if (part == CV_LINE_TWICE)
		write_twice(emission, ends, quoting, head, star + 1);
	else
		write_between(emission, ends, quoting,
			      part == CV_LINE_HEAD ? head : star + 1);
}

static void write_entry(const struct cv_emission *emission, const struct cv_line *line,
			enum cv_line_quoting quoting, const struct cv_entry *entry)
{
	struct cv_buf *out = emission->out;

	if (line->before && entry->note) {
		cv_buf_text(out, line->before);
		write_comment(out, quoting, entry->note);
		cv_buf_text(out, quoting == CV_LINE_XML ? " -->\n" : "\n");
	}
	for (size_t i = 0; line->ends[i].before; i++)
		write_part(emission, &line->ends[i],
			   line->parts ? line->parts[i] : CV_LINE_WHOLE, quoting,
			   entry->more->value);
}

static void write_line(const struct cv_emission *emission, const struct cv_line *line,
		       enum cv_line_quoting quoting, const struct cv_entry *entry)
{
	struct cv_buf *out = emission->out;

	switch (line->slot) {
	case CV_LINE_TEXT:
		break;
	case CV_LINE_HEADER:
		cv_buf_text(out, line->before);
		write_comment(out, quoting, entry->more->value);
		cv_buf_char(out, '\n');
		break;
	case CV_LINE_SETTING:
		cv_buf_text(out, line->before);
		write_raw(out, entry->more->value, strlen(entry->more->value));
		cv_buf_format(out, "%s\n", line->after);
		break;
	case CV_LINE_ENTRIES:
		write_entry(emission, line, quoting, entry);
		break;
	}
}

static bool is_of(const struct cv_line *line, const struct cv_entry *entry,
		  enum cv_operation operation)
{
	switch (line->slot) {
	case CV_LINE_HEADER:
		return entry->kind == CV_ENTRY_HEADER;
	case CV_LINE_SETTING:
		return entry->kind == CV_ENTRY_SETTING && entry->operation == operation &&
		       strcmp(entry->list, line->list) == 0;
	case CV_LINE_ENTRIES:
		return entry->kind == CV_ENTRY_EXCLUSION &&
		       entry->operation == operation &&
		       strcmp(entry->list, line->list) == 0;
	case CV_LINE_TEXT:
		break;
	}
	return false;
}

static bool has_any(const struct cv_emission *emission, const struct cv_line *line,
		    enum cv_operation operation)
{
	for (size_t i = 0; i < emission->count; i++)
		if (is_of(line, emission->entries[i], operation))
			return true;
	return false;
}

/* Whether the group that begins at the line has entries. */
static bool has_group(const struct cv_emission *emission, const struct cv_line *line,
		      enum cv_operation operation)
{
	while (!has_any(emission, line, operation))
		if ((line++)->close)
			return false;
	return true;
}

void cv_lines_write(const struct cv_emission *emission, const struct cv_line *lines,
		    enum cv_line_quoting quoting, enum cv_operation operation)
{
	bool is_open = false;

	for (const struct cv_line *line = lines;
	     line->slot != CV_LINE_TEXT || line->before; line++) {
		if (line->slot == CV_LINE_TEXT)
			cv_buf_format(emission->out, "%s\n", line->before);
		if (line->open) {
			is_open = has_group(emission, line, operation);
			if (is_open)
				cv_buf_format(emission->out, "%s\n", line->open);
		}
		for (size_t i = 0; i < emission->count; i++) {
			if (is_of(line, emission->entries[i], operation))
				write_line(emission, line, quoting, emission->entries[i]);
			cv_buf_drain(emission->out);
		}
		if (line->close && is_open)
			cv_buf_format(emission->out, "%s\n", line->close);
	}
}
