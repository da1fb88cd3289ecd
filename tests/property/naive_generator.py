"""Random small profiles and sites, the same for the same seed: everything that decides
which rows apply and what they come to, in the shapes that documents allow."""

import csv
import json
import random

ALPHA, BETA = "acme/alpha", "acme/beta"
PARTIES = ("Client", "Server", "Relay", "Console", "Cloud", "Printer")
ROLES = ("endpoint", "module-server", "kiosk")
PLATFORMS = ("windows", "linux", "macos")
PLACES = ("Client Home", "Data Dir", "Log Dir")
FEATURES = ("direct", "patching")
EDITIONS = ("on-premises", "cloud")
CONSTRAINTS = ("7.2.x", "7.4.x", ">=7.4.1.1955", "<7.4", "!=7.4.3", ">=7.2,<7.4.5",
               "7.2.x or 7.4.x", "7.4.3", ">=7.4.5", "!=7.2.x", ">7.2.314.3584", "<=7.4.3",
               "7.x", ">=7.2.9,!=7.4.3 or 6.x")
VERSIONS = ("7.2.314.3584", "7.4.9.1046", "7.4.x", "7.2.x", "7.2.x or 7.4.x", "7.4.3", "7.4",
            "7.3.1", "7.x")
SYSTEMS = {"windows": ("windows",), "linux": ("rhel", "debian"), "macos": ("macos",)}
SYSTEM_VERSIONS = ("6.10", "7.9", "7.x", "8")
SYSTEM_CONSTRAINTS = ("6.x", "7.x", ">=7", "6.x or 7.x", "<8")
ADDRESSES = {
    4: ("10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "10.1.3.0/24", "10.1.2.3", "10.1.2.4",
        "10.1.2.128/25", "10.1.2.200-10.1.3.20", "192.0.2.1", "192.0.2.0/28", "192.0.2.16/28",
        "198.51.100.0-198.51.100.2", "203.0.113.10", "10.255.255.255", "11.0.0.0",
        "128.0.0.0/2", "172.16.0.1-172.16.0.254"),
    6: ("2001:db8::/32", "2001:db8:1::/48", "2001:db8:1::5", "2001:db8:1::/64",
        "2001:db8:1:1::/64", "2001:db8:1::ff-2001:db8:1::1:2", "2001:db9::1",
        "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "fd00::/8"),
}
HOSTS = {4: "172.20.7.{}", 6: "fd00:20::{:x}"}
PORTS = ("443", "80", "8443", "2500-3300", "3000-3001", "3301", "1", "65535", "1024-65535",
         "443,8443", "17472", "1-1023", "444-450", "2000-3023", "2000-3024", "7000-9999")


class Maker:
    def __init__(self, seed, folder):
        self.r = random.Random(f"carveout {seed}")
        self.folder = folder
        self.families = self.r.choice(((4, 6), (4, 6), (4, 6), (4,), (6,)))
        self.only_names = set()
        self.fills = []

    def some(self, words, least=0, most=None):
        return self.r.sample(list(words), self.r.randint(least, min(len(words),
                                                                    most or len(words))))

    def chance(self, share):
        return self.r.random() < share

    def one_or_list(self, items):
        return items[0] if len(items) == 1 and self.chance(0.7) else items

    # ---- profiles ----

    def condition(self, table):
        keys = ["client", "edition", "feature"]
        keys += ["os", "arch"] if table == "exclusions" or self.chance(0.3) else ["server"]
        when = {}
        for key in self.some(keys, 1, 2):
            if key in ("client", "server"):
                when[key] = self.one_or_list(self.some(CONSTRAINTS, 1, 2))
            elif key == "edition":
                if self.has_editions:
                    when[key] = self.one_or_list(self.some(EDITIONS, 1))
            elif key == "feature":
                when[key] = self.one_or_list(self.some(FEATURES, 1))
            elif key == "arch":
                when[key] = self.r.choice(("x86_64", "x86", "arm64"))
            else:
                system = self.r.choice(("windows", "rhel", "debian", "macos"))
                when[key] = {system: self.r.choice(SYSTEM_CONSTRAINTS)}
        return when

    def when(self, table):
        alternatives = [c for c in (self.condition(table)
                                    for _ in range(self.r.choice((1, 1, 1, 2)))) if c]
        return self.one_or_list(alternatives) if alternatives else None

    def common(self, row, table):
        if self.chance(0.4):
            when = self.when(table)
            if when:
                row["when"] = when
        if self.chance(0.06):
            row["status"] = "withdrawn"
        if self.chance(0.1):
            row["class"] = self.r.choice(("performance", "operational"))
        if self.chance(0.08):
            row["since"] = self.r.choice(("2019-01-01", "2026-11-23"))
        if self.chance(0.08):
            row["until"] = self.r.choice(("2099-01-01", "2026-11-23", "2026-11-22"))
        if self.chance(0.05):
            row["optional"] = "true"
        return row

    def maybe_hole(self, profile, table, row, keys):
        """Leaves a field open; the site fills it, unless the row cannot apply anyway."""
        name = f"{profile}#{table}/{row['id']}"
        if self.chance(0.12):
            key = self.r.choice([k for k in keys if k in row])
            self.fills.append({"row": name, "set": {key: row[key]}, "reason": "a test"})
            row[key] = {"hole": "as the page says"}
        return row

    def port_value(self):
        kind = self.r.random()
        if kind < 0.08:
            return "any"
        if kind < 0.14:
            return "dynamic"
        if kind < 0.24:
            return self.r.choice(("${main-port}", "${port-list}"))
        if kind < 0.3:
            return [self.r.choice(PORTS), "${main-port}"]
        return self.one_or_list(self.some(PORTS, 1, 3))

    def port_row(self, number, parties):
        row = {"id": f"p{number}"}
        row["from"] = self.one_or_list(self.some(parties, 1, 2))
        row["to"] = self.one_or_list(self.some(parties, 1, 2))
        kind = self.r.random()
        if kind < 0.62:
            row["protocol"] = self.r.choice(("tcp", "tcp", "udp", "tcp+udp", "sctp",
                                             ["tcp", "udp"], "6"))
            row["port"] = self.port_value()
            if self.chance(0.15):
                row["source-port"] = self.r.choice(("1024-65535", "123", "any", "53,123"))
        elif kind < 0.82:
            row["protocol"] = {4: "icmp", 6: "icmpv6"}[self.r.choice(self.families)]
            if self.chance(0.6):
                row["icmp-type"] = self.one_or_list(self.some(("0", "3", "8", "128", "129"),
                                                              1, 2))
        else:
            row["protocol"] = self.one_or_list(self.some(("esp", "ah", "47", "103"), 1, 2))
        if self.chance(0.25):
            row["initiates"] = self.r.choice(("from", "to", "either"))
        if self.chance(0.12):
            row["to"] = row["from"] = row["from"] if isinstance(row["from"], str) \
                else row["from"][0]
            row["scope"] = "same-subnet"
        return self.common(row, "ports")

    def path(self, platform, name):
        r = self.r
        places = ("Client Home", "Client-Home", "Data Dir") + \
            (("Log Dir",) if platform == "linux" else ())
        if platform == "windows":
            tail = r.choice((f"\\bin\\{name}", f"\\Python38\\{name}", f"\\{name}",
                             f"/forward/{name}", f"\\\\doubled\\{name}"))
            head = r.choice([f"<{p}>" for p in places] +
                            ["C:\\Vendor", "c:\\vendor", "\\Program Files\\Acme", "D:",
                             "${base-windows}"])
        else:
            tail = r.choice((f"/bin/{name}", f"/{name}", f"//doubled/{name}", f"/Bin/{name}"))
            head = r.choice([f"<{p}>" for p in places] + ["/opt/acme", "/Opt/Acme",
                                                          "${base-unix}"])
        return head + tail

    def exclusion_row(self, number, devices):
        r, row = self.r, {"id": f"e{number}"}
        platform = r.choice(PLATFORMS)
        fitting = [name for name, each in devices.items() if each["platform"] == platform]
        if not fitting:
            platform, fitting = next(iter(devices.values()))["platform"], [next(iter(devices))]
        row["device"] = self.one_or_list(self.some(fitting, 1))
        for kind in self.some(("process", "folder", "file", "extension"), 1, 2):
            if kind == "extension":
                row[kind] = self.one_or_list(self.some((".log", "tmp", ".dat"), 1, 2))
                continue
            names = {"process": ("agent.exe", "Agent.exe", "worker"),
                     "folder": ("Cache", "cache", "Data*"),
                     "file": ("x.db", "**/y.db", "z?.db", "*.log")}[kind]
            row[kind] = self.one_or_list([self.path(platform, name)
                                          for name in self.some(names, 1, 2)])
        if "process" in row and self.chance(0.12):
            row["process"] = f'"{self.path(platform, "run.exe")}" service.js --port 1'
        if self.chance(0.06):
            row["command"] = f'"{self.path(platform, "run.exe")}" {r.choice(("a", "b c"))}'
        if self.chance(0.06):
            row["sha256"] = "ab" * 32
        if self.chance(0.06):
            row["signer"] = "Acme, Inc."
        if "folder" in row and self.chance(0.4):
            row["recursive"] = r.choice(("true", "false"))
        if self.chance(0.15):
            row["children"] = r.choice(("true", "false"))
        return self.common(row, "exclusions")

    def url_row(self, number, parties):
        row = {"id": f"u{number}", "url": self.one_or_list(self.some(
            ("api.example.com", "https://*.example.com/updates", "http://example.net"), 1, 2))}
        if self.chance(0.8):
            row["from"] = self.one_or_list(self.some(parties, 1, 2))
        if self.chance(0.4):
            row["port"] = self.r.choice(("443", "443,8443", "${main-port}"))
        return self.common(row, "urls")

    def places(self):
        home = {"aliases": ["Client-Home"],
                "windows": [{"when": {"arch": "x86"}, "path": "\\Program Files\\Acme"},
                            {"when": {"edition": "cloud"}, "path": "C:\\Cloud\\Acme"},
                            {"path": "\\Program Files (x86)\\Acme"}],
                "linux": "/opt/Acme/Client", "macos": "/Library/Acme/"}
        if not self.has_editions:
            del home["windows"][1]
        data = {"windows": "<Client-Home>\\Data", "linux": "<Client Home>/data",
                "macos": [{"path": "${base-unix}/data"}]}
        return {"Client Home": home, "Data Dir": data, "Log Dir": {"linux": "/var/log/acme"}}

    def blocks(self, profile, table, rows):
        """The rows as a list, some of them in blocks that give a condition."""
        members, rest = [], rows
        while rest:
            size = self.r.randint(1, 4)
            block, rest = rest[:size], rest[size:]
            if self.chance(0.5):
                members += [dict(row, source="page") for row in block]
                continue
            member = {"source": "page", "rows": block}
            if self.chance(0.4):
                when = self.when(table)
                if when:
                    member["when"] = when
            if table == "exclusions" and self.chance(0.2):
                member["recursive"] = "false"
            members.append(member)
        if rows and all("rows" not in m for m in members) and self.chance(0.5):
            return self.as_csv(profile, table, members)
        return members

    def as_csv(self, profile, table, rows):
        """The same table as CSV, where every row can be said there."""
        lines = []
        for row in rows:
            cells = {}
            for key, value in row.items():
                if key == "when":
                    if isinstance(value, list):
                        return rows
                    for name, each in value.items():
                        for system, constraint in (each.items() if isinstance(each, dict)
                                                   else [(None, each)]):
                            cells[f"when.{name}" + (f".{system}" if system else "")] = \
                                constraint
                else:
                    cells[key] = value
            for key, value in cells.items():
                if isinstance(value, dict):
                    cells[key] = "hole:" + value["hole"]
                elif isinstance(value, list):
                    cells[key] = ";".join(value)
            lines.append(cells)
        name = f"{profile.replace('/', '-')}-{table}.csv"
        columns = list(dict.fromkeys(key for cells in lines for key in cells))
        with (self.folder / name).open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, columns, restval="", lineterminator="\r\n")
            writer.writeheader()
            writer.writerows(lines)
        return {"csv": name}

    def profile(self, name):
        r = self.r
        self.has_editions = self.chance(0.6)
        parties = self.some(PARTIES, 2)
        devices = {f"{role} on {platform}": {"platform": platform, "role": role}
                   for platform in self.some(PLATFORMS, 1)
                   for role in self.some(ROLES, 1)}
        made = {"carveout": "profile/1", "id": name,
                "source": {"page": {"title": "A page", "url": "https://docs.example.com/",
                                    "retrieved": "2026-11-01"}},
                "versions": {"client": "The client", "server": "The server"},
                "features": list(FEATURES), "parties": {party: {} for party in parties},
                "devices": devices, "places": self.places(),
                "parameters": {"main-port": {"default": "17486", "type": "port"},
                               "port-list": {"default": "2000-2010,3000", "type": "ports"},
                               "base-windows": {"default": "E:\\Base", "type": "path"},
                               "base-unix": {"default": "/srv/base", "type": "path"}}}
        if self.has_editions:
            made["editions"] = list(EDITIONS)
        if self.chance(0.3):
            made["ip"] = self.one_or_list([str(f) for f in self.some(self.families, 1)])
        elif self.chance(0.1):
            made["ip"] = {"hole": "the page says both"}
            self.fills.append({"row": f"{name}#ip", "set": {"ip": ["4", "6"]},
                               "reason": "a test"})
        ports = [self.port_row(i, parties) for i in range(r.randint(0, 7))]
        ports = [self.maybe_hole(name, "ports", row,
                                 ("from", "to", "port", "protocol") if "port" in row
                                 else ("from", "to")) for row in ports]
        exclusions = [self.maybe_hole(name, "exclusions", self.exclusion_row(i, devices),
                                      ("device", "process", "folder", "file", "extension"))
                      for i in range(r.randint(0, 9))]
        if self.chance(0.85):  # for most, some row holds whatever the version
            exclusions += [{"id": f"all-{i}", "device": device, "when": {"client": ">=1"},
                            "extension": f".all{i}"} for i, device in enumerate(devices)]
        urls = [self.url_row(i, parties) for i in range(r.randint(0, 2))]
        made["ports"] = self.blocks(name, "ports", ports)
        made["exclusions"] = self.blocks(name, "exclusions", exclusions)
        made["urls"] = self.blocks(name, "urls", urls)
        return made

    # ---- sites ----

    def group(self, number, profiles, parties):
        r = self.r
        device = r.choice([d for p in profiles for d in p["devices"].values()])
        platform = device["platform"]
        roles = {device["role"]} | set(self.some(
            sorted({d["role"] for p in profiles for d in p["devices"].values()})))
        made = {"name": f"group-{number}", "platform": platform,
                "roles": self.owned([p for p in profiles if device in p["devices"].values()],
                                    sorted(roles), device["role"]),
                "arch": r.choice(("x86", "x86_64", "x86_64", "arm64")),
                "os": {system: r.choice(SYSTEM_VERSIONS)
                       for system in self.some(SYSTEMS[platform], 1, 1)}}
        if self.chance(0.7):
            made["versions"] = {r.choice(("client", f"{profiles[0]['id']}:client")):
                                r.choice(VERSIONS)}
        if self.chance(0.2):
            made["edition"] = r.choice(EDITIONS)
        if self.chance(0.2):
            made["drive"] = r.choice(("D:", "e:"))
        if self.chance(0.25):
            made["features"] = self.owned(profiles, self.some(FEATURES))
        if self.chance(0.3):
            made["places"] = self.place_settings(profiles)
        if self.chance(0.2):
            made["parameters"] = {"base-windows": "F:\\Group", "base-unix": "/group"}
        if parties and self.chance(0.4):
            made["party"] = r.choice(parties)
        return made

    def owned(self, profiles, names, only=None):
        """Some of the names (or `only` that one) as those of one profile alone."""
        return [f"{profiles[0]['id']}:{name}" if self.chance(0.15) and only in (None, name)
                else name for name in names]

    def place_settings(self, profiles):
        settings = {}
        for place in self.some(PLACES, 1, 2):
            key = self.r.choice((place, place, f"{profiles[0]['id']}:{place}"))
            settings[key] = {
                "windows": self.r.choice(("D:\\Own\\" + place.replace(" ", ""), "\\Own")),
                "linux": "/own/" + place.replace(" ", "-"), "macos": "/Own//Folder/"}
        return settings

    def party(self, name):
        r, made = self.r, {}
        addresses = [a for family in self.families
                     for a in self.some(ADDRESSES[family], self.chance(0.95), 3)]
        if self.chance(0.35):  # many that are no neighbours: sources of a class
            addresses += [HOSTS[family].format(2 * n) for family in self.families
                          for n in r.sample(range(40), r.randint(6, 16))]
        r.shuffle(addresses)
        names = [f"{name.lower()}.example.com"]
        kind = r.random()
        if kind < 0.05:
            made["fqdn"] = names
            self.only_names.add(name)
        elif kind < 0.18:
            made["fqdn"] = names
            made["pinned"] = {"addresses": addresses or [ADDRESSES[self.families[0]][0]],
                              "on": "2026-11-20"}
        else:
            made["addresses"] = self.one_or_list(addresses or
                                                 [ADDRESSES[self.families[0]][4]])
            if kind < 0.3:
                made["fqdn"] = names
        if self.chance(0.3):
            made["zone"] = name.lower()
        return made

    def site(self):
        r = self.r
        profiles = [self.profile(ALPHA)]
        if self.chance(0.5):
            profiles.append(self.profile(BETA))
        parties = [p for p in PARTIES if any(p in each["parties"] for each in profiles)]
        made = {"carveout": "site/1", "name": "s", "profiles": [],
                "versions": {"server": r.choice(VERSIONS), "client": r.choice(VERSIONS)},
                "drive": "C:", "dynamic-ports": r.choice(("49152-65535", "1024-5000,49152")),
                "parties": {party: self.party(party) for party in parties}}
        if self.chance(0.8):
            made["ip"] = self.one_or_list([str(f) for f in self.families])
        made["edition"] = r.choice(EDITIONS) if self.chance(0.6) or not all(
            "editions" in p for p in profiles) else {p["id"]: r.choice(EDITIONS)
                                                     for p in profiles}
        if self.chance(0.5):
            made["features"] = self.one_or_list(self.owned(profiles,
                                                           self.some(FEATURES, 1)))
        if self.chance(0.4):
            made["classes"] = ["performance"]
        if self.chance(0.4):
            made["places"] = self.place_settings(profiles)
        if self.chance(0.4):
            made["parameters"] = {r.choice(("main-port", f"{ALPHA}:main-port")): "9443",
                                  "port-list": "1-2,65535"}
        made["groups"] = [self.group(i, profiles, parties) for i in range(r.randint(1, 4))]
        made["fill"] = self.fills
        hosts = [g["name"] for g in made["groups"] if "party" in g and self.chance(0.5)]
        with_addresses = [p for p in parties if p not in self.only_names]
        hosts += self.some(with_addresses, 0, 2)
        made["targets"] = {"csv": {}, "json": {},
                           "nftables": {"gateway": "true", "hosts": hosts}}
        made["profiles"] = [self.store(profile) for profile in profiles]
        return made

    def store(self, profile):
        """Writes a profile as one of the ways that a site may name it."""
        way = self.r.choice(("path", "id", "json", "inline"))
        if way == "inline" and not any(isinstance(profile[t], dict) for t in
                                       ("ports", "exclusions", "urls")):
            return profile
        name = profile["id"] + (".json" if way == "json" else ".yaml")
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        for table in ("ports", "exclusions", "urls"):
            if isinstance(profile[table], dict):
                table_file = profile[table]["csv"]
                (self.folder / table_file).rename(path.parent / table_file)
        path.write_text(as_text(profile), encoding="utf-8")
        return profile["id"] if way == "id" else f"./{name}"


def as_text(document):
    """JSON, which is YAML as well: all scalars are texts, so nothing is guessed."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def make(seed, folder):
    """Writes the site of that seed and its profiles into an empty folder."""
    path = folder / "site.yaml"
    path.write_text(as_text(Maker(seed, folder).site()), encoding="utf-8")
    return path
