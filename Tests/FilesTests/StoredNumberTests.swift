import Testing

@testable import Files

@Suite("Numbers of model files")
struct StoredNumberTests {
  @Test(
    "are read little-endian from any address, whatever their type",
    arguments: [
      (.float16, [0x00, 0x3C, 0x00, 0xC0, 0x01, 0x00], [1, -2, 0x1p-24]),
      (.bfloat16, [0x80, 0x3F, 0x00, 0xC0], [1, -2]),
      (.float32, [0x00, 0x00, 0x80, 0x3F, 0xDA, 0x0F, 0x49, 0x40], [1, .pi]),
      (.float64, [0, 0, 0, 0, 0, 0, 0xE0, 0x3F, 0, 0, 0, 0, 0, 0, 0, 0xC0], [0.5, -2]),
    ] as [(StoredFloat, [UInt8], [Float])])
  func types(type: StoredFloat, bytes: [UInt8], expected: [Float]) {
    // One byte before them: no address is that of an aligned number.
    ([0xFF] + bytes).withUnsafeBytes { raw in
      #expect([Float](type, UnsafeRawBufferPointer(rebasing: raw[1...])) == expected)
      #expect([Float](type, UnsafeRawBufferPointer(rebasing: raw[1..<1])) == [])
    }
  }

  @Test("Stored numbers are finite if none is infinite or NaN")
  func finite() {
    #expect([Float]().areFinite && [Float.greatestFiniteMagnitude, -0].areFinite)
    #expect(![1, Float.nan].areFinite && ![-Float.infinity, 1].areFinite)
  }

  @Test("in base64 are those of RFC 4648, with padding")
  func base64() {
    #expect([Float]().base64.isEmpty)
    #expect([Float(1)].base64 == "AACAPw==")
    #expect([Float(1), -2].base64 == "AACAPwAAAMA=")
    #expect([Float(1), -2, 0.5].base64 == "AACAPwAAAMAAAAA/")
  }

  @Test("Stored numbers are transposed by their shape")
  func transposed() {
    #expect([Float(1), 2, 3, 4, 5, 6].transposed(rows: 2, columns: 3) == [1, 4, 2, 5, 3, 6])
    #expect([Float]().transposed(rows: 0, columns: 3).isEmpty)
  }

  @Test("of MATLAB are rounded to Float, and the first that is too large for it is found")
  func doubles() {
    #expect([1, 1e300, Double.nan].firstNotFinite == 1 && [1, -2].firstNotFinite == nil)
    #expect([0.1, -2].floats == [0.1, -2])
  }
}
