/* Writes a script: the fixed lines, and the plan's values in their slots.  A value
 * leaves here as an ASCII literal or not at all, so that no value ends its string:
 * Windows PowerShell takes five characters for a single quote, and reads a file
 * without a byte-order mark in the system's code page. */
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "defender-powershell/facts.h"

static void end_line(struct cv_buf *out)
{
	cv_buf_add(out, "\r\n", 2);
}

/* Comments end at CR or LF.  What is not printable ASCII has no place in one; the
 * question mark in its stead makes the proof fail. */
static void write_comment(struct cv_buf *out, const char *text)
{
	for (; *text; text++)
		cv_buf_char(out, *text >= ' ' && *text <= '~' ? *text : '?');
}

static bool is_plain(uint32_t character)
{
	return character >= ' ' && character <= '~';
}

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

/* `'text'` with its quotes doubled, and (`'C:\Caf' + [char]0x00E9 + '\x'`) where
 * there is more than printable ASCII.  The first part is always a string, maybe an
 * empty one, so that `+` joins strings.  Bytes that are no UTF-8 become U+FFFD, and
 * the proof fails. */
static void write_literal(struct cv_buf *out, const char *value)
{
	size_t left = strlen(value), length;
	struct cv_buf text = CV_BUF_INIT;
	bool in_string = true, mixed = false;

	cv_buf_char(&text, '\'');
	for (; left > 0; value += length, left -= length) {
		const uint32_t character = cv_utf8_decode(value, left, &length);

		if (is_plain(character)) {
			if (!in_string)
				cv_buf_text(&text, " + '");
			in_string = true;
			if (character == '\'')
				cv_buf_char(&text, '\'');
			cv_buf_char(&text, (char)character);
			continue;
		}
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

static void write_header(const struct cv_emission *emission, const char *before)
{
	for (size_t i = 0; i < emission->count; i++) {
		const struct cv_entry *entry = emission->entries[i];

		if (entry->kind != CV_ENTRY_HEADER || entry->operation != CV_ADD)
			continue;
		cv_buf_text(emission->out, before);
		write_comment(emission->out, entry->value);
		end_line(emission->out);
	}
}

static void write_key(const struct cv_emission *emission, const char *before,
		      enum cv_operation operation)
{
	for (size_t i = 0; i < emission->count; i++) {
		const struct cv_entry *entry = emission->entries[i];

		if (entry->kind != CV_ENTRY_SETTING || entry->operation != operation)
			continue;
		cv_buf_text(emission->out, before);
		write_literal(emission->out, entry->value);
		end_line(emission->out);
	}
}

static void write_entries(const struct cv_emission *emission, const char *list,
			  enum cv_operation operation)
{
	for (size_t i = 0; i < emission->count; i++) {
		const struct cv_entry *entry = emission->entries[i];

		if (entry->kind != CV_ENTRY_EXCLUSION || entry->operation != operation ||
		    strcmp(entry->list, list) != 0)
			continue;
		cv_buf_text(emission->out, CV_DEFENDER_INDENT);
		write_literal(emission->out, entry->value);
		if (entry->note) {
			cv_buf_text(emission->out, CV_DEFENDER_NOTE);
			write_comment(emission->out, entry->note);
		}
		end_line(emission->out);
	}
}

static void write_script(const struct cv_emission *emission,
			 const struct cv_defender_line *const *sections,
			 enum cv_operation operation)
{
	for (; *sections; sections++) {
		for (const struct cv_defender_line *line = *sections; line->text;
		     line++) {
			switch (line->slot) {
			case CV_DEFENDER_TEXT:
				cv_buf_text(emission->out, line->text);
				end_line(emission->out);
				break;
			case CV_DEFENDER_HEADER:
				write_header(emission, line->text);
				break;
			case CV_DEFENDER_KEY:
				write_key(emission, line->text, operation);
				break;
			case CV_DEFENDER_ENTRIES:
				write_entries(emission, line->text, operation);
				break;
			}
		}
	}
}

void cv_defender_powershell_emit_script(const struct cv_emission *emission)
{
	write_script(emission, cv_defender_script, CV_ADD);
}

void cv_defender_powershell_emit_undo(const struct cv_emission *emission)
{
	write_script(emission, cv_defender_undo, CV_REMOVE);
}
