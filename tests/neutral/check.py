#!/usr/bin/env python3
"""Reads neutral lists as any other program would, with Python's csv, json and
ipaddress modules, and checks what a console relies on.  A list that is there in both
forms (OUT/csv/NAME.csv and OUT/json/NAME.json) must hold the same rows in both.  Lists to
paste (OUT/csv/NAME.paste.txt) must hold what the CSV file beside them grants, and stand
beside each that grants something.

usage: check.py FILE...
Prints a line for each fault; exit code 1 when there is any."""
import csv
import io
import ipaddress
import json
import pathlib
import re
import sys
import unicodedata

COLUMNS = {
    "edr-exclusions": "id,product,product_min,product_max,os,arch,role,type,path,match,"
                      "recursive,children,engines,signer,sha256,user,reason,source,"
                      "ticket,owner,expires,risk,lints",
    "flows": "id,from,to,family,source,destination,protocol,source_ports,ports,"
             "icmp_type,program,from_names,to_names,zone_from,zone_to,purpose,"
             "source_document",
    "urls": "id,from,scheme,url,ports,purpose,source_document",
}
WORDS = {
    "os": {"windows", "linux", "macos"},
    "type": {"process", "folder", "file", "extension"},
    "match": {"exact", "glob", "name"},
    "recursive": {"yes", "no"},
    "children": {"yes", "no"},
    "engines": {"", "onaccess"},
    "user": {""},
    "risk": {"", "note", "warning", "error"},
    "family": {"", "4", "6"},
}


PASTE = ".paste.txt"
HEADING = re.compile(
    r"(?P<kind>process|folder with all below it|folder, its own files only|file|extension"
    r"|sha256|signer)(?P<match>, with wildcards|, a name alone in any folder)?"
    r"(?P<children>, and what it starts)?"
    r"(?P<blank>, with a blank at an end, which a text box may cut off)? \((?P<count>[1-9]\d*)\)")
GRANTS = ("type", "path", "match", "recursive", "children", "engines", "signer", "sha256")


class Fault(Exception):
    pass


def kind_of(path):
    if path.stem.endswith(".flows"):
        return "flows"
    return "urls" if path.stem.endswith(".urls") else "edr-exclusions"


def text_of(path):
    data = path.read_bytes()
    if b"\r" in data:
        raise Fault("holds a CR")
    if not data.endswith(b"\n") or data.endswith(b"\n\n"):
        raise Fault("does not end with one line end")
    if data.startswith(b"\xef\xbb\xbf"):
        raise Fault("begins with a byte-order mark")
    return data.decode("utf-8", "strict")


def read_csv(path, columns):
    records = list(csv.reader(io.StringIO(text_of(path), newline=""), strict=True))
    if not records or records[0] != columns:
        raise Fault("the header line is another one")
    for number, record in enumerate(records[1:], 1):
        if len(record) != len(columns):
            raise Fault(f"row {number} has {len(record)} cells and not {len(columns)}")
    return [dict(zip(columns, record)) for record in records[1:]]


def once(pairs):
    if len(dict(pairs)) != len(pairs):
        raise Fault("a key stands twice")
    return dict(pairs)


def read_json(path, columns):
    document = json.loads(text_of(path), object_pairs_hook=once)
    if list(document) != ["format", "version", "rows"]:
        raise Fault("the document has other keys")
    if document["format"] != kind_of(path) or document["version"] != 1:
        raise Fault("another format or version")
    for number, row in enumerate(document["rows"], 1):
        if list(row) != columns:
            raise Fault(f"row {number} has other keys")
        if not all(isinstance(value, str) for value in row.values()):
            raise Fault(f"row {number} holds what is no text")
    return document["rows"]


def check_range(text, family):
    if "/" in text:
        parts = [ipaddress.ip_network(text, strict=True)]
    else:
        parts = [ipaddress.ip_address(part) for part in text.split("-")]
        if len(parts) > 2 or parts != sorted(parts):
            raise Fault(f"no range: {text}")
    if any(part.version != int(family) for part in parts):
        raise Fault(f"an address of another family: {text}")


def check_ports(text):
    last = 0
    for item in text.split(",") if text else []:
        low, _, high = item.partition("-")
        if not last < int(low) <= int(high or low) <= 65535:
            raise Fault(f"no ascending list of ports: {text}")
        last = int(high or low)


def check_row(kind, row):
    for column, words in WORDS.items():
        if row.get(column) is not None and row[column] not in words:
            raise Fault(f"{column} holds {row[column]!r}")
    if not row["id"]:
        raise Fault("no row of a profile is named")
    if kind == "edr-exclusions":
        if sum(bool(row[name]) for name in ("path", "signer", "sha256")) != 1:
            raise Fault("not one of path, signer and sha256")
    if kind == "flows":
        for end in ("source", "destination"):
            if not row[end]:
                raise Fault(f"an empty {end} reads as anywhere")
            for item in row[end].split(" ") if row["family"] else []:
                if item != "any":
                    check_range(item, row["family"])
        check_ports(row["source_ports"])
    if "ports" in row:
        check_ports(row["ports"])


def unguarded(csv_row, json_row):
    """In CSV a word that a spreadsheet would run has a ' in front."""
    return {name: json_row[name] if cell == "'" + json_row[name] else cell
            for name, cell in csv_row.items()}


def pasted(heading, line):
    """What a line grants, as cells of the CSV form; a text box takes just the line."""
    if line.splitlines() != [line] or \
            any(unicodedata.category(each) in ("Cc", "Cf", "Zl", "Zp") for each in line) or \
            bool(heading["blank"]) != (line != line.strip()):
        raise Fault(f"a text box would take another line: {line!r}")
    kind = heading["kind"].split(" ")[0].rstrip(",")
    own = {"sha256": "file", "signer": "file"}
    return {"path": "", "signer": "", "sha256": "",
            kind if kind in own else "path": line,
            "type": own.get(kind, kind),
            "match": {None: "exact", ", with wildcards": "glob"}.get(heading["match"], "name"),
            "recursive": "yes" if "all below" in heading["kind"] else "no",
            "children": "yes" if heading["children"] else "no",
            "engines": "onaccess" if kind == "process" else ""}


def read_paste(path):
    """Everything behind the first empty line: a heading, its lines, an empty line."""
    _, _, rest = text_of(path).partition("\n\n")
    lines, rows, seen = rest.split("\n"), [], set()
    while lines:
        heading = HEADING.fullmatch(lines[0])
        if not heading or heading[0].rpartition(" ")[0] in seen:
            raise Fault(f"no heading, or one that was there before: {lines[0]!r}")
        seen.add(heading[0].rpartition(" ")[0])
        end = 1 + int(heading["count"])
        if len(lines) <= end or lines[end]:
            raise Fault(f"another number of lines: {lines[0]!r}")
        rows += [pasted(heading, line) for line in lines[1:end]]
        lines = lines[end + 1:]
    return rows


def check_paste(path):
    beside = path.with_name(path.name[:-len(PASTE)] + ".csv")
    rows, asked = read_paste(path), read_csv(beside, COLUMNS["edr-exclusions"].split(","))
    if sorted([row[name] for name in GRANTS] for row in rows) != \
            sorted([row[name] for name in GRANTS] for row in asked):
        raise Fault("the CSV file beside it grants something else")
    return len(rows)


def check_file(path):
    if path.name.endswith(PASTE):
        return check_paste(path)
    kind = kind_of(path)
    columns = COLUMNS[kind].split(",")
    rows = (read_csv if path.suffix == ".csv" else read_json)(path, columns)
    for number, row in enumerate(rows, 1):
        try:
            check_row(kind, row)
        except (Fault, ValueError) as fault:
            raise Fault(f"row {number}: {fault}") from None
    if path.suffix == ".csv" and kind == "edr-exclusions" and \
            path.with_suffix(PASTE).exists() != bool(rows):
        raise Fault("no lists to paste beside it, or some of nothing")
    twin = path.parent.parent / "json" / (path.stem + ".json")
    if path.suffix == ".csv" and twin.exists():
        others = read_json(twin, columns)
        if len(rows) != len(others):
            raise Fault("the JSON form has another number of rows")
        for number, (row, other) in enumerate(zip(rows, others), 1):
            if unguarded(row, other) != other:
                raise Fault(f"row {number} is another one in the JSON form")
    return len(rows)


def main(names):
    faults = rows = 0
    for name in names:
        try:
            rows += check_file(pathlib.Path(name))
        except (Fault, ValueError, OSError, csv.Error) as fault:
            print(f"{name}: {fault}")
            faults += 1
    if not names:
        print("usage: check.py FILE...", file=sys.stderr)
        return 2
    if not faults:
        print(f"{len(names)} neutral lists, {rows} rows")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
