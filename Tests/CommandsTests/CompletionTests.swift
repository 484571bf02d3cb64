import Foundation
import Testing

@testable import Commands

@Suite("Completion scripts and the manual page")
struct CompletionTests {
  /// The path of a program; nil if it is not installed.
  private static func path(of program: String) -> String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { "\($0)/\(program)" }.first(where: FileManager.default.isExecutableFile)
  }

  private static func isInstalled(_ program: String) -> Bool { path(of: program) != nil }

  /// Runs a program and returns its output.
  private static func output(of program: String, _ arguments: [String], input: String) throws -> String {
    let path = try #require(Self.path(of: program))
    let scratch = try ScratchFolder()
    let script = try scratch.write("completion", input)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments + [script]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }

  /// Words on a command line, the last one to be completed, and some of what is offered.
  static let lines: [(words: [String], offered: Set<String>, missing: Set<String>)] = [
    (["descent", ""], ["train", "data", "completions"], ["fetch"]), (["descent", "tr"], ["train"], ["evaluate"]),
    (["descent", "data", ""], ["fetch", "describe", "synthesize"], ["train"]),
    (["descent", "train", "--opt"], ["--optimizer"], ["--epochs"]),
    (["descent", "train", "--no-sh"], ["--no-shuffle"], []),
    (["descent", "train", "--optimizer", "ada"], ["adam", "adamw"], ["sgd"]),
    (["descent", "train", "-o", "s"], ["sgd"], ["adam"]),
    (["descent", "train", "--activation", "relu,ta"], ["relu,tanh"], ["tanh"]),
    (["descent", "compare", "--optimizer", "sgd,ada"], ["sgd,adam", "sgd,adamw"], ["adam"]),
    (["descent", "completions", ""], ["bash", "zsh", "fish"], ["train"]),
    (["descent", "help", "eva"], ["evaluate"], ["train"]), (["descent", "evaluate", "--js"], ["--json"], ["--epochs"]),
    (["descent", "data", "fetch", ""], ["mnist", "fashion-mnist", "kmnist"], ["train"]),
    (["descent", "data", "fetch", "fas"], ["fashion-mnist"], ["mnist"]),
    (["descent", "help", "data", "f"], ["fetch"], ["evaluate", "describe"]),
    (["descent", "help", "data", ""], ["fetch", "describe"], ["evaluate"]),
    (["descent", "reproduce", "spe"], ["speed"], ["all"]),
  ]

  @Test(
    "bash completes commands, options and values", .enabled(if: isInstalled("bash"), "bash is not installed"),
    arguments: lines.indices)
  func bash(index: Int) throws {
    let (words, offered, missing) = Self.lines[index]
    let list = words.map { "'\($0)'" }.joined(separator: " ")
    let script =
      CompletionsCommand.script(for: .bash)
      + "COMP_WORDS=(\(list)); COMP_CWORD=\(words.count - 1); _descent; printf '%s\\n' \"${COMPREPLY[@]}\"\n"
    let output = try Self.output(of: "bash", ["--norc"], input: script)
    let found = Set(output.split(separator: "\n").map(String.init))
    #expect(offered.isSubset(of: found) && found.isDisjoint(with: missing), "\(words): \(output)")
  }

  /// Words on a command line in a folder with the files `x,tanh` and `a b`, and what is offered.
  static let fileLines: [(words: [String], offered: String)] = [
    (["descent", "evaluate", "a"], ""), (["descent", "train", "--data", "a"], ""),
    (["descent", "train", "--data", "=", "a"], ""), (["descent", "train", "--checkpoint", "a"], ""),
    (["descent", "train", "--activation", "*,ta"], "*,tanh\n"),
    (["descent", "train", "--activation", "a b,ta"], "a b,tanh\n"),
  ]

  @Test(
    "bash leaves names of files to readline, which quotes them, and expands no wildcard",
    .enabled(if: isInstalled("bash"), "bash is not installed"), arguments: fileLines.indices)
  func bashFiles(index: Int) throws {
    let (words, offered) = Self.fileLines[index]
    let list = words.map { "'\($0)'" }.joined(separator: " ")
    let folder = try ScratchFolder()
    try folder.write("x,tanh", "")
    try folder.write("a b", "")
    let script =
      CompletionsCommand.script(for: .bash)
      + "cd '\(folder.path)'; COMP_WORDS=(\(list)); COMP_CWORD=\(words.count - 1)\n"
      + "_descent 2>/dev/null; for reply in \"${COMPREPLY[@]}\"; do echo \"$reply\"; done; complete -p descent\n"
    let output = try Self.output(of: "bash", ["--norc"], input: script)
    #expect(output == offered + "complete -o default -F _descent descent\n", "\(words): \(output)")
  }

  @Test(
    "fish completes the same words as bash", .enabled(if: isInstalled("fish"), "fish is not installed"),
    arguments: lines.indices)
  func fish(index: Int) throws {
    let (words, offered, missing) = Self.lines[index]
    let script = CompletionsCommand.script(for: .fish) + "complete -C '\(words.joined(separator: " "))'\n"
    let output = try Self.output(of: "fish", ["--no-config"], input: script)
    let found = Set(output.split(separator: "\n").map { String($0.prefix { $0 != "\t" }) })
    #expect(offered.isSubset(of: found) && found.isDisjoint(with: missing), "\(words): \(output.prefix(500))")
  }

  @Test(
    "zsh reads its script and defines the function of every command",
    .enabled(if: isInstalled("zsh"), "zsh is not installed"))
  func zsh() throws {
    let names = CommandList.declarations.map { "_descent_" + $0.name.replacing(" ", with: "_") }
    let script =
      "autoload -Uz compinit; compinit -D -u\n" + CompletionsCommand.script(for: .zsh)
      + "for name in \(names.joined(separator: " ")); do whence -w $name; done\n"
    let output = try Self.output(of: "zsh", ["-f"], input: script)
    #expect(output.split(separator: "\n").map(String.init) == names.map { $0 + ": function" }, "\(output.prefix(500))")
  }

  @Test("The manual page has every command and option, in ASCII")
  func manual() {
    let text = ManualPage.text
    for declaration in CommandList.declarations {
      #expect(text.contains(".Ss descent \(declaration.name)"))
      for option in declaration.allGroups.flatMap(\.options) { #expect(text.contains("Fl Fl \(option.name)")) }
    }
    #expect(text.utf8.allSatisfy { $0 < 128 })
  }

  @Test(
    "mandoc finds nothing to say about the manual page", .enabled(if: isInstalled("mandoc"), "mandoc is not installed"))
  func lint() throws {
    let output = try Self.output(of: "mandoc", ["-T", "lint"], input: ManualPage.text)
    #expect(output == "", "\(output.prefix(2000))")
  }
}
