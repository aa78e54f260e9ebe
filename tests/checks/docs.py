#!/usr/bin/env python3
"""The documentation says what the program does: examples are run, lists are compared with the
source and with the program's own answers. `docs.py WORD...` runs the checks whose name has a WORD."""
import csv
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("PBRCALC", ROOT / "build/pbrcalc")).resolve()
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```(\S*)[ \t]*([^\n]*)\n(.*?)^```$", re.M | re.S)
problems = []


def problem(text):
    problems.append(text)


def page(name):
    return (ROOT / name).read_text(encoding="utf-8")


def run(*arguments, folder=ROOT):
    done = subprocess.run([PROGRAM, *arguments], cwd=folder, capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def blocks(text):
    """Language, label and content of each fenced block."""
    return [match.groups() for match in FENCE.finditer(text)]


def tables(text, first):
    """Rows, as lists of cells, of every table whose first column has this header."""
    for table in re.findall(r"(?:^\|.*\|\n)+", text, re.M):
        rows = [[cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
                for line in table.splitlines()]
        if rows[0][0] == first:
            yield rows[0], rows[2:]


def code(cell):
    return re.findall(r"`([^`]+)`", cell)


def same_sets(what, found, expected, where):
    for name in sorted(set(expected) - set(found)):
        problem(f"{where}: {what} {name} is not described")
    for name in sorted(set(found) - set(expected)):
        problem(f"{where}: {what} {name} does not exist")


# --- examples ------------------------------------------------------------------------------------

def commands_of(block):
    """Pairs of a command, with the lines that continue it or are its here-document, and the lines
    that it must print."""
    pairs, lines = [], iter(block.splitlines())
    for line in lines:
        if not line.startswith("$ "):
            pairs[-1][1].append(line)
            continue
        command = line[2:]
        while command.endswith("\\"):
            command += "\n" + next(lines)
        ended = re.search(r"<<'(\w+)'", command)
        while ended and not command.endswith("\n" + ended[1]):
            command += "\n" + next(lines)
        pairs.append((command, []))
    return pairs


def matches(found, expected):
    """Expected lines equal the found ones; `...` stands for any text, alone on a line for lines."""
    if not expected:
        return not found
    if expected[0] == "...":
        return any(matches(found[i:], expected[1:]) for i in range(len(found) + 1))
    pattern = ".*".join(re.escape(part) for part in expected[0].split("..."))
    return bool(found and re.fullmatch(pattern, found[0])) and matches(found[1:], expected[1:])


def run_page(path, folder):
    for name in ("contracts", "fixtures"):
        os.symlink(ROOT / name, folder / name)
    environment = {**os.environ, "PATH": f"{PROGRAM.parent}:{os.environ['PATH']}"}
    status, count = 0, 0
    for language, _, content in blocks(path.read_text(encoding="utf-8")):
        if language != "console":
            continue
        for command, expected in commands_of(content):
            if re.match(r"(sudo )?make\b|sudo\b|git clone", command):
                continue
            done = subprocess.run(["sh", "-c", f"(exit {status})\n{command}"], cwd=folder, text=True,
                                  env=environment, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, check=False)
            status, count = done.returncode, count + 1
            found = [line.rstrip() for line in done.stdout.splitlines()]
            if not matches(found, [line.rstrip() for line in expected]):
                problem(f"{path.name}: $ {command}\n  " + "\n  ".join(found))
    return count


def check_examples():
    count = 0
    for path in PAGES:
        with tempfile.TemporaryDirectory() as folder:
            count += run_page(path, pathlib.Path(folder))
    if not count:
        problem("no example was run")
    return f"{count} commands"


def check_links():
    count = 0
    for path in [*PAGES, *sorted((ROOT / "docs/studies").rglob("*.md"))]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            count += 1
            if not (path.parent / target).exists():
                problem(f"{path.name}: link to {target}, which does not exist")
    return f"{count} links"


def anchors(path):
    """What a link can point at in a page: its headings, as they are addressed."""
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    for heading in re.findall(r"(?m)^#+ (.*)$", text):
        yield re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def check_anchors():
    """A link to a heading finds one."""
    count = 0
    for path in PAGES:
        links = re.findall(r"\]\(([^)#:]*)#([^)]+)\)", path.read_text(encoding="utf-8"))
        for target, anchor in links:
            count += 1
            if anchor not in anchors(path.parent / target if target else path):
                problem(f"{path.name}: link to {target}#{anchor}, which is no heading there")
    return f"{count} headings"


# --- formats -------------------------------------------------------------------------------------

def schema_of(name):
    return json.loads(run("schema", name)[1])


def check_columns():
    """Each CSV's table in formats.md has the columns of `pbrcalc schema`, in order."""
    text, count = page("docs/formats.md"), 0
    for line in run("schema")[1].splitlines():
        name, file = line.split()[:2]
        found = re.search(rf"^### `?{re.escape(file)}`?$(.*?)(?=^##|\Z)", text, re.M | re.S)
        if not found:
            problem(f"formats.md: no section {file}")
            continue
        rows = [row for _, rows in tables(found[1], "column") for row in rows]
        shown = [(code(row[0])[0], row[1], "filled" in row[2]) for row in rows]
        fields = [(field["name"], field["type"], bool(field["constraints"].get("required")))
                  for field in schema_of(name)["fields"]]
        shown = [row for row in shown if row[0] not in ("MONEY", "TERM")]
        count += len(fields)
        if shown != fields:
            problem(f"formats.md: {file}: {set(shown) ^ set(fields) or 'order differs'}")
    return f"{count} columns"


WORKED = ["--contract", "fixtures/worked/contract", "--cohort", "fixtures/worked/cohort.csv",
          "--reoffences", "fixtures/worked/reoffences.csv", "--snapshot", "2017-12-31",
          "--as-at", "2018-01-31", "--cohorts", "2015Q4,2016Q1,2015/16", "--first-of-year"]


def check_written():
    """A settlement with everything writes each table with the columns of its schema, all of them
    and in that order; so do outcomes, sample and diff."""
    with tempfile.TemporaryDirectory() as parent:
        folder, outcomes = pathlib.Path(parent) / "s", pathlib.Path(parent) / "outcomes.csv"
        run("settle", *WORKED, "--out", str(folder), "--qa", "--outcomes", str(outcomes), "--quiet")
        run("diff", str(folder), str(folder), "--csv", f"{parent}/difference.csv")
        texts = {f"qa-{file.stem}": file.read_text(encoding="utf-8")
                 for file in folder.glob("qa/*.csv")}
        for file in [*folder.glob("*.csv"), *pathlib.Path(parent).glob("*.csv")]:
            texts[file.stem] = file.read_text(encoding="utf-8")
        texts["sample"] = run("sample", str(folder), "--size", "1", "--seed", "1", "--inputs",
                              "fixtures/worked")[1]
    if len(texts) < 16:
        problem(f"formats.md: tables that were not written: there are only {sorted(texts)}")
    for name, text in texts.items():
        header = next(csv.reader(io.StringIO(text)), [])
        fields = [field["name"] for field in schema_of(name)["fields"]]
        if header != fields:
            problem(f"{name}: columns are {header} as written and {fields} in the schema")
    return f"{len(texts)} tables"


def words_of(file, start):
    """The words of a table in the source, from this line of it on."""
    body = page(file).split(start, 1)[1].split("};", 1)[0]
    return re.findall(r'\] = \{?"([a-z-]+)"', body)


def check_words():
    """Words that programs read in JSON are the ones that formats.md names."""
    text, count = page("docs/formats.md"), 0
    verify = text.split("\n## Verifying a settlement", 1)[1].split("\n## ", 1)[0]
    trace = text.split("whose `why` is one of", 1)[1].split(". ", 1)[0]
    nodes = next(row[1] for _, rows in tables(text, "key") for row in rows if row[0] == "`kind`")
    for what, found, expected in (
            ("kind of verify", [name for _, rows in tables(verify, "kind") for row in rows
                                for name in code(row[0])],
             words_of("src/command/verification.c", "KINDS[]")),
            ("why of trace", code(trace), words_of("src/audit/trace.c", "reason_words[")),
            ("kind of node", [name for name in code(nodes) if name != "note"],
             words_of("src/explain/node.c", "texts[]"))):
        same_sets(what, found, expected, "formats.md")
        count += len(expected)
    return f"{count} words"


def keys_of(value):
    """Every key of a JSON value but those that are names of payees."""
    if isinstance(value, list):
        for item in value:
            yield from keys_of(item)
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            if key != "due_pence_by_payee":
                yield from keys_of(item)


def check_folder():
    """A settlement's files, CSV headers and manifest keys are the ones that formats.md describes."""
    text = page("docs/formats.md")
    with tempfile.TemporaryDirectory() as parent:
        folder = pathlib.Path(parent) / "s"
        status, _, errors = run("settle", *WORKED, "--out", str(folder), "--quiet")
        if status:
            return problem(f"the worked example was not settled: {errors}")
        for file in folder.rglob("*"):
            if file.is_file() and file.parent == folder and f"`{file.name}`" not in text:
                problem(f"formats.md: {file.name} is not described")
        for file in folder.glob("*.csv"):
            header = next(csv.reader(io.StringIO(file.read_text(encoding="utf-8"))))
            fields = [field["name"] for field in schema_of(file.stem)["fields"]]
            if header != [name for name in fields if name in header]:
                problem(f"{file.name}: header differs from its schema")
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    section = text.split("\n## manifest.json", 1)[1].split("\n## ", 1)[0]
    keys = set(keys_of(manifest)) | {"previous", "overridden", "check", "scope", "authority",
                                     "date", "reason"}
    same_sets("key", {word for _, rows in tables(section, "key") for row in rows
                      for cell in row for word in code(cell)}, keys, "formats.md, manifest.json")
    return f"{len(keys)} keys"


# --- the contract language -----------------------------------------------------------------------

def vocabulary():
    source = page("src/contract/vocabulary.c")
    macros = r"PBR_(?:MAYBE_)?(?:TEXT|WORD|NUMBER|GROUP|LIST)_FIELD|CYAML_FIELD_MAPPING"
    keys = set(re.findall(rf"\b(?:{macros})\(\"([^\"]+)\"", source))
    words = set(re.findall(r"\{\"([^\"]+)\",\s*PBR_", source))
    return keys, words


def check_vocabulary():
    """Each key and word is in a table of the page, and in one of its examples; and no other is."""
    text = page("docs/contract-language.md")
    keys, words = vocabulary()
    for what, expected in (("key", keys), ("word", words)):
        found = [name for _, rows in tables(text, what) for row in rows for name in code(row[0])]
        if what == "key":
            found += re.findall(r"`(column|from|to)`", text)
        same_sets(what, found, expected, "contract-language.md")
    examples = "\n".join(content for language, _, content in blocks(text) if language == "yaml")
    for key in sorted(keys):
        if not re.search(rf"(?<![\w-]){re.escape(key)}:", examples):
            problem(f"contract-language.md: no example has the key {key}")
    for word in sorted(words):
        if not re.search(rf"[:,\[] *{re.escape(word)}(?![\w-])", examples):
            problem(f"contract-language.md: no example has the word {word}")
    return f"{len(keys)} keys and {len(words)} words"


def check_scenario_language():
    """The same of the scenario page. Its words stand in cells of values too."""
    text, source = page("docs/scenarios.md"), page("src/whatif/vocabulary.c")
    keys = set(re.findall(r"\bPBR_(?:MAYBE_)?(?:TEXT|WORD|NUMBER|GROUP|LIST)_FIELD\(\"([^\"]+)\"",
                          source))
    words = set(re.findall(r"\{\"([^\"]+)\",\s*PBR_", source))
    found = [name for _, rows in tables(text, "key") for row in rows for name in code(row[0])]
    same_sets("key", found, keys, "scenarios.md")
    for word in sorted(words):
        if f"`{word}`" not in text:
            problem(f"scenarios.md: word {word} is not described")
    examples = "\n".join(content for language, _, content in blocks(text) if language == "yaml")
    for key in sorted(keys):
        if not re.search(rf"(?<![\w-]){re.escape(key)}:", examples):
            problem(f"scenarios.md: no example has the key {key}")
    return f"{len(keys)} keys and {len(words)} words"


def replace_groups(text, variant):
    """The variant's top-level groups in the place of the text's own."""
    for group in re.split(r"(?m)^(?=[a-z])", variant):
        if not group:
            continue
        key = group.split(":")[0]
        old = re.compile(rf"(?m)^{re.escape(key)}:.*\n(?:^[ #-].*\n)*")
        text = old.sub(lambda _: group, text, count=1) if old.search(text) else text + group
    return text


def assemble(text):
    """The page's contract by file, and its variants by name: a list of file and content."""
    contract, variants = {}, {}
    for language, label, content in blocks(text):
        if language not in ("yaml", "csv") or not label:
            continue
        found = re.fullmatch(r"variant (\S+) of (\S+)", label)
        if found:
            variants.setdefault(found[1], []).append((found[2], content))
        else:
            contract[label] = contract.get(label, "") + content
    return contract, variants


def load_contract(files, name):
    with tempfile.TemporaryDirectory() as folder:
        for file, content in files.items():
            path = pathlib.Path(folder) / file
            path.parent.mkdir(exist_ok=True)
            path.write_text(content, encoding="utf-8")
        told = run("check", "--contract", folder)[1].splitlines()
        for line in told[:-1]:
            if len(line) > 78:
                problem(f"contract-language.md: {name}: the term sheet has a long line: {line}")
        status, out, errors = run("check", "--contract", folder, "--quiet")
        if status or "no problems were found" not in out:
            problem(f"contract-language.md: {name}: {out}{errors}")


def check_contracts():
    contract, variants = assemble(page("docs/contract-language.md"))
    load_contract(contract, "the contract")
    for name, parts in variants.items():
        files = dict(contract)
        for file, content in parts:
            whole = file.endswith(".csv")
            files[file] = content if whole else replace_groups(files[file], content)
        load_contract(files, f"variant {name}")
    return f"1 contract, {len(variants)} variants"


def coded(value, codes):
    return codes.get(value, value)


def recode(source, target, names, codes):
    """A copy of a CSV under other column names, codes and scores given as 0 to 1."""
    with open(source, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    header = rows[0]
    for row in rows[1:]:
        for i, column in enumerate(header):
            row[i] = coded(row[i], codes.get(column, {}))
            if column == "ogrs" and row[i]:
                whole, _, part = row[i].partition(".")
                row[i] = "0." + whole.zfill(2) + part if whole != "100" else "1"
    with open(target, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([[names.get(name, name) for name in header], *rows[1:]])


def check_mapping():
    """The worked extract under other names, codes and units measures the same."""
    names = {"person_id": "offender_ref", "ogrs": "score"}
    codes = {"managed_by": {"NPS": "P"}, "em_only": {"yes": "1"}, "breach": {"yes": "B"},
             "outcome": {"conviction": "C"}, "cpa": {"X01": "north"}}
    lines = ["extract:", "  columns:"]
    lines += [f"    - {{column: {ours}, from: {theirs}}}" for ours, theirs in names.items()]
    lines += ["  codes:"]
    lines += [f'    - {{column: {column}, from: "{theirs}", to: "{ours}"}}'
              for column, words in codes.items() for ours, theirs in words.items()]
    fixture, answers = ROOT / "fixtures/worked", []
    with tempfile.TemporaryDirectory() as parent:
        folder = pathlib.Path(parent)
        shutil.copytree(fixture / "contract", folder / "contract")
        with open(folder / "contract/scheme.yaml", "a", encoding="utf-8") as file:
            file.write("\n".join([*lines, '  score-scale: "100"', ""]))
        for name in ("cohort.csv", "reoffences.csv"):
            recode(fixture / name, folder / name, names, codes)
        for place in (fixture, folder):
            answers.append(run("measure", "--contract", str(place / "contract"), "--cohort",
                               str(place / "cohort.csv"), "--reoffences",
                               str(place / "reoffences.csv"), *WORKED[6:10])[1])
    if not answers[0] or answers[0] != answers[1]:
        problem(f"the worked extract measures otherwise under other names:\n{answers[1]}")
    return f"{len(answers[0].splitlines())} lines alike"


# --- the design ----------------------------------------------------------------------------------

def check_rooms():
    """A room includes headers of its own and of rooms before it in the Makefile's list, as design.md
    says; nothing includes a command's."""
    rooms = [*re.search(r"(?m)^ROOMS = (.*)$", page("Makefile"))[1].split(), "synth", "command"]
    same_sets("room", rooms, [path.name for path in (ROOT / "src").iterdir()], "Makefile")
    count = 0
    for path in sorted((ROOT / "src").glob("*/*.[ch]")):
        for other in re.findall(r'(?m)^#include "(\w+)/', path.read_text(encoding="utf-8")):
            count += 1
            if rooms.index(other) > rooms.index(path.parent.name):
                problem(f"{path.parent.name}/{path.name} includes a header of {other}, a room above")
    return f"{count} headers from rooms below"


# --- how the clauses were read -------------------------------------------------------------------

def statuses(rules):
    """The status of every group and entry of a version, by its path."""
    for group, value in rules.items():
        entries = value if isinstance(value, list) else [value]
        for entry in entries:
            if not isinstance(entry, dict):
                continue
            path = f"{group}.{entry['id']}" if "id" in entry else group
            if "status" in entry:
                yield path, entry["status"]
            for part in entry.get("ignore", []):
                yield f"{path}.ignore.{part['id']}", part["status"]


def check_readings():
    """Every clause of the Transforming Rehabilitation rules is read on the page, at its status."""
    sys.path.insert(0, str(ROOT / "tests/challenger"))
    sys.dont_write_bytecode = True
    import plain_yaml
    text = page("docs/how-read.md")
    shown = {}
    for _, rows in tables(text, "term"):
        for row in rows:
            shown.update({path: row[-1] for path in code(row[0])})
    count = 0
    for file in sorted((ROOT / "contracts/transforming-rehabilitation/rules").glob("*.yaml")):
        source = file.read_text(encoding="utf-8")
        for clause in set(re.findall(r"(?m)^\s*clause: (.*)$", source)):
            count += 1
            if clause not in " ".join(text.split()):
                problem(f"how-read.md: clause \"{clause}\" is not there")
        for path, status in statuses(plain_yaml.load(file)):
            if shown.get(path) != status:
                problem(f"how-read.md: {path} is {status} in {file.name}, "
                        f"{shown.get(path)} on the page")
    return f"{len(shown)} terms, {count} clauses"


# --- published figures ---------------------------------------------------------------------------

def check_published():
    """The page's table of MoJ's quarters holds MoJ's figures and pbrcalc's."""
    fixture = ROOT / "fixtures/moj-published"
    with tempfile.TemporaryDirectory() as parent:
        run("settle", "--contract", str(fixture / "contract"), "--metrics",
            str(fixture / "metrics.csv"), "--cohorts", "all-ripe", "--as-at", "2016-05-31", "--out",
            f"{parent}/s", "--quiet")
        with open(f"{parent}/s/results.csv", newline="", encoding="utf-8") as file:
            found = {(row["cohort"], row["line"]): row for row in csv.DictReader(file)}
    expected = []
    with open(fixture / "published.csv", newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            year, month, _ = row["cohort_start"].split("-")
            cohort = f"{year}Q{(int(month) + 2) // 3}"
            expected.append([cohort, row["binary_pct"], found[cohort, "binary"]["rate"],
                             row["adjusted_binary_pct"], found[cohort, "binary"]["adjusted_rate"],
                             row["frequency"], found[cohort, "frequency"]["rate"]])
    shown = [row[:7] for _, rows in tables(page("docs/moj-published.md"), "quarter")
             for row in rows]
    for row in expected:
        if row not in shown:
            problem("moj-published.md: not there: | " + " | ".join(row) + " |")
    return f"{len(expected)} quarters"


# --- checks --------------------------------------------------------------------------------------

CALLS = {"pbr_error": (1, "error"), "say_once": (1, "error"), "pbr_warn": (1, "warning"), "pbr_note": (1, "note"),
         "pbr_report": (2, None), "pbr_report_count": (2, None), "pbr_table_error": (2, "error"),
         "filled": (2, "error"), "refuse_path": (1, "error")}
LEVELS = {"BLOCK": "block", "WARN": "warning", "NOTE": "note"}
SEVERITIES = {"PBR_ERROR": "error", "PBR_WARNING": "warning", "PBR_NOTE": "note"}
PASSED_ON = {"id", "blank_id", "const char *id", "const char *blank_id"}


def arguments_at(text, at):
    """The arguments of the call whose opening bracket is just before `at`."""
    depth, start, found, quoted = 0, at, [], False
    while True:
        char = text[at]
        if quoted:
            at += char == "\\"
            quoted = char != '"'
        elif char == '"':
            quoted = True
        elif char in "([{":
            depth += 1
        elif char in ")]}" and depth:
            depth -= 1
        elif char == "," and not depth:
            found.append(text[start:at].strip())
            start = at + 1
        elif char == ")":
            return [*found, text[start:at].strip()]
        at += 1


def ids_in_source():
    ids = {}
    for path in sorted((ROOT / "src").glob("*/*.c")):
        text = path.read_text(encoding="utf-8")
        for call in re.finditer(rf"\b({'|'.join(CALLS)})\(", text):
            where, severity = CALLS[call[1]]
            arguments = arguments_at(text, call.end())
            if len(arguments) <= where or arguments[where] in PASSED_ON:
                continue
            name = re.fullmatch(r'"([a-z0-9-]+)"', arguments[where])
            if not name:
                problem(f"{path.name}: {call[0]}{arguments}: an id that is no literal")
                continue
            ids.setdefault(name[1], set()).add(severity or SEVERITIES.get(arguments[1]))
    for name, level in settable():
        ids.setdefault(name, set()).add(LEVELS[level])
    return ids


def settable():
    """The table of checks that a contract can set: ids and levels."""
    source = page("src/contract/checks.c").split("pbr_settable_checks[", 1)[1].split("};", 1)[0]
    return re.findall(r'\{"([a-z-]+)", PBR_LEVEL_([A-Z]+),', source)


def check_thresholds():
    """What the page says of each settable check is what holds."""
    source = " ".join(page("src/contract/checks.c").split())
    pattern = r'\{"([a-z-]+)", PBR_LEVEL_[A-Z]+, "([0-9.]+)", "[0-9.]+", "[0-9.]+", "([^"]+)"'
    rules = {name: f"{threshold} {unit}" for name, threshold, unit in re.findall(pattern, source)}
    shown = {code(row[0])[0]: row[2] for _, rows in tables(page("docs/checks.md"), "check")
             for row in rows if len(row) == 6}
    if shown != rules or len(rules) != len(settable()):
        problem(f"checks.md: thresholds are {shown} there and {rules} in the source")
    return f"{len(rules)} thresholds"


def check_checks():
    ids = ids_in_source()
    named = [code(row[0])[0] for _, rows in tables(page("docs/checks.md"), "check") for row in rows]
    for name in sorted({name for name in named if named.count(name) > 1}):
        problem(f"checks.md: {name} has more than one row")
    shown = {code(row[0])[0]: row[1] for _, rows in tables(page("docs/checks.md"), "check")
             for row in rows}
    same_sets("check", shown, ids, "checks.md")
    for name, severities in ids.items():
        if name in shown and {shown[name]} != severities:
            problem(f"checks.md: {name} is {shown[name]} there and {severities} in the source")
    return f"{len(ids)} checks"


# --- the man page --------------------------------------------------------------------------------

def check_man():
    """Commands and options of --help are in the man page, and no others."""
    source = page("docs/pbrcalc.1")
    names = re.findall(r"(?m)^  ([a-z]+) {2,}", run("--help")[1])
    options = set()
    for name in names:
        if f".It Cm {name}" not in source and f".Ss pbrcalc {name}" not in source:
            problem(f"pbrcalc.1: command {name} is not described")
        options |= set(re.findall(r"(?m)^  --([a-z-]+)", run(name, "--help")[1]))
    same_sets("option", re.findall(r"Fl -([a-z-]+)", source), options, "pbrcalc.1")
    if shutil.which("mandoc"):
        done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", ROOT / "docs/pbrcalc.1"],
                              capture_output=True, text=True, check=False)
        if done.returncode or done.stdout:
            problem(f"pbrcalc.1: {done.stdout}{done.stderr}")
    return f"{len(names)} commands, {len(options)} options"


def main():
    wanted = sys.argv[1:]
    for name, check in list(globals().items()):
        if not name.startswith("check_") or wanted and not any(word in name for word in wanted):
            continue
        before = len(problems)
        done = check()
        print(f"{name[6:]}: {done}" if len(problems) == before else f"{name[6:]}: FAILED")
    for text in problems:
        print(text)
    sys.exit(bool(problems))


main()
