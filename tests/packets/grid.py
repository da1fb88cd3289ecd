"""The packets that are sent: at, below and above the ends of every range of a policy, on
both sides, and others besides.  A probe is (family, protocol, source, destination, source
port, port or ICMP type); where a protocol has no ports both are 0."""

import ipaddress
import itertools
import random
import socket
import struct

from expect import ICMP, ICMPV6, LAST, OPENS, WITH_PORTS

GRE = 47
# Addresses that the kernel does not carry from anywhere to anywhere, whatever the rules:
# they say nothing about a policy.
MARTIANS = {4: ["0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3"],
            6: ["::/3", "fe80::/9", "ff00::/8"]}
MARTIANS = {family: [(int(net[0]), int(net[-1])) for net in map(ipaddress.ip_network, nets)]
            for family, nets in MARTIANS.items()}
STRANGERS = {4: ["198.51.100.77", "9.9.9.9"], 6: ["2001:db8:dead::77", "2620:fe::9"]}
RECORD = struct.Struct("!BBBxHH16s16s")


def carried(family, address):
    return 0 <= address <= LAST[family] and \
        not any(low <= address <= high for low, high in MARTIANS[family])


def ends(ranges, low, high):
    """Below, at and above the ends of each, as far as there is anything."""
    return sorted({at for first, last in set(ranges)
                   for at in (first - 1, first, last, last + 1) if low <= at <= high})


class Grid:
    def __init__(self, hook, seed):
        self.hook, self.chance = hook, random.Random(f"packets {seed}")
        self.sources, self.destinations, self.ports = {}, {}, {}
        for family in 4, 6:
            boxes = [b for b in hook.boxes if b.family == family]
            strangers = [int(ipaddress.ip_address(a)) for a in STRANGERS[family]]
            protected = hook.protected[family] if hook.protected else []
            for points, ranges in (
                    (self.sources, [b.source for b in boxes]),
                    (self.destinations, [b.destination for b in boxes] + protected)):
                points[family] = strangers + [a for a in ends(ranges, 0, LAST[family])
                                              if carried(family, a)]
            self.ports[family] = ends([b.ports for b in boxes if b.protocol in WITH_PORTS],
                                      0, 65535) or [443]
        self.kinds = sorted({(b.family, b.protocol) for b in hook.boxes} | {
            (family, protocol) for family in {b.family for b in hook.boxes}
            for protocol in (*WITH_PORTS, {4: ICMP, 6: ICMPV6}[family], GRE)})

    def lasts(self, family, protocol):
        """[(source port, port or type)] at the ends; a source port of None is any."""
        boxes = self.hook.by_kind.get((family, protocol), [])
        if protocol in OPENS:
            types = ends([b.types for b in boxes], 0, 255) + sorted(OPENS[protocol])
            return [(0, at) for at in sorted(set(types))]
        if protocol not in WITH_PORTS:
            return [(0, 0)]
        sports = ends({b.sports for b in boxes} - {(0, 65535)}, 0, 65535) + [None]
        return list(itertools.product(sports, self.ports[family]))

    def finish(self, family, protocol, source, destination, sport, port):
        if sport is None:
            sport = self.chance.randint(1024, 65535)
        return family, protocol, source, destination, sport, port

    def around(self, box):
        """The corners of a box, and beside each of its faces."""
        sides = [[(True, at) for at in sorted({low, high})] +
                 [(False, at) for at in (low - 1, high + 1) if 0 <= at <= most]
                 for (low, high), most in (
                     (box.source, LAST[box.family]), (box.destination, LAST[box.family]),
                     (box.types, 255) if box.protocol in OPENS else (box.ports, 65535),
                     (box.sports, 65535))]
        if box.protocol not in WITH_PORTS:
            sides[3] = [(True, 0)]
            if box.protocol not in OPENS:
                sides[2] = [(True, 0)]
        elif box.sports == (0, 65535):
            sides[3] = [(True, None)]
        for point in itertools.product(*sides):
            if sum(not inside for inside, _ in point) > 1:
                continue
            source, destination, port, sport = (at for _, at in point)
            if carried(box.family, source) and carried(box.family, destination):
                yield self.finish(box.family, box.protocol, source, destination, sport, port)

    def cells(self, box):
        """Wherever the ranges of others cut a box: the compiler may have cut it there,
        too, into elements of their own.  A part begins where a range does, or behind it."""
        family, protocol = box.family, box.protocol
        boxes = [each for each in self.hook.boxes if each.family == family]

        def starts(name, others, most):
            """[(inside, where)], the points beside the box included."""
            low, high = getattr(box, name)
            points = {at for each in others for first, last in [getattr(each, name)]
                      for at in (low, first, last + 1) if low <= at <= high}
            return [(True, at) for at in sorted(points)] + \
                [(False, at) for at in (low - 1, high + 1) if 0 <= at <= most]

        alike = [each for each in boxes if each.protocol == protocol]
        sources, destinations = (
            [(inside, at) for inside, at in starts(name, boxes, LAST[family])
             if carried(family, at)] for name in ("source", "destination"))
        sports = ports = [(True, 0)]
        if protocol in OPENS:
            ports = starts("types", alike, 255)
        elif protocol in WITH_PORTS:
            ports = starts("ports", alike, 65535)
            sports = [(True, None)] if all(each.sports == (0, 65535) for each in alike) \
                else starts("sports", alike, 65535)
        for point in itertools.product(sources, destinations, sports, ports):
            if sum(not inside for inside, _ in point) <= 1:
                yield self.finish(family, protocol, *(at for _, at in point))

    def anywhere(self):
        """Inside a range as likely as not, and of several boxes."""
        pick, boxes = self.chance, self.hook.boxes
        box = pick.choice(boxes)
        family, protocol = box.family, box.protocol
        if pick.random() < 0.1:
            family, protocol = pick.choice(self.kinds)

        def address(name, points):
            other = box if pick.random() < 0.75 else pick.choice(boxes)
            if other.family != family or pick.random() < 0.3:
                return pick.choice(points[family])
            at = pick.randint(*getattr(other, name))
            return at if carried(family, at) else pick.choice(points[family])

        source = address("source", self.sources)
        destination = address("destination", self.destinations)
        sport, port = pick.choice(self.lasts_of[family, protocol])
        if protocol in WITH_PORTS and pick.random() < 0.4:
            port = pick.randint(*box.ports)
        return self.finish(family, protocol, source, destination, sport, port)

    def probes(self, count):
        """That many, or more if the policy has more ranges; none twice."""
        self.lasts_of = {kind: self.lasts(*kind) for kind in self.kinds}
        found = dict.fromkeys(probe for box in sorted(set(self.hook.boxes))
                              for probe in self.around(box))
        cells = [probe for box in sorted(set(self.hook.boxes)) for probe in self.cells(box)]
        found |= dict.fromkeys(self.chance.sample(cells, min(len(cells), count)))
        products = [(family, protocol, self.sources[family], self.destinations[family],
                     self.lasts_of[family, protocol]) for family, protocol in self.kinds]
        sizes = [len(p[2]) * len(p[3]) * len(p[4]) for p in products]
        if sum(sizes) <= count:
            for family, protocol, sources, destinations, lasts in products:
                for source, destination, last in itertools.product(
                        sources, destinations, lasts):
                    found[self.finish(family, protocol, source, destination, *last)] = None
        while len(found) < count:
            if sum(sizes) > count and self.chance.random() < 0.7:
                family, protocol, sources, destinations, lasts = \
                    self.chance.choices(products, sizes)[0]
                probe = self.finish(family, protocol, self.chance.choice(sources),
                                    self.chance.choice(destinations),
                                    *self.chance.choice(lasts))
            else:
                probe = self.anywhere()
            found[probe] = None
        return list(found)


# ---- probes as bytes for the prober, and as nft writes what it has seen ----

def address_bytes(family, number):
    return number.to_bytes(4 if family == 4 else 16, "big")


def record(probe):
    """struct probe of prober.c."""
    family, protocol, source, destination, sport, port = probe
    width = 4 if family == 4 else 16
    return RECORD.pack(family, protocol, port if protocol in OPENS else 0, sport,
                       0 if protocol in OPENS else port, source.to_bytes(width, "big"),
                       destination.to_bytes(width, "big"))


class Words:
    """Probes as nft lists them; an address is written once only."""

    def __init__(self):
        self.known = {}

    def address(self, family, number):
        key = family, number
        if key not in self.known:
            self.known[key] = socket.inet_ntop(
                socket.AF_INET if family == 4 else socket.AF_INET6,
                address_bytes(family, number))
        return self.known[key]

    def of(self, probe):
        family, protocol, source, destination, sport, port = probe
        words = f"{self.address(family, source)} . {self.address(family, destination)}"
        if protocol in WITH_PORTS:
            return f"{words} . {protocol} . {sport} . {port}"
        if protocol in OPENS:
            return f"{words} . type {port}"
        return f"{words} . {protocol}"
