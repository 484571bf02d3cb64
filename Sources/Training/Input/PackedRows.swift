import Files
import KernelInterface
import Kernels
import Networks
import Platform
import ProcessorBuiltins
import SampleData

/// The limits of packing samples ahead: memory and threads.
struct PackingBounds: Sendable {
  /// The expected fraction of bytes that are nonzero.
  var density = 1.0
  /// The bytes that the run will allocate in addition.
  var otherBytes = 0.0
  /// The largest number of threads.
  var threads = 1
}

/// Byte samples stored without their zeros: for each sample the mask words of its nonzero inputs, then these inputs'
/// bytes. MNIST takes a third of its original size.
package final class PackedRows: @unchecked Sendable {
  // Unchecked: written in `init` only.
  /// Row i starts at `bytes` + 8 · starts[i]: its mask words, then its nonzero bytes, padded to a multiple of 8.
  let bytes: AlignedBuffer<UInt8>
  let starts: AlignedBuffer<UInt32>
  let words: Int
  private let padding: Int
  /// The samples that were packed, and their rows in the storage.
  private let source: ByteRows
  private let selection: [Int32]

  /// Pointers to packed rows, valid as long as the `PackedRows` exists.
  struct Records: @unchecked Sendable {
    // Unchecked: the memory is written in `init` only.
    let bytes: UnsafePointer<UInt8>
    let starts: UnsafePointer<UInt32>
    let words: Int

    /// The start of a sample's packed row.
    @inline(__always)
    func record(_ sample: Int) -> UnsafePointer<UInt8> { bytes + Int(starts[sample]) * 8 }

    /// Prefetches the given number of cache lines of a sample's packed row.
    @inline(__always)
    func prefetch(_ sample: Int, lines: Int) {
      let record = record(sample)
      var line = 0
      while line < lines {
        processor_prefetch(record + 64 * line)
        line += 1
      }
    }
  }

  var records: Records {
    Records(bytes: UnsafePointer(bytes.pointer), starts: UnsafePointer(starts.pointer), words: words)
  }

  /// The largest size in bytes of rows that are packed ahead; larger data are packed batch by batch.
  package static let budget = 96 << 20

  /// The expected size in bytes of packed rows.
  static func bytes(samples: Int, width: Int, density: Double) -> Int {
    samples * ((width + 63) / 64 * 8 + Int(Double(width) * density) + 8)
  }

  /// The size in bytes of a packed row without zeros.
  private static func largestRow(_ rows: ByteRows, _ masks: MaskLayout) -> Int {
    (masks.words * 8 + rows.width + 7) & ~7
  }

  /// All packed rows that are in use, to be shared.
  private static let all = Guarded<[Reference]>([])
  /// Held while rows are looked up and packed.
  private static let packing = Guarded<Void>(())

  private struct Reference: Sendable {
    weak var packed: PackedRows?
  }

  /// Returns the packed rows of these samples; runs on the same samples share them.
  ///
  /// Useful for experiments, which alternate runs on one data set (16 MB for MNIST).
  ///
  /// - Returns: nil if there is not enough memory for them and for what the run allocates besides.
  static func shared(
    _ rows: ByteRows, masks: MaskLayout, selection: [Int32], kernels: Kernels, _ bounds: PackingBounds
  ) -> PackedRows? {
    // Runs that begin side by side wait for the rows of the first one; each would pack the same samples otherwise.
    packing.withLock { _ in
      let known = all.withLock { references in
        references.lazy.compactMap(\.packed).first {
          $0.source === rows && $0.padding == masks.padding && $0.selection == selection
        }
      }
      if let known { return known }
      let written = bytes(samples: selection.count, width: rows.width, density: bounds.density)
      let addresses = selection.count * (largestRow(rows, masks) + MemoryLayout<UInt32>.stride)
      guard RunMemory.fits(Double(written) + bounds.otherBytes, addresses: Double(addresses) + bounds.otherBytes),
        let packed = PackedRows(rows, masks: masks, selection: selection, kernels: kernels, threads: bounds.threads)
      else { return nil }
      all.withLock { references in
        references.removeAll { $0.packed == nil }
        references.append(Reference(packed: packed))
      }
      return packed
    }
  }

  /// Packs all samples on several threads. Pages of a mapped file are released as soon as they are packed, so
  /// that the process never holds both copies.
  ///
  /// Each chunk of samples has a range of addresses large enough for rows without zeros; pages that are never written
  /// use no memory. Nil if the system refuses the addresses.
  /// - Complexity: O(samples × width).
  private init?(_ rows: ByteRows, masks: MaskLayout, selection: [Int32], kernels: Kernels, threads: Int) {
    (source, self.selection) = (rows, selection)
    let words = masks.words
    let padding = masks.padding
    (self.words, self.padding) = (words, padding)
    let largestRow = Self.largestRow(rows, masks)
    let chunk = 512
    // Packing writes, and expanding reads, up to 16 bytes after a row's end.
    guard let starts = AlignedBuffer<UInt32>(ifPossible: selection.count),
      let bytes = AlignedBuffer<UInt8>(ifPossible: selection.count * largestRow + 16)
    else { return nil }
    self.starts = starts
    self.bytes = bytes
    let pack = kernels.samples.packBytes
    selection.withUnsafeBufferPointer { selection in
      nonisolated(unsafe) let order = selection
      ParallelLoop.run((order.count + chunk - 1) / chunk, threads: threads) { index in
        var at = index * chunk * largestRow
        let samples = (index * chunk)..<min((index + 1) * chunk, order.count)
        for sample in samples {
          let row = rows.pointer + Int(order[sample]) * rows.width
          let count = Self.pack(row, width: rows.width, masks, pack, into: bytes.pointer + at)
          starts.pointer[sample] = UInt32(truncatingIfNeeded: at / 8)
          at += (words * 8 + count + 7) & ~7
        }
        // The stored rows are not read again; if they are contiguous, no other chunk shares their pages.
        let (lowest, highest) = (Int(order[samples.lowerBound]), Int(order[samples.upperBound - 1]))
        if highest - lowest == samples.count - 1 { rows.releasePages(lowest..<(highest + 1)) }
      }
    }
    rows.releasePages(0..<rows.rows)
  }

  /// Writes a row's mask words and nonzero bytes as a packed row.
  ///
  /// - Returns: the number of nonzero bytes.
  @inline(__always) @discardableResult
  static func pack(
    _ row: UnsafePointer<UInt8>, width: Int, _ masks: MaskLayout, _ pack: PackBytesKernel,
    into record: UnsafeMutablePointer<UInt8>
  ) -> Int {
    let mask = UnsafeMutableRawPointer(record).assumingMemoryBound(to: UInt64.self)
    let values = record + masks.words * 8
    let first = masks.inputsInPaddedWord
    var count = 0
    if first > 0 {
      count = pack(row, first, mask, values)
      mask[0] <<= UInt64(masks.padding)
    }
    count += pack(row + first, width - first, mask + (first > 0 ? 1 : 0), values + count)
    return count
  }
}

/// A reader of samples that were packed before the run. It can also read one block of the inputs alone.
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

  /// - Returns: nil if there is not enough memory for packed rows.
  init?(
    _ samples: Samples, _ bytes: ByteRows, masks: MaskLayout, kernels: Kernels,
    _ bounds: PackingBounds = PackingBounds()
  ) {
    let packed = PackedRows.shared(bytes, masks: masks, selection: samples.rows, kernels: kernels, bounds)
    guard let packed else { return nil }
    self.packed = packed
    records = packed.records
    self.masks = masks
    self.kernels = kernels.samples
    factor = samples.transform.multiplier[0]
  }

  var inputBlocks: Int { masks.blockCount }

  func makeRows(capacity: Int) -> MaskedRows { MaskedRows(masks, capacity: capacity) }

  func read(_ order: UnsafePointer<Int32>, count: Int, epoch: Int, into rows: MaskedRows, first: Int) {
    read(words: 0..<records.words, order, count: count, into: rows, first: first)
  }

  /// Reads one block of the inputs.
  func read(block: Int, _ order: UnsafePointer<Int32>, count: Int, into rows: MaskedRows, first: Int) {
    read(words: masks.words(ofBlock: block), order, count: count, into: rows, first: first)
  }

  /// - Parameter range: the mask words to read.
  @inline(__always)
  private func read(
    words range: Range<Int>, _ order: UnsafePointer<Int32>, count: Int, into rows: MaskedRows, first: Int
  ) {
    let words = records.words
    let lines = range.upperBound < words ? Self.firstBlockLines : Self.lines
    let expand = kernels.expandBytes
    var row = 0
    var mask = rows.masks.pointer + first * words + range.lowerBound
    var offsets = rows.offsets.pointer + first * words + range.lowerBound
    var values = rows.values.pointer + first * rows.stride
    while row < count {
      if row + Self.prefetchDistance < count {
        records.prefetch(Int(order[row + Self.prefetchDistance]), lines: lines)
      }
      Self.expand(
        records.record(Int(order[row])), words: words, range: range, factor: factor, mask: mask, offsets: offsets,
        values: values, by: expand)
      mask += words
      offsets += words
      values += rows.stride
      row += 1
    }
  }

  /// Expands one packed row.
  @inline(__always)
  static func expand(
    _ record: UnsafePointer<UInt8>, factor: Float, row: Int, of rows: MaskedRows, by kernel: ExpandBytesKernel
  ) {
    let words = rows.words
    expand(
      record, words: words, range: 0..<words, factor: factor, mask: rows.masks.pointer + row * words,
      offsets: rows.offsets.pointer + row * words, values: rows.values.pointer + row * rows.stride, by: kernel)
  }

  /// Expands adjacent mask words of a packed row; a labeled wrapper of the kernel.
  @inline(__always)
  private static func expand(
    _ record: UnsafePointer<UInt8>, words: Int, range: Range<Int>, factor: Float, mask: UnsafeMutablePointer<UInt64>,
    offsets: UnsafeMutablePointer<UInt32>, values: MutableFloats, by kernel: ExpandBytesKernel
  ) {
    kernel(record, words, range.lowerBound, range.count, factor, mask, offsets, values)
  }

  func prefetch(_ order: UnsafePointer<Int32>, count: Int) { prefetch(order, count: count, lines: Self.lines) }

  /// Prefetches the memory that reading a block needs.
  func prefetch(block: Int, _ order: UnsafePointer<Int32>, count: Int) {
    prefetch(order, count: count, lines: block == 0 ? Self.firstBlockLines : Self.lines)
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
  /// The number of cache lines to prefetch if only the first block of the inputs is read.
  private static let firstBlockLines = 4
  /// The distance in rows at which a row is prefetched a second time, since a line prefetched one step ago may have
  /// left the L2 cache. Prefetching whole rows, twice, nearly halved the time of reading
  /// (`Benchmarks/Records/2026-11-22-choices`).
  private static let prefetchDistance = 4
}
