#!/usr/bin/python3
"""auditctl and the rules of all golden cases.

    tests/endpoint/auditd.py PROGRAM

auditctl parses each file; in the kernel's place stands audit_shim.c, which prints what it
was given and loads nothing.  The paths must be the artefact's, whole, once for each
architecture, and the undo must delete just what the rules add."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

from common import HERE, ROOT, check, compile_site, finish, unpack

PROGRAM = os.path.abspath(sys.argv[1])
FIELDS = {"112": "exe", "107": "dir", "105": "path"}
ARCHES = {"3221225534": "b64", "1073741827": "b32"}


class Auditctl:
    def __init__(self):
        self.root, self.env = unpack("auditd", "auditd", "libauparse0")
        shim = ROOT / "build/endpoint/audit_shim.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-o", shim, HERE / "audit_shim.c"], check=True)
        self.env["LD_PRELOAD"] = str(shim)

    def read(self, path):
        """(exit code, [(add or delete, arch, field, path)])"""
        done = subprocess.run([self.root / "sbin/auditctl", "-R", path], env=self.env,
                              capture_output=True, text=True)
        rules = []
        for line in done.stdout.splitlines():
            rule = re.fullmatch(r"(add|delete) (\d) (\d) 11=(\d+) (\d+)=(.*) 210=carveout", line)
            if rule:
                # Filter 4 is exit, action 0 is never.
                check(rule[2] == "4" and rule[3] == "0", f"{path}: {line}")
                rules.append((rule[1], ARCHES[rule[4]], FIELDS[rule[5]], rule[6]))
            else:
                check(False, f"{path}: {line}")
        return done.returncode, rules, done.stderr


def want(path, sign):
    """What the lines of the artefact say, read without auditctl."""
    return [("add" if sign == "-a" else "delete", arch, field, value)
            for arch, field, value in
            re.findall(rf"^{sign} never,exit -F arch=(b\d\d) -S all -F (\w+)=(.*) -F key=carveout$",
                       path.read_text(), re.M)]


def golden_cases(auditctl):
    for path in sorted((ROOT / "tests/golden").glob("**/out/auditd/*.rules")):
        is_undo = path.name.endswith(".undo.rules")
        code, rules, said = auditctl.read(path)
        check(code == 0 and not said, f"{path}: auditctl ends with {code}: {said}")
        check(rules == want(path, "-d" if is_undo else "-a"), f"{path}: auditctl reads {rules}")
        check(not is_undo or rules, f"{path}: no rule")
        if not is_undo:
            _, deleted, _ = auditctl.read(path.with_suffix(".undo.rules"))
            check([rule[1:] for rule in deleted] == [rule[1:] for rule in rules],
                  f"{path}: the undo deletes {deleted}")


def broken(auditctl, folder):
    """auditctl must say so of what we never write; else it is no judge."""
    lines = {
        "a blank": "-a never,exit -F arch=b64 -S all -F exe=/opt/a b -F key=carveout",
        "an unknown field": "-a never,exit -F arch=b64 -S all -F file=/opt/a -F key=carveout",
        "an unknown list": "-a never,exits -F arch=b64 -S all -F exe=/opt/a -F key=carveout",
    }
    for what, line in lines.items():
        path = folder / "broken.rules"
        path.write_text("-a never,exit -F arch=b64 -S all -F exe=/opt/x -F key=carveout\n"
                        f"{line}\n")
        code, rules, said = auditctl.read(path)
        check(code != 0 or len(rules) != 2 or said, f"auditctl takes {what}")


def traps(folder):
    """What cannot be written is refused, and never cut short."""
    rows = [("file", "/opt/two words", ""), ("folder", "/opt/app", ", recursive: true"),
            ("file", "/opt/star*", ""), ("file", "/opt/" + "a" * 4092, ""),
            ("file", "/opt/a#b", "")]
    out, said = compile_site(PROGRAM, folder, rows, "  auditd: {}\n")
    text = (out / "auditd/linux.rules").read_text()
    for number, verdict in enumerate(("impossible", "different", "impossible", "impossible",
                                      "different")):
        check(f"exclusions/r{number} in auditd is {verdict}" in said, f"r{number}: {said}")
    check(text.count("\n-a ") == 4, text)
    check("two" not in text and "-F dir=/opt/app/ " in text and "-F path=/opt/a#b " in text,
          text)


def main():
    auditctl = Auditctl()
    with tempfile.TemporaryDirectory(prefix="carveout-auditd-") as name:
        golden_cases(auditctl)
        broken(auditctl, pathlib.Path(name))
        traps(pathlib.Path(name))
    finish("probes of auditctl")


main()
