#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is made up in the contracts that are shipped is marked so, and shown so.

Each term and row that cites the document of made-up values is illustrative. The term sheet counts
all that is illustrative, a settlement's workbook marks it, and its log of assumptions lists what it
used of it.
"""
import collections
import csv
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("PBRCALC", ROOT / "build/pbrcalc")).resolve()
KEYS = ("clause", "source", "status")
NAMES = {"id", "title", "reason"}  # what nobody can put another value for
TABLES = ("agreements.csv", "baselines.csv", "prices.csv", "steps.csv", "indices.csv")
SHEETS = ("Baselines", "Prices", "Steps", "Indices")
problems = []

sys.path[:0] = [str(ROOT / "tests/challenger"), str(ROOT / "tests/checks")]
sys.dont_write_bytecode = True
import plain_yaml  # noqa: E402
import sample_runs  # noqa: E402
import xlsx_book  # noqa: E402

Term = collections.namedtuple("Term", "path source status")


def problem(text):
    problems.append(text)


def rows_of(path):
    if not path.exists():
        return []
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


# --- what the files say ---------------------------------------------------------------------------

def leaves(value, path, above):
    """Every term with where it comes from: what a part does not state, the part around it does."""
    if isinstance(value, dict):
        here = {**above, **{key: value[key] for key in KEYS if key in value}}
        for name, item in value.items():
            if name not in KEYS:
                yield from leaves(item, [*path, name], here)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for number, entry in enumerate(value, 1):
            yield from leaves(entry, [*path, entry.get("id", str(number))], above)
    else:
        yield Term(".".join(path), above["source"], above["status"])


class Contract:
    def __init__(self, folder):
        self.folder, scheme = folder, plain_yaml.load(folder / "scheme.yaml")
        self.made_up = {document["id"] for document in scheme["documents"]
                        if re.search(r"\bmade up\b", document["title"])}
        files = [folder / "scheme.yaml", *sorted((folder / "rules").glob("*.yaml"))]
        trees = [scheme, *map(plain_yaml.load, files[1:])]
        self.terms = {str(file.relative_to(folder)): list(leaves(tree, [], {}))
                      for file, tree in zip(files, trees)}
        self.rows = {table: rows_of(folder / table) for table in TABLES}

    def illustrative(self, file):
        return [term.path for term in self.terms[file] if term.status == "illustrative"]


def look_at_sources(contract):
    """Gives how much is from the document of made-up values."""
    found = 0
    for file, terms in contract.terms.items():
        for term in terms:
            found += term.source in contract.made_up
            if term.source in contract.made_up and term.status != "illustrative":
                problem(f"{contract.folder.name}, {file}: {term.path} is made up, and {term.status}")
    for table, rows in contract.rows.items():
        for number, row in enumerate(rows, 2):
            found += row["source"] in contract.made_up
            if row["source"] in contract.made_up and row["status"] != "illustrative":
                problem(f"{contract.folder.name}, {table}:{number}: made up, and {row['status']}")
    return found


# --- the term sheet -------------------------------------------------------------------------------

def joined(words):
    return " and ".join([*filter(None, [", ".join(words[:-1])]), words[-1]])


def counts_of(contract):
    """The statements of the term sheet's list of what is illustrative."""
    for file, terms in contract.terms.items():
        paths = contract.illustrative(file)
        groups = list(dict.fromkeys(path.split(".")[0] for path in paths))
        name = file if file == "scheme.yaml" else "Rules " + pathlib.Path(file).stem
        listed = "" if file == "scheme.yaml" or not groups else ", in " + joined(groups)
        yield f"{name}: {len(paths)} of {len(terms)} terms{listed}."
    for table, rows in contract.rows.items():
        if rows:
            found = sum(row["status"] == "illustrative" for row in rows)
            yield f"{table}: {found} of {len(rows)} row{'s' * (len(rows) != 1)}."


def look_at_term_sheet(contract):
    told = subprocess.run([PROGRAM, "check", "--contract", contract.folder], capture_output=True,
                          text=True, encoding="utf-8", check=False).stdout
    told = told.split("\nWhat is illustrative\n")[1].split("\nClauses\n")[0]
    said = [" ".join(item.split()) for item in re.split(r"(?m)^- ", told)[1:]]
    if said != list(counts_of(contract)):
        problem(f"{contract.folder.name}: the term sheet differs: "
                f"{sorted(set(said) ^ set(counts_of(contract)))}")


# --- a settlement ---------------------------------------------------------------------------------

def look_at_book(contract, path):
    book, name = xlsx_book.Book(path), contract.folder.name
    shown = collections.defaultdict(dict)
    for row in book.sheet("Terms").records(book):
        shown[row["File"]][row["Term"]] = row["Status"].split(":")[0]
    for file, terms in shown.items():
        wanted = {term.path: term.status for term in contract.terms[file]
                  if not term.path.startswith("documents.")}  # they have a sheet of their own
        if terms != wanted:
            problem(f"{name}: the sheet Terms differs from {file}: "
                    f"{sorted(terms.items() ^ wanted.items())}")
    for sheet in (sheet for sheet in book.sheets if sheet.name in SHEETS):
        for row in sheet.records(book):
            if row.get("Source") in contract.made_up and not row["Status"].startswith("illustrative"):
                problem(f"{name}, sheet {sheet.name}: made up, and not marked: {row}")
    return sorted(set(shown) - {"scheme.yaml"})


def look_at_log(contract, folder, versions):
    """Of the versions applied: every illustrative term of the lines settled, and of what all follow."""
    logged = {(row["file"], row["term"]): row["status"]
              for row in rows_of(folder / "qa/assumptions.csv")}
    lines = {row["line"] for row in rows_of(folder / "payments.csv")}
    for file in versions:
        for path in contract.illustrative(file):
            group, *rest = path.split(".")
            used = group in ("rounding", "payee", "due", "versions") or \
                group == "lines" and rest[0] in lines
            if used and rest[-1] not in NAMES and logged.get((file, path)) != "illustrative":
                problem(f"{contract.folder.name}, {file}: {path} is not in the log of assumptions")


def settle(contract, folder):
    """The worked case; a synthetic extract where the worked case has monthly lines alone."""
    worked = contract.folder / "worked/run.yaml"
    if worked.exists():
        return sample_runs.run("settle", worked, "--qa", "--quiet", "--out", folder)
    data = sample_runs.extract(folder.with_name("extract"))
    return sample_runs.settle(folder, contract.folder, "--first-of-year", **data,
                              snapshot="2018-03-31", cohorts=sample_runs.ALL, as_at="2018-04-20")


def look_at_settlement(contract, folder):
    settle(contract, folder)
    versions = look_at_book(contract, folder / "settlement.xlsx")
    if not versions:
        problem(f"{contract.folder.name}: no version of the rules is in the workbook")
    look_at_log(contract, folder, versions)


def main():
    found = 0
    with tempfile.TemporaryDirectory() as place:
        for path in sorted(ROOT.glob("contracts/*/scheme.yaml")):
            contract = Contract(path.parent)
            values = look_at_sources(contract)
            if not values:
                problem(f"{path.parent.name}: no value is from a document of made-up values")
            found += values
            look_at_term_sheet(contract)
            look_at_settlement(contract, pathlib.Path(place) / path.parent.name)
    print("\n".join(problems) or f"{found} values made up, each marked and shown")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
