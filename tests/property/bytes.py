#!/usr/bin/env python3
"""The same input gives the same bytes: again, elsewhere, with the keys of all maps in
another order; and a row more changes its own lines and no others.

    tests/property/bytes.py PROGRAM"""

import copy
import difflib
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

import yaml

sys.dont_write_bytecode = True
import narrow  # noqa: E402

PROGRAM = os.path.abspath(sys.argv[1])
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SITES = ("hq", "cloud")
PROFILES = ("tanium/core", "tanium/threat-response")
SEEDS = range(1, 7)
TODAY = "--today=2026-11-23"

compared = 0
problems = []


def compile_site(site, out, profiles=ROOT / "profiles", cwd=ROOT, **more):
    """Compiles into `out` and returns the tree as {path: bytes}."""
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", **more}
    done = subprocess.run([PROGRAM, "compile", str(site), "-o", str(out), TODAY,
                           f"--profiles={profiles}"], cwd=cwd, env=environment,
                          capture_output=True, text=True, timeout=300)
    if done.returncode:
        sys.exit(f"{site} does not compile, exit code {done.returncode}\n{done.stderr}")
    return {str(p.relative_to(out)): p.read_bytes() for p in sorted(out.rglob("*"))
            if p.is_file()}


def differ(what, a, b):
    """Notes the first line of each file in which two trees differ."""
    global compared
    for name in sorted(set(a) | set(b)):
        compared += 1
        if a.get(name) == b.get(name):
            continue
        if name not in a or name not in b:
            problems.append(f"{what}: only one of the trees has {name}")
            continue
        lines = difflib.unified_diff(a[name].decode().splitlines(), b[name].decode().splitlines(),
                                     "once", "again", n=0, lineterm="")
        problems.append(f"{what}: {name} differs\n" + "\n".join(list(lines)[:12]))


def test_again(work, site):
    """In another directory, zone and language, with memory that held something else."""
    path = ROOT / "examples" / site / "site.yaml"
    first = compile_site(path, work / "first")
    differ(f"{site} again", first, compile_site(path, work / "second"))
    home = work / "home"
    home.mkdir()
    places = {"LC_ALL": "tr_TR.UTF-8", "LANG": "de_DE.UTF-8", "TZ": "Pacific/Kiritimati",
              "HOME": str(home), "USER": "nobody", "COLUMNS": "20", "MALLOC_PERTURB_": "165",
              "SOURCE_DATE_EPOCH": "1"}
    differ(f"{site} elsewhere", first,
           compile_site(os.path.relpath(path, home), work / "third", cwd=home, **places))
    return first


# ---- the order of maps ----

def load(path):
    """Every scalar as text, which is how carveout reads it."""
    return yaml.load(path.read_text(), Loader=yaml.BaseLoader)


def shuffled(value, chance):
    if isinstance(value, dict):
        keys = list(value)
        chance.shuffle(keys)
        return {key: shuffled(value[key], chance) for key in keys}
    if isinstance(value, list):
        return [shuffled(item, chance) for item in value]
    return value


def write_json(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def write_site(folder, site, change):
    """The example and its profiles as JSON, each document through `change`."""
    write_json(folder / "site.json", change("site", load(ROOT / "examples" / site / "site.yaml")))
    for name in PROFILES:
        write_json(folder / "profiles" / (name + ".json"),
                   change(name, load(ROOT / "profiles" / (name + ".yaml"))))
    # What is there already is named beside the site.
    for base in (ROOT / "examples" / site).glob("*.json"):
        (folder / base.name).write_bytes(base.read_bytes())
    return folder / "site.json", folder / "profiles"


def without_inputs(tree):
    """The tree without what an input's own bytes decide: names, sizes and digests of
    the inputs, and in the manifest those of the page that shows them."""
    tree = dict(tree)
    manifest = json.loads(tree["manifest.json"])
    del manifest["inputs"]
    manifest["reports"] = [r["path"] for r in manifest["reports"]]
    tree["manifest.json"] = json.dumps(manifest, indent=1).encode()
    tree["review.md"] = re.sub(rb"\b[0-9a-f]{64}\b", b"(digest)", tree["review.md"])
    return tree


def test_map_order(work, site, first):
    first = without_inputs(first)
    for seed in SEEDS:
        chance = random.Random(seed)
        folder = work / f"order-{seed}"
        path, profiles = write_site(folder, site, lambda _, value: shuffled(value, chance))
        differ(f"{site} with maps in another order (seed {seed})", first,
               without_inputs(compile_site(path, folder / "out", profiles)))


# ---- a row more ----

PORT = {"id": "added", "from": "Console User", "to": "Module Server", "port": "9443",
        "protocol": "tcp"}
# The same flow as core's console-to-server has: its lines name both rows then.
SAME_PORT = {"id": "added", "from": "Console User", "to": "Tanium Server", "port": "8443",
             "protocol": "tcp"}
FOLDER = {"id": "added", "device": "Windows endpoints", "folder": r"<Tanium Client>\Added"}
PROCESS = {"id": "added", "device": "Linux endpoints", "process": "/opt/added/added"}

# (site, table, row, what must change: a file name or its end)
ADDITIONS = (
    ("hq", "ports", PORT, ("nftables/hq.nft", "csv/hq.flows.csv")),
    ("hq", "ports", SAME_PORT, ("nftables/hq.nft", "csv/hq.flows.csv")),
    ("hq", "exclusions", FOLDER, ("defender-powershell/windows.ps1", "csv/windows.csv",
                                  "defender-powershell/windows.undo.ps1")),
    ("hq", "exclusions", PROCESS, ("csv/linux.csv", "csv/linux-legacy.csv")),
    ("cloud", "exclusions", FOLDER, ("defender-powershell/kiosks.ps1", "csv/kiosks.csv")),
)


def with_row(document, table, row, where):
    """A copy of a profile with one row more in the first block of a table."""
    document = copy.deepcopy(document)
    rows = document[table][0]["rows"]
    rows.insert({"first": 0, "middle": len(rows) // 2, "last": len(rows)}[where],
                dict(row, source=next(iter(document["source"]))))
    return document


def own_lines(what, name, old, new, mark):
    """How many lines the row changed; a line changed that is not the row's is noted."""
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    changed = 0
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            continue
        changed += d - c
        # A line may be replaced by one that names the row as well, never go.
        strangers = [line for line in new[c:d] if mark not in line]
        if strangers or b - a > d - c:
            problems.append(f"{what}: {name} changes beyond the row\n" + "\n".join(
                ["-" + line for line in old[a:b]] + ["+" + line for line in new[c:d]]))
    return changed


# Whose acceptances of patterns a row more would outgrow, as it should.
LOOKED_AT = ("nftables", "csv", "json", "defender-powershell")


def narrowed(name, value):
    return narrow.only(value, LOOKED_AT) if name == "site" else value


def lines_of(name, tree):
    """Lines of a file; headings of paste lists without the count of their lines."""
    lines = tree[name].decode().splitlines()
    if name.endswith(".paste.txt"):
        return [re.sub(r" \(\d+\)$", "", line) for line in lines]
    return lines


def test_row_more(work, site, table, row, must_change, where):
    global compared
    what = f"{site} with {table}/{row['id']} as {where} row"
    folder = work / "base"
    path, profiles = write_site(folder, site, narrowed)
    base = compile_site(path, folder / "out", profiles)
    folder = work / "more"
    path, profiles = write_site(folder, site, lambda name, value:
                                with_row(value, table, row, where)
                                if name == "tanium/core" else narrowed(name, value))
    more = compile_site(path, folder / "out", profiles)
    mark = f"tanium/core#{table}/added"
    if set(base) != set(more):
        problems.append(f"{what}: other files: {sorted(set(base) ^ set(more))}")
    for name in sorted(set(base) & set(more)):
        if name.split("/")[0] not in ("nftables", "csv", "defender-powershell", "ledger.csv"):
            continue
        compared += 1
        changed = own_lines(what, name, lines_of(name, base), lines_of(name, more),
                            row.get("process", row.get("folder", "")).split(">")[-1]
                            if name.endswith(".paste.txt") else mark)
        if name in must_change and not changed:
            problems.append(f"{what}: {name} does not hold the row")


def main():
    for site in SITES:
        with tempfile.TemporaryDirectory(prefix="carveout-bytes-") as work:
            test_map_order(pathlib.Path(work), site, test_again(pathlib.Path(work), site))
    for site, table, row, must_change in ADDITIONS:
        for where in ("first", "middle", "last"):
            with tempfile.TemporaryDirectory(prefix="carveout-bytes-") as work:
                test_row_more(pathlib.Path(work), site, table, row, must_change, where)
    for problem in problems:
        print(problem)
    print(f"{compared} files compared, {len(problems)} differences")
    sys.exit(1 if problems else 0)


main()
