/* Writes the configuration document: elements in the order of the product's schema,
 * two blanks a level, every element on a line of its own.  No declaration and no
 * comments: files known to load have none (PaloAltoNetworks/iron-skillet,
 * loadable_configs), and a comment makes the API refuse the request (google/capirca,
 * b32b869). */
#include "paloalto-xml/target.h"

#include <string.h>

#include "base/buf.h"
#include "paloalto-xml/options.h"
#include "xml_quote.h"

struct writer {
	struct cv_buf *out;
	unsigned depth;
};

static void indent(const struct writer *writer)
{
	for (unsigned i = 0; i < writer->depth; i++)
		cv_buf_text(writer->out, "  ");
}

static void quote(const struct writer *writer, const char *text)
{
	cv_xml_quote(writer->out, text, strlen(text));
}

static void attribute(const struct writer *writer, const char *name, const char *value)
{
	cv_buf_format(writer->out, " %s=\"", name);
	quote(writer, value);
	cv_buf_char(writer->out, '"');
}

/* `name` may be NULL. */
static void begin(struct writer *writer, const char *element, const char *name)
{
	indent(writer);
	cv_buf_format(writer->out, "<%s", element);
	if (name)
		attribute(writer, "name", name);
	cv_buf_text(writer->out, ">\n");
	writer->depth++;
}

static void end(struct writer *writer, const char *element)
{
	writer->depth--;
	indent(writer);
	cv_buf_format(writer->out, "</%s>\n", element);
}

static void leaf(const struct writer *writer, const char *element, const char *text)
{
	indent(writer);
	cv_buf_format(writer->out, "<%s>", element);
	quote(writer, text);
	cv_buf_format(writer->out, "</%s>\n", element);
}

/* A text that the entry may lack. */
static void maybe_leaf(const struct writer *writer, const char *element, const char *text)
{
	if (text)
		leaf(writer, element, text);
}

static void port_leaf(const struct writer *writer, const char *element,
		      const struct cv_ports *ports)
{
	indent(writer);
	cv_buf_format(writer->out, "<%s>", element);
	cv_ports_format(writer->out, ports);
	cv_buf_format(writer->out, "</%s>\n", element);
}

/* The attributes of that name as the members of an element; none, no element. */
static void members(struct writer *writer, const char *element,
		    const struct cv_entry *entry, const char *name)
{
	bool any = false;

	for (size_t i = 0; i < entry->attribute_count; i++) {
		if (strcmp(entry->attributes[i].name, name) != 0)
			continue;
		if (!any)
			begin(writer, element, NULL);
		any = true;
		leaf(writer, "member", entry->attributes[i].value);
	}
	if (any)
		end(writer, element);
}

static void emit_tag(struct writer *writer, const struct cv_entry *entry)
{
	maybe_leaf(writer, "comments", entry->value);
}

static void emit_service(struct writer *writer, const struct cv_entry *entry)
{
	const struct cv_paloalto_protocol *protocol = cv_paloalto_protocols;

	while (protocol->name && protocol->number != entry->protocol)
		protocol++;
	maybe_leaf(writer, "description", entry->note);
	if (protocol->name) {
		begin(writer, "protocol", NULL);
		begin(writer, protocol->name, NULL);
		if (entry->ports)
			port_leaf(writer, "port", entry->ports);
		if (entry->source_ports)
			port_leaf(writer, "source-port", entry->source_ports);
		end(writer, protocol->name);
		end(writer, "protocol");
	}
	members(writer, "tag", entry, "tag");
}

/* A service group has no description in any release's schema. */
static void emit_group(struct writer *writer, const struct cv_entry *entry)
{
	members(writer, "members", entry, "member");
	members(writer, "tag", entry, "tag");
}

static void emit_list(struct writer *writer, const struct cv_emission *emission,
		      enum cv_paloalto_list_id id)
{
	static void (*const emit_entry[])(struct writer *, const struct cv_entry *) = {
		[CV_PALOALTO_TAG] = emit_tag,
		[CV_PALOALTO_SERVICE] = emit_service,
		[CV_PALOALTO_SERVICE_GROUP] = emit_group,
	};
	const char *list = cv_paloalto_lists[id].name;
	bool any = false;

	for (size_t i = 0; i < emission->count; i++) {
		const struct cv_entry *entry = emission->entries[i];

		if (strcmp(entry->list, list) != 0)
			continue;
		if (!any)
			begin(writer, list, NULL);
		any = true;
		begin(writer, "entry", entry->name);
		emit_entry[id](writer, entry);
		end(writer, "entry");
	}
	if (any)
		end(writer, list);
}

static void emit_lists(struct writer *writer, const struct cv_emission *emission)
{
	emit_list(writer, emission, CV_PALOALTO_TAG);
	emit_list(writer, emission, CV_PALOALTO_SERVICE);
	emit_list(writer, emission, CV_PALOALTO_SERVICE_GROUP);
}

void cv_paloalto_config_emit(const struct cv_emission *emission)
{
	struct writer writer = {emission->out, 1};

	cv_buf_text(emission->out, "<config");
	/* The release with a last number of 0, whatever the maintenance release. */
	cv_buf_format(emission->out, " version=\"%s.0\"",
		      cv_paloalto_version(emission->options));
	attribute(&writer, "urldb", CV_PALOALTO_URLDB);
	cv_buf_text(emission->out, ">\n");
	if (cv_paloalto_is_shared(emission->options)) {
		begin(&writer, "shared", NULL);
		emit_lists(&writer, emission);
		end(&writer, "shared");
	} else {
		begin(&writer, "devices", NULL);
		begin(&writer, "entry", CV_PALOALTO_DEVICE);
		begin(&writer, "vsys", NULL);
		begin(&writer, "entry", cv_paloalto_scope(emission->options));
		emit_lists(&writer, emission);
		end(&writer, "entry");
		end(&writer, "vsys");
		end(&writer, "entry");
		end(&writer, "devices");
	}
	cv_buf_text(emission->out, "</config>\n");
}
