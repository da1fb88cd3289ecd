/* The walk over a document of ours.  Three passes, each of its own make, so that every
 * byte is accounted for: the spelling (read_spelling.c) leaves one way to write each
 * thing; libxml2 says what the document is; the walk knows every element, attribute and
 * blank of it or refuses. */
#include "paloalto-xml/read_xml.h"

#include <limits.h>
#include <stdarg.h>
#include <string.h>

#include <libxml/parser.h>

#include "base/ctx.h"
#include "model/target.h"
#include "paloalto-xml/read.h"

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
static void next_line(struct cv_paloalto_reader *reader)
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

static bool move(struct cv_paloalto_cursor *cursor, const xmlNode *gap)
{
	struct cv_paloalto_reader *reader = cursor->reader;

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

bool cv_paloalto_enter(struct cv_paloalto_cursor *cursor,
		       struct cv_paloalto_reader *reader, const xmlNode *parent,
		       unsigned depth)
{
	*cursor = (struct cv_paloalto_cursor){reader, parent, NULL, depth};
	return move(cursor, parent->children);
}

bool cv_paloalto_advance(struct cv_paloalto_cursor *cursor)
{
	return move(cursor, cursor->node->next);
}

bool cv_paloalto_is_plain(const struct cv_paloalto_cursor *cursor, const char *element)
{
	const xmlNode *node = cursor->node;

	return node && !node->properties && !node->ns &&
	       strcmp((const char *)node->name, element) == 0;
}

bool cv_paloalto_leave(const struct cv_paloalto_cursor *cursor)
{
	if (!cursor->node)
		return true;
	return cv_paloalto_refuse(cursor->reader->reading, cursor->reader->at,
				  "<%s> is not known in this place of <%s>",
				  (const char *)cursor->node->name,
				  (const char *)cursor->parent->name);
}

/* The value of the attribute when it is `name` and the next is `next`, else NULL. */
const char *cv_paloalto_attribute(const xmlAttr *attr, const char *name)
{
	if (!attr || attr->ns || strcmp((const char *)attr->name, name) != 0)
		return NULL;
	if (!attr->children || attr->children->next ||
	    attr->children->type != XML_TEXT_NODE)
		return NULL;
	return (const char *)attr->children->content;
}

/* `<entry name="...">` and no other attribute; NULL: reported. */
const char *cv_paloalto_entry_name(const struct cv_paloalto_cursor *cursor)
{
	const xmlNode *node = cursor->node;
	const char *name = NULL;

	if (node && !node->ns && strcmp((const char *)node->name, "entry") == 0 &&
	    node->properties && !node->properties->next)
		name = cv_paloalto_attribute(node->properties, "name");
	if (!name)
		cv_paloalto_refuse(
			cursor->reader->reading, cursor->reader->at,
			"an entry with a name and nothing else should stand here");
	return name;
}

/* The text of an element without attributes, which the cursor then leaves behind. */
bool cv_paloalto_leaf(struct cv_paloalto_cursor *cursor, const char *element,
		      const char **text_out)
{
	struct cv_reading *reading = cursor->reader->reading;
	const xmlNode *node = cursor->node, *text = node ? node->children : NULL;

	if (!cv_paloalto_is_plain(cursor, element))
		return cv_paloalto_refuse(reading, cursor->reader->at,
					  "<%s> should stand here", element);
	if (!text || text->next || text->type != XML_TEXT_NODE)
		return cv_paloalto_refuse(reading, cursor->reader->at,
					  "<%s> should hold text and nothing else",
					  element);
	*text_out = cv_arena_text(reading->ctx->arena, (const char *)text->content);
	return cv_paloalto_advance(cursor);
}

/* Its errors stay in its own context: nothing is printed and no handler of the
 * process is touched.  No entity but the five can be there: the spelling sees to it, and
 * to ASCII, so that no encoding is named: one that is costs a copy of the document.
 * COMPACT keeps short texts inside of their nodes, and must not meet BIG_LINES, which
 * puts a line number in the same place. */
static bool parse(struct cv_reading *reading, xmlParserCtxt *parser,
		  bool (*read)(struct cv_reading *, const xmlDoc *))
{
	xmlDoc *doc =
		xmlCtxtReadMemory(parser, reading->bytes, (int)reading->size, NULL, NULL,
				  XML_PARSE_NONET | XML_PARSE_COMPACT |
					  XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	const xmlError *error = xmlCtxtGetLastError(parser);
	bool understood = false;

	if (doc && !error)
		understood = read(reading, doc);
	else
		cv_paloalto_refuse(
			reading, 0, "line %d: %.*s", error ? error->line : 1,
			error && error->message ? (int)strcspn(error->message, "\n") : 0,
			error && error->message ? error->message : "");
	xmlFreeDoc(doc);
	return understood;
}

bool cv_paloalto_document_read(struct cv_reading *reading,
			       bool (*read)(struct cv_reading *, const xmlDoc *))
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
	understood = parse(reading, parser, read);
	xmlFreeParserCtxt(parser);
	xmlResetLastError(); /* libxml2 keeps a copy that outlives the context */
	return understood;
}
