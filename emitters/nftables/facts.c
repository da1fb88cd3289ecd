/* The shapes of our sets and the words of nft's grammar.
 *
 * Each shape was loaded and listed with nft 1.0.6.  Keys are written with `type`
 * and not with `typeof`, since nft 1.0.6 cannot read back the `typeof` of a
 * concatenation made by 1.1.3.  Protocols stand in the key, so that one set holds
 * tcp, udp and sctp.  A rule over ICMP types asks for the protocol outright: byte 0
 * of another protocol's header must never be taken for a type. */
#include "nftables/facts.h"

/* The two shapes over one key: a hash of single values, and ranges. */
/* clang-format off */
#define PAIR(family, suffix, parts, protocol, key, guard, match) \
	{"-" #family "-exact" suffix, family, true, parts, protocol, \
	 "type " KEY_##family key, guard MATCH_##family match, REACH_##family match}, \
	{"-" #family "-ranges" suffix, family, false, parts, protocol, \
	 "type " KEY_##family key "; flags interval", guard MATCH_##family match, \
	 REACH_##family match}
/* clang-format on */

#define KEY_4 "ipv4_addr . ipv4_addr . "
#define KEY_6 "ipv6_addr . ipv6_addr . "
#define MATCH_4 "ip saddr . " REACH_4
#define MATCH_6 "ip6 saddr . " REACH_6
#define REACH_4 "ip daddr . "
#define REACH_6 "ip6 daddr . "

enum {
	PORTS = CV_NFT_PROTOCOL | CV_NFT_PORT,
	BOTH_PORTS = CV_NFT_PROTOCOL | CV_NFT_SOURCE_PORT | CV_NFT_PORT,
	BARE = CV_NFT_PROTOCOL,
	TYPES = CV_NFT_ICMP_TYPE,
	NONE = CV_NO_PROTOCOL,
};

const struct cv_nft_shape cv_nft_shapes[CV_NFT_SHAPES] = {
	PAIR(4, "", PORTS, NONE, "inet_proto . inet_service", "",
	     "meta l4proto . th dport"),
	PAIR(4, "-sport", BOTH_PORTS, NONE, "inet_proto . inet_service . inet_service",
	     "", "meta l4proto . th sport . th dport"),
	PAIR(4, "-proto", BARE, NONE, "inet_proto", "", "meta l4proto"),
	PAIR(4, "-icmp", TYPES, 1, "icmp_type", "meta l4proto 1 ", "icmp type"),
	PAIR(6, "", PORTS, NONE, "inet_proto . inet_service", "",
	     "meta l4proto . th dport"),
	PAIR(6, "-sport", BOTH_PORTS, NONE, "inet_proto . inet_service . inet_service",
	     "", "meta l4proto . th sport . th dport"),
	PAIR(6, "-proto", BARE, NONE, "inet_proto", "", "meta l4proto"),
	PAIR(6, "-icmp", TYPES, 58, "icmpv6_type", "meta l4proto 58 ", "icmpv6 type"),
};

const struct cv_nft_map cv_nft_maps[CV_NFT_MAPS] = {
	{"-ways-4-exact", 4, true, "type ipv4_addr : verdict", "ip saddr vmap"},
	{"-ways-4-ranges", 4, false, "type ipv4_addr : verdict; flags interval",
	 "ip saddr vmap"},
	{"-ways-6-exact", 6, true, "type ipv6_addr : verdict", "ip6 saddr vmap"},
	{"-ways-6-ranges", 6, false, "type ipv6_addr : verdict; flags interval",
	 "ip6 saddr vmap"},
};

const char *const cv_nft_lists[CV_NFT_LISTS] = {"forward", "input", "output"};

/* The rule counts, its elements do not: nft 1.0.6 crashes on listing elements with
 * counters that nft 1.1.3 made. */
const char cv_nft_verdict[] = "counter accept";

const char *const cv_nft_openings[CV_NFT_OPENINGS] = {
	[CV_NFT_REPLIES] = "ct state established,related counter accept",
	[CV_NFT_INVALID] = "ct state invalid counter drop",
	[CV_NFT_FROM_LO] = "iif lo accept",
	[CV_NFT_TO_LO] = "oif lo accept",
};

const char cv_nft_closing[] = "counter drop";

/* Tried one by one with nft 1.0.6 as the name of a table; the words that later
 * versions added (`destroy`, `geneve`, `gre`, `gretap`, `last`, `tunnel`, `vni`,
 * `vxlan`) come from their scanner. */
/* clang-format off */
const char *const cv_nft_keywords[] = {
	"accept", "add", "ah", "all", "and", "arp", "auto-merge", "bridge", "cgroup",
	"chain", "comment", "comp", "constant", "continue", "counter", "cpu", "create",
	"ct", "day", "dccp", "define", "delete", "describe", "destroy", "device",
	"devices", "dnat", "drop", "dst", "dup", "dynamic", "ecn", "element",
	"elements", "eq", "esp", "ether", "exists", "expires", "export", "exthdr",
	"fib", "flags", "flow", "flowtable", "flush", "frag", "fwd", "gc-interval",
	"ge", "geneve", "get", "goto", "gre", "gretap", "gt", "handle", "hbh", "hook",
	"hour", "ibriport", "ibrname", "icmp", "icmpv6", "igmp", "iif", "iifgroup",
	"iifname", "iiftype", "import", "include", "index", "inet", "insert",
	"interval", "ip", "ip6", "ipsec", "jhash", "jump", "last", "le", "limit",
	"list", "log", "lshift", "lt", "map", "mark", "masquerade", "meta", "meter",
	"mh", "missing", "monitor", "ne", "netdev", "nftrace", "not", "notrack",
	"numgen", "obriport", "obrname", "offload", "oif", "oifgroup", "oifname",
	"oiftype", "or", "osf", "pkttype", "policy", "position", "priority", "queue",
	"quota", "random", "redefine", "redirect", "reject", "rename", "replace",
	"reset", "return", "rshift", "rt", "rt0", "rt2", "rtclassid", "rule",
	"ruleset", "sctp", "secmark", "set", "size", "skgid", "skuid", "snat",
	"socket", "srh", "symhash", "synproxy", "table", "tcp", "th", "time",
	"timeout", "tproxy", "tunnel", "type", "typeof", "udp", "udplite", "undefine",
	"update", "vlan", "vmap", "vni", "vxlan", "xor", "xt",
	NULL,
};
/* clang-format on */
