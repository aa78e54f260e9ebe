#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The mutation tool itself, on a library of one function and its test: a slip that changes something
is seen, one that changes nothing is not, and what survives must be explained."""
import io
import pathlib
import sys
import tempfile
import time
from contextlib import redirect_stdout

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "tests" / "mutation"))
import mutation  # noqa: E402
import operators  # noqa: E402

# The values are on the heap, so that one read too many is seen by the address sanitizer alone.
SOURCE = """#include "small.h"

int sum_up_to(const int *values, int count, int most)
{
    int sum = 0;
    for (int i = 0; i < count; i++) sum += values[i];
    return sum < most ? sum : most;
}
"""
HEADER = "int sum_up_to(const int *values, int count, int most);\n"
TEST = """#include "small.h"

#include <stdlib.h>
#include <string.h>

int main(void)
{
    int *values = calloc(2, sizeof *values);
    values[0] = 3, values[1] = 4;
    int right = sum_up_to(values, 2, 100) == 7 && sum_up_to(values, 2, 5) == 5;
    free(values);
    return right ? 0 : 1;
}
"""
TEST_NAME = "tests/test_small"
LOOP = "for (int i = 0; i < count; i++) sum += values[i];"
LAST = "return sum < most ? sum : most;"
NOTHING_CHANGES = ("room/small.c", LAST, LAST.replace("<", "<="))
SLIPS = {  # that must be among the mutants, and what sees each
    LOOP.replace("<", "<="): TEST_NAME,  # reads beyond the end
    LOOP.replace("i++", "i--"): TEST_NAME,
    LOOP.replace("i = 0", "i = 1"): TEST_NAME,
    LOOP.replace("+=", "-="): TEST_NAME,
    LAST.replace("<", ">="): TEST_NAME,
    NOTHING_CHANGES[2]: None,
}


def expect(holds, *words):
    if not holds:
        sys.exit(" ".join(map(str, words)))


def made_project(folder):
    source = folder / "src"
    (source / "room").mkdir(parents=True)
    (source / "small.h").write_text(HEADER)
    (source / "room" / "small.c").write_text(SOURCE)
    (folder / "test_small.c").write_text(TEST)
    return mutation.Project(source, {"room/small.c": folder / "small.o"}, [])


def link_test(project, folder, place):
    (place / "tests").mkdir(parents=True)
    mutation.compiler([*mutation.FLAGS, "-I", project.source, "-c", "-o", folder / "small.o",
                       project.source / "room" / "small.c"])
    mutation.link_library(project, place)
    mutation.compiler([*mutation.FLAGS, "-I", project.source, "-Wl,-rpath,$ORIGIN/..", "-o",
                       place / "tests" / "test_small", folder / "test_small.c", "-L", place,
                       "-lpbrcalc"])


def judged(folder):
    """The verdicts on every mutant of the source, on one that is no C, and on a drawn few."""
    project, place = made_project(folder), folder / "place"
    link_test(project, folder, place)
    test = mutation.Test(TEST_NAME, [TEST_NAME], {}, None, None)
    found, _ = operators.mutants(SOURCE)
    found.append(operators.Mutant("none", SOURCE.index(LOOP), SOURCE.index(LOOP) + 3, "four"))
    verdicts = [mutation.judge(project, place, [test], {TEST_NAME: 5}, "room/small.c", SOURCE, one)
                for one in found]
    with redirect_stdout(io.StringIO()):
        few = mutation.sample("small", project, [place], [test], {"room/small.c": SOURCE}, 3, "1")
    return verdicts, few


def check_verdicts(verdicts, few):
    found = {verdict.now: verdict.killer for verdict in verdicts}
    for now, killer in SLIPS.items():
        expect(now in found, now, "is not among the mutants:", *found)
        expect(found[now] == killer, now, "is seen by", found[now], "not by", killer)
    expect(found[LOOP.replace("for", "four")] == "not built", "what is no C has a verdict")
    alive = [verdict for verdict in verdicts if not verdict.killer]
    expect([(one.name, one.was, one.now) for one in alive] == [NOTHING_CHANGES], "survive:", alive)
    expect(sum(one.killer != "not built" for one in few) == 3, "not as many as were wanted:", few)
    expect(all(found[one.now] == one.killer for one in few), "judged in two ways:", few)


def status_of(verdicts, survivors):
    said = io.StringIO()
    with redirect_stdout(said):
        status = mutation.summary(verdicts, mutation.explained(survivors), time.time())
    return status, said.getvalue()


def check_summary(verdicts):
    built = sum(verdict.killer != "not built" for verdict in verdicts)
    status, said = status_of(verdicts, "")
    expect(status == 1 and "UNEXPLAINED room/small.c:7" in said, "a survivor is let through:", said)
    expect(f"{built} mutants, {built - 1} killed, 1 survive, of which 0 are explained" in said, said)
    row = "| `{}` | `{}` | `{}` | where they are equal, both are the answer |\n".format(*NOTHING_CHANGES)
    status, said = status_of(verdicts, row)
    expect(status == 0 and "UNEXPLAINED" not in said, "it is explained:", said)
    status, _ = status_of(verdicts, row.replace("<=", ">="))
    expect(status == 1, "another slip is explained, not this one")
    expect(status_of([], "")[0] == 1, "no mutant is no success")


def check_draw():
    """The order of one file's mutants does not depend on what stands in another; another seed draws
    others."""
    texts = {path.name: path.read_text() for path in sorted((ROOT / "src" / "settle").glob("n*.c"))}

    def order(seed, **others):
        kinds = {}
        for name, mutant in mutation.chosen({**texts, **others}, seed)[0]:
            if name == "net.c":
                kinds.setdefault(mutant.kind, []).append(mutant)
        return kinds
    expect(order("1") == order("1", other=texts["net.c"].replace("claim", "line")),
           "another file has changed the draw")
    expect(order("1") != order("2"), "every seed draws the same")


def check_operators():
    """Each mutant is another text."""
    for path in sorted((ROOT / "src" / "settle").glob("*.c")):
        text = path.read_text()
        for mutant in operators.mutants(text)[0]:
            expect(operators.applied(text, mutant) != text, path, mutant)


def check_explained():
    """What survivors.md explains can still be done: a row does not outlive its code."""
    rows = mutation.explained(mutation.SURVIVORS.read_text())
    expect(rows, "no row of survivors.md is read")
    for name, was, now in sorted(rows):
        path = ROOT / "src" / name
        text = path.read_text() if path.exists() else ""
        slips = {operators.shown(text, mutant)[1:] for mutant in operators.mutants(text)[0]}
        expect((was, now) in slips, "survivors.md: no such slip any more:", name, was, now)


def main():
    with tempfile.TemporaryDirectory() as name:
        verdicts, few = judged(pathlib.Path(name))
    check_verdicts(verdicts, few)
    check_summary(verdicts)
    check_draw()
    check_operators()
    check_explained()
    print(f"{len(verdicts)} mutants of a small function: as they must be")


main()
