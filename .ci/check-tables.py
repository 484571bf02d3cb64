#!/usr/bin/env python3
"""Trains on scikit-learn's data sets with the defaults of `descent` and compares with scikit-learn's multilayer perceptrons.

usage: check-tables.py DESCENT [MNIST], with scikit-learn installed.

Each table is written as CSV with a header and divided five times; `train --epochs 100` and MLPClassifier or MLPRegressor (defaults, on
standardized features) get the same training and test files. The mean test accuracy must be at least scikit-learn's minus .02, the mean
R² of diabetes at least .35. Breast cancer's ROC AUC, average precision, balanced accuracy and Matthews' coefficient, with and without class
weights, must be scikit-learn's to 1e-9. Then iris is used without an option for the label: train, evaluate, predict rows without labels in
another order of columns. MNIST, if its folder is given, is written as CSV without a header and must reach .962 in 5 epochs with the
options --data and --test alone.
"""

import csv
import json
import os
import subprocess
import sys
import tempfile
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

# Two jobs at a time, for two cores.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy
from sklearn import datasets, metrics
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import StandardScaler

from idx import read_split

SEEDS = range(1, 6)
MARGIN = 0.02
LEAST_R2 = 0.35
LEAST_MNIST = 0.962


def write(path, names, rows):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows)


def run(descent, *arguments):
    result = subprocess.run([descent, *map(str, arguments)], capture_output=True, text=True)
    if result.returncode != 0:
        raise SystemExit(f"descent {' '.join(map(str, arguments))}: status {result.returncode}\n{result.stderr}")
    return result.stdout


def table(name):
    """The names of the features, the features and the targets."""
    loader = {
        "iris": datasets.load_iris, "wine": datasets.load_wine, "breast cancer": datasets.load_breast_cancer,
        "digits": datasets.load_digits, "diabetes": lambda: datasets.load_diabetes(scaled=False),
    }[name]
    data = loader()
    answers = data.target if name in ("diabetes", "digits") else data.target_names[data.target]
    return [str(column) for column in data.feature_names], data.data, answers


def divide(folder, name, seed):
    """Two files and their contents."""
    names, features, answers = table(name)
    parts = train_test_split(features, answers, test_size=0.2, random_state=seed, stratify=None if name == "diabetes" else answers)
    train_x, test_x, train_y, test_y = parts
    folder.mkdir()
    for part, x, y in (("train", train_x, train_y), ("test", test_x, test_y)):
        write(folder / f"{part}.csv", names + ["target"], [[repr(float(v)) for v in row] + [str(answer)] for row, answer in zip(x, y)])
    return parts


def own_figure(descent, folder, is_regression, seed):
    kind = ["--targets", "target", "--output", "identity"] if is_regression else []
    run(descent, "train", "--data", folder / "train.csv", "--epochs", 100, "--seed", seed, "--quiet", "--save", folder / "model", *kind)
    own = json.loads(run(descent, "evaluate", folder / "model", "--data", folder / "test.csv", "--json"))
    return own["r2" if is_regression else "accuracy"]


def figure(descent, folder, name, seed):
    """The test accuracy or R² of descent and of scikit-learn on one split."""
    is_regression = name == "diabetes"
    train_x, test_x, train_y, test_y = divide(folder, name, seed)
    scaler = StandardScaler().fit(train_x)
    peer = (MLPRegressor if is_regression else MLPClassifier)(random_state=seed)
    peer.fit(scaler.transform(train_x), train_y)
    return own_figure(descent, folder, is_regression, seed), peer.score(scaler.transform(test_x), test_y)


def check_figures(descent, folder):
    """The metrics of evaluate against scikit-learn's, computed from the probabilities of predict."""
    _, _, _, truth = divide(folder, "breast cancer", 1)
    agrees = True
    for options in ([], ["--class-weights", "balanced", "--output", "sigmoid", "--threshold", "0.7"]):
        run(descent, "train", "--data", folder / "train.csv", "--quiet", "--save", folder / "model", *options)
        own = json.loads(run(descent, "evaluate", folder / "model", "--data", folder / "test.csv", "--json"))
        rows = list(csv.DictReader(run(descent, "predict", folder / "model", "--data", folder / "test.csv").splitlines()))
        labels = numpy.array([row["label"] for row in rows])
        scores = numpy.array([float(row["probability_malignant"]) for row in rows])
        if options:
            # The single output is the score of the second class; its complement may have ties by rounding.
            positive, labels_are = "malignant", scores >= numpy.float32(0.7)
            agrees &= bool(((labels == positive) == labels_are).all())
        peer = {
            "accuracy": metrics.accuracy_score(truth, labels), "roc_auc": metrics.roc_auc_score(truth == "malignant", scores),
            "average_precision": metrics.average_precision_score(truth == "malignant", scores),
            "balanced_accuracy": metrics.balanced_accuracy_score(truth, labels), "matthews": metrics.matthews_corrcoef(truth, labels),
        }
        worst = max(abs(own[key] - value) for key, value in peer.items())
        print(f"evaluate and scikit-learn differ by {worst:.1e} at most {' '.join(options)}")
        agrees &= worst < 1e-9
    return agrees


def check_iris(descent, folder):
    names, features, answers = table("iris")
    write(folder / "iris.csv", names + ["species"], [[*row, answer] for row, answer in zip(features, answers)])
    run(descent, "train", "--data", folder / "iris.csv", "--epochs", 100, "--save", folder / "iris")
    accuracy = json.loads(run(descent, "evaluate", folder / "iris", "--data", folder / "iris.csv", "--json"))["accuracy"]
    order = [2, 0, 3, 1]
    write(folder / "rows.csv", [names[column] for column in order], features[:, order])
    rows = list(csv.DictReader(run(descent, "predict", folder / "iris", "--data", folder / "rows.csv").splitlines()))
    right = numpy.mean([row["label"] == answer for row, answer in zip(rows, answers)])
    print(f"iris, unlabeled rows in another order: {len(rows)} predictions, {right:.3f} right, evaluate says {accuracy:.3f}")
    return len(rows) == len(answers) and right > 0.9 and abs(right - accuracy) < 1e-12


def check_mnist(descent, mnist, folder):
    texts = [str(value) for value in range(256)]
    for part in ("train", "t10k"):
        images, labels = read_split(mnist, part)
        with open(folder / f"{part}.csv", "w") as file:
            for label, image in zip(labels.tolist(), images.reshape(len(images), -1).tolist()):
                file.write(texts[label] + "," + ",".join([texts[value] for value in image]) + "\n")
    run(descent, "train", "--data", folder / "train.csv", "--test", folder / "t10k.csv", "--quiet", "--metrics", folder / "mnist.jsonl")
    accuracy = json.loads(Path(folder / "mnist.jsonl").read_text().splitlines()[-1])["test_accuracy"]
    print(f"MNIST as CSV, 5 epochs: {accuracy:.4f}")
    return accuracy >= LEAST_MNIST


def main():
    descent = sys.argv[1]
    agrees = True
    # 200 iterations are too few for some of the tables.
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(2) as pool:
        folder = Path(scratch)
        tables = ("iris", "wine", "breast cancer", "digits", "diabetes")
        jobs = {(name, seed): pool.submit(figure, descent, folder / f"{name}-{seed}", name, seed) for name in tables for seed in SEEDS}
        print("| table | descent | scikit-learn |\n|---|---|---|")
        for name in tables:
            figures = numpy.array([jobs[name, seed].result() for seed in SEEDS])
            own, peer = figures.mean(axis=0)
            what = "R²" if name == "diabetes" else "accuracy"
            print(f"| {name} | {what} {own:.3f} ({figures[:, 0].min():.3f} to {figures[:, 0].max():.3f}) | {peer:.3f} |", flush=True)
            agrees &= bool(own >= (LEAST_R2 if name == "diabetes" else peer - MARGIN))
        agrees &= check_figures(descent, folder / "figures")
        agrees &= check_iris(descent, folder)
        if len(sys.argv) > 2:
            agrees &= check_mnist(descent, sys.argv[2], folder)
    if not agrees:
        sys.exit("a table is learned worse than it must be, or a figure is another than scikit-learn's")


main()
