#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every bad row that `synth --dirty` plants is found, at its place and by its check, and no other."""
import collections
import csv
import json
import os
import subprocess
import sys
import tempfile

PROGRAM = os.environ.get("PBRCALC", "build/pbrcalc")
CONTRACT = "contracts/transforming-rehabilitation"
SEEDS = (1, 2)
STARTS = "3000"


def run(*words, expected):
    done = subprocess.run([PROGRAM, *words], capture_output=True, text=True)
    if done.returncode != expected:
        sys.exit("pbrcalc %s: status %d and not %d\n%s%s" % (
            " ".join(words), done.returncode, expected, done.stdout[-2000:], done.stderr))
    return done.stdout


def planted(folder):
    """(file, line, check) of every bad row, from the key that synth writes."""
    with open(folder + "/problems.csv", newline="") as key:
        return collections.Counter(
            (row["file"], int(row["line"]), row["check"]) for row in csv.DictReader(key))


def reported(folder, snapshot):
    """The same of every error that check finds; a check keeps 100 places, so all must be there."""
    answer = json.loads(run("check", "--contract", CONTRACT, "--cohort", folder + "/cohort.csv",
                            "--reoffences", folder + "/reoffences.csv", "--snapshot", snapshot,
                            "--format", "json", expected=1))
    found = collections.Counter()
    for check in answer["checks"]:
        if check["severity"] != "error":
            continue
        assert check["count"] == len(check["problems"]), check["id"]
        for problem in check["problems"]:
            found[(os.path.basename(problem["file"]), problem["line"], check["id"])] += 1
    return found


def snapshot_of(told):
    """synth ends by saying which snapshot its extract is of."""
    return told.split("--snapshot")[1].split()[0]


def check_seed(seed, folder):
    told = run("synth", "--contract", CONTRACT, "--seed", str(seed), "--starts", STARTS,
               "--cohorts", "2015Q4", "--dirty", "--out", folder, expected=0)
    key, found = planted(folder), reported(folder, snapshot_of(told))
    for name, rows in (("planted and not reported", key - found),
                       ("reported and not planted", found - key)):
        for file, line, check in sorted(rows):
            print("seed %d: %s: %s:%d %s" % (seed, name, file, line, check))
    print("seed %d: %d bad rows of %d kinds" % (seed, sum(key.values()),
                                                len({check for _, _, check in key})))
    return key == found and len(key) > 20


def main():
    with tempfile.TemporaryDirectory() as place:
        good = [check_seed(seed, "%s/%d" % (place, seed)) for seed in SEEDS]
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
