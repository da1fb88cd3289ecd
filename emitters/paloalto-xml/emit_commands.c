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

void cv_paloalto_undo_emit(const struct cv_emission *emission)
{
	const char *scope = cv_paloalto_scope(emission->options);

	line(emission->out, CV_PALOALTO_SCRIPTING);
	line(emission->out, CV_PALOALTO_CONFIGURE);
	/* Backwards, since an object that another names cannot be deleted. */
	for (size_t i = emission->count; i-- > 0;) {
		const struct cv_entry *entry = emission->entries[i];

		cv_buf_text(emission->out, "delete ");
		if (cv_paloalto_is_shared(emission->options))
			cv_buf_text(emission->out, "shared ");
		else if (cv_paloalto_names_vsys(emission->options))
			cv_buf_format(emission->out, "vsys %s ", scope);
		cv_buf_format(emission->out, "%s ", entry->list);
		word(emission->out, entry->name);
		cv_buf_char(emission->out, '\n');
	}
}
