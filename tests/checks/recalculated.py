#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every workbook, calculated again from scratch by Gnumeric and LibreOffice, holds what it stores, cell
by cell; and its money is that of payments.csv, to the penny. Altered results must be caught, or the
check is asleep."""
import multiprocessing
import re
import sys
import tempfile
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import sample_runs  # noqa: E402
import xlsx_book  # noqa: E402
from recalculation import (altered, by_libreoffice, compare, differences,  # noqa: E402
                           has_libreoffice)

# their schedules are many and alike: LibreOffice takes the whole settlement alone
NATIONAL = {"first", "second", "metrics", "interim", "monthly", "restated"}
problems = []


def problem(text):
    problems.append(text)


# --- money ---


def pence(text):
    """Whole pence of pounds as a cell spells them: the double nearest to them, in 16 digits."""
    value = float(text)
    whole = round(value * 100)
    if whole / 100 != value:
        problem(f"{text} is not a whole number of pence")
    return whole


MONEY = {"Computed (£)": "computed_pence", "After caps (£)": "capped_pence",
         "Payable (£)": "payable_pence", "Previously settled (£)": "previous_pence",
         "Amount due (£)": "due_pence"}


def check_lines(name, sheet_rows, csv_rows):
    """Each line in order, and the total row."""
    *lines, total = sheet_rows
    if len(lines) != len(csv_rows):
        problem(f"{name}: {len(lines)} lines, payments.csv has {len(csv_rows)}")
        return
    for line, row in zip(lines, csv_rows):
        period = line.get("Cohort") or line["Cohort or month"]
        if (line["Area code"], period) != (row["cpa"], row["cohort"]):
            problem(f"{name}: {line['Area code']} {period} stands for {row['cpa']} "
                    f"{row['cohort']}")
        check_decision(name, line, row)
        for header, column in MONEY.items():
            if pence(line[header]) != int(row[column]):
                problem(f"{name}: {row['cpa']} {row['cohort']} {row['line']} {header}: "
                        f"{line[header]}, payments.csv {row[column]}")
    for header, column in MONEY.items():
        if pence(total[header]) != sum(int(row[column]) for row in csv_rows):
            problem(f"{name}: total of {header} is not the sum of payments.csv")


def check_decision(name, line, row):
    """What was decided stands beside the computed amounts, with who decided it."""
    words = {"apply": "applied", "waive": "waived", "reinvest": "reinvested",
             "cancel": "cancelled", "hold": "held"}
    where = f"{name}: {row['cpa']} {row['cohort']} {row['line']}"
    if line.get("Decision", "applied") != words[row["disposition"]]:
        problem(f"{where}: {line.get('Decision')}, payments.csv {row['disposition']}")
    if line.get("Decided by", "") != row["authority"]:
        problem(f"{where}: decided by {line.get('Decided by')}, payments.csv {row['authority']}")
    if row["decision_reason"] and line["Reason of the decision"] != row["decision_reason"]:
        problem(f"{where}: the reason of the decision is not that of payments.csv")


def cover_total(book, name, balances):
    cover = book.sheets[0].records(book)
    due = [row["Detail"] for row in cover if row["Item"].startswith("Total due")]
    wanted = sum(int(row["total_pence"]) for row in balances)
    if balances and any(pence(text) != wanted for text in due):
        problem(f"{name}: the cover says {due}, balances.csv {wanted} pence")
    if not balances and not due[0].startswith("Nothing is priced"):
        problem(f"{name}: the cover does not say that nothing is priced")
    negative = any(int(row["total_pence"]) < 0 for row in balances)
    for item, column, part in USES:
        said = [pence(row["Detail"]) for row in cover if row["Item"].startswith(item)]
        wanted = sum(part(int(row[column])) for row in balances)
        if said != [wanted] and (said or (negative and wanted)):
            problem(f"{name}: {item}: {said}, balances.csv {wanted} pence")


USES = (("To be paid now", "pay_now_pence", lambda pence: max(pence, 0)),
        ("To be invoiced", "pay_now_pence", lambda pence: min(pence, 0)),
        ("Carried forward", "carried_forward_pence", int), ("Set off", "set_off_pence", int))
BALANCES = {"Amount due (£)": "lines_pence", "Other money (£)": "other_pence",
            "Brought forward (£)": "brought_forward_pence", "Total due (£)": "total_pence",
            "Carried forward (£)": "carried_forward_pence", "Set off (£)": "set_off_pence"}
OTHERS = {"Amount (£)": "amount_pence", "Previously settled (£)": "previous_pence",
          "Amount due (£)": "due_pence"}


def check_table(name, sheet_rows, key, csv_rows, csv_key, columns):
    """Every row and the total; money that is not shown must be nought."""
    *rows, total = sheet_rows
    if [row[key] for row in rows] != [row[csv_key] for row in csv_rows]:
        problem(f"{name}: the rows are not those of the CSV")
        return
    for header, column in columns.items():
        wanted = [int(row[column]) for row in csv_rows]
        if header not in total:
            # a total is left out only where it is the amount due
            said = [int(row["lines_pence"]) if column == "total_pence" else 0 for row in csv_rows]
        else:
            said = [pence(row[header]) for row in rows]
            if pence(total[header]) != sum(wanted):
                problem(f"{name}: total of {header} is not the sum of the CSV")
        if said != wanted:
            problem(f"{name}: {header}: {said}, the CSV has {wanted}")


def check_months(name, sheet_rows, csv_rows):
    """The sheet of months has every monthly amount due, month by month."""
    months = ("April May June July August September October November December January February "
              "March").split()
    *rows, _ = sheet_rows
    wanted = {}
    for row in csv_rows:
        if re.fullmatch(r"\d{4}-\d\d", row["cohort"]):
            month = months[(int(row["cohort"][5:]) - 4) % 12]
            key = row["cpa"], month
            wanted[key] = wanted.get(key, 0) + int(row["due_pence"])
    said = {}
    for row in rows:
        for month in months:
            if row[f"{month} (£)"]:
                key = row["Area code"], month
                said[key] = said.get(key, 0) + pence(row[f"{month} (£)"])
    if said != wanted:
        problem(f"{name}: the sheet Months is not the sum of payments.csv")


def in_pounds(rows):
    """The headers of a table of another currency, as those of pounds."""
    return [{header.replace("($)", "(£)"): value for header, value in row.items()} for row in rows]


def sheet_named(book, name):
    return next((sheet for sheet in book.sheets if sheet.name == name), None)


def check_sheets(name, book, whole, own, balances, others):
    if sheet := sheet_named(book, "Payees"):
        check_table(f"{name}, Payees", in_pounds(sheet.records(book)), "Payee", balances, "payee",
                    BALANCES)
    elif whole and balances:
        problem(f"{name}: no sheet Payees")
    if sheet := sheet_named(book, "Other money"):
        check_table(f"{name}, Other money", in_pounds(sheet.records(book)), "Reference", others,
                    "id", OTHERS)
    elif others:
        problem(f"{name}: no sheet Other money")
    if sheet := sheet_named(book, "Months"):
        check_months(name, in_pounds(sheet.records(book)), own)
    if own:
        sheet = book.sheet("Payments" if whole else "Schedule")
        check_lines(name, in_pounds(sheet.records(book)), own)


def check_money(folder):
    rows = sample_runs.table(folder / "payments.csv")
    every = sample_runs.table(folder / "balances.csv")
    others = sample_runs.table(folder / "other.csv")
    payees = {row["payee"] for row in every}
    if payees != {path.stem for path in sample_runs.books(folder)[1:]}:
        problem(f"{folder.name}: the schedules are not those of the payees of balances.csv")
    for path in sample_runs.books(folder):
        book, name = xlsx_book.Book(path), f"{folder.name}/{path.name}"
        whole = path.name == "settlement.xlsx"
        own, balances, money = ([row for row in table if whole or row["payee"] == path.stem]
                                for table in (rows, every, others))
        cover_total(book, name, balances)
        check_sheets(name, book, whole, own, balances, money)


def check_results(folder):
    """The rates of the workbook are those of results.csv, at its ten places."""
    def rounded(text):
        return "" if text == "" else round(Decimal(text), 10).normalize()

    book = xlsx_book.Book(folder / "settlement.xlsx")
    columns = {"Rate": "rate", "Adjusted rate": "adjusted_rate", "Baseline": "baseline",
               "Lower limit": "lower", "Upper limit": "upper",
               "Change (a fall is positive)": "change"}
    if sheet_named(book, "Results") is None:
        if sample_runs.table(folder / "results.csv"):
            problem(f"{folder.name}: no sheet Results")
        return
    old = sorted((r["cpa"], r["cohort"], str([rounded(r[c]) for c in columns.values()]))
                 for r in sample_runs.table(folder / "results.csv"))
    new = sorted((r["Area code"], r["Cohort"], str([rounded(r[c]) for c in columns]))
                 for r in book.sheet("Results").records(book))
    if old != new:
        problem(f"{folder.name}: the sheet Results and results.csv differ")


# --- negative controls ---


def formulas(path):
    return sum(cell.formula is not None
               for sheet in xlsx_book.Book(path).sheets for cell in sheet.cells.values())


def check_control(path, folder):
    copy = folder / "altered.xlsx"
    made = altered(path, copy, r"(</f><v>)[^<]*(</v>)", r"\g<1>999\2")
    found, _ = differences(copy, folder / "control")
    if made == 0 or len(found) != made:
        problem(f"of {made} stored results that were altered, {len(found)} were caught")
    # a wrong price: what is recalculated is no longer what is stored, up to the master check
    made = altered(path, copy, r"<v>4000</v></c><c r=\"G", r'<v>4000.01</v></c><c r="G', 1)
    found = differences(copy, folder / "control")[0]
    if made != 1 or not any("SOMETHING DIFFERS" in text for text in found):
        problem("an altered price did not reach the master check")


def check_whole(path):
    """In a usual settlement no cell is given by the program where a formula could stand."""
    book = xlsx_book.Book(path)
    rows = book.sheet("Recalculation").records(book)
    given = [row["Sheet"] for row in rows if any(int(row[header]) for header in row
                                                 if header.startswith("Given"))]
    if given or len(rows) < 5:
        problem(f"{path.name}: of {len(rows)} sheets of workings these have given cells: {given}")


def check_libreoffice(runs, folder):
    """The same cells by another program, where it is installed; how many."""
    if not has_libreoffice():
        print("LibreOffice is not installed: only Gnumeric has recalculated")
        return 0
    paths = [path for name, run in runs for path in sample_runs.books(run)
             if path.name == "settlement.xlsx" or name not in NATIONAL]
    fresh, total = by_libreoffice(paths, folder / "libreoffice"), 0
    for path in paths:
        found, count = compare(xlsx_book.Book(path), fresh[path])
        total += count
        for text in found[:5]:
            problem(f"LibreOffice, {path.parent.name}/{path.name}: {text}")
    return total


def check_book(path):
    """The first problems of a workbook, its cells and its formulas."""
    with tempfile.TemporaryDirectory() as name:
        found, cells = differences(path, Path(name) / "csv")
    return [f"{path.parent.name}/{path.name}: {text}" for text in found[:5]], cells, formulas(path)


def main():
    compared, count = 0, 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        runs = sample_runs.make(folder)
        for run in runs.values():
            check_money(run)
            check_results(run)
        paths = [path for run in runs.values() for path in sample_runs.all_books(run)]
        with multiprocessing.Pool(2) as pool:
            for found, cells, some in pool.imap(check_book, paths):
                problems.extend(found)
                compared, count = compared + cells, count + some
        check_control(runs["national"] / "settlement.xlsx", folder)
        check_whole(runs["national"] / "settlement.xlsx")
        compared += check_libreoffice(runs.items(), folder)
    for text in problems[:40]:
        print(text)
    print(f"{compared} cells compared, {count} of them formulas; {len(problems)} problems")
    return 1 if problems or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
