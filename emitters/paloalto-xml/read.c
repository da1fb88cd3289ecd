/* Reads the configuration document back.  Three passes, each of its own make, so
 * that every byte is accounted for: the spelling (read_spelling.c) leaves one way to
 * write each thing; libxml2 says what the document is; the walk here knows every
 * element, attribute and blank of it or refuses.  A last pass holds names and
 * references against what PAN-OS takes. */
#include "paloalto-xml/target.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "base/ctx.h"
#include "paloalto-xml/options.h"
#include "paloalto-xml/read.h"

struct reader {
	struct cv_reading *reading;
	size_t at; /* where the element under the walk begins */
};

bool cv_paloalto_refuse(struct cv_reading *reading, size_t at, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	reading->error = cv_arena_vformat(reading->ctx->arena, format, args);
	reading->error_at = at;
	va_end(args);
	return false;
}

/* The layout: each element begins a line, so the walk knows its place by counting
 * lines, and no line number of libxml2's is needed. */
static void next_line(struct reader *reader)
{
	const char *bytes = reader->reading->bytes;
	const char *end =
		memchr(bytes + reader->at, '\n', reader->reading->size - reader->at);

	if (end)
		reader->at = (size_t)(end + 1 - bytes);
	reader->at += strspn(bytes + reader->at, " ");
}

static bool is_gap(const xmlNode *node, unsigned depth)
{
	const char *text = (const char *)node->content;

	return node->type == XML_TEXT_NODE && text && text[0] == '\n' &&
	       strspn(text + 1, " ") == (size_t)depth * 2 && !text[1 + depth * 2];
}

/* The members of an element, one after the other. */
struct cursor {
	struct reader *reader;
	const xmlNode *parent;
	xmlNode *node;  /* NULL behind the last */
	unsigned depth; /* of the members */
};

static bool move(struct cursor *cursor, const xmlNode *gap)
{
	struct reader *reader = cursor->reader;

	next_line(reader);
	if (gap && is_gap(gap, cursor->depth) && gap->next &&
	    gap->next->type == XML_ELEMENT_NODE) {
		cursor->node = gap->next;
		return true;
	}
	if (gap && is_gap(gap, cursor->depth - 1) && !gap->next && cursor->node) {
		cursor->node = NULL;
		return true;
	}
	return cv_paloalto_refuse(
		reader->reading, reader->at,
		"<%s> is empty, holds text or is laid out in another way",
		(const char *)cursor->parent->name);
}

/* An element must hold at least one: PAN-OS refuses empty lists and groups. */
static bool enter(struct cursor *cursor, struct reader *reader, const xmlNode *parent,
		  unsigned depth)
{
	*cursor = (struct cursor){reader, parent, NULL, depth};
	return move(cursor, parent->children);
}

static bool advance(struct cursor *cursor)
{
	return move(cursor, cursor->node->next);
}

static bool is_plain(const struct cursor *cursor, const char *element)
{
	const xmlNode *node = cursor->node;

	return node && !node->properties && !node->ns &&
	       strcmp((const char *)node->name, element) == 0;
}

static bool leave(const struct cursor *cursor)
{
	if (!cursor->node)
		return true;
	return cv_paloalto_refuse(cursor->reader->reading, cursor->reader->at,
				  "<%s> is not known in this place of <%s>",
				  (const char *)cursor->node->name,
				  (const char *)cursor->parent->name);
}

/* The value of the attribute when it is `name` and the next is `next`, else NULL. */
static const char *attribute(const xmlAttr *attr, const char *name)
{
	if (!attr || attr->ns || strcmp((const char *)attr->name, name) != 0)
		return NULL;
	if (!attr->children || attr->children->next ||
	    attr->children->type != XML_TEXT_NODE)
		return NULL;
	return (const char *)attr->children->content;
}

/* `<entry name="...">` and no other attribute; NULL: reported. */
static const char *entry_name(const struct cursor *cursor)
{
	const xmlNode *node = cursor->node;
	const char *name = NULL;

	if (node && !node->ns && strcmp((const char *)node->name, "entry") == 0 &&
	    node->properties && !node->properties->next)
		name = attribute(node->properties, "name");
	if (!name)
		cv_paloalto_refuse(
			cursor->reader->reading, cursor->reader->at,
			"an entry with a name and nothing else should stand here");
	return name;
}

/* The text of an element without attributes, which the cursor then leaves behind. */
static bool leaf(struct cursor *cursor, const char *element, const char **text_out)
{
	struct cv_reading *reading = cursor->reader->reading;
	const xmlNode *node = cursor->node, *text = node ? node->children : NULL;

	if (!is_plain(cursor, element))
		return cv_paloalto_refuse(reading, cursor->reader->at,
					  "<%s> should stand here", element);
	if (!text || text->next || text->type != XML_TEXT_NODE)
		return cv_paloalto_refuse(reading, cursor->reader->at,
					  "<%s> should hold text and nothing else",
					  element);
	*text_out = cv_arena_text(reading->ctx->arena, (const char *)text->content);
	return advance(cursor);
}

/* A description, or the comments of a tag. */
static bool description(struct cursor *cursor, enum cv_paloalto_list_id id,
			const char **text_out)
{
	const size_t at = cursor->reader->at;

	return leaf(cursor, cv_paloalto_lists[id].text, text_out) &&
	       cv_paloalto_check_text(cursor->reader->reading, at, id, *text_out);
}

/* The members of an element as attributes of that name. */
static bool members(struct cursor *outer, const char *element, const char *name,
		    struct cv_table *attributes)
{
	struct cv_arena *arena = outer->reader->reading->ctx->arena;
	struct cursor cursor;
	const char *text;

	if (!is_plain(outer, element))
		return cv_paloalto_refuse(outer->reader->reading, outer->reader->at,
					  "<%s> should stand here", element);
	if (!enter(&cursor, outer->reader, outer->node, outer->depth + 1))
		return false;
	while (cursor.node) {
		if (!leaf(&cursor, "member", &text))
			return false;
		*CV_ADD(arena, attributes, struct cv_attribute) =
			(struct cv_attribute){name, text};
	}
	return advance(outer);
}

static void take_attributes(struct cv_arena *arena, const struct cv_table *from,
			    struct cv_entry *entry)
{
	struct cv_attribute *attributes =
		CV_NEW_ARRAY(arena, from->count, struct cv_attribute);

	for (size_t i = 0; i < from->count; i++)
		attributes[i] = *CV_AT(from, struct cv_attribute, i);
	entry->attributes = attributes;
	entry->attribute_count = from->count;
}

static bool ports(struct cursor *cursor, const char *element,
		  const struct cv_ports **ports_out)
{
	const size_t at = cursor->reader->at;
	const char *text;

	return leaf(cursor, element, &text) &&
	       cv_paloalto_read_ports(cursor->reader->reading, at, text, ports_out);
}

static bool read_tag(struct cursor *cursor, struct cv_entry *entry)
{
	return description(cursor, CV_PALOALTO_TAG, &entry->value);
}

static bool read_protocol(struct cursor *outer, struct cv_entry *entry)
{
	struct reader *reader = outer->reader;
	struct cursor protocol, inner;

	if (!is_plain(outer, "protocol"))
		return cv_paloalto_refuse(reader->reading, reader->at,
					  "<protocol> should stand here");
	if (!enter(&protocol, reader, outer->node, outer->depth + 1))
		return false;
	for (const struct cv_paloalto_protocol *known = cv_paloalto_protocols;
	     known->name; known++)
		if (is_plain(&protocol, known->name))
			entry->protocol = known->number;
	if (entry->protocol == CV_NO_PROTOCOL)
		return leave(&protocol);
	if (!enter(&inner, reader, protocol.node, protocol.depth + 1) ||
	    !ports(&inner, "port", &entry->ports))
		return false;
	if (is_plain(&inner, "source-port") &&
	    !ports(&inner, "source-port", &entry->source_ports))
		return false;
	return leave(&inner) && advance(&protocol) && leave(&protocol) && advance(outer);
}

/* What stands there already, and is only used, has no tag of ours. */
static bool tags(struct cursor *cursor, struct cv_table *attributes)
{
	return !is_plain(cursor, "tag") || members(cursor, "tag", "tag", attributes);
}

static bool read_service(struct cursor *cursor, struct cv_entry *entry)
{
	struct cv_table attributes = {0};

	if (is_plain(cursor, "description") &&
	    !description(cursor, CV_PALOALTO_SERVICE, &entry->note))
		return false;
	if (!read_protocol(cursor, entry) || !tags(cursor, &attributes))
		return false;
	take_attributes(cursor->reader->reading->ctx->arena, &attributes, entry);
	return true;
}

static bool read_group(struct cursor *cursor, struct cv_entry *entry)
{
	struct cv_table attributes = {0};

	if (!members(cursor, "members", "member", &attributes) ||
	    !tags(cursor, &attributes))
		return false;
	take_attributes(cursor->reader->reading->ctx->arena, &attributes, entry);
	return true;
}

static bool read_list(struct cursor *outer, enum cv_paloalto_list_id id)
{
	static bool (*const read_entry[])(struct cursor *, struct cv_entry *) = {
		[CV_PALOALTO_TAG] = read_tag,
		[CV_PALOALTO_SERVICE] = read_service,
		[CV_PALOALTO_SERVICE_GROUP] = read_group,
	};
	struct cv_reading *reading = outer->reader->reading;
	struct cursor list, inside;

	if (!enter(&list, outer->reader, outer->node, outer->depth + 1))
		return false;
	while (list.node) {
		const char *name = entry_name(&list);
		struct cv_entry *entry;

		if (!name)
			return false;
		entry = cv_entries_add(reading->ctx, &reading->entries, CV_ENTRY_OBJECT,
				       list.reader->at);
		entry->list = cv_paloalto_lists[id].name;
		entry->name = cv_arena_text(reading->ctx->arena, name);
		if (!enter(&inside, list.reader, list.node, list.depth + 1) ||
		    !read_entry[id](&inside, entry) || !leave(&inside) || !advance(&list))
			return false;
	}
	return advance(outer);
}

/* What the path leads to: lists in the order in which they are loaded. */
static bool read_lists(struct cursor *cursor)
{
	static const enum cv_paloalto_list_id lists[] = {
		CV_PALOALTO_TAG, CV_PALOALTO_SERVICE, CV_PALOALTO_SERVICE_GROUP};

	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		if (is_plain(cursor, cv_paloalto_lists[lists[i]].name) &&
		    !read_list(cursor, lists[i]))
			return false;
	return leave(cursor);
}

struct step {
	const char *element, *name; /* NULL: no attribute; a NULL element ends the path */
};

static bool read_path(struct reader *reader, const xmlNode *parent, unsigned depth,
		      const struct step *path)
{
	struct cursor cursor;
	const char *name;

	if (!enter(&cursor, reader, parent, depth))
		return false;
	if (!path->element)
		return read_lists(&cursor);
	if (path->name) {
		name = entry_name(&cursor);
		if (!name)
			return false;
		if (strcmp(name, path->name) != 0)
			return cv_paloalto_refuse(reader->reading, reader->at,
						  "the entry should be %s", path->name);
	} else if (!is_plain(&cursor, path->element)) {
		return cv_paloalto_refuse(reader->reading, reader->at,
					  "<%s> should stand here", path->element);
	}
	return read_path(reader, cursor.node, depth + 1, path + 1) && advance(&cursor) &&
	       leave(&cursor);
}

static bool read_document(struct cv_reading *reading, const xmlDoc *doc)
{
	const struct cv_paloalto_options *options = reading->options;
	const char *scope = cv_paloalto_scope(options);
	const struct step shared[] = {{"shared", NULL}, {NULL, NULL}};
	const struct step vsys[] = {{"devices", NULL},
				    {"entry", CV_PALOALTO_DEVICE},
				    {"vsys", NULL},
				    {"entry", scope},
				    {NULL, NULL}};
	const xmlNode *root = doc->children;
	const xmlAttr *first = root ? root->properties : NULL;
	const char *version = attribute(first, "version");
	const char *urldb = first ? attribute(first->next, "urldb") : NULL;
	const char *wanted = cv_paloalto_version(options);
	struct reader reader = {reading, 0};

	if (!root || root->next || root->ns ||
	    strcmp((const char *)root->name, "config") != 0)
		return cv_paloalto_refuse(reading, 0, "<config> should be the document");
	if (!version || !urldb || first->next->next ||
	    strcmp(urldb, CV_PALOALTO_URLDB) != 0 ||
	    strncmp(version, wanted, strlen(wanted)) != 0 ||
	    strcmp(version + strlen(wanted), ".0") != 0)
		return cv_paloalto_refuse(reading, 0,
					  "the version should be %s.0 and the urldb %s",
					  wanted, CV_PALOALTO_URLDB);
	return read_path(&reader, root, 1,
			 cv_paloalto_is_shared(options) ? shared : vsys) &&
	       cv_paloalto_check_objects(reading);
}

/* Its errors stay in its own context: nothing is printed and no handler of the
 * process is touched.  No entity but the five can be there: the spelling sees to it. */
static bool parse(struct cv_reading *reading, xmlParserCtxt *parser)
{
	xmlDoc *doc = xmlCtxtReadMemory(parser, reading->bytes, (int)reading->size, NULL,
					"UTF-8",
					XML_PARSE_NONET | XML_PARSE_BIG_LINES |
						XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	const xmlError *error = xmlCtxtGetLastError(parser);
	bool understood = false;

	if (doc && !error)
		understood = read_document(reading, doc);
	else
		cv_paloalto_refuse(
			reading, 0, "line %d: %.*s", error ? error->line : 1,
			error && error->message ? (int)strcspn(error->message, "\n") : 0,
			error && error->message ? error->message : "");
	xmlFreeDoc(doc);
	return understood;
}

bool cv_paloalto_config_read(struct cv_reading *reading)
{
	xmlParserCtxt *parser;
	bool understood;

	if (reading->size > INT_MAX)
		return cv_paloalto_refuse(reading, 0, "the document is too large");
	if (!cv_paloalto_check_spelling(reading))
		return false;
	parser = xmlNewParserCtxt();
	if (!parser)
		cv_out_of_memory();
	understood = parse(reading, parser);
	xmlFreeParserCtxt(parser);
	xmlResetLastError(); /* libxml2 keeps a copy that outlives the context */
	return understood;
}
