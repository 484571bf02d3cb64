import KernelInterface
import Kernels
import ProcessorBuiltins
import SampleData

/// A reader of a split's samples as rows of floats, scaled and standardized.
///
/// Immutable and shared by all workers.
final class RowGatherer: @unchecked Sendable {
  // Unchecked: immutable after `init`. Pointers, since a step must not count references.
  let width: Int
  /// The bytes of a stored row.
  let rowBytes: Int
  private let samples: Samples
  private let kernels: SampleKernels
  /// The index of each sample's row in the storage.
  private let storageRows: AlignedBuffer<Int32>
  /// The first byte of the storage, which `samples` owns.
  private let storage: UnsafeRawPointer
  private let isBytes: Bool
  private let transform: FeatureTransform
  private let transformPointers: FeatureTransform.Pointers

  init(_ samples: Samples, kernels: Kernels) {
    self.samples = samples
    self.kernels = kernels.samples
    width = samples.width
    storageRows = AlignedBuffer(samples.rows)
    switch samples.storage {
    case .bytes(let bytes):
      (storage, rowBytes, isBytes) = (UnsafeRawPointer(bytes.pointer), bytes.width, true)
    case .floats(let floats):
      (storage, rowBytes, isBytes) = (
        UnsafeRawPointer(floats.pointer), floats.width * MemoryLayout<Float>.stride, false
      )
    }
    transform = FeatureTransform(samples.transform)
    transformPointers = transform.pointers
  }

  /// True if all stored rows fit into the L2 cache, beside other data.
  var isCached: Bool {
    @inline(__always) get { storageRows.count * rowBytes <= Self.maximumPrefetched }
  }

  /// The factor from bytes to values, if it is the same for all features.
  var factor: Float { transformPointers.multiplier.pointee }

  /// Reads `count` samples, at most `maximumRowsAtOnce`, into adjacent rows of `stride` floats.
  @inline(__always)
  func gather(_ order: UnsafePointer<Int32>, count: Int, into target: MutableFloats, stride: Int) {
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: Self.maximumRowsAtOnce) { rows in
      let rows = rows.baseAddress.unsafelyUnwrapped
      var row = 0
      while row < count {
        rows[row] = storageRows.pointer[Int(order[row])]
        row += 1
      }
      if isBytes {
        kernels.gather(
          storage.assumingMemoryBound(to: UInt8.self), width: width, rows: rows, count: count, by: transformPointers,
          into: target, stride: stride)
      } else {
        kernels.gather(
          storage.assumingMemoryBound(to: Float.self), width: width, rows: rows, count: count, by: transformPointers,
          into: target, stride: stride)
      }
    }
  }

  /// The number of rows per call of `gather`.
  static let maximumRowsAtOnce = 8

  /// Prefetches the stored rows of samples: random rows of a large file would otherwise miss the cache in every line.
  @inline(__always)
  func prefetch(_ order: UnsafePointer<Int32>, count: Int) {
    var row = 0
    while row < count {
      let start = storage + Int(storageRows.pointer[Int(order[row])]) * rowBytes
      var offset = 0
      while offset < rowBytes {
        processor_prefetch(start + offset)
        offset += 64
      }
      row += 1
    }
  }

  /// Prefetches rows of the next step, up to half the size of an L2 cache.
  @inline(__always)
  func prefetchAhead(_ order: UnsafePointer<Int32>, count: Int) {
    prefetch(order, count: min(count, Self.maximumPrefetched / max(rowBytes, 64)))
  }

  /// Half the size of an L2 cache in bytes: the most that is prefetched for the next step.
  private static let maximumPrefetched = 256 << 10
}
