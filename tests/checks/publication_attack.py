#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nobody finds a withheld number of publication.xlsx again. An attacker who has the workbook and the
contract writes down every equation that its tables obey (sums of reasons, of cohorts, of payments;
rates with their denominators; limits, which tell how many were measured) and solves them exactly,
then narrows what is left by bounds. It must learn nothing of a withheld cell; and it must learn
much where only the small cells themselves are withheld, or it would be no attacker.

tests/checks/publication_attack.py [SETTLEMENTS [SEED]]"""
import csv
import random
import sys
import tempfile
from fractions import Fraction
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent))
import settling  # noqa: E402
import xlsx_book  # noqa: E402

QUARTERS = ["2015Q4", "2016Q1"]
COHORTS = [*QUARTERS, "2015/16"]
SNAPSHOT, AS_AT = "2018-03-31", "2018-04-20"
Z = 1.959963984540054  # two sides of 0.95
WITHHELD = "[c]"
COUNTS = {"Starts": "starts", "Eligible": "eligible", "Measured": "measurable",
          "Reoffenders": "reoffenders", "Reoffences": "reoffences"}


# --- what is published ---

def table(book, name):
    """Rows of a table by plain header; [] where the workbook has no such sheet."""
    if not any(sheet.name == name for sheet in book.sheets):
        return []
    return [{header.split(" [note")[0]: value for header, value in row.items()}
            for row in book.sheet(name).records(book)]


class Published:
    def __init__(self, folder):
        book = xlsx_book.Book(folder / "publication.xlsx")
        self.counts, self.results = table(book, "Counts"), table(book, "Results")
        self.attrition, self.payments = table(book, "Attrition"), table(book, "Payments")
        self.payees = table(book, "Payees")


def place(row):
    return row["Area code"], row["Cohort"]


def number(text):
    return None if text.startswith("[") else Fraction(text)


# --- the attacker ---

class Attacker:
    """Unknowns by name, what is known of them, and equations: {name: factor}, sum."""

    def __init__(self):
        self.known, self.equations, self.withheld = {}, [], set()
        self.unseen = set()  # figures of quarters that are not published

    def see(self, name, text):
        if text == WITHHELD:
            self.withheld.add(name)
        else:
            self.known[name] = number(text)

    def equal(self, whole, parts):
        """whole = sum of parts; a part that no table names is not there."""
        terms = {whole: Fraction(1)}
        for part in parts:
            terms[part] = terms.get(part, 0) - Fraction(1)
        self.equations.append((terms, Fraction(0)))

    def solve(self):
        """What the equations determine, exactly (Gauss and Jordan)."""
        rows, found = [], {}
        for terms, total in self.equations:
            total -= sum(f * self.known[n] for n, f in terms.items() if n in self.known)
            row = {n: f for n, f in terms.items() if n not in self.known and f}
            for pivot, other, value in rows:
                factor = row.get(pivot, 0)
                if factor:
                    total -= factor * value
                    row = combined(row, other, -factor)
            if not row:
                continue
            pivot = min(row)
            factor = row[pivot]
            row, total = {n: f / factor for n, f in row.items()}, total / factor
            rows = [(p, combined(r, row, -r.get(pivot, 0)), v - r.get(pivot, 0) * total)
                    for p, r, v in rows]
            rows.append((pivot, row, total))
        for pivot, row, value in rows:
            if len(row) == 1:
                found[pivot] = value
        self.reduced = [(row, value) for _, row, value in rows]
        return found

    def bounds(self, money):
        """Counts are not negative: lowest and highest value of each unknown, where there is any."""
        low, high = {}, {}
        equations = [(row, value) for row, value in self.reduced
                     if not any(name in money for name in row)]
        for _ in range(8):
            for row, value in equations:
                for name, factor in row.items():
                    rest = [(n, f) for n, f in row.items() if n != name]
                    least = sum_of(rest, low, high, False)
                    most = sum_of(rest, low, high, True)
                    ends = [None if x is None else (value - x) / factor for x in (least, most)]
                    if factor < 0:
                        ends.reverse()
                    if ends[0] is not None:
                        high[name] = min(high.get(name, ends[0]), ends[0])
                    if ends[1] is not None:
                        low[name] = max(low.get(name, 0), ends[1])
        return {name: (max(low.get(name, 0), 0), high[name]) for name in high}


def combined(row, other, factor):
    out = dict(row)
    for name, value in other.items():
        out[name] = out.get(name, 0) + factor * value
        if not out[name]:
            del out[name]
    return out


def sum_of(terms, low, high, most):
    """Least or most of a sum of factors times values; None where it has no end."""
    total = Fraction(0)
    for name, factor in terms:
        up = (factor > 0) == most
        if up and name not in high:
            return None
        total += factor * (high[name] if up else low.get(name, 0))
    return total


def write_down(published, whole_parts):
    """The attacker's view of a workbook, with every linear equation between its cells."""
    a = Attacker()
    places = [place(row) for row in published.counts]
    for row in published.counts:
        for header, name in COUNTS.items():
            a.see((*place(row), name), row[header])
    for row in published.attrition:
        a.see((*place(row), "ended", row["Stage"], row["Reason"]), row["Starts"])
    for where in places:
        ledger(a, published, where)
    for whole, parts in whole_parts.items():
        for area in {area for area, _ in places}:
            years(a, area, whole, parts)
    payments(a, published)
    return a


def names(a):
    return a.withheld | a.known.keys()


def ledger(a, published, where):
    rows = [row for row in published.attrition if place(row) == where]
    if not rows:
        return
    ends = {stage: [(*where, "ended", row["Stage"], row["Reason"]) for row in rows
                    if row["Stage"] == stage] for stage in ("excluded", "unmeasurable", "counted")}
    a.equal((*where, "starts"), [*ends["excluded"], (*where, "eligible")])
    a.equal((*where, "eligible"), [*ends["unmeasurable"], (*where, "measurable")])
    a.equal((*where, "measurable"), ends["counted"])


def years(a, area, whole, parts):
    """Every figure of a year is the sum of those of its quarters, also of one not published."""
    for name in [n for n in names(a) if n[:2] == (area, whole) and n[2] != "paid"]:
        a.equal(name, [(area, part, *name[2:]) for part in parts])
        a.unseen |= {(area, part, *name[2:]) for part in parts} - names(a)


def payments(a, published):
    by_payee = {}
    for row in published.payments:
        where = (*place({**row, "Cohort": row["Cohort or month"]}), "paid", row["Line"], row["Payee"])
        for header in ("Payable (£)", "Settled before (£)", "Due (£)"):
            a.see((*where, header), row[header])
        a.equal((*where, "Payable (£)"), [(*where, "Due (£)"), (*where, "Settled before (£)")])
        by_payee.setdefault(row["Payee"], []).append((*where, "Due (£)"))
    for row in published.payees:
        payee = row["Payee"]
        for header in ("Results (£)", "Fees, volumes and credits (£)", "Other money (£)", "Due (£)"):
            a.see((payee, header), row[header])
        a.equal((payee, "Due (£)"), [(payee, "Results (£)"), (payee, "Other money (£)"),
                                     (payee, "Fees, volumes and credits (£)")])
        if payee in by_payee:
            a.equal((payee, "Results (£)"), by_payee[payee])
    for header in ("Results (£)", "Due (£)"):
        a.equal(("All payees", header), [(row["Payee"], header) for row in published.payees
                                         if row["Payee"] != "All payees"])


def rates(a, published, contract):
    """Rates, limits and units tell counts: R = rate × M, O = f × R, n from the width of limits."""
    told = {}
    for row in published.results:
        where = place(row)
        persons, reoffenders, reoffences = ((*where, COUNTS[h])
                                            for h in ("Measured", "Reoffenders", "Reoffences"))
        rate, base = number(row["Rate"]), number(row["Baseline"])
        low, high = number(row["Lower limit"]), number(row["Upper limit"])
        binary = row["Unit of rates"] == "percent"
        if binary and rate is not None and persons in a.known:
            told[reoffenders] = a.known[persons] * rate / 100
        if binary and rate and reoffenders in a.known:
            told[persons] = a.known[reoffenders] * 100 / rate
        if not binary and rate is not None and reoffenders in a.known:
            told[reoffences] = a.known[reoffenders] * rate
        if low is not None and high is not None and high > low:
            spread = float(base * (100 - base)) if binary else contract.deviation(row) ** 2
            told[persons if binary else reoffenders] = Fraction(
                round(spread / (float(high - low) / 2 / Z) ** 2))
    return told


def attack(published, whole_parts, contract):
    """Withheld names → their value, and → how narrow their bounds are."""
    a = write_down(published, whole_parts)
    learnt = {}
    while True:
        new = {**a.solve(), **rates(a, published, contract)}
        new = {name: value for name, value in new.items() if name not in a.known}
        if not new:
            break
        learnt.update(new)
        a.known.update(new)
    money = {name for name in names(a) if "(£)" in name[-1]}
    narrow = {name: high - low for name, (low, high) in a.bounds(money).items()
              if name in a.withheld}
    return {name: value for name, value in learnt.items() if name in a.withheld}, narrow, a


# --- the truth ---

def truth(folder):
    """Every count as the settlement holds it."""
    true = {}
    for row in settling.read(folder / "metrics.csv"):
        for name in COUNTS.values():
            true[row["cpa"], row["cohort"], name] = int(row[name])
    return true


def naive(published, true, least):
    """The same tables with only the small counts themselves withheld."""
    for row in published.counts:
        for header, name in COUNTS.items():
            value = true[(*place(row), name)]
            row[header] = WITHHELD if 0 < value < least and header != "Reoffences" else str(value)
    for row, whole in zip(published.attrition, true["attrition"]):
        value = int(whole["starts"])
        row["Starts"] = WITHHELD if 0 < value < least else str(value)
    for row in published.results:
        if WITHHELD in row.values():
            row.update(dict(zip(("Rate", "Lower limit", "Upper limit"), ("[x]",) * 3)))
    return published


# --- settlements ---

class Random(settling.Contract):
    """A copy of Transforming Rehabilitation with a rule for small numbers of its own."""

    def set_rule(self, least, zeros):
        path = self.folder / "scheme.yaml"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("least: 10", f"least: {least}")
                        .replace("zeros: shown", f"zeros: {zeros}"), encoding="utf-8")

    def deviation(self, result):
        rows = {(row["cpa"], row["cohort"], row["metric"]): row for row in self.rows("baselines")}
        cohort = "annual" if "/" in result["Cohort"] else result["Cohort"][4:]
        return float(rows[result["Area code"], cohort, "frequency"]["sd"])


def settle(folder, contract, number_of_starts, seed, dice):
    extract = folder / "extract"
    settling.run("synth", "--contract", contract.folder, "--seed", seed, "--starts",
                 number_of_starts, "--cohorts", ",".join(QUARTERS), "--out", extract, "--quiet")
    thin(extract / "cohort.csv", dice)
    chosen = dice.choice([COHORTS, COHORTS, QUARTERS, COHORTS[1:]])
    settling.run("settle", "--contract", contract.folder, "--cohort", extract / "cohort.csv",
                 "--reoffences", extract / "reoffences.csv", "--snapshot", SNAPSHOT, "--as-at",
                 AS_AT, "--cohorts", ",".join(chosen), "--first-of-year", "--out", folder / "s",
                 "--quiet")
    if dice.random() < 0.6:
        return folder / "s"
    return settle_counts(folder, contract, dice)


def settle_counts(folder, contract, dice):
    """The same from its counts alone, without a ledger; perhaps of one quarter alone."""
    rows = settling.read(folder / "s" / "metrics.csv")
    measured = {row["cohort"] for row in rows}
    chosen = [cohort for cohort in COHORTS if cohort in measured]
    if chosen != COHORTS or dice.random() < 0.3:
        chosen = [dice.choice([cohort for cohort in chosen if cohort in QUARTERS])]
    kept = settling.write(folder / "metrics.csv", [row for row in rows if row["cohort"] in chosen])
    settling.run("settle", "--contract", contract.folder, "--metrics", kept, "--as-at", AS_AT,
                 "--cohorts", ",".join(chosen), "--first-of-year", "--out", folder / "m", "--quiet")
    return folder / "m"


def thin(path, dice):
    """Leaves out most starts of some areas and quarters, so that sizes differ widely."""
    rows, share, kept = settling.read(path), {}, []
    for row in rows:
        part = row["cpa"], row["start_date"][:4]
        if part not in share:
            share[part] = dice.choice([1, 1, 0.3, 0.05])
            kept.append(row)
        elif dice.random() < share[part]:
            kept.append(row)
    settling.write(path, kept, list(rows[0]))


# --- judgement ---

class Tally:
    def __init__(self):
        self.settlements = self.withheld = self.shown = self.caught = 0


def expect_shown_is_true(published, true, least, zeros, tally):
    """What is shown is true and large enough; so is what was not: those who did not reoffend."""
    for row in published.counts:
        shown = {name: number(row[header]) for header, name in COUNTS.items()}
        for name, value in shown.items():
            settling.expect(value is None or value == true[(*place(row), name)], place(row), name,
                            "is not what was measured")
            small = value is not None and (value < least if value else zeros == "withheld")
            settling.expect(not small or name == "reoffences", place(row), name, value,
                            "is small and shown")
            tally.shown += value is not None
        if shown["reoffenders"] is not None and shown["measurable"]:
            settling.expect(shown["measurable"] - shown["reoffenders"] >= least, place(row),
                            "few did not reoffend, and it is shown")
    for row, whole in zip(published.attrition, true["attrition"]):
        value = number(row["Starts"])
        settling.expect(row["Area code"] == whole["cpa"] and row["Stage"] == whole["stage"],
                        "attrition is in another order")
        settling.expect(value is None or value == int(whole["starts"]), "attrition is not true")
        small = value is not None and (value < least if value else zeros == "withheld")
        settling.expect(not small, place(row), row["Reason"], value, "is small and shown")


def expect_no_outcome(published):
    """Where the number of reoffenders is withheld, so is everything of the outcome."""
    hidden = {place(row) for row in published.counts if row["Reoffenders"] == WITHHELD}
    for row in published.results:
        told = [row[name] for name in ("Rate", "Lower limit", "Upper limit", "Result")]
        settling.expect((place(row) in hidden) == all(text == WITHHELD for text in told),
                        place(row), "outcome and counts are not withheld alike:", told)
        settling.expect(place(row) not in hidden or not number_or_none(row["Adjusted rate"]),
                        place(row), "the adjusted rate is shown")
    held = set()
    for row in published.payments:
        outcome = row["Cohort or month"] in COHORTS
        told = [row[name] for name in ("Units", "Unit", "Price (£)", "Payable (£)",
                                       "Settled before (£)", "Due (£)")]
        where = (row["Area code"], row["Cohort or month"])
        settling.expect((outcome and where in hidden) == (WITHHELD in told) and
                        len({text == WITHHELD for text in told}) == 1, where,
                        "payment and counts are not withheld alike:", told)
        if WITHHELD in told:
            held |= {row["Payee"], "All payees"}
    for row in published.payees:
        settling.expect((row["Payee"] in held) == (row["Due (£)"] == WITHHELD) ==
                        (row["Results (£)"] == WITHHELD), row["Payee"],
                        "a total holds a withheld payment, or is withheld without one")


def expect_repeats_are_many(published, least):
    """Where a year counts its persons once, its quarters less the year are those who came again."""
    counts = {place(row): row for row in published.counts}
    for (area, cohort), row in counts.items():
        parts = [counts.get((area, quarter)) for quarter in QUARTERS]
        if cohort in QUARTERS or None in parts:
            continue
        for header in COUNTS:
            told = [number(one[header]) for one in (row, *parts)]
            if None not in told and header != "Reoffences":
                again = abs(told[1] + told[2] - told[0])
                settling.expect(not 0 < again < least, area, header, again, "came again: it follows")


def expect_unseen_is_large(a, least):
    """What is left of a year beside its published quarters is no small count either."""
    for name in a.unseen:
        value = a.known.get(name)
        if value is None or name[-1] == "reoffences":
            continue
        settling.expect(not 0 < value < least, name, value, "is not published and follows")
        reoffenders = a.known.get((*name[:2], "reoffenders"))
        if name[-1] == "measurable" and value and reoffenders is not None:
            settling.expect(value - reoffenders >= least, name, "few did not reoffend: it follows")


def number_or_none(text):
    return number(text) is not None


def chosen_truth(folder, published):
    true = truth(folder)
    rows = settling.read(folder / "attrition.csv")
    places = {place(row) for row in published.counts}
    true["attrition"] = [row for row in rows if (row["cpa"], row["cohort"]) in places]
    return true


def look_at(folder, contract, least, zeros, distinct, tally):
    published = Published(folder)
    true = chosen_truth(folder, published)
    whole_parts = {} if distinct else {"2015/16": QUARTERS}
    settling.expect(len(true["attrition"]) == len(published.attrition), "rows of attrition differ")
    expect_shown_is_true(published, true, least, zeros, tally)
    expect_no_outcome(published)
    if distinct:
        expect_repeats_are_many(published, least)
    learnt, narrow, a = attack(published, whole_parts, contract)
    expect_unseen_is_large(a, least)
    settling.expect(not learnt, folder, "the attacker found", dict(list(learnt.items())[:5]))
    for name, width in narrow.items():
        settling.expect(width >= least, folder, name, "is known to within", float(width))
    tally.settlements += 1
    tally.withheld += len(a.withheld)
    tally.caught += bool(attack(naive(Published(folder), true, least), whole_parts, contract)[0])


def main():
    settlements = int(sys.argv[1]) if len(sys.argv) > 1 else 24
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    dice, tally = random.Random(seed), Tally()
    with tempfile.TemporaryDirectory() as name:
        for i in range(settlements):
            folder = Path(name) / str(i)
            folder.mkdir()
            least, zeros = dice.choice([3, 5, 10, 10, 20]), dice.choice(["shown", "withheld"])
            contract = Random(folder / "contract", ["C01", "C02", "C04", "C10", "C15"])
            contract.set_rule(least, zeros)
            if dice.random() < 0.5:  # without an adjustment a payment tells the count by itself
                contract.edit(r"adjust: score-difference\n    reference: same-row\n"
                              r"    score: OGRS4G, one year", "adjust: none")
            distinct = dice.random() < 0.3
            if distinct:
                contract.edit("year-members: sum-of-quarters", "year-members: distinct-persons")
            done = settle(folder, contract, dice.choice([300, 1000, 3000, 9000]), seed + i, dice)
            look_at(done, contract, least, zeros, distinct, tally)
    settling.expect(tally.withheld > 1000 and tally.shown > 100, "too little was tried", vars(tally))
    settling.expect(tally.caught * 2 > tally.settlements,
                    "the attacker finds little even where small counts alone are withheld", vars(tally))
    print(f"{tally.settlements} settlements, {tally.withheld} withheld cells, none found; where only "
          f"small counts are withheld, {tally.caught} settlements give some away")


main()
