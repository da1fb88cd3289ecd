/* One pass over the bytes of a file before any parser sees them.  libyaml counts
 * characters, takes U+0085, U+2028 and U+2029 for line ends and reports what it does
 * not like at the wrong place; behind this pass it has nothing of that kind to meet. */
#include "read/yaml.h"

#include <string.h>

#include "base/ctx.h"
#include "base/limits.h"
#include "base/utf8.h"

static const char mark[] = "\xEF\xBB\xBF";

static size_t mark_size(const struct cv_source *source)
{
	return strncmp(source->text, mark, 3) == 0 ? 3 : 0;
}

static struct cv_span span_at(const struct cv_source *source, size_t at, size_t size)
{
	return cv_span(source->id, at, size);
}

static bool not_utf8(struct cv_ctx *ctx, const struct cv_source *source, size_t at)
{
	const unsigned char *byte = (const unsigned char *)source->text;

	if (source->size >= 2 && at == 0 && byte[0] + byte[1] == 0xFF + 0xFE)
		return cv_find(ctx, CV_F_NOT_UTF8, span_at(source, 0, 2),
			       "the file is UTF-16; save it as UTF-8");
	return cv_find(
		ctx, CV_F_NOT_UTF8, span_at(source, at, 1),
		"the byte 0x%02X at offset %zu is not UTF-8; save the file as UTF-8",
		(unsigned)byte[at], at);
}

/* Why that character may not stand in a file, or NULL. */
static const char *refused(uint32_t c, char next, bool page)
{
	if (c == 0)
		return "a NUL byte";
	if (c == '\t' || c == '\n' || (c == '\r' && next == '\n') || (c == '\f' && page))
		return NULL;
	if (c == '\r')
		return "a carriage return without a line feed";
	if (c == 0x85 || c == 0x2028 || c == 0x2029)
		return "a line end for some programs and for others not";
	if (c == 0xFFFE || c == 0xFFFF)
		return "no character";
	if (cv_is_control(c))
		return "a control character";
	if (c == 0xFEFF)
		return "a byte-order mark, which is taken only at the start of a file";
	return NULL;
}

static bool check_character(struct cv_ctx *ctx, const struct cv_source *source, size_t at,
			    size_t length, uint32_t c, bool page)
{
	const char *why = refused(c, source->text[at + length], page);
	char name[12];

	if (!why)
		return true;
	cv_character_name(c, name);
	return cv_find(ctx, CV_F_CONTROL_CHARACTER, span_at(source, at, length),
		       "%s at offset %zu: %s", name, at, why);
}

static bool is_empty(const struct cv_source *source, size_t at)
{
	const char *text = source->text;

	for (;;) {
		at += strspn(text + at, " \t\r\n");
		if (text[at] != '#')
			return text[at] == '\0';
		at += strcspn(text + at, "\n");
	}
}

static bool check_characters(struct cv_ctx *ctx, const struct cv_source *source,
			     bool page, bool *ascii_out)
{
	const char *text = source->text;
	size_t found = 0, length;

	*ascii_out = true;
	for (size_t at = mark_size(source);; at += length) {
		uint32_t c;

		at += cv_utf8_printable(text + at, source->size - at);
		if (at == source->size)
			break;
		c = cv_utf8_decode(text + at, source->size - at, &length);
		if (c == 0 && text[at] != '\0')
			return not_utf8(ctx, source, at);
		*ascii_out = *ascii_out && length == 1;
		/* A binary file would give one for every other byte. */
		if (!check_character(ctx, source, at, length, c, page) &&
		    ++found == CV_MAX_FINDINGS)
			return false;
	}
	return found == 0;
}

static bool tell_empty(struct cv_ctx *ctx, const struct cv_source *source)
{
	return cv_find(ctx, CV_F_EMPTY_FILE, span_at(source, 0, 0),
		       "the file holds nothing");
}

bool cv_bytes_check(struct cv_ctx *ctx, const struct cv_source *source, bool *ascii_out)
{
	return check_characters(ctx, source, false, ascii_out) &&
	       (!is_empty(source, mark_size(source)) || tell_empty(ctx, source));
}

bool cv_bytes_check_page(struct cv_ctx *ctx, const struct cv_source *source)
{
	const char *text = source->text + mark_size(source);
	bool ascii;

	return check_characters(ctx, source, true, &ascii) &&
	       (text[strspn(text, " \t\r\n\f")] || tell_empty(ctx, source));
}
