#!/usr/bin/env python3
"""Checks a model that `descent train` saved with independent readers: the safetensors package and NumPy.

    check-model.py MODEL EVALUATION PREDICTIONS IMAGES LABELS

EVALUATION is the output of `descent evaluate --json`, PREDICTIONS that of `descent predict`; IMAGES and LABELS are the IDX files, plain or
.gz, of the split that both commands used. The network has ReLU in its hidden layers and a softmax output.
"""

import csv
import json
import sys

import numpy as np
from safetensors import safe_open

from idx import read_idx


def probabilities(model, rows):
    with safe_open(model, framework="numpy") as file:
        metadata = file.metadata()
        if metadata.get("format") != "descent" or metadata.get("version") != "1":
            sys.exit(f"{model}: metadata {metadata}, expected format descent and version 1")
        layers = metadata["activations"].split(",")
        for index, activation in enumerate(layers):
            weight, bias = (file.get_tensor(f"layers.{index}.{name}") for name in ["weight", "bias"])
            if weight.dtype != np.float32 or weight.shape != (len(bias), rows.shape[1]):
                sys.exit(f"{model}: layers.{index}.weight is {weight.dtype} {weight.shape}, expected float32 [outputs, inputs]")
            rows = rows @ weight.T.astype(np.float64) + bias
            if activation == "relu":
                rows = np.maximum(rows, 0)
        if layers[-1] != "softmax":
            sys.exit(f"{model}: output activation {layers[-1]}, expected softmax")
    rows = np.exp(rows - rows.max(axis=1, keepdims=True))
    return rows / rows.sum(axis=1, keepdims=True)


def main():
    model, evaluation, predictions, images, labels = sys.argv[1:]
    labels = read_idx(labels, 1)
    images = read_idx(images, 3)
    expected = probabilities(model, images.reshape(len(images), -1) / 255)

    evaluation = json.load(open(evaluation))
    correct = int((expected.argmax(axis=1) == labels).sum())
    # If two classes are equal to rounding, float32 may predict the other one.
    if evaluation["samples"] != len(labels) or abs(evaluation["accuracy"] * len(labels) - correct) > 2:
        sys.exit(f"evaluate: accuracy {evaluation['accuracy']} of {evaluation['samples']}; NumPy has {correct} of {len(labels)} right")
    loss = -np.log(expected[np.arange(len(labels)), labels]).mean()
    if abs(evaluation["loss"] - loss) > 1e-4 * loss:
        sys.exit(f"evaluate: loss {evaluation['loss']}; NumPy has {loss}")

    rows = list(csv.reader(open(predictions)))
    header = ["index", "label", *(f"probability_{label}" for label in range(expected.shape[1]))]
    if rows[0] != header or [row[0] for row in rows[1:]] != [str(index) for index in range(len(labels))]:
        sys.exit(f"predict: header {rows[0]} and {len(rows) - 1} rows, expected {header} and {len(labels)} rows, numbered from 0")
    worst = np.abs(np.array([row[2:] for row in rows[1:]], np.float64) - expected).max()
    if not worst <= 1e-4:
        sys.exit(f"predict: a probability is {worst} away from NumPy's")
    print(f"NumPy agrees: {correct} of {len(labels)} right, loss {loss:.6f}, probabilities within {worst:.1e}")


main()
