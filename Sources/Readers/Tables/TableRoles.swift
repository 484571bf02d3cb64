import Files

/// The assignment of a table's columns to features, labels and targets.
struct TableRoles {
  private let request: TableRequest
  private let records: [[String]]
  private let format: TableFormat

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
      request.label = request.label?.withPlainWords
    }
    // Numbers are those of the training table, whose columns may be in another order.
    if request.trainingFile != nil, format.hasHeader {
      if case .name? = request.model?.label { request.label = nil }
      if request.targetNames != nil, request.model?.targetNames != nil {
        (request.targetNames, request.namesTargets) = (nil, false)
      }
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

  /// The class column of the `label` option; nil if the option does not name one.
  private func givenLabel() throws(DataOptionError) -> Int? {
    switch request.label {
    case .first: return 0
    case .last: return format.columns - 1
    case .index(let index): return try format.column("\(index)", option: .label)
    case .name(let name): return try format.column(name, option: .label)
    case .auto, nil: return nil
    }
  }

  private func columns(_ names: [String], _ option: DataOption) throws(DataOptionError) -> [Int] {
    var columns: [Int] = []
    for name in names {
      let column = try format.column(name, option: option)
      if !columns.contains(column) { columns.append(column) }
    }
    return columns
  }

  // MARK: A model's columns by name

  /// The owner of the columns that are matched, for messages.
  private var owner: String { request.trainingFile ?? "the model" }

  private func assignByName(_ ignored: Set<Int>, _ format: inout TableFormat) throws {
    guard let model = request.model, let names = model.names else { return }
    let positions = Dictionary(grouping: format.names.indices) { ExactText(format.names[$0]) }
    let wanted = Dictionary(grouping: names) { ExactText($0) }
    var seen: [ExactText: Int] = [:]
    for name in names {
      guard let columns = positions[ExactText(name)] else { throw lacking(name, of: names) }
      // Columns with the same name are assigned in their order, if the table has as many of them as the model.
      let count = wanted[ExactText(name)]?.count ?? 1
      guard columns.count == count else {
        let times = columns.count == 1 ? "once" : columns.count == 2 ? "twice" : "\(columns.count) times"
        throw FileError(
          file: "\(format.path):1", found: "the column '\(name.excerpt())' \(times)",
          expected: count == 1 ? "each feature once" : "\(count) of them, as \(owner) has")
      }
      format.featureColumns.append(columns[seen[ExactText(name), default: 0]])
      seen[ExactText(name), default: 0] += 1
    }
    // The features of a training table are those of the option.
    if request.trainingFile == nil, let features = request.features { try check(features, of: names) }
    // Numbers are those of the training table, whose columns may be in another order.
    let present = Set(format.names.map(ExactText.init))
    let named = try columns(request.ignored.filter { Int($0) == nil && present.contains(ExactText($0)) }, .ignore)
    if let column = format.featureColumns.first(where: named.contains) {
      throw DataOptionError(.ignore, "column \(format.shown(column)) of \(format.path) is a feature of \(owner)")
    }
    try assignAnswers(ignored, &format)
    var used = Set(format.featureColumns).union(format.targetColumns).union(format.keptColumns).union(ignored)
    used.formUnion(answerColumnsThatMayBeThere())
    if let label = format.labelColumn { used.insert(label) }
    let extra = (0..<format.columns).filter { !used.contains($0) }
    if !extra.isEmpty {
      let names = ClassNumbering.shown(
        extra.map { format.names[$0].isEmpty ? "number \($0), without a name" : format.names[$0] })
      format.notes.append("\(format.path): left out columns that \(owner) does not use: \(names)")
    }
  }

  /// - Throws: `DataOptionError` for other features than the model's; a list of all of them changes nothing.
  private func check(_ features: [String], of names: [String]) throws(DataOptionError) {
    let known = Set(names.map(ExactText.init))
    let columns = features.map { text in
      guard !known.contains(ExactText(text)), let number = Int(text) else { return text }
      return format.names.indices.contains(number) ? format.names[number] : text
    }
    guard Set(columns.map(ExactText.init)) != known else { return }
    throw DataOptionError(
      .features,
      "the model's features are \(ClassNumbering.shown(names)), not \(ClassNumbering.shown(features)); a model is used with all of its own"
    )
  }

  private func lacking(_ name: String, of names: [String]) -> FileError {
    let near =
      format.names.first { $0.lowercased() == name.lowercased() }.map { "; '\($0.excerpt())' differs in case" }
      ?? Nearest.name(to: name, among: otherNames(than: names)).map { "; '\($0.excerpt())' is near" } ?? ""
    return FileError(
      file: "\(format.path):1", found: "no column '\(name.excerpt())'\(near)",
      expected: "all features of \(owner): \(ClassNumbering.shown(names))",
      hint: titled("\(DataOption.header, "no") matches columns by their order."))
  }

  /// The names of the table that are none of the given ones.
  private func otherNames(than names: [String]) -> [String] {
    let known = Set(names.map(ExactText.init))
    return format.names.filter { !known.contains(ExactText($0)) }
  }

  /// A remedy for missing columns, after that for a title above the table if there seems to be one.
  private func titled(_ remedy: OptionText) -> OptionText {
    guard let title = format.title else { return remedy }
    return title.isAlone ? title.remedy : title.remedy + " " + remedy
  }

  /// The model's class or target columns, which a table may have even if they are not read.
  private func answerColumnsThatMayBeThere() -> [Int] {
    var names = request.model?.targetNames ?? []
    if case .name(let name)? = request.model?.label { names.append(name) }
    if case .name(let name)? = request.label { names.append(name) }
    return names.compactMap { name in format.names.firstIndex { ExactText($0) == ExactText(name) } }
  }

  private func assignAnswers(_ ignored: Set<Int>, _ format: inout TableFormat) throws {
    guard request.needsTargets else { return }
    if let targets = request.targets {
      try checkModelTargets()
      format.targetColumns = try targetColumns(targets)
      let taken = format.targetColumns.first { format.featureColumns.contains($0) }
      if let taken {
        throw DataOptionError(.targets, "column \(format.shown(taken)) of \(format.path) is a feature of \(owner)")
      }
    } else {
      let features = Set(format.featureColumns)
      let candidates = (0..<format.columns).filter { !ignored.contains($0) && !features.contains($0) }
      try assignLabel(candidates, &format)
      if let label = format.labelColumn, format.featureColumns.contains(label) {
        throw DataOptionError(.label, "column \(format.shown(label)) of \(format.path) is a feature of \(owner)")
      }
    }
  }

  /// Checks that a table with a header has the targets that the model names, unless an option selects others.
  private func checkModelTargets() throws(FileError) {
    guard !request.namesTargets, let names = request.model?.targetNames else { return }
    let known = Set(format.names.map(ExactText.init))
    guard let missing = names.first(where: { !known.contains(ExactText($0)) }) else { return }
    throw FileError(
      file: "\(format.path):1", found: "no column '\(missing.excerpt())'",
      expected: names.count == 1
        ? "the target column of \(owner)" : "the target columns of \(owner): \(ShownNames.list(names))",
      hint: titled(
        request.trainingFile == nil
          ? "Select others with \(DataOption.targets); predictions need none."
          : "Samples to test on need their targets."))
  }

  // MARK: Columns by their order

  private func assignByPosition(_ ignored: Set<Int>, _ format: inout TableFormat) throws {
    var candidates = (0..<format.columns).filter { !ignored.contains($0) }
    if let features = request.features {
      candidates = try columns(features, .features).filter { !ignored.contains($0) }
    }
    if !request.needsTargets {
      format.featureColumns = try unanswered(candidates)
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

  /// The features of a table that may lack labels or targets: as many as in a model.
  private func unanswered(_ candidates: [Int]) throws -> [Int] {
    // A model without names of columns has only a number of inputs: if there are as many columns, all are features.
    // Without a number to compare with, options determine labels and targets.
    let count = request.model?.count ?? (candidates.count == request.inputs ? request.inputs : nil)
    if candidates.count == count || request.features != nil { return candidates }
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
    }
    guard let count, rest.count != count else { return rest }
    let more = request.targets ?? 1
    throw FileError(
      file: format.path, found: "\(candidates.count) columns",
      expected: "\(count) features, or \(count + more) with \(request.targets == nil ? "the label" : "the targets")",
      hint: "\(DataOption.features) and \(DataOption.ignore) select columns.")
  }

  private func targetColumns(_ count: Int, among candidates: [Int]? = nil) throws(DataOptionError) -> [Int] {
    if let names = request.targetNames { return try columns(names, .targets) }
    if let names = request.model?.targetNames, format.hasHeader {
      let positions = names.compactMap { name in format.names.firstIndex { ExactText($0) == ExactText(name) } }
      if positions.count == names.count { return positions }
    }
    if let names = request.model?.targetNames, !format.hasHeader, !request.namesTargets {
      throw DataOptionError(
        .targets,
        "the targets of \(owner) are the columns \(names.map { "'\($0.excerpt())'" }.joined(separator: ", ")), and \(format.path) has no header; "
          + "expected one, or \(DataOption.targets, "\(count)") if they are the last columns")
    }
    let candidates = candidates ?? Array(0..<format.columns)
    guard count <= candidates.count, count < format.columns else {
      throw DataOptionError(
        .targets,
        "\(count) of \(format.path)'s \(format.columns) columns leave no feature; at most \(format.columns - 1)")
    }
    return Array(candidates.suffix(count))
  }

  // MARK: The class column

  private func assignLabel(_ candidates: [Int], _ format: inout TableFormat) throws {
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
            file: "\(format.path):1", found: "no column '\(name.excerpt())'",
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
    if let index = request.model?.labelIndex {
      if candidates.contains(index) { return (index, .given) }
      // Of a training table with more columns, some of them ignored.
      if let last = candidates.last, index > last { return (last, .lastAsInTraining) }
    }
    return try automaticLabel(candidates)
  }

  private func automaticLabel(_ candidates: [Int]) throws -> (Int, LabelRule) {
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
    let texts = candidates.filter { column in
      let kinds = records.map { record in
        column < record.count ? TableCell(record[column]) : .missing
      }
      return kinds.contains(.text) && !kinds.contains(.number)
    }
    guard let first = candidates.first, let last = candidates.last else {
      throw FileError(file: format.path, found: "no column left for the label", expected: "at least one")
    }
    if texts == [last], last != first { return (last, .onlyText) }
    return (first, .first)
  }
}
