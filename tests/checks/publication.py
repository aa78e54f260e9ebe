#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""publication.xlsx of every kind of settlement is an accessible workbook, seen in its XML: the
checklist of "Making spreadsheets accessible" (Government Analysis Function), line by line as SS-1 to
SS-8 below. What it shows is what the settlement holds, and Gnumeric reads it."""
import csv
import io
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent))
import sample_runs  # noqa: E402
import workbooks  # noqa: E402
import xlsx_book  # noqa: E402
from xlsx_book import MAIN  # noqa: E402

FRONT = ["Cover", "Contents", "Notes"]
TABLES = ["Counts", "Results", "Attrition", "Payments", "Payees"]
SHORTHAND = ("[c]", "[x]", "[z]")
MARKER = re.compile(r"\[note (\d+)\]")
WIDTHS = (10, 110)  # characters


class Styles:
    """How cells look, by the number that a cell has in its attribute s."""

    def __init__(self, book):
        root = book.xml("xl/styles.xml")
        self.fills = [node.get("patternType") for node in root.iter(MAIN + "patternFill")]
        self.fonts = root.find(MAIN + "fonts")
        self.raised = list(root.iter(MAIN + "vertAlign"))
        self.cells = list(root.find(MAIN + "cellXfs"))

    def alignment(self, style):
        node = self.cells[style].find(MAIN + "alignment")
        return {} if node is None else node.attrib

    def size(self, style):
        font = self.fonts[int(self.cells[style].get("fontId"))]
        return float(font.find(MAIN + "sz").get("val"))


def styles_of(sheet):
    return {xlsx_book.place(node.get("r")): int(node.get("s", 0))
            for node in sheet.root.iter(MAIN + "c")}


def frame(sheet, book):
    """First row, last row and last column of the sheet's one table; its columns' names."""
    table = sheet.tables(book)[0]
    (first, _), (last, right) = map(xlsx_book.place, table.get("ref").split(":"))
    return first, last, right, [node.get("name") for node in table.iter(MAIN + "tableColumn")]


def column_a(sheet, first):
    return [sheet.cells[row, 0].value for row in range(first)]


# --- the checklist ---


def ss_1_sheets(need, book):
    """Cover, contents, notes, then one table a sheet; the contents lead to each of them."""
    names = [sheet.name for sheet in book.sheets]
    need(names[:3] == FRONT and names[3:] == [name for name in TABLES if name in names],
         f"SS-1: the sheets are {names}")
    need(len(names) > 3, "SS-1: there is no table")
    need(all(len(sheet.tables(book)) == 1 for sheet in book.sheets), "SS-1: not one table a sheet")
    contents = book.sheet("Contents")
    listed = [(row["Worksheet"], row["Title"]) for row in contents.records(book)]
    titles = [(sheet.name, sheet.cells[0, 0].value) for sheet in book.sheets[2:]]
    need(listed == titles, f"SS-1: the contents are {listed}")
    links = [node.get("location") for node in contents.root.iter(MAIN + "hyperlink")]
    need([link.split("!")[0].strip("'") for link in links] == names[2:], f"SS-1: links {links}")
    numbers = [re.match(r"Table (\d+): ", title) for _, title in titles[1:]]
    need([int(n[1]) for n in numbers if n] == list(range(1, len(titles))),
         "SS-1: tables are not numbered in order")


def ss_2_table(need, book, sheet):
    """A real table with a name; one header row; nothing merged; no blank row, column or cell."""
    first, last, right, names = frame(sheet, book)
    table = sheet.tables(book)[0]
    need(table.get("name") and table.get("headerRowCount", "1") == "1", "SS-2: no name or no header")
    need([sheet.cells[first, c].value for c in range(right + 1)] == names, "SS-2: header cells")
    need(len(set(names)) == len(names), "SS-2: two columns have one name")
    need(not list(sheet.root.iter(MAIN + "mergeCell")), "SS-2: merged cells")
    need(all((row, c) in sheet.cells and sheet.cells[row, c].value != ""
             for row in range(first, last + 1) for c in range(right + 1)), "SS-2: a blank cell")


def ss_3_order(need, book, sheet):
    """In column A: title, table count, notes, blanks, source, each in one cell; then the table, and
    nothing beside or below it."""
    first, last, right, _ = frame(sheet, book)
    lead = column_a(sheet, first)
    words = "\n".join(lead[1:])
    need(all(lead) and lead[1].startswith("This worksheet contains one table."), f"SS-3: {lead}")
    need(lead[-1].startswith("Source: "), "SS-3: the source is not right above the table")
    need(re.search(r"\bnotes?\b", words) or sheet.name == "Notes", "SS-3: nothing on notes")
    need("blank" in words, "SS-3: nothing on blank cells")
    outside = [at for at, cell in sheet.cells.items()
               if cell.value and (at[0] > last or at[1] > right or (at[0] < first and at[1]))]
    need(not outside, f"SS-3: cells outside: {outside}")
    need(all(text.rstrip()[-1] in ".:)" or i == 0 for i, text in enumerate(lead)),
         "SS-3: a sentence is broken into two cells")


def ss_4_notes(need, book):
    """Markers in headers, in order; their texts on Notes; the cover says how they work."""
    notes = [row["Note"] for row in book.sheet("Notes").records(book)]
    need(notes == [f"[note {i + 1}]" for i in range(len(notes))], f"SS-4: notes {notes}")
    for sheet in book.sheets[3:]:
        names = frame(sheet, book)[3]
        marked = list(dict.fromkeys(int(n) for name in names for n in MARKER.findall(name)))
        need(marked and marked == sorted(marked) and marked[-1] <= len(notes),
             f"SS-4: {sheet.name} points to notes {marked}")
        need(not any(re.search(r"[*†‡§¹²³]", name) for name in names), "SS-4: a symbol for a note")
    cover = {row["Item"]: row["Detail"] for row in book.sheet("Cover").records(book)}
    need("[note" in cover.get("How notes work", ""), "SS-4: the cover does not say how notes work")
    for word in SHORTHAND:
        need(word in cover.get("Shorthand", ""), f"SS-5: the cover does not explain {word}")
    for item in ("Rule for small numbers", "Withheld outcomes", "Withheld reasons",
                 "Withheld totals", "Where the rule stands", "How much is withheld"):
        need(cover.get(item), f"the cover says nothing of: {item}")


def ss_5_shorthand(need, book, sheet, styles):
    """What stands in brackets is shorthand; columns of numbers are aligned right, also where it is."""
    first, last, right, _ = frame(sheet, book)
    looks = styles_of(sheet)
    for column in range(right + 1):
        cells = {row: sheet.cells[row, column] for row in range(first + 1, last + 1)}
        odd = [cell.value for cell in cells.values() if cell.kind == "text" and
               re.fullmatch(r"\[.*\]", cell.value) and cell.value not in SHORTHAND]
        need(not odd or sheet.name == "Notes", f"SS-5: unknown shorthand {odd[:3]}")
        numeric = any(cell.kind == "number" for cell in cells.values())
        sides = {styles.alignment(looks[row, column]).get("horizontal") for row in (first, *cells)}
        need(sides == {"right"} if numeric else len(sides) == 1,
             f"SS-5: column {column + 1} is aligned {sides}")
        words = [cell.value for cell in cells.values() if cell.kind == "text"]
        need(not numeric or set(words) <= set(SHORTHAND), f"SS-5: words among numbers: {words[:3]}")


def ss_6_opening(need, book):
    """Names; no empty sheet; it opens in A1 of the first sheet; properties are filled."""
    names = [sheet.name.lower() for sheet in book.sheets]
    need(len(set(names)) == len(names), "SS-6: two sheets have one name")
    views = [list(sheet.root.iter(MAIN + "sheetView")) for sheet in book.sheets]
    chosen = [i for i, view in enumerate(views) if view and view[0].get("tabSelected") == "1"]
    active = [node.get("activeTab", "0") for node in book.workbook.iter(MAIN + "workbookView")]
    need(chosen == [0] and active == ["0"], f"SS-6: it opens with sheet {chosen}, {active}")
    cursor = [node.get("activeCell", "A1") for node in book.sheets[0].root.iter(MAIN + "selection")]
    need(set(cursor) <= {"A1"}, f"SS-6: the cursor is in {cursor}")
    for name, tag in workbooks.CORE.items():
        need((book.xml("docProps/core.xml").findtext(tag) or "").strip(), f"SS-6: no {name}")


def ss_7_nothing_else(need, book, styles):
    """No fills, macros, floating objects, headers, footers, comments or formulas."""
    need(set(styles.fills) <= {"none", "gray125"}, f"SS-7: fills {set(styles.fills)}")
    need(not styles.raised, "SS-4: superscripts")
    odd = [part for part in book.parts
           if re.search(r"vba|macro|drawing|media|chart|comment|\.bin$", part, re.I)]
    need(not odd, f"SS-7: parts {odd}")
    for sheet in book.sheets:
        for tag in ("headerFooter", "drawing", "legacyDrawing", "conditionalFormatting",
                    "dataValidations"):
            need(sheet.root.find(MAIN + tag) is None, f"SS-7: {sheet.name} has {tag}")
        need(all(cell.formula is None for cell in sheet.cells.values()), "a formula")


def ss_8_plain_sheets(need, book, sheet, styles):
    """Nothing frozen, filtered, hidden or locked; texts wrapped; columns of sensible width; type of
    12 points at least."""
    for tag in ("pane", "autoFilter", "sheetProtection"):
        need(not list(sheet.root.iter(MAIN + tag)), f"SS-8: {tag}")
        need(not list(sheet.tables(book)[0].iter(MAIN + tag)), f"SS-8: {tag} in the table")
    need(not [node for node in sheet.root.iter() if node.get("hidden") == "1"], "SS-8: hidden")
    widths = [float(node.get("width")) for node in sheet.root.iter(MAIN + "col")]
    need(widths and WIDTHS[0] <= min(widths) and max(widths) <= WIDTHS[1], f"SS-8: widths {widths}")
    first, looks = frame(sheet, book)[0], styles_of(sheet)
    for at, cell in sheet.cells.items():
        look = styles.alignment(looks[at])
        long_text = at[0] >= first and cell.kind == "text" and cell.value not in SHORTHAND
        linked = sheet.name == "Contents" and at[1] == 0
        need(not long_text or linked or look.get("wrapText") == "1", f"SS-8: {cell.value} unwrapped")
        need(styles.size(looks[at]) >= 12, f"SS-8: {cell.value} in small type")


def check_book(path, name):
    book = xlsx_book.Book(path)
    need = workbooks.Checker(f"{name}/{path.name}").need
    styles = Styles(book)
    ss_1_sheets(need, book)
    ss_4_notes(need, book)
    ss_6_opening(need, book)
    ss_7_nothing_else(need, book, styles)
    tables = [sheet.tables(book)[0].get("name").lower() for sheet in book.sheets]
    need(len(set(tables)) == len(tables), "SS-2: two tables have one name")
    for sheet in book.sheets:
        on_sheet = workbooks.Checker(f"{name}/{path.name}, {sheet.name}").need
        ss_2_table(on_sheet, book, sheet)
        ss_3_order(on_sheet, book, sheet)
        ss_5_shorthand(on_sheet, book, sheet, styles)
        ss_8_plain_sheets(on_sheet, book, sheet, styles)
    return book


# --- what it shows ---


def records(book, name):
    if not any(sheet.name == name for sheet in book.sheets):
        return []
    return [{MARKER.sub("", header).strip(): value for header, value in row.items()}
            for row in book.sheet(name).records(book)]


def same(need, what, shown, held):
    """Shown rows against those of a CSV: as many, in order, each figure equal or shorthand."""
    need(len(shown) == len(held), f"{what}: {len(shown)} rows of {len(held)}")
    count = 0
    for told, true in zip(shown, held):
        for text, figure in zip(told, true):
            if text in SHORTHAND:
                continue
            equal = abs(float(text) - float(figure)) < 1e-9 if is_number(figure) else text == figure
            need(equal, f"{what}: {told} is not {true}")
            count += is_number(figure)
    return count


def is_number(text):
    return re.fullmatch(r"-?\d+(\.\d+)?", text) is not None


def pounds(pence):
    return str(int(pence) / 100)


def money_columns(row):
    return [row[next(name for name in row if name.startswith(word))]
            for word in ("Payable", "Settled before", "Due")]


def check_figures(folder, name, book):
    need = workbooks.Checker(f"{name}/publication.xlsx").need
    payments = sample_runs.table(folder / "payments.csv")
    count = same(need, "Payments",
                 [[row["Area code"], row["Cohort or month"], row["Payee"], *money_columns(row)]
                  for row in records(book, "Payments")],
                 [[row["cpa"], row["cohort"], row["payee"], *(pounds(row[f"{what}_pence"]) for what
                                                              in ("payable", "previous", "due"))]
                  for row in payments])
    order = {(row["Area code"], row["Cohort"], row["Line"]): row for row in records(book, "Results")}
    results = sample_runs.table(folder / "results.csv")
    need(len(order) == len(results), f"{len(order)} results of {len(results)}")
    rates = sorted((row["Area code"], row["Cohort"], row["Rate"]) for row in order.values())
    held = sorted((row["cpa"], row["cohort"], row["rate"]) for row in results)
    shown = {(area, cohort) for area, cohort, rate in rates if rate not in SHORTHAND}
    count += same(need, "Results", [r for r in rates if r[:2] in shown and is_number(r[2])],
                  sorted((r for r in held if r[:2] in shown and r[2]), key=lambda r: (r[0], r[1])))
    return count + check_totals(need, folder, book, payments)


def check_totals(need, folder, book, payments):
    others = sample_runs.table(folder / "other.csv")
    count = 0
    for row in records(book, "Payees"):
        mine = [line for line in [*payments, *others]
                if row["Payee"] in (line["payee"], "All payees")]
        due = next(value for header, value in row.items() if header.startswith("Due"))
        true = pounds(sum(int(line["due_pence"]) for line in mine))
        need(due in SHORTHAND or abs(float(due) - float(true)) < 0.001, f"{row} is not {true}")
        count += due not in SHORTHAND
    return count


def check_persons(book, name):
    """No personal identifier of the worked example is in its workbook."""
    if name != "worked":
        return
    people = {row["person_id"] for row in sample_runs.table(Path(sample_runs.WORKED) / "cohort.csv")}
    words = {cell.value for sheet in book.sheets for cell in sheet.cells.values()}
    workbooks.Checker(name).need(not people & words, f"persons are named: {people & words}")


def check_status(folder, book, name):
    """The rule for small numbers is made up everywhere; neither it nor a check of the extracts makes a
    payment illustrative by itself."""
    settlement = xlsx_book.Book(folder / "settlement.xlsx")
    terms = settlement.sheet("Terms").records(settlement)
    made_up = [term for term in terms if term["Status"].startswith("illustrative")]
    small = [term for term in made_up if term["Term"].startswith("publication.")]
    others = [term for term in made_up if not term["Term"].startswith(("publication.", "checks"))]
    cover = {row["Item"]: row["Detail"] for row in book.sheet("Cover").records(book)}
    told = re.match(r"(\d+) terms?\b", cover["Status of the terms"])
    need = workbooks.Checker(name).need
    need(len(small) == 4, "the rule for small numbers is not among the terms")
    need((int(told[1]) if told else 0) == len(others), f"{told} of {len(others)} illustrative terms")


# --- another program ---


def check_gnumeric(path, book, folder):
    """Every cell of every sheet as Gnumeric reads it, in order."""
    subprocess.run(["ssconvert", "--export-file-per-sheet", "--export-type=Gnumeric_stf:stf_csv",
                    str(path), str(folder / "sheet.csv")], check=True, capture_output=True)
    for i, sheet in enumerate(book.sheets):
        text = (folder / f"sheet.csv.{i}").read_text(encoding="utf-8")
        rows = list(csv.reader(io.StringIO(text)))
        read = [value for row in rows for value in row if value]
        held = [cell for _, cell in sorted(sheet.cells.items()) if cell.value]
        need = workbooks.Checker(f"{path.parent.name}/{path.name}, {sheet.name}").need
        need(len(read) == len(held), f"Gnumeric reads {len(read)} cells of {len(held)}")
        need(all(cell.kind == "number" or value == cell.value for value, cell in zip(read, held)),
             "Gnumeric reads other texts")


def main():
    books = figures = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for run, out in sample_runs.make(folder).items():
            path = out / "publication.xlsx"
            book = check_book(path, run)
            figures += check_figures(out, run, book)
            check_persons(book, run)
            check_status(out, book, run)
            check_gnumeric(path, book, folder)
            books += 1
    problems = workbooks.problems
    for text in problems[:40]:
        print(text)
    print(f"{books} workbooks, {figures} figures compared, {len(problems)} problems")
    return 1 if problems or not books or figures < 1000 else 0


if __name__ == "__main__":
    sys.exit(main())
