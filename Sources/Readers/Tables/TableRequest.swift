/// A request for a table, from options and a model.
package struct TableRequest {
  package var header = HeaderChoice.auto
  /// The number of lines to skip at the beginning.
  package var skip = 0
  package var hasDecimalComma = false
  package var encoding = TextEncoding.utf8
  /// nil: that of the model, else by the automatic rule.
  package var label: LabelColumn?
  /// The number of target columns: the last ones, or those of `targetNames`.
  package var targets: Int?
  package var targetNames: [String]?
  /// True if an option says what the targets are.
  package var namesTargets = false
  package var features: [String]?
  package var ignored: [String] = []
  package var kept: [String] = []
  /// nil: that of the model, else missing features are errors.
  package var missing: MissingFeatures?
  package var categorical = CategoricalColumns.auto
  /// The columns of a model, or of the training table.
  package var model: TableColumns?
  /// The units of the feature columns of the table to which this one will be appended.
  package var units: [ColumnUnit]?
  /// The numbers to subtract from target columns; empty for none, nil to decide by the first samples.
  package var targetOrigins: [Double]?
  /// True if labels or targets are read; else their columns may be missing.
  package var needsTargets = true
  /// The number of a model's inputs; nil if unknown.
  package var inputs: Int?

  /// The names of columns in options and of a model's features: a line with all of them is a header.
  package var askedNames: [String] {
    var names = (features ?? []) + ignored + kept + (targetNames ?? [])
    if case .name(let name)? = label { names.append(name) }
    if case .columns(let columns) = categorical { names += columns }
    // In an option a number may be the index of a column.
    return names.filter { Int($0) == nil } + (model?.names ?? [])
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
