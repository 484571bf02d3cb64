import Files

/// A source that has been read for a use, with the numbers of its classes: the first stage of loading, before samples are selected.
struct ReadSource {
  let loader: DataLoader
  let use: SampleUse
  let raw: RawSource
  /// The split that is used; the training split, or the whole source, if training has both.
  let used: RawSplit
  /// The classes' numbers; nil for target values.
  let numbering: ClassNumbering?

  /// Numbers the classes: by the model that is applied, else by the source and the model whose training is continued.
  init(loader: DataLoader, use: SampleUse, raw: RawSource) throws {
    self.loader = loader
    self.use = use
    self.raw = raw
    let isTest = (loader.options.split ?? use.usualSplit) == .test
    used = isTest ? raw.test ?? raw.training : raw.training
    if let model = use.appliedModel {
      numbering = try loader.modelNumbering(model, used, source: raw.description)
    } else {
      numbering = try loader.trainingNumbering(raw, use.model)
    }
  }

  var options: DataOptions { loader.options }

  /// The split that is used; `.all` for a whole source without a test split.
  var split: DataSplit { raw.test == nil ? .all : options.split ?? use.usualSplit }

  /// The source's own test split, unless an option chooses one split for all.
  private var ownTest: RawSplit? { options.split == nil ? raw.test : nil }

  /// Selects a training and a test split: the source's own, or a random part of it, which is removed from the training split.
  func divided() -> SelectedSamples {
    var training = Selection(used, numbering: numbering)
    var test =
      ownTest.map { Selection($0, numbering: numbering) }
      ?? training.removePart(
        fraction: options.testFraction ?? 0.2, seed: options.seed, stratified: options.stratify)
    let unlimited = training.targets
    training.limitTraining(options)
    test.limit(total: options.testLimit, perClass: nil)
    let hasTest = ownTest != nil || test.count > 0
    return SelectedSamples(source: self, used: training, test: hasTest ? test : nil, unlimited: unlimited)
  }

  /// Selects the split that is used.
  /// - Throws: `DataOptionError` if it would have to be standardized by itself, and may not be.
  func chosen() throws(DataOptionError) -> SelectedSamples {
    var selection = Selection(used, numbering: numbering)
    if case .none = used.targets, let model = use.model { selection.standInTargets(model) }
    let unlimited = selection.targets
    if split == .test {
      selection.limit(total: options.testLimit, perClass: nil)
    } else {
      selection.limitTraining(options)
    }
    var selected = SelectedSamples(source: self, used: selection, unlimited: unlimited)
    guard options.standardize == true else { return selected }
    if split == .all, !use.ownStatistics { throw noStatistics }
    if split == .test {
      var training = Selection(raw.training, numbering: numbering)
      training.limitTraining(options)
      selected.training = training
    }
    return selected
  }

  /// Selects the source's own splits.
  ///
  /// - Parameter measured: true if moments of the features in the units of the source are computed.
  func bothSplits(measured: Bool) -> SelectedSamples {
    var training = Selection(used, numbering: numbering)
    let unlimited = training.targets
    training.measuresSource = measured
    training.limitTraining(options)
    var test = ownTest.map { Selection($0, numbering: numbering) }
    test?.measuresSource = measured
    test?.limit(total: options.testLimit, perClass: nil)
    return SelectedSamples(source: self, used: training, test: test, unlimited: unlimited)
  }

  /// The error of standardization for a model without statistics by samples that may be any, and few.
  private var noStatistics: DataOptionError {
    let lack: OptionText =
      options.split == .all
      ? "\(DataOption("split"), "all") no training split to take them from"
      : "\(raw.description) no training split to take them from"
    return DataOptionError(
      .standardize,
      "the model has no means and standard deviations, and \(lack); expected a model that was trained with \(DataOption.standardize), or, of "
        + "another program, tensors 'input.mean' and 'input.deviation' in its file")
  }
}

/// The samples of a source that are used: the second stage of loading, before they are prepared.
struct SelectedSamples {
  let source: ReadSource
  /// The training split, or the one that is used.
  var used: Selection
  /// The test split beside it; nil without one.
  var test: Selection?
  /// The samples by whose statistics the used ones are prepared; nil for these themselves.
  var training: Selection?
  /// The targets of the used split before limits.
  let unlimited: Targets

  /// Fills missing features, resizes images, and scales and standardizes features.
  func prepared() throws -> PreparedSamples {
    var preparation = Preparation(source)
    var splits = [used] + [test].compactMap(\.self)
    try preparation.prepare(&splits, by: training)
    if source.use.appliedModel != nil { try Self.check(splits[0], preparation.preprocessing, source.raw.description) }
    // Checks that no mapped file changed while it was read.
    for storage in [source.raw.training.storage, source.raw.test?.storage] { try storage?.checkFile() }
    return PreparedSamples(
      source: source, used: splits[0], test: splits.dropFirst().first, unlimited: unlimited, preparation: preparation)
  }

  private static func check(
    _ samples: Selection, _ preprocessing: Preprocessing, _ source: String
  ) throws(FileError) {
    guard let mean = preprocessing.standardization?.mean, let storage = samples.storage, mean.count != storage.width
    else { return }
    throw FileError(
      file: source, found: "\(storage.width.counted("feature")) per sample",
      expected: "\(mean.count), as the model's input.mean has")
  }
}

/// Prepared samples, of which the result is made: the last stage of loading.
struct PreparedSamples {
  let source: ReadSource
  let used: Selection
  let test: Selection?
  /// The targets of the used split before limits.
  let unlimited: Targets
  let preparation: Preparation

  private var loader: DataLoader { source.loader }
  private var raw: RawSource { source.raw }
  private var preprocessing: Preprocessing { preparation.preprocessing }

  /// The splits for training.
  func data() throws(FileError) -> LoadedData {
    let isDivided = raw.test == nil || source.options.split != nil
    var data = LoadedData(
      training: try samples(used, to: "train on"),
      test: try test.map { split throws(FileError) in try samples(split, to: "test on") },
      labels: source.numbering?.labels, preprocessing: preprocessing, description: raw.description,
      hasOwnTestSplit: !isDivided)
    data.formatOptions = raw.formatOptions
    data.tableLayout = raw.training.table?.layout
    data.details = preparation.details
    data.notes = trainingNotes(training: data.training, test: data.test, isDivided: isDivided)
    return data
  }

  /// The split that is used.
  func part() throws(FileError) -> LoadedPart {
    let model = source.use.model
    var part = LoadedPart(
      samples: try samples(used, to: "use"), labels: source.numbering?.labels, preprocessing: preprocessing,
      description: raw.description, split: source.split)
    if let model, model.targets == nil, !source.use.needsTargets(source.options) {
      part.labels = part.labels ?? model.classLabels
    }
    part.notes = loader.labelNote(source.used, of: raw.description) + loader.notes(raw) + preparation.notes
    part.notes += loader.indexNotes(raw, model) + loader.unusedLimits(source.split) + loader.classOrderNote(model)
    if source.options.standardize == true, !source.use.ownStatistics { part.notes.append(standardizationNote) }
    (part.rows, part.tableRows) = (used.sourceRows(of: source.used.table), used.rows.map(used.splitRow))
    part.table = source.used.table
    return part
  }

  /// Both splits of a source that is inspected.
  func parts() throws(FileError) -> (first: LoadedPart, test: Samples?) {
    let test = try test.map { split throws(FileError) in try samples(split, to: "use") }
    var first = try part()
    first.details = preparation.details
    first.moments = [used.sourceMoments, self.test?.sourceMoments]
    first.notes = trainingNotes(training: first.samples, test: test, isDivided: false)
    return (first, test)
  }

  private func samples(_ selection: Selection, to purpose: String) throws(FileError) -> Samples {
    try selection.samples(preprocessing.transform, source: raw.description, part: "to " + purpose)
  }

  private func trainingNotes(training: Samples, test: Samples?, isDivided: Bool) -> [OptionText] {
    loader.notes(raw) + preparation.notes + loader.unusedTestLimit(hasTest: test != nil)
      + loader.classNotes(
        raw, source.numbering, training: training.targets, unlimited: unlimited, test: test?.targets,
        isDivided: isDivided)
  }

  private var standardizationNote: OptionText {
    "\(raw.description): the model has no means and standard deviations; features are standardized by the training split"
  }
}

extension Selection {
  /// Keeps the first samples of a training split, or of a whole source.
  fileprivate mutating func limitTraining(_ options: DataOptions) {
    limit(total: options.limit, perClass: options.limitPerClass)
  }

  /// Placeholder targets in the form of the model's, for samples without targets.
  fileprivate mutating func standInTargets(_ model: ModelInput) {
    if let targets = model.targets {
      self.targets = .values([Float](repeating: 0, count: count * targets), width: targets)
    } else {
      targets = .classes([Int32](repeating: 0, count: count), labels: model.classLabels)
    }
  }
}
