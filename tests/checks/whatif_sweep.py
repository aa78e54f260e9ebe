#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sweeps and break-evens against settlements. Each point of a grid comes to what `settle` comes to with
the contract of that point written out, at any number of threads; and a cohort whose counts are edited
by hand, as far as a break-even says, has the verdict that it says, and not one event before."""
import itertools
import pathlib
import re
import shutil
import tempfile
from fractions import Fraction

from settling import ROOT, expect, read, run, write

WORKED = ROOT / "fixtures" / "worked"
CONTRACT = WORKED / "contract"
RULES = "rules/worked.yaml"
COHORTS = "2015Q4,2016Q1,2015/16"
HEAD = "title: A test\nauthor: Nobody\nbase: {settlement: worked}\n"


def settle(contract, metrics, out, cohorts=COHORTS):
    run("settle", "--contract", contract, "--metrics", metrics, "--as-at", "2018-01-31", "--cohorts",
        cohorts, "--first-of-year", "--out", out, "--force", "--quiet")
    return out


def total(folder):
    return sum(int(row["due_pence"]) for row in read(folder / "payments.csv"))


def whatif(folder, text, *options, refused=None):
    path = folder / "scenario.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    done = run("whatif", path, "--verbose", *options, refused=refused)
    return done.stdout


# --- sweeps ---------------------------------------------------------------------------------------

def plain(value):
    """A fraction as a decimal that is exact."""
    digits = 12
    whole, rest = divmod(abs(value) * 10 ** digits, 1)
    expect(rest == 0, value, "has too many decimals")
    text = f"{int(whole):0{digits + 1}d}"
    return ("-" if value < 0 else "") + f"{text[:-digits]}.{text[-digits:]}".rstrip("0").rstrip(".")


def edit(path, key, columns, change):
    rows = read(path)
    touched = 0
    for row in rows:
        if not key(row):
            continue
        for column in columns:
            row[column] = plain(change(Fraction(row[column])))
        touched += 1
    expect(touched, "no row of", path.name, "was touched")
    write(path, rows)


VARY = """sweep:
  vary:
    - {term: "baselines[X01,Q4,binary].rate", how: plus, values: ["-15", "0", "-4.5"]}
    - {term: rounding.mode, values: [floor, half-even]}
    - {term: "prices[*,2015/16].maximum_annual_payment", how: plus, from: "-150", to: "150", step: "150"}
    - {term: lines.binary-year.test.level, values: ["0.88", "0.8"]}
"""
AXES = (("-15", "0", "-4.5"), ("floor", "half-even"), ("-150", "0", "150"), ("0.88", "0.8"))


def write_point(folder, point):
    rate, mode, more, level = point
    contract = folder / "point"
    shutil.rmtree(contract, ignore_errors=True)
    shutil.copytree(CONTRACT, contract)
    edit(contract / "baselines.csv",
         lambda row: (row["cpa"], row["cohort"], row["metric"]) == ("X01", "Q4", "binary"),
         ["rate"], lambda value: value + Fraction(rate))
    edit(contract / "prices.csv", lambda row: row["contract_year"] == "2015/16",
         ["maximum_annual_payment"], lambda value: value + Fraction(more))
    text = (contract / RULES).read_text(encoding="utf-8")
    changed, times = re.subn(r"mode: half-even", f"mode: {mode}", text)
    expect(times == 1, "the mode of rounding stands", times, "times")
    begin = changed.index("- id: binary-year")
    rest, times = re.subn(r"level: \S+?(?=[,}\n])", f"level: {level}", changed[begin:], count=1)
    expect(times == 1, "binary-year has no level")
    (contract / RULES).write_text(changed[:begin] + rest, encoding="utf-8")
    return contract


def told_points(text, axes=AXES):
    """Totals by the values of the axes; of points that are told."""
    block = text.split("\nsweep: total due\n", 1)[1].split("\n\n")[0]
    found = {}
    for line in block.splitlines():
        words = line.split()
        known = len(words) > len(axes) and tuple(words[:4]) in set(itertools.product(*axes))
        if known and words[4] != "not":
            found[tuple(words[:4])] = (int(re.sub("[,.]", "", words[4])), "(as it is)" in line)
    return found


def check_sweep(folder):
    text = whatif(folder, VARY)
    for threads in (1, 3, 16):
        expect(whatif(folder, VARY, "--threads", threads) == text, threads, "threads tell otherwise")
    found = told_points(text)
    points = list(itertools.product(*AXES))
    expect(len(found) == len(points), len(found), "points, not", len(points))
    for point in points:
        out = settle(write_point(folder, point), folder / "worked" / "metrics.csv", folder / "out")
        expect(found[point][0] == total(out), point, found[point], "is told, not", total(out))
    distinct = len({pence for pence, _ in found.values()})
    expect(distinct > 8, "only", distinct, "totals differ")
    now = [point for point, (_, now) in found.items() if now]
    expect(now == [("0", "half-even", "0", "0.8")], now, "is told to be as it is")
    print(f"{len(points)} points as settled by themselves")


def check_ends(folder):
    """Of a large grid a person is shown the first point with the least total, what it is now if that
    is a point, and the first with the most. Points that do not fit say why and are none of these."""
    for levels, ends in ((("0.88", "0.8"), "the least, what it is now and the most of 36 points"),
                         (("2", "0.88", "0.9"), "the least and the most of 54 points")):
        axes = (*AXES[:3], levels)
        text = whatif(folder, VARY.replace('["0.88", "0.8"]', str(list(levels)).replace("'", '"')))
        every = told_points(text, axes)
        untold = re.findall(r"(?m)^  .* 2 +not told: .*(level.*)$", text)
        expect(len(untold) == 18 * ("2" in levels), len(untold), "points are not told:", untold[:1])
        expect(len(every) + len(untold) == len(list(itertools.product(*axes))), len(every), "points")
        short = run("whatif", folder / "scenario.yaml").stdout
        wanted = [min(every, key=lambda point: every[point][0]),
                  *(point for point in every if every[point][1]),
                  max(every, key=lambda point: every[point][0])]
        expect(ends in short, ends, "is not said:", short)
        expect(list(told_points(short, axes).items()) == [(point, every[point]) for point in wanted],
               "the ends are", told_points(short, axes), "and not", wanted)


def check_unchanged(folder):
    text = whatif(folder, 'sweep: {vary: [{term: "prices[*].binary_price", how: times, '
                          'values: ["2", "1"]}]}\n')
    line = next(line for line in text.splitlines() if "(as it is)" in line)
    pence = int(re.sub("[,.]", "", line.split()[1]))
    expect(line.split()[0] == "1" and pence == total(folder / "worked"), line)


def check_size(folder):
    grid = ('sweep: {vary: [{term: "prices[X01].binary_price", how: plus, from: "0", to: "10000", '
            'step: "1"}]}\n')
    whatif(folder, grid, refused="the grid has 10001 points")
    text = whatif(folder, grid, "--yes-really")
    expect(sum(line.startswith("  ") and "better" in line
               for line in text.split("\nsweep", 1)[1].splitlines()) == 10001, "not every point")


# --- break-even -----------------------------------------------------------------------------------

def verdict(folder, row, column, change):
    """The result of a quarter's line with so many events more, and no other cohort."""
    area, cohort, line = row
    rows = [dict(r) for r in read(folder / "worked" / "metrics.csv") if r["cohort"] == cohort]
    for r in rows:
        if r["cpa"] == area:
            r[column] = str(int(r[column]) + change)
            if column == "reoffenders":
                r["reoffences"] = r["reoffenders"]  # one each: no test of a rate needs them
            r["reoffences_squared"] = ""  # of other counts, and no test of these lines needs it
    metrics = write(folder / "edited.csv", rows)
    out = settle(CONTRACT, metrics, folder / "out", cohort)
    return next(r["result"] for r in read(out / "results.csv")
                if (r["cpa"], r["cohort"], r["line"]) == (area, cohort, line))


def check_break_even(folder):
    text = whatif(folder, 'break-even: "yes"\n').split("\nbreak-even\n", 1)[1]
    better, worse = text.split("nearest to worse")
    checked = 0
    for part, wanted, sign in ((better, "better", -1), (worse, "worse", 1)):
        for figure, distance, what in re.findall(r"    (\S+): (\d+) (\w+)", part):
            column = what if what.endswith("s") else what + "s"  # "1 reoffender"
            area, cohort, line = figure.rsplit("/", 1)[0].split("/", 1) + [figure.rsplit("/", 1)[1]]
            if "/" in cohort:
                continue  # a year is the sum of its quarters
            row, events = (area, cohort, line), sign * int(distance)
            expect(verdict(folder, row, column, events) == wanted, figure, events, wanted)
            before = verdict(folder, row, column, events - sign)
            expect(before != wanted, figure, events - sign, before)
            checked += 1
    expect(checked >= 6, "only", checked, "rows were checked")
    print(f"{checked} break-evens as settled with edited counts")


def main():
    with tempfile.TemporaryDirectory(prefix="pbrcalc-sweep-") as name:
        folder = pathlib.Path(name)
        run("settle", "--contract", CONTRACT, "--cohort", WORKED / "cohort.csv", "--reoffences",
            WORKED / "reoffences.csv", "--snapshot", "2017-12-31", "--as-at", "2018-01-31",
            "--cohorts", COHORTS, "--first-of-year", "--out", folder / "worked", "--quiet")
        check_sweep(folder)
        check_ends(folder)
        check_unchanged(folder)
        check_size(folder)
        check_break_even(folder)


main()
