#pragma once
/* Live exports in XML, as a tree of libxml2: no network, no entities but the five. */

#include <libxml/tree.h>

#include "export_text.h"

struct cv_ctx;

struct cv_export_tree {
	struct cv_export_reading *reading;
	struct cv_export_text text;
	const char *known; /* private: the begin of a line, and its number */
	long known_line;
};

/* The document in tree->text, which is open, to be freed with xmlFreeDoc; NULL: it is not
 * well-formed, which libxml2 says to nobody, or too large. */
xmlDoc *cv_export_tree_parse(const struct cv_export_tree *tree);

/* Whether the document has definitions of its own, as entities. */
bool cv_export_tree_defines(const xmlDoc *document);

/* Where the element's line begins, behind its blanks: cheap where they are asked for in
 * the order in which they stand. */
size_t cv_export_tree_place(struct cv_export_tree *tree, const xmlNode *node);

bool cv_xml_is(const xmlNode *node, const char *name);

/* The element at `node` or behind it, or NULL. */
const xmlNode *cv_xml_element(const xmlNode *node);

/* The text in an element, in the arena. */
const char *cv_xml_text(struct cv_ctx *ctx, const xmlNode *node);

/* The value of an attribute, in the arena; NULL: there is none. */
const char *cv_xml_attribute(struct cv_ctx *ctx, const xmlNode *node, const char *name);
