#!/usr/bin/env python3
"""Policy = rows and site: hundreds of random small profiles and sites, each compiled and
held against a second evaluator that goes row by row (naive_evaluator.py).

    tests/property/naive.py PROGRAM [--count N] [--seed FIRST] [--keep DIR]

Compared are the exclusions of each group and the flows of each row in the csv and json
lists, and the packets that the nftables files let through, exactly.  A site on which the
two disagree is kept in DIR/SEED (default: build/naive)."""

import argparse
import collections
import csv
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import naive_artefacts as artefacts  # noqa: E402
import naive_evaluator as evaluator  # noqa: E402
import naive_generator as generator  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TODAY = "2026-11-23"
SITE = "s"


class Disagreement(Exception):
    pass


def compile_site(program, path, out):
    done = subprocess.run(
        [program, "compile", str(path), "-o", str(out), f"--today={TODAY}",
         "--diagnostics=json", "-q"], env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
        cwd=path.parent, capture_output=True, text=True, timeout=60)
    try:
        findings = json.loads(done.stderr)["findings"] if done.stderr else []
    except ValueError:
        raise Disagreement(f"exit code {done.returncode}: {done.stderr}") from None
    return done.returncode, [f for f in findings if f["severity"] == "error"]


def accept(path, errors):
    """Pastes the stanzas that the messages print; True when there were any."""
    stanzas = [evaluator.yaml.load(f["help"], evaluator.LOADER)["accept"]
               for f in errors if f.get("help", "").startswith("accept:")]
    site = evaluator.load(path)
    for stanza in sum(stanzas, []):
        stanza.update(reason="a test", by="a test", until="2099-01-01")
        site.setdefault("accept", []).append(stanza)
    path.write_text(generator.as_text(site), encoding="utf-8")
    return bool(stanzas)


def need(claim, text):
    if not claim:
        raise Disagreement(text)


def same_packets(what, mine, theirs, chance):
    for found in (artefacts.difference(mine, theirs),
                  artefacts.sampled_difference(mine, theirs, chance)):
        if found:
            kind, point = found
            side = "only the compiler" if artefacts.holds(theirs, kind, point) \
                else "only the rows"
            raise Disagreement(f"{what}: {side} allows family and protocol {kind}, "
                               f"{dict(zip(artefacts.DIMENSIONS, point))}")


def check_flows(meaning, out, chance):
    boxes, named = artefacts.flows(out, SITE)
    need(set(boxes) | set(named) <= set(meaning.flows),
         f"flows of rows that do not apply: {sorted(set(boxes) - set(meaning.flows))}")
    for row, mine in meaning.flows.items():
        same_packets(row, [flow.box for flow in mine], boxes.get(row, []), chance)
        same_packets(f"{row} by name", [flow.box for flow in meaning.named[row]],
                     named.get(row, []), chance)


def merged(exclusions):
    """What a list without arguments holds: entry -> ({spelling}, rows, rows whose program
    is meant with arguments only, unless another row wants it without)."""
    found = {}
    for key, (spellings, rows) in exclusions.items():
        entry = (key.kind, key.value, key.recursive, key.children)
        old = found.get(entry, (set(), set(), [], set()))
        found[entry] = (old[0] | spellings, old[1] | rows, old[2] + [key.arguments],
                        old[3] | (rows if key.arguments else set()))
    return {entry: (spellings, rows, with_arguments if all(arguments) else set())
            for entry, (spellings, rows, arguments, with_arguments) in found.items()}


def check_exclusions(meaning, out):
    with (out / "ledger.csv").open(encoding="utf-8", newline="") as lines:
        ledger = list(csv.DictReader(lines))
    for group, exclusions in meaning.exclusions.items():
        platform = next(g["platform"] for g in meaning.groups if g["name"] == group)
        mine, theirs = merged(exclusions), {}
        for kind, value, recursive, children, rows in artefacts.exclusions(out, group):
            entry = (kind, evaluator.fold(platform, kind, value), recursive, children)
            need(entry not in theirs, f"{group}: {entry} stands there twice")
            need(entry not in mine or value in mine[entry][0],
                 f"{group}: nobody spells it {value}")
            theirs[entry] = set(rows)
        for entry in sorted(set(mine) | set(theirs)):
            asked = mine.get(entry, (set(), set(), set()))[1]
            need(asked == theirs.get(entry), f"{group}: {entry} is asked for by "
                 f"{sorted(asked)} and there for {sorted(theirs.get(entry, []))}")
        wider = {line["row"] for line in ledger
                 if line["subject"] == group and line["csv"].startswith("wider")}
        asked = set().union(*(rows for _, _, rows in mine.values()))
        need(asked == wider, f"{group}: wider are {sorted(wider)}, with arguments "
             f"{sorted(asked)}")


def check_urls(meaning, out):
    mine, theirs = set(meaning.urls), set(artefacts.urls(out, SITE))
    need(mine == theirs, f"URLs: only the rows {mine - theirs}, only the compiler "
         f"{theirs - mine}")


def party_of(meaning, host):
    return {g["name"]: g.get("party") for g in meaning.groups}.get(host, host)


def not_carried(meaning):
    """A host's firewall has no names: rows of which it can carry nothing."""
    found = set()
    for host in meaning.hosts:
        party = party_of(meaning, host)
        for row, named in meaning.named.items():
            if row not in meaning.optional and \
                    any(party in flow[:2] for flow in named) and \
                    not any(party in flow[:2] for flow in meaning.flows[row]):
                found.add(("not-carried", f"{row} by {host}"))
    return found


def check_nftables(meaning, out, chance, forms):
    everything = [flow for flows in meaning.flows.values() for flow in flows]
    wanted = {SITE: {f"cv-{SITE}-forward": everything}}
    for host in meaning.hosts:
        party, prefix = party_of(meaning, host), f"cv-{SITE}.{host.lower()}"
        wanted[host.lower()] = {
            f"{prefix}-input": [flow for flow in everything if flow.receiver == party],
            f"{prefix}-output": [flow for flow in everything if flow.sender == party]}
    files = {path.name for path in (out / "nftables").iterdir()}
    need(files == {f"{s}{e}" for s in wanted for e in (".nft", ".undo.nft")},
         f"nftables files: {sorted(files)}")
    for subject, chains in wanted.items():
        text = (out / "nftables" / f"{subject}.nft").read_text()
        found = artefacts.nft_chains(text)
        forms.update(artefacts.nft_forms(text))
        need(set(chains) == set(found), f"chains of {subject}: {sorted(found)}")
        for chain, flows in chains.items():
            same_packets(chain, [flow.box for flow in flows], found[chain], chance)


def check_seed(program, seed, folder, forms):
    """What came of the site of that seed: "compared", or the findings that refuse it."""
    path = generator.make(seed, folder)
    meaning = evaluator.evaluate(path, TODAY)
    meaning.findings |= not_carried(meaning)
    out = folder / "out"
    code, errors = compile_site(program, path, out)
    if code == 1 and accept(path, errors):
        code, errors = compile_site(program, path, out)
    need(code in (0, 1), f"exit code {code}: {errors}")
    # A pass that finds errors is the last one, so that not all need be there.
    codes = {f["code"] for f in errors}
    expected = {finding for finding, _ in meaning.findings}
    need(codes <= expected and bool(codes) == bool(expected),
         f"findings {[f['text'] for f in errors]}, expected {sorted(meaning.findings)}")
    if codes:
        return " ".join(sorted(codes))
    chance = random.Random(seed)
    check_flows(meaning, out, chance)
    check_exclusions(meaning, out)
    check_urls(meaning, out)
    check_nftables(meaning, out, chance, forms)
    return "compared"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=pathlib.Path, default=ROOT / "build" / "naive")
    options = parser.parse_args()
    program = os.path.abspath(options.program)
    results, forms = collections.Counter(), collections.Counter()
    disagreements = 0
    for seed in range(options.seed, options.seed + options.count):
        with tempfile.TemporaryDirectory(prefix="carveout-naive-") as name:
            folder = pathlib.Path(name)
            try:
                results[check_seed(program, seed, folder, forms)] += 1
            except (Disagreement, artefacts.Strange) as problem:
                disagreements += 1
                kept = options.keep / str(seed)
                shutil.rmtree(kept, ignore_errors=True)
                shutil.copytree(folder, kept)
                print(f"seed {seed} ({kept}): {problem}")
    for result, count in results.most_common():
        print(f"{count:6} {result}")
    print("nftables rules:", ", ".join(f"{forms[form]} {form}" for form in artefacts.FORMS))
    print(f"{options.count} cases, {disagreements} disagreements")
    # A run that compares too little proves nothing.
    little = results["compared"] < options.count // 2 or \
        any(forms[form] < options.count // 20 for form in artefacts.FORMS)
    sys.exit(1 if disagreements or little else 0)


if __name__ == "__main__":
    main()
