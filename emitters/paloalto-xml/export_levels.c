/* Which level of an export is above which.  A device group sees what those above it
 * have, and below them all what is shared. */
#include "paloalto-xml/export.h"

#include <string.h>

#include "base/ctx.h"
#include "model/target.h"
#include "paloalto-xml/options.h"

static struct cv_paloalto_level *level_at(const struct cv_paloalto_tree *tree,
					  size_t index)
{
	return CV_AT(&tree->levels, struct cv_paloalto_level, index);
}

/* What is shared has nothing above it: NULL.  A parent that is not there has nothing to
 * give. */
static const struct cv_paloalto_level *parent_of(const struct cv_paloalto_tree *tree,
						 const struct cv_paloalto_level *level)
{
	if (level == tree->shared)
		return NULL;
	for (size_t i = 0; level->parent_name && i < tree->levels.count; i++) {
		struct cv_paloalto_level *other = level_at(tree, i);

		if (other->kind == level->kind &&
		    strcmp(other->name, level->parent_name) == 0)
			return other;
	}
	return tree->shared;
}

/* How far the level is below the other, or CV_PALOALTO_ASIDE. */
static unsigned depth_below(const struct cv_paloalto_tree *tree,
			    const struct cv_paloalto_level *level,
			    const struct cv_paloalto_level *other)
{
	unsigned depth = 0;

	for (; level && depth <= tree->levels.count; depth++) {
		if (level == other)
			return depth;
		level = level->parent;
	}
	return CV_PALOALTO_ASIDE;
}

bool cv_paloalto_levels_settle(struct cv_export_reading *reading,
			       struct cv_paloalto_tree *tree)
{
	const bool nested = tree->scope->kind == CV_PALOALTO_DEVICE_GROUP;

	for (size_t i = 0; i < tree->levels.count; i++)
		level_at(tree, i)->parent = parent_of(tree, level_at(tree, i));
	for (size_t i = 0; i < tree->levels.count; i++) {
		struct cv_paloalto_level *level = level_at(tree, i);

		/* Every way ends at what is shared, unless it goes round in a circle. */
		if (depth_below(tree, level, tree->shared) == CV_PALOALTO_ASIDE) {
			reading->error = "a device group that lies in itself";
			return false;
		}
		level->distance = depth_below(tree, tree->scope, level);
		level->below = level != tree->scope &&
			       depth_below(tree, level, tree->scope) != CV_PALOALTO_ASIDE;
		/* Of device groups of which that is not known each may be. */
		level->below |=
			nested && !tree->ranked && level->distance == CV_PALOALTO_ASIDE;
	}
	return true;
}
