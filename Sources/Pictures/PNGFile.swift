import Files

/// Portable Network Graphics (ISO/IEC 15948): chunks with checksums, which contain one zlib stream of filtered rows.
///
/// All color types and depths are supported; gamma and color profiles are ignored. Data after the end chunk is ignored.
struct PNGFile {
  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  /// The remedy for a file that no program writes.
  static let remedy: OptionText = "The file is damaged: copy or save it again."

  private let path: String
  private let header: PNGHeader
  /// Red, green and blue of each entry, interleaved.
  private var palette: [UInt8] = []
  /// The transparency chunk: for a palette the opacity of its entries, else the samples of the transparent color.
  private var transparency: [UInt8]?
  /// The zlib stream.
  private var packed: [UInt8] = []

  /// Reads the chunks of a file that starts with the signature.
  /// - Throws: `FileError` if a chunk is damaged, missing or invalid.
  init(_ bytes: [UInt8], path: String) throws(FileError) {
    self.path = path
    var chunks = PNGChunks(bytes, path: path)
    let first = try chunks.next()
    guard first.name == "IHDR" else {
      throw FileError(
        file: path, found: "the chunk \(first.name) first", expected: "IHDR",
        hint: first.name == "CgBI"
          ? "Xcode writes such files for iOS: pngcrush -revert-iphone-optimizations or sips restores PNG."
          : PNGFile.remedy)
    }
    header = try PNGHeader(first.contents, path: path)
    var chunk = try chunks.next()
    while chunk.name != "IEND" {
      switch chunk.name {
      case "PLTE":
        guard chunk.contents.count % 3 == 0, (3...768).contains(chunk.contents.count) else {
          throw FileError(
            file: path, found: "a palette of \(chunk.contents.count) bytes", expected: "1 to 256 entries of 3 bytes",
            hint: PNGFile.remedy)
        }
        palette = Array(chunk.contents)
      case "tRNS": transparency = Array(chunk.contents)
      case "IDAT": packed += chunk.contents
      default:
        // A capital first letter marks a critical chunk: the image cannot be decoded without it.
        guard chunk.isAncillary else {
          throw FileError(
            file: path, found: "the unknown critical chunk \(chunk.name)", expected: "a plain PNG image",
            hint: "Convert it to one with any image program.")
        }
      }
      chunk = try chunks.next()
    }
    try check()
  }

  private func check() throws(FileError) {
    if header.color == .palette, palette.isEmpty {
      throw FileError(
        file: path, found: "no palette (PLTE)", expected: "one, as pixels are numbers of its entries",
        hint: PNGFile.remedy)
    }
    guard let transparency else { return }
    let isRight =
      switch header.color {
      case .palette: transparency.count * 3 <= palette.count
      case .gray: transparency.count == 2
      case .color: transparency.count == 6
      // An image with an alpha channel does not use the chunk.
      case .grayOpacity, .colorOpacity: true
      }
    if !isRight {
      throw FileError(
        file: path, found: "\(transparency.count) bytes of transparency (tRNS)",
        expected: "a length that color type \(header.color.rawValue) allows", hint: PNGFile.remedy)
    }
  }

  /// The pixels.
  /// - Throws: `FileError` if they are damaged, too few or too many.
  func image() throws(FileError) -> RasterImage {
    // The best compression of deflate; no memory is allocated for headers with more pixels.
    guard header.size <= packed.count * GzipReader.maximumRatio else {
      throw FileError(
        file: path, found: "\(packed.count) compressed bytes for \(header.width) × \(header.height) pixels",
        expected: "as many as such an image needs", hint: "The file is truncated or damaged.")
    }
    var rows = try unpacked()
    let decoder = PNGPixels(header: header, palette: palette, transparency: transparency, path: path)
    try PNGFilter.undo(&rows, header, path: path)
    return try decoder.image(rows)
  }

  private func unpacked() throws(FileError) -> [UInt8] {
    // A closure passed to `withUnsafeBytes` cannot throw a typed error in every toolchain, so the error is passed in
    // the result.
    let result: Result<[UInt8], FileError> = packed.withUnsafeBytes { bytes in
      do throws(FileError) {
        return .success(try inflateZlib(bytes, size: header.size, isWhole: true, path: path))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }
}

/// A reader of the chunks of a PNG file: length, name, contents, checksum.
private struct PNGChunks {
  private let bytes: [UInt8]
  private let path: String
  private var position = PNGFile.signature.count

  struct Chunk {
    var name: String
    var isAncillary: Bool
    var contents: ArraySlice<UInt8>
  }

  init(_ bytes: [UInt8], path: String) {
    self.bytes = bytes
    self.path = path
  }

  mutating func next() throws(FileError) -> Chunk {
    // An empty chunk has 12 bytes.
    guard bytes.count - position >= 12 else { throw cutShort() }
    let length = Int(bigEndian(bytes[...], at: position))
    let letters = bytes[(position + 4)..<(position + 8)]
    guard letters.allSatisfy({ (0x41...0x5A).contains($0 & 0xDF) }) else {
      throw FileError(
        file: path, found: "bytes \(letters.map(String.init).joined(separator: ", ")) for the name of a chunk",
        expected: "four letters", hint: PNGFile.remedy)
    }
    guard length <= bytes.count - position - 12 else { throw cutShort() }
    let end = position + 8 + length
    let name = String(decoding: letters, as: UTF8.self)
    guard bigEndian(bytes[...], at: end) == cyclicRedundancyCheck(bytes[(position + 4)..<end]) else {
      throw FileError(
        file: path, found: "a checksum (CRC) of the chunk \(name) that is not its contents'",
        expected: "an undamaged PNG image", hint: PNGFile.remedy)
    }
    defer { position = end + 4 }
    return Chunk(
      name: name, isAncillary: bytes[position + 4] & 0x20 != 0, contents: bytes[(position + 8)..<end])
  }

  private func cutShort() -> FileError {
    FileError(
      file: path, found: "the file's end inside or before a chunk, after \(bytes.count) bytes",
      expected: "a whole PNG image, which the chunk IEND ends", hint: "The file is truncated.")
  }
}
