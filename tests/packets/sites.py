"""The sites whose artefacts are tried: the examples, and generated ones."""

import pathlib
import shutil
import sys

from expect import Policy

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "property"))
import naive  # noqa: E402
import naive_evaluator as evaluator  # noqa: E402
import naive_generator as generator  # noqa: E402
import narrow  # noqa: E402
import reloads  # noqa: E402

EXAMPLES = ("hq", "cloud")
HOSTS = "hosts"

# Mode enforce: the same sites with these options.  The addresses of management are none
# of the policies', but for one inside a network that hq's clients have.
MANAGEMENT = {"from": ["203.0.113.128/25", "10.20.1.7", "2001:db8:a::/48"], "port": "22,8022"}
ENFORCE = {
    "all": {"mode": "enforce", "protect": "all", "management": MANAGEMENT,
            "baseline": ["dns", "dhcp", "ntp", "icmp"]},
    "none": {"mode": "enforce", "protect": "all", "baseline": "none",
             "management": {"from": ["2001:db8:a::5", "203.0.113.200"]}},
    "some": {"mode": "enforce", "management": MANAGEMENT,
             "baseline": ["dns", "dhcp", "ntp", "icmp"]},
}
# A row more, about nothing else's addresses; and the addresses of a policy that is another's.
MORE = {"carveout": "profile/1", "id": "acme/more", "title": "A row more",
        "source": {"page": {"title": "A page", "url": "https://docs.example.com/",
                            "retrieved": "2026-11-01"}},
        "parties": {"More Client": {}, "More Server": {}},
        "ports": [{"id": "more", "from": "More Client", "to": "More Server",
                   "protocol": "tcp", "port": "7", "source": "page"}]}
MOVED = {4: "100.64.0.{}", 6: "2001:db8:64::{}"}


class Refused(Exception):
    """A site that does not compile."""


class Site:
    """Compiled as it stands, as text and as JSON."""

    def __init__(self, name, program, path, out):
        site = narrow.only(evaluator.load(path), ("nftables", "csv", "json"))
        site["targets"]["nftables-json"] = site["targets"]["nftables"]
        path = path.with_name(f"{path.stem}.tried.json")
        path.write_text(generator.as_text(site), encoding="utf-8")
        self.name, self.path, self.out, self.program = name, path, out, program
        code, errors = naive.compile_site(program, path, out)
        if code == 1 and naive.accept(path, errors):
            code, errors = naive.compile_site(program, path, out)
        if code != 0:
            raise Refused(f"{path} does not compile: {[e['text'] for e in errors]}")
        self.policy = Policy(path)

    def variant(self, word, change):
        """The same site, changed."""
        site = evaluator.load(self.path)
        change(site)
        path = self.path.with_name(f"{self.path.stem}-{word}.json")
        path.write_text(generator.as_text(site), encoding="utf-8")
        return Site(f"{self.name} {word}", self.program, path,
                    self.out.with_name(f"{self.out.name}-{word}"))

    def enforcing(self, how, protect=None):
        """In mode enforce."""
        def change(site):
            options = site["targets"]["nftables"]
            for key in ("mode", "table"):
                options.pop(key, None)
            options |= ENFORCE[how] | ({"protect": protect} if protect else {})
        return self.variant(f"enforcing-{how}", change)

    def elsewhere(self):
        """A policy of the same names whose rows allow nothing of what this one's do: each
        party has other addresses."""
        def change(site):
            for number, party in enumerate(site["parties"].values()):
                texts = evaluator.as_list(party.get("addresses")) + \
                    evaluator.as_list(party.pop("pinned", {}).get("addresses"))
                families = {evaluator.address_range(text)[0] for text in texts}
                party["addresses"] = [MOVED[family].format(number + 1)
                                      for family in sorted(families)]
        return self.variant("elsewhere", change)

    def with_more(self):
        """With a row more, about addresses that nothing else speaks of."""
        def change(site):
            families = sorted(evaluator.family_numbers(site.get("ip")))
            site["profiles"].append(MORE)
            for number, name in enumerate(MORE["parties"]):
                site["parties"][name] = {"addresses": [
                    MOVED[family].format(200 + 2 * number) for family in families]}
        return self.variant("more", change)

    def hooks(self):
        """The chains that have anything to let through."""
        return [hook for hook in self.policy.hooks() if hook.rows]


def copied(name, path, program, folder):
    """The site and what stands beside it, where the acceptances that a message asks for
    may be written into it; and the profiles of the tree, where the evaluator looks."""
    shutil.copytree(ROOT / "profiles", folder)
    shutil.copytree(path.parent, folder, dirs_exist_ok=True)
    return Site(name, program, folder / path.name, folder / "out")


def examples(program, folder):
    for name in EXAMPLES:
        yield copied(name, ROOT / "examples" / name / "site.yaml", program, folder / name)


def generated(program, folder, seed, count):
    """The first so many from that seed on that compile, for a gateway and a host."""
    while count:
        own = folder / f"seed-{seed}"
        own.mkdir(parents=True)
        try:
            site = Site(f"seed {seed}", program, generator.make(seed, own), own / "out")
            if len({hook.name for hook in site.hooks()}) == 3:
                count -= 1
                yield site
        except Refused:
            pass
        seed += 1


def all_sites(options, folder):
    """(site, how many packets for each chain)"""
    if options.site:
        for number, path in enumerate(options.site):
            yield copied(str(path), path.resolve(), options.program,
                         folder / str(number)), options.count
        return
    for site in examples(options.program, folder):
        yield site, options.count
        if site.name == "hq":
            yield site.enforcing("some", ["Tanium Server", "Module Server"]), options.count // 4
            yield site.enforcing("none"), options.count // 4
    yield single_addresses(options.program, folder), options.count // 4
    for site in generated(options.program, folder, options.seed, options.sites):
        yield site, options.count // 2
        yield site.enforcing("all"), options.count // 4


def single_addresses(program, folder):
    """Nothing in it is a range, so that its sets are hashes."""
    own = folder / HOSTS
    own.mkdir(parents=True)
    path = own / "site.yaml"
    path.write_text(reloads.hash_only(), encoding="utf-8")
    return Site(HOSTS, program, path, own / "out")


def reloaded(program, folder):
    """Gateways: of hosts only, and with ranges; in both modes."""
    for site, how in ((single_addresses(program, folder), "none"),
                      (next(examples(program, folder)), "all")):
        yield site
        yield site.enforcing(how)
