import Testing

@testable import Commands

/// Help texts are compared with the files in `Saved`. After a change that is meant, `DESCENT_SAVE_TEXTS=1 swift test --filter
/// HelpTests` writes them again; the difference is then for the reader of the commit.
@Suite("Help")
struct HelpTests {
  /// The command lines that ask for help, and the file with the answer.
  private static let questions: [(words: [String], file: String)] =
    [(["--help"], "help"), (["help", "data"], "help-data")]
    + CommandList.declarations.map { declaration in
      let words = declaration.name.split(separator: " ").map(String.init)
      return (["help"] + words, "help-" + words.joined(separator: "-"))
    }

  @Test("The help is the saved text", arguments: questions.indices)
  func saved(index: Int) throws {
    let (words, file) = Self.questions[index]
    let text = HelpText.text(try Self.topic(words), width: 80)
    try SavedText(file).check(text)
  }

  @Test("The help stays within the width, down to 60 columns", arguments: [60, 80, 120])
  func width(_ width: Int) throws {
    var wide: [String] = []
    for (words, _) in Self.questions {
      let lines = HelpText.text(try Self.topic(words), width: width).split(separator: "\n")
      wide += lines.filter { $0.count > width || $0.last == " " }.map(String.init)
    }
    #expect(wide == [])
  }

  @Test(
    "The help is printed for every usual request",
    arguments: [
      ([], "descent 0.1.0: trains"), (["help"], "descent 0.1.0: trains"), (["-h"], "descent 0.1.0: trains"),
      (["train", "--help"], "descent train: trains"), (["train", "-h", "--bogus"], "descent train: trains"),
      (["train", "--epochs", "--help"], "descent train: trains"), (["help", "train"], "descent train: trains"),
      (["data", "--help"], "Usage: descent data COMMAND"),
      (["data", "fetch", "--help"], "descent data fetch: downloads"),
      (["help", "data", "fetch"], "descent data fetch: downloads"), (["help", "help"], "descent help: lists"),
      (["help", "--help"], "descent help: lists"), (["evaluate", "--help"], "descent evaluate: reports"),
    ])
  func ways(words: [String], beginning: String) throws {
    #expect(HelpText.text(try Self.topic(words), width: 80).hasPrefix(beginning))
  }

  @Test("--version is understood alone")
  func version() throws {
    guard case .version = try Invocation(["--version"]) else {
      Issue.record("--version is something else")
      return
    }
  }

  private static func topic(_ words: [String]) throws -> HelpTopic {
    switch try Invocation(words) {
    case .help(let topic): topic
    case .run(let command as HelpCommand, _): command.topic
    default: throw CancellationError()
    }
  }
}
