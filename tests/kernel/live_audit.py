#!/usr/bin/env python3
"""live_audit.py PROGRAM: `carveout audit --live` against kernels of its own.

A policy in mode enforce, in mode include and with source classes is loaded as it is, on
trial, and with one thing changed after the other; other tables stand beside it.  Runs as
root, or without in a user namespace."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

INSIDE = "CARVEOUT_TEST_NAMESPACE"
ROOT = os.geteuid() == 0 and not os.environ.get(INSIDE)
if not os.environ.get(INSIDE):
    os.environ[INSIDE] = "root" if ROOT else "user"
    flags = "-n" if ROOT else "-rn"
    os.execvp("unshare", ["unshare", flags, sys.executable, *sys.argv])

PROGRAM = os.path.abspath(sys.argv[1])
IS_ROOT = os.environ[INSIDE] == "root"
WORK = pathlib.Path(tempfile.mkdtemp(prefix="carveout-audit-"))
NOBODY = 65534
checked = 0
problems = []

SITE = """
carveout: site/1
name: s
profiles:
  - carveout: profile/1
    id: vendor/product
    source: {page: {title: Requirements, url: "https://docs.example.com/r", retrieved: "2026-11-01"}}
    parties: {Client: {}, Server: {}, Backup: {}}
    ports:
      - source: page
        rows:
          - {id: web, from: Client, to: Server, port: "443", protocol: tcp}
          - {id: push, from: Server, to: Client, port: "8000-8010", protocol: tcp}
          - {id: wide, from: Client, to: Server, port: "20000-40000", protocol: udp}
          - {id: ping, from: Client, to: Backup, protocol: icmp, icmp-type: "8"}
          - {id: backup, from: Server, to: Backup, port: "445", protocol: tcp}
parties:
  Client: {addresses: ["10.0.0.0/24", "10.0.4.7", "2001:db8::/64"]}
  Server: {addresses: ["10.0.1.1", "10.0.1.4", "2001:db8:1::1"]}
  Backup: {addresses: ["10.0.2.1", "10.0.2.4"]}
targets:
  nftables:
    gateway: true
    hosts: [Server]
"""
ENFORCE = SITE + """\
    mode: enforce
    protect: %s
    management: {from: "10.9.0.0/24"}
    baseline: [dns, dhcp, ntp, icmp]
"""


def fault(what, said=""):
    problems.append(f"{what}\n{said[:3000]}")


def carveout(*words, **more):
    return subprocess.run([PROGRAM, *words], cwd=WORK, capture_output=True, text=True,
                          env={**os.environ, "SOURCE_DATE_EPOCH": "1795392000"}, **more)


def nft(text):
    done = subprocess.run(["nft", "-f", "-"], input=text, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"nft refuses\n{text[:2000]}\n{done.stderr[:2000]}")


def compiled(name, site):
    (WORK / f"{name}.yaml").write_text(site)
    done = carveout("compile", f"{name}.yaml", "-o", name, "-q")
    if done.returncode:
        sys.exit(f"{name}: {done.stderr}")
    return {path.stem: path.read_text() for path in (WORK / name / "nftables").glob("*.nft")
            if ".undo" not in path.name}


def audit(site, subject="s", *more):
    return carveout("audit", f"{site}.yaml", "-t", "nftables", "-s", subject, "--live", *more)


def expect(what, site, code, *patterns, subject="s", absent=()):
    """The audit ends with the code, and both of what it prints holds each pattern."""
    global checked
    checked += 1
    done = audit(site, subject)
    said = done.stdout + done.stderr
    if done.returncode != code:
        fault(f"{what}: exit code {done.returncode}", said)
    for pattern in patterns:
        if not re.search(pattern, said, re.M):
            fault(f"{what}: does not say {pattern}", said)
    for pattern in absent:
        if re.search(pattern, said, re.M):
            fault(f"{what}: says {pattern}", said)


def fresh(*texts):
    nft("flush ruleset\n" + "\n".join(texts) + "\n")


def changed(text, old, new):
    if old not in text:
        sys.exit(f"`{old}` is not in the artefact")
    return text.replace(old, new, 1)


def without_line(text, part):
    lines = text.splitlines(keepends=True)
    at = next(i for i, line in enumerate(lines) if part in line)
    del lines[at]
    return "".join(lines)


def check_enforce(files):
    text = files["s"]
    fresh(text)
    expect("as loaded", "all", 0, r": no drift$", absent=["not understood"])
    for subject in files:
        fresh(files[subject])
        expect(f"{subject} as loaded", "all", 0, r": no drift$", subject=subject)
        if subject != "s":
            expect(f"{subject}, and not s", "all", 1, r"^missing: ")
    closing = [line for line in text.splitlines() if line.endswith(" counter drop")][-1]
    nothing = r"^(missing|narrower): closing cv-s-forward"
    for what, wrong, said in (
            ("its policy", changed(text, "policy drop", "policy accept"),
             r"^narrower: base .*: there is only .*policy accept"),
            ("its priority", changed(text, "priority -5", "priority -6"), r"priority -6"),
            ("its hook", changed(text, "hook forward", "hook output"), r"hook output"),
            ("a priority behind all", changed(text, "priority -5", "priority 300"),
             r"priority 300"),
            ("no base chain", re.sub(r"(add chain \S+ \S+ \S+) \{.*\}", r"\1", text, count=1),
             r"^missing: base cv-s-forward"),
            ("no closing", without_line(text, closing), nothing),
            ("replies", without_line(text, "established,related"),
             r"^missing: opening cv-s-forward ct state established,related"),
            ("broken packets", without_line(text, "ct state invalid"),
             r"^missing: opening cv-s-forward ct state invalid"),
            ("broken packets accepted", changed(text, "invalid counter drop",
                                                "invalid counter accept"), r"^missing: opening"),
            ("a baseline", without_line(text, "baseline: dns"), r"^missing: .*(udp|tcp) 53$"),
            ("management", changed(text, "10.9.0.0/24", "10.9.0.0/16"), r"^wider: "),
            ("a size", changed(text, "size 16; elements", "size 32; elements"), r"size 32"),
            ("a flag", changed(text, "size 16; elements", "size 16; flags timeout; elements"),
             r"flags timeout"),
            ("a rule more", text + "insert rule inet cv-s cv-s-forward tcp dport 23 accept\n",
             r"^extra: .* tcp 23:"),
            ("a rule more that is not understood",
             text + "insert rule inet cv-s cv-s-forward iifname eth9 accept\n",
             r"^extra: opening cv-s-forward a rule that is not understood"),
            ("loopback let out", text + "insert rule inet cv-s cv-s-forward oif lo accept\n",
             r"^extra: opening cv-s-forward oif lo accept"),
            ("a rule that hides all",
             text + "insert rule inet cv-s cv-s-forward counter drop\n", r"^missing: "),
            ("a rule behind the drop",
             text + "add rule inet cv-s cv-s-forward tcp dport 23 accept\n", None)):
        fresh(wrong)
        if said:
            expect(what, "all", 1, said)
        else:
            expect(what, "all", 0, r": no drift$")


def check_listed(files):
    fresh(files["s"])
    expect("listed", "listed", 0, r": no drift$", absent=["not understood"])
    fresh(changed(files["s"], "} counter drop", "} counter accept"))
    expect("a closing that accepts", "listed", 1, r"^missing: closing")
    closing = files["s"].rindex("add rule")
    moved = files["s"][closing:].replace("2001:db8:1::1", "2001:db8:1::2")
    fresh(files["s"][:closing] + moved)
    expect("a closing elsewhere", "listed", 1, r"closing")


def check_include(files):
    admin = """
add table inet filter
add chain inet filter cv-s-forward
add chain inet filter forward { type filter hook forward priority 0; policy drop; }
add rule inet filter forward jump cv-s-forward
"""
    fresh(admin, files["s"])
    expect("included", "include", 0, r": no drift$", absent=["overruled", "not understood"])
    fresh(admin, "add chain inet filter late { type filter hook forward priority 9; policy drop; }",
          files["s"])
    expect("a second chain of the admin's", "include", 0, r"\[overruled\]",
           r"the chain late of the table inet filter, on hook forward at priority 9, after ours at 0")


# Sources of classes that stand aside: their chain is found by maps.
ASIDE = re.sub(r"Client: \{addresses: \[.*?\]\}", 'Client: {addresses: ["10.0.0.0/24", %s]}' % ", ".join(
    f'"10.0.4.{i}", "2001:db8::{i}"' for i in range(1, 21, 2)), SITE).replace(
        '["10.0.1.1", "10.0.1.4", ', '["10.0.1.1", "10.0.1.4", "10.0.1.7", "10.0.1.9", "10.0.1.11", ')
EXACT, RANGES = "inet filter cv-s-forward-ways-4-exact", "inet filter cv-s-forward-ways-4-ranges"


def check_aside(files, before):
    text = files["s"]
    element = re.search(r"^\t(10\.0\.4\.1) : (jump (\S+-class-\d\d)),$", text, re.M)
    if not element:
        sys.exit("no class stands aside")
    address, jump, chain = element.groups()
    other = re.sub(r"..$", "00" if chain[-2:] != "00" else "01", jump)
    missing, way = r"^(missing|narrower): .*10\.0\.4\.1", r"^\S+: way cv-s-forward-ways-4-exact "
    fresh(text, "add chain inet filter forward { type filter hook forward priority 0; "
          "policy drop; }\nadd rule inet filter forward jump cv-s-forward")
    expect("aside", "aside", 0, r": no drift$", absent=["not understood"])
    nft(f"delete element {EXACT} {{ {address} }}")
    expect("nothing leads there", "aside", 1, missing, way)
    nft(f"add element {EXACT} {{ {address} : {other} }}")
    expect("it leads elsewhere", "aside", 1, missing, way)
    nft(f"delete element {EXACT} {{ {address} }}\nadd element {EXACT} {{ {address} : {jump} }}")
    expect("it leads there again", "aside", 0, r": no drift$")
    nft(f"add element {RANGES} {{ 192.0.2.0/24 : {jump} }}")
    expect("more is sent there", "aside", 1,
           r"^\S+: way cv-s-forward-ways-4-ranges .*: there is only .*192\.0\.2\.0/24")
    nft(f"delete element {RANGES} {{ 192.0.2.0/24 }}\nadd element {EXACT} {{ 192.0.2.7 : accept }}")
    expect("an accept among the jumps", "aside", 0,
           r"^    1 of the elements of cv-s-forward-ways-4-exact$")
    nft(text)
    expect("loaded once more", "aside", 0, r": no drift$", absent=["not understood"])
    nft(f"flush chain {chain.join(['inet filter ', ''])}")
    expect("an empty chain", "aside", 1, missing)
    nft(before["s"])
    expect("a policy without classes after one with", "include", 0, r": no drift$",
           absent=["not understood"])
    left = subprocess.run(["nft", "list", "chain", "inet", "filter", "cv-s-forward"],
                          capture_output=True, text=True, check=True).stdout
    if "class" in left or "vmap" in left:
        fault("what is left of classes is in use", left)
    done = carveout("apply", "aside/nftables/s.nft", "--confirm", "60")
    if done.returncode:
        fault("apply --confirm", done.stdout + done.stderr)
    expect("aside, on trial", "aside", 0, r": no drift", r"\[on-trial\]")
    carveout("apply", "aside/nftables/s.nft", "--confirmed")
    expect("aside, confirmed", "aside", 0, r": no drift", absent=["on-trial", "not understood"])
    carveout("apply", "include/nftables/s.nft")
    left = subprocess.run(["nft", "list", "ruleset"], capture_output=True, text=True,
                          check=True).stdout
    if "-class-" in left or "-ways-" in left:
        fault("apply leaves something of classes", left)


def check_others(files):
    text = files["s"]
    others = {
        "table ip fw { chain a { type filter hook forward priority 0; policy drop; \n } \n }":
            r"overruled: the chain a of the table ip fw, on hook forward at priority 0, "
            r"after ours at -5: its policy is drop",
        "table inet fw { chain a { type filter hook forward priority -10; jump b\n }\n"
        "chain b { reject\n }\n }": r"overruled: .*before ours at -5: a rule there drops",
        "table inet fw { map m { type ipv4_addr : verdict; elements = { 10.0.0.1 : drop }\n }\n"
        "chain a { type filter hook forward priority -5; ip saddr vmap @m\n }\n }":
            r"overruled: .* -5, as ours, in an order that changes: a rule there drops",
        "table inet fw { chain a { type filter hook forward priority 1; ct state invalid drop\n"
        "ct state vmap { invalid : drop, new : accept }\n }\n }":
            r"beside-ours: .*: it drops nothing",
        "table inet fw { chain a { type filter hook input priority 1; policy drop; \n }\n }": None,
        "table bridge fw { chain a { type filter hook forward priority 1; policy drop; \n }\n }":
            None,
        "add table inet fw { flags dormant; }\nadd chain inet fw a { type filter hook forward "
        "priority 1; policy drop; }": None,
    }
    for other, said in others.items():
        fresh(text, other)
        if said:
            expect(other, "all", 0, said, r": no drift$")
        else:
            expect(other, "all", 0, r": no drift$", absent=["overruled", "beside-ours"])
    fresh(text, "table inet cv-old { chain a { type filter hook forward priority -5; \n }\n }")
    expect("a second table of ours", "all", 1, r"\[second-enforcer\]", r": no drift$")
    fresh(text, files["server"])
    expect("a table of ours on other hooks", "all", 0, r": no drift$", absent=["second-enforcer"])


def check_trial():
    fresh("")
    done = carveout("apply", "all/nftables/s.nft", "--confirm", "60")
    if done.returncode:
        fault("apply --confirm", done.stdout + done.stderr)
        return
    expect("on trial", "all", 0, r": no drift", r"\[on-trial\]")
    carveout("apply", "all/nftables/s.nft", "--rollback")
    expect("rolled back", "all", 1, r"^missing: ", absent=["on-trial"])


def check_json(files):
    global checked
    checked += 1
    fresh(files["s"], "table ip fw { chain a { type filter hook forward priority 0; policy drop;\n }\n }")
    done = audit("all", "s", "--format=json")
    report = json.loads(done.stdout)
    if (report["live"], report["drift"], report["not_understood"]) != (True, [], []) or \
            [remark["finding"] for remark in report["remarks"]] != ["overruled"] or \
            "offset" in report["remarks"][0]:
        fault("JSON", done.stdout)


def check_usage():
    global checked
    for words, code, said in (
            (["audit", "all.yaml", "-t", "nftables"], 2, "needs ACTUAL, or --live"),
            (["audit", "all.yaml", "x.json", "-t", "nftables", "--live"], 2,
             "--live takes the place of ACTUAL"),
            (["audit", "all.yaml", "--live"], 2, "needs -t TARGET"),
            (["audit", "csv.yaml", "-t", "csv", "--live"], 2,
             "csv cannot be read from this machine, only nftables")):
        checked += 1
        done = carveout(*words)
        if done.returncode != code or said not in done.stderr:
            fault(" ".join(words), done.stderr)


def check_right():
    """Without the right the reason is said, and the code is 2."""
    global checked
    if not IS_ROOT:
        return
    checked += 1
    os.chmod(WORK, 0o755)
    # Where it was built the other user may not be allowed to look.
    program = shutil.copy(PROGRAM, WORK / "carveout")
    done = subprocess.run([program, "audit", "all.yaml", "-t", "nftables", "-s", "s", "--live"],
                          cwd=WORK, capture_output=True, text=True, user=NOBODY, group=NOBODY,
                          extra_groups=[])
    if done.returncode != 2 or "run as root or with CAP_NET_ADMIN" not in done.stderr:
        fault("without the right", done.stderr + f"exit code {done.returncode}")


def main():
    (WORK / "csv.yaml").write_text(SITE.replace("  nftables:\n    gateway: true\n"
                                                "    hosts: [Server]\n", "  csv: {}\n"))
    every = compiled("all", ENFORCE % "all")
    check_enforce(every)
    check_listed(compiled("listed", ENFORCE % "[Server, Backup]"))
    included = compiled("include", SITE)
    check_include(included)
    check_aside(compiled("aside", ASIDE), included)
    walls = compiled("walls", ASIDE + ENFORCE[len(SITE):] % "all")
    table = "inet cv-s cv-s-forward-ways-4-exact"
    fresh(walls["s"])
    expect("aside, in our own table", "walls", 0, r": no drift$", absent=["not understood"])
    nft(f"add element {table} {{ 192.0.2.7 : accept }}")
    expect("an accept among the jumps of our own", "walls", 1,
           r"^extra: opening cv-s-forward elements that are not understood")
    check_others(every)
    check_json(every)
    check_trial()
    check_usage()
    check_right()
    subprocess.run(["rm", "-rf", str(WORK)], check=False)
    for problem in problems:
        print(problem)
    print(f"{checked} live audits, {len(problems)} problems")
    sys.exit(bool(problems))


main()
