#!/usr/bin/env python3
"""Two ranks of one worker on this machine: the exchange by transport, speed against one process, and averaged parameters over a slow network.

    Benchmarks/ranks.py exchange    `benchmarks exchange` over shared memory, TCP, and TCP between two network namespaces, unlimited and at 1 Gbit/s
    Benchmarks/ranks.py processes   an epoch of two ranks × 1 worker against one process × 2 workers
    Benchmarks/ranks.py averaging   an epoch with and without --average-every 64, over shared memory and at 1 Gbit/s
    Benchmarks/ranks.py versions    an epoch of --descent against one of --before, another build of descent, over shared memory, TCP, and at 1 Gbit/s

With --priority, the measured processes go before those of other sessions, for a machine that others use: Linux schedules by session (autogroup). What is
compared takes turns; figures are medians of epochs, the first of every run apart. It needs root (namespaces), iproute2, Debian's openmpi-bin and
mpich, and release builds of descent and benchmarks.
"""

import argparse
import datetime
import importlib.util
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
# Of a token bucket filter; the bucket holds two of the largest segments that the kernel hands to a link.
RATE = ["rate", "1gbit", "burst", "128kb", "latency", "50ms"]


def load_checks():
    """The launchers and the namespaces of the checks."""
    specification = importlib.util.spec_from_file_location("check_ranks", ROOT / ".ci/check-ranks.py")
    module = importlib.util.module_from_spec(specification)
    sys.dont_write_bytecode = True
    specification.loader.exec_module(module)
    return module


CHECKS = load_checks()
TCP = ["--mca", "btl", "self,tcp", "--mca", "pml", "ob1"]
PRIORITY = ["sh", "-c", 'echo -19 > /proc/self/autogroup; exec "$@"', "sh"]


class Hosts:
    """Two namespaces as hosts; `limited` is their link at 1 Gbit/s."""

    def __init__(self, folder, limited):
        self.spaces = CHECKS.Namespaces(pathlib.Path(folder))
        self.limited = limited

    def __enter__(self):
        if not self.spaces.make():
            self.spaces.remove()
            sys.exit("no right to make network namespaces: run as root, with iproute2 installed")
        for name, link in zip(self.spaces.names, self.spaces.links):
            if self.limited:
                subprocess.run(["ip", "netns", "exec", name, "tc", "qdisc", "add", "dev", link, "root", "tbf", *RATE], check=True)
        return self.spaces.command("Open MPI")

    def __exit__(self, *_):
        self.spaces.remove()


def run_exchange(options, folder):
    """Latency and bandwidth of each transport, from the times of all sizes."""
    open_mpi, mpich = [CHECKS.LAUNCHERS[name][0] for name in ["Open MPI", "MPICH"]]
    results = {}
    with Hosts(folder, False) as plain:
        for name, launcher in {"Open MPI, shared memory": open_mpi, "MPICH, shared memory": mpich, "Open MPI, TCP on one host": open_mpi + TCP,
                               "Open MPI, TCP between namespaces": plain}.items():
            results[name] = measure_exchange(launcher, options, folder)
    with Hosts(folder, True) as slow:
        results["Open MPI, TCP between namespaces at 1 Gbit/s"] = measure_exchange(slow, options, folder)
    sizes = [row["bytes_per_step"] for row in next(iter(results.values()))["rows"]]
    print(f"{'µs, by bytes per step':46}" + "".join(f"{size:>13,}" for size in sizes) + "   latency  bandwidth")
    for name, result in results.items():
        result["latency_seconds"], result["bytes_per_second"], error = fit(result["rows"])
        print(f"{name:46}" + "".join(f"{1e6 * row['seconds_median']:13.1f}" for row in result["rows"])
              + f"  {1e6 * result['latency_seconds']:6.1f} µs  {1e-9 * result['bytes_per_second']:.3f} GB/s  (error {100 * error:.0f} %)")
    return results


def run(launcher, words, options):
    command = [str(word) for word in [*launcher, *(PRIORITY if options.priority else []), *words]]
    # The session is a new one, so that the priority is that of this command alone.
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True)


def measure_exchange(launcher, options, folder):
    figures = pathlib.Path(folder) / "exchange.json"
    run([*launcher, "-n", "2"], [options.benchmarks, "exchange", "--json", figures], options)
    return json.loads(figures.read_text())["exchange"]


def fit(rows):
    """Seconds per step = 2 · latency + bytes / bandwidth, with the least relative squares; the latency is at least 0."""
    pairs = [(2 / row["seconds_median"], row["bytes_per_step"] / row["seconds_median"]) for row in rows]
    aa, ab, bb = (sum(x * y for x, y in products) for products in [
        [(a, a) for a, _ in pairs], pairs, [(b, b) for _, b in pairs]])
    a, b = (sum(pair[index] for pair in pairs) for index in (0, 1))
    determinant = aa * bb - ab * ab
    latency, per_byte = (a * bb - b * ab) / determinant, (b * aa - a * ab) / determinant
    if latency < 0:
        latency, per_byte = 0, b / bb
    error = statistics.mean((x * latency + y * per_byte - 1) ** 2 for x, y in pairs) ** 0.5
    return latency, 1 / per_byte, error


def train(launcher, words, options, folder, descent=None):
    """Seconds of the epochs but the first, and the test accuracy."""
    metrics = pathlib.Path(folder) / "metrics.jsonl"
    run(launcher, [descent or options.descent, "train", "--data", options.data, "--quiet", "--metrics", metrics, *words], options)
    events = [json.loads(line) for line in metrics.read_text().splitlines()]
    return [event["seconds"] for event in events if event["event"] == "epoch"][1:], events[-1]["test_accuracy"]


def take_turns(cases, options, folder):
    """Medians of `cases`, a launcher, words, and perhaps an executable each; every round begins with another one."""
    results = {name: {"seconds": []} for name in cases}
    names = list(cases)
    for number in range(options.rounds):
        shift = number % len(names)
        for name in names[shift:] + names[:shift]:
            launcher, words, *descent = cases[name]
            seconds, accuracy = train(launcher, words, options, folder, *descent)
            results[name]["seconds"] += seconds
            results[name]["test_accuracy"] = accuracy
    base = statistics.median(results[names[0]]["seconds"])
    for name, result in results.items():
        result["median"], (lower, _, upper) = statistics.median(result["seconds"]), statistics.quantiles(result["seconds"], n=4)
        print(f"  {name:44}{1e3 * result['median']:9.1f} ms  ({1e3 * lower:.1f}–{1e3 * upper:.1f}, least {1e3 * min(result['seconds']):.1f}, n = {len(result['seconds'])})"
              f"{base / result['median']:7.2f} of the speed of the first   accuracy {result['test_accuracy']:.4f}", flush=True)
    return results


def run_processes(options, folder):
    results = {}
    for hidden, batch, epochs in [("128", 256, 9), ("128", 1024, 11), ("800", 4096, 5)]:
        name = f"784-{hidden}-10, batch {batch}"
        words = ["--hidden", hidden, "--batch-size", batch, "--gradients", "partial", "--epochs", epochs]
        cases = {"one process × 2 workers": ([], [*words, "--workers", 2])}
        for library, (launcher, _) in CHECKS.LAUNCHERS.items():
            cases[f"2 ranks × 1, {library}, shared memory"] = ([*launcher, "-n", "2"], [*words, "--workers", 1])
        print(name)
        results[name] = take_turns(cases, options, folder)
    return results


def run_averaging(options, folder):
    words = ["--batch-size", 256, "--workers", 1, "--epochs", 6]
    averaged = [*words, "--average-every", 64]
    memory = [*CHECKS.LAUNCHERS["Open MPI"][0], "-n", "2"]
    with Hosts(folder, True) as slow:
        slow = [*slow, "-n", "2"]
        cases = {
            "--average-every 64, shared memory": (memory, averaged), "--average-every 64, 1 Gbit/s": (slow, averaged),
            "--average-every 8, 1 Gbit/s": (slow, [*words, "--average-every", 8]),
            "synchronous, shared memory": (memory, words), "synchronous, 1 Gbit/s": (slow, words),
        }
        print("784-128-10, batch 256")
        return {"784-128-10, batch 256": take_turns(cases, options, folder)}


def run_versions(options, folder):
    results = {}

    def compare(transport, launcher):
        for hidden, batch, optimizer, epochs in [
                ("128", 256, "sgd", 6), ("128", 1024, "sgd", 6), ("128", 256, "adam", 6), ("800", 1024, "sgd", 4), ("800", 1024, "adam", 4)]:
            name = f"784-{hidden}-10, batch {batch}, {optimizer}, {transport}"
            words = ["--hidden", hidden, "--batch-size", batch, "--optimizer", optimizer, "--workers", 1, "--gradients", "partial", "--epochs", epochs]
            print(name)
            results[name] = take_turns({title: ([*launcher, "-n", "2"], words, descent)
                                        for title, descent in [("before", options.before), ("after", options.descent)]}, options, folder)

    for limited in [False, True]:
        with Hosts(folder, limited) as launcher:
            compare("Open MPI, TCP between namespaces" + (" at 1 Gbit/s" if limited else ""), launcher)
    compare("Open MPI, shared memory", CHECKS.LAUNCHERS["Open MPI"][0])
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = {"exchange": run_exchange, "processes": run_processes, "averaging": run_averaging, "versions": run_versions}
    parser.add_argument("command", choices=commands)
    parser.add_argument("--descent", default=ROOT / ".build/release/descent", type=pathlib.Path)
    parser.add_argument("--before", type=pathlib.Path, help="of versions: the other executable")
    parser.add_argument("--benchmarks", default=ROOT / "Benchmarks/.build/release/benchmarks", type=pathlib.Path)
    parser.add_argument("--data", default=os.environ.get("DESCENT_MNIST", ROOT / "Data/mnist"), help="MNIST's folder")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--priority", action="store_true", help="needs CONFIG_SCHED_AUTOGROUP")
    parser.add_argument("--output", type=pathlib.Path, help="a file for all figures as JSON")
    options = parser.parse_args()
    processor = [line.partition(":")[2].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                 if line.startswith(("model name", "cpu family", "model\t"))][:3]
    machine = {"processor": processor, "cores": len(os.sched_getaffinity(0)), "load_average_before": os.getloadavg()[0],
               "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")}
    print(machine)
    with tempfile.TemporaryDirectory() as folder:
        results = commands[options.command](options, folder)
    if options.output:
        options.output.write_text(json.dumps({"machine": machine, "results": results}, indent=1) + "\n")


main()
