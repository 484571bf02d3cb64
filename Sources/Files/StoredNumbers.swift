// Loops over all numbers of a model file. They are in this module because Models, which calls them, is compiled without optimization.

/// The types of floating-point numbers in files.
package enum StoredFloat: Sendable {
  case float16, bfloat16, float32, float64
}

extension [Float] {
  /// The numbers of a file.
  ///
  /// - Parameter bytes: little-endian; the rest of a division by the size of a number is ignored.
  package init(_ type: StoredFloat, _ bytes: UnsafeRawBufferPointer) {
    func word<Word: FixedWidthInteger & BitwiseCopyable>(_ index: Int, _: Word.Type) -> Word {
      Word(littleEndian: bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Word>.size, as: Word.self))
    }
    func numbers(size: Int, _ number: (Int) -> Float) -> [Float] {
      [Float](unsafeUninitializedCapacity: bytes.count / size) { values, count in
        count = bytes.count / size
        for index in 0..<count { values.initializeElement(at: index, to: number(index)) }
      }
    }
    switch type {
    case .float16: self = numbers(size: 2) { Float(Double(halfPrecision: word($0, UInt16.self))) }
    case .bfloat16: self = numbers(size: 2) { Float(bitPattern: UInt32(word($0, UInt16.self)) << 16) }
    case .float32: self = numbers(size: 4) { Float(bitPattern: word($0, UInt32.self)) }
    case .float64: self = numbers(size: 8) { Float(Double(bitPattern: word($0, UInt64.self))) }
    }
  }

  /// True if no number is infinite or NaN.
  package var areFinite: Bool { allSatisfy(\.isFinite) }

  /// The numbers as little-endian float32 in base64 (RFC 4648, section 4).
  package var base64: String {
    let alphabet = Array<UInt8>("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    return withUnsafeBytes { bytes in
      var text: [UInt8] = []
      text.reserveCapacity((bytes.count + 2) / 3 * 4)
      for start in stride(from: 0, to: bytes.count, by: 3) {
        let count = Swift.min(3, bytes.count - start)
        var word: UInt32 = 0
        for index in 0..<3 { word = word << 8 | (index < count ? UInt32(bytes[start + index]) : 0) }
        for index in 0..<4 {
          text.append(index <= count ? alphabet[Int(word >> (18 - 6 * UInt32(index))) & 63] : UInt8(ascii: "="))
        }
      }
      return String(decoding: text, as: UTF8.self)
    }
  }
}
