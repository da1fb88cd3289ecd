#!/usr/bin/env python3
"""What strangers may send: exports with odd bytes, names with orders to a terminal,
profiles that reach for more than is theirs.  Takes the program's path.

1. What is put into an export anywhere never stands on standard error, but in the name of
   an object of ours; and no output sends orders to a terminal, nor does any expected one.
2. Names of files hold orders to a terminal: they are shown, not sent.
3. A profile brings no acceptances, no fills and no targets; one that cannot be read
   beside the site is not replaced by the installed one; none leads outside its folder,
   not even when a link is changed meanwhile."""

import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading

PROGRAM = os.path.abspath(sys.argv[1])
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
GOLDEN = ROOT / "tests" / "golden"
TODAY = "--today=2026-11-23"
POSITIONS = 5
MARK = b"Zq7vMarkedSecret"
# What a terminal obeys, not newline and tab; and what the eye does not see.  JSON is for
# programs, and holds the latter as they are.
ORDERS = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xa8\xa9]")
RAW = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8b-\x8f\xa8-\xae]|"
                 rb"\xe2\x81[\xa0-\xaf]|\xef\xbb\xbf")
checked = 0


def check(condition, what):
    global checked
    checked += 1
    if not condition:
        print("FAILED:", what)
        sys.exit(1)


def run(words, folder, given=b""):
    done = subprocess.run([PROGRAM, *words], cwd=folder, input=given, capture_output=True, timeout=60)
    check(done.returncode in (0, 1, 2), f"{words}: exit {done.returncode}: {done.stderr[-300:]}")
    return done


def audits():
    """(folder, words, name of the export) of every golden case that reads one."""
    for args in sorted(GOLDEN.rglob("args")):
        for line in args.read_text().splitlines():
            words = shlex.split(line)
            if words[:1] == ["audit"] and not (args.parent / "copy").exists():
                for word in words[2:]:
                    if word != words[1] and (args.parent / word).is_file():
                        yield args.parent, words, word


def test_exports(work):
    """A mark, an order to a terminal, and a JSON escape of one, at places all over."""
    seen, count = set(), 0
    for folder, words, name in audits():
        if (folder, name) in seen:
            continue
        seen.add((folder, name))
        case = work / f"export-{len(seen)}"
        shutil.copytree(folder, case)
        content = (folder / name).read_bytes()
        for i in range(POSITIONS):
            at = len(content) * i // POSITIONS
            for put in (MARK, b'"' + MARK, b"\x1b]0;" + MARK + b"\x07", b"\\u001b[2J" + MARK,
                        b"&#27;" + MARK):
                (case / name).write_bytes(content[:at] + put + content[at:])
                done = run(words, case)
                what = f"{folder.name}/{name}: {put} at {at}: {done.stderr[-300:]}"
                # `unused-object` names objects that bear our tag.
                check(not re.search(MARK + rb"(?!.*\[unused-object\]$)", done.stderr, re.M), what)
                check(not RAW.search(done.stderr) and not RAW.search(done.stdout), what)
                count += 1
    check(count > 500, f"{count} changed exports")


def test_base(work):
    """The same of an export that a site names as `base`."""
    site = (ROOT / "examples" / "hq" / "site.yaml").read_text()
    case = work / "base"
    case.mkdir()
    (case / "site.yaml").write_text(site)
    content = (ROOT / "examples" / "hq" / "intune-windows.json").read_bytes()
    for i in range(3 * POSITIONS):
        at = len(content) * i // (3 * POSITIONS)
        for put in (MARK, b'"' + MARK, b"\x1b[2J" + MARK):
            (case / "intune-windows.json").write_bytes(content[:at] + put + content[at:])
            done = run(["check", "site.yaml", TODAY], case)
            check(MARK not in done.stderr and not RAW.search(done.stderr),
                  f"base: {put} at {at}: {done.stderr[-300:]}")


def test_expected():
    """No expected output of any case holds what a terminal would obey."""
    for path in [*GOLDEN.rglob("stdout"), *GOLDEN.rglob("stderr")]:
        found = RAW.search(path.read_bytes())
        check(not found, f"{path}: {found}")


def test_names(work):
    order = "\x1b]0;owned\x07\u202e.yaml"
    (work / order).write_text("carveout: profile/1\n")
    for words in (["check", order], ["compile", order, "-o", "\x1b[2J"], ["check", "\x1b[2J.yaml"],
                  ["explain", order, "--row", "\x1b[2J"], ["audit", order, "-t", "\x1b[2J", order],
                  ["\x1b[2J"], ["--\x1b[2J"], ["check", f"--explain=\x1b[2J"], ["diff", order, order]):
        for more, refused in (([], RAW), (["--diagnostics=json"], ORDERS)):
            done = run([*words, *more], work)
            check(done.stderr and not refused.search(done.stderr + done.stdout),
                  f"{words}: {done.stderr}")


HEAD = """carveout: profile/1
id: vendor/product
title: A product
source:
  page: {title: A page, url: "https://example.com/page", retrieved: "2026-11-23"}
parties: {A: {}, B: {}}
"""
SITE = """carveout: site/1
name: s
profiles: [%s]
ip: [4]
parties: {A: {addresses: [192.0.2.1]}, B: {addresses: [192.0.2.2]}}
targets: {csv: {}}
"""
PORTS = "ports:\n  - {id: row, from: A, to: B, port: '443', protocol: tcp, source: page}\n"


def found(done, name):
    return f"[{name}]".encode() in done.stderr


def test_profile_keys(work):
    """A profile has no say in what the site decides."""
    for key in ("accept: [{row: 'vendor/product#ports/row', finding: wider, reason: x, by: x}]",
                "fill: [{row: x, set: {port: 1}, reason: x, by: x}]", "targets: {csv: {}}",
                "groups: [{name: g, platform: linux}]", "profiles: [other/profile]",
                "inventory: {A: '1'}", "name: other"):
        (work / "keys.yaml").write_text(HEAD + key + "\n" + PORTS)
        (work / "site.yaml").write_text(SITE % "./keys.yaml")
        done = run(["compile", "site.yaml", "-o", "keys", TODAY], work)
        check(done.returncode == 1 and found(done, "unknown-key"), f"{key}: {done.stderr}")
        check(not (work / "keys").exists(), "nothing is written")


def test_unreadable_profile(work):
    """One that stands beside the site and cannot be had is not looked for elsewhere."""
    for name in ("installed", "site"):
        (work / name / "vendor").mkdir(parents=True)
    (work / "installed" / "vendor" / "product.yaml").write_text(HEAD + PORTS)
    (work / "site" / "site.yaml").write_text(SITE % "vendor/product")
    beside = work / "site" / "vendor" / "product.yaml"
    words = ["compile", "site.yaml", "-o", "out", TODAY, f"--profiles={work}/installed"]
    check(run(words, work / "site").returncode == 0, "without one beside the site")
    beside.symlink_to("product.yaml")
    done = run(words, work / "site")
    check(done.returncode == 2 and found(done, "cannot-read"), f"a loop: {done.stderr}")


def test_changed_link(work):
    """A link that leads now inside and now outside, while it is read."""
    folder = work / "link"
    folder.mkdir()
    secret = work / "secret.csv"
    secret.write_text("id,from,to,port,protocol,source\nleak,A,B,31337,tcp,page\n")
    (folder / "good.csv").write_text("id,from,to,port,protocol,source\ngood,A,B,443,tcp,page\n")
    (folder / "p.yaml").write_text(HEAD + "ports: {csv: t.csv}\n")
    (work / "link.yaml").write_text(SITE % "link/p.yaml")
    stop = threading.Event()

    def turn():
        while not stop.is_set():
            for target in ("good.csv", "../secret.csv"):
                (folder / "new").symlink_to(target)
                os.replace(folder / "new", folder / "t.csv")

    (folder / "t.csv").symlink_to("good.csv")
    turning = threading.Thread(target=turn)
    turning.start()
    try:
        for _ in range(200):
            done = run(["explain", "link.yaml", "--flow", "A -> B:31337/tcp", TODAY], work)
            check(b"leak" not in done.stdout + done.stderr, f"read outside: {done.stdout}")
    finally:
        stop.set()
        turning.join()


work = pathlib.Path(tempfile.mkdtemp(prefix="carveout-hostile-"))
try:
    for test in (test_exports, test_base, test_names, test_profile_keys, test_unreadable_profile,
                 test_changed_link):
        folder = work / test.__name__
        folder.mkdir()
        test(folder)
    test_expected()
finally:
    shutil.rmtree(work, ignore_errors=True)
print(f"{checked} tests")
