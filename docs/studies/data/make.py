#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes what the studies rest on, into a folder:

    metrics.csv, counts.csv   a synthetic contract year of Transforming Rehabilitation, 2016/17
    straw-man/                the Straw Man of 2013 as a contract for the same 21 areas

usage: docs/studies/data/make.py FOLDER      PBRCALC names the program; default: pbrcalc
"""
import csv
import os
import shutil
import subprocess
import sys
import tempfile
from decimal import Decimal
from pathlib import Path

CONTRACTS = Path(__file__).resolve().parents[3] / "contracts"
AWARD = CONTRACTS / "transforming-rehabilitation"
STRAW_MAN = CONTRACTS / "straw-man-2013"
PROGRAM = os.environ.get("PBRCALC", "pbrcalc")
QUARTERS, YEAR = "2016Q2,2016Q3,2016Q4,2017Q1", "2016/17"
FOUNDATION = Decimal("0.15")  # of the award's pot; the rest is the straw man's
CITED = {"source": "sample", "status": "illustrative"}


def run(*words):
    subprocess.run([PROGRAM, *map(str, words)], check=True, stdout=subprocess.DEVNULL)


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def edit(path, old, new):
    """Every occurrence; there must be one."""
    text = path.read_text(encoding="utf-8")
    if old not in text:
        sys.exit(f'"{old}" is not in {path}')
    path.write_text(text.replace(old, new), encoding="utf-8")


def make_measures(folder, work):
    """Persons are drawn so that reoffences per reoffender lie about the 2015/16 level, as they had
    risen by then; what is written is counts alone, as settled by the terms at award."""
    drawn_by = work / "contract"
    shutil.copytree(AWARD, drawn_by)
    metric = "- id: frequency\n    kind: events-per-person-with-event\n    compare-with: baseline\n"
    edit(drawn_by / "rules/2015-award.yaml", metric + '    baseline: "2011"',
         metric + '    baseline: "2015/16"')
    run("synth", "--contract", drawn_by, "--seed", "2016", "--cohorts", QUARTERS, "--quiet",
        "--out", work / "extract")
    run("settle", "--contract", AWARD, "--cohort", work / "extract/cohort.csv", "--reoffences",
        work / "extract/reoffences.csv", "--snapshot", "2019-03-31", "--as-at", "2019-04-26",
        "--cohorts", f"{QUARTERS},{YEAR}", "--first-of-year", "--quiet", "--out", work / "settled")
    for name in "metrics.csv", "counts.csv":
        shutil.copy(work / "settled" / name, folder)


def make_straw_man(folder):
    """Its own lines and gates; the areas, providers, baselines and adjustment of the award, and
    prices at which both pay the same for an effect that is better in every quarter and the year.
    Without its fee for service, which is no matter of results."""
    folder.mkdir()
    (folder / "rules").mkdir()
    shutil.copy(AWARD / "areas.csv", folder)
    scheme, rules = folder / "scheme.yaml", folder / "rules/straw-man.yaml"
    shutil.copy(STRAW_MAN / "scheme.yaml", scheme)
    shutil.copy(STRAW_MAN / "rules/straw-man.yaml", rules)
    edit(scheme, "for three invented areas. Nobody", "for the areas of 2015. Nobody")
    for old, new in ((' 2014Q2', ' 2016Q2'), (' 2016Q1', ' 2017Q1'),
                     ('"2014-04"', '"2016-04"'), ('"2016-03"', '"2017-03"')):
        edit(scheme, old, new)
    edit(rules, "    baseline: historic\n    adjust: none\n    clause: straw man, binary",
         "    baseline: historic\n    adjust: score-difference\n    reference: same-row\n"
         '    score: OGRS4G, one year\n    clause: straw man, binary')
    edit(rules, "rule: provider-at-formation", "rule: provider-at-settlement")
    text = rules.read_text(encoding="utf-8")
    fee, foundation = text.index("  - id: ffs\n"), text.index("  - id: foundation\n")
    rules.write_text(text[:fee] + text[foundation:], encoding="utf-8")
    write(folder / "agreements.csv", [
        {**row, "rules": "straw-man", "clause": "straw man, parties", **CITED}
        for row in read(AWARD / "agreements.csv")])
    write(folder / "baselines.csv", [
        {**row, "year": "historic", "clause": "straw man, baseline", **CITED}
        for row in read(AWARD / "baselines.csv")
        if row["year"] == "2011" and (row["metric"], row["cohort"]) != ("frequency", "annual")])
    write(folder / "prices.csv", [priced(row) for row in read(AWARD / "prices.csv")
                                  if row["contract_year"] == YEAR])


def priced(row):
    pot = Decimal(row["maximum_annual_payment"]) - Decimal(row["fee_for_service"])
    year = {line: Decimal(row[f"{line}_price"]) + Decimal(row[f"{line}_year_price"])
            for line in ("binary", "frequency")}
    return {"cpa": row["cpa"], "contract_year": YEAR,
            "foundation_payment": f"{pot * FOUNDATION:.2f}", "binary_price": row["binary_price"],
            "frequency_price": f"{year['frequency']:.2f}", "annual_price": f"{year['binary']:.2f}",
            "pbr_pot": f"{pot * (1 - FOUNDATION):.2f}", "clause": "straw man, prices", **CITED}


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="pbrcalc-studies-") as work:
        make_measures(folder, Path(work))
    make_straw_man(folder / "straw-man")


if __name__ == "__main__":
    main()
