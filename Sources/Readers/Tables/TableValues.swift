import Files

/// The values of a table's samples, appended one sample after the other.
struct TableValues: ~Copyable {
  let format: TableFormat
  /// The feature columns, interleaved: numbers as stored by `ColumnUnit`, codes of levels, NaN for missing values.
  private var features = GrowingFloats()
  private(set) var targets = GrowingFloats()
  var targetSizes: TargetSizes
  var labels = LabelCodes()
  /// The content of each feature column; an undecided one is decided by its first value.
  private(set) var kinds: [TableFormat.FeatureKind]
  /// The unit in which each feature column's numbers are stored. That of an undecided column is decided by its first number; a number without
  /// room in it changes it.
  private(set) var units: [ColumnUnit]
  /// The levels of text columns, by feature.
  var levels: [Int: LabelCodes] = [:]
  /// The numbers with dots, in a table of decimal commas.
  var dots = GroupingDots()
  /// The cells of the kept columns, for each sample.
  var kept: KeptCells
  /// True if a sample's feature was missing.
  private(set) var hasMissing = false
  /// The number of samples so far, without those left out.
  private(set) var rows = 0
  /// The index in the file of each sample; nil while none was left out.
  private(set) var sourceRows: [Int32]?
  /// The number of samples so far, with those left out; at most `Int32.max`, since `sourceRows` has their indices.
  var seen = 0
  /// True if the current sample lacks a feature.
  private var isIncomplete = false

  init(_ format: TableFormat) {
    self.format = format
    targetSizes = TargetSizes(width: format.targets)
    kinds = format.kinds
    units = format.units
    kept = KeptCells(columns: format.keptColumns)
    for (feature, kind) in kinds.enumerated() where kind == .text { levels[feature] = LabelCodes() }
  }

  // MARK: - Samples

  /// Begins a sample. Of one that was not ended, features, targets and kept cells are discarded; codes and sizes stay, since the record is
  /// read again.
  ///
  /// - Returns: memory for the sample's features and targets, until the next sample begins.
  /// - Throws: `FileError` if there is no more memory.
  mutating func beginSample() throws(FileError) -> (
    features: UnsafeMutablePointer<Float>, targets: UnsafeMutablePointer<Float>
  ) {
    isIncomplete = false
    kept.dropLast()
    return (
      try features.reserve(format.features, for: format.path), try targets.reserve(format.targets, for: format.path)
    )
  }

  /// Notes that the current sample lacks a feature.
  ///
  /// - Returns: NaN, which is stored for it.
  mutating func missingFeature() -> Float {
    isIncomplete = true
    return .nan
  }

  /// Ends a sample: it is kept, or left out if it lacks a feature and such samples are.
  ///
  /// - Parameter label: the code of its label; ignored in a table without labels.
  mutating func endSample(label: Int32) {
    seen += 1
    if isIncomplete {
      if format.missing == .drop {
        if sourceRows == nil { sourceRows = (0..<Int32(rows)).map { $0 } }
        kept.dropLast()
        return
      }
      hasMissing = true
    }
    sourceRows?.append(Int32(seen - 1))
    features.commit(format.features)
    targets.commit(format.targets)
    if format.labelColumn != nil { labels.append(label) }
    kept.commit()
    rows += 1
  }

  // MARK: - Columns

  /// Decides the content of a feature column by its first value.
  mutating func decideKind(_ slot: Int, by value: [UInt8]) {
    let isText = TableCell(String(decoding: value, as: UTF8.self)) == .text
    kinds[slot] = isText ? .text : .number
    if isText { levels[slot] = LabelCodes() }
  }

  /// Decides the unit of a feature column by its first number.
  mutating func decideUnit(_ slot: Int, by value: Double) { units[slot] = ColumnUnit(for: [value]) }

  /// Stores a column of numbers in a unit with room for its numbers so far and for `value`.
  mutating func changeUnit(_ slot: Int, for value: Double) {
    let old = units[slot]
    var (least, greatest) = (value, value)
    features.forEach(from: slot, step: format.features) { stored in
      guard !stored.isNaN else { return }
      let number = old.value(Double(stored))
      least = min(least, number)
      greatest = max(greatest, number)
    }
    let new = ColumnUnit(for: [least, greatest])
    features.update(from: slot, step: format.features) { Float(new.stored(old.value(Double($0)))) }
    units[slot] = new
  }

  /// The levels of a text column that occur in the samples, in order of first occurrence. `levels` has those of samples left out, too.
  func levelsInUse(_ feature: Int) -> [String] {
    let names = levels[feature]?.names ?? []
    guard rows < seen else { return names }
    var used = [Bool](repeating: false, count: names.count)
    features.forEach(from: feature, step: format.features) { code in
      if !code.isNaN { used[Int(code)] = true }
    }
    return names.indices.filter { used[$0] }.map { names[$0] }
  }

  /// Returns the features as rows; the values cannot be used afterwards.
  consuming func takeFeatures() -> FloatRows { features.rows(width: format.features) }
}
