#!/usr/bin/env python3
"""Libraries that are loaded at their first use (src/base/library.h): the program is not
linked with them and names them to packagers, says what lacks where one cannot be loaded,
writes nothing then, and works without those that a command does not need."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

PROGRAM = os.path.abspath(sys.argv[1])
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TODAY = "--today=2026-11-23"
MOUNT = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
tests, problems = 0, []


def check(condition, what):
    global tests
    tests += 1
    if not condition:
        problems.append(what)


def said_by(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def noted(folder):
    """The libraries of the section .note.dlopen: {name without its version: file}."""
    section = pathlib.Path(folder) / "notes"
    subprocess.run(["objcopy", "--dump-section", f".note.dlopen={section}", PROGRAM, os.devnull],
                   check=True)
    files = re.findall(rb'\[\{"soname":\["([\w.-]+)"\]', section.read_bytes())
    return {name.split(".so")[0]: name for name in (file.decode() for file in files)}


def without(files, where, *words):
    """The program where these libraries are empty files."""
    listed = said_by("/sbin/ldconfig", "-p")
    hide = [f'mount --bind /dev/null "$(readlink -f {path})"'
            for file in files
            for path in re.findall(rf"^\s*{re.escape(file)} .*=> (\S+)$", listed, re.M)]
    check(len(hide) >= len(files), f"{files} are installed")
    return subprocess.run([*MOUNT, "/bin/sh", "-c", " && ".join(hide) + ' && exec "$@"', "sh",
                           PROGRAM, *map(str, words)], capture_output=True, text=True, cwd=where)


def lacks(library, files, folder, *words):
    """The command ends for want of that library alone."""
    done = without([files[library]], folder, *words)
    check(done.returncode == 2 and
          f"carveout: cannot load {files[library]}, which is needed for " in done.stderr,
          f"{words[0]} without {library}: {done.returncode}: {done.stderr[-300:]}")
    check(not (folder / "out").exists(), f"{words[0]} without {library} writes a tree")


with tempfile.TemporaryDirectory(prefix="carveout-libraries-") as name:
    folder = pathlib.Path(name)
    files = noted(folder)
    check(sorted(files) == ["libcsv", "libidn2", "libjansson", "libmnl", "libnettle", "libnftnl",
                             "libxml2"], f"noted: {files}")
    needed = re.findall(r"NEEDED +(\S+)", said_by("objdump", "-p", PROGRAM))
    check("libyaml-0.so.2" in needed and not set(files.values()) & set(needed),
          f"linked with {needed}")
    hq = ROOT / "examples/hq/site.yaml"
    plain = ROOT / "tests/golden/nftables/classes/site.yaml"
    lacks("libnettle", files, folder, "compile", plain, "-o", "out", TODAY)
    others = [file for file in files.values() if file != files["libnettle"]]
    done = without(others, folder, "compile", plain, "-o", "out", TODAY)
    check(done.returncode == 0 and (folder / "out/nftables").is_dir(),
          f"compile to nftables needs none but nettle: {done.stderr[-300:]}")
    shutil.rmtree(folder / "out", ignore_errors=True)
    done = without([files["libxml2"]], folder, "compile", hq, "-o", "out", "-t", "paloalto-xml", TODAY)
    check(done.returncode == 0 and (folder / "out/paloalto-xml").is_dir(),
          f"compile to paloalto-xml needs no libxml2: {done.stderr[-300:]}")
    shutil.rmtree(folder / "out", ignore_errors=True)
    lacks("libjansson", files, folder, "compile", hq, "-o", "out", "-t", "json", TODAY)
    lacks("libcsv", files, folder, "check", ROOT / "tests/golden/formats/csv/product.yaml", TODAY)
    done = without(files.values(), folder, "version")
    check(done.returncode == 0, f"version needs none: {done.stderr}")
    (folder / "page.html").write_text("<table><tr><th>Port<td>1</table>")
    lacks("libxml2", files, folder, "import", "page.html", "--dry-run", TODAY)
    artefact = ROOT / "tests/golden/examples/hq/out/nftables/linux.nft"
    lacks("libmnl", files, folder, "apply", artefact, "--status")
    lacks("libnftnl", files, folder, "apply", artefact, "--dry-run")
    (folder / "product.yaml").write_text(
        "carveout: profile/1\nid: x/y\ntitle: X\nsource:\n  page: {title: P, url: "
        '"https://docs.example.com/p", retrieved: "2026-11-23"}\ndevices:\n'
        "  Computers: {platform: windows, role: endpoint}\nurls:\n"
        "  - {id: u, from: Computers, url: bücher.example, source: page}\n")
    lacks("libidn2", files, folder, "check", "product.yaml", TODAY)

for problem in problems:
    print("FAILED:", problem)
print(f"{tests} tests, {len(problems)} failed")
sys.exit(1 if problems else 0)
