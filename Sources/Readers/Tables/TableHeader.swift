import Files

/// The decision whether a table's first line has the names of its columns.
struct TableHeader {
  let isThere: Bool
  /// A note for the user, if the decision is uncertain.
  let note: OptionText?

  /// - Parameters:
  ///   - records: the first lines, at least one.
  ///   - asked: names of columns in options or a model.
  ///   - model: the columns of a model, or of the training table.
  init(
    _ records: [[String]], _ choice: HeaderChoice, asked: [String], model: TableColumns? = nil, path: String
  ) {
    guard choice == .auto else {
      self.init(isThere: choice == .yes)
      return
    }
    let names = Set(records[0].map(ExactText.init))
    if !asked.isEmpty, asked.allSatisfy({ names.contains(ExactText($0)) }) {
      // A sample may have the numbers that are a model's names.
      let isInDoubt = asked.allSatisfy { TableCell($0) == .number }
      self.init(isThere: true, note: isInDoubt ? Self.note(true, path) : nil)
      return
    }
    let evidence = Evidence(records)
    if let texts = model?.texts(in: records[0]), texts.known > 0 {
      if texts.unknown <= max(0, records[0].count - (model?.count ?? 0)) {
        self.init(isThere: false)
        return
      }
      // Without a header in training, a sample with a text that did not occur there.
      if model?.names == nil, evidence.isOfTexts {
        self.init(isThere: false, note: Self.note(false, path))
        return
      }
    }
    let (isThere, isInDoubt) = evidence.verdict
    self.init(isThere: isThere, note: isInDoubt ? Self.note(isThere, path) : nil)
  }

  private init(isThere: Bool, note: OptionText? = nil) {
    self.isThere = isThere
    self.note = note
  }

  private static func note(_ isThere: Bool, _ path: String) -> OptionText {
    isThere
      ? "\(path): the first line was taken for a header with the names of the columns; \(DataOption.header, "no") takes it as a sample."
      : "\(path): the first line was taken for a sample; \(DataOption.header, "yes") takes it as the names of the columns."
  }

  /// A comparison of the first line with the following ones, for each column.
  private struct Evidence {
    // The numbers of columns by the first line's cell and the majority of the cells below it.
    /// A text above numbers is a name.
    var textOverNumbers = 0
    var numberOverNumbers = 0
    var numberOverTexts = 0
    var textOverTexts = 0
    /// The columns among `textOverTexts` in which the first line's text occurs again.
    var repeated = 0
    /// The first line's numbers, from left to right; nil for a number that is not an integer.
    var numbers: [Int?] = []
    /// The same numbers, with fractions.
    var values: [Double] = []
    /// True if a cell of the first line is the name of a class column, and does not occur below it.
    var namesLabel = false
    /// True if a text below the first line's text occurs twice, as labels do.
    var hasClasses = false
    /// True if every text below the first line's text, of at least eight, occurs twice or more, so that the first line's is
    /// none of these labels.
    var classesRepeat = false
    /// The numbers below the first line's numbers, and those of them that are not whole.
    var numbersBelow = (all: 0, fractions: 0)
    let isAlone: Bool
    let hasEqualCells: Bool

    init(_ records: [[String]]) {
      let body = records.dropFirst()
      isAlone = body.isEmpty
      hasEqualCells = Set(records[0].map(ExactText.init)).count < records[0].count
      for (column, cell) in records[0].enumerated() {
        let kind = TableCell(cell)
        if kind == .number {
          numbers.append(Int(cell))
          values.append(TableCell.value(cell, hasDecimalComma: true) ?? .nan)
        }
        let below = body.compactMap { column < $0.count ? $0[column] : nil }
        let kinds = below.map { TableCell($0) }
        if kind == .number {
          numbersBelow.all += kinds.count { $0 == .number }
          numbersBelow.fractions += below.count { TableCell($0) == .number && Int($0) == nil }
        }
        let (ofNumbers, ofTexts) = (kinds.count { $0 == .number }, kinds.count { $0 == .text })
        guard kind != .missing, isAlone || kind == .number || ofNumbers + ofTexts > 0 else { continue }
        if kind == .text, TableRoles.labelNames.contains(cell.lowercased()), !below.contains(cell) { namesLabel = true }
        switch (kind, isAlone ? kind == .text : ofNumbers > ofTexts) {
        case (.text, true): textOverNumbers += 1
        case (.text, false):
          textOverTexts += 1
          if below.contains(where: { ExactText($0) == ExactText(cell) }) { repeated += 1 }
          let counts = Dictionary(below.map { (ExactText($0), 1) }, uniquingKeysWith: +)
          if counts.count < below.count { hasClasses = true }
          if below.count >= 8, counts.values.allSatisfy({ $0 > 1 }) { classesRepeat = true }
        default:
          // A single text below may be an error in a column of numbers.
          if isAlone || ofNumbers >= ofTexts || ofTexts < 2 { numberOverNumbers += 1 } else { numberOverTexts += 1 }
        }
      }
    }

    /// True if the first line's numbers are consecutive integers from 0, pandas's names for columns without names.
    /// Integers from 1 may be a sample's values, except next to a name.
    private func countsUp(atLeast count: Int, from origins: ClosedRange<Int> = 0...0) -> Bool {
      guard numbers.count >= count, let first = numbers.first, let first, origins.contains(first) else { return false }
      return numbers.enumerated().allSatisfy { $1 == first + $0 }
    }

    /// True if the first line's numbers are integers in ascending order, such as years as names.
    private var increases: Bool {
      let whole = numbers.compactMap { $0 }
      return whole.count == numbers.count && zip(whole, whole.dropFirst()).allSatisfy { $0 < $1 }
    }

    /// True if the first line's numbers are whole and most numbers below them are not.
    private var isWholeOverFractions: Bool {
      numbers.allSatisfy { $0 != nil } && 2 * numbersBelow.fractions > numbersBelow.all
    }

    /// True if the first line's numbers are in ascending or descending order, such as wavelengths as names.
    private func isMonotonic(atLeast count: Int) -> Bool {
      let pairs = zip(values, values.dropFirst())
      return values.count >= count && (pairs.allSatisfy { $0 < $1 } || pairs.allSatisfy { $0 > $1 })
    }

    /// True if no column says more than texts above texts, or a single line has only texts.
    var isOfTexts: Bool {
      numberOverNumbers + numberOverTexts == 0 && textOverNumbers + textOverTexts > 0
        && (isAlone || textOverNumbers == 0)
    }

    var verdict: (isThere: Bool, isInDoubt: Bool) {
      if isAlone { return (numberOverNumbers == 0 && textOverNumbers > 0, false) }
      if textOverNumbers > 0 {
        if numberOverNumbers == 0 || countsUp(atLeast: 2, from: 0...1) { return (true, false) }
        return (textOverNumbers >= numberOverNumbers || increases || isMonotonic(atLeast: 5) || namesLabel, true)
      }
      if numberOverTexts > 0 { return (countsUp(atLeast: 3), true) }
      if numberOverNumbers > 0 {
        if textOverTexts > 0 {
          guard repeated == 0 else { return (false, false) }
          if namesLabel || countsUp(atLeast: 3) { return (true, true) }
          if classesRepeat, increases, isWholeOverFractions || countsUp(atLeast: 2) { return (true, true) }
          // A sample's features may be in order by chance, if there are few.
          let isInOrder = isMonotonic(atLeast: 5)
          return (isInOrder && hasClasses, isInOrder || classesRepeat)
        }
        return countsUp(atLeast: 5) || countsUp(atLeast: 3) && isWholeOverFractions ? (true, true) : (false, false)
      }
      return textOverTexts > 0 && repeated == 0 && !hasEqualCells ? (true, true) : (false, false)
    }
  }
}

extension TableColumns {
  /// The numbers of a line's texts that are levels of text columns, as those of a sample are, and of others. A line with further columns may
  /// have other texts in as many cells: a label, for example.
  fileprivate func texts(in cells: [String]) -> (known: Int, unknown: Int) {
    let levels = Set(categories.values.joined().map(ExactText.init))
    guard !levels.isEmpty else { return (0, 0) }
    let texts = cells.filter { TableCell($0) == .text }
    let known = texts.count { levels.contains(ExactText($0)) }
    return (known, texts.count - known)
  }
}
