/// Which column of a table says a sample's class.
public enum LabelColumn: Sendable, Equatable {
  case first
  case last
  /// The column's number, from 0.
  case index(Int)
  /// The column's name in the header.
  case name(String)

  /// From what a person writes: `first`, `last`, a number from 0, or a name.
  public init(_ text: String) {
    switch text {
    case "first": self = .first
    case "last": self = .last
    default: self = Int(text).flatMap { $0 >= 0 ? .index($0) : nil } ?? .name(text)
    }
  }

  /// What a person writes for it.
  public var text: String {
    switch self {
    case .first: "first"
    case .last: "last"
    case .index(let index): "\(index)"
    case .name(let name): name
    }
  }
}

/// A part of a source: `--split`.
public enum DataSplit: String, Sendable, CaseIterable {
  case train
  case test
  case all
}

/// How a source is read, divided and prepared. What is `nil` was not asked for, and the default holds.
public struct DataOptions: Sendable, Equatable {
  /// `--label`: the class column of a table; the first by default.
  public var label: LabelColumn?
  /// `--targets`: the last columns that are the targets themselves.
  public var targets: Int?
  /// `--test`: a table to test on, for a source without a test split.
  public var testFile: String?
  /// `--test-fraction`: the part of a source without a test split that is set aside, in [0, 1); 0.2 by default.
  public var testFraction: Double?
  /// `--classes`: the labels to keep, numbered in this order.
  public var classes: [String]?
  /// `--limit`: samples kept, the first in file order.
  public var limit: Int?
  /// `--limit-per-class`: samples kept of each class, the first in file order.
  public var limitPerClass: Int?
  /// `--test-limit`: samples kept of the test split, the first in file order.
  public var testLimit: Int?
  /// `--scale`: what features are divided by; 255 for byte images and 1 otherwise, by default.
  public var scale: Double?
  /// `--standardize`: features are moved to mean 0 and deviation 1 over the training split.
  public var standardize = false
  /// `--split`: the part of the source to use.
  public var split: DataSplit?
  /// `--seed`: fixes how a source is divided.
  public var seed: UInt64 = 1
  /// `--data-seed`: fixes the synthetic digits.
  public var dataSeed: UInt64 = 1
  /// `--variables`: the names of a MAT-file's features and targets.
  public var variables: [String]?
  /// `--resize`: the side of the square that images are resampled to.
  public var resize: Int?
  /// `--transpose`: whether images are stored column by column; `nil` leaves it to a model, else to the file's own way.
  public var transpose: Bool?
  /// Threads that the synthetic digits may be drawn with.
  public var workers = 1

  public init() {}
}

/// Options that cannot be what they are, or not together: a usage error.
public struct DataOptionError: Error, Equatable, CustomStringConvertible, Sendable {
  /// The option concerned, dashes included.
  public var option: String
  /// What was given, what is allowed, in one sentence.
  public var message: String

  public init(_ option: String, _ message: String) {
    self.option = option
    self.message = message
  }

  public var description: String { "\(option): \(message)" }
}
