/* What rules and categories of ours in an export let through, in the plan's terms: each
 * rule with its names followed to their ends.  A rule that is disabled, drops, or hangs
 * on what no plan of ours asks for grants nothing that is known; its attributes say so.
 */
#include "paloalto-xml/export_rules.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "model/policy.h"
#include "model/target.h"
#include "paloalto-xml/export_node.h"
#include "paloalto-xml/plan.h"

enum { MAX_NESTING = 64 };

struct granting {
	struct cv_paloalto_config *config;
	const struct cv_paloalto_object *rule;
	struct cv_table texts; /* of struct cv_attribute: addresses as they are written */
};

/* The values of all addresses that a member leads to. */
static void add_texts(struct granting *all, const char *end, const char *name,
		      unsigned depth)
{
	const struct cv_paloalto_object *object =
		cv_paloalto_meant(all->config, CV_PALOALTO_ADDRESS_SPACE, name, NULL);

	if (depth > MAX_NESTING)
		return;
	if (!object || object->list == CV_PALOALTO_ADDRESS) {
		*CV_ADD(all->config->reading->ctx->arena, &all->texts,
			struct cv_attribute) =
			(struct cv_attribute){end, object ? object->value : name};
		return;
	}
	for (size_t i = 0; i < object->members.count; i++)
		add_texts(all, end,
			  (*CV_AT(&object->members, const struct cv_paloalto_node *, i))
				  ->text,
			  depth + 1);
}

static int by_attribute(const void *left, const void *right)
{
	const struct cv_attribute *a = left, *b = right;
	const int order = strcmp(a->name, b->name);

	return order ? order : strcmp(a->value, b->value);
}

/* Host names have no addresses here: the flow is told by what its ends are called. */
static void take_texts(struct granting *all, struct cv_entry *entry)
{
	static const char *const ends[] = {CV_PALOALTO_SOURCE, CV_PALOALTO_DESTINATION};
	struct cv_attribute *attributes;

	all->texts = (struct cv_table){0};
	for (size_t i = 0; i < 2; i++) {
		const struct cv_paloalto_node *member =
			cv_node_first(all->rule->node, ends[i])->first;

		for (; member; member = member->next)
			add_texts(all, ends[i], member->text, 0);
	}
	attributes = CV_NEW_ARRAY(all->config->reading->ctx->arena, all->texts.count + 1,
				  struct cv_attribute);
	for (size_t i = 0; i < all->texts.count; i++)
		attributes[i] = *CV_AT(&all->texts, struct cv_attribute, i);
	qsort(attributes, all->texts.count, sizeof *attributes, by_attribute);
	entry->more->attributes = attributes;
	entry->more->attribute_count = (uint32_t)all->texts.count;
}

static struct cv_entry *add_flow(struct granting *all,
				 const struct cv_paloalto_port_set *service)
{
	struct cv_export_reading *reading = all->config->reading;
	struct cv_entry *entry = cv_entries_add(reading->ctx, &reading->entries,
						CV_ENTRY_FLOW, all->rule->node->place);

	entry->list = cv_paloalto_lists[CV_PALOALTO_RULE].name;
	entry->more->name = all->rule->node->name;
	entry->ours = true;
	if (service) {
		entry->protocol = cv_entry_number(service->protocol);
		entry->ports = service->ports;
		entry->more->source_ports = service->source_ports;
	}
	return entry;
}

static const struct cv_addresses *
set_of(struct cv_ctx *ctx, const struct cv_paloalto_rule_end *end, uint8_t family)
{
	return end->any ? cv_addresses_all(ctx, family) : end->meaning->sets[family == 6];
}

static void add_service(struct granting *all, const struct cv_paloalto_rule *rule,
			const struct cv_paloalto_port_set *service)
{
	static const uint8_t families[] = {4, 6};
	struct cv_ctx *ctx = all->config->reading->ctx;

	if (rule->source.meaning->name_count || rule->destination.meaning->name_count) {
		take_texts(all, add_flow(all, service));
		return;
	}
	for (size_t i = 0; i < 2; i++) {
		const struct cv_addresses *from = set_of(ctx, &rule->source, families[i]);
		const struct cv_addresses *to =
			set_of(ctx, &rule->destination, families[i]);
		struct cv_entry *entry;

		if (!from || !to)
			continue;
		entry = add_flow(all, service);
		entry->family = families[i];
		entry->source = from;
		entry->destination = to;
	}
}

static bool is_certain(const struct cv_paloalto_rule *rule)
{
	return rule->lets_through && !rule->doubt && !rule->source.negated &&
	       !rule->destination.negated && !rule->source.meaning->doubt &&
	       !rule->destination.meaning->doubt && !rule->services->doubt;
}

void cv_paloalto_add_grants(struct cv_paloalto_policy *policy)
{
	for (size_t i = 0; i < policy->rules.count; i++) {
		const struct cv_paloalto_rule *rule =
			CV_AT(&policy->rules, struct cv_paloalto_rule, i);
		struct granting all = {.config = policy->config, .rule = rule->object};

		if (!rule->object || !rule->object->ours || !is_certain(rule))
			continue;
		if (rule->any_service)
			add_service(&all, rule, NULL);
		for (size_t n = 0;
		     !rule->any_service && n < rule->services->service_count; n++)
			add_service(&all, rule, &rule->services->services[n]);
	}
}
