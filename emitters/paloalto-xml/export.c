/* From the objects of an export to entries in the plan's terms.  An object by itself
 * lets nothing through; what the admin's rule lets through is what our group leads to,
 * so its members are followed wherever they lead, and what they reach counts as ours. */
#include "paloalto-xml/export.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "model/target.h"
#include "paloalto-xml/options.h"
#include "paloalto-xml/target.h"

struct exported {
	struct cv_export_reading *reading;
	struct cv_paloalto_names names;
	struct cv_table objects; /* of struct cv_paloalto_object, as they stand */
	/* Services and groups, which share a name space, by name, scope and place. */
	struct cv_paloalto_object **sorted;
	size_t sorted_count;
	struct cv_paloalto_object **open; /* groups of ours whose members are to follow */
	size_t open_count;
	/* The members that mean them, in groups of ours. */
	const struct cv_paloalto_node *predefined[CV_PALOALTO_PREDEFINED_COUNT];
	const struct cv_entry **planned; /* the plan's tag and groups */
	size_t planned_count;
};

static bool is_tag(const struct cv_paloalto_object *object)
{
	return object->list == CV_PALOALTO_TAG;
}

static struct cv_paloalto_object *object_at(const struct exported *all, size_t index)
{
	return CV_AT(&all->objects, struct cv_paloalto_object, index);
}

static int by_name(const void *a, const void *b)
{
	const struct cv_paloalto_object *x = *(struct cv_paloalto_object *const *)a;
	const struct cv_paloalto_object *y = *(struct cv_paloalto_object *const *)b;
	int order = is_tag(x) - is_tag(y);

	if (!order)
		order = strcmp(x->node->name, y->node->name);
	if (!order)
		order = x->shared - y->shared;
	if (!order)
		order = (x->node->place > y->node->place) -
			(x->node->place < y->node->place);
	return order;
}

static bool same_name(const struct cv_paloalto_object *a,
		      const struct cv_paloalto_object *b)
{
	return is_tag(a) == is_tag(b) && strcmp(a->node->name, b->node->name) == 0;
}

static void sort_objects(struct exported *all)
{
	struct cv_ctx *ctx = all->reading->ctx;
	const size_t count = all->objects.count;

	all->sorted = CV_NEW_ARRAY(ctx->arena, count, struct cv_paloalto_object *);
	all->open = CV_NEW_ARRAY(ctx->arena, count, struct cv_paloalto_object *);
	all->sorted_count = count;
	for (size_t i = 0; i < count; i++)
		all->sorted[i] = object_at(all, i);
	if (count)
		qsort(all->sorted, count, sizeof *all->sorted, by_name);
}

/* What is compared: all of the scope, and of the rest what our groups lead to. */
static bool is_compared(const struct cv_paloalto_object *object)
{
	return object->ours || !object->shared;
}

static void check_names(const struct exported *all)
{
	for (size_t i = 1; i < all->sorted_count; i++)
		if (same_name(all->sorted[i - 1], all->sorted[i]) &&
		    all->sorted[i - 1]->shared == all->sorted[i]->shared &&
		    is_compared(all->sorted[i]))
			cv_paloalto_unknown(all->reading, all->sorted[i]->node->place,
					    "a second object of one name");
}

/* The first service or group of that name in the order, or the end. */
static size_t find(const struct exported *all, const char *name)
{
	size_t low = 0, high = all->sorted_count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const struct cv_paloalto_object *object = all->sorted[middle];

		if (!is_tag(object) && strcmp(object->node->name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void take(struct exported *all, struct cv_paloalto_object *object)
{
	object->ours = true;
	if (object->list != CV_PALOALTO_SERVICE_GROUP || object->walked)
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

/* An object of the scope is meant before a shared one of the same name, and either
 * before what is predefined. */
static void follow(struct exported *all, const struct cv_paloalto_node *member)
{
	bool own = false, any = false;

	for (size_t i = find(all, member->text); i < all->sorted_count; i++) {
		struct cv_paloalto_object *object = all->sorted[i];

		if (is_tag(object) || strcmp(object->node->name, member->text) != 0)
			break;
		any = true;
		if (object->shared && own) {
			cv_paloalto_unknown(all->reading, member->place,
					    "a member whose name both the scope and "
					    "shared define");
			break;
		}
		own |= !object->shared;
		take(all, object);
	}
	if (!any && !take_predefined(all, member))
		cv_paloalto_unknown(all->reading, member->place,
				    "a member that nothing in this export defines");
}

static bool is_list(const struct cv_entry *entry, enum cv_paloalto_list_id list)
{
	return entry->kind == CV_ENTRY_OBJECT && entry->list && entry->name &&
	       strcmp(entry->list, cv_paloalto_lists[list].name) == 0;
}

/* There are few of them, whatever the number of services. */
static void collect_planned(struct exported *all)
{
	const struct cv_table *entries = &all->reading->plan->entries;

	all->planned = CV_NEW_ARRAY(all->reading->ctx->arena, entries->count,
				    const struct cv_entry *);
	for (size_t i = 0; i < entries->count; i++) {
		const struct cv_entry *entry = CV_AT(entries, struct cv_entry, i);

		if (is_list(entry, CV_PALOALTO_TAG) ||
		    is_list(entry, CV_PALOALTO_SERVICE_GROUP))
			all->planned[all->planned_count++] = entry;
	}
}

/* The planned tag or group of the object's name, or NULL. */
static const struct cv_entry *plan_of(const struct exported *all,
				      const struct cv_paloalto_object *object)
{
	for (size_t i = 0; i < all->planned_count; i++)
		if (is_list(all->planned[i], object->list) &&
		    strcmp(all->planned[i]->name, object->node->name) == 0)
			return all->planned[i];
	return NULL;
}

static bool is_ours(const struct exported *all, const struct cv_paloalto_object *object)
{
	const char *name = object->node->name;

	if (is_tag(object))
		return strcmp(name, all->names.tag) == 0;
	if (object->tagged)
		return true;
	return object->list == CV_PALOALTO_SERVICE_GROUP &&
	       (strcmp(name, all->names.group) == 0 || plan_of(all, object));
}

static void find_ours(struct exported *all)
{
	for (size_t i = 0; i < all->objects.count; i++) {
		struct cv_paloalto_object *object = object_at(all, i);

		if (!object->shared && is_ours(all, object))
			take(all, object);
	}
	while (all->open_count) {
		const struct cv_paloalto_object *group = all->open[--all->open_count];

		for (size_t i = 0; i < group->members.count; i++)
			follow(all, *CV_AT(&group->members,
					   const struct cv_paloalto_node *, i));
	}
}

/* A member by its place among those of its group, for finding it by name. */
struct member {
	const char *name;
	size_t at;
};

static int by_member(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	const int order = strcmp(x->name, y->name);

	return order ? order : (x->at > y->at) - (x->at < y->at);
}

/* The first of the sorted members with that name, or `count`. */
static size_t find_member(const struct member *sorted, size_t count, const char *name)
{
	size_t low = 0, high = count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (strcmp(sorted[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && strcmp(sorted[low].name, name) == 0 ? low : count;
}

/* A group is a set: its members come in the planned order, so that another order is no
 * difference, and behind them those that were not planned. */
static size_t order_members(const struct exported *all,
			    const struct cv_paloalto_object *object,
			    const struct cv_entry *planned,
			    struct cv_attribute *attributes)
{
	const size_t count = object->members.count;
	struct member *sorted =
		CV_NEW_ARRAY(all->reading->ctx->arena, count, struct member);
	bool *taken = CV_NEW_ARRAY(all->reading->ctx->arena, count, bool);
	size_t filled = 0;

	for (size_t i = 0; i < count; i++)
		sorted[i] = (struct member){
			(*CV_AT(&object->members, const struct cv_paloalto_node *, i))
				->text,
			i};
	if (count)
		qsort(sorted, count, sizeof *sorted, by_member);
	for (size_t i = 0; planned && i < planned->attribute_count; i++) {
		const size_t at =
			find_member(sorted, count, planned->attributes[i].value);

		if (at == count || strcmp(planned->attributes[i].name, "member") != 0)
			continue;
		taken[sorted[at].at] = true;
		attributes[filled++] = planned->attributes[i];
	}
	for (size_t i = 0; i < count; i++)
		if (!taken[i])
			attributes[filled++] = (struct cv_attribute){
				"member", (*CV_AT(&object->members,
						  const struct cv_paloalto_node *, i))
						  ->text};
	return filled;
}

/* Comments, colours and the tags of others only describe: of the tags ours alone
 * counts, and the comments of our tag are taken for those planned. */
static void add_object(struct exported *all, const struct cv_paloalto_object *object)
{
	const struct cv_entry *planned = plan_of(all, object);
	struct cv_attribute *attributes = CV_NEW_ARRAY(
		all->reading->ctx->arena, object->members.count + 1, struct cv_attribute);
	struct cv_entry *entry = cv_entries_add(all->reading->ctx, &all->reading->entries,
						CV_ENTRY_OBJECT, object->node->place);

	entry->list = cv_paloalto_lists[object->list].name;
	entry->name = object->node->name;
	entry->note = object->note;
	entry->ours = object->ours;
	entry->protocol = object->protocol;
	entry->ports = object->ports;
	entry->source_ports = object->source_ports;
	if (is_tag(object))
		entry->value = planned ? planned->value : NULL;
	entry->attribute_count = order_members(all, object, planned, attributes);
	if (object->tagged)
		attributes[entry->attribute_count++] =
			(struct cv_attribute){"tag", all->names.tag};
	entry->attributes = entry->attribute_count ? attributes : NULL;
}

static void add_predefined(struct exported *all, size_t index)
{
	const struct cv_paloalto_predefined *known = &cv_paloalto_predefined[index];
	struct cv_ctx *ctx = all->reading->ctx;
	struct cv_entry *entry =
		cv_entries_add(ctx, &all->reading->entries, CV_ENTRY_OBJECT,
			       all->predefined[index]->place);
	const char *why, *bad;
	size_t size;

	entry->list = cv_paloalto_lists[CV_PALOALTO_SERVICE].name;
	entry->name = known->name;
	entry->ours = true;
	entry->protocol = known->protocol;
	cv_ports_parse(ctx, known->ports, &entry->ports, &why, &bad, &size);
}

static void add_entries(struct exported *all)
{
	for (size_t i = 0; i < all->objects.count; i++) {
		const struct cv_paloalto_object *object = object_at(all, i);

		if (!is_compared(object))
			continue;
		if (object->ours)
			cv_paloalto_object_check(all->reading, object);
		if (object->understood)
			add_object(all, object);
		else
			cv_paloalto_unknown(all->reading, object->node->place,
					    "a service whose protocol or ports are not "
					    "understood");
	}
	for (size_t i = 0; i < CV_PALOALTO_PREDEFINED_COUNT; i++)
		if (all->predefined[i])
			add_predefined(all, i);
}

static bool is_shown(const struct cv_paloalto_tree *tree, enum cv_paloalto_list_id list)
{
	for (size_t i = 0; i < tree->listings.count; i++) {
		const struct cv_paloalto_listing *listing =
			CV_AT(&tree->listings, struct cv_paloalto_listing, i);

		if (!listing->shared && listing->list == list)
			return true;
	}
	return false;
}

/* Whether the scope is there, or at least one of its lists; of parts of a
 * configuration, what is not shown cannot be called absent. */
bool cv_paloalto_export_check(struct cv_export_reading *reading,
			      const struct cv_paloalto_tree *tree)
{
	bool any = tree->scope;

	if (tree->panorama) {
		reading->error = "the configuration is Panorama's, not a firewall's";
		return false;
	}
	for (int list = 0; list < CV_PALOALTO_LIST_COUNT; list++)
		any |= is_shown(tree, (enum cv_paloalto_list_id)list);
	for (int list = 0; any && !tree->scope && list < CV_PALOALTO_LIST_COUNT; list++)
		if (cv_paloalto_is_exported(list) &&
		    !is_shown(tree, (enum cv_paloalto_list_id)list))
			cv_paloalto_unknown(
				reading, 0,
				cv_arena_format(reading->ctx->arena,
						"the export does not show the list %s: "
						"what is planned in it seems missing",
						cv_paloalto_lists[list].name));
	if (!any)
		reading->error =
			tree->config
				? cv_arena_format(reading->ctx->arena,
						  "the configuration holds no %s",
						  cv_paloalto_scope(reading->options))
				: "neither a configuration nor a list of tags, services "
				  "or service groups as XML";
	return any;
}

bool cv_paloalto_export_read(struct cv_export_reading *reading)
{
	struct cv_paloalto_tree tree = {0};
	struct exported all = {.reading = reading};

	if (!cv_paloalto_export_parse(reading, &tree) ||
	    !cv_paloalto_export_check(reading, &tree))
		return false;
	all.names = cv_paloalto_names_of(reading->ctx, reading->plan);
	for (size_t i = 0; i < tree.listings.count; i++)
		cv_paloalto_objects_read(
			reading, CV_AT(&tree.listings, struct cv_paloalto_listing, i),
			all.names.tag, &all.objects);
	collect_planned(&all);
	sort_objects(&all);
	find_ours(&all);
	check_names(&all);
	add_entries(&all);
	return true;
}
