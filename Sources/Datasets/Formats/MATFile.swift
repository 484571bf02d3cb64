import Files

/// A matrix of a MAT-file, its numbers column by column as MATLAB has them.
public struct MATMatrix: Sendable, Equatable {
  public var rows: Int
  public var columns: Int
  /// `[columns × rows]`: element (i, j) is `values[j * rows + i]`.
  public var values: [Double]

  public init(rows: Int, columns: Int, values: [Double]) {
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  public subscript(row: Int, column: Int) -> Double { values[column * rows + row] }
}

/// The numeric matrices of a MAT-file of level 5, as MATLAB 5 to 7 and SciPy write it, compressed or not, of either byte order.
///
/// Format: "MAT-File Format", The MathWorks. What is no full real matrix of two dimensions (cells, structures, sparse and
/// complex matrices) is passed over until asked for.
public final class MATFile: Sendable {
  public let path: String
  private let file: SourceContents
  private let isBigEndian: Bool
  private let entries: [Entry]
  /// Places in `entries`. Of several variables of one name, MATLAB keeps the last.
  private let places: [String: Int]

  /// Names of the variables, in file order.
  public var names: [String] { entries.map(\.name) }

  /// A variable: what its header says, and where its numbers are.
  private struct Entry: Sendable {
    var name: String
    var kind: UInt32
    var isComplex: Bool
    var dimensions: [Int]
    /// The element's place in the file, and its size once inflated where it is compressed.
    var place: Range<Int>
    var inflatedSize: Int?
  }

  private static let headerSize = 128
  /// What precedes a matrix's numbers fits into this: flags, dimensions, and a name of up to 63 letters.
  private static let prefixSize = 1024
  /// Four times what MATLAB allows.
  private static let longestName = 252

  /// Reads the headers of all variables.
  /// - Throws: `FileError` where it is no MAT-file of level 5, or a damaged one.
  public convenience init(_ path: String) throws(FileError) {
    try self.init(SourceContents(MappedFile(path)))
  }

  init(_ file: SourceContents) throws(FileError) {
    let path = file.path
    self.path = path
    self.file = file
    isBigEndian = try MATFile.checkHeader(file)
    let body = UnsafeRawBufferPointer(rebasing: file.bytes[MATFile.headerSize...])
    var cursor = MATCursor(body, isBigEndian: isBigEndian, path: path)
    var entries: [Entry] = []
    while !cursor.isAtEnd {
      let start = cursor.offset
      let element = try cursor.next()
      let place = (MATFile.headerSize + start)..<min(MATFile.headerSize + cursor.offset, file.bytes.count)
      if let entry = try MATFile.entry(element, place: place, isBigEndian: isBigEndian, path: path) {
        entries.append(entry)
      }
    }
    self.entries = entries
    places = Dictionary(entries.indices.map { (entries[$0].name, $0) }, uniquingKeysWith: { $1 })
    try file.check()
  }

  /// - Returns: whether the most significant byte comes first.
  private static func checkHeader(_ file: SourceContents) throws(FileError) -> Bool {
    let expected = "a MAT-file of level 5"
    let bytes = file.bytes
    if bytes.count >= 8, bytes[0] == 0x89, bytes[1] == 0x48 || bytes[1] == 0x50 {
      throw FileError(file: file.path, found: "another kind of file", expected: expected)
    }
    guard bytes.count >= headerSize else {
      throw FileError(file: file.path, found: "\(bytes.count) bytes", expected: expected)
    }
    let order = (bytes[126], bytes[127])
    let isBigEndian = order == (0x4D, 0x49)
    guard isBigEndian || order == (0x49, 0x4D) else {
      throw FileError(
        file: file.path, found: "no byte order mark at byte 126", expected: expected,
        hint: "Save it with -v7 in MATLAB.")
    }
    let version = isBigEndian ? bytes[124] : bytes[125]
    guard version == 1 else {
      throw FileError(
        file: file.path, found: version == 2 ? "a MAT-file of version 7.3 (HDF5)" : "version \(version)",
        expected: expected, hint: "Save it with -v7 in MATLAB.")
    }
    return isBigEndian
  }

  private static func entry(
    _ element: MATElement, place: Range<Int>, isBigEndian: Bool, path: String
  ) throws(FileError) -> Entry? {
    switch element.kind {
    case .matrix:
      var cursor = MATCursor(element.bytes, isBigEndian: isBigEndian, path: path)
      return try header(&cursor, place: place, inflatedSize: nil)
    case .compressed:
      let prefix = try inflateZlib(element.bytes, size: prefixSize, isWhole: false, path: path)
      return try withCursor(prefix, isBigEndian: isBigEndian, path: path) { cursor throws(FileError) in
        let (type, size, _) = try cursor.tag()
        guard type == MATElement.Kind.matrix.rawValue else { return nil }
        guard size <= element.bytes.count.multipliedReportingOverflow(by: GzipReader.greatestRatio).partialValue else {
          throw cursor.cut("a variable that promises \(size) bytes, more than \(element.bytes.count) packed bytes hold")
        }
        // The numbers are not in the prefix: only the elements before them are gone through.
        var inside = MATCursor(
          UnsafeRawBufferPointer(rebasing: cursor.bytes[8...]), isBigEndian: isBigEndian, path: path)
        return try header(&inside, place: place, inflatedSize: 8 + size)
      }
    default: return nil
    }
  }

  private static func header(
    _ cursor: inout MATCursor, place: Range<Int>, inflatedSize: Int?
  ) throws(FileError) -> Entry? {
    // A matrix of no bytes is what MATLAB writes for nothing.
    guard !cursor.isAtEnd else { return nil }
    let flags = try cursor.next()
    guard flags.kind == .uint32, flags.bytes.count >= 4 else { throw cursor.cut("a variable without flags") }
    let word = flags.bytes.loadUnaligned(as: UInt32.self)
    let flag = cursor.isBigEndian ? UInt32(bigEndian: word) : UInt32(littleEndian: word)
    // Function handles and objects of newer MATLABs go on in forms of their own.
    guard flag & 0xFF <= 15 else { return nil }
    let dimensions = try cursor.next()
    let name = try cursor.next()
    guard name.bytes.count <= longestName else { throw cursor.cut("a variable's name of \(name.bytes.count) bytes") }
    guard dimensions.kind == .int32, let sizes = dimensions.numbers(isBigEndian: cursor.isBigEndian),
      sizes.allSatisfy({ $0 >= 0 })
    else { throw cursor.cut("a variable without dimensions") }
    return Entry(
      name: String(decoding: name.bytes, as: UTF8.self), kind: flag & 0xFF, isComplex: flag & 0x800 != 0,
      dimensions: sizes.map { Int($0) }, place: place, inflatedSize: inflatedSize)
  }

  private static func withCursor<Result>(
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

  /// Whether there is a variable of this name.
  public func contains(_ name: String) -> Bool { places[name] != nil }

  /// The matrix of this name.
  /// - Throws: `FileError` where there is none, or it is no full real matrix of numbers with two dimensions.
  public func matrix(_ name: String) throws(FileError) -> MATMatrix {
    guard let entry = places[name].map({ entries[$0] }) else {
      let shown = names.isEmpty ? "no variables" : "variables \(ClassNumbering.shown(names))"
      throw FileError(file: path, found: shown, expected: "one called \(name)")
    }
    // Classes 6 to 15: double, single, and whole numbers of 8 to 64 bits.
    guard (6...15).contains(entry.kind), !entry.isComplex, entry.dimensions.count == 2 else {
      throw FileError(
        file: path, found: "\(name), which is no full real matrix", expected: "a matrix of numbers with two dimensions")
    }
    let numbers = try numbers(of: entry)
    try file.check()
    return numbers
  }

  private func numbers(of entry: Entry) throws(FileError) -> MATMatrix {
    let element = UnsafeRawBufferPointer(rebasing: file.bytes[entry.place])
    if let size = entry.inflatedSize {
      try checkMemory(size, entry)
      try checkPromise(size, entry)
      let packed = UnsafeRawBufferPointer(rebasing: element[8...])
      let bytes = try inflateZlib(packed, size: size, isWhole: true, path: path)
      return try MATFile.withCursor(bytes, isBigEndian: isBigEndian, path: path) { cursor throws(FileError) in
        try MATFile.numbers(&cursor, entry)
      }
    }
    try checkMemory(element.count, entry)
    var cursor = MATCursor(element, isBigEndian: isBigEndian, path: path)
    return try withExtendedLifetime(file) { () throws(FileError) in try MATFile.numbers(&cursor, entry) }
  }

  /// A number becomes a double and, in two places for a moment, a float; a packed variable is inflated beside them.
  private func checkMemory(_ size: Int, _ entry: Entry) throws(FileError) {
    // A number takes a byte or more of `size`, whatever the dimensions say: they are checked against it later.
    let numbers = min(Double(entry.dimensions[0]) * Double(entry.dimensions[1]), Double(size))
    try MemoryLimit.check(16 * numbers + Double(entry.inflatedSize ?? 0), for: path, "the numbers of \(entry.name)")
  }

  /// A packed variable inflates to its numbers and little else; what promises more is not inflated.
  private func checkPromise(_ size: Int, _ entry: Entry) throws(FileError) {
    let (count, overflow) = entry.dimensions[0].multipliedReportingOverflow(by: entry.dimensions[1])
    let (numbers, overflowAgain) = count.multipliedReportingOverflow(by: MemoryLayout<Double>.stride)
    guard overflow || overflowAgain || size - MATFile.prefixSize > numbers else { return }
    throw FileError(
      file: path, found: "\(entry.name), packed from \(size) bytes",
      expected: "\(entry.dimensions[0]) × \(entry.dimensions[1]) numbers of at most 8 bytes",
      hint: "Bring the file again; it is damaged.")
  }

  private static func numbers(_ cursor: inout MATCursor, _ entry: Entry) throws(FileError) -> MATMatrix {
    let matrix = try cursor.next()
    var inside = MATCursor(matrix.bytes, isBigEndian: cursor.isBigEndian, path: cursor.path)
    for _ in 0..<3 { _ = try inside.next() }
    let (count, overflow) = entry.dimensions[0].multipliedReportingOverflow(by: entry.dimensions[1])
    if count == 0, !overflow { return MATMatrix(rows: entry.dimensions[0], columns: entry.dimensions[1], values: []) }
    // Counted before they are converted: a byte takes eight then.
    let element = try inside.next()
    guard !overflow, element.count == count, let values = element.numbers(isBigEndian: cursor.isBigEndian) else {
      throw cursor.cut("\(entry.name) without its \(entry.dimensions[0]) × \(entry.dimensions[1]) numbers")
    }
    return MATMatrix(rows: entry.dimensions[0], columns: entry.dimensions[1], values: values)
  }
}
