import Files

/// A file to fetch: its name, and the size and checksum of its unpacked contents. Packing differs between mirrors.
package struct FetchedFile: Sendable, Equatable {
  /// Name without `.gz`.
  package var name: String
  /// The SHA-256 of the unpacked contents, 64 lower-case hexadecimal digits; nil if none is published.
  package var sha256: String?
  /// The unpacked size in bytes.
  package var size: Int
  /// The approximate packed size in bytes, for progress.
  package var packedSize: Int
  /// The archive that contains the file as `NAME.gz`; nil if the file is published separately. If a mirror does not have the
  /// archive, the file itself is requested.
  package var archive: FetchedArchive?

  package init(name: String, sha256: String?, size: Int, packedSize: Int, archive: FetchedArchive? = nil) {
    self.archive = archive
    self.name = name
    self.sha256 = sha256
    self.size = size
    self.packedSize = packedSize
  }

  /// The four files of MNIST (LeCun, Cortes and Burges).
  package static let mnist = [
    FetchedFile(
      name: "train-images-idx3-ubyte", sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
      size: 47_040_016, packedSize: 9_912_422),
    FetchedFile(
      name: "train-labels-idx1-ubyte", sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
      size: 60_008, packedSize: 28_881),
    FetchedFile(
      name: "t10k-images-idx3-ubyte", sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
      size: 7_840_016, packedSize: 1_648_877),
    FetchedFile(
      name: "t10k-labels-idx1-ubyte", sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
      size: 10_008, packedSize: 4_542),
  ]
}

/// A zip archive of a mirror, with several files in it, each as `NAME.gz`.
package struct FetchedArchive: Sendable, Equatable {
  /// The file name on the mirror.
  package var name: String
  /// The approximate size in bytes, for progress.
  package var size: Int

  package init(name: String, size: Int) {
    self.name = name
    self.size = size
  }
}

/// The measured properties of a file's unpacked contents.
struct Contents {
  /// The SHA-256 of contents of the expected length; nil for other lengths.
  var sha256: String?
  /// The length in bytes. Contents that are longer than both the file to fetch and the length in their header are not read to the end; then
  /// it is the number of bytes that were read.
  var size: Int
  /// True if the length agrees with the contents' own IDX header.
  var isWholeIDX: Bool

  /// Reads contents as long as they can be `file`, or complete by their own header.
  /// - Throws: `FileError` if the bytes cannot be read.
  init(of reader: any ByteReader, as file: FetchedFile) throws(FileError) {
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    var count = try reader.fill(&chunk)
    let promised = Contents.idxLength(chunk[..<count])
    // A plain file has a known length, so that other, larger data sets need not be read.
    if reader is PlainReader, reader.progress.total > 0, reader.progress.total != file.size {
      size = reader.progress.total
      isWholeIDX = promised == size
      return
    }
    let longest = max(file.size, promised ?? 0)
    var sum = SHA256()
    size = count
    while true {
      if size <= file.size { chunk.withUnsafeBytes { sum.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) } }
      if count < chunk.count || size > longest { break }
      count = try reader.fill(&chunk)
      size += count
    }
    if size == file.size { sha256 = sum.finish() }
    isWholeIDX = promised == size
  }

  /// The length of an IDX file by its header; `nil` if it is not an IDX file.
  private static func idxLength(_ header: ArraySlice<UInt8>) -> Int? {
    guard header.count >= 4, header[0] == 0, header[1] == 0, let element = IDXElement(rawValue: header[2]) else {
      return nil
    }
    let first = 4 + 4 * Int(header[3])
    guard header.count >= first else { return nil }
    var length = element.size
    for start in stride(from: 4, to: first, by: 4) {
      let dimension = header[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
      let (product, overflow) = length.multipliedReportingOverflow(by: dimension)
      if overflow { return nil }
      length = product
    }
    let (total, overflow) = length.addingReportingOverflow(first)
    return overflow ? nil : total
  }
}
