#!/usr/bin/env python3
"""What fuzzing begins with, out of the golden cases and the examples:

    seeds.py FUZZ FOLDER

FOLDER/sites     the sites that are compiled for each target: TARGET, a tab, the site
FOLDER/NAME/     a file for each seed of what `FUZZ --list` calls NAME
FOLDER/NAME.dict words of them, as libFuzzer takes them

All is made of the tree, in the same order on every machine."""

import collections
import json
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
GOLDEN = ROOT / "tests" / "golden"
MOST_SITES = 20    # of a target: its first byte tells up to 128 plans apart
MOST_SIZE = 60000  # of a seed: longer ones are slow and teach little
TODAY = "--today=2026-11-23"


def cases():
    for args in sorted(GOLDEN.rglob("args")):
        yield args.parent


def commands(case):
    return [shlex.split(line) for line in (case / "args").read_text().splitlines()]


def read_yaml(path):
    try:
        return yaml.load(path.read_bytes(), Loader=yaml.BaseLoader)
    except (yaml.YAMLError, UnicodeDecodeError, ValueError):
        return None


def sites_and_targets():
    """Sites that compile, each with names of targets that it has artefacts of, or exports
    to be read; those of the examples come first."""
    for case in cases():
        if case.parent.name == "examples" and (case / "out").is_dir():
            for words in commands(case):
                if words[:1] == ["compile"] and (ROOT / words[1]).is_file():
                    yield ROOT / words[1], [each.name for each in (case / "out").iterdir()]
    for case in cases():
        for words in commands(case):
            if len(words) < 2 or TODAY not in words or not (case / words[1]).is_file():
                continue
            if words[0] == "compile" and (case / "out").is_dir():
                yield case / words[1], [each.name for each in (case / "out").iterdir()]
            elif words[0] == "audit" and "-t" in words and case.name != "refused":
                yield case / words[1], [words[words.index("-t") + 1]]


def choose_sites():
    """By target: the examples, its own cases, those that have an export of it, others."""
    by_target = collections.defaultdict(list)
    for site, targets in sites_and_targets():
        for target in targets:
            by_target[target].append(site)
    for target, sites in by_target.items():
        def order(site):
            return (site.parts[-3] not in ("examples", target, "audit"), )
        by_target[target] = sorted(dict.fromkeys(sites), key=order)[:MOST_SITES]
    return by_target


class Seeds:
    def __init__(self, folder):
        self.folder = folder
        self.counts = collections.Counter()

    def put(self, name, content, prefix=b""):
        if len(content) > MOST_SIZE:
            return
        place = self.folder / name
        place.mkdir(exist_ok=True)
        (place / f"{self.counts[name]:04}").write_bytes(prefix + content)
        self.counts[name] += 1


def inlined(path):
    """A site with the profiles beside it in it, as JSON; None: it is no site."""
    document = read_yaml(path)
    if not isinstance(document, dict) or not isinstance(document.get("profiles"), list):
        return None
    profiles = []
    for each in document["profiles"]:
        file = path.parent / each if isinstance(each, str) and "/" in each else None
        profiles.append(read_yaml(file) if file and file.is_file() else each)
    return json.dumps({**document, "profiles": profiles}, ensure_ascii=False,
                      indent=1).encode("utf-8", "surrogatepass")


def documents(seeds):
    for path in sorted(GOLDEN.rglob("*.yaml")) + sorted(GOLDEN.rglob("*.json")) + \
            sorted(ROOT.glob("examples/*/*.yaml")) + sorted(ROOT.glob("profiles/*/*.yaml")):
        if "out" in path.parts or path.parent.parent.name == "audit":
            continue
        content = path.read_bytes()
        seeds.put("yaml", content)
        if b"site/1" in content:
            seeds.put("site", content)
            whole = inlined(path)
            if whole:
                seeds.put("site", whole)
                seeds.put("yaml", whole)
        elif b"profile/1" in content:
            seeds.put("profile", content)
    for path in sorted(GOLDEN.rglob("*.csv")):
        if "out" not in path.parts:
            for table in range(3):
                seeds.put("csv", path.read_bytes(), bytes([table]))


def pages(seeds):
    """Pages of the tests behind each form, and what the tests of units hold inline."""
    found = [path for suffix in ("html", "htm", "md", "txt", "csv", "tsv")
             for path in sorted((ROOT / "tests").rglob("*." + suffix))
             if "out" not in path.parts and "build" not in path.parts]
    for path in found:
        for form in range(6):
            seeds.put("page", path.read_bytes(), bytes([form]))
    tables = [
        "<h2>Ports</h2><table><tr><th>Source<th>Destination<th>Port<th>Protocol</tr><tr><td "
        "rowspan=2>Client<td>Server<td>443, 8443<td>TCP</tr><tr><td>Zone Server<td>17472-"
        "17486<td>UDP<sup>1</sup></table><p>1. optional<ul><li>one<li>two</ul>",
        "# Ports\n\n| Source | Destination | Port |\n|---|:-:|---|\n| `a` | **b** | 443 |\n"
        "\n- item\n  - inner\n\n[x](http://a/b) <br> \\* &amp; &#x41;\n",
        "Source,Destination,Port,Protocol,Purpose\r\nClient,\"Server, other\",443,TCP,x\r\n",
        "Source\tDestination\tPort\nClient\tServer\tany\n",
        "Windows x86 and x64 endpoints\nProcess\n<Tanium Client>\\TaniumClient.exe\n\n"
        "Module Server\tProcess\t<Module Server>\\services\\a.exe\n7.2.x clients\n",
    ]
    for table in tables:
        for form in range(6):
            seeds.put("page", table.encode(), bytes([form]))


def exports(seeds, sites):
    """Files of the audit's cases, and what sites name as their base."""
    for case in cases():
        for words in commands(case):
            if words[:1] != ["audit"] or "-t" not in words:
                continue
            target = words[words.index("-t") + 1]
            for word in words[2:]:
                if (case / word).is_file() and case / "site.yaml" in sites.get(target, []):
                    for way in (0, 1):
                        yield target, case / "site.yaml", way, (case / word).read_bytes()


def plain_texts(seeds):
    """Values for what takes a text: each behind every choice of a first byte."""
    paths = ["C:\\Program Files\\Tanium\\a.exe", "/opt/Tanium/**/x", "%ProgramFiles%\\a\\*",
             "\\\\server\\share\\x\\?", "D:\\a\\**\\b.exe", "/Library/*/a?c", "7za",
             "/a/[b]{c}!/d e", "%SystemDrive%\\", "C:\\", "/", "/a/*", "/\u00fc/\u4e2d"]
    texts = ["443", "443,8000-8010", "10.0.0.0/8", "2001:db8::/32", "10.0.0.1-10.0.0.9",
             ">=7.2.x", "7.2.x or 7.4.x, !=7.4.9", "example.com", "https://*.example.com/a",
             "2026-11-23", "vendor/product", "a'b\"c]]>&<$(x);`\u2028\u2019\n", "<Place>",
             "tcp+udp", "C:", "rhel", "0" * 64, "hole:words", "a" * 300]
    long = [head + "a" * (size - len(head)) for head in ("C:\\", "/")
            for size in (199, 200, 255, 256, 259, 260, 261, 511, 512, 1023, 1024, 4096)]
    for number in range(40):
        for value in paths + long[number % 8::8]:
            seeds.put("dialects", bytes([number * 5 % 256, number * 7 % 256]) + value.encode())
    for number in range(3):
        for value in paths:
            seeds.put("paths", bytes([number]) + value.encode())
    for number in range(24):
        for value in paths + texts:
            seeds.put("lexicals" if number < 21 else "quotes",
                      bytes([number]) + value.encode())
    for number in range(8):
        for value in paths + texts:
            seeds.put("quotes", bytes([number]) + value.encode())
    for value in [">=7.2, <7.6", "7.2.x or 7.4.x", "!=7.2.314", "x", "7", "<=1.2.3.4.5.6"]:
        seeds.put("versions", value.encode() + b"\0" + b">7.2.1 or 6.x")
    for value in texts:
        seeds.put("sets", b"\2" + value.encode())
    for name, size in (("sets", 40), ("boxes", 120), ("covers", 60), ("patterns", 24)):
        for number in range(24):
            seeds.put(name, bytes((number * at * 7 + at * at + number) % 256
                                  for at in range(size)))


def spoiled(seeds, name):
    """The first seed with a NUL and a blank put into it at some places, which every reader
    has to refuse or to give back."""
    whole = min((seeds.folder / name).iterdir()).read_bytes()
    for part in range(1, 24):
        at = 1 + (len(whole) - 1) * part // 24
        for sign in (b"\0", b" "):
            seeds.put(name, whole[:at] + sign + whole[at:])


def words_of(seed):
    """Words, in the encoding that they have in the seed behind its first byte."""
    if seed[1:3] == b"\xff\xfe":
        return {word.encode("utf-16-le")
                for word in re.findall(r"[A-Za-z$@%<_.-][A-Za-z0-9_.:<>/$@%-]{2,29}",
                                       seed[3:].decode("utf-16-le", "replace"))}
    return set(re.findall(rb"[A-Za-z$@%<_.-][A-Za-z0-9_.:<>/$@%-]{2,39}", seed))


def dictionary(place):
    """Words of the seeds that come most often."""
    words = collections.Counter()
    for path in sorted(place.iterdir()):
        words.update(words_of(path.read_bytes()))
    chosen = sorted(words, key=lambda word: (-words[word], word))[:300]
    # libFuzzer takes no file that is empty.
    place.with_name(place.name + ".dict").write_text("# words\n" + "".join(
        '"' + each.decode().replace("\0", "\\x00") + '"\n' for each in chosen))


def main():
    fuzz, folder = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    sites = choose_sites()
    listed = subprocess.run([fuzz, "--list"], capture_output=True, text=True, check=True)
    jobs = [line.split("\t") for line in listed.stdout.splitlines()]
    (folder / "sites").write_text("".join(
        f"{target}\t{site.relative_to(ROOT)}\n"
        for target in sorted({target for _, target, _ in jobs if target})
        for site in sites[target]))
    seeds = Seeds(folder)
    documents(seeds)
    plain_texts(seeds)
    pages(seeds)
    of_exports = list(exports(seeds, sites))
    for name, target, suffix in jobs:
        (folder / name).mkdir(exist_ok=True)
        if not target:
            dictionary(folder / name)
            continue
        done = subprocess.run([fuzz, f"--fuzz={name}", f"--sites={folder}/sites",
                               f"--seeds={folder / name}"], cwd=ROOT, capture_output=True,
                              text=True)
        if done.returncode:
            sys.exit(f"{name}: {done.stderr}")
        numbers = dict(line.split("\t") for line in done.stdout.splitlines())
        for of, site, way, content in of_exports:
            number = numbers.get(str(site.relative_to(ROOT)))
            if name == f"export-{target}" and of == target and number is not None:
                seeds.put(name, content, bytes([int(number) * 2 % 256 + way]))
        # Forms that only `diff` writes.
        if suffix and not any((folder / name).iterdir()):
            for path in sorted(GOLDEN.rglob("*" + suffix)):
                seeds.put(name, path.read_bytes(), bytes([0]))
        for path in (folder / name).iterdir():
            if path.stat().st_size > MOST_SIZE:
                path.unlink()
        dictionary(folder / name)
        if suffix and any((folder / name).iterdir()):
            spoiled(seeds, name)
    for name, _, _ in jobs:
        if not any((folder / name).iterdir()):
            seeds.put(name, b"", bytes([0]))
    print(f"{sum(1 for name, _, _ in jobs for _ in (folder / name).iterdir())} seeds of "
          f"{len(jobs)} things to fuzz")


main()
