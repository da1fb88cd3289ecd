/* Reads files of lines; see lines.h. */
#include "lines_read.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/utf8.h"
#include "model/target.h"

struct cursor {
	struct cv_reading *reading;
	enum cv_line_quoting quoting;
	enum cv_operation operation;
	const char *at,
		*end; /* of the line that comes next: its first byte and its end */
	size_t entries;
};

/* A part of a line. */
struct stretch {
	const char *at;
	size_t size;
};

static bool fail(struct cursor *cursor, const char *why)
{
	cursor->reading->error = why;
	cursor->reading->error_at = (size_t)(cursor->at - cursor->reading->bytes);
	return false;
}

/* Finds the end of the line that begins at `at`; false: there is none. */
static bool find_line(struct cursor *cursor)
{
	const char *stop = cursor->reading->bytes + cursor->reading->size;

	if (cursor->at == stop)
		return false;
	cursor->end = memchr(cursor->at, '\n', (size_t)(stop - cursor->at));
	return cursor->end != NULL;
}

static void step(struct cursor *cursor)
{
	cursor->at = cursor->end + 1;
}

static size_t line_size(const struct cursor *cursor)
{
	return (size_t)(cursor->end - cursor->at);
}

static bool line_begins(const struct cursor *cursor, const char *text)
{
	const size_t size = strlen(text);

	return line_size(cursor) >= size && memcmp(cursor->at, text, size) == 0;
}

/* What stands between the two texts of the line. */
static bool between(const struct cursor *cursor, const char *before, const char *after,
		    struct stretch *stretch_out)
{
	const size_t front = strlen(before), back = strlen(after);

	if (!line_begins(cursor, before) || line_size(cursor) < front + back ||
	    memcmp(cursor->end - back, after, back) != 0)
		return false;
	*stretch_out =
		(struct stretch){cursor->at + front, line_size(cursor) - front - back};
	return true;
}

/* As long as the entry is under way. */
static const char *kept(const struct cursor *cursor, struct stretch stretch)
{
	return cv_arena_copy(cv_reading_texts(cursor->reading)->arena, stretch.at,
			     stretch.size);
}

static bool is_comment(struct stretch text, enum cv_line_quoting quoting)
{
	return cv_utf8_printable(text.at, text.size) == text.size &&
	       (quoting != CV_LINE_XML || !memmem(text.at, text.size, "--", 2));
}

/* ---- values ---- */

static bool is_printable(struct stretch text)
{
	size_t at = cv_utf8_printable(text.at, text.size), length;

	for (; at < text.size; at += length) {
		const uint32_t c = cv_utf8_decode(text.at + at, text.size - at, &length);

		if (c == 0 || cv_is_control(c))
			return false;
	}
	return true;
}

/* '...', where '\'' stands for a quote. */
static bool read_shell(struct cv_buf *value, const char *text)
{
	if (*text++ != '\'')
		return false;
	for (;;) {
		const size_t plain = strcspn(text, "'");

		cv_buf_add(value, text, plain);
		text += plain;
		if (strcmp(text, "'") == 0)
			return true;
		if (strncmp(text, "'\\''", 4) != 0)
			return false;
		cv_buf_char(value, '\'');
		text += 4;
	}
}

static bool read_xml(struct cv_buf *value, const char *text)
{
	static const struct {
		const char *text;
		char sign;
	} references[] = {{"&amp;", '&'},
			  {"&lt;", '<'},
			  {"&gt;", '>'},
			  {"&quot;", '"'},
			  {"&apos;", '\''}};
	const size_t count = sizeof references / sizeof *references;

	while (*text) {
		const size_t plain = strcspn(text, "&<>\"'");
		size_t i = 0;

		cv_buf_add(value, text, plain);
		text += plain;
		if (!*text)
			break;
		while (i < count &&
		       strncmp(text, references[i].text, strlen(references[i].text)) != 0)
			i++;
		if (i == count)
			return false;
		cv_buf_char(value, references[i].sign);
		text += strlen(references[i].text);
	}
	return true;
}

static bool read_value(struct cursor *cursor, struct stretch stretch,
		       const char **value_out)
{
	const char *text = kept(cursor, stretch);
	struct cv_buf value = CV_BUF_INIT;
	bool fine = is_printable(stretch) && stretch.size > 0;

	*value_out = text;
	if (!fine || cursor->quoting == CV_LINE_RAW)
		return fine;
	fine = cursor->quoting == CV_LINE_SHELL ? read_shell(&value, text)
						: read_xml(&value, text);
	fine = fine && value.size > 0;
	*value_out = kept(cursor, (struct stretch){cv_buf_string(&value), value.size});
	cv_buf_deinit(&value);
	return fine;
}

/* ---- lines ---- */

static struct cv_entry *add(struct cursor *cursor, enum cv_entry_kind kind)
{
	struct cv_entry *entry = cv_reading_begin(
		cursor->reading, kind, (size_t)(cursor->at - cursor->reading->bytes));

	cursor->entries++;
	if (kind != CV_ENTRY_HEADER)
		entry->operation = cursor->operation;
	return entry;
}

static bool read_text(struct cursor *cursor, const char *text)
{
	if (!find_line(cursor) || !line_begins(cursor, text) ||
	    line_size(cursor) != strlen(text))
		return fail(cursor, "the fixed text differs");
	step(cursor);
	return true;
}

static bool read_header(struct cursor *cursor, const char *before)
{
	struct stretch text;

	while (find_line(cursor) && between(cursor, before, "", &text)) {
		struct cv_entry *entry;

		if (!is_comment(text, cursor->quoting))
			return fail(cursor, "a comment holds more than plain ASCII");
		entry = add(cursor, CV_ENTRY_HEADER);
		entry->more->value = kept(cursor, text);
		step(cursor);
	}
	return true;
}

static bool read_setting(struct cursor *cursor, const struct cv_line *line)
{
	struct cv_entry *entry;
	struct stretch text;

	if (!find_line(cursor) || !between(cursor, line->before, line->after, &text) ||
	    !text.size || !is_comment(text, CV_LINE_RAW))
		return fail(cursor, "the fixed text differs");
	entry = add(cursor, CV_ENTRY_SETTING);
	entry->list = line->list;
	entry->more->value = kept(cursor, text);
	step(cursor);
	return true;
}

/* The parts of a value, as its lines show them. */
struct parts {
	const char *whole, *head, *tail;
};

/* The text of `size` bytes that begins like the head and ends like the tail, which are
 * longer together; NULL: there is none. */
static const char *laid_over(struct cv_arena *arena, const char *head, const char *tail,
			     size_t size)
{
	const size_t from = size - strlen(tail), both = strlen(head) - from;

	if (strncasecmp(head + from, tail, both) != 0)
		return NULL;
	return cv_arena_format(arena, "%s%s", head, tail + both);
}

/* Its value, or nothing where *value_out is not wanted. */
static bool read_one(struct cursor *cursor, const struct cv_line_ends *ends,
		     const char **value_out)
{
	struct stretch text;

	if (!find_line(cursor) || !between(cursor, ends->before, ends->after, &text))
		return fail(cursor, "a line of an entry is missing");
	if (!value_out && text.size)
		return fail(cursor, "a line of an entry differs");
	if (value_out && !read_value(cursor, text, value_out))
		return fail(cursor, "a value that is not spelled so");
	step(cursor);
	return true;
}

/* Just those texts, the longest first. */
static bool read_twice(struct cursor *cursor, const struct cv_line_ends *ends,
		       const struct parts *parts)
{
	const size_t head = strlen(parts->head), tail = strlen(parts->tail);
	const size_t least = head > tail ? head : tail;

	for (size_t size = head + tail - 1; size >= least; size--) {
		const char *wanted = laid_over(cv_reading_texts(cursor->reading)->arena,
					       parts->head, parts->tail, size);
		const char *const at = cursor->at;
		const char *value;

		if (!wanted)
			continue;
		if (!read_one(cursor, ends, &value))
			return false;
		if (strcmp(value, wanted) != 0) {
			cursor->at = at;
			return fail(cursor, "a line of an entry differs");
		}
	}
	return true;
}

static bool read_part(struct cursor *cursor, const struct cv_line_ends *ends,
		      enum cv_line_part part, struct parts *parts)
{
	const char *value, **known = NULL;

	switch (part) {
	case CV_LINE_NOTHING:
		return read_one(cursor, ends, NULL);
	case CV_LINE_TWICE:
		return read_twice(cursor, ends, parts);
	case CV_LINE_WHOLE:
		known = &parts->whole;
		break;
	case CV_LINE_HEAD:
		known = &parts->head;
		break;
	case CV_LINE_TAIL:
		known = &parts->tail;
		break;
	}
	if (!read_one(cursor, ends, &value))
		return false;
	if (*known && strcmp(*known, value) != 0)
		return fail(cursor, "the lines of an entry differ");
	*known = value;
	return true;
}

/* All lines of one entry, which hold the same value. */
static bool read_entry(struct cursor *cursor, const struct cv_line *line,
		       struct stretch note)
{
	struct cv_entry *entry = add(cursor, CV_ENTRY_EXCLUSION);
	struct parts parts = {NULL, NULL, NULL};

	entry->list = line->list;
	if (note.at)
		entry->note = kept(cursor, note);
	for (size_t i = 0; line->ends[i].before; i++)
		if (!read_part(cursor, &line->ends[i],
			       line->parts ? line->parts[i] : CV_LINE_WHOLE, &parts))
			return false;
	entry->more->value = parts.whole;
	if (!parts.whole)
		entry->more->value =
			cv_arena_format(cv_reading_texts(cursor->reading)->arena, "%s*%s",
					parts.head, parts.tail);
	return true;
}

/* A note that is not this list's stays for the next. */
static bool read_some(struct cursor *cursor, const struct cv_line *line)
{
	const char *const note_end = cursor->quoting == CV_LINE_XML ? " -->" : "";

	while (find_line(cursor)) {
		const char *const at = cursor->at;
		struct stretch note = {NULL, 0};

		if (line->before && line_begins(cursor, line->before)) {
			if (!between(cursor, line->before, note_end, &note) ||
			    !is_comment(note, cursor->quoting))
				return fail(cursor,
					    "a comment holds more than plain ASCII");
			step(cursor);
		}
		if (!find_line(cursor) || !line_begins(cursor, line->ends->before)) {
			cursor->at = at;
			break;
		}
		if (!read_entry(cursor, line, note))
			return false;
	}
	return true;
}

/* Whether the lines stand here; steps over them. */
static bool take_lines(struct cursor *cursor, const char *text)
{
	const size_t size = strlen(text);
	const size_t left =
		cursor->reading->size - (size_t)(cursor->at - cursor->reading->bytes);

	if (left <= size || memcmp(cursor->at, text, size) != 0 ||
	    cursor->at[size] != '\n')
		return false;
	cursor->at += size + 1;
	return true;
}

/* A group, from the line that opens it to the one that closes it, which comes out. */
static bool read_group(struct cursor *cursor, const struct cv_line **line_inout)
{
	const size_t before = cursor->entries;
	const bool is_there = take_lines(cursor, (*line_inout)->open);

	for (;; (*line_inout)++) {
		if (is_there && !read_some(cursor, *line_inout))
			return false;
		if ((*line_inout)->close)
			break;
	}
	return !is_there ||
	       (cursor->entries > before && take_lines(cursor, (*line_inout)->close)) ||
	       fail(cursor, "a group without entries, or without its end");
}

static bool read_line(struct cursor *cursor, const struct cv_line **line_inout)
{
	const struct cv_line *line = *line_inout;

	switch (line->slot) {
	case CV_LINE_TEXT:
		return read_text(cursor, line->before);
	case CV_LINE_HEADER:
		return read_header(cursor, line->before);
	case CV_LINE_SETTING:
		return read_setting(cursor, line);
	case CV_LINE_ENTRIES:
		return line->open ? read_group(cursor, line_inout)
				  : read_some(cursor, line);
	}
	return false;
}

bool cv_lines_read(struct cv_reading *reading, const struct cv_line *lines,
		   enum cv_line_quoting quoting, enum cv_operation operation)
{
	struct cursor cursor = {
		.reading = reading,
		.quoting = quoting,
		.operation = operation,
		.at = reading->bytes,
	};
	const char *nul = memchr(reading->bytes, '\0', reading->size);

	/* What stands behind it on its line would not be seen. */
	if (nul) {
		cursor.at = nul;
		return fail(&cursor, "a NUL");
	}
	for (const struct cv_line *line = lines;
	     line->slot != CV_LINE_TEXT || line->before; line++)
		if (!read_line(&cursor, &line))
			return false;
	return cursor.at == reading->bytes + reading->size ||
	       fail(&cursor, "something stands behind the end");
}
