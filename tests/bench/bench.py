#!/usr/bin/env python3
"""Benchmarks: medians of several runs, and ratios to `wc -l` of the same files taken in turn.

usage: tests/bench/bench.py [--starts N] [--runs N] [--duckdb FOLDER] [--growth]
Figures on a noisy machine mean something only beside others of the same run. With --duckdb (the
folder of the npm package @duckdb/node-api) DuckDB is asked the same question in turn, and its counts
must be the same. --growth measures 100,000 to 10,000,000 starts instead.
"""
import argparse
import csv
import io
import os
import statistics
import subprocess
import sys
import tempfile
import time

CONTRACT = "contracts/transforming-rehabilitation"
PBRCALC = os.environ.get("PBRCALC", "build/pbrcalc")


def timed(command):
    """Wall seconds, processor seconds and peak MiB of one run."""
    begun = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"failed with status {process.returncode}: {' '.join(command)}")
    return (time.monotonic() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def in_turn(commands, runs):
    """Runs every command once a round, so that a slow moment of the machine meets them all."""
    figures = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            figures[name].append(timed(command))
    return {name: (statistics.median(run[0] for run in taken),
                   statistics.median(run[1] for run in taken), max(run[2] for run in taken))
            for name, taken in figures.items()}


def settle_command(extract, out, cohorts, snapshot):
    return [PBRCALC, "settle", "--contract", CONTRACT, "--cohort", f"{extract}/cohort.csv",
            "--reoffences", f"{extract}/reoffences.csv", "--snapshot", snapshot, "--cohorts",
            cohorts, "--first-of-year", "--as-at", "2022-05-31", "--out", out, "--force"]


def measure_command(files, threads=2):
    return [PBRCALC, "measure", "--contract", CONTRACT, "--cohort", files[0], "--reoffences",
            files[1], "--snapshot", "2022-03-31", "--as-at", "2022-05-31", "--threads",
            str(threads)]


def duckdb_command(package, files, kind):
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "duckdb.mjs")
    return ["node", script, package, *files, "2", kind]


def same_answers(package, files):
    """Starts, eligible, measurable, reoffenders and reoffences of every area and quarter."""
    ours = subprocess.run(measure_command(files), capture_output=True, check=True, text=True).stdout
    theirs = subprocess.run(duckdb_command(package, files, "full"), capture_output=True, check=True,
                            text=True).stdout
    quarters = sorted(row[:7] for row in csv.reader(io.StringIO(ours)) if "Q" in row[1])
    if quarters != sorted(csv.reader(io.StringIO(theirs))):
        sys.exit("DuckDB and pbrcalc give other counts")
    print(f"DuckDB and pbrcalc give the same counts for {len(quarters)} areas and quarters")


def growth(runs):
    """How time and memory grow with the starts."""
    for starts in (100_000, 300_000, 1_000_000, 3_000_000, 10_000_000):
        with tempfile.TemporaryDirectory(prefix="pbrcalc-growth-") as folder:
            subprocess.run([PBRCALC, "synth", "--contract", CONTRACT, "--seed", "1", "--quiet",
                            "--out", f"{folder}/x", "--starts", str(starts)], check=True)
            files = [f"{folder}/x/cohort.csv", f"{folder}/x/reoffences.csv"]
            seconds, busy, mebibytes = in_turn({"": measure_command(files)}, runs)[""]
        print(f"{starts:10,} starts {seconds:7.3f} s, {busy:6.2f} s of processor, "
              f"{busy / starts * 1e9:5.0f} ns a start "
              f"{mebibytes:7.0f} MiB {mebibytes * 2**20 / starts:6.0f} bytes a start")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--starts", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--duckdb", default=None)
    parser.add_argument("--growth", action="store_true")
    options = parser.parse_args()
    if options.growth:
        return growth(options.runs)
    with tempfile.TemporaryDirectory(prefix="pbrcalc-bench-") as folder:
        quarter, large = f"{folder}/quarter", f"{folder}/large"
        synth = [PBRCALC, "synth", "--contract", CONTRACT, "--seed", "1", "--quiet", "--out"]
        subprocess.run([*synth, quarter, "--cohorts", "2015Q4"], check=True)
        begun = time.monotonic()
        subprocess.run([*synth, large, "--starts", str(options.starts)], check=True)
        print(f"synth, {options.starts:,} starts: {time.monotonic() - begun:.2f} s")
        files = [f"{large}/cohort.csv", f"{large}/reoffences.csv"]
        commands = {
            "settle the national quarter": settle_command(quarter, f"{folder}/s", "2015Q4",
                                                          "2022-03-31"),
            f"measure {options.starts:,} starts": measure_command(files),
            "the same, one thread": measure_command(files, 1),
            f"settle {options.starts:,} starts": settle_command(large, f"{folder}/t", "all-ripe",
                                                                "2022-03-31"),
            "wc -l of both large files": ["wc", "-l", *files],
        }
        if options.duckdb:
            same_answers(options.duckdb, files)
            commands["DuckDB, the same counts"] = duckdb_command(options.duckdb, files, "full")
            commands["DuckDB, a join and a window"] = duckdb_command(options.duckdb, files, "short")
        figures = in_turn(commands, options.runs)
    yardstick = figures["wc -l of both large files"][0]
    print(f"median of {options.runs} runs in turn; peak memory is the largest")
    for name, (seconds, busy, mebibytes) in figures.items():
        print(f"{name:28} {seconds:7.3f} s {seconds / yardstick:6.1f} x wc {busy:7.3f} s of processor "
              f"{mebibytes:6.0f} MiB")


main()
