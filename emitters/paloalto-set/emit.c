/* Writes commands, one fact a line, so that one object more adds lines and changes none.
 * No comments: whether a line that begins with # is skipped was never seen on a
 * firewall. */
#include "paloalto-set/target.h"

#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "model/target.h"
#include "paloalto-set/cli_quote.h"
#include "paloalto-set/facts.h"
#include "paloalto-xml/options.h"
#include "paloalto-xml/plan.h"

struct paste {
	const struct cv_emission *emission;
	struct cv_buf *out;
	size_t line;  /* where it begins */
	size_t lines; /* of the block */
	bool full;    /* the block ends here, if anything follows */
	bool held;    /* not here: what a delete took away comes in the same block */
};

static void word(struct paste *paste, const char *text)
{
	if (paste->full) {
		cv_buf_char(paste->out, '\n');
		paste->line = paste->out->size;
		paste->lines = 0;
		paste->full = false;
	}
	if (paste->out->size > paste->line)
		cv_buf_char(paste->out, ' ');
	cv_cli_quote(paste->out, text);
}

/* Whether a block ends hangs on the line, not on its number: with one line more the
 * blocks are soon the same again. */
static bool ends_block(const struct paste *paste)
{
	uint32_t hash = 2166136261U; /* FNV-1a */

	for (size_t at = paste->line; at < paste->out->size; at++)
		hash = (hash ^ (unsigned char)paste->out->data[at]) * 16777619U;
	return !paste->held && (paste->lines >= CV_SET_BLOCK_MAX - CV_SET_RENEWAL ||
				(paste->lines >= CV_SET_BLOCK_MIN && hash >> 30 == 0));
}

static void end_line(struct paste *paste)
{
	paste->lines++;
	paste->full = ends_block(paste);
	cv_buf_char(paste->out, '\n');
	cv_buf_drain(paste->out);
	paste->line = paste->out->size;
}

static struct paste begin(const struct cv_emission *emission)
{
	cv_buf_text(emission->out, CV_PALOALTO_SCRIPTING "\n" CV_PALOALTO_CONFIGURE "\n");
	return (struct paste){emission, emission->out, emission->out->size,
			      0,        true,          false};
}

/* `set device-group DG pre-rulebase security rules NAME`: the command, the scope and
 * the object. */
static void begin_line(struct paste *paste, const char *command,
		       enum cv_paloalto_list_id id, const char *name)
{
	const struct cv_paloalto_options *options = paste->emission->options;
	const struct cv_paloalto_scope_fact *scope =
		&cv_paloalto_scopes[cv_paloalto_scope_kind(options)];

	word(paste, command);
	if (cv_paloalto_names_scope(options)) {
		word(paste, scope->word);
		if (scope->named)
			word(paste, cv_paloalto_scope(options));
	}
	if (id == CV_PALOALTO_RULE)
		word(paste, cv_paloalto_rulebase(options));
	for (size_t i = 0; cv_paloalto_lists[id].path[i]; i++)
		word(paste, cv_paloalto_lists[id].path[i]);
	word(paste, name);
}

struct object {
	struct paste *paste;
	enum cv_paloalto_list_id id;
	const struct cv_entry *entry;
};

static void line(const struct object *object, const char *command, const char *field,
		 const char *inner, const char *value)
{
	begin_line(object->paste, command, object->id, object->entry->more->name);
	if (field)
		word(object->paste, field);
	if (inner)
		word(object->paste, inner);
	if (value)
		word(object->paste, value);
	end_line(object->paste);
}

static const struct cv_set_field *field_of(enum cv_paloalto_list_id id,
					   const char *attribute)
{
	const struct cv_set_field *field = cv_set_fields_table;

	while (field->list != CV_PALOALTO_LIST_COUNT &&
	       (field->list != id || strcmp(field->attribute, attribute) != 0))
		field++;
	return field;
}

/* The first value of what stands behind that word, or an empty one. */
static const char *first_of(const struct object *object, const char *of)
{
	for (size_t i = 0; i < object->entry->more->attribute_count; i++) {
		const struct cv_attribute *attribute =
			&object->entry->more->attributes[i];
		const char *found = field_of(object->id, attribute->name)->word;

		if (found && strcmp(found, of) == 0)
			return attribute->value;
	}
	return "";
}

static void renew(const struct object *object)
{
	const struct cv_set_list *list = &cv_set_lists[object->id];

	if (list->renewal == CV_SET_KEEP || object->entry->reused)
		return;
	object->paste->held = true;
	line(object, CV_SET_COMMAND, list->field, NULL, first_of(object, list->field));
	line(object, CV_SET_DELETE, list->renewal == CV_SET_LIST ? list->field : NULL,
	     NULL, NULL);
	object->paste->held = false;
}

static void port_line(const struct object *object, const char *protocol,
		      const char *field, const struct cv_ports *ports)
{
	struct cv_buf text = CV_BUF_INIT;

	if (!ports)
		return;
	begin_line(object->paste, CV_SET_COMMAND, object->id, object->entry->more->name);
	word(object->paste, CV_SET_PROTOCOL);
	word(object->paste, protocol);
	word(object->paste, field);
	cv_ports_format(&text, ports);
	word(object->paste, cv_buf_string(&text));
	cv_buf_deinit(&text);
	end_line(object->paste);
}

static void protocol_lines(const struct object *object)
{
	const struct cv_paloalto_protocol *protocol = cv_paloalto_protocols;

	while (protocol->name && protocol->number != object->entry->protocol)
		protocol++;
	if (!protocol->name)
		return;
	port_line(object, protocol->name, CV_SET_PORT, object->entry->ports);
	port_line(object, protocol->name, CV_SET_SOURCE_PORT,
		  object->entry->more->source_ports);
}

static void object_lines(const struct object *object)
{
	const struct cv_paloalto_options *options = object->paste->emission->options;
	const struct cv_entry *entry = object->entry;
	const char *text =
		object->id == CV_PALOALTO_TAG ? entry->more->value : entry->note;

	renew(object);
	if (text && cv_paloalto_lists[object->id].text)
		line(object, CV_SET_COMMAND, cv_paloalto_lists[object->id].text, NULL,
		     text);
	if (object->id == CV_PALOALTO_SERVICE)
		protocol_lines(object);
	if (object->id == CV_PALOALTO_CATEGORY &&
	    cv_paloalto_release(options)->category_type)
		line(object, CV_SET_COMMAND, CV_SET_TYPE, NULL, CV_SET_URL_LIST);
	for (size_t i = 0; i < entry->more->attribute_count; i++) {
		const struct cv_attribute *attribute = &entry->more->attributes[i];
		const struct cv_set_field *field = field_of(object->id, attribute->name);

		if (field->word)
			line(object, CV_SET_COMMAND, field->word, field->inner,
			     attribute->value);
	}
}

/* `move rulebase security rules NAME before OTHER` */
static void move_line(struct paste *paste, const struct cv_entry *entry)
{
	begin_line(paste, CV_SET_MOVE, CV_PALOALTO_RULE, entry->more->name);
	for (size_t i = 0; i < entry->more->attribute_count; i++)
		word(paste, entry->more->attributes[i].value);
	end_line(paste);
}

void cv_set_lines_emit(const struct cv_emission *emission)
{
	struct paste paste = begin(emission);

	for (size_t i = 0; i < emission->count; i++) {
		const struct cv_entry *entry = emission->entries[i];
		const struct object object = {&paste, cv_paloalto_list_table(entry->list),
					      entry};

		if (entry->kind == CV_ENTRY_STEP &&
		    strcmp(entry->list, CV_PALOALTO_MOVE) == 0)
			move_line(&paste, entry);
		else if (entry->kind == CV_ENTRY_OBJECT)
			object_lines(&object);
	}
}

/* Backwards, since an object that another names cannot be deleted. */
void cv_set_undo_emit(const struct cv_emission *emission)
{
	struct paste paste = begin(emission);

	for (size_t i = emission->count; i-- > 0;) {
		const struct cv_entry *entry = emission->entries[i];
		const struct object object = {&paste, cv_paloalto_list_table(entry->list),
					      entry};

		line(&object, CV_SET_DELETE, NULL, NULL, NULL);
	}
}
