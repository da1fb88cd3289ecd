/* Writes the property lists: the fixed lines, and the plan's values in their slots. */
#include <string.h>

#include "base/buf.h"
#include "mdatp/facts.h"
#include "mdatp/write.h"
#include "model/plan.h"
#include "xml_quote.h"

static void write_text(struct cv_buf *out, const char *text)
{
	cv_xml_quote(out, text, strlen(text));
}

static void write_header(const struct cv_emission *emission, const char *before)
{
	for (size_t i = 0; i < emission->count; i++) {
		if (emission->entries[i]->kind != CV_ENTRY_HEADER)
			continue;
		cv_buf_text(emission->out, before);
		cv_mdatp_write_comment(emission->out, emission->entries[i]->more->value);
		cv_buf_text(emission->out, " -->\n");
	}
}

static void write_name(const struct cv_emission *emission,
		       const struct cv_plist_line *line)
{
	cv_buf_text(emission->out, line->text);
	for (size_t i = 0; i < emission->count; i++) {
		const struct cv_entry *entry = emission->entries[i];

		if (entry->kind == CV_ENTRY_SETTING && entry->more->name &&
		    strcmp(entry->more->name, cv_mdatp_names[line->name]) == 0)
			write_text(emission->out, entry->more->value);
	}
	cv_buf_text(emission->out, "</string>\n");
}

/* A dictionary on one line, and its note. */
static void write_entry(struct cv_buf *out, const char *before,
			const struct cv_entry *entry)
{
	const struct cv_mdatp_spelling *spelling = cv_mdatp_spellings;

	while (strcmp(spelling->list, entry->list) != 0)
		spelling++;
	cv_buf_format(out, "%s\t<dict><key>$type</key><string>%s</string>", before,
		      spelling->type);
	if (spelling == &cv_mdatp_spellings[CV_MDATP_FOLDER])
		cv_buf_text(out, "<key>isDirectory</key><true/>");
	if (spelling == &cv_mdatp_spellings[CV_MDATP_FILE])
		cv_buf_text(out, "<key>isDirectory</key><false/>");
	cv_buf_format(out, "<key>%s</key><string>", spelling->key);
	write_text(out, entry->more->value);
	cv_buf_text(out, "</string></dict>");
	if (entry->note) {
		cv_buf_text(out, " <!-- ");
		cv_mdatp_write_comment(out, entry->note);
		cv_buf_text(out, " -->");
	}
	cv_buf_char(out, '\n');
}

static void write_entries(const struct cv_emission *emission, const char *before)
{
	cv_buf_format(emission->out, "%s<array>\n", before);
	for (size_t i = 0; i < emission->count; i++)
		if (emission->entries[i]->kind == CV_ENTRY_EXCLUSION)
			write_entry(emission->out, before, emission->entries[i]);
	cv_buf_format(emission->out, "%s</array>\n", before);
}

static void write_lines(const struct cv_emission *emission,
			const struct cv_plist_line *line)
{
	for (; line->text; line++) {
		switch (line->slot) {
		case CV_PLIST_TEXT:
			cv_buf_format(emission->out, "%s\n", line->text);
			break;
		case CV_PLIST_HEADER:
			write_header(emission, line->text);
			break;
		case CV_PLIST_NAME:
			write_name(emission, line);
			break;
		case CV_PLIST_ENTRIES:
			write_entries(emission, line->text);
			break;
		}
	}
}

void cv_plist_emit(const struct cv_emission *emission)
{
	write_lines(emission, cv_mdatp_plist);
}

void cv_mobileconfig_emit(const struct cv_emission *emission)
{
	write_lines(emission, cv_mdatp_mobileconfig);
}
