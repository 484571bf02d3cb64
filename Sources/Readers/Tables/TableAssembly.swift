import Files
import SampleData

/// Creates samples from the values of a table: levels become one-hot inputs.
struct TableAssembly {
  let request: TableRequest

  /// The largest number of inputs.
  private static let maximumInputs = 1 << 24

  /// The levels of a text column, each of which becomes an input.
  private struct Levels {
    /// The column's position among the features.
    let feature: Int
    /// The levels in the order of their inputs.
    let texts: [String]
    /// The level of each code; −1 for a text without a level.
    let order: [Int32]
    /// The texts of samples that are no levels.
    let unseen: [String]
  }

  func split(_ values: consuming TableValues) throws -> RawSplit {
    let (format, rowCount) = (values.format, values.rows)
    let levels = levels(values)
    var columns = columns(format)
    for level in levels { columns.categories[level.feature] = level.texts }
    let table = content(values, columns, notes: format.notes + levels.flatMap { notes($0, rows: rowCount, format) })
    let targets = answers(values.labels, values.targets, rows: rowCount, format)
    let targetSizes = values.targetSizes
    let raw = values.takeFeatures()
    let orders = Dictionary(uniqueKeysWithValues: levels.map { ($0.feature, $0.order) })
    let rows = orders.isEmpty ? raw : try expanded(raw, columns, orders, path: format.path)
    var split = RawSplit(storage: .floats(rows), targets: targets, imageShape: nil, table: table)
    split.units = table.units
    split.targetOrigins = format.targetOrigins
    split.targetSizes = targetSizes
    return split
  }

  /// The levels of the text columns, in the order of the features: those of the model, or those of the samples.
  private func levels(_ values: borrowing TableValues) -> [Levels] {
    var all: [Levels] = []
    for (feature, kind) in values.kinds.enumerated() where kind == .text {
      let used = values.levelsInUse(feature)
      let texts = request.model?.categories[feature] ?? ClassNumbering.ordered(used)
      let positions = Dictionary(uniqueKeysWithValues: texts.enumerated().map { (ExactText($1), Int32($0)) })
      let codes = values.levels[feature] ?? LabelCodes()
      all.append(
        Levels(
          feature: feature, texts: texts, order: codes.names.map { positions[ExactText($0)] ?? -1 },
          unseen: used.filter { positions[ExactText($0)] == nil }))
    }
    return all
  }

  /// Notes on a text column with texts that the model does not know, or that is probably no category.
  private func notes(_ levels: Levels, rows: Int, _ format: TableFormat) -> [OptionText] {
    let column = format.featureColumns[levels.feature]
    let shown = format.shown(column)
    if request.model?.categories[levels.feature] != nil {
      guard !levels.unseen.isEmpty else { return [] }
      let texts =
        (levels.unseen.count == 1 ? "a text that does" : "texts that do") + " not occur in training: "
        + ClassNumbering.shown(levels.unseen)
      return ["\(format.path): column \(shown) has \(texts); such inputs are all zeros"]
    }
    if let note = TableNotes(format).numbers(column, levels.texts) { return [note] }
    guard rows >= 20, levels.texts.count > rows / 2 else { return [] }
    return [
      """
      \(format.path): text column \(shown) has \(levels.texts.count) different texts in \(rows) samples and is \
      probably no category; \(DataOption.ignore) leaves it out
      """
    ]
  }

  /// The columns, as a model of this table keeps them, without the levels of text columns.
  private func columns(_ format: TableFormat) -> TableColumns {
    func names(_ columns: [Int]) -> [String]? { format.hasHeader ? columns.map { format.names[$0] } : nil }
    var columns = TableColumns(
      names: names(format.featureColumns) ?? request.model?.names, count: format.features)
    // A model's class column is none beside other targets, and the reverse.
    let keepsLabel = !request.needsTargets || request.targets == nil
    columns.label =
      format.labelColumn.map { format.hasHeader ? .name(format.names[$0]) : .index($0) }
      ?? (keepsLabel ? request.model?.label : nil)
    columns.labelIndex = format.labelColumn ?? (keepsLabel ? request.model?.labelIndex : nil)
    columns.targetNames =
      (format.targetColumns.isEmpty ? nil : names(format.targetColumns))
      ?? (format.labelColumn == nil ? request.model?.targetNames : nil)
    columns.setPlaces(of: format, request)
    columns.missing = request.missing ?? request.model?.missing
    columns.fill = request.missing == nil ? request.model?.fill : nil
    return columns
  }

  private func content(
    _ values: borrowing TableValues, _ columns: TableColumns, notes: [OptionText]
  ) -> TableContent {
    let format = values.format
    return TableContent(
      columns: columns, units: units(values.units, columns), columnUnits: values.units, hasMissing: values.hasMissing,
      sourceRows: values.sourceRows, leftOut: values.seen - values.rows,
      kept: values.kept, keptNames: format.keptColumns.map { format.hasHeader ? format.names[$0] : "column_\($0)" },
      labelText: format.labelText, labelRule: format.labelRule, notes: notes,
      layout: TableLayout(format, values.kinds))
  }

  private func answers(_ labels: LabelCodes, _ targets: borrowing GrowingFloats, rows: Int, _ format: TableFormat)
    -> RawTargets
  {
    if !request.needsTargets { return .none(count: rows) }
    if format.labelColumn == nil { return .values(targets.array(), width: format.targets) }
    return .labels(codes: labels.codes, names: labels.names)
  }

  /// One value for each input.
  private func units(_ units: [ColumnUnit], _ columns: TableColumns) -> [ColumnUnit]? {
    guard units.contains(where: { !$0.isTrivial }) else { return nil }
    return (0..<columns.count).flatMap { feature in
      [ColumnUnit](repeating: units[feature], count: columns.categories[feature]?.count ?? 1)
    }
  }

  /// - Parameter orders: for each text column, by feature, the level of each code; −1 for a text without a level.
  private func expanded(
    _ raw: FloatRows, _ columns: TableColumns, _ orders: [Int: [Int32]], path: String
  ) throws(FileError) -> FloatRows {
    let width = columns.inputs
    guard width > 0, width <= TableAssembly.maximumInputs else {
      throw FileError(
        file: path, found: "text columns that make \(width) inputs", expected: "1 to \(TableAssembly.maximumInputs)",
        hint: "\(DataOption.ignore) leaves columns out.")
    }
    let memory = try MemoryLimit.take(
      raw.rows * width * MemoryLayout<Float>.stride, for: path, "\(raw.rows) samples of \(width) inputs"
    ).assumingMemoryBound(to: Float.self)
    let levels = (0..<columns.count).map { columns.categories[$0]?.count }
    for row in 0..<raw.rows {
      var target = memory + row * width
      let source = raw.pointer + row * columns.count
      for feature in 0..<columns.count {
        guard let count = levels[feature] else {
          target.initialize(to: source[feature])
          target += 1
          continue
        }
        target.initialize(repeating: 0, count: count)
        if !source[feature].isNaN, let order = orders[feature], case let level = order[Int(source[feature])], level >= 0
        {
          target[Int(level)] = 1
        }
        target += count
      }
    }
    return FloatRows(adopting: memory, rows: raw.rows, width: width)
  }
}

/// The properties of a table, without its numbers.
package struct TableContent: Sendable {
  /// The columns, as a model of this table keeps them.
  package var columns: TableColumns
  /// The unit in which each input is stored; nil if all are stored as in the file.
  package var units: [ColumnUnit]?
  /// The unit in which each feature column is stored.
  package var columnUnits: [ColumnUnit]
  /// True if NaN means a missing feature.
  package var hasMissing: Bool
  /// The index in the file of each sample; nil if none was left out.
  package var sourceRows: [Int32]?
  /// The number of samples that were left out for missing features.
  package var leftOut = 0
  /// The cells of the kept columns.
  package var kept: KeptCells
  /// The names of the kept columns; `column_N` in a table without a header.
  package var keptNames: [String]
  /// A description of the class column; nil if there is none.
  package var labelText: String?
  /// The rule by which the class column was found.
  package var labelRule: LabelRule
  /// Notes for the user.
  package var notes: [OptionText]
  /// The layout that was decided from the table.
  package var layout: TableLayout
}
