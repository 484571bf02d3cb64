import Files

/// Reads a source by its options.
///
/// Errors are `FileError` for files, and `DataOptionError` for invalid or conflicting options.
package struct DataLoader: Sendable {
  /// The source that is read.
  package var source: DataSource
  /// The options for reading, dividing and preparing it.
  package var options: DataOptions
  /// Called repeatedly while a large table is read, with the bytes read and their total (0: unknown).
  package var progress: (@Sendable (Int, Int) -> Void)?

  package init(source: DataSource, options: DataOptions) {
    self.source = source
    self.options = options
  }

  /// The splits for `train`, `scale` and `compare`.
  ///
  /// A source without a test split is divided at random by the seed. Limits apply to the training split, and
  /// standardization uses the limited training split.
  /// - Parameters:
  ///   - model: a model whose training is continued; its columns and preprocessing are the defaults.
  ///   - keepsTargetOrigins: true if `Samples.targetOrigins` may be set; else targets are rounded to floats.
  package func loadForTraining(model: ModelInput? = nil, keepsTargetOrigins: Bool = false) throws -> LoadedData {
    let need = options.split.map(Self.need) ?? .both
    let source = try read(.training(continuing: model), need, keepsTargetOrigins: keepsTargetOrigins)
    return try source.divided().prepared().data()
  }

  /// The samples for a command that applies a model (`evaluate`, `predict`, `gradient`), or inspects a source.
  ///
  /// A model's labels determine the classes' numbers, and its preprocessing is the default, with its own statistics if options ask for those
  /// of training again.
  package func load(_ use: SampleUse) throws -> LoadedPart {
    var loader = self
    let note = use.appliedModel.flatMap { loader.options.keepStatistics(of: $0) }
    let split = options.split ?? use.usualSplit
    // A test split is standardized by the training split.
    let need = loader.options.standardize == true && split == .test ? .both : Self.need(split)
    var part = try loader.read(use, need).chosen().prepared().part()
    if let note { part.notes.append(note) }
    return part
  }

  /// Both splits, each as `load` has it for inspection, but read at once: a stream can be read only once, and a table is parsed once.
  ///
  /// - Parameter describes: true to keep what floats would lose: `LoadedPart.moments`, and `Samples.targetOrigins`.
  /// - Returns: the training split, or the whole source if it has no test split, and the test split.
  package func loadSplits(describes: Bool = false) throws -> (first: LoadedPart, test: Samples?) {
    precondition(options.split == nil, "the splits are those of the source")
    let source = try read(.inspection, .both, keepsTargetOrigins: describes)
    return try source.bothSplits(measured: describes).prepared().parts()
  }

  private static func need(_ split: DataSplit) -> RawNeed {
    switch split {
    case .train: .training
    case .test: .test
    case .all: .pooled
    }
  }

  /// Reads what a use needs of the source, checks it, and numbers its classes.
  private func read(_ use: SampleUse, _ need: RawNeed, keepsTargetOrigins: Bool = false) throws -> ReadSource {
    let request = DataRequest(
      need: need, options: options, use: use, keepsTargetOrigins: keepsTargetOrigins, progress: progress)
    try checkOptions(targets: request.targets, needsTargets: request.needsTargets)
    var raw = try loadRaw(request)
    let hasOwnTest = raw.test != nil && options.split == nil
    try checkDivision(hasTest: raw.test != nil, divided: !(use.isTraining && hasOwnTest))
    if !request.needsTargets { raw.forgetTargets() } else if use.preparesAsTraining { try checkTargetSizes(raw) }
    try raw.widen(to: use.appliedModel?.inputs ?? 0)
    return try ReadSource(loader: self, use: use, raw: raw)
  }
}

extension DataOptions {
  /// Leaves out the choices of a model's training that are repeated where it is applied: the means, standard deviations and replacements
  /// of missing features are those of its training, whatever other samples have.
  ///
  /// - Returns: a note on another divisor, which has no effect: the means are those of features divided by the model's.
  fileprivate mutating func keepStatistics(of model: ModelInput) -> OptionText? {
    if let columns = model.columns, columns.fill != nil, missing == columns.missing { missing = nil }
    guard standardize == true, model.preprocessing.standardization != nil else { return nil }
    standardize = nil
    guard let own = model.preprocessing.scale, let asked = scale, asked != own else { return nil }
    scale = nil
    return """
      \(DataOption("scale"), shortText(asked)) has no effect with \(DataOption.standardize): the model's own means and standard deviations are \
      those of features divided by \(shortText(own))
      """
  }
}
