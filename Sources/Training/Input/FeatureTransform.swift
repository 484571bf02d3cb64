import KernelInterface
import Kernels
import SampleData

/// An `InputTransform` in the form in which kernels read it, for all features or for each.
final class FeatureTransform: Sendable {
  private let multiplier: AlignedBuffer<Float>
  private let shift: AlignedBuffer<Float>
  private let isPerFeature: Bool

  init(_ transform: InputTransform) {
    let count = max(transform.multiplier.count, transform.shift.count)
    isPerFeature = count > 1
    func numbers(_ given: [Float]) -> [Float] {
      given.count == count ? given : Array(repeating: given[0], count: count)
    }
    multiplier = AlignedBuffer(numbers(transform.multiplier))
    shift = AlignedBuffer(numbers(transform.shift))
  }

  /// Valid as long as this object exists. Pointers, since a step must not count references.
  var pointers: Pointers {
    Pointers(
      multiplier: UnsafePointer(multiplier.pointer), shift: UnsafePointer(shift.pointer), isPerFeature: isPerFeature)
  }

  /// x ↦ x · multiplier + shift.
  struct Pointers: @unchecked Sendable, BitwiseCopyable {
    // Unchecked: the numbers are written in `FeatureTransform.init` only.
    let multiplier: Floats
    let shift: Floats
    /// True for one number of each per feature, false for one of each for all features.
    let isPerFeature: Bool
  }
}

// Labeled wrappers of the kernels that read samples.
extension SampleKernels {
  /// Reads rows of bytes through a transform.
  ///
  /// - Parameters:
  ///   - bytes: rows of `width` bytes.
  ///   - rows: `count` indices of rows.
  ///   - target: receives `count` rows, `stride` floats apart.
  @inline(__always)
  func gather(
    _ bytes: UnsafePointer<UInt8>, width: Int, rows: UnsafePointer<Int32>, count: Int,
    by transform: FeatureTransform.Pointers, into target: MutableFloats, stride: Int
  ) {
    gatherBytes(
      bytes, width, rows, count, target, stride, transform.multiplier, transform.shift, transform.isPerFeature)
  }

  /// Reads rows of floats through a transform.
  @inline(__always)
  func gather(
    _ numbers: Floats, width: Int, rows: UnsafePointer<Int32>, count: Int, by transform: FeatureTransform.Pointers,
    into target: MutableFloats, stride: Int
  ) {
    gatherFloats(
      numbers, width, rows, count, target, stride, transform.multiplier, transform.shift, transform.isPerFeature)
  }
}
