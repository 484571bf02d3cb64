import Platform

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

  /// A matrix `[columns × rows]` of this one, `[rows × columns]`, both row-major.
  package func transposed(rows: Int, columns: Int) -> [Float] {
    precondition(count == rows * columns, "a matrix has as many numbers as its shape")
    return [Float](unsafeUninitializedCapacity: count) { values, filled in
      for column in 0..<columns {
        for row in 0..<rows {
          values.initializeElement(at: column * rows + row, to: self[row * columns + column])
        }
      }
      filled = count
    }
  }

  /// True if no number is infinite or NaN.
  package var areFinite: Bool { withUnsafeBufferPointer { $0.areFinite } }

  /// The numbers as little-endian float32 in base64 (RFC 4648, section 4).
  package var base64: String {
    withUnsafeBytes { Data($0).base64EncodedString() }
  }
}

extension [Double] {
  /// The index of the first number that is not finite as a Float.
  package var firstNotFinite: Int? { firstIndex { !Float($0).isFinite } }

  /// The numbers, rounded to Float.
  package var floats: [Float] { map { Float($0) } }
}

extension UnsafeBufferPointer<Float> {
  /// True if no number is infinite or NaN.
  package var areFinite: Bool { allSatisfy(\.isFinite) }
}
