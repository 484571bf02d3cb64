import Files

/// An option of `DataOptions`, by the name of its property. Callers translate it to their own spelling.
public struct DataOption: Hashable, Sendable {
  /// The name of the corresponding property of `DataOptions`.
  public var name: String

  /// Creates the option of a property.
  public init(_ name: String) { self.name = name }

  /// The data source itself.
  public static let source = DataOption("data")
  /// The label column.
  public static let label = DataOption("label")
  /// The number or names of target columns.
  public static let targets = DataOption("targets")
  /// The feature columns of a table.
  public static let features = DataOption("features")
  /// The columns of a table that are left out.
  public static let ignore = DataOption("ignore")
  /// The columns of a table whose texts are kept.
  public static let keep = DataOption("keep")
  /// The meaning of a table's first line.
  public static let header = DataOption("header")
  /// The number of lines to skip at the beginning of a table.
  public static let skip = DataOption("skip")
  /// The decimal mark of a table's numbers.
  public static let decimal = DataOption("decimal")
  /// The encoding of a table's text.
  public static let encoding = DataOption("encoding")
  /// The treatment of missing features.
  public static let missing = DataOption("missing")
  /// The text columns of a table.
  public static let categorical = DataOption("categorical")
  /// The division of each class in the same proportion.
  public static let stratify = DataOption("stratify")
  /// The standardization of features.
  public static let standardize = DataOption("standardize")
  /// The names of arrays in the source.
  public static let variables = DataOption("variables")
  /// The file of the test split.
  public static let test = DataOption("test")
  /// The fraction of samples in the test split.
  public static let testFraction = DataOption("testFraction")
  /// The labels to keep.
  public static let classes = DataOption("classes")
  /// The largest number of training samples per class.
  public static let limitPerClass = DataOption("limitPerClass")
  /// The split to use.
  public static let split = DataOption("split")
  /// The side of resampled images.
  public static let resize = DataOption("resize")
  /// Column-major images.
  public static let transpose = DataOption("transpose")
}

extension OptionText.StringInterpolation {
  /// The text of an option in a message, with a value if one is suggested.
  public mutating func appendInterpolation(_ option: DataOption, _ value: String? = nil) {
    appendInterpolation(option: option.name, value)
  }
}

/// A usage error: an option that is invalid, or conflicts with another option or the source.
public struct DataOptionError: Error, Equatable, CustomStringConvertible, Sendable {
  /// The option concerned.
  public var option: DataOption
  /// The given and the allowed value, in one sentence.
  public var message: OptionText

  /// Creates an error about an option.
  public init(_ option: DataOption, _ message: OptionText) {
    self.option = option
    self.message = message
  }

  public var description: String { "\(option.name): \(message)" }
}

extension DataOptions {
  /// True if a format-specific option was given.
  package func isGiven(_ option: DataOption) -> Bool {
    switch option {
    case .label: label != nil
    case .targets: targets != nil
    case .variables: variables != nil
    case .features: features != nil
    case .ignore: !ignore.isEmpty
    case .keep: !keep.isEmpty
    case .header: header != .auto
    case .skip: skip != 0
    case .decimal: decimal != .point
    case .encoding: encoding != .utf8
    case .missing: missing != nil
    case .categorical: categorical != .auto
    default: preconditionFailure("\(option.name) is not an option of a format")
    }
  }

  /// The format-specific options.
  package static let ofFormats: [DataOption] = [.label, .targets, .variables] + ofTables

  /// The options for tables only.
  package static let ofTables: [DataOption] = [
    .features, .ignore, .keep, .header, .skip, .decimal, .encoding, .missing, .categorical,
  ]
}
