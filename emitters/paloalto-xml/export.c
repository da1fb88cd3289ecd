/* From the objects of an export to entries in the plan's terms.  An object by itself
 * lets nothing through; what a rule lets through is what our group leads to, so its
 * members are followed wherever they lead, and what they reach counts as ours. */
#include "paloalto-xml/export_rules.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "model/target.h"
#include "paloalto-xml/options.h"
#include "paloalto-xml/target.h"

struct exported {
	struct cv_export_reading *reading;
	struct cv_paloalto_config *config;
	struct cv_paloalto_names names;
	struct cv_paloalto_object **open; /* groups of ours whose members are to follow */
	size_t open_count;
	/* The members that mean them, in groups of ours. */
	const struct cv_paloalto_node *predefined[CV_PALOALTO_PREDEFINED_COUNT];
	const struct cv_entry **planned; /* the plan's objects, by list and name */
	size_t planned_count;
	bool has[CV_PALOALTO_LIST_COUNT]; /* lists in which something is planned */
};

static struct cv_paloalto_object *object_at(const struct exported *all, size_t index)
{
	return CV_AT(&all->config->objects, struct cv_paloalto_object, index);
}

static bool is_own(const struct exported *all, const struct cv_paloalto_object *object)
{
	return object->level == all->config->tree.scope;
}

/* What is compared: of the scope the lists in which something of ours can stand, and
 * what our groups lead to. */
static bool is_compared(const struct exported *all,
			const struct cv_paloalto_object *object)
{
	return object->ours || (is_own(all, object) && all->has[object->list]);
}

static void check_names(const struct exported *all)
{
	struct cv_paloalto_object *const *sorted = all->config->sorted;

	for (size_t i = 1; i < all->config->sorted_count; i++) {
		const struct cv_paloalto_object *a = sorted[i - 1], *b = sorted[i];

		if (a->level == b->level && is_compared(all, b) &&
		    cv_paloalto_lists[a->list].space ==
			    cv_paloalto_lists[b->list].space &&
		    strcmp(a->node->name, b->node->name) == 0)
			cv_paloalto_unknown(all->reading, b->node->place,
					    "a second object of one name");
	}
}

/* ---- what is planned ---- */

static int compare_planned(const char *list, const char *name,
			   const struct cv_entry *entry)
{
	const int order = strcmp(list, entry->list);

	return order ? order : strcmp(name, entry->more->name);
}

static int by_list_and_name(const void *a, const void *b)
{
	const struct cv_entry *x = *(const struct cv_entry *const *)a;

	return compare_planned(x->list, x->more->name,
			       *(const struct cv_entry *const *)b);
}

static void collect_planned(struct exported *all)
{
	const struct cv_table *entries = &all->reading->plan->entries;

	/* Where nothing is planned any more, these are what may be left. */
	all->has[CV_PALOALTO_TAG] = all->has[CV_PALOALTO_SERVICE] =
		all->has[CV_PALOALTO_SERVICE_GROUP] = true;
	all->planned = CV_NEW_ARRAY(all->reading->ctx->arena, entries->count + 1,
				    const struct cv_entry *);
	for (size_t i = 0; i < entries->count; i++) {
		const struct cv_entry *entry = CV_AT(entries, struct cv_entry, i);

		if (entry->kind != CV_ENTRY_OBJECT || !entry->list || !entry->more->name)
			continue;
		all->planned[all->planned_count++] = entry;
		if (cv_paloalto_list_table(entry->list) != CV_PALOALTO_LIST_COUNT)
			all->has[cv_paloalto_list_table(entry->list)] = true;
	}
	qsort(all->planned, all->planned_count, sizeof *all->planned, by_list_and_name);
}

/* The planned object of that list and name, or NULL. */
static const struct cv_entry *plan_of(const struct exported *all,
				      const struct cv_paloalto_object *object)
{
	const char *list = cv_paloalto_lists[object->list].name;
	size_t low = 0, high = all->planned_count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const int order =
			compare_planned(list, object->node->name, all->planned[middle]);

		if (order == 0)
			return all->planned[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

/* ---- what is ours ---- */

static void take(struct exported *all, struct cv_paloalto_object *object)
{
	object->ours = true;
	if (!cv_paloalto_is_group(object->list) || object->walked)
		return;
	object->walked = true;
	all->open[all->open_count++] = object;
}

static bool take_predefined(struct exported *all, const struct cv_paloalto_node *member)
{
	for (size_t i = 0; i < CV_PALOALTO_PREDEFINED_COUNT; i++) {
		if (strcmp(cv_paloalto_predefined[i].name, member->text) != 0)
			continue;
		if (!all->predefined[i])
			all->predefined[i] = member;
		return true;
	}
	return false;
}

/* An object of the scope is meant before one above it of the same name, and either
 * before what is predefined. */
static void follow(struct exported *all, const struct cv_paloalto_object *group,
		   const struct cv_paloalto_node *member)
{
	const enum cv_paloalto_space space = cv_paloalto_lists[group->list].space;
	struct cv_paloalto_object *meant, *const *same;
	bool doubted;
	size_t count;

	meant = cv_paloalto_meant(all->config, space, member->text, &doubted);
	same = cv_paloalto_named(all->config, space, member->text, &count);
	for (size_t i = 0; meant && i < count; i++)
		if (same[i]->level == meant->level)
			take(all, same[i]);
	if (doubted)
		cv_paloalto_unknown(all->reading, member->place,
				    cv_paloalto_is_panorama(all->reading->options)
					    ? "a member whose name means different "
					      "things in two levels"
					    : "a member whose name both the scope and "
					      "shared define");
	if (!meant &&
	    (space != CV_PALOALTO_SERVICE_SPACE || !take_predefined(all, member)))
		cv_paloalto_unknown(all->reading, member->place,
				    "a member that nothing in this export defines");
}

/* Of services and addresses the tag alone tells. */
static bool is_ours(const struct exported *all, const struct cv_paloalto_object *object)
{
	const char *name = object->node->name;

	if (object->list == CV_PALOALTO_TAG)
		return strcmp(name, all->names.tag) == 0;
	if (object->tagged)
		return true;
	if (object->list == CV_PALOALTO_SERVICE_GROUP &&
	    strcmp(name, all->names.group) == 0)
		return true;
	return object->list != CV_PALOALTO_SERVICE &&
	       object->list != CV_PALOALTO_ADDRESS && plan_of(all, object);
}

static void find_ours(struct exported *all)
{
	const size_t count = all->config->objects.count;

	all->open = CV_NEW_ARRAY(all->reading->ctx->arena, count + 1,
				 struct cv_paloalto_object *);
	for (size_t i = 0; i < count; i++) {
		struct cv_paloalto_object *object = object_at(all, i);

		if (is_own(all, object) && is_ours(all, object))
			take(all, object);
	}
	while (all->open_count) {
		const struct cv_paloalto_object *group = all->open[--all->open_count];

		for (size_t i = 0; i < group->members.count; i++)
			follow(all, group,
			       *CV_AT(&group->members, const struct cv_paloalto_node *,
				      i));
	}
}

/* ---- entries ---- */

/* An attribute by its place among those found, for finding it again. */
struct found {
	struct cv_attribute attribute;
	size_t at;
};

static int compare_attributes(const struct cv_attribute *a, const struct cv_attribute *b)
{
	const int order = strcmp(a->name, b->name);

	return order ? order : strcmp(a->value, b->value);
}

static int by_attribute(const void *a, const void *b)
{
	const struct found *x = a, *y = b;
	const int order = compare_attributes(&x->attribute, &y->attribute);

	return order ? order : (x->at > y->at) - (x->at < y->at);
}

/* The first of the sorted ones that says the same, or `count`. */
static size_t find_attribute(const struct found *sorted, size_t count,
			     const struct cv_attribute *attribute)
{
	size_t low = 0, high = count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (compare_attributes(&sorted[middle].attribute, attribute) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && compare_attributes(&sorted[low].attribute, attribute) == 0
		       ? low
		       : count;
}

/* Members are a set: they come in the planned order, so that another order is no
 * difference, and behind them those that were not planned. */
static void set_attributes(const struct exported *all, struct cv_entry *entry,
			   const struct cv_table *table, const struct cv_entry *planned)
{
	struct cv_arena *arena = all->reading->ctx->arena;
	const size_t count = table->count;
	struct found *sorted = CV_NEW_ARRAY(arena, count + 1, struct found);
	struct cv_attribute *attributes =
		CV_NEW_ARRAY(arena, count + 1, struct cv_attribute);
	bool *taken = CV_NEW_ARRAY(arena, count + 1, bool);
	size_t filled = 0;

	for (size_t i = 0; i < count; i++)
		sorted[i] = (struct found){*CV_AT(table, struct cv_attribute, i), i};
	qsort(sorted, count, sizeof *sorted, by_attribute);
	for (size_t i = 0; planned && i < planned->more->attribute_count; i++) {
		const size_t at =
			find_attribute(sorted, count, &planned->more->attributes[i]);

		if (at == count || taken[sorted[at].at])
			continue;
		taken[sorted[at].at] = true;
		attributes[filled++] = planned->more->attributes[i];
	}
	for (size_t i = 0; i < count; i++)
		if (!taken[i])
			attributes[filled++] = *CV_AT(table, struct cv_attribute, i);
	entry->more->attributes = filled ? attributes : NULL;
	entry->more->attribute_count = (uint32_t)filled;
}

static void add_attribute(const struct exported *all, struct cv_table *table,
			  const char *name, const char *value)
{
	*CV_ADD(all->reading->ctx->arena, table, struct cv_attribute) =
		(struct cv_attribute){name, value};
}

/* An address as the plan spells it, where it is the same one. */
static const char *spelling(const struct exported *all,
			    const struct cv_paloalto_object *object, const char *kind,
			    const struct cv_entry *planned)
{
	for (size_t i = 0; planned && i < planned->more->attribute_count; i++) {
		const struct cv_attribute *attribute = &planned->more->attributes[i];

		if (strcmp(attribute->name, kind) != 0)
			continue;
		if (!object->addresses)
			return strcasecmp(attribute->value, object->value) == 0
				       ? attribute->value
				       : object->value;
		if (cv_paloalto_addresses_read(all->reading->ctx, attribute->value) ==
		    object->addresses)
			return attribute->value;
	}
	return object->value;
}

static void add_members(const struct exported *all,
			const struct cv_paloalto_object *object, struct cv_table *table)
{
	const char *name = object->list == CV_PALOALTO_CATEGORY ? CV_PALOALTO_URL
								: CV_PALOALTO_MEMBER;

	for (size_t i = 0; i < object->members.count; i++)
		add_attribute(
			all, table, name,
			(*CV_AT(&object->members, const struct cv_paloalto_node *, i))
				->text);
}

/* Comments, colours and the tags of others only describe: of the tags ours alone
 * counts, and the comments of our tag are taken for those planned. */
static struct cv_entry *add_object(struct exported *all,
				   const struct cv_paloalto_object *object)
{
	const struct cv_entry *planned = plan_of(all, object);
	struct cv_table attributes = {0};
	struct cv_entry *entry = cv_entries_add(all->reading->ctx, &all->reading->entries,
						CV_ENTRY_OBJECT, object->node->place);

	entry->list = cv_paloalto_lists[object->list].name;
	entry->more->name = object->node->name;
	entry->note = object->note;
	entry->ours = object->ours;
	entry->protocol = cv_entry_number(object->protocol);
	entry->ports = object->ports;
	entry->more->source_ports = object->source_ports;
	if (object->list == CV_PALOALTO_TAG)
		entry->more->value = planned ? planned->more->value : NULL;
	if (object->list == CV_PALOALTO_ADDRESS) {
		const char *kind = cv_paloalto_address_kinds[object->kind];

		add_attribute(all, &attributes, kind,
			      spelling(all, object, kind, planned));
	}
	if (object->list == CV_PALOALTO_RULE)
		cv_paloalto_rule_attributes(all->reading->ctx, object->node, &attributes);
	else
		add_members(all, object, &attributes);
	if (object->tagged)
		add_attribute(all, &attributes, CV_PALOALTO_TAGGED, all->names.tag);
	set_attributes(all, entry, &attributes, planned);
	return entry;
}

/* What an entry of one of our categories lets be asked for. */
static void add_urls(struct exported *all, const struct cv_paloalto_object *object)
{
	for (size_t i = 0; i < object->members.count; i++) {
		const struct cv_paloalto_node *member =
			*CV_AT(&object->members, const struct cv_paloalto_node *, i);
		struct cv_entry *entry =
			cv_entries_add(all->reading->ctx, &all->reading->entries,
				       CV_ENTRY_URL, member->place);

		entry->list = cv_paloalto_lists[CV_PALOALTO_CATEGORY].name;
		entry->more->name = object->node->name;
		entry->more->value = member->text;
		entry->ours = true;
	}
}

static void add_predefined(struct exported *all, size_t index)
{
	const struct cv_paloalto_predefined *known = &cv_paloalto_predefined[index];
	struct cv_ctx *ctx = all->reading->ctx;
	struct cv_entry *entry =
		cv_entries_add(ctx, &all->reading->entries, CV_ENTRY_OBJECT,
			       all->predefined[index]->place);

	entry->list = cv_paloalto_lists[CV_PALOALTO_SERVICE].name;
	entry->more->name = known->name;
	entry->ours = true;
	entry->protocol = cv_entry_number(known->protocol);
	cv_paloalto_ports_read(ctx, known->ports, &entry->ports);
}

static const char *const not_understood[CV_PALOALTO_LIST_COUNT] = {
	[CV_PALOALTO_ADDRESS] = "an address of a kind or form that is not understood",
	[CV_PALOALTO_ADDRESS_GROUP] = "a group whose members hang on tags",
	[CV_PALOALTO_SERVICE] = "a service whose protocol or ports are not understood",
	[CV_PALOALTO_CATEGORY] = "a category that is no list of URLs",
};

static void add_entries(struct exported *all)
{
	for (size_t i = 0; i < all->config->objects.count; i++) {
		const struct cv_paloalto_object *object = object_at(all, i);

		if (!is_compared(all, object))
			continue;
		if (object->ours)
			cv_paloalto_object_check(all->reading, object);
		if (!object->understood) {
			cv_paloalto_unknown(all->reading, object->node->place,
					    not_understood[object->list]);
			continue;
		}
		add_object(all, object);
		if (object->ours && object->list == CV_PALOALTO_CATEGORY)
			add_urls(all, object);
	}
	for (size_t i = 0; i < CV_PALOALTO_PREDEFINED_COUNT; i++)
		if (all->predefined[i])
			add_predefined(all, i);
}

/* Of parts of a configuration, what is not shown cannot be called absent. */
static void check_shown(const struct exported *all)
{
	const struct cv_paloalto_tree *tree = &all->config->tree;

	for (int list = 0; list < CV_PALOALTO_LIST_COUNT; list++)
		if (all->has[list] &&
		    !cv_paloalto_shows(tree, (enum cv_paloalto_list_id)list))
			cv_paloalto_unknown(
				all->reading, 0,
				cv_arena_format(all->reading->ctx->arena,
						"the export does not show the list %s: "
						"what is planned in it seems missing",
						cv_paloalto_lists[list].name));
	if (tree->managed && !cv_paloalto_is_panorama(all->reading->options))
		cv_paloalto_unknown(all->reading, tree->managed_at,
				    "a Panorama, which may push rules and objects that "
				    "do not show here");
	if (tree->scope->kind == CV_PALOALTO_DEVICE_GROUP && !tree->ranked)
		cv_paloalto_unknown(all->reading, 0,
				    "the export does not say which device group lies in "
				    "which (<readonly>)");
}

bool cv_paloalto_export_read(struct cv_export_reading *reading)
{
	struct cv_paloalto_config *config =
		CV_NEW(reading->ctx->arena, struct cv_paloalto_config);
	struct cv_paloalto_policy *policy =
		CV_NEW(reading->ctx->arena, struct cv_paloalto_policy);
	struct exported all = {.reading = reading, .config = config};

	config->reading = reading;
	all.names = cv_paloalto_names_of(reading->ctx, reading->plan);
	if (!cv_paloalto_config_load(config, all.names.tag))
		return false;
	collect_planned(&all);
	check_shown(&all);
	find_ours(&all);
	check_names(&all);
	add_entries(&all);
	cv_paloalto_policy_read(config, policy);
	if (policy->shown) {
		cv_paloalto_add_grants(policy);
		cv_paloalto_find_unused(config);
		cv_paloalto_judge_flows(policy);
	}
	return true;
}
