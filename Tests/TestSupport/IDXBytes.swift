/// The bytes of IDX files of unsigned bytes.
package enum IDXBytes {
  /// A header with these dimensions, then the values, whose number may be wrong.
  package static func file(_ dimensions: [UInt32], _ values: [UInt8]) -> [UInt8] {
    [0, 0, 8, UInt8(dimensions.count)] + dimensions.flatMap(big) + values
  }

  /// A number of four bytes.
  package static func word(_ number: Int) -> [UInt8] { big(UInt32(truncatingIfNeeded: number)) }

  /// - Parameter pixels: nil for values that depend on their position.
  package static func images(
    _ count: Int, _ height: Int, _ width: Int, magic: Int = 0x803, _ pixels: [UInt8]? = nil
  ) -> [UInt8] {
    let body = pixels ?? (0..<(count * height * width)).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 / 251) }
    return word(magic) + word(count) + word(height) + word(width) + body
  }

  package static func labels(_ labels: [UInt8], magic: Int = 0x801) -> [UInt8] {
    word(magic) + word(labels.count) + labels
  }
}
