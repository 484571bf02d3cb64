import Files
import Random
import Testing

@Suite("Gzip")
struct GzipTests {
  private static func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
    var random = RandomSource(seed: seed, purpose: .sampling)
    return (0..<count).map { _ in UInt8(random.below(7)) }
  }

  private func inflate(_ packed: [UInt8], limit: Int = 1 << 24) throws -> [UInt8] {
    let folder = try ScratchFolder()
    return try GzipReader(folder.write("x.gz", packed)).readToEnd(limit: limit)
  }

  @Test("Inflates what zlib packed, of every size around its buffers", arguments: [0, 1, 1000, 131_072, 500_001])
  func inflates(count: Int) throws {
    let bytes = Self.bytes(count, seed: 1)
    #expect(try inflate(gzip(bytes)) == bytes)
  }

  @Test("Several members follow each other as one content, and padding after them counts for nothing")
  func members() throws {
    let (first, second) = (Self.bytes(1000, seed: 2), Self.bytes(3000, seed: 3))
    #expect(try inflate(gzip(first) + gzip([]) + gzip(second)) == first + second)
    #expect(try inflate(gzip(first) + [UInt8](repeating: 0, count: 512)) == first)
  }

  @Test("A damaged file is an error that describes the damage")
  func damage() throws {
    let packed = gzip(Self.bytes(10000, seed: 4))
    var wrongSum = packed
    wrongSum[packed.count - 6] ^= 0xFF
    let cases: [(String, [UInt8], String)] = [
      ("empty", [], "an empty file"),
      ("no gzip", Array("0,1,2\n3,4,5\n".utf8), "no gzip data (incorrect header check)"),
      ("cut", Array(packed.dropLast(9)), "ends early"),
      ("cut in its header", Array(packed.prefix(5)), "ends early"),
      ("checksum", wrongSum, "damaged gzip data (incorrect data check)"),
      ("garbage behind", packed + [65, 66], "bytes after the end"),
    ]
    for (name, bytes, found) in cases {
      let error = #expect(throws: FileError.self, "\(name)") { try inflate(bytes) }
      #expect(error?.found.contains(found) == true, "\(name): \(error?.description ?? "")")
    }
  }

  @Test("Content that inflates beyond the limit is an error, and memory stays bounded")
  func bomb() throws {
    let packed = gzip([UInt8](repeating: 0, count: 20_000_000))
    #expect(packed.count < 30000)
    let error = #expect(throws: FileError.self) { try inflate(packed, limit: 1 << 20) }
    #expect(error?.found == "more than 1048576 bytes")
  }

  @Test("Flipped and cut bytes never do more than throw")
  func mutations() throws {
    let packed = gzip(Self.bytes(5000, seed: 5))
    for seed in 0..<400 as Range<UInt64> {
      var random = RandomSource(seed: seed, purpose: .sampling)
      var mutated = Array(packed.prefix(Int(random.below(UInt64(packed.count))) + 1))
      for _ in 0..<random.below(4) { mutated[Int(random.below(UInt64(mutated.count)))] ^= UInt8(random.below(256)) }
      do {
        _ = try inflate(mutated, limit: 1 << 16)
      } catch {
        #expect(error is FileError, "seed \(seed)")
      }
    }
  }
}
