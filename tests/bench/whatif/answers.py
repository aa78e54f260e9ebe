# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers of simulations side by side: simulation.csv of pbrcalc, what model.py and model.R print.
Two agree if no figure differs by more than Monte Carlo error allows. Not a program itself."""
import csv
import math

SIGMAS = 5.0  # about 2,000 figures are compared: by chance one in 900 such comparisons fails
CHANCES = "paid", "deducted", "better", "worse", "terminated"
MIDDLE = "q25", "q50", "q75"


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def of_model(path):
    """By what it is of: mean, standard deviation, quartiles, chances."""
    return {(row["of"], row["area"], row["cohort"], row["line"]):
            {"mean": float(row["mean_pence"]), "sd": float(row["sd_pence"]),
             **{name: float(row[name]) for name in MIDDLE},
             **{name: float(row[name]) for name in CHANCES if row[name]}}
            for row in rows(path)}


def of_pbrcalc(path, effect, baseline="fixed"):
    found = {}
    for row in rows(path):
        if (row["effect"], row["baseline"]) != (effect, baseline) or row["of"] == "payee":
            continue
        drawn = int(row["replicates"])
        found[row["of"], row["name"], row["cohort"], row["line"]] = {
            "mean": float(row["mean_pence"]), "sd": float(row["sd_pence"]),
            **{name: float(row[f"p{name[1:]}_pence"]) for name in MIDDLE},
            **{name: int(row[name]) / drawn for name in CHANCES if row[name]}}
    return found


def distance(a, b, error):
    return abs(a - b) / error if error else 0.0 if a == b else math.inf


def distances(ours, theirs, replicates):
    """Every figure of both, with how many standard errors it differs by."""
    for key in sorted(ours):
        a, b = ours[key], theirs[key]
        spread = math.hypot(a["sd"], b["sd"]) / math.sqrt(replicates)
        yield (*key, "mean"), distance(a["mean"], b["mean"], spread)
        if key[0] == "total":  # a density is needed for others, which are 0 half of the time
            for name in MIDDLE:
                yield (*key, name), distance(a[name], b[name], 1.4 * spread)
        # the standard error of a standard deviation, as if normal, which is too narrow for long tails
        if key[0] == "total":
            yield (*key, "sd"), distance(a["sd"], b["sd"], spread)
        for name in CHANCES:
            if name in a and name in b:
                both = (a[name] + b[name]) / 2
                error = math.sqrt(2 * both * (1 - both) / replicates)
                yield (*key, name), distance(a[name], b[name], error)


def disagreements(ours, theirs, replicates):
    """What differs by more than chance; also what only one of them tells."""
    only = [f"{key} is told by one alone" for key in sorted(ours.keys() ^ theirs.keys())]
    if only:
        return only
    return [f"{' '.join(key)} differs by {far:.1f} standard errors"
            for key, far in distances(ours, theirs, replicates) if far > SIGMAS]
