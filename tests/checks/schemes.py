#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shipped contracts of other schemes: each is accepted, its worked case comes out as its README
works it by hand, and what has been published of it comes out exactly.

Variants of the worked cases are worked out again here, in fractions, without pbrcalc.
"""
import csv
import os
import pathlib
import subprocess
import sys
import tempfile
from fractions import Fraction

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("PBRCALC", str(ROOT / "build" / "pbrcalc"))
SCHEMES = ("hmp-peterborough", "hmp-doncaster", "rikers-able", "cms-hrrp")
# Warnings that are true of a contract; its README explains each. None so far.
EXPLAINED = {}
failures = []


def expect(what, actual, wanted):
    if actual != wanted:
        failures.append("%s: %r, not %r" % (what, actual, wanted))


def contract(scheme):
    return ROOT / "contracts" / scheme


def rows_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def run(*arguments):
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True,
                          timeout=60)


def settle(scheme, out, *options):
    """The rows of payments.csv and results.csv, by area, cohort and line."""
    done = run("settle", contract(scheme) / "worked" / "run.yaml", "--out", out, "--quiet", *options)
    if done.returncode != 0:
        failures.append("%s: settle exits %d: %s" % (scheme, done.returncode, done.stderr.strip()))
        return {}, {}
    return tuple({(r["cpa"], r["cohort"], r["line"]): r for r in rows_of(out / name)}
                 for name in ("payments.csv", "results.csv"))


def check_contract(scheme):
    done = run("check", "--contract", contract(scheme), "--format", "csv")
    codes = {row["id"] for row in csv.DictReader(done.stdout.splitlines())
             if row.get("severity") in ("warning", "error")}
    expect(scheme + ": problems of the contract", sorted(codes), sorted(EXPLAINED.get(scheme, ())))
    if done.returncode not in (0, 1):
        failures.append("%s: check exits %d: %s" % (scheme, done.returncode, done.stderr.strip()))


def check_worked(scheme, payments):
    expected = rows_of(contract(scheme) / "worked" / "expected.csv")
    expect(scheme + ": payment lines", len(payments), len(expected))
    for row in expected:
        figure = (row["cpa"], row["cohort"], row["line"])
        actual = payments.get(figure, {})
        for column, wanted in row.items():
            expect("/".join((scheme, *figure, column)), actual.get(column), wanted)


def check_units(scheme, payments):
    """Units times unit price is the computed amount, to what the printed units allow."""
    for figure, row in payments.items():
        product = Fraction(row["units"]) * Fraction(row["unit_price"]) * 100
        slack = Fraction(row["unit_price"]) * 100 / 10**10 + 1
        if abs(product - int(row["computed_pence"])) > slack:
            failures.append("%s %s: %s units of %s are not %s pence" % (
                scheme, figure, row["units"], row["unit_price"], row["computed_pence"]))


def metrics_with(folder, scheme, changes):
    """The worked metrics with other cells: {(cohort or area, group): {column: value}}."""
    rows = rows_of(contract(scheme) / "worked" / "metrics.csv")
    for row in rows:
        for name in (row["cohort"], row["cpa"]):
            row.update(changes.get((name, row.get("group", "treated")), {}))
    path = folder / "metrics.csv"
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def variant(folder, scheme, changes, *options):
    metrics = metrics_with(folder, scheme, changes)
    return settle(scheme, folder / "settlement", "--metrics", metrics, "--force", *options)


def pence(payments, *figure):
    return int(payments[figure]["computed_pence"]) if figure in payments else None


def result(results, *figure):
    return results[figure]["result"] if figure in results else None


def peterborough(folder, results):
    one, two, pool = (("PBO", "Cohort 1", "cohort"), ("PBO", "Cohort 2", "cohort"),
                      ("PBO", "Pool", "pool"))
    expect("cohort 1, events per 100", results[one]["rate"], "142.0000000000")
    expect("its control group", results[one]["baseline"], "155.0000000000")
    expect("8.387 %", results[one]["change"], "8.3870967742")
    expect("9 % overall", results[pool]["change"], "9.0000000000")
    expect("10 % below 155", results[one]["lower"], "139.5000000000")
    expect("7.5 % below 155", results[pool]["lower"], "143.3750000000")
    cases = (  # events of cohorts 1 and 2, of 1,000 men each; 1,550 expected by the controls
        (1395, 1401), (1396, 1401), (1420, 1300), (1434, 1433), (1434, 1434), (1600, 1267),
        (1600, 1268), (1395, 1395))
    for events in cases:
        falls = [100 * (1 - Fraction(e, 1550)) for e in events]
        early = [fall >= 10 for fall in falls]
        overall = 100 * (1 - Fraction(sum(events), 3100))
        final = overall >= Fraction("7.5") and not any(early)
        payments, results = variant(folder, "hmp-peterborough", {
            ("Cohort 1", "treated"): {"reoffences": events[0]},
            ("Cohort 2", "treated"): {"reoffences": events[1]}})
        wanted = [100_000_000 * early[0], 100_000_000 * early[1], 200_000_000 * final]
        expect("paid for %s events" % (events,), [pence(payments, *f) for f in (one, two, pool)],
               wanted)
        expect("pool of %s events" % (events,), result(results, *pool),
               "better" if overall >= Fraction("7.5") else "neither")


def peterborough_alone(folder):
    """The pool waits for its members also where they are not settled in the same run."""
    for events, wanted in ((1420, 200_000_000), (1395, 0)):
        payments, _ = variant(folder, "hmp-peterborough",
                              {("Cohort 1", "treated"): {"reoffences": events}},
                              "--cohorts", "Pool")
        expect("pool alone, %d events in cohort 1" % events, pence(payments, "PBO", "Pool", "pool"),
               wanted)


def doncaster(folder, results):
    one, two = ("DNC", "Cohort 1", "at-risk"), ("DNC", "Cohort 2", "at-risk")
    expect("cohort 1, points", results[one]["change"], "5.7000000000")
    expect("cohort 2, points", results[two]["change"], "3.3000000000")
    expect("5 points below 58", results[two]["lower"], "53.0000000000")
    for reconvicted, verdict, wanted in (
            (530, "better", 0), (531, "neither", -250_000_000), (579, "neither", -250_000_000),
            (580, "worse", -250_000_000), (700, "worse", -250_000_000), (521, "better", 0),
            (520, "better", 10_000_000), (510, "better", 20_000_000), (380, "better", 50_000_000)):
        payments, results = variant(folder, "hmp-doncaster",
                                    {("Cohort 1", "treated"): {"reoffenders": reconvicted}})
        expect("%d reconvicted" % reconvicted, (result(results, *one), pence(payments, *one)),
               (verdict, wanted))
        check_units("hmp-doncaster", payments)


def rikers(folder, results):
    figure = ("RIK", "Entrants 2013", "success")
    expect("no fall in bed days", results[figure]["change"], "-0.5000000000")
    steps = [(Fraction(r["at_least"]), int(Fraction(r["value"]) * 100))
             for r in rows_of(contract("rikers-able") / "steps.csv")]
    published = {Fraction(10): 960_000_000, Fraction(20): 1_170_000_000}
    for fall, value in published.items():
        expect("step at %s %%" % fall, dict(steps).get(fall), value)
    expect("payment begins at", min(fall for fall, _ in steps), Fraction("8.5"))
    for days in (109801, 109800, 108001, 108000, 100801, 100800, 96001, 96000, 60000, 0):
        fall = 100 * (1 - Fraction(days, 120000))
        wanted = max([0] + [value for at_least, value in steps if fall >= at_least])
        payments, _ = variant(folder, "rikers-able",
                              {("Entrants 2013", "treated"): {"days": days}})
        expect("%d days" % days, pence(payments, *figure), wanted)
        check_units("rikers-able", payments)


def hrrp(folder, results):
    line = ("FY 2016", "readmissions")
    expect("excess ratio", results[("H1", *line)]["rate"], "1.1000000000")
    exact = Fraction("41852953") * Fraction(".9765") - Fraction("41852953")
    expect("the published last step", round(exact * 100), -98354440)
    for cases, readmitted, expected, wanted in (
            (25, 6, "5", -98354440), (24, 6, "5", 0), (600, 121, "120", -98354440),
            (600, 120, "120", 0), (600, 120, "119.999", -98354440), (600, 119, "120", 0)):
        payments, _ = variant(folder, "cms-hrrp", {("H1", "treated"): {
            "starts": cases, "eligible": cases, "measurable": cases, "reoffenders": readmitted,
            "reoffences": readmitted, "expected": expected}})
        expect("%d of %d cases, %s expected" % (readmitted, cases, expected),
               pence(payments, "H1", *line), wanted)


PUBLISHED = {"hmp-peterborough": peterborough, "hmp-doncaster": doncaster, "rikers-able": rikers,
             "cms-hrrp": hrrp}


def check(scheme, folder):
    check_contract(scheme)
    payments, results = settle(scheme, folder / "worked")
    if payments and results:
        check_worked(scheme, payments)
        check_units(scheme, payments)
        PUBLISHED[scheme](folder, results)


def main():
    for scheme in SCHEMES:
        with tempfile.TemporaryDirectory() as name:
            check(scheme, pathlib.Path(name))
    with tempfile.TemporaryDirectory() as name:
        peterborough_alone(pathlib.Path(name))
    for failure in failures:
        print(failure)
    print("%d schemes, %d failures" % (len(SCHEMES), len(failures)))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
