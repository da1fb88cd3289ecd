#!/usr/bin/env python3
"""Every shipped profile compiles, for every target that serves one of its platforms.

    tests/profiles/check.py PROGRAM [--profiles DIR] [ID...]

For each profile sites are made: one for each edition, version and system that its
conditions ask for, with all features on, holes filled and places set as sites.yaml says,
and accepted what the first compile asks for.  Each must end with exit code 0 and a proof
of more than no entries; over all sites of a profile every row must have applied once,
and every target must have got an entry or say of each row why not.  A profile that
sites.yaml does not know fails, and so does one that is known and not there.  At the end
copies of the catalogue are broken, and must not pass."""

import argparse
import csv
import itertools
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TODAY = "2026-11-23"
PLATFORMS = ("windows", "linux", "macos")
ROUNDS = 12  # of acceptances: findings of one kind are shown a hundred at a time


class Problem(Exception):
    pass


def listed(value):
    return value if isinstance(value, list) else [value]


def rows_of(profile):
    """(table, row) of all tables, blocks opened."""
    for table in ("ports", "exclusions", "urls"):
        for member in profile.get(table) or []:
            for row in member.get("rows", [member]):
                yield table, row


def has_hole(row):
    return any(isinstance(value, dict) and "hole" in value for value in row.values())


# ---- targets ----

def targets_of(program):
    """name -> the platforms whose exclusions it takes, and whether it takes flows."""
    text = subprocess.run([program, "targets"], capture_output=True, text=True, check=True).stdout
    found = {}
    for block in text.strip().split("\n\n"):
        name = re.match(r"[a-z][a-z-]*", block).group()
        lists = re.search(r"^    exclusions on (.*)$", block, re.M)
        subjects = re.search(r"^    for (.*)$", block, re.M).group(1)
        found[name] = (set(lists.group(1).split(", ")) if lists else set(),
                       "the site" in subjects or "hosts" in subjects)
    return found


def options_of(target, groups, parties):
    """What a target cannot do without.  `groups`: the names of those that it serves."""
    named = {group: f"{number:032x}" for number, group in enumerate(groups, 1)}
    return {
        "nftables": {"gateway": True},
        "nftables-json": {"gateway": True},
        "paloalto-xml": {"scope": "vsys1", "version": "10.1", "rules": {"before": "Rest"}},
        "paloalto-set": {"scope": "vsys1", "version": "10.1", "rules": {"before": "Rest"}},
        "windows-firewall": {"hosts": parties, "direction": "both", "default-outbound": "block"},
        "defender-intune": {"base": "intune.json"},
        "crowdstrike": {"host-groups": named},
        "sentinelone": {"sites": named},
        "elastic-defend": {"version": "9.4", "policies": named},
        "carbon-black": {"org-key": "ABCD1234", "policies": named},
        "sysmon": {"events": ["ProcessCreate", "FileCreate"]},
        "clamav": {"version": "1.4.0"},
    }.get(target, {})


# ---- sites ----

def groups_of(profile, operating_system, versions):
    roles = {platform: [] for platform in PLATFORMS}
    for device in (profile.get("devices") or {}).values():
        roles[device["platform"]].append(device["role"])
    systems = {"linux": operating_system or {"rhel": "8.9"}, "macos": {"macos": "12.6"}}
    for platform in PLATFORMS:
        if roles[platform]:
            yield {"name": platform, "platform": platform, "arch": "x86_64",
                   "roles": sorted(set(roles[platform])), "versions": versions,
                   **({"os": systems[platform]} if platform in systems else {})}


def parties_of(profile):
    return {name: {"addresses": [f"10.0.{number}.0/28", f"2001:db8:{number}::/64"], "zone": "z"}
            for number, name in enumerate(profile.get("parties") or {}, 1)}


def site_of(targets_there, identifier, profile, facts, choice):
    edition, versions, operating_system, written_out = choice
    groups = list(groups_of(profile, operating_system, versions))
    parties = parties_of(profile)
    tables = {table for table, _ in rows_of(profile)}
    targets = {}
    for target, (lists, flows) in targets_there.items():
        served = [group["name"] for group in groups if group["platform"] in lists]
        if served or flows and tables & {"ports", "urls"}:
            targets[target] = options_of(target, served, sorted(parties))
    places = {**facts.get("places", {}), **(facts["written-out"] if written_out else {})}
    return {
        "carveout": "site/1", "name": "shipped", "profiles": [identifier],
        **({"edition": edition} if edition else {}),
        "ip": ["4", "6"], "drive": "C:",
        "features": profile.get("features", []), "classes": ["performance"],
        "groups": groups, "parties": parties,
        "places": {name: {"windows": path} for name, path in places.items()},
        "parameters": facts.get("parameters", {}),
        "fill": [{"row": f"{identifier}#{row}", "set": keys, "reason": "a test of the catalogue"}
                 for row, keys in facts.get("fill", {}).items()],
        "targets": targets, "accept": [],
    }


def choices_of(profile, facts):
    """(edition, versions, system of the Linux groups, whether variables are written out)"""
    for edition in profile.get("editions", [None]):
        versions = facts.get("versions", [{}])
        versions = versions[edition] if isinstance(versions, dict) else versions
        yield from itertools.product([edition], versions, facts.get("os", [None]),
                                     [False, True] if "written-out" in facts else [False])


# ---- compiling ----

def compile_site(program, profiles, folder, site):
    """The output directory, or Problem.  Acceptances are those that compile asks for."""
    (folder / "intune.json").write_text(json.dumps(
        {"ExcludedPaths": None, "ExcludedProcesses": None, "ExcludedExtensions": None}))
    path, out = folder / "site.json", folder / "out"
    for _ in range(ROUNDS):
        path.write_text(json.dumps(site, indent=1))
        done = subprocess.run(
            [program, "compile", str(path), "-o", str(out), f"--today={TODAY}",
             f"--profiles={profiles}", "--diagnostics=json"], capture_output=True, text=True)
        if done.returncode == 0:
            said = re.search(r"^proved (\d+) artefacts?, (\d+) entr(y|ies)$", done.stdout, re.M)
            if not said or int(said.group(2)) == 0:
                raise Problem(f"nothing is proved: {done.stdout}")
            return out
        errors = [found for found in json.loads(done.stderr)["findings"]
                  if found["severity"] == "error"]
        asked = [stanza for found in errors if found.get("help", "").startswith("accept:")
                 for stanza in yaml.safe_load(re.sub(r"(reason|by): ,", r"\1: test,", found["help"])
                                              .replace("YYYY-MM-DD", "2027-06-30"))["accept"]]
        if not asked or len(asked) != len(errors):
            raise Problem("; ".join(found["text"] for found in errors
                                    if not found.get("help", "").startswith("accept:"))[:600]
                          or done.stderr[:600])
        site["accept"] += asked
    raise Problem(f"still not accepted after {ROUNDS} rounds")


class Seen:
    """What the sites of one profile showed."""

    def __init__(self):
        self.applied = set()   # rows
        self.asked = set()     # targets
        self.served = set()    # targets with an entry
        self.silent = {}       # target -> rows that applied and left no word

    def take(self, site, out):
        manifest = json.loads((out / "manifest.json").read_text())
        self.asked |= set(site["targets"])
        self.served |= {artefact["target"] for artefact in manifest["artefacts"]
                        if artefact["entries"]}
        with open(out / "ledger.csv", newline="", encoding="utf-8") as file:
            for line in csv.DictReader(file):
                words = {target: line[target] for target in site["targets"] if line[target]}
                if any(word != "not-applicable" for word in words.values()):
                    self.applied.add(line["row"])
                for target, word in words.items():
                    if word not in ("impossible", "not-applicable"):
                        self.silent.setdefault(target, set()).add(line["row"])


def check_profile(program, profiles, identifier, facts, count):
    profile = yaml.safe_load((profiles / f"{identifier}.yaml").read_text())
    targets, seen = targets_of(program), Seen()
    for choice in choices_of(profile, facts):
        site = site_of(targets, identifier, profile, facts, choice)
        said = ", ".join(str(part) for part in choice if part)
        with tempfile.TemporaryDirectory(prefix="carveout-profile-") as name:
            try:
                seen.take(site, compile_site(program, profiles, pathlib.Path(name), site))
            except Problem as problem:
                raise Problem(f"{identifier} ({said}): {problem}") from None
        count["sites"] += 1
        count["targets"] |= set(site["targets"])
    rows = {f"{identifier}#{table}/{row['id']}" for table, row in rows_of(profile)
            if row.get("status") != "withdrawn"}
    if rows - seen.applied:
        raise Problem(f"{identifier}: no site reaches {sorted(rows - seen.applied)}")
    for target in sorted(seen.asked - seen.served):
        if seen.silent.get(target):
            raise Problem(f"{identifier}: {target} has no entry, but carries "
                          f"{sorted(seen.silent[target])}")
    for row in facts.get("fill", {}):
        if row != "ip" and not any(f"{table}/{shipped['id']}" == row and has_hole(shipped)
                                   for table, shipped in rows_of(profile)):
            raise Problem(f"{identifier}: sites.yaml fills {row}, which has no hole")


# ---- the catalogue ----

def check_same_rows(profiles):
    """tanium/client and tanium/core say the same of the rows that both have."""
    both = []
    for name in ("core", "client"):
        profile = yaml.safe_load((profiles / f"tanium/{name}.yaml").read_text())
        both.append({(table, row["id"]): {key: value for key, value in row.items() if key != "when"}
                     for table, row in rows_of(profile)})
    shared = both[0].keys() & both[1].keys()
    if len(shared) < 10:
        raise Problem("tanium/core and tanium/client share too few rows")
    for key in sorted(shared):
        if both[0][key] != both[1][key]:
            raise Problem(f"tanium/core and tanium/client differ in {'/'.join(key)}")


def check_head(profiles, identifier):
    """What every row of a shipped profile has."""
    profile = yaml.safe_load((profiles / f"{identifier}.yaml").read_text())
    if profile["id"] != identifier:
        raise Problem(f"{identifier}: its id is {profile['id']}")
    for table in ("ports", "exclusions", "urls"):
        for member in profile.get(table) or []:
            for row in member.get("rows", [member]):
                if "id" not in row:
                    raise Problem(f"{identifier}: a row of {table} has no id")
                if "source" not in row and "source" not in member:
                    raise Problem(f"{identifier}#{table}/{row['id']} names no source")


def check_catalogue(program, profiles, wanted, count):
    """The problems of a catalogue, one text each."""
    facts = yaml.safe_load((pathlib.Path(__file__).parent / "sites.yaml").read_text())
    there = {str(path.relative_to(profiles).with_suffix("")) for path in profiles.rglob("*.yaml")}
    problems = [f"{identifier}: sites.yaml has no site for it"
                for identifier in sorted(there - set(facts))]
    problems += [f"{identifier} is gone" for identifier in sorted(set(facts) - there)]
    for identifier in sorted(there & set(facts)):
        if wanted and identifier not in wanted:
            continue
        try:
            check_head(profiles, identifier)
            check_profile(program, profiles, identifier, facts[identifier] or {}, count)
            count["profiles"] += 1
        except Problem as problem:
            problems.append(str(problem))
    try:
        check_same_rows(profiles)
    except Problem as problem:
        problems.append(str(problem))
    return problems


# What must not pass: (file, what stands there, what is put in its place).
BROKEN = (
    ("trellix/agent", 'port: "8081"', 'port: "80810"'),
    ("trellix/agent", "when: {feature: relay-server}", "when: {feature: relays}"),
    ("microsoft/onedrive", r"'<Users>\*\AppData", r"'<Userz>\*\AppData"),
    ("microsoft/onedrive", r"OneDrive\OneDrive.exe', when: {edition: per-user}",
     r"OneDrive\OneDrive.exe', when: {os: {windows: '99'}}"),
    ("microsoft/onedrive", "{id: per-user, ", "{"),
    ("microsoft/user-profile", r"file: '<Users>\*\NTUser.dat*'", "file: {hole: NTUser.dat}"),
    ("microsoft/user-profile", r"'<Users>\*\NTUser.dat*'", r"'Users\*\NTUser.dat*'"),
    ("tanium/client", r"<Tanium Client>\TaniumCX.exe", r"<Tanium Client>\TaniumCY.exe"),
)


def check_broken(program, profiles, count):
    for identifier, old, new in BROKEN:
        with tempfile.TemporaryDirectory(prefix="carveout-broken-") as name:
            copy = pathlib.Path(name) / "profiles"
            shutil.copytree(profiles, copy)
            path = copy / f"{identifier}.yaml"
            text = path.read_text()
            if text.count(old) == 0:
                yield f"{identifier} no longer holds {old}, which a test breaks"
                continue
            path.write_text(text.replace(old, new))
            if not check_catalogue(program, copy, [identifier], count):
                yield f"{identifier} passes with {new} in place of {old}"
    with tempfile.TemporaryDirectory(prefix="carveout-broken-") as name:
        copy = pathlib.Path(name) / "profiles"
        shutil.copytree(profiles, copy)
        shutil.copy(copy / "trellix/agent.yaml", copy / "trellix/another.yaml")
        if not check_catalogue(program, copy, ["none"], count):
            yield "a profile without a site passes"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--profiles", default=str(ROOT / "profiles"))
    parser.add_argument("ids", nargs="*")
    options = parser.parse_args()
    program = str(pathlib.Path(options.program).resolve())
    profiles = pathlib.Path(options.profiles).resolve()
    count = {"profiles": 0, "sites": 0, "targets": set()}
    problems = check_catalogue(program, profiles, options.ids, count)
    shown = dict(count)
    if not options.ids and set(targets_of(program)) != count["targets"]:
        problems.append(f"no profile is compiled for {set(targets_of(program)) - count['targets']}")
    if not options.ids and not problems:
        problems += check_broken(program, profiles, count)
    for problem in problems:
        print("FAILED:", problem)
    print(f"{shown['sites']} sites of {shown['profiles']} profiles for {len(shown['targets'])} "
          f"targets, {len(BROKEN) + 1} broken ones, {len(problems)} failed")
    sys.exit(1 if problems else 0)


main()
