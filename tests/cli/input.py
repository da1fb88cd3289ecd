#!/usr/bin/env python3
"""Inputs that are no plain files, and limits of size.  Takes the program's path."""

import os
import pathlib
import subprocess
import sys
import tempfile

PROGRAM = sys.argv[1]
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
checked = 0


def check(condition, what):
    global checked
    checked += 1
    if not condition:
        print("FAILED:", what)
        sys.exit(1)


def run(*words, stdin=b"", **more):
    return subprocess.run([PROGRAM, *words, "--today=2026-11-23"], input=stdin,
                          capture_output=True, timeout=120, **more)


with tempfile.TemporaryDirectory(prefix="carveout-input-") as name:
    work = pathlib.Path(name)
    site = (ROOT / "examples/cloud/site.yaml").read_bytes()

    # What the site names lies in the directory that the command is given in.
    done = run("compile", "-", "-o", str(work / "out"), stdin=site,
               cwd=ROOT / "examples/cloud")
    check(done.returncode == 0, "a site on standard input: " + done.stderr.decode())

    # A pipe that promises much and ends early: half a document.
    done = run("compile", "-", "-o", str(work / "half"), stdin=site[:len(site) // 2])
    check(done.returncode in (1, 2) and not (work / "half").exists(), "half a site on a pipe")

    # A file that says it has a gigabyte and more.
    huge = work / "huge.yaml"
    with open(huge, "wb") as file:
        file.truncate((1 << 30) + 1)
    done = run("check", str(huge))
    check(done.returncode == 2 and b"[file-too-large]" in done.stderr, "a file over the limit")

    done = run("check", str(work / "absent.yaml"))
    check(done.returncode == 2 and b"[cannot-read]" in done.stderr, "a file that is not there")
    done = run("check", str(work))
    check(done.returncode == 2 and b"[cannot-read]" in done.stderr, "a directory as a file")

    # Standard output that is full.
    if os.path.exists("/dev/full"):
        with open("/dev/full", "wb") as full:
            code = subprocess.run([PROGRAM, "targets"], stdout=full, stderr=subprocess.DEVNULL,
                                  timeout=60).returncode
        check(code == 2, "a full standard output is exit 2")
print(f"{checked} tests")
