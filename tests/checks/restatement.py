#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random sequences of settlements, each built on those before it: data are corrected, a price is
changed, somebody decides, cohorts come late. After every run, what all runs paid is what one run with
the latest inputs would pay; the reason of each difference is the right one; balances reconcile; no
earlier folder is touched. PBR_SEQUENCES says how many sequences (6 without it)."""
import datetime
import os
import pathlib
import random
import sys
import tempfile

sys.dont_write_bytecode = True
from settling import (Contract, digests, expect, measured, monthly_inputs, read, run,  # noqa: E402
                      settle, write)

AREAS = ("C02", "C03", "C10")
QUARTERS = ("2015Q4", "2016Q1", "2016Q2", "2016Q3", "2016Q4", "2017Q1")
YEARS = {"2015/16": QUARTERS[:2], "2016/17": QUARTERS[2:]}
MONTHS = ("2016-01", "2016-02", "2016-03", "2016-04", "2016-05", "2017-03")
SNAPSHOT = "2019-01-15"
FIRST_DAY = datetime.date(2019, 2, 1)  # one area passes to another provider two weeks later
DISPOSITIONS = ("apply", "waive", "reinvest", "cancel", "hold")
DECISION = ("cpa", "cohort", "line", "payee", "disposition", "authority", "date", "reason")


def year_of(cohort):
    if "/" in cohort:
        return cohort
    if "Q" in cohort:
        return next(year for year, quarters in YEARS.items() if cohort in quarters)
    return "2015/16" if cohort < "2016-04" else "2016/17"


class Sequence:
    def __init__(self, folder, seed):
        self.folder, self.random = folder, random.Random(seed)
        self.contract = Contract(folder / "contract", AREAS)
        self.contract.change("prices", self.make_caps_bind)
        self.metrics = measured(folder, self.contract, QUARTERS, 12000, seed, SNAPSHOT)
        self.monthly = self.random.random() < 0.5
        self.tables = monthly_inputs(folder, AREAS, self.random) if self.monthly else []
        self.unsettled = set(QUARTERS) | set(YEARS) | set(MONTHS if self.monthly else ())
        self.settled = set()
        self.runs, self.hashes = [], []
        self.paid = {}        # by area, cohort, line: the sum of what runs found due
        self.computed = {}    # as the latest run that has the line says
        self.state_then = {}  # what data and prices that run had of the line
        self.decisions = {}   # standing, by area, cohort, line
        self.others = {}      # amount by id
        self.terms = dict.fromkeys(YEARS, 0)
        self.restated = {}    # how often each reason was met

    def make_caps_bind(self, row):
        fee = float(row["fee_for_service"])
        row["maximum_annual_payment"] = f"{fee + self.random.randrange(0, 120000):.2f}"

    # --- what may happen between two runs; each gives the settled cohorts that it touches ---

    def correct_data(self):
        quarter = self.random.choice(QUARTERS)
        for row in self.metrics:
            if row["cohort"] == quarter and self.random.random() < 0.9:
                gone = self.random.randrange(0, 1 + int(row["reoffenders"]) // 3)
                row["reoffenders"] = int(row["reoffenders"]) - gone
                row["reoffences"] = max(row["reoffenders"], int(row["reoffences"]) - 3 * gone)
                row["ogrs_squares"] = row["ogrs_sum_reoffenders"] = ""
        return {quarter, year_of(quarter)}

    def change_price(self):
        year = self.random.choice(list(YEARS))
        self.contract = self.contract.copy(self.folder / f"contract-{len(self.runs)}")

        def dearer(row):
            if row["contract_year"] == year:
                for column in ("binary_price", "frequency_year_price", "fee_for_service"):
                    row[column] = f"{float(row[column]) + self.random.randrange(1, 500):.2f}"

        self.contract.change("prices", dearer)
        self.terms[year] += 1
        return {cohort for cohort in self.settled if year_of(cohort) == year}

    def decide(self, lines):
        chosen = {}
        for key in self.random.sample(sorted(lines), min(3, len(lines))):
            chosen[key] = self.random.choice(DISPOSITIONS)
        return chosen

    def add_other(self):
        name = f"R-{self.random.randrange(4)}"
        self.others[name] = self.random.randrange(-5000000, 5000000)

    # --- a run ---

    def inputs(self, name, decisions):
        folder = self.folder / name
        folder.mkdir()
        day = self.day().isoformat()
        words = ["--metrics", write(folder / "metrics.csv", self.metrics), *self.tables]
        rows = [dict(zip(DECISION, (*key, "", what, "Head of Contracts", day, "a ruling")))
                for key, what in sorted(decisions.items())]
        words += ["--decisions", write(folder / "decisions.csv", rows, DECISION)] if rows else []
        others = [{"id": name, "payee": "Elsewhere Ltd", "description": "a ruling",
                   "amount": f"{pence / 100:.2f}", "authority": "Adjudicator", "date": day,
                   "reason": "dispute"} for name, pence in sorted(self.others.items())]
        words += ["--other-lines", write(folder / "others.csv", others)] if others else []
        return words

    def day(self):
        return FIRST_DAY + datetime.timedelta(days=9 * len(self.runs))

    def line_state(self, area, cohort):
        parts = YEARS.get(cohort, (cohort,))
        data = [dict(row) for row in self.metrics if row["cpa"] == area and row["cohort"] in parts]
        return data, self.terms[year_of(cohort)]

    def fresh(self, decisions):
        """One run with the same inputs and no history."""
        return settle(self.folder / f"fresh-{len(self.runs)}", self.contract,
                      self.inputs(f"fresh-inputs-{len(self.runs)}", decisions),
                      sorted(self.settled), self.day().isoformat())

    def step(self):
        touched = set()
        if self.runs:
            for happens in self.random.sample((self.correct_data, self.change_price), 2):
                touched |= happens() if self.random.random() < 0.5 else set()
        if self.random.random() < 0.4:
            self.add_other()
        late = self.random.sample(sorted(self.unsettled),
                                  min(len(self.unsettled), self.random.randrange(0, 5)))
        cohorts = (touched & self.settled) | set(late)
        if not cohorts:
            cohorts = {self.random.choice(sorted(self.settled or self.unsettled))}
        self.unsettled -= cohorts
        self.settled |= cohorts
        lines = set(self.fresh_lines(cohorts)) | set(self.paid)
        decided = self.decide(lines) if self.random.random() < 0.5 else {}
        previous = self.random.sample(self.runs, len(self.runs))
        inputs = self.inputs(f"inputs-{len(self.runs)}", decided)
        this = settle(self.folder / f"run-{len(self.runs)}", self.contract, inputs, sorted(cohorts),
                      self.day().isoformat(), previous)
        self.check_order(this, inputs, cohorts, previous)
        self.check_reasons(this, decided)
        self.decisions.update(decided)
        self.account(this)
        self.check_against_fresh()
        self.runs.append(this)
        self.check_again(inputs, cohorts)
        self.hashes.append(digests(this.folder))

    def fresh_lines(self, cohorts):
        """Lines that the cohorts have, whatever they come to."""
        periods = {"binary": "Q", "frequency": "Q", "binary-year": "/", "frequency-year": "/",
                   "ffs": "-"}
        for cohort in cohorts:
            mark = next(mark for mark in "Q/-" if mark in cohort)
            for line, of in periods.items():
                if of == mark:
                    yield from ((area, cohort, line) for area in AREAS)

    def account(self, this):
        for row in this.payments:
            key = row["cpa"], row["cohort"], row["line"]
            self.paid[key] = self.paid.get(key, 0) + row["due_pence"]
            self.computed[key] = row["computed_pence"]
            self.state_then[key] = self.line_state(row["cpa"], row["cohort"])

    # --- what must hold ---

    def check_order(self, this, inputs, cohorts, previous):
        """The same folders named in another order give the same bytes."""
        if len(previous) > 1:
            other = settle(self.folder / "shuffled", self.contract, inputs, sorted(cohorts),
                           self.day().isoformat(), list(reversed(previous)), ["--force"])
            expect(digests(other.folder) == digests(this.folder), "order of --previous matters")

    def check_reasons(self, this, decided):
        for row in this.payments:
            key = row["cpa"], row["cohort"], row["line"]
            if key not in self.paid:
                expect(row["reason"] in ("new", "gate", "cap"), key, row["reason"])
                continue
            data, terms = (now != then for now, then
                           in zip(self.line_state(*key[:2]), self.state_then[key]))
            if key in decided and decided[key] != self.decisions.get(key, "apply"):
                reason = "ruling"
            elif row["computed_pence"] != self.computed[key]:
                reason = "data" if data else "terms" if terms else "unexplained"
            else:
                reason = "cap"
            if row["due_pence"]:
                expect(row["reason"] == reason, self.folder, key, row["reason"], "should be", reason)
                self.restated[reason] = self.restated.get(reason, 0) + 1

    def check_against_fresh(self):
        fresh = self.fresh(self.decisions).sums("payable_pence")
        for key in fresh.keys() | self.paid.keys():
            expect(self.paid.get(key, 0) == fresh.get(key, 0), self.folder, len(self.runs), key,
                   "was paid", self.paid.get(key, 0), "and one run pays", fresh.get(key, 0))

    def check_again(self, inputs, cohorts):
        again = settle(self.folder / "again", self.contract, inputs, sorted(cohorts),
                       self.day().isoformat(), self.runs, ["--force"])
        moved = [row for row in again.payments if row["due_pence"]]
        expect(not moved, self.folder, "the same run again pays", moved)
        expect(all(row["due_pence"] == "0" for row in again.others), "other money paid twice")

    def check_balances(self):
        payees = {payee for this in self.runs for payee in this.balances}
        for payee in payees:
            lines = [this.balances[payee] for this in self.runs if payee in this.balances]
            due = sum(row["due_pence"] for this in self.runs for row in this.payments
                      if row["payee"] == payee)
            due += sum(int(row["due_pence"]) for this in self.runs for row in this.others
                       if row["payee"] == payee)
            now = sum(row["pay_now_pence"] for row in lines)
            expect(now + lines[-1]["carried_forward_pence"] == due, self.folder, payee,
                   "was paid", now, "carries", lines[-1]["carried_forward_pence"], "of", due)
            expect(all(row["pay_now_pence"] >= 0 for row in lines), payee, "was invoiced")
        others = {}
        for this in self.runs:
            for row in this.others:
                others[row["id"]] = others.get(row["id"], 0) + int(row["due_pence"])
        for name, pence in self.others.items():
            expect(others.get(name, pence) == pence, name, "came to", others[name], "of", pence)

    def check_untouched(self):
        for this, before in zip(self.runs, self.hashes):
            expect(digests(this.folder) == before, this.folder, "was changed by a later run")


def main():
    met = {}
    wanted = int(os.environ.get("PBR_SEQUENCES", "6"))
    for seed in range(1, wanted + 1):
        with tempfile.TemporaryDirectory(prefix="pbrcalc-restatement-") as name:
            sequence = Sequence(pathlib.Path(name), seed)
            for _ in range(sequence.random.randrange(3, 9)):
                sequence.step()
            sequence.check_balances()
            sequence.check_untouched()
            for reason, count in sequence.restated.items():
                met[reason] = met.get(reason, 0) + count
    expect(set(met) == {"data", "terms", "ruling", "cap"}, "not every reason was met:", met)
    print(f"{wanted} sequences; differences by reason: {met}")


if __name__ == "__main__":
    main()
