/* The form in which flows get what they ask of a chain.
 *
 * Elements of one big set cost least to evaluate, but a product of sources, destinations
 * and ports may be far more of them than its sides have.  A rule that holds the sources
 * in one set and all that they may reach in another needs only the sum.  A range of very
 * many ports in a key costs the kernel many times what others do; it stands in a rule of
 * its own.  Rules are tried one after the other, so there are only so many; a class that
 * has its sources for itself may stand aside, where only they come by. */
#include "resolve/elements.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/hash_table.h"
#include "model/target.h"
#include "resolve/internal.h"

enum {
	RULE_COSTS = 16, /* elements that a rule with its sets has to save */
	WIDE_COSTS = 16, /* elements that one with a wide range weighs: it loads 13 to 85
			    times as slowly as others */
};

/* What the key of a set holds beside addresses and the protocol. */
enum { PORTS = 1, SOURCE_PORTS = 2, ICMP_TYPE = 4 };

/* Two demands with an equal key may be carried by one rule.  Sets are interned. */
struct key {
	const char *chain;
	const struct cv_addresses *source, *destination;
	const struct cv_ports *ports, *source_ports;
	int family, protocol, wide;
	unsigned parts;
};

struct slot {
	UT_hash_handle hh;
	struct key key;
	struct cv_rule_choice choice;
};

static bool is_wide(struct cv_port_range range)
{
	return range.last - range.first >= CV_WIDE_PORTS;
}

static void add(struct cv_demands *demands, const struct cv_demand *demand)
{
	if (demands->count == demands->capacity) {
		demands->capacity = demands->capacity ? demands->capacity * 2 : 64;
		demands->items = realloc(demands->items,
					 demands->capacity * sizeof *demands->items);
		if (!demands->items)
			cv_out_of_memory();
	}
	demands->items[demands->count++] = *demand;
}

/* Adds a demand for each wide range of ports, or of source ports, and takes these out
 * of `rest`.  False when nothing is left. */
static bool add_wide(struct cv_ctx *ctx, struct cv_demands *demands,
		     struct cv_demand *rest, bool source)
{
	const struct cv_ports *all = source ? rest->source_ports : rest->ports;
	const struct cv_ports *left = all;

	for (size_t i = 0; all && i < all->count; i++) {
		const struct cv_ports *range;
		struct cv_demand demand = *rest;

		if (!is_wide(all->ranges[i]))
			continue;
		range = cv_ports_make(ctx, &all->ranges[i], 1);
		if (source)
			demand.source_ports = range;
		else
			demand.ports = range;
		add(demands, &demand);
		left = cv_ports_minus(ctx, left, range);
	}
	if (source)
		rest->source_ports = left;
	else
		rest->ports = left;
	return !all || left;
}

void cv_demands_add(struct cv_ctx *ctx, struct cv_demands *demands, const char *chain,
		    const struct cv_flow *flow, bool rules)
{
	struct cv_demand rest = {chain, flow, flow->service->ports,
				 flow->service->source_ports, NULL};

	if (!rules ||
	    (add_wide(ctx, demands, &rest, false) && add_wide(ctx, demands, &rest, true)))
		add(demands, &rest);
}

void cv_demands_deinit(struct cv_demands *demands)
{
	free(demands->items);
	free(demands->choices);
	*demands = (struct cv_demands){NULL, 0, 0, NULL, 0};
}

static double count_of(const struct cv_ports *ports)
{
	return ports ? (double)ports->count : 1;
}

/* Elements that the demand comes to without its source. */
static double reached(const struct cv_demand *demand)
{
	return (double)demand->flow->ends->destination->count * count_of(demand->ports) *
	       count_of(demand->source_ports);
}

double cv_demand_elements(const struct cv_demand *demand)
{
	const struct cv_rule_choice *rule = cv_demand_rule(demand);

	if (rule)
		return rule->wide ? 0 : reached(demand);
	return (double)demand->flow->ends->source->count * reached(demand);
}

static bool asks_wide(const struct cv_ports *ports)
{
	return ports && ports->count == 1 && is_wide(ports->ranges[0]);
}

static bool has_port_ranges(const struct cv_ports *ports)
{
	for (size_t i = 0; ports && i < ports->count; i++)
		if (ports->ranges[i].first != ports->ranges[i].last)
			return true;
	return false;
}

static bool reaches_ranges(const struct cv_demand *demand)
{
	const struct cv_addresses *to = demand->flow->ends->destination;

	for (size_t i = 0; i < to->count; i++)
		if (cv_address_compare(to->ranges[i].first, to->ranges[i].last) != 0)
			return true;
	return has_port_ranges(demand->ports) || has_port_ranges(demand->source_ports);
}

static struct key key_of(const struct cv_demand *demand)
{
	const struct cv_flow *flow = demand->flow;
	struct key key;

	memset(&key, 0, sizeof key); /* it is hashed, with what lies between members */
	key.chain = demand->chain;
	key.source = flow->ends->source;
	key.family = flow->ends->family;
	key.parts = (demand->ports ? PORTS : 0U) |
		    (demand->source_ports ? SOURCE_PORTS : 0U) |
		    (flow->service->icmp_type != CV_NO_ICMP_TYPE ? ICMP_TYPE : 0U);
	key.wide = asks_wide(demand->ports) || asks_wide(demand->source_ports);
	if (key.wide) {
		key.destination = flow->ends->destination;
		key.ports = demand->ports;
		key.source_ports = demand->source_ports;
		key.protocol = flow->service->protocol;
	}
	return key;
}

static struct slot *slot_of(struct cv_ctx *ctx, struct slot **slots,
			    const struct cv_demand *demand)
{
	const struct key key = key_of(demand);
	struct cv_entry *entry;
	struct slot *slot;

	HASH_FIND(hh, *slots, &key, sizeof key, slot);
	if (slot)
		return slot;
	slot = CV_NEW(ctx->arena, struct slot);
	memcpy(&slot->key, &key, sizeof key);
	slot->choice.wide = key.wide;
	slot->choice.parts = key.parts;
	entry = &slot->choice.entry;
	entry->kind = CV_ENTRY_FLOW;
	entry->own_rule = true;
	entry->list = key.chain;
	entry->family = demand->flow->ends->family;
	entry->protocol = cv_entry_number(key.wide ? key.protocol : CV_NO_PROTOCOL);
	entry->icmp_type = CV_NO_ICMP_TYPE;
	entry->source = key.source;
	entry->destination = key.destination;
	entry->ports = key.ports;
	entry->more = CV_NO_MORE;
	if (key.source_ports) {
		entry->more = CV_NEW(ctx->arena, struct cv_entry_more);
		entry->more->source_ports = key.source_ports;
	}
	HASH_ADD(hh, *slots, key, sizeof slot->key, slot);
	return slot;
}

/* Counts what the demand would come to with the rule and without it. */
static void weigh(struct cv_ctx *ctx, struct cv_rule_choice *choice,
		  const struct cv_demand *demand)
{
	const double elements =
		(double)demand->flow->ends->source->count * reached(demand);

	if (choice->wide) {
		cv_rows_join(ctx, &choice->entry.rows, demand->flow->rows);
		choice->without = WIDE_COSTS * elements;
		return;
	}
	if (choice->with == 0)
		choice->with = RULE_COSTS + (double)choice->entry.source->count;
	choice->with += reached(demand);
	choice->without += elements;
	choice->has_ranges = choice->has_ranges || reaches_ranges(demand);
}

static int by_content(const void *left, const void *right)
{
	const struct cv_rule_choice *a = *(struct cv_rule_choice *const *)left;
	const struct cv_rule_choice *b = *(struct cv_rule_choice *const *)right;
	int order = strcmp(a->entry.list, b->entry.list);

	if (!order)
		order = a->wide - b->wide;
	if (!order)
		order = cv_entry_compare(&a->entry, &b->entry);
	return order ? order : a->parts < b->parts ? -1 : a->parts > b->parts;
}

static int by_saving(const void *left, const void *right)
{
	const struct cv_rule_choice *a = *(struct cv_rule_choice *const *)left;
	const struct cv_rule_choice *b = *(struct cv_rule_choice *const *)right;
	const double first = a->without - a->with, second = b->without - b->with;
	const int order = strcmp(a->entry.list, b->entry.list);

	if (order)
		return order;
	return first > second ? -1 : first < second ? 1 : by_content(left, right);
}

/* Single values and ranges go into sets of different kinds, each with a rule.  What is
 * left of ranges that are cut may be single. */
static size_t rules_of(const struct cv_rule_choice *choice)
{
	return choice->has_ranges ? 2 : 1;
}

/* One source never saves any: the rule would cost more. */
static bool saves(const struct cv_rule_choice *choice)
{
	return choice->with < choice->without;
}

/* One that stands aside has its sources twice: in its rule, and in what leads there. */
static bool saves_aside(const struct cv_rule_choice *choice)
{
	return choice->with + (double)choice->entry.source->count < choice->without;
}

/* A range of a class's sources. */
struct claim {
	struct cv_range range;
	struct cv_rule_choice *choice;
};

static int by_first(const void *left, const void *right)
{
	const struct claim *a = left, *b = right;
	int order = strcmp(a->choice->entry.list, b->choice->entry.list);

	if (!order)
		order = a->choice->entry.family - b->choice->entry.family;
	if (!order)
		order = cv_address_compare(a->range.first, b->range.first);
	return order ? order : cv_address_compare(a->range.last, b->range.last);
}

static bool is_apart(const struct claim *before, const struct claim *claim)
{
	return !before || before->choice->entry.source == claim->choice->entry.source ||
	       strcmp(before->choice->entry.list, claim->choice->entry.list) != 0 ||
	       before->choice->entry.family != claim->choice->entry.family ||
	       cv_address_compare(before->range.last, claim->range.first) < 0;
}

/* Marks the classes that have all their sources for themselves.  Of the ranges that begin
 * before, the one that goes farthest meets the next one if any does; and both that meet
 * are marked. */
static void mark_apart(struct cv_demands *demands)
{
	const struct claim *farthest = NULL;
	struct claim *claims;
	size_t count = 0;

	for (size_t i = 0; i < demands->choice_count; i++)
		if (saves(demands->choices[i]) && !demands->choices[i]->wide)
			count += demands->choices[i]->entry.source->count;
	claims = calloc(count + 1, sizeof *claims);
	if (!claims)
		cv_out_of_memory();
	count = 0;
	for (size_t i = 0; i < demands->choice_count; i++) {
		struct cv_rule_choice *choice = demands->choices[i];

		choice->steered = saves(choice) && !choice->wide;
		for (size_t n = 0; choice->steered && n < choice->entry.source->count;
		     n++)
			claims[count++] =
				(struct claim){choice->entry.source->ranges[n], choice};
	}
	qsort(claims, count, sizeof *claims, by_first);
	for (size_t i = 0; i < count; i++) {
		const struct claim *claim = &claims[i];

		if (!is_apart(farthest, claim))
			farthest->choice->steered = claim->choice->steered = false;
		if (!farthest || is_apart(farthest, claim) ||
		    cv_address_compare(farthest->range.last, claim->range.last) < 0)
			farthest = claim;
	}
	free(claims);
}

static void take_best(struct cv_demands *demands, size_t most_rules, size_t most_steered)
{
	struct cv_rule_choice **choices = demands->choices;
	size_t left = most_rules, aside = most_steered;

	mark_apart(demands);
	qsort(choices, demands->choice_count, sizeof *choices, by_saving);
	for (size_t i = 0; i < demands->choice_count; i++) {
		const size_t rules = rules_of(choices[i]);

		if (i &&
		    strcmp(choices[i - 1]->entry.list, choices[i]->entry.list) != 0) {
			left = most_rules;
			aside = most_steered;
		}
		choices[i]->steered =
			choices[i]->steered && rules <= aside && saves_aside(choices[i]);
		if (!saves(choices[i]) || (!choices[i]->steered && rules > left))
			continue;
		choices[i]->chosen = true;
		if (choices[i]->steered)
			aside -= rules;
		else
			left -= rules;
	}
	qsort(choices, demands->choice_count, sizeof *choices, by_content);
}

void cv_demands_choose(struct cv_ctx *ctx, struct cv_demands *demands, size_t most_rules,
		       size_t most_steered)
{
	struct slot *slots = NULL;
	size_t count = 0;

	for (size_t i = 0; most_rules && i < demands->count; i++) {
		struct slot *slot = slot_of(ctx, &slots, &demands->items[i]);

		demands->items[i].choice = &slot->choice;
		weigh(ctx, &slot->choice, &demands->items[i]);
	}
	demands->choice_count = HASH_COUNT(slots);
	if (demands->choice_count == 0)
		return;
	demands->choices = calloc(demands->choice_count, sizeof *demands->choices);
	if (!demands->choices)
		cv_out_of_memory();
	for (struct slot *slot = slots; slot; slot = slot->hh.next)
		demands->choices[count++] = &slot->choice;
	HASH_CLEAR(hh, slots);
	take_best(demands, most_rules, most_steered);
}
