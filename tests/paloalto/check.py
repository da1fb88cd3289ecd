#!/usr/bin/env python3
"""Gives the artefacts for PAN-OS to a model of a device, each way that an admin has.

    tests/paloalto/check.py PROGRAM [NAME...]

Of every golden case and example that writes for PAN-OS, and of generated sites: what the
files say is taken without a refusal and without what a commit would complain of; once more
changes nothing; the undo leads back to the start, with objects of others beside, and leaves
of ours only what others use by then.  All ways lead to one tree.  A new version over the old
one leaves exactly the new one.  The model knows nothing of carveout's code: tree.py."""

import concurrent.futures
import copy
import os
import pathlib
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import api  # noqa: E402
import sites  # noqa: E402
from cli import Session  # noqa: E402
from ways import Lines, Payload, ways_of  # noqa: E402

PROGRAM = os.path.abspath(sys.argv[1])
TODAY = "--today=2026-11-23"
# What the rule of somebody else holds by itself.
OWN = {"service": "own-group", "destination": "own-hosts", "category": "any"}
KINDS = ("service", "service-group", "address", "address-group", "custom-url-category")


# Where the examples must go, beside what their own files say.
EXAMPLE_PLACES = ({}, {"scope": "vsys3", "version": "8.1"}, {"scope": "shared"},
                  {"device-group": "dg", "rules": {
                      "before": "clean-up", "from": "any", "to": "any",
                      "log-setting": "default", "profile-group": "none"}})


RULES = {"before": "clean-up", "from": ["trust", "wifi guests"], "to": "any",
         "log-setting": "default", "profile-group": "strict"}
BEHIND = {"after": "clean-up", "log-setting": "none", "profile-group": "none",
          "zones": {"trust": ["10.0.0.0/16", "2001:db8::/32"], "untrust": ["0.0.0.0/0"]},
          "to": ["untrust"], "description": "carveout"}
GENERATED = ({}, {"scope": "vsys2", "version": "8.1"}, {"scope": "shared"},
             {"prefix": "x.y", "multi-vsys": True}, {"rules": RULES},
             {"device-group": "dg", "rules": RULES},
             {"device-group": "dg", "rulebase": "post", "rules": BEHIND, "version": "11.1"},
             {"scope": "panorama-shared", "rules": RULES},
             {"scope": "vsys3", "version": "8.1", "rules": BEHIND},
             {"scope": "panorama-shared"})


class Wrong(Exception):
    pass


def carveout(*words):
    return subprocess.run([PROGRAM, *map(str, words), TODAY,
                           f"--profiles={sites.ROOT / 'profiles'}"],
                          capture_output=True, text=True, timeout=300)


def compiled(site, folder, beside=None):
    out = folder.parent / (folder.name + ".out")
    path = sites.written(site, folder, beside)
    done = carveout("compile", path, "-o", out)
    if done.returncode:
        raise Wrong(f"does not compile: {done.stderr[:2000]}")
    return path, out


def known_targets():
    return {line.split()[0] for line in carveout("targets").stdout.splitlines() if line.strip()}


# ---- objects of others ----

def before_of(options, device):
    """What a command has between `set` and the list."""
    scope = sites.scope_of(options)
    if not device.multi:
        return ""
    return "shared " if scope == "shared" else \
        f"{'device-group' if device.panorama else 'vsys'} {scope} "


def others(options, device):
    """A device with objects that are not ours, of every kind, and the rules that the site
    names as places."""
    before = before_of(options, device)
    lines = ["set tag own color color3", "set service own-554 protocol tcp port 554",
             "set service own-554 tag own", "set service-group own-group members own-554",
             "set address own-host ip-netmask 192.0.2.77",
             "set address-group own-hosts static own-host",
             "set profiles custom-url-category own-urls list own.example.com/"]
    base = rulebase(options, device)
    for name in [*rules_named(options), "own-rule"] if base else []:
        rule = f'set {base} security rules "{name}" '
        lines += [rule + f"{field} any" for field in
                  ("from", "to", "source", "application", "category")]
        lines += [rule + "destination own-hosts", rule + "service own-group",
                  rule + "action deny"]
    give(device, [line.replace(" ", f" {before}", 1) for line in lines])
    return device


def rulebase(options, device):
    if device.panorama:
        return f"{options.get('rulebase', 'pre')}-rulebase"
    return None if sites.scope_of(options) == "shared" else "rulebase"


def rules_named(options):
    rules = options.get("rules") or {}
    return [rules[word] for word in ("before", "after") if word in rules]


def give(device, lines):
    text = "set cli scripting-mode on\nconfigure\n" + "".join(f"{line}\n" for line in lines)
    refused = Session(device).paste(text).refused
    if refused:
        raise Wrong(f"the model refuses what the check itself says: {refused[0]}")


# ---- one compile ----

def expect(good, what, detail=""):
    if not good:
        raise Wrong(f"{what}{': ' if detail else ''}{detail}")


def first_difference(a, b, path=""):
    if isinstance(a, list) and isinstance(b, list):
        a, b = dict(enumerate(a)), dict(enumerate(b))
    if not isinstance(a, dict) or not isinstance(b, dict):
        return f"{path}: {str(a)[:300]} is not {str(b)[:300]}"
    for key in [*a, *b]:
        if a.get(key) != b.get(key):
            return first_difference(a.get(key), b.get(key), f"{path}/{key}")
    return ""


def same(a, b, what):
    if a.picture() != b.picture():
        raise Wrong(f"{what}: {first_difference(a.picture(), b.picture())}")


def taken(refused, what):
    expect(not refused, f"{what} is refused", refused and
           f"{refused[0][0][:300]}: {refused[0][1]}")


def applied(way, start, what):
    device = start.copy()
    taken(way.apply(device), what)
    problems = device.problems()
    expect(not problems, f"{what}: a commit would complain", problems and problems[0])
    return device


def check_way(way, start, before, options):
    device = applied(way, start, way.name)
    again = applied(way, device, f"{way.name}, once more")
    same(again, device, f"{way.name}: once more changes it")
    back = device.copy()
    taken(way.undo(back), f"the undo of {way.name}")
    same(back, start, f"{way.name}: the undo does not lead back to the start")
    if isinstance(way, Payload):
        back = device.copy()
        taken(way.undo_whole(back), f"the undo of {way.name} as a whole")
        same(back, start, f"{way.name}: the undo as a whole does not lead back to the start")
    for kind in KINDS:
        expect(not any(" " in name for name in added(device, start, sites.scope_of(options), kind)),
               f"{way.name}: a name of ours holds a blank")
        check_used(way, start, device, before, options, kind)
    return device


def added(device, start, scope, kind):
    return [name for name in device.entries(scope, kind)
            if name not in start.entries(scope, kind)]


def needed(device, scope, kind, name):
    """An object with all that it leads to, tags included, as {(kind, name)}."""
    found, todo = set(), [(kind, name)]
    while todo:
        kind, name = todo.pop()
        if (kind, name) in found or name not in device.entries(scope, kind):
            continue
        found.add((kind, name))
        fields = device.entries(scope, kind)[name]
        todo += [("tag", tag) for tag in fields.get("tag", ())]
        for member in [*fields.get("members", ()), *fields.get("static", ())]:
            todo += [(each, member) for each in ("service", "service-group", "address",
                                                 "address-group")
                     if kind.split("-")[0] == each.split("-")[0]]
    return found


def check_used(way, start, device, before, options, kind):
    """Somebody else uses an object of ours: it stays with what it needs, which is said,
    and all else goes."""
    scope, base = sites.scope_of(options), rulebase(options, device)
    ours = added(device, start, scope, kind)
    field = {"service": "service", "service-group": "service", "address": "destination",
             "address-group": "destination", "custom-url-category": "category"}[kind]
    if not ours or not base:
        return
    name = sorted(ours)[len(ours) // 2]
    device = device.copy()
    rule = f"{before}{base} security rules own-rule {field}"
    give(device, [f"delete {rule}", f"set {rule} {name}"])
    used = device.copy()
    refused = way.undo(device)
    stay = {(each, other) for each, other in needed(used, scope, kind, name)
            if other not in start.entries(scope, each)}
    expect(all(why.code == 10 for _, why in refused),
           f"{way.name}: the undo is refused for something else than a reference",
           refused and f"{refused[0]}")
    left = {(each, other) for each in (*KINDS, "tag")
            for other in added(device, start, scope, each)}
    expect(left == stay, f"{way.name}: the undo leaves {sorted(left)[:5]}, and {kind} "
                         f"{name} needs {sorted(stay)[:5]}")
    expect(len(refused) == len(stay), f"{way.name}: {len(refused)} commands are refused and "
                                      f"{len(stay)} objects stay")
    if isinstance(way, Payload):
        whole = used.copy()
        expect([why.code for _, why in way.undo_whole(whole)] == [10],
               f"{way.name}: the undo as a whole is not refused")
        same(whole, used, f"{way.name}: the undo as a whole leaves half of it")
    # Once nobody uses it any more, the rest goes, too.
    give(device, [f"delete {rule}", f"set {rule} {OWN[field]}"])
    way.undo(device)
    same(device, start, f"{way.name}: the undo once more does not lead back to the start")


def check_site(site, folder, beside=None, start=None):
    """Every way of a compile, and that they lead to one tree.  Gives back that tree, the
    start and the compile; None where nothing was written."""
    options = sites.options_of(site)
    path, out = compiled(site, folder, beside)
    start = start or others(options, sites.device_of(options))
    before = before_of(options, start)
    trees = [(way, check_way(way, start, before, options)) for way in ways_of(out)]
    for way, tree in trees[1:]:
        same(tree, trees[0][1], f"{way.name} lead to another tree than {trees[0][0].name}")
    return (trees[0][1] if trees else None), start, path, out


# ---- the sites ----

def check_stored(case, folder, known):
    name, site, beside = case
    places = EXAMPLE_PLACES if name.startswith("examples/") else ({},)
    for number, place in enumerate(places):
        each = copy.deepcopy(site)
        options = {**sites.options_of(site), **place}
        if "device-group" in place:
            options.pop("scope", None)
        if "scope" in place:
            options = {key: value for key, value in options.items()
                       if key not in ("device-group", "rulebase", "rules")}
        each["targets"]["paloalto-xml"] = options
        check_site(sites.with_targets(each, known), folder / str(number), beside)


def check_generated(seed, count, options, folder, known):
    old, new = (sites.with_targets(each, known)
                for each in sites.generated(seed, count, options))
    results = []
    for name, site in (("old", old), ("new", new)):
        tree, start, path, out = check_site(site, folder / name)
        check_meaning(tree, start, site, options)
        results.append((tree, path, out))
    (_, old_path, old_out), (wanted, new_path, new_out) = results
    change = folder / "change"
    done = carveout("diff", old_path, new_path, "-o", change)
    expect(done.returncode in (0, 1), "diff fails", done.stderr[:1000])
    for old_way, new_way in zip(ways_of(old_out), ways_of(new_out)):
        device = applied(old_way, start, old_way.name)
        taken(new_way.update(device, change), f"{new_way.name} over an older one")
        same(device, wanted, f"{new_way.name} over an older one is not the new one")
        check_replaced(old_way, new_way, start, wanted, options)


def check_meaning(tree, start, site, options):
    """The tree against what the rows ask for, worked out without carveout."""
    scope = sites.scope_of(options)
    if not options.get("rules"):
        group = f"{options.get('prefix', site['name'])}-services"
        expect(sites.services_of(tree, scope, group) == sites.wanted_services(site),
               f"{group} leads to other services than the rows ask for")
        return
    theirs = [name for name, _ in start.rules(scope)]
    order = [name for name, _ in tree.rules(scope)]
    ours = [name for name in order if name not in theirs]
    expect(sites.grants_of(tree, scope, set(ours)) == sites.wanted_grants(site),
           "the rules let through something else than the rows ask for")
    anchor = next(iter(rules_named(options)))
    at = theirs.index(anchor) + ("after" in options["rules"])
    expect(order == theirs[:at] + ours + theirs[at:],
           f"the rules do not stand beside {anchor}: {order}")


def check_replaced(old_way, new_way, start, wanted, options):
    """Set lines need no help of a change for what counts: the groups are the new ones."""
    if not isinstance(new_way, Lines):
        return
    device, scope = applied(old_way, start, old_way.name), sites.scope_of(options)
    taken(new_way.apply(device), "the new lines over the old ones")
    for kind in ("service-group", "address-group", "custom-url-category"):
        for name in added(wanted, start, scope, kind):
            a, b = device.entries(scope, kind)[name], wanted.entries(scope, kind)[name]
            for field in ("members", "static", "list"):
                expect(set(a.get(field, ())) == set(b.get(field, ())),
                       f"{kind} {name} keeps what is withdrawn")


def check_base(seed, options, folder, known):
    """Some of our services stand there already, by others' hand: they are used, and no undo
    takes them away; what means something else by one of our names is not overwritten."""
    site = sites.with_targets(sites.generated(seed, 20, options)[0], known)
    tree, start, _, _ = check_site(site, folder / "plain")
    scope = sites.scope_of(options)
    services = sorted(added(tree, start, scope, "service"))
    for name in services[::2]:
        start.merge(scope, ["service", name, "protocol"],
                    tree.entries(scope, "service")[name]["protocol"])
        start.merge(scope, ["service", name, "tag"], ["own"])
    for target in site["targets"].values():
        target["base"] = "running.xml"
    beside = folder / "beside"
    beside.mkdir()
    (beside / "running.xml").write_text(api.export(start))
    with_base, _, _, _ = check_site(site, folder / "based", beside, start)
    expect(set(services) <= set(with_base.entries(scope, "service")), "a service is missing")
    start.merge(scope, ["service", services[0], "protocol"],
                {next(iter(start.entries(scope, "service")[services[0]]["protocol"])):
                 {"port": "1"}})
    (beside / "running.xml").write_text(api.export(start))
    try:
        compiled(site, folder / "taken", beside)
    except Wrong as wrong:
        expect("[name-taken]" in str(wrong), "another finding than name-taken", str(wrong))
    else:
        raise Wrong("a name that means something else is overwritten")


def check_large(folder, known):
    """10,000 flows stay within what the model takes, or the compile says which limit they
    break.  The model's numbers are its own."""
    for number, (distinct, options, breaks) in enumerate((
            (400, {}, None), (2500, {}, "[unknown-model]"),
            (2500, {"model": "pa-220"}, "[too-many-objects]"),
            (2500, {"model": "pa-3400"}, None))):
        rows = [{"id": f"p{n}", "from": "Client", "to": "Server", "protocol": "tcp",
                 "port": str(1000 + n % distinct)} for n in range(10000)]
        site = sites.with_targets(sites.site_of(rows, options), known)
        out = folder / f"{number}.out"
        done = carveout("compile", sites.written(site, folder / str(number)), "-o", out)
        if breaks:
            expect(breaks in done.stderr and " takes 1000" in done.stderr,
                   f"{distinct} services break the limit of a model, and nobody says so")
            continue
        expect(done.returncode == 0, "10,000 flows do not compile", done.stderr[:1000])
        start = others(options, sites.device_of(options))
        for way in ways_of(out):
            back = applied(way, start, f"{way.name} of 10,000 flows")
            taken(way.undo(back), f"the undo of {way.name} of 10,000 flows")
            same(back, start, f"{way.name} of 10,000 flows: the undo")


def main():
    names = sys.argv[2:]
    known = known_targets()
    with tempfile.TemporaryDirectory(prefix="carveout-paloalto-") as work:
        work = pathlib.Path(work)
        jobs = [(case[0], check_stored, case, work / case[0], known)
                for case in sites.stored()]
        jobs += [(f"generated/{seed}", check_generated, seed, 3 + seed * 5,
                  each, work / f"generated-{seed}", known)
                 for seed, each in enumerate(GENERATED)]
        jobs += [(f"base/{seed}", check_base, seed, each, work / f"base-{seed}", known)
                 for seed, each in ((1, {}), (2, {"scope": "vsys2"}),
                                    (3, {"device-group": "dg", "rules": RULES}))]
        jobs += [("large", check_large, work / "large", known)]
        jobs = [job for job in jobs if not names or any(name in job[0] for name in names)]
        failed = 0
        with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
            futures = [(name, pool.submit(check, *rest)) for name, check, *rest in jobs]
            for name, future in futures:
                try:
                    future.result()
                except Wrong as wrong:
                    failed += 1
                    print(f"{name}: {wrong}")
    print(f"{len(jobs)} sites of the model, {failed} failed")
    sys.exit(1 if failed or not jobs else 0)


if __name__ == "__main__":
    main()
