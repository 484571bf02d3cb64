/// A request to a format: splits and options.
package struct DataRequest {
  /// The splits that are needed.
  package let need: RawNeed
  /// The options for reading and dividing the source.
  package let options: DataOptions
  /// The number of target columns, by option or of a model; nil for labels.
  package let targets: Int?
  /// Called repeatedly with the bytes read and their total (0: unknown).
  package let progress: (@Sendable (Int, Int) -> Void)?
  /// The columns of a model, or of the training table.
  package var columns: TableColumns?
  /// The training table whose columns these are; nil for those of a model.
  package var trainingFile: String?
  /// The units of the feature columns of the table to which this source will be appended.
  package var columnUnits: [ColumnUnit]?
  /// The index of the first feature in sparse text, of a model or of the training text; nil to decide by the text.
  package var firstIndex: Int?
  /// The numbers to subtract from target columns; empty for none, nil to decide by the targets.
  package var targetOrigins: [Double]?
  /// True if labels or targets are read; else they may be missing.
  package var needsTargets = true
  /// The number of a model's features; nil if unknown.
  package var inputs: Int?
  /// What the samples are for.
  package var purpose = SamplePurpose.training

  /// A request; the parameters are the properties.
  package init(
    need: RawNeed, options: DataOptions, targets: Int?, progress: (@Sendable (Int, Int) -> Void)?,
    columns: TableColumns? = nil, columnUnits: [ColumnUnit]? = nil, firstIndex: Int? = nil,
    targetOrigins: [Double]? = nil, needsTargets: Bool = true, inputs: Int? = nil
  ) {
    self.need = need
    self.options = options
    self.targets = targets
    self.progress = progress
    self.columns = columns
    self.columnUnits = columnUnits
    self.firstIndex = firstIndex
    self.targetOrigins = targetOrigins
    self.needsTargets = needsTargets
    self.inputs = inputs
  }

  /// The request for a table.
  package var table: TableRequest {
    var table = options.tableRequest(targets: targets)
    table.model = columns
    table.trainingFile = trainingFile
    table.units = columnUnits
    table.targetOrigins = targetOrigins
    table.needsTargets = needsTargets
    table.inputs = inputs
    table.purpose = purpose
    return table
  }
}

/// What samples are for, which decides the remedies for missing features.
package enum SamplePurpose: Sendable, Equatable {
  case training
  /// A model is applied to them, which can fill missing features in these ways.
  case use(fills: [MissingFeatures])
}
