#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The causes of a change, worked out a second time: the challenger settles every stage between two
settlements of all 21 areas, person by person, and `diff` must give the same parts. Its workbook is
calculated again by Gnumeric, and a second run writes the same bytes."""
import collections
import csv
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
from fractions import Fraction

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "challenger"))
import challenger  # noqa: E402
import recalculated  # noqa: E402
from settling import CONTRACT, PROGRAM, expect, read, run, write  # noqa: E402

COHORTS, SNAPSHOT, AS_AT = "2015Q4,2016Q1,2015/16", "2018-03-31", "2018-04-20"
STARTS = os.environ.get("PBR_STARTS", "9000")
CAUSES = ("data_rows", "membership", "terms", "run", "engine", "rounding")
STEPS = ("data_rows", "membership", "terms")  # between four settlements of the challenger
HUNDREDTH = Fraction(1, 100)  # of a penny: amounts before rounding are told to that


class Tally(challenger.Tally):
    """Keeps those who count, so that a mixture of two measurings can be made."""

    def __init__(self):
        super().__init__()
        self.counted = []

    def add(self, one, stage, reason):
        super().add(one, stage, reason)
        if stage == "counted":
            self.counted.append(one)

    def add_tally(self, other):
        super().add_tally(other)
        self.counted += other.counted


challenger.Tally = Tally


class Side:
    def __init__(self, contract, data):
        self.contract = challenger.Contract(str(contract))
        day = challenger.day
        self.as_at, snapshot = day(AS_AT), day(SNAPSHOT)
        self.periods = challenger.choose(self.contract, COHORTS, snapshot, self.as_at)
        self.data = challenger.read_extracts(self.contract, str(data / "cohort.csv"),
                                             str(data / "reoffences.csv"), snapshot)
        self.tallies = challenger.measure(self.contract, *self.data, self.periods, self.as_at)


def by_person(tally):
    """Those who count, by person, each in the order of the days."""
    people = collections.defaultdict(list)
    for one in sorted(tally.counted, key=lambda one: one.start.order):
        people[one.start.person].append(one)
    return people


def of_both(old, new):
    """The old tally with the new data of those whom both count."""
    mixed = Tally()
    before, after = by_person(old), by_person(new)
    for person, ones in before.items():
        kept = after.get(person, [])
        for at, one in enumerate(ones):
            mixed.add(kept[at] if at < len(kept) else one, "counted", "counted")
    return mixed


def mixture(old, new):
    """Quarter by quarter; the year is their sum in this contract."""
    quarters = [period for period in old.periods if period.kind == "quarter"]
    tallies = {}
    for area in old.contract.areas:
        year = Tally()
        for period in quarters:
            key = area, period.name
            tallies[key] = of_both(old.tallies[key], new.tallies[key])
            year.add_tally(tallies[key])
        tallies[area, "2015/16"] = year
    return tallies


def settled(side, tallies):
    """{line: (rate compared, pence computed, pence payable, the two before rounding)}"""
    results = challenger.test_all(side.contract, tallies, side.periods, side.as_at)
    verdicts = collections.defaultdict(dict)
    for one in results:
        verdicts[one.area, one.period.name][one.line["id"]] = one.verdict
    figures = {}
    for payee, one, computed, payable in challenger.price_all(side.contract, results, side.as_at):
        units, price = one.units(verdicts[one.area, one.period.name]), Fraction(0)
        if units:
            price = side.contract.price(one.area, one.period.year, one.line[one.verdict]["price"])
        added = Fraction(challenger.rounded(computed - 100 * units * price, 2, "half-even"))
        exact = computed - added
        figures[f"{one.area}/{one.period.name}/{one.line['id']}"] = {
            "adjusted_rate": (challenger.rounded(one.adjusted, 10, "half-even"), 0),
            "computed_pence": (Fraction(computed), added),
            "due_pence": (Fraction(payable), added if payable == computed else Fraction(0)),
        }
        expect(abs(exact - 100 * units * price) < HUNDREDTH, one.area, one.line["id"])
    return figures


def parts(stages, line, field):
    values = [stage[line][field] for stage in stages]
    steps = [now - added - (before - added_before)
             for (before, added_before), (now, added) in zip(values, values[1:])]
    found = dict.fromkeys(CAUSES, Fraction(0))
    found.update(zip(STEPS, steps))
    found["rounding"] = Fraction(values[-1][1] - values[0][1])
    return found, values[-1][0] - values[0][0]


def spoil(old, new, dice):
    """Starts vanish, are excluded, change their score; some come anew; reoffences vanish."""
    new.mkdir()
    starts, offences = read(old / "cohort.csv"), read(old / "reoffences.csv")
    held = [row for row in starts if dice.random() < 0.01]  # the old data lack these
    kept = []
    for row in starts:
        luck = dice.random()
        if luck < 0.004:
            continue
        changed = dict(row)
        if luck < 0.03:
            changed["ogrs"] = f"{dice.uniform(0, 100):.2f}"
        elif luck < 0.036:
            changed["managed_by"] = "NPS"
        kept.append(changed)
    write(old / "cohort.csv", [row for row in starts if row not in held])
    write(new / "cohort.csv", kept)
    write(new / "reoffences.csv", [row for row in offences if dice.random() > 0.01])


def change_terms(old, new):
    shutil.copytree(old, new)
    for path in (new / "rules").glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"level: 0\.95", "level: 0.9", text), encoding="utf-8")
    rows = read(new / "prices.csv")
    for row in rows:
        row["binary_price"] = "4123.45"
    write(new / "prices.csv", rows)


def settle(folder, contract, data):
    run("settle", "--contract", contract, "--cohort", data / "cohort.csv", "--reoffences",
        data / "reoffences.csv", "--snapshot", SNAPSHOT, "--as-at", AS_AT, "--cohorts", COHORTS,
        "--first-of-year", "--quiet", "--out", folder)


def tell(folder):
    written = []
    for name in ("diff", "again"):
        paths = [folder / f"{name}.csv", folder / f"{name}.xlsx"]
        words = [PROGRAM, "diff", folder / "s-old", folder / "s-new", "--inputs", folder / "old",
                 folder / "new", "--csv", paths[0], "--workbook", paths[1], "--json"]
        done = subprocess.run(words, check=False, capture_output=True)
        expect(done.returncode == 1, "diff did not find a difference", done.stderr)
        written.append([done.stdout, *(path.read_bytes() for path in paths)])
    expect(written[0] == written[1], "a second run writes other bytes")
    problems, cells = recalculated.differences(folder / "diff.xlsx", folder / "fresh")
    expect(not problems and cells > 1000, cells, "cells", *problems[:5])
    with open(folder / "diff.csv", newline="", encoding="utf-8") as file:
        return {row["figure"]: row for row in csv.DictReader(file)}


def people_words(first, between):
    """What is said of the persons behind the data, counted here."""
    both = changed = joined = left = 0
    for (area, period), tally in first.tallies.items():
        if "/" in period:
            continue
        before, after = by_person(tally), by_person(between.tallies[area, period])
        for person in before.keys() | after.keys():
            old, new = before.get(person, []), after.get(person, [])
            both += min(len(old), len(new))
            joined += max(0, len(new) - len(old))
            left += max(0, len(old) - len(new))
            changed += sum((one.start.score, len(one.dates)) != (two.start.score, len(two.dates))
                           for one, two in zip(old, new))
    return (f"{changed} of {both} starts that both count have other data",
            f"{joined} starts newly count, {left} no longer do")


def check_people(folder, first, between):
    words = [PROGRAM, "diff", folder / "s-old", folder / "s-new", "--inputs", folder]
    text = subprocess.run(words, check=False, capture_output=True, text=True).stdout
    for words in people_words(first, between):
        expect(words in text, words, "is not in", text)


def check(stages, told):
    figures = moved = 0
    for line in stages[0]:
        for field in stages[0][line]:
            mine, change = parts(stages, line, field)
            row = told.get(f"{line}/{field}")
            theirs = {cause: Fraction(row[cause]) if row else Fraction(0) for cause in CAUSES}
            expect(mine == theirs, line, field, {k: float(v) for k, v in mine.items()}, row)
            expect(change == (Fraction(row["change"]) if row else 0), line, field, change, row)
            figures += 1
            moved += bool(row)
    for cause in ("data_rows", "membership", "terms", "rounding"):
        expect(any(row[cause] not in ("", "0") for row in told.values()), "no part is by", cause)
    return figures, moved


def compare(counts):
    """One pair; counts: which starts of a person count, by both contracts."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        old, new, base, terms = (folder / part for part in ("old", "new", "base", "contract"))
        shutil.copytree(CONTRACT, base)
        for path in (base / "rules").glob("*.yaml"):
            text = path.read_text(encoding="utf-8")
            expect("  count: first-start-in-period" in text, path)
            path.write_text(text.replace("  count: first-start-in-period", f"  count: {counts}"),
                            encoding="utf-8")
        run("synth", "--contract", base, "--seed", 4, "--cohorts", "2015Q4,2016Q1", "--starts",
            STARTS, "--quiet", "--out", old)
        spoil(old, new, random.Random(4))
        change_terms(base, terms)
        settle(folder / "s-old", base, old)
        settle(folder / "s-new", terms, new)
        first, between, last = Side(base, old), Side(base, new), Side(terms, new)
        stages = [settled(first, first.tallies), settled(first, mixture(first, between)),
                  settled(between, between.tallies), settled(last, last.tallies)]
        figures, moved = check(stages, tell(folder))
        check_people(folder, first, between)
    print(f"{counts}: same parts of {figures} figures, of which {moved} changed")


def main():
    for counts in ("first-start-in-period", "every-start"):
        compare(counts)


if __name__ == "__main__":
    main()
