#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The worked studies of docs/studies: their data are made again and compared, their scenario files
run, and every table and figure on their pages compared with what came out.

usage: tests/checks/whatif_studies.py [--write]     --write puts tables and charts into the pages
"""
import csv
import filecmp
import os
import re
import statistics
import subprocess
import sys
import tempfile
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STUDIES = ROOT / "docs/studies"
PROGRAM = os.environ.get("PBRCALC", str(ROOT / "build/pbrcalc"))
MARKED = re.compile(r"(<!-- table (\S+) -->\n).*?(<!-- end -->)", re.S)
FALLS = "none", "1 point", "2 points", "3 points", "4 points"
problems = []


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


class Output:
    """The folder that a scenario gave."""

    def __init__(self, work, name):
        self.folder = work / name
        done = subprocess.run([PROGRAM, "whatif", STUDIES / f"{name}.yaml", "--quiet", "--out",
                               self.folder], capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{name}.yaml: status {done.returncode}\n{done.stderr}")

    def table(self, name):
        return rows(self.folder / f"{name}.csv")

    def simulated(self, of, effect="none", baseline="fixed", line=None):
        return [row for row in self.table("simulation")
                if (row["of"], row["effect"], row["baseline"]) == (of, effect, baseline)
                and line in (None, row["line"])]

    def total(self, effect="none", baseline="fixed"):
        return self.simulated("total", effect, baseline)[0]

    def share(self, of, column, *which, line=None):
        """Of replicates, the mean over areas or lines."""
        found = self.simulated(of, *which, line=line)
        return statistics.mean(int(row[column]) / int(row["replicates"]) for row in found)


# --- words ---------------------------------------------------------------------------------------

def millions(pence, places=2):
    text = f"{abs(float(pence)) / 1e8:.{places}f}"
    return f"{'−' if float(pence) < 0 and float(text) else ''}£{text}m"


def percent(share, places=0):
    return f"{100 * share:.{places}f}%"


def markdown(header, body):
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *body]
    return "".join(f"| {' | '.join(map(str, line))} |\n" for line in lines)


def band(row):
    return f"{millions(row['p05_pence'])} to {millions(row['p95_pence'])}"


def expected(out, of_line, *which):
    """What is paid, or deducted, in lines that are, on average over the replicates."""
    return sum(float(row[of_line]) for row in out.simulated("line", *which))


# --- tables --------------------------------------------------------------------------------------

DESIGNS = {"chance-award": "terms at award", "chance-quarters": "all on the quarters",
           "chance-year": "all on the year", "chance-not-worse": "hurdle: not worse"}


def chance_designs(outs, baseline):
    body = []
    for name, title in DESIGNS.items():
        which, out = ("none", baseline), outs[name]
        total = out.total(*which)
        body.append([title, millions(expected(out, "paid_pence", *which)),
                     millions(expected(out, "deducted_pence", *which)),
                     millions(total["mean_pence"]), band(total),
                     percent(out.share("area", "paid", *which)),
                     percent(out.share("area", "deducted", *which))])
    return markdown(["design", "paid", "deducted", "net", "net, 5% to 95%", "areas paid",
                     "areas deducted"], body)


def chance_seen(outs):
    out, body = outs["chance-award"], []
    for fall in FALLS:
        body.append([fall, *(percent(out.share("line", "better", fall, baseline, line=line), 1)
                             for baseline in ("fixed", "sampled")
                             for line in ("binary", "binary-year"))])
    return markdown(["true fall", "quarter, baseline known", "year, baseline known",
                     "quarter, baseline counted", "year, baseline counted"], body)


def chance_money(outs):
    body = [[fall, *(f"{millions(total['mean_pence'])} ({band(total)})"
                     for total in (outs[name].total(fall) for name in list(DESIGNS)[:3]))]
            for fall in FALLS]
    return markdown(["true fall", *list(DESIGNS.values())[:3]], body)


def chance_size(outs):
    """The median over areas: the size differs a little with the baseline's rate."""
    found = {}
    for row in outs["chance-award"].table("power"):
        if row["line"] in ("binary", "frequency"):
            found.setdefault((row["line"], row["fall"]), []).append(row)
    body = []
    for (line, fall), own in found.items():
        needed = statistics.median(int(row["needed"]) for row in own)
        have = statistics.median(int(row["cases"]) for row in own)
        body.append([line, fall, f"{needed:,.0f}", f"{have:,.0f}", f"{needed / have:.1f}"])
    return markdown(["line", "true fall", "size needed", "a quarter has", "quarters needed"], body)


def terms(outs):
    return markdown(["term", "base", "instead", "status"], [
        [f"`{row['term']}`", row["base"], row["instead"], row["status"]]
        for row in outs["frequency-baseline"].table("terms")])


def verdicts(outs):
    found = outs["frequency-baseline"].table("lines")
    lines = {}
    for row in found:
        for side in "base", "instead":
            counts = lines.setdefault((row["line"], side), {})
            counts[row[f"{side}_result"]] = counts.get(row[f"{side}_result"], 0) + 1
    return markdown(["line", "baseline", "better", "neither", "worse"], [
        [line, {"base": "2011", "instead": "2015/16"}[side],
         *(counts.get(word, 0) for word in ("better", "neither", "worse"))]
        for (line, side), counts in lines.items() if "frequency" in line])


def sums(out):
    return markdown(["", "base", "instead", "change"], [
        [row["name"] or "total", *(millions(row[f"{column}_pence"])
                                   for column in ("base_due", "instead_due", "change"))]
        for row in out.table("sums") if row["of"] in ("total", "payee")])


def drift(outs):
    out, body = outs["frequency-drift"], []
    for effect in "as in 2011", "as in 2015/16", "as in 2015/16 and 2 points fewer":
        body.append([effect, millions(out.total(effect)["mean_pence"]), band(out.total(effect)),
                     percent(out.share("line", "worse", effect, line="frequency")),
                     percent(out.share("line", "worse", effect, line="frequency-year")),
                     percent(out.share("area", "paid", effect))])
    return markdown(["every area stands", "net", "5% to 95%", "quarters worse on frequency",
                     "years worse on frequency", "areas paid"], body)


def foundation():
    """Paid in advance to all areas, in pence: monthly lines are no matter of chance."""
    paid = sum(Decimal(row["foundation_payment"]) for row in rows(STUDIES / "data/straw-man/prices.csv"))
    return int(100 * paid)


def with_foundation(total):
    return {name: str(float(text) + foundation()) for name, text in total.items()
            if name in ("mean_pence", "p05_pence", "p95_pence")}


def straw_man_money(outs):
    body = []
    for fall in FALLS:
        award = outs["chance-award"].total(fall)
        straw = with_foundation(outs["straw-man"].total(fall))
        body.append([fall, *(f"{millions(total['mean_pence'])} ({band(total)})"
                             for total in (award, straw)),
                     percent(outs["straw-man"].share("line", "better", fall, line="clawback"))])
    return markdown(["true fall", "award", "straw man", "areas that keep the advance"], body)


TABLES = {
    "chance-known": lambda outs: chance_designs(outs, "fixed"),
    "chance-counted": lambda outs: chance_designs(outs, "sampled"),
    "chance-seen": chance_seen,
    "chance-money": chance_money,
    "chance-size": chance_size,
    "frequency-terms": terms,
    "frequency-verdicts": verdicts,
    "frequency-sums": lambda outs: sums(outs["frequency-baseline"]),
    "frequency-drift": drift,
    "straw-man-sums": lambda outs: sums(outs["straw-man"]),
    "straw-man-money": straw_man_money,
}


# --- charts --------------------------------------------------------------------------------------

FREQUENCY_FUNNEL = "Frequency, quarterly cohort: distance from the baseline by size"
CHARTS = {
    "chance-money.svg": ("chance-award", "Total payment by effect"),
    "chance-size.svg": ("chance-award", "Binary, quarterly cohort: chance of &quot;better&quot; by size"),
    "frequency-2011.svg": ("frequency-drift", FREQUENCY_FUNNEL),
    "frequency-2015.svg": ("frequency-baseline", FREQUENCY_FUNNEL),
}


def chart(page, title):
    """A chart of the page as a file by itself, with the rules of the page's style that it needs."""
    style = re.search(r"<style>(.*?)</style>", page, re.S)[1]
    needed = re.findall(r"@media[^{]*dark[^{]*\{:root\{[^}]*\}\}|(?<!\{):root\{[^}]*\}|svg[^{}]*\{[^}]*\}",
                        style)
    for drawn in re.findall(r'<svg id="[^"]*-wide".*?</svg>', page, re.S):
        if f">{title}</title>" in drawn:
            rules = "".join(needed) + "svg{background:var(--paper)}"
            return drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1).replace(
                ">", f"><style>{rules}</style>", 1) + "\n"
    return sys.exit(f"there is no chart {title}")


def shapes(drawn):
    """Lines, bands and marks: a chart whose words stand elsewhere is still the same."""
    return re.findall(r"<path[^>]*>", drawn)


def check_charts(outs, write):
    for name, (scenario, title) in CHARTS.items():
        made = chart((outs[scenario].folder / "whatif.html").read_text(encoding="utf-8"), title)
        path = STUDIES / name
        if write:
            path.write_text(made, encoding="utf-8")
        elif not path.exists() or shapes(path.read_text(encoding="utf-8")) != shapes(made):
            problems.append(f"{name} is not what {scenario}.yaml draws: --write")


# --- figures in the text --------------------------------------------------------------------------

def said_of_chance(outs):
    award, year, quarters = (outs[name] for name in ("chance-award", "chance-year",
                                                     "chance-quarters"))
    seen = {(fall, line): award.share("line", "better", fall, line=line)
            for fall in FALLS for line in ("binary", "binary-year")}
    rate = {baseline: award.share("line", "better", "none", baseline, line="binary")
            for baseline in ("fixed", "sampled")}
    known, counted = (expected(award, "paid_pence", "none", baseline)
                      for baseline in ("fixed", "sampled"))
    worse = outs["chance-not-worse"].total()
    persons = sum(int(row["measurable"]) for row in rows(STUDIES / "data/metrics.csv")
                  if "Q" in row["cohort"])
    return [
        f"better in {percent(seen['2 points', 'binary'])} of its quarters and "
        f"{percent(seen['2 points', 'binary-year'])} of its years",
        f"Chance alone comes to {millions(award.total()['mean_pence'])} a year, and to "
        f"{band(award.total())} in nine years of ten; two points fewer come to "
        f"{millions(award.total('2 points')['mean_pence'])}, {band(award.total('2 points'))}.",
        f"{millions(known)} paid and "
        f"{millions(-expected(award, 'deducted_pence'))} deducted",
        f"{millions(worse['mean_pence'])} remain",
        f"one area in {round(1 / rate['fixed'])} to be better by chance",
        f"it is one in {round(1 / rate['sampled'])}",
        f"goes up {counted / known:.0f}-fold",
        f"{millions(year.total('2 points')['mean_pence'])} against "
        f"{millions(quarters.total('2 points')['mean_pence'])} at two points",
        f"{persons:,} persons in all",
        f"{21 * seen['2 points', 'binary']:.0f} to {21 * seen['3 points', 'binary']:.0f} of 21",
    ]


def said_of_frequency(outs):
    base, drift = outs["frequency-baseline"], outs["frequency-drift"]
    total = [row for row in base.table("sums") if row["of"] == "total"][0]
    quarters = [row for row in base.table("lines") if row["line"] == "frequency"]
    results = {(side, word): sum(row[f"{side}_result"] == word for row in quarters)
               for side in ("base", "instead") for word in ("better", "worse")}
    binary = sum(row["base_result"] == "better" for row in base.table("lines")
                 if row["line"] == "binary")
    stood, helped = "as in 2015/16", "as in 2015/16 and 2 points fewer"
    needed = {side: [int(row["fewer_for_neither"]) for row in out.table("break-even")
                     if row["line"] == "frequency-year" and row["result"] == "worse"]
              for side, out in (("base", drift), ("instead", base))}
    return [
        f"turns {millions(total['base_due_pence'], 1)} into "
        f"{millions(total['instead_due_pence'], 1)}: {millions(total['change_pence'], 1)} a year",
        f"{results['base', 'worse']} of {len(quarters)} quarterly frequency results are worse and "
        "none is better",
        f"{results['instead', 'worse']} are worse and {results['instead', 'better']} better",
        f"{binary} of {len(quarters)} better",
        f"worse in {percent(drift.share('line', 'worse', stood, line='frequency'))} of its quarters "
        f"and {percent(drift.share('line', 'worse', stood, line='frequency-year'))} of its years",
        f"expected to come to {millions(drift.total(stood)['mean_pence'], 1)} a year",
        f"they still come to {millions(drift.total(helped)['mean_pence'], 1)}",
        f"{len(needed['base'])} areas were worse in the year, and needed "
        f"{statistics.median(needed['base']):.0f} fewer reoffences each at the median",
        f"{len(needed['instead'])} areas needed {statistics.median(needed['instead']):.0f}",
    ] + (["none is better"] if results["base", "better"] == 0 else ["some are better"])


def said_of_straw_man(outs):
    total = [row for row in outs["straw-man"].table("sums") if row["of"] == "total"][0]
    award, straw = outs["chance-award"], outs["straw-man"]
    pays = {fall: (millions(award.total(fall)["mean_pence"]),
                   millions(with_foundation(straw.total(fall))["mean_pence"])) for fall in FALLS}
    kept = {fall: percent(straw.share("line", "better", fall, line="clawback")) for fall in FALLS}
    return [
        f"differ by {millions(total['change_pence'], 1)}: "
        f"{millions(total['base_due_pence'], 1)} under the award, "
        f"{millions(total['instead_due_pence'], 1)} under the straw man",
        f"the award is expected to come to {pays['none'][0]} and the straw man to {pays['none'][1]}",
        f"At two points fewer the award pays {pays['2 points'][0]} and the straw man "
        f"{pays['2 points'][1]}",
        f"{kept['1 point']} of areas keep the advance at one point, {kept['2 points']} at two",
        f"the {millions(foundation())} that is paid in advance",
    ]


SAID = {"chance.md": said_of_chance, "frequency-baseline.md": said_of_frequency,
        "straw-man.md": said_of_straw_man}


def check_text(page, outs):
    text = " ".join(page.read_text(encoding="utf-8").replace("*", "").split())
    for words in SAID.get(page.name, lambda outs: [])(outs):
        if words not in text:
            problems.append(f'{page.name} does not say "{words}"')


# --- pages ---------------------------------------------------------------------------------------

def check_tables(page, outs, write):
    text = page.read_text(encoding="utf-8")
    made = MARKED.sub(lambda found: found[1] + "\n" + TABLES[found[2]](outs) + "\n" + found[3], text)
    if made == text:
        return set(name for _, name, _ in MARKED.findall(text))
    if write:
        page.write_text(made, encoding="utf-8")
    else:
        problems.append(f"{page.name}: its tables are not what its scenarios give: --write")
    return set(name for _, name, _ in MARKED.findall(text))


def check_data(work):
    made = work / "data"
    subprocess.run([STUDIES / "data/make.py", made], check=True,
                   env={**os.environ, "PBRCALC": PROGRAM})
    kept = sorted(path.relative_to(made) for path in made.rglob("*") if path.is_file())
    _, differ, missing = filecmp.cmpfiles(made, STUDIES / "data", map(str, kept), shallow=False)
    problems.extend(f"docs/studies/data/{name} is not what make.py makes" for name in differ + missing)


def main():
    write = "--write" in sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="pbrcalc-studies-") as name:
        work = Path(name)
        check_data(work)
        outs = {path.stem: Output(work, path.stem) for path in sorted(STUDIES.glob("*.yaml"))}
        check_charts(outs, write)
        for page in STUDIES.glob("*.md"):
            check_text(page, outs)
        told = set().union(*(check_tables(page, outs, write) for page in STUDIES.glob("*.md")))
        problems.extend(f"no page has the table {name}" for name in TABLES.keys() - told)
    if problems:
        sys.exit("\n".join(problems))
    print(f"{len(outs)} scenarios, {len(told)} tables")


if __name__ == "__main__":
    main()
