#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The QA pack against settlements that are really made of changed contracts: each assumption moved,
each rule that leaves persons out removed, no rate adjusted. The parts add up, the identity of
frequency holds, the workbook recalculates, and nothing else in the folder changes."""
import json
import pathlib
import re
import subprocess
import sys
import tempfile
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "challenger"))
import plain_yaml  # noqa: E402
import recalculated  # noqa: E402
import xlsx_book  # noqa: E402
from settling import PROGRAM, ROOT, Contract, expect, read, run, write  # noqa: E402

AREAS = ("C02", "C03", "C10")
UNSCORED = "C03"  # somebody there has no score
COHORTS = "2015Q4,2016Q1,2015/16"
MOVES = {"x 1.01": Decimal("1.01"), "x 0.99": Decimal("0.99"), "1 more": 1, "1 less": -1}
NO_SCORE = {"id": "no-score", "column": "ogrs", "blank": "yes", "reason": "no score",
            "clause": "a", "source": "sample", "status": "illustrative"}
SEED = 13  # with which a hurdle, the cap and verdicts all turn on what is changed
INDEPENDENT = 1e-9  # relative; of a figure that the workbook holds as a double


# --- contracts as trees ---


def rules_of(contract):
    """Each version's terms as a tree of texts, by its file."""
    return {path: tree_of(path) for path in sorted((contract.folder / "rules").glob("*.yaml"))}


def tree_of(path):
    text = path.read_text(encoding="utf-8")
    return json.loads(text) if text.startswith("{") else plain_yaml.load(path)


def keep_rules(trees):
    """JSON is YAML too."""
    for path, tree in trees.items():
        path.write_text(json.dumps(tree), encoding="utf-8")


def entry_of(group, name):
    if isinstance(group, dict):
        return group[name]
    for number, entry in enumerate(group, 1):
        if entry.get("id", str(number)) == name:
            return entry
    raise KeyError(name)


def set_term(tree, path, text):
    *way, last = path.split(".")
    for name in way:
        tree = entry_of(tree, name)
    tree[last] = text


def term_of(tree, path):
    for name in path.split("."):
        tree = entry_of(tree, name)
    return tree


# --- the world ---


class World:
    def __init__(self, folder):
        self.folder, self.made = folder, 0
        self.contract = Contract(folder / "contract", AREAS)
        self.contract.change("prices", self.make_cap_bind)
        trees = rules_of(self.contract)
        for tree in trees.values():
            tree["unmeasurable"].append(NO_SCORE)
            tree["transferred"]["treatment"] = "exclude-unless-reoffended-before"
        keep_rules(trees)
        self.extract = folder / "extract"
        run("synth", "--contract", self.contract.folder, "--seed", SEED, "--starts", 9000,
            "--cohorts", "2015Q4,2016Q1", "--out", self.extract, "--quiet")
        self.blank_scores()

    @staticmethod
    def make_cap_bind(row):
        room = {"C02": 300000, "C03": 150000, "C10": 10**6}[row["cpa"]]
        row["maximum_annual_payment"] = f"{Decimal(row['fee_for_service']) + room:.2f}"

    def blank_scores(self):
        rows = read(self.extract / "cohort.csv")
        for row in [row for row in rows if row["cpa"] == UNSCORED][:40:4]:
            row["ogrs"] = ""
        write(self.extract / "cohort.csv", rows)

    def extracts(self):
        return ["--cohort", self.extract / "cohort.csv", "--reoffences",
                self.extract / "reoffences.csv", "--snapshot", "2018-03-31"]

    @staticmethod
    def arguments(contract, data, out):
        return ["settle", "--contract", contract.folder, *data, "--cohorts", COHORTS,
                "--first-of-year", "--as-at", "2018-04-20", "--out", out, "--quiet"]

    def settle(self, name, *extra):
        out = self.folder / name
        run(*self.arguments(self.contract, self.extracts(), out), *extra)
        return out

    def other(self, change, data=None):
        """A settlement of a contract that change(contract) has altered; None if it is refused."""
        self.made += 1
        contract = self.contract.copy(self.folder / f"contract-{self.made}")
        change(contract)
        out = self.folder / f"settled-{self.made}"
        words = self.arguments(contract, data or self.extracts(), out)
        done = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True,
                              check=False)
        return out if done.returncode == 0 else None


def total(folder):
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return manifest["totals"]["due_pence"]


def verdicts(folder):
    return [(row["cpa"], row["cohort"], row["line"], row["result"])
            for row in read(folder / "results.csv")]


def due_by_place(folder):
    sums = {}
    for row in read(folder / "payments.csv"):
        key = row["cpa"], row["cohort"]
        sums[key] = sums.get(key, 0) + int(row["due_pence"])
    return sums


# --- assumptions ---

GROUPS = {
    "baselines.csv": re.compile(r"(?P<column>\w+) of metric (?P<metric>\w+), year (?P<year>.+)"),
    "prices.csv": re.compile(r"(?P<column>\w+), contract year (?P<contract_year>.+)"),
}


def plain(value):
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def move_table(row):
    group = GROUPS[row["file"]].fullmatch(row["term"]).groupdict()
    column = group.pop("column")

    def change(line):
        if any(line[key] != value for key, value in group.items()) or not line[column]:
            return
        moved = Decimal(line[column]) * MOVES[row["change"]]
        if column == "cases":
            moved = moved.quantize(Decimal(1), ROUND_HALF_EVEN)
        line[column] = plain(moved)
    return lambda contract: contract.change(row["file"][:-4], change)


def move_term(row):
    def change(contract):
        trees = rules_of(contract)
        tree = trees[contract.folder / row["file"]]
        text = row["change"]
        if text in MOVES:
            value, move = Decimal(term_of(tree, row["term"])), MOVES[text]
            text = plain(value * move if isinstance(move, Decimal) else value + move)
        set_term(tree, row["term"], text)
        keep_rules(trees)
    return change


def check_trial(world, base, row):
    change = (move_table if row["file"] in GROUPS else move_term)(row)
    other = world.other(change, ["--metrics", base / "metrics.csv"])
    where = f"{row['term']} {row['change']}"
    if row["not_told"]:
        expect(other is None, where, "could be settled, but:", row["not_told"])
        return
    expect(other is not None, where, "has an effect, but is refused")
    expect(total(other) - total(base) == int(row["effect_pence"]), where, "moves",
           total(other) - total(base), "and not", row["effect_pence"])
    flips = sum(a != b for a, b in zip(verdicts(base), verdicts(other)))
    expect(flips == int(row["verdicts"]), where, flips, "verdicts, not", row["verdicts"])


def check_assumptions(world, base):
    rows = read(base / "qa/assumptions.csv")
    tried = [row for row in rows if row["kind"] in ("number", "choice")]
    for row in tried:
        check_trial(world, base, row)
    files = {row["file"] for row in tried}
    expect({"baselines.csv", "prices.csv", "rules/2015-award.yaml"} <= files, files)
    expect(any(int(row["effect_pence"] or 0) for row in tried), "nothing moves anything")
    check_complete(world, rows)
    return len(tried)


def leaves(tree, path=""):
    """Paths of an illustrative or reconstructed version's terms, as a list of words is one."""
    for key, value in tree.items() if isinstance(tree, dict) else []:
        here = f"{path}{key}"
        if isinstance(value, dict):
            yield from leaves(value, here + ".")
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for number, entry in enumerate(value, 1):
                yield from leaves(entry, f"{here}.{entry.get('id', number)}.")
        else:
            yield here


def check_complete(world, rows):
    """Every term of the lines settled whose status is not published stands in the log."""
    logged = {row["term"] for row in rows if row["file"] == "rules/2015-award.yaml"}
    tree = rules_of(world.contract)[world.contract.folder / "rules/2015-award.yaml"]
    settled = {"binary", "frequency", "binary-year", "frequency-year"}
    named = {"id", "title", "reason", "clause", "source", "status"}
    expected = set()
    for line in tree["lines"]:
        if line["id"] in settled:
            expected |= {f"lines.{line['id']}.{leaf}" for leaf in leaves(line)
                         if leaf.split(".")[-1] not in named}
    for group in ("rounding", "payee", "due", "versions"):
        expected |= {f"{group}.{leaf}" for leaf in tree[group] if leaf not in named}
    expect(not expected - logged, "not in the log:", sorted(expected - logged))
    expect(not any(".ffs." in term or ".wav." in term for term in logged), "unused lines")


# --- rules put back ---


def without(stage, reason):
    group = {"excluded": "exclude", "unmeasurable": "unmeasurable"}[stage]

    def change(contract):
        trees = rules_of(contract)
        for tree in trees.values():
            if reason == "transferred":
                tree["transferred"]["treatment"] = "keep"
            else:
                tree[group] = [entry for entry in tree[group] if entry["id"] != reason]
        keep_rules(trees)
    return change


def check_put_back(world, base):
    rows = read(base / "qa/exclusions.csv")
    rules = dict.fromkeys((row["stage"], row["reason"]) for row in rows)
    expect(len(rules) == 7, "rules put back:", rules)
    flips = 0
    for stage, reason in rules:
        found = [row for row in rows if (row["stage"], row["reason"]) == (stage, reason)]
        other = world.other(without(stage, reason))
        if reason == "no-score":
            expect(other is None, "persons without a score were counted")
            expect({row["cpa"] for row in found} == {UNSCORED}, "others have no score")
            expect(all(f"area {UNSCORED}" in row["not_told"] and "ogrs_sum" in row["not_told"]
                       and not row["effect_pence"] for row in found), "guessed without a score")
            continue
        before, after = due_by_place(base), due_by_place(other)
        told = {(row["cpa"], row["cohort"]): row for row in found}
        for place in before:
            row = told.get(place)
            effect = int(row["effect_pence"]) if row else 0
            expect(after[place] - before[place] == effect, reason, place, after[place],
                   before[place], effect)
        changed = [pair for pair in zip(verdicts(base), verdicts(other)) if pair[0] != pair[1]]
        expect(sum(int(row["verdicts"]) for row in found) == len(changed), reason, changed)
        flips += len(changed)
        effects = sum(int(row["effect_pence"]) for row in found)
        expect(effects == total(other) - total(base), reason, effects)
        check_left_out(base, stage, reason, found)
    expect(flips, "no verdict changes anywhere: the check is asleep")
    return len(rules)


def check_left_out(base, stage, reason, found):
    attrition = {(row["cpa"], row["cohort"]): row for row in read(base / "attrition.csv")
                 if (row["stage"], row["reason"]) == (stage, reason)}
    for row in found:
        there = attrition[row["cpa"], row["cohort"]]
        for column in ("starts", "reoffenders", "reoffences"):
            expect(row[column] == there[column], reason, row["cpa"], column)


# Worked on paper from fixtures/worked/README.md: what the due amount of an area and cohort changes by.
BY_HAND = {
    # W08 is also em-only, which still leaves it out.
    ("nps", "X01", "2015Q4"): 0,
    # W07 now counts by its first start instead of its second: the same score, one reoffence each.
    ("em-only", "X01", "2015Q4"): 0,
    # W19 (score 33, no reoffence): 6 persons, 4 reoffenders, scores 308. 6 x 58 - (400 + 6 x 52 -
    # 308) = -56, so -0.56 x 4000.10 = -2240.06 for -3800.10; frequency stays neither.
    ("foreign-national", "X01", "2016Q1"): 380010 - 224006,
    # W20 (58, one): 9, 6 and 8 reoffences, 458. 9 x 56.5 - (600 + 9 x 52 - 458) = -101.5: neither
    # becomes worse, -1.015 x 4000. Frequency 6 x 1.1 - 8 = -1.4 x 1000.03 for -1.5 x 1000.03.
    ("died", "X02", "2015Q4"): -406000 - 140004 + 150004,
    # W24 (66, one): 9, 6 and 8, 466. 508.5 - (600 + 468 - 466) = -93.5, -0.935 x 4000.
    ("transferred", "X02", "2015Q4"): -374000 - 140004 + 150004,
    # W22 (70, none): 9, 5 and 7, 470: 55.56 + 52 - 52.22 lies between the limits, as before.
    ("no-pnc", "X02", "2015Q4"): 0,
    # W23 has no score.
    ("no-score", "X02", "2015Q4"): None,
}
WORKED = ROOT / "fixtures/worked"


def check_by_hand(folder):
    run("settle", "--contract", WORKED / "contract", "--cohort", WORKED / "cohort.csv",
        "--reoffences", WORKED / "reoffences.csv", "--snapshot", "2017-12-31", "--cohorts", COHORTS,
        "--first-of-year", "--as-at", "2018-01-31", "--out", folder / "worked", "--quiet", "--qa")
    found = {(row["reason"], row["cpa"], row["cohort"]): row
             for row in read(folder / "worked/qa/exclusions.csv")}
    for place, effect in BY_HAND.items():
        said = found[place]["effect_pence"]
        expect(said == ("" if effect is None else str(effect)), *place, said, "by hand", effect)
    # Its table has no baselines of Q2 and Q3, so there are no four quarters to pool.
    pooled, = (row for row in read(folder / "worked/qa/assumptions.csv")
               if (row["term"], row["change"]) == ("metrics.binary.reference", "pooled"))
    expect("does not fit" in pooled["not_told"] and not pooled["effect_pence"], pooled)


# --- payments split ---


def check_splits(world, base):
    def unadjusted(contract):
        trees = rules_of(contract)
        for tree in trees.values():
            for metric in tree["metrics"]:
                metric["adjust"] = "none"
                metric.pop("reference", None)
                metric.pop("score", None)
        keep_rules(trees)
    other = world.other(unadjusted)
    key = ("cpa", "cohort", "line", "payee")
    raw = {tuple(row[name] for name in key): row for row in read(other / "payments.csv")}
    paid = {tuple(row[name] for name in key): row for row in read(base / "payments.csv")}
    splits = read(base / "qa/splits.csv")
    expect(len(splits) == len(paid) == len(raw), len(splits), "splits of", len(paid), "lines")
    for row in splits:
        there = tuple(row[name] for name in key)
        expect(row["result_raw"] == raw[there]["result"], there, "raw result")
        expect(row["result"] == paid[there]["result"], there, "result")
        for stage in ("computed", "capped", "due"):
            part, rest = int(row[f"{stage}_raw_pence"]), int(row[f"{stage}_mix_pence"])
            expect(part == int(raw[there][f"{stage}_pence"]), there, stage, "raw", part)
            expect(part + rest == int(paid[there][f"{stage}_pence"]), there, stage, part, rest)
    gates = [row for row in splits if row["line"].startswith("frequency")
             and int(row["computed_mix_pence"])]
    expect(gates, "case mix opens or shuts no hurdle: the check is asleep")
    expect(any(row["computed_raw_pence"] != row["capped_raw_pence"] for row in splits),
           "no cap binds: the check is asleep")
    return len(splits)


# --- the workbook ---


def number(text):
    return float(text or "nan")


def near(a, b):
    return abs(a - float(b)) <= INDEPENDENT * max(1.0, abs(float(b)))


def check_avoided(base, book):
    sheet = next(sheet for sheet in book.sheets if sheet.name == "Avoided")
    metrics = {(row["cpa"], row["cohort"]): row for row in read(base / "metrics.csv")}
    results = {(row["cpa"], row["cohort"], row["line"].removesuffix("-year")): row
               for row in read(base / "results.csv")}
    rows = sheet.records(book)
    for row in rows:
        place = row["Area code"], row["Cohort"]
        counts = metrics[place]
        people, reoffenders, offences = (Fraction(counts[name]) for name in
                                         ("measurable", "reoffenders", "reoffences"))
        p0 = Fraction(results[*place, "binary"]["baseline"]) / 100
        f0 = Fraction(results[*place, "frequency"]["baseline"])
        for header, value in (
                ("Reoffences a person", offences / people),
                ("Reoffences expected", people * p0 * f0),
                ("Avoided", people * p0 * f0 - offences),
                ("Avoided by fewer reoffenders", (people * p0 - reoffenders) * f0),
                ("Avoided by fewer reoffences of each", reoffenders * (f0 - offences / reoffenders)),
        ):
            expect(near(number(row[header]), value), place, header, row[header], float(value))
        expect(near(number(row["Avoided by fewer reoffenders"]) +
                    number(row["Avoided by fewer reoffences of each"]), row["Avoided"]), place)
    expect(len(rows) == 3 * len(AREAS), len(rows), "rows of reoffences avoided")


def texts(book):
    return "\n".join(str(value) for sheet in book.sheets for row in sheet.grid()
                     for _, value in row)


def check_book(world, base):
    book = xlsx_book.Book(base / "qa.xlsx")
    names = [sheet.name for sheet in book.sheets]
    expect(names == ["About", "Sign-off", "Assumptions", "Splits", "Avoided", "Put back",
                     "Put back by area", "Turns", "Data", "Counts", "Checks", "Assurance", "Limits",
                     "Model map"], names)
    found, count = recalculated.differences(base / "qa.xlsx", world.folder / "grids")
    expect(not found, *found[:5])
    check_avoided(base, book)
    turns = book.sheet("Turns").records(book)
    for row, told in zip(read(base / "qa/turns.csv"), turns, strict=True):
        expect([row["cpa"], *list(row.values())[3:]] == [told["Area code"], *list(told.values())[4:]],
               row, told)
    said = texts(book)
    manifest = json.loads((base / "manifest.json").read_text(encoding="utf-8"))
    for item in manifest["inputs"]:
        expect(item["sha256"] in said, item["name"], "has no digest in the data log")
    for role in ("Commissioner", "Analyst", "Assurer", "Approver"):
        expect(role in said, "nobody signs as", role)
    expect("DIFFERS" not in said, "a check of the pack fails")
    persons = {row["person_id"] for row in read(world.extract / "cohort.csv")}
    words = set(re.findall(r"\w+", said)) | {
        word for path in (base / "qa").glob("*.csv")
        for word in re.findall(r"\w+", path.read_text(encoding="utf-8"))}
    expect(not persons & words, "a person is named in the pack")
    return count


def check_folder(world, base):
    """The pack is the only difference, and two runs give the same bytes."""
    again, plain = world.settle("again", "--qa"), world.settle("plain")
    for path in sorted(path for path in base.rglob("*") if path.is_file()):
        name = path.relative_to(base)
        expect(path.read_bytes() == (again / name).read_bytes(), name, "differs from run to run")
        if name.parts[0] in ("qa", "qa.xlsx", "manifest.json"):
            continue
        expect(path.read_bytes() == (plain / name).read_bytes(), name, "is another with --qa")
    expect(not (plain / "qa").exists() and not (plain / "qa.xlsx").exists(), "a pack without --qa")


def check_from_measures(world, base):
    """From a table of measures everything but the rules put back can be told."""
    out = world.folder / "measures"
    run(*world.arguments(world.contract, ["--metrics", base / "metrics.csv"], out), "--qa")
    expect(not read(out / "qa/exclusions.csv"), "rules put back without extracts")
    expect(read(out / "qa/splits.csv") == read(base / "qa/splits.csv"), "another split")
    effects = [[(row["term"], row["change"], row["effect_pence"])
                for row in read(folder / "qa/assumptions.csv") if row["kind"] != "rule"]
               for folder in (out, base)]
    expect(sorted(effects[0]) == sorted(effects[1]), "other effects")


def main():
    with tempfile.TemporaryDirectory() as folder:
        world = World(pathlib.Path(folder))
        base = world.settle("base", "--qa")
        trials = check_assumptions(world, base)
        rules = check_put_back(world, base)
        lines = check_splits(world, base)
        cells = check_book(world, base)
        check_folder(world, base)
        check_from_measures(world, base)
        check_by_hand(world.folder)
    print(f"{trials} trials and {rules} rules settled for real, {lines} lines split, "
          f"{cells} cells recalculated")


main()
