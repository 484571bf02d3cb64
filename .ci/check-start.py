#!/usr/bin/env python3
"""The time to the first step of a run, as ratios that hold on any machine.

usage: check-start.py DESCENT FOLDER WORK

FOLDER holds MNIST's four .gz files; they are inflated into WORK for the second ratio. Whole runs of one step, with the evaluation of
the test split, alternate with the inflation of the largest file by the system's zlib. The smallest time of each counts, since other
programs only add time.
"""

import pathlib
import subprocess
import sys
import time
import zlib

ROUNDS = 9
# The status of a check that lacks something.
SKIPPED = 77
# 1.13 and 0.30 on an idle machine; if other programs use the second core, parallel inflation gains nothing.
LIMITS = {"from .gz files": 2.0, "from plain files": 0.7}


def seconds(action):
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def main():
    descent, folder, work = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    plain = work / "plain"
    plain.mkdir(parents=True, exist_ok=True)
    packed = sorted(folder.glob("*ubyte.gz"), key=lambda file: file.stat().st_size)
    if len(packed) != 4:
        print(f"skipped: {folder}: found {len(packed)} files that end in ubyte.gz, expected four: nothing to compare")
        return SKIPPED
    for file in packed:
        (plain / file.stem).write_bytes(zlib.decompress(file.read_bytes(), 31))
    largest = packed[-1].read_bytes()

    def step(source):
        return lambda: subprocess.run([descent, "train", "--quiet", "--data", source, "--steps", "1"], check=True)

    actions = {"inflation": lambda: zlib.decompress(largest, 31), "from .gz files": step(folder), "from plain files": step(plain)}
    least = {name: float("inf") for name in actions}
    for _ in range(ROUNDS):
        for name, action in actions.items():
            least[name] = min(least[name], seconds(action))
    failed = 0
    for name, limit in LIMITS.items():
        ratio = least[name] / least["inflation"]
        failed += ratio > limit
        verdict = "" if ratio <= limit else ": too slow"
        print(f"{name}: {least[name] * 1000:.0f} ms, {ratio:.2f} of the inflation of {packed[-1].name}, at most {limit}{verdict}")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
