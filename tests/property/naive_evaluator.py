"""The second evaluator: what a site and its profiles mean, row by row, with nothing
merged, nothing cached and no passes.  It was written from the documents, not from the
compiler, so that a mistake would have to be made twice to go unseen.

evaluate(SITE, TODAY) gives a Meaning: the flows of each port row as boxes, the
exclusions of each group, the URLs, the parties' addresses, and the findings of severity
error that the documents promise."""

import csv
import ipaddress
import json
import pathlib
import re
from collections import namedtuple

import yaml

# A product of ranges: every packet inside belongs to the flow.  Ends are included.
Box = namedtuple("Box", "family protocol source destination sports ports types")
# A box and the parties whose it is.  Where an end only has a name, the box has the two
# parties for a family and no addresses.
Flow = namedtuple("Flow", "sender receiver box")
Exclusion = namedtuple("Exclusion", "kind value arguments recursive children")

ALL_PORTS = (0, 65535)  # of a flow that does not speak of ports
ANY_PORT = (1, 65535)   # `any`
ALL_TYPES = (0, 255)
NOWHERE = (0, 0)        # the addresses of an end that only has a name
PROTOCOLS = {"icmp": 1, "tcp": 6, "udp": 17, "esp": 50, "ah": 51, "icmpv6": 58, "sctp": 132}
WITH_PORTS = (6, 17, 132)
KINDS = ("process", "folder", "file", "extension", "command", "sha256", "signer",
         "tls-inspection")
ENDLESS = (1 << 32) - 1  # larger than any number of a version that a test writes
LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # every scalar as text


class Refused(Exception):
    """The site must not compile: the finding that says why."""

    def __init__(self, finding, text):
        super().__init__(f"{finding}: {text}")
        self.finding = finding


class Meaning:
    def __init__(self):
        self.flows = {}       # row -> [Flow]
        self.named = {}       # row -> [Flow]
        self.exclusions = {}  # group -> {Exclusion: ({spelling}, {row})}
        self.urls = []        # (row, party or "", scheme, pattern, ports)
        self.findings = set()  # (finding, row): severity error, what refuses the site
        self.optional = set()  # rows that no target has to carry
        self.groups, self.hosts = [], []


# ---- documents ----

def load(path):
    """Every scalar as text, which is how carveout reads it."""
    text = path.read_text(encoding="utf-8")
    return json.loads(text) if path.suffix == ".json" else yaml.load(text, LOADER)


def as_list(value):
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def csv_rows(path):
    """A table in CSV: dotted columns nest, `;` separates items, `hole:` is a hole."""
    for cells in csv.DictReader(path.open(encoding="utf-8", newline="")):
        row = {}
        for column, cell in cells.items():
            if cell == "":
                continue
            if cell.startswith("hole:"):
                value = {"hole": cell[5:]}
            else:
                value = cell.split(";") if ";" in cell else cell
            place = row
            *outer, name = column.split(".")
            for part in outer:
                place = place.setdefault(part, {})
            place[name] = value
        yield row


def rows_of(profile, folder, table):
    """(full name, row) of a table.  A row's `whens` are those of its block and its own."""
    members = profile.get(table) or []
    if isinstance(members, dict):
        members = list(csv_rows(folder / members["csv"]))
    number = 0
    for member in members:
        block = {key: value for key, value in member.items() if key != "rows"}
        for row in member["rows"] if "rows" in member else [{}]:
            number += 1
            whole = {**block, **row} if "rows" in member else dict(member)
            whole["whens"] = [as_list(each["when"]) for each in
                              ((block, row) if "rows" in member else (member,))
                              if "when" in each]
            yield f"{profile['id']}#{table}/{whole.get('id', number)}", whole


def is_hole(value):
    return isinstance(value, dict) and set(value) == {"hole"}


def has_hole(value):
    return is_hole(value) or (isinstance(value, list) and any(map(is_hole, value)))


def filled(site, name, row):
    row = dict(row)
    for fill in as_list(site.get("fill")):
        if fill["row"] == name:
            row.update(fill["set"])
    return row


# ---- versions ----

def numbers(text):
    return tuple(int(part) for part in text.split("."))


def padded(version):
    return version + (0,) * (6 - len(version))


def term_holds(term, version):
    operator, rest = re.fullmatch(r"(>=|<=|!=|>|<|)\s*(.*)", term.strip()).groups()
    if rest.endswith(".x"):
        series = numbers(rest[:-2])
        inside = version[:len(series)] == series
        if operator not in ("", "!="):
            raise ValueError(term)
        return inside != (operator == "!=")
    other = padded(numbers(rest))
    return {"": version == other, "!=": version != other, ">=": version >= other,
            ">": version > other, "<=": version <= other, "<": version < other}[operator]


def constraint_holds(text, version):
    return any(all(term_holds(term, version) for term in each.split(","))
               for each in re.split(r"\s+or\s+", text))


def candidates(texts):
    """Versions on both sides of every number that stands in a constraint: if any version
    meets them all, one of these does."""
    found = {padded(())}
    for text in texts:
        for match in re.findall(r"\d+(?:\.\d+)*", text):
            version = numbers(match)
            for last in (version[-1] - 1, version[-1], version[-1] + 1):
                if last < 0:
                    continue
                stem = version[:-1] + (last,)
                found.add(padded(stem))
                found.add(stem + (ENDLESS,) * (6 - len(stem)))
                found.add(padded(stem)[:5] + (1,))
    return found


def some_version(own, constraints):
    """Whether a computer of that version, series or rollout meets all constraints.  Each
    is a list of texts, of which any may hold."""
    return any(constraint_holds(own, version) and
               all(any(constraint_holds(text, version) for text in each)
                   for each in constraints)
               for version in candidates([own] + [t for each in constraints for t in each]))


# ---- conditions ----

class Place:
    """Whom a condition is asked about: a group, or the site itself.  Settings of a
    group replace the site's."""

    def __init__(self, site, profile, group=None):
        self.site, self.profile, self.group = site, profile, group or {}

    def named(self, key, name):
        """The setting of a name that belongs to the profile, as `tanium/core:client`."""
        own = self.said(self.group, key, name)
        return self.said(self.site, key, name) if own is None else own

    def said(self, scope, key, name):
        settings = scope.get(key) or {}
        return settings.get(f"{self.profile['id']}:{name}", settings.get(name))

    def version(self, name):
        """For the site itself: any version that one of its groups has."""
        groups = [] if self.group else as_list(self.site.get("groups"))
        own = [self.said(each, "versions", name) or self.said(self.site, "versions", name)
               for each in groups]
        return " or ".join(filter(None, own)) or self.named("versions", name)

    def edition(self):
        edition = self.group.get("edition") or self.site.get("edition")
        return edition.get(self.profile["id"]) if isinstance(edition, dict) else edition

    def listed(self, names):
        return [name.removeprefix(self.profile["id"] + ":") for name in as_list(names)]

    def features(self):
        given = self.group if "features" in self.group else self.site
        return self.listed(given.get("features"))

    def roles(self):
        return self.listed(self.group.get("roles"))

    def meets(self, conditions):
        """Whether all maps of `when` hold together: there must be one computer that
        meets them all, so constraints on one version are asked in one go."""
        versions = {}
        for condition in conditions:
            for key, value in condition.items():
                if key == "edition":
                    if self.edition() not in as_list(value):
                        return False
                elif key == "feature":
                    if not set(self.features()) & set(as_list(value)):
                        return False
                elif key == "arch":
                    if self.group.get("arch") not in as_list(value):
                        return False
                elif key == "os":
                    for system, constraint in value.items():
                        versions.setdefault(("os", system), []).append(as_list(constraint))
                else:
                    versions.setdefault(("version", key), []).append(as_list(value))
        for (kind, name), constraints in versions.items():
            own = ((self.group.get("os") or {}).get(name) if kind == "os"
                   else self.version(name))
            if own is None or not some_version(own, constraints):
                return False
        return True

    def applies(self, whens):
        """`whens` are lists of alternatives; one of each must hold, all together."""
        def choose(rest, chosen):
            if not rest:
                return self.meets(chosen)
            return any(choose(rest[1:], chosen + [each]) for each in rest[0])
        return choose(whens, [])


def is_current(site, row, today):
    if row.get("status") == "withdrawn":
        return False
    if row.get("class", "operational") != "operational" and \
            row["class"] not in as_list(site.get("classes")):
        return False
    # "Last seen" in the past: the page no longer asks for it.
    return row.get("until", today) >= today


# ---- parties and ports ----

def address_range(text):
    if "-" in text:
        ends = [ipaddress.ip_address(part) for part in text.split("-")]
    else:
        network = ipaddress.ip_network(text)
        ends = [network[0], network[-1]]
    return ends[0].version, (int(ends[0]), int(ends[1]))


def party_ranges(site, name):
    """The ranges of a party as they are listed, by family; and its names."""
    setting = (site.get("parties") or {}).get(name) or {}
    ranges = {4: [], 6: []}
    texts = as_list(setting.get("addresses")) + \
        as_list((setting.get("pinned") or {}).get("addresses"))
    for text in texts:
        family, each = address_range(text)
        ranges[family].append(each)
    return ranges, as_list(setting.get("fqdn"))


def family_numbers(value):
    return {int(text) for text in as_list(value)} or {4, 6}


def parameter(place, name):
    value = place.named("parameters", name)
    if value is None:
        value = place.profile["parameters"][name]
        value = value["default"] if isinstance(value, dict) else value
    return value


def port_ranges(place, value):
    """[(first, last)] of a port cell; None where there is none."""
    if value is None:
        return None
    ranges = []
    for item in as_list(value):
        item = re.sub(r"\$\{([^}]*)\}", lambda m: parameter(place, m[1]), item)
        if item == "any":
            ranges.append(ANY_PORT)
            continue
        if item == "dynamic":
            item = ",".join(as_list(place.site["dynamic-ports"]))
        for part in item.split(","):
            low, _, high = part.strip().partition("-")
            ranges.append((int(low), int(high or low)))
    return ranges


def protocol_numbers(value):
    for word in as_list(value):
        for part in word.split("+"):
            yield PROTOCOLS[part] if part in PROTOCOLS else int(part)


def overlap(a, b):
    low, high = max(a[0], b[0]), min(a[1], b[1])
    return (low, high) if low <= high else None


def address_pairs(row, sender, receiver):
    """(source, destination) ranges of one family."""
    if row.get("scope") != "same-subnet":
        return [(a, b) for a in sender for b in receiver]
    pairs = []
    for subnet in sender:
        pairs += [(subnet, part) for part in (overlap(subnet, b) for b in receiver) if part]
    return pairs


def port_row(place, row, meaning, name):
    """Adds the flows of a port row, direction by direction, family by family."""
    site, flows, named = place.site, [], []
    families = family_numbers(site.get("ip")) & family_numbers(place.profile.get("ip"))
    directions = {"from": ((0, 1),), "to": ((1, 0),), "either": ((0, 1), (1, 0))}
    unreached = {("from", each) for each in as_list(row["from"])} | \
        {("to", each) for each in as_list(row["to"])}
    for sender in as_list(row["from"]):
        for receiver in as_list(row["to"]):
            before = len(flows) + len(named)
            for first, second in directions[row.get("initiates", "from")]:
                ends = (sender, receiver)[first], (sender, receiver)[second]
                one_direction(place, row, ends, families, flows, named)
            if len(flows) + len(named) > before:
                unreached -= {("from", sender), ("to", receiver)}
    meaning.flows[name], meaning.named[name] = flows, named
    # A list of peers in one subnet says who may; any other list says who must.
    if not (flows or named) or ("scope" not in row and unreached):
        meaning.findings.add(("empty-row", name))


def one_direction(place, row, ends, families, flows, named):
    (sources, source_names), (targets, target_names) = (party_ranges(place.site, e) for e in ends)
    sports = port_ranges(place, row.get("source-port")) or [ALL_PORTS]
    ports = port_ranges(place, row.get("port"))
    types = [(int(t), int(t)) for t in as_list(row.get("icmp-type"))] or [ALL_TYPES]
    only_name = any(names and not (ranges[4] or ranges[6]) for ranges, names in
                    ((sources, source_names), (targets, target_names)))
    for protocol in protocol_numbers(row["protocol"]):
        if protocol in WITH_PORTS and ports is None:
            raise Refused("port-not-allowed", str(row))
        rest = [(s, p, t) for s in sports for p in ports or [ALL_PORTS] for t in types]
        if only_name and "scope" in row:
            raise Refused("party-without-address", str(ends))
        if only_name:
            named += [Flow(*ends, Box(ends, protocol, NOWHERE, NOWHERE, *each))
                      for each in rest]
            continue
        for family in families - {1: {6}, 58: {4}}.get(protocol, set()):
            for a, b in address_pairs(row, sources[family], targets[family]):
                flows += [Flow(*ends, Box(family, protocol, a, b, *each)) for each in rest]


# ---- paths ----

def place_path(place, name, depth=0):
    """A place's path for the group: the group's, the site's, or the profile's first that
    applies."""
    if depth > 8:
        raise Refused("place-loop", name)
    platform = place.group["platform"]
    for title, defined in (place.profile.get("places") or {}).items():
        if name == title or name in as_list(defined.get("aliases")):
            break
    else:
        raise Refused("unknown-place", name)
    for scope in (place.group, place.site):
        for key in (f"{place.profile['id']}:{title}", title):
            path = ((scope.get("places") or {}).get(key) or {}).get(platform)
            if path is not None:
                return substitute(place, path, depth + 1)
    for each in as_list(defined.get(platform)):
        if not isinstance(each, dict):
            return substitute(place, each, depth + 1)
        if place.applies([as_list(each["when"])] if "when" in each else []):
            return substitute(place, each["path"], depth + 1)
    raise Refused("place-without-path", name)


def substitute(place, text, depth=0):
    text = re.sub(r"\$\{([^}]*)\}", lambda m: parameter(place, m[1]), text)
    return re.sub(r"<([^>]*)>", lambda m: place_path(place, m[1], depth), text)


def normal_path(place, text):
    """The one spelling: separators the platform's way and single, none at the end, the
    drive in upper case and put in where the page leaves it out."""
    text = substitute(place, text)
    if place.group["platform"] != "windows":
        return re.sub("/+", "/", text).rstrip("/") or "/"
    text = text.replace("/", "\\")
    if not re.match("[A-Za-z]:", text):
        text = (place.group.get("drive") or place.site["drive"]) + text
    text = re.sub(r"\\+", lambda _: "\\", text)
    return text[0].upper() + text[1:].rstrip("\\")


def exclusion_values(place, row):
    """(kind, value, arguments) of a row, one by one."""
    for kind in KINDS:
        for value in as_list(row.get(kind)):
            if kind in ("process", "command") and value.startswith('"'):
                program, arguments = re.fullmatch(r'"([^"]*)"\s*(.*)', value).groups()
                yield "process", normal_path(place, program), arguments
            elif kind in ("process", "folder", "file"):
                yield kind, normal_path(place, value), ""
            elif kind == "extension":
                yield kind, "." + value.removeprefix("."), ""
            else:
                yield kind, value, ""


def devices_are(place, row):
    """Whether one of the row's devices is the group's platform and one of its roles."""
    devices = [place.profile["devices"][name] for name in as_list(row["device"])]
    return any(each["platform"] == place.group["platform"] and each["role"] in place.roles()
               for each in devices)


def fold(platform, kind, value):
    if kind in ("process", "folder", "file") and platform != "linux":
        return "".join(c.lower() if c.isascii() else c for c in value)
    return value


def exclusion_row(place, row, found, name):
    platform = place.group["platform"]
    for kind, value, arguments in exclusion_values(place, row):
        key = Exclusion(kind, fold(platform, kind, value), arguments,
                        kind == "folder" and row.get("recursive", "true") == "true",
                        row.get("children") == "true")
        spellings, rows = found.setdefault(key, (set(), set()))
        spellings.add(value)
        rows.add(name)


# ---- URLs ----

def url_row(place, row, meaning, name):
    ports = port_ranges(place, row.get("port"))
    for sender in as_list(row.get("from")) or [""]:
        for url in as_list(row["url"]):
            scheme, separator, rest = url.partition("://")
            meaning.urls.append((name, sender, scheme if separator else "",
                                 rest if separator else url,
                                 frozenset(ports) if ports else None))


# ---- the whole ----

def find_profile(folder, reference):
    if isinstance(reference, dict):
        return reference, folder
    reference = reference.split("@sha256:")[0]
    for suffix in ("", ".yaml", ".json"):
        path = folder / (reference + suffix)
        if path.is_file():
            return load(path), path.parent
    raise Refused("no-profile", reference)


def uncovered(place, rows):
    """(device, version name) where the rows of a device hang on a version and one that
    the group has meets none of them.  Rows that something else keeps out, or that apply
    whatever the version, do not count."""
    found = set()
    for device in place.profile.get("devices") or {}:
        if not devices_are(place, {"device": device}):
            continue
        own = [row["whens"] for row in rows if device in as_list(row["device"])]
        for name in place.profile.get("versions") or {}:
            hanging = [whens for whens in own if hangs_on(place, whens, name)]
            for each in re.split(r"\s+or\s+", place.version(name) or ""):
                only = {**place.group, "versions": {name: each}}
                one = Place(place.site, place.profile, only)
                if hanging and not any(one.applies(whens) for whens in hanging):
                    found.add((device, name))
    return found


def hangs_on(place, whens, name):
    def without(keep):
        return [[part for part in map(keep, when) if part is not None] for when in whens]
    blind = without(lambda part: {k: v for k, v in part.items() if k != name})
    other = without(lambda part: part if name not in part else None)
    return any(name in part for when in whens for part in when) and \
        place.applies(blind) and not place.applies(other)


def evaluate(path, today):
    path = pathlib.Path(path)
    site, meaning = load(path), Meaning()
    meaning.groups = groups = as_list(site.get("groups"))
    meaning.hosts = as_list(site["targets"].get("nftables", {}).get("hosts"))
    for group in groups:
        meaning.exclusions[group["name"]] = {}
    for reference in site["profiles"]:
        profile, folder = find_profile(path.parent, reference)
        profile = filled(site, f"{profile['id']}#ip", profile)
        evaluate_profile(site, profile, folder, groups, meaning, today)
    return meaning


def evaluate_profile(site, profile, folder, groups, meaning, today):
    everywhere = [Place(site, profile)] + [Place(site, profile, each) for each in groups]

    def take(reader, place, row, *more):
        try:
            if any(has_hole(value) for value in row.values()):
                raise Refused("hole", more[-1])
            reader(place, row, *more)
        except Refused as refusal:
            meaning.findings.add((refusal.finding, more[-1]))

    for table, reader in (("ports", port_row), ("urls", url_row)):
        for name, row in rows_of(profile, folder, table):
            row = filled(site, name, row)
            if row.get("optional") == "true":
                meaning.optional.add(name)
            # A port is needed as soon as one computer needs it.
            if is_current(site, row, today) and \
                    any(place.applies(row["whens"]) for place in everywhere):
                take(reader, everywhere[0], row, meaning, name)
    rows = [(name, filled(site, name, row))
            for name, row in rows_of(profile, folder, "exclusions")]
    rows = [(name, row) for name, row in rows if is_current(site, row, today)]
    for place in everywhere[1:]:
        found = meaning.exclusions[place.group["name"]]
        for name, row in rows:
            if devices_are(place, row) and place.applies(row["whens"]):
                take(exclusion_row, place, row, found, name)
        for device, version in uncovered(place, [row for _, row in rows]):
            meaning.findings.add(("version-not-covered",
                                  f"{place.group['name']} {device} {version}"))
