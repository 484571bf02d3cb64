#!/usr/bin/env python3
"""Fails for cyclic dependencies of files in the engine, long functions and computed properties, calls with many unlabeled arguments, imports that
the manifest does not declare, and words in files where they do not belong.

    check-structure.py              checks the tree that contains it
    check-structure.py --self-test  checks that planted faults are found

It reads text, not syntax trees; except for words, comments and string literals are removed first. A reference from one file to another is a name of a
type that the other one declares at its top level.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Modules in which no file may depend on itself through others.
ACYCLIC = ["Sources/Training"]
MOST_LINES = 40
MOST_UNLABELED = 6
# A line of text in another language inside a string literal: not counted as code of its function.
TEMPLATE = "\0"
# The files with a method that calls a kernel, or a C function, with many operands.
KERNEL_CALLS = {
    "Sources/Networks/Layers/KernelCalls.swift", "Sources/Training/Input/PackedRows.swift", "Sources/Training/Input/FeatureTransform.swift",
    "Sources/Training/Augmentation/DistortionCalls.swift", "Sources/Ranks/MPITransport.swift",
}
# Words that files of a folder must not have, with the reason. The pattern is applied to the whole text, comments and string literals included.
WORDS = [
    (r"Sources/Networks/", r"(?i)\bworkers?\b", "networks know threads that call them, not workers that divide a step"),
    (r"Sources/Training/Step/", r"\bextension Trainer\b", "a step knows no trainer"),
    (r"Sources/Training/Step/(Owned|Divided|Partial|Ranks)/", r"\bInputForm\b|\.form\b", "an exchange is generic over its input; StepDecision knows the form"),
    (r"Sources/(Networks/(Losses|Activations)|KernelVariants/Source/(Losses|Outputs|Activations|Terms|Updates))/", r"\bdefault:",
     "a new loss, activation, term or optimizer must not be computed as another one"),
]
# Only the command line spells options. Other files have them in command lines of experiments and exercises, which are data, in calls of other
# programs, and in names of CSS variables.
SPELLING = re.compile(r"""(?<![\w.-])--[a-z][a-z-]+""")
SPELLERS = re.compile(
    r"Sources/(Commands/|Course/|Experiments/Reproductions/|Charts/Drawing/Paint.swift|Charts/Page/|Models/Export/Page/|Datasets/Fetch/FetchCurl.swift"
    r"|Pictures/JPEGConversion.swift|Ranks/RankError.swift|KernelVariants/)")
STRING = re.compile(r'"""\n.*?"""|#"[^\n]*?"#|"(?:\\.|[^"\\\n])*"', re.S)
MODIFIERS = r"(?:(?:public|package|private|fileprivate|internal|static|final|override|mutating|nonisolated|convenience|required|indirect)(?:\([a-z]+\))?\s+)*"
TYPE = re.compile(r"^(?:@\w+(?:\([^)]*\))?\s+)*(" + MODIFIERS + r")(?:struct|class|enum|protocol|actor|typealias)\s+(\w+)", re.M)
FUNCTION = re.compile(
    r"^(\s*)(?:@\w+(?:\([^)]*\))?\s+)*" + MODIFIERS + r"(?:(?:func|init|deinit|subscript)\b|var\s+\w+\s*:[^={]*\{\s*$)")
IMPORT = (
    r"[ \t]*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|private|fileprivate)\s+)?import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?")
SYSTEM_IMPORT = re.compile(IMPORT + r"(Foundation|FoundationEssentials|Glibc|Musl|Darwin)\b")
ANY_IMPORT = re.compile("^" + IMPORT + r"(\w+)", re.M)
# A module of the manifest; those of kernels are made by a function and have no dependencies of their own.
TARGET = re.compile(r'\.(systemLibrary|target|executableTarget|testTarget)\(\s*name: "(\w+)"(?:,\s*dependencies: \[(.*?)\])?(?:[^()]*?path: "([^"]*)")?', re.S)
CALL = re.compile(r"(?<![\w.])((?:\w+\.)*\w+)\(")


def bare(text):
    """Swift text without comments and contents of string literals, with the same lines."""
    # The last line keeps its indentation: code may follow the string.
    text = re.sub(r'"""\n.*?( *)"""', lambda match: '""' + f"\n{TEMPLATE}" * (match[0].count("\n") - 1) + f"\n{match[1]}{TEMPLATE}", text, flags=re.S)
    text = re.sub(r'#"[^\n]*?"#|"(?:\\.|[^"\\\n])*"', '""', text)
    return re.sub(r"//[^\n]*", "", text)


def circles(files):
    """Groups of files that depend on each other, with the references inside a group."""
    declared = {}
    for name, text in files.items():
        for match in TYPE.finditer(text):
            if "private" not in match[1]:
                declared[match[2]] = name
    uses = {name: {} for name in files}
    for name, text in files.items():
        for word in set(re.findall(r"\b[A-Z]\w+\b", text)):
            if declared.get(word, name) != name:
                uses[name].setdefault(declared[word], set()).add(word)
    reach = {}
    for start in files:
        seen, left = set(), list(uses[start])
        while left:
            name = left.pop()
            if name not in seen:
                seen.add(name)
                left.extend(uses[name])
        reach[start] = seen
    found = {frozenset(other for other in reach[name] if name in reach[other]) for name in files if name in reach[name]}
    return [[f"{one} -> {two} ({', '.join(sorted(words))})" for one in sorted(group) for two, words in uses[one].items() if two in group]
            for group in found]


def long_functions(text):
    """First line, its number and the count of lines of each function or computed property that is too long."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        match = FUNCTION.match(line)
        if not match or re.search(r"\{.*\}\s*$", line):
            continue
        # A requirement of a protocol has no body: the next closing brace at its level belongs to the protocol.
        level = len(match[1])
        for end in range(number, len(lines)):
            if lines[end] == match[1] + "}":
                count = sum(part.strip() != TEMPLATE for part in lines[number:end + 1])
                if count > MOST_LINES:
                    yield number + 1, line.strip(), count
                break
            if end > number and lines[end].strip(" " + TEMPLATE) and len(lines[end]) - len(lines[end].lstrip()) <= level and not lines[end].lstrip().startswith((")", "{")):
                break


def unlabeled(text):
    """Line, name and count of the calls with too many unlabeled arguments."""
    for match in CALL.finditer(text):
        depth, argument, count, index = 1, "", 0, match.end()
        while depth and index < len(text):
            character = text[index]
            depth += character in "([{"
            depth -= character in ")]}"
            if depth == 0 or (character == "," and depth == 1):
                count += bool(argument.strip()) and not re.match(r"\s*\w+:\s", argument)
                argument = ""
            else:
                argument += character
            index += 1
        if count > MOST_UNLABELED:
            yield text.count("\n", 0, match.start()) + 1, match[1], count


def repeated(files):
    """The kernels that are called with many unlabeled arguments in more than one function."""
    calls = {}
    for name, text in sorted(files.items()):
        for line, call, _ in unlabeled(text):
            # A bare name is a property of the extended table of kernels.
            owner = re.findall(r"^extension (\w+)", "\n".join(text.split("\n")[:line]), re.M)[-1:] if "." not in call else []
            calls.setdefault((*owner, call.split(".")[-1]), []).append(f"{name}:{line}")
    return [f"{' and '.join(places)}: one wrapper for each kernel, not {len(places)} of {kernel[-1]}" for kernel, places in calls.items() if len(places) > 1]


def without_comments(text):
    return re.sub(r"(?m)^[ \t]*//[^\n]*", "", text)


def misplaced(name, text):
    """Line, word and reason of each word that the file must not have."""
    for folder, pattern, reason in WORDS:
        if re.match(folder, name):
            for match in re.finditer(pattern, text):
                yield text.count("\n", 0, match.start()) + 1, match[0], reason
    if SPELLERS.match(name):
        return
    code = without_comments(text)
    for string in STRING.finditer(code):
        for match in SPELLING.finditer(string[0]):
            line = code.count("\n", 0, string.start() + match.start()) + 1
            yield line, match[0], "only Commands spells options; OptionText names them"


def idle(names):
    """The rules that no file falls under: a folder that was renamed would have none."""
    for folder in [*ACYCLIC, *(folder for folder, _, _ in WORDS)]:
        if not any(re.match(folder, name) for name in names):
            yield f"no file in {folder}, for which this check has a rule"


def undeclared(manifest, files):
    """The imports that a module's files have and the manifest does not declare, and the other way around."""
    targets = {name: (kind, set(re.findall(r'"(\w+)"', names)), folder) for kind, name, names, folder in TARGET.findall(manifest)}
    if not targets:
        yield "Package.swift: no target was found"
    for name, (kind, declared, folder) in targets.items():
        folder = folder or ("Tests/" if kind == "testTarget" else "Sources/") + name
        found = {module: file for file, text in files.items() if file.startswith(folder + "/") for module in ANY_IMPORT.findall(text) if module in targets}
        for module in sorted(found.keys() - declared):
            yield f"{found[module]}: imports {module}, which Package.swift does not declare for {name}"
        # A test that starts the executable needs its product.
        for module in sorted(declared - found.keys()):
            if kind != "systemLibrary" and targets.get(module, [""])[0] != "executableTarget":
                yield f"Package.swift: {name} does not import {module}"


def self_test():
    ring = {"a": "struct One { let b: Two }", "b": "struct Two { var c: Three? }", "c": "public final class Three { let a: One }",
            "d": "enum Four { case a(One) }"}
    line = {"a": "struct One { let b: Two }", "b": bare('struct Two { let c = "One" } // One'), "c": "private struct Two {}"}
    body = "  func f() {\n" + "    g()\n" * 39 + "  }"
    checks = [
        len(circles(ring)) == 1 and len(circles(ring)[0]) == 3,
        circles(line) == [],
        len(list(long_functions(body))) == 1,
        list(long_functions("  func f() {\n" + "    g()\n" * 38 + "  }")) == [],
        list(long_functions(bare('  func f() {\n    """\n' + "text\n" * 39 + '    """\n  }'))) == [],
        # Code may follow a string's last line.
        len(list(long_functions(bare('  func f() {\n    g(\n      """\n      text\n      """, 1)\n' + "    g()\n" * 39 + "  }")))) == 1,
        len(list(long_functions(bare('  func f() {\n    let a =\n      """\n      text\n      """\n' + "    g()\n" * 39 + "  }")))) == 1,
        len(list(long_functions("  private static var a: Int {\n" + "    g()\n" * 39 + "  }"))) == 1,
        list(long_functions("  var a: Int { 1 }\n  var b = 2\n  var c: Int {\n    1\n  }\n" + "  // text\n" * 40 + "}")) == [],
        list(long_functions("  func f()\n  func g()\n" + "  func h()\n" * 50 + "  }")) == [],
        [call[1:] for call in unlabeled("k.f(1, 2, [3, 4], 5, g(6, 7), { h() }, x: 8)")] == [],
        [call[1:] for call in unlabeled("k.f(1, 2, [3, 4], 5, g(6, 7), { h() }, 8)")] == [("k.f", 7)],
        all(SYSTEM_IMPORT.match(line) for line in ["import Foundation", "@preconcurrency import Glibc", "package import struct Foundation.Date"]),
        not SYSTEM_IMPORT.match("import Platform"),
        [found[:2] for found in misplaced("Sources/Networks/Layers/A.swift", "// One\n/// of a worker")] == [(2, "worker")],
        list(misplaced("Sources/Training/Team/A.swift", "/// Each worker: `--workers`.\nlet form = a.form")) == [],
        [found[:2] for found in misplaced("Sources/Training/Step/Partial/A.swift", "if reader.form == .dense {")] == [(1, ".form")],
        [found[:2] for found in misplaced("Sources/Training/A.swift", '\n\nthrow E("set\\" --seed N")')] == [(3, "--seed")],
        list(misplaced("Sources/Commands/A.swift", 'let text = "--seed"')) == [],
        len(repeated({"a": "k.f(1, 2, 3, 4, 5, 6, 7)", "b": "table.k.f(1, 2, 3, 4, 5, 6, 7)\nk.g(1, 2, 3, 4, 5, 6, 7)"})) == 1,
        list(undeclared('.target(name: "A", dependencies: ["B", "D"]), .systemLibrary(name: "B"), .target(name: "C"), .executableTarget(name: "D")',
                        {"Sources/A/a.swift": "import B\nimport Foundation", "Sources/C/c.swift": "\n"})) == [],
        len(list(undeclared('.target(name: "A", dependencies: ["B"], path: "Tests/A"), .target(name: "B"), .testTarget(name: "C")',
                            {"Tests/A/a.swift": "import A", "Tests/C/c.swift": "  @testable import struct B.D"}))) == 3,
        len(list(undeclared("", {"Sources/A/a.swift": "import B"}))) == 1,
        len(list(idle(["Sources/Networks/A.swift"]))) == len(ACYCLIC) + len(WORDS) - 1,
        repeated({"a": "extension A {\nf(1, 2, 3, 4, 5, 6, 7)\n}\nextension B {\nf(1, 2, 3, 4, 5, 6, 7)\n}"}) == [],
    ]
    if not all(checks):
        sys.exit(f"self-test: {checks}")
    print(f"self-test: {len(checks)} readings are right")


def tree(folder):
    """The Swift files of a folder by their names, without comments and contents of string literals."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", f"{folder}/*.swift"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    return {name: bare((ROOT / name).read_text()) for name in names if (ROOT / name).is_file()}


def main():
    if "--self-test" in sys.argv:
        self_test()
        return
    files = tree("Sources")
    wrong = [f"{name}:{line}: {word}: {reason}" for name in files for line, word, reason in misplaced(name, (ROOT / name).read_text())]
    wrong += idle(files)
    wrong += repeated({name: files[name] for name in KERNEL_CALLS})
    for folder in ACYCLIC:
        for circle in circles({name: text for name, text in files.items() if name.startswith(folder + "/")}):
            wrong.append("a circle of files:\n  " + "\n  ".join(circle))
    wrong += undeclared((ROOT / "Package.swift").read_text(), files | tree("Tests"))
    # Kernels are checked by their machine code, not by their lines.
    files = {name: text for name, text in files.items() if not name.startswith("Sources/KernelVariants/")}
    for name, text in files.items():
        wrong += [f"{name}:{line}: {count} lines, at most {MOST_LINES}: {first}" for line, first, count in long_functions(text)]
        # The thread sanitizer does not know the ordering that a `Mutex` gives, and reports races that are none, by chance.
        wrong += [f"{name}:{line}: a Mutex; take Guarded of Files" for line, code in enumerate(text.split("\n"), 1) if re.search(r"\bMutex\b", code)]
        # Foundation's localized texts would be loaded at every start.
        if not name.startswith("Sources/Platform/"):
            wrong += [f"{name}:{line}: imports {found[1]}; take Platform" for line, code in enumerate(text.split("\n"), 1) if (found := SYSTEM_IMPORT.match(code))]
        if name not in KERNEL_CALLS:
            wrong += [f"{name}:{line}: {count} arguments without a label, at most {MOST_UNLABELED}: {call}" for line, call, count in unlabeled(text)]
    for line in wrong:
        print(line)
    print(f"{len(files)} files, {len(wrong)} faults")
    sys.exit(bool(wrong))


main()
