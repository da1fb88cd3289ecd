/* Reads a configuration of Sysmon: what its rules leave out of the events that carveout
 * writes rules for.  Of other events nothing is compared.  (Sysinternals/SysmonCommon,
 * rules.c and xml.cpp.) */
#include <string.h>
#include <strings.h>

#include "base/ctx.h"
#include "export_tree.h"
#include "model/plan.h"
#include "sysmon/facts.h"

static const char *const events[] = {CV_SYSMON_PROCESS_CREATE,
				     CV_SYSMON_PROCESS_TERMINATE, CV_SYSMON_FILE_CREATE};

enum {
	EVENTS = sizeof events / sizeof *events,
	LONGEST = 4096, /* of a part of a compound rule, so that looking at it ends */
};

struct config {
	struct cv_export_tree tree;
	struct cv_ctx *ctx;
	bool seen[EVENTS]; /* an element that excludes */
};

/* One of ours, and how a compound rule is put together. */
struct compound {
	const char *field, *head, *tail;
	size_t excepted;
	bool odd;
};

static void odd(struct config *config, const xmlNode *node, const char *what)
{
	cv_export_unknown(config->tree.reading, cv_export_tree_place(&config->tree, node),
			  what);
}

static const char *condition_of(struct config *config, const xmlNode *rule)
{
	const char *condition = cv_xml_attribute(config->ctx, rule, "condition");

	return condition ? condition : "is";
}

/* The list of that name; NULL: carveout writes no such rules. */
static const char *list_called(const char *name)
{
	for (const struct cv_list *list = cv_sysmon_lists; list->name; list++)
		if (strcmp(list->name, name) == 0)
			return list->name;
	return NULL;
}

static void add(struct config *config, const xmlNode *rule, const char *list,
		const char *value)
{
	struct cv_export_reading *reading = config->tree.reading;
	const char *name = cv_xml_attribute(config->ctx, rule, "name");
	struct cv_entry *entry =
		cv_entries_add(config->ctx, &reading->entries, CV_ENTRY_EXCLUSION,
			       cv_export_tree_place(&config->tree, rule));

	entry->list = list;
	entry->more->value = value;
	entry->ours = name && strcmp(name, "carveout") == 0;
}

static void read_rule(struct config *config, const char *event, const xmlNode *rule)
{
	const char *value = cv_xml_text(config->ctx, rule);
	const char *list = list_called(cv_arena_format(config->ctx->arena, "%s %s %s",
						       event, (const char *)rule->name,
						       condition_of(config, rule)));

	if (!list || !*value || cv_xml_element(rule->children))
		odd(config, rule,
		    "a rule by a field or a condition that is not compared");
	else
		add(config, rule, list, value);
}

/* ---- `begin with` and `end with` of one field ---- */

/* How many texts begin like the head and end like the tail and are shorter than both
 * together: a compound rule excepts them. */
static size_t count_overlaps(const char *head, const char *tail)
{
	const size_t h = strlen(head), t = strlen(tail);
	size_t count = 0;

	for (size_t k = 1; k <= h && k <= t; k++)
		count += strncasecmp(head + h - k, tail, k) == 0;
	return count;
}

static bool is_overlap(const struct compound *rule, const char *text)
{
	const size_t h = strlen(rule->head), t = strlen(rule->tail), size = strlen(text);

	return size < h + t && size >= h && size >= t &&
	       strncasecmp(text, rule->head, h) == 0 &&
	       strcasecmp(text + size - t, rule->tail) == 0;
}

static void read_part(struct config *config, const xmlNode *part, struct compound *rule)
{
	const char *condition = condition_of(config, part);
	const char *value = cv_xml_text(config->ctx, part);
	const char **place = strcmp(condition, "begin with") == 0 ? &rule->head
			     : strcmp(condition, "end with") == 0 ? &rule->tail
								  : NULL;

	if (!rule->field)
		rule->field = (const char *)part->name;
	rule->odd = rule->odd || strcmp(rule->field, (const char *)part->name) ||
		    cv_xml_element(part->children);
	if (place) {
		rule->odd = rule->odd || *place || !*value || rule->excepted ||
			    strlen(value) > LONGEST;
		*place = value;
	} else if (strcmp(condition, "is not") == 0 && rule->head && rule->tail) {
		rule->odd = rule->odd || !is_overlap(rule, value);
		rule->excepted++;
	} else {
		rule->odd = true;
	}
}

static void read_compound(struct config *config, const char *event, const xmlNode *node)
{
	const char *relation = cv_xml_attribute(config->ctx, node, "groupRelation");
	struct compound rule = {.odd = !relation || strcasecmp(relation, "and") != 0};
	const char *list = NULL;

	for (const xmlNode *part = cv_xml_element(node->children); part;
	     part = cv_xml_element(part->next))
		read_part(config, part, &rule);
	if (!rule.odd && rule.head && rule.tail && !strpbrk(rule.head, "*?") &&
	    !strpbrk(rule.tail, "*?") &&
	    rule.excepted == count_overlaps(rule.head, rule.tail))
		list = list_called(cv_arena_format(config->ctx->arena,
						   "%s %s begin with, end with", event,
						   rule.field));
	if (list)
		add(config, node, list,
		    cv_arena_format(config->ctx->arena, "%s*%s", rule.head, rule.tail));
	else
		odd(config, node, "a rule of several conditions that are not compared");
}

/* ---- elements of events ---- */

/* Without `or` one rule of each field has to match. */
static bool is_any_enough(const xmlNode *element)
{
	const xmlNode *first = cv_xml_element(element->children);

	for (const xmlNode *rule = first; rule; rule = cv_xml_element(rule->next))
		if (strcmp((const char *)rule->name, (const char *)first->name) ||
		    cv_xml_is(rule, "Rule"))
			return rule == first && !cv_xml_element(rule->next);
	return true;
}

static void read_event(struct config *config, size_t event, const xmlNode *element,
		       bool is_or)
{
	const char *match = cv_xml_attribute(config->ctx, element, "onmatch");

	if (match && strcasecmp(match, "include") == 0) {
		odd(config, element,
		    "an element that includes: what it does not name is not logged");
		return;
	}
	if (!match || strcasecmp(match, "exclude") != 0) {
		odd(config, element, "an element that neither includes nor excludes");
		return;
	}
	if (config->seen[event])
		odd(config, element,
		    "a second element that excludes: where none of the rules of both "
		    "matches, nothing of the event is logged");
	config->seen[event] = true;
	if (!is_or && !is_any_enough(element)) {
		odd(config, element,
		    "rules of which one of each field has to match: there is no "
		    "groupRelation=\"or\" around them");
		return;
	}
	for (const xmlNode *rule = cv_xml_element(element->children); rule;
	     rule = cv_xml_element(rule->next))
		if (cv_xml_is(rule, "Rule"))
			read_compound(config, events[event], rule);
		else
			read_rule(config, events[event], rule);
}

static void read_element(struct config *config, const xmlNode *node, bool is_or)
{
	for (size_t i = 0; i < EVENTS; i++)
		if (cv_xml_is(node, events[i]))
			read_event(config, i, node, is_or);
}

static void read_group(struct config *config, const xmlNode *group)
{
	const char *relation = cv_xml_attribute(config->ctx, group, "groupRelation");
	const bool is_or = relation && strcasecmp(relation, "or") == 0;

	for (const xmlNode *node = cv_xml_element(group->children); node;
	     node = cv_xml_element(node->next))
		read_element(config, node, is_or);
}

static void read_filtering(struct config *config, const xmlNode *filtering)
{
	for (const xmlNode *node = cv_xml_element(filtering->children); node;
	     node = cv_xml_element(node->next))
		if (cv_xml_is(node, "RuleGroup"))
			read_group(config, node);
		else
			read_element(config, node, false);
}

static bool read_document(struct config *config, xmlDoc *document)
{
	const xmlNode *root = document ? xmlDocGetRootElement(document) : NULL;
	bool any = cv_xml_is(root, "EventFiltering");

	if (!any && !cv_xml_is(root, "Sysmon"))
		return cv_export_refuse(config->tree.reading, 0,
					"no configuration of Sysmon in XML");
	if (cv_export_tree_defines(document))
		return cv_export_refuse(config->tree.reading, 0,
					"the document defines entities of its own");
	if (any)
		read_filtering(config, root);
	for (const xmlNode *node = cv_xml_element(root->children); node && !any;
	     node = cv_xml_element(node->next))
		if (cv_xml_is(node, "EventFiltering"))
			read_filtering(config, node);
	return true;
}

bool cv_sysmon_read_export(struct cv_export_reading *reading)
{
	struct config config = {.tree = {.reading = reading}, .ctx = reading->ctx};
	xmlDoc *document;
	bool fine;

	reading->shows = CV_ENTRY_EXCLUSION;
	if (!cv_export_text_open(reading, &config.tree.text))
		return false;
	document = cv_export_tree_parse(&config.tree);
	fine = read_document(&config, document);
	xmlFreeDoc(document);
	return fine;
}
