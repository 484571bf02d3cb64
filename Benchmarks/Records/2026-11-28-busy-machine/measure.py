#!/usr/bin/env python3
"""Epochs of several executables beside busy loops, in turns.

usage: measure.py ROUNDS LOOPS[,LOOPS...] OUTPUT.json 'NAME|EXECUTABLE|OPTIONS OF TRAIN' ...

A sample is the run's training time divided by its epochs, in milliseconds; OUTPUT.json gets all of them.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time


def sample(executable, options, metrics):
    words = [executable, "train", "--quiet", "--seed", "1", *options.split(), "--metrics", metrics]
    subprocess.run(words, check=True, capture_output=True)
    end = [json.loads(line) for line in open(metrics)][-1]
    return end["seconds"] / end["epochs"] * 1000


def main():
    rounds, loads, output = int(sys.argv[1]), [int(count) for count in sys.argv[2].split(",")], sys.argv[3]
    cases = [argument.split("|") for argument in sys.argv[4:]]
    record = []
    with tempfile.TemporaryDirectory() as folder:
        for count in loads:
            loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
            samples = {name: [] for name, _, _ in cases}
            before = os.getloadavg()[0]
            try:
                for _ in range(rounds):
                    for name, executable, options in cases:
                        samples[name].append(round(sample(executable, options, f"{folder}/run.jsonl"), 2))
            finally:
                for loop in loops:
                    loop.kill()
            record.append({"loops": count, "load_before": before, "load_after": os.getloadavg()[0],
                           "time": time.strftime("%H:%M"), "milliseconds_an_epoch": samples})
            print(f"{count} loops, load average {before:.1f} before, {os.getloadavg()[0]:.1f} after")
            for name, values in samples.items():
                print(f"  {name:12} median {statistics.median(values):8.1f}  least {min(values):8.1f}  most {max(values):8.1f}")
    json.dump(record, open(output, "w"), indent=1)


main()
