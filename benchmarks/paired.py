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
import threading
import time

FIRN = os.environ.get(
    "FIRN", str(pathlib.Path(__file__).resolve().parent.parent / ".build/release/firn"))
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


def occupied(*directories):
    """Bytes of disk that files below the directories take, each file once."""
    found = {}
    for directory in directories:
        for path, _, names in os.walk(directory):
            for name in names:
                try:
                    status = os.lstat(os.path.join(path, name))
                except FileNotFoundError:
                    continue
                found[status.st_dev, status.st_ino] = status.st_blocks * 512
    return sum(found.values())


def unlinked(pid, device):
    """Bytes of disk that a process holds in files without a name on this device."""
    total = 0
    try:
        for descriptor in os.listdir(f"/proc/{pid}/fd"):
            status = os.stat(f"/proc/{pid}/fd/{descriptor}")
            if status.st_nlink == 0 and status.st_dev == device:
                total += status.st_blocks * 512
    except OSError:
        pass  # the process, or that descriptor, is gone
    return total


class Cost:
    """What commands took: wall and processor seconds, most memory, most disk space at a time."""

    def __init__(self, wall=0.0, processor=0.0, memory=0, disk=0):
        self.wall, self.processor, self.memory, self.disk = wall, processor, memory, disk

    def __add__(self, other):
        return Cost(
            self.wall + other.wall, self.processor + other.processor,
            max(self.memory, other.memory), max(self.disk, other.disk))


def measured(*command, watched=(), **options):
    """Runs a command to its success and measures it, its children included; `watched` are the
    directories whose growth is its use of the disk."""
    options.setdefault("stdout", subprocess.DEVNULL)
    done, most = threading.Event(), 0
    start = time.perf_counter()
    process = subprocess.Popen([str(word) for word in command], **options)

    def watch():
        nonlocal most
        device = os.stat(watched[0]).st_dev
        while not done.wait(0.1):
            most = max(most, occupied(*watched) + unlinked(process.pid, device))

    watcher = threading.Thread(target=watch)
    if watched:
        watcher.start()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    done.set()
    if watched:
        watcher.join()
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, process.args)
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, most)


def markdown(head, rows):
    """A table of words."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def save(directory, title, figures, text):
    """Writes figures as JSON and a text below `runs/` of a directory, and prints the text."""
    runs = pathlib.Path(directory) / "runs"
    runs.mkdir(exist_ok=True)
    name = os.environ.get("RUN_NAME", time.strftime("%Y-%m-%d"))
    stem = runs / f"{name}-{title.replace(' ', '-')}"
    stem.with_suffix(".json").write_text(json.dumps(figures, indent=1) + "\n")
    stem.with_suffix(".md").write_text(text + "\n")
    print(text, flush=True)


class Table:
    """Times of several candidates in several tests; one of them is the yardstick."""

    def __init__(self, title, yardstick):
        self.title = title
        self.yardstick = yardstick
        self.times = {}

    def add(self, test, candidate, seconds):
        self.times.setdefault(test, {}).setdefault(candidate, []).append(seconds)

    def median(self, test, candidate):
        return statistics.median(self.times[test][candidate])

    def cell(self, test, candidate):
        row = self.times[test]
        if candidate not in row:
            return "-"
        seconds = self.median(test, candidate)
        if self.yardstick not in row:
            return f"{seconds:.3f}"
        return f"{seconds:.3f} ({seconds / self.median(test, self.yardstick):.2f})"

    def markdown(self):
        candidates = list(dict.fromkeys(name for row in self.times.values() for name in row))
        head = [self.title] + [f"{name} s (ratio)" for name in candidates]
        return markdown(
            head, [[test] + [self.cell(test, name) for name in candidates] for test in self.times])

    def save(self, directory, remarks="", **setup):
        """Writes raw times and the table below `runs/`, and prints the table; `remarks` is text
        that goes below the table, the rest describes the run in the JSON."""
        setup = {
            "kernel": platform.release(), "cores": os.cpu_count(), "rounds": ROUNDS,
            "load": os.getloadavg()[0], **setup,
        }
        save(
            directory, self.title,
            {"setup": setup, "yardstick": self.yardstick, "times": self.times},
            "\n\n".join(part for part in [self.markdown(), remarks] if part))
