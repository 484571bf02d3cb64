extension TableParser {
  /// Adjacent columns that are read in the same way.
  struct Run: Equatable {
    enum Role: Equatable {
      case feature, target, label, ignored
    }

    var role: Role
    /// Plain numbers, read by the fast path.
    var isNumbers = false
    var first: Int
    var count = 1
    /// The index of the first column among the features or targets.
    var slot = 0
    var isKept = false
    /// True if a text column may have numbers, since an option or a model declares it as text.
    var isForcedText = false

    /// All columns of a line, from left to right.
    ///
    /// - Parameter units: the unit in which each feature column is stored.
    static func all(_ format: TableFormat, units: [ColumnUnit]) -> [Run] {
      var runs: [Run] = []
      var slots: [Int: Int] = [:]
      for (slot, column) in format.featureColumns.enumerated() { slots[column] = slot }
      let targets = Dictionary(
        format.targetColumns.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
      let kept = Set(format.keptColumns)
      for column in 0..<format.columns {
        var run = Run(role: .ignored, first: column, isKept: kept.contains(column))
        if column == format.labelColumn {
          run.role = .label
        } else if let slot = targets[column] {
          (run.role, run.slot) = (.target, slot)
        } else if let slot = slots[column] {
          (run.role, run.slot) = (.feature, slot)
          run.isNumbers =
            format.kinds[slot] == .number && units[slot].isTrivial && !run.isKept && !format.hasDecimalComma
          run.isForcedText = format.isForcedText[slot]
        }
        if let last = runs.last, last.isNumbers, run.isNumbers, last.slot + last.count == run.slot {
          runs[runs.count - 1].count += 1
        } else {
          runs.append(run)
        }
      }
      return runs
    }
  }
}

/// The texts of the cells of some columns. Cells of a record are appended one by one, and count once it is committed.
package struct KeptCells: Sendable {
  /// For each column, in the order asked for, its position among these columns in the file.
  private let positions: [Int]
  private var bytes: [UInt8] = []
  /// The end of each cell, in the order of the file.
  private var ends: [Int] = []
  private var committed = 0

  /// - Parameter columns: the numbers of the columns, all different, in the order in which `cells(ofRow:)` has them.
  init(columns: [Int]) {
    let sorted = columns.sorted()
    let positions = Dictionary(uniqueKeysWithValues: sorted.indices.map { (sorted[$0], $0) })
    self.positions = columns.compactMap { positions[$0] }
  }

  /// Appends a cell of the current record: its bytes in UTF-8.
  mutating func append(_ cell: [UInt8]) {
    bytes.append(contentsOf: cell)
    ends.append(bytes.count)
  }

  /// Ends a record, whose cells are kept.
  mutating func commit() { committed = ends.count }

  /// Discards uncommitted cells, of an incomplete or omitted record.
  mutating func dropLast() {
    guard committed < ends.count else { return }
    ends.removeLast(ends.count - committed)
    bytes.removeLast(bytes.count - (ends.last ?? 0))
  }

  /// The cells of a sample.
  ///
  /// - Parameter row: the index among the kept samples.
  package func cells(ofRow row: Int) -> [String] {
    positions.map { position in
      let cell = row * positions.count + position
      return String(decoding: bytes[(cell == 0 ? 0 : ends[cell - 1])..<ends[cell]], as: UTF8.self)
    }
  }
}
