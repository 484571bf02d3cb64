#!/usr/bin/env python3
"""Fails if a training step takes more instructions than recorded, or allocates memory, counts references or locks.

Runs `benchmarks fixed` under callgrind, each case once with few and once with many steps: the difference, divided by the number of
additional steps, is the cost of one step without the start. The counts are the same on every x86-64 machine, busy or not. They do not
include the time of memory accesses, nor AVX-512, which valgrind does not support.

    check-instructions.py BENCHMARKS            compares with .ci/instruction-counts.json; fails at 10 % above
    check-instructions.py --record BENCHMARKS   writes that file: give the reason in the commit
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

COUNTS = Path(__file__).with_name("instruction-counts.json")
MOST_ABOVE = 1.10
FEW, MANY = 2, 18

# Options of `benchmarks fixed`. In the first case the program selects the kernels, and must detect that valgrind has AVX2.
CASES = {
    "avx2, owned, masked": [],
    "avx2, owned, dense": ["--instruction-set", "avx2", "--input", "dense"],
    "avx2, partial, masked": ["--instruction-set", "avx2", "--gradients", "partial"],
    "avx2, owned, masked, adam": ["--instruction-set", "avx2", "--optimizer", "adam"],
    "avx2, partial, masked, momentum": ["--instruction-set", "avx2", "--optimizer", "momentum", "--gradients", "partial"],
    "avx2, owned, masked, batch 1": ["--instruction-set", "avx2", "--batch-size", "1"],
    "avx2, owned, dense, 256-128, batch 16": ["--instruction-set", "avx2", "--input", "dense", "--hidden", "256,128", "--batch-size", "16"],
    "portable, owned, masked": ["--instruction-set", "portable"],
    "portable, owned, dense, batch 16": ["--instruction-set", "portable", "--input", "dense", "--batch-size", "16"],
    # The waiting of two workers differs from run to run: only calls are checked, above all reference counts, since workers that count
    # references of one object take its cache line from each other.
    "avx2, owned, two workers": ["--instruction-set", "avx2", "--workers", "2"],
    "avx2, partial, two workers": ["--instruction-set", "avx2", "--workers", "2", "--gradients", "partial"],
    "avx2, owned by columns, dense, two workers": ["--instruction-set", "avx2", "--workers", "2", "--input", "dense", "--hidden", "256",
                                                   "--batch-size", "16"],
}

# Calls of the runtime's own threads, whose number differs.
SYSTEM = re.compile(r"^(_*dispatch|_*pthread|_*nptl|_*libc_|_*dl_|_*os_|_int_|start_thread|allocate_|.*freeres|0x)")

# Calls that a step must not make.
FORBIDDEN = {
    "allocations": re.compile(
        r"^(malloc|calloc|realloc|free|posix_memalign|aligned_alloc|memalign|swift_allocObject|swift_slowAlloc|"
        r"swift_deallocClassInstance|swift_deallocObject|swift_slowDealloc|swift_initStackObject)$"),
    "reference counts": re.compile(r"^_?swift_(nonatomic_)?(bridgeObject|unknownObject|weak|unowned)?(Retain|Release|retain|release)"),
    "exclusivity checks": re.compile(r"^swift_(begin|end)Access"),
    "locks": re.compile(r"^_*pthread_(mutex_lock|rwlock_.*lock|cond_wait)$"),
}


def run(benchmarks, arguments, steps):
    """The instructions of a whole run, its calls by function, and its table of kernels."""
    with tempfile.TemporaryDirectory() as folder:
        profile = f"{folder}/callgrind"
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={profile}", benchmarks, "fixed", *arguments,
                   "--steps", str(steps)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        with open(profile, encoding="utf-8", errors="replace") as lines:
            total, calls = read_profile(lines)
        return total, calls, done.stdout.split(":")[0]


def read_profile(lines):
    """The total of instructions and the calls of each function, from a file in callgrind's format: `fn=` and `cfn=` give a function's
    name once, then its number; `calls=` follows the line of the called function. Calls by the runtime are left out."""
    names, calls, caller, called, total = {}, Counter(), None, None, None
    for line in lines:
        if match := re.match(r"c?fn=\((\d+)\)(?: (.+))?$", line):
            if match[2]:
                names[match[1]] = match[2]
            if line.startswith("c"):
                called = match[1]
            else:
                caller = match[1]
        elif line.startswith("calls=") and not SYSTEM.match(names[caller]):
            calls[called] += int(line[len("calls="):].split()[0])
        elif match := re.match(r"(?:totals|summary): (\d+)", line):
            total = int(match[1])
    by_name = Counter()
    for number, count in calls.items():
        # callgrind marks recursion by a suffix.
        by_name[names[number].split("'")[0]] += count
    return total, by_name


def forbidden_calls(few, many):
    """The calls of the additional steps, by kind and function."""
    found = {}
    for kind, pattern in FORBIDDEN.items():
        differences = {name: many[name] - few[name] for name in many if pattern.match(name) and many[name] != few[name]}
        # A few more calls in a whole run are those of the runtime's threads (four were seen), not of a step.
        if sum(differences.values()) >= (MANY - FEW) // 2:
            found[kind] = differences
    return found


def judge(name, per_step, recorded, found, table):
    """The faults of a case."""
    wrong = []
    is_parallel = name.endswith("two workers")
    if table != name.split(",")[0]:
        wrong.append(f"{name}: ran with the {table} table")
    if not is_parallel:
        if recorded is None:
            wrong.append(f"{name}: no count in {COUNTS.name}; --record writes it")
        elif per_step > recorded * MOST_ABOVE:
            wrong.append(f"{name}: {per_step} instructions a step, {100 * (per_step / recorded - 1):.1f} % above {recorded}")
    for kind, differences in found.items():
        calls = ", ".join(f"{function} {count}" for function, count in sorted(differences.items()))
        wrong.append(f"{name}: {kind} in {MANY - FEW} steps: {calls}")
    return wrong


def self_test():
    """Checks the reader of profiles, and that planted faults are reported."""
    profile = ["fn=(1) main\n", "1 5\n", "cfn=(2) malloc\n", "calls=3 0\n", "1 9\n", "fn=(2)\n", "cfn=(3) swift_retain'2\n", "calls=4 0\n",
               "cfn=(2)\n", "calls=1 0\n", "fn=(4) _dispatch_thread\n", "cfn=(2)\n", "calls=9 0\n", "totals: 77\n"]
    total, calls = read_profile(profile)
    name = "avx2, owned, masked"
    few, many = Counter(malloc=5, swift_retain=2), Counter(malloc=5, swift_retain=42, memcpy=9)
    verdicts = [
        (total, calls) == (77, Counter(malloc=4, swift_retain=4)),
        not judge(name, 109, 100, {}, "avx2"),
        len(judge(name, 111, 100, {}, "avx2")) == 1,
        len(judge(name, 100, None, {}, "avx2")) == 1,
        len(judge(name, 100, 100, {}, "avx512")) == 1,
        forbidden_calls(few, few) == {},
        forbidden_calls(few, few + Counter(malloc=3)) == {},
        forbidden_calls(few, many) == {"reference counts": {"swift_retain": 40}},
        len(judge(name, 100, 100, forbidden_calls(few, many), "avx2")) == 1,
        len(judge("avx2, two workers", 999, None, forbidden_calls(few, Counter(calloc=8)), "avx2")) == 1,
        len(judge("avx2, two workers", 999, None, {"locks": {"pthread_mutex_lock": 80}}, "avx2")) == 1,
    ]
    if not all(verdicts):
        sys.exit(f"self-test: {verdicts}")
    print(f"self-test: {len(verdicts)} verdicts are right")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("benchmarks", nargs="?")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    if options.self_test:
        return self_test()
    if options.benchmarks is None:
        parser.error("the executable of the benchmarks is needed, or --self-test")
    recorded = json.loads(COUNTS.read_text()) if COUNTS.exists() else {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = {(name, steps): pool.submit(run, options.benchmarks, arguments, steps)
                for name, arguments in CASES.items() for steps in (FEW, MANY)}
    wrong, counts = [], {}
    for name in CASES:
        (few, few_calls, table), (many, many_calls, _) = (runs[name, steps].result() for steps in (FEW, MANY))
        per_step = round((many - few) / (MANY - FEW))
        found = forbidden_calls(few_calls, many_calls)
        if found:
            # A step makes its calls in every run; on a busy machine the runtime's threads made twelve calls in one run.
            (_, few_calls, _), (_, many_calls, _) = (run(options.benchmarks, CASES[name], steps) for steps in (FEW, MANY))
            again = forbidden_calls(few_calls, many_calls)
            found = {kind: differences for kind, differences in found.items() if kind in again}
        before = recorded.get(name)
        print(f"{name}: {per_step:,} instructions a step" + (f", recorded {before:,} ({100 * (per_step / before - 1):+.1f} %)" if before else ""))
        if not name.endswith("two workers"):
            counts[name] = per_step
        if options.record:
            before = per_step
        wrong += judge(name, per_step, before, found, table)
    if options.record:
        COUNTS.write_text(json.dumps(counts, indent=2) + "\n")
    for line in wrong:
        print(f"WRONG {line}")
    sys.exit(1 if wrong else 0)


main()
