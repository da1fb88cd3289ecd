/* Elements in the order of the product's schema, two blanks a level, every element on a
 * line of its own. */
#include "paloalto-xml/emit_xml.h"

#include <string.h>

#include "base/buf.h"
#include "paloalto-xml/options.h"
#include "paloalto-xml/plan.h"
#include "xml_quote.h"

static void indent(const struct cv_paloalto_writer *writer)
{
	static const char blanks[] = "                                ";
	size_t left = 2 * (size_t)writer->depth;

	for (size_t size; left; left -= size) {
		size = left < sizeof blanks - 1 ? left : sizeof blanks - 1;
		cv_buf_add(writer->out, blanks, size);
	}
}

/* `<element` */
static void open_tag(const struct cv_paloalto_writer *writer, const char *element)
{
	cv_buf_char(writer->out, '<');
	cv_buf_text(writer->out, element);
}

/* `</element>` and the line's end. */
static void close_tag(const struct cv_paloalto_writer *writer, const char *element)
{
	cv_buf_text(writer->out, "</");
	cv_buf_text(writer->out, element);
	cv_buf_text(writer->out, ">\n");
}

static void quote(const struct cv_paloalto_writer *writer, const char *text)
{
	cv_xml_quote(writer->out, text, strlen(text));
}

static void attribute(const struct cv_paloalto_writer *writer, const char *name,
		      const char *value)
{
	cv_buf_char(writer->out, ' ');
	cv_buf_text(writer->out, name);
	cv_buf_text(writer->out, "=\"");
	quote(writer, value);
	cv_buf_char(writer->out, '"');
}

void cv_paloalto_begin(struct cv_paloalto_writer *writer, const char *element,
		       const char *name, const char *value)
{
	indent(writer);
	open_tag(writer, element);
	if (name)
		attribute(writer, name, value);
	cv_buf_text(writer->out, ">\n");
	writer->depth++;
}

void cv_paloalto_end(struct cv_paloalto_writer *writer, const char *element)
{
	writer->depth--;
	indent(writer);
	close_tag(writer, element);
}

static void begin(struct cv_paloalto_writer *writer, const char *element)
{
	cv_paloalto_begin(writer, element, NULL, NULL);
}

static void leaf(const struct cv_paloalto_writer *writer, const char *element,
		 const char *text)
{
	indent(writer);
	open_tag(writer, element);
	cv_buf_char(writer->out, '>');
	quote(writer, text);
	close_tag(writer, element);
}

/* A text that the entry may lack. */
static void maybe_leaf(const struct cv_paloalto_writer *writer, const char *element,
		       const char *text)
{
	if (text)
		leaf(writer, element, text);
}

static void port_leaf(const struct cv_paloalto_writer *writer, const char *element,
		      const struct cv_ports *ports)
{
	indent(writer);
	open_tag(writer, element);
	cv_buf_char(writer->out, '>');
	cv_ports_format(writer->out, ports);
	close_tag(writer, element);
}

/* Whether the attribute that comes next has that name. */
static bool is_next(const struct cv_paloalto_writer *writer, const struct cv_entry *entry,
		    const char *name)
{
	return writer->next < entry->more->attribute_count &&
	       strcmp(entry->more->attributes[writer->next].name, name) == 0;
}

static const char *next_value(struct cv_paloalto_writer *writer,
			      const struct cv_entry *entry)
{
	return entry->more->attributes[writer->next++].value;
}

/* The attributes that come next, if they have that name, as the members of an element. */
static void members(struct cv_paloalto_writer *writer, const char *element,
		    const struct cv_entry *entry, const char *name)
{
	if (!is_next(writer, entry, name))
		return;
	begin(writer, element);
	while (is_next(writer, entry, name))
		leaf(writer, "member", next_value(writer, entry));
	cv_paloalto_end(writer, element);
}

/* The same as the text of an element. */
static void one(struct cv_paloalto_writer *writer, const char *element,
		const struct cv_entry *entry, const char *name)
{
	if (is_next(writer, entry, name))
		leaf(writer, element, next_value(writer, entry));
}

static void emit_tag(struct cv_paloalto_writer *writer, const struct cv_entry *entry)
{
	maybe_leaf(writer, "comments", entry->more->value);
}

static void emit_service(struct cv_paloalto_writer *writer, const struct cv_entry *entry)
{
	const struct cv_paloalto_protocol *protocol = cv_paloalto_protocols;

	while (protocol->name && protocol->number != entry->protocol)
		protocol++;
	maybe_leaf(writer, "description", entry->note);
	if (protocol->name) {
		begin(writer, "protocol");
		begin(writer, protocol->name);
		if (entry->ports)
			port_leaf(writer, "port", entry->ports);
		if (entry->more->source_ports)
			port_leaf(writer, "source-port", entry->more->source_ports);
		cv_paloalto_end(writer, protocol->name);
		cv_paloalto_end(writer, "protocol");
	}
	members(writer, "tag", entry, CV_PALOALTO_TAGGED);
}

/* A service group has no description in any release's schema. */
static void emit_group(struct cv_paloalto_writer *writer, const struct cv_entry *entry)
{
	members(writer, "members", entry, CV_PALOALTO_MEMBER);
	members(writer, "tag", entry, CV_PALOALTO_TAGGED);
}

static void emit_address(struct cv_paloalto_writer *writer, const struct cv_entry *entry)
{
	maybe_leaf(writer, "description", entry->note);
	for (const char *const *kind = cv_paloalto_address_kinds; *kind; kind++)
		one(writer, *kind, entry, *kind);
	members(writer, "tag", entry, CV_PALOALTO_TAGGED);
}

static void emit_address_group(struct cv_paloalto_writer *writer,
			       const struct cv_entry *entry)
{
	maybe_leaf(writer, "description", entry->note);
	members(writer, "static", entry, CV_PALOALTO_MEMBER);
	members(writer, "tag", entry, CV_PALOALTO_TAGGED);
}

static void emit_category(struct cv_paloalto_writer *writer, const struct cv_entry *entry)
{
	maybe_leaf(writer, "description", entry->note);
	members(writer, "list", entry, CV_PALOALTO_URL);
	if (cv_paloalto_release(writer->options)->category_type)
		leaf(writer, "type", CV_PALOALTO_CATEGORY_TYPE);
}

static void emit_rule(struct cv_paloalto_writer *writer, const struct cv_entry *entry)
{
	members(writer, "from", entry, CV_PALOALTO_FROM);
	members(writer, "to", entry, CV_PALOALTO_TO);
	members(writer, "source", entry, CV_PALOALTO_SOURCE);
	members(writer, "destination", entry, CV_PALOALTO_DESTINATION);
	members(writer, "service", entry, CV_PALOALTO_SERVICES);
	members(writer, "application", entry, CV_PALOALTO_APPLICATION);
	members(writer, "tag", entry, CV_PALOALTO_TAGGED);
	maybe_leaf(writer, "description", entry->note);
	one(writer, "action", entry, CV_PALOALTO_ACTION);
	one(writer, "log-setting", entry, CV_PALOALTO_LOG);
	if (is_next(writer, entry, CV_PALOALTO_PROFILES)) {
		begin(writer, "profile-setting");
		members(writer, "group", entry, CV_PALOALTO_PROFILES);
		cv_paloalto_end(writer, "profile-setting");
	}
}

static const char *value_of(const struct cv_entry *entry, const char *name)
{
	for (size_t i = 0; i < entry->more->attribute_count; i++)
		if (strcmp(entry->more->attributes[i].name, name) == 0)
			return entry->more->attributes[i].value;
	return NULL;
}

static void open_action(struct cv_paloalto_writer *writer, const char *action,
			unsigned id, const char *path)
{
	indent(writer);
	open_tag(writer, action);
	cv_buf_text(writer->out, " id=\"");
	cv_buf_number(writer->out, id);
	cv_buf_char(writer->out, '"');
	cv_buf_text(writer->out, " xpath=\"");
	cv_buf_text(writer->out, path);
	cv_buf_char(writer->out, '"');
}

void cv_paloalto_action_begin(struct cv_paloalto_writer *writer, const char *action,
			      unsigned id, const char *path)
{
	open_action(writer, action, id, path);
	cv_buf_text(writer->out, ">\n");
	writer->depth++;
}

void cv_paloalto_action_bare(struct cv_paloalto_writer *writer, const char *action,
			     unsigned id, const char *path, const struct cv_entry *move)
{
	open_action(writer, action, id, path);
	if (move) {
		attribute(writer, "where", value_of(move, CV_PALOALTO_WHERE));
		attribute(writer, "dst", value_of(move, CV_PALOALTO_ANCHOR));
	}
	cv_buf_char(writer->out, '>');
	close_tag(writer, action);
}

void cv_paloalto_entry_emit(struct cv_paloalto_writer *writer,
			    enum cv_paloalto_list_id list, const struct cv_entry *entry)
{
	static void (*const emit_object[])(struct cv_paloalto_writer *,
					   const struct cv_entry *) = {
		[CV_PALOALTO_TAG] = emit_tag,
		[CV_PALOALTO_ADDRESS] = emit_address,
		[CV_PALOALTO_ADDRESS_GROUP] = emit_address_group,
		[CV_PALOALTO_SERVICE] = emit_service,
		[CV_PALOALTO_SERVICE_GROUP] = emit_group,
		[CV_PALOALTO_CATEGORY] = emit_category,
		[CV_PALOALTO_RULE] = emit_rule,
	};

	writer->next = 0;
	cv_paloalto_begin(writer, "entry", "name", entry->more->name);
	emit_object[list](writer, entry);
	cv_paloalto_end(writer, "entry");
}
