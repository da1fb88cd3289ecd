"""The output tree, stopped at every system call that touches files: killed there, or
the call fails.  The tree is the old one or the new one, whole, each time."""

import collections
import os
import re
import shutil
import signal
import subprocess
import threading

from common import Watched, check, digest, in_pairs

# Few files, so that a run for each of its calls is short.
SMALL = ("-t", "csv")
# Where one of these fails, what lies aside may have to stay; the next run removes it.
MAY_LEAVE = ("openat", "unlinkat", "getdents64", "newfstatat", "close")
ERRORS = ("ENOSPC", "ENOSPC+", "EIO", "EINTR")
MORE_ERRORS = ("EIO+", "EACCES", "EROFS", "EDQUOT+", "EMFILE", "EMFILE+", "ENOMEM")


def calls_of(bench, command):
    """The names of the calls of a whole run, and the number of the first that is the
    program's own: those before are the loader's."""
    log = bench.work / f"calls-{threading.get_ident()}"
    done = subprocess.run([bench.stops, "count", "0", str(log), *command],
                          capture_output=True, timeout=120)
    check(done.returncode == 0, f"{command}: {done.stderr.decode()[-500:]}")
    calls = [line.split(" ", 2)[1:] for line in log.read_text().splitlines()]
    # It first makes sure of its standard files.
    return [name for name, _ in calls], calls.index(["openat", "/dev/null"]) + 1


def chosen(names, first, whole):
    """The numbers of the calls to stop at: of each place in the program, told by a call and
    the one before it, the first, the middle and the last time; or all."""
    places = collections.defaultdict(list)
    for at in range(first, len(names) + 1):
        places[at if whole else tuple(names[at - 2:at])].append(at)
    return sorted({at for times in places.values()
                   for at in (times[0], times[len(times) // 2], times[-1])})


class Place:
    """A folder with the old tree in it, and the digests of both."""

    def __init__(self, bench, name, old, new, more=SMALL):
        self.bench, self.old_site, self.new_site, self.more = bench, old, new, more
        self.folder = bench.folder(name)
        self.out = self.folder / "out"
        self.log = bench.work / (name + ".log")
        bench.compile(new, self.out, *more)
        self.new = digest(self.out)
        shutil.rmtree(self.out)
        if old:
            bench.compile(old, self.out, *more)
        self.old = digest(self.out)
        self.kept = bench.folder(name + "-old") / "out"
        if old:
            shutil.copytree(self.out, self.kept, symlinks=True)
        check(self.old != self.new, "the two trees differ")
        self.command = bench.command(new, self.out, *more)

    def reset(self):
        """The old tree, and nothing beside it."""
        for path in self.folder.iterdir():
            if path != self.out:
                shutil.rmtree(path)
        if digest(self.out) == self.old:
            return
        shutil.rmtree(self.out, ignore_errors=True)
        if self.old_site:
            shutil.copytree(self.kept, self.out, symlinks=True)
        check(digest(self.out) == self.old, "the old tree, put back, is the same")

    def beside(self):
        return sorted(path.name for path in self.folder.iterdir() if path != self.out)

    def stopped(self, action, at):
        return subprocess.run([self.bench.stops, action, str(at), str(self.log), *self.command],
                              capture_output=True, text=True, errors="replace", timeout=120)


def watch(bench, old, new, name):
    """One run, stopped before each call and looked at there: what a kill would leave."""
    place = Place(bench, name, old, new, ())
    tree = Watched(place.out)
    read_end, write_end = os.pipe()
    run = subprocess.Popen([bench.stops, "watch", "0", f"/dev/fd/{write_end}", *place.command],
                           stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, pass_fds=[write_end])
    os.close(write_end)
    seen, swapped = 0, 0
    with os.fdopen(read_end) as log:
        for line in log:
            now = tree.digest() if place.out.exists() else None
            check(now in (place.old, place.new), f"{new} over {old}: before call {line.strip()} "
                  "the tree is neither the old nor the new one")
            check(not swapped or now == place.new, "the new tree stays")
            swapped += now == place.new
            seen += 1
            run.stdin.write(b".")
            run.stdin.flush()
    check(run.wait(timeout=60) == 0 and digest(place.out) == place.new, "the run ends well")
    check(0 < swapped < seen, "stops before and after the swap")
    check(not place.beside(), f"nothing is left: {place.beside()}")
    return seen


def killed(bench, old, new, name, whole):
    """Killed at each call; then the next run goes on, and leaves nothing beside."""
    place = Place(bench, name, old, new)
    place.reset()
    names, first = calls_of(bench, place.command)
    points, ends = 0, collections.Counter()
    for at in chosen(names, first, whole):
        place.reset()
        done = place.stopped("kill", at)
        check(done.returncode == 128 + signal.SIGKILL, f"call {at}: it was killed")
        now = digest(place.out)
        check(now in (place.old, place.new), f"killed at call {at} ({names[at - 1]}): the tree is whole")
        ends[now] += 1
        bench.compile(place.new_site, place.out, *place.more)
        check(digest(place.out) == place.new, f"killed at call {at}: the next run")
        check(not place.beside(), f"killed at call {at}: left beside: {place.beside()}")
        points += 1
    check(len(ends) == 2, "killed before and after the swap")
    return points


def not_loaded(done):
    """Whether the call was the dynamic linker's, for a library that is loaded at its first
    use: it tries nothing again, and what was begun is left for the next run to remove."""
    return done.returncode == 2 and "carveout: cannot load lib" in done.stderr


def judge(place, action, at, call, done):
    """What may come of a call that failed."""
    what = f"{action} at call {at} ({call}): exit {done.returncode}: {done.stderr[-300:]}"
    now = digest(place.out)
    check(done.returncode in (0, 2), what)
    check(now in (place.old, place.new), f"the tree is whole after {what}")
    if done.returncode == 0:
        check(now == place.new, f"done, and the new tree stands after {what}")
    else:
        silent = call == "write" and now == place.new
        check(silent or not_loaded(done) or
              re.search(r": error: .*\[[a-z-]+\]$", done.stderr, re.M), what)
    check(not place.beside() or call in MAY_LEAVE or not_loaded(done), f"left beside: {place.beside()} after {what}")


def failing(bench, old, new, name, errors, whole):
    place = Place(bench, name, old, new)
    place.reset()
    names, first = calls_of(bench, place.command)
    ends = collections.Counter()
    for action in errors:
        for at in chosen(names, first, whole):
            place.reset()
            done = place.stopped(action, at)
            call = names[at - 1]
            judge(place, action, at, call, done)
            if action == "EINTR" and call in ("read", "write"):
                check(done.returncode == 0 or not_loaded(done),
                      f"{action} at call {at} ({call}) is tried again")
            ends[done.returncode] += 1
    check(ends[0] and ends[2], f"some runs failed and some did not: {ends}")
    return sum(ends.values())


def short(bench, name):
    """Reads and writes that do one byte only: each once, and all in one run."""
    place = Place(bench, name, "cloud", "hq")
    place.reset()
    names, first = calls_of(bench, place.command)
    each = [at for at in range(first, len(names) + 1) if names[at - 1] in ("read", "write")]
    for action, points in (("short", each), ("short+", [first])):
        for at in points:
            place.reset()
            done = place.stopped(action, at)
            check(done.returncode == 0 and digest(place.out) == place.new,
                  f"{action} at call {at}: {done.returncode} {done.stderr[-300:]}")
    return len(each) + 1


def run(bench, whole):
    pairs = [("hq", "cloud"), ("cloud", "hq"), (None, "hq")]
    errors = ERRORS + (MORE_ERRORS if whole else ())
    jobs = [("looked at before every call that touches files, whole examples",
             [(watch, old, new, f"watch-{old}") for old, new in pairs]),
            ("killed at a call that touches files, then run again",
             [(killed, old, new, f"kill-{old}", whole) for old, new in pairs]),
            ("a call fails: " + ", ".join(errors),
             [(failing, "cloud", "hq", f"fail-{error}", [error], whole) for error in errors] +
             [(failing, None, "cloud", f"fail-none-{error}", [error], whole)
              for error in errors]),
            ("a read or a write does one byte only", [(short, "short")])]
    in_pairs(bench, jobs)
