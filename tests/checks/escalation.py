#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The four readings of a transfer to the public sector on one small extract: whom each counts, and
what each pays, against an own count of the same rows."""
import calendar
import datetime
import itertools
import pathlib
import random
import sys
import tempfile
from fractions import Fraction

sys.dont_write_bytecode = True
from settling import Contract, expect, read, run, settle, write  # noqa: E402

AREAS = ("C02", "C10")
QUARTERS = ("2015Q4", "2016Q1")
READINGS = ("keep", "exclude", "exclude-unless-reoffended-before", "stop-counting-at-transfer")
OUTCOMES = ("conviction", "caution", "warning", "reprimand")
SNAPSHOT, AS_AT = "2018-11-01", "2018-12-01"
FOLLOW_UP_MONTHS, PROOF_MONTHS = 12, 18


def day(text):
    return datetime.date.fromisoformat(text) if text else None


def later(start, months):
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return datetime.date(year, month + 1,
                         min(start.day, calendar.monthrange(year, month + 1)[1]))


def quarter(start):
    return f"{start.year}Q{(start.month + 2) // 3}"


# --- the extract: a fifth of the starts are transferred, on a day of follow-up or just after it ---

def make_extract(folder, contract):
    run("synth", "--contract", contract.folder, "--seed", 21, "--starts", 4000, "--cohorts",
        ",".join(QUARTERS), "--out", folder / "extract", "--quiet")
    starts, offences = read(folder / "extract/cohort.csv"), read(folder / "extract/reoffences.csv")
    dice = random.Random(5)
    for row in starts:
        moved = day(row["start_date"]) + datetime.timedelta(days=dice.randrange(0, 400))
        row["transferred_on"] = moved.isoformat() if dice.random() < 0.2 else ""
    return starts, offences


# --- the own count ---

def proven(offences):
    """Offences of each person as (committed, proved): each once, at the first outcome that counts."""
    first = {}
    for row in offences:
        if (row["outcome"] not in OUTCOMES or row["breach"] == "yes" or row["recordable"] == "no"
                or row["jurisdiction"] == "abroad"):
            continue
        key = row["person_id"], row["offence_id"]
        times = day(row["outcome_date"]), day(row["offence_date"])
        first[key] = min(first.get(key, times), times)
    found = {}
    for (person, _), (proved, committed) in first.items():
        found.setdefault(person, []).append((committed, proved))
    return found


def counted_offences(start, moved, offences, reading):
    ends = later(start, FOLLOW_UP_MONTHS)
    inside = [committed for committed, proved in offences if start <= committed < ends
              and committed <= proved < later(start, PROOF_MONTHS)]
    if moved and reading == "stop-counting-at-transfer":
        return [committed for committed in inside if committed < moved]
    return inside


def is_excluded(row, start, moved, offences, reading):
    died = day(row["died_on"])
    if (row["managed_by"] == "NPS" or row["em_only"] == "yes" or row["foreign_national"] == "yes"
            or (died and died < later(start, FOLLOW_UP_MONTHS))):
        return True
    before = moved and any(committed < moved for committed in offences)
    return bool(moved) and (reading == "exclude"
                            or (reading == "exclude-unless-reoffended-before" and not before))


def count(starts, offences, reading):
    """By area and quarter: persons, reoffenders, reoffences, sum of scores."""
    proved, seen, sums = proven(offences), set(), {}
    for row in sorted(starts, key=lambda row: (row["start_date"], row["start_id"])):
        start, moved = day(row["start_date"]), day(row["transferred_on"])
        if moved and moved >= later(start, FOLLOW_UP_MONTHS):
            moved = None
        mine = counted_offences(start, moved, proved.get(row["person_id"], ()), reading)
        person = row["cpa"], quarter(start), row["person_id"]
        if is_excluded(row, start, moved, mine, reading) or person in seen:
            continue
        seen.add(person)
        if row["pnc_matched"] == "no":
            continue
        cell = sums.setdefault(person[:2], [0, 0, 0, Fraction(0)])
        for i, amount in enumerate((1, bool(mine), len(mine), Fraction(row["ogrs"]))):
            cell[i] += amount
    return sums


# --- what must hold ---

class Scene:
    def __init__(self, folder):
        self.folder = folder
        contract = Contract(folder / "contract", AREAS)
        self.starts, self.offences = make_extract(folder, contract)
        contract.change("baselines", self.make_everybody_better)
        contract.change("prices", lambda row: row.update(maximum_annual_payment="900000000"))
        self.contracts = {}
        for reading in READINGS:
            self.contracts[reading] = contract.copy(folder / reading)
            self.contracts[reading].edit(r"(transferred:\n  column: \S+\n  treatment:) \S+",
                                         rf"\1 {reading}")

    @staticmethod
    def make_everybody_better(row):
        row["rate"] = f"{float(row['rate']) * 1.3:.4f}"
        if row["terminate"]:
            row["terminate"] = "99"

    def settle(self, name, reading, offences=None):
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        inputs = ["--cohort", write(folder / "cohort.csv", self.starts), "--reoffences",
                  write(folder / "reoffences.csv", self.offences if offences is None else offences),
                  "--snapshot", SNAPSHOT]
        return settle(folder / reading, self.contracts[reading], inputs, QUARTERS, AS_AT)


def baseline(contract, area, cohort, metric):
    return next(row for row in contract.rows("baselines")
                if (row["cpa"], row["cohort"], row["metric"], row["year"]) ==
                (area, cohort[4:], metric, "2011"))


def expected_pence(contract, area, cohort, line, sums):
    persons, reoffenders, reoffences, scores = sums
    row = baseline(contract, area, cohort, line)
    price = next(Fraction(prices[f"{line}_price"]) for prices in contract.rows("prices")
                 if (prices["cpa"], prices["contract_year"]) == (area, "2015/16"))
    if line == "binary":
        adjusted = (Fraction(100 * reoffenders, persons) + Fraction(row["ogrs_mean"])
                    - scores / persons)
        units = persons * (Fraction(row["rate"]) - adjusted) / 100
    else:
        units = reoffenders * (Fraction(row["rate"]) - Fraction(reoffences, reoffenders))
    return round(units * price * 100)  # of a Fraction: to the nearest, ties to even


def check_reading(scene, reading):
    """The program counts whom the own count counts, and pays what follows from that."""
    made = scene.settle("all", reading)
    sums = count(scene.starts, scene.offences, reading)
    paid = 0
    for row in read(made.folder / "metrics.csv"):
        own = sums[row["cpa"], row["cohort"]]
        told = [int(row["measurable"]), int(row["reoffenders"]), int(row["reoffences"]),
                Fraction(row["ogrs_sum"])]
        expect(own == told, reading, row["cpa"], row["cohort"], "counted", own, "told", told)
    for row in made.payments:
        if row["result"] not in ("better", "worse") or row["reason"] == "gate":
            continue
        own = expected_pence(scene.contracts[reading], row["cpa"], row["cohort"], row["line"],
                             sums[row["cpa"], row["cohort"]])
        expect(own == row["computed_pence"], reading, row, "should be", own)
        paid += own
    expect(any(row["line"] == "binary" and row["computed_pence"] for row in made.payments),
           reading, "pays nothing: the check shows nothing")
    return made, sums, paid


def check_relations(sums):
    keep, out, unless, stop = (sums[reading] for reading in READINGS)
    for cell, kept in keep.items():
        expect(stop[cell][0] == kept[0] and stop[cell][3] == kept[3],
               cell, "stopping the count changed who is counted")
        expect(stop[cell][1] <= kept[1] and stop[cell][2] < kept[2],
               cell, "nothing was left out after a transfer")
        expect(out[cell][0] < unless[cell][0] < kept[0], cell, "the readings exclude alike")
        expect(out[cell][1] < unless[cell][1], cell, "those who reoffended before are not back")


def moved_on(scene, row):
    """The days on which the person was transferred."""
    return [day(start["transferred_on"]) for start in scene.by_person.get(row["person_id"], ())
            if start["transferred_on"]]


def same_payments(scene, name, offences, one, other):
    figures = [{key: row["computed_pence"] for row in scene.settle(name, reading, offences).payments
                for key in [(row["cpa"], row["cohort"], row["line"])]} for reading in (one, other)]
    expect(figures[0] == figures[1], one, "and", other, "differ without", name)


def check_what_makes_no_difference(scene):
    scene.by_person = {}
    for row in scene.starts:
        scene.by_person.setdefault(row["person_id"], []).append(row)
    not_after = [row for row in scene.offences
                 if all(day(row["offence_date"]) < moved for moved in moved_on(scene, row))]
    not_before = [row for row in scene.offences
                  if all(day(row["offence_date"]) >= moved for moved in moved_on(scene, row))]
    expect(len(not_after) < len(scene.offences) > len(not_before), "nothing was left out")
    same_payments(scene, "offences-after", not_after, "keep", "stop-counting-at-transfer")
    same_payments(scene, "offences-before", not_before, "exclude",
                  "exclude-unless-reoffended-before")


def main():
    with tempfile.TemporaryDirectory(prefix="pbrcalc-escalation-") as name:
        scene = Scene(pathlib.Path(name))
        sums, paid = {}, {}
        for reading in READINGS:
            made, sums[reading], paid[reading] = check_reading(scene, reading)
            attrition = read(made.folder / "attrition.csv")
            told = any(row["reason"] == "transferred" for row in attrition)
            expect(told == reading.startswith("exclude"), reading, "and the attrition disagree")
        check_relations(sums)
        for one, other in itertools.combinations(READINGS, 2):
            expect(paid[one] != paid[other], one, "and", other, "pay the same")
        check_what_makes_no_difference(scene)
        for reading in READINGS:
            print(f"{reading:34} {paid[reading] / 100:14,.2f}")


if __name__ == "__main__":
    main()
