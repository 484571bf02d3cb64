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

  static func paragraph(_ text: String, width: Int) -> String {
    wrapped(text, width: width).map { $0 + "\n" }.joined()
  }

  static func entries(_ entries: [Entry], width: Int) -> String {
    let indent = String(repeating: " ", count: meaningColumn)
    var text = ""
    for entry in entries {
      var lines = wrapped(entry.meaning, width: max(20, width - meaningColumn))[...]
      let term = "  " + entry.term
      if term.count + 2 <= meaningColumn {
        text += term + String(repeating: " ", count: meaningColumn - term.count) + (lines.popFirst() ?? "") + "\n"
      } else {
        text += term + "\n"
      }
      for line in lines { text += indent + line + "\n" }
    }
    return text
  }

  /// Lines of at most `width` characters, broken at spaces; a longer word is on a separate line.
  static func wrapped(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if line.isEmpty {
        line = String(word)
      } else if line.count + 1 + word.count <= width {
        line += " " + word
      } else {
        lines.append(line)
        line = String(word)
      }
    }
    return lines + [line]
  }
}
