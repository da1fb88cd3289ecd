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
		const char *start = name;

		while (CV_PALOALTO_IN_NAME(*name))
			name++;
		cv_buf_add(out, start, (size_t)(name - start));
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
	for (size_t i = 0; i < entry->more->attribute_count; i++)
		if (strcmp(entry->more->attributes[i].name, name) == 0)
			return entry->more->attributes[i].value;
	return "";
}

/* A word of the grammar, and the blank behind it. */
static void said(struct cv_buf *out, const char *text)
{
	cv_buf_text(out, text);
	cv_buf_char(out, ' ');
}

/* What commands are given in. */
struct session {
	const struct cv_emission *emission;
	struct cv_buf *out;
	/* The beginning of the command before, as far as the name. */
	struct cv_buf said;
	const char *verb; /* of it; NULL: there is none */
	enum cv_paloalto_list_id list;
};

static struct session open_session(const struct cv_emission *emission)
{
	line(emission->out, CV_PALOALTO_SCRIPTING);
	line(emission->out, CV_PALOALTO_CONFIGURE);
	return (struct session){.emission = emission, .out = emission->out};
}

/* `delete vsys vsys2 service ` */
static void begin_command(struct session *session)
{
	const struct cv_paloalto_options *options = session->emission->options;
	const struct cv_paloalto_scope_fact *scope =
		&cv_paloalto_scopes[cv_paloalto_scope_kind(options)];
	const bool names_scope = cv_paloalto_names_scope(options);

	said(&session->said, session->verb);
	if (names_scope)
		said(&session->said, scope->word);
	if (names_scope && scope->named)
		said(&session->said, cv_paloalto_scope(options));
	if (session->list == CV_PALOALTO_RULE)
		said(&session->said, cv_paloalto_rulebase(options));
	for (size_t i = 0; cv_paloalto_lists[session->list].path[i]; i++)
		said(&session->said, cv_paloalto_lists[session->list].path[i]);
}

/* `delete vsys vsys2 service NAME`, as far as the name; mostly all but that is what it
 * was before. */
static void command(struct session *session, const char *verb,
		    enum cv_paloalto_list_id list, const char *name)
{
	if (!session->verb || strcmp(session->verb, verb) != 0 || session->list != list) {
		session->said.size = 0;
		session->verb = verb;
		session->list = list;
		begin_command(session);
	}
	cv_buf_add(session->out, session->said.data, session->said.size);
	word(session->out, name);
}

/* A line for each field. */
static void emit_clear(struct session *session, const struct cv_entry *step)
{
	const enum cv_paloalto_list_id list =
		cv_paloalto_list_table(attribute(step, CV_PALOALTO_LIST));

	for (size_t i = 0; i < step->more->attribute_count; i++) {
		if (strcmp(step->more->attributes[i].name, CV_PALOALTO_FIELD) != 0)
			continue;
		command(session, "delete", list, step->more->name);
		cv_buf_char(session->out, ' ');
		line(session->out, step->more->attributes[i].value);
	}
}

static void emit_step(struct session *session, const struct cv_entry *step)
{
	if (strcmp(step->list, CV_PALOALTO_CLEAR) == 0) {
		emit_clear(session, step);
	} else if (strcmp(step->list, CV_PALOALTO_MOVE) == 0) {
		command(session, "move", CV_PALOALTO_RULE, step->more->name);
		cv_buf_char(session->out, ' ');
		said(session->out, attribute(step, CV_PALOALTO_WHERE));
		their_word(session->out, attribute(step, CV_PALOALTO_ANCHOR));
		cv_buf_char(session->out, '\n');
	} else {
		line(session->out, step->more->value);
	}
}

void cv_paloalto_load_emit(const struct cv_emission *emission)
{
	struct session session = open_session(emission);

	for (size_t i = 0; i < emission->count; i++) {
		emit_step(&session, emission->entries[i]);
		cv_buf_drain(emission->out);
	}
	cv_buf_deinit(&session.said);
}

static void delete_object(struct session *session, const struct cv_entry *entry)
{
	command(session, "delete", cv_paloalto_list_table(entry->list),
		entry->more->name);
}

void cv_paloalto_undo_emit(const struct cv_emission *emission)
{
	struct session session = open_session(emission);

	/* Backwards, since an object that another names cannot be deleted. */
	for (size_t i = emission->count; i-- > 0;) {
		delete_object(&session, emission->entries[i]);
		cv_buf_char(emission->out, '\n');
		cv_buf_drain(emission->out);
	}
	cv_buf_deinit(&session.said);
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
	struct session session = open_session(emission);

	for (size_t i = 0; i < emission->count; i++) {
		const struct cv_entry *entry = emission->entries[i];

		for (size_t a = 0; a < entry->more->attribute_count; a++) {
			const char *field =
				field_of(entry, entry->more->attributes[a].name);

			if (!field)
				continue;
			delete_object(&session, entry);
			cv_buf_char(emission->out, ' ');
			said(emission->out, field);
			their_word(emission->out, entry->more->attributes[a].value);
			cv_buf_char(emission->out, '\n');
		}
	}
	cv_buf_deinit(&session.said);
}
