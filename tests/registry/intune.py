#!/usr/bin/python3
"""Reads the values that carveout wrote for Intune with Python's json and csv.

    tests/registry/intune.py DIR/defender-intune/SUBJECT.csv...

What must hold of each table and of the files beside it: a line for each setting whose
JSON is there, with the same value; the value is what was there before, and behind it
the entries that were not; the undo sets what was there before, in both forms."""

import csv
import json
import pathlib
import sys

SETTINGS = {"paths": "ExcludedPaths", "extensions": "ExcludedExtensions",
            "processes": "ExcludedProcesses"}
URI = "./Device/Vendor/MSFT/Policy/Config/Defender/"

problems = []
settings = 0


def check(holds, what):
    if not holds:
        problems.append(what)


def table(path):
    with open(path, newline="", encoding="utf-8") as file:
        csv.field_size_limit(1 << 30)
        rows = list(csv.reader(file, strict=True))
    check(rows[0] == ["Name", "OMA-URI", "Data type", "Value"], f"{path}: the first line")
    check(all(row[2] == "String" for row in rows[1:]), f"{path}: a type")
    return {row[1]: row[3] for row in rows[1:]}


def items(value):
    return value.split("|") if value else []


def folded(value, part):
    return value.lower().lstrip("." if part == "extensions" else "")


for argument in sys.argv[1:]:
    base = argument.removesuffix(".csv")
    rows, undone = table(argument), table(f"{base}.undo.csv")
    check(set(rows) == set(undone), f"{base}: the undo has other settings")
    for part, name in SETTINGS.items():
        path = pathlib.Path(f"{base}.{part}.json")
        if not path.exists():
            check(URI + name not in rows, f"{path} is missing")
            continue
        settings += 1
        found = json.loads(path.read_text())
        undo = json.loads(pathlib.Path(f"{base}.{part}.undo.json").read_text())
        before = {folded(item, part) for item in items(found["base"])}
        new = [entry["value"] for entry in found["entries"]
               if folded(entry["value"], part) not in before]
        check(found["omaUri"] == URI + name and found["dataType"] == "String", f"{path}: URI")
        check(items(found["value"]) == items(found["base"]) + new, f"{path}: the value")
        check(rows.get(URI + name) == found["value"], f"{path}: the table has another value")
        check(undo["value"] == found["base"] == undone.get(URI + name), f"{path}: the undo")
        check([entry["value"] for entry in undo["entries"]] == new, f"{path}: what is undone")

for problem in problems[:20]:
    print(problem)
print(f"{len(sys.argv) - 1} artefacts, {settings} settings, {len(problems)} problems")
sys.exit(1 if problems or not settings else 0)
