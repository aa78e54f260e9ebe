#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What-if sides against settlements. A side without changes comes to the settlement's own figures, and
a side with changes to those of a contract in whose files the same changes were written by hand, to
the penny and for every payee, area and line: also where who counts changes, from the extracts."""
import csv
import json
import os
import pathlib
import pty
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from fractions import Fraction

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("PBRCALC", ROOT / "build/pbrcalc")).resolve()
WORKED = ROOT / "fixtures/worked"
TR = ROOT / "contracts/transforming-rehabilitation"
HEAD = "title: A test\nauthor: Nobody\n"


def run(*arguments, status=0):
    done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True,
                          check=False)
    if done.returncode != status:
        sys.exit(f"{arguments}: status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout if status == 0 else done.stderr


def told(folder, text, name="scenario.yaml"):
    """What a scenario says is due on both sides: in all, by payee, area and line."""
    path = folder / name
    path.write_text(HEAD + text, encoding="utf-8")
    answer = json.loads(run("whatif", path, "--json"))
    found = {row["name"] or "total": row for row in answer["sums"]}
    found |= {(row["cpa"], row["cohort"], row["line"]): row for row in answer["lines"]}
    return {name: (row["base_due_pence"], row["instead_due_pence"])
            for name, row in found.items()}


def due(folder):
    """The same of a settlement folder, from its payments.csv."""
    sums = defaultdict(int)
    with open(folder / "payments.csv", newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            line = row["cpa"], row["cohort"], row["line"]
            for name in (row["payee"], row["cpa"], "total", line):
                sums[name] += int(row["due_pence"])
    return dict(sums)


def compare(what, found, expected, side):
    names = {name for name in set(found) | set(expected)
             if found.get(name, (0, 0))[side] or expected.get(name)}
    for name in names:
        if found.get(name, (0, 0))[side] != expected.get(name, 0):
            sys.exit(f"{what}: {name}: {found.get(name)} is told, {expected.get(name)} is due")
    if not expected["total"]:
        sys.exit(f"{what}: nothing is due, so that nothing is shown")


# --- changes by hand -----------------------------------------------------------------------------

def replace(name, old, new, count=1):
    def edit(contract):
        path = contract / name
        text = path.read_text(encoding="utf-8")
        if text.count(old) < count:
            sys.exit(f"{name} does not say {old}")
        path.write_text(text.replace(old, new), encoding="utf-8")
    return edit


def decimal(value):
    """The shortest decimal of a fraction that has one."""
    places = 0
    while (value * 10 ** places).denominator != 1:
        places += 1
    digits = str(abs(int(value * 10 ** places))).rjust(places + 1, "0")
    text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return ("-" if value < 0 else "") + text


def cells(name, column, change, **keys):
    def edit(contract):
        path, edited = contract / name, 0
        with open(path, newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        for row in rows:
            if row[column] and all(row[key] == value for key, value in keys.items()):
                row[column] = decimal(change(Fraction(row[column])))
                edited += 1
        if not edited:
            sys.exit(f"{name}: no row is {keys}")
        with open(path, "w", newline="", encoding="utf-8") as file:
            out = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
            out.writeheader()
            out.writerows(rows)
    return edit


def without(name, group, rule):
    """An entry of a list of filters taken out."""
    def edit(contract):
        path = contract / name
        text = path.read_text(encoding="utf-8")
        head, rest = text.split(f"\n{group}:", 1)
        kept = re.sub(rf"\n( +)- id: {rule}\n(?:\1  .*\n)+", "\n", rest, count=1)
        if kept == rest:
            sys.exit(f"{name}: {group} has no {rule}")
        path.write_text(f"{head}\n{group}:{kept}", encoding="utf-8")
    return edit


RULES = "rules/worked.yaml"
# A name, what the scenario says, and the same by hand.
BY_HAND = [
    ("a price", '{term: "prices[*,2015/16].binary_price", times: "1.2"}',
     [cells("prices.csv", "binary_price", lambda x: x * Fraction("1.2"), contract_year="2015/16")]),
    ("one area's price", '{term: "prices[X03].frequency_year_price", set: "123.45"}',
     [cells("prices.csv", "frequency_year_price", lambda _: Fraction("123.45"), cpa="X03")]),
    ("a maximum", '{term: "prices[X01].maximum_annual_payment", plus: "-3000"}',
     [cells("prices.csv", "maximum_annual_payment", lambda x: x - 3000, cpa="X01")]),
    ("a level", '{term: lines.binary-year.test.level, set: "0.95"}',
     [replace(RULES, "level: 0.80", "level: 0.95")]),
    ("a word", "{term: lines.frequency.worse.from, set: threshold}",
     [replace(RULES, "from: baseline, price: frequency_price", "from: threshold, price: frequency_price")]),
    ("a rounding, under a cap that does not bind", '{term: rounding.mode, set: floor}\n'
     '    - {term: "prices[*].maximum_annual_payment", plus: "90000"}',
     [replace(RULES, "mode: half-even", "mode: floor"),
      cells("prices.csv", "maximum_annual_payment", lambda x: x + 90000)]),
    ("units", "{term: rounding.units, set: integer}",
     [replace(RULES, "units: none", "units: integer")]),
    ("baselines", '{term: "baselines[*,*,binary,2011].rate", plus: "0.75"}',
     [cells("baselines.csv", "rate", lambda x: x + Fraction("0.75"), metric="binary")]),
    ("a limit", '{term: "baselines[X02,Q4,frequency].upper", times: "1.2"}',
     [cells("baselines.csv", "upper", lambda x: x * Fraction("1.2"), cpa="X02", cohort="Q4",
            metric="frequency")]),
    ("a list", '{term: lines.frequency-year.gate.result, set: "better, neither, worse"}\n'
     '    - {term: lines.frequency.gate.result, set: "neither, better"}',
     [replace(RULES, "gate: {line: binary-year, result: [better]",
              "gate: {line: binary-year, result: [better, neither, worse]"),
      replace(RULES, "gate: {line: binary, result: [better]",
              "gate: {line: binary, result: [neither, better]")]),
    ("two changes of one term", '{term: "prices.binary_price", times: "2"}\n'
     '    - {term: "prices.binary_price", plus: "10"}',
     [cells("prices.csv", "binary_price", lambda x: x * 2 + 10)]),
]
# The same with whole sides.
COUNTED_BY_HAND = [
    ("a rule of offences dropped", "drop: [reoffence.ignore.breach]",
     [without(RULES, "reoffence", "breach")]),
    ("a rule of persons dropped", "drop: [exclude.em-only, exclude.died]",
     [without(RULES, "exclude", "em-only"), without(RULES, "exclude", "died")]),
    ("a window", 'change: [{term: follow-up.months, set: "9"}]', [replace(RULES, "months: 12", "months: 9")]),
    ("who counts", "change: [{term: persons.count, set: every-start}]",
     [replace(RULES, "count: first-start-in-period", "count: every-start")]),
    ("a rule", 'change: [{term: reoffence.ignore.breach.is, set: "no"}]',
     [replace(RULES, '      column: breach\n      is: "yes"',
              '      column: breach\n      is: "no"')]),
]
COMMON = ["--cohorts", "2015Q4,2016Q1,2015/16", "--as-at", "2018-01-31", "--first-of-year",
          "--quiet"]
EXTRACTS = ["--cohort", WORKED / "cohort.csv", "--reoffences", WORKED / "reoffences.csv",
            "--snapshot", "2017-12-31"]


def by_hand(folder, name, edits, data):
    contract, out = folder / "contract", folder / "by-hand"
    for old in (contract, out):
        shutil.rmtree(old, ignore_errors=True)
    shutil.copytree(WORKED / "contract", contract)
    for edit in edits:
        edit(contract)
    run("settle", "--contract", contract, *data, *COMMON, "--out", out)
    return due(out)


def check_by_hand(folder):
    settlement, measures = folder / "settlement", folder / "settlement"
    unchanged = due(settlement)
    for changes, data in ((BY_HAND, ["--metrics", measures / "metrics.csv", "--counts",
                                     measures / "counts.csv"]), (COUNTED_BY_HAND, EXTRACTS)):
        for name, change, edits in changes:
            side = change if change[0] != "{" else f"change:\n    - {change}"
            found = told(folder, f"base: {{settlement: settlement, inputs: [{WORKED}]}}\n"
                                 f"instead:\n  {side}\n")
            expected = by_hand(folder, name, edits, data)
            compare(f"{name}, base", found, unchanged, 0)
            compare(name, found, expected, 1)
            if expected == unchanged:
                sys.exit(f"{name}: changes nothing, so that nothing is shown")


# --- the same without changes --------------------------------------------------------------------

def check_scenario_zero(folder):
    unchanged = due(folder / "settlement")
    on_metrics = ("base: {contract: %s, metrics: settlement/metrics.csv, counts: "
                  "settlement/counts.csv,\n  cohorts: \"2015Q4,2016Q1,2015/16\", as-at: 2018-01-31}\n"
                  % (WORKED / "contract"))
    for what, text in (("a settlement", "base: {settlement: settlement}\n"),
                       ("measures", on_metrics)):
        compare(f"{what} alone", told(folder, text), unchanged, 0)
        found = told(folder, text + "instead: {}\n")
        compare(f"{what}, first side", found, unchanged, 0)
        compare(f"{what}, second side", found, unchanged, 1)
    found = told(folder, "base: {settlement: settlement}\ninstead: {contract: %s}\n"
                 % (WORKED / "contract"))
    compare("the same contract", found, unchanged, 1)
    found = told(folder, "base: {settlement: settlement}\ninstead: {settlement: settlement}\n")
    compare("the same settlement", found, unchanged, 1)


def check_changes_of_both_sides(folder):
    """What the base changes holds on both sides."""
    change = 'change: [{term: "prices.binary_price", times: "2"}]'
    found = told(folder, "base:\n  settlement: settlement\n  %s\ninstead:\n  %s\n"
                 % (change, change))
    for side, factor in ((0, 2), (1, 4)):
        edits = [cells("prices.csv", "binary_price", lambda x, f=factor: x * f)]
        expected = by_hand(folder, "both sides", edits,
                           ["--metrics", folder / "settlement/metrics.csv"])
        compare(f"both sides, {side}", found, expected, side)


# --- other baselines -----------------------------------------------------------------------------

def rewrite(change):
    """Baselines with each row changed."""
    def edit(contract):
        path = contract / "baselines.csv"
        with open(path, newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        change(rows)
        with open(path, "w", newline="", encoding="utf-8") as file:
            out = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
            out.writeheader()
            out.writerows(rows)
    return edit


def places(value, count=12):
    """As a table can hold it: no limit of the example lies so near to a result."""
    return decimal(Fraction(round(value * 10 ** count), 10 ** count))


def shrink(metric, weight):
    def change(rows):
        rows = [row for row in rows if row["metric"] == metric]
        for cohort in {row["cohort"] for row in rows}:
            alike = [row for row in rows if row["cohort"] == cohort]
            total = sum(int(row["cases"]) for row in alike)
            for column in ("rate", "ogrs_mean"):
                if not alike[0][column]:
                    continue
                mean = sum(Fraction(row[column]) * int(row["cases"]) for row in alike) / total
                for row in alike:
                    value = Fraction(row[column])
                    row[column] = places(value + weight * (mean - value))
    return rewrite(change)


def measured(metric, metrics):
    """The measures of a settlement in the place of the rows that its cohorts meet."""
    meets = {"2015Q4": "Q4", "2016Q1": "Q1", "2015/16": "annual"}
    with open(metrics, newline="", encoding="utf-8") as file:
        found = {(row["cpa"], meets[row["cohort"]]): row for row in csv.DictReader(file)}

    def change(rows):
        for row in rows:
            counts = found[row["cpa"], row["cohort"]]
            persons, reoffenders = int(counts["measurable"]), int(counts["reoffenders"])
            if row["metric"] != metric or metric == "frequency" and not reoffenders:
                continue
            if metric == "frequency":
                row["rate"] = places(Fraction(int(counts["reoffences"]), reoffenders))
                row["cases"] = reoffenders
            else:
                row["rate"] = places(Fraction(100 * reoffenders, persons))
                row["ogrs_mean"] = places(Fraction(counts["ogrs_sum"]) / persons)
                row["cases"] = persons
    return rewrite(change)


def add_year(rows):
    for row in list(rows):
        rate = decimal(Fraction(row["rate"]) + Fraction("0.25"))
        rows.append({**row, "year": "2012/13", "rate": rate})


def check_baselines(folder):
    """Each source of baselines against tables that were rewritten by hand."""
    by_hand(folder, "earlier", COUNTED_BY_HAND[2][2], EXTRACTS)
    shutil.move(folder / "by-hand", folder / "earlier")
    rewrite_rules = replace(RULES, '  - id: frequency\n    kind: events-per-person-with-event\n'
                            '    compare-with: baseline\n    baseline: "2011"',
                            '  - id: frequency\n    kind: events-per-person-with-event\n'
                            '    compare-with: baseline\n    baseline: "2012/13"')
    two_years = folder / "two-years"
    shutil.copytree(WORKED / "contract", two_years)
    rewrite(add_year)(two_years)
    base = ("base: {contract: two-years, metrics: settlement/metrics.csv, counts: "
            "settlement/counts.csv,\n  cohorts: \"2015Q4,2016Q1,2015/16\", as-at: 2018-01-31}\n")
    for words, edits in (
            ('frequency, from: year, year: "2012/13"', [rewrite_rules]),
            ("binary, from: pooled", [shrink("binary", 1)]),
            ('frequency, from: shrunk, weight: "0.375"', [shrink("frequency", Fraction("0.375"))]),
            ("binary, from: settlement, settlement: earlier",
             [measured("binary", folder / "earlier/metrics.csv")]),
            ("frequency, from: settlement, settlement: earlier",
             [measured("frequency", folder / "earlier/metrics.csv")])):
        found = told(folder, base + f"instead:\n  baselines: [{{metric: {words}}}]\n")
        unchanged = due(folder / "settlement")
        expected = by_hand(folder, words, [rewrite(add_year)] * ("2012" in words) + edits,
                           ["--metrics", folder / "settlement/metrics.csv"])
        compare(f"{words}, base", found, unchanged, 0)
        compare(words, found, expected, 1)
        if expected == unchanged:
            sys.exit(f"{words}: changes nothing, so that nothing is shown")


# --- the command ---------------------------------------------------------------------------------

def check_page(folder):
    """The page's file with every key is answered."""
    text = (ROOT / "docs/scenarios.md").read_text(encoding="utf-8")
    (folder / "fixtures").symlink_to(ROOT / "fixtures")
    (folder / "page.yaml").write_text(re.search(r"^```yaml\n(.*?)^```", text, re.M | re.S)[1],
                                      encoding="utf-8")
    run("whatif", folder / "page.yaml", "--out", folder / "page")
    names = {path.name for path in (folder / "page").iterdir()}
    for name in ("whatif.xlsx", "whatif.html", "whatif.json", "scenario.yaml", "terms.csv",
                 "lines.csv", "sums.csv", "sweep.csv", "tornado.csv", "break-even.csv",
                 "simulation.csv", "power.csv"):
        if name not in names:
            sys.exit(f"the folder has no {name}")
    if (folder / "page/scenario.yaml").read_bytes() != (folder / "page.yaml").read_bytes():
        sys.exit("the folder has another scenario")


def check_several(folder):
    """Several scenarios, another settlement, and the sums of the tables."""
    for name, factor in (("one", "1.1"), ("two", "1.2")):
        (folder / f"{name}.yaml").write_text(
            HEAD + 'base: {settlement: nowhere}\ninstead: {change: [{term: "prices[X03].'
            f'binary_price", times: "{factor}"}}]}}\n', encoding="utf-8")
    run("whatif", folder / "one.yaml", folder / "two.yaml", "--settlement", folder / "settlement",
        "--out", folder / "several")
    totals = []
    for name in ("one", "two"):
        with open(folder / "several" / name / "lines.csv", newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        totals.append(sum(int(row["instead_due_pence"]) for row in rows))
        before = sum(int(row["base_due_pence"]) for row in rows)
        if before != due(folder / "settlement")["total"]:
            sys.exit("the lines of the first side do not come to what is due")
    if not totals[0] < totals[1]:
        sys.exit("the two scenarios are not told apart")


def listen():
    """Signals reach the program also where those of this script are not heard."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


def check_interrupted(folder):
    """A run that is stopped leaves nothing, whenever that happens."""
    (folder / "long.yaml").write_text(
        HEAD + "base: {settlement: settlement}\nsimulate: {replicates: 2000000, seed: 1, method: "
        "parametric, counts: resampled, baseline: fixed}\n", encoding="utf-8")
    before = sorted(os.listdir(folder))
    for number in (signal.SIGINT, signal.SIGTERM):
        process = subprocess.Popen([PROGRAM, "whatif", folder / "long.yaml", "--out",
                                    folder / "long"], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, preexec_fn=listen)
        time.sleep(0.3)
        process.send_signal(number)
        told_on_stderr = process.communicate()[1]
        if process.returncode != -number:
            sys.exit(f"stopped by {number}: status {process.returncode}")
        if told_on_stderr:
            sys.exit(f"progress is told to a file: {told_on_stderr}")
        if sorted(os.listdir(folder)) != before:
            sys.exit(f"stopped by {number}: {sorted(os.listdir(folder))} is left")


def on_a_terminal(*words, seconds=None):
    """What a run says on the terminal that its errors go to; stopped after so many seconds."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen([PROGRAM, "whatif", *words], stdout=subprocess.DEVNULL, stderr=theirs)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    os.set_blocking(ours, False)
    said = b""
    try:
        while True:
            said += os.read(ours, 4096)  # a terminal gives no more at a time
    except BlockingIOError:
        return said.decode()
    finally:
        os.close(ours)
        os.close(theirs)


def check_progress(folder):
    """On a terminal a long run says how far it is, in rising shares, and wipes the line when it ends;
    with --quiet it says nothing, and a run of less than a second neither."""
    text, replicates = on_a_terminal(folder / "long.yaml", "--quiet", seconds=1.8), 100
    if "simulation: " in text:
        sys.exit(f"on a terminal with --quiet: {text!r}")
    while "simulation: " not in text:
        (folder / "longer.yaml").write_text(
            HEAD + f"base: {{settlement: settlement}}\nsimulate: {{replicates: {replicates}, seed: 1, "
            "method: parametric, counts: resampled, baseline: fixed}\n", encoding="utf-8")
        begun = time.monotonic()
        text = on_a_terminal(folder / "longer.yaml")
        taken, replicates = time.monotonic() - begun, 2 * max(replicates, 300000)
        if ("simulation: " in text and taken < 1) or ("simulation: " not in text and taken > 10):
            sys.exit(f"on a terminal, in {taken:.1f} s: {text!r}")
    shares = [int(share) for share in re.findall(r"\rsimulation: (\d+)%\x1b\[K", text)]
    last = text.rpartition("simulation: ")[2]
    if shares != sorted(shares) or shares[-1] > 100 or not re.match(r"\d+%\x1b\[K\r\x1b\[K", last):
        sys.exit(f"on a terminal: {text!r}")


def main():
    with tempfile.TemporaryDirectory() as parent:
        folder = pathlib.Path(parent)
        run("settle", "--contract", WORKED / "contract", *EXTRACTS, *COMMON, "--out",
            folder / "settlement")
        check_scenario_zero(folder)
        check_by_hand(folder)
        check_changes_of_both_sides(folder)
        check_baselines(folder)
        check_page(folder)
        check_several(folder)
        check_interrupted(folder)
        check_progress(folder)


main()
