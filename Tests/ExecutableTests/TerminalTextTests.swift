import Foundation
import Reports
import Testing

/// The text of every command in a narrow and in a wide window.
@Suite("Text on a terminal")
struct TerminalTextTests {
  private static let data = "--data synthetic:240,60"

  /// Commands, each with a text that must not be left out.
  private static let commands: [(command: String, text: String)] = [
    ("info", "multiply-add peak"),
    ("info model", "softmax"),
    ("gradcheck --entries 3 --samples 2", "agree"),
    ("gradcheck model --entries 3 --samples 2", "agree"),
    ("gradient model", "largest magnitude"),
    ("evaluate model", "expected calibration error"),
    ("predict model", "label"),
    ("export model --to npz", "model.npz"),
    ("data describe synthetic:240,60", "class"),
    ("course", "Implementación en NumPy"),
    ("course berzal-xor", "sigmoid neuron"),
    ("course rivera-base", "binary cross-entropy"),
    ("reproduce", "Published"),
    ("train \(data) --hidden 64,32,16,8 --epochs 2 --report page.html", "finished 2 epochs"),
    ("train \(data) --hidden 8 --epochs 2 --seeds 2", "2 networks"),
    ("train --data nowhere", "no such file or folder"),
    ("train --nothing 1 --learning-rate 0.1 --hidden 128", "unknown option"),
    (
      "compare \(data) --batch-size 8,32 --optimizer sgd,adam --hidden 16 --hidden 32 --epochs 1 --seeds 2 "
        + "--target-accuracy 0.2",
      "validation loss by learning rate"
    ),
    (
      "sweep \(data) --trials 3 --learning-rate log:1e-2..1 --hidden '8|16|32,16' --batch-size '8|16' --dropout 0..0.1 --l2 0..0.1 "
        + "--epochs 1",
      "validation loss"
    ),
    ("scale \(data) --batch-size 16,32 --workers 1,2 --hidden 8", "samples/s"),
  ]

  @Test("fits the width, so that no word is broken by the terminal", arguments: [(80, 24), (200, 50)])
  func fits(columns: Int, rows: Int) throws {
    let scratch = try Scratch()
    try #require(
      Executable.shell("$descent train \(Self.data) --hidden 8 --quiet --save model", in: scratch.path).status == 0)
    for (command, wanted) in Self.commands {
      let text = try TerminalWindow(columns: columns, rows: rows).run("$descent \(command)", in: scratch.path).text
      // A progress line is redrawn over itself, between escape sequences.
      let lines = text.replacing(#/\u{1B}\[[0-9;?]*[A-Za-z]/#, with: "").split { $0.isNewline || $0 == "\r" }
      #expect(text.contains(wanted), "\(command): \(text)")
      for line in lines where String(line).columns > columns {
        Issue.record("\(command): a line of \(String(line).columns) columns: \(line)")
      }
    }
  }

  @Test("has commands that can be copied, over several lines if need be")
  func commands() throws {
    let scratch = try Scratch()
    let (_, text) = try TerminalWindow(columns: 60).run("$descent course rivera-base", in: scratch.path)
    let lines = text.split(whereSeparator: \.isNewline).map(String.init)
    let start = try #require(lines.firstIndex { $0.hasPrefix("  descent train") })
    let command = lines[start...].prefix { $0.hasSuffix("\\") } + lines[start...].drop { $0.hasSuffix("\\") }.prefix(1)
    #expect(command.count > 1 && command.allSatisfy { $0.columns <= 60 }, "\(text)")
    #expect(command.dropFirst().allSatisfy { $0.hasPrefix("      --") }, "\(text)")
    // The shell, whose words the lines are, must see all options.
    let joined = command.map { $0.hasSuffix("\\") ? String($0.dropLast()) : $0 }.joined()
    #expect(joined.contains("--hidden 64") && joined.hasSuffix("--epochs 30"), "\(joined)")
  }

  @Test("Predictions of a data source of images are followed by the first images, those of numbers by none")
  func pictures() throws {
    let scratch = try Scratch()
    try scratch.write("t.csv", SmallData.clouds(40))
    let run = try TerminalWindow(columns: 100, rows: 40).run(
      """
      $descent train \(Self.data) --hidden 8 --quiet --save m
      $descent predict m --test-limit 2
      echo between
      $descent predict m --limit-per-class 1 --split train
      echo between
      $descent train --data t.csv --hidden 2 --quiet --save t
      $descent predict t --data t.csv
      """, in: scratch.path)
    let parts = run.text.components(separatedBy: "between")
    try #require(parts.count == 3, "\(run.text)")
    func captions(_ text: String) -> Int { text.matches(of: #/ %  #[0-9]+/#).count }
    #expect(parts.map(captions) == [2, 10, 0], "\(run.text)")
    // Two pixels per character: fourteen lines, or fewer without the black edge.
    let drawn = parts[0].split { $0.isNewline }.filter { $0.contains("▀") }
    #expect((5...14).contains(drawn.count), "\(run.text)")
  }

  @Test("Predictions that do not fit the window end with the names of the columns that are left out")
  func leftOut() throws {
    let scratch = try Scratch()
    let rows = (0..<30).map { row in (0..<12).map { "\((row * 7 + $0 * 3) % 11).5" }.joined(separator: ",") }
    try scratch.write("t.csv", rows.joined(separator: "\n") + "\n")
    let script =
      "$descent train --data t.csv --targets 10 --output identity --hidden 2 -q --save m; $descent predict m --data t.csv"
    let narrow = try TerminalWindow(columns: 80).run(script, in: scratch.path).text
    let wide = try TerminalWindow(columns: 200).run(script, in: scratch.path).text
    let sentence = "output_9, need a wider window; --format csv has all columns."
    #expect(narrow.replacing("\r\n", with: " ").contains(sentence), "\(narrow)")
    #expect(
      !narrow.contains(" output_9\r") && wide.contains(" output_9\r") && !wide.contains("wider window"), "\(wide)")
  }

  @Test(
    "A long path of an image is shortened in the middle before its probability is left out", arguments: [40, 60, 80]
  )
  func longPaths(columns: Int) throws {
    let scratch = try Scratch()
    let folder = String(repeating: "a folder with a long name/", count: 4)
    try FileManager.default.createDirectory(atPath: scratch.file(folder), withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: PictureTests.digit(7), toPath: scratch.file(folder + "seven.png"))
    let text = try TerminalWindow(columns: columns).run(
      "$descent train \(Self.data) --hidden 8 --quiet --save m; $descent predict m '\(folder)seven.png'",
      in: scratch.path
    ).text
    let lines = text.replacing(#/\u{1B}\[[0-9;?]*[A-Za-z]/#, with: "").split(whereSeparator: \.isNewline)
      .map(String.init)
    #expect(lines.allSatisfy { $0.columns <= columns }, "\(text)")
    let row = try #require(lines.first { $0.contains("seven.png") })
    #expect(row.hasPrefix("a f") && row.contains("…") && row.contains(" %"), "\(text)")
    #expect(text.contains("probability"))
    // At 80 columns there is room for all of them.
    #expect(text.contains("wider window") == (columns < 80) && !text.contains("to ,"), "\(text)")
  }

  @Test("evaluate fits a window of 40 columns")
  func evaluation() throws {
    let scratch = try Scratch()
    let text = try TerminalWindow(columns: 40).run(
      "$descent train \(Self.data) --hidden 8 --quiet --save m; $descent evaluate m", in: scratch.path
    ).text
    let lines = text.replacing(#/\u{1B}\[[0-9;?]*[A-Za-z]/#, with: "").split { $0.isNewline || $0 == "\r" }
    #expect(lines.allSatisfy { String($0).columns <= 40 }, "\(text)")
    #expect(text.contains("precision") && text.contains("weighted mean"))
  }

  @Test("Tables on a model that do not fit the window name the columns that are left out", arguments: [30, 80])
  func models(columns: Int) throws {
    let scratch = try Scratch()
    try #require(
      Executable.shell("$descent train \(Self.data) --hidden 8 --quiet --save m", in: scratch.path).status == 0)
    for (line, sentence) in [
      ("info m", "activation needs a wider window; --json has them."),
      ("gradient m --quiet", "norm and largest magnitude need a wider window; a file or pipe gets them."),
    ] {
      let text = try TerminalWindow(columns: columns).run("$descent " + line, in: scratch.path).text
      let words = text.split { $0.isWhitespace || $0.isNewline }.joined(separator: " ")
      #expect(words.contains(sentence) == (columns < 80), "\(text)")
    }
  }

  @Test("Networks that are trained one after another have a heading each")
  func headings() throws {
    let scratch = try Scratch()
    let cores = ProcessInfo.processInfo.activeProcessorCount
    let text = try TerminalWindow(columns: 120, rows: 40).run(
      "$descent train \(Self.data) --hidden 8 --batch-size 120 --epochs 4 --seeds 3 --workers \(cores)",
      in: scratch.path
    ).text
    #expect(text.matches(of: #/ epoch +loss +accuracy/#).count == 3, "\(text)")
  }

  @Test("A table of compare that does not fit the window names the columns that are left out")
  func comparison() throws {
    let scratch = try Scratch()
    let line =
      "$descent compare \(Self.data) --batch-size 8,32 --hidden 16 --epochs 1 --learning-rate 0.1 --workers 1"
    func text(_ columns: Int) throws -> String {
      try TerminalWindow(columns: columns).run(line, in: scratch.path).text.replacing("\r\n", with: " ")
    }
    let sentence = "need a wider window; --report FILE.html has all columns."
    let (narrow, wide) = try (text(80), text(200))
    #expect(narrow.contains("workers, gradients") && narrow.contains(sentence), "\(narrow)")
    #expect(wide.contains("workers, gradients") && !wide.contains("wider window"), "\(wide)")
  }
}
