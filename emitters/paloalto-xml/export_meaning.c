/* What names of an export lead to.  Groups are followed once each, however often they
 * are named; a group that leads to itself and one that nests without end are doubts and
 * not loops. */
#include "paloalto-xml/export_rules.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "model/target.h"

enum {
	MAX_NESTING = 64,
	/* Ranges and services that are copied from groups into groups. */
	MAX_COPIES = 20000000,
};

const char cv_paloalto_ports_of_applications[] = "with the ports of its applications";

struct gathering {
	struct cv_paloalto_config *config;
	struct cv_table ranges[2]; /* of struct cv_range */
	struct cv_table names;     /* of const char * */
	struct cv_table services;  /* of struct cv_paloalto_port_set */
	const char *doubt;
	unsigned depth;
};

static struct cv_arena *arena_of(const struct gathering *all)
{
	return all->config->reading->ctx->arena;
}

/* The first is as good as any. */
static void doubt(struct gathering *all, const char *why)
{
	if (!all->doubt)
		all->doubt = why;
}

static void add_set(struct gathering *all, const struct cv_addresses *set)
{
	for (size_t i = 0; set && i < set->count; i++)
		*CV_ADD(arena_of(all), &all->ranges[set->family == 6], struct cv_range) =
			set->ranges[i];
}

static void add_name(struct gathering *all, const char *text)
{
	char *name = cv_arena_text(arena_of(all), text);

	for (char *c = name; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	*CV_ADD(arena_of(all), &all->names, const char *) = name;
}

static const struct cv_paloalto_meaning *follow(struct cv_paloalto_config *config,
						struct cv_paloalto_object *object,
						unsigned depth);

/* What a group in a group leads to. */
static void add_meaning(struct gathering *all, const struct cv_paloalto_meaning *meaning)
{
	size_t *copies = &all->config->copies;

	for (size_t family = 0; family < 2; family++)
		*copies += meaning->sets[family] ? meaning->sets[family]->count : 0;
	*copies += meaning->name_count + meaning->service_count;
	if (meaning->doubt)
		doubt(all, meaning->doubt);
	if (*copies > MAX_COPIES) {
		doubt(all, "groups that hold more than carveout follows");
		return;
	}
	add_set(all, meaning->sets[0]);
	add_set(all, meaning->sets[1]);
	for (size_t i = 0; i < meaning->name_count; i++)
		*CV_ADD(arena_of(all), &all->names, const char *) = meaning->names[i];
	for (size_t i = 0; i < meaning->service_count; i++)
		*CV_ADD(arena_of(all), &all->services, struct cv_paloalto_port_set) =
			meaning->services[i];
}

static bool add_predefined(struct gathering *all, const char *name)
{
	for (const struct cv_paloalto_predefined *known = cv_paloalto_predefined;
	     known->name; known++) {
		struct cv_paloalto_port_set *service;

		if (strcmp(known->name, name) != 0)
			continue;
		service = CV_ADD(arena_of(all), &all->services,
				 struct cv_paloalto_port_set);
		service->protocol = known->protocol;
		return cv_paloalto_ports_read(all->config->reading->ctx, known->ports,
					      &service->ports);
	}
	return false;
}

/* A name that is an object's means the object, also where it looks like an address:
 * batfish, issue 2975. */
static void add_member(struct gathering *all, enum cv_paloalto_space space,
		       const char *name)
{
	bool doubted;
	struct cv_paloalto_object *object =
		cv_paloalto_meant(all->config, space, name, &doubted);
	const struct cv_addresses *literal;

	if (doubted) {
		doubt(all, "a name that means different things in two levels");
		return;
	}
	if (object) {
		add_meaning(all, follow(all->config, object, all->depth + 1));
		return;
	}
	if (space == CV_PALOALTO_SERVICE_SPACE) {
		if (strcmp(name, CV_PALOALTO_APPLICATION_DEFAULT) == 0)
			doubt(all, cv_paloalto_ports_of_applications);
		else if (!add_predefined(all, name))
			doubt(all, "a service that the export does not define");
		return;
	}
	literal = cv_paloalto_addresses_read(all->config->reading->ctx, name);
	if (literal)
		add_set(all, literal);
	else
		doubt(all, "an address that the export does not define");
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void take_names(struct gathering *all, struct cv_paloalto_meaning *meaning)
{
	const char **names =
		CV_NEW_ARRAY(arena_of(all), all->names.count + 1, const char *);

	for (size_t i = 0; i < all->names.count; i++)
		names[i] = *CV_AT(&all->names, const char *, i);
	qsort(names, all->names.count, sizeof *names, by_text);
	meaning->names = names;
	meaning->name_count = all->names.count;
}

static void take_ranges(struct gathering *all, struct cv_paloalto_meaning *meaning)
{
	for (size_t family = 0; family < 2; family++) {
		const struct cv_table *table = &all->ranges[family];
		struct cv_range *ranges = malloc((table->count + 1) * sizeof *ranges);

		if (!ranges)
			cv_out_of_memory();
		for (size_t i = 0; i < table->count; i++)
			ranges[i] = *CV_AT(table, struct cv_range, i);
		meaning->sets[family] = cv_addresses_make(
			all->config->reading->ctx, family ? 6 : 4, ranges, table->count);
		free(ranges);
	}
}

static int by_protocol(const void *a, const void *b)
{
	const struct cv_paloalto_port_set *x = a, *y = b;
	int order = (x->protocol > y->protocol) - (x->protocol < y->protocol);

	if (!order)
		order = (x->source_ports != NULL) - (y->source_ports != NULL);
	return order;
}

/* Services without source ports become one for each protocol. */
static void take_services(struct gathering *all, struct cv_paloalto_meaning *meaning)
{
	struct cv_ctx *ctx = all->config->reading->ctx;
	const size_t count = all->services.count;
	struct cv_paloalto_port_set *services =
		CV_NEW_ARRAY(ctx->arena, count + 1, struct cv_paloalto_port_set);
	struct cv_table ranges = {0};
	size_t kept = 0, end;

	for (size_t i = 0; i < count; i++)
		services[i] = *CV_AT(&all->services, struct cv_paloalto_port_set, i);
	qsort(services, count, sizeof *services, by_protocol);
	for (size_t i = 0; i < count; i = end) {
		struct cv_port_range *joined;

		for (end = i + 1; end < count && !services[i].source_ports &&
				  by_protocol(&services[i], &services[end]) == 0;)
			end++;
		services[kept] = services[i];
		ranges = (struct cv_table){0};
		for (size_t n = i; end - i > 1 && n < end; n++)
			for (size_t r = 0; r < services[n].ports->count; r++)
				*CV_ADD(ctx->arena, &ranges, struct cv_port_range) =
					services[n].ports->ranges[r];
		joined = CV_NEW_ARRAY(ctx->arena, ranges.count + 1, struct cv_port_range);
		for (size_t r = 0; r < ranges.count; r++)
			joined[r] = *CV_AT(&ranges, struct cv_port_range, r);
		if (ranges.count)
			services[kept].ports = cv_ports_make(ctx, joined, ranges.count);
		kept++;
	}
	meaning->services = services;
	meaning->service_count = kept;
}

static const struct cv_paloalto_meaning *made(struct gathering *all)
{
	struct cv_paloalto_meaning *meaning =
		CV_NEW(arena_of(all), struct cv_paloalto_meaning);

	take_ranges(all, meaning);
	take_names(all, meaning);
	take_services(all, meaning);
	meaning->doubt = all->doubt;
	return meaning;
}

static void gather(struct gathering *all, const struct cv_paloalto_object *object)
{
	if (!object->understood) {
		doubt(all, object->list == CV_PALOALTO_ADDRESS_GROUP
				   ? "a group whose members hang on tags"
				   : "an object that is not understood");
	} else if (object->list == CV_PALOALTO_ADDRESS && object->addresses) {
		add_set(all, object->addresses);
	} else if (object->list == CV_PALOALTO_ADDRESS) {
		add_name(all, object->value);
	} else if (object->list == CV_PALOALTO_SERVICE) {
		*CV_ADD(arena_of(all), &all->services, struct cv_paloalto_port_set) =
			(struct cv_paloalto_port_set){object->protocol, object->ports,
						      object->source_ports};
	} else {
		for (size_t i = 0; i < object->members.count; i++)
			add_member(all, cv_paloalto_lists[object->list].space,
				   (*CV_AT(&object->members,
					   const struct cv_paloalto_node *, i))
					   ->text);
	}
}

static const struct cv_paloalto_meaning *follow(struct cv_paloalto_config *config,
						struct cv_paloalto_object *object,
						unsigned depth)
{
	static const struct cv_paloalto_meaning endless = {
		.doubt = "a group that holds itself, or nests without end"};
	struct gathering all = {.config = config, .depth = depth};

	if (object->meaning)
		return object->meaning;
	if (object->busy || depth > MAX_NESTING)
		return &endless;
	object->busy = true;
	gather(&all, object);
	object->busy = false;
	object->meaning = made(&all);
	return object->meaning;
}

const struct cv_paloalto_meaning *
cv_paloalto_meaning_of(struct cv_paloalto_config *config,
		       struct cv_paloalto_object *object)
{
	return follow(config, object, 0);
}

const struct cv_paloalto_meaning *
cv_paloalto_members_meaning(struct cv_paloalto_config *config,
			    const struct cv_paloalto_node *around,
			    enum cv_paloalto_space space)
{
	struct gathering all = {.config = config};

	for (const struct cv_paloalto_node *member = around ? around->first : NULL;
	     member; member = member->next)
		if (strcmp(member->text, "any") != 0)
			add_member(&all, space, member->text);
	return made(&all);
}
