/* All objects of an export, and what a name means in it. */
#include "paloalto-xml/export.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "model/target.h"
#include "paloalto-xml/options.h"

static enum cv_paloalto_space space_of(const struct cv_paloalto_object *object)
{
	return cv_paloalto_lists[object->list].space;
}

static int by_name(const void *a, const void *b)
{
	const struct cv_paloalto_object *x = *(struct cv_paloalto_object *const *)a;
	const struct cv_paloalto_object *y = *(struct cv_paloalto_object *const *)b;
	int order = (space_of(x) > space_of(y)) - (space_of(x) < space_of(y));

	if (!order)
		order = strcmp(x->node->name, y->node->name);
	if (!order)
		order = (x->level->distance > y->level->distance) -
			(x->level->distance < y->level->distance);
	if (!order)
		order = (x->node->place > y->node->place) -
			(x->node->place < y->node->place);
	return order;
}

static void sort_objects(struct cv_paloalto_config *config)
{
	const size_t count = config->objects.count;

	config->sorted = CV_NEW_ARRAY(config->reading->ctx->arena, count + 1,
				      struct cv_paloalto_object *);
	config->sorted_count = count;
	for (size_t i = 0; i < count; i++)
		config->sorted[i] = CV_AT(&config->objects, struct cv_paloalto_object, i);
	qsort(config->sorted, count, sizeof *config->sorted, by_name);
}

struct cv_paloalto_object *const *
cv_paloalto_named(const struct cv_paloalto_config *config, enum cv_paloalto_space space,
		  const char *name, size_t *count_out)
{
	size_t low = 0, high = config->sorted_count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const struct cv_paloalto_object *object = config->sorted[middle];

		if (space_of(object) < space ||
		    (space_of(object) == space && strcmp(object->node->name, name) < 0))
			low = middle + 1;
		else
			high = middle;
	}
	*count_out = 0;
	while (low + *count_out < config->sorted_count &&
	       space_of(config->sorted[low + *count_out]) == space &&
	       strcmp(config->sorted[low + *count_out]->node->name, name) == 0)
		++*count_out;
	return config->sorted + low;
}

struct cv_paloalto_object *cv_paloalto_meant(const struct cv_paloalto_config *config,
					     enum cv_paloalto_space space,
					     const char *name, bool *doubted_out)
{
	struct cv_paloalto_object *const *found, *meant;
	bool doubted = false;
	size_t count;

	found = cv_paloalto_named(config, space, name, &count);
	meant = count && found[0]->level->distance != CV_PALOALTO_ASIDE ? found[0] : NULL;
	for (size_t i = 1; meant && i < count; i++)
		doubted |= found[i]->level->distance != CV_PALOALTO_ASIDE &&
			   !cv_paloalto_same_meaning(meant, found[i]);
	if (doubted_out)
		*doubted_out = doubted;
	return meant;
}

bool cv_paloalto_shows(const struct cv_paloalto_tree *tree, enum cv_paloalto_list_id list)
{
	if (tree->scope->whole)
		return true;
	for (size_t i = 0; i < tree->listings.count; i++) {
		const struct cv_paloalto_listing *listing =
			CV_AT(&tree->listings, struct cv_paloalto_listing, i);

		if (listing->level == tree->scope && listing->list == list)
			return true;
	}
	return false;
}

bool cv_paloalto_export_check(struct cv_export_reading *reading,
			      const struct cv_paloalto_tree *tree)
{
	bool any = tree->scope->whole;

	if (cv_paloalto_is_panorama(reading->options)) {
		if (tree->firewall && !tree->panorama)
			reading->error = "the configuration is a firewall's, not "
					 "Panorama's";
	} else if (tree->panorama) {
		reading->error = "the configuration is Panorama's, not a firewall's";
	}
	for (int list = 0; list < CV_PALOALTO_LIST_COUNT; list++)
		any |= cv_paloalto_shows(tree, (enum cv_paloalto_list_id)list);
	if (!any && !reading->error)
		reading->error =
			tree->config
				? cv_arena_format(reading->ctx->arena,
						  "the configuration holds no %s",
						  cv_paloalto_scope(reading->options))
				: "neither a configuration nor a list of tags, services "
				  "or service groups as XML";
	return !reading->error;
}

bool cv_paloalto_config_load(struct cv_paloalto_config *config, const char *tag)
{
	const struct cv_table *listings = &config->tree.listings;

	if (!cv_paloalto_export_parse(config->reading, &config->tree) ||
	    !cv_paloalto_export_check(config->reading, &config->tree))
		return false;
	for (size_t i = 0; i < listings->count; i++) {
		const struct cv_paloalto_listing *listing =
			CV_AT(listings, struct cv_paloalto_listing, i);

		if (!listing->defaults)
			cv_paloalto_objects_read(config->reading, listing, tag,
						 &config->objects);
	}
	sort_objects(config);
	return true;
}
