"""Real conversations: handshakes with data back, and echoes of datagrams, between the
addresses of a policy.  What the grid cannot show: that replies find their way, that IPv6
finds its neighbours, and that what was allowed once goes on over a reload."""

import json
import os
import pathlib
import random
import re
import select
import sys

import grid
import tap
from expect import TCP, UDP
from frames import mismatches
from world import Fault, World, run, wait_until

PEER = pathlib.Path(__file__).resolve().parent / "peer.py"
CALLS = 24           # of each kind for a chain
FIRST_PORT = 20000   # of the callers, each its own
DISCOVERY = "133"    # the first of the types of neighbour discovery


class Peer:
    """A process at one end; its words are read as they come."""

    def __init__(self, world, role, prefix):
        self.child = world.start([*prefix, sys.executable, str(PEER), role], stdin=-1,
                                 stdout=-1)
        self.rest, self.ready = b"", False
        self.answered, self.failed = {}, {}

    def tell(self, **words):
        self.child.stdin.write(json.dumps(words) + "\n")
        self.child.stdin.flush()

    def listen(self):
        """Takes in what it has said, if anything."""
        while select.select([self.child.stdout], [], [], 0.01)[0]:
            got = os.read(self.child.stdout.fileno(), 65536)
            if not got:
                raise Fault(f"an end of the conversations ended: {self.child.wait()}")
            *lines, self.rest = (self.rest + got).split(b"\n")
            for words in map(json.loads, lines):
                self.ready = self.ready or "ready" in words
                if "answered" in words:
                    number = words["answered"]
                    self.answered[number] = self.answered.get(number, 0) + 1
                elif "failed" in words:
                    self.failed[words["failed"]] = words["why"]


def admin(table, hooks, chain_of):
    """Mode include: the admin's base chains, with what IPv6 needs to find neighbours."""
    lines = []
    for hook in hooks:
        lines += [f"chain packets-{hook} {{",
                  f"type filter hook {hook} priority 0; policy accept;",
                  "ct state established,related accept",
                  "icmpv6 type { 133, 134, 135, 136 } accept" if hook != "forward" else "",
                  f"jump {chain_of[hook]}", "counter drop", "}"]
    return "\n".join([f"table {table} {{", *lines, "}"]) + "\n"


def conversations(hook, seed):
    """Probes for sockets: some that the policy lets through, and some beside them."""
    chance, made = random.Random(seed), grid.Grid(hook, seed)
    boxes = [each for each in hook.boxes if each.protocol in (TCP, UDP)]
    probes = [probe for box in sorted(set(boxes)) for probe in made.around(box)
              if probe[2] != probe[3] and probe[5] and box.sports == (0, 65535)]
    found = []
    for allowed in True, False:
        fitting = [p for p in dict.fromkeys(probes) if hook.allows(p) is allowed]
        found += chance.sample(fitting, min(CALLS, len(fitting)))
    return found


class Line:
    """One direction of one chain: who calls, who answers, and through which hook."""

    def __init__(self, world, hook, caller, answerer, first_port):
        self.world, self.hook, self.next_port = world, hook, first_port
        self.caller = Peer(world, "call", caller)
        self.answerer = Peer(world, "serve", answerer)
        self.words, self.calls = grid.Words(), {}

    def listen_on(self, probes):
        ports = {protocol: sorted({p[5] for p in probes if p[1] == protocol})
                 for protocol in (TCP, UDP)}
        self.answerer.tell(tcp=ports[TCP], udp=ports[UDP])

        def ready():
            self.answerer.listen()
            return self.answerer.ready
        wait_until("the listeners", ready)

    def call(self, probe):
        family, protocol, source, destination, _, port = probe
        number = self.next_port
        self.next_port += 1
        probe = family, protocol, source, destination, number, port
        self.calls[number] = probe
        self.caller.tell(call=number, family=family, protocol=protocol, sport=number,
                         port=port, source=self.words.address(family, source),
                         destination=self.words.address(family, destination))
        return number

    def text(self, number):
        return self.words.of(self.calls[number])

    def settle(self, good, bad, rounds):
        """Waits until all of `good` answered that often, and until all of `bad` came to
        the hook; then none of those may be behind it.  The mismatches."""
        def all_answered():
            self.caller.listen()
            return all(self.caller.answered.get(n, 0) >= rounds or n in self.caller.failed
                       for n in good)
        wait_until(f"answers of {self.hook.chain}: " + ", ".join(
            self.text(n) for n in good[:3]), all_answered)
        wanted = {self.text(n) for n in bad}
        wait_until("packets at the hook",
                   lambda: wanted <= tap.watched(self.world, "came"))
        found = [f"failed: {self.text(n)}: {why}" for n, why in self.caller.failed.items()
                 if n in good]
        found += mismatches(tap.watched(self.world, "left") & wanted, set())
        found += [f"answered: {self.text(n)}" for n in bad if n in self.caller.answered]
        for number in bad:
            self.caller.tell(close=number)
        return found


class Machine:
    """A gateway or a host with its artefact, and a line for each of its chains."""

    def __init__(self, hooks, artefact):
        self.hooks = {hook.name: hook for hook in hooks}
        gateway = "forward" in self.hooks
        self.world = World(*("ab" if gateway else "a"))
        self.world.up_for_sockets()
        if gateway:
            self.world.route_between("a", "b")
        else:
            self.world.deliver_here("a")
        self.load(artefact)
        if not hooks[0].enforces:
            self.world.must_load(admin(artefact.table, self.hooks, {
                name: hook.chain for name, hook in self.hooks.items()}))
        self.world.must_load(tap.watch(self.hooks))
        peer = self.world.neighbours["a"].enter()
        ends = {"forward": (peer, self.world.neighbours["b"].enter()) if gateway else None,
                "input": (peer, []), "output": ([], peer)}
        self.lines = [Line(self.world, hook, *ends[hook.name], FIRST_PORT + 5000 * number)
                      for number, hook in enumerate(hooks)]

    def load(self, artefact):
        why = artefact.load(self.world)
        if why is not None:
            raise Fault(f"nft refuses {artefact.path.name}: {why}")

    def talk(self, seed):
        """Allowed ones are answered, others never get through.  [(line, good)], found."""
        found, talking = [], []
        for line in self.lines:
            probes = conversations(line.hook, seed)
            line.listen_on(probes)
            good = [line.call(p) for p in probes if line.hook.allows(p)]
            bad = [line.call(p) for p in probes if not line.hook.allows(p)]
            found += line.settle(good, bad, 1)
            talking.append((line, good))
        return talking, found

    def go_on(self, talking, rounds):
        """What was allowed once goes on."""
        found = []
        for line, good in talking:
            for number in good:
                line.caller.tell(again=number)
            found += line.settle(good, [], rounds)
        return found

    def ask_anew(self, talking, hooks):
        """The same ends once more, as new conversations, under another policy."""
        allows = {hook.name: hook.allows for hook in hooks}
        found = []
        for line, good in talking:
            probes = [line.calls[number] for number in good]
            judge = allows[line.hook.name]
            found += line.settle([line.call(p) for p in probes if judge(p)],
                                 [line.call(p) for p in probes if not judge(p)], 1)
        return found

    def must_see(self, talking):
        """What gets through must look so where it should not."""
        for line, good in talking:
            if good and not line.settle([], [line.call(line.calls[good[0]])], 1):
                raise Fault(f"blind: {line.text(good[0])} got through and does not show")

    def forget_neighbours(self):
        for prefix in (), self.world.neighbours["a"].enter():
            run(*prefix, "ip", "-6", "neigh", "flush", "all")

    def find_neighbours(self, talking):
        """IPv6 works on a host that knows nobody yet."""
        found = []
        for line, good in talking:
            six = [line.calls[n] for n in good if line.calls[n][0] == 6][:2]
            self.forget_neighbours()
            found += line.settle([line.call(probe) for probe in six], [], 1)
        return found

    def miss_neighbours(self, talking, artefact):
        """Without its rule for neighbour discovery the host must be lost, or what is above
        would show nothing."""
        calls = [(line, n) for line, good in talking for n in good
                 if line.hook.name == "input" and line.calls[n][0] == 6]
        if not calls or not artefact.can_edit:
            return
        text = re.sub(rf"^.* icmpv6 type \{{ {DISCOVERY}, .*\n", "", artefact.text, flags=re.M)
        if text == artefact.text:
            raise Fault(f"{artefact.path.name} has no rule for neighbour discovery")
        self.load(artefact.with_text(text))
        line, number = calls[0]
        peer = self.world.neighbours["a"]
        self.world.sysctl(peer.enter(), {f"net.ipv6.neigh.{peer.far}.retrans_time_ms": 50})
        self.forget_neighbours()
        line.caller.tell(again=number)
        state = wait_until("an end of neighbour discovery", lambda: re.search(
            "FAILED|lladdr", run(*peer.enter("ip", "-6", "neigh", "show", peer.address(6, 1),
                                             "dev", peer.far)).stdout))
        if state[0] != "FAILED":
            raise Fault("blind: neighbours find each other without a rule for it")


def check(hooks, artefacts, other_hooks, seed):
    """Conversations with a subject's machine, over reloads: its artefact, the same with a
    row more, and one that allows nothing of it.  [mismatch], how many."""
    artefact, more, other = artefacts
    machine = Machine(hooks, artefact)
    with machine.world:
        host = "forward" not in machine.hooks
        talking, found = machine.talk(seed)
        if host:
            found += machine.find_neighbours(talking)
        machine.must_see(talking)
        machine.load(more)
        found += machine.go_on(talking, 2)
        machine.load(other)
        found += machine.go_on(talking, 3)
        found += machine.ask_anew(talking, other_hooks)
        if host and hooks[0].enforces and hooks[0].protected is None:
            machine.miss_neighbours(talking, artefact)
        return found, sum(len(line.calls) for line in machine.lines)
