#!/usr/bin/python3
"""Runs the Linux scripts that carveout wrote, before the programs that they are for.

    tests/mdatp/check.py DIR/mdatp-linux/SUBJECT.json...

For each fragment the scripts beside it are run by dash, with the real jq and a stand-in
for mdatp that only notes its words.  The fragment is read by Python's json.  What must
hold:

- The merge adds what is missing to a file of the site's own, once, and changes nothing
  else in it; a second run changes no byte.
- What an older policy added and this one no longer has goes away; what others added
  stays, also where it is equal.
- The undo gives the file of before back, and the record is gone.
- Without a record the undo changes nothing.
- A file that is no managed configuration is left alone, and the script fails.
- Each command says one entry, word for word."""

import copy
import json
import os
import pathlib
import subprocess
import sys
import tempfile

SHELLS = ("dash", "bash")
FOREIGN = {"$type": "excludedPath", "isDirectory": True, "path": "/srv/site's own/",
           "scopes": ["epp"]}
GLOBAL = {"$type": "excludedFileName", "name": "/bin/cat"}

problems = []
ran = 0


def check(holds, what):
    if not holds:
        problems.append(what)


def sites(ours):
    """Files that may be there, by name; None: none."""
    equal = copy.deepcopy(ours[:1])
    for entry in equal:
        entry["scopes"] = list(entry["scopes"])
    return {
        "none": None,
        "empty": {},
        "other settings": {"antivirusEngine": {"enforcementLevel": "real_time",
                                               "exclusions": [dict(FOREIGN)]},
                           "cloudService": {"enabled": True}},
        "a policy alone": {"exclusionSettings": {"mergePolicy": "admin_only"}},
        "an empty list": {"exclusionSettings": {"exclusions": []}},
        "entries of others": {"exclusionSettings": {"exclusions": [FOREIGN, GLOBAL],
                                                    "mergePolicy": "merge"},
                              "edr": {"groupIds": "x"}},
        "an equal entry": {"exclusionSettings": {"exclusions": equal + [FOREIGN]}},
        "ours but global": {"exclusionSettings": {"exclusions": [
            {key: value for key, value in entry.items() if key != "scopes"}
            for entry in ours[:2]]}},
        "oddities": {"exclusionSettings": {"exclusions": ["text", None, 3, [], {}]}},
    }


def plain(entry):
    return json.dumps(entry, sort_keys=True)


def listed(document):
    return ((document or {}).get("exclusionSettings") or {}).get("exclusions") or []


class Machine:
    """A folder that stands for /etc and /var."""

    def __init__(self, folder, document):
        self.managed = folder / "managed" / "mdatp_managed.json"
        self.record = folder / "record" / "s.json"
        self.managed.parent.mkdir(parents=True)
        if document is not None:
            self.managed.write_text(json.dumps(document, indent=3))
            self.managed.chmod(0o640)

    def run(self, script, *options, shell="dash"):
        global ran
        ran += 1
        return subprocess.run([shell, script, *options, self.managed, self.record],
                              capture_output=True, text=True, timeout=60)

    def document(self):
        return json.loads(self.managed.read_text()) if self.managed.exists() else None

    def bytes(self):
        return self.managed.read_bytes() if self.managed.exists() else None


def check_merge(name, merge, undo, ours, site, document, shell):
    where = f"{name}, {site}, {shell}"
    with tempfile.TemporaryDirectory(prefix="carveout-mdatp-") as folder:
        machine = Machine(pathlib.Path(folder), document)
        before = machine.bytes()
        done = machine.run(merge, "-n", shell=shell)
        check(done.returncode == 0, f"{where}: -n: {done.stderr}")
        check(machine.bytes() == before and not machine.record.exists(),
              f"{where}: -n changed something")
        done = machine.run(undo, shell=shell)
        check(machine.bytes() == before, f"{where}: an undo without a record changed something")

        done = machine.run(merge, shell=shell)
        check(done.returncode == 0, f"{where}: merge: {done.stderr}")
        had = [plain(entry) for entry in listed(document)]
        added = [entry for entry in ours if plain(entry) not in had]
        want = copy.deepcopy(document) or {}
        if added:
            want.setdefault("exclusionSettings", {})["exclusions"] = listed(document) + added
        after = machine.document()
        check((after or {}) == want, f"{where}: the merge left {after}")
        if machine.record.exists():
            check(json.loads(machine.record.read_text())["entries"] == added,
                  f"{where}: the record is wrong")
            check(machine.record.stat().st_mode & 0o77 == 0, f"{where}: the record is open")
        if document is not None:
            check(machine.managed.stat().st_mode & 0o777 == 0o640, f"{where}: the mode changed")

        first = machine.bytes()
        done = machine.run(merge, shell=shell)
        check(done.returncode == 0 and machine.bytes() == first,
              f"{where}: a second merge changed something: {done.stderr}")

        done = machine.run(undo, shell=shell)
        check(done.returncode == 0, f"{where}: undo: {done.stderr}")
        check(machine.document() == document, f"{where}: the undo left {machine.document()}")
        check(not machine.record.exists(), f"{where}: the record is still there")
        left = {path.name for path in pathlib.Path(folder).rglob("*") if path.is_file()}
        check(left <= {"mdatp_managed.json"}, f"{where}: left behind {left}")


def check_change(name, merge, undo, ours):
    """From an older policy, with entries that others added in the meantime."""
    old = {"$type": "excludedPath", "isDirectory": True, "path": "/opt/old/", "scopes": ["epp"]}
    with tempfile.TemporaryDirectory(prefix="carveout-mdatp-") as folder:
        machine = Machine(pathlib.Path(folder), {"exclusionSettings": {
            "exclusions": [FOREIGN, old, *ours[:1], *ours[:1]], "mergePolicy": "merge"}})
        machine.record.parent.mkdir()
        machine.record.write_text(json.dumps({"entries": [old, *ours[:1]], "made": "none"}))
        done = machine.run(merge)
        check(done.returncode == 0, f"{name}: change: {done.stderr}")
        check(machine.document()["exclusionSettings"] == {
            "exclusions": [FOREIGN, *ours[:1], *ours[:1], *ours[1:]], "mergePolicy": "merge"},
            f"{name}: a change left {machine.document()}")
        done = machine.run(undo)
        check(machine.document()["exclusionSettings"] == {
            "exclusions": [FOREIGN, *ours[:1]], "mergePolicy": "merge"},
            f"{name}: the undo of a change left {machine.document()}")


def check_refused(name, merge, undo, ours):
    for text in ("", "{", "[]", "3", "{} {}", '{"exclusionSettings": 1}',
                 '{"exclusionSettings": {"exclusions": {}}}'):
        with tempfile.TemporaryDirectory(prefix="carveout-mdatp-") as folder:
            machine = Machine(pathlib.Path(folder), {})
            machine.managed.write_text(text)
            machine.record.parent.mkdir()
            machine.record.write_text(json.dumps({"entries": ours, "made": "none"}))
            for script in merge, undo:
                done = machine.run(script)
                check(done.returncode == 1 and machine.managed.read_text() == text,
                      f"{name}: {text!r} was taken")
    with tempfile.TemporaryDirectory(prefix="carveout-mdatp-") as folder:
        machine = Machine(pathlib.Path(folder), {"exclusionSettings": {
            "exclusions": [FOREIGN, *ours]}})
        done = machine.run(undo, "--by-value")
        check(done.returncode == 0 and listed(machine.document()) == [FOREIGN],
              f"{name}: --by-value left {machine.document()}")


STAND_IN = """#!/bin/sh
for word in "$@"; do printf '%s\\0' "$word"; done >>"$WORDS"
printf '\\0' >>"$WORDS"
"""


def words_of(entry, verb):
    kind = entry["$type"]
    if kind == "excludedPath":
        return ["exclusion", "folder" if entry["isDirectory"] else "file", verb, "--path",
                entry["path"], "--scope", "epp"]
    if kind == "excludedFileName":
        option = "--path" if "/" in entry["name"] else "--name"
        return ["exclusion", "process", verb, option, entry["name"], "--scope", "epp"]
    return ["exclusion", "extension", verb, "--name", entry["extension"], "--scope", "epp"]


def check_commands(name, script, ours, verb):
    global ran
    with tempfile.TemporaryDirectory(prefix="carveout-mdatp-") as folder:
        program, words = pathlib.Path(folder) / "mdatp", pathlib.Path(folder) / "words"
        program.write_text(STAND_IN)
        program.chmod(0o755)
        words.touch()
        for shell in SHELLS:
            ran += 1
            words.write_bytes(b"")
            done = subprocess.run([shell, script], capture_output=True, text=True, timeout=60,
                                  env={"PATH": f"{folder}:{os.environ['PATH']}",
                                       "WORDS": str(words)})
            said = [part.split("\0") for part in words.read_text().split("\0\0")[:-1]]
            check(done.returncode == 0 and said == [words_of(entry, verb) for entry in ours],
                  f"{name}: {shell}: the commands say {said}")
        program.write_text("#!/bin/sh\nexit 3\n")
        done = subprocess.run(["dash", script], capture_output=True, text=True, timeout=60,
                              env={"PATH": f"{folder}:{os.environ['PATH']}"})
        check(done.returncode == (1 if ours else 0), f"{name}: a failed command is not told")


for argument in sys.argv[1:]:
    fragment = pathlib.Path(argument)
    base = fragment.with_suffix("")
    document = json.loads(fragment.read_text())
    entries = document["exclusionSettings"]["exclusions"]
    check(list(document) == ["exclusionSettings"] and
          list(document["exclusionSettings"]) == ["exclusions"], f"{fragment}: other keys")
    check(all(entry.get("scopes") == ["epp"] for entry in entries),
          f"{fragment}: an entry without the scope epp")
    scripts = [f"{base}.merge.sh", f"{base}.undo.sh"]
    for site, content in sites(entries).items():
        for shell in SHELLS if site == "entries of others" else SHELLS[:1]:
            if len(entries) < 50 or site in ("none", "entries of others", "an equal entry"):
                check_merge(str(base), *scripts, entries, site, content, shell)
    if entries:
        check_change(str(base), *scripts, entries)
    check_refused(str(base), *scripts, entries)
    check_commands(f"{base}.commands.sh", f"{base}.commands.sh", entries, "add")
    check_commands(f"{base}.commands.undo.sh", f"{base}.commands.undo.sh", entries, "remove")

for problem in problems[:20]:
    print(problem)
print(f"{len(sys.argv) - 1} artefacts, {ran} runs of their scripts, {len(problems)} problems")
sys.exit(1 if problems or not ran else 0)
