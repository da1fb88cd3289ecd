#!/usr/bin/env python3
"""Sums up what the counters of a build say: lines and branches of src/ and emitters/, and
the files where most is left.

    tests/coverage.py BUILD [--lines]

--lines names each line that was never reached.  What an `assert` and the end of memory
bring in is left out: the former cannot happen, the latter is what tests/faults tries."""

import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LEFT_OUT = re.compile(r"\bassert\(|cv_out_of_memory\(")
SHOWN = 30


def counts():
    done = subprocess.run(
        ["gcovr", "--root", str(ROOT), "--object-directory", str(ROOT / sys.argv[1]),
         "--filter", "src/", "--filter", "emitters/", "--gcov-ignore-parse-errors", "-j", "2",
         "--json"], cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)
    return json.loads(done.stdout)["files"]


def main():
    rows, missed_lines = [], []
    for file in counts():
        source = (ROOT / file["file"]).read_text().splitlines()
        lines = reached = branches = taken = 0
        for line in file["lines"]:
            number = line["line_number"]
            if number > len(source):
                sys.exit(f"{file['file']} has changed since it was built")
            text = source[number - 1]
            if line.get("gcovr/noncode") or LEFT_OUT.search(text):
                continue
            lines += 1
            reached += line["count"] > 0
            branches += len(line["branches"])
            taken += sum(branch["count"] > 0 for branch in line["branches"])
            if not line["count"]:
                missed_lines.append(f"{file['file']}:{number}: {text.strip()}")
        rows.append((lines, reached, branches, taken, file["file"]))
    whole = [sum(row[i] for row in rows) for i in range(4)]
    print(f"{len(rows)} files, {100 * whole[1] / whole[0]:.1f} % of {whole[0]} lines, "
          f"{100 * whole[3] / whole[2]:.1f} % of {whole[2]} branches")
    print("lines left  branches left  file")
    for lines, reached, branches, taken, name in sorted(
            rows, key=lambda row: (row[1] - row[0], row[3] - row[2]))[:SHOWN]:
        print(f"{lines - reached:10}  {branches - taken:13}  {name}")
    if "--lines" in sys.argv[2:]:
        print("\n".join(missed_lines))


main()
