#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The second opinion on measures: --cross-check, --outcomes, sample and --hash-ids.

tests/checks/second_opinion.py [WORD...]   only the parts whose name contains one of the words

Both measuring paths are run on everything there is: random extracts full of edges, the case folders
that settle from extracts, the worked example and a national extract. Sums over the outcomes must be
the measures and the attrition. mutants.py shows that a slip in either path is seen.
"""
import collections
import csv
import hashlib
import hmac
import io
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from fractions import Fraction

sys.dont_write_bytecode = True
import extract_worlds

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("PBRCALC", str(ROOT / "build" / "pbrcalc"))
TR = ROOT / "contracts" / "transforming-rehabilitation"
WORKED = ["--contract", str(ROOT / "fixtures/worked/contract"),
          "--cohort", str(ROOT / "fixtures/worked/cohort.csv"),
          "--reoffences", str(ROOT / "fixtures/worked/reoffences.csv"),
          "--snapshot", "2017-12-31", "--as-at", "2018-01-31"]
WORKED_COHORTS = ["--cohorts", "2015Q4,2016Q1,2015/16", "--first-of-year"]
WORLDS = 150
problems = []


def run(*arguments, status=0):
    done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True,
                          check=False)
    if done.returncode != status:
        problems.append(f"{' '.join(map(str, arguments))}: status {done.returncode}: {done.stderr}")
    return done


def rows_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def expect(what, found, expected):
    if found != expected:
        problems.append(f"{what}: expected {expected}, found {found}")


# --- sums ----------------------------------------------------------------------------------------

MEASURES = ("starts eligible measurable reoffenders reoffences reoffences_squared ogrs_sum "
            "ogrs_squares ogrs_sum_reoffenders").split()


def sums_of_measures(outcomes):
    """metrics.csv again, from what became of each start."""
    sums = collections.defaultdict(lambda: dict.fromkeys(MEASURES, Fraction(0)))
    unknown = set()
    for row in outcomes:
        place = row["cpa"], row["cohort"], row["group"]
        one, count = sums[place], int(row["reoffences"])
        one["starts"] += 1
        one["eligible"] += row["stage"] != "excluded"
        if row["stage"] != "counted":
            continue
        score = Fraction(row["ogrs"] or 0)
        if not row["ogrs"]:
            unknown.add(place)
        one["measurable"] += 1
        one["reoffenders"] += count > 0
        one["reoffences"] += count
        one["reoffences_squared"] += count * count
        one["ogrs_sum"] += score
        one["ogrs_squares"] += score * score
        one["ogrs_sum_reoffenders"] += score if count else 0
    for place in unknown:
        for name in MEASURES[6:]:
            sums[place][name] = None
    return sums


def compare_measures(where, outcomes, measures, all_of_them=True):
    sums = sums_of_measures(outcomes)
    found = {(row["cpa"], row["cohort"], row["group"]): row for row in measures}
    for place in sums.keys() | (found.keys() if all_of_them else set()):
        if place not in found or place not in sums:
            problems.append(f"{where}: {place} is only in one of outcomes and measures")
            continue
        for name in MEASURES:
            cell = found[place][name]
            expect(f"{where} {place} {name}", Fraction(cell) if cell else None, sums[place][name])
    return len(sums) * len(MEASURES)


def compare_attrition(where, outcomes, attrition):
    sums = collections.defaultdict(lambda: [0, 0, 0, Fraction(0)])
    for row in outcomes:
        if row["group"] == "control":
            continue
        one = sums[row["cpa"], row["cohort"], row["stage"], row["reason"]]
        one[0] += 1
        one[1] += row["reoffences"] != "0"
        one[2] += int(row["reoffences"])
        one[3] += Fraction(row["ogrs"] or 0)
    for row in attrition:
        place = row["cpa"], row["cohort"], row["stage"], row["reason"]
        found = [int(row["starts"]), int(row["reoffenders"]), int(row["reoffences"]),
                 Fraction(row["ogrs_sum"])]
        expect(f"{where} attrition {place}", found, sums.pop(place, [0, 0, 0, 0]))
    expect(f"{where}: attrition without a row", dict(sums), {})
    return 4 * len(attrition)


# --- both paths on everything --------------------------------------------------------------------

def check_worlds(folder):
    figures = 0
    for number in range(WORLDS):
        place = folder / str(number)
        place.mkdir()
        options = extract_worlds.make(place, number)
        done = run("measure", *options, "--quiet", "--cross-check", "--outcomes", place / "o.csv")
        if done.returncode:
            continue
        outcomes, measures = rows_of(place / "o.csv"), list(csv.DictReader(io.StringIO(done.stdout)))
        figures += compare_measures(f"world {number}", outcomes, measures)
        shutil.rmtree(place)
    return f"{WORLDS} worlds, {figures} figures"


def settle_and_sum(folder, name, options, cohorts):
    """Settles with a cross-check; outcomes must add up to the folder's own tables."""
    out, file = folder / name, folder / f"{name}-outcomes.csv"
    said = run("settle", *options, *cohorts, "--cross-check", "--outcomes", file, "--out", out)
    if said.returncode:
        return 0
    if not re.search(r"gave the same \d{3,} figures", said.stdout):
        problems.append(f"{name}: the summary does not tell of the cross-check")
    outcomes = rows_of(file)
    figures = compare_measures(name, outcomes, rows_of(out / "metrics.csv"), all_of_them=False)
    return figures + compare_attrition(name, outcomes, rows_of(out / "attrition.csv"))


def national(folder):
    run("synth", "--contract", TR, "--seed", "2015", "--cohorts", "2015Q4,2016Q1", "--quiet", "--out",
        folder / "extract")
    return ["--contract", TR, "--cohort", folder / "extract/cohort.csv", "--reoffences",
            folder / "extract/reoffences.csv", "--snapshot", "2018-03-31", "--as-at", "2018-04-20"]


def check_settlements(folder):
    figures = settle_and_sum(folder, "worked", WORKED, WORKED_COHORTS)
    figures += settle_and_sum(folder, "national", national(folder), WORKED_COHORTS)
    return f"{figures} sums"


def check_order(folder):
    """Shuffled rows and files cut in two give the same outcomes, to the byte."""
    options = national(folder)
    draw = random.Random(1)
    for name in ("cohort", "reoffences"):
        header, *lines = (folder / f"extract/{name}.csv").read_text().splitlines(keepends=True)
        draw.shuffle(lines)
        middle = len(lines) // 3
        (folder / f"a-{name}.csv").write_text(header + "".join(lines[middle:]))
        (folder / f"b-{name}.csv").write_text(header + "".join(lines[:middle]))
    shuffled = ["--contract", TR, "--cohort", folder / "b-cohort.csv", folder / "a-cohort.csv",
                "--reoffences", folder / "a-reoffences.csv", folder / "b-reoffences.csv", *options[6:]]
    run("measure", *options, "--quiet", "--outcomes", folder / "one.csv")
    run("measure", *shuffled, "--quiet", "--cross-check", "--outcomes", folder / "two.csv")
    same = (folder / "one.csv").read_bytes() == (folder / "two.csv").read_bytes()
    expect("outcomes of shuffled rows are the same", same, True)
    return f"{len(rows_of(folder / 'one.csv'))} rows"


def check_cases(folder):
    """Every case that settles or measures extracts does so with a cross-check too."""
    count = 0
    for case in sorted((ROOT / "tests/cases").iterdir()):
        command = (case / "cmd").read_text() if (case / "cmd").exists() else ""
        status = (case / "status").read_text().strip() if (case / "status").exists() else ""
        if status != "0" or not re.match(r"(settle|measure)\b.*--cohort\b", command, re.S):
            continue
        if re.search(r"--cohort(?!s).* -( |$)|--reoffences.* -( |$)|<", command.strip()):
            continue  # standard input can be read once only
        place = folder / case.name
        shutil.copytree(case, place)
        environment = {**os.environ, "FIXTURES": str(ROOT / "fixtures"), "PBRCALC": PROGRAM,
                       "CONTRACTS": str(ROOT / "contracts"), "LC_ALL": "C.UTF-8"}
        made = (place / "make").read_text() if (place / "make").exists() else ""
        done = subprocess.run(["sh", "-c", f"{made}\n$PBRCALC {command.strip()} --cross-check"],
                              cwd=place, env=environment, capture_output=True, text=True, check=False)
        count += 1
        if done.returncode:
            problems.append(f"case {case.name}: {done.stderr}")
    if count < 20:
        problems.append(f"only {count} cases settle from extracts")
    return f"{count} cases"


# --- outcomes as a file --------------------------------------------------------------------------

def check_whole_or_not_at_all(folder):
    settle = ["settle", *WORKED, *WORKED_COHORTS, "--quiet"]
    file, out = folder / "o.csv", folder / "s"
    run(*settle, "--out", out, "--outcomes", out / "o.csv", status=2)  # no such folder
    run(*settle, "--out", out)
    run(*settle, "--out", out, "--force", "--outcomes", out / "o.csv", status=2)
    run(*settle, "--out", out, "--outcomes", file, status=2)  # the folder exists
    run(*settle, "--dry-run", "--outcomes", file)
    run(*settle, "--cohorts", "2015Q4", "--out", folder / "t", "--outcomes", file, status=2)
    expect("left behind", sorted(p.name for p in folder.iterdir()), ["s"])
    run(*settle, "--out", folder / "t", "--outcomes", file)
    kept = file.read_bytes()
    run(*settle, "--out", folder / "u", "--outcomes", file, status=2)  # the file exists
    expect("an existing file is kept", (file.read_bytes(), (folder / "u").exists()), (kept, False))
    metrics = folder / "s" / "metrics.csv"
    for option in ("--cross-check", "--outcomes=x.csv"):
        run("settle", "--contract", WORKED[1], "--metrics", metrics, "--as-at", "2018-01-31",
            *WORKED_COHORTS, option, "--dry-run", status=2)
    return "9 runs"


CELLS = re.compile(r'<(f|c:f|definedName)\b[^<]*</\1>|\b(?:r|ref|sqref)="[^"]*"')


def words_in(path):
    """What a file says; of a workbook not its formulas and the names of its cells."""
    if path.suffix != ".xlsx":
        return path.read_text(encoding="utf-8", errors="replace")
    with zipfile.ZipFile(path) as book:
        text = "\n".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    return CELLS.sub("", text)


def check_persons_stay_out(folder):
    """No id of a person stands in a settlement folder that does not keep its extracts."""
    run("settle", *WORKED, *WORKED_COHORTS, "--quiet", "--cross-check", "--outcomes", folder / "o.csv",
        "--out", folder / "s")
    ids = re.compile(r"\bW\d\d\b")
    for path in sorted((folder / "s").rglob("*")):
        if path.is_file() and ids.search(words_in(path)):
            problems.append(f"{path.name} names a person")
    if not ids.search((folder / "o.csv").read_text()):
        problems.append("the outcomes name nobody: the check sees nothing")


# --- hashed ids ----------------------------------------------------------------------------------

def check_hashed_ids(folder):
    key = b"sixteen bytes...\n and more"
    (folder / "key").write_bytes(key)
    (folder / "short").write_bytes(key[:15])
    run("measure", *WORKED, "--quiet", "--outcomes", folder / "plain.csv")
    run("measure", *WORKED, "--quiet", "--outcomes", folder / "hashed.csv", "--hash-ids",
        folder / "key")
    run("measure", *WORKED, "--outcomes", folder / "x.csv", "--hash-ids", folder / "short", status=2)
    run("measure", *WORKED, "--hash-ids", folder / "key", status=2)
    expect("a short key writes nothing", (folder / "x.csv").exists(), False)
    hashed = lambda person: hmac.new(key, person.encode(), hashlib.sha256).hexdigest()[:32]
    plain, shown = rows_of(folder / "plain.csv"), rows_of(folder / "hashed.csv")
    expect("hashed outcomes", sorted(map(str, shown)),
           sorted(str({**row, "person_id": hashed(row["person_id"])}) for row in plain))
    order = [(row["cpa"], row["person_id"]) for row in shown if row["cohort"] == "2015Q4"]
    expect("hashed outcomes stand by hash", order, sorted(order))
    run("settle", *WORKED, *WORKED_COHORTS, "--quiet", "--out", folder / "s")
    more = ["--inputs", ROOT / "fixtures/worked", "--hash-ids", folder / "key"]
    by_id, by_hash = (run("trace", folder / "s", name, *more).stdout for name in ("W07", hashed("W07")))
    expect("trace by hash", by_id, by_hash)
    if "W07" in by_id or hashed("W07") not in by_id:
        problems.append("trace shows an id in clear, or no hash")
    near = run("trace", folder / "s", "W0", *more, status=2).stderr
    if re.search(r"W\d\d", near):
        problems.append("an unknown person is told of others in clear")
    sample = ["sample", folder / "s", "--size", 20, "--seed", 4, "--inputs", ROOT / "fixtures/worked"]
    first = list(csv.DictReader(io.StringIO(run(*sample).stdout)))
    second = list(csv.DictReader(io.StringIO(run(*sample, "--hash-ids", folder / "key").stdout)))
    expect("a hashed sample is of the same starts",
           [{**row, "person_id": hashed(row["person_id"])} for row in first], second)
    return f"{len(plain)} ids"


# --- trace ---------------------------------------------------------------------------------------

def check_traces(folder):
    """Every person's trace says of each start what the outcomes say, reoffence by reoffence."""
    settled = run("settle", *WORKED, *WORKED_COHORTS, "--quiet", "--out", folder / "s", "--outcomes",
                  folder / "o.csv")
    outcomes = [row for row in rows_of(folder / "o.csv") if row["cohort"] == row["measured_in"]]
    reoffences = collections.Counter(row["person_id"] for row in
                                     rows_of(ROOT / "fixtures/worked/reoffences.csv"))
    seen = 0
    for person in sorted({row["person_id"] for row in outcomes}):
        told = json.loads(run("trace", folder / "s", person, "--json", "--inputs",
                              ROOT / "fixtures/worked").stdout or "{}")
        expect(f"{person} format", told.get("format"), "pbrcalc-trace-1")
        found = []
        for start in told["starts"]:
            for one in start["cohorts"]:
                counted = [row for row in one["reoffences"] if row["in"]]
                expect(f"{person}: rows told", len(one["reoffences"]), reoffences[person])
                expect(f"{person}: in and why", [row["why"] == "counts" for row in one["reoffences"]],
                       [row["in"] for row in one["reoffences"]])
                found.append((start["cpa"], one["cohort"], start["start_date"], one["stage"],
                              one["reason"], str(len(counted)),
                              min((row["offence_date"] for row in counted), default="")))
                seen += 1
        expected = [(row["cpa"], row["cohort"], row["start_date"], row["stage"], row["reason"],
                     row["reoffences"], row["first_offence"])
                    for row in outcomes if row["person_id"] == person]
        expect(f"trace of {person}", sorted(found), sorted(expected))
    expect("starts traced", seen, len(outcomes))
    return f"{seen} starts{'' if settled.returncode == 0 else ', not settled'}"


# --- samples -------------------------------------------------------------------------------------

def mersenne_twister(seed):
    """MT19937 with the initialisation of 2002, as its authors state it."""
    state = [seed]
    for i in range(1, 624):
        state.append((1812433253 * (state[-1] ^ state[-1] >> 30) + i) & 0xFFFFFFFF)
    while True:
        for i in range(624):
            y = state[i] & 0x80000000 | state[(i + 1) % 624] & 0x7FFFFFFF
            state[i] = state[(i + 397) % 624] ^ y >> 1 ^ (0x9908B0DF if y & 1 else 0)
        for y in state:
            y ^= y >> 11
            y ^= y << 7 & 0x9D2C5680
            y ^= y << 15 & 0xEFC60000
            yield (y ^ y >> 18) & 0xFFFFFFFF


def expected_sample(population, size, seed, keys):
    """The stated method: keys drawn in order, least keys of each stratum, largest remainder."""
    numbers, strata = mersenne_twister(seed), collections.defaultdict(list)
    for i, row in enumerate(population):
        key = next(numbers) << 32 | next(numbers)
        strata["/".join(row[name] for name in keys)].append((key, i, row))
    names = sorted(strata)
    sure = int(size >= len(names))
    left, whole = size - sure * len(names), len(population) - sure * len(names)
    parts = {name: Fraction(left * (len(strata[name]) - sure), whole or 1) for name in names}
    share = {name: sure + int(parts[name]) for name in names}
    rest = sorted(names, key=lambda name: (-(parts[name] - int(parts[name])), names.index(name)))
    for name in rest[:size - sum(share.values())]:
        share[name] += 1
    return [row for name in names for _, _, row in sorted(strata[name])[:share[name]]]


def check_samples(folder):
    options = national(folder)
    run("settle", *options, "--cohorts", "2015Q4,2016Q1,2015/16", "--first-of-year", "--quiet", "--out",
        folder / "s", "--outcomes", folder / "o.csv")
    population = [row for row in rows_of(folder / "o.csv") if row["cohort"] == row["measured_in"]]
    same = ("person_id", "cpa", "cohort", "start_date", "start_id", "stage", "reason", "reoffences")
    lines = (folder / "extract/cohort.csv").read_text().splitlines()
    sample = ["sample", folder / "s", "--inputs", folder / "extract"]
    strata = len({(row["cpa"], row["stage"]) for row in population})
    for size, seed, keys in ((1, 1, []), (60, 2018, []), (200, 4294967295, ["cpa", "stage"]),
                             (strata, 9, ["cpa", "stage"]), (strata - 1, 9, ["cpa", "stage"]),
                             (30, 5, ["cpa", "stage"]), (500, 7, ["reason", "cohort"])):
        more = ["--stratify", ",".join(keys)] if keys else []
        done = run(*sample, "--size", size, "--seed", seed, *more)
        drawn = list(csv.DictReader(io.StringIO(done.stdout)))
        expected = expected_sample(population, size, seed, keys)
        expect(f"sample of {size} by {keys}", [[row[name] for name in same] for row in drawn],
               [[row[name] for name in same] for row in expected])
        expect("numbers", [row["sample"] for row in drawn], [str(i + 1) for i in range(size)])
        for row in drawn:
            if not lines[int(row["line"]) - 1].startswith(f"{row['person_id']},{row['cpa']},"):
                problems.append(f"line {row['line']} is not of {row['person_id']}")
    for bad in (["--size", 0, "--seed", 1], ["--size", len(population) + 1, "--seed", 1],
                ["--size", 5, "--seed", 0], ["--size", 5, "--seed", 1, "--stratify", "cpa,cpa"],
                ["--size", 5, "--seed", 1, "--stratify", "stages"], ["--size", 5]):
        expect(f"sample {bad} prints", run(*sample, *bad, status=2).stdout, "")
    all_of_them = run(*sample, "--size", len(population), "--seed", 3, "--stratify", "cpa,reason")
    expect("a sample of all", len(all_of_them.stdout.splitlines()), len(population) + 1)
    return "8 samples"


def main():
    words = sys.argv[1:]
    for name, check in list(globals().items()):
        if not name.startswith("check_") or words and not any(word in name for word in words):
            continue
        with tempfile.TemporaryDirectory() as folder:
            print(f"{name}: {check(pathlib.Path(folder)) or 'done'}")
    for problem in problems[:30]:
        print(problem)
    print(f"{len(problems)} problems")
    sys.exit(bool(problems))


main()
