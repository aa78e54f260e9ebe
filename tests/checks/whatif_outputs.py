#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is written of a scenario holds together: each CSV is as its schema says, whatif.json has the same
rows with the same digits, totals add up to the settlement's own penny, whatif.xlsx is built as the house
style asks, recalculates to what it stores, has the figures of the CSV files and draws its charts from
cells that hold some. The same question gives the same bytes at one thread and at two."""
import csv
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import recalculation  # noqa: E402
import sample_runs  # noqa: E402
import workbooks  # noqa: E402
import xlsx_book  # noqa: E402
from workbooks import CHART, problems  # noqa: E402

PROGRAM = os.environ.get("PBRCALC", "build/pbrcalc")
TITLE = "=1+1, <b>a hostile title</b>"
PARTS = """
sweep:
  vary:
    - {term: lines.binary.test.level, values: ["0.8", "0.9", "0.95"]}
    - {term: "prices[*].binary_price", how: times, from: "0.5", to: "1.5", step: "0.25"}
tornado: {by: "10"}
break-even: "yes"
simulate:
  {replicates: 600, seed: 2018, method: parametric, counts: resampled, baseline: both,
   effects: [{name: none}, {name: "=a fall", rate-fall: "2", rate-sd: "0.5", frequency-fall: "0.1"}]}
power: {chance: "0.8", rate-falls: ["1", "4"], frequency-falls: ["0.25"]}
"""
INSTEAD = """instead:
  change:
    - {term: lines.binary.test.level, set: "0.90"}
    - {term: "prices[*].binary_price", times: "1.1"}
"""
BOTH = "terms lines sums sweep sweep-sums tornado break-even simulation distribution power power-curve"
ALONE = "terms lines sums break-even"
CHARTS = {"both": {"funnel", "sweep", "tornado", "effects", "distribution", "power"}, "alone": {"funnel"}}


def problem(text):
    problems.append(text)


def ask(scenario, out, *options):
    done = subprocess.run([PROGRAM, "whatif", str(scenario), "--out", str(out), "--quiet", *options],
                          capture_output=True, text=True, check=False)
    if done.returncode:
        problem(f"{scenario.name}: status {done.returncode}: {done.stdout}{done.stderr}")
    return out


# --- tables ---


def fields_of(file):
    stem = Path(file).stem
    return json.loads(subprocess.run([PROGRAM, "schema", "whatif-" + stem], check=True,
                                     capture_output=True, text=True).stdout)


KINDS = {"integer": r"-?\d+", "number": r"-?\d+(\.\d+)?", "string": r"(?s).+"}


def check_schema(name, rows, schema):
    """Columns and kinds; a sweep has its terms after the point."""
    fields = {field["name"]: field for field in schema["fields"]}
    header = list(rows[0]) if rows else list(fields)
    extra = [column for column in header if column not in fields]
    if [column for column in header if column in fields] != list(fields):
        problem(f"{name}: the columns are not those of the schema: {header}")
    if bool(extra) != (Path(name).stem == "sweep") or extra != header[1:1 + len(extra)]:
        problem(f"{name}: columns {extra}")
    for row in rows:
        for column, field in fields.items():
            value, needed = row[column], field["constraints"].get("required")
            if not value and needed or value and not re.fullmatch(KINDS[field["type"]], value):
                problem(f"{name}: {column} is {value!r}")
    keys = schema.get("primaryKey")
    if keys and len({tuple(row[key] for key in keys) for row in rows}) != len(rows):
        problem(f"{name}: two rows have the same {keys}")


def as_text(value):
    return "" if value is None else str(value)


def check_json(name, rows, listed):
    """Numbers are read as their digits, so that 1.50 would not be 1.5; a blank cell is null."""
    if any(value == "" for row in listed for value in row.values()):
        problem(f"{name}: whatif.json has an empty text")
    said = [{column: as_text(value) for column, value in row.items()} for row in listed]
    plain = [{column: re.sub(r"^'(?=[=+\-@])", "", value) for column, value in row.items()}
             for row in rows]
    if said != plain:
        differ = next((pair for pair in zip(said, plain) if pair[0] != pair[1]), None)
        problem(f"{name}: whatif.json has {len(said)} rows, the CSV {len(plain)}; {differ}")


def check_tables(folder, names):
    document = json.loads((folder / "whatif.json").read_text(encoding="utf-8"), parse_int=str,
                          parse_float=str)
    tables = {name: sample_runs.table(folder / f"{name}.csv") for name in names}
    found = {path.stem for path in folder.glob("*.csv")}
    if found != set(names):
        problem(f"{folder.name}: the tables are {sorted(found)}")
    lists = {key for key, value in document.items()
             if isinstance(value, list) and not key.endswith("notes")}
    if lists != {name.replace("-", "_") for name in names}:
        problem(f"{folder.name}: whatif.json has the lists {sorted(lists)}")
    for name, rows in tables.items():
        check_schema(f"{name}.csv", rows, fields_of(f"{name}.csv"))
        check_json(f"{folder.name}: {name}", rows, document[name.replace("-", "_")])
    if document["title"] != TITLE or document["format"] != "pbrcalc-whatif-1":
        problem(f"{folder.name}: {document['format']} {document['title']}")
    return tables


# --- money ---


def total(rows, column):
    return sum(int(row[column]) for row in rows)


def check_sums(name, tables, payments):
    due = total(payments, "due_pence")
    for side in ("base", "instead"):
        column = f"{side}_due_pence"
        of = {what: total([row for row in tables["sums"] if row["of"] == what], column)
              for what in ("total", "payee", "area")}
        of["lines"] = total(tables["lines"], column)
        if len(set(of.values())) != 1:
            problem(f"{name}: {side} does not add up: {of}")
    if total([row for row in tables["sums"] if row["of"] == "total"], "base_due_pence") != due:
        problem(f"{name}: the base is not the settlement's {due} pence")
    for table in ("sums", "lines"):
        for row in tables[table]:
            if int(row["instead_due_pence"]) - int(row["base_due_pence"]) != int(row["change_pence"]):
                problem(f"{name}: {table}: {row}")


def check_sweep(name, tables):
    """Payees and areas of a point each add up to its total."""
    parts = {}
    for row in tables["sweep-sums"]:
        key = row["point"], row["of"]
        parts[key] = parts.get(key, 0) + int(row["due_pence"])
    for row in tables["sweep"]:
        for of in ("payee", "area"):
            if row["total_pence"] and parts[row["point"], of] != int(row["total_pence"]):
                problem(f"{name}: point {row['point']}: {of}s are {parts[row['point'], of]}, in all "
                        f"{row['total_pence']}")


def check_simulation(name, tables):
    """Bins hold every replicate once; the means of payees add up to that of the total."""
    bins, means = {}, {}
    for row in tables["distribution"]:
        key = row["effect"], row["baseline"], row["of"], row["name"]
        bins[key] = bins.get(key, 0) + int(row["replicates"])
        if int(row["to_pence"]) <= int(row["from_pence"]):
            problem(f"{name}: a bin from {row['from_pence']} to {row['to_pence']}")
    if set(bins.values()) != {600}:
        problem(f"{name}: bins hold {sorted(set(bins.values()))} replicates")
    for row in tables["simulation"]:
        key = row["effect"], row["baseline"], row["of"]
        means[key] = means.get(key, 0) + float(row["mean_pence"])
        parts = float(row["paid_pence"]) + float(row["deducted_pence"])
        if abs(parts - float(row["mean_pence"])) > 1e-6 * max(abs(parts), 1e6):
            problem(f"{name}: {row['of']} {row['name']}: payments and deductions come to {parts}, "
                    f"the mean is {row['mean_pence']}")
        verdicts = [row[word] for word in ("better", "neither", "worse", "no_result")]
        if row["of"] == "line" and sum(map(int, verdicts)) != 600:
            problem(f"{name}: {row['name']} {row['cohort']} {row['line']}: {verdicts}")
    for (effect, baseline, of), mean in means.items():
        whole = means[effect, baseline, "total"]
        if abs(mean - whole) > 1e-6 * max(abs(whole), 1e6):
            problem(f"{name}: {effect}, {baseline}: {of}s have a mean of {mean}, in all {whole}")


# --- the workbook ---


def pence(text):
    return round(float(text) * 100)


def sheet_money(book, name, header):
    """The column of a sheet in pence, without its total, and the total."""
    rows = book.sheet(name).records(book)
    values = [pence(row[header]) for row in rows if row.get(header)]
    return values[:-1], values[-1]


def check_book(folder, tables, both):
    book = workbooks.check_book(folder / "whatif.xlsx", "2018-04-20")
    for row in book.sheets[0].records(book):
        if row["Item"] == "Master check" and row["Detail"] != "everything agrees":
            problem(f"{folder.name}: the master check says {row['Detail']}")
    cover = workbooks.words(book.sheets[0])
    for text in ("What if: not for payment.", "Not for payment: ", TITLE):
        if text not in cover:
            problem(f"{folder.name}: the cover does not say {text}")
    for sheet, of in (("Payees", "payee"), ("Areas", "area")):
        for header, column in (("Due, base (£)", "base_due_pence"), ("Change (£)", "change_pence")):
            if header == "Change (£)" and not both:
                continue
            wanted = [int(row[column]) for row in tables["sums"] if row["of"] == of]
            if sheet_money(book, sheet, header) != (wanted, sum(wanted)):
                problem(f"{folder.name}: {sheet}, {header} is not that of sums.csv")
    if both:
        values = [row["Due (£)"] and str(pence(row["Due (£)"]))
                  for row in book.sheet("Sweep").records(book)]
        if values != [row["total_pence"] for row in tables["sweep"]]:
            problem(f"{folder.name}: the sheet Sweep is not sweep.csv")
    check_charts(folder.name, book, CHARTS["both" if both else "alone"])
    wrong, count = recalculation.differences(folder / "whatif.xlsx", folder.parent / "bare")
    for text in wrong[:10]:
        problem(f"{folder.name}: recalculated: {text}")
    return count


def cells_of(book, reference):
    """The values of "Sheet!$A$1:$A$9"."""
    name, area = reference.rsplit("!", 1)
    first, _, last = area.partition(":")
    (top, left), (bottom, right) = xlsx_book.place(first), xlsx_book.place(last or first)
    sheet = book.sheet(name.strip("'"))
    return [sheet.cells[row, column].value for row in range(top, bottom + 1)
            for column in range(left, right + 1) if (row, column) in sheet.cells]


def check_charts(name, book, wanted):
    """Every kind of chart is there, and each series has points whose x and y are both filled."""
    kinds = {sheet.name.split()[1] for sheet in book.sheets if sheet.name.startswith("Chart ")}
    if kinds != wanted:
        problem(f"{name}: the charts are {sorted(kinds)}")
    for part in book.parts:
        if not part.startswith("xl/charts/chart"):
            continue
        drawn = set()
        for series in book.xml(part).iter(CHART + "ser"):
            references = tuple(node.text for node in series.iter(CHART + "f"))
            x, y = [cells_of(book, reference) for reference in references]
            if references in drawn:
                problem(f"{name}: {part}: two series are of {references}")
            drawn.add(references)
            if len(x) != len(y) or not any(a and b for a, b in zip(x, y)):
                problem(f"{name}: {part}: a series without points")


# --- the questions ---


def write_scenario(folder, name, text):
    path = folder / f"{name}.yaml"
    path.write_text(f"title: {json.dumps(TITLE)}\nauthor: A. Analyst\nquestion: What if?\n"
                    f"base: {{settlement: settlement}}\n{text}", encoding="utf-8")
    return path


def same_folders(one, other):
    names = {path.name for path in one.iterdir()} | {path.name for path in other.iterdir()}
    for name in sorted(names):
        both = [(folder / name).read_bytes() if (folder / name).exists() else None
                for folder in (one, other)]
        if both[0] != both[1]:
            problem(f"{name} is not the same at one thread and at two")


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        extract = sample_runs.extract(folder / "extract")
        settlement = sample_runs.settle(folder / "settlement", sample_runs.TR, "--first-of-year",
                                        cohorts=sample_runs.ALL, as_at="2018-04-20",
                                        snapshot="2018-03-31", **extract)
        payments = sample_runs.table(settlement / "payments.csv")
        scenario = write_scenario(folder, "both", INSTEAD + PARTS)
        both = ask(scenario, folder / "one", "--threads", "1")
        same_folders(both, ask(scenario, folder / "two", "--threads", "2"))
        tables = check_tables(both, BOTH.split())
        check_sums("both", tables, payments)
        check_sweep("both", tables)
        check_simulation("both", tables)
        count = check_book(both, tables, True)
        alone = ask(write_scenario(folder, "alone", 'break-even: "yes"\n'), folder / "three")
        tables = check_tables(alone, ALONE.split())
        check_sums("alone", tables, payments)
        count += check_book(alone, tables, False)
    for text in problems[:40]:
        print(text)
    print(f"{count} cells recalculated, {len(problems)} problems")
    return 1 if problems or not count else 0


if __name__ == "__main__":
    sys.exit(main())
