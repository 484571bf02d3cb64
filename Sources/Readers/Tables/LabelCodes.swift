import Files

/// The codes of labels, in order of first occurrence.
struct LabelCodes {
  private(set) var codes: [Int32] = []
  private(set) var names: [String] = []
  /// Labels of up to seven bytes as one word, with the length in the last byte, so that no String is created for each
  /// sample.
  private var short: [UInt64: Int32] = [:]
  private var long: [ExactText: Int32] = [:]
  /// The bytes of all names.
  private var size = 0

  /// The largest number of different labels, and of their bytes. Without limits, a small compressed file could fill the memory.
  static let most = 1 << 20
  static let maximumBytes = 1 << 26

  /// The reason why a label is rejected: completes "found …".
  struct Flaw: Error, Equatable {
    var found: String
  }

  mutating func append(_ code: Int32) { codes.append(code) }

  /// The code of the label with these bytes in UTF-8.
  mutating func code(_ bytes: UnsafePointer<UInt8>, _ count: Int) throws(Flaw) -> Int32 {
    guard count < 8 else {
      let name = LabelCodes.name(bytes, count)
      guard name.isStreamSafe else { throw Flaw(found: "combining marks without end") }
      if let code = long[ExactText(name)] { return code }
      let code = try add(name)
      long[ExactText(name)] = code
      return code
    }
    var word = UInt64(count) << 56
    for index in 0..<count { word |= UInt64(bytes[index]) << UInt64(8 * index) }
    if let code = short[word] { return code }
    let code = try add(LabelCodes.name(bytes, count))
    short[word] = code
    return code
  }

  /// Removes the last new label. Complexity: O(labels).
  mutating func removeNewest() {
    guard let name = names.popLast() else { return }
    size -= name.utf8.count
    let code = Int32(names.count)
    short = short.filter { $0.value != code }
    long = long.filter { $0.value != code }
  }

  private mutating func add(_ name: String) throws(Flaw) -> Int32 {
    guard names.count < LabelCodes.most else { throw Flaw(found: "more than \(LabelCodes.most) different labels") }
    size += name.utf8.count
    guard size <= LabelCodes.maximumBytes else {
      throw Flaw(found: "different labels of more than \(LabelCodes.maximumBytes) bytes")
    }
    names.append(name)
    return Int32(names.count - 1)
  }

  private static func name(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> String {
    String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  }
}
