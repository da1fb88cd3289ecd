/* The walk over a document of ours.  Three passes, each of its own make, so that every
 * byte is accounted for: the spelling (read_spelling.c) leaves one way to write each
 * thing; libxml2 says what the document is; the walk knows every element, attribute and
 * blank of it or refuses. */
#include "paloalto-xml/read_xml.h"

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

/* Small, so that the artefacts of a small site are of many pieces, too. */
enum { PIECE = 4096 };

/* Gives the parser the next bytes; false: there are none, or it refused some. */
static bool feed(struct cv_paloalto_reader *reader)
{
	const struct cv_reading *reading = reader->reading;
	const size_t left = reading->size - reader->fed;
	const size_t size = left < PIECE ? left : PIECE;

	if (!size || xmlCtxtGetLastError(reader->parser))
		return false;
	xmlParseChunk(reader->parser, reading->bytes + reader->fed, (int)size,
		      size == left);
	reader->fed += size;
	return true;
}

/* Whether the parser has not come to the end of the element of that depth. */
static bool is_open(const struct cv_paloalto_reader *reader, const xmlNode *node,
		    unsigned depth)
{
	const xmlParserCtxt *parser = reader->parser;

	return parser->nodeNr > (int)depth && parser->nodeTab[depth] == node;
}

static bool finish(const struct cv_paloalto_cursor *cursor)
{
	while (is_open(cursor->reader, cursor->node, cursor->depth))
		if (!feed(cursor->reader))
			return false;
	return true;
}

static void free_before(const xmlNode *node)
{
	while (node->prev) {
		xmlNode *before = node->prev;

		xmlUnlinkNode(before);
		xmlFreeNode(before);
	}
}

/* `next` is where the white space before the next member is, or will be; all of it is
 * there as soon as something follows it or its parent ends. */
static bool move(struct cv_paloalto_cursor *cursor, xmlNode *const *next)
{
	struct cv_paloalto_reader *reader = cursor->reader;
	const xmlNode *gap;
	bool open;

	do {
		gap = *next;
		open = is_open(reader, cursor->parent, cursor->depth - 1);
	} while (open && !(gap && gap->next) && feed(reader));
	next_line(reader);
	if (gap && is_gap(gap, cursor->depth) && gap->next &&
	    gap->next->type == XML_ELEMENT_NODE) {
		cursor->node = gap->next;
		free_before(cursor->node);
		return true;
	}
	if (gap && is_gap(gap, cursor->depth - 1) && !open && !gap->next &&
	    cursor->node) {
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
	return move(cursor, &parent->children);
}

bool cv_paloalto_advance(struct cv_paloalto_cursor *cursor)
{
	return move(cursor, &cursor->node->next);
}

bool cv_paloalto_is_plain(const struct cv_paloalto_cursor *cursor, const char *element)
{
	const xmlNode *node = cursor->node;

	return node && !node->properties && !node->ns &&
	       strcmp((const char *)node->name, element) == 0;
}

bool cv_paloalto_is_bare(const struct cv_paloalto_cursor *cursor)
{
	return finish(cursor) && !cursor->node->children;
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
	const xmlNode *text;

	if (!cv_paloalto_is_plain(cursor, element))
		return cv_paloalto_refuse(reading, cursor->reader->at,
					  "<%s> should stand here", element);
	text = finish(cursor) ? cursor->node->children : NULL;
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
static bool parse(struct cv_paloalto_reader *reader,
		  bool (*read)(struct cv_paloalto_reader *, const xmlNode *))
{
	xmlParserCtxt *parser = reader->parser;
	const xmlError *error;
	bool understood, whole;

	xmlCtxtUseOptions(parser, XML_PARSE_NONET | XML_PARSE_COMPACT |
					  XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	while (!(parser->myDoc && parser->myDoc->children) && feed(reader))
		continue;
	understood = read(reader, parser->myDoc ? parser->myDoc->children : NULL);
	while (feed(reader))
		continue;
	error = xmlCtxtGetLastError(parser);
	whole = !error && parser->wellFormed && parser->myDoc;
	if (whole && understood && parser->myDoc->children->next)
		return cv_paloalto_refuse(reader->reading, reader->at,
					  "something stands behind the document");
	if (!whole)
		cv_paloalto_refuse(
			reader->reading, 0, "line %d: %.*s", error ? error->line : 1,
			error && error->message ? (int)strcspn(error->message, "\n") : 0,
			error && error->message ? error->message : "");
	return whole && understood;
}

bool cv_paloalto_document_read(struct cv_reading *reading,
			       bool (*read)(struct cv_paloalto_reader *,
					    const xmlNode *root))
{
	struct cv_paloalto_reader reader = {.reading = reading,
					    .arena = reading->ctx->arena};
	bool understood;

	if (!cv_paloalto_check_spelling(reading))
		return false;
	/* So that what the library keeps from here on is freed at the end, too. */
	xmlInitParser();
	reader.parser = xmlCreatePushParserCtxt(NULL, NULL, NULL, 0, NULL);
	if (!reader.parser)
		cv_out_of_memory();
	understood = parse(&reader, read);
	xmlFreeDoc(reader.parser->myDoc);
	xmlFreeParserCtxt(reader.parser);
	xmlResetLastError(); /* libxml2 keeps a copy that outlives the context */
	return understood;
}
