/// Which column of a table says a sample's class.
public enum LabelColumn: Sendable, Equatable {
  /// By the automatic rule, whatever a model says.
  case auto
  case first
  case last
  /// The column's number, from 0.
  case index(Int)
  /// The column's name in the header.
  case name(String)

  /// From what a person writes: `auto`, `first`, `last`, a number from 0, or a name.
  public init(_ text: String) {
    switch text {
    case "auto": self = .auto
    case "first": self = .first
    case "last": self = .last
    default: self = Int(text).flatMap { $0 >= 0 ? .index($0) : nil } ?? .name(text)
    }
  }

  /// What a person writes for it.
  public var text: String {
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
  case train
  case test
  case all
}

/// How a source is read, divided and prepared. What is `nil` was not asked for, and the default holds.
public struct DataOptions: Sendable, Equatable {
  /// The class column of a table; found by an automatic rule by default.
  public var label: LabelColumn?
  /// The number of columns that are the targets themselves: the last, or those of `targetNames`.
  public var targets: Int?
  /// The names of the target columns, where they are named.
  public var targetNames: [String]?
  /// The columns of a table that are used; all by default.
  public var features: [String]?
  /// Columns of a table that are left out.
  public var ignore: [String] = []
  /// Columns of a table whose texts are kept beside the samples.
  public var keep: [String] = []
  /// Whether a table's first line names its columns.
  public var header = HeaderChoice.auto
  /// Lines at the beginning of a table that are passed over.
  public var skip = 0
  /// The decimal mark of a table's numbers.
  public var decimal = DecimalMark.point
  /// The encoding of a table's text.
  public var encoding = TextEncoding.utf8
  /// The treatment of missing features; the model's, else an error, by default.
  public var missing: MissingFeatures?
  /// The text columns of a table.
  public var categorical = CategoricalColumns.auto
  /// Whether a source is divided class by class.
  public var stratify = false
  /// A table to test on, for a source without a test split.
  public var testFile: String?
  /// The part of a source without a test split that is set aside, in [0, 1); 0.2 by default.
  public var testFraction: Double?
  /// The labels to keep, numbered in this order.
  public var classes: [String]?
  /// Samples kept, the first in file order.
  public var limit: Int?
  /// Samples kept of each class, the first in file order.
  public var limitPerClass: Int?
  /// Samples kept of the test split, the first in file order.
  public var testLimit: Int?
  /// What features are divided by; 255 for byte images and 1 otherwise, by default.
  public var scale: Double?
  /// Features are moved to mean 0 and standard deviation 1 over the training split; nil leaves it to the kind of
  /// source and the command.
  public var standardize: Bool?
  /// The part of the source to use.
  public var split: DataSplit?
  /// Fixes how a source is divided.
  public var seed: UInt64 = 1
  /// Fixes the synthetic digits.
  public var dataSeed: UInt64 = 1
  /// The names of a MAT-file's features and targets.
  public var variables: [String]?
  /// The side of the square that images are resampled to.
  public var resize: Int?
  /// Whether images are stored column by column; `nil` leaves it to a model, else to the file's own way.
  public var transpose: Bool?
  /// Threads that the synthetic digits may be drawn with.
  public var workers = 1

  public init() {}
}
