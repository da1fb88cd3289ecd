/* Values as nft writes them in JSON.  Bytes stand in network order, but for types
 * that are the machine's own; of those only ranges are in network order. */
#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <net/if.h>
#include <string.h>

#include "base/utf8.h"
#include "nftables/fetch_parts.h"

enum { LONGEST_WORD = 32 };

static const struct cv_fetch_name families[] = {
	{NFPROTO_IPV4, "ipv4"}, {NFPROTO_IPV6, "ipv6"}, {0, NULL}};

static const struct cv_fetch_name ethertypes[] = {
	{0x0800, "ip"}, {0x0806, "arp"}, {0x86dd, "ip6"}, {0x8100, "8021q"}, {0, NULL}};

/* include/linux/netfilter/nf_conntrack_common.h, as nft names them. */
static const struct cv_fetch_name states[] = {{1, "invalid"},    {2, "established"},
					      {4, "related"},    {8, "new"},
					      {64, "untracked"}, {0, NULL}};

static const struct cv_fetch_name statuses[] = {
	{1, "expected"}, {2, "seen-reply"}, {4, "assured"}, {8, "confirmed"},
	{16, "snat"},    {32, "dnat"},      {512, "dying"}, {0, NULL}};

/* clang-format off */
static const struct cv_fetch_type types[] = {
	{CV_FETCH_TYPE_VERDICT, "verdict", 0, CV_FETCH_VERDICT, true, NULL},
	{CV_FETCH_TYPE_NFPROTO, "nf_proto", 1, CV_FETCH_NAMED, true, families},
	{CV_FETCH_TYPE_IP, "ipv4_addr", 4, CV_FETCH_ADDRESS, false, NULL},
	{CV_FETCH_TYPE_IP6, "ipv6_addr", 16, CV_FETCH_ADDRESS, false, NULL},
	{CV_FETCH_TYPE_ETHERTYPE, "ether_type", 2, CV_FETCH_NAMED, false, ethertypes},
	{CV_FETCH_TYPE_PROTOCOL, "inet_proto", 1, CV_FETCH_NUMBER, false, NULL},
	{CV_FETCH_TYPE_SERVICE, "inet_service", 2, CV_FETCH_NUMBER, false, NULL},
	{CV_FETCH_TYPE_ICMP, "icmp_type", 1, CV_FETCH_NUMBER, false, NULL},
	{CV_FETCH_TYPE_MARK, "mark", 4, CV_FETCH_NUMBER, true, NULL},
	{CV_FETCH_TYPE_INDEX, "iface_index", 4, CV_FETCH_INTERFACE, true, NULL},
	{CV_FETCH_TYPE_CT_STATE, "ct_state", 4, CV_FETCH_BITS, true, states},
	{CV_FETCH_TYPE_CT_STATUS, "ct_status", 4, CV_FETCH_BITS, true, statuses},
	{CV_FETCH_TYPE_ICMPV6, "icmpv6_type", 1, CV_FETCH_NUMBER, false, NULL},
	{CV_FETCH_TYPE_IFNAME, "ifname", 16, CV_FETCH_TEXT, true, NULL},
};
/* clang-format on */

const struct cv_fetch_type *cv_fetch_type_of(unsigned number)
{
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (types[i].number == number)
			return &types[i];
	return NULL;
}

size_t cv_fetch_types(uint32_t key, const struct cv_fetch_type *out[CV_FETCH_FIELDS])
{
	size_t count = 0, size = 0;

	for (uint32_t left = key; left; left >>= 6)
		count++;
	for (size_t i = 0; i < count; i++) {
		out[i] = cv_fetch_type_of(key >> 6 * (count - 1 - i) & 63);
		if (!out[i] || out[i]->format == CV_FETCH_VERDICT)
			return 0;
		size += (out[i]->size + 3) / 4 * 4;
	}
	return size <= CV_FETCH_BYTES ? count : 0;
}

uint64_t cv_fetch_number(const unsigned char *bytes, size_t size, bool host)
{
	const bool backwards = host && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
	uint64_t number = 0;

	for (size_t i = 0; i < size; i++)
		number = number << 8 | bytes[backwards ? size - 1 - i : i];
	return number;
}

void cv_fetch_text(struct cv_json *json, const char *text, size_t size)
{
	struct cv_buf clean = CV_BUF_INIT;
	size_t length;

	for (size_t at = 0; at < size && text[at]; at += length) {
		if (cv_utf8_decode(text + at, size - at, &length))
			cv_buf_add(&clean, text + at, length);
		else
			cv_buf_char(&clean, '?');
	}
	cv_json_text(json, cv_buf_string(&clean));
	cv_buf_deinit(&clean);
}

void cv_fetch_member(struct cv_json *json, const char *key, const struct nlattr *text)
{
	if (!text)
		return;
	cv_json_key(json, key);
	cv_fetch_text(json, mnl_attr_get_payload(text), mnl_attr_get_payload_len(text));
}

void cv_fetch_unknown(struct cv_json *json, const char *name)
{
	const char *word = "abcdefghijklmnopqrstuvwxyz0123456789_";

	if (!name || !*name || strlen(name) > LONGEST_WORD ||
	    strspn(name, word) != strlen(name))
		name = "?";
	cv_json_begin_object(json, true);
	cv_json_member(json, "unknown", name);
	cv_json_end_object(json);
}

/* Type, length and value, one byte for each of the first two. */
void cv_fetch_comment(struct cv_json *json, const struct nlattr *userdata, unsigned type)
{
	const unsigned char *at = userdata ? mnl_attr_get_payload(userdata) : NULL;
	size_t left = userdata ? mnl_attr_get_payload_len(userdata) : 0;

	while (left >= 2 && left - 2 >= at[1]) {
		if (at[0] == type) {
			cv_json_key(json, "comment");
			cv_fetch_text(json, (const char *)at + 2, at[1]);
			return;
		}
		left -= 2u + at[1];
		at += 2u + at[1];
	}
}

void cv_fetch_verdict(struct cv_json *json, const struct nlattr *verdict)
{
	static const struct {
		int code;
		const char *word;
	} words[] = {{NF_DROP, "drop"},          {NF_ACCEPT, "accept"},
		     {NFT_CONTINUE, "continue"}, {NFT_RETURN, "return"},
		     {NFT_JUMP, "jump"},         {NFT_GOTO, "goto"}};
	const struct nlattr *parts[NFTA_VERDICT_MAX + 1];
	const char *word = NULL;
	int code;

	cv_netlink_sort(cv_netlink_of_nest(verdict), parts, NFTA_VERDICT_MAX + 1);
	code = (int)cv_netlink_u32(parts[NFTA_VERDICT_CODE]);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (words[i].code == code && parts[NFTA_VERDICT_CODE])
			word = words[i].word;
	if (!word) {
		cv_fetch_unknown(json, "verdict");
		return;
	}
	cv_json_begin_object(json, true);
	cv_json_key(json, word);
	if (parts[NFTA_VERDICT_CHAIN]) {
		cv_json_begin_object(json, true);
		cv_fetch_member(json, "target", parts[NFTA_VERDICT_CHAIN]);
		cv_json_end_object(json);
	} else {
		cv_json_text(json, NULL);
	}
	cv_json_end_object(json);
}

static void put_bits(struct cv_json *json, const struct cv_fetch_type *type,
		     uint32_t bits)
{
	const bool many = bits & (bits - 1);

	if (many)
		cv_json_begin_list(json, true);
	for (uint32_t bit = 1; bits; bit <<= 1) {
		const struct cv_fetch_name *name = type->names;

		if (!(bits & bit))
			continue;
		bits &= ~bit;
		while (name->name && name->number != bit)
			name++;
		if (name->name)
			cv_json_text(json, name->name);
		else
			cv_json_number(json, bit);
	}
	if (many)
		cv_json_end_list(json);
}

static void put_named(struct cv_json *json, const struct cv_fetch_type *type,
		      uint64_t number)
{
	for (const struct cv_fetch_name *name = type->names; name->name; name++) {
		if (name->number == number) {
			cv_json_text(json, name->name);
			return;
		}
	}
	cv_json_number(json, number);
}

static void put_address(struct cv_json *json, const struct cv_fetch_type *type,
			const unsigned char *bytes)
{
	char text[INET6_ADDRSTRLEN];

	cv_json_text(json, inet_ntop(type->size == 4 ? AF_INET : AF_INET6, bytes, text,
				     sizeof text));
}

/* nft marks a name that begins with these bytes by a `*` behind them, and a `*` that
 * a name ends in by a backslash. */
static void put_name(struct cv_json *json, const unsigned char *bytes, size_t size,
		     bool is_front)
{
	const size_t length = strnlen((const char *)bytes, size);
	struct cv_buf name = CV_BUF_INIT;

	cv_buf_add(&name, (const char *)bytes, length);
	if (is_front) {
		cv_buf_char(&name, '*');
	} else if (length && bytes[length - 1] == '*') {
		name.size--;
		cv_buf_text(&name, "\\*");
	}
	cv_fetch_text(json, cv_buf_string(&name), name.size);
	cv_buf_deinit(&name);
}

static void put_interface(struct cv_json *json, uint64_t index)
{
	char name[IF_NAMESIZE];

	if (index <= UINT32_MAX && if_indextoname((unsigned)index, name))
		cv_fetch_text(json, name, sizeof name);
	else
		cv_json_number(json, index);
}

void cv_fetch_value(struct cv_json *json, const struct cv_fetch_type *type,
		    const unsigned char *bytes, bool swapped)
{
	uint64_t number = 0;

	if (type->size <= sizeof number)
		number = cv_fetch_number(bytes, type->size, type->host && !swapped);
	switch (type->format) {
	case CV_FETCH_NAMED:
		put_named(json, type, number);
		break;
	case CV_FETCH_BITS:
		if (number)
			put_bits(json, type, (uint32_t)number);
		else
			cv_json_number(json, 0);
		break;
	case CV_FETCH_ADDRESS:
		put_address(json, type, bytes);
		break;
	case CV_FETCH_INTERFACE:
		put_interface(json, number);
		break;
	case CV_FETCH_TEXT:
		put_name(json, bytes, type->size, false);
		break;
	default:
		cv_json_number(json, number);
	}
}

void cv_fetch_prefix(struct cv_json *json, const struct cv_fetch_type *type,
		     const unsigned char *bytes, unsigned length)
{
	unsigned char whole[CV_FETCH_BYTES] = {0};

	memcpy(whole, bytes, (length + 7) / 8);
	if (type->format == CV_FETCH_TEXT) {
		put_name(json, whole, length / 8, true);
		return;
	}
	cv_json_begin_object(json, true);
	cv_json_key(json, "prefix");
	cv_json_begin_object(json, true);
	cv_json_key(json, "addr");
	put_address(json, type, whole);
	cv_json_member_number(json, "len", length);
	cv_json_end_object(json);
	cv_json_end_object(json);
}

/* The length of the prefix that the range is, or -1. */
static int prefix_of(const unsigned char *first, const unsigned char *last, size_t size)
{
	const unsigned bits = (unsigned)size * 8;
	unsigned same = 0;

	while (same < bits && !((first[same / 8] ^ last[same / 8]) >> (7 - same % 8) & 1))
		same++;
	for (unsigned i = same; i < bits; i++)
		if ((first[i / 8] >> (7 - i % 8) & 1) ||
		    !(last[i / 8] >> (7 - i % 8) & 1))
			return -1;
	return (int)same;
}

void cv_fetch_range(struct cv_json *json, const struct cv_fetch_type *type,
		    const unsigned char *first, const unsigned char *last, bool swapped,
		    bool as_range)
{
	const int length = type->format == CV_FETCH_ADDRESS && !as_range
				   ? prefix_of(first, last, type->size)
				   : -1;

	if (!as_range && memcmp(first, last, type->size) == 0) {
		cv_fetch_value(json, type, first, swapped);
		return;
	}
	if (length >= 0) {
		cv_fetch_prefix(json, type, first, (unsigned)length);
		return;
	}
	cv_json_begin_object(json, true);
	cv_json_key(json, "range");
	cv_json_begin_list(json, true);
	cv_fetch_value(json, type, first, swapped);
	cv_fetch_value(json, type, last, swapped);
	cv_json_end_list(json);
	cv_json_end_object(json);
}
