/* The security rules of an export in the order in which a firewall asks them, each with
 * what it matches.  Panorama does not show the rules that a firewall has itself, between
 * those before and those behind them. */
#include "paloalto-xml/export_rules.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "model/target.h"
#include "paloalto-xml/export_node.h"
#include "paloalto-xml/options.h"

enum { LONGEST_NAME = 63 };

/* Elements that do not decide whether a rule matches. */
static const char *const silent[] = {
	"from",
	"to",
	"source",
	"destination",
	"service",
	"negate-source",
	"negate-destination",
	"rule-type",
	"disabled",
	"action",
	"icmp-unreachable",
	"log-setting",
	"log-start",
	"log-end",
	"profile-setting",
	"tag",
	"group-tag",
	"description",
	"option",
	NULL,
};

/* Elements that narrow a rule by what is not judged, unless they say `any`. */
static const struct narrowing {
	const char *element, *why;
} narrowings[] = {
	{"application", "for applications of its choice"},
	{"category", "for URL categories of its choice"},
	{"source-user", "for users of its choice"},
	{"source-hip", "for devices in a state of its choice"},
	{"destination-hip", "for devices in a state of its choice"},
	{"hip-profiles", "for devices in a state of its choice"},
	{NULL, NULL},
};

const char *cv_paloalto_plain_name(const char *name)
{
	const size_t size = strlen(name);

	if (!size || size > LONGEST_NAME || name[strspn(name, " ")] == '\0')
		return NULL;
	for (size_t i = 0; i < size; i++)
		if (name[i] != ' ' && !strchr(cv_paloalto_name_rest, name[i]))
			return NULL;
	return name;
}

static bool is_any(const struct cv_paloalto_node *around)
{
	for (const struct cv_paloalto_node *member = around->first; member;
	     member = member->next)
		if (strcmp(member->text, "any") == 0)
			return true;
	return false;
}

static bool says_yes(const struct cv_paloalto_node *rule, const char *element)
{
	const struct cv_paloalto_node *leaf = cv_node_first(rule, element);

	return leaf && strcmp(leaf->text, "yes") == 0;
}

static bool is_one_of(const char *const *words, const char *word)
{
	for (; *words; words++)
		if (strcmp(*words, word) == 0)
			return true;
	return false;
}

static const char *narrowed_by(const struct cv_paloalto_node *element)
{
	const struct cv_paloalto_node *devices;

	for (const struct narrowing *known = narrowings; known->element; known++)
		if (cv_node_is(element, known->element))
			return is_any(element) || !element->first ? NULL : known->why;
	if (cv_node_is(element, "schedule"))
		return "at times of its choice";
	if (!cv_node_is(element, "target"))
		return "in a way that is not understood";
	devices = cv_node_first(element, "devices");
	return devices && devices->first ? "on devices of its choice" : NULL;
}

/* Why it may not match what its ends and services say; NULL: there is nothing. */
static const char *doubt_of(const struct cv_paloalto_node *rule)
{
	static const char *const needed[] = {"from",    "source",      "destination",
					     "service", "application", NULL};

	for (const struct cv_paloalto_node *inner = rule->first; inner;
	     inner = inner->next) {
		const char *why =
			is_one_of(silent, inner->element) ? NULL : narrowed_by(inner);

		if (why)
			return why;
	}
	for (const char *const *element = needed; *element; element++)
		if (!cv_node_one(rule, *element))
			return "with an end, a service or an application that is not "
			       "said, or said twice";
	return NULL;
}

static struct cv_paloalto_rule_end end_of(struct cv_paloalto_config *config,
					  const struct cv_paloalto_node *rule,
					  const char *element, const char *negation)
{
	const struct cv_paloalto_node *around = cv_node_first(rule, element);

	return (struct cv_paloalto_rule_end){
		.meaning = cv_paloalto_members_meaning(config, around,
						       CV_PALOALTO_ADDRESS_SPACE),
		.any = !around || is_any(around), /* not said: a doubt of the rule */
		.negated = says_yes(rule, negation),
	};
}

static enum cv_paloalto_rule_type type_of(const struct cv_paloalto_node *rule)
{
	const struct cv_paloalto_node *type = cv_node_first(rule, "rule-type");

	if (type && strcmp(type->text, "intrazone") == 0)
		return CV_PALOALTO_INTRAZONE;
	if (type && strcmp(type->text, "interzone") == 0)
		return CV_PALOALTO_INTERZONE;
	return CV_PALOALTO_UNIVERSAL;
}

/* The schema's default is allow. */
static bool lets_through(const struct cv_paloalto_node *rule)
{
	const struct cv_paloalto_node *action = cv_node_first(rule, "action");

	return !action || strcmp(action->text, "allow") == 0;
}

static const char *name_of(const struct cv_paloalto_config *config,
			   const struct cv_paloalto_node *rule)
{
	const char *name = cv_paloalto_plain_name(rule->name);

	return name ? cv_arena_format(config->reading->ctx->arena, "the rule `%s`", name)
		    : "a rule whose name is not plain";
}

static void set_ports(struct cv_paloalto_rule *rule)
{
	const struct cv_paloalto_meaning *services = rule->services;

	rule->first_port = UINT16_MAX;
	for (size_t i = 0; i < services->service_count; i++) {
		const struct cv_ports *set = services->services[i].ports;

		if (set->ranges[0].first < rule->first_port)
			rule->first_port = set->ranges[0].first;
		if (set->ranges[set->count - 1].last > rule->last_port)
			rule->last_port = set->ranges[set->count - 1].last;
	}
	if (rule->any_service || services->doubt) {
		rule->first_port = 0;
		rule->last_port = UINT16_MAX;
	}
}

static void add_rule(struct cv_paloalto_policy *policy,
		     const struct cv_paloalto_object *object)
{
	struct cv_paloalto_config *config = policy->config;
	const struct cv_paloalto_node *node = object->node;
	const struct cv_paloalto_node *services = cv_node_first(node, "service");
	struct cv_paloalto_rule *rule;

	if (says_yes(node, "disabled"))
		return;
	rule = CV_ADD(config->reading->ctx->arena, &policy->rules,
		      struct cv_paloalto_rule);
	*rule = (struct cv_paloalto_rule){
		.object = object,
		.name = name_of(config, node),
		.lets_through = lets_through(node),
		.type = type_of(node),
		.from = cv_node_first(node, "from"),
		.to = cv_node_first(node, "to"),
		.source = end_of(config, node, "source", "negate-source"),
		.destination = end_of(config, node, "destination", "negate-destination"),
		.any_service = !services || is_any(services),
		.services = cv_paloalto_members_meaning(config, services,
							CV_PALOALTO_SERVICE_SPACE),
		.doubt = doubt_of(node),
	};
	set_ports(rule);
}

/* The rules of one rulebase of one level, as they stand. */
static void add_rulebase(struct cv_paloalto_policy *policy, unsigned distance,
			 enum cv_paloalto_rulebase rulebase)
{
	const struct cv_table *objects = &policy->config->objects;

	for (size_t i = 0; i < objects->count; i++) {
		const struct cv_paloalto_object *object =
			CV_AT(objects, struct cv_paloalto_object, i);

		if (object->list == CV_PALOALTO_RULE && object->rulebase == rulebase &&
		    object->level->distance == distance)
			add_rule(policy, object);
	}
}

static unsigned highest(const struct cv_paloalto_tree *tree)
{
	return tree->shared->distance == CV_PALOALTO_ASIDE ? 0 : tree->shared->distance;
}

static void add_panorama(struct cv_paloalto_policy *policy)
{
	struct cv_paloalto_config *config = policy->config;
	const unsigned top = highest(&config->tree);

	for (unsigned distance = top + 1; distance-- > 0;)
		add_rulebase(policy, distance, CV_PALOALTO_PRE_RULEBASE);
	*CV_ADD(config->reading->ctx->arena, &policy->rules, struct cv_paloalto_rule) =
		(struct cv_paloalto_rule){
			.name = config->tree.scope == config->tree.shared
					? "a rule of a device group or of a firewall"
					: "a rule of the firewall itself",
			.either = true,
			.last_port = UINT16_MAX,
			.doubt = "which Panorama's shared and own rules do not show",
		};
	for (unsigned distance = 0; distance <= top; distance++)
		add_rulebase(policy, distance, CV_PALOALTO_POST_RULEBASE);
}

/* What somebody changed of the two rules behind all others; the nearest level counts. */
static void read_defaults(struct cv_paloalto_policy *policy)
{
	const struct cv_table *listings = &policy->config->tree.listings;
	unsigned nearest[2] = {CV_PALOALTO_ASIDE, CV_PALOALTO_ASIDE};

	policy->intrazone = true;
	for (size_t i = 0; i < listings->count; i++) {
		const struct cv_paloalto_listing *listing =
			CV_AT(listings, struct cv_paloalto_listing, i);
		const struct cv_paloalto_node *entry =
			listing->defaults ? listing->node->first : NULL;

		for (; entry; entry = entry->next) {
			const bool intra = entry->name &&
					   strcmp(entry->name, "intrazone-default") == 0;
			const bool inter = entry->name &&
					   strcmp(entry->name, "interzone-default") == 0;

			if ((!intra && !inter) || !cv_node_first(entry, "action") ||
			    listing->level->distance >= nearest[inter])
				continue;
			nearest[inter] = listing->level->distance;
			*(inter ? &policy->interzone : &policy->intrazone) =
				lets_through(entry);
		}
	}
}

static bool shows_rules(const struct cv_paloalto_tree *tree)
{
	for (size_t i = 0; i < tree->listings.count; i++) {
		const struct cv_paloalto_listing *listing =
			CV_AT(&tree->listings, struct cv_paloalto_listing, i);

		if (listing->list == CV_PALOALTO_RULE && !listing->defaults &&
		    listing->level->distance != CV_PALOALTO_ASIDE)
			return true;
	}
	return false;
}

void cv_paloalto_policy_read(struct cv_paloalto_config *config,
			     struct cv_paloalto_policy *policy)
{
	*policy = (struct cv_paloalto_policy){.config = config};
	policy->shown = shows_rules(&config->tree);
	if (!policy->shown)
		return;
	if (cv_paloalto_is_panorama(config->reading->options))
		add_panorama(policy);
	else
		add_rulebase(policy, 0, CV_PALOALTO_RULEBASE);
	read_defaults(policy);
}
