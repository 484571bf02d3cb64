"""Common parts of the checks of machine code: the command line, the disassembly, its functions and their loops."""

import argparse
import re
import subprocess
import sys

FUNCTION = re.compile(r"^[0-9a-f]+ <(.+)>:$")
INSTRUCTION = re.compile(r"^\s*([0-9a-f]+):\s+(\S+)\s*(.*)$")


def parse_options(documentation, self_test, has_executable=True):
    """The options; runs the self-test if it is asked for, and ends after it without an executable to check."""
    parser = argparse.ArgumentParser(description=documentation, formatter_class=argparse.RawDescriptionHelpFormatter)
    if has_executable:
        parser.add_argument("executable", nargs="?")
    parser.add_argument("--objdump", default="llvm-objdump", help="the toolchain's own knows the newest encodings")
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    if options.self_test:
        self_test()
        if not has_executable or options.executable is None:
            sys.exit()
    if has_executable and options.executable is None:
        parser.error("an executable is needed, or --self-test")
    return options


def disassembly(objdump, binary, *words):
    """The lines of the disassembly, one at a time: it is far larger than the binary."""
    command = [objdump, "--disassemble", "--no-leading-headers", *words, str(binary)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, errors="replace") as process:
        yield from process.stdout
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")


def functions(lines, prefixes=""):
    """`(name, [(address, mnemonic, operands)])` of every function whose name has one of the prefixes, disassembled with --no-show-raw-insn."""
    name, body = None, []
    for line in lines:
        line = line.rstrip("\n")
        if start := FUNCTION.match(line):
            if name is not None:
                yield name, body
            name = start[1] if start[1].startswith(prefixes) else None
            body = []
        elif name is not None and (instruction := INSTRUCTION.match(line)):
            body.append((int(instruction[1], 16), instruction[2], instruction[3]))
    if name is not None:
        yield name, body


def inner_loops(body, target):
    """The instructions of every innermost loop: from a backward jump's target to the jump.

    `target` returns the address to which an instruction with this mnemonic and these operands jumps, or None.
    """
    jumps = []
    for address, mnemonic, operands in body:
        destination = target(mnemonic, operands)
        if destination is not None and body[0][0] <= destination <= address:
            jumps.append((destination, address))
    for first, last in jumps:
        if not any((a, b) != (first, last) and first <= a and b <= last for a, b in jumps):
            yield [instruction for instruction in body if first <= instruction[0] <= last]
