#!/usr/bin/env python3
"""Checks a metrics file of `descent train` (JSON Lines): the order of events and keys, and the test accuracy at the end.

    check-metrics.py FILE EPOCHS LOWEST HIGHEST
"""

import json
import math
import sys

EPOCH_KEYS = (
    "epoch steps seconds train_loss train_accuracy validation_loss validation_accuracy test_loss test_accuracy "
    "samples_per_second learning_rate gradient_norm"
).split()
END_KEYS = "reason epochs steps seconds test_accuracy".split()


def main():
    path, epochs, lowest, highest = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4])
    events = [json.loads(line) for line in open(path)]
    names = [event["event"] for event in events]
    if names != ["run"] + ["epoch"] * epochs + ["end"]:
        sys.exit(f"{path}: events {names}, expected a run, {epochs} epochs and an end")
    for event in events[1:]:
        keys = END_KEYS if event["event"] == "end" else EPOCH_KEYS
        missing = [key for key in keys if key not in event]
        if missing:
            sys.exit(f"{path}: {event} lacks {', '.join(missing)}")
        infinite = [key for key in event if isinstance(event[key], float) and not math.isfinite(event[key])]
        if infinite:
            sys.exit(f"{path}: {event} has no finite {', '.join(infinite)}")
    end, last = events[-1], events[-2]
    if end["reason"] != "epochs" or end["epochs"] != epochs or end["test_accuracy"] != last["test_accuracy"]:
        sys.exit(f"{path}: the end {end} does not agree with the last epoch {last}")
    if not lowest <= end["test_accuracy"] <= highest:
        sys.exit(f"{path}: test accuracy {end['test_accuracy']}, expected {lowest} to {highest}")
    seconds = ", ".join(f"{event['seconds']:.3f}" for event in events[1:-1])
    print(f"test accuracy {end['test_accuracy']}, epochs of {seconds} s")


main()
