#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A second, independent calculation of a settlement, written from the contract language alone.

    challenger.py run CONTRACT COHORT.csv REOFFENCES.csv OPTIONS [--out DIR]
    challenger.py compare CONTRACT COHORT.csv REOFFENCES.csv SETTLEMENT OPTIONS [--attrition]

    OPTIONS: --cohorts 2015Q4,2015/16  --snapshot DATE  --as-at DATE  (always as --first-of-year)

It is slow and plain on purpose: lists that are sorted and scanned, exact fractions for every rate
and amount, floating point for the limits of tests alone. It shares no code with pbrcalc, so that an
error would have to be made twice to go unseen. `run` writes metrics.csv, attrition.csv, results.csv
and payments.csv into DIR, or prints them. `compare` sets its own figures against those of a
settlement folder: it prints `same: N figures` (exit 0) or the differences (exit 1); 2: not done.

Only what a settlement with extracts needs is here: no earlier settlements, decisions, control
groups or named cohorts. Well-formed input is taken for granted; finding bad rows is the program's
own work.
"""

import argparse
import collections
import csv
import datetime
import math
import os
import statistics
import sys
from fractions import Fraction

sys.dont_write_bytecode = True  # leave nothing in the source tree
import plain_yaml

MONTHS = (
    "january february march april may june july august september october november december"
).split()
METRICS = (
    "cpa cohort starts eligible measurable reoffenders reoffences reoffences_squared ogrs_sum"
).split()
ATTRITION = "cpa cohort stage reason starts reoffenders reoffences ogrs_sum".split()
RESULTS = "cpa cohort line cases rate adjusted_rate baseline lower upper result".split()
RAW = "\0raw"  # a row's own bytes, beside its cells
PAYMENTS = "payee cpa cohort line computed_pence payable_pence".split()


class Problem(Exception):
    pass


# ---- dates and numbers -------------------------------------------------------


def day(text):
    return datetime.date.fromisoformat(text)


def add_months(date, months):
    """One addition; a day that the month lacks becomes the month's last."""
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    following = datetime.date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (following - datetime.timedelta(days=1)).day
    return datetime.date(year, month + 1, min(date.day, last))


def rounded(value, places, mode):
    """The multiple of 10^-places that the mode names, as a Fraction."""
    scaled = abs(Fraction(value)) * 10**places
    whole, part = divmod(scaled.numerator, scaled.denominator)
    twice = 2 * part
    if mode == "half-even" and (
        twice > scaled.denominator or (twice == scaled.denominator and whole % 2)
    ):
        whole += 1
    if mode == "half-up" and twice >= scaled.denominator:
        whole += 1
    if mode not in ("half-even", "half-up", "floor"):
        raise Problem(f"unknown rounding mode {mode}")
    return Fraction(whole if value >= 0 else -whole, 10**places)


def rounded_term(value, term):
    """A value as a term of decimals ("4" or "none") leaves it."""
    return value if term == "none" else rounded(value, int(term), "half-even")


def towards_zero(value):
    return int(rounded(value, 0, "floor"))


def fixed(value, places=10):
    if value is None:
        return ""
    scaled = int(rounded(value, places, "half-even") * 10**places)
    sign, digits = "-" if scaled < 0 else "", str(abs(scaled)).rjust(places + 1, "0")
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def decimal(value):
    """The shortest exact decimal."""
    text = fixed(value, 12).rstrip("0").rstrip(".")
    if Fraction(text) != value:
        raise Problem(f"{value} is no decimal of 12 places")
    return text


def optional(text):
    return Fraction(text) if text else None


# ---- tables and extracts -----------------------------------------------------


class Lines:
    """Hands lines to a csv.reader and keeps those of the current record, for ties by bytes."""

    def __init__(self, data):
        self.lines, self.record = iter(data.splitlines(keepends=True)), b""

    def __iter__(self):
        return self

    def __next__(self):
        line = next(self.lines)
        self.record += line
        return line.decode("utf-8")

    def take(self):
        record, self.record = self.record.rstrip(b"\r\n"), b""
        return record


def read_csv(path):
    with open(path, "rb") as file:
        data = file.read()
    lines = Lines(data[3:] if data.startswith(b"\xef\xbb\xbf") else data)
    reader = csv.reader(lines, strict=True)
    header = next(reader)
    lines.take()
    for cells in reader:
        raw = lines.take()
        if not cells:
            continue
        if len(cells) != len(header):
            raise Problem(f"{path}: a row of {len(cells)} cells under {len(header)} names")
        row = dict(zip(header, cells))
        row[RAW] = raw
        yield row


def pairs(mapping):
    """`columns` of an extract, as a map or as a list of {column, from}."""
    if isinstance(mapping, dict):
        return list(mapping.items())
    return [(entry["column"], entry["from"]) for entry in mapping]


def translate(row, extract):
    """The extract's own names and codes become pbrcalc's."""
    for column, source in pairs(extract.get("columns", [])):
        if source in row:
            row[column] = row.pop(source)
    for code in extract.get("codes", []):
        if row.get(code["column"]) == code["from"]:
            row[code["column"]] = code["to"]


class Start:
    def __init__(self, row, scale):
        self.row, self.person, self.area = row, row["person_id"], row["cpa"]
        self.date, self.type = day(row["start_date"]), row["start_type"]
        self.score = Fraction(row["ogrs"]) * scale if row.get("ogrs") else None
        start_id = row.get("start_id", "").encode()
        self.order = (self.date, start_id, self.type.encode(), row[RAW])


class Row:
    """A row of reoffences.csv."""

    def __init__(self, row):
        self.row, self.person = row, row["person_id"]
        self.committed, self.proved = day(row["offence_date"]), day(row["outcome_date"])
        self.outcome, self.offence = row["outcome"], row.get("offence_id", "")


def read_extracts(contract, cohort_path, reoffences_path, snapshot):
    extract = contract.scheme.get("extract", {})
    scale = Fraction(extract.get("score-scale", "1"))
    starts, rows = [], collections.defaultdict(list)
    for row in read_csv(cohort_path):
        translate(row, extract)
        starts.append(Start(row, scale))
        if starts[-1].date > snapshot or row["cpa"] not in contract.areas:
            raise Problem(f"a start after the snapshot or in no area: {row[RAW]}")
    for row in read_csv(reoffences_path):
        translate(row, extract)
        one = Row(row)
        rows[one.person].append(one)
        if max(one.committed, one.proved) > snapshot or one.proved < one.committed:
            raise Problem(f"a date after the snapshot or out of order: {row[RAW]}")
    return starts, rows


# ---- the contract ------------------------------------------------------------


class Period:
    """A quarter or a contract year: [start, end)."""

    def __init__(self, name, kind, start, end, year, baseline, quarters=()):
        self.name, self.kind, self.start, self.end = name, kind, start, end
        self.year, self.baseline, self.quarters = year, baseline, quarters

    @property
    def last_day(self):
        return self.end - datetime.timedelta(days=1)


class Contract:
    def __init__(self, folder):
        self.scheme = plain_yaml.load(os.path.join(folder, "scheme.yaml"))
        self.areas = [row["cpa"] for row in read_csv(os.path.join(folder, "areas.csv"))]
        self.agreements = list(read_csv(os.path.join(folder, "agreements.csv")))
        self.baselines = list(read_csv(os.path.join(folder, "baselines.csv")))
        self.prices = list(read_csv(os.path.join(folder, "prices.csv")))
        self.versions = {}
        for name in {row["rules"] for row in self.agreements}:
            self.versions[name] = plain_yaml.load(os.path.join(folder, "rules", name + ".yaml"))
            self.versions[name]["name"] = name
        self.periods = self.calendar()

    def calendar(self):
        first, last = self.scheme["first-cohort"], self.scheme["last-cohort"]
        quarters, name = [], first
        while True:
            quarters.append(self.quarter(name))
            if name == last:
                break
            name = f"{int(name[:4]) + (name[5] == '4')}Q{int(name[5]) % 4 + 1}"
        years = collections.OrderedDict()
        for quarter in quarters:
            years.setdefault(quarter.year, []).append(quarter)
        periods = quarters + [
            Period(name, "year", members[0].start, members[-1].end, name, "annual", members)
            for name, members in years.items()
        ]
        # in order of their last day; a year after its last quarter
        return sorted(periods, key=lambda period: (period.end, period.kind == "year"))

    def quarter(self, name):
        year, number = int(name[:4]), int(name[5])
        start = datetime.date(year, 3 * number - 2, 1)
        return Period(name, "quarter", start, add_months(start, 3), self.year_of(start), name[4:])

    def year_of(self, date):
        first_month = MONTHS.index(self.scheme["year-starts"]) + 1
        year = date.year - (date.month < first_month)
        return f"{year}/{(year + 1) % 100:02d}"

    def period(self, name):
        for period in self.periods:
            if period.name == name:
                return period
        raise Problem(f"{name} is no cohort of the scheme")

    def agreement(self, area, date, or_last=False):
        """The agreement in force; or_last: the one that ended last, where none is."""
        before = None
        rows = [row for row in self.agreements if row["cpa"] == area]
        for row in sorted(rows, key=lambda row: row["from"]):
            if day(row["from"]) <= date:
                before = row
                if not row["to"] or date < day(row["to"]):
                    return row
        if before and or_last:
            return before
        raise Problem(f"no agreement for {area} on {date}")

    def rules(self, area, period, as_at):
        rules = self.versions[self.agreement(area, period.start)["rules"]]
        at = rules["versions"]["rules-at"]
        if at == "cohort-start":
            return rules
        date = {"cohort-end": period.last_day, "settlement": as_at}[at]
        return self.versions[self.agreement(area, date, True)["rules"]]

    def baseline(self, area, cohort, metric):
        key = (area, cohort, metric["id"], metric["baseline"])
        found = [
            row
            for row in self.baselines
            if (row["cpa"], row["cohort"], row["metric"], row["year"]) == key
        ]
        if len(found) != 1:
            raise Problem(f"{len(found)} baselines for {key}")
        return found[0]

    def price(self, area, year, column):
        found = [r for r in self.prices if (r["cpa"], r["contract_year"]) == (area, year)]
        if len(found) != 1:
            raise Problem(f"{len(found)} rows of prices for {area} {year}")
        return Fraction(found[0][column])


# ---- measuring (semantics 1-10) ----------------------------------------------


def holds(rule, row, anchors):
    """Is a filter true of a row? A date filter is never true of a blank."""
    value = row[rule["column"]]
    if "is" in rule:
        return value == rule["is"]
    if "in" in rule:
        return value in rule["in"]
    if "blank" in rule:
        return (value == "") == (rule["blank"] == "yes")
    if not value:
        return False
    if "before" in rule:
        return day(value) < (anchors.get(rule["before"]) or day(rule["before"]))
    return day(value) >= (anchors.get(rule["after"]) or day(rule["after"]))


def proved_offences(rows, rules):
    """(offence date, date of first proof) of each offence that the rules recognise."""
    terms = rules["reoffence"]
    if terms["same-offence"] != "once-at-first-proof":
        raise Problem(f"unknown same-offence: {terms['same-offence']}")
    first, alone = {}, []
    for one in rows:
        if one.outcome not in terms["outcomes"]:
            continue
        if any(holds(rule, one.row, {}) for rule in terms.get("ignore", [])):
            continue
        if not one.offence:
            alone.append((one.committed, one.proved))
        elif one.offence not in first or one.proved < first[one.offence][1]:
            first[one.offence] = (one.committed, one.proved)
    return alone + list(first.values())


class Measured:
    """One start under a version of the rules: its windows and the offences that count for it."""

    def __init__(self, start, rules, offences):
        terms = rules["follow-up"]
        if (terms["month-end"], terms["last-day"]) != ("clamp", "excluded"):
            raise Problem("unknown follow-up window")
        months, waiting = int(terms["months"]), int(terms["waiting-months"])
        self.start, self.rules = start, rules
        self.anchors = {
            "start": start.date,
            "follow-up-end": add_months(start.date, months),
            "proof-end": add_months(start.date, months + waiting),
        }
        self.transfer = self.transfer_date()
        self.dates = [committed for committed, proved in offences if self.inside(committed, proved)]

    def inside(self, committed, proved):
        stop = self.rules["transferred"]["treatment"] == "stop-counting-at-transfer"
        if stop and self.transfer and committed >= self.transfer:
            return False
        in_follow_up = self.start.date <= committed < self.anchors["follow-up-end"]
        return in_follow_up and committed <= proved < self.anchors["proof-end"]

    def transfer_date(self):
        terms = self.rules["transferred"]
        text = self.start.row.get(terms.get("column", ""), "")
        if not text and terms["treatment"] != "keep" and not terms.get("column"):
            raise Problem("transferred: no column")
        date = day(text) if text else None
        if date and self.start.date <= date < self.anchors["follow-up-end"]:
            return date
        return None

    def exclusion(self):
        """The first exclusion that holds, or None."""
        for rule in self.rules.get("exclude", []):
            if holds(rule, self.start.row, self.anchors):
                return rule["id"]
        treatment = self.rules["transferred"]["treatment"]
        if not self.transfer or treatment in ("keep", "stop-counting-at-transfer"):
            return None
        if treatment == "exclude-unless-reoffended-before":
            return None if any(date < self.transfer for date in self.dates) else "transferred"
        if treatment != "exclude":
            raise Problem(f"unknown treatment of transfers: {treatment}")
        return "transferred"

    def unmeasurable(self):
        for rule in self.rules.get("unmeasurable", []):
            if holds(rule, self.start.row, self.anchors):
                return rule["id"]
        return None


def buckets(group):
    """Where each start of one person in one period ends: [(measured, stage, reason)]."""
    group = sorted(group, key=lambda one: one.start.order)
    terms = group[0].rules["persons"]
    order, every = terms["deduplicate"], terms["count"] == "every-start"
    placed, taken = [], False
    for one in group:
        reason = one.exclusion()
        if taken and not every and (reason is None or order == "before-exclusions"):
            placed.append((one, "excluded", "later-start"))
            continue
        taken = taken or reason is None or order == "before-exclusions"
        if reason is None and one.unmeasurable():
            placed.append((one, "unmeasurable", one.unmeasurable()))
        elif reason is None:
            placed.append((one, "counted", "counted"))
        else:
            placed.append((one, "excluded", reason))
    return placed


class Tally:
    """The sums of one area and cohort."""

    def __init__(self):
        self.starts = self.eligible = self.measurable = 0
        self.reoffenders = self.reoffences = self.squared = 0
        self.score = Fraction(0)
        self.ledger = {}  # (stage, reason) -> [starts, reoffenders, reoffences, score]

    def add(self, one, stage, reason):
        count = len(one.dates)
        entry = self.ledger.setdefault((stage, reason), [0, 0, 0, Fraction(0)])
        for at, value in enumerate((1, int(count > 0), count, one.start.score or 0)):
            entry[at] += value
        self.starts += 1
        self.eligible += stage != "excluded"
        if stage == "counted":
            self.measurable += 1
            self.reoffenders += count > 0
            self.reoffences += count
            self.squared += count * count
            self.add_score(one)

    def add_score(self, one):
        adjusts = any(metric["adjust"] != "none" for metric in one.rules["metrics"])
        if one.start.score is None and adjusts:
            raise Problem(f"a measurable start without a score: {one.start.row[RAW]}")
        self.score += one.start.score or 0

    def add_tally(self, other):
        for name in "starts eligible measurable reoffenders reoffences squared score".split():
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for key, values in other.ledger.items():
            entry = self.ledger.setdefault(key, [0, 0, 0, Fraction(0)])
            for at, value in enumerate(values):
                entry[at] += value


def measure(contract, starts, rows, periods, as_at):
    """(area, cohort) -> Tally for the periods asked for."""
    offences = {}

    def offences_of(person, rules):
        key = (person, rules["name"])
        if key not in offences:
            offences[key] = proved_offences(rows.get(person, []), rules)
        return offences[key]

    def one_period(period):
        tallies, groups = collections.defaultdict(Tally), collections.defaultdict(list)
        terms = {area: contract.rules(area, period, as_at) for area in contract.areas}
        for start in starts:
            if not period.start <= start.date < period.end:
                continue
            rules = terms[start.area]
            if start.type not in rules["cohort"]["start-types"]:
                raise Problem(f"unknown start type {start.type}")
            scheme = rules["persons"]["within"] == "scheme"
            one = Measured(start, rules, offences_of(start.person, rules))
            groups[start.person, "" if scheme else start.area].append(one)
        for group in groups.values():
            for one, stage, reason in buckets(group):
                tallies[one.start.area].add(one, stage, reason)
        return tallies

    done = {}

    def tallies_of(period):
        if period.name not in done:
            done[period.name] = one_period(period)
        return done[period.name]

    result = {}
    for period in periods:
        for area in contract.areas:
            members = contract.rules(area, period, as_at)["cohort"]["year-members"]
            tally = Tally()
            if period.kind == "year" and members == "sum-of-quarters":
                parts = period.quarters
            else:
                parts = [period]
            for part in parts:
                tally.add_tally(tallies_of(part)[area])
            result[area, period.name] = tally
    return result


# ---- testing (semantics 10-14) -----------------------------------------------


class Result:
    """One line of one area and cohort, tested."""

    def __init__(self, contract, rules, line, area, period, tally):
        self.contract, self.rules, self.line = contract, rules, line
        self.area, self.period, self.tally = area, period, tally
        self.metric = next(m for m in rules["metrics"] if m["id"] == line["metric"])
        self.row = contract.baseline(area, period.baseline, self.metric)
        self.binary = self.metric["kind"] == "persons-with-event-per-person"
        self.baseline = Fraction(self.row["rate"])
        self.cases = tally.measurable if self.binary else tally.reoffenders
        self.rate = self.adjusted = self.lower = self.upper = None
        self.verdict = "no-result"
        if self.cases:
            self.set_rates()
            self.set_limits()
            self.judge()

    def set_rates(self):
        tally = self.tally
        if self.binary:
            self.rate = Fraction(100 * tally.reoffenders, tally.measurable)
        else:
            self.rate = Fraction(tally.reoffences, tally.reoffenders)
        self.adjusted = self.rate
        if self.metric["adjust"] == "score-difference":
            self.adjusted += self.reference_mean() - tally.score / tally.measurable
        elif self.metric["adjust"] != "none":
            raise Problem(f"unknown adjustment {self.metric['adjust']}")

    def reference_mean(self):
        reference = self.metric["reference"]
        if reference == "same-row":
            return Fraction(self.row["ogrs_mean"])
        if reference == "annual":
            row = self.contract.baseline(self.area, "annual", self.metric)
            return Fraction(row["ogrs_mean"])
        rows = [self.contract.baseline(self.area, f"Q{n}", self.metric) for n in range(1, 5)]
        weighted = sum(int(row["cases"]) * Fraction(row["ogrs_mean"]) for row in rows)
        return weighted / sum(int(row["cases"]) for row in rows)

    def set_limits(self):
        test = self.line["test"]
        if test["kind"] == "none":
            limits = (self.baseline, self.baseline)
        elif test["kind"] == "given":
            limits = (Fraction(self.row["lower"]), Fraction(self.row["upper"]))
        else:
            half = self.half_width(test)
            if half is None:
                return
            limits = (Fraction(float(self.baseline) - half), Fraction(float(self.baseline) + half))
        self.lower, self.upper = (rounded_term(x, test["round-thresholds"]) for x in limits)

    def half_width(self, test):
        """Half of a computed interval, in the published unit, in floating point."""
        level = float(test["level"])
        z = statistics.NormalDist().inv_cdf((1 + level) / 2 if test["sides"] == "2" else level)
        if test["kind"] == "normal-mean":
            sd = self.sd(test)
            return None if sd is None else z * sd / math.sqrt(self.cases)
        p0, n = float(self.baseline) / 100, self.cases
        if test["kind"] == "one-sample-z":
            if test["variance"] != "binomial":
                raise Problem(f"unknown variance {test['variance']}")
            return 100 * z * math.sqrt(p0 * (1 - p0) / n)
        if test["kind"] != "two-sample-z":
            raise Problem(f"unknown test {test['kind']}")
        n0, p1 = int(self.row["cases"]), float(self.adjusted) / 100
        if test["variance"] == "pooled":
            p = (p1 * n + p0 * n0) / (n + n0)
            variance = p * (1 - p) * (1 / n + 1 / n0)
        else:
            variance = p1 * (1 - p1) / n + p0 * (1 - p0) / n0
        return 100 * z * math.sqrt(max(variance, 0))

    def sd(self, test):
        if test["sd"] == "baseline":
            return float(self.row["sd"])
        if self.cases < 2:
            return None
        tally = self.tally
        squares = tally.squared - Fraction(tally.reoffences**2, tally.reoffenders)
        return math.sqrt(squares / (self.cases - 1))

    def judge(self):
        test = self.line["test"]
        if self.lower is None or self.cases < int(test["minimum-cohort"]):
            return
        compared = rounded_term(self.adjusted, test["round-rate"])
        if compared < self.lower:
            self.verdict = "better"
        elif compared > self.upper:
            self.verdict = "worse"
        else:
            self.verdict = "neither"

    def units(self, verdicts):
        """Signed units, positive when owed to the provider; 0 where nothing is paid."""
        payoff = self.line.get(self.verdict) if self.verdict in ("better", "worse") else None
        if not payoff or self.stopped(verdicts):
            return Fraction(0)
        origin = self.baseline
        if payoff["from"] == "threshold":
            origin = self.lower if self.verdict == "better" else self.upper
        units = self.cases * (origin - self.adjusted) / (100 if self.binary else 1)
        terms = self.rules["rounding"]
        return rounded(units, 0, terms["mode"]) if terms["units"] == "integer" else units

    def stopped(self, verdicts):
        """Does the gate stop this result's payment or deduction?"""
        gate = self.line.get("gate")
        if not gate:
            return False
        side = {"better": "pay", "worse": "deduct"}[self.verdict]
        return gate["applies-to"] in (side, "both") and verdicts[gate["line"]] not in gate["result"]

    def pence(self, verdicts):
        units = self.units(verdicts)
        if not units:
            return 0
        price = self.contract.price(self.area, self.period.year, self.line[self.verdict]["price"])
        return int(rounded(100 * units * price, 0, self.rules["rounding"]["mode"]))


def test_all(contract, tallies, periods, as_at):
    """Results by area, cohort and line."""
    results = []
    for area in contract.areas:
        for period in periods:
            rules = contract.rules(area, period, as_at)
            for line in rules["lines"]:
                if line["period"] == period.kind:
                    tally = tallies[area, period.name]
                    results.append(Result(contract, rules, line, area, period, tally))
    return results


# ---- pricing (semantics 15-20) -----------------------------------------------


def price_all(contract, results, as_at):
    """[(payee, result, computed pence, payable pence)] in the order of the results."""
    verdicts = collections.defaultdict(dict)
    for one in results:
        verdicts[one.area, one.period.name][one.line["id"]] = one.verdict
    for one in results:
        one.computed = one.pence(verdicts[one.area, one.period.name])
    apply_caps(contract, results)
    payments = []
    for one in results:
        payments.extend(share(contract, one, as_at))
    return payments


def apply_caps(contract, results):
    """Goes through the year in order of cohort end, then line."""
    used = collections.Counter()

    def place(one):
        return one.period.end, one.rules["lines"].index(one.line)

    for one in sorted(results, key=place):
        caps = [cap for cap in one.rules.get("caps", []) if one.line["id"] in cap["over"]]
        one.payable = one.computed
        for cap in caps:
            room = limit_pence(contract, one, cap) - used[cap_key(one, cap)]
            if one.computed > 0:
                one.payable = min(one.payable, max(room, 0))
        for cap in caps:
            if one.payable > 0 or cap["headroom"] == "net":
                used[cap_key(one, cap)] += one.payable


def cap_key(one, cap):
    if cap["per"] != "year-of-formation":
        raise Problem(f"unknown cap per {cap['per']}")
    return one.area, one.period.year, cap["id"]


def limit_pence(contract, one, cap):
    pounds = contract.price(one.area, one.period.year, cap["limit"])
    if cap.get("minus"):
        pounds -= contract.price(one.area, one.period.year, cap["minus"])
    return towards_zero(100 * pounds)


def share(contract, one, as_at):
    """Who is paid what of one line."""
    terms, period = one.rules["payee"], one.period
    last = terms["after-end"] == "last-provider"
    settled = contract.agreement(one.area, as_at, last)["payee"]
    if terms["rule"] == "provider-at-settlement":
        return [(settled, one, one.computed, one.payable)]
    if terms["rule"] == "provider-at-formation":
        date = period.start if terms["formation-day"] == "first-day" else period.last_day
        payee = contract.agreement(one.area, date)["payee"]
        return [(payee, one, one.computed, one.payable)]
    days, date = collections.Counter(), period.start
    while date < period.end:
        days[contract.agreement(one.area, date)["payee"]] += 1
        date += datetime.timedelta(days=1)
    total, shares = sum(days.values()), {}
    for payee, count in sorted(days.items()):
        part = Fraction(count, total)
        shares[payee] = [towards_zero(one.computed * part), towards_zero(one.payable * part)]
    shares.setdefault(settled, [0, 0])
    for at, amount in enumerate((one.computed, one.payable)):
        shares[settled][at] += amount - sum(values[at] for values in shares.values())
    paid = [item for item in shares.items() if item[0] in days or any(item[1])]
    return [(payee, one, *values) for payee, values in paid]


# ---- the tables --------------------------------------------------------------


def settle(options):
    """All four tables as lists of rows of text, by file name."""
    contract = Contract(options.contract)
    snapshot, as_at = day(options.snapshot), day(options.as_at)
    periods = choose(contract, options.cohorts, snapshot, as_at)
    starts, rows = read_extracts(contract, options.cohort, options.reoffences, snapshot)
    tallies = measure(contract, starts, rows, periods, as_at)
    results = test_all(contract, tallies, periods, as_at)
    payments = price_all(contract, results, as_at)
    return {
        "metrics.csv": [METRICS] + metric_rows(contract, tallies, periods),
        "attrition.csv": [ATTRITION] + attrition_rows(contract, tallies, periods, as_at),
        "results.csv": [RESULTS] + [result_row(one) for one in results],
        "payments.csv": [PAYMENTS]
        + [
            [payee, one.area, one.period.name, one.line["id"], str(computed), str(payable)]
            for payee, one, computed, payable in payments
        ],
    }


def ripe(contract, period, snapshot, as_at):
    def months(area):
        terms = contract.rules(area, period, as_at)["follow-up"]
        return int(terms["months"]) + int(terms["waiting-months"])

    longest = max(months(area) for area in contract.areas)
    return add_months(period.last_day, longest) <= snapshot


def choose(contract, names, snapshot, as_at):
    if names == "all-ripe":
        return [p for p in contract.periods if ripe(contract, p, snapshot, as_at)]
    chosen = [contract.period(name) for name in names.split(",")]
    for period in chosen:
        if not ripe(contract, period, snapshot, as_at):
            raise Problem(f"{period.name} is not ripe on {snapshot}")
    return [period for period in contract.periods if period in chosen]


def metric_rows(contract, tallies, periods):
    rows = []
    for area in contract.areas:
        for period in periods:
            t = tallies[area, period.name]
            counts = t.starts, t.eligible, t.measurable, t.reoffenders, t.reoffences, t.squared
            rows.append([area, period.name, *map(str, counts), decimal(t.score)])
    return rows


def attrition_rows(contract, tallies, periods, as_at):
    rows = []
    for area in contract.areas:
        for period in periods:
            rules = contract.rules(area, period, as_at)
            order = [("excluded", rule["id"]) for rule in rules.get("exclude", [])]
            order += [("excluded", "transferred"), ("excluded", "later-start")]
            order += [("unmeasurable", rule["id"]) for rule in rules.get("unmeasurable", [])]
            order += [("counted", "counted")]
            ledger = tallies[area, period.name].ledger
            for key in sorted(ledger, key=order.index):
                starts, reoffenders, reoffences, score = ledger[key]
                counts = str(starts), str(reoffenders), str(reoffences), decimal(score)
                rows.append([area, period.name, *key, *counts])
    return rows


def result_row(one):
    numbers = one.rate, one.adjusted, one.baseline, one.lower, one.upper
    line = one.line["id"]
    return [one.area, one.period.name, line, str(one.cases), *map(fixed, numbers), one.verdict]


# ---- comparing with a settlement folder --------------------------------------


def read_figures(rows, header, keys):
    """{(key cells): {column: text}}; the header says which columns are wanted."""
    table = {}
    for row in rows:
        if row.get("group", "treated") in ("", "treated"):
            key = tuple(row[name] for name in keys)
            cells = {name: row[name] for name in header if name not in keys}
            table[key] = add_cells(table[key], cells) if key in table else cells
    return table


def add_cells(old, new):
    """Two payment rows of one payee and line are one figure."""
    return {name: str(Fraction(old[name] or 0) + Fraction(new[name] or 0)) for name in old}


def same(mine, theirs, places):
    if mine == theirs:
        return True
    try:
        return fixed(Fraction(mine), places) == fixed(Fraction(theirs), places)
    except ValueError:
        return False


def nothing(cells):
    """A row without a single start or penny says the same as no row."""
    return all(text in ("", "0") for text in cells.values())


def compare_table(name, mine, theirs, header, key_count):
    """(figures compared, differences) of one table."""
    keys = header[:key_count]
    rows = [dict(zip(header, cells)) for cells in mine[1:]]
    mine, theirs = read_figures(rows, header, keys), read_figures(theirs, header, keys)
    count, found = 0, []
    for key in [*mine, *(key for key in theirs if key not in mine)]:
        place = f"{name} {'/'.join(key)}"
        if key not in mine or key not in theirs:
            if not nothing(mine.get(key) or theirs.get(key)):
                missing = "the settlement" if key not in theirs else "the challenger"
                found.append(f"{place}: not in {missing}")
            continue
        for column, value in mine[key].items():
            if column in ("lower", "upper") and mine[key]["result"] == "no-result":
                continue  # no verdict rests on them
            count += 1
            if not same(value, theirs[key][column], 10):
                found.append(f"{place} {column}: {value} here, {theirs[key][column]} there")
    return count, found


def compare(options):
    tables = settle(options)
    shapes = [("metrics.csv", METRICS, 2), ("results.csv", RESULTS, 3)]
    shapes.append(("payments.csv", PAYMENTS, 4))
    if options.attrition:
        shapes.append(("attrition.csv", ATTRITION, 4))
    total, found = 0, []
    for name, header, key_count in shapes:
        theirs = read_csv(os.path.join(options.settlement, name))
        count, differences = compare_table(name, tables[name], theirs, header, key_count)
        total, found = total + count, found + differences
    for difference in found:
        print(difference)
    print(f"{len(found)} of {total} figures differ" if found else f"same: {total} figures")
    return 1 if found else 0


def run(options):
    for name, rows in settle(options).items():
        if options.out:
            os.makedirs(options.out, exist_ok=True)
            with open(os.path.join(options.out, name), "w", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows(rows)
        else:
            print(f"# {name}")
            csv.writer(sys.stdout, lineterminator="\n").writerows(rows)
    return 0


def main(arguments):
    parser = argparse.ArgumentParser(description="A second calculation of a settlement.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("run", "compare"):
        command = commands.add_parser(name)
        for argument in ("contract", "cohort", "reoffences"):
            command.add_argument(argument)
        if name == "compare":
            command.add_argument("settlement")
            command.add_argument("--attrition", action="store_true")
        else:
            command.add_argument("--out")
        for option in ("--cohorts", "--snapshot", "--as-at"):
            command.add_argument(option, required=True)
    options = parser.parse_args(arguments)
    try:
        return compare(options) if options.command == "compare" else run(options)
    except (Problem, plain_yaml.Problem, OSError, KeyError, ValueError) as problem:
        print(f"challenger: {type(problem).__name__}: {problem}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
