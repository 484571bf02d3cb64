#!/usr/bin/env python3
"""Epochs in float32 and bfloat16 in turns: measure.py DESCENT DATA ROUNDS [NAME…]

Prints a row of the record's table for each network and number of workers: median and least seconds of an epoch over the rounds, two
epochs each, and their ratios. The parts of the training split are as large as two or three seconds allow.
"""

import json
import statistics
import subprocess
import sys
import tempfile

CASES = {
    "784-2500-2000-1500-1000-500-10, batch 256": "--hidden 2500,2000,1500,1000,500 --batch-size 256 --limit 5120",
    "784-800-10, dense, batch 128": "--hidden 800 --batch-size 128 --input dense --limit 20480",
    "784-800-10, masked, batch 128": "--hidden 800 --batch-size 128 --input masked --limit 20480",
    "784-800-800-10, batch 128": "--hidden 800,800 --batch-size 128 --limit 10240",
    "784-512-512-10, batch 64": "--hidden 512,512 --batch-size 64 --limit 10240",
    "784-512-512-10, batch 16": "--hidden 512,512 --batch-size 16 --limit 5120",
    "784-256-256-10, batch 128": "--hidden 256,256 --batch-size 128 --limit 20480",
    "784-128-10, dense, batch 64": "--hidden 128 --batch-size 64 --input dense --limit 20480",
}


def epochs(descent, data, options, precision, workers):
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as file:
        command = [descent, "train", "--quiet", "--data", data, "--test-limit", "100", "--epochs", "2", "--learning-rate", "0.02",
                   "--workers", workers, "--precision", precision, "--metrics", file.name, *options.split()]
        subprocess.run(command, check=True)
        events = [json.loads(line) for line in open(file.name, encoding="utf-8")]
    return [event["seconds"] for event in events if event["event"] == "epoch"]


def main():
    descent, data, rounds, *names = sys.argv[1:]
    for case, options in CASES.items():
        if names and not any(name in case for name in names):
            continue
        for workers in ["1", "2"]:
            seconds = {"float32": [], "bfloat16": []}
            for _ in range(int(rounds)):
                for precision, values in seconds.items():
                    values += epochs(descent, data, options, precision, workers)
            (exact, rounded), (least, least_rounded) = (
                [reduce(values) for values in seconds.values()] for reduce in (statistics.median, min))
            print(f"| {case} | {workers} | {exact:.3f} | {rounded:.3f} | {exact / rounded:.2f} | {least:.3f} | {least_rounded:.3f} "
                  f"| {least / least_rounded:.2f} |", flush=True)


main()
