#pragma once
/* The way through an export's elements, for the two files that go it. */

#include "base/buf.h"
#include "paloalto-xml/export.h"

struct _xmlParserCtxt;

enum { CV_PALOALTO_DEPTH = 64 }; /* real configurations reach about 25 */

/* What an element on the way is. */
enum cv_paloalto_state {
	CV_PALOALTO_OUTSIDE,
	CV_PALOALTO_TOP,      /* our own element */
	CV_PALOALTO_RESPONSE, /* of the XML API */
	CV_PALOALTO_RESULT,
	CV_PALOALTO_CONFIG,
	CV_PALOALTO_DEVICES,
	CV_PALOALTO_DEVICE_ENTRY,
	CV_PALOALTO_SYSTEMS,  /* virtual systems or device groups */
	CV_PALOALTO_LEVEL,    /* one of them, or what is shared */
	CV_PALOALTO_AROUND,   /* the element around a list that is not `rules` */
	CV_PALOALTO_RULES_OF, /* a rulebase */
	CV_PALOALTO_SECURITY,
	/* What Panorama says of itself: which device group has which parent. */
	CV_PALOALTO_READONLY,
	CV_PALOALTO_READONLY_DEVICES,
	CV_PALOALTO_READONLY_DEVICE,
	CV_PALOALTO_READONLY_GROUPS,
	CV_PALOALTO_READONLY_GROUP,
	CV_PALOALTO_PARENT,
	CV_PALOALTO_LISTED, /* a list */
	CV_PALOALTO_NODE,   /* in a list */
	CV_PALOALTO_SKIPPED,
};

struct cv_paloalto_parser {
	struct cv_export_reading *reading;
	struct cv_paloalto_tree *tree;
	struct _xmlParserCtxt *xml;
	char *bytes; /* the export with an element of ours around it */
	enum cv_paloalto_state states[CV_PALOALTO_DEPTH];
	/* Of lists and what is in them. */
	struct cv_paloalto_node *nodes[CV_PALOALTO_DEPTH];
	size_t depth, node_count;
	struct cv_buf text; /* of the node since its last tag */
	/* Where the lists that come next stand. */
	struct cv_paloalto_level *level;
	enum cv_paloalto_list_id list;
	enum cv_paloalto_rulebase rulebase;
	bool defaults;
};

/* A start tag: its element, its attribute `name` (NULL: none), and its place. */
struct cv_paloalto_tag {
	const char *element, *name;
	size_t place;
};

/* What the element is that begins in the state in which the parser is; the parser
 * notes to which level and list it leads. */
enum cv_paloalto_state cv_paloalto_state_of(struct cv_paloalto_parser *parser,
					    const struct cv_paloalto_tag *tag);

/* The level of that kind and name, made where it was not there. */
struct cv_paloalto_level *cv_paloalto_level_of(struct cv_paloalto_parser *parser,
					       enum cv_paloalto_scope_kind kind,
					       const char *name);

/* The first error is the one that counts. */
void cv_paloalto_parser_fail(struct cv_paloalto_parser *parser, size_t at,
			     const char *error);
