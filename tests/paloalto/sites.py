"""Sites to compile: those of the golden cases and examples, with every target of the
product, and generated ones, whose services are worked out here without carveout."""

import copy
import ipaddress
import json
import pathlib
import random
import shutil

import yaml

import limits
from tree import Device

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TARGETS = ("paloalto-xml", "paloalto-set")


def is_ours(target):
    return target in TARGETS


def options_of(site):
    """The keys of the first of our targets; they are the same for all."""
    return next((options or {} for name, options in site["targets"].items() if is_ours(name)),
                None)


def with_targets(site, known):
    """The same site with every target of the product, with the same options."""
    site = copy.deepcopy(site)
    options = options_of(site)
    for name in TARGETS:
        site["targets"].pop(name, None)
        if name in known:
            site["targets"][name] = copy.deepcopy(options)
    return site


def written(site, folder, beside=None):
    """The site as a file in a folder of its own, with what lay beside the original."""
    if beside:
        shutil.copytree(beside, folder, ignore=shutil.ignore_patterns("out"))
    else:
        folder.mkdir(parents=True)
    path = folder / "site.json"
    path.write_text(json.dumps(site))
    return path


def stored():
    """(name, site, folder) of golden cases that compile, and of the examples."""
    found = []
    for args in sorted((ROOT / "tests" / "golden").glob("*/*/args")):
        path = args.parent / "site.yaml"
        words = args.read_text().split()
        if words[:2] != ["compile", "site.yaml"] or (args.parent / "exit").exists() or \
                not path.exists():
            continue
        site = yaml.load(path.read_text(), yaml.BaseLoader)
        # What a base holds is only in the base: check.py makes its own.
        if options_of(site) is not None and "base" not in options_of(site):
            found.append((f"{path.parent.parent.name}/{path.parent.name}", site, path.parent))
    for path in sorted((ROOT / "examples").glob("*/site.yaml")):
        site = yaml.load(path.read_text(), yaml.BaseLoader)
        found.append((f"examples/{path.parent.name}", site, path.parent))
    return found


def device_of(options):
    """A device as the options describe it."""
    scope, group = str(options.get("scope", "vsys1")), options.get("device-group")
    version = str(options.get("version", "10.1"))
    model = limits.MODELS[str(options.get("model", "pa-220"))]
    if group or scope == "panorama-shared":
        return Device(version, (str(group),) if group else (), panorama=True, model=model)
    multi = str(options.get("multi-vsys", scope != "vsys1")).lower() == "true"
    return Device(version, ("vsys1",) if scope == "shared" else (scope,), multi=multi,
                  model=model)


def scope_of(options):
    scope = str(options.get("scope", "vsys1"))
    return str(options.get("device-group") or
               ("shared" if scope == "panorama-shared" else scope))


# ---- generated ----

PARTIES = {"Client": {"addresses": ["10.0.0.0/24", "10.0.4.0/23", "2001:db8:1::/64"]},
           "Server": {"addresses": ["10.0.1.1", "10.0.1.7-10.0.1.9", "2001:db8:2::5"]},
           "Console": {"addresses": ["10.0.9.0/28"]},
           "Cloud": {"fqdn": ["a.example.com", "b.example.com"]}}


def port_row(rng, number):
    source, target = rng.choice([("Client", "Server"), ("Client", "Server"),
                                 ("Console", "Server"), ("Server", "Cloud")])
    row = {"id": f"p{number}", "from": source, "to": target,
           "protocol": rng.choice(["tcp", "tcp", "udp", "tcp+udp", "sctp"])}
    low = [rng.randrange(1, 65000) for _ in range(rng.choice([1, 1, 1, 2, 5]))]
    row["port"] = ",".join(f"{p}-{p + rng.randrange(1, 500)}" if rng.random() < 0.2 else str(p)
                           for p in low)
    if rng.random() < 0.1:
        row["source-port"] = str(rng.randrange(1, 65000))
    return row


def url_row(rng, number):
    host = f"{rng.choice(['a', 'b', 'www'])}{number}.example.com"
    return {"id": f"u{number}", "from": "Client", "source": "page",
            "url": rng.choice([host, f"*.{host}", f"https://{host}/path/"])}


def site_of(rows, options, urls=(), name="gen"):
    return {
        "carveout": "site/1", "name": name, "ip": ["4", "6"],
        "profiles": [{"carveout": "profile/1", "id": "vendor/product",
                      "source": {"page": {"title": "Requirements", "retrieved": "2026-11-01",
                                          "url": "https://docs.example.com/requirements"}},
                      "parties": {party: {} for party in PARTIES}, "urls": list(urls),
                      "ports": [{"source": "page", "rows": rows}]}],
        "parties": copy.deepcopy(PARTIES),
        "targets": {name: copy.deepcopy(options) for name in TARGETS}}


def generated(seed, count, options):
    """A site and the next version of it, in which rows are gone, new and changed."""
    rng = random.Random(seed)
    rows = [port_row(rng, number) for number in range(count)]
    # Each party has an end, or the compile warns.
    urls = [url_row(rng, number) for number in range(count // 4)] if options.get("rules") else []
    later = [dict(row) for row in rows if rng.random() < 0.7]
    later += [port_row(rng, number) for number in range(count, count + count // 4 + 1)]
    for row in later:
        if rng.random() < 0.1:
            row["port"] = str(rng.randrange(1, 65000))
    return site_of(rows, options, urls), site_of(later, options, urls[:-1])


def numbers(ports):
    """The set of ports that a list names."""
    found = set()
    for each in ports.split(","):
        low, _, high = each.partition("-")
        found.update(range(int(low), int(high or low) + 1))
    return frozenset(found)


def wanted_services(site):
    """What the rows ask for: {(protocol, ports, source ports)}, one for each distinct."""
    found = set()
    for block in site["profiles"][0]["ports"]:
        for row in block["rows"]:
            for protocol in row["protocol"].split("+"):
                found.add((protocol, numbers(row["port"]),
                           numbers(row["source-port"]) if "source-port" in row else None))
    return found


def services_of(device, scope, group):
    """What a group leads to, in the same terms, through groups in it."""
    groups, services = device.entries(scope, "service-group"), device.entries(scope, "service")
    found, todo, seen = set(), [group], set()
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        if name in groups:
            todo += groups[name]["members"]
            continue
        (protocol, box), = services[name]["protocol"].items()
        found.add((protocol, numbers(box["port"]),
                   numbers(box["source-port"]) if "source-port" in box else None))
    return found


def intervals(texts):
    """Addresses, networks and ranges as the fewest intervals; host names as they are."""
    found, names = [], set()
    for text in texts:
        low, _, high = text.partition("-")
        try:
            network = ipaddress.ip_network(text) if not high else None
            found.append((network.version, int(network[0]), int(network[-1])) if network else
                         (ipaddress.ip_address(low).version, int(ipaddress.ip_address(low)),
                          int(ipaddress.ip_address(high))))
        except ValueError:
            names.add(text)
    merged = []
    for version, low, high in sorted(found):
        if merged and merged[-1][0] == version and low <= merged[-1][2] + 1:
            merged[-1] = (version, merged[-1][1], max(high, merged[-1][2]))
        else:
            merged.append((version, low, high))
    return frozenset(merged) | frozenset(names)


def wanted_grants(site):
    """What the rows let through: {(source, destination, service)}."""
    found = set()
    for block in site["profiles"][0]["ports"]:
        for row in block["rows"]:
            ends = [intervals(site["parties"][row[end]].get("addresses", []))
                    for end in ("from", "to")]
            names = site["parties"][row["to"]].get("fqdn")
            pairs = [(ends[0], frozenset(names))] if names else \
                [tuple(frozenset(each for each in end if each[0] == version) for end in ends)
                 for version in (4, 6)]
            single = {"profiles": [{"ports": [{"rows": [row]}]}]}
            found |= {(source, target, service) for source, target in pairs
                      if source and target for service in wanted_services(single)}
    return found


def grants_of(device, scope, ours):
    """The same of our rules, by following names."""
    def ends(names):
        found, todo = [], list(names)
        while todo:
            name = todo.pop()
            group = device.entries(scope, "address-group").get(name)
            if group:
                todo += group["static"]
                continue
            fields = device.entries(scope, "address")[name]
            found += [value for field, value in fields.items()
                      if field in ("ip-netmask", "ip-range", "fqdn")]
        return intervals(found)

    found = set()
    for name, fields in device.rules(scope):
        if name not in ours:
            continue
        if fields["action"] != "allow" or fields["application"] != ["any"] or \
                fields.get("category", ["any"]) != ["any"] or "disabled" in fields:
            raise ValueError(f"rule {name} is no plain rule")
        for service in fields["service"]:
            found |= {(ends(fields["source"]), ends(fields["destination"]), each)
                      for each in services_of(device, scope, service)}
    return found
