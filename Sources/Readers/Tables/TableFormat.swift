import Files

/// The layout of a table, from its first lines, the options and a model.
struct TableFormat: Equatable {
  var separator: TableCells.Separator
  /// The number of cells per line, without an empty one after the last separator.
  var columns: Int
  var hasHeader = false
  /// True if the header is the last comment before the first sample, as `numpy.savetxt` writes it.
  var isHeaderCommented = false
  /// The number of the header's line in the file, from 1; without a header that of the first sample.
  var headerLine = 1
  /// The columns' names, if there is a header.
  var names: [String] = []
  /// The class column; nil if there is none, or it is not read.
  var labelColumn: Int?
  /// The rule by which the class column was found.
  var labelRule = LabelRule.given
  /// The target columns, in order.
  var targetColumns: [Int] = []
  /// The feature columns, in the order of the network's inputs.
  var featureColumns: [Int] = []
  /// The content of each feature column.
  var kinds: [FeatureKind] = []
  /// True if an option or a model declares a feature column as text, which may then look like numbers.
  var isForcedText: [Bool] = []
  /// The feature columns of texts: by options or a model, and by the first lines unless a model has numbers there.
  var textColumns: [Int] = []
  /// The columns that options leave out.
  var ignoredColumns: [Int] = []
  /// True if a model determines which feature columns are numbers and which are texts.
  var hasModelKinds = false
  /// The unit in which each feature column's numbers are stored.
  var units: [ColumnUnit] = []
  /// True if the units are chosen by the numbers of this table.
  var choosesUnits = true
  /// The number that is subtracted from each target column; nil if that is 0 for all.
  var targetOrigins: [Double]?
  /// The columns of which texts are kept.
  var keptColumns: [Int] = []
  var hasDecimalComma = false
  /// The number of lines after the header that have no number, if a later line has one: lines of units or types, for example.
  /// More than three are samples of texts, and are not counted.
  var textLines = 0
  var missing = MissingFeatures.error
  /// True if the samples are those of a test file beside training.
  var isBesideTraining = false
  /// The replacements of missing features that the model which is applied has; nil in training, which has all.
  var fills: [MissingFeatures]?
  /// A title that seems to be above the table; nil if there is none.
  var title: TableTitle?
  var path: String
  var encoding = TextEncoding.utf8
  /// Notes for the user: uncertain decisions and omissions.
  var notes: [OptionText] = []

  var features: Int { featureColumns.count }
  var targets: Int { targetColumns.count }

  /// The content of a feature column.
  enum FeatureKind: Equatable {
    case number
    /// Texts, each a level.
    case text
    /// Only missing values so far: the first value decides.
    case undecided
  }

  /// The number of lines from which a layout is determined.
  static let sampledLines = 100

  /// - Parameters:
  ///   - text: the first lines, without a byte-order mark.
  ///   - isWhole: true if the text is the whole file.
  ///   - firstLine: the number of the text's first line in the file, from 1.
  ///   - offset: its offset in the file in bytes.
  /// - Throws: `FileError` if there is no line, the header is not in UTF-8, or columns of a model are missing; `DataOptionError` if
  ///   a column that an option names is missing.
  init(
    _ text: UnsafeBufferPointer<UInt8>, isWhole: Bool, path: String, request: TableRequest = TableRequest(),
    firstLine: Int = 1, offset: Int = 0
  ) throws {
    self.path = path
    hasDecimalComma = request.hasDecimalComma
    missing = request.missing ?? request.model?.missing ?? .error
    fills = request.fills
    encoding = request.encoding
    isBesideTraining = request.trainingFile != nil
    let cut = TableSeparator(text, isWhole: isWhole, hasDecimalComma: hasDecimalComma)
    (separator, columns) = (cut.separator, cut.columns)
    let located = TableCells(separator: separator).located(text, limit: TableFormat.sampledLines, isWhole: isWhole)
    var records = located.map(\.cells)
    guard !records.isEmpty else {
      throw FileError(
        file: path, found: "no sample", expected: "at least one line with numbers",
        hint: request.skip > 0 ? "\(DataOption.skip, "\(request.skip)") leaves out all lines that it has." : nil)
    }
    let lines = TableLines(text: text, first: firstLine, offset: offset)
    // Comments may be above it.
    headerLine = lines.line(at: located[0].bytes.lowerBound)
    try check(records, line: headerLine)
    readNames(lines, &records, request)
    if hasHeader, !isHeaderCommented { try lines.checkEncoding(of: located[0], path: path) }
    title = lines.title(above: located, columns: columns, hasHeader: hasHeader)
    if hasHeader, let first = records.firstIndex(where: { $0.contains { TableCell($0) == .number } }), first <= 3 {
      textLines = first
    }
    try TableRoles(request, records, self).assign(to: &self)
    try decideKinds(records, request)
    let given = request.units.flatMap { $0.count == features ? $0 : nil }
    choosesUnits = given == nil
    units = given ?? columnUnits(records)
    targetOrigins = TargetOrigins.checked(request.targetOrigins ?? origins(records), width: targets)
    notes += TableNotes(self).all(records, hasModel: request.model != nil)
  }

  /// - Parameter line: the number of the first record's line.
  /// - Throws: `FileError` for a first line of too many cells or of combining marks without end, and for lines whose cells are between blanks only because
  ///   another separator has blanks around it.
  private func check(_ records: [[String]], line: Int) throws(FileError) {
    let first = records[0]
    guard max(columns, first.count) <= TableCells.maximumColumns else {
      throw FileError(
        file: "\(path):\(line)", found: "more than \(TableCells.maximumColumns) cells in a line",
        expected: "at most that many", hint: "Write a line for each sample.")
    }
    guard first.allSatisfy(\.isStreamSafe) else {
      throw FileError(
        file: "\(path):\(line)", found: "combining marks without end", expected: "names of columns, or numbers")
    }
    let mark = ["|", "&"].first { mark in first.contains { $0.hasPrefix(mark) } }
    guard separator == .blanks, let mark else { return }
    // The test set of UCI's Adult has a line above its samples: `|1x3 Cross validator`.
    let isAlone = records.count > 1 && !records.dropFirst().contains { $0.contains { $0.contains(mark) } }
    let skipping: OptionText =
      isBesideTraining
      ? "If the line is no sample: \(edited(by: "sed \(line)d", "remove", "it")); \(DataOption.skip) leaves out lines of the training data, too."
      : "If the line is no sample: \(DataOption.skip, "\(line)") leaves it out."
    throw FileError(
      file: "\(path):\(line)", found: "'\(mark)' between cells", expected: "commas, semicolons, tabs or spaces",
      hint: isAlone ? skipping : "\(edited(by: "tr '\(mark)' ',' <", "write", "commas for it"))."
    )
  }

  /// Takes the names of the columns from the first line, or from a comment before it, if there are any.
  private mutating func readNames(_ lines: TableLines, _ records: inout [[String]], _ request: TableRequest) {
    records[0] = request.spelling(records[0])
    let header = TableHeader(
      records, request.header, asked: request.askedNames, model: request.model, path: path)
    let commented =
      header.isThere || request.header != .auto
      ? nil : TableCells(separator: separator).commentedNames(lines.text, columns: columns, asked: request.askedNames)
    hasHeader = header.isThere || commented != nil
    isHeaderCommented = commented != nil
    let note = request.askedNames.isEmpty ? Self.commentNote(path) : nil
    notes = [commented == nil ? header.note : note].compactMap { $0 }
    if let commented {
      names = commented.cells
      headerLine = lines.line(at: commented.bytes.lowerBound)
    } else if hasHeader {
      names = Array(records.removeFirst().prefix(columns))
      names += (names.count..<max(columns, names.count)).map { _ in "" }
    }
  }

  private static func commentNote(_ path: String) -> OptionText {
    "\(path): the last comment before the first sample was taken for the names of the columns; \(DataOption.header, "no") ignores it."
  }

  private func origins(_ records: [[String]]) -> [Double] {
    targetColumns.map { ColumnUnit(for: numbers(records, $0)).origin }
  }

  private func columnUnits(_ records: [[String]]) -> [ColumnUnit] {
    zip(featureColumns, kinds).map { column, kind in
      guard kind == .number else { return ColumnUnit() }
      return ColumnUnit(for: numbers(records, column))
    }
  }

  private func numbers(_ records: [[String]], _ column: Int) -> [Double] {
    records.compactMap { column < $0.count ? TableCell.value($0[column], hasDecimalComma: hasDecimalComma) : nil }
  }

  /// True if a text begins with the header again, as in a file that was joined from several.
  func isHeader(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard hasHeader, columns > 1 else { return false }
    let cells = TableCells(separator: separator).records(text, limit: 1, isWhole: true).first ?? []
    guard cells.count >= columns else { return false }
    // Each of the files may have begun with a byte-order mark.
    let first = cells[0].hasPrefix("\u{FEFF}") ? String(cells[0].dropFirst()) : cells[0]
    return ([first] + cells[1..<columns]).elementsEqual(names) { ExactText($0) == ExactText($1) }
  }

  /// The remedy that a shell command makes, as `String.edited`; in words for text of two bytes a character, which such commands don't read.
  func edited(by command: String, _ verb: String, _ object: String) -> String {
    encoding == .utf16 ? "\(verb) \(object)" : path.edited(by: command, verb, object)
  }

  /// A column's name, else its number, for messages.
  func shown(_ column: Int) -> String { hasHeader ? "'\(names[column].excerpt())'" : "\(column)" }

  /// A column as the value of an option, in a shell: its name, else its number.
  func optionValue(_ column: Int) -> String {
    guard hasHeader, column < names.count, !names[column].isEmpty, !names[column].contains(",") else {
      return "\(column)"
    }
    let name = names[column].excerpt()
    return name.allSatisfy { $0.isLetter || $0.isNumber || "_.-".contains($0) } ? name : "'\(name)'"
  }

  /// True if a column is given by its number, and another one has that number as its name: options refuse it.
  func isAmbiguous(_ column: Int) -> Bool {
    let text = optionValue(column)
    guard hasHeader, Int(text) != nil else { return false }
    return names.indices.contains { $0 != column && ExactText(names[$0]) == ExactText(text) }
  }

  private mutating func decideKinds(_ records: [[String]], _ request: TableRequest) throws(DataOptionError) {
    kinds = try featureKinds(records, request)
    let isChosen = if case .columns = request.categorical { true } else { request.model != nil }
    isForcedText = kinds.map { isChosen && $0 == .text }
    hasModelKinds = request.model != nil && request.trainingFile == nil
    let mayBeText = request.model == nil && request.categorical != .auto
    textColumns = zip(featureColumns, kinds).filter { column, kind in
      kind == .text || mayBeText && automaticKind(records, column) == .text
    }.map { $0.0 }
  }

  private func featureKinds(_ records: [[String]], _ request: TableRequest) throws(DataOptionError) -> [FeatureKind] {
    if let model = request.model {
      if request.trainingFile == nil { try checkCategorical(request.categorical, model) }
      return featureColumns.indices.map { model.categories[$0] == nil ? .number : .text }
    }
    switch request.categorical {
    case .none: return featureColumns.map { _ in .number }
    case .columns(let names):
      let columns = Set(try names.map { name throws(DataOptionError) in try column(name, option: .categorical) })
      return featureColumns.map { columns.contains($0) ? .text : .number }
    case .auto: return featureColumns.map { automaticKind(records, $0) }
    }
  }

  private func automaticKind(_ records: [[String]], _ column: Int) -> FeatureKind {
    let kinds = records.map { record in
      column < record.count ? TableCell(record[column]) : .missing
    }
    // A number among texts is an error, which names the line.
    if kinds.contains(.number) { return .number }
    // `None` alone is missing values so far; besides other texts it may be a category.
    let hasTexts = zip(records, kinds).contains { $1 == .text && $0[column] != TableCell.none }
    return hasTexts ? .text : .undecided
  }

  /// - Throws: `DataOptionError` for an option that takes numbers of the model as texts, or its texts as numbers.
  private func checkCategorical(_ choice: CategoricalColumns, _ model: TableColumns) throws(DataOptionError) {
    switch choice {
    case .auto: return
    case .none:
      guard let text = model.categories.keys.min() else { return }
      throw DataOptionError(
        .categorical,
        "the model has texts in column \(model.shown(text)); a model is used with the columns of its training")
    case .columns(let names):
      // Where columns have names, a number may be that of a table with other columns before: a label, for example.
      for name in names where model.names == nil || Int(name) == nil || self.names.contains(name) {
        // A table for a model may lack columns that are no features.
        guard let column = try? column(name, option: .categorical), let feature = featureColumns.firstIndex(of: column),
          model.categories[feature] == nil
        else { continue }
        throw DataOptionError(
          .categorical,
          "the model has numbers in column \(shown(column)); to take it as texts, train a model with this option")
      }
    }
  }

  /// The column that an option names: by its name, else by its number from 0.
  /// - Throws: `DataOptionError` if there is none, two have the name, or the name is also the number of another column.
  func column(_ name: String, option: DataOption) throws(DataOptionError) -> Int {
    let found = hasHeader ? names.indices.filter { ExactText(names[$0]) == ExactText(name) } : []
    let number = Int(name).flatMap { $0 >= 0 ? $0 : nil }
    if let number, number < names.count, let other = found.first(where: { $0 != number }) {
      throw DataOptionError(
        option,
        "\(name) is the name of column \(other) of \(path), counted from 0, and the number of column '\(names[number].excerpt())'; "
          + "rename one of them, or give numbers with \(DataOption.skip, "N") and \(DataOption.header, "no"), where N counts the header, too"
      )
    }
    if found.count > 1 {
      throw DataOptionError(
        option,
        "'\(name.excerpt())' stands \(found.count) times in the header of \(path); give the column's number, from 0")
    }
    if let column = found.first { return column }
    if let number {
      guard number < columns else {
        throw DataOptionError(option, "\(number) is not one of \(path)'s columns 0 to \(columns - 1)")
      }
      return number
    }
    guard hasHeader else {
      throw DataOptionError(
        option, "'\(name.excerpt())' names a column, and \(path) has no header; give the column's number, from 0")
    }
    let near = Nearest.name(to: name, among: names).map { "; '\($0.excerpt())' is near" } ?? ""
    let line = headerLine == 1 ? "its first line" : "line \(headerLine)"
    let beginning: OptionText =
      "no column of \(path) is called '\(name.excerpt())'\(near); \(line) has \(ClassNumbering.shown(names))"
    throw DataOptionError(option, title.map { beginning + ". " + $0.remedy } ?? beginning)
  }
}
