#!/usr/bin/env python3
"""Fails if a function outside the kernel modules has instructions that an older processor lacks.

The executable must start and train on any x86-64 processor. Only the functions of KernelsAVX2 may have VEX encodings (AVX, AVX2,
FMA, BMI), only those of KernelsAVX512, KernelsBFloat16 and KernelsAMX EVEX ones, and only those of KernelsAMX instructions on tiles, which
are VEX: they are called through the table of an instruction set that the
processor supports. Of a link-once symbol that two modules emit (a specialization of a standard-library generic) the linker may keep the
wide one, and every processor would run it; this check finds it.

    check-wide-instructions.py [--objdump PATH] EXECUTABLE
    check-wide-instructions.py --self-test
"""

import re
import sys
from collections import Counter

from disassembly import FUNCTION, disassembly, parse_options

# The encodings beyond the baseline that a module's functions may have. A Swift symbol begins with its module: $s, length, name.
ALLOWED = {
    "$s13KernelsAVX512": {"VEX", "EVEX", "newer meaning"},
    "$s15KernelsBFloat16": {"VEX", "EVEX", "newer meaning"},
    "$s10KernelsAMX": {"VEX", "EVEX", "newer meaning", "tiles"},
    "$s11KernelsAVX2": {"VEX", "newer meaning"},
}

# The address, the bytes and the text.
INSTRUCTION = re.compile(r"^\s*[0-9a-f]+:\s+((?:[0-9a-f]{2} )+)\s*(.*)$")

# Segment overrides and the address size may precede a VEX or EVEX prefix; with any other prefix it is illegal.
LEADING_PREFIXES = {"26", "2e", "36", "3e", "64", "65", "67"}
# Without a wide encoding, but not in the baseline: an older processor silently runs lzcnt as bsr. (tzcnt is allowed in baseline code:
# compilers emit it for bsf if the input is not zero.)
NEWER = {"lzcnt", "movbe"}


def kind_of(encoding, text):
    """Tiles, VEX, EVEX, or an instruction with another meaning on older processors; None for the baseline. In 64-bit code the bytes C4 and C5
    are VEX and 62 is EVEX, with any registers."""
    rest = list(encoding)
    while rest and rest[0] in LEADING_PREFIXES:
        rest.pop(0)
    mnemonic = text.split(None, 1)[0] if text else ""
    if mnemonic.startswith(("tile", "ldtile", "sttile", "tdp")):
        return "tiles"
    if rest and rest[0] in ("c4", "c5"):
        return "VEX"
    if rest and rest[0] == "62":
        return "EVEX"
    if mnemonic.rstrip("lqw") in NEWER:
        return "newer meaning"
    return None


def allowed_in(function):
    return next((kinds for prefix, kinds in ALLOWED.items() if function.startswith(prefix)), set())


def check(lines):
    """The offenders, `{function: (count, first line)}`; the number of wide instructions of each allowed module; the number of functions."""
    offenders, held, functions = {}, Counter(), 0
    function = "(no symbol)"
    for line in lines:
        line = line.rstrip("\n")
        if start := FUNCTION.match(line):
            function = start[1]
            functions += 1
        elif instruction := INSTRUCTION.match(line):
            kind = kind_of(instruction[1].split(), instruction[2])
            if kind is None:
                continue
            if kind in allowed_in(function):
                held[next(prefix for prefix in ALLOWED if function.startswith(prefix))] += 1
            else:
                count, first = offenders.get(function, (0, f"{kind}: {instruction[2]}"))
                offenders[function] = (count + 1, first)
    return offenders, held, functions


# One line per rule: the function, its bytes and text, and True if it must be reported.
SELF_TEST = [
    ("$s13KernelsAVX5127productyyF", "62 f1 7c 48 58 c1", "vaddps\t%zmm1, %zmm0, %zmm0", False),
    ("$s13KernelsAVX5127productyyF", "c5 f8 77", "vzeroupper", False),
    ("$s13KernelsAVX5127productyyFTo", "c5 f8 92 c8", "kmovw\t%eax, %k1", False),
    ("$s15KernelsBFloat167forwardyyF", "62 f2 76 48 52 c2", "vdpbf16ps\t%zmm2, %zmm1, %zmm0", False),
    ("bfloat16_with_scratch", "62 f2 76 48 52 c2", "vdpbf16ps\t%zmm2, %zmm1, %zmm0", True),
    ("$s10KernelsAMX7forwardyyF", "c4 e2 4b 4b 24 1a", "tileloadd\t(%rdx,%rbx), %tmm4", False),
    ("$s10KernelsAMX7forwardyyF", "62 f2 6f 48 72 c9", "vcvtne2ps2bf16\t%zmm1, %zmm2, %zmm1", False),
    ("$s15KernelsBFloat167forwardyySTF", "c4 e2 78 49 c0", "tilerelease", True),
    ("tiles_with_scratch", "c4 e2 78 49 07", "ldtilecfg\t(%rdi)", True),
    ("$s11KernelsAVX27productyyF", "c4 e2 75 b8 c2", "vfmadd231ps\t%ymm2, %ymm1, %ymm0", False),
    ("$s11KernelsAVX27productyyF", "62 f1 7c 28 58 c1", "vaddps\t%ymm1, %ymm0, %ymm0", True),
    ("$s15KernelsPortable7productyyF", "0f 58 c1", "addps\t%xmm1, %xmm0", False),
    ("$s15KernelsPortable7productyyF", "c5 f8 58 c1", "vaddps\t%xmm1, %xmm0, %xmm0", True),
    ("$s8Training7TrainerC3runyyF", "c4 e2 70 f3 d0", "andnl\t%eax, %ecx, %edx", True),
    ("$s8Training7TrainerC3runyyF", "f3 48 0f bd c0", "lzcntq\t%rax, %rax", True),
    ("$s8Training7TrainerC3runyyF", "f3 48 0f bc c0", "tzcntq\t%rax, %rax", False),
    ("$s8Training7TrainerC3runyyF", "64 48 8b 04 25 00 00 00 00", "movq\t%fs:0, %rax", False),
    ("$s8Training7TrainerC3runyyF", "64 c5 f8 10 04 25 00 00 00 00", "vmovups\t%fs:0, %xmm0", True),
    ("$sSa3mapyqd__GSayqd__GSf_Tg5", "62 f1 7c 48 10 07", "vmovups\t(%rdi), %zmm0", True),
    ("$s7Kernels12KernelsTableV13KernelsAVX512yyF", "c5 fc 10 07", "vmovups\t(%rdi), %ymm0", True),
    ("main", "c5 fb 92 c8", "kmovd\t%eax, %k1", True),
    ("verr", "e9 00 00 00 00", "jmp\t0x0 <vaddps>", False),
]


def self_test():
    """Checks every example instruction alone, then all of them as one text."""
    text, expected = [], set()
    for function, encoding, instruction, reported in SELF_TEST:
        lines = ["", f"0000000000001000 <{function}>:", f"    1000: {encoding:<30}\t{instruction}"]
        offenders, _, functions = check(lines)
        if functions != 1 or (function in offenders) != reported:
            sys.exit(f"self-test: {instruction!r} in {function} should {'' if reported else 'not '}be reported")
        text += lines
        expected |= {function} if reported else set()
    offenders, held, functions = check(text)
    if set(offenders) != expected or functions != len(SELF_TEST) or held.total() != 7:
        sys.exit(f"self-test: of the whole text, {sorted(offenders)} were reported, not {sorted(expected)}")
    print(f"self-test: {len(SELF_TEST)} instructions judged rightly")


def main():
    options = parse_options(__doc__, self_test)
    offenders, held, functions = check(disassembly(options.objdump, options.executable))
    for function, (count, first) in sorted(offenders.items()):
        print(f"{function}: {count} instructions that older processors lack, the first {first}")
    # An executable without symbols, or with renamed modules, must not pass because nothing was checked.
    empty = [prefix for prefix in ALLOWED if held[prefix] == 0]
    for prefix in empty:
        print(f"no wide instruction in any of {functions} functions named {prefix}…: stripped, or the module has another name?")
    print(f"{functions} functions read, {len(offenders)} offend; wide where they may be: {dict(held)}")
    sys.exit(1 if offenders or empty else 0)


main()
