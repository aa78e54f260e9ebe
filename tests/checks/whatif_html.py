#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""whatif.html in a real browser: it asks for nothing but itself and logs nothing; nothing is wider than
the screen, on a desk or a phone; what charts draw lies in the picture, where its values say, and no two
texts of a chart lie on each other; every chart is told in words; colours have contrast, light, dark and
printed; folded tables print; names cannot become markup; and the tables say what the CSV files do."""
import csv
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import sample_runs  # noqa: E402
from headless import Browser  # noqa: E402

PROGRAM = os.environ.get("PBRCALC", "build/pbrcalc")
PICTURES = os.environ.get("PICTURES")  # a folder to leave screenshots in, for people
WIDTHS = {"wide": 1100, "narrow": 360}
TITLE = "A <script>window.ran = 1</script> \"title\" & more"
NAME = "<img src=x onerror='window.ran=1'> & \"Sons\""
LONG = "Northumbria-and-everything-else-" * 4
PARTS = """sweep:
  vary:
    - {term: "prices[*].binary_price", how: times, from: "0.5", to: "1.5", step: "0.25"}
    - {term: lines.binary.test.level, values: ["0.8", "0.9", "0.95"]}
tornado: {by: "10"}
break-even: "yes"
power: {chance: "0.8", rate-falls: ["1", "2", "4"], frequency-falls: ["0.25"]}
"""
FALLS = """simulate:
  {replicates: 600, seed: 2018, method: parametric, counts: resampled, baseline: both,
   effects: [{name: none}, {name: one point, rate-fall: "1"}, {name: three points, rate-fall: "3"}]}
"""
NAMED = """simulate:
  {replicates: 600, seed: 2018, method: bootstrap, counts: negative-binomial, baseline: fixed,
   effects: [{name: "<b>none</b>"}, {name: "a fall with a name that is too long to stand beside its bar",
              rate-fall: "2", rate-sd: "0.5", frequency-fall: "0.1"}]}
"""
WORDS = """sweep:
  vary: [{term: lines.binary.test.variance, values: [binomial, residual]}]
"""
INSTEAD = """instead:
  change:
    - {term: lines.binary.test.level, set: "0.90"}
    - {term: "prices[*].binary_price", times: "1.1"}
"""
problems = []


def need(holds, *words):
    if not holds:
        problems.append(" ".join(map(str, words)))


# --- what is asked -------------------------------------------------------------------------------

def hostile_contract(folder):
    """Names that would be markup, and one without a place to break."""
    shutil.copytree(sample_runs.TR, folder)
    path = folder / "areas.csv"
    text = path.read_text(encoding="utf-8")
    for old, new in {"C01,Northumbria": "C01,\"" + NAME.replace('"', '""') + '"',
                     "C06,Merseyside": "C06," + LONG}.items():
        if old not in text:
            sys.exit(f"areas.csv does not say {old}")
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return folder


def ask(folder, name, text, title="A question"):
    quoted = title.replace('"', '\\"')
    path = folder / f"{name}.yaml"
    path.write_text(f"title: \"{quoted}\"\nauthor: \"<i>Nobody</i>\"\n"
                    f"base: {{settlement: settlement}}\n{text}", encoding="utf-8")
    done = subprocess.run([PROGRAM, "whatif", path, "--out", folder / name, "--quiet"],
                          capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{name}: status {done.returncode}: {done.stdout}{done.stderr}")
    return folder / name


def make(folder):
    extract = sample_runs.extract(folder)
    subprocess.run([PROGRAM, "settle", "--contract", hostile_contract(folder / "contract"),
                    "--cohort", extract["cohort"], "--reoffences", extract["reoffences"],
                    "--snapshot", "2018-03-31", "--as-at", "2018-04-20", "--cohorts",
                    sample_runs.ALL, "--first-of-year", "--out", folder / "settlement", "--quiet"],
                   check=True, capture_output=True)
    yield ask(folder, "both", INSTEAD + PARTS + FALLS, TITLE)
    yield ask(folder, "alone", NAMED + WORDS)


# --- in the browser ------------------------------------------------------------------------------

# Every chart that is shown: its boxes in its own units, of which there are as many as pixels here.
CHARTS = r"""[...document.querySelectorAll('svg')].filter(s => s.getClientRects().length).map(svg => {
  const box = (e, stroke) => {
    const b = e.getBBox({stroke: stroke});
    return [b.x, b.y, b.x + b.width, b.y + b.height];
  };
  const named = id => (document.getElementById(id) || {textContent: ''}).textContent;
  return {
    id: svg.id, role: svg.getAttribute('role'), view: svg.getAttribute('viewBox'),
    told: (svg.getAttribute('aria-labelledby') || '').split(' ').map(named),
    shown: svg.getBoundingClientRect().width,
    frame: box(svg.querySelector('.e'), false),
    texts: [...svg.querySelectorAll('text')].map(t => [t.getAttribute('class'), t.textContent, box(t, false)]),
    marks: [...svg.querySelectorAll('path,rect,line')].map(m => [m.getAttribute('class'), box(m, false)]),
    tips: [...svg.querySelectorAll('path.m,path.o')].filter(m => m.querySelector('title')).map(
      m => [m.querySelector('title').textContent, /^M(\S+) (\S+?)m/.exec(m.getAttribute('d')).slice(1).map(Number),
            m.getAttribute('class')]),
    dashes: [...new Set([...svg.querySelectorAll('path.l')].map(
      m => m.getAttribute('class') + '|' + getComputedStyle(m).strokeDasharray))]
  };
})"""
TABLES = r"""[...document.querySelectorAll('table')].map(t => [t.caption.textContent,
  [...t.rows].map(r => [...r.cells].map(c => c.textContent))])"""
ORDER = r"""(() => {
  const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  return {
    twice: ids.filter((id, i) => ids.indexOf(id) != i),
    nowhere: [...document.querySelectorAll('a[href]')].map(a => a.getAttribute('href'))
      .filter(h => h[0] != '#' || !document.getElementById(h.slice(1))),
    unnamed: [...document.querySelectorAll('[aria-labelledby]')].filter(
      e => !e.getAttribute('aria-labelledby').split(' ').every(id => document.getElementById(id))).length,
    heads: [...document.querySelectorAll('h1,h2,h3')].map(h => +h.tagName[1]),
    alien: document.querySelectorAll('script,img,b,i,link,iframe,object').length, ran: window.ran === 1,
    title: document.title, text: document.body.textContent, lang: document.documentElement.lang,
    wide: document.documentElement.scrollWidth, cells: [...document.querySelectorAll('tbody tr')].filter(
      r => r.cells.length != r.closest('table').tHead.rows[0].cells.length).length
  };
})()"""
COLOURS = r"""Object.fromEntries(['paper','ink','soft','warm','edge','s0','s1','s2','s3','s4','s5'].map(
  n => [n, getComputedStyle(document.documentElement).getPropertyValue('--' + n).trim()]))"""
FOLDED = r"""[...document.querySelectorAll('details')].filter(d => !d.open)
  .map(d => [...d.querySelectorAll('table')].every(t => t.getBoundingClientRect().height > 20 &&
    t.checkVisibility({contentVisibilityAuto: true})))"""


def overlap(a, b, slack):
    return (min(a[2], b[2]) - max(a[0], b[0]) > slack and min(a[3], b[3]) - max(a[1], b[1]) > slack)


def inside(box, whole, slack=0.75):
    return (box[0] >= whole[0] - slack and box[1] >= whole[1] - slack and
            box[2] <= whole[2] + slack and box[3] <= whole[3] + slack)


def check_chart(where, chart, width):
    view = list(map(float, chart["view"].split()))
    words = [(text, box) for kind, text, box in chart["texts"] if kind == "w"]
    above = words and all(overlap(box, chart["frame"], 1) for _, box in words)  # their rows, not beside
    need(not above or width < 600 or max(len(text) for text, _ in words) > 50, where, "names rows above")
    need(chart["role"] == "img" and all(len(words) > 15 for words in chart["told"]) and
         len(chart["told"]) == 2, where, "is not told in words:", chart["told"])
    need(chart["shown"] <= width and abs(chart["shown"] - view[2]) <= 40, where, "is not shown in its size")
    for kind, box in chart["marks"]:
        need(inside(box, view), where, "draws", kind, "outside of its picture:", box)
    for kind, text, box in chart["texts"]:
        need(inside(box, view), where, "writes outside of its picture:", text, box)
        need(kind != "h" or inside(box, chart["frame"], 2), where, "has a label outside of its plot:", text)
        need(kind == "h" or (kind == "w" and above) or not overlap(box, chart["frame"], 1),
             where, "writes over its plot:", text)
    for i, (_, text, box) in enumerate(chart["texts"]):
        for _, other, at in chart["texts"][:i]:
            need(not overlap(box, at, 1), where, "writes", repr(text), "over", repr(other))
    for text, box in words:
        for what, at in chart["marks"]:
            need(what[0] not in "qmo" or not overlap(box, at, 1.5), where, "writes", text, "over", what)
    series = {line.split("|")[0]: line.split("|")[1] for line in chart["dashes"]}
    need(len(set(series.values())) == len(series), where, "tells lines apart by colour alone:", series)


def check_charts(where, browser, name, width):
    charts = browser.run(CHARTS)
    need(len(charts) == browser.run("document.querySelectorAll('figure').length"), where,
         "does not show one picture of each figure")
    for chart in charts:
        need(chart["id"].endswith(name), where, "shows", chart["id"])
        check_chart(f"{where}, {chart['id']} ({chart['told'][0]})", chart, width)
    return charts


def luminance(colour):
    if len(colour) == 4:
        colour = "#" + "".join(2 * c for c in colour[1:])
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(a, b):
    """WCAG 2.2: relative luminance and contrast ratio."""
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def check_colours(where, colours):
    for name, least in {"ink": 7, "soft": 7, "s0": 4.5, "edge": 3, "s1": 3, "s2": 3, "s3": 3, "s4": 3,
                        "s5": 3}.items():
        found = contrast(colours[name], colours["paper"])
        need(found >= least, where, name, "has a contrast of", round(found, 2))
    need(contrast(colours["ink"], colours["warm"]) >= 7, where, "the warning has little contrast")


def check_order(where, page, width, title):
    need(not page["twice"] and not page["nowhere"] and not page["unnamed"], where, "has names that are",
         "twice or nowhere:", page["twice"], page["nowhere"], page["unnamed"])
    need(page["heads"][0] == 1 and page["heads"].count(1) == 1 and
         all(b - a <= 1 for a, b in zip(page["heads"], page["heads"][1:])), where, "has headings out of order")
    need(page["alien"] == 0 and not page["ran"], where, "has markup that came in with a name")
    need(page["title"] == title and page["lang"] == "en", where, "is called", page["title"])
    need(NAME in page["text"], where, "does not show a hostile name as it is")
    need("NOT FOR PAYMENT" in page["text"] and "illustrative" in page["text"], where, "does not warn")
    need(page["wide"] <= width, where, "is", page["wide"], "pixels wide")
    need(page["cells"] == 0, where, "has rows with cells missing")


# --- charts against values -----------------------------------------------------------------------

def check_line(where, pairs):
    """Places are a straight function of values."""
    pairs = sorted(set(pairs))
    if len(pairs) < 3 or pairs[0][0] == pairs[-1][0]:
        return
    (x0, y0), (x1, y1) = pairs[0], pairs[-1]
    for x, y in pairs:
        expected = y0 + (y1 - y0) * (x - x0) / (x1 - x0)
        need(abs(y - expected) < 0.75, where, "draws", x, "at", y, "instead of", round(expected, 1))


FUNNEL_TIP = re.compile(r": ([\d,]+) \w+, (-?[\d.]+) .* from the baseline, (\w+)$")
SHAPES = {"better": "m f s2", "neither": "o s5", "worse": "m f s1"}


def check_funnel(where, chart, table):
    found = [(FUNNEL_TIP.search(tip), place, shape) for tip, place, shape in chart["tips"]]
    need(len(found) == len(table) - 1 and all(tip for tip, _, _ in found), where, "has", len(found),
         "points for", len(table) - 1, "rows")
    number = {tuple(row[i] for i in (2, 5)) for row in table[1:]}
    for tip, _, shape in found:
        need(shape == SHAPES[tip[3]], where, "draws", tip[3], "as", shape)
        need(any(cases == tip[1] and abs(float(gap) - float(tip[2])) <= 0.00501 for cases, gap in number),
             where, "has a point that no row has:", tip[0])
    check_line(where, [(int(tip[1].replace(",", "")), place[0]) for tip, place, _ in found])
    # what is told is rounded to a hundredth, which is seen in a picture of small differences
    ends = [(float(tip[2]), place[1]) for tip, place, _ in found]
    for value, place in ends:
        for other, at in ends:
            need(value - other < 0.011 or place < at + 0.01, where, "draws", value, "below", other)


MONEY = re.compile(r": (-?)£([\d,]+\.\d\d)$")


def check_money(where, chart, axis):
    found = [(MONEY.search(tip), place[axis]) for tip, place, _ in chart["tips"]]
    need(found and all(tip for tip, _ in found), where, "has no amounts")
    check_line(where, [(float(tip[1] + tip[2].replace(",", "")), place) for tip, place in found])


def check_values(where, charts, tables):
    drawn = 0
    for chart in charts:
        title = chart["told"][0]
        if "distance from the baseline" in title:
            line = title.split(": distance")[0]
            table = next(t for name, t in tables if name.startswith(line + ": rates and limits"))
            check_funnel(f"{where}, {title}", chart, table)
        elif title.startswith("Total due by prices"):
            check_money(f"{where}, {title}", chart, 1)
        elif title.startswith("Total due with each number"):
            check_money(f"{where}, {title}", chart, 0)
        else:
            continue
        drawn += 1
    need(drawn >= 4, where, "has only", drawn, "charts whose values were compared")


# --- tables against the CSV files ----------------------------------------------------------------

def pence(text):
    return int(text.replace("£", "").replace("+", "").replace(",", "").replace(".", ""))


def rows_of(folder, name):
    path = folder / f"{name}.csv"
    if not path.exists():
        return []
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def check_sums(where, tables, folder):
    sums = rows_of(folder, "sums")
    for caption, of in (("Due by provider", "payee"), ("Due by area", "area")):
        *rows, total = tables[caption][1:]
        listed = [r for r in sums if r["of"] == of] + [r for r in sums if r["of"] == "total"]
        need(len(rows) + 1 == len(listed), where, caption, "has", len(rows), "rows")
        for row, listed_row in zip([*rows, total], listed):
            keys = ["base_due_pence", "instead_due_pence", "change_pence"][:len(row) - 1]
            need([pence(cell) for cell in row[1:]] == [int(listed_row[key]) for key in keys], where,
                 caption, row, "is not as in sums.csv")
            need(of != "area" or row[0] == "Total" or row[0].split(" ")[0] == listed_row["name"], where,
                 caption, row[0], "stands for", listed_row["name"])
        for i in range(1, len(total)):
            need(sum(pence(row[i]) for row in rows) == pence(total[i]), where, caption, "does not add up")


def plain(text):
    return text.replace(",", "").replace("£", "").replace("+", "")


def same(shown, recorded, scale=1.0, half=0.5):
    """What is shown is what is recorded, rounded at the last digit shown."""
    shown = plain(shown).rstrip("%")
    digit = 10.0 ** -(len(shown.partition(".")[2]))
    return abs(float(shown) - float(recorded) * scale) <= half * digit * 1.0001


def check_lines(where, table, folder):
    rows = rows_of(folder, "lines")
    need(len(rows) == len(table) - 1, where, "has", len(table) - 1, "lines of", len(rows))
    for shown, row in zip(table[1:], rows):
        expected = [row["cpa"], row["cohort"], row["line"], row["base_result"].replace("-", " "),
                    row["base_due_pence"]]
        if len(shown) > 5:
            expected += [row["instead_result"].replace("-", " "), row["instead_due_pence"],
                         row["change_pence"]]
        found = [cell if i < 3 else cell.lower().split(",")[0] if i in (3, 5) else str(pence(cell))
                 for i, cell in enumerate(shown)]
        need(found == expected, where, "tells", shown, "of", expected)


def check_break_even(where, table, folder):
    rows = rows_of(folder, "break-even")
    need(len(rows) == len(table) - 1, where, "has", len(table) - 1, "distances of", len(rows))
    keys = ("fewer_for_better", "fewer_for_neither", "more_for_worse", "more_for_terminate")
    for shown, row in zip(table[1:], rows):
        expected = [{"": "never", "0": "is so"}.get(row[key], row[key]) for key in keys]
        need(shown[:2] == [row["cpa"], row["cohort"]] and [plain(c) for c in shown[6:10]] == expected and
             str(pence(shown[10])) == row["computed_pence"], where, "tells", shown, "of", expected)


def check_simulation(where, tables, folder):
    rows = rows_of(folder, "simulation")
    totals = [row for row in rows if row["of"] == "total"]
    table = tables["Total over all areas, by effect"][1:]
    need(len(table) == len(totals) > 0, where, "has", len(table), "effects of", len(totals))
    for shown, row in zip(table, totals):
        every = int(row["replicates"])
        chances = [int(row["paid"]) / every, None, int(row["deducted"]) / every]
        money = ("mean_pence", "error_pence", "p05_pence", "p50_pence", "p95_pence")
        need(shown[0] == f"{row['effect']}, baseline {row['baseline']}", where, "names", shown[0])
        need(same(shown[1], chances[0], 100) and same(shown[3], chances[2], 100) and
             all(same(cell, row[key], 0.01) for cell, key in zip(shown[4:], money)), where,
             "tells", shown, "of", row)
    verdicts = tables["How often each line's test says what, over all areas and cohorts"][1:]
    seen = {}
    for row in rows:
        if row["of"] == "line":
            key = (f"{row['effect']}, baseline {row['baseline']}", row["line"])
            sums = seen.setdefault(key, [0] * 6)
            for i, name in enumerate(("better", "neither", "worse", "no_result", "terminated", "replicates")):
                sums[i] += int(row[name])
    need(len(verdicts) == len(seen), where, "has", len(verdicts), "rows of verdicts, not", len(seen))
    for shown, sums in zip(verdicts, seen.values()):
        need(all(same(cell, count / sums[5], 100) for cell, count in zip(shown[2:], sums)), where,
             "tells", shown, "of", sums)


def check_sweep(where, table, folder):
    rows = rows_of(folder, "sweep")
    need(len(table) - 1 == len(rows), where, "has", len(table) - 1, "points of", len(rows))
    for shown, row in zip(table[1:], rows):
        axes = len(shown) - 6
        verdicts = [row["better"], row["neither"], row["worse"]]
        need(shown[:axes] == list(row.values())[1:axes + 1] and shown[axes + 2:axes + 5] == verdicts and
             (str(pence(shown[axes])) if shown[axes] else "") == row["total_pence"] and
             shown[-1] == (row["not_told"] or {"yes": "as it is"}.get(row["as_settled"], "")), where,
             "tells", shown, "of", row)


def check_tornado(where, table, folder):
    rows = rows_of(folder, "tornado")
    need(len(table) - 1 == len(rows), where, "has", len(table) - 1, "bars of", len(rows))
    for shown, row in zip(table[1:], rows):
        amounts = ["" if cell == "none" else str(pence(cell)) for cell in (shown[4], shown[6], shown[7])]
        need(shown[0] == row["term"] and
             amounts == [row["low_pence"], row["high_pence"], row["span_pence"]], where, "tells", shown,
             "of", row)


def check_power(where, table, folder):
    rows = rows_of(folder, "power")
    need(len(table) - 1 == len(rows), where, "has", len(table) - 1, "chances of", len(rows))
    for shown, row in zip(table[1:], rows):
        need(shown[:2] == [row["cpa"], row["cohort"]] and shown[3] == row["fall"] and
             same(shown[5], row["chance"], 100) and same(shown[7], row["chance_paid"], 100) and
             (plain(shown[8]) if shown[8] != "none found" else "") == row["needed"], where, "tells", shown,
             "of", row)


def check_tables(where, listed, folder):
    tables = dict(listed)
    check_sums(where, tables, folder)
    check_lines(where, tables["Every line"], folder)
    for name, check, caption in (("break-even", check_break_even, "Distance to each limit"),
                                 ("sweep", check_sweep, "Every combination"),
                                 ("tornado", check_tornado, "Each number moved by 10% by itself"),
                                 ("power", check_power, "Chances, and cases needed for a chance of 80%")):
        asked = (folder / f"{name}.csv").exists()
        need(asked == (caption in tables), where, "tells", name, "where it was", "" if asked else "not", "asked")
        if asked and caption in tables:
            check(where, tables[caption], folder)
    check_simulation(where, tables, folder)


# --- a page --------------------------------------------------------------------------------------

def check_page(browser, folder, title):
    page = folder / "whatif.html"
    for name, width in WIDTHS.items():
        where = f"{folder.name}, {width} pixels"
        browser.screen(width)
        browser.open(page)
        check_order(where, browser.run(ORDER), width, title)
        charts = check_charts(where, browser, name, width)
        tables = browser.run(TABLES)
        check_values(where, charts, tables)
        if PICTURES:
            browser.screen(width, browser.run("document.documentElement.scrollHeight"))
            browser.picture(Path(PICTURES) / f"{folder.name}-{name}.png")
        need(not browser.logged, where, "is not clean:", browser.logged[:3])
        need(browser.asked == [page.resolve().as_uri()], where, "asks for", browser.asked)
    check_tables(folder.name, tables, folder)
    colours = []
    for dark, medium in ((False, ""), (True, ""), (True, "print")):
        browser.screen(WIDTHS["wide"], dark=dark, medium=medium)
        colours.append(browser.run(COLOURS))
        check_colours(f"{folder.name}, {'dark' if dark else 'light'} {medium}:", colours[-1])
    need(colours[0]["paper"] != colours[1]["paper"] and colours[2]["paper"] == "#fff", folder.name,
         "does not follow light, dark and print")
    folded = browser.run(FOLDED)
    need(folded and all(folded), folder.name, "has folded tables that do not print")
    browser.screen(WIDTHS["wide"])
    need(not any(browser.run(FOLDED)), folder.name, "has tables that are not folded")


def check_browser(browser, folder):
    """What would be found if it were there: a script that a page lets in does not run, and is logged."""
    page = folder / "whatif.html"
    text = page.read_text(encoding="utf-8")
    worse = folder / "worse.html"
    worse.write_text(text.replace("<main>", "<main><script>window.ran=1</script><img src='https://x.invalid/a'>"
                                            "<p style='width:3000px'>x</p>"), encoding="utf-8")
    browser.screen(WIDTHS["narrow"])
    browser.open(worse)
    found = browser.run(ORDER)
    need(not found["ran"], "the policy lets a script run")
    need(len(browser.logged) >= 3 and found["alien"] == 2, "the browser does not log what a policy refuses")
    need(found["wide"] <= WIDTHS["narrow"], "the policy lets an attribute style the page")
    browser.open(page)


def main():
    with tempfile.TemporaryDirectory() as name, Browser() as browser:
        folder = Path(name)
        for asked, title in zip(make(folder), (TITLE, "A question")):
            check_page(browser, asked, title)
        check_browser(browser, folder / "both")
    print("\n".join(problems[:40]) or "whatif.html is as it should be")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
