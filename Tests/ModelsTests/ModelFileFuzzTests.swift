import Files
import Models
import Random
import Testing

@Suite("Model files of any bytes")
struct ModelFileFuzzTests {
  @Test("Every proper beginning of a file is refused")
  func truncated() throws {
    let bytes = try readWhole(resource("golden-model.safetensors"))
    let accepted = (0..<bytes.count).filter { modelError(Array(bytes[..<$0])) == nil }
    #expect(accepted == [])
    #expect(modelError(bytes) == nil)
    #expect(modelError(bytes + [0]) != nil)
  }

  /// Texts that a header might have where it should not.
  static let splices = [
    "[", "{", "\"", "null", "-1", "1e9", "9223372036854775807", "18446744073709551615", "[[[[[[[[", ",", ":", "\\u",
    "\\ud800",
    "F64", "data_offsets", "__metadata__", "\u{0}",
  ].map { Array($0.utf8) }

  @Test(
    "Flipped, spliced, cut and repeated bytes give a model or an error, never a crash",
    arguments: 1...8 as ClosedRange<UInt64>)
  func mutated(seed: UInt64) throws {
    let original = try readWhole(resource(seed % 2 == 0 ? "golden-model.safetensors" : "python-tensors.safetensors"))
    var source = RandomSource(seed: seed, purpose: .sampling)
    func below(_ bound: Int) -> Int { Int(source.below(UInt64(bound))) }
    var read = 0
    for _ in 0..<500 {
      var bytes = original
      for _ in 0...below(4) {
        let index = below(bytes.count)
        switch below(5) {
        case 0: bytes[index] ^= 1 << UInt8(below(8))
        case 1: bytes[index] = UInt8(below(256))
        case 2:
          bytes.replaceSubrange(
            index..<min(index + below(9), bytes.count), with: Self.splices[below(Self.splices.count)])
        case 3: bytes.removeSubrange(index..<min(index + 1 + below(20), bytes.count - 1))
        default: bytes.insert(contentsOf: bytes[index..<min(index + below(40), bytes.count)], at: index)
        }
        // The length in front follows the header, else few mutants get further than it.
        if below(2) == 0, let end = bytes[8...].lastIndex(of: UInt8(ascii: "}")) {
          withUnsafeBytes(of: UInt64(end - 7).littleEndian) { bytes.replaceSubrange(0..<8, with: $0) }
        }
        if bytes.count < 16 { bytes = original }
      }
      if modelError(bytes) == nil { read += 1 }
    }
    // Some mutants only change numbers; if all were refused, or read, the mutation would be no test.
    #expect((1..<400).contains(read), "seed \(seed)")
  }
}
