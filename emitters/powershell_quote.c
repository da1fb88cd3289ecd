/* A value gets into a script as an ASCII literal or not at all, so that no value ends
 * its string: Windows PowerShell takes five characters for a single quote, and reads a
 * file without a byte-order mark in the system's code page. */
#include "powershell_quote.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

static void write_unit(struct cv_buf *out, uint32_t unit)
{
	cv_buf_format(out, " + [char]0x%04X", (unsigned)unit);
}

/* [char] holds one UTF-16 unit. */
static void write_character(struct cv_buf *out, uint32_t character)
{
	if (character < 0x10000) {
		write_unit(out, character);
		return;
	}
	write_unit(out, 0xD800 + ((character - 0x10000) >> 10));
	write_unit(out, 0xDC00 + ((character - 0x10000) & 0x3FF));
}

/* The first part is always a string, maybe an empty one, so that `+` joins strings. */
void cv_powershell_quote(struct cv_buf *out, const char *value)
{
	const char *end = value + strlen(value);
	struct cv_buf text = CV_BUF_INIT;
	bool in_string = true, mixed = false;

	cv_buf_char(&text, '\'');
	for (size_t length; *value; value += length) {
		uint32_t character;

		length = cv_utf8_plain(value, (size_t)(end - value), '\'', '\'');
		if (length || *value == '\'') {
			if (!in_string)
				cv_buf_text(&text, " + '");
			in_string = true;
			if (!length) {
				cv_buf_char(&text, '\'');
				length = 1;
			}
			cv_buf_add(&text, value, length);
			continue;
		}
		character = cv_utf8_decode(value, (size_t)(end - value), &length);
		if (in_string)
			cv_buf_char(&text, '\'');
		in_string = false;
		mixed = true;
		write_character(&text, character ? character : 0xFFFD);
	}
	if (in_string)
		cv_buf_char(&text, '\'');
	if (mixed)
		cv_buf_char(out, '(');
	cv_buf_add(out, text.data, text.size);
	if (mixed)
		cv_buf_char(out, ')');
	cv_buf_deinit(&text);
}

void cv_powershell_quote_comment(struct cv_buf *out, const char *text)
{
	cv_buf_ascii(out, text);
}
