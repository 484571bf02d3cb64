import Reports

/// Layout of text in columns.
enum Layout {
  /// A term and its description.
  struct Entry: Sendable, Equatable {
    var term: String
    var meaning: String

    init(_ term: String, _ meaning: String) {
      self.term = term
      self.meaning = meaning
    }
  }

  /// The start column of descriptions. The description of a longer term starts on the next line.
  private static let meaningColumn = 28
  /// The least width with descriptions beside their terms; in a narrower one they are below.
  private static let minimumWidth = 60

  /// A paragraph and its line break.
  ///
  /// - Parameter width: the largest number of columns; nil for one line.
  static func paragraph(_ text: String, width: Int?) -> String {
    width.map { wrapped(text, width: $0).joined(separator: "\n") + "\n" } ?? text + "\n"
  }

  /// A term, and a text of which every line after the first is indented by the term's width: `skipped    rivera-base: …`.
  static func hanging(_ term: String, _ text: String, width: Int) -> String {
    let indent = String(repeating: " ", count: term.columns)
    return term + wrapped(text, width: max(20, width - term.columns)).joined(separator: "\n" + indent) + "\n"
  }

  static func entries(_ entries: [Entry], width: Int) -> String {
    var text = ""
    for entry in entries {
      // A web address may need more than the width beside the terms.
      let longest = entry.meaning.split(separator: " ").map { String($0).columns }.max() ?? 0
      let column = longest > width - meaningColumn || width < minimumWidth ? 4 : meaningColumn
      let indent = String(repeating: " ", count: column)
      var lines = wrapped(entry.meaning, width: max(20, width - column))[...]
      let term = "  " + entry.term
      if term.count + 2 <= column {
        text += term + String(repeating: " ", count: column - term.count) + (lines.popFirst() ?? "") + "\n"
      } else {
        text += term + "\n"
      }
      for line in lines { text += indent + line + "\n" }
    }
    return text
  }

  /// Lines of at most `width` characters, broken at spaces; a longer word is on a separate line. Several spaces between two
  /// words of a line remain.
  static func wrapped(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      let spaces = text[..<word.startIndex].reversed().prefix { $0 == " " }.count
      if line.isEmpty {
        line = String(word)
      } else if line.columns + spaces + String(word).columns <= width {
        line += String(repeating: " ", count: spaces) + word
      } else {
        lines.append(line)
        line = String(word)
      }
    }
    return lines + [line]
  }
}
