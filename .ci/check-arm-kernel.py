#!/usr/bin/env python3
"""Compiles the kernel text for Arm and fails if a product's inner loop is not the expected one.

It needs no Arm machine: the toolchain's Embedded Swift supports the target, and the kernels use no part of the standard library that it
lacks. In the disassembly, each product's function must have an inner loop with as many whole-vector multiply-adds (fmla v.4s) as a full tile;
no loop of multiply-adds may call a function or, in a product, load or store a vector on the stack.

    check-arm-kernel.py [--objdump PATH]
    check-arm-kernel.py --self-test
"""

import pathlib
import re
import subprocess
import sys
import tempfile
from collections import Counter

from disassembly import disassembly, functions, inner_loops, parse_options

FLAGS = ["-target", "aarch64-none-none-elf", "-swift-version", "6", "-enable-upcoming-feature", "ExistentialAny", "-warnings-as-errors",
         "-enable-experimental-feature", "Embedded", "-enable-experimental-feature", "BuiltinModule", "-wmo", "-parse-as-library"]
# The functions with the loops of the products, and the number of multiply-adds of a full tile: 12 rows of two vectors of four; for the
# masked products, eight panels.
EXPECTED = {"denseForward": 24, "denseWeightGradient": 24, "errorSignalBlock": 24, "tile": 24, "maskedForward": 8, "maskedGradient": 8}

JUMP = re.compile(r"^(b|b\.\w+|cbn?z|tbn?z)$")
DESTINATION = re.compile(r"\b0x([0-9a-f]+)\b")
STACK = re.compile(r"\[sp\b")
VECTOR = re.compile(r"\bq\d+\b")


def compile_kernels(root, folder):
    """The object file of the portable kernels, compiled with the flags of `Package.swift` for another target."""
    def swiftc(name, sources, flags, output):
        files = sorted(str(path) for path in (root / sources).rglob("*.swift"))
        command = ["swiftc", *FLAGS, *flags, "-module-name", name, "-emit-module", "-emit-module-path", f"{folder}/{name}.swiftmodule",
                   "-c", "-o", str(output), *files]
        if subprocess.run(command).returncode != 0:
            sys.exit(f"{name} does not compile for Arm")

    swiftc("KernelInterface", "Sources/KernelInterface", ["-O"], folder / "interface.o")
    include = ["-I", str(folder), "-I", str(root / "Sources/ProcessorBuiltins")]
    swiftc("KernelsPortable", "Sources/KernelVariants/Source", ["-Ounchecked", "-DKERNELS_PORTABLE", *include], folder / "kernels.o")
    return folder / "kernels.o"


def jump(mnemonic, operands):
    """The address to which a jump leads; None for another instruction."""
    target = DESTINATION.search(operands) if JUMP.match(mnemonic) else None
    return int(target[1], 16) if target else None


def check(lines):
    """The faults, and for each product the multiply-adds of its inner loops."""
    wrong, found = [], {product: Counter() for product in EXPECTED}
    for name, body in functions(lines):
        # A Swift symbol: module, then the length of the function's name and the name.
        product = next((p for p in EXPECTED if re.search(rf"KernelsPortable{len(p)}{p}", name)), None)
        if product is None:
            continue
        for loop in inner_loops(body, jump):
            adds = [operands for _, mnemonic, operands in loop if mnemonic == "fmla"]
            if not adds:
                continue
            found[product][len(adds)] += 1
            if any(".4s" not in operands for operands in adds):
                wrong.append(f"{product}: multiply-adds of less than a whole vector in a loop of {len(adds)}")
            if calls := [operands for _, mnemonic, operands in loop if mnemonic in ("bl", "blr")]:
                wrong.append(f"{product}: a call in a loop of {len(adds)} multiply-adds: {calls[0]}")
            if any(STACK.search(operands) and VECTOR.search(operands) for _, _, operands in loop):
                wrong.append(f"{product}: a vector through the stack in a loop of {len(adds)} multiply-adds")
    for product, full in EXPECTED.items():
        if not found[product][full]:
            wrong.append(f"{product}: no inner loop of {full} multiply-adds; it has {{multiply-adds: loops}} {dict(sorted(found[product].items()))}")
    return wrong, found


def self_test():
    """A correct text passes; each fault planted in one of its loops is reported, and nothing else."""
    def text(spoil):
        lines, address = [], 0
        for product, full in EXPECTED.items():
            lines.append(f"{address:016x} <$e15KernelsPortable{len(product)}{product}yyF>:")
            loop = ["ldr\tq0, [x1], #16"] + [f"fmla\tv{2 + i % 24}.4s, v0.4s, v1.s[0]" for i in range(full)]
            start = address
            for instruction in spoil(product, loop) + [f"b.ne\t0x{start:x} <loop>", "ret"]:
                lines.append(f"    {address:x}: \t{instruction}")
                address += 4
        return lines

    def at(change, place="denseForward"):
        return lambda product, loop: change(loop) if product == place else loop

    cases = [
        ("nothing", lambda product, loop: loop, None),
        ("a call", at(lambda loop: loop + ["bl\t0x9999 <fmaf>"]), "a call"),
        ("a call by pointer", at(lambda loop: loop + ["blr\tx8"], "tile"), "a call"),
        ("a spilled sum", at(lambda loop: loop + ["str\tq9, [sp, #64]"]), "through the stack"),
        ("a missing multiply-add", at(lambda loop: loop[:-1], "maskedGradient"), "no inner loop of 8"),
        ("half a vector", at(lambda loop: loop[:-1] + [loop[-1].replace(".4s", ".2s")]), "less than a whole vector"),
        ("a multiplication and an addition", at(lambda loop: [line.replace("fmla", "fmul") for line in loop]), "no inner loop"),
        ("a pointer from the stack", at(lambda loop: loop + ["ldr\tx9, [sp, #8]"]), None),
    ]
    for what, spoil, expected in cases:
        wrong, _ = check(text(spoil))
        if len(wrong) != (0 if expected is None else 1) or (expected and expected not in wrong[0]):
            sys.exit(f"self-test: {what}: expected {expected!r}, found {wrong}")
    if len(check(["0000 <main>:", "   0: \tret"])[0]) != len(EXPECTED):
        sys.exit("self-test: a text without kernels passes")
    print(f"self-test: {len(cases) + 1} texts judged rightly")


def main():
    options = parse_options(__doc__, self_test, has_executable=False)
    root = pathlib.Path(__file__).resolve().parent.parent
    with tempfile.TemporaryDirectory() as folder:
        kernels = compile_kernels(root, pathlib.Path(folder))
        wrong, found = check(disassembly(options.objdump, kernels, "--no-show-raw-insn"))
    for product, loops in found.items():
        print(f"Arm {product}: inner loops of {', '.join(str(count) for count in sorted(loops))} multiply-adds")
    for line in wrong:
        print(f"WRONG {line}")
    sys.exit(1 if wrong else 0)


main()
