import Platform

/// Numbers in a format of C's `printf`, independently of the locale; at most 511 bytes.
package func formatted(_ format: String, _ numbers: [any CVarArg]) -> String {
  withVaList(numbers) { list in
    // The longest finite Double has 309 digits before its point.
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
      let length = vsnprintf(buffer.baseAddress, buffer.count, format, list)
      let end = min(max(Int(length), 0), buffer.count - 1)
      return String(decoding: buffer[..<end].lazy.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }
}
