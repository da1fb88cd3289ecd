"""A table that looks on: how many packets came to a hook, and which of them are left when
everybody else's chains are through."""

import re

from expect import ICMP, ICMPV6, SCTP, TCP, UDP

NAME, COUNTS, WATCH = "packets-tap", "packets-count", "packets-watch"
SETS = {
    "4-ports": "ipv4_addr . ipv4_addr . inet_proto . inet_service . inet_service",
    "6-ports": "ipv6_addr . ipv6_addr . inet_proto . inet_service . inet_service",
    "4-types": "ipv4_addr . ipv4_addr . icmp_type",
    "6-types": "ipv6_addr . ipv6_addr . icmpv6_type",
    "4-other": "ipv4_addr . ipv4_addr . inet_proto",
    "6-other": "ipv6_addr . ipv6_addr . inet_proto",
}
# The protocol by the first header, which is what a probe has; `meta l4proto` steps over
# some headers of IPv6.
KEYS = {
    "4-ports": "ip saddr . ip daddr . ip protocol . th sport . th dport",
    "6-ports": "ip6 saddr . ip6 daddr . ip6 nexthdr . th sport . th dport",
    "4-types": "ip saddr . ip daddr . icmp type",
    "6-types": "ip6 saddr . ip6 daddr . icmpv6 type",
    "4-other": "ip saddr . ip daddr . ip protocol",
    "6-other": "ip6 saddr . ip6 daddr . ip6 nexthdr",
}
PORTS = f"{{ {TCP}, {UDP}, {SCTP} }}"
RULES = (("4-ports", f"ip protocol {PORTS}"), ("6-ports", f"ip6 nexthdr {PORTS}"),
         ("4-types", f"ip protocol {ICMP}"), ("6-types", f"ip6 nexthdr {ICMPV6}"),
         ("4-other", "meta nfproto ipv4"), ("6-other", "meta nfproto ipv6"))


def text(hook, size):
    """What is recorded is also dropped, so that nobody answers and no conversation begins.
    The machine's own messages to its neighbours are not looked at.  The counters have a
    table of their own: to list them, nft would read all that is recorded beside them."""
    base = f"type filter hook {hook} priority {{}}; policy accept;\nip6 daddr ff00::/8 accept"
    lines = [f"table inet {COUNTS} {{", "counter came { }", "counter left { }",
             "chain before {", base.format(-400), "counter name came", "}",
             "chain after {", base.format(399), "counter name left", "}", "}",
             f"table inet {NAME} {{"]
    for name, kind in SETS.items():
        lines.append(f"set s{name} {{ type {kind}; size {size}; flags dynamic; }}")
    lines += ["chain after {", base.format(400)]
    lines += [f"{match} add @s{name} {{ {KEYS[name]} }} drop" for name, match in RULES]
    return "\n".join(lines + ["}", "}"]) + "\n"


def watch(hooks):
    """For conversations: what came to the hooks and what is behind them, nothing dropped."""
    lines = [f"table inet {WATCH} {{"]
    for place in "came", "left":
        lines += [f"set {place}{f} {{ type {SETS[f'{f}-ports']}; size 65536; flags dynamic; }}"
                  for f in (4, 6)]
    for hook in hooks:
        for place, priority in (("came", -400), ("left", 399)):
            lines += [f"chain {place}-{hook} {{",
                      f"type filter hook {hook} priority {priority}; policy accept;"]
            lines += [f"{match} add @{place}{name[0]} {{ {KEYS[name]} }}"
                      for name, match in RULES if name.endswith("ports")]
            lines.append("}")
    return "\n".join(lines + ["}"]) + "\n"


def watched(world, place):
    return set().union(*(elements(world.listing(
        "nft", "-n", "list", "set", "inet", WATCH, f"{place}{family}")) for family in (4, 6)))


def clear(world):
    world.must_load("".join(f"flush set inet {NAME} s{name}\n" for name in SETS))
    world.listing("nft", "reset", "counters", "table", "inet", COUNTS)


def counts(world):
    """How many packets came, and how many are left."""
    listing = world.listing("nft", "list", "table", "inet", COUNTS)
    return [int(re.search(rf"counter {name} {{\s+packets (\d+)", listing)[1])
            for name in ("came", "left")]


def elements(listing):
    """Of all sets in a listing, in the words of grid.Words."""
    found = set()
    for name, listed in re.findall(r"set (\S+) \{[^{}]*elements = \{([^{}]*)\}", listing):
        for element in listed.split(","):
            element = element.strip()
            if name.endswith("types"):
                ends, _, kind = element.rpartition(" . ")
                element = f"{ends} . type {kind}"
            found.add(element)
    return found


def recorded(world):
    """The packets that are left."""
    return elements(world.listing("nft", "-n", "list", "table", "inet", NAME))
