/* The fields that a match may ask for, and the values that nft writes for them: a
 * number or its name, an address, {"prefix": ...}, {"range": [...]}. */
#include <arpa/inet.h>
#include <string.h>

#include "model/policy.h"
#include "nftables/export.h"

static const struct cv_nft_field fields[] = {
	{NULL, "l4proto", CV_NFT_SIDE_PROTOCOL, 0, CV_NO_PROTOCOL},
	{NULL, "nfproto", CV_NFT_SIDE_FAMILY, 0, CV_NO_PROTOCOL},
	{"ip", "saddr", CV_NFT_SIDE_SOURCE, 4, CV_NO_PROTOCOL},
	{"ip", "daddr", CV_NFT_SIDE_DESTINATION, 4, CV_NO_PROTOCOL},
	{"ip", "protocol", CV_NFT_SIDE_PROTOCOL, 4, CV_NO_PROTOCOL},
	{"ip6", "saddr", CV_NFT_SIDE_SOURCE, 6, CV_NO_PROTOCOL},
	{"ip6", "daddr", CV_NFT_SIDE_DESTINATION, 6, CV_NO_PROTOCOL},
	{"icmp", "type", CV_NFT_SIDE_ICMP_TYPE, 4, 1},
	{"icmpv6", "type", CV_NFT_SIDE_ICMP_TYPE, 6, 58},
	{"th", "sport", CV_NFT_SIDE_SOURCE_PORT, 0, CV_NO_PROTOCOL},
	{"th", "dport", CV_NFT_SIDE_PORT, 0, CV_NO_PROTOCOL},
	{"tcp", "sport", CV_NFT_SIDE_SOURCE_PORT, 0, 6},
	{"tcp", "dport", CV_NFT_SIDE_PORT, 0, 6},
	{"udp", "sport", CV_NFT_SIDE_SOURCE_PORT, 0, 17},
	{"udp", "dport", CV_NFT_SIDE_PORT, 0, 17},
	{"dccp", "sport", CV_NFT_SIDE_SOURCE_PORT, 0, 33},
	{"dccp", "dport", CV_NFT_SIDE_PORT, 0, 33},
	{"sctp", "sport", CV_NFT_SIDE_SOURCE_PORT, 0, 132},
	{"sctp", "dport", CV_NFT_SIDE_PORT, 0, 132},
	{"udplite", "sport", CV_NFT_SIDE_SOURCE_PORT, 0, 136},
	{"udplite", "dport", CV_NFT_SIDE_PORT, 0, 136},
};

const char *cv_nft_text(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static bool same(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

/* Only these members: {"payload": {"base": ...}} is a field of another kind. */
const struct cv_nft_field *cv_nft_field_of(const json_t *left)
{
	const json_t *meta = json_object_get(left, "meta");
	const json_t *payload = json_object_get(left, "payload");
	const char *header = cv_nft_text(payload, "protocol");
	const char *name =
		meta ? cv_nft_text(meta, "key") : cv_nft_text(payload, "field");

	if (json_object_size(left) != 1 ||
	    (meta ? json_object_size(meta) != 1
		  : !header || json_object_size(payload) != 2))
		return NULL;
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		if (same(fields[i].name, name) &&
		    (meta ? !fields[i].header : same(fields[i].header, header)))
			return &fields[i];
	return NULL;
}

bool cv_nft_field_fits(const struct cv_nft_field *field, const struct cv_nft_shape *shape,
		       size_t place)
{
	static const struct {
		unsigned part;
		enum cv_nft_side side;
		const char *name;
	} parts[] = {
		{CV_NFT_PROTOCOL, CV_NFT_SIDE_PROTOCOL, "l4proto"},
		{CV_NFT_SOURCE_PORT, CV_NFT_SIDE_SOURCE_PORT, "sport"},
		{CV_NFT_PORT, CV_NFT_SIDE_PORT, "dport"},
		{CV_NFT_ICMP_TYPE, CV_NFT_SIDE_ICMP_TYPE, "type"},
	};

	if (place < 2)
		return field->family == shape->family &&
		       field->side ==
			       (place ? CV_NFT_SIDE_DESTINATION : CV_NFT_SIDE_SOURCE);
	place -= 2;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		if (!(shape->parts & parts[i].part))
			continue;
		if (place-- == 0)
			return field->side == parts[i].side &&
			       same(field->name, parts[i].name) &&
			       field->protocol == shape->protocol;
	}
	return false;
}

const json_t *cv_nft_element_value(const json_t *element)
{
	json_t *inside = json_object_get(element, "elem");
	const char *key;
	json_t *member;

	if (!inside)
		return element;
	json_object_foreach(inside, key, member)
	{
		if (strcmp(key, "val") && strcmp(key, "comment") &&
		    strcmp(key, "counter"))
			return NULL;
	}
	return json_object_get(inside, "val");
}

/* What a number of that side may be at most. */
static json_int_t most_of(enum cv_nft_side side)
{
	return side == CV_NFT_SIDE_PORT || side == CV_NFT_SIDE_SOURCE_PORT ? UINT16_MAX
									   : UINT8_MAX;
}

static int number_of(const struct cv_nft_field *field, const char *name)
{
	switch (field->side) {
	case CV_NFT_SIDE_FAMILY:
		return same(name, "ipv4") ? 4 : same(name, "ipv6") ? 6 : -1;
	case CV_NFT_SIDE_PROTOCOL:
		return cv_nft_protocol_of(name);
	case CV_NFT_SIDE_ICMP_TYPE:
		return cv_nft_icmp_type_of(field->family, name);
	default:
		return -1; /* ports are listed as numbers, but for `nft -S` */
	}
}

static bool read_number(const struct cv_nft_field *field, const json_t *value,
			uint64_t *number_out)
{
	json_int_t number = -1;

	if (json_is_string(value))
		number = number_of(field, json_string_value(value));
	else if (json_is_integer(value) && field->side != CV_NFT_SIDE_FAMILY)
		number = json_integer_value(value);
	if (number < 0 || number > most_of(field->side))
		return false;
	*number_out = (uint64_t)number;
	return true;
}

static bool is_address_side(enum cv_nft_side side)
{
	return side == CV_NFT_SIDE_SOURCE || side == CV_NFT_SIDE_DESTINATION;
}

/* By the C library, since nft writes by it; our own reading refuses IPv4-mapped IPv6
 * addresses, which a rule written by hand may well hold. */
static bool read_address(const struct cv_nft_field *field, const json_t *value,
			 struct cv_address *address_out)
{
	const char *text = json_string_value(value);
	const size_t size = field->family == 4 ? 4 : 16;
	struct cv_address address = {0, 0};
	unsigned char raw[16];

	if (!text || inet_pton(field->family == 4 ? AF_INET : AF_INET6, text, raw) != 1)
		return false;
	for (size_t i = 0; i < size; i++) {
		address.high = address.high << 8 | address.low >> 56;
		address.low = address.low << 8 | raw[i];
	}
	*address_out = address;
	return true;
}

/* The lowest `bits` bits of an address set. */
static struct cv_address low_bits(unsigned bits)
{
	const uint64_t all = UINT64_MAX;

	return (struct cv_address){bits <= 64 ? 0 : all >> (128 - bits),
				   bits == 0    ? 0
				   : bits >= 64 ? all
						: all >> (64 - bits)};
}

static bool read_prefix(const struct cv_nft_field *field, const json_t *prefix,
			struct cv_range *range_out)
{
	const json_t *length = json_object_get(prefix, "len");
	const json_int_t most = field->family == 4 ? 32 : 128;
	struct cv_address host;

	if (!is_address_side(field->side) || json_object_size(prefix) != 2 ||
	    !json_is_integer(length) || json_integer_value(length) < 0 ||
	    json_integer_value(length) > most ||
	    !read_address(field, json_object_get(prefix, "addr"), &range_out->first))
		return false;
	host = low_bits((unsigned)(most - json_integer_value(length)));
	range_out->last.high = range_out->first.high | host.high;
	range_out->last.low = range_out->first.low | host.low;
	return !(range_out->first.high & host.high || range_out->first.low & host.low);
}

static bool read_one(const struct cv_nft_field *field, const json_t *value,
		     struct cv_range *range_out)
{
	uint64_t number;

	if (is_address_side(field->side)) {
		if (!read_address(field, value, &range_out->first))
			return false;
		range_out->last = range_out->first;
		return true;
	}
	if (!read_number(field, value, &number))
		return false;
	range_out->first = range_out->last = (struct cv_address){0, number};
	return true;
}

static bool read_range(const struct cv_nft_field *field, const json_t *ends,
		       struct cv_range *range_out)
{
	struct cv_range first, last;

	if (json_array_size(ends) != 2 ||
	    !read_one(field, json_array_get(ends, 0), &first) ||
	    !read_one(field, json_array_get(ends, 1), &last))
		return false;
	*range_out = (struct cv_range){first.first, last.last};
	return cv_address_compare(first.first, last.last) <= 0;
}

bool cv_nft_value_read(const struct cv_nft_field *field, const json_t *value,
		       struct cv_range *range_out)
{
	const json_t *prefix = json_object_get(value, "prefix");
	const json_t *range = json_object_get(value, "range");

	if (json_is_object(value) && json_object_size(value) != 1)
		return false;
	if (prefix  ? !read_prefix(field, prefix, range_out)
	    : range ? !read_range(field, range, range_out)
		    : !read_one(field, value, range_out))
		return false;
	if (most_of(field->side) == UINT16_MAX && range_out->first.low == 0) {
		range_out->first.low = 1;
		return range_out->last.low > 0;
	}
	return true;
}
