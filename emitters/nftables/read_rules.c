/* Reads the rules back, chain by chain, in the one order that the rules of a chain have
 * (facts.h): in another one a rule that drops could stand before one that accepts.
 *
 * Base chains let nothing out unseen: their openings are all there, and what closes
 * them is the last.  Chains that are jumped to have neither. */
#include "nftables/read.h"

#include <string.h>

#include "base/ctx.h"

enum phase { BASELINE, RULE, CLASS, OWN, CLOSING };

/* What the anonymous sets of a chain's classes look like: no two have the same. */
struct class
{
	const struct cv_addresses *source;
	const struct cv_nft_shape *shape;
};

enum { MOST_CLASSES = CV_NFT_MOST_RULES * CV_NFT_SHAPES };

struct rules {
	struct cv_nft_reader *reader;
	const struct cv_nft_reader_chain *chain;
	const char *start; /* of each rule of the chain: `add rule inet filter CHAIN ` */
	size_t place;      /* of the rule that is read */
	enum phase phase;
	struct class classes[MOST_CLASSES];
	size_t class_count;
	bool maps;       /* a rule looked into one */
	unsigned closed; /* a bit a family; 1: all */
};

static bool enter(struct rules *rules, enum phase phase)
{
	if (phase < rules->phase)
		return cv_nft_fail(rules->reader,
				   "the rule stands behind one that it has to precede");
	rules->phase = phase;
	return true;
}

static struct cv_entry *add_setting(struct rules *rules, const char *list,
				    const char *value)
{
	struct cv_entry *entry =
		cv_nft_add_read(rules->reader, CV_ENTRY_SETTING, rules->place);

	entry->operation = rules->reader->operation;
	entry->list = list;
	entry->more->name = rules->chain->name;
	entry->more->value = value;
	return entry;
}

/* Openings of a hook: loopback comes in on one and goes out on the other; what belongs to
 * no connection is dropped where all is that nothing lets through. */
static bool is_opening(const struct cv_nft_reader_chain *chain, size_t kind)
{
	if (kind == CV_NFT_INVALID)
		return chain->drops;
	return (kind != CV_NFT_FROM_LO || strcmp(chain->list, "input") == 0) &&
	       (kind != CV_NFT_TO_LO || strcmp(chain->list, "output") == 0);
}

static bool read_openings(struct rules *rules)
{
	struct cv_nft_reader *reader = rules->reader;

	for (size_t kind = 0; kind < CV_NFT_OPENINGS; kind++) {
		if (!is_opening(rules->chain, kind))
			continue;
		rules->place = cv_nft_here(reader);
		if (!cv_nft_expect(reader, rules->start) ||
		    !cv_nft_expect(reader, cv_nft_openings[kind]) ||
		    !cv_nft_expect(reader, "\n"))
			return false;
		add_setting(rules, "opening", cv_nft_openings[kind]);
	}
	return true;
}

/* `MATCH @MAP`, the map's own match. */
static bool read_map(struct rules *rules, struct cv_nft_reader_map *map)
{
	struct cv_nft_reader *reader = rules->reader;
	const char *start = reader->at;

	if (!cv_nft_reader_rule_map(reader, map, rules->chain) ||
	    !cv_nft_expect(reader, map->shape->match) || !cv_nft_expect(reader, " @") ||
	    !cv_nft_expect(reader, map->name))
		return false;
	rules->maps = true;
	add_setting(rules, "rule", cv_nft_taken(reader, start));
	return cv_nft_expect(reader, "\n");
}

/* `MATCH @SET counter accept`, the set's own match; or a map's, behind all of these. */
static bool read_lookup(struct rules *rules)
{
	struct cv_nft_reader *reader = rules->reader;
	const char *start = reader->at, *name;
	struct cv_nft_reader_map *map;
	struct cv_nft_reader_set *set;

	while (reader->at < reader->end && *reader->at != '@' && *reader->at != '\n')
		reader->at++;
	name = cv_nft_expect(reader, "@") ? cv_nft_take_name(reader) : NULL;
	if (!name)
		return false;
	map = cv_nft_reader_map_of(reader, name);
	if (map) {
		reader->at = start;
		return read_map(rules, map);
	}
	set = cv_nft_reader_set_of(reader, name);
	if (!set || set->ruled || rules->maps ||
	    (reader->operation == CV_ADD && !set->filled))
		return cv_nft_fail(reader, "not a set that waits for its rule");
	set->ruled = true;
	reader->at = start;
	if (set->chain != rules->chain)
		return cv_nft_fail(reader,
				   "the rule stands in another chain than its set's");
	if (!cv_nft_expect(reader, set->shape->match) || !cv_nft_expect(reader, " @") ||
	    !cv_nft_expect(reader, name) || !cv_nft_expect(reader, " ") ||
	    !cv_nft_expect(reader, cv_nft_verdict))
		return false;
	add_setting(rules, "rule", cv_nft_taken(reader, start));
	return cv_nft_expect(reader, "\n");
}

/* A range a line, ascending and with a gap between any two, and `} `. */
static const struct cv_addresses *read_addresses(struct cv_nft_reader *reader,
						 uint8_t family)
{
	struct cv_arena *arena = reader->reading->ctx->arena;
	struct cv_table table = {0};
	struct cv_range *ranges, last = {{0, 0}, {0, 0}};

	while (cv_nft_expect(reader, reader->mark) && cv_nft_take(reader, "\t")) {
		struct cv_range range;
		struct cv_address before;

		if (!cv_nft_take_range(reader, family, &range))
			return NULL;
		before = range.first;
		if (table.count && (!cv_address_before(&before) ||
				    cv_address_compare(last.last, before) >= 0)) {
			cv_nft_fail(reader, "the addresses are not in their order");
			return NULL;
		}
		last = range;
		*CV_ADD(arena, &table, struct cv_range) = range;
		if (!cv_nft_expect(reader, ",\n"))
			return NULL;
	}
	if (table.count == 0)
		cv_nft_fail(reader, "expected an address");
	if (table.count == 0 || !cv_nft_expect(reader, "} "))
		return NULL;
	ranges = CV_NEW_ARRAY(arena, table.count, struct cv_range);
	for (size_t i = 0; i < table.count; i++)
		ranges[i] = *CV_AT(&table, struct cv_range, i);
	return cv_addresses_make(reader->reading->ctx, family, ranges, table.count);
}

/* `ip saddr {`: the family; 0 where it does not come next. */
static uint8_t take_side(struct cv_nft_reader *reader, const char *four, const char *six)
{
	if (cv_nft_take(reader, four))
		return 4;
	return cv_nft_take(reader, six) ? 6 : 0;
}

/* The shape whose key, but for the source, stands next; any of the two over that key. */
static const struct cv_nft_shape *class_shape(struct cv_nft_reader *reader,
					      const struct cv_entry *rule)
{
	for (size_t i = 0; i < CV_NFT_SHAPES; i++) {
		const struct cv_nft_shape *shape = &cv_nft_shapes[i];
		const char *start = reader->at;

		if (shape->family != rule->family || shape->protocol != rule->protocol)
			continue;
		if (cv_nft_take(reader, shape->reach) && cv_nft_take(reader, " {\n"))
			return shape;
		reader->at = start;
	}
	cv_nft_fail(reader, "not the key of a class");
	return NULL;
}

static const struct cv_nft_shape *with_exactness(const struct cv_nft_shape *shape,
						 bool exact)
{
	size_t i = 0;

	while (cv_nft_shapes[i].exact != exact ||
	       cv_nft_shapes[i].family != shape->family ||
	       strcmp(cv_nft_shapes[i].reach, shape->reach) != 0)
		i++;
	return &cv_nft_shapes[i];
}

static bool add_class(struct rules *rules, const struct class *class)
{
	for (size_t i = 0; i < rules->class_count; i++)
		if (rules->classes[i].source == class->source &&
		    rules->classes[i].shape == class->shape)
			return cv_nft_fail(rules->reader, "the class has a rule already");
	if (rules->class_count == MOST_CLASSES)
		return cv_nft_fail(rules->reader, "more classes than a chain may have");
	rules->classes[rules->class_count++] = *class;
	return true;
}

/* Behind the source: `ip daddr . meta l4proto . th dport {`, elements and the verdict. */
static bool read_class(struct rules *rules, const struct cv_entry *rule)
{
	struct cv_nft_reader *reader = rules->reader;
	const struct cv_nft_shape *shape;
	struct class class = {rule->source, NULL};

	if (!enter(rules, CLASS))
		return false;
	shape = class_shape(reader, rule);
	if (!shape)
		return false;
	while (cv_nft_take(reader, "\t")) {
		struct cv_entry *flow =
			cv_nft_add_read(reader, CV_ENTRY_FLOW, cv_nft_here(reader) - 1);
		bool exact = true;

		flow->list = rules->chain->list;
		flow->more->name = cv_nft_reader_is_beside(reader, rules->chain)
					   ? rules->chain->name
					   : CV_NFT_CLASS;
		flow->source = rule->source;
		if (!cv_nft_read_reach(reader, shape, flow, &exact))
			return false;
		if (class.shape && class.shape->exact != exact)
			return cv_nft_fail(reader,
					   "single values and ranges in one rule");
		class.shape = with_exactness(shape, exact);
		if (!cv_nft_expect(reader, ",\n"))
			return false;
	}
	if (!class.shape)
		return cv_nft_fail(reader, "expected an element");
	return add_class(rules, &class) &&
	       cv_nft_reader_add_class(reader, rules->chain, rule->source) &&
	       cv_nft_expect(reader, "} ") && cv_nft_expect(reader, cv_nft_verdict) &&
	       cv_nft_expect(reader, "\n");
}

/* `{ 67, 100-200 } `, ascending and with a gap between any two. */
static const struct cv_ports *read_ports(struct cv_nft_reader *reader)
{
	struct cv_arena *arena = reader->reading->ctx->arena;
	struct cv_table table = {0};
	struct cv_port_range *ranges;
	unsigned last = 0;

	do {
		struct cv_port_range range;

		if (!cv_nft_take_port_range(reader, &range))
			return NULL;
		if (table.count && range.first <= last + 1) {
			cv_nft_fail(reader, "the ports are not in their order");
			return NULL;
		}
		last = range.last;
		*CV_ADD(arena, &table, struct cv_port_range) = range;
	} while (cv_nft_take(reader, ", "));
	if (!cv_nft_expect(reader, " } "))
		return NULL;
	ranges = CV_NEW_ARRAY(arena, table.count, struct cv_port_range);
	for (size_t i = 0; i < table.count; i++)
		ranges[i] = *CV_AT(&table, struct cv_port_range, i);
	return cv_ports_make(reader->reading->ctx, ranges, table.count);
}

/* ICMP types of a rule, ascending. */
struct types {
	int items[UINT8_MAX + 1];
	size_t count;
};

static bool read_types(struct cv_nft_reader *reader, struct types *types)
{
	do {
		size_t number;

		if (!cv_nft_take_number(reader, UINT8_MAX, &number))
			return false;
		if (types->count && (int)number <= types->items[types->count - 1])
			return cv_nft_fail(reader, "the types are not in their order");
		types->items[types->count++] = (int)number;
	} while (cv_nft_take(reader, ", "));
	return cv_nft_expect(reader, " } ");
}

/* `meta l4proto 6 th sport { ... } th dport { ... } ` or the types of ICMP. */
static bool read_service(struct cv_nft_reader *reader, struct cv_entry *rule,
			 struct types *types)
{
	size_t protocol;

	if (!cv_nft_expect(reader, "meta l4proto ") ||
	    !cv_nft_take_number(reader, UINT8_MAX, &protocol) ||
	    !cv_nft_expect(reader, " "))
		return false;
	rule->protocol = cv_entry_number((int)protocol);
	if ((rule->family == 4 && protocol == 1 && cv_nft_take(reader, "icmp type { ")) ||
	    (rule->family == 6 && protocol == 58 &&
	     cv_nft_take(reader, "icmpv6 type { ")))
		return read_types(reader, types);
	if (cv_nft_take(reader, "th sport { ")) {
		rule->more->source_ports = read_ports(reader);
		if (!rule->more->source_ports)
			return false;
	}
	if (cv_nft_take(reader, "th dport { "))
		rule->ports = read_ports(reader);
	return !reader->reading->error;
}

/* Whose rule it is shows in its note: a row's cannot begin like the baseline's. */
static bool is_baseline(const struct cv_entry *rule)
{
	return rule->note && strncmp(rule->note, CV_NFT_BASELINE_NOTE,
				     strlen(CV_NFT_BASELINE_NOTE)) == 0;
}

/* A rule over whole sets, from the protocol on. */
static bool read_flows(struct rules *rules, struct cv_entry *rule)
{
	struct cv_nft_reader *reader = rules->reader;
	struct types types = {.count = 0};

	if (!read_service(reader, rule, &types) ||
	    !cv_nft_expect(reader, cv_nft_verdict) ||
	    !cv_nft_take_note(reader, reader->reading->ctx, &rule->note))
		return false;
	rule->more->name = is_baseline(rule) ? CV_NFT_BASELINE : CV_NFT_OWN;
	if (is_baseline(rule) && !reader->enforces)
		return cv_nft_fail(reader, "a baseline in a chain that is no base chain");
	if (!is_baseline(rule) && types.count > 1)
		return cv_nft_fail(reader, "more than one type in a rule of a row");
	if (!enter(rules, is_baseline(rule) ? BASELINE : OWN))
		return false;
	for (size_t i = 0; i < (types.count ? types.count : 1); i++) {
		struct cv_entry *flow =
			cv_nft_add_read(reader, CV_ENTRY_FLOW, rules->place);

		cv_entry_say(flow, rule);
		if (types.count)
			flow->icmp_type = cv_entry_number(types.items[i]);
	}
	return cv_nft_expect(reader, "\n");
}

/* Families close in their order; a chain whose policy is to drop, all at once. */
static bool read_closing(struct rules *rules, const struct cv_entry *rule)
{
	struct cv_nft_reader *reader = rules->reader;
	const unsigned bit = rule->family == 6 ? 4 : rule->family == 4 ? 2 : 1;
	struct cv_entry *entry;

	if (!reader->enforces || cv_nft_reader_is_beside(reader, rules->chain))
		return cv_nft_fail(reader, "a drop in a chain that is no base chain");
	if (rules->chain->drops != (bit == 1))
		return cv_nft_fail(reader, "another drop than the chain's policy says");
	if (rules->closed >= bit)
		return cv_nft_fail(reader, "the chain is closed already");
	rules->closed |= bit;
	entry = add_setting(rules, "closing", cv_nft_closing);
	entry->family = rule->family;
	entry->destination = rule->destination;
	return enter(rules, CLOSING) && cv_nft_expect(reader, cv_nft_closing) &&
	       cv_nft_expect(reader, "\n");
}

/* The ends of a rule, as far as it says them; its protocol where that comes first. */
static bool read_ends(struct cv_nft_reader *reader, struct cv_entry *rule)
{
	size_t protocol;
	uint8_t family;

	if (cv_nft_take(reader, "meta l4proto ")) {
		if (!cv_nft_take_number(reader, UINT8_MAX, &protocol) ||
		    !cv_nft_expect(reader, " "))
			return false;
		rule->protocol = cv_entry_number((int)protocol);
	}
	rule->family = take_side(reader, "ip saddr {\n", "ip6 saddr {\n");
	if (rule->family) {
		rule->source = read_addresses(reader, rule->family);
		if (!rule->source)
			return false;
	}
	family = take_side(reader, "ip daddr {\n", "ip6 daddr {\n");
	if (family) {
		if (rule->family && family != rule->family)
			return cv_nft_fail(reader, "ends of two families");
		rule->family = family;
		rule->destination = read_addresses(reader, family);
		return rule->destination != NULL;
	}
	if (!rule->family)
		rule->family =
			take_side(reader, "meta nfproto ipv4 ", "meta nfproto ipv6 ");
	return true;
}

static bool read_rule(struct rules *rules)
{
	struct cv_nft_reader *reader = rules->reader;
	struct cv_entry_more more = {.place = rules->place};
	struct cv_entry rule = {
		.kind = CV_ENTRY_FLOW,
		.list = rules->chain->list,
		.protocol = CV_NO_PROTOCOL,
		.icmp_type = CV_NO_ICMP_TYPE,
		.more = &more,
	};

	/* Before a set's name stands nothing that a note or a set could hold. */
	if (reader->at[strcspn(reader->at, "@\"{\n")] == '@')
		return enter(rules, RULE) && read_lookup(rules);
	if (!read_ends(reader, &rule))
		return false;
	if (!rule.source && rule.protocol < 0 && cv_nft_stands(reader, cv_nft_closing))
		return read_closing(rules, &rule);
	if (reader->operation == CV_REMOVE)
		return cv_nft_fail(reader, "an undo that names a flow");
	if (rule.source && !rule.destination &&
	    (rule.protocol >= 0 || !cv_nft_stands(reader, "meta ")))
		return read_class(rules, &rule);
	if (!rule.family || rule.protocol >= 0 ||
	    cv_nft_reader_is_beside(reader, rules->chain))
		return cv_nft_fail(reader, "not a rule of ours");
	return read_flows(rules, &rule);
}

static bool read_chain(struct cv_nft_reader *reader,
		       const struct cv_nft_reader_chain *chain)
{
	const bool base = reader->enforces && !cv_nft_reader_is_beside(reader, chain);
	struct rules *rules = CV_NEW(reader->reading->ctx->arena, struct rules);

	rules->reader = reader;
	rules->chain = chain;
	rules->start = cv_arena_format(reader->reading->ctx->arena, "%sadd rule %s %s ",
				       reader->mark, reader->table, chain->name);
	if (base && !read_openings(rules))
		return false;
	for (;;) {
		rules->place = cv_nft_here(reader);
		if (!cv_nft_take(reader, rules->start))
			break;
		if (!read_rule(rules))
			return false;
	}
	return !base || rules->closed ||
	       cv_nft_fail(reader, "a base chain without its closing");
}

bool cv_nft_read_rules(struct cv_nft_reader *reader)
{
	for (size_t i = 0; i < reader->chain_count; i++)
		if (!read_chain(reader, &reader->chains[i]))
			return false;
	for (size_t i = 0; i < reader->beside_count; i++)
		if (!read_chain(reader, &reader->beside[i].chain))
			return false;
	if (!cv_nft_reader_end_maps(reader))
		return false;
	return reader->at == reader->end ||
	       cv_nft_fail(reader, "expected a rule of a chain of ours");
}
