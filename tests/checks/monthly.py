#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fees, volumes and service credits of Transforming Rehabilitation, every area and month, against an
own calculation in fractions from the contract's tables.

The volumes and service levels are made here, the same each time: inside the band, above and below
it; performance on a step of the scale, between two, and with nothing to measure. One area's year has
the volumes and service levels of the contract's worked/, whose figures its README works by hand."""
import csv
import hashlib
import os
import pathlib
import subprocess
import sys
import tempfile
from collections import defaultdict
from fractions import Fraction

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONTRACT = ROOT / "contracts" / "transforming-rehabilitation"
WORKED = CONTRACT / "worked"
FIRST, LAST = (2015, 2), (2021, 6)
FACTORS = ("0.86", "0.94", "1.00", "1.06", "1.13", "0.97", "1.03")
sys.path.insert(0, str(ROOT / "tests" / "challenger"))
sys.dont_write_bytecode = True
import plain_yaml  # noqa: E402


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write(path, header, lines):
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *lines])


def months():
    year, month = FIRST
    while (year, month) <= LAST:
        yield f"{year}-{month:02d}"
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def contract_year(month):
    year, number = int(month[:4]), int(month[5:])
    first = year if number >= 4 else year - 1
    return f"{first}/{(first + 1) % 100:02d}"


def dice(*words):
    """A number that depends on the words alone."""
    return int.from_bytes(hashlib.sha256(" ".join(words).encode()).digest()[:6], "big")


def half_even(value):
    return round(value)  # of a Fraction: to the nearest, ties to even


class Contract:
    def __init__(self):
        self.agreements = rows(CONTRACT / "agreements.csv")
        self.prices = {(r["cpa"], r["contract_year"]): r for r in rows(CONTRACT / "prices.csv")}
        self.index = {(r["series"], r["contract_year"]): Fraction(r["value"])
                      for r in rows(CONTRACT / "indices.csv")}
        self.areas = sorted(r["cpa"] for r in rows(CONTRACT / "areas.csv"))
        self.rules = {}
        for path in sorted((CONTRACT / "rules").glob("*.yaml")):
            lines = plain_yaml.load(path)["lines"]
            self.rules[path.stem] = [line for line in lines if line["period"] == "month"]

    def version(self, area, month):
        first = month + "-01"
        found = [r["rules"] for r in self.agreements
                 if r["cpa"] == area and r["from"] <= first and (not r["to"] or first < r["to"])]
        return found[0] if found else None

    def spans(self, area):
        """(contract year, version) -> its months, in order."""
        found = defaultdict(list)
        for month in months():
            version = self.version(area, month)
            if version:
                found[contract_year(month), version].append(month)
        return found

    def cell(self, area, year, column):
        return Fraction(self.prices[area, year][column])

    def annual_pence(self, line, area, year):
        price = self.cell(area, year, line["price"]) * 100
        if "discount" in line:
            price -= price * self.cell(area, year, line["discount"]) / 100
        if "index" in line:
            base = str(line["index-base"])
            price *= self.index[line["index"], year] / self.index[line["index"], base]
        return price


def make_volumes(contract):
    """About the predicted volume times a factor that goes through the band and out of it."""
    weights = next(l for l in contract.rules["2015-award"] if l["kind"] == "volume")["weights"]
    found = {}
    for number, area in enumerate(contract.areas):
        for month in months():
            year = contract_year(month)
            factor = Fraction(FACTORS[(number + int(year[:4])) % len(FACTORS)])
            monthly = contract.cell(area, year, "wav_predicted") / 12 * factor
            for weight in weights:
                kind, band = weight["type"], weight["band"]
                starts = monthly / len(weights) / Fraction(weight["weight"])
                found[area, month, kind, band] = (int(starts)
                                                  + dice("volume", area, month, kind, band) % 3)
    for row in rows(WORKED / "volumes.csv"):
        key = tuple(row[name] for name in ("cpa", "month", "sentence_type", "band"))
        found[key] = int(row["starts"])
    return found


def make_levels(contract):
    found = {}
    for area in contract.areas:
        for month in months():
            roll = dice("plans", area, month)
            cases = 0 if roll % 41 == 0 else 100 + roll % 3 * 50
            found[area, month, "plans-in-time"] = (cases * (80 + roll // 100 % 21) // 100, cases)
            roll = dice("completions", area, month)
            found[area, month, "orders-completed"] = (60 + roll % 25, 100)
    for row in rows(WORKED / "service-levels.csv"):
        key = row["cpa"], row["month"], row["measure"]
        found[key] = int(row["numerator"]), int(row["denominator"])
    return found


def fee(contract, line, area, year, span):
    price = contract.annual_pence(line, area, year)
    total = half_even(price * len(span) / 12)
    instalment = price // 12
    parts = {month: instalment for month in span}
    named = span[-1] if line["residue"] == "last-instalment" else span[0]
    parts[named] = total - instalment * (len(span) - 1)
    return parts


def volume(contract, line, area, year, span, volumes, seen):
    """The volume of the span as if for a year, against the band of a year."""
    weights = {(w["type"], w["band"]): Fraction(w["weight"]) for w in line["weights"]}
    short = Fraction(len(span), 12)
    actual = sum(weights[kind, band] * starts
                 for (where, month, kind, band), starts in volumes.items()
                 if where == area and month in span) / short
    low, high = (contract.cell(area, year, line[key]) for key in ("band-low", "band-high"))
    beyond = actual - high if actual > high else actual - low if actual < low else Fraction(0)
    seen[line["id"], (beyond > 0) - (beyond < 0)] += 1
    price = contract.annual_pence(line, area, year) * short
    marginal = contract.cell(area, year, line["marginal"]) / 100
    divisor = contract.cell(area, year, line["predicted"])
    assert line["divisor"] == "predicted"
    return {span[-1]: half_even(price * marginal * beyond / divisor)}


def credit(contract, line, area, year, span, levels, seen):
    found = {}
    for month in span:
        numerator, denominator = levels[area, month, line["measure"]]
        deduct = Fraction(0)
        if denominator:
            performance = Fraction(100 * numerator, denominator)
            below = [step for step in line["scale"] if performance < Fraction(step["below"])]
            deduct = max((Fraction(step["deduct"]) for step in below), default=deduct)
            seen["on a step"] += any(performance == Fraction(s["below"]) for s in line["scale"])
        seen[line["id"], deduct] += 1
        seen["nothing to measure"] += not denominator
        twelfth = contract.annual_pence(line, area, year) / 12
        found[month] = half_even(-twelfth * deduct / 100)
    return found


def expected(contract, volumes, levels):
    found, seen = {}, defaultdict(int)
    for area in contract.areas:
        for (year, version), span in contract.spans(area).items():
            for line in contract.rules[version]:
                if line["kind"] == "fee":
                    parts = fee(contract, line, area, year, span)
                elif line["kind"] == "volume":
                    parts = volume(contract, line, area, year, span, volumes, seen)
                else:
                    parts = credit(contract, line, area, year, span, levels, seen)
                for month, pence in parts.items():
                    found[area, month, line["id"]] = (pence, version)
    return found, seen


def settle(folder, volumes, levels):
    write(folder / "volumes.csv", ("cpa", "month", "sentence_type", "band", "starts"),
          [(*key, starts) for key, starts in volumes.items()])
    write(folder / "service-levels.csv", ("cpa", "month", "measure", "numerator", "denominator"),
          [(*key, *level) for key, level in levels.items()])
    first, last = (f"{year}-{month:02d}" for year, month in (FIRST, LAST))
    subprocess.run([os.environ["PBRCALC"], "settle", "--contract", CONTRACT, "--no-outcomes",
                    "--volumes", folder / "volumes.csv",
                    "--service-levels", folder / "service-levels.csv",
                    "--cohorts", f"{first}..{last}", "--first-of-year", "--as-at", "2021-07-31",
                    "--out", folder / "s", "--quiet"], check=True)
    return rows(folder / "s" / "payments.csv"), rows(folder / "s" / "balances.csv")


def compare_worked(found):
    """The lines of worked/expected.csv, which were worked by hand."""
    problems = []
    for row in rows(WORKED / "expected.csv"):
        key = row["cpa"], row["cohort"], row["line"]
        problems += [f"worked by hand: {key} {column}: {found[key][column]}, not {value}"
                     for column, value in row.items() if found[key][column] != value]
    return problems


def compare(found, wanted):
    """Line by line; the problems, as text."""
    problems = [f"missing: {key}" for key in wanted if key not in found]
    problems += [f"not expected: {key}" for key in found if key not in wanted]
    for key in wanted.keys() & found.keys():
        row, (pence, version) = found[key], wanted[key]
        for column in ("computed_pence", "capped_pence", "payable_pence", "due_pence"):
            if int(row[column]) != pence:
                problems.append(f"{key} {column}: {row[column]}, not {pence}")
        if row["rules"] != version:
            problems.append(f"{key} rules: {row['rules']}, not {version}")
    return problems


def instalments_sum(contract, found):
    """Of every area, contract year and version: the instalments and the price, to the penny."""
    problems, spans, split = [], 0, 0
    for area in contract.areas:
        for (year, version), span in contract.spans(area).items():
            split += len(span) < 12
            for line in contract.rules[version]:
                if line["kind"] != "fee":
                    continue
                paid = sum(int(found[area, month, line["id"]]["due_pence"]) for month in span)
                price = contract.annual_pence(line, area, year) * len(span) / 12
                spans += 1
                if paid != half_even(price):
                    problems.append(f"{area} {year} {version} {line['id']}: {paid} of {price}")
    return problems, spans, split


def main():
    contract = Contract()
    volumes, levels = make_volumes(contract), make_levels(contract)
    with tempfile.TemporaryDirectory() as folder:
        payments, balances = settle(pathlib.Path(folder), volumes, levels)
    found = {(r["cpa"], r["cohort"], r["line"]): r for r in payments}
    wanted, seen = expected(contract, volumes, levels)
    problems = compare(found, wanted) + compare_worked(found)
    more, spans, split = instalments_sum(contract, found) if not problems else ([], 0, 0)
    problems += more
    if sum(int(r["due_pence"]) for r in payments) != sum(int(r["lines_pence"]) for r in balances):
        problems.append("the balances do not add up to the lines")
    cases = [("wav", side) for side in (-1, 0, 1)] + ["on a step", "nothing to measure"]
    cases += [(line["id"], deduct) for line in contract.rules["2015-award"]
              if line["kind"] == "credit"
              for deduct in [0] + [Fraction(step["deduct"]) for step in line["scale"]]]
    problems += [f"no case of {case}: the data try too little" for case in cases if not seen[case]]
    for problem in sorted(problems)[:20]:
        print(problem)
    print(f"{len(found)} lines of {len(contract.areas)} areas, {spans} sums of instalments "
          f"({split} short spans), {len(problems)} problems")
    sys.exit(bool(problems) or len(payments) != len(found))


main()
