import Files

/// The header of a `.npy` file: element type, order and shape, in the form of a Python dictionary.
///
/// Format: numpy.lib.format, versions 1.0 to 3.0.
package struct NPYHeader: Equatable {
  /// The kind of an element, by NumPy's letter.
  enum Kind: UInt8 {
    case boolean = 0x62  // b
    case signed = 0x69  // i
    case unsigned = 0x75  // u
    case float = 0x66  // f
    /// Text in UTF-32.
    case unicode = 0x55  // U
    /// Text in bytes.
    case bytes = 0x53  // S
  }

  let kind: Kind
  /// True if the most significant byte of an element is the first one.
  let isBigEndian: Bool
  /// The bytes per element.
  let size: Int
  /// True if the first dimension is contiguous, false if the last one is.
  let isFortranOrder: Bool
  /// The lengths of the dimensions; empty for a single number.
  package let shape: [Int]
  /// The length of the header in bytes; elements follow.
  let length: Int

  /// The first bytes of every `.npy` file.
  package static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// - Parameter bytes: the file, or its beginning up to the end of the header.
  /// - Throws: `FileError` for a damaged header, and for elements that are neither numbers nor texts.
  package init(_ bytes: UnsafeRawBufferPointer, path: String) throws(FileError) {
    func damage(_ found: String) -> FileError {
      FileError(
        file: path, found: found, expected: "a whole .npy file", hint: "Save it again with numpy.save; it is damaged.")
    }
    guard bytes.count >= 12, bytes.starts(with: NPYHeader.magic), (1...3).contains(bytes[6]) else {
      throw damage("no header of a .npy file")
    }
    let isLong = bytes[6] > 1
    let count =
      isLong
      ? Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self)))
      : Int(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt16.self)))
    let start = isLong ? 12 : 10
    guard count <= bytes.count - start, count <= 1 << 16 else { throw damage("a header of \(count) bytes") }
    length = start + count
    let text = String(decoding: bytes[start..<length], as: UTF8.self)
    guard let fields = PythonDictionary(text) else { throw damage("a header that is not a dictionary") }
    guard case .truth(let order)? = fields["fortran_order"], case .numbers(let shape)? = fields["shape"] else {
      throw damage("a header without shape and order")
    }
    guard shape.count <= 32, NPYHeader.fits(shape) else {
      throw damage("an array of \(shape.prefix(8)) elements")
    }
    isFortranOrder = order
    self.shape = shape
    guard case .text(let type)? = fields["descr"] else {
      throw FileError(
        file: path, found: "a structured array", expected: "an array of numbers",
        hint: "numpy.lib.recfunctions.structured_to_unstructured makes one of it.")
    }
    (kind, isBigEndian, size) = try NPYHeader.element(type, path: path)
  }

  /// True if the product of any of the lengths is an `Int`: that of the columns, too, where there are no rows.
  private static func fits(_ shape: [Int]) -> Bool {
    var product = 1
    for length in shape {
      let (next, overflow) = product.multipliedReportingOverflow(by: max(length, 1))
      guard length >= 0, !overflow else { return false }
      product = next
    }
    return true
  }

  private static func element(_ type: String, path: String) throws(FileError) -> (Kind, Bool, Int) {
    let letters = Array(type.utf8)
    let isMarked = letters.first.map { "<>|=".utf8.contains($0) } ?? false
    let rest = letters.dropFirst(isMarked ? 1 : 0)
    let refusal = FileError(
      file: path,
      found: type.first == "|" && rest.first == UInt8(ascii: "O")
        ? "Python objects" : "elements of type \(type.excerpt())",
      expected: "numbers or texts",
      hint: "numpy.save('FILE.npy', array.astype('float32')) writes numbers, .astype(str) texts.")
    guard let letter = rest.first, let kind = Kind(rawValue: letter),
      let size = Int(String(decoding: rest.dropFirst(), as: UTF8.self)), (1...1 << 20).contains(size)
    else { throw refusal }
    let sizes: [Int] =
      switch kind {
      case .boolean: [1]
      case .signed, .unsigned: [1, 2, 4, 8]
      case .float: [2, 4, 8]
      case .unicode, .bytes: [size]
      }
    guard sizes.contains(size) else { throw refusal }
    return (kind, letters[0] == UInt8(ascii: ">"), kind == .unicode ? 4 * size : size)
  }

  /// The number of elements.
  var count: Int { shape.reduce(1, *) }
}

/// The dictionary of a `.npy` header: names with strings, Booleans and tuples of integers.
struct PythonDictionary {
  enum Value: Equatable {
    case text(String)
    case truth(Bool)
    case numbers([Int])
    /// Anything else.
    case other
  }

  private var fields: [String: Value] = [:]

  subscript(name: String) -> Value? { fields[name] }

  /// Parses a text; nil if it is not such a dictionary.
  init?(_ text: String) {
    var cursor = Cursor(Array(text.utf8)[...])
    guard cursor.pass("{") else { return nil }
    while !cursor.pass("}") {
      guard let name = cursor.text(), cursor.pass(":"), let value = cursor.value() else { return nil }
      fields[name] = value
      guard cursor.pass(",") || cursor.isAt("}") else { return nil }
    }
  }

  private struct Cursor {
    var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    mutating func skipSpace() { rest = rest.drop { $0 == 0x20 || $0 == 0x0A } }

    mutating func isAt(_ character: Unicode.Scalar) -> Bool {
      skipSpace()
      return rest.first == UInt8(ascii: character)
    }

    mutating func pass(_ character: Unicode.Scalar) -> Bool {
      guard isAt(character) else { return false }
      rest.removeFirst()
      return true
    }

    mutating func text() -> String? {
      skipSpace()
      guard let quote = rest.first, quote == 0x27 || quote == 0x22,
        let end = rest.dropFirst().firstIndex(of: quote)
      else { return nil }
      defer { rest = rest[(end + 1)...] }
      return String(decoding: rest[(rest.startIndex + 1)..<end], as: UTF8.self)
    }

    mutating func value() -> Value? {
      if let text = text() { return .text(text) }
      for (word, truth) in [("True", true), ("False", false)] where rest.starts(with: word.utf8) {
        rest = rest.dropFirst(word.utf8.count)
        return .truth(truth)
      }
      if pass("(") { return numbers() }
      return isAt("[") ? skipList() : nil
    }

    private mutating func numbers() -> Value? {
      var numbers: [Int] = []
      while !pass(")") {
        skipSpace()
        let digits = rest.prefix { (0x30...0x39).contains($0) }
        guard let number = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
        // Python 2 writes long integers with an L.
        rest = rest.dropFirst(digits.count)
        if rest.first == UInt8(ascii: "L") { rest.removeFirst() }
        numbers.append(number)
        guard pass(",") || isAt(")") else { return nil }
      }
      return .numbers(numbers)
    }

    /// The fields of a structured type, which are ignored.
    private mutating func skipList() -> Value? {
      var depth = 0
      while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "[") { depth += 1 }
        if byte == UInt8(ascii: "]") { depth -= 1 }
        if depth == 0 { return .other }
      }
      return nil
    }
  }
}
