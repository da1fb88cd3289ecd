"""The policy of tests/bench/generate.py for capirca 2.0.6 (Debian's python3-capirca): one
policy, read once, for one target or for both.  Its own command compiles it, as it comes or
with its check for terms that an earlier one makes needless, which carveout always does."""

import pathlib

import generate

COMMAND = "/usr/bin/aclgen"
TARGETS = {"nftables": "nftables inet output",
           "paloalto": "paloalto from-zone inside to-zone inside"}


def listed(name, values):
    """A definition, a line for each further value."""
    return [f"{name} = {values[0]}", *(f"    {value}" for value in values[1:])]


def write_capirca(folder, count, names):
    """The policy for the TARGETS of these names, and what it names, in `folder`.  As capirca
    leaves out the destination's port of a row that has none for the source, each has one."""
    folder = pathlib.Path(folder)
    networks, services = [], ["HIGH = 1-65535/tcp 1-65535/udp"]
    for number in range(generate.PARTIES):
        hosts = [host.strip('" []') for host in generate.addresses(number).split(",")]
        networks += listed(f"P{number}", [host if "/" in host else host + "/32"
                                          for host in hosts])
    parties = {generate.party(number): f"P{number}" for number in range(generate.PARTIES)}
    terms, known = [], {}
    for row, source, destination, port, protocol in generate.rows(count):
        if (port, protocol) not in known:
            known[port, protocol] = f"S{len(known)}"
            services.append(f"S{len(known) - 1} = " + " ".join(
                f"{each}/{protocol}" for each in port.split(",")))
        terms.append(f"term {row} {{\n  source-address:: {parties[source]}\n"
                     f"  destination-address:: {parties[destination]}\n  source-port:: HIGH\n"
                     f"  destination-port:: {known[port, protocol]}\n"
                     f"  protocol:: {protocol}\n  action:: accept\n}}\n")
    for made in ("names", "written"):
        (folder / made).mkdir()
    (folder / "bench.pol").write_text("header {\n" + "".join(
        f"  target:: {TARGETS[name]}\n" for name in names) + "}\n" + "".join(terms))
    (folder / "names/NETWORK.net").write_text("\n".join(networks) + "\n")
    (folder / "names/SERVICES.svc").write_text("\n".join(services) + "\n")


def command(folder, shade_check, limit):
    """Compiles what write_capirca() left there into written/, which it empties before, as
    capirca compares with what lies there; ends at so many seconds of CPU."""
    return ["/bin/sh", "-c", 'rm -f "$0"/bench.* && ulimit -t "$1" && shift && exec "$@"',
            f"{folder}/written", str(limit), COMMAND, f"--policy_file={folder}/bench.pol", f"--base_directory={folder}",
            f"--definitions_directory={folder}/names", f"--output_directory={folder}/written",
            *(["--shade_check"] if shade_check else [])]
