import Files
import Platform

/// The last steps of preparing inputs.
extension Selection {
  /// The values for missing features, in the source's units: one for each input.
  ///
  /// A feature that is missing in every sample becomes 0.
  package func fills(_ choice: MissingFeatures) -> [Double]? {
    guard case .floats(let floats)? = storage, choice == .mean || choice == .median else { return nil }
    return (0..<floats.width).map { feature in
      let values = rows.map { floats.pointer[Int($0) * floats.width + feature] }.filter { !$0.isNaN }
      guard !values.isEmpty else { return 0 }
      let unit = units?[feature] ?? ColumnUnit()
      if choice == .mean { return unit.value(values.reduce(0) { $0 + Double($1) } / Double(values.count)) }
      let sorted = values.sorted()
      let (low, high) = (sorted[(sorted.count - 1) / 2], sorted[sorted.count / 2])
      return unit.value((Double(low) + Double(high)) / 2)
    }
  }

  /// The features that are missing in every sample.
  package var featuresWithoutValue: [Int] {
    guard case .floats(let floats)? = storage, count > 0 else { return [] }
    return (0..<floats.width).filter { feature in
      rows.allSatisfy { floats.pointer[Int($0) * floats.width + feature].isNaN }
    }
  }

  /// Stores columns in which the value for missing features has no room in other units: those of a model may be far larger than the numbers
  /// of a table that it is applied to.
  ///
  /// - Parameters:
  ///   - fills: one value for each input, in the source's units.
  ///   - done: the units of storages that have been converted already, since splits may share one.
  /// - Precondition: the storage is not shared yet, but by splits.
  package mutating func makeRoom(for fills: [Double], done: inout [ObjectIdentifier: [ColumnUnit]]) {
    guard case .floats(let floats)? = storage, fills.count == floats.width else { return }
    if let units = done[ObjectIdentifier(floats)] {
      self.units = units
      return
    }
    let old = units ?? [ColumnUnit](repeating: ColumnUnit(), count: floats.width)
    var new = old
    for (feature, fill) in fills.enumerated() where fill.isFinite && !Float(old[feature].stored(fill)).isFinite {
      let isMissing = (0..<floats.rows).contains { floats.pointer[$0 * floats.width + feature].isNaN }
      if isMissing { new[feature] = ColumnUnit(for: floats.range(of: feature, old[feature]) + [fill]) }
    }
    guard new != old else { return }
    floats.store(old, in: new)
    units = new
    done[ObjectIdentifier(floats)] = new
  }

  /// Replaces missing features in all rows of the storage.
  ///
  /// - Parameter fills: one value for each input, in the source's units.
  /// - Precondition: the storage is not shared yet.
  package func fillMissing(_ fills: [Double]) {
    guard case .floats(let floats)? = storage else { return }
    let stored = fills.enumerated().map { Float(units?[$0].stored($1) ?? $1) }
    let values = UnsafeMutablePointer(mutating: floats.pointer)
    for row in 0..<floats.rows {
      let row = values + row * floats.width
      for feature in 0..<floats.width where row[feature].isNaN { row[feature] = stored[feature] }
    }
  }

  /// Replaces stored features by the network's inputs, computed in Double and rounded once, if needed.
  ///
  /// - Parameters:
  ///   - done: storages that have been converted already, since splits may share one, and whether all inputs of all their rows are finite.
  ///   - workers: the largest number of threads.
  /// - Precondition: the storage is not shared yet; if the source is measured, not by splits, either.
  /// - Throws: `FileError` naming `source` for an input of a selected sample that exceeds the range of a float.
  package mutating func storeInputs(
    _ preprocessing: Preprocessing, done: inout [ObjectIdentifier: Bool], workers: Int, source: String
  ) throws(FileError) {
    guard case .floats(let floats)? = storage, preprocessing.standardization != nil || units != nil else { return }
    preparation = preprocessing
    if measuresSource, let units { sourceMoments = FeatureMoments(.floats(floats), rows: rows).converted(from: units) }
    let areFinite = done[ObjectIdentifier(floats)] ?? store(in: floats, preprocessing, workers: workers)
    done[ObjectIdentifier(floats)] = areFinite
    if !areFinite, let error = rangeError(of: floats, preprocessing, source: source) { throw error }
  }

  /// Replaces all rows of a storage by the network's inputs.
  ///
  /// - Returns: true if all are finite.
  private func store(in floats: FloatRows, _ preprocessing: Preprocessing, workers: Int) -> Bool {
    let width = floats.width
    let scale = preprocessing.divisor
    let mean = preprocessing.standardization?.mean ?? [Double](repeating: 0, count: width)
    let deviation = preprocessing.standardization?.deviation ?? [Double](repeating: 1, count: width)
    guard mean.count == width else { return true }
    nonisolated(unsafe) let values = UnsafeMutablePointer(mutating: floats.pointer)
    let units = units
    let rows = floats.rows
    // Blocks are disjoint, and so large that the time to distribute them is negligible.
    let block = max(1, (1 << 16) / width)
    let blocks = (rows + block - 1) / block
    nonisolated(unsafe) let areFinite = UnsafeMutablePointer<Bool>.allocate(capacity: max(blocks, 1))
    defer { areFinite.deallocate() }
    ParallelLoop.run(blocks, threads: workers) { index in
      var isFinite = true
      for row in (index * block)..<min((index + 1) * block, rows) {
        let row = values + row * width
        for feature in 0..<width {
          let value = units?[feature].value(Double(row[feature])) ?? Double(row[feature])
          let input = Float(((scale == 1 ? value : value / scale) - mean[feature]) / deviation[feature])
          row[feature] = input
          isFinite = isFinite && input.isFinite
        }
      }
      areFinite[index] = isFinite
    }
    return (0..<blocks).allSatisfy { areFinite[$0] }
  }

  /// The error for the first input of a selected sample that exceeds the range of a float; nil without one.
  private func rangeError(of inputs: FloatRows, _ preprocessing: Preprocessing, source: String) -> FileError? {
    func flaw(_ row: Int32) -> Int? {
      (0..<inputs.width).first { !inputs.pointer[Int(row) * inputs.width + $0].isFinite }
    }
    guard let row = rows.first(where: { flaw($0) != nil }), let feature = flaw(row) else { return nil }
    let sample = sourceRows.map { Int($0[splitRow(row)]) } ?? splitRow(row)
    let isStandardized = preprocessing.standardization != nil
    let subject = isStandardized ? "an input" : "a number"
    let names = preprocessing.columns.flatMap { $0.inputs == $0.count ? $0.names : nil }
    let name = names.map { "column \($0[feature].excerpt())" } ?? "feature \(feature)"
    return FileError(
      file: source, found: "\(subject) beyond a float's range, 3.4e38, in \(name) of sample \(sample)",
      expected: "inputs within it",
      hint: isStandardized
        ? "It is too many standard deviations from the mean: leave the sample out."
        : "\(DataOption.standardize) brings a column of large numbers into range.")
  }

  /// True if the features look like pixels: many integers from 0 to 255, the largest above 127.
  package var looksLikeImages: Bool {
    guard case .floats(let floats)? = storage, floats.width >= 64, units == nil else { return false }
    var greatest: Float = 0
    for row in rows {
      let values = floats.pointer + Int(row) * floats.width
      for feature in 0..<floats.width {
        let value = values[feature]
        guard value >= 0, value <= 255, value == value.rounded(.towardZero) else { return false }
        greatest = max(greatest, value)
      }
    }
    return greatest > 127
  }
}
