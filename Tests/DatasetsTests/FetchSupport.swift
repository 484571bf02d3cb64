import Foundation

@testable import Datasets

/// Programs of this machine that a test may need.
enum FetchEnvironment {
  static let hasCurl = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    .contains { FileManager.default.isExecutableFile(atPath: "\($0)/curl") }

  /// The folder of the real MNIST's packed files: `DESCENT_MNIST`, else `Data/mnist` in the package.
  static let realMNIST: String? = {
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let named = ProcessInfo.processInfo.environment["DESCENT_MNIST"]
    let folder = named ?? package.appendingPathComponent("Data/mnist").path
    return FileManager.default.fileExists(atPath: folder + "/t10k-labels-idx1-ubyte.gz") ? folder : nil
  }()
}

/// A folder for one test, gone when the test is.
final class FetchFolder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/descent-test-\(UInt64.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func read(_ name: String) -> [UInt8]? {
    FileManager.default.contents(atPath: path + "/" + name).map { Array($0) }
  }

  func write(_ bytes: [UInt8], _ name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path + "/" + name))
  }

  /// The names of everything in it, hidden files too.
  var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
}

/// A small IDX file that stands for one of MNIST's, and how to fetch it.
struct FetchFixture {
  let plain: [UInt8]
  let file: FetchedFile

  var name: String { file.name }
  var packed: [UInt8] { FetchFixture.gzip(plain) }

  /// - Parameter count: bytes after the header.
  init(_ name: String, count: Int, salt: UInt8 = 0) {
    plain =
      [0, 0, 8, 1] + FetchFixture.bytes(UInt32(count).bigEndian)
      + (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) ^ salt }
    var sum = SHA256()
    sum.update(plain)
    file = FetchedFile(name: name, sha256: sum.finish(), size: plain.count, packedSize: plain.count)
  }

  /// Two files: a larger one that crosses the reader's pieces, and a small one.
  static let pair = [FetchFixture("images", count: 300_000), FetchFixture("labels", count: 100)]

  /// Gzip without compression: RFC 1952's header and trailer around RFC 1951's stored blocks.
  static func gzip(_ bytes: [UInt8]) -> [UInt8] {
    var packed: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
    for start in stride(from: 0, to: bytes.count, by: 65535) {
      let block = bytes[start..<min(start + 65535, bytes.count)]
      let length = UInt16(block.count)
      packed.append(block.endIndex == bytes.count ? 1 : 0)
      packed += FetchFixture.bytes(length.littleEndian) + FetchFixture.bytes((~length).littleEndian) + block
    }
    return packed + FetchFixture.bytes(checksum(bytes).littleEndian)
      + FetchFixture.bytes(UInt32(bytes.count).littleEndian)
  }

  /// CRC-32 as gzip has it, bit by bit.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var sum = ~UInt32(0)
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = (sum >> 1) ^ (sum & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
    return ~sum
  }

  private static func bytes(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value) { Array($0) } }
}
