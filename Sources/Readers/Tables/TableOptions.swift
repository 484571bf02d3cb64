/// The meaning of a table's first line: names of columns, or a sample.
package enum HeaderChoice: String, Sendable, CaseIterable {
  /// Decided from the first lines.
  case auto
  case yes
  case no
}

/// The columns whose texts become one-hot inputs.
package enum CategoricalColumns: Sendable, Equatable {
  /// Columns without numbers.
  case auto
  case none
  /// These columns, by name or by number from 0.
  case columns([String])
}

/// The decimal mark of a table's numbers.
package enum DecimalMark: String, Sendable, CaseIterable {
  case point = "."
  case comma = ","
}

/// The encoding of a table's text.
package enum TextEncoding: String, Sendable, CaseIterable {
  case utf8 = "utf-8"
  case latin1 = "latin-1"
  case utf16 = "utf-16"
}

/// Reads a comma-separated list of column names; names with commas are quoted.
package enum ColumnNames {
  /// - Returns: nil for an empty or repeated name.
  package static func read(_ text: String) -> [String]? {
    let names = names(text)
    return names.contains("") || Set(names.map(ExactText.init)).count < names.count || names.isEmpty ? nil : names
  }

  /// The first name that is repeated; nil without one.
  package static func repeated(in text: String) -> String? {
    var seen: Set<ExactText> = []
    return names(text).first { !seen.insert(ExactText($0)).inserted }
  }

  /// The names, of which some may be empty or repeated; none of a text of several lines.
  private static func names(_ text: String) -> [String] {
    let bytes = Array(text.utf8)
    let records = bytes.withUnsafeBufferPointer {
      TableCells(separator: .comma).records($0, limit: 2, isWhole: true)
    }
    return records.count == 1 ? records[0] : []
  }
}

/// A text compared by bytes: Swift's String comparison treats `é` and `e` with a combining accent as equal.
package struct ExactText: Hashable, Sendable {
  let text: String

  package init(_ text: String) { self.text = text }

  package static func == (one: ExactText, other: ExactText) -> Bool { one.text.utf8.elementsEqual(other.text.utf8) }

  package func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}
