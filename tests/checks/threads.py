#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""No number of threads, size of part or way of writing a file reaches a figure or a message.

A synthetic extract of several parts is written plainly, with quotes and newlines in its cells, with
CRLF and a byte order mark, through gzip and from standard input, with ids of up to 64 characters, and
with hundreds of bad rows. Each is measured and checked by 1, 2, 3 and 8 threads; one of them under
ThreadSanitizer too, where the worked example is also settled and asked what-ifs.
"""
import csv
import gzip
import os
import pathlib
import random
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PBRCALC = os.environ.get("PBRCALC", str(ROOT / "build/pbrcalc"))
CONTRACT = ROOT / "contracts/transforming-rehabilitation"
THREADS = (1, 2, 3, 8)
NAMES = ("cohort", "reoffences")


def run(*words, stdin=None, program=PBRCALC, status=(0,)):
    done = subprocess.run([program, *map(str, words)], capture_output=True, stdin=stdin, check=False)
    if done.returncode not in status:
        sys.exit(f"status {done.returncode}: {words}\n{done.stderr.decode()[-2000:]}")
    return done.stdout, done.stderr


def measure(folder, threads, suffix="", **more):
    paths = [folder / f"{name}.csv{suffix}" for name in NAMES]
    return run("measure", "--contract", CONTRACT, "--cohort", paths[0], "--reoffences", paths[1],
               "--snapshot", "2022-03-31", "--as-at", "2022-05-31", "--verbose", "--threads",
               threads, **more)


def check(folder, threads):
    return run("check", "--contract", CONTRACT, "--cohort", folder / "cohort.csv", "--reoffences",
               folder / "reoffences.csv", "--snapshot", "2022-03-31", "--format", "json",
               "--threads", threads, status=(1,))


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def quoted(cell, dice):
    if dice.random() < 0.05:
        return '"' + cell.replace('"', '""') + '"'
    return cell


def write(path, rows, dice, end="\n", mark="", line=lambda cells, dice: ",".join(cells)):
    with open(path, "w", newline="", encoding="utf-8") as file:
        file.write(mark)
        file.writelines(line(row, dice) + end for row in rows)


def line_with_quotes(cells, dice):
    return ",".join(quoted(cell, dice) for cell in cells)


def with_remarks(rows, dice):
    """A column that nobody uses, with everything that a cell may hold."""
    remarks = ["", "plain", '"a, b"', '"two\nlines"', '"three\n\n\nlines, and ""more"""', "\u00e9t\u00e9",
               '"' + "long " * 300 + '"']
    return [[*row, "remark" if not number else dice.choice(remarks)]
            for number, row in enumerate(rows)]


def with_long_ids(rows):
    """Ids of 11 to 64 characters, where the tail tells them apart."""
    def long(name):
        return "x" * (4 + sum(map(ord, name)) % 53) + "/" + name
    return [rows[0]] + [[long(row[0]), *row[1:]] for row in rows[1:]]


def with_bad_rows(rows, dice):
    bad = [rows[0]]
    for row in rows[1:]:
        row = list(row)
        if dice.random() < 0.03:
            row[dice.randrange(len(row))] = dice.choice(
                ["", "2016-02-30", "no such", "C99", '"open', 'stray"', "\t", "x" * 70, "1e9"])
        if dice.random() < 0.002:
            row.append("one too many")
        bad.append(row)
        if dice.random() < 0.003:
            bad.append(list(row))
    return bad


def variants(folder, plain, dice):
    """Folders that measure as the plain extract does."""
    rows = {name: read(plain / f"{name}.csv") for name in NAMES}
    ways = {
        "quotes": dict(line=line_with_quotes),
        "remarks": dict(change=lambda r: with_remarks(r, dice)),
        "crlf": dict(end="\r\n", mark="\ufeff"),
        "long-ids": dict(change=with_long_ids),
    }
    for way, how in ways.items():
        (folder / way).mkdir()
        change = how.pop("change", lambda r: r)
        for name in NAMES:
            write(folder / way / f"{name}.csv", change(rows[name]), dice, **how)
        yield folder / way
    (folder / "bad").mkdir()
    for name in NAMES:
        write(folder / "bad" / f"{name}.csv", with_bad_rows(rows[name], dice), dice)


def expect_same(one, other, *words):
    if one != other:
        sys.exit(f"differs: {words}\n{one[-1500:]}\n{other[-1500:]}")


def sanitized(folder):
    """The program under ThreadSanitizer."""
    flags = "-O1 -g -fsanitize=thread"
    subprocess.run(["make", "-s", "-C", ROOT, f"BUILD={folder}", f"CFLAGS={flags}",
                    "LDFLAGS=-fsanitize=thread", "all", f"{folder}/tests/test_parts"], check=True)
    run(program=folder / "tests/test_parts")
    return folder / "pbrcalc"


QUESTION = """title: Prices and chance
author: Nobody
base: {settlement: settled}
sweep:
  vary:
    - {term: "prices[*].binary_price", how: times, from: "0.5", to: "2", step: "0.1"}
tornado: {by: "10", terms: [lines.binary-year.test.level, "prices[*].binary_price"]}
simulate: {replicates: 200, seed: 1, method: parametric, counts: resampled, baseline: fixed}
"""


def files_of(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*")
            if path.is_file()}


def settle_and_ask(folder, program, threads):
    """The files of a settlement of the worked example, and of the answers about it."""
    worked = ROOT / "fixtures/worked"
    place = folder / f"{threads}-{program == PBRCALC}"
    place.mkdir()
    (place / "question.yaml").write_text(QUESTION)
    run("settle", "--contract", worked / "contract", "--cohort", worked / "cohort.csv",
        "--reoffences", worked / "reoffences.csv", "--snapshot", "2017-12-31", "--as-at",
        "2018-01-31", "--cohorts", "2015Q4,2016Q1,2015/16", "--first-of-year", "--qa", "--quiet",
        "--threads", threads, "--out", place / "settled", program=program)
    run("whatif", place / "question.yaml", "--inputs", worked, "--quiet", "--threads", threads,
        "--out", place / "answers", program=program)
    made = files_of(place)
    if len(made) < 10:
        sys.exit(f"{threads} threads: too few files: {sorted(map(str, made))}")
    for name in ("settled/manifest.json", "settled/settlement.xlsx", "answers/sweep.csv"):
        if pathlib.Path(name) not in made:
            sys.exit(f"no {name}: {sorted(map(str, made))}")
    return made


def expect_same_answers(folder, program):
    plain = settle_and_ask(folder, PBRCALC, 1)
    for threads in (2, 4):
        made = settle_and_ask(folder, program, threads)
        for name in sorted(plain.keys() | made.keys()):
            if name.name == "manifest.json" or "manifest" in str(name):
                continue  # the two programs are not of one build
            expect_same(made.get(name), plain.get(name), name, threads)


def main():
    dice = random.Random(6)
    with tempfile.TemporaryDirectory(prefix="pbrcalc-threads-") as name:
        folder = pathlib.Path(name)
        plain = folder / "plain"
        run("synth", "--contract", CONTRACT, "--seed", "6", "--starts", "20000", "--out", plain)
        figures = measure(plain, 1)[0]
        for place in (plain, *variants(folder, plain, dice)):
            said = measure(place, 1)[1]
            for threads in THREADS:
                expect_same(measure(place, threads), (figures, said), place.name, threads)
        for name in NAMES:
            (plain / f"{name}.csv.gz").write_bytes(gzip.compress((plain / f"{name}.csv").read_bytes()))
        found = check(folder / "bad", 1)
        for kind in (b"bad-date", b"unknown-area", b"field-count", b"duplicate-start", b"stray-quote"):
            if b'"' + kind + b'"' not in found[0]:
                sys.exit(f"the bad rows have no {kind.decode()}")
        for threads in THREADS:
            expect_same(measure(plain, threads, ".gz")[0], figures, "gzip", threads)
            expect_same(check(folder / "bad", threads), found, "bad rows", threads)
        program = sanitized(folder / "build")
        expect_same(measure(folder / "remarks", 4, program=program)[0], figures, "sanitized")
        expect_same_answers(folder, program)
    print("the same at any number of threads, however it is written")


if __name__ == "__main__":
    main()
