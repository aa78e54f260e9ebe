#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mutation sampling: slips are made in src/measure and src/settle, one at a time, and the tests must
see them.

tests/mutation/mutation.py [--sample N] [--seed S] [--room ROOM] [--only WORD] [--jobs J]
    N mutants that compile (200), half of each room; WORD takes only files whose name has it.
    A mutant that no test sees must be explained in survivors.md: else the status is 1.

Only the changed file is compiled. The library is linked as a shared one, so that the program and the
unit tests, linked once, run with each mutant as they are. `make mutation` builds what this needs.
"""
import argparse
import collections
import concurrent.futures
import hashlib
import itertools
import os
import pathlib
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
import operators

ROOT = pathlib.Path(__file__).resolve().parents[2]
WITHOUT_BOOKS = pathlib.Path(__file__).with_name("no_books.c")
SURVIVORS = pathlib.Path(__file__).with_name("survivors.md")
BUILD = (ROOT / os.environ.get("MUTATION_BUILD", "build/mutation")).resolve()
CC = os.environ.get("CC", "gcc")
LIBS = "-lxlsxwriter -lcyaml -lyaml -lcsv -ljansson -lgsl -lgslcblas -lcrypto -lz -lgmp -lm".split()
# Arguments in a wrong order are what the compiler sees, where their types differ.
FLAGS = ["-std=c17", "-D_GNU_SOURCE", "-O1", "-fPIC", "-fsanitize=address",
         "-Werror=incompatible-pointer-types", "-Werror=int-conversion", "-Werror=discarded-qualifiers"]
WALL_SECONDS = 900  # of one test: a deadlock uses no processor time, a busy machine much of the clock
MOST_FILE, MOST_MEMORY_MB = 1 << 30, 4096
# The address sanitizer sees what is read beyond an array, and what is left behind. It bounds memory
# itself, since its own map of addresses is beyond any limit of the system's.
SANITIZER = f"hard_rss_limit_mb={MOST_MEMORY_MB}:allocator_may_return_null=1"

Test = collections.namedtuple("Test", "name command variables files program")


def unit(name, **variables):
    return Test(name, [f"tests/{name}"], variables, None, None)


def check(command, files=None, program="pbrcalc", **variables):
    return Test(command, command.split(), variables, files and files.split(), program)


# The tests that decide, by room, and of which files (all without). The cheap ones come first; then
# whatever has seen most for its time.
STEPS = "settlement dispositions earlier net again payee claim caps"  # what one run hands to the next
SETTLE = [
    *map(unit, "test_pence test_payee test_price_cap test_limits test_comparator test_earlier "
               "test_settlement_day test_again test_monthly test_plausible test_vary test_net test_used "
               "test_run_tables test_workings test_metrics".split()),
    unit("test_remake", PBR_CASES="200"),
    unit("test_settlement_properties", PBR_WORLDS="60"),
    unit("test_mechanism_properties", PBR_CASES="800"),
    unit("test_mechanism_limits"),
    check("tests/checks/worked.sh"),
    check("tests/checks/cases.py previous metrics cohort- out-dry check- other-line"),
    check("tests/checks/schemes.py"),
    check("tests/checks/monthly.py", files="monthly run_tables settlement net payee"),
    check("tests/checks/schemes_b.py", files="price limits test comparator caps settlement monthly"),
    check("tests/checks/decisions.py", files=STEPS + " run_tables"),
    check("tests/checks/restatement.py", files=STEPS, PBR_SEQUENCES="2"),
    check("tests/checks/readiness.py", program="with-books", files="plausible run_tables"),
    check("tests/checks/live.py 4", program="with-books",
          files="price limits test comparator bootstrap caps monthly used"),
]
MEASURE = [
    *map(unit, "test_ledger test_filter_window test_crowd test_metrics test_earlier".split()),
    check("tests/checks/worked.sh"),
    check("tests/checks/dirty.py"),
    check("tests/checks/second_opinion.py worlds"),
    *map(unit, "test_persons test_reoffences test_row_kinds test_compare test_judge".split()),
    check("tests/checks/cases.py cell- reoffence- duplicate- metrics- column- cohort- start- file- "
          "snapshot- stdin outcomes"),
    check("tests/checks/readiness.py", program="with-books", files="survey window offences matching"),
    check("tests/checks/schemes.py", files="metrics years measure counts"),
    check("tests/checks/qa.py", program="with-books", files="put_back metrics measure"),
]
ROOMS = {"settle": SETTLE, "measure": MEASURE}


class Project:
    """What mutants are made of and judged by: sources, the objects of all of them, and tests."""

    def __init__(self, source, objects, link):
        self.source, self.objects, self.link = source, objects, link

    def users_of(self, name):
        """The sources that a change of this file changes, by what the compiler noted."""
        if name.endswith(".c"):
            return [name]
        path = re.compile(rf"(?:^|/){re.escape(name)}(?:\s|$)", re.M)
        return [source for source, built in self.objects.items()
                if path.search(built.with_suffix(".d").read_text())]


class Failed(Exception):
    """What the compiler said."""


def compiler(words):
    done = subprocess.run([CC, *map(str, words)], capture_output=True, text=True, cwd=ROOT,
                          check=False)
    if done.returncode:
        raise Failed(done.stderr)


def link_library(project, place, changed=()):
    objects = {**project.objects, **dict(changed)}
    compiler(["-shared", "-fsanitize=address", "-Wl,-Bsymbolic", "-o", place / "library.new", *objects.values(),
              *project.link])
    os.replace(place / "library.new", place / "libpbrcalc.so")


def build_mutant(project, place, name, text):
    """Compiles the changed file, or those that include it, and links the library anew."""
    shutil.rmtree(place / "src", ignore_errors=True)
    changed = place / "src" / name
    changed.parent.mkdir(parents=True)
    changed.write_text(text)
    built = []
    for number, user in enumerate(project.users_of(name)):
        source = changed if user == name else place / "src" / user
        if source != changed:  # a header is looked for beside the file that includes it, then by -I
            source.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(project.source / user, source)
        built.append((user, place / f"{number}.o"))
        compiler([*FLAGS, "-I", place / "src", "-I", project.source, "-c", "-o", built[-1][1],
                  source])
    link_library(project, place, built)


def limits(seconds):
    def set_limits():
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
        resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_FILE, MOST_FILE))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return set_limits


def passes(test, place, seconds):
    """Does the test pass with what is linked there, in so many processor seconds?"""
    scratch = place / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    program = place / test.command[0]
    command = [str(program) if program.exists() else test.command[0], *test.command[1:]]
    variables = {**os.environ, **test.variables, "PBRCALC": str(place / (test.program or "")),
                 "BUILD": str(BUILD), "TMPDIR": str(scratch), "LC_ALL": "C.UTF-8",
                 "ASAN_OPTIONS": SANITIZER}
    with subprocess.Popen(command, cwd=ROOT, env=variables, stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          start_new_session=True, preexec_fn=limits(seconds)) as process:
        try:
            status = process.wait(timeout=WALL_SECONDS)
        except subprocess.TimeoutExpired:
            status = None
        finally:
            try:
                os.killpg(process.pid, signal.SIGKILL)  # also what it may have left running
            except ProcessLookupError:
                pass
    return status == 0


def processor_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def prepare(project, place, tests):
    """Links the unmutated library; every test must pass with it. The processor time of each."""
    link_library(project, place)
    costs = {}
    for test in tests:
        begun = processor_seconds()
        if not passes(test, place, 600):
            sys.exit(f"{test.name} fails without any change")
        costs[test.name] = processor_seconds() - begun
    return costs


# --- choosing ------------------------------------------------------------------------------------

def rank(seed, name, text, mutant):
    """Its place in the draw: by what it changes, so that a draw stays as it is but for code that was
    edited."""
    _, was, now = operators.shown(text, mutant)
    return hashlib.sha256("\n".join((seed, name, was, now)).encode()).digest()


def chosen(texts, seed):
    """Mutants of the files {name: text} in a drawn order, the kinds in turn, two of a line at most."""
    by_line, by_kind = collections.defaultdict(list), collections.defaultdict(list)
    left = collections.Counter()
    for name, text in texts.items():
        found, skipped = operators.mutants(text)
        left += skipped
        for mutant in found:
            line = text.count("\n", 0, mutant.at)
            by_line[name, line].append((rank(seed, name, text, mutant), name, mutant))
    for of_line in by_line.values():
        for one in sorted(of_line)[:2]:
            by_kind[one[2].kind].append(one)
    ranked = [sorted(by_kind[kind]) for kind in sorted(by_kind)]
    turns = itertools.chain.from_iterable(itertools.zip_longest(*ranked))
    return [(name, mutant) for _, name, mutant in filter(None, turns)], left


# --- judging -------------------------------------------------------------------------------------

Verdict = collections.namedtuple("Verdict", "name kind line was now killer seconds")


def judge(project, place, tests, limits_of, name, text, mutant):
    """Which test sees it: a name, None where none does, or "not built"."""
    begun = processor_seconds()
    line, was, now = operators.shown(text, mutant)
    try:
        build_mutant(project, place, name, operators.applied(text, mutant))
        killer = next((test.name for test in tests
                       if not passes(test, place, limits_of[test.name])), None)
    except Failed:
        killer = "not built"
    return Verdict(name, mutant.kind, line, was, now, killer, processor_seconds() - begun)


class Order:
    """Tests in the order of what they saw for their time: of this file first, then of the room."""

    def __init__(self, tests, costs):
        self.tests, self.costs, self.seen = tests, costs, collections.Counter()

    def note(self, verdict):
        self.seen[verdict.name, verdict.killer] += 1
        self.seen[verdict.killer] += 1

    def of(self, name):
        def worth(test):
            seen = self.seen[name, test.name] + 0.1 * self.seen[test.name] + 0.01
            return seen / (0.05 + self.costs[test.name])
        stem = pathlib.Path(name).stem
        return sorted((test for test in self.tests if not test.files or stem in test.files),
                      key=worth, reverse=True)


def described(verdict):
    fate = {None: "SURVIVES", "not built": "not built"}.get(verdict.killer,
                                                            f"seen by {verdict.killer}")
    return (f"{verdict.name}:{verdict.line}: {verdict.kind}: {fate} ({verdict.seconds:.1f} s)"
            + ("" if verdict.killer else f"\n    {verdict.was}\n    {verdict.now}"))


def explained(survivors):
    """(file, code before, code after) of the survivors that the table explains."""
    rows = re.findall(r"^\| `(.+?)` \| `(.+?)` \| `(.*?)` \| .+ \|$", survivors, re.M)
    return {tuple(cell.replace(r"\|", "|") for cell in row) for row in rows}


def work(task):
    project, place, tests, limits_of, text, name, mutant = task
    return judge(project, place, tests, limits_of, name, text, mutant)


def sample(name, project, places, tests, texts, wanted, seed):
    """The verdicts on so many mutants of the texts that compile, as many at a time as there are places
    where the tests have been linked."""
    candidates, left = chosen(texts, seed)
    costs = prepare(project, places[0], tests)
    limits_of = {test: int(5 + 10 * seconds) for test, seconds in costs.items()}
    order = Order(tests, costs)
    print(f"{name}: without a change " + ", ".join(f"{test} {seconds:.1f} s"
                                                   for test, seconds in costs.items()))
    print(f"{name}: {len(candidates)} places for a slip; left out: "
          + "; ".join(f"{count} {reason}" for reason, count in left.items()), flush=True)
    verdicts, built, free = [], 0, list(places)
    with concurrent.futures.ProcessPoolExecutor(len(places)) as pool:
        running = {}
        waiting = iter(candidates)
        while True:
            while free and built + len(running) < wanted:
                file, mutant = next(waiting, (None, None))
                if not file:
                    break
                place = free.pop()
                task = (project, place, order.of(file), limits_of, texts[file], file, mutant)
                running[pool.submit(work, task)] = place
            if not running:
                return verdicts
            done, _ = concurrent.futures.wait(running, return_when="FIRST_COMPLETED")
            for future in done:
                free.append(running.pop(future))
                verdict = future.result()
                verdicts.append(verdict)
                order.note(verdict)
                built += verdict.killer != "not built"
                print(f"{name} {built}/{wanted} {described(verdict)}", flush=True)


# --- the project itself --------------------------------------------------------------------------

def pbrcalc():
    sources = sorted((ROOT / "src").glob("*/*.c"))
    objects = {str(path.relative_to(ROOT / "src")):
               (BUILD / path.relative_to(ROOT / "src")).with_suffix(".o") for path in sources
               if path.parent.name != "command"}
    return Project(ROOT / "src", objects, LIBS)


def link_tests(place, tests):
    """The program and the unit tests, that find the library beside them."""
    (place / "tests").mkdir(parents=True)
    project = pbrcalc()
    link_library(project, place)
    commands = sorted((BUILD / "command").glob("*.o"))
    compiler([*FLAGS, "-I", "src", "-c", "-o", place / "no_books.o", WITHOUT_BOOKS])
    for program, objects in (("pbrcalc", [place / "no_books.o"]), ("with-books", [])):
        compiler(["-pie", "-fsanitize=address", "-Wl,-rpath,$ORIGIN", "-o", place / program, *commands, *objects, "-L",
                  place, "-lpbrcalc", *LIBS])
    for name in (test.name for test in tests if test.command[0].startswith("tests/test_")):
        compiler([*FLAGS, "-I", "src", "-I", "tests/unit", "-Wl,-rpath,$ORIGIN/..", "-o",
                  place / "tests" / name, ROOT / "tests" / "unit" / f"{name}.c", "-L", place,
                  "-lpbrcalc", "-lcmocka", *LIBS])


def summary(verdicts, known, begun):
    """Printed; the exit status: 1 where one survives that is not known."""
    built = [one for one in verdicts if one.killer != "not built"]
    alive = [one for one in built if not one.killer]
    unexplained = [one for one in alive if (one.name, one.was, one.now) not in known]
    print("\nkilled, by operator:")
    for kind in sorted({one.kind for one in built}):
        of_kind = [one for one in built if one.kind == kind]
        print(f"  {kind:<11} {sum(bool(one.killer) for one in of_kind):4} of {len(of_kind):4}")
    print("killed, by test:")
    for name, count in collections.Counter(one.killer for one in built if one.killer).most_common():
        print(f"  {count:4} {name}")
    seconds = sum(one.seconds for one in verdicts)
    print(f"{len(built)} mutants, {len(built) - len(alive)} killed, {len(alive)} survive, of which "
          f"{len(alive) - len(unexplained)} are explained; {len(verdicts) - len(built)} were not built; "
          f"{seconds / max(1, len(built)):.1f} processor seconds each, {time.time() - begun:.0f} s in all")
    for one in unexplained:
        print("UNEXPLAINED " + described(one))
    return 1 if unexplained or not built else 0


def sample_room(room, folder, wanted, options):
    project, tests = pbrcalc(), ROOMS[room]
    texts = {str(path.relative_to(project.source)): path.read_text()
             for path in sorted((project.source / room).iterdir()) if options.only in str(path)}
    places = [folder / f"{room}-{number}" for number in range(options.jobs)]
    for place in places:
        link_tests(place, tests)
    return sample(room, project, places, tests, texts, wanted, options.seed)


def sample_rooms(options):
    verdicts, begun = [], time.time()
    with tempfile.TemporaryDirectory(prefix="pbrcalc-mutation-") as name:
        for number, room in enumerate(ROOMS):
            if options.room and room != options.room:
                continue
            wanted = options.sample if options.room else (options.sample + number) // len(ROOMS)
            verdicts += sample_room(room, pathlib.Path(name), wanted, options)
    return summary(verdicts, explained(SURVIVORS.read_text()), begun)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--sample", type=int, default=200)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--room", choices=ROOMS)
    parser.add_argument("--only", default="")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    return sample_rooms(parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
