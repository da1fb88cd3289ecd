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
	for (;;) {
		const size_t clean = strcspn(command, "\r\n");

		cv_buf_add(out, command, clean);
		command += clean;
		if (!*command++)
			break;
		cv_buf_char(out, ' ');
	}
	cv_buf_char(out, '\n');
}

/* A name as one word.  The command line would take apart or act on anything but the
 * characters that a name may have: those come out as an underscore, which the proof
 * finds. */
static void word(struct cv_buf *out, const char *name)
{
	for (;;) {
		const size_t clean = strspn(name, cv_paloalto_name_rest);

		cv_buf_add(out, name, clean);
		name += clean;
		if (!*name++)
			break;
		cv_buf_char(out, '_');
	}
}

/* A name that others gave, or an entry of a URL category: quoted when it is more than a
 * name of ours may be.  What could end the quotes comes out as an underscore, which the
 * proof finds. */
static void their_word(struct cv_buf *out, const char *text)
{
	const bool quoted = strspn(text, cv_paloalto_name_rest) != strlen(text);

	if (quoted)
		cv_buf_char(out, '"');
	for (; *text; text++)
		cv_buf_char(out, strchr(cv_paloalto_name_rest, *text) ||
						 strchr(cv_paloalto_quoted, *text)
					 ? *text
					 : '_');
	if (quoted)
		cv_buf_char(out, '"');
}

static const char *attribute(const struct cv_entry *entry, const char *name)
{
	for (size_t i = 0; i < entry->attribute_count; i++)
		if (strcmp(entry->attributes[i].name, name) == 0)
			return entry->attributes[i].value;
	return "";
}

/* A word of the grammar, and the blank behind it. */
static void said(struct cv_buf *out, const char *text)
{
	cv_buf_text(out, text);
	cv_buf_char(out, ' ');
}

/* `delete vsys vsys2 service NAME`, as far as the name. */
static void command(const struct cv_emission *emission, const char *verb,
		    const char *list_name, const char *name)
{
	const struct cv_paloalto_options *options = emission->options;
	const struct cv_paloalto_scope_fact *scope =
		&cv_paloalto_scopes[cv_paloalto_scope_kind(options)];
	const enum cv_paloalto_list_id list = cv_paloalto_list_table(list_name);
	const bool names_scope = cv_paloalto_names_scope(options);

	said(emission->out, verb);
	if (names_scope)
		said(emission->out, scope->word);
	if (names_scope && scope->named)
		said(emission->out, cv_paloalto_scope(options));
	if (list == CV_PALOALTO_RULE)
		said(emission->out, cv_paloalto_rulebase(options));
	for (size_t i = 0; cv_paloalto_lists[list].path[i]; i++)
		said(emission->out, cv_paloalto_lists[list].path[i]);
	word(emission->out, name);
}

/* A line for each field. */
static void emit_clear(const struct cv_emission *emission, const struct cv_entry *step)
{
	const char *list = attribute(step, CV_PALOALTO_LIST);

	for (size_t i = 0; i < step->attribute_count; i++) {
		if (strcmp(step->attributes[i].name, CV_PALOALTO_FIELD) != 0)
			continue;
		command(emission, "delete", list, step->name);
		cv_buf_char(emission->out, ' ');
		line(emission->out, step->attributes[i].value);
	}
}

static void emit_step(const struct cv_emission *emission, const struct cv_entry *step)
{
	if (strcmp(step->list, CV_PALOALTO_CLEAR) == 0) {
		emit_clear(emission, step);
	} else if (strcmp(step->list, CV_PALOALTO_MOVE) == 0) {
		command(emission, "move", cv_paloalto_lists[CV_PALOALTO_RULE].name,
			step->name);
		cv_buf_char(emission->out, ' ');
		said(emission->out, attribute(step, CV_PALOALTO_WHERE));
		their_word(emission->out, attribute(step, CV_PALOALTO_ANCHOR));
		cv_buf_char(emission->out, '\n');
	} else {
		line(emission->out, step->value);
	}
}

void cv_paloalto_load_emit(const struct cv_emission *emission)
{
	line(emission->out, CV_PALOALTO_SCRIPTING);
	line(emission->out, CV_PALOALTO_CONFIGURE);
	for (size_t i = 0; i < emission->count; i++) {
		emit_step(emission, emission->entries[i]);
		cv_buf_drain(emission->out);
	}
}

static void delete_object(const struct cv_emission *emission,
			  const struct cv_entry *entry)
{
	command(emission, "delete", entry->list, entry->name);
}

void cv_paloalto_undo_emit(const struct cv_emission *emission)
{
	line(emission->out, CV_PALOALTO_SCRIPTING);
	line(emission->out, CV_PALOALTO_CONFIGURE);
	/* Backwards, since an object that another names cannot be deleted. */
	for (size_t i = emission->count; i-- > 0;) {
		delete_object(emission, emission->entries[i]);
		cv_buf_char(emission->out, '\n');
		cv_buf_drain(emission->out);
	}
}

/* Where an attribute stands in an object of the list; NULL: nowhere that can lose it. */
static const char *field_of(const struct cv_entry *entry, const char *attribute_name)
{
	const enum cv_paloalto_list_id list = cv_paloalto_list_table(entry->list);

	for (const struct cv_paloalto_field *field = cv_paloalto_fields; field->attribute;
	     field++)
		if (field->list == list && strcmp(field->attribute, attribute_name) == 0)
			return field->field;
	return NULL;
}

/* A merge adds members and takes none away, and an object cannot be deleted while
 * another names it. */
void cv_paloalto_trim_emit(const struct cv_emission *emission)
{
	line(emission->out, CV_PALOALTO_SCRIPTING);
	line(emission->out, CV_PALOALTO_CONFIGURE);
	for (size_t i = 0; i < emission->count; i++) {
		const struct cv_entry *entry = emission->entries[i];

		for (size_t a = 0; a < entry->attribute_count; a++) {
			const char *field = field_of(entry, entry->attributes[a].name);

			if (!field)
				continue;
			delete_object(emission, entry);
			cv_buf_char(emission->out, ' ');
			said(emission->out, field);
			their_word(emission->out, entry->attributes[a].value);
			cv_buf_char(emission->out, '\n');
		}
	}
}
