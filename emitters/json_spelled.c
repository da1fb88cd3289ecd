/* No byte of a string can change here without a refusal or another value. */
#include "json_spelled.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

/* Behind `\u`: four digits in lower case, of a control character without a letter. */
static bool read_code(const char **at, const char *end, uint32_t *code_out)
{
	static const char digits[] = "0123456789abcdef";

	*code_out = 0;
	for (int i = 0; i < 4; i++) {
		const char *digit = *at < end && **at ? strchr(digits, **at) : NULL;

		if (!digit)
			return false;
		*code_out = *code_out * 16 + (uint32_t)(digit - digits);
		++*at;
	}
	return *code_out && cv_is_control(*code_out) &&
	       (*code_out > 0x0D || *code_out < 0x08 || *code_out == 0x0B);
}

/* Behind a backslash. */
static bool read_escape(const char **at, const char *end, struct cv_buf *value)
{
	static const char letters[] = "\"\\bfnrt", meant[] = "\"\\\b\f\n\r\t";
	const char *letter;
	uint32_t code;
	char utf8[4];

	if (*at < end && **at == 'u') {
		++*at;
		if (!read_code(at, end, &code))
			return false;
		cv_buf_add(value, utf8, cv_utf8_encode(code, utf8));
		return true;
	}
	letter = *at < end && **at ? strchr(letters, **at) : NULL;
	if (!letter)
		return false;
	cv_buf_char(value, meant[letter - letters]);
	++*at;
	return true;
}

bool cv_json_spelled_string(const char **at, const char *end, struct cv_buf *value)
{
	size_t length;

	value->size = 0;
	cv_buf_text(value, "");
	if (*at == end || **at != '"')
		return false;
	for (++*at; *at < end;) {
		uint32_t c;

		length = cv_utf8_plain(*at, (size_t)(end - *at), '"', '\\');
		cv_buf_add(value, *at, length);
		*at += length;
		c = cv_utf8_decode(*at, (size_t)(end - *at), &length);
		if (c == '"') {
			++*at;
			return true;
		}
		if (c == '\\') {
			++*at;
			if (!read_escape(at, end, value))
				return false;
			continue;
		}
		if (c == 0 || cv_is_control(c))
			return false;
		cv_buf_add(value, *at, length);
		*at += length;
	}
	return false;
}
