import Files
import Platform

/// Samples as bytes, like the pixels of image files: `[rows × width]`, row-major.
///
/// The bytes are those of a mapped file, or memory of this object; they are immutable and valid while it exists.
package final class ByteRows: @unchecked Sendable {
  // Unchecked: immutable after `init`, and freed with the last reference.
  /// The first byte of row 0.
  package let pointer: UnsafePointer<UInt8>
  /// The number of rows.
  package let rows: Int
  /// The number of numbers per row.
  package let width: Int
  private let owner: AnyObject

  /// Checks that all bytes read so far were those of the file, if it is mapped.
  /// - Throws: the errors of `MappedFile.check()`.
  package func checkFile() throws(FileError) { try (owner as? MappedFile)?.check() }

  /// Releases the memory of some rows of a mapped file; the system loads them again when they are read.
  package func releasePages(_ rows: Range<Int>) {
    guard let file = owner as? MappedFile, let start = file.bytes.baseAddress else { return }
    let first = UnsafeRawPointer(pointer) - start
    file.releasePages((first + rows.lowerBound * width)..<(first + rows.upperBound * width))
  }

  /// - Parameter owner: the object that keeps `pointer` valid.
  package init(pointer: UnsafePointer<UInt8>, rows: Int, width: Int, owner: AnyObject) {
    self.pointer = pointer
    self.rows = rows
    self.width = width
    self.owner = owner
  }

  /// A copy of an array's bytes.
  /// - Precondition: `source` has whole rows of `width` bytes.
  package convenience init(_ source: [UInt8], width: Int) {
    precondition(width > 0 && source.count % width == 0, "the bytes must be whole rows")
    let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(source.count, 1))
    _ = copy.initialize(from: source)
    self.init(
      pointer: UnsafePointer(copy.baseAddress!), rows: source.count / width, width: width, owner: OwnedBytes(copy))
  }
}

/// Frees its bytes on release.
private final class OwnedBytes {
  private let bytes: UnsafeMutableBufferPointer<UInt8>

  init(_ bytes: UnsafeMutableBufferPointer<UInt8>) { self.bytes = bytes }

  deinit { bytes.deallocate() }
}

/// Samples as 32-bit floats, `[rows × width]`, row-major.
package final class FloatRows: @unchecked Sendable {
  // Unchecked: immutable after `init`, and freed with the last reference.
  /// The first number of row 0.
  package let pointer: UnsafePointer<Float>
  /// The number of rows.
  package let rows: Int
  /// The number of numbers per row.
  package let width: Int

  /// A copy of an array's numbers.
  /// - Precondition: `source` has whole rows of `width` numbers.
  package convenience init(_ source: [Float], width: Int) {
    precondition(width > 0 && source.count % width == 0, "the values must be whole rows")
    // malloc, since `deinit` calls `free`; it fails only if the array's allocation would have failed.
    let copy = malloc(max(source.count, 1) * MemoryLayout<Float>.stride)!.assumingMemoryBound(to: Float.self)
    source.withUnsafeBufferPointer { if let base = $0.baseAddress { copy.initialize(from: base, count: $0.count) } }
    self.init(adopting: copy, rows: source.count / width, width: width)
  }

  /// Takes ownership of memory from `malloc` with rows × width numbers.
  package init(adopting memory: UnsafeMutablePointer<Float>, rows: Int, width: Int) {
    pointer = UnsafePointer(memory)
    self.rows = rows
    self.width = width
  }

  deinit { free(UnsafeMutablePointer(mutating: pointer)) }
}

/// The numbers of the samples, in the type of the source.
package enum SampleStorage: Sendable {
  case bytes(ByteRows)
  case floats(FloatRows)

  /// The number of numbers per row.
  package var width: Int {
    switch self {
    case .bytes(let rows): rows.width
    case .floats(let rows): rows.width
    }
  }

  /// The number of rows.
  package var rows: Int {
    switch self {
    case .bytes(let rows): rows.rows
    case .floats(let rows): rows.rows
    }
  }

  /// These rows, then those of `other`, of the same width: bytes if both are, else floats.
  /// - Throws: `FileError` naming `path`, the file of `other`, if there is not enough memory.
  package func joined(with other: SampleStorage, for path: String) throws(FileError) -> SampleStorage {
    precondition(width == other.width, "rows must have the same width")
    let counts = (rows * width, other.rows * width)
    let total = counts.0 + counts.1
    if case .bytes(let first) = self, case .bytes(let second) = other {
      let block = try ByteBlock(count: total, for: path)
      block.bytes.copyMemory(from: UnsafeRawBufferPointer(start: first.pointer, count: counts.0))
      UnsafeMutableRawBufferPointer(rebasing: block.bytes[counts.0...])
        .copyMemory(from: UnsafeRawBufferPointer(start: second.pointer, count: counts.1))
      return .bytes(block.rows(width: width))
    }
    let copy = try MemoryLimit.take(
      total * MemoryLayout<Float>.stride, for: path, "samples, with those that they join,"
    ).assumingMemoryBound(to: Float.self)
    write(to: copy)
    other.write(to: copy + counts.0)
    return .floats(FloatRows(adopting: copy, rows: rows + other.rows, width: width))
  }

  private func write(to memory: UnsafeMutablePointer<Float>) {
    switch self {
    case .bytes(let bytes):
      for index in 0..<(rows * width) { (memory + index).initialize(to: Float(bytes.pointer[index])) }
    case .floats(let floats): memory.initialize(from: floats.pointer, count: rows * width)
    }
  }

  /// The numbers of one row, exactly as stored: a Float can hold every byte.
  package func numbers(ofRow row: Int) -> [Float] {
    switch self {
    case .bytes(let rows): (0..<rows.width).map { Float(rows.pointer[row * rows.width + $0]) }
    case .floats(let rows): Array(UnsafeBufferPointer(start: rows.pointer + row * rows.width, count: rows.width))
    }
  }

  /// The number of scattered rows after which a reader releases pages. The system maps 64 kB around each of them, and up to 2 MB
  /// where its cache holds the file in larger pieces: a few hundred rows would make a whole file resident.
  package static let scatteredRows = 8

  /// Releases the memory of all pages of a mapped file; the system loads them again when they are read.
  package func releasePages() {
    if case .bytes(let rows) = self { rows.releasePages(0..<rows.rows) }
  }

  /// Checks that all values read so far were those of the source: a mapped file can be truncated at any time, and then
  /// reads as zeros. Call it before a result is used.
  /// - Throws: `FileError` naming the file.
  package func checkFile() throws(FileError) {
    if case .bytes(let rows) = self { try rows.checkFile() }
  }
}
