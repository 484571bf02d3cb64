import Files

/// A source brought into memory, divided and prepared for training.
public struct LoadedData: Sendable {
  public var training: Samples
  /// `nil` for a test fraction of 0.
  public var test: Samples?
  /// The label of each class; `nil` where the targets are values.
  public var labels: [String]?
  /// What was done to the features, for the model file.
  public var preprocessing: Preprocessing
  /// The source in words.
  public var description: String
  /// Whether the test split is the source's own (or that of the `test` option), and not a random part of it.
  public var hasOwnTestSplit: Bool
  /// The options that the source's format takes, of those that not every format does.
  public var formatOptions: Set<DataOption>
  /// Whether the source is a table.
  public var isTable = false
  /// The class column and the preprocessing in words, for a table.
  public var details: [OptionText] = []
  /// For the user: what was decided in doubt, left out, or looks wrong.
  public var notes: [OptionText] = []

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

/// The part of a source that a command uses with a model.
public struct LoadedPart: Sendable {
  public var samples: Samples
  /// The label of each class; `nil` where the targets are values.
  public var labels: [String]?
  public var preprocessing: Preprocessing
  /// The source in words.
  public var description: String
  /// Which split this is: `.all` where a source without a test split is used whole.
  public var split: DataSplit
  /// For the user: what was decided in doubt, left out, or looks wrong.
  public var notes: [OptionText] = []
  /// The place of each sample in the source's split, from 0.
  public var rows: [Int] = []
  /// The table that the samples come from.
  var table: TableContent?

  /// Whether samples of the source were left out for missing features, so that places are not positions.
  public var hasGaps: Bool { table?.sourceRows != nil }

  /// The names of the columns that are kept.
  public var keptNames: [String] { table?.keptNames ?? [] }

  /// The texts of these columns for a sample.
  public func keptCells(_ position: Int) -> [String] {
    guard let table, !table.keptNames.isEmpty else { return [] }
    return table.kept.cells(ofRow: Int(samples.rows[position]), columns: table.keptNames.count)
  }
}

/// Reads a source by its options.
///
/// Errors are `FileError` for what is wrong with files, and `DataOptionError` for options that are wrong or do not go together.
public struct DataLoader: Sendable {
  public var source: DataSource
  public var options: DataOptions
  /// Called now and then while a large table is read, with the bytes read and their total (0: unknown).
  public var progress: (@Sendable (Int, Int) -> Void)?

  public init(source: DataSource, options: DataOptions) {
    self.source = source
    self.options = options
  }

  /// The splits for `train`, `scale` and `compare`.
  ///
  /// A source without a test split is divided by the seed; limits are the training split's; standardization is by the
  /// training split after them.
  /// - Parameter model: a model whose weights training goes on from: its columns and preprocessing hold unless options say otherwise.
  public func loadForTraining(model: ModelInput? = nil) throws -> LoadedData {
    try checkOptions(targets: options.targets)
    let part = options.split
    let raw = try loadRaw(
      need: part == nil ? .both : DataLoader.need(part!), targets: options.targets, columns: model?.columns)
    let ownTest = raw.test != nil && part == nil
    try checkDivision(hasTest: raw.test != nil, divided: !ownTest)
    let numbering = try sourceNumbering(raw)

    var training = Selection(part == .test ? raw.test ?? raw.training : raw.training, numbering: numbering)
    var test: Selection
    if ownTest, let own = raw.test {
      test = Selection(own, numbering: numbering)
    } else {
      test = training.removePart(
        fraction: options.testFraction ?? 0.2, seed: options.seed, stratified: options.stratify)
    }
    training.limit(total: options.limit, perClass: options.limitPerClass)
    test.limit(total: options.testLimit, perClass: nil)

    let description = raw.description
    var preparation = Preparation(self, raw, model: model)
    try preparation.prepare(&training, &test)
    // What was made of the files just now must be theirs.
    for storage in [raw.training.storage, raw.test?.storage] { try storage?.checkFile() }
    let transform = preparation.preprocessing.transform
    let hasTest = ownTest || test.count > 0
    var data = LoadedData(
      training: try training.samples(transform, source: description, part: "to train on"),
      test: hasTest ? try test.samples(transform, source: description, part: "to test on") : nil,
      labels: numbering?.labels, preprocessing: preparation.preprocessing, description: description,
      hasOwnTestSplit: ownTest, formatOptions: raw.formatOptions)
    data.isTable = raw.training.table != nil
    data.details = preparation.details
    data.notes = notes(raw) + classNotes(data)
    return data
  }

  /// The samples for a command that asks something of a model (`evaluate`, `predict`, `gradient`), or of a source alone.
  ///
  /// - Parameters:
  ///   - usual: the split used where the source has two and no split is asked for.
  ///   - model: what the model remembers: its labels number the classes, its preprocessing is applied unless an option says
  ///     otherwise. `nil` numbers and prepares by the source.
  ///   - needsTargets: whether labels or targets are read; the samples' targets have no meaning without.
  ///   - preparesAsTraining: whether a table without a model is standardized as for training.
  public func load(
    usual: DataSplit, model: ModelInput?, needsTargets: Bool = true, preparesAsTraining: Bool = false
  ) throws -> LoadedPart {
    let targets = options.targets ?? (options.label == nil ? model?.targets : nil)
    let part = options.split ?? usual
    // Samples are chosen by their labels.
    let readsTargets = needsTargets || options.classes != nil || options.limitPerClass != nil
    try checkOptions(targets: targets, needsTargets: readsTargets)
    let asksStandardization = options.standardize == true
    var raw = try loadRaw(
      need: asksStandardization && part == .test ? .both : DataLoader.need(part), targets: targets,
      columns: model?.columns, needsTargets: readsTargets, inputs: model?.inputs)
    try checkDivision(hasTest: raw.test != nil, divided: true)
    try raw.training.widen(to: model?.inputs ?? 0, for: raw.description)
    try raw.test?.widen(to: model?.inputs ?? 0, for: raw.description)
    let chosen = part == .test ? raw.test ?? raw.training : raw.training
    let numbering = try model.map { try modelNumbering($0, chosen, source: raw.description) } ?? sourceNumbering(raw)
    let split: DataSplit = raw.test == nil ? .all : part
    var used = Selection(chosen, numbering: numbering)
    if case .none = chosen.targets, let model { used.standInTargets(model) }
    if split == .test {
      used.limit(total: options.testLimit, perClass: nil)
    } else {
      used.limit(total: options.limit, perClass: options.limitPerClass)
    }
    var preparation = Preparation(self, raw, model: model, standardizesTables: preparesAsTraining)
    let training = asksStandardization && split == .test ? limited(raw.training, numbering) : nil
    try preparation.prepare(&used, by: training)
    let preprocessing = preparation.preprocessing
    try checkWidth(preprocessing, used, source: raw.description)
    for storage in [raw.training.storage, raw.test?.storage] { try storage?.checkFile() }
    var result = LoadedPart(
      samples: try used.samples(preprocessing.transform, source: raw.description, part: "to use"),
      labels: numbering?.labels ?? (readsTargets || model?.targets != nil ? nil : model?.classLabels),
      preprocessing: preprocessing, description: raw.description, split: split)
    result.notes = notes(raw)
    result.rows = used.rows.map { row in chosen.table?.sourceRows.map { Int($0[Int(row)]) } ?? Int(row) }
    result.table = chosen.table
    return result
  }

  /// The training split within its limits.
  private func limited(_ split: RawSplit, _ numbering: ClassNumbering?) -> Selection {
    var selection = Selection(split, numbering: numbering)
    selection.limit(total: options.limit, perClass: options.limitPerClass)
    return selection
  }

  private static func need(_ split: DataSplit) -> RawNeed {
    switch split {
    case .train: .training
    case .test: .test
    case .all: .pooled
    }
  }

  private func checkWidth(_ preprocessing: Preprocessing, _ used: Selection, source: String) throws(FileError) {
    guard let mean = preprocessing.mean, let storage = used.storage, mean.count != storage.width else { return }
    throw FileError(
      file: source, found: "\(storage.width) features a sample",
      expected: "\(mean.count), as the model's input.mean has")
  }
}
