/* Writes the policy keys for the Registry Editor, which takes UTF-16LE with a byte-order
 * mark and CRLF.  What the rows say stands above a key and not between its values, since
 * not every program that reads such a file takes comments there. */
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "defender/reg.h"
#include "defender/reg_write.h"
#include "model/plan.h"

enum { REPLACEMENT = 0xFFFD };

void cv_reg_quote(struct cv_buf *out, const char *text)
{
	const size_t size = strlen(text);
	char utf8[4];
	size_t length;

	cv_buf_char(out, '"');
	for (size_t at = 0; at < size; at += length) {
		uint32_t c;

		length = cv_utf8_plain(text + at, size - at, '"', '\\');
		if (length) {
			cv_buf_add(out, text + at, length);
			continue;
		}
		c = cv_utf8_decode(text + at, size - at, &length);
		if (c == '"' || c == '\\')
			cv_buf_char(out, '\\');
		if (c == 0 || cv_is_control(c))
			c = REPLACEMENT;
		cv_buf_add(out, utf8, cv_utf8_encode(c, utf8));
	}
	cv_buf_char(out, '"');
}

static void add_unit(struct cv_buf *out, uint32_t unit)
{
	cv_buf_char(out, (char)(unit & 0xFF));
	cv_buf_char(out, (char)(unit >> 8));
}

/* Printable ASCII, of which each byte is a unit. */
static void add_units(struct cv_buf *out, const char *text, size_t size)
{
	char *to = cv_buf_room(out, 2 * size);

	for (size_t i = 0; i < size; i++) {
		to[2 * i] = text[i];
		to[2 * i + 1] = '\0';
	}
	out->size += 2 * size;
}

/* UTF-8 to UTF-16LE with its mark. */
static void encode(struct cv_buf *out, const struct cv_buf *text)
{
	size_t length;

	add_unit(out, 0xFEFF);
	for (size_t at = 0; at < text->size; at += length) {
		uint32_t c;

		length = cv_utf8_printable(text->data + at, text->size - at);
		if (length) {
			add_units(out, text->data + at, length);
			cv_buf_drain(out);
			continue;
		}
		c = cv_utf8_decode(text->data + at, text->size - at, &length);
		if (c == 0)
			c = REPLACEMENT;
		if (c < 0x10000) {
			add_unit(out, c);
			continue;
		}
		add_unit(out, 0xD800 + ((c - 0x10000) >> 10));
		add_unit(out, 0xDC00 + ((c - 0x10000) & 0x3FF));
	}
	cv_buf_text(out, ""); /* its NUL */
}

/* Comments end with their line. */
static void add_comment(struct cv_buf *text, const char *comment)
{
	cv_buf_ascii(text, comment);
	cv_buf_text(text, "\r\n");
}

static bool is_of(const struct cv_entry *entry, enum cv_entry_kind kind, const char *list)
{
	return entry->kind == kind && strcmp(entry->list, list) == 0;
}

static void add_head(struct cv_buf *text, const struct cv_emission *emission)
{
	cv_buf_text(text, CV_REG_SIGNATURE);
	for (size_t i = 0; i < emission->count; i++) {
		if (emission->entries[i]->kind != CV_ENTRY_HEADER)
			continue;
		cv_buf_text(text, "; ");
		add_comment(text, emission->entries[i]->more->value);
	}
}

static void add_switches(struct cv_buf *text, const struct cv_emission *emission)
{
	bool is_first = true;

	for (size_t i = 0; i < emission->count; i++) {
		const struct cv_entry *entry = emission->entries[i];

		if (entry->kind != CV_ENTRY_SETTING)
			continue;
		if (is_first)
			cv_buf_text(text, "\r\n[" CV_REG_POLICY "]\r\n");
		is_first = false;
		cv_buf_format(text, "\"%s\"=dword:0000000%s\r\n", entry->more->name,
			      entry->more->value);
	}
}

static void add_key(struct cv_buf *text, const struct cv_emission *emission,
		    const struct cv_reg_key *key, const char *data)
{
	size_t count = 0;

	for (size_t i = 0; i < emission->count; i++)
		count += is_of(emission->entries[i], CV_ENTRY_EXCLUSION, key->list);
	if (count == 0)
		return;
	cv_buf_text(text, "\r\n");
	for (size_t i = 0; i < emission->count; i++) {
		const struct cv_entry *entry = emission->entries[i];

		if (!is_of(entry, CV_ENTRY_EXCLUSION, key->list) || !entry->note)
			continue;
		cv_buf_text(text, "; ");
		cv_reg_quote(text, entry->more->value);
		cv_buf_text(text, ": ");
		add_comment(text, entry->note);
	}
	cv_buf_format(text, "[" CV_REG_POLICY "\\%s]\r\n", key->key);
	for (size_t i = 0; i < emission->count; i++) {
		if (!is_of(emission->entries[i], CV_ENTRY_EXCLUSION, key->list))
			continue;
		cv_reg_quote(text, emission->entries[i]->more->value);
		cv_buf_text(text, data);
	}
}

static void emit(const struct cv_emission *emission, const char *data)
{
	struct cv_buf text = CV_BUF_INIT;

	add_head(&text, emission);
	add_switches(&text, emission);
	for (const struct cv_reg_key *key = cv_reg_keys; key->list; key++)
		add_key(&text, emission, key, data);
	encode(emission->out, &text);
	cv_buf_deinit(&text);
}

void cv_reg_emit(const struct cv_emission *emission)
{
	emit(emission, "=\"0\"\r\n");
}

void cv_reg_emit_undo(const struct cv_emission *emission)
{
	emit(emission, "=-\r\n");
}
