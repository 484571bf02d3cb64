#!/usr/bin/env python3
"""Losses and gradients of NetworksTests/Resources/mlp-gradients.json in float64 with NumPy, from their definitions.

    python3 Tests/References/gradients.py            computes them again and fails if one differs from the file's
    python3 Tests/References/gradients.py --write    replaces those of the file

The networks, inputs and targets in the file were drawn once, with pre-activations that are not at the kink of a ReLU. For m samples the
objective is the mean of the losses plus λ/(2m) Σ W², biases excluded. Every gradient is confirmed by complex steps: the derivative of an
analytic function f at x is Im f(x + ih)/h, exact for a small h since nothing is subtracted.
"""

import json
import sys
from pathlib import Path

import numpy as np

FILE = Path(__file__).parent.parent / "NetworksTests" / "Resources" / "mlp-gradients.json"
LEAK = 0.01

# The functions compare real parts alone, so that they are right for the complex step too.
VALUES = {
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "identity": lambda z: z,
    "relu": lambda z: np.where(z.real > 0, z, 0),
    "leaky_relu": lambda z: np.where(z.real > 0, z, LEAK * z),
}
SLOPES = {
    "sigmoid": lambda z, a: a * (1 - a),
    "tanh": lambda z, a: 1 - a * a,
    "identity": lambda z, a: np.ones_like(z),
    "relu": lambda z, a: np.where(z > 0, 1.0, 0.0),
    "leaky_relu": lambda z, a: np.where(z > 0, 1.0, LEAK),
}


def forward(weights, biases, names, inputs):
    """Pre-activations and outputs of every layer, the inputs first among the outputs."""
    zs, outputs = [], [inputs]
    for weight, bias, name in zip(weights, biases, names):
        zs.append(outputs[-1] @ weight.T + bias)
        outputs.append(softmax(zs[-1]) if name == "softmax" else VALUES[name](zs[-1]))
    return zs, outputs


def softmax(z):
    powers = np.exp(z - z.real.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def losses(loss, y, t):
    """The loss of each sample."""
    if loss == "ce":
        return -(t * np.log(y)).sum(axis=1)
    if loss == "bce":
        return -(t * np.log(y) + (1 - t) * np.log(1 - y)).sum(axis=1)
    return ((y - t) ** 2).sum(axis=1) / 2


def objective(weights, biases, names, loss, inputs, targets, l2):
    _, outputs = forward(weights, biases, names, inputs)
    penalty = l2 / (2 * len(inputs)) * sum((weight * weight).sum() for weight in weights)
    return losses(loss, outputs[-1], targets).mean() + penalty


def gradient(weights, biases, names, loss, inputs, targets, l2):
    zs, outputs = forward(weights, biases, names, inputs)
    m = len(inputs)
    delta = (outputs[-1] - targets) / m
    if loss == "half_sq":
        delta = delta * SLOPES[names[-1]](zs[-1], outputs[-1])
    by_weights, by_biases = [], []
    for layer in reversed(range(len(weights))):
        by_weights.insert(0, delta.T @ outputs[layer] + l2 / m * weights[layer])
        by_biases.insert(0, delta.sum(axis=0))
        if layer:
            delta = (delta @ weights[layer]) * SLOPES[names[layer - 1]](zs[layer - 1], outputs[layer])
    return by_weights, by_biases


def complex_step_error(weights, biases, names, loss, inputs, targets, l2, exact):
    """The largest difference of the gradient from complex steps, relative to the largest magnitude of a tensor."""
    step, worst = 1e-30, 0.0
    for tensors, gradients in zip((weights, biases), exact):
        for tensor, expected in zip(tensors, gradients):
            found = np.empty_like(expected)
            for index in np.ndindex(*tensor.shape):
                moved = [[one.astype(complex) for one in both] for both in (weights, biases)]
                target = next(m for both, own in zip(moved, (weights, biases)) for m, o in zip(both, own) if o is tensor)
                target[index] += 1j * step
                found[index] = objective(*moved, names, loss, inputs, targets, l2).imag / step
            worst = max(worst, np.abs(found - expected).max() / max(np.abs(expected).max(), 1e-300))
    return worst


def main():
    reference = json.loads(FILE.read_text())
    networks, worst, steps = reference["data"], 0.0, 0.0
    for case in reference["cases"]:
        network = networks[case["arch"]]
        weights = [np.array(weight) for weight in network["W"]]
        biases = [np.array(bias) for bias in network["b"]]
        names, inputs = case["hidden"] + [case["output"]], np.array(network["X"])
        arguments = (weights, biases, names, case["loss"], inputs, np.array(network["targets"][case["target"]]), case["lambda"])
        exact = gradient(*arguments)
        steps = max(steps, complex_step_error(*arguments, exact))
        found = {"value": objective(*arguments), "gradW": exact[0], "gradb": exact[1]}
        if "output_values" in case:
            found["output_values"] = forward(*arguments[:3], inputs)[1][-1]
        for key, value in found.items():
            pairs = zip(value, case[key]) if isinstance(value, list) else [(value, case[key])]
            for one, kept in pairs:
                worst = max(worst, np.abs(one - np.array(kept)).max() / max(np.abs(one).max(), 1e-300))
            case[key] = [one.tolist() for one in value] if isinstance(value, list) else np.asarray(value).tolist()
    print(f"{len(reference['cases'])} cases: {worst:.1e} from the file, {steps:.1e} from complex steps, relative")
    if "--write" in sys.argv:
        FILE.write_text(json.dumps(reference))
    elif worst > 1e-13:
        sys.exit("the file has other numbers")
    if steps > 1e-12:
        sys.exit("gradient and complex steps differ")


main()
