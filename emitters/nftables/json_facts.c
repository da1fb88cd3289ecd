/* Words of libnftables-json(5), each loaded with nft 1.0.6 and listed beside the same
 * rule loaded as text.  Protocols, ports and ICMP types are numbers wherever nft takes
 * them; `ipv4`, `established` and their like are words of nft itself and hang on no file
 * of the machine. */
#include "nftables/json_facts.h"

/* clang-format off */
const struct cv_nft_field cv_nft_fields[2][CV_NFT_FIELDS] = {
	{{CV_NFT_SOURCE, "ipv4_addr", "ip", "saddr"},
	 {CV_NFT_DESTINATION, "ipv4_addr", "ip", "daddr"},
	 {CV_NFT_PROTOCOL, "inet_proto", NULL, cv_nft_l4proto},
	 {CV_NFT_SOURCE_PORT, "inet_service", "th", "sport"},
	 {CV_NFT_PORT, "inet_service", "th", "dport"},
	 {CV_NFT_ICMP_TYPE, "icmp_type", "icmp", "type"}},
	{{CV_NFT_SOURCE, "ipv6_addr", "ip6", "saddr"},
	 {CV_NFT_DESTINATION, "ipv6_addr", "ip6", "daddr"},
	 {CV_NFT_PROTOCOL, "inet_proto", NULL, cv_nft_l4proto},
	 {CV_NFT_SOURCE_PORT, "inet_service", "th", "sport"},
	 {CV_NFT_PORT, "inet_service", "th", "dport"},
	 {CV_NFT_ICMP_TYPE, "icmpv6_type", "icmpv6", "type"}},
};
/* clang-format on */

const char cv_nft_l4proto[] = "l4proto";
const char cv_nft_nfproto[] = "nfproto";
const char *const cv_nft_nfproto_values[2] = {"ipv4", "ipv6"};

const struct cv_nft_json_opening cv_nft_json_openings[CV_NFT_OPENINGS] = {
	[CV_NFT_REPLIES] =
		{"in", "ct", "state", {"established", "related"}, true, "accept"},
	[CV_NFT_INVALID] = {"in", "ct", "state", {"invalid", NULL}, true, "drop"},
	[CV_NFT_FROM_LO] = {"==", "meta", "iif", {"lo", NULL}, false, "accept"},
	[CV_NFT_TO_LO] = {"==", "meta", "oif", {"lo", NULL}, false, "accept"},
};
