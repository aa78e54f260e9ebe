#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settlements that are ended by a signal at any moment, some over an earlier one with --force: the
folder is then absent, the earlier one or the new one, each to the byte. Nothing is left beside it but
by SIGKILL, and that the next run removes.

tests/checks/killed.py [RUNS [SEED]]   so many runs (40); the seed (1) draws the moments
"""
import hashlib
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("PBRCALC", str(ROOT / "build" / "pbrcalc"))
WORKED = ROOT / "fixtures" / "worked"
DATES = ("2018-01-31", "2018-02-28")  # one a version, so that old and new are told apart
SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
TIME_LIMIT_SECONDS = 120
BEYOND = 1.2  # of the length of a run: some end by themselves
TIMED_EACH = 20  # runs: another load of the machine makes them longer or shorter


def start(out, version):
    return subprocess.Popen(
        [PROGRAM, "settle", "--contract", WORKED / "contract", "--cohort", WORKED / "cohort.csv",
         "--reoffences", WORKED / "reoffences.csv", "--snapshot", "2017-12-31", "--as-at",
         DATES[version], "--cohorts", "2015Q4,2016Q1,2015/16", "--first-of-year", "--keep-inputs",
         "--qa", "--quiet", "--force", "--out", out],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))


def settle(out, version):
    """Not disturbed: how long it took."""
    begun = time.monotonic()
    process = start(out, version)
    said = process.communicate(timeout=TIME_LIMIT_SECONDS)[1]
    if process.returncode:
        sys.exit(f"a plain run failed: {said.decode()}")
    return time.monotonic() - begun


def contents(folder):
    """Digests by name; None if there is no folder."""
    if not folder.exists():
        return None
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*")) if path.is_file()}


class Place:
    """A folder for settlements, the two that may stand in it, and what was wrong."""

    def __init__(self, folder, draw):
        self.draw, self.out = draw, folder / "runs" / "out"
        self.out.parent.mkdir()
        self.spare = folder / "whole-0"
        self.length = max(settle(folder / f"whole-{version}", version) for version in (0, 1))
        self.whole = [contents(folder / f"whole-{version}") for version in (0, 1)]
        self.killed, self.ended, self.replaced, self.problems = 0, 0, 0, []

    def beside(self):
        return sorted(path.name for path in self.out.parent.iterdir() if path != self.out)

    def remove(self):
        """The settlement, by its name alone, as a user would."""
        if self.out.exists():
            subprocess.run(["rm", "-r", self.out], check=True)

    def run(self, number):
        if number % TIMED_EACH == 0:
            self.length = settle(self.spare, 0)
        sent, version = self.draw.choice(SIGNALS), self.draw.randrange(2)
        if self.draw.random() < 0.3:
            self.remove()
        before, moment = contents(self.out), self.draw.random() * BEYOND * self.length
        process = start(self.out, version)
        time.sleep(moment)
        process.send_signal(sent)
        process.communicate(timeout=TIME_LIMIT_SECONDS)
        self.judge(f"run {number}, {sent.name} after {1000 * moment:.1f} ms, status "
                   f"{process.returncode}", process, version, before)

    def judge(self, what, process, version, before):
        after, beside, problem = contents(self.out), self.beside(), self.problems.append
        ended = process.returncode == 0
        self.ended, self.killed = self.ended + ended, self.killed + (process.returncode < 0)
        self.replaced += before is not None and after != before
        if after not in (before, self.whole[version]):
            problem(f"{what}: the folder is neither the earlier one nor the new one")
        if ended and after != self.whole[version]:
            problem(f"{what}: it says that it is done, and it is not")
        if not ended and process.returncode >= 0:
            problem(f"{what}: it should have been ended by the signal")
        if beside and process.returncode != -signal.SIGKILL:
            own = [name for name in beside if name.split("-")[-1].split(".")[0] == str(process.pid)]
            if own or ended:
                problem(f"{what}: left beside the folder: {beside}")


def main(words):
    runs, seed = (int(words[0]) if words else 40), (words[1] if len(words) > 1 else "1")
    with tempfile.TemporaryDirectory(prefix="pbrcalc-killed-") as name:
        place = Place(pathlib.Path(name), random.Random(seed))
        for number in range(1, runs + 1):
            place.run(number)
            if number % 100 == 0:
                print(f"{number} of {runs} runs: {place.killed} killed, {place.ended} ended before "
                      f"it, {len(place.problems)} complaints", flush=True)
        settle(place.out, 0)
        if place.beside():
            place.problems.append(f"not swept by the next run: {place.beside()}")
    for text in place.problems[:40]:
        print(text)
    print(f"{runs} runs of about {1000 * place.length:.0f} ms with seed {seed}: {place.killed} were "
          f"killed, {place.ended} ended before it, {place.replaced} replaced an earlier one; "
          f"{len(place.problems)} complaints")
    if not place.killed or not place.replaced:
        print("nothing was tried")
        return 1
    return 1 if place.problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
