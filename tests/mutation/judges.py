"""Judges of artefacts that are not carveout's own: whether two texts mean the same to
the program that takes them.  What no judge knows means the same only byte by byte."""

import collections
import csv
import io
import json
import os
import pathlib
import plistlib
import re
import subprocess
import sys
import tempfile
import urllib.parse
import xml.etree.ElementTree

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "paloalto"))
import judge as paloalto_model  # noqa: E402

# Root needs no namespace of users, which some containers refuse.
NAMESPACE = ["-n"] if os.geteuid() == 0 else ["-rn"]


def run(*command, text=None):
    done = subprocess.run(command, input=text, capture_output=True, timeout=60)
    return done.returncode, done.stdout


# ---- nftables: the kernel ----

def without_handles(value):
    if isinstance(value, dict):
        return {key: without_handles(each) for key, each in value.items()
                if key not in ("handle", "metainfo")}
    return [without_handles(each) for each in value] if isinstance(value, list) else value


def plain(element):
    return json.dumps(element, sort_keys=True)


def ruleset(text, before, option=""):
    """The kernel's own listing once the text is loaded; None: it was refused."""
    script = f'nft {option} -f "$1" && nft {option} -f "$2" && nft -j list ruleset'
    with tempfile.TemporaryDirectory(prefix="carveout-judge-") as folder:
        files = [pathlib.Path(folder) / part for part in ("a", "b")]
        for path, content in zip(files, (before, text)):
            path.write_bytes(content)
        code, out = run("unshare", *NAMESPACE, "sh", "-c", script, "sh", *map(str, files))
    if code:
        return None
    # A set has no order, and the kernel lists it in any.
    things = without_handles(json.loads(out))["nftables"]
    for each in things:
        if "set" in each and "elem" in each["set"]:
            each["set"]["elem"].sort(key=plain)
        for expression in each.get("rule", {}).get("expr", []):
            values = expression.get("match", {}).get("right")
            if isinstance(values, dict) and "set" in values:
                values["set"].sort(key=plain)
    return in_any_order(things)


def in_any_order(things):
    """Rules that follow each other in a chain and all accept may stand in any order."""
    runs = []
    for each in things:
        rule = each.get("rule", {})
        chain = rule.get("chain") if rule.get("expr", [None])[-1] == {"accept": None} else None
        if chain and runs and runs[-1][0] == chain:
            runs[-1][1].append(plain(each))
        else:
            runs.append((chain, [plain(each)]))
    return [sorted(each) for _, each in runs]


def nft(original, mutant):
    """Loaded where every chain and set is there already, so that a removal shows."""
    before = b"".join(line for line in original.splitlines(keepends=True)
                      if re.match(rb"add (table|chain) |add (set|map) [^{]*\{[^{}]*\}$", line))
    want = ruleset(original, before)
    return want is not None and want == ruleset(mutant, before)


def nft_json(original, mutant):
    """The same of libnftables JSON."""
    commands = [each for each in json.loads(original)["nftables"]
                if not {"table", "chain", "set", "map"}.isdisjoint(each.get("add", {}))]
    for each in commands:
        each["add"].get("set", {}).pop("elem", None)
    before = json.dumps({"nftables": commands}).encode()
    want = ruleset(original, before, "-j")
    return want is not None and want == ruleset(mutant, before, "-j")


# ---- CSV and JSON: Python ----

def csv_rows(text):
    try:
        rows = list(csv.reader(io.StringIO(text.decode(), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        return None
    return rows[:1], collections.Counter(map(tuple, rows[1:]))


def csv_lists(original, mutant):
    return csv_rows(original) == csv_rows(mutant)


def paste_lists(text):
    """The head, and under each heading its lines in any order."""
    try:
        head, *blocks = text.decode().split("\n\n")
    except UnicodeDecodeError:
        return None
    return head, [(block.split("\n")[0], sorted(block.rstrip("\n").split("\n")[1:]))
                  for block in blocks], text.endswith(b"\n")


def csv_target(original, mutant):
    if not original.startswith(b"Lists for the text boxes"):
        return csv_lists(original, mutant)
    return paste_lists(original) == paste_lists(mutant)


def once(pairs):
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def json_document(text):
    """The order of what stands in a list of rows is no part of the meaning."""
    try:
        document = json.loads(text.decode(), object_pairs_hook=once)
        document["rows"] = sorted(map(plain, document["rows"]))
    except (ValueError, KeyError, TypeError):
        return None
    return document


def json_lists(original, mutant):
    return json_document(original) is not None and \
        json_document(original) == json_document(mutant)


# ---- the managed configuration of Defender: Python ----

def managed(original, mutant):
    """The order of the exclusions is no part of the meaning."""
    def document(text):
        try:
            found = json.loads(text.decode(), object_pairs_hook=once)
            return {**found, "exclusionSettings": {
                **found["exclusionSettings"],
                "exclusions": sorted(map(plain, found["exclusionSettings"]["exclusions"]))}}
        except (ValueError, KeyError, TypeError):
            return None
    return document(original) is not None and document(original) == document(mutant)


def shell(original, mutant):
    """The same lines, where only entries, or commands, that follow each other changed
    places: none hangs on another."""
    def sorted_runs(text):
        runs = []
        for line in text.splitlines(keepends=True):
            entry = re.match(rb"\tentry '|mdatp exclusion ", line)
            if entry and runs and runs[-1][0] == entry[0]:
                runs[-1][1].append(line)
            else:
                runs.append((entry[0] if entry else None, [line]))
        return [sorted(lines) for _, lines in runs]
    return sorted_runs(original) == sorted_runs(mutant)


def mdatp_linux(original, mutant):
    return (managed if original.startswith(b"{") else shell)(original, mutant)


# ---- property lists: plistlib ----

def property_list(original, mutant):
    """The order of the exclusions is no part of the meaning."""
    def document(text):
        try:
            found = plistlib.loads(text, fmt=plistlib.FMT_XML)
            settings = found.get("PayloadContent", [found])[0]["antivirusEngine"]
            settings["exclusions"] = sorted(map(plain, settings["exclusions"]))
            return found
        except Exception:  # plistlib lets those of its parsers through
            return None
    return document(original) is not None and document(original) == document(mutant)


# ---- policy keys ----

def policy_keys(original, mutant):
    """The same lines, where only values of one key, or their comments, changed places."""
    def sorted_runs(text):
        runs = []
        for line in text.decode("utf-16").splitlines(keepends=True):
            value = re.match('(; )?"', line)
            if value and runs and runs[-1][0] == value[0]:
                runs[-1][1].append(line)
            else:
                runs.append((value[0] if value else None, [line]))
        return [sorted(lines) for _, lines in runs]
    try:
        return mutant[:2] == b"\xff\xfe" and sorted_runs(original) == sorted_runs(mutant)
    except UnicodeDecodeError:
        return False


# ---- values of Intune ----

def intune(original, mutant):
    """What is set is the value; the entries beside it may stand in any order."""
    def document(text):
        found = json.loads(text, object_pairs_hook=once)
        return {**found, "entries": sorted(map(plain, found["entries"]))}
    if not original.startswith(b"{"):
        return csv_lists(original, mutant)
    try:
        return document(original) == document(mutant)
    except (ValueError, KeyError, TypeError):
        return False


# ---- lines of JSON: Python ----

def json_lines(original, mutant):
    """A call each, or an exclusion to look for: in any order."""
    def lines(text):
        try:
            return sorted(plain(json.loads(line, object_pairs_hook=once))
                          for line in text.decode().splitlines())
        except ValueError:
            return None
    return lines(original) is not None and lines(original) == lines(mutant)


# ---- XML ----

def canonical(text):
    code, out = run("xmllint", "--nonet", "--c14n", "-", text=text)
    return None if code else out


# Objects of a list and members, in any order: PAN-OS looks them up by name.
LISTS = {"tag", "address", "address-group", "service", "service-group", "custom-url-category",
         "members", "static", "list", "from", "to", "source", "destination"}


def unordered(element):
    is_list = element.tag in LISTS or \
        (element.tag == "set" and element.get("xpath", "").split("/")[-1] in LISTS)
    children = list(map(unordered, element))
    return (element.tag, sorted(element.attrib.items()), (element.text or "").strip(),
            sorted(children, key=repr) if is_list else children)


def xml_config(original, mutant):
    both = canonical(original), canonical(mutant)
    if None in both:
        return False
    return both[0] == both[1] or len(set(
        repr(unordered(xml.etree.ElementTree.fromstring(each))) for each in both)) == 1


# ---- PowerShell: a grammar ----

class PowerShell:
    """Tokens without comments, the entries of each list in any order."""

    def __init__(self, build):
        self.build = build

    def __call__(self, original, mutant):
        files = [self.build.parent / f"judge.{part}.ps1" for part in ("a", "b")]
        for path, content in zip(files, (original, mutant)):
            path.write_bytes(content)
        code, out = run("node", "--liftoff-only", str(HERE / "tokens.mjs"),
                        str(self.build), *map(str, files))
        if code:
            sys.exit("the PowerShell grammar cannot be asked")
        first, second = out.splitlines()
        return first == second and first != b"null"


# ---- commands for a console ----

def removal(line):
    """What a line deletes, as the list and the name; None: it is another line."""
    match = re.fullmatch(r"delete (.+) (\S+)\n", line)
    if not match and line.startswith("type=config&action=delete&xpath="):
        match = re.fullmatch(r"(.*)/entry\[@name='([^']*)'\]\n", urllib.parse.unquote(line))
    return match and match.groups()


def commands(original, mutant):
    """The same lines, where only deletes of one list changed places.  An object of a list
    does not name another of it, but for a group of groups, whose names begin with its."""
    def runs(text):
        found = []
        for line in text.decode("latin1").splitlines(keepends=True):
            what = removal(line)
            if not (what and found and found[-1][0] == what[0]):
                found.append((what and what[0], []))
            found[-1][1].append(what[1] if what else line)
        return [(of, sorted(names), inner_before_outer(names)) for of, names in found]
    return runs(original) == runs(mutant)


def inner_before_outer(names):
    place = {name: at for at, name in enumerate(names)}
    return {name for name in names
            if re.search(r"-[0-9a-f]{2}$", name) and place[name] < place.get(name[:-3], -1)}


def set_lines(original, mutant):
    """What a model of PAN-OS makes of them; an undo by its lines, since what it takes away
    is not in it.  Where blocks end means nothing."""
    if b"\nset " in original:
        return paloalto_model.same_lines(original, mutant)
    return commands(*(re.sub(rb"\n\n+(?!$)", b"\n", text) for text in (original, mutant)))


# ---- lines of daemons ----

def in_any_order_of(*starts):
    """Lines that begin so may stand in any order, and notes before them are none of the
    daemon's business; all others stand where they stood."""
    def parts(text):
        lines = [line for line in text.splitlines() if not re.match(rb"#+ for ", line)]
        return ([line for line in lines if not line.startswith(starts)],
                sorted(line for line in lines if line.startswith(starts)))
    return lambda original, mutant: parts(original) == parts(mutant)


clamav = in_any_order_of(b"ExcludePath ", b"OnAccessExcludePath ")
auditd = in_any_order_of(b"-a never,exit ", b"-d never,exit ")
fapolicyd = in_any_order_of(b"trust '", b"distrust '", b"allow perm=")


def any_order(element):
    return (element.tag, sorted(element.attrib.items()), (element.text or "").strip(),
            sorted(map(any_order, element), key=repr))


def sysmon(original, mutant):
    """Rules that stand in an `or`, and their groups, in any order."""
    both = canonical(original), canonical(mutant)
    return None not in both and len({repr(any_order(xml.etree.ElementTree.fromstring(each)))
                                     for each in both}) == 1


def exactly(original, mutant):
    return original == mutant


def judges(build):
    """By target, where it has one of its own, or else by suffix."""
    return {
        "nftables-json": nft_json,
        "paloalto-set": set_lines,
        "csv": csv_target,
        "defender-intune": intune,
        "mdatp-linux": mdatp_linux,
        ".plist": property_list,
        ".mobileconfig": property_list,
        ".reg": policy_keys,
        "clamav": clamav,
        "auditd": auditd,
        "fapolicyd": fapolicyd,
        "sysmon": sysmon,
        ".nft": nft,
        ".csv": csv_lists,
        ".json": json_lists,
        ".ndjson": json_lines,
        ".sh": exactly,
        ".xml": xml_config,
        ".ps1": PowerShell(build),
        ".txt": commands,
    }


# What each judge must say of pairs whose answer is known: (its name, a, b, same).
NFT = (b'add table inet filter\nadd chain inet filter c\n'
       b'add set inet filter s { type ipv4_addr; }\n'
       b'add element inet filter s { 10.0.0.1 comment "x", 10.0.0.2 }\n'
       b'add rule inet filter c ip saddr @s counter accept\n')
CLASS = (b'add rule inet filter c ip saddr { 10.0.0.1, 10.0.0.9 } ip daddr . meta l4proto {\n'
         b'10.0.0.3 . 6,\n10.0.0.0/29 . 17,\n} counter accept\n')
NFT_JSON = (b'{"nftables": [{"add": {"table": {"family": "inet", "name": "t"}}},'
            b'{"add": {"chain": {"family": "inet", "table": "t", "name": "c"}}},'
            b'{"flush": {"chain": {"family": "inet", "table": "t", "name": "c"}}},'
            b'{"add": {"set": {"family": "inet", "table": "t", "name": "s",'
            b'"type": "ipv4_addr", "elem": ["10.0.0.1", "10.0.0.2"]}}},'
            b'{"add": {"rule": {"family": "inet", "table": "t", "chain": "c",'
            b'"expr": [{"counter": null}, {"accept": null}]}}}]}')
TWO = b'add rule inet filter c ip daddr 10.0.0.9 counter accept\n'
MANAGED = (b'{"exclusionSettings": {"exclusions": [{"$type": "excludedPath", "path": "/a", '
           b'"scopes": ["epp"]}, {"$type": "excludedFileName", "name": "b"}]}}')
PLIST = (b'<plist version="1.0"><dict><key>antivirusEngine</key><dict><key>exclusions</key>'
         b'<array><dict><key>a</key><string>1</string></dict>'
         b'<dict><key>b</key><true/></dict></array></dict></dict></plist>')
REG = 'Windows\r\n\r\n; "a": x\r\n[K]\r\n"a"="0"\r\n"b"="0"\r\n'.encode("utf-16")
SHELL = b"entries() {\n\tentry 'a' # x\n\tentry 'b'\n}\nrm -f a\nrm -f b\n"
PASTE = b"Lists for the text boxes\n\nprocess (2)\n/b\n/a\n\nfile (1)\n/c\n"
XML = b'<c><service><entry name="a"/><entry name="b"/></service></c>'
LINE_A, LINE_B = b"set service a protocol tcp port 1\n", b"set service b protocol tcp port 9\n"
SET = (b"set cli scripting-mode on\nconfigure\n" + LINE_A + LINE_B +
       b"set service-group g members [ a b ]\ndelete service-group g members\n"
       b"set service-group g members [ a b ]\n")
REQUEST = b"type=config&action=delete&xpath=/config/shared/service/entry[@name='%s']\n"
KNOWN = (
    (".nft", NFT, NFT.replace(b"counter", b"counter  "), True),
    (".nft", NFT, NFT.replace(b'10.0.0.1 comment "x", 10.0.0.2',
                              b'10.0.0.2, 10.0.0.1 comment "x"'), True),
    (".nft", NFT, NFT.replace(b"accept", b"drop"), False),
    (".nft", NFT, NFT.replace(b"10.0.0.2", b"10.0.0.3"), False),
    (".nft", NFT, NFT.replace(b"accept", b"acept"), False),
    (".nft", NFT + CLASS, NFT + CLASS.replace(b"10.0.0.3 . 6,\n10.0.0.0/29 . 17,",
                                              b"10.0.0.0/29 . 17,\n10.0.0.3 . 6,"), True),
    (".nft", NFT + CLASS, NFT + CLASS.replace(b". 17", b". 6"), False),
    (".nft", NFT + CLASS, NFT + CLASS.replace(b"10.0.0.3 . 6,\n", b""), False),
    (".nft", NFT + TWO, NFT.replace(b"add rule", TWO + b"add rule"), True),
    (".nft", NFT + TWO.replace(b"accept", b"drop"),
     NFT.replace(b"add rule", TWO.replace(b"accept", b"drop") + b"add rule"), False),
    ("nftables-json", NFT_JSON, NFT_JSON.replace(b'"10.0.0.1", "10.0.0.2"',
                                                 b'"10.0.0.2","10.0.0.1"'), True),
    ("nftables-json", NFT_JSON, NFT_JSON.replace(b"10.0.0.2", b"10.0.0.3"), False),
    ("nftables-json", NFT_JSON, NFT_JSON.replace(b"accept", b"drop"), False),
    ("nftables-json", NFT_JSON, NFT_JSON.replace(b"accept", b"acept"), False),
    ("nftables-json", NFT_JSON, NFT_JSON.replace(b'"c"}}},', b'"c"}}', 1), False),
    ("mdatp-linux", MANAGED, MANAGED.replace(b": ", b":"), True),
    ("mdatp-linux", MANAGED, MANAGED.replace(b'{"$type": "excludedPath", "path": "/a", '
                                             b'"scopes": ["epp"]}, ', b"").replace(
        b'"b"}', b'"b"}, {"$type": "excludedPath", "path": "/a", "scopes": ["epp"]}'), True),
    ("mdatp-linux", MANAGED, MANAGED.replace(b', "scopes": ["epp"]', b""), False),
    ("mdatp-linux", MANAGED, MANAGED.replace(b'"/a"', b'"/a", "path": "/a"'), False),
    ("mdatp-linux", SHELL, SHELL.replace(b"\tentry 'a' # x\n\tentry 'b'\n",
                                         b"\tentry 'b'\n\tentry 'a' # x\n"), True),
    ("mdatp-linux", SHELL, SHELL.replace(b"rm -f a\nrm -f b", b"rm -f b\nrm -f a"), False),
    ("mdatp-linux", SHELL, SHELL.replace(b"'a'", b"'c'"), False),
    ("defender-intune", b'{"value": "a|b", "entries": [1, 2]}',
     b'{"value":"a|b","entries":[2,1]}', True),
    ("defender-intune", b'{"value": "a|b", "entries": []}', b'{"value": "b|a", "entries": []}',
     False),
    ("defender-intune", b'{"value": "a", "entries": [1, 2]}', b'{"value": "a", "entries": [1]}',
     False),
    ("defender-intune", b"a,b\n1,2\n3,4\n", b"a,b\n3,4\n1,2\n", True),
    (".plist", PLIST, PLIST.replace(b"<array>", b"<array> <!-- x -->"), True),
    (".plist", PLIST, PLIST.replace(b"<dict><key>b</key><true/></dict>", b"").replace(
        b"<array>", b"<array><dict><key>b</key><true/></dict>"), True),
    (".plist", PLIST, PLIST.replace(b"true", b"false"), False),
    (".plist", PLIST, PLIST.replace(b"</array>", b""), False),
    (".mobileconfig", PLIST, PLIST.replace(b"1</string>", b"2</string>"), False),
    (".reg", REG, REG.replace('"a"="0"\r\n"b"="0"'.encode("utf-16-le"),
                              '"b"="0"\r\n"a"="0"'.encode("utf-16-le")), True),
    (".reg", REG, REG.replace('"b"'.encode("utf-16-le"), '"c"'.encode("utf-16-le")), False),
    (".reg", REG, REG[2:], False),
    ("clamav", b"# for a\nExcludePath ^/a/\nExcludePath ^/b/\n",
     b"# for b\nExcludePath ^/b/\nExcludePath ^/a/\n", True),
    ("clamav", b"ExcludePath ^/a/\n", b"ExcludePath ^/a\n", False),
    ("auditd", b"-a never,exit -F dir=/a/\n-a never,exit -F dir=/b/\n",
     b"-a never,exit -F dir=/b/\n-a never,exit -F dir=/a/\n", True),
    ("auditd", b"-a never,exit -F dir=/a/\n", b"-a always,exit -F dir=/a/\n", False),
    ("fapolicyd", b"trust '/a'\ntrust '/b'\nexit\n", b"trust '/b'\ntrust '/a'\nexit\n", True),
    ("fapolicyd", b"set -e\nrm x\n", b"rm x\nset -e\n", False),
    ("sysmon", b"<e><g><a>1</a><a>2</a></g></e>", b"<e><g><a>2</a><a>1</a></g></e>", True),
    ("sysmon", b"<e><g><a>1</a></g></e>", b"<e><g><a>2</a></g></e>", False),
    ("sysmon", b"<e><a c='is'>1</a></e>", b"<e><a c='end with'>1</a></e>", False),
    ("clamav", b"ExcludePath ^/a/\n", b"#ExcludePath ^/a/\n", False),
    (".csv", b"a,b\n1,2\n3,4\n", b'a,b\n3,4\n"1",2\n', True),
    (".csv", b"a,b\n1,2\n", b"a,b\n1,3\n", False),
    (".csv", b"a,b\n1,2\n", b"b,a\n1,2\n", False),
    ("csv", PASTE, PASTE.replace(b"/b\n/a", b"/a\n/b"), True),
    ("csv", PASTE, PASTE.replace(b"/b\n/a", b"/b\n/c"), False),
    ("csv", PASTE, PASTE.replace(b"/b\n", b"/b\n\n"), False),
    ("csv", PASTE, PASTE.replace(b"file", b"folder"), False),
    ("csv", PASTE, PASTE.replace(b"/b\n/a\n\nfile (1)\n/c", b"/b\n/c\n\nfile (1)\n/a"), False),
    ("csv", b"a,b\n1,2\n3,4\n", b"a,b\n3,4\n1,2\n", True),
    (".json", b'{"rows": [{"a": 1}, {"b": 2}]}', b'{"rows":[{"b":2},{"a":1}]}', True),
    (".json", b'{"rows": [{"a": 1}]}', b'{"rows": [{"a": 2}]}', False),
    (".json", b'{"rows": [{"a": 1}]}', b'{"rows": [{"a": 1, "a": 1}]}', False),
    (".ndjson", b'{"a": 1}\n{"b": 2}\n', b'{"b":2}\n{"a": 1}\n', True),
    (".ndjson", b'{"a": 1}\n{"b": 2}\n', b'{"b":2}\n{"a": 1}\n{"a": 1}\n', False),
    (".ndjson", b'{"a": [1, 2]}\n', b'{"a": [2, 1]}\n', False),
    (".xml", XML, XML.replace(b'"a"', b"'a'"), True),
    (".xml", XML, XML.replace(b'<entry name="a"/><entry name="b"/>',
                              b'<entry name="b"/><entry name="a"></entry>'), True),
    (".xml", XML, XML.replace(b'"a"', b'"A"'), False),
    (".xml", XML, XML.replace(b"</c>", b""), False),
    (".ps1", b"$L = @(\r\n 'a' # x\r\n 'b'\r\n)\r\n", b"$L = @(\r\n 'b'\r\n 'a'\r\n)\r\n",
     True),
    (".ps1", b"$L = @(\r\n 'a'\r\n)\r\n", b"$L = @(\r\n 'A'\r\n)\r\n", False),
    (".ps1", b"Add-MpPreference 'a'\r\n", b"Remove-MpPreference 'a'\r\n", False),
    (".ps1", b"Add-MpPreference 'a'\r\n", b"Add-MpPreference 'a\r\n", False),
    (".txt", b"delete service b\ndelete service a\n", b"delete service a\ndelete service b\n",
     True),
    (".txt", b"delete service-group a\ndelete service-group a-00\n",
     b"delete service-group a-00\ndelete service-group a\n", False),
    (".txt", b"delete service-group a\ndelete service-group b\n",
     b"delete service-group b\ndelete service-group a\n", True),
    (".txt", b"delete rules a\ndelete service a\n", b"delete service a\ndelete rules a\n",
     False),
    (".txt", REQUEST % b"a" + REQUEST % b"b", REQUEST % b"b" + REQUEST % b"a", True),
    (".txt", REQUEST % b"a", REQUEST % b"b", False),
    (".txt", b"delete service a\n", b"delete service b\n", False),
    ("paloalto-set", SET, SET.replace(b"port 1\n", b"port 1\n\n"), True),
    ("paloalto-set", SET, SET.replace(LINE_A + LINE_B, LINE_B + LINE_A), True),
    ("paloalto-set", SET, SET.replace(b"port 1\n", b"port 2\n"), False),
    ("paloalto-set", SET, SET.replace(b"delete service-group g members\n", b""), False),
    ("paloalto-set", SET, SET.replace(b"members [ a b ]\ndelete", b"members a\ndelete"), True),
    ("paloalto-set", SET, SET.replace(b"members [ a b ]\n", b"members [ a a ]\n"), False),
    ("paloalto-set", SET, SET.replace(LINE_A, b""), False),
    ("paloalto-set", b"x\ndelete service a\ndelete service b\n",
     b"x\n\ndelete service b\ndelete service a\n", True),
    ("paloalto-set", b"x\ndelete service a\n", b"x\ndelete service b\n", False),
)
