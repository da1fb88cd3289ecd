#!/usr/bin/env python3
"""The ledger is whole: of both examples every row stands in it, for every subject that
it concerns, with a verdict of every target that is written for that subject; what does
not apply says why; what it says of exclusions is what the products' makers say of their
lists; and all counts agree.  What must be there is worked out here from the YAML alone.  Takes the program's path."""

import collections
import csv
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import yaml

PROGRAM = sys.argv[1]
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
WINDOWS, LINUX, MACOS = {"windows"}, {"linux"}, {"macos"}
ANY = WINDOWS | LINUX | MACOS
# For which systems each target writes exclusions.
PLATFORMS = {
    "defender-powershell": WINDOWS, "defender-reg": WINDOWS, "defender-intune": WINDOWS,
    "mdatp-linux": LINUX, "mdatp-macos": MACOS,
    "crowdstrike": ANY, "sentinelone": ANY, "elastic-defend": ANY, "sophos-central": ANY,
    "trend": ANY, "carbon-black": ANY,
    "sysmon": WINDOWS | LINUX, "clamav": LINUX, "auditd": LINUX, "fapolicyd": LINUX,
    "csv": ANY, "json": ANY,
}
TARGETS_OF_EXCLUSIONS = set(PLATFORMS)
TARGETS_OF_THE_SITE = {"nftables", "paloalto-xml", "paloalto-set", "csv", "json"}
TARGETS_OF_HOSTS = ("nftables", "windows-firewall")
# What a row of that kind is in each target, by what the products' makers say of their
# lists; by system where that matters.  Rows with arguments are looked at by themselves.
DEFENDER = {target: "exact" for target in PLATFORMS if target.startswith("defender-")}
WORDS = {
    "process": {
        **DEFENDER, "mdatp-linux": "wider", "mdatp-macos": "wider",
        "crowdstrike": "different", "sentinelone": "different",
        "elastic-defend": "different",
        "sophos-central": {"windows": "exact", "linux": "impossible", "macos": "impossible"},
        "trend": "exact", "carbon-black": "different", "sysmon": "different",
        "clamav": "impossible", "auditd": "different", "fapolicyd": "different",
        "csv": "exact", "json": "exact",
    },
    "folder": {
        **DEFENDER, "mdatp-linux": "exact", "mdatp-macos": "exact",
        "crowdstrike": {"windows": "wider", "linux": "wider", "macos": "exact"},
        "sentinelone": "different", "elastic-defend": "different",
        "sophos-central": "exact", "trend": "exact", "carbon-black": "different",
        "sysmon": "different", "clamav": "exact", "auditd": "different",
        "fapolicyd": "different", "csv": "exact", "json": "exact",
    },
}
VERDICTS = ("exact", "split", "wider", "narrower", "different", "impossible", "baseline",
            "not-applicable")
EXACT = ("exact", "split", "not-applicable")
checked = 0
problems = []


def check(condition, what):
    global checked
    checked += 1
    if not condition:
        problems.append(what)


def rows_of(profile, table):
    """Rows with the keys that their blocks give them."""
    for member in profile.get(table) or []:
        if "rows" not in member:
            yield member
            continue
        for row in member["rows"]:
            yield {**member, **row}


def listed(value):
    return value if isinstance(value, list) else [value]


def groups_of(site, profile, row):
    """Names of the groups that are a device of the row."""
    devices = [profile["devices"][name] for name in listed(row["device"])]
    return {group["name"] for group in site["groups"] for device in devices
            if group["platform"] == device["platform"] and device["role"] in group["roles"]}


def serves(site, target, name):
    """Whether the target is written for the group."""
    group = next(group for group in site["groups"] if group["name"] == name)
    asked = site["targets"][target].get("groups")
    return name in asked if asked else group["platform"] in PLATFORMS[target]


def expected(site):
    """(row, subject) -> the targets that must have a verdict; no others may."""
    lines = {}
    used = set(site["targets"])
    gateway = site["targets"].get("nftables", {}).get("gateway")
    for name in site["profiles"]:
        profile = yaml.safe_load((ROOT / f"profiles/{name}.yaml").read_text())
        for table in ("ports", "urls"):
            for row in rows_of(profile, table):
                wanted = used & TARGETS_OF_THE_SITE - (set() if gateway else {"nftables"})
                lines[f"{name}#{table}/{row['id']}", site["name"]] = wanted
        for row in rows_of(profile, "exclusions"):
            reference = f"{name}#exclusions/{row['id']}"
            groups = groups_of(site, profile, row)
            for group in groups:
                lines[reference, group] = {target for target in used & TARGETS_OF_EXCLUSIONS
                                           if serves(site, target, group)}
            if not groups:
                lines[reference, site["name"]] = used & TARGETS_OF_EXCLUSIONS
    return lines


def host_parties(site, target):
    """Subject -> party of the target's hosts, which are groups or parties."""
    party = {group["name"]: group.get("party") for group in site["groups"]}
    return {name if name in party else re.sub("[^a-z0-9]+", "-", name.lower()):
            party.get(name, name)
            for name in site["targets"].get(target, {}).get("hosts", [])}


def check_hosts(example, site, ledger, target):
    """A host has a line for each row that applies and names its party as an end."""
    hosts = host_parties(site, target)
    lines = {(line["row"], line["subject"]): line for line in ledger}
    found = 0
    for name in site["profiles"]:
        for row in rows_of(yaml.safe_load((ROOT / f"profiles/{name}.yaml").read_text()), "ports"):
            reference = f"{name}#ports/{row['id']}"
            filled = {key: value for fill in site["fill"] if fill["row"] == reference
                      for key, value in fill["set"].items()}
            ends = listed({**row, **filled}["from"]) + listed({**row, **filled}["to"])
            applies = lines[reference, site["name"]]["nftables"] not in ("", "not-applicable")
            for host, party in hosts.items():
                if applies and party in ends:
                    found += 1
                    check(lines.get((reference, host), {}).get(target),
                          f"{example}: {reference} lacks {host} in {target}")
    check(bool(found) == bool(hosts), f"{example}: no row is looked at for {hosts}")


def check_words(where, site, row, words, group):
    """What the line says is what is known of the products."""
    kinds = [kind for kind in WORDS if kind in row]
    if len(kinds) != 1 or set(words.values()) == {"not-applicable"}:
        return
    contextual = {target for target, options in site["targets"].items()
                  if options and options.get("process-rows") == "contextual"}
    for target, word in words.items():
        wanted = WORDS[kinds[0]][target]
        wanted = wanted if isinstance(wanted, str) else wanted[group["platform"]]
        if target == "clamav" and word == "split" and site["targets"][target].get("on-access"):
            word = "exact"  # a line for each of the two programs
        wanted = {"narrower"} if target in contextual else {wanted}
        if "service.js" in str(row[kinds[0]]):
            wanted = {"wider"} if "exact" in wanted else wanted
        if target == "fapolicyd" and site["targets"][target].get("entries") == "rules" and \
                "python" in str(row[kinds[0]]) and kinds[0] == "process":
            wanted = {"impossible"}
        if target == "sysmon" and kinds[0] == "folder" and \
                "FileCreate" not in (site["targets"][target].get("events") or []):
            wanted = {"impossible"}  # the event would be switched on for all files
        check(word in wanted, f"{where}: {target} says {word}, not {' or '.join(wanted)}")


def check_line(where, line, targets, wanted):
    words = {}
    for target in targets:
        check((target in wanted) == bool(line[target]),
              f"{where}: {target}: `{line[target]}`")
        if line[target]:
            words[target] = line[target].removesuffix(" (accepted)")
            check(words[target] in VERDICTS, f"{where}: {target}: `{line[target]}`")
    aside = [word == "not-applicable" for word in words.values()]
    check(all(aside) or not any(aside), f"{where}: applies to some targets only")
    check(bool(line["condition"]) or not any(aside), f"{where}: does not say why not")
    return words


def check_example(example, folder):
    path = ROOT / "examples" / example / "site.yaml"
    site = yaml.safe_load(path.read_text())
    done = subprocess.run([PROGRAM, "compile", str(path), "-o", str(folder),
                           "--today=2026-11-23"], capture_output=True, text=True)
    check(done.returncode == 0, f"{example}: {done.stderr}")
    check("merged: " not in done.stdout, f"{example}: merging is told without -v")
    with open(folder / "ledger.csv", newline="", encoding="utf-8") as file:
        ledger = list(csv.DictReader(file))
    summary = json.loads((folder / "ledger.json").read_text())
    targets = list(summary["targets"])
    wanted, seen = expected(site), set()
    hosts = {(host, target) for target in TARGETS_OF_HOSTS
             for host in host_parties(site, target)}
    exclusions = {f"{name}#exclusions/{row['id']}": row for name in site["profiles"]
                  for row in rows_of(yaml.safe_load(
                      (ROOT / f"profiles/{name}.yaml").read_text()), "exclusions")}
    groups = {group["name"]: group for group in site["groups"]}
    counts = {target: collections.Counter() for target in targets}
    check(set(targets) == set(site["targets"]), f"{example}: targets {targets}")
    check(list(ledger[0]) == ["row", "subject", "condition", *targets], f"{example}: columns")
    for line in ledger:
        key = line["row"], line["subject"]
        where = f"{example}: {key}"
        check(key not in seen, f"{where} stands twice")
        seen.add(key)
        of_host = {target for host, target in hosts
                   if "#ports/" in line["row"] and line["subject"] == host}
        check(of_host or key in wanted, f"{where} should not be there")
        words = check_line(where, line, targets, of_host or wanted.get(key, ()))
        for target, word in words.items():
            counts[target][word] += 1
        if line["row"] in exclusions and line["subject"] in groups:
            check_words(where, site, exclusions[line["row"]], words,
                        groups[line["subject"]])
    for key in wanted:
        check(key in seen, f"{example}: {key} is missing")
    for target in TARGETS_OF_HOSTS:
        check_hosts(example, site, ledger, target)
    check_counts(example, counts, summary, done.stdout)


def check_counts(example, counts, summary, stdout):
    total = sum(counts.values(), collections.Counter())
    for target, words in counts.items():
        check({**dict.fromkeys(VERDICTS, 0), **words} == summary["targets"][target],
              f"{example}: counts of {target}")
        check(sum(words[verdict] for verdict in VERDICTS if verdict not in EXACT) ==
              sum(member["target"] == target for member in summary["not-exact"]),
              f"{example}: ledger.json does not list all of {target} that is not exact")
    check({**dict.fromkeys(VERDICTS, 0), **total} == summary["counts"], f"{example}: counts")
    said = re.search(r"^verdicts: (.*)$", stdout, re.M).group(1)
    check({word: int(number) for number, word in re.findall(r"(\d+) ([a-z-]+)", said)} == total,
          f"{example}: the summary says {said}")


MANY = 1003
MANY_SITE = """carveout: site/1
name: many
profiles: [./many.yaml]
ip: ["4"]
parties: {A: {addresses: ["10.0.0.1"]}, B: {addresses: ["10.0.0.2"]}}
targets: {paloalto-xml: {scope: vsys1, version: "10.1"}}
"""
MANY_PROFILE = """carveout: profile/1
id: test/many
title: More rows than the review lists
source:
  page: {title: Generated, url: "https://docs.example.com/", retrieved: "2026-11-23"}
ip: ["4"]
parties: {A: {}, B: {}}
ports:
"""


def check_many(folder):
    """The review lists 1,000 exact rows that want a rule and says how many more there
    are; the ledger has all, and `explain` says what the last one's rule must name."""
    folder.mkdir()
    site = folder / "site.yaml"
    site.write_text(MANY_SITE)
    (folder / "many.yaml").write_text(MANY_PROFILE + "".join(
        f'  - {{id: r{i}, from: {"AB"[i % 2]}, to: {"BA"[i % 2]}, port: "{1 + 2 * i}", '
        "protocol: tcp, source: page}\n" for i in range(MANY)))
    done = subprocess.run([PROGRAM, "compile", str(site), "-o", str(folder / "out"), "-q",
                           "--today=2026-11-23"], capture_output=True, text=True)
    check(done.returncode == 0, f"many rows: {done.stderr}")
    review = (folder / "out/review.md").read_text()
    listed = re.findall(r"(?:,| and) (\d+) more, see ledger.csv", review)
    named = len(re.findall(r"#ports/r\d+", review))
    check(named + sum(map(int, listed)) == 1000,
          f"many rows: the review lists {named} and {listed}")
    check(re.search(rf"--row ROW says .*\| {MANY - 1000} more \|", review),
          "many rows: the review does not say how many more")
    check(len((folder / "out/ledger.csv").read_text().splitlines()) == 1 + MANY,
          "many rows: the ledger has not all of them")
    row = subprocess.run([PROGRAM, "explain", str(site), "--row",
                          f"test/many#ports/r{MANY - 1}", "--today=2026-11-23"],
                         capture_output=True, text=True)
    check("the rule must name source A and destination B" in row.stdout,
          "many rows: explain does not say what the rule must name")


MERGED_PROFILE = MANY_PROFILE + """\
  - {id: one, from: A, to: B, port: ["80", "81"], protocol: tcp, source: page}
  - {id: same, from: A, to: B, port: "80-81", protocol: tcp, source: page}
  - {id: other, from: A, to: B, port: "443", protocol: tcp, source: page}
  - {id: again, from: A, to: B, port: "443", protocol: tcp, source: page}
"""


def check_merged(folder):
    """Touching ports of a row are one range, equal rows one entry that names both; with -v
    the summary says how much that was."""
    folder.mkdir()
    site = folder / "site.yaml"
    site.write_text(MANY_SITE.replace("paloalto-xml: {scope: vsys1, version: \"10.1\"}",
                                      "nftables: {gateway: true}"))
    (folder / "many.yaml").write_text(MERGED_PROFILE)
    done = subprocess.run([PROGRAM, "compile", str(site), "-o", str(folder / "out"), "-v",
                           "--today=2026-11-23"], capture_output=True, text=True)
    check(done.returncode == 0, f"merged rows: {done.stderr}")
    check("merged: rows ask 4 times, 2 entries stand for it\n" in done.stdout,
          f"merged rows: the summary says {done.stdout}")
    text = (folder / "out/nftables/many.nft").read_text()
    for ports, rows in (("80-81", ("one", "same")), ("443", ("other", "again"))):
        lines = [line for line in text.splitlines() if f". 6 . {ports} comment" in line]
        check(len(lines) == 1 and all(f"ports/{row} " in lines[0] for row in rows),
              f"merged rows: {ports} stands in {lines}")


with tempfile.TemporaryDirectory(prefix="carveout-ledger-") as name:
    check_merged(pathlib.Path(name) / "merged")
    check_many(pathlib.Path(name) / "many")
    for example in ("hq", "cloud"):
        check_example(example, pathlib.Path(name) / example)
for problem in problems:
    print("FAILED:", problem)
print(f"{checked} tests, {len(problems)} failed")
sys.exit(1 if problems else 0)
