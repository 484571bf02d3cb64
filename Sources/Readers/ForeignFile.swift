import Files

/// File types that are recognized but not read. The error names the type and a way to convert it.
package enum ForeignFile {
  private static let arrays: OptionText = "numpy.savez('FILE.npz', X=X, y=y) writes what can be read."

  private static let workspace: OptionText =
    "load('FILE'), then write.csv(TABLE, 'FILE.csv', row.names = FALSE) in R makes a table."

  /// The remedy for a file that a function of pandas reads.
  private static func pandas(_ kind: String) -> OptionText {
    "pandas.read_\(kind)('FILE').to_csv('FILE.csv', index=False) makes a table."
  }

  /// The offset and bytes of a magic number, the name of the file type, and the remedy. A magic number of letters may be the name of a
  /// table's first column: it counts only before bytes that a text does not have (`isPrintable`).
  private static let kinds: [(offset: Int, bytes: [UInt8], name: String, hint: OptionText)] = [
    (0, [0x89, 0x48, 0x44, 0x46, 0x0D], "an HDF5 file", arrays),
    (0, Array("PAR1".utf8), "a Parquet file", pandas("parquet")),
    (0, Array("ARROW1".utf8), "an Arrow file", pandas("feather")),
    (0, Array("Obj\u{1}".utf8), "an Avro file", "Convert it to a table, with a header and one sample per line."),
    (0, Array("$FL2".utf8), "an SPSS file", pandas("spss")),
    (0, Array("$FL3".utf8), "an SPSS file", pandas("spss")),
    (0, [0x72, 0x02, 0x01, 0x00], "a Stata file", pandas("stata")),
    (0, [0x73, 0x02, 0x01, 0x00], "a Stata file", pandas("stata")),
    (12, [0xC2, 0xEA, 0x81, 0x60], "a SAS file", pandas("sas")),
    (0, Array("RDX2\n".utf8), "R objects (.RData)", workspace),
    (0, Array("RDX3\n".utf8), "R objects (.RData)", workspace),
    (
      0, Array("X\n\0\0\0".utf8), "an R object (.rds)",
      "write.csv(readRDS('FILE'), 'FILE.csv', row.names = FALSE) in R makes a table."
    ),
    (0, Array("CDF\u{1}".utf8), "a NetCDF file", arrays),
    (0, Array("Rar!".utf8), "a RAR archive", "Unpack it and give one of its files."),
    (0, Array("GIF8".utf8), "a GIF image", "'descent predict MODEL IMAGE' takes PNG images."),
    (0, Array("SQLite format 3".utf8), "an SQLite database", "sqlite3 -header -csv FILE 'SELECT …' writes a table."),
    (0, [0xD0, 0xCF, 0x11, 0xE0], "an old Excel workbook", "Save its sheet as CSV."),
    (0, [0x89, 0x50, 0x4E, 0x47], "a PNG image", "'descent predict MODEL IMAGE' takes images."),
    (0, [0xFF, 0xD8, 0xFF], "a JPEG image", "'descent predict MODEL IMAGE' takes images."),
    (0, [0x1F, 0x8B], "a gzip file inside a gzip file, or a damaged one", "gunzip unpacks it."),
    (0, [0x50, 0x4B, 0x05, 0x06], "an empty zip archive", "Give a table or arrays."),
    (0, [0xFD, 0x37, 0x7A, 0x58, 0x5A], "an xz file", "unxz unpacks it."),
    (0, [0x28, 0xB5, 0x2F, 0xFD], "a Zstandard file", "unzstd unpacks it."),
    (0, [0x37, 0x7A, 0xBC, 0xAF], "a 7-Zip archive", "Unpack it and give one of its files."),
    (257, Array("ustar".utf8), "a tar archive", "tar -xf unpacks it."),
    (0, Array("FEA1".utf8), "a Feather file", pandas("feather")),
    (0, Array("ORC".utf8), "an ORC file", pandas("orc")),
  ]

  private static let weka: OptionText = "Delete its lines up to @data: the rest is a table."

  private static let page: OptionText = "Its URL is that of a page, not of the file."

  /// The beginnings of texts that are no tables, in lowercase, after blanks and line ends. Each is too long for the name of a
  /// column, or ends with a byte that a name does not have before the next separator.
  private static let texts: [(beginning: String, name: String, hint: OptionText)] = [
    ("simple  =                    t", "a FITS file", arrays),
    ("%pdf-", "a PDF document", "Give a table or arrays."),
    ("<stata_dta><", "a Stata file", pandas("stata")),
    ("@relation ", "a Weka file (ARFF)", weka),
    ("@relation\t", "a Weka file (ARFF)", weka),
    ("<!doctype html", "a web page", page),
    ("<?xml ", "an XML document", "Convert it to a table, with a header and one sample per line."),
    ("<html>", "a web page", page),
    ("<html ", "a web page", page),
  ]

  /// True if all bytes are printable characters of ASCII.
  private static func isPrintable(_ bytes: [UInt8]) -> Bool { bytes.allSatisfy { (0x20...0x7E).contains($0) } }

  /// True for a control character that no text has, besides line ends and blanks.
  private static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 && !(0x09...0x0D).contains(byte) && byte != 0x1A }

  /// True for the beginning of a bzip2 file: the size of its blocks as a digit, then the magic number of a block, or of the end.
  private static func isBzip2(_ bytes: [UInt8]) -> Bool {
    guard bytes.starts(with: "BZh".utf8), bytes.count >= 10 else { return false }
    return bytes[4...].starts(with: "1AY&SY".utf8) || bytes[4...].starts(with: [0x17, 0x72, 0x45, 0x38, 0x50, 0x90])
  }

  /// True for bytes with more control characters than a damaged text has, in UTF-8 or UTF-16.
  private static func isBinary(_ bytes: ArraySlice<UInt8>) -> Bool {
    let isMarked = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
    // Every second byte of separators and digits in UTF-16 is zero, at odd or at even offsets.
    let zeros = (0...1).map { half in bytes.enumerated().count { $0.offset % 2 == half && $0.element == 0 } }
    let isWide = zeros.contains(0) && 20 * (zeros[0] + zeros[1]) > bytes.count
    guard bytes.count >= 16, !isMarked, !isWide else { return false }
    let controls = bytes.count(where: isControl)
    return 5 * controls > bytes.count || 20 * controls > bytes.count && bytes.firstInvalidUTF8 != nil
  }

  /// True for JSON with an object in each line: the first line has a whole one, and another begins below it.
  private static func hasObjectPerLine(_ text: ArraySlice<UInt8>) -> Bool {
    guard text.first == UInt8(ascii: "{"), let end = text.firstIndex(of: 0x0A) else { return false }
    return text[..<end].last { $0 > 0x20 } == UInt8(ascii: "}")
      && text[end...].first { $0 > 0x20 } == UInt8(ascii: "{")
  }

  /// The error for a file of one of these types; nil for others.
  package static func refusal(_ file: SourceFile) -> FileError? {
    let beginning = file.beginning
    func error(_ name: String, _ hint: OptionText) -> FileError {
      FileError(file: file.path, found: name, expected: "a table, libsvm text, .npy, .npz or a MAT-file", hint: hint)
    }
    let text = beginning.drop { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
    let lowercase = text.prefix(512).map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    let hasControls = beginning.prefix(512).contains(where: isControl)
    for kind in kinds where hasControls || !isPrintable(kind.bytes) {
      if file.begins(with: kind.bytes, at: kind.offset) { return error(kind.name, kind.hint) }
    }
    for kind in texts where lowercase.starts(with: kind.beginning.utf8) { return error(kind.name, kind.hint) }
    if isBzip2(beginning) { return error("a bzip2 file", "bunzip2 unpacks it.") }
    // The first two bytes of pickles: 0x80, and the protocol, 2 to 5.
    if beginning.count > 2, beginning[0] == 0x80, (2...5).contains(beginning[1]) {
      return error("a Python pickle", arrays)
    }
    if beginning.count > 9, beginning[8] == UInt8(ascii: "{"), beginning[..<8].contains(0) {
      return error("a safetensors file", "It holds a model or a gradient, no samples.")
    }
    if text.first == UInt8(ascii: "{"), text.dropFirst().first.map({ $0 &- 48 < 10 }) == true {
      return error("Weka's sparse samples", "Weka's filter SparseToNonSparse writes all values.")
    }
    if isBinary(beginning.prefix(512)) {
      return error(
        "bytes that are not text, in no format that is known", "numpy.save('FILE.npy', array) writes what can be read.")
    }
    if text.first == UInt8(ascii: "{") || text.starts(with: "[{".utf8) || text.starts(with: "[[".utf8) {
      let isLines = hasObjectPerLine(text)
      return error(
        isLines ? "JSON Lines" : "JSON",
        isLines
          ? "pandas.read_json('FILE', lines=True).to_csv('FILE.csv', index=False) makes a table." : pandas("json"))
    }
    return nil
  }
}
