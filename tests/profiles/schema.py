#!/usr/bin/env python3
"""The JSON Schemas of `carveout schema` against an independent validator and the reader.

    tests/profiles/schema.py PROGRAM

1. They are schemas of the draft that they name.
2. Every shipped profile and example site validates: as the text that carveout reads
   (each scalar a string), and as an editor sees it (the core schema of YAML 1.2).
3. In these files a parser of YAML 1.1 reads the same as carveout, but for flags.
4. No document of the golden cases is refused that the reader takes.
5. Documents with one mistake each are refused by the reader and by the schema.
6. Of values made up at random no schema refuses one that the reader takes."""

import copy
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import warnings

import yaml

warnings.simplefilter("ignore", DeprecationWarning)
import jsonschema  # noqa: E402  (its version is told as deprecated when it is loaded)

PROGRAM = str(pathlib.Path(sys.argv[1]).resolve())
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TODAY = "--today=2026-11-23"

checked = 0
problems = []


def check(holds, what):
    global checked
    checked += 1
    if not holds:
        problems.append(what)


# ---- loaders ----

class TextLoader(yaml.BaseLoader):
    """Every scalar is text, as carveout reads it."""


class EditorLoader(yaml.SafeLoader):
    """The core schema of YAML 1.2.2, section 10.3.2."""


EditorLoader.yaml_implicit_resolvers = {}
for tag, pattern, first in (
        ("null", r"~|null|Null|NULL|", "~nN\0"),
        ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
        ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
        ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789")):
    EditorLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(rf"^(?:{pattern})$"),
                                       [c if c != "\0" else "" for c in first])


def load(path, loader):
    return yaml.load(path.read_text(encoding="utf-8"), loader)  # the loaders make no objects


# ---- judges ----

def schema_of(kind):
    text = subprocess.run([PROGRAM, "schema", kind], capture_output=True, text=True, check=True)
    schema = json.loads(text.stdout)
    check(schema["$schema"] == jsonschema.Draft202012Validator.META_SCHEMA["$id"],
          f"the schema of a {kind} is of {schema['$schema']}")
    jsonschema.Draft202012Validator.check_schema(schema)
    check_messages(schema)
    return jsonschema.Draft202012Validator(schema)


def check_messages(schema, where="$"):
    """Where there is a pattern, an editor has words for it."""
    if isinstance(schema, dict):
        if isinstance(schema.get("pattern"), str):
            check(schema.get("patternErrorMessage", "").startswith("not "), f"{where}: no words")
        for key, value in schema.items():
            check_messages(value, f"{where}.{key}")
    elif isinstance(schema, list):
        for number, value in enumerate(schema):
            check_messages(value, f"{where}[{number}]")


def kind_of(document):
    said = document.get("carveout") if isinstance(document, dict) else None
    return {"profile/1": "profile", "site/1": "site"}.get(said)


def reader_takes(path):
    """Whether nothing about the file's own form is wrong: what a schema could see."""
    done = subprocess.run([PROGRAM, "check", str(path), TODAY, "--diagnostics=json",
                           f"--profiles={ROOT / 'profiles'}"], capture_output=True, text=True)
    return done.returncode == 0, done.stderr


# ---- shipped files ----

def same_in_yaml_1_1(text, other, where):
    """`other` is what a parser of YAML 1.1 made of the same file."""
    if isinstance(text, dict) and isinstance(other, dict):
        check(list(text) == list(other), f"{where}: YAML 1.1 reads other keys: {list(other)}")
        for key, value in text.items():
            same_in_yaml_1_1(value, other.get(key), f"{where}.{key}")
    elif isinstance(text, list) and isinstance(other, list):
        for number, value in enumerate(text):
            same_in_yaml_1_1(value, other[number], f"{where}[{number}]")
    elif text in ("true", "false"):
        check(other is (text == "true"), f"{where}: a flag is {other!r} in YAML 1.1")
    elif text == "":
        check(other in (None, ""), f"{where}: an empty value is {other!r} in YAML 1.1")
    else:
        check(text == other, f"{where}: {text!r} is {other!r} in YAML 1.1")


def check_shipped(schemas):
    files = sorted([*ROOT.glob("profiles/**/*.yaml"), *ROOT.glob("examples/**/*.yaml")])
    for path in files:
        short = path.relative_to(ROOT)
        text = load(path, TextLoader)
        kind = kind_of(text)
        check(kind, f"{short} is neither a profile nor a site")
        for document, how in ((text, "as text"), (load(path, EditorLoader), "in an editor")):
            for error in schemas[kind].iter_errors(document):
                check(False, f"{short} {how}: {error.json_path}: {error.message[:200]}")
            check(True, "")
        same_in_yaml_1_1(text, yaml.safe_load(path.read_text(encoding="utf-8")), str(short))
    return len(files)


# ---- what the reader takes ----

def check_taken(schemas):
    """Documents of the golden cases: a schema may know less, and never more."""
    taken = 0
    for path in sorted(ROOT.glob("tests/golden/**/*.yaml")):
        if "/out/" in str(path):
            continue
        if not reader_takes(path)[0]:
            continue
        documents = [load(path, TextLoader), load(path, EditorLoader)]
        kind = kind_of(documents[0])
        taken += 1
        for document in documents:
            for error in schemas[kind].iter_errors(document):
                check(False, f"{path.relative_to(ROOT)} is taken, but {error.json_path}: "
                             f"{error.message[:200]}")
        check(True, "")
    check(taken > 100, f"only {taken} golden documents are looked at")
    return taken


# ---- what both refuse ----

PROFILE = {
    "carveout": "profile/1", "id": "acme/agent", "title": "Acme Agent",
    "source": {"page": {"title": "Requirements", "url": "https://acme.example.com/page",
                        "retrieved": "2026-11-02", "cites": {"Other": "https://acme.example.com/x"}}},
    "versions": {"agent": "Acme Agent"}, "editions": ["cloud", "site"], "features": ["relay"],
    "ip": ["4", "6"],
    "places": {"Agent": {"aliases": ["Agent folder"], "source": "page",
                         "windows": [{"when": {"arch": "x86_64"}, "path": "C:\\Agent"}],
                         "linux": "/opt/agent"}},
    "parameters": {"port": {"default": "8443", "type": "port"}, "name": "agent"},
    "parties": {"Agent": {"aliases": ["Agents"]}, "Server": {"external": "true"}},
    "devices": {"PC": {"platform": "windows", "role": "pc"}},
    "requires": [{"component": "Server", "version": ">=7.2", "optional": "true"}],
    "supports": {"windows": {"as": "Acme Agent"}, "rhel": "6.x or 7.x"},
    "ports": [
        {"id": "one", "from": "Agent", "to": ["Server"], "port": "443", "protocol": "tcp",
         "source-port": "any", "initiates": "either", "scope": "same-subnet", "source": "page"},
        {"when": {"feature": "relay"}, "source": "page", "rows": [
            {"id": "two", "from": "Agent", "to": "Server", "port": ["80", "8000-8080,9000"],
             "protocol": ["tcp", "udp"], "class": "performance", "since": "2026-01-31"}]}],
    "exclusions": [
        {"id": "agent", "device": "PC", "process": "C:\\Agent\\agent.exe", "children": "true",
         "when": {"agent": "7.2.x"}},
        {"id": "hash", "device": ["PC"], "sha256": "0" * 64, "extension": ".acme"},
        {"id": "folder", "device": "PC", "folder": "<Agent>", "recursive": "false",
         "status": "withdrawn"},
        {"id": "tls", "device": "PC", "tls-inspection": "*.example.com"}],
    "urls": [{"id": "api", "from": "Agent", "url": ["https://*.example.com:8443/v1"],
              "port": {"hole": "Ports"}}],
    "permissions": [{"title": "Roles", "roles": ["Admin"], "source": "page",
                     "rows": [{"permission": "Agent", "grants": {"Admin": ["read"]}}]}],
}

SITE = {
    "carveout": "site/1", "name": "hq", "profiles": [{
        "carveout": "profile/1", "id": "acme/agent", "editions": ["site"],
        "versions": {"agent": "Acme Agent"}, "features": ["relay"],
        "parties": {"Agent": {}, "Server": {}}, "places": {"Agent": {}},
        "devices": {"PC": {"platform": "windows", "role": "pc"}},
        "parameters": {"port": "443"},
        "ports": [{"id": "one", "from": "Agent", "to": "Server", "port": "${port}",
                   "protocol": "tcp"}],
        "exclusions": [{"id": "agent", "device": "PC", "file": "<Agent>\\agent.dat",
                        "when": {"agent": "7.x"}},
                       {"id": "open", "device": "PC", "file": {"hole": "somewhere"}}]}],
    "edition": "site", "versions": {"agent": "7.4"}, "ip": ["4", "6"], "features": ["relay"],
    "classes": ["performance"], "drive": "C:", "dynamic-ports": "49152-65535",
    "groups": [{"name": "pcs", "platform": "windows", "roles": ["pc"], "arch": "x86_64",
                "os": {"windows": "10"}, "versions": {"agent": "7.4.x"}, "drive": "D:",
                "places": {"Agent": {"windows": "E:\\Agent"}}}],
    "parties": {"Agent": {"addresses": ["10.0.0.0/24", "2001:db8::1"], "zone": "inside"},
                "Server": {"fqdn": "server.example.com",
                           "pinned": {"addresses": "192.0.2.1-192.0.2.9", "on": "2026-11-20"}}},
    "places": {"Agent": {"windows": "C:\\Agent"}}, "parameters": {"port": "8443"},
    "fill": [{"row": "acme/agent#exclusions/open", "set": {"file": "C:\\x"}, "reason": "a test"}],
    "targets": {"json": {"groups": ["pcs"]}, "csv": {}, "nftables": {"gateway": "true"}},
    "accept": [], "inventory": {"Server": "7.3"},
}

ACCEPTANCE = {"row": "acme/agent#exclusions/agent", "finding": "wider", "target": "json",
              "of": "0" * 20, "reason": "a test", "by": "me", "until": "2027-06-30"}
GONE = object()

# Where, and what stands there: one mistake each, that both must see.
ROW, EXCLUSION, BLOCK = ("ports", 0), ("exclusions", 0), ("ports", 1)
PROFILE_MISTAKES = [
    (("carveout",), "profile/2"), (("carveout",), GONE), (("id",), GONE), (("id",), "acme"),
    (("id",), "Acme/agent"), (("id",), "acme/agent/more"), (("idd",), "acme/agent"),
    (("title",), ["Acme"]), (("title",), " Acme"), (("title",), ""),
    (("source",), ["page"]), (("source", "page", "url"), GONE),
    (("source", "page", "retrieved"), GONE), (("source", "page", "retrieved"), "2026-11"),
    (("source", "page", "retrieved"), "23.11.2026"), (("source", "page", "retrieved"), "2026-13-01"),
    (("source", "page", "url"), "ftp://acme.example.com"), (("source", "page", "url"), "a page"),
    (("source", "page", "cites"), ["https://acme.example.com"]),
    (("source", "page", "cites", "Other"), "not an address"), (("source", "page", "author"), "me"),
    (("versions",), ["agent"]), (("editions",), {"cloud": "yes"}), (("editions", 0), "Cloud"),
    (("features", 0), "-relay"), (("ip",), ["4", "5"]), (("ip",), "5"),
    (("places", "Agent", "folder"), "C:\\Agent"), (("places", "Agent", "windows", 0, "path"), GONE),
    (("places", "Agent", "linux"), ""), (("places", "Agent", "windows", 0, "if"), {"arch": "x86"}),
    (("parameters", "port", "default"), GONE), (("parameters", "port", "type"), "number"),
    (("parameters", "port", "unit"), "tcp"), (("parties", "Agent", "external"), "maybe"),
    (("parties", "Agent", "address"), "10.0.0.1"), (("parties",), ["Agent"]),
    (("devices", "PC", "platform"), GONE), (("devices", "PC", "role"), GONE),
    (("devices", "PC", "platform"), "Windows"), (("devices", "PC", "platform"), "solaris"),
    (("devices", "PC", "role"), "PC role"), (("requires", 0, "component"), GONE),
    (("requires", 0, "version"), "seven"), (("requires", 0, "version"), ">=7.2 and later"),
    (("requires", 0, "version"), "~7.2"), (("requires", 0, "needed"), "true"),
    (("requires", 0, "optional"), "perhaps"), (("supports", "windows", "like"), "Acme Agent"),
    (("supports", "rhel"), "6 to 7"),
    (("ports",), {"id": "one"}), (("ports",), "ports.csv"), (("ports",), {"csv": "a.csv", "x": "y"}),
    ((*ROW, "id"), "One"), ((*ROW, "id"), "one row"), ((*ROW, "id"), "-one"), ((*ROW, "id"), "öne"),
    ((*ROW, "from"), GONE), ((*ROW, "to"), GONE), ((*ROW, "protocol"), GONE),
    ((*ROW, "from"), {"party": "Agent"}), ((*ROW, "form"), "Agent"),
    ((*ROW, "port"), "0"), ((*ROW, "port"), "65536"), ((*ROW, "port"), "70000"),
    ((*ROW, "port"), "100000"), ((*ROW, "port"), "http"), ((*ROW, "port"), "443/tcp"),
    ((*ROW, "port"), "80-"), ((*ROW, "port"), "-80"), ((*ROW, "port"), "+80"),
    ((*ROW, "port"), "080"), ((*ROW, "port"), "80 - 90"), ((*ROW, "port"), "80;90"),
    ((*ROW, "port"), "80,,90"), ((*ROW, "port"), "80,any"), ((*ROW, "port"), ""),
    ((*ROW, "port"), "*"), ((*ROW, "port"), "List here"), ((*ROW, "port"), "8e3"),
    ((*ROW, "port"), ["80", "http"]), ((*ROW, "port"), 70000), ((*ROW, "port"), 0),
    ((*ROW, "port"), 80.5), ((*ROW, "port"), -1), ((*ROW, "port"), {"hole": ["a"]}),
    ((*ROW, "port"), {"hole": "a", "note": "b"}), ((*ROW, "port"), {}),
    ((*ROW, "source-port"), "70000"), ((*ROW, "protocol"), "tpc"), ((*ROW, "protocol"), "TCP"),
    ((*ROW, "protocol"), "tcp/udp"), ((*ROW, "protocol"), "256"), ((*ROW, "protocol"), 256),
    ((*ROW, "icmp-type"), "echo"), ((*ROW, "icmp-type"), "256"),
    ((*ROW, "initiates"), "both"), ((*ROW, "scope"), "subnet"), ((*ROW, "status"), "gone"),
    ((*ROW, "class"), "optional"), ((*ROW, "since"), "yesterday"), ((*ROW, "optional"), "1"),
    ((*ROW, "when"), "cloud"), ((*ROW, "when"), [["edition"]]),
    ((*BLOCK, "rows", 0, "porto"), "80"), ((*BLOCK, "rows"), {"id": "two"}),
    ((*BLOCK, "title"), "a block"), ((*BLOCK, "rows", 0, "port"), "70000"),
    ((*EXCLUSION, "device"), GONE), ((*EXCLUSION, "proces"), "C:\\x"),
    ((*EXCLUSION, "process"), ""), ((*EXCLUSION, "process"), {"path": "C:\\x"}),
    ((*EXCLUSION, "children"), "maybe"), (("exclusions", 1, "sha256"), "0" * 63),
    (("exclusions", 1, "sha256"), "g" * 64), (("exclusions", 1, "extension"), "*.log"),
    (("exclusions", 1, "extension"), ""), (("exclusions", 2, "recursive"), "yes"),
    (("exclusions", 3, "tls-inspection"), "a b"), (("urls", 0, "url"), GONE),
    (("urls", 0, "url"), "file:///etc"), (("urls", 0, "url"), "https://"),
    (("urls", 0, "url"), ["x y"]), (("permissions", 0, "title"), GONE),
    (("permissions", 0, "rows", 0, "permission"), GONE), (("permissions", 0, "columns"), ["a"]),
    (("permissions", 0, "rows", 0, "grants"), "read"),
]
GROUP, PARTY = ("groups", 0), ("parties", "Agent")
SITE_MISTAKES = [
    (("carveout",), "site/2"), (("name",), GONE), (("name",), "HQ"), (("name",), "head office"),
    (("profiles",), GONE), (("profiles", 0, "idd"), "x/y"), (("profiles", 0, "ports", 0, "port"), "0"),
    (("profile",), "tanium/core"), (("versions", "agent"), "7.2 beta"), (("ip",), ["5"]),
    (("features",), {"relay": "true"}), (("classes",), ["slow"]), (("drive",), "C"),
    (("drive",), "CD:"), (("drive",), "C:\\"), (("dynamic-ports",), "all"),
    (("dynamic-ports",), "70000"), ((*GROUP, "name"), GONE), ((*GROUP, "name"), "My PCs"),
    ((*GROUP, "platform"), GONE), ((*GROUP, "platform"), "win"), ((*GROUP, "arch"), "amd64"),
    ((*GROUP, "role"), "pc"), ((*GROUP, "drive"), "D"), ((*GROUP, "os"), "10"),
    ((*GROUP, "os", "windows"), "ten"), ((*GROUP, "versions"), ["7.4"]),
    ((*GROUP, "places", "Agent", "path"), "C:\\x"), (("groups",), {"name": "pcs"}),
    ((*PARTY, "addresses"), "10.0.0"), ((*PARTY, "addresses"), "server.example.com"),
    ((*PARTY, "addresses"), "10.0.0.0/24/8"), ((*PARTY, "addresses"), "10.0.0.300"),
    ((*PARTY, "addresses"), ["10.0.0.1", "10.0.0.1:80"]), ((*PARTY, "address"), "10.0.0.1"),
    (("parties", "Server", "fqdn"), "a b"), (("parties", "Server", "fqdn"), "*.example.com"),
    (("parties", "Server", "fqdn"), "https://server.example.com"),
    (("parties", "Server", "pinned", "on"), GONE), (("parties", "Server", "pinned", "on"), "20.11.2026"),
    (("parties", "Server", "pinned", "addresses"), GONE),
    (("fill", 0, "row"), GONE), (("fill", 0, "set"), GONE), (("fill", 0, "reason"), GONE),
    (("fill", 0, "why"), "x"), (("targets",), ["json"]), (("targets", "jsonn"), {}),
    (("targets", "json", "gateways"), "true"), (("targets", "nftables", "gateway"), "on"),
    (("accept",), [{**ACCEPTANCE, "of": "0" * 19}]), (("accept",), [{**ACCEPTANCE, "until": "2027"}]),
    (("accept",), [{**ACCEPTANCE, "because": "x"}]), (("accept",), {"row": "x"}),
    (("accept",), [{key: value for key, value in ACCEPTANCE.items() if key != "reason"}]),
    (("accept",), [{key: value for key, value in ACCEPTANCE.items() if key != "until"}]),
    (("inventory", "Server"), "new"), (("site",), "hq"),
]


def with_mistake(document, path, value):
    document = copy.deepcopy(document)
    at = document
    for key in path[:-1]:
        at = at[key]
    if value is GONE:
        del at[path[-1]]
    elif isinstance(at, list) and path[-1] == len(at):
        at.append(value)
    else:
        at[path[-1]] = value
    return document


def check_refused(schemas, folder):
    for kind, document, mistakes in (("profile", PROFILE, PROFILE_MISTAKES),
                                     ("site", SITE, SITE_MISTAKES)):
        path = folder / f"{kind}.json"
        path.write_text(json.dumps(document))
        taken, said = reader_takes(path)
        check(taken, f"the reader refuses the {kind} to begin with: {said}")
        for error in schemas[kind].iter_errors(document):
            check(False, f"the schema refuses the {kind} to begin with: {error.json_path}: "
                         f"{error.message[:200]}")
        for where, value in mistakes:
            broken = with_mistake(document, where, value)
            path.write_text(json.dumps(broken))
            shown = f"{kind}: {'.'.join(map(str, where))} = {'(gone)' if value is GONE else value!r}"
            check(not reader_takes(path)[0], f"the reader takes {shown}")
            check(not schemas[kind].is_valid(broken), f"the schema takes {shown}")
    return len(PROFILE_MISTAKES) + len(SITE_MISTAKES)


# ---- values at random ----

def profile_of(key, values):
    return {"carveout": "profile/1", "id": "acme/agent", key: values,
            "parties": {"Agent": {}}, "devices": {"PC": {"platform": "linux", "role": "pc"}}}


def rows(key, field, **others):
    """A profile whose table `key` has a row for each value."""
    return "profile", lambda values: profile_of(key, [{**others, field: value} for value in values])


def party(field):
    """A site with a party for each value."""
    return "site", lambda values: {
        "carveout": "site/1", "name": "hq", "profiles": [profile_of("title", "Agent")],
        "ip": ["4", "6"], "targets": {"json": {}},
        "parties": {f"Agent {number}": {field: value} for number, value in enumerate(values)}}


PORT_ROW = {"from": "Agent", "to": "Agent"}
MADE_UP = (
    (rows("ports", "port", protocol="tcp", **PORT_ROW),
     ["443", "1-65535", "80, 443", "80,8080-8090", "any", "dynamic", "65535", "60000-60010"],
     "0123456789,- $anyd"),
    (rows("ports", "protocol", port="1", **PORT_ROW), ["tcp", "udp", "tcp+udp", "sctp", "6", "17"],
     "0123456789tcpud+"),
    (rows("ports", "id", port="1", protocol="tcp", **PORT_ROW), ["one", "a-b-c", "3com", "x1"],
     "abc019-_ A."),
    (rows("ports", "since", port="1", protocol="tcp", **PORT_ROW),
     ["2026-11-23", "2024-02-29", "1999-12-31", "2000-01-01"], "0123456789-"),
    (rows("requires", "version", component="Agent"),
     ["7.2.x", ">=7.4.1.1955", "6.x or 7.x", ">=1, <2", "!=7.2.314.3518", " < 3 ,> 1 or 5 "],
     "0123456789.x<>=!, or"),
    (rows("requires", "component"), ["Agent", "Agent server", "a", "Ägent"], "A \u00a0\tÄ.\u3000"),
    (rows("urls", "url"),
     ["https://*.example.com:8443/v1", "example.com", "http://a/b?c=d#e", "*.a.b", "müller.example"],
     "abc:/.*?#%~ -_@[]1é"),
    (rows("exclusions", "extension", device="PC"), [".log", "db", ".a-b", ".vbk.tmp"], "ab.*-_~$+ 1é"),
    (party("addresses"),
     ["10.0.0.1", "10.0.0.0/24", "10.0.0.1-10.0.0.9", "2001:db8::1", "2001:db8::/32", "::1",
      "::ffff:192.0.2.1", "2001:db8::1-2001:db8::9", "0.0.0.0/0"], "0123456789abcdef.:/-"),
    (party("fqdn"), ["server.example.com", "a", "a-b.c_d.example", "müller.example"],
     "abc.-_ 1*é:/@"),
)
VALUES, AT_A_TIME = 240, 40  # findings of one kind are shown a hundred at a time


def made_up(seeds, alphabet, chance):
    value = list(chance.choice(seeds))
    for _ in range(chance.randint(0, 3)):
        at = chance.randint(0, len(value))
        if value and chance.random() < 0.4:
            del value[min(at, len(value) - 1)]
        elif value and chance.random() < 0.3:
            value[at:at] = value[:chance.randint(1, len(value))]
        else:
            value.insert(at, chance.choice(alphabet))
    return "".join(value)


def check_made_up(schemas, folder):
    chance = random.Random(1795392000)
    taken = refused = 0
    for (kind, document_of), seeds, alphabet in MADE_UP:
        values = sorted({*seeds, *(made_up(seeds, alphabet, chance) for _ in range(VALUES))})
        path = folder / "made-up.json"
        for start in range(0, len(values), AT_A_TIME):
            batch = values[start:start + AT_A_TIME]
            # A value has lines of its own, so that a finding leads to it.
            text = json.dumps(document_of([f"<<{n}>>" for n in range(len(batch))]), indent=0)
            for number, value in enumerate(batch):
                text = text.replace(f'"<<{number}>>"', json.dumps(value, ensure_ascii=False))
            path.write_text(text, encoding="utf-8")
            lines = text.split("\n")
            wrong = {lines[found["line"] - 1] for found in json.loads(reader_takes(path)[1])["findings"]
                     if found["severity"] == "error" and "line" in found}
            for value in batch:
                said = json.dumps(value, ensure_ascii=False)
                if any(line.rstrip(",").endswith(f": {said}") for line in wrong):
                    refused += 1
                    continue
                taken += 1
                check(schemas[kind].is_valid(document_of([value])),
                      f"the reader takes {said}, and the schema does not: {seeds[0]}")
    check(taken > 200 and refused > 200, f"{taken} values at random are taken, {refused} refused")
    return taken


def main():
    schemas = {kind: schema_of(kind) for kind in ("profile", "site")}
    shipped, taken = check_shipped(schemas), check_taken(schemas)
    with tempfile.TemporaryDirectory(prefix="carveout-schema-") as name:
        refused = check_refused(schemas, pathlib.Path(name))
        values = check_made_up(schemas, pathlib.Path(name))
    for problem in problems:
        print("FAILED:", problem)
    print(f"{checked} tests of the schemas, {len(problems)} failed: {shipped} shipped files, "
          f"{taken} others that the reader takes, {refused} mistakes, {values} values made up")
    sys.exit(1 if problems else 0)


main()
