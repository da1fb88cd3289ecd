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

void cv_xml_quote(struct cv_buf *out, const char *text, size_t size)
{
	static const char marks[] = "&<>\"'";
	static const char *const names[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"};
	size_t length;

	for (size_t at = 0; at < size; at += length) {
		const uint32_t c = cv_utf8_decode(text + at, size - at, &length);
		const char *mark = c && c < 0x80 ? strchr(marks, (int)c) : NULL;

		if (mark)
			cv_buf_text(out, names[mark - marks]);
		else if (c >= 0x20 && c < 0x7F)
			cv_buf_char(out, (char)c);
		else
			cv_buf_format(out, "&#%u;",
				      is_xml_character(c) ? (unsigned)c : REPLACEMENT);
	}
}
