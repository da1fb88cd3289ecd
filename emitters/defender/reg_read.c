/* Reads a file of policy keys back, in the one spelling that the emitter uses. */
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/utf8.h"
#include "defender/reg.h"
#include "model/plan.h"
#include "take.h"

struct cursor {
	struct cv_reading *reading;
	const char *text, *at, *end; /* as UTF-8 */
	const char *known;           /* a character whose place is known */
	size_t known_place;
	enum cv_operation operation;
	struct cv_buf value;   /* of the string read last */
	struct cv_table noted; /* of struct cv_attribute: values and their notes */
	size_t next_noted;
};

/* The byte of the file that the cursor's character begins at: counted on from where it
 * was asked for before. */
static size_t place_of(struct cursor *cursor)
{
	size_t length;

	if (cursor->at < cursor->known) {
		cursor->known = cursor->text;
		cursor->known_place = 2;
	}
	for (; cursor->known < cursor->at; cursor->known += length) {
		length = cv_utf8_printable(cursor->known,
					   (size_t)(cursor->at - cursor->known));
		cursor->known_place += 2 * length;
		if (length)
			continue;
		cursor->known_place +=
			cv_utf8_decode(cursor->known,
				       (size_t)(cursor->end - cursor->known),
				       &length) > 0xFFFF
				? 4
				: 2;
	}
	return cursor->known_place;
}

static bool fail(struct cursor *cursor, const char *why)
{
	cursor->reading->error = why;
	cursor->reading->error_at = place_of(cursor);
	return false;
}

static bool take(struct cursor *cursor, const char *text)
{
	return cv_take(&cursor->at, cursor->end, text);
}

/* UTF-16LE with its mark, well formed, into `text`. */
static bool decode(struct cv_reading *reading, struct cv_buf *text)
{
	const unsigned char *bytes = (const unsigned char *)reading->bytes;
	char utf8[4];

	reading->error = "no UTF-16LE text with a byte-order mark";
	if (reading->size < 4 || reading->size % 2 || bytes[0] != 0xFF ||
	    bytes[1] != 0xFE)
		return false;
	for (size_t at = 2; at < reading->size; at += 2) {
		uint32_t c = (uint32_t)(bytes[at] | bytes[at + 1] << 8);

		if (c > 0 && c < 0x80) {
			cv_buf_char(text, (char)c);
			continue;
		}
		reading->error_at = at;
		if (c >= 0xD800 && c < 0xDC00 && at + 3 < reading->size) {
			const uint32_t low =
				(uint32_t)(bytes[at + 2] | bytes[at + 3] << 8);

			if (low < 0xDC00 || low > 0xDFFF)
				return false;
			c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
			at += 2;
		} else if (c == 0 || (c >= 0xD800 && c < 0xE000)) {
			return false;
		}
		cv_buf_add(text, utf8, cv_utf8_encode(c, utf8));
	}
	reading->error = NULL;
	reading->error_at = 0;
	return true;
}

static bool read_comment(struct cursor *cursor, struct cv_arena *arena,
			 const char **text_out)
{
	const size_t size =
		cv_utf8_printable(cursor->at, (size_t)(cursor->end - cursor->at));

	*text_out = cv_arena_copy(arena, cursor->at, size);
	cursor->at += size;
	return take(cursor, "\r\n") ||
	       fail(cursor, "a comment holds more than printable ASCII");
}

/* What stands for itself, into cursor->value. */
static void take_plain(struct cursor *cursor)
{
	const size_t size =
		cv_utf8_plain(cursor->at, (size_t)(cursor->end - cursor->at), '"', '\\');

	cv_buf_add(&cursor->value, cursor->at, size);
	cursor->at += size;
}

/* Between double quotes, into cursor->value. */
static bool read_string(struct cursor *cursor)
{
	size_t length;

	cursor->value.size = 0;
	if (!take(cursor, "\""))
		return fail(cursor, "no string where one must stand");
	for (take_plain(cursor); cursor->at < cursor->end; take_plain(cursor)) {
		if (take(cursor, "\""))
			return true;
		if (take(cursor, "\\\\")) {
			cv_buf_char(&cursor->value, '\\');
		} else if (take(cursor, "\\\"")) {
			cv_buf_char(&cursor->value, '"');
		} else {
			const uint32_t c = cv_utf8_decode(
				cursor->at, (size_t)(cursor->end - cursor->at), &length);

			if (c == '\\' || cv_is_control(c))
				return fail(cursor, "a character that no string holds");
			cv_buf_add(&cursor->value, cursor->at, length);
			cursor->at += length;
		}
	}
	return fail(cursor, "a string has no end");
}

static const char *value_of(const struct cursor *cursor, struct cv_arena *arena)
{
	return cv_arena_copy(arena, cv_buf_string(&cursor->value), cursor->value.size);
}

/* For what belongs to the entry under way. */
static struct cv_arena *texts(const struct cursor *cursor)
{
	return cv_reading_texts(cursor->reading)->arena;
}

static struct cv_entry *add(struct cursor *cursor, enum cv_entry_kind kind)
{
	return cv_reading_begin(cursor->reading, kind, place_of(cursor));
}

static bool read_head(struct cursor *cursor)
{
	if (!take(cursor, CV_REG_SIGNATURE))
		return fail(cursor, "the first line differs");
	while (take(cursor, "; ")) {
		struct cv_entry *entry = add(cursor, CV_ENTRY_HEADER);

		if (!read_comment(cursor, texts(cursor), &entry->more->value))
			return false;
	}
	return true;
}

/* The DWORDs of the policy; an undo has none. */
static bool read_switches(struct cursor *cursor)
{
	if (cursor->operation == CV_REMOVE ||
	    !take(cursor, "\r\n[" CV_REG_POLICY "]\r\n"))
		return true;
	for (const struct cv_reg_key *key = cv_reg_keys; key->list; key++) {
		const char *before = cursor->at;
		struct cv_entry *entry;

		if (!take(cursor, "\"") || !take(cursor, key->switched)) {
			cursor->at = before;
			continue;
		}
		entry = add(cursor, CV_ENTRY_SETTING);
		entry->list = CV_REG_SWITCH;
		entry->more->name = key->switched;
		entry->more->value = "1";
		if (!take(cursor, "\"=dword:00000001\r\n"))
			return fail(cursor, "a switch of the policy is not 1");
	}
	return true;
}

static bool read_notes(struct cursor *cursor)
{
	struct cv_arena *arena = cursor->reading->ctx->arena;

	cursor->noted = (struct cv_table){0};
	cursor->next_noted = 0;
	while (take(cursor, "; ")) {
		struct cv_attribute *noted =
			CV_ADD(arena, &cursor->noted, struct cv_attribute);

		if (!read_string(cursor))
			return false;
		noted->name = value_of(cursor, arena);
		if (!take(cursor, ": "))
			return fail(cursor, "a comment without its value");
		if (!read_comment(cursor, arena, &noted->value))
			return false;
	}
	return true;
}

/* The note that stands above for the value, if it is the next one. */
static const char *note_of(struct cursor *cursor, const char *value)
{
	const struct cv_attribute *noted;

	if (cursor->next_noted == cursor->noted.count)
		return NULL;
	noted = CV_AT(&cursor->noted, struct cv_attribute, cursor->next_noted);
	if (strcmp(noted->name, value) != 0)
		return NULL;
	cursor->next_noted++;
	return noted->value;
}

static bool read_values(struct cursor *cursor, const char *list)
{
	const char *data = cursor->operation == CV_ADD ? "=\"0\"\r\n" : "=-\r\n";

	while (cursor->at < cursor->end && *cursor->at == '"') {
		struct cv_entry *entry = add(cursor, CV_ENTRY_EXCLUSION);

		entry->operation = cursor->operation;
		entry->list = list;
		if (!read_string(cursor))
			return false;
		entry->more->value = value_of(cursor, texts(cursor));
		entry->note = note_of(cursor, entry->more->value);
		if (!take(cursor, data))
			return fail(cursor, "a value has other data");
	}
	return cursor->next_noted == cursor->noted.count ||
	       fail(cursor, "a comment is of no value");
}

/* The keys in their order, each at most once. */
static bool read_keys(struct cursor *cursor)
{
	for (const struct cv_reg_key *key = cv_reg_keys; key->list; key++) {
		const char *before = cursor->at;

		if (!take(cursor, "\r\n"))
			break;
		if (!read_notes(cursor))
			return false;
		if (!take(cursor, "[" CV_REG_POLICY "\\") || !take(cursor, key->key) ||
		    !take(cursor, "]\r\n")) {
			cursor->at = before;
			continue;
		}
		if (*cursor->at != '"')
			return fail(cursor, "a key without values");
		if (!read_values(cursor, key->list))
			return false;
	}
	return cursor->at == cursor->end || fail(cursor, "the file differs here");
}

static bool read_file(struct cv_reading *reading, enum cv_operation operation)
{
	struct cursor cursor = {
		.reading = reading, .operation = operation, .value = CV_BUF_INIT};
	struct cv_buf text = CV_BUF_INIT;
	bool fine = decode(reading, &text);

	if (fine) {
		cursor.text = cursor.at = cursor.known = cv_buf_string(&text);
		cursor.known_place = 2;
		cursor.end = cursor.text + text.size;
		fine = read_head(&cursor) && read_switches(&cursor) && read_keys(&cursor);
	}
	cv_buf_deinit(&text);
	cv_buf_deinit(&cursor.value);
	return fine;
}

bool cv_reg_read(struct cv_reading *reading)
{
	return read_file(reading, CV_ADD);
}

bool cv_reg_read_undo(struct cv_reading *reading)
{
	return read_file(reading, CV_REMOVE);
}
