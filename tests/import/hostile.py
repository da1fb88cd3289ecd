#!/usr/bin/env python3
"""Pages that are made to hurt: huge, deep, wide, broken.  Each ends with a clear finding or
with rows, never with a crash, and within bounds of processor time and memory that a page
of this size has no reason to reach.

usage: hostile.py PROGRAM"""

import pathlib
import resource
import subprocess
import sys
import tempfile

MEMORY = 1 << 30   # bytes of address space
SECONDS = 120      # of processor time: a hang, not a measure

HEAD = "<table><tr><th>From</th><th>To</th><th>Port</th><th>Protocol</th></tr>"
ROW = "<tr><td>A</td><td>B</td><td>443</td><td>TCP</td></tr>"
TEXT_HEAD = "Source Destination Port Protocol Purpose\n"

# name, suffix, bytes, exit code, words of the finding or of the profile
CASES = [
    ("100 MB", "html", lambda: b"<p>" + b"x" * 100_000_000, 1, "page-too-large"),
    ("a million cells", "html",
     lambda: ("<table><tr><th>From</th><th>To</th><th>Port</th><th>Protocol</th></tr>" +
              "<tr>" + "<td>1" * 250 + "</tr>" * 1 + ("<tr>" + "<td>1" * 250) * 4200).encode(),
     1, "page-too-large"),
    ("spans of 65,000 rows and 1,000 columns", "html",
     lambda: (HEAD + '<tr><td rowspan=65000 colspan=1000>A</td></tr>' * 50 + ROW).encode(),
     None, "["),
    ("tables in tables, 1,000 deep", "html",
     lambda: (HEAD + "<tr><td><table>" * 1000 + ROW).encode(), None, "["),
    ("not UTF-8", "html", lambda: HEAD.encode() + b"<tr><td>\xff\xfe</td></tr>", 1, "["),
    ("an entity bomb", "html",
     lambda: (b'<!DOCTYPE html [<!ENTITY a "aaaaaaaaaa">' +
              b"".join(b'<!ENTITY %c "&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;">' %
                       ((98 + i,) + (97 + i,) * 8) for i in range(20)) +
              b"]>" + HEAD.encode() + b"<tr><td>&u;</td><td>B</td><td>443</td><td>TCP</td></tr>"),
     None, "["),
    ("a file of the machine as an entity", "html",
     lambda: (b'<!DOCTYPE html [<!ENTITY f SYSTEM "file:///etc/passwd">]>' + HEAD.encode() +
              b"<tr><td>&f;</td><td>B</td><td>443</td><td>TCP</td></tr>"), None, "["),
    ("a name of 10 MB", "html",
     lambda: (HEAD + "<tr><td>" + "A" * 10_000_000 + "</td><td>B</td><td>1</td><td>TCP</td></tr>").encode(),
     None, "["),
    ("unclosed tags by the million", "html", lambda: b"<b>" * 1_000_000, 1, "["),
    ("a line of 10 MB", "txt", lambda: (TEXT_HEAD + "A " * 5_000_000 + "\n").encode(), None, "["),
    ("text of 200,000 rows", "txt", lambda: (TEXT_HEAD + "A B 443 TCP x\n" * 200_000).encode(),
     1, "page-too-large"),
    ("header words without end", "txt", lambda: b"Source Destination Port " * 100_000, 1, "["),
    ("Markdown of 100,000 pipes", "md",
     lambda: b"| a " * 100_000 + b"\n" + b"|---" * 100_000 + b"\n", 1, "["),
    ("CSV of 300 columns", "csv", lambda: (b"Port," * 300 + b"\n") * 100, 1, "["),
    ("CSV of 60,000 devices", "csv",
     lambda: ("Device,Type,Path\n" +
              "".join(f"Server {i},File,C:\\{i}\n" for i in range(60_000))).encode(), None, "["),
    ("text of 60,000 rows", "txt", lambda: (TEXT_HEAD + "A B 443 TCP x\n" * 60_000).encode(),
     None, "["),
    ("NUL", "txt", lambda: TEXT_HEAD.encode() + b"A\0B 443 TCP\n", 1, "["),
    ("an escape sequence of terminals", "txt",
     lambda: TEXT_HEAD.encode() + b"\x1b]0;owned\x07 B 443 TCP x\n", 1, "["),
    ("nothing", "html", lambda: b"", 1, "["),
]


def bound():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def main():
    program = sys.argv[1]
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, suffix, content, code, words in CASES:
            page = pathlib.Path(folder) / f"page.{suffix}"
            page.write_bytes(content())
            out = pathlib.Path(folder) / "profile.yaml"
            out.unlink(missing_ok=True)
            run = subprocess.run(
                [program, "import", str(page), "-o", str(out), "--id", "a/b", "--url",
                 "https://example.com/", "--today", "2026-11-23"],
                capture_output=True, preexec_fn=bound)
            said = run.stderr.decode(errors="replace")
            wrong = []
            if run.returncode not in ((0, 1) if code is None else (code,)):
                wrong.append(f"exit {run.returncode}")
            if words not in said and run.returncode != 0:
                wrong.append(f"no `{words}`")
            if "root:" in said or (out.exists() and "root:" in out.read_text()):
                wrong.append("a file of the machine in it")
            if "\x1b]" in said:
                wrong.append("an escape sequence comes through")
            if run.returncode == 1 and out.exists():
                wrong.append("an error, and a profile all the same")
            if out.exists() and subprocess.run([program, "check", str(out)],
                                               capture_output=True).returncode == 2:
                wrong.append("the profile cannot be read")
            if wrong:
                failed += 1
                print(f"{name}: {', '.join(wrong)}: {said[:500]}")
    print(f"{len(CASES)} tests, {failed} failed")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
