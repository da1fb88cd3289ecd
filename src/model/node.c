#include "model/node.h"

#include <string.h>

const struct cv_node *cv_node_member(const struct cv_node *map, const char *key)
{
	for (const struct cv_node *member = map->first; member; member = member->next)
		if (member->key && strcmp(member->key->text, key) == 0)
			return member;
	return NULL;
}
