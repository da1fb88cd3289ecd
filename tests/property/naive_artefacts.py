"""Reads what carveout wrote, with Python's csv and json and a small parser of nftables
text, into the terms of the second evaluator; and compares sets of packets exactly."""

import csv
import ipaddress
import json
import re

from naive_evaluator import ALL_PORTS, ALL_TYPES, NOWHERE, PROTOCOLS, Box

NFT_FIELDS = {"inet_proto": "protocol", "icmp_type": "types", "icmpv6_type": "types"}


class Strange(Exception):
    """The artefact holds what it must not hold, or cannot be read."""


# ---- sets of packets ----

DIMENSIONS = ("source", "destination", "sports", "ports", "types")


def cuts(boxes, dimension):
    """Where ranges begin and where they have ended, ascending."""
    found = set()
    for box in boxes:
        low, high = getattr(box, dimension)
        found |= {low, high + 1}
    return sorted(found)


def cells(boxes, grid):
    """The cells of the common grid that the boxes fill, as corner points."""
    filled = set()
    for box in boxes:
        corners = [()]
        for dimension in DIMENSIONS:
            low, high = getattr(box, dimension)
            inside = [at for at in grid[dimension] if low <= at <= high]
            corners = [corner + (at,) for corner in corners for at in inside]
        filled.update(corners)
    return filled


def kinds(*lists):
    return sorted({(box.family, box.protocol) for boxes in lists for box in boxes})


def of_kind(boxes, kind):
    return [box for box in boxes if (box.family, box.protocol) == kind]


def difference(a, b):
    """A packet that one of two lists of boxes holds and the other does not, or None:
    after cutting both to one grid, each cell is wholly inside or outside."""
    for kind in kinds(a, b):
        mine, other = of_kind(a, kind), of_kind(b, kind)
        grid = {dimension: cuts(mine + other, dimension) for dimension in DIMENSIONS}
        for corner in sorted(cells(mine, grid) ^ cells(other, grid)):
            return kind, corner
    return None


def holds(boxes, kind, point):
    return any((box.family, box.protocol) == kind and
               all(getattr(box, d)[0] <= at <= getattr(box, d)[1]
                   for d, at in zip(DIMENSIONS, point)) for box in boxes)


def sampled_difference(a, b, chance, count=24):
    """The same asked another way: whether packets at, and one beside, the ends of ranges
    are in both or in neither."""
    for kind in kinds(a, b):
        both = of_kind(a, kind) + of_kind(b, kind)
        ends = [sorted({max(0, at) for box in both for low, high in [getattr(box, d)]
                        for at in (low - 1, low, high, high + 1)}) for d in DIMENSIONS]
        for _ in range(count):
            point = tuple(chance.choice(each) for each in ends)
            if holds(a, kind, point) != holds(b, kind, point):
                return kind, point
    return None


def overlapping(boxes):
    """Two boxes that have a packet in common, or None."""
    for i, a in enumerate(boxes):
        for b in boxes[:i]:
            if (a.family, a.protocol) == (b.family, b.protocol) and \
                    all(getattr(a, d)[0] <= getattr(b, d)[1] and
                        getattr(b, d)[0] <= getattr(a, d)[1] for d in DIMENSIONS):
                return a, b
    return None


# ---- the neutral lists ----

def address_range(text):
    if "-" in text:
        first, last = (ipaddress.ip_address(part) for part in text.split("-"))
    else:
        network = ipaddress.ip_network(text)
        first, last = network[0], network[-1]
    return int(first), int(last)


def number_ranges(text, all_of):
    if not text:
        return [all_of]
    return [(int(low), int(high or low)) for low, _, high in
            (part.partition("-") for part in text.split(","))]


def split_ids(text):
    return text.split(" ")


def neutral_rows(out, name):
    """The rows of a list, which must be the same in both forms; None: not written."""
    files = {"csv": out / "csv" / f"{name}.csv", "json": out / "json" / f"{name}.json"}
    there = {form for form, path in files.items() if path.exists()}
    if not there:
        return None
    if len(there) == 1:
        raise Strange(f"{name} is there as {there} only")
    with files["csv"].open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    others = json.loads(files["json"].read_text(encoding="utf-8"))["rows"]
    if rows != others:
        raise Strange(f"{name}: CSV and JSON hold different rows")
    return rows


def flows(out, site):
    """Row -> boxes, and row -> boxes of flows by name, of the neutral list of flows."""
    boxes, named = {}, {}
    for row in neutral_rows(out, f"{site}.flows") or []:
        word = row["protocol"]
        protocol = PROTOCOLS[word] if word in PROTOCOLS else int(word)
        rest = [(s, p, t) for s in number_ranges(row["source_ports"], ALL_PORTS)
                for p in number_ranges(row["ports"], ALL_PORTS)
                for t in number_ranges(row["icmp_type"], ALL_TYPES)]
        for name in split_ids(row["id"]):
            if row["family"] == "":
                named.setdefault(name, []).extend(
                    Box((row["from"], row["to"]), protocol, NOWHERE, NOWHERE, *each)
                    for each in rest)
                continue
            boxes.setdefault(name, []).extend(
                Box(int(row["family"]), protocol, address_range(a), address_range(b), *each)
                for a in row["source"].split(" ") for b in row["destination"].split(" ")
                for each in rest)
    return boxes, named


def exclusions(out, group):
    """[(kind, path, recursive, children, rows)] of a group."""
    found = []
    for row in neutral_rows(out, group) or []:
        kind = "sha256" if row["sha256"] else "signer" if row["signer"] else row["type"]
        value = row["sha256"] or row["signer"] or row["path"]
        found.append((kind, value, row["recursive"] == "yes", row["children"] == "yes",
                      frozenset(split_ids(row["id"]))))
    return found


def urls(out, site):
    return [(name, row["from"], row["scheme"], row["url"],
             frozenset(number_ranges(row["ports"], None)) if row["ports"] else None)
            for row in neutral_rows(out, f"{site}.urls") or []
            for name in split_ids(row["id"])]


# ---- nftables ----

RULE = re.compile(r"add rule inet filter (\S+) (.+) @(\S+) counter accept")
SET = re.compile(r"add set inet filter (\S+) \{ type ([^;]+);[^{}]*elements = \{\n(.*?)^\}\n\}",
                 re.M | re.S)
ELEMENT = re.compile(r'\t(\S+(?: \. \S+)*)(?: comment "[^"]*")?,')
MATCHES = {"ip saddr": (4, "source"), "ip daddr": (4, "destination"),
           "ip6 saddr": (6, "source"), "ip6 daddr": (6, "destination"),
           "meta l4proto": (None, "protocol"), "th dport": (None, "ports"),
           "th sport": (None, "sports"), "icmp type": (4, "types"),
           "icmpv6 type": (6, "types")}


def nft_box(match, text):
    """What a rule that matches with `match` lets through by one element."""
    protocol = re.match(r"meta l4proto (\d+) ", match)
    found = {"sports": ALL_PORTS, "ports": ALL_PORTS, "types": ALL_TYPES}
    if protocol:
        found["protocol"] = int(protocol[1])
        match = match[protocol.end():]
    fields = match.split(" . ")
    values = text.split(" . ")
    if len(fields) != len(values):
        raise Strange(f"{text}: {len(values)} values for {match}")
    families = set()
    for field, value in zip(fields, values):
        family, name = MATCHES[field]
        families |= {family} - {None}
        if name in ("source", "destination"):
            found[name] = address_range(value)
        elif name == "protocol":
            found[name] = int(value)
        else:
            low, _, high = value.partition("-")
            found[name] = int(low), int(high or low)
    (family,) = families
    return Box(family=family, **found)


def nft_chains(text):
    """Chain -> the boxes of all elements that its rules look up.  No two elements of one
    set may overlap, and there may be no set that no rule uses."""
    sets = {name: [m[1] for m in map(ELEMENT.fullmatch, body.splitlines()) if m]
            for name, _, body in SET.findall(text)}
    for name, _, body in SET.findall(text):
        if len(sets[name]) != len(body.splitlines()):
            raise Strange(f"{name} holds a line that is no element")
    chains = {}
    for name in re.findall(r"^add chain inet filter (\S+)$", text, re.M):
        chains[name] = []
    for chain, match, name in RULE.findall(text):
        boxes = [nft_box(match, element) for element in sets.pop(name)]
        both = overlapping(boxes)
        if both:
            raise Strange(f"{name}: {both[0]} and {both[1]} overlap")
        chains[chain] += boxes
    if sets:
        raise Strange(f"no rule uses {sorted(sets)}")
    return chains
