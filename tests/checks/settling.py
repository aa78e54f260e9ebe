# SPDX-License-Identifier: GPL-3.0-or-later
"""What the checks on sequences of settlements share: a small copy of the Transforming Rehabilitation
contract that can be changed, its monthly inputs, and runs of the program. Not a check itself."""
import csv
import hashlib
import os
import pathlib
import re
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("PBRCALC", str(ROOT / "build" / "pbrcalc"))
CONTRACT = ROOT / "contracts" / "transforming-rehabilitation"
PENCE = ("computed_pence", "capped_pence", "payable_pence", "previous_pence", "due_pence")
REFUSED = 2
BANDS = ("up-to-6-months", "7-to-12-months", "over-12-months")
SENTENCES = ("community-order", "suspended-sentence-order", "custody-release")
MEASURES = ("plans-in-time", "orders-completed")


def expect(condition, *words):
    if not condition:
        raise SystemExit("FAILED: " + " ".join(str(word) for word in words))


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write(path, rows, columns=None):
    columns = columns or list(rows[0])
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def run(*words, refused=None):
    """Runs the program; refused: a text that its refusal must hold."""
    done = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, check=False)
    if refused is None:
        expect(done.returncode == 0, "status", done.returncode, "of", *words, "\n", done.stderr)
    else:
        expect(done.returncode == REFUSED, "status", done.returncode, "not refused:", *words)
        expect(refused in done.stderr, f'"{refused}" is not in', done.stderr)
    return done


class Contract:
    """A copy of the contract with some areas only."""

    def __init__(self, folder, areas):
        self.folder = pathlib.Path(folder)
        shutil.copytree(CONTRACT, self.folder, ignore=shutil.ignore_patterns("worked", "README.md"))
        for name in ("areas", "agreements", "baselines", "prices"):
            rows = read(self.folder / f"{name}.csv")
            write(self.folder / f"{name}.csv", [row for row in rows if row["cpa"] in areas],
                  list(rows[0]))
        self.areas = list(areas)

    def copy(self, folder):
        other = object.__new__(Contract)
        other.folder = pathlib.Path(folder)
        other.areas = self.areas
        shutil.copytree(self.folder, other.folder)
        return other

    def change(self, name, change):
        """change(row) may alter each row of a table."""
        path = self.folder / f"{name}.csv"
        rows = read(path)
        for row in rows:
            change(row)
        columns = list(dict.fromkeys(key for row in rows for key in row))
        write(path, rows, columns)

    def add(self, name, *rows):
        path = self.folder / f"{name}.csv"
        known = read(path)
        write(path, known + list(rows), list(known[0]))

    def drop(self, name, matches):
        path = self.folder / f"{name}.csv"
        rows = read(path)
        write(path, [row for row in rows if not matches(row)], list(rows[0]))

    def edit(self, pattern, replacement):
        """Every version of the rules must hold the pattern."""
        for path in sorted((self.folder / "rules").glob("*.yaml")):
            text, count = re.subn(pattern, replacement, path.read_text(encoding="utf-8"))
            expect(count, f'"{pattern}" is not in', path)
            path.write_text(text, encoding="utf-8")

    def rows(self, name):
        return read(self.folder / f"{name}.csv")


def months(first="2015-02", last="2021-06"):
    year, month = map(int, first.split("-"))
    while f"{year}-{month:02d}" <= last:
        yield f"{year}-{month:02d}"
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def monthly_inputs(folder, areas, random):
    """volumes.csv and service-levels.csv for every month of the scheme."""
    volumes = [{"cpa": area, "month": month, "sentence_type": sentence, "band": band,
                "starts": random.randrange(20, 160)}
               for area in areas for month in months() for sentence in SENTENCES for band in BANDS]
    levels = [{"cpa": area, "month": month, "measure": measure,
               "numerator": random.randrange(60, 101), "denominator": 100}
              for area in areas for month in months() for measure in MEASURES]
    return ["--volumes", write(folder / "volumes.csv", volumes),
            "--service-levels", write(folder / "service-levels.csv", levels)]


def measured(folder, contract, cohorts, starts, seed, snapshot):
    """Rows of metrics.csv for the quarters of a small synthetic extract."""
    extract = folder / f"extract-{seed}"
    run("synth", "--contract", contract.folder, "--seed", seed, "--starts", starts, "--cohorts",
        ",".join(cohorts), "--out", extract, "--quiet")
    done = run("measure", "--contract", contract.folder, "--cohort", extract / "cohort.csv",
               "--reoffences", extract / "reoffences.csv", "--snapshot", snapshot, "--as-at",
               snapshot)
    rows = list(csv.DictReader(done.stdout.splitlines()))
    return [row for row in rows if row["cohort"] in cohorts]


class Run:
    """A settlement folder as it was written."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.payments = read(self.folder / "payments.csv")
        for row in self.payments:
            row.update({name: int(row[name]) for name in PENCE})
        self.balances = {row["payee"]: {name: int(text) for name, text in row.items()
                                        if name.endswith("_pence")}
                         for row in read(self.folder / "balances.csv")}
        self.others = read(self.folder / "other.csv")

    def line(self, area, cohort, line, payee=None):
        found = [row for row in self.payments
                 if (row["cpa"], row["cohort"], row["line"]) == (area, cohort, line)
                 and payee in (None, row["payee"])]
        expect(len(found) == 1, len(found), "rows of", area, cohort, line, payee, "in", self.folder)
        return found[0]

    def sums(self, figure):
        sums = {}
        for row in self.payments:
            key = row["cpa"], row["cohort"], row["line"]
            sums[key] = sums.get(key, 0) + row[figure]
        return sums


def settle(folder, contract, inputs, cohorts, as_at, previous=(), extra=(), refused=None):
    history = ["--previous", *(item.folder for item in previous)] if previous else ["--first-of-year"]
    run("settle", "--contract", contract.folder, *inputs, "--cohorts", ",".join(cohorts), "--as-at",
        as_at, "--out", folder, "--quiet", *history, *extra, refused=refused)
    if refused is not None:
        expect(not pathlib.Path(folder).exists(), folder, "was written though the run was refused")
        return None
    return Run(folder)


def digests(folder):
    folder = pathlib.Path(folder)
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*")) if path.is_file()}
