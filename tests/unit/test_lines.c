/* Files of lines: whatever a value holds, it reads back as itself or not at all, and a
 * line that is not as it was written is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/utf8.h"
#include "lines_read.h"
#include "lines_write.h"
#include "model/target.h"

enum { ROUNDS = 20000, MOST_PIECES = 8 };

static int open_ctx(void **state)
{
	static struct cv_ctx ctx;

	cv_ctx_open(&ctx);
	*state = &ctx;
	return 0;
}

static int close_ctx(void **state)
{
	cv_ctx_close(*state);
	return 0;
}

static const struct cv_line_ends twice[] = {{"say ", " end"}, {"and ", ""}, {NULL, NULL}};

static const struct cv_line_ends compound[] = {{"<r>", ""},  {"from ", "."},
					       {"to ", "."}, {"not ", "."},
					       {"</r>", ""}, {NULL, NULL}};
static const enum cv_line_part parts[] = {CV_LINE_NOTHING, CV_LINE_HEAD, CV_LINE_TAIL,
					  CV_LINE_TWICE, CV_LINE_NOTHING};

static const struct cv_line lines[] = {
	{.slot = CV_LINE_TEXT, .before = "first"},
	{.slot = CV_LINE_HEADER, .before = "# "},
	{.slot = CV_LINE_SETTING, .before = "name='", .after = "'", .list = "name"},
	{.slot = CV_LINE_ENTRIES,
	 .before = "<!-- for ",
	 .list = "things",
	 .ends = twice,
	 .open = "<a>\n<b>",
	 .close = "</b>"},
	{.slot = CV_LINE_ENTRIES,
	 .before = "<!-- for ",
	 .list = "ones",
	 .ends = twice,
	 .open = "<g>"},
	{.slot = CV_LINE_ENTRIES,
	 .before = "<!-- for ",
	 .list = "others",
	 .ends = compound,
	 .parts = parts,
	 .close = "</g>"},
	{.slot = CV_LINE_TEXT, .before = "last"},
	{.slot = CV_LINE_TEXT, .before = NULL},
};

static void write_one(struct cv_ctx *ctx, const struct cv_entry *const *entries,
		      size_t count, enum cv_line_quoting quoting, struct cv_buf *out)
{
	const struct cv_emission emission = {
		.ctx = ctx, .entries = entries, .count = count, .out = out};

	cv_lines_write(&emission, lines, quoting, CV_ADD);
}

static bool read_one(struct cv_ctx *ctx, const struct cv_buf *text,
		     enum cv_line_quoting quoting, struct cv_reading *reading)
{
	*reading = (struct cv_reading){
		.ctx = ctx, .bytes = cv_buf_string(text), .size = text->size};
	return cv_lines_read(reading, lines, quoting, CV_ADD);
}

static uint32_t next_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static const char *const pieces[] = {
	"'",        "\"",
	"`",        "$(",
	")",        ";",
	"|",        "&",
	"&amp;",    "<",
	">",        "]]>",
	"-->",      "--",
	"\\",       "'\\''",
	"\n",       "\r",
	"\t",       " ",
	"#",        "%20",
	"\x01",     "~",
	" end",     "say ",
	"\nsay",    "</b>\n",
	"\xC2\x85", "\xE2\x80\xA8",
	"\xC3\xBC", "\xF0\x9F\x98\x80",
	"\xFF",     "a",
	"/opt",     "CARVEOUT\n",
	"*",        "?",
	"\x7F",
};

static bool is_printable(const char *value)
{
	const size_t size = strlen(value);
	size_t length;

	for (size_t at = 0; at < size; at += length) {
		const uint32_t c = cv_utf8_decode(value + at, size - at, &length);

		if (c == 0 || cv_is_control(c))
			return false;
	}
	return size > 0;
}

static void check_value(struct cv_ctx *ctx, const char *value,
			enum cv_line_quoting quoting)
{
	struct cv_entry_more of_setting = {.value = "n"}, of_entry = {.value = value};
	const struct cv_entry setting = {
		.kind = CV_ENTRY_SETTING, .list = "name", .more = &of_setting};
	const struct cv_entry entry = {.kind = CV_ENTRY_EXCLUSION,
				       .list = "things",
				       .note = "row",
				       .more = &of_entry};
	const struct cv_entry *entries[] = {&setting, &entry};
	struct cv_buf text = CV_BUF_INIT;
	struct cv_reading reading;
	const struct cv_entry *got;

	write_one(ctx, entries, 2, quoting, &text);
	if (read_one(ctx, &text, quoting, &reading)) {
		assert_int_equal(reading.entries.count, 2);
		got = CV_AT(&reading.entries, struct cv_entry, 1);
		/* Only what has no spelling may come back as something else. */
		if (is_printable(value))
			assert_string_equal(got->more->value, value);
		else
			assert_string_not_equal(got->more->value, value);
	} else if (is_printable(value)) {
		fail_msg("`%s` is not read back: %s", value, reading.error);
	}
	cv_buf_deinit(&text);
}

static void test_lines_read_back_what_was_written(void **state)
{
	uint32_t seed = 11;

	for (int round = 0; round < ROUNDS; round++) {
		char value[128] = "";

		for (uint32_t n = 1 + next_random(&seed) % MOST_PIECES; n > 0; n--)
			strcat(value, pieces[next_random(&seed) %
					     (sizeof pieces / sizeof *pieces)]);
		check_value(*state, value, (enum cv_line_quoting)(round % 3));
	}
}

static void assert_refused(struct cv_ctx *ctx, const char *bytes, const char *why)
{
	struct cv_buf text = CV_BUF_INIT;
	struct cv_reading reading;

	cv_buf_text(&text, bytes);
	if (read_one(ctx, &text, CV_LINE_RAW, &reading))
		fail_msg("taken: %s", bytes);
	assert_string_equal(reading.error, why);
	cv_buf_deinit(&text);
}

static void test_lines_refuse_what_was_not_written(void **state)
{
	static const char fixed[] = "the fixed text differs";
	struct cv_ctx *ctx = *state;
	struct cv_buf text = CV_BUF_INIT;
	struct cv_reading reading;

	cv_buf_text(&text, "first\n# head\nname='n'\nlast\n");
	assert_true(read_one(ctx, &text, CV_LINE_RAW, &reading));
	cv_buf_deinit(&text);
	assert_refused(ctx, "", fixed);
	assert_refused(ctx, "first", fixed);
	assert_refused(ctx, "first\nname=''\nlast\n", fixed);
	assert_refused(ctx, "first\nname='n'\n<a>\n<b>\n</b>\nlast\n",
		       "a group without entries, or without its end");
	assert_refused(ctx, "first\nname='n'\n<a>\n<b>\nsay x end\nand y\n</b>\nlast\n",
		       "the lines of an entry differ");
	assert_refused(ctx, "first\nname='n'\n<a>\n<b>\nsay x end\n</b>\nlast\n",
		       "a line of an entry is missing");
	assert_refused(ctx, "first\nname='n'\n<a>\n<b>\n<!-- for x\n</b>\nlast\n",
		       "a group without entries, or without its end");
	assert_refused(ctx, "first\nname='n'\nlast\nmore\n",
		       "something stands behind the end");
	assert_refused(ctx, "first\n# \xC3\xBC\nname='n'\nlast\n",
		       "a comment holds more than plain ASCII");
}

/* What stands behind a NUL is not seen as text, but it is there. */
static void test_lines_refuse_a_nul(void **state)
{
	static const char *const texts[] = {
		"first\n# he@ad\nname='n'\nlast\n",
		"first\n# head\nname='n@x'\nlast\n",
		"first\nname='n'\n<a>\n<b>\nsay x@ end\nand x\n</b>\nlast\n",
		"first\nname='n'\nlast\n@",
	};
	struct cv_ctx *ctx = *state;

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct cv_buf text = CV_BUF_INIT;
		struct cv_reading reading;
		const size_t at = strcspn(texts[i], "@");

		cv_buf_text(&text, texts[i]);
		text.data[at] = '\0';
		assert_false(read_one(ctx, &text, CV_LINE_RAW, &reading));
		assert_string_equal(reading.error, "a NUL");
		assert_int_equal(reading.error_at, at);
		cv_buf_deinit(&text);
	}
}

/* ---- groups of lists, and values in parts ---- */

static void read_others(struct cv_ctx *ctx, const char *value, struct cv_buf *text)
{
	struct cv_entry_more of_setting = {.value = "n"}, of_entry = {.value = value};
	const struct cv_entry setting = {
		.kind = CV_ENTRY_SETTING, .list = "name", .more = &of_setting};
	const struct cv_entry entry = {
		.kind = CV_ENTRY_EXCLUSION, .list = "others", .more = &of_entry};
	const struct cv_entry *entries[] = {&setting, &entry};
	struct cv_reading reading;

	write_one(ctx, entries, 2, CV_LINE_XML, text);
	if (!read_one(ctx, text, CV_LINE_XML, &reading))
		fail_msg("%s: %s in %s", value, reading.error, cv_buf_string(text));
	assert_string_equal(CV_AT(&reading.entries, struct cv_entry, 1)->more->value,
			    value);
}

static bool begins(const char *text, const char *with)
{
	return strncasecmp(text, with, strlen(with)) == 0;
}

static bool ends(const char *text, const char *with)
{
	return strlen(text) >= strlen(with) &&
	       strcasecmp(text + strlen(text) - strlen(with), with) == 0;
}

static bool is_named(const char *file, const char *text)
{
	char line[64], folded[1024];

	snprintf(line, sizeof line, "\nnot %s.\n", text);
	snprintf(folded, sizeof folded, "%s", file);
	for (char *c = folded; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c | 32);
	return strstr(folded, line) != NULL;
}

/* All texts of three letters, as head, as tail and as what is looked at. */
static void test_lines_name_each_text_that_head_and_tail_share(void **state)
{
	uint32_t seed = 3;

	for (int round = 0; round < 300; round++) {
		char value[16], *star;
		struct cv_buf text = CV_BUF_INIT;
		size_t size = 3 + next_random(&seed) % 5;
		const size_t at = 1 + next_random(&seed) % (size - 2);

		for (size_t i = 0; i < size; i++)
			value[i] = "aAb/"[next_random(&seed) % 4];
		value[size] = '\0';
		value[at] = '*';
		read_others(*state, value, &text);
		star = strchr(value, '*');
		*star = '\0';
		for (int n = 0; n < 3 * 3 * 3 * 3 * 3 * 3; n++)
			for (size_t length = 1; length <= 6; length++) {
				char asked[8] = "";

				for (int i = 0, rest = n; i < (int)length; i++, rest /= 3)
					asked[i] = "ab/"[rest % 3];
				assert_int_equal(is_named(cv_buf_string(&text), asked),
						 begins(asked, value) &&
							 ends(asked, star + 1) &&
							 length < size - 1);
			}
		cv_buf_deinit(&text);
	}
}

#define OTHERS(more) "first\nname='n'\n<g>\n<r>\nfrom a/.\nto /b.\n" more "last\n"

static void test_lines_refuse_parts_that_differ(void **state)
{
	struct cv_ctx *ctx = *state;
	struct cv_buf text = CV_BUF_INIT;
	struct cv_reading reading;

	cv_buf_text(&text, OTHERS("not a/b.\n</r>\n</g>\n"));
	assert_true(read_one(ctx, &text, CV_LINE_RAW, &reading));
	cv_buf_deinit(&text);
	assert_refused(ctx, OTHERS("</r>\n</g>\n"), "a line of an entry is missing");
	assert_refused(ctx, OTHERS("not a/c.\n</r>\n</g>\n"),
		       "a line of an entry differs");
	assert_refused(ctx, OTHERS("not a/b.\nnot a/b.\n</r>\n</g>\n"),
		       "a line of an entry is missing");
	assert_refused(ctx, OTHERS("not a/b.\n</r> \n</g>\n"),
		       "a line of an entry differs");
	assert_refused(ctx, OTHERS("not a/b.\n</r>\n"),
		       "a group without entries, or without its end");
	assert_refused(ctx, "first\nname='n'\n<g>\n</g>\nlast\n",
		       "a group without entries, or without its end");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_ctx, close_ctx)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_lines_read_back_what_was_written),
		TEST(test_lines_refuse_a_nul),
		TEST(test_lines_refuse_what_was_not_written),
		TEST(test_lines_name_each_text_that_head_and_tail_share),
		TEST(test_lines_refuse_parts_that_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
