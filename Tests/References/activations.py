#!/usr/bin/env python3
"""Writes NetworksTests/Resources/activations.json: values and derivatives of activations, and Huber losses, in float64, from their
definitions.

    python3 Tests/References/activations.py            writes the file
    python3 Tests/References/activations.py --torch    also asks PyTorch's functions and its automatic derivatives, and fails where
                                                       they differ

Scaled tanh is that of LeCun, Bottou, Orr and Müller (1998), which PyTorch builds from its tanh.
"""

import json
import sys
from math import erfc, exp, expm1, log1p, pi, sqrt, tanh
from pathlib import Path

FILE = Path(__file__).parent.parent / "NetworksTests" / "Resources" / "activations.json"

Z = [-800.0, -40.0, -12.5, -5.0, -2.25, -1.0, -0.75, -0.3, -1e-9, 0.0, 1e-9, 0.3, 0.75, 1.0, 2.25, 5.0, 12.5, 40.0, 800.0]


def sigmoid(z):
    return 1 / (1 + exp(-z)) if z >= 0 else exp(z) / (1 + exp(z))


def inner(z):
    return sqrt(2 / pi) * (z + 0.044715 * z**3)


# For each activation the value, and the derivative in another form than the sources have it where there is one.
ACTIVATIONS = {
    "elu": (lambda z: z if z > 0 else expm1(z), lambda z: 1.0 if z > 0 else exp(z)),
    "gelu": (lambda z: z * erfc(-z / sqrt(2)) / 2, lambda z: erfc(-z / sqrt(2)) / 2 + z * exp(-z * z / 2) / sqrt(2 * pi)),
    "gelu-tanh": (
        lambda z: z * sigmoid(2 * inner(z)),
        lambda z: sigmoid(2 * inner(z))
        + z * 2 * sigmoid(2 * inner(z)) * sigmoid(-2 * inner(z)) * sqrt(2 / pi) * (1 + 3 * 0.044715 * z * z),
    ),
    "silu": (lambda z: z * sigmoid(z), lambda z: sigmoid(z) + z * sigmoid(z) * sigmoid(-z)),
    "softplus": (lambda z: max(z, 0.0) + log1p(exp(-abs(z))), sigmoid),
    "scaled-tanh": (
        lambda z: 1.7159 * tanh(2 * z / 3),
        lambda z: 1.7159 * 2 / 3 * 4 * sigmoid(4 * z / 3) * sigmoid(-4 * z / 3),
    ),
}

# Outputs, δ, pre-activations and targets; differences within δ, at it and beyond.
HUBER = [
    {"output": "identity", "delta": 1.0, "z": [0.5, 2.0, -3.0, 1.0], "target": [0.25, 1.0, 1.5, 1.0]},
    {"output": "identity", "delta": 0.1, "z": [0.5, 2.0, -3.0], "target": [0.45, 1.0, -2.5]},
    {"output": "tanh", "delta": 0.4, "z": [0.5, -2.0, 0.1], "target": [1.0, 1.0, 0.0]},
    {"output": "sigmoid", "delta": 0.3, "z": [0.5, -2.0, 3.0, -800.0], "target": [1.0, 1.0, 1.0, 1.0]},
    {"output": "softmax", "delta": 0.25, "z": [0.5, -2.0, 1.0], "target": [0.0, 1.0, 0.0]},
    {"output": "softmax", "delta": 2.0, "z": [0.5, -2.0, 1.0, 0.0], "target": [0.25, 0.25, 0.5, 0.0]},
]


def outputs(case):
    z = case["z"]
    if case["output"] == "softmax":
        powers = [exp(x - max(z)) for x in z]
        return [x / sum(powers) for x in powers]
    return [{"identity": lambda x: x, "tanh": tanh, "sigmoid": sigmoid}[case["output"]](x) for x in z]


def jacobian(case, a):
    """∂aₖ/∂zⱼ."""
    if case["output"] == "softmax":
        return [[a[k] * ((k == j) - a[j]) for j in range(len(a))] for k in range(len(a))]
    slope = {"identity": lambda x: 1.0, "tanh": lambda x: 1 - x * x, "sigmoid": lambda x: x * (1 - x)}[case["output"]]
    return [[slope(a[k]) if k == j else 0.0 for j in range(len(a))] for k in range(len(a))]


def huber(case):
    """½r² for |r| ≤ δ, else δ(|r| − ½δ), summed; and its gradient by z."""
    delta, a = case["delta"], outputs(case)
    r = [x - t for x, t in zip(a, case["target"])]
    loss = sum(x * x / 2 if abs(x) <= delta else delta * (abs(x) - delta / 2) for x in r)
    slopes = [max(-delta, min(delta, x)) for x in r]
    rows = jacobian(case, a)
    signal = [sum(slopes[k] * rows[k][j] for k in range(len(a))) for j in range(len(a))]
    return {**case, "loss": loss, "signal": signal}


def compare_with_torch(reference):
    import torch
    from torch.nn import functional as F

    torch.set_default_dtype(torch.float64)
    functions = {
        "elu": F.elu, "gelu": F.gelu, "gelu-tanh": lambda z: F.gelu(z, approximate="tanh"), "silu": F.silu,
        # Beyond its threshold of 20 PyTorch takes z itself, which differs by 2e-9.
        "softplus": lambda z: F.softplus(z, threshold=100), "scaled-tanh": lambda z: 1.7159 * torch.tanh(2 * z / 3),
    }
    worst = {}
    for name, function in functions.items():
        z = torch.tensor(Z, requires_grad=True)
        a = function(z)
        a.sum().backward()
        for mine, theirs in ((reference["values"][name], a.tolist()), (reference["derivatives"][name], z.grad.tolist())):
            for x, y in zip(mine, theirs):
                worst[name] = max(worst.get(name, 0), abs(x - y) / max(1, abs(x)))
    activations = {"identity": lambda z: z, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "softmax": lambda z: F.softmax(z, 0)}
    for case in reference["huber"]:
        z = torch.tensor(case["z"], requires_grad=True)
        loss = F.huber_loss(activations[case["output"]](z), torch.tensor(case["target"]), reduction="sum", delta=case["delta"])
        loss.backward()
        for x, y in zip([case["loss"]] + case["signal"], [loss.item()] + z.grad.tolist()):
            worst["huber"] = max(worst.get("huber", 0), abs(x - y))
    for name, difference in worst.items():
        print(f"{name}: differs from PyTorch by {difference:.1e}")
    if max(worst.values()) > 1e-14:
        sys.exit(1)


def main():
    reference = {
        "z": Z,
        "values": {name: [value(z) for z in Z] for name, (value, _) in ACTIVATIONS.items()},
        "derivatives": {name: [slope(z) for z in Z] for name, (_, slope) in ACTIVATIONS.items()},
        "huber": [huber(case) for case in HUBER],
    }
    if "--torch" in sys.argv[1:]:
        compare_with_torch(reference)
    FILE.write_text(json.dumps(reference, indent=1) + "\n")


if __name__ == "__main__":
    main()
