#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A call of the C library fails, at every place where there is one: a settlement is then refused
with a message and nothing is left, or it is the very one that comes out without the failure; an
earlier one, that it was to replace, is as it was or is replaced whole. Memory is refused to the program
itself, not to the libraries that it uses.

tests/checks/failing_calls.py [MOST [SEED]]   at most MOST places of each function (8), spread evenly
                                              from a place that SEED (1) draws; 0 tries all
"""
import concurrent.futures
import hashlib
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("PBRCALC", str(ROOT / "build" / "pbrcalc"))
WORKED = ROOT / "fixtures" / "worked"
FUNCTIONS = ("read", "write", "open", "close", "rename", "mkdir", "opendir",
             "fopen", "fdopen", "open_memstream", "fread", "fwrite", "fflush", "fclose", "fputs",
             "putc", "fseek", "getdelim", "fstat", "stat", "lstat", "realpath", "getrandom", "fork",
             "pthread_create", "malloc", "calloc", "realloc")
# Those that put a settlement in the place of an earlier one, also where names cannot be swapped.
PLACING = ("rename", "renameat2", "remove", "mkdir", "opendir", "lstat", "stat", "open", "fclose")
LASTING = ("fwrite", "fflush")  # a disk that is full stays full
LEAVING = ("remove",)  # what could not be removed is left until the next run
TIME_LIMIT_SECONDS = 60


def build(folder):
    library = folder / "fail_call.so"
    subprocess.run([os.environ.get("CC", "gcc"), "-std=c17", "-D_GNU_SOURCE", "-O2", "-Wall",
                    "-Wextra", "-shared", "-fPIC", "-o", library,
                    ROOT / "tests" / "faults" / "fail_call.c", "-ldl"], check=True)
    return library


def settle(library, place, function, at, manner=""):
    """(status, stderr, whether the call failed)"""
    command = [PROGRAM, "settle", "--contract", WORKED / "contract", "--cohort",
               WORKED / "cohort.csv", "--reoffences", WORKED / "reoffences.csv", "--snapshot",
               "2017-12-31", "--as-at", "2018-01-31", "--cohorts", "2015Q4,2016Q1,2015/16",
               "--first-of-year", "--quiet", "--keep-inputs", "--qa", "--force", "--out",
               place / "out"]
    told = place / "told"
    environment = ["LD_PRELOAD=%s" % library, "FAIL_CALL=" + function, "FAIL_AT=%d" % at]
    environment += ["FAIL_ON=1"] if function in LASTING else []
    environment += ["FAIL_ALWAYS=renameat2"] if manner == "in two steps" else []
    done = subprocess.run(["sh", "-c", 'exec 9>"$0"; exec env "$@"', told, *environment, *command],
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=TIME_LIMIT_SECONDS)
    return done.returncode, done.stderr.decode("utf-8", "replace"), told.read_bytes() != b""


def digest(folder):
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
            for p in sorted(folder.rglob("*")) if p.is_file()}


class Wanted:
    """What may stand there: the settlement, and the earlier one in its folder."""

    def __init__(self, whole, earlier, folder):
        self.whole, self.earlier, self.folder = whole, earlier, folder


def attempt(library, function, at, wanted, manner):
    """None where there is no such call; else what is wrong, or an empty text."""
    with tempfile.TemporaryDirectory(prefix="pbrcalc-fail-") as name:
        place = pathlib.Path(name)
        if manner:
            shutil.copytree(wanted.folder, place / "out")
        try:
            status, said, failed = settle(library, place, function, at, manner)
        except subprocess.TimeoutExpired:
            return "%s %d: does not end" % (function, at)
        left = sorted(p.name for p in place.iterdir() if p.name != "told")
        what = "%s %d %s: status %d, left %s, said: %s" % (function, at, manner, status, left,
                                                           said[-300:])
        if not failed:
            return None if status == 0 else what
        if function in LEAVING:
            left = [p for p in left if not p.startswith(".out.part-")]
        now = digest(place / "out") if left == ["out"] else {}
        before = wanted.earlier if manner else {}
        if status == 0:
            good = now == wanted.whole
            what += "".join(" differs: " + n for n in wanted.whole if now.get(n) != wanted.whole[n])
        elif now == wanted.whole:
            good = status == 2 and "standard output" in said
        else:
            good = status == 2 and now == before and said.strip() and left == (["out"] * bool(before))
        return "" if good else what


def count_calls(library, function, wanted, manner):
    """How many there are: doubled until there is none, then halved."""
    def is_there(at):
        with tempfile.TemporaryDirectory(prefix="pbrcalc-fail-") as name:
            if manner:
                shutil.copytree(wanted.folder, pathlib.Path(name) / "out")
            return settle(library, pathlib.Path(name), function, at, manner)[2]
    if not is_there(1):
        return 0
    low, high = 1, 2
    while is_there(high):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if is_there(middle) else (low, middle)
    return low


def places(count, most, draw):
    """As many of 1 to count, at equal steps from one that is drawn, with the first and the last."""
    if not most or count <= most:
        return range(1, count + 1)
    first = draw.random()
    steps = {1 + int((i + first) * count / most) for i in range(most)}
    return sorted({n for n in steps if n <= count} | {1, count})


def prepared(folder):
    """The preloaded library, and what may come out."""
    library, found = build(folder), []
    for name, function in (("earlier", "none"), ("whole", "none")):
        place = folder / name
        place.mkdir()
        status, said, _ = settle(library, place, function, 0)
        if status != 0:
            sys.exit("a plain run failed: " + said)
        found.append(place / "out")
    # Any other settlement will do as the earlier one, if it is told from the new one.
    (found[0] / "payments.csv").write_text("of an earlier run\n")
    return library, Wanted(digest(found[1]), digest(found[0]), found[0])


def main(words):
    most, seed = (int(words[0]) if words else 8), (words[1] if len(words) > 1 else "1")
    wrong, tried, draw = [], 0, random.Random(seed)
    tasks = [("", function) for function in FUNCTIONS]
    tasks += [("over an earlier one", function) for function in PLACING]
    tasks += [("in two steps", "rename"), ("in two steps", "mkdir"), ("in two steps", "remove")]
    with tempfile.TemporaryDirectory(prefix="pbrcalc-fail-") as name, \
            concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        library, wanted = prepared(pathlib.Path(name))
        for manner, function in tasks:
            count = count_calls(library, function, wanted, manner)
            chosen = places(count, most, draw)
            found = list(pool.map(lambda at: attempt(library, function, at, wanted, manner), chosen))
            print("%-15s %6d calls, %4d tried %s" % (function, count, len(found), manner), flush=True)
            tried += len(found)
            wrong += [text for text in found if text]
    for text in wrong:
        print("FAILED " + text)
    print("%d failures tried, %d complaints" % (tried, len(wrong)))
    return 1 if wrong or not tried else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
