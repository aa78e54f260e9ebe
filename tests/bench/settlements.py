#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settlements a minute from metrics, the terms changed each time: 21 areas by two lines, on one
thread and on two. Fails where two make fewer than the limit.

usage: tests/bench/settlements.py PROGRAM [--least N] [--seconds S]
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile

CONTRACT = "contracts/transforming-rehabilitation"
PBRCALC = os.environ.get("PBRCALC", "build/pbrcalc")


def make(folder):
    """The settlement of one national quarter, which stands alone."""
    subprocess.run([PBRCALC, "synth", "--contract", CONTRACT, "--seed", "1", "--cohorts", "2015Q4",
                    "--quiet", "--out", f"{folder}/extract"], check=True)
    subprocess.run([PBRCALC, "settle", "--contract", CONTRACT, "--cohort",
                    f"{folder}/extract/cohort.csv", "--reoffences",
                    f"{folder}/extract/reoffences.csv", "--snapshot", "2018-03-31", "--cohorts",
                    "2015Q4", "--first-of-year", "--as-at", "2018-04-20", "--keep-inputs", "--quiet",
                    "--out", f"{folder}/settled"], check=True)
    return f"{folder}/settled"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--least", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pbrcalc-bench-") as folder:
        settled, rate = make(folder), 0
        for threads in (1, 2):
            said = subprocess.run([options.program, settled, str(threads), str(options.seconds)],
                                  check=True, capture_output=True, text=True).stdout
            print(said, end="")
            rate = int(re.search(r"(\d+) settlements a minute", said)[1])
    if rate < options.least:
        sys.exit(f"fewer than {options.least:,} settlements a minute on two threads")


main()
