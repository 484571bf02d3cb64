import Foundation
import SystemZlib

@testable import Datasets

/// A temporary folder of a test, removed at its end.
final class ScratchFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "descent-tests-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    _ = chmod(path, 0o700)
    try? FileManager.default.removeItem(atPath: path)
  }

  func file(_ name: String) -> String { path + "/" + name }

  @discardableResult
  func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
    return file(name)
  }

  func read(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: file(name)))) }

  var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
}

/// Packs bytes as one gzip member, with the system's zlib.
func gzip(_ bytes: [UInt8]) -> [UInt8] { compressed(bytes, windowBits: 15 + 16) }

/// Packs bytes with the system's zlib.
/// - Parameter windowBits: as `deflateInit2` takes it: 15 + 16 for gzip, −15 without any header (RFC 1951).
func compressed(_ bytes: [UInt8], windowBits: Int32) -> [UInt8] {
  var stream = z_stream()
  deflateInit2_(
    &stream, 9, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
  defer { deflateEnd(&stream) }
  var input = bytes
  var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))) + 64)
  let used = input.withUnsafeMutableBufferPointer { input in
    output.withUnsafeMutableBufferPointer { output in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      stream.next_out = output.baseAddress
      stream.avail_out = UInt32(output.count)
      deflate(&stream, Z_FINISH)
      return output.count - Int(stream.avail_out)
    }
  }
  return Array(output[..<used])
}

extension ScratchFolder {
  /// A folder with the small IDX set, and `t.csv`: 20 samples, sample i of class i mod 4 with the feature i.
  static func rules() throws -> ScratchFolder {
    let folder = try ScratchFolder()
    try folder.writeSet()
    try folder.write("t.csv", Array((0..<20).map { "\($0 % 4),\($0)\n" }.joined().utf8))
    try folder.write("more.csv", Array("2,100\n5,101\n".utf8))
    return folder
  }
}

/// The data for a command that uses one split of a source.
func part(
  _ source: String, usual: DataSplit = .test, model: ModelInput? = nil, _ change: (inout DataOptions) -> Void = { _ in }
) throws -> LoadedPart {
  var options = DataOptions()
  change(&options)
  return try DataLoader(source: DataSource(source), options: options).load(usual: usual, model: model)
}
