#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Power against sums of this script's own and against draws. One area, one quarter: the chance that
the contract's test of the binary line sees a fall, and the smallest size from which it stays, for the
worked-out limits of one-sample-z (Decimal square roots, half-even rounding)."""
import math
import pathlib
import random
import re
import tempfile
from decimal import ROUND_HALF_EVEN, Decimal, getcontext
from fractions import Fraction
from statistics import NormalDist

from settling import Contract, expect, read, run, write

getcontext().prec = 40
PERSONS, REOFFENDERS = 1000, 470
FALLS, WANTED = ("2", "4", "6.5"), 0.8
DRAWS, SIGMAS = 4000, 4.5
COLUMNS = ("cpa,cohort,starts,eligible,measurable,reoffenders,reoffences,reoffences_squared,"
           "ogrs_sum").split(",")


def baseline(contract):
    row, = [r for r in read(contract.folder / "baselines.csv")
            if (r["cohort"], r["metric"], r["year"]) == ("Q4", "binary", "2011")]
    return Decimal(row["rate"]), Fraction(row["ogrs_mean"])


def most_better(rate, adjustment, size):
    """The largest count below the lower limit."""
    z = Decimal(NormalDist().inv_cdf(0.975))
    p = rate / 100
    limit = (rate - 100 * z * (p * (1 - p) / size).sqrt()).quantize(Decimal("1e-4"),
                                                                   ROUND_HALF_EVEN)
    # 100 count / size + adjustment < limit
    edge = (Fraction(limit) - adjustment) * size / 100
    return math.ceil(edge) - 1


def at_most(count, size, p):
    logs = math.lgamma(size + 1)
    return math.fsum(math.exp(logs - math.lgamma(k + 1) - math.lgamma(size - k + 1) +
                              k * math.log(p) + (size - k) * math.log1p(-p))
                     for k in range(count + 1))


def chance(rate, adjustment, fall, size):
    p = float((Fraction(rate) - Fraction(fall) - adjustment) / 100)
    return at_most(most_better(rate, adjustment, size), size, p), p


def needed(rate, adjustment, fall, told):
    """From beyond what is told, down to the first size that has it not."""
    size = told + told // 5
    while size > 1 and chance(rate, adjustment, fall, size - 1)[0] >= WANTED:
        size -= 1
    return size


def drawn(rate, adjustment, p):
    source = random.Random(20151)
    edge = most_better(rate, adjustment, PERSONS)
    hits = sum(sum(source.random() < p for _ in range(PERSONS)) <= edge for _ in range(DRAWS))
    return hits / DRAWS


def main():
    with tempfile.TemporaryDirectory(prefix="pbrcalc-power-") as name:
        folder = pathlib.Path(name)
        contract = Contract(folder / "contract", ("C01",))
        rate, reference = baseline(contract)
        mean = reference + Fraction(3, 2)
        adjustment = reference - mean
        write(folder / "metrics.csv",
              [dict(zip(COLUMNS, ("C01", "2015Q4", PERSONS, PERSONS, PERSONS, REOFFENDERS, 1700,
                                  9000, float(mean * PERSONS))))], COLUMNS)
        path = folder / "power.yaml"
        path.write_text("title: A test\nauthor: Nobody\nbase: {contract: contract, metrics: "
                        'metrics.csv, cohorts: 2015Q4, as-at: "2018-04-20"}\npower: {chance: "'
                        f'{WANTED}", rate-falls: [{", ".join(map(repr, FALLS))}]}}\n',
                        encoding="utf-8")
        text = run("whatif", path).stdout
        found = re.findall(r"^\S+ +binary +(\S+) +(\S+) \((\d+)\) +- +(\d+)$", text, re.M)
        expect([row[0] for row in found] == list(FALLS), text)
        for fall, told, size, enough in found:
            exact, p = chance(rate, adjustment, fall, PERSONS)
            expect(int(size) == PERSONS, size)
            expect(abs(float(told) - exact) <= 0.00050001, fall, told, exact)
            expect(int(enough) == needed(rate, adjustment, fall, int(enough)), fall, enough)
            error = math.sqrt(exact * (1 - exact) / DRAWS)
            share = drawn(rate, adjustment, p)
            expect(abs(share - exact) < SIGMAS * error, fall, share, "drawn, not", exact)
            print(f"a fall of {fall}: {exact:.4f} of {PERSONS}, {share:.4f} drawn; {enough} needed")


main()
