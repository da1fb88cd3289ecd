"""CPU time and memory of single processes, for the benchmarks."""

import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TODAY = "--today=2026-11-23"


def process(command, folder, may_fail=False):
    """(CPU seconds, peak MB, what it said) of one process; exits when it fails."""
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
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, words


class Way:
    """One command, measured by turns with others."""

    def __init__(self, command, out=None):
        self.command, self.out = command, out
        self.times, self.peak = [], 0.0

    def once(self, folder):
        if self.out:
            shutil.rmtree(self.out, ignore_errors=True)
        cpu, peak, _ = process(self.command, folder)
        self.times.append(cpu)
        self.peak = max(self.peak, peak)

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
    """What was to be reached, and what was: a table at the end."""

    def __init__(self):
        self.lines = []

    def at_most(self, what, value, most, unit=""):
        self.lines.append((what, f"<= {most:g}{unit}", f"{value:.1f}{unit}", value <= most))

    def at_least(self, what, value, least, unit=""):
        self.lines.append((what, f">= {least:g}{unit}", f"{value:.1f}{unit}", value >= least))

    def write(self):
        width = max((len(line[0]) for line in self.lines), default=0)
        print(f"\n{'goal':<{width}}  {'wanted':>12}  {'measured':>10}")
        for what, wanted, value, met in self.lines:
            print(f"{what:<{width}}  {wanted:>12}  {value:>10}  {'met' if met else 'not met'}")
        met = sum(line[3] for line in self.lines)
        print(f"{met} of {len(self.lines)} goals met")
