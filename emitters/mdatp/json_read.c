/* Reads the fragment back.  Only the one spelling that the emitter uses is taken: no
 * byte can change without a refusal or another entry. */
#include "base/ctx.h"
#include "base/utf8.h"
#include "json_spelled.h"
#include "mdatp/read.h"
#include "model/plan.h"
#include "take.h"

bool cv_mdatp_fail(struct cv_mdatp_cursor *cursor, const char *why)
{
	cursor->reading->error = why;
	cursor->reading->error_at = (size_t)(cursor->at - cursor->reading->bytes);
	return false;
}

bool cv_mdatp_take(struct cv_mdatp_cursor *cursor, const char *text)
{
	return cv_take(&cursor->at, cursor->end, text);
}

bool cv_mdatp_take_line(struct cv_mdatp_cursor *cursor, const char *text)
{
	return (cv_mdatp_take(cursor, text) && cv_mdatp_take(cursor, "\n")) ||
	       cv_mdatp_fail(cursor, "the fixed text differs");
}

const char *cv_mdatp_value(const struct cv_mdatp_cursor *cursor)
{
	return cv_arena_copy(cv_reading_texts(cursor->reading)->arena,
			     cv_buf_string(&cursor->value), cursor->value.size);
}

struct cv_entry *cv_mdatp_take_setting(struct cv_mdatp_cursor *cursor, const char *before,
				       const char *list,
				       bool (*read)(struct cv_mdatp_cursor *),
				       const char *why)
{
	struct cv_entry *entry;

	if (!cv_mdatp_take(cursor, before)) {
		cv_mdatp_fail(cursor, "the fixed text differs");
		return NULL;
	}
	entry = cv_mdatp_add(cursor, CV_ENTRY_SETTING);
	entry->list = list;
	if (!read(cursor))
		return NULL;
	entry->more->value = cv_mdatp_value(cursor);
	if (cv_mdatp_take(cursor, "\n"))
		return entry;
	cv_mdatp_fail(cursor, why);
	return NULL;
}

bool cv_mdatp_read_all(struct cv_reading *reading, enum cv_operation operation,
		       bool (*read_lines)(struct cv_mdatp_cursor *, const void *),
		       const void *lines, const char *why)
{
	struct cv_mdatp_cursor cursor = {
		.reading = reading,
		.at = reading->bytes,
		.end = reading->bytes + reading->size,
		.operation = operation,
		.value = CV_BUF_INIT,
	};
	bool fine = read_lines(&cursor, lines);

	if (fine && cursor.at < cursor.end)
		fine = cv_mdatp_fail(&cursor, why);
	cv_buf_deinit(&cursor.value);
	return fine;
}

bool cv_mdatp_read_comment(struct cv_mdatp_cursor *cursor, const char **text_out)
{
	const size_t size =
		cv_utf8_printable(cursor->at, (size_t)(cursor->end - cursor->at));

	*text_out =
		cv_arena_copy(cv_reading_texts(cursor->reading)->arena, cursor->at, size);
	cursor->at += size;
	return cv_mdatp_take(cursor, "\n") ||
	       cv_mdatp_fail(cursor, "a comment holds more than printable ASCII");
}

struct cv_entry *cv_mdatp_add(struct cv_mdatp_cursor *cursor, enum cv_entry_kind kind)
{
	struct cv_entry *entry = cv_reading_begin(
		cursor->reading, kind, (size_t)(cursor->at - cursor->reading->bytes));

	if (kind != CV_ENTRY_HEADER)
		entry->operation = cursor->operation;
	return entry;
}

/* The spelling whose type and keys these are, up to its value; or NULL. */
static const struct cv_mdatp_spelling *read_spelling(struct cv_mdatp_cursor *cursor)
{
	static const char *const between[CV_MDATP_LISTS] = {
		[CV_MDATP_FOLDER] = "\", \"isDirectory\": true, \"",
		[CV_MDATP_FILE] = "\", \"isDirectory\": false, \"",
		[CV_MDATP_PROCESS] = "\", \"",
		[CV_MDATP_EXTENSION] = "\", \"",
	};
	const char *start;

	if (!cv_mdatp_take(cursor, "{\"$type\": \""))
		return NULL;
	start = cursor->at;
	for (size_t i = 0; i < CV_MDATP_LISTS; i++) {
		const struct cv_mdatp_spelling *spelling = &cv_mdatp_spellings[i];

		cursor->at = start;
		if (cv_mdatp_take(cursor, spelling->type) &&
		    cv_mdatp_take(cursor, between[i]) &&
		    cv_mdatp_take(cursor, spelling->key) && cv_mdatp_take(cursor, "\": "))
			return spelling;
	}
	return NULL;
}

bool cv_mdatp_read_json(struct cv_mdatp_cursor *cursor, struct cv_entry *entry)
{
	const struct cv_mdatp_spelling *spelling = read_spelling(cursor);

	if (!spelling)
		return cv_mdatp_fail(cursor, "an entry has another type or other keys");
	if (!cv_json_spelled_string(&cursor->at, cursor->end, &cursor->value))
		return cv_mdatp_fail(cursor, "a value is no string in the one spelling");
	entry->list = spelling->list;
	entry->more->value = cv_mdatp_value(cursor);
	return cv_mdatp_take(cursor, ", \"scopes\": [\"" CV_MDATP_SCOPE "\"]}") ||
	       cv_mdatp_fail(cursor, "an entry is not of the one scope");
}

/* The elements, each on its line, with a comma but behind the last. */
static bool read_elements(struct cv_mdatp_cursor *cursor)
{
	do {
		if (!cv_mdatp_take(cursor, "\n      "))
			return cv_mdatp_fail(cursor,
					     "an element is not on a line of its own");
		if (!cv_mdatp_read_json(cursor, cv_mdatp_add(cursor, CV_ENTRY_EXCLUSION)))
			return false;
	} while (cv_mdatp_take(cursor, ","));
	return cv_mdatp_take(cursor, "\n    ]") ||
	       cv_mdatp_fail(cursor, "the list has no end");
}

static bool read_document(struct cv_mdatp_cursor *cursor, const void *unused)
{
	(void)unused;
	if (!cv_mdatp_take(cursor,
			   "{\n  \"exclusionSettings\": {\n    \"exclusions\": ["))
		return cv_mdatp_fail(cursor, "the frame differs");
	if (!cv_mdatp_take(cursor, "]") && !read_elements(cursor))
		return false;
	return cv_mdatp_take(cursor, "\n  }\n}\n") ||
	       cv_mdatp_fail(cursor, "the frame differs");
}

bool cv_mdatp_json_read(struct cv_reading *reading)
{
	return cv_mdatp_read_all(reading, CV_ADD, read_document, NULL,
				 "the frame differs");
}
