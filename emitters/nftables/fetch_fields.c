/* What a rule may look at: which key of meta and ct, which bytes of which header. */
#include <netinet/in.h>
#include <string.h>

#include "nftables/fetch_parts.h"

enum { ANY = -1, DCCP = 33, UDPLITE = 136 };

struct key {
	uint32_t number;
	const char *name;
	unsigned type;
	bool tells_family, tells_protocol;
};

static const struct key metas[] = {
	{NFT_META_NFPROTO, "nfproto", CV_FETCH_TYPE_NFPROTO, true, false},
	{NFT_META_PROTOCOL, "protocol", CV_FETCH_TYPE_ETHERTYPE, true, false},
	{NFT_META_L4PROTO, "l4proto", CV_FETCH_TYPE_PROTOCOL, false, true},
	{NFT_META_IIF, "iif", CV_FETCH_TYPE_INDEX, false, false},
	{NFT_META_OIF, "oif", CV_FETCH_TYPE_INDEX, false, false},
	{NFT_META_IIFNAME, "iifname", CV_FETCH_TYPE_IFNAME, false, false},
	{NFT_META_OIFNAME, "oifname", CV_FETCH_TYPE_IFNAME, false, false},
	{NFT_META_MARK, "mark", CV_FETCH_TYPE_MARK, false, false},
};

static const struct key cts[] = {
	{NFT_CT_STATE, "state", CV_FETCH_TYPE_CT_STATE, false, false},
	{NFT_CT_STATUS, "status", CV_FETCH_TYPE_CT_STATUS, false, false},
	{NFT_CT_MARK, "mark", CV_FETCH_TYPE_MARK, false, false},
};

/* Sorted by where they begin. */
struct field {
	uint8_t family; /* 0: both */
	int protocol;   /* ANY: for network headers, or what is not known to be another */
	uint32_t base, offset, size;
	const char *header, *name;
	unsigned type;
	bool tells_protocol;
};

#define PORTS(protocol, header) \
	{0,      protocol, NFT_PAYLOAD_TRANSPORT_HEADER, 0,    2, \
	 header, "sport",  CV_FETCH_TYPE_SERVICE,        false}, \
	{ \
		0, protocol, NFT_PAYLOAD_TRANSPORT_HEADER, 2, 2, header, "dport", \
			CV_FETCH_TYPE_SERVICE, false \
	}

/* clang-format off */
static const struct field fields[] = {
	{4, ANY, NFT_PAYLOAD_NETWORK_HEADER, 9, 1, "ip", "protocol",
	 CV_FETCH_TYPE_PROTOCOL, true},
	{4, ANY, NFT_PAYLOAD_NETWORK_HEADER, 12, 4, "ip", "saddr", CV_FETCH_TYPE_IP, false},
	{4, ANY, NFT_PAYLOAD_NETWORK_HEADER, 16, 4, "ip", "daddr", CV_FETCH_TYPE_IP, false},
	{6, ANY, NFT_PAYLOAD_NETWORK_HEADER, 6, 1, "ip6", "nexthdr",
	 CV_FETCH_TYPE_PROTOCOL, true},
	{6, ANY, NFT_PAYLOAD_NETWORK_HEADER, 8, 16, "ip6", "saddr",
	 CV_FETCH_TYPE_IP6, false},
	{6, ANY, NFT_PAYLOAD_NETWORK_HEADER, 24, 16, "ip6", "daddr",
	 CV_FETCH_TYPE_IP6, false},
	{4, IPPROTO_ICMP, NFT_PAYLOAD_TRANSPORT_HEADER, 0, 1, "icmp", "type",
	 CV_FETCH_TYPE_ICMP, false},
	{6, IPPROTO_ICMPV6, NFT_PAYLOAD_TRANSPORT_HEADER, 0, 1, "icmpv6", "type",
	 CV_FETCH_TYPE_ICMPV6, false},
	PORTS(ANY, "th"),
	PORTS(IPPROTO_TCP, "tcp"),
	PORTS(IPPROTO_UDP, "udp"),
	PORTS(DCCP, "dccp"),
	PORTS(IPPROTO_SCTP, "sctp"),
	PORTS(UDPLITE, "udplite"),
};
/* clang-format on */

static bool find_key(const struct key *keys, size_t count, uint32_t number,
		     struct cv_fetch_operand *operand_out)
{
	for (size_t i = 0; i < count; i++) {
		if (keys[i].number != number)
			continue;
		*operand_out = (struct cv_fetch_operand){
			.name = keys[i].name,
			.type = cv_fetch_type_of(keys[i].type),
			.protocol = ANY,
			.tells_family = keys[i].tells_family,
			.tells_protocol = keys[i].tells_protocol,
		};
		operand_out->size = operand_out->type->size;
		return true;
	}
	return false;
}

bool cv_fetch_meta(uint32_t key, struct cv_fetch_operand *operand_out)
{
	const bool known =
		find_key(metas, sizeof metas / sizeof *metas, key, operand_out);

	operand_out->source = known ? CV_FETCH_META : CV_FETCH_UNKNOWN;
	return known;
}

bool cv_fetch_ct(uint32_t key, struct cv_fetch_operand *operand_out)
{
	const bool known = find_key(cts, sizeof cts / sizeof *cts, key, operand_out);

	operand_out->source = known ? CV_FETCH_CT : CV_FETCH_UNKNOWN;
	return known;
}

/* Where it is not settled that a packet has the header, its bytes are something
 * else's; only ports are asked for without, by the name `th`. */
static const struct field *find_field(const struct cv_fetch_context *context,
				      uint32_t base, uint32_t offset)
{
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		const struct field *field = &fields[i];

		if (field->base != base || field->offset != offset)
			continue;
		if (base == NFT_PAYLOAD_NETWORK_HEADER
			    ? field->family == context->family
			    : field->protocol == context->protocol &&
				      (!field->family || !context->family ||
				       field->family == context->family))
			return field;
	}
	return NULL;
}

size_t cv_fetch_payload(const struct cv_fetch_context *context, uint32_t base,
			uint32_t offset, uint32_t size,
			struct cv_fetch_operand operands_out[CV_FETCH_FIELDS])
{
	size_t count = 0;

	if (base != NFT_PAYLOAD_NETWORK_HEADER && base != NFT_PAYLOAD_TRANSPORT_HEADER)
		return 0;
	while (size) {
		const struct field *field = find_field(context, base, offset);
		struct cv_fetch_operand *operand = &operands_out[count];

		if (!field || count == CV_FETCH_FIELDS)
			return 0;
		*operand = (struct cv_fetch_operand){
			.source = CV_FETCH_PAYLOAD,
			.header = field->header,
			.name = field->name,
			.type = cv_fetch_type_of(field->type),
			.size = field->size < size ? field->size : size,
			.family = field->family,
			.protocol = field->protocol,
			.tells_protocol = field->tells_protocol,
		};
		if (operand->size < field->size &&
		    operand->type->format != CV_FETCH_ADDRESS)
			return 0;
		offset += (uint32_t)operand->size;
		size -= (uint32_t)operand->size;
		count++;
	}
	return count;
}
