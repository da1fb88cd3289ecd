/* XML 1.0, section 2.2 says which characters a document may hold. */
#include "xml_quote.h"

#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

enum { REPLACEMENT = 0xFFFD };

static bool is_xml_character(uint32_t c)
{
	if (c < 0x20)
		return c == '\t' || c == '\n' || c == '\r';
	return c != 0xFFFE && c != 0xFFFF;
}

static const char *name_of(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&apos;";
	default:
		return NULL;
	}
}

/* How many bytes stand for themselves; most of a text does. */
static size_t plain_size(const char *text, size_t size)
{
	size = cv_utf8_printable(text, size);
	for (const char *mark = "&<>\"'"; *mark; mark++) {
		const char *found = memchr(text, *mark, size);

		if (found)
			size = (size_t)(found - text);
	}
	return size;
}

void cv_xml_quote(struct cv_buf *out, const char *text, size_t size)
{
	size_t length;

	for (size_t at = 0; at < size; at += length) {
		const char *name;
		uint32_t c;

		length = plain_size(text + at, size - at);
		cv_buf_add(out, text + at, length);
		at += length;
		if (at == size)
			break;
		c = cv_utf8_decode(text + at, size - at, &length);
		name = name_of(text[at]);
		if (name)
			cv_buf_text(out, name);
		else
			cv_buf_format(out, "&#%u;",
				      is_xml_character(c) ? (unsigned)c : REPLACEMENT);
	}
}
