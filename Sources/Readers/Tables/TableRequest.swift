/// A request for a table, from options and a model.
package struct TableRequest {
  /// The meaning of the first line: names of columns, or a sample.
  var header = HeaderChoice.auto
  /// The number of lines to skip at the beginning.
  var skip = 0
  /// True if numbers have a decimal comma, false for a decimal point.
  var hasDecimalComma = false
  /// The encoding of the text.
  var encoding = TextEncoding.utf8
  /// The class column; nil for that of the model, else by the automatic rule.
  var label: LabelColumn?
  /// The number of target columns: the last ones, or those of `targetNames`.
  var targets: Int?
  /// The names of the target columns; nil for the last columns.
  var targetNames: [String]?
  /// True if an option says what the targets are.
  var namesTargets = false
  /// The feature columns, by name or by number from 0; nil for all that have no other role.
  var features: [String]?
  /// The columns that are left out, by name or by number from 0.
  var ignored: [String] = []
  /// The columns of which texts are kept, by name or by number from 0.
  var kept: [String] = []
  /// The treatment of missing features; nil for that of the model, else they are errors.
  var missing: MissingFeatures?
  /// The text columns.
  var categorical = CategoricalColumns.auto
  /// The columns of a model, or of the training table.
  var model: TableColumns?
  /// The training table whose columns `model` has; nil for those of a model.
  var trainingFile: String?
  /// The units of the feature columns in the training table, of a model or before a test file; used if there is one
  /// for each feature.
  var units: [ColumnUnit]?
  /// The numbers to subtract from target columns; empty for none, nil to decide by the first samples.
  var targetOrigins: [Double]?
  /// True if labels or targets are read; else their columns may be missing.
  var needsTargets = true
  /// The number of a model's inputs; nil if unknown.
  var inputs: Int?
  /// The replacements of missing features that the model which is applied has; nil in training, which has all.
  var fills: [MissingFeatures]?
  /// The labels of the model that is applied; nil in training, for target values, or if the model does not know them.
  var knownLabels: [String]?

  /// The names of columns in options and of a model's features: a line with all of them is a header.
  var askedNames: [String] {
    var names = (features ?? []) + ignored + kept + (targetNames ?? [])
    if case .name(let name)? = label { names.append(name) }
    if case .columns(let columns) = categorical { names += columns }
    // In an option a number may be the index of a column.
    return names.filter { Int($0) == nil } + (model?.names ?? [])
  }

  /// The names with each one as it is asked for, if that differs only in the composition of its characters: a file of macOS may have `ö` as
  /// `o` with a combining mark.
  func spelling(_ names: [String]) -> [String] {
    guard !names.allSatisfy({ $0.utf8.allSatisfy { $0 < 0x80 } }) else { return names }
    var asked = askedNames + (model?.targetNames ?? [])
    if case .name(let name)? = model?.label { asked.append(name) }
    let exact = Set(names.map(ExactText.init))
    // Swift's comparison of strings does not distinguish them.
    let counts = Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +)
    let wanted = Dictionary(
      asked.filter { !exact.contains(ExactText($0)) && counts[$0] == 1 }.map { ($0, $0) },
      uniquingKeysWith: { first, _ in first })
    return names.map { wanted[$0] ?? $0 }
  }
}

extension DataOptions {
  /// The request of these options.
  ///
  /// - Parameter targets: the number of target columns, by option or of a model.
  func tableRequest(targets: Int?) -> TableRequest {
    var request = TableRequest()
    request.header = header
    request.skip = skip
    request.hasDecimalComma = decimal == .comma
    request.encoding = encoding
    request.label = label
    request.targets = targets
    request.targetNames = targetNames
    request.namesTargets = self.targets != nil
    request.features = features
    request.ignored = ignore
    request.kept = keep
    request.missing = missing
    request.categorical = categorical
    return request
  }
}
