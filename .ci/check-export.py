#!/usr/bin/env python3
"""Exported models against `descent predict`: ONNX under onnxruntime and its checker, npz by NumPy, the Python file by PyTorch if it is
installed. All activations, all outputs, with and without preprocessing, for tables and for images, also resampled ones.

    .ci/check-export.py DESCENT FOLDER
"""
import csv
import importlib.util
import io
import json
import math
import os
import struct
import subprocess
import sys

import numpy
import onnx
import onnxruntime

descent, folder = sys.argv[1:3]
torch = importlib.util.find_spec("torch") is not None
os.makedirs(folder, exist_ok=True)


def run(*words):
    done = subprocess.run([descent, *words], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"descent {' '.join(words)}: status {done.returncode}: {done.stderr}")
    return done.stdout


def path(name):
    return os.path.join(folder, name)


def activations_of_help():
    """The values of --activation, from its text in the help: all of ACTIVATIONS but softmax, which is for outputs."""
    words = " ".join(run("help", "train").split("--activation ")[1].split("--output ")[0].split())
    names = words.split(" out of ")[1].split(";")[0].split(", ")
    if set(names) != set(ACTIVATIONS) - {"softmax"}:
        sys.exit(f"the help has the activations {names}, this check {list(ACTIVATIONS)}")
    return names


erf = numpy.vectorize(math.erf)
ACTIVATIONS = {
    "relu": lambda z: numpy.maximum(z, 0),
    "leaky-relu": lambda z: numpy.where(z > 0, z, 0.01 * z),
    "sigmoid": lambda z: 1 / (1 + numpy.exp(-z)),
    "tanh": numpy.tanh,
    "identity": lambda z: z,
    "softmax": lambda z: (e := numpy.exp(z - z.max(1, keepdims=True))) / e.sum(1, keepdims=True),
    "elu": lambda z: numpy.where(z > 0, z, numpy.expm1(numpy.minimum(z, 0))),
    "gelu": lambda z: 0.5 * z * (1 + erf(z / math.sqrt(2))),
    "gelu-tanh": lambda z: 0.5 * z * (1 + numpy.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3))),
    "silu": lambda z: z / (1 + numpy.exp(-z)),
    "softplus": lambda z: numpy.logaddexp(0, z),
    "scaled-tanh": lambda z: 1.7159 * numpy.tanh(2 * z / 3),
}


def by_numpy(file, features):
    """The loader of the README."""
    model = numpy.load(file)
    x = features.astype(float)
    if "input.fill" in model:
        x = numpy.where(numpy.isnan(x), model["input.fill"], x)
    if "resize.matrix" in model:
        matrix = model["resize.matrix"]
        side = matrix.shape[1]
        x = (matrix @ x.reshape(-1, side, side) @ matrix.T).reshape(len(x), -1).astype("f4").astype(float)
    if "transpose" in model:
        side = int(model["transpose"])
        x = x.reshape(-1, side, side).transpose(0, 2, 1).reshape(len(x), -1)
    x = x / model["scale"]
    if "input.mean" in model:
        x = (x - model["input.mean"]) / model["input.deviation"]
    for layer, name in enumerate(model["activations"]):
        x = x @ model[f"layers.{layer}.weight"].T.astype(float)
        if f"layers.{layer}.bias" in model:
            x = x + model[f"layers.{layer}.bias"]
        x = ACTIVATIONS[str(name)](x)
    return x


def by_torch(file, features):
    import torch

    specification = importlib.util.spec_from_file_location("exported", file)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    with torch.no_grad():
        return module.model(torch.from_numpy(features)).numpy()


def predictions(model, *source):
    rows = list(csv.reader(io.StringIO(run("predict", model, "--quiet", *source, "--format", "csv"))))
    first = 2 if rows[0][1] == "label" else 1
    outputs = numpy.array([[float(cell) for cell in row[first:]] for row in rows[1:]])
    return outputs


worst = {kind: 0.0 for kind in ["onnx", "npz", *(["torch"] if torch else [])]}
count = 0


def check(name, features, source, *options):
    model = path(name + ".safetensors")
    run("train", "--quiet", "--epochs", "2", "--save", model, *source, *options)
    check_model(name, features, source)


def check_model(name, features, source):
    """Exports a model file, and compares its outputs for the features with the predictions for the source."""
    global count
    model = path(name + ".safetensors")
    # Only training draws a split: predictions are of all samples.
    sure = predictions(model, *source)
    results = {}
    for kind, ending in [("onnx", ".onnx"), ("npz", ".npz"), ("torch", ".py")]:
        run("export", model, "--to", kind, "--output", path(name + ending))
    if callable(features):
        features = features(numpy.load(path(name + ".npz"))["features"])
    graph = onnx.load(path(name + ".onnx"))
    onnx.checker.check_model(graph, full_check=True)
    if graph.ir_version != 8 or graph.opset_import[0].version != 13:
        sys.exit(f"{name}: ir {graph.ir_version}, operators {graph.opset_import[0].version}; expected 8 and 13")
    session = onnxruntime.InferenceSession(path(name + ".onnx"), providers=["CPUExecutionProvider"])
    results["onnx"] = session.run(["output"], {"input": features})[0]
    results["npz"] = by_numpy(path(name + ".npz"), features)
    if torch:
        results["torch"] = by_torch(path(name + ".py"), features)
    for kind, outputs in results.items():
        # For one output unit, the probabilities of both classes are printed.
        if outputs.shape[1] == 1 and sure.shape[1] == 2:
            outputs = numpy.hstack([1 - outputs, outputs])
        difference = numpy.abs(outputs - sure).max() / max(1, numpy.abs(sure).max())
        worst[kind] = max(worst[kind], difference)
        if not difference <= 1e-6:
            sys.exit(f"{name}: {kind} and 'descent predict' differ by {difference}")
    count += 1


random = numpy.random.default_rng(1)
classes = random.integers(0, 3, 240)
features = (random.normal(size=(240, 5)) * [1, 10, 0.1, 1, 100] + classes[:, None] * [1, 5, 0.1, 0, 0]).astype("f4")
numpy.savez(path("classes.npz"), X=features, y=classes)
numpy.savez(path("pairs.npz"), X=features, y=classes % 2)
values = (features @ random.normal(size=(5, 2)) * [0.01, 0.02] + 3).astype("f4")
numpy.savez(path("values.npz"), X=features, y=values)
numpy.savez(path("probabilities.npz"), X=features, y=1 / (1 + numpy.exp(-values)))
pixels = random.integers(0, 256, (120, 6, 6)).astype("u1")
numpy.savez(path("pixels.npz"), X=pixels, y=classes[:120])
flat = pixels.reshape(120, 36).astype("f4")

data = ["--data", path("classes.npz")]
for hidden in activations_of_help():
    check(f"hidden-{hidden}", features, data, "--hidden", "7,4", "--activation", hidden, "--standardize")
for output in ["softmax", "sigmoid", "tanh", "identity"]:
    check(f"output-{output}", features, data, "--hidden", "6", "--output", output, "--standardize")
for name, options in [
    ("plain", ["--learning-rate", "1e-5"]),
    ("scaled", ["--scale", "100"]),
    ("both", ["--scale", "7", "--standardize"]),
    ("no-bias", ["--no-bias", "--standardize"]),
    ("no-hidden", ["--hidden", "none", "--standardize"]),
]:
    check(name, features, data, *options)
check("pair", features, ["--data", path("pairs.npz")], "--output", "sigmoid", "--standardize")
check("regression", features, ["--data", path("values.npz"), "--targets", "2"], "--output", "identity", "--standardize")
far = features + numpy.float32(1e6)
numpy.savez(path("far.npz"), X=far, y=classes)
check("far", far, ["--data", path("far.npz")], "--standardize")
check("multi-label", features, ["--data", path("probabilities.npz"), "--targets", "2"], "--output", "sigmoid", "--standardize")
check("images", flat, ["--data", path("pixels.npz")])
check("images-standardized", flat, ["--data", path("pixels.npz")], "--standardize")
check("images-transposed", flat, ["--data", path("pixels.npz")], "--transpose")
# Inputs are the source's images, whether they become smaller, larger, or keep their size.
for side in [4, 6, 9]:
    check(f"images-resized-{side}", flat, ["--data", path("pixels.npz")], "--resize", str(side))
resized = ["--resize", "4", "--transpose", "--standardize"]
check("images-resized-transposed", flat, ["--data", path("pixels.npz")], *resized)


def remove_metadata(source, name, target):
    """Writes a model file without one text of its metadata."""
    with open(source, "rb") as file:
        size = struct.unpack("<Q", file.read(8))[0]
        header = json.loads(file.read(size))
        numbers = file.read()
    del header["__metadata__"][name]
    text = json.dumps(header).encode()
    with open(target, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + numbers)


# A model file of an older version lacks the size of the source's images: inputs are resampled images, row by row.
older = path("images-resized-older.safetensors")
remove_metadata(path("images-resized-transposed.safetensors"), "source_side", older)
matrix = numpy.load(path("images-resized-transposed.npz"))["resize.matrix"]
small = (matrix @ pixels.astype(float) @ matrix.T).reshape(120, -1).astype("f4")
check_model("images-resized-older", small, ["--data", path("pixels.npz")])
archive = numpy.load(path("images-resized-older.npz"))
properties = {entry.key: entry.value for entry in onnx.load(path("images-resized-older.onnx")).metadata_props}
if int(archive["resize"]) != 4 or "resize.matrix" in archive or properties.get("resize") != "4":
    sys.exit(f"images-resized-older: resize is {archive['resize']}, in the ONNX file {properties}")
# A table of pixels with a missing one, which is filled before images are resampled.
cells = pixels.reshape(120, 36).astype("f4")
cells[5, 7] = numpy.nan
with open(path("pixels.csv"), "w") as file:
    file.write(",".join([f"pixel{i}" for i in range(36)] + ["kind"]) + "\n")
    for row, kind in zip(cells, classes):
        file.write(",".join(["" if numpy.isnan(cell) else str(int(cell)) for cell in row] + ["abc"[kind]]) + "\n")
check("table-resized", cells, ["--data", path("pixels.csv"), "--label", "kind"], "--resize", "4", "--missing", "mean")
check("threshold", features, ["--data", path("pairs.npz")], "--output", "sigmoid", "--standardize", "--threshold", "0.3")
properties = {entry.key: entry.value for entry in onnx.load(path("threshold.onnx")).metadata_props}
if float(properties["threshold"]) != 0.3 or numpy.load(path("threshold.npz"))["threshold"] != 0.3:
    sys.exit(f"threshold: another one, in the ONNX file {properties}")
rows = [
    (
        ["red", "green", "blue", ""][random.integers(0, 4)],
        f"{age:.2f}" if age > 25 else "",
        str(size),
        # Large with small differences, in multiples of 128, which are floats; its mean is none.
        str(1_700_000_000 + 128 * size) if age < 55 else "",
        "ab"[int(age + size > 50)],
    )
    for age, size in zip(random.normal(40, 15, 200), random.integers(0, 30, 200))
]
with open(path("mixed.csv"), "w") as file:
    file.writelines(",".join(row) + "\n" for row in [("color", "age", "size", "time", "kind"), *rows])


def mixed(names):
    """The inputs that a file names: of a text column one for each level. Missing numbers are NaN."""
    columns = {name: list(cells) for name, cells in zip(["color", "age", "size", "time"], zip(*rows))}
    inputs = []
    for name in names:
        column, _, level = name.partition(" = ")
        inputs.append([cell == level if level else float(cell or "nan") for cell in columns[column]])
    return numpy.array(inputs, "f4").T


for fill in ["mean", "median"]:
    check(f"mixed-{fill}", mixed, ["--data", path("mixed.csv"), "--label", "kind"], "--missing", fill)
    properties = {entry.key: json.loads(entry.value) for entry in onnx.load(path(f"mixed-{fill}.onnx")).metadata_props}
    archive = numpy.load(path(f"mixed-{fill}.npz"))
    if properties["features"] != list(archive["features"]) or properties["fill"] != list(archive["input.fill"]):
        sys.exit(f"mixed-{fill}: other inputs in the ONNX file, {properties}")
run("train", "--quiet", "--epochs", "1", *data, "--standardize", "--save", path("saved.onnx"))
onnx.checker.check_model(onnx.load(path("saved.onnx")), full_check=True)


def readme_loader():
    """The README's lines for .npz are executed as they stand, beside the file that they name."""
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "README.md")) as file:
        blocks = [block.split("```")[0] for block in file.read().split("```python\n")[1:]]
    (lines,) = [block for block in blocks if "numpy.load(" in block]
    for name, source, pixels, options in [
        ("plain", "pixels.npz", flat, []),
        ("standardized", "pixels.npz", flat, ["--standardize", "--hidden", "7,5"]),
        ("features", "classes.npz", features, ["--standardize", "--no-bias"]),
    ]:
        model = path(f"readme-{name}.safetensors")
        run("train", "--quiet", "--epochs", "2", "--data", path(source), "--save", model, *options)
        run("export", model, "--to", "npz", "--output", path("digits.npz"))
        sure = predictions(model, "--data", path(source))
        names = {"pixels": pixels.astype(float)}
        before = os.getcwd()
        os.chdir(folder)
        exec(lines, names)
        os.chdir(before)
        difference = numpy.abs(ACTIVATIONS["softmax"](names["x"]) - sure).max()
        if not difference <= 1e-6:
            sys.exit(f"README's loader, {name}: it and 'descent predict' differ by {difference}")


readme_loader()
print(f"{count} models; the greatest differences: " + ", ".join(f"{k} {v:.1e}" for k, v in worst.items()) + ("" if torch else " (no torch)"))
