#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the case folders of tests/cases and tests/hostile: a command, and what must come out of it.

tests/checks/cases.py [--accept] [WORD...]   cases whose name contains one of the words; all without

--accept writes what came out as what is expected: look at the change before you keep it.
tests/cases/README.md says what a case is made of.
"""
import concurrent.futures
import difflib
import hashlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = (ROOT / "tests" / "cases", ROOT / "tests" / "hostile")
PROGRAM = os.environ.get("PBRCALC", str(ROOT / "build" / "pbrcalc"))
PLACES = {"CONTRACTS": ROOT / "contracts", "FIXTURES": ROOT / "fixtures"}
EXPECTED = ("status", "stdout", "stderr")
TIME_LIMIT_SECONDS = 60
REFUSED = 2  # exit status after which nothing may have been written
ALARMS = ("AddressSanitizer", "LeakSanitizer", "runtime error:", "Assertion")


def environment():
    keep = {k: v for k, v in os.environ.items() if k in ("PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS")}
    keep.update({k: str(v) for k, v in PLACES.items()})
    keep.update(PBRCALC=PROGRAM, LC_ALL="C.UTF-8", TZ="UTC")
    return keep


def sh(script, folder):
    """A shell line or script in the scratch folder: (status, stdout, stderr)."""
    with subprocess.Popen(["sh", "-c", script], cwd=folder, env=environment(),
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, start_new_session=True) as process:
        try:
            out, err = process.communicate(timeout=TIME_LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # the shell, and what it started
            process.communicate()
            return None, "", "did not end within %d seconds\n" % TIME_LIMIT_SECONDS
    return process.returncode, readable(out, folder), readable(err, folder)


def readable(data, folder):
    """Output as text, with the places of this machine by their names."""
    text = data.decode("utf-8", "backslashreplace").replace(str(folder), "$HERE")
    for name, path in PLACES.items():
        text = text.replace(str(path), "$" + name)
    return text


def contents(folder):
    """Every path below a folder, with a digest of its bytes."""
    found = {}
    for path in sorted(folder.rglob("*")):
        whole = path.is_file() and not path.is_symlink()
        found[str(path.relative_to(folder))] = (
            hashlib.sha256(path.read_bytes()).hexdigest() if whole else "")
    return found


def matches(expected, actual):
    """A line that is only ... stands for any lines, also for none."""
    parts = [r"(?:.*\n)*" if line.rstrip("\n") == "..." else re.escape(line)
             for line in expected.splitlines(keepends=True)]
    return re.fullmatch("".join(parts), actual) is not None


def difference(name, expected, actual):
    lines = difflib.unified_diff(expected.splitlines(), actual.splitlines(),
                                 "expected " + name, "actual " + name, lineterm="", n=1)
    return "\n".join(lines) or "expected %s and actual %s differ in their last newline" % (name,
                                                                                           name)


def judge(case, result, before, after):
    """What is wrong with the outcome, as text for people; empty if nothing is."""
    wrong = []
    for name, actual in result.items():
        path = case / name
        expected = path.read_text() if path.exists() else ""
        if not matches(expected, actual):
            wrong.append(difference(name, expected, actual))
    wrong += ["stderr speaks of %s:\n%s" % (alarm, result["stderr"]) for alarm in ALARMS
              if alarm in result["stderr"]]
    if result["status"].strip() == str(REFUSED) and before != after:
        changed = sorted(k for k in before.keys() | after.keys() if before.get(k) != after.get(k))
        wrong.append("the command failed and yet changed: " + ", ".join(changed))
    return wrong


def accept(case, result):
    for name, actual in result.items():
        path = case / name
        if path.exists() and matches(path.read_text(), actual):
            continue
        if actual or name == "status":
            path.write_text(actual)
        elif path.exists():
            path.unlink()


def run_in(case, folder, accepting):
    shutil.copytree(case, folder, ignore=shutil.ignore_patterns("cmd", *EXPECTED))
    if (case / "make").exists():
        status, out, err = sh(". ./make", folder)
        if status != 0:
            return ["its make failed:\n" + out + err]
    before = contents(folder)
    status, out, err = sh('"$PBRCALC" ' + " ".join((case / "cmd").read_text().split("\n")), folder)
    result = {"status": "%s\n" % status, "stdout": out, "stderr": err}
    after = contents(folder)
    if accepting:
        accept(case, result)
    wrong = judge(case, result, before, after)
    if (case / "then").exists():
        status, out, err = sh("set -e; . ./then", folder)
        if status != 0:
            wrong.append("its `then` failed with status %s:\n%s%s" % (status, out, err))
    return wrong


def run(case, accepting=False):
    scratch = tempfile.mkdtemp(prefix="pbrcalc-case-")
    try:
        return run_in(case, pathlib.Path(scratch) / "case", accepting)
    except (OSError, UnicodeDecodeError) as problem:
        return ["cannot be run: %s" % problem]
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def main(words):
    accepting = "--accept" in words
    words = [word for word in words if word != "--accept"]
    cases = sorted(path.parent for folder in FOLDERS for path in folder.glob("*/cmd"))
    cases = [c for c in cases if not words or any(word in c.name for word in words)]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for case, wrong in zip(cases, pool.map(lambda c: run(c, accepting), cases)):
            if wrong:
                failed += 1
                print("FAILED %s\n%s\n" % (case.name, "\n".join(wrong)))
    print("%d cases, %d failed" % (len(cases), failed))
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
