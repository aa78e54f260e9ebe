#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that a contract can set: each speaks just above its threshold and not at it; what blocks
stops a settlement until somebody overrides it, and that is seen wherever the settlement is."""
import datetime
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
from settling import expect, read, write  # noqa: E402
from xlsx_book import Book  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("PBRCALC", str(ROOT / "build" / "pbrcalc"))
WORKED = ROOT / "fixtures" / "worked" / "contract"
AREAS = ("X01", "X02", "X03")
SNAPSHOT, AS_AT = "2017-12-31", "2018-01-31"
COHORT = ("person_id,cpa,start_date,start_type,ogrs,start_id,managed_by,em_only,foreign_national,"
          "died_on,transferred_on,pnc_matched").split(",")
REOFFENCES = ("person_id,offence_date,outcome_date,outcome,offence_id,recordable,breach,"
              "jurisdiction").split(",")


def run(*words):
    return subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, check=False)


class Bench:
    def __init__(self, folder):
        self.folder, self.count = folder, 0

    def path(self, name):
        self.count += 1
        return self.folder / f"{self.count}-{name}"

    def contract(self, **settings):
        """A copy of the worked contract that sets checks: id="severity" or (severity, threshold)."""
        folder = self.path("contract")
        shutil.copytree(WORKED, folder)
        with open(folder / "scheme.yaml", "a", encoding="utf-8") as file:
            file.write("checks:\n" if settings else "")
            for name, how in settings.items():
                severity, threshold = how if isinstance(how, tuple) else (how, None)
                more = f', threshold: "{threshold}"' if threshold is not None else ""
                file.write(f"  - {{id: {name.replace('_', '-')}, severity: {severity}{more}}}\n")
        return folder

    def metrics(self, *rows):
        return ["--metrics", write(self.path("metrics.csv"), list(rows))]

    def extracts(self, starts, reoffences):
        return ["--cohort", write(self.path("cohort.csv"), starts, COHORT), "--reoffences",
                write(self.path("reoffences.csv"), reoffences, REOFFENCES), "--snapshot", SNAPSHOT]

    def told(self, inputs, contract=None):
        """What check finds, by id."""
        done = run("check", "--contract", contract or WORKED, *inputs, "--format", "json")
        expect(done.returncode < 2, done.stderr)
        return {found["id"]: found for found in json.loads(done.stdout)["checks"]}

    def settle(self, inputs, contract=None, decisions=None, cohorts="2015Q4", previous=None,
               status=0, options=()):
        out = self.path("out")
        history = ["--previous", previous] if previous else ["--first-of-year"]
        extra = []
        if decisions:
            columns = list(dict.fromkeys(key for row in decisions for key in row))
            extra = ["--decisions", write(self.path("decisions.csv"), decisions, columns)]
        done = run("settle", "--contract", contract or WORKED, *inputs, "--cohorts", cohorts,
                   "--as-at", AS_AT, "--out", out, "--quiet", *history, *extra, *options)
        expect(done.returncode == status, done.returncode, "is not", status, done.stderr)
        expect(out.exists() == (status == 0), out, "exists, or does not")
        return out if status == 0 else done.stderr


def measure(area="X01", cohort="2015Q4", persons=100, reoffenders=30, mean=43.5, spread=10, **more):
    """A row of metrics.csv: half the scores are so much above the mean, and half below."""
    row = dict(cpa=area, cohort=cohort, starts=persons, eligible=persons, measurable=persons,
               reoffenders=reoffenders, reoffences=reoffenders, reoffences_squared=reoffenders,
               ogrs_sum=round(persons * mean, 6),
               ogrs_squares=round(persons * (mean * mean + spread * spread), 6),
               ogrs_sum_reoffenders=round(reoffenders * mean, 6), snapshot=SNAPSHOT)
    row.update(more)
    return row


def quarter(cohort="2015Q4", **more):
    """A row for each area; only that of X01 is out of the way."""
    means = {"2015Q4": {"X01": 43.5}}
    others = [measure(area, cohort, mean=means.get(cohort, {}).get(area, 50))
              for area in AREAS if area != "X01"]
    return [measure("X01", cohort, **more), *others]


def start(person, day="2015-10-05", score="40", area="X01", **more):
    return dict(person_id=person, cpa=area, start_date=day, start_type="community-order",
                ogrs=score, managed_by="CRC", em_only="no", foreign_national="no",
                pnc_matched="yes", **more)


def offence(person, day="2016-02-01", number=""):
    return dict(person_id=person, offence_date=day, outcome_date="2016-12-01", outcome="conviction",
                offence_id=number, recordable="yes", breach="no", jurisdiction="england-wales")


def spread_starts(count, area="X01", prefix="P"):
    """Starts on different days of the quarter, with different scores."""
    first = datetime.date(2015, 10, 1)
    return [start(f"{prefix}{area}{i:04d}", str(first + datetime.timedelta(days=i % 90)),
                  str(20 + i % 60), area) for i in range(count)]


def others():
    return [row for area in ("X02", "X03") for row in spread_starts(4, area)]


# --- thresholds ----------------------------------------------------------------------------------

def speaks(found, name, wanted, *words):
    expect((name in found) == wanted, name, "speaks" if name in found else "does not speak", *words)


def check_score_mean(bench):
    """100 scores of mean m, 10 above or below: a standard error of 10 / sqrt(99) = 1.00504."""
    contract = bench.contract(score_mean_far=("warn", 2))
    for mean, wanted in ((43.5, False), (45.51, False), (45.52, True), (41.49, False),
                         (41.48, True)):
        found = bench.told(bench.metrics(*quarter(mean=mean)), contract)
        cases = [problem for problem in found.get("score-mean-far", {}).get("problems", [])
                 if "area X01" in problem["message"]]
        expect(bool(cases) == wanted, "mean", mean, found.get("score-mean-far"))
    expect("2.0 standard errors" in cases[0]["message"], cases)


def check_reoffender_share(bench):
    for persons, reoffenders, wanted in ((50, 0, False), (51, 0, True), (51, 1, False),
                                         (51, 50, False), (51, 51, True)):
        found = bench.told(bench.metrics(*quarter(persons=persons, reoffenders=reoffenders)))
        speaks(found, "reoffender-share", wanted, persons, reoffenders)
    expect(found["reoffender-share"]["severity"] == "block", found)


def check_cohort_size(bench):
    for before, now, wanted in ((400, 200, False), (400, 199, True), (400, 600, False),
                                (400, 601, True), (4, 12, False)):
        rows = [*quarter(persons=before, reoffenders=1),
                *quarter("2016Q1", persons=now, reoffenders=1)]
        found = bench.told(bench.metrics(*rows))
        speaks(found, "cohort-size-far", wanted, before, now)
    # A cohort that is not over is no smaller than the last one: it is not whole.
    for row in rows:
        row.update(snapshot="2016-03-30")
    rows[0].update(eligible=400, measurable=400, starts=400)
    rows[3].update(eligible=40, measurable=40, starts=40)
    speaks(bench.told(bench.metrics(*rows)), "cohort-size-far", False, "not over")


def check_against_settlements(bench):
    """Against the cohort before and against the same one, in an earlier settlement."""
    earlier = bench.settle(bench.metrics(*quarter(persons=400)))
    for cohort, persons, words in (("2016Q1", 199, "where 2015Q4 had 400"), ("2016Q1", 200, None),
                                   ("2015Q4", 199, "where settlement"), ("2015Q4", 200, None)):
        rows = [*quarter(persons=200), *quarter("2016Q1", persons=199)]
        rows = [row for row in rows if row["cohort"] == cohort]
        rows[0] = measure("X01", cohort, persons=persons)
        out = bench.settle(bench.metrics(*rows), cohorts=cohort, previous=earlier)
        told = [row for row in read(out / "checks.csv") if row["id"] == "cohort-size-far"]
        expect(bool(told) == bool(words), cohort, persons, told)
        expect(not words or words in told[0]["message"], told)
    # A year of which the earlier settlement had the first quarter alone had no size yet.
    both = [*quarter(persons=400), *quarter("2016Q1", persons=400)]
    out = bench.settle(bench.metrics(*both), cohorts="2016Q1,2015/16", previous=earlier)
    told = [row for row in read(out / "checks.csv") if row["id"] == "cohort-size-far"]
    expect(not told, "of a year that was not whole:", told)


def check_copies(bench):
    def made(count, alike, area="X01", **same):
        rows = spread_starts(count, area, "Q")
        for row in rows[:alike]:
            row.update(same)
        random.Random(alike).shuffle(rows)
        return bench.told(bench.extracts(rows + others(), [offence("QX010000")]))
    for name, same, most in (("copied-dates", {"start_date": "2015-11-11"}, 80),
                             ("copied-scores", {"ogrs": "33.3"}, 60)):
        at = 100 * most // 100
        speaks(made(100, at, **same), name, False, at)
        speaks(made(100, at + 2, **same), name, True, at + 2)
        speaks(made(49, 49, **same), name, False, "few starts")
        speaks(made(50, 50, **same), name, True, "all alike")
        speaks(made(96, 96, "X02", **same), name, True, "in another area")


def check_many(bench):
    first = datetime.date(2015, 10, 6)
    days = [str(first + datetime.timedelta(days=i)) for i in range(101)]
    for count, wanted in ((30, False), (31, True)):
        rows = [start("ONE", day) for day in days[:count]] + spread_starts(4) + others()
        speaks(bench.told(bench.extracts(rows, [offence("ONE")])), "many-starts", wanted, count)
    for count, wanted in ((100, False), (101, True)):
        rows = [start("ONE")] + spread_starts(4) + others()
        done = [offence("ONE", day) for day in days[:count]]
        speaks(bench.told(bench.extracts(rows, done)), "many-reoffences", wanted, count)


def check_late_outcome(bench):
    """Follow-up of 2015-10-05 ends on 2016-10-05, the waiting period on 2017-04-05. An offence is
    late if its first proof is."""
    def made(outcome, day="2016-02-01", number="", *more):
        first = dict(offence("ONE", day, number), outcome_date=outcome)
        rows = [start("ONE"), *spread_starts(4), *others()]
        counted = [offence("PX010000"), offence("PX010001", "2016-03-01")]
        return bench.told(bench.extracts(rows, [first, *more, *counted])).get("late-outcome")
    expect(made("2017-04-04") is None, "it is in time")
    found = made("2017-04-05")
    expect((found["count"], found["of"], found["severity"]) == (1, 3, "note"), found)
    expect("cohort 2015Q4: 1 of 3 reoffences" in found["problems"][0]["message"], found)
    expect(made("2017-04-05", "2016-10-05") is None, "it is after follow-up")
    earlier = dict(offence("ONE", number="O1"), outcome_date="2016-12-01")
    expect(made("2017-04-05", "2016-02-01", "O1", earlier) is None, "it was proved before")


def check_shares(bench):
    """One person of ten is in two areas: that is 10 percent, and above 9.9."""
    rows = spread_starts(2) + others()[:7] + [start("TWO"), start("TWO", area="X02")]
    inputs = bench.extracts(rows, [offence("TWO")])
    for threshold, wanted in (("0", True), ("9.9", True), ("10", False)):
        contract = bench.contract(person_in_two_areas=("warn", threshold))
        speaks(bench.told(inputs, contract), "person-in-two-areas", wanted, threshold)
    found = bench.told(inputs)["person-in-two-areas"]
    expect((found["count"], found["of"], found["severity"]) == (1, 10, "note"), found)


def near(bench, inputs, threshold):
    contract = bench.contract(near_threshold=("warn", threshold))
    out = bench.settle(inputs, contract)
    return [row for row in read(out / "checks.csv") if row["id"] == "near-threshold"]


def check_left_out(bench):
    """The limits of X01 are 52 and 68. 53 of 100 is neither; (53 - k) / (100 - k) is below 52% from
    k = 3 on: 50 / 97. 60 of 100 would need 17."""
    for reoffenders, fewest in ((53, 3), (60, 17)):
        inputs = bench.metrics(*quarter(reoffenders=reoffenders))
        expect(not near(bench, inputs, fewest - 1), reoffenders, "speaks too early")
        told = near(bench, inputs, fewest)
        expect(told and f"{fewest} more reoffenders were left out" in told[0]["message"], told)


def check_put_back(bench):
    """51 of 100 is better; (51 + k) / (100 + k) is not below 52% from k = 3 on: 54 / 103. Three who
    reoffended must be there to be put back."""
    def inputs(left_out, later=False):
        rows = [start(f"P{i:03d}", score="43.5") for i in range(100 + left_out)]
        for i, row in enumerate(rows[100:]):
            row.update(person_id=f"P{i:03d}", start_date="2015-11-05") if later else row.update(
                managed_by="NPS")
        done = [offence(row["person_id"]) for row in rows[:51] + ([] if later else rows[100:])]
        return bench.extracts(rows + others(), done)
    expect(not near(bench, inputs(3, later=True), 5), "they are counted by their first start")
    expect(not near(bench, inputs(2), 5), "two were left out, and three are put back")
    expect(not near(bench, inputs(3), 2), "speaks too early")
    told = near(bench, inputs(3), 3)
    expect(told and "is better and would be neither if 3 more of those left out who reoffended were "
           "put back" in told[0]["message"], told)


def per_hundred(contract):
    """Its metric of frequency counts reoffences per 100 persons; limits in X01 are 52 and 68."""
    for name, old, new in (("rules/worked.yaml", "events-per-person-with-event",
                            "events-per-100-persons"),
                           ("baselines.csv", "X01,Q4,frequency,2011,120,2,,,1.5,2.5",
                            "X01,Q4,frequency,2011,120,60,,,52,68")):
        text = (contract / name).read_text(encoding="utf-8")
        expect(old in text, name)
        (contract / name).write_text(text.replace(old, new), encoding="utf-8")
    return contract


def check_turns(bench):
    """The QA pack tells it of each result. Of 51 with one reoffence and 2 with two, in 100, the rate
    is 53% and they come to 55 per 100; six more were left out, who have none. Without those who have
    most it is 50 / 97 by either measure, the first below 52; with more who have none 53 / 102 and
    55 / 106. Reoffences per reoffender are below their lower limit already."""
    rows = [start(f"P{i:03d}", score="43.5") for i in range(106)]
    for row in rows[100:]:
        row.update(managed_by="NPS")
    done = [offence(f"P{i % 53:03d}", f"2016-0{2 + i // 53}-01") for i in range(55)]
    inputs = bench.extracts(rows + others(), done)
    for contract, wanted in ((per_hundred(bench.contract()), ["3", "better", "", "", "6", "better"]),
                             (bench.contract(), [""] * 6)):
        found = {row["line"]: list(row.values())[3:]
                 for row in read(bench.settle(inputs, contract, options=["--qa"]) / "qa/turns.csv")
                 if row["cpa"] == "X01"}
        expect(found["binary"] == ["neither", "3", "better", "", "", "2", "better", ""], found)
        expect(found["frequency"][1:7] == wanted and "not known of each" in found["frequency"][7],
               found)


# --- what the contract says ----------------------------------------------------------------------

def check_severities(bench):
    inputs = bench.metrics(*quarter(persons=51, reoffenders=0))
    for severity, told in (("off", None), ("note", "note"), ("warn", "warning"),
                           ("block", "block")):
        found = bench.told(inputs, bench.contract(reoffender_share=severity))
        expect(found.get("reoffender-share", {}).get("severity") == told, severity, found)
        status = 2 if severity == "block" else 0
        bench.settle(inputs, bench.contract(reoffender_share=severity), status=status)


def check_wrong_settings(bench):
    for settings, words in (({"duplicate_start": "warn"}, "is no check that a contract can set"),
                            ({"many_start": "warn"}, 'did you mean "many-starts"'),
                            ({"many_starts": ("warn", "0")}, "is no decimal of 1 to"),
                            ({"copied_dates": ("warn", "100.1")}, "is no decimal of 50 to 100"),
                            ({"many_starts": ("warn", "many")}, '"many" of check'),
                            ({"many_starts": "loud"}, "loud")):
        done = run("check", "--contract", bench.contract(**settings), "--quiet")
        expect(done.returncode == 1 and words in done.stdout, settings, done.stdout)
    twice = bench.contract(many_starts="warn")
    with open(twice / "scheme.yaml", "a", encoding="utf-8") as file:
        file.write("  - {id: many-starts, severity: note}\n")
    expect("is set twice" in run("check", "--contract", twice, "--quiet").stdout, "set twice")


# --- the gate ------------------------------------------------------------------------------------

def override(check="reoffender-share", cpa="X01", cohort="2015Q4", **more):
    row = dict(cpa=cpa, cohort=cohort, line="", disposition="override",
               authority="Head of Contracts", date="2018-01-24", reason="supplier has confirmed it",
               check=check)
    row.update(more)
    return row


def words_of(book):
    return " ".join(value for sheet in Book(book).sheets for row in sheet.grid()
                    for _, value in row)


def check_blocked(bench):
    inputs = bench.metrics(*quarter(persons=51, reoffenders=0))
    told = bench.settle(inputs, status=2)
    expect("check reoffender-share stops the settlement: area X01, cohort 2015Q4" in told, told)
    expect("whole? Correct the data, or name in --decisions" in told, told)
    done = run("settle", "--contract", WORKED, *inputs, "--cohorts", "2015Q4", "--as-at", AS_AT,
               "--first-of-year", "--dry-run")
    expect(done.returncode == 2, "a dry run is not stopped")
    # What is not settled stops nothing.
    rows = [*quarter(), *quarter("2016Q1", persons=51, reoffenders=0)]
    bench.settle(bench.metrics(*rows))
    bench.settle(bench.metrics(*rows), cohorts="2016Q1", status=2)


def check_overridden(bench):
    inputs = bench.metrics(*quarter(persons=51, reoffenders=0))
    for more in ({}, {"cpa": ""}, {"cohort": ""}, {"cpa": "", "cohort": ""}):
        out = bench.settle(inputs, decisions=[override(**more)])
    row, = [row for row in read(out / "checks.csv") if row["id"] == "reoffender-share"]
    expect(row["severity"] == "block", row)
    expect(row["message"].endswith("overridden by Head of Contracts on 2018-01-24: supplier has "
                                   "confirmed it"), row)
    entry, = json.loads((out / "manifest.json").read_text())["overridden"]
    expect(entry == {"check": "reoffender-share", "scope": "all areas, all cohorts",
                     "authority": "Head of Contracts", "date": "2018-01-24",
                     "reason": "supplier has confirmed it"}, entry)
    books = [out / "settlement.xlsx", *sorted((out / "schedules").iterdir())]
    for book in books:
        cover = " ".join(value for row in Book(book).sheets[0].grid() for _, value in row)
        expect("reoffender-share (all areas, all cohorts), by Head of Contracts on" in cover, book)
    done = run("verify", out, "--inputs", bench.folder)
    expect(done.returncode == 0, "verify:", done.stdout, done.stderr)
    done = run("explain", out, "X01/2015Q4/binary/due_pence")
    expect(done.returncode == 0, "explain:", done.stderr)
    plain = bench.settle(bench.metrics(*quarter()))
    expect("overridden" not in json.loads((plain / "manifest.json").read_text()), "manifest")
    expect("Checks overridden" not in words_of(plain / "settlement.xlsx"), "cover")


def check_log(bench):
    """The decisions log of the QA pack holds overrides beside decisions, and sums the latter alone."""
    inputs = bench.metrics(*quarter(persons=51, reoffenders=0))
    for scope, wanted in ((dict(cpa="", cohort=""), ["all", "all areas", "all"]),
                          ({}, ["X01", "Alder", "2015Q4"])):
        for waived in (False, True):
            rows = [override(**scope)]
            if waived:
                rows.append(override(line="binary", disposition="waive", check=""))
            out = bench.settle(inputs, decisions=rows, options=["--qa"])
            told = Book(out / "qa.xlsx").sheet("Decisions")
            found = [[value for _, value in row] for row in told.grid()]
            row, = (row for row in found if "reoffender-share" in row)
            expect(row[0] == wanted[0] and row[-1] == "supplier has confirmed it", row)
            expect(all(word in row for word in [*wanted[::2], "overridden", "Head of Contracts"]), row)
            expect(any("waived" in row for row in found) == waived, found)
    expect("Decisions" not in [sheet.name for sheet in Book(bench.settle(
        bench.metrics(*quarter()), options=["--qa"]) / "qa.xlsx").sheets], "an empty log")


def check_refused(bench):
    inputs = bench.metrics(*quarter(persons=51, reoffenders=0))
    good = override()
    for rows, words in (
            ([override(cpa="X02")], "check reoffender-share stops the settlement"),
            ([override(cohort="2016Q1")], "stops nothing in area X01, cohort 2016Q1"),
            ([good, override("many-starts")], "check many-starts stops nothing"),
            ([override("duplicate-start")], "is no check that can be overridden"),
            ([override("reoffender-shares")], 'did you mean "reoffender-share"'),
            ([override(check="")], "is no check that can be overridden"),
            ([override(line="binary")], "an override is of no line"),
            ([override(date="2018-02-01")], "after --as-at"),
            ([override(authority="")], "authority"),
            ([override(reason="")], "reason"),
            ([good, override(disposition="waive", line="binary", check="many-starts")],
             "this row decides on a line"),
            ([good, dict(good, disposition="waive", check="")], "only an override may leave it so")):
        told = bench.settle(inputs, decisions=rows, status=2)
        expect(words in told, words, "is not in", told)


def check_order(bench):
    """Neither the order of rows nor the number of threads changes a word."""
    rows = spread_starts(200) + others() + [start("ONE", f"2016-01-{i:02d}") for i in range(1, 31)]
    for row in rows[:150]:
        row.update(ogrs="33.3")
    done = [offence(f"PX01{i:04d}") for i in range(0, 200, 3)]
    said = set()
    for seed in range(4):
        random.Random(seed).shuffle(rows)
        inputs = bench.extracts(rows, done)
        for threads in (1, 3):
            found = bench.told([*inputs, "--threads", threads], bench.contract(
                many_starts=("warn", 9), person_in_two_areas="block"))
            said.add(json.dumps([found[name] for name in ("copied-scores", "many-starts")]))
    expect(len(said) == 1, said)


def main():
    wanted = sys.argv[1:]
    for name, check in list(globals().items()):
        if not name.startswith("check_") or wanted and not any(word in name for word in wanted):
            continue
        with tempfile.TemporaryDirectory() as folder:
            check(Bench(pathlib.Path(folder)))
        print("ok", name[6:])


main()
