#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shipped contracts straw-man-2013, custody-pathfinder and local-justice-reinvestment: each is
accepted, its worked case comes out as its README works it by hand, and variants of it come out as
worked out again here, in fractions."""
import csv
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
from fractions import Fraction

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONTRACTS = ROOT / "contracts"
# Warnings that are true of a contract; its README explains each.
EXPLAINED = {"straw-man-2013": ["priced-twice"], "custody-pathfinder": [],
             "local-justice-reinvestment": []}
KEY = ("payee", "cpa", "cohort", "line")
problems = []


def expect(what, actual, wanted):
    if actual != wanted:
        problems.append(f"{what}: {actual!r}, not {wanted!r}")


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def by_key(table):
    return {tuple(row[name] for name in KEY): row for row in table}


def pbrcalc(*arguments):
    return subprocess.run([os.environ["PBRCALC"], *map(str, arguments)], capture_output=True,
                          text=True, check=False)


def settle(what, *arguments):
    """The payments of a settlement into a folder; none, and a problem, if it was not done."""
    done = pbrcalc("settle", *arguments, "--quiet")
    out = pathlib.Path(arguments[arguments.index("--out") + 1])
    expect(f"{what}: exit status of settle ({done.stderr.strip()})", done.returncode, 0)
    return rows(out / "payments.csv") if done.returncode == 0 else []


def check_contract(scheme):
    done = pbrcalc("check", "--contract", CONTRACTS / scheme, "--format", "csv")
    found = {row["id"] for row in csv.DictReader(done.stdout.splitlines())
             if row["severity"] != "note"}
    expect(f"{scheme}: findings of check", sorted(found), EXPLAINED[scheme])


def check_worked(scheme, folder):
    """Every line that is expected and no other, column by column."""
    worked = CONTRACTS / scheme / "worked"
    found = by_key(settle(scheme, worked / "run.yaml", "--out", folder / scheme))
    wanted = by_key(rows(worked / "expected.csv"))
    expect(f"{scheme}: lines", sorted(found), sorted(wanted))
    for key in found.keys() & wanted.keys():
        for column, value in wanted[key].items():
            expect(f"{scheme} {key} {column}", found[key][column], value)
    return len(wanted)


def check_straw_man_in_steps(folder):
    """Months first, then quarters, then the year, each with the settlements before it: the same."""
    worked = CONTRACTS / "straw-man-2013" / "worked"
    contract = ["--contract", CONTRACTS / "straw-man-2013"]
    metrics = ["--metrics", worked / "metrics.csv"]
    steps = [["--no-outcomes", "--cohorts", "2014-04..2014-09", "--as-at", "2014-10-15"],
             ["--no-outcomes", "--cohorts", "2014-10..2015-03", "--as-at", "2015-04-15"],
             [*metrics, "--cohorts", "2014Q2..2014Q4", "--as-at", "2016-12-31"],
             [*metrics, "--cohorts", "2015Q1,2014/15", "--as-at", "2017-03-31"]]
    earlier, found = [], {}
    for number, step in enumerate(steps):
        out = folder / f"step-{number}"
        previous = ["--previous", *earlier] if earlier else ["--first-of-year"]
        for row in settle(f"straw man, step {number}", *contract, *step, "--out", out, *previous):
            key = tuple(row[name] for name in KEY)
            found[key] = found.get(key, 0) + int(row["due_pence"])
        earlier.append(out)
    for key, row in by_key(rows(worked / "expected.csv")).items():
        expect(f"straw man in steps, {key}", found.pop(key, None), int(row["payable_pence"]))
    expect("straw man in steps, other lines", sorted(found), [])


def check_straw_man_pot(folder):
    """A pot of 450,000.00 leaves 24,400.00 for the top-up, and one of 425,600.00 nothing."""
    for pot, wanted in (("450000.00", 2440000), ("425600.00", 0), ("500000.00", 4200000)):
        contract = folder / f"pot-{pot}"
        shutil.copytree(CONTRACTS / "straw-man-2013", contract)
        prices = (contract / "prices.csv").read_text(encoding="utf-8")
        assert ",480000.00," in prices
        (contract / "prices.csv").write_text(prices.replace(",480000.00,", f",{pot},"),
                                             encoding="utf-8")
        found = by_key(settle(f"straw man, pot of {pot}", contract / "worked" / "run.yaml",
                              "--out", contract / "s"))
        row = found.get(("Ashdown", "S01", "2014/15", "top-up"), {"payable_pence": None})
        expect(f"top-up in a pot of {pot}", row["payable_pence"], str(wanted))


def check_straw_man_clawback():
    """What is taken back is what the instalments came to, to the penny."""
    wanted = rows(CONTRACTS / "straw-man-2013" / "worked" / "expected.csv")
    for area in ("S02", "S03"):
        paid = sum(int(row["payable_pence"]) for row in wanted
                   if row["cpa"] == area and row["line"] in ("foundation", "clawback"))
        expect(f"foundation payment and clawback of {area}", paid, 0)


def check_termination(folder):
    results = rows(folder / "straw-man-2013" / "results.csv")
    over = {(r["cpa"], r["cohort"], r["line"]) for r in results if r["terminate"] == "yes"}
    expect("over the termination point", over, {("S03", "2014Q2", "binary")})


def vary(scheme, folder, name, column, values):
    """The worked case with other values in a column of metrics.csv: area -> payment of Year 1."""
    worked, inputs = CONTRACTS / scheme / "worked", folder / f"{scheme}-{name}"
    inputs.mkdir()
    table = [row for row in rows(worked / "metrics.csv") if row["cohort"] == "Year 1"]
    for row in table:
        row[column] = values.get(row["cpa"], row[column])
        row["reoffenders"] = min(int(row["reoffenders"]), int(row["reoffences"]))
    with open(inputs / "metrics.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, table[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)
    found = settle(f"{scheme}, {name}", "--contract", CONTRACTS / scheme, "--metrics",
                   inputs / "metrics.csv", "--cohorts", "Year 1", "--as-at", "2013-12-15",
                   "--out", inputs / "s")
    return {row["cpa"]: int(row["payable_pence"]) for row in found}


def check_one_night(folder):
    for nights, wanted in ((3599, 0), (3600, 0), (3601, -30000000), (9000, -30000000)):
        found = vary("custody-pathfinder", folder, str(nights), "days", {"P02": nights})
        expect(f"clawback at {nights} bed nights", found.get("P02"), wanted)


def check_population(folder):
    """20,000 young people in the first year: a fifth more or fewer in the second are taken as they
    stand, one more stops the settlement, and whoever has the authority lets it pass."""
    scheme, inputs = CONTRACTS / "custody-pathfinder", folder / "population"
    inputs.mkdir()
    decisions = inputs / "decisions.csv"
    decisions.write_text("cpa,cohort,line,disposition,authority,date,reason,check\n"
                         "P01,Year 2,,override,Director,2013-12-10,boundary moved,cohort-size-far\n")
    for persons, more, wanted in ((16000, [], 0), (24000, [], 0), (15999, [], 2), (24001, [], 2),
                                  (24001, ["--decisions", decisions], 0)):
        table = rows(scheme / "worked" / "metrics.csv")
        table[1].update(starts=persons, eligible=persons, measurable=persons)
        with open(inputs / "metrics.csv", "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, table[0].keys(), lineterminator="\n")
            writer.writeheader()
            writer.writerows(table)
        done = pbrcalc("settle", "--contract", scheme, "--metrics", inputs / "metrics.csv",
                       "--cohorts", "Year 1,Year 2", "--as-at", "2013-12-15", "--quiet", "--force",
                       "--out", inputs / "s", *more)
        expect(f"{persons} young people", done.returncode, wanted)
        expect(f"{persons} young people", "cohort-size-far stops" in done.stderr, wanted == 2)


def shared(area, baseline, demand, price):
    """Pence for a fall in demand: half of the savings to the threshold, all from there to 20%."""
    threshold = Fraction(5 if area.endswith("-A") else 10)
    fall = Fraction(100 * (baseline - demand), 1) / baseline
    if fall < threshold:
        return 0
    percent = threshold / 2 + min(fall, Fraction(20)) - threshold
    return round(percent / 100 * baseline * price * 100)


def check_savings(folder):
    scheme = CONTRACTS / "local-justice-reinvestment"
    rates = {(r["cpa"], r["cohort"]): Fraction(r["rate"]) for r in rows(scheme / "baselines.csv")}
    prices = {(r["cpa"], r["contract_year"]): Fraction(r["saving_per_unit"])
              for r in rows(scheme / "prices.csv")}
    baselines = {r["cpa"]: rates[r["cpa"], "Year 1"] * int(r["measurable"]) / 100
                 for r in rows(scheme / "worked" / "metrics.csv")}
    for percent in ("-3", "0", "4.98", "5", "5.01", "9.96", "10", "13.37", "19.99", "20", "20.02",
                    "41"):
        demand = {area: int(units * (1 - Fraction(percent) / 100))
                  for area, units in baselines.items()}
        found = vary(scheme.name, folder, percent, "reoffences", demand)
        wanted = {area: shared(area, units, demand[area], prices[area, "2011/12"])
                  for area, units in baselines.items()}
        expect(f"savings at a fall of {percent}%", found, wanted)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder, lines = pathlib.Path(name), 0
        for scheme in EXPLAINED:
            check_contract(scheme)
            lines += check_worked(scheme, folder)
        check_straw_man_in_steps(folder)
        check_straw_man_pot(folder)
        check_straw_man_clawback()
        check_termination(folder)
        check_one_night(folder)
        check_population(folder)
        check_savings(folder)
    for problem in problems[:20]:
        print(problem)
    print(f"{len(EXPLAINED)} contracts, {lines} lines worked by hand, {len(problems)} problems")
    sys.exit(bool(problems))


main()
