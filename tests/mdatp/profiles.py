#!/usr/bin/python3
"""Reads the property lists that carveout wrote with Python's plistlib.

    tests/mdatp/profiles.py DIR/mdatp-macos/SUBJECT.plist...

What must hold of each and of the files beside it: the profile holds the same list as the
bare property list and the keys that a profile needs; its UUIDs are those of its
identifiers, by Python's uuid; the undos are the same but for an empty list; xmllint takes
them, too."""

import pathlib
import plistlib
import subprocess
import sys
import uuid

KEYS = {"excludedPath": {"$type", "isDirectory", "path"},
        "excludedFileName": {"$type", "name"},
        "excludedFileExtension": {"$type", "extension"}}

problems = []
entries = 0


def check(holds, what):
    if not holds:
        problems.append(what)


def load(path):
    done = subprocess.run(["xmllint", "--noout", "--nonet", "--nodict", path],
                          capture_output=True, text=True, timeout=60)
    check(done.returncode == 0, f"{path}: xmllint: {done.stderr[:200]}")
    return plistlib.loads(pathlib.Path(path).read_bytes(), fmt=plistlib.FMT_XML)


def without_list(profile):
    payload = dict(profile["PayloadContent"][0])
    payload.pop("antivirusEngine")
    return {**profile, "PayloadContent": [payload]}


for argument in sys.argv[1:]:
    base = argument.removesuffix(".plist")
    bare, profile = load(argument), load(f"{base}.mobileconfig")
    undo, profile_undo = load(f"{base}.undo.plist"), load(f"{base}.undo.mobileconfig")
    check(set(bare) == {"antivirusEngine"} and set(bare["antivirusEngine"]) == {"exclusions"},
          f"{argument}: other keys")
    payload = profile["PayloadContent"][0]
    check(payload["antivirusEngine"] == bare["antivirusEngine"], f"{base}: two lists differ")
    for entry in bare["antivirusEngine"]["exclusions"]:
        entries += 1
        check(set(entry) == KEYS.get(entry.get("$type")), f"{argument}: an entry {entry}")
    check(undo == {"antivirusEngine": {"exclusions": []}}, f"{base}: the undo holds {undo}")
    check(without_list(profile) == without_list(profile_undo) and
          profile_undo["PayloadContent"][0]["antivirusEngine"] == {"exclusions": []},
          f"{base}: the undo of the profile differs")
    check(profile["PayloadType"] == "Configuration" and profile["PayloadScope"] == "System" and
          payload["PayloadType"] == "com.microsoft.wdav" and len(profile["PayloadContent"]) == 1,
          f"{base}: no profile of Defender")
    for part in profile, payload:
        check(part["PayloadUUID"] ==
              str(uuid.uuid5(uuid.NAMESPACE_URL, part["PayloadIdentifier"])).upper() and
              part["PayloadVersion"] == 1 and part["PayloadEnabled"] is True,
              f"{base}: PayloadUUID of {part['PayloadIdentifier']}")
    check(profile["PayloadUUID"] != payload["PayloadUUID"], f"{base}: one UUID for two")

for problem in problems[:20]:
    print(problem)
print(f"{4 * (len(sys.argv) - 1)} artefacts, {entries} entries, {len(problems)} problems")
sys.exit(1 if problems or not entries else 0)
