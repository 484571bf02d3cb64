import Files

/// A split as stored in its files, before any option is applied.
package struct RawSplit {
  /// `nil` if only the split's targets were requested.
  package var storage: SampleStorage?
  /// The labels or target values, one or one row per sample.
  package var targets: RawTargets
  /// Height and width if samples are images.
  package var imageShape: ImageShape?
  /// The properties of a table; nil for other sources.
  package var table: TableContent?
  /// The properties of an array with features and answers; nil for other sources.
  package var array: ArrayContent?
  /// The unit in which each feature is stored; nil if all are stored as in the source.
  package var units: [ColumnUnit]?
  /// The number that has been subtracted from each target column, since a float cannot hold the differences of large targets; nil for 0.
  package var targetOrigins: [Double]?
  /// The sizes of target values; nil for labels.
  package var targetSizes: TargetSizes?
  /// True if samples may be extended by zeros: sparse text does not define the number of features.
  package var mayBeWidened = false
  /// The index of the first feature in sparse text; nil for other sources.
  package var firstIndex: SparseIndex?
  /// A note on the lines of sparse text; nil without one, and for other sources.
  package var sparseNote: OptionText?

  /// A split whose features are stored as in the source.
  package init(
    storage: SampleStorage?, targets: RawTargets, imageShape: ImageShape? = nil, table: TableContent? = nil
  ) {
    self.storage = storage
    self.targets = targets
    self.imageShape = imageShape
    self.table = table
  }

  /// The number of samples.
  package var count: Int { targets.count }

  /// The columns of a table or an array, as a model keeps them; nil for other sources, and for an array whose answers are not read.
  package var columns: TableColumns? { table?.columns ?? array?.columns }

  /// A description of the class column; nil if there is none.
  package var labelText: String? { table?.labelText ?? array?.labelText }

  /// The rule by which the class column was found.
  package var labelRule: LabelRule { table?.labelRule ?? array?.labelRule ?? .given }

  /// Notes for the user.
  package var notes: [OptionText] { table?.notes ?? array?.notes ?? [sparseNote].compactMap(\.self) }

  /// Appends zeros to each sample up to a width, if allowed and needed.
  /// - Throws: `FileError` naming `path` if there is not enough memory.
  package mutating func widen(to width: Int, for path: String) throws(FileError) {
    guard mayBeWidened, case .floats(let rows)? = storage, rows.width < width else { return }
    let memory = try MemoryLimit.take(
      rows.rows * width * MemoryLayout<Float>.stride, for: path, "\(rows.rows) samples of \(width) features"
    ).assumingMemoryBound(to: Float.self)
    memory.initialize(repeating: 0, count: rows.rows * width)
    for row in 0..<rows.rows {
      (memory + row * width).update(from: rows.pointer + row * rows.width, count: rows.width)
    }
    storage = .floats(FloatRows(adopting: memory, rows: rows.rows, width: width))
    if let units { self.units = units + [ColumnUnit](repeating: ColumnUnit(), count: width - rows.width) }
  }
}

extension RawSplit {
  /// Stores both splits' features, of the same number, in the same units, with room for the numbers of both.
  ///
  /// - Returns: false if the units differ and a split has bytes or no features.
  /// - Precondition: no storage is shared.
  package mutating func shareUnits(with other: inout RawSplit) -> Bool {
    guard units != other.units else { return true }
    guard case .floats(let rows)? = storage, case .floats(let others)? = other.storage, rows.width == others.width
    else {
      return false
    }
    let own = [ColumnUnit](repeating: ColumnUnit(), count: rows.width)
    let pairs = zip(units ?? own, other.units ?? own).enumerated()
    let shared = pairs.map { column, units in
      units.0 == units.1
        ? units.0 : ColumnUnit(for: rows.range(of: column, units.0) + others.range(of: column, units.1))
    }
    rows.store(units ?? own, in: shared)
    others.store(other.units ?? own, in: shared)
    (units, other.units) = (shared, shared)
    return true
  }
}

extension FloatRows {
  /// The smallest and the largest number of a column that is stored in a unit; none if all are missing.
  func range(of column: Int, _ unit: ColumnUnit) -> [Double] {
    var range: (Float, Float)?
    for row in 0..<rows {
      let value = pointer[row * width + column]
      if !value.isNaN { range = (min(range?.0 ?? value, value), max(range?.1 ?? value, value)) }
    }
    return range.map { [unit.value(Double($0.0)), unit.value(Double($0.1))] } ?? []
  }

  /// Replaces numbers in some units by those in others.
  func store(_ old: [ColumnUnit], in new: [ColumnUnit]) {
    let values = UnsafeMutablePointer(mutating: pointer)
    for column in 0..<width where old[column] != new[column] {
      for index in stride(from: column, to: rows * width, by: width) {
        values[index] = Float(new[column].stored(old[column].value(Double(values[index]))))
      }
    }
  }
}

/// The index of the first feature in sparse text.
package enum SparseIndex: Equatable {
  /// 0 occurs, or the index is that of a model or of the training text.
  case known(Int)
  /// 1, since 0 does not occur: a text that counts from 0 may have no sample with the first feature.
  case guessed

  package var value: Int {
    switch self {
    case .known(let index): index
    case .guessed: 1
    }
  }
}

/// Targets as stored in files: labels before they are numbered as classes, or values.
package enum RawTargets {
  /// Sample i has label `names[codes[i]]`; some names may not occur.
  case labels(codes: [Int32], names: [String])
  /// `[samples × width]`, row-major.
  case values([Float], width: Int)
  /// Not read, or missing.
  case none(count: Int)

  /// Labels that are bytes, which are their own codes among 256 names.
  package static func labelBytes(_ labels: [UInt8]) -> RawTargets {
    .labels(codes: labels.map { Int32($0) }, names: (0..<256).map { "\($0)" })
  }

  /// The number of samples.
  package var count: Int {
    switch self {
    case .labels(let codes, _): codes.count
    case .values(let values, let width): values.count / max(width, 1)
    case .none(let count): count
    }
  }

  /// True if both are labels, or both values of the same width.
  package func isLikeKind(of other: RawTargets) -> Bool {
    switch (self, other) {
    case (.labels, .labels): true
    case (.values(_, let width), .values(_, let otherWidth)): width == otherWidth
    default: false
    }
  }

  /// These targets, then the others, of the same kind.
  package func joined(with other: RawTargets) -> RawTargets {
    switch (self, other) {
    case (.labels(let codes, let names), .labels(let otherCodes, let otherNames)):
      .labels(codes: codes + otherCodes.map { $0 + Int32(names.count) }, names: names + otherNames)
    case (.values(let values, let width), .values(let otherValues, _)): .values(values + otherValues, width: width)
    case (.none(let count), .none(let otherCount)): .none(count: count + otherCount)
    case (.labels, _), (.values, _), (.none, _): preconditionFailure("one set of options makes one kind of targets")
    }
  }

  /// The labels that occur.
  package var labelsInUse: [String] {
    guard case .labels(let codes, let names) = self else { return [] }
    var used = [Bool](repeating: false, count: names.count)
    for code in codes { used[Int(code)] = true }
    return names.indices.filter { used[$0] }.map { names[$0] }
  }
}

/// A source as stored in its files: the training split or the whole source, and its own test split, if any.
package struct RawSource {
  /// The training split, or the whole of a source without a test split of its own.
  package var training: RawSplit
  /// The source's own test split; nil if it has none, or the splits are pooled.
  package var test: RawSplit?
  /// The default divisor of features.
  package var defaultScale: Double
  /// The name of the source in messages.
  package var description: String
  /// The format-specific options that the source's format has.
  package var formatOptions: Set<DataOption> = []

  /// - Parameters:
  ///   - defaultScale: the default divisor of features.
  ///   - description: the name of the source in messages.
  package init(training: RawSplit, test: RawSplit?, defaultScale: Double, description: String) {
    self.training = training
    self.test = test
    self.defaultScale = defaultScale
    self.description = description
  }

  /// Appends zeros to the samples of both splits up to a width, if allowed and needed.
  /// - Throws: `FileError` if there is not enough memory.
  package mutating func widen(to width: Int) throws(FileError) {
    try training.widen(to: width, for: description)
    try test?.widen(to: width, for: description)
  }

  /// Removes labels and target values, which some formats have without reading a file, for example synthetic digits.
  package mutating func forgetTargets() {
    training.targets = .none(count: training.targets.count)
    if let test { self.test?.targets = .none(count: test.targets.count) }
  }
}

/// The splits that a command uses; others need not be read.
package enum RawNeed {
  /// Training and test split, separately.
  case both
  /// One of the splits, and the targets of the other.
  case training
  case test
  /// Both as one, the training split first.
  case pooled
}
