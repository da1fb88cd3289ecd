/* From an export's bytes to the lists in it.  A running configuration is large and
 * full of secrets, so it is read as a stream: only the lists that are compared become
 * nodes.  The bytes are put into an element of ours, so that several answers may stand
 * one after the other and no document type can be declared: there is no entity but the
 * five, and nothing to fetch. */
#include "paloalto-xml/export_xml.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include "base/ctx.h"
#include "base/limits.h"
#include "model/target.h"
#include "paloalto-xml/options.h"
#include "paloalto-xml/target.h"

#define HEAD "<export>"
#define TAIL "</export>"

enum { BOM_SIZE = 3 };

/* A start tag as libxml2 hands it over: of an attribute five pointers. */
struct start {
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

void cv_paloalto_parser_fail(struct cv_paloalto_parser *parser, size_t at,
			     const char *error)
{
	if (!parser->reading->error) {
		parser->reading->error = error;
		parser->reading->error_at = at;
	}
	xmlStopParser(parser->xml);
}

/* How far libxml2 is, in the export's own bytes. */
static size_t position(const struct cv_paloalto_parser *parser)
{
	const long at = xmlByteConsumed(parser->xml) - (long)strlen(HEAD);

	if (at < 0)
		return 0;
	return (size_t)at < parser->reading->size ? (size_t)at : parser->reading->size;
}

/* The tag that was just read ends at the position, and holds no other `<`. */
static size_t tag_place(const struct cv_paloalto_parser *parser)
{
	const char *bytes = parser->reading->bytes;
	const char *tag = memrchr(bytes, '<', position(parser));

	return tag ? (size_t)(tag - bytes) : 0;
}

static struct attribute attribute_at(const struct start *start, int index)
{
	const xmlChar **at = start->attributes + (size_t)index * 5;

	return (struct attribute){(const char *)at[0], at[2], (const char *)at[3],
				  (size_t)(at[4] - at[3])};
}

static bool has(const struct start *start, const char *name, const char *value)
{
	for (int i = 0; i < start->count; i++) {
		const struct attribute attribute = attribute_at(start, i);

		if (!attribute.uri && strcmp(attribute.name, name) == 0)
			return attribute.size == strlen(value) &&
			       memcmp(attribute.value, value, attribute.size) == 0;
	}
	return false;
}

/* Without substitution of entities libxml2 leaves `&` as `&#38;`. */
static const char *value_of(struct cv_paloalto_parser *parser,
			    const struct attribute *attribute)
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
static void take_text(struct cv_paloalto_parser *parser, bool at_end)
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

/* The attribute that names an entry, or NULL. */
static const char *name_of(struct cv_paloalto_parser *parser, const struct start *start)
{
	for (int i = 0; i < start->count; i++) {
		const struct attribute attribute = attribute_at(start, i);

		if (!attribute.uri && strcmp(attribute.name, "name") == 0)
			return value_of(parser, &attribute);
	}
	return NULL;
}

static bool is_odd(const struct start *start)
{
	const bool entry = strcmp(start->element, "entry") == 0;

	for (int i = 0; i < start->count; i++) {
		const struct attribute attribute = attribute_at(start, i);

		if (attribute.uri || (!is_mark(attribute.name) &&
				      !(entry && strcmp(attribute.name, "name") == 0)))
			return true;
	}
	return false;
}

static void open_node(struct cv_paloalto_parser *parser, const struct start *start,
		      const struct cv_paloalto_tag *tag)
{
	struct cv_paloalto_node *parent = parser->nodes[parser->depth];
	struct cv_paloalto_node *node =
		CV_NEW(parser->reading->ctx->arena, struct cv_paloalto_node);

	if (parent)
		take_text(parser, false);
	node->element = cv_intern_text(parser->reading->ctx, tag->element);
	node->name = tag->name;
	node->text = "";
	node->place = tag->place;
	node->odd = is_odd(start);
	if (parent && parent->last)
		parent->last->next = node;
	else if (parent)
		parent->first = node;
	if (parent)
		parent->last = node;
	parser->nodes[parser->depth + 1] = node;
	if (++parser->node_count > CV_MAX_NODES)
		cv_paloalto_parser_fail(parser, node->place,
					"more objects than carveout reads");
}

static bool is_kept(enum cv_paloalto_state state)
{
	return state == CV_PALOALTO_LISTED || state == CV_PALOALTO_NODE ||
	       state == CV_PALOALTO_PARENT;
}

static void add_listing(struct cv_paloalto_parser *parser)
{
	struct cv_paloalto_listing *listing =
		CV_ADD(parser->reading->ctx->arena, &parser->tree->listings,
		       struct cv_paloalto_listing);

	listing->list = parser->list;
	listing->level = parser->level;
	listing->rulebase = parser->rulebase;
	listing->defaults = parser->list == CV_PALOALTO_RULE && parser->defaults;
	listing->node = parser->nodes[parser->depth + 1];
}

/* Of what is told whatever stands around it. */
static void note_element(struct cv_paloalto_parser *parser, const char *element)
{
	struct cv_paloalto_tree *tree = parser->tree;

	for (const char *const *secret = cv_paloalto_secrets; *secret; secret++)
		if (!tree->secret && strcmp(*secret, element) == 0) {
			tree->secret = *secret;
			tree->secret_at = tag_place(parser);
		}
	if (!tree->managed && strcmp(element, "panorama-server") == 0) {
		tree->managed = true;
		tree->managed_at = tag_place(parser);
	}
}

static bool is_success(const struct start *start)
{
	return has(start, "status", "success");
}

static void on_start(void *user, const xmlChar *local, const xmlChar *prefix,
		     const xmlChar *uri, int namespace_count, const xmlChar **namespaces,
		     int count, int default_count, const xmlChar **attributes)
{
	struct cv_paloalto_parser *parser = user;
	const struct start start = {(const char *)local, attributes, count};
	struct cv_paloalto_tag tag = {.element = start.element};
	enum cv_paloalto_state state = CV_PALOALTO_SKIPPED;

	(void)prefix;
	(void)namespace_count;
	(void)namespaces;
	(void)default_count;
	tag.place = tag_place(parser);
	if (parser->depth + 1 == CV_PALOALTO_DEPTH) {
		cv_paloalto_parser_fail(parser, tag.place,
					"nests deeper than a configuration does");
		return;
	}
	note_element(parser, tag.element);
	if (parser->states[parser->depth] != CV_PALOALTO_SKIPPED && !uri) {
		if (strcmp(tag.element, "entry") == 0)
			tag.name = name_of(parser, &start);
		state = cv_paloalto_state_of(parser, &tag);
	}
	parser->nodes[parser->depth + 1] = NULL;
	if (is_kept(state))
		open_node(parser, &start, &tag);
	if (state == CV_PALOALTO_LISTED)
		add_listing(parser);
	parser->states[++parser->depth] = state;
	if (state == CV_PALOALTO_RESPONSE && !is_success(&start))
		cv_paloalto_parser_fail(
			parser, tag.place,
			"the answer says that the request did not succeed");
}

static void on_end(void *user, const xmlChar *local, const xmlChar *prefix,
		   const xmlChar *uri)
{
	struct cv_paloalto_parser *parser = user;

	(void)local;
	(void)prefix;
	(void)uri;
	if (is_kept(parser->states[parser->depth]))
		take_text(parser, true);
	if (parser->states[parser->depth] == CV_PALOALTO_PARENT)
		parser->level->parent_name = parser->nodes[parser->depth]->text;
	parser->depth--;
}

static void on_text(void *user, const xmlChar *bytes, int length)
{
	struct cv_paloalto_parser *parser = user;
	const char *text = (const char *)bytes;
	const size_t size = (size_t)length;
	const enum cv_paloalto_state state = parser->states[parser->depth];

	if (is_kept(state))
		cv_buf_add(&parser->text, text, size);
	else if ((state == CV_PALOALTO_TOP || state == CV_PALOALTO_RESPONSE ||
		  state == CV_PALOALTO_RESULT) &&
		 !is_blank(text, size))
		cv_paloalto_unknown(parser->reading, position(parser),
				    "text outside of all elements, such as a prompt");
}

/* A declaration would not stand at the beginning any more; what it says of the
 * encoding must be what is taken for granted. */
static bool blank_declaration(struct cv_paloalto_parser *parser)
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
static void run(struct cv_paloalto_parser *parser, size_t size)
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
		cv_paloalto_parser_fail(parser, position(parser),
					"no well-formed XML from here on");
	xmlFreeParserCtxt(parser->xml);
	xmlResetLastError(); /* libxml2 keeps a copy that outlives the context */
}

/* The scope and what is shared are there whether they are shown or not. */
static void make_levels(struct cv_paloalto_parser *parser)
{
	const struct cv_paloalto_options *options = parser->reading->options;
	struct cv_paloalto_tree *tree = parser->tree;

	tree->shared = cv_paloalto_level_of(parser, CV_PALOALTO_SHARED, "");
	tree->scope =
		cv_paloalto_is_shared(options)
			? tree->shared
			: cv_paloalto_level_of(parser, cv_paloalto_scope_kind(options),
					       cv_paloalto_scope(options));
}

bool cv_paloalto_export_parse(struct cv_export_reading *reading,
			      struct cv_paloalto_tree *tree)
{
	const size_t head = strlen(HEAD), tail = strlen(TAIL);
	struct cv_paloalto_parser parser = {
		.reading = reading, .tree = tree, .text = CV_BUF_INIT};

	if (reading->size > INT_MAX - head - tail) {
		reading->error = "the export is too large";
		return false;
	}
	make_levels(&parser);
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
	return !reading->error && cv_paloalto_levels_settle(reading, tree);
}
