import Datasets

/// The options of tables.
extension DataSelection {
  static let labelOption = Option(
    "label", ValueKind<LabelColumn>.column,
    absent: "the one named label, class, target, species or y; else the last, if only that is text; else the first",
    "class column of a table", traits: .comparedByEffect,
    otherNames: ["target-column", "label-column", "class-column", "target"])
  static let targetsOption = Option(
    "targets", ValueKind<TargetColumns>.targets,
    "target columns of a table: the last K, or these names; for any loss",
    otherNames: ["target", "target-columns", "regression", "outputs"])
  static let featuresOption = Option(
    "features", ValueKind<[String]>.columns, absent: "all but labels and targets",
    "columns of a table that are features, in this order", otherNames: ["feature-columns", "columns", "inputs"])
  static let ignoreOption = Option(
    "ignore", ValueKind<[String]>.columns, "columns of a table to ignore",
    otherNames: ["drop", "exclude", "drop-columns", "ignore-columns"])
  static let keepOption = Option(
    "keep", ValueKind<[String]>.columns, "columns of a table to copy in front of the predictions",
    otherNames: ["keep-columns", "id", "id-column"])
  static let headerOption = Option(
    "header", .choice("WHEN", of: HeaderChoice.allCases), default: HeaderChoice.auto.rawValue,
    "header line of a table, with the names of its columns; auto also takes them from the last comment before the samples",
    otherNames: ["has-header"])
  static let skipOption = Option(
    "skip", .wholeNumber(0...maximumCount), default: "0", "number of lines to skip at the beginning of a table",
    otherNames: ["skiprows", "skip-rows", "skip-lines"])
  static let decimalOption = Option(
    "decimal", .choice("MARK", of: DecimalMark.allCases), default: DecimalMark.point.rawValue,
    "decimal mark of a table's numbers", otherNames: ["decimal-mark", "decimal-point"])
  static let encodingOption = Option(
    "encoding",
    ValueKind.choice("NAME", of: TextEncoding.allCases).accepting([
      "latin1": "latin-1", "iso-8859-1": "latin-1", "iso8859-1": "latin-1", "l1": "latin-1", "utf8": "utf-8",
      "utf16": "utf-16", "utf-16le": "utf-16", "utf-16-le": "utf-16", "utf-16be": "utf-16", "utf-16-be": "utf-16",
    ]), default: TextEncoding.utf8.rawValue,
    "encoding of a table's text", otherNames: ["charset"])
  static let missingOption = Option(
    "missing", .choice("WHAT", of: MissingFeatures.allCases), absent: "the model's, else error",
    "treatment of missing features (?, NA, NaN, empty): mean or median over the training split (with a model, that of its training), "
      + "or omit the sample",
    otherNames: ["impute", "na", "fill-missing"])
  static let categoricalOption = Option(
    "categorical", ValueKind<CategoricalColumns>.categorical, default: "auto",
    "text columns to convert to one input per level; auto: columns without numbers; NAMES replace them all",
    otherNames: ["one-hot", "categorical-columns", "onehot"])
  static let stratifyOption = Option(
    flag: "stratify", "divides each class in the same proportion", otherNames: ["stratified"])
  static let standardizeTargetsOption = Option(
    switch: "standardize-targets",
    "for identity outputs on a table: trains on targets of mean 0 and standard deviation 1, with --no-bias of mean square 1; figures, "
      + "outputs, huber's DELTA and the saved model are in the units of the targets")

  /// Options for the layout of a table, and its columns.
  static let tableOptions: [any OptionDeclaration] = [
    labelOption, targetsOption, featuresOption, ignoreOption, headerOption, skipOption, decimalOption, encodingOption,
    missingOption, categoricalOption,
  ]

  mutating func readTableOptions(_ arguments: Arguments) throws(UsageError) {
    options.label = try arguments.value(Self.labelOption)
    let targets = try arguments.value(Self.targetsOption)
    options.targets = targets?.count
    options.targetNames = targets?.names
    options.features = try arguments.value(Self.featuresOption)
    options.ignore = try arguments.value(Self.ignoreOption) ?? []
    options.keep = try (arguments.valueIfDeclared(Self.keepOption) ?? nil) ?? []
    options.header = try arguments.value(Self.headerOption)
    options.skip = try arguments.value(Self.skipOption)
    options.decimal = try arguments.value(Self.decimalOption)
    options.encoding = try arguments.value(Self.encodingOption)
    options.missing = try arguments.value(Self.missingOption)
    options.categorical = try arguments.value(Self.categoricalOption)
    options.stratify = try arguments.valueIfDeclared(Self.stratifyOption) ?? false
    if arguments.isGiven(Self.standardizeTargetsOption) {
      standardizesTargets = try arguments.valueIfDeclared(Self.standardizeTargetsOption)
    }
  }
}

/// The target columns of an option: a number of last columns, or names.
struct TargetColumns: Sendable {
  var count: Int
  var names: [String]?
}

extension ValueKind where Value == TargetColumns {
  fileprivate static var targets: ValueKind {
    ValueKind(
      placeholder: "K|NAMES",
      allowed: "a whole number from 1 to \(1 << 24), or names of columns, comma-separated",
      explanation: "a number of columns, or their names, comma-separated"
    ) { text in
      // A text of digits, with or without a sign, is a number, valid or not.
      if text.dropFirst(text.hasPrefix("-") ? 1 : 0).allSatisfy({ $0.isASCII && $0.isNumber }) {
        return Int(text).flatMap { (1...1 << 24).contains($0) ? TargetColumns(count: $0) : nil }
      }
      return ColumnNames.read(text).map { TargetColumns(count: $0.count, names: $0) }
    }.remarking { $0 == "0" ? "a single column's number is quoted: '\"0\"'" : repetition($0) }
  }
}

/// A remark on a list with a name that is repeated; nil for others.
private func repetition(_ names: String) -> String? {
  ColumnNames.repeated(in: names).map { "'\($0.excerpt())' is repeated" }
}

extension ValueKind where Value == [String] {
  fileprivate static var columns: ValueKind {
    ValueKind(
      placeholder: "NAMES", allowed: "names of columns, or their numbers from 0, comma-separated",
      read: {
        ColumnNames.read($0)
      }
    ).remarking(repetition)
  }
}

extension ValueKind where Value == CategoricalColumns {
  fileprivate static var categorical: ValueKind {
    ValueKind(
      placeholder: "NAMES", allowed: "auto, none, or names of columns, comma-separated",
      words: ["auto", "none"]
    ) { text in
      switch text {
      case "auto": .auto
      case "none": CategoricalColumns.none
      // Another spelling of a fixed word is no column's name.
      case _ where ["auto", "none"].contains(text.trimmed.lowercased()): nil
      default: ColumnNames.read(text).map { .columns($0) }
      }
    }.remarking(repetition)
  }
}

extension ValueKind where Value == LabelColumn {
  /// A column of a table.
  fileprivate static var column: ValueKind {
    ValueKind(placeholder: "COLUMN", allowed: "auto, first, last, a column's number from 0 or its name") { text in
      // Numbers out of range are not names.
      let isWhole = text.dropFirst(text.hasPrefix("-") ? 1 : 0).allSatisfy { $0.isASCII && $0.isNumber }
      return text.isEmpty || (isWhole && (Int(text) ?? -1) < 0) ? nil : LabelColumn(text)
    }
  }
}
