import Files

/// Image files, recognized by their first bytes, not by their names.
enum ImageFile {
  /// An upper limit for the size of an image file: 8 bytes for each pixel.
  private static let maximumFileSize = RasterImage.maximumPixels * 8 + (1 << 20)

  /// Reads a PNG or PGM file; also a JPEG file, if a program of the system can convert it.
  /// - Throws: `FileError` if the file is missing, damaged, of another kind or too large.
  static func read(_ path: String) throws(FileError) -> RasterImage {
    let reader = try PlainReader(path)
    var bytes = [UInt8](repeating: 0, count: 64)
    bytes.removeLast(bytes.count - (try reader.fill(&bytes)))
    if bytes.starts(with: JPEGConversion.signature), let image = try JPEGConversion.image(path) { return image }
    // A file that does not start like an image is not read to its end.
    if isPicture(bytes) { bytes += try reader.readToEnd(limit: maximumFileSize) }
    return try parse(bytes, path: path)
  }

  /// Reads the bytes of a PNG or PGM file; `path` is its name in errors.
  static func parse(_ bytes: [UInt8], path: String) throws(FileError) -> RasterImage {
    if bytes.starts(with: PNGFile.signature) { return try PNGFile(bytes, path: path).image() }
    if PGMFile.isOne(bytes) { return try PGMFile.image(bytes, path: path) }
    // Of a JPEG file, no program that could decode it was found.
    let isPhotograph = bytes.starts(with: JPEGConversion.signature)
    throw FileError(
      file: path, found: kind(bytes), expected: isPhotograph ? "a PNG or PGM image" : "a PNG, PGM or JPEG image",
      hint: bytes.isEmpty ? "Save the image again." : "Convert it to PNG with any image program.")
  }

  private static func isPicture(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: PNGFile.signature) || PGMFile.isOne(bytes)
  }

  /// Other file types that may be given by mistake, by their first bytes.
  private static let otherKinds: [(start: [UInt8], name: String)] = [
    ([0xFF, 0xD8, 0xFF], "a JPEG image"), (Array("GIF8".utf8), "a GIF image"), (Array("BM".utf8), "a BMP image"),
    (Array("RIFF".utf8), "a WebP image or another RIFF file"), (Array("II*\0".utf8), "a TIFF image"),
    (Array("MM\0*".utf8), "a TIFF image"), (Array("P1".utf8), "a PBM image"), (Array("P4".utf8), "a PBM image"),
    (Array("P3".utf8), "a PPM image"), (Array("P6".utf8), "a PPM image"), (Array("P7".utf8), "a PAM image"),
    (Array("<svg".utf8), "an SVG image"), (Array("%PDF".utf8), "a PDF file"), ([0x1F, 0x8B], "a gzip file"),
    // A PNG file whose line ends were converted, which its signature is designed to detect.
    ([0x89, 0x50, 0x4E, 0x47], "a PNG signature with damaged line ends"),
  ]

  private static func kind(_ bytes: [UInt8]) -> String {
    if bytes.isEmpty { return "an empty file" }
    if let kind = otherKinds.first(where: { bytes.starts(with: $0.start) }) { return kind.name }
    let brand = String(decoding: bytes.dropFirst(4).prefix(8), as: UTF8.self)
    if ["ftypheic", "ftypheix", "ftypmif1", "ftypmsf1"].contains(brand) { return "a HEIC image" }
    if brand == "ftypavif" { return "an AVIF image" }
    return "a file without PNG, PGM or JPEG header"
  }
}
