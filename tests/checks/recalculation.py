# SPDX-License-Identifier: GPL-3.0-or-later
"""Recalculates workbooks from scratch, with the stored results of their formulas taken out before:
what a spreadsheet program then says must be what the file stored. Not a check itself."""
import csv
import datetime
import math
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import xlsx_book

DAY_NOUGHT = datetime.date(1899, 12, 30)  # of the 1900 date system, after February 1900
TOLERANCE = 1e-12  # relative; a workbook spells its numbers with 16 digits
# Differences of nearly equal rates, and amounts made of them, keep fewer digits than the rates;
# whole pence and counts are compared to the last one.
LOOSE = (("(units", 1e-9), ("(amount_pence)", 1e-5), ("_exact)", 1e-5), ("Units", 1e-9))
WHOLE = (", pence (", "(cases)", "Starts", "Lines")
STORED = r"(</f>)<v>[^<]*</v>"
# Rows that are repeated in print, which no formula names (workbooks.py looks at them): LibreOffice
# spends more than half its time on them.
NAMES = re.compile(rb"<definedNames>.*</definedNames>", re.DOTALL)


def altered(source, target, pattern, replacement, count=10**9):
    """A copy with something replaced in the XML of its sheets, and no names; how often it was."""
    total = 0
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename == "xl/workbook.xml":
                data = NAMES.sub(b"", data)
            if info.filename.startswith("xl/worksheets/sheet") and total < count:
                text, made = re.subn(pattern, replacement, data.decode(), count=count - total)
                data, total = text.encode(), total + made
            new.writestr(info, data)
    return total


def recalculated(path, folder):
    """Grids of text by sheet, calculated by Gnumeric from a copy without results, unrounded."""
    folder = Path(folder)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    altered(path, folder / "bare.xlsx", STORED, r"\1")
    subprocess.run(["ssconvert", "--recalc", "-S", folder / "bare.xlsx", folder / "%n.csv"],
                   check=True, capture_output=True)
    return grids_of(folder / f"{number}.csv" for number in range(10**6))


RECALCULATE_ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item>
</oor:items>
"""
RAW = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"


def has_libreoffice():
    return shutil.which("soffice") is not None


def by_libreoffice(paths, folder):
    """path → grids, as recalculated() gives them, of all workbooks in one go of LibreOffice."""
    folder = Path(folder)
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "profile" / "user").mkdir(parents=True)
    (folder / "profile" / "user" / "registrymodifications.xcu").write_text(RECALCULATE_ALWAYS)
    copies = {path: folder / f"b{number}.xlsx" for number, path in enumerate(paths)}
    for path, copy in copies.items():
        altered(path, copy, STORED, r"\1")
    subprocess.run(["soffice", f"-env:UserInstallation=file://{folder.resolve()}/profile",
                    "--headless", "--convert-to", RAW, "--outdir", folder / "out",
                    *copies.values()], check=True, capture_output=True)
    return {path: grids_of(folder / "out" / f"{copy.stem}-{sheet.name}.csv"
                           for sheet in xlsx_book.Book(path).sheets)
            for path, copy in copies.items()}


def grids_of(parts):
    grids = []
    for part in parts:
        if not part.exists():
            break
        with open(part, newline="", encoding="utf-8") as stream:
            grids.append(xlsx_book.trimmed(csv.reader(stream), lambda text: text == ""))
    return grids


def tolerance_of(header):
    if any(part in header for part in WHOLE) and not any(part in header for part, _ in LOOSE):
        return 0
    return next((loose for part, loose in LOOSE if part in header), TOLERANCE)


def same(kind, stored, fresh, tolerance=TOLERANCE):
    if kind == "text" or fresh == "":
        return stored == fresh
    if re.fullmatch(r"\d{4}[/-]\d\d[/-]\d\d", fresh):
        day = DAY_NOUGHT + datetime.timedelta(days=int(stored))
        return day.isoformat() == fresh.replace("/", "-")
    try:
        return math.isclose(float(stored), float(fresh), rel_tol=TOLERANCE if tolerance else 0,
                            abs_tol=tolerance)
    except ValueError:
        return False


def headers_of(sheet, book):
    """Row of the table's header, and the header of each column; None where there is no table."""
    tables = sheet.tables(book)
    if not tables:
        return []
    (first, left), (_, right) = map(xlsx_book.place, tables[0].get("ref").split(":"))
    return [sheet.cells[(first, column)].value for column in range(left, right + 1)]


def sheet_differences(sheet, headers, old, new):
    found = []
    for number, (left, right) in enumerate(zip(old, new), 1):
        for column, ((kind, value), text) in enumerate(zip(left, right)):
            header = headers[column] if column < len(headers) else ""
            if not same(kind, value, text, tolerance_of(header)):
                found.append(f"{sheet.name}, row {number}, {header}: stored {value}, "
                             f"recalculated {text}")
    return found


def compare(book, fresh):
    """Cells whose stored value is not what a recalculation gives; and how many were compared."""
    found, count = [], 0
    if len(fresh) != len(book.sheets):
        return [f"{len(book.sheets)} sheets, recalculated {len(fresh)}"], 0
    for sheet, new in zip(book.sheets, fresh):
        old = sheet.grid()
        if [len(row) for row in old] != [len(row) for row in new]:
            found.append(f"{sheet.name}: another shape")
            continue
        found += sheet_differences(sheet, headers_of(sheet, book), old, new)
        count += sum(map(len, old))
    return found, count


def differences(path, folder):
    return compare(xlsx_book.Book(path), recalculated(path, folder))
