#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`diff` of random pairs of settlements of a small scheme. Where one thing was changed, all of the
change is in that part; whatever was changed, the parts of every figure add up to the change exactly,
each figure that differs is told, and none that does not. PBR_PAIRS says how many pairs (100 without
it)."""
import collections
import hashlib
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
from fractions import Fraction

sys.dont_write_bytecode = True
from settling import (Contract, PROGRAM, expect, measured, monthly_inputs, read, run,  # noqa: E402
                      settle, write)

AREAS = ("C02", "C03", "C10")
QUARTERS = ("2015Q4", "2016Q1")
COHORTS = (*QUARTERS, "2015/16")
SNAPSHOT = "2018-03-31"
CAUSES = ("data_rows", "membership", "terms", "run", "engine", "rounding")
TWICE = ("result", "clause", "rules")  # of payments.csv, told of results.csv
NAMES = ("cpa", "cohort", "line", "settlement")
IDENTICAL, DIFFERENT = 0, 1
TOGETHER = 13  # pairs with one old settlement


def diff(old, new, *words, status=DIFFERENT):
    done = subprocess.run([PROGRAM, "diff", str(old), str(new), *map(str, words)],
                          capture_output=True, text=True, check=False)
    expect(done.returncode == status, "status", done.returncode, "of diff", old, new, *words, "\n",
           done.stdout, done.stderr)
    return done


class Side:
    """One settlement: its contract, its data and what the run is told."""

    def __init__(self, folder, name, contract):
        self.folder, self.name, self.contract = pathlib.Path(folder), name, contract
        self.starts, self.offences, self.metrics = [], [], None
        self.cohorts, self.as_at, self.extra, self.previous = list(COHORTS), "2018-04-20", [], []

    def copy(self, name):
        other = Side(self.folder, name, self.contract.copy(self.folder / f"contract-{name}"))
        other.starts = [dict(row) for row in self.starts]
        other.offences = [dict(row) for row in self.offences]
        other.metrics = self.metrics and [dict(row) for row in self.metrics]
        other.cohorts, other.as_at = list(self.cohorts), self.as_at
        return other

    def settle(self):
        data = self.folder / f"data-{self.name}"
        data.mkdir()
        if self.metrics:
            words = ["--metrics", write(data / "metrics.csv", self.metrics)]
        else:
            words = ["--cohort", write(data / "cohort.csv", self.starts), "--reoffences",
                     write(data / "reoffences.csv", self.offences), "--snapshot", SNAPSHOT]
        self.run = settle(self.folder / self.name, self.contract, words, self.cohorts, self.as_at,
                          self.previous, self.extra)
        return self.run


# --- changes of one cause ---


def change_scores(side, dice):
    for row in dice.sample(side.starts, 40):
        row["ogrs"] = f"{dice.uniform(0, 100):.2f}"


def drop_offences(side, dice):
    side.offences = [row for row in side.offences if dice.random() > 0.05]


def change_prices(side, dice):
    def dearer(row):
        row["binary_price"] = f"{float(row['binary_price']) + dice.randrange(1, 50000) / 100:.2f}"
        row["frequency_price"] = f"{float(row['frequency_price']) * 1.1:.2f}"
    side.contract.change("prices", dearer)


def change_level(side, dice):
    side.contract.edit(r"level: 0\.95", f"level: 0.{dice.choice((5, 8, 9))}")


def change_exclusion(side, dice):
    """A term that says who counts."""
    side.contract.edit(r"(?m)^(  count: )first-start-in-period", r"\1every-start")


def move_people(side, dice):
    """Some leave, and some were managed by somebody else. Who starts twice would not leave, but
    count by the other start, which is another datum of a person that both count."""
    times = collections.Counter(row["person_id"] for row in side.starts)
    once = [row for row in side.starts if times[row["person_id"]] == 1]
    gone = {row["person_id"] for row in dice.sample(once, len(once) // 30)}
    for row in dice.sample(once, 30):
        row["managed_by"] = "NPS" if row["managed_by"] != "NPS" else "CRC"
    side.starts = [row for row in side.starts if row["person_id"] not in gone]


def later_day(side, dice):
    side.as_at = "2018-05-20"


def fewer_cohorts(side, dice):
    side.cohorts = ["2015Q4"]


def decide(side, dice):
    path = side.folder / f"decisions-{side.name}.csv"
    columns = ("cpa", "cohort", "line", "payee", "disposition", "authority", "date", "reason")
    rows = [dict(zip(columns, (area, "2015Q4", "binary", "", dice.choice(("waive", "hold")),
                               "Head of Contracts", "2018-04-01", "a ruling"))) for area in AREAS]
    side.extra = [*side.extra, "--decisions", write(path, rows, columns)]


SINGLE = {
    change_scores: {"data_rows"}, drop_offences: {"data_rows"},
    move_people: {"membership"}, change_prices: {"terms"}, change_level: {"terms"},
    change_exclusion: {"terms"}, later_day: {"run"}, fewer_cohorts: {"run"}, decide: {"run"},
}


def change_metrics(side, dice):
    for row in side.metrics:
        gone = dice.randrange(0, 1 + int(row["reoffenders"]) // 4)
        row["reoffenders"] = int(row["reoffenders"]) - gone
        row["reoffences"] = max(row["reoffenders"], int(row["reoffences"]) - 3 * gone)
        row["ogrs_squares"] = row["ogrs_sum_reoffenders"] = ""


# --- what must hold ---


def line_of(row):
    return f"{row['cpa']}/{row['cohort']}/{row['line']}"


def tested_in(folder):
    return {line_of(row) for row in read(pathlib.Path(folder) / "results.csv")}


def recorded(folder, tested):
    """Every cell of the two tables, by name, as the settlement records it."""
    figures = {}
    for row in read(pathlib.Path(folder) / "results.csv"):
        figures.update({f"{line_of(row)}/{name}": text for name, text in row.items()
                        if name not in NAMES})
    for row in read(pathlib.Path(folder) / "payments.csv"):
        line = line_of(row)
        for name, text in row.items():
            if name not in NAMES and not (line in tested and name in TWICE):
                expect(f"{line}/{name}" not in figures, "two payees: not in this scheme")
                figures[f"{line}/{name}"] = text
    return figures


def check_rows(rows, old, new):
    """Parts add up; what is told is what is recorded; nothing that differs is left out."""
    told = {row["figure"]: row for row in rows}
    expect(len(told) == len(rows), "a figure is told twice")
    for row in rows:
        causes = set(filter(None, row["causes"].split(";")))
        if row["figure"].endswith("/reason"):
            expect(not causes and row["old"] != row["new"], "a reason is told as recorded", row)
        if not row["change"]:
            continue
        parts = {cause: Fraction(row[cause]) for cause in CAUSES}
        expect(sum(parts.values()) == Fraction(row["change"]), "parts do not add up:", row)
        expect(Fraction(row["new"] or 0) - Fraction(row["old"] or 0) == Fraction(row["change"]), row)
        expect(causes == {cause for cause in CAUSES if parts[cause]}, row)
    tested = tested_in(old) | tested_in(new)
    before, after = recorded(old, tested), recorded(new, tested)
    for name in before.keys() | after.keys():
        if before.get(name) != after.get(name):
            expect(name in told, name, "differs and is not told")
        if name in told:
            expect((told[name]["old"], told[name]["new"])
                   == (before.get(name, ""), after.get(name, "")), told[name])
            moved = Fraction(told[name]["change"] or 0) or told[name]["causes"]
            expect(before.get(name) != after.get(name) or moved, name, "is told and does not differ")


def check_total(rows, old, new):
    """The total is the sum of the balances, and of all lines each part is the sum of the parts."""
    told = {row["figure"]: row for row in rows}
    totals = [sum(int(row["total_pence"]) for row in read(pathlib.Path(folder) / "balances.csv"))
              for folder in (old, new)]
    total = told.get("all payees/total")
    expect(total is not None or totals[0] == totals[1], "the total is not told")
    if total:
        expect((int(total["old"]), int(total["new"])) == tuple(totals), total, totals)
    payees = {line_of(row): row["payee"] for folder in (old, new)
              for row in read(pathlib.Path(folder) / "payments.csv")}
    for payee in {"all payees", *payees.values()}:
        lines = [row for name, row in told.items() if name.endswith("/due_pence")
                 and payee in ("all payees", payees[name.rpartition("/")[0]])]
        whole = told.get(f"{payee}/lines_pence")
        for cause in CAUSES:
            both = sum(Fraction(row[cause]) for row in lines)
            expect(both == Fraction(whole[cause] if whole else 0), payee, cause, "is", both)


def compare(old, new, places):
    path = new.folder / f"{new.name}.csv"
    words = ["--csv", path, *(["--inputs", *places] if places else [])]
    done = diff(old.folder / old.name, new.folder / new.name, *words)
    rows = read(path)
    check_rows(rows, old.folder / old.name, new.folder / new.name)
    check_total(rows, old.folder / old.name, new.folder / new.name)
    return rows, done.stdout


def causes_of(rows):
    return {cause for row in rows for cause in row["causes"].split(";") if cause}


def base_side(folder, number, dice):
    folder = pathlib.Path(folder) / f"pair-{number}"
    folder.mkdir()
    side = Side(folder, "old", Contract(folder / "contract-old", AREAS))

    def roomy(row):  # caps that bind in some years only
        row["maximum_annual_payment"] = f"{float(row['fee_for_service']) + dice.randrange(0, 400000):.2f}"
    side.contract.change("prices", roomy)
    return side


def with_people(side, folder, seed):
    extract = pathlib.Path(folder) / f"extract-{seed}"
    if not extract.exists():
        run("synth", "--contract", side.contract.folder, "--seed", seed, "--starts", 3000,
            "--cohorts", ",".join(QUARTERS), "--out", extract, "--quiet")
    side.starts, side.offences = read(extract / "cohort.csv"), read(extract / "reoffences.csv")


def single(old, number, change, causes):
    """One thing changes: all is in that part, but for what rounding to pence adds."""
    new = old.copy(f"new-{number}")
    change(new, random.Random(number))
    new.settle()
    rows, text = compare(old, new, [old.folder / f"data-{side.name}" for side in (old, new)])
    found = causes_of(rows) - {"rounding"}
    expect(found == causes, change.__name__, "gives", found, "not", causes, "\n", text)


def several(old, number):
    """Any number of changes at once, from extracts or from measures, also in a chain."""
    dice = random.Random(number)
    changes = [change_prices, change_level, later_day, fewer_cohorts, decide]
    if old.metrics:
        changes.append(change_metrics)
    else:
        changes += [change_scores, drop_offences, move_people, change_exclusion]
    new = old.copy(f"new-{number}")
    for change in dice.sample(changes, dice.randrange(1, 5)):
        change(new, dice)
    if dice.random() < 0.3:
        new.as_at = "2018-06-20"
        new.previous = [old.run]
    new.settle()
    found = dice.random() < 0.7
    places = [old.folder / f"data-{side.name}" for side in (old, new)] if found else []
    rows, _ = compare(old, new, places)
    if not found:
        expect(not any(Fraction(row["membership"] or 0) for row in rows),
               "without extracts the data are one part")


def some_pairs(folder, first, end, changes=()):
    """Pairs with one old settlement, from extracts or from measures."""
    dice = random.Random(first)
    old = base_side(folder, first, dice)
    if not changes and dice.random() < 0.4:
        old.metrics = measured(old.folder, old.contract, QUARTERS, 6000, first, SNAPSHOT)
    else:
        with_people(old, folder, 1 + first % 3)
    old.settle()
    for number, (change, causes) in enumerate(changes, first):
        single(old, number, change, causes)
    for number in range(first + len(changes), end):
        several(old, number)
    shutil.rmtree(old.folder)


def same_twice(folder, dice):
    """The same settlement, and the same data in another order of rows."""
    old = base_side(folder, "same", dice)
    with_people(old, folder, 1)
    old.settle()
    for words in ((), ("--json",), ("--csv", old.folder / "same.csv")):
        done = diff(old.folder / "old", old.folder / "old", *words, status=IDENTICAL)
        if words == ("--json",):
            expect(json.loads(done.stdout)["identical"] is True, done.stdout)
        else:
            expect(done.stdout == "identical\n", done.stdout)
    new = old.copy("new")
    dice.shuffle(new.starts)
    dice.shuffle(new.offences)
    new.settle()
    done = diff(old.folder / "old", old.folder / "new", "--inputs", old.folder)
    expect("0 of" in done.stdout and ": 0 added, 0 removed, 0 changed" in done.stdout, done.stdout)


def months(folder, dice):
    """Volumes and service levels are data of the run: another one is another datum."""
    old = base_side(folder, "months", dice)
    old.metrics = measured(old.folder, old.contract, QUARTERS, 6000, 1, SNAPSHOT)
    old.cohorts = [*QUARTERS, "2016-01", "2016-02", "2016-03"]
    old.extra = monthly_inputs(old.folder, AREAS, dice)
    old.settle()
    for table, column in (("volumes", "starts"), ("service-levels", "numerator")):
        new = old.copy(f"new-{table}")
        path = old.folder / f"{table}-new.csv"
        rows = read(old.folder / f"{table}.csv")
        for row in rows:
            if row["month"] == "2016-02":
                row[column] = int(row[column]) // 3
        words = [f"--{name}" for name in ("volumes", "service-levels")]
        files = {f"--{table}": write(path, rows)}
        new.extra = [word for name in words
                     for word in (name, files.get(name, old.folder / f"{name[2:]}.csv"))]
        new.settle()
        rows, text = compare(old, new, [])
        expect(causes_of(rows) - {"rounding"} == {"data_rows"}, table, causes_of(rows), text)
        expect(f"{table}: 4" in text or f"{table}: 2" in text, "rows are counted", text)


def a_cohort_that_the_new_data_lack(folder, dice):
    """Its old data are counted by the new terms all the same, before the run drops it."""
    old = base_side(folder, "lack", dice)
    with_people(old, folder, 2)
    old.settle()
    new = old.copy("new")
    change_exclusion(new, dice)
    new.starts = [row for row in new.starts if row["start_date"] >= "2016-01-01"]
    new.cohorts = ["2016Q1"]
    new.settle()
    rows, text = compare(old, new, [old.folder])
    lost = [row for row in rows if "/2015Q4/" in row["figure"] and row["figure"].endswith("computed_pence")]
    expect(lost and all(row["new"] == "" for row in lost), lost)
    expect(any(Fraction(row["terms"]) for row in lost), "the terms changed nothing", text)
    expect(not any(Fraction(row["data_rows"]) or Fraction(row["membership"]) for row in lost), lost)


def another_program(folder, dice):
    """A settlement that this program would not make: the difference is the engine's, on either
    side."""
    old = base_side(folder, "engine", dice)
    with_people(old, folder, 1)
    old.settle()
    new = old.copy("new")
    shutil.copytree(old.folder / "old", new.folder / "new")
    path = new.folder / "new" / "payments.csv"
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    rows = read(path)
    for column in ("computed_pence", "capped_pence", "payable_pence", "due_pence"):
        rows[0][column] = int(rows[0][column]) + 700
    write(path, rows)
    manifest = new.folder / "new" / "manifest.json"
    text = manifest.read_text(encoding="utf-8")
    expect(before in text, "the manifest does not record payments.csv")
    after = hashlib.sha256(path.read_bytes()).hexdigest()
    manifest.write_text(text.replace(before, after), encoding="utf-8")
    name = f"{line_of(rows[0])}/due_pence"
    for one, other, part in ((old, new, 700), (new, old, -700)):
        told = old.folder / f"{one.name}.csv"
        diff(old.folder / one.name, old.folder / other.name, "--csv", told)
        found = {row["figure"]: row for row in read(told)}
        expect(causes_of(found.values()) == {"engine"}, causes_of(found.values()))
        expect(int(found[name]["engine"]) == part == int(found[name]["change"]), found[name])


def an_area_less(folder, dice):
    """An area that the new contract lacks: its lines go with the terms."""
    old = base_side(folder, "area", dice)
    with_people(old, folder, 1)
    old.settle()
    new = old.copy("new")
    for name in ("areas", "agreements", "baselines", "prices"):
        new.contract.drop(name, lambda row: row["cpa"] == "C03")
    new.starts = [row for row in new.starts if row["cpa"] != "C03"]
    new.settle()
    rows, text = compare(old, new, [old.folder])
    expect(causes_of(rows) - {"rounding"} == {"terms"}, causes_of(rows), text)
    expect("6 lines are in the old settlement only" in text, text)


def nobody_is_named(folder, dice):
    """No person stands in anything that is written, also where persons were followed."""
    old = base_side(folder, "ids", dice)
    with_people(old, folder, 2)
    people = {row["person_id"] for row in old.starts}
    old.settle()
    new = old.copy("new")
    for change in (change_scores, drop_offences, move_people):
        change(new, dice)
    new.settle()
    _, text = compare(old, new, [old.folder])
    more = diff(old.folder / "old", old.folder / "new", "--inputs", old.folder, "--verbose").stdout
    data = diff(old.folder / "old", old.folder / "new", "--inputs", old.folder, "--json").stdout
    csv_text = (old.folder / "new.csv").read_text(encoding="utf-8")
    for words in (text, more, data, csv_text):
        expect(not any(person in words for person in people), "a person is named")
    expect(json.loads(data)["format"] == "pbrcalc-diff-1" and json.loads(data)["data_rows_apart"], data)


def main():
    pairs = int(os.environ.get("PBR_PAIRS", "100"))
    with tempfile.TemporaryDirectory() as folder:
        dice = random.Random(20151001)
        same_twice(folder, dice)
        months(folder, dice)
        another_program(folder, dice)
        an_area_less(folder, dice)
        a_cohort_that_the_new_data_lack(folder, dice)
        nobody_is_named(folder, dice)
        some_pairs(folder, 0, len(SINGLE), SINGLE.items())
        for first in range(len(SINGLE), pairs, TOGETHER):
            some_pairs(folder, first, min(pairs, first + TOGETHER))
    print(f"{pairs} pairs: parts add up, single changes stand in one part")


if __name__ == "__main__":
    main()
