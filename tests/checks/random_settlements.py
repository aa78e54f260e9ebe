# SPDX-License-Identifier: GPL-3.0-or-later
"""Small settlements of contracts that are made up at random: every kind of metric, test, payoff,
gate, cap and share, months, decisions, other money and earlier settlements. Not a check itself."""
import csv
import json
import os
import pathlib
import subprocess

PROGRAM = os.environ.get("PBRCALC", "build/pbrcalc")
FROM = {"clause": "made up", "source": "dice", "status": "illustrative"}
QUARTERS = ("2015Q4", "2016Q1")
MONTHS = tuple(f"2015-{month:02d}" for month in (10, 11, 12)) + ("2016-01", "2016-02", "2016-03")
KINDS = ("persons-with-event-per-person", "events-per-person-with-event", "events-per-100-persons",
         "days-per-person", "expected-ratio")
BINARY, FREQUENCY = KINDS[:2]
SEQUENCES = {"2015Q4": "Q4", "2016Q1": "Q1", "2015/16": "annual"}


class Dice:
    """Choices that every contract must write out, from one generator."""

    def __init__(self, random):
        self.random, self.one, self.number = random, random.choice, random.randint

    def often(self, chance=0.5):
        return self.random.random() < chance

    def decimal(self, least, most, places):
        return f"{self.random.uniform(least, most):.{places}f}"


def metric(dice, number):
    kind = dice.one(KINDS)
    made = {"id": f"m{number}", "kind": kind, "compare-with": "baseline", "baseline": "2011",
            "adjust": "none"}
    if dice.often(0.25):
        made.update({"compare-with": "control"})
        del made["baseline"]
    if kind == BINARY and dice.often(0.6):
        made.update(adjust="score-difference", score="a score")
        made["reference"] = "same-row"
        if made["compare-with"] == "baseline":
            made["reference"] = dice.one(("same-row", "annual", "pooled"))
    return made


def test(dice, of):
    kinds = ["none", "change", "change"] + (["given"] * 2 if of["compare-with"] == "baseline" else [])
    if of["kind"] == BINARY:
        kinds += ["one-sample-z", "two-sample-z", "wilson", "clopper-pearson"] * 2
    if of["kind"] == FREQUENCY:
        kinds += ["normal-mean"] * 3
    kind = dice.one(kinds)
    made = {"kind": kind, "round-thresholds": "none",
            "round-rate": dice.one(("none", "none", 1, 4)), "minimum-cohort": dice.one((0, 0, 90))}
    if kind == "change":
        made.update({"better-at": dice.one(("none", "0", "2.5", "5")),
                     "worse-at": dice.one(("none", "0.5", "4"))})
        if made["better-at"] == made["worse-at"] == "none":
            made["better-at"] = "1"
    elif kind not in ("none", "given"):
        made.update({"level": dice.one(("0.9", "0.95")), "sides": dice.one((1, 2)),
                     "round-thresholds": dice.one((2, 4, 6))})
    elif kind == "given":
        made["round-thresholds"] = dice.one(("none", 1))
    if kind == "one-sample-z":
        made["variance"] = dice.one(("binomial", "residual")) if of["adjust"] != "none" else "binomial"
    if kind == "two-sample-z":
        made["variance"] = dice.one(("pooled", "unpooled"))
    if kind in ("wilson", "clopper-pearson"):
        made["around"] = dice.one(("baseline", "cohort"))
    if kind == "normal-mean":
        made["sd"] = dice.one(("baseline", "cohort"))
    return made


def payoff(dice, terms, result):
    kinds = ["per-unit"] * 3 + ["fixed"]
    if result == "worse":
        kinds += ["refund"]
    if result in ("better", "worse") and terms["kind"] != "none":
        kinds += ["steps", "linear", "slices", "share"]
    kind = dice.one(kinds)
    made = {"kind": kind}
    if kind != "steps":
        made["price"] = dice.one(("price_a", "price_b"))
    if kind == "per-unit":
        limits = terms["kind"] not in ("change", "none") and terms.get("around") != "cohort"
        made["from"] = dice.one(("baseline", "threshold")) if limits else "baseline"
    if kind in ("steps", "slices"):
        made["table"] = kind
    if kind == "linear":
        made.update(least=dice.one(("0", "1.5")), full=dice.one(("6", "17.5")))
    if kind == "share":
        made.update(share="share_percent", most=dice.one(("2", "3.5")))
    return made


def outcome(dice, of, period, name, gate):
    terms = test(dice, of)
    made = {"id": name, "title": f"Line {name}", "kind": "outcome", "metric": of["id"],
            "change": dice.one(("units", "relative")), "period": period, "test": terms}
    if terms["kind"] == "change" and terms["better-at"] == "none":
        results = ["worse"]
    elif terms["kind"] == "change" and terms["worse-at"] == "none":
        results = ["better"]
    else:
        results = [result for result in ("better", "worse") if dice.often(0.8)] or ["better"]
        if dice.often(0.1):
            results.append("neither")
    for result in results:
        made[result] = payoff(dice, terms, result)
    if gate and dice.often(0.6):
        made["gate"] = {"line": gate, "result": dice.one((["better"], ["better", "neither"])),
                        "applies-to": dice.one(("pay", "deduct", "both")), "over": "same-cohort"}
    return made


def outcomes(dice, metrics):
    lines, gates = [], {}
    for number in range(dice.number(2, 4)):
        period = "year" if dice.often(0.3) else "quarter"
        line = outcome(dice, dice.one(metrics), period, f"line-{number}", gates.get(period))
        gates.setdefault(period, line["id"])
        lines.append(line)
    quarterly = [line["id"] for line in lines if line["period"] == "quarter"]
    annual = [line for line in lines if line["period"] == "year" and "better" in line]
    if quarterly and annual and dice.often(0.7):
        annual[-1]["net-of"] = quarterly[:dice.number(1, len(quarterly))]
    return lines


def monthly(dice):
    indexed = {"index": "cpi", "index-base": "2014/15"} if dice.often() else {}
    shared = {"period": "month", "price": "fee", **indexed}
    if dice.often():
        shared["discount"] = "discount_percent"
    lines = [{"id": "fee", "title": "Fee", "kind": "fee", **shared,
              "residue": dice.one(("first-instalment", "last-instalment"))}]
    if dice.often(0.7):
        lines.append({"id": "volume", "title": "Volume", "kind": "volume", **shared,
                      "weights": [{"type": "order", "band": "short", "weight": "0.7"},
                                  {"type": "order", "band": "long", "weight": "1.35"}],
                      "band-low": "band_low", "band-high": "band_high", "predicted": "predicted",
                      "marginal": "marginal_percent", "divisor": dice.one(("predicted", "edge"))})
    if dice.often(0.7):
        lines.append({"id": "credit", "title": "Credit", "kind": "credit", **shared,
                      "measure": "plans", "target": "95",
                      "scale": [{"below": "95", "deduct": "0.35"}, {"below": "85", "deduct": "1.1"}]})
    return lines


def caps(dice, lines):
    made = []
    for per in ("line", "cohort", "year-of-formation", "life"):
        if dice.often(0.35):
            over = [line["id"] for line in lines if dice.often(0.8)] or [lines[0]["id"]]
            made.append({"id": f"cap-{per}", "over": over, "per": per, "limit": f"cap_{per[:4]}",
                         "headroom": dice.one(("net", "gross")), **FROM})
            if dice.often(0.3):
                made[-1]["minus"] = "cap_minus"
    return made


def rules(dice, metrics, lines):
    periods = [period for period in ("month", "quarter", "year")
               if any(line["period"] == period for line in lines)]
    if "year" in periods and "quarter" not in periods:
        periods.insert(-1, "quarter")
    return {
        "title": "Made up",
        "cohort": {"periods": periods, "year-members": "sum-of-quarters", "start-types": ["order"]},
        "persons": {"count": "first-start-in-period", "within": "area",
                    "deduplicate": "after-exclusions"},
        "exclude": [], "unmeasurable": [], "transferred": {"treatment": "keep"},
        "follow-up": {"months": 12, "waiting-months": 6, "month-end": "clamp",
                      "last-day": "excluded"},
        "reoffence": {"outcomes": ["conviction"], "same-offence": "once-at-first-proof",
                      "ignore": []},
        "metrics": metrics, "lines": lines, "caps": caps(dice, lines),
        "rounding": {"amount": "penny", "mode": dice.one(("half-even", "half-up", "floor")),
                     "units": dice.one(("none", "none", "integer"))},
        "versions": {"rules-at": "cohort-start", "prices-at": "contract-year-of-cohort-start"},
        "payee": {"rule": dice.one(("provider-at-settlement", "provider-at-formation",
                                    "pro-rata-days", "pro-rata-days")),
                  "formation-day": "last-day", "after-end": "last-provider"},
        "due": {"days-after-settlement": 30},
        "negative-total": {"treatment": dice.one(("invoice", "carry-forward", "set-off"))},
        **FROM,
    }


def write(path, rows):
    columns = list(dict.fromkeys(key for row in rows for key in row))
    with open(path, "w", newline="", encoding="utf-8") as stream:
        out = csv.DictWriter(stream, columns, lineterminator="\n", restval="")
        out.writeheader()
        out.writerows(rows)
    return path


def scale(kind):
    """A rate of about this size, and how far cohorts stray from it."""
    return {BINARY: (48, 6), FREQUENCY: (3.4, 0.8), KINDS[2]: (150, 30), KINDS[3]: (21, 4),
            KINDS[4]: (1, 0.2)}[kind]


def baselines(dice, area, metrics):
    rows = []
    for of in metrics:
        middle, spread = scale(of["kind"])
        for cohort in ("Q1", "Q2", "Q3", "Q4", "annual"):
            rate = dice.random.uniform(middle - spread / 2, middle + spread / 2)
            if of["compare-with"] == "baseline":
                rows.append({"cpa": area, "cohort": cohort, "metric": of["id"], "year": "2011",
                             "cases": dice.number(90, 400), "rate": f"{rate:.4f}",
                             "sd": dice.decimal(2, 5, 3), "ogrs_mean": dice.decimal(44, 52, 4),
                             "lower": f"{rate - spread / 4:.3f}", "upper": f"{rate + spread / 4:.3f}",
                             "terminate": f"{rate + spread / 2:.2f}" if dice.often(0.8) else "",
                             **FROM})
    return rows


def prices(dice, area):
    def row(year):
        return {"cpa": area, "contract_year": year, "price_a": dice.decimal(0, 4000, 2),
                "price_b": dice.decimal(200, 900, 2), "share_percent": dice.decimal(0, 5, 2),
                "fee": dice.decimal(1e5, 9e5, 2), "discount_percent": dice.decimal(0, 9, 2),
                "band_low": "600", "band_high": "640.5", "predicted": "610",
                "marginal_percent": "45", "cap_line": dice.decimal(0, 2e5, 2),
                "cap_coho": dice.decimal(0, 3e5, 2), "cap_year": dice.decimal(0, 5e5, 2),
                "cap_life": dice.decimal(0, 9e5, 2), "cap_minus": dice.decimal(0, 3e4, 2), **FROM}
    return [row("2015/16"), row("life")]


def agreements(dice, area, number):
    changes = dice.one((None, "2015-11-20", "2016-01-15", "2016-09-01"))
    row = {"cpa": area, "from": "2015-02-01", "to": changes or "", "rules": "dice",
           "provider": f"First {number}", "payee": f"First {number} Limited", **FROM}
    if not changes:
        return [row]
    return [row, {**row, "from": changes, "to": "", "provider": "Second", "payee": "Second Limited"}]


def measures(dice, areas, control):
    rows = []
    for area in areas:
        for cohort in QUARTERS:
            for group in ("treated", "control") if control else ("treated",):
                persons = dice.number(40, 400)
                some = dice.number(persons // 3, persons * 3 // 5)
                events = int(some * dice.random.uniform(2, 5))
                rows.append({
                    "cpa": area, "cohort": cohort, "group": group, "starts": persons + 3,
                    "eligible": persons + 1, "measurable": persons, "reoffenders": some,
                    "reoffences": events, "reoffences_squared": events * dice.number(5, 11),
                    "ogrs_sum": f"{persons * dice.random.uniform(44, 53):.2f}",
                    "ogrs_squares": f"{persons * 2900:.2f}",
                    "ogrs_sum_reoffenders": f"{some * 55:.2f}",
                    "days": persons * dice.number(17, 25), "days_squared": persons * 900,
                    "expected": f"{some * dice.random.uniform(0.85, 1.2):.3f}"})
    return rows


class Settlement:
    """Its folder holds the contract, the inputs, and what `settle` writes."""

    def __init__(self, folder, random):
        self.folder, self.dice = pathlib.Path(folder), Dice(random)
        self.contract = self.folder / "contract"
        (self.contract / "rules").mkdir(parents=True)
        self.areas = [f"A{number}" for number in range(1, self.dice.number(1, 2) + 1)]
        metrics = [metric(self.dice, number) for number in range(self.dice.number(1, 3))]
        self.lines = outcomes(self.dice, metrics)
        used = {line["metric"] for line in self.lines}
        self.metrics = [of for of in metrics if of["id"] in used]
        self.months = monthly(self.dice) if self.dice.often(0.4) else []
        self._write_contract()
        self._write_inputs()

    def _write_contract(self):
        dice = self.dice
        made = rules(dice, self.metrics, self.months + self.lines)
        scheme = {"title": "Dice", "description": "made up", "commissioner": "Nobody",
                  "contact": "nobody", "currency": "GBP", "amounts": "exclude VAT",
                  "year-starts": "april", "first-cohort": "2015Q4", "last-cohort": "2016Q1",
                  "documents": [{"id": "dice", "title": "Dice", "where": "nowhere"}],
                  "publication": {"rule": "least-count", "least": 10, "zeros": "shown",
                                  "totals": "withheld-with-a-part"}, **FROM}
        if self.months:
            scheme.update({"first-month": MONTHS[0], "last-month": MONTHS[-1]})
        # JSON is YAML
        (self.contract / "scheme.yaml").write_text(json.dumps(scheme), encoding="utf-8")
        (self.contract / "rules" / "dice.yaml").write_text(json.dumps(made, indent=1),
                                                          encoding="utf-8")
        write(self.contract / "areas.csv", [{"cpa": a, "name": f"Area {a}"} for a in self.areas])
        tables = {"agreements": [row for number, area in enumerate(self.areas)
                                 for row in agreements(dice, area, number)],
                  "baselines": [row for area in self.areas
                                for row in baselines(dice, area, self.metrics)],
                  "prices": [row for area in self.areas for row in prices(dice, area)]}
        if any(row["kind"] == "slices" or row["kind"] == "steps" for row in self._payoffs()):
            tables["steps"] = [{"table": table, "at_least": at, "value": value, **FROM}
                               for table in ("steps", "slices")
                               if any(row.get("table") == table for row in self._payoffs())
                               for at, value in ((0, 20), (2, 55.5), (7.5, 130))]
        if any("index" in line for line in self.months):
            tables["indices"] = [{"series": "cpi", "contract_year": year, "value": value, **FROM}
                                 for year, value in (("2014/15", "99.8"), ("2015/16", "101.3"))]
        for name, rows in tables.items():
            columns = ["cpa", "cohort", "metric", "year", "cases", "rate", "sd", "ogrs_mean", "lower",
                       "upper", "terminate", "clause", "source", "status"]
            write(self.contract / f"{name}.csv", rows or [dict.fromkeys(columns)])
            if not rows:
                (self.contract / f"{name}.csv").write_text(",".join(columns) + "\n")

    def _payoffs(self):
        return [line[result] for line in self.lines for result in ("better", "neither", "worse")
                if result in line]

    def _write_inputs(self):
        dice = self.dice
        control = any(of["compare-with"] == "control" for of in self.metrics)
        self.metrics_file = write(self.folder / "metrics.csv", measures(dice, self.areas, control))
        self.extra = []
        kinds = {line["kind"] for line in self.months}
        if "volume" in kinds:
            self.extra += ["--volumes", write(self.folder / "volumes.csv", [
                {"cpa": area, "month": month, "sentence_type": "order", "band": band,
                 "starts": dice.number(30, 75)}
                for area in self.areas for month in MONTHS for band in ("short", "long")])]
        if "credit" in kinds:
            self.extra += ["--service-levels", write(self.folder / "levels.csv", [
                {"cpa": area, "month": month, "measure": "plans",
                 "numerator": dice.number(150, 200), "denominator": 200}
                for area in self.areas for month in MONTHS])]

    def cohorts(self):
        periods = {line["period"] for line in self.lines}
        named = [cohort for cohort in QUARTERS if "quarter" in periods]
        named += ["2015/16"] if "year" in periods else []
        return named + (["2015-10..2016-03"] if self.months else [])

    def _others(self):
        if not self.dice.often(0.2):
            return []
        return ["--other-lines", write(self.folder / "others.csv", [
            {"id": "R-1", "payee": "Second Limited", "description": "ruling",
             "amount": self.dice.decimal(-9e4, 9e4, 2), "authority": "judge", "date": "2018-01-02",
             "reason": "dispute"}])]

    def _decisions(self):
        if not self.dice.often(0.25):
            return []
        line = self.dice.one([line for line in self.lines])
        cohort = "2015/16" if line["period"] == "year" else "2015Q4"
        return ["--decisions", write(self.folder / "decisions.csv", [
            {"cpa": self.areas[0], "cohort": cohort, "line": line["id"], "payee": "",
             "disposition": self.dice.one(("waive", "hold", "cancel")), "authority": "head",
             "date": "2018-01-03", "reason": "agreed"}])]

    def settle(self, name="settled", cohorts=None, as_at="2018-01-26", previous=None, extra=()):
        out = self.folder / name
        history = ["--previous", *previous] if previous else ["--first-of-year"]
        done = subprocess.run(
            [PROGRAM, "settle", "--contract", self.contract, "--metrics", self.metrics_file,
             "--cohorts", ",".join(cohorts or self.cohorts()), "--as-at", as_at, "--out", out,
             "--quiet", *self.extra, *history, *extra],
            capture_output=True, text=True, check=False)
        return out if done.returncode == 0 else None, done.stderr

    def settle_in_steps(self):
        """The folders of one to three settlements; none, and why, where the contract is refused."""
        named = self.cohorts()
        extra = self._others() + self._decisions()
        if len(named) == 1 or not self.dice.often(0.3):
            out, why = self.settle(extra=extra)
            if "name the payee" in why:  # the line is shared: without the decision then
                out, why = self.settle(extra=[])
            return [out] if out else [], why
        first, why = self.settle("first", cohorts=named[:1], as_at="2017-12-26")
        if not first:
            return [], why
        second, why = self.settle("second", cohorts=named[1:] if self.dice.often(0.4) else named,
                                  previous=[first], extra=extra)
        if "name the payee" in why:
            second, why = self.settle("second", cohorts=named, previous=[first])
        if not second or self.dice.often():
            return [folder for folder in (first, second) if folder], why
        third, why = self.settle("third", cohorts=named, as_at="2018-03-26",
                                 previous=[first, second])
        return [folder for folder in (first, second, third) if folder], why
