import Files

/// A data set loaded into memory, divided and prepared for training.
public struct LoadedData: Sendable {
  /// The training split, or the whole source if it was not divided.
  public var training: Samples
  /// The test split; nil if the source has none and the test fraction is 0.
  public var test: Samples?
  /// The label of each class; `nil` for target values.
  public var labels: [String]?
  /// The preprocessing of the features, for the model file.
  public var preprocessing: Preprocessing
  /// A description of the source.
  public var description: String
  /// True if the test split is the source's own, or that of the `test` option; false if it is a random part.
  public var hasOwnTestSplit: Bool
  /// The format-specific options that the source's format has.
  package var formatOptions: Set<DataOption>
  /// True if the source is a table.
  public var isTable: Bool { tableLayout != nil }
  /// The layout of a table; nil for other sources.
  package var tableLayout: TableLayout?
  /// A description of the class column and the preprocessing, for a table.
  public var details: [OptionText] = []
  /// Notes for the user: uncertain decisions, omissions and suspicious data.
  public var notes: [OptionText] = []

  /// Creates a data set of prepared samples.
  public init(
    training: Samples, test: Samples?, labels: [String]?, preprocessing: Preprocessing, description: String,
    hasOwnTestSplit: Bool, formatOptions: Set<DataOption>
  ) {
    self.training = training
    self.test = test
    self.labels = labels
    self.preprocessing = preprocessing
    self.description = description
    self.hasOwnTestSplit = hasOwnTestSplit
    self.formatOptions = formatOptions
  }
}

/// The split of a source that a command uses with a model.
package struct LoadedPart: Sendable {
  package var samples: Samples
  /// The label of each class; `nil` for target values.
  package var labels: [String]?
  /// The preprocessing that makes inputs of features: the model's, or that of the options.
  package var preprocessing: Preprocessing
  /// A description of the source.
  package var description: String
  /// The split; `.all` for a whole source without a test split.
  package var split: DataSplit
  /// A description of the class column and the preprocessing, for a table; empty if a model determines them.
  package var details: [OptionText] = []
  /// Notes for the user: uncertain decisions, omissions and suspicious data.
  package var notes: [OptionText] = []
  /// The index of each sample in the source's split, from 0.
  package var rows: [Int] = []
  /// The table of the samples.
  var table: TableContent?
  /// The moments of the features of the training and of the test split in the units of the source; nil where the samples have them.
  package var moments: [FeatureMoments?] = []

  /// True if samples with missing features were left out, so that indices in the source differ from positions.
  package var hasGaps: Bool { table?.sourceRows != nil }

  /// The names of the columns that are targets; nil for other sources than tables, and for classes.
  package var targetNames: [String]? { table?.columns.targetNames }

  /// The names of the columns that are kept.
  package var keptNames: [String] { table?.keptNames ?? [] }

  /// The texts of these columns for a sample.
  package func keptCells(_ position: Int) -> [String] {
    guard let table, !table.keptNames.isEmpty else { return [] }
    return table.kept.cells(ofRow: Int(samples.rows[position]))
  }
}

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
    let targets = options.targets ?? (options.label == nil ? model?.targets : nil)
    try checkOptions(targets: targets)
    let part = options.split
    let raw = try loadRaw(
      need: part == nil ? .both : DataLoader.need(part!), targets: targets, columns: model?.columns,
      firstIndex: model?.preprocessing.firstIndex,
      targetOrigins: model.map { $0.targetOrigins ?? [] } ?? (keepsTargetOrigins ? nil : []))
    let ownTest = raw.test != nil && part == nil
    try checkDivision(hasTest: raw.test != nil, divided: !ownTest)
    try checkTargetSizes(raw)
    let numbering = try trainingNumbering(raw, model)

    var training = Selection(part == .test ? raw.test ?? raw.training : raw.training, numbering: numbering)
    var test = testSelection(ownTest ? raw.test : nil, dividing: &training, numbering)
    let unlimited = training.targets
    training.limit(total: options.limit, perClass: options.limitPerClass)
    test.limit(total: options.testLimit, perClass: nil)

    let description = raw.description
    var preparation = Preparation(self, raw, model: model)
    try preparation.prepare(&training, &test)
    // Checks that no mapped file changed while it was read.
    for storage in [raw.training.storage, raw.test?.storage] { try storage?.checkFile() }
    let transform = preparation.preprocessing.transform
    let hasTest = ownTest || test.count > 0
    var data = LoadedData(
      training: try training.samples(transform, source: description, part: "to train on"),
      test: hasTest ? try test.samples(transform, source: description, part: "to test on") : nil,
      labels: numbering?.labels, preprocessing: preparation.preprocessing, description: description,
      hasOwnTestSplit: ownTest, formatOptions: raw.formatOptions)
    data.tableLayout = raw.training.table?.layout
    data.details = preparation.details
    data.notes =
      notes(raw) + preparation.notes + unusedTestLimit(hasTest: hasTest)
      + classNotes(
        raw, numbering, training: data.training.targets, unlimited: unlimited, test: data.test?.targets,
        isDivided: !ownTest)
    return data
  }

  /// The source's own test split, or a part of the training split, which is removed from it.
  private func testSelection(
    _ own: RawSplit?, dividing training: inout Selection, _ numbering: ClassNumbering?
  ) -> Selection {
    if let own { return Selection(own, numbering: numbering) }
    return training.removePart(
      fraction: options.testFraction ?? 0.2, seed: options.seed, stratified: options.stratify)
  }

  /// The samples for a command that applies a model (`evaluate`, `predict`, `gradient`), or inspects a source.
  ///
  /// - Parameters:
  ///   - usual: the split that is used by default, if the source has two.
  ///   - model: a model, whose labels determine the classes' numbers and whose preprocessing is the default, with its own statistics if options
  ///     ask for those of training again; nil to determine both from the source.
  ///   - needsTargets: true if labels or targets are read; else targets are placeholders.
  ///   - preparesAsTraining: true if a table without a model is standardized as for training.
  package func load(
    usual: DataSplit, model: ModelInput?, needsTargets: Bool = true, preparesAsTraining: Bool = false
  ) throws -> LoadedPart {
    var loader = self
    let note = model.flatMap { loader.options.keepStatistics(of: $0) }
    var part = try loader.loadPart(
      usual: usual, model: model, needsTargets: needsTargets, preparesAsTraining: preparesAsTraining)
    if let note { part.notes.append(note) }
    return part
  }

  private func loadPart(
    usual: DataSplit, model: ModelInput?, needsTargets: Bool, preparesAsTraining: Bool
  ) throws -> LoadedPart {
    let targets = options.targets ?? (options.label == nil ? model?.targets : nil)
    let part = options.split ?? usual
    // These options choose samples by their labels.
    let readsTargets = needsTargets || options.classes != nil || options.limitPerClass != nil
    try checkOptions(targets: targets, needsTargets: readsTargets)
    var raw = try loadRaw(part, for: model, targets: targets, readsTargets: readsTargets)
    if !readsTargets { raw.forgetTargets() } else if preparesAsTraining { try checkTargetSizes(raw) }
    try checkDivision(hasTest: raw.test != nil, divided: true)
    try raw.widen(to: model?.inputs ?? 0)
    let chosen = part == .test ? raw.test ?? raw.training : raw.training
    let numbering = try model.map { try modelNumbering($0, chosen, source: raw.description) } ?? sourceNumbering(raw)
    let split: DataSplit = raw.test == nil ? .all : part
    var used = Selection(chosen, numbering: numbering)
    if case .none = chosen.targets, let model { used.standInTargets(model) }
    let isTest = split == .test
    used.limit(total: isTest ? options.testLimit : options.limit, perClass: isTest ? nil : options.limitPerClass)
    // The samples that a model is to be applied to may be few, and statistics of few samples other ones for each; those of a gradient are those
    // of training.
    let lacksStatistics = model != nil && asksStandardization && usual == .test
    if lacksStatistics, split == .all { throw noStatistics(of: raw.description) }
    var preparation = Preparation(self, raw, model: model, isInUse: true, standardizesTables: preparesAsTraining)
    let training = asksStandardization && split == .test ? limited(raw.training, numbering) : nil
    try preparation.prepare(&used, by: training)
    let preprocessing = preparation.preprocessing
    try checkWidth(preprocessing, used, source: raw.description)
    for storage in [raw.training.storage, raw.test?.storage] { try storage?.checkFile() }
    var result = LoadedPart(
      samples: try used.samples(preprocessing.transform, source: raw.description, part: "to use"),
      labels: numbering?.labels ?? (readsTargets || model?.targets != nil ? nil : model?.classLabels),
      preprocessing: preprocessing, description: raw.description, split: split)
    result.notes = notes(raw) + preparation.notes + indexNotes(raw, model) + unusedLimits(split)
    if lacksStatistics { result.notes.append(Self.standardizationNote(raw.description)) }
    result.rows = used.sourceRows(of: chosen.table)
    result.table = chosen.table
    return result
  }

  /// True if statistics of the samples are asked for, not only by default.
  private var asksStandardization: Bool { options.standardize == true }

  /// Reads a split of the source, and the training split beside the test split if that is standardized by it.
  private func loadRaw(
    _ part: DataSplit, for model: ModelInput?, targets: Int?, readsTargets: Bool
  ) throws -> RawSource {
    try loadRaw(
      need: asksStandardization && part == .test ? .both : DataLoader.need(part), targets: targets,
      columns: model?.columns, needsTargets: readsTargets, inputs: model?.inputs,
      columnUnits: asksStandardization ? nil : model?.columnUnits,
      firstIndex: model?.preprocessing.firstIndex, targetOrigins: model?.targetOrigins ?? [],
      purpose: model.map { .use(fills: $0.fills) } ?? .training)
  }

  /// The training split within its limits.
  func limited(_ split: RawSplit, _ numbering: ClassNumbering?) -> Selection {
    var selection = Selection(split, numbering: numbering)
    selection.limit(total: options.limit, perClass: options.limitPerClass)
    return selection
  }

  /// The error of standardization for a model without statistics by samples that may be any, and few.
  private func noStatistics(of source: String) -> DataOptionError {
    let lack: OptionText =
      options.split == .all
      ? "\(DataOption("split"), "all") no training split to take them from"
      : "\(source) no training split to take them from"
    return DataOptionError(
      .standardize,
      "the model has no means and standard deviations, and \(lack); expected a model that was trained with \(DataOption.standardize), or, of "
        + "another program, tensors 'input.mean' and 'input.deviation' in its file")
  }

  private static func standardizationNote(_ source: String) -> OptionText {
    "\(source): the model has no means and standard deviations; features are standardized by the training split"
  }

  private static func need(_ split: DataSplit) -> RawNeed {
    switch split {
    case .train: .training
    case .test: .test
    case .all: .pooled
    }
  }

  private func checkWidth(_ preprocessing: Preprocessing, _ used: Selection, source: String) throws(FileError) {
    guard let mean = preprocessing.standardization?.mean, let storage = used.storage, mean.count != storage.width else {
      return
    }
    throw FileError(
      file: source, found: "\(storage.width.counted("feature")) per sample",
      expected: "\(mean.count), as the model's input.mean has")
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
