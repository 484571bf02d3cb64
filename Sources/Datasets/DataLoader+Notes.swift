import Files

extension DataLoader {
  /// Notes on an option without effect on the source, and those on its splits, without duplicates.
  func notes(_ raw: RawSource) -> [OptionText] {
    var notes: [OptionText] = []
    let isSynthetic = if case .synthetic = source { true } else { false }
    if !isSynthetic, options.dataSeed != DataOptions().dataSeed {
      let option = DataOption("dataSeed")
      notes.append("\(option, "\(options.dataSeed)") has no effect: \(raw.description) has no synthetic digits")
    }
    for note in raw.training.notes + (raw.test?.notes ?? []) where !notes.contains(note) {
      notes.append(note)
    }
    let tables = [(raw.training.table, raw.description), (raw.test?.table, options.testFile ?? raw.description)]
    for (table, file) in tables {
      guard let table, table.leftOut > 0 else { continue }
      notes.append("\(file): left out \(table.leftOut.counted("sample")) with missing features")
    }
    return notes
  }

  /// A note on a class column for which neither a name nor a model decided, where a description of the data does not have it.
  func labelNote(_ used: RawSplit, of source: String) -> [OptionText] {
    guard let column = used.labelText, let alternative = used.labelRule.alternative else { return [] }
    return ["\(source): \(column); \(alternative)"]
  }

  /// A note on sparse text for a model that does not know where its features start.
  func indexNotes(_ raw: RawSource, _ model: ModelInput?) -> [OptionText] {
    guard model != nil, (raw.test ?? raw.training).firstIndex == .guessed else { return [] }
    return [
      "\(raw.description): features are counted from 1, since no index is 0; the model does not say where those of training start"
    ]
  }

  /// A note on classes that are named in another order than the model's, which stays.
  func classOrderNote(_ model: ModelInput?) -> [OptionText] {
    guard let classes = options.classes, let labels = model?.labels else { return [] }
    let known = ClassNumbering(labels)
    let numbers = classes.compactMap(known.index)
    guard zip(numbers, numbers.dropFirst()).contains(where: { $0 > $1 }) else { return [] }
    return [
      "\(DataOption.classes, ClassNumbering.list(classes)) selects samples; the classes are in the model's order: \(ClassNumbering.shown(labels))"
    ]
  }

  /// A note on a limit of another split than the one that a command uses.
  func unusedLimits(_ split: DataSplit) -> [OptionText] {
    let (limit, testLimit) = (DataOption("limit"), DataOption("testLimit"))
    guard split == .test else {
      guard let count = options.testLimit else { return [] }
      let used: OptionText = split == .all ? "all samples are used" : "the training split is used"
      return ["\(testLimit, "\(count)") limits the test split, and \(used); \(limit, "N") limits that"]
    }
    let limits = [(limit, options.limit), (.limitPerClass, options.limitPerClass)]
    guard let (option, count) = limits.first(where: { $1 != nil }), let count else { return [] }
    return [
      "\(option, "\(count)") limits the training split, and the test split is used; \(testLimit, "N") limits that"
    ]
  }

  /// A note on a limit of the test split where there is none.
  func unusedTestLimit(hasTest: Bool) -> [OptionText] {
    guard !hasTest, let count = options.testLimit else { return [] }
    return ["\(DataOption("testLimit"), "\(count)") has no effect: there is no test split"]
  }

  /// Notes on columns that are probably not classes, and on classes that one of the splits lacks.
  ///
  /// - Parameters:
  ///   - training: the training split, or the whole source.
  ///   - unlimited: the same before limits.
  ///   - test: the test split; nil without one.
  ///   - isDivided: true if the test split is a random part of the source.
  func classNotes(
    _ raw: RawSource, _ numbering: ClassNumbering?, training: Targets, unlimited: Targets, test: Targets?,
    isDivided: Bool
  ) -> [OptionText] {
    guard let labels = numbering?.labels, case .classes(let classes, _) = training else { return [] }
    let counts = ClassNumbering.counts(classes, classes: labels.count)
    var notes = suspicion(raw, labels).map { [$0] } ?? []
    if options.classes == nil, let (one, other) = numbering?.equalNumbers {
      notes.append(
        "\(raw.description): labels \(ClassNumbering.shown(one)) and \(ClassNumbering.shown(other)) are different classes; write them alike if they mean the same"
      )
    }
    var tested = [Int](repeating: 0, count: labels.count)
    if case .classes(let test, _)? = test { tested = ClassNumbering.counts(test, classes: labels.count) }
    var whole = counts
    if case .classes(let classes, _) = unlimited { whole = ClassNumbering.counts(classes, classes: labels.count) }
    let missing = labels.indices.filter { counts[$0] == 0 && tested[$0] > 0 }
    let cut = missing.filter { whole[$0] > 0 }.map { labels[$0] }
    if !cut.isEmpty, let limit = options.limit {
      notes.append(
        """
        \(raw.description): \(DataOption("limit"), "\(limit)") leaves these classes out of the training part: \
        \(ClassNumbering.shown(cut)); \(DataOption.limitPerClass) takes the first of each class
        """)
    }
    let unseen = missing.filter { whole[$0] == 0 }.map { labels[$0] }
    if !unseen.isEmpty {
      let names = ClassNumbering.shown(unseen)
      notes.append(
        isDivided
          ? """
          \(raw.description): the random split leaves these classes out of the training part: \(names); \
          \(DataOption.stratify) divides class by class
          """
          : "\(options.testFile ?? raw.description): test samples of classes that the training split doesn't have: \(names)"
      )
    }
    return notes
  }

  /// A note on a class column that probably does not contain classes.
  ///
  /// - Parameter labels: those of the whole source, of which limits and splits have fewer samples.
  private func suspicion(_ raw: RawSource, _ labels: [String]) -> OptionText? {
    guard options.classes == nil else { return nil }
    let (table, samples) = (raw.training.table, raw.training.count + (raw.test?.count ?? 0))
    let numbers = labels.compactMap(DecimalText.init)
    let fractions = numbers.count { !$0.isWhole }
    let areNumbers = numbers.count == labels.count
    let areDistinct = samples >= 3 && labels.count >= samples
    let areMostlyDistinct =
      samples >= 20 && (labels.count > samples / 2 || areNumbers && labels.count > 50 && labels.count > samples / 5)
    let isMany = areDistinct || areMostlyDistinct
    let areFractions = areNumbers && fractions > 2 && fractions * 3 > labels.count
    let form = table?.labelRule.isByPosition == true ? TableNotes.form(of: labels, areLabels: true) : nil
    guard isMany || areFractions || form != nil else { return nil }
    let found =
      form.map { "\($0.form.name), such as '\($0.example.excerpt(20))'," }
      ?? (areFractions ? "fractions" : "\(labels.count) different labels in \(samples) samples")
    guard raw.formatOptions.contains(.label) else {
      guard areNumbers, raw.formatOptions.contains(.targets) else {
        return "\(raw.description): the labels are \(found) and are probably no classes"
      }
      return """
        \(raw.description): the labels are \(found) and are probably no classes: \(DataOption.targets, "1") takes them as target \
        values
        """
    }
    let column = raw.training.labelText ?? "the class column"
    guard options.label == nil || options.label == .auto else {
      return "\(raw.description): \(column) has \(found) and is probably none: \(DataOption.targets) for target values"
    }
    return """
      \(raw.description): \(column) has \(found) and is probably none: \(DataOption.label, "last") or another column's name, or \
      \(DataOption.targets) for target values
      """
  }
}
