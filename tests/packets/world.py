"""Network namespaces that a test makes for itself, and what it asks nft in them.

The test's own process is the machine whose rules are asked: the router between two
neighbours, or the host beside one.  A neighbour is a process that only waits for its end of
a pipe: whatever becomes of the test, it ends, and its namespace and its half of the cable
with it.  Files stand in a /run that goes with the test, too."""

import atexit
import ctypes
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

# Addresses of the machines themselves; documentation (RFC 9637) and benchmarking (RFC
# 2544) ranges that no policy of the tests speaks of.
OWN = {4: "198.18.{}.{}", 6: "3fff:{}::{}"}
LENGTH = {4: 24, 6: 64}
CLONE_NEWNET = 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)
PLACE = "/run"
PATIENCE = 120  # seconds until something that has to happen counts as stuck


class Fault(Exception):
    """The test itself cannot go on; says nothing about the policy."""


def inside():
    """Goes on in mount and network namespaces of its own, with a /run of its own."""
    if os.environ.get("CARVEOUT_PACKETS") != "inside":
        rights = [] if os.geteuid() == 0 else ["-r"]
        os.execvpe("unshare", ["unshare", *rights, "-m", "-n", "--", sys.executable,
                               *sys.argv], {**os.environ, "CARVEOUT_PACKETS": "inside"})
    run("mount", "-t", "tmpfs", "tmpfs", PLACE)


def run(*command, text=None, check=True):
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    if check and done.returncode:
        raise Fault(f"{' '.join(map(str, command))}: exit code {done.returncode}: "
                    f"{done.stderr.strip()[:2000]}")
    return done


def wait_until(what, claim):
    """Polls; a machine that is slow takes longer, and only one that is stuck fails."""
    end = time.monotonic() + PATIENCE
    while True:
        found = claim()
        if found:
            return found
        if time.monotonic() > end:
            raise Fault(f"waited in vain for {what}")
        time.sleep(0.005)


class Neighbour:
    """A namespace at the other end of a cable."""

    def __init__(self, name, number):
        self.name, self.number = name, number
        self.near, self.far = f"{name}0", "up0"  # the machine's end, its own end
        self.holder = subprocess.Popen(["unshare", "-n", "cat"], stdin=subprocess.PIPE,
                                       stdout=subprocess.DEVNULL)
        self.pid = str(self.holder.pid)
        own = os.readlink("/proc/self/ns/net")
        wait_until(f"the namespace of {name}",
                   lambda: os.readlink(f"/proc/{self.pid}/ns/net") != own)
        run("ip", "link", "add", self.near, "type", "veth", "peer", "name", self.far,
            "netns", self.pid)

    def enter(self, *command):
        return ["nsenter", f"--net=/proc/{self.pid}/ns/net", *command]

    def address(self, family, end):
        """Of the machine's end (1) or of its own (2)."""
        return OWN[family].format(self.number, end)

    def close(self):
        self.holder.stdin.close()
        self.holder.wait()


class World:
    """One machine and its neighbours; a new one begins with nothing."""

    def __init__(self, *names):
        self.children, self.neighbours = [], {}
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=PLACE))
        atexit.register(self.close)
        # What the machine was before is gone with its namespace.
        if LIBC.unshare(CLONE_NEWNET) != 0:
            raise Fault("no network namespace of its own: " + os.strerror(ctypes.get_errno()))
        run("ip", "link", "set", "lo", "up")
        for number, name in enumerate(names):
            self.neighbours[name] = Neighbour(name, number)
        self.sysctl([], {"net.ipv4.conf.all.rp_filter": 0,
                         "net.ipv4.ip_forward": 1, "net.ipv6.conf.all.forwarding": 1})
        for each in self.neighbours.values():
            self.sysctl([], {f"net.ipv4.conf.{each.near}.rp_filter": 0,
                             f"net.ipv4.conf.{each.near}.accept_local": 1})

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()
        return False

    def close(self):
        for child in self.children:
            if child.poll() is None:
                child.kill()
            child.wait()
        for each in self.neighbours.values():
            each.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.children, self.neighbours = [], {}

    def sysctl(self, prefix, values):
        run(*prefix, "sh", "-e", text="".join(
            f"echo {value} >/proc/sys/{key.replace('.', '/')}\n" for key, value in values.items()))

    def ip(self, commands, prefix=()):
        """Commands that begin with the family, -4 or -6."""
        for family in "-4", "-6":
            own = [each[3:] for each in commands if each.startswith(family)]
            if own:
                run(*prefix, "ip", family, "-batch", "-", text="\n".join(own) + "\n")

    def start(self, command, **more):
        """A child that is ended with the world, at the latest."""
        child = subprocess.Popen(command, text=True, **more)
        self.children.append(child)
        return child

    # ---- frames: nothing but what the test sends ----

    def up_for_frames(self):
        """No address and no chatter: on both ends of each cable IPv6 stays silent."""
        for each in self.neighbours.values():
            self.sysctl([], {f"net.ipv6.conf.{each.near}.addr_gen_mode": 1})
            self.sysctl(each.enter(), {"net.ipv6.conf.all.disable_ipv6": 1})
        self.links_up()

    def links_up(self):
        for each in self.neighbours.values():
            run("ip", "link", "set", each.near, "up")
            run(*each.enter("ip", "link", "set", each.far, "up"))
        for each in self.neighbours.values():
            wait_until(f"the cable to {each.name}",
                       lambda: " state UP " in run("ip", "link", "show", each.near).stdout)

    def all_addresses_lead_to(self, name):
        """Whatever is forwarded or sent leaves by that cable."""
        cable = self.neighbours[name].near
        self.ip([f"-4 route add default dev {cable}", f"-6 route add default dev {cable}",
                 f"-4 address add {self.neighbours[name].address(4, 1)}/32 dev {cable}",
                 f"-6 address add {self.neighbours[name].address(6, 1)}/128 dev {cable} nodad"])

    def all_addresses_are_here(self):
        self.ip(["-4 route add local 0.0.0.0/0 dev lo table local",
                 "-6 route add local ::/0 dev lo table local"])

    # ---- sockets: machines with addresses, which find each other by themselves ----

    def up_for_sockets(self):
        """Each end has an address; duplicates are not looked for, since looking takes a
        second.  What comes in on a cable is for this machine, whatever its address: so the
        same address may stand on both sides."""
        for each in self.neighbours.values():
            self.sysctl([], {f"net.ipv6.conf.{each.near}.accept_dad": 0})
            self.sysctl(each.enter(), {
                "net.ipv6.conf.all.accept_dad": 0, "net.ipv6.conf.default.accept_dad": 0,
                f"net.ipv6.conf.{each.far}.accept_dad": 0,
                "net.ipv4.conf.all.rp_filter": 0, f"net.ipv4.conf.{each.far}.rp_filter": 0})
            self.ip([f"-{f} address add {each.address(f, 1)}/{LENGTH[f]} dev {each.near}"
                     for f in (4, 6)])
            run(*each.enter("ip", "link", "set", "lo", "up"))
            self.ip([f"-{f} address add {each.address(f, 2)}/{LENGTH[f]} dev {each.far}"
                     for f in (4, 6)], each.enter())
        self.links_up()
        for each in self.neighbours.values():
            self.ip([f"-{f} route add default via {each.address(f, 1)}" for f in (4, 6)] +
                    local_delivery(each.far), each.enter())
            for prefix, device in (((), each.near), (each.enter(), each.far)):
                wait_until(f"a link-local address of {device}", lambda: re.search(
                    "inet6 fe80(?!.*tentative)",
                    run(*prefix, "ip", "-6", "addr", "show", "dev", device).stdout))

    def route_between(self, one, other):
        """Forwards by the side that a packet comes from, not by its address."""
        for table, came, goes in ((101, one, other), (102, other, one)):
            came, goes = self.neighbours[came], self.neighbours[goes]
            self.ip([line for f in (4, 6) for line in (
                f"-{f} route add default via {goes.address(f, 2)} table {table}",
                f"-{f} rule add priority 10 iif {came.near} lookup {table}")])

    def deliver_here(self, name):
        """The machine is a host: what its peer sends is for it."""
        each = self.neighbours[name]
        self.ip([f"-{f} route add default via {each.address(f, 2)}" for f in (4, 6)] +
                local_delivery(each.near))

    # ---- nft ----

    def load(self, text, *how):
        """None, or what nft says against it."""
        done = run("nft", *how, "-f", "-", text=text, check=False)
        return None if done.returncode == 0 else done.stderr.strip() or "no word"

    def must_load(self, text, *how):
        why = self.load(text, *how)
        if why is not None:
            raise Fault(f"nft refuses: {why[:2000]}\n{text[:2000]}")

    def listing(self, *command):
        """Through a file: nft writes long lists piece by piece."""
        path = self.folder / "listing"
        with path.open("w", encoding="utf-8") as out:
            done = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, text=True)
        if done.returncode:
            raise Fault(f"{' '.join(command)}: {done.stderr.strip()}")
        return path.read_text(encoding="utf-8")


def local_delivery(device):
    """What comes by the cable is for this machine."""
    return [line for f in (4, 6) for line in (
        f"-{f} route add local default dev lo table 100",
        f"-{f} rule add priority 10 iif {device} lookup 100")]
