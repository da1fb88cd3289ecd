/* Quoting for GitHub's Markdown, which is CommonMark with tables. */
#include "commands/markdown.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

static bool is_alphanumeric(char c)
{
	const unsigned byte = (unsigned char)c;

	return (byte | 32) - 'a' < 26 || byte - '0' < 10;
}

static bool is_punctuation(char c)
{
	return c > ' ' && c < 0x7F && !is_alphanumeric(c);
}

/* Whether a character stands for itself wherever it stands; most of a text does. */
static bool is_plain(char c)
{
	switch (c) {
	case '<':
	case '>':
	case '&':
	case '\\':
	case '_':
	case '`':
	case '*':
	case '[':
	case ']':
	case '|':
	case '~':
	case '$':
		return false;
	default:
		return c >= ' ' && c < 0x7F;
	}
}

/* Whether one that is not must be escaped to mean itself.  A backslash and an
 * underscore only where they would mean something, so that paths stay readable:
 * a backslash escapes punctuation alone, an underscore inside a word is plain. */
static bool is_special(const char *text, size_t at)
{
	const char before = at ? text[at - 1] : '\0', after = text[at + 1];

	switch (text[at]) {
	case '\\':
		return after == '\0' || is_punctuation(after);
	case '_':
		return !is_alphanumeric(before) || !is_alphanumeric(after);
	default:
		return text[at] >= ' ' && text[at] < 0x7F;
	}
}

static void add_character(struct cv_buf *out, const char *text, size_t length,
			  uint32_t character)
{
	char name[12];

	if (character == 0) {
		cv_buf_format(out, "0x%02X", (unsigned)(unsigned char)*text);
	} else if (cv_is_control(character) || cv_is_invisible(character)) {
		cv_character_name(character, name);
		cv_buf_text(out, name);
	} else {
		cv_buf_add(out, text, length);
	}
}

static size_t plain_size(const char *text)
{
	size_t at = 0;

	while (is_plain(text[at]))
		at++;
	return at;
}

static void escape(struct cv_buf *out, char c)
{
	cv_buf_char(out, '\\');
	cv_buf_char(out, c);
}

void cv_markdown_cell(struct cv_buf *out, const char *text)
{
	const size_t size = strlen(text);
	size_t length;

	for (size_t at = 0; at < size; at += length) {
		uint32_t character;

		length = plain_size(text + at);
		if (length) {
			cv_buf_add(out, text + at, length);
			continue;
		}
		character = cv_utf8_decode(text + at, size - at, &length);
		if (character == '\n' || character == '\r' || character == '\t')
			cv_buf_char(out, ' ');
		else if (character == '<')
			cv_buf_text(out, "&lt;");
		else if (character == '>')
			cv_buf_text(out, "&gt;");
		else if (character == '&')
			cv_buf_text(out, "&amp;");
		else if (is_special(text, at))
			escape(out, text[at]);
		else
			add_character(out, text + at, length, character);
	}
}
