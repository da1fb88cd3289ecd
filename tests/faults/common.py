"""What the parts of tests/faults/run.py share."""

import concurrent.futures
import hashlib
import os
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TODAY = "--today=2026-11-23"
EXAMPLES = ("hq", "cloud")


class Bench:
    """The program, the tools that make things fail, a folder to work in, and a count."""

    def __init__(self, program, tools, work):
        self.program = os.path.abspath(program)
        self.stops = os.path.join(os.path.abspath(tools), "stops")
        self.allocator = os.path.join(os.path.abspath(tools), "liballocator.so")
        self.locale = os.path.join(os.path.abspath(tools), "liblocale.so")
        self.work = pathlib.Path(work)
        self.rows = []

    def note(self, what, points):
        """A line of the table of docs/security.md."""
        self.rows.append((what, points))
        print(f"{points} points: {what}", flush=True)

    def command(self, site, out, *more):
        return [self.program, "compile", str(ROOT / "examples" / site / "site.yaml"), "-o",
                str(out), TODAY, *more]

    def compile(self, site, out, *more):
        done = subprocess.run(self.command(site, out, *more), capture_output=True, timeout=120)
        check(done.returncode == 0, f"compile {site}: {done.stderr.decode()[-500:]}")
        return done

    def folder(self, name):
        """A new, empty folder."""
        path = self.work / name
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
        return path


class Failed(Exception):
    """Something did not hold."""


def check(condition, what):
    if not condition:
        raise Failed(what)


def in_pairs(bench, jobs):
    """Runs jobs, two at a time: [(what, [(function, argument...)])], where a function
    returns how many points it tried; notes the sum for each `what`."""
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        started = [(what, [pool.submit(words[0], bench, *words[1:]) for words in calls])
                   for what, calls in jobs]
        try:
            for what, results in started:
                bench.note(what, sum(result.result() for result in results))
        except Failed:
            pool.shutdown(cancel_futures=True)
            raise


def signature(folder):
    """What changes whenever a file in a tree does: cheap to ask for."""
    marks = []
    for path, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            about = os.lstat(os.path.join(path, name))
            marks.append((path, name, about.st_ino, about.st_size, about.st_mtime_ns,
                          about.st_mode))
        marks.append((path, os.lstat(path).st_mode))
    return marks


def digest(folder):
    """One hash over names, modes and bytes of a tree; None where there is none."""
    folder = pathlib.Path(folder)
    if not folder.exists():
        return None
    whole = hashlib.sha256()
    for path in [folder, *sorted(folder.rglob("*"))]:
        whole.update(f"{path.relative_to(folder)} {path.lstat().st_mode:o}\0".encode())
        if path.is_file():
            content = path.read_bytes()
            whole.update(f"{len(content)}\0".encode() + content)
    return whole.hexdigest()


class Watched:
    """The digest of a tree, made anew only when the tree has changed."""

    def __init__(self, folder):
        self.folder = folder
        self.last = None

    def digest(self):
        marks = signature(self.folder)
        if self.last is None or self.last[0] != marks:
            self.last = (marks, digest(self.folder))
        return self.last[1]
