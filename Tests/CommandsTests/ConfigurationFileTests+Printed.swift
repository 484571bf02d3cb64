import JSON
import Testing

@testable import Commands

/// The output of `--print-config` as a file of option values.
extension ConfigurationFileTests {
  /// The output of `--print-config`.
  static func printed(_ words: [String]) throws -> String {
    guard case .configuration(let type, let arguments) = try Invocation(words + ["--print-config"]) else {
      throw CancellationError()
    }
    return ConfigurationOptions.text(type, arguments)
  }

  @Test(
    "--print-config leaves out a learning rate that depends on the data",
    arguments: [
      (["--output", "identity"], JSONValue.null), (["--output", "identity", "-l", "0.1"], .number(0.1)),
      (["--output", "identity", "-o", "adam"], .number(0.001)),
      (["--output", "identity", "--no-standardize-targets"], .number(0.1)),
      (["--output", "identity", "-d", "synthetic"], .number(0.1)), ([], .number(0.1)),
    ])
  func learningRate(words: [String], expected: JSONValue) throws {
    let value = try JSONValue.parse(Self.printed(["train"] + words).utf8)
    #expect((value["learning_rate"] ?? .null) == expected)
  }

  @Test("A given word for none stays in the output of --print-config: another option may need it")
  func printedNone() throws {
    let text = try Self.printed(["train", "--augment", "none", "--clean-epochs", "1"])
    #expect(try Self.parse(text).texts["augment"] == "none", "\(text)")
  }

  @Test("The output of --print-config gives the same options when it is read")
  func printed() throws {
    let text = try Self.printed(["train", "--hidden", "64,32", "-o", "adam", "--no-bias", "-e", "3"])
    let value = try JSONValue.parse(Array(text.utf8))
    #expect(value["learning_rate"] == .number(0.001) && value["beta1"] == .number(0.9) && value["epochs"] == .number(3))
    let again = try Self.parse(text, ["--print-config"])
    #expect(ConfigurationOptions.text(TrainCommand.self, again) == text)
  }

  @Test(
    "Values of --print-config that follow from others do so again if the command line changes these; edited ones are given",
    arguments: [
      ([], "", ["-o", "adam"], nil), (["-l", "0.1"], "", ["-o", "adam"], "0.1"), (["-l", "0.3"], "", [], "0.3"),
      ([], #""learning_rate": 0.1>"learning_rate": 0.5"#, ["-o", "adam"], "0.5"),
      ([], #""given": []>"limit": null"#, ["-o", "adam"], "0.1"), (["-o", "adam"], "", ["-o", "sgd"], nil),
    ] as [([String], String, [String], String?)])
  func printedDefaults(options: [String], edit: String, words: [String], learningRate: String?) throws {
    var text = try Self.printed(["train"] + options)
    let parts = edit.split(separator: ">").map(String.init)
    if parts.count == 2 {
      try #require(text.contains(parts[0]), "\(text)")
      text = text.replacing(parts[0], with: parts[1])
    }
    let texts = try Self.parse(text, words).texts
    #expect(texts["learning-rate"] == learningRate && texts["epochs"] == (edit.contains("limit") ? "5" : nil))
  }

  @Test("--print-config of a run's record leaves values that follow from others to the next command line")
  func printedRecord() throws {
    let event =
      #"{"event":"run","given":["hidden","optimizer"],"hidden":[8],"optimizer":"adam","learning_rate":0.001}"#
    let text = ConfigurationOptions.text(TrainCommand.self, try Self.parse(event, ["--print-config"]))
    let texts = try Self.parse(text, ["-o", "sgd"]).texts
    #expect(texts["learning-rate"] == nil && texts["hidden"] == "8", "\(text)")
  }

  @Test("The axes of an experiment stay axes in the output of --print-config", arguments: ["compare", "scale"])
  func printedAxes(command: String) throws {
    let words = ["--hidden", "4", "--hidden", "8,3", "--l2", "0", "--l2", "1", "-o", "sgd,adam"]
    let text = try Self.printed([command] + words)
    let again = try Self.parse(text, command: command)
    #expect(again.texts(NetworkOptions.hiddenOption) == ["4", "8,3"])
    #expect(ConfigurationOptions.text(try #require(CommandList.named(command)), again) == text)
  }
}
