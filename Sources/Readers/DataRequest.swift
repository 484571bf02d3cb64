/// A request to a format: splits and options.
package struct DataRequest {
  /// The splits that are needed.
  package let need: RawNeed
  /// The options for reading and dividing the source.
  package let options: DataOptions
  /// What the samples are for.
  package let use: SampleUse
  /// The number of target columns, by option or of a model; nil for labels.
  package let targets: Int?
  /// Called repeatedly with the bytes read and their total (0: unknown).
  package let progress: (@Sendable (Int, Int) -> Void)?
  /// The columns of a model, or of the training table.
  package var columns: TableColumns?
  /// The training table whose columns these are; nil for those of a model.
  package var trainingFile: String?
  /// The units of the feature columns in the training data, of a model or before a test file or split.
  package var columnUnits: [ColumnUnit]?
  /// The index of the first feature in sparse text, of a model or of the training text; nil to decide by the text.
  package var firstIndex: Int?
  /// The numbers to subtract from target columns; empty for none, nil to decide by the targets.
  package var targetOrigins: [Double]?

  /// A request with what the model of the use says of its training data.
  ///
  /// - Parameter keepsTargetOrigins: true if, without a model, numbers may be subtracted from target columns.
  package init(
    need: RawNeed, options: DataOptions, use: SampleUse, keepsTargetOrigins: Bool,
    progress: (@Sendable (Int, Int) -> Void)?
  ) {
    self.need = need
    self.options = options
    self.use = use
    self.progress = progress
    targets = options.targets ?? (options.label == nil ? use.model?.targets : nil)
    columns = use.model?.columns
    // Features that are standardized anew may have other units than those of the model's training.
    columnUnits = options.standardize == true ? nil : use.appliedModel?.columnUnits
    firstIndex = use.model?.preprocessing.firstIndex
    targetOrigins = use.model.map { $0.targetOrigins ?? [] } ?? (keepsTargetOrigins ? nil : [])
  }

  /// True if labels or targets are read; else they may be missing.
  package var needsTargets: Bool { use.needsTargets(options) }

  /// The number of features of the model that is applied; nil if unknown.
  package var inputs: Int? { use.appliedModel?.inputs }

  /// The request for a table.
  package var table: TableRequest {
    var table = options.tableRequest(targets: targets)
    table.model = columns
    table.trainingFile = trainingFile
    table.units = columnUnits
    table.targetOrigins = targetOrigins
    table.needsTargets = needsTargets
    table.inputs = inputs
    table.fills = use.appliedModel?.fills
    table.knownLabels = use.appliedModel?.labels
    return table
  }
}
