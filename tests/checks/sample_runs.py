# SPDX-License-Identifier: GPL-3.0-or-later
"""Settlements of every kind, made with the program that PBRCALC names, for checks to look at."""
import csv
import os
import subprocess
from pathlib import Path

PROGRAM = os.environ.get("PBRCALC", "build/pbrcalc")
TR = "contracts/transforming-rehabilitation"
WORKED = "fixtures/worked"
MOJ = "fixtures/moj-published"
ALL = "2015Q4,2016Q1,2015/16"
EARLY = "2017-07-31"  # 2015Q4 is ripe on this day, 2016Q1 is not


def run(*arguments):
    subprocess.run([PROGRAM, *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)


def settle(out, contract, *arguments, **options):
    named = [item for name, value in options.items()
             for item in ("--" + name.replace("_", "-"), value)]
    run("settle", "--contract", contract, *named, *arguments, "--out", out, "--quiet")
    return out


def until(day, source, target, *columns):
    """The rows of an extract that were known on a day."""
    with open(source, newline="", encoding="utf-8") as old, \
            open(target, "w", newline="", encoding="utf-8") as new:
        rows = csv.DictReader(old)
        kept = csv.DictWriter(new, rows.fieldnames, lineterminator="\n")
        kept.writeheader()
        kept.writerows(row for row in rows if all(row[column] <= day for column in columns))
    return target


def extract(folder):
    run("synth", "--contract", TR, "--seed", 1, "--cohorts", "2015Q4,2016Q1", "--quiet", "--out",
        folder)
    return {"cohort": folder / "cohort.csv", "reoffences": folder / "reoffences.csv"}


def make(folder):
    """name → settlement folder: national, from metrics, after an earlier one, interim, worked,
    published."""
    folder = Path(folder)
    data = extract(folder / "extract")
    early = {
        "cohort": until(EARLY, data["cohort"], folder / "cohort.csv", "start_date"),
        "reoffences": until(EARLY, data["reoffences"], folder / "reoffences.csv", "offence_date",
                            "outcome_date"),
    }
    national = settle(folder / "national", TR, "--first-of-year", **data, snapshot="2018-03-31",
                      cohorts=ALL, as_at="2018-04-20")
    first = settle(folder / "first", TR, "--first-of-year", **data, snapshot="2018-03-31",
                   cohorts="2015Q4", as_at="2018-04-10")
    return {
        "national": national,
        "first": first,
        "second": settle(folder / "second", TR, **data, snapshot="2018-03-31", cohorts=ALL,
                         as_at="2018-04-20", previous=first),
        "metrics": settle(folder / "metrics", TR, "--first-of-year",
                          metrics=national / "metrics.csv", cohorts=ALL, as_at="2018-04-20"),
        "interim": settle(folder / "interim", TR, "--first-of-year", "--interim", **early,
                          snapshot=EARLY, cohorts=ALL, as_at="2017-08-15"),
        "worked": worked(folder / "worked", WORKED + "/contract"),
        "published": settle(folder / "published", MOJ + "/contract", "--first-of-year",
                            metrics=MOJ + "/metrics.csv", cohorts="all-ripe",
                            as_at="2016-05-31"),
    }


def worked(folder, contract):
    return settle(folder, contract, "--first-of-year", cohort=WORKED + "/cohort.csv",
                  reoffences=WORKED + "/reoffences.csv", snapshot="2017-12-31", cohorts=ALL,
                  as_at="2018-01-31")


def books(folder):
    return [folder / "settlement.xlsx", *sorted((folder / "schedules").glob("*.xlsx"))]


def table(path):
    with open(path, newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))
