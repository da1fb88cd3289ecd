#!/usr/bin/python3
"""fapolicyd's own programs and what carveout writes for them.

    tests/endpoint/fapolicyd.py PROGRAM

It runs in namespaces of its own, with /etc and /var overlaid, so that nothing outside
changes.  The scripts make a trust file of a temporary tree, which must hold just the files
that the rows name; the undo takes them out.  The daemon loads the rules of all golden
cases, watches no file system, and is killed once it has said how many there are: a rule
that it cuts short, with no more than a warning, is a failure."""

import hashlib
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from common import ROOT, audit, check, compile_site, finish, unpack

PROGRAM = os.path.abspath(sys.argv[1])
ETC = pathlib.Path("/etc/fapolicyd")
CONF = """permissive = 1
nice_val = 0
q_size = 64
uid = root
gid = root
do_stat_report = 0
detailed_report = 0
db_max_size = 10
subj_cache_size = 149
obj_cache_size = 149
watch_fs = nosuchfilesystem
trust = file
integrity = none
syslog_format = rule,dec,perm,exe,:,path
rpm_sha256_only = 0
allow_filesystem_mark = 0
"""


def enter():
    """Once more, in namespaces; then with a /etc, /var and /run of our own."""
    if os.environ.get("CV_INSIDE") != "1":
        unpack("fapolicyd", "fapolicyd", "liblmdb0")
        user = [] if os.geteuid() == 0 else ["-r"]
        os.execvpe("unshare", ["unshare", *user, "-mn", sys.executable, *sys.argv],
                   dict(os.environ, CV_INSIDE="1"))
    work = tempfile.mkdtemp(prefix="carveout-fapolicyd-")

    def mount(*words):
        subprocess.run(["mount", *words], check=True)

    mount("--make-rprivate", "/")
    mount("-t", "tmpfs", "tmpfs", work)
    for name in ("etc", "var"):
        upper, other = f"{work}/{name}-upper", f"{work}/{name}-work"
        os.mkdir(upper)
        os.mkdir(other)
        mount("-t", "overlay", "-o", f"lowerdir=/{name},upperdir={upper},workdir={other}",
              "overlay", f"/{name}")
    mount("-t", "tmpfs", "tmpfs", "/run")
    for path in ("/var/lib/fapolicyd", "/run/fapolicyd", ETC / "trust.d", ETC / "rules.d"):
        os.makedirs(path, exist_ok=True)
    (ETC / "fapolicyd.conf").write_text(CONF)
    (ETC / "fapolicyd.trust").write_text("")
    return pathlib.Path(work)


def load(fapolicyd, rules):
    """What the daemon says while it loads the rules."""
    root, env = fapolicyd
    (ETC / "fapolicyd.rules").write_text(rules)
    (pathlib.Path("/run/fapolicyd.pid")).unlink(missing_ok=True)
    log = pathlib.Path("/run/log")
    with open(log, "wb") as out:
        daemon = subprocess.Popen([root / "usr/sbin/fapolicyd", "--debug"], env=env, stdout=out,
                                  stderr=subprocess.STDOUT)
        for _ in range(100):
            if daemon.poll() is not None or b"Loaded " in log.read_bytes():
                break
            time.sleep(0.05)
        daemon.kill()
        daemon.wait()
    # Whoever writes to it waits for a reader.
    pathlib.Path("/run/fapolicyd/fapolicyd.fifo").unlink(missing_ok=True)
    said = log.read_text().splitlines()
    start = said.index("Loading rule file:") + 1 if "Loading rule file:" in said else len(said)
    end = next((i for i, line in enumerate(said) if line.startswith("Loaded ")), len(said) - 1)
    # Comments are shown as they stand.
    return [line for line in said[start:end + 1] if not line.startswith("#")]


def expected(rules):
    lines = [line for line in rules.splitlines() if line and not line.startswith("#")]
    return [*lines, f"Loaded {len(lines)} rules"]


def golden_rules(fapolicyd):
    paths = sorted((ROOT / "tests/golden").glob("**/out/fapolicyd/*.rules"))
    check(bool(paths), "no golden case has rules")
    for path in paths:
        said = load(fapolicyd, path.read_text())
        check(said == expected(path.read_text()), f"{path}: the daemon says {said}")
    for rule in ("allow perm=any exe=/opt/two words/x : all", "allow perm=all exe=/opt/x : all",
                 "allow perm=execute all dir=/opt/x/", "allow perm=execute all : folder=/opt/x/"):
        check(load(fapolicyd, rule + "\n") != expected(rule), f"the daemon takes {rule}")


def rules_undo(work):
    """The undo leaves what is not ours."""
    for path in sorted((ROOT / "tests/golden").glob("**/out/fapolicyd/*.rules")):
        undo = path.with_suffix(".rules.undo.sh")
        name = next(line.split(": ", 1)[1] for line in path.read_text().splitlines()
                    if line.startswith("# file: "))
        target = ETC / "rules.d" / name
        tools = work / "tools"
        tools.mkdir(exist_ok=True)
        (tools / "fagenrules").write_text("#!/bin/sh\n")
        (tools / "fagenrules").chmod(0o755)
        env = dict(os.environ, PATH=f"{tools}:{os.environ['PATH']}")
        for more in ("", "allow perm=any exe=/opt/theirs : all\n"):
            target.write_text(path.read_text() + more)
            done = subprocess.run(["sh", undo], env=env, capture_output=True, text=True, timeout=60)
            left = [line for line in target.read_text().splitlines()
                    if not line.startswith("#")] if target.exists() else None
            check(done.returncode == 0 and left == ([more.strip()] if more else None),
                  f"{undo}: leaves {left} {done.stderr}")


def trusted(name):
    path = ETC / "trust.d" / name
    if not path.exists():
        return None
    return {tuple(line.rsplit(" ", 2)) for line in path.read_text().splitlines()
            if line and not line.startswith("#")}


def entry(path):
    data = pathlib.Path(path).read_bytes()
    return (str(path).replace(" ", "%20"), str(len(data)), hashlib.sha256(data).hexdigest())


def trust_scripts(fapolicyd, work):
    root, env = fapolicyd
    env = dict(env, PATH=f"{root}/usr/sbin:{env['PATH']}")
    tree = work / "t"
    for name in ("app/one", "app/sub/two", "appendix/x", "bin/agent", "bin/agent2",
                 "two words/a b", "quo'te/$(x) `y` \"z\";|&"):
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    rows = [("folder", f"{tree}/app", ", recursive: true"), ("process", f"{tree}/bin/agent", ""),
            ("file", f"{tree}/two words/a b", ""),
            ("file", f"{tree}/quo'te/$(x) `y` \"z\";|&", ""),
            ("file", f"{tree}/percent%20", ""), ("file", f"{tree}/not-there", "")]
    out, said = compile_site(PROGRAM, work, rows, "  fapolicyd: {}\n")
    for number in (0, 1, 2, 3, 5):
        check(f"exclusions/r{number} in fapolicyd is different" in said, said)
    check("exclusions/r4 in fapolicyd is impossible" in said, said)
    script, undo = (out / "fapolicyd" / f"linux.trust.{end}" for end in ("sh", "undo.sh"))
    files = [f"{tree}/{name}" for name in ("app/one", "app/sub/two", "bin/agent", "two words/a b",
                                           "quo'te/$(x) `y` \"z\";|&")]
    done = subprocess.run(["sh", script], env=env, capture_output=True, text=True, timeout=60)
    check(done.returncode == 1 and "not-there" in done.stdout,
          f"the script ends with {done.returncode}: {done.stdout} {done.stderr}")
    check(trusted("carveout-s-linux") == {entry(path) for path in files},
          f"the trust file holds {trusted('carveout-s-linux')}")
    (tree / "bin/agent").write_text("updated")
    subprocess.run(["sh", script], env=env, capture_output=True, timeout=60)
    check(trusted("carveout-s-linux") == {entry(path) for path in files},
          "a second run does not take up what has changed")
    # Somebody's own entry in the same file stays.
    other = f"{tree}/bin/agent2"
    subprocess.run(["fapolicyd-cli", "--file", "add", other, "--trust-file", "carveout-s-linux"],
                   env=env, capture_output=True, timeout=60)
    done = subprocess.run(["sh", undo], env=env, capture_output=True, text=True, timeout=60)
    check(done.returncode == 0 and trusted("carveout-s-linux") == {entry(other)},
          f"the undo leaves {trusted('carveout-s-linux')}: {done.stdout} {done.stderr}")
    subprocess.run(["sh", script], env=env, capture_output=True, timeout=60)
    subprocess.run(["sh", undo], env=env, capture_output=True, timeout=60)
    check(trusted("carveout-s-linux") is None, "the undo leaves an empty file")


def audits(fapolicyd, work):
    """What the programs themselves show of what was just made."""
    root, env = fapolicyd
    tree = work / "audited"
    for name in ("app/one", "two words", "bin/agent"):
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    rows = [("folder", f"{tree}/app", ", recursive: true"), ("process", f"{tree}/bin/agent", ""),
            ("file", f"{tree}/two words", "")]
    out, _ = compile_site(PROGRAM, work, rows, "  fapolicyd: {}\n")
    site = work / "site.yaml"
    cli = [root / "usr/sbin/fapolicyd-cli"]
    subprocess.run(["sh", out / "fapolicyd/linux.trust.sh"], capture_output=True, timeout=60,
                   env=dict(env, PATH=f"{root}/usr/sbin:{env['PATH']}"))
    trust = (ETC / "trust.d/carveout-s-linux").read_bytes()
    load(fapolicyd, "allow perm=any all : all\n")
    dump = subprocess.run([*cli, "--dump-db"], env=env, capture_output=True, timeout=60).stdout
    less = b"".join(line for line in dump.splitlines(True) if b"agent" not in line)
    for shown, drift in ((trust, []), (dump, []), (less, [("missing", f"{tree}/bin/agent")])):
        found = audit(PROGRAM, site, "fapolicyd", shown)
        check(found == (3, 0, drift), f"{shown}: {found}")
    out, _ = compile_site(PROGRAM, work, rows[:2], "  fapolicyd: {entries: rules}\n")
    (ETC / "fapolicyd.rules").write_text((out / "fapolicyd/linux.rules").read_text())
    listed = subprocess.run([*cli, "--list"], env=env, capture_output=True, timeout=60).stdout
    found = audit(PROGRAM, site, "fapolicyd", listed)
    check(found == (2, 0, []), f"{listed}: {found}")


def main():
    work = enter()
    fapolicyd = unpack("fapolicyd", "fapolicyd", "liblmdb0")
    golden_rules(fapolicyd)
    rules_undo(work)
    trust_scripts(fapolicyd, work)
    audits(fapolicyd, work)
    for path in sorted((ROOT / "tests/golden").glob("**/out/fapolicyd/*.sh")):
        check(subprocess.run(["sh", "-n", path]).returncode == 0, f"{path}: sh -n")
    finish("probes of fapolicyd")


main()
