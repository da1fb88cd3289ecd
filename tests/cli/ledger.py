#!/usr/bin/env python3
"""The ledger is whole: of both examples every row stands in it, for every subject that
it concerns, with a verdict of every target that is written for that subject; what does
not apply says why; and all counts agree.  What must be there is worked out here from
the YAML alone.  Takes the program's path."""

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
TARGETS_OF_EXCLUSIONS = {"defender-powershell", "csv", "json"}
TARGETS_OF_THE_SITE = {"nftables", "paloalto-xml", "csv", "json"}
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


def serves(site, target, group):
    """Whether the target is written for the group."""
    asked = site["targets"][target].get("groups")
    return group in asked if asked else True


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


def check_hosts(example, site, ledger, hosts):
    """A host has a line for each row that applies and names its party as an end."""
    party = {group["name"]: group.get("party") for group in site["groups"]}
    lines = {(line["row"], line["subject"]): line for line in ledger}
    found = 0
    for name in site["profiles"]:
        for row in rows_of(yaml.safe_load((ROOT / f"profiles/{name}.yaml").read_text()), "ports"):
            reference = f"{name}#ports/{row['id']}"
            applies = lines[reference, site["name"]]["nftables"] not in ("", "not-applicable")
            for host in hosts:
                if applies and party[host] in listed(row["from"]) + listed(row["to"]):
                    found += 1
                    check((reference, host) in lines, f"{example}: {reference} lacks {host}")
    check(bool(found) == bool(hosts), f"{example}: no row is looked at for {hosts}")


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
    with open(folder / "ledger.csv", newline="", encoding="utf-8") as file:
        ledger = list(csv.DictReader(file))
    summary = json.loads((folder / "ledger.json").read_text())
    targets = list(summary["targets"])
    wanted, seen = expected(site), set()
    hosts = site["targets"].get("nftables", {}).get("hosts", [])
    counts = {target: collections.Counter() for target in targets}
    check(set(targets) == set(site["targets"]), f"{example}: targets {targets}")
    check(list(ledger[0]) == ["row", "subject", "condition", *targets], f"{example}: columns")
    for line in ledger:
        key = line["row"], line["subject"]
        where = f"{example}: {key}"
        check(key not in seen, f"{where} stands twice")
        seen.add(key)
        of_host = "#ports/" in line["row"] and line["subject"] in hosts
        check(of_host or key in wanted, f"{where} should not be there")
        for target, word in check_line(where, line, targets,
                                       {"nftables"} if of_host else wanted.get(key, ())).items():
            counts[target][word] += 1
    for key in wanted:
        check(key in seen, f"{example}: {key} is missing")
    check_hosts(example, site, ledger, hosts)
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


with tempfile.TemporaryDirectory(prefix="carveout-ledger-") as name:
    for example in ("hq", "cloud"):
        check_example(example, pathlib.Path(name) / example)
for problem in problems:
    print("FAILED:", problem)
print(f"{checked} tests, {len(problems)} failed")
sys.exit(1 if problems else 0)
