"""N port rows as a profile in YAML and in CSV, each with a site that compiles it.

Nothing here is random: row I is a function of I alone, so that two machines measure
the same files and the first rows of a large table are those of a small one."""

import pathlib

PARTIES = 300
PAIRS = PARTIES * (PARTIES - 1)
SERVICES = 2000
STRIDE = 38011  # no factor in common with PAIRS: neighbours in the file are no neighbours in the net

PROFILE = """carveout: profile/1
id: bench/{form}
title: Rows of a benchmark
source:
  page: {{title: Generated, url: "https://docs.example.com/ports", retrieved: "2026-11-23"}}
ip: ["4"]
parties:
{parties}
"""

SITE = """carveout: site/1
name: bench
profiles: [./{form}.yaml]
ip: ["4"]
parties:
{parties}
targets:
  nftables: {{gateway: true}}
  paloalto-xml: {{scope: vsys1, version: "10.1"}}
"""


def party(number):
    return f"Party {number:03d}"


def addresses(number):
    """A tenth are networks, some have two hosts, the others one."""
    if number % 10 == 0:
        return f'["10.{128 + number // 256}.{number % 256}.0/24"]'
    host = f"10.{number // 256}.{number % 256}."
    if number % 7 == 0:
        return f'["{host}4", "{host}9"]'
    return f'["{host}4"]'


def service(number):
    """Mostly one port; some lists and ranges.  A range reaches over the next ports, so
    that rows of one pair of parties may overlap."""
    port = 1024 + 10 * number
    protocol = "udp" if number % 3 == 0 else "tcp"
    if number % 20 == 7:
        return f"{port},{port + 3},{port + 30000}", protocol
    if number % 20 == 13:
        return f"{port}-{port + 24}", protocol
    return str(port), protocol


def rows(count):
    """(id, from, to, port, protocol) of each row; no two ask for the same."""
    parties = [party(number) for number in range(PARTIES)]
    services = [service(number) for number in range(SERVICES)]
    for i in range(count):
        pair = i * STRIDE % PAIRS
        source, offset = divmod(pair, PARTIES - 1)
        destination = (source + 1 + offset) % PARTIES
        # 7 has no factor in common with SERVICES: a pair meets each service once.
        port, protocol = services[((pair * 2654435761 >> 7) + i // PAIRS * 7) % SERVICES]
        yield f"r{i:07d}", parties[source], parties[destination], port, protocol


def write_yaml(path, count):
    with open(path, "w", encoding="ascii") as file:
        file.write(head("yaml"))
        file.write("ports:\n")
        for name, source, destination, port, protocol in rows(count):
            file.write(f'  - {{id: {name}, from: {source}, to: {destination}, '
                       f'port: "{port}", protocol: {protocol}, source: page}}\n')


def write_csv(path, count):
    with open(path, "w", encoding="ascii", newline="") as file:
        file.write("id,from,to,port,protocol,source\r\n")
        for name, source, destination, port, protocol in rows(count):
            cell = f'"{port}"' if "," in port else port
            file.write(f"{name},{source},{destination},{cell},{protocol},page\r\n")


def head(form):
    return PROFILE.format(form=form, parties="\n".join(
        f"  {party(number)}: {{}}" for number in range(PARTIES)))


def write_all(folder, count):
    """The two sites in `folder`: {form: (site, the large file)}."""
    folder = pathlib.Path(folder)
    settings = "\n".join(f"  {party(number)}: {{addresses: {addresses(number)}, zone: inside}}"
                         for number in range(PARTIES))
    for form in ("yaml", "csv"):
        (folder / f"site-{form}.yaml").write_text(SITE.format(form=form, parties=settings))
    write_yaml(folder / "yaml.yaml", count)
    write_csv(folder / "ports.csv", count)
    (folder / "csv.yaml").write_text(head("csv") + "ports: {csv: ports.csv}\n")
    return {"YAML": (folder / "site-yaml.yaml", folder / "yaml.yaml"),
            "CSV": (folder / "site-csv.yaml", folder / "ports.csv")}


def write_csv_site(folder, count, targets):
    """The site that compiles the CSV table to other targets."""
    folder = pathlib.Path(folder)
    write_csv(folder / "ports.csv", count)
    (folder / "csv.yaml").write_text(head("csv") + "ports: {csv: ports.csv}\n")
    settings = "\n".join(f"  {party(number)}: {{addresses: {addresses(number)}, zone: inside}}"
                         for number in range(PARTIES))
    text = SITE.format(form="csv", parties=settings)
    site = folder / "site.yaml"
    site.write_text(text[:text.index("targets:\n")] + f"targets:\n{targets}\n")
    return site


# ---- groups of hosts ----

def four_hosts(number):
    hosts = ", ".join(f"10.{number // 256}.{number % 256}.{last}" for last in (4, 9, 17, 33))
    return f"[{hosts}]"


def write_groups(folder, count, pairs, targets):
    """The site of so many rows between so many pairs of groups, of four hosts each: one
    port a row, and none twice for a pair."""
    folder = pathlib.Path(folder)
    half = 100
    assert pairs <= half * half and count // pairs <= 4000
    with open(folder / "ports.csv", "w", encoding="ascii", newline="") as file:
        file.write("id,from,to,port,protocol,source\r\n")
        for i in range(count):
            source, destination = divmod(i % pairs * 7 % pairs, half)
            file.write(f"r{i:07d},{party(source)},{party(half + destination)},"
                       f"{1024 + i // pairs * 10 + i % pairs % 10},tcp,page\r\n")
    (folder / "csv.yaml").write_text(head("csv") + "ports: {csv: ports.csv}\n")
    settings = "\n".join(f"  {party(number)}: {{addresses: {four_hosts(number)}, "
                         f"zone: {'inside' if number < half else 'outside'}}}"
                         for number in range(2 * half))
    text = SITE.format(form="csv", parties=settings)
    site = folder / "site.yaml"
    site.write_text(text[:text.index("targets:\n")] + f"targets:\n{targets}\n")
    return site


# ---- exclusions ----

EXCLUSIONS = """carveout: profile/1
id: bench/exclusions
title: Rows of a benchmark
source:
  page: {{title: Generated, url: "https://docs.example.com/exclusions", retrieved: "2026-11-23"}}
devices:
  Computers: {{platform: {platform}, role: endpoint}}
exclusions:
"""

EXCLUSIONS_SITE = """carveout: site/1
name: bench
profiles: [./exclusions.yaml]
groups:
  - {{name: computers, platform: {platform}, roles: [endpoint]}}
targets:
{targets}
"""


KINDS = {"folder": {"windows": "\\Data", "linux": "/data", "macos": "/data"},
         "process": {"windows": "\\agent.exe", "linux": "/agent", "macos": "/agent"}}
PLACES = {"windows": "C:\\Program Files\\Vendor {0:03d}\\Product {1:07d}",
          "linux": "/opt/vendor{0:03d}/product{1:07d}",
          "macos": "/Library/vendor{0:03d}/product{1:07d}"}


def write_exclusions(folder, count, platform, targets, kinds=tuple(KINDS)):
    """The site of so many exclusion rows in `folder`: each in a place of its own, the kinds
    by turns."""
    folder = pathlib.Path(folder)
    with open(folder / "exclusions.yaml", "w", encoding="ascii") as file:
        file.write(EXCLUSIONS.format(platform=platform))
        for i in range(count):
            kind = kinds[i % len(kinds)]
            path = PLACES[platform].format(i // 1000, i) + KINDS[kind][platform]
            file.write(f"  - {{id: x{i:07d}, device: Computers, {kind}: '{path}', "
                       "source: page}\n")
    (folder / "intune.json").write_text(
        '{"ExcludedPaths": null, "ExcludedExtensions": ["bak"], "ExcludedProcesses": null}')
    site = folder / "site.yaml"
    site.write_text(EXCLUSIONS_SITE.format(platform=platform, targets=targets))
    return site


# ---- rows that repeat others ----

REPEATS = ("twice", "shadowed", "ranges")


def repeated_row(shape, i):
    """`twice`: each row stands twice; `shadowed`: a range covers the nine rows behind it;
    `ranges`: each range reaches into the next one."""
    party_of = i // 2 if shape == "twice" else i // 10
    source, offset = party_of * 7 % PARTIES, party_of * 13 % (PARTIES - 1)
    destination = (source + 1 + offset) % PARTIES
    base = 1000 + party_of // PAIRS * 20 % 50000
    port = {"twice": str(base),
            "shadowed": f"{base}-{base + 9}" if i % 10 == 0 else str(base + i % 10),
            "ranges": f"{base + 2 * (i % 10)}-{base + 2 * (i % 10) + 5}"}[shape]
    return f"r{i},{party(source)},{party(destination)},{port},tcp,page"


def write_repeats(folder, shape, count):
    site = write_csv_site(folder, 0, '  nftables: {gateway: true}')
    lines = ["id,from,to,port,protocol,source", *(repeated_row(shape, i) for i in range(count))]
    (site.parent / "ports.csv").write_text("\n".join(lines) + "\n")
    return site


# ---- rows that overlap ----

SHAPES = ("disjoint", "nested", "any")
NESTED_PARTIES = 90


def nested_addresses(shape, number):
    """Hosts; or by threes a /16, a /24 in it and a host in both."""
    network = number - number % 3
    if shape == "disjoint" or number % 3 == 2:
        return f'["10.{number if shape == "disjoint" else network}.7.9"]'
    return f'["10.{network}.7.0/24"]' if number % 3 == 1 else f'["10.{network}.0.0/16"]'


def nested_row(shape, i):
    """Neighbouring ports and ranges; with `any` a tenth of the rows opens every port."""
    source, offset = i * 7 % NESTED_PARTIES, i * 13 % (NESTED_PARTIES - 1)
    destination = (source + 1 + offset) % NESTED_PARTIES
    port = str(1000 + i) if i % 10 != 4 else f"{1000 + i}-{1400 + i}"
    if shape == "any" and i % 10 == 9:
        port = "any"
    return f"r{i},{party(source)},{party(destination)},{port},tcp,page"


def write_overlapping(folder, shape, count):
    """The site of such rows in `folder`."""
    folder = pathlib.Path(folder)
    lines = ["id,from,to,port,protocol,source"]
    lines += [nested_row(shape, i) for i in range(count)]
    (folder / "ports.csv").write_text("\n".join(lines) + "\n")
    (folder / "csv.yaml").write_text(head("csv") + "ports: {csv: ports.csv}\n")
    settings = "\n".join(f"  {party(n)}: {{addresses: {nested_addresses(shape, n)}}}"
                         for n in range(NESTED_PARTIES))
    site = folder / "site.yaml"
    site.write_text(SITE.format(form="csv", parties=settings))
    return site
