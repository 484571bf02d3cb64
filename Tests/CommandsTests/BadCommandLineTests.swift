import Kernels
import Testing

@testable import Commands

@Suite("Bad command lines")
struct BadCommandLineTests {
  /// Command lines that are refused, each with its message below it: `$ train --workers 0`, words separated by spaces, then the line
  /// that it gets. `DESCENT_SAVE_TEXTS=1 swift test --filter BadCommandLineTests` writes the messages again; to add one, add its line
  /// beginning with `$` and do so.
  @Test(
    "gets one line that names what was given, what is allowed and the nearest name",
    arguments: ["errors-words", "errors-values", "errors-combinations"])
  func messages(file: String) throws {
    let saved = try SavedText(file)
    var text = ""
    var isMessage = false
    for line in try saved.text.split(separator: "\n", omittingEmptySubsequences: false) {
      defer { isMessage = line.hasPrefix("$ ") }
      if isMessage { continue }
      text += text.isEmpty ? line : "\n" + line
      if line.hasPrefix("$ ") {
        let message = Invocation.refusal(String(line.dropFirst(2))) ?? "ACCEPTED"
        #expect(message != "ACCEPTED", "\(line)")
        text += "\n" + message
      }
    }
    try saved.check(text)
  }

  @Test("An unsupported instruction set is an error that lists the supported ones")
  func instructionSet() {
    let message = Invocation.refusal(["train", "--instruction-set", "sse9"])
    #expect(message?.hasPrefix("--instruction-set: invalid value sse9; expected one of auto, ") == true)
    #expect(message?.contains("portable on this processor") == true)
  }

  @Test("An unsupported precision is an error that lists the supported ones, and the processors that have others")
  func precision() {
    let message = Invocation.refusal(["train", "--precision", "bfloat16x2"])
    #expect(message?.hasPrefix("--precision: invalid value bfloat16x2; expected one of auto, float32") == true)
    #expect(message?.contains("bfloat16x2 is not available") == true)
    let other = Invocation.refusal(["train", "--precision", "bfloat16", "--instruction-set", "portable"])
    if Precision.available(with: InstructionSet.available[0]).contains(.bfloat16) {
      #expect(
        other?.hasPrefix("--precision bfloat16 with --instruction-set portable: portable has no products in bfloat16")
          == true)
      #expect(Invocation.refusal(["train", "--precision", "bfloat16"]) == nil)
      #expect(Invocation.refusal(["train", "--precision", "BF16"]) == nil)
      #expect(Invocation.refusal(["gradcheck", "--precision", "bfloat16"]) == nil)
    } else {
      #expect(other?.hasPrefix("--precision: invalid value bfloat16; expected one of auto, float32 on") == true)
      #expect(other?.contains("AVX512_BF16") == true)
      let check = Invocation.refusal(["gradcheck", "--precision", "bfloat16"])
      #expect(check?.hasPrefix("--precision: invalid value bfloat16; expected one of auto, float32 on") == true)
      let short = Invocation.refusal(["train", "--precision", "BF16"])
      #expect(short?.hasPrefix("--precision: invalid value BF16; expected one of auto, float32 on") == true)
      #expect(short?.contains("; BF16 means bfloat16, which this processor lacks") == true, "\(short ?? "")")
    }
  }

  @Test("An empty argument, as an unset variable of a shell gives it, is an error that names the argument")
  func emptyArguments() {
    for (words, name) in [
      (["evaluate", ""], "MODEL"), (["predict", "m", ""], "IMAGE"), (["data", "describe", ""], "SOURCE"),
      (["data", "synthesize", ""], "DIR"), (["info", ""], "MODEL"),
    ] {
      let message = Invocation.refusal(words) ?? ""
      #expect(message == "\(name): empty value; expected a text that is not empty.", "\(words)")
    }
  }

  @Test("The output of export needs a name of its own if the model is a device or a pipe")
  func exportOfPipe() {
    let message = Invocation.refusal(["export", "/dev/stdin", "--to", "onnx"]) ?? ""
    #expect(message.contains("/dev/stdin") && message.hasSuffix("expected --output FILE."), "\(message)")
    #expect(Invocation.refusal(["export", "/dev/null", "--to", "onnx"])?.contains("/dev/null") == true)
    #expect(Invocation.refusal(["export", "/dev/null", "--to", "onnx", "--output", "m.onnx"]) == nil)
  }

  @Test("Long and many-lined texts are cut and stay on one line")
  func longTexts() {
    let message = Invocation.refusal(["train", "--epochs", String(repeating: "9", count: 100_000)]) ?? ""
    #expect(message.count < 200)
    #expect(Invocation.refusal([String(repeating: "x", count: 100_000)])?.isEmpty == false)
    let often = Invocation.refusal(["train"] + Array(repeating: ["--epochs", "9"], count: 10_000).flatMap { $0 }) ?? ""
    #expect(often.hasPrefix("--epochs: given 10000 times (9, 9, ") && often.count < 200)
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
      return "\(error)"
    }
  }
}
