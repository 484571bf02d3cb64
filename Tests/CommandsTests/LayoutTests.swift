import Testing

@testable import Commands

@Suite("Layout of text")
struct LayoutTests {
  private static let command = "descent train --data 'my --data.csv' --hidden 64,32 --seed 7"

  @Test(
    "breaks a command in front of options, never in a quoted word, so that a shell takes a copy as one command",
    arguments: [
      (nil, [command]), (80, [command]),
      (40, ["descent train --data 'my --data.csv' \\", "    --hidden 64,32 --seed 7"]),
      (20, ["descent train \\", "    --data 'my --data.csv' \\", "    --hidden 64,32 \\", "    --seed 7"]),
    ] as [(Int?, [String])])
  func commands(width: Int?, lines: [String]) {
    #expect(CommandText.wrapped(Self.command, width: width) == lines.joined(separator: "\n"))
    let indented = CommandText.wrapped(Self.command, indent: 2, width: width.map { $0 + 2 })
    #expect(indented == lines.map { "  " + $0 }.joined(separator: "\n"))
  }

  @Test("breaks in front of a pipe, and not in front of a negative number")
  func pipe() {
    #expect(
      CommandText.wrapped("printf '%s\\n' 1,2 -3,4 | descent train --data -", width: 30)
        == "printf '%s\\n' 1,2 -3,4 \\\n    | descent train --data -")
  }

  @Test("puts descriptions below their terms in a narrow window")
  func narrow() {
    let entries = [Layout.Entry("--epochs N", "number of passes over the training split")]
    #expect(
      Layout.entries(entries, width: 40) == "  --epochs N\n    number of passes over the training\n    split\n")
    #expect(Layout.entries(entries, width: 80).hasPrefix("  --epochs N                number of passes"))
  }

  @Test("keeps the first line of an indented text behind its term, and no space at the end of a line")
  func hanging() {
    let text = Layout.hanging("skipped    ", "one: needs a file that is not there", width: 32)
    #expect(text == "skipped    one: needs a file\n           that is not there\n")
    #expect(Layout.wrapped("日本 日本 日本", width: 9) == ["日本 日本", "日本"])
    // The numbers of networks are aligned.
    #expect(Layout.wrapped("seed  9: finished 3  epochs", width: 18) == ["seed  9: finished", "3  epochs"])
  }
}
