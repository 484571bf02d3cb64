import Files

/// Columns of a model found by their places in the training table, where model or table has no names.
extension TableRoles {
  /// Assigns the columns of a table that is as wide as the training table, by their numbers there.
  ///
  /// - Returns: false for another width, or if options or the header give a feature's column another role: columns are then found by
  ///   their order.
  func assignByPlace(_ ignored: Set<Int>, _ format: inout TableFormat) throws -> Bool {
    guard let model = request.model, model.width == format.columns, request.features == nil,
      let features = model.places(among: format.columns)?.features, ignored.isDisjoint(with: features)
    else { return false }
    let taken = Set(features)
    if let targets = request.targets {
      if request.needsTargets {
        let columns = try targetColumns(targets, among: (0..<format.columns).filter { !ignored.contains($0) })
        guard taken.isDisjoint(with: columns) else { return false }
        format.targetColumns = columns
      }
    } else {
      var found = format
      try assignLabel((0..<format.columns).filter { !ignored.contains($0) }, &found)
      guard let label = found.labelColumn, !taken.contains(label) else { return false }
      if request.needsTargets { format = found } else { noteLeftOut(label, found.labelRule, &format) }
    }
    format.featureColumns = features
    return true
  }

  /// The places of the model's features and of its class or targets among columns without names; nil if the model does not know them,
  /// or for another number of columns.
  func placed(_ candidates: [Int]) -> (features: [Int], answers: [Int])? {
    guard let model = request.model, let width = model.width else { return nil }
    if width == format.columns { return model.places(among: width) }
    return model.places(among: candidates.count).map { places in
      (places.features.map { candidates[$0] }, places.answers.map { candidates[$0] })
    }
  }

  /// The class column of a model in a table without names, or of which the model does not know the names; nil if the automatic rule
  /// finds it.
  func modelLabel(_ candidates: [Int]) -> (column: Int, rule: LabelRule)? {
    guard let model = request.model, let index = model.labelIndex else { return nil }
    // A name such as `class` is more certain than a number; `y` may be a coordinate.
    if model.names == nil, format.hasHeader {
      let named = candidates.filter { column in
        Self.labelNames.contains { $0 != "y" && $0 == format.names[column].lowercased() }
      }
      if named.count == 1 { return (named[0], .name) }
    }
    if let width = model.width, width != format.columns {
      guard let place = placed(candidates)?.answers.first else { return nil }
      return (place, place == candidates.last ? .lastAsInTraining : .given)
    }
    if candidates.contains(index) { return (index, .given) }
    // Of a training table with more columns, some of them ignored.
    if let last = candidates.last, index > last { return (last, .lastAsInTraining) }
    return nil
  }

  /// The model's target columns; nil for the last ones.
  /// - Throws: `DataOptionError` for a table without names if the model knows the targets by name alone.
  func modelTargets(_ count: Int, _ candidates: [Int]) throws(DataOptionError) -> [Int]? {
    guard let model = request.model else { return nil }
    if let names = model.targetNames, format.hasHeader, !request.namesTargets || count == names.count {
      let positions = names.compactMap { name in format.names.firstIndex { ExactText($0) == ExactText(name) } }
      if positions.count == names.count { return positions }
    }
    guard !request.namesTargets else { return nil }
    if model.targetIndices != nil, let columns = placed(candidates)?.answers { return columns }
    guard let names = model.targetNames, !format.hasHeader else { return nil }
    throw DataOptionError(
      .targets,
      "the targets of \(owner) are the columns \(names.map { "'\($0.excerpt())'" }.joined(separator: ", ")), and \(format.path) has no header; "
        + "expected one, or \(DataOption.targets, "\(count)") if they are the last columns")
  }

  /// Notes a column that is left out as the class column and may be another one.
  func noteLeftOut(_ column: Int, _ rule: LabelRule, _ format: inout TableFormat) {
    let cells = records.lazy.compactMap { column < $0.count && TableCell($0[column]) != .missing ? $0[column] : nil }
    let note = rule.note(leavingOut: format.shown(column), cells, labels: request.knownLabels, path: format.path)
    format.notes += [note].compactMap(\.self)
  }

  /// Notes that the features of a model whose order is not that of its training table are taken in the model's order.
  func noteOrder(_ format: inout TableFormat) {
    guard let model = request.model, model.isReordered, request.trainingFile == nil, request.features == nil else {
      return
    }
    let names = ClassNumbering.shown(model.orderedNames)
    format.notes.append("\(format.path): the columns are taken in the order of the model's features: \(names)")
  }
}

extension TableColumns {
  /// Sets the places of the columns in a table from which answers were read; else the model's stay.
  mutating func setPlaces(of format: TableFormat, _ request: TableRequest) {
    if request.needsTargets {
      setPlaces(features: format.featureColumns, targets: format.targetColumns, width: format.columns)
    } else {
      (width, featureIndices) = (request.model?.width, request.model?.featureIndices)
      targetIndices = request.model?.targetIndices
    }
  }
}
