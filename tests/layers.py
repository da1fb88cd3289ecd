#!/usr/bin/env python3
"""The walls of the house, read off the sources and the objects.

1. An #include goes only from a layer to itself or to one before it.
2. Foreign libraries stay in the layers that own them.
3. Nothing outside a target's folder names the target.
4. A target's emitter and reader share tables, never code: the functions that both
   objects call are looked up in a short list of those that neither write nor parse.
5. Every finding in findings.def is used, and every target has golden cases."""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / (sys.argv[1] if len(sys.argv) > 1 else "build/debug")

MAY_SEE = {
    "base": {"base"},
    "model": {"base", "model"},
    "read": {"base", "model", "read"},
    "import": {"base", "model", "read", "import"},
    "resolve": {"base", "model", "resolve"},
    "prove": {"base", "model", "prove"},
    "emitters": {"base", "model", "emitters"},
    "commands": {"base", "model", "read", "import", "resolve", "prove", "commands"},
    "main.c": {"base", "model", "read", "import", "resolve", "prove", "commands"},
}
LIBRARIES = {
    "yaml.h": {"read"},
    "csv.h": {"base", "read", "import", "emitters", "commands"},
    "idn2.h": {"model"},
    "jansson.h": {"base", "emitters", "commands"},
    "libxml/": {"base", "import", "emitters"},
    "uthash.h": {"base"},
    "nettle/": {"base"},
    "libmnl/": {"emitters"},
    "libnftnl/": {"emitters"},
    "linux/netfilter": {"emitters"},
}
# Calls that both an emitter and a reader may make: memory, the C library, and the
# tables that both look things up in.
SHARED_CALLS = re.compile(
    r"^(cv_(arena|buf|out_of_memory|table|intern|entries_add|plan_add|utf8|is_)\w*|mem\w+|str\w+|"
    r"__\w+|_GLOBAL\w*|free|malloc|inet_ntop|realloc|calloc|abort|qsort|bsearch|snprintf|\w+_facts?_\w+|"
    r"cv_\w+_(table|shapes?|columns?|template|pieces|lists?)\w*|cv_protocol_name|cv_path_is_bare)$")

problems = []


def layer_of(path):
    parts = path.relative_to(ROOT).parts
    return parts[0] if parts[0] == "emitters" else parts[1]


def sources():
    for folder in ("src", "emitters"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".c", ".h", ".def"):
                yield path


def check_includes():
    for path in sources():
        layer = layer_of(path)
        for line in path.read_text().splitlines():
            match = re.match(r'\s*#include\s+([<"])([^>"]+)[>"]', line)
            if not match:
                continue
            name = match.group(2)
            first = name.split("/")[0]
            if match.group(1) == '"' and first in MAY_SEE and first not in MAY_SEE[layer]:
                problems.append(f"{path.relative_to(ROOT)}: {layer} includes {name}")
            for library, owners in LIBRARIES.items():
                if match.group(1) == "<" and name.startswith(library) and layer not in owners:
                    problems.append(f"{path.relative_to(ROOT)}: {layer} uses {name}")


def target_names():
    names = set()
    for path in (ROOT / "emitters").rglob("*.c"):
        names |= set(re.findall(r'struct cv_target cv_target_\w+ = \{\s*\.name = "([a-z-]+)"',
                                path.read_text()))
    return names


def check_names():
    for path in (ROOT / "src").rglob("*.[ch]"):
        text = path.read_text()
        for name in target_names() - {"csv", "json"}:
            if re.search(rf'"[^"\n]*\b{re.escape(name)}\b[^"\n]*"', text):
                problems.append(f"{path.relative_to(ROOT)}: names the target {name}")
        # csv and json are formats of input, too: as a target's whole name only.
        for name in ("csv", "json"):
            if re.search(rf'target[^;\n]*"{name}"', text):
                problems.append(f"{path.relative_to(ROOT)}: names the target {name}")


def undefined(objects):
    out = subprocess.run(["nm", "-u"] + [str(o) for o in objects], capture_output=True, text=True)
    return {line.split()[-1] for line in out.stdout.splitlines() if " U " in line}


def defined(objects):
    out = subprocess.run(["nm", "-g", "--defined-only"] + [str(o) for o in objects],
                         capture_output=True, text=True).stdout
    return {line.split()[-1]: line.split()[-2] for line in out.splitlines() if len(line.split()) == 3}


def check_shared_calls():
    checked = 0
    # Tables may be another target's: two spellings of one plan share them.
    data = {name for name, kind in
            defined([o for o in BUILD.rglob("*.o") if "/emitters/" in str(o)]).items()
            if kind in "RDBrdb"}
    for folder in sorted(p for p in (ROOT / "emitters").iterdir() if p.is_dir()):
        objects = [o for o in BUILD.rglob("*.o") if f"/emitters/{folder.name}/" in str(o)]
        emit = [o for o in objects if re.search(r"emit|write|quote", o.name)]
        read = [o for o in objects if "read" in o.name]
        if not emit or not read:
            problems.append(f"emitters/{folder.name}: no emitter or no reader among the objects")
            continue
        for call in sorted((undefined(emit) | set(defined(emit))) & undefined(read)):
            checked += 1
            if not SHARED_CALLS.match(call) and call not in data:
                problems.append(f"emitters/{folder.name}: emitter and reader share {call}()")
    return checked


def check_findings():
    listed = re.findall(r"CV_FINDING\((\w+), \"([a-z0-9-]+)\"",
                        (ROOT / "src/base/findings.def").read_text())
    text = "\n".join(p.read_text() for p in sources() if p.name != "findings.def")
    expected = "\n".join(p.read_text(errors="replace")
                         for p in (ROOT / "tests").rglob("*")
                         if p.is_file() and p.name not in ("layers.py", "documents.py"))
    for identifier, name in listed:
        if not re.search(rf"\bCV_F_{identifier}\b", text):
            problems.append(f"findings.def: {name} is never found")
        if f"[{name}]" not in expected and f"CV_F_{identifier}" not in expected:
            problems.append(f"findings.def: no test shows {name}")


def check_cases():
    for name in target_names():
        if not list((ROOT / "tests/golden").glob(f"**/out/{name}/*")):
            problems.append(f"no golden case writes an artefact of {name}")


check_includes()
check_names()
calls = check_shared_calls()
check_findings()
check_cases()
for problem in problems:
    print(problem)
print(f"{len(list(sources()))} files, {calls} shared calls looked at, {len(problems)} problems")
sys.exit(1 if problems else 0)
