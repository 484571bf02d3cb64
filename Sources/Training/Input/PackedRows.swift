import Datasets
import Dispatch
import KernelInterface
import Kernels
import Networks
import ProcessorBuiltins
import Synchronization

/// Samples of bytes without their zeros: for each a mask of its nonzero inputs and those bytes, side by side. A third of MNIST's size,
/// which caches hold.
///
/// Unchecked: written in `init` only.
final class PackedRows: @unchecked Sendable {
  /// Row i starts at `bytes` + 8 · starts[i]: its mask's words, then its nonzero bytes, then room up to a multiple of 8.
  let bytes: AlignedBuffer<UInt8>
  let starts: AlignedBuffer<UInt32>
  let words: Int
  private let padding: Int
  /// The rows that were packed.
  private let source: ByteRows
  private let selection: [Int32]

  /// Pointers to the rows, valid for as long as they live.
  struct Records: @unchecked Sendable {
    // Unchecked: what they point at is written in `init` only.
    let bytes: UnsafePointer<UInt8>
    let starts: UnsafePointer<UInt32>
    let words: Int

    /// The start of a sample's packed row.
    @inline(__always)
    func record(_ sample: Int) -> UnsafePointer<UInt8> { bytes + Int(starts[sample]) * 8 }

    /// Asks the memory for so many cache lines of a sample's packed row.
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

  /// Bytes that packed rows may take; beyond it they are packed batch by batch.
  static let budget = 96 << 20

  /// The bytes that packed rows will take.
  static func bytes(samples: Int, width: Int, density: Double) -> Int {
    samples * ((width + 63) / 64 * 8 + Int(Double(width) * density) + 8)
  }

  /// All packed rows in use.
  private static let all = Mutex<[Reference]>([])

  private struct Reference: Sendable {
    weak var packed: PackedRows?
  }

  /// The packed rows of these samples that another run uses, or else new ones.
  ///
  /// Runs that take turns on one data set, as experiments make them, hold one copy: 16 MB of MNIST, and not that many for each.
  static func shared(_ rows: ByteRows, masks: MaskLayout, selection: [Int32], kernels: Kernels) -> PackedRows {
    let known = all.withLock { references in
      references.lazy.compactMap(\.packed).first {
        $0.source === rows && $0.padding == masks.padding && $0.selection == selection
      }
    }
    if let known { return known }
    let packed = PackedRows(rows, masks: masks, selection: selection, kernels: kernels)
    all.withLock { references in
      references.removeAll { $0.packed == nil }
      references.append(Reference(packed: packed))
    }
    return packed
  }

  /// Packs all samples, on as many threads as there are cores; the pages of a mapped file go as soon as they are packed, so that the process
  /// never has all of both.
  ///
  /// Each chunk of samples has a range of its own with room for the densest rows; pages that are never written cost no memory.
  /// - Complexity: O(samples × width).
  private init(_ rows: ByteRows, masks: MaskLayout, selection: [Int32], kernels: Kernels) {
    (source, self.selection) = (rows, selection)
    let words = masks.words
    let padding = masks.padding
    (self.words, self.padding) = (words, padding)
    let largestRow = (words * 8 + rows.width + 7) & ~7
    let chunk = 512
    let starts = AlignedBuffer<UInt32>(count: selection.count)
    // Packing writes, and expanding reads, up to 16 bytes beyond a row's last.
    let bytes = AlignedBuffer<UInt8>(count: selection.count * largestRow + 16)
    self.starts = starts
    self.bytes = bytes
    let pack = kernels.samples.packBytes
    selection.withUnsafeBufferPointer { selection in
      nonisolated(unsafe) let order = selection
      DispatchQueue.concurrentPerform(iterations: (order.count + chunk - 1) / chunk) { index in
        var at = index * chunk * largestRow
        let samples = (index * chunk)..<min((index + 1) * chunk, order.count)
        for sample in samples {
          let row = rows.pointer + Int(order[sample]) * rows.width
          let count = Self.pack(row, width: rows.width, masks, pack, into: bytes.pointer + at)
          starts.pointer[sample] = UInt32(truncatingIfNeeded: at / 8)
          at += (words * 8 + count + 7) & ~7
        }
        // The rows themselves will not be read again; where they lie side by side, no other chunk has them.
        let (lowest, highest) = (Int(order[samples.lowerBound]), Int(order[samples.upperBound - 1]))
        if highest - lowest == samples.count - 1 { rows.letGo(lowest..<(highest + 1)) }
      }
    }
    rows.letGo(0..<rows.rows)
  }

  /// Writes a row's mask and nonzero bytes, as records have them.
  ///
  /// - Returns: how many bytes are not zero.
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
