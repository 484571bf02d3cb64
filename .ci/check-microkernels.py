#!/usr/bin/env python3
"""Fails if the inner loop of a micro-kernel does not have the expected number of multiply-adds of whole vectors, or uses the stack.

A register tile is fast only if its sums stay in registers. A compiler that spills one of them, splits a vector or does not unroll a loop
gives the correct numbers at half the speed, and no test detects it. This script reads the disassembly of the linked executable.

Products on tiles (AMX) are checked on every machine, whatever its processor: their inner loops load and multiply tiles and do nothing else
with memory, and on every path through a function tiles are configured before their first use, and released before it returns.

    check-microkernels.py [--objdump PATH] EXECUTABLE
    check-microkernels.py --self-test
"""

import re
import sys
from collections import Counter

from disassembly import disassembly, functions, inner_loops, parse_options

# For each table of kernels the register of a whole vector, and for each product the numbers of multiply-adds of the inner loops that must
# exist: a full tile of two vectors per row (12 rows with 32 registers, 6 with 16), the remainders of fewer rows, and four, two and one
# panel of the masked products. Only tiles of at least five rows are required: shorter loops may be unrolled.
# So is the loop of AVX2's peak, whose 12 sums occur twice. In bfloat16, an instruction is two multiply-adds per lane, and the
# forward product and the error signal use the same tile, which is not inlined.
WIDE_512 = {2 * rows for rows in range(5, 13)}
WIDE_256 = {10, 12}
MASKED = {10, 8, 6, 4, 2}
# The update by one sample: a product, then the update, for each vector of the panels.
STEPPED = {20, 16, 12, 8, 4}
# Layers whose outputs fit into half a vector: one multiply-add for each row.
HALF_512 = set(range(8, 13))
# The register of products whose vectors are not those of their table.
OTHER_REGISTERS = {"halfForward": "ymm", "halfWeightGradient": "ymm"}
EXPECTED = {
    "$s13KernelsAVX512": ("zmm", {
        "denseForward": WIDE_512, "denseWeightGradient": WIDE_512, "denseErrorSignal": WIDE_512,
        "maskedForward": MASKED, "maskedGradient": MASKED, "maskedSampleStep": STEPPED, "multiplyAddPeak": {24},
        "halfForward": HALF_512, "halfWeightGradient": HALF_512,
    }),
    "$s15KernelsBFloat16": ("zmm", {"weightGradient": WIDE_512, "tile": WIDE_512}),
    "$s11KernelsAVX2": ("ymm", {
        "denseForward": WIDE_256, "packedForward": WIDE_256, "denseWeightGradient": WIDE_256, "denseErrorSignal": {12},
        "maskedForward": MASKED, "maskedGradient": MASKED, "gradientFromList": MASKED, "gradientIntoList": MASKED,
        "maskedSampleStep": STEPPED, "multiplyAddPeak": {24},
    }),
}

# For each product on tiles the numbers of tile loads and multiplications of the inner loops that must exist: two rows and two columns of
# tiles, one row, one column, and one of each.
TILES = "$s10KernelsAMX"
TILE_PRODUCTS = ("forward", "weightGradient", "errorSignal")
TILE_LOOPS = {(4, 4), (3, 2), (2, 1)}
TILE_USE = {"tileloadd", "tileloaddt1", "tilestored", "tilezero", "tdpbf16ps"}

TARGET = re.compile(r"^(?:0x)?([0-9a-f]+)\b")
STACK = re.compile(r"\(%r[sb]p[,)]")
VECTOR = re.compile(r"%([xyz]mm)\d+")


def jump(mnemonic, operands):
    """The address to which a jump leads; None for another instruction, and for a jump to a computed address."""
    target = TARGET.match(operands) if mnemonic.startswith("j") else None
    return int(target[1], 16) if target else None


def multiply_adds(loop):
    return [operands for _, mnemonic, operands in loop if re.match(r"vfn?m(add|sub)\d+ps|vdpbf16ps", mnemonic)]


def spills(loop):
    """The instructions that load or store a vector on the stack."""
    return [f"{mnemonic} {operands}" for _, mnemonic, operands in loop if STACK.search(operands) and VECTOR.search(operands)]


def check(lines):
    """The faults, and for each table and product the multiply-adds of its inner loops."""
    wrong, found = [], {prefix: {product: Counter() for product in products} for prefix, (_, products) in EXPECTED.items()}
    found[TILES] = {product: Counter() for product in TILE_PRODUCTS}
    for name, body in functions(lines, (*EXPECTED, TILES)):
        # The disassembler's comments name addresses.
        body = [(address, mnemonic, operands.split("#")[0].strip()) for address, mnemonic, operands in body]
        if name.startswith(TILES):
            check_tiles(name, body, wrong, found[TILES])
            continue
        prefix = next(prefix for prefix in EXPECTED if name.startswith(prefix))
        register, products = EXPECTED[prefix]
        # A Swift symbol: module, then the length of the function's name and the name. Tiles that the compiler did not inline are those
        # of the error signal, whose strides make them large; each of these functions must have a full tile.
        product = next((product for product in products if f"{len(product)}{product}" in name[len(prefix):]), None)
        if product is None and "denseErrorSignal" in products and "4tile_" in name:
            product, full = "denseErrorSignal", max(products["denseErrorSignal"])
            if not any(len(multiply_adds(loop)) == full for loop in inner_loops(body, jump)):
                wrong.append(f"{name}: no inner loop of {full} multiply-adds")
        if product is None or not body:
            continue
        register = OTHER_REGISTERS.get(product, register)
        for loop in inner_loops(body, jump):
            operations = multiply_adds(loop)
            if not operations:
                continue
            found[prefix][product][len(operations)] += 1
            narrow = [operands for operands in operations if set(VECTOR.findall(operands)) != {register}]
            if narrow:
                wrong.append(f"{name}: multiply-adds of less than a whole vector in a loop of {len(operations)}: {narrow[0]}")
            # Only expected loops are checked, not others, such as that of a narrow last panel.
            if len(operations) in products[product] and (through := spills(loop)):
                wrong.append(f"{name}: {len(through)} vectors through the stack in a loop of {len(operations)} multiply-adds: {through[0]}")
    for prefix, (_, products) in EXPECTED.items():
        for product, expected in products.items():
            if missing := sorted(expected - set(found[prefix][product])):
                have = dict(sorted(found[prefix][product].items()))
                wrong.append(f"{prefix}: {product} has no inner loop of {missing} multiply-adds; it has {{multiply-adds: loops}} {have}")
    for product, loops in found[TILES].items():
        if missing := sorted(TILE_LOOPS - set(loops)):
            wrong.append(f"{TILES}: {product} has no inner loop of {missing} (tile loads, multiplications); it has {dict(sorted(loops.items()))}")
    return wrong, found


def check_tiles(name, body, wrong, found):
    """Checks the inner loops and the paths of a function; adds faults to `wrong`, and loops to `found`."""
    if not any(mnemonic in TILE_USE for _, mnemonic, _ in body):
        return
    product = next((product for product in TILE_PRODUCTS if f"{len(product)}{product}" in name[len(TILES):]), None)
    for loop in inner_loops(body, jump):
        counts = Counter(mnemonic for _, mnemonic, _ in loop)
        if not counts["tdpbf16ps"]:
            continue
        if product:
            found[product][counts["tileloadd"], counts["tdpbf16ps"]] += 1
        for _, mnemonic, operands in loop:
            if mnemonic.startswith("call") or "(" in operands and mnemonic not in ("tileloadd", "leaq") and not mnemonic.startswith("nop"):
                wrong.append(f"{name}: {mnemonic} {operands} in an inner loop of tiles")
    if fault := path_fault(body):
        wrong.append(f"{name}: {fault}")


def path_fault(body):
    """The fault of a path through a function with tiles; None without one."""
    indices = {address: index for index, (address, _, _) in enumerate(body)}
    seen, open_paths = set(), [(0, False)]
    while open_paths:
        index, configured = open_paths.pop()
        if (index, configured) in seen:
            continue
        seen.add((index, configured))
        if index >= len(body):
            return "it does not end"
        _, mnemonic, operands = body[index]
        if mnemonic in TILE_USE and not configured:
            return f"{mnemonic} {operands} before ldtilecfg on some path"
        if mnemonic == "ldtilecfg":
            configured = True
        if mnemonic == "tilerelease":
            configured = False
        if mnemonic == "ud2" or mnemonic.startswith("call") and "__stack_chk_fail" in operands:
            continue
        if mnemonic.startswith("ret"):
            if configured:
                return "it returns without tilerelease on some path"
            continue
        if mnemonic.startswith("j"):
            target = jump(mnemonic, operands)
            next_index = indices.get(target)
            if next_index is None and (configured or target is None):
                return f"{mnemonic} {operands} leads out of it with tiles in use"
            if next_index is not None:
                open_paths.append((next_index, configured))
            if mnemonic.startswith("jmp"):
                continue
        open_paths.append((index + 1, configured))
    return None


def planted(change=lambda prefix, product, count, loop: loop):
    """A correct disassembly, in which `change` may plant a fault."""
    lines, address = [], 0x1000

    def add(instructions):
        nonlocal address
        for instruction in instructions:
            lines.append(f"    {address:x}: \t{instruction}")
            address += 6

    for product in TILE_PRODUCTS:
        lines += ["", f"{address:016x} <{TILES}{len(product)}{product}yyF>:"]
        add(change(TILES, product, "start", ["ldtilecfg\t(%rdi)"]))
        for loads, multiplications in sorted(TILE_LOOPS):
            loop = ["tileloadd\t(%rdi,%rsi), %tmm4"] * loads + ["tdpbf16ps\t%tmm6, %tmm4, %tmm0"] * multiplications
            start = address
            add(change(TILES, product, (loads, multiplications), loop) + [f"jne\t0x{start:x} <loop>"])
        add(change(TILES, product, "end", ["tilestored\t%tmm0, (%rdi,%rsi)", "tilerelease", "retq"]))
    for prefix, (register, products) in EXPECTED.items():
        for product, counts in products.items():
            lines += ["", f"{address:016x} <{prefix}{len(product)}{product}yyF>:"]
            register = OTHER_REGISTERS.get(product, EXPECTED[prefix][0])
            for count in sorted(counts):
                loop = [f"vmovaps\t(%rdi), %{register}0"]
                loop += [f"vfmadd231ps\t%{register}0, %{register}1, %{register}{2 + i % 14}" for i in range(count)]
                start = address
                add(change(prefix, product, count, loop) + [f"jne\t0x{start:x} <loop>"])
    return lines


def self_test():
    """A correct text passes; each fault planted in one of its loops is reported, and nothing else."""
    def at(spoil, place=("$s13KernelsAVX512", "denseForward", 24)):
        return lambda prefix, product, count, loop: spoil(loop) if (prefix, product, count) == place else loop

    def tiles(part):
        return (TILES, "forward", part)

    cases = [
        ("nothing", lambda prefix, product, count, loop: loop, None),
        ("a spilled sum", at(lambda loop: loop + ["vmovaps\t%zmm9, 64(%rsp)"]), "through the stack"),
        ("a sum fetched back", at(lambda loop: ["vmovups\t-128(%rbp), %zmm9"] + loop), "through the stack"),
        ("a missing multiply-add", at(lambda loop: loop[:-1]), "no inner loop of [24]"),
        ("one too many", at(lambda loop: loop + loop[-1:]), "no inner loop of [24]"),
        ("half a vector", at(lambda loop: loop[:-1] + [loop[-1].replace("zmm", "ymm")]), "less than a whole vector"),
        ("a masked loop rolled up", at(lambda loop: loop[:3], ("$s11KernelsAVX2", "maskedGradient", 8)), "no inner loop of [8]"),
        ("a multiplication and an addition", at(lambda loop: [l.replace("vfmadd231ps", "vmulps") for l in loop]), "no inner loop"),
        ("a pointer from the stack", at(lambda loop: loop + ["movq\t8(%rsp), %rax"]), None),
        ("a pointer from the stack beside tiles", at(lambda loop: loop + ["movq\t8(%rsp), %rax"], tiles((4, 4))), "movq"),
        ("a call beside tiles", at(lambda loop: ["callq\t0x40 <f>"] + loop, tiles((2, 1))), "callq"),
        ("a missing multiplication of tiles", at(lambda loop: loop[:-1], tiles((4, 4))), "no inner loop of [(4, 4)]"),
        ("tiles without a configuration", at(lambda code: [], tiles("start")), "before ldtilecfg"),
        ("a path past the configuration", at(lambda code: ["je\t0x1012 <f>", "nop"] + code, tiles("start")), "before ldtilecfg"),
        ("tiles that stay in use", at(lambda code: [code[0], code[2]], tiles("end")), "without tilerelease"),
        ("a return past the release", at(lambda code: [code[0], "retq", *code[1:]], tiles("end")), "without tilerelease"),
        ("a jump to another function", at(lambda code: code[:1] + ["jmp\t0x10 <g>"], tiles("end")), "leads out"),
        ("an early return", at(lambda code: ["jne\t0x100c <f>", "retq"] + code, tiles("start")), None),
    ]
    for what, change, expected in cases:
        wrong, _ = check(planted(change))
        if len(wrong) != (0 if expected is None else 1) or (expected and expected not in wrong[0]):
            sys.exit(f"self-test: {what}: expected {expected!r}, found {wrong}")
    tile = ["", "0000000000f00000 <$s13KernelsAVX5124tile_4rowsyyF>:", "    f00000: \tretq"]
    if len(check(planted() + tile)[0]) != 1:
        sys.exit("self-test: a tile without its loop passes")
    stripped = check(["", "0000000000001000 <main>:", "    1000: \tretq"])[0]
    if len(stripped) != len(TILE_PRODUCTS) + sum(len(products) for _, products in EXPECTED.values()):
        sys.exit("self-test: an executable without kernels passes")
    print(f"self-test: {len(cases) + 2} texts judged rightly")


def main():
    options = parse_options(__doc__, self_test)
    wrong, found = check(disassembly(options.objdump, options.executable, "--no-show-raw-insn"))
    for prefix, products in found.items():
        for product, loops in products.items():
            text = ", ".join(f"{count}" + (f" ({times} loops)" if times > 1 else "") for count, times in sorted(loops.items()))
            unit = "(tile loads, multiplications)" if prefix == TILES else "multiply-adds"
            print(f"{prefix[prefix.index('Kernels'):]} {product}: inner loops of {text} {unit}")
    for line in wrong:
        print(f"WRONG {line}")
    sys.exit(1 if wrong else 0)


main()
