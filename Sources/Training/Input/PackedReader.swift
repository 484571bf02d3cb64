import Datasets
import KernelInterface
import Kernels
import Networks

/// A reader of samples that were packed before the run: masks and nonzero bytes, of which a part of the inputs can be read alone.
final class PackedReader: SampleReader, @unchecked Sendable {
  // Unchecked: immutable after `init`.
  typealias Input = MaskedInput
  /// Internal, so that a test can see which rows are shared.
  let packed: PackedRows
  let masks: MaskLayout
  /// Pointers to the packed rows: a step that reads an object's properties counts its references.
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

  /// Reads one part of the inputs.
  func read(part: Int, _ order: UnsafePointer<Int32>, count: Int, into rows: MaskedRows, first: Int) {
    read(words: masks.words(ofPart: part), order, count: count, into: rows, first: first)
  }

  /// - Parameter part: the words of a mask that are read.
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

  /// Asks for what reading a part will want.
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

  /// Cache lines of a packed row that are asked for: all of it for nearly every digit of MNIST, whose rows are 254 bytes long and begin
  /// anywhere in a line.
  private static let lines = 6
  /// The same without the values of a second part of the inputs.
  private static let firstPartLines = 4
  /// Rows between a row that is read and one that is asked for once more: a line that came a step ago may have had to go from the
  /// second-level cache. With this, and with whole rows asked for, reading took 49 ns a row where it had taken 91 (784-128-10, batch 256).
  private static let prefetchDistance = 4
}
