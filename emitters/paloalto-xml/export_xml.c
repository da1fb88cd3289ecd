/* From an export's bytes to the lists in it.  A running configuration is large and
 * full of secrets, so it is read as a stream: only the lists that are compared become
 * nodes.  The bytes are put into an element of ours, so that several answers may stand
 * one after the other and no document type can be declared: there is no entity but the
 * five, and nothing to fetch. */
#include "paloalto-xml/export.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/limits.h"
#include "model/target.h"
#include "paloalto-xml/options.h"
#include "paloalto-xml/target.h"

#define HEAD "<export>"
#define TAIL "</export>"

enum {
	MAX_DEPTH = 64, /* real configurations reach about 25 */
	BOM_SIZE = 3,
};

/* What an element on the way is. */
enum state {
	OUTSIDE,
	TOP,      /* our own element */
	RESPONSE, /* of the XML API */
	RESULT,
	CONFIG,
	DEVICES,
	DEVICE,
	SYSTEMS,
	SCOPE,
	SHARED,
	LIST, /* of the scope */
	SHARED_LIST,
	NODE, /* in a list */
	SKIPPED,
};

struct parser {
	struct cv_export_reading *reading;
	struct cv_paloalto_tree *tree;
	xmlParserCtxt *xml;
	char *bytes; /* the export with HEAD and TAIL around it */
	enum state states[MAX_DEPTH];
	struct cv_paloalto_node *nodes[MAX_DEPTH]; /* of lists and what is in them */
	size_t depth, node_count;
	struct cv_buf text; /* of the node since its last tag */
};

/* A start tag as libxml2 hands it over: of an attribute five pointers. */
struct tag {
	const char *element;
	const xmlChar **attributes;
	int count;
};

struct attribute {
	const char *name;
	const xmlChar *uri;
	const char *value;
	size_t size;
};

void cv_paloalto_unknown(struct cv_export_reading *reading, size_t place,
			 const char *what)
{
	struct cv_unknown *unknown =
		CV_ADD(reading->ctx->arena, &reading->unknown, struct cv_unknown);

	unknown->place = place;
	unknown->what = what;
}

/* The first error is the one that counts. */
static void fail(struct parser *parser, size_t at, const char *error)
{
	if (!parser->reading->error) {
		parser->reading->error = error;
		parser->reading->error_at = at;
	}
	xmlStopParser(parser->xml);
}

/* How far libxml2 is, in the export's own bytes. */
static size_t position(const struct parser *parser)
{
	const long at = xmlByteConsumed(parser->xml) - (long)strlen(HEAD);

	if (at < 0)
		return 0;
	return (size_t)at < parser->reading->size ? (size_t)at : parser->reading->size;
}

/* The tag that was just read ends at the position, and holds no other `<`. */
static size_t tag_place(const struct parser *parser)
{
	const char *bytes = parser->reading->bytes;
	const char *tag = memrchr(bytes, '<', position(parser));

	return tag ? (size_t)(tag - bytes) : 0;
}

static struct attribute attribute_at(const struct tag *tag, int index)
{
	const xmlChar **at = tag->attributes + (size_t)index * 5;

	return (struct attribute){(const char *)at[0], at[2], (const char *)at[3],
				  (size_t)(at[4] - at[3])};
}

static bool has(const struct tag *tag, const char *name, const char *value)
{
	for (int i = 0; i < tag->count; i++) {
		const struct attribute attribute = attribute_at(tag, i);

		if (!attribute.uri && strcmp(attribute.name, name) == 0)
			return attribute.size == strlen(value) &&
			       memcmp(attribute.value, value, attribute.size) == 0;
	}
	return false;
}

/* Without substitution of entities libxml2 leaves `&` as `&#38;`. */
static const char *value_of(struct parser *parser, const struct attribute *attribute)
{
	char *text = cv_arena_copy(parser->reading->ctx->arena, attribute->value,
				   attribute->size);
	char *to = text;

	for (const char *from = text; *from; from++) {
		*to++ = *from;
		if (strncmp(from, "&#38;", 5) == 0)
			from += 4;
	}
	*to = '\0';
	return text;
}

static bool is_mark(const char *name)
{
	for (const char *const *mark = cv_paloalto_marks; *mark; mark++)
		if (strcmp(*mark, name) == 0)
			return true;
	return false;
}

static bool is_blank(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (!strchr(" \t\r\n", text[i]))
			return false;
	return true;
}

/* Text beside elements has no place in a configuration; an element without any has
 * its text. */
static void take_text(struct parser *parser, bool at_end)
{
	struct cv_paloalto_node *node = parser->nodes[parser->depth];

	if (at_end && !node->first)
		node->text =
			cv_arena_copy(parser->reading->ctx->arena,
				      cv_buf_string(&parser->text), parser->text.size);
	else if (!is_blank(parser->text.data, parser->text.size))
		node->odd = true;
	parser->text.size = 0;
}

static void open_node(struct parser *parser, const struct tag *tag)
{
	struct cv_paloalto_node *parent = parser->nodes[parser->depth];
	struct cv_paloalto_node *node =
		CV_NEW(parser->reading->ctx->arena, struct cv_paloalto_node);

	if (parent)
		take_text(parser, false);
	node->element = cv_intern_text(parser->reading->ctx, tag->element);
	node->text = "";
	node->place = tag_place(parser);
	for (int i = 0; i < tag->count; i++) {
		const struct attribute attribute = attribute_at(tag, i);

		if (!attribute.uri && strcmp(attribute.name, "name") == 0 &&
		    strcmp(tag->element, "entry") == 0)
			node->name = value_of(parser, &attribute);
		else if (attribute.uri || !is_mark(attribute.name))
			node->odd = true;
	}
	if (parent && parent->last)
		parent->last->next = node;
	else if (parent)
		parent->first = node;
	if (parent)
		parent->last = node;
	parser->nodes[parser->depth + 1] = node;
	if (++parser->node_count > CV_MAX_NODES)
		fail(parser, node->place, "more objects than carveout reads");
}

static bool is_list(const char *element)
{
	return cv_paloalto_is_exported(cv_paloalto_list_table(element));
}

static enum state enter_scope(struct parser *parser)
{
	parser->tree->scope = true;
	return SCOPE;
}

static enum state enter_shared(struct parser *parser)
{
	return cv_paloalto_is_shared(parser->reading->options) ? enter_scope(parser)
							       : SHARED;
}

/* A part of a configuration by itself.  A list does not say whose it is: it is taken
 * for the scope's, since that is what one asks for. */
static enum state in_fragment(struct parser *parser, const struct tag *tag)
{
	const char *scope = cv_paloalto_scope(parser->reading->options);
	const bool entry = strcmp(tag->element, "entry") == 0;

	if (strcmp(tag->element, "config") == 0) {
		parser->tree->config = true;
		return CONFIG;
	}
	if (strcmp(tag->element, "shared") == 0)
		return enter_shared(parser);
	if (strcmp(tag->element, "devices") == 0)
		return DEVICES;
	if (strcmp(tag->element, "vsys") == 0)
		return SYSTEMS;
	if (entry && has(tag, "name", CV_PALOALTO_DEVICE))
		return DEVICE;
	if (entry && has(tag, "name", scope))
		return enter_scope(parser);
	if (is_list(tag->element))
		return LIST;
	cv_paloalto_unknown(parser->reading, tag_place(parser),
			    "an element that holds none of the lists that are compared");
	return SKIPPED;
}

static enum state next_state(struct parser *parser, const struct tag *tag)
{
	const char *scope = cv_paloalto_scope(parser->reading->options);
	const bool entry = strcmp(tag->element, "entry") == 0;

	switch (parser->states[parser->depth]) {
	case OUTSIDE:
		return TOP;
	case TOP:
		if (strcmp(tag->element, "response") == 0)
			return RESPONSE;
		/* fall through */
	case RESPONSE:
		if (strcmp(tag->element, "result") == 0)
			return RESULT;
		/* fall through */
	case RESULT:
		return in_fragment(parser, tag);
	case CONFIG:
		if (strcmp(tag->element, "shared") == 0)
			return enter_shared(parser);
		return strcmp(tag->element, "devices") == 0 ? DEVICES : SKIPPED;
	case DEVICES:
		return entry && has(tag, "name", CV_PALOALTO_DEVICE) ? DEVICE : SKIPPED;
	case DEVICE:
		parser->tree->panorama |= strcmp(tag->element, "device-group") == 0;
		return strcmp(tag->element, "vsys") == 0 ? SYSTEMS : SKIPPED;
	case SYSTEMS:
		return entry && has(tag, "name", scope) ? enter_scope(parser) : SKIPPED;
	case SCOPE:
		return is_list(tag->element) ? LIST : SKIPPED;
	case SHARED:
		return is_list(tag->element) ? SHARED_LIST : SKIPPED;
	case LIST:
	case SHARED_LIST:
	case NODE:
		return NODE;
	case SKIPPED:
		break;
	}
	return SKIPPED;
}

static bool is_kept(enum state state)
{
	return state == LIST || state == SHARED_LIST || state == NODE;
}

static void add_listing(struct parser *parser, const struct tag *tag, bool shared)
{
	struct cv_paloalto_listing *listing =
		CV_ADD(parser->reading->ctx->arena, &parser->tree->listings,
		       struct cv_paloalto_listing);

	listing->list = (enum cv_paloalto_list_id)cv_paloalto_list_table(tag->element);
	listing->shared = shared;
	listing->node = parser->nodes[parser->depth + 1];
}

static void note_secret(struct parser *parser, const char *element)
{
	for (const char *const *secret = cv_paloalto_secrets; *secret; secret++)
		if (!parser->tree->secret && strcmp(*secret, element) == 0) {
			parser->tree->secret = *secret;
			parser->tree->secret_at = tag_place(parser);
		}
}

static void on_start(void *user, const xmlChar *local, const xmlChar *prefix,
		     const xmlChar *uri, int namespace_count, const xmlChar **namespaces,
		     int count, int default_count, const xmlChar **attributes)
{
	struct parser *parser = user;
	const struct tag tag = {(const char *)local, attributes, count};
	enum state state;

	(void)prefix;
	(void)namespace_count;
	(void)namespaces;
	(void)default_count;
	if (parser->depth + 1 == MAX_DEPTH) {
		fail(parser, tag_place(parser), "nests deeper than a configuration does");
		return;
	}
	note_secret(parser, tag.element);
	state = uri ? SKIPPED : next_state(parser, &tag);
	parser->nodes[parser->depth + 1] = NULL;
	if (is_kept(state))
		open_node(parser, &tag);
	if (state == LIST || state == SHARED_LIST)
		add_listing(parser, &tag, state == SHARED_LIST);
	parser->states[++parser->depth] = state;
	if (state == RESPONSE && !has(&tag, "status", "success"))
		fail(parser, tag_place(parser),
		     "the answer says that the request did not succeed");
}

static void on_end(void *user, const xmlChar *local, const xmlChar *prefix,
		   const xmlChar *uri)
{
	struct parser *parser = user;

	(void)local;
	(void)prefix;
	(void)uri;
	if (is_kept(parser->states[parser->depth]))
		take_text(parser, true);
	parser->depth--;
}

static void on_text(void *user, const xmlChar *bytes, int length)
{
	struct parser *parser = user;
	const char *text = (const char *)bytes;
	const size_t size = (size_t)length;
	const enum state state = parser->states[parser->depth];

	if (is_kept(state))
		cv_buf_add(&parser->text, text, size);
	else if ((state == TOP || state == RESPONSE || state == RESULT) &&
		 !is_blank(text, size))
		cv_paloalto_unknown(parser->reading, position(parser),
				    "text outside of all elements, such as a prompt");
}

/* A declaration would not stand at the beginning any more; what it says of the
 * encoding must be what is taken for granted. */
static bool blank_declaration(struct parser *parser)
{
	char *at = parser->bytes + strlen(HEAD), *end, *encoding;

	if (strncmp(at, "\xEF\xBB\xBF", BOM_SIZE) == 0) {
		memset(at, ' ', BOM_SIZE);
		at += BOM_SIZE;
	}
	at += strspn(at, " \t\r\n");
	end = strncmp(at, "<?xml", 5) == 0 ? strstr(at, "?>") : NULL;
	if (!end)
		return true;
	*end = '\0';
	encoding = strstr(at, "encoding");
	if (encoding)
		encoding += strcspn(encoding, "\"'");
	if (encoding && *encoding && strncasecmp(encoding + 1, "UTF-8", 5) != 0 &&
	    strncasecmp(encoding + 1, "US-ASCII", 8) != 0) {
		parser->reading->error = "the encoding is not UTF-8";
		return false;
	}
	memset(at, ' ', (size_t)(end + 2 - at));
	return true;
}

/* Its errors stay in its own context, and none is shown: they quote what they are
 * about. */
static void run(struct parser *parser, size_t size)
{
	parser->xml = xmlCreateMemoryParserCtxt(parser->bytes, (int)size);
	if (!parser->xml)
		cv_out_of_memory();
	memset(parser->xml->sax, 0, sizeof *parser->xml->sax);
	parser->xml->sax->initialized = XML_SAX2_MAGIC;
	parser->xml->sax->startElementNs = on_start;
	parser->xml->sax->endElementNs = on_end;
	parser->xml->sax->characters = on_text;
	parser->xml->sax->ignorableWhitespace = on_text;
	parser->xml->userData = parser;
	xmlCtxtUseOptions(parser->xml, XML_PARSE_NONET | XML_PARSE_BIG_LINES |
					       XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	xmlParseDocument(parser->xml);
	if (!parser->reading->error && !parser->xml->wellFormed)
		fail(parser, position(parser), "no well-formed XML from here on");
	xmlFreeParserCtxt(parser->xml);
	xmlResetLastError(); /* libxml2 keeps a copy that outlives the context */
}

bool cv_paloalto_export_parse(struct cv_export_reading *reading,
			      struct cv_paloalto_tree *tree)
{
	const size_t head = strlen(HEAD), tail = strlen(TAIL);
	struct parser parser = {.reading = reading, .tree = tree, .text = CV_BUF_INIT};

	if (reading->size > INT_MAX - head - tail) {
		reading->error = "the export is too large";
		return false;
	}
	parser.bytes = malloc(head + reading->size + tail + 1);
	if (!parser.bytes)
		cv_out_of_memory();
	memcpy(parser.bytes, HEAD, head);
	memcpy(parser.bytes + head, reading->bytes, reading->size);
	memcpy(parser.bytes + head + reading->size, TAIL, tail + 1);
	if (blank_declaration(&parser))
		run(&parser, head + reading->size + tail);
	free(parser.bytes);
	cv_buf_deinit(&parser.text);
	return !reading->error;
}
