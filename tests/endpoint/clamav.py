#!/usr/bin/python3
"""ClamAV's own programs and what carveout writes for them.

    tests/endpoint/clamav.py PROGRAM

A site is compiled whose rows name files and folders of a temporary tree.  Every file of
that tree holds the pattern of a signature that the test makes; clamd, clamscan and
clamonacc have to find just those that no row leaves alone.  What that is stands in the
tree below, by hand.  Then the blocks of all golden cases are given to clamd, and every
undo is run."""

import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

from common import audit, ROOT, check, compile_site, finish, unpack

PROGRAM = os.path.abspath(sys.argv[1])
PACKAGES = ("clamav", "clamav-daemon", "libclamav12", "libcurl4", "libjson-c5", "libmspack0")
PATTERN = "CARVEOUT-TEST-PATTERN-17\n"

# Rows, and files below each that are left alone (+) or found (-).
ROWS = [
    ("folder", "/app", ["+/app/x", "+/app/a/b/x", "-/appendix/x", "-/app.x", "-/App/x", "-/x/app/x"]),
    ("file", "/one/file", ["+/one/file", "-/one/file2", "-/one/afile", "-/one/File"]),
    ("folder", "/a.b", ["+/a.b/x", "-/aXb/x"]),
    ("folder", "/hash#tag", ["+/hash#tag/x", "-/hash/x", "-/hashXtag/x"]),
    ("folder", "/with blank", ["+/with blank/x", "-/with/x"]),
    ("file", "/brackets/[a](b){1}+^$|", ["+/brackets/[a](b){1}+^$|", "-/brackets/ab"]),
    ("file", "/percent/a%20b\"'", ["+/percent/a%20b\"'", "-/percent/a b\"'"]),
    ("file", "/back/a\\b", ["+/back/a\\b", "-/back/ab"]),
    ("file", "/end/blank ", ["+/end/blank ", "-/end/blank"]),
    ("folder", "/\u00fcber", ["+/\u00fcber/x", "-/uber/x"]),
    ("folder", "/parts/*/cache", ["+/parts/p/cache/x", "-/parts/p/q/cache/x", "-/parts/cache/x"]),
    ("folder", "/deep/**/cache", ["+/deep/cache/x", "+/deep/p/q/cache/y/x", "-/deep/pcache/x"]),
    ("file", "/glob/*.tmp", ["+/glob/a.tmp", "-/glob/a.tmpx", "-/glob/q/a.tmp", "-/glob/aXtmp",
                             "+/glob/folder.tmp/x"]),
    ("folder", "/mark/a?c", ["+/mark/abc/x", "-/mark/ac/x", "-/mark/abbc/x",
                             "-/mark/a\u00fcc/x"]),
]
# A folder of such a name goes with all below it; `?` is one byte.
VERDICTS = {"/glob/*.tmp": "wider", "/mark/a?c": "narrower"}
# clamonacc before 1.5.0 takes folders as they are; from then on `#` begins a comment.
ON_ACCESS = {**VERDICTS, **{path: "narrower" for kind, path, _ in ROWS
                            if kind == "file" or "*" in path or "#" in path}}
ON_ACCESS["/glob/*.tmp"] = "wider"
NAME = "Carveout.Test.UNOFFICIAL"


def make_tree(folder):
    tree = folder / "t"
    files = {}
    for _, _, listed in ROWS:
        for each in listed:
            path = pathlib.Path(str(tree) + each[1:])
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(PATTERN)
            files[str(path)] = each[0] == "+"
    return tree, files


def signature(folder):
    database = folder / "db"
    database.mkdir()
    (database / "test.ndb").write_text(f"Carveout.Test:0:*:{PATTERN.strip().encode().hex()}\n")
    return database


def compile_rows(folder, tree, options, verdicts):
    rows = [(kind, f"{tree}{path}", ", recursive: true" if kind == "folder" else "")
            for kind, path, _ in ROWS]
    out, said = compile_site(PROGRAM, folder, rows, f"  clamav: {options}\n")
    for number, (_, path, _) in enumerate(ROWS):
        verdict = re.search(rf"exclusions/r{number} in clamav is (\w+)", said)
        check((verdict[1] if verdict else "exact") == verdicts.get(path, "exact"),
              f"{path} is {verdict and verdict[1]}")
    return out / "clamav"


class Clamd:
    """clamd with a configuration of ours."""

    def __init__(self, clamav, folder, database, block, more=""):
        self.root, self.env = clamav
        self.socket = folder / "socket"
        self.conf = folder / "clamd.conf"
        user = subprocess.run(["id", "-un"], capture_output=True, text=True).stdout.strip()
        self.conf.write_text(f"DatabaseDirectory {database}\nLocalSocket {self.socket}\n"
                             f"Foreground yes\nUser {user}\n{more}{block}")

    def __enter__(self):
        self.socket.unlink(missing_ok=True)
        self.daemon = subprocess.Popen([self.root / "usr/sbin/clamd", "-c", self.conf],
                                       env=self.env, stdout=subprocess.PIPE,
                                       stderr=subprocess.STDOUT)
        for _ in range(300):
            if self.daemon.poll() is not None or self.answers():
                break
            time.sleep(0.1)
        return self

    def __exit__(self, *_):
        self.daemon.terminate()
        self.said = self.daemon.communicate()[0].decode(errors="replace")

    def answers(self):
        try:
            return self.ask("zPING\0") == "PONG\0"
        except OSError:
            return False

    def ask(self, command):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(60)
            connection.connect(str(self.socket))
            connection.sendall(command.encode())
            answer = b""
            while part := connection.recv(65536):
                answer += part
        return answer.decode()


def compare(who, files, found):
    for path, left_alone in sorted(files.items()):
        check((path in found) != left_alone,
              f"{who}: {path} is {'found' if path in found else 'left alone'}")


def found_in(answer):
    return {line[:-len(f": {NAME} FOUND")] for line in re.split("[\n\0]", answer)
            if line.endswith(f": {NAME} FOUND")}


def with_clamd(clamav, folder, database, tree, files, out):
    block = (out / "linux.conf").read_text()
    with Clamd(clamav, folder, database, "") as clamd:
        compare("clamd without a block", dict.fromkeys(files, False),
                found_in(clamd.ask(f"zCONTSCAN {tree}\0")))
    with Clamd(clamav, folder, database, block) as clamd:
        compare("clamd", files, found_in(clamd.ask(f"zCONTSCAN {tree}\0")))
        shown = clamd.conf.read_bytes()
    site = folder / "site.yaml"
    planned, odd, drift = audit(PROGRAM, site, "clamav", shown)
    check(planned and not odd and not drift, f"the configuration of clamd: {odd} {drift}")
    lines = shown.splitlines(keepends=True)
    first = next(at for at, line in enumerate(lines) if line.startswith(b"ExcludePath "))
    gone = lines[first].split(b" ", 1)[1].decode().rstrip("\n")
    found = audit(PROGRAM, site, "clamav", b"".join(lines[:first] + lines[first + 1:]))
    check(found == (planned, 0, [("missing", gone)]), f"without {gone}: {found}")
    with Clamd(clamav, folder, database, block.replace("^/", "^/no/")) as clamd:
        check(len(found_in(clamd.ask(f"zCONTSCAN {tree}\0"))) == len(files),
              "clamd with a broken block leaves something alone")


def with_clamscan(clamav, database, tree, files, out):
    """clamscan takes the same expressions on its command line."""
    root, env = clamav
    options = []
    for line in (out / "linux.conf").read_text().splitlines():
        if line.startswith("ExcludePath "):
            options += [f"--exclude={line[12:]}", f"--exclude-dir={line[12:]}"]
    done = subprocess.run([root / "usr/bin/clamscan", "-r", "--no-summary", "-d", database,
                           *options, tree], env=env, capture_output=True, text=True)
    compare("clamscan", files, found_in(done.stdout))


def with_clamonacc(clamav, folder, database, tree, files, out):
    root, env = clamav
    block = (out / "linux.conf").read_text()
    more = f"OnAccessIncludePath {tree}\nOnAccessExcludeUname nobody\n"
    log = folder / "clamonacc.log"
    with Clamd(clamav, folder, database, block, more) as clamd:
        watcher = subprocess.Popen([root / "usr/sbin/clamonacc", "-F", "-v", "--fdpass",
                                    "-c", clamd.conf, "-l", log],
                                   env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        # Folders of single rows that clamonacc can name.
        plain = [each for each in files
                 if any(each.startswith(f"{tree}{path}/") for kind, path, _ in ROWS
                        if kind == "folder" and not re.search("[*?#]", path))]
        beside = [each for each in files if not files[each] and "/parts" not in each]
        for _ in range(100):
            text = log.read_text(errors="replace") if log.exists() else ""
            if watcher.poll() is not None or "sub-directories" in text:
                break
            time.sleep(0.1)
        time.sleep(1)
        for each in plain + beside:
            pathlib.Path(each).read_text()
        for _ in range(50):
            text = log.read_text(errors="replace")
            if all(f"{each}: {NAME} FOUND" in text for each in beside):
                break
            time.sleep(0.1)
        watcher.terminate()
        said = watcher.communicate()[0].decode(errors="replace")
    if "fanotify_init failed" in said + text:
        print("clamonacc: the kernel refuses fanotify; only the configuration was read")
        return
    compare("clamonacc", {**dict.fromkeys(plain, True), **dict.fromkeys(beside, False)},
            found_in(text))


def undo(script, conf, want):
    conf_file = script.parent / "clamd.conf"
    conf_file.write_text(conf)
    done = subprocess.run(["sh", script, conf_file], capture_output=True, text=True)
    check(done.returncode == 0 and conf_file.read_text() == want,
          f"{script}: the undo leaves {conf_file.read_text()!r} {done.stderr}")


def golden_cases(clamav, folder, database):
    """Whatever a golden case writes, clamd starts with it and each expression compiles."""
    for path in sorted((ROOT / "tests/golden").glob("**/out/clamav/*.conf")):
        block = path.read_text()
        with Clamd(clamav, folder, database, block) as clamd:
            check(clamd.answers(), f"{path}: clamd does not start")
        for line in block.splitlines():
            if not line.startswith("#"):
                # A name that grep does not know; clamd does, as the tree shows.
                expression = line.split(" ", 1)[1].replace("[[.number-sign.]]", "#")
                done = subprocess.run(["grep", "-E", "-e", expression, os.devnull],
                                      capture_output=True)
                check(done.returncode == 1 and len(line.encode()) <= 1022,
                      f"{path}: {line[:80]}")
        script = folder / "undo.sh"
        shutil.copy(path.parent / (path.stem + ".undo.sh"), script)
        ours = "User clamav\nExcludePath ^/other/\n"
        undo(script, ours + block + "ExcludePath ^/last/\n", ours + "ExcludePath ^/last/\n")
        # What somebody wrote into the block, and what stands outside it, stays.
        lines = block.splitlines(keepends=True)
        first = next((line for line in lines if not line.startswith("#")), "")
        undo(script, first + "".join(lines[:-1]) + "ExcludePath ^/theirs/\n" + lines[-1],
             first + "ExcludePath ^/theirs/\n")


def main():
    clamav = unpack("clamav", *PACKAGES)
    with tempfile.TemporaryDirectory(prefix="carveout-clamav-") as name:
        folder = pathlib.Path(name)
        tree, files = make_tree(folder)
        database = signature(folder)
        out = compile_rows(folder, tree, "{}", VERDICTS)
        with_clamd(clamav, folder, database, tree, files, out)
        with_clamscan(clamav, database, tree, files, out)
        out = compile_rows(folder, tree, "{on-access: true}", ON_ACCESS)
        with_clamonacc(clamav, folder, database, tree, files, out)
        golden_cases(clamav, folder, database)
    finish("probes of ClamAV")


main()
