#!/usr/bin/env python3
"""Writes OptimizersTests/Resources/optimizers.json: trajectories of every optimizer in float64, by the rules as PyTorch documents them.

    python3 Tests/References/optimizers.py            writes the file
    python3 Tests/References/optimizers.py --torch    also runs torch.optim in float64, and fails where a trajectory differs

Starting points and gradients were drawn once, rounded, and are kept here. Lion is not part of PyTorch: its rule is that of Chen et
al. (2023), "Symbolic Discovery of Optimization Algorithms", Algorithm 2.
"""

import json
import sys
from math import sqrt
from pathlib import Path

FILE = Path(__file__).parent.parent / "OptimizersTests" / "Resources" / "optimizers.json"

P0 = [0.3047, -1.04, 0.7505, 0.9406, -1.951]
# The last parameter's gradients are tiny, so that ε counts; one gradient is exactly zero.
GRADIENTS = [
    [-1.3022, 0.1278, -0.3162, -0.0168, -8.53e-05],
    [0.8794, 0.7778, 0.066, 1.1272, 4.675e-05],
    [-0.8593, 0.3688, -0.9589, 0.8785, -4.99e-06],
    [-0.1849, -0.6809, 0.0, -0.1545, -4.283e-05],
    [-0.3521, 0.5323, 0.3654, 0.4127, 4.308e-05],
    [2.1416, -0.4064, -0.5122, -0.8138, 6.16e-05],
    [1.129, -0.1139, -0.8402, -0.8245, 6.506e-05],
    [0.7433, 0.5432, -0.6655, 0.2322, 1.167e-05],
    [0.2187, 0.8714, 0.2236, 0.6789, 6.76e-06],
    [0.2891, 0.6313, -1.4572, -0.3197, -4.704e-05],
]
# f(p) = ½ pᵀA p − bᵀp.
A = [[3.719, -2.229, 1.046], [-2.229, 5.519, -0.539], [1.046, -0.539, 1.482]]
B = [0.711, 0.793, -0.349]
QUADRATIC_P0 = [1.0, -2.0, 0.5]

# For each optimizer its hyperparameters along the fixed gradients, and on the quadratic.
ADAM = {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
HYPER = {
    "sgd": ({"lr": 0.1}, {"lr": 0.05}),
    "momentum": ({"lr": 0.1, "momentum": 0.9}, {"lr": 0.02, "momentum": 0.9}),
    "nesterov": ({"lr": 0.1, "momentum": 0.9}, {"lr": 0.02, "momentum": 0.9}),
    "adam": ({"lr": 0.05, **ADAM}, {"lr": 0.1, **ADAM}),
    "adamw": ({"lr": 0.05, **ADAM, "weight_decay": 0.1}, {"lr": 0.1, **ADAM, "weight_decay": 0.1}),
    "rmsprop": ({"lr": 0.05, "eps": 1e-8}, {"lr": 0.1, "eps": 1e-8}),
    "nadam": ({"lr": 0.05, **ADAM}, {"lr": 0.1, **ADAM, "weight_decay": 0.05}),
    "adagrad": ({"lr": 0.1, "eps": 1e-10}, {"lr": 0.3, "eps": 1e-10, "weight_decay": 0.05}),
    "rprop": ({"lr": 0.05}, {"lr": 0.1}),
    "lion": ({"lr": 0.05, "beta1": 0.9, "beta2": 0.99, "weight_decay": 0.1}, {"lr": 0.03, "beta1": 0.9, "beta2": 0.99}),
}


def sgd(p, g, s, t, lr):
    return p - lr * g


def momentum(p, g, s, t, lr, momentum):
    s["v"] = momentum * s.get("v", 0.0) + g
    return p - lr * s["v"]


def nesterov(p, g, s, t, lr, momentum):
    s["v"] = momentum * s.get("v", 0.0) + g
    return p - lr * (g + momentum * s["v"])


def moments(g, s, beta1, beta2):
    s["m"] = beta1 * s.get("m", 0.0) + (1 - beta1) * g
    s["v"] = beta2 * s.get("v", 0.0) + (1 - beta2) * g * g


def adam(p, g, s, t, lr, beta1, beta2, eps):
    moments(g, s, beta1, beta2)
    return p - lr * (s["m"] / (1 - beta1**t)) / (sqrt(s["v"] / (1 - beta2**t)) + eps)


def adamw(p, g, s, t, lr, beta1, beta2, eps, weight_decay):
    return adam(p * (1 - lr * weight_decay), g, s, t, lr, beta1, beta2, eps)


def rmsprop(p, g, s, t, lr, eps, alpha=0.99):
    s["v"] = alpha * s.get("v", 0.0) + (1 - alpha) * g * g
    return p - lr * g / (sqrt(s["v"]) + eps)


def adagrad(p, g, s, t, lr, eps, weight_decay=0.0):
    g += weight_decay * p
    s["v"] = s.get("v", 0.0) + g * g
    return p - lr * g / (sqrt(s["v"]) + eps)


def nadam(p, g, s, t, lr, beta1, beta2, eps, weight_decay=0.0, momentum_decay=0.004):
    g += weight_decay * p
    moments(g, s, beta1, beta2)
    mu, following = (beta1 * (1 - 0.5 * 0.96 ** (i * momentum_decay)) for i in (t, t + 1))
    s["product"] = s.get("product", 1.0) * mu
    root = sqrt(s["v"] / (1 - beta2**t)) + eps
    p -= lr * (1 - mu) / (1 - s["product"]) * g / root
    return p - lr * following / (1 - s["product"] * following) * s["m"] / root


def lion(p, g, s, t, lr, beta1, beta2, weight_decay=0.0):
    mix = beta1 * s.get("m", 0.0) + (1 - beta1) * g
    s["m"] = beta2 * s.get("m", 0.0) + (1 - beta2) * g
    return p - lr * ((mix > 0) - (mix < 0) + weight_decay * p)


def rprop(p, g, s, t, lr):
    product = g * s.get("g", 0.0)
    factor = 1.2 if product > 0 else 0.5 if product < 0 else 1.0
    s["step"] = min(max(s.get("step", lr) * factor, 1e-6), 50.0)
    s["g"] = 0.0 if product < 0 else g
    return p - s["step"] * ((s["g"] > 0) - (s["g"] < 0))


RULES = {rule.__name__: rule for rule in (sgd, momentum, nesterov, adam, adamw, rmsprop, adagrad, nadam, lion, rprop)}


def trajectory(rule, hyper, p0, gradient):
    """The parameters after each of ten steps; `gradient(p, t)` with t from 0."""
    p, states, path = list(p0), [{} for _ in p0], []
    for t in range(10):
        g = gradient(p, t)
        p = [rule(x, y, s, t + 1, **hyper) for x, y, s in zip(p, g, states)]
        path.append(p)
    return path


def quadratic_gradient(p, t):
    return [sum(a * x for a, x in zip(row, p)) - b for row, b in zip(A, B)]


def torch_trajectory(name, hyper, p0, gradient):
    """The same by torch.optim; None where it has no such optimizer."""
    import torch

    # NAdam keeps its product of momenta in the default type, which is float32 otherwise.
    torch.set_default_dtype(torch.float64)
    kinds = {
        "sgd": torch.optim.SGD, "momentum": torch.optim.SGD, "nesterov": torch.optim.SGD, "adam": torch.optim.Adam,
        "adamw": torch.optim.AdamW, "rmsprop": torch.optim.RMSprop, "adagrad": torch.optim.Adagrad,
        "nadam": torch.optim.NAdam, "rprop": torch.optim.Rprop,
    }
    if name not in kinds:
        return None
    options = {k: v for k, v in hyper.items() if k not in ("beta1", "beta2")}
    if "beta1" in hyper:
        options["betas"] = (hyper["beta1"], hyper["beta2"])
    if name == "nesterov":
        options["nesterov"] = True
    p = torch.nn.Parameter(torch.tensor(p0, dtype=torch.float64))
    optimizer = kinds[name]([p], **options)
    path = []
    for t in range(10):
        p.grad = torch.tensor(gradient(p.tolist(), t), dtype=torch.float64)
        optimizer.step()
        path.append(p.tolist())
    return path


def main():
    fixed = lambda p, t: GRADIENTS[t]
    runs = {"fixed": {}, "quadratic": {}}
    for name, (along, on_quadratic) in HYPER.items():
        for kind, hyper, p0, gradient in (
            ("fixed", along, P0, fixed), ("quadratic", on_quadratic, QUADRATIC_P0, quadratic_gradient)
        ):
            path = trajectory(RULES[name], hyper, p0, gradient)
            runs[kind][name] = {"hyper": hyper, "params_after_step": path}
            if "--torch" in sys.argv[1:]:
                other = torch_trajectory(name, hyper, p0, gradient)
                if other is None:
                    print(f"{name}, {kind}: not in torch.optim")
                    continue
                worst = max(abs(x - y) for row, theirs in zip(path, other) for x, y in zip(row, theirs))
                print(f"{name}, {kind}: differs from torch.optim by {worst:.1e}")
                if worst > 1e-14:
                    sys.exit(1)
    reference = {
        "p0": P0, "gradients": GRADIENTS, "fixed_gradients": runs["fixed"],
        "quadratic": {"A": A, "b": B, "p0": QUADRATIC_P0, "runs": runs["quadratic"]},
    }
    FILE.write_text(json.dumps(reference, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
