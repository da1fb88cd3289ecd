"""No memory, at every request for it: the run ends with `carveout: out of memory` and
code 3, or it ends as if nothing had happened, with the same words.  While a library is
loaded, the dynamic linker may end it in words of its own."""

import collections
import itertools
import os
import shlex
import shutil
import subprocess

from common import EXAMPLES, ROOT, check, digest, in_pairs

OUT_OF_MEMORY = b"carveout: out of memory\n"


def refused(bench, name, words, first, every, mode, where=None, given=b""):
    """Runs once; at the chosen requests a child is refused.  How many there were."""
    log = bench.work / (name.replace("/", "-") + ".log")
    log.unlink(missing_ok=True)
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1795392000"}
    plain = subprocess.run(words, capture_output=True, timeout=120, cwd=where, input=given,
                           env=environment)
    faulty = subprocess.run(words, capture_output=True, timeout=3600, cwd=where, input=given, env={
        **environment, "LD_PRELOAD": bench.allocator, "CV_FAULT_LOG": str(log),
        "CV_FAULT_FIRST": str(first), "CV_FAULT_EVERY": str(every), "CV_FAULT_MODE": mode})
    check((faulty.returncode, faulty.stdout, faulty.stderr) ==
          (plain.returncode, plain.stdout, plain.stderr), f"{name}: the parent's own end")
    *lines, total = log.read_text().splitlines()
    requests, children, usual = map(int, total.split()[1:])
    sum_of_plain = fnv(plain.stdout)
    for line in lines:
        at, how, code, printed, said = line.split(" ")
        same = (how == "exit" and int(code) == plain.returncode and
                printed == f"{sum_of_plain:016x}" and bytes.fromhex(said) == plain.stderr)
        told = (how == "exit" and code in ("2", "3") and
                b"annot allocate memory" in bytes.fromhex(said))
        # glibc, for a unique symbol of the C++ library (do_lookup_unique).
        linker = how == "exit" and code == "127" and bytes.fromhex(said).strip() == b"out of memory"
        check(same or told or linker, f"{name}: request {at} of {requests} refused ({mode}): {how} {code}: "
              f"{bytes.fromhex(said)[-500:].decode(errors='replace')}")
    check(children == len(lines) + usual, f"{name}: every child was seen")
    return children, usual


def fnv(data):
    """The checksum that allocator.c makes."""
    value = 14695981039346656037
    for byte in data:
        value = (value ^ byte) * 1099511628211 % (1 << 64)
    return value


def example(bench, site, first, every, mode):
    out = bench.folder(f"memory-{site}-{mode}") / "out"
    words = [*bench.command(site, out), "--dry-run"]
    children, usual = refused(bench, f"{site}-{mode}", words, first, every, mode)
    check(usual > children * 9 // 10, f"{site}: {usual} of {children} runs say out of memory")
    check(not out.exists(), "a dry run writes nothing")
    return children


def writing(bench, site, every):
    """With the tree written: each place in a run of its own."""
    folder = bench.folder(f"memory-writing-{site}")
    out, other = folder / "out", "hq" if site == "cloud" else "cloud"
    bench.compile(site, out, "-t", "csv")
    new = digest(out)
    bench.compile(other, out, "-t", "csv")
    old = digest(out)
    words = bench.command(site, out, "-t", "csv")
    ends = collections.Counter()
    for points in itertools.count(1):
        done = subprocess.run(words, capture_output=True, timeout=120, env={
            **os.environ, "LD_PRELOAD": bench.allocator, "CV_FAULT_ONLY": str(points * every)})
        now = digest(out)
        what = (f"{site}: request {points * every} refused: {done.returncode} "
                f"{done.stderr[-300:]}")
        check(now == new if done.returncode == 0 else now in (old, new), what)
        check(done.returncode == 0 or done.returncode == 3 and done.stderr.endswith(OUT_OF_MEMORY) or
              done.returncode == 2 and b"annot allocate memory" in done.stderr, what)
        ends[done.returncode] += 1
        for path in folder.glob(".out.*"):
            shutil.rmtree(path)
        if now == new:
            bench.compile(other, out, "-t", "csv")
        # Beyond the last request several runs in turn end well.
        ends["well"] = ends["well"] + 1 if done.returncode == 0 else 0
        if ends["well"] == 5:
            check(ends[3] > points // 2, f"{site}: {ends}")
            return points


def cases(bench, every):
    """The command lines of all golden cases, apply apart, which asks the kernel."""
    points = 0
    golden = ROOT / "tests" / "golden"
    for args in sorted(golden.rglob("args")):
        case = args.parent
        if case.relative_to(golden).parts[0] == "apply":
            continue
        work = bench.folder("case")
        shutil.copytree(case, work, dirs_exist_ok=True, symlinks=True)
        shutil.rmtree(work / "out", ignore_errors=True)
        for folder in (case / "copy").read_text().split() if (case / "copy").exists() else ():
            shutil.copytree(ROOT / folder, work / folder)
        given = (case / "stdin").read_bytes() if (case / "stdin").exists() else b""
        for line in args.read_text().splitlines():
            words = [bench.program, *shlex.split(line)]
            if words[1:2] == ["compile"] and "--dry-run" not in words:
                words.append("--dry-run")
            if words[1:2] == ["diff"] and "-o" in words:
                del words[words.index("-o"):words.index("-o") + 2]
            points += refused(bench, str(case.relative_to(golden)), words, 0, every, "once", work,
                              given)[0]
    return points


def run(bench, whole):
    first, every, far = (10**9, 1, 1) if whole else (2000, 97, 1009)
    jobs = [("a request for memory is refused, dry runs of both examples",
             [(example, site, first, every, "once") for site in EXAMPLES]),
            ("this request and all later ones, the same",
             [(example, site, 0, far, "on") for site in EXAMPLES]),
            ("a request is refused, the tree written",
             [(writing, site, 31 if whole else 499) for site in EXAMPLES])]
    if whole:
        jobs.append(("a request is refused, the command lines of the golden cases",
                     [(cases, 97)]))
    in_pairs(bench, jobs)
