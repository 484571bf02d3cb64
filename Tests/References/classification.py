#!/usr/bin/env python3
"""Writes TrainingTests/Resources/classification-figures.json: figures of classifiers by scikit-learn.

    python3 Tests/References/classification.py    needs numpy and scikit-learn

Scores are multiples of 1/64, so that many are equal and every Float holds them exactly.
"""
import json
import warnings
from pathlib import Path

import numpy as np
from sklearn.metrics import (
    average_precision_score,
    balanced_accuracy_score,
    matthews_corrcoef,
    roc_auc_score,
)

warnings.filterwarnings("ignore")
random = np.random.default_rng(17)


def calibration_error(confidence, right, bins=15):
    """Guo et al. (2017), bins closed on the right."""
    bin_of = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    return sum(
        (bin_of == b).mean() * abs(right[bin_of == b].mean() - confidence[bin_of == b].mean())
        for b in range(bins)
        if (bin_of == b).any()
    )


def case(name, samples, classes, skill, weights=None, single=False):
    truth = random.choice(classes, samples, p=weights)
    # Every class occurs, or there is no curve of it.
    truth[:classes] = np.arange(classes)
    chance = np.exp(random.normal(size=(samples, classes)))
    chance[np.arange(samples), truth] = np.maximum(chance[np.arange(samples), truth] + skill, 0.05)
    counts = np.array([random.multinomial(64, row / row.sum()) for row in chance])
    scores = counts / 64
    if single:
        # One sigmoid output: the probability of class 1, and class 1 from one half on.
        scores = np.stack([1 - scores[:, 1], scores[:, 1]], axis=1)
        predicted = (scores[:, 1] >= 0.5).astype(int)
        outputs = scores[:, 1:]
    else:
        predicted = scores.argmax(axis=1)
        outputs = scores
    if classes == 2:
        roc = roc_auc_score(truth, scores[:, 1])
        precision = average_precision_score(truth, scores[:, 1])
    else:
        roc = roc_auc_score(truth, scores, multi_class="ovr", average="macro")
        precision = average_precision_score(np.eye(classes)[truth], scores, average="macro")
    return {
        "name": name,
        "classes": classes,
        "outputs": outputs.flatten().tolist(),
        "truth": truth.tolist(),
        "roc_auc": roc,
        "average_precision": precision,
        "balanced_accuracy": balanced_accuracy_score(truth, predicted),
        "matthews": matthews_corrcoef(truth, predicted),
        "expected_calibration_error": calibration_error(
            scores[np.arange(samples), predicted], (predicted == truth).astype(float)
        ),
    }


cases = [
    case("two classes, softmax", 80, 2, 0.6),
    case("two classes, one sigmoid", 80, 2, 0.6, single=True),
    case("a rare class, one sigmoid", 150, 2, 1.0, weights=[0.93, 0.07], single=True),
    case("no skill at all", 60, 2, 0.0, single=True),
    case("every answer right", 40, 2, 300.0),
    case("three classes", 90, 3, 1.0),
    case("seven unequal classes", 120, 7, 3.0, weights=[0.4, 0.2, 0.1, 0.1, 0.1, 0.05, 0.05]),
    case("worse than chance", 70, 3, -1.0),
]
FILE = Path(__file__).parent.parent / "TrainingTests" / "Resources" / "classification-figures.json"
FILE.write_text(json.dumps(cases, separators=(",", ":")) + "\n")
