#pragma once
/* Looking into the nodes of an export. */

#include <string.h>

#include "paloalto-xml/export.h"

static inline bool cv_node_is(const struct cv_paloalto_node *node, const char *element)
{
	return strcmp(node->element, element) == 0;
}

/* The first element of that name in a node, or NULL. */
static inline const struct cv_paloalto_node *
cv_node_first(const struct cv_paloalto_node *node, const char *element)
{
	for (node = node->first; node; node = node->next)
		if (cv_node_is(node, element))
			return node;
	return NULL;
}

/* The element of that name in a node, when it stands there once; else NULL. */
static inline const struct cv_paloalto_node *
cv_node_one(const struct cv_paloalto_node *node, const char *element)
{
	const struct cv_paloalto_node *found = cv_node_first(node, element);

	for (node = found ? found->next : NULL; node; node = node->next)
		if (cv_node_is(node, element))
			return NULL;
	return found;
}

/* The text of an element that may be absent (NULL); false where it stands there more
 * than once. */
static inline bool cv_node_text(const struct cv_paloalto_node *node, const char *element,
				const char **text_out)
{
	const struct cv_paloalto_node *leaf = cv_node_one(node, element);

	*text_out = leaf ? leaf->text : NULL;
	return leaf || !cv_node_first(node, element);
}
