#!/usr/bin/env python3
"""Trains the same network with descent and with every peer, in turns, and compares seconds an epoch, accuracy and peak memory.

With --ranks R, processes that train one network together: descent under mpirun, descent in one process with as many workers in all, and PyTorch's
DistributedDataParallel.

The peers live in a virtual environment, `.build-peers` in the project's folder, made here from the pinned requirements.txt.
Fails when a peer cannot be installed or run (naming it), or when the test accuracies do not agree.
"""

import argparse
import datetime
import json
import os
import platform
import shlex
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
ENVIRONMENT = ROOT / ".build-peers"

# The script of each peer and the packages it needs; requirements.txt holds their versions, and those of what they need in turn.
PEERS = {
    "numpy": ("numpy_peer.py", ["numpy"]),
    "scikit-learn": ("sklearn_peer.py", ["numpy", "scikit-learn"]),
    "jax": ("jax_peer.py", ["numpy", "jax", "jaxlib"]),
    "pytorch": ("torch_peer.py", ["numpy", "torch"]),
    "keras": ("keras_peer.py", ["numpy", "keras", "tensorflow-cpu"]),
}
# Those with matrix products in bfloat16.
BFLOAT16_PEERS = ["jax", "pytorch"]
# Peers of several processes.
RANK_PEERS = {"pytorch-ddp": ("ddp_peer.py", ["numpy", "torch"])}


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--descent", default=ROOT / ".build/release/descent", type=Path, metavar="PATH", help="the executable")
    parser.add_argument("--data", default=os.environ.get("DESCENT_MNIST", ROOT / "Data/mnist"), type=Path, help="MNIST's folder")
    parser.add_argument("--only", help=f"comma-separated: descent,{','.join(PEERS)}; with --ranks: descent,{','.join(RANK_PEERS)}")
    parser.add_argument(
        "--variant",
        action="append",
        default=[],
        metavar="NAME=OPTIONS",
        help="one more line of descent with these options, such as 'partial=--gradients partial'",
    )
    parser.add_argument("--rounds", type=int, default=3, help="processes of each, started in turns; round r uses seed r")
    parser.add_argument("--hidden", default="128", help="widths of the hidden layers, comma-separated")
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--optimizer", choices=["sgd", "adam"], default="sgd")
    parser.add_argument("--learning-rate", type=float, help="default 0.1 for sgd, 0.001 for adam")
    parser.add_argument("--schedule", choices=["constant", "cosine"], default="constant", help="of the learning rate; scikit-learn's is always constant")
    parser.add_argument(
        "--curves", type=Path, metavar="FILE", help="test accuracy after each epoch against training seconds, as JSON Lines for 'descent reproduce --peers'"
    )
    parser.add_argument("--precision", choices=["float32", "bfloat16"], default="float32", help=f"bfloat16: descent, {', '.join(BFLOAT16_PEERS)}")
    parser.add_argument("--epochs", type=int, default=5, help="the first of several warms up and is not counted")
    parser.add_argument("--threads", type=int, help="of every peer, or of each of its ranks; workers of descent. Default: all cores, divided among ranks")
    parser.add_argument("--ranks", type=int, default=1, help="processes that train one network")
    parser.add_argument(
        "--launcher", default="mpirun --bind-to none", metavar="COMMAND", help="starts descent's ranks, with -n RANKS after it; default: '%(default)s'"
    )
    parser.add_argument("--band", type=float, default=0.006, help="largest distance of a mean test accuracy from the median of all")
    parser.add_argument("--output", type=Path, default=ENVIRONMENT / "latest.json", help="the results as JSON")
    options = parser.parse_args()
    if options.learning_rate is None:
        options.learning_rate = {"sgd": 0.1, "adam": 0.001}[options.optimizer]
    if options.threads is None:
        options.threads = max(1, len(os.sched_getaffinity(0)) // max(options.ranks, 1))
    for name in ["rounds", "epochs", "threads", "ranks", "batch_size"]:
        if getattr(options, name) < 1:
            parser.error(f"--{name.replace('_', '-')} must be at least 1")
    if options.curves and (options.ranks > 1 or options.only == "descent"):
        parser.error("--curves is for peers of one process")
    if options.precision == "bfloat16" and options.ranks > 1:
        parser.error("--precision bfloat16 is for one process")
    return options


def install(peer):
    """Installs the packages of a peer, unless the stamp of an earlier run shows the same requirements."""
    requirements = HERE / "requirements.txt"
    stamp = ENVIRONMENT / f"installed-{peer}"
    if stamp.exists() and stamp.read_text() == requirements.read_text():
        return
    print(f"installing {peer} …", file=sys.stderr, flush=True)
    python = ENVIRONMENT / "bin/python"
    if not python.exists():
        run_or_stop([sys.executable, "-m", "venv", ENVIRONMENT], "the virtual environment could not be made")
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"]
    run_or_stop([*command, "--constraint", requirements, *(PEERS | RANK_PEERS)[peer][1]], f"peer {peer} could not be installed")
    stamp.write_text(requirements.read_text())


def run_or_stop(command, failure):
    """Runs a command to its end; gives its standard output, or ends the run with what it said."""
    done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{failure}: {shlex.join(map(str, command))} ended with {done.returncode}\n{done.stderr[-3000:]}")
    return done.stdout


def common_arguments(options, seed, besides=()):
    """Those that every runner has, unless it has its own."""
    names = ["data", "hidden", "batch_size", "optimizer", "learning_rate", "epochs", "precision", "schedule"]
    pairs = [(f"--{name.replace('_', '-')}", str(getattr(options, name))) for name in names]
    return [word for pair in pairs if pair[0] not in besides for word in pair] + ["--seed", str(seed)]


def run_peer(peer, options, seed):
    script = (PEERS | RANK_PEERS)[peer][0]
    command = [ENVIRONMENT / "bin/python", HERE / script, *common_arguments(options, seed), "--threads", options.threads, "--ranks", options.ranks]
    if options.curves:
        command.append("--curve")
    return json.loads(run_or_stop(command, f"peer {peer} failed").splitlines()[-1])


def run_descent(name, extra, options, seed, workers, launcher=()):
    """Trains with descent; the epochs' seconds are those of its metrics, which leave evaluation out. Memory is that of the largest process."""
    with tempfile.TemporaryDirectory() as folder:
        metrics = Path(folder) / "metrics.jsonl"
        command = [*launcher, options.descent, "train", *common_arguments(options, seed, besides=extra), "--workers", workers]
        command += ["--quiet", "--metrics", metrics, *extra]
        with open(Path(folder) / "messages", "w+") as messages:
            process = subprocess.Popen(
                [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=messages, stderr=messages
            )
            # ru_maxrss counts from before the exec too, but this runner is smaller than any training run.
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode != 0:
                messages.seek(0)
                sys.exit(f"{name} failed: {shlex.join(map(str, command))} ended with {process.returncode}\n{messages.read()}")
        if not metrics.exists():
            sys.exit(f"{name} wrote no metrics: {shlex.join(map(str, command))}")
        events = [json.loads(line) for line in metrics.read_text().splitlines()]
    return {
        "peer": name,
        "version": run_or_stop([options.descent, "--version"], "descent failed").strip(),
        "epoch_seconds": [event["seconds"] for event in events if event["event"] == "epoch"],
        "test_accuracy": events[-1]["test_accuracy"],
        "test_accuracies": [event["test_accuracy"] for event in events if event["event"] == "epoch"],
        "threads": workers,
        "peak_memory_kb": usage.ru_maxrss,
    }


def chosen_runners(options):
    """The programs that take turns: a name and a function of the seed for each."""
    peers = PEERS if options.ranks == 1 else RANK_PEERS
    if options.precision == "bfloat16":
        peers = {name: peers[name] for name in BFLOAT16_PEERS}
    chosen = options.only.split(",") if options.only else ["descent", *peers]
    unknown = [name for name in chosen if name != "descent" and name not in peers]
    if unknown:
        sys.exit(f"--only {options.only}: no peer {unknown[0]}; with --ranks {options.ranks} --precision {options.precision} there are descent, {', '.join(peers)}")
    runners = {}
    if "descent" in chosen:
        if not os.access(options.descent, os.X_OK):
            sys.exit(f"{options.descent}: no such executable; build it with `swift build -c release`, or name it with --descent")
        launcher = [*shlex.split(options.launcher), "-n", options.ranks] if options.ranks > 1 else []
        variants = dict(variant.partition("=")[::2] for variant in options.variant)
        for name, extra in {"descent": "", **{f"descent {name}": extra for name, extra in variants.items()}}.items():
            runners[name] = lambda seed, name=name, extra=shlex.split(extra): run_descent(name, extra, options, seed, options.threads, launcher)
        if launcher:
            runners["descent, one process"] = lambda seed: run_descent("descent, one process", [], options, seed, options.threads * options.ranks)
    for peer in chosen:
        if peer in peers:
            install(peer)
            runners[peer] = lambda seed, peer=peer: run_peer(peer, options, seed)
    return runners


def run_rounds(runners, options):
    """The results of every runner, a list each. Every round starts with another one, so that none always runs after the same."""
    results = {name: [] for name in runners}
    names = list(runners)
    for round in range(options.rounds):
        shift = round % len(names)
        for name in names[shift:] + names[:shift]:
            print(f"round {round + 1} of {options.rounds}: {name}", file=sys.stderr, flush=True)
            result = runners[name](round + 1)
            if len(result["epoch_seconds"]) != options.epochs:
                sys.exit(f"{name} ran {len(result['epoch_seconds'])} epochs, not the {options.epochs} asked for")
            results[name].append(result)
    return results


def summarize(name, runs):
    # Every process warms up in its first epoch: compilation, tracing, thread pools, pages touched for the first time.
    counted = [seconds for run in runs for seconds in (run["epoch_seconds"][1:] or run["epoch_seconds"])]
    return {
        "name": name,
        "version": runs[0]["version"],
        "median_epoch_seconds": statistics.median(counted),
        "fastest_epoch_seconds": min(counted),
        "slowest_epoch_seconds": max(counted),
        "test_accuracy": statistics.mean(run["test_accuracy"] for run in runs),
        "peak_memory_kb": max(run["peak_memory_kb"] for run in runs),
        "runs": runs,
    }


def write_curves(path, summaries):
    """A row for each epoch of each runner: means over rounds. The seconds are those of training from its start on, warming up included."""
    with open(path, "w") as file:
        for summary in summaries:
            if summary["name"].startswith("descent"):
                continue
            runs = summary["runs"]
            for epoch in range(len(runs[0]["epoch_seconds"])):
                row = {
                    "peer": summary["name"],
                    "version": summary["version"],
                    "epoch": epoch + 1,
                    "seconds": round(statistics.mean(sum(run["epoch_seconds"][: epoch + 1]) for run in runs), 6),
                    "test_accuracy": round(statistics.mean(run["test_accuracies"][epoch] for run in runs), 6),
                }
                file.write(json.dumps(row) + "\n")


def print_table(summaries, base):
    print(f"{'':22}{'s an epoch':>11}{'fastest':>9}{'slowest':>9}{'times ' + base['name']:>15}{'accuracy':>10}{'peak MB':>9}  version")
    for summary in summaries:
        ratio = summary["median_epoch_seconds"] / base["median_epoch_seconds"]
        print(
            f"{summary['name']:22}{summary['median_epoch_seconds']:11.4f}{summary['fastest_epoch_seconds']:9.4f}"
            f"{summary['slowest_epoch_seconds']:9.4f}{ratio:15.2f}{summary['test_accuracy']:10.4f}"
            f"{summary['peak_memory_kb'] / 1024:9.0f}  {summary['version']}"
        )


def machine():
    models = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return {
        "processor": models[0].partition(":")[2].strip() if models else platform.processor(),
        "cores": len(os.sched_getaffinity(0)),
        "system": platform.platform(),
        "load_average_before": os.getloadavg()[0],
    }


def main():
    options = parse_options()
    before = machine()
    if before["load_average_before"] > 0.5:
        # Measured beside compilers on two cores: PyTorch 9 to 60 s an epoch instead of 0.33, NumPy 1.6 to 5 instead of 0.25.
        print(
            f"warning: load average {before['load_average_before']:.1f}; where threads spin at barriers, a busy machine costs tenfold",
            file=sys.stderr,
        )
    runners = chosen_runners(options)
    # Where there are more processors than threads, all are held to the same ones: XLA takes a thread for each it may use.
    processors = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, processors[: options.threads * options.ranks])

    summaries = [summarize(name, runs) for name, runs in run_rounds(runners, options).items()]
    middle = statistics.median(summary["test_accuracy"] for summary in summaries)
    astray = [summary for summary in summaries if not abs(summary["test_accuracy"] - middle) <= options.band]
    base = next((summary for summary in summaries if summary["name"] == "descent"), summaries[0])
    print_table(summaries, base)
    if options.curves:
        write_curves(options.curves, summaries)
    settings = {name: str(value) if isinstance(value, Path) else value for name, value in vars(options).items()}
    record = {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "machine": before,
        "options": settings,
        "accuracies_agree": not astray,
        "results": summaries,
    }
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(record, indent=1) + "\n")
    for summary in astray:
        print(
            f"{summary['name']}: mean test accuracy {summary['test_accuracy']:.4f} is more than {options.band} "
            f"from the median of all, {middle:.4f}",
            file=sys.stderr,
        )
    sys.exit(1 if astray else 0)


main()
