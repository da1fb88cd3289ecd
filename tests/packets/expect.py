"""What a firewall of a site has to let through, from the site and its profiles alone: the
rows by the second evaluator of tests/property, and beside them, in mode enforce, what the
documents promise.  Nothing here has read an artefact, a plan or the ledger."""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "property"))
import naive_evaluator as evaluator  # noqa: E402
from naive_evaluator import ALL_PORTS, ALL_TYPES, Box  # noqa: E402

TODAY = "2026-11-23"
TCP, UDP, SCTP, ICMP, ICMPV6 = 6, 17, 132, 1, 58
WITH_PORTS = (TCP, UDP, SCTP)
LAST = {4: (1 << 32) - 1, 6: (1 << 128) - 1}
ANYWHERE = {family: (0, last) for family, last in LAST.items()}

# Messages that open a conversation, as the kernel's connection tracking has it
# (nf_conntrack_proto_icmp.c, nf_conntrack_proto_icmpv6.c).  What is in neither table and
# belongs to no conversation is invalid, errors about unknown packets included.
OPENS = {ICMP: {8, 13, 15, 17}, ICMPV6: {128, 139}}
NOT_TRACKED = {ICMP: set(), ICMPV6: {130, 131, 132, 133, 134, 135, 136, 143}}


def box(family, protocol, source=None, destination=None, sports=ALL_PORTS, ports=ALL_PORTS,
        types=ALL_TYPES):
    return Box(family, protocol, source or ANYWHERE[family],
               destination or ANYWHERE[family], sports, ports, types)


def baseline(hook, parts, protects_all):
    """What mode enforce lets through besides the rows and management.  A gateway that
    protects some only has no names and times to let through: it does not drop them, unless
    they go to what it protects."""
    boxes = [box(4, ICMP, types=(3, 3)), box(4, ICMP, types=(11, 12)),
             box(6, ICMPV6, types=(1, 4))]
    if hook != "forward":
        boxes += [box(6, ICMPV6, types=(133, 136)), box(6, ICMPV6, types=(130, 132)),
                  box(6, ICMPV6, types=(143, 143))]
    if "icmp" in parts:
        boxes += [box(4, ICMP, types=(8, 8)), box(6, ICMPV6, types=(128, 128))]
    asks = hook == "output" or (hook == "forward" and protects_all)
    for family in 4, 6:
        if "dns" in parts and asks:
            boxes += [box(family, protocol, ports=(53, 53)) for protocol in (TCP, UDP)]
        if "ntp" in parts and asks:
            boxes.append(box(family, UDP, ports=(123, 123)))
        client, server = {4: (68, 67), 6: (546, 547)}[family]
        if "dhcp" in parts and hook == "output":
            boxes.append(box(family, UDP, sports=(client,) * 2, ports=(server,) * 2))
        if "dhcp" in parts and hook == "input":
            boxes.append(box(family, UDP, sports=(server,) * 2, ports=(client,) * 2))
    return boxes


def number_ranges(text):
    for part in text.split(","):
        low, _, high = part.partition("-")
        yield int(low), int(high or low)


def management(hook, option, protected):
    boxes = []
    for text in evaluator.as_list(option["from"]) if hook != "output" else ():
        family, source = evaluator.address_range(text)
        targets = [ANYWHERE[family]] if hook == "input" or protected is None \
            else protected[family]
        boxes += [box(family, TCP, source, target, ports=ports) for target in targets
                  for ports in number_ranges(",".join(evaluator.as_list(
                      option.get("port", "22"))))]
    return boxes


def kebab(name):
    return re.sub("[^a-z0-9]+", "-", name.lower()).strip("-")


class Hook:
    """What one chain of one subject has to let through."""

    def __init__(self, policy, subject, hook, boxes):
        options = policy.options
        self.name = hook
        self.subject = subject
        self.chain = f"cv-{subject}-{hook}" if subject == policy.site["name"] else \
            f"cv-{policy.site['name']}.{subject}-{hook}"
        self.rows = boxes
        self.enforces = options.get("mode") == "enforce"
        self.protected = None  # {family: [range]}; everything
        self.boxes = list(boxes)
        if self.enforces:
            parties = evaluator.as_list(options["protect"])
            if parties != ["all"]:
                self.protected = {4: [], 6: []}
                for party in parties:
                    ranges, _ = evaluator.party_ranges(policy.site, party)
                    for family in 4, 6:
                        self.protected[family] += ranges[family]
            self.boxes += management(hook, options["management"], self.protected)
            self.boxes += baseline(hook, evaluator.as_list(options["baseline"]),
                                   self.protected is None)
        self.by_kind = {}
        for each in self.boxes:
            self.by_kind.setdefault((each.family, each.protocol), []).append(each)
        self.at_source = {}

    def allows(self, probe):
        family, protocol, source, destination, sport, port = probe
        if self.enforces and self.protected is None:
            if protocol in OPENS and port not in OPENS[protocol] | NOT_TRACKED[protocol]:
                return False
        elif self.enforces and not any(low <= destination <= high
                                       for low, high in self.protected[family]):
            return True
        key = family, protocol, source
        if key not in self.at_source:
            self.at_source[key] = [each for each in self.by_kind.get((family, protocol), ())
                                   if each.source[0] <= source <= each.source[1]]
        for each in self.at_source[key]:
            if not each.destination[0] <= destination <= each.destination[1]:
                continue
            if protocol in OPENS:
                if each.types[0] <= port <= each.types[1]:
                    return True
            elif protocol not in WITH_PORTS or (each.sports[0] <= sport <= each.sports[1] and
                                                each.ports[0] <= port <= each.ports[1]):
                return True
        return False


class Policy:
    def __init__(self, path):
        meaning = evaluator.evaluate(path, TODAY)
        self.path = pathlib.Path(path)
        self.site = evaluator.load(self.path)
        self.options = self.site["targets"]["nftables"]
        self.flows = [flow for flows in meaning.flows.values() for flow in flows]
        self.party_of = {g["name"]: g.get("party") for g in meaning.groups}
        self.hosts = meaning.hosts

    def hooks(self):
        """Every chain that the site asks for."""
        if self.options.get("gateway") == "true":
            yield Hook(self, self.site["name"], "forward", [f.box for f in self.flows])
        for host in self.hosts:
            party = self.party_of.get(host, host)
            yield Hook(self, kebab(host), "input",
                       [f.box for f in self.flows if f.receiver == party])
            yield Hook(self, kebab(host), "output",
                       [f.box for f in self.flows if f.sender == party])
