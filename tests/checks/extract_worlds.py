# SPDX-License-Identifier: GPL-3.0-or-later
"""Random contracts and extracts that are full of edges, for tests of measuring.

make(folder, number) writes a contract and its extracts into a folder and returns the options that
name them. The same number gives the same world. Days are drawn where rules part: the last day of
February, month ends, ends of cohorts, and a day either side of the ends of follow-up and waiting.
"""
import csv
import datetime
import gzip
import random

AREAS = ("A1", "B2", "C3")
TYPES = ("custody-release", "community-order")
FIRST, LAST = datetime.date(2015, 10, 1), datetime.date(2016, 9, 30)
LATE = datetime.date(2019, 6, 30)  # after every date that can be drawn
AS_AT = datetime.date(2019, 7, 31)
REOFFENCES = ["person_id", "offence_date", "outcome_date", "outcome", "offence_id", "breach", "kind"]
DAY = datetime.timedelta(days=1)
MONTHS, WAITING = [1, 3, 6, 12, 12, 13], [0, 1, 6, 6]  # of follow-up and waiting
EDGES = [datetime.date(2016, 2, 29), datetime.date(2015, 10, 1), datetime.date(2015, 12, 31),
         datetime.date(2016, 1, 1), datetime.date(2016, 3, 31), datetime.date(2016, 4, 1),
         datetime.date(2016, 8, 31), datetime.date(2015, 10, 31), datetime.date(2015, 11, 30)]


def add_months(day, months):
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    after = datetime.date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return datetime.date(year, month + 1, min(day.day, (after - DAY).day))


# --- contracts -----------------------------------------------------------------------------------

def filters(draw, choices, most):
    """A list of filters in the language, in a drawn order."""
    chosen = draw.sample(choices, draw.randint(0, min(most, len(choices))))
    if not chosen:
        return " []"
    return "".join(f"\n  - {{id: {name}, column: {column}, {test}, reason: {name}}}"
                   for name, column, test in chosen)


def anchor(draw):
    return draw.choice(["start", "follow-up-end", "proof-end", "2016-02-29", "2016-07-01"])


def exclusions(draw):
    return [("public", "managed_by", "is: NPS"),
            ("either", "managed_by", "in: [NPS, both]"),
            ("nobody", "managed_by", 'blank: "yes"'),
            ("somebody", "note", 'blank: "no"'),
            ("died", "died_on", f"before: {anchor(draw)}"),
            ("died-late", "died_on", f"after: {anchor(draw)}")]


def version(draw, periods, year_members):
    treatment = draw.choice(["keep", "exclude", "exclude-unless-reoffended-before",
                             "stop-counting-at-transfer"])
    ignored = [("breach", "breach", 'is: "yes"'), ("minor", "kind", "in: [minor, petty]"),
               ("no-kind", "kind", 'blank: "yes"'), ("early", "offence_date", "before: 2016-02-29"),
               ("late", "offence_date", "after: 2016-12-31")]
    measures = [("no-pnc", "pnc", 'is: "no"'), ("no-score", "ogrs", 'blank: "yes"'),
                ("died-then", "died_on", f"before: {anchor(draw)}")]
    outcomes = draw.choice(["conviction", "conviction, caution", "conviction, caution, warning"])
    lines = "".join(f"""
  - {{id: binary-{period}, title: Binary, kind: outcome, metric: binary, change: units,
     period: {period}, test: {{kind: none, round-thresholds: none, round-rate: none,
     minimum-cohort: 0}}, better: {{kind: per-unit, from: baseline, price: binary_price}}}}"""
                    for period in periods if period != "month")
    return f"""title: A version
cohort: {{periods: [{', '.join(periods)}], year-members: {year_members},
  start-types: [{', '.join(TYPES)}]}}
persons:
  count: {draw.choice(['first-start-in-period'] * 3 + ['every-start'])}
  within: {draw.choice(['area', 'scheme'])}
  deduplicate: {draw.choice(['after-exclusions', 'before-exclusions'])}
exclude:{filters(draw, exclusions(draw), 4)}
unmeasurable:{filters(draw, measures, 2)}
transferred: {{column: transferred_on, treatment: {treatment}}}
follow-up: {{months: {draw.choice(MONTHS)},
  waiting-months: {draw.choice(WAITING)}, month-end: clamp, last-day: excluded}}
reoffence:
  outcomes: [{outcomes}]
  same-offence: once-at-first-proof
  ignore:{filters(draw, ignored, 3)}
metrics:
  - {{id: binary, kind: persons-with-event-per-person, compare-with: baseline, baseline: "2011",
     adjust: none}}
lines:{lines}
caps: []
rounding: {{amount: penny, mode: half-even, units: none}}
versions: {{rules-at: {draw.choice(['cohort-start', 'cohort-end', 'settlement'])},
  prices-at: contract-year-of-cohort-start}}
payee: {{rule: provider-at-settlement, formation-day: last-day, after-end: last-provider}}
due: {{days-after-settlement: 30}}
negative-total: {{treatment: carry-forward}}
clause: sample
source: sample
status: illustrative
"""


SCALES = {"1": 1, "100": 100, "0.5": 2}  # what a written score is multiplied by


def scheme(draw, named):
    cohorts = "" if named else "first-cohort: 2015Q4\nlast-cohort: 2016Q3\n"
    mapped, scale = draw.random() < 0.5, draw.choice(list(SCALES))
    text = f"""title: A scheme
description: drawn at random
commissioner: nobody
contact: nobody
currency: GBP
amounts: exclude VAT
year-starts: {draw.choice(['april', 'january'])}
{cohorts}documents:
  - {{id: sample, title: drawn, where: nowhere}}
publication: {{rule: least-count, least: 10, zeros: shown, totals: withheld-with-a-part}}
clause: sample
source: sample
status: illustrative
"""
    if not mapped:
        return text, False, "1"
    return text + f"""extract:
  columns:
    - {{column: person_id, from: offender}}
    - {{column: ogrs, from: score}}
    - {{column: outcome, from: disposal}}
    - {{column: managed_by, from: manager}}
  codes:
    - {{column: cpa, from: North, to: A1}}
    - {{column: start_type, from: CO, to: community-order}}
    - {{column: outcome, from: CV, to: conviction}}
    - {{column: managed_by, from: "1", to: NPS}}
    - {{column: managed_by, from: "2", to: both}}
  score-scale: "{scale}"
""", True, scale


RENAMED = {"person_id": "offender", "ogrs": "score", "outcome": "disposal", "managed_by": "manager"}
RECODED = {"cpa": {"A1": "North"}, "start_type": {"community-order": "CO"},
           "outcome": {"conviction": "CV"}, "managed_by": {"NPS": "1", "both": "2"}}


def write_csv(path, header, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def write_tables(folder, named):
    cited = ["sample", "sample", "illustrative"]
    rows = ["Q1", "Q2", "Q3", "Q4", "annual"]
    if named:
        rows = ["First", "Second", "Both"]
        write_csv(folder / "cohorts.csv", ["cohort", "from", "to", "members"],
                  [["First", "2015-10-01", "2016-03-01", ""],
                   ["Second", "2016-03-01", "2016-09-15", ""],
                   ["Both", "2015-10-01", "2016-09-15", "First;Second"]])
    write_csv(folder / "areas.csv", ["cpa", "name"], [[area, area] for area in AREAS])
    agreements = [[AREAS[0], "2015-01-01", "", "one"], [AREAS[1], "2015-01-01", "2016-04-01", "one"],
                  [AREAS[1], "2016-04-01", "", "two"], [AREAS[2], "2015-01-01", "2016-01-01", "two"],
                  [AREAS[2], "2016-01-01", "", "one"]]
    write_csv(folder / "agreements.csv",
              "cpa,from,to,rules,provider,payee,clause,source,status".split(","),
              [row + ["P", "P"] + cited for row in agreements])
    write_csv(folder / "baselines.csv",
              "cpa,cohort,metric,year,cases,rate,sd,ogrs_mean,lower,upper,terminate,clause,source,"
              "status".split(","),
              [[area, row, "binary", "2011", 100, 50, "", "", "", "", ""] + cited
               for area in AREAS for row in rows])
    write_csv(folder / "prices.csv", "cpa,contract_year,binary_price,clause,source,status".split(","),
              [[area, year, 10] + cited
               for area in AREAS for year in ("2015/16", "2016/17", "2015", "2016")])


def write_contract(folder, draw):
    named = draw.random() < 0.3
    (folder / "rules").mkdir(parents=True)
    text, mapped, scale = scheme(draw, named)
    (folder / "scheme.yaml").write_text(text)
    periods = ["named", "pool"] if named else draw.choice([["quarter"], ["year"],
                                                           ["quarter", "year"]])
    for name in ("one", "two"):
        members = draw.choice(["sum-of-quarters", "distinct-persons"])
        (folder / "rules" / f"{name}.yaml").write_text(version(draw, periods, members))
    write_tables(folder, named)
    return mapped, scale


# --- extracts ------------------------------------------------------------------------------------

def any_day(draw):
    if draw.random() < 0.5:
        day = draw.choice(EDGES) + draw.choice([-1, 0, 0, 0, 1]) * DAY
    else:
        day = FIRST + draw.randint(-5, (LAST - FIRST).days + 5) * DAY
    return day


def score(draw, scale):
    """A score whose product with the scale has at most six decimals and lies within 100."""
    if draw.random() < 0.15:
        return ""
    millionths = draw.choice([0, 100_000_000, draw.randint(0, 100_000_000)])
    parts = millionths * 2 if scale == "0.5" else millionths
    places = 8 if scale == "100" else 6
    whole, rest = divmod(parts, 10**places)
    text = f"{whole}.{rest:0{places}d}"
    return text.rstrip("0").rstrip(".") if draw.random() < 0.5 else text[:4 + places]


def drawn_starts(draw, scale):
    # of letters and digits, which are packed into a word, and others, which are not
    persons = [draw.choice(["P", "P", "P/"]) + f"{number:02d}" for number in range(draw.randint(1, 25))]
    seen, rows = set(), []
    for _ in range(draw.randint(1, 80)):
        person, area = draw.choice(persons), draw.choice(AREAS)
        day = rows[-1]["start_date"] if rows and draw.random() < 0.2 else any_day(draw)
        kind, own = draw.choice(TYPES), draw.choice(["", "", "1", "2", "10"])
        if (person, area, day, kind, own) in seen:
            continue
        seen.add((person, area, day, kind, own))
        near = lambda: draw.choice(["", "", day + draw.choice(
            [-1, 0, 1, 30, 182, 365, 366, 400]) * DAY])
        rows.append({
            "person_id": person, "cpa": area, "start_date": day, "start_type": kind,
            "ogrs": score(draw, scale), "start_id": own,
            "group": draw.choice(["", "treated", "treated", "control"]),
            "managed_by": draw.choice(["CRC", "CRC", "NPS", "both", ""]),
            "note": draw.choice(["", "", "seen"]), "pnc": draw.choice(["yes", "yes", "no"]),
            "died_on": near(), "transferred_on": near()})
    return rows


def drawn_reoffences(draw, starts):
    rows, of_offence = [], {}
    for _ in range(draw.randint(2, 3 * len(starts) + 2)):
        one = draw.choice(starts)
        start, moved = one["start_date"], one["transferred_on"]
        months = draw.choice([1, 3, 6, 12, 13])
        end, last = add_months(start, months), add_months(start, months + draw.choice([0, 1, 6]))
        edge = draw.choice([start, end, start + draw.randint(0, 400) * DAY, moved or start])
        person = draw.choice([one, one, draw.choice(starts), {"person_id": "Nobody"}])["person_id"]
        offence = draw.choice(["", "", "O1", "O2", "O10", "O/1"])
        day = edge + draw.choice([-1, 0, 1]) * DAY
        if offence:  # one offence has one date, however many its outcomes
            day = of_offence.setdefault((person, offence), day)
        proved = draw.choice([day, day + draw.randint(0, 300) * DAY, last - DAY, last, last + DAY])
        row = {"person_id": person, "offence_date": day, "outcome_date": max(day, proved),
               "outcome": draw.choice(["conviction", "conviction", "caution", "warning",
                                       "acquitted"]),
               "offence_id": offence, "breach": draw.choice(["no", "no", "yes"]),
               "kind": draw.choice(["grave", "minor", "petty", ""])}
        rows += [row] * draw.choice([1, 1, 1, 1, 2])
    return rows


def as_extract(row, mapped):
    if not mapped:
        return row
    return {RENAMED.get(name, name): RECODED.get(name, {}).get(value, value)
            for name, value in row.items()}


def write_extract(folder, name, rows, draw, mapped, header):
    """In one file or several, shuffled, perhaps by person then, perhaps compressed; returns their paths."""
    draw.shuffle(rows)
    if draw.random() < 0.5:
        rows.sort(key=lambda row: row["person_id"])
    rows = [as_extract(row, mapped) for row in rows]
    names = list(as_extract(dict.fromkeys(header), mapped))
    draw.shuffle(names)
    files, parts = [], draw.choice([1, 1, 2]) if len(rows) > 1 else 1
    for part in range(parts):
        packed = draw.random() < 0.2
        path = folder / f"{name}-{part}.csv{'.gz' if packed else ''}"
        with (gzip.open if packed else open)(path, "wt", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, names, lineterminator=draw.choice(["\n", "\r\n"]))
            writer.writeheader()
            writer.writerows(rows[part::parts])
        files.append(str(path))
    return files


def drawn_snapshot(draw):
    """Late, or a day either side of that on which a cohort is ripe."""
    if draw.random() < 0.5:
        return LATE
    last_day = draw.choice([datetime.date(2015, 12, 31), datetime.date(2016, 3, 31),
                            datetime.date(2016, 6, 30), datetime.date(2016, 9, 30),
                            datetime.date(2016, 2, 29), datetime.date(2016, 9, 14)])
    day = add_months(last_day, draw.choice(MONTHS) + draw.choice(WAITING))
    return max(day - draw.choice([0, 0, 1]) * DAY, LAST + 10 * DAY)  # no start lies after it


def make(folder, number):
    draw = random.Random(number)
    mapped, scale = write_contract(folder / "contract", draw)
    starts = drawn_starts(draw, scale)
    snapshot = drawn_snapshot(draw)
    reoffences = [row for row in drawn_reoffences(draw, starts)
                  if row["outcome_date"] <= snapshot]
    if not reoffences:  # a file without rows is refused
        day = starts[0]["start_date"]
        reoffences = [dict(zip(REOFFENCES, ["P00", day, day, "conviction", "", "no", ""]))]
    cohort = write_extract(folder, "cohort", starts, draw, mapped, starts[0])
    offences = write_extract(folder, "reoffences", reoffences, draw, mapped,
                             REOFFENCES)
    return ["--contract", str(folder / "contract"), "--cohort", *cohort, "--reoffences", *offences,
            "--snapshot", str(snapshot), "--as-at", str(AS_AT)]
