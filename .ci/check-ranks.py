#!/usr/bin/env python3
"""Several ranks under the launchers of Open MPI and MPICH, as Debian installs them side by side.

usage: check-ranks.py [--short] DESCENT FOLDER

Bits of R ranks against those of one process with as many workers, files written once, errors with their status and line, ranks that are
killed or stopped, signals, runs that resume on another number of ranks, averaged parameters, models, scaling experiments, a full disk, and hosts that
are network namespaces. Without one of the launchers, or without the right to create namespaces, the checks that need it are left out with a message;
without both launchers all is skipped.

Long runs have the machine alone: otherwise a rank would wait in every step for one that has no core. Short runs, which mostly wait for the launchers,
run concurrently. With --short, only these.
"""

import concurrent.futures
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import threading
import time

# Each launcher's command, and the path of the other one's library.
LAUNCHERS = {
    "Open MPI": (["mpirun.openmpi", "--allow-run-as-root", "--oversubscribe", "--bind-to", "none"], "libmpich.so.12"),
    "MPICH": (["mpirun.mpich"], "libmpi.so.40"),
}
LIMIT = 120
# The status of a check that lacks something.
SKIPPED = 77
# The number of launchers that run concurrently.
SIDE_BY_SIDE = 4
permits = threading.Semaphore(SIDE_BY_SIDE)
BASIC = ["--seed", "3", "--epochs", "2", "--gradients", "partial"]
# Ranks, workers of each, options.
BITS = [
    (2, 1, ["--batch-size", "100"]),
    (2, 1, ["--batch-size", "77", "--input", "dense", "--optimizer", "momentum", "--l2", "3", "--validation-fraction", "0.1"]),
    (3, 1, ["--batch-size", "100", "--optimizer", "adam", "--clip-norm", "0.5", "--hidden", "33,17"]),
    (2, 2, ["--batch-size", "100", "--optimizer", "adam"]),
    (2, 2, ["--batch-size", "100"]),
]
# The same with owned gradients.
OWNED = [
    (2, 1, ["--batch-size", "100"]),
    (3, 1, ["--batch-size", "77", "--input", "dense", "--optimizer", "adam", "--clip-norm", "0.5", "--hidden", "33,17"]),
    (2, 2, ["--batch-size", "1000", "--optimizer", "momentum"]),
]
# Cases of BITS that also run on two hosts.
HOST_BITS = [0, 1, 2]
failures = []


def check(holds, what, *details):
    lines = [f"{'ok  ' if holds else 'FAIL'} {what}"]
    if not holds:
        failures.append(what)
        lines += [detail[-3000:] if isinstance(detail, str) else str(detail) for detail in details]
    print("\n".join(lines), flush=True)


def side_by_side(actions):
    """Runs functions concurrently, and raises an exception of any of them."""
    with concurrent.futures.ThreadPoolExecutor(max(1, len(actions))) as pool:
        for future in [pool.submit(action) for action in actions]:
            future.result()


making = {}
making_lock = threading.Lock()


def made_once(path, make):
    """A file or folder that several checks use; the first one creates it."""
    with making_lock:
        lock = making.setdefault(path, threading.Lock())
    with lock:
        if not path.exists():
            make()
    return path


class Launched:
    """A command line under a launcher, as a process group of its own."""

    def __init__(self, launcher, ranks, words, environment=None):
        command = launcher + ["-n", str(ranks)] + (words if isinstance(words[0], str) else sum(words, []))
        permits.acquire()
        self.process = subprocess.Popen(
            [str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
            env={**os.environ, **(environment or {})}, start_new_session=True)

    def wait(self, seconds=LIMIT):
        """Status, output, and the lines of descent on standard error: launchers add their own."""
        try:
            output, errors = self.process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            output, errors = self.process.communicate()
            return "hangs", output, errors
        finally:
            permits.release()
        return self.process.returncode, output, "\n".join(line for line in errors.splitlines() if line.startswith("descent: "))

    def ranks(self, descent, count):
        """The process numbers of the ranks, once there are as many."""
        deadline = time.monotonic() + LIMIT
        while time.monotonic() < deadline:
            found = []
            for folder in pathlib.Path("/proc").iterdir():
                try:
                    if not folder.name.isdigit() or os.getsid(int(folder.name)) == 0:
                        continue
                    if (folder / "exe").resolve() == pathlib.Path(descent).resolve() and self.is_child(int(folder.name)):
                        found.append(int(folder.name))
                except (OSError, ValueError):
                    continue
            if len(found) == count:
                return found
            time.sleep(0.05)
        return []

    def is_child(self, number):
        while number > 1:
            if number == self.process.pid:
                return True
            fields = pathlib.Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()
            number = int(fields[1])
        return False


def run(launcher, ranks, words, environment=None):
    return Launched(launcher, ranks, words, environment).wait()


def same(one, other):
    return one.exists() and other.exists() and one.read_bytes() == other.read_bytes()


def alone(words):
    return subprocess.run([str(word) for word in words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True)


def bits_alone(number, descent, digits, folder):
    """The model of one process with the options of a case of BITS."""
    ranks, workers, options = BITS[number]
    words = [descent, "train", "--data", digits, *BASIC, *options, "--workers", ranks * workers, "--save"]
    model = folder / f"alone-{number}.safetensors"
    return made_once(model, lambda: alone([*words, model]))


def check_bits(name, launcher, descent, digits, folder):
    def compare(number, ranks, workers, options):
        words = [descent, "train", "--data", digits, *BASIC, *options]
        expected, found = bits_alone(number, descent, digits, folder), folder / f"{name}-{number}.safetensors"
        status, output, errors = run(launcher, ranks, [*words, "--workers", workers, "--save", found])
        what = f"{name}: {ranks} ranks × {workers} have the bits of one process with {ranks * workers} workers ({' '.join(options)})"
        check(status == 0 and same(expected, found) and errors == "", what, status, output, errors)
        if number == 0:
            ranks_text = f"; {ranks} ranks on 1 host × {workers} worker, {name} "
            check(ranks_text in output.splitlines()[0], f"{name}: the first line names ranks, hosts, workers and library", output)
            check(len(output.splitlines()) == 4, f"{name}: rank 0 alone prints, in plain lines", output)

    side_by_side([lambda case=(number, *case): compare(*case) for number, case in enumerate(BITS)])


def check_owned(name, launcher, descent, digits, folder):
    """Owned gradients: any numbers of ranks and workers have the bits of one process."""

    def compare(number, ranks, workers, options):
        words = [descent, "train", "--data", digits, *BASIC[:4], "--gradients", "owned", *options]
        expected, found = folder / f"owned-{number}.safetensors", folder / f"{name}-owned-{number}.safetensors"
        made_once(expected, lambda: alone([*words, "--workers", 1, "--save", expected]))
        status, output, errors = run(launcher, ranks, [*words, "--workers", workers, "--save", found])
        check(status == 0 and same(expected, found) and errors == "",
              f"{name}: {ranks} ranks × {workers} with owned gradients have the bits of one process ({' '.join(options)})", status, output, errors)

    side_by_side([lambda case=(number, *case): compare(*case) for number, case in enumerate(OWNED)])


def check_files(name, launcher, descent, digits, folder):
    """Every kind of output, by rank 0 alone."""
    place = folder / f"{name}-files"
    place.mkdir()
    words = [descent, "train", "--data", digits, *BASIC, "--save", place / "m.safetensors", "--metrics", place / "m.jsonl", "--report",
             place / "r.html", "--checkpoint", place / "c", "--tensorboard", place / "t"]
    status, output, errors = run(launcher, 2, words)
    metrics = (place / "m.jsonl").read_text().splitlines() if status == 0 else []
    check(status == 0 and len(metrics) == 4 and '"ranks":2' in metrics[0].replace(" ", ""), f"{name}: one copy of each event in the metrics",
          status, output, errors, "\n".join(metrics))
    names = sorted(path.name for path in place.iterdir())
    check(names == ["c", "m.jsonl", "m.safetensors", "r.html", "t"], f"{name}: one copy of each file", str(names))
    check(len(list((place / "t").iterdir())) == 1, f"{name}: one event file")


def check_refusals(name, launcher, other, descent, digits, folder):
    def refused(expected_status, texts, words, what, environment=None, most=1, prints=False):
        status, output, errors = run(launcher, 2, words, environment)
        count = len(errors.splitlines())
        holds = status == expected_status and all(text in errors for text in texts) and 1 <= count <= most and (prints or output == "")
        check(holds, f"{name}: {what}", status, output, errors)

    base = [descent, "train", "--data", digits, *BASIC]
    data = [descent, "train", *BASIC]
    colon = [":", "-n", "1"]

    def other_options():
        status, output, errors = run(launcher, 1, [[*base, "--learning-rate", "0.1"], colon, [*base, "--learning-rate", "0.2"]])
        check(status == 2 and "rank 1 (" in errors and "--learning-rate 0.2, rank 0 has --learning-rate 0.1" in errors,
              f"{name}: other options are named with both values", status, output, errors)

    def other_data():
        fewer = folder / "fewer"
        made_once(fewer, lambda: alone([descent, "data", "synthesize", fewer, "--data", "synthetic:1999,500"]))
        status, output, errors = run(launcher, 1, [[*data, "--data", digits], colon, [*data, "--data", fewer]])
        check(status == 1 and "has other data: 1,999 training samples, rank 0 has 2,000" in errors and len(errors.splitlines()) == 1,
              f"{name}: other data is named with both counts", status, output, errors)

    def version():
        status, output, errors = run(launcher, 2, [descent, "--version"])
        check(status == 0 and len(output.splitlines()) == 1, f"{name}: the version is printed once", status, output, errors)

    def switched_off():
        status, output, errors = run(launcher, 2, base, {"DESCENT_MPI": "off"})
        check(status == 0 and output.count("finished 2 epochs") == 2 and "2 ranks on" not in output, f"{name}: DESCENT_MPI=off runs each process alone",
              status, output, errors)

    side_by_side([
        lambda: refused(2, ["--learning-rate"], [*base, "--learning-rate", "-1"], "a usage error is one line and status 2"),
        lambda: refused(2, ["'descent compare'", "DESCENT_MPI=off"], [descent, "compare", "--data", digits], "a command for one process is refused"),
        lambda: refused(2, ["--optimizer lbfgs", "several ranks"], [descent, "train", "--data", digits, "--optimizer", "lbfgs"],
                        "an optimizer with a line search is refused"),
        lambda: refused(1, ["/nowhere/libmpi.so"], base, "a missing library is named", {"DESCENT_MPI": "/nowhere/libmpi.so"}, most=2),
        lambda: refused(1, ["DESCENT_MPI=/path/to/libmpi.so", "2 ranks"], base, "the library of another MPI is named", {"DESCENT_MPI": other}),
        lambda: refused(1, ["m.safetensors"], [*base, "--save", folder / "no" / "m.safetensors"], "a path that cannot be written is one line"),
        lambda: refused(1, ["diverged"], [descent, "train", "--data", digits, "--learning-rate", "1e30", "--activation", "identity"],
                        "divergence is one line and status 1", prints=True),
        other_options, other_data, version, switched_off,
    ])


def wait_for_lines(path, count):
    """Waits until a file has so many lines."""
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline and not (path.exists() and len(path.read_text().splitlines()) >= count):
        time.sleep(0.02)


def check_ends(name, launcher, descent, digits, folder):
    """Ranks that are killed or stopped, and signals to the launcher."""
    words = [descent, "train", "--data", digits, "--seed", "3", "--optimizer", "adam", "--batch-size", "100", "--workers", "1", "--epochs"]
    place = folder / f"{name}-ends"
    place.mkdir()

    def begun(title, options=()):
        """A run that has trained an epoch."""
        metrics = place / f"{title}.csv"
        launched = Launched(launcher, 2, [*words, "1000000", "--checkpoint", place / title, "--metrics", metrics, *options])
        wait_for_lines(metrics, 4)
        return launched

    def killed():
        launched = begun("killed")
        os.kill(max(launched.ranks(descent, 2)), signal.SIGKILL)
        status, output, errors = launched.wait()
        check(status not in (0, "hangs"), f"{name}: the launcher ends all when a rank is killed", status, errors)

    def signalled(title, number):
        launched = begun(title, ["--save", place / f"{title}.safetensors"])
        os.kill(launched.process.pid, number)
        status, output, errors = launched.wait()
        check(status != "hangs" and list((place / title).glob("checkpoint-*")), f"{name}: {title} to the launcher ends the run", status, errors)

    def interrupted():
        launched = begun("rank")
        os.kill(launched.ranks(descent, 2)[1], signal.SIGINT)
        status, output, errors = launched.wait()
        check(status == 130 and "interrupted" in errors and len(errors.splitlines()) == 1, f"{name}: SIGINT to one rank ends all with 130", status, errors)

    def stopped():
        launched = begun("stopped", ["--rank-timeout", "2"])
        ranks = launched.ranks(descent, 2)
        os.kill(max(ranks), signal.SIGSTOP)
        status, output, errors = launched.wait()
        check(status not in (0, "hangs") and "did not answer for 2 s" in errors, f"{name}: a rank that is stopped is named, and the run ends",
              status, errors)
        for rank in ranks:
            try:
                os.kill(rank, signal.SIGKILL)
            except ProcessLookupError:
                pass

    side_by_side([killed, interrupted, stopped, lambda: signalled("SIGTERM", signal.SIGTERM), lambda: signalled("SIGINT", signal.SIGINT)])


def check_silence(name, launcher, descent, digits, folder):
    """A rank that waits for data that never arrive: the others end after the time limit, in every command."""
    place = folder / f"{name}-silence"
    place.mkdir()
    table, pipe, model = place / "t.csv", place / "p.csv", place / "m.safetensors"
    table.write_text("x,y,label\n" + "".join(f"{number % 7},{number % 3},{number % 2}\n" for number in range(60)))
    os.mkfifo(pipe)
    alone([descent, "train", "--data", table, "--quiet", "--hidden", "4", "--epochs", "1", "--save", model])

    def silent(words):
        words = [descent, *words, "--rank-timeout", "1", "--data"]
        status, output, errors = run(launcher, 1, [[*words, table], [":", "-n", "1"], [*words, pipe]])
        check(status == 1 and "rank 1 (" in errors and "did not answer for 1 s (--rank-timeout)" in errors and len(errors.splitlines()) == 1,
              f"{name}: {words[1]} ends when a rank does not answer", status, output, errors)

    side_by_side([lambda words=words: silent(words) for words in [["evaluate", model, "--quiet"], ["predict", model], ["scale", "--steps", "5"], ["train"]]])


def run_killed(launcher, descent, words, place):
    """Kills a rank of a run with checkpoints in `c` after a few of its epochs."""
    launched = Launched(launcher, 2, [*words, "--checkpoint", place / "c", "--checkpoint-every", "7", "--metrics", place / "m.csv"])
    wait_for_lines(place / "m.csv", 1)
    ranks = launched.ranks(descent, 2)
    wait_for_lines(place / "m.csv", 10)
    os.kill(ranks[0], signal.SIGKILL)
    launched.wait()


def check_resumption(name, launcher, descent, digits, folder):
    """A run whose rank was killed resumes in one process, on two ranks, and on three, with a note that its bits differ."""
    place = folder / f"{name}-resumed"
    place.mkdir()
    words = [descent, "train", "--data", digits, "--seed", "3", "--optimizer", "adam", "--batch-size", "400", "--epochs", "100"]
    expected = folder / "long.safetensors"
    made_once(expected, lambda: alone([*words, "--workers", "2", "--gradients", "partial", "--save", expected]))
    run_killed(launcher, descent, [*words, "--workers", "1"], place)
    for count in [1, 2, 3]:
        copy, model = place / f"c{count}", place / f"m{count}.safetensors"
        shutil.copytree(place / "c", copy)
        resumed = [descent, "train", "--resume", copy, "--save", model]
        if count == 1:
            finished = subprocess.run(resumed, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            errors = "\n".join(line for line in finished.stderr.splitlines() if line.startswith("descent: "))
            status, output = finished.returncode, finished.stdout
        else:
            status, output, errors = run(launcher, count, resumed)
        if count == 3:
            check(status == 0 and "not bit-identical" in errors and model.exists(), f"{name}: on 3 ranks it says that bits differ",
                  status, output, errors)
        else:
            check(status == 0 and same(model, expected) and errors == "", f"{name}: resumed on {count} rank(s) with the same bits", status,
                  output, errors)


def check_averaging(name, launcher, descent, digits, folder):
    """Ranks that train alone and average their parameters: the same bits with every library and after a kill."""
    place = folder / f"{name}-averaging"
    place.mkdir()
    words = [descent, "train", "--data", digits, "--seed", "3", "--optimizer", "adam", "--batch-size", "100", "--workers", "1"]
    averaging = [*words, "--average-every", "7"]
    expected = folder / "averaged.safetensors"
    model = place / "m.safetensors"
    status, output, errors = run(launcher, 2, [*averaging, "--epochs", "3", "--save", model])
    if not expected.exists() and status == 0:
        shutil.copy(model, expected)
    check(status == 0 and same(model, expected) and "parameters averaged every 7 steps" in output and errors == "",
          f"{name}: averaged parameters have the same bits with every library", status, output, errors)
    whole = folder / "averaged-long.safetensors"
    if not whole.exists():
        run(launcher, 2, [*averaging, "--epochs", "80", "--save", whole])
    run_killed(launcher, descent, [*averaging, "--epochs", "80"], place)
    shutil.copytree(place / "c", place / "c3")
    resumed = place / "resumed.safetensors"
    status, output, errors = run(launcher, 2, [descent, "train", "--resume", place / "c", "--save", resumed])
    check(status == 0 and same(resumed, whole) and errors == "", f"{name}: a killed run with averages resumes with the same bits",
          status, output, errors)
    status, output, errors = run(launcher, 3, [descent, "train", "--resume", place / "c3", "--epochs", "25"])
    check(status == 0 and "not bit-identical" in errors and "mean of the optimizer's state" in errors,
          f"{name}: on 3 ranks it begins with the mean of the optimizer's state, and says so", status, output, errors)


def check_averaging_options(name, launcher, descent, digits, folder):
    """Averaging in a run that ends inside an epoch, and combinations of options that are refused."""
    place = folder / f"{name}-averaging-options"
    place.mkdir()
    words = [descent, "train", "--data", digits, "--seed", "3", "--optimizer", "adam", "--workers", "1", "--average-every", "7"]
    averaging = [*words, "--batch-size", "100"]

    def resumed():
        # A run that ends inside an epoch averages at its last step, where a longer run does not, so the longer one resumes from an earlier step.
        long, short = place / "long.safetensors", place / "short.safetensors"
        first = run(launcher, 2, [*averaging, "--steps", "50", "--save", long])
        second = run(launcher, 2, [*averaging, "--steps", "31", "--checkpoint", place / "s"])
        third = run(launcher, 2, [descent, "train", "--resume", place / "s", "--steps", "50", "--save", short])
        check([one[0] for one in (first, second, third)] == [0, 0, 0] and same(long, short),
              f"{name}: a run of 31 steps goes on to 50 with the bits of one of 50", *first, *second, *third)

    def refused(ranks, options, text):
        status, output, errors = run(launcher, ranks, [*words, *options])
        check(status == 2 and text in errors and "--average-every 7" in errors and len(errors.splitlines()) == 1 and output == "",
              f"{name}: --average-every with {text or 'one rank'} is refused", status, output, errors)

    side_by_side([
        resumed, lambda: refused(2, ["--clip-norm", "1"], "--clip-norm 1"), lambda: refused(2, ["--gradients", "owned"], "--gradients owned"),
        lambda: refused(2, ["--batch-size", "1"], "--batch-size 1"), lambda: refused(1, [], ""),
    ])


def check_models(name, launcher, descent, digits, folder):
    """A model's metrics and predictions on ranks are those of one process, byte for byte."""
    place = folder / f"{name}-models"
    place.mkdir()
    model, other = folder / "model.safetensors", folder / "other.safetensors"
    for seed, path in [("1", model), ("9", other)]:
        words = [descent, "train", "--data", digits, "--quiet", "--epochs", "1", "--seed", seed, "--workers", "1", "--save", path]
        made_once(path, lambda words=words: alone(words))
    evaluate = [descent, "evaluate", model, "--data", digits, "--split", "all", "--json", "--quiet"]
    predict = [descent, "predict", model, "--data", digits, "--split", "all", "--quiet", "--format", "csv"]

    def same_text(words, what, ranks):
        status, output, errors = run(launcher, ranks, words)
        check(status == 0 and output == alone(words).stdout and errors == "", f"{name}: {what} on {ranks} ranks prints what one process does", status,
              output, errors)

    def one_file():
        status, output, errors = run(launcher, 2, [*predict, "--output", place / "p.csv"])
        check(status == 0 and (place / "p.csv").read_text() == alone(predict).stdout and output == "" and len(list(place.iterdir())) == 1,
              f"{name}: predictions go to one file", status, output, errors)

    def other_model():
        status, output, errors = run(launcher, 1, [[*evaluate], [":", "-n", "1"], [*evaluate[:2], other, *evaluate[3:]]])
        check(status == 1 and "rank 1 (" in errors and "parameters with the checksum" in errors and len(errors.splitlines()) == 1 and output == "",
              f"{name}: another model is named", status, output, errors)

    def images():
        status, output, errors = run(launcher, 2, [descent, "predict", model, folder / "one.png"])
        check(status == 2 and "images are read by one process" in errors and len(errors.splitlines()) == 1, f"{name}: images are refused", status,
              output, errors)

    def missing():
        status, output, errors = run(launcher, 2, [descent, "evaluate", folder / "none.safetensors", "--data", digits])
        check(status == 1 and len(errors.splitlines()) == 1, f"{name}: a missing model is one line", status, output, errors)

    commands = [(evaluate, "evaluate"), ([*evaluate[:2], model, *evaluate[2:]], "evaluate of a committee"), (predict, "predict")]
    texts = [lambda words=words, what=what, ranks=ranks: same_text(words, what, ranks) for words, what in commands for ranks in (2, 3)]
    side_by_side([*texts, one_file, other_model, images, missing])


def check_scale(name, launcher, descent, digits, folder):
    """An experiment on two ranks, and one joined with that of one process."""
    place = folder / f"{name}-scale"
    place.mkdir()
    words = [descent, "scale", "--data", digits, "--hidden", "16", "--hidden", "128", "--batch-size", "100", "--workers", "1", "--rounds", "1", "--steps",
             "20", "--quiet"]
    one = folder / "one.json"
    made_once(one, lambda: one.write_text(alone([*words, "--json"]).stdout))
    status, output, errors = run(launcher, 2, [*words, "--json", "--metrics", place / "rows.jsonl"])
    runs = json.loads(output)["runs"] if status == 0 else []
    facts = [(found["ranks"], found["hosts"], found["gradients"], found["bytes_per_step"] > 0 and found["exchange_seconds"] > 0) for found in runs]
    check(facts == [(2, 1, "partial", True)] * 2 and errors == "", f"{name}: scale reports ranks, hosts and the exchange", status, output, errors)
    rows = [json.loads(row) for row in (place / "rows.jsonl").read_text().splitlines()] if status == 0 else []
    check(rows != [] and all((row["ranks"], row["hosts"]) == (2, 1) for row in rows), f"{name}: rows of scale have ranks and hosts", str(rows)[:500])
    (place / "two.json").write_text(output)
    joined = subprocess.run([descent, "scale", "--merge", one, place / "two.json", "--json", "--report", place / "r.html"], capture_output=True, text=True)
    merged = json.loads(joined.stdout) if joined.returncode == 0 else {"runs": [], "network": None}
    speedups = [found["rank_speedup"] for found in merged["runs"] if found["ranks"] == 2]
    check(len(merged["runs"]) == 6 and len(speedups) == 2 and all(speedups) and merged["network"]["latency_seconds"] >= 0
          and "<svg" in (place / "r.html").read_text(), f"{name}: scale --merge joins one and two ranks", joined.stdout[-2000:], joined.stderr)
    status, output, errors = run(launcher, 2, [*words, "--resume", place / "rows.jsonl"])
    check(status == 2 and "--resume" in errors and len(errors.splitlines()) == 1, f"{name}: scale --resume is refused on ranks", status, output, errors)


def check_full_disk(name, launcher, descent, digits, folder):
    """A disk that is full when rank 0 writes the model: seen by this process alone, in a mount namespace."""
    place = folder / f"{name}-disk"
    place.mkdir()
    inside = ["unshare", "-m", "sh", "-c", 'mount -t tmpfs -o size=256k none "$1" && shift && exec "$@"', "sh", place]
    if subprocess.run([*inside, "true"], capture_output=True).returncode != 0:
        print("no right to mount a small disk: its check is skipped")
        return
    status, output, errors = run(inside + launcher, 2, [descent, "train", "--data", digits, *BASIC, "--save", place / "m.safetensors"])
    check(status == 1 and "m.safetensors" in errors and len(errors.splitlines()) == 1, f"{name}: a full disk on rank 0 is one line and status 1",
          status, output, errors)


class Namespaces:
    """Two hosts on this machine: network namespaces with a link between them, and names of their own."""

    def __init__(self, folder):
        self.names = [f"descent{os.getpid()}{letter}" for letter in "ab"]
        self.links = [f"v{os.getpid()}{letter}" for letter in "ab"]
        self.hosts = ["10.77.3.1", "10.77.3.2"]
        # A launcher's remote shell: options, a host, and a command line.
        self.agent = folder / "agent.sh"
        self.agent.write_text(f"""#!/bin/sh
while case $1 in -*) true ;; *) false ;; esac; do shift; done
host=$1
shift
case $host in {self.hosts[0]}) name={self.names[0]} ;; *) name={self.names[1]} ;; esac
exec ip netns exec $name unshare -u sh -c "hostname $name; $*"
""")
        self.agent.chmod(0o755)

    def ip(self, *words):
        return subprocess.run(["ip", *words], capture_output=True, text=True).returncode == 0

    def make(self):
        (a, b), (left, right) = self.names, self.links
        return (self.ip("netns", "add", a) and self.ip("netns", "add", b)
                and self.ip("link", "add", left, "netns", a, "type", "veth", "peer", "name", right, "netns", b)
                and self.ip("-n", a, "addr", "add", self.hosts[0] + "/24", "dev", left) and self.ip("-n", b, "addr", "add", self.hosts[1] + "/24", "dev", right)
                and all(self.ip("-n", name, "link", "set", link, "up") for name, link in [(a, "lo"), (b, "lo"), (a, left), (b, right)])
                and all(self.wait_until_up(name, link) for name, link in [(a, left), (b, right)]))

    def wait_until_up(self, name, link):
        """The kernel reports a new link's carrier up to a second later, and UCX takes only links that have it."""
        deadline = time.monotonic() + LIMIT
        while time.monotonic() < deadline:
            if subprocess.run(["ip", "-n", name, "-br", "link", "show", link], capture_output=True, text=True).stdout.split()[1:2] == ["UP"]:
                return True
            time.sleep(0.05)
        return False

    def remove(self):
        for name in self.names:
            pids = subprocess.run(["ip", "netns", "pids", name], capture_output=True, text=True).stdout.split()
            for pid in pids:
                try:
                    os.kill(int(pid), signal.SIGKILL)
                except ProcessLookupError:
                    pass
            self.ip("netns", "del", name)

    def command(self, name):
        """A launcher on the first host that starts a rank on each."""
        inside = ["ip", "netns", "exec", self.names[0], "unshare", "-u", "sh", "-c", f'hostname {self.names[0]}; exec "$@"', "sh"]
        hosts = ",".join(self.hosts)
        if name == "Open MPI":
            return inside + ["mpirun.openmpi", "--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "--mca", "plm_rsh_agent", self.agent,
                             "--mca", "btl", "self,tcp", "--mca", "pml", "ob1", "--mca", "btl_tcp_if_include", "10.77.3.0/24", "--host", hosts]
        return inside + ["env", "UCX_TLS=tcp,self", "UCX_NET_DEVICES=all", "mpirun.mpich", "-launcher", "ssh", "-launcher-exec", self.agent, "-localhost",
                         self.hosts[0], "-iface", self.links[0], "-hosts", hosts, "-ppn", "1"]


def check_hosts(names, descent, digits, folder):
    """Bits over TCP between two hosts, and a link that goes down."""
    spaces = Namespaces(folder)
    try:
        if not spaces.make():
            print("no right to make network namespaces: the checks of several hosts are skipped")
            return
        side_by_side([lambda case=(name, number): check_remote(*case, spaces, descent, digits, folder) for name in names for number in HOST_BITS])
        for name in names:
            check_remote_bytes(name, spaces, descent, digits, folder)
        if "Open MPI" in names:
            check_link(spaces, descent, digits, folder)
    finally:
        spaces.remove()


def check_remote(name, number, spaces, descent, digits, folder):
    """A case of BITS on two hosts, where ranks leave out parameters of inactive inputs."""
    ranks, workers, options = BITS[number]
    model = folder / f"{name}-hosts-{number}.safetensors"
    words = [descent, "train", "--data", digits, *BASIC, *options, "--workers", workers, "--save", model]
    for _ in range(3):
        status, output, errors = run(spaces.command(name), ranks, words)
        if status != 255 or errors.strip() or "finished" not in output:
            break
        # MPICH's launcher sometimes loses a connection to its own daemons when all ranks have ended, on a busy machine, and says nothing.
        print(f"{name}: status 255 of the launcher after a complete run without an error: the case is repeated")
    check(status == 0 and same(model, bits_alone(number, descent, digits, folder)) and f"{ranks} ranks on 2 hosts × {workers} worker" in output,
          f"{name}: TCP between two hosts has the bits of one process ({' '.join(options)})", status, output, errors)


def check_remote_bytes(name, spaces, descent, digits, folder):
    """Between hosts a step sends fewer bytes than the slices of all parameters, which ranks on one host send."""
    words = [descent, "scale", "--data", digits, "--hidden", "128", "--batch-size", "100", "--workers", "1", "--rounds", "1", "--steps",
             "20", "--quiet", "--json"]
    found = []
    for launcher in [LAUNCHERS[name][0], spaces.command(name)]:
        status, output, errors = run(launcher, 2, words)
        found.append(json.loads(output)["runs"][0]["bytes_per_step"] if status == 0 else 0)
    check(0 < found[1] < 0.85 * found[0], f"{name}: between hosts parameters of inactive inputs are left out", found, errors)


def check_link(spaces, descent, digits, folder):
    metrics, checkpoints, report = folder / "link.csv", folder / "link", folder / "link.txt"
    command = [*spaces.command("Open MPI"), "-n", "2", descent, "train", "--data", digits, *BASIC[:2], "--epochs", "1000000", "--workers", "1", "--rank-timeout",
               "2", "--checkpoint", checkpoints, "--metrics", metrics]
    with open(report, "w", encoding="utf-8") as errors:
        process = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL, stderr=errors, stdin=subprocess.DEVNULL,
                                   start_new_session=True)
    wait_for_lines(metrics, 4)
    deadline = time.monotonic() + LIMIT
    spaces.ip("-n", spaces.names[1], "link", "set", spaces.links[1], "down")
    while time.monotonic() < deadline and "did not answer for 2 s" not in report.read_text():
        time.sleep(0.05)
    # The launcher itself may wait for the lost host indefinitely.
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    check("did not answer for 2 s" in report.read_text(), "a link that goes down trips the watchdog", report.read_text())
    resumed = subprocess.run([descent, "train", "--resume", checkpoints, "--epochs", "1"], capture_output=True, text=True)
    check(resumed.returncode == 0, "the last checkpoint is intact", resumed.stdout, resumed.stderr)


def main():
    words = sys.argv[1:]
    is_short = "--short" in words
    descent, folder = [word for word in words if word != "--short"]
    folder = pathlib.Path(folder)
    if not any(shutil.which(launcher[0]) for launcher, _ in LAUNCHERS.values()):
        print(f"skipped: no {' or '.join(launcher[0] for launcher, _ in LAUNCHERS.values())}")
        return SKIPPED
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    digits = folder / "digits"
    alone([descent, "data", "synthesize", digits, "--data", "synthetic:2000,500"])
    found, short = [], []
    for name, (launcher, other) in LAUNCHERS.items():
        if shutil.which(launcher[0]) is None:
            print(f"{launcher[0]} is absent: its checks are left out")
            continue
        found.append(name)
        start = time.monotonic()
        for action in [] if is_short else [check_resumption, check_averaging]:
            action(name, launcher, descent, digits, folder)
        print(f"{name}, long runs: {time.monotonic() - start:.0f} s")
        short.append(lambda case=(name, launcher, other): check_refusals(*case, descent, digits, folder))
        short += [
            lambda action=action, case=(name, launcher): action(*case, descent, digits, folder)
            for action in [
                check_ends, check_silence, check_averaging_options, check_models, check_scale, check_files, check_bits, check_owned, check_full_disk
            ]
        ]
    start = time.monotonic()
    side_by_side(short)
    print(f"short runs: {time.monotonic() - start:.0f} s")
    if not is_short:
        start = time.monotonic()
        check_hosts(found, descent, digits, folder)
        print(f"several hosts: {time.monotonic() - start:.0f} s")
    print(f"{len(failures)} failures" if failures else f"{len(found)} launchers: all as expected")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
