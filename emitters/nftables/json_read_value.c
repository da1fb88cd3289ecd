/* The values of libnftables JSON as our own emitter spells them, and no other way:
 * every byte is held against the one spelling, so there is nothing for a parser of JSON
 * to find out.  No string of ours needs an escape, and one that has any is refused. */
#include <string.h>

#include "base/ctx.h"
#include "nftables/json_read.h"

/* Where the list of an anonymous set stands in its rule. */
#define MEMBER "\n                    "
#define MEMBERS_END "\n                  ]"

bool cv_nft_json_expect_quoted(struct cv_nft_reader *reader, const char *text)
{
	return cv_nft_expect(reader, "\"") && cv_nft_expect(reader, text) &&
	       cv_nft_expect(reader, "\"");
}

const char *cv_nft_json_name(struct cv_nft_reader *reader)
{
	const char *name = cv_nft_expect(reader, "\"") ? cv_nft_take_name(reader) : NULL;

	return name && cv_nft_expect(reader, "\"") ? name : NULL;
}

const char *cv_nft_json_note(struct cv_nft_reader *reader, struct cv_ctx *texts)
{
	const char *note = cv_nft_expect(reader, "\"")
				   ? cv_nft_take_text(reader, '"', '\\', texts)
				   : NULL;

	if (note && strlen(note) > CV_NFT_LONGEST_COMMENT) {
		cv_nft_fail(reader, "the comment is longer than nft takes");
		return NULL;
	}
	return note;
}

/* ---- addresses ---- */

/* One address, in quotes; a prefix or a range has other words in JSON. */
static bool take_address(struct cv_nft_reader *reader, uint8_t family,
			 struct cv_address *address_out)
{
	struct cv_range range;

	if (!cv_nft_expect(reader, "\"") || !cv_nft_take_range(reader, family, &range))
		return false;
	if (cv_address_compare(range.first, range.last) != 0)
		return cv_nft_fail(reader, "a range where an address must stand");
	*address_out = range.first;
	return cv_nft_expect(reader, "\"");
}

/* The last address under a prefix. */
static struct cv_address last_under(uint8_t family, struct cv_address first,
				    size_t length)
{
	const size_t bits = family == 4 ? 32 : 128, host = bits - length;
	struct cv_address last = first;

	if (host >= 64)
		last.low = UINT64_MAX;
	else
		last.low |= ((uint64_t)1 << host) - 1;
	if (host == 128)
		last.high = UINT64_MAX;
	else if (host > 64)
		last.high |= ((uint64_t)1 << (host - 64)) - 1;
	return last;
}

static bool take_prefix(struct cv_nft_reader *reader, uint8_t family,
			struct cv_range *range_out)
{
	size_t length;

	if (!cv_nft_expect(reader, "\"addr\": ") ||
	    !take_address(reader, family, &range_out->first) ||
	    !cv_nft_expect(reader, ", \"len\": ") ||
	    !cv_nft_take_number(reader, family == 4 ? 31 : 127, &length))
		return false;
	range_out->last = last_under(family, range_out->first, length);
	if (cv_range_prefix(family, *range_out) != (int)length)
		return cv_nft_fail(reader, "host bits are set under the prefix");
	return cv_nft_expect(reader, "}}");
}

/* An address, a prefix, or else two addresses. */
static bool take_range(struct cv_nft_reader *reader, uint8_t family, bool exact,
		       struct cv_range *range_out)
{
	if (!exact && cv_nft_take(reader, "{\"prefix\": {"))
		return take_prefix(reader, family, range_out);
	if (exact || !cv_nft_take(reader, "{\"range\": [")) {
		if (!take_address(reader, family, &range_out->first))
			return false;
		range_out->last = range_out->first;
		return true;
	}
	if (!take_address(reader, family, &range_out->first) ||
	    !cv_nft_expect(reader, ", ") ||
	    !take_address(reader, family, &range_out->last))
		return false;
	if (cv_address_compare(range_out->first, range_out->last) >= 0 ||
	    cv_range_prefix(family, *range_out) >= 0)
		return cv_nft_fail(reader, "not a range, or one that is a prefix");
	return cv_nft_expect(reader, "]}");
}

static bool is_same_range(struct cv_range a, struct cv_range b)
{
	return cv_address_compare(a.first, b.first) == 0 &&
	       cv_address_compare(a.last, b.last) == 0;
}

const struct cv_addresses *cv_nft_json_addresses(struct cv_nft_reader *reader,
						 uint8_t family, struct cv_buf *scratch)
{
	const struct cv_addresses *addresses;
	const struct cv_range *ranges;
	struct cv_range range;
	size_t count;

	scratch->size = 0;
	do {
		if (!cv_nft_expect(reader, MEMBER) ||
		    !take_range(reader, family, false, &range))
			return NULL;
		cv_buf_add(scratch, (const char *)&range, sizeof range);
	} while (cv_nft_take(reader, ","));
	ranges = (const struct cv_range *)(const void *)scratch->data;
	count = scratch->size / sizeof range;
	addresses = cv_addresses_make(reader->reading->ctx, family, ranges, count);
	for (size_t i = 0; i < count; i++)
		if (addresses->count != count ||
		    !is_same_range(addresses->ranges[i], ranges[i])) {
			cv_nft_fail(reader, "the addresses are not in order, or "
					    "could be fewer");
			return NULL;
		}
	return cv_nft_expect(reader, MEMBERS_END) ? addresses : NULL;
}

/* `["10.0.0.1", {"jump": {"target": ...}}]` */
static bool take_way(struct cv_nft_reader *reader, const char *gap,
		     struct cv_nft_reader_ways *ways)
{
	struct cv_range range;
	const char *name;
	size_t place;

	if (!cv_nft_expect(reader, gap))
		return false;
	place = cv_nft_here(reader);
	if (!cv_nft_expect(reader, "[") ||
	    !take_range(reader, ways->map->shape->family, false, &range) ||
	    !cv_nft_expect(reader, ", {\"jump\": {\"target\": "))
		return false;
	name = cv_nft_json_name(reader);
	return name && cv_nft_reader_add_way(reader, ways, place, range, name) &&
	       cv_nft_expect(reader, "}}]");
}

bool cv_nft_json_ways(struct cv_nft_reader *reader, const char *gap,
		      struct cv_nft_reader_ways *ways)
{
	do {
		if (!take_way(reader, gap, ways))
			return false;
	} while (cv_nft_take(reader, ","));
	return cv_nft_reader_end_ways(reader, ways);
}

/* ---- ports ---- */

static bool take_port_range(struct cv_nft_reader *reader, bool exact,
			    struct cv_port_range *range_out)
{
	const bool two = !exact && cv_nft_take(reader, "{\"range\": [");
	size_t first, last;

	if (!cv_nft_take_number(reader, UINT16_MAX, &first))
		return false;
	last = first;
	if (two && (!cv_nft_expect(reader, ", ") ||
		    !cv_nft_take_number(reader, UINT16_MAX, &last) ||
		    !cv_nft_expect(reader, "]}")))
		return false;
	if (first == 0 || first > last || (two && first == last))
		return cv_nft_fail(reader, "not a port or a range of ports");
	*range_out = (struct cv_port_range){(uint16_t)first, (uint16_t)last};
	return true;
}

const struct cv_ports *cv_nft_json_ports(struct cv_nft_reader *reader,
					 struct cv_buf *scratch)
{
	const struct cv_port_range *ranges;
	const struct cv_ports *ports;
	struct cv_port_range range;
	size_t count;

	scratch->size = 0;
	do {
		if (!take_port_range(reader, false, &range))
			return NULL;
		cv_buf_add(scratch, (const char *)&range, sizeof range);
	} while (cv_nft_take(reader, ", "));
	ranges = (const struct cv_port_range *)(const void *)scratch->data;
	count = scratch->size / sizeof range;
	ports = cv_ports_make(reader->reading->ctx, ranges, count);
	for (size_t i = 0; i < count; i++)
		if (ports->count != count || ports->ranges[i].first != ranges[i].first ||
		    ports->ranges[i].last != ranges[i].last) {
			cv_nft_fail(reader,
				    "the ports are not in order, or could be fewer");
			return NULL;
		}
	return ports;
}

/* ---- elements ---- */

static const struct cv_addresses *take_end(struct cv_nft_reader *reader,
					   const struct cv_nft_json_key *key)
{
	struct cv_range range;

	if (!take_range(reader, key->family, key->exact, &range))
		return NULL;
	return cv_addresses_one(reader->reading->ctx, key->family, range);
}

static const struct cv_ports *take_one_port(struct cv_nft_reader *reader,
					    const struct cv_nft_json_key *key)
{
	struct cv_port_range range;

	if (!take_port_range(reader, key->exact, &range))
		return NULL;
	return cv_ports_make(reader->reading->ctx, &range, 1);
}

static bool take_part(struct cv_nft_reader *reader, const struct cv_nft_json_key *key,
		      unsigned part, struct cv_entry *flow)
{
	size_t number;

	switch (part) {
	case CV_NFT_SOURCE:
		flow->source = take_end(reader, key);
		return flow->source;
	case CV_NFT_DESTINATION:
		flow->destination = take_end(reader, key);
		return flow->destination;
	case CV_NFT_SOURCE_PORT:
		flow->more->source_ports = take_one_port(reader, key);
		return flow->more->source_ports;
	case CV_NFT_PORT:
		flow->ports = take_one_port(reader, key);
		return flow->ports;
	default:
		if (!cv_nft_take_number(reader, UINT8_MAX, &number))
			return false;
		if (part == CV_NFT_PROTOCOL)
			flow->protocol = cv_entry_number((int)number);
		else
			flow->icmp_type = cv_entry_number((int)number);
		return true;
	}
}

bool cv_nft_json_element(struct cv_nft_reader *reader, const struct cv_nft_json_key *key,
			 struct cv_entry *flow)
{
	const bool noted = cv_nft_take(reader, "{\"elem\": {\"val\": ");
	bool first = true;

	if (!cv_nft_expect(reader, "{\"concat\": ["))
		return false;
	for (size_t i = 0; i < CV_NFT_FIELDS; i++) {
		const unsigned part = cv_nft_fields[key->family == 6][i].part;

		if (!(part & key->parts))
			continue;
		if (!first && !cv_nft_expect(reader, ", "))
			return false;
		first = false;
		if (!take_part(reader, key, part, flow))
			return false;
	}
	if (!cv_nft_expect(reader, "]}"))
		return false;
	if (!noted)
		return true;
	flow->note = cv_nft_expect(reader, ", \"comment\": ")
			     ? cv_nft_json_note(reader, cv_reading_texts(reader->reading))
			     : NULL;
	return flow->note && cv_nft_expect(reader, "}}");
}
