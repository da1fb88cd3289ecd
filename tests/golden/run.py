#!/usr/bin/env python3
"""Golden cases: a folder with a file `args` is a case.

It is copied to an empty directory and carveout runs there with the words of `args`
(one command a line; --today is set).  Compared with the folder are: `stdout`, `stderr`,
`exit` (0 when absent) and `out/`, the tree that the command wrote.  A file `copy` names
folders of the repository that come along; a folder `before` is what stands in `out/`
already.  `--update` rewrites what differs."""

import argparse
import concurrent.futures
import filecmp
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
EXPECTED = ("stdout", "stderr", "exit", "out")


def files_below(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def run_case(program, case):
    """What the case gives now: a dict of its expected parts, `out` as a folder."""
    work = pathlib.Path(tempfile.mkdtemp(prefix="carveout-golden-"))
    inputs = work / "case"
    shutil.copytree(case, inputs, symlinks=True)
    for name in EXPECTED:
        path = inputs / name
        if path.is_dir():
            shutil.rmtree(path)
        elif path.exists():
            path.unlink()
    if (inputs / "before").is_dir():
        (inputs / "before").rename(inputs / "out")
    if (case / "copy").exists():
        for folder in (case / "copy").read_text().split():
            shutil.copytree(ROOT / folder, inputs / folder)
    stdout, stderr, code = b"", b"", 0
    stdin = (inputs / "stdin").read_bytes() if (inputs / "stdin").exists() else b""
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "SOURCE_DATE_EPOCH": "1795392000"}
    for line in (case / "args").read_text().splitlines():
        done = subprocess.run([program] + shlex.split(line), cwd=inputs, input=stdin,
                              capture_output=True, env=environment, timeout=120)
        stdout, stderr, code = stdout + done.stdout, stderr + done.stderr, done.returncode
    return work, {"stdout": stdout, "stderr": stderr, "exit": str(code).encode() + b"\n"}


def differences(case, got, out):
    found = []
    for name, text in got.items():
        path = case / name
        expected = path.read_bytes() if path.exists() else (b"0\n" if name == "exit" else b"")
        if expected != text:
            found.append((name, expected, text))
    expected_out = case / "out"
    if out.is_dir() and not expected_out.is_dir():
        found.append(("out", b"(absent)\n", b"(a folder)\n"))
    names = set(files_below(expected_out)) if expected_out.is_dir() else set()
    names |= set(files_below(out)) if out.is_dir() else set()
    for name in sorted(names):
        a, b = expected_out / name, out / name
        if not (a.exists() and b.exists() and filecmp.cmp(a, b, shallow=False)):
            found.append(("out/" + name, a.read_bytes() if a.exists() else b"(absent)\n",
                          b.read_bytes() if b.exists() else b"(absent)\n"))
    return found


def update(case, got, out):
    for name, text in got.items():
        path = case / name
        if text == b"" or (name == "exit" and text == b"0\n"):
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(text)
    shutil.rmtree(case / "out", ignore_errors=True)
    if out.is_dir():
        shutil.copytree(out, case / "out")


def show(case, found):
    print(f"--- {case.relative_to(HERE)}")
    for name, expected, text in found:
        with tempfile.NamedTemporaryFile() as a, tempfile.NamedTemporaryFile() as b:
            a.write(expected), a.flush()
            b.write(text), b.flush()
            diff = subprocess.run(["diff", "-u", "--label", "expected/" + name, "--label",
                                   "got/" + name, a.name, b.name], capture_output=True).stdout
            sys.stdout.write(diff.decode("utf-8", "replace")[:4000])


def check(program, case, may_update):
    work, got = run_case(program, case)
    out = work / "case" / "out"
    found = differences(case, got, out)
    if found and may_update:
        update(case, got, out)
    # A sanitizer's report is a failure whatever the case expects.
    crashed = b"Sanitizer" in got["stderr"] or got["exit"].startswith(b"-")
    shutil.rmtree(work)
    return found, crashed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("cases", nargs="*", help="only those whose path holds one of these")
    options = parser.parse_args()
    cases = sorted(p.parent for p in HERE.rglob("args"))
    if options.cases:
        cases = [c for c in cases if any(w in str(c.relative_to(HERE)) for w in options.cases)]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        results = pool.map(lambda c: check(options.program, c, options.update), cases)
        for case, (found, crashed) in zip(cases, results):
            if crashed or (found and not options.update):
                failed += 1
                show(case, found)
            elif found:
                print("updated", case.relative_to(HERE))
    print(f"{len(cases)} cases, {failed} failed")
    sys.exit(1 if failed or not cases else 0)


main()
