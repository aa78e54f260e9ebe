#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Simulations as a user asks for them: the same answer with any number of threads, memory that does
not grow with replicates, an answer or a reason for every sample contract, and refusals that name
their place. What the figures are is for tests/unit/test_simulated_*.c."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("PBRCALC", ROOT / "build/pbrcalc")).resolve()
WORKED = ROOT / "fixtures/worked"
HEAD = "title: A test\nauthor: Nobody\n"
SLACK_KIB = 1024
# contract, cohorts, day, and what a simulation of it lacks
SAMPLES = [
    ("cms-hrrp", "FY 2016", "2015-10-01", None),
    ("custody-pathfinder", "Year 1,Year 2", "2013-12-15", None),
    ("hmp-doncaster", "Cohort 1,Cohort 2", "2015-07-30", None),
    ("hmp-peterborough", "Cohort 1,Cohort 2,Pool", "2017-07-27", "counts"),
    ("local-justice-reinvestment", "Year 1", "2012-10-31", "counts"),
    ("rikers-able", "Entrants 2013", "2015-07-02", None),
    ("straw-man-2013", "2014Q2..2015Q1,2014/15", "2017-03-31", "counts"),
]


def run(*arguments, status=0):
    done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True,
                          check=False)
    if done.returncode != status:
        sys.exit(f"{arguments}: status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout if status == 0 else done.stderr


def expect(holds, what):
    if not holds:
        sys.exit(what)


def scenario(folder, simulate, base="{settlement: settlement}"):
    path = folder / "scenario.yaml"
    path.write_text(f"{HEAD}base: {base}\nsimulate:\n  {simulate}\n", encoding="utf-8")
    return path


def terms(replicates=1000, baseline="both", counts="resampled", method="parametric", effects=""):
    return "\n  ".join([f"replicates: {replicates}", "seed: 5", f"method: {method}",
                        f"counts: {counts}", f"baseline: {baseline}"] + ([effects] if effects else []))


def simulated(text):
    return text[text.index("\nsimulation:"):]


def check_threads(folder):
    effects = "effects: [{name: none}, {name: unsure, rate-fall: \"1\", rate-sd: \"3\"}]"
    path = scenario(folder, terms(3000, "fixed", effects=effects))
    answers = {run("whatif", path, "--threads", threads) for threads in (1, 2, 3, 7)}
    expect(len(answers) == 1, "the number of threads changes the answer")
    text = simulated(answers.pop())
    expect("3000 replicates, seed 5" in text and "unsure" in text, f"not told: {text}")
    path.write_text(path.read_text(encoding="utf-8").replace("seed: 5", "seed: 6"),
                    encoding="utf-8")
    expect(simulated(run("whatif", path)) != text.replace("seed 5", "seed 6"),
           "another seed gives the same answer")


def peak_kib(path):
    with subprocess.Popen([PROGRAM, "whatif", path, "--threads", "2"],
                          stdout=subprocess.DEVNULL) as running:
        _, status, usage = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
    expect(running.returncode == 0, "a long simulation failed")
    return usage.ru_maxrss


def check_memory(folder):
    few = peak_kib(scenario(folder, terms(1000, "fixed")))
    many = peak_kib(scenario(folder, terms(1000000, "fixed")))
    expect(many - few <= SLACK_KIB, f"{few} KiB with 1,000 replicates, {many} with 1,000,000")


def check_samples(folder):
    for name, cohorts, as_at, lacks in SAMPLES:
        contract = ROOT / "contracts" / name
        base = (f"{{contract: {contract}, metrics: {contract}/worked/metrics.csv, "
                f"cohorts: \"{cohorts}\", as-at: \"{as_at}\"}}")
        path = scenario(folder, terms(500, "fixed"), base)
        if lacks == "counts":
            expect("how many reoffences each reoffender had is not known" in
                   run("whatif", path, status=2), f"{name}: not said what it lacks")
        else:
            expect("500 replicates" in simulated(run("whatif", path)), f"{name}: no answer")


def check_refusals(folder):
    def refused(simulate, place, words):
        text = run("whatif", scenario(folder, simulate), status=2)
        found = re.search(rf"{place}: [^\n]*{words}", text)
        expect(found, f"not refused at {place} with \"{words}\":\n{text}")

    refused(terms(baseline="fixed", effects="effects: [{name: huge, rate-fall: \"90\"}]"),
            r"scenario.yaml:10:37",
            r"effect \"huge\": area X01, cohort 2015Q4 \(and 5 more\): the chance of reoffending would be -0\.")
    refused(terms(baseline="fixed", effects="effects: [{name: huge, frequency-fall: \"-40\"}]"),
            r"scenario.yaml:10:42", r"reoffences of a reoffender would be 4\d\.?\d*, which")
    refused(terms(), r"contract/baselines.csv:3",
            "area X01, Q4, metric frequency: the baseline cannot be sampled without sd")
    refused(terms(0), r"scenario.yaml:5:15", "replicates 0 is not 1 to")


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        run("settle", "--contract", WORKED / "contract", "--cohort", WORKED / "cohort.csv",
            "--reoffences", WORKED / "reoffences.csv", "--snapshot", "2017-12-31", "--as-at",
            "2018-01-31", "--cohorts", "2015Q4,2016Q1,2015/16", "--first-of-year", "--out",
            folder / "settlement", "--quiet")
        check_threads(folder)
        check_memory(folder)
        check_samples(folder)
        check_refusals(folder)


if __name__ == "__main__":
    main()
