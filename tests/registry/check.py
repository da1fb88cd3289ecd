#!/usr/bin/python3
"""Merges the .reg files that carveout wrote into a registry hive and exports it again.

    tests/registry/check.py DIR/defender-reg/SUBJECT.reg...

The hive is written here: no package ships an empty one.  hivexregedit merges and exports.
What must hold of each file and of the undo beside it:

- The first bytes are the byte-order mark of UTF-16LE, every line ends in CRLF.
- After the merge the policy keys hold just the values that the file names, each as REG_SZ
  "0", and the DWORD of each list; a value of somebody else stays, and a second merge
  changes nothing.
- After the undo the values are gone; the DWORDs, the keys and the value of somebody else
  are still there."""

import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

POLICY = r"HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\Windows Defender\Exclusions"
PARTS = POLICY.split("\\")[2:]
LISTS = {"Paths": "Exclusions_Paths", "Extensions": "Exclusions_Extensions",
         "Processes": "Exclusions_Processes"}
FOREIGN = "C:\\somebody's own"

problems = []
merged = 0


def check(holds, what):
    if not holds:
        problems.append(what)


def cell(data):
    size = (len(data) + 4 + 7) // 8 * 8
    return struct.pack("<i", -size) + data + bytes(size - 4 - len(data))


def empty_hive():
    """A root key and its security record, in one bin of 4096 bytes."""
    nothing = 0xFFFFFFFF
    name = b"ROOT"
    root_size = (76 + len(name) + 4 + 7) // 8 * 8
    security = 0x20 + root_size
    root = struct.pack("<2sHQIIIIIIIIIIHHIIIIHH", b"nk", 0x2C, 0, 0, nothing, 0, 0, nothing,
                       nothing, 0, nothing, security, nothing, 0, 0, 0, 0, 0, 0, len(name),
                       0) + name
    descriptor = struct.pack("<BBHIIII", 1, 0, 0x8000, 0, 0, 0, 0)
    record = struct.pack("<2sHIIII", b"sk", 0, security, security, 1,
                         len(descriptor)) + descriptor
    cells = cell(root) + cell(record)
    free = 0x1000 - 0x20 - len(cells)
    page = struct.pack("<4sIIQQI", b"hbin", 0, 0x1000, 0, 0, 0) + cells + \
        struct.pack("<i", free) + bytes(free - 4)
    head = struct.pack("<4sIIQIIIIIII", b"regf", 1, 1, 0, 1, 3, 0, 1, 0x20, 0x1000, 1)
    head += bytes(508 - len(head))
    total = 0
    for word in struct.unpack("<127I", head):
        total ^= word
    return head + struct.pack("<I", total) + bytes(4096 - 512) + page


def regedit(*words, text=None):
    global merged
    merged += text is not None
    # Without that it compares names as bytes with names as characters.
    done = subprocess.run(["hivexregedit", *words], input=text, capture_output=True,
                          timeout=120, env={**os.environ, "PERL_UNICODE": "SD"})
    check(done.returncode == 0, f"hivexregedit {words[0]}: {done.stderr.decode()[:300]}")
    return done.stdout


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def merge(hive, text):
    """hivexregedit wants UTF-8."""
    with tempfile.NamedTemporaryFile(suffix=".reg") as file:
        file.write(text.encode())
        file.flush()
        regedit("--merge", "--prefix", r"HKEY_LOCAL_MACHINE\SOFTWARE", str(hive), file.name,
                text=b"")


def values(hive, key):
    """Name to (type, data) of the values of a key below the policy's; None: no such key."""
    out = regedit("--export", "--prefix", r"HKEY_LOCAL_MACHINE\SOFTWARE", str(hive),
                  "\\" + "\\".join(PARTS)).decode()
    sections = re.split(r"^\[(.*)\]\r?\n", out, flags=re.M)[1:]
    for name, body in zip(sections[::2], sections[1::2]):
        if name.lower() == (POLICY + ("\\" + key if key else "")).lower():
            found = {}
            for line in body.splitlines():
                value = re.fullmatch(r'"((?:[^"\\]|\\.)*)"=(.*)', line)
                if value:
                    found[re.sub(r"\\(.)", r"\1", value[1])] = value[2]
            return found
    return None


def names(text):
    """What the file names below each key, read here."""
    found = {}
    key = None
    for line in text.split("\r\n"):
        if line.startswith("["):
            key = line[1:-1].removeprefix(POLICY).lstrip("\\")
            found[key] = []
        elif key and line.startswith('"'):
            value = re.fullmatch(r'"((?:[^"\\]|\\.)*)"=(?:"0"|-)', line)
            check(value, f"odd line {line[:80]}")
            if value:
                found[key].append(re.sub(r"\\(.)", r"\1", value[1]))
    return found


def read(path):
    data = path.read_bytes()
    check(data[:2] == b"\xff\xfe", f"{path}: no byte-order mark")
    text = data.decode("utf-16")
    check("\n" not in text.replace("\r\n", "") and "\r" not in text.replace("\r\n", ""),
          f"{path}: a line does not end in CRLF")
    check(text.startswith("Windows Registry Editor Version 5.00\r\n"), f"{path}: first line")
    return text


STRING = "hex(1):30,00,00,00"

for argument in sys.argv[1:]:
    path = pathlib.Path(argument)
    text = read(path)
    undo = read(path.with_name(path.name.removesuffix(".reg") + ".undo.reg"))
    listed = names(text)
    check({key: value for key, value in listed.items() if key} == names(undo),
          f"{path}: the undo names other values")
    with tempfile.TemporaryDirectory(prefix="carveout-hive-") as folder:
        hive = pathlib.Path(folder) / "SOFTWARE"
        hive.write_bytes(empty_hive())
        before = "Windows Registry Editor Version 5.00\n\n"
        for depth in range(1, len(PARTS) + 1):
            before += "[HKEY_LOCAL_MACHINE\\SOFTWARE\\" + "\\".join(PARTS[:depth]) + "]\n\n"
        for key in LISTS:
            before += f"[{POLICY}\\{key}]\n{quoted(FOREIGN)}=\"0\"\n\n"
        merge(hive, before)
        for turn in (1, 2):
            merge(hive, text)
            for key, switch in LISTS.items():
                want = {name: STRING for name in listed.get(key, [])} | {FOREIGN: STRING}
                got = values(hive, key)
                check(got == want, f"{path}: {key} holds {str(got)[:300]}, not "
                      f"{str(want)[:300]} (turn {turn})")
                check((values(hive, "") or {}).get(switch) ==
                      ("dword:00000001" if listed.get(key) else None),
                      f"{path}: {switch} of {values(hive, '')}")
        merge(hive, undo)
        for key, switch in LISTS.items():
            check(values(hive, key) == {FOREIGN: STRING}, f"{path}: the undo left {str(values(hive, key))[:300]} in {key}")
            check((values(hive, "") or {}).get(switch) ==
                  ("dword:00000001" if listed.get(key) else None),
                  f"{path}: the undo changed {switch}")

for problem in problems[:20]:
    print(problem)
print(f"{len(sys.argv) - 1} artefacts, {merged} merges into a hive, {len(problems)} problems")
sys.exit(1 if problems or not merged else 0)
