"""Paired measurements: every candidate in turn, round after round, then medians and ratios.

The machines these run on are shared in speed, so an absolute time means nothing; a ratio of two
medians taken in alternation does. Raw times go to a JSON file beside the script that ran them.
"""

import json
import os
import pathlib
import platform
import statistics
import subprocess
import time

ROUNDS = int(os.environ.get("ROUNDS", "5"))


def run(*command, **options):
    """Runs a command and fails loudly if it does."""
    options.setdefault("stdout", subprocess.DEVNULL)
    subprocess.run([str(word) for word in command], check=True, **options)


def output(*command):
    """What a command prints."""
    return subprocess.run(
        [str(word) for word in command], check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def drop_caches():
    """Empties the page, dentry and inode caches."""
    os.sync()
    pathlib.Path("/proc/sys/vm/drop_caches").write_text("3\n")


def timed(action):
    """Seconds an action takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


class Table:
    """Times of several candidates in several tests; one of them is the yardstick."""

    def __init__(self, title, yardstick):
        self.title = title
        self.yardstick = yardstick
        self.times = {}

    def add(self, test, candidate, seconds):
        self.times.setdefault(test, {}).setdefault(candidate, []).append(seconds)

    def ratio(self, test, candidate):
        row = self.times[test]
        return statistics.median(row[candidate]) / statistics.median(row[self.yardstick])

    def markdown(self):
        candidates = list(next(iter(self.times.values())))
        head = [f"{name} s (ratio)" for name in candidates]
        lines = [f"| {self.title} | " + " | ".join(head) + " |", "|" + "---|" * (len(head) + 1)]
        for test, row in self.times.items():
            cells = [
                f"{statistics.median(row[name]):.3f} ({self.ratio(test, name):.2f})"
                if name in row else "-" for name in candidates
            ]
            lines.append(f"| {test} | " + " | ".join(cells) + " |")
        return "\n".join(lines)

    def save(self, directory):
        """Writes raw times and the table below `runs/`, and prints the table."""
        runs = pathlib.Path(directory) / "runs"
        runs.mkdir(exist_ok=True)
        name = os.environ.get("RUN_NAME", time.strftime("%Y-%m-%d"))
        setup = {
            "kernel": platform.release(), "cores": os.cpu_count(), "rounds": ROUNDS,
            "load": os.getloadavg()[0],
        }
        stem = runs / f"{name}-{self.title.replace(' ', '-')}"
        stem.with_suffix(".json").write_text(
            json.dumps({"setup": setup, "yardstick": self.yardstick, "times": self.times}, indent=1)
        )
        stem.with_suffix(".md").write_text(self.markdown() + "\n")
        print(self.markdown(), flush=True)
