import Testing

@testable import Commands

@Suite("Bad command lines")
struct BadCommandLineTests {
  /// A command line, its words separated by spaces, and the one line that it gets.
  static let lines: [(words: String, message: String)] = [
    // Commands.
    (
      "trian",
      "unknown command trian: expected one of train, evaluate, predict, gradient, gradcheck, scale, compare, data, course, info, help; the nearest is train."
    ),
    (
      "Evaluate m",
      "unknown command Evaluate: expected one of train, evaluate, predict, gradient, gradcheck, scale, compare, data, course, info, help; the nearest is evaluate."
    ),
    (
      "--quiet train",
      "found the option --quiet before a command, expected one of train, evaluate, predict, gradient, gradcheck, scale, compare, data, course, info, help first."
    ),
    ("data", "data: found nothing after it, expected one of describe, fetch, synthesize."),
    (
      "data fetsh",
      "unknown command data fetsh: expected one of data describe, data fetch, data synthesize; the nearest is data fetch."
    ),
    ("--version 2", "unexpected argument 2 of 'descent --version'; 'descent help --version' tells what it takes."),
    (
      "help trian",
      "unknown command trian: expected one of train, evaluate, predict, gradient, gradcheck, scale, compare, data, course, info, help; the nearest is train."
    ),
    ("help train fast", "unexpected argument fast of 'descent help'; 'descent help help' tells what it takes."),

    // Names of options.
    (
      "train --epoch 5",
      "unknown option --epoch of 'descent train': the nearest is --epochs; 'descent help train' lists all."
    ),
    (
      "train --lr 0.1",
      "unknown option --lr of 'descent train': the nearest is --learning-rate; 'descent help train' lists all."
    ),
    (
      "train --learning_rate=0.1",
      "unknown option --learning_rate of 'descent train': the nearest is --learning-rate; 'descent help train' lists all."
    ),
    (
      "train --batch 64",
      "unknown option --batch of 'descent train': the nearest is --batch-size; 'descent help train' lists all."
    ),
    (
      "train -epochs 5",
      "unknown option -epochs of 'descent train': the nearest is --epochs; 'descent help train' lists all."
    ),
    (
      "train --sede 3",
      "unknown option --sede of 'descent train': the nearest is --seed; 'descent help train' lists all."
    ),
    (
      "train --threads 4",
      "unknown option --threads of 'descent train': the nearest is --workers; 'descent help train' lists all."
    ),
    (
      "train --json",
      "unknown option --json of 'descent train' (it belongs to evaluate, gradient, gradcheck, scale, compare, course, info): the nearest is --loss; "
        + "'descent help train' lists all."
    ),
    (
      "evaluate m --epochs 5",
      "unknown option --epochs of 'descent evaluate' (it belongs to train, scale, compare): the nearest is --loss; "
        + "'descent help evaluate' lists all."
    ),
    ("train --=5", "unknown option -- of 'descent train': the nearest is --l2; 'descent help train' lists all."),

    // Values that are missing, or there where none is wanted.
    ("train --epochs", "--epochs: found no value, expected a whole number from 0 to 1000000000."),
    ("train --epochs=", "--epochs: found an empty text, expected a whole number from 0 to 1000000000."),
    (
      "train --save --quiet",
      "--save: found no value, expected a path. --quiet follows; if that is the value, write --save=--quiet."
    ),
    ("train --save=", "--save: found an empty text, expected a path."),
    ("train --quiet=yes", "--quiet: found the value yes, expected none."),
    ("train --no-shuffle=1", "--no-shuffle: found the value 1, expected none."),

    // Arguments.
    ("evaluate", "MODEL: found none, expected one: 'descent help evaluate' tells more."),
    ("train mnist", "unexpected argument mnist of 'descent train'; 'descent help train' tells what it takes."),
    ("train epochs 5", "unexpected argument epochs of 'descent train': the option is --epochs."),
    ("train -- --epochs", "unexpected argument --epochs of 'descent train'; 'descent help train' tells what it takes."),
    ("train -5", "unexpected argument -5 of 'descent train'; 'descent help train' tells what it takes."),
    ("evaluate a b", "unexpected argument b of 'descent evaluate'; 'descent help evaluate' tells what it takes."),
    ("data describe", "SOURCE: found none, expected one: 'descent help data describe' tells more."),

    // Given twice.
    ("train --epochs 5 --epochs 10", "--epochs: found 2 times (5, 10), expected once."),
    ("train --shuffle --no-shuffle", "--shuffle and --no-shuffle: found both, expected one of them."),
    ("train --bias --no-bias --bias", "--bias and --no-bias: found both, expected one of them."),
  ]

  @Test("gets one line that names what was given, what is allowed and the nearest name", arguments: lines)
  func message(words: String, message: String) {
    #expect(Invocation.refusal(words) == message)
  }

  @Test("The processor's own instruction sets are named to who asks for another")
  func instructionSet() {
    let message = Invocation.refusal(["train", "--instruction-set", "sse9"])
    #expect(message?.hasPrefix("--instruction-set: found sse9, expected one of auto, ") == true)
    #expect(message?.contains("portable on this processor") == true)
  }

  @Test("Long and many-lined texts are cut and stay on one line")
  func longTexts() {
    let message = Invocation.refusal(["train", "--epochs", String(repeating: "9", count: 100_000)]) ?? ""
    #expect(message.count < 200)
    #expect(Invocation.refusal([String(repeating: "x", count: 100_000)])?.isEmpty == false)
    let often = Invocation.refusal(["train"] + Array(repeating: ["--epochs", "9"], count: 10_000).flatMap { $0 }) ?? ""
    #expect(often.hasPrefix("--epochs: found 10000 times (9, 9, ") && often.count < 200)
    let marks = String(repeating: "\u{301}\u{323}", count: 30_000)
    for words in [[marks], ["train", "--epochs", marks], ["train", "--\(marks)"]] {
      #expect(Invocation.refusal(words)?.contains("combining marks") == true)
    }
  }

  @Test("A list as long as a command line can be is refused with little work")
  func longList() {
    let seconds = ProcessorTime.seconds { refuseLongLists() }
    #expect(seconds < 60)
  }

  private func refuseLongLists() {
    let sizes = (1...20_000).map(String.init).joined(separator: ",")
    #expect(
      Invocation.refusal(["compare", "--data", "synthetic", "--batch-size", sizes])?.contains("too many combinations")
        == true
    )
    #expect(Invocation.refusal(["compare", "--batch-size", sizes + ",07"])?.contains("07 twice") == true)
    let rates = (1...5000).flatMap { ["--learning-rate", "0.\($0)1"] }
    #expect(Invocation.refusal(["compare", "--data", "synthetic"] + rates)?.contains("too many combinations") == true)
  }
}

extension Invocation {
  /// The error of a bad command line; nil for a good one. Words are separated by spaces.
  static func refusal(_ words: String) -> String? { refusal(words.split(separator: " ").map(String.init)) }

  static func refusal(_ words: [String]) -> String? {
    do {
      _ = try Invocation(words)
      return nil
    } catch {
      return error.description
    }
  }
}
