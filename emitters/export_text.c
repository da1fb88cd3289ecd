/* Exports come from consoles and shells of all kinds: Windows PowerShell's `>` writes
 * UTF-16LE with a byte-order mark, others UTF-8 with or without one. */
#include "export_text.h"

#include <stdint.h>
#include <string.h>

#include "base/ctx.h"
#include "base/utf8.h"
#include "model/target.h"

bool cv_export_refuse(struct cv_export_reading *reading, size_t place, const char *why)
{
	reading->error = why;
	reading->error_at = place;
	return false;
}

void cv_export_unknown(struct cv_export_reading *reading, size_t place, const char *what)
{
	struct cv_unknown *unknown =
		CV_ADD(reading->ctx->arena, &reading->unknown, struct cv_unknown);

	unknown->place = place;
	unknown->what = what;
}

static bool begins(const struct cv_export_reading *reading, const char *mark, size_t size)
{
	return reading->size >= size && memcmp(reading->bytes, mark, size) == 0;
}

/* One UTF-16 unit of the bytes at `at`. */
static uint32_t unit_at(const char *bytes, size_t at, bool big)
{
	const unsigned char a = (unsigned char)bytes[at];
	const unsigned char b = (unsigned char)bytes[at + 1];

	return big ? (uint32_t)a << 8 | b : (uint32_t)b << 8 | a;
}

/* The character at `at` and how many bytes it takes; 0 where it is none. */
static uint32_t wide_character(const struct cv_export_reading *reading, size_t at,
			       bool big, size_t *length_out)
{
	const uint32_t first = unit_at(reading->bytes, at, big);
	uint32_t second;

	*length_out = 2;
	if (first < 0xD800 || first > 0xDFFF)
		return first;
	if (first > 0xDBFF || reading->size - at < 4)
		return 0;
	second = unit_at(reading->bytes, at + 2, big);
	if (second < 0xDC00 || second > 0xDFFF)
		return 0;
	*length_out = 4;
	return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
}

/* A unit becomes three bytes at most. */
static bool decode_wide(struct cv_export_reading *reading, bool big,
			struct cv_export_text *text)
{
	char *out, *end;
	size_t length;

	if (reading->size % 2)
		return cv_export_refuse(reading, reading->size - 1,
					"UTF-16 ends within a character");
	out = end = CV_NEW_ARRAY(reading->ctx->arena, reading->size / 2 * 3 + 1, char);
	for (size_t at = 2; at < reading->size; at += length) {
		const uint32_t c = wide_character(reading, at, big, &length);

		if (c == 0)
			return cv_export_refuse(reading, at,
						"the UTF-16 holds a NUL or half of a "
						"surrogate pair");
		end += cv_utf8_encode(c, end);
	}
	*end = '\0';
	text->text = out;
	text->size = (size_t)(end - out);
	text->skipped = 2;
	text->wide = true;
	return true;
}

static bool check_utf8(struct cv_export_reading *reading,
		       const struct cv_export_text *text)
{
	size_t length;

	for (size_t at = 0; at < text->size; at += length)
		if (cv_utf8_decode(text->text + at, text->size - at, &length) == 0)
			return cv_export_refuse(reading, text->skipped + at,
						"the bytes are not UTF-8, or hold a NUL");
	return true;
}

bool cv_export_text_open(struct cv_export_reading *reading,
			 struct cv_export_text *text_out)
{
	memset(text_out, 0, sizeof *text_out);
	if (begins(reading, "\xff\xfe", 2) || begins(reading, "\xfe\xff", 2))
		return decode_wide(reading, begins(reading, "\xfe\xff", 2), text_out);
	text_out->skipped = begins(reading, "\xef\xbb\xbf", 3) ? 3 : 0;
	text_out->text = reading->bytes + text_out->skipped;
	text_out->size = reading->size - text_out->skipped;
	return check_utf8(reading, text_out);
}

size_t cv_export_text_place(struct cv_export_text *text, size_t offset)
{
	size_t length;

	if (!text->wide)
		return text->skipped + offset;
	if (offset < text->known || text->known_place == 0) {
		text->known = 0;
		text->known_place = text->skipped;
	}
	for (; text->known < offset; text->known += length)
		text->known_place +=
			cv_utf8_decode(text->text + text->known, text->size - text->known,
				       &length) > 0xFFFF
				? 4
				: 2;
	return text->known_place;
}
