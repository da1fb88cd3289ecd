/* Writes what is given on the firewall's command line, one command a line.  No
 * comments: whether a line that begins with # is skipped was never seen on a
 * firewall. */
#include "paloalto-xml/target.h"

#include <string.h>

#include "base/buf.h"
#include "paloalto-xml/options.h"

/* A command as the plan has it.  A line break would begin another one: it comes out
 * as a blank, which the proof finds. */
static void line(struct cv_buf *out, const char *command)
{
	for (; *command; command++)
		cv_buf_char(out, *command == '\n' || *command == '\r' ? ' ' : *command);
	cv_buf_char(out, '\n');
}

/* A name as one word.  The command line would take apart or act on anything but the
 * characters that a name may have: those come out as an underscore, which the proof
 * finds. */
static void word(struct cv_buf *out, const char *name)
{
	for (; *name; name++)
		cv_buf_char(out, strchr(cv_paloalto_name_rest, *name) ? *name : '_');
}

void cv_paloalto_load_emit(const struct cv_emission *emission)
{
	line(emission->out, CV_PALOALTO_CONFIGURE);
	for (size_t i = 0; i < emission->count; i++)
		line(emission->out, emission->entries[i]->value);
}

/* `delete vsys vsys2 service NAME`, as far as the name. */
static void delete_object(const struct cv_emission *emission,
			  const struct cv_entry *entry)
{
	cv_buf_text(emission->out, "delete ");
	if (cv_paloalto_is_shared(emission->options))
		cv_buf_text(emission->out, "shared ");
	else if (cv_paloalto_names_scope(emission->options))
		cv_buf_format(emission->out, "vsys %s ",
			      cv_paloalto_scope(emission->options));
	cv_buf_format(emission->out, "%s ", entry->list);
	word(emission->out, entry->name);
}

void cv_paloalto_undo_emit(const struct cv_emission *emission)
{
	line(emission->out, CV_PALOALTO_SCRIPTING);
	line(emission->out, CV_PALOALTO_CONFIGURE);
	/* Backwards, since an object that another names cannot be deleted. */
	for (size_t i = emission->count; i-- > 0;) {
		delete_object(emission, emission->entries[i]);
		cv_buf_char(emission->out, '\n');
	}
}

/* A merge adds members to a group and takes none away, and a service cannot be deleted
 * while a group names it. */
void cv_paloalto_trim_emit(const struct cv_emission *emission)
{
	line(emission->out, CV_PALOALTO_SCRIPTING);
	line(emission->out, CV_PALOALTO_CONFIGURE);
	for (size_t i = 0; i < emission->count; i++) {
		const struct cv_entry *entry = emission->entries[i];

		for (size_t a = 0; a < entry->attribute_count; a++) {
			delete_object(emission, entry);
			cv_buf_format(emission->out, " %ss ", entry->attributes[a].name);
			word(emission->out, entry->attributes[a].value);
			cv_buf_char(emission->out, '\n');
		}
	}
}
