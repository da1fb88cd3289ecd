#!/usr/bin/env python3
"""Imports the pages of tests/import/pages and holds every row against what a person read
on the page: right, a hole where the page can be read in two ways, or wrong.  A wrong row
is one that says something else than the expected row, or is not there; there may be none.

usage: check.py PROGRAM [PAGE...]"""

import collections
import json
import pathlib
import subprocess
import sys
import tempfile

import yaml

HERE = pathlib.Path(__file__).resolve().parent
PAGES = HERE / "pages"
NOT_COMPARED = {"id", "purpose", "source", "note"}
SECTIONS = ("ports", "exclusions", "urls")


def import_page(program, page, answers=None):
    """The profile of a page as YAML reads it, and its findings by name."""
    command = [program, "import", str(page), "--id", "test/page", "--url",
               "https://example.com/page", "--retrieved", "2026-11-23", "--today",
               "2026-11-23", "--diagnostics=json"]
    if answers:
        command += ["--answers", str(answers)]
    run = subprocess.run(command, capture_output=True, timeout=120)
    if run.returncode not in (0, 1):
        sys.exit(f"{page.name}: exit {run.returncode}: {run.stderr.decode()[-2000:]}")
    findings = collections.Counter(
        finding["code"] for finding in json.loads(run.stderr.decode())["findings"])
    # Scalars are text, as carveout reads them.
    return yaml.load(run.stdout.decode(), Loader=yaml.BaseLoader) or {}, findings


def flat_rows(profile):
    """The rows of ports, exclusions and URLs; what a block says is put into its rows."""
    for section in SECTIONS:
        for member in profile.get(section) or []:
            if "rows" not in member:
                yield dict(member)
                continue
            for row in member["rows"] or []:
                row = dict(row)
                when = {**member.get("when", {}), **row.get("when", {})}
                if when:
                    row["when"] = when
                yield row


def plain(value):
    """A value as it is compared: lists of one are their item, holes are `?`."""
    if isinstance(value, dict):
        return "?" if "hole" in value else {k: plain(v) for k, v in sorted(value.items())}
    if isinstance(value, list):
        return plain(value[0]) if len(value) == 1 else [plain(v) for v in value]
    return str(value)


def compared(row):
    return {k: plain(v) for k, v in sorted(row.items()) if k not in NOT_COMPARED}


def expected_rows(expected):
    return [{k: plain(v) for k, v in sorted(row.items())} for row in expected["rows"]]


def check_page(program, page, totals, failures):
    expected = yaml.load(pathlib.Path(f"{page.with_suffix('')}.expected.yaml").read_text(),
                         Loader=yaml.BaseLoader)
    answers = pathlib.Path(f"{page.with_suffix('')}.answers.yaml")
    profile, findings = import_page(program, page, answers if answers.exists() else None)
    should = expected_rows(expected)
    left = [compared(row) for row in flat_rows(profile)]
    right = holes = wrong = 0
    for row in should:
        if row in left:
            left.remove(row)
            if "?" in json.dumps(list(row.values())).replace("??", ""):
                holes += 1
            else:
                right += 1
        else:
            wrong += 1
            failures.append(f"{page.name}: no row {json.dumps(row)}")
    for row in left:
        wrong += 1
        failures.append(f"{page.name}: besides {json.dumps(row)}")
    for name in expected.get("findings", []):
        if not findings[name]:
            failures.append(f"{page.name}: no finding {name}")
    if "ip" in expected and plain(profile.get("ip", "")) != plain(expected["ip"]):
        failures.append(f"{page.name}: ip is {profile.get('ip')}")
    totals.append((page.name, expected["shape"], right, holes, wrong))


def main():
    program = sys.argv[1]
    pages = [pathlib.Path(p) for p in sys.argv[2:]] or sorted(
        p for p in PAGES.iterdir() if not p.name.endswith((".expected.yaml", ".answers.yaml")))
    totals, failures = [], []
    for page in pages:
        check_page(program, page, totals, failures)
    print(f"{'page':32} {'right':>5} {'holes':>5} {'wrong':>5}  shape")
    for name, shape, right, holes, wrong in totals:
        print(f"{name:32} {right:5} {holes:5} {wrong:5}  {shape}")
    print("\n".join(failures))
    print(f"{len(totals)} pages, {sum(t[2] for t in totals)} rows right, "
          f"{sum(t[3] for t in totals)} with holes, {sum(t[4] for t in totals)} wrong")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
