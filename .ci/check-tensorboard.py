#!/usr/bin/env python3
"""Checks `descent train --tensorboard` with the reader of the tensorboard package.

    check-tensorboard.py DESCENT FOLDER

A short run is stopped by its number of epochs and resumed. The values of every epoch must be those of the metrics, each once; the histograms must be
those of the saved model.
"""

import json
import pathlib
import subprocess
import sys

import numpy as np
from safetensors.numpy import load_file
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.util import tensor_util

descent, folder = sys.argv[1], pathlib.Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
model, metrics, board = folder / "model.safetensors", folder / "metrics.jsonl", folder / "board"
common = ["--quiet", "--save", model, "--metrics", metrics, "--tensorboard", board, "--checkpoint", folder / "checkpoints"]


def train(*options):
    subprocess.run([descent, "train", *map(str, [*options, *common])], check=True)


train("--data", "synthetic:2000,200", "--hidden", 16, "--validation-fraction", 0.2, "--schedule", "exponential:0.5", "--epochs", 2)
train("--resume", folder / "checkpoints", "--epochs", 4)
epochs = [event for event in map(json.loads, open(metrics)) if event["event"] == "epoch"]
if [epoch["epoch"] for epoch in epochs] != [1, 2, 3, 4]:
    sys.exit(f"{metrics}: epochs {[epoch['epoch'] for epoch in epochs]}, expected 1 to 4")
steps = np.cumsum([epoch["steps"] for epoch in epochs]).tolist()

events = EventAccumulator(str(board), size_guidance={"tensors": 0, "scalars": 0, "histograms": 0}).Reload()


def series(tag):
    if tag in events.Tags()["scalars"]:
        return [(event.step, event.value) for event in events.Scalars(tag)]
    return [(event.step, float(tensor_util.make_ndarray(event.tensor_proto))) for event in events.Tensors(tag)]


for tag, key in [
    ("loss/train", "train_loss"), ("loss/validation", "validation_loss"), ("loss/test", "test_loss"), ("accuracy/train", "train_accuracy"),
    ("accuracy/validation", "validation_accuracy"), ("accuracy/test", "test_accuracy"), ("learning_rate", "learning_rate"),
]:
    found = series(tag)
    if [step for step, _ in found] != steps or not np.allclose([value for _, value in found], [epoch[key] for epoch in epochs], rtol=1e-6):
        sys.exit(f"{tag}: {found}, expected {[epoch[key] for epoch in epochs]} at {steps}")

for name, tensor in load_file(model).items():
    if name in events.Tags()["histograms"]:
        last = events.Histograms(name)[-1]
        step, count, ends = last.step, last.histogram_value.num, (last.histogram_value.min, last.histogram_value.max)
    else:
        last = events.Tensors(name)[-1]
        bins = tensor_util.make_ndarray(last.tensor_proto)
        step, count, ends = last.step, bins[:, 2].sum(), (bins[0, 0], bins[-1, 1])
    if step != steps[-1] or count != tensor.size or not np.allclose(ends, (tensor.min(), tensor.max()), atol=1e-6):
        sys.exit(f"{name}: {count} numbers in {ends} at {step}, expected {tensor.size} in {tensor.min()}, {tensor.max()} at {steps[-1]}")
print(f"{len(epochs)} epochs, {len(load_file(model))} histograms")
