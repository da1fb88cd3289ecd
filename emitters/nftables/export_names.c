/* Names that stand for numbers in what nft lists.  Those of protocols come from
 * /etc/protocols of the machine that listed: these are of netbase 6.4 and of the IANA
 * registry.  Those of ICMP types are nft's own (`nft describe icmp_type`, 1.0.6). */
#include <stddef.h>
#include <string.h>

#include "nftables/export.h"

struct name {
	const char *name;
	int number;
};

/* clang-format off */
static const struct name protocols[] = {
	{"ip", 0}, {"hopopt", 0}, {"icmp", 1}, {"igmp", 2}, {"ggp", 3}, {"ipencap", 4},
	{"ipv4", 4}, {"st", 5}, {"tcp", 6}, {"cbt", 7}, {"egp", 8}, {"igp", 9},
	{"bbn-rcc", 10}, {"nvp", 11}, {"pup", 12}, {"argus", 13}, {"emcon", 14},
	{"xnet", 15}, {"chaos", 16}, {"udp", 17}, {"mux", 18}, {"dcn", 19}, {"hmp", 20},
	{"prm", 21}, {"xns-idp", 22}, {"trunk-1", 23}, {"trunk-2", 24}, {"leaf-1", 25},
	{"leaf-2", 26}, {"rdp", 27}, {"irtp", 28}, {"iso-tp4", 29}, {"netblt", 30},
	{"mfe-nsp", 31}, {"merit-inp", 32}, {"dccp", 33}, {"3pc", 34}, {"idpr", 35},
	{"xtp", 36}, {"ddp", 37}, {"idpr-cmtp", 38}, {"tp++", 39}, {"il", 40},
	{"ipv6", 41}, {"sdrp", 42}, {"ipv6-route", 43}, {"ipv6-frag", 44}, {"idrp", 45},
	{"rsvp", 46}, {"gre", 47}, {"dsr", 48}, {"bna", 49}, {"esp", 50},
	{"ipv6-crypt", 50}, {"ah", 51}, {"ipv6-auth", 51}, {"i-nlsp", 52},
	{"swipe", 53}, {"narp", 54}, {"mobile", 55}, {"tlsp", 56}, {"skip", 57},
	{"ipv6-icmp", 58}, {"icmpv6", 58}, {"ipv6-nonxt", 59}, {"ipv6-opts", 60},
	{"rspf", 73}, {"vmtp", 81}, {"eigrp", 88}, {"ospf", 89}, {"ospfigp", 89},
	{"ax.25", 93}, {"ipip", 94}, {"etherip", 97}, {"encap", 98}, {"pim", 103},
	{"ipcomp", 108}, {"vrrp", 112}, {"l2tp", 115}, {"isis", 124}, {"sctp", 132},
	{"fc", 133}, {"mobility-header", 135}, {"udplite", 136}, {"mpls-in-ip", 137},
	{"manet", 138}, {"hip", 139}, {"shim6", 140}, {"wesp", 141}, {"rohc", 142},
	{"ethernet", 143},
};

static const struct name icmp_types[] = {
	{"echo-reply", 0}, {"destination-unreachable", 3}, {"source-quench", 4},
	{"redirect", 5}, {"echo-request", 8}, {"router-advertisement", 9},
	{"router-solicitation", 10}, {"time-exceeded", 11}, {"parameter-problem", 12},
	{"timestamp-request", 13}, {"timestamp-reply", 14}, {"info-request", 15},
	{"info-reply", 16}, {"address-mask-request", 17}, {"address-mask-reply", 18},
};

static const struct name icmpv6_types[] = {
	{"destination-unreachable", 1}, {"packet-too-big", 2}, {"time-exceeded", 3},
	{"parameter-problem", 4}, {"echo-request", 128}, {"echo-reply", 129},
	{"mld-listener-query", 130}, {"mld-listener-report", 131},
	{"mld-listener-done", 132}, {"mld-listener-reduction", 132},
	{"nd-router-solicit", 133}, {"nd-router-advert", 134},
	{"nd-neighbor-solicit", 135}, {"nd-neighbor-advert", 136},
	{"nd-redirect", 137}, {"router-renumbering", 138},
	{"ind-neighbor-solicit", 141}, {"ind-neighbor-advert", 142},
	{"mld2-listener-report", 143},
};
/* clang-format on */

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static int number_of(const struct name *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i].name, name) == 0)
			return names[i].number;
	return -1;
}

int cv_nft_protocol_of(const char *name)
{
	return number_of(protocols, COUNT(protocols), name);
}

int cv_nft_icmp_type_of(uint8_t family, const char *name)
{
	return family == 4 ? number_of(icmp_types, COUNT(icmp_types), name)
			   : number_of(icmpv6_types, COUNT(icmpv6_types), name);
}
