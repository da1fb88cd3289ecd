/* Literals and comments of a PowerShell script, byte by byte. */
#include "powershell_read.h"

#include <stdint.h>
#include <string.h>

#include "base/ctx.h"
#include "base/utf8.h"
#include "model/target.h"
#include "take.h"

struct cv_powershell cv_powershell_open(struct cv_reading *reading)
{
	return (struct cv_powershell){
		.reading = reading,
		.at = reading->bytes,
		.end = reading->bytes + reading->size,
		.value = CV_BUF_INIT,
	};
}

void cv_powershell_close(struct cv_powershell *script)
{
	cv_buf_deinit(&script->value);
}

bool cv_powershell_fail(struct cv_powershell *script, const char *why)
{
	script->reading->error = why;
	script->reading->error_at = (size_t)(script->at - script->reading->bytes);
	return false;
}

bool cv_powershell_take(struct cv_powershell *script, const char *text)
{
	return cv_take(&script->at, script->end, text);
}

static const char *kept(struct cv_powershell *script, const char *text, size_t size)
{
	return cv_arena_copy(cv_reading_texts(script->reading)->arena, text, size);
}

bool cv_powershell_read_comment(struct cv_powershell *script, const char **text_out)
{
	const size_t size =
		cv_utf8_printable(script->at, (size_t)(script->end - script->at));

	*text_out = kept(script, script->at, size);
	script->at += size;
	if (!cv_powershell_take(script, "\r\n"))
		return cv_powershell_fail(script,
					  "a comment holds more than printable ASCII");
	return true;
}

/* What stands between two single quotes; a quote is written twice. */
static bool read_string(struct cv_powershell *script, bool may_be_empty)
{
	const size_t before = script->value.size;

	if (!cv_powershell_take(script, "'"))
		return cv_powershell_fail(script, "a single quote is missing");
	for (;;) {
		const size_t left = (size_t)(script->end - script->at);
		const char *quote = memchr(script->at, '\'', left);
		const size_t size = cv_utf8_printable(
			script->at, quote ? (size_t)(quote - script->at) : left);

		cv_buf_add(&script->value, script->at, size);
		script->at += size;
		if (script->at != quote)
			return cv_powershell_fail(script,
						  "a string holds more than printable "
						  "ASCII, or has no end");
		script->at++;
		if (script->at == script->end || *script->at != '\'')
			break;
		cv_buf_char(&script->value, *script->at++);
	}
	return may_be_empty || script->value.size > before ||
	       cv_powershell_fail(script, "an empty string");
}

/* Four digits, A to F in upper case. */
static bool read_unit(struct cv_powershell *script, uint32_t *unit_out)
{
	static const char digits[] = "0123456789ABCDEF";

	*unit_out = 0;
	for (int i = 0; i < 4; i++) {
		const char *digit = script->at < script->end && *script->at
					    ? strchr(digits, *script->at)
					    : NULL;

		if (!digit)
			return cv_powershell_fail(
				script, "[char] has not four hexadecimal digits");
		*unit_out = *unit_out * 16 + (uint32_t)(digit - digits);
		script->at++;
	}
	return true;
}

/* Behind `[char]0x`: a UTF-16 unit, or two that are a pair. */
static bool read_character(struct cv_powershell *script)
{
	uint32_t character, low;
	char utf8[4];

	if (!read_unit(script, &character))
		return false;
	if (character >= 0xD800 && character < 0xDC00) {
		if (!cv_powershell_take(script, " + [char]0x"))
			return cv_powershell_fail(script, "a surrogate stands alone");
		if (!read_unit(script, &low))
			return false;
		if (low < 0xDC00 || low > 0xDFFF)
			return cv_powershell_fail(script, "a surrogate stands alone");
		character = 0x10000 + ((character - 0xD800) << 10) + (low - 0xDC00);
	} else if (character >= 0xDC00 && character < 0xE000) {
		return cv_powershell_fail(script, "a surrogate stands alone");
	}
	if (character == 0 || (character >= ' ' && character <= '~'))
		return cv_powershell_fail(
			script, "[char] stands for a character that needs none");
	cv_buf_add(&script->value, utf8, cv_utf8_encode(character, utf8));
	return true;
}

/* Behind the opening parenthesis. */
static bool read_sum(struct cv_powershell *script)
{
	bool in_string = true, mixed = false;

	if (!read_string(script, true))
		return false;
	while (cv_powershell_take(script, " + ")) {
		if (cv_powershell_take(script, "[char]0x")) {
			in_string = false;
			mixed = true;
			if (!read_character(script))
				return false;
		} else if (in_string) {
			return cv_powershell_fail(script,
						  "two strings stand side by side");
		} else {
			in_string = true;
			if (!read_string(script, false))
				return false;
		}
	}
	if (!mixed)
		return cv_powershell_fail(script, "parentheses without [char]");
	if (!cv_powershell_take(script, ")"))
		return cv_powershell_fail(script, "a closing parenthesis is missing");
	return true;
}

bool cv_powershell_read_literal(struct cv_powershell *script, const char **value_out)
{
	script->value.size = 0;
	if (cv_powershell_take(script, "(") ? !read_sum(script)
					    : !read_string(script, true))
		return false;
	*value_out = kept(script, cv_buf_string(&script->value), script->value.size);
	return true;
}
