/* Flows joined into security rules.  A rule is one party's addresses of one family, the
 * other's, and all that the one may open to the other: a product that is no more than
 * its flows.  Pairs of networks (`same-subnet`) are rules of their own. */
#include "paloalto-xml/arrange.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/finding.h"
#include "base/hash_table.h"
#include "paloalto-xml/addresses.h"
#include "paloalto-xml/services.h"

enum { MOST_ENDS = 2 }; /* of one side: both families of a party */

struct side {
	struct cv_paloalto_end *ends[MOST_ENDS];
	size_t count;
	const struct cv_texts *zones;
};

/* A flow that a rule is of. */
struct asked {
	const struct cv_entry *flow;
	struct asked *next;
};

struct rule {
	UT_hash_handle hh;
	const struct cv_ends *ends; /* all flows of the rule have the same */
	struct side sides[2];       /* source, destination */
	struct cv_paloalto_naming naming, group;
	struct asked *first, *last;
	size_t flow_count;
	const char **services; /* names */
	size_t service_count;
};

struct rules {
	const struct cv_paloalto_work *work;
	struct cv_paloalto_addresses addresses;
	struct rule *all;
	struct cv_table parts;      /* of struct cv_entry: of the rule under way; their
				       room serves all */
	struct cv_table attributes; /* of struct cv_attribute: of the rule that is added;
				       their room serves all rules */
};

static bool whole(const struct cv_party *party, const struct cv_addresses *set)
{
	return !set || set == party->addresses[set->family == 6];
}

static const char *range_texts(struct cv_arena *arena, const struct cv_addresses *set)
{
	struct cv_buf out = CV_BUF_INIT;
	const char *text;

	for (size_t i = 0; set && i < set->count; i++) {
		cv_range_format(&out, set->family, set->ranges[i]);
		cv_buf_char(&out, ' ');
	}
	text = cv_arena_text(arena, cv_buf_string(&out));
	cv_buf_deinit(&out);
	return text;
}

/* `client-to-server-ipv4`; with the network behind it where that is only a part of
 * what the parties have. */
static void name_rule(const struct cv_paloalto_work *work, struct rule *rule)
{
	const struct cv_ends *ends = rule->ends;
	const char *kind = !ends->source               ? "fqdn"
			   : ends->source->family == 6 ? "ipv6"
						       : "ipv4";
	const bool part =
		!whole(ends->from, ends->source) || !whole(ends->to, ends->destination);

	rule->naming.list = CV_PALOALTO_RULE;
	rule->naming.words = cv_arena_format(
		work->aside, "%s-to-%s-%s%s%s", ends->from->slug, ends->to->slug, kind,
		part ? "-" : "",
		part ? cv_paloalto_set_word(work->ctx, ends->source) : "");
	rule->naming.identity = cv_arena_format(
		work->aside, "rule\t%s\t%s\t%s\t%s\t%s", ends->from->name, ends->to->name,
		kind, part ? range_texts(work->aside, ends->source) : "",
		part ? range_texts(work->aside, ends->destination) : "");
	rule->group = rule->naming;
	rule->group.list = CV_PALOALTO_SERVICE_GROUP;
}

static void add_end(struct rules *rules, struct side *side, const struct cv_party *party,
		    const struct cv_addresses *set)
{
	side->ends[side->count++] = cv_paloalto_end_of(&rules->addresses, party, set);
}

/* Beside a name the other side has all addresses of its party, of both families. */
static void fill_side(struct rules *rules, struct side *side,
		      const struct cv_party *party, const struct cv_addresses *set)
{
	if (set) {
		add_end(rules, side, party, set);
		return;
	}
	for (size_t i = 0; i < 2; i++)
		if (party->addresses[i])
			add_end(rules, side, party, party->addresses[i]);
	if (!side->count)
		add_end(rules, side, party, NULL);
}

/* The same for each rule that has the end on that side; NULL: reported. */
static const struct cv_texts *zones_of(const struct rules *rules,
				       struct cv_paloalto_end *end, bool source)
{
	if (!end->zones[source])
		end->zones[source] =
			cv_paloalto_zones_of(rules->work, source, end->party, end->set);
	return end->zones[source];
}

/* The zones of all ends of the side, each once. */
static bool find_zones(struct rules *rules, struct side *side, bool source)
{
	struct cv_arena *arena = rules->work->aside;
	struct cv_texts *zones;
	size_t most = 0;

	for (size_t i = 0; i < side->count; i++) {
		side->zones = zones_of(rules, side->ends[i], source);
		if (!side->zones)
			return false;
		most += side->zones->count;
	}
	if (most == 1)
		return true;
	zones = CV_NEW(arena, struct cv_texts);
	zones->items = CV_NEW_ARRAY(arena, most, struct cv_text);
	for (size_t i = 0; i < side->count; i++) {
		const struct cv_texts *found = zones_of(rules, side->ends[i], source);

		for (size_t z = 0; z < found->count; z++)
			if (!cv_texts_hold(zones, found->items[z].text))
				zones->items[zones->count++] = found->items[z];
	}
	side->zones = zones;
	return true;
}

static struct rule *rule_of(struct rules *rules, const struct cv_flow *flow, bool *ok)
{
	const struct cv_ends *ends = flow->ends;
	struct rule *rule;

	HASH_FIND(hh, rules->all, &ends, sizeof ends, rule);
	if (rule)
		return rule;
	rule = CV_NEW(rules->work->aside, struct rule);
	rule->ends = ends;
	fill_side(rules, &rule->sides[0], ends->from, ends->source);
	fill_side(rules, &rule->sides[1], ends->to, ends->destination);
	*ok = find_zones(rules, &rule->sides[0], true) && *ok;
	*ok = find_zones(rules, &rule->sides[1], false) && *ok;
	name_rule(rules->work, rule);
	HASH_ADD(hh, rules->all, ends, sizeof rule->ends, rule);
	return rule;
}

static const char *bad_name(struct cv_ctx *ctx, const struct cv_party *party)
{
	const char *why = NULL;

	for (size_t i = 0; !why && !party->addresses[0] && !party->addresses[1] &&
			   i < party->names.count;
	     i++)
		why = cv_paloalto_fqdn_problem(ctx, party->names.items[i].text);
	return why;
}

/* Whether a flow cannot be carried, since a host name of its ends makes no object. */
static bool is_lost(const struct cv_paloalto_work *work, const struct cv_flow *flow)
{
	const char *why =
		flow->ends->family ? NULL : bad_name(work->ctx, flow->ends->from);

	if (!why && !flow->ends->family)
		why = bad_name(work->ctx, flow->ends->to);
	for (size_t i = 0; why && i < flow->rows.count; i++) {
		struct cv_loss *loss =
			CV_ADD(work->ctx->arena, &work->plan->losses, struct cv_loss);

		loss->row = flow->rows.items[i];
		loss->why = why;
		loss->of = flow;
	}
	return why != NULL;
}

static int by_name(const struct rule *a, const struct rule *b)
{
	return strcmp(a->naming.name, b->naming.name);
}

static void name_all(struct rules *rules)
{
	struct cv_arena *arena = rules->work->aside;
	struct cv_paloalto_naming **items;
	struct cv_table namings = {0};

	cv_paloalto_addresses_collect(&rules->addresses, &namings);
	for (struct rule *rule = rules->all; rule; rule = rule->hh.next) {
		*CV_ADD(arena, &namings, struct cv_paloalto_naming *) = &rule->naming;
		*CV_ADD(arena, &namings, struct cv_paloalto_naming *) = &rule->group;
	}
	items = CV_NEW_ARRAY(arena, namings.count, struct cv_paloalto_naming *);
	for (size_t i = 0; i < namings.count; i++)
		items[i] = *CV_AT(&namings, struct cv_paloalto_naming *, i);
	cv_paloalto_name_all(rules->work, items, namings.count);
	HASH_SRT(hh, rules->all, by_name);
}

static int by_service(const void *left, const void *right)
{
	const struct cv_entry *a = *(const struct cv_entry *const *)left;
	const struct cv_entry *b = *(const struct cv_entry *const *)right;

	return a < b ? -1 : a > b; /* of one sorted array */
}

/* The parts of the rule's flows that each fit into one object, until those of another
 * rule are asked for. */
static struct cv_table *parts_of(struct rules *rules, const struct rule *rule)
{
	rules->parts.count = 0;
	for (const struct asked *asked = rule->first; asked; asked = asked->next)
		cv_paloalto_service_parts(rules->work, asked->flow, &rules->parts);
	return &rules->parts;
}

/* The services of the rule's flows, each once. */
static void find_services(struct rules *rules, struct rule *rule, bool *used)
{
	const struct cv_paloalto_work *work = rules->work;
	const struct cv_table *parts = parts_of(rules, rule);
	const struct cv_entry **services =
		CV_NEW_ARRAY(work->aside, parts->count, const struct cv_entry *);

	rule->services = CV_NEW_ARRAY(work->aside, parts->count, const char *);
	for (size_t i = 0; i < parts->count; i++)
		services[i] = cv_paloalto_service_of(work->services, work->service_count,
						     CV_AT(parts, struct cv_entry, i));
	qsort(services, parts->count, sizeof *services, by_service);
	for (size_t i = 0; i < parts->count; i++) {
		used[services[i] - work->services] = true;
		if (!i || services[i] != services[i - 1])
			rule->services[rule->service_count++] = services[i]->more->name;
	}
}

/* What the site says of all rules, and the rows of this one. */
static const char *describe(const struct cv_paloalto_work *work, const struct rule *rule)
{
	struct cv_arena *arena = work->ctx->arena;
	const char *said = work->options->rules.description.text;
	const char **notes = CV_NEW_ARRAY(work->aside, rule->flow_count, const char *);
	size_t count = 0;

	for (const struct asked *asked = rule->first; asked; asked = asked->next)
		notes[count++] = asked->flow->note;
	return cv_paloalto_notes_join(work->ctx,
				      said ? cv_arena_format(arena, "%s: ", said) : "",
				      notes, count, CV_PALOALTO_RULE_DESCRIPTION_MAX);
}

static void add_attribute(struct rules *rules, const char *name, const char *value)
{
	*CV_ADD(rules->work->aside, &rules->attributes, struct cv_attribute) =
		(struct cv_attribute){name, value};
}

static void add_side(struct rules *rules, const struct side *side, const char *zone,
		     const char *end, bool ends)
{
	for (size_t i = 0; !ends && i < side->zones->count; i++)
		add_attribute(rules, zone, side->zones->items[i].text);
	for (size_t i = 0; ends && i < side->count; i++)
		add_attribute(rules, end, cv_paloalto_end_name(side->ends[i]));
}

static void add_said(struct rules *rules, const char *name, const char *value)
{
	if (value && strcmp(value, CV_PALOALTO_NONE) != 0)
		add_attribute(rules, name, value);
}

/* One service needs no group around it.  The group keeps its name for the day when the
 * rule has two. */
static bool has_group(const struct rule *rule)
{
	return rule->service_count > 1;
}

static void add_rule(struct rules *rules, const struct rule *rule)
{
	const struct cv_paloalto_work *work = rules->work;
	const struct cv_paloalto_rules *said = &work->options->rules;
	struct cv_entry *entry = cv_paloalto_entry_add(work, CV_ENTRY_OBJECT);
	struct cv_attribute *items;

	rules->attributes.count = 0;
	for (int ends = 0; ends < 2; ends++) {
		add_side(rules, &rule->sides[0], CV_PALOALTO_FROM, CV_PALOALTO_SOURCE,
			 ends);
		add_side(rules, &rule->sides[1], CV_PALOALTO_TO, CV_PALOALTO_DESTINATION,
			 ends);
	}
	add_said(rules, CV_PALOALTO_SERVICES,
		 has_group(rule) ? rule->group.name : rule->services[0]);
	add_said(rules, CV_PALOALTO_APPLICATION, CV_PALOALTO_ANY);
	add_attribute(rules, work->tagged->name, work->tagged->value);
	add_said(rules, CV_PALOALTO_ACTION, CV_PALOALTO_ALLOW);
	add_said(rules, CV_PALOALTO_LOG, said->log_setting.text);
	add_said(rules, CV_PALOALTO_PROFILES, said->profile_group.text);
	entry->more->attribute_count = (uint32_t)rules->attributes.count;
	items = CV_NEW_ARRAY(work->ctx->arena, entry->more->attribute_count,
			     struct cv_attribute);
	for (size_t i = 0; i < entry->more->attribute_count; i++)
		items[i] = *CV_AT(&rules->attributes, struct cv_attribute, i);
	entry->list = cv_paloalto_lists[CV_PALOALTO_RULE].name;
	entry->more->name = rule->naming.name;
	entry->note = describe(work, rule);
	entry->more->attributes = items;
}

static int by_attribute(const void *left, const void *right)
{
	const struct cv_attribute *a = left, *b = right;
	const int order = strcmp(a->name, b->name);

	return order ? order : strcmp(a->value, b->value);
}

/* The address objects that a rule with a host name leads to. */
static void add_values(struct cv_arena *arena, const struct rule *rule,
		       struct cv_entry *entry)
{
	struct cv_attribute *items;
	size_t count = 0;

	for (size_t s = 0; s < 2; s++)
		for (size_t e = 0; e < rule->sides[s].count; e++)
			count += rule->sides[s].ends[e]->count;
	items = CV_NEW_ARRAY(arena, count, struct cv_attribute);
	count = 0;
	for (size_t s = 0; s < 2; s++)
		for (size_t e = 0; e < rule->sides[s].count; e++)
			for (size_t i = 0; i < rule->sides[s].ends[e]->count; i++)
				items[count++] = (struct cv_attribute){
					s ? CV_PALOALTO_DESTINATION : CV_PALOALTO_SOURCE,
					rule->sides[s].ends[e]->items[i]->text};
	qsort(items, count, sizeof *items, by_attribute);
	entry->more->attributes = items;
	entry->more->attribute_count = (uint32_t)count;
}

static int by_part(const void *left, const void *right)
{
	return cv_entry_compare(*(const struct cv_entry *const *)left,
				*(const struct cv_entry *const *)right);
}

/* One entry for each service that the rule has, of all rows that ask for it. */
static void add_flows(struct rules *rules, const struct rule *rule)
{
	const struct cv_paloalto_work *work = rules->work;
	const struct cv_table *all = parts_of(rules, rule);
	const size_t count = all->count;
	struct cv_entry **parts = CV_NEW_ARRAY(work->aside, count, struct cv_entry *);
	struct cv_entry *last = NULL;

	for (size_t i = 0; i < count; i++) {
		parts[i] = CV_AT(all, struct cv_entry, i);
		parts[i]->list = cv_paloalto_lists[CV_PALOALTO_RULE].name;
		parts[i]->more->name = rule->naming.name;
		parts[i]->note = NULL;
		if (!parts[i]->family)
			add_values(work->ctx->arena, rule, parts[i]);
	}
	qsort(parts, count, sizeof *parts, by_part);
	for (size_t i = 0; i < count; i++) {
		if (last && cv_entry_compare(last, parts[i]) == 0) {
			last->rows = cv_paloalto_rows_join(work->ctx, last->rows,
							   parts[i]->rows);
			continue;
		}
		last = cv_paloalto_entry_add(work, CV_ENTRY_FLOW);
		cv_entry_say(last, parts[i]);
	}
}

/* A rule is not moved before or behind itself. */
static bool check_anchor(const struct rules *rules)
{
	const struct cv_paloalto_rules *said = &rules->work->options->rules;
	const struct cv_text *anchor = said->before.text ? &said->before : &said->after;

	for (const struct rule *rule = rules->all; rule; rule = rule->hh.next)
		if (strcmp(rule->naming.name, anchor->text) == 0)
			return cv_find(rules->work->ctx, CV_F_BAD_VALUE, anchor->at,
				       "%s is a rule that carveout writes: name one that "
				       "stands in the rulebase without it",
				       anchor->text);
	return true;
}

/* Addresses, services, groups and rules; a service that only lost flows ask for is
 * left out. */
static bool add_all(struct rules *rules)
{
	const struct cv_paloalto_work *work = rules->work;
	bool *used = CV_NEW_ARRAY(work->aside, work->service_count, bool);
	bool ok = cv_paloalto_addresses_add(&rules->addresses);

	for (struct rule *rule = rules->all; rule; rule = rule->hh.next)
		find_services(rules, rule, used);
	for (size_t i = 0; i < work->service_count; i++)
		if (used[i])
			cv_entry_say(cv_paloalto_entry_add(work, CV_ENTRY_OBJECT),
				     &work->services[i]);
	for (struct rule *rule = rules->all; rule; rule = rule->hh.next)
		ok = (!has_group(rule) ||
		      cv_paloalto_group_add(
			      work, CV_PALOALTO_SERVICE_GROUP, rule->group.name,
			      rule->services, rule->service_count,
			      cv_paloalto_model(work->options)->members, NULL)) &&
		     ok;
	for (struct rule *rule = rules->all; rule; rule = rule->hh.next)
		add_rule(rules, rule);
	for (struct rule *rule = rules->all; rule; rule = rule->hh.next)
		add_flows(rules, rule);
	return ok;
}

static void add_asked(struct cv_arena *arena, struct rule *rule,
		      const struct cv_entry *flow)
{
	struct asked *asked = CV_NEW(arena, struct asked);

	asked->flow = flow;
	if (rule->last)
		rule->last->next = asked;
	else
		rule->first = asked;
	rule->last = asked;
	rule->flow_count++;
}

bool cv_paloalto_rules_add(const struct cv_paloalto_work *work,
			   const struct cv_table *flows)
{
	struct rules rules = {.work = work, .addresses = {.work = work}};
	bool ok = true;

	for (size_t i = 0; i < flows->count; i++) {
		const struct cv_entry *entry = *CV_AT(flows, struct cv_entry *, i);

		if (is_lost(work, cv_origin(entry)->flow))
			continue;
		add_asked(work->aside, rule_of(&rules, cv_origin(entry)->flow, &ok),
			  entry);
	}
	if (ok) {
		name_all(&rules);
		ok = check_anchor(&rules) && add_all(&rules);
	}
	cv_paloalto_addresses_close(&rules.addresses);
	HASH_CLEAR(hh, rules.all);
	return ok;
}
