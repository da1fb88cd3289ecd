/* Quoting for PowerShell: whatever a value holds, the literal is ASCII, reads back as
 * the value, and stands for it by PowerShell's own rules, which are written down here a
 * second time: five characters are single quotes to it, any of them ends a string, and
 * the second of two side by side is kept ("about_Quoting_Rules"; tokenizer.cs). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/utf8.h"
#include "model/target.h"
#include "powershell_quote.h"
#include "powershell_read.h"

enum { STRINGS = 120000, MOST_PIECES = 12, UNITS = 4096 };

/* What a value could try to leave its quotes with, and pieces of our own spelling. */
static const char *const pieces[] = {
	"'",
	"''",
	"\"",
	"`",
	"$(",
	")",
	"(",
	"' + '",
	"[char]0x0027",
	" + ",
	"; Remove-Item C:\\ #",
	"\r\n",
	"\n",
	"\r",
	"\t",
	"#>",
	"<#",
	"@'\n",
	"\n'@",
	"${x}",
	"%",
	"|",
	"&",
	"\\:{",
	"*",
	"]",
	"[",
	"C:\\x",
	"a",
	" ",
	"\x01",
	"\x7f",
	"\xc2\x85",         /* U+0085 */
	"\xc2\xa0",         /* U+00A0 */
	"\xe2\x80\x98",     /* U+2018 to U+201B: single quotes */
	"\xe2\x80\x99",     /* */
	"\xe2\x80\x9a",     /* */
	"\xe2\x80\x9b",     /* */
	"\xe2\x80\x9c",     /* U+201C to U+201E: double quotes */
	"\xe2\x80\x9e",     /* */
	"\xe2\x80\x93",     /* U+2013, a dash */
	"\xe2\x80\xa8",     /* U+2028 */
	"\xef\xbb\xbf",     /* U+FEFF */
	"\xef\xbf\xbd",     /* U+FFFD */
	"\xee\x80\x80",     /* U+E000 */
	"\xf0\x9f\x98\x80", /* U+1F600 */
	"\xf4\x8f\xbf\xbf", /* U+10FFFF */
};

enum { PIECES = sizeof pieces / sizeof pieces[0] };

/* xorshift: the same strings everywhere. */
static uint32_t next(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static void make(struct cv_buf *out, uint32_t *state)
{
	const uint32_t count = next(state) % MOST_PIECES;
	char utf8[4];

	out->size = 0;
	for (uint32_t i = 0; i < count; i++) {
		if (next(state) % 4) {
			cv_buf_text(out, pieces[next(state) % PIECES]);
			continue;
		}
		uint32_t character = 1 + next(state) % 0x10FFFF;

		if (character >= 0xD800 && character < 0xE000)
			character -= 0x1000;
		cv_buf_add(out, utf8, cv_utf8_encode(character, utf8));
	}
}

static bool is_quote(uint32_t character)
{
	return character == '\'' || (character >= 0x2018 && character <= 0x201B);
}

/* The UTF-16 units that PowerShell takes the literal for; it must end with it. */
static size_t evaluate(const char *at, uint16_t *units)
{
	const bool sum = *at == '(';
	size_t count = 0;

	at += sum;
	for (;;) {
		if (strncmp(at, "[char]0x", 8) == 0) {
			char *end;

			units[count++] = (uint16_t)strtoul(at + 8, &end, 16);
			assert_int_equal(end - at, 12);
			at = end;
		} else {
			assert_true(is_quote((unsigned char)*at));
			for (at++;; at++) {
				if (is_quote((unsigned char)*at) &&
				    !is_quote((unsigned char)*++at))
					break;
				assert_true(*at >= ' ' && *at <= '~');
				units[count++] = (uint16_t)*at;
			}
		}
		if (strncmp(at, " + ", 3) != 0)
			break;
		assert_true(sum);
		at += 3;
	}
	assert_string_equal(at, sum ? ")" : "");
	assert_true(count < UNITS);
	return count;
}

static void check_units(const char *value, const uint16_t *units, size_t count)
{
	size_t left = strlen(value), length, unit = 0;

	for (; left > 0; value += length, left -= length) {
		const uint32_t character = cv_utf8_decode(value, left, &length);

		if (character >= 0x10000) {
			const uint32_t rest = character - 0x10000;

			assert_int_equal(units[unit++], 0xD800 + (rest >> 10));
			assert_int_equal(units[unit++], 0xDC00 + (rest & 0x3FF));
		} else {
			assert_int_equal(units[unit++], character);
		}
	}
	assert_int_equal(unit, count);
}

static void check_read(struct cv_ctx *ctx, struct cv_buf *literal, const char *value)
{
	struct cv_reading reading = {
		.ctx = ctx, .bytes = cv_buf_string(literal), .size = literal->size};
	struct cv_powershell script = cv_powershell_open(&reading);
	const char *read;

	assert_true(cv_powershell_read_literal(&script, &read));
	assert_ptr_equal(script.at, script.end);
	assert_string_equal(read, value);
	cv_powershell_close(&script);
}

static void test_quote_any_value(void **state)
{
	struct cv_buf value = CV_BUF_INIT, literal = CV_BUF_INIT;
	uint16_t *units = calloc(UNITS, sizeof *units);
	uint32_t seed = 20260101;
	struct cv_ctx ctx;

	(void)state;
	assert_non_null(units);
	cv_ctx_open(&ctx);
	for (int i = 0; i < STRINGS; i++) {
		make(&value, &seed);
		literal.size = 0;
		cv_powershell_quote(&literal, cv_buf_string(&value));
		check_units(cv_buf_string(&value), units,
			    evaluate(cv_buf_string(&literal), units));
		check_read(&ctx, &literal, cv_buf_string(&value));
	}
	cv_ctx_close(&ctx);
	cv_buf_deinit(&value);
	cv_buf_deinit(&literal);
	free(units);
}

static void test_quote_comment_stays_on_its_line(void **state)
{
	struct cv_buf out = CV_BUF_INIT;

	(void)state;
	cv_powershell_quote_comment(&out, "a\r\nb\xe2\x80\xa8 #> 'c'");
	assert_string_equal(cv_buf_string(&out), "a??b??? #> 'c'");
	cv_buf_deinit(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quote_any_value),
		cmocka_unit_test(test_quote_comment_stays_on_its_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
