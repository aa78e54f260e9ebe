#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulation of docs/simulation.md in NumPy, as an analyst would write it: whole arrays at a
time, areas x quarters x replicates. Written from that page and the contract's tables, not from the
program, to be compared with it in speed and in every figure.

It knows the terms of Transforming Rehabilitation at award and no others: one-sample z at 95% around
the baseline, normal interval with the baseline's standard deviation, a hurdle, half-even pence, the
pot. Prints a row for the total, each area and each line of each cohort. Debian: python3-numpy.

usage: model.py CONTRACT METRICS [--counts COUNTS] [--replicates N] [--seed N]
                [--rate-fall D] [--frequency-fall D] [--sampled] [--year] [--not-worse]
       without --counts the binary lines alone are simulated
"""
import argparse
import csv
import sys
from pathlib import Path

import numpy as np

BASELINE, CONTRACT_YEAR = "2011", "2016/17"
Z = 1.959963984540054
QUANTILES = 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("contract", type=Path)
    parser.add_argument("metrics", type=Path)
    parser.add_argument("--counts", type=Path)
    parser.add_argument("--replicates", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate-fall", type=float, default=0)
    parser.add_argument("--frequency-fall", type=float, default=0)
    for name in ("sampled", "year", "not-worse"):
        parser.add_argument(f"--{name}", action="store_true")
    return parser.parse_args()


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def table(areas, cohorts, keyed, column):
    """Areas x cohorts x 1, to be spread over replicates."""
    return np.array([[float(keyed[area, cohort][column] or "nan") for cohort in cohorts]
                     for area in areas])[..., None]


class World:
    """What stays the same in every replicate."""

    def __init__(self, options):
        measured = {(row["cpa"], row["cohort"]): row for row in rows(options.metrics)}
        tabled = {(row["cpa"], row["cohort"], row["metric"]): row
                  for row in rows(options.contract / "baselines.csv") if row["year"] == BASELINE}
        prices = {row["cpa"]: row for row in rows(options.contract / "prices.csv")
                  if row["contract_year"] == CONTRACT_YEAR}
        self.areas = sorted({area for area, _ in measured})
        self.quarters = sorted({cohort for _, cohort in measured if "Q" in cohort})
        self.n = table(self.areas, self.quarters, measured, "measurable")
        self.scores = table(self.areas, self.quarters, measured, "ogrs_sum")
        names = [cohort[4:] for cohort in self.quarters]
        self.baselines = {
            metric: {column: table(self.areas, [*names, "annual"],
                                   {key[:2]: row for key, row in tabled.items()
                                    if key[2] == metric}, column)
                     for column in ("cases", "rate", "sd", "ogrs_mean", "terminate")}
            for metric in ("binary", "frequency")}
        self.prices = {column: np.array([float(prices[area][column]) for area in self.areas])
                       for column in next(iter(prices.values())) if column.endswith("_price")}
        self.pot = 100 * np.array([float(prices[area]["maximum_annual_payment"])
                                   - float(prices[area]["fee_for_service"])
                                   for area in self.areas])
        self.observed = table(self.areas, self.quarters, measured, "reoffenders").astype(int)
        self.histograms = self.read_counts(options.counts) if options.counts else None

    def read_counts(self, path):
        """Persons by number of reoffences, for each area and quarter."""
        found = rows(path)
        longest = max(int(row["reoffences"]) for row in found)
        counts = np.zeros((len(self.areas), len(self.quarters), longest))
        for row in found:
            if row["cohort"] in self.quarters:
                counts[self.areas.index(row["cpa"]), self.quarters.index(row["cohort"]),
                       int(row["reoffences"]) - 1] = int(row["persons"])
        return counts


def tilted(histograms, means):
    """Each histogram as chances, tilted exponentially so that its mean is the one wanted: Newton's
    method, whose derivative is the variance."""
    values = np.arange(1, histograms.shape[-1] + 1)
    theta = np.zeros(histograms.shape[:-1] + (1,))
    for _ in range(50):
        chances = histograms * np.exp(theta * (values - means))
        chances /= chances.sum(axis=-1, keepdims=True)
        mean = (chances * values).sum(axis=-1, keepdims=True)
        variance = (chances * (values - mean) ** 2).sum(axis=-1, keepdims=True)
        theta += (means - mean) / variance
        if np.abs(means - mean).max() < 1e-12:
            return chances
    sys.exit("the tilt was not found")


def draw_reoffences(dice, reoffenders, chances):
    """The sum of one count a reoffender: a multinomial over the histogram by binomials one after
    another, the likeliest count first. A third faster than Generator.multinomial, which cannot
    stop where nobody is left."""
    order = np.argsort(-chances, axis=-1)
    chances = np.take_along_axis(chances, order, axis=-1)
    rest = np.cumsum(chances[..., ::-1], axis=-1)[..., ::-1]
    share = np.minimum(np.divide(chances, rest, out=np.zeros_like(rest), where=chances > 0), 1)
    drawn = np.zeros(reoffenders.shape)
    for place in np.ndindex(reoffenders.shape[:2]):
        left = reoffenders[place].copy()
        for value, chance in zip(order[place] + 1, share[place]):
            if chance == 0 or not left.any():
                break
            some = dice.binomial(left, chance)
            drawn[place] += value * some
            left -= some
    return drawn


def sampled_baseline(dice, row, replicates, is_rate):
    """The quarters drawn from their own cases; the year moves with them."""
    cases, rate = row["cases"][:, :4], row["rate"][:, :4]
    if is_rate:
        quarters = 100 * dice.binomial(cases.astype(int), rate / 100,
                                       cases.shape[:2] + (replicates,)) / cases
    else:
        quarters = dice.normal(rate, row["sd"][:, :4] / np.sqrt(cases),
                               cases.shape[:2] + (replicates,))
    moved = (cases * (quarters - rate)).sum(axis=1, keepdims=True) / cases.sum(axis=1, keepdims=True)
    return np.concatenate([quarters, row["rate"][:, 4:] + moved], axis=1)


def verdicts(rate, baseline, width, decimals):
    return (np.sign(rate - (baseline - width).round(decimals)) +
            np.sign(rate - (baseline + width).round(decimals))) / 2


def amounts(price, verdict, units):
    """Whole pence, half to even; nothing between the limits."""
    return np.rint(100 * price[:, None, None] * np.where(np.abs(verdict) == 1, units, 0))


def simulate(world, options):
    """Per line: verdicts and pence of areas x quarters x replicates, and of the year's cohort."""
    dice = np.random.default_rng(options.seed)
    draws = world.n.shape[:2] + (options.replicates,)
    binary, frequency = world.baselines["binary"], world.baselines["frequency"]
    adjustment = binary["ogrs_mean"][:, :4] - world.scores / world.n
    chance = (binary["rate"][:, :4] - adjustment - options.rate_fall) / 100
    if chance.min() < 0 or chance.max() > 1:
        sys.exit("the effect makes a chance negative or above 1")
    reoffenders = dice.binomial(world.n.astype(int), chance, draws)
    reoffences = None
    if options.counts:
        mean = frequency["rate"][:, :4] - options.frequency_fall
        reoffences = draw_reoffences(dice, reoffenders, tilted(world.histograms, mean))
    rates = {name: sampled_baseline(dice, row, options.replicates, name == "binary")
             if options.sampled else row["rate"]
             for name, row in world.baselines.items() if name == "binary" or options.counts}
    lines = {}
    for period in ("", "-year")[:1 + options.year]:
        at = slice(4, 5) if period else slice(0, 4)
        total = (lambda x: x.sum(axis=1, keepdims=True)) if period else (lambda x: x)
        n, r = total(world.n), total(reoffenders)
        base = rates["binary"][:, at]
        rate = 100 * r / n + binary["ogrs_mean"][:, at] - total(world.scores) / n
        verdict = verdicts(rate, base, 100 * Z * np.sqrt(base / 100 * (1 - base / 100) / n), 4)
        pence = amounts(world.prices[f"binary{period.replace('-', '_')}_price"], verdict,
                        n * (base - rate) / 100)
        lines["binary" + period] = verdict, pence, rate > binary["terminate"][:, at]
        if options.counts:
            base, o = rates["frequency"][:, at], total(reoffences)
            rate = o / r
            hurdle = verdict == -1 if not options.not_worse else verdict != 1
            verdict = verdicts(rate, base, Z * frequency["sd"][:, at] / np.sqrt(r), 6)
            pence = amounts(world.prices[f"frequency{period.replace('-', '_')}_price"], verdict,
                            r * base - o)
            pence = np.where(hurdle | (pence < 0), pence, 0)
            lines["frequency" + period] = verdict, pence, rate > frequency["terminate"][:, at]
    return lines


def cap(world, lines):
    """The pot, in the order of quarters, then the year, then lines; deductions give room back."""
    names = [name for name in lines if "year" not in name], [name for name in lines
                                                              if "year" in name]
    used = 0
    for quarter in range(5):
        for name in names[quarter == 4]:
            pence = lines[name][1][:, quarter % 4]
            np.minimum(pence, np.maximum(world.pot[:, None] - used, 0), out=pence)
            used = used + pence


def money(pence):
    return [pence.mean(), pence.std(ddof=1), *np.quantile(pence, QUANTILES),
            (pence > 0).mean(), (pence < 0).mean()]


def report(world, lines):
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["of", "area", "cohort", "line", "mean_pence", "sd_pence",
                     *(f"q{round(100 * q):02}" for q in QUANTILES), "paid", "deducted", "better",
                     "worse", "terminated"])
    by_area = sum(pence.sum(axis=1) for _, pence, _ in lines.values())
    writer.writerow(["total", "", "", "", *money(by_area.sum(axis=0)), "", "", ""])
    for number, area in enumerate(world.areas):
        writer.writerow(["area", area, "", "", *money(by_area[number]), "", "", ""])
    for name, (verdict, pence, terminated) in lines.items():
        for number, area in enumerate(world.areas):
            for place in range(verdict.shape[1]):
                cohort = CONTRACT_YEAR if "year" in name else world.quarters[place]
                writer.writerow(["line", area, cohort, name, *money(pence[number, place]),
                                 (verdict[number, place] == -1).mean(),
                                 (verdict[number, place] == 1).mean(),
                                 terminated[number, place].mean()])


def main():
    options = arguments()
    world = World(options)
    lines = simulate(world, options)
    cap(world, lines)
    report(world, lines)


if __name__ == "__main__":
    main()
