import Files

extension DataLoader {
  /// Checks for conflicting options, for any source.
  ///
  /// - Parameter needsTargets: true if labels or targets are read.
  func checkOptions(targets: Int?, needsTargets: Bool = true) throws(DataOptionError) {
    if let conflict = options.conflict(targets: targets) {
      throw DataOptionError(conflict.first, "cannot be combined with \(conflict.second): \(conflict.reason)")
    }
    if let classes = options.classes { try ClassNumbering.check(classes) }
    if let variables = options.variables,
      !(needsTargets ? 2...2 : 1...2).contains(variables.count) || variables.contains("")
        || variables.count == 2 && ExactText(variables[0]) == ExactText(variables[1])
    {
      throw DataOptionError(
        .variables, "'\(variables.joined(separator: ","))' is not two names, of the features and of the targets: X,y")
    }
  }

  /// Checks options that only some formats have, for the format of the source.
  func checkOptions(of format: any DataFormat) throws(DataOptionError) {
    let own = type(of: format)
    for option in DataOptions.ofFormats where options.isGiven(option) && !own.options.contains(option) {
      let takers = DataFormats.takers(of: option).map { $0.name }.joined(separator: " or ")
      throw DataOptionError(option, "needs \(takers); \(source.text) is \(own.name)")
    }
    // The columns of the other formats have no names, and targets are the last of them.
    if let names = options.targetNames, !own.options.contains(.features), own.options.contains(.targets) {
      throw DataOptionError(
        .targets,
        "'\(ClassNumbering.shown(names))' names columns, which needs a table; \(source.text) is \(own.name), and "
          + "\(DataOption.targets, "\(names.count)") takes the last \(names.count == 1 ? "column" : "\(names.count) columns")"
      )
    }
  }

  /// Checks that a requested split exists, and that a source with a test split is not divided otherwise.
  func checkDivision(hasTest: Bool, divided: Bool) throws(DataOptionError) {
    if options.split == .test, !hasTest {
      throw DataOptionError(.split, "\(source.text) has no test split; train and all are allowed")
    }
    if options.testFraction != nil, !divided {
      throw DataOptionError(
        .testFraction,
        "\(source.text) has a test split of its own; \(DataOption.split, "all") pools both before dividing")
    }
  }

  /// Numbers classes by the whole source, before limits: labels of the training split, then further ones of the test
  /// split.
  func sourceNumbering(_ raw: RawSource) throws(DataOptionError) -> ClassNumbering? {
    guard case .labels = raw.training.targets else { return nil }
    var found = raw.training.targets.labelsInUse
    let known = ClassNumbering(found)
    found += (raw.test?.targets.labelsInUse ?? []).filter { known.index(of: $0) == nil }
    return try .forSource(found, classes: options.classes, source: raw.description)
  }

  /// Numbers classes for training: by the model whose training is continued if it knows all labels of the source, also when some of its
  /// own do not occur; else by the whole source.
  func trainingNumbering(_ raw: RawSource, _ model: ModelInput?) throws(DataOptionError) -> ClassNumbering? {
    let own = try sourceNumbering(raw)
    guard options.classes == nil, let labels = model?.labels, let found = own?.labels else { return own }
    let known = ClassNumbering(labels)
    return found.allSatisfy { known.index(of: $0) != nil } ? known : own
  }

  /// Numbers classes by a model. `classes` then selects samples; it numbers classes only if the model has no labels.
  func modelNumbering(_ model: ModelInput, _ split: RawSplit, source: String) throws -> ClassNumbering? {
    guard case .labels = split.targets else { return nil }
    if model.labels == nil, let classes = options.classes, classes.count == model.width {
      return ClassNumbering(classes)
    }
    let known = ClassNumbering(model.labels ?? (0..<model.width).map { "\($0)" })
    if let classes = options.classes {
      for name in classes where known.index(of: name) == nil {
        throw DataOptionError(
          .classes, "the model knows no label \(name); it has \(ClassNumbering.shown(known.labels))")
      }
      let asked = ClassNumbering(classes)
      return known.restricted { asked.index(of: $0) != nil }
    }
    let used = split.targets.labelsInUse
    if let unknown = used.first(where: { known.index(of: $0) == nil }) {
      if model.labels == nil, used.count == model.width {
        let labels = ClassNumbering.ordered(used)
        throw FileError(
          file: source, found: "label \(ClassNumbering.shown(unknown))",
          expected: "0 to \(model.width - 1), since the model has no labels",
          hint: "\(DataOption.classes, ClassNumbering.list(labels)) names its outputs in this order.")
      }
      let option = DataOption.classes
      let kept: OptionText = known.labels.count > 12 ? "\(option)" : "\(option, ClassNumbering.list(known.labels))"
      let guess = split.labelRule.alternative
      let column = guess == nil ? nil : split.labelText.map { " in \($0)" }
      throw FileError(
        file: source, found: "label \(ClassNumbering.shown(unknown))\(column ?? "")",
        expected: "one that the model knows: \(ClassNumbering.shown(known.labels))",
        hint: (guess.map { "\($0); " } ?? "") + kept + " keeps only samples with labels it knows.")
    }
    return known
  }
}
