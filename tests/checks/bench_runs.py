#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmark runs, and its page names every figure that it prints and no command that is not there."""
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/performance.md").read_text(encoding="utf-8")
problems = []


def bench(*words):
    """What a small run prints; its figures say nothing."""
    done = subprocess.run([ROOT / "tests/bench/bench.py", "--runs", "1", *words], cwd=ROOT,
                          capture_output=True, text=True, env=os.environ)
    if done.returncode:
        sys.exit(f"bench.py {' '.join(words)} ends with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def names(text):
    """Of the lines of its tables, which have a figure two blanks or more behind the name."""
    return re.findall(r"^  (\S.*?) {2,}[0-9.]+ ", text, re.M)


found = names(bench("--starts", "3000"))
for name in found:
    if name not in PAGE:
        problems.append(f"docs/performance.md does not say: {name}")
for expected in ("measure", "measure, one thread", "settle, one quarter, all workbooks",
                 "measure, peak memory"):
    if expected not in found:
        problems.append(f"bench.py does not print: {expected}")
makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
for target in re.findall(r"^    make (\S+)", PAGE, re.M):
    if not re.search(rf"^{re.escape(target)}:", makefile, re.M):
        problems.append(f"docs/performance.md: the Makefile has no target {target}")
print("\n".join(problems) or f"{len(found)} figures are printed and told")
sys.exit(1 if problems else 0)
