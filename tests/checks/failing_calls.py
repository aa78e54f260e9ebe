#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A call of the C library fails, at every place where there is one: a settlement, or the answers of a
what-if, are then refused with a message and nothing is left, or they are the very ones that come out
without the failure; an earlier settlement, that one was to replace, is as it was or is replaced whole.
Memory is refused to the program itself, not to the libraries that it uses.

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
FUNCTIONS = ("read", "open", "close", "rename", "mkdir", "opendir", "readdir", "fopen", "fopencookie",
             "open_memstream", "fread", "fwrite", "fflush", "fclose", "putc", "fstat", "stat", "lstat",
             "getrandom", "fork", "mmap", "pthread_create", "malloc", "calloc", "realloc")
ANSWERING = ("read", "fopen", "fopencookie", "fread", "fwrite", "fflush", "fclose", "fputs", "putc",
             "malloc", "calloc", "realloc")
# Those that put a settlement in the place of an earlier one, also where names cannot be swapped.
PLACING = ("rename", "renameat2", "remove", "mkdir", "opendir", "lstat", "stat", "open", "fclose")
LASTING = ("fwrite", "fflush")  # a disk that is full stays full
LEAVING = ("remove",)  # what could not be removed is left until the next run
SCENARIO = "simulate: {replicates: 5, seed: 1, method: parametric, counts: resampled, baseline: fixed}\n"
REPLACING = ("over an earlier one", "in two steps")
TIME_LIMIT_SECONDS = 60


def build(folder):
    library = folder / "fail_call.so"
    subprocess.run([os.environ.get("CC", "gcc"), "-std=c17", "-D_GNU_SOURCE", "-O2", "-Wall",
                    "-Wextra", "-shared", "-fPIC", "-o", library,
                    ROOT / "tests" / "faults" / "fail_call.c", "-ldl"], check=True)
    return library


def settling(place, _):
    return [PROGRAM, "settle", "--contract", WORKED / "contract", "--cohort", WORKED / "cohort.csv",
            "--reoffences", WORKED / "reoffences.csv", "--snapshot", "2017-12-31", "--as-at",
            "2018-01-31", "--cohorts", "2015Q4,2016Q1,2015/16", "--first-of-year", "--quiet",
            "--keep-inputs", "--qa", "--force", "--out", place / "out"]


def answering(place, settlement):
    scenario = place / "told.yaml"
    scenario.write_text("title: Chance\nauthor: Nobody\nbase: {settlement: %s}\n" % settlement + SCENARIO)
    return [PROGRAM, "whatif", scenario, "--inputs", WORKED, "--quiet", "--out", place / "out"]


def run(library, place, function, at, manner="", settlement=None):
    """(status, stderr, whether the call failed)"""
    command = (answering if manner == "what-if" else settling)(place, settlement)
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
    """What may stand there: the earlier settlement, the new one, of which it is asked, the answers."""

    def __init__(self, earlier, asked, answers):
        self.earlier_folder, self.asked = earlier, asked
        self.earlier, self.whole, self.answers = digest(earlier), digest(asked), digest(answers)

    def prepare(self, place, manner):
        if manner in REPLACING:
            shutil.copytree(self.earlier_folder, place / "out")


def attempt(library, function, at, wanted, manner):
    """None where there is no such call; else what is wrong, or an empty text."""
    with tempfile.TemporaryDirectory(prefix="pbrcalc-fail-") as name:
        place = pathlib.Path(name)
        wanted.prepare(place, manner)
        try:
            status, said, failed = run(library, place, function, at, manner, wanted.asked)
        except subprocess.TimeoutExpired:
            return "%s %d: does not end" % (function, at)
        left = sorted(p.name for p in place.iterdir() if not p.name.startswith("told"))
        what = "%s %d %s: status %d, left %s, said: %s" % (function, at, manner, status, left,
                                                           said[-300:])
        if not failed:
            return None if status == 0 else what
        if function in LEAVING:
            left = [p for p in left if not p.startswith(".out.part-")]
        whole = wanted.answers if manner == "what-if" else wanted.whole
        now = digest(place / "out") if left == ["out"] else {}
        before = wanted.earlier if manner in REPLACING else {}
        if status == 0:
            good = now == whole
            what += "".join(" differs: " + n for n in whole if now.get(n) != whole[n])
        elif now == whole:
            good = status == 2 and "standard output" in said
        else:
            good = status == 2 and now == before and said.strip() and left == (["out"] * bool(before))
        return "" if good else what


def count_calls(library, function, wanted, manner):
    """How many there are: doubled until there is none, then halved."""
    def is_there(at):
        with tempfile.TemporaryDirectory(prefix="pbrcalc-fail-") as name:
            wanted.prepare(pathlib.Path(name), manner)
            return run(library, pathlib.Path(name), function, at, manner, wanted.asked)[2]
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
    for name, manner in (("earlier", ""), ("whole", ""), ("answers", "what-if")):
        place = folder / name
        place.mkdir()
        status, said, _ = run(library, place, "none", 0, manner, folder / "whole" / "out")
        if status != 0:
            sys.exit("a plain run failed: " + said)
        found.append(place / "out")
    earlier, whole, answers = found
    # Any other settlement will do as the earlier one, if it is told from the new one.
    (earlier / "payments.csv").write_text("of an earlier run\n")
    return library, Wanted(earlier, whole, answers)


def main(words):
    most, seed = (int(words[0]) if words else 8), (words[1] if len(words) > 1 else "1")
    wrong, tried, draw = [], 0, random.Random(seed)
    tasks = [("", function) for function in FUNCTIONS]
    tasks += [("over an earlier one", function) for function in PLACING]
    tasks += [("in two steps", "rename"), ("in two steps", "mkdir"), ("in two steps", "remove")]
    tasks += [("what-if", function) for function in ANSWERING]
    with tempfile.TemporaryDirectory(prefix="pbrcalc-fail-") as name, \
            concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        library, wanted = prepared(pathlib.Path(name))
        for manner, function in tasks:
            count = count_calls(library, function, wanted, manner)
            chosen = places(count, most, draw)
            found = list(pool.map(lambda at: attempt(library, function, at, wanted, manner), chosen))
            print("%-15s %6d calls, %4d tried %s" % (function, count, len(found), manner), flush=True)
            tried += len(found)
            wrong += ["%s is not called: nothing was tried %s" % (function, manner)] * (not found)
            wrong += [text for text in found if text]
    for text in wrong:
        print("FAILED " + text)
    print("%d failures tried, %d complaints" % (tried, len(wrong)))
    return 1 if wrong or not tried else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
