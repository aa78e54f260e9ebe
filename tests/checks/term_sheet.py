#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The term sheet of `pbrcalc check --contract DIR` says everything that the contract says, and each
contradiction that is planted in a contract is found.

tests/checks/term_sheet.py [WORD...]   contradictions whose name contains one of the words; all without
"""
import csv
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("PBRCALC", ROOT / "build/pbrcalc")).resolve()
WORKED = ROOT / "fixtures/worked/contract"
WIDTH = 78
NUMBER = re.compile(r"-?\d+(\.\d+)?")
problems = []

sys.path.insert(0, str(ROOT / "tests/challenger"))
sys.dont_write_bytecode = True
import plain_yaml  # noqa: E402


def problem(text):
    problems.append(text)


def check(folder, *options):
    done = subprocess.run([PROGRAM, "check", "--contract", str(folder), *options],
                          capture_output=True, text=True, encoding="utf-8", check=False)
    return done.returncode, done.stdout + done.stderr


# --- everything is told ---------------------------------------------------------------------------

def unwrapped(text):
    return " ".join(text.split())


def section(sheet, name):
    """What the sheet says of one version."""
    start = re.search(rf"(?m)^Rules {re.escape(name)}: ", sheet)
    end = re.search(r"(?m)^(Rules [^\n]*|What is illustrative)\n-+$", sheet[start.end() + 200:])
    return unwrapped(sheet[start.start():start.end() + 200 + end.start()])


def part(told, line, following):
    """What a version's section says of one line: up to the next line, or the caps."""
    start = told.index(f"(line {line['id']})")
    end = told.index(f"(line {following['id']})" if following else "What caps it", start)
    return told[start:end]


def numbers(value, key=""):
    """Every leaf that is a number, with its key; ids and titles are no terms of the rule."""
    if isinstance(value, dict):
        for name, item in value.items():
            if name not in ("id", "title", "clause", "source", "status", "reason"):
                yield from numbers(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from numbers(item, key)
    elif NUMBER.fullmatch(str(value)):
        yield key, str(value)


def holds(told, number):
    return re.search(rf"(?<![\w.]){re.escape(number)}(?![\w]|\.\d)", told)


def filters_of(rules):
    return [*rules["exclude"], *rules["unmeasurable"], *rules["reoffence"]["ignore"]]


def look_at_version(folder, name, rules, told):
    where = f"{folder.relative_to(ROOT)}, {name}"
    place = 0
    for item in filters_of(rules):
        found = told.find(item["reason"], place)
        if found < 0:
            problem(f"{where}: reason \"{item['reason']}\" is not told, or out of order")
        place = max(found, place)
    for i, line in enumerate(rules["lines"]):
        if f"{line['title']} (line {line['id']})" not in told:
            problem(f"{where}: line {line['id']} is not told by its title")
            continue
        said = part(told, line, rules["lines"][i + 1] if i + 1 < len(rules["lines"]) else None)
        for key, number in numbers(line):
            if not holds(said, number):
                problem(f"{where}: {key} {number} of line {line['id']} is not told")
    for cap in rules["caps"]:
        found = re.search(rf"Cap {re.escape(cap['id'])}: (.*?)\]", told)
        if not found:
            problem(f"{where}: cap {cap['id']} is not told")
        for word in [*cap["over"], f"({cap['limit']})", f"({cap.get('minus', cap['limit'])})"]:
            if found and word not in found[1]:
                problem(f"{where}: cap {cap['id']} is told without {word}")
    rest = {key: value for key, value in rules.items() if key != "lines"}
    for key, number in numbers(rest):
        if not holds(told, number):
            problem(f"{where}: {key} {number} is not told")


def statuses_are_told(folder, name, sheet):
    """Each statement but the headings of lists ends with a clause and a status."""
    body = sheet.split("What is illustrative")[0]
    for item in re.split(r"(?m)^ *(?:-|\d{1,2}\.) ", body)[1:]:
        text = unwrapped(re.split(r"\n(?=\S|\n)", item)[0])
        if not re.search(r"; (published|verified|reconstructed|illustrative)\b[^\[]*\]$", text) and \
                not text.endswith((":", ": none.", "what room is left.")):
            problem(f"{folder.name}, {name}: without clause and status: {text}")


def look_at_clauses(folder, sheet):
    listed = folder / "clauses.csv"
    if not listed.exists():
        return
    told = unwrapped(sheet.split("\nClauses\n-------\n")[1])
    with open(listed, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if f"{row['clause']} ({row['title']}): " not in told:
                problem(f"{folder.name}: clause {row['clause']} is not in the clause coverage")


def look_at(folder):
    status, sheet = check(folder)
    quiet = check(folder, "--quiet")
    if not sheet.endswith(quiet[1]) or "Term sheet" in quiet[1] or status != quiet[0]:
        problem(f"{folder}: --quiet says other things than the end of the sheet")
    sheet = sheet[:len(sheet) - len(quiet[1])]
    if not sheet:
        return problem(f"{folder}: no term sheet: {quiet[1]}")
    for line in sheet.splitlines():
        if len(line) > WIDTH or line != line.rstrip():
            problem(f"{folder}: too long, or a blank at its end: {line}")
    statuses_are_told(folder, folder.name, sheet)
    look_at_clauses(folder, sheet)
    for file in sorted((folder / "rules").glob("*.yaml")):
        rules = plain_yaml.load(file)
        look_at_version(folder, file.stem, rules, section(sheet, file.stem))
    return None


def check_sheets():
    folders = sorted(path.parent for top in ("contracts", "fixtures")
                     for path in (ROOT / top).rglob("scheme.yaml"))
    for folder in folders:
        look_at(folder)
    print(f"{len(folders)} contracts told back")


# --- contradictions -------------------------------------------------------------------------------

def replace(folder, file, old, new, count=1):
    path = folder / file
    text = path.read_text(encoding="utf-8")
    if old not in text:
        raise ValueError(f"{file} has no {old!r}")
    path.write_text(text.replace(old, new, count), encoding="utf-8")


def append(folder, file, text):
    with open(folder / file, "a", encoding="utf-8") as out:
        out.write(text)


def rows(folder, file, change):
    """Rewrites a table; change takes and gives a list of rows as dictionaries."""
    with open(folder / file, newline="", encoding="utf-8") as source:
        reader = csv.DictReader(source)
        header, found = list(reader.fieldnames), list(reader)
    found = change(found)
    header += [name for name in (found[0] if found else {}) if name not in header]
    with open(folder / file, "w", newline="", encoding="utf-8") as target:
        writer = csv.DictWriter(target, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(found)


def set_all(values):
    return lambda found: [{**row, **values} for row in found]


def cap_of(folder):
    return next(cap for file in (folder / "rules").glob("*.yaml")
                for cap in plain_yaml.load(file)["caps"])


def cap_without_room(folder):
    cap = cap_of(folder)
    rows(folder, "prices.csv", lambda found: [
        {**found[0], cap["limit"]: "0", **({cap["minus"]: "0"} if "minus" in cap else {})},
        *found[1:]])


def cap_below_nothing(folder):
    cap = cap_of(folder)
    rows(folder, "prices.csv", lambda found: [
        {**row, cap["limit"]: "5", cap["minus"]: "7"} for row in found])


def cap_never_binds(folder):
    """All payoffs fixed: in two of the three areas they cannot come to the limit."""
    for file in (folder / "rules").glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        text = re.sub(r"\{kind: per-unit, from: \w+, price: (\w+)\}", r"{kind: fixed, price: \1}",
                      text)
        file.write_text(text, encoding="utf-8")


def cap_may_bind(folder):
    """The same with a limit that the payoffs reach: nothing is to be said of it."""
    cap_never_binds(folder)
    cap = cap_of(folder)
    rows(folder, "prices.csv", set_all({cap["limit"]: "50", cap["minus"]: "49"}))


def idle_baseline(folder):
    rows(folder, "baselines.csv", lambda found: [*found, {**found[0], "year": "1999"}])


def idle_price(folder):
    rows(folder, "prices.csv", set_all({"forgotten_price": "12.50"}))


def price_remark(folder):
    rows(folder, "prices.csv", set_all({"remark": "as agreed"}))


def idle_steps(folder):
    append(folder, "steps.csv", "table,at_least,value,clause,source,status\n"
           "bonus,1,100,bonus,sample,illustrative\nbonus,2,200,bonus,sample,illustrative\n")


def idle_index(folder):
    append(folder, "indices.csv", "series,contract_year,value,clause,source,status\n"
           "cpi,2015/16,100,indexation,sample,illustrative\n"
           "cpi,2016/17,101,indexation,sample,illustrative\n")


def idle_rules(folder):
    shutil.copy(next((folder / "rules").glob("*.yaml")), folder / "rules/draft.yaml")


def clauses(folder, listed):
    append(folder, "clauses.csv",
           "clause,title\n" + "".join(f'"{clause}","{title}"\n' for clause, title in listed))


def cited(folder):
    """The clauses that the term sheet of a folder without clauses.csv lists."""
    told = check(folder)[1].split("\nClauses\n-------\n")[1]
    items = re.split(r"(?m)^- ", told)[1:]
    return [unwrapped(item).rsplit(": cited by", 1)[0] for item in items]


def uncited_clause(folder):
    clauses(folder, [*[(clause, "Cited") for clause in cited(folder)], ("99", "Force majeure")])


def unlisted_clause(folder):
    clauses(folder, [(clause, "Cited") for clause in cited(folder)[1:]])


def clauses_agree(folder):
    clauses(folder, [(clause, "Cited") for clause in cited(folder)])


def low_termination(folder):
    rows(folder, "baselines.csv", lambda found: [
        {**found[0], "lower": "1", "upper": "90", "terminate": "60"}, *found[1:]])


# What is planted; the warning that must come, how often, and a word of it. None: no new warning.
PLANTED = [
    (cap_without_room, "idle-cap", 1, "pays nothing"),
    (cap_below_nothing, "idle-cap", 3, "its limit is GBP -2.00"),
    (cap_never_binds, "idle-cap", 2, "can never bind"),
    (cap_may_bind, None, 0, ""),
    (idle_baseline, "idle-baseline", 1, "year 1999"),
    (idle_price, "idle-price", 1, "forgotten_price"),
    (price_remark, None, 0, ""),
    (idle_steps, "idle-steps", 1, "bonus"),
    (idle_index, "idle-index", 1, "cpi"),
    (idle_rules, "idle-rules", 1, "draft"),
    (uncited_clause, "uncited-clause", 1, "Force majeure"),
    (unlisted_clause, "unlisted-clause", 1, "clauses.csv"),
    (clauses_agree, None, 0, ""),
    (low_termination, "low-termination", 1, "termination point"),
]


def findings(folder):
    """Severity, count and message of each finding, by its id; notes are left out."""
    status, text = check(folder, "--format", "csv")
    found = {row["id"]: row for row in csv.DictReader(text.splitlines())
             if row["severity"] != "note"}
    return status, found


def check_planted(words):
    usual = findings(WORKED)[1]
    for plant, name, count, word in PLANTED:
        if words and not any(wanted in plant.__name__ for wanted in words):
            continue
        with tempfile.TemporaryDirectory() as parent:
            folder = pathlib.Path(parent) / "contract"
            shutil.copytree(WORKED, folder)
            plant(folder)
            status, found = findings(folder)
        new = {key: row for key, row in found.items() if usual.get(key, {}).get("count") != row["count"]
               and key != "priced-twice"}
        if set(new) != ({name} if name else set()) or status not in (0, 1):
            problem(f"{plant.__name__}: expected {name}, found {list(new.values())}")
        elif name and (new[name]["severity"] != "warning" or int(new[name]["count"]) != count
                       or word not in new[name]["message"]):
            problem(f"{plant.__name__}: expected {count} times {word}, found {new[name]}")
    print(f"{len(PLANTED)} contradictions, and what is none, planted")


def main():
    if not sys.argv[1:]:
        check_sheets()
    check_planted(sys.argv[1:])
    for text in problems:
        print(text)
    sys.exit(bool(problems))


main()
