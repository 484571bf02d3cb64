import Files

/// Collects the nonzero features of libsvm text, then lays them out as rows.
package struct LibSVMParser {
  let path: String
  private let hasLabels: Bool
  /// True if labels or targets are read; else they may be missing.
  private let needsTargets: Bool
  private var labels = LabelCodes()
  private var values: [Double] = []
  /// Nonzero features of all samples, and the end of each sample's.
  private var indices: [Int32] = []
  private var numbers: [Float] = []
  /// The large numbers that a float does not represent exactly, by their index among `numbers`.
  private var wide: [Int: Double] = [:]
  private var ends: [Int] = []
  private var greatest: Int32 = -1
  private var hasZero = false
  /// The index of the first feature as in training; nil if this text decides.
  private let asked: Int?
  /// True if a sample has no label.
  private var lacksLabel = false
  /// The number of lines without samples and comments.
  private var emptyLines = 0
  private var line = 0
  /// The offset of the current line in the file, in bytes.
  private var lineStart = 0

  /// The largest number of inputs of a network.
  static let maximumIndex = 1 << 24

  /// - Parameters:
  ///   - hasLabels: true if a line starts with a label, false for a target value.
  ///   - firstIndex: the index of the first feature as in training; nil to decide by the text.
  package init(path: String, hasLabels: Bool, needsTargets: Bool = true, firstIndex: Int? = nil) {
    self.needsTargets = needsTargets
    asked = firstIndex
    self.path = path
    self.hasLabels = hasLabels
  }

  /// - Parameter origins: the number to subtract from targets; empty for none, nil to decide by the targets.
  package func targets(_ origins: [Double]?) -> (targets: RawTargets, origins: [Double]?, sizes: TargetSizes?) {
    guard needsTargets else { return (.none(count: ends.count), nil, nil) }
    guard !hasLabels else { return (.labels(codes: labels.codes, names: labels.names), nil, nil) }
    let origins = TargetOrigins.checked(origins ?? [ColumnUnit(for: values).origin], width: 1)
    let origin = origins?[0] ?? 0
    var sizes = TargetSizes(width: 1)
    for value in values { sizes.add(value - origin, column: 0) }
    return (.values(values.map { Float($0 - origin) }, width: 1), origins, sizes)
  }

  /// - Throws: `FileError` with line and column for an invalid line, or without samples.
  package mutating func parse(_ text: UnsafeRawBufferPointer) throws(FileError) {
    var start = Self.byteOrderMarks(text)
    while start < text.count {
      let end = text[start...].firstIndex(of: 0x0A) ?? text.count
      line += 1
      lineStart = start
      try parseLine(UnsafeRawBufferPointer(rebasing: text[start..<end]))
      start = end + 1
    }
    guard !ends.isEmpty, greatest >= 0 else {
      throw FileError(file: path, found: "no sample", expected: "lines of 'label index:value …'")
    }
  }

  private mutating func parseLine(_ line: UnsafeRawBufferPointer) throws(FileError) {
    var position = 0
    var isFirst = true
    var last = -1
    while let word = LibSVMParser.nextWord(line, &position) {
      let column = word.startIndex
      let isLabel = isFirst && (needsTargets || !word.contains(UInt8(ascii: ":")))
      if isFirst, !isLabel { lacksLabel = true }
      isFirst = false
      if isLabel {
        if needsTargets { try parseLabel(word, column) }
      } else if !word.starts(with: "qid:".utf8) {
        last = try parsePair(word, column, after: last)
      }
    }
    guard !isFirst else {
      if !line.contains(UInt8(ascii: "#")) { emptyLines += 1 }
      return
    }
    ends.append(indices.count)
    guard ends.count <= Int(Int32.max) else {
      throw flaw(0, "more than \(Int32.max) samples", "at most that many")
    }
  }

  /// The next word before the line's comment.
  private static func nextWord(
    _ line: UnsafeRawBufferPointer, _ position: inout Int
  ) -> Slice<UnsafeRawBufferPointer>? {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
    while position < line.count, isBlank(line[position]) { position += 1 }
    guard position < line.count, line[position] != UInt8(ascii: "#") else { return nil }
    let start = position
    while position < line.count, !isBlank(line[position]), line[position] != UInt8(ascii: "#") { position += 1 }
    return line[start..<position]
  }

  private mutating func parseLabel(_ word: Slice<UnsafeRawBufferPointer>, _ column: Int) throws(FileError) {
    guard !word.contains(UInt8(ascii: ":")) else {
      throw flaw(
        column, "a line without a \(answer)", "'\(answer) index:value …'",
        hint: "Write one before the first index; predictions need no \(answer)s.")
    }
    guard !word.contains(UInt8(ascii: ",")) else {
      throw flaw(
        column, "the labels \(text(word))", "one label a sample",
        hint: "Samples of several classes can be a table with a column of 0 and 1 for each (\(DataOption.targets)).")
    }
    guard hasLabels else {
      values.append(try target(word, column))
      return
    }
    let known = labels.names.count
    do throws(LabelCodes.Flaw) {
      labels.append(try labels.code(Array(word), word.count))
    } catch {
      let areNumbers = ([text(word)] + labels.names).allSatisfy { Double($0) != nil }
      throw flaw(
        column, error.found, "a class",
        hint: areNumbers
          ? "\(DataOption.targets, "1") takes target values."
          : "Begin each line with the number or the name of its sample's class.")
    }
    if labels.names.count > known, let byte = word.firstInvalidUTF8 {
      let encoding = TableFlaw.notUTF8(byte, offset: lineStart + (word.firstIndex(of: byte) ?? column))
      throw flaw(
        column, encoding.found, encoding.expected,
        hint: "If it is Latin-1: \(path.edited(by: "iconv -f latin1 -t utf-8", "convert", "it")).")
    }
  }

  /// The word for a label or a target value, in messages.
  private var answer: String { hasLabels ? "label" : "target" }

  private func target(_ word: Slice<UnsafeRawBufferPointer>, _ column: Int) throws(FileError) -> Double {
    let value = LibSVMParser.number(word) { DecimalNumber.readDouble(&$0) }
    if let value, Float(value).isFinite { return value }
    let text = text(word)
    let remedy: OptionText =
      TableCell(text) == .text
      ? "Without \(DataOption.targets), labels are classes." : "Leave the line out; predictions need no targets."
    throw flaw(
      column, "'\(text)'", "a finite target value", hint: value == nil ? remedy : TargetOrigins.tooLarge)
  }

  /// - Returns: the pair's index.
  private mutating func parsePair(
    _ word: Slice<UnsafeRawBufferPointer>, _ column: Int, after last: Int
  ) throws(FileError) -> Int {
    guard let colon = word.firstIndex(of: UInt8(ascii: ":")),
      let index = Int(String(decoding: word[..<colon], as: UTF8.self)), index >= 0
    else { throw flaw(column, "'\(text(word))'", "index:value") }
    guard index >= asked ?? 0 else {
      throw flaw(
        column, "index \(index)", "indices from \(asked ?? 0), as in training",
        hint: "If features of the training text also start at 0, write 0:0 into one of its samples and train again.")
    }
    guard index > last else {
      throw flaw(
        column, index == last ? "index \(index) twice" : "index \(index) after \(last)", "indices in ascending order",
        hint: "sklearn.datasets.load_svmlight_file and dump_svmlight_file write them in order.")
    }
    guard index <= LibSVMParser.maximumIndex else {
      throw flaw(column, "index \(index)", "at most \(LibSVMParser.maximumIndex)")
    }
    let digits = word[(colon + 1)...]
    guard let number = LibSVMParser.number(digits, { DecimalNumber.read(&$0) }), number.isFinite else {
      throw flaw(column, "'\(text(word))'", "a finite number behind the colon", hint: formRemedy(digits))
    }
    if abs(number) >= 0x1p24, let exact = LibSVMParser.number(digits, { DecimalNumber.readDouble(&$0) }),
      exact != Double(number)
    {
      wide[numbers.count] = exact
    }
    hasZero = hasZero || index == 0
    greatest = max(greatest, Int32(index))
    indices.append(Int32(index))
    numbers.append(number)
    return index
  }

  private static func number<Value>(
    _ word: Slice<UnsafeRawBufferPointer>, _ read: (inout UnsafePointer<UInt8>) -> Value?
  ) -> Value? {
    guard word.count < 64 else { return nil }
    // The number reader requires a byte after the number that is not part of it.
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { buffer in
      buffer.initialize(repeating: 0)
      var count = 0
      for byte in word {
        buffer[count] = byte
        count += 1
      }
      var cursor = UnsafePointer(buffer.baseAddress!)
      let value = read(&cursor)
      return cursor == UnsafePointer(buffer.baseAddress! + count) ? value : nil
    }
  }

  private func text(_ word: Slice<UnsafeRawBufferPointer>) -> String {
    String(decoding: word.prefix(80), as: UTF8.self).excerpt(40)
  }

  /// The remedy for a value in a form of another program.
  private func formRemedy(_ value: Slice<UnsafeRawBufferPointer>) -> OptionText? {
    if value.contains(UInt8(ascii: ":")) {
      let edited = path.edited(by: "sed -E 's/[0-9]+:([0-9]+:)/\\1/g'", "remove", "the fields")
      return "field:index:value is libffm's form: \(edited)."
    }
    if value.contains(UInt8(ascii: ",")) {
      return "Numbers have a decimal point: \(path.edited(by: "tr ',' '.' <", "write", "it"))."
    }
    return "A feature without its index:value is 0; leave the pair out, or the line."
  }

  private func flaw(_ column: Int, _ found: String, _ expected: String, hint: OptionText? = nil) -> FileError {
    FileError(file: "\(path):\(line):\(column + 1)", found: found, expected: expected, hint: hint)
  }

  /// The index of the first feature.
  package var firstIndex: SparseIndex { asked.map { .known($0) } ?? (hasZero ? .known(0) : .guessed) }

  /// A note on empty lines among samples without labels: they may have been written for samples of zeros; nil without one.
  package var emptyLinesNote: OptionText? {
    guard lacksLabel, emptyLines > 0 else { return nil }
    let subject = emptyLines == 1 ? "1 empty line is no sample" : "\(emptyLines) empty lines are no samples"
    return "\(path): \(subject); one whose features are all 0 has a pair, such as \(firstIndex.value):0"
  }

  /// All samples with their zeros, and the unit of each feature; nil if all are stored as in the file.
  ///
  /// - Parameter given: the units of the features in the training data.
  /// - Throws: `FileError` if there is not enough memory.
  package func rows(_ given: [ColumnUnit]?) throws(FileError) -> (rows: FloatRows, units: [ColumnUnit]?) {
    let first = Int32(firstIndex.value)
    // There is at least one feature, even if all are zero.
    let width = max(Int(greatest - first) + 1, 1)
    let count = ends.count * width
    let memory = try MemoryLimit.take(
      count * MemoryLayout<Float>.stride, for: path, "\(ends.count) samples of \(width) features"
    ).assumingMemoryBound(to: Float.self)
    memory.initialize(repeating: 0, count: count)
    let units = units(given, first: first, width: width)
    if let units {
      let zeros = units.map { Float($0.stored(0)) }
      for row in 0..<ends.count { (memory + row * width).update(from: zeros, count: width) }
    }
    var start = 0
    for (row, end) in ends.enumerated() {
      for index in start..<end {
        let column = Int(indices[index] - first)
        memory[row * width + column] =
          units.map { Float($0[column].stored(exact(index))) } ?? numbers[index]
      }
      start = end
    }
    return (FloatRows(adopting: memory, rows: ends.count, width: width), units)
  }

  /// A number as in the text, with all its digits if it is large.
  private func exact(_ index: Int) -> Double { wide[index] ?? Double(numbers[index]) }

  /// True if the units, one for each feature, have room for all numbers, and for the zeros of samples without them.
  private func haveRoom(_ units: [ColumnUnit], first: Int32) -> Bool {
    units.allSatisfy { Float($0.stored(0)).isFinite }
      && indices.indices.allSatisfy { Float(units[Int(indices[$0] - first)].stored(exact($0))).isFinite }
  }

  /// The units of columns with numbers that a float does not represent exactly; those that are given, if they have room for the numbers.
  private func units(_ given: [ColumnUnit]?, first: Int32, width: Int) -> [ColumnUnit]? {
    // The source of these units may have more features: as long as they are plain numbers, they are zero here.
    if let given, given.dropFirst(width).allSatisfy(\.isTrivial), given.contains(where: { !$0.isTrivial }) {
      let units = given.prefix(width) + [ColumnUnit](repeating: ColumnUnit(), count: max(0, width - given.count))
      if haveRoom(Array(units), first: first) { return Array(units) }
    }
    guard !wide.isEmpty else { return nil }
    var columns: [Int: [Double]] = [:]
    for index in wide.keys { columns[Int(indices[index] - first)] = [] }
    for (index, feature) in indices.enumerated() where columns[Int(feature - first)] != nil {
      columns[Int(feature - first)]?.append(exact(index))
    }
    var units = [ColumnUnit](repeating: ColumnUnit(), count: width)
    // A sample without the feature has 0.
    for (column, values) in columns {
      units[column] = ColumnUnit(for: values.count < ends.count ? values + [0] : values)
    }
    return units.allSatisfy(\.isTrivial) ? nil : units
  }
}
