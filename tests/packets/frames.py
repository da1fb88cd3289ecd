"""The boundary grid: every packet that a chain is asked about, from raw sockets, and what
is left of them behind the chain against what the policy says."""

import collections
import random

import grid
import tap
from edits import edits
from world import Fault, World, run

ATTEMPTS = 20   # until all packets of a run came to the hook
SHOWN = 5
FEW = 3000      # packets that show most mistakes: those around the corners come first
EDITS = 4       # of each kind that must show
TRIES = 6       # of each kind, with those that change nothing


def admin_chain(table, hook, chain):
    """Mode include: what the admin has around the jump, with a drop at the end."""
    return f"""table {table} {{
chain packets-admin {{
type filter hook {hook} priority 0; policy accept;
ct state established,related accept
jump {chain}
counter drop
}}
}}
"""


def load_policy(world, hook, artefact):
    """None, or what is said against it."""
    why = artefact.load(world)
    if why is None and not hook.enforces:
        world.must_load(admin_chain(artefact.table, hook.name, hook.chain))
    return why


Part = collections.namedtuple("Part", "words file")  # {words: probe}


class Asked:
    """A world with one hook, and the packets to ask it about."""

    def __init__(self, world, prober, hook, probes):
        self.world, self.prober, self.hook = world, prober, hook
        world.up_for_frames()
        if hook.name == "input":
            world.all_addresses_are_here()
        else:
            world.all_addresses_lead_to("b" if hook.name == "forward" else "a")
        words = grid.Words()
        self.all = self.part("all", {words.of(probe): probe for probe in probes})
        self.few = self.part("few", dict(list(self.all.words.items())[:FEW]))
        world.must_load(tap.text(hook.name, len(probes) * 2))

    def part(self, name, words):
        file = self.world.folder / name
        file.write_bytes(b"".join(map(grid.record, words.values())))
        return Part(words, file)

    def command(self, file):
        near = self.world.neighbours["a"]
        if self.hook.name == "output":
            return [self.prober, "raw", file]
        return [self.prober, "frames", file, near.pid, near.far, near.near]

    def send(self, part):
        """A packet that never came to the hook says nothing about the rules, so all are
        sent again until none is missing.  How many are left."""
        for _ in range(ATTEMPTS):
            tap.clear(self.world)
            run(*self.command(part.file))
            came, left = tap.counts(self.world)
            if came == len(part.words):
                return left
            if came > len(part.words):
                raise Fault(f"{came} packets came of {len(part.words)}: who else sends?")
        raise Fault(f"{came} packets came to the hook of {len(part.words)}")

    def ask(self, part=None):
        """The packets that are left."""
        part = part or self.all
        count = self.send(part)
        left = tap.recorded(self.world)
        if left - set(part.words) or count != len(left):
            raise Fault(f"{count} packets are left, as which {len(left)} are recorded; nobody "
                        f"sent {sorted(left - set(part.words))[:SHOWN]}")
        return left

    def lost_without_policy(self):
        """Without a policy everything passes: else the test would take losses of its own
        for the policy's.  All are counted, and a part is looked at one by one."""
        lost = sorted(set(self.few.words) - self.ask(self.few))
        return lost or ["which ones was not looked at"] * (len(self.all.words) -
                                                           self.send(self.all))

    def differs(self, allowed):
        """Whether there is a mismatch: mostly a few packets show it."""
        return any(mismatches(self.ask(part), allowed & set(part.words))
                   for part in (self.few, self.all))


def mismatches(left, allowed):
    return [f"passes, and nothing allows it: {each}" for each in sorted(left - allowed)] + \
        [f"is dropped, though it is allowed: {each}" for each in sorted(allowed - left)]


# ---- that the check can fail ----

def is_about(asked, artefact, edit):
    """Whether a packet is there that tells the edit from nothing; only then it shows no
    mismatch because other elements let the same packets through."""
    if artefact.with_text(edit.more).load(asked.world) is not None:
        raise Fault(f"nft refuses what is left of {artefact.path.name} for {edit.element}")
    more, less = asked.ask(), set()
    if edit.less:
        if artefact.with_text(edit.less).load(asked.world) is not None:
            raise Fault(f"nft refuses what is left of {artefact.path.name}")
        less = asked.ask()
    return bool(more - less)


def check_edits(asked, artefact, allowed, chance):
    """Artefacts that are wrong must look wrong: how many of each kind did."""
    seen, tried = collections.Counter(), collections.Counter()
    for edit in edits(artefact.text, asked.hook.chain, chance):
        if seen[edit.kind] == EDITS or tried[edit.kind] == TRIES:
            continue
        # A range that reaches into the next one is refused by the kernel: no such edit.
        if artefact.with_text(edit.text).load(asked.world) is not None:
            continue
        tried[edit.kind] += 1
        if asked.differs(allowed):
            seen[edit.kind] += 1
        elif not is_about(asked, artefact, edit):
            raise Fault(f"blind: {artefact.path.name} with {edit.kind} ({edit.element}) "
                        "shows no mismatch")
    return seen


def check_hook(prober, hook, artefact, count, seed):
    """[mismatch], packets sent, packets allowed, {kind of wrong artefact: seen}."""
    probes, seen = grid.Grid(hook, seed).probes(count), collections.Counter()
    with World(*("ab" if hook.name == "forward" else "a")) as world:
        asked = Asked(world, prober, hook, probes)
        lost = asked.lost_without_policy()
        if lost:
            raise Fault(f"without any policy {len(lost)} packets are lost: {lost[:SHOWN]}")
        why = load_policy(world, hook, artefact)
        if why is not None:
            return [f"nft refuses it: {why[:500]}"], len(probes), 0, seen
        allowed = {words for words, probe in asked.all.words.items() if hook.allows(probe)}
        found = mismatches(asked.ask(), allowed)
        if not found and artefact.can_edit:
            seen = check_edits(asked, artefact, allowed, random.Random(seed))
        return found, len(probes), len(allowed), seen
