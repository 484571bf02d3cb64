import Files

/// Columns of a model, or of a training table, found by their names.
extension TableRoles {
  /// The owner of the columns that are matched, for messages.
  var owner: String { request.trainingFile ?? "the model" }

  func assignByName(_ ignored: Set<Int>, _ format: inout TableFormat) throws {
    guard let model = request.model, let names = model.names else { return }
    let positions = Dictionary(grouping: format.names.indices) { ExactText(format.names[$0]) }
    let wanted = Dictionary(grouping: names) { ExactText($0) }
    var seen: [ExactText: Int] = [:]
    for name in names {
      guard let columns = positions[ExactText(name)] else { throw lacking(name, of: names, ignored) }
      // Columns with the same name are assigned in their order, if the table has as many of them as the model.
      let count = wanted[ExactText(name)]?.count ?? 1
      guard columns.count == count else {
        let times = columns.count == 1 ? "once" : columns.count == 2 ? "twice" : "\(columns.count) times"
        throw FileError(
          file: "\(format.path):\(format.headerLine)", found: "the column '\(name.excerpt())' \(times)",
          expected: count == 1 ? "each feature once" : "\(count) of them, as \(owner) has",
          hint: columns.count > count ? "Rename or remove the others." : nil)
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

  private func lacking(_ name: String, of names: [String], _ ignored: Set<Int>) -> FileError {
    let near =
      format.names.first { $0.lowercased() == name.lowercased() }.map { "; '\($0.excerpt())' differs in case" }
      ?? Nearest.name(to: name, among: otherNames(than: names)).map { "; '\($0.excerpt())' is near" } ?? ""
    return FileError(
      file: "\(format.path):\(format.headerLine)", found: "no column '\(name.excerpt())'\(near)",
      expected: "all features of \(owner): \(ClassNumbering.shown(names))",
      hint: titledIfAny(matchingByOrder(names, ignored)))
  }

  /// The remedy for columns in the model's order that have other names; nil for a table of another number of columns, and for a test file,
  /// since options for the form of a table hold for that of training, too.
  private func matchingByOrder(_ names: [String], _ ignored: Set<Int>) -> OptionText? {
    // Without a header, the option's names would be unknown.
    guard request.trainingFile == nil, request.ignored.allSatisfy({ Int($0) != nil }) else { return nil }
    let columns = format.columns - ignored.count
    let whole = names.count + (request.targets ?? 1)
    let isPlaced = request.model?.width == format.columns && ignored.isEmpty
    guard isPlaced || columns == whole || !request.needsTargets && columns == names.count else { return nil }
    let header = DataOption.header
    let form: OptionText =
      format.hasHeader && !format.isHeaderCommented
      ? "\(header, "no") with \(DataOption.skip, "\(format.headerLine)")" : "\(header, "no")"
    return form + " matches columns by their order, which must be the model's."
  }

  /// The names of the table that are none of the given ones.
  private func otherNames(than names: [String]) -> [String] {
    let known = Set(names.map(ExactText.init))
    return format.names.filter { !known.contains(ExactText($0)) }
  }

  /// A remedy for missing columns, after that for a title above the table if there seems to be one.
  func titled(_ remedy: OptionText) -> OptionText {
    guard let title = format.title else { return remedy }
    return title.isAlone ? title.remedy : title.remedy + " " + remedy
  }

  private func titledIfAny(_ remedy: OptionText?) -> OptionText? { remedy.map(titled) ?? format.title?.remedy }

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
      file: "\(format.path):\(format.headerLine)", found: "no column '\(missing.excerpt())'",
      expected: names.count == 1
        ? "the target column of \(owner)" : "the target columns of \(owner): \(ShownNames.list(names))",
      hint: titled(
        request.trainingFile == nil
          ? "Select others with \(DataOption.targets); predictions need none."
          : "Samples to test on need their targets."))
  }
}
