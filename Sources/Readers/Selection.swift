import Files
import Random

/// A selection of samples of a split, in file order, while options are applied.
package struct Selection {
  /// The features; nil if only targets were requested.
  package var storage: SampleStorage?
  /// Height and width if samples are images.
  package var imageShape: ImageShape?
  /// Rows of the storage, which are also positions among the split's targets.
  package var rows: [Int32]
  /// The classes or target values of the selected samples, in their order.
  package var targets: Targets
  /// The unit in which each feature is stored; nil if all are stored as in the source.
  package var units: [ColumnUnit]?
  /// The number that has been subtracted from each target column; nil for 0.
  package var targetOrigins: [Double]?
  /// The index in the source's split of each row; nil if no sample was left out.
  package private(set) var sourceRows: [Int32]?
  /// The row in the split of each row of the storage; nil if they are the same. Resampled images have a storage of their own.
  var splitRows: [Int32]?
  /// The preprocessing that has already been applied to the stored rows; nil before.
  package var preparation: Preprocessing?

  /// True if `sourceMoments` are computed before inputs are stored.
  package var measuresSource = false
  /// Moments of the features in the units of the source, in which a float would lose small differences of large numbers; nil without such
  /// units.
  package var sourceMoments: FeatureMoments?

  /// The number of selected samples.
  package var count: Int { rows.count }

  /// All samples with a label that `numbering` knows, or all samples with target values.
  package init(_ split: RawSplit, numbering: ClassNumbering?) {
    storage = split.storage
    imageShape = split.imageShape
    units = split.units
    targetOrigins = split.targetOrigins
    sourceRows = split.table?.sourceRows
    switch split.targets {
    case .none(let count):
      rows = (0..<Int32(count)).map { $0 }
      targets = .classes([Int32](repeating: 0, count: count), labels: numbering?.labels ?? [])
    case .values(let values, let width):
      rows = (0..<Int32(split.count)).map { $0 }
      targets = .values(values, width: width)
    case .labels(let codes, let names):
      let classOfCode = names.map { numbering?.index(of: $0) ?? -1 }
      rows = []
      rows.reserveCapacity(codes.count)
      var classes: [Int32] = []
      classes.reserveCapacity(codes.count)
      for (row, code) in codes.enumerated() where classOfCode[Int(code)] >= 0 {
        rows.append(Int32(row))
        classes.append(classOfCode[Int(code)])
      }
      targets = .classes(classes, labels: numbering?.labels ?? [])
    }
  }

  /// Keeps the samples at these positions, in the given order.
  package mutating func keep(_ positions: [Int32]) {
    rows = positions.map { rows[Int($0)] }
    switch targets {
    case .classes(let classes, let labels):
      targets = .classes(positions.map { classes[Int($0)] }, labels: labels)
    case .values(let values, let width):
      var kept: [Float] = []
      kept.reserveCapacity(positions.count * width)
      for position in positions {
        kept.append(contentsOf: values[(Int(position) * width)..<((Int(position) + 1) * width)])
      }
      targets = .values(kept, width: width)
    }
  }

  /// Keeps the first `perClass` samples of each class, then the first `total` of the rest.
  package mutating func limit(total: Int?, perClass: Int?) {
    if let perClass, case .classes(let classes, let labels) = targets {
      var taken = [Int](repeating: 0, count: labels.count)
      var positions: [Int32] = []
      for (position, index) in classes.enumerated() where taken[Int(index)] < perClass {
        taken[Int(index)] += 1
        positions.append(Int32(position))
      }
      if positions.count < count { keep(positions) }
    }
    if let total, total < count { keep((0..<Int32(max(total, 0))).map { $0 }) }
  }

  /// Removes and returns a random part; both parts keep file order.
  /// - Parameter stratified: true to divide each class in this proportion.
  package mutating func removePart(fraction: Double, seed: UInt64, stratified: Bool = false) -> Selection {
    let division = RandomDivision(
      targets, isStratified: stratified, fraction: fraction, seed: seed, purpose: .split)
    var part = self
    part.keep(division.heldOut)
    keep(division.kept)
    return part
  }

  /// - Throws: `FileError` if no sample is left.
  package func samples(_ transform: InputTransform, source: String, part: String) throws(FileError) -> Samples {
    guard count > 0, let storage else {
      throw FileError(file: source, found: "no sample \(part)", expected: "at least one")
    }
    var samples = Samples(storage: storage, rows: rows, targets: targets, transform: transform, imageShape: imageShape)
    samples.targetOrigins = targetOrigins
    if let preparation {
      samples.transform = .dividing(by: 1)
      samples.preparation = preparation
    }
    return samples
  }
}

extension Selection {
  /// The index of each selected sample in the source's split, from 0; a table leaves out lines with missing features.
  package func sourceRows(of table: TableContent?) -> [Int] {
    rows.map { row in
      let row = splitRow(row)
      return table?.sourceRows.map { Int($0[row]) } ?? row
    }
  }

  /// The row in the split of a row of the storage.
  package func splitRow(_ row: Int32) -> Int { Int(splitRows?[Int(row)] ?? row) }
}
