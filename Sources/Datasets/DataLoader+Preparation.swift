import Files

/// The preparation of features: missing values are filled, images resized, features scaled and standardized.
struct Preparation {
  private let options: DataOptions
  private let model: ModelInput?
  private let isTable: Bool
  private let hasMissing: Bool
  private let source: String
  private(set) var preprocessing: Preprocessing
  /// True if the source is a table and tables are standardized by default.
  private var standardizesTables: Bool
  private(set) var details: [OptionText] = []

  /// - Parameters:
  ///   - model: a model, whose preprocessing is the default for options that are not given.
  ///   - standardizesTables: true if tables are standardized by default.
  init(_ loader: DataLoader, _ raw: RawSource, model: ModelInput? = nil, standardizesTables: Bool = true) {
    options = loader.options
    self.model = model
    isTable = raw.training.table != nil
    hasMissing = raw.training.table?.hasMissing ?? false || raw.test?.table?.hasMissing ?? false
    source = raw.description
    self.standardizesTables = standardizesTables && isTable
    let isOwn = options.standardize != nil || model == nil
    preprocessing = Preprocessing(
      scale: options.scale ?? model?.scale ?? raw.defaultScale, mean: isOwn ? nil : model?.mean,
      deviation: isOwn ? nil : model?.deviation, resize: options.resize ?? model?.resize,
      transpose: options.transpose ?? model?.transpose ?? false, columns: raw.training.table?.columns)
    preprocessing.firstIndex = raw.training.firstIndex?.value
    details = [raw.training.table?.labelText].compactMap { $0.map { OptionText($0) } }
    if let first = raw.training.firstIndex {
      details.append(
        first == .guessed ? "features counted from 1 (no index is 0)" : "features counted from \(first.value)")
    }
  }

  /// Prepares both splits, with fills and standardization computed over the training split.
  mutating func prepare(_ training: inout Selection, _ test: inout Selection) throws {
    fill(by: training, [training, test])
    preprocessing.hasMNISTForm = training.haveMNISTForm(preprocessing)
    preprocessing.whiteLevel = training.whiteLevel(preprocessing)
    try training.prepareImages(preprocessing, workers: options.workers)
    try test.prepareImages(preprocessing, workers: options.workers)
    standardize(by: training)
    var done: Set<ObjectIdentifier> = []
    try training.storeInputs(preprocessing, done: &done, workers: options.workers, source: source)
    try test.storeInputs(preprocessing, done: &done, workers: options.workers, source: source)
  }

  /// Prepares one split.
  ///
  /// - Parameter training: the samples over which fills and standardization are computed, if the model does not have them; nil
  ///   for the split itself.
  mutating func prepare(_ used: inout Selection, by training: Selection?) throws {
    fill(by: training ?? used, [used] + (training.map { [$0] } ?? []))
    try used.prepareImages(preprocessing, workers: options.workers)
    if var training {
      try training.prepareImages(preprocessing, workers: options.workers)
      standardize(by: training)
    } else {
      standardize(by: used)
    }
    var done: Set<ObjectIdentifier> = []
    try used.storeInputs(preprocessing, done: &done, workers: options.workers, source: source)
  }

  private mutating func fill(by training: Selection, _ splits: [Selection]) {
    guard isTable, let columns = preprocessing.columns else { return }
    if let fill = columns.fill, hasMissing {
      let inputs = columns.inputFills(fill)
      for split in splits { split.fillMissing(inputs) }
    } else if let choice = columns.missing, let fills = training.fills(choice) {
      preprocessing.columns?.fill = columns.columnFills(fills)
      let inputs = columns.inputFills(columns.columnFills(fills))
      if hasMissing { for split in splits { split.fillMissing(inputs) } }
    }
  }

  private mutating func standardize(by training: Selection) {
    if options.standardize == true {
      training.standardize(&preprocessing)
      details.append("features standardized")
      return
    }
    guard options.standardize == nil, options.scale == nil, model == nil, standardizesTables else {
      if isTable, preprocessing.scale != 1 { details.append("features divided by \(shortText(preprocessing.scale))") }
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

extension TableContent {
  /// Appends the samples of another table.
  mutating func join(_ other: TableContent?) {
    guard let other else { return }
    hasMissing = hasMissing || other.hasMissing
    leftOut += other.leftOut
    notes += other.notes
  }
}

extension ModelInput {
  /// The model's class labels; 0…K−1 if it has none.
  var classLabels: [String] { labels ?? (0..<width).map { "\($0)" } }
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
