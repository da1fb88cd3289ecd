#!/usr/bin/env python3
"""What is installed works where it lies: the catalogue is whole, and a site anywhere finds
each of its profiles by its id.  Takes the build directory."""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

BUILD = sys.argv[1]
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
problems = []


def run(program, *words, where):
    done = subprocess.run([program, *words], cwd=where, capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


with tempfile.TemporaryDirectory(prefix="carveout-install-") as name:
    prefix, elsewhere = pathlib.Path(name) / "usr", pathlib.Path(name) / "site"
    elsewhere.mkdir()
    subprocess.run(["cmake", "--install", BUILD, "--prefix", str(prefix)], check=True,
                   stdout=subprocess.DEVNULL)
    program = str(prefix / "bin/carveout")
    shipped = sorted(str(path.relative_to(ROOT / "profiles").with_suffix(""))
                     for path in (ROOT / "profiles").rglob("*.yaml"))
    code, stdout, stderr = run(program, "profiles", "--format=json", where=elsewhere)
    listed = sorted(profile["id"] for profile in json.loads(stdout)["profiles"])
    if code != 0 or listed != shipped:
        problems.append(f"installed are {listed}, not {shipped}: {stderr}")
    for identifier in shipped:
        (elsewhere / "site.yaml").write_text(
            f"carveout: site/1\nname: elsewhere\nprofiles: [{identifier}]\ntargets: {{json: {{}}}}\n")
        _, _, stderr = run(program, "check", "site.yaml", "--diagnostics=json", where=elsewhere)
        for found in json.loads(stderr)["findings"]:
            # Without groups and parties most need more; but they are found.
            if found["code"] in ("no-profile", "cannot-read"):
                problems.append(f"{identifier}: {found['text']}")
    (elsewhere / "site.yaml").write_text(
        "carveout: site/1\nname: elsewhere\nprofiles: [tanium/nothing]\ntargets: {json: {}}\n")
    _, _, stderr = run(program, "check", "site.yaml", "--diagnostics=json", where=elsewhere)
    if "no-profile" not in {found["code"] for found in json.loads(stderr)["findings"]}:
        problems.append("a profile that is not there is found")
    # What was listed lay there, and not where carveout was built.
    shutil.rmtree(prefix / "share/carveout/profiles/tanium")
    _, stdout, _ = run(program, "profiles", where=elsewhere)
    if "tanium/core" in stdout or "trellix/agent" not in stdout:
        problems.append("the profiles that are listed are not the installed ones")

for problem in problems:
    print("FAILED:", problem)
print(f"{len(shipped) + 3} tests of what is installed, {len(problems)} failed")
sys.exit(1 if problems else 0)
