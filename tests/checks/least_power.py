#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program can do little, and does less: it is hardened, imports nothing that starts programs or
speaks to a network, opens its inputs and nothing else, writes in the place that --out names and
nowhere else, heeds no settings of the machine's, and says no identifier.

Files and calls are seen by strace; where a process may not be traced, that part is left out.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PBRCALC = os.environ.get("PBRCALC", str(ROOT / "build/pbrcalc"))
WORKED = ROOT / "fixtures/worked"
FORBIDDEN = re.compile(
    r"^(socket|connect|bind|listen|accept4?|send(to|msg)?|recv(from|msg)?|getaddrinfo|gethostby\w+|"
    r"system|popen|posix_spawnp?|exec\w*|f?dlopen|dlsym|tmpfile(64)?|tmpnam|tempnam|mktemp|"
    r"mkstemp\w*|setlocale|gets|strcpy|strcat|sprintf|vsprintf)$")
# What the loader and the C library read on the way: libraries, and how many processors there are.
SYSTEM = re.compile(r"^(/etc/ld\.so\.(cache|preload|nohwcap)|(/usr)?/lib/.*\.so(\.\d+)*|"
                    r"/usr/share/zoneinfo/UTC0|/sys/devices/system/cpu(/online|/possible)?|"
                    r"/dev/(null|urandom)|"
                    r"/proc/(self|thread-self)/[a-z]+|/sys/kernel/mm/transparent_hugepage/\w+)$")
CALL = re.compile(r"^(?:\d+ +)?(\w+)\((.*)$")
RESUMED = re.compile(r"^(?:\d+ +)?<\.\.\. \w+ resumed>")
READS = ("access", "faccessat", "faccessat2", "stat", "lstat", "newfstatat", "statx", "readlink",
         "readlinkat", "statfs", "getcwd", "execve")
NETWORK = {"socket", "socketpair", "connect", "bind", "listen", "accept", "accept4", "sendto",
           "recvfrom", "sendmsg", "recvmsg", "sendmmsg", "recvmmsg", "getsockname", "getpeername",
           "setsockopt", "getsockopt", "shutdown"}
CANARY = "-CANARY-"
wrong = []


def complain(*words):
    wrong.append(" ".join(map(str, words)))


def output(*command):
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout


def check_binary():
    """PIE, full RELRO, no stack that runs, stack protector, fortified calls; no import that is
    forbidden."""
    listed = output("nm", "-D", "--undefined-only", PBRCALC).splitlines()
    imported = {line.split()[-1].split("@")[0] for line in listed}
    for name in sorted(imported):
        if FORBIDDEN.match(name):
            complain("it imports", name)
    segments, dynamic = output("readelf", "-Wl", PBRCALC), output("readelf", "-Wd", PBRCALC)
    properties = {
        "position-independent": "DYN" in segments and "PIE" in dynamic,
        "relocations read-only": "GNU_RELRO" in segments and "BIND_NOW" in dynamic,
        "a stack that does not run": bool(re.search(r"GNU_STACK.* RW +0x", segments)),
        "no page both written and run": not re.search(r"LOAD.* RWE ", segments),
        "stack protector": "__stack_chk_fail" in imported,
        "fortified calls": len([n for n in imported if n.endswith("_chk")]) > 4,
        "no path to look for libraries in": "RPATH" not in dynamic and "RUNPATH" not in dynamic,
    }
    for name, there in properties.items():
        if not there:
            complain("it is not built with:", name)


def may_trace():
    try:
        tried = subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], capture_output=True)
    except FileNotFoundError:
        return False
    return tried.returncode == 0


def paths_of(call, rest, place):
    """Each path that a call names, whole; of a symbolic link the link itself."""
    found = re.findall(r'(?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"((?:[^"\\]|\\.)*)"', rest)
    paths = [os.path.normpath(os.path.join(folder or place, path)) for folder, path in found]
    return paths[-1:] if call.startswith("symlink") else paths


class Run:
    """One run under strace, in a folder of its own, and what it may touch."""

    def __init__(self, place, reads, writes):
        self.place = place
        self.reads = [os.path.realpath(path) for path in reads]
        self.writes = [os.path.realpath(path) for path in writes]

    def is_in(self, path, folders):
        return any(path == folder or path.startswith(folder + "/") for folder in folders)

    def may_write(self, path):
        """In --out, or where it is made before it takes that name."""
        for out in self.writes:
            folder, name = os.path.split(out)
            if path == out or path.startswith((out + "/", f"{folder}/.{name}.")):
                return True
        return False

    def may_read(self, path):
        parents = {os.path.dirname(path) for path in self.writes}
        return (self.is_in(path, self.reads) or self.may_write(path) or path in parents
                or bool(SYSTEM.match(path)) or path == "/")

    def judge(self, call, rest, command):
        if call in READS and call != "execve":
            return  # asking whether a file is there reads none of it
        writes = not call.startswith("open") or re.search(r"O_(WRONLY|RDWR|CREAT|TRUNC)", rest)
        for whole in paths_of(call, rest, self.place):
            if writes and not self.may_write(whole):
                complain(command, "writes:", call, whole)
            elif not writes and not self.may_read(whole):
                complain(command, "reads:", call, whole)

    def go(self, *words, status=(0,)):
        log = self.place / "strace"
        elsewhere = str(self.place / "elsewhere")
        hostile = {"PATH": os.environ["PATH"], "TMPDIR": elsewhere, "HOME": elsewhere,
                   "OPENSSL_CONF": elsewhere + "/openssl.cnf", "LC_ALL": "tr_TR.UTF-8",
                   "TZ": "/etc/passwd"}
        watch = ["strace", "-f", "-y", "-qq", "-s", "4096", "-e", "signal=none", "-e",
                 "trace=%file,%network,execveat,fchmod,fchown", "-o", log]
        done = subprocess.run([*watch, PBRCALC, *map(str, words)], cwd=self.place, env=hostile,
                              capture_output=True, text=True)
        if done.returncode not in status:
            complain(words[0], "status", done.returncode, done.stderr[-500:])
        programs = 0
        for line in log.read_text(errors="replace").splitlines():
            found = CALL.match(line)
            if RESUMED.match(line) or not found:
                continue
            call, rest = found.groups()
            if call in ("execve", "execveat"):
                programs += 1
            elif call in NETWORK:
                complain(words[0], "speaks to a network:", line[:200])
            else:
                self.judge(call, rest, words[0])
        if programs != 1:
            complain(words[0], "starts", programs - 1, "programs")
        return done.stdout + done.stderr


def with_canaries(folder):
    """The worked extracts with identifiers that can be looked for."""
    folder.mkdir()
    for name in ("cohort.csv", "reoffences.csv"):
        text = (WORKED / name).read_text()
        (folder / name).write_text(re.sub(r"^W(\w+),", rf"W{CANARY}\1,", text, flags=re.M))


def with_errors(folder):
    """The same with every kind of bad cell and bad key, each beside a canary."""
    with_canaries(folder)
    cohort = (folder / "cohort.csv").read_text().splitlines()
    reoffences = (folder / "reoffences.csv").read_text().splitlines()
    cells = cohort[1].split(",")
    cohort += [cohort[1], cohort[2]]
    for column in range(1, len(cells)):
        for bad in ("", "no such", "2015-13-01", "\x07", "9" * 70):
            row = [f"W{CANARY}{column}", *cells[1:]]
            row[column] = bad
            cohort.append(",".join(row))
    for bad in (f"W{CANARY}\x01", f"W{CANARY}" + "x" * 80, f"W{CANARY}\u200b"):
        cohort.append(",".join([bad, *cells[1:]]))
    cohort += [f"W{CANARY},X01", f'"W{CANARY}']
    cells = reoffences[1].split(",")
    reoffences += [reoffences[1], ",".join([f"none{CANARY}", *cells[1:]])]
    for column in range(1, len(cells)):
        row = [f"W{CANARY}01", *cells[1:]]
        row[column] = "no such"
        reoffences.append(",".join(row))
    (folder / "cohort.csv").write_text("\n".join(cohort) + "\n")
    (folder / "reoffences.csv").write_text("\n".join(reoffences) + "\n")


def extracts(folder):
    return ["--contract", WORKED / "contract", "--cohort", folder / "cohort.csv", "--reoffences",
            folder / "reoffences.csv", "--snapshot", "2017-12-31"]


SETTLED = ["--as-at", "2018-01-31", "--cohorts", "2015Q4,2016Q1,2015/16", "--first-of-year"]
SCENARIO = """title: Another way to round
author: Nobody
base: {settlement: out}
simulate: {replicates: 50, seed: 1, method: parametric, counts: resampled,
           baseline: fixed}
"""


def trace_all(place, good):
    """What the commands say while they are watched."""
    out, kept, answers = place / "out", place / "kept", place / "answers"
    (place / "work").mkdir()
    (place / "scenario.yaml").write_text(SCENARIO)
    run = Run(place, [WORKED / "contract", good], [out, kept])
    said = run.go("settle", *extracts(good), *SETTLED, "--qa", "--keep-inputs", "--out", out)
    said += run.go("settle", *extracts(good), *SETTLED, "--quiet", "--out", kept)
    said += run.go("measure", *extracts(good), "--as-at", "2018-01-31", "--verbose")
    said += run.go("check", *extracts(good), "--format", "json", status=(0, 1))
    settled = Run(place, [place / "scenario.yaml", good, out, kept], [place / "work", answers])
    said += settled.go("verify", out, "--work", place / "work")
    said += settled.go("diff", out, kept, status=(0, 1))
    said += settled.go("explain", out)
    said += settled.go("whatif", "scenario.yaml", "--out", answers)
    settled.go("trace", out, f"W{CANARY}01")
    return said


def say_all(place):
    """What the commands say of bad rows, in every form."""
    said, never = "", ["--out", place / "never"]
    for command in (["check"], ["check", "--format", "json"], ["check", "--format", "csv"],
                    ["measure", "--as-at", "2018-01-31"], ["settle", *SETTLED, *never]):
        words = [*command, *extracts(place / "bad"), "--verbose"]
        done = subprocess.run([PBRCALC, *map(str, words)], capture_output=True)
        if done.returncode not in (1, 2) or not done.stdout + done.stderr:
            complain(*command, "finds nothing bad in the bad rows: status", done.returncode)
        said += (done.stdout + done.stderr).decode("utf-8", "replace")
    return said


def main():
    check_binary()
    with tempfile.TemporaryDirectory(prefix="pbrcalc-power-") as name:
        place = pathlib.Path(os.path.realpath(name))
        (place / "elsewhere").mkdir()
        (place / "elsewhere/openssl.cnf").write_text("no = settings\n")
        with_canaries(place / "good")
        with_errors(place / "bad")
        said = ""
        if may_trace():
            said += trace_all(place, place / "good")
        else:
            print("files and calls were not looked at: no right to trace")
        said += say_all(place)
        shown = subprocess.run([PBRCALC, "check", *map(str, extracts(place / "bad")),
                                "--show-values"], capture_output=True).stdout
        if CANARY.encode() not in shown:
            complain("no bad row has an identifier to be said, so nothing was tried")
        for line in said.splitlines():
            if CANARY in line:
                complain("an identifier is said:", line[:300])
        made = {"elsewhere", "openssl.cnf", "good", "bad", "out", "kept", "answers", "work",
                "strace", "scenario.yaml"}
        left = {path.name for path in (*place.iterdir(), *(place / "elsewhere").iterdir())} - made
        if left:
            complain("left behind:", sorted(left))
    for text in wrong[:40]:
        print("FAILED " + text)
    print(f"{len(wrong)} complaints")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
