#include "export_tree.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/parser.h>

#include "base/ctx.h"
#include "model/target.h"

xmlDoc *cv_export_tree_parse(const struct cv_export_tree *tree)
{
	const int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
			    XML_PARSE_BIG_LINES;

	return tree->text.size > INT32_MAX
		       ? NULL
		       : xmlReadMemory(tree->text.text, (int)tree->text.size, "export",
				       "UTF-8", options);
}

bool cv_export_tree_defines(const xmlDoc *document)
{
	return document->intSubset && document->intSubset->children;
}

size_t cv_export_tree_place(struct cv_export_tree *tree, const xmlNode *node)
{
	const char *end = tree->text.text + tree->text.size;
	const long line = xmlGetLineNo(node);
	const char *at;

	if (!tree->known || line < tree->known_line) {
		tree->known = tree->text.text;
		tree->known_line = 1;
	}
	for (; tree->known_line < line; tree->known_line++) {
		const char *stop = memchr(tree->known, '\n', (size_t)(end - tree->known));

		if (!stop)
			break;
		tree->known = stop + 1;
	}
	for (at = tree->known; at < end && strchr(" \t", *at); at++)
		continue;
	return cv_export_text_place(&tree->text, (size_t)(at - tree->text.text));
}

bool cv_xml_is(const xmlNode *node, const char *name)
{
	return node && node->type == XML_ELEMENT_NODE &&
	       strcmp((const char *)node->name, name) == 0;
}

const xmlNode *cv_xml_element(const xmlNode *node)
{
	while (node && node->type != XML_ELEMENT_NODE)
		node = node->next;
	return node;
}

static const char *taken(struct cv_ctx *ctx, xmlChar *text)
{
	const char *copy = cv_arena_text(ctx->arena, text ? (const char *)text : "");

	free(text);
	return copy;
}

const char *cv_xml_text(struct cv_ctx *ctx, const xmlNode *node)
{
	return taken(ctx, xmlNodeGetContent(node));
}

const char *cv_xml_attribute(struct cv_ctx *ctx, const xmlNode *node, const char *name)
{
	xmlChar *value = xmlGetNoNsProp(node, (const xmlChar *)name);

	return value ? taken(ctx, value) : NULL;
}
