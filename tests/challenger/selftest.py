#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds the challenger against fixtures/worked: the figures worked out there by hand, and what each
other choice of terms would change in them, also by hand. Exit 0 if all agree, 1 if any does not."""

import contextlib
import csv
import io
import pathlib
import shutil
import sys
import tempfile

sys.dont_write_bytecode = True  # leave nothing in the source tree
import challenger

WORKED = pathlib.Path(__file__).resolve().parents[2] / "fixtures" / "worked"
OPTIONS = ["--cohorts", "2015Q4,2016Q1,2015/16", "--snapshot", "2017-12-31"]
OPTIONS += ["--as-at", "2018-01-31"]
RULES = "rules/worked.yaml"
GIVEN = "kind: given\n      round-thresholds: none"
TEST = "metric: {}\n    change: units\n    period: quarter\n    test:\n      "
BINARY_TEST = TEST.format("binary")
FREQUENCY_TEST = TEST.format("frequency")
GATE = "applies-to: {}, over: same-cohort}}\n    better: {{kind: per-unit, from: threshold"
ROUND_RATE = BINARY_TEST + GIVEN + "\n      round-rate: {}"
MINIMUM = ROUND_RATE.format("none") + "\n      minimum-cohort: {}"
LEVEL = "\n      level: 0.95\n      sides: 2\n      round-thresholds: "
Z = "kind: two-sample-z\n      variance: {}" + LEVEL + "4"
MEAN = "kind: normal-mean\n      sd: {}" + LEVEL + "6"
PAYEE = "rule: provider-at-settlement"
MORE_BASELINES = "".join(
    f"{area},{quarter},binary,2011,100,50,,{mean},1,99,,c,worked,illustrative\n"
    for area in ("X01", "X02", "X03")
    for quarter, mean in (("Q2", 40), ("Q3", 60))
)


def rules(old, new):
    return (RULES, old, new)


# Each case: what it is, [(contract file, old text, new text)], and figures of the outcome as
# "table key...": "the cells after the key". Every figure is worked by hand from the persons of the
# README: W24 and W25 for transfers, W06 and W15 for further starts, and so on.
CASES = [
    (
        "transferred: keep counts W24 and its one reoffence",
        [rules("exclude-unless-reoffended-before", "keep")],
        {"metrics.csv X02 2015Q4": "12 11 9 6 8 12 466"},
    ),
    (
        "transferred: exclude loses W24 and W25, not W26 (last day) or W27 (before the start)",
        [rules("exclude-unless-reoffended-before", "exclude")],
        {
            "metrics.csv X02 2015Q4": "12 9 7 4 5 7 360",
            "attrition.csv X02 2015Q4 excluded transferred": "2 2 3 106",
        },
    ),
    (
        "transferred: stop-counting leaves W24 none and W25 the one of 29 February",
        [rules("exclude-unless-reoffended-before", "stop-counting-at-transfer")],
        {"metrics.csv X02 2015Q4": "12 11 9 5 6 8 466"},
    ),
    (
        "every-start counts both starts of W06 and W15",
        [rules("count: first-start-in-period", "count: every-start")],
        {
            "metrics.csv X01 2015Q4": "13 11 11 6 7 9 515",
            "metrics.csv X01 2016Q1": "7 6 6 5 8 16 315",
        },
    ),
    (
        "within the scheme, W13 counts in X01 alone",
        [rules("within: area", "within: scheme")],
        {
            "metrics.csv X01 2015Q4": "13 10 10 5 6 8 450",
            "metrics.csv X02 2015Q4": "12 9 7 4 6 10 350",
            "attrition.csv X02 2015Q4 excluded later-start": "1 1 1 50",
        },
    ),
    (
        "before exclusions, the first start of W07 is the person, and excluded",
        [rules("after-exclusions", "before-exclusions")],
        {
            "metrics.csv X01 2015Q4": "13 9 9 4 5 7 405",
            "attrition.csv X01 2015Q4 excluded later-start": "2 2 2 110",
            "attrition.csv X02 2016Q1 excluded later-start": "1 1 1 61",
        },
    ),
    (
        "distinct persons of the year: W12 and W33 count once, at their first start",
        [rules("sum-of-quarters", "distinct-persons")],
        {
            "metrics.csv X01 2015/16": "20 15 15 9 13 23 725",
            "metrics.csv X02 2015/16": "18 14 12 7 9 13 602",
            "metrics.csv X03 2015/16": "8 7 7 0 0 0 190",
            "results.csv X03 2015/16 frequency-year": "0 - - 2.0000000000 - - no-result",
        },
    ),
    (
        "half-up goes away from zero",
        [rules("mode: half-even", "mode: half-up")],
        {
            "payments.csv Alder X01 2015Q4 binary": "460012 460012",
            "payments.csv Cedar X02 2015Q4 frequency": "-150005 -150005",
            "payments.csv Alder X01 2015/16 frequency-year": "25001 0",
        },
    ),
    (
        "floor goes towards zero",
        [rules("mode: half-even", "mode: floor")],
        {
            "payments.csv Alder X01 2015Q4 binary": "460011 460011",
            "payments.csv Alder X01 2016Q1 binary": "-380009 -380009",
            "payments.csv Alder X01 2015/16 binary-year": "520000 380009",
        },
    ),
    (
        "whole units: 1.15, 1.5, -0.95, 0.5 and -1.5 become 1, 2, -1, 0 and -2",
        [rules("units: none", "units: integer")],
        {
            "payments.csv Alder X01 2015Q4 binary": "400010 400010",
            "payments.csv Alder X01 2015Q4 frequency": "200000 99990",
            "payments.csv Alder X01 2016Q1 binary": "-400010 -400010",
            "payments.csv Alder X01 2015/16 frequency-year": "0 0",
            "payments.csv Cedar X02 2015Q4 frequency": "-200006 -200006",
        },
    ),
    (
        "a gate on both sides stops the deduction too",
        [rules(GATE.format("pay"), GATE.format("both"))],
        {"payments.csv Cedar X02 2015Q4 frequency": "0 0"},
    ),
    (
        "a gate on deductions alone lets the gated payment of X02 2016Q1 through",
        [rules(GATE.format("pay"), GATE.format("deduct"))],
        {
            "payments.csv Cedar X02 2015Q4 frequency": "0 0",
            "payments.csv Cedar X02 2016Q1 frequency": "60002 60002",
        },
    ),
    (
        "gross headroom: the deduction makes no room",
        [rules("headroom: net", "headroom: gross")],
        {"payments.csv Alder X01 2015/16 binary-year": "520000 0"},
    ),
    (
        "provider at formation: Birch, on the last day and on the first",
        [rules(PAYEE, "rule: provider-at-formation")],
        {"payments.csv Birch X02 2015Q4 frequency": "-150004 -150004"},
    ),
    (
        "pro rata: 31 of 92 days to Birch, floored; the residue to Cedar",
        [rules(PAYEE, "rule: pro-rata-days"), ("agreements.csv", "2017-06-01", "2015-11-01")],
        {
            "payments.csv Birch X02 2015Q4 frequency": "-50544 -50544",
            "payments.csv Cedar X02 2015Q4 frequency": "-99460 -99460",
        },
    ),
    (
        "reference: annual, 46 instead of 43.5",
        [rules("reference: same-row", "reference: annual")],
        {
            "results.csv X01 2015Q4 binary": "10 50.0000000000 51.0000000000 60.0000000000 "
            "52.0000000000 68.0000000000 better",
            "payments.csv Alder X01 2015Q4 binary": "360009 360009",
        },
    ),
    (
        "reference: pooled, 29100 / 600 = 48.5 in X01, and 53.5 is no longer under 52",
        [
            rules("reference: same-row", "reference: pooled"),
            ("baselines.csv", "X01,Q4,binary", MORE_BASELINES + "X01,Q4,binary"),
        ],
        {
            "results.csv X01 2015Q4 binary": "10 50.0000000000 53.5000000000 60.0000000000 "
            "52.0000000000 68.0000000000 neither"
        },
    ),
    (
        "two-sample-z, pooled: p = 124.85/210",
        [rules(BINARY_TEST + GIVEN, BINARY_TEST + Z.format("pooled"))],
        {
            "results.csv X01 2015Q4 binary": "10 50.0000000000 48.5000000000 60.0000000000 "
            "28.8176000000 91.1824000000 neither"
        },
    ),
    (
        "two-sample-z, unpooled",
        [rules(BINARY_TEST + GIVEN, BINARY_TEST + Z.format("unpooled"))],
        {
            "results.csv X01 2015Q4 binary": "10 50.0000000000 48.5000000000 60.0000000000 "
            "28.2888000000 91.7112000000 neither"
        },
    ),
    (
        "normal-mean with the cohort's sd: sqrt((11 - 49/5)/4); one reoffender alone has none",
        [rules(FREQUENCY_TEST + GIVEN, FREQUENCY_TEST + MEAN.format("cohort"))],
        {
            "results.csv X02 2015Q4 frequency": "5 1.4000000000 1.4000000000 1.1000000000 "
            "0.6199090000 1.5800910000 neither",
            "results.csv X03 2016Q1 frequency": "1 3.0000000000 3.0000000000 2.0000000000 "
            "- - no-result",
        },
    ),
    (
        "normal-mean with the baseline's sd of 1.5; the lower limit is negative",
        [
            rules(FREQUENCY_TEST + GIVEN, FREQUENCY_TEST + MEAN.format("baseline")),
            ("baselines.csv", ",,,1.5,2.5,", ",1.5,,1.5,2.5,"),
            ("baselines.csv", ",,,1.4,2.2,", ",1.5,,1.4,2.2,"),
            ("baselines.csv", ",,,0.9,1.3,", ",1.5,,0.9,1.3,"),
            ("baselines.csv", ",,,1.2,1.8,", ",1.5,,1.2,1.8,"),
            ("baselines.csv", ",,,1,3,", ",1.5,,1,3,"),
        ],
        {
            "results.csv X02 2015Q4 frequency": "5 1.4000000000 1.4000000000 1.1000000000 "
            "-0.2147840000 2.4147840000 neither"
        },
    ),
    (
        "one side at 0.95: z = 1.644854",
        [rules("level: 0.80\n      sides: 2", "level: 0.95\n      sides: 1")],
        {
            "results.csv X01 2015/16 binary-year": "15 60.0000000000 57.6666666667 75.0000000000 "
            "56.6100000000 93.3900000000 neither"
        },
    ),
    (
        "a rate rounded to the whole percent: 64.5 becomes 64, below a limit of 64.4",
        [
            rules(ROUND_RATE.format("none"), ROUND_RATE.format("0")),
            ("baselines.csv", "48.5,64.5", "64.4,70"),
        ],
        {
            "results.csv X02 2015Q4 binary": "8 62.5000000000 64.5000000000 56.5000000000 "
            "64.4000000000 70.0000000000 better"
        },
    ),
    (
        "a cohort smaller than the minimum has no result and opens no gate",
        [rules(MINIMUM.format("0"), MINIMUM.format("11"))],
        {
            "results.csv X01 2015Q4 binary": "10 50.0000000000 48.5000000000 60.0000000000 "
            "52.0000000000 68.0000000000 no-result",
            "payments.csv Alder X01 2015Q4 frequency": "0 0",
            "payments.csv Alder X01 2016Q1 binary": "0 0",
        },
    ),
]


def quietly(arguments):
    """(exit status, standard output) of the challenger."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        status = challenger.main([str(argument) for argument in arguments])
    return status, out.getvalue()


def run(contract, out):
    inputs = [contract, WORKED / "cohort.csv", WORKED / "reoffences.csv"]
    return quietly(["run", *inputs, *OPTIONS, "--out", out])[0]


def altered(folder, changes):
    """A copy of the worked contract with other terms."""
    shutil.copytree(WORKED / "contract", folder)
    for name, old, new in changes:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {name}"
        path.write_text(text.replace(old, new), encoding="utf-8")
    return folder


def figures(out, wanted):
    """The cells of the row whose first cells match the words of `wanted`."""
    table, *key = wanted.split()
    with open(out / table, encoding="utf-8", newline="") as file:
        for row in list(csv.reader(file))[1:]:
            if all(cell.split()[:1] == [word] for cell, word in zip(row, key)):
                return " ".join(cell or "-" for cell in row[len(key) :])
    return "no such row"


def check_case(folder, changes, expected):
    out = folder / "out"
    if run(altered(folder / "contract", changes), out) != 0:
        return ["it was not done"]
    found = ((wanted, figures(out, wanted), cells) for wanted, cells in expected.items())
    return [f"{wanted}: {got}, by hand {cells}" for wanted, got, cells in found if got != cells]


def check_worked(folder):
    """The challenger's own four tables are the hand-worked ones, byte for byte."""
    if run(WORKED / "contract", folder) != 0:
        return ["it was not done"]
    names = ["metrics.csv", "attrition.csv", "results.csv", "payments.csv"]
    return [
        f"{name} is not as worked by hand"
        for name in names
        if (folder / name).read_bytes() != (WORKED / "expected" / name).read_bytes()
    ]


def check_compare(folder):
    """`compare` passes the right settlement and names a wrong penny."""
    shutil.copytree(WORKED / "expected", folder)
    inputs = [WORKED / "contract", WORKED / "cohort.csv", WORKED / "reoffences.csv", folder]
    right = quietly(["compare", *inputs, *OPTIONS, "--attrition"])
    path = folder / "payments.csv"
    path.write_text(path.read_text().replace("460012,460012", "460012,460011"))
    wrong = quietly(["compare", *inputs, *OPTIONS])
    problems = []
    if right[0] != 0 or not right[1].startswith("same: "):
        problems.append(f"the right settlement: {right}")
    if wrong[0] != 1 or "2015Q4/binary payable_pence: 460012 here, 460011 there" not in wrong[1]:
        problems.append(f"the wrong penny: {wrong}")
    return problems


def main():
    failed = 0
    with tempfile.TemporaryDirectory() as name:
        top = pathlib.Path(name)
        checks = [("the worked example", check_worked(top / "worked"))]
        checks.append(("compare", check_compare(top / "compare")))
        for number, (title, changes, expected) in enumerate(CASES):
            folder = top / str(number)
            folder.mkdir()
            checks.append((title, check_case(folder, changes, expected)))
    for title, problems in checks:
        failed += bool(problems)
        for problem in problems:
            print(f"{title}: {problem}")
    print(f"challenger: {len(checks) - failed} of {len(checks)} cases agree with the work by hand")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
