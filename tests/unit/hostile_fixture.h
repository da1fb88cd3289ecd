#pragma once
/* Strings that try to leave their quotes, and what the tests of quoting do with them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"

enum { HOSTILE_STRINGS = 100000 };

/* What a value could try to end its string with, in one of the languages. */
static const char *const hostile_pieces[] = {
	"'",
	"''",
	"\"",
	"\"\"",
	"\\",
	"\\\\",
	"\\'",
	"'\\''",
	"'; rm -rf / #",
	"$(id)",
	"`id`",
	"${x}",
	"$'\\n'",
	"\\\n",
	"\n",
	"\r",
	"\r\n",
	"\t",
	" ",
	"",
	"a",
	"/",
	"C:\\x",
	"]]>",
	"-->",
	"<!--",
	"<![CDATA[",
	"&amp;",
	"&",
	"<",
	">",
	"&#10;",
	"\"=-",
	"\"=\"0\"",
	"[-HKEY_LOCAL_MACHINE]",
	"@=",
	";",
	"|",
	",",
	"=cmd",
	"+1",
	"%PATH%",
	"!x!",
	"*",
	"?",
	"~",
	"\x01",
	"\x1f",
	"\x7f",
	"\xc2\x85",
	"\xc2\xa0",
	"\xc3\xa9",
	"\xe2\x80\x98\xe2\x80\x99\xe2\x80\x9a\xe2\x80\x9b",
	"\xe2\x80\x9c\xe2\x80\x9d",
	"\xe2\x80\xa8\xe2\x80\xa9",
	"\xe2\x80\x8b",
	"\xef\xbb\xbf",
	"\xef\xbf\xbd",
	"\xf0\x9f\x98\x80",
	"\xf4\x8f\xbf\xbf",
};

enum { HOSTILE_PIECES = sizeof hostile_pieces / sizeof hostile_pieces[0] };

static uint32_t hostile_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (uint32_t)(*state >> 16);
}

/* The next string: some pieces side by side, now and then a very long one. */
static inline const char *hostile_next(uint64_t *state, struct cv_buf *buf)
{
	uint32_t count = hostile_random(state) % 6;

	if (hostile_random(state) % 20000 == 0)
		count = 5000;
	buf->size = 0;
	cv_buf_text(buf, "");
	while (count--)
		cv_buf_text(buf, hostile_pieces[hostile_random(state) % HOSTILE_PIECES]);
	return cv_buf_string(buf);
}

/* Writes the bytes to a new file and gives its name, which must be freed. */
static inline char *hostile_file(const struct cv_buf *bytes)
{
	char *name = strdup("/tmp/carveout-test-XXXXXX");
	const int fd = mkstemp(name);
	FILE *file = fdopen(fd, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(cv_buf_string(bytes), 1, bytes->size, file), bytes->size);
	assert_int_equal(fclose(file), 0);
	return name;
}

/* What the command prints, with the file's name behind it. */
static inline void hostile_run(const char *command, const struct cv_buf *file,
			       struct cv_buf *out)
{
	char *name = hostile_file(file), line[512], bytes[65536];
	size_t count;
	FILE *pipe;

	snprintf(line, sizeof line, "%s %s", command, name);
	pipe = popen(line, "r");
	assert_non_null(pipe);
	while ((count = fread(bytes, 1, sizeof bytes, pipe)) > 0)
		cv_buf_add(out, bytes, count);
	assert_int_equal(pclose(pipe), 0);
	assert_int_equal(unlink(name), 0);
	free(name);
}

/* Both hold the same bytes. */
static inline void assert_same_bytes(const struct cv_buf *got, const struct cv_buf *want)
{
	size_t at = 0;

	while (at < got->size && at < want->size && got->data[at] == want->data[at])
		at++;
	if (got->size != want->size || at < want->size)
		fail_msg("the bytes differ at %zu of %zu and %zu", at, got->size,
			 want->size);
}
