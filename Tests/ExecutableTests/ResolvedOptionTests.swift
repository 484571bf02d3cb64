import JSON
import Testing

/// A table of two numbers with decimal commas, a column of text and the class.
private let table =
  "a;b;color;class\n"
  + (0..<60).map { "\($0 % 7),5;\($0 % 11),25;\($0 % 2 == 0 ? "blue" : "red");\($0 % 3 == 0 ? "y" : "x")\n" }.joined()

@Suite("Options of a table in records and pages")
struct ResolvedOptionTests {
  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try scratch.write("t.csv", table)
    try scratch.write("numbers.csv", (0..<40).map { "\($0 % 2),\($0 % 7),\($0 % 5)\n" }.joined())
  }

  private func record(_ words: String) throws -> JSONValue {
    let run = try Executable.shell("$descent train \(words) -e 1 -q --metrics run.jsonl", in: scratch.path)
    #expect(run.status == 0, "\(run.errors)")
    return try JSONValue.parse(try #require(try scratch.text("run.jsonl").split(separator: "\n").first).utf8)
  }

  @Test("have the values in effect in place of auto and none")
  func values() throws {
    let record = try record("-d t.csv --decimal ,")
    #expect(record["header"] == "yes" && record["missing"] == "error")
    #expect(record["categorical"] == ["color"], "\(record["categorical"]?.text ?? "")")
    let plain = try self.record("-d numbers.csv --missing mean")
    #expect(plain["header"] == "no" && plain["missing"] == "mean" && plain["categorical"] == "none")
    let named = try self.record("-d t.csv --decimal , --skip 1 --header no --label 3")
    #expect(named["header"] == "no" && named["categorical"] == ["2"])
    let digits = try self.record("-d synthetic:20,10")
    #expect(["header", "missing", "categorical"].allSatisfy { digits[$0] == .null })
  }

  @Test("A record's options of a table are those of the page, too")
  func page() throws {
    let run = try Executable.shell(
      "$descent train -d t.csv --decimal , -e 1 -q --report r.html\n"
        + "$descent compare -d t.csv --decimal , -e 1 -q --batch-size 8,full -l 0.1 --report c.html", in: scratch.path)
    #expect(run.status == 0, "\(run.errors)")
    for name in ["r.html", "c.html"] {
      let text = try scratch.text(name).replacing(#/<[^>]*>/#, with: " ").replacing(#/\s+/#, with: " ")
      for option in ["--header yes", "--categorical color", "--missing error"] {
        #expect(text.contains(option), "\(name): \(option)")
      }
    }
  }

  @Test("An option without effect is not listed: --last-batch where an epoch is one step", arguments: ["full", "64"])
  func lastBatch(size: String) throws {
    #expect(try record("-d t.csv --decimal , -b \(size)")["last_batch"] == .null)
    // Kept for more samples.
    #expect(try record("-d t.csv --decimal , --last-batch drop -b \(size)")["last_batch"] == "drop")
    #expect(try record("-d t.csv --decimal , --last-batch drop -b 7")["last_batch"] == "drop")
  }

  @Test(
    "are determined again if the command line changes the table",
    arguments: ["-d numbers.csv --decimal .", "--ignore color", "--features a", "--label color", "--categorical none"])
  func again(words: String) throws {
    _ = try record("-d t.csv --decimal ,")
    let run = try Executable.shell("$descent train --config run.jsonl -q \(words)", in: scratch.path)
    #expect(words.contains("none") ? run.status == 1 : run.status == 0, "\(run.errors)")
  }

  @Test("The options of a record give the same model")
  func same() throws {
    let run = try Executable.shell(
      """
      set -e
      $descent train -d t.csv --decimal , -e 2 -q -w 1 --save first --metrics first.jsonl
      $descent train --config first.jsonl -q --save second
      cmp first second
      $descent evaluate first --config first.jsonl
      $descent train --config first.jsonl --initial-weights first -e 1
      """, in: scratch.path)
    #expect(run.status == 0, "\(run.errors)")
  }
}
