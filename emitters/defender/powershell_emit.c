/* Writes a script: the fixed lines, and the plan's values in their slots. */
#include <string.h>

#include "base/buf.h"
#include "defender/powershell.h"
#include "powershell_quote.h"

static void end_line(struct cv_buf *out)
{
	cv_buf_add(out, "\r\n", 2);
}

static void write_header(const struct cv_emission *emission, const char *before)
{
	for (size_t i = 0; i < emission->count; i++) {
		const struct cv_entry *entry = emission->entries[i];

		if (entry->kind != CV_ENTRY_HEADER || entry->operation != CV_ADD)
			continue;
		cv_buf_text(emission->out, before);
		cv_powershell_quote_comment(emission->out, entry->more->value);
		end_line(emission->out);
	}
}

static void write_setting(const struct cv_emission *emission,
			  const struct cv_defender_line *line,
			  enum cv_operation operation)
{
	for (size_t i = 0; i < emission->count; i++) {
		const struct cv_entry *entry = emission->entries[i];

		if (entry->kind != CV_ENTRY_SETTING || entry->operation != operation ||
		    strcmp(entry->list, line->list) != 0)
			continue;
		cv_buf_text(emission->out, line->text);
		cv_powershell_quote(emission->out, entry->more->value);
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
		cv_powershell_quote(emission->out, entry->more->value);
		if (entry->note) {
			cv_buf_text(emission->out, CV_DEFENDER_NOTE);
			cv_powershell_quote_comment(emission->out, entry->note);
		}
		end_line(emission->out);
		cv_buf_drain(emission->out);
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
			case CV_DEFENDER_SETTING:
				write_setting(emission, line, operation);
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

void cv_defender_powershell_emit_paste(const struct cv_emission *emission)
{
	write_script(emission, cv_defender_paste, CV_ADD);
}

void cv_defender_powershell_emit_detect(const struct cv_emission *emission)
{
	write_script(emission, cv_defender_detect, CV_ADD);
}

void cv_defender_powershell_emit_remediate(const struct cv_emission *emission)
{
	write_script(emission, cv_defender_remediate, CV_ADD);
}

void cv_defender_powershell_emit_undo(const struct cv_emission *emission)
{
	write_script(emission, cv_defender_undo, CV_REMOVE);
}
