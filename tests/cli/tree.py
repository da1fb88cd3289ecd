#!/usr/bin/env python3
"""The output tree under everything that can go wrong: the old tree or the new one
stands whole, and what is not ours is never touched.  Takes the program's path."""

import hashlib
import os
import pathlib
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time

PROGRAM = sys.argv[1]
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TODAY = "--today=2026-11-23"
checked = 0


def check(condition, what):
    global checked
    checked += 1
    if not condition:
        print("FAILED:", what)
        sys.exit(1)


def digest(folder):
    """One hash over names, modes and bytes of a tree; None where there is none."""
    if not folder.exists():
        return None
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        whole.update(str(path.relative_to(folder)).encode() + b"\0")
        if path.is_file():
            whole.update(path.read_bytes())
    return whole.hexdigest()


def compile_to(out, site="cloud", *more, wrapper=()):
    return subprocess.run([*wrapper, PROGRAM, "compile", str(SITES / site / "site.yaml"), "-o",
                           str(out), TODAY, *more], capture_output=True, text=True, timeout=120)


def siblings(folder):
    return sorted(p.name for p in folder.iterdir())


work = pathlib.Path(tempfile.mkdtemp(prefix="carveout-tree-"))
SITES = ROOT / "examples"


def test_plain():
    out = work / "plain"
    done = compile_to(out)
    check(done.returncode == 0, "a compile into a new directory: " + done.stderr)
    check(stat.S_IMODE(out.stat().st_mode) == 0o700, "the tree has mode 0700")
    first = digest(out)
    check(compile_to(out).returncode == 0, "a compile over the same tree")
    check(digest(out) == first, "the same bytes the second time")
    check(siblings(work) == ["plain"], "nothing is left beside the tree")
    # Another site over it: files that it does not write are gone.
    check(compile_to(out, "hq").returncode == 0, "another site over the same tree")
    check(not list(out.glob("*/cloud*")), "files of the tree before are gone")
    empty = work / "empty"
    empty.mkdir()
    check(compile_to(empty).returncode == 0, "an empty directory is taken")
    dry = work / "dry"
    check(compile_to(dry, "cloud", "--dry-run").returncode == 0, "a dry run")
    check(not dry.exists(), "a dry run writes nothing")


def test_foreign():
    out = work / "foreign"
    check(compile_to(out).returncode == 0, "a compile")
    (out / "mine.txt").write_text("precious\n")
    before = digest(out)
    done = compile_to(out)
    check(done.returncode == 2 and "[foreign-file]" in done.stderr, "a foreign file is exit 2")
    check(digest(out) == before, "a foreign file and the tree around it stand")
    (out / "mine.txt").unlink()
    (out / "csv" / "deep").mkdir()
    (out / "csv" / "deep" / "mine").write_text("x")
    before = digest(out)
    check(compile_to(out).returncode == 2 and digest(out) == before, "a foreign file deep below")
    bare = work / "bare"
    bare.mkdir()
    (bare / "notes").write_text("x")
    check(compile_to(bare).returncode == 2 and siblings(bare) == ["notes"],
          "a directory without a manifest is left alone")
    odd = work / "odd"
    check(compile_to(odd).returncode == 0, "a compile")
    manifest = odd / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"csv/', '"../csv/', 1))
    before = digest(odd)
    check(compile_to(odd).returncode == 2 and digest(odd) == before,
          "a manifest that names a file outside is not believed")


def test_unwritable():
    a_file = work / "a-file"
    a_file.write_text("x")
    done = compile_to(a_file)
    check(done.returncode == 2 and a_file.read_text() == "x", "an output that is a file")
    done = compile_to(work / "no" / "such" / "parent")
    check(done.returncode == 2 and "cannot" in done.stderr, "a parent that is not there")


def in_mount_namespace(script):
    """Runs a shell script as root of a mount namespace of its own."""
    wrapper = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
    return subprocess.run([*wrapper, "sh", "-euc", script], capture_output=True, text=True,
                          timeout=120)


def test_full_and_read_only():
    point = work / "disk"
    point.mkdir()
    site = {name: SITES / name / "site.yaml" for name in ("hq", "cloud")}
    run = f"{PROGRAM} compile %s -o {point}/out {TODAY} >/dev/null 2>{work}/stderr"
    sums = f" (cd {point}/out && find . -type f | sort | xargs sha256sum | sha256sum)"
    script = f"""
        mount -t tmpfs -o size=12m tmpfs {point}
        {run % site['cloud']}
        before=$({sums})
        dd if=/dev/zero of={point}/fill bs=1k status=none 2>/dev/null || :
        set +e; {run % site['hq']}; code=$?; set -e
        echo "code=$code"
        [ "$before" = "$({sums})" ] && echo stands
        ls -A {point} | tr '\\n' ' '
        rm {point}/fill
        mount -o remount,ro {point}
        set +e; {run % site['hq']}; code=$?; set -e
        echo "ro=$code"
    """
    done = in_mount_namespace(script)
    check("code=2" in done.stdout, "a full disk is exit 2: " + done.stdout + done.stderr)
    check("stands" in done.stdout, "on a full disk the old tree stands")
    check("fill out" in done.stdout, "on a full disk nothing is left behind")
    check("ro=2" in done.stdout, "a read-only disk is exit 2")


def test_kill():
    """Killed at forty instants of the run: the tree is the old or the new one."""
    out = work / "kill"
    check(compile_to(out, "hq").returncode == 0, "a compile")
    trees = {digest(out)}
    began = time.monotonic()
    check(compile_to(out, "cloud").returncode == 0, "a compile")
    length = time.monotonic() - began
    trees.add(digest(out))
    check(len(trees) == 2, "the two trees differ")
    killed = 0
    for i in range(40):
        child = subprocess.Popen([PROGRAM, "compile", str(SITES / ("hq" if i % 2 else "cloud") /
                                                          "site.yaml"), "-o", str(out), TODAY],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(length * 1.2 * i / 40)
        if child.poll() is None:
            child.send_signal(signal.SIGKILL)
            killed += 1
        child.wait()
        check(digest(out) in trees, f"killed at instant {i}: the tree is whole")
    check(killed > 0, "some run was killed before its end")
    check(compile_to(out).returncode == 0 and digest(out) in trees, "the next run goes on")
    left = [p for p in work.iterdir() if p.name.startswith(".kill")]
    check(not left, f"the next run removes what a killed one left: {left}")


try:
    test_plain()
    test_foreign()
    test_unwritable()
    test_full_and_read_only()
    test_kill()
finally:
    shutil.rmtree(work, ignore_errors=True)
print(f"{checked} tests")
