# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands run in turn, and what each took. Figures of a machine that does other things as well mean
something only beside others of the same run."""
import os
import statistics
import subprocess
import sys
import tempfile
from collections import namedtuple
from pathlib import Path

Taken = namedtuple("Taken", "wall processor mebibytes")  # seconds, seconds, peak of memory


FOLDER = tempfile.TemporaryDirectory(prefix="pbrcalc-timed-")
STARTER = f"{FOLDER.name}/timed"
subprocess.run(["cc", "-O1", "-o", STARTER, Path(__file__).with_name("timed.c")], check=True)


def timed(command, out=os.devnull):
    """One run, its standard output in a file."""
    command = [str(word) for word in command]
    said = subprocess.run([STARTER, str(out), *command], check=True, capture_output=True, text=True)
    wall, processor, kibibytes, status = said.stdout.split()
    if status != "0":
        sys.exit(f"failed with status {status}: {' '.join(command)}")
    return Taken(float(wall), float(processor), int(kibibytes) / 1024)


def in_turn(commands, runs, out=lambda name: os.devnull):
    """Runs every command once a round, so that a slow moment of the machine meets them all. Medians
    of the seconds by the clock and of the processor, and the largest peak."""
    figures = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            figures[name].append(timed(command, out(name)))
    return {name: Taken(statistics.median(one.wall for one in taken),
                        statistics.median(one.processor for one in taken),
                        max(one.mebibytes for one in taken))
            for name, taken in figures.items()}
