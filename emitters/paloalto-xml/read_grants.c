/* What the objects of an artefact come to: each rule with its groups followed to the
 * addresses and services at their ends.  The plan says the same from the other side. */
#include "paloalto-xml/read.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "model/target.h"
#include "paloalto-xml/plan.h"

/* One side of a rule, or a group of addresses. */
struct reach {
	const struct cv_addresses *sets[2]; /* IPv4, IPv6 */
	bool host_names;
};

/* Host names as the schema has them: ^[a-zA-Z0-9_]([a-zA-Z0-9._-])+[a-zA-Z0-9]$ */
static bool is_fqdn(const char *text)
{
	const size_t size = strlen(text);

	return size >= CV_PALOALTO_FQDN_MIN && size <= CV_PALOALTO_FQDN_MAX &&
	       strspn(text, cv_paloalto_name_rest) == size && *text != '.' &&
	       *text != '-' && strchr(cv_paloalto_name_first, text[size - 1]);
}

static bool is_kind(const struct cv_attribute *value, enum cv_paloalto_address_kind kind)
{
	return strcmp(value->name, cv_paloalto_address_kinds[kind]) == 0;
}

static bool range_read(struct cv_ctx *ctx, const struct cv_attribute *value,
		       struct cv_paloalto_object *object)
{
	struct cv_range range;
	const char *why;
	uint8_t family;

	if (!cv_range_parse(value->value, &family, &range, &why) ||
	    !strchr(value->value, '-') != is_kind(value, CV_PALOALTO_NETMASK))
		return false;
	object->sets[family == 6] = cv_addresses_one(ctx, family, range);
	return true;
}

bool cv_paloalto_address_read(struct cv_reading *reading, const struct cv_entry *entry,
			      const struct cv_attribute *value,
			      struct cv_paloalto_object *object)
{
	if (object->value)
		return cv_paloalto_refuse(reading, entry->more->place,
					  "an address is one thing");
	object->host_names = is_kind(value, CV_PALOALTO_FQDN);
	if (object->host_names ? !is_fqdn(value->value)
			       : !range_read(reading->ctx, value, object))
		return cv_paloalto_refuse(reading, entry->more->place, "%s is not an %s",
					  value->value, value->name);
	object->value = cv_arena_text(reading->ctx->arena, value->value);
	return true;
}

static const struct cv_paloalto_object *named_at(const struct cv_table *named, size_t i)
{
	return *CV_AT(named, const struct cv_paloalto_object *, i);
}

/* Of one family all that the objects have; NULL: nothing. */
static const struct cv_addresses *join(struct cv_reading *reading,
				       const struct cv_table *named, size_t family)
{
	struct cv_range *ranges;
	size_t count = 0;

	if (named->count == 1)
		return named_at(named, 0)->sets[family];
	for (size_t i = 0; i < named->count; i++)
		if (named_at(named, i)->sets[family])
			count += named_at(named, i)->sets[family]->count;
	ranges = CV_NEW_ARRAY(cv_reading_texts(reading)->arena, count, struct cv_range);
	count = 0;
	for (size_t i = 0; i < named->count; i++) {
		const struct cv_addresses *set = named_at(named, i)->sets[family];

		for (size_t r = 0; set && r < set->count; r++)
			ranges[count++] = set->ranges[r];
	}
	return cv_addresses_make(reading->ctx, family ? 6 : 4, ranges, count);
}

static struct reach reach_of(struct cv_reading *reading, const struct cv_table *named)
{
	struct reach reach = {.host_names = false};

	for (size_t i = 0; i < named->count; i++)
		reach.host_names = reach.host_names || named_at(named, i)->host_names;
	for (size_t family = 0; family < 2; family++)
		reach.sets[family] = join(reading, named, family);
	return reach;
}

void cv_paloalto_group_read(struct cv_paloalto_objects *objects,
			    struct cv_paloalto_object *object)
{
	const struct cv_table *named = &objects->named[CV_PALOALTO_NAMES_MEMBER];
	const struct cv_paloalto_object **members =
		CV_NEW_ARRAY(objects->reading->ctx->arena, named->count,
			     const struct cv_paloalto_object *);

	for (size_t i = 0; i < named->count; i++)
		members[i] = named_at(named, i);
	object->members = members;
	object->member_count = named->count;
	if (object->list == CV_PALOALTO_ADDRESS_GROUP) {
		const struct reach reach = reach_of(objects->reading, named);

		object->sets[0] = reach.sets[0];
		object->sets[1] = reach.sets[1];
		object->host_names = reach.host_names;
	}
}

/* A group names only what stands before it, so this ends. */
static void add_values(struct cv_arena *arena, const struct cv_paloalto_object *object,
		       const char *side, struct cv_table *values)
{
	if (object->value)
		*CV_ADD(arena, values, struct cv_attribute) =
			(struct cv_attribute){side, object->value};
	for (size_t i = 0; i < object->member_count; i++)
		add_values(arena, object->members[i], side, values);
}

static int by_attribute(const void *left, const void *right)
{
	const struct cv_attribute *a = left, *b = right;
	const int order = strcmp(a->name, b->name);

	return order ? order : strcmp(a->value, b->value);
}

/* All that the rule leads to, as it is written. */
static void take_values(struct cv_paloalto_objects *objects, struct cv_entry *entry)
{
	struct cv_arena *arena = cv_reading_texts(objects->reading)->arena;
	const struct cv_table *sources = &objects->named[CV_PALOALTO_NAMES_SOURCE];
	const struct cv_table *others = &objects->named[CV_PALOALTO_NAMES_DESTINATION];
	struct cv_table values = {0};
	struct cv_attribute *attributes;

	for (size_t i = 0; i < sources->count; i++)
		add_values(arena, named_at(sources, i), CV_PALOALTO_SOURCE, &values);
	for (size_t i = 0; i < others->count; i++)
		add_values(arena, named_at(others, i), CV_PALOALTO_DESTINATION, &values);
	attributes = CV_NEW_ARRAY(arena, values.count, struct cv_attribute);
	for (size_t i = 0; i < values.count; i++)
		attributes[i] = *CV_AT(&values, struct cv_attribute, i);
	qsort(attributes, values.count, sizeof *attributes, by_attribute);
	entry->more->attributes = attributes;
	entry->more->attribute_count = (uint32_t)values.count;
}

static struct cv_entry *add_flow(struct cv_reading *reading,
				 const struct cv_paloalto_object *rule,
				 const struct cv_paloalto_object *service)
{
	struct cv_entry *entry = cv_reading_begin(reading, CV_ENTRY_FLOW, rule->place);

	entry->list = cv_paloalto_lists[CV_PALOALTO_RULE].name;
	entry->more->name = rule->name;
	entry->protocol = cv_entry_number(service->protocol);
	entry->ports = service->ports[0];
	entry->more->source_ports = service->ports[1];
	return entry;
}

static void reach_service(struct cv_paloalto_objects *objects,
			  const struct cv_paloalto_object *object)
{
	if (object->list == CV_PALOALTO_SERVICE) {
		if (objects->reached_count == objects->reached_room) {
			const size_t room = objects->reached_room * 2 + 16;
			const struct cv_paloalto_object **reached =
				CV_NEW_ARRAY(objects->reading->ctx->arena, room,
					     const struct cv_paloalto_object *);

			if (objects->reached_count)
				memcpy(reached, objects->reached,
				       objects->reached_count * sizeof *reached);
			objects->reached = reached;
			objects->reached_room = room;
		}
		objects->reached[objects->reached_count++] = object;
	}
	for (size_t i = 0; i < object->member_count; i++)
		reach_service(objects, object->members[i]);
}

static int by_place(const void *left, const void *right)
{
	const struct cv_paloalto_object *a =
		*(const struct cv_paloalto_object *const *)left;
	const struct cv_paloalto_object *b =
		*(const struct cv_paloalto_object *const *)right;

	return a->place < b->place ? -1 : a->place > b->place;
}

/* Each service of the rule once, whichever groups lead to it. */
static void reach_services(struct cv_paloalto_objects *objects)
{
	const struct cv_table *named = &objects->named[CV_PALOALTO_NAMES_SERVICE];
	size_t kept = 0;

	objects->reached_count = 0;
	for (size_t i = 0; i < named->count; i++)
		reach_service(objects, named_at(named, i));
	if (objects->reached_count)
		qsort(objects->reached, objects->reached_count, sizeof *objects->reached,
		      by_place);
	for (size_t i = 0; i < objects->reached_count; i++)
		if (!kept || objects->reached[kept - 1] != objects->reached[i])
			objects->reached[kept++] = objects->reached[i];
	objects->reached_count = kept;
}

void cv_paloalto_grants_add(struct cv_paloalto_objects *objects,
			    const struct cv_paloalto_object *rule)
{
	struct cv_reading *reading = objects->reading;
	const struct reach from =
		reach_of(reading, &objects->named[CV_PALOALTO_NAMES_SOURCE]);
	const struct reach to =
		reach_of(reading, &objects->named[CV_PALOALTO_NAMES_DESTINATION]);
	const bool host_names = from.host_names || to.host_names;

	reach_services(objects);
	for (size_t s = 0; host_names && s < objects->reached_count; s++)
		take_values(objects, add_flow(reading, rule, objects->reached[s]));
	for (size_t f = 0; !host_names && f < 2; f++)
		for (size_t s = 0;
		     from.sets[f] && to.sets[f] && s < objects->reached_count; s++) {
			struct cv_entry *entry =
				add_flow(reading, rule, objects->reached[s]);

			entry->family = f ? 6 : 4;
			entry->source = from.sets[f];
			entry->destination = to.sets[f];
		}
}
