#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""verify finds what was changed and tells why: every kind of settlement made again is identical; a
byte changed anywhere is found and its file named, also where the manifest was changed with it; and
inputs, terms, edited outputs and another program are told apart. PBR_PLACES says at how many places
of every file a byte is changed (200 without it); `verify.py small` leaves national settlements
out."""
import concurrent.futures
import gzip
import hashlib
import json
import os
import pathlib
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile

sys.dont_write_bytecode = True
import sample_runs  # noqa: E402

PLACES = int(os.environ.get("PBR_PLACES", "200"))
WORKED = pathlib.Path(sample_runs.WORKED)
problems = []


def complain(text):
    problems.append(text)
    print("FAILED:", text)


def verify(folder, *arguments, **settings):
    done = subprocess.run([sample_runs.PROGRAM, "verify", folder, *arguments], check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          errors="replace", **settings)
    return done.returncode, done.stdout, done.stderr


def found(folder, *arguments):
    """Exit status, and what stands in the report by kind and file."""
    status, said, errors = verify(folder, *arguments, "--json")
    if not said:
        return status, {}, errors
    report = json.loads(said)
    return status, {(f["kind"], f["file"]): f for f in report["findings"]}, report


def expect(what, folder, status, kinds, *arguments):
    """Exactly these findings; gives them."""
    got, findings, report = found(folder, *arguments)
    if got != status or set(findings) != set(kinds):
        complain(f"{what}: status {got}, {sorted(findings)}; expected {status}, {sorted(kinds)}: "
                 f"{report}")
    return findings


def first(findings, kind, file):
    place = (findings.get((kind, file)) or {"differences": []})["differences"]
    return tuple(place[0].values()) if place else None


def same(what, got, wanted):
    if got != wanted:
        complain(f"{what}: {got}, expected {wanted}")


def seal(folder, change=lambda manifest: None, digests=True):
    """Writes the manifest anew with today's digests of the outputs, as one would who knows how."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest.pop("seal")
    for output in manifest["outputs"] if digests else ():
        file = folder / output["name"]
        if file.exists():
            output["sha256"] = hashlib.sha256(file.read_bytes()).hexdigest()
    change(manifest)
    body = json.dumps(manifest, indent=2, ensure_ascii=False).removesuffix("\n}")
    digest = hashlib.sha256(body.encode()).hexdigest()
    path.write_text(f'{body},\n  "seal": "{digest}"\n}}\n', encoding="utf-8")


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def state(folder):
    return {name: ((folder / name).read_bytes(), (folder / name).stat().st_mtime_ns)
            for name in files(folder)}


def replace(path, old, new):
    text = path.read_text(encoding="utf-8")
    if old not in text:
        complain(f"{path} has no {old!r}: the case tries nothing")
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


# --- every kind of settlement -----------------------------------------------------------------

def check_every_kind(place):
    (place / "kinds").mkdir()
    runs = sample_runs.make(place / "kinds")
    for name, folder in runs.items():
        before = state(folder)
        expect(f"settlement {name}", folder, 0, [], "--inputs", place / "kinds", "contracts",
               "fixtures")
        if state(folder) != before:
            complain(f"settlement {name}: verify touched it")
    print(f"{len(runs)} kinds of settlement are identical")
    check_national_in_time(runs["first"], place / "kinds" / "extract")
    check_earlier(place / "alone", runs["first"], runs["second"], place / "kinds" / "extract")


def check_earlier(place, earlier, settlement, extract):
    """Of a settlement whose earlier one is gone or edited nothing can be told."""
    alone = copy(settlement, place / "second")
    name = json.loads((earlier / "manifest.json").read_text(encoding="utf-8"))["settlement"]
    expect("an earlier settlement is gone", alone, 2, [("not-found", name)], "--inputs", extract)
    edited = copy(earlier, place / "first")
    with open(edited / "payments.csv", "a", encoding="utf-8") as payments:
        payments.write("\n")
    status, said, errors = verify(alone, "--inputs", extract)
    if status != 2 or "cannot tell" not in said or str(edited.name) not in errors:
        complain(f"an earlier settlement that was edited: {status} {said} {errors}")


def check_national_in_time(quarter, extract):
    begun = time.monotonic()
    expect("the national quarter", quarter, 0, [], "--inputs", extract)
    taken = time.monotonic() - begun
    print(f"the national quarter took {taken:.2f} s")
    if taken > 3:
        complain("verify of the national quarter took more than 3 s")


# --- a byte at sampled places -----------------------------------------------------------------

class Flipped:
    """One byte of each of the files, changed until the end."""

    def __init__(self, folder, names, seed):
        self.folder, self.before = folder, {}
        for name in names:
            draw = random.Random(f"{seed} {name}")
            content = (folder / name).read_bytes()
            at = draw.randrange(len(content))
            other = content[at] ^ draw.randrange(1, 256)
            self.before[name] = content
            (folder / name).write_bytes(content[:at] + bytes([other]) + content[at + 1:])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for name, content in self.before.items():
            (self.folder / name).write_bytes(content)


def named(folder, status, report, names):
    told = {f["file"] for f in report["findings"]} if isinstance(report, dict) else set()
    missed = [n for n in names if n not in told and not (n == "manifest.json" and n in str(report))]
    if status not in (1, 2) or missed:
        complain(f"status {status}; not named: {missed}: {report}")


def flip_files(folder, seed):
    """A byte in every file at once: each must be named for itself."""
    names = [name for name in files(folder) if name != "manifest.json"]
    with Flipped(folder, names, seed):
        status, _, report = found(folder, "--inputs", WORKED)
    named(folder, status, report, names)


def flip_manifest(folder, seed):
    with Flipped(folder, ["manifest.json"], seed):
        status, _, report = found(folder, "--inputs", WORKED)
    named(folder, status, report, ["manifest.json"])


def flip_and_repair(folder, seed):
    """The manifest vouches for the changed files: only making them again tells. What is kept of the
    inputs stays, since it is what the settlement is made again from."""
    names = [n for n in files(folder) if n != "manifest.json" and not n.startswith("inputs/")]
    manifest = (folder / "manifest.json").read_bytes()
    with Flipped(folder, names, seed):
        seal(folder)
        status, findings, report = found(folder)
        (folder / "manifest.json").write_bytes(manifest)
    named(folder, status, report, names)
    if any(kind != "output-forged" for kind, _ in findings):
        complain(f"a repaired manifest: {sorted(findings)}")


def flip_all(folder, seeds):
    for seed in seeds:
        for one in (flip_files, flip_manifest, flip_and_repair):
            one(folder, seed)


OTHER = b"""id,payee,description,amount,authority,date,reason
R-1,Alder Probation Limited,Ruling,12.50,Adjudicator,2018-01-14,dispute 12
"""


def check_standard_input(place):
    """What came through a pipe is found as a file under any name, packed or not."""
    place.mkdir()
    starts = gzip.compress((WORKED / "cohort.csv").read_bytes(), mtime=0)
    for option, content in (("cohort", starts), ("other-lines", OTHER)):
        files = {"cohort": WORKED / "cohort.csv", "reoffences": WORKED / "reoffences.csv",
                 option: "-"}
        named = [word for name, file in files.items() for word in ("--" + name, file)]
        subprocess.run([sample_runs.PROGRAM, "settle", "--contract", WORKED / "contract", *named,
                        "--snapshot", "2017-12-31", "--cohorts", "2015Q4", "--first-of-year",
                        "--as-at", "2018-01-31", "--quiet", "--out", place / option],
                       input=content, check=True)
        (place / f"kept {option}").write_bytes(content)
        expect(f"standard input as {option}", place / option, 0, [], "--inputs", place, WORKED)


def check_flips(place, settlement):
    """Two at a time, each with its own copy."""
    folders = [copy(settlement, place / f"flips-{worker}") for worker in range(2)]
    with concurrent.futures.ThreadPoolExecutor(2) as workers:
        list(workers.map(lambda worker: flip_all(folders[worker], range(worker, PLACES, 2)),
                         range(2)))
    print(f"{len(files(settlement))} files, a byte changed at {PLACES} places of each")


# --- named cases ------------------------------------------------------------------------------

def copy(source, target):
    return pathlib.Path(shutil.copytree(source, target))


def check_edited_pence(folder):
    replace(folder / "payments.csv", ",1000.00,150000,", ",1000.00,150001,")
    findings = expect("edited pence", folder, 1, [("output-edited", "payments.csv")])
    same("edited pence", first(findings, "output-edited", "payments.csv"),
         ("X01/2015Q4/frequency/computed_pence", "150001", "150000"))
    said = verify(folder)[1]
    if "X01/2015Q4/frequency/computed_pence: stored 150001, expected 150000" not in said:
        complain(f"edited pence: not said in the text: {said}")


def check_two_edits(folder):
    """Several causes at once are all told."""
    replace(folder / "payments.csv", ",1000.00,150000,", ",1000.00,150001,")
    replace(folder / "results.csv", "better", "worse")
    (folder / "counts.csv").unlink()
    (folder / "letter.txt").write_text("to whom it may concern\n", encoding="utf-8")
    expect("several edits", folder, 1,
           [("output-edited", "payments.csv"), ("output-edited", "results.csv"),
            ("output-missing", "counts.csv"), ("file-extra", "letter.txt")])


def edit_cell(book, part, old, new):
    members = {}
    with zipfile.ZipFile(book) as archive:
        for info in archive.infolist():
            members[info] = archive.read(info)
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as archive:
        for info, content in members.items():
            if info.filename == part:
                if old not in content:
                    complain(f"{part} has no {old}")
                content = content.replace(old, new, 1)
            archive.writestr(info, content)


def some_number(book):
    """A numeric cell of the book: its part, sheet, name, and how it is spelt."""
    sys.path.insert(0, str(pathlib.Path(__file__).parent))
    import xlsx_book
    for sheet in xlsx_book.Book(book).sheets:
        for (row, column), cell in sorted(sheet.cells.items()):
            if cell.kind == "number" and len(cell.value) > 3 and column < 26:
                return sheet.part, sheet.name, f"{chr(65 + column)}{row + 1}", cell.value
    raise SystemExit("no number in the workbook")


def check_forged_cell(folder):
    """A cell edited inside a workbook, with the manifest's digest repaired."""
    book = folder / "settlement.xlsx"
    part, sheet, name, value = some_number(book)
    edit_cell(book, part, f"<v>{value}</v>".encode(), b"<v>123456</v>")
    seal(folder)
    findings = expect("forged cell", folder, 1, [("output-forged", "settlement.xlsx")])
    same("forged cell", first(findings, "output-forged", "settlement.xlsx"),
         (f'sheet "{sheet}", cell {name}', "123456", value))


def check_saved_again(folder):
    """A workbook that another program saved: no cell differs, and that is said."""
    book = folder / "settlement.xlsx"
    with zipfile.ZipFile(book) as archive:
        members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    with zipfile.ZipFile(book, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    findings = expect("saved again", folder, 1, [("output-edited", "settlement.xlsx")])
    if "no cell differs" not in str(findings):
        complain(f"saved again: {findings}")


def check_saved_and_edited(folder):
    """An edit is named also where another program wrote every part of the workbook anew."""
    book = folder / "settlement.xlsx"
    subprocess.run(["ssconvert", book, folder.parent / "saved.xlsx"], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    (folder.parent / "saved.xlsx").rename(book)
    part, sheet, name, value = some_number(book)
    edit_cell(book, part, f"<v>{value}</v>".encode(), b"<v>123456</v>")
    findings = expect("saved and edited", folder, 1, [("output-edited", "settlement.xlsx")])
    place = first(findings, "output-edited", "settlement.xlsx")
    same("saved and edited", place[:2], (f'sheet "{sheet}", cell {name}', "123456"))


def check_hidden_formula(folder):
    """A formula under the value that it should have."""
    book = folder / "settlement.xlsx"
    part, sheet, name, value = some_number(book)
    edit_cell(book, part, f"<v>{value}</v>".encode(), f"<f>1+1</f><v>{value}</v>".encode())
    findings = expect("hidden formula", folder, 1, [("output-edited", "settlement.xlsx")])
    place = first(findings, "output-edited", "settlement.xlsx")
    if not place or place[0] != f'sheet "{sheet}", cell {name}' or place[1] != "=1+1":
        complain(f"hidden formula: {place}")


def check_manifest_total(folder):
    """A total edited in the manifest, and sealed anew."""
    def double(manifest):
        manifest["totals"]["due_pence"] *= 2
    due = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["totals"]["due_pence"]
    seal(folder, double)
    findings = expect("edited total", folder, 1, [("output-forged", "manifest.json")])
    same("edited total", first(findings, "output-forged", "manifest.json"),
         ("totals/due_pence", str(2 * due), str(due)))


def leaves(value, path=()):
    if isinstance(value, (dict, list)):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(item, (*path, key))
    else:
        yield path, value


def check_every_leaf(folder):
    """Any value of the manifest, changed and sealed anew: found, but for what its program was."""
    original = (folder / "manifest.json").read_bytes()
    count = 0
    for path, value in leaves(json.loads(original)):
        if path == ("seal",):
            continue
        other = not value if isinstance(value, bool) else value + 1 if isinstance(value, int) else \
            "9" + value[1:] if not value.startswith("9") else "8" + value[1:]

        def change(manifest, path=path, other=other):
            for key in path[:-1]:
                manifest = manifest[key]
            manifest[path[-1]] = other
        seal(folder, change, digests=False)
        status, said, errors = verify(folder)
        (folder / "manifest.json").write_bytes(original)
        count += 1
        if path[0] in ("program", "libraries"):
            good = status == 0 and "is not this program" in said or path == ("program", "name")
        else:
            good = status in (1, 2)
        if not good:
            complain(f"manifest value {path}: status {status} {said} {errors}")
    print(f"{count} values of the manifest")


def check_name_taken(folder):
    """An input of an output's name is not taken for the output."""
    metrics = folder.parent / "metrics.csv"
    shutil.copy(folder / "metrics.csv", metrics)
    made = sample_runs.settle(folder.parent / "again", WORKED / "contract", "--first-of-year",
                              metrics=metrics, cohorts=sample_runs.ALL, as_at="2018-01-31")
    expect("input named like an output", made, 0, [], "--inputs", folder.parent)
    lines = metrics.read_text(encoding="utf-8").splitlines()
    metrics.write_text("\n".join([lines[0], *reversed(lines[1:])]) + "\n", encoding="utf-8")
    with open(made / "metrics.csv", "a", encoding="utf-8") as output:
        output.write("\n")
    shutil.rmtree(folder)
    _, findings, report = found(made, "--inputs", folder.parent)
    if not {("input-changed", "metrics.csv"), ("output-edited", "metrics.csv")} <= set(findings):
        complain(f"input named like an output: {report}")


def check_strange_terms(folder):
    """What stands beside the recorded terms is not read as one of them."""
    rules = folder / "inputs/contract/rules"
    shutil.copy(rules / "worked.yaml", rules / "other.yaml")
    expect("a version of the rules put in", folder, 1,
           [("file-extra", "inputs/contract/rules/other.yaml")])


def check_place_outside(folder):
    """A manifest that names a place outside is not followed there."""
    work = folder.parent / "work"
    work.mkdir()
    for name in ("../../../../outside.csv", "../outside.csv", "/outside.csv", "", "a/..", ".."):
        for entry in (lambda m: m["inputs"], lambda m: m["outputs"],
                      lambda m: m["contract"]["files"]):
            stands = (folder / "manifest.json").read_bytes()
            seal(folder, lambda manifest: entry(manifest)[0].update(name=name))
            status, said, errors = verify(folder, "--work", work)
            strays = list(folder.parent.glob("**/outside.csv"))
            if status != 2 or "not whole" not in errors or strays:
                complain(f"a place outside, {name}: {status} {said} {errors}")
            (folder / "manifest.json").write_bytes(stands)


def check_false_role(folder):
    """A role of an input is no way to give `settle` any other option."""
    for role in ("force", "out", "outcomes", "contract", "previous", ""):
        seal(folder, lambda manifest: manifest["inputs"][0].update(role=role))
        status, said, errors = verify(folder)
        if status != 2 or "no role of one" not in errors:
            complain(f"an input as {role}: {status} {said} {errors}")


def check_endless_files(folder):
    """A pipe that nobody writes to is not waited for, as the manifest or any other file."""
    for name in ("results.csv", "inputs/contract/scheme.yaml", "manifest.json"):
        stands = (folder / name).read_bytes()
        (folder / name).unlink()
        os.mkfifo(folder / name)
        status, said, errors = verify(folder, timeout=60)
        if status != (2 if name == "manifest.json" else 1):
            complain(f"{name} is a pipe: {status} {said} {errors}")
        for command in ("explain", "trace", "diff"):
            done = subprocess.run([sample_runs.PROGRAM, command, folder, folder], check=False,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
            if done.returncode != 2 or not done.stderr:
                complain(f"{command}, {name} is a pipe: {done}")
        (folder / name).unlink()
        (folder / name).write_bytes(stands)


def check_dropped_output(folder):
    """A file taken away together with its line of the manifest."""
    (folder / "balances.csv").unlink()
    seal(folder, lambda manifest: manifest.update(
        outputs=[o for o in manifest["outputs"] if o["name"] != "balances.csv"]))
    expect("dropped output", folder, 1, [("output-forged", "balances.csv")])


def check_other_build(folder):
    """The same outputs by another build are identical; and that it was another is said."""
    seal(folder, lambda manifest: manifest["program"].update(commit="0123456789ab"))
    status, findings, report = found(folder)
    if status != 0 or findings or "0123456789ab" not in str(report["other_build"]):
        complain(f"another build: {status} {findings} {report}")


def check_other_program(folder):
    """Outputs that differ though inputs and terms are the same, by another version."""
    replace(folder / "payments.csv", ",1000.00,150000,", ",1000.00,150001,")
    seal(folder, lambda manifest: manifest["program"].update(version="0.0.9"))
    expect("another program", folder, 1,
           [("program-differs", "pbrcalc"), ("result-differs", "payments.csv")])


def check_newer_format(folder):
    seal(folder, lambda manifest: manifest.update(format="pbrcalc-manifest-99"))
    status, _, errors = verify(folder)
    if status != 2 or "pbrcalc-manifest-99" not in errors:
        complain(f"newer manifest: {status} {errors}")


def check_moved(folder):
    expect("moved", folder.rename(folder.parent / "elsewhere and renamed"), 0, [])


def check_half_made(folder):
    half = folder.rename(folder.parent / ".settlement.part-4711")
    status, said, errors = verify(half)
    if status != 2 or said or "half-made" not in errors:
        complain(f"half-made folder: {status} {said} {errors}")


def check_extra_kinds(folder):
    """Links, pipes and hidden files are seen, and none is opened."""
    (folder / ".hidden").write_text("x", encoding="utf-8")
    os.mkfifo(folder / "pipe")
    (folder / "other.csv").rename(folder.parent / "other-of-this.csv")
    (folder / "other.csv").symlink_to(folder.parent / "other-of-this.csv")
    expect("extra kinds", folder, 1, [("file-extra", ".hidden"), ("file-extra", "pipe"),
                                      ("output-missing", "other.csv")])


def check_read_only(folder):
    """root may write where it should not, so for it the folder is mounted read-only."""
    def mount(*words):
        return subprocess.run(words, check=False, stderr=subprocess.DEVNULL).returncode == 0

    if os.getuid() != 0:
        for path in [folder, *folder.rglob("*")]:
            path.chmod(path.stat().st_mode & ~0o222)
        expect("read-only", folder, 0, [])
        for path in [folder, *folder.rglob("*")]:
            path.chmod(path.stat().st_mode | 0o200)
    elif mount("mount", "--bind", folder, folder):
        mount("mount", "-o", "remount,ro,bind", folder)
        expect("read-only", folder, 0, [])
        mount("umount", folder)
    else:
        print("a read-only folder was not tried: no right to mount")


def check_killed(folder):
    """The folder is untouched whatever ends verify; a signal that can be caught leaves nothing in
    the place of work, and the next run removes what SIGKILL leaves."""
    before, work = state(folder), folder.parent / "work"
    work.mkdir()
    for turn in range(24):
        kind = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)[turn % 3]
        process = subprocess.Popen([sample_runs.PROGRAM, "verify", folder, "--work", work],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(turn * 0.618 % 1 * 0.08)
        process.send_signal(kind)
        process.wait()
        if kind != signal.SIGKILL and list(work.glob(f".pbrcalc.part-{process.pid}")):
            complain(f"{kind}: left {list(work.iterdir())}")
    if state(folder) != before:
        complain("a killed verify touched the folder")
    expect("after kills", folder, 0, [], "--work", work)
    if list(work.iterdir()):
        complain(f"not swept: {list(work.iterdir())}")


def check_no_work_place(folder):
    status, said, errors = verify(folder, "--work", folder.parent / "nowhere")
    if status != 2 or "nowhere" not in errors or "cannot tell" not in said:
        complain(f"no place to work: {status} {said} {errors}")


def check_work_inside(folder):
    before = state(folder)
    for place in (folder, folder / "schedules"):
        status, said, errors = verify(folder, "--work", place)
        if status != 2 or said or "inside the settlement" not in errors or state(folder) != before:
            complain(f"work inside the settlement: {status} {said} {errors}")


def check_no_room(folder):
    """A full disk is no difference, and nothing is left on it."""
    work = folder.parent / "work"
    work.mkdir()
    status, said, errors = verify(folder, "--work", work, preexec_fn=lambda: resource.setrlimit(
        resource.RLIMIT_FSIZE, (8192, 8192)))
    if status != 2 or "cannot tell" not in said or "File too large" not in errors or \
            any(work.iterdir()):
        complain(f"no room: {status} {said} {errors} {list(work.iterdir())}")


# --- inputs and terms: of a settlement that keeps no extracts ---------------------------------

def inputs_copy(folder):
    return copy(WORKED, folder.parent / "inputs")


def check_inputs_found(folder):
    inputs = inputs_copy(folder)
    (inputs / "deep" / "er").mkdir(parents=True)
    (inputs / "cohort.csv").rename(inputs / "deep" / "er" / "renamed by somebody.csv")
    expect("inputs by digest", folder, 0, [], "--inputs", inputs)


def check_inputs_missing(folder):
    missing = [("not-found", "cohort.csv"), ("not-found", "reoffences.csv")]
    expect("inputs missing", folder, 2, missing)
    replace(folder / "payments.csv", ",1000.00,150000,", ",1000.00,150001,")
    expect("edited, inputs missing", folder, 1, [*missing, ("output-edited", "payments.csv")])


def check_input_changed(folder):
    """One row's score: the extract is named with both digests, and what comes of it."""
    inputs = inputs_copy(folder)
    lines = (inputs / "cohort.csv").read_text(encoding="utf-8").splitlines()
    row = lines[1].split(",")
    at = lines[0].split(",").index("ogrs")
    row[at] = str(float(row[at]) + 1)
    lines[1] = ",".join(row)
    (inputs / "cohort.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    status, findings, report = found(folder, "--inputs", inputs)
    changed = findings.get(("input-changed", "cohort.csv"), {})
    digest = hashlib.sha256((inputs / "cohort.csv").read_bytes()).hexdigest()
    other = {kind for kind, _ in findings} - {"input-changed", "result-differs"}
    if status != 1 or changed.get("sha256_now") != digest or not changed.get("sha256_recorded") or \
            other or ("result-differs", "metrics.csv") not in findings:
        complain(f"changed extract: {status} {report}")
    place = first(findings, "result-differs", "metrics.csv")
    if not place or not place[0].endswith("ogrs_sum"):
        complain(f"changed extract: first figure {place}")


def check_term_changed(folder):
    """In the contract where it is kept by its owner: named by path, and the settlement holds."""
    inputs = inputs_copy(folder)
    replace(inputs / "contract" / "rules" / "worked.yaml", "minimum-cohort: 0", "minimum-cohort: 9")
    replace(inputs / "contract" / "prices.csv", "1500", "1600")
    findings = expect("changed terms", folder, 1,
                      [("term-changed", "rules/worked.yaml"), ("term-changed", "prices.csv")],
                      "--inputs", inputs / "contract", inputs)
    place = first(findings, "term-changed", "rules/worked.yaml")
    if not place or not place[0].endswith("minimum-cohort") or place[1:] != ("0", "9"):
        complain(f"changed term: {place}")
    place = first(findings, "term-changed", "prices.csv")
    if not place or place[1:] != ("1500", "1600") and "1500" not in place[1]:
        complain(f"changed price: {place}")


def check_kept_term_changed(folder):
    """In the folder's own copy: named where the contract as it was is at hand."""
    replace(folder / "inputs/contract/rules/worked.yaml", "minimum-cohort: 0", "minimum-cohort: 9")
    file = "inputs/contract/rules/worked.yaml"
    findings = expect("changed kept term", folder, 1, [("term-changed", file)], "--inputs", WORKED)
    place = first(findings, "term-changed", file)
    if not place or not place[0].endswith("minimum-cohort") or place[1:] != ("0", "9"):
        complain(f"changed kept term: {place}")
    findings = found(folder, "--inputs", extracts_alone(folder))[1]
    note = findings.get(("term-changed", file), {"note": "not found"}).get("note")
    if "not at hand" not in str(note):
        complain(f"changed kept term, with nothing to compare it with: {note}")


def extracts_alone(folder):
    """The extracts without the contract that lies beside them."""
    alone = folder.parent / "extracts"
    alone.mkdir()
    for file in WORKED.glob("*.csv"):
        shutil.copy(file, alone)
    return alone


def check_unreadable_input(folder):
    """What is wrong with a changed extract is told where it is, not where it is linked."""
    alone = extracts_alone(folder)
    replace(alone / "cohort.csv", ",X01,", ",X99,")
    status, _, errors = verify(folder, "--inputs", alone)
    if status != 1 or f"{alone.resolve()}/cohort.csv:" not in errors or ".inputs" in errors:
        complain(f"a changed extract that cannot be read: status {status}, {errors}")


def check_comment_changed(folder):
    inputs = inputs_copy(folder)
    rules = inputs / "contract" / "rules" / "worked.yaml"
    rules.write_text("# read by nobody\n" + rules.read_text(encoding="utf-8"), encoding="utf-8")
    findings = expect("changed comment", folder, 1, [("term-changed", "rules/worked.yaml")],
                      "--inputs", inputs / "contract", inputs)
    if "no term differs" not in str(findings):
        complain(f"changed comment: {findings}")


def check_all_at_once(folder):
    """An input, a term and an output at once."""
    inputs = inputs_copy(folder)
    replace(inputs / "reoffences.csv", "2016", "2015")
    replace(folder / "inputs/contract/rules/worked.yaml", "minimum-cohort: 0", "minimum-cohort: 9")
    replace(folder / "results.csv", "better", "worse")
    kinds = {kind for kind, _ in found(folder, "--inputs", inputs)[1]}
    if not {"input-changed", "term-changed", "output-edited"} <= kinds:
        complain(f"all at once: {kinds}")


def check_not_a_settlement(folder):
    for place in (folder / "schedules", folder / "nothing"):
        status, said, errors = verify(place)
        if status != 2 or said or "manifest.json" not in errors:
            complain(f"{place.name}: {status} {said} {errors}")
    status, _, errors = verify(folder, "--inputs", folder / "nothing")
    if status != 2 or "nothing" not in errors:
        complain(f"inputs that are no folder: {status} {errors}")


WITH_INPUTS = [check_edited_pence, check_two_edits, check_forged_cell, check_saved_again,
               check_saved_and_edited, check_hidden_formula, check_manifest_total,
               check_every_leaf, check_name_taken, check_strange_terms, check_place_outside,
               check_false_role, check_endless_files,
               check_dropped_output, check_other_build, check_other_program, check_newer_format,
               check_moved, check_half_made, check_extra_kinds, check_read_only, check_killed,
               check_no_work_place, check_no_room, check_work_inside]
WITHOUT_INPUTS = [check_inputs_found, check_inputs_missing, check_input_changed,
                  check_unreadable_input, check_term_changed, check_kept_term_changed,
                  check_comment_changed, check_all_at_once, check_not_a_settlement]


def check_cases(place, settlement, cases):
    for case in cases:
        case(copy(settlement, place / case.__name__ / "settlement"))
    print(f"{len(cases)} named cases")


def more_outputs():
    """Options that add an output, as far as this version has them."""
    told = subprocess.run([sample_runs.PROGRAM, "settle", "--help"], check=True,
                          stdout=subprocess.PIPE, text=True).stdout
    return [option for option in ("--qa",) if f"  {option} " in told]


def main(parts):
    if os.access("/dev/shm", os.W_OK):
        os.environ["TMPDIR"] = "/dev/shm"  # thousands of small files, faster in memory
    with tempfile.TemporaryDirectory() as name:
        place = pathlib.Path(name)
        kept = sample_runs.settle(
            place / "kept", WORKED / "contract", "--first-of-year", "--keep-inputs",
            *more_outputs(),
            cohort=WORKED / "cohort.csv", reoffences=WORKED / "reoffences.csv",
            snapshot="2017-12-31", cohorts=sample_runs.ALL, as_at="2018-01-31")
        plain = sample_runs.worked(place / "plain", WORKED / "contract")
        check_cases(place / "with", kept, WITH_INPUTS)
        check_cases(place / "without", plain, WITHOUT_INPUTS)
        check_standard_input(place / "input")
        check_flips(place, kept)
        if "small" not in parts:
            check_every_kind(place)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
