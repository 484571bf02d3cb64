#!/usr/bin/env python3
"""Trains on scikit-learn's own tables with the defaults of `descent` and compares with scikit-learn's multilayer perceptrons.

usage: check-tables.py DESCENT, with scikit-learn installed.

Each table is written as CSV with a header and divided five times; `train --epochs 100` and MLPClassifier or MLPRegressor (defaults, on
standardized features) get the same training and test files. The mean test accuracy must be at least scikit-learn's minus .02, the mean
R² of diabetes at least .35. Then iris goes the whole way with no option for the label: train, evaluate, predict rows without labels in
another order of columns.
"""

import csv
import json
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy
from sklearn import datasets
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import StandardScaler

SEEDS = range(1, 6)
MARGIN = 0.02
LEAST_R2 = 0.35


def write(path, names, rows):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows)


def run(descent, *arguments):
    result = subprocess.run([descent, *map(str, arguments)], capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"descent {' '.join(map(str, arguments))}: status {result.returncode}\n{result.stderr}")
    return result.stdout


def table(name):
    """The features' names, the features, the answers and the class column's name."""
    loader = {
        "iris": datasets.load_iris, "wine": datasets.load_wine, "breast cancer": datasets.load_breast_cancer,
        "digits": datasets.load_digits, "diabetes": lambda: datasets.load_diabetes(scaled=False),
    }[name]
    data = loader()
    answers = data.target if name in ("diabetes", "digits") else data.target_names[data.target]
    return [str(column) for column in data.feature_names], data.data, answers


def figure(descent, folder, name, seed):
    """The test accuracy or R² of descent, and of scikit-learn, on one division."""
    names, features, answers = table(name)
    is_regression = name == "diabetes"
    parts = train_test_split(features, answers, test_size=0.2, random_state=seed, stratify=None if is_regression else answers)
    train_x, test_x, train_y, test_y = parts
    for part, x, y in (("train", train_x, train_y), ("test", test_x, test_y)):
        write(folder / f"{part}.csv", names + ["target"], [[repr(float(v)) for v in row] + [str(answer)] for row, answer in zip(x, y)])
    kind = ["--targets", "target", "--output", "identity"] if is_regression else []
    run(descent, "train", "--data", folder / "train.csv", "--epochs", 100, "--seed", seed, "--quiet", "--save", folder / "model", *kind)
    own = json.loads(run(descent, "evaluate", folder / "model", "--data", folder / "test.csv", "--json"))
    scaler = StandardScaler().fit(train_x)
    peer = (MLPRegressor if is_regression else MLPClassifier)(random_state=seed)
    with warnings.catch_warnings():
        # Its 200 iterations are few for some of the tables.
        warnings.simplefilter("ignore")
        peer.fit(scaler.transform(train_x), train_y)
    return own["r2" if is_regression else "accuracy"], peer.score(scaler.transform(test_x), test_y)


def check_iris(descent, folder):
    names, features, answers = table("iris")
    write(folder / "iris.csv", names + ["species"], [[*row, answer] for row, answer in zip(features, answers)])
    run(descent, "train", "--data", folder / "iris.csv", "--epochs", 100, "--save", folder / "iris")
    accuracy = json.loads(run(descent, "evaluate", folder / "iris", "--data", folder / "iris.csv", "--json"))["accuracy"]
    order = [2, 0, 3, 1]
    write(folder / "rows.csv", [names[column] for column in order], features[:, order])
    rows = list(csv.DictReader(run(descent, "predict", folder / "iris", "--data", folder / "rows.csv").splitlines()))
    right = numpy.mean([row["label"] == answer for row, answer in zip(rows, answers)])
    print(f"iris, unlabelled rows in another order: {len(rows)} predictions, {right:.3f} right, evaluate says {accuracy:.3f}")
    return len(rows) == len(answers) and right > 0.9 and abs(right - accuracy) < 1e-12


def main():
    descent = sys.argv[1]
    agrees = True
    print("| table | descent | scikit-learn |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for name in ("iris", "wine", "breast cancer", "digits", "diabetes"):
            figures = numpy.array([figure(descent, folder, name, seed) for seed in SEEDS])
            own, peer = figures.mean(axis=0)
            what = "R²" if name == "diabetes" else "accuracy"
            print(f"| {name} | {what} {own:.3f} ({figures[:, 0].min():.3f} to {figures[:, 0].max():.3f}) | {peer:.3f} |", flush=True)
            agrees &= own >= (LEAST_R2 if name == "diabetes" else peer - MARGIN)
        agrees &= check_iris(descent, folder)
    if not agrees:
        sys.exit("a table is learned worse than scikit-learn does, or iris went wrong")


main()
