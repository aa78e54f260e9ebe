#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A slip in either measuring path is seen by --cross-check.

Each mutant is one changed line of a source; the program with it must refuse some world of
extract_worlds.py. A mutant that none refuses, or whose line is no longer there, is a failure.
tests/checks/mutants.py [WORD...]   only the mutants whose file or line has one of the words
"""
import os
import pathlib
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import extract_worlds

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("BUILD", "build"))
BUILD = BUILD if BUILD.is_absolute() else ROOT / BUILD
WORLDS = 800  # at most; nearly all mutants are seen in the first few
LIBS = "-lxlsxwriter -lcyaml -lyaml -lcsv -ljansson -lgsl -lgslcblas -lcrypto -lz -lgmp -lm".split()

# File, what is changed, what it is changed to. The first half is of the fast path.
MUTANTS = [
    ("measure/window.h", "offence < window->follow_up_end", "offence <= window->follow_up_end"),
    ("measure/window.h", "offence >= window->start", "offence > window->start"),
    ("measure/window.h", "outcome < window->proof_end", "outcome <= window->proof_end"),
    ("measure/window.h", "pbr_date_add_months(start, months + (int)terms->waiting_months)",
     "pbr_date_add_months(pbr_date_add_months(start, months), (int)terms->waiting_months)"),
    ("measure/buckets.c", "!view->before_transfer);", "view->before_transfer);"),
    ("measure/buckets.c", "return met == person + 1;", "return met > 0;"),
    ("measure/buckets.c", "places->anywhere[cohort] =", "places->anywhere[0] ="),
    ("measure/buckets.c", "persons->within == PBR_WITHIN_AREA ?", "persons->within != PBR_WITHIN_AREA ?"),
    ("measure/buckets.c", "if (!view->judged.excluded && !transferred_out)", ""),
    ("measure/buckets.c", "if (later && terms->persons.deduplicate", "if (later && !terms->persons.deduplicate"),
    ("measure/ledger.c", "if (!is_sum_of_quarters(contract, cohort, terms))", "if (true)"),
    ("measure/ledger.c", "cell->score_squares += (__int128)score * score;",
     "cell->score_squares += (__int128)score * (score + 1);"),
    ("measure/ledger.c", "cell->histogram[reoffences]++;",
     "cell->histogram[reoffences > 2 ? reoffences - 1 : reoffences]++;"),
    ("measure/matching.c", "if (a->proved != b->proved) return a->proved < b->proved ? -1 : 1;",
     "if (a->proved != b->proved) return a->proved > b->proved ? -1 : 1;"),
    ("measure/matching.c", "row->versions & ~taken", "row->versions"),
    ("measure/matching.c", "(before | goes_on)", "true"),
    ("measure/matching.c", "committed < sum.transferred;", "committed <= sum.transferred;"),
    ("measure/matching.c", "alike |= rows[i].key == rows[k].key;", "alike |= i == k;"),
    ("measure/matching.c", "return !alike && pbr_code_is_packed(any);", "return !alike;"),
    ("measure/matching.c", "while (++i < count && !m->findings[i].begins);", "while (++i < count && false);"),
    ("measure/matching.c", ".begins = i == 0}", ".begins = true}"),
    ("measure/matching.c", "if (known->repeats) add_repeats",
     "if (known->repeats && kind == 0) add_repeats"),
    ("measure/matching.c", "known->transferred != day) {", "false) {"),
    ("measure/matching.c", "if (known->window != window ||", "if (!known->window ||"),
    ("measure/matching.c", "m->findings[i].counted && m->findings[i].repeats;",
     "m->findings[i].repeats;"),
    ("measure/matching.c", "before->proved == row->proved;", "true;"),
    ("measure/offence_runs.c", "!pbr_fingerprints_meet(runs->fingerprints, runs->threads)", "true"),
    ("measure/offence_runs.c", "(has_one_start && !is_only(runs, person))", "false"),
    ("measure/offences.c", "(uint32_t)(number * BUCKET_PERSONS + i), h->rows + from",
     "(uint32_t)(number * BUCKET_PERSONS + i), h->rows"),
    ("measure/offence_rows.c", "kind->number_plus_1 = number + 1;", "kind->number_plus_1 = 1;"),
    ("measure/start_reader.c", "*filled |= r->file->dated[column];", ""),
    ("measure/start_reader.c", "row->score == PBR_NO_SCORE);", "0);"),
    ("measure/spans.c", "spans->bounds[middle] <= day", "spans->bounds[middle] < day"),
    ("measure/row_kinds.c", "pbr_word(from + PBR_WORD_BYTES) & mask[1];", "0;"),
    ("measure/ordering.c", "if (labels) return labels;", ""),
    ("audit/rows.c", "if (strcmp(a->cells[i], b->cells[i]) != 0) return false;", ""),
    ("measure/filter.c", "day < limit : day >= limit", "day <= limit : day > limit"),
    ("measure/filter.c", "case PBR_DAY_FOLLOW_UP_END:\n        return window->follow_up_end;",
     "case PBR_DAY_FOLLOW_UP_END:\n        return window->proof_end;"),
    ("measure/judge.c", "day < window->follow_up_end ? day", "day <= window->follow_up_end ? day"),
    ("measure/start_reader.c", "result->outside += class == IN_NO_COHORT;",
     "result->outside += class != IN_NO_COHORT;"),
    ("measure/ledger.c", "cell->squares += part->squares;", ""),
    ("measure/years.c", "if (whole->ripe && pbr_is_sum", "if (false && pbr_is_sum"),
    ("measure/years.c", "measure->snapshot >= pbr_ripe_on", "measure->snapshot > pbr_ripe_on"),
    ("measure/years.c", "if (!control) sum_attrition", "sum_attrition"),
    ("measure/mapping.c", "at - point - 1 : 0];", "at - point - 1 : 0] + (at - point == 7);"),
    ("audit/outcomes.c", "row->committed >= outcome->follow_up_end)",
     "row->committed > outcome->follow_up_end)"),
    ("audit/outcomes.c", "row->proved >= outcome->proof_end)", "row->proved > outcome->proof_end)"),
    ("audit/outcomes.c", "(int)(terms->months + terms->waiting_months)", "(int)terms->months"),
    ("audit/outcomes.c", "day < outcome->follow_up_end)\n        outcome->transferred",
     "day <= outcome->follow_up_end)\n        outcome->transferred"),
    ("audit/outcomes.c", "versions & ~taken;", "versions;"),
    ("audit/outcomes.c", "proves(terms, row) && !ignoring(rows, terms, row)", "proves(terms, row)"),
    ("audit/outcomes.c", "outcome->first_offence >= outcome->transferred);",
     "outcome->first_offence > outcome->transferred);"),
    ("audit/outcomes.c", "if (exclusions_first && outcome->stage == pbr_stage_excluded) return NULL;",
     ""),
    ("audit/outcomes.c", "earlier->start->area == outcome->start->area;",
     "earlier->start->area <= outcome->start->area;"),
    ("audit/outcomes.c", "return filter->before ? day <", "return filter->before ? day <="),
    ("audit/rows.c", "if (!order) order = strcmp(a->start_id, b->start_id);",
     "if (!order) order = strcmp(b->start_id, a->start_id);"),
    ("audit/rows.c", "recoded(rows, \"outcome\", one.row.cells[OUTCOME])", "one.row.cells[OUTCOME]"),
    ("audit/outcomes.c", "view->start == outcome->start->date &&", ""),
    ("audit/outcomes.c", "if (is_after_transfer(outcome, &rows->reoffences[view->proofs[middle].row]))",
     "if (false)"),
    ("audit/outcomes.c", "repeats += row->repeats;", "repeats = row->repeats;"),
    ("audit/outcomes.c", "first->start->area == outcome->start->area &&", ""),
    ("audit/rows.c", "if (goes_on) each[i - 1]->next_of_offence = each[i];", ""),
    ("audit/cross_check.c", "if (outcomes->counted[other - all]) return true;", ""),
    ("audit/cross_check.c", "sums->eligible += part->eligible;", ""),
]


def users_of(name):
    """The sources that a change of this file changes, in the measuring rooms."""
    if name.endswith(".c"):
        return [name]
    rooms = [path for room in ("measure", "audit") for path in sorted((ROOT / "src" / room).iterdir())]
    headers = {name}
    while True:
        more = {str(path.relative_to(ROOT / "src")) for path in rooms if path.suffix == ".h"
                and any(f'"{header}"' in path.read_text() for header in headers)}
        if more <= headers:
            break
        headers |= more
    return [str(path.relative_to(ROOT / "src")) for path in rooms if path.suffix == ".c"
            and any(f'"{header}"' in path.read_text() for header in headers)]


def compiler(*words):
    done = subprocess.run([os.environ.get("CC", "gcc"), *map(str, words)], capture_output=True,
                          text=True, cwd=ROOT, check=False)
    if done.returncode:
        sys.exit(f"cannot compile: {done.stderr}")


def build(folder, name, old, new):
    """The program with one line changed; its own objects go before those of the library."""
    text = (ROOT / "src" / name).read_text()
    if text.count(old) != 1:
        return None
    changed = folder / "src" / name
    changed.parent.mkdir(parents=True, exist_ok=True)
    changed.write_text(text.replace(old, new))
    objects = []
    for number, user in enumerate(users_of(name)):
        source = changed if user == name else ROOT / "src" / user
        objects.append(folder / f"{number}.o")
        compiler("-std=c17", "-D_GNU_SOURCE", "-I", folder / "src", "-Isrc", "-O1", "-w", "-fPIE", "-c",
                 "-o", objects[-1], source)
    program = folder / "pbrcalc"
    commands = sorted((BUILD / "command").glob("*.o"))
    compiler("-pie", "-o", program, *objects, *commands, BUILD / "libpbrcalc.a", *LIBS)
    return program


class Worlds(dict):
    """Options of each world, which is made when it is first asked for."""

    def __init__(self, folder):
        super().__init__()
        self.folder = folder

    def __missing__(self, number):
        place = self.folder / str(number)
        place.mkdir(parents=True)
        self[number] = extract_worlds.make(place, number)
        return self[number]


def refuses(program, options):
    done = subprocess.run([program, "measure", *options, "--quiet", "--cross-check"],
                          capture_output=True, text=True, check=False)
    return done.returncode != 0 and "second calculation" in done.stderr


def main():
    words, survivors, tried = sys.argv[1:], [], 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        worlds = Worlds(folder / "worlds")
        for number, (file, old, new) in enumerate(MUTANTS):
            if words and not any(word in file + old for word in words):
                continue
            tried += 1
            place = folder / f"mutant-{number}"
            place.mkdir()
            program = build(place, file, old, new)
            at = next((i for i in range(WORLDS) if program and refuses(program, worlds[i])), None)
            print(f"{file}: {old!r} -> {new!r}: "
                  f"{'its line is not there once' if not program else 'not seen' if at is None else f'world {at}'}")
            if at is None:
                survivors.append(file)
    print(f"{tried} mutants, {len(survivors)} not seen")
    sys.exit(bool(survivors) or not tried)


main()
