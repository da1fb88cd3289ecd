"""A policy's artefacts, and how each of their forms gets into the kernel.  `load` gives
None, or what is said against it."""

import re

from world import Fault, run

LOSES = "a new flow may be lost"
IN_FORCE = "it is in force, just as it stands"  # so there was nothing to try
ELEMENTS = re.compile(r"^\t(\S+(?: \. \S+)*)|^add rule .*\{ ([0-9, -]+) \}", re.M)
RANGE = re.compile(r"[-/]")
TRIAL = "600"  # seconds; it is confirmed at once


class Text:
    """`nft -f`."""

    form, target, suffix = "text", "nftables", ".nft"
    can_edit = True
    one_transaction = True
    share = 1  # of the packets of a grid

    def __init__(self, site, hook, path, text=None):
        self.site, self.hook, self.path = site, hook, path
        self.text = text or path.read_text(encoding="utf-8")
        options = site.policy.options
        self.table = f"inet {hook.chain.rpartition('-')[0]}" if hook.enforces \
            else options.get("table", "inet filter")

    def may_lose(self):
        """New flows, at a load: where sets hold ranges one transaction cannot help it, and
        the head of the text has to say so."""
        path = self.path.parent.parent / Text.target / f"{self.hook.subject}{Text.suffix}"
        text = path.read_text(encoding="utf-8")
        ranges = any(RANGE.search(found[1] or found[2]) for found in ELEMENTS.finditer(text))
        if ranges and LOSES not in text:
            raise Fault(f"{path.name} holds ranges, and its head does not say what that costs")
        return self.one_transaction and ranges

    def with_text(self, text):
        return type(self)(self.site, self.hook, self.path, text)

    def load(self, world):
        return world.load(self.text)


class Json(Text):
    """`nft -j -f`."""

    form, target, suffix = "json", "nftables-json", ".json"
    can_edit = False
    share = 1 / 10

    def load(self, world):
        return world.load(self.text, "-j")


class Apply(Text):
    """`carveout apply`, in mode enforce with a trial that is confirmed."""

    form = "apply"
    can_edit = one_transaction = False
    share = 1 / 10

    def load(self, world):
        steps = (["--confirm", TRIAL], ["--confirmed"]) if self.hook.enforces else ([],)
        for step in steps:
            done = run(self.site.program, "apply", self.path, *step, check=False)
            if done.returncode and IN_FORCE not in done.stderr:
                return f"carveout apply {' '.join(step)}: {done.stderr.strip()}"
        return None


FORMS = {each.form: each for each in (Text, Json, Apply)}


def of(site, hook, forms):
    """The subject's artefact in those forms."""
    for kind in (FORMS[form] for form in forms):
        yield kind(site, hook, site.out / kind.target / f"{hook.subject}{kind.suffix}")
