#!/usr/bin/python3
"""Sysmon's files of all golden cases against a DTD after its manifest.

    tests/endpoint/sysmon.py

Conditions must be ones that the manifest names, values are held against the neutral list
of the same case, and an event without rules must not stand there."""

import json
import pathlib
import subprocess
import tempfile
import xml.etree.ElementTree as ElementTree

from common import HERE, ROOT, check, finish

DTD = HERE / "sysmon.dtd"
CONDITIONS = {"is", "is any", "is not", "contains", "contains any", "contains all", "excludes",
              "excludes any", "excludes all", "begin with", "not begin with", "end with",
              "not end with", "less than", "more than", "image"}


def is_valid(text, root):
    with tempfile.NamedTemporaryFile("w", suffix=".xml") as file:
        file.write(text)
        file.flush()
        done = subprocess.run(["xmllint", "--noout", "--nonet", "--dtdvalid", DTD, file.name],
                              capture_output=True, text=True)
    return done.returncode == 0 and ElementTree.fromstring(text).tag == root


def rules(path):
    return {(event.tag, rule.tag, rule.get("condition"), rule.text)
            for event in ElementTree.parse(path).iter() if event.get("onmatch")
            for rule in event}


def wanted(path):
    """Of the neutral list beside it, as far as Sysmon can say it."""
    found = set()
    for row in json.loads(path.read_text())["rows"]:
        separator = "\\" if row["os"] == "windows" else "/"
        if any(sign in row["path"] for sign in ";*?") or row["path"].startswith("%"):
            continue
        if row["type"] == "process" and row["match"] == "name":
            found.add(("ProcessCreate", "Image", "end with", separator + row["path"]))
        elif row["type"] == "process":
            found.add(("ProcessCreate", "Image", "is", row["path"]))
        elif row["type"] == "file" and row["path"]:
            found.add(("FileCreate", "TargetFilename", "is", row["path"]))
        elif row["type"] == "folder" and row["recursive"] in ("yes", True):
            found.add(("FileCreate", "TargetFilename", "begin with", row["path"] + separator))
    return found


def main():
    paths = sorted((ROOT / "tests/golden").glob("**/out/sysmon/*.xml"))
    check(bool(paths), "no golden case has rules of Sysmon")
    for path in paths:
        text = path.read_text()
        check(is_valid(text, "Sysmon" if path.name.endswith(".full.xml") else "EventFiltering"),
              f"{path}: not valid")
        found = rules(path)
        check({condition for _, _, condition, _ in found} <= CONDITIONS, f"{path}: a condition")
        neutral = path.parent.parent / "json" / (path.name.split(".")[0] + ".json")
        if neutral.exists():
            check(found == wanted(neutral), f"{path}: {found ^ wanted(neutral)}")
    good = ("<EventFiltering><RuleGroup><ProcessCreate onmatch=\"exclude\">"
            "<Image condition=\"is\">a</Image></ProcessCreate></RuleGroup></EventFiltering>")
    check(is_valid(good, "EventFiltering"), "the DTD refuses what is right")
    for old, new in (("<Image condition=\"is\">a</Image>", ""), ("ProcessCreate", "ProcessMake"),
                     ("<Image ", "<Imag "), ("exclude", "leave"), ("</Image>", "</image>")):
        check(not is_valid(good.replace(old, new), "EventFiltering"), f"the DTD takes {new}")
    finish("files of Sysmon")


main()
