import Files

@testable import Datasets
@testable import Readers

/// Tables. The first byte chooses the label's column, or how many columns are targets; the second where the text is cut in two
/// for a parser that is fed in pieces, and must come to what one comes to that has it whole.
func tryTable(_ bytes: [UInt8]) {
  guard bytes.count >= 2 else { return }
  let choices: [(LabelColumn?, Int?)] = [
    (nil, nil), (.first, nil), (.last, nil), (.index(1), nil), (.index(7), nil), (.name("y"), nil), (nil, 1), (nil, 2),
  ]
  let (label, targets) = choices[Int(bytes[0]) % choices.count]
  var request = TableRequest(label: label, targets: targets)
  // Two more bits: the treatment of missing features and decimal marks.
  request.missing = bytes[0] & 0x40 != 0 ? .drop : nil
  request.hasDecimalComma = bytes[0] & 0x20 != 0
  let text = Array(bytes.dropFirst(2))
  tryNumber(text)
  let isPacked = bytes[0] & 0x80 != 0
  let path = InputFile.write(isPacked ? Deflated.gzip(text) : text, ending: isPacked ? ".csv.gz" : ".csv")
  let source = attempt { try TableSource(path: path, request: request).load() }
  if case .success(let split) = source {
    guard case .floats(let rows)? = split.storage else { preconditionFailure("a table has numbers") }
    precondition(rows.rows == split.count && rows.rows > 0, "a target for each sample")
    let values = UnsafeBufferPointer(start: rows.pointer, count: rows.rows * rows.width)
    precondition(values.allSatisfy(\.isFinite), "every number is finite")
  }
  let format = attempt {
    try text.withUnsafeBufferPointer {
      try TableFormat($0, isWhole: true, path: path, request: request)
    }
  }
  guard case .success(let format) = format else { return }
  let whole = parse(text, format, cut: nil)
  precondition(parse(text, format, cut: text.count * Int(bytes[1]) / 256) == whole, "the same in two pieces")
}

/// The result of a parser.
private enum Parsed: Equatable {
  case rows([UInt32], labels: [Int32], names: [String])
  case flaw(FileError)
}

private func parse(_ text: [UInt8], _ format: TableFormat, cut: Int?) -> Parsed {
  var parser = TableParser(format)
  do throws(FileError) {
    let start = if let cut { try feed(&parser, text, 0..<cut, isLast: false) } else { 0 }
    _ = try feed(&parser, text, start..<text.count, isLast: true)
  } catch { return .flaw(error) }
  let values = parser.takeValues()
  let (labels, targets) = (values.labels, values.targets.array())
  let features = values.takeFeatures()
  let numbers =
    features.rows == 0 ? [] : Array(UnsafeBufferPointer(start: features.pointer, count: features.rows * features.width))
  return .rows((numbers + targets).map(\.bitPattern), labels: labels.codes, names: labels.names)
}

/// Hands a part of the text over, in memory of just its length: only a zero byte is promised behind it.
/// - Returns: the position at which the parser continues.
private func feed(
  _ parser: inout TableParser, _ text: [UInt8], _ range: Range<Int>, isLast: Bool
) throws(FileError) -> Int {
  let part = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: range.count + 1)
  defer { part.deallocate() }
  _ = part.initialize(from: text[range] + [0])
  let start = UnsafePointer(part.baseAddress!)
  return range.lowerBound + (try parser.parse(start, start + range.count, isLast: isLast) - start)
}

/// The fast reader of numbers against the C library, on the text's beginning.
private func tryNumber(_ text: [UInt8]) {
  let start = text.prefix { "+-.0123456789eE".utf8.contains($0) }
  let digits = Array(start.prefix(200)) + [0]
  digits.withUnsafeBufferPointer { buffer in
    var cursor = buffer.baseAddress!
    guard let value = DecimalNumber.read(&cursor) else { return }
    let count = cursor - buffer.baseAddress!
    let expected = Double(String(decoding: buffer[..<count], as: UTF8.self)).map { Float($0) }
    // Swift's own reader wants a digit on either side of the point.
    if let expected { precondition(value == expected, "\(value) is not \(expected)") }
  }
}
