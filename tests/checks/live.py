#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Workbooks recompute themselves: those of 200 settlements made up at random come out of a
recalculation from scratch as they were stored; a copy in which a count, a price or a term is changed
comes to what a fresh settlement with that change comes to; and what floating point would get wrong
is given by the program, and counted.

tests/checks/live.py [SETTLEMENTS]   so many of them (200), and changes in proportion"""
import csv
import json
import multiprocessing
import random
import re
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import recalculation  # noqa: E402
import sample_runs  # noqa: E402
import xlsx_book  # noqa: E402
from random_settlements import Settlement, write  # noqa: E402

SETTLEMENTS = int(sys.argv[1]) if len(sys.argv) > 1 else 200
CHANGED, SEED = max(1, SETTLEMENTS * 12 // 200), 20151001
GIVEN = ("Given: floating point differs", "Given: rests on a blank cell")


# --- recalculation ---


def given_cells(path):
    book = xlsx_book.Book(path)
    sheets = [sheet for sheet in book.sheets if sheet.name == "Recalculation"]
    return [sum(int(row[header]) for sheet in sheets for row in sheet.records(book))
            for header in GIVEN]


def check_one(number):
    """Problems of one random settlement, and how many workbooks, cells and given cells it has."""
    found, books, cells, given = [], 0, 0, [0, 0]
    with tempfile.TemporaryDirectory() as name:
        made = Settlement(Path(name) / "s", random.Random(SEED + number))
        folders, why = made.settle_in_steps()
        if not folders or why:
            found.append(f"settlement {number} was refused: {why}")
        for path in (path for folder in folders for path in sample_runs.books(folder)):
            wrong, count = recalculation.differences(path, Path(name) / "csv")
            found += [f"{number}, {path.name}: {text}" for text in wrong[:5]]
            books, cells = books + 1, cells + count
        for folder in folders:
            given = [a + b for a, b in zip(given, given_cells(folder / "settlement.xlsx"))]
    return found, books, cells, given


# --- a changed input ---


def set_cells(source, target, sheet, places, text):
    """A copy of the workbook with another number in some cells of a sheet."""
    part = xlsx_book.Book(source).sheet(sheet).part
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename == part:
                for place in places:
                    data, made = re.subn(rf'(<c r="{place}"[^>]*>)<v>[^<]*</v>'.encode(),
                                         rf"\g<1><v>{text}</v>".encode(), data)
                    assert made == 1, f"{sheet} has no number in {place}"
            new.writestr(info, data)


def places_of(path, sheet, header, matches):
    """Cells of a column, in the rows that match; and their values."""
    book = xlsx_book.Book(path)
    page = book.sheet(sheet)
    headers = recalculation.headers_of(page, book)
    first = xlsx_book.place(page.tables(book)[0].get("ref").split(":")[0])[0] + 1
    column = headers.index(header)
    assert column < 26
    return [(f"{chr(65 + column)}{first + number + 1}", row[header])
            for number, row in enumerate(page.records(book)) if matches(row)]


def change_count(made, path):
    """Five more reoffenders in one quarter, and so in its year."""
    rows = list(csv.DictReader(open(made.metrics_file, newline="", encoding="utf-8")))
    rows[0]["reoffenders"] = int(rows[0]["reoffenders"]) + 5
    cohorts = (rows[0]["cohort"], "2015/16")
    write(made.metrics_file, rows)
    return [("Measures", [(place, str(int(value) + 5))]) for place, value in places_of(
        path, "Measures", "Reoffenders", lambda row: row["Area code"] == rows[0]["cpa"] and
        row["Cohort"] in cohorts and row.get("Group", "treated") == "treated")]


def change_price(made, path):
    prices = made.contract / "prices.csv"
    rows = list(csv.DictReader(open(prices, newline="", encoding="utf-8")))
    for row in rows:
        row["price_a"] = row["price_b"] = "1234.56"
        row["fee"] = "300000.01"
    write(prices, rows)
    cells = [("Prices", [(place, value)]) for name, value in (("price_a", "1234.56"),
             ("price_b", "1234.56"), ("fee", "300000.01"))
             for place, _ in places_of(path, "Prices", "Value",
                                       lambda row, name=name: row["Price or amount"] == name)]
    return cells


def change_term(made, path):
    """Another level, limit of a change, minimum cohort or least change, whatever the lines have."""
    file = made.contract / "rules" / "dice.yaml"
    rules, cells = json.loads(file.read_text(encoding="utf-8")), []
    for line in rules["lines"]:
        test = line.get("test", {})
        for key, value in (("level", "0.8"), ("better-at", "3"), ("worse-at", "2"),
                           ("minimum-cohort", "70")):
            if test.get(key, "none") in ("none", 0):
                continue
            test[key] = value
            cells += [("Terms", [(place, value)]) for place, _ in places_of(
                path, "Terms", "Value",
                lambda row, p=f"lines.{line['id']}.test.{key}": row["Term"] == p)]
    file.write_text(json.dumps(rules), encoding="utf-8")
    return cells



def check_change(number, change):
    """The workbook, changed and recalculated, against a settlement with the same change."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = Settlement(folder / "s", random.Random(SEED - 1 - number))
        before, why = made.settle("before")
        if not before:
            return [f"settlement -{number} was refused: {why}"], False
        path, copy = before / "settlement.xlsx", folder / "copy.xlsx"
        if given_cells(path) != [0, 0]:
            return [], False
        shutil.copy(path, copy)
        for sheet, cells in change(made, path):
            for place, value in cells:
                set_cells(copy, folder / "next.xlsx", sheet, [place], value)
                shutil.move(folder / "next.xlsx", copy)
        after, why = made.settle("after")
        if not after or given_cells(after / "settlement.xlsx") != [0, 0]:
            return [], False
        return compare_change(number, change, folder, copy, before, after)


def compare_change(number, change, folder, copy, before, after):
    book = xlsx_book.Book(copy)
    grids = recalculation.recalculated(copy, folder / "csv")
    index = next(i for i, sheet in enumerate(book.sheets) if sheet.name == "Payments")
    headers = recalculation.headers_of(book.sheets[index], book)
    rows = grids[index][grids[index].index(headers) + 1:-1]
    column = headers.index("Amount due (£)")
    said = [round(float(row[column]) * 100) if row[column][0] != "#" else row[column]
            for row in rows]
    wanted, old = ([int(row["due_pence"]) for row in sample_runs.table(run / "payments.csv")]
                   for run in (after, before))
    if said != wanted:
        return [f"settlement -{number}, {change.__name__}: the changed workbook says {said}, "
                f"a fresh settlement {wanted}"], False
    master = next(row[1] for row in grids[0] if row[0] == "Master check")
    agrees = master == "everything agrees"
    if agrees and wanted != old:
        return [f"settlement -{number}, {change.__name__}: the master check does not see it"], False
    return [], wanted != old


def check_changes(change):
    """So many settlements in which the change moves money."""
    found, moved, number = [], 0, 0
    while moved < CHANGED and number < 30 * CHANGED and not found:
        problems, moves = check_change(number, change)
        found += problems
        moved += moves
        number += 1
    if moved < CHANGED:
        found.append(f"{change.__name__} moved money in {moved} settlements only")
    return found


# --- what floating point gets wrong ---


def check_tie(folder):
    """48.25 percent to one decimal, half to even, is 48.2, and ROUND says 48.3: better or not."""
    made = next(s for s in (Settlement(folder / f"tie-{n}", random.Random(SEED + 5000 + n))
                            for n in range(99)) if not s.months)
    file = made.contract / "rules" / "dice.yaml"
    rules = json.loads(file.read_text(encoding="utf-8"))
    rules.update(caps=[], metrics=[{"id": "m0", "kind": "persons-with-event-per-person",
                                    "compare-with": "baseline", "baseline": "2011",
                                    "adjust": "none"}])
    rules["cohort"]["periods"] = ["quarter"]
    rules["lines"] = [{"id": "tie", "title": "Tie", "kind": "outcome", "metric": "m0",
                       "change": "units", "period": "quarter",
                       "test": {"kind": "given", "round-thresholds": "none", "round-rate": 1,
                                "minimum-cohort": 0},
                       "better": {"kind": "fixed", "price": "price_b"}}]
    file.write_text(json.dumps(rules), encoding="utf-8")
    rows = sample_runs.table(made.contract / "baselines.csv")[:1]
    origin = {key: rows[0].get(key) or value for key, value in
              (("clause", "made up"), ("source", "dice"), ("status", "illustrative"))}
    write(made.contract / "baselines.csv", [
        {"cpa": area, "cohort": cohort, "metric": "m0", "year": "2011", "cases": 100, "rate": "49",
         "sd": "", "ogrs_mean": "", "lower": "48.3", "upper": "50", "terminate": "", **origin}
        for area in made.areas for cohort in ("Q4", "Q1")])
    for name in ("steps.csv", "indices.csv"):
        (made.contract / name).unlink(missing_ok=True)
    rows = sample_runs.table(made.metrics_file)
    for row in rows:
        row.update(starts=400, eligible=400, measurable=400, reoffenders=193, reoffences=400)
    write(made.metrics_file, [row for row in rows if row["group"] == "treated"])
    out, why = made.settle("tie", cohorts=["2015Q4", "2016Q1"])
    if not out:
        return [f"the tie was refused: {why}"]
    path = out / "settlement.xlsx"
    given, found = given_cells(path), recalculation.differences(path, folder / "csv")[0]
    if given[0] != 2 * len(made.areas):
        found.append(f"{given[0]} cells are given for the tie of each area and quarter")
    results = {row["result"] for row in sample_runs.table(out / "results.csv")}
    if results != {"better"}:
        found.append(f"the tie came out as {results}")
    cover = xlsx_book.Book(path).sheets[0]
    if not any("underlined on grey" in cell.value for cell in cover.cells.values()):
        found.append("the cover does not speak of cells that are given")
    return found


def main():
    problems, books, cells, given = [], 0, 0, [0, 0]
    with multiprocessing.Pool(2) as pool:
        changes = pool.map_async(check_changes, (change_count, change_price, change_term), 1)
        for found, some, more, cells_given in pool.imap(check_one, range(SETTLEMENTS)):
            problems += found
            books, cells = books + some, cells + more
            given = [a + b for a, b in zip(given, cells_given)]
        problems += [text for found in changes.get() for text in found]
    with tempfile.TemporaryDirectory() as name:
        problems += check_tie(Path(name))
    for text in problems[:40]:
        print(text)
    print(f"{SETTLEMENTS} settlements, {books} workbooks, {cells} cells; given for floating point "
          f"{given[0]}, for blank cells {given[1]}; {len(problems)} problems")
    return 1 if problems or books < SETTLEMENTS else 0


if __name__ == "__main__":
    sys.exit(main())
