import Datasets
import KernelInterface
import Kernels
import ProcessorBuiltins

/// A split's samples as rows of floats, scaled and standardized.
///
/// Immutable: all workers share one.
final class RowGatherer: @unchecked Sendable {
  // Unchecked: immutable after `init`. Pointers cost a step no reference counts.
  let width: Int
  /// Bytes of a stored row.
  let rowBytes: Int
  private let samples: Samples
  private let kernels: SampleKernels
  /// Each sample's row in the storage.
  private let storageRows: AlignedBuffer<Int32>
  /// The storage's first byte; `samples` keep it alive.
  private let storage: UnsafeRawPointer
  private let isBytes: Bool
  private let multiplier: AlignedBuffer<Float>
  private let shift: AlignedBuffer<Float>
  private let isPerFeature: Bool

  init(_ samples: Samples, kernels: Kernels) {
    self.samples = samples
    self.kernels = kernels.samples
    width = samples.width
    storageRows = AlignedBuffer(count: samples.count)
    _ = storageRows.elements.update(fromContentsOf: samples.rows)
    switch samples.storage {
    case .bytes(let bytes):
      (storage, rowBytes, isBytes) = (UnsafeRawPointer(bytes.pointer), bytes.width, true)
    case .floats(let floats):
      (storage, rowBytes, isBytes) = (
        UnsafeRawPointer(floats.pointer), floats.width * MemoryLayout<Float>.stride, false
      )
    }
    let transform = samples.transform
    isPerFeature = transform.multiplier.count > 1 || transform.shift.count > 1
    let features = max(transform.multiplier.count, transform.shift.count)
    func buffer(_ numbers: [Float]) -> AlignedBuffer<Float> {
      let buffer = AlignedBuffer<Float>(count: features)
      for index in 0..<features { buffer.pointer[index] = numbers.count == 1 ? numbers[0] : numbers[index] }
      return buffer
    }
    multiplier = buffer(transform.multiplier)
    shift = buffer(transform.shift)
  }

  /// The factor that turns bytes into values, where one does for all features.
  var factor: Float { multiplier.pointer.pointee }

  /// Reads `count` samples, at most `mostAtOnce`, into adjacent rows of `stride` floats.
  @inline(__always)
  func gather(_ order: UnsafePointer<Int32>, count: Int, into target: MutableFloats, stride: Int) {
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: Self.mostAtOnce) { rows in
      let rows = rows.baseAddress.unsafelyUnwrapped
      var row = 0
      while row < count {
        rows[row] = storageRows.pointer[Int(order[row])]
        row += 1
      }
      if isBytes {
        kernels.gatherBytes(
          storage.assumingMemoryBound(to: UInt8.self), width, rows, count, target, stride, multiplier.pointer,
          shift.pointer, isPerFeature)
      } else {
        kernels.gatherFloats(
          storage.assumingMemoryBound(to: Float.self), width, rows, count, target, stride, multiplier.pointer,
          shift.pointer, isPerFeature)
      }
    }
  }

  /// Rows of one call of `gather`.
  static let mostAtOnce = 8

  /// Asks the memory for the stored rows of samples: random ones of a large file are a cache miss a line otherwise.
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

  /// Asks for rows that are read in the next step: as many as fit into half of a second-level cache, beside what is being worked on.
  @inline(__always)
  func prefetchAhead(_ order: UnsafePointer<Int32>, count: Int) {
    prefetch(order, count: min(count, Self.mostPrefetched / max(rowBytes, 64)))
  }

  private static let mostPrefetched = 256 << 10
}
