import Files

/// The class column.
extension TableRoles {
  /// The class column of the `label` option; nil if the option does not name one.
  func givenLabel() throws(DataOptionError) -> Int? {
    switch request.label {
    case .first: return 0
    case .last: return format.columns - 1
    case .index(let index): return try format.column("\(index)", option: .label)
    case .name(let name): return try format.column(name, option: .label)
    case .auto, nil: return nil
    }
  }

  /// The columns that the `categorical` option names for training.
  private func categoricalColumns() throws(DataOptionError) -> Set<Int> {
    guard request.model == nil, case .columns(let names) = request.categorical else { return [] }
    return Set(try columns(names, .categorical))
  }

  func assignLabel(_ candidates: [Int], _ format: inout TableFormat) throws {
    let (column, rule) = try labelColumn(candidates)
    (format.labelColumn, format.labelRule) = (column, rule)
  }

  private func labelColumn(_ candidates: [Int]) throws -> (Int, LabelRule) {
    if let label = try givenLabel() { return (label, .given) }
    if request.label == .auto { return try automaticLabel(candidates) }
    switch request.model?.label {
    case .name(let name)?:
      if format.hasHeader {
        guard let column = format.names.firstIndex(where: { ExactText($0) == ExactText(name) }) else {
          throw FileError(
            file: "\(format.path):\(format.headerLine)", found: "no column '\(name.excerpt())'",
            expected: "the class column of \(owner)",
            hint: titled(
              request.trainingFile == nil
                ? "Select another with \(DataOption.label); predictions need none."
                : "Samples to test on need their labels."))
        }
        return (column, .given)
      }
    case .index?, nil: break
    }
    if let found = modelLabel(candidates) { return found }
    return try automaticLabel(candidates)
  }

  /// - Parameter columns: the columns among which the class is; those that an option declares as texts of features are none.
  private func automaticLabel(_ columns: [Int]) throws -> (Int, LabelRule) {
    let texts = try categoricalColumns()
    let candidates = columns.filter { !texts.contains($0) }
    if format.hasHeader {
      for name in TableRoles.labelNames {
        let named = candidates.filter { format.names[$0].lowercased() == name }
        guard named.count <= 1 else {
          throw DataOptionError(
            .label,
            "'\(name)' stands \(named.count) times in the header of \(format.path); give the column's number, from 0")
        }
        if let column = named.first { return (column, .name) }
      }
    }
    let textColumns = candidates.filter { column in
      let kinds = records.map { record in
        column < record.count ? TableCell(record[column]) : .missing
      }
      return kinds.contains(.text) && !kinds.contains(.number)
    }
    guard let first = candidates.first, let last = candidates.last else {
      throw FileError(
        file: format.path, found: "no column left for the label", expected: "at least one",
        hint: "\(DataOption.features) and \(DataOption.ignore) select columns.")
    }
    if textColumns == [last], last != first { return (last, .onlyText) }
    return (first, .first)
  }
}
