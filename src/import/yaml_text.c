/* Scalars and comments of YAML, for any bytes that a page may hold. */
#include "import/yaml_text.h"

#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/utf8.h"

enum { WIDTH = 88, MOST_WORDS = 2000 };

/* Of what is UTF-8: whether libyaml, and parsers of YAML 1.1, read it in a document. */
static bool is_printable(uint32_t c)
{
	return c != 0 && !cv_is_control(c) && c != 0xFEFF && c != 0xFFFE && c != 0xFFFF;
}

bool cv_yaml_takes(const char *text, size_t *at_out)
{
	const size_t size = strlen(text);
	size_t length;

	for (size_t at = 0; at < size; at += length) {
		*at_out = at;
		if (!is_printable(cv_utf8_decode(text + at, size - at, &length)))
			return false;
	}
	return true;
}

/* What YAML 1.1 takes for a boolean or nothing, in whatever case. */
static bool is_yaml_word(const char *text)
{
	static const char *const words[] = {"y",     "yes", "n",   "no",  "true",
					    "false", "on",  "off", "null"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcasecmp(text, words[i]) == 0)
			return true;
	return false;
}

/* Begins with a letter, so that it is neither a number, a date nor an indicator. */
static bool is_bare(const char *text)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	static const char inside[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789 _./()+-";
	const size_t size = strlen(text);

	return size && strchr(letters, text[0]) && text[strspn(text, inside)] == '\0' &&
	       text[size - 1] != ' ' && !strstr(text, "  ") && !is_yaml_word(text);
}

void cv_yaml_put(struct cv_buf *out, const char *text, enum cv_quotes quotes)
{
	const bool single = quotes == CV_QUOTES_SINGLE || strpbrk(text, "\"\\");

	if (quotes == CV_QUOTES_IF_NEEDED && is_bare(text)) {
		cv_buf_text(out, text);
		return;
	}
	cv_buf_char(out, single ? '\'' : '"');
	for (; *text; text++) {
		if (single && *text == '\'')
			cv_buf_char(out, '\'');
		cv_buf_char(out, *text);
	}
	cv_buf_char(out, single ? '\'' : '"');
}

static bool is_line_end(uint32_t c)
{
	return c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029;
}

/* Adds the character at `text` as it may stand in a comment or a hole; returns how many
 * bytes it has. */
static size_t put_shown(struct cv_buf *out, const char *text, size_t size)
{
	size_t length;
	const uint32_t c = cv_utf8_decode(text, size, &length);
	char name[12];

	if (c == 0) {
		cv_buf_format(out, "<0x%02X>", (unsigned char)text[0]);
	} else if (c == '\t') {
		cv_buf_char(out, ' ');
	} else if (is_line_end(c)) {
		cv_buf_text(out, " / ");
		return length + strspn(text + length, "\r\n ");
	} else if (!is_printable(c) || cv_is_invisible(c)) {
		cv_character_name(c, name);
		cv_buf_format(out, "<%s>", name);
	} else {
		cv_buf_add(out, text, length);
	}
	return length;
}

static void put_line(struct cv_buf *out, const char *words, size_t size)
{
	for (size_t at = 0; at < size;)
		at += put_shown(out, words + at, size - at);
}

void cv_yaml_put_comment(struct cv_buf *out, const char *words)
{
	cv_buf_text(out, "# ");
	put_line(out, words, strlen(words));
}

void cv_yaml_put_remark(struct cv_buf *out, const char *words, size_t indent)
{
	struct cv_buf line = CV_BUF_INIT;
	const char *rest;

	put_line(&line, words, strlen(words));
	rest = cv_buf_string(&line);
	for (rest += strspn(rest, " "); *rest; rest += strspn(rest, " ")) {
		size_t size = strlen(rest), least = WIDTH - indent - 2;

		if (indent + 12 > WIDTH)
			least = 10;
		if (size > least) {
			size_t cut = least;

			while (cut && rest[cut] != ' ')
				cut--;
			size = cut ? cut : strcspn(rest, " ");
		}
		cv_buf_format(out, "%*s# %.*s\n", (int)indent, "", (int)size, rest);
		rest += size;
	}
	cv_buf_deinit(&line);
}

const char *cv_yaml_words(struct cv_ctx *ctx, const char *words)
{
	struct cv_buf buf = CV_BUF_INIT;
	const size_t size = strlen(words);
	const char *made;

	for (size_t at = 0; at < size;) {
		if (buf.size > MOST_WORDS) {
			cv_buf_text(&buf, " ...");
			break;
		}
		at += put_shown(&buf, words + at, size - at);
	}
	while (buf.size && buf.data[buf.size - 1] == ' ')
		buf.data[--buf.size] = '\0';
	made = cv_intern_text(ctx, cv_buf_string(&buf));
	cv_buf_deinit(&buf);
	return made + strspn(made, " ");
}
