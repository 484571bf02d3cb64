import Files
import Foundation

@testable import Datasets
@testable import Readers

/// Programs of this machine that a test may need.
enum FetchEnvironment {
  static let hasCurl = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    .contains { FileManager.default.isExecutableFile(atPath: "\($0)/curl") }
}

/// A small IDX file that stands for one of MNIST's, and how to fetch it.
struct FetchFixture {
  let plain: [UInt8]
  let file: FetchedFile

  var name: String { file.name }
  var packed: [UInt8] { Packed.gzip(plain) }

  /// - Parameter count: bytes after the header.
  init(_ name: String, count: Int, salt: UInt8 = 0) {
    plain =
      [0, 0, 8, 1] + big(UInt32(count))
      + (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) ^ salt }
    var sum = SHA256()
    sum.update(plain)
    file = FetchedFile(name: name, sha256: sum.finish(), size: plain.count, packedSize: plain.count)
  }

  /// Two files: a larger one that crosses the reader's pieces, and a small one.
  static let pair = [FetchFixture("images", count: 300_000), FetchFixture("labels", count: 100)]
}
