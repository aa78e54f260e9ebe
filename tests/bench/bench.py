#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""From extracts to counts and to workbooks: pbrcalc, DuckDB and `wc -l` in turn on the same files, the
answers compared, medians and ratios, and what each figure must be beside it.

usage: tests/bench/bench.py [--starts N] [--runs N] [--duckdb FOLDER] [--growth]
With --duckdb (the folder of the npm package @duckdb/node-api) DuckDB is asked as well, and must give
the same counts. --growth says instead how time and memory grow from 100,000 to 10,000,000 starts.
"""
import argparse
import csv
import io
import os
import platform
import re
import subprocess
import sys
import tempfile
import zipfile
from collections import namedtuple
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
from timing import in_turn, timed  # noqa: E402

HERE = Path(__file__).resolve().parent
CONTRACT = "contracts/transforming-rehabilitation"
PBRCALC = os.environ.get("PBRCALC", "build/pbrcalc")
DATES = ["--snapshot", "2022-03-31", "--as-at", "2022-05-31"]
TEN_MILLION = 10_000_000
SIZES = (100_000, 300_000, 1_000_000, 3_000_000, TEN_MILLION)

# What a figure must be and should be; the other way round where more is better.
Bound = namedtuple("Bound", "figure unit must aim more processor", defaults=[None])


def extracts(folder, ending=""):
    return [f"{folder}/cohort.csv{ending}", f"{folder}/reoffences.csv{ending}"]


def pbrcalc(command, files, *words):
    return [PBRCALC, command, "--contract", CONTRACT, "--cohort", files[0], "--reoffences", files[1],
            *DATES, *words]


def settle(files, out, cohorts):
    return pbrcalc("settle", files, "--cohorts", cohorts, "--first-of-year", "--quiet", "--force",
                   "--out", out)


def duckdb(package, files, kind):
    return ["node", HERE / "duckdb.mjs", package, *files, "2", kind]


def synth(folder, *words):
    return timed([PBRCALC, "synth", "--contract", CONTRACT, "--seed", "1", "--quiet", "--out", folder,
                  *words])


def hundred(folder):
    """Extracts of a hundred starts: what a run takes whatever it reads."""
    synth(folder, "--starts", "100")
    return extracts(folder)


def said(command):
    return subprocess.run([str(word) for word in command], capture_output=True, check=True,
                          text=True).stdout


def compare_answers(package, files):
    """Starts, eligible, measurable, reoffenders and reoffences of every area and quarter."""
    ours = said(pbrcalc("measure", files))
    quarters = sorted(row[:7] for row in csv.reader(io.StringIO(ours)) if "Q" in row[1])
    if quarters != sorted(csv.reader(io.StringIO(said(duckdb(package, files, "full"))))):
        sys.exit("DuckDB and pbrcalc give other counts")
    print(f"DuckDB and pbrcalc give the same counts for {len(quarters)} areas and quarters")


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as lines:
        model = next((line.split(":")[1].strip() for line in lines if "model name" in line), "?")
    version = said([PBRCALC, "--version"]).splitlines()[0]
    print(f"{version}; {os.cpu_count()} processors, {model}, Linux {platform.release()}; "
          f"load {os.getloadavg()[0]:.1f}")


def print_table(figures, runs):
    print(f"\nmedian of {runs} runs in turn; the largest peak")
    print(f"  {'':46} {'wall':>9} {'processor':>11} {'memory':>10}")
    for name, taken in figures.items():
        print(f"  {name:46} {taken.wall:7.3f} s {taken.processor:9.3f} s {taken.mebibytes:6.0f} MiB")


def print_bounds(bounds):
    """bounds: (what, Bound) pairs."""
    print(f"\n  {'':46} {'here':>10} {'must':>10} {'aim':>10}")
    for what, bound in bounds:
        better = (lambda a, b: a >= b) if bound.more else (lambda a, b: a <= b)
        verdict = ("aim reached" if better(bound.figure, bound.aim) else
                   "reached" if better(bound.figure, bound.must) else "not reached")
        cells = (f"{value:.2f} {bound.unit}" for value in (bound.figure, bound.must, bound.aim))
        busy = f"; by the processor {bound.processor:.2f} x" if bound.processor else ""
        print(f"  {what:46} " + " ".join(f"{cell:>10}" for cell in cells) + f"  {verdict}{busy}")


def memory_bound(mebibytes, starts):
    """Bytes a start and a base, as one limit."""
    return Bound(mebibytes, "MiB", 32 * starts / 2**20 + 8, 20 * starts / 2**20 + 4, False)


def ratio(over, under, must, aim, more=True):
    """By the clock, and beside it by the seconds of processor, which a busy machine moves less."""
    return Bound(over.wall / under.wall, "x", must, aim, more, over.processor / under.processor)


def rival_bounds(figures, musts, one_thread=None):
    """Against DuckDB: the counts that a contract asks for, and a question that leaves most out."""
    for name, question in (("DuckDB, the same counts", "DuckDB"),
                           ("DuckDB, a join, a window and a count", "DuckDB, less asked")):
        if name not in figures:
            continue
        rival = figures[name]
        yield f"measure, times faster than {question}", ratio(rival, figures["measure"], *musts)
        if one_thread:
            one = ratio(rival, figures["measure, one thread"], *one_thread)
            yield f"one thread, times faster than {question}", one


def yardstick_bound(figures):
    return ("measure, times the time of wc -l",
            ratio(figures["measure"], figures["wc -l of both files"], 5, 3, False))


def measure_commands(files, package):
    commands = {"measure": pbrcalc("measure", files),
                "measure, one thread": pbrcalc("measure", files, "--threads", "1"),
                "wc -l of both files": ["wc", "-l", *files]}
    if package:
        commands["DuckDB, the same counts"] = duckdb(package, files, "full")
        commands["DuckDB, a join, a window and a count"] = duckdb(package, files, "short")
    return commands


def cells_of(folder):
    """Rows and cells of all workbooks of a settlement folder."""
    rows = cells = 0
    for path in Path(folder).rglob("*.xlsx"):
        with zipfile.ZipFile(path) as book:
            for name in book.namelist():
                if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name):
                    text = book.read(name)
                    rows += text.count(b"<row ")
                    cells += text.count(b"<c r=")
    return rows, cells


def workbooks(folder, files, runs):
    """Settling from counts, with and without the folder written."""
    metrics = f"{folder}/metrics.csv"
    Path(metrics).write_text(said(pbrcalc("measure", files)), encoding="utf-8")
    words = [PBRCALC, "settle", "--contract", CONTRACT, "--metrics", metrics, *DATES, "--cohorts",
             "all-ripe", "--first-of-year", "--quiet"]
    figures = in_turn({"dry": [*words, "--dry-run"],
                       "written": [*words, "--force", "--out", f"{folder}/m"]}, runs)
    rows, cells = cells_of(f"{folder}/m")
    wall = figures["written"].wall - figures["dry"].wall
    busy = figures["written"].processor - figures["dry"].processor
    print(f"\nworkbooks and tables from counts, all ripe cohorts: {wall:.3f} s, {busy:.3f} s of "
          f"processor\n  {rows:,} rows, {cells:,} cells: {rows / wall:,.0f} rows a second, "
          f"{cells / busy / 1e6:.2f} million cells a second of processor")


def zipped(files):
    for file in files:
        subprocess.run(["gzip", "-1", "-k", file], check=True)
    return [f"{file}.gz" for file in files]


def national(options, folder):
    large = f"{folder}/large"
    print(f"synth, {options.starts:,} starts: {synth(large, '--starts', options.starts).wall:.2f} s")
    files = extracts(large)
    if options.duckdb:
        compare_answers(options.duckdb, files)
    small = zipped(files)
    figures = in_turn({
        **measure_commands(files, options.duckdb),
        "settle, one quarter, all workbooks": settle(files, f"{folder}/q", "2015Q4"),
        "settle, all ripe cohorts, all workbooks": settle(files, f"{folder}/a", "all-ripe"),
        "measure, of .gz files": pbrcalc("measure", small),
        "gzip -dc of both .gz files": ["gzip", "-dc", *small],
        "measure, a hundred starts": pbrcalc("measure", hundred(f"{folder}/hundred")),
    }, options.runs)
    print_table(figures, options.runs)
    seconds = ("s", 0.45, 0.25, False)
    print_bounds([
        *rival_bounds(figures, (6, 10)), yardstick_bound(figures),
        ("measure, peak memory", memory_bound(figures["measure"].mebibytes, options.starts)),
        *((name, Bound(figures[name].wall, *seconds)) for name in figures if "settle" in name),
    ])
    workbooks(folder, files, options.runs)


def growth_line(starts, taken, base):
    each = (taken.mebibytes - base) * 2**20 / starts
    bound = memory_bound(0, starts)
    print(f"  {starts:10,} {taken.wall:8.3f} s {taken.processor:8.3f} s "
          f"{taken.processor / starts * 1e9:6.0f} ns {taken.mebibytes:8.1f} MiB {each:7.1f} "
          f"{bound.must:10.1f} {bound.aim:9.1f}")


def growth(options):
    """How time and memory grow with the starts; at the largest size, beside the others."""
    print(f"  {'starts':>10} {'wall':>10} {'processor':>10} {'a start':>9} {'memory':>12} "
          f"{'bytes':>7} {'must, MiB':>10} {'aim, MiB':>9}")
    for starts in SIZES:
        with tempfile.TemporaryDirectory(prefix="pbrcalc-growth-") as folder:
            synth(f"{folder}/x", "--starts", starts)
            files = extracts(f"{folder}/x")
            base = timed(pbrcalc("measure", hundred(f"{folder}/hundred"))).mebibytes
            largest = starts == TEN_MILLION
            commands = measure_commands(files, options.duckdb) if largest else {
                "measure": pbrcalc("measure", files)}
            figures = in_turn(commands, options.runs)
        growth_line(starts, figures["measure"], base)
    print("  bytes: a start, beyond what a run of a hundred starts takes")
    print_table(figures, options.runs)
    print_bounds([*rival_bounds(figures, (5, 8), (3, 4.5)), yardstick_bound(figures),
                  ("measure, peak memory", memory_bound(figures["measure"].mebibytes, TEN_MILLION))])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--starts", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--duckdb", default=None)
    parser.add_argument("--growth", action="store_true")
    options = parser.parse_args()
    machine()
    if options.growth:
        return growth(options)
    with tempfile.TemporaryDirectory(prefix="pbrcalc-bench-") as folder:
        national(options, folder)
    return None


main()
