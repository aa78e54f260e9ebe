# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a workbook by its parts (ECMA-376 XML in a zip file), without pbrcalc's code or a library
for spreadsheets, so that the checks beside it look at the file from outside."""
import re
import zipfile
from functools import cache, cached_property
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"


def column_index(letters):
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


@cache
def place(reference):
    """Row and column, both from 0, of "B12"."""
    letters, digits = re.fullmatch(r"\$?([A-Z]+)\$?(\d+)", reference).groups()
    return int(digits) - 1, column_index(letters)


class Cell:
    """value: text, or a number as the file spells it; kind: "text", "number" or "blank"."""

    def __init__(self, kind, value, formula):
        self.kind, self.value, self.formula = kind, value, formula


class Sheet:
    """Read when it is first looked at: many checks look at one sheet of a book."""

    def __init__(self, book, name, part):
        self.book, self.name, self.part = book, name, part
        self.relations = book.relations(part)

    @cached_property
    def root(self):
        return self.book.xml(self.part)

    @cached_property
    def cells(self):
        return {place(node.get("r")): self._cell(self.book, node)
                for node in self.root.iter(MAIN + "c")}

    @staticmethod
    def _cell(book, node):
        value, formula = node.find(MAIN + "v"), node.find(MAIN + "f")
        text = None if value is None else value.text or ""
        kind = {"s": "text", "str": "text"}.get(node.get("t", "n"), "number")
        if text is None:
            kind, text = "blank", ""
        elif node.get("t") == "s":
            text = book.strings[int(text)]
        return Cell(kind, text, None if formula is None else formula.text or "")

    def grid(self):
        """Rows of (kind, value), without blank ends of rows and blank first and last rows."""
        height = max((row for row, _ in self.cells), default=-1) + 1
        width = max((column for _, column in self.cells), default=-1) + 1
        rows = []
        for row in range(height):
            cells = [self.cells.get((row, column)) for column in range(width)]
            rows.append([(c.kind, c.value) if c else ("blank", "") for c in cells])
        return trimmed(rows, lambda cell: cell[1] == "")

    def tables(self, book):
        return [book.xml(target) for kind, target in self.relations.values() if kind == "table"]

    def records(self, book):
        """The rows of the sheet's table as dictionaries by header, the total row included."""
        table = self.tables(book)[0]
        (first, left), (last, right) = map(place, table.get("ref").split(":"))
        headers = [self.cells[(first, column)].value for column in range(left, right + 1)]
        blank = Cell("blank", "", None)
        return [
            dict(zip(headers, (self.cells.get((row, column), blank).value
                               for column in range(left, right + 1))))
            for row in range(first + 1, last + 1)
        ]


def trimmed(rows, blank):
    rows = [list(row) for row in rows]
    for row in rows:
        while row and blank(row[-1]):
            row.pop()
    while rows and not rows[0]:
        rows.pop(0)
    while rows and not rows[-1]:
        rows.pop()
    return rows


class Book:
    def __init__(self, path):
        self.path = path
        with zipfile.ZipFile(path) as archive:
            self.infos = archive.infolist()
            self.parts = {info.filename: archive.read(info) for info in self.infos}
        self.strings = self._strings()
        relations = self.relations("xl/workbook.xml")
        self.workbook = self.xml("xl/workbook.xml")
        self.sheets = [
            Sheet(self, node.get("name"), relations[node.get(OFFICE + "id")][1])
            for node in self.workbook.iter(MAIN + "sheet")
        ]

    def _strings(self):
        if "xl/sharedStrings.xml" not in self.parts:
            return []
        return ["".join(text.text or "" for text in item.iter(MAIN + "t"))
                for item in self.xml("xl/sharedStrings.xml").iter(MAIN + "si")]

    def xml(self, part):
        return ElementTree.fromstring(self.parts[part])

    def relations(self, part):
        """id → (kind, target part) of a part; links to places outside keep their target as it is."""
        folder, _, name = part.rpartition("/")
        path = f"{folder}/_rels/{name}.rels"
        found = {}
        if path not in self.parts:
            return found
        for node in self.xml(path).iter(PACKAGE + "Relationship"):
            target = node.get("Target")
            if node.get("TargetMode") != "External":
                target = self._resolved(folder, target)
            found[node.get("Id")] = (node.get("Type").rpartition("/")[2], target)
        return found

    @staticmethod
    def _resolved(folder, target):
        steps = [] if target.startswith("/") else folder.split("/")
        for step in target.strip("/").split("/"):
            if step == "..":
                steps.pop()
            else:
                steps.append(step)
        return "/".join(steps)

    def sheet(self, name):
        return next(sheet for sheet in self.sheets if sheet.name == name)
