import Files

/// Checksums of fetched files without a published one: those of the first download, in `SHA256SUMS` next to the files,
/// in the format of `sha256sum`. They are of the unpacked contents.
struct FetchSums {
  private let path: String
  private var sums: [String: String] = [:]

  static let fileName = "SHA256SUMS"

  /// Reads the checksums of a folder; empty without a file.
  init(in directory: String) {
    path = directory.hasSuffix("/") ? directory + Self.fileName : "\(directory)/\(Self.fileName)"
    guard let bytes = try? readWhole(path, limit: 1 << 16) else { return }
    // Bytes, not characters: "\r\n" is a single one.
    for line in bytes.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) {
      let text = String(decoding: line, as: UTF8.self)
      let words = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
      guard words.count == 2, words[0].count == 64 else { continue }
      sums[words[1].trimmingPrefix(" ").trimmingPrefix("*").description] = String(words[0])
    }
  }

  subscript(name: String) -> String? { sums[name] }

  /// Adds a file's checksum and writes all of them.
  mutating func add(_ sum: String, of name: String) throws(FileError) {
    sums[name] = sum
    let lines = sums.sorted { $0.key < $1.key }.map { "\($0.value)  \($0.key)\n" }
    try AtomicFile.write(lines.joined(), to: path)
  }
}
