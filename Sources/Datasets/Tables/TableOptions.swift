/// Whether the first line of a table has the names of its columns.
public enum HeaderChoice: String, Sendable, CaseIterable {
  /// Decided from the first lines.
  case auto
  case yes
  case no
}

/// The treatment of missing features.
public enum MissingFeatures: String, Sendable, CaseIterable {
  /// A missing feature is an error.
  case error
  /// The feature's mean over the training split takes its place.
  case mean
  /// The feature's median over the training split takes its place.
  case median
  /// Samples with a missing feature are left out.
  case drop
}

/// The columns whose texts become one-hot inputs.
public enum CategoricalColumns: Sendable, Equatable {
  /// Columns in which no value is a number.
  case auto
  case none
  /// These columns, by name or by number from 0.
  case columns([String])
}

/// The mark before the decimals of a table's numbers.
public enum DecimalMark: String, Sendable, CaseIterable {
  case point = "."
  case comma = ","
}

/// The encoding of a table's text.
public enum TextEncoding: String, Sendable, CaseIterable {
  case utf8 = "utf-8"
  case latin1 = "latin-1"
  case utf16 = "utf-16"
}

/// The names of columns in a list with commas between them, in quotes where a name has a comma itself.
public enum ColumnNames {
  /// - Returns: nil for an empty name, or the same name twice.
  public static func read(_ text: String) -> [String]? {
    let bytes = Array(text.utf8)
    let records = bytes.withUnsafeBufferPointer {
      TableCells(separator: .comma).records($0, limit: 2, isWhole: true)
    }
    guard records.count == 1, let names = records.first, !names.contains(""),
      Set(names.map(ExactText.init)).count == names.count
    else { return nil }
    return names
  }
}

/// A column of a table, as a model remembers it.
public enum ColumnPlace: Sendable, Equatable {
  /// Its name in the header.
  case name(String)
  /// Its number from 0, of a table without a header.
  case index(Int)

  public var text: String {
    switch self {
    case .name(let name): name
    case .index(let index): "\(index)"
    }
  }
}

/// The columns of a table that a model was trained on.
public struct TableColumns: Sendable, Equatable {
  /// The names of the feature columns in the model's order; nil for a table without a header.
  public var names: [String]?
  /// Feature columns, before text columns become one input for each level.
  public var count: Int
  /// The levels of the text columns in the order of their inputs, by the column's position among the features.
  public var categories: [Int: [String]] = [:]
  /// The class column; nil where the model has targets.
  public var label: ColumnPlace?
  /// The number of the class column from 0, for a table without a header.
  public var labelIndex: Int?
  /// The targets' names; nil without a header, or for classes.
  public var targetNames: [String]?
  /// What was done about missing features; nil where that was not asked for.
  public var missing: MissingFeatures?
  /// What takes the place of a missing feature, one for each feature column, in the table's units; nil where nothing does.
  public var fill: [Double]?

  public init(names: [String]? = nil, count: Int) {
    self.names = names
    self.count = count
  }

  /// Inputs of a network: a number column is one, a text column one for each level.
  public var inputs: Int { (0..<count).reduce(0) { $0 + (categories[$1]?.count ?? 1) } }

  /// The name of a feature column for messages.
  func shown(_ feature: Int) -> String { names.map { "'\($0[feature].excerpt())'" } ?? "\(feature)" }
}

/// A text that equals another only if all its bytes do: Swift's own comparison takes `é` for `e` with an accent behind it.
struct ExactText: Hashable, Sendable {
  let text: String

  init(_ text: String) { self.text = text }

  static func == (one: ExactText, other: ExactText) -> Bool { one.text.utf8.elementsEqual(other.text.utf8) }

  func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}
