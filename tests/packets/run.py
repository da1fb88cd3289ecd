#!/usr/bin/env python3
"""What the nftables artefacts do to packets, in network namespaces of the test's own:

    tests/packets/run.py PROGRAM PROBER [grid] [sockets] [reload] [OPTION]...

grid     for every chain of a site, packets at, below and above the ends of every range,
         against an evaluation of the site's rows that has not seen the artefact
sockets  real connections, over reloads too
reload   new flows all the while that the artefact is loaded again and again

Needs root, or user namespaces.  Nothing outside the test's namespaces is touched, and
nothing stays behind."""

import argparse
import collections
import os
import pathlib
import sys
import tempfile
import time

sys.dont_write_bytecode = True
import artefacts  # noqa: E402
import frames  # noqa: E402
import reloads  # noqa: E402
import sites  # noqa: E402
import talk  # noqa: E402
from edits import KINDS  # noqa: E402
from world import PLACE, Fault, inside  # noqa: E402


def check_grid(options, folder):
    total = failed = 0
    all_seen = collections.Counter()
    for site, count in sites.all_sites(options, folder):
        for hook in site.hooks():
            for artefact in artefacts.of(site, hook, options.form):
                started = time.monotonic()
                found, sent, allowed, seen = frames.check_hook(
                    options.prober, hook, artefact, int(count * artefact.share), site.name)
                total += sent
                all_seen += seen
                failed += len(found)
                print(f"{site.name} {hook.chain} {artefact.form}: {sent} probes, {allowed} "
                      f"allowed, {len(found)} mismatches, {sum(seen.values())} wrong "
                      f"artefacts seen ({time.monotonic() - started:.1f} s)", flush=True)
                for each in found[:frames.SHOWN]:
                    print(f"    {each}")
    print(f"{total} probes, {failed} mismatches")
    if artefacts.Text.form in options.form and not all(all_seen[kind] for kind in KINDS):
        raise Fault(f"no artefact could be made wrong: {dict(all_seen)}")
    return not failed


def check_sockets(options, folder):
    total = failed = 0
    for site, _ in sites.all_sites(options, folder):
        more, other = site.with_more(), site.elsewhere()
        subjects = collections.defaultdict(list)
        for hook in site.hooks():
            subjects[hook.subject].append(hook)
        for subject, hooks in subjects.items():
            other_hooks = [h for h in other.policy.hooks() if h.subject == subject]
            for three in zip(*(artefacts.of(each, hooks[0], options.form)
                               for each in (site, more, other))):
                started = time.monotonic()
                found, calls = talk.check(hooks, three, other_hooks, site.name)
                total += calls
                failed += len(found)
                print(f"{site.name} {subject} {three[0].form}: {calls} conversations, "
                      f"{len(found)} mismatches ({time.monotonic() - started:.1f} s)",
                      flush=True)
                for each in found[:frames.SHOWN]:
                    print(f"    {each}")
    print(f"{total} conversations, {failed} mismatches")
    return not failed


def check_reloads(options, folder):
    total = failed = 0
    for site in sites.reloaded(options.program, folder):
        more = site.with_more()
        for hook in site.hooks()[:1]:
            for pair in zip(artefacts.of(site, hook, options.form),
                            artefacts.of(more, hook, options.form)):
                started, artefact = time.monotonic(), pair[0]
                flood = reloads.check(options.prober, hook, pair, options.reloads, site.name)
                may_lose = artefact.may_lose()
                if may_lose and site.name.startswith(sites.HOSTS):
                    raise Fault(f"{artefact.path.name} holds ranges")
                lost, passed = flood.counts.lost, flood.counts.passed
                total += options.reloads
                failed += (passed > 0) + (lost > 0 and not may_lose)
                print(f"{site.name} {hook.chain} {artefact.form}: {options.reloads} reloads, "
                      f"{flood.counts.came} packets, {passed} forbidden ones passed, {lost} "
                      f"allowed ones lost{', as its head says' if lost and may_lose else ''} "
                      f"({time.monotonic() - started:.1f} s)", flush=True)
    alone = "; on one CPU, where packets and loads hardly meet"
    print(f"{total} reloads, {failed} mismatches{alone if flood.one_cpu else ''}")
    return not failed


CHECKS = {"grid": check_grid, "sockets": check_sockets, "reload": check_reloads}


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=os.path.abspath)
    parser.add_argument("prober", type=os.path.abspath)
    parser.add_argument("what", nargs="+", choices=tuple(CHECKS))
    parser.add_argument("--site", action="append", default=[], type=pathlib.Path,
                        help="this one instead of the examples and generated ones")
    parser.add_argument("--count", type=int, default=100000, help="packets for each chain")
    parser.add_argument("--seed", type=int, default=1, help="of the first generated site")
    parser.add_argument("--sites", type=int, default=1, help="generated ones")
    parser.add_argument("--reloads", type=int, default=64, help="of each artefact")
    parser.add_argument("--form", action="append", choices=tuple(artefacts.FORMS))
    options = parser.parse_args()
    options.form = options.form or list(artefacts.FORMS)
    inside()
    folder = pathlib.Path(tempfile.mkdtemp(dir=PLACE))
    try:
        good = all([CHECKS[what](options, folder / what) for what in options.what])
    except (Fault, sites.Refused) as fault:
        print(f"the test cannot go on: {fault}")
        good = False
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
