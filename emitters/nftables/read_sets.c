/* Reads sets back: what is declared and deleted, and what fills them. */
#include "nftables/read.h"

#include <string.h>

#include "base/ctx.h"

/* `add set inet filter NAME { type ...; size 64; `, up to what comes behind. */
static bool read_declaration(struct cv_nft_reader *reader, struct cv_nft_reader_set *set)
{
	const char *start;

	set->place = cv_nft_here(reader);
	if (!cv_nft_expect_verb(reader, "add set"))
		return false;
	set->name = cv_nft_take_name(reader);
	if (!set->name || !cv_nft_reader_know_set(reader, set) ||
	    !cv_nft_expect(reader, " { "))
		return false;
	start = reader->at;
	if (!cv_nft_expect(reader, set->shape->declaration))
		return false;
	if (set->shape->exact && cv_nft_take(reader, "; size ") &&
	    !cv_nft_take_number(reader, SIZE_MAX / 16, &set->size))
		return false;
	set->value = cv_nft_taken(reader, start);
	return cv_nft_expect(reader, "; ");
}

/* Whether a line of that verb comes next. */
static bool begins(struct cv_nft_reader *reader, const char *verb)
{
	const char *start = reader->at;
	const bool is = cv_nft_take(reader, reader->mark) && cv_nft_stands(reader, verb);

	reader->at = start;
	return is;
}

bool cv_nft_read_declarations(struct cv_nft_reader *reader, bool removed)
{
	while (begins(reader, "add set ")) {
		const char *start = reader->at;
		struct cv_nft_reader_set set = {0};

		if (!read_declaration(reader, &set))
			return false;
		if (!cv_nft_stands(reader, "}")) {
			reader->at = start;
			return true;
		}
		if (!cv_nft_expect(reader, "}\n"))
			return false;
		if (removed &&
		    (!cv_nft_expect_verb(reader, "delete set") ||
		     !cv_nft_expect(reader, set.name) || !cv_nft_expect(reader, "\n")))
			return false;
		if (cv_nft_reader_set_of(reader, set.name))
			return cv_nft_fail(reader, "the set was deleted before");
		/* cv_nft_reader_know_set() and the line above bound their number. */
		reader->sets[reader->set_count++] = set;
	}
	return true;
}

static const struct cv_ports *read_ports(struct cv_nft_reader *reader, bool *exact_out)
{
	struct cv_port_range range;

	if (!cv_nft_expect(reader, " . ") || !cv_nft_take_port_range(reader, &range))
		return NULL;
	*exact_out = *exact_out && range.first == range.last;
	return cv_ports_make(reader->reading->ctx, &range, 1);
}

/* What stands behind the addresses. */
static bool read_parts(struct cv_nft_reader *reader, const struct cv_nft_shape *shape,
		       struct cv_entry *flow, bool *exact_out)
{
	size_t number;

	flow->protocol = cv_entry_number(shape->protocol);
	if (shape->parts & (CV_NFT_PROTOCOL | CV_NFT_ICMP_TYPE)) {
		if (!cv_nft_expect(reader, " . ") ||
		    !cv_nft_take_number(reader, UINT8_MAX, &number))
			return false;
		if (shape->parts & CV_NFT_PROTOCOL)
			flow->protocol = cv_entry_number((int)number);
		else
			flow->icmp_type = cv_entry_number((int)number);
	}
	if (shape->parts & CV_NFT_SOURCE_PORT) {
		flow->more->source_ports = read_ports(reader, exact_out);
		if (!flow->more->source_ports)
			return false;
	}
	if (shape->parts & CV_NFT_PORT)
		flow->ports = read_ports(reader, exact_out);
	return !(shape->parts & CV_NFT_PORT) || flow->ports;
}

static const struct cv_addresses *read_range(struct cv_nft_reader *reader,
					     struct cv_nft_spelled *before,
					     uint8_t family, bool *exact_out)
{
	const struct cv_addresses *set = cv_nft_take_addresses(reader, before, family);

	*exact_out = *exact_out && set &&
		     cv_address_compare(set->ranges->first, set->ranges->last) == 0;
	return set;
}

bool cv_nft_read_reach(struct cv_nft_reader *reader, const struct cv_nft_shape *shape,
		       struct cv_entry *flow, bool *exact_out)
{
	flow->family = shape->family;
	flow->destination =
		read_range(reader, &reader->destination, shape->family, exact_out);
	return flow->destination && read_parts(reader, shape, flow, exact_out) &&
	       cv_nft_take_note(reader, cv_reading_texts(reader->reading), &flow->note);
}

static bool read_element(struct cv_nft_reader *reader, struct cv_nft_reader_set *set)
{
	struct cv_entry *flow =
		cv_nft_add_read(reader, CV_ENTRY_FLOW, cv_nft_here(reader) - 1);
	bool exact = true;

	flow->list = set->chain->list;
	flow->more->name = set->name;
	flow->source = read_range(reader, &reader->source, set->shape->family, &exact);
	if (!flow->source || !cv_nft_expect(reader, " . ") ||
	    !cv_nft_read_reach(reader, set->shape, flow, &exact))
		return false;
	if (set->shape->exact && !exact)
		return cv_nft_fail(reader, "a set of single values holds a range");
	set->count++;
	return cv_nft_expect(reader, ",\n");
}

/* A set as it is to be; it was deleted before, and declared the same way. */
static bool read_set(struct cv_nft_reader *reader)
{
	struct cv_nft_reader_set declared = {0}, *set;

	if (!read_declaration(reader, &declared))
		return false;
	set = cv_nft_reader_set_of(reader, declared.name);
	if (!set || set->filled)
		return cv_nft_fail(reader, "the set was not deleted before");
	if (strcmp(set->value, declared.value) != 0)
		return cv_nft_fail(reader,
				   "the set was deleted with another declaration");
	if (!cv_nft_expect(reader, "elements = {\n"))
		return false;
	set->filled = true;
	set->place = declared.place;
	while (cv_nft_take(reader, "\t"))
		if (!read_element(reader, set))
			return false;
	if (set->count == 0)
		return cv_nft_fail(reader, "expected an element");
	if (set->shape->exact && set->size < set->count)
		return cv_nft_fail(reader, "the set is smaller than what it holds");
	return cv_nft_expect(reader, "}\n}\n");
}

bool cv_nft_read_maps(struct cv_nft_reader *reader, const char *then)
{
	while (begins(reader, "add map ")) {
		const size_t place = cv_nft_here(reader);
		const struct cv_nft_reader_map *map;
		const char *name;

		if (!cv_nft_expect_verb(reader, "add map"))
			return false;
		name = cv_nft_take_name(reader);
		map = name ? cv_nft_reader_know_map(reader, name) : NULL;
		if (!map || !cv_nft_expect(reader, " { ") ||
		    !cv_nft_expect(reader, map->shape->declaration) ||
		    !cv_nft_expect(reader, "; }\n"))
			return false;
		cv_nft_add_setting(reader, place, "map", name, map->shape->declaration);
		if (then &&
		    (!cv_nft_expect_verb(reader, then) || !cv_nft_expect(reader, name) ||
		     !cv_nft_expect(reader, "\n")))
			return false;
	}
	return cv_nft_reader_all_maps(reader);
}

/* `10.0.0.1 : jump CHAIN,` and the like, one a line, up to the brace. */
static bool read_ways(struct cv_nft_reader *reader, struct cv_nft_reader_ways *ways)
{
	while (cv_nft_expect(reader, reader->mark) && cv_nft_take(reader, "\t")) {
		const size_t place = cv_nft_here(reader) - 1;
		struct cv_range range;
		const char *name;

		if (!cv_nft_take_range(reader, ways->map->shape->family, &range) ||
		    !cv_nft_expect(reader, " : jump "))
			return false;
		name = cv_nft_take_name(reader);
		if (!name || !cv_nft_reader_add_way(reader, ways, place, range, name) ||
		    !cv_nft_expect(reader, ",\n"))
			return false;
	}
	return !reader->reading->error && cv_nft_reader_end_ways(reader, ways) &&
	       cv_nft_expect(reader, "}\n");
}

bool cv_nft_read_ways(struct cv_nft_reader *reader)
{
	while (begins(reader, "add element ")) {
		struct cv_nft_reader_ways ways;
		const char *name;

		if (!cv_nft_expect_verb(reader, "add element"))
			return false;
		name = cv_nft_take_name(reader);
		if (!name || !cv_nft_reader_begin_ways(reader, name, &ways) ||
		    !cv_nft_expect(reader, " {\n") || !read_ways(reader, &ways))
			return false;
	}
	return true;
}

bool cv_nft_read_sets(struct cv_nft_reader *reader)
{
	while (begins(reader, "add set "))
		if (!read_set(reader))
			return false;
	return true;
}

bool cv_nft_add_sets(struct cv_nft_reader *reader)
{
	for (size_t i = 0; i < reader->set_count; i++) {
		const struct cv_nft_reader_set *set = &reader->sets[i];
		struct cv_entry *entry =
			cv_nft_add_read(reader, CV_ENTRY_SETTING, set->place);

		if (set->filled && !set->ruled)
			return cv_nft_fail(reader, "a set has no rule");
		entry->operation = set->filled ? CV_ADD : CV_REMOVE;
		entry->list = "set";
		entry->more->name = set->name;
		entry->more->value = set->value;
	}
	return true;
}
