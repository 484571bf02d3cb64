import Files

/// The preparation of features: missing values are filled, images resized, features scaled and standardized.
struct Preparation {
  private let options: DataOptions
  private let use: SampleUse
  private let isTable: Bool
  private let hasMissing: Bool
  private let source: String
  private(set) var preprocessing: Preprocessing
  private(set) var details: [OptionText] = []
  /// Notes for the user on the features.
  private(set) var notes: [OptionText] = []

  /// The preparation by options, and by the preprocessing of the use's model where they are not given.
  init(_ source: ReadSource) {
    let raw = source.raw
    options = source.options
    use = source.use
    isTable = raw.training.table != nil
    hasMissing = raw.training.table?.hasMissing ?? false || raw.test?.table?.hasMissing ?? false
    self.source = raw.description
    preprocessing = use.model?.preprocessing ?? Preprocessing(scale: nil)
    if options.standardize != nil { preprocessing.standardization = nil }
    preprocessing.scale = options.scale ?? preprocessing.scale ?? raw.defaultScale
    preprocessing.resize = options.resize ?? preprocessing.resize
    preprocessing.transpose = options.transpose ?? preprocessing.transpose
    preprocessing.columns = raw.training.columns
    preprocessing.firstIndex = raw.training.firstIndex?.value
    details = [raw.training.labelText].compactMap { $0.map { OptionText($0) } }
    if let first = raw.training.firstIndex {
      details.append(
        first == .guessed ? "features counted from 1 (no index is 0)" : "features counted from \(first.value)")
    }
  }

  /// Prepares splits.
  ///
  /// - Parameters:
  ///   - splits: those that are used; the first is the training split, or the only one.
  ///   - training: the samples over which fills and standardization are computed, if the model does not have them; nil for the first split.
  mutating func prepare(_ splits: inout [Selection], by training: Selection?) throws {
    notes += divisorNotes(splits[0]) + pixelNotes(splits[0])
    var all = splits + [training].compactMap(\.self)
    let measured = training == nil ? 0 : splits.count
    try fill(by: all[measured], &all)
    // Images that are resampled are square.
    let side = preprocessing.resize == nil ? nil : all[0].storage.map { Int(Double($0.width).squareRoot()) }
    // Resampled pixels are no whole numbers.
    let arePixels = scalesByKind && lookLikePixels(all[measured])
    if use.preparesAsTraining { preprocessing.pictures = all[0].pictureForm(preprocessing) }
    for index in all.indices { try all[index].prepareImages(preprocessing, workers: options.workers) }
    preprocessing.sourceSide = side
    standardize(by: all[measured], arePixels: arePixels)
    splits = Array(all.prefix(splits.count))
    var done: [ObjectIdentifier: Bool] = [:]
    for index in splits.indices {
      try splits[index].storeInputs(preprocessing, done: &done, workers: options.workers, source: source)
    }
  }

  /// A note on features from 0 to 1 for a model of pixels from 0 to 255, or the reverse: it divides them as those of its training.
  ///
  /// - Parameter used: samples that have not been prepared.
  private func pixelNotes(_ used: Selection) -> [OptionText] {
    guard options.scale == nil, options.standardize != true, let fitting = fittingScale(used) else { return [] }
    let scale = DataOption("scale")
    return fitting == 1
      ? ["\(source): features from 0 to 1 are divided by 255, as in training; \(scale, "1") leaves them as they are"]
      : ["\(source): features are up to 255, and in training they were from 0 to 1; \(scale, "255") divides them"]
  }

  /// The scale that gives features from 0 to 1 the units of a model of pixels from 0 to 255, or the reverse; nil for others.
  ///
  /// - Parameter used: samples that have not been prepared.
  private func fittingScale(_ used: Selection) -> Double? {
    guard let model = use.model else { return nil }
    let isBytes = if case .bytes? = used.storage { true } else { false }
    switch (model.preprocessing.scale, model.preprocessing.pictures.white) {
    case (255, 255) where !isBytes && used.areFromZeroToOne: return 1
    case (1, 1) where (isBytes || lookLikePixels(used)) && !used.areFromZeroToOne: return 255
    default: return nil
    }
  }

  private mutating func fill(by training: Selection, _ splits: inout [Selection]) throws(DataOptionError) {
    guard isTable, let columns = preprocessing.columns else { return }
    var inputs: [Double]?
    if let fill = columns.fill {
      inputs = columns.inputFills(fill)
    } else if let choice = columns.missing, choice == .mean || choice == .median {
      if let model = use.appliedModel {
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

  /// A note on another divisor for a model whose means and standard deviations are those of features divided by its own; none for the one
  /// that gives features the units of training.
  ///
  /// - Parameter used: samples that have not been prepared.
  private func divisorNotes(_ used: Selection) -> [OptionText] {
    guard options.standardize == nil, let model = use.model, model.preprocessing.standardization != nil,
      let own = model.preprocessing.scale, let asked = options.scale, asked != own, asked != fittingScale(used)
    else { return [] }
    return [
      """
      \(source): the model's means and standard deviations are those of features divided by \(shortText(own)), and are applied to features \
      divided by \(shortText(asked)); \(DataOption("noStandardize")) leaves them out
      """
    ]
  }

  /// True if the kind of the features decides how they are scaled: pixels are divided by 255, others standardized.
  private var scalesByKind: Bool {
    isTable && use.preparesAsTraining && use.model == nil && options.standardize == nil && options.scale == nil
  }

  /// True if the features look like pixels. A text column is none, however many inputs its levels make.
  private func lookLikePixels(_ samples: Selection) -> Bool {
    preprocessing.columns?.categories.isEmpty != false && samples.looksLikeImages
  }

  /// - Parameter arePixels: true if the features were pixels before they were resampled.
  private mutating func standardize(by training: Selection, arePixels: Bool) {
    if options.standardize == true {
      training.standardize(&preprocessing)
      details.append("features standardized")
      return
    }
    guard scalesByKind else {
      if isTable, preprocessing.scale != 1 { details.append("features divided by \(shortText(preprocessing.divisor))") }
      return
    }
    if arePixels {
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
