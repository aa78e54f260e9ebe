#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decisions on computed lines, money that is not computed, negative totals, who is paid, providers
that failed, contracts that ended, and earlier settlements that are not as they were written."""
import pathlib
import random
import shutil
import sys
import tempfile

sys.dont_write_bytecode = True
from settling import (Contract, digests, expect, measured, monthly_inputs, settle,  # noqa: E402
                      write)

AREAS = ("C02", "C10")
COHORTS = ("2015Q4", "2016Q1", "2015/16", "2016-01", "2016-02")
AS_AT = "2018-12-01"
DISPOSITIONS = ("apply", "waive", "reinvest", "cancel", "hold")
FAILED, HEIR = "Working Links", "Seetec"
LINE = ("C10", "2016Q1", "binary")


class Bench:
    """One set of inputs, settled in many ways."""

    def __init__(self, folder):
        self.folder, self.count = folder, 0
        self.contract = Contract(folder / "contract", AREAS)
        rows = measured(folder, self.contract, ("2015Q4", "2016Q1"), 8000, 11, "2018-11-01")
        self.contract.change("prices", lambda row: row.update(maximum_annual_payment="90000000"))
        self.contract.change("baselines", self.make_everybody_better)
        self.inputs = ["--metrics", write(folder / "metrics.csv", rows),
                       *monthly_inputs(folder, AREAS, random.Random(3))]

    @staticmethod
    def make_everybody_better(row):
        row["rate"] = f"{float(row['rate']) * 1.2:.4f}"
        if row["terminate"]:
            row["terminate"] = "99"

    def path(self, word="run"):
        self.count += 1
        return self.folder / f"{word}-{self.count}"

    def changed(self, **edits):
        contract = self.contract.copy(self.path("contract"))
        for key, value in edits.items():
            contract.edit(rf"(?m)^(  {key.replace('_', '-')}:) .*$", rf"\1 {value}")
        return contract

    def settle(self, contract=None, as_at=AS_AT, previous=(), cohorts=COHORTS, decisions=None,
               others=None, refused=None):
        extra = []
        if decisions is not None:
            extra += ["--decisions", write(self.path("decisions"), decisions)]
        if others is not None:
            extra += ["--other-lines", write(self.path("others"), others)]
        return settle(self.path(), contract or self.contract, self.inputs, cohorts, as_at, previous,
                      extra, refused)


def decision(disposition, line=LINE, payee="", authority="Head of Contracts", date="2018-11-20"):
    return dict(cpa=line[0], cohort=line[1], line=line[2], payee=payee, disposition=disposition,
                authority=authority, date=date, reason="as was found")


def other(name, payee, amount):
    return dict(id=name, payee=payee, description="a ruling", amount=amount, authority="Adjudicator",
                date="2018-11-20", reason="dispute 12")


def check_dispositions(bench):
    plain = bench.settle()
    before = plain.line(*LINE)
    expect(before["computed_pence"] > 0, "the line of these checks pays nothing")
    for disposition in DISPOSITIONS:
        row = bench.settle(decisions=[decision(disposition)]).line(*LINE)
        for figure in ("computed_pence", "capped_pence"):
            expect(row[figure] == before[figure], disposition, "changed", figure)
        due = before["capped_pence"] if disposition == "apply" else 0
        expect(row["payable_pence"] == row["due_pence"] == due, disposition, row)
        expect((row["authority"], row["decided_on"], row["decision_reason"], row["disposition"]) ==
               ("Head of Contracts", "2018-11-20", "as was found", disposition), row)


def check_standing_decision(bench):
    """What was decided holds in later runs; another decision is a ruling."""
    first = bench.settle(decisions=[decision("waive")])
    again = bench.settle(previous=[first])
    expect(not again.payments, "a standing decision paid", again.payments)
    applied = bench.settle(previous=[first, again], decisions=[decision("apply")])
    row = applied.line(*LINE)
    expect(row["reason"] == "ruling" and row["due_pence"] == row["capped_pence"] > 0, row)
    # A line that is not among those settled now can be decided too.
    late = bench.settle(previous=[first, again, applied], cohorts=("2016-01",),
                        decisions=[decision("cancel")])
    row = late.line(*LINE)
    expect(row["reason"] == "ruling" and row["due_pence"] == -row["previous_pence"] < 0, row)


def check_bad_decisions(bench):
    bench.settle(cohorts=("2015Q4",), decisions=[decision("waive")], refused="matches 0 lines")
    bench.settle(decisions=[decision("waive", ("C10", "2016Q1", "no-such"))],
                 refused="matches 0 lines")
    bench.settle(decisions=[decision("waive", payee="Nobody")], refused="matches 0 lines")
    bench.settle(decisions=[decision("waive", authority="")], refused="authority")
    bench.settle(decisions=[decision("forgive")], refused="disposition")
    bench.settle(decisions=[decision("waive"), decision("hold")], refused="same line")
    bench.settle(decisions=[decision("waive", date="2018-12-02")], refused="after --as-at")
    bench.settle(decisions=[decision("waive", date=AS_AT)])


def check_other_lines(bench):
    plain = bench.settle()
    rows = [other("R-1", HEIR, "1250.50"), other("R-2", "Elsewhere Ltd", "-300.00")]
    first = bench.settle(others=rows)
    expect(first.sums("computed_pence").keys() == plain.sums("computed_pence").keys(),
           "other money is among the lines")
    expect(first.sums("due_pence") == plain.sums("due_pence"), "other money changed a line")
    balance = first.balances["Elsewhere Ltd"]
    expect(balance["other_pence"] == -30000 and balance["lines_pence"] == 0, balance)
    expect(first.balances[HEIR]["other_pence"] == 125050, "the subtotal is not the payee's own")
    # The whole amount is told again, in full; what was settled of it is taken off.
    second = bench.settle(previous=[first], others=[other("R-1", HEIR, "1000.00")])
    row = second.others[0]
    expect((row["amount_pence"], row["previous_pence"], row["due_pence"]) ==
           ("100000", "125050", "-25050"), row)
    bench.settle(others=[rows[0], rows[0]], refused="R-1")


def check_negative_totals(bench):
    others = [other("R-1", "Elsewhere Ltd", "-100.00")]
    expected = {"invoice": (-10000, 0, 0), "carry-forward": (0, -10000, 0), "set-off": (0, 0, -10000)}
    figures = ("pay_now_pence", "carried_forward_pence", "set_off_pence")
    for treatment, amounts in expected.items():
        contract = bench.changed(treatment=treatment) if treatment != "carry-forward" else None
        if contract:  # the transfer of cases has a treatment too
            contract.edit(r"(?s)(transferred:\n.*?  treatment:) \S+", r"\1 keep")
        first = bench.settle(contract, others=others)
        balance = first.balances["Elsewhere Ltd"]
        expect(tuple(balance[name] for name in figures) == amounts, treatment, balance)
        second = bench.settle(contract, previous=[first],
                              others=[others[0], other("R-2", "Elsewhere Ltd", "150.00")])
        balance = second.balances["Elsewhere Ltd"]
        brought = -10000 if treatment == "carry-forward" else 0
        expect(balance["brought_forward_pence"] == brought, treatment, balance)
        expect(balance["pay_now_pence"] == 15000 + brought, treatment, balance)


def check_carried_by_two(bench):
    """Two settlements that know nothing of each other each leave a balance: both are owed."""
    first = bench.settle(cohorts=("2015Q4",), others=[other("R-1", "Elsewhere Ltd", "-100.00")])
    second = bench.settle(cohorts=("2016-01",), others=[other("R-2", "Elsewhere Ltd", "-50.00")])
    for previous in ([first, second], [second, first]):
        third = bench.settle(previous=previous, cohorts=("2016-02",))
        expect(third.balances["Elsewhere Ltd"]["brought_forward_pence"] == -15000, third.balances)


def split_contract(bench, **edits):
    """One area passes to another provider on 15 February 2016."""
    contract = bench.changed(**edits)
    row = [row for row in contract.rows("agreements") if row["cpa"] == "C10"][0]
    contract.drop("agreements", lambda row: row["cpa"] == "C10")
    contract.add("agreements", {**row, "from": "2015-02-01", "to": "2016-02-15"},
                 {**row, "from": "2016-02-15", "to": "2021-06-26", "provider": HEIR, "payee": HEIR})
    return contract


def check_payee_rules(bench):
    payee = bench.settle(split_contract(bench)).line(*LINE)["payee"]
    expect(payee == HEIR, "at settlement:", payee)
    for day, wanted in (("last-day", HEIR), ("first-day", FAILED)):
        contract = split_contract(bench, rule="provider-at-formation", formation_day=day)
        payee = bench.settle(contract).line(*LINE)["payee"]
        expect(payee == wanted, day, payee)


def check_pro_rata(bench):
    contract = split_contract(bench, rule="pro-rata-days")
    whole = bench.settle(split_contract(bench)).line(*LINE)["computed_pence"]
    first = bench.settle(contract)
    before, after = (first.line(*LINE, payee)["computed_pence"] for payee in (FAILED, HEIR))
    expect(before == whole * 45 // 91 and before + after == whole, before, after, whole)
    bench.settle(contract, decisions=[decision("waive")], refused="matches 2 lines")
    # A decision about one payee's part leaves the other's; both stand in the next run.
    second = bench.settle(contract, previous=[first], decisions=[decision("waive", payee=FAILED)])
    expect(second.line(*LINE, FAILED)["due_pence"] == -before, "the part was not taken back")
    expect(second.line(*LINE, HEIR)["due_pence"] == 0, "the other part moved")
    third = bench.settle(contract, previous=[first, second])
    expect(not third.payments, "nothing happened, and paid", third.payments)


def check_insolvent(bench):
    contract = split_contract(bench, rule="provider-at-formation", formation_day="first-day")
    contract.change("agreements", lambda row: row.update(
        ended="insolvent" if row["payee"] == FAILED else ""))
    first = bench.settle(contract)
    held = [row for row in first.payments if row["payee"] == FAILED]
    expect(held and all(row["disposition"] == "hold" and row["due_pence"] == 0 for row in held),
           "a failed provider was paid without a decision")
    expect(any(row["computed_pence"] for row in held), "the computed figure is hidden")
    expect(all(row["disposition"] == "apply" for row in first.payments if row["payee"] != FAILED),
           "somebody else's line is held")
    second = bench.settle(contract, previous=[first], decisions=[decision("apply")])
    row = second.line(*LINE)
    expect(row["due_pence"] == row["capped_pence"] > 0 and len(second.payments) == 1, row)
    third = bench.settle(contract, previous=[first, second])
    expect(not third.payments, "the decision did not stand")


def check_after_the_end(bench):
    late = "2021-12-01"
    row = bench.settle(as_at=late).line(*LINE)
    expect(row["payee"] == HEIR and row["due_pence"] > 0, row)
    for rules_at in ("settlement", "cohort-end"):
        late_row = bench.settle(bench.changed(rules_at=rules_at), as_at=late).line(*LINE)
        expect(late_row["due_pence"] == row["due_pence"], rules_at, late_row)
    bench.settle(bench.changed(after_end="refuse"), as_at=late, refused="no agreement says who is paid")


def check_earlier_runs(bench):
    first = bench.settle(cohorts=("2015Q4",))
    second = bench.settle(previous=[first], cohorts=("2016Q1",))
    hashes = digests(first.folder), digests(second.folder)
    for name in ("payments.csv", "balances.csv", "other.csv", "metrics.csv"):
        copy = bench.path("tampered")
        shutil.copytree(first.folder, copy)
        text = (copy / name).read_text(encoding="utf-8")
        (copy / name).write_text(text + "\n", encoding="utf-8")
        first.folder, kept = copy, first.folder
        bench.settle(previous=[first], refused=f"{copy}/{name}")
        bench.settle(previous=[first], refused=f"{copy}/manifest.json")
        first.folder = kept
    bench.settle(previous=[second], cohorts=("2015/16",), refused="was built on")
    bench.settle(previous=[first, second], as_at="2018-11-30", refused="was made after --as-at")
    expect(hashes == (digests(first.folder), digests(second.folder)), "an earlier run was changed")
    twice = bench.settle(previous=[first, first, second, first])
    once = bench.settle(previous=[second, first])
    expect(twice.sums("due_pence") == once.sums("due_pence"), "a folder named twice counts twice")


def check_months_alone(bench):
    """A run without outcomes can be built upon."""
    folder = bench.path()
    extra = [word for word in bench.inputs if word not in bench.inputs[:2]]
    first = settle(folder, bench.contract, ["--no-outcomes", *extra], ("2016-01", "2016-02"), AS_AT)
    second = bench.settle(previous=[first])
    whole = bench.settle()
    for key, pence in whole.sums("due_pence").items():
        paid = first.sums("due_pence").get(key, 0) + second.sums("due_pence").get(key, 0)
        expect(paid == pence, key, paid, pence)


CHECKS = (check_dispositions, check_standing_decision, check_bad_decisions, check_other_lines,
          check_negative_totals, check_carried_by_two, check_payee_rules, check_pro_rata,
          check_insolvent, check_after_the_end, check_earlier_runs, check_months_alone)


def main():
    with tempfile.TemporaryDirectory(prefix="pbrcalc-decisions-") as name:
        bench = Bench(pathlib.Path(name))
        for check in CHECKS:
            print(check.__name__, flush=True)
            check(bench)


if __name__ == "__main__":
    main()
