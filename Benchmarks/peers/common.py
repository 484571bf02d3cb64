"""Common parts of the peers: options, threads, MNIST, initial weights, the clock and the result line.

Import this module before NumPy or a framework: numerical libraries read their thread counts when they load.
"""

import argparse
import gzip
import json
import os
import sys
import time
from pathlib import Path


def parse_options():
    parser = argparse.ArgumentParser(description="Trains a multilayer perceptron on MNIST and prints one line of JSON.")
    parser.add_argument("--data", default=os.environ.get("DESCENT_MNIST", "Data/mnist"), help="folder of MNIST's IDX files")
    parser.add_argument("--hidden", default="128", help="widths of the hidden layers, comma-separated")
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--optimizer", choices=["sgd", "adam"], default="sgd")
    parser.add_argument("--learning-rate", type=float, help="default 0.1 for sgd, 0.001 for adam")
    parser.add_argument("--schedule", choices=["constant", "cosine"], default="constant", help="of the learning rate, step by step; cosine ends at 0")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--curve", action="store_true", help="evaluate after every epoch, which is not timed: test_accuracies")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--precision", choices=["float32", "bfloat16"], default="float32", help="of the operands of matrix products; bfloat16 for JAX and PyTorch")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--ranks", type=int, default=1, help="processes that train one network, of ddp_peer.py; --threads is then that of each")
    options = parser.parse_args()
    options.hidden = [int(width) for width in options.hidden.split(",")]
    if options.learning_rate is None:
        options.learning_rate = {"sgd": 0.1, "adam": 0.001}[options.optimizer]
    return options


def limit_threads(count, ranks):
    """Gives each of `ranks` processes `count` threads to compute with, and all together as many processors where there are more."""
    for name in ["OMP", "OPENBLAS", "MKL", "TF"]:
        suffix = "INTRAOP_THREADS" if name == "TF" else "THREADS"
        os.environ[f"{name}_NUM_{suffix}"] = str(count)
    # XLA has no option of its own: it makes as many threads as the process has processors.
    processors = sorted(os.sched_getaffinity(0))
    if count * ranks < len(processors):
        os.sched_setaffinity(0, processors[: count * ranks])


options = parse_options()
limit_threads(options.threads, options.ranks)

import numpy as np  # noqa: E402 (after the thread counts)


def read_idx(folder, name, dimensions):
    """One IDX file of unsigned bytes, plain or .gz, as an array; a plain file wins."""
    plain = Path(folder) / name
    packed = plain.with_name(name + ".gz")
    if plain.exists():
        data = plain.read_bytes()
    elif packed.exists():
        data = gzip.decompress(packed.read_bytes())
    else:
        sys.exit(f"{plain}: not found, nor with .gz; give MNIST's folder with --data or DESCENT_MNIST")
    header = 4 + 4 * dimensions
    shape = np.frombuffer(data, ">u4", dimensions, 4)
    if data[:4] != bytes([0, 0, 8, dimensions]) or len(data) != header + int(np.prod(shape)):
        sys.exit(f"{plain}: not an IDX file of {dimensions} dimensions of bytes, or cut short")
    return np.frombuffer(data, np.uint8, offset=header).reshape(shape)


def mnist():
    """Training images [60000 × 784] in [0, 1], their labels [60000], and the same for the test split [10000 × 784]."""
    splits = []
    for prefix in ["train", "t10k"]:
        images = read_idx(options.data, f"{prefix}-images-idx3-ubyte", 3)
        labels = read_idx(options.data, f"{prefix}-labels-idx1-ubyte", 1)
        splits.append(np.multiply(images.reshape(len(images), -1), np.float32(1 / 255), dtype=np.float32))
        splits.append(labels.astype(np.int32))
    return splits


def initial_weights(inputs=784, classes=10):
    """A list of (weight [inputs × outputs], bias [outputs]) as descent draws them: He normal for the ReLU layers, Glorot uniform
    for the softmax layer, zero biases. Every peer starts from the same numbers for the same seed."""
    random = np.random.default_rng(options.seed)
    widths = [inputs, *options.hidden, classes]
    layers = []
    for fan_in, fan_out in zip(widths, widths[1:]):
        if len(layers) < len(options.hidden):
            weight = random.standard_normal((fan_in, fan_out)) * np.sqrt(2 / fan_in)
        else:
            bound = np.sqrt(6 / (fan_in + fan_out))
            weight = random.uniform(-bound, bound, (fan_in, fan_out))
        layers.append((weight.astype(np.float32), np.zeros(fan_out, np.float32)))
    return layers


def steps_per_epoch(samples):
    """The smaller rest of an epoch is a step, too."""
    return -(-samples // options.batch_size)


def learning_rate(step, steps):
    """That of a step, from 0, of a run of so many."""
    if options.schedule == "constant":
        return options.learning_rate
    return options.learning_rate * 0.5 * (1 + np.cos(np.pi * step / steps))


# The classes predicted for the test split after each epoch, with --curve.
predictions = []


def time_epochs(run_epoch, predict=None):
    """Seconds of each call of `run_epoch`, which returns when the epoch's last update is done. `predict` returns the classes of the test split."""
    seconds = []
    for _ in range(options.epochs):
        start = time.perf_counter()
        run_epoch()
        seconds.append(time.perf_counter() - start)
        if options.curve and predict is not None:
            predictions.append(np.asarray(predict()))
    return seconds


def peak_memory_kb():
    """The largest resident set of this process so far (not of the one that started it, as getrusage would count)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    return None


def report(peer, version, epoch_seconds, predicted, labels):
    """Prints the result: `predicted` and `labels` are the classes of the test split."""
    print(
        json.dumps(
            {
                "peer": peer,
                "version": version,
                "epoch_seconds": [round(seconds, 6) for seconds in epoch_seconds],
                "test_accuracy": float(np.mean(np.asarray(predicted) == labels)),
                "test_accuracies": [float(np.mean(classes == labels)) for classes in predictions],
                "threads": options.threads,
                "peak_memory_kb": peak_memory_kb(),
            }
        )
    )
