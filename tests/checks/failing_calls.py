#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A call of the C library fails, at every place where there is one: a settlement is then refused
with a message and nothing is left, or it is the very one that comes out without the failure. Memory
is refused to the program itself, not to the libraries that it uses.

tests/checks/failing_calls.py [MOST]   tries at most MOST places of each function (default 8),
                                       spread evenly; 0 tries all
"""
import concurrent.futures
import hashlib
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("PBRCALC", str(ROOT / "build" / "pbrcalc"))
WORKED = ROOT / "fixtures" / "worked"
FUNCTIONS = ("read", "write", "open", "close", "rename", "mkdir", "opendir",
             "fopen", "fdopen", "open_memstream", "fread", "fwrite", "fflush", "fclose",
             "pthread_create", "malloc", "calloc", "realloc")
LASTING = ("fwrite", "fflush")  # a disk that is full stays full
TIME_LIMIT_SECONDS = 60


def build(folder):
    library = folder / "fail_call.so"
    subprocess.run([os.environ.get("CC", "gcc"), "-std=c17", "-D_GNU_SOURCE", "-O2", "-Wall",
                    "-Wextra", "-shared", "-fPIC", "-o", library,
                    ROOT / "tests" / "faults" / "fail_call.c", "-ldl"], check=True)
    return library


def settle(library, place, function, at):
    """(status, stderr, whether the call failed)"""
    command = [PROGRAM, "settle", "--contract", WORKED / "contract", "--cohort",
               WORKED / "cohort.csv", "--reoffences", WORKED / "reoffences.csv", "--snapshot",
               "2017-12-31", "--as-at", "2018-01-31", "--cohorts", "2015Q4,2016Q1,2015/16",
               "--first-of-year", "--quiet", "--keep-inputs", "--qa", "--out", place / "out"]
    told = place / "told"
    environment = ["LD_PRELOAD=%s" % library, "FAIL_CALL=" + function, "FAIL_AT=%d" % at]
    environment += ["FAIL_ON=1"] if function in LASTING else []
    done = subprocess.run(["sh", "-c", 'exec 9>"$0"; exec env "$@"', told, *environment, *command],
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=TIME_LIMIT_SECONDS)
    return done.returncode, done.stderr.decode("utf-8", "replace"), told.read_bytes() != b""


def digest(folder):
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
            for p in sorted(folder.rglob("*")) if p.is_file()}


def attempt(library, function, at, whole):
    """None where there is no such call; else what is wrong, or an empty text."""
    with tempfile.TemporaryDirectory(prefix="pbrcalc-fail-") as name:
        place = pathlib.Path(name)
        try:
            status, said, failed = settle(library, place, function, at)
        except subprocess.TimeoutExpired:
            return "%s %d: does not end" % (function, at)
        left = sorted(p.name for p in place.iterdir() if p.name != "told")
        what = "%s %d: status %d, left %s, said: %s" % (function, at, status, left, said[-300:])
        if not failed:
            return None if status == 0 else what
        now = digest(place / "out") if left == ["out"] else {}
        if status == 0:
            good = now == whole
            what += "".join(" differs: " + name for name in whole if now.get(name) != whole[name])
        elif now:
            good = status == 2 and now == whole and "standard output" in said
        else:
            good = status == 2 and not left and said.strip()
        return "" if good else what


def count_calls(library, function):
    """How many there are: doubled until there is none, then halved."""
    def is_there(at):
        with tempfile.TemporaryDirectory(prefix="pbrcalc-fail-") as name:
            return settle(library, pathlib.Path(name), function, at)[2]
    if not is_there(1):
        return 0
    low, high = 1, 2
    while is_there(high):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if is_there(middle) else (low, middle)
    return low


def places(count, most):
    if not most or count <= most:
        return range(1, count + 1)
    return sorted({1 + i * (count - 1) // (most - 1) for i in range(most)})


def main(words):
    most = int(words[0]) if words else 8
    wrong, tried = [], 0
    with tempfile.TemporaryDirectory(prefix="pbrcalc-fail-") as name, \
            concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        library = build(pathlib.Path(name))
        reference = pathlib.Path(name) / "reference"
        reference.mkdir()
        status, said, _ = settle(library, reference, "none", 0)
        if status != 0:
            sys.exit("a plain run failed: " + said)
        whole = digest(reference / "out")
        for function in FUNCTIONS:
            count = count_calls(library, function)
            chosen = places(count, most)
            found = list(pool.map(lambda at: attempt(library, function, at, whole), chosen))
            print("%-15s %6d calls, %4d tried" % (function, count, len(found)))
            tried += len(found)
            wrong += [text for text in found if text]
    for text in wrong:
        print("FAILED " + text)
    print("%d failures tried, %d complaints" % (tried, len(wrong)))
    return 1 if wrong or not tried else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
