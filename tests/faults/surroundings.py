"""What the program stands in: files that are closed or full, folders that are gone,
limits of the system, other locales.  Where it can work it writes the same bytes; where
not it says why, with code 2."""

import os
import re
import resource
import shutil
import subprocess

from common import ROOT, TODAY, check, digest

SITE = str(ROOT / "examples" / "hq" / "site.yaml")


class Trial:
    def __init__(self, bench):
        self.bench = bench
        self.folder = bench.folder("surroundings")
        self.points = 0
        out = self.folder / "plain"
        done = subprocess.run(bench.command("hq", out), capture_output=True, timeout=120,
                              cwd=self.folder)
        check(done.returncode == 0, f"a plain run: {done.stderr[-500:]}")
        self.same, self.stderr = digest(out), done.stderr

    def run(self, what, shell, code, says="", whole=True, wrapper=(), environment=None, limits=None,
            may_leave=False):
        """`shell` runs the command "$@"; with `whole` the tree is written all the same."""
        self.points += 1
        out = self.folder / f"out-{self.points}"
        words = self.bench.command("hq", out)
        done = subprocess.run([*wrapper, "/bin/sh", "-c", shell, "sh", *words], capture_output=True,
                              timeout=120, env={**os.environ, **(environment or {})},
                              preexec_fn=limits, cwd=self.folder)
        said = done.stderr.decode(errors="replace")
        check(done.returncode == code, f"{what}: exit {done.returncode}: {said[-500:]}")
        check(says in said, f"{what}: does not say `{says}`: {said[-500:]}")
        check(digest(out) == (self.same if whole else None), f"{what}: the tree")
        left = [path.name for path in self.folder.iterdir() if path.name.startswith(".")]
        check(may_leave or not left, f"{what}: left: {left}")
        for name in left:
            shutil.rmtree(self.folder / name)
        return done


def standard_files(trial):
    trial.run("standard output is closed", 'exec "$@" >&-', 2, "cannot write to standard output")
    trial.run("standard output is full", 'exec "$@" >/dev/full', 2,
              "cannot write to standard output: No space left")
    trial.run("nobody reads standard output", '"$@" | :; true', 0)
    trial.run("standard error is closed", 'exec "$@" 2>&-', 2)
    trial.run("standard error is full", 'exec "$@" 2>/dev/full', 2)
    trial.run("all standard files are closed", 'exec "$@" <&- >&- 2>&-', 2)
    trial.run("the site is a closed standard input",
              'shift 2; exec "$0" compile - "$@" <&-'.replace('"$0"', f'"{trial.bench.program}"')
              .replace("shift 2;", "shift 3;"), 1, "[empty-file]", False)


def folders(trial):
    at = trial.folder
    trial.run("HOME is not there", 'HOME=/nowhere exec "$@"', 0)
    mount = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
    home = at / "home"
    home.mkdir()
    trial.run("HOME is read-only", f'mount -t tmpfs -o ro tmpfs "{home}" && HOME="{home}" exec "$@"',
              0, wrapper=mount)
    # A checkout below /tmp stays where it was, and nothing else.
    keep = f'mkdir -p "{ROOT}" && mount -c --bind /proc/self/fd/9 "{ROOT}" && cd "{at}" && '
    trial.run("no /tmp", f'exec 9<"{ROOT}" && mount -t tmpfs -o mode=000 tmpfs /tmp && '
              + (keep if str(ROOT).startswith("/tmp/") else "")
              + 'exec 9<&- && mount -o remount,ro tmpfs /tmp && TMPDIR=/nowhere exec "$@"', 0,
              wrapper=mount)
    trial.run("no /proc", f'umount -l /proc && exec "$@" --profiles="{ROOT}/profiles"', 0,
              wrapper=mount)
    trial.run("no /dev", 'mount -t tmpfs -o ro tmpfs /dev && exec "$@"', 0, wrapper=mount)
    gone = 'mkdir gone && cd gone && rmdir ../gone && '
    trial.run("the working directory is gone", gone + 'exec "$@"', 0)
    trial.run("the working directory is gone, and the site in it",
              gone + f'exec "{trial.bench.program}" compile site.yaml -o out {TODAY}', 2,
              "cannot read site.yaml", False)
    trial.run("the working directory is gone, and the tree was to be in it",
              gone + f'exec "{trial.bench.program}" compile "{SITE}" -o out {TODAY}', 2,
              "cannot", False)
    full = at / "full"
    full.mkdir()
    trial.run("the disk is full",
              f'mount -t tmpfs -o size=64k tmpfs "{full}" && '
              f'"{trial.bench.program}" compile "{SITE}" -o "{full}/out" {TODAY}; code=$?; '
              f'[ -z "$(ls -A "{full}")" ] || code=left; exit $code', 2, "No space left", False,
              wrapper=mount)


def limits(trial):
    def limit(kind, number):
        return lambda: resource.setrlimit(kind, (number, number))

    trial.run("files may not grow beyond 4 KiB", 'exec "$@"', 2, "File too large", False,
              limits=limit(resource.RLIMIT_FSIZE, 4096))
    trial.run("a stack of 256 KiB", 'exec "$@"', 0, limits=limit(resource.RLIMIT_STACK, 256 << 10))
    trial.run("12 open files", 'exec "$@"', 0, limits=limit(resource.RLIMIT_NOFILE, 12))
    # Removing what was begun takes open files, too: the next run does it then.
    trial.run("5 open files", 'exec "$@"', 2, "Too many open files", False,
              limits=limit(resource.RLIMIT_NOFILE, 5), may_leave=True)
    trial.run("umask 0777", 'umask 0777 && exec "$@"', 0)
    trial.run("umask 0", 'umask 0 && exec "$@"', 0)


def locales(trial):
    """The locale is set before main, as a library might do; the Turkish i is no i."""
    path = trial.folder / "locales"
    path.mkdir()
    for name, source, charset in (("de_DE.UTF-8", "de_DE", "UTF-8"),
                                  ("tr_TR.ISO-8859-9", "tr_TR", "ISO-8859-9"),
                                  ("fr_FR.UTF-8", "fr_FR", "UTF-8")):
        # Exit 1 is a warning.
        made = subprocess.run(["localedef", "-i", source, "-f", charset, str(path / name)],
                              capture_output=True, text=True, timeout=120)
        check(made.returncode < 2 and (path / name).is_dir(), f"localedef {name}: {made.stderr}")
        environment = {"LOCPATH": str(path), "LC_ALL": name, "LD_PRELOAD": trial.bench.locale}
        probe = subprocess.run(["printf", "%.1f %s", "1"], capture_output=True, text=True,
                               env={**os.environ, **environment, "LD_PRELOAD": ""})
        check(probe.stdout.startswith("1,0"), f"{name} has a decimal comma: {probe.stdout}")
        done = trial.run(f"the locale {name}", 'exec "$@"', 0, environment=environment)
        check(done.stderr == trial.stderr, f"{name}: the findings are the same")


def environment(trial):
    for name, value in (("SOURCE_DATE_EPOCH", "x" * 100000), ("SSH_CONNECTION", "%s%n" * 1000),
                        ("TERM", "\033]0;x\007"), ("TZ", ":/nowhere"), ("NO_COLOR", "\n"),
                        ("XML_CATALOG_FILES", "file:///nowhere http://192.0.2.1/c.xml"),
                        ("PWD", "/nowhere"), ("PATH", "")):
        trial.run(f"{name} is odd", 'exec "$@"', 0, environment={name: value})


# What the start, and jansson, which sows its hash tables, open by themselves.
LIBRARIES = {"/dev/null", "/dev/urandom"}
# What the dynamic linker opens for a library that is loaded at its first use.
LOADED = re.compile(r"/etc/ld\.so\.cache|(/usr)?/lib(64)?/([\w-]+/)?lib[\w+-]+\.so(\.\d+)*")


def reach(trial):
    """What is opened, and that nothing is executed or connected to: compile, and apply as
    root of a network namespace."""
    artefact = ROOT / "tests/golden/examples/hq/out/nftables/linux.nft"
    build = os.path.dirname(trial.bench.program) + "/"
    unshare = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-rn"]
    for name, wrapper, words, may in (
            ("compile", [], trial.bench.command("hq", trial.folder / "reach"),
             [ROOT / "examples" / "hq", ROOT / "profiles", trial.folder]),
            ("apply", unshare, [trial.bench.program, "apply", artefact, "--dry-run"], [artefact])):
        trial.points += 1
        log = trial.folder / "calls"
        done = subprocess.run([*wrapper, trial.bench.stops, "count", "0", log, *words],
                              capture_output=True, timeout=120, cwd=trial.folder)
        check(done.returncode == 0, f"{name}: {done.stderr[-500:]}")
        calls = [line.split(" ", 2)[1:] for line in log.read_text().splitlines()]
        names = [call for call, _ in calls]
        check(names.count("execve") == 1 and "connect" not in names, f"{name}: {set(names)}")
        opened = {path for call, path in calls[calls.index(["openat", "/dev/null"]):]
                  if call == "openat"}
        for path in opened - LIBRARIES:
            # Where it counts its lines, for tests/run coverage.
            counts = path.startswith(build) and path.endswith(".gcda")
            if counts or LOADED.fullmatch(path):
                continue
            check(".." not in path.split("/"), f"{name} opens {path}")
            check(not path.startswith("/") or any(path.startswith(str(place)) for place in may),
                  f"{name} opens {path}")
        check("/dev/null" in opened, f"{name}: {opened}")


def run(bench, whole):
    trial = Trial(bench)
    for part in (standard_files, folders, limits, locales, environment, reach):
        before = trial.points
        part(trial)
        bench.note(part.__name__.replace("_", " "), trial.points - before)
