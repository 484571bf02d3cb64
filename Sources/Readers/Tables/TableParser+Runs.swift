extension TableParser {
  /// Adjacent columns that are read in the same way.
  struct Run: Equatable {
    enum Role: Equatable {
      /// Features that are plain numbers, read by the fast path. A run of another role has one column.
      case numbers
      case feature, target, label, ignored
    }

    var role: Role
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
          let isPlain = format.kinds[slot] == .number && units[slot].isTrivial && !run.isKept && !format.hasDecimalComma
          (run.role, run.slot) = (isPlain ? .numbers : .feature, slot)
          run.isForcedText = format.isForcedText[slot]
        }
        if let last = runs.last, last.role == .numbers, run.role == .numbers, last.slot + last.count == run.slot {
          runs[runs.count - 1].count += 1
        } else {
          runs.append(run)
        }
      }
      return runs
    }
  }
}
