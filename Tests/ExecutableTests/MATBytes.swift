/// MAT-files of level 5, little-endian.
enum MATBytes {
  static let header = [UInt8](repeating: 32, count: 124) + [0, 1, 0x49, 0x4D]

  private static func element(_ type: UInt32, _ bytes: [UInt8]) -> [UInt8] {
    little(type) + little(UInt32(bytes.count)) + bytes + [UInt8](repeating: 0, count: -bytes.count & 7)
  }

  /// The part before a matrix's numbers.
  private static func description(_ name: String, _ sizes: [Int32], kind: UInt32, flags: UInt32) -> [UInt8] {
    element(6, little(kind | flags) + little(UInt32(0))) + element(5, sizes.flatMap { little(UInt32(bitPattern: $0)) })
      + element(1, Array(name.utf8))
  }

  static func matrix(
    _ name: String, _ sizes: [Int32], _ numbers: [Double], kind: UInt32 = 6, flags: UInt32 = 0
  ) -> [UInt8] {
    let bytes = numbers.flatMap { little($0.bitPattern) }
    return element(14, description(name, sizes, kind: kind, flags: flags) + element(9, bytes))
  }

  /// The beginning of a matrix of `size` bytes of numbers.
  static func prefix(_ name: String, _ sizes: [Int32], size: UInt32) -> [UInt8] {
    let description = description(name, sizes, kind: 9, flags: 0)
    return little(UInt32(14)) + little(UInt32(description.count) + 8 + size) + description + little(UInt32(2))
      + little(size)
  }
}
