/* The names of a plan against what stands there already.  What carries our tag is ours,
 * from an earlier load; what means the same is used as it is; everything else that is
 * called so would be overwritten, and is refused. */
#include "paloalto-xml/target.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/ctx.h"
#include "model/node.h"
#include "paloalto-xml/export.h"
#include "paloalto-xml/options.h"

struct holding {
	struct cv_ctx *ctx;
	struct cv_plan *plan;
	const struct cv_base *base;
	const struct cv_paloalto_config *config;
	struct cv_paloalto_names names;
	bool loaded; /* our tag stands there: the site was loaded before */
};

static bool tagged_ours(const struct holding *holding,
			const struct cv_paloalto_object *object)
{
	const struct cv_paloalto_node *tags = object->node->first;

	for (; tags; tags = tags->next)
		for (const struct cv_paloalto_node *tag = tags->first;
		     tag && strcmp(tags->element, "tag") == 0; tag = tag->next)
			if (strcmp(tag->text, holding->names.tag) == 0)
				return true;
	return false;
}

/* A category has no tags: where the site was loaded before, the prefix tells. */
static bool is_ours(const struct holding *holding,
		    const struct cv_paloalto_object *object)
{
	const char *prefix = holding->names.prefix;

	if (object->level != holding->config->tree.scope)
		return false;
	if (object->list == CV_PALOALTO_TAG)
		return true;
	if (object->list == CV_PALOALTO_CATEGORY)
		return holding->loaded && *prefix &&
		       strncmp(object->node->name, prefix, strlen(prefix)) == 0;
	return tagged_ours(holding, object);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The members of both sides, sorted, are the same. */
static bool same_members(const struct holding *holding, const struct cv_entry *entry,
			 const struct cv_paloalto_object *object)
{
	const char *name = object->list == CV_PALOALTO_CATEGORY ? CV_PALOALTO_URL
								: CV_PALOALTO_MEMBER;
	const size_t most = entry->more->attribute_count + object->members.count + 1;
	struct cv_arena *arena = holding->ctx->arena;
	const char **own = CV_NEW_ARRAY(arena, most, const char *);
	const char **there = CV_NEW_ARRAY(arena, most, const char *);
	size_t count = 0;

	for (size_t i = 0; i < entry->more->attribute_count; i++)
		if (strcmp(entry->more->attributes[i].name, name) == 0)
			own[count++] = entry->more->attributes[i].value;
	if (count != object->members.count)
		return false;
	for (size_t i = 0; i < count; i++)
		there[i] = (*CV_AT(&object->members, const struct cv_paloalto_node *, i))
				   ->text;
	qsort(own, count, sizeof *own, by_text);
	qsort(there, count, sizeof *there, by_text);
	for (size_t i = 0; i < count; i++)
		if (strcmp(own[i], there[i]) != 0)
			return false;
	return true;
}

static bool same_address(const struct holding *holding, const struct cv_entry *entry,
			 const struct cv_paloalto_object *object)
{
	const struct cv_attribute *attribute = entry->more->attributes;

	for (size_t i = 0; i < entry->more->attribute_count; i++, attribute++)
		for (int kind = 0; kind < CV_PALOALTO_ADDRESS_KINDS; kind++) {
			if (strcmp(attribute->name, cv_paloalto_address_kinds[kind]) != 0)
				continue;
			if (kind == CV_PALOALTO_FQDN)
				return object->kind == CV_PALOALTO_FQDN &&
				       strcasecmp(attribute->value, object->value) == 0;
			return object->addresses &&
			       cv_paloalto_addresses_read(holding->ctx,
							  attribute->value) ==
				       object->addresses;
		}
	return false;
}

/* Nothing stands in it that is not known: timeouts of its own are another meaning. */
static bool is_plain(const struct holding *holding,
		     const struct cv_paloalto_object *object)
{
	struct cv_export_reading scratch = {.ctx = holding->ctx};

	cv_paloalto_object_check(&scratch, object);
	return scratch.unknown.count == 0;
}

static bool means_the_same(const struct holding *holding, const struct cv_entry *entry,
			   const struct cv_paloalto_object *object)
{
	if (!object->understood || object->level != holding->config->tree.scope ||
	    strcmp(entry->list, cv_paloalto_lists[object->list].name) != 0 ||
	    !is_plain(holding, object))
		return false;
	switch (object->list) {
	case CV_PALOALTO_SERVICE:
		return entry->protocol == object->protocol &&
		       entry->ports == object->ports &&
		       entry->more->source_ports == object->source_ports;
	case CV_PALOALTO_ADDRESS:
		return same_address(holding, entry, object);
	case CV_PALOALTO_RULE:
		return false; /* where it stands is a part of what it means */
	default:
		return same_members(holding, entry, object);
	}
}

/* In words for the message: in which list of which level. */
static const char *place_of(const struct holding *holding,
			    const struct cv_paloalto_object *object)
{
	const struct cv_paloalto_level *level = object->level;
	const char *list = cv_paloalto_lists[object->list].name;

	if (level == holding->config->tree.scope)
		return cv_arena_format(holding->ctx->arena, "the base's list %s", list);
	if (level->kind == CV_PALOALTO_SHARED)
		return cv_arena_format(holding->ctx->arena, "the list %s of shared",
				       list);
	return cv_arena_format(holding->ctx->arena, "the list %s of a %s %s", list,
			       level->kind == CV_PALOALTO_VSYS ? "virtual system"
							       : "device group",
			       level->below ? "below" : "above");
}

static bool refuse(const struct holding *holding, const struct cv_entry *entry,
		   const struct cv_paloalto_object *object)
{
	const struct cv_row *row = entry->rows.count ? entry->rows.items[0] : NULL;
	const bool own = object->level == holding->config->tree.scope;
	struct cv_ctx *ctx = holding->ctx;
	struct cv_finding *finding = cv_find_more(
		ctx, CV_F_NAME_TAKEN, row ? row->at : holding->plan->use->name.at,
		"%s: the %s `%s`%s%s would %s what is called so in %s",
		holding->plan->use->target->name, entry->list, entry->more->name,
		row ? " of " : "", row ? cv_row_name(ctx, row) : "",
		own ? "overwrite" : "stand beside", place_of(holding, object));

	finding->also = cv_span(holding->base->source->id, object->node->place, 0);
	finding->also_text = "it stands here";
	return false;
}

/* The entry as it has to be loaded so that nothing changes: without what describes. */
static void reuse(const struct holding *holding, struct cv_entry *entry)
{
	struct cv_attribute *kept =
		CV_NEW_ARRAY(holding->ctx->arena, entry->more->attribute_count + 1,
			     struct cv_attribute);
	size_t count = 0;

	for (size_t i = 0; i < entry->more->attribute_count; i++)
		if (strcmp(entry->more->attributes[i].name, CV_PALOALTO_TAGGED) != 0)
			kept[count++] = entry->more->attributes[i];
	entry->more->attributes = count ? kept : NULL;
	entry->more->attribute_count = (uint32_t)count;
	entry->note = NULL;
	entry->reused = true;
}

/* Levels that the scope's rules do not see and that do not see it may use any name; a
 * tag only labels, and may stand in several. */
static bool concerns(const struct holding *holding,
		     const struct cv_paloalto_object *object)
{
	const struct cv_paloalto_level *level = object->level;

	if (level == holding->config->tree.scope)
		return true;
	return object->list != CV_PALOALTO_TAG &&
	       (level->below || level->distance != CV_PALOALTO_ASIDE);
}

static bool hold_entry(const struct holding *holding, struct cv_entry *entry,
		       enum cv_paloalto_list_id list)
{
	struct cv_paloalto_object *const *found;
	bool same = false;
	size_t count;

	found = cv_paloalto_named(holding->config, cv_paloalto_lists[list].space,
				  entry->more->name, &count);
	for (size_t i = 0; i < count; i++) {
		if (!concerns(holding, found[i]) || is_ours(holding, found[i]))
			continue;
		if (!means_the_same(holding, entry, found[i]))
			return refuse(holding, entry, found[i]);
		same = true;
	}
	if (same)
		reuse(holding, entry);
	return true;
}

static bool is_loaded(const struct holding *holding)
{
	struct cv_paloalto_object *const *found;
	size_t count;

	found = cv_paloalto_named(holding->config, CV_PALOALTO_TAG_SPACE,
				  holding->names.tag, &count);
	return count && found[0]->level == holding->config->tree.scope;
}

/* Each list once. */
static bool check_shown(const struct holding *holding, enum cv_paloalto_list_id list,
			bool *looked_at)
{
	if (looked_at[list])
		return true;
	looked_at[list] = true;
	if (cv_paloalto_shows(&holding->config->tree, list))
		return true;
	return cv_find(holding->ctx, CV_F_BASE_INCOMPLETE, holding->plan->use->base->at,
		       "%s: the base does not show the list %s, in which objects are to "
		       "be written",
		       holding->plan->use->target->name, cv_paloalto_lists[list].name);
}

static bool hold_all(const struct holding *holding)
{
	const struct cv_table *entries = &holding->plan->entries;
	bool looked_at[CV_PALOALTO_LIST_COUNT] = {false}, ok = true;

	for (size_t i = 0; i < entries->count; i++) {
		struct cv_entry *entry = CV_AT(entries, struct cv_entry, i);
		enum cv_paloalto_list_id list;

		if (entry->kind != CV_ENTRY_OBJECT)
			continue;
		list = cv_paloalto_list_table(entry->list);
		ok = check_shown(holding, list, looked_at) && ok;
		ok = hold_entry(holding, entry, list) && ok;
	}
	return ok;
}

/* The rule beside which ours are to stand has to be there, or the device refuses to move
 * them. */
static bool hold_place(const struct holding *holding,
		       const struct cv_paloalto_options *options)
{
	const struct cv_text *beside;
	struct cv_paloalto_object *const *found;
	size_t count;

	if (!cv_paloalto_has_rules(options) ||
	    !cv_paloalto_shows(&holding->config->tree, CV_PALOALTO_RULE))
		return true;
	beside = options->rules.before.text ? &options->rules.before
					    : &options->rules.after;
	found = cv_paloalto_named(holding->config,
				  cv_paloalto_lists[CV_PALOALTO_RULE].space, beside->text,
				  &count);
	for (size_t i = 0; i < count; i++)
		if (found[i]->level == holding->config->tree.scope &&
		    strcmp(cv_paloalto_rulebases[found[i]->rulebase],
			   cv_paloalto_rulebase(options)) == 0)
			return true;
	return cv_find(holding->ctx, CV_F_BAD_VALUE, beside->at,
		       "%s: the base has no rule `%s` in its %s, so ours would have no "
		       "place there",
		       holding->plan->use->target->name,
		       cv_shown(holding->ctx, beside->text),
		       cv_paloalto_rulebase(options));
}

bool cv_paloalto_base_hold(struct cv_ctx *ctx, struct cv_plan *plan)
{
	const struct cv_paloalto_options *options = plan->use->options;
	struct holding holding = {.ctx = ctx, .plan = plan, .base = cv_plan_base(plan)};
	bool ok;

	if (!holding.base && cv_paloalto_is_unprefixed(options))
		return cv_find(ctx, CV_F_NEEDS_BASE, options->prefix.at,
			       "%s: names without a prefix need `base`, an export that "
			       "says what these names mean already",
			       plan->use->target->name);
	if (!holding.base)
		return true;
	holding.config = holding.base->content;
	holding.names = cv_paloalto_names_of(ctx, plan);
	holding.loaded = is_loaded(&holding);
	ok = hold_all(&holding);
	return hold_place(&holding, options) && ok;
}
