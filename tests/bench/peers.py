#!/usr/bin/python3
"""The policy of tests/bench/generate.py for capirca 2.0.6 (Debian's python3-capirca), and
the run of it that is measured: the policy read once for nftables and once for PAN-OS, as
its format has a target for each policy, and both written as text.

    tests/bench/peers.py FOLDER     compiles what write_capirca() left there"""

import pathlib
import sys

import generate

HEADS = {"nftables": "nftables inet output", "paloalto": "paloalto from-zone inside to-zone inside"}


def listed(name, values):
    """A definition, a line for each further value."""
    return [f"{name} = {values[0]}", *(f"    {value}" for value in values[1:])]


def write_capirca(folder, count):
    """As capirca leaves out the destination's port of a row that has none for the source,
    each has one."""
    folder = pathlib.Path(folder)
    networks, services = [], ["HIGH = 1-65535/tcp 1-65535/udp"]
    for number in range(generate.PARTIES):
        hosts = [host.strip('" []') for host in generate.addresses(number).split(",")]
        networks += listed(f"P{number}", [host if "/" in host else host + "/32"
                                          for host in hosts])
    names = {generate.party(number): f"P{number}" for number in range(generate.PARTIES)}
    terms, known = [], {}
    for row, source, destination, port, protocol in generate.rows(count):
        if (port, protocol) not in known:
            known[port, protocol] = f"S{len(known)}"
            services.append(f"S{len(known) - 1} = " + " ".join(
                f"{each}/{protocol}" for each in port.split(",")))
        terms.append(f"term {row} {{\n  source-address:: {names[source]}\n"
                     f"  destination-address:: {names[destination]}\n  source-port:: HIGH\n"
                     f"  destination-port:: {known[port, protocol]}\n"
                     f"  protocol:: {protocol}\n  action:: accept\n}}\n")
    for name, head in HEADS.items():
        (folder / f"{name}.pol").write_text(
            f"header {{\n  target:: {head}\n}}\n" + "".join(terms))
    (folder / "NETWORK.net").write_text("\n".join(networks) + "\n")
    (folder / "SERVICES.svc").write_text("\n".join(services) + "\n")


def main(folder):
    from capirca.lib import naming, nftables, paloaltofw
    from capirca.lib import policy

    folder = pathlib.Path(folder)
    names = naming.Naming(str(folder))
    writers = {"nftables": nftables.Nftables, "paloalto": paloaltofw.PaloAltoFW}
    for name, writer in writers.items():
        parsed = policy.ParsePolicy((folder / f"{name}.pol").read_text(), names,
                                    optimize=False, shade_check=False)
        (folder / f"{name}.out").write_text(str(writer(parsed, 2)))


if __name__ == "__main__":
    main(sys.argv[1])
