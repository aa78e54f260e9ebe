"""Compares a table with an expected one by key, over the columns that the expected one has.

usage: same_columns.py FOUND EXPECTED KEY,KEY... [COLUMN=VALUE]
Rows of FOUND that are not expected are an error unless COLUMN has VALUE in them.
"""
import csv
import sys


def rows(path, keys):
    with open(path, newline="", encoding="utf-8") as file:
        return {tuple(row[key] for key in keys): row for row in csv.DictReader(file)}


def main():
    found_path, expected_path, keys = sys.argv[1:4]
    spare = sys.argv[4].split("=") if len(sys.argv) > 4 else None
    keys = keys.split(",")
    found, expected = rows(found_path, keys), rows(expected_path, keys)
    problems = [f"missing: {key}" for key in expected if key not in found]
    problems += [f"not expected: {key}" for key, row in found.items()
                 if key not in expected and not (spare and row[spare[0]] == spare[1])]
    figures = 0
    for key in expected.keys() & found.keys():
        for column, value in expected[key].items():
            figures += 1
            if found[key][column] != value:
                problems.append(f"{key} {column}: expected {value!r}, found {found[key][column]!r}")
    for problem in sorted(problems):
        print(problem)
    print(f"{figures} figures compared, {len(problems)} problems")
    sys.exit(bool(problems) or not figures)


main()
