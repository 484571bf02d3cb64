import Files

extension DataLoader {
  /// Options that cannot go together, whatever the source.
  ///
  /// - Parameter needsTargets: whether labels or targets are read.
  func checkOptions(targets: Int?, needsTargets: Bool = true) throws(DataOptionError) {
    if let conflict = options.conflict(targets: targets) {
      throw DataOptionError(conflict.first, "goes with no \(conflict.second): \(conflict.reason)")
    }
    if let classes = options.classes { try ClassNumbering.check(classes) }
    if let variables = options.variables,
      !(needsTargets ? 2...2 : 1...2).contains(variables.count) || variables.contains("")
        || variables.count == 2 && variables[0] == variables[1]
    {
      throw DataOptionError(
        .variables, "'\(variables.joined(separator: ","))' is not two names, of the features and of the targets: X,y")
    }
  }

  /// Options that not every format takes.
  func checkOptions(of format: any DataFormat) throws(DataOptionError) {
    let own = type(of: format)
    for option in DataOptions.ofFormats where options.isGiven(option) && !own.options.contains(option) {
      let takers = DataFormats.takers(of: option).map { $0.name }.joined(separator: " or ")
      throw DataOptionError(option, "goes with \(takers), and \(source.text) is \(own.name)")
    }
  }

  /// A part that is asked for must be there, and how a source is divided is its own affair where it has a test split.
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

  /// Classes numbered by the whole source, before limits: the training split's labels, then the test split's others in their order.
  func sourceNumbering(_ raw: RawSource) throws(DataOptionError) -> ClassNumbering? {
    guard case .labels = raw.training.targets else { return nil }
    var found = raw.training.targets.labelsInUse
    let known = ClassNumbering(found)
    found += (raw.test?.targets.labelsInUse ?? []).filter { known.index(of: $0) == nil }
    return try .forSource(found, classes: options.classes, source: raw.description)
  }

  /// Classes numbered by a model. `classes` then says which samples are used, and numbers them only where the model
  /// has no labels of its own.
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
      throw FileError(
        file: source, found: "label \(ClassNumbering.shown(unknown))",
        expected: "one that the model knows: \(ClassNumbering.shown(known.labels))",
        hint:
          "\(DataOption.classes, known.labels.prefix(12).joined(separator: ",")) keeps only samples with labels it knows."
      )
    }
    return known
  }
}
