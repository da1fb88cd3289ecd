/* Reads a script back: every byte of the fixed lines is compared, every slot parsed.
 * Only the one spelling of a literal that the emitter uses is taken, so that no byte
 * can change without the script being refused or an entry coming out different. */
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/utf8.h"
#include "defender-powershell/facts.h"
#include "model/plan.h"

struct cursor {
	struct cv_reading *reading;
	const char *at, *end;
	enum cv_operation operation;
	struct cv_buf value; /* of the literal read last */
};

static bool fail(struct cursor *cursor, const char *why)
{
	cursor->reading->error = why;
	cursor->reading->error_at = (size_t)(cursor->at - cursor->reading->bytes);
	return false;
}

/* Whether the text stands here; steps over it if so. */
static bool take(struct cursor *cursor, const char *text)
{
	const size_t size = strlen(text);

	if ((size_t)(cursor->end - cursor->at) < size ||
	    memcmp(cursor->at, text, size) != 0)
		return false;
	cursor->at += size;
	return true;
}

static bool at_printable(const struct cursor *cursor)
{
	return cursor->at < cursor->end && *cursor->at >= ' ' && *cursor->at <= '~';
}

/* The rest of the line, which must be printable ASCII, and its end. */
static bool read_comment(struct cursor *cursor, const char **text_out)
{
	const char *start = cursor->at;

	while (at_printable(cursor))
		cursor->at++;
	*text_out = cv_intern(cursor->reading->ctx, start, (size_t)(cursor->at - start));
	if (!take(cursor, "\r\n"))
		return fail(cursor, "a comment holds more than printable ASCII");
	return true;
}

/* What stands between two single quotes; a quote is written twice. */
static bool read_string(struct cursor *cursor, bool may_be_empty)
{
	const size_t before = cursor->value.size;

	if (!take(cursor, "'"))
		return fail(cursor, "a single quote is missing");
	while (at_printable(cursor)) {
		if (*cursor->at == '\'') {
			cursor->at++;
			if (cursor->at == cursor->end || *cursor->at != '\'') {
				if (!may_be_empty && cursor->value.size == before)
					return fail(cursor, "an empty string");
				return true;
			}
		}
		cv_buf_char(&cursor->value, *cursor->at++);
	}
	return fail(cursor, "a string holds more than printable ASCII, or has no end");
}

/* Four digits, A to F in upper case. */
static bool read_unit(struct cursor *cursor, uint32_t *unit_out)
{
	static const char digits[] = "0123456789ABCDEF";

	*unit_out = 0;
	for (int i = 0; i < 4; i++) {
		const char *digit = cursor->at < cursor->end && *cursor->at
					    ? strchr(digits, *cursor->at)
					    : NULL;

		if (!digit)
			return fail(cursor, "[char] has not four hexadecimal digits");
		*unit_out = *unit_out * 16 + (uint32_t)(digit - digits);
		cursor->at++;
	}
	return true;
}

/* Behind `[char]0x`: a UTF-16 unit, or two that are a pair. */
static bool read_character(struct cursor *cursor)
{
	uint32_t character, low;
	char utf8[4];

	if (!read_unit(cursor, &character))
		return false;
	if (character >= 0xD800 && character < 0xDC00) {
		if (!take(cursor, " + [char]0x"))
			return fail(cursor, "a surrogate stands alone");
		if (!read_unit(cursor, &low))
			return false;
		if (low < 0xDC00 || low > 0xDFFF)
			return fail(cursor, "a surrogate stands alone");
		character = 0x10000 + ((character - 0xD800) << 10) + (low - 0xDC00);
	} else if (character >= 0xDC00 && character < 0xE000) {
		return fail(cursor, "a surrogate stands alone");
	}
	if (character == 0 || (character >= ' ' && character <= '~'))
		return fail(cursor, "[char] stands for a character that needs none");
	cv_buf_add(&cursor->value, utf8, cv_utf8_encode(character, utf8));
	return true;
}

/* `'text'` or `('text' + [char]0x00E9 + 'text')`, into cursor->value. */
static bool read_literal(struct cursor *cursor)
{
	bool in_string = true, mixed = false;

	cursor->value.size = 0;
	if (!take(cursor, "("))
		return read_string(cursor, true);
	if (!read_string(cursor, true))
		return false;
	while (take(cursor, " + ")) {
		if (take(cursor, "[char]0x")) {
			in_string = false;
			mixed = true;
			if (!read_character(cursor))
				return false;
		} else if (in_string) {
			return fail(cursor, "two strings stand side by side");
		} else {
			in_string = true;
			if (!read_string(cursor, false))
				return false;
		}
	}
	if (!mixed)
		return fail(cursor, "parentheses without [char]");
	if (!take(cursor, ")"))
		return fail(cursor, "a closing parenthesis is missing");
	return true;
}

static const char *value_of(const struct cursor *cursor)
{
	return cv_intern(cursor->reading->ctx, cv_buf_string(&cursor->value),
			 cursor->value.size);
}

static struct cv_entry *add(struct cursor *cursor, enum cv_entry_kind kind)
{
	return cv_entries_add(cursor->reading->ctx, &cursor->reading->entries, kind,
			      (size_t)(cursor->at - cursor->reading->bytes));
}

static bool read_header(struct cursor *cursor, const char *before)
{
	while (take(cursor, before)) {
		struct cv_entry *entry = add(cursor, CV_ENTRY_HEADER);

		if (!read_comment(cursor, &entry->value))
			return false;
	}
	return true;
}

static bool read_key(struct cursor *cursor, const char *before)
{
	struct cv_entry *entry;

	if (!take(cursor, before))
		return fail(cursor, "the fixed text differs");
	entry = add(cursor, CV_ENTRY_SETTING);
	entry->operation = cursor->operation;
	entry->list = CV_DEFENDER_RECORD;
	if (!read_literal(cursor))
		return false;
	entry->value = value_of(cursor);
	if (!take(cursor, "\r\n"))
		return fail(cursor, "something stands behind the key of the record");
	return true;
}

static bool read_entries(struct cursor *cursor, const char *list)
{
	while (take(cursor, CV_DEFENDER_INDENT)) {
		struct cv_entry *entry = add(cursor, CV_ENTRY_EXCLUSION);

		entry->operation = cursor->operation;
		entry->list = list;
		if (!read_literal(cursor))
			return false;
		entry->value = value_of(cursor);
		if (take(cursor, "\r\n"))
			continue;
		if (!take(cursor, CV_DEFENDER_NOTE))
			return fail(cursor, "something stands behind the entry");
		if (!read_comment(cursor, &entry->note))
			return false;
	}
	return true;
}

static bool read_line(struct cursor *cursor, const struct cv_defender_line *line)
{
	switch (line->slot) {
	case CV_DEFENDER_TEXT:
		if (!take(cursor, line->text) || !take(cursor, "\r\n"))
			return fail(cursor, "the fixed text differs");
		return true;
	case CV_DEFENDER_HEADER:
		return read_header(cursor, line->text);
	case CV_DEFENDER_KEY:
		return read_key(cursor, line->text);
	case CV_DEFENDER_ENTRIES:
		return read_entries(cursor, line->text);
	}
	return false;
}

static bool read_script(struct cv_reading *reading,
			const struct cv_defender_line *const *sections,
			enum cv_operation operation)
{
	struct cursor cursor = {
		.reading = reading,
		.at = reading->bytes,
		.end = reading->bytes + reading->size,
		.operation = operation,
		.value = CV_BUF_INIT,
	};
	bool fine = true;

	for (; fine && *sections; sections++)
		for (const struct cv_defender_line *line = *sections; fine && line->text;
		     line++)
			fine = read_line(&cursor, line);
	if (fine && cursor.at < cursor.end)
		fine = fail(&cursor, "something stands behind the script");
	cv_buf_deinit(&cursor.value);
	return fine;
}

bool cv_defender_powershell_read_script(struct cv_reading *reading)
{
	return read_script(reading, cv_defender_script, CV_ADD);
}

bool cv_defender_powershell_read_undo(struct cv_reading *reading)
{
	return read_script(reading, cv_defender_undo, CV_REMOVE);
}
