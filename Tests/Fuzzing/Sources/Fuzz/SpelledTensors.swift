import Files
import JSON

/// A safetensors file put together from lines, so that what a fuzzer changes is a name, a type, an extent or a text, while the header
/// stays JSON and every tensor has its place.
///
/// `#NAME TEXT` is a text of the metadata, `NAME TYPE EXTENT,EXTENT…` a tensor. A zero byte ends the lines; the bytes behind it are the
/// tensors' numbers, again and again.
struct SpelledTensors {
  private var texts: [String] = []
  private var tensors: [String] = []
  private var offset = 0
  private let numbers: [UInt8]

  /// The part that is written of large tensors: the rest is missing, as in a truncated file.
  private static let maximumBytes = 1 << 13
  private static let sizes = ["F64": 8, "U64": 8, "F32": 4, "I32": 4, "F16": 2]

  init(_ bytes: ArraySlice<UInt8>) {
    let lines = bytes.prefix { $0 != 0 }
    numbers = Array(bytes.dropFirst(lines.count + 1))
    for line in lines.split(separator: UInt8(ascii: "\n")) { add(String(decoding: line, as: UTF8.self)) }
  }

  private mutating func add(_ line: String) {
    let parts = line.split(separator: " ", maxSplits: line.hasPrefix("#") ? 1 : 2, omittingEmptySubsequences: false)
      .map(String.init)
    let name = Self.quoted(parts[0].hasPrefix("#") ? String(parts[0].dropFirst()) : parts[0])
    switch (line.hasPrefix("#"), parts.count) {
    case (true, 2): texts.append("\(name):\(Self.quoted(parts[1]))")
    case (false, 3): addTensor(name, type: parts[1], extents: parts[2])
    // Half a line is what it may be: a member that is no tensor.
    default: tensors.append("\(name):0")
    }
  }

  private mutating func addTensor(_ name: String, type: String, extents: String) {
    // Extents that are not numbers are written to the header unchanged.
    let size = extents.split(separator: ",").reduce(Self.sizes[type] ?? 4) { size, extent in
      let (product, overflow) = size.multipliedReportingOverflow(by: Int(extent) ?? 0)
      return overflow || product > 1 << 40 ? 0 : max(product, 0)
    }
    let place = "\"data_offsets\":[\(offset),\(offset + size)]"
    tensors.append("\(name):{\"dtype\":\(Self.quoted(type)),\"shape\":[\(extents)],\(place)}")
    offset += size
  }

  private static func quoted(_ text: String) -> String { JSONValue.string(text).text }

  /// The file's bytes.
  func safetensors() -> [UInt8] { file(tensors) + data() }

  /// The bytes of a checkpoint: the last tensor is the sum of all bytes before it.
  func checkpoint(isDamaged: Bool) -> [UInt8] {
    let sum = "\"checksum\":{\"dtype\":\"U64\",\"shape\":[1],\"data_offsets\":[\(offset),\(offset + 8)]}"
    return Self.signed(file(tensors + [sum]) + data(), isDamaged: isDamaged)
  }

  /// The bytes with their checksum behind them.
  static func signed(_ content: [UInt8], isDamaged: Bool) -> [UInt8] {
    let sum = content.withUnsafeBytes { XXH64.sum($0) } &+ (isDamaged ? 1 : 0)
    return content + withUnsafeBytes(of: sum.littleEndian) { Array($0) }
  }

  private func file(_ tensors: [String]) -> [UInt8] {
    let metadata = texts.isEmpty ? [] : ["\"__metadata__\":{\(texts.joined(separator: ","))}"]
    return Self.headed(Array("{\((metadata + tensors).joined(separator: ","))}".utf8))
  }

  /// The header behind its length.
  static func headed(_ header: [UInt8]) -> [UInt8] {
    withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) } + header
  }

  private func data() -> [UInt8] {
    let count = min(offset, Self.maximumBytes)
    guard !numbers.isEmpty else { return [UInt8](repeating: 0, count: count) }
    return (0..<count).map { numbers[$0 % numbers.count] }
  }
}
