#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulation of a national contract year, 21 areas x 4 quarters: pbrcalc, NumPy and R in turn on
the same model and the same tables, their answers compared, medians and ratios. Then memory at a
thousand and a million replicates. Fails where answers differ by more than chance.

usage: tests/bench/whatif.py [--replicates N] [--runs N] [--most N]
"""
import argparse
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "tests/bench/whatif"
sys.path[:0] = [str(MODELS), str(MODELS.parent)]
import answers  # noqa: E402
from timing import in_turn, timed  # noqa: E402

PBRCALC = os.environ.get("PBRCALC", str(ROOT / "build/pbrcalc"))
AWARD = ROOT / "contracts/transforming-rehabilitation"
DATA = ROOT / "docs/studies/data"
SCENARIO = """title: Benchmark
author: tests/bench/whatif.py
base:
  contract: {contract}
  metrics: {data}/metrics.csv
  counts: {data}/counts.csv
  cohorts: 2016Q2..2017Q1
  as-at: 2019-04-26
simulate:
  replicates: {replicates}
  seed: 1
  method: parametric
  counts: resampled
  baseline: fixed
  effects: [{{name: a fall, rate-fall: "1", frequency-fall: "0.1"}}]
"""


def scenario(path, contract, replicates):
    path.write_text(SCENARIO.format(contract=contract, data=DATA, replicates=replicates),
                    encoding="utf-8")
    return path


def without_frequency(folder):
    """The contract with its binary lines alone."""
    shutil.copytree(AWARD, folder)
    for path in (folder / "rules").glob("*.yaml"):
        text = re.sub(r"  - id: frequency\S*\n    title: .*\n(?:    .*\n)+", "",
                      path.read_text(encoding="utf-8"))
        path.write_text(re.sub(r"over: \[binary, .*\]", "over: [binary, binary-year]", text),
                        encoding="utf-8")
    return folder


def race(title, contract, counts, options, work):
    """One model in three programs. The lists of words that they are called with, and agreement."""
    file = scenario(work / "race.yaml", contract, options.replicates)
    fall = ["--rate-fall", 1, "--frequency-fall", 0.1]
    commands = {
        "pbrcalc": [PBRCALC, "whatif", file, "--quiet"],
        "pbrcalc, one thread": [PBRCALC, "whatif", file, "--quiet", "--threads", 1],
        "NumPy": [MODELS / "model.py", contract, DATA / "metrics.csv", "--replicates",
                  options.replicates, *fall, *(["--counts", counts] if counts else [])],
        "R": [MODELS / "model.R", contract, DATA / "metrics.csv", counts or "none",
              options.replicates, 1, 1, 0.1],
    }
    figures = in_turn(commands, options.runs, lambda name: work / f"{name}.csv")
    print(f"\n{title}: {options.replicates:,} replicates, median of {options.runs} in turn")
    print(f"  {'':20} {'wall':>9} {'processor':>17} {'memory':>13}")
    for name, (wall, processor, mebibytes) in figures.items():
        print(f"  {name:20} {wall:6.3f} s {wall / figures['pbrcalc'][0]:5.1f} x"
              f" {processor:6.3f} s {processor / figures['pbrcalc'][1]:5.1f} x"
              f" {mebibytes:5.0f} MiB")
    timed([PBRCALC, "whatif", file, "--quiet", "--force", "--out", work / "out"])
    ours = answers.of_pbrcalc(work / "out/simulation.csv", "a fall")
    wrong = [f"{name}: {text}" for name in ("NumPy", "R")
             for text in answers.disagreements(ours, answers.of_model(work / f"{name}.csv"),
                                               options.replicates)]
    print("  the answers agree" if not wrong else "\n".join(wrong))
    return wrong


def memory(work, contract, most):
    """Peak memory must not grow with replicates."""
    print("\nmemory, binary, parametric")
    peaks = []
    for replicates in (1_000, most):
        file = scenario(work / "memory.yaml", contract, replicates)
        seconds, _, peak = timed([PBRCALC, "whatif", file, "--quiet"])
        peaks.append(peak)
        print(f"  {replicates:9,} replicates {seconds:7.2f} s {peak:6.1f} MiB")
    return [f"memory grows with replicates: {peaks}"] if peaks[1] > peaks[0] + 4 else []


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--replicates", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--most", type=int, default=1_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pbrcalc-whatif-") as name:
        work = Path(name)
        binary = without_frequency(work / "binary")
        wrong = race("binary, parametric", binary, None, options, work)
        wrong += race("both metrics, counts resampled", AWARD, DATA / "counts.csv", options, work)
        wrong += memory(work, binary, options.most)
    sys.exit("\n".join(wrong) or None)


if __name__ == "__main__":
    main()
