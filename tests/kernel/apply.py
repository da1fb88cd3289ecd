#!/usr/bin/env python3
"""carveout apply against real kernels: in network namespaces that this makes, with
real connections.

    tests/kernel/apply.py PROGRAM [PART...]

Runs as root, or without in a user namespace of its own; ends only what it started."""

import concurrent.futures
import json
import os
import pathlib
import random
import re
import signal
import subprocess
import sys
import tempfile
import time

INSIDE = "CARVEOUT_TEST_NAMESPACE"
if not os.environ.get(INSIDE):
    flags = "-n" if os.geteuid() == 0 else "-rn"
    os.environ[INSIDE] = "1"
    os.execvp("unshare", ["unshare", flags, sys.executable, *sys.argv])

PROGRAM = os.path.abspath(sys.argv[1])
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
WORK = pathlib.Path(tempfile.mkdtemp(prefix="carveout-apply-"))
SHORT = 10  # seconds of the shortest trial
LATE = SHORT + 1.5
checked = 0
started = []

SITE = """
carveout: site/1
name: {name}
ip: ['4', '6']
groups:
  - {{name: web, platform: linux, roles: [pc], party: B}}
parties:
  A: {{addresses: [10.0.0.0/24, '2001:db8::/64']}}
  B: {{addresses: [10.1.0.5, '2001:db8:1::5']}}
targets: {{nftables: {{gateway: true, hosts: [web]{options}}}}}
profiles:
  - carveout: profile/1
    id: vendor/product
    ip: ['4', '6']
    parties: {{A: {{}}, B: {{}}}}
    devices: {{PC: {{platform: linux, role: pc}}}}
    ports:
      - {{id: web, from: A, to: B, port: '{port}', protocol: tcp}}
{rows}
    exclusions: []
"""
MORE = "      - {id: more, from: A, to: B, port: '8000-8010', protocol: tcp}"
ENFORCE = (", mode: enforce, protect: [B], management: {from: [%s]}, baseline: [icmp]")

# What an admin has in mode include: replies, the jump, a drop.
ADMIN = """
table inet filter {
	chain forward {
		type filter hook forward priority filter; policy drop;
		ct state established,related accept
		jump cv-s-forward
	}
}
"""

SERVE = """
import socket, sys, time
keep = []
for port in map(int, sys.argv[1:]):
    s = socket.socket(socket.AF_INET6)  # for both families
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(('::', port))
    s.listen(64)
    keep.append(s)
print('ready', flush=True)
time.sleep(600)
"""
TRY = """
import socket, sys
for port in map(int, sys.argv[2:]):
    try:
        socket.create_connection((sys.argv[1], port), 0.7).close()
        print(port)
    except OSError:
        pass
"""
HOLD = """
import socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])), 3)
print(s.getsockname()[1], flush=True)
sys.stdin.readline()
s.sendall(b'x')
print('sent', flush=True)
sys.stdin.readline()
"""


def check(holds, what):
    global checked
    checked += 1
    if not holds:
        raise AssertionError(what)


class Space:
    """A network namespace, held by a process that sleeps in it."""

    def __init__(self):
        self.holder = subprocess.Popen(["unshare", "-n", "sleep", "600"])
        started.append(self.holder)
        ours = os.readlink("/proc/self/ns/net")
        path = f"/proc/{self.holder.pid}/ns/net"
        for _ in range(500):
            try:
                if os.readlink(path) != ours:
                    break
            except OSError:
                pass
            time.sleep(0.01)
        self.prefix = ["nsenter", "-t", str(self.holder.pid), "-n", "--"]
        self.run("ip", "link", "set", "lo", "up")

    def run(self, *words, may_fail=False, **more):
        done = subprocess.run([*self.prefix, *words], capture_output=True, text=True,
                              timeout=120, **more)
        if done.returncode and not may_fail:
            raise AssertionError(f"{words}: {done.stderr}")
        return done

    def start(self, *words):
        process = subprocess.Popen([*self.prefix, *words], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, text=True)
        started.append(process)
        return process

    def nft(self, text):
        self.run("nft", "-f", "-", input=text)

    def listing(self):
        """The ruleset without what changes by itself."""
        text = self.run("nft", "-j", "list", "ruleset").stdout
        text = re.sub(r'"handle": \d+,? ?', "", text)
        return re.sub(r'"packets": \d+, "bytes": \d+', "", text)

    def apply(self, *words, code=0, says="", env=None, before=()):
        environment = {"PATH": os.environ["PATH"], **(env or {})}
        done = subprocess.run([*self.prefix, *before, PROGRAM, "apply", "--today=2026-11-23",
                               *map(str, words)],
                              capture_output=True, text=True, timeout=120, env=environment)
        said = done.stdout + done.stderr
        check(done.returncode == code, f"apply {words}: exit {done.returncode}: {said}")
        check(says in said, f"apply {words}: no `{says}` in: {said}")
        return said

    def state(self, policy):
        done = self.run(PROGRAM, "apply", str(policy), "--today=2026-11-23", "--status",
                        "--format=json", may_fail=True)
        check(done.returncode in (0, 1), f"status of {policy}: {done.stderr}")
        return json.loads(done.stdout)["state"]


class Network:
    """Client, gateway, server: 10.0.0.2 - 10.0.0.1, 10.1.0.1 - 10.1.0.5, and in IPv6
    2001:db8::2 - 2001:db8::1, 2001:db8:1::1 - 2001:db8:1::5."""

    def __init__(self):
        self.client, self.gateway, self.server = Space(), Space(), Space()
        self.gateway.run("sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward; "
                         "echo 1 >/proc/sys/net/ipv6/conf/all/forwarding")
        self.link(self.client, "10.0.0.2", "10.0.0.1")
        self.link(self.server, "10.1.0.5", "10.1.0.1")
        self.link6(self.client, "2001:db8::2", "2001:db8::1")
        self.link6(self.server, "2001:db8:1::5", "2001:db8:1::1")
        serving = self.server.start(sys.executable, "-c", SERVE, "22", "25", "443", "8000",
                                    "8010", "8011")
        check(serving.stdout.readline() == "ready\n", "the server serves")

    @staticmethod
    def name(other):
        return f"v{other.holder.pid}"

    def link(self, other, address, near):
        name = self.name(other)
        self.gateway.run("ip", "link", "add", name, "type", "veth", "peer", "name", "eth0",
                         "netns", str(other.holder.pid))
        self.gateway.run("ip", "addr", "add", near + "/24", "dev", name)
        self.gateway.run("ip", "link", "set", name, "up")
        other.run("ip", "addr", "add", address + "/24", "dev", "eth0")
        other.run("ip", "link", "set", "eth0", "up")
        other.run("ip", "route", "add", "default", "via", near)

    def link6(self, other, address, near):
        self.gateway.run("ip", "addr", "add", near + "/64", "dev", self.name(other), "nodad")
        other.run("ip", "addr", "add", address + "/64", "dev", "eth0", "nodad")
        other.run("ip", "-6", "route", "add", "default", "via", near)

    def open_ports(self):
        done = self.client.run(sys.executable, "-c", TRY, "10.1.0.5", "22", "443", "8000",
                               "8010", "8011")
        return [int(word) for word in done.stdout.split()]

    def hold(self, port, address="10.1.0.5"):
        holding = self.client.start(sys.executable, "-c", HOLD, address, str(port))
        own = holding.stdout.readline()
        check(own.strip().isdigit(), f"a connection to {address} port {port}")
        return holding, int(own)


def still_sends(holding):
    holding.stdin.write("\n")
    holding.stdin.flush()
    return holding.stdout.readline() == "sent\n"


def compiled(name, options="", rows=MORE, port=443, site="s"):
    """A site's artefacts; returns their folder."""
    file = WORK / f"{name}.yaml"
    file.write_text(SITE.format(options=options, rows=rows, port=port, name=site))
    out = WORK / name
    subprocess.run([PROGRAM, "compile", str(file), "-o", str(out), "-q",
                    "--today=2026-11-23"], check=True, capture_output=True)
    return out / "nftables"


def sleep_past_trial(began):
    time.sleep(max(0, LATE - (time.monotonic() - began)))


def loaded_by_nft(artefact):
    """The listing of a kernel that nft loaded the file into."""
    space = Space()
    space.run("nft", "-f", str(artefact))
    return space.listing()


def part_include():
    old, new = compiled("i-old", rows="") / "s.nft", compiled("i-new") / "s.nft"
    network = Network()
    gateway = network.gateway

    check(gateway.state(old) == "absent", "nothing there before")
    gateway.apply(old, "--dry-run", says="nothing was changed")
    check(gateway.listing().count("chain") == 0, "a dry run changes nothing")
    gateway.apply(old, says="note: nothing jumps to cv-s-forward: it has no effect")
    check(gateway.listing() == loaded_by_nft(old), "the kernel has what nft would load")
    check(gateway.state(old) == "without-effect", "nothing jumps there yet")
    gateway.apply(old, "--status", code=1, says="[no-effect]")
    gateway.nft(ADMIN)
    check(network.open_ports() == [443], "the old policy")
    gateway.apply(old, "--status", says="it is in force, just as it stands in the file")
    gateway.apply(old, says="in force already")

    # A connection that only the old policy lets in; a table that overrules both.
    holding, _ = network.hold(443)
    lacking = compiled("i-lacking", port=444) / "s.nft"
    gateway.apply(lacking, "--dry-run", says="-> 10.1.0.5:443 tcp [would-cut]")
    gateway.apply(lacking, "--strict", code=1, says="error: a connection of chain forward")
    check(gateway.state(old) == "in-force", "and nothing was loaded")
    said = gateway.apply(new, "--dry-run")
    check("would-cut" not in said and "overruled" not in said, "nothing to say: " + said)
    gateway.nft("table inet other { chain c { type filter hook forward priority 10; "
                "policy drop; tcp dport 443 accept; ct state established accept; }\n}")
    gateway.apply(new, "--dry-run", says="[overruled]")
    gateway.nft("delete table inet other")

    # On trial, and out of time.
    began = time.monotonic()
    gateway.apply(new, "--confirm", SHORT, says="on trial for 10 seconds")
    check(network.open_ports() == [443, 8000, 8010], "the new policy on trial")
    check(gateway.state(new) == "on-trial", "it is on trial")
    check(gateway.state(old) == "other-on-trial", "of the old one another is")
    gateway.apply(new, "--persist", "-o", WORK / "never", code=1, says="[not-confirmed]")
    check(not (WORK / "never").exists(), "no boot file of a trial")
    gateway.apply(old, code=1, says="[not-confirmed]")
    gateway.apply(old, "--confirmed", code=1, says=f"give: carveout apply {old} --rollback")
    sleep_past_trial(began)
    check(network.open_ports() == [443], "the old policy is back by itself")
    check(still_sends(holding), "an established connection goes on")
    check(gateway.state(old) == "in-force", "the old policy is in force")
    gateway.apply(new, "--confirmed", code=1, says="[nothing-on-trial]")
    gateway.apply(new, "--rollback", code=1, says="[nothing-on-trial]")

    # Changed by hand while it is on trial.
    gateway.apply(new, "--confirm", 60)
    side = re.search(r"goto (cv-s-forward\.\w+)",
                     gateway.run("nft", "list", "chain", "inet", "filter",
                                 "cv-s-forward").stdout)[1]
    gateway.run("nft", "insert", "rule", "inet", "filter", side, "accept")
    check(gateway.state(new) == "other-on-trial", "a rule by hand is another trial")
    gateway.apply(new, "--status", code=1,
                  says="note: the rules on trial were changed since it began: ")
    gateway.apply(new, "--confirmed", code=1, says="[nothing-on-trial]")
    gateway.apply(new, "--rollback", says="the old policy is back")

    # Ended by hand.
    gateway.apply(new, "--confirm", 60)
    gateway.apply(new, "--rollback", says="the old policy is back")
    check(network.open_ports() == [443], "rolled back")
    check(gateway.state(old) == "in-force", "the old policy is in force")

    # Confirmed: it stays.
    began = time.monotonic()
    gateway.apply(new, "--confirm", SHORT)
    gateway.apply(new, "--confirmed", says="in force and read back")
    sleep_past_trial(began)
    check(network.open_ports() == [443, 8000, 8010], "it stays when it is confirmed")
    check(gateway.state(new) == "in-force", "the new policy is in force")
    gateway.apply(new, "--confirmed", code=1, says="[nothing-on-trial]")

    # Whatever is loaded by whichever way, the listing is the same.
    direct = Space()
    direct.apply(old)
    direct.nft(ADMIN)
    direct.apply(new)
    check(direct.listing() == gateway.listing(), "a trial leaves nothing behind")

    # The boot file, from the site as well as from the artefact.
    boot = WORK / "boot.nft"
    gateway.apply(WORK / "i-new.yaml", "--persist", "-o", boot, says=f'include "{boot}"')
    check(boot.read_bytes() == new.read_bytes(), "the boot file is the artefact")
    check(boot.stat().st_mode & 0o777 == 0o600, "and its owner's only")
    for name in ('a"b.nft', "a*.nft"):
        gateway.apply(new, "--persist", "-o", WORK / name, code=2, says="cannot include")
        check(not (WORK / name).exists(), "no boot file of a name that ends the line")
    conf = WORK / "nftables.conf"
    conf.write_text(f'flush ruleset\n\ninclude "{boot}"\n{ADMIN}')
    booted = Space()
    for _ in range(2):
        booted.run("nft", "-f", str(conf))
        check(booted.state(new) == "in-force", "after the boot it is in force")
    gateway.run("nft", "-f", str(conf))
    check(gateway.state(new) == "in-force", "after a restart of the service, too")

    # A row by hand is found, and loaded over.
    gateway.run("nft", "add", "rule", "inet", "filter", "cv-s-forward", "accept")
    check(gateway.state(new) == "other", "a rule by hand is another policy")
    gateway.apply(new, "--persist", "-o", boot, code=1, says="[not-confirmed]")
    gateway.apply(new)
    check(gateway.state(new) == "in-force", "loaded over")


def part_enforce():
    policy = compiled("e", ENFORCE % "10.9.0.0/24") / "s.nft"
    network = Network()
    gateway = network.gateway
    everything = [22, 443, 8000, 8010, 8011]

    check(network.open_ports() == everything, "nothing is dropped before")
    gateway.apply(policy, code=2, says="it is loaded on trial only")
    check(gateway.listing() == Space().listing(), "and nothing was changed")
    began = time.monotonic()
    gateway.apply(policy, "--confirm", SHORT)
    check(network.open_ports() == [443, 8000, 8010], "what no row asks for is dropped")
    sleep_past_trial(began)
    check(network.open_ports() == everything, "nothing is dropped after the trial")
    gateway.apply(policy, "--confirm", 60)
    gateway.apply(policy, "--rollback")
    check(network.open_ports() == everything, "nor after it was ended")
    check(gateway.listing() == Space().listing(), "of two trials nothing stays behind")
    began = time.monotonic()
    gateway.apply(policy, "--confirm", SHORT)
    gateway.apply(policy, "--confirmed")
    sleep_past_trial(began)
    check(network.open_ports() == [443, 8000, 8010], "a confirmed policy stays")
    check(gateway.state(policy) == "in-force", "and is in force")
    check(gateway.listing() == loaded_by_nft(policy), "just as nft would load it")

    # A trial wakes the table, and its end would leave awake what slept before.
    sleeper = Space()
    sleeper.run("nft", "-f", str(policy))
    sleeper.run("nft", "add table inet cv-s { flags dormant; }")
    for how in ("--dry-run",), ("--confirm", SHORT):
        sleeper.apply(policy, *how, code=2, says="is dormant")
    check("dormant" in sleeper.run("nft", "list", "table", "inet", "cv-s").stdout,
          "and it sleeps on")
    sleeper.run("nft", "flush chain inet cv-s cv-s-forward")
    sleeper.apply(policy, "--confirm", SHORT)

    second = compiled("t", ENFORCE % "10.9.0.0/24", site="t") / "t.nft"
    gateway.apply(second, "--confirm", SHORT, code=1, says="[second-enforcer]")


def part_preflight():
    out = compiled("p", ENFORCE % "10.9.0.0/24")
    network = Network()
    server, gateway = network.server, network.gateway
    host, before = out / "web.nft", server.listing()

    _, port = network.hold(22)
    session = {"SSH_CONNECTION": f"10.0.0.2 {port} 10.1.0.5 22"}
    server.apply(host, "--confirm", 60, env=session, code=1,
                 says=f"could not be made anew under this policy: 10.0.0.2:{port} -> "
                      "10.1.0.5:22 tcp [locks-out]")
    server.apply(host, "--confirm", 60, code=1, says="may be the one over which you work")
    server.apply(host, "--dry-run", code=1, says="[locks-out]")
    check(server.listing() == before, "nothing was changed")

    # Over another session that the policy lets in, the first is somebody's.
    _, other = network.hold(443)
    session = {"SSH_CONNECTION": f"10.0.0.2 {other} 10.1.0.5 443"}
    server.apply(host, "--confirm", 60, env=session,
                 says=f"anew: 10.0.0.2:{port} -> 10.1.0.5:22 tcp [would-cut]")
    server.apply(host, "--rollback", env=session)
    _, sixth = network.hold(25, "2001:db8:1::5")
    server.apply(host, "--dry-run", env=session,
                 says=f"[2001:db8::2]:{sixth} -> [2001:db8:1::5]:25 tcp [would-cut]")
    server.apply(host, "--confirm", 60, "--strict", env=session, code=1,
                 says="error: a connection of chain input")

    # Confirmed over a session that the policy on trial would not let in.
    server.apply(host, "--confirm", 60, env=session)
    session = {"SSH_CONNECTION": f"10.0.0.2 {port} 10.1.0.5 22"}
    server.apply(host, "--confirmed", env=session, code=1, says="[locks-out]")
    check(server.state(host) == "on-trial", "still on trial")
    server.apply(host, "--rollback", env=session)

    # The gateway passes a connection on; of one whose address it translates, the
    # forward chain sees the server's own.
    gateway.nft("table inet t { chain f { type filter hook forward priority 0; "
                "ct state established accept; }\n"
                "chain n { type nat hook prerouting priority -100; "
                "ip daddr 10.0.0.1 tcp dport 2525 dnat ip to 10.1.0.5:25; }\n}")
    network.hold(25)
    gateway.apply(out / "s.nft", "--dry-run", says="10.1.0.5:25 tcp [would-cut]")
    network.hold(2525, "10.0.0.1")
    network.hold(443)
    said = gateway.apply(out / "s.nft", "--confirm", 60,
                         says="2 connections of chain forward to the same end would not")
    check(said.count("[would-cut]") == 1, "the others are let in: " + said)
    gateway.apply(out / "s.nft", "--rollback")

    # With the address among those of management nobody is locked out.
    host = compiled("m", ENFORCE % "10.0.0.0/24") / "web.nft"
    server.apply(host, "--confirm", 60)
    check(22 in network.open_ports(), "management comes in")

    server.apply(host, "--status", code=2, says="[not-permitted]",
                 before=["setpriv", "--bounding-set=-net_admin", "--inh-caps=-net_admin",
                         "--ambient-caps=-net_admin"])


def killed_once(arguments):
    """Loads the old policy, then kills a step of the new one after a while."""
    old, new, mode, step, share, whole = arguments
    space = Space()
    if mode == "include":
        space.apply(old)
        space.nft(ADMIN)
    else:
        space.apply(old, "--confirm", 60)
        space.apply(old, "--confirmed")
    began = time.monotonic()
    if step == "confirmed":
        space.apply(new, "--confirm", SHORT)
        words = ["--confirmed"]
    else:
        words = ["--confirm", str(SHORT)]
    process = space.start(PROGRAM, "apply", str(new), *words)
    time.sleep(share * whole)
    process.send_signal(signal.SIGKILL)
    code = process.wait()
    time.sleep(max(0, LATE + whole - (time.monotonic() - began)))
    states = space.state(old), space.state(new)
    if step == "confirmed" and states[1] == "half-confirmed":
        space.apply(new, "--confirmed")
        states = space.state(old), space.state(new)
    wanted = [("in-force", "other")]
    if step == "confirmed":
        wanted.append(("other", "in-force"))
    check(states in wanted, f"{mode}, {step}, killed after {share * whole:.4f} s: {states}")
    return code == -signal.SIGKILL


def part_killed():
    jobs = []
    for mode, options in (("include", ""), ("enforce", ENFORCE % "10.9.0.0/24")):
        old = compiled("k-old-" + mode, options, rows="") / "s.nft"
        new = compiled("k-new-" + mode, options) / "s.nft"
        space = Space()
        began = time.monotonic()
        space.apply(new, "--confirm", SHORT)
        whole = time.monotonic() - began
        for step in ("confirm", "confirmed"):
            jobs += [(old, new, mode, step, random.random(), whole) for _ in range(10)]
    with concurrent.futures.ThreadPoolExecutor(max_workers=20) as pool:
        killed = sum(pool.map(killed_once, jobs))
    check(killed >= len(jobs) // 4, f"only {killed} of {len(jobs)} were killed in time")


def example(arguments):
    site, subject = arguments
    words = [site] if subject is None else [site, "-s", subject]
    name = subject or site.parent.name
    artefact = WORK / site.parent.name / "nftables" / f"{name}.nft"
    space = Space()
    began = time.monotonic()
    space.apply(*words, "--confirm", SHORT)
    check(space.state(artefact) == "on-trial", f"{name} is on trial")
    sleep_past_trial(began)
    check(space.state(artefact) in ("absent", "other"), f"{name}: the trial is over")
    space.apply(artefact, "--confirm", 60)
    space.apply(*words, "--rollback")
    check(space.state(artefact) in ("absent", "other"), f"{name} was rolled back")
    space.apply(*words, "--confirm", 60)
    space.apply(artefact, "--confirmed")
    check(space.state(artefact) in ("in-force", "without-effect"), f"{name} is in force")
    check(space.listing() == loaded_by_nft(artefact), f"{name}: just as nft would load it")
    space.apply(*words, "--persist", "-o", WORK / f"{site.parent.name}-{name}.boot")


def part_examples():
    jobs = []
    for site in sorted(ROOT.glob("examples/*/site.yaml")):
        subprocess.run([PROGRAM, "compile", str(site), "-o", str(WORK / site.parent.name),
                        "-q", "--today=2026-11-23"], check=True, capture_output=True)
        for path in sorted((WORK / site.parent.name / "nftables").glob("*.nft")):
            name = path.name.removesuffix(".nft")
            if not name.endswith(".undo"):
                jobs.append((site, None if name == site.parent.name else name))
    check(len(jobs) >= 3, "the examples have gateways and hosts")
    with concurrent.futures.ThreadPoolExecutor(max_workers=8) as pool:
        list(pool.map(example, jobs))


PARTS = {"include": part_include, "enforce": part_enforce, "preflight": part_preflight,
         "killed": part_killed, "examples": part_examples}


def main():
    failed = 0
    for name in sys.argv[2:] or PARTS:
        try:
            PARTS[name]()
        except AssertionError as error:
            failed += 1
            print(f"FAILED {name}: {error}")
        finally:
            for process in started:
                if process.poll() is None:
                    process.kill()
                process.wait()
            started.clear()
    subprocess.run(["rm", "-rf", str(WORK)], check=True)
    print(f"{checked} tests, {failed} parts failed")
    sys.exit(1 if failed else 0)


main()
