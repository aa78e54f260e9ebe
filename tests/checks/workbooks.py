#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every workbook is built as the house style asks, seen in its XML: one real table a sheet, nothing
merged, hidden or linked to outside, no constant inside a formula and no text from an input that could
become one, columns of workings uniform, properties and print settings in place. And it says what a reader must not miss."""
import json
import re
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import sample_runs  # noqa: E402
import xlsx_book  # noqa: E402
from xlsx_book import MAIN  # noqa: E402

HOSTILE = "=cmd|'/C calc'!A0"
SHEET = r"(?:'[^'\[\]]+'|[A-Za-z]+)!"
CELL = r"\$?[A-Z]+\$?\d+"
# What formulas are made of: functions of Excel 2007, cells, operators. No number, no word, no name.
FUNCTIONS = {"ABS", "AND", "BETAINV", "COUNTIF", "IF", "MAX", "MIN", "MOD", "NORMSINV", "OR", "ROUND",
             "ROWS", "SIGN", "SQRT", "SUM", "SUMIF", "TRUNC"}
TOKENS = re.compile(rf"({SHEET})?({CELL})|([A-Z]+)(?=\()|([-+*/(),:]|<=|>=|<>|<|>|=)")
# the totals, differences and the one check of a workbook that has no workings, and so no sheet of constants
OF_QA = re.compile(rf"ROUND\(SUM\({CELL}:{CELL}\),2\)|ROUND\({CELL}-{CELL},2\)|"
                   rf"IF\(AND\((?:ROUND\({SHEET}{CELL}-{CELL},2\)=0,?)+\),"
                   r"\"everything agrees\",\"SOMETHING DIFFERS\"\)")
LONGEST = 700  # characters of a formula
CORE = {"title": "{http://purl.org/dc/elements/1.1/}title",
        "subject": "{http://purl.org/dc/elements/1.1/}subject",
        "author": "{http://purl.org/dc/elements/1.1/}creator",
        "status": "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}"
                  "contentStatus"}
TERMS_DATE = "{http://purl.org/dc/terms/}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
problems = []


class Checker:
    def __init__(self, where):
        self.where = where

    def need(self, holds, text):
        if not holds:
            problems.append(f"{self.where}: {text}")


# --- a sheet ---


def check_table(need, book, sheet):
    """One table, whose header cells are its columns' names, or none beside a chart."""
    tables = sheet.tables(book)
    charts = [kind for kind, _ in sheet.relations.values() if kind == "drawing"]
    need(len(tables) + len(charts) == 1, f"{len(tables)} tables and {len(charts)} charts")
    need(not list(sheet.root.iter(MAIN + "mergeCell")), "merged cells")
    if not tables:
        return []
    (first, left), (last, right) = map(xlsx_book.place, tables[0].get("ref").split(":"))
    names = [column.get("name") for column in tables[0].iter(MAIN + "tableColumn")]
    shown = [sheet.cells[(first, c)].value for c in range(left, right + 1)]
    need(left == 0 and names == shown, "the header cells are not the table's columns")
    need(len({name.lower() for name in names}) == len(names), "two columns have one name")
    need(last == max(row for row, _ in sheet.cells), "there is something below the table")
    for row in range(first, last + 1):
        need(any(sheet.cells.get((row, c)) and sheet.cells[(row, c)].value
                 for c in range(left, right + 1)), f"row {row + 1} of the table is blank")
    return [tables[0].get("name").lower()]


def check_cells(need, sheet, of_qa):
    for (row, column), cell in sheet.cells.items():
        if cell.formula is None:
            continue
        where = f"row {row + 1}, column {column + 1}"
        tokens = list(TOKENS.finditer(cell.formula))
        need("".join(token[0] for token in tokens) == cell.formula or
             (of_qa and OF_QA.fullmatch(cell.formula)),
             f"{where}: {cell.formula} has a constant or something unknown inside")
        need({token[3] for token in tokens if token[3]} <= FUNCTIONS,
             f"{where}: {cell.formula} has an unexpected function")
        need(len(cell.formula) <= LONGEST, f"{where}: {cell.formula} is long")
        need(cell.value != "", f"{where}: the formula has no stored value")


def in_r1c1(formula, row, column):
    """The formula as its row sees it, so that copies of one formula are the same text."""
    def relative(token):
        if not token[2]:
            return token[0]
        letters, digits = re.fullmatch(r"(\$?[A-Z]+)(\$?\d+)", token[2]).groups()
        at_row, at_column = xlsx_book.place(token[2])
        across = letters if letters[0] == "$" else f"C[{at_column - column}]"
        down = digits if digits[0] == "$" else f"R[{at_row - row}]"
        return f"{token[1] or ''}{across}{down}"
    return TOKENS.sub(relative, formula)


LINKS = re.compile(rf"{SHEET}{CELL}|SUM\({SHEET}{CELL}:{CELL}\)|{CELL}-SUM\({CELL}:{CELL}\)|"
                   rf"IF\({SHEET}{CELL}={SHEET}{CELL},{SHEET}{CELL},{SHEET}{CELL}\)")


def as_link(formula):
    """Of a link to an input, or a sum of some, which sheets and columns it takes, not which rows."""
    if not LINKS.fullmatch(formula):
        return formula
    columns = re.sub(rf"({SHEET})?(\$?[A-Z]+)\$?\d+", r"\1\2", formula)
    return "none" if re.fullmatch(r"Constants!\$?B", columns) else columns


def check_columns(need, book, sheet):
    """In workings every formula column holds one formula, or links to one column of a sheet."""
    if not re.match(r"Workings: ", sheet.cells[(0, 0)].value):
        return
    (first, left), (last, right) = map(xlsx_book.place, sheet.tables(book)[0].get("ref").split(":"))
    for column in range(left, right + 1):
        cells = [(row, sheet.cells.get((row, column))) for row in range(first + 1, last + 1)]
        found = [(row, cell.formula) for row, cell in cells if cell and cell.formula is not None]
        alike = {in_r1c1(formula, row, column) for row, formula in found}
        links = {as_link(formula) for _, formula in found}
        # amounts come from any line's workings, and what stands in no row is a constant
        free = sheet.cells[(first, column)].value.endswith(
            ("(line_pence)", "(line_computed_pence)", "(before_pence)", "(already_pence)"))
        need(len(alike) <= 1 or free or len(links - {"none"}) <= 1,
             f"column {column + 1} has several formulas: {sorted(alike)[:3]}")


def check_page(need, book, sheet):
    """A4, one page wide, the table's header on every page; nothing hidden; locked."""
    setup, fit = sheet.root.find(MAIN + "pageSetup"), sheet.root.find(f"{MAIN}sheetPr/{MAIN}pageSetUpPr")
    need(setup is not None and setup.get("paperSize") == "9", "not A4")
    need(fit is not None and fit.get("fitToPage") == "1" and setup.get("fitToHeight") == "0",
         "not fitted to one page's width")
    need(sheet.root.find(MAIN + "headerFooter") is not None, "no footer with the page")
    need(sheet.root.find(MAIN + "sheetProtection") is not None, "cells are not locked")
    hidden = [node.tag for node in sheet.root.iter() if node.get("hidden") == "1"]
    need(not hidden, f"something is hidden: {hidden}")
    titles = {node.get("localSheetId"): node.text
              for node in book.workbook.iter(MAIN + "definedName")
              if node.get("name") == "_xlnm.Print_Titles"}
    for table in sheet.tables(book):
        row = xlsx_book.place(table.get("ref").split(":")[0])[0] + 1
        text = titles.get(str(book.sheets.index(sheet)), "")
        need(text.endswith(f"!${row}:${row}"), "the header is not repeated on each page")


# --- a workbook ---


def check_names(need, book):
    names = [sheet.name for sheet in book.sheets]
    need(len({name.lower() for name in names}) == len(names), "two sheets have one name")
    for name in names:
        need(0 < len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name), f"sheet name {name}")
    defined = {node.get("name") for node in book.workbook.iter(MAIN + "definedName")}
    need(defined <= {"_xlnm.Print_Titles", "_xlnm._FilterDatabase"}, f"defined names {defined}")
    need(all(node.get("state") is None for node in book.workbook.iter(MAIN + "sheet")),
         "a sheet is hidden")


def check_parts(need, book):
    for part in book.parts:
        need(not re.search(r"externalLink|vba|macro|\.bin$|connections|queryTable", part, re.I),
             f"part {part}")
        if part.endswith(".rels"):
            need(b'TargetMode="External"' not in book.parts[part], f"{part} points outside")
    need(all(info.date_time[:3] == (1980, 1, 1) for info in book.infos), "a part carries a time")
    for part in book.parts:
        if part.startswith("xl/drawings/drawing"):
            for node in book.xml(part).iter(DRAWING + "cNvPr"):
                need(node.get("descr"), "a chart has no text in its place")
        if part.startswith("xl/charts/chart"):
            for node in book.xml(part).iter(CHART + "f"):
                need(re.fullmatch(rf"{SHEET}{CELL}(:{CELL})?", node.text or ""),
                     f"a chart takes its text or figures from {node.text}")


def check_properties(need, book, as_at):
    core = book.xml("docProps/core.xml")
    for name, tag in CORE.items():
        need((core.findtext(tag) or "").strip(), f"the document's {name} is empty")
    for name in ("created", "modified"):
        need((core.findtext(TERMS_DATE + name) or "")[:10] == as_at,
             f"{name} is not the date of the settlement")


def check_book(path, as_at):
    book = xlsx_book.Book(path)
    need = Checker(f"{path.parent.name}/{path.name}").need
    tables = []
    check_names(need, book)
    check_parts(need, book)
    check_properties(need, book, as_at)
    for sheet in book.sheets:
        on_sheet = Checker(f"{path.parent.name}/{path.name}, {sheet.name}").need
        tables += check_table(on_sheet, book, sheet)
        check_cells(on_sheet, sheet, path.name in ("qa.xlsx", "whatif.xlsx"))
        check_columns(on_sheet, book, sheet)
        check_page(on_sheet, book, sheet)
    need(len(set(tables)) == len(tables), "two tables have one name")
    return book


# --- what a reader must not miss ---


def words(sheet):
    return "\n".join(cell.value for cell in sheet.cells.values() if cell.kind == "text")


def check_words(name, path, book, manifest):
    need, cover = Checker(f"{name}/{path.name}").need, words(book.sheets[0])
    whole = path.name in ("settlement.xlsx", "qa.xlsx")
    folder = path.parent if whole else path.parents[1]
    balances = {r["payee"]: r for r in sample_runs.table(folder / "balances.csv")}
    need("Amounts exclude VAT" in cover or "before any tax" in cover,
         "the cover does not say that amounts exclude VAT")
    need("Not for payment" in cover or not any(sheet.name == "Schedule" for sheet in book.sheets),
         "illustrative terms are not marked on the cover")
    for value in (manifest["settlement"], manifest["as_at"]):
        need(value in cover, f"the cover does not name {value}")
    need((name == "interim") == ("Interim:" in cover), "the word on interim results is amiss")
    terminated = [r for r in sample_runs.table(folder / "results.csv") if r["terminate"] == "yes"]
    if path.name == "qa.xlsx":
        check_pack(need, folder, book)
    if whole:
        need(("Termination point reached" in cover) == bool(terminated),
             "the word on termination points is amiss")
        need(all(f"{r['cpa']}, {r['cohort']}" in cover for r in terminated[:12]),
             "a termination point is not named on the cover")
        return
    need(("Negative total" in cover) == (int(balances[path.stem]["total_pence"]) < 0),
         "the word on a negative total is amiss")
    need("What this is not" in cover and path.stem in cover, "the cover lacks what it is not")
    rows = [r for r in sample_runs.table(folder / "payments.csv") if r["payee"] == path.stem]
    need(any(sheet.name == "Schedule" for sheet in book.sheets) == bool(rows),
         "the sheet Schedule is amiss")
    if rows:
        check_reasons(need, words(book.sheet("Schedule")), rows)


def check_pack(need, folder, book):
    """What the program checks of itself in a QA pack agrees; the parts of payments add up."""
    need(not any("DIFFERS" in words(sheet) for sheet in book.sheets), "a check of the pack fails")
    due = sum(int(r["due_pence"]) for r in sample_runs.table(folder / "payments.csv"))
    splits = sample_runs.table(folder / "qa/splits.csv")
    parts = sum(int(r["due_raw_pence"]) + int(r["due_mix_pence"]) for r in splits)
    need(not splits or parts == due, f"parts of {parts}, {due} is due")


REASONS = {"new": "first settlement", "gate": "hurdle not met", "data": "changed with the data",
           "ruling": "changed by a decision", "terms": "changed with the terms"}


def check_reasons(need, schedule, rows):
    """The reasons of payments.csv stand on the schedule in words, and no others."""
    for reason, text in REASONS.items():
        if any(r["reason"] == reason for r in rows):
            need(text in schedule, f'"{text}" is not on the schedule')
    limited = any(r["computed_pence"] != r["capped_pence"] for r in rows)
    need(("limited by a cap" in schedule) == limited, '"limited by a cap" is amiss')


def check_prices(name, path, book):
    """No price is shown that no line of the workbook could take."""
    need = Checker(f"{name}/{path.name}").need
    if path.name == "qa.xlsx" or not any(sheet.name == "Prices" for sheet in book.sheets):
        return
    lines = book.sheet("Payments" if path.name == "settlement.xlsx" else "Schedule").records(book)
    titles = {line["Line"] for line in lines}
    for row in book.sheet("Prices").records(book):
        unit = re.match(r"one (?:reoffender|reoffence|payment): (.*)", row["Used for"])
        need(not unit or any(title in unit[1] for title in titles if title),
             f"{row['Price or amount']} is not a price of this workbook")


# --- text from inputs ---


def hostile_contract(folder):
    """The worked example with texts that spreadsheet programs would run if they were formulas.
    Its tables are not among them: the program refuses such texts there."""
    contract = folder / "contract"
    shutil.copytree(sample_runs.WORKED + "/contract", contract)
    for name, old, new in (
            ("scheme.yaml", "title: Worked example", 'title: "=1+1"'),
            ("rules/worked.yaml", "title: Binary, quarterly cohort", f'title: "{HOSTILE}"'),
            ("rules/worked.yaml", "reason: managed by the National Probation Service",
             'reason: "=HYPERLINK(1)"'),
            ("scheme.yaml", "commissioner: ", 'commissioner: "@SUM(1)" # ')):
        text = (contract / name).read_text(encoding="utf-8")
        if old not in text:
            problems.append(f"{name} of the worked example has no {old}")
        (contract / name).write_text(text.replace(old, new), encoding="utf-8")
    return contract


def check_hostile(folder):
    out = sample_runs.worked(folder / "hostile", hostile_contract(folder))
    seen = set()
    for path in sample_runs.books(out):
        book = check_book(path, "2018-01-31")
        for sheet in book.sheets:
            for cell in sheet.cells.values():
                if cell.value[:1] in ("=", "@") and cell.kind == "text" and cell.formula is None:
                    seen.add(cell.value)
    for text in (HOSTILE, "=HYPERLINK(1)", "=1+1", "@SUM(1)"):
        if text not in seen:
            problems.append(f"{text} did not reach a workbook as text; seen: {sorted(seen)}")


def main():
    count = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for run, out in sample_runs.make(folder).items():
            manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
            for path in sample_runs.all_books(out):
                book = check_book(path, manifest["as_at"])
                check_words(run, path, book, manifest)
                check_prices(run, path, book)
                count += 1
        check_hostile(folder)
    for text in problems[:40]:
        print(text)
    print(f"{count} workbooks, {len(problems)} problems")
    return 1 if problems or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
