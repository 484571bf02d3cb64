#!/usr/bin/env python3
"""Compiles the kernel text for Arm and fails when a product's inner loop is not what it is meant to be there.

No Arm machine is at hand, but the toolchain's Embedded Swift knows the target: the kernels, which use nothing of the standard library that it
lacks, become an object file whose disassembly tells. Asked for, of each product, is an inner loop of whole-vector multiply-adds (`fmla v.4s`),
as many as a full tile has, without a call in it and without a vector on its way to or from the stack.

    check-arm-kernel.py [--objdump PATH] [--sources DIR]
    check-arm-kernel.py --self-test
"""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile
from collections import Counter

TARGET = "aarch64-none-none-elf"
FLAGS = ["-target", TARGET, "-enable-experimental-feature", "Embedded", "-enable-experimental-feature", "BuiltinModule", "-wmo",
         "-parse-as-library", "-swift-version", "6", "-enable-upcoming-feature", "ExistentialAny", "-warnings-as-errors"]
# The multiply-adds of a full tile's turn of the loop, by the function that holds it: 12 rows of two vectors of eight floats are FULL,
# and each of those is two registers. EXPECTED is read off the compiler's work and stays until a tile is meant to change.
EXPECTED = {}

FUNCTION = re.compile(r"^([0-9a-f]+) <(.+)>:$")
INSTRUCTION = re.compile(r"^\s*([0-9a-f]+):\s+(\S+)\s*(.*)$")
BRANCH = re.compile(r"^(b|b\.\w+|cbn?z|tbn?z)$")
DESTINATION = re.compile(r"0x([0-9a-f]+)\b")
