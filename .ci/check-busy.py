#!/usr/bin/env python3
"""Training beside other programs, as ratios within one run that hold on any machine.

usage: check-busy.py DESCENT DATA

One busy loop per processor runs beside 784-128-10 at batch 64 with one, two and eight workers and with the automatic number, alternating;
between, one and two workers run without the loops. The time of each is the median over a fixed number of rounds of a run's median epoch,
without evaluation.

Two processors of a virtual machine may be on different sockets of its host for minutes: two workers are then slower than one on an idle
machine, too (measured: 1.10 and 1.23 times one worker's time, beside loops 1.63 and 1.53). If the programs share the processors equally, one
worker beside P loops has P/(P + 1) of a processor and each of two P/(P + 2): beside loops their ratio is (P + 2)/(P + 1) times that on the idle machine,
whatever their waiting. Where this is more than 1, it is divided out for a given number of workers, but never more than (P + 2)/(P + 1), what the
shares alone explain; the ratio itself is printed, too. The automatic number must cope with it.
"""

import json
import os
import pathlib
import signal
import statistics
import subprocess
import sys
import tempfile

EPOCHS = 5
ROUNDS = 9
# Ratios to the time of one worker. Measured: 0.8, 1.0 and 0.9; with waits that yielded the processor instead of sleeping 8.8 and more.
LIMITS = {"2": 1.5, "8": 2.5, "auto": 1.5}
IDLE = ["1", "2"]


def epoch_seconds(descent, data, workers, folder):
    metrics = pathlib.Path(folder) / "run.jsonl"
    words = ["--data", data, "--seed", "1", "--batch-size", "64", "--epochs", str(EPOCHS), "--workers", workers, "--gradients", "owned"]
    subprocess.run([descent, "train", "--quiet", *words, "--metrics", metrics], check=True)
    events = [json.loads(line) for line in metrics.read_text().splitlines()]
    seconds = [event["seconds"] for event in events if event["event"] == "epoch"]
    if len(seconds) != EPOCHS:
        sys.exit(f"found {len(seconds)} epochs in the metrics, expected {EPOCHS}")
    return statistics.median(seconds)


def medians(samples):
    return {workers: statistics.median(seconds) for workers, seconds in samples.items()}


def divisor(idle, loops):
    """The part of a given number's ratio that the processors of this machine and equal shares of them explain: 1 to (P + 2)/(P + 1)."""
    shares = (loops + 2) / (loops + 1)
    return min(shares, max(1, idle["2"] / idle["1"] * shares))


def main():
    descent, data = sys.argv[1:]
    busy = {workers: [] for workers in ["1", *LIMITS]}
    idle = {workers: [] for workers in IDLE}
    # The processors of this process, and of its children.
    loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in os.sched_getaffinity(0)]

    def measure(samples, folder, loops_run):
        for loop in loops:
            loop.send_signal(signal.SIGCONT if loops_run else signal.SIGSTOP)
        for workers in samples:
            samples[workers].append(epoch_seconds(descent, data, workers, folder))

    try:
        with tempfile.TemporaryDirectory() as folder:
            for _ in range(ROUNDS):
                measure(idle, folder, loops_run=False)
                measure(busy, folder, loops_run=True)
    finally:
        for loop in loops:
            loop.kill()
    times = medians(idle)
    print(f"without other programs, one worker: {times['1'] * 1000:.0f} ms an epoch, two: {times['2'] * 1000:.0f} ms")
    explained = divisor(times, len(loops))
    times = medians(busy)
    print(f"beside {len(loops)} busy loops, {ROUNDS} rounds; one worker: {times['1'] * 1000:.0f} ms an epoch")
    failed = 0
    for workers, limit in LIMITS.items():
        ratio = times[workers] / times["1"]
        held = ratio / (1 if workers == "auto" else explained)
        failed += held > limit
        without = "" if held == ratio else f", without what the processors explain {held:.2f}"
        verdict = "" if held <= limit else ": too slow"
        print(f"workers {workers}: {times[workers] * 1000:.0f} ms, ratio {ratio:.2f}{without}, at most {limit}{verdict}")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
