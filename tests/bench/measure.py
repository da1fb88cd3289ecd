"""CPU time and memory of single processes, for the benchmarks."""

import collections
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TODAY = "--today=2026-11-23"

Run = collections.namedtuple("Run", "cpu peak said code")  # seconds, MB, text, exit code


def process(command, folder, may_fail=False):
    """A Run of one process; exits when it fails."""
    with tempfile.TemporaryFile(dir=folder) as said:
        child = os.posix_spawn(command[0], command, os.environ, file_actions=[
            (os.POSIX_SPAWN_DUP2, said.fileno(), 1), (os.POSIX_SPAWN_DUP2, said.fileno(), 2)])
        _, status, used = os.wait4(child, 0)
        said.seek(0)
        words = said.read().decode("utf-8", "replace")
    code = os.waitstatus_to_exitcode(status)
    if code and not may_fail:
        sys.stdout.write(words[-4000:])
        sys.exit(f"exit code {code}: {' '.join(command)}")
    return Run(used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1e6, words, code)


class Way:
    """One command, measured by turns with others.  With a limit it may be stopped there (by
    itself: see peers.command), and what was measured is then less than it would cost."""

    def __init__(self, command, out=None, limit=None):
        self.command, self.out, self.limit = command, out, limit
        self.times, self.peak, self.stopped = [], 0.0, False

    def once(self, folder):
        if self.out:
            shutil.rmtree(self.out, ignore_errors=True)
        run = process(self.command, folder, bool(self.limit))
        self.times.append(run.cpu)
        self.peak = max(self.peak, run.peak)
        if run.code:
            self.stopped = run.cpu >= self.limit - 1
            if not self.stopped:
                sys.exit(f"{run.said[-4000:]}\nexit code {run.code}: {' '.join(self.command)}")

    @property
    def cpu(self):
        return statistics.median(self.times)


def by_turns(ways, folder, times):
    for _ in range(times):
        for way in ways:
            way.once(folder)
    return ways


def compiling(build, site, *options):
    """The command that compiles a site, with the tree beside it."""
    out = site.parent / "out"
    return Way([str(build / "carveout"), "compile", str(site), "-o", str(out), "-q", TODAY,
                *options], out)


def size_of(path):
    """Megabytes of a file or of all files below a folder."""
    files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
    return sum(p.stat().st_size for p in files) / 1e6


def release():
    """Builds a release; the debug build would measure its own checks."""
    if subprocess.run("cmake --preset release -DCV_TESTS=ON && cmake --build build/release",
                      shell=True, cwd=ROOT, stdout=subprocess.DEVNULL, check=False).returncode:
        sys.exit("the release build failed")
    return ROOT / "build/release"


class Goals:
    """What was to be reached, and what was: a table at the end, a line for each goal.  Where
    several were measured for one goal, the worst of them counts and is named."""

    def __init__(self):
        self.worst = {}

    def at_most(self, what, value, most, unit="", of=""):
        self._take(what, value, most, unit, of, "<=", value <= most)

    def at_least(self, what, value, least, unit="", of=""):
        self._take(what, value, least, unit, of, ">=", value >= least)

    def _take(self, what, value, bound, unit, of, sign, met):
        old = self.worst.get(what)
        if old is None or (value > old[0] if sign == "<=" else value < old[0]):
            self.worst[what] = (value, f"{sign} {bound:g}{unit}",
                                f"{value:.2f}{unit}" if value < 10 else f"{value:.1f}{unit}", met, of)

    def write(self):
        lines = [(f"{what} ({of})" if of else what, wanted, measured, met)
                 for what, (_, wanted, measured, met, of) in self.worst.items()]
        width = max((len(line[0]) for line in lines), default=0)
        print(f"\n{'goal':<{width}}  {'wanted':>12}  {'measured':>10}")
        for what, wanted, value, met in lines:
            print(f"{what:<{width}}  {wanted:>12}  {value:>10}  {'met' if met else 'not met'}")
        print(f"{sum(line[3] for line in lines)} of {len(lines)} goals met")
