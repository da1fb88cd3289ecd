#!/usr/bin/env python3
"""What fails around the program: memory, the disk, calls, the surroundings, a kill.

    tests/faults/run.py PROGRAM TOOLS [PART...] [--whole]

PART is memory, tree or surroundings; all of them unless named.  --whole tries every
place, not only those that fit into a minute."""

import os
import pathlib
import shutil
import sys
import tempfile

import memory
import surroundings
import tree
from common import ROOT, Bench, Failed

PARTS = {"tree": tree.run, "memory": memory.run, "surroundings": surroundings.run}


def main():
    words = [word for word in sys.argv[1:] if word != "--whole"]
    whole = "--whole" in sys.argv[1:]
    build = ROOT / "build"
    build.mkdir(exist_ok=True)
    # Not in /tmp, which one of the tests takes away.
    work = tempfile.mkdtemp(prefix="faults-", dir=build)
    try:
        bench = Bench(words[0], words[1], work)
        for name in words[2:] or PARTS:
            PARTS[name](bench, whole)
    except Failed as failed:
        sys.exit(f"FAILED: {failed}")
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print(f"{sum(points for _, points in bench.rows)} tests")


main()
