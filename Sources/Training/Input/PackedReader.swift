import Datasets
import KernelInterface
import Kernels
import Networks

/// A reader of samples that were packed before the run, as masks and nonzero bytes. It can read one block of the inputs
/// alone.
final class PackedReader: SampleReader, @unchecked Sendable {
  // Unchecked: immutable after `init`.
  typealias Input = MaskedInput
  /// Internal, so that a test can see which rows are shared.
  let packed: PackedRows
  let masks: MaskLayout
  /// Pointers to the packed rows, since reading an object's properties in a step would count references.
  private let records: PackedRows.Records
  private let kernels: SampleKernels
  private let factor: Float

  init(_ samples: Samples, _ bytes: ByteRows, masks: MaskLayout, kernels: Kernels) {
    packed = .shared(bytes, masks: masks, selection: samples.rows, kernels: kernels)
    records = packed.records
    self.masks = masks
    self.kernels = kernels.samples
    factor = samples.transform.multiplier[0]
  }

  var productParts: Int { masks.partCount }

  func makeRows(capacity: Int) -> MaskedRows { MaskedRows(masks, capacity: capacity) }

  func read(_ order: UnsafePointer<Int32>, count: Int, epoch: Int, into rows: MaskedRows, first: Int) {
    read(words: 0..<records.words, order, count: count, into: rows, first: first)
  }

  /// Reads one block of the inputs.
  func read(part: Int, _ order: UnsafePointer<Int32>, count: Int, into rows: MaskedRows, first: Int) {
    read(words: masks.words(ofPart: part), order, count: count, into: rows, first: first)
  }

  /// - Parameter part: the range of mask words to read.
  @inline(__always)
  private func read(
    words part: Range<Int>, _ order: UnsafePointer<Int32>, count: Int, into rows: MaskedRows, first: Int
  ) {
    let words = records.words
    let lines = part.upperBound < words ? Self.firstPartLines : Self.lines
    let expand = kernels.expandBytes
    var row = 0
    var mask = rows.masks.pointer + first * words + part.lowerBound
    var offsets = rows.offsets.pointer + first * words + part.lowerBound
    var values = rows.values.pointer + first * rows.stride
    while row < count {
      if row + Self.prefetchDistance < count {
        records.prefetch(Int(order[row + Self.prefetchDistance]), lines: lines)
      }
      expand(records.record(Int(order[row])), words, part.lowerBound, part.count, factor, mask, offsets, values)
      mask += words
      offsets += words
      values += rows.stride
      row += 1
    }
  }

  /// Expands one packed row.
  @inline(__always)
  static func expand(
    _ record: UnsafePointer<UInt8>, factor: Float, row: Int, of rows: MaskedRows, by expand: ExpandBytesKernel
  ) {
    let words = rows.words
    expand(
      record, words, 0, words, factor, rows.masks.pointer + row * words, rows.offsets.pointer + row * words,
      rows.values.pointer + row * rows.stride)
  }

  func prefetch(_ order: UnsafePointer<Int32>, count: Int) { prefetch(order, count: count, lines: Self.lines) }

  /// Prefetches the memory that reading a block needs.
  func prefetch(part: Int, _ order: UnsafePointer<Int32>, count: Int) {
    prefetch(order, count: count, lines: part == 0 ? Self.firstPartLines : Self.lines)
  }

  @inline(__always)
  private func prefetch(_ order: UnsafePointer<Int32>, count: Int, lines: Int) {
    var row = 0
    while row < count {
      records.prefetch(Int(order[row]), lines: lines)
      row += 1
    }
  }

  /// The number of cache lines of a packed row to prefetch: enough for nearly every row of MNIST, 254 bytes on average
  /// at any offset in a line.
  private static let lines = 6
  /// The same without the values of a second block of the inputs.
  private static let firstPartLines = 4
  /// The distance in rows at which a row is prefetched a second time, since a line prefetched one step ago may have
  /// left the L2 cache. Prefetching whole rows, twice, nearly halved the time of reading
  /// (`Benchmarks/Records/2026-11-22-choices`).
  private static let prefetchDistance = 4
}
