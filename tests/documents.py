#!/usr/bin/env python3
"""Holds the documents against the program.

    tests/documents.py PROGRAM [--update]

1. docs/findings.md is what src/base/findings.def and finding_pages.def say (--update
   writes it), and so is `check --explain`.
2. Commands and options of --help stand in docs/carveout.1.md, and no others.
3. Targets, their files and their options stand in docs/targets.md.
4. Every key of a site or profile stands in its document, and no others.
5. Links and paths lead somewhere; sample commands are such as exist.
6. The catalogue in docs/profiles.md is what `carveout profiles` lists (--update writes it).
   So are the headings in docs/import.md those of src/import/columns.def.
7. No file holds a path of the machine it was written on, or a package registry's host."""

import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import textwrap

PROGRAM = os.path.abspath(sys.argv[1])
ROOT = pathlib.Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
MANUAL = DOCS / "carveout.1.md"
FINDINGS = DOCS / "findings.md"

checked = 0
problems = []


def check(holds, what):
    global checked
    checked += 1
    if not holds:
        problems.append(what)


def run(*words):
    done = subprocess.run([PROGRAM, *words], capture_output=True, text=True)
    check(done.returncode == 0, f"carveout {' '.join(words)}: exit code {done.returncode}")
    return done.stdout


def short(path):
    return str(path.relative_to(ROOT))


def documents():
    return sorted([*ROOT.glob("*.md"), *DOCS.glob("*.md")])


def code_blocks(text):
    """Blocks between fences or indented by four blanks, without their marks."""
    fenced = re.findall(r"^```[^\n]*\n(.*?)^```", text, re.M | re.S)
    plain = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    return fenced + re.findall(r"(?:^\n)((?: {4}[^\n]*\n)+)", plain, re.M)


def code_spans(text):
    plain = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    return re.findall(r"`([^`\n]+)`", plain)


# ---- findings ----

BEGIN = "<!-- from src/base/findings.def and finding_pages.def, by tests/documents.py --update -->\n"
END = "<!-- end -->\n"
EXIT_CODES = {"INPUT": 1, "WORLD": 2, "OURS": 3}


def findings():
    """(heading, [(id, name, severity, fault, meaning)]) in the order of the list."""
    sections = []
    for line in (ROOT / "src/base/findings.def").read_text().splitlines():
        heading = re.match(r"/\* (.+?) \*/$", line)
        finding = re.match(r'CV_FINDING\((\w+), "([^"]+)", (\w+), (\w+), "([^"]+)"\)$', line)
        if heading:
            sections.append((heading.group(1), []))
        elif finding:
            sections[-1][1].append(finding.groups())
        else:
            check(not line.startswith("CV_FINDING"), f"findings.def: cannot be read: {line}")
    return sections


def pages():
    """(accept, why, source, fix) by id."""
    found = {}
    for line in (ROOT / "src/base/finding_pages.def").read_text().splitlines():
        page = re.match(r'CV_FINDING_PAGE\((\w+), (\w+), ("(?:[^"\\]|\\.)*"), ("(?:[^"\\]|\\.)*"), '
                        r'("(?:[^"\\]|\\.)*")\)$', line)
        if page:
            found[page.group(1)] = (page.group(2), *map(json.loads, page.groups()[2:]))
        else:
            check(not line.startswith("CV_FINDING_PAGE"),
                  f"finding_pages.def: cannot be read: {line}")
    return found


ACCEPT = {"NO": "It cannot be accepted.",
          "ROW": "`{{row: \"PROFILE#TABLE/ID\", finding: {}, of: \"...\", reason: ..., by: ..., "
                 "until: ...}}`",
          "TARGET": "`{{row: \"PROFILE#TABLE/ID\", finding: {}, target: TARGET, of: \"...\", "
                    "reason: ..., by: ..., until: ...}}`"}


def sentence(text):
    text = text if text.startswith("`") else text[0].upper() + text[1:]
    return text + "."


def linked(source):
    """Addresses as links, without the dot that ends the sentence."""
    return re.sub(r"https://[^\s;]+[^\s;.]", lambda found: f"<{found.group()}>", source)


def item(label, text):
    return textwrap.fill(f"- **{label}:** {text}", 92, subsequent_indent="  ",
                         break_long_words=False, break_on_hyphens=False) + "\n"


def finding_page(name, meaning, page):
    accept, why, source, fix = page
    out = f"\n### `{name}`\n\n{sentence(meaning)}\n\n" + item("Why", sentence(why))
    if source:
        out += item("Source", linked(source) + ".")
    return out + item("To fix", sentence(fix)) + item("To accept", ACCEPT[accept].format(name))


def findings_page():
    out = BEGIN
    page_of = pages()
    for heading, members in findings():
        if not members:
            continue
        out += f"\n## {heading[0].upper()}{heading[1:]}\n\n"
        out += "| finding | severity | exit code | means |\n|---|---|---|---|\n"
        for _, name, severity, fault, meaning in members:
            code = EXIT_CODES[fault] if severity == "ERROR" else ""
            out += f"| [`{name}`](#{name}) | {severity.lower()} | {code} | {meaning} |\n"
        for identifier, name, _, _, meaning in members:
            check(identifier in page_of, f"finding_pages.def has no page for {name}")
            if identifier in page_of:
                out += finding_page(name, meaning, page_of[identifier])
    return out + "\n" + END


def check_explain():
    """The program prints the same texts, in lines of its own."""
    page_of = pages()
    for _, members in findings():
        for identifier, name, severity, _, meaning in members:
            said = " ".join(run("check", f"--explain={name}").split())
            for text in (f"{name} ({severity.lower()})", meaning, *page_of.get(identifier, ())[1:]):
                check(" ".join(text.split()) in said, f"check --explain={name} does not say: {text}")


def check_made(path, begin, made, source, update):
    """What stands between the marks is what was made; `made` begins and ends with them."""
    text = path.read_text()
    parts = re.fullmatch(rf"(.*?){re.escape(begin)}.*?{re.escape(END)}(.*)", text, re.S)
    if not parts:
        problems.append(f"{short(path)} has lost the marks around its generated part")
        return
    wanted = parts.group(1) + made + parts.group(2)
    if update:
        path.write_text(wanted)
    else:
        check(text == wanted, f"{short(path)} is not what {source} says: "
              "tests/documents.py PROGRAM --update")


def check_findings(update):
    check_made(FINDINGS, BEGIN, findings_page(), "findings.def", update)
    names = {name for _, members in findings() for _, name, *_ in members}
    for path in documents():
        # What stands in brackets at the end of a message.
        for name in re.findall(r"^\S+:\d+:\d+: \w+: .* \[([a-z-]+)\]$", path.read_text(), re.M):
            check(name in names, f"{short(path)}: there is no finding {name}")


# ---- the command line ----

def help_on(*words):
    """(commands, options) of one page of --help, options as they are typed."""
    text = run(*words, "--help")
    commands = re.findall(r"^  ([a-z]+) {2,}", text.split("\noptions:\n")[0], re.M)
    options = set()
    for line in text.split("\noptions:\n")[1].splitlines():
        if line.startswith("  "):
            options |= set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", line[:34]))
    return commands, options


def check_manual(commands, options):
    manual = MANUAL.read_text()
    for command in commands:
        check(re.search(rf"^\*\*{command}\*\*", manual, re.M),
              f"docs/carveout.1.md has no paragraph on the command {command}")
        check(re.search(rf"^    carveout {command}\b", manual, re.M),
              f"docs/carveout.1.md: no synopsis of {command}")
        for option in help_on(command)[1]:
            check(option in options, f"carveout --help does not name {option} of {command}")
    named = set(re.findall(r"\*\*(--?[a-z][a-z-]*)\*\*", manual))
    for option in sorted(options - named):
        problems.append(f"docs/carveout.1.md has no option {option}")
    for option in sorted(named - options):
        problems.append(f"docs/carveout.1.md has the option {option}, which carveout has not")
    check(named == options, "docs/carveout.1.md: options differ from --help")


# ---- targets ----

def check_targets():
    text = (DOCS / "targets.md").read_text()
    headings = " ".join(re.findall(r"^## (.+)$", text, re.M))
    names = []
    for block in run("targets").split("\n\n"):
        head = re.match(r"([a-z][a-z-]*)( \(preview\))?:", block)
        if not head:
            continue
        name = head.group(1)
        names.append(name)
        row = re.search(rf"^\| `{name}` \|.*\|$", text, re.M)
        check(row, f"docs/targets.md: no line for {name} in its table")
        check(re.search(rf"(?<![\w-]){name}(?![\w-])", headings),
              f"docs/targets.md: no section on {name}")
        if not row:
            continue
        preview = row.group().rsplit("|", 2)[1].strip()
        check(preview == ("yes" if head.group(2) else "no"),
              f"docs/targets.md: {name}: preview is `{preview}`")
        for suffix in re.findall(r" SUBJECT(\.\S+)", block):
            check(f"`{suffix}`" in row.group(), f"docs/targets.md: {name} writes {suffix}")
    check(len(names) >= 4, "carveout targets lists no targets")
    return names


# ---- keys ----

def keys_of(schema):
    """Every key that a schema allows somewhere; those of one target's options apart."""
    keys = set()
    if isinstance(schema, dict):
        properties = schema.get("properties", {})
        keys |= set(properties)
        for value in [*schema.values(), *properties.values()]:
            keys |= keys_of(value)
    elif isinstance(schema, list):
        for value in schema:
            keys |= keys_of(value)
    return keys


def referred(schema, definitions):
    """The names of the definitions that a schema leads to."""
    names = {ref.rsplit("/", 1)[1] for ref in re.findall(r'"\$ref": "([^"]+)"', json.dumps(schema))}
    for name in sorted(names):
        names |= referred(definitions[name], {k: v for k, v in definitions.items() if k != name}) \
            if name in definitions else set()
    return names


def words_of_code(text):
    spans = " ".join(code_spans(text) + code_blocks(text))
    return set(re.findall(r"[a-z0-9][a-z0-9-]*", spans))


def keys_in_tables(text):
    """What stands in the first column of the tables that begin with `key`."""
    for table in re.findall(r"^\| (?:key|option) \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", text, re.M):
        for row in table.splitlines():
            yield from re.findall(r"`([^`]+)`", row.split("|")[1])


def check_keys(targets):
    site = json.loads(run("schema", "site"))
    options = site["properties"]["targets"]["anyOf"][0]["properties"]
    fields = (ROOT / "src/read/site_fields.c").read_text()
    common = set(re.findall(r'PLAIN\(cv_target_use, "([^"]+)"', fields))
    check(len(common) >= 4, "site_fields.c: no keys that targets share")
    del site["properties"]["targets"]["anyOf"], site["properties"]["profiles"]["anyOf"]
    # A whole profile may stand in a site.
    for name in referred({"$ref": "#/$defs/profile"}, site["$defs"]) - {"hole", "when"}:
        del site["$defs"][name]
    profile = json.loads(run("schema", "profile"))
    answers = json.loads(run("schema", "answers"))
    own = set.union(*[set(options[name]["properties"]) for name in targets]) - common
    # Maps in the options of one target are described with it.
    for name in referred([options[name] for name in targets], site["$defs"]):
        own |= keys_of(site["$defs"].pop(name))
    # `file` and `csv` name another file, `rows` is a block's; conditions are free keys; a
    # hole in a site can stand in an inline profile only.
    known = {"site.md": (keys_of(site) - {"hole"}) | common | {"file"},
             "profile.md": keys_of(profile) | {"rows", "csv", "edition", "feature", "os", "arch"},
             "targets.md": own,
             "import.md": set(answers["properties"]) | set(answers["$defs"]["answer"]["properties"])}
    for name, keys in known.items():
        text = (DOCS / name).read_text()
        words = words_of_code(text)
        for key in sorted(keys):
            check(key in words, f"docs/{name}: the key `{key}` is missing")
        for key in sorted(set(keys_in_tables(text)) - keys):
            problems.append(f"docs/{name}: no key is called `{key}`")


# ---- the catalogue ----

CATALOGUE = "<!-- catalogue, by tests/documents.py --update -->\n"
TABLES = (("ports", "port"), ("exclusions", "exclusion"), ("urls", "URL"))


def check_catalogue(update):
    profiles = json.loads(run("profiles", "--format=json", f"--profiles={ROOT / 'profiles'}"))
    out = CATALOGUE + "| profile | product | rows | with holes | systems | read | from |\n"
    out += "|---|---|---|---|---|---|---|\n"
    there = {str(path.relative_to(ROOT / "profiles").with_suffix(""))
             for path in (ROOT / "profiles").rglob("*.yaml")}
    check(there == {profile["id"] for profile in profiles["profiles"]},
          "carveout profiles does not list just the files of profiles/ by their ids")
    for profile in profiles["profiles"]:
        rows = ", ".join(f"{profile['rows'][key]} {word}" for key, word in TABLES
                         if profile["rows"][key])
        days = sorted({source["retrieved"] for source in profile["sources"]})
        hosts = sorted({source["url"].split("/")[2] for source in profile["sources"]})
        check(days and hosts, f"{profile['id']} has no source")
        out += (f"| `{profile['id']}` | {profile['title']} | {rows} | "
                f"{profile['rows_with_holes'] or ''} | {', '.join(profile['platforms'])} | "
                f"{', '.join(days)} | {', '.join(hosts)} |\n")
    check_made(DOCS / "profiles.md", CATALOGUE, out + END, "carveout profiles", update)


# ---- the headings that import knows ----

HEADINGS = "<!-- from src/import/columns.def, by tests/documents.py --update -->\n"


def check_headings(update):
    """docs/import.md lists the headings of columns.def, by kind of table."""
    of = {}
    for section, words, role in re.findall(r'^COLUMN\((\w+), "([^"]+)", (\w+)\)',
                                           (ROOT / "src/import/columns.def").read_text(), re.M):
        of.setdefault(section.lower(), {}).setdefault(
            role.lower().replace("_", " "), []).append(words)
    out = HEADINGS + "| table | column | headings |\n|---|---|---|\n"
    for section, roles in of.items():
        for role, words in roles.items():
            out += f"| {section} | {role} | {', '.join(words)} |\n"
    check_made(DOCS / "import.md", HEADINGS, out + END, "src/import/columns.def", update)


# ---- links, paths, commands ----

def anchors(path):
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
            for heading in re.findall(r"^#+ (.+)$", path.read_text(), re.M)}


def check_links(path):
    text = path.read_text()
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        to = (path.parent / name) if name else path
        check(to.exists(), f"{short(path)}: the link {target} leads nowhere")
        if anchor and to.exists():
            check(anchor in anchors(to), f"{short(path)}: no heading for the link {target}")
    for span in code_spans(text):
        # A path of the repository; capitals stand for something else.
        if re.fullmatch(r"(docs|src|tests|profiles|emitters|examples|\.ci)/[a-z0-9_./-]+", span):
            check((ROOT / span).exists(), f"{short(path)}: there is no {span}")


def sample_commands(text):
    """Lines of code that begin with a program of ours, with && and | taken apart."""
    for block in code_blocks(text):
        for line in block.splitlines():
            for part in re.split(r"&&|\|(?=\s)", line.split("  #")[0].split(" # ")[0]):
                part = part.strip().removeprefix("$ ")
                if re.match(r"(carveout|cmake|ctest|\.?[a-z]+/[a-z/]+)( |$)", part):
                    yield part
    for span in code_spans(text):
        if re.match(r"carveout [a-z-]", span):
            yield span


def check_command(where, command, commands, options, presets):
    words = re.findall(r"[^\s\[\]]+", command)
    if words[0] == "cmake" and "--preset" in words:
        key = "buildPresets" if "--build" in words else "configurePresets"
        check(words[words.index("--preset") + 1] in presets[key],
              f"{where}: `{command}`: no such preset")
    elif words[0] == "carveout":
        named = [word for word in words[1:] if not word.startswith("-")]
        check(not named or named[0] in commands or named[0].isupper() or named[0] == "help",
              f"{where}: `{command}`: carveout has no command {named[:1]}")
        for word in words[1:]:
            if re.match(r"--?[a-z]", word):
                check(word.split("=")[0] in options, f"{where}: `{command}`: no option {word}")
        for word in shlex.split(command)[1:]:
            if word.startswith("examples/"):
                check((ROOT / word).exists(), f"{where}: `{command}`: there is no {word}")
    elif "/" in words[0] and words[0].split("/")[0] in ("examples", "tests", ".ci"):
        check(os.access(ROOT / words[0], os.X_OK), f"{where}: {words[0]} cannot be run")


def check_commands(commands, options):
    presets = json.loads((ROOT / "CMakePresets.json").read_text())
    presets = {key: [p["name"] for p in presets.get(key, []) if not p.get("hidden")]
               for key in ("configurePresets", "buildPresets")}
    for path in documents():
        for command in sample_commands(path.read_text()):
            check_command(short(path), command, commands, options, presets)
    samples = list(sample_commands((ROOT / "README.md").read_text()))
    check(len(samples) >= 3, "README.md shows no commands")


# ---- the threat model ----

def check_security():
    """Tables whose last column is `held by`: `PATH` or `PATH` (`TEST`, `TEST`)."""
    text = (DOCS / "security.md").read_text()
    rows = 0
    for table in re.findall(r"^\|[^\n]*\| held by \|\n\|[-|]+\|\n((?:\|.*\n)+)", text, re.M):
        for row in table.splitlines():
            what, held = row.strip("| ").rsplit(" | ", 1)
            named = re.findall(r"`(tests/[^`]+)`(?: \(((?:`\w+`(?:, )?)+)\))?", held)
            rows += 1
            check(named, f"docs/security.md: no test holds: {what}")
            check(not re.sub(r"`(tests/[^`]+)`(?: \(((?:`\w+`(?:, )?)+)\))?|, ", "", held),
                  f"docs/security.md: cannot be read: {held}")
            for path, tests in named:
                check((ROOT / path).exists(), f"docs/security.md: there is no {path}")
                for test in re.findall(r"\w+", tests):
                    code = (ROOT / path).read_text() if (ROOT / path).is_file() else ""
                    check(re.search(rf"^(static void|def) {test}\(", code, re.M),
                          f"docs/security.md: {path} has no {test}")
    check(rows >= 30, f"docs/security.md: {rows} lines that a test holds")


# ---- what must not stand anywhere ----

MACHINE = re.compile(r"(?<![\w.>~$}*-])/(?:work|root|home|Users|tmp/b-[a-z]+|builds)/[\w.-]+")
REGISTRIES = re.compile(
    r"(?:pypi|npmjs|rubygems|crates|yarnpkg)\.(?:org|io|com)|pythonhosted\.org|"
    r"proxy\.golang\.org|(?:ghcr|gcr|quay|docker)\.io|(?:deb|security|snapshot)\.debian\.org|"
    r"https?://[^/\s\"']*(?:artifactory|nexus|registry|mirror|pkgs?)[^/\s\"']*/", re.I)


def files():
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-coz", "--exclude-standard"],
                            capture_output=True, text=True)
    if listed.returncode == 0:
        return [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in ROOT.rglob("*")
            if path.relative_to(ROOT).parts[0] not in (".git", "build") and
            "node_modules" not in path.parts]


def check_files():
    for path in sorted(files()):
        if not path.is_file():
            continue
        text = path.read_bytes().decode("utf-8", "replace")
        for pattern, what in ((MACHINE, "a path of a machine"), (REGISTRIES, "a registry's host")):
            found = pattern.search(text)
            check(not found, f"{short(path)}: {what}: {found and found.group()}")


def main():
    update = "--update" in sys.argv[2:]
    check_findings(update)
    check_catalogue(update)
    check_headings(update)
    check_explain()
    commands, options = help_on()
    check(len(commands) >= 5 and len(options) >= 10, "carveout --help lists too little")
    check_manual(commands, options)
    check_keys(check_targets())
    for path in documents():
        check_links(path)
    check_commands(commands, options)
    check_security()
    check_files()
    for problem in problems:
        print(problem)
    print(f"{checked} tests of {len(documents())} documents, {len(problems)} problems")
    sys.exit(1 if problems else 0)


main()
