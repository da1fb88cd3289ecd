#!/usr/bin/python3
"""Sysmon's files of all golden cases against a DTD after its manifest, and a model of how it
decides.

    tests/endpoint/sysmon.py

Conditions must be ones that the manifest names. What a file keeps from the log must be what
the neutral list of the same case says, as far as Sysmon can say it. The model is written after
rules.c of Sysinternals/SysmonCommon (MatchFilterOnSpecificRule, FilterEventRules)."""

import json
import pathlib
import re
import subprocess
import tempfile
import xml.etree.ElementTree as ElementTree

from common import HERE, ROOT, check, finish

DTD = HERE / "sysmon.dtd"
CONDITIONS = {"is", "is any", "is not", "contains", "contains any", "contains all", "excludes",
              "excludes any", "excludes all", "begin with", "not begin with", "end with",
              "not end with", "less than", "more than", "image"}
# What Sysmon does with an event that the configuration has no element for.
LOGGED = {"ProcessCreate": True, "ProcessTerminate": True, "FileCreate": False}


def is_valid(text, root):
    with tempfile.NamedTemporaryFile("w", suffix=".xml") as file:
        file.write(text)
        file.flush()
        done = subprocess.run(["xmllint", "--noout", "--nonet", "--dtdvalid", DTD, file.name],
                              capture_output=True, text=True)
    return done.returncode == 0 and ElementTree.fromstring(text).tag == root


# ---- the model ----

def holds(rule, values):
    if rule.tag == "Rule":
        return (all if rule.get("groupRelation", "and") == "and" else any)(
            [holds(part, values) for part in rule])
    value, text = values.get(rule.tag, "").lower(), (rule.text or "").lower()
    return {"is": value == text, "is not": value != text, "begin with": value.startswith(text),
            "end with": value.endswith(text)}.get(rule.get("condition", "is"), False)


def is_match(relation, element, values):
    """In an `and`, one rule of each field has to match, and every compound one."""
    if relation == "or":
        return any(holds(rule, values) for rule in element)
    fields = {rule.tag for rule in element} - {"Rule"}
    return len(element) > 0 and all(holds(rule, values) for rule in element.iter("Rule")) and all(
        any(holds(rule, values) for rule in element.findall(field)) for field in fields)


def is_logged(root, event, values):
    """Elements with exclude are asked first; where nothing matches, one element alone says
    what happens, and of several the answer is no."""
    elements = [(group, element) for group in root.iter() for element in group
                if element.tag == event]
    if not elements:
        return LOGGED[event]
    for wanted in ("exclude", "include"):
        for group, element in elements:
            relation = group.get("groupRelation", "and") if group.tag == "RuleGroup" else "and"
            if element.get("onmatch") == wanted and is_match(relation, element, values):
                return wanted == "include"
    return len(elements) == 1 and elements[0][1].get("onmatch") == "exclude"


# ---- what the neutral list asks ----

def asked(row):
    """Paths that must not be logged, and their neighbours, which must."""
    separator = "\\" if row["os"] == "windows" else "/"
    path = row["path"]
    if row["type"] == "folder":
        return ([f"{path}{separator}a", f"{path}{separator}a{separator}B.c"],
                [path + "x", path, f"{separator}z{path}{separator}a"])
    if row["type"] == "process" and row["match"] == "name":
        return ([f"{separator}opt{separator}{path}", f"C:{separator}{path.upper()}"],
                [f"{separator}opt{separator}x{path}", path, f"{separator}{path}x"])
    if "*" not in path:
        return [path, path.upper()], [path + "x", "x" + path, path[:-1]]
    # Any depth is none, too.
    path = path.replace(separator + "**", "*")
    head, tail = path.split("*")
    twice = [head + tail[n:] for n in range(1, min(len(head), len(tail)) + 1)
             if head[-n:].lower() == tail[:n].lower()]
    return ([f"{head}a{tail}", f"{head}aba{tail}".upper()],
            twice + [f"{head}a{tail}x", f"x{head}a{tail}"])


def is_sayable(row):
    path, is_windows = row["path"], row["os"] == "windows"
    if not path or ";" in path or "?" in path or (is_windows and "%" in path):
        return False
    if row["type"] == "folder":
        return row["recursive"] in ("yes", True) and "*" not in path
    if row["type"] not in ("process", "file") or len(re.findall(r"\*+", path)) > 1:
        return False
    return "*" not in path or (path.isascii() and path[-1] != "*")


def compare(path, root):
    """Each row of the list beside it, for each event that the file has."""
    events = {element.tag for element in root.iter() if element.get("onmatch")}
    neutral = path.parent.parent / "json" / (path.name.split(".")[0] + ".json")
    if not neutral.exists():
        return
    for row in json.loads(neutral.read_text())["rows"]:
        field = "Image" if row["type"] == "process" else "TargetFilename"
        for event in events:
            if event.startswith("Process") != (field == "Image") or not is_sayable(row):
                continue
            hidden, shown = asked(row)
            for one in hidden:
                check(not is_logged(root, event, {field: one}), f"{path}: {one} is logged")
            for one in shown:
                check(is_logged(root, event, {field: one}), f"{path}: {one} is not logged")


def look_at(path):
    text, is_full = path.read_text(), path.name.endswith(".full.xml")
    check(is_valid(text, "Sysmon" if is_full else "EventFiltering"), f"{path}: not valid")
    root = ElementTree.fromstring(text)
    elements = [element for element in root.iter() if element.get("onmatch")]
    check(len({element.tag for element in elements}) == len(elements),
          f"{path}: an event has two elements")
    for element in elements:
        check(element.get("onmatch") == "exclude" and len(element) > 0, f"{path}: {element.tag}")
        for rule in element.iter():
            if rule.tag not in (element.tag, "Rule"):
                check(rule.get("condition") in CONDITIONS, f"{path}: {rule.get('condition')}")
        check(all(rule.get("name") == "carveout" for rule in element), f"{path}: a name")
    compare(path, root)


def show_what_the_head_says():
    """Of the ways to merge, those that are told to be wrong are."""
    rule = '<Image condition="is">/a</Image>'
    other = '<Image condition="is">/b</Image>'
    ours = f'<ProcessCreate onmatch="exclude">{rule}</ProcessCreate>'
    theirs = f'<ProcessCreate onmatch="exclude">{other}</ProcessCreate>'

    def logs(inside, image, relation="or"):
        root = ElementTree.fromstring(f'<EventFiltering><RuleGroup groupRelation="{relation}">'
                                      f"{inside}</RuleGroup></EventFiltering>")
        return is_logged(root, "ProcessCreate", {"Image": image})

    both = ours.replace(rule, rule + other)
    check([logs(both, image) for image in ("/a", "/b", "/c")] == [False, False, True], "one")
    check([logs(ours + theirs, image) for image in ("/a", "/c")] == [False, False], "two")
    included = ours + '<ProcessCreate onmatch="include">' \
        '<Image condition="begin with">/</Image></ProcessCreate>'
    check([logs(included, image) for image in ("/a", "/c")] == [False, True], "include")
    check(not logs(both, "/a", "and"), "and, one field")
    parent = '<ParentImage condition="is">/p</ParentImage>'
    check(logs(ours.replace(rule, rule + parent), "/a", "and"), "and, two fields")
    check(not logs(ours.replace(rule, rule + parent), "/a"), "or, two fields")
    check(logs("", "/a"), "none")


def main():
    paths = sorted((ROOT / "tests/golden").glob("**/out/sysmon/*.xml"))
    check(bool(paths), "no golden case has rules of Sysmon")
    for path in paths:
        look_at(path)
    show_what_the_head_says()
    good = ("<EventFiltering><RuleGroup><ProcessCreate onmatch=\"exclude\">"
            "<Image condition=\"is\">a</Image></ProcessCreate></RuleGroup></EventFiltering>")
    check(is_valid(good, "EventFiltering"), "the DTD refuses what is right")
    for old, new in (("<Image condition=\"is\">a</Image>", ""), ("ProcessCreate", "ProcessMake"),
                     ("<Image ", "<Imag "), ("exclude", "leave"), ("</Image>", "</image>")):
        check(not is_valid(good.replace(old, new), "EventFiltering"), f"the DTD takes {new}")
    finish("files of Sysmon")


main()
