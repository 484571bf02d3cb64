#!/usr/bin/env python3
"""Fails if a module has become slower to compile, by figures that are the same on every machine.

For each module of a release build: the scopes that the type checker's solver opened, and the bytes of machine code, both per line of
source. Scopes grow with the time of type checking; one slow expression opens hundreds of thousands. The size of the code grows with the
time of optimization. Both are compared with .ci/compile-work.json.

    check-compile.py STATISTICS BUILD    STATISTICS: the folder of the compiler's -stats-output-dir, BUILD: .build-release/release
    check-compile.py STATISTICS BUILD --record
    check-compile.py --self-test
"""

import json
import re
import subprocess
import sys
from pathlib import Path

RECORDED = Path(__file__).resolve().parent / "compile-work.json"
OWN = tuple(f"{Path(__file__).resolve().parent.parent}/{folder}/" for folder in ["Sources", "Tests/TestSupport"])
# Of a module, and of all together. A new file of an unusual kind may move a small module's figures; a slow expression doubles them.
MARGIN, TOTAL_MARGIN = 1.3, 1.1
# The figures of smaller modules, per line, depend on single declarations.
FEWEST_LINES = 500
FIGURES = {"scopes": "scopes of the type checker", "code": "bytes of machine code"}
# Modules that do not exist for every processor, or have their own checks.
LEFT_OUT = re.compile(r"^(Kernels\w+|Main)$")


def objects(folder):
    """The object files of a module's present sources; the folder keeps those of removed ones, too."""
    return sorted({str(folder / (Path(line.strip().strip("'")).name + ".o")) for line in (folder / "sources").read_text().splitlines()})


def measure(statistics, build):
    """Lines, scopes and bytes of code by module. A file of statistics is named after its time and the module that a frontend compiled:
    the last one of a module is in force."""
    modules = {}
    for path in sorted(Path(statistics).glob("*.json")):
        # One frontend compiles a whole module to object files; without optimization, another one writes its interface.
        name = re.search(r"-swift-frontend-(\w+)-all-\w+-o-", path.name)
        if name is None or LEFT_OUT.match(name[1]):
            continue
        counters = json.loads(path.read_text())
        folder = Path(build, f"{name[1]}.build")
        # Other packages are built in that folder, too.
        if not folder.exists() or not (folder / "sources").read_text().strip("'").startswith(OWN):
            continue
        sizes = subprocess.run(["size", *objects(folder)], capture_output=True, text=True, check=True).stdout.splitlines()[1:]
        modules[name[1]] = {
            "lines": counters["AST.NumSourceLines"],
            "scopes": counters.get("Sema.NumConstraintScopes", 0),
            "code": sum(int(line.split()[0]) for line in sizes),
        }
    return modules


def faults(measured, recorded):
    """Figures above their limits, and modules without figures or limits."""
    found = [f"{name}: no statistics; a new release build writes them: rm -r .build-release" for name in sorted(recorded.keys() - measured.keys())]
    found += [f"{name} is not in {RECORDED.name}: add it with --record" for name in sorted(measured.keys() - recorded.keys())]

    def compare(name, now, before, margin):
        for figure, words in FIGURES.items():
            rate, limit = now[figure] / now["lines"], before[figure] / before["lines"] * margin
            if rate > limit:
                found.append(f"{name}: {rate:.1f} {words} per line, expected at most {limit:.1f} ({margin} times the recorded figure)")

    def total(modules):
        return {key: sum(module[key] for module in modules.values()) for key in ["lines", *FIGURES]}

    for name in sorted(measured.keys() & recorded.keys()):
        if measured[name]["lines"] >= FEWEST_LINES:
            compare(name, measured[name], recorded[name], MARGIN)
    if measured:
        compare("all modules", total(measured), total(recorded), TOTAL_MARGIN)
    return found


def self_test():
    recorded = {"A": {"lines": 1000, "scopes": 20_000, "code": 300_000}, "B": {"lines": 600, "scopes": 3_000, "code": 90_000}}

    def changed(**figures):
        return {**recorded, "B": {**recorded["B"], **figures}}

    assert faults(recorded, recorded) == []
    assert faults(changed(scopes=3_600), recorded) == []
    assert "B: 8.3 scopes" in faults(changed(scopes=5_000), recorded)[0]
    assert "all modules: 35.6 scopes" in faults(changed(scopes=37_000), recorded)[1]
    assert "B: 200.0 bytes" in faults(changed(code=120_000), recorded)[0]
    assert faults(changed(lines=1200, scopes=6_000, code=180_000), recorded) == []
    assert "C is not in" in faults({**recorded, "C": recorded["A"]}, recorded)[0]
    assert "B: no statistics" in faults({"A": recorded["A"]}, recorded)[0]
    print("planted faults are found")


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    measured = measure(sys.argv[1], sys.argv[2])
    if sys.argv[3:] == ["--record"]:
        RECORDED.write_text("{\n" + ",\n".join(f"  {json.dumps(k)}: {json.dumps(v)}" for k, v in sorted(measured.items())) + "\n}\n")
        return None
    for name, figures in sorted(measured.items()):
        rates = ", ".join(f"{figures[figure] / figures['lines']:6.1f} {words}" for figure, words in FIGURES.items())
        print(f"{name:<16} {figures['lines']:>6} lines; a line: {rates}")
    found = faults(measured, json.loads(RECORDED.read_text()))
    if found:
        sys.exit("\n".join(found))
    return None


if __name__ == "__main__":
    main()
