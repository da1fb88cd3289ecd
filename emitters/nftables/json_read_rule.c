/* Reads a rule of libnftables JSON back: its matches one by one, then what they make
 * together.  A rule that none of the entries of facts.h is written as is an error, and so
 * is one that stands before where it belongs. */
#include <string.h>

#include "base/ctx.h"
#include "nftables/json_read.h"

#define START ",\n    {\n      \"add\": {\n        \"rule\": {" WITHIN
#define END WITHIN "]\n        }\n      }\n    }"
#define WITHIN "\n          "
#define EXPRESSION "\n            "
#define RIGHT ", \"right\": "
#define MATCH "{\"match\": {\"op\": \"==\", \"left\": "
#define LONG_MATCH \
	"{" EXPRESSION "  \"match\": {" EXPRESSION "    \"op\": \"==\"," EXPRESSION \
	"    \"left\": "
#define VMAP "{\"vmap\": {\"key\": "
#define LONG_RIGHT "," EXPRESSION "    \"right\": {" EXPRESSION "      \"set\": ["
#define LONG_MATCH_END EXPRESSION "    }" EXPRESSION "  }" EXPRESSION "}"
#define MEMBER EXPRESSION "        "
#define MEMBERS_END EXPRESSION "      ]"

/* Where a rule belongs, as facts.h has it; each opening has a place of its own. */
enum { BASELINE = CV_NFT_OPENINGS + 1, RULE, MAP, CLASS, OWN, CLOSING };

enum { MOST_MATCHES = 8, MOST_TYPES = 256 };

/* A letter for each match, in their order in the rule. */
enum {
	SOURCES = 's',
	DESTINATIONS = 'd',
	FAMILY = 'n',
	PROTOCOL = 'p',
	SOURCE_PORTS = 'S',
	PORTS = 'D',
	TYPES = 't',
	LOOKUP = 'L',
	REACH = 'R',
};

struct rule {
	const struct cv_nft_reader_chain *chain;
	size_t place;
	const char *comment;
	char matches[MOST_MATCHES + 1];
	size_t match_count;
	uint8_t family; /* 0: no match told it yet */
	const struct cv_addresses *source, *destination;
	int protocol;
	const struct cv_ports *ports, *source_ports;
	uint8_t types[MOST_TYPES];
	size_t type_count;
	unsigned parts;                   /* of the key of LOOKUP or REACH */
	const char *reference;            /* of LOOKUP: the set's name */
	const struct cv_nft_shape *shape; /* of REACH */
	int phase;                        /* where it belongs */
	struct cv_buf *scratch;
};

/* Steps over a field as it is written, or over nothing. */
static bool take_field(struct cv_nft_reader *reader, const struct cv_nft_field *field)
{
	const char *start = reader->at;
	bool ok;

	if (field->protocol)
		ok = cv_nft_take(reader, "{\"payload\": {\"protocol\": \"") &&
		     cv_nft_take(reader, field->protocol) &&
		     cv_nft_take(reader, "\", \"field\": \"");
	else
		ok = cv_nft_take(reader, "{\"meta\": {\"key\": \"");
	ok = ok && cv_nft_take(reader, field->field) && cv_nft_take(reader, "\"}}");
	if (!ok)
		reader->at = start;
	return ok;
}

/* A field of a rule's family, where that is known. */
static const struct cv_nft_field *read_field(struct cv_nft_reader *reader,
					     struct rule *rule)
{
	for (size_t six = 0; six < 2; six++)
		for (size_t i = 0; i < CV_NFT_FIELDS; i++) {
			const struct cv_nft_field *field = &cv_nft_fields[six][i];
			const uint8_t family = six ? 6 : 4;
			const bool tells = field->part == CV_NFT_SOURCE ||
					   field->part == CV_NFT_DESTINATION ||
					   field->part == CV_NFT_ICMP_TYPE;

			if ((tells && rule->family && rule->family != family) ||
			    !take_field(reader, field))
				continue;
			if (tells)
				rule->family = family;
			return field;
		}
	cv_nft_fail(reader, "not a field of ours, or of the rule's family");
	return NULL;
}

static bool add_match(struct cv_nft_reader *reader, struct rule *rule, char letter)
{
	if (rule->match_count == MOST_MATCHES)
		return cv_nft_fail(reader, "a rule asks for too much");
	rule->matches[rule->match_count++] = letter;
	return true;
}

/* ---- matches in one line ---- */

static bool read_types(struct cv_nft_reader *reader, struct rule *rule)
{
	do {
		size_t type;

		if (rule->type_count == MOST_TYPES)
			return cv_nft_fail(reader, "more ICMP types than there are");
		if (!cv_nft_take_number(reader, UINT8_MAX, &type))
			return false;
		rule->types[rule->type_count++] = (uint8_t)type;
	} while (cv_nft_take(reader, ", "));
	return add_match(reader, rule, TYPES);
}

/* `{"set": [...]}` */
static bool read_short_set(struct cv_nft_reader *reader, struct rule *rule, unsigned part)
{
	if (!cv_nft_expect(reader, RIGHT "{\"set\": ["))
		return false;
	if (part == CV_NFT_ICMP_TYPE) {
		if (!read_types(reader, rule))
			return false;
	} else if (part == CV_NFT_SOURCE_PORT) {
		rule->source_ports = cv_nft_json_ports(reader, rule->scratch);
		if (!rule->source_ports || !add_match(reader, rule, SOURCE_PORTS))
			return false;
	} else if (part == CV_NFT_PORT) {
		rule->ports = cv_nft_json_ports(reader, rule->scratch);
		if (!rule->ports || !add_match(reader, rule, PORTS))
			return false;
	} else {
		return cv_nft_fail(reader, "addresses stand one in a line");
	}
	return cv_nft_expect(reader, "]}}}");
}

static bool read_protocol(struct cv_nft_reader *reader, struct rule *rule)
{
	size_t protocol;

	if (!cv_nft_expect(reader, RIGHT) ||
	    !cv_nft_take_number(reader, UINT8_MAX, &protocol) ||
	    !add_match(reader, rule, PROTOCOL))
		return false;
	rule->protocol = (int)protocol;
	return cv_nft_expect(reader, "}}");
}

static bool read_family(struct cv_nft_reader *reader, struct rule *rule)
{
	if (!cv_nft_expect(reader, RIGHT "\""))
		return false;
	for (size_t six = 0; six < 2; six++)
		if (cv_nft_take(reader, cv_nft_nfproto_values[six])) {
			rule->family = six ? 6 : 4;
			return cv_nft_expect(reader, "\"}}") &&
			       add_match(reader, rule, FAMILY);
		}
	return cv_nft_fail(reader, "not a family of ours");
}

/* `{"concat": [...]}`: the fields in the order of a set's key. */
static bool read_fields(struct cv_nft_reader *reader, struct rule *rule)
{
	unsigned parts = 0;
	size_t last = 0;

	if (!cv_nft_expect(reader, "{\"concat\": ["))
		return false;
	do {
		const struct cv_nft_field *field = read_field(reader, rule);
		size_t place = 1;

		if (!field)
			return false;
		while (cv_nft_fields[0][place - 1].part != field->part)
			place++;
		if (place <= last)
			return cv_nft_fail(reader, "the fields are not in order");
		last = place;
		parts |= field->part;
	} while (cv_nft_take(reader, ", "));
	rule->parts = parts;
	return cv_nft_expect(reader, "]}");
}

static bool read_lookup(struct cv_nft_reader *reader, struct rule *rule)
{
	if (!read_fields(reader, rule) || !cv_nft_expect(reader, RIGHT "\"@"))
		return false;
	rule->reference = cv_nft_take_name(reader);
	return rule->reference && cv_nft_expect(reader, "\"}}") &&
	       add_match(reader, rule, LOOKUP);
}

static bool read_short_match(struct cv_nft_reader *reader, struct rule *rule)
{
	const struct cv_nft_field *field;

	if (!cv_nft_expect(reader, MATCH))
		return false;
	if (cv_nft_stands(reader, "{\"concat\": "))
		return read_lookup(reader, rule);
	if (cv_nft_take(reader, "{\"meta\": {\"key\": \"nfproto\"}}"))
		return read_family(reader, rule);
	field = read_field(reader, rule);
	if (!field)
		return false;
	return field->part == CV_NFT_PROTOCOL ? read_protocol(reader, rule)
					      : read_short_set(reader, rule, field->part);
}

/* ---- matches over several lines ---- */

static const struct cv_nft_shape *shape_of_reach(const struct rule *rule)
{
	for (size_t i = 0; i < CV_NFT_SHAPES; i++)
		if (cv_nft_shapes[i].family == rule->family &&
		    rule->parts == (CV_NFT_DESTINATION | cv_nft_shapes[i].parts))
			return &cv_nft_shapes[i];
	return NULL;
}

/* Single values only, the source aside. */
static bool is_exact(const struct cv_entry *flow)
{
	const struct cv_range to = flow->destination->ranges[0];
	const struct cv_ports *ports[2] = {flow->more->source_ports, flow->ports};

	for (size_t i = 0; i < 2; i++)
		if (ports[i] && ports[i]->ranges[0].first != ports[i]->ranges[0].last)
			return false;
	return cv_address_compare(to.first, to.last) == 0;
}

static bool read_reach_element(struct cv_nft_reader *reader, const struct rule *rule,
			       bool first, bool *exact)
{
	const struct cv_nft_json_key key = {rule->family, rule->parts, false};
	struct cv_entry *flow;

	if (!cv_nft_expect(reader, MEMBER))
		return false;
	flow = cv_nft_add_read(reader, CV_ENTRY_FLOW, cv_nft_here(reader));
	flow->list = rule->chain->list;
	flow->more->name = cv_nft_reader_is_beside(reader, rule->chain)
				   ? rule->chain->name
				   : CV_NFT_CLASS;
	flow->family = rule->family;
	flow->source = rule->source;
	flow->protocol = cv_entry_number(rule->shape->protocol);
	if (!cv_nft_json_element(reader, &key, flow))
		return false;
	if (first)
		*exact = is_exact(flow);
	if (is_exact(flow) != *exact)
		return cv_nft_fail(reader, "single values and ranges stand in one set");
	return true;
}

/* What a source class may reach: the source is known already. */
static bool read_reach(struct cv_nft_reader *reader, struct rule *rule)
{
	bool first = true, exact = false;

	if (!read_fields(reader, rule))
		return false;
	rule->shape = shape_of_reach(rule);
	if (!rule->source || !rule->shape)
		return cv_nft_fail(reader, "not the key of a class");
	if (!cv_nft_expect(reader, LONG_RIGHT))
		return false;
	do {
		if (!read_reach_element(reader, rule, first, &exact))
			return false;
		first = false;
	} while (cv_nft_take(reader, ","));
	return cv_nft_expect(reader, MEMBERS_END) &&
	       cv_nft_expect(reader, LONG_MATCH_END) && add_match(reader, rule, REACH);
}

static bool read_long_match(struct cv_nft_reader *reader, struct rule *rule)
{
	const struct cv_addresses *addresses;
	const struct cv_nft_field *field;

	if (!cv_nft_expect(reader, LONG_MATCH))
		return false;
	if (cv_nft_stands(reader, "{\"concat\": "))
		return read_reach(reader, rule);
	field = read_field(reader, rule);
	if (!field)
		return false;
	if (field->part != CV_NFT_SOURCE && field->part != CV_NFT_DESTINATION)
		return cv_nft_fail(reader, "only addresses stand one in a line");
	if (!cv_nft_expect(reader, LONG_RIGHT))
		return false;
	addresses = cv_nft_json_addresses(reader, rule->family, rule->scratch);
	if (!addresses || !cv_nft_expect(reader, LONG_MATCH_END))
		return false;
	if (field->part == CV_NFT_SOURCE) {
		rule->source = addresses;
		return add_match(reader, rule, SOURCES);
	}
	rule->destination = addresses;
	return add_match(reader, rule, DESTINATIONS);
}

/* ---- what the matches make together ---- */

static struct cv_entry *add_rule_setting(struct cv_nft_reader *reader,
					 const struct rule *rule, const char *list,
					 const char *value)
{
	struct cv_entry *entry = cv_nft_add_read(reader, CV_ENTRY_SETTING, rule->place);

	entry->list = list;
	entry->more->name = rule->chain->name;
	entry->more->value = value;
	return entry;
}

/* A lookup, behind the protocol where its shape asks for one. */
static bool finish_lookup(struct cv_nft_reader *reader, struct rule *rule)
{
	struct cv_nft_reader_set *set = cv_nft_reader_set_of(reader, rule->reference);

	if (!set || set->ruled || !set->filled)
		return cv_nft_fail(reader, "not a set that waits for its rule");
	if (set->chain != rule->chain)
		return cv_nft_fail(reader,
				   "the rule stands in another chain than its set's");
	if (rule->family != set->shape->family ||
	    rule->protocol != set->shape->protocol ||
	    rule->parts != (CV_NFT_SOURCE | CV_NFT_DESTINATION | set->shape->parts) ||
	    strcmp(rule->matches, set->shape->protocol == CV_NO_PROTOCOL ? "L" : "pL") !=
		    0 ||
	    rule->comment)
		return cv_nft_fail(reader,
				   "the rule asks for something else than its set");
	set->ruled = true;
	add_rule_setting(reader, rule, "rule",
			 cv_arena_format(reader->reading->ctx->arena, "%s @%s %s",
					 set->shape->match, set->name, cv_nft_verdict));
	rule->phase = RULE;
	return true;
}

static bool finish_class(struct cv_nft_reader *reader, struct rule *rule)
{
	if (rule->protocol != rule->shape->protocol || rule->comment ||
	    strcmp(rule->matches,
		   rule->shape->protocol == CV_NO_PROTOCOL ? "sR" : "psR") != 0)
		return cv_nft_fail(reader, "not the rule of a class");
	rule->phase = CLASS;
	return cv_nft_reader_add_class(reader, rule->chain, rule->source);
}

/* A look into a map by the source, and nothing else. */
static bool read_map(struct cv_nft_reader *reader, struct rule *rule)
{
	const struct cv_nft_field *field = read_field(reader, rule);
	const char *name = field && cv_nft_expect(reader, ", \"data\": \"@")
				   ? cv_nft_take_name(reader)
				   : NULL;
	struct cv_nft_reader_map *map = name ? cv_nft_reader_map_of(reader, name) : NULL;

	if (!map || field->part != CV_NFT_SOURCE || rule->family != map->shape->family ||
	    rule->match_count || rule->comment)
		return cv_nft_fail(reader, "not a rule that leads aside");
	rule->phase = MAP;
	add_rule_setting(reader, rule, "rule",
			 cv_arena_format(reader->reading->ctx->arena, "%s @%s",
					 map->shape->match, map->name));
	return cv_nft_reader_rule_map(reader, map, rule->chain) &&
	       cv_nft_expect(reader, "\"}}");
}

static bool finish_closing(struct cv_nft_reader *reader, struct rule *rule)
{
	struct cv_entry *entry;

	if (strcmp(rule->matches, rule->destination ? "d" : "") != 0 || rule->comment)
		return cv_nft_fail(reader, "not a rule that closes a chain");
	entry = add_rule_setting(reader, rule, "closing", cv_nft_closing);
	entry->family = rule->family;
	entry->destination = rule->destination;
	rule->phase = CLOSING;
	return true;
}

/* The matches of a rule over whole sets, each where it belongs and none twice. */
static bool is_whole(const struct rule *rule)
{
	char wanted[MOST_MATCHES + 1];
	size_t count = 0;

	if (rule->source)
		wanted[count++] = SOURCES;
	if (rule->destination)
		wanted[count++] = DESTINATIONS;
	if (!count)
		wanted[count++] = FAMILY;
	if (rule->protocol != CV_NO_PROTOCOL)
		wanted[count++] = PROTOCOL;
	if (rule->source_ports)
		wanted[count++] = SOURCE_PORTS;
	if (rule->ports)
		wanted[count++] = PORTS;
	if (rule->type_count)
		wanted[count++] = TYPES;
	wanted[count] = '\0';
	return strcmp(rule->matches, wanted) == 0;
}

static bool finish_whole(struct cv_nft_reader *reader, struct rule *rule)
{
	static const char sign[] = CV_NFT_BASELINE_NOTE;
	const bool ours =
		rule->comment && strncmp(rule->comment, sign, sizeof sign - 1) == 0;
	const size_t count = rule->type_count ? rule->type_count : 1;

	if (!is_whole(rule) || (!ours && count > 1))
		return cv_nft_fail(reader, "not a rule of ours");
	for (size_t i = 0; i < count; i++) {
		struct cv_entry *flow =
			cv_nft_add_read(reader, CV_ENTRY_FLOW, rule->place);

		flow->list = rule->chain->list;
		flow->more->name = ours ? CV_NFT_BASELINE : CV_NFT_OWN;
		flow->family = rule->family;
		flow->source = rule->source;
		flow->destination = rule->destination;
		flow->protocol = cv_entry_number(rule->protocol);
		flow->more->source_ports = rule->source_ports;
		flow->ports = rule->ports;
		if (rule->type_count)
			flow->icmp_type = rule->types[i];
		flow->note = rule->comment;
	}
	rule->phase = ours ? BASELINE : OWN;
	return true;
}

/* ---- rules ---- */

/* The rest of a rule that opens a chain, where it is the one with that number; the
 * reader stays where it is when it is another. */
static bool take_opening(struct cv_nft_reader *reader, size_t number)
{
	const struct cv_nft_json_opening *opening = &cv_nft_json_openings[number];
	const bool list = opening->values[1];
	const char *start = reader->at;
	bool ok;

	ok = cv_nft_take(reader, "{\"match\": {\"op\": \"") &&
	     cv_nft_take(reader, opening->operation) &&
	     cv_nft_take(reader, "\", \"left\": {\"") &&
	     cv_nft_take(reader, opening->base) &&
	     cv_nft_take(reader, "\": {\"key\": \"") &&
	     cv_nft_take(reader, opening->key) && cv_nft_take(reader, "\"}}" RIGHT) &&
	     cv_nft_take(reader, list ? "[\"" : "\"") &&
	     cv_nft_take(reader, opening->values[0]) &&
	     (!list || (cv_nft_take(reader, "\", \"") &&
			cv_nft_take(reader, opening->values[1]))) &&
	     cv_nft_take(reader, list ? "\"]}}" : "\"}}") &&
	     (!opening->counts ||
	      cv_nft_take(reader, "," EXPRESSION "{\"counter\": null}")) &&
	     cv_nft_take(reader, "," EXPRESSION "{\"") &&
	     cv_nft_take(reader, opening->verdict) && cv_nft_take(reader, "\": null}");
	if (!ok)
		reader->at = start;
	return ok;
}

static bool finish(struct cv_nft_reader *reader, struct rule *rule)
{
	if (cv_nft_take(reader, "{\"drop\": null}"))
		return finish_closing(reader, rule);
	if (!cv_nft_expect(reader, "{\"accept\": null}"))
		return false;
	if (rule->reference)
		return finish_lookup(reader, rule);
	return rule->shape ? finish_class(reader, rule) : finish_whole(reader, rule);
}

static bool read_expressions(struct cv_nft_reader *reader, struct rule *rule)
{
	for (size_t i = 0; i < CV_NFT_OPENINGS; i++)
		if (take_opening(reader, i)) {
			if (rule->comment)
				return cv_nft_fail(reader, "not a rule of ours");
			add_rule_setting(reader, rule, "opening", cv_nft_openings[i]);
			rule->phase = (int)i + 1;
			return true;
		}
	while (!cv_nft_take(reader, "{\"counter\": null}")) {
		if (cv_nft_take(reader, VMAP))
			return read_map(reader, rule);
		const bool ok = cv_nft_stands(reader, LONG_MATCH)
					? read_long_match(reader, rule)
					: read_short_match(reader, rule);

		if (!ok || !cv_nft_expect(reader, "," EXPRESSION))
			return false;
	}
	return cv_nft_expect(reader, "," EXPRESSION) && finish(reader, rule);
}

/* `"chain": ..., ` one of those that the file adds. */
static bool read_place(struct cv_nft_reader *reader, struct rule *rule)
{
	const char *name;

	rule->place = cv_nft_here(reader);
	name = cv_nft_expect(reader, "\"chain\": ") ? cv_nft_json_name(reader) : NULL;
	if (!name || !cv_nft_expect(reader, "," WITHIN))
		return false;
	for (size_t i = 0; i < reader->chain_count; i++)
		if (strcmp(reader->chains[i].name, name) == 0)
			rule->chain = &reader->chains[i];
	for (size_t i = 0; i < reader->beside_count; i++)
		if (strcmp(reader->beside[i].chain.name, name) == 0)
			rule->chain = &reader->beside[i].chain;
	if (!rule->chain)
		return cv_nft_fail(reader,
				   "a rule of a chain that the file does not add");
	if (!cv_nft_stands(reader, "\"comment\": "))
		return true;
	rule->place = cv_nft_here(reader);
	rule->comment = cv_nft_expect(reader, "\"comment\": ")
				? cv_nft_json_note(reader, reader->reading->ctx)
				: NULL;
	return rule->comment && cv_nft_expect(reader, "," WITHIN);
}

static bool read_rule(struct cv_nft_reader *reader, struct rule *rule)
{
	return cv_nft_expect(reader,
			     START "\"family\": \"inet\"," WITHIN "\"table\": ") &&
	       cv_nft_json_expect_quoted(reader, strchr(reader->table, ' ') + 1) &&
	       cv_nft_expect(reader, "," WITHIN) && read_place(reader, rule) &&
	       cv_nft_expect(reader, "\"expr\": [" EXPRESSION) &&
	       read_expressions(reader, rule) && cv_nft_expect(reader, END);
}

/* Chains beside others come behind all of these. */
static bool comes_before(const struct cv_nft_reader *reader,
			 const struct cv_nft_reader_chain *a,
			 const struct cv_nft_reader_chain *b)
{
	const bool a_beside = cv_nft_reader_is_beside(reader, a),
		   b_beside = cv_nft_reader_is_beside(reader, b);

	return a_beside == b_beside ? a < b : b_beside;
}

/* Chain by chain, and within each in the order of the phases; a chain beside another
 * holds classes only. */
static bool is_in_order(const struct cv_nft_reader *reader, const struct rule *last,
			const struct rule *rule)
{
	if (!last->chain || comes_before(reader, last->chain, rule->chain))
		return true;
	return last->chain == rule->chain &&
	       (last->phase < rule->phase ||
		(last->phase == rule->phase && rule->phase >= BASELINE));
}

bool cv_nft_json_rules(struct cv_nft_reader *reader)
{
	struct cv_buf scratch = CV_BUF_INIT;
	struct rule last = {0};
	bool ok = true;

	while (ok && cv_nft_stands(reader, START)) {
		struct rule rule = {.protocol = CV_NO_PROTOCOL, .scratch = &scratch};

		ok = read_rule(reader, &rule);
		if (ok && cv_nft_reader_is_beside(reader, rule.chain) &&
		    rule.phase != CLASS)
			ok = cv_nft_fail(reader, "no rule of a class");
		if (ok && !is_in_order(reader, &last, &rule))
			ok = cv_nft_fail(reader,
					 "the rule does not stand where it belongs");
		last = rule;
	}
	cv_buf_deinit(&scratch);
	return ok && cv_nft_reader_end_maps(reader);
}
