/* Writes files of lines; see lines.h. */
#include "lines_write.h"

#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "model/target.h"

static void write_raw(struct cv_buf *out, const char *value, size_t size)
{
	size_t length;

	for (size_t at = 0; at < size; at += length) {
		const uint32_t c = cv_utf8_decode(value + at, size - at, &length);

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
	for (; *text; text++) {
		const bool ends =
			quoting == CV_LINE_XML && text[0] == '-' && text[1] == '-';

		cv_buf_char(out, *text >= ' ' && *text <= '~' && !ends ? *text : '?');
	}
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
	for (const struct cv_line_ends *ends = line->ends; ends->before; ends++) {
		cv_buf_text(out, ends->before);
		cv_line_quote(out, quoting, entry->value);
		cv_buf_format(out, "%s\n", ends->after);
	}
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
		write_comment(out, quoting, entry->value);
		cv_buf_char(out, '\n');
		break;
	case CV_LINE_SETTING:
		cv_buf_text(out, line->before);
		write_raw(out, entry->value, strlen(entry->value));
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

static void write_slot(const struct cv_emission *emission, const struct cv_line *line,
		       enum cv_line_quoting quoting, enum cv_operation operation)
{
	bool any = false;

	for (size_t i = 0; i < emission->count; i++) {
		if (!is_of(line, emission->entries[i], operation))
			continue;
		if (!any && line->open)
			cv_buf_format(emission->out, "%s\n", line->open);
		any = true;
		write_line(emission, line, quoting, emission->entries[i]);
	}
	if (any && line->close)
		cv_buf_format(emission->out, "%s\n", line->close);
}

void cv_lines_write(const struct cv_emission *emission, const struct cv_line *lines,
		    enum cv_line_quoting quoting, enum cv_operation operation)
{
	for (const struct cv_line *line = lines;
	     line->slot != CV_LINE_TEXT || line->before; line++) {
		if (line->slot == CV_LINE_TEXT)
			cv_buf_format(emission->out, "%s\n", line->before);
		write_slot(emission, line, quoting, operation);
	}
}
