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
  public func loadForTraining() throws -> LoadedData {
    try checkOptions(targets: options.targets)
    let part = options.split
    let raw = try loadRaw(need: part == nil ? .both : DataLoader.need(part!), targets: options.targets)
    let ownTest = raw.test != nil && part == nil
    try checkDivision(hasTest: raw.test != nil, divided: !ownTest)
    let numbering = try sourceNumbering(raw)

    var training = Selection(part == .test ? raw.test ?? raw.training : raw.training, numbering: numbering)
    var test: Selection
    if ownTest, let own = raw.test {
      test = Selection(own, numbering: numbering)
    } else {
      test = training.removePart(fraction: options.testFraction ?? 0.2, seed: options.seed)
    }
    training.limit(total: options.limit, perClass: options.limitPerClass)
    test.limit(total: options.testLimit, perClass: nil)

    var preprocessing = Preprocessing(
      scale: options.scale ?? raw.defaultScale, resize: options.resize, transpose: options.transpose ?? false)
    try training.prepareImages(preprocessing)
    try test.prepareImages(preprocessing)
    if options.standardize { training.standardize(&preprocessing) }
    // What was made of the files just now must be theirs.
    for storage in [raw.training.storage, raw.test?.storage] { try storage?.checkFile() }
    let transform = preprocessing.transform
    let hasTest = ownTest || test.count > 0
    return LoadedData(
      training: try training.samples(transform, source: raw.description, part: "to train on"),
      test: hasTest ? try test.samples(transform, source: raw.description, part: "to test on") : nil,
      labels: numbering?.labels, preprocessing: preprocessing, description: raw.description, hasOwnTestSplit: ownTest,
      formatOptions: raw.formatOptions)
  }

  /// The samples for a command that asks something of a model (`evaluate`, `predict`, `gradient`), or of a source alone.
  ///
  /// - Parameters:
  ///   - usual: the split used where the source has two and no split is asked for.
  ///   - model: what the model remembers: its labels number the classes, its preprocessing is applied unless an option says
  ///     otherwise. `nil` numbers and prepares by the source.
  public func load(usual: DataSplit, model: ModelInput?) throws -> LoadedPart {
    let targets = options.targets ?? (options.label == nil ? model?.targets : nil)
    try checkOptions(targets: targets)
    let part = options.split ?? usual
    var raw = try loadRaw(need: options.standardize && part == .test ? .both : DataLoader.need(part), targets: targets)
    try checkDivision(hasTest: raw.test != nil, divided: true)
    try raw.training.widen(to: model?.inputs ?? 0, for: raw.description)
    try raw.test?.widen(to: model?.inputs ?? 0, for: raw.description)
    let chosen = part == .test ? raw.test ?? raw.training : raw.training
    let numbering = try model.map { try modelNumbering($0, chosen, source: raw.description) } ?? sourceNumbering(raw)
    let split: DataSplit = raw.test == nil ? .all : part

    var used = Selection(chosen, numbering: numbering)
    if split == .test {
      used.limit(total: options.testLimit, perClass: nil)
    } else {
      used.limit(total: options.limit, perClass: options.limitPerClass)
    }
    var preprocessing = preprocessing(model, raw)
    try used.prepareImages(preprocessing)
    if options.standardize {
      var training = split == .test ? Selection(raw.training, numbering: numbering) : used
      if split == .test {
        training.limit(total: options.limit, perClass: options.limitPerClass)
        try training.prepareImages(preprocessing)
      }
      training.standardize(&preprocessing)
    }
    try checkWidth(preprocessing, used, source: raw.description)
    for storage in [raw.training.storage, raw.test?.storage] { try storage?.checkFile() }
    return LoadedPart(
      samples: try used.samples(preprocessing.transform, source: raw.description, part: "to use"),
      labels: numbering?.labels, preprocessing: preprocessing, description: raw.description, split: split)
  }

  private static func need(_ split: DataSplit) -> RawNeed {
    switch split {
    case .train: .training
    case .test: .test
    case .all: .pooled
    }
  }

  private func preprocessing(_ model: ModelInput?, _ raw: RawSource) -> Preprocessing {
    Preprocessing(
      scale: options.scale ?? model?.scale ?? raw.defaultScale,
      mean: options.standardize ? nil : model?.mean, deviation: options.standardize ? nil : model?.deviation,
      resize: options.resize ?? model?.resize, transpose: options.transpose ?? model?.transpose ?? false)
  }

  private func checkWidth(_ preprocessing: Preprocessing, _ used: Selection, source: String) throws(FileError) {
    guard let mean = preprocessing.mean, let storage = used.storage, mean.count != storage.width else { return }
    throw FileError(
      file: source, found: "\(storage.width) features a sample",
      expected: "\(mean.count), as the model's input.mean has")
  }
}
