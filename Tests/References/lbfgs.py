#!/usr/bin/env python3
"""Writes OptimizersTests/Resources/lbfgs.json: paths of PyTorch's LBFGS with line_search_fn="strong_wolfe" in float64, and the minima
that SciPy's fmin_l_bfgs_b finds.

    python3 Tests/References/lbfgs.py            writes the file; needs torch and scipy

PyTorch does not show its iterates, so it runs once for each number of iterations, from the same point. Tolerances are 0: a path ends
with the number of iterations.
"""

import json
from pathlib import Path

import numpy
import torch
from scipy.optimize import fmin_l_bfgs_b

FILE = Path(__file__).parent.parent / "OptimizersTests" / "Resources" / "lbfgs.json"

# Drawn once and rounded: twelve samples of two features, and their classes of three.
X = [
    [0.64, -1.21], [1.3, 0.42], [-0.77, 0.95], [0.12, 1.88], [-1.54, -0.31], [0.9, -0.66],
    [-0.28, 0.07], [1.75, 1.1], [-1.02, -1.45], [0.35, 0.59], [-0.49, 1.37], [0.03, -0.92],
]
Y = [0, 0, 1, 1, 2, 0, 1, 0, 2, 2, 1, 2]
L2 = 0.05

torch.set_default_dtype(torch.float64)


def rosenbrock(p):
    return (100 * (p[1:] - p[:-1] ** 2) ** 2 + (1 - p[:-1]) ** 2).sum()


def softmax_regression(p):
    """Mean cross-entropy of three classes, weights [3 × 2] then biases [3], plus ½ L2 Σ p²."""
    logits = torch.tensor(X) @ p[:6].view(3, 2).T + p[6:]
    loss = torch.nn.functional.cross_entropy(logits, torch.tensor(Y))
    return loss + L2 / 2 * (p * p).sum()


def quartic(p):
    """Flat at its minimum, so that the first step of a search is far too short."""
    return ((p - 1) ** 4 * torch.arange(1.0, len(p) + 1)).sum() / 1000


# Each function with its start, learning rate and number of iterations.
RUNS = {
    "rosenbrock": (rosenbrock, [-1.2, 1.0], 1.0, 30),
    "rosenbrock, ten parameters": (rosenbrock, [-1.2, 1.0] * 5, 1.0, 40),
    "rosenbrock, learning rate 0.1": (rosenbrock, [-1.2, 1.0, -0.5], 0.1, 25),
    "rosenbrock, learning rate 5": (rosenbrock, [0.3, 2.0, -0.5], 5.0, 25),
    "softmax regression": (softmax_regression, [0.0] * 9, 1.0, 12),
    "quartic": (quartic, [3.0, -1.0, 2.5, 0.0], 1.0, 15),
}


def torch_path(function, start, learning_rate, iterations):
    points = []
    for count in range(1, iterations + 1):
        p = torch.nn.Parameter(torch.tensor(start))
        optimizer = torch.optim.LBFGS(
            [p], lr=learning_rate, max_iter=count, max_eval=10**6, tolerance_grad=0, tolerance_change=0,
            history_size=10, line_search_fn="strong_wolfe")

        def closure():
            optimizer.zero_grad()
            loss = function(p)
            loss.backward()
            return loss

        optimizer.step(closure)
        evaluations = optimizer.state[p]["func_evals"]
        points.append({"parameters": p.tolist(), "evaluations": evaluations, "objective": float(function(p).detach())})
    return points


def scipy_minimum(function, start):
    def value(x):
        p = torch.tensor(x, requires_grad=True)
        loss = function(p)
        loss.backward()
        return float(loss.detach()), p.grad.numpy()

    parameters, objective, _ = fmin_l_bfgs_b(value, numpy.array(start), m=10, factr=10, pgtol=1e-10)
    return {"parameters": parameters.tolist(), "objective": objective}


def main():
    runs = {
        name: {
            "start": start, "learningRate": rate, "path": torch_path(function, start, rate, iterations),
            "minimum": scipy_minimum(function, start),
        }
        for name, (function, start, rate, iterations) in RUNS.items()
    }
    FILE.write_text(json.dumps({"X": X, "y": Y, "l2": L2, "runs": runs}, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
