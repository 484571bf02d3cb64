import Files

/// A matrix of a MAT-file, in MATLAB's column-major order.
package struct MATMatrix: Sendable, Equatable {
  /// The number of rows.
  package var rows: Int
  /// The number of columns.
  package var columns: Int
  /// `[columns × rows]`: element (i, j) is `values[j * rows + i]`.
  package var values: [Double]

  package init(rows: Int, columns: Int, values: [Double]) {
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// The element in a row and a column, both from 0.
  package subscript(row: Int, column: Int) -> Double { values[column * rows + row] }
}

/// The numeric matrices of a MAT-file of level 5, as MATLAB 5 to 7 and SciPy write it, compressed or not, of either byte order.
///
/// Format: "MAT-File Format", The MathWorks. Variables that are not full real matrices of two dimensions (structures,
/// sparse and complex matrices) are skipped unless requested.
package final class MATFile: Sendable {
  /// The path for messages.
  package let path: String
  /// The bytes of the file.
  package let file: SourceContents
  /// True if the most significant byte of a number is the first one.
  package let isBigEndian: Bool
  /// The variables, in file order.
  package let entries: [Entry]
  /// Indices in `entries`. Of several variables of one name, MATLAB keeps the last.
  private let positions: [String: Int]

  /// Names of the variables, in file order.
  package var names: [String] { entries.map(\.name) }

  /// A variable: its header, and the position of its numbers.
  package struct Entry: Sendable {
    /// The name of the variable.
    package var name: String
    /// The number of the class, which may be unknown to `MATClass`.
    package var kind: UInt32
    /// True for numbers with an imaginary part.
    package var isComplex: Bool
    /// The lengths of the dimensions, rows first.
    package var dimensions: [Int]
    /// The element's range in the file, and its inflated size if it is compressed.
    package var position: Range<Int>
    package var inflatedSize: Int?

    /// `X [5000×400]`.
    package var text: String { "\(name) [\(dimensions.map { "\($0)" }.joined(separator: "×"))]" }
  }

  /// The bytes before the first element.
  package static let headerSize = 128
  /// The largest size of the part before a matrix's numbers: flags, dimensions, and a name of up to 63 letters.
  private static let prefixSize = 1024
  /// Four times what MATLAB allows.
  private static let maximumNameLength = 252

  /// Reads the headers of all variables.
  /// - Throws: `FileError` if it is not a MAT-file of level 5, or damaged.
  package convenience init(_ path: String) throws(FileError) {
    try self.init(SourceContents(MappedFile(path)))
  }

  /// Reads the headers of all variables.
  /// - Throws: `FileError` if it is not a MAT-file of level 5, or damaged.
  package init(_ file: SourceContents) throws(FileError) {
    let path = file.path
    self.path = path
    self.file = file
    isBigEndian = try MATVersion.check(file)
    let body = UnsafeRawBufferPointer(rebasing: file.bytes[MATFile.headerSize...])
    var cursor = MATCursor(body, isBigEndian: isBigEndian, path: path)
    var entries: [Entry] = []
    while !cursor.isAtEnd {
      let start = cursor.offset
      let element = try cursor.next()
      let position = (MATFile.headerSize + start)..<min(MATFile.headerSize + cursor.offset, file.bytes.count)
      if let entry = try MATFile.entry(element, position: position, isBigEndian: isBigEndian, path: path) {
        entries.append(entry)
      }
    }
    self.entries = entries
    positions = Dictionary(entries.indices.map { (entries[$0].name, $0) }, uniquingKeysWith: { $1 })
    try file.check()
  }

  private static func entry(
    _ element: MATElement, position: Range<Int>, isBigEndian: Bool, path: String
  ) throws(FileError) -> Entry? {
    switch element.kind {
    case .matrix:
      var cursor = MATCursor(element.bytes, isBigEndian: isBigEndian, path: path)
      return try header(&cursor, position: position, inflatedSize: nil)
    case .compressed:
      let prefix = try inflateZlib(element.bytes, size: prefixSize, isWhole: false, path: path)
      return try withCursor(prefix, isBigEndian: isBigEndian, path: path) { cursor throws(FileError) in
        let (type, size, _) = try cursor.tag()
        guard type == MATElement.Kind.matrix.rawValue else { return nil }
        guard size <= element.bytes.count.multipliedReportingOverflow(by: GzipReader.maximumRatio).partialValue else {
          throw cursor.cut("a variable of \(size) bytes, more than \(element.bytes.count) packed bytes can hold")
        }
        // The prefix has only the elements before the numbers.
        var inside = MATCursor(
          UnsafeRawBufferPointer(rebasing: cursor.bytes[8...]), isBigEndian: isBigEndian, path: path)
        return try header(&inside, position: position, inflatedSize: 8 + size)
      }
    default: return nil
    }
  }

  private static func header(
    _ cursor: inout MATCursor, position: Range<Int>, inflatedSize: Int?
  ) throws(FileError) -> Entry? {
    // MATLAB writes an empty matrix as zero bytes.
    guard !cursor.isAtEnd else { return nil }
    let flags = try cursor.next()
    guard flags.kind == .uint32, flags.bytes.count >= 4 else { throw cursor.cut("a variable without flags") }
    let word = flags.bytes.loadUnaligned(as: UInt32.self)
    let flag = cursor.isBigEndian ? UInt32(bigEndian: word) : UInt32(littleEndian: word)
    // Function handles and objects of newer MATLAB versions have other forms.
    guard flag & 0xFF <= 15 else { return nil }
    let dimensions = try cursor.next()
    let name = try cursor.next()
    guard name.bytes.count <= maximumNameLength else {
      throw cursor.cut("a variable's name of \(name.bytes.count) bytes")
    }
    guard dimensions.kind == .int32, let sizes = dimensions.numbers(isBigEndian: cursor.isBigEndian),
      sizes.allSatisfy({ $0 >= 0 })
    else { throw cursor.cut("a variable without dimensions") }
    return Entry(
      name: String(decoding: name.bytes, as: UTF8.self), kind: flag & 0xFF, isComplex: flag & 0x800 != 0,
      dimensions: sizes.map { Int($0) }, position: position, inflatedSize: inflatedSize)
  }

  /// Calls `body` with a cursor over inflated bytes.
  package static func withCursor<Result>(
    _ bytes: [UInt8], isBigEndian: Bool, path: String, _ body: (inout MATCursor) throws(FileError) -> Result
  ) throws(FileError) -> Result {
    let result: Swift.Result<Result, FileError> = bytes.withUnsafeBytes { raw in
      var cursor = MATCursor(raw, isBigEndian: isBigEndian, path: path)
      do throws(FileError) {
        return .success(try body(&cursor))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  /// True if there is a variable of this name.
  package func contains(_ name: String) -> Bool { positions[name] != nil }

  /// The matrix of this name.
  /// - Throws: `FileError` if there is none, or it is not a full real matrix of numbers with two dimensions.
  package func matrix(_ name: String) throws(FileError) -> MATMatrix {
    let entry = try entry(name)
    guard let kind = MATClass(rawValue: entry.kind), kind.isNumeric, !entry.isComplex, entry.dimensions.count == 2
    else {
      throw refusal(entry)
    }
    let matrix = try withElements(of: entry) { cursor throws(FileError) in try MATFile.numbers(&cursor, entry) }
    try file.check()
    return matrix
  }

  /// The last variable of this name.
  /// - Throws: `FileError` if there is none.
  package func entry(_ name: String) throws(FileError) -> Entry {
    if let position = positions[name] { return entries[position] }
    let shown = names.isEmpty ? "no variables" : "variables \(ShownNames.list(entries.map(\.text)))"
    throw FileError(file: path, found: shown, expected: "one called \(name)")
  }

  /// Calls `body` with a cursor at the variable's element, inflated if it is compressed.
  package func withElements<Result>(
    of entry: Entry, _ body: (inout MATCursor) throws(FileError) -> Result
  ) throws(FileError) -> Result {
    let element = UnsafeRawBufferPointer(rebasing: file.bytes[entry.position])
    if let size = entry.inflatedSize {
      try checkMemory(size, entry)
      try checkPromise(size, entry)
      let packed = UnsafeRawBufferPointer(rebasing: element[8...])
      let bytes = try inflateZlib(packed, size: size, isWhole: true, path: path)
      return try MATFile.withCursor(bytes, isBigEndian: isBigEndian, path: path, body)
    }
    try checkMemory(element.count, entry)
    var cursor = MATCursor(element, isBigEndian: isBigEndian, path: path)
    return try withExtendedLifetime(file) { () throws(FileError) in try body(&cursor) }
  }

  /// Each number needs a double and, temporarily, two floats; a compressed variable is inflated in addition.
  private func checkMemory(_ size: Int, _ entry: Entry) throws(FileError) {
    // A number has at least one byte of `size`; the dimensions are checked against it later.
    let numbers = min(entry.dimensions.reduce(1) { $0 * Double($1) }, Double(size))
    try MemoryLimit.check(16 * numbers + Double(entry.inflatedSize ?? 0), for: path, "the numbers of \(entry.name)")
  }

  /// A compressed variable inflates to little more than its numbers; larger ones are not inflated.
  private func checkPromise(_ size: Int, _ entry: Entry) throws(FileError) {
    guard MATClass(rawValue: entry.kind)?.isNumeric == true, entry.dimensions.count == 2 else { return }
    let (count, overflow) = entry.dimensions[0].multipliedReportingOverflow(by: entry.dimensions[1])
    let (numbers, overflowAgain) = count.multipliedReportingOverflow(by: MemoryLayout<Double>.stride)
    guard overflow || overflowAgain || size - MATFile.prefixSize > numbers else { return }
    throw FileError(
      file: path, found: "\(entry.name), packed from \(size) bytes",
      expected: "\(entry.dimensions[0]) × \(entry.dimensions[1]) numbers of at most 8 bytes",
      hint: "Fetch the file again; it is damaged.")
  }

  private static func numbers(_ cursor: inout MATCursor, _ entry: Entry) throws(FileError) -> MATMatrix {
    var inside = try cursor.insideMatrix()
    let (count, overflow) = entry.dimensions[0].multipliedReportingOverflow(by: entry.dimensions[1])
    if count == 0, !overflow { return MATMatrix(rows: entry.dimensions[0], columns: entry.dimensions[1], values: []) }
    // The count is checked before the conversion, which needs up to eight times the memory.
    let element = try inside.next()
    guard !overflow, element.count == count, let values = element.numbers(isBigEndian: cursor.isBigEndian) else {
      throw cursor.cut("\(entry.name) without its \(entry.dimensions[0]) × \(entry.dimensions[1]) numbers")
    }
    return MATMatrix(rows: entry.dimensions[0], columns: entry.dimensions[1], values: values)
  }
}
