#include "model/node.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"

const struct cv_node *cv_node_member(const struct cv_node *map, const char *key)
{
	for (const struct cv_node *member = map->first; member; member = member->next)
		if (member->key && *member->key->text == *key &&
		    strcmp(member->key->text, key) == 0)
			return member;
	return NULL;
}

static int by_key(const void *left, const void *right)
{
	const struct cv_node *a = *(const struct cv_node *const *)left;
	const struct cv_node *b = *(const struct cv_node *const *)right;

	return strcmp(a->key->text, b->key->text);
}

const struct cv_node *const *cv_node_sorted(struct cv_ctx *ctx, const struct cv_node *map)
{
	const struct cv_node **sorted =
		CV_NEW_ARRAY(ctx->arena, map->count, const struct cv_node *);
	size_t count = 0;

	for (const struct cv_node *member = map->first; member; member = member->next)
		sorted[count++] = member;
	if (count > 1)
		qsort(sorted, count, sizeof *sorted, by_key);
	return sorted;
}
