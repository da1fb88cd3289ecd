"""New flows all the while that an artefact is loaded again and again: one CPU sends, another
loads.  Nothing that the policy forbids may pass, and nothing that it allows may be lost."""

import os
import re

import grid
from expect import TCP, UDP
from frames import load_policy
from world import Fault, World, wait_until

ALLOWED, FORBIDDEN = 1111, 2222  # source ports, by which the counters know them
FLOWS = 100                      # of each
BAD_LOADS, ATTEMPTS = 5, 50      # until a load that is known to be bad shows it
BETWEEN = 200                    # packets at least from one load to the next
NAME = "packets-flood"

HASH_ONLY = """{"carveout": "site/1", "name": "hosts", "profiles": [{
 "carveout": "profile/1", "id": "acme/hosts", "title": "Hosts only",
 "source": {"page": {"title": "A page", "url": "https://docs.example.com/",
                     "retrieved": "2026-11-01"}},
 "parties": {"Client": {}, "Server": {}, "Console": {}},
 "ports": [
  {"id": "web", "from": "Client", "to": "Server", "protocol": "tcp", "port": ["443", "8443"],
   "source": "page"},
  {"id": "log", "from": ["Client", "Server"], "to": "Console", "protocol": "tcp+udp",
   "port": "514", "source": "page"},
  {"id": "push", "from": "Server", "to": "Client", "protocol": "udp", "port": "17472",
   "source": "page"},
  {"id": "admin", "from": "Console", "to": ["Client", "Server"], "protocol": "tcp",
   "port": "22", "source": "page"}]}],
 "parties": {"Client": {"addresses": %s}, "Server": {"addresses": %s},
             "Console": {"addresses": ["10.7.0.1", "2001:db8:7::1"]}},
 "targets": {"nftables": {"gateway": "true"}}}
"""


def hash_only():
    """A site of single addresses, none beside another, so that nothing is a range."""
    def addresses(net, count):
        return "[" + ", ".join(f'"10.{net}.0.{2 * i + 1}", "2001:db8:{net}::{2 * i + 1:x}"'
                               for i in range(count)) + "]"
    return HASH_ONLY % (addresses(5, 40), addresses(6, 8))


def flows(hook, seed):
    """Probes that tell by their source port what is to become of them."""
    made = grid.Grid(hook, seed)
    found = {True: {}, False: {}}
    for box in sorted(set(hook.rows)):
        if box.protocol not in (TCP, UDP) or box.sports != (0, 65535):
            continue
        for family, protocol, source, destination, _, port in made.around(box):
            for allowed, sport in ((True, ALLOWED), (False, FORBIDDEN)):
                probe = family, protocol, source, destination, sport, port
                if hook.allows(probe) is allowed:
                    found[allowed][probe] = None
    some = [made.chance.sample(list(each), min(FLOWS, len(each))) for each in found.values()]
    if not all(some):
        raise Fault(f"{hook.chain}: nothing to send")
    # In turn, as far as they go.
    longest = max(map(len, some))
    return [each[i % len(each)] for i in range(longest) for each in some]


def counters(hook):
    base = f"type filter hook {hook} priority {{}}; policy accept;"
    lines = [f"table inet {NAME} {{"]
    lines += [f"counter {place}-{sport} {{ }}" for place in ("came", "left")
              for sport in (ALLOWED, FORBIDDEN)]
    for place, priority in (("came", -400), ("left", 399)):
        lines += [f"chain {place} {{", base.format(priority)]
        lines += [f"th sport {sport} counter name {place}-{sport}"
                  for sport in (ALLOWED, FORBIDDEN)] + ["}"]
    return "\n".join(lines + ["chain end {", base.format(400), "drop", "}", "}"]) + "\n"


class Counts:
    def __init__(self, world):
        listing = world.listing("nft", "list", "table", "inet", NAME)
        found = {name: int(count) for name, count in re.findall(
            r"counter (\S+) \{\s+packets (\d+)", listing)}
        self.lost = found[f"came-{ALLOWED}"] - found[f"left-{ALLOWED}"]
        self.passed = found[f"left-{FORBIDDEN}"]
        self.came = found[f"came-{ALLOWED}"] + found[f"came-{FORBIDDEN}"]


class Flood:
    """Packets on a CPU of their own, from begin to end of the `with`."""

    def __init__(self, world, prober, hook, seed):
        self.world = world
        file = world.folder / "flows"
        file.write_bytes(b"".join(map(grid.record, flows(hook, seed))))
        near = world.neighbours["a"]
        cpus = sorted(os.sched_getaffinity(0))
        self.loader, self.one_cpu = cpus[0], len(cpus) == 1
        self.command = [prober, "flood", file, near.pid, near.far, near.near, str(cpus[-1])]

    def __enter__(self):
        self.counts = None
        self.child = self.world.start(self.command, stdin=-1, stdout=-1)
        if self.child.stdout.readline() != "started\n":
            raise Fault("the sender does not send")
        self.all_cpus = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {self.loader})  # of nft, too, which inherits it
        return self

    def __exit__(self, *unused):
        os.sched_setaffinity(0, self.all_cpus)
        self.child.stdin.close()
        self.sent = int(self.child.stdout.readline() or 0)
        if self.child.wait() != 0:
            raise Fault("the sender failed")
        self.counts = Counts(self.world)
        return False

    def go_on(self, since):
        """Waits for packets, so that no load goes unseen; what has been counted then."""
        return wait_until("packets", lambda: (
            now := Counts(self.world)).came >= since.came + BETWEEN and now)


def must_load(artefact, world):
    why = artefact.load(world)
    if why is not None:
        raise Fault(f"{artefact.path.name} is refused: {why}")


def counted(world, prober, hook, count, load, seed):
    """Loads that often under traffic.  The flood, which has ended: only then the counters
    tell of the same packets."""
    with Flood(world, prober, hook, seed) as flood:
        counts = Counts(world)
        for number in range(count):
            load(number)
            counts = flood.go_on(counts)
    return flood


def must_show(world, prober, hook, artefact, seed):
    """Loads that are known to be bad, in two transactions: the first leaves nothing of the
    policy.  Where that does not show, all the zeros show nothing."""
    first = f"delete table {artefact.table}\n" if hook.enforces else \
        f"flush chain {artefact.table} {hook.chain}\n"

    def load(_):
        world.must_load(first)
        must_load(artefact, world)
    before = Counts(world)
    for _ in range(ATTEMPTS):
        now = counted(world, prober, hook, BAD_LOADS, load, seed).counts
        if (now.passed > before.passed) if hook.enforces else (now.lost > before.lost):
            return
    raise Fault(f"blind: {artefact.path.name} was loaded in two steps, and nothing "
                + ("passed" if hook.enforces else "was lost"))


def check(prober, hook, artefacts, count, seed):
    """The counts of that many loads of two artefacts in turn, the second of which has a row
    more, which no packet is about."""
    artefact = artefacts[0]
    with World("a", "b") as world:
        world.up_for_frames()
        world.all_addresses_lead_to("b")
        why = load_policy(world, hook, artefact)
        if why is not None:
            raise Fault(f"{artefact.path.name} is refused: {why}")
        world.must_load(counters(hook.name))
        flood = counted(world, prober, hook, count, lambda number: must_load(
            artefacts[number % len(artefacts)], world), seed)
        must_show(world, prober, hook, artefact, seed)
        return flood
