import Platform

/// The class column of a table.
package enum LabelColumn: Sendable, Equatable {
  /// Chosen by the automatic rule, even with a model.
  case auto
  case first
  case last
  /// The column's number, from 0.
  case index(Int)
  /// The column's name in the header.
  case name(String)

  /// Reads a text: `auto`, `first`, `last`, a number from 0, or a name, which a number such as `02` may be.
  package init(_ text: String) {
    switch text {
    case "auto": self = .auto
    case "first": self = .first
    case "last": self = .last
    default: self = Int(text).flatMap { $0 >= 0 && "\($0)" == text ? .index($0) : nil } ?? .name(text)
    }
  }

  /// The same for a text that names no column: `LAST` is `last`, and a number may have spaces around it.
  package var withPlainWords: LabelColumn {
    guard case .name(let name) = self else { return self }
    let word = LabelColumn(String(name.filter { !$0.isWhitespace }).lowercased())
    return switch word {
    case .auto, .first, .last, .index: word
    case .name: self
    }
  }

  /// The text that `init(_:)` reads.
  package var text: String {
    switch self {
    case .auto: "auto"
    case .first: "first"
    case .last: "last"
    case .index(let index): "\(index)"
    case .name(let name): name
    }
  }
}

/// A part of a source.
public enum DataSplit: String, Sendable, CaseIterable {
  /// The training split.
  case train
  /// The test split.
  case test
  /// The whole source.
  case all
}

/// Options for reading, dividing and preparing a source. `nil` means the default.
public struct DataOptions: Sendable, Equatable {
  /// The class column of a table; found by an automatic rule by default.
  package var label: LabelColumn?
  /// The number of target columns: the last ones, or those of `targetNames`.
  public var targets: Int?
  /// The names of the target columns, if given.
  public var targetNames: [String]?
  /// The columns of a table that are used; all by default.
  public var features: [String]?
  /// Columns of a table that are left out.
  public var ignore: [String] = []
  /// Columns of a table whose texts are kept with the samples.
  public var keep: [String] = []
  /// The meaning of a table's first line: names of columns, or a sample.
  package var header = HeaderChoice.auto
  /// The number of lines to skip at the beginning of a table.
  public var skip = 0
  /// The decimal mark of a table's numbers.
  package var decimal = DecimalMark.point
  /// The encoding of a table's text.
  package var encoding = TextEncoding.utf8
  /// The treatment of missing features; the model's, else an error, by default.
  package var missing: MissingFeatures?
  /// The text columns of a table.
  package var categorical = CategoricalColumns.auto
  /// True if each class is divided in the same proportion.
  public var stratify = false
  /// A file to test on, for a source without a test split.
  public var testFile: String?
  /// The fraction of a source without a test split that is held out as test split, in [0, 1); 0.2 by default.
  public var testFraction: Double?
  /// The labels to keep, numbered in this order.
  public var classes: [String]?
  /// The number of samples to keep of the training split or of the whole source, the first in file order.
  public var limit: Int?
  /// Like `limit`, for each class.
  public var limitPerClass: Int?
  /// The number of samples to keep of the test split, the first in file order.
  public var testLimit: Int?
  /// The divisor of features; by default 255 for byte images and 1 otherwise.
  public var scale: Double?
  /// True to standardize features to mean 0 and standard deviation 1 over the training split; nil: depends on source
  /// and command.
  public var standardize: Bool?
  /// The split to use; for training, the part of the source that is divided.
  public var split: DataSplit?
  /// The seed of the random division.
  public var seed: UInt64 = 1
  /// The seed of the synthetic digits.
  public var dataSeed: UInt64 = 1
  /// The names of the features and of the labels or targets in a MAT-file or a NumPy archive.
  public var variables: [String]?
  /// The side of the square that images are resampled to.
  public var resize: Int?
  /// True if images are stored column by column; `nil` uses the order of the model, else of the file.
  public var transpose: Bool?
  /// The largest number of threads that read and prepare samples; by default the processors that this process may use.
  public var workers = ProcessInfo.processInfo.activeProcessorCount

  /// Creates options with all defaults.
  public init() {}
}
