/* Reads a Linux script back: every byte of the fixed lines is compared, every slot
 * parsed.  Only the one spelling of a literal that the emitter uses is taken. */
#include <string.h>

#include "base/ctx.h"
#include "mdatp/read.h"
#include "model/pattern.h"
#include "model/plan.h"

/* What stands between two single quotes, into cursor->value; one of its own stands
 * there as '\'' . */
static bool read_literal(struct cv_mdatp_cursor *cursor)
{
	cursor->value.size = 0;
	if (!cv_mdatp_take(cursor, "'"))
		return cv_mdatp_fail(cursor, "a single quote is missing");
	for (;;) {
		const size_t plain = strcspn(cursor->at, "'");

		cv_buf_add(&cursor->value, cursor->at, plain);
		cursor->at += plain;
		if (cursor->at == cursor->end)
			return cv_mdatp_fail(cursor, "a literal has no end");
		if (*cursor->at == '\0')
			return cv_mdatp_fail(cursor, "a NUL in a literal");
		if (!cv_mdatp_take(cursor, "'\\''"))
			return cv_mdatp_take(cursor, "'");
		cv_buf_char(&cursor->value, '\'');
	}
}

/* The note, where one stands, and the end of the line. */
static bool read_end(struct cv_mdatp_cursor *cursor, struct cv_entry *entry)
{
	if (cv_mdatp_take(cursor, "\n"))
		return true;
	if (!cv_mdatp_take(cursor, CV_MDATP_NOTE))
		return cv_mdatp_fail(cursor, "something stands behind the entry");
	return cv_mdatp_read_comment(cursor, &entry->note);
}

static bool read_header(struct cv_mdatp_cursor *cursor, const char *before)
{
	while (cv_mdatp_take(cursor, before))
		if (!cv_mdatp_read_comment(
			    cursor, &cv_mdatp_add(cursor, CV_ENTRY_HEADER)->more->value))
			return false;
	return true;
}

/* The JSON that the literal before holds: read where it was put together. */
static bool read_quoted_json(struct cv_mdatp_cursor *cursor, struct cv_entry *entry)
{
	const char *json = cv_mdatp_value(cursor);
	struct cv_mdatp_cursor inner = *cursor;
	bool fine;

	inner.at = json;
	inner.end = json + strlen(json);
	inner.value = (struct cv_buf)CV_BUF_INIT;
	fine = cv_mdatp_read_json(&inner, entry) && inner.at == inner.end;
	cv_buf_deinit(&inner.value);
	return fine || cv_mdatp_fail(cursor, "a literal is no entry in the one spelling");
}

static bool read_entries(struct cv_mdatp_cursor *cursor, const char *before)
{
	while (cv_mdatp_take(cursor, before)) {
		struct cv_entry *entry = cv_mdatp_add(cursor, CV_ENTRY_EXCLUSION);

		if (!read_literal(cursor) || !read_quoted_json(cursor, entry) ||
		    !read_end(cursor, entry))
			return false;
	}
	return true;
}

/* Behind `mdatp exclusion`: the list, the verb and the option. */
static const struct cv_mdatp_spelling *read_words(struct cv_mdatp_cursor *cursor,
						  const char *verb, bool *by_name_out)
{
	for (size_t i = 0; i < CV_MDATP_LISTS; i++) {
		const struct cv_mdatp_spelling *spelling = &cv_mdatp_spellings[i];
		const bool may_be_name = i == CV_MDATP_PROCESS;

		if (!cv_mdatp_take(cursor, spelling->list))
			continue;
		if (!cv_mdatp_take(cursor, " ") || !cv_mdatp_take(cursor, verb) ||
		    !cv_mdatp_take(cursor, " "))
			return NULL;
		*by_name_out = may_be_name && cv_mdatp_take(cursor, CV_MDATP_NAME_OPTION);
		if (!*by_name_out && !cv_mdatp_take(cursor, spelling->option))
			return NULL;
		return cv_mdatp_take(cursor, " ") ? spelling : NULL;
	}
	return NULL;
}

static bool read_commands(struct cv_mdatp_cursor *cursor, const char *verb)
{
	while (cv_mdatp_take(cursor, CV_MDATP_COMMAND)) {
		struct cv_entry *entry = cv_mdatp_add(cursor, CV_ENTRY_EXCLUSION);
		const struct cv_mdatp_spelling *spelling;
		bool by_name = false;

		spelling = read_words(cursor, verb, &by_name);
		if (!spelling)
			return cv_mdatp_fail(cursor, "a command has other words");
		entry->list = spelling->list;
		if (!read_literal(cursor))
			return false;
		entry->more->value = cv_mdatp_value(cursor);
		/* A path given as a name, or the other way round, is another entry. */
		if (spelling == &cv_mdatp_spellings[CV_MDATP_PROCESS] &&
		    by_name != cv_path_is_bare(entry->more->value))
			return cv_mdatp_fail(cursor,
					     "the option is not that of the value");
		if (!cv_mdatp_take(cursor, CV_MDATP_COMMAND_END))
			return cv_mdatp_fail(cursor, "a command ends otherwise");
		if (!read_end(cursor, entry))
			return false;
	}
	return true;
}

static bool read_line(struct cv_mdatp_cursor *cursor, const struct cv_mdatp_line *line)
{
	switch (line->slot) {
	case CV_MDATP_TEXT:
		return cv_mdatp_take_line(cursor, line->text);
	case CV_MDATP_HEADER:
		return read_header(cursor, line->text);
	case CV_MDATP_PATH:
		return cv_mdatp_take_setting(cursor, line->text, CV_MDATP_RECORD,
					     read_literal,
					     "something stands behind the record's file");
	case CV_MDATP_ENTRIES:
		return read_entries(cursor, line->text);
	case CV_MDATP_COMMANDS:
		return read_commands(cursor, line->text);
	}
	return false;
}

static bool read_sections(struct cv_mdatp_cursor *cursor, const void *sections)
{
	const struct cv_mdatp_line *const *section = sections;

	for (; *section; section++)
		for (const struct cv_mdatp_line *line = *section; line->text; line++)
			if (!read_line(cursor, line))
				return false;
	return true;
}

static bool read_script(struct cv_reading *reading,
			const struct cv_mdatp_line *const *sections,
			enum cv_operation operation)
{
	return cv_mdatp_read_all(reading, operation, read_sections, sections,
				 "something stands behind the script");
}

bool cv_mdatp_merge_read(struct cv_reading *reading)
{
	return read_script(reading, cv_mdatp_merge, CV_ADD);
}

bool cv_mdatp_merge_undo_read(struct cv_reading *reading)
{
	return read_script(reading, cv_mdatp_merge_undo, CV_REMOVE);
}

bool cv_mdatp_commands_read(struct cv_reading *reading)
{
	return read_script(reading, cv_mdatp_commands, CV_ADD);
}

bool cv_mdatp_commands_undo_read(struct cv_reading *reading)
{
	return read_script(reading, cv_mdatp_commands_undo, CV_REMOVE);
}
