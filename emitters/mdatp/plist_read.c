/* Reads a property list back: every byte of the fixed lines is compared, every slot
 * parsed, in the one spelling that the emitter uses. */
#include <stdint.h>
#include <string.h>

#include "base/ctx.h"
#include "base/utf8.h"
#include "mdatp/read.h"
#include "model/plan.h"

/* Behind `&#`: a decimal number without a zero before it, and the semicolon; of a
 * character that is not written as it is. */
static bool read_reference(struct cv_mdatp_cursor *cursor)
{
	const char *start = cursor->at;
	uint32_t code = 0;
	char utf8[4];

	while (cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9' &&
	       code <= 0x10FFFF)
		code = code * 10 + (uint32_t)(*cursor->at++ - '0');
	if (cursor->at == start || *start == '0' || code > 0x10FFFF ||
	    (code >= 0xD800 && code < 0xE000) || (code >= ' ' && code <= '~') ||
	    !cv_mdatp_take(cursor, ";"))
		return false;
	cv_buf_add(&cursor->value, utf8, cv_utf8_encode(code, utf8));
	return true;
}

static bool read_entity(struct cv_mdatp_cursor *cursor)
{
	static const char *const names[] = {"amp;", "lt;", "gt;", "quot;", "apos;", NULL};
	static const char marks[] = "&<>\"'";

	if (cv_mdatp_take(cursor, "#"))
		return read_reference(cursor);
	for (size_t i = 0; names[i]; i++) {
		if (!cv_mdatp_take(cursor, names[i]))
			continue;
		cv_buf_char(&cursor->value, marks[i]);
		return true;
	}
	return false;
}

/* What stands for itself, into cursor->value. */
static void take_plain(struct cv_mdatp_cursor *cursor)
{
	const size_t size = cv_utf8_printable(cursor->at, strcspn(cursor->at, "&<>\"'"));

	cv_buf_add(&cursor->value, cursor->at, size);
	cursor->at += size;
}

/* Up to the end of the string, which it steps over, into cursor->value. */
static bool read_text(struct cv_mdatp_cursor *cursor)
{
	cursor->value.size = 0;
	for (take_plain(cursor); cursor->at < cursor->end; take_plain(cursor)) {
		if (cv_mdatp_take(cursor, "</string>"))
			return true;
		if (cv_mdatp_take(cursor, "&")) {
			if (!read_entity(cursor))
				return cv_mdatp_fail(cursor, "another reference");
			continue;
		}
		return cv_mdatp_fail(cursor, "a character that stands otherwise");
	}
	return cv_mdatp_fail(cursor, "a string has no end");
}

/* A comment up to its end, which must be the first that there is. */
static bool read_comment(struct cv_mdatp_cursor *cursor, const char **text_out)
{
	const char *start = cursor->at;

	while (cursor->at < cursor->end && *cursor->at >= ' ' && *cursor->at <= '~') {
		if (*cursor->at == ' ' && cv_mdatp_take(cursor, " -->\n")) {
			*text_out =
				cv_arena_copy(cv_reading_texts(cursor->reading)->arena,
					      start, (size_t)(cursor->at - start) - 5);
			return true;
		}
		/* Two dashes end a comment, or are no XML. */
		if (cursor->at[0] == '-' && cursor->at[1] == '-')
			break;
		cursor->at++;
	}
	return cv_mdatp_fail(cursor, "a comment holds what none may");
}

static bool read_header(struct cv_mdatp_cursor *cursor, const char *before)
{
	while (cv_mdatp_take(cursor, before))
		if (!read_comment(cursor,
				  &cv_mdatp_add(cursor, CV_ENTRY_HEADER)->more->value))
			return false;
	return true;
}

static bool read_name(struct cv_mdatp_cursor *cursor, const struct cv_plist_line *line)
{
	struct cv_entry *entry =
		cv_mdatp_take_setting(cursor, line->text, CV_MDATP_PROFILE, read_text,
				      "something stands behind a name");

	if (entry)
		entry->more->name = cv_mdatp_names[line->name];
	return entry;
}

/* The list whose entries begin so, up to their value. */
static const struct cv_mdatp_spelling *read_spelling(struct cv_mdatp_cursor *cursor)
{
	static const char *const between[CV_MDATP_LISTS] = {
		[CV_MDATP_FOLDER] = "</string><key>isDirectory</key><true/><key>",
		[CV_MDATP_FILE] = "</string><key>isDirectory</key><false/><key>",
		[CV_MDATP_PROCESS] = "</string><key>",
		[CV_MDATP_EXTENSION] = "</string><key>",
	};
	const char *start = cursor->at;

	for (size_t i = 0; i < CV_MDATP_LISTS; i++) {
		const struct cv_mdatp_spelling *spelling = &cv_mdatp_spellings[i];

		cursor->at = start;
		if (cv_mdatp_take(cursor, spelling->type) &&
		    cv_mdatp_take(cursor, between[i]) &&
		    cv_mdatp_take(cursor, spelling->key) &&
		    cv_mdatp_take(cursor, "</key><string>"))
			return spelling;
	}
	return NULL;
}

static bool read_entry(struct cv_mdatp_cursor *cursor)
{
	struct cv_entry *entry = cv_mdatp_add(cursor, CV_ENTRY_EXCLUSION);
	const struct cv_mdatp_spelling *spelling = read_spelling(cursor);

	if (!spelling)
		return cv_mdatp_fail(cursor, "an entry has another type or other keys");
	entry->list = spelling->list;
	if (!read_text(cursor))
		return false;
	entry->more->value = cv_mdatp_value(cursor);
	if (!cv_mdatp_take(cursor, "</dict>"))
		return cv_mdatp_fail(cursor, "an entry has more keys");
	if (cv_mdatp_take(cursor, "\n"))
		return true;
	if (!cv_mdatp_take(cursor, " <!-- "))
		return cv_mdatp_fail(cursor, "something stands behind the entry");
	return read_comment(cursor, &entry->note);
}

/* The whole list; that it is set at all is an entry, too, which an undo removes by
 * setting it to nothing. */
static bool read_entries(struct cv_mdatp_cursor *cursor, const char *before)
{
	struct cv_entry *sets;

	if (!cv_mdatp_take(cursor, before) || !cv_mdatp_take(cursor, "<array>\n"))
		return cv_mdatp_fail(cursor, "the fixed text differs");
	sets = cv_mdatp_add(cursor, CV_ENTRY_SETTING);
	sets->list = CV_MDATP_SETS;
	sets->more->value = CV_MDATP_SETS_VALUE;
	while (cursor->operation == CV_ADD && cv_mdatp_take(cursor, before))
		if (cv_mdatp_take(cursor, "</array>\n"))
			return true;
		else if (!cv_mdatp_take(cursor, "\t<dict><key>$type</key><string>") ||
			 !read_entry(cursor))
			return cursor->reading->error
				       ? false
				       : cv_mdatp_fail(cursor, "no entry of the list");
	return (cv_mdatp_take(cursor, before) && cv_mdatp_take(cursor, "</array>\n")) ||
	       cv_mdatp_fail(cursor, "the list does not end here");
}

static bool read_line(struct cv_mdatp_cursor *cursor, const struct cv_plist_line *line)
{
	switch (line->slot) {
	case CV_PLIST_TEXT:
		return cv_mdatp_take_line(cursor, line->text);
	case CV_PLIST_HEADER:
		return read_header(cursor, line->text);
	case CV_PLIST_NAME:
		return read_name(cursor, line);
	case CV_PLIST_ENTRIES:
		return read_entries(cursor, line->text);
	}
	return false;
}

static bool read_lines(struct cv_mdatp_cursor *cursor, const void *lines)
{
	for (const struct cv_plist_line *line = lines; line->text; line++)
		if (!read_line(cursor, line))
			return false;
	return true;
}

static bool read_list(struct cv_reading *reading, const struct cv_plist_line *lines,
		      enum cv_operation operation)
{
	return cv_mdatp_read_all(reading, operation, read_lines, lines,
				 "something stands behind the property list");
}

bool cv_plist_read(struct cv_reading *reading)
{
	return read_list(reading, cv_mdatp_plist, CV_ADD);
}

bool cv_plist_read_undo(struct cv_reading *reading)
{
	return read_list(reading, cv_mdatp_plist, CV_REMOVE);
}

bool cv_mobileconfig_read(struct cv_reading *reading)
{
	return read_list(reading, cv_mdatp_mobileconfig, CV_ADD);
}

bool cv_mobileconfig_read_undo(struct cv_reading *reading)
{
	return read_list(reading, cv_mdatp_mobileconfig, CV_REMOVE);
}
