#!/usr/bin/python3
"""Runs the scripts that send exclusions to a console, with real curl and jq, against
consoles that stand here on loopback and keep what they are given.

    tests/api/check.py [FOLDER...]

FOLDER: `out` folders of golden cases, whose scripts run; by default all, of which some run.
For each subject of each target that has a script:
1. without --send nothing is called, and every body is shown;
2. sending calls what the manifest says, with every body as it stands in its file;
3. sending again sends nothing;
4. what others have there stays, also an equal value without our comment;
5. undo without --remove calls nothing; with it exactly ours go;
6. the token never shows in the list of processes, and reaches the console;
7. every body holds to the schema of its call (schemas/), transcribed from what the
   vendors' own clients and validators check.
A run in which the console refuses a call ends with exit code 1."""

import concurrent.futures
import http.server
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading

import jsonschema

sys.dont_write_bytecode = True
import consoles  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TOKEN = "token-7d3c1f"
problems = []
checked = 0


def check(holds, what):
    global checked
    checked += 1
    if not holds:
        problems.append(what)


def shown_tokens():
    """Processes whose words hold the token."""
    found = []
    for words in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if TOKEN.encode() in words.read_bytes():
                found.append(words)
        except OSError:
            pass
    return found


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *words):
        pass

    def answer(self):
        size = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(size)
        server = self.server
        server.calls.append((self.command, self.path, body))
        if TOKEN not in (self.headers.get("Authorization") or ""):
            server.strange.append(f"{self.command} {self.path}: no token")
        if shown_tokens():
            server.strange.append(f"{self.command} {self.path}: the token is shown")
        if server.refuse:
            status, result = 403, {"errors": [{"message": "refused"}]}
        else:
            try:
                status, result = server.console.call(
                    self.command, self.path, json.loads(body) if body else None)
            except (ValueError, KeyError, TypeError) as error:
                status, result = 400, {"errors": [repr(error)]}
                server.strange.append(f"{self.command} {self.path}: {error!r}")
        data = json.dumps(result).encode() if result is not None else b""
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer


class Server(http.server.ThreadingHTTPServer):
    def __init__(self, console):
        super().__init__(("127.0.0.1", 0), Handler)
        self.console, self.calls, self.strange, self.refuse = console, [], [], False
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"


def run(script, *words, headers=f"Authorization: Bearer {TOKEN}\n"):
    return subprocess.run(["sh", str(script), *words], input=headers, text=True,
                          capture_output=True, timeout=120)


def bodies(folder, call):
    return [json.loads(line) for line in (folder / call["bodies"]).read_text().splitlines()]


def check_bodies(folder, target, call):
    schemas = [HERE / "schemas" / f"{target}.{call['list']}.json",
               HERE / "schemas" / f"{target}.json"]
    schema = json.loads(next(path for path in schemas if path.exists()).read_text())
    validator = jsonschema.Draft202012Validator(schema)
    for body in bodies(folder, call):
        for error in validator.iter_errors(body):
            check(False, f"{folder / call['bodies']}: {error.message} in {body}")


def check_subject(folder, name, console):
    send, undo = folder / f"{name}.send.sh", folder / f"{name}.undo.sh"
    calls = json.loads((folder / f"{name}.calls.json").read_text())["calls"]
    wanted = [(call["method"], call["path"], body)
              for call in calls for body in bodies(folder, call)]
    about = f"{folder}/{name}"
    server = Server(console)
    with tempfile.TemporaryDirectory() as place:
        options = ["--url", server.url, "--record", f"{place}/record"]
        for call in calls:
            console.add_foreign(call["list"], bodies(folder, call))
        foreign = console.state()

        done = run(send)
        check(done.returncode == 0 and not server.calls, f"{about}: a dry run calls")
        check(done.stdout.count("would send") == len(wanted), f"{about}: dry run shows less")

        server.refuse = True
        done = run(send, "--send", *options)
        check(done.returncode == 1 and console.state() == foreign,
              f"{about}: a refusal ends with {done.returncode}")
        server.refuse = False
        server.calls.clear()

        done = run(send, "--send", *options)
        check(done.returncode == 0, f"{about}: send: {done.stderr}")
        made = [(method, path, json.loads(body)) for method, path, body in server.calls
                if method in ("POST", "PUT") and body]
        check(made == wanted, f"{about}: sent is not what the files hold: {made} {wanted}")
        full = console.state()

        server.calls.clear()
        done = run(send, "--send", *options)
        check(done.returncode == 0 and console.state() == full, f"{about}: sent twice")

        server.calls.clear()
        done = run(undo)
        check(done.returncode == 0 and not server.calls, f"{about}: a dry undo calls")
        removals = len((folder / f"{name}.undo.ndjson").read_text().splitlines())
        check(done.stdout.count("would look for") == removals,
              f"{about}: dry undo shows less: {done.stdout}")

        # Somebody makes the same exclusions for another reason.
        for call in calls:
            console.add_twins(call["list"], bodies(folder, call))
        twins = console.state()
        done = run(undo, "--remove", *options)
        check(done.returncode == 0, f"{about}: undo: {done.stderr}")
        left = console.state()
        check(left == console.left_after_undo(twins, full, foreign),
              f"{about}: undo left {left}")
    for strange in server.strange:
        check(False, f"{about}: {strange}")
    server.shutdown()
    server.server_close()


# Cases whose scripts run; the bodies of all are held to their schemas.
RUN = {"kinds"}


def check_manifest(manifest, run_it):
    target = manifest.parent.name
    for call in json.loads(manifest.read_text())["calls"]:
        check_bodies(manifest.parent, target, call)
    if run_it:
        check_subject(manifest.parent, manifest.name[:-len(".calls.json")],
                      consoles.CONSOLES[target]())


def main():
    for tool in ("curl", "jq"):
        if not shutil.which(tool):
            sys.exit(f"{tool} is missing")
    named = [pathlib.Path(name) for name in sys.argv[1:]]
    folders = named or sorted((ROOT / "tests" / "golden").glob("*/*/out"))
    found = [(manifest, bool(named) or out.parent.name in RUN)
             for out in folders for target in consoles.CONSOLES
             for manifest in sorted((out / target).glob("*.calls.json"))]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(check_manifest, *one) for one in found]:
            done.result()
    for problem in problems:
        print(problem)
    check(found, "no golden case has a script")
    print(f"{len(found)} artefacts, {checked} checks, {len(problems)} problems")
    sys.exit(1 if problems or not found else 0)


main()
