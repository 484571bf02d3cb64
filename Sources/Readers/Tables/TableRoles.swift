import Files

/// The assignment of a table's columns to features, labels and targets.
struct TableRoles {
  let request: TableRequest
  let records: [[String]]
  let format: TableFormat

  /// The names of a class column.
  static let labelNames = ["label", "class", "target", "species", "y"]

  /// - Parameters:
  ///   - records: the first lines, without the header.
  ///   - format: separator, columns, header and names.
  init(_ request: TableRequest, _ records: [[String]], _ format: TableFormat) {
    var request = request
    if case .name(let name)? = request.label,
      !format.hasHeader || !format.names.contains(where: { ExactText($0) == ExactText(name) })
    {
      let trimmed = name.trimmedOfBlanks
      let isNamed = format.hasHeader && format.names.contains { ExactText($0) == ExactText(trimmed) }
      request.label = isNamed ? .name(trimmed) : request.label?.withPlainWords
    }
    // Numbers are those of the training table, whose columns may be in another order.
    if request.trainingFile != nil, format.hasHeader {
      if case .name? = request.model?.label { request.label = nil }
      if request.targetNames != nil, request.model?.targetNames != nil {
        (request.targetNames, request.namesTargets) = (nil, false)
      }
    }
    // Names in options are those of the training table, whose places this one has.
    if request.trainingFile != nil, !format.hasHeader, request.model?.width == format.columns {
      (request.label, request.targetNames, request.namesTargets) = (nil, nil, false)
      (request.features, request.ignored) = (nil, [])
    }
    self.request = request
    self.records = records
    self.format = format
  }

  /// - Throws: `FileError` if columns of a model are missing; `DataOptionError` if those of an option are.
  func assign(to format: inout TableFormat) throws {
    format.keptColumns = try columns(request.kept, .keep)
    let ignored = Set(try ignoredColumns())
    format.ignoredColumns = ignored.sorted()
    try checkRoles(ignored)
    if request.model?.names != nil, format.hasHeader {
      try assignByName(ignored, &format)
    } else {
      try assignByPosition(ignored, &format)
    }
    guard !format.featureColumns.isEmpty else {
      guard format.columns > 1 else {
        throw FileError(
          file: format.path, found: "lines of one cell", expected: "a label or target and a feature per line",
          hint: oneCellRemedy)
      }
      if let targets = request.targets, request.targetNames == nil {
        throw DataOptionError(
          .targets,
          "\(targets) of \(format.path)'s \(format.columns) columns leave no feature; at most \(format.columns - 1)")
      }
      throw FileError(
        file: format.path, found: "no feature column", expected: "at least one besides labels and targets",
        hint: "\(DataOption.features) and \(DataOption.ignore) select columns.")
    }
  }

  /// The remedy for lines that seem to have one cell.
  private var oneCellRemedy: OptionText {
    let lines = (format.hasHeader ? [format.names] : []) + records
    let separators: [Character] = ["|", ":", "^", "~", "!"]
    let other = separators.first { separator in
      lines.count > 1 && lines.allSatisfy { $0.first?.contains(separator) == true }
    }
    if let other {
      let edited = format.edited(by: "tr '\(other)' ',' <", "write", "commas")
      return "Cells may not be separated by '\(other)': \(edited)."
    }
    return """
      Cells may be separated by commas, semicolons, tabs or spaces; \(DataOption.skip, "N") leaves out N lines above the table, such \
      as a title.
      """
  }

  /// The columns of the `ignore` option. A table for a model, or for testing, may lack some of them.
  private func ignoredColumns() throws(DataOptionError) -> [Int] {
    guard request.model?.names != nil, format.hasHeader else { return try columns(request.ignored, .ignore) }
    let names = Set(format.names.map(ExactText.init))
    let ignored = request.ignored.filter { text in
      guard let number = Int(text) else { return names.contains(ExactText(text)) }
      return request.trainingFile == nil || format.names.indices.contains(number)
    }
    return try columns(ignored, .ignore)
  }

  /// Checks that no column has two roles by options.
  private func checkRoles(_ ignored: Set<Int>) throws(DataOptionError) {
    // The columns of a model are found by their names, whatever options say.
    guard request.model?.names == nil || !format.hasHeader else { return }
    let features = Set(try columns(request.features ?? [], .features))
    var answers: [(option: DataOption, columns: [Int])] = []
    if request.namesTargets, let names = request.targetNames {
      answers.append((.targets, try columns(names, .targets)))
    } else if request.namesTargets, let count = request.targets, request.features != nil {
      answers.append((.targets, Array((0..<format.columns).suffix(count))))
    }
    if request.targets == nil, let label = try givenLabel() { answers.append((.label, [label])) }
    if !request.needsTargets { answers = [] }
    for (option, columns) in answers {
      for (other, taken) in [(DataOption.features, features), (.ignore, ignored)] {
        guard let column = columns.first(where: taken.contains) else { continue }
        throw DataOptionError(
          option, "column \(format.shown(column)) of \(format.path) is also given by \(other); a column has one role")
      }
    }
    guard request.model == nil, case .columns(let names) = request.categorical else { return }
    let texts = try columns(names, .categorical)
    let taken = ignored.union(answers.flatMap { $0.columns })
    if let column = texts.first(where: { taken.contains($0) || !features.isEmpty && !features.contains($0) }) {
      throw DataOptionError(
        .categorical, "column \(format.shown(column)) of \(format.path) is not a feature by the other options")
    }
  }

  func columns(_ names: [String], _ option: DataOption) throws(DataOptionError) -> [Int] {
    var columns: [Int] = []
    for name in names {
      let column = try format.column(name, option: option)
      if !columns.contains(column) { columns.append(column) }
    }
    return columns
  }

  // MARK: Columns by their order

  private func assignByPosition(_ ignored: Set<Int>, _ format: inout TableFormat) throws {
    if try assignByPlace(ignored, &format) { return }
    noteOrder(&format)
    var candidates = (0..<format.columns).filter { !ignored.contains($0) }
    if let features = request.features {
      candidates = try columns(features, .features).filter { !ignored.contains($0) }
    }
    if !request.needsTargets {
      format.featureColumns = try unanswered(candidates, &format)
      return
    }
    if let targets = request.targets {
      format.targetColumns = try targetColumns(targets, among: request.features == nil ? candidates : nil)
      // Sets: a table may have as many columns as a line has numbers, 700,000 and more.
      let answers = Set(format.targetColumns)
      format.featureColumns = candidates.filter { !answers.contains($0) }
    } else {
      // Columns that are given as features are no labels, unless there are no others.
      let given = Set(candidates)
      let others = (0..<format.columns).filter { !ignored.contains($0) && !given.contains($0) }
      let choices = request.features == nil || others.isEmpty ? candidates : others
      try assignLabel(choices, &format)
      format.featureColumns = candidates.filter { $0 != format.labelColumn }
    }
    try checkCount(format)
  }

  private func checkCount(_ format: TableFormat) throws(FileError) {
    guard let model = request.model, format.features != model.count else { return }
    let answers = format.columns - format.features
    throw FileError(
      file: format.path, found: "\(format.features.counted("feature")) per sample",
      expected: "\(model.count), as \(owner) has",
      hint: answers > 0 && format.columns == model.count
        ? "It seems to be a table without labels, which only predictions can use." : nil)
  }

  /// The features of a table that may lack labels or targets: as many as in a model. A class column that is left out may be noted.
  private func unanswered(_ candidates: [Int], _ format: inout TableFormat) throws -> [Int] {
    // A model without names of columns has only a number of inputs: if there are as many columns, all are features.
    // Without a number to compare with, options determine labels and targets.
    let count = request.model?.count ?? (candidates.count == request.inputs ? request.inputs : nil)
    if candidates.count == count || request.features != nil || arePixels(candidates) { return candidates }
    var rest = candidates
    if let targets = request.targets {
      if count == nil || candidates.count == (count ?? 0) + targets {
        let columns = Set(try targetColumns(targets, among: candidates))
        rest = candidates.filter { !columns.contains($0) }
      }
    } else if count == nil || candidates.count == (count ?? 0) + 1 {
      var found = format
      try assignLabel(candidates, &found)
      rest = candidates.filter { $0 != found.labelColumn }
      if rest != candidates, let label = found.labelColumn { noteLeftOut(label, found.labelRule, &format) }
    }
    guard let count, rest.count != count else { return rest }
    let more = request.targets ?? 1
    throw FileError(
      file: format.path, found: "\(candidates.count) columns",
      expected: "\(count) features, or \(count + more) with \(request.targets == nil ? "the label" : "the targets")",
      hint: "\(DataOption.features) and \(DataOption.ignore) select columns.")
  }

  /// True for the columns of images that are resampled, for which a model has no number of inputs: a square number of them.
  private func arePixels(_ candidates: [Int]) -> Bool {
    request.model == nil && request.inputs == nil && request.label == nil
      && ImageShape.isSquare(pixels: candidates.count)
  }

  func targetColumns(_ count: Int, among candidates: [Int]? = nil) throws(DataOptionError) -> [Int] {
    if let names = request.targetNames { return try columns(names, .targets) }
    let candidates = candidates ?? Array(0..<format.columns)
    if let columns = try modelTargets(count, candidates) { return columns }
    guard count <= candidates.count, count < format.columns else {
      throw DataOptionError(
        .targets,
        "\(count) of \(format.path)'s \(format.columns) columns leave no feature; at most \(format.columns - 1)")
    }
    return Array(candidates.suffix(count))
  }
}
