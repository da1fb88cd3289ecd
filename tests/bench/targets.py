"""Sites that write one target alone, for every target: its name, the tables that it
takes and the options that it needs."""

import re

import generate
import measure

# Flows, for a site of tests/bench/generate.py.
NETWORK = {
    "nftables": "{gateway: true}",
    "nftables-json": "{gateway: true}",
    "paloalto-xml": '{scope: vsys1, version: "10.1"}',
    "paloalto-xml with rules": '{scope: vsys1, version: "10.1", rules: {after: Mine}}',
    "paloalto-set": '{scope: vsys1, version: "10.1"}',
    "windows-firewall": "{hosts: [Party 001]}",
    "csv": "{}",
    "json": "{}",
}

# Exclusions, for a group of that platform; of one kind where there is no list for others.
ENDPOINT = {
    "defender-powershell": ("windows", "{}"),
    "defender-reg": ("windows", "{}"),
    "defender-intune": ("windows", "{base: intune.json}"),
    "mdatp-linux": ("linux", "{}"),
    "mdatp-macos": ("macos", "{}"),
    "crowdstrike": ("windows", "{host-groups: {computers: 0a1b2c3d4e5f60718293a4b5c6d7e8f9}}"),
    "sentinelone": ("windows", '{sites: {computers: "1001"}}'),
    "elastic-defend": ("windows", '{version: "8.15", policies: {computers: all}}'),
    "sophos-central": ("windows", "{}"),
    "trend": ("windows", "{}"),
    "carbon-black": ("windows", '{org-key: ABCD1234, policies: {computers: "201"}}'),
    "sysmon": ("windows", "{events: [ProcessCreate, FileCreate]}"),
    "clamav": ("linux", '{version: "1.4.0"}', ("folder",)),
    "auditd": ("linux", "{}"),
    "fapolicyd": ("linux", "{entries: rules}"),
    "csv": ("windows", "{}"),
    "json": ("linux", "{}"),
}
ACCEPTABLE = ("wider", "different", "wider-image")


def unknown(build, folder):
    """Targets of the program that stand in no table here."""
    said = measure.process([str(build / "carveout"), "targets"], folder).said
    known = {name.split(" ")[0] for name in (*NETWORK, *ENDPOINT)}
    return sorted(set(re.findall(r"^([a-z-]+)(?: \(preview\))?: ", said, re.M)) - known)


def network_site(folder, name, count):
    """The site of so many port rows that writes this target alone."""
    options = f"  {name.split(' ')[0]}: {NETWORK[name]}"
    return generate.write_csv_site(folder, count, options)


def endpoint_site(build, folder, name, count):
    """The same of exclusions.  What the target cannot carry exactly is accepted, as the
    program says that it has to be written."""
    platform, options, *kinds = ENDPOINT[name]
    site = generate.write_exclusions(folder, count, platform, f"  {name}: {options}", *kinds)
    bare = site.read_text()
    command = [str(build / "carveout"), "compile", str(site), "--dry-run", measure.TODAY]
    said = measure.process(command, folder, may_fail=True).said
    findings = [each for each in ACCEPTABLE if f"[{each}]" in said]
    if not findings:
        return site
    digests = ["00000000000000000000"] * len(findings)
    for _ in range(2):
        site.write_text(bare + "accept:\n" + "".join(
            f'  - {{row: "bench/*", finding: {finding}, target: {name}, of: "{digest}", '
            'reason: for the benchmark, by: nobody, until: "2027-06-30"}\n'
            for finding, digest in zip(findings, digests)))
        said = measure.process(command, folder, may_fail=True).said
        digests = re.findall(r'now of: "([0-9a-f]{20})"', said) or digests
    return site
