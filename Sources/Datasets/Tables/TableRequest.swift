/// What is asked of a table, by options and by a model.
struct TableRequest {
  var header = HeaderChoice.auto
  /// Lines at the beginning that are passed over.
  var skip = 0
  var hasDecimalComma = false
  var encoding = TextEncoding.utf8
  /// nil: the model's, else by the automatic rule.
  var label: LabelColumn?
  /// How many of the last columns are targets, or how many names `targetNames` has.
  var targets: Int?
  var targetNames: [String]?
  var features: [String]?
  var ignored: [String] = []
  var kept: [String] = []
  /// nil: the model's, else an error.
  var missing: MissingFeatures?
  var categorical = CategoricalColumns.auto
  /// The columns of a model, or of the table that another is tested against.
  var model: TableColumns?
  /// How the feature columns of a table that this one will be joined to are stored.
  var units: [ColumnUnit]?
  /// Whether labels or targets are read; else columns of them may be missing.
  var needsTargets = true

  /// The names that options ask for: a line that has them all is a header.
  var askedNames: [String] {
    var names = (features ?? []) + ignored + kept + (targetNames ?? []) + (model?.names ?? [])
    if case .name(let name)? = label { names.append(name) }
    if case .columns(let columns) = categorical { names += columns }
    // A number may be a column's place.
    return names.filter { Int($0) == nil }
  }
}

extension DataOptions {
  /// What these options ask of a table.
  ///
  /// - Parameter targets: how many columns are targets: by option, or as a model has them.
  func tableRequest(targets: Int?) -> TableRequest {
    var request = TableRequest()
    request.header = header
    request.skip = skip
    request.hasDecimalComma = decimal == .comma
    request.encoding = encoding
    request.label = label
    request.targets = targets
    request.targetNames = targetNames
    request.features = features
    request.ignored = ignore
    request.kept = keep
    request.missing = missing
    request.categorical = categorical
    return request
  }
}
