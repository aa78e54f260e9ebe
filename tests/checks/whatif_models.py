#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulation against the same model in NumPy (tests/bench/whatif/model.py), written from
docs/simulation.md and not from the program: mean, spread and every chance of the total, the areas and
the lines, for effects, both baselines, the year's cohort and either hurdle. And the
other treatment of the baseline must be seen to differ."""
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "tests/bench/whatif"
sys.path.insert(0, str(MODELS))
import answers  # noqa: E402

PROGRAM = os.environ.get("PBRCALC", str(ROOT / "build/pbrcalc"))
AWARD = ROOT / "contracts/transforming-rehabilitation"
DATA = ROOT / "docs/studies/data"
REPLICATES = 4000
SCENARIO = """title: Against another model
author: tests/checks/whatif_models.py
base:
  contract: {award}
  metrics: {data}/metrics.csv
  counts: {data}/counts.csv
  cohorts: {cohorts}
  as-at: 2019-04-26
{instead}simulate:
  replicates: {replicates}
  seed: {seed}
  method: parametric
  counts: resampled
  baseline: both
  effects:
    - {{name: none}}
    - {{name: some, rate-fall: "1.5", frequency-fall: "0.2"}}
    - {{name: worse, rate-fall: "-1", frequency-fall: "-0.3"}}
"""
NOT_WORSE = """instead:
  change:
    - {term: lines.frequency.gate.result, set: "better, neither"}
    - {term: lines.frequency-year.gate.result, set: "better, neither"}
"""
FALLS = {"none": (0, 0), "some": (1.5, 0.2), "worse": (-1, -0.3)}


def simulate(work, name, cohorts, instead=""):
    scenario = work / f"{name}.yaml"
    scenario.write_text(SCENARIO.format(award=AWARD, data=DATA, cohorts=cohorts, instead=instead,
                                        replicates=REPLICATES, seed=5), encoding="utf-8")
    subprocess.run([PROGRAM, "whatif", scenario, "--quiet", "--out", work / name], check=True,
                   stdout=subprocess.DEVNULL)
    return work / name / "simulation.csv"


def model(work, effect, baseline, *words):
    rate, frequency = FALLS[effect]
    path = work / "model.csv"
    with open(path, "w", encoding="utf-8") as out:
        subprocess.run([MODELS / "model.py", AWARD, DATA / "metrics.csv", "--counts",
                        DATA / "counts.csv", "--replicates", str(REPLICATES), "--seed", "7",
                        "--rate-fall", str(rate), "--frequency-fall", str(frequency),
                        *(["--sampled"] if baseline == "sampled" else []), *words],
                       check=True, stdout=out)
    return answers.of_model(path)


def main():
    compared, wrong = 0, []
    with tempfile.TemporaryDirectory(prefix="pbrcalc-models-") as name:
        work = Path(name)
        runs = {
            "quarters": (simulate(work, "quarters", "2016Q2..2017Q1"), []),
            "year": (simulate(work, "year", "2016Q2..2017Q1,2016/17"), ["--year"]),
            "not worse": (simulate(work, "not-worse", "2016Q2..2017Q1,2016/17", NOT_WORSE),
                          ["--year", "--not-worse"]),
        }
        for run, effect, baseline in (("quarters", "some", "fixed"), ("year", "none", "fixed"),
                                      ("year", "some", "sampled"), ("year", "worse", "sampled"),
                                      ("not worse", "none", "fixed")):
            path, words = runs[run]
            ours = answers.of_pbrcalc(path, effect, baseline)
            theirs = model(work, effect, baseline, *words)
            compared += len(list(answers.distances(ours, theirs, REPLICATES)))
            wrong += [f"{run}, {effect}, {baseline}: {text}"
                      for text in answers.disagreements(ours, theirs, REPLICATES)]
            # the comparison is awake: the other treatment of the baseline is seen
            other = answers.of_pbrcalc(path, effect, "fixed" if baseline == "sampled" else "sampled")
            if not answers.disagreements(other, theirs, REPLICATES):
                wrong.append(f"{run}, {effect}: the other baseline is not told apart")
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"{compared} figures agree")


if __name__ == "__main__":
    main()
