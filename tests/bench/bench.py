#!/usr/bin/env python3
"""Benchmarks: medians of several runs, and ratios to `wc -l` of the same files taken in turn.

usage: tests/bench/bench.py [--starts N] [--runs N]
Figures on a noisy machine mean something only beside others of the same run.
"""
import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

CONTRACT = "contracts/transforming-rehabilitation"
PBRCALC = os.environ.get("PBRCALC", "build/pbrcalc")


def timed(command):
    """Wall seconds and peak MiB of one run."""
    begun = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"failed with status {process.returncode}: {' '.join(command)}")
    return time.monotonic() - begun, usage.ru_maxrss / 1024


def in_turn(commands, runs):
    """Runs every command once a round, so that a slow moment of the machine meets them all."""
    figures = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            figures[name].append(timed(command))
    return {name: (statistics.median(run[0] for run in taken), max(run[1] for run in taken))
            for name, taken in figures.items()}


def settle_command(extract, out, cohorts, snapshot):
    return [PBRCALC, "settle", "--contract", CONTRACT, "--cohort", f"{extract}/cohort.csv",
            "--reoffences", f"{extract}/reoffences.csv", "--snapshot", snapshot, "--cohorts",
            cohorts, "--first-of-year", "--as-at", "2022-05-31", "--out", out, "--force"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--starts", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pbrcalc-bench-") as folder:
        quarter, large = f"{folder}/quarter", f"{folder}/large"
        synth = [PBRCALC, "synth", "--contract", CONTRACT, "--seed", "1", "--quiet", "--out"]
        subprocess.run([*synth, quarter, "--cohorts", "2015Q4"], check=True)
        begun = time.monotonic()
        subprocess.run([*synth, large, "--starts", str(options.starts)], check=True)
        print(f"synth, {options.starts:,} starts: {time.monotonic() - begun:.2f} s")
        files = [f"{large}/cohort.csv", f"{large}/reoffences.csv"]
        measure = [PBRCALC, "measure", "--contract", CONTRACT, "--cohort", files[0],
                   "--reoffences", files[1], "--snapshot", "2022-03-31", "--as-at", "2022-05-31"]
        commands = {
            "settle the national quarter": settle_command(quarter, f"{folder}/s", "2015Q4",
                                                          "2022-03-31"),
            f"measure {options.starts:,} starts": measure,
            f"settle {options.starts:,} starts": settle_command(large, f"{folder}/t", "all-ripe",
                                                                "2022-03-31"),
            "wc -l of both large files": ["wc", "-l", *files],
        }
        figures = in_turn(commands, options.runs)
    yardstick = figures["wc -l of both large files"][0]
    print(f"median of {options.runs} runs in turn; peak memory is the largest")
    for name, (seconds, mebibytes) in figures.items():
        print(f"{name:32} {seconds:7.3f} s {seconds / yardstick:7.1f} x wc {mebibytes:8.0f} MiB")


main()
