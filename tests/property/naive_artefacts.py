"""Reads what carveout wrote, with Python's csv and json and a small parser of nftables
text, into the terms of the second evaluator; and compares sets of packets exactly."""

import csv
import ipaddress
import json
import re

from naive_evaluator import ALL_PORTS, ALL_TYPES, NOWHERE, PROTOCOLS, Box


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

SET = re.compile(r"add set inet filter (\S+) \{ type ([^;]+);[^{}]*elements = \{\n(.*?)^\}\n\}",
                 re.M | re.S)
# A rule may go over many lines, but only inside of braces; no brace stands in a comment.
RULE = re.compile(r"^add rule inet filter (\S+) ((?:[^{}\n]|\{[^{}]*\})+)$", re.M)
FIELD = r"(?:ip6? [sd]addr|th [sd]port|icmp(?:v6)? type|meta l4proto|meta nfproto)"
MATCH = re.compile(rf"({FIELD}(?: \. {FIELD})*) (@\S+|\{{[^{{}}]*\}}|\S+) ")
COMMENT = r'(?: comment "[^"{}]*")?'
VERDICT = re.compile(rf"counter accept{COMMENT}")
# Source classes stand in chains of their own, to which maps send their sources.
MAP = re.compile(r"^add map inet filter (\S+) \{ type ipv([46])_addr : verdict(; flags interval)?; \}"
                 r"\nflush map inet filter \1$", re.M)
FILL = re.compile(r"^add element inet filter (\S+) \{\n([^{}]*)^\}$", re.M)
LEAD = re.compile(r"(ip6? saddr) vmap @(\S+)")
STEP = re.compile(r"\t(\S+) : jump (\S+),")
BESIDE = re.compile(r"(.*)-class-\d\d")
ELEMENT = re.compile(rf"\t(\S+(?: \. \S+)*){COMMENT},")
FIELDS = {"ip saddr": (4, "source"), "ip daddr": (4, "destination"),
          "ip6 saddr": (6, "source"), "ip6 daddr": (6, "destination"),
          "meta l4proto": (None, "protocol"), "meta nfproto": (None, "family"),
          "th dport": (None, "ports"), "th sport": (None, "sports"),
          "icmp type": (4, "types"), "icmpv6 type": (6, "types")}
NOTHING_SAID = {"sports": ALL_PORTS, "ports": ALL_PORTS, "types": ALL_TYPES,
                "source": None, "destination": None}


def nft_value(field, text):
    """(name of a dimension, its range or number) of one field of a key."""
    family, name = FIELDS[field]
    if name == "family":
        return {"family": {"ipv4": 4, "ipv6": 6}[text]}
    if name == "protocol":
        return {"protocol": int(text)}
    found = {"family": family} if family else {}
    if name in ("source", "destination"):
        found[name] = address_range(text)
    else:
        low, _, high = text.partition("-")
        found[name] = int(low), int(high or low)
    return found


def nft_element(fields, text):
    """What one element asks: dimension -> range."""
    values = text.split(" . ")
    if len(fields) != len(values):
        raise Strange(f"{text}: {len(values)} values for {fields}")
    found = {}
    for field, value in zip(fields, values):
        found.update(nft_value(field, value))
    return found


def nft_lines(name, body):
    """The elements of a set that has one on each line."""
    found = [ELEMENT.fullmatch(line) for line in body.splitlines()]
    if not all(found):
        raise Strange(f"{name} holds a line that is no element")
    return [match[1] for match in found]


def nft_values(what, sets):
    """The elements that a rule looks its fields up in."""
    if what.startswith("@"):
        if what[1:] not in sets:
            raise Strange(f"{what} is used twice or is not there")
        return sets.pop(what[1:])
    if not what.startswith("{"):
        return [what]
    inside = what[1:-1]
    return nft_lines("a set without a name", inside[1:]) if inside.startswith("\n") \
        else inside.strip().split(", ")


def everywhere(family):
    return 0, (1 << (32 if family == 4 else 128)) - 1


def nft_box(found):
    """A box; a side that nothing was said of is everything."""
    whole = {**NOTHING_SAID, **found}
    for side in ("source", "destination"):
        whole[side] = whole[side] or everywhere(whole["family"])
    return Box(**whole)


def agree(a, b):
    """Both at once.  A rule says nothing twice but the family."""
    for key in set(a) & set(b):
        if a[key] != b[key] or key != "family":
            raise Strange(f"{a} and {b} in one rule")
    return {**a, **b}


def nft_maps(text):
    """Map -> (field, [(chain, what is sent there)]).  Only one of ranges holds any."""
    kinds = {name: (f"ip{'' if family == '4' else family} saddr", ranges)
             for name, family, ranges in MAP.findall(text)}
    if len(kinds) != len(re.findall(r"^add map", text, re.M)):
        raise Strange("a map is not understood")
    maps = {}
    for name, body in FILL.findall(text):
        field, ranges = kinds[name]
        found = [STEP.fullmatch(line) for line in body.splitlines()]
        if name in maps or not found or not all(found):
            raise Strange(f"{name} holds a line that is no element, or nothing")
        steps = [(step[2], nft_element([field], step[1])) for step in found]
        if not ranges and any(low != high for _, asked in steps for low, high in [asked["source"]]):
            raise Strange(f"{name} holds a range")
        maps[name] = field, steps
    if len(maps) != len(re.findall(r"^add element", text, re.M)):
        raise Strange("elements are not understood")
    return maps


def nft_jumps(chain, rule, chains, maps):
    """(chain, to, what is sent there) of a rule that looks into a map; None: another."""
    lead = LEAD.fullmatch(rule)
    if not lead:
        return None
    if lead[2] not in maps:
        raise Strange(f"{lead[2]} is used twice, or holds nothing")
    field, steps = maps.pop(lead[2])
    if field != lead[1]:
        raise Strange(f"{lead[2]} is asked for {lead[1]}")
    for to, _ in steps:
        if not BESIDE.fullmatch(to) or to not in chains:
            raise Strange(f"{chain} sends to {to}")
    return [(chain, to, asked) for to, asked in steps]


def one_way(jumps):
    """An address of a chain is sent to one place only."""
    for chain in {chain for chain, _, _ in jumps}:
        both = overlapping([nft_box({"protocol": 0, **asked}) for of, _, asked in jumps
                            if of == chain])
        if both:
            raise Strange(f"{both[0]} and {both[1]} overlap in the maps of {chain}")


def nft_rule(text, sets):
    """The boxes of what one rule lets through."""
    asked, at = [{}], 0
    while match := MATCH.match(text, at):
        fields = match[1].split(" . ")
        elements = [nft_element(fields, value) for value in nft_values(match[2], sets)]
        # A set without a name stands for one field in other rules: ranges of a list may
        # not overlap either.
        both = overlapping([nft_box({"family": 4, "protocol": 0, **e}) for e in elements])
        if both:
            raise Strange(f"{text[:60]}: {both[0]} and {both[1]} overlap")
        asked = [agree(a, b) for a in asked for b in elements]
        at = match.end()
    if not VERDICT.fullmatch(text, at):
        raise Strange(f"not understood: {text[at:at + 100]}")
    return [nft_box(each) for each in asked]


def sent(box, senders):
    """The parts of what a rule lets through that its chain gets at all."""
    for sender in senders:
        low, high = (edge(a, b) for edge, a, b in
                     zip((max, min), box.source, sender["source"]))
        if sender["family"] == box.family and low <= high:
            yield box._replace(source=(low, high))


def fold(chains, jumps):
    """What the chains beside others let through is let through by those."""
    for name in [name for name in chains if BESIDE.fullmatch(name)]:
        of, boxes = BESIDE.fullmatch(name)[1], chains.pop(name)
        senders = [asked for _, to, asked in jumps if to == name]
        if any(chain != of for chain, to, _ in jumps if to == name):
            raise Strange(f"another chain than {of} sends to {name}")
        if boxes and not senders:
            raise Strange(f"nothing is sent to {name}")
        chains[of] += [part for box in boxes for part in sent(box, senders)]


# A look into a set with a name; a source class; a rule over whole sets.
FORMS = ("set", "class", "own")


def nft_forms(text):
    """The form of each rule."""
    for _, rule in RULE.findall(text):
        if LEAD.fullmatch(rule):
            continue
        yield "set" if " @" in rule else "class" if " . " in MATCH.findall(rule)[-1][0] \
            else "own"


def nft_chains(text):
    """Chain -> the boxes of all that its rules let through.  No two elements of one set
    may overlap, and there may be no set that no rule uses."""
    sets = {name: nft_lines(name, body) for name, _, body in SET.findall(text)}
    maps, chains = nft_maps(text), {}
    for name in re.findall(r"^add chain inet filter (\S+)$", text, re.M):
        chains[name] = []
    rules = RULE.findall(text)
    if len(rules) != len(re.findall(r"^add rule", text, re.M)):
        raise Strange("a rule is not understood")
    jumps = []
    for chain, rule in rules:
        sent_on = nft_jumps(chain, rule, chains, maps)
        if sent_on is None:
            chains[chain] += nft_rule(rule, sets)
        jumps += sent_on or []
    if sets or maps:
        raise Strange(f"no rule uses {sorted(sets) + sorted(maps)}")
    one_way(jumps)
    fold(chains, jumps)
    return chains
