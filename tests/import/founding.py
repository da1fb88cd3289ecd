#!/usr/bin/env python3
"""The page that this program began with, told again in the tables' own cells and in other
words around them, as plain text, HTML and Markdown: each must import to the profile that
was written by hand, in every row, with no finding but those that the page calls for.

usage: founding.py PROGRAM [PAGE.txt]     PAGE.txt: the page itself, instead of the three"""

import collections
import html
import pathlib
import subprocess
import sys
import tempfile

import yaml

import check

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BY_HAND = ROOT / "profiles/tanium/threat-response.yaml"
NBSP = "\u00a0"
SPAN = object()  # covered by the cell above
EMPTY = NBSP     # there, and nothing in it

ANSWERS = """carveout: answers/1
id: tanium/threat-response
url: https://docs.tanium.com/threat_response/templates/requirements.html
retrieved: "2026-11-23"
editions: [on-premises, cloud]
"""

CLIENT, SERVER = "<Tanium Client>", "<Module Server>"
WINDOWS, LINUX, MACOS = "Windows endpoints", "Linux endpoints", "macOS endpoints"
EXCLUSION_HEADER = ["Target Device", "Notes", "Exclusion Type", "Exclusion"]
ON_PREMISES = [
    ["Module Server", EMPTY, "Process", rf'"{SERVER}\services\ProductName\node.exe" service.js'],
    [SPAN, EMPTY, "Process", rf"{SERVER}\services\twsm-v1\twsm.exe"],
    [WINDOWS, EMPTY, "Process", rf"{CLIENT}\Patch\tanium-Patch.min.vbs"],
    [SPAN, EMPTY, "Process", rf"{CLIENT}\Patch\scans\wsusscn2.cab"],
    [SPAN, "7.2.x clients", "Process", rf"{CLIENT}\Python27\TPython.exe"],
    [SPAN, "7.4.x clients", "Process", rf"{CLIENT}\Python38\TPython.exe"],
    [SPAN, "7.4.x clients", "Folder", rf"{CLIENT}\Python38"],
    [LINUX, "7.2.x clients", "Process", f"{CLIENT}/python27/python"],
    [SPAN, EMPTY, "Process", f"{CLIENT}/python27/bin/pybin"],
    [SPAN, "7.4.x clients", "Process", f"{CLIENT}/python38/python"],
    [MACOS, EMPTY, "Process", f"{CLIENT}/TaniumCX"],
    [SPAN, EMPTY, "Folder", "/Library/Tanium/EndUserNotifications"],
]
CLOUD = [
    [WINDOWS, "7.4.x clients", "Process", rf"{CLIENT}\Python38\TPython.exe"],
    [SPAN, "7.4.x clients", "Folder", rf"{CLIENT}\Python38"],
    [SPAN, EMPTY, "Process", rf"{CLIENT}\TaniumCX.exe"],
    # Spread over lines by a paragraph in its cell.
    [LINUX, "7.4.x clients", "Process", f"\n\n{CLIENT}/python38/python\n"],
    [SPAN, EMPTY, "Process", f"{CLIENT}/TaniumCX"],
    [MACOS, EMPTY, "Process", f"{CLIENT}/TaniumCX"],
    [SPAN, EMPTY, "Folder", "/Library/Tanium/EndUserNotifications"],
]
ROLES = ["Threat Response Administrator", "Threat Response Endpoint Configuration Approver",
         "Threat Response Read Only User", "Threat Response Service Account"]
FOUR_READS = ["READ"] * 4

# (kind, ...): what stands on the page, in its order.
PAGE = [
    ("heading", "Threat Response requirements"),
    ("table", None, ["Component", "Requirement"],
     [["Tanium\u2122 Core Platform", "7.2 or later"], ["Tanium\u2122 Console UI", None],
      ["Tanium\u2122 Client", None]]),
    ("paragraph", "These modules are required in at least these versions:"),
    ("items", ["<OtherProductName> <version>"]),
    ("paragraph", "These modules are optional, but need at least these versions:"),
    ("items", ["<OtherProductName> <version>"]),
    ("heading", "Endpoints"),
    ("paragraph", "Threat Response supports only IPv4 addresses."),
    ("paragraph", "Threat Response supports IPv4 and IPv6 addresses."),
    ("paragraph", "It runs on these systems"),
    ("items", ["Windows", "macOS" + NBSP, "Linux"]),
    ("table", None, ["Operating System", "Version", "Notes"],
     [["Windows", "Same as Tanium Client support. See there.", None],
      ["macOS", "10.11 and later", EMPTY],
      ["Linux", "Red Hat Enterprise Linux 6.x, 7.x\n\nCentOS 6.x, 7.x\n", EMPTY]]),
    ("heading", "Ports"),
    ("paragraph", "Threat Response needs these ports."),
    ("table", None, ["Source", "Destination", "Port", "Protocol", "Purpose"],
     [["Module Server Tanium as a Service", EMPTY, EMPTY, "TCP", EMPTY],
      [EMPTY, EMPTY, EMPTY]]),
    ("paragraph", "Use rules by TCP port, not by application, for what Tanium sends."),
    ("heading", "Security exclusions"),
    ("paragraph", "Where security software blocks what it does not know, exclude these."),
    ("table", "Template security exclusions", EXCLUSION_HEADER, ON_PREMISES),
    ("table", "Template security exclusions", EXCLUSION_HEADER, CLOUD),
    ("heading", "Internet URLs"),
    ("paragraph", "Where unknown addresses are blocked you might need to allow these URLs."),
    ("items", ["List here"]),
    ("heading", "Roles"),
    ("paragraph", "These tables tell which permissions the roles have."),
    ("grants", "Threat Response user role permissions", ["Permission"],
     [f"{ROLES[0]}1,2,3", f"{ROLES[1]}1,2,3", f"{ROLES[2]}1,2,3", f"{ROLES[3]}1,3,4"],
     [(["Threat Response"], "Opens the workbench", ["SHOW"] * 4),
      (["Threat Response Module"], "Reads and writes the module",
       ["READ\nWRITE5", "READ\nWRITE5", "READ", "READ"]),
      (["Threat Response Settings"], "Writes the settings", ["WRITE"])]),
    *[("paragraph", f"{n} Footnote {n} says more.") for n in range(1, 6)],
    ("grants", "Provided Threat Response platform content permissions", ["Permission"],
     [f"{ROLES[0]}1", ROLES[1], f"{ROLES[2]}1", ROLES[3]],
     [(["Package"], None, ["WRITE", "WRITE"]), (["Plugin"], None, FOUR_READS),
      (["Sensor"], None, FOUR_READS)]),
    ("paragraph", "You can see in the console which content each of these roles reaches."),
    ("grants", "Provided Threat Response administration and platform content permissions",
     ["Permission", "Permission Type"], [f"{ROLES[0]}1", ROLES[1], f"{ROLES[2]}1", ROLES[3]],
     [(["User Group", "Administration"], None, FOUR_READS),
      (["Package", "Platform Content"], None, ["WRITE", "WRITE"]),
      (["Plugin", "Platform Content"], None, FOUR_READS),
      (["Sensor", "Platform Content"], None, FOUR_READS)]),
    ("paragraph", "You can see in the console which content each of these roles reaches."),
    ("table", "Optional roles for Threat Response", ["Role", "Enables"],
     [["Threat Response User", "Create, edit, or delete ..."],
      ["Tanium Administrator", "Create scheduled actions for ..."]]),
]

FINDINGS = {
    "open-cell": 12, "empty-cell": 5, "lost-cells": 3, "page-contradicts": 1,
    "table-editions": 1, "concluded": 1,
}


def text_of_table(caption, header, rows):
    """One blank between cells, a spanned cell nothing at all: what a browser copies."""
    yield from [caption] if caption else []
    yield " ".join(header)
    for row in rows:
        yield " ".join(c for c in row if c is not SPAN and c is not None)
    yield ""


def text_of_grants(caption, names, roles, rows):
    yield caption
    yield " ".join(names + roles)
    for name, about, grants in rows:
        yield " ".join(name)
        if about:
            yield from ["", about, "", ""]
        yield ("\n\n\n" if about else "\n\n").join(grants)
        if about:
            yield ""
    yield ""


def as_text():
    lines = []
    for kind, *what in PAGE:
        if kind in ("heading", "paragraph"):
            lines += [what[0], ""]
        elif kind == "items":
            lines += [f"  \u2022 {item}" for item in what[0]] + [""]
        elif kind == "table":
            if lines and lines[-1] == "" and what[1][0] == "Operating System":
                lines.pop()
            lines += text_of_table(*what)
        else:
            lines += text_of_grants(*what)
    return "\n".join(lines) + "\n"


def html_cell(words, span):
    words = "" if words is None else words
    inner = "".join(f"<p>{html.escape(line)}</p>" for line in words.split("\n") if line) \
        if "\n" in words else html.escape(words).replace(NBSP, "&nbsp;")
    return f"<td{f' rowspan={span}' if span > 1 else ''}>{inner}</td>"


def html_table(caption, header, rows):
    out = ["<table>"]
    if caption:
        out.append(f"<caption>{html.escape(caption)}</caption>")
    out.append("<tr>" + "".join(f"<th>{html.escape(h)}</th>" for h in header) + "</tr>")
    for at, row in enumerate(rows):
        cells = []
        for column, words in enumerate(row):
            if words is SPAN:
                continue
            span = 1
            while at + span < len(rows) and column < len(rows[at + span]) and \
                    rows[at + span][column] is SPAN:
                span += 1
            cells.append(html_cell(words, span))
        out.append("<tr>" + "".join(cells) + "</tr>")
    return "\n".join(out + ["</table>"])


def grid_of_grants(rows):
    return [name + grants for name, _, grants in rows]


def as_html():
    out = ["<!DOCTYPE html><html><head><title>Threat Response requirements</title>"
           "<script>document.write('<table><tr><td>no</td></tr></table>')</script></head><body>"]
    for kind, *what in PAGE:
        if kind == "heading":
            out.append(f"<h2>{html.escape(what[0])}</h2>")
        elif kind == "paragraph":
            out.append(f"<p>{html.escape(what[0])}</p>")
        elif kind == "items":
            out.append("<ul>" + "".join(f"<li>{html.escape(i)}</li>" for i in what[0]) + "</ul>")
        elif kind == "table":
            out.append(html_table(*what))
        else:
            caption, names, roles, rows = what
            out.append(html_table(caption, names + roles, grid_of_grants(rows)))
    return "\n".join(out + ["</body></html>"])


def markdown_words(words):
    if words is None or words is SPAN:
        return ""
    words = words.strip("\n").replace("\\", "\\\\").replace("<", "\\<").replace("|", "\\|")
    return "<br>".join(l for l in words.split("\n") if l).replace(NBSP, "&nbsp;")


def markdown_table(header, rows):
    out = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return out + ["| " + " | ".join(markdown_words(w) for w in row) + " |" for row in rows]


def as_markdown():
    out = []
    for kind, *what in PAGE:
        if kind == "heading":
            out += [f"## {what[0]}", ""]
        elif kind == "paragraph":
            out += [what[0], ""]
        elif kind == "items":
            out += [f"- {markdown_words(item)}" for item in what[0]] + [""]
        else:
            if what[0]:
                out += [what[0], ""]
            out += markdown_table(*what[1:]) if kind == "table" else \
                markdown_table(what[1] + what[2], grid_of_grants(what[3]))
            out.append("")
    return "\n".join(out)


def compared(value):
    """Without what only people read: ids, sources, notes, comments."""
    if isinstance(value, dict):
        return {k: compared(v) for k, v in sorted(value.items())
                if k not in ("id", "source", "note", "purpose")}
    if isinstance(value, list):
        return compared(value[0]) if len(value) == 1 else [compared(v) for v in value]
    return value


def parts(profile):
    """What is held against the profile by hand."""
    return {
        "rows": [compared(row) for row in check.flat_rows(profile)],
        "requires": [compared(row) for row in profile.get("requires", [])],
        "supports": {k: compared(v if isinstance(v, dict) else {"version": v})
                     for k, v in profile.get("supports", {}).items()},
        "permissions": [{**compared({k: v for k, v in t.items() if k != "rows"}),
                         "rows": [compared(r) for r in t["rows"]]}
                        for t in profile.get("permissions", [])],
        "devices": profile.get("devices"), "editions": profile.get("editions"),
        "ip": profile.get("ip"),
    }


def differences(is_, should):
    for key, value in should.items():
        if is_.get(key) == value:
            continue
        if isinstance(value, list) and isinstance(is_.get(key), list):
            for one in value:
                if one not in is_[key]:
                    yield f"{key}: no {one}"
            for one in is_[key]:
                if one not in value:
                    yield f"{key}: besides {one}"
            if not [o for o in value if o not in is_[key]]:
                yield f"{key}: another number or order"
        else:
            yield f"{key}: {is_.get(key)}, not {value}"


def main():
    program = sys.argv[1]
    by_hand = parts(yaml.load(BY_HAND.read_text(), Loader=yaml.BaseLoader))
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        answers = folder / "answers.yaml"
        answers.write_text(ANSWERS)
        pages = [pathlib.Path(p) for p in sys.argv[2:]]
        if not pages:
            for name, text in (("page.txt", as_text()), ("page.html", as_html()),
                               ("page.md", as_markdown())):
                pages.append(folder / name)
                pages[-1].write_text(text)
        for page in pages:
            profile, findings = check.import_page(program, page, answers)
            problems = list(differences(parts(profile), by_hand))
            del findings["import-left"]
            if dict(findings) != FINDINGS:
                problems.append(f"findings: {dict(sorted(findings.items()))}")
            print(f"{page.name}: {len(parts(profile)['rows'])} rows, "
                  f"{len(problems)} differences")
            for problem in problems:
                print(f"    {problem}")
            failed += bool(problems)
    print(f"{len(pages)} tests, {failed} failed")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
