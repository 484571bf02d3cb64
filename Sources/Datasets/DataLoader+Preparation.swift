import Files

/// The preparation of features: missing values are filled, images resized, features scaled and standardized.
struct Preparation {
  private let options: DataOptions
  private let model: ModelInput?
  /// True if the model is applied to the samples, which then give it no statistics.
  private let isInUse: Bool
  private let isTable: Bool
  private let hasMissing: Bool
  private let source: String
  private(set) var preprocessing: Preprocessing
  /// True if the source is a table and tables are standardized by default.
  private var standardizesTables: Bool
  private(set) var details: [OptionText] = []
  /// Notes for the user on the features.
  private(set) var notes: [OptionText] = []

  /// - Parameters:
  ///   - model: a model, whose preprocessing is the default for options that are not given.
  ///   - isInUse: true if the model is applied to the samples, false if its training is continued with them.
  ///   - standardizesTables: true if tables are standardized by default.
  init(
    _ loader: DataLoader, _ raw: RawSource, model: ModelInput? = nil, isInUse: Bool = false,
    standardizesTables: Bool = true
  ) {
    options = loader.options
    self.model = model
    self.isInUse = isInUse && model != nil
    isTable = raw.training.table != nil
    hasMissing = raw.training.table?.hasMissing ?? false || raw.test?.table?.hasMissing ?? false
    source = raw.description
    self.standardizesTables = standardizesTables && isTable
    preprocessing = model?.preprocessing ?? Preprocessing(scale: nil)
    if options.standardize != nil { preprocessing.standardization = nil }
    preprocessing.scale = options.scale ?? preprocessing.scale ?? raw.defaultScale
    preprocessing.resize = options.resize ?? preprocessing.resize
    preprocessing.transpose = options.transpose ?? preprocessing.transpose
    preprocessing.columns = raw.training.table?.columns
    preprocessing.firstIndex = raw.training.firstIndex?.value
    details = [raw.training.table?.labelText].compactMap { $0.map { OptionText($0) } }
    if let first = raw.training.firstIndex {
      details.append(
        first == .guessed ? "features counted from 1 (no index is 0)" : "features counted from \(first.value)")
    }
  }

  /// Prepares both splits, with fills and standardization computed over the training split.
  mutating func prepare(_ training: inout Selection, _ test: inout Selection) throws {
    var splits = [training, test]
    try fill(by: training, &splits)
    (training, test) = (splits[0], splits[1])
    preprocessing.pictures = training.pictureForm(preprocessing)
    try training.prepareImages(preprocessing, workers: options.workers)
    try test.prepareImages(preprocessing, workers: options.workers)
    standardize(by: training)
    var done: [ObjectIdentifier: Bool] = [:]
    try training.storeInputs(preprocessing, done: &done, workers: options.workers, source: source)
    try test.storeInputs(preprocessing, done: &done, workers: options.workers, source: source)
  }

  /// Prepares one split.
  ///
  /// - Parameter training: the samples over which fills and standardization are computed, if the model does not have them; nil
  ///   for the split itself.
  mutating func prepare(_ used: inout Selection, by training: Selection?) throws {
    var splits = [used] + (training.map { [$0] } ?? [])
    try fill(by: training ?? used, &splits)
    used = splits[0]
    try used.prepareImages(preprocessing, workers: options.workers)
    if training != nil {
      var training = splits[1]
      try training.prepareImages(preprocessing, workers: options.workers)
      standardize(by: training)
    } else {
      standardize(by: used)
    }
    var done: [ObjectIdentifier: Bool] = [:]
    try used.storeInputs(preprocessing, done: &done, workers: options.workers, source: source)
  }

  private mutating func fill(by training: Selection, _ splits: inout [Selection]) throws(DataOptionError) {
    guard isTable, let columns = preprocessing.columns else { return }
    var inputs: [Double]?
    if let fill = columns.fill {
      inputs = columns.inputFills(fill)
    } else if let choice = columns.missing, choice == .mean || choice == .median {
      if isInUse, let model {
        inputs = hasMissing ? try model.inputFills(choice, columns) : nil
      } else if let fills = training.fills(choice) {
        if hasMissing { noteColumnsWithoutValue(training, columns) }
        preprocessing.columns?.fill = columns.columnFills(fills)
        inputs = columns.inputFills(columns.columnFills(fills))
      }
    }
    guard hasMissing, let inputs else { return }
    var done: [ObjectIdentifier: [ColumnUnit]] = [:]
    for index in splits.indices { splits[index].makeRoom(for: inputs, done: &done) }
    for split in splits { split.fillMissing(inputs) }
  }

  private mutating func noteColumnsWithoutValue(_ training: Selection, _ columns: TableColumns) {
    let inputs = Set(training.featuresWithoutValue)
    guard !inputs.isEmpty else { return }
    var position = 0
    for feature in 0..<columns.count {
      if columns.categories[feature] == nil, inputs.contains(position) {
        notes.append(
          "\(source): column \(columns.shown(feature)) has no value in these samples and is a constant input; \(DataOption.ignore) leaves it out"
        )
      }
      position += columns.categories[feature]?.count ?? 1
    }
  }

  private mutating func standardize(by training: Selection) {
    if options.standardize == true {
      training.standardize(&preprocessing)
      details.append("features standardized")
      return
    }
    guard options.standardize == nil, options.scale == nil, model == nil, standardizesTables else {
      if isTable, preprocessing.scale != 1 { details.append("features divided by \(shortText(preprocessing.divisor))") }
      return
    }
    if training.looksLikeImages {
      preprocessing.scale = 255
      details.append("features divided by 255 as pixels")
    } else {
      training.standardize(&preprocessing)
      details.append("features standardized")
    }
  }
}

extension TableColumns {
  /// The inverse of `inputFills`.
  func columnFills(_ fills: [Double]) -> [Double] {
    var position = 0
    return (0..<count).map { feature in
      defer { position += categories[feature]?.count ?? 1 }
      return categories[feature] == nil ? fills[position] : 0
    }
  }
}

extension ModelInput {
  /// The values for missing features in a table that a model without stored ones is applied to: one for each input, in the table's units.
  ///
  /// Those of the table itself would be other ones for the same sample among other samples.
  /// - Throws: if the model doesn't know them.
  fileprivate func inputFills(
    _ choice: MissingFeatures, _ columns: TableColumns
  ) throws(DataOptionError) -> [Double]? {
    guard choice == .mean, let mean = preprocessing.standardization?.mean else {
      let known: OptionText =
        fills.first.map { "\(DataOption.missing, $0.rawValue) fills with those of its training; " } ?? ""
      throw DataOptionError(
        .missing,
        """
        the model has no \(choice.rawValue) of each feature in its training; \(known)\(DataOption.missing, "drop") leaves out samples \
        with missing features, and training with \(DataOption.missing, choice.rawValue) stores what fills them
        """)
    }
    // Other numbers of inputs are an error later.
    guard mean.count == columns.inputs else { return nil }
    return columns.inputFills(columns.columnFills(mean.map { $0 * preprocessing.divisor }))
  }
}

extension TableContent {
  /// Appends the samples of another table.
  mutating func join(_ other: TableContent?) {
    guard let other else { return }
    hasMissing = hasMissing || other.hasMissing
    leftOut += other.leftOut
    notes += other.notes
  }
}

extension Selection {
  /// Placeholder targets in the form of the model's, for samples without targets.
  mutating func standInTargets(_ model: ModelInput) {
    if let targets = model.targets {
      self.targets = .values([Float](repeating: 0, count: count * targets), width: targets)
    } else {
      targets = .classes([Int32](repeating: 0, count: count), labels: model.classLabels)
    }
  }
}
