#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ten years of Transforming Rehabilitation from metrics: 21 areas, 40 quarters, their contract years,
120 months of fees, volumes and service credits, settled once and restated four times. Says how long
each run takes to settle (--dry-run: reading, calculating, nothing written) and with the writing of
workbooks and tables; fails where settling takes more of the processor than the limit.

usage: tests/bench/ten_years.py [--limit SECONDS]
"""
import argparse
import pathlib
import random
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "checks")]
from settling import (BANDS, CONTRACT, MEASURES, PROGRAM, SENTENCES, Contract,  # noqa: E402
                      expect, read, write)
from timing import timed  # noqa: E402

QUARTERS = [f"{2015 + (3 + n) // 4}Q{(3 + n) % 4 + 1}" for n in range(40)]
MONTHS = [f"{2015 + (9 + n) // 12}-{(9 + n) % 12 + 1:02d}" for n in range(120)]
YEARS = [f"{year}/{year % 100 + 1:02d}" for year in range(2015, 2026)]
RESTATEMENTS = 4


def extended(folder):
    contract = Contract(folder, [row["cpa"] for row in read(CONTRACT / "areas.csv")])
    scheme = contract.folder / "scheme.yaml"
    text = scheme.read_text(encoding="utf-8")
    for line in text.splitlines():
        for key, value in (("last-cohort", QUARTERS[-1]), ("first-month", MONTHS[0]),
                           ("last-month", MONTHS[-1])):
            if line.startswith(key + ":"):
                text = text.replace(line, f'{key}: "{value}"')
    scheme.write_text(text, encoding="utf-8")
    ends = {row["cpa"]: row["to"] for row in contract.rows("agreements")}
    contract.change("agreements", lambda row: row.update(
        to="" if row["to"] == ends[row["cpa"]] else row["to"]))
    for name, key in (("prices", "cpa"), ("indices", "series")):
        rows = contract.rows(name)
        last = {row[key]: row for row in rows if row["contract_year"] != "life"}
        known = {(row[key], row["contract_year"]) for row in rows}
        contract.add(name, *({**row, "contract_year": year} for group, row in last.items()
                             for year in YEARS if (group, year) not in known))
    return contract


def metrics(areas, dice):
    rows = []
    for area in areas:
        for quarter in QUARTERS:
            persons = dice.randrange(400, 1600)
            reoffenders = int(persons * dice.uniform(0.4, 0.55))
            reoffences = int(reoffenders * dice.uniform(3.5, 5))
            rows.append(dict(cpa=area, cohort=quarter, starts=persons, eligible=persons,
                             measurable=persons, reoffenders=reoffenders, reoffences=reoffences,
                             reoffences_squared=reoffences * 9, ogrs_sum=f"{persons * 48.5:.2f}"))
    return rows


def tables(folder, areas, dice):
    volumes = [dict(cpa=area, month=month, sentence_type=sentence, band=band,
                    starts=dice.randrange(20, 160))
               for area in areas for month in MONTHS for sentence in SENTENCES for band in BANDS]
    levels = [dict(cpa=area, month=month, measure=measure, numerator=dice.randrange(60, 101),
                   denominator=100) for area in areas for month in MONTHS for measure in MEASURES]
    return ["--volumes", write(folder / "volumes.csv", volumes),
            "--service-levels", write(folder / "service-levels.csv", levels)]


def correct(rows, quarter):
    for row in rows:
        if row["cohort"] == quarter:
            row["reoffenders"] -= row["reoffenders"] // 50


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--limit", type=float, default=1.0)
    limit = parser.parse_args().limit
    dice = random.Random(10)
    slow = []
    with tempfile.TemporaryDirectory(prefix="pbrcalc-ten-years-") as name:
        folder = pathlib.Path(name)
        contract = extended(folder / "contract")
        rows, inputs = metrics(contract.areas, dice), tables(folder, contract.areas, dice)
        cohorts = ",".join((f"{QUARTERS[0]}..{QUARTERS[-1]}", f"{YEARS[0]}..{YEARS[-1]}",
                            f"{MONTHS[0]}..{MONTHS[-1]}"))
        history = []
        for number in range(RESTATEMENTS + 1):
            if number:
                correct(rows, QUARTERS[9 * number])
            measures = write(folder / f"metrics-{number}.csv", rows)
            words = ["settle", "--contract", contract.folder, "--metrics", measures, *inputs,
                     "--cohorts", cohorts, "--as-at", f"2030-0{number + 1}-15", "--quiet",
                     *(["--previous", *history] if history else ["--first-of-year"])]
            out = folder / f"run-{number}"
            dry = timed([PROGRAM, *words, "--dry-run"])
            whole = timed([PROGRAM, *words, "--out", out])
            lines = len(read(out / "payments.csv"))
            print(f"{'restated' if number else 'first':9} {lines:6} lines  "
                  f"settled in {dry.wall:.2f} s, {dry.processor:.2f} s of processor, with the "
                  f"folder written {whole.wall:.2f} s, {whole.processor:.2f} s")
            history.append(out)
            slow += [number] if dry.processor > limit else []
    expect(not slow, "more than", limit, "seconds of processor in the runs", slow)


if __name__ == "__main__":
    main()
