/* What the objects of an artefact come to: each rule with its groups followed to the
 * addresses and services at their ends.  The plan says the same from the other side. */
#include "paloalto-xml/read.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "model/target.h"
#include "paloalto-xml/plan.h"

/* One side of a rule: ranges by family, or host names among them. */
struct reach {
	struct cv_table ranges[2]; /* of struct cv_range: IPv4, IPv6 */
	struct cv_table texts;     /* of const char *: all of it as it is written */
	bool names;
};

struct grants {
	struct cv_reading *reading;
	struct cv_paloalto_named addresses, services;
	/* Of the rule that is followed; their room serves all rules. */
	struct reach source, destination;
	struct cv_table reached; /* of const struct cv_entry *: services */
};

/* Host names as the schema has them: ^[a-zA-Z0-9_]([a-zA-Z0-9._-])+[a-zA-Z0-9]$ */
static bool is_fqdn(const char *text)
{
	const size_t size = strlen(text);

	return size >= CV_PALOALTO_FQDN_MIN && size <= CV_PALOALTO_FQDN_MAX &&
	       strspn(text, cv_paloalto_name_rest) == size && *text != '.' &&
	       *text != '-' && strchr(cv_paloalto_name_first, text[size - 1]);
}

/* What the address is; NULL where it is nothing, or two things. */
static const struct cv_attribute *value_of(const struct cv_entry *entry)
{
	const struct cv_attribute *found = NULL;
	size_t count = 0;

	for (size_t i = 0; i < entry->attribute_count; i++)
		for (const char *const *kind = cv_paloalto_address_kinds; *kind; kind++)
			if (strcmp(entry->attributes[i].name, *kind) == 0) {
				found = &entry->attributes[i];
				count++;
			}
	return count == 1 ? found : NULL;
}

bool cv_paloalto_check_address(struct cv_reading *reading, const struct cv_entry *entry)
{
	const struct cv_attribute *value = value_of(entry);
	struct cv_range range;
	const char *why;
	uint8_t family;
	bool good;

	if (!value)
		return cv_paloalto_refuse(reading, entry->place,
					  "an address is one thing");
	if (strcmp(value->name, cv_paloalto_address_kinds[CV_PALOALTO_FQDN]) == 0)
		good = is_fqdn(value->value);
	else
		good = cv_range_parse(value->value, &family, &range, &why) &&
		       !strchr(value->value, '-') ==
			       (strcmp(value->name,
				       cv_paloalto_address_kinds[CV_PALOALTO_NETMASK]) ==
				0);
	return good || cv_paloalto_refuse(reading, entry->place, "%s is not an %s",
					  value->value, value->name);
}

static bool is_group(const struct cv_entry *entry)
{
	const enum cv_paloalto_list_id list = cv_paloalto_list_table(entry->list);

	return list == CV_PALOALTO_ADDRESS_GROUP || list == CV_PALOALTO_SERVICE_GROUP;
}

/* A group names only what stands before it, so this ends. */
static void follow_address(struct grants *all, const char *name, struct reach *reach)
{
	struct cv_arena *arena = all->reading->ctx->arena;
	const struct cv_entry *entry = cv_paloalto_find(&all->addresses, name);
	const struct cv_attribute *value = value_of(entry);
	struct cv_range range;
	const char *why;
	uint8_t family;

	for (size_t i = 0; is_group(entry) && i < entry->attribute_count; i++)
		if (strcmp(entry->attributes[i].name, CV_PALOALTO_MEMBER) == 0)
			follow_address(all, entry->attributes[i].value, reach);
	if (is_group(entry))
		return;
	*CV_ADD(arena, &reach->texts, const char *) = value->value;
	if (strcmp(value->name, cv_paloalto_address_kinds[CV_PALOALTO_FQDN]) == 0)
		reach->names = true;
	else if (cv_range_parse(value->value, &family, &range, &why))
		*CV_ADD(arena, &reach->ranges[family == 6], struct cv_range) = range;
}

static void follow_service(struct grants *all, const char *name,
			   struct cv_table *services)
{
	const struct cv_entry *entry = cv_paloalto_find(&all->services, name);

	if (!is_group(entry)) {
		*CV_ADD(all->reading->ctx->arena, services, const struct cv_entry *) =
			entry;
		return;
	}
	for (size_t i = 0; i < entry->attribute_count; i++)
		if (strcmp(entry->attributes[i].name, CV_PALOALTO_MEMBER) == 0)
			follow_service(all, entry->attributes[i].value, services);
}

static const struct cv_addresses *set_of(struct cv_ctx *ctx, const struct reach *reach,
					 uint8_t family)
{
	const struct cv_table *table = &reach->ranges[family == 6];
	struct cv_range *ranges;

	if (table->count == 1)
		return cv_addresses_one(ctx, family, *CV_AT(table, struct cv_range, 0));
	ranges = CV_NEW_ARRAY(ctx->arena, table->count, struct cv_range);
	for (size_t i = 0; i < table->count; i++)
		ranges[i] = *CV_AT(table, struct cv_range, i);
	return cv_addresses_make(ctx, family, ranges, table->count);
}

static int by_attribute(const void *left, const void *right)
{
	const struct cv_attribute *a = left, *b = right;
	const int order = strcmp(a->name, b->name);

	return order ? order : strcmp(a->value, b->value);
}

static void take_texts(struct cv_ctx *ctx, const struct reach *source,
		       const struct reach *destination, struct cv_entry *entry)
{
	const size_t sources = source->texts.count;
	const size_t count = sources + destination->texts.count;
	struct cv_attribute *attributes =
		CV_NEW_ARRAY(ctx->arena, count, struct cv_attribute);

	for (size_t i = 0; i < count; i++)
		attributes[i] = i < sources
					? (struct cv_attribute){CV_PALOALTO_SOURCE,
								*CV_AT(&source->texts,
								       const char *, i)}
					: (struct cv_attribute){
						  CV_PALOALTO_DESTINATION,
						  *CV_AT(&destination->texts,
							 const char *, i - sources)};
	qsort(attributes, count, sizeof *attributes, by_attribute);
	entry->attributes = attributes;
	entry->attribute_count = (uint32_t)count;
}

static struct cv_entry *add_flow(struct grants *all, const struct cv_entry *rule,
				 const struct cv_entry *service)
{
	struct cv_entry *entry = cv_entries_add(all->reading->ctx, &all->reading->entries,
						CV_ENTRY_FLOW, rule->place);

	entry->list = rule->list;
	entry->name = rule->name;
	entry->protocol = service->protocol;
	entry->ports = service->ports;
	entry->source_ports = service->source_ports;
	return entry;
}

static int by_place(const void *left, const void *right)
{
	const struct cv_entry *a = *(const struct cv_entry *const *)left;
	const struct cv_entry *b = *(const struct cv_entry *const *)right;

	return a->place < b->place ? -1 : a->place > b->place;
}

/* Each service of the rule once, whichever groups lead to it. */
static const struct cv_entry **services_of(struct grants *all,
					   const struct cv_entry *rule, size_t *count_out)
{
	struct cv_table *services = &all->reached;
	const struct cv_entry **sorted;
	size_t kept = 0;

	services->count = 0;
	for (size_t i = 0; i < rule->attribute_count; i++)
		if (strcmp(rule->attributes[i].name, CV_PALOALTO_SERVICES) == 0)
			follow_service(all, rule->attributes[i].value, services);
	sorted = CV_NEW_ARRAY(all->reading->ctx->arena, services->count,
			      const struct cv_entry *);
	for (size_t i = 0; i < services->count; i++)
		sorted[i] = *CV_AT(services, const struct cv_entry *, i);
	if (services->count)
		qsort(sorted, services->count, sizeof *sorted, by_place);
	for (size_t i = 0; i < services->count; i++)
		if (!kept || sorted[kept - 1] != sorted[i])
			sorted[kept++] = sorted[i];
	*count_out = kept;
	return sorted;
}

static void forget(struct reach *reach)
{
	reach->ranges[0].count = reach->ranges[1].count = reach->texts.count = 0;
	reach->names = false;
}

static void add_rule(struct grants *all, const struct cv_entry *rule)
{
	static const uint8_t families[] = {4, 6};
	struct cv_ctx *ctx = all->reading->ctx;
	struct reach *source = &all->source, *destination = &all->destination;
	const struct cv_entry **services;
	size_t count;

	forget(source);
	forget(destination);
	for (size_t i = 0; i < rule->attribute_count; i++) {
		const struct cv_attribute *attribute = &rule->attributes[i];

		if (strcmp(attribute->name, CV_PALOALTO_SOURCE) == 0)
			follow_address(all, attribute->value, source);
		else if (strcmp(attribute->name, CV_PALOALTO_DESTINATION) == 0)
			follow_address(all, attribute->value, destination);
	}
	services = services_of(all, rule, &count);
	for (size_t s = 0; (source->names || destination->names) && s < count; s++)
		take_texts(ctx, source, destination, add_flow(all, rule, services[s]));
	for (size_t f = 0; !source->names && !destination->names && f < 2; f++) {
		const struct cv_addresses *from = set_of(ctx, source, families[f]);
		const struct cv_addresses *to = set_of(ctx, destination, families[f]);

		for (size_t s = 0; from && to && s < count; s++) {
			struct cv_entry *entry = add_flow(all, rule, services[s]);

			entry->family = families[f];
			entry->source = from;
			entry->destination = to;
		}
	}
}

static void add_urls(struct grants *all, const struct cv_entry *category)
{
	for (size_t i = 0; i < category->attribute_count; i++) {
		struct cv_entry *entry =
			cv_entries_add(all->reading->ctx, &all->reading->entries,
				       CV_ENTRY_URL, category->place);

		entry->list = category->list;
		entry->name = category->name;
		entry->value = category->attributes[i].value;
	}
}

void cv_paloalto_grants_add(struct cv_reading *reading)
{
	struct grants all = {.reading = reading};
	const size_t count = reading->entries.count; /* what is found comes behind */

	cv_paloalto_names_collect(reading->ctx, &reading->entries,
				  CV_PALOALTO_ADDRESS_SPACE, &all.addresses);
	cv_paloalto_names_collect(reading->ctx, &reading->entries,
				  CV_PALOALTO_SERVICE_SPACE, &all.services);
	for (size_t i = 0; i < count; i++) {
		const struct cv_entry *entry =
			CV_AT(&reading->entries, struct cv_entry, i);

		if (entry->kind != CV_ENTRY_OBJECT)
			continue;
		if (cv_paloalto_list_table(entry->list) == CV_PALOALTO_RULE)
			add_rule(&all, entry);
		else if (cv_paloalto_list_table(entry->list) == CV_PALOALTO_CATEGORY)
			add_urls(&all, entry);
	}
}
