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
    run("settle", "--contract", contract, *named, *arguments, "--out", out, "--quiet", "--qa")
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


YEAR = [f"2015-{month:02d}" for month in range(4, 13)] + ["2016-01", "2016-02", "2016-03"]
MONTHS = "2015-04..2016-03"
OTHERS = """id,payee,description,amount,authority,date,reason
R-1,Seetec,Ruling on disputed starts,125000.50,Adjudicator,2016-03-14,dispute 12
R-2,Somebody Else Limited,Extra funding,40000.00,Ministry of Justice,2016-03-15,change request 7
R-3,ARCC,Repayment of a grant,-30000000.00,Ministry of Justice,2016-03-15,audit finding 3
"""
DECISIONS = """cpa,cohort,line,payee,disposition,authority,date,reason
C02,2015-07,credit-plans,,reinvest,Head of Contracts,2016-04-11,agreed plan to train staff
C03,2015-07,ffs,,hold,Commercial Director,2016-04-12,invoice is disputed
"""


def monthly_inputs(folder):
    """Volumes and service levels of a year, made up: they only have to differ."""
    areas = [row["cpa"] for row in table(Path(TR) / "areas.csv")]
    kinds = ("community-order", "suspended-sentence-order", "custody-release")
    bands = ("up-to-6-months", "7-to-12-months", "over-12-months")
    volumes = [f"{area},{month},{kind},{band},{20 + (7 * a + 5 * m + 3 * k + b) % 26}"
               for a, area in enumerate(areas) for m, month in enumerate(YEAR)
               for k, kind in enumerate(kinds) for b, band in enumerate(bands)]
    levels = [f"{area},{month},{measure},{least + (11 * a + 7 * m) % (201 - least)},200"
              for a, area in enumerate(areas) for m, month in enumerate(YEAR)
              for measure, least in (("plans-in-time", 180), ("orders-completed", 130))]
    return {"volumes": write(folder / "volumes.csv",
                             ["cpa,month,sentence_type,band,starts", *volumes]),
            "service_levels": write(folder / "levels.csv",
                                    ["cpa,month,measure,numerator,denominator", *levels])}


def write(path, lines):
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def make_mechanism(folder, data):
    """A year of months with decisions and other money; the same again with its outcomes, one volume
    changed since; and the worked case of every scheme."""
    folder = Path(folder)
    inputs = monthly_inputs(folder)
    others = write(folder / "others.csv", OTHERS.splitlines())
    decisions = write(folder / "decisions.csv", DECISIONS.splitlines())
    runs = {"monthly": settle(folder / "monthly", TR, "--no-outcomes", "--first-of-year", **inputs,
                              decisions=decisions, other_lines=others, cohorts=MONTHS,
                              as_at="2016-04-20")}
    lines = inputs["volumes"].read_text(encoding="utf-8").splitlines()
    inputs["volumes"] = write(folder / "later.csv", [lines[0], lines[1] + "0", *lines[2:]])
    runs["restated"] = settle(folder / "restated", TR, **data, **inputs, other_lines=others,
                              snapshot="2018-03-31", cohorts=f"{ALL},{MONTHS}",
                              as_at="2018-04-20", previous=runs["monthly"])
    for case in sorted(Path("contracts").glob("*/worked/run.yaml")):
        name = case.parents[1].name
        run("settle", case, "--out", folder / name, "--quiet", "--qa")
        runs[name] = folder / name
    return runs


def make(folder):
    """name → settlement folder: national, from metrics, after an earlier one, interim, worked,
    published, and those of the whole mechanism."""
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
        **make_mechanism(folder, data),
    }


def worked(folder, contract):
    return settle(folder, contract, "--first-of-year", cohort=WORKED + "/cohort.csv",
                  reoffences=WORKED + "/reoffences.csv", snapshot="2017-12-31", cohorts=ALL,
                  as_at="2018-01-31")


def books(folder):
    return [folder / "settlement.xlsx", *sorted((folder / "schedules").glob("*.xlsx"))]


def all_books(folder):
    return [*books(folder), folder / "qa.xlsx"]


def table(path):
    with open(path, newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))
