#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`explain` of every figure of every kind of settlement. Each figure is worked out again from the
leaves of its derivation, by the formulas that it tells and with arithmetic of its own (fractions,
and own quantiles), and is the cell of payments.csv, results.csv or balances.csv. Each leaf is looked
up: the count in metrics.csv, the baseline, price, step or index in the contract's table with its
clause, source and status, the term on the line of the rules that is named."""
import csv
import html.parser
import json
import math
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

sys.dont_write_bytecode = True
ROOT = Path(__file__).resolve().parents[2]
os.chdir(ROOT)
import sample_runs  # noqa: E402

PROGRAM = os.environ.get("PBRCALC", "build/pbrcalc")
FORMAT = "pbrcalc-explain-1"
NEAR = 1e-9  # of what rests on a quantile or a square root
WIDTH = 100
FOUND, NOT_DONE = 1, 2
# What only the engine can tell: resampled limits, spans of months, hurdles over a pool, no result.
OF_ENGINE = {"resampled_lower", "resampled_upper", "lower_error", "upper_error", "span_months",
             "takes_residue", "hurdle_met", "baseline_cases", "gated", "result", "lower", "upper",
             "change"}
problems = []


def problem(*words):
    problems.append(" ".join(map(str, words)))


def explain(*words):
    return subprocess.run([PROGRAM, "explain", *map(str, words)], capture_output=True, text=True,
                          check=False)


def table(path):
    with open(path, newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


# --- the arithmetic ------------------------------------------------------------------------------

def incomplete_beta(x, a, b):
    """Regularised, by its continued fraction (modified Lentz)."""
    if x > (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(1 - x, b, a)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x)
                     + b * math.log1p(-x)) / a
    tiny = 1e-300
    c, d = 1.0, 1 / max(1 - (a + b) * x / (a + 1), tiny)
    value = d
    for m in range(1, 500):
        for factor in (m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
                       -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))):
            d = 1 / (1 + factor * d or tiny)
            c = 1 + factor / c or tiny
            value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return front * value


def beta_quantile(p, a, b):
    low, high = 0.0, 1.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if incomplete_beta(middle, a, b) < p else (low, middle)
    return (low + high) / 2


def half_even(value, places):
    return Fraction(round(Fraction(value) * 10**places), 10**places)


def half_up(value):
    value = Fraction(value)
    return (1 if value > 0 else -1) * (abs(value) + Fraction(1, 2)).__floor__()


DO = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b if b else None,
    "negate": lambda a: -a,
    "less": lambda a, b: a < b,
    "more": lambda a, b: a > b,
    "at-most": lambda a, b: a <= b,
    "at-least": lambda a, b: a >= b,
    "equal": lambda a, b: a == b,
    "unequal": lambda a, b: a != b,
    "min": min,
    "max": max,
    "and": lambda *all_of: all(all_of),
    "or": lambda *any_of: any(any_of),
    "round": lambda value, places: half_even(value, int(places)),
    "half_even": lambda value: half_even(value, 0),
    "half_up": half_up,
    "floor": lambda value: Fraction(math.trunc(value)),
    "steady": lambda value, places: value,
    "sqrt": lambda value: math.sqrt(max(value, 0)),
    "normsinv": lambda p: statistics.NormalDist().inv_cdf(float(p)),
    "betainv": lambda p, a, b: beta_quantile(float(p), float(a), float(b)),
    "sum": lambda *parts: sum(parts),
}


def mixed(values):
    """Floating point as soon as one is."""
    if any(isinstance(value, float) for value in values):
        return [float(value) if isinstance(value, Fraction) else value for value in values]
    return values


class Derivation:
    """The nodes of one answer, each worked out from those that it names."""

    def __init__(self, answer):
        self.nodes = {node["name"]: node for node in answer["nodes"]}
        self.known = {}

    @staticmethod
    def told(node):
        value = node["value"]
        if value is None:
            return None
        if "exact" in value:
            return Fraction(value["exact"])
        return value.get("word", value.get("number"))

    def formula(self, expression, node):
        if "node" in expression:
            if expression["node"] not in node["parts"]:
                problem(node["name"], "does not list its part", expression["node"])
            return self.value(expression["node"])
        if "constant" in expression:
            return Fraction(expression["value"]) if "value" in expression else expression["word"]
        if "not_taken" in expression:
            problem(node["name"], "needs the branch not taken,", expression["not_taken"])
            return None
        operands = expression["with"]
        if expression["do"] == "if":
            return self.formula(operands[1 if self.formula(operands[0], node) else 2], node)
        values = mixed([self.formula(operand, node) for operand in operands])
        return None if None in values else DO[expression["do"]](*values)

    def value(self, name):
        if name not in self.known:
            node = self.nodes[name]
            value = self.told(node)
            if "formula" in node:
                own = self.formula(node["formula"], node)
                if not same(own, value):
                    problem(name, "is told as", value, "and follows as", own)
                value = own
            self.known[name] = value
        return self.known[name]


def same(own, told):
    if isinstance(own, float) or isinstance(told, float):
        return told is not None and abs(float(own) - float(told)) < NEAR * max(1, abs(told))
    return own == told


# --- cells ---------------------------------------------------------------------------------------

def decimals(value, places):
    scaled = round(Fraction(value) * 10**places)
    digits = str(abs(scaled)).zfill(places + 1)
    return ("-" if scaled < 0 else "") + digits[:-places] + "." + digits[-places:]


def as_cell(value, column):
    """A value as the tables write it; limits of floating point are compared apart."""
    if value is None or isinstance(value, str):
        return value or ""
    if column.endswith("_pence") or column in ("cases", "total"):
        return str(Fraction(value))
    return decimals(value, 2 if column == "unit_price" else 10)


def agrees(value, cell, column):
    if isinstance(value, float) and cell:
        return abs(value - float(cell)) < (1e-8 if column.endswith("_error") else NEAR)
    if cell == as_cell(value, column):
        return True
    # Places of a limit that is not rounded by the contract end in floating point.
    numeric = column in ("lower", "upper") and isinstance(value, Fraction) and cell
    return bool(numeric) and abs(value - Fraction(cell)) < NEAR


def cells(folder):
    """Every figure's name and cell, as the tables have them."""
    keys = ("cpa", "cohort", "line")
    rows = table(folder / "payments.csv")
    lines = [tuple(row[key] for key in keys) for row in rows]
    for row, line in zip(rows, lines):
        share = f"/{row['payee']}" if lines.count(line) > 1 else ""
        for column in row:
            if column not in keys:
                yield "/".join((*line, column)) + share, column, row[column]
    for row in table(folder / "results.csv"):
        for column in row:
            if column not in (*keys, "clause", "rules"):
                line = "/".join(row[key] for key in keys)
                yield f"{line}/{column}", column, row[column]
    for row in table(folder / "balances.csv"):
        yield f"{row['payee']}/total", "total", row["total_pence"]
        for column in list(row)[2:]:
            yield f"{row['payee']}/{column}", column, row[column]


# --- leaves --------------------------------------------------------------------------------------

def number(text):
    return Fraction(text) if text else None


class Leaves:
    """What leaves may say, by name, from the folder's own files."""

    def __init__(self, folder):
        self.folder, self.contract = folder, folder / "inputs" / "contract"
        self.values, self.provenance = {}, {}
        self.lines = {}
        for row in table(folder / "metrics.csv"):
            group = "/control" if row.get("group") == "control" else ""
            for column, text in row.items():
                self.put(f"metrics.csv/{row['cpa']}/{row['cohort']}{group}/{column}", text)
        for row in table(folder / "attrition.csv"):
            self.put("attrition.csv/" + "/".join(row[key] for key in ("cpa", "cohort", "stage",
                                                                     "reason")) + "/starts",
                     row["starts"], row)
        for row in self.rows("baselines"):
            for column in ("cases", "rate", "sd", "ogrs_mean", "lower", "upper", "terminate"):
                self.put("baselines.csv/" + "/".join(row[key] for key in ("cpa", "cohort", "metric",
                                                                         "year")) + "/" + column,
                         row[column], row)
        for row in self.rows("prices"):
            for column in list(row)[2:-3]:
                self.put(f"prices.csv/{row['cpa']}/{row['contract_year']}/{column}", row[column],
                         row)
        for row in self.rows("indices"):
            self.put(f"indices.csv/{row['series']}/{row['contract_year']}", row["value"], row)
        self.steps()
        self.earlier()
        for row in table(folder / "other.csv"):
            for column in ("amount_pence", "previous_pence"):
                self.put(f"other.csv/{row['id']}/{column}", row[column], row)
        self.monthly()

    def put(self, name, text, row=None):
        self.values[name] = text
        self.provenance[name] = row or {}

    def rows(self, name):
        path = self.contract / f"{name}.csv"
        return table(path) if path.exists() else []

    def steps(self):
        names = {row["table"] for row in self.rows("steps")}
        for name in names:
            rows = sorted((row for row in self.rows("steps") if row["table"] == name),
                          key=lambda row: Fraction(row["at_least"]))
            for index, row in enumerate(rows, 1):
                for column in ("at_least", "value"):
                    self.put(f"steps.csv/{name}/{index}/{column}", row[column], row)

    def earlier(self):
        for row in table(self.folder / "earlier.csv"):
            for column in ("computed_pence", "due_pence"):
                key = (row[name] for name in ("settlement", "cpa", "cohort", "line", "payee"))
                self.put("earlier.csv/" + "/".join(key) + "/" + column, row[column])

    def input(self, role):
        manifest = json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))
        for index, fact in enumerate(manifest["inputs"], 1):
            if fact["role"] == role:
                return table(self.folder / "inputs" / f"{index:02d}-{fact['name']}")
        return []

    def version(self, area, month):
        first = month + "-01"
        return next((row["rules"] for row in self.rows("agreements") if row["cpa"] == area and
                     row["from"] <= first and (not row["to"] or first < row["to"])), None)

    def monthly(self):
        sums = {}
        for row in self.input("volumes"):
            year, month = map(int, row["month"].split("-"))
            first = year if month >= 4 else year - 1
            name = "/".join(("volumes.csv", row["cpa"], f"{first}/{(first + 1) % 100:02d}",
                             str(self.version(row["cpa"], row["month"])), row["sentence_type"],
                             row["band"]))
            sums[name] = sums.get(name, 0) + int(row["starts"])
        for name, starts in sums.items():
            self.put(name, str(starts))
        for row in self.input("service-levels"):
            for column in ("numerator", "denominator"):
                self.put("/".join(("service-levels.csv", row["cpa"], row["month"], row["measure"],
                                   column)), row[column])

    def line(self, path, index):
        if path not in self.lines:
            self.lines[path] = (self.contract / path).read_text(encoding="utf-8").splitlines()
        return self.lines[path][int(index) - 1]

    def check(self, node, value):
        kind, name = node["kind"], node["name"]
        facts = node.get("facts", {})
        if kind == "term":
            path, index = facts["row"].split(", line ")
            text = self.line(path, index)
            if Derivation.told(node) not in words_of(text):
                problem(name, "is", node["text"], "and not on line", index, "of", path, ":", text)
        elif name in self.values:
            text = self.values[name]
            if number(text) != value:
                problem(name, "is told as", value, "and stands as", text)
            for fact in ("clause", "source", "status"):
                if fact in self.provenance[name] and facts.get(fact) != self.provenance[name][fact]:
                    problem(name, "has another", fact, facts.get(fact))
        elif kind == "engine":
            if name.rsplit("/", 1)[1] not in OF_ENGINE or not node.get("note"):
                problem(name, "is the engine's word alone")
        elif kind == "agreement" and name.startswith("agreements.csv/"):
            area, first = name.split("/")[1:]
            if not any(row["cpa"] == area and row["from"] == first and row["rules"] == value
                       for row in self.rows("agreements")):
                problem(name, "is no agreement")
        elif kind in ("count", "attrition", "baseline", "price", "step", "index", "volume",
                      "service-level", "other-line"):
            if value is not None:
                problem(name, "stands in no table")
        elif not node.get("note") and not facts and not node.get("terms") and not node.get("parts"):
            problem(name, "says nothing of where it comes from")


def words_of(text):
    """The values that a line of YAML may hold: words, and what stands between quotes or commas."""
    parts = re.split(r"[,{}\[\]]|: |#", text) + [text.split(": ", 1)[-1]]
    plain = {part.strip().strip("\"'- ").strip("\"'") for part in parts}
    numbers = {Fraction(part) for part in plain if re.fullmatch(r"-?\d+(\.\d+)?", part)}
    return plain | numbers


# --- whole settlements ---------------------------------------------------------------------------

def check_folder(what, folder):
    done = explain(folder, "--all", "--json")
    if done.returncode != 0:
        problem(what, "explain --all exits", done.returncode, done.stderr.strip())
        return 0
    answer = json.loads(done.stdout)
    if answer["format"] != FORMAT:
        problem(what, "has format", answer["format"])
    derivation, leaves = Derivation(answer), Leaves(folder)
    figures = {figure["figure"]: figure for figure in answer["figures"]}
    expected = list(cells(folder))
    for name, column, cell in expected:
        if name not in figures:
            problem(what, name, "is not explained")
            continue
        figure = figures[name]
        value = derivation.value(figure["node"])
        if figure["recorded"] != cell or figure["differs"]:
            problem(what, name, "is recorded as", figure["recorded"], "and stands as", cell)
        if not agrees(value, cell.removeprefix("'"), column):
            problem(what, name, "stands as", cell, "and follows as", value)
    check_nodes(what, derivation, leaves)
    check_named(what, folder, derivation, leaves)
    check_payees(what, derivation, leaves)
    return len(expected)


def check_payees(what, derivation, leaves):
    """Under provider-at-settlement the agreement shown is the one in force on that day."""
    for row in table(leaves.folder / "payments.csv"):
        node = derivation.nodes.get("/".join((row["cpa"], row["cohort"], row["line"], "payee")))
        if not node or not any(derivation.nodes[name]["value"] ==
                               {"word": "provider-at-settlement"} for name in node["terms"]):
            continue
        day = row["settlement"][:10]
        then = [f"agreements.csv/{row['cpa']}/{agreement['from']}"
                for agreement in leaves.rows("agreements") if agreement["cpa"] == row["cpa"]
                and agreement["from"] <= day and (not agreement["to"] or day < agreement["to"])]
        if then and node["parts"] != then:
            problem(what, node["name"], "rests on", node["parts"], "and not on", then)


PLAIN = str.maketrans({"×": "*", "÷": "/", "−": "-", "%": None, "£": None, "$": None, ",": None})


def check_words(what, node, value):
    """Where a formula's numbers are plain arithmetic, what is written comes to the value."""
    text = node.get("numbers", "").translate(PLAIN).replace(" pence", "")
    if not text or not re.fullmatch(r"[-+*/(). 0-9]+", text) or isinstance(value, str):
        return
    # Literals have at most ten decimals, and sums in pounds come to pence.
    written = eval(text, {"__builtins__": {}})  # noqa: S307
    size = max([1.0] + [abs(float(part)) for part in re.findall(r"[0-9.]+", text)])
    if not any(abs(written * unit - float(value)) <= 1e-6 * max(size, abs(float(value)))
               for unit in (1, 100)):
        problem(what, node["name"], "is written", node["numbers"], "and is", value)


def check_nodes(what, derivation, leaves):
    measured = any(name.startswith("attrition.csv/") for name in leaves.values)
    for name, node in derivation.nodes.items():
        value = derivation.value(name)
        if node["told"] and value is not None:
            check_words(what, node, value)
        if measured and re.fullmatch("metrics.csv/.*/measurable", name) and "formula" not in node:
            problem(what, name, "does not say what was left out")
        if node["told"] and ("formula" not in node or name in leaves.values):
            leaves.check(node, value)
        if node["told"] and node["unit"] in ("pounds", "pence") and isinstance(value, float):
            problem(what, name, "is money in floating point")


# Lines that a run did not settle itself and whose amounts it used: no table has them.
ADOPTED = {"part": ["X02/2015Q4/frequency/capped_pence"]}


def check_named(what, folder, derivation, leaves):
    """What is named and told elsewhere can be asked for by that name, and comes to the same."""
    named = [name for name, node in derivation.nodes.items() if not node["told"]]
    asked = named + ADOPTED.get(what, [])
    if not asked:
        return
    done = explain(folder, *asked, "--json")
    if done.returncode != 0:
        problem(what, "does not explain what it names:", done.stderr)
        return
    more = Derivation(json.loads(done.stdout))
    check_nodes(what, more, leaves)
    for name in named:
        if not more.nodes[name]["told"] or more.value(name) != derivation.value(name):
            problem(what, name, "is named as", derivation.value(name), "and told otherwise")


# Other tests, payees and caps for the worked example.
BINARY_TEST = """      kind: given
      round-thresholds: none
      round-rate: none
      minimum-cohort: 0
    better: {kind: per-unit, from: baseline, price: binary_price}"""
FREQUENCY_TEST = """      kind: given
      round-thresholds: none
      round-rate: none
      minimum-cohort: 0
    gate: {line: binary, result: [better]"""
TESTS = {
    "two-sample": "kind: two-sample-z, level: 0.5, sides: 2, variance: pooled, "
                  "round-thresholds: 4",
    "unpooled": "kind: two-sample-z, level: 0.5, sides: 1, variance: unpooled, "
                "round-thresholds: 5",
    "wilson": "kind: wilson, level: 0.6, sides: 2, around: baseline, round-thresholds: 3",
    "wilson-cohort": "kind: wilson, level: 0.6, sides: 2, around: cohort, round-thresholds: 3",
    "clopper": "kind: clopper-pearson, level: 0.6, sides: 2, around: baseline, "
               "round-thresholds: 6",
    "clopper-cohort": "kind: clopper-pearson, level: 0.6, sides: 2, around: cohort, "
                      "round-thresholds: 6",
    "residual": "kind: one-sample-z, level: 0.5, sides: 2, variance: residual, "
                "round-thresholds: 4",
}
BOOTSTRAP = ("kind: bootstrap, level: 0.5, sides: 2, replicates: 500, seed: 7, generator: mt19937, "
             "quantile: linear, round-thresholds: 6")
MEAN = "kind: normal-mean, level: 0.5, sides: 2, sd: cohort, round-thresholds: 6"
CAPS = """  - id: each
    over: [binary, frequency]
    per: line
    limit: fee_for_service
    headroom: gross
    clause: made up
    source: worked
    status: illustrative
  - id: quarter
    over: [binary, frequency]
    per: cohort
    limit: maximum_annual_payment
    minus: fee_for_service
    headroom: gross
    clause: made up
    source: worked
    status: illustrative
"""


def replaced(text, old, new):
    if old not in text:
        raise SystemExit(f"the worked example does not hold {old!r}")
    return text.replace(old, new, 1)


def edit(path, change):
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


def changed(folder, name, change, agreements=lambda text: text):
    """The worked example's contract with other rules and parties."""
    contract = folder / f"{name}-contract"
    shutil.copytree("fixtures/worked/contract", contract)
    edit(contract / "rules" / "worked.yaml", change)
    edit(contract / "agreements.csv", agreements)
    return contract


def variant(folder, name, change):
    return sample_runs.worked(folder / name, changed(folder, name, change))


def make_shares(folder):
    """A line is split between payees; settled again at another price; once more with one payee, who
    then has what others were paid; and only the year, whose cap looks at what two runs settled."""
    def again(name, contract, day, *earlier, cohorts=sample_runs.ALL):
        return sample_runs.settle(folder / name, contract, "--previous", *earlier,
                                  cohort="fixtures/worked/cohort.csv",
                                  reoffences="fixtures/worked/reoffences.csv",
                                  snapshot="2017-12-31", cohorts=cohorts, as_at=day)

    def split(text):
        return replaced(text, "rule: provider-at-settlement", "rule: pro-rata-days")

    def parties(text):
        return text.replace("2017-06-01", "2015-11-17")

    first = sample_runs.worked(folder / "shares", changed(folder, "shares", split, parties))
    dearer = changed(folder, "dearer", split, parties)
    edit(dearer / "prices.csv", lambda text: text.replace("1000.03", "1100.07"))
    second = again("dearer", dearer, "2018-03-31", first)
    one = changed(folder, "one", lambda text: text, parties)
    edit(one / "prices.csv", lambda text: text.replace("1000.03", "900.01"))
    third = again("one", one, "2018-05-31", first, second)
    part = again("part", dearer, "2018-05-31", first, second, cohorts="2015/16")
    return {"shares": first, "dearer": second, "one": third, "part": part}


def flow_test(test, least=0):
    return f"    test: {{{test}, round-rate: none, minimum-cohort: {least}}}\n"


def compare_with_a_cohort(text):
    """The binary rate is held against that of an earlier cohort, which has its scores too."""
    text = replaced(text, 'compare-with: baseline\n    baseline: "2011"\n    adjust: '
                    "score-difference\n    reference: same-row",
                    "compare-with: cohort\n    cohort: 2015Q4\n    adjust: score-difference\n"
                    "    reference: same-row")
    return replaced(text, "    test:\n" + BINARY_TEST, flow_test("kind: none, "
                    "round-thresholds: none") + BINARY_TEST.rsplit("\n", 1)[1])


def make_variants(folder):
    for name, test in TESTS.items():
        def change(text, name=name, test=test):
            text = replaced(text, "    test:\n" + BINARY_TEST, flow_test(test)
                            + BINARY_TEST.rsplit("\n", 1)[1])
            other = BOOTSTRAP if "cohort" in name else MEAN
            if other is BOOTSTRAP:  # whose limits stand around the cohort
                text = replaced(text, "from: threshold", "from: baseline")
            return replaced(text, "    test:\n" + FREQUENCY_TEST, flow_test(other)
                            + FREQUENCY_TEST.rsplit("\n", 1)[1])
        yield name, variant(folder, name, change)
    yield from make_shares(folder).items()
    yield "caps", variant(
        folder, "caps",
        lambda text: replaced(replaced(replaced(text, "mode: half-even", "mode: half-up"),
                                       "headroom: net", "headroom: gross"),
                              "\nrounding:", CAPS + "\nrounding:"))
    yield "net", variant(
        folder, "net",
        lambda text: replaced(replaced(replaced(text, "mode: half-even", "mode: floor"),
                                       "units: none", "units: integer"),
                              "    clause: worked example, line 3",
                              "    net-of: [binary]\n    clause: worked example, line 3"))
    yield "cohort", variant(folder, "cohort", compare_with_a_cohort)
    yield "too-small", variant(
        folder, "too-small", lambda text: text.replace("minimum-cohort: 0", "minimum-cohort: 11"))


# --- text and page -------------------------------------------------------------------------------

class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.ids, self.links, self.text = [], set(), [], []

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag in ("script", "link", "img", "iframe") or "src" in attributes:
            problem("the page is not self-contained:", tag)
        if tag == "html" and attributes.get("lang") != "en":
            problem("the page does not say its language")
        if tag == "details" and "open" not in attributes:
            problem("a part of the page would not print")
        self.links += [attributes["href"]] if "href" in attributes else []
        if attributes.get("id") in self.ids:
            problem("the page has two of", attributes["id"])
        self.ids |= {attributes["id"]} if "id" in attributes else set()
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            problem("the page's", tag, "ends out of turn")

    def handle_data(self, data):
        self.text.append(data)


def check_page(folder, figure):
    text = explain(folder, figure, "--html").stdout
    page = Page()
    page.feed(text)
    if re.search(r"<(?![a-z/!])", text):
        problem("the page of", figure, "has a bare <")
    if page.open or "doctype" not in text[:15].lower() or "://" in text:
        problem("the page of", figure, "is not whole, or names the network")
    for link in page.links:
        if link[0] != "#" or link[1:] not in page.ids:
            problem("the page of", figure, "links to nothing:", link)
    return "".join(page.text)


COMPARED = re.compile(r"\? (yes|no) \((\S+) ([<>≤≥=≠]) (\S+)\)$", re.M)
COMPARE = {"<": "less", ">": "more", "≤": "at-most", "≥": "at-least", "=": "equal", "≠": "unequal"}


def check_conditions(text):
    """A condition is told as its numbers have it."""
    for answer, left, sign, right in COMPARED.findall(text):
        sides = [Fraction(side.translate(PLAIN)) for side in (left, right)]
        if DO[COMPARE[sign]](*sides) != (answer == "yes"):
            problem("told that", left, sign, right, answer)


def check_telling(folder):
    for row in table(folder / "payments.csv"):
        figure = "/".join((row["cpa"], row["cohort"], row["line"], "due_pence"))
        done = explain(folder, figure)
        lines = done.stdout.splitlines()
        pence = int(row["due_pence"])
        pounds = f"{'-' if pence < 0 else ''}£{abs(pence) // 100:,}.{abs(pence) % 100:02d}"
        if done.returncode != 0 or lines[0] != f"{figure} is {pounds}":
            problem(figure, "is told as", lines[:1], done.stderr)
        check_conditions(done.stdout)
        for line in lines:
            if len(line) > WIDTH:
                problem(figure, "has a line of", len(line), "columns:", line)
        if pounds not in check_page(folder, figure):
            problem("the page of", figure, "does not say", pounds)


# --- what cannot be told -------------------------------------------------------------------------

def refused(folder, wanted, *words, status=NOT_DONE):
    done = explain(folder, *words)
    if done.returncode != status or wanted not in done.stderr:
        problem("explain", *words, "exits", done.returncode, "and says", done.stderr.strip(),
                "instead of", wanted)


def check_unknown(folder):
    near = {"X1/2015Q4/binary/due_pence": "did you mean \"X01\"",
            "X1x/2015Q4/binary/due_pence": "no area \"X1x\"",
            "X01/2015Q4/binary": "the field is missing",
            "X01": "the cohort is missing",
            "X01/2015Q4/binary/due": "did you mean \"due_pence\"",
            "X01/2015Q4/binary/due_pence/": "the share of the payee is missing",
            "X01/2015Q4/binary/due_pence/Alder Probation Limited/x": "no share of the payee",
            "X01/2015Q4/binary/Alder Probation Limited/due_pence":
                "did you mean \"X01/2015Q4/binary/due_pence/Alder Probation Limited\"",
            "Alder/total": "did you mean \"Alder Probation Limited\"",
            "Alder Probation Limited": "the field of a payee is missing",
            "Alder Probation Limited/total/": "did you mean \"total\"",
            "X01/2015Q5/binary/due_pence": "did you mean \"2015Q4\"",
            "X01/2015/17/binary-year/due_pence": "did you mean \"2015/16\"",
            "X01/2015Q4/binery/due_pence": "did you mean \"binary\"",
            "X01/2015Q4/binary/due_penc": "did you mean \"due_pence\"",
            "X01/2015Q4/binary-year/due_pence": "is not settled there",
            "X01/2015Q4/binary/due_pence/Alder Probation Limted": "Alder Probation Limited",
            "Alder Probation Limted/total": "did you mean \"Alder Probation Limited\"",
            "Alder Probation Limited/totl": "did you mean \"total\""}
    for figure, wanted in near.items():
        refused(folder, wanted, figure)
    refused(folder, "give one of them", "X01/2015Q4/binary/due_pence", "--json", "--html")
    refused(folder, "name a figure", "--json")
    listed = explain(folder)
    for row in table(folder / "payments.csv"):
        if "/".join((row["cpa"], row["cohort"], row["line"])) not in listed.stdout:
            problem("the list lacks", row)
    if listed.returncode != 0 or "Alder Probation Limited/total" not in listed.stdout:
        problem("the list lacks a payee")


def check_in_time(folder):
    """The aim is 50 ms; twice that is allowed here, where others may use the machine."""
    taken = []
    for _ in range(10):
        begun = time.monotonic()
        explain(folder, "C02/2015Q4/binary/due_pence")
        taken.append(time.monotonic() - begun)
    print(f"explain of the national quarter took {1000 * min(taken):.0f} ms")
    if min(taken) > 0.1:
        problem("explain of the national quarter took", min(taken), "s")


def edited(folder, copy, name, change):
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy)
    path = copy / name
    text = path.read_text(encoding="utf-8")
    path.write_text(change(text), encoding="utf-8")
    return path


def check_edited(folder, copy):
    figure = "X01/2015Q4/binary/due_pence"
    for name in ("payments.csv", "results.csv", "balances.csv", "metrics.csv", "attrition.csv",
                 "earlier.csv", "inputs/contract/prices.csv", "inputs/contract/rules/worked.yaml"):
        path = edited(folder, copy, name, lambda text: text + "\n")
        refused(copy, str(path), figure)
        path.unlink()
        refused(copy, str(path), figure)
    # With its digest put right, an edited table is found by its figures.
    path = edited(folder, copy, "payments.csv", lambda text: text.replace(",460012,", ",460013,"))
    manifest = copy / "manifest.json"
    facts = json.loads(manifest.read_text(encoding="utf-8"))
    for output in facts["outputs"]:
        if output["name"] == "payments.csv":
            output["sha256"] = subprocess.run(["sha256sum", path], capture_output=True, text=True,
                                              check=True).stdout.split()[0]
    manifest.write_text(json.dumps(facts), encoding="utf-8")
    refused(copy, "the folder has \"460013\"", figure, status=FOUND)
    done = explain(copy, "X01/2015Q4/binary/units")
    if done.returncode != 0:
        problem("a figure that did not change exits", done.returncode, done.stderr)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        runs = {**sample_runs.make(folder), **dict(make_variants(folder))}
        figures = sum(check_folder(*run) for run in runs.items())
        check_telling(runs["worked"])
        check_unknown(runs["worked"])
        check_in_time(runs["first"])
        check_edited(runs["worked"], folder / "copy")
    for line in problems[:40]:
        print(line)
    print(f"{figures} figures of {len(runs)} settlements, {len(problems)} problems")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
