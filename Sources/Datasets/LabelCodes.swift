/// Labels as they come, each new one with the next code.
struct LabelCodes {
  private(set) var codes: [Int32] = []
  private(set) var names: [String] = []
  /// Labels of up to seven bytes as one word, the length in its last byte: no text is made for them again and again.
  private var short: [UInt64: Int32] = [:]
  private var long: [String: Int32] = [:]

  /// How many different labels a source may have.
  static let most = 1 << 20

  mutating func append(_ code: Int32) { codes.append(code) }

  /// The code of the label that these bytes are in UTF-8.
  mutating func code(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    guard count < 8 else {
      let name = LabelCodes.name(bytes, count)
      if let code = long[name] { return code }
      let code = add(name)
      long[name] = code
      return code
    }
    var word = UInt64(count) << 56
    for index in 0..<count { word |= UInt64(bytes[index]) << UInt64(8 * index) }
    if let code = short[word] { return code }
    let code = add(LabelCodes.name(bytes, count))
    short[word] = code
    return code
  }

  private mutating func add(_ name: String) -> Int32 {
    names.append(name)
    return Int32(names.count - 1)
  }

  private static func name(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> String {
    String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  }
}
