/* Writes the Linux scripts: the fixed lines, and the plan's values in their slots.  A
 * value leaves here between single quotes or not at all. */
#include <string.h>

#include "base/buf.h"
#include "mdatp/facts.h"
#include "mdatp/write.h"
#include "model/pattern.h"
#include "model/plan.h"

void cv_mdatp_write_comment(struct cv_buf *out, const char *text)
{
	cv_buf_ascii(out, text);
}

static void end_line(struct cv_buf *out, const struct cv_entry *entry)
{
	if (entry->note) {
		cv_buf_text(out, CV_MDATP_NOTE);
		cv_mdatp_write_comment(out, entry->note);
	}
	cv_buf_char(out, '\n');
}

static void write_header(const struct cv_emission *emission, const struct cv_entry *entry,
			 const char *before)
{
	cv_buf_text(emission->out, before);
	cv_mdatp_write_comment(emission->out, entry->more->value);
	cv_buf_char(emission->out, '\n');
}

static void write_path(const struct cv_emission *emission, const struct cv_entry *entry,
		       const char *before)
{
	if (strcmp(entry->list, CV_MDATP_RECORD) != 0)
		return;
	cv_buf_text(emission->out, before);
	cv_sh_quote(emission->out, entry->more->value);
	cv_buf_char(emission->out, '\n');
}

static void write_entry(const struct cv_emission *emission, const struct cv_entry *entry,
			const char *before)
{
	struct cv_buf json = CV_BUF_INIT;

	cv_buf_text(emission->out, before);
	cv_mdatp_write_json(&json, entry);
	cv_sh_quote(emission->out, cv_buf_string(&json));
	end_line(emission->out, entry);
	cv_buf_deinit(&json);
}

static void write_command(const struct cv_emission *emission,
			  const struct cv_entry *entry, const char *verb)
{
	const struct cv_mdatp_spelling *spelling = cv_mdatp_spellings;
	const char *option;

	while (strcmp(spelling->list, entry->list) != 0)
		spelling++;
	option = spelling->option;
	if (spelling == &cv_mdatp_spellings[CV_MDATP_PROCESS] &&
	    cv_path_is_bare(entry->more->value))
		option = CV_MDATP_NAME_OPTION;
	cv_buf_format(emission->out, CV_MDATP_COMMAND "%s %s %s ", entry->list, verb,
		      option);
	cv_sh_quote(emission->out, entry->more->value);
	cv_buf_text(emission->out, CV_MDATP_COMMAND_END);
	end_line(emission->out, entry);
}

static void write_slot(const struct cv_emission *emission,
		       const struct cv_mdatp_line *line)
{
	static const struct {
		enum cv_entry_kind kind;
		void (*write)(const struct cv_emission *, const struct cv_entry *,
			      const char *);
	} slots[] = {
		[CV_MDATP_HEADER] = {CV_ENTRY_HEADER, write_header},
		[CV_MDATP_PATH] = {CV_ENTRY_SETTING, write_path},
		[CV_MDATP_ENTRIES] = {CV_ENTRY_EXCLUSION, write_entry},
		[CV_MDATP_COMMANDS] = {CV_ENTRY_EXCLUSION, write_command},
	};

	for (size_t i = 0; i < emission->count; i++) {
		if (emission->entries[i]->kind == slots[line->slot].kind)
			slots[line->slot].write(emission, emission->entries[i],
						line->text);
		cv_buf_drain(emission->out);
	}
}

static void write_script(const struct cv_emission *emission,
			 const struct cv_mdatp_line *const *sections)
{
	for (; *sections; sections++) {
		for (const struct cv_mdatp_line *line = *sections; line->text; line++) {
			if (line->slot != CV_MDATP_TEXT) {
				write_slot(emission, line);
				continue;
			}
			cv_buf_text(emission->out, line->text);
			cv_buf_char(emission->out, '\n');
		}
	}
}

void cv_mdatp_merge_emit(const struct cv_emission *emission)
{
	write_script(emission, cv_mdatp_merge);
}

void cv_mdatp_merge_undo_emit(const struct cv_emission *emission)
{
	write_script(emission, cv_mdatp_merge_undo);
}

void cv_mdatp_commands_emit(const struct cv_emission *emission)
{
	write_script(emission, cv_mdatp_commands);
}

void cv_mdatp_commands_undo_emit(const struct cv_emission *emission)
{
	write_script(emission, cv_mdatp_commands_undo);
}
