/* Indents by two blanks and writes each member on a line of its own, unless
 * its container was opened on one line. */
#include "base/json.h"

#include <assert.h>

#include "base/utf8.h"

#include <string.h>

static void escape(struct cv_buf *out, char c)
{
	cv_buf_char(out, '\\');
	cv_buf_char(out, c);
}

void cv_json_quote(struct cv_buf *out, const char *text)
{
	static const char names[] = "btnvfr";  /* from 0x08; \v is not JSON's */
	const char *end = text + strlen(text); /* far away in lists of paths */

	cv_buf_char(out, '"');
	for (size_t length;; text += length) {
		uint32_t c;

		length = cv_utf8_plain(text, (size_t)(end - text), '"', '\\');
		cv_buf_add(out, text, length);
		text += length;
		if (!*text)
			break;
		c = cv_utf8_decode(text, (size_t)(end - text), &length);
		if (c == '"' || c == '\\')
			escape(out, (char)c);
		else if (c >= 0x08 && c <= 0x0D && c != 0x0B)
			escape(out, names[c - 0x08]);
		else if (cv_is_control(c))
			cv_buf_format(out, "\\u%04x", (unsigned)c);
		else
			cv_buf_add(out, text, length);
	}
	cv_buf_char(out, '"');
}

void cv_json_open(struct cv_json *json, struct cv_buf *out)
{
	*json = (struct cv_json){.out = out};
}

static bool inlined(const struct cv_json *json)
{
	return json->depth && (json->inlined >> json->depth & 1);
}

static void new_line(struct cv_json *json)
{
	cv_buf_char(json->out, '\n');
	for (unsigned i = 0; i < json->depth; i++)
		cv_buf_text(json->out, "  ");
}

/* What stands between the element before and the one that comes. */
static void separate(struct cv_json *json)
{
	const uint64_t bit = (uint64_t)1 << json->depth;

	if (json->after_key) {
		json->after_key = false;
		return;
	}
	if (json->depth == 0)
		return;
	if (json->filled & bit)
		cv_buf_text(json->out, inlined(json) ? ", " : ",");
	if (!inlined(json))
		new_line(json);
	json->filled |= bit;
}

static void begin(struct cv_json *json, char bracket, bool on_one_line)
{
	const bool inherit = inlined(json);

	separate(json);
	cv_buf_char(json->out, bracket);
	json->depth++;
	assert(json->depth < 64);
	json->filled &= ~((uint64_t)1 << json->depth);
	json->inlined &= ~((uint64_t)1 << json->depth);
	if (on_one_line || inherit)
		json->inlined |= (uint64_t)1 << json->depth;
}

static void end(struct cv_json *json, char bracket)
{
	const bool on_one_line = inlined(json);
	const bool filled = json->filled >> json->depth & 1;

	json->depth--;
	if (filled && !on_one_line)
		new_line(json);
	cv_buf_char(json->out, bracket);
	if (json->depth == 0)
		cv_buf_char(json->out, '\n');
}

void cv_json_begin_object(struct cv_json *json, bool on_one_line)
{
	begin(json, '{', on_one_line);
}

void cv_json_end_object(struct cv_json *json)
{
	end(json, '}');
}

void cv_json_begin_list(struct cv_json *json, bool on_one_line)
{
	begin(json, '[', on_one_line);
}

void cv_json_end_list(struct cv_json *json)
{
	end(json, ']');
}

void cv_json_key(struct cv_json *json, const char *key)
{
	separate(json);
	cv_json_quote(json->out, key);
	cv_buf_text(json->out, ": ");
	json->after_key = true;
}

void cv_json_text(struct cv_json *json, const char *text)
{
	separate(json);
	if (text)
		cv_json_quote(json->out, text);
	else
		cv_buf_text(json->out, "null");
}

void cv_json_number(struct cv_json *json, uint64_t number)
{
	separate(json);
	cv_buf_number(json->out, number);
}

void cv_json_integer(struct cv_json *json, int64_t number)
{
	separate(json);
	if (number < 0)
		cv_buf_char(json->out, '-');
	/* The least number has no positive twin of its own type. */
	cv_buf_number(json->out, number < 0 ? 0 - (uint64_t)number : (uint64_t)number);
}

void cv_json_bool(struct cv_json *json, bool value)
{
	separate(json);
	cv_buf_text(json->out, value ? "true" : "false");
}

void cv_json_member(struct cv_json *json, const char *key, const char *text)
{
	cv_json_key(json, key);
	cv_json_text(json, text);
}

void cv_json_member_number(struct cv_json *json, const char *key, uint64_t number)
{
	cv_json_key(json, key);
	cv_json_number(json, number);
}
