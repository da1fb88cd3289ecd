"""What the tests of daemons share: programs unpacked into build/, and sites."""

import json
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
HEAD = """carveout: site/1
name: s
profiles:
  - carveout: profile/1
    id: vendor/product
    source: {page: {title: Requirements, url: "https://docs.example.com/r", retrieved: "2026-11-01"}}
    devices: {Box: {platform: linux, role: box}}
    exclusions:
      - source: page
        rows:
"""

checked = 0
problems = []


def check(holds, what):
    global checked
    checked += 1
    if not holds:
        problems.append(what)


def finish(what):
    for problem in problems:
        print(problem)
    print(f"{checked} {what}")
    sys.exit(1 if problems or not checked else 0)


def unpack(name, *packages):
    """The folder, and the environment in which its programs find their libraries."""
    done = subprocess.run(["sh", str(HERE / "unpack.sh"), name, *packages],
                          capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"cannot unpack {' '.join(packages)}: {done.stderr}")
    root = pathlib.Path(done.stdout.strip())
    folders = [str(path) for path in root.glob("**/*-linux-gnu*") if path.is_dir()]
    return root, dict(os.environ, LD_LIBRARY_PATH=":".join(folders), LC_ALL="C.UTF-8")


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def accepted(stderr):
    """The stanzas that the compiler asks for, filled in."""
    stanzas = re.findall(r"- (\{row: .*?), of: \"([0-9a-f]{20})\",\s+reason: ", stderr)
    return "".join(f"  - {stanza}, of: \"{digest}\", reason: test, by: test, "
                   f"until: \"2027-11-01\"}}\n" for stanza, digest in stanzas)


def compile_site(program, folder, rows, targets):
    """The rows are (kind, path, more keys).  All that is wider or different is accepted.
    The output tree, and what the compiler said before it was."""
    lines = [HEAD]
    for number, (kind, path, more) in enumerate(rows):
        lines.append(f"          - {{id: r{number}, device: Box, {kind}: {quoted(path)}{more}}}\n")
    lines.append("groups:\n  - {name: linux, platform: linux, roles: [box]}\n")
    lines.append(f"targets:\n  json: {{}}\n{targets}")
    site = folder / "site.yaml"
    out = folder / "out"
    command = [program, "compile", str(site), "-o", str(out), "--today=2026-11-23"]
    site.write_text("".join(lines))
    first = subprocess.run(command, capture_output=True, text=True)
    stanzas = accepted(first.stderr)
    site.write_text("".join(lines) + (f"accept:\n{stanzas}" if stanzas else ""))
    done = subprocess.run(command, capture_output=True, text=True)
    check(done.returncode == 0, f"the site does not compile: {done.stderr}")
    return out, first.stderr


def audit(program, site, target, actual):
    """How many entries are planned, how much of what is shown is not understood, and what
    differs; or what carveout says instead."""
    done = subprocess.run([program, "audit", site, "-t", target, "--today=2026-11-23",
                           "--format=json", "-"], input=actual, capture_output=True, timeout=60)
    if not done.stdout:
        return done.stderr
    found = json.loads(done.stdout)
    return (found["counts"]["planned"], found["counts"]["not_understood"],
            [(drift["drift"], drift.get("planned", drift.get("found"))["value"])
             for drift in found["drift"]])
